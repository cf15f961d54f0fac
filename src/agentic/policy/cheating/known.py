"""The manifest -> what the project has, and who uses what of it."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from typing import Any

from agentic.values.noun import Noun

Manifest = Mapping[str, Any]
RELATIONS = ("model", "seed", "snapshot")


class Known(Noun, frozen=True):
    """What a manifest says, without what is malformed in it."""

    nodes: Mapping[str, Mapping[str, Any]] = {}
    """unique id -> node, source, exposure or unit test of the project."""
    children: Mapping[str, Any] = {}
    relations: frozenset[str] = frozenset()
    """Models, seeds and snapshots by name, and sources as `shop.orders`."""
    macros: frozenset[str] = frozenset()
    own: frozenset[tuple[str, str]] = frozenset()
    """(path, name) of the project's own macros."""
    places: Mapping[str, str] = {}
    """path -> unique id of what is made from this file, tests of YAML left out."""
    built: Mapping[str, str] = {}
    """path -> the file as it was when all was well: a column that is not in it was never given to anybody."""


def known(manifest: Manifest, built: Mapping[str, str]) -> Known:
    """Whatever shape it has: an empty one knows nothing."""
    nodes = {
        str(key): node
        for part in ("nodes", "sources", "exposures", "unit_tests")
        for key, node in mapping(manifest.get(part)).items()
        if isinstance(node, Mapping)
    }
    project = str(mapping(manifest.get("metadata")).get("project_name") or "")
    macros = [mapping(one) for one in mapping(manifest.get("macros")).values()]
    return Known(
        nodes,
        mapping(manifest.get("child_map")),
        frozenset(filter(None, map(relation, nodes.values()))),
        frozenset(str(one.get("name", "")).lower() for one in macros),
        frozenset(
            (str(one.get("original_file_path")), str(one.get("name", "")).lower())
            for one in macros
            if one.get("package_name") == project
        ),
        {str(node.get("original_file_path")): key for key, node in nodes.items() if has_a_file(node, project)},
        built,
    )


def mapping(value: Any) -> Mapping[str, Any]:
    """A mapping, or an empty one for anything else."""
    return value if isinstance(value, Mapping) else {}


def relation(node: Mapping[str, Any]) -> str:
    """The name that `ref` or `source` calls it by; empty for what cannot be selected from."""
    name, kind = str(node.get("name", "")).lower(), node.get("resource_type")
    if kind == "source":
        return f"{node.get('source_name', '')}.{name}".lower()
    return name if kind in RELATIONS else ""


def has_a_file(node: Mapping[str, Any], project: str) -> bool:
    """Made from one file of its own, of this project: no source, no generic test, nothing of a package."""
    if project and node.get("package_name") not in (project, None):
        return False
    return node.get("resource_type") in (*RELATIONS, "test", "analysis") and not node.get("test_metadata")


def node_at(base: Known, path: str) -> Mapping[str, Any]:
    """The node of a file; empty where the manifest has none."""
    return base.nodes.get(base.places.get(path, ""), {})


def descendants(base: Known, key: str) -> Iterator[tuple[str, Mapping[str, Any]]]:
    """Everything downstream of a node, nearest first."""
    seen, waiting = {key}, [key]
    for one in waiting:
        listed = base.children.get(one)
        fresh = [str(child) for child in listed if str(child) not in seen] if isinstance(listed, (list, tuple)) else []
        seen.update(fresh)
        waiting.extend(dict.fromkeys(fresh))
        yield from ((child, base.nodes.get(child, {})) for child in dict.fromkeys(fresh))


def is_called(base: Known, name: str) -> bool:
    """Does any node call it by `ref`?"""
    call = re.compile(rf"""ref\s*\(\s*['"]{re.escape(name)}['"]""")
    return any(call.search(str(node.get("raw_code") or "")) for node in base.nodes.values())


def user_of(base: Known, key: str, column: str, is_slip: bool = False) -> str:
    """Who needs this column of a node, for a sentence; empty where nobody is known to. An exposure needs no slip."""
    if column in {str(one).lower() for one in mapping(base.nodes.get(key, {}).get("columns"))}:
        return "the YAML of the model"
    users = (uses(child, one, column) for child, one in descendants(base, key) if not (is_slip and is_exposure(child)))
    return next(filter(None, users), "")


def uses(key: str, node: Mapping[str, Any], column: str) -> str:
    """How a descendant is named that needs the column. What an exposure needs is written nowhere, so it needs all."""
    if is_exposure(key):
        return f"the exposure {node.get('name') or key}"
    code = " ".join(str(node.get(part) or "") for part in ("compiled_code", "raw_code", "column_name", "test_metadata"))
    return f"{node.get('name') or key}" if re.search(rf"(?i)\b{re.escape(column)}\b", code) else ""


def is_exposure(key: str) -> bool:
    """By its unique id."""
    return key.startswith("exposure.")
