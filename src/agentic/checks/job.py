"""`job: src/ingestion/x.py`: really run, twice, on a lake of its own; the second run must change nothing."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from agentic.checks.evidence import failure, lake_environment, probe, seen, verdict, wishes, words
from agentic.ports import Outcome, Runner, Staged
from agentic.values import CheckSpec, Finding, Verdict

Tables = Mapping[str, Mapping[str, Any]]


class Job:
    """What a job did is read from the catalog, not from what it prints."""

    stops = True

    def look(self, staged: Staged, spec: CheckSpec, runner: Runner) -> Verdict:
        """Two runs, and the tables after each."""
        lake = lake_environment(staged.root)
        first = run(staged, spec, runner, lake)
        if first.exit_code:
            return verdict(spec, (failure(spec, first),), {"first_run": seen(first)})
        after_first = tables(staged, runner, lake)
        staged.tell("first run done; the second must change nothing")
        second = run(staged, spec, runner, lake)
        if second.exit_code:
            findings = (failure(spec, second, "the first run worked, the second failed: the job cannot be run again"),)
            return verdict(spec, findings, {"first_run": seen(first), "second_run": seen(second)})
        after_second = tables(staged, runner, lake)
        evidence = {
            "first_run": seen(first),
            "second_run": seen(second),
            "tables": after_second,
            **in_words(after_second),
        }
        return verdict(spec, differences(spec, after_first, after_second), evidence)


def run(staged: Staged, spec: CheckSpec, runner: Runner, lake: Mapping[str, str]) -> Outcome:
    """The job as a program of its own, with the project's `src` on its path."""
    command = (runner.python(), spec.target, *words(spec.options.get("arguments")))
    return runner.run(staged, command, environment=lake, **wishes(spec))


def tables(staged: Staged, runner: Runner, lake: Mapping[str, str]) -> Tables:
    """Every table of the lake: snapshot, rows, digest of its content. Read by PyIceberg."""
    found: Tables = probe("lake_state", staged, runner, "lake", environment=lake)["tables"]
    return found


def in_words(found: Tables) -> dict[str, str]:
    """`rows of bronze.flights: 334,264`: what a person wants to see first."""
    return {f"rows of {name}": f"{table['rows']:,}" for name, table in found.items()}


def differences(spec: CheckSpec, first: Tables, second: Tables) -> Iterator[Finding]:
    """What speaks against the job."""
    if not any(table["rows"] for table in first.values()):
        yield Finding(spec.label, "the job ended well and wrote no row into any table", code="AGT602")
    for name in sorted(first.keys() | second.keys()):
        if difference := differs(first.get(name), second.get(name)):
            yield Finding(spec.label, f"the second run changed {name}: {difference}", code="AGT603")


def differs(before: Mapping[str, Any] | None, after: Mapping[str, Any] | None) -> str:
    """How a table is not what it was; empty where it is."""
    if before is None or after is None:
        return "the table is new" if before is None else "the table is gone"
    if before["rows"] != after["rows"]:
        return f"{before['rows']:,} rows became {after['rows']:,}"
    return (
        ""
        if before["digest"] == after["digest"]
        else f"the same number of rows ({after['rows']:,}), with other content"
    )
