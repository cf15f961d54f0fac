"""Failure -> fixes, best first: fixers give candidates, the database says which are understood, the data which are right."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from itertools import islice
from typing import Any

from agentic.healing.candidate import Attempt, Candidate, Case
from agentic.healing.edit import Edit
from agentic.healing.fixers import (
    clauses,
    contracts,
    jinja,
    names,
    profiles,
    references,
    restore,
    signs,
    upstream,
    yaml_text,
)
from agentic.healing.place import files_for

Attempts = Callable[[Case], Iterator[Attempt]]
Candidates = Callable[[Case], Iterator[Candidate]]
ON_SQL: Mapping[str, tuple[Attempts, ...]] = {
    "column": (names.names,),
    "alias": (names.names,),
    "relation": (names.names,),
    "function": (names.names, clauses.dialect),
    "sql": (signs.signs,),
    "ambiguous": (clauses.ambiguous,),
    "group": (clauses.group,),
    "aggregate": (clauses.aggregate,),
    "union": (clauses.union, signs.signs),
    "types": (clauses.types, clauses.dialect),
    "twice": (names.names,),
    "binder": (signs.signs,),
}
"""Kind of cause -> who edits the SQL that failed."""
ON_FILES: Mapping[str, tuple[Candidates, ...]] = {
    "column": (names.configured,),
    "ref": (restore.gone, references.ref),
    "source": (references.source,),
    "macro": (references.macro,),
    "doc": (references.doc,),
    "var": (references.var,),
    "disabled": (references.disabled,),
    "jinja": (jinja.jinja, yaml_text.yaml_text),
    "contract": (contracts.contract,),
    "yaml": (yaml_text.yaml_text,),
    "yaml shape": (yaml_text.yaml_text,),
    "compilation": (jinja.jinja,),
    "profile": (profiles.profile,),
    "target": (profiles.target,),
    "adapter": (profiles.adapter,),
    "setting": (profiles.setting,),
    "directory": (profiles.directory,),
}
"""Kind of cause -> who edits files that dbt could not read."""
NO_RESTORE = (
    "rows",
    "profile",
    "target",
    "adapter",
    "setting",
    "directory",
    "unit test",
    "locked",
    "value",
    "csv",
    "constraint",
    "incremental",
    "stale view",
)
"""Kinds that a text put back does not mend, or may hide."""
MOST = 12
"""Fixes that are given on for one cause."""
ENOUGH = 5000
"""Attempts on one query."""


def candidates_for(case: Case) -> tuple[Candidate, ...]:
    """Best first. A fixer that fails takes none of the others with it."""
    found = [*on_sql(case), *on_files(case), *once_more(case)]
    if case.cause.kind not in NO_RESTORE:
        found += restore.as_it_was(case)
    best: dict[tuple[tuple[str, str], ...], Candidate] = {}
    for one in sorted((likelier(case, each) for each in found), key=rank, reverse=True):
        best.setdefault(tuple(sorted((path, "".join((text or "").split())) for path, text in one.files.items())), one)
    return tuple(islice(best.values(), MOST))


def likelier(case: Case, one: Candidate) -> Candidate:
    """A repair that makes a file what it was when all was well is no guess."""
    if not one.needs_run or one.only_person or one.how == "as it was" or len(one.files) != 1:
        return one
    ((path, text),) = one.files.items()
    good = next((str(case.project.good_node(name).get("raw_code") or "") for name in case.project.at_path(path)), "")
    as_before = bool(good) and text is not None and good.split() == text.split()
    return one._replace(prior=max(one.prior, 0.95), near=1.0) if as_before else one


def rank(one: Candidate) -> tuple[bool, int, float, float]:
    """Data that is as it was first; then columns that are; then form."""
    same = one.same or {}
    return bool(same.get("whole")), len(same.get("equal", ())), one.prior, one.near


def on_files(case: Case) -> Iterator[Candidate]:
    """What dbt could not read."""
    for fixer in ON_FILES.get(case.cause.kind, ()):
        yield from fixer(case)


def once_more(case: Case) -> Iterator[Candidate]:
    """Nothing is wrong but what was built before: it is built again."""
    if case.cause.kind == "incremental":
        yield Candidate(
            "full refresh",
            "the model is built anew with --full-refresh",
            {},
            0.6,
            1.0,
            needs_run=True,
            full_refresh=True,
            only_person=True,
        )
    if case.cause.kind == "stale view":
        yield Candidate("built again", "the view is built again", {}, 0.9, 1.0, needs_run=True)


def on_sql(case: Case) -> Iterator[Candidate]:
    """Edits of the SQL that failed, tried on the database."""
    fixers = ON_SQL.get(case.cause.kind, ())
    if not fixers or not case.compiled or not case.warehouse.is_there:
        return
    attempts = sorted((one for fixer in fixers for one in fixer(case)), key=lambda one: (-one.prior, -one.near))[
        :ENOUGH
    ]
    yield from tried(case, attempts)
    if case.cause.kind == "column":
        yield from given_back(case)


def tried(case: Case, attempts: Sequence[Attempt]) -> Iterator[Candidate]:
    """Those that the database understands, in the files they belong to."""
    items = [{"edits": [list(edit) for edit in one.edits], "again": one.again} for one in attempts]
    # What an incremental model selects is what is new: its table holds more, so only a rehearsal tells whether the data is right.
    grows = case.node.get("config", {}).get("materialized") == "incremental"
    answers = case.warehouse.attempt(case.compiled, items, "" if grows else case.relation)["answers"]
    for one, answer in zip(attempts, answers, strict=True):
        if not answer["ok"]:
            continue
        files = files_for(case, case.failure.node, case.compiled, [Edit(*edit) for edit in answer["edits"]])
        if case.cause.kind == "relation" and one.again:
            files = {path: references.referred(case.project, text, one.again[1]) for path, text in files.items()}
        if files:
            about = frozenset(word.lower().strip('"') for word in one.again or ())
            # With nothing to compare the query with, what is built of it in a copy can be compared.
            untold = case.failure.node.startswith("model.") and "same" not in answer
            yield Candidate(
                one.how,
                one.title,
                files,
                one.prior,
                one.near,
                needs_run=grows or untold,
                rebuilt=grows,
                same=answer.get("same"),
                about=about,
            )


def given_back(case: Case) -> Iterator[Candidate]:
    """A column's old name, in the model above that lost it. Each is another query, so each is asked for by itself."""
    best = sorted(upstream.lost(case), key=lambda one: (-one.prior, -one.near))
    for one in best[:MOST]:
        answer = case.warehouse.attempt(one.sql, [{"edits": []}], case.project.relation(one.reader))["answers"][0]
        if not answer["ok"]:
            continue
        files = files_for(case, one.node, case.project.compiled(one.node), [one.edit])
        if files:
            yield Candidate(
                "column given back", one.title, files, one.prior, one.near, same=answer.get("same"), about=one.about
            )


