"""3xx: the world outside."""

from __future__ import annotations

from agentic.errors.base import AgenticError


class OutsideFailed(AgenticError):
    """Something that is not ours failed: network, provider, program, disk."""

    code = "AGT300"
    exit_status = 4
    hint = "agentic doctor says what is reachable."
    may_cost: bool = False
    """True: the request went out and may be charged for, though nobody can tell how much."""


class NoCredentials(OutsideFailed):
    """The provider has no key."""

    code = "AGT301"
    hint = "set ANTHROPIC_API_KEY, or use --provider template or claude-code."


class CredentialsRefused(OutsideFailed):
    """The provider does not accept the key."""

    code = "AGT302"
    hint = "check ANTHROPIC_API_KEY and ANTHROPIC_BASE_URL; agentic doctor tells which are set."


class ProviderFailed(OutsideFailed):
    """The provider answered with an error that asking again will not mend."""

    code = "AGT303"
    hint = "read the cause; the run is recorded and agentic resume ID goes on from here."


class ProviderBusy(OutsideFailed):
    """The provider is overloaded, or failed on its side; it may work in a moment."""

    code = "AGT304"
    hint = "wait a little, then agentic resume ID: nothing paid for is asked again."
    retry_after: float | None = None
    """Seconds that the provider asks us to wait."""


class RateLimited(ProviderBusy):
    """The provider limits the rate of our requests (429)."""

    code = "AGT305"
    exit_status = 7
    hint = "wait for the limit to pass, then agentic resume ID."


class StreamCut(ProviderBusy):
    """The answer broke off before its end."""

    code = "AGT306"


class MissingProgram(OutsideFailed):
    """A program that is needed is not installed."""

    code = "AGT307"
    hint = "agentic doctor says how to install it."


class DiskFailed(OutsideFailed):
    """The disk is full, or the folder may not be written."""

    code = "AGT308"
    hint = "free some space or mend the rights; nothing was half-written."


class Busy(OutsideFailed):
    """Another run of agentic holds what this one needs."""

    code = "AGT309"
    hint = "wait for the other run to end."


class LakeFailed(OutsideFailed):
    """The lake's catalog or one of its files cannot be read."""

    code = "AGT310"
    hint = "agentic lake tables shows which tables can be read."


class LakeLocked(OutsideFailed):
    """Another process holds the catalog."""

    code = "AGT311"
    hint = "wait for the job that writes, then repeat the command; nothing was changed."


class TableMoved(OutsideFailed):
    """A table changed between the preview of a change and the change."""

    code = "AGT312"
    hint = "nothing was done; look at the preview again, then repeat the command."


class StoreFailed(OutsideFailed):
    """An object store does not answer, or answers with what nothing else explains."""

    code = "AGT320"
    hint = "is `endpoint` in configs/sources.yml right, and does this machine reach it? Run it again: what was moved stays moved."


class StoreRefused(OutsideFailed):
    """An object store does not accept our credentials, our rights or our clock."""

    code = "AGT321"
    hint = "agentic store needs to list, read and write objects; docs/how-to/object-storage.md says where credentials stand."


class NoSuchContainer(OutsideFailed):
    """A bucket or container is not there."""

    code = "AGT322"
    hint = "make it (setup-scripts/azure/setup.sh does for Azure), or mend `bucket` or `containers` in configs/sources.yml."


class DatabaseHeld(OutsideFailed):
    """Another process holds the database file: DuckDB has one writer."""

    code = "AGT313"
    hint = "wait until that process has ended, or end it; nothing was changed."


class NoticeFailed(OutsideFailed):
    """A channel that tells people about a healing refuses, or does not answer. The healing goes on; it is a warning."""

    code = "AGT330"
    hint = "mend the channel in configs/notifications.yml or its variable; docs/how-to/tell-people.md says what each needs."


class NoticePlaceGone(NoticeFailed):
    """An issue, or the repository that it is in, is not there."""

    code = "AGT331"
    hint = "mend github.repository in configs/notifications.yml, or what the token may see."


class NoticeUnanswered(NoticeFailed):
    """A service does not answer, or has had too many requests: the next would fail for the same reason, and perhaps as slowly."""

    code = "AGT332"
    hint = "wait, or raise github.seconds in configs/notifications.yml; the next run tells it."
