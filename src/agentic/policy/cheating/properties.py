"""The YAML files of a fix, all together -> what they promise no longer."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any

from agentic.policy.cheating.alike import typo
from agentic.policy.cheating.broken import FREE, by_lines
from agentic.policy.cheating.case import Case
from agentic.policy.cheating.config import CONFIG_OF, Config, listed, milder, slips_only
from agentic.policy.cheating.demands import OWNERS, demands
from agentic.policy.cheating.freshness import staler
from agentic.policy.cheating.known import mapping
from agentic.policy.cheating.rules import say, warn
from agentic.policy.cheating.sheet import maps, named, read
from agentic.policy.cheating.tests import Around, weaker
from agentic.policy.cheating.units import weaker_units
from agentic.values import Finding

Entries = dict[tuple[str, str], tuple[str, Mapping[str, Any]]]
"""(kind, name) -> (path, what stands there)."""
LISTS = (*OWNERS, "exposures", "macros", "semantic_models", "metrics", "groups", "saved_queries")
MADE_HERE = ("table", "snapshots", "exposures", "semantic_models", "metrics", "saved_queries")
"""Kinds that are gone when their entry is; of the others only a description is."""
HARMLESS = frozenset([
    "name", "description", "columns", "tests", "data_tests", "config", "meta", "docs", "freshness",
    "loaded_at_field", "tables", "versions", "arguments", "version", "label", "url", "owner", "type", "maturity",
    "constraints", "loader",
])  # fmt: skip


def judge_yaml(found: Sequence[Case], around: Around) -> Iterator[Finding]:
    """A file that is no YAML on one side is compared by its words; the others together, for a test may move."""
    read_so = [(case, read(case.before), read(case.after)) for case in found]
    whole = [one for one in read_so if one[1] is not None and one[2] is not None]
    for case, before, after in read_so:
        if before is None or after is None:
            yield from by_lines(case)
        if after is None:
            yield warn(
                "undecided", "the file is no YAML after the fix, so that its tests cannot be compared", case.path
            )
    old = [(case.path, before) for case, before, _ in whole]
    new = [(case.path, after) for case, _, after in whole if is_read(case, found, around)]
    yield from weaker(all_demands(old), all_demands(new), around)
    yield from weaker_units(old, new)
    yield from compared(entries(old), entries(new))


def judge_words(found: Sequence[Case]) -> Iterator[Finding]:
    """Where nothing else was found: words that are gone from all files together. A key with a slip hides what stands under it."""
    before, after = ("\n".join(getattr(case, side) or "" for case in found) for side in ("before", "after"))
    yield from by_lines(Case(found[0].path, "properties", before, after), FREE) if before else ()


def is_read(case: Case, found: Sequence[Case], around: Around) -> bool:
    """Does dbt read YAML there? A new file counts only in a folder in which something stands already."""
    if case.before is not None and not case.was:
        return True
    stood = (one.was or one.path for one in found if one.before is not None)
    folders = {path.split("/", 1)[0] for path in (*stood, *around.base.places)}
    return not folders or case.path.split("/", 1)[0] in folders


def all_demands(files: Iterable[tuple[str, Any]]) -> Iterator[Any]:
    """Of all files."""
    return (one for path, said in files for one in demands(path, said))


def entries(files: Iterable[tuple[str, Any]]) -> Entries:
    """Everything that has a name."""
    return {key: (path, entry) for path, said in files for key, entry in entries_of(mapping(said))}


def entries_of(said: Mapping[str, Any]) -> Iterator[tuple[tuple[str, str], Mapping[str, Any]]]:
    """Of one file. What a source says counts for its tables."""
    for kind in LISTS:
        yield from (((kind, named(one)), one) for one in maps(said.get(kind)))
    for source in maps(said.get("sources")):
        yield ("source", named(source)), {key: value for key, value in source.items() if key != "tables"}
        yield from ((("table", f"{named(source)}.{named(one)}"), one) for one in maps(source.get("tables")))


def compared(old: Entries, new: Entries) -> Iterator[Finding]:
    """Each entry with the one of its name, or with one whose name had a slip."""
    free = dict.fromkeys(new.keys() - old.keys())
    for key, (path, entry) in old.items():
        match = key if key in new else next((one for one in sorted(free) if is_slip(key, one)), None)
        if match is None:
            yield from gone(key, path, free)
        else:
            free.pop(match, None)
            yield from promises(new[match][0], f"{key[0].rstrip('s')} {match[1]}", entry, new[match][1])
    for kind, name in free:
        path, entry = new[kind, name]
        told = promises(path, f"{kind.rstrip('s')} {name}", {}, entry)
        yield from (one for one in told if one.severity == "error")


def is_slip(one: tuple[str, str], other: tuple[str, str]) -> bool:
    """The same kind, and each part of the name but a slip away."""
    parts = [name.split(".") for name in (one[1], other[1])]
    return (
        one[0] == other[0] and len(parts[0]) == len(parts[1]) and all(typo(a, b) for a, b in zip(*parts, strict=True))
    )


def gone(key: tuple[str, str], path: str, free: Iterable[tuple[str, str]]) -> Iterator[Finding]:
    """An entry that nothing stands for now."""
    kind, name = key
    if kind not in MADE_HERE:
        return
    what = "source" if kind == "table" else kind.removesuffix("s").replace("_", " ")
    others = [one for one in free if one[0] == kind and one[1].split(".")[0] == name.split(".")[0]]
    if kind == "table" and len(others) == 1:
        yield warn("undecided", f"the source {name} is called {others[0][1]} now", path)
    else:
        yield say("removes-a-node", f"the {what} {name} is gone", path)


def promises(path: str, whose: str, old: Mapping[str, Any], new: Mapping[str, Any]) -> Iterator[Finding]:
    """Config, contract, freshness, columns, and whatever else is told."""
    yield from milder(path, whose, config_of(old), config_of(new))
    yield from staler(path, whose, old, new)
    yield from columns(path, whose, old, new)
    for key in sorted((set(old) | set(new)) - HARMLESS - CONFIG_OF, key=str):
        if old.get(key) != new.get(key) and not slips_only(str(old.get(key)), str(new.get(key))):
            yield warn("undecided", f"{whose}: {key} is another than before", path)


def config_of(entry: Mapping[str, Any]) -> Config:
    """What stands under `config`, and what may stand beside it."""
    return {key: value for key, value in entry.items() if key in CONFIG_OF} | {
        key: value for key, value in mapping(entry.get("config")).items() if key not in ("freshness", "loaded_at_field")
    }


def columns(path: str, whose: str, old: Mapping[str, Any], new: Mapping[str, Any]) -> Iterator[Finding]:
    """Types and constraints of columns; a name may have had a slip."""
    now = {named(one).lower(): one for one in maps(new.get("columns"))}
    contracted = bool(mapping(mapping(old.get("config")).get("contract")).get("enforced"))
    for one in maps(old.get("columns")):
        name = named(one).lower()
        other = now.get(name) or next((now[key] for key in now if typo(name, key)), None)
        if other is not None:
            yield from milder(path, f"{whose}.{name}", typed(one), typed(other))
        elif contracted or listed(one.get("constraints")):
            yield say("loosens-a-contract", f"{whose}: the column {name} is not promised any more", path)
    yield from constraints(path, whose, old, new)


def typed(column: Mapping[str, Any]) -> Config:
    """What a contract holds a column to."""
    said = {key: value for key, value in column.items() if key in ("data_type", "constraints", "tags", "quote")}
    return said | dict(mapping(column.get("config")))


def constraints(path: str, whose: str, old: Mapping[str, Any], new: Mapping[str, Any]) -> Iterator[Finding]:
    """Of the whole model."""
    left = Counter(map(str, listed(old.get("constraints")))) - Counter(map(str, listed(new.get("constraints"))))
    yield from (say("loosens-a-contract", f"{whose}: a constraint is gone: {one}", path) for one in left)
