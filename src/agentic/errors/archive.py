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


class NewerJournal(BadJournal):
    """A journal was written by a later version of agentic."""

    code = "AGT504"
    exit_status = 1
    hint = "install the version that wrote it: `agentic --version` there tells which."


class ReplayDiffers(ArchiveError):
    """The archived execution asked something else at this point."""

    code = "AGT502"
    exit_status = 1
    hint = "the runner or its prompts changed since; run the task anew."


class NothingToResume(ArchiveError):
    """The execution has ended."""

    code = "AGT503"
    hint = "agentic run starts it anew; agentic replay ID repeats it offline."


class BadSeal(ArchiveError):
    """The seal of the archive does not hold: its log, a checkpoint, a signature or a key."""

    code = "AGT505"
    exit_status = 1
    hint = "restore the file from git; docs/how-to/seal-the-archive.md tells what each fault means."


class CannotTakeOut(ArchiveError):
    """What is to be taken out of the archive is not there, or holds it together."""

    code = "AGT506"
    hint = "agentic audit redact --text-from FILE looks for a text in all of the archive."


class WrongBranch(ArchiveError):
    """Executions are sealed on the main branch only."""

    code = "AGT507"
    exit_status = 6
    hint = "merge first; or --any-branch, where this branch is the one that gives the order (archive.main_branch names it for good)."


class BadTranscript(ArchiveError):
    """A transcript cannot be imported: a line is broken, nothing is said in it, or it is not what was imported before."""

    code = "AGT508"
    hint = "take the file as Claude Code wrote it; a session that is still open can be imported when it has ended."
