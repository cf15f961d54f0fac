"""2xx: how it was called and configured."""

from __future__ import annotations

from agentic.errors.base import AgenticError


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


class NoSuchCheckpoint(UsageError):
    """No checkpoint has the name given."""

    code = "AGT230"
    hint = "great-expectations/checkpoints/ holds a file for each."


class BadCheckpoint(UsageError):
    """A checkpoint's file does not parse, or says something unknown."""

    code = "AGT231"
    hint = "docs/how-to/check-quality.md shows how a checkpoint is written."


class BadSuite(UsageError):
    """A suite of expectations is missing, broken, empty, or not one of Great Expectations 1.x."""

    code = "AGT232"
    hint = "great-expectations/expectations/ holds a suite for each name, as Great Expectations 1.x writes it."


class NothingChecked(UsageError):
    """Nothing was checked yet, so that there is nothing to show."""

    code = "AGT233"
    hint = "agentic quality check, then once more."


class NoSuchFix(UsageError):
    """There is no proposed or applied fix of that id."""

    code = "AGT240"
    hint = "agentic pipeline history lists fixes with their ids; agentic pipeline diagnose proposes anew."


class NothingRun(UsageError):
    """There is no run of dbt that could be diagnosed."""

    code = "AGT241"
    hint = "agentic pipeline run runs it."
