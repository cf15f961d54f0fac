"""Two texts of SQL -> their tokens, and what of the difference is more than a mended slip."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator, Sequence
from difflib import SequenceMatcher
from itertools import pairwise

from agentic.policy.cheating.alike import closest, distance, typo
from agentic.values.noun import Noun

STRICT = re.compile(
    r"""--[^\n]*|/\*.*?\*/|(?P<string>'(?:[^']|'')*')|(?P<name>"(?:[^"]|"")*"|`[^`\n]*`)|"""
    r"""(?P<other>\d+(?:\.\d+)?(?:[eE][+-]?\d+)?|\w+|<>|!=|>=|<=|\|\||::|->>|->|=>|==|[^\w\s])""",
    re.DOTALL,
)
COMMENT = re.compile(r"\{#.*?#\}|--[^\n]*|/\*.*?\*/", re.DOTALL)
JINJA = re.compile(r"\{[{%].*?[}%]\}", re.DOTALL)
LOOSE = re.compile(r"\d+(?:\.\d+)?|\w+|<>|!=|>=|<=|\|\||::|[^\w\s]")
"""Where a quote or a brace is missing, nobody knows where a text ends: all of it is words, on both sides."""
MARKS = frozenset(",()[]{};.")
"""What a mended slip may add or take out where the file was broken."""
LOOSE_MARKS = MARKS | frozenset("%#'\"`-*/$")
"""The same where quotes, braces or comments were."""
WIDEST = 25_000_000
"""Lost times gained tokens that are still aligned one by one."""
KEYWORDS = frozenset([
    "select", "from", "where", "having", "qualify", "limit", "offset", "distinct", "group", "order", "by", "as",
    "on", "using", "join", "left", "right", "full", "inner", "outer", "cross", "semi", "anti", "natural", "lateral",
    "union", "intersect", "except", "exclude", "all", "and", "or", "not", "in", "is", "null", "true", "false",
    "between", "like", "ilike", "exists", "any", "some", "case", "when", "then", "else", "end", "cast", "try_cast",
    "with", "recursive", "over", "partition", "window", "rows", "range", "preceding", "following", "asc", "desc",
    "nulls", "first", "last", "sample", "tablesample", "values", "insert", "update", "delete", "drop", "create",
    "alter", "truncate", "attach", "detach", "copy", "install", "load", "pragma", "set", "call", "replace",
    "interval", "filter", "within", "unnest", "pivot", "unpivot", "asof", "positional", "fetch", "only", "top",
    "create_table", "ignore", "respect", "current_date", "current_timestamp",
])  # fmt: skip
JOINS = ("left", "full", "right", "inner", "cross")
SOFT = frozenset([
    "as", "end", "by", "from", "then", "when", "on", "select", "with", "over", "and", "group", "order", "join",
    "case", "in", "is", "partition", "else", "using",
])  # fmt: skip
"""Keywords that a broken file may lack. WHERE and its like are none: a person has to see them come."""
ENDS = frozenset(["endif", "endfor", "endmacro", "endtest", "endset", "endcall", "endfilter", "endsnapshot"])
"""What closes a tag of jinja."""
AGGREGATES = frozenset([
    "sum", "min", "max", "avg", "mean", "count", "median", "mode", "any_value", "first", "last", "stddev",
    "variance", "count_if",
])  # fmt: skip
PARTS = frozenset([
    "year", "quarter", "month", "week", "day", "hour", "minute", "second", "dow", "doy", "epoch", "isoweek",
    "decade", "century",
])  # fmt: skip
"""What `date_trunc` takes in quotes: the one text in which a slip can be told."""
CASTS = frozenset([
    "cast", "as", "varchar", "text", "string", "integer", "int", "bigint", "smallint", "double", "float", "decimal",
    "numeric", "date", "timestamp", "boolean",
])  # fmt: skip


class Edit(Noun, frozen=True):
    """What stood somewhere, and what stands there instead."""

    lost: tuple[str, ...]
    gained: tuple[str, ...]


class Difference(Noun, frozen=True):
    """Two texts of SQL, compared."""

    mended: tuple[str, ...]
    """The tokens before, with every slip mended as it is mended after."""
    edits: tuple[Edit, ...]
    """What is left."""
    renames: tuple[tuple[str, str], ...]
    """Names that are others and no slip of each other."""


