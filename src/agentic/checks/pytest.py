"""`pytest: tests/x.py`: the tests pass, and they would not if the code did nothing."""

from __future__ import annotations

import ast
import json
import secrets
import xml.etree.ElementTree as ET
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from posixpath import normpath
from typing import Any

from agentic.checks.evidence import failure, probe_command, refuse_missing_module, seen, verdict, wishes, words
from agentic.ports import Outcome, Runner, Staged
from agentic.values import CheckSpec, Finding, Verdict


@dataclass(frozen=True, slots=True)
class Report:
    """What pytest wrote down of its own run."""

    passed: tuple[str, ...]
    skipped: int
    failed: tuple[str, ...]


class Pytest:
    """A test file that this execution wrote has to prove that it bites."""

    stops = False

    def look(self, staged: Staged, spec: CheckSpec, runner: Runner) -> Verdict:
        """Run the tests; then, where they are new, run them against emptied functions."""
        # A name that the tests cannot know beforehand: a report is pytest's to write, not theirs.
        report = staged.root / f".report-{secrets.token_hex(8)}.xml"
        cover = report.with_suffix(".json")
        arguments = (cover.name, "-q", "-p", "no:cacheprovider", f"--junitxml={report.name}", *spec.target.split())
        outcome = runner.run(staged, probe_command(runner, "run_pytest", *arguments), **wishes(spec))
        refuse_missing_module(outcome, "pytest", "checks")
        read = read_report(report)
        evidence = {
            **seen(outcome),
            "passed": len(read.passed),
            "passed_tests": list(read.passed),
            "skipped": read.skipped,
            "failed_tests": list(read.failed),
            **covered(cover, own_code(staged, spec)),
        }
        own = (f" --junitxml={report.name}", f" {cover.name}")
        evidence["command"] = without(evidence["command"], own)
        findings = tuple(faults(spec, outcome, read, own))
        if not findings and (targets := written_tests(staged, spec)):
            staged.tell(f"{len(read.passed)} test(s) passed; now with one function after the other emptied")
            emptied = empty_functions(staged, spec, targets, runner)
            evidence["emptied"] = emptied
            findings = tuple(unnoticed(spec, emptied))
        return verdict(spec, findings, evidence)


def own_code(staged: Staged, spec: CheckSpec) -> list[str]:
    """The code that the tests are about: what this execution wrote, and what the check names."""
    own = [path for path in staged.changed if path.endswith(".py") and not is_test(path)]
    return [*own, *(path for path in words(spec.options.get("mutate")) if path not in own)]


