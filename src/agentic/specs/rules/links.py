"""Rules about freshness and links: what a document names is there, and it is not older than what it describes."""

from __future__ import annotations

import difflib
import posixpath
import re
from collections.abc import Iterator
from datetime import date, datetime, timedelta
from urllib.parse import unquote

from agentic.specs.library import Library
from agentic.specs.page import Page
from agentic.specs.rule import Defect, Rule, Said, add, swap
from agentic.text import PROMPTS

DESCRIBING = ("context", "standards")
"""Folders whose documents describe others, and are carried by prompts as if they were true."""
RELYING = ("requirements", "design")
UPDATED = re.compile(r"^updated:\s*[\"']?(?P<date>\d{4}-\d{2}-\d{2})", re.MULTILINE)
RELATED = re.compile(r"^related_files:\s*(?:\[(?P<row>[^\]]*)\]|\n(?P<items>(?:\s*-\s.*\n?)+))", re.MULTILINE)
TARGET = re.compile(r"\]\(\s*(?P<target><[^>]{0,500}>|[^)\s]*)")
DEFINITION = re.compile(r"\s{0,3}\[(?!\^)[^\]]+\]:\s+(?P<target>\S+)")
CODE = re.compile(r"(?<!`)`++[^`]+`++")
ELSEWHERE = re.compile(r"[a-zA-Z][a-zA-Z0-9+.-]*:|//")
"""`https:`, `mailto:`: not ours to look at."""
GAPS = ("{", "...", "*", "$", "YYYY")
"""What no path of a real file has: the target is a pattern."""


def missing_related(library: Library) -> Iterator[Said]:
    """A document that names a file which is gone sends its readers nowhere."""
    for page in library.pages.values():
        for name in related(page):
            if not is_there(library, page, name):
                yield Said(page.path, line_of(page, name), f"related file {name} does not exist", near(library, name))


def related(page: Page) -> Iterator[str]:
    """What stands under `related_files`, in front matter or in a YAML file."""
    if "related_files" not in page.text or page.is_blank:
        return
    if page.is_markdown:
        given = page.document.front.values.get("related_files")
        names = given if isinstance(given, list) else [given]
    else:
        found = RELATED.search(page.text)
        row, items = (found["row"], found["items"]) if found else (None, None)
        names = (row or "").split(",") if row is not None else re.findall(r"-\s+(\S+)", items or "")
    yield from (name.strip(" \"'") for name in names if isinstance(name, str) and name.strip(" \"'"))


def is_there(library: Library, page: Page, name: str) -> bool:
    """From `agent-prompts/`, from the root, or from where the page stands; also what a task will make."""
    if ELSEWHERE.match(name) or any(gap in name for gap in GAPS):
        return True
    plain = unquote(name) if "%" in name else name
    plain = plain.split("#")[0].split("?")[0] or page.path
    # From the page first: most links are written so, and each further look asks the disk.
    places = (f"{posixpath.dirname(page.path)}/{plain}", f"{PROMPTS}/{plain}", plain)
    return any(exists(library, posixpath.normpath(place.lstrip("/"))) for place in places)


def exists(library: Library, path: str) -> bool:
    """A file, a folder, or a deliverable to come."""
    if path in library.pages or library.has_file(path):
        return True
    try:
        return (library.root / path).is_dir() or any(path in task.deliverables for task in library.tasks.values())
    except (OSError, ValueError):  # A name that no file system takes.
        return False


def near(library: Library, name: str) -> str:
    """What was probably meant."""
    known = [path.removeprefix(f"{PROMPTS}/") for path in library.pages]
    found = difflib.get_close_matches(name, known, n=1)
    same = [path for path in known if posixpath.basename(path) == posixpath.basename(name)]
    return f"did you mean {(same or found)[0]}?" if same or found else ""


def line_of(page: Page, words: str) -> int:
    """Where they stand first."""
    return next((number for number, line in enumerate(page.text.split("\n"), 1) if words in line), 1)


