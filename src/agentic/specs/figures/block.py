"""A page -> the blocks of words in which a number stands: a paragraph, a list item, a cell of a table."""

from __future__ import annotations

import re
from bisect import bisect_right
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from functools import cached_property

from agentic.specs.context import cells
from agentic.specs.figures.quantity import WORDS
from agentic.specs.figures.words import bag
from agentic.specs.page import Page
from agentic.text import Heading
from agentic.values.noun import Noun

DIGITS = re.compile("[0-9]+")
TIED = frozenset("-/.:#_@")
"""Signs behind which a digit is part of an id, a date, a path or a version."""
SPOKEN = frozenset(WORDS) - {"one"}
ITEM = re.compile(r"(?P<indent>\s*)(?:[-*+]|\d+[.)])\s+(?:\[[ xX]\]\s+)?")
STARTS = re.compile(r"\s*(?:[-*+]\s|\d+[.)]\s|#{1,6}\s|\||>|\*\*[^*]+(?::\*\*|\*\*\s*:)|$)")
LINK = re.compile(r"!?\[(?P<text>[^\[\]]*)\]\([^)]{0,500}\)")
CODE = re.compile(r"(?<!`)`++(?P<code>[^`]+)`++")
PLAIN = re.compile(r"[\w.-]*[A-Za-z_][\w.-]*(?:\s*[:=]\s*[\w.%]+)?")
"""Code that is a name, or a name with its value."""
PATH = re.compile(r"[\w.<>*-]*(?:/[\w.<>*-]*)+")
STRUCK = re.compile(r"~~[^~]{1,500}~~|<!--.{0,500}?-->|</?[a-zA-Z][^<>]{0,300}>|https?://\S+")
MARKS = re.compile(r"\*\*|__|(?<!\w)[*_]|[*_](?!\w)")
MOST_LINES, MOST_SIGNS = 30, 4_000
"""Of a block: what is longer are data, and no words."""
LABEL = re.compile(r"(?P<label>[A-Za-z][^:.;!?,|]{0,60}?)\s*(?::|\s[–—-])\s+(?=\S)")
TITLE = re.compile(r"[-*+]\s+\**(?:BR|TR|DR)-\d+\**:?[^.!?]*$")
"""`- BR-1: Orders are complete`: a sentence of its own, whatever stands on the next line."""
RULE = re.compile(r"\s*[-*+]\s+\**(?:quality |data )*rules?\b[^:]*:", re.IGNORECASE)
SKIPPED_HEADS = re.compile(
    r"\b(?:version|port|date|id|no|nr|#|since|until|tried|year|phase|step|release|example|measured by)\b", re.IGNORECASE
)
PLAIN_HEADS = bag("""what value values target limit description item name answer setting parameter maximum minimum max min requirement how much many
    decision figure size measure metric kpi sla objective agreed bound amount characteristic property attribute key topic quantity
    finding needed demand""")  # fmt: skip
"""Heads of columns that say nothing about what stands below them."""


class Block(Noun, frozen=True):
    """Words that belong together."""

    path: str
    text: str
    """In one line, without marks of Markdown, and without the label."""
    starts: tuple[tuple[int, int], ...]
    """Where in `text` each line of the file begins: (offset, line)."""
    label: str = ""
    """`Retention` of `- Retention: 7 years`; in a table, the head of its column."""
    parents: tuple[str, ...] = ()
    """Items of the list that this one stands below; in a table, the head of its row."""
    headings: tuple[Heading, ...] = ()
    """From the outermost to the innermost; without the title of the document."""
    is_item: bool = False
    """It is an item of a list."""
    table: int = 0
    """The first line of its table; 0 where there is none."""

    def line(self, offset: int) -> int:
        """The line of the file where this place of the text stands."""
        at = bisect_right(self.starts, (offset, 1 << 40)) - 1
        return self.starts[max(at, 0)][1]


