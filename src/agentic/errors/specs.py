"""1xx: what a person wrote in a spec."""

from __future__ import annotations

from agentic.errors.base import AgenticError


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
