"""Markdown -> front matter, headings and sections, each with the line it stands on."""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Iterator
from typing import Any

import pyromark
import yaml

from agentic.errors import BadFrontMatter
from agentic.text.loader import Loader
from agentic.values.noun import Noun

Constructor = yaml.constructor.SafeConstructor
NESTED = ("```", "~~~", "\t", "    ", "\n<", "\n <", "\n  <", "\n   <", "\n #", "\n  #", "\n   #")
"""What may hide a heading from us, or begin code. Without any of it, a line with `#` is a heading and nothing is code."""
HEADING = re.compile(r"#{1,6}(?: |$)")
LEVELS = {"H1": 1, "H2": 2, "H3": 3, "H4": 4, "H5": 5, "H6": 6}


class Line(Noun, frozen=True):
    """One line of a file; the first is 1."""

    number: int
    text: str


class Heading(Noun, frozen=True):
    """One `#` heading that stands in no list, no quote and no fence."""

    level: int
    title: str
    line: int


class Sect(Noun, frozen=True):
    """What stands below one `## HEADING`."""

    name: str
    """Upper case, without what follows the colon."""
    title: str
    """What follows the colon."""
    line: int
    lines: tuple[Line, ...]

    @property
    def body(self) -> str:
        """The text, without the empty lines around it."""
        return "\n".join(line.text for line in self.lines).strip("\n").rstrip()

    @property
    def items(self) -> tuple[Line, ...]:
        """List items on the first level, without their bullet."""
        marks = ("- ", "* ", "+ ")
        return tuple(Line(line.number, line.text[2:].strip()) for line in self.lines if line.text.startswith(marks))


class FrontMatter(Noun, frozen=True):
    """The YAML between the two `---` lines."""

    values: dict[str, object]
    lines: dict[str, int]
    """Key -> line in the file."""
    end: int = 0
    """The line of the closing `---`; 0 where there is no front matter."""


class Document(Noun, frozen=True):
    """One Markdown file, taken apart."""

    front: FrontMatter
    sections: tuple[Sect, ...]
    headings: tuple[Heading, ...] = ()
    lines: tuple[str, ...] = ()
    """The file, line by line, without line ends."""
    code: frozenset[int] = frozenset()
    """Numbers of the lines that are no prose: front matter, code, HTML comments."""

    @property
    def prose(self) -> Iterator[Line]:
        """The lines that people read as words."""
        return (Line(number, text) for number, text in enumerate(self.lines, 1) if number not in self.code)


def take_apart(text: str, path: str) -> Document:
    """Parse `text`. Raises BadFrontMatter with line and column.

    CommonMark knows what is a heading and what only looks like one inside a fence, a list or a quote.
    """
    lines = text.replace("\r\n", "\n").replace("\r", "\n").replace("\0", "").split("\n")
    front = front_matter(lines, path)
    body = "\n".join([*("" for _ in range(front.end)), *lines[front.end :]])
    headings, code = blocks(body, lines)
    starts = [heading.line for heading in headings if heading.level == 2]
    ends = [*starts[1:], len(lines) + 1][: len(starts)]
    sections = tuple(section(lines, start, end) for start, end in zip(starts, ends, strict=True))
    return Document(front, sections, headings, tuple(lines), code | frozenset(range(1, front.end + 1)))


def blocks(text: str, lines: list[str]) -> tuple[tuple[Heading, ...], frozenset[int]]:
    """Headings on the first level, and the numbers of lines that are code or comment."""
    if is_plain(text):
        return tuple(plain_headings(text)), frozenset()
    begins = line_starts(text)
    headings: list[Heading] = []
    code: set[int] = set()
    for kind, level, place in blocks_of(text):
        first = bisect_right(begins, place["start"])
        head = lines[first - 1].lstrip()
        if kind == "Heading" and head.startswith("#"):
            headings.append(Heading(LEVELS[level], head.strip().strip("#").strip(), first))
        elif kind == "CodeBlock" or (kind == "HtmlBlock" and head.startswith("<!--")):
            code.update(range(first, bisect_right(begins, place["end"] - 1) + 1))
    return tuple(headings), frozenset(code)


def blocks_of(text: str) -> Iterator[tuple[str, str, Any]]:
    """(kind, level, place) of code and HTML, at whatever depth, and of headings on the first level."""
    depth = 0
    event: Any
    for event, place in pyromark.events_with_range(text):
        if not isinstance(event, dict):
            continue
        if "End" in event:
            depth -= 1
        elif started := event.get("Start"):
            kind = started if isinstance(started, str) else next(iter(started))
            if kind in ("CodeBlock", "HtmlBlock") or (kind == "Heading" and depth == 0):
                yield kind, started["Heading"]["level"] if kind == "Heading" else "", place
            depth += 1


