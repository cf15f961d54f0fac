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
    hint = "agentic task new MODULE/FEATURE writes a skeleton to start from."


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


# --- what findings say: no exception, since a run goes on after them ---------------------------------------

FINDINGS = {
    "AGT080": ("DocumentMissing", "A file or folder that a phase requires is not there, or is empty.",
               "agentic phase draft DOCUMENT lets Claude draft it; agentic phase draft DOCUMENT --blank writes the template."),
    "AGT081": ("TemplateLeft", "A document is still the template that it was made from.", "fill it in, or draft it: agentic phase draft DOCUMENT."),
    "AGT082": ("SectionHollow", "A section says nothing, or still holds the template's words.",
               "write what belongs there, or `Not applicable: <why>`."),
    "AGT083": ("OpenQuestion", "A question in a document has no answer.", "write a line `A: ...` below the question."),
    "AGT084": ("BoxUnticked", "A box of a checklist that a person has to tick is empty.", "read, judge, and tick it; or end it in (optional)."),
    "AGT085": ("SectionMissing", "A document lacks a section or key that its template asks for.", "add it; agentic phase show DOCUMENT prints the template."),
    "AGT086": ("PhaseBefore", "A phase before this one is incomplete and not waived.", "complete it, or agentic phase waive N --why TEXT."),
    "AGT087": ("NoTaskReady", "No task spec is ready to be run, or a task is not done.", "agentic lint and agentic status tell more."),
    "AGT403": ("WeakerTest", "A new version of a test demands less than the one before, or another thing after it had failed.",
               "mend the code; a person may change the test by hand and adopt it (--adopt PATH)."),
    "AGT404": ("LooserExpectation", "An expectation was taken out, loosened or lost its severity.",
               "mend the job; a person may change the suite by hand and adopt it (--adopt PATH)."),
    "AGT405": ("NotPublished", "A job was not run on the project's own lake.",
               "run it there yourself, or see publish.allowed in configs/policy.yaml and uri in configs/lake.yaml."),
    "AGT406": ("ChangedSince", "An undo would overwrite what came after the execution.",
               "undo the later execution first, or give up your edit by hand; audit list shows what landed when."),
    "AGT601": ("TestProvesNothing", "The tests pass although the body of a function is emptied.",
               "let a test call the function and demand what it does."),
    "AGT602": ("JobWroteNothing", "The job ended well and no table has a row.", "look at its source and at what it quarantined."),
    "AGT603": ("JobNotIdempotent", "The second run of a job changed a table.",
               "write by load: overwrite or merge what the load brings, or skip a load that is there already."),
    "AGT650": ("RequirementChanged", "A requirement reads otherwise than when the task that cites it was proven, or is gone.",
               "read what changed, then agentic run TASK proves it anew."),
    "AGT651": ("DeliverableChanged", "A file is not as the run landed that proved it.",
               "agentic run TASK --adopt PATH checks and keeps the edit; --discard PATH gives it up."),
    "AGT652": ("DeliverableGone", "A file that was proven is not there any more.", "restore it, or agentic run TASK."),
    "AGT653": ("ContractChanged", "A dataset that the task names has other columns than when it was proven, or is gone.",
               "read what changed in context/data_context.md, then agentic run TASK proves it anew."),
    "AGT654": ("TaskChanged", "A task spec asks for something else than what was proven. A ticked box and layout are no change.",
               "agentic run TASK proves it anew."),
    "AGT655": ("ContextChanged", "A context file reads otherwise than when the task was made from it.",
               "judge whether it matters for the task; agentic run TASK proves it anew."),
    "AGT656": ("ClosedModuleChanged", "A file of a closed module changed after a person had signed for it.",
               "look at it; agentic close MODULE closes the module again, as it is now."),
    "AGT657": ("NotRecorded", "What something was proven against is not on record, so that nobody can tell whether it has parted.",
               "agentic run TASK proves it anew, and keeps it."),
    "AGT660": ("TaskUndone", "A task of the module is not done.", "agentic run TASK; agentic status shows where each stands."),
    "AGT661": ("CheckFailsNow", "A check that passed when the task was done fails now.", "agentic drift shows what changed since; mend it, or run the task again."),
    "AGT662": ("CoverageBelow", "A file of the module is covered less than the project asks for (closure.coverage).",
               "agentic generate tests FILE writes tests that count; or write them."),
    "AGT663": ("ModuleUndocumented", "The module's documentation is missing, or says nothing.", "agentic generate docs MODULE."),
    "AGT665": ("Unsigned", "Nobody has signed the checklist of the closure.", "read it, fill it in, then agentic close MODULE --sign NAME."),
    "AGT605": ("NobodySaidSo", "A draft holds a figure, an address, an answer or a tick that neither the context nor the person gave.",
               "a model that does not know asks, with a line `Q-n: ...`; say it with --say or --from if it is true."),
    "AGT604": ("EmptySuite", "A suite expects nothing, so that it proves nothing.", "add expectations to the suite."),
    "AGT670": ("PlanSectionMissing", "A plan has no title, or lacks a section that every plan needs; or the section says nothing.",
               "add it and fill it in; plans/README.md says what each section holds."),
    "AGT671": ("PlanTemplateLeft", "Words of the template are left in a plan.", "write what belongs there."),
    "AGT672": ("PlanName", "A plan is not named NNN-short-description.md, or its number is that of another.",
               "rename the file; agentic plan new takes the next number by itself."),
    "AGT673": ("PlanGoals", "The goals of a plan are no boxes, or one is not ticked when the plan is to be implemented.",
               "write each goal as `- [ ] ...`; tick it when its verification has shown it."),
    "AGT674": ("PlanNotApproved", "Nobody has approved a plan, or its words have changed since, or the approval is not in the archive.",
               "agentic plan approve N --by NAME, after somebody has read it."),
    "AGT675": ("PlanFiles", "A file that a plan creates or modifies does not exist, or cannot be one of this project.",
               "make the file, or mend the list."),
    "AGT676": ("PlanLogSilent", "The Implementation Log has no entry with a date since the plan was approved.",
               "write what was done, and on which day: `- YYYY-MM-DD: ...`."),
}  # fmt: skip
"""code -> name, meaning, what to do."""


def all_errors(base: type[AgenticError] = AgenticError) -> list[type[AgenticError]]:
    """The tree, flat."""
    return [base, *(found for child in base.__subclasses__() for found in all_errors(child))]