def stale(library: Library) -> Iterator[Said]:
    """What has changed since may have made it untrue."""
    return (said for page in library.pages.values() if page.folder in DESCRIBING for said in overtaken(library, page))


def overtaken_documents(library: Library) -> Iterator[Said]:
    """The same of documents that nobody takes for the truth without reading them."""
    return (said for page in library.pages.values() if page.folder in RELYING for said in overtaken(library, page))


def overtaken(library: Library, page: Page) -> Iterator[Said]:
    """The newest file that it describes, if that is newer than the page itself."""
    updated = None if page.is_blank else updated_of(page)
    if updated is None:
        return
    others = ((name, library.pages.get(f"{PROMPTS}/{name}") or library.pages.get(name)) for name in related(page))
    dated = ((updated_of(other), name) for name, other in others if other and not other.is_blank)
    changed, name = max(((day, name) for day, name in dated if day), default=(updated, ""))
    if changed > updated:
        message = f"updated {updated}, but {name}, which it describes, was updated {changed}"
        yield Said(page.path, line_of(page, "updated:"), message)


def updated_of(page: Page) -> date | None:
    """As the page says it of itself; None where it does not say, or says no date."""
    if page.is_markdown:
        return as_date(page.document.front.values.get("updated"))
    found = UPDATED.search(page.text)
    return as_date(found["date"]) if found else None


def as_date(value: object) -> date | None:
    """A day, however YAML took it."""
    if isinstance(value, datetime):
        return value.date()
    if isinstance(value, date):
        return value
    try:
        return date.fromisoformat(value.strip()[:10]) if isinstance(value, str) else None
    except ValueError:
        return None


def before_created(library: Library) -> Iterator[Said]:
    """One of the two dates is wrong."""
    for page in library.pages.values():
        if page.is_markdown and "created" in page.document.front.values:
            created, updated = as_date(page.document.front.values["created"]), updated_of(page)
            if created and updated and updated < created:
                yield Said(
                    page.path,
                    page.document.front.lines["updated"],
                    f"updated {updated}, before it was created on {created}",
                )


def in_future(library: Library) -> Iterator[Said]:
    """Nobody has read it on a day that is still to come."""
    # A day more, since it is tomorrow already somewhere.
    today = date.today() + timedelta(days=1)
    for page in library.pages.values():
        updated = updated_of(page)
        if updated and updated > today:
            yield Said(page.path, line_of(page, "updated:"), f"updated {updated} lies in the future")


def broken_links(library: Library) -> Iterator[Said]:
    """A link that leads nowhere."""
    for page in library.pages.values():
        if page.is_markdown and ("](" in page.text or "]: " in page.text) and not page.is_blank:
            for number, target in targets(page):
                if said := broken(library, page, number, target):
                    yield said


def targets(page: Page) -> Iterator[tuple[int, str]]:
    """Where every link of a page leads, with its line."""
    code = page.document.code
    for number, line in enumerate(page.document.lines, 1):
        if ("](" in line or "]:" in line) and number not in code:
            text = CODE.sub("", line)
            found = [*TARGET.finditer(text), *([one] if (one := DEFINITION.match(text)) else [])]
            yield from ((number, one["target"].strip("<>")) for one in found)


def broken(library: Library, page: Page, number: int, target: str) -> Said | None:
    """What is wrong with a link, if anything is."""
    if ELSEWHERE.match(target):
        return None
    path, _, anchor = target.partition("#")
    if not target or not is_there(library, page, path or page.path):
        return Said(
            page.path, number, f"the link to {target or 'nothing'} leads nowhere", near(library, path) if path else ""
        )
    aim = library.pages.get(posixpath.normpath(f"{posixpath.dirname(page.path)}/{path}")) if path else page
    if anchor and aim and aim.is_markdown and not has_anchor(aim, anchor):
        return Said(page.path, number, f"the link to {target} leads nowhere: there is no such heading")
    return None


