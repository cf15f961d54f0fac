"""Rules about tasks and what stands between them. What one task alone cannot be read with, the reader says (AGT1xx)."""

from __future__ import annotations

import difflib
import re
from collections import defaultdict
from collections.abc import Collection, Iterator

from agentic.specs.library import Library
from agentic.specs.page import Page
from agentic.specs.parse import SAME, TICK, declared, line_of_deliverable
from agentic.specs.places import line_of_item, line_of_key
from agentic.specs.rule import Defect, Mend, Rule, Said, add, swap, write
from agentic.specs.rules.planting import LANDING, ORDERS, remove, together
from agentic.specs.rules.spoken import spots, words_of
from agentic.text import PROMPTS, Line, Sect
from agentic.values import TaskSpec

ID = re.compile(r"\b[BTD]R-\d+\b")
LOOKS_LIKE_ID = re.compile(r"[BTD]R-\d+")
"""The same, told more quickly."""
TICKED = ("[x] ", "[X] ")
DOCUMENTS = ("requirements", "design", "context", "standards", "progress")
PATH = re.compile(r"(?<![\w./<>{*-])[\w-]+(?:/[\w.-]+)*/[\w-]+\.\w+(?![\w/*<{])")
GONE = re.compile(r"\b(?:removed?|deleted?|dropped?|gone|renamed?|moved?|instead of)\b", re.IGNORECASE)
"""Whoever ticks that a file is gone is right."""


def tasks(library: Library) -> Iterator[tuple[TaskSpec, Page]]:
    """Each with the page it stands on."""
    return ((task, library.pages[f"{PROMPTS}/{path}"]) for path, task in library.tasks.items())


def section(page: Page, name: str) -> Sect | None:
    """The section of that name, in either vocabulary."""
    return next((one for one in page.document.sections if SAME.get(one.name, one.name) == name), None)


def shared_deliverables(library: Library) -> Iterator[Said]:
    """Two tasks that own one file would overwrite each other."""
    owners: dict[str, list[TaskSpec]] = defaultdict(list)
    for task in library.tasks.values():
        for path in task.deliverables:
            owners[path].append(task)
    for path, named in owners.items():
        for later in named[1:]:
            message = f"{path} is a deliverable of {named[0].path} and of {later.path}"
            yield Said(f"{PROMPTS}/{later.path}", line_of_deliverable(later, path), message)


def without_check(library: Library) -> Iterator[Said]:
    """Nothing can be shown of a task that nothing checks. A check that cannot be read is one all the same."""
    for task, page in tasks(library):
        if not task.checks and not page.document.front.values.get("checks"):
            line = page.document.front.lines.get("checks", 1)
            yield Said(page.path, line, "the task has no check, so nothing can be shown")


def unmeasured(library: Library) -> Iterator[Said]:
    """A criterion that names no check can never be ticked, nor can one that has no box."""
    for task, page in tasks(library):
        for criterion in task.criteria:
            if not criterion.check:
                yield Said(page.path, criterion.line, f"nothing measures: {criterion.text}")
        yield from without_box(page)
        if (
            not task.criteria
            and (found := section(page, "TECHNICAL SPECIFICATIONS"))
            and not section(page, "SUCCESS CRITERIA")
        ):
            yield Said(page.path, found.line, f"{found.name} holds no criterion, so the task is never done", BOX_FIX)


BOX_FIX = "write `- [ ] AC-1: words (check: KIND)`, where KIND is one of the task's checks."


def without_box(page: Page) -> Iterator[Said]:
    """Items of SUCCESS CRITERIA that are no checkbox; other rules speak of boxes that are not written well."""
    found = section(page, "SUCCESS CRITERIA")
    for item in found.items if found else ():
        if (
            item.text
            and item.text[0] not in "[({"
            and not page.document.lines[item.number - 1].lstrip("-*+ ").startswith("[")
        ):
            yield Said(page.path, item.number, f"a criterion without a box: {item.text}", BOX_FIX)


def doubled_ids(library: Library) -> Iterator[Said]:
    """Two tasks of one name cannot be told apart in the archive, in whatever module they are."""
    known: dict[str, TaskSpec] = {}
    for task, page in tasks(library):
        name = task.id.strip().casefold()
        if name and name in known:
            first = known[name]
            yield Said(page.path, line_of_key(task.text, "id"), f"the id {task.id} is also that of {first.path}")
        elif name:
            known[name] = task


