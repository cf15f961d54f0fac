"""A document of a phase -> findings: is it there, and does it say something?"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Iterator
from functools import cache
from pathlib import Path

import yaml

from agentic.errors import AgenticError
from agentic.text import Document, Line, Sect, is_blank, read_text, take_apart
from agentic.text.marks import ANSWER, BOX, COMMENT, PLACEHOLDER, QUESTION, says_something
from agentic.values import Finding, PhaseDocument

SOURCE = "phase check"
OPTIONAL = "<!-- optional -->"
GENERATED = "<!-- agentic: generated"
"""Below it a program writes; that it has nothing to say yet is no person's fault."""
CODE = re.compile(r"`[^`]*`")
RULE = re.compile(r"^\s*\|?\s*:?-+:?\s*(?:\|\s*:?-+:?\s*)*\|?\s*$")
"""The line below the head of a table."""


def judge_document(root: Path, document: PhaseDocument, template: str | None) -> tuple[Finding, ...]:
    """Everything that stands in the way of calling it complete. `template`: the text it was made from."""
    file = root / document.path
    if document.kind == "folder":
        return tuple(empty_folder(file, document))
    if not file.is_file():
        word = "no file" if file.exists() else "missing"
        return (said("AGT080", document.path, 0, f"{document.path} is {word}: {document.purpose}"),)
    try:
        text = read_text(file, document.path)
        if document.kind != "document":
            return () if text.strip() else (said("AGT080", document.path, 1, f"{document.path} is empty"),)
        return tuple(substance(document.path, text, template))
    except AgenticError as error:
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
    yield from left_open(path, document, frozenset(PLACEHOLDER.findall(template or "")))
    yield from hollow_sections(path, document, optional_names(model))
    yield from unanswered(path, open_questions(document))
    yield from unticked(path, document, model)


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


def left_open(path: str, document: Document, known: Collection[str]) -> Iterator[Finding]:
    """Placeholders, wherever they stand. `known`: those of the template; in code, others may be somebody's code."""
    for number, text in enumerate(document.lines, 1):
        for mark in placeholders(text, known, in_code=number in document.code):
            section = next((one for one in reversed(document.sections) if one.line <= number), None)
            place = f"{title_of(section)}: " if section else ""
            yield said("AGT082", path, number, f"{place}still to be filled in: {mark}")


def placeholders(text: str, known: Collection[str], *, in_code: bool) -> list[str]:
    """Text that a template left, in one line."""
    if "<" not in text and "@" not in text:
        return []
    free = [] if in_code else PLACEHOLDER.findall(CODE.sub("", text))
    return [*free, *(mark for mark in PLACEHOLDER.findall(text) if mark in known and mark not in free)]


def hollow_sections(path: str, document: Document, optional: Collection[str]) -> Iterator[Finding]:
    """A section without words; with a placeholder in it, that has been told already."""
    heads = {heading.line for heading in document.headings}
    for section in document.sections:
        if section.name not in optional and GENERATED not in section.body and is_hollow(words_of(section, heads)):
            yield said("AGT082", path, section.line, f"the section {title_of(section)} says nothing")


def is_hollow(lines: list[str]) -> bool:
    """Neither a word in any cell of any line, nor a placeholder for one."""
    return not any(PLACEHOLDER.search(line) or any(map(says_something, line.split("|"))) for line in lines)


def words_of(section: Sect, heads: Collection[int]) -> list[str]:
    """Its lines without comments, headings (a question is none) and heads of tables."""
    kept = [line.text if line.number not in heads or QUESTION.match(line.text) else "" for line in section.lines]
    lines = COMMENT.sub("", "\n".join(kept)).split("\n")
    below = [*lines[1:], ""]
    return [line for line, next_ in zip(lines, below, strict=True) if not ("|" in line and RULE.match(next_))]


def open_questions(document: Document) -> Iterator[Line]:
    """`Q-n:` lines without an `A:` below them, before the next question or heading."""
    return without_answer(document.prose, {heading.line for heading in document.headings})


def without_answer(lines: Iterable[Line], heads: Collection[int] = ()) -> Iterator[Line]:
    """The questions among some lines that nobody has answered; an answer may begin on the line after its `A:`."""
    pending: Line | None = None
    begun = False
    for line in lines:
        question = QUESTION.match(line.text)
        if pending and (question or line.number in heads):
            yield pending
            pending = None
        answer = ANSWER.match(line.text)
        if question:
            pending, begun = Line(line.number, f"{question['id']}: {question['text']}"), False
        elif pending and (answer or begun):
            begun = True
            pending = None if says_something(answer["text"] if answer else line.text) else pending
    if pending:
        yield pending


def unanswered(path: str, questions: Iterable[Line]) -> Iterator[Finding]:
    """What nobody said yet."""
    for question in questions:
        yield said("AGT083", path, question.number, f"unanswered: {question.text}")


def unticked(path: str, document: Document, model: Document) -> Iterator[Finding]:
    """Boxes below a heading that says Checklist; one that ends in (optional) may stay empty, and taking all out is no way."""
    for section in document.sections:
        if "CHECKLIST" not in section.name:
            continue
        boxes = [(line.number, box) for line in section.lines if (box := BOX.match(line.text))]
        for number, box in boxes:
            if box["tick"] == " " and is_required(box["text"]):
                yield said("AGT084", path, number, f"not ticked: {box['text']}")
        if not boxes:
            for text in required_boxes(model):
                yield said("AGT084", path, section.line, f"not ticked: {text} (the box is gone)")


def required_boxes(model: Document) -> Iterator[str]:
    """What a template wants a person to tick."""
    lines = (line for section in model.sections if "CHECKLIST" in section.name for line in section.lines)
    return (box["text"] for line in lines if (box := BOX.match(line.text)) and is_required(box["text"]))


def is_required(box: str) -> bool:
    """One that ends in (optional) is not."""
    return not box.rstrip(" .").endswith("(optional)")


def yaml_substance(path: str, text: str, template: str) -> Iterator[Finding]:
    """The keys of the template, no placeholder in a value, and no question without an answer in a comment."""
    lines = [Line(number, line) for number, line in enumerate(text.splitlines(), 1)]
    comments = [Line(line.number, line.text.lstrip(" #")) for line in lines if line.text.lstrip().startswith("#")]
    for line in lines:
        if not line.text.lstrip().startswith("#"):
            for mark in PLACEHOLDER.findall(line.text):
                yield said("AGT082", path, line.number, f"still to be filled in: {mark}")
    yield from unanswered(path, without_answer(comments))
    try:
        given, model = yaml.safe_load(text), keys_of(template)
    except (yaml.YAMLError, ValueError, TypeError, RecursionError) as error:
        mark = getattr(error, "problem_mark", None)
        yield said("AGT103", path, mark.line + 1 if mark else 1, f"{path} is not YAML ({' '.join(str(error).split())})")
        return
    if not isinstance(given, dict):
        yield said("AGT082", path, 1, f"{path} is no map of keys")
        return
    for key in model:
        if not given.get(key):
            yield said("AGT085", path, 1, f"the key {key} is missing or empty")


@cache
def keys_of(template: str) -> tuple[str, ...]:
    """The first level of a YAML template; a key that is empty there may be empty anywhere."""
    given = yaml.safe_load(template)
    return tuple(key for key, value in given.items() if value) if isinstance(given, dict) else ()
