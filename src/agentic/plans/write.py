"""A plan begins, is approved, and is put away; a person's words are never touched."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable
from pathlib import Path

from agentic.errors import DiskFailed, PersonNeeded, UsageError
from agentic.plans.plan import APPROVED, IMPLEMENTED, PROPOSED, PlanFile, read_plans
from agentic.text import take_apart
from agentic.text.write import write_file
from agentic.values import Decision

ENDS = re.compile(r"(\r\n|\n|\r)")
DAY = re.compile(r"@TODAY@|2000-01-01")
"""What a template has in the place of the day."""
FIRST_ENTRY = re.compile(r"^([-*+] \d{4}-\d\d-\d\d: )<[^<>\n]+>$", re.MULTILINE)
SPOKEN = str.maketrans({"ä": "ae", "ö": "oe", "ü": "ue", "ß": "ss", "æ": "ae", "ø": "o", "ł": "l"})
LONGEST = 60


def new_plan(root: Path, title: str, template: str, day: str) -> str:
    """Write the next plan; its path. The caller sees to it that only one does so at a time."""
    words = " ".join(title.split())
    slug = slug_of(words)
    if not slug:
        raise UsageError(
            f"a plan needs a title, not {title!r}", hint='for example: agentic plan new "Streaming sources".'
        )
    number = 1 + max((plan.number for plan in read_plans(root)), default=0)
    path = f"{PROPOSED}/{number:03}-{slug}.md"
    write_file(root / path, begun(template, words, day), path)
    return path


def slug_of(title: str) -> str:
    """`Größere Quellen!` -> groessere-quellen."""
    plain = unicodedata.normalize("NFKD", title.lower().translate(SPOKEN)).encode("ascii", "ignore").decode()
    return "-".join(re.findall(r"[a-z0-9]+", plain))[:LONGEST].strip("-")


def begun(template: str, title: str, day: str) -> str:
    """The template with what is known: title, day, and that the plan is proposed."""
    lines = DAY.sub(day, template).split("\n")
    head = next((one.line for one in take_apart("\n".join(lines), "").headings if one.level == 1), 0)
    lines[max(0, head - 1) : head] = [f"# {title}"] if head else [f"# {title}", ""]
    text = "\n".join(lines)
    return FIRST_ENTRY.sub(r"\g<1>proposed", text)


def approve(root: Path, plan: PlanFile, keep: Callable[[PlanFile], Decision]) -> None:
    """On record first, then in the file: a line that nobody decided on would be worse than none."""
    decision = keep(plan)
    line = f"Approved: {decision.who}, {decision.at[:10]} ({plan.promise})"
    raw = (root / plan.path).read_bytes().decode("utf-8")
    write_file(root / plan.path, with_line(raw, plan, line), plan.path)


def with_line(text: str, plan: PlanFile, line: str) -> str:
    """The same file with the approval below its title, or in the place of an older one. Line ends stay as they are."""
    parts = ENDS.split(text)
    lines, ends = parts[::2], [*parts[1::2], ""]
    newline = next((end for end in ends if end), "\n")
    old = [number for number, words in enumerate(lines) if APPROVED.match(words)]
    if old:
        lines[old[0]] = line
    else:
        title = next((heading.line for heading in plan.document.headings if heading.level == 1), 1)
        ends[title - 1] = ends[title - 1] or newline
        lines[title:title] = ["", line]
        ends[title:title] = [newline, newline]
    return "".join(words + end for words, end in zip(lines, ends, strict=True))


def implemented(root: Path, plan: PlanFile) -> str:
    """Put it away; the new path."""
    path = f"{IMPLEMENTED}/{plan.name}"
    try:
        (root / IMPLEMENTED).mkdir(parents=True, exist_ok=True)
        if (root / path).exists():
            raise UsageError(f"{path} exists already", hint="a number is never used twice: rename one of them.")
        (root / plan.path).rename(root / path)
    except OSError as error:
        raise DiskFailed(f"{plan.path} cannot be moved", path=plan.path, cause=str(error)) from error
    return path


def a_person(who: str) -> str:
    """A name on one line. Raises PersonNeeded, which names the flag."""
    name = " ".join(who.split())
    if not name or any(letter in "<>" or not letter.isprintable() for letter in name):
        raise PersonNeeded("a plan is approved by a named person", hint="name who has read it: --by NAME.")
    return name
