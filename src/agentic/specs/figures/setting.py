"""A block -> what its label and the headings above say of all of its figures."""

from __future__ import annotations

import re
from collections.abc import Sequence

from agentic.specs.figures.block import Block
from agentic.specs.figures.words import GLOBAL, core, nouns
from agentic.text import Heading
from agentic.values.noun import Noun

WORD = re.compile(r"[\w.-]+")
UNIT = re.compile(r"[(\[](?P<unit>[A-Za-z%]+)[)\]]")
UNNAMED = re.compile(r"(?:[A-Z]{1,5}-?\d+|Acceptance.*|Accepted.*|Scenario.*|Given|When|Then|A|Note)", re.IGNORECASE)
"""Labels that name nothing."""
SKIPPED = re.compile(
    r"Q-\d+|A|Rule.*|Figure|Version|Port|Status|Example.*|e\.g|Was|Before.*|After.*|Old|Formerly|Instead of|Expected.*|Results?|Output|Actual"
    r"|Found|.* Found|Total|Effort|Duration|Estimate.*|Read(?:ing)? time|Time|Time to .*|Impact|Savings?|Saved|Reduction|Improvement",
    re.IGNORECASE,
)
"""Labels of what is told of a document, of an example, or of once."""
SCENE = re.compile(r"accept|scenario|given\b|when\b|then\b", re.IGNORECASE)
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
"""Headings of requirements and decisions: those speak of the whole project."""


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


def setting_of(block: Block, *, several: bool) -> Setting:
    """Label, headings and names around a block."""
    own = "" if UNNAMED.fullmatch(block.label) else UNIT.sub(" ", block.label)
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


def is_silent(block: Block) -> bool:
    """Does it tell of something that does not hold, or only of the document?"""
    if SKIPPED.fullmatch(block.label) or (block.table and not nouns(block.parents[0].split())):
        return True
    return any(PAST.search(heading.title) for heading in block.headings)


def unit_of(block: Block) -> str:
    """`s` of `Timeout (s)`."""
    found = UNIT.search(" ".join((block.label, *block.parents)))
    return found["unit"].lower() if found else ""


def section(headings: Sequence[Heading]) -> Heading | None:
    """The innermost heading that is no requirement and no decision."""
    return next((one for one in reversed(headings) if not REQUIRED.match(one.title)), None)


def is_record(heading: Heading | None) -> bool:
    """Does it name one of many?"""
    return heading is not None and (heading.level > 2 or RECORD.match(heading.title) is not None)
