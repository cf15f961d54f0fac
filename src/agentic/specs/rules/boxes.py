"""Rules about checkboxes: one that is not written as Markdown wants it is never counted, and never ticked."""

from __future__ import annotations

import re
from collections.abc import Iterator

from agentic.specs.library import Library
from agentic.specs.rule import Defect, Mend, Rule, Said, add, swap
from agentic.specs.rules.planting import LANDING, ORDERS, PATTERNS
from agentic.specs.rules.spoken import told

BEGINS = "-*+[•–—·0123456789"
BOX = re.compile(
    r"^(?P<indent>\s*)(?P<bullet>[-*+•–—·]|\d+[.)]|)(?P<gap>\s*)(?P<open>[\[({])(?P<tick>[^\[\](){}]{0,3})(?P<close>[\])}])(?P<rest>.*)$"
)
UNCLOSED = re.compile(r"^(?P<indent>\s*)(?P<bullet>[-*+])\s*\[(?P<tick>\s|[xX]\s)\s*(?P<rest>\S[^\[\]]*)$")
PAIRS = ("[]", "()", "{}")
TICKED = ("x", "✓", "✔", "☑", "v", "y", "yes", "ok")
UNCLEAR = ("-", "_", "*", ".", "o", "/", "~", "?")
"""Whoever wrote this meant something, but nobody can tell what."""
LINK = ("(", "[", ":")
HOW = "write `- [ ] words`, or `- [x] words` once it is done."


def malformed(library: Library) -> Iterator[Said]:
    """What was meant for a checkbox and is none."""
    for page in told(library):
        if page.is_markdown:
            document = page.document
            for number, line in enumerate(document.lines, 1):
                text = line.lstrip()
                # The usual cases, told apart quickly.
                if not text or text[0] not in BEGINS or text.startswith(("- [ ] ", "- [x] ")):
                    continue
                if number not in document.code and (said := wrong_box(page.path, number, line)):
                    yield said


def wrong_box(path: str, number: int, line: str) -> Said | None:
    """What is wrong with it; None where it is a good box, or none at all."""
    found = BOX.match(line)
    if found is None:
        found = UNCLOSED.match(line)
        return told_of(path, number, line, found, bool(found["tick"].strip())) if found else None
    tick, rest = found["tick"].strip().lower(), found["rest"]
    if not is_meant(found, tick) or is_good(found):
        return None
    if tick in UNCLEAR or not rest.strip():
        return Said(path, number, f"a checkbox that says nothing clear: {line.strip()}", HOW)
    return told_of(path, number, line, found, tick in TICKED)


def told_of(path: str, number: int, line: str, found: re.Match[str], ticked: bool) -> Said:
    """The finding, with the line as it should be."""
    bullet = found["bullet"] if found["bullet"] and found["bullet"] not in "•–—·" else "-"
    after = f"{found['indent']}{bullet} [{'x' if ticked else ' '}] {found['rest'].strip()}"
    message = f"a malformed checkbox, which nobody counts: {line.strip()}"
    return Said(path, number, message, f"write `{after.strip()}`.", Mend(number, line, after))


def is_meant(found: re.Match[str], tick: str) -> bool:
    """Was it to be a checkbox? `- [y](address)` is a link, `- (a) words` an item with a letter."""
    rest = found["rest"]
    if found["open"] + found["close"] not in PAIRS or rest.startswith(LINK):
        return False
    if found["open"] != "[":
        return bool(found["bullet"]) and tick in ("", "x", *TICKED[1:4]) and rest[:1] in ("", " ")
    if not found["bullet"]:
        return tick in ("", "x") and rest.startswith(" ") and len(found["indent"]) < 4
    return tick in ("", *TICKED, *UNCLEAR) and not (found["gap"] == "" and rest.startswith(found["bullet"]))


def is_good(found: re.Match[str]) -> bool:
    """As Markdown wants it."""
    as_written = found["bullet"] not in ("", "•", "–", "—", "·") and found["gap"] and found["open"] == "["
    return bool(
        as_written and found["tick"] in (" ", "x", "X") and found["rest"][:1].isspace() and found["rest"].strip()
    )


FIRST = "- [ ] AC-1: every row of a delivery is in the table or in quarantine, counted (check: pytest)"


def written(box: str) -> Defect:
    """The first criterion of a task, with another box."""
    return Defect(f"written {box.strip()}", swap(ORDERS, FIRST, FIRST.replace("- [ ] ", box)))


RULES: tuple[Rule, ...] = (
    Rule(
        "AGT008", "MalformedCheckbox", "A checkbox is not written as Markdown wants it, so it is neither shown nor counted.",
        HOW, malformed,
        (
            written("- [] "), written("-[ ] "), written("- [x ] "), written("- [ ]"), written("* [y] "), written("- ( ) "),
            written("- [  ] "), written("[ ] "), written("- {x} "), written("• [ ] "), written("- [ "), written("- [-] "),
            Defect("in the shorter vocabulary", swap(LANDING, "- [ ] AC-2", "-[] AC-2")),
            Defect("in a document", add(PATTERNS, "- []  Nothing is logged twice\n")),
            Defect("without words", add(PATTERNS, "- [ ]\n")),
        ),
    ),
)  # fmt: skip
"""Rules of this file, in the order of their codes."""
