"""A file of SQL, before and after -> what it cheats with. By the syntax tree where both parse, by the words where not."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from typing import Any

from agentic.policy.cheating.case import Case, line_of
from agentic.policy.cheating.config import milder
from agentic.policy.cheating.drops import dropped, gone_by_words
from agentic.policy.cheating.jinja import Template, read
from agentic.policy.cheating.known import Known, node_at
from agentic.policy.cheating.rules import rule_of, say, warn
from agentic.policy.cheating.spoken import judge_print, judge_prints, judge_tags, spelled
from agentic.policy.cheating.tokens import (
    LOOSE_MARKS,
    MARKS,
    Difference,
    Edit,
    compare,
    is_placeholder,
    is_text,
    loose_tokens,
    tokens,
)
from agentic.policy.cheating.words import by_words, is_value, left_over
from agentic.values import Finding
from agentic.values.noun import Noun

KEPT = ("disables-a-node", "touches-hooks-or-operations", "writes-outside", "edits-packages-or-profiles")
"""Rules that say more than that a test became weaker."""
CODE = re.compile(r"(?i)\n|[=<>,]|\b(?:and|or|from|where|select|join|as|then|on)\b")
"""What stands in few texts, and in most code."""
TESTS = re.compile(r"\{%-?\s*(?:test\s+(?P<test>\w+)|macro\s+(?P<macro>(?:\w+__)?test_\w+))")


class Text(Noun, frozen=True):
    """One version of a file, as far as it can be read."""

    template: Template | None
    """None where jinja cannot read it."""
    tokens: tuple[str, ...]
    is_loose: bool
    """Quotes or braces are open: all of it is words."""
    tree: Any = None
    """None where it does not parse."""


def judge_sql(case: Case, base: Known) -> tuple[Finding, ...]:
    """One file that is there before and after."""
    old, new = versions(case.before or "", case.after or "")
    found = tuple(of_text(case, old, new, base))
    # In a broken test much may have to be mended: what cannot be told there is for a person.
    whole = is_test(case) and marks(old, new) is None
    return tuple(with_line(case, as_test(one, whole) if is_test(case) else one) for one in found)


def is_test(case: Case) -> bool:
    """A singular test, or a file that defines a generic one."""
    return case.kind == "test" or (case.kind == "macro" and TESTS.search(case.before or "") is not None)


def versions(before: str, after: str) -> tuple[Text, Text]:
    """Both, read alike."""
    one, other = read(before), read(after)
    old, new = text_of(before, spelled(one, other) if one and other else one), text_of(after, other)
    return (old, new) if old.is_loose == new.is_loose else (loosely(before, old), loosely(after, new))


def as_test(finding: Finding, whole: bool) -> Finding:
    """In a test a change that nobody can tell is one too many: the code has to change, not the test."""
    if rule_of(finding) in KEPT or (finding.severity == "warning" and not (whole and rule_of(finding) == "undecided")):
        return finding
    return say("weakens-a-test", f"the SQL of a test is another: {finding.message}", finding.path)


def with_line(case: Case, finding: Finding) -> Finding:
    """The line of what the message ends with, where it stands there."""
    line = finding.line or line_of(case.after, finding.message.rsplit(": ", 1)[-1])
    return Finding(finding.source, finding.message, finding.path, line, finding.severity, finding.code)


def of_text(case: Case, old: Text, new: Text, base: Known) -> Iterator[Finding]:
    """What is configured, what jinja says, and what the query does."""
    if restored(case, base):
        return
    if not new.tokens and old.tokens:
        yield say("hides-an-error", "nothing is left of the file but comments", case.path)
        return
    difference = compare(old.tokens, new.tokens, marks(old, new))
    for found in (
        swallowed(case.before or "", text_of(case.after or "", read(case.after or ""))) if old.is_loose else ()
    ):
        yield warn("undecided", f"code may stand in quotes now: {found}", case.path)
    if old.template and new.template:
        yield from milder(case.path, "the config block", old.template.config, new.template.config)
        yield from said(case, old.template, new.template, difference, base)
    yield from of_query(case, old, new, difference, base)


def restored(case: Case, base: Known) -> bool:
    """What dbt could read last is no cheat, whatever stands there now."""
    known = (str(node_at(base, case.path).get("raw_code") or ""), base.built.get(case.path, ""))
    return any(bool(one.strip()) and one.replace("\r\n", "\n").strip() == (case.after or "").strip() for one in known)


def text_of(text: str, template: Template | None) -> Text:
    """Read as far as it goes."""
    found = tokens(template.sql) if template else None
    return Text(template, found, False, tree(found)) if found is not None else Text(template, loose_tokens(text), True)


def loosely(text: str, read_so: Text) -> Text:
    """As words, for the other version can only be read so."""
    return read_so if read_so.is_loose else Text(read_so.template, loose_tokens(text), True, read_so.tree)


def tree(found: Sequence[str]) -> Any:
    """The syntax tree; None where there is none."""
    try:
        from agentic.policy.cheating.facts import tree_of  # sqlglot: 60 ms, and not everybody has it
    except ImportError:
        return None
    return tree_of(found) if found else None


def marks(old: Text, new: Text) -> frozenset[str] | None:
    """What was missing may be marks only where it is read now, and was not before."""
    if old.is_loose:
        return LOOSE_MARKS
    return MARKS if old.tree is None and new.tree is not None else None


def said(case: Case, old: Template, new: Template, difference: Difference, base: Known) -> Iterator[Finding]:
    """In `{{ }}` and `{% %}`."""
    pairs = [(was, now) for was, now in difference.renames if is_placeholder(was)]
    for was, now in pairs:
        yield from judge_print(case.path, old.said.get(was, was), new.said.get(now, now), base)
    yield from judge_prints(case.path, old, new, pairs)
    yield from judge_tags(case.path, old.tags, new.tags)


def of_query(case: Case, old: Text, new: Text, difference: Difference, base: Known) -> Iterator[Finding]:
    """Rows, values and columns."""
    mended = None if new.is_loose else tree(difference.mended)
    yield from renamed(case, new, difference)
    if is_test(case) and any(is_another_value(one) for one in difference.edits):
        yield say("weakens-a-test", "a value in a test is another", case.path)
    if difference.edits:
        yield from edited(case, mended, new, difference, base)
    if case.kind == "model" and new.tree is not None:
        # Where the file was broken, a column that is called otherwise can only be seen by its name.
        missing = [was for was, _ in difference.renames if was not in new.tokens] if old.tree is None else []
        yield from dropped(case, old.tree, mended, new, missing, base)


def edited(case: Case, mended: Any, new: Text, difference: Difference, base: Known) -> Iterator[Finding]:
    """What is more than a mended slip: by the trees of both, or by the words."""
    if mended is None or new.tree is None:
        words = by_words(case.path, difference.edits), gone_by_words(case, difference.edits, base)
        found = (*words[0], *words[1], *grouped(case, new, difference))
        yield from (*found, *left_over(case.path, difference.edits, found))
        return
    from agentic.policy.cheating.rows import is_query, less  # sqlglot is there, for a tree is

    found = tuple(less(case.path, mended, new.tree))
    yield from (*found, *(() if is_query(new.tree) else left_over(case.path, difference.edits, found)))


def swallowed(before: str, new: Text) -> Iterator[str]:
    """Texts in which code may stand: where a quote was missing, it can be set too late."""
    yield from (
        one
        for one in new.tokens
        if is_text(one) and CODE.search(one) and one not in before.lower() and one not in before
    )


def grouped(case: Case, new: Text, difference: Difference) -> Iterator[Finding]:
    """Where no tree tells what stood there: a GROUP BY that sums nothing up, and came."""
    if new.tree is None or not any("group" in one.gained for one in difference.edits):
        return
    from agentic.policy.cheating.facts import facts  # sqlglot is there, for a tree is

    if any(kind == "grouped" for kind, _ in facts(new.tree)):
        yield say("selects-less", "rows that are alike are made one by a new GROUP BY", case.path)


def is_another_value(edit: Edit) -> bool:
    """A number or a text went, and another came."""
    return any(map(is_value, edit.lost)) and any(map(is_value, edit.gained))


def renamed(case: Case, new: Text, difference: Difference) -> Iterator[Finding]:
    """One name for another in all places is a rename. In some places only, it is another column."""
    for was, now in difference.renames:
        if not is_placeholder(was) and was in without_aliases(new.tokens):
            yield warn("undecided", f"another column is read in some places: {now} for {was}", case.path)


def without_aliases(found: Sequence[str]) -> frozenset[str]:
    """Names that are read: not those behind `as`."""
    return frozenset(token for at, token in enumerate(found) if at == 0 or found[at - 1] != "as")