def covered(path: Path, own: list[str]) -> dict[str, Any]:
    """`coverage`: per cent by file of `own` (of all where it is empty); `coverage_lines`: `covered of all`.

    Nothing where it was not measured.
    """
    try:
        lines: dict[str, list[int]] = json.loads(path.read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return {}
    known = {name: (hit, all_) for name, (hit, all_) in sorted(lines.items()) if hit and (not own or name in own)}
    return {
        "coverage": {name: 100 * hit // all_ for name, (hit, all_) in known.items()},
        "coverage_lines": {name: f"{hit} of {all_}" for name, (hit, all_) in known.items()},
    }


def read_report(path: Path) -> Report:
    """The JUnit file; no file means that pytest did not get to its end."""
    if not path.is_file():
        return Report((), 0, ())
    try:
        cases = list(ET.parse(path).getroot().iter("testcase"))  # noqa: S314 (written by pytest a moment ago)
    except ET.ParseError:
        return Report((), 0, ())
    named = {case.get("name", ""): {child.tag for child in case} for case in cases}
    failed = tuple(name for name, tags in named.items() if tags & {"failure", "error"})
    skipped = tuple(name for name, tags in named.items() if "skipped" in tags)
    return Report(tuple(name for name in named if name not in (*failed, *skipped)), len(skipped), failed)


def faults(spec: CheckSpec, outcome: Outcome, report: Report, own: tuple[str, ...]) -> Iterator[Finding]:
    """A failed run, or one that shows nothing. `own`: words of the command that are another in each run."""
    if outcome.exit_code or report.failed:
        message = f"tests failed: {', '.join(report.failed)}" if report.failed else ""
    elif report.passed:
        return
    else:
        message = "no test ran and passed, so nothing is shown"
    finding = failure(spec, outcome, message)
    yield Finding(finding.source, without(finding.message, own), detail=without(finding.detail, own))


def without(text: str, words: tuple[str, ...]) -> str:
    """The same failure has to read the same: else nobody sees that it came back, and a replay asks another thing."""
    for word in words:
        text = text.replace(word, "")
    return text


def written_tests(staged: Staged, spec: CheckSpec) -> tuple[str, ...]:
    """Test files among the targets that this execution wrote."""
    names = [word for word in spec.target.split() if not word.startswith("-")]
    targets = [normpath(name.split("::")[0]) for name in names]
    return tuple(path for path in staged.changed if is_test(path) and any(covers(one, path) for one in targets))


def covers(target: str, path: str) -> bool:
    """Is a file the target, or below it?"""
    return target in (".", path) or path.startswith(f"{target}/")


def is_test(path: str) -> bool:
    """A file that pytest collects."""
    name = path.rsplit("/", 1)[-1]
    return name.endswith(".py") and (name.startswith("test_") or name.endswith("_test.py"))


def empty_functions(staged: Staged, spec: CheckSpec, tests: tuple[str, ...], runner: Runner) -> dict[str, Any]:
    """Empty one function after the other and see whether a test notices: in the code of this execution and in what the check
    names (`mutate`); where it has neither, in the code that the tests import.
    """
    named = own_code(staged, spec)
    sources = named or imported(staged.root, tests)
    outcome = runner.run(
        staged,
        probe_command(runner, "emptied", json.dumps({"sources": sources, "tests": list(tests)})),
        **wishes(spec),
    )
    lines = [line for line in outcome.output.splitlines() if line.startswith('{"emptied"')]
    answer: dict[str, Any] = json.loads(lines[-1]) if lines else {"emptied": [], "control": 1}
    return {**answer, "sources": sources, "named": bool(named), "milliseconds": outcome.milliseconds}


def imported(root: Path, tests: tuple[str, ...]) -> list[str]:
    """Files below src/ that the tests import by name."""
    names = {name for test in tests for name in imports_of((root / test).read_text(encoding="utf-8"))}
    places = (f"src/{name.replace('.', '/')}{end}" for name in sorted(names) for end in (".py", "/__init__.py"))
    return [place for place in places if (root / place).is_file()]


def imports_of(text: str) -> Iterator[str]:
    """Modules that a file imports; of `from a import b` both `a` and `a.b`, since b may be a module."""
    try:
        nodes = list(ast.walk(ast.parse(text)))
    except (SyntaxError, ValueError, RecursionError):
        return
    for node in nodes:
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom) and node.module and not node.level:
            yield from (node.module, *(f"{node.module}.{alias.name}" for alias in node.names))


def unnoticed(spec: CheckSpec, answer: dict[str, Any]) -> Iterator[Finding]:
    """Tests that pass all the same prove nothing; nor do those that fail although the code does what it did."""
    if answer.get("control", 1):
        message = "the tests do not pass when they are run again, on the same code in other words"
        yield Finding(spec.label, message, code="AGT601")
    elif answer["sources"] and not answer["emptied"]:
        yield Finding(spec.label, "there is no function in the code that the tests could miss", code="AGT601")
    # Tests of standing code that nobody named may be about a part of what they import; but about some of it they must be.
    if not answer["named"] and any(one["noticed"] for one in answer["emptied"]):
        return
    for one in answer["emptied"]:
        if not one["noticed"]:
            yield Finding(
                spec.label,
                f"the tests pass although the body of {one['function']} is emptied: they do not test it",
                one["path"],
                one["line"],
                code="AGT601",
            )