def has_anchor(page: Page, anchor: str) -> bool:
    """By letters and digits alone: each tool makes its own anchors out of headings."""
    wanted = letters(re.sub(r"-\d+$", "", unquote(anchor)))
    marked = re.findall(r"(?:id|name)=[\"']([^\"']+)|\{#([^}]+)\}", page.text)
    known = {letters(heading.title) for heading in page.document.headings} | {letters("".join(one)) for one in marked}
    return wanted in known or letters(unquote(anchor)) in known


def letters(text: str) -> str:
    """Nothing but what every tool keeps."""
    return "".join(sign for sign in text.lower() if sign.isalnum())


CONTEXT = "agent-prompts/context/data_context.md"
ASKED = "agent-prompts/requirements/business_requirements.md"
STANDARD = "agent-prompts/standards/development_patterns.md"
SYSTEM = "agent-prompts/context/system_context.yaml"
STRUCTURE = "agent-prompts/design/module_structure.yaml"
LINK = "[the data context](../context/data_context.md)"

RULES: tuple[Rule, ...] = (
    Rule(
        "AGT060", "MissingRelatedFile", "The front matter of a document names a related file that does not exist.",
        "correct the path (from agent-prompts/ or from the root), or take the line out.", missing_related,
        (
            Defect("a file that is gone", swap(STANDARD, "  - context/data_context.md\n", "  - context/old_context.md\n")),
            Defect("a typo in the path", swap(CONTEXT, "requirements/business_requirements.md", "requirements/busines_requirements.md")),
        ),
    ),
    Rule(
        "AGT061", "StaleContext", "A context or standards file was updated before what it describes.",
        "read it against what has changed, mend what is no longer true, and set `updated`.", stale,
        (
            Defect("the context was forgotten", swap(CONTEXT, "updated: 2026-11-19", "updated: 2026-11-17")),
            Defect("the requirements went on", swap(ASKED, "updated: 2026-11-19", "updated: 2026-11-20")),
            Defect("the system went on", swap(SYSTEM, "updated: 2026-11-19", "updated: 2026-11-20")),
            Defect("a standard was forgotten", swap(STANDARD, "updated: 2026-11-19", "updated: 2026-11-18")),
        ),
    ),
    Rule(
        "AGT062", "UpdatedBeforeCreated", "A document was updated before it was created.",
        "correct the date that is wrong.", before_created,
        (
            Defect("an early update", swap(ASKED, "updated: 2026-11-19", "updated: 2026-11-01")),
            Defect("a late creation", swap(STANDARD, "created: 2026-11-16", 'created: "2027-01-31"')),
        ),
    ),
    Rule(
        "AGT063", "UpdatedInFuture", "A document was updated on a day that is still to come.",
        "set `updated` to the day on which somebody last read it against what it describes.", in_future,
        (
            Defect("a document", swap(ASKED, "updated: 2026-11-19", "updated: 2126-11-19")),
            Defect("a YAML file", swap(SYSTEM, "updated: 2026-11-19", "updated: 2126-11-19")),
        ),
        severity="warning",
    ),
    Rule(
        "AGT064", "BrokenLink", "A Markdown link leads nowhere.",
        "correct the path, which is read from the file that the link stands in.", broken_links,
        (
            Defect("a file that is gone", swap(STANDARD, LINK, "[the data context](../context/data.md)")),
            Defect("a picture that is missing", add(STANDARD, "\n![The flow](flow.png)\n")),
            Defect("a heading that is gone", swap(STANDARD, LINK, "[the data context](../context/data_context.md#retention)")),
            Defect("a link by reference", add(STANDARD, "\nSee [the model][model].\n\n[model]: ../design/data_model.md\n")),
        ),
    ),
    Rule(
        "AGT065", "OvertakenDocument", "A document was updated before a file that it names as related.",
        "read it against what has changed, mend what is no longer true, and set `updated`.", overtaken_documents,
        (
            Defect("the design went on", swap(STRUCTURE, "updated: 2026-11-19", "updated: 2026-11-20")),
            Defect("the requirements were forgotten", swap(ASKED, "updated: 2026-11-19", "updated: 2026-11-17")),
        ),
        severity="warning",
    ),
)  # fmt: skip
"""Rules of this file, in the order of their codes."""
