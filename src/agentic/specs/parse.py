"""Text -> TaskSpec. Pure: what the disk says (does a context file exist?) is asked in read.py."""

from __future__ import annotations

import difflib
import re
import shlex
from collections.abc import Callable, Collection, Iterator, Mapping
from dataclasses import dataclass
from functools import lru_cache
from pathlib import PurePosixPath
from typing import Any, Literal

import msgspec

from agentic.errors import BadDeliverable, BadFrontMatter, EmptySpec, MissingSection, SpecError, UnknownCheck
from agentic.specs.places import line_of_item
from agentic.text import Document, Line, Sect, take_apart
from agentic.values import Budget, CheckSpec, ContextFile, Criterion, TaskSpec
from agentic.values.path import normalise

SAME = {
    "FILES TO CREATE": "DELIVERABLES",
    "DEPENDENCIES": "CONTEXT FILES",
    "SPECIFICATIONS": "TECHNICAL SPECIFICATIONS",
}
"""The shorter vocabulary of section names, in the words of the longer one."""
CHECKS = ("python", "pytest", "job", "expectations", "dbt", "command", "document", "review", "yaml")
NEEDS_TARGET = ("pytest", "job", "expectations", "command", "document", "review")
EVERY: Mapping[str, type | tuple[type, ...]] = {"seconds": int, "network": bool, "environment": (str, list)}
"""What every check may be told beside its target, and of what type."""
OPTIONS: Mapping[str, Mapping[str, type | tuple[type, ...]]] = {
    "job": {"arguments": (str, list)},
    "expectations": {"table": str},
    "dbt": {"project_dir": str, "profiles_dir": str},
    "pytest": {"mutate": (str, list)},
}
"""What one kind of check may be told."""
NONE = re.compile(r"none\b", re.IGNORECASE)
TICK = re.compile(r"^\[[ xX]\]\s+")
BOX = re.compile(r"^\[(?P<tick>[ xX])\]\s+(?P<text>.+)$")
COMMENT = re.compile(r"<!--.*?-->")
"""What lint is told, such as a suppression, is no part of what is asked for."""
NAMED = re.compile(r"^(?P<id>[A-Z]{2,}-\d+)\b")
MEASURED = re.compile(r"\(check:\s*(?P<check>[\w-]+)\s*\)", re.IGNORECASE)


