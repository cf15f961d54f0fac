"""Does a fix cheat? Told from its diff and the manifest, never from what its author says."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

from agentic.policy.cheating.alike import typo
from agentic.policy.cheating.case import Case, cases, name_of
from agentic.policy.cheating.columns import columns_of
from agentic.policy.cheating.known import Known, Manifest, is_called, known
from agentic.policy.cheating.places import judge_place
from agentic.policy.cheating.project import judge_rules
from agentic.policy.cheating.properties import judge_words, judge_yaml
from agentic.policy.cheating.rules import RULES, rule_of, say, warn
from agentic.policy.cheating.seeds import judge_rows
from agentic.policy.cheating.sql import judge_sql, restored
from agentic.policy.cheating.tests import Around
from agentic.policy.cheating.whole import judge_come, judge_gone, judge_other, judge_python, overrides, secrets
from agentic.values import Finding

__all__ = ["RULES", "cheats", "rule_of"]

OF_SQL = ("model", "test", "macro")


def cheats(
    before: Mapping[str, str],
    after: Mapping[str, str | None],
    manifest: Manifest,
    built: Mapping[str, str] | None = None,
) -> tuple[Finding, ...]:
    """What speaks against a fix: an error refuses it, a warning has to be shown to a person before it is applied.

    `before`: path from the dbt project's root -> text as it is; `after`: path -> text as the fix wants it, None removes the file.
    `manifest`: as dbt wrote it last; an empty one makes the judge stricter. `built`: path -> the file as it was in the last
    run that was green, where that is known: what was never built, nobody can have used.
    """
    places = tuple(finding for path in sorted({*before, *after}) for finding in judge_place(path))
    if places:
        return places
    base = known(manifest, built or {})
    found = cases(before, after, base)
    return tuple(dict.fromkeys((*judged(found, base), *of_yaml(found, base))))


def judged(found: Sequence[Case], base: Known) -> Iterator[Finding]:
    """File by file, all but YAML."""
    for case in found:
        if case.was and case.kind != "properties":
            yield from moved(case, base)
        if case.kind not in (*OF_SQL, "docs", "seed", "profiles") and case.before is not None:
            yield from secrets(case)
        if case.kind in OF_SQL:
            yield from of_sql(case, base)
        elif case.kind == "seed":
            yield from judge_rows(case, base)
        elif case.kind in ("project", "packages", "profiles", "selectors"):
            yield from judge_rules(case)
        elif case.kind != "properties":
            yield from of_another(case)


def moved(case: Case, base: Known) -> Iterator[Finding]:
    """A folder brings its own configuration, and a name is what `ref` calls. A slip in a name that others call rightly is mended."""
    was, now = name_of(case.was), name_of(case.path)
    if case.path in base.built and case.was not in base.built:
        return  # Back to where it was when all was well is no move.
    if restored(case, base) or (typo(was, now) and was != now and is_called(base, now) and not is_called(base, was)):
        return
    if was == now:
        yield warn("undecided", f"the file is moved, and another configuration may be for it: {case.was}", case.path)
    else:
        yield warn("removes-a-node", f"{was} is called {now} now", case.path)


def of_sql(case: Case, base: Known) -> Iterator[Finding]:
    """A file of SQL that comes, goes or changes."""
    if case.after is None:
        yield from judge_gone(case)
    elif case.before is None:
        yield from judge_come(case, base)
    else:
        yield from judge_sql(case, base)
        if case.kind == "macro":
            yield from overrides(case, base)


def of_another(case: Case) -> Iterator[Finding]:
    """Fixtures of unit tests, Python, pages, and what is none of these."""
    if case.kind == "docs":
        return
    if case.after is None:
        yield from judge_gone(case)
    elif case.kind == "fixture":
        told = warn if case.before is None else say
        yield told("weakens-a-test", "rows that a unit test is given are others", case.path)
    elif case.kind == "python":
        yield from judge_python(case)
    else:
        yield from judge_other(case)


def of_yaml(found: Sequence[Case], base: Known) -> Iterator[Finding]:
    """All files of properties together: a test may move from one to another."""
    sheets = [case for case in found if case.kind == "properties"]
    renamed = frozenset((name_of(case.was), name_of(case.path)) for case in found if case.was)
    if sheets:
        told = tuple(judge_yaml(sheets, Around(base, columns_of(found, base), renamed)))
        yield from told or judge_words(sheets)
