"""A figure in its block -> a claim: what is said of what, and under which conditions."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Literal

from agentic.specs.figures.attach import COPULA, HAVING, attached, is_adverb, is_whole, lower
from agentic.specs.figures.block import Block
from agentic.specs.figures.clause import SIZED, Figure, figures
from agentic.specs.figures.quantity import Quantity
from agentic.specs.figures.setting import WORD, Setting, is_record, is_silent, section, setting_of, unit_of
from agentic.specs.figures.words import (
    APART,
    GENERIC,
    GLOBAL,
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
from agentic.values.noun import Noun

Kind = Literal["norm", "fact", "weak"]
"""A norm says what shall hold, a fact what was counted; what is weak is said of something that everything has."""
TAKING = bag("takes take lasts last needs need spent ran finished finishes counted")
PLACES = frozenset(("table", "dataset", "view"))
MEASURING = ("requirements/technical_assessment.md", "requirements/data_discovery.md")
"""Documents that tell what there is."""


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


def claims(block: Block, world: World) -> Iterator[Claim]:
    """Everything that a block claims."""
    if is_silent(block) or not (found := figures(block.text, unit_of(block))):
        return
    setting = setting_of(block, several=len(found) > 1)
    # What is given in a scenario is made up; only what then follows is asked for.
    then = block.text.lower().find("then ") if setting.is_scene else 0
    for figure in found:
        if 0 <= then <= figure.at and (made := claim(figure, block, setting, world)):
            yield made


def claim(figure: Figure, block: Block, setting: Setting, world: World) -> Claim | None:
    """None where nothing is told of anything, or of the past."""
    words, labelled = lower((*figure.left, *figure.fill)), figure.begins and bool(setting.label)
    if figure.amount.is_year or HISTORY & words or (is_number(figure) and not labelled):
        return None
    named = attached(figure, setting)
    around = nouns([*figure.left, *figure.right]) - named
    kind = kind_of(figure, named, world, words, labelled=labelled)
    about = essence(figure, named, around, setting, kind, world)
    if not about or (kind != "norm" and (setting.is_scene or figure.inside)):
        return None
    told, where = nouns(figure.condition), section(block.headings)
    rest = about | around | named | setting.headed
    others = setting.apart | measured(figure, block) | (frozenset() if setting.is_scene else told - GENERIC)
    return Claim(
        path=block.path,
        line=block.line(figure.at),
        about=about,
        amount=figure.amount,
        kind=kind if is_telling(figure, about, kind, world, labelled=labelled) else "weak",
        bound=figure.bound,
        promised=bool(PROMISED & (words | lower(figure.right) | lower(block.label.split()))),
        repeated=figure.is_repeated,
        apart=((rest & kinds(about, world)) | others) - world.only,
        tools=(rest | told) & TOOLS,
        section=where.line if where else 0,
        scope=nouns(WORD.findall(where.title)) if where else frozenset(),
        context=rest,
        is_record=is_record(where),
        is_item=block.is_item,
        table=block.table,
        folder=block.path.split("/")[1],
    )


def essence(
    figure: Figure, named: frozenset[str], around: frozenset[str], setting: Setting, kind: Kind, world: World
) -> frozenset[str]:
    """What a claim is about, without words that say nothing."""
    if figure.is_repeated:
        return (named - GENERIC - APART) or named
    if kind == "fact":
        # A count says something of all only with all of its words: `12 files are late` is not about 12 files.
        found = (named if is_whole(figure) else named | around) - PLACES or named
        return core(found) if len(core(found)) > 1 else found
    named = with_measure(named, setting)
    if is_adverb(figure) and not named & (GLOBAL | SETTINGS):
        return named - GENERIC
    return core(named, world.only)


def with_measure(about: frozenset[str], setting: Setting) -> frozenset[str]:
    """Below the heading `Retention`, `Raw events: 7 years` is a retention."""
    return about if about & GLOBAL or not about else about | setting.measure


def kinds(about: frozenset[str], world: World) -> frozenset[str]:
    """Words that would make it another thing. The coverage is one of tests, and not one of a place for tests."""
    return APART - {"test"} | world.things if "coverage" in about else APART | world.things


def measured(figure: Figure, block: Block) -> frozenset[str]:
    """What was found out is another thing than what is asked for."""
    found = block.path.endswith(MEASURING) and not figure.bound
    return frozenset(("measured",)) if found or figure.is_measured else frozenset()


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


def is_number(figure: Figure) -> bool:
    """`4.1` of nothing is the number of a chapter or of a version."""
    return figure.amount.dimension == "count" and "." in figure.amount.shown


def is_telling(figure: Figure, about: frozenset[str], kind: Kind, world: World, *, labelled: bool) -> bool:
    """A count of something common is told everywhere, and of something else each time."""
    if about <= APART - SETTINGS - RESOURCES:
        return False
    if kind == "fact":
        owned = is_whole(figure) or bool(about & (world.things | world.only))
        return len(about - WEAK) > (0 if owned else 1) and len(about) > 1 and figure.amount.low >= 2
    said = labelled or figure.bound or COPULA & set(figure.fill) or "of" in figure.fill
    if about <= GENERIC:
        return bool(said) and bool(figure.amount.unit)
    if len(about) > 1 or figure.is_repeated:
        return True
    return bool(about & GLOBAL or about & SETTINGS - RESOURCES or (said and not about & (RESOURCES | WEAK)))
