"""YAML that cannot be read on one side -> what its words tell."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator

from agentic.policy.cheating.alike import closest
from agentic.policy.cheating.case import Case, line_of
from agentic.policy.cheating.rules import say, warn
from agentic.policy.cheating.words import IGNORING
from agentic.values import Finding

WORD = re.compile(r"[\w.]+|[<>!=]=?")
COMMENT = re.compile(r"(?:^|\s)#.*$", re.MULTILINE)
TELLING = re.compile(r"^\s*(?:-\s*)?(?:description|label|url|title)\s*:.*$", re.MULTILINE)
TESTS = frozenset(["unique", "not_null", "accepted_values", "relationships", "tests", "data_tests", "unit_tests"])
NEW = {
    "disables-a-node": frozenset(["enabled"]),
    "weakens-a-test": frozenset(["severity", "warn", "where", "limit", "error_if", "warn_if", "fail_calc"]),
    "hides-an-error": IGNORING,
    "touches-hooks-or-operations": frozenset(
        ["hook", "pre_hook", "post_hook", "run_query", "env_var", "drop", "delete", "truncate", "attach", "copy"]
    ),
    "loosens-a-contract": frozenset(["enforced"]),
    "changes-materialization": frozenset(["view", "ephemeral"]),
}
"""Words that were not there, and mend nothing."""
PROMISED = {
    "loosens-a-contract": frozenset(["contract", "enforced", "constraints"]),
    "changes-freshness": frozenset(["freshness", "warn_after", "error_after"]),
}
"""Words that were there, and promised something."""
NAMED = re.compile(r"^\s*-\s*name\s*:\s*[\"']?([\w.]+)", re.MULTILINE)
FREE = frozenset(["tests", "data_tests", "arguments", "config", "version", "name"])
"""Keys that say the same by another name, or only say where something stands."""
MOST = 200


def by_lines(case: Case, free: frozenset[str] = frozenset()) -> Iterator[Finding]:
    """Words that came and went. Blanks and marks are what a broken file is mended with."""
    old, new = words(case.before or ""), words(case.after or "")
    lost, gained = (without(one, free) for one in paired(old - new, new - old))
    found = (*new_words(case, gained), *lost_words(case, lost, gained), *off(case, old, new))
    yield from found
    if (lost or gained) and not found:
        told = sorted(lost or gained)[0]
        yield warn(
            "undecided",
            f"not only what was broken is another than before: {told}",
            case.path,
            line_of(case.after, told),
        )


def without(found: Counter[str], free: frozenset[str]) -> Counter[str]:
    """Words that may come and go are left out."""
    return Counter({word: count for word, count in found.items() if word not in free})


def words(text: str) -> Counter[str]:
    """Every word, comments and descriptions left out."""
    return Counter(word.lower().strip(".") for word in WORD.findall(TELLING.sub("", COMMENT.sub("", text)))) - Counter(
        [""]
    )


def paired(lost: Counter[str], gained: Counter[str]) -> tuple[Counter[str], Counter[str]]:
    """Without the slips that are mended: a word that went for one it is a slip of. A test that dbt knows is no slip."""
    left, come = Counter(lost), Counter(gained)
    if sum(lost.values()) * sum(gained.values()) > MOST * MOST:
        return left, come
    for word in lost.elements():
        other = closest(word, come) if word not in TESTS and not word.isdigit() else ""
        if other:
            left -= Counter([word])
            come -= Counter([other])
    return left, come


def new_words(case: Case, gained: Counter[str]) -> Iterator[Finding]:
    """What comes with the mending, and is none."""
    for rule, known in NEW.items():
        yield from (
            say(rule, f"a word is new that mends nothing: {word}", case.path, line_of(case.after, word))
            for word in sorted(gained)
            if word in known
        )


def lost_words(case: Case, lost: Counter[str], gained: Counter[str]) -> Iterator[Finding]:
    """Tests and promises that went."""
    numbers = sorted(word for word in lost if word.isdigit())
    if numbers and any(word.isdigit() for word in gained):
        yield say("weakens-a-test", f"a number is another: {numbers[0]}", case.path, line_of(case.before, numbers[0]))
    called = {name.lower() for name in NAMED.findall(case.before or "")}
    for word in sorted(lost):
        if word in called:
            yield say("removes-a-node", f"what is called {word} is gone", case.path, line_of(case.before, word))
        if word in TESTS:
            yield say("removes-a-test", f"a test is gone: {word}", case.path, line_of(case.before, word))
        for rule, known in PROMISED.items():
            if word in known:
                yield say(rule, f"a promise is gone: {word}", case.path, line_of(case.before, word))


def off(case: Case, old: Counter[str], new: Counter[str]) -> Iterator[Finding]:
    """Something stood there, and is `false` now."""
    for word, rule in (
        ("enabled", "disables-a-node"),
        ("enforced", "loosens-a-contract"),
        ("warn_error", "hides-an-error"),
    ):
        if old[word] and new[word] and new["false"] > old["false"]:
            yield say(rule, f"{word} is false now", case.path, line_of(case.after, word))
