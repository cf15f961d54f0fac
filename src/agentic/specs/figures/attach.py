"""A figure -> the nouns that it is said of."""

from __future__ import annotations

from collections.abc import Sequence

from agentic.specs.figures.clause import JOINING, Figure
from agentic.specs.figures.setting import Setting
from agentic.specs.figures.words import FUNCTION, GENERIC, GLOBAL, GOES, SETTINGS, WEAK, bag, nouns

COPULA = bag("is are be been equals equal stays remains exceed exceeds")
HAVING = bag("has have having with holds contains includes provides offers gets uses")
ADVERBS = bag("within every after in for by before from")
ARTICLES = ("a", "an", "the")
WHOLE = bag("the all these its our both there")
"""`all 14 columns`, `the 3 sources`: not some of them."""


def attached(figure: Figure, setting: Setting) -> frozenset[str]:
    """What the figure is said of."""
    named = setting.label | after(figure) if figure.begins and setting.label else in_words(figure, setting)
    return named | setting.label | (frozenset() if nouns(figure.left) else nouns(figure.outside))


def in_words(figure: Figure, setting: Setting) -> frozenset[str]:
    """The same in a sentence."""
    left, behind, words = nouns(figure.left), after(figure), lower(figure.fill)
    if figure.amount.unit == "times":
        return left & {"retry"} or left
    if is_adverb(figure):
        named = adverbial(figure)
        return setting.label | (named & GLOBAL) if setting.label - GENERIC and not setting.several else named
    if (words & COPULA or "=" in words) and left:
        return left | behind
    if behind:
        return behind | beside(figure, behind)
    # "A download has a timeout of 30 seconds": whose timeout it is.
    near = nouns(touching(figure.left))
    return left if HAVING & lower(figure.left) and not near & GLOBAL else near


def is_adverb(figure: Figure) -> bool:
    """`within 24 hours`, `every 5 minutes`: said of the whole clause."""
    words = lower(figure.fill)
    return figure.amount.dimension == "time" and bool(words & ADVERBS) and not words & COPULA


def is_whole(figure: Figure) -> bool:
    """`the export has 12 columns`, `all 12 columns of the export are read`: said of all, whatever comes behind."""
    if figure.is_restricted:
        return False
    return bool(WHOLE & lower((*figure.left[-1:], *figure.fill))) or bool(HAVING & lower(figure.left[-1:]))


def adverbial(figure: Figure) -> frozenset[str]:
    """The nouns of the clause; what is deleted after a while is retained as long."""
    named = nouns(figure.wide)
    if "after" in lower(figure.fill) and GOES & lower(figure.wide):
        return (named - nouns(GOES)) | {"retention"}
    return named


def beside(figure: Figure, behind: frozenset[str]) -> frozenset[str]:
    """What belongs to the nouns behind a figure, in front of it."""
    left = nouns(figure.left)
    if HAVING & lower((*figure.left[-1:], *figure.fill)):
        return left
    if not left and (owner := having(figure.wide)):
        return owner
    if figure.bound in ("most", "least"):
        if figure.amount.dimension == "share" and behind <= WEAK:
            return left | nouns(figure.right)
        # `140 characters` are the unit of whatever is bounded; `5 retries` are what is bounded.
        if figure.amount.dimension == "count" and not behind & SETTINGS:
            return left
    return nouns(touching(figure.left)) if figure.fill[:1] == ("of",) else frozenset()


def having(words: Sequence[str]) -> frozenset[str]:
    """Who has it: `a download` of `a download has a timeout and 5 attempts`."""
    at = next((place for place, word in enumerate(words) if word.lower() in HAVING), 0)
    return nouns(words[:at])


def after(figure: Figure) -> frozenset[str]:
    """The nouns that belong to a figure behind it (`3 retries per request`), up to a verb or another preposition."""
    taken: list[str] = []
    for place, word in enumerate(figure.right):
        low = word.lower()
        joined = low in JOINING or (low in ARTICLES and (not place or figure.right[place - 1].lower() in JOINING))
        if low in FUNCTION and not joined:
            break
        taken.append(word)
    found = nouns(taken)
    # `Batch size: 500 rows`: rows are the unit of it.
    says = figure.amount.dimension == "count" and (
        figure.begins or (COPULA & lower(figure.fill) and nouns(figure.left))
    )
    return frozenset() if says and found <= WEAK else found


def touching(left: Sequence[str]) -> list[str]:
    """The words right in front of a figure, back to the first that is no noun."""
    taken: list[str] = []
    for word in reversed(left):
        if word.lower() in FUNCTION or len(taken) == 4:
            break
        taken.append(word)
    return taken


def lower(words: Sequence[str]) -> set[str]:
    """In small letters."""
    return {word.lower() for word in words}
