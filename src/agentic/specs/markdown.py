"""Markdown -> front matter and sections, each with the line it stands on."""

from __future__ import annotations

from functools import cache

import yaml
from markdown_it import MarkdownIt
from markdown_it.token import Token
from mdit_py_plugins.front_matter import front_matter_plugin

from agentic.errors import BadFrontMatter
from agentic.values.noun import Noun

Loader = getattr(yaml, "CSafeLoader", yaml.SafeLoader)


class Line(Noun, frozen=True):
    """One line of a file; the first is 1."""

    number: int
    text: str


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


class Document(Noun, frozen=True):
    """One Markdown file, taken apart."""

    front: FrontMatter
    sections: tuple[Sect, ...]


@cache
def parser() -> MarkdownIt:
    """CommonMark knows what is a heading and what only looks like one inside a code fence. Inline text is not parsed."""
    return MarkdownIt("commonmark").use(front_matter_plugin).disable(["inline"], ignoreInvalid=True)


def take_apart(text: str, path: str) -> Document:
    """Parse `text`. Raises BadFrontMatter with line and column."""
    lines = text.replace("\r\n", "\n").replace("\r", "\n").replace("\0", "").split("\n")
    tokens = parser().parse("\n".join(lines))
    front = next((read_front(token, path) for token in tokens if token.type == "front_matter"), None)
    if front is None and lines[0].rstrip() == "---" and path:
        raise BadFrontMatter(
            "the front matter that begins on line 1 never ends",
            path=path,
            line=1,
            hint="close it with a line of three dashes.",
        )
    heads = [token for token in tokens if is_section(token)]
    starts = [token.map[0] for token in heads if token.map]
    ends = [*starts[1:], len(lines)][: len(starts)]
    return Document(
        front or FrontMatter({}, {}),
        tuple(section(lines, start, end) for start, end in zip(starts, ends, strict=True)),
    )


def is_section(token: Token) -> bool:
    """A `##` heading that stands in no list and no quote."""
    return token.type == "heading_open" and token.tag == "h2" and token.level == 0 and token.markup == "##"


def section(lines: list[str], start: int, end: int) -> Sect:
    """Lines of the file -> one section."""
    name, _, title = lines[start].strip().strip("#").strip().partition(":")
    body = tuple(Line(number + 1, lines[number].rstrip()) for number in range(start + 1, end))
    return Sect(" ".join(name.upper().split()), title.strip(), start + 1, body)


def read_front(token: Token, path: str) -> FrontMatter:
    """The YAML with a line for each key. The file's own line is one more than YAML's: `---` comes first."""
    try:
        tree = yaml.compose(token.content, Loader=Loader)
        values = yaml.load(token.content, Loader=Loader)  # noqa: S506 (a safe loader, in C where there is one)
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
        return FrontMatter({}, {})
    if not isinstance(values, dict) or not isinstance(tree, yaml.MappingNode):
        raise BadFrontMatter("the front matter is not a map of keys", path=path, line=2)
    lines: dict[str, int] = {}
    for key, _ in tree.value:
        if str(key.value) in lines:
            raise BadFrontMatter(f"the key {key.value} stands twice", path=path, line=key.start_mark.line + 2)
        lines[str(key.value)] = key.start_mark.line + 2
    return FrontMatter({str(key): value for key, value in values.items()}, lines)