def is_plain(text: str) -> bool:
    """Nothing in it can be code, a comment, or a heading that is none."""
    text = f"\n{text}"
    return not any(mark in text for mark in NESTED) and all(
        HEADING.match(line) for line in text.split("\n") if line[:1] == "#"
    )


def plain_headings(text: str) -> Iterator[Heading]:
    """The same headings, without the parser: most pages are that plain, and thousands are read at once."""
    for number, line in enumerate(text.split("\n"), 1):
        if line[:1] == "#":
            yield Heading(len(line) - len(line.lstrip("#")), line.strip().strip("#").strip(), number)


def line_starts(text: str) -> list[int]:
    """Byte offset of each line: the parser counts in bytes of UTF-8."""
    offset, starts = 0, [0]
    for line in text.encode().split(b"\n")[:-1]:
        offset += len(line) + 1
        starts.append(offset)
    return starts


def section(lines: list[str], start: int, end: int) -> Sect:
    """Lines of the file -> one section. `start`: the line of its heading; `end`: the first line after it."""
    name, _, title = lines[start - 1].strip().strip("#").strip().partition(":")
    body = tuple(Line(number, lines[number - 1].rstrip()) for number in range(start + 1, end))
    return Sect(" ".join(name.upper().split()), title.strip(), start, body)


def plain(node: yaml.Node) -> Any:
    """Words, lists and maps of them; the rest (numbers, dates) as YAML makes it. Without anchors, which may go in circles."""
    match node:
        case yaml.ScalarNode(tag="tag:yaml.org,2002:str"):
            return node.value
        case yaml.SequenceNode(tag="tag:yaml.org,2002:seq"):
            return [plain(one) for one in node.value]
        case yaml.MappingNode(tag="tag:yaml.org,2002:map") if all(is_word(key) for key, _ in node.value):
            return {key.value: plain(value) for key, value in node.value}
    return Constructor().construct_document(node)


def is_word(node: yaml.Node) -> bool:
    """A key as people write them; `<<` is none."""
    return isinstance(node, yaml.ScalarNode) and node.tag == "tag:yaml.org,2002:str"


def front_matter(lines: list[str], path: str) -> FrontMatter:
    """What stands between the first line, if that is `---`, and the next such line. `path` empty: never an error."""
    if lines[0].rstrip() != "---":
        return FrontMatter({}, {})
    end = next((number for number, line in enumerate(lines[1:], 2) if line.rstrip() == "---"), 0)
    if end:
        return read_front("\n".join(lines[1 : end - 1]), path, end)
    if path:
        raise BadFrontMatter(
            "the front matter that begins on line 1 never ends",
            path=path,
            line=1,
            hint="close it with a line of three dashes.",
        )
    return FrontMatter({}, {})


def read_front(text: str, path: str, end: int) -> FrontMatter:
    """The YAML with a line for each key. The file's own line is one more than YAML's: `---` comes first."""
    try:
        tree = yaml.compose(text, Loader=Loader)
        values = None if tree is None else plain(tree) if "&" not in text else Constructor().construct_document(tree)
    except yaml.MarkedYAMLError as error:
        mark = error.problem_mark or error.context_mark
        place = (mark.line + 2, mark.column + 1) if mark else (1, 0)
        raise BadFrontMatter(
            "the front matter is not YAML", path=path, line=place[0], column=place[1], cause=str(error.problem or error)
        ) from error
    # A bad date is a ValueError, a map as a key a TypeError, an endless nesting a RecursionError.
    except (yaml.YAMLError, ValueError, TypeError, RecursionError, OverflowError, AttributeError) as error:
        raise BadFrontMatter("the front matter is not YAML", path=path, line=1, cause=str(error)) from error
    if values is None:
        return FrontMatter({}, {}, end)
    if not isinstance(values, dict) or not isinstance(tree, yaml.MappingNode):
        raise BadFrontMatter("the front matter is not a map of keys", path=path, line=2)
    lines: dict[str, int] = {}
    for key, _ in tree.value:
        if str(key.value) in lines:
            raise BadFrontMatter(f"the key {key.value} stands twice", path=path, line=key.start_mark.line + 2)
        lines[str(key.value)] = key.start_mark.line + 2
    return FrontMatter({str(key): value for key, value in values.items()}, lines, end)