def confidence(one: Candidate, others: Sequence[Candidate]) -> tuple[float, tuple[str, ...]]:
    """How likely the build gets green and the data right, and what that rests on."""
    if one.needs_run:
        return one.prior, (f"its form: {one.how}",)
    strangers = [
        other
        for other in others
        if other is not one and not (one.about and one.about == other.about) and not other.needs_run
    ]
    if one.same is None or "failed" in one.same:
        rivals = [other for other in strangers if other.prior >= one.prior - 0.05]
        return min(one.prior, 0.7) if rivals else one.prior, (
            "the database understands it",
            "there is no data of a good run to compare with",
        )
    if one.same["whole"]:
        rivals = [
            other
            for other in strangers
            if (other.same or {}).get("whole") and other.prior > one.prior - 0.1 and other.near > one.near - 0.1
        ]
        alike = ("so does another candidate",) if rivals else ()
        return 0.75 if rivals else 0.98, (
            f"{one.same['rows']:,} rows and every column are as in the last good run",
            *alike,
        )
    return min(one.prior, 0.6), (
        f"{len(one.same['equal'])} columns are as in the last good run, others are not",
        *missing(one.same),
    )


def missing(same: Mapping[str, Any]) -> tuple[str, ...]:
    """What the data lacks."""
    return (f"it lacks {', '.join(same['missing'])}",) if same["missing"] else ()
