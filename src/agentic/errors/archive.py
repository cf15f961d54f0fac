"""5xx: the archive."""

from __future__ import annotations

from agentic.errors.base import AgenticError


class ArchiveError(AgenticError):
    """An archived execution does not exist or cannot be read."""

    code = "AGT500"
    exit_status = 2
    hint = "agentic audit list shows the executions that exist."


class BadJournal(ArchiveError):
    """A journal does not verify: a line was changed, cut or moved."""

    code = "AGT501"
    exit_status = 1
    hint = "restore the file from git; the archive is never repaired in silence."


class ReplayDiffers(ArchiveError):
    """The archived execution asked something else at this point."""

    code = "AGT502"
    exit_status = 1
    hint = "the runner or its prompts changed since; run the task anew."


class NothingToResume(ArchiveError):
    """The execution has ended."""

    code = "AGT503"
    hint = "agentic run starts it anew; agentic replay ID repeats it offline."


class BadTranscript(ArchiveError):
    """A transcript cannot be imported: a line is broken, nothing is said in it, or it is not what was imported before."""

    code = "AGT504"
    hint = "take the file as Claude Code wrote it; a session that is still open can be imported when it has ended."
