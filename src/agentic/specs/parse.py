"""Text -> TaskSpec. Pure: what the disk says (does a context file exist?) is asked in read.py."""

from __future__ import annotations

import difflib
import re
import shlex
from collections.abc import Callable, Iterable, Mapping
from pathlib import PurePosixPath
from typing import Any, NoReturn

import msgspec

from agentic.errors import BadDeliverable, BadFrontMatter, EmptySpec, MissingSection, SpecError, UnknownCheck
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
BOX = re.compile(r"^\[(?P<tick>[ xX])\]\s+(?P<text>.+)$")
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


def parse(text: str, path: str) -> TaskSpec:
    """One task from its text. Raises a SpecError with file, line and code; nothing else."""
    return parse_document(text, path, lambda: take_apart(text, f"agent-prompts/{path}"))


def parse_document(text: str, path: str, taken_apart: Callable[[], Document]) -> TaskSpec:
    """The same, of a file that somebody has taken apart already."""
    shown = f"agent-prompts/{path}"
    if not text.strip():
        raise EmptySpec(f"{path} is empty", path=shown, line=1)
    document = taken_apart()
    front = front_of(document, shown)
    sections = by_name(document.sections, shown)
    head = needed(sections, "TASK", shown)
    if not head.title and not head.body:
        raise MissingSection(f"{path}: TASK has no title", path=shown, line=head.line)
    place = PurePosixPath(path)
    return TaskSpec(
        path=path,
        text=text,
        title=head.title or head.body.splitlines()[0],
        module=front.module or place.parent.name,
        feature=place.stem,
        deliverables=deliverables(needed(sections, "DELIVERABLES", shown), shown),
        id=front.id,
        type=pattern(front, document, shown),
        requirements=front.requirements,
        depends_on=front.depends_on,
        template=front.template,
        parameters=front.parameters,
        checks=(found := checks(front, document, shown)),
        publish=front.publish,
        attempts=attempts(front, document, shown),
        budget=budget(front, document, shown),
        criteria=criteria(sections, found, shown),
        context_files=context_files(sections.get("CONTEXT FILES")),
        objective=body(sections, "OBJECTIVE"),
        specifications=body(sections, "TECHNICAL SPECIFICATIONS"),
        constraints=body(sections, "CONSTRAINTS & STANDARDS") or body(sections, "CONSTRAINTS"),
    )


def body(sections: Mapping[str, Sect], name: str) -> str:
    """The text of a section; empty where there is none."""
    return sections[name].body if name in sections else ""


def by_name(sections: Iterable[Sect], shown: str) -> dict[str, Sect]:
    """Sections by the longer vocabulary's name. The first of a name counts; a second one is an error."""
    found: dict[str, Sect] = {}
    for section in sections:
        name = SAME.get(section.name, section.name)
        if name in found:
            raise SpecError(f"the section {section.name} stands twice", path=shown, line=section.line)
        found[name] = section
    return found


def needed(sections: Mapping[str, Sect], name: str, shown: str) -> Sect:
    """A section that no task can do without."""
    if name in sections:
        return sections[name]
    near = difflib.get_close_matches(name, sections, n=1, cutoff=0.6)
    hint = f"did you mean {name} where it says {near[0]}?" if near else ""
    raise MissingSection(
        f"the section {name} is missing", path=shown, line=sections[near[0]].line if near else 1, hint=hint
    )


def front_of(document: Document, shown: str) -> Front:
    """The front matter, typed. An unknown key is an error with a suggestion."""
    known = Front.__struct_fields__
    for key in document.front.values:
        if key not in known:
            near = difflib.get_close_matches(key, known, n=1)
            hint = f"did you mean {near[0]}?" if near else f"known keys: {', '.join(known)}."
            bad_front(document, shown, key, f"unknown key: {key}", hint)
    # `depends_on:` with nothing behind it is an empty list, not a fault.
    given = {key: value for key, value in document.front.values.items() if value is not None}
    try:
        return msgspec.convert(given, Front)
    except msgspec.ValidationError as error:
        message, _, place = str(error).partition(" - at `$.")
        key = re.split(r"[.\[`]", place)[0]
        bad_front(document, shown, key, f"{key}: {message}")


def bad_front(document: Document, shown: str, key: str, message: str, hint: str = "") -> NoReturn:
    """A BadFrontMatter on the line of `key`."""
    raise BadFrontMatter(message, path=shown, line=document.front.lines.get(key, 1), hint=hint)


def pattern(front: Front, document: Document, shown: str) -> Any:
    """Implementation or integration: the order of sections in the prompt."""
    if front.type not in ("implementation", "integration"):
        bad_front(document, shown, "type", f"type: {front.type}", "write implementation or integration.")
    return front.type


def attempts(front: Front, document: Document, shown: str) -> int | None:
    """How many answers the task gets; at least one."""
    if front.attempts is not None and not 1 <= front.attempts <= 20:
        bad_front(document, shown, "attempts", f"attempts: {front.attempts}", "write a number from 1 to 20.")
    return front.attempts


def budget(front: Front, document: Document, shown: str) -> Budget:
    """What the task may cost."""
    for key, value in front.budget.items():
        if key not in ("usd", "tokens"):
            bad_front(document, shown, "budget", f"budget: unknown key {key}", "known keys: usd, tokens.")
        if not 0 <= value < 1e9:
            bad_front(document, shown, "budget", f"budget: {key} is {value}", "write a number from 0 upwards.")
    usd, tokens = front.budget.get("usd"), front.budget.get("tokens")
    return Budget(None if usd is None else round(usd * 1_000_000), None if tokens is None else int(tokens))