def tokens(text: str) -> tuple[str, ...] | None:
    """Words in lower case, texts as they are, no comments. None where a quote or a comment is open."""
    found: list[str] = []
    for one in STRICT.finditer(text):
        token = one["string"] or name_of(one["name"]) or (one["other"] or "").lower()
        if token in ("'", '"', "`"):
            return None
        if token:
            found.append(token)
    return None if opens_a_comment(found) else tuple(found)


def name_of(quoted: str | None) -> str:
    """`"order_id"` is order_id; what is no plain word stays quoted."""
    inner = (quoted or "")[1:-1]
    return inner.lower() if re.fullmatch(r"\w+", inner) else (quoted or "")


def opens_a_comment(found: Sequence[str]) -> bool:
    """`/*` that nothing closes, or `*/` that nothing opens."""
    return any(pair in (("/", "*"), ("*", "/")) for pair in pairwise(found))


def loose_tokens(text: str) -> tuple[str, ...]:
    """Every word and mark, in texts as well."""
    return tuple(token.lower() for token in LOOSE.findall(COMMENT.sub(spoken, text)))


def spoken(comment: re.Match[str]) -> str:
    """What of a comment counts: jinja in one of SQL."""
    return " " if comment[0].startswith("{#") else f" {' '.join(JINJA.findall(comment[0]))} "


def compare(before: Sequence[str], after: Sequence[str], marks: frozenset[str] | None = None) -> Difference:
    """`marks`: what the text before may lack or have too much of, where it could not be read. None: it could."""
    mended: list[str] = []
    edits: list[Edit] = []
    renames: dict[tuple[str, str], None] = {}
    for same, lost, gained, following in steps(joins_meant(before), after):
        if (
            same
            or is_mend(lost, gained, following, marks)
            or is_twice(lost, gained, (mended[-1:] or [""])[0], following)
        ):
            mended.extend(gained)
            renames |= dict.fromkeys(renamed(lost, gained, following))
        else:
            mended.extend(lost)
            edits.append(Edit(tuple(lost), tuple(gained)))
    return Difference(tuple(mended), tuple(edits), tuple(renames))


Step = tuple[bool, Sequence[str], Sequence[str], str]


def steps(before: Sequence[str], after: Sequence[str]) -> Iterator[Step]:
    """(is the same, tokens before, tokens after, the token that follows after). Too much is compared as sacks of tokens."""
    head = next(
        (at for at, (one, other) in enumerate(zip(before, after, strict=False)) if one != other),
        min(len(before), len(after)),
    )
    tail = common_end(before[head:], after[head:])
    old, new = before[head : len(before) - tail], after[head : len(after) - tail]
    end = after[len(after) - tail :]
    yield True, before[:head], after[:head], ""
    if len(old) * len(new) > WIDEST:
        yield (
            False,
            tuple((Counter(old) - Counter(new)).elements()),
            tuple((Counter(new) - Counter(old)).elements()),
            "",
        )
    else:
        yield from aligned(old, new, end[0] if end else "")
    yield True, end, end, ""


def common_end(one: Sequence[str], other: Sequence[str]) -> int:
    """How many tokens at the end are the same."""
    return next(
        (at for at, (old, new) in enumerate(zip(reversed(one), reversed(other), strict=False)) if old != new),
        min(len(one), len(other)),
    )


def aligned(old: Sequence[str], new: Sequence[str], end: str) -> Iterator[Step]:
    """One by one."""
    for tag, a, b, c, d in SequenceMatcher(None, old, new, autojunk=False).get_opcodes():
        yield tag == "equal", old[a:b], new[c:d], new[d] if d < len(new) else end


def is_mend(lost: Sequence[str], gained: Sequence[str], following: str, marks: frozenset[str] | None) -> bool:
    """A slip that is mended, a name that is another, a comma that was missing, a name that is told more exactly."""
    loss, gain = without(lost, marks or frozenset(";")), without(gained, marks or frozenset(",;"))
    if loss == gain:
        return True
    if len(loss) == len(gain):
        same = is_slip if marks == LOOSE_MARKS else is_same
        return all(same(one, other, call) for one, other, call in zip(loss, gain, (*gain[1:], following), strict=True))
    if not loss and (is_qualifier(gain, following) or is_alias(gain, following) or is_from(gain, following)):
        return True
    return is_joined(lost, gained) or (marks is not None and is_repair(loss, gain))


