"""4xx: refused."""

from __future__ import annotations

from agentic.errors.base import AgenticError


class Refused(AgenticError):
    """Policy does not allow it."""

    code = "AGT400"
    exit_status = 6
    hint = "the rule that applied is named above; configs/policy.yaml holds the rules."


class OutsideTheFence(Refused):
    """A write to a path that the task does not declare."""

    code = "AGT401"
    hint = "declare the file under DELIVERABLES, or leave it alone."


class HandEdited(Refused):
    """A file would be overwritten that a person wrote or edited since it was generated."""

    code = "AGT402"
    hint = "--adopt PATH keeps the edit as yours; --discard PATH gives it up (a backup is kept)."


class SecretWithheld(Refused):
    """What would be sent holds a secret, and nobody has consented to send the rest of it."""

    code = "AGT408"
    hint = "take the secret out and revoke it; or --send-redacted sends the text without it, on record."


class PhaseIncomplete(Refused):
    """A phase that has to be complete before this one is not, and nobody has waived it."""

    code = "AGT407"
    hint = "agentic phase check shows what is missing; agentic phase waive N --why TEXT lets work begin, on record."
