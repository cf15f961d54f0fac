"""`- Rule: bronze.flights.carrier not_null, threshold 100 %` -> its parts."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator

from agentic.text import Line
from agentic.values import QualityRule

RULE = re.compile(
    r"(?P<indent>\s*)[-*+]\s+[*_]*(?:(?:data|quality|dq)[ -])*rules?(?P<name>\s+[\w-]*\d+)?[*_]*\s*:[*_]*\s*(?P<text>.*)",
    re.IGNORECASE,
)
ITEM = re.compile(r"(?P<indent>\s*)[-*+]\s+(?P<text>.*)")
NEXT = re.compile(r"\s*[A-Z][\w ]{0,30}:(?:\s|$)|\s*[|#>]|\s*\d+[.)]\s")
THRESHOLD = re.compile(
    r"[\s,;(]{0,4}(?:\b(?:with|at|and)\s+)?(?:\b(?:an?|the)\s+)?\bthreshold\b\s*(?:\b(?:of|is|at)\b|[:=>≥]+)*\s*(?P<text>.*)",
    re.IGNORECASE,
)
SHARE = re.compile(r"(?P<text>\d[\d.,]*\s*(?:%|per ?cent\b|pct\b))", re.IGNORECASE)
BETWEEN = re.compile(r"\bbetween\b.*?\band\s+\S+(?:\s*%)?", re.IGNORECASE)
SUBJECT = re.compile(
    r"(?P<table>[\w-]+(?:\.[\w-]+)*?)(?:(?:\.(?P<columns>\w+))|\.?\s*[({](?P<several>[\w\s,.`]*)[)}])?\s*:?\s+(?P<rule>[^({\s].*)"
)
COLUMN_OF = re.compile(r"(?:column )?(?P<columns>\w+) (?:in|of) (?P<table>\w+(?:\.\w+)+):?\s+(?P<rule>.+)")
RULE_FIRST = re.compile(
    r"(?P<rule>not[_ ]?null|unique|no (?:nulls?|gaps|duplicates)|accepted_values|freshness|row_count|completeness)"
    r"\s*(?:\(|on |of |in |for |:\s*)\s*(?P<table>\w+(?:\.\w+)*)\.(?P<columns>\w+)\)?",
    re.IGNORECASE,
)
"""`not_null(bronze.flights.carrier)`, `unique on bronze.orders.order_id`."""
LONGEST = 2_000
"""Characters of a rule that are looked at."""
ABOUT_TABLE = (
    "row_count", "rows", "fresh", "schema", "has ", "have ", "count", "volume", "contains", "unique on", "unique (", "unique key",
)  # fmt: skip
"""How a rule about a whole table begins: what stands before it is no column."""


def quality_rules(lines: Iterable[Line]) -> Iterator[QualityRule]:
    """Every rule among these lines of prose."""
    return (quality_rule(line.text, line.number) for line in rule_lines(lines))


def rule_lines(lines: Iterable[Line]) -> Iterator[Line]:
    """The words of each rule; `- Rules:` has them as items below."""
    listed = -1
    for line in unwrapped(lines):
        item, found = ITEM.match(line.text), RULE.match(line.text)
        if found and not found["text"] and line.text.rstrip(" *_").lower().endswith("rules:"):
            listed = len(found["indent"])
        elif found:
            listed = -1
            yield Line(line.number, found["text"])
        elif item and 0 <= listed < len(item["indent"]):
            yield Line(line.number, item["text"])
        elif line.text:
            listed = -1


def unwrapped(lines: Iterable[Line]) -> Iterator[Line]:
    """List items in one line each, however often they were broken; all others as they are."""
    now: Line | None = None
    for line in lines:
        if now and line.text.strip() and not ITEM.match(line.text) and not NEXT.match(line.text):
            now = Line(now.number, f"{now.text} {line.text.strip()}")
            continue
        if now:
            yield now
        now = Line(line.number, line.text.rstrip()) if ITEM.match(line.text) else None
        if now is None:
            yield Line(line.number, line.text.strip())
    if now:
        yield now


def quality_rule(text: str, line: int) -> QualityRule:
    """`bronze.flights.(a, b) unique, threshold 100 %` -> its parts; what cannot be told apart stays empty."""
    text = " ".join(text[:LONGEST].split())
    said, threshold = without_threshold(text)
    plain = said.replace("`", "").replace("**", "").strip()
    for form in (COLUMN_OF, RULE_FIRST, SUBJECT):
        if found := form.match(plain):
            return parts(text, line, found, threshold)
    return QualityRule(text, line, plain.strip(" :,."), (), "", threshold)


def parts(text: str, line: int, found: re.Match[str], threshold: str) -> QualityRule:
    """One rule from what a form has found in it."""
    given = found.groupdict()
    table, column, rule = given["table"], given["columns"] or "", given["rule"].strip()
    if column and rule.lower().startswith(ABOUT_TABLE):
        return QualityRule(text, line, f"{table}.{column}", (), rule, threshold)
    return QualityRule(text, line, table, (column,) if column else names(given.get("several") or ""), rule, threshold)


def names(text: str) -> tuple[str, ...]:
    """`a, b` -> its columns; words that are no names are none."""
    found = tuple(name.strip(" `") for name in text.split(",") if name.strip(" `"))
    return found if all(name.replace(".", "").isidentifier() for name in found) else ()


def without_threshold(text: str) -> tuple[str, str]:
    """The rule, and its threshold: after that word, before it, or a share at the end."""
    if found := THRESHOLD.search(text):
        said, threshold = text[: found.start()], found["text"].strip().rstrip(").;")
        before = SHARE.search(said.split(",")[-1]) if not any(sign.isdigit() for sign in threshold) else None
        return (said[: said.rindex(before["text"])], before["text"]) if before else (said, threshold)
    shares = SHARE.findall(BETWEEN.sub("", text))
    return text, shares[-1] if shares else ""