def ticked(library: Library) -> Iterator[Said]:
    """A tick says that something is done; a file that is not there says that it is not."""
    for task, page in tasks(library):
        boxes = [Line(one.line, one.text) for one in task.criteria if one.ticked]
        if boxes and (missing := next((path for path in task.deliverables if not library.has_file(path)), "")):
            for box in boxes:
                yield Said(page.path, box.number, f"ticked, and {missing} does not exist: {box.text}")
        yield from ticked_deliverables(page, library)
    for page in library.pages.values():
        if page.is_markdown and page.folder in DOCUMENTS and not page.is_blank:
            yield from ticked_steps(page, library)


def ticked_steps(page: Page, library: Library) -> Iterator[Said]:
    """`- [x] Land the orders: src/ingestion/orders.py` in a plan, without that file."""
    for line in spots(page, ("[x] ",)):
        if line.text.lstrip(" -*+").startswith(TICKED) and not GONE.search(line.text):
            named = (path for path in PATH.findall(line.text) if path.split("/")[0] in library.roots)
            if missing := next((path for path in named if not library.has_file(path)), ""):
                yield Said(page.path, line.number, f"ticked, and {missing} does not exist")


def ticked_deliverables(page: Page, library: Library) -> Iterator[Said]:
    """`- [x] src/orders.py` without that file."""
    if "[x] " not in page.text and "[X] " not in page.text:
        return
    found = section(page, "DELIVERABLES")
    for item in found.items if found else ():
        path = declared(item.text)[0]
        if item.text.startswith(TICKED) and path and not library.has_file(path):
            yield Said(page.path, item.number, f"ticked, and it does not exist: {TICK.sub('', item.text)}")


def unknown_requirements(library: Library) -> Iterator[Said]:
    """What a task is for has to be known. Ids in its text count where the project has requirements at all."""
    known = {one.id: one for one in library.requirements}
    for task, page in tasks(library):
        for index, name in enumerate(task.requirements):
            if name not in known:
                yield unknown_requirement(page, line_of_item(task.text, "requirements", index), name, known)
        if known and not all(name in known for name in LOOKS_LIKE_ID.findall(task.text)):
            yield from cited(page, known)


def cited(page: Page, known: Collection[str]) -> Iterator[Said]:
    """Ids in the text of a task."""
    end = page.document.front.end
    for line in spots(page, ("br-", "tr-", "dr-")):
        if line.number > end:
            for name in dict.fromkeys(ID.findall(words_of(page, line.text))):
                if name not in known:
                    yield unknown_requirement(page, line.number, name, known)


def unknown_requirement(page: Page, number: int, name: str, known: Collection[str]) -> Said:
    """The finding; where only the case of letters differs, with its mend."""
    line = page.document.lines[number - 1]
    meant = next((one for one in known if one.casefold() == name.strip().casefold()), "")
    mend = Mend(number, line, line.replace(name, meant, 1)) if meant and line.count(name) == 1 else None
    near = [meant] if meant else difflib.get_close_matches(name, known, n=1, cutoff=0.6)
    return Said(page.path, number, f"no requirement {name}", f"did you mean {near[0]}?" if near else "", mend)


SECOND = "agent-prompts/tasks/ingestion/again.md"
ELSEWHERE = "agent-prompts/tasks/common/settings.md"
CHECKS = "checks:\n  - python\n  - pytest: tests/ingestion/test_orders.py\n"


def another(path: str, name: str, file: str) -> Defect:
    """One more task, with an id and a deliverable."""
    text = f"---\nid: {name}\nchecks: [python]\n---\n## TASK: Another\n## DELIVERABLES:\n- {file}\n"
    return Defect(f"{path.removeprefix('agent-prompts/')} with {name} and {file}", write(path, text))