class Front(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """The keys of a task's front matter."""

    id: str = ""
    module: str = ""
    type: str = "implementation"
    requirements: tuple[str, ...] = ()
    depends_on: tuple[str, ...] = ()
    template: str = ""
    parameters: dict[str, Any] = {}
    checks: tuple[str | dict[str, Any], ...] = ()
    publish: tuple[str, ...] = ()
    attempts: int | None = None
    budget: dict[str, float] = {}


KEYS = tuple(field.name for field in msgspec.structs.fields(Front))
Complain = Callable[[SpecError], None]


def refuse(error: SpecError) -> None:
    """The first fault ends the reading."""
    raise error


@dataclass(frozen=True, slots=True)
class Reading:
    """One file that is being read. Whoever hears of a fault decides whether the reading goes on without that part."""

    path: str
    """From the project's root."""
    text: str
    document: Document
    complain: Complain

    def bad_front(self, key: str, message: str, hint: str = "", meant: str = "") -> None:
        """A BadFrontMatter on the line of `key`. `meant`: what it was probably to say in its place."""
        line = self.document.front.lines.get(key, 1)
        error = BadFrontMatter(message, path=self.path, line=line, hint=hint, instead=(key, meant) if meant else None)
        self.complain(error)


def parse(text: str, path: str) -> TaskSpec:
    """One task from its text. Raises a SpecError with file, line and code; nothing else."""
    return parse_document(text, path, lambda: take_apart(text, f"agent-prompts/{path}"))


def parse_document(text: str, path: str, taken_apart: Callable[[], Document], complain: Complain = refuse) -> TaskSpec:
    """The same, of a file that somebody has taken apart already.

    Where `complain` does not raise, everything that is wrong is told in one go: it is left out of the task, or read as
    it was probably meant. What is no task at all raises all the same.
    """
    shown = f"agent-prompts/{path}"
    if not text.strip():
        raise EmptySpec(f"{path} is empty", path=shown, line=1)
    document = taken_apart()
    if document.front.end and not any(line.strip() for line in document.lines[document.front.end :]):
        raise EmptySpec(f"{path} says nothing below its front matter", path=shown, line=document.front.end)
    reading = Reading(shown, text, document, complain)
    front = front_of(reading)
    sections = by_name(reading)
    head = sections.get("TASK")
    if head is None:
        raise missing("TASK", sections, shown)
    if not head.title and not head.body:
        complain(MissingSection(f"{path}: TASK has no title", path=shown, line=head.line))
    place = PurePosixPath(path)
    return TaskSpec(
        path=path,
        text=text,
        title=head.title or head.body.partition("\n")[0],
        module=front.module or place.parent.name,
        feature=place.stem,
        deliverables=deliverables(sections, reading),
        id=front.id,
        type=pattern(front, reading),
        requirements=front.requirements,
        depends_on=front.depends_on,
        template=front.template,
        parameters=front.parameters,
        checks=(found := tuple(checks(front, reading))),
        publish=front.publish,
        attempts=attempts(front, reading),
        budget=budget(front, reading),
        criteria=tuple(criteria(sections, found, reading)),
        context_files=context_files(sections.get("CONTEXT FILES")),
        objective=body(sections, "OBJECTIVE"),
        specifications=body(sections, "TECHNICAL SPECIFICATIONS"),
        constraints=body(sections, "CONSTRAINTS & STANDARDS") or body(sections, "CONSTRAINTS"),
    )


def body(sections: Mapping[str, Sect], name: str) -> str:
    """The text of a section; empty where there is none."""
    return sections[name].body if name in sections else ""


def by_name(reading: Reading) -> dict[str, Sect]:
    """Sections by the longer vocabulary's name. The first of a name counts; a second one is an error."""
    found: dict[str, Sect] = {}
    for section in reading.document.sections:
        name = SAME.get(section.name, section.name)
        if name in found:
            message = f"the section {section.name} stands twice"
            reading.complain(SpecError(message, path=reading.path, line=section.line))
        else:
            found[name] = section
    return found


def missing(name: str, sections: Mapping[str, Sect], shown: str) -> MissingSection:
    """A section is not there that no task can do without."""
    near = difflib.get_close_matches(name, sections, n=1, cutoff=0.6)
    hint = f"did you mean {name} where it says {near[0]}?" if near else ""
    line = sections[near[0]].line if near else 1
    return MissingSection(f"the section {name} is missing", path=shown, line=line, hint=hint)


def front_of(reading: Reading) -> Front:
    """The front matter, typed. An unknown key is an error with a suggestion."""
    # `depends_on:` with nothing behind it is an empty list, not a fault.
    given = {key: value for key, value in reading.document.front.values.items() if value is not None}
    for key in reading.document.front.values:
        if key not in KEYS:
            near = difflib.get_close_matches(key, KEYS, n=1)
            hint = f"did you mean {near[0]}?" if near else f"known keys: {', '.join(KEYS)}."
            reading.bad_front(key, f"unknown key: {key}", hint, near[0] if near else "")
            value = given.pop(key, None)
            if near and value is not None:
                given.setdefault(near[0], value)
    return typed(given, reading)


def typed(given: dict[str, Any], reading: Reading) -> Front:
    """Key by key, so that one of a wrong type does not hide the next."""
    try:
        return msgspec.convert(given, Front)
    except msgspec.ValidationError as error:
        message, _, place = str(error).partition(" - at `$.")
        key = re.split(r"[.\[`]", place)[0]
        reading.bad_front(key, f"{key}: {message}")
        return (
            typed({name: value for name, value in given.items() if name != key}, reading) if key in given else Front()
        )


def pattern(front: Front, reading: Reading) -> Literal["implementation", "integration"]:
    """Implementation or integration: the order of sections in the prompt."""
    if front.type not in ("implementation", "integration"):
        reading.bad_front("type", f"type: {front.type}", "write implementation or integration.")
    return "integration" if front.type == "integration" else "implementation"


def attempts(front: Front, reading: Reading) -> int | None:
    """How many answers the task gets; at least one."""
    if front.attempts is not None and not 1 <= front.attempts <= 20:
        reading.bad_front("attempts", f"attempts: {front.attempts}", "write a number from 1 to 20.")
        return None
    return front.attempts


def budget(front: Front, reading: Reading) -> Budget:
    """What the task may cost."""
    good: dict[str, float] = {}
    for key, value in front.budget.items():
        if key not in ("usd", "tokens"):
            reading.bad_front("budget", f"budget: unknown key {key}", "known keys: usd, tokens.")
        elif not 0 <= value < 1e9:
            reading.bad_front("budget", f"budget: {key} is {value}", "write a number from 0 upwards.")
        else:
            good[key] = value
    usd, tokens = good.get("usd"), good.get("tokens")
    return Budget(None if usd is None else round(usd * 1_000_000), None if tokens is None else int(tokens))


def checks(front: Front, reading: Reading) -> Iterator[CheckSpec]:
    """`python`, `pytest: tests/x.py`, or `job: {target: src/x.py, network: true}`."""
    for index, given in enumerate(front.checks):
        if found := check(given, index, reading):
            yield found


def check(given: str | dict[str, Any], index: int, reading: Reading) -> CheckSpec | None:
    """One check; an unknown kind is an error with a suggestion."""
    if isinstance(given, dict) and len(given) != 1:
        reading.bad_front("checks", f"a check is one `kind: target`, not {given}")
        return None
    written, value = (given, None) if isinstance(given, str) else next(iter(given.items()))
    kind = written if written in CHECKS else unknown_check(str(written), index, reading)
    if not kind:
        return None
    options = dict(value) if isinstance(value, dict) else {}
    target = options.pop("target", "") if options else "" if value is None else value
    if not isinstance(target, str) or (kind in NEEDS_TARGET and not target.strip()):
        reading.bad_front("checks", f"the check {kind} needs a target", f"write `{kind}: ...`.")
        return None
    refuse_bad_options(kind, options, reading)
    refuse_bad_command(kind, target, reading)
    return CheckSpec(kind, target, options)


def unknown_check(written: str, index: int, reading: Reading) -> str:
    """The kind that was probably meant; empty where nobody can tell."""
    near = difflib.get_close_matches(written, CHECKS, n=1)
    reading.complain(
        UnknownCheck(
            f"unknown check: {written}",
            path=reading.path,
            line=line_of_item(reading.text, "checks", index),
            hint=f"did you mean {near[0]}?" if near else "",
            instead=(written, near[0]) if near else None,
        )
    )
    return near[0] if near else ""


def refuse_bad_options(kind: str, options: Mapping[str, Any], reading: Reading) -> None:
    """An option that nobody reads is a typo; a word is no number of seconds, and neither is `true`."""
    known = {**EVERY, **OPTIONS.get(kind, {})}
    for name, value in options.items():
        if name not in known:
            near = difflib.get_close_matches(str(name), known, n=1)
            hint = f"did you mean {near[0]}?" if near else f"known options: target, {', '.join(known)}."
            reading.bad_front("checks", f"the check {kind} has no option {name}", hint)
        elif not isinstance(value, known[name]) or (name == "seconds" and (value is True or value < 1)):
            reading.bad_front("checks", f"the check {kind}: {name} cannot be {value!r}")


def refuse_bad_command(kind: str, target: str, reading: Reading) -> None:
    """A quote that is never closed is found before anything runs."""
    try:
        if kind == "command":
            shlex.split(target)
    except ValueError as error:
        reading.bad_front("checks", f"the command `{target}` cannot be read: {error}")


def deliverables(sections: Mapping[str, Sect], reading: Reading) -> tuple[str, ...]:
    """The declared paths, normalised, each once."""
    section = sections.get("DELIVERABLES")
    if section is None:
        reading.complain(missing("DELIVERABLES", sections, reading.path))
        return ()
    found: dict[str, int] = {}
    for item in section.items:
        path, fault = declared(item.text)
        if path in found:
            fault = f"deliverable named twice: {path} (first on line {found[path]})"
        if fault:
            reading.complain(BadDeliverable(fault, path=reading.path, line=item.number))
        else:
            found[path] = item.number
    for path, inner in folders(found):
        message = f"{path} is the folder of {inner}"
        reading.complain(BadDeliverable(message, path=reading.path, line=found[inner]))
    if not section.items:
        reading.complain(nothing_declared(section, reading.path))
    return tuple(found)


def folders(paths: Collection[str]) -> Iterator[tuple[str, str]]:
    """(path, the first path below it), for those that can be no file."""
    inner: dict[str, str] = {}
    for path in paths:
        parts = path.split("/")
        for end in range(1, len(parts)):
            inner.setdefault("/".join(parts[:end]), path)
    return ((path, inner[path]) for path in paths if path in inner)


def nothing_declared(section: Sect, shown: str) -> MissingSection:
    """The section is there and lists nothing."""
    hint = "list the files to be generated: `- src/...`."
    return MissingSection(f"{section.name} names no file", path=shown, line=section.line, hint=hint)


def declared(item: str) -> tuple[str, str]:
    """One list item -> (path, "") or ("", fault). Words after the path are for people."""
    text = TICK.sub("", item)
    words = text.split("`")[1:2] or text.split()[:1]
    if not words:
        return "", "an empty deliverable"
    path, fault = normalise(words[0].rstrip(",;:"))
    return path, f"deliverable {fault}: {words[0]}" if fault else ""


def line_of_deliverable(task: TaskSpec, path: str) -> int:
    """Where the task declares it. Asked only when there is something to say about it."""
    return lines_of_deliverables(task.text).get(path, 1)


@lru_cache(maxsize=2)
def lines_of_deliverables(text: str) -> dict[str, int]:
    """Path -> line. Kept, since a task with one wrong deliverable often has many."""
    sections = take_apart(text, "").sections
    items = [item for one in sections if SAME.get(one.name, one.name) == "DELIVERABLES" for item in one.items]
    return {declared(item.text)[0]: item.number for item in reversed(items)}


def criteria(sections: Mapping[str, Sect], known: tuple[CheckSpec, ...], reading: Reading) -> Iterator[Criterion]:
    """Checkboxes under SUCCESS CRITERIA; in the shorter vocabulary under SPECIFICATIONS. Other items are no criteria."""
    section = sections.get("SUCCESS CRITERIA") or sections.get("TECHNICAL SPECIFICATIONS")
    for item in section.items if section else ():
        if box := BOX.match(item.text):
            text = COMMENT.sub("", box["text"]).strip()
            name, measured = NAMED.match(text), MEASURED.search(text)
            kind = measured["check"].lower() if measured else ""
            if kind and kind not in {check.kind for check in known}:
                unknown_measure(kind, item.number, known, reading)
            yield Criterion(text, item.number, name["id"] if name else "", kind, box["tick"] != " ")


def unknown_measure(kind: str, line: int, known: tuple[CheckSpec, ...], reading: Reading) -> None:
    """A criterion names a check that the task does not have. Silent where the checks themselves cannot be read."""
    named = reading.document.front.values.get("checks")
    if len(known) != (len(named) if isinstance(named, (list, str)) else 0):
        return
    near = difflib.get_close_matches(kind, [check.kind for check in known], n=1)
    reading.complain(
        UnknownCheck(
            f"the criterion is measured by {kind}, which is not among the task's checks",
            path=reading.path,
            line=line,
            hint=f"did you mean {near[0]}?" if near else "add it under `checks:`.",
            instead=(kind, near[0]) if near else None,
        )
    )


def context_files(section: Sect | None) -> tuple[ContextFile, ...]:
    """`- Schema: context/data_context.md`, in the declared order: a prompt is cached by its beginning."""
    if section is None:
        return ()
    return tuple(context_file(item) for item in section.items if item.text and not NONE.match(item.text))


def context_file(item: Line) -> ContextFile:
    """One list item -> one file."""
    label, _, rest = item.text.rpartition(": ")
    words = rest.split("`")[1:2] or rest.split()[:1]
    return ContextFile(label, words[0].strip("`") if words else "", item.number)
