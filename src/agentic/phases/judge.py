"""A document of a phase -> findings: is it there, and does it say something?"""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import cache
from pathlib import Path

import yaml

from agentic.errors import SpecError
from agentic.text import Document, Line, Sect, is_blank, read_text, take_apart
from agentic.values import Finding, PhaseDocument

SOURCE = "phase check"
OPTIONAL = "<!-- optional -->"
PLACEHOLDER = re.compile(r"<[a-z][^<>=\n]* [^<>=\n]*>")
"""`<what the business wants to decide>`: a small letter first, and at least two words."""
CODE = re.compile(r"`[^`]*`")
COMMENT = re.compile(r"<!--.*?-->", re.DOTALL)
QUESTION = re.compile(r"^\s*(?:[-*+]\s+|#{2,6}\s+)?\**(?P<id>Q-\d+)\**\s*:\s*(?P<text>.*)$")
ANSWER = re.compile(r"^\s*(?:[-*+]\s+)?\**A(?:-\d+)?\**\s*:\s*(?P<text>.*)$")
BOX = re.compile(r"^\s*[-*+]\s+\[(?P<tick>[ xX])\]\s+(?P<text>.*)$")
NONE = re.compile(r"^(?:none|no questions?)\b[.!]?$", re.IGNORECASE)


def judge_document(root: Path, document: PhaseDocument, template: str | None) -> tuple[Finding, ...]:
    """Everything that stands in the way of calling it complete. `template`: the text it was made from."""
    file = root / document.path
    if document.kind == "folder":
        return tuple(empty_folder(file, document))
    if not file.is_file():
        return (said("AGT080", document.path, 0, f"{document.path} is missing: {document.purpose}"),)
    try:
        text = read_text(file, document.path)
        if document.kind != "document":
            return () if text.strip() else (said("AGT080", document.path, 1, f"{document.path} is empty"),)
        return tuple(substance(document.path, text, template))
    except SpecError as error:
        return (said(error.code, document.path, error.line, error.message),)


def said(code: str, path: str, line: int, message: str) -> Finding:
    """One finding of the phase check."""
    return Finding(SOURCE, message, path, line, code=code)


def empty_folder(folder: Path, document: PhaseDocument) -> Iterator[Finding]:
    """A folder counts with one file in it that is more than a note about the folder."""
    files = (path for path in folder.rglob("*") if path.is_file()) if folder.is_dir() else iter(())
    if not any(not path.name.startswith((".", "README")) for path in files):
        yield said("AGT080", document.path, 0, f"{document.path}/ holds no file: {document.purpose}")


def substance(path: str, text: str, template: str | None) -> Iterator[Finding]:
    """A template left as it is says it all; otherwise section by section."""
    if template is not None and is_blank(text, template):
        yield said("AGT081", path, 1, f"{path} is still the template: nobody has filled it in")
        return
    if path.endswith((".yaml", ".yml")):
        yield from yaml_substance(path, text, template or "")
        return
    document, model = take_apart(text, path), take_apart(template or "", "")
    yield from missing_sections(path, document, model)
    yield from hollow_sections(path, document, optional_names(model))
    yield from unanswered(path, document)
    yield from unticked(path, document)


def missing_sections(path: str, document: Document, model: Document) -> Iterator[Finding]:
    """Every section of the template that is not optional has to be there."""
    there, optional = {section.name for section in document.sections}, optional_names(model)
    for section in model.sections:
        if section.name not in there and section.name not in optional:
            yield said("AGT085", path, 1, f"the section {title_of(section)} is missing")


def title_of(section: Sect) -> str:
    """As people write it."""
    return section.name.title() if section.name.isupper() else section.name


def optional_names(model: Document) -> frozenset[str]:
    """Sections that may be left out, or left empty."""
    return frozenset(section.name for section in model.sections if OPTIONAL in section.body)


def hollow_sections(path: str, document: Document, optional: frozenset[str]) -> Iterator[Finding]:
    """A section without words, or with the template's words in it."""
    for section in document.sections:
        marks = [(line.number, mark) for line in section.lines for mark in placeholders(document, line)]
        for number, mark in marks:
            yield said("AGT082", path, number, f"{title_of(section)}: still to be filled in: {mark}")
        if not marks and not words_of(section) and section.name not in optional:
            yield said("AGT082", path, section.line, f"the section {title_of(section)} says nothing")


def placeholders(document: Document, line: Line) -> list[str]:
    """Text in angle brackets that a template left; not in code."""
    if line.number in document.code or "<" not in line.text:
        return []
    return PLACEHOLDER.findall(CODE.sub("", line.text))


def words_of(section: Sect) -> str:
    """What a section says, without comments, rules and heads of tables."""
    body = COMMENT.sub("", section.body)
    return re.sub(r"[\s|:#>*_\-]+", "", body)


def open_questions(document: Document) -> Iterator[Line]:
    """`Q-n:` lines without an `A:` below them, before the next question or heading."""
    pending: Line | None = None
    heads = {heading.line for heading in document.headings}
    for line in document.prose:
        question = QUESTION.match(line.text)
        if pending and (question or (line.number in heads and not question)):
            yield pending
            pending = None
        if question:
            pending = Line(line.number, f"{question['id']}: {question['text']}")
        elif pending and (answer := ANSWER.match(line.text)) and answer["text"].strip():
            pending = None
    if pending:
        yield pending


def unanswered(path: str, document: Document) -> Iterator[Finding]:
    """What nobody said yet."""
    for question in open_questions(document):
        yield said("AGT083", path, question.number, f"unanswered: {question.text}")


def unticked(path: str, document: Document) -> Iterator[Finding]:
    """Boxes below a heading that says Checklist; one that ends in (optional) may stay empty."""
    for section in document.sections:
        if "CHECKLIST" not in section.name:
            continue
        for line in section.lines:
            box = BOX.match(line.text)
            if box and box["tick"] == " " and not box["text"].rstrip(" .").endswith("(optional)"):
                yield said("AGT084", path, line.number, f"not ticked: {box['text']}")


def yaml_substance(path: str, text: str, template: str) -> Iterator[Finding]:
    """The keys of the template, and no placeholder in a value."""
    for number, line in enumerate(text.splitlines(), 1):
        if not line.lstrip().startswith("#"):
            for mark in PLACEHOLDER.findall(line):
                yield said("AGT082", path, number, f"still to be filled in: {mark}")
    try:
        given, model = yaml.safe_load(text), keys_of(template)
    except (yaml.YAMLError, ValueError, RecursionError) as error:
        yield said("AGT103", path, 1, f"{path} is not YAML ({' '.join(str(error).split())})")
        return
    if not isinstance(given, dict):
        yield said("AGT082", path, 1, f"{path} is no map of keys")
        return
    for key in model:
        if not given.get(key) and key not in ("outside",):
            yield said("AGT085", path, 1, f"the key {key} is missing or empty")


@cache
def keys_of(template: str) -> tuple[str, ...]:
    """The first level of a YAML template."""
    given = yaml.safe_load(template)
    return tuple(given) if isinstance(given, dict) else ()
