"""Rows that a test found -> where they came from, and what a person could do about them. The test is hardly ever what is wrong."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from agentic.healing.candidate import Case
from agentic.outside import git


def origins(case: Case) -> list[dict[str, str]]:
    """Seeds and sources above what is tested, those that changed since the last commit first; with the commit that changed them last."""
    changed = set(git.changed_files(case.project.root))
    found = []
    for name in above(case):
        node = case.project.node(name)
        path = str(node.get("original_file_path", "")) if name.startswith("seed.") else ""
        told = {"node": name, "relation": str(node.get("relation_name") or ""), "path": path}
        if path:
            told["changed"] = "not committed yet" if path in changed else git.last_change(case.project.root, path)
        found.append(told)
    return sorted(found, key=lambda one: one["path"] not in changed)


def above(case: Case) -> tuple[str, ...]:
    """What is loaded from outside of dbt."""
    tested = str(case.node.get("attached_node") or "")
    names = (tested, *case.project.ancestors(tested)) if tested else case.project.ancestors(case.failure.node)
    return tuple(name for name in names if name.startswith(("seed.", "source.")))


def offers(case: Case) -> list[str]:
    """What could be done, most careful first. None of it is done without a person."""
    return [*by_test(case), *by_origin(case)]


def by_test(case: Case) -> Iterator[str]:
    """As the kind of test suggests."""
    metadata: Mapping[str, Any] = case.node.get("test_metadata") or {}
    column = str(case.node.get("column_name") or (metadata.get("kwargs") or {}).get("column_name") or "the column")
    kind = str(metadata.get("name", ""))
    tested = str(case.node.get("attached_node") or "").rsplit(".", 1)[-1] or "the model"
    if kind.startswith("unique"):
        yield f"deduplicate upstream of {tested}: keep one row for each {column}, by a rule that somebody decides (the newest, the most complete)"
    if kind in ("not_null", "accepted_values", "relationships"):
        yield f"set the rows apart upstream of {tested}: a quarantine model with what {kind} refuses in {column}, and {tested} without it"
    yield "mend the rows where they come from, and load again"


def by_origin(case: Case) -> Iterator[str]:
    """As the place that they came from allows."""
    for one in origins(case):
        if one["path"] and one["changed"] == "not committed yet":
            yield f"take the change of {one['path']} back: git checkout HEAD -- {one['path']}"
        elif one["path"] and one["changed"]:
            yield f"take the load back: {one['path']} was changed last by {one['changed']}"
        elif one["node"].startswith("source."):
            yield f"take the load back, where {one['relation'] or one['node']} is a table of the lake: agentic lake history TABLE, then agentic lake rollback TABLE"
