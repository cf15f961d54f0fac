"""Columns that a model gave and gives no longer, and who uses them."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from typing import Any, Protocol

from agentic.policy.cheating.alike import closest
from agentic.policy.cheating.case import Case, line_of
from agentic.policy.cheating.known import Known, user_of
from agentic.policy.cheating.rules import say, warn
from agentic.policy.cheating.tokens import Edit, is_placeholder
from agentic.policy.cheating.words import names_gone
from agentic.values import Finding


class Query(Protocol):
    """A query that was read."""

    @property
    def tokens(self) -> tuple[str, ...]: ...
    @property
    def tree(self) -> Any: ...


def dropped(case: Case, old: Any, mended: Any, new: Query, missing: Iterable[str], base: Known) -> Iterator[Finding]:
    """Output columns of the whole query, and `missing` ones. Behind a star over a relation nobody can tell."""
    from agentic.policy.cheating.facts import outputs  # sqlglot is there, for a tree is

    first = old if old is not None else mended
    were, was_whole = outputs(first) if first is not None else (frozenset(), False)
    are, is_whole = outputs(new.tree)
    lost = {name for name in were - are if not is_placeholder(name)} | {
        name for name in missing if user(case, name, base, True)
    }
    for name in sorted(lost - are):
        if is_whole:
            yield from drop(case, name, instead_of(case, name, are - were, base), base)
        elif was_whole:
            yield warn("drops-a-column", f"the column {name} is not named any more; a star may give it", case.path)
    # A star over a CTE whose name had a slip was one over a relation that nobody knows.
    if is_whole and mended is not None and not outputs(mended)[1]:
        yield warn("drops-a-column", "the columns behind a star are named one by one now", case.path)
    yield from left_out(case, first, new.tree, base)


def instead_of(case: Case, name: str, come: frozenset[str], base: Known) -> str:
    """The column that was meant: a slip away, or one that was missed downstream."""
    return closest(name, come) or next((one for one in sorted(come) if user(case, one, base, True)), "")


def left_out(case: Case, old: Any, new: Any, base: Known) -> Iterator[Finding]:
    """`* exclude (name)`."""
    from agentic.policy.cheating.facts import facts  # sqlglot is there, for a tree is

    before = facts(old) if old is not None else {}
    for kind, name in facts(new):
        if kind == "exclude" and (kind, name) not in before:
            yield from drop(case, name.lower(), "", base)


def user(case: Case, name: str, base: Known, is_slip: bool = False) -> str:
    """Who needs the column."""
    return user_of(base, base.places.get(case.path, ""), name, is_slip)


def was_never_built(case: Case, name: str, base: Known) -> bool:
    """A column that came after the last good run was given to nobody yet."""
    text = base.built.get(case.path)
    return text is not None and not re.search(rf"(?i)\b{re.escape(name)}\b", text)


def drop(case: Case, name: str, instead: str, base: Known) -> Iterator[Finding]:
    """One column. A slip in a name that nobody uses may be mended; where no manifest tells who does, nothing else may."""
    if was_never_built(case, name, base):
        return
    who, line = user(case, name, base, is_slip=bool(instead)), line_of(case.before, name)
    if who:
        yield say("drops-a-column", f"the column {name} is gone, and {who} uses it", case.path, line)
    elif not instead and case.path not in base.places:
        yield say("drops-a-column", f"the column {name} is gone, and no manifest tells who uses it", case.path, line)
    elif not instead:
        yield warn("drops-a-column", f"the column {name} is gone; nobody is known to use it", case.path, line)


def gone_by_words(case: Case, edits: Sequence[Edit], base: Known) -> Iterator[Finding]:
    """Where no tree tells: names that went and that somebody uses."""
    if case.kind != "model":
        return
    for name in sorted(names_gone(edits))[:50]:
        if who := user(case, name, base):
            yield say("drops-a-column", f"{name} is gone, and {who} uses it", case.path)
