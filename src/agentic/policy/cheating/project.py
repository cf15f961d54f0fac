"""`dbt_project.yml`, packages, profiles and selectors: what rules the whole project."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping
from typing import Any

from agentic.policy.cheating.alike import typo
from agentic.policy.cheating.broken import by_lines
from agentic.policy.cheating.case import Case
from agentic.policy.cheating.config import RULES, judge_key, listed, names
from agentic.policy.cheating.known import mapping
from agentic.policy.cheating.rules import rule_of, say, warn
from agentic.policy.cheating.sheet import maps, read
from agentic.values import Finding

CONFIGURED = (
    "models",
    "seeds",
    "snapshots",
    "sources",
    "tests",
    "data_tests",
    "unit_tests",
    "exposures",
    "metrics",
    "analyses",
)
TESTS = ("tests", "data_tests", "unit_tests")
OLD_NAMES = {"source-paths": "model-paths", "data-paths": "seed-paths"}
PATHS = {
    "model-paths": "removes-a-node", "seed-paths": "removes-a-node", "snapshot-paths": "removes-a-node", "macro-paths": "removes-a-node",
    "test-paths": "turns-off-a-check", "analysis-paths": "undecided",
}  # fmt: skip
ADAPTERS = ("duckdb", "postgres", "spark", "snowflake", "bigquery", "redshift", "databricks", "sqlite", "trino")
FREE = ("version", "config-version", "clean-targets", "query-comment", "docs-paths", "asset-paths")
Leaves = dict[tuple[str, ...], Any]


def judge_rules(case: Case) -> Iterator[Finding]:
    """One of these files. What cannot be read is compared by its words."""
    before, after = read(case.before), read(case.after)
    if not isinstance(before, Mapping) or not isinstance(after, Mapping):
        yield from by_lines(case)
        return
    if case.before and case.after is None:
        yield say("edits-packages-or-profiles", "a file is gone that rules the whole project", case.path)
    elif case.before is None:
        yield warn("edits-packages-or-profiles", "a file is new that rules the whole project", case.path)
    yield from JUDGES[case.kind](case.path, before, after)


def project(path: str, old: Mapping[str, Any], new: Mapping[str, Any]) -> Iterator[Finding]:
    """Key by key."""
    was, now = ({OLD_NAMES.get(key, key): value for key, value in one.items()} for one in (old, new))
    for key in sorted(set(map(str, was)) | set(map(str, now))):
        if was.get(key) != now.get(key) and not is_respelled(key, was, now):
            yield from of_key(path, key, was.get(key), now.get(key))


def is_respelled(key: str, old: Mapping[str, Any], new: Mapping[str, Any]) -> bool:
    """`model-path` is `model-paths` with a slip."""
    mine, others = (old, new) if key in old else (new, old)
    return key not in others and any(
        typo(key, str(one)) and others[one] == mine[key] for one in set(others) - set(mine)
    )


def of_key(path: str, key: str, old: Any, new: Any) -> Iterator[Finding]:
    """One key of the project."""
    if key in CONFIGURED:
        yield from configured(path, key, old, new)
    elif key in PATHS:
        yield from folders(path, key, old, new)
    elif key.startswith("on-run-"):
        yield from judge_key(path, "the project", names({key: 0}).popitem()[0], old, new)
    elif key == "profile":
        told = warn if typo(str(old), str(new)) or not old else say
        yield told("edits-packages-or-profiles", f"the profile is {new}, and was {old}", path)
    elif key == "flags":
        yield from flags(path, mapping(old), mapping(new))
    elif key not in FREE and not (isinstance(old, str) and isinstance(new, str) and typo(old, new)):
        yield warn("undecided", f"{key} of the project is another than before", path)


def configured(path: str, part: str, old: Any, new: Any) -> Iterator[Finding]:
    """`models: shop: staging: +enabled: false`. A folder whose name had a slip is the same folder."""
    was, now = dict(leaves(old, ())), dict(leaves(new, ()))
    for place in sorted(set(was) | set(now)):
        if was.get(place) != now.get(place) and not is_slip(place, was, now):
            for finding in judge_key(path, ".".join((part, *place[:-1])), place[-1], was.get(place), now.get(place)):
                yield as_check(finding) if part in TESTS else finding


def as_check(finding: Finding) -> Finding:
    """What is milder for all tests at once."""
    if rule_of(finding) not in ("weakens-a-test", "disables-a-node") or finding.severity != "error":
        return finding
    return say("turns-off-a-check", finding.message, finding.path)


def leaves(tree: Any, place: tuple[str, ...]) -> Iterator[tuple[tuple[str, ...], Any]]:
    """Every config, with the folders that it is for."""
    for key, value in mapping(tree).items():
        name = next(iter(names({key: value})))
        if str(key).startswith("+") or name in RULES or not isinstance(value, Mapping):
            yield (*place, name), value
        else:
            yield from leaves(value, (*place, str(key)))


def is_slip(place: tuple[str, ...], old: Leaves, new: Leaves) -> bool:
    """The same config stands at a place whose name is but a slip away."""
    mine, others = (old, new) if place in old else (new, old)
    if place in others:
        return False
    return any(
        len(one) == len(place)
        and others[one] == mine[place]
        and all(typo(a, b) for a, b in zip(one, place, strict=True))
        for one in set(others) - set(mine)
    )


def folders(path: str, key: str, old: Any, new: Any) -> Iterator[Finding]:
    """Folders that dbt reads no longer. One whose name had a slip was never read."""
    left, come = (
        set(map(str, listed(old))) - set(map(str, listed(new))),
        set(map(str, listed(new))) - set(map(str, listed(old))),
    )
    for one in sorted(left):
        if not any(typo(one, other) for other in come):
            rule = PATHS[key]
            yield (warn if rule == "undecided" else say)(rule, f"{key}: the folder {one} is not read any more", path)
    if come and not left and old is not None:
        yield warn("undecided", f"{key}: another folder is read: {', '.join(sorted(come))}", path)
    elif old is None:
        yield warn("undecided", f"{key} is set to {', '.join(sorted(come))}, and was not set", path)


def flags(path: str, old: Mapping[str, Any], new: Mapping[str, Any]) -> Iterator[Finding]:
    """`warn_error` makes warnings count."""
    for key in sorted(set(map(str, old)) | set(map(str, new))):
        if old.get(key) == new.get(key):
            continue
        if key.startswith("warn_error") and old.get(key):
            yield say("hides-an-error", f"warnings count no longer: {key} is {new.get(key)}", path)
        else:
            yield warn("undecided", f"the flag {key} is {new.get(key)}, and was {old.get(key)}", path)


def packages(path: str, old: Mapping[str, Any], new: Mapping[str, Any]) -> Iterator[Finding]:
    """A package runs its code in the project."""
    was, now = packaged(old), packaged(new)
    for name in sorted(set(was) | set(now)):
        if name not in now:
            slip = next((one for one in now if typo(name, one) and one not in was), "")
            told = warn if slip else say
            yield told(
                "edits-packages-or-profiles",
                f"the package {name} is gone" + (f", {slip} stands there" if slip else ""),
                path,
            )
        elif was.get(name) != now[name]:
            told_of = "has another version" if name in was else "is new"
            yield warn("edits-packages-or-profiles", f"the package {name} {told_of}", path)


def packaged(said: Mapping[str, Any]) -> dict[str, Any]:
    """Name -> what is said of it."""
    kinds = ("package", "git", "local", "tarball", "private", "name")
    found = (one for key in ("packages", "projects") for one in maps(said.get(key)))
    return {str(next((one[kind] for kind in kinds if one.get(kind)), "unnamed")): dict(one) for one in found}


def profiles(path: str, old: Mapping[str, Any], new: Mapping[str, Any]) -> Iterator[Finding]:
    """Where the data is. Threads and the like are for a person to see."""
    was, now = dict(flat(old, ())), dict(flat(new, ()))
    for place in sorted(set(was) | set(now)):
        one, other = was.get(place), now.get(place)
        if one == other or is_slip(place, was, now) or is_value_mended(place, one, other, new):
            continue
        harmless = (
            place[-1] in ("threads", "keepalives_idle", "connect_timeout", "retries") or "settings" in place or not old
        )
        told = warn if harmless or is_defined(place, one, other, new) else say
        yield told("edits-packages-or-profiles", f"{'.'.join(place)} is another than before", path)


def is_value_mended(place: tuple[str, ...], was: str | None, now: str | None, new: Mapping[str, Any]) -> bool:
    """A slip in the name of an adapter, or of a target that there is not."""
    slip = was is not None and now is not None and typo(was, now)
    return slip and ((place[-1] == "type" and was not in ADAPTERS) or is_defined(place, was, now, new))


def is_defined(place: tuple[str, ...], was: str | None, now: str | None, new: Mapping[str, Any]) -> bool:
    """Is it a target that there is, in place of one that there is not?"""
    outputs = mapping(mapping(new.get(place[0])).get("outputs"))
    return place[-1] == "target" and now in outputs and was not in outputs


def flat(tree: Any, place: tuple[str, ...]) -> Iterator[tuple[tuple[str, ...], str]]:
    """Every value, with its place."""
    for key, value in mapping(tree).items():
        if isinstance(value, Mapping):
            yield from flat(value, (*place, str(key)))
        else:
            yield (*place, str(key)), str(value)


def selectors(path: str, old: Mapping[str, Any], new: Mapping[str, Any]) -> Iterator[Finding]:
    """What a run leaves out."""
    if excluded(new) > excluded(old):
        yield say("disables-a-node", "a selector leaves something out that it did not before", path)
    elif old != new:
        yield warn("disables-a-node", "a selector is another than before", path)


def excluded(said: Any) -> int:
    """How much is said about leaving out."""
    return len(re.findall(r"exclude|intersection", str(said)))


Judge = Callable[[str, Mapping[str, Any], Mapping[str, Any]], Iterator[Finding]]
JUDGES: Mapping[str, Judge] = {"project": project, "packages": packages, "profiles": profiles, "selectors": selectors}
