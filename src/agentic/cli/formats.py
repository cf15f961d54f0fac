"""What lint found, in the forms that people and programs read: text, GitHub's annotations, SARIF and JUnit."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from typing import TYPE_CHECKING, Any

import click

from agentic import __version__
from agentic.cli.output import harmless
from agentic.cli.words import some

if TYPE_CHECKING:
    from xml.etree.ElementTree import Element

    from agentic.app.linting import LintReport
    from agentic.specs.suppress import Suppressed
    from agentic.values import Finding
    from agentic.values.explanation import Explanation

COLORS = {"error": "red", "warning": "yellow", "note": "cyan", "allowed": "green"}
BASELINE = "configs/lint-baseline.json"
SARIF_SCHEMA = "https://docs.oasis-open.org/sarif/sarif/v2.1.0/errata01/os/schemas/sarif-schema-2.1.0.json"


# --- text -------------------------------------------------------------------------------------------------


def text(report: LintReport, *, color: bool = False, summary: bool = True) -> str:
    """`path:line: error[AGT020] message`, its fix, and one line that counts."""
    lines = [one for mended in report.mended for one in diff_lines(mended.diff, color)]
    lines += [line for finding in report.findings for line in told(finding, color)]
    if summary:
        lines += [f"note: {harmless(note)}" for note in report.notes]
        lines += [counted(report), *offered(report)]
    return "\n".join(lines)


def told(finding: Finding, color: bool) -> Iterator[str]:
    """One finding, with what to do."""
    kind = painted(f"{finding.severity}[{finding.code}]", color, fg=COLORS[finding.severity], bold=True)
    yield f"{painted(place(finding), color, bold=True)}: {kind} {on_a_line(finding.message)}"
    if finding.fix:
        yield f"  fix: {on_a_line(finding.fix)}"


def suppressed_text(allowed: Sequence[Suppressed], *, color: bool = False) -> str:
    """What is allowed, and why."""
    lines = []
    for one in allowed:
        kind = painted(f"allowed[{one.finding.code}]", color, fg=COLORS["allowed"], bold=True)
        lines.append(f"{painted(place(one.finding), color, bold=True)}: {kind} {on_a_line(one.finding.message)}")
        lines.append(f"  because: {on_a_line(one.reason)} (line {one.line})")
    return "\n".join([*lines, f"{len(allowed)} suppressed"])


def counted(report: LintReport) -> str:
    """`3 errors, 1 warning in 12 files (2 suppressed, 4 in the baseline)`."""
    kinds = [(sum(one.severity == kind for one in report.findings), kind) for kind in ("error", "warning", "note")]
    found = ", ".join(some(number, kind) for number, kind in kinds if number) or "no findings"
    beside = [(len(report.suppressed), "suppressed"), (len(report.known), "in the baseline")]
    rest = ", ".join(f"{number} {words}" for number, words in beside if number)
    return f"{found} in {some(len(report.files), 'file')}{f' ({rest})' if rest else ''}"


def offered(report: LintReport) -> Iterator[str]:
    """What a machine did, would do, or could do."""
    if report.mended:
        lines, files = some(sum(one.count for one in report.mended), "line"), some(len(report.mended), "file")
        yield f"{lines} {'would be mended' if report.dry_run else 'mended'} in {files}"
    elif report.mendable:
        yield f"{report.mendable} of them can be mended: agentic lint --fix"


def place(finding: Finding) -> str:
    """`path:line`, as far as it is known."""
    path = on_a_line(finding.path or "agent-prompts")
    return f"{path}:{finding.line}" if finding.line else path


def on_a_line(words: str) -> str:
    """Others' words cannot begin a line of their own, nor steer a terminal."""
    return harmless(" ".join(words.split()))


def painted(words: str, color: bool, **style: Any) -> str:
    """With colours where they are wanted."""
    return click.style(words, **style) if color else words


def diff_lines(diff: str, color: bool) -> Iterator[str]:
    """Green for what comes, red for what goes."""
    for line in diff.removesuffix("\n").split("\n"):
        shade = {"+": "green", "-": "red", "@": "cyan"}.get(line[:1])
        yield painted(harmless(line), color and shade is not None, fg=shade)


# --- GitHub -----------------------------------------------------------------------------------------------


def github(report: LintReport) -> str:
    """Workflow commands: GitHub shows them beside the lines of a pull request."""
    kinds = {"error": "error", "warning": "warning", "note": "notice"}
    lines = []
    for one in report.findings:
        where = f"file={in_property(one.path)},line={max(1, one.line)},title={in_property(one.code)}"
        words = f"{one.message}\nfix: {one.fix}" if one.fix else one.message
        lines.append(f"::{kinds[one.severity]} {where}::{in_data(harmless(words))}")
    return "\n".join([*lines, counted(report)])


def in_data(words: str) -> str:
    """As the runner of workflows reads it."""
    return words.replace("%", "%25").replace("\r", "%0D").replace("\n", "%0A")


def in_property(words: str) -> str:
    """The same, where a colon or a comma would end it."""
    return in_data(harmless(words)).replace(":", "%3A").replace(",", "%2C")


# --- SARIF ------------------------------------------------------------------------------------------------