class Blocks:
    """Reads one page; only what stands around numbers is looked at."""

    def __init__(self, page: Page) -> None:
        self.page = page
        self.lines: Sequence[str] = page.document.lines
        self.code = page.document.code

    def __iter__(self) -> Iterator[Block]:
        return self.of(self.numbered())

    def of(self, numbers: Iterable[int]) -> Iterator[Block]:
        """The blocks in which these lines stand."""
        end = 0
        for number in numbers:
            if number < end:
                continue
            line = self.lines[number - 1]
            if line.lstrip().startswith("|"):
                end = number + 1
                yield from self.row(number)
            elif not line.startswith("#") and not line.lstrip().startswith(">"):
                first, end = self.around(number)
                if (
                    not RULE.match(self.lines[first - 1])
                    and sum(map(len, self.lines[first - 1 : end - 1])) < MOST_SIGNS
                ):
                    yield self.block(first, end)

    def numbered(self) -> list[int]:
        """Lines with a digit that stands alone, or with a spoken number."""
        begin = self.page.document.front.end
        spoken = not SPOKEN.isdisjoint(self.page.text.lower().split())
        return [
            number
            for number, line in enumerate(self.lines[begin:], begin + 1)
            if (DIGITS.search(line) and has_number(line)) or (spoken and has_word(line))
            if number not in self.code
        ]

    def around(self, number: int) -> tuple[int, int]:
        """First line of the block, and the first line after it."""
        first, end = number, number + 1
        while (
            first > max(1, number - MOST_LINES)
            and not STARTS.match(self.lines[first - 1])
            and not self.stops(first - 1)
        ):
            first -= 1
        while (
            end <= min(len(self.lines), number + MOST_LINES)
            and not STARTS.match(self.lines[end - 1])
            and end not in self.code
        ):
            end += 1
        return first, end

    def stops(self, number: int) -> bool:
        """Is this line certainly no part of the block below it?"""
        line = self.lines[number - 1]
        return number in self.code or not line.strip() or line.lstrip().startswith(("#", "|", ">"))

    def block(self, first: int, end: int) -> Block:
        """Lines -> words."""
        text, starts = "", []
        for number in range(first, end):
            starts.append((len(text), number))
            line = self.lines[number - 1]
            text += f"{cleaned(ITEM.sub('', line, 1) if number == first else line)}{'.' if TITLE.match(line) else ''} "
        label = labelled(text)
        cut = label.end() if label else 0
        return Block(
            path=self.page.path,
            text=text[cut:],
            starts=tuple((max(offset - cut, 0), number) for offset, number in starts),
            label=label["label"] if label else "",
            parents=self.parents(first),
            headings=self.above(first),
            is_item=ITEM.match(self.lines[first - 1]) is not None,
        )

    def parents(self, number: int) -> tuple[str, ...]:
        """Items of the list above, each less indented than the one before."""
        found: list[str] = []
        item = ITEM.match(self.lines[number - 1])
        indent = len(item["indent"]) if item else 0
        at = number - 1
        while indent and at >= 1 and not self.lines[at - 1].startswith("#"):
            above = ITEM.match(self.lines[at - 1])
            if above and len(above["indent"]) < indent:
                indent = len(above["indent"])
                found.append(cleaned(self.lines[at - 1][above.end() :]))
            at -= 1
        return tuple(reversed(found))

    def above(self, number: int) -> tuple[Heading, ...]:
        """The headings under which a line stands."""
        return self.chains[bisect_right(self.chains, number, key=lambda chain: chain[0]) - 1][1]

    @cached_property
    def chains(self) -> list[tuple[int, tuple[Heading, ...]]]:
        """Line of a heading -> that heading and those above it; without the title of the document."""
        found: list[tuple[int, tuple[Heading, ...]]] = [(0, ())]
        for heading in self.page.document.headings:
            above = (*(one for one in found[-1][1] if one.level < heading.level), heading)
            found.append((heading.line, tuple(one for one in above if one.level > 1)))
        return found

    def row(self, number: int) -> Iterator[Block]:
        """Cells with a number, each labelled by its row and its column."""
        table = self.tables.get(number)
        if table is None:
            return
        first, head, twice = table
        given = [cleaned(cell) for cell in cells(self.lines[number - 1])]
        at = next((place for place, cell in enumerate(given) if cell and not DIGITS.search(cell)), None)
        if at is None or given[at].lower() in twice or at >= len(head):
            return
        for place, cell in enumerate(given[: len(head)]):
            if place > at and cell and not SKIPPED_HEADS.search(head[place]):
                words = " ".join(word for word in head[place].split() if word.lower() not in PLAIN_HEADS)
                yield Block(self.page.path, cell, ((0, number),), words, (given[at],), self.above(number), table=first)

    @cached_property
    def tables(self) -> dict[int, tuple[int, list[str], frozenset[str]]]:
        """Line of a row -> first line of its table, heads, and what stands in front of more than one row."""
        found: dict[int, tuple[int, list[str], frozenset[str]]] = {}
        number = 1
        while number <= len(self.lines):
            first = number
            while (
                number <= len(self.lines)
                and self.lines[number - 1].lstrip().startswith("|")
                and number not in self.code
            ):
                number += 1
            if number - first > 2:
                head = [cleaned(cell) for cell in cells(self.lines[first - 1])]
                names = Counter(cells(self.lines[at - 1])[0].lower() for at in range(first + 2, number))
                twice = frozenset(name for name, often in names.items() if often > 1)
                found.update((at, (first, head, twice)) for at in range(first + 2, number))
            number = max(number, first + 1)
        return found


def has_number(line: str) -> bool:
    """Is one of its digits no part of an id?"""
    starts = (found.start() for found in DIGITS.finditer(line))
    return any(not at or not (line[at - 1] in TIED or line[at - 1].isalpha()) for at in starts)


def has_word(line: str) -> bool:
    """`seven years`, but not `one`, which is mostly no number."""
    return not SPOKEN.isdisjoint(line.lower().replace("-", " ").split())


def cleaned(line: str) -> str:
    """Without marks of Markdown; code that is no name becomes a mark that parts words."""
    text = line.strip()
    if "`" in text:
        text = CODE.sub(lambda found: named(found["code"]), text)
    if "[" in text:
        text = LINK.sub(lambda found: found["text"], text)
    if "~" in text or "<" in text or "://" in text:
        text = STRUCK.sub(" § ", text)
    return MARKS.sub("", text) if "*" in text or "_" in text else text


def named(code: str) -> str:
    """A name as it is, a path by its last part, anything else as a mark."""
    if PLAIN.fullmatch(code):
        return code
    return re.sub(r"\W", "_", code.rstrip("/").rpartition("/")[2]) if PATH.fullmatch(code) else "§"


def labelled(text: str) -> re.Match[str] | None:
    """`Retention: ` in front; none that is half a sentence."""
    found = LABEL.match(text)
    return found if found and len(found["label"].split()) <= 6 else None
