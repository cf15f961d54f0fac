"""A clean project in a folder of its own, and the hands that plant a defect into it."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from random import Random

PROMPTS = "agent-prompts"
NAMES: Mapping[str, tuple[str, ...]] = {
    "task": ("TASK",),
    "deliverables": ("DELIVERABLES", "FILES TO CREATE"),
    "criteria": ("SUCCESS CRITERIA", "SPECIFICATIONS"),
    "context": ("CONTEXT FILES", "DEPENDENCIES"),
    "specifications": ("TECHNICAL SPECIFICATIONS", "SPECIFICATIONS"),
    "constraints": ("CONSTRAINTS & STANDARDS", "OBJECTIVE"),
}
"""What a section is called in the long vocabulary and in the short one."""
BOM = "\ufeff"
LIST_ITEM = re.compile(r"\s*(?:[-*+]|\d+[.)])\s")


class Unsuitable(Exception):
    """Here this defect cannot be planted: the project has nothing to break in this way."""


@dataclass(frozen=True)
class Facts:
    """What the maker of a project knows about it."""

    style: str
    tasks: tuple[str, ...] = ()
    """Paths from the root, in the order in which they can be done."""
    done: tuple[str, ...] = ()
    """Those whose deliverables are there and whose boxes are ticked."""
    requirements: Mapping[str, str] = field(default_factory=dict)
    """Id -> the file that states it."""
    tables: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    """Table -> its columns, as the data context has them."""
    documents: tuple[str, ...] = ()
    """Documents with front matter, besides tasks."""
    modules: tuple[str, ...] = ()
    """Modules of the structure, from the lowest to the highest: each may use those before it."""
    has_git: bool = False
    language: str = "English"


@dataclass
class Project:
    """A copy that may be broken."""

    root: Path
    facts: Facts
    dice: Random
    concerned: set[str] = field(default_factory=set)
    """Files in which a fitting finding may stand: all that were touched, and those that a defect names."""

    # --- files -----------------------------------------------------------------------------------------------

    def has(self, path: str) -> bool:
        return (self.root / path).is_file()

    def text(self, path: str) -> str:
        """Its words with plain line ends; Unsuitable where there is no such file."""
        if not self.has(path):
            raise Unsuitable(path)
        return self.raw(path).removeprefix(BOM).replace("\r\n", "\n")

    def raw(self, path: str) -> str:
        return (self.root / path).read_bytes().decode("utf-8")

    def write(self, path: str, text: str) -> None:
        """A file that is there keeps its kind of line ends. Never written in place: a copy may share it with others."""
        before = self.raw(path) if self.has(path) else ""
        if "\r\n" in before:
            text = text.replace("\r\n", "\n").replace("\n", "\r\n")
        self.write_raw(path, BOM + text if before.startswith(BOM) and text else text)

    def write_raw(self, path: str, text: str) -> None:
        """Byte for byte as given."""
        place = self.root / path
        place.parent.mkdir(parents=True, exist_ok=True)
        place.unlink(missing_ok=True)
        place.write_bytes(text.encode("utf-8"))
        self.concerned.add(path)

    def add(self, path: str, text: str) -> None:
        """More words at the end."""
        self.write(path, self.text(path).rstrip("\n") + "\n" + text)

    def swap(self, path: str, old: str, new: str) -> None:
        """`old` becomes `new`, once."""
        text = self.text(path)
        if old not in text:
            raise Unsuitable(f"{path}: {old}")
        self.write(path, text.replace(old, new, 1))

    def sub(self, path: str, pattern: str, new: str | Callable[[re.Match[str]], str], count: int = 1) -> None:
        """What fits `pattern` (with ^ and $ at lines) becomes `new`."""
        text, often = re.subn(pattern, new, self.text(path), count=count, flags=re.MULTILINE)
        if not often:
            raise Unsuitable(f"{path}: {pattern}")
        self.write(path, text)

    def delete(self, path: str) -> None:
        (self.root / path).unlink()
        self.concerned.add(path)

    def concern(self, *paths: str) -> None:
        """A finding may stand there as well."""
        self.concerned.update(paths)

    def speaks(self, language: str) -> None:
        """Unsuitable where people write otherwise."""
        if self.facts.language != language:
            raise Unsuitable(language)

    # --- tasks -----------------------------------------------------------------------------------------------

    def open_tasks(self) -> list[str]:
        return [path for path in self.facts.tasks if path not in self.facts.done]

    def a_task(self) -> str:
        """One that is still to be done."""
        return self.dice.choice(self.open_tasks())

    def two_tasks(self) -> tuple[str, str]:
        """The second may depend on the first, never the first on the second."""
        found = sorted(self.dice.sample(range(len(self.facts.tasks)), 2))
        return self.facts.tasks[found[0]], self.facts.tasks[found[1]]

    def a_done_task(self) -> str:
        if not self.facts.done:
            raise Unsuitable("nothing is done")
        return self.dice.choice(self.facts.done)

    def deliverables(self, task: str) -> list[str]:
        """Paths as they stand in the task."""
        lines = self.section(task, "deliverables").splitlines()
        return [line.split(maxsplit=1)[1].strip("` ").partition(" ")[0].strip("`") for line in lines if is_item(line)]

    def span(self, path: str, name: str) -> tuple[int, int, int]:
        """Where a section stands in the text: its heading, its body, its end. `name`: as in NAMES, or a heading."""
        text, code = self.text(path), False
        start = body = -1
        at = 0
        level = 0
        for line in text.splitlines(keepends=True):
            code ^= line.startswith("```")
            found = re.match(r"(#{1,4}) (.+)", line)
            if found and not code:
                if start >= 0 and len(found[1]) <= level:
                    return start, body, at
                if start < 0 and is_called(found[2], NAMES.get(name, (name,))):
                    start, body, level = at, at + len(line), len(found[1])
            at += len(line)
        if start < 0:
            raise Unsuitable(f"{path} has no section {name}")
        return start, body, at

    def section(self, path: str, name: str) -> str:
        """The body of a section."""
        _, body, end = self.span(path, name)
        return self.text(path)[body:end]

    def put_section(self, path: str, name: str, words: str) -> None:
        """Another body for a section; its heading stays."""
        _, body, end = self.span(path, name)
        text = self.text(path)
        self.write(path, text[:body] + words + text[end:])

    def drop_section(self, path: str, name: str) -> None:
        """Heading and body are gone."""
        start, _, end = self.span(path, name)
        text = self.text(path)
        self.write(path, text[:start] + text[end:])

    def add_to_section(self, path: str, name: str, line: str) -> None:
        """One more line at the end of a section's last item."""
        self.put_section(path, name, self.section(path, name).rstrip("\n") + "\n" + line + "\n\n")

    def set_key(self, path: str, key: str, value: str) -> None:
        """A line of front matter; where there is none, it begins here. `value` empty: the key goes away."""
        text = self.text(path)
        line = f"{key}: {value}\n" if value else ""
        if not text.startswith("---\n"):
            self.write(path, f"---\n{line}---\n{text}")
            return
        end = text.index("\n---", 3)
        front, rest = text[4 : end + 1], text[end + 1 :]
        pattern = rf"^{re.escape(key)}:.*\n(?:[ \t-].*\n)*"
        front, often = re.subn(pattern, lambda _: line, front, count=1, flags=re.MULTILINE)
        self.write(path, f"---\n{front}{'' if often else line}{rest}")

    def key(self, path: str, key: str) -> str:
        """The words behind a key of front matter; empty where it is not there."""
        found = re.match(rf"---\n(?:.*\n)*?{re.escape(key)}:[ ]*(.*)\n", self.text(path))
        return found[1].strip() if found else ""

    # --- requirements, data, documents, modules ----------------------------------------------------------------

    def a_requirement(self, kinds: str = "BR TR DR") -> tuple[str, str]:
        """(id, file) of one of these kinds."""
        found = [one for one in self.facts.requirements.items() if one[0].split("-")[0] in kinds.split()]
        if not found:
            raise Unsuitable("no requirements")
        return self.dice.choice(found)

    def requirement(self, id_: str) -> tuple[int, int]:
        """Where it stands in its file: from its heading or item to the next one."""
        text = self.text(self.facts.requirements[id_])
        begin = re.search(rf"^(?:\#+|[-*+])[ ][*_`]*{id_}\b.*\n", text, re.MULTILINE)
        assert begin, f"{id_} is not where its project says"
        after = re.compile(r"^(?:\#+ |[-*+] [*_`]*(?:BR|TR|DR)-\d)", re.MULTILINE).search(text, begin.end())
        return begin.start(), after.start() if after else len(text)

    def requirement_text(self, id_: str) -> str:
        start, end = self.requirement(id_)
        return self.text(self.facts.requirements[id_])[start:end]

    def put_requirement(self, id_: str, words: str) -> None:
        """Other words, heading included."""
        start, end = self.requirement(id_)
        path = self.facts.requirements[id_]
        text = self.text(path)
        self.write(path, text[:start] + words + text[end:])

    def sub_requirement(
        self, id_: str, pattern: str, new: str | Callable[[re.Match[str]], str], count: int = 0
    ) -> None:
        """In this requirement, what fits becomes `new`."""
        words, often = re.subn(pattern, new, self.requirement_text(id_), count=count, flags=re.MULTILINE)
        if not often:
            raise Unsuitable(f"{id_}: {pattern}")
        self.put_requirement(id_, words)

    def next_id(self, kind: str = "BR") -> str:
        """An id that nobody has."""
        used = [int(one.split("-")[1]) for one in self.facts.requirements if one.startswith(f"{kind}-")]
        return f"{kind}-{max(used, default=0) + 1}"

    def add_requirement(self, after: str, title: str, asks: str, *lines: str, id_: str = "") -> str:
        """A new one behind another, in the same form; returns its id."""
        new = id_ or self.next_id(after.split("-", maxsplit=1)[0])
        start, end = self.requirement(after)
        path = self.facts.requirements[after]
        text = self.text(path)
        head = text[start:end].split("\n", 1)[0]
        pad = "" if head.startswith("#") else "  "
        first = re.match(r"\#+ |[-*+] ", head)
        assert first
        words = "\n".join([f"{first[0]}{new}: {title}", *(f"{pad}{line}" for line in (asks, *lines) if line)])
        gap = "\n\n" if head.startswith("#") else "\n"
        rest = text[end:]
        self.write(path, text[:end].rstrip("\n") + gap + words + ("\n" + gap.strip(" ") + rest.lstrip("\n")))
        return new

    def cite(self, id_: str) -> str:
        """A task says that it serves this requirement too."""
        task = next((one for one in self.open_tasks() if self.key(one, "requirements").startswith("[")), None)
        if task is None:
            raise Unsuitable("no task cites requirements")
        self.set_key(task, "requirements", self.key(task, "requirements").rstrip("]") + f", {id_}]")
        return task

    def a_column(self) -> tuple[str, str]:
        """(table, column)."""
        if not self.facts.tables:
            raise Unsuitable("no data context")
        table = self.dice.choice(sorted(self.facts.tables))
        return table, self.dice.choice(self.facts.tables[table])

    def a_rule(self) -> tuple[str, str]:
        """(id, file) of a requirement with a data quality rule."""
        found = [
            id_ for id_ in self.facts.requirements if re.search(r"^\s*[-*] Rule: ", self.requirement_text(id_), re.M)
        ]
        if not found:
            raise Unsuitable("no data quality rules")
        one = self.dice.choice(found)
        return one, self.facts.requirements[one]

    def a_document(self) -> str:
        """One with front matter."""
        if not self.facts.documents:
            raise Unsuitable("no documents")
        return self.dice.choice(self.facts.documents)

    @property
    def structure(self) -> str:
        """Path of the module structure."""
        if not self.facts.modules:
            raise Unsuitable("no module structure")
        return f"{PROMPTS}/design/module_structure.yaml"

    def a_module(self) -> str:
        """Any, but not the lowest, which others use."""
        if len(self.facts.modules) < 2:
            raise Unsuitable("no module structure")
        return self.dice.choice(self.facts.modules[1:])

    def code_of(self, module: str) -> str:
        """One file of code of a module."""
        found = sorted(self.root.glob(f"src/{module}/*.py"), key=lambda path: (-path.stat().st_size, path.name))
        if not found:
            raise Unsuitable(f"{module} has no code")
        return found[0].relative_to(self.root).as_posix()

    def set_depends(self, module: str, names: Iterable[str]) -> None:
        """Another `depends_on` for a module of the structure."""
        pattern = rf"(- name: {module}\n(?:(?!  - name:).*\n)*?\s+depends_on: )\[.*\]"
        self.sub(self.structure, pattern, lambda found: f"{found[1]}[{', '.join(names)}]")

    def depends(self, module: str) -> list[str]:
        found = re.search(
            rf"- name: {module}\n(?:(?!  - name:).*\n)*?\s+depends_on: \[(.*)\]", self.text(self.structure)
        )
        return [name.strip() for name in found[1].split(",") if name.strip()] if found else []

    # --- history -----------------------------------------------------------------------------------------------

    def commit(self, day: str, words: str) -> None:
        """Everything, as if on that day."""
        if not self.facts.has_git:
            raise Unsuitable("no history")
        commit(self.root, day, words)


