"""A figure in its block -> a claim: what is said of what, and under which conditions."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from typing import Literal

from agentic.specs.figures.block import Block
from agentic.specs.figures.clause import JOINING, Figure, figures
from agentic.specs.figures.quantity import Quantity
from agentic.specs.figures.words import APART, FUNCTION, GENERIC, GLOBAL, HISTORY, PROMISED, SETTINGS, TOOLS, WEAK, core, nouns
from agentic.text import Heading
from agentic.values.noun import Noun

Kind = Literal["norm", "fact", "weak"]
"""A norm says what shall hold, a fact what was counted; what is weak is said of something that everything has."""
UNNAMED = re.compile(r"(?:[A-Z]{1,5}-?\d+|Acceptance.*|Accepted.*|Scenario.*|Given|When|Then|A|Note)", re.IGNORECASE)
"""Labels that name nothing."""
SCENE = re.compile(r"accept|scenario|given\b|when\b|then\b", re.IGNORECASE)
SKIPPED = re.compile(r"Q-\d+|A|Rule.*|Figure|Version|Port|Status|Example.*|e\.g|Was|Before|Old|Formerly|Instead of", re.IGNORECASE)
PAST = re.compile(
    r"\b(?:options?|alternatives?|rejected|considered|history|changelog|change log|open questions|examples?|trade-?offs?|assumptions?"
    r"|lessons|risks?|previous|method)\b",
    re.IGNORECASE,
)
"""Headings below which stands what does not hold, or held once."""
RECORD = re.compile(
    r"(?:dataset|data set|table|flow|source|module|task|environment|layer|job|component|stage|pipeline|step|consumer|dashboard|report|topic"
    r"|system|service|team|tenant|region|zone|phase|sprint|release|checkpoint|suite|api|endpoint|queue|bucket|entity|model|mart)\b"
    r"\s*:?\s*(?P<name>.+)",
    re.IGNORECASE,
)
"""`Flow: landing`: what stands below is said of this one."""
REQUIRED = re.compile(r"[*_`]*(?:BR|TR|DR|NFR|FR|ADR|DD|D)-?\d+", re.IGNORECASE)
COPULA = frozenset("is are be been equals equal stays remains exceed exceeds".split())
HAVING = frozenset("has have having with holds contains includes provides offers gets uses".split())
TAKING = frozenset("takes take lasts last needs need spent ran finished finishes counted".split())
ARTICLES = ("a", "an", "the")
ADVERBS = frozenset("within every after in for by before from".split())


class Claim(Noun, frozen=True):
    """`retention` is `7 years`, on this line."""

    path: str
    line: int
    about: frozenset[str]
    """What it is said of, in nouns."""
    amount: Quantity
    kind: Kind
    bound: str = ""
    promised: bool = False
    """It says that the figure is asked for."""
    repeated: bool = False
    apart: frozenset[str] = frozenset()
    """What makes it another thing: layer, environment, dataset, condition."""
    tools: frozenset[str] = frozenset()
    section: int = 0
    """The line of the heading it stands under."""
    is_record: bool = False
    """It stands in one of several sections of the same kind, each with figures of its own."""
    table: int = 0
    folder: str = ""

    @property
    def subject(self) -> str:
        """In words."""
        return " ".join(sorted(self.about))


class World(Noun, frozen=True):
    """What a project is about."""

    things: frozenset[str] = frozenset()
    """Datasets and modules: a figure of one is no figure of another."""
    only: frozenset[str] = frozenset()
    """The one dataset of a project that has but one: naming it says nothing."""


class Setting(Noun, frozen=True):
    """What a block says of all of its figures."""

    label: frozenset[str]
    headed: frozenset[str]
    """The nouns of the headings."""
    measure: frozenset[str]
    """`retention` below the heading `Data retention`."""
    apart: frozenset[str]
    """Names of records, such as `landing` below `### Flow: landing`."""
    several: bool
    """More than one figure: the label alone does not tell them apart."""
    is_scene: bool
    """Part of an acceptance scenario: what is given is made up."""


def claims(block: Block, world: World) -> Iterator[Claim]:
    """Everything that a block claims."""
    if SKIPPED.fullmatch(block.label) or any(PAST.search(heading.title) for heading in block.headings):
        return
    found = tuple(figures(block.text, unit_of(block.label)))
    if not found or (len(found) == 1 and found[0].amount.is_year):
        return
    setting = setting_of(block, several=len(found) > 1)
    then = block.text.lower().find("then ") if setting.is_scene else 0
    for figure in found:
        if (then >= 0 and figure.at >= then) and (made := claim(figure, block, setting, world)):
            yield made


def unit_of(label: str) -> str:
    """`s` of `Timeout (s)`."""
    found = re.search(r"[(\[](?P<unit>[A-Za-z%]+)[)\]]", label)
    return found["unit"].lower() if found else ""


def setting_of(block: Block, *, several: bool) -> Setting:
    """Label, headings and names around a block."""
    own = "" if UNNAMED.fullmatch(block.label) else re.sub(r"[(\[][A-Za-z%]+[)\]]", " ", block.label)
    above = [word for parent in block.parents for word in re.findall(r"[\w.-]+", parent)[:6]]
    titles = [heading.title for heading in block.headings if not REQUIRED.match(heading.title)]
    records = (found["name"] for title in titles if (found := RECORD.match(title)))
    return Setting(
        label=nouns([*re.findall(r"[\w.-]+", own), *above]),
        headed=nouns(re.findall(r"[\w.-]+", " ".join(titles))),
        measure=core(nouns(titles[-1].split())) & GLOBAL if titles and len(titles[-1].split()) <= 3 else frozenset(),
        apart=nouns(re.findall(r"[\w.-]+", " ".join(records))),
        several=several,
        is_scene=bool(SCENE.match(block.label) or SCENE.match(block.text)),
    )


def claim(figure: Figure, block: Block, setting: Setting, world: World) -> Claim | None:
    """None where nothing is told of anything, or of the past."""
    words = {word.lower() for word in (*figure.left, *figure.fill)}
    if figure.amount.is_year or HISTORY & words:
        return None
    named, around = attached(figure, setting)
    if setting.several and not figure.begins and not named | around:
        return None
    kind = kind_of(figure, named, world, words)
    about = named if kind == "norm" else named | around | setting.label
    about = about if figure.is_repeated else core(with_measure(about, setting), world.only)
    if not about or about <= GENERIC or (setting.is_scene and kind != "norm"):
        return None
    told = nouns(list(figure.condition))
    condition = frozenset() if setting.is_scene else told - GENERIC
    rest = about | around | setting.label | setting.headed | named
    where = section(block.headings)
    return Claim(
        path=block.path,
        line=block.line(figure.at),
        about=about,
        amount=figure.amount,
        kind=kind if is_telling(figure, about, kind) else "weak",
        bound=figure.bound,
        promised=bool(PROMISED & (words | {word.lower() for word in figure.right} | set(block.label.lower().split()))),
        repeated=figure.is_repeated,
        apart=((rest & (APART | world.things)) | condition | setting.apart) - world.only,
        tools=(rest | told) & TOOLS,
        section=where.line if where else 0,
        is_record=is_record(where),
        table=block.table,
        folder=block.path.split("/")[1],
    )


def section(headings: Sequence[Heading]) -> Heading | None:
    """The innermost heading that is no requirement and no decision: those speak of the whole project."""
    return next((one for one in reversed(headings) if not REQUIRED.match(one.title)), None)


def is_record(heading: Heading | None) -> bool:
    """Does it name one of many?"""
    return heading is not None and (heading.level > 2 or RECORD.match(heading.title) is not None)


def attached(figure: Figure, setting: Setting) -> tuple[frozenset[str], frozenset[str]]:
    """What the figure is said of, and the other nouns of its clause."""
    left, right = nouns(list(figure.left)), nouns(list(figure.right))
    behind = after(figure)
    words = {word.lower() for word in figure.fill}
    adverb = figure.amount.dimension == "time" and bool(words & ADVERBS) and not words & COPULA
    if figure.begins and setting.label:
        named = setting.label | behind
    elif adverb:
        named = setting.label if setting.label and not setting.several else left | right | setting.label
    elif words & COPULA or "=" in words:
        named = left | behind
    elif behind:
        has = HAVING & {word.lower() for word in (*figure.left[-1:], *figure.fill)}
        named = behind | left if has else behind
    else:
        named = nouns(touching(figure.left))
    return named, (left | right) - named


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
    says = figure.amount.dimension == "count" and (figure.begins or COPULA & {word.lower() for word in figure.fill})
    return frozenset() if says and found <= WEAK else found


def touching(left: Sequence[str]) -> list[str]:
    """The words right in front of a figure, back to the first that is no noun."""
    taken: list[str] = []
    for word in reversed(left):
        if word.lower() in FUNCTION or len(taken) == 4:
            break
        taken.append(word)
    return taken


def kind_of(figure: Figure, named: frozenset[str], world: World, words: set[str]) -> Kind:
    """A bare count is a fact, and so is what something takes; what is bounded, labelled or measured in units is a norm."""
    plain = core(named, world.only)
    asked = figure.bound in ("most", "least") or (figure.begins and bool(named))
    if TAKING & words or (plain <= WEAK and not figure.is_repeated and not (asked and len(plain) > 1)):
        return "fact"
    if figure.amount.dimension != "count" or asked:
        return "norm"
    says = COPULA & words and not HAVING & words and nouns(list(figure.left))
    return "norm" if plain & SETTINGS or says else "fact"


def with_measure(about: frozenset[str], setting: Setting) -> frozenset[str]:
    """Below the heading `Retention`, `Raw events: 7 years` is a retention."""
    return about if about & GLOBAL or not about else about | setting.measure


def is_telling(figure: Figure, about: frozenset[str], kind: Kind) -> bool:
    """A small count of something common is told everywhere, and `3` of nothing tells nothing."""
    if about <= (GENERIC | WEAK):
        return kind == "norm" and len(about) > 1
    return not (kind == "fact" and figure.amount.dimension == "count" and figure.amount.low < 2)