RULES: tuple[Rule, ...] = (
    Rule(
        "AGT020", "SharedDeliverable", "Two tasks declare the same file, so each would overwrite what the other made.",
        "let one task own the file, and name it among the other's context files.", shared_deliverables,
        (
            another(SECOND, "ING-AGAIN", "src/ingestion/orders.py"),
            another(ELSEWHERE, "COM-SETTINGS", "./src/ingestion//orders.py"),
            Defect("among the files of a task that is there", swap(LANDING, "- src/ingestion/landing.py\n", "- src/ingestion/landing.py\n- `src/ingestion/orders.py`\n")),
        ),
    ),
    Rule(
        "AGT021", "TaskWithoutCheck", "A task names no check, so that nothing can show that it is done.",
        "name at least one under `checks:` in the front matter.", without_check,
        (
            Defect("no checks in the front matter", swap(ORDERS, CHECKS, "")),
            Defect("an empty list", swap(ORDERS, CHECKS, "checks: []\n")),
            Defect("a key without a value", swap(ORDERS, CHECKS, "checks:\n")),
            Defect("no front matter", write(SECOND, "## TASK: Again\n## DELIVERABLES:\n- src/ingestion/again.py\n")),
        ),
    ),
    Rule(
        "AGT022", "UnmeasuredCriterion", "A success criterion names no check that measures it, so it can never be ticked.",
        "end the criterion with `(check: KIND)`, where KIND is one of the task's checks.", unmeasured,
        (
            Defect("a criterion without its check", swap(ORDERS, " (check: pytest)", "")),
            Defect("a criterion without a box", swap(ORDERS, "- [ ] AC-2: ", "- AC-2: ")),
            Defect("in the shorter vocabulary", swap(LANDING, "with the same digest (check: pytest)", "with the same digest")),
            Defect("no criterion at all", together(*(swap(LANDING, f"- [ ] AC-{number}", f"- AC-{number}") for number in (1, 2, 3)))),
        ),
    ),
    Rule(
        "AGT023", "DuplicateTaskId", "Two tasks have the same id, so nobody can tell which one is meant.",
        "give one of them another id; an id that was archived stays with its task.", doubled_ids,
        (
            another(SECOND, "ING-ORDERS", "src/ingestion/again.py"),
            another(ELSEWHERE, "ing-orders", "src/common/again.py"),
            Defect("copied from its neighbour", swap(LANDING, "id: ING-LANDING", "id: ING-ORDERS")),
        ),
    ),
    Rule(
        "AGT024", "TickedWithoutDeliverable", "A box is ticked although a file that the task has to make does not exist.",
        "take the tick out: agentic run makes the files, and the checks tick.", ticked,
        (
            Defect("no code", together(swap(ORDERS, "- [ ] AC-1", "- [x] AC-1"), remove("src/ingestion/orders.py"))),
            Defect("no test", together(swap(ORDERS, "- [ ] AC-3", "- [X] AC-3"), remove("tests/ingestion/test_orders.py"))),
            Defect("in the shorter vocabulary", together(swap(LANDING, "- [ ] AC-2", "- [x] AC-2"), remove("src/ingestion/landing.py"))),
            Defect("a step of a plan", write("agent-prompts/design/implementation_plan.md", "# Implementation Plan\n\n## Steps\n\n- [x] Returns: `src/ingestion/returns.py`\n")),
            Defect("a ticked file", together(swap(ORDERS, "- src/ingestion/orders.py", "- [x] src/ingestion/orders.py"), remove("src/ingestion/orders.py"))),
        ),
    ),
    Rule(
        "AGT025", "UnknownRequirement", "A task names a requirement that nobody has written.",
        "write the requirement under requirements/, or cite one that is there.", unknown_requirements,
        (
            Defect("in the front matter", swap(ORDERS, "requirements: [BR-1, BR-2, DR-1]", "requirements: [BR-1, BR-2, DR-1, BR-77]")),
            Defect("of another kind", swap(LANDING, "requirements: [BR-1]", "requirements: [TR-1]")),
            Defect("in small letters", swap(LANDING, "requirements: [BR-1]", "requirements: [br-1]")),
            Defect("in the text", add(ORDERS, "- Rows are kept for seven years (BR-9).\n")),
            Defect("the requirement is gone", swap("agent-prompts/requirements/business_requirements.md", "### DR-1: ", "### ")),
        ),
    ),
)  # fmt: skip
"""Rules of this file, in the order of their codes."""