def sarif(report: LintReport, known: Mapping[str, Explanation]) -> str:
    """SARIF 2.1.0: findings; what is allowed and what is in the baseline as suppressed results, with the reason."""
    import json  # Here, since most people read text.

    entries: list[tuple[Finding, dict[str, Any]]] = [(one, {}) for one in report.findings]
    entries += [(one.finding, suppressed("inSource", one.reason)) for one in report.suppressed]
    entries += [(one, suppressed("external", f"known of old: {BASELINE}")) for one in report.known]
    codes = sorted({finding.code for finding, _ in entries})
    driver = {"name": "agentic", "version": __version__, "rules": [rule(known[code]) for code in codes]}
    run = {
        "tool": {"driver": driver},
        "originalUriBaseIds": {"%SRCROOT%": {"description": {"text": "The folder that holds agent-prompts/."}}},
        "columnKind": "unicodeCodePoints",
        "invocations": [{"executionSuccessful": True, "toolExecutionNotifications": notifications(report.notes)}],
        "results": list(results(entries, codes)),
    }
    return json.dumps({"$schema": SARIF_SCHEMA, "version": "2.1.0", "runs": [run]}, indent=2, ensure_ascii=False)


def rule(one: Explanation) -> dict[str, Any]:
    """What a code means."""
    return {
        "id": one.code,
        "name": one.name,
        "shortDescription": {"text": one.meaning},
        "help": {"text": f"What to do: {one.fix} `agentic explain {one.code}` says the same, offline."},
    }


def results(entries: Sequence[tuple[Finding, dict[str, Any]]], codes: Sequence[str]) -> Iterator[dict[str, Any]]:
    """Each finding in its place. Its fingerprint stays the same while lines move."""
    seen: dict[str, int] = defaultdict(int)
    for finding, more in entries:
        same = fingerprint(finding)
        seen[same] += 1
        yield {
            "ruleId": finding.code,
            "ruleIndex": codes.index(finding.code),
            "level": finding.severity,
            "message": {"text": f"{finding.message}\nfix: {finding.fix}" if finding.fix else finding.message},
            "locations": [{"physicalLocation": location(finding)}],
            "partialFingerprints": {"agenticFinding/v1": f"{same}:{seen[same]}"},
            **more,
        }


def fingerprint(finding: Finding) -> str:
    """Of what is said of which file, without numbers of lines."""
    from hashlib import sha256

    from agentic.specs.baseline import key_of

    return sha256("\0".join(key_of(finding)).encode()).hexdigest()[:32]


def location(finding: Finding) -> dict[str, Any]:
    """A file, from the project's root, and a line."""
    from urllib.parse import quote

    uri = {"uri": quote(finding.path or "agent-prompts"), "uriBaseId": "%SRCROOT%"}
    return {"artifactLocation": uri, "region": {"startLine": max(1, finding.line)}}


def suppressed(kind: str, reason: str) -> dict[str, Any]:
    """Why a result does not count."""
    return {"suppressions": [{"kind": kind, "status": "accepted", "justification": reason}]}


def notifications(notes: Sequence[str]) -> list[dict[str, Any]]:
    """What else there is to say."""
    return [{"level": "note", "message": {"text": note}} for note in notes]


# --- JUnit ------------------------------------------------------------------------------------------------


def junit(report: LintReport, *, strict: bool = False) -> str:
    """One test case a file: it fails where lint would."""
    from xml.etree.ElementTree import Element, SubElement, indent, tostring

    by_path: dict[str, list[Finding]] = defaultdict(list)
    for finding in report.findings:
        by_path[finding.path or "agent-prompts"].append(finding)
    paths = sorted({*report.files, *by_path})
    failed = sum(any(fails(one, strict) for one in found) for found in by_path.values())
    counts = {"name": "agentic lint", "tests": str(len(paths)), "failures": str(failed), "errors": "0"}
    suites = Element("testsuites", counts)
    suite = SubElement(suites, "testsuite", counts)
    for path in paths:
        case = SubElement(suite, "testcase", {"classname": "agentic.lint", "name": in_xml(path), "file": in_xml(path)})
        fill(case, by_path[path], [one for one in report.suppressed if one.finding.path == path], strict)
    indent(suites)
    return f"<?xml version='1.0' encoding='UTF-8'?>\n{tostring(suites, encoding='unicode')}"


def fill(case: Element, found: Sequence[Finding], allowed: Sequence[Suppressed], strict: bool) -> None:
    """What fails it, and what else is said of it."""
    from xml.etree.ElementTree import SubElement

    bad = [one for one in found if fails(one, strict)]
    if bad:
        failure = SubElement(case, "failure", {"type": bad[0].code, "message": in_xml(bad[0].message)})
        failure.text = in_xml("\n".join(line for one in bad for line in told(one, color=False)))
    rest = [line for one in found if one not in bad for line in told(one, color=False)]
    rest += [f"{place(one.finding)}: allowed[{one.finding.code}] because: {one.reason}" for one in allowed]
    if rest:
        SubElement(case, "system-out").text = in_xml("\n".join(rest))


def fails(finding: Finding, strict: bool) -> bool:
    """Does it make lint end with 1?"""
    return finding.severity == "error" or (strict and finding.severity == "warning")


def in_xml(words: str) -> str:
    """XML 1.0 has no way to write most control characters: they are spelt out."""
    return "".join(letter if is_xml(ord(letter)) else f"\\u{ord(letter):04x}" for letter in words)


def is_xml(number: int) -> bool:
    """May a document of XML 1.0 hold it?"""
    if number < 0x20:
        return number in (9, 10, 13)
    return not (0x7F <= number < 0xA0 or 0xD800 <= number < 0xE000 or number in (0xFFFE, 0xFFFF))
