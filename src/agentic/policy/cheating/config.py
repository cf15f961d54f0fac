"""Two configurations of one node -> what became milder. The same for YAML, config blocks and `dbt_project.yml`."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping
from typing import Any

from agentic.policy.cheating.alike import typo
from agentic.policy.cheating.rules import say, warn
from agentic.policy.cheating.words import IGNORING
from agentic.values import Finding

Config = Mapping[str, Any]
Rule = Callable[[Any, Any], tuple[str, str] | None]
HARMLESS = frozenset([
    "description", "meta", "docs", "persist_docs", "group", "owner", "name", "quote_columns",
])  # fmt: skip
CONFIG_OF = frozenset([
    "enabled", "schema", "database", "identifier", "alias", "tags", "quoting", "external", "access",
    "latest_version", "overrides",
])  # fmt: skip
"""Keys of an entry in YAML that are config though they stand beside it."""
LASTING = ("table", "incremental", "snapshot", "seed")
KINDS = ("view", "table", "incremental", "ephemeral", "materialized_view", "snapshot", "seed", "external")
NEVER = re.compile(r"^\s*(?:!=|<>|>)\s*0\s*$|^\s*>=\s*1\s*$")
"""Thresholds as strict as the default."""
ABOVE = re.compile(r"^\s*(>=?)\s*(\d+)\s*$")


def milder(path: str, whose: str, before: Config, after: Config) -> Iterator[Finding]:
    """Every key that is other than before."""
    old, new = names(before), names(after)
    for key in sorted(set(old) | set(new)):
        if old.get(key) != new.get(key) and not respelled(key, old, new):
            yield from judge_key(path, whose, key, old.get(key), new.get(key))


def names(config: Config) -> dict[str, Any]:
    """`+pre-hook` is pre_hook."""
    return {re.sub(r"\W", "_", str(key).lstrip("+")).lower(): value for key, value in config.items()}


def respelled(key: str, old: Config, new: Config) -> bool:
    """`materialised: table` is `materialized: table` with a slip."""
    others = (
        (set(new) - set(old)) if key in old and key not in new else (set(old) - set(new)) if key not in old else set()
    )
    value = old.get(key, new.get(key))
    return any(typo(key, one) and new.get(one, old.get(one)) == value for one in others if one != key)


def judge_key(path: str, whose: str, key: str, old: Any, new: Any) -> Iterator[Finding]:
    """Refused where it is milder for sure, shown where that cannot be told."""
    if key in HARMLESS:
        return
    if ignores(new) and not ignores(old):
        yield say("hides-an-error", f"{whose}: {key} passes over what cannot be read", path)
    elif key not in RULES:
        yield warn("undecided", f"{whose}: {key} is {shown(new)}, and was {shown(old)}", path)
    elif found := RULES[key](old, new):
        rule, message = found
        told = warn if rule.startswith("?") else say
        yield told(rule.removeprefix("?"), f"{whose}: {message}", path)


def ignores(value: Any) -> bool:
    """Options of a reader, in whatever shape."""
    return any(word in str(value).lower() for word in IGNORING)


def shown(value: Any) -> str:
    """As much of a value as a sentence bears."""
    text = "not set" if value is None else str(value)
    return text if len(text) <= 60 else f"{text[:57]}..."


def is_off(value: Any) -> bool:
    """Nothing but a plain yes is on for sure."""
    return value is not None and str(value).lower() not in ("true", "yes", "on", "1")


def enabled(old: Any, new: Any) -> tuple[str, str] | None:
    """Switched off; or by something that is computed."""
    return ("disables-a-node", f"enabled is {shown(new)}, and was {shown(old)}") if is_off(new) else None


def severity(old: Any, new: Any) -> tuple[str, str] | None:
    """Only `error` fails a run; without a word it is `error`, unless the project says otherwise."""
    if str(new or "error").lower() == "error":
        return (
            None
            if new
            else ("?weakens-a-test", "severity is not set any more")
            if str(old).lower() == "error"
            else None
        )
    return ("weakens-a-test", f"severity is {shown(new)}")


def threshold(old: Any, new: Any) -> tuple[str, str] | None:
    """How many rows a test may find."""
    if new is None or NEVER.match(str(new)):
        return None
    was, now = ABOVE.match(str(old)), ABOVE.match(str(new))
    if was and now and was[1] == now[1] and int(now[2][:18]) <= int(was[2][:18]):
        return None
    return ("weakens-a-test", f"it fails only where it finds {shown(new)}, and before {shown(old or '!=0')}")


def narrower(old: Any, new: Any) -> tuple[str, str] | None:
    """`where` and `limit` of a test."""
    if new is None:
        return None
    rule = "?weakens-a-test" if old and slips_only(str(old), str(new)) else "weakens-a-test"
    return (rule, f"it looks at fewer rows: {shown(new)}, and before {shown(old)}")


def slips_only(old: str, new: str) -> bool:
    """The same words, but for slips."""
    one, other = bare(old), bare(new)
    if "".join(one) == "".join(other):
        return True
    return len(one) == len(other) and all(
        a == b or (not a.isdigit() and typo(a, b)) for a, b in zip(one, other, strict=True)
    )


def bare(text: str) -> list[str]:
    """Words and signs; no brackets, quotes and commas, and no word twice in a row."""
    found = re.findall(r"\w+|[^\w\s()\[\]{},'\"]", text)
    return [word for at, word in enumerate(found) if at == 0 or word != found[at - 1]]


def contract(old: Any, new: Any) -> tuple[str, str] | None:
    """Not enforced any more."""
    was, now = (value.get("enforced") if isinstance(value, Mapping) else value for value in (old, new))
    return ("loosens-a-contract", "its contract is not enforced any more") if was and now is not True else None


def constraints(old: Any, new: Any) -> tuple[str, str] | None:
    """One is gone."""
    left = [one for one in listed(old) if not any(one == now or slips_only(str(one), str(now)) for now in listed(new))]
    return ("loosens-a-contract", f"a constraint is gone: {shown(left[0])}") if left else None


def listed(value: Any) -> list[Any]:
    """One is a list of one."""
    return list(value) if isinstance(value, (list, tuple)) else [] if value is None else [value]


def materialized(old: Any, new: Any) -> tuple[str, str] | None:
    """What was stored is stored no longer."""
    if old is not None and str(old) not in KINDS and new is not None and typo(str(old), str(new)):
        return None
    rule = "changes-materialization" if old in LASTING and new not in LASTING else "?changes-materialization"
    return (rule, f"it is materialized as {shown(new)}, and was {shown(old)}")


def unique_key(old: Any, new: Any) -> tuple[str, str] | None:
    """Without a key, rows of an incremental model come twice."""
    if old is None:
        return ("?changes-materialization", f"unique_key is {shown(new)}, and was not set")
    if new is not None and slips_only(str(old), str(new)):
        return None
    return ("changes-materialization", f"unique_key is {shown(new)}, and was {shown(old)}")


def rebuilt(old: Any, new: Any) -> tuple[str, str] | None:
    """How a model is built anew."""
    return ("?changes-materialization", f"it is built otherwise: {shown(new)}, and before {shown(old)}")


def schema_change(old: Any, new: Any) -> tuple[str, str] | None:
    """Without a word it is `ignore`."""
    if str(new or "ignore").lower() == "ignore":
        return (
            ("hides-an-error", "columns that come or go are passed over: on_schema_change: ignore")
            if old not in (None, "ignore")
            else None
        )
    return ("?changes-materialization", f"on_schema_change is {shown(new)}, and was {shown(old)}")


def hooks(old: Any, new: Any) -> tuple[str, str] | None:
    """SQL that runs beside the model."""
    if old is not None and new is not None and slips_only(str(old), str(new)):
        return ("?touches-hooks-or-operations", f"a hook is {shown(new)}, and was {shown(old)}")
    return ("touches-hooks-or-operations", f"a hook is {shown(new)}, and was {shown(old)}")


def elsewhere(old: Any, new: Any) -> tuple[str, str] | None:
    """Another database, schema or name."""
    if old is not None and new is not None and slips_only(str(old), str(new)):
        return None
    return ("?edits-packages-or-profiles", f"it lies elsewhere: {shown(new)}, and before {shown(old)}")


def database(old: Any, new: Any) -> tuple[str, str] | None:
    """Another database altogether."""
    found = elsewhere(old, new)
    return (found[0].removeprefix("?"), found[1]) if found else None


def stored(old: Any, new: Any) -> tuple[str, str] | None:
    """Where failures of a test are kept."""
    return ("?weakens-a-test", f"its failures are kept otherwise: {shown(new)}, and before {shown(old)}")


def tagged(old: Any, new: Any) -> tuple[str, str] | None:
    """Tags decide what a run selects."""
    return ("?disables-a-node", f"its tags are {shown(new)}, and were {shown(old)}: a selector may leave it out")


def data_type(old: Any, new: Any) -> tuple[str, str] | None:
    """Of a column under a contract."""
    return None if old is None else ("?loosens-a-contract", f"data_type is {shown(new)}, and was {shown(old)}")


RULES: Mapping[str, Rule] = {
    "enabled": enabled, "severity": severity, "error_if": threshold, "warn_if": threshold, "fail_calc": narrower,
    "where": narrower, "limit": narrower, "store_failures": stored, "store_failures_as": stored, "contract": contract,
    "constraints": constraints, "materialized": materialized, "unique_key": unique_key, "full_refresh": rebuilt,
    "incremental_strategy": rebuilt, "merge_exclude_columns": rebuilt, "incremental_predicates": rebuilt,
    "strategy": rebuilt, "check_cols": rebuilt, "updated_at": elsewhere, "on_schema_change": schema_change,
    "pre_hook": hooks, "post_hook": hooks, "sql_header": hooks, "on_run_start": hooks, "on_run_end": hooks,
    "schema": elsewhere, "alias": elsewhere, "identifier": elsewhere, "database": database, "tags": tagged,
    "data_type": data_type,
}  # fmt: skip
"""key -> what a change of it means: a rule that refuses, with `?` one that is shown to a person; None for an honest change."""
