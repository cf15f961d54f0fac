"""What jinja says, before and after -> what of it a fix may not say."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator, Sequence
from difflib import SequenceMatcher

from agentic.policy.cheating.alike import typo
from agentic.policy.cheating.jinja import CALL, Template
from agentic.policy.cheating.known import Known
from agentic.policy.cheating.rules import say, warn
from agentic.policy.cheating.tokens import LOOSE_MARKS, compare, loose_tokens
from agentic.policy.cheating.words import by_words, left_over
from agentic.values import Finding

EMPTY = re.compile(r"""^(?:return|print|log|do|set)?\s*\(?\s*(?:''|""|none|None)?\s*(?:,.*)?\)?$""")
WRAPPING = ("if", "for", "call", "macro", "filter", "raw", "test", "set", "snapshot", "materialization")
"""Tags that hold SQL, so that they can keep it back."""
CLOSING = ("end", "else", "elif")
HONEST_IFS = re.compile(r"is_incremental|execute")
SECRET = re.compile(r"(?i)secret|passw|token|credential|_key\b|private")


def judge_print(path: str, old: str, new: str, base: Known) -> Iterator[Finding]:
    """`{{ old }}` became `{{ new }}`."""
    was, now = relation(old), relation(new)
    if was and now:
        yield from judge_relation(path, was, now, base)
    else:
        yield from judge_saying(path, old, new)


def relation(said: str) -> str:
    """`orders` of `ref('orders')`, `shop.orders` of `source('shop', 'orders')`; empty for anything else."""
    found = CALL.match(said)
    parts = re.findall(r"""['"]([^'"]*)['"]""", found[2]) if found else []
    return "" if not parts or found is None else (parts[-1] if found[1] == "ref" else ".".join(parts)).lower()


def judge_relation(path: str, was: str, now: str, base: Known) -> Iterator[Finding]:
    """A name that is not there may become one that is; which of two relations is meant, a person knows."""
    if was == now or (was not in base.relations and (now in base.relations or slip(was, now))):
        return
    yield warn("undecided", f"{now} is read in place of {was}", path)


def slip(was: str, now: str) -> bool:
    """Part by part: `raw.custmers`, `raw.customers`."""
    old, new = was.split("."), now.split(".")
    return len(old) == len(new) and all(typo(one, other) for one, other in zip(old, new, strict=True))


def judge_saying(path: str, old: str, new: str) -> Iterator[Finding]:
    """A slip in a macro's name or argument, or more."""
    edits = compare(loose_tokens(old), loose_tokens(new), LOOSE_MARKS).edits
    found = (*by_words(path, edits), *(reaching(path, new) if edits else ()))
    yield from (*found, *left_over(path, edits, found))


def reaching(path: str, said: str) -> Iterator[Finding]:
    """Variables with secrets. The rest is told by the words."""
    if "env_var" in said and SECRET.search(said.replace("env_var", "")):
        yield say("touches-hooks-or-operations", f"a secret of the machine is read: {said[:60]}", path)


def spelled(old: Template, new: Template) -> Template:
    """The first with the slips mended that the second mends: `{{ var('x') }}` may stand in a text, where no token tells it."""
    words = {value: word for word, value in new.said.items()}
    mended: dict[str, str] = {}
    for kind, a, b, c, d in SequenceMatcher(None, old.prints, new.prints, autojunk=False).get_opcodes():
        if kind == "replace" and b - a == d - c:
            pairs = zip(old.prints[a:b], new.prints[c:d], strict=True)
            mended |= {was: now for was, now in pairs if not relation(was) and not tuple(judge_saying("", was, now))}
    sql = old.sql
    for word, was in old.said.items():
        sql = sql.replace(word, words[mended[was]]) if was in mended else sql
    said = {words[mended[was]] if was in mended else word: mended.get(was, was) for word, was in old.said.items()}
    return Template(sql, said, old.tags, old.config, tuple(mended.get(was, was) for was in old.prints))


def judge_prints(path: str, old: Template, new: Template, paired: Sequence[tuple[str, str]]) -> Iterator[Finding]:
    """What is said that was not said before, in a comment of SQL, too: jinja does not know comments of SQL."""
    answered = Counter(new.said.get(word, "") for _, word in paired)
    come = Counter(new.prints) - Counter(old.prints) - answered
    for said in come:
        if EMPTY.match(said):
            yield say("hides-an-error", f"nothing is said, or nothing is returned: {said or 'empty braces'}", path)
        elif not relation(said):
            yield from judge_saying(path, "", said)


def judge_tags(path: str, old: Sequence[str], new: Sequence[str]) -> Iterator[Finding]:
    """Tags one by one, in order."""
    for kind, a, b, c, d in SequenceMatcher(None, old, new, autojunk=False).get_opcodes():
        if kind == "replace" and b - a == d - c:
            for was, now in zip(old[a:b], new[c:d], strict=True):
                yield from judge_saying(path, was, now)
        elif kind != "equal":
            yield from (finding for tag in new[c:d] for finding in come(path, tag))
            yield from (finding for tag in old[a:b] for finding in gone(path, tag))


def come(path: str, tag: str) -> Iterator[Finding]:
    """A tag more. What closes another was missing."""
    name = tag.split(" ", 1)[0]
    if name.startswith("end"):
        return
    if name in WRAPPING and not (name == "set" and "=" in tag) and not HONEST_IFS.search(tag):
        yield say("hides-an-error", f"jinja may keep back what stood there: {{% {tag[:60]} %}}", path)
    elif name in CLOSING or name in WRAPPING:
        yield warn("undecided", f"jinja decides more than before: {{% {tag[:60]} %}}", path)
    else:
        yield from judge_saying(path, "", tag)


def gone(path: str, tag: str) -> Iterator[Finding]:
    """A tag less. One that closes was one too many."""
    if not tag.startswith("end"):
        yield warn("undecided", f"jinja decides less than before: {{% {tag[:60]} %}} is gone", path)