def is_joined(lost: Sequence[str], gained: Sequence[str]) -> bool:
    """`castevent_id` and `cast(event_id`, `Postal Code` and `"Postal Code"`: the same letters, in other words."""
    loss, gain = without(lost, MARKS), without(gained, MARKS)
    if loss == gain or not all(is_word(one) or one[0] == '"' for one in (*loss, *gain)):
        return False
    one, other = (re.sub(r'["\s]', "", "".join(side)).lower() for side in (loss, gain))
    return bool(one) and one == other


def is_repair(loss: Sequence[str], gain: Sequence[str]) -> bool:
    """Of what could not be read: a small word that was missing or stood twice, a blank at the wrong place, signs swapped."""
    if not loss or not gain:
        return set(loss) | set(gain) <= SOFT | CASTS | ENDS and len(loss) <= 2 and len(gain) <= 5
    one, other = "".join(loss), "".join(gain)
    return one == other or (sorted(one) == sorted(other) and not re.search(r"\w", one))


def joins_meant(found: Sequence[str]) -> tuple[str, ...]:
    """`orders lfet join payments` reads as an inner join of orders under another name; nobody meant that."""
    return tuple(
        closest(one, JOINS) or one if then == "join" and is_name(one) and found.count(one) == 1 else one
        for one, then in zip(found, (*found[1:], ""), strict=False)
    )


def is_twice(lost: Sequence[str], gained: Sequence[str], before: str, after: str) -> bool:
    """`from from orders`."""
    return not gained and len(lost) == 1 and is_word(lost[0]) and lost[0] in (before, after)


def without(found: Sequence[str], ignored: frozenset[str]) -> tuple[str, ...]:
    """The tokens that count."""
    return tuple(one for one in found if one not in ignored)


def is_same(old: str, new: str, following: str) -> bool:
    """The same, a slip, or another name of a column; or both stand for jinja, which is compared apart."""
    if is_placeholder(old) or is_placeholder(new):
        return is_placeholder(old) and is_placeholder(new)
    is_column = is_name(old) and is_name(new) and following != "(" and old not in AGGREGATES
    return is_column or is_slip(old, new, following)


def is_slip(old: str, new: str, following: str) -> bool:
    """The same, or a slip. What dbt or SQL knows was no slip."""
    if old == new:
        return True
    if is_text(old) and is_text(new):
        return new[1:-1] in PARTS and old[1:-1] not in PARTS and typo(old, new)
    known = following == "(" and old in AGGREGATES
    return is_name(old) and is_word(new) and not known and (typo(old, new) or (new in SOFT and distance(old, new) == 1))


def is_qualifier(gain: Sequence[str], following: str) -> bool:
    """`customer_id` -> `orders.customer_id`."""
    return len(gain) == 2 and gain[1] == "." and is_name(gain[0]) and is_word(following)


def is_from(gain: Sequence[str], following: str) -> bool:
    """Without its FROM, a ref reads as the name of the column before it."""
    return tuple(gain) == ("from",) and following.startswith(("ref__", "source__"))


def is_alias(gain: Sequence[str], following: str) -> bool:
    """`order_date` -> `ordered_at as order_date`."""
    return len(gain) == 2 and gain[1] == "as" and is_name(gain[0]) and is_name(following)


def renamed(lost: Sequence[str], gained: Sequence[str], following: str) -> Iterator[tuple[str, str]]:
    """Columns that are read under another name, slips left out, and the names of tables before a point."""
    if is_alias(gained, following) and not lost:
        yield following, gained[0]
    elif len(lost) == len(gained):
        for one, new, then in zip(lost, gained, (*gained[1:], following), strict=False):
            if one != new and is_name(one) and then != "." and (is_placeholder(one) or not typo(one, new)):
                yield one, new


def is_text(token: str) -> bool:
    """In quotes."""
    return token.startswith("'")


def is_word(token: str) -> bool:
    """A name or a keyword; no number, no text, no mark."""
    return bool(token) and (token[0].isalpha() or token[0] == "_")


def is_name(token: str) -> bool:
    """A word that is no keyword."""
    return is_word(token) and token not in KEYWORDS


def is_placeholder(token: str) -> bool:
    """What stands for something in jinja: compared apart, for it may be anything."""
    return token.startswith(("ref__", "source__", "jinja__"))