def checks(front: Front, document: Document, shown: str) -> tuple[CheckSpec, ...]:
    """`python`, `pytest: tests/x.py`, or `job: {target: src/x.py, network: true}`."""
    return tuple(check(given, document, shown) for given in front.checks)


def check(given: str | dict[str, Any], document: Document, shown: str) -> CheckSpec:
    """One check; an unknown kind is an error with a suggestion."""
    if isinstance(given, dict) and len(given) != 1:
        bad_front(document, shown, "checks", f"a check is one `kind: target`, not {given}")
    kind, value = (given, None) if isinstance(given, str) else next(iter(given.items()))
    if kind not in CHECKS:
        near = difflib.get_close_matches(str(kind), CHECKS, n=1)
        raise UnknownCheck(
            f"unknown check: {kind}",
            path=shown,
            line=document.front.lines.get("checks", 1),
            hint=f"did you mean {near[0]}?" if near else "",
        )
    options = dict(value) if isinstance(value, dict) else {}
    target = options.pop("target", "") if options else "" if value is None else value
    if not isinstance(target, str) or (kind in NEEDS_TARGET and not target.strip()):
        bad_front(document, shown, "checks", f"the check {kind} needs a target", f"write `{kind}: ...`.")
    refuse_bad_options(kind, options, document, shown)
    refuse_bad_command(kind, target, document, shown)
    return CheckSpec(kind, target, options)


def refuse_bad_options(kind: str, options: Mapping[str, Any], document: Document, shown: str) -> None:
    """An option that nobody reads is a typo; a word is no number of seconds, and neither is `true`."""
    known = {**EVERY, **OPTIONS.get(kind, {})}
    for name, value in options.items():
        if name not in known:
            near = difflib.get_close_matches(str(name), known, n=1)
            hint = f"did you mean {near[0]}?" if near else f"known options: target, {', '.join(known)}."
            bad_front(document, shown, "checks", f"the check {kind} has no option {name}", hint)
        if not isinstance(value, known[name]) or (name == "seconds" and (value is True or value < 1)):
            bad_front(document, shown, "checks", f"the check {kind}: {name} cannot be {value!r}")


def refuse_bad_command(kind: str, target: str, document: Document, shown: str) -> None:
    """A quote that is never closed is found before anything runs."""
    try:
        if kind == "command":
            shlex.split(target)
    except ValueError as error:
        bad_front(document, shown, "checks", f"the command `{target}` cannot be read: {error}")


def deliverables(section: Sect, shown: str) -> tuple[str, ...]:
    """The declared paths, normalised, each once."""
    found: dict[str, int] = {}
    for item in section.items:
        path = declared(item, shown)
        if path in found:
            raise BadDeliverable(
                f"deliverable named twice: {path} (first on line {found[path]})", path=shown, line=item.number
            )
        found[path] = item.number
    for path in found:
        if inner := next((other for other in found if other.startswith(f"{path}/")), None):
            raise BadDeliverable(f"{path} is the folder of {inner}", path=shown, line=found[inner])
    if not found:
        raise MissingSection(
            f"{section.name} names no file",
            path=shown,
            line=section.line,
            hint="list the files to be generated: `- src/...`.",
        )
    return tuple(found)


def declared(item: Line, shown: str) -> str:
    """One list item -> one path. Words after the path are for people."""
    words = (
        item.text.removeprefix("[ ] ").removeprefix("[x] ").split("`")[1:2]
        or item.text.removeprefix("[ ] ").removeprefix("[x] ").split()[:1]
    )
    if not words:
        raise BadDeliverable("an empty deliverable", path=shown, line=item.number)
    path, fault = normalise(words[0].rstrip(",;:"))
    if fault:
        raise BadDeliverable(f"deliverable {fault}: {words[0]}", path=shown, line=item.number)
    return path


def criteria(sections: Mapping[str, Sect], known: tuple[CheckSpec, ...], shown: str) -> tuple[Criterion, ...]:
    """Checkboxes under SUCCESS CRITERIA; in the shorter vocabulary under SPECIFICATIONS."""
    section = sections.get("SUCCESS CRITERIA") or sections.get("TECHNICAL SPECIFICATIONS")
    if section is None:
        return ()
    found = (criterion(item, known, shown) for item in section.items)
    return tuple(one for one in found if one is not None)


def criterion(item: Line, known: tuple[CheckSpec, ...], shown: str) -> Criterion | None:
    """`[ ] AC-1: words (check: job)`; an item without a box is no criterion."""
    if not (box := BOX.match(item.text)):
        return None
    text = box["text"].strip()
    name, measured = NAMED.match(text), MEASURED.search(text)
    kind = measured["check"].lower() if measured else ""
    if kind and kind not in {check.kind for check in known}:
        near = difflib.get_close_matches(kind, [check.kind for check in known], n=1)
        raise UnknownCheck(
            f"the criterion is measured by {kind}, which is not among the task's checks",
            path=shown,
            line=item.number,
            hint=f"did you mean {near[0]}?" if near else "add it under `checks:`.",
        )
    return Criterion(text, item.number, name["id"] if name else "", kind, box["tick"] != " ")


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
