"""A YAML file -> claims: keys are nouns, and what stands behind them is their figure."""

from __future__ import annotations

import re
from collections.abc import Iterator

import yaml

from agentic.specs.figures.claim import Claim, World
from agentic.specs.figures.quantity import QUANTITY, UNITS, Quantity, quantity
from agentic.specs.figures.words import APART, GENERIC, TOOLS, WEAK, bag, core, nouns
from agentic.specs.page import Page
from agentic.text.loader import Loader

SPLIT = re.compile(r"[_\s.-]+|(?<=[a-z])(?=[A-Z])")
SKIPPED = bag("version versions port id year created updated phase schema step line code status order priority")
MOST, LEAST = frozenset(("max", "maximum", "most", "limit", "upper")), frozenset(("min", "minimum", "least", "lower"))
MEMORY = re.compile(r"(?P<number>\d+)\s?(?P<unit>[gmkt])", re.IGNORECASE)
STORES = bag("memory heap size disk storage buffer")
NAMES = ("name", "id", "module", "source", "table", "dataset")
Trail = tuple[str, ...]


def sheet_claims(page: Page, world: World) -> Iterator[Claim]:
    """None where it is no YAML: another rule says so."""
    try:
        tree = yaml.compose(page.text, Loader=Loader)
    except (yaml.YAMLError, ValueError, RecursionError):
        return
    for trail, node in scalars(tree, (), set()):
        words = [word for word in SPLIT.split(trail[-1]) if word]
        if (
            words
            and not SKIPPED & {word.lower() for word in words}
            and (made := sheet_claim(page, world, trail, words, node))
        ):
            yield made


def scalars(node: yaml.Node | None, trail: Trail, seen: set[int]) -> Iterator[tuple[Trail, yaml.ScalarNode]]:
    """Every value with the keys that lead to it. An alias may lead in a circle, so each node is visited once."""
    if id(node) in seen:
        return
    seen.add(id(node))
    if isinstance(node, yaml.MappingNode):
        for key, value in node.value:
            yield from scalars(value, (*trail, str(key.value)), seen)
    elif isinstance(node, yaml.SequenceNode):
        for value in node.value:
            if isinstance(value, yaml.MappingNode):
                yield from scalars(value, (*trail, named(value)), seen)
    elif isinstance(node, yaml.ScalarNode) and trail:
        yield trail, node


def named(node: yaml.MappingNode) -> str:
    """What an item of a list is called."""
    given = {str(key.value): str(value.value) for key, value in node.value if isinstance(value, yaml.ScalarNode)}
    return next((given[name] for name in NAMES if name in given), str(node.start_mark.line))


def sheet_claim(page: Page, world: World, trail: Trail, words: list[str], node: yaml.ScalarNode) -> Claim | None:
    """`max_retries: 3` -> at most 3 of retry."""
    amount = amount_of(node, words)
    about = core(nouns(words) - frozenset(UNITS), world.only)
    if amount is None or about <= (GENERIC | WEAK):
        return None
    parents = nouns([word for part in trail[:-1] for word in SPLIT.split(part) if word])
    low = {word.lower() for word in words}
    return Claim(
        path=page.path,
        line=node.start_mark.line + 1,
        about=about,
        amount=amount,
        kind="norm",
        bound="most" if low & MOST else "least" if low & LEAST else "",
        apart=((about | parents) & (APART | world.things)) - world.only,
        tools=(about | parents) & TOOLS,
        section=hash(trail[:-1]),
        scope=parents,
        context=about | parents,
        is_record=True,
        is_sheet=True,
        folder=page.folder,
    )


def amount_of(node: yaml.ScalarNode, words: list[str]) -> Quantity | None:
    """A number, alone or with its unit, which may also end the key: `retention_days: 30`."""
    text = str(node.value).strip().removeprefix("<").removeprefix("=").strip()
    unit = words[-1].lower() if len(words) > 1 and words[-1].lower() in UNITS else ""
    if (found := MEMORY.fullmatch(text)) and STORES & {word.lower() for word in words}:
        text = f"{found['number']} {found['unit']}b"
    found = QUANTITY.fullmatch(text)
    if not found or found["word"] or (found["high"] and node.style):
        return None
    made = quantity(found, unit)
    return None if made.is_year else made
