"""Rules about YAML: in files of its own, and in front matter."""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import lru_cache

import yaml

from agentic.specs.library import Library
from agentic.specs.page import Page
from agentic.specs.rule import Defect, Mend, Rule, Said, add, swap
from agentic.specs.rules.planting import ARCHITECTURE, ORDERS, SYSTEM_CONTEXT
from agentic.text.loader import Loader

STRUCTURE = "agent-prompts/design/module_structure.yaml"
"""Its own rules say what is wrong with it."""
INDENT = re.compile(r"^[ ]*\t[ \t]*(?=\S)")
BLOCK = re.compile(r"(?:^|[\s:-])[|>][+-]?\d?\s*(?:#.*)?$")
"""The end of a line that begins a block of text."""
CONFLICT = "<<<<<<<"
DATE = "tag:yaml.org,2002:timestamp"


def tabs(library: Library) -> Iterator[Said]:
    """YAML knows no tab before the words of a line."""
    for page in library.pages.values():
        if "\t" in page.text and (lines := yaml_lines(page)):
            yield from tabs_of(page, lines)


def yaml_lines(page: Page) -> list[str]:
    """The lines of the page that are YAML: all of them, or its front matter. Numbers stay the same."""
    lines = page.text.replace("\r\n", "\n").replace("\r", "\n").split("\n")
    if not page.is_markdown:
        return lines
    if lines[0].rstrip() != "---":
        return []
    end = next((number for number, line in enumerate(lines[1:], 1) if line.rstrip() == "---"), 0)
    return lines[:end]


def tabs_of(page: Page, lines: list[str]) -> Iterator[Said]:
    """Within a block of text a tab is text."""
    deep = -1
    for number, line in enumerate(lines, 1):
        indent = len(line) - len(line.lstrip(" "))
        if line.strip() and deep >= 0 and indent <= deep and not line.startswith("\t"):
            deep = -1
        if deep < 0 and INDENT.match(line):
            after = INDENT.sub(lambda found: found[0].expandtabs(2), line)
            yield Said(page.path, number, "a tab before the words of a line of YAML", mend=Mend(number, line, after))
        if deep < 0 and BLOCK.search(line):
            deep = indent


def plain(library: Library) -> Iterator[tuple[Page, yaml.Node | None, str, int]]:
    """Every page of YAML: (page, tree, what is wrong, line). A conflict, or a tab, is said by its own rule."""
    for page in library.pages.values():
        if not page.is_markdown and page.path != STRUCTURE and CONFLICT not in page.text:
            yield page, *composed(page.text)


@lru_cache(maxsize=8)
def composed(text: str) -> tuple[yaml.Node | None, str, int]:
    """(tree, what is wrong, line)."""
    try:
        tree = yaml.compose(text, Loader=Loader)
    except yaml.MarkedYAMLError as error:
        mark = error.problem_mark or error.context_mark
        return None, str(error.problem or error), mark.line + 1 if mark else 1
    # An endless nesting is a RecursionError.
    except (yaml.YAMLError, ValueError, RecursionError) as error:
        return None, str(error), 1
    bad = next((node for node in nodes(tree) if is_bad_date(node)), None)
    return tree, f"{bad.value} is no date" if bad else "", bad.start_mark.line + 1 if bad else 0


def is_bad_date(node: yaml.Node) -> bool:
    """`2026-13-45`: it looks like a date, and whoever reads it fails."""
    try:
        return node.tag == DATE and not yaml.constructor.SafeConstructor().construct_document(node)
    except (ValueError, OverflowError):
        return True


def nodes(tree: yaml.Node | None) -> Iterator[yaml.Node]:
    """Every node, each once: anchors may go in circles."""
    waiting, seen = [tree] if tree is not None else [], set[int]()
    while waiting:
        node = waiting.pop()
        if id(node) not in seen:
            seen.add(id(node))
            yield node
            if isinstance(node, yaml.SequenceNode):
                waiting += node.value
            elif isinstance(node, yaml.MappingNode):
                waiting += [one for pair in node.value for one in pair]


def not_yaml(library: Library) -> Iterator[Said]:
    """What nobody can read."""
    for page, tree, fault, line in plain(library):
        if fault and not any(tabs_of(page, yaml_lines(page))):
            yield Said(page.path, line, f"the file is not YAML ({fault})")
        if tree is not None and not isinstance(tree, yaml.MappingNode):
            yield Said(page.path, tree.start_mark.line + 1, "the file is not a map of keys")


def doubled(library: Library) -> Iterator[Said]:
    """Of two keys with one name, YAML keeps the last in silence."""
    for page, tree, _, _ in plain(library):
        for node in nodes(tree):
            for key, first, line in twice(node) if isinstance(node, yaml.MappingNode) else ():
                yield Said(page.path, line, f"the key {key} stands twice (first on line {first})")


def twice(node: yaml.MappingNode) -> Iterator[tuple[str, int, int]]:
    """(key, its first line, its second line)."""
    first: dict[str, int] = {}
    for key, _ in node.value:
        if isinstance(key, yaml.ScalarNode) and key.value != "<<":
            line = key.start_mark.line + 1
            if key.value in first:
                yield key.value, first[key.value], line
            first.setdefault(key.value, line)


RULES: tuple[Rule, ...] = (
    Rule(
        "AGT015", "TabInYaml", "A line of YAML is indented with a tab, which YAML does not know.",
        "indent with blanks.", tabs,
        (
            Defect("in a file of YAML", swap(SYSTEM_CONTEXT, "  time_zone: UTC", "\ttime_zone: UTC")),
            Defect("in the front matter of a task", swap(ORDERS, "  - python", "\t- python")),
            Defect("in the front matter of a document", swap(ARCHITECTURE, "  - context/system_context.yaml", "\t- context/system_context.yaml")),
            Defect("behind a blank", swap(SYSTEM_CONTEXT, "  shared: src/common", " \tshared: src/common")),
        ),
    ),
    Rule(
        "AGT016", "NotYaml", "A file of YAML cannot be read as a map of keys.",
        "mend the line; quote words with a colon, a bracket or a star in them.", not_yaml,
        (
            Defect("a bracket that never closes", swap(SYSTEM_CONTEXT, "{tool: Python,", "{tool: [Python,")),
            Defect("a colon too many", swap(SYSTEM_CONTEXT, "loading: idempotent by load;", "loading: idempotent: by load;")),
            Defect("a wrong indentation", swap(SYSTEM_CONTEXT, "  logging: structured-json", "     logging: structured-json")),
            Defect("a list", swap(SYSTEM_CONTEXT, "# Machine-readable", "- one\n# Machine-readable")),
        ),
    ),
    Rule(
        "AGT017", "KeyTwice", "A key stands twice in one map, so that one of its values is lost in silence.",
        "keep one of them.", doubled,
        (
            Defect("at the top", add(SYSTEM_CONTEXT, "project: Returns of the shop\n")),
            Defect("below another key", swap(SYSTEM_CONTEXT, "  time_zone: UTC\n", "  time_zone: UTC\n  time_zone: CET\n")),
        ),
    ),
)  # fmt: skip
"""Rules of this file, in the order of their codes."""
