"""A block of words -> its figures, each with the words of its clause."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator, Sequence
from functools import lru_cache

from agentic.specs.figures.quantity import QUANTITY, UNITS, Quantity, quantity
from agentic.specs.figures.words import FILLER, FUNCTION, UNSURE, bag
from agentic.values.noun import Noun

WORD = re.compile(r"[A-Za-z_§][\w’'§-]*(?:\.[A-Za-z_]\w*)*|[<>≤≥=~≈]+|[;:,()!?|—–\[\]]|\.{2,3}|…|\.(?=\s|$)")
STOPS = frozenset(";:,()!?|—–[]§…") | {".", "..", "..."}
SENTENCE = frozenset(".;!?")
PARTING = bag(
    "if when while unless because since so that which who where whose but and or then although whereas except otherwise plus"
)
"""Words that begin another clause."""
JOINED = frozenset(("and", "or", "so", "but"))
CONDITION = bag("if when while unless except otherwise during whenever until")
JOINING = bag("for in on per of each at during")
"""What joins the words behind a figure to it: `5 minutes for orders`."""
MEASURED = bag("measured observed counted profiled benchmarked benchmark estimated took ran found")
NUMBERED = bag("""phase step level section line port version part chapter page figure table tier stage release sprint week quarter no number nr
    option item issue rule type class layer epic milestone http status code exit error iteration module task priority java python spark
    scenario case example appendix article paragraph note question answer row column day month year utf sha md rfc iso pep test id v p q
    pr adr bullet point seed rank grade generation format schema attempt round pass""")  # fmt: skip
"""What is counted through: the number behind it is a name."""
SIZED = (
    "size",
    "limit",
    "count",
    "timeout",
    "threshold",
    "retry",
    "max",
    "capacity",
    "quota",
    "backoff",
    "length",
    "width",
    "depth",
)
"""Nouns in the singular that a number may follow; of others there are several, or the number is a name."""
RESTRICTING = bag("with without that which who whose where when if")
LEADS = bag("in for on at during under with after before by")
MOST = re.compile(
    r"\bat most\b|\b(?:no|not) (?:more|longer|later|older|larger|greater|higher) than\b|\bup to\b|\bwithin\b|\bunder\b|\bbelow\b"
    r"|\b(?:less|fewer|lower|smaller|shorter) than\b|\bmax(?:imum)?\b|\bnot exceeds?\b|\blimited to\b|\bcapped at\b|\bor (?:less|fewer)\b|<|≤"
)
LEAST = re.compile(
    r"\bat least\b|\b(?:no|not) (?:less|fewer|lower) than\b|\b(?:more|longer|greater|higher|older) than\b|\bover\b|\babove\b|\bmin(?:imum)?\b"
    r"|\bor more\b|>|≥"
)
ABOUT = re.compile(r"\b(?:about|around|approximately|roughly|nearly|almost|some|circa|ca|estimated)\b|~|≈")


class Figure(Noun, frozen=True):
    """One quantity with what stands around it."""

    amount: Quantity
    at: int
    """Offset in the block."""
    fill: tuple[str, ...]
    """Words between the figure and what it is said of, in their order: `must be at most`."""
    left: tuple[str, ...]
    """The rest of the clause in front of it."""
    right: tuple[str, ...]
    """The rest of the clause behind it."""
    wide: tuple[str, ...]
    """The clause with all that `and` and `or` join to it."""
    begins: bool
    """Nothing but `fill` stands in front of it, in the block."""
    bound: str = ""
    """most, least, about, or nothing."""
    condition: tuple[str, ...] = ()
    """Words of the conditional clause of its sentence."""
    inside: bool = False
    """It stands in parentheses."""
    is_restricted: bool = False
    """`12 files with gaps`, `12 files that came late`: not all there are."""
    is_measured: bool = False
    """Its sentence speaks of what was measured."""
    outside: tuple[str, ...] = ()
    """The words in front of those parentheses."""

    @property
    def is_repeated(self) -> bool:
        """`every 15 minutes`."""
        return bool({"every", "each"} & {word.lower() for word in self.fill})


BEHIND = {
    "most": re.compile(r"\b(?:at most|or (?:less|fewer)|max(?:imum)?)\b"),
    "least": re.compile(r"\b(?:at least|or (?:more|better)|min(?:imum)?)\b"),
}


def bound(fill: Sequence[str], right: Sequence[str]) -> str:
    """Of `at most 5`, and of `5 or fewer`."""
    said, behind = " ".join(fill).lower(), " ".join(right[:4]).lower()
    for kind, pattern in (("most", MOST), ("least", LEAST), ("about", ABOUT)):
        if (said and pattern.search(said)) or (behind and kind in BEHIND and BEHIND[kind].search(behind)):
            return kind
    return ""


class Token(Noun, frozen=True):
    """A word, a sign, or a quantity."""

    text: str
    at: int
    amount: Quantity | None = None


@lru_cache(maxsize=4096)
def figures(text: str, unit: str = "") -> tuple[Figure, ...]:
    """Every quantity that a sentence is sure of. `unit`: what the label says, such as `(days)`.

    Tasks say much in the same words, so what was read once is remembered.
    """
    found: list[Figure] = []
    sentence: list[Token] = []
    first = True
    for token in [*tokens(text, unit), Token(".", len(text))]:
        if token.amount is None and token.text in SENTENCE:
            if any(one.amount for one in sentence) and not UNSURE.search(text, sentence[0].at, token.at):
                found += in_sentence(sentence, first=first)
            first = False
            sentence = []
        else:
            sentence.append(token)
    return tuple(found)


def tokens(text: str, unit: str) -> list[Token]:
    """Words, signs and quantities, in order."""
    amounts = {found.start(): found for found in QUANTITY.finditer(text)}
    made: list[Token] = []
    at = 0
    for start in sorted(amounts):
        found = amounts[start]
        made += [Token(one[0], one.start()) for one in WORD.finditer(text, at, start)]
        made.append(Token(found[0], start, quantity(found, unit if unit in UNITS else "")))
        at = found.end()
    return made + [Token(one[0], one.start()) for one in WORD.finditer(text, at)]


def in_sentence(sentence: Sequence[Token], *, first: bool) -> Iterator[Figure]:
    """One sentence. `first`: it begins the block, so that a label stands directly in front of it."""
    measured = any(one.text.lower() in MEASURED for one in sentence)
    condition = (*conditional(sentence), *leading(sentence))
    for place, token in enumerate(sentence):
        if token.amount is None or is_silent(sentence, place):
            continue
        begin, end = clause(sentence, place, PARTING)
        wide = slice(*clause(sentence, place, PARTING - JOINED))
        fill, left = parted(sentence[begin:place])
        right = tuple(one.text for one in sentence[place + 1 : end] if one.amount is None)
        opened = sum((one.text == "(") - (one.text == ")") for one in sentence[:place]) > 0
        yield Figure(
            amount=token.amount,
            at=token.at,
            fill=fill,
            left=left,
            right=right,
            wide=tuple(one.text for one in sentence[wide] if one.amount is None),
            begins=first and not begin and not left,
            bound=bound(fill, right),
            condition=condition,
            inside=opened,
            is_restricted=bool(RESTRICTING & {one.text.lower() for one in sentence[place + 1 : end + 1]}),
            is_measured=measured,
            outside=tuple(before_parenthesis(sentence, place)) if opened else (),
        )


def before_parenthesis(sentence: Sequence[Token], place: int) -> Iterator[str]:
    """`unit tests` of `unit tests (10 minutes)`."""
    start = max(at for at in range(place) if sentence[at].text == "(")
    begin, _ = clause(sentence, start, PARTING)
    yield from (token.text for token in sentence[begin:start] if token.amount is None)


def is_silent(sentence: Sequence[Token], place: int) -> bool:
    """`one` is mostly no number, `Phase 5` is a name, and `two or three` cannot be held against another number."""
    amount = sentence[place].amount
    if (
        amount
        and amount.dimension == "count"
        and ((amount.is_word and amount.low == 1) or (not amount.unit and is_name(sentence, place)))
    ):
        return True
    if place + 1 < len(sentence) and sentence[place + 1].text == ":":
        return True
    around = (sentence[max(place - 2, 0) : place], sentence[place + 1 : place + 3])
    return any(
        len(two) == 2 and any(one.amount for one in two) and any(one.text.lower() in ("to", "or", "of") for one in two)
        for two in around
    )


def is_name(sentence: Sequence[Token], place: int) -> bool:
    """`Spark 3.5`, `phase 5`, `HTTP 429`."""
    before = sentence[place - 1] if place else None
    if before is None or before.amount or not before.text[0].isalpha():
        return False
    low = before.text.lower()
    if low in FILLER:
        return False
    if low in NUMBERED or (place > 1 and before.text[0].isupper()):
        return True
    amount = sentence[place].amount
    # "broker 2 fails", but "delivered 336,776 orders".
    return not low.endswith(("s", *SIZED)) and low not in FUNCTION and amount is not None and amount.low < 100


def clause(sentence: Sequence[Token], place: int, parting: Collection[str]) -> tuple[int, int]:
    """Where the clause around a token begins and ends. `parting`: words that begin another one."""
    begin = place
    while begin > 0 and not parts(sentence[begin - 1], parting):
        begin -= 1
    end = place + 1
    while end < len(sentence) and not parts(sentence[end], parting):
        end += 1
    return begin, end


def parts(token: Token, parting: Collection[str]) -> bool:
    """Does another clause begin here?"""
    return token.amount is None and (token.text in STOPS or token.text.lower() in parting)


def parted(tokens_before: Sequence[Token]) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """What stands in front of a figure -> what only leads up to it, and the rest."""
    at = len(tokens_before)
    while at and tokens_before[at - 1].amount is None and is_fill(tokens_before[at - 1].text):
        at -= 1
    return (
        tuple(one.text for one in tokens_before[at:]),
        tuple(one.text for one in tokens_before[:at] if one.amount is None),
    )


def is_fill(word: str) -> bool:
    """Does it say nothing of what the figure is said of?"""
    return word.lower() in FILLER or not word[0].isalpha()


def leading(sentence: Sequence[Token]) -> Iterator[str]:
    """The words of `In production, ...`."""
    end = next((place for place, token in enumerate(sentence) if token.amount or token.text == ","), 0)
    if 0 < end < len(sentence) and sentence[end].text == "," and sentence[0].text.lower() in LEADS:
        yield from (token.text for token in sentence[1:end] if token.text.lower() not in FUNCTION)


def conditional(sentence: Sequence[Token]) -> Iterator[str]:
    """The words behind `if`, `when`, ... up to the next comma."""
    inside = False
    for token in sentence:
        if token.amount is None and token.text.lower() in CONDITION:
            inside = True
        elif token.text in STOPS:
            inside = False
        elif inside and token.amount is None and token.text.lower() not in FUNCTION:
            yield token.text
