"""YAML -> the tests that it demands, wherever in it they stand."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from agentic.policy.cheating.alike import typo
from agentic.policy.cheating.known import mapping
from agentic.policy.cheating.sheet import maps, named
from agentic.values.noun import Noun

CONFIG = frozenset([
    "config", "severity", "where", "limit", "error_if", "warn_if", "fail_calc", "enabled", "store_failures",
    "store_failures_as", "tags", "database", "schema", "alias", "group",
])  # fmt: skip
SPOKEN = frozenset(["name", "description", "meta", "docs", "arguments", "test_name", "column_name"])
OWNERS = ("models", "seeds", "snapshots", "analyses")


class Demand(Noun, frozen=True):
    """One generic test."""

    owner: str
    """`orders`, `shop.raw_orders` of a source."""
    column: str
    """Empty where it is about the whole table."""
    name: str
    arguments: Mapping[str, Any]
    config: Mapping[str, Any]
    path: str

    @property
    def title(self) -> str:
        """For a sentence."""
        return f"{self.name} on {self.owner}{'.' if self.column else ''}{self.column}"


def demands(path: str, said: Any) -> Iterator[Demand]:
    """All of one file."""
    for part in OWNERS:
        for one in maps(mapping(said).get(part)):
            yield from of_relation(path, named(one), one)
    for source in maps(mapping(said).get("sources")):
        for table in maps(source.get("tables")):
            yield from of_relation(path, f"{named(source)}.{named(table)}", table)


def of_relation(path: str, owner: str, entry: Mapping[str, Any]) -> Iterator[Demand]:
    """Of a model, seed, snapshot or table, of its columns and of its versions."""
    yield from of_entry(path, owner, "", entry)
    for column in maps(entry.get("columns")):
        yield from of_entry(path, owner, named(column), column)
    for version in maps(entry.get("versions")):
        yield from of_relation(path, f"{owner}.v{version.get('v')}", version)


def of_entry(path: str, owner: str, column: str, entry: Mapping[str, Any]) -> Iterator[Demand]:
    """`tests` and `data_tests`, which are the same."""
    for key in ("tests", "data_tests"):
        listed = entry.get(key)
        for one in listed if isinstance(listed, list) else [listed]:
            yield from demand(path, owner, column, one)


def demand(path: str, owner: str, column: str, one: Any) -> Iterator[Demand]:
    """`unique`, `{unique: {severity: warn}}`, `{name: x, test_name: unique}`."""
    if isinstance(one, str):
        yield Demand(owner, column, one, {}, {}, path)
    elif isinstance(one, Mapping) and one.get("test_name"):
        yield parts(path, owner, column, str(one["test_name"]), one)
    elif isinstance(one, Mapping):
        named = [key for key in one if key not in CONFIG | SPOKEN or len(one) == 1]
        beside = {key: value for key, value in one.items() if key in CONFIG | SPOKEN}
        for key in named:
            yield parts(path, owner, column, str(key), {**beside, **mapping(one[key])})


def parts(path: str, owner: str, column: str, name: str, said: Mapping[str, Any]) -> Demand:
    """Arguments and config, which may stand side by side or apart."""
    config = {key: value for key, value in said.items() if key in CONFIG - {"config"}} | dict(
        mapping(said.get("config"))
    )
    beside = {
        str(key): value
        for key, value in said.items()
        if key not in CONFIG | SPOKEN and not (typo(str(key), "arguments") and isinstance(value, Mapping))
    }
    about = column or str(said.get("column_name") or mapping(said.get("arguments")).get("column_name") or "")
    slips = (value for key, value in said.items() if typo(str(key), "arguments") and isinstance(value, Mapping))
    given = {str(key): value for key, value in next(slips, {}).items() if key != "column_name"}
    return Demand(owner, about, name, beside | given, config, path)
