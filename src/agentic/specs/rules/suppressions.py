"""Rules about comments that allow a finding: each names a code that exists and a reason that says something."""

from __future__ import annotations

import difflib
from collections.abc import Iterator
from functools import cache

from agentic.specs.library import Library
from agentic.specs.rule import Defect, Rule, Said, swap
from agentic.specs.suppress import ALLOW, Remark, Suppression, remarks
from agentic.values.explanation import explanations

ORDERS = "agent-prompts/tasks/ingestion/orders.md"
HEAD = "## SUCCESS CRITERIA:\n"
HOW = "write `agentic: allow CODE because REASON` in a comment, with at least two words of reason."
UNREADABLE = "AGT107"
PHASES = "AGT08"
"""What begins so, `phase check` finds; whether it does is not for lint to say."""


def remarks_of(library: Library) -> Iterator[tuple[str, Remark]]:
    """Of every page."""
    for path, page in library.pages.items():
        for remark in remarks(path, page.text):
            yield path, remark


def unexplained(library: Library) -> Iterator[Said]:
    """Who allows something has a reason, or nothing is allowed."""
    for path, remark in remarks_of(library):
        codes = ", ".join(remark.codes) or "a finding"
        if remark.verb not in ALLOW:
            yield Said(path, remark.line, f"`{remark.verb}` is no word for lint, so {codes} is not allowed")
        elif not remark.is_explained:
            said = f"`{remark.reason}` is no reason" if remark.reason else "there is no reason"
            yield Said(path, remark.line, f"{codes} is not allowed here: {said}")


def unknown(library: Library) -> Iterator[Said]:
    """A code that does not exist allows nothing."""
    for path, remark in remarks_of(library):
        if not remark.codes:
            yield Said(path, remark.line, "the comment names no code that it allows", HOW)
        for code in remark.codes:
            if code not in known():
                yield Said(path, remark.line, f"no code {code}", nearest(code))


def nearest(code: str) -> str:
    """What was probably meant: a code, or the name of one."""
    names = {name: number for number, name in known().items()}
    near = difflib.get_close_matches(code, [*known(), *names], n=1)
    meant = names.get(near[0], near[0]) if near else ""
    return f"did you mean {meant} ({known()[meant]})?" if meant else "agentic explain lists every code."


def refused(library: Library) -> Iterator[Said]:
    """Some findings stay whatever anybody says."""
    for path, remark in remarks_of(library):
        for code in remark.codes:
            if code in firm():
                yield Said(path, remark.line, f"{code} ({known()[code]}) cannot be allowed, with whatever reason")


def useless(library: Library) -> Iterator[Said]:
    """Asked of the whole of lint: what a suppression allows is known when everything is found."""
    from agentic.specs.lint import judge  # It runs these rules.

    for hit in judge(library).hits:
        if hit.finding.code == USELESS.code:
            yield Said(hit.finding.path, hit.finding.line, hit.finding.message)


def of_no_use(suppression: Suppression) -> Iterator[Said]:
    """What is said of a suppression that met no finding."""
    if suppression.code in known() and not suppression.code.startswith(PHASES):
        where = f"on line {suppression.covers}" if suppression.covers else "in this file"
        yield Said(suppression.path, suppression.line, f"{suppression.code} is allowed and not found {where}")


@cache
def known() -> dict[str, str]:
    """Every code -> its name."""
    from agentic.specs.rules import RULES  # They hold the rules of this file, too.

    named = {code: one.name for code, one in explanations().items()}
    return named | {rule.code: rule.name for rule in RULES}


@cache
def firm() -> frozenset[str]:
    """Codes that nothing silences."""
    from agentic.specs.rules import RULES  # They hold the rules of this file, too.

    return frozenset({UNREADABLE, *(rule.code for rule in RULES if rule.firm)})


USELESS = Rule(
    "AGT091", "UselessSuppression", "A comment allows a finding that is not there (any more).",
    "take the comment out; on the line of the finding, or directly above it, it would help (allow-file: anywhere).", useless,
    (
        Defect("nothing to allow on that line", swap(ORDERS, HEAD, f"<!-- agentic: allow AGT020 because of old times -->\n{HEAD}")),
        Defect("nothing to allow in the file", swap(ORDERS, HEAD, f"<!-- agentic: allow-file AGT021 because it had no check -->\n{HEAD}")),
    ),
    severity="warning", firm=True,
)  # fmt: skip

RULES: tuple[Rule, ...] = (
    Rule(
        "AGT090", "UnexplainedSuppression", "A comment allows a finding without a reason, so the finding stays.",
        HOW, unexplained,
        (
            Defect("no reason", swap(ORDERS, HEAD, f"<!-- agentic: allow AGT020 -->\n{HEAD}")),
            Defect("one word of reason", swap(ORDERS, HEAD, f"<!-- agentic: allow AGT020 because legacy -->\n{HEAD}")),
            Defect("no reason in the front matter", swap(ORDERS, "attempts: 3", "attempts: 3  # agentic: allow AGT103")),
            Defect("another tool's word", swap(ORDERS, HEAD, f"<!-- agentic: ignore AGT020 because it is so -->\n{HEAD}")),
        ),
        firm=True,
    ),
    USELESS,
    Rule(
        "AGT092", "UnknownSuppression", "A comment allows a code that does not exist.",
        "agentic explain lists every code.", unknown,
        (
            Defect("a code that does not exist", swap(ORDERS, HEAD, f"<!-- agentic: allow AGT0200 because it is so -->\n{HEAD}")),
            Defect("no code at all", swap(ORDERS, HEAD, f"<!-- agentic: allow because it is so -->\n{HEAD}")),
        ),
        firm=True,
    ),
    Rule(
        "AGT093", "FirmFinding", "A comment allows what cannot be allowed: a conflict, a secret, a file that is no text.",
        "mend what is found, and take the comment out.", refused,
        (Defect("a file that is no text", swap(ORDERS, HEAD, f"<!-- agentic: allow-file AGT107 because it is old -->\n{HEAD}")),),
        firm=True,
    ),
)  # fmt: skip
"""Rules of this file, in the order of their codes."""
