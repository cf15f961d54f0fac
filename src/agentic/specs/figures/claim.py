"""A figure in its block -> a claim: what is said of what, and under which conditions."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from typing import Literal

from agentic.specs.figures.block import Block
from agentic.specs.figures.clause import JOINING, SIZED, Figure, figures
from agentic.specs.figures.quantity import Quantity
from agentic.specs.figures.words import (
    APART,
    FUNCTION,
    GENERIC,
    GLOBAL,
    GOES,
    HISTORY,
    PROMISED,
    RESOURCES,
    SETTINGS,
    TOOLS,
    WEAK,
    bag,
    core,
    nouns,
)
from agentic.text import Heading
from agentic.values.noun import Noun

Kind = Literal["norm", "fact", "weak"]
"""A norm says what shall hold, a fact what was counted; what is weak is said of something that everything has."""
WORD = re.compile(r"[\w.-]+")
UNNAMED = re.compile(r"(?:[A-Z]{1,5}-?\d+|Acceptance.*|Accepted.*|Scenario.*|Given|When|Then|A|Note)", re.IGNORECASE)
"""Labels that name nothing."""
SCENE = re.compile(r"accept|scenario|given\b|when\b|then\b", re.IGNORECASE)
SKIPPED = re.compile(
    r"Q-\d+|A|Rule.*|Figure|Version|Port|Status|Example.*|e\.g|Was|Before|Old|Formerly|Instead of"
    r"|Expected.*|Results?|Output|Actual|Found|.* Found|Total|Status|Effort|Duration|Estimate.*|Read(?:ing)? time|Time|Time to .*|Impact|Savings?"
    r"|Saved|Reduction|Improvement|Before.*|After.*",
    re.IGNORECASE,
)
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
COPULA = bag("is are be been equals equal stays remains exceed exceeds")
HAVING = bag("has have having with holds contains includes provides offers gets uses")
TAKING = bag("takes take lasts last needs need spent ran finished finishes counted")
ARTICLES = ("a", "an", "the")
PLAIN_PLACES = frozenset(("table", "dataset", "view"))
MEASURING = ("requirements/technical_assessment.md", "requirements/data_discovery.md")
"""Documents that tell what there is."""
ADVERBS = bag("within every after in for by before from")


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
    scope: frozenset[str] = frozenset()
    """The nouns of the section it stands in."""
    context: frozenset[str] = frozenset()
    """All nouns around it."""
    is_record: bool = False
    """It stands in one of several sections of the same kind, each with figures of its own."""
    is_item: bool = False
    is_sheet: bool = False
    """It stands in a YAML file."""
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
    found = figures(block.text, unit_of(" ".join((block.label, *block.parents))))
    if not found or (block.table and not nouns(block.parents[0].split())):
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
    above = [word for parent in block.parents for word in WORD.findall(parent)[:6]]
    titles = [heading.title for heading in block.headings if not REQUIRED.match(heading.title)]
    records = (found["name"] for title in titles if (found := RECORD.match(title)))
    return Setting(
        label=nouns([*WORD.findall(own), *above]),
        headed=nouns(WORD.findall(" ".join(titles))),
        measure=core(nouns(titles[-1].split())) & GLOBAL if titles and len(titles[-1].split()) <= 3 else frozenset(),
        apart=nouns(WORD.findall(" ".join(records))),
        several=several,
        is_scene=bool(SCENE.match(block.label) or SCENE.match(block.text)),
    )


def claim(figure: Figure, block: Block, setting: Setting, world: World) -> Claim | None:
    """None where nothing is told of anything, or of the past."""
    words = lower((*figure.left, *figure.fill))
    if figure.amount.is_year or HISTORY & words:
        return None
    named = attached(figure, setting)
    around = nouns([*figure.left, *figure.right]) - named
    if setting.several and not figure.begins and not named | around:
        return None
    labelled = figure.begins and bool(setting.label)
    if is_number(figure) and not labelled:
        return None
    kind = kind_of(figure, named, world, words, labelled=labelled)
    about = named if kind == "norm" else named | around | setting.label
    about = essence(figure, with_measure(about, setting), kind, world)
    if not about or (kind != "norm" and (setting.is_scene or figure.inside)):
        return None
    told = nouns(figure.condition)
    condition = frozenset() if setting.is_scene else told - GENERIC
    rest = about | around | setting.label | setting.headed | named
    where = section(block.headings)
    return Claim(
        path=block.path,
        line=block.line(figure.at),
        about=about,
        amount=figure.amount,
        kind=kind if is_telling(figure, about, kind, world, labelled=labelled) else "weak",
        bound=figure.bound,
        promised=bool(PROMISED & (words | {word.lower() for word in figure.right} | set(block.label.lower().split()))),
        repeated=figure.is_repeated,
        apart=((rest & kinds(about, world)) | condition | setting.apart | measured(figure, block)) - world.only,
        tools=(rest | told) & TOOLS,
        section=where.line if where else 0,
        scope=nouns(WORD.findall(where.title)) if where else frozenset(),
        context=rest,
        is_record=is_record(where),
        is_item=block.is_item,
        table=block.table,
        folder=block.path.split("/")[1],
    )


def essence(figure: Figure, about: frozenset[str], kind: Kind, world: World) -> frozenset[str]:
    """Without words that say nothing; what is said of a whole clause needs most of its words."""
    if figure.is_repeated:
        return (about - GENERIC - APART) or about
    if is_adverb(figure) and not about & (GLOBAL | SETTINGS):
        return about - GENERIC
    return core(about, world.only) if kind == "norm" else core(about) - PLAIN_PLACES or about


def kinds(about: frozenset[str], world: World) -> frozenset[str]:
    """Words that would make it another thing. The coverage is one of tests, and not one of a place for tests."""
    return APART - {"test"} | world.things if "coverage" in about else APART | world.things


def measured(figure: Figure, block: Block) -> frozenset[str]:
    """What was found out is another thing than what is asked for."""
    found = block.path.endswith(MEASURING) and not figure.bound
    return frozenset(("measured",)) if found or figure.is_measured else frozenset()


def section(headings: Sequence[Heading]) -> Heading | None:
    """The innermost heading that is no requirement and no decision: those speak of the whole project."""
    return next((one for one in reversed(headings) if not REQUIRED.match(one.title)), None)


def is_record(heading: Heading | None) -> bool:
    """Does it name one of many?"""
    return heading is not None and (heading.level > 2 or RECORD.match(heading.title) is not None)


def attached(figure: Figure, setting: Setting) -> frozenset[str]:
    """What the figure is said of."""
    left, behind, words = nouns(figure.left), after(figure), lower(figure.fill)
    if figure.begins and setting.label:
        named = setting.label | behind
    elif figure.amount.unit == "times" and "retry" in left:
        named = frozenset(("retry",))
    elif figure.amount.unit == "times":
        named = left
    elif is_adverb(figure):
        named = adverbial(figure)
        named = setting.label | (named & GLOBAL) if setting.label - GENERIC and not setting.several else named
    elif words & COPULA or "=" in words:
        named = left | behind
    elif behind:
        named = behind | beside(figure, behind)
    else:
        # "A download has a timeout of 30 seconds": whose timeout it is.
        owned = HAVING & lower(figure.left) and not nouns(touching(figure.left)) & GLOBAL
        named = left if owned else nouns(touching(figure.left))
    return named | setting.label | (frozenset() if left else nouns(figure.outside))


def is_adverb(figure: Figure) -> bool:
    """`within 24 hours`, `every 5 minutes`: said of the whole clause."""
    words = lower(figure.fill)
    return figure.amount.dimension == "time" and bool(words & ADVERBS) and not words & COPULA


def adverbial(figure: Figure) -> frozenset[str]:
    """The nouns of the clause; what is deleted after a while is retained as long."""
    named = nouns(figure.wide)
    if "after" in lower(figure.fill) and GOES & lower(figure.wide):
        return (named - nouns(GOES)) | {"retention"}
    return named


def beside(figure: Figure, behind: frozenset[str]) -> frozenset[str]:
    """What belongs to the nouns behind a figure, in front of it."""
    if HAVING & lower((*figure.left[-1:], *figure.fill)):
        return nouns(figure.left)
    if not nouns(figure.left) and (owner := having(figure.wide)):
        return owner
    if figure.bound in ("most", "least"):
        if figure.amount.dimension == "share" and behind <= WEAK:
            return nouns([*figure.left, *figure.right])
        # `140 characters` are the unit of whatever is bounded; `5 retries` are what is bounded.
        if figure.amount.dimension == "count" and not behind & SETTINGS:
            return nouns(figure.left)
    return nouns(touching(figure.left)) if figure.fill[:1] == ("of",) else frozenset()


def having(words: Sequence[str]) -> frozenset[str]:
    """Who has it: `a download` of `a download has a timeout and 5 attempts`."""
    at = next((place for place, word in enumerate(words) if word.lower() in HAVING), 0)
    return nouns(words[:at])


def lower(words: Sequence[str]) -> set[str]:
    """In small letters."""
    return {word.lower() for word in words}


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


def kind_of(figure: Figure, named: frozenset[str], world: World, words: set[str], *, labelled: bool) -> Kind:
    """A bare count is a fact, and so is what something takes; what is bounded, labelled or measured in units is a norm."""
    plain = core(named, world.only)
    sized = not figure.fill and figure.left and figure.left[-1].lower() in SIZED
    asked = labelled or sized or figure.bound in ("most", "least")
    if TAKING & words or (plain <= WEAK and not figure.is_repeated and not (asked and len(plain) > 1)):
        return "fact"
    if figure.amount.dimension != "count" or asked:
        return "norm"
    says = COPULA & words and not HAVING & words and nouns(figure.left)
    return "norm" if plain & SETTINGS or says else "fact"


def with_measure(about: frozenset[str], setting: Setting) -> frozenset[str]:
    """Below the heading `Retention`, `Raw events: 7 years` is a retention."""
    return about if about & GLOBAL or not about else about | setting.measure


def is_number(figure: Figure) -> bool:
    """`4.1` of nothing is the number of a chapter or of a version."""
    return figure.amount.dimension == "count" and "." in figure.amount.shown


def is_telling(figure: Figure, about: frozenset[str], kind: Kind, world: World, *, labelled: bool) -> bool:
    """A count of something common is told everywhere, and of something else each time."""
    if about <= APART - SETTINGS - RESOURCES:
        return False
    if kind == "fact":
        named = len(about - WEAK) > 1 or (len(about) > 1 and bool(about & (world.things | world.only)))
        return named and (figure.amount.dimension != "count" or figure.amount.low >= 2)
    said = labelled or figure.bound or COPULA & set(figure.fill) or "of" in figure.fill
    if about <= GENERIC:
        return bool(said) and bool(figure.amount.unit)
    if len(about) > 1 or figure.is_repeated:
        return True
    return bool(about & GLOBAL or about & SETTINGS - RESOURCES or (said and not about & (RESOURCES | WEAK)))