def is_item(line: str) -> bool:
    """A list item."""
    return bool(LIST_ITEM.match(line))


def is_called(heading: str, names: Iterable[str]) -> bool:
    """`SUCCESS CRITERIA:` and `Success Criteria` are the same."""
    plain = heading.partition(":")[0].strip().casefold()
    return any(plain == name.casefold() for name in names)


def commit(root: Path, day: str, words: str) -> None:
    """Everything in `root`, as if on that day."""
    when = f"{day}T12:00:00+00:00"
    environment = {
        **{name: value for name, value in os.environ.items() if not name.startswith("GIT_")},
        "GIT_AUTHOR_DATE": when,
        "GIT_COMMITTER_DATE": when,
        "GIT_CONFIG_GLOBAL": os.devnull,
        "GIT_CONFIG_SYSTEM": os.devnull,
    }
    who = ("-c", "user.name=benchmark", "-c", "user.email=benchmark@example.invalid", "-c", "gc.auto=0")
    for command in (("init", "-q"), ("add", "-A"), (*who, "commit", "-q", "-m", words)):
        subprocess.run(["git", *command], cwd=root, env=environment, check=True, capture_output=True)


def tidy(root: Path) -> None:
    """A history in few files is copied sooner; hooks and reflogs are nobody's here."""
    subprocess.run(["git", "gc", "-q"], cwd=root, check=True, capture_output=True)
    for folder in ("hooks", "logs", "info"):
        shutil.rmtree(root / ".git" / folder, ignore_errors=True)
