"""Code -> what it uses: imports of Python, `ref()` and `source()` of dbt, each with its line."""

from __future__ import annotations

import ast
import re
from collections.abc import Callable, Collection, Iterator

from agentic.values.noun import Noun

STATEMENT = (
    r"[ \t]*(?:import[ \t]+(?:\\\r?\n|[^\n;#\\])+"
    r"|from[ \t]*[.\w \t]*[ \t.]import\b[ \t]*(?:\((?:[^)#]|\#[^\n]*)*\)|(?:\\\r?\n|[^\n;#\\])+))"
)
STEPS = re.compile(
    # Each branch begins with one letter, which lets the engine skip quickly to the next place that matters.
    rf"\n(?P<line>{STATEMENT})|;(?P<after>{STATEMENT})|:(?P<inside>{STATEMENT})"
    r'|"""[^"\\]*(?:(?:\\.|"(?!""))[^"\\]*)*"""'
    r"|'''[^'\\]*(?:(?:\\.|'(?!''))[^'\\]*)*'''"
    r'|"[^"\\\n]*(?:\\.[^"\\\n]*)*"'
    r"|'[^'\\\n]*(?:\\.[^'\\\n]*)*'"
    r"|\#[^\n]*",
    re.DOTALL,
)
"""Statements that import; strings and comments are stepped over, so that nothing in them looks like one.

`ast` reads a whole file exactly, and takes thirty times as long: 1 ms for every 100 lines, at every `agentic lint`.
So the place is found here, and `ast` reads the one statement."""
CALL = re.compile(r"""(?:\bimport_module|\b__import__)\(\s*["'](?P<name>\w[\w.]*)["']""")
JINJA_COMMENT = re.compile(r"\{#.*?#\}", re.DOTALL)
TEXT = r"""\s*["'](?P<{}>[^"']+)["']\s*"""
REF = re.compile(rf"\bref\({TEXT.format('first')}(?:,{TEXT.format('second')})?[,)]")
SOURCE = re.compile(rf"\bsource\({TEXT.format('first')},{TEXT.format('second')}\)")


class Import(Noun, frozen=True):
    """One name that a file imports."""

    line: int
    wanted: tuple[str, ...]
    """Dotted names that it may mean, the longest first: `from common import lake` is common.lake, else common."""


class Ref(Noun, frozen=True):
    """One `ref('stg_flights')` or `source('raw', 'flights')`."""

    line: int
    kind: str
    names: tuple[str, ...]

    @property
    def words(self) -> str:
        """As it is written."""
        names = ", ".join(f"'{name}'" for name in self.names)
        return f"{self.kind}({names})"


def imports_of(text: str, package: str, known: Collection[str]) -> Iterator[Import]:
    """Every import of a name below one of `known`, at whatever depth it stands. `package`: of the file itself."""
    # One more line before the first, so that each line has a beginning, and they count from 1.
    text = f"\n{unix(text)}"
    for found in STEPS.finditer(text):
        statement = found["line"] or found["after"] or found["inside"]
        if statement and concerns(statement, known):
            yield from named(statement.strip(), text.count("\n", 0, found.start() + 1), package)
    if "import_module(" in text or "__import__(" in text:
        for call in CALL.finditer(text):
            yield Import(text.count("\n", 0, call.start()), (call["name"],))


def concerns(statement: str, known: Collection[str]) -> bool:
    """Most imports are of the standard library and of packages: nobody has to read those."""
    first = statement.split(None, 1)[1].lstrip() if not statement.lstrip().startswith("from.") else "."
    if statement.lstrip().startswith("import") and "," in first:
        return True
    return first.startswith(".") or re.split(r"[.\s,;]", first, maxsplit=1)[0] in known


def named(statement: str, line: int, package: str) -> Iterator[Import]:
    """What one statement imports; nothing where it is half-written."""
    try:
        body = ast.parse(statement).body
    except (SyntaxError, ValueError):  # The file cannot run, which its own checks say.
        return
    for node in body:
        if isinstance(node, ast.Import):
            yield from (Import(line, (alias.name,)) for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            base = absolute(node.module or "", node.level, package)
            for alias in node.names if base is not None else ():
                whole = ".".join(part for part in (base, alias.name) if part and part != "*")
                yield Import(line, tuple(dict.fromkeys(name for name in (whole, base) if name)))


def absolute(module: str, level: int, package: str) -> str | None:
    """`..common` in the package a.b is a.common; None where the dots lead out of everything."""
    if not level:
        return module
    parts = package.split(".") if package else []
    if level - 1 > len(parts):
        return None
    return ".".join([*parts[: len(parts) - level + 1], *([module] if module else [])])


def refs_of(text: str) -> Iterator[Ref]:
    """Every `ref()` and `source()`; a comment of Jinja is no code, one of SQL is rendered all the same."""
    if "ref(" not in text and "source(" not in text:
        return
    text = JINJA_COMMENT.sub(lambda found: re.sub(r"[^\n]", " ", found.group()), unix(text))
    for found in REF.finditer(text):
        names = tuple(name for name in (found["first"], found["second"]) if name)
        yield Ref(line_of(text, found.start()), "ref", names)
    for found in SOURCE.finditer(text):
        yield Ref(line_of(text, found.start()), "source", (found["first"], found["second"]))


def sources_of(text: str, load: Callable[[str], object]) -> Iterator[tuple[str, str]]:
    """(source, table) of every source that a file of dbt declares; (source, "") for the source itself."""
    if "sources:" not in text:
        return
    values = load(text)
    for source in listed(values, "sources"):
        name = str(source.get("name", ""))
        yield name, ""
        yield from ((name, str(table.get("name", ""))) for table in listed(source, "tables"))


def listed(values: object, key: str) -> Iterator[dict[str, object]]:
    """The maps in a list below `key`; nothing where it is none."""
    items = values.get(key) if isinstance(values, dict) else None
    yield from (item for item in items if isinstance(item, dict)) if isinstance(items, list) else ()


def unix(text: str) -> str:
    """With one kind of line end."""
    return text.replace("\r\n", "\n").replace("\r", "\n") if "\r" in text else text


def line_of(text: str, place: int) -> int:
    """The line on which a place is."""
    return text.count("\n", 0, place) + 1
