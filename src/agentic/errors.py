"""One tree of errors: each class has a code, an exit status, and a hint that says what to do now."""

from __future__ import annotations


class AgenticError(Exception):
    """Something a person can mend. Shown as `error[CODE]: what / at / cause / fix`, never as a traceback."""

    code = "AGT900"
    exit_status = 1
    hint = "agentic explain AGT900"

    def __init__(
        self, message: str, *, path: str = "", line: int = 0, column: int = 0, cause: str = "", hint: str = "",
        instead: tuple[str, str] | None = None,
    ) -> None:  # fmt: skip
        super().__init__(message)
        self.message = message
        self.path = path
        self.line = line
        self.column = column
        self.cause = cause
        self.fix = hint or self.hint
        self.instead = instead
        """What the line says, and what it was probably meant to say; None where nobody can tell."""

    @property
    def where(self) -> str:
        """`path:line:column`, as far as they are known."""
        places = [str(place) for place in (self.line, self.column) if place]
        return ":".join([self.path, *places]) if self.path else ""


# --- 1xx: what a person wrote in a spec ---------------------------------------------------------------


class SpecError(AgenticError):
    """A spec cannot be read as one."""

    code = "AGT100"
    exit_status = 2
    hint = "agentic lint shows everything that is wrong with the specs."


class NoSuchSpec(SpecError):
    """The path given is not a spec."""

    code = "AGT101"
    hint = "agentic task list shows the specs that exist."


class EmptySpec(SpecError):
    """The file is there and says nothing."""

    code = "AGT102"
    hint = "agentic task new MODULE/FEATURE writes a spec to be filled in."


class BadFrontMatter(SpecError):
    """The YAML between the two `---` lines does not parse, or says something unknown."""

    code = "AGT103"
    hint = "docs/reference/task-spec.md lists every key."


class BadDeliverable(SpecError):
    """A deliverable is outside the project, absolute, or named twice."""

    code = "AGT104"
    hint = "name a path under src/, tests/, great-expectations/, configs/, docs/ or scripts/, once."


class MissingSection(SpecError):
    """A section that every task needs is missing or empty."""

    code = "AGT105"
    hint = "add the section; agentic task new MODULE/FEATURE shows all of them."


class NoSuchContext(SpecError):
    """A context file that the task names does not exist."""

    code = "AGT106"
    hint = "create the file, or take it out of CONTEXT FILES."


class NotText(SpecError):
    """A spec or context file is not UTF-8 text, or is far too large to be one."""

    code = "AGT107"
    hint = "save the file as UTF-8; keep data out of agent-prompts/."


class UnknownCheck(SpecError):
    """A check or the check named by a success criterion does not exist."""

    code = "AGT108"
    hint = "checks are: python, pytest, job, expectations, dbt, command."


class BadDependency(SpecError):
    """A task depends on one that does not exist, is not done, or depends on it."""

    code = "AGT109"
    hint = "name tasks as tasks/MODULE/FEATURE.md; run those that are not done first."


class BadTemplate(SpecError):
    """A code template does not exist, does not render, or was given wrong parameters."""

    code = "AGT110"
    hint = "a template's header lists its parameters; see agent-prompts/examples/."


class BadPhases(SpecError):
    """The file that defines the phases does not parse, or says something unknown."""

    code = "AGT111"
    hint = "compare agent-prompts/meta/phases.yaml with that of a fresh project: agentic init --upgrade shows the difference."


class NoSuchDocument(SpecError):
    """No phase asks for a document of that name."""

    code = "AGT112"
    hint = "agentic phase list --documents shows them all."


# --- 2xx: how it was called and configured ------------------------------------------------------------


class UsageError(AgenticError):
    """The command line asks for something that does not exist."""

    code = "AGT200"
    exit_status = 2
    hint = "agentic --help lists the commands."


class NoProject(UsageError):
    """No folder from here upwards holds `agent-prompts/`."""

    code = "AGT201"
    hint = "change into a project, or name one with --project DIR."


class BadSettings(UsageError):
    """A configuration file says something unknown or of the wrong type."""

    code = "AGT202"
    hint = "agentic config show lists every setting and where its value came from."


class UnknownProvider(UsageError):
    """No provider of that name."""

    code = "AGT203"
    hint = "providers are: template, replay, anthropic, claude-code, or a dotted path to a class."


class PersonNeeded(UsageError):
    """An answer is needed and nobody can be asked."""

    code = "AGT204"
    hint = "name the missing flag; without a terminal nothing is asked."


class NoSuchTable(UsageError):
    """The lake has no table of that name."""

    code = "AGT205"
    hint = "agentic lake tables lists them."


class NoSuchSnapshot(UsageError):
    """A table has no such snapshot, branch or tag, or had none at that time."""

    code = "AGT206"
    hint = "agentic lake history TABLE lists them."


class BadSources(UsageError):
    """configs/sources.yml does not parse, says something unknown, or holds a secret itself."""

    code = "AGT220"
    hint = "docs/how-to/ingest-files.md shows how a source is written."


# --- 3xx: the world outside ---------------------------------------------------------------------------


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


# --- 4xx: refused ---------------------------------------------------------------------------------------


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


class PhaseIncomplete(Refused):
    """A phase that has to be complete before this one is not, and nobody has waived it."""

    code = "AGT407"
    hint = "agentic phase check shows what is missing; agentic phase waive N --why TEXT lets work begin, on record."


# --- 5xx: the archive -----------------------------------------------------------------------------------


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


# --- 6xx: what is wrong with the data; the other codes of 6xx are findings, since a run goes on after them ----


class UnreadableData(AgenticError):
    """A file of a source cannot be read as what it should be; nothing of it is loaded."""

    code = "AGT610"
    hint = "look at the file, and at how configs/sources.yml says it is written."


# --- 7xx: limits ------------------------------------------------------------------------------------------


class LimitReached(AgenticError):
    """A budget or a limit stops the run before it is passed."""

    code = "AGT700"
    exit_status = 7
    hint = "agentic resume ID --budget-usd X (or --budget-tokens N) goes on with a larger budget."


class PriceUnknown(LimitReached):
    """A budget in money cannot be held: the price of the model is not known."""

    code = "AGT701"
    hint = "add the price to configs/agentic.yaml (prices:), or set a budget in tokens only."


class Interrupted(AgenticError):
    """A person pressed Ctrl-C."""

    code = "AGT130"
    exit_status = 130
    hint = "agentic resume ID goes on; nothing paid for is asked again."


def all_errors(base: type[AgenticError] = AgenticError) -> list[type[AgenticError]]:
    """The tree, flat."""
    return [base, *(found for child in base.__subclasses__() for found in all_errors(child))]
