"""A plan -> what is still missing in it: sections, words, boxes, files, an approval that holds."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Collection, Iterator, Mapping, Sequence
from pathlib import Path

from agentic.plans.plan import BOX, LOG, Plan, PlanFile
from agentic.text import Line, Sect, take_apart
from agentic.text.marks import COMMENT
from agentic.values import Finding
from agentic.values.finding import Severity
from agentic.values.path import normalise

SOURCE = "plan check"
SECTIONS = (
    "Summary", "Goals", "Architecture", "Implementation Phases", "Files to Create/Modify", "Verification", "Implementation Log",
)  # fmt: skip
PLACEHOLDER = re.compile(r"<[a-z][^<>=\n]* [^<>=\n]*>")
"""`<what will be different for whom>`: a small letter first, and at least two words."""
CODE = re.compile(r"`[^`]*`")
RULE = re.compile(r"^\s*\|[\s:|-]*-[\s:|-]*$")
"""The line below the head of a table."""
ITEM = re.compile(r"^\s*(?:[-*+]|\d+[.)])\s+(?:\[[ xX]\]\s+)?(?P<rest>\S.*)$")
QUOTED = re.compile(r"^[*_]*`(?P<path>[^`]+)`")
PATH = re.compile(r"^[\w.@+*-]+(?:/[\w.@+*-]*)*$")
ENDING = re.compile(r"\.\w{1,8}$")
GONE = re.compile(r"\b(?:delete[sd]?|remove[sd]?|drop(?:s|ped)?)\b", re.IGNORECASE)
ENTRY = re.compile(
    r"^\s*(?:[-*+]\s+|#{3,6}\s+|\|\s*)?\**(?P<day>\d{4}-\d\d-\d\d)\**\s*[:|\-\u2013\u2014]?\s*(?P<text>.*)$"
)
BEGINNINGS = ("", "proposed", "plan proposed", "created", "plan created", "draft", "approved", "plan approved")
"""What a log says before anything was done."""


def check_plans(
    plans: Sequence[PlanFile], template: str | None, kept: Mapping[str, Collection[str]]
) -> tuple[Plan, ...]:
    """Every plan with its findings. `kept`: `plans/003` -> digests that the archive says were approved."""
    numbers = Counter(plan.number for plan in plans)
    model = bodies(template)
    return tuple(plan.row(tuple(judged(plan, numbers, model, kept.get(plan.about, ())))) for plan in plans)


def bodies(template: str | None) -> dict[str, str]:
    """Section -> the words of the template, each on a line of its own."""
    sections = take_apart(template, "").sections if template else ()
    return {section.name: essence(section.body) for section in sections}


def essence(text: str) -> str:
    """Without line breaks, comments and days."""
    return " ".join(re.sub(r"\d{4}-\d\d-\d\d|@TODAY@", "", COMMENT.sub("", text)).split())


def judged(
    plan: PlanFile, numbers: Mapping[int, int], model: Mapping[str, str], kept: Collection[str]
) -> Iterator[Finding]:
    """One plan."""
    if plan.fault:
        yield said(plan, plan.fault.code, plan.fault.line, plan.fault.message)
        return
    yield from named(plan, numbers)
    yield from titled(plan)
    for name in SECTIONS:
        yield from whole(plan, name, model.get(name.upper(), ""))
    yield from with_goals(plan)
    yield from with_files(plan)
    yield from held(plan, kept)


def said(plan: PlanFile, code: str, line: int, message: str, severity: Severity = "error") -> Finding:
    """One finding."""
    return Finding(SOURCE, message, plan.path, line, severity, code)


def named(plan: PlanFile, numbers: Mapping[int, int]) -> Iterator[Finding]:
    """NNN-short-description.md, and a number of its own."""
    if not plan.number:
        yield said(plan, "AGT672", 1, f"{plan.name} is not named NNN-short-description.md")
    elif numbers[plan.number] > 1:
        yield said(plan, "AGT672", 1, f"{numbers[plan.number]} plans have the number {plan.number:03}")


def titled(plan: PlanFile) -> Iterator[Finding]:
    """A heading that says what it is."""
    head = next((heading for heading in plan.document.headings if heading.level == 1), None)
    if head is None or not head.title:
        yield said(plan, "AGT670", 1, "the plan has no title: a first line `# ...`")
    elif PLACEHOLDER.search(head.title):
        yield said(plan, "AGT671", head.line, f"still to be filled in: {head.title}")


def whole(plan: PlanFile, name: str, model: str) -> Iterator[Finding]:
    """A section that is there, once, and says something of its own."""
    sections = [one for one in plan.document.sections if one.name == name.upper()]
    if not sections:
        yield said(plan, "AGT670", 1, f"the section {name} is missing")
        return
    for again in sections[1:]:
        yield said(plan, "AGT670", again.line, f"the section {name} stands twice")
    section = sections[0]
    marks = [(line.number, mark) for line in section.lines for mark in placeholders(plan, line, model)]
    for number, mark in marks:
        yield said(plan, "AGT671", number, f"{name}: still to be filled in: {mark}")
    if not marks and not words_of(section):
        yield said(plan, "AGT670", section.line, f"the section {name} says nothing")
    elif not marks and model and essence(section.body) == model:
        yield said(plan, "AGT671", section.line, f"{name}: still the words of the template")


def placeholders(plan: PlanFile, line: Line, model: str) -> list[str]:
    """Text in angle brackets that the template left; in code only what the template itself has there."""
    if "<" not in line.text:
        return []
    if line.number in plan.document.code:
        return [mark for mark in PLACEHOLDER.findall(line.text) if mark in model]
    return PLACEHOLDER.findall(CODE.sub("", line.text))


def words_of(section: Sect) -> str:
    """What a section says, without comments, heads of tables and empty boxes."""
    texts = [line.text for line in section.lines]
    rules = {number for number, text in enumerate(texts) if RULE.match(text)}
    said = (text for number, text in enumerate(texts) if not {number, number + 1} & rules)
    body = COMMENT.sub("", "\n".join(BOX.sub(r"\g<text>", text) for text in said))
    return re.sub(r"[\s|:#>*_+\[\]\-]+", "", body)


def boxes(plan: PlanFile) -> list[tuple[int, bool, str]]:
    """(line, ticked, goal) of every box under Goals."""
    section = plan.section("GOALS")
    found = [(line.number, BOX.match(line.text)) for line in section.lines] if section else []
    return [
        (number, box["tick"] != " ", box["text"]) for number, box in found if box and number not in plan.document.code
    ]


def with_goals(plan: PlanFile) -> Iterator[Finding]:
    """Goals are boxes."""
    section = plan.section("GOALS")
    if section and words_of(section) and not boxes(plan):
        yield said(plan, "AGT673", section.line, "no goal is a box: write each as `- [ ] ...`")


def with_files(plan: PlanFile) -> Iterator[Finding]:
    """The list of files names files, each inside the project."""
    section = plan.section("FILES TO CREATE/MODIFY")
    if not section or not words_of(section):
        return
    found = list(files_of(plan))
    if not found and not any(PLACEHOLDER.search(line.text) for line in section.lines):
        yield said(plan, "AGT670", section.line, "Files to Create/Modify names no file")
    for number, path, _ in found:
        if fault := normalise(path.rstrip("/"))[1]:
            yield said(plan, "AGT675", number, f"{path} {fault}")


def files_of(plan: PlanFile) -> Iterator[tuple[int, str, bool]]:
    """(line, path, is it to be gone?) of every file that the plan names: in a table, a list or a block of code."""
    section = plan.section("FILES TO CREATE/MODIFY")
    for line in section.lines if section else ():
        path = path_of(plan, line)
        if path:
            yield line.number, path, bool(GONE.search(line.text.replace(path, "")))


def path_of(plan: PlanFile, line: Line) -> str:
    """The path that a line begins with; empty where it begins with something else."""
    item = ITEM.match(line.text)
    if line.text.lstrip().startswith("|"):
        rest = line.text.strip().strip("|").split("|")[0].strip()
    elif item or line.number in plan.document.code:
        rest = item["rest"] if item else line.text.strip()
    else:
        return ""
    quoted = QUOTED.match(rest)
    if quoted:
        return quoted["path"].strip()
    first = rest.split()[0].rstrip(":,;").strip("*_") if rest.split() else ""
    return first if PATH.match(first.lstrip("./~")) and ("/" in first or ENDING.search(first)) else ""


def held(plan: PlanFile, kept: Collection[str]) -> Iterator[Finding]:
    """An approval holds for the words that were approved, and stands in the archive. An old plan may have been done before that."""
    approval = plan.approval
    severity: Severity = "warning" if plan.state == "implemented" else "error"
    line = next((number for number, text in enumerate(plan.document.lines, 1) if text.startswith("Approved:")), 1)
    if approval is None:
        if line > 1:
            yield said(plan, "AGT674", line, "this line is no approval: agentic plan approve writes one", severity)
        elif plan.state == "implemented":
            yield said(plan, "AGT674", 1, "the plan was implemented and never approved", severity)
    elif approval.digest != plan.promise:
        message = f"the plan has changed since {approval.who} approved it on {approval.day}"
        yield said(plan, "AGT674", line, message, severity)
    elif approval.digest not in kept:
        yield said(plan, "AGT674", line, f"no approval by {approval.who} of these words is in the archive", severity)


def unfinished(plan: PlanFile, root: Path) -> Iterator[Finding]:
    """What keeps a plan from being implemented: the approval, a box, a file, the log."""
    if plan.state != "approved" and plan.approval is None:
        yield said(plan, "AGT674", 1, "nobody has approved the plan")
    for number, ticked, goal in boxes(plan):
        if not ticked:
            yield said(plan, "AGT673", number, f"not ticked: {goal}")
    for number, path, gone in files_of(plan):
        if not normalise(path.rstrip("/"))[1] and is_there(root, path) == gone:
            message = f"{path} is still there" if gone else f"{path} does not exist"
            yield said(plan, "AGT675", number, message)
    if plan.approval and not any(day >= plan.approval.day for day in days_of(plan)):
        section = plan.section(LOG)
        message = f"the Implementation Log says nothing of {plan.approval.day} or later, with its date"
        yield said(plan, "AGT676", section.line if section else 1, message)


def is_there(root: Path, path: str) -> bool:
    """A file, a folder, or one that a pattern finds."""
    try:
        return any(root.glob(path.rstrip("/"))) if "*" in path else (root / path).exists()
    except (OSError, ValueError):  # No name that a file system takes.
        return False


def days_of(plan: PlanFile) -> Iterator[str]:
    """The days of the log on which something was done."""
    section = plan.section(LOG)
    for line in section.lines if section else ():
        entry = ENTRY.match(line.text)
        if entry and not PLACEHOLDER.search(entry["text"]) and entry["text"].strip(" .|").lower() not in BEGINNINGS:
            yield entry["day"]
