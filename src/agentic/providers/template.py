"""A code template with declared parameters answers: no token, no network, the same gate and checks as Claude."""

from __future__ import annotations

import difflib
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from fnmatch import fnmatchcase
from hashlib import sha256
from pathlib import Path
from typing import Any

from jinja2 import StrictUndefined
from jinja2.loaders import FileSystemLoader
from jinja2.sandbox import SandboxedEnvironment

from agentic.errors import BadTemplate
from agentic.values import Call, Conversation, Reply, TaskSpec

OPEN, CLOSE = "{#---", "---#}"
KINDS: Mapping[str, type | tuple[type, ...]] = {
    "string": str, "dataset": str, "integer": int, "number": (int, float), "boolean": bool, "list": list, "map": dict,
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Header:
    """What a template says of itself, in a comment at its beginning."""

    title: str
    parameters: Mapping[str, Mapping[str, Any]]
    """name -> type, required, default, about."""
    files: tuple[Mapping[str, str], ...]
    """`match`: which deliverables; `template`: the file in examples/ that makes them."""


@dataclass(frozen=True, slots=True)
class Template:
    """Implements `ports.Provider` for a task that names a template."""

    base: Path
    """agent-prompts/"""
    task: TaskSpec
    datasets: Mapping[str, Any]
    """Columns by dataset, from context/data_context.md."""
    system: Mapping[str, Any]
    """context/system_context.yaml"""
    read_yaml: Callable[[str], Any]

    name = "template"
    model = ""
    costs = False
    max_output_tokens = 0

    def refuse_unready(self) -> None:
        """Raises BadTemplate where the header or a parameter is wrong."""
        header = read_header(self.base / self.task.template, self.task.template, self.read_yaml)
        self.values(header)
        for _ in self.sources(header):
            """Every file of it can be read."""

    def answer(self, conversation: Conversation) -> Reply:
        """Every declared deliverable, rendered. Says the same however often it is asked."""
        header = read_header(self.base / self.task.template, self.task.template, self.read_yaml)
        values = self.values(header)
        calls = tuple(self.write(number, path, header, values) for number, path in enumerate(self.task.deliverables, 1))
        digest = sha256("".join(self.sources(header)).encode()).hexdigest()
        done = Call("finish", "finish", {"summary": f"rendered {self.task.template}", "open_questions": []})
        about = {"template": self.task.template, "digest": f"sha256:{digest}"}
        return Reply("", "tool_use", calls=(*calls, done), about=about)

    def sources(self, header: Header) -> Iterator[str]:
        """Text of every template file, so that the archive can tell which version answered."""
        for name in dict.fromkeys([Path(self.task.template).name, *(file["template"] for file in header.files)]):
            yield read(self.base / "examples" / name, f"examples/{name}")

    def values(self, header: Header) -> dict[str, Any]:
        """What a template may use: its parameters, and what the project knows."""
        task = {
            "title": self.task.title,
            "module": self.task.module,
            "feature": self.task.feature,
            "path": self.task.path,
        }
        return {
            **parameters(header, self.task, self.datasets),
            "datasets": self.datasets,
            "system": self.system,
            "task": task,
            "deliverables": list(self.task.deliverables),
        }

    def write(self, number: int, path: str, header: Header, values: Mapping[str, Any]) -> Call:
        """One deliverable."""
        name = next((file["template"] for file in header.files if matches(path, file["match"])), "")
        if not name:
            raise BadTemplate(f"{self.task.template} makes nothing for {path}", path=f"agent-prompts/{self.task.path}")
        return Call(f"file-{number}", "write_file", {"path": path, "content": self.render(name, path, values)})

    def render(self, name: str, path: str, values: Mapping[str, Any]) -> str:
        """Strict, and in Jinja2's sandbox: a template computes text and reaches nothing else."""
        environment = SandboxedEnvironment(
            loader=FileSystemLoader(self.base / "examples"),
            undefined=StrictUndefined,
            trim_blocks=True,
            lstrip_blocks=True,
            keep_trailing_newline=True,
        )
        try:
            return environment.get_template(name).render({**values, "deliverable": path}).lstrip("\n")
        # A template computes, so it can fail as any program can: a division by zero, a text where a list is needed.
        except Exception as error:
            line = getattr(error, "lineno", 0) or 0
            raise BadTemplate(
                f"{name} does not render for {path}",
                path=f"agent-prompts/examples/{name}",
                line=line,
                cause=str(error),
            ) from error


def matches(path: str, pattern: str) -> bool:
    """`src/**/*.py` matches src/x.py and src/a/b/x.py."""
    return fnmatchcase(path, pattern.replace("**/", "*"))


def read_header(file: Path, shown: str, read_yaml: Callable[[str], Any]) -> Header:
    """The comment at the beginning of a template. Raises BadTemplate."""
    text = read(file, shown)
    if not text.startswith(OPEN) or CLOSE not in text:
        raise BadTemplate(
            f"{shown} has no header",
            path=f"agent-prompts/{shown}",
            line=1,
            hint=f"begin with {OPEN} and end the header with {CLOSE}.",
        )
    try:
        said = read_yaml(text[len(OPEN) : text.index(CLOSE)])
        parameters = {str(name): dict(about) for name, about in (said.get("parameters") or {}).items()}
        own = {"match": "*", "template": file.name}
        files = tuple({key: str(one[key]) for key in own} for one in said.get("files") or (own,))
        return Header(str(said["title"]), parameters, files)
    # Whatever the YAML is: not YAML at all (a ValueError of its own), a list for a map, a key that is missing.
    except Exception as error:
        cause = f"{type(error).__name__}: {error}"
        raise BadTemplate(
            f"the header of {shown} needs title, parameters, files", path=f"agent-prompts/{shown}", line=1, cause=cause
        ) from error


def read(file: Path, shown: str) -> str:
    """The text of a template."""
    try:
        return file.read_text(encoding="utf-8")
    except UnicodeDecodeError as error:
        raise BadTemplate(f"{shown} is not UTF-8", path=f"agent-prompts/{shown}", cause=str(error)) from error
    except OSError as error:
        raise BadTemplate(f"{shown} cannot be read", path=f"agent-prompts/{shown}", cause=str(error)) from error


def parameters(header: Header, task: TaskSpec, datasets: Mapping[str, Any]) -> dict[str, Any]:
    """Declared parameters with their values; nothing missing, nothing unknown, nothing of a wrong type."""
    shown = f"agent-prompts/{task.path}"
    for name in task.parameters:
        if name not in header.parameters:
            near = difflib.get_close_matches(name, header.parameters, n=1)
            raise BadTemplate(
                f"{task.template} has no parameter {name}",
                path=shown,
                hint=f"did you mean {near[0]}?" if near else "",
            )
    return {name: parameter(name, about, task, datasets, shown) for name, about in header.parameters.items()}


def parameter(name: str, about: Mapping[str, Any], task: TaskSpec, datasets: Mapping[str, Any], shown: str) -> Any:
    """One value, of the type that is declared."""
    if name not in task.parameters:
        if about.get("required"):
            raise BadTemplate(f"{task.template} needs the parameter {name}: {about.get('about', '')}", path=shown)
        return about.get("default")
    value, kind = task.parameters[name], str(about.get("type", "string"))
    if not isinstance(value, KINDS.get(kind, object)) or (kind in ("integer", "number") and isinstance(value, bool)):
        raise BadTemplate(f"the parameter {name} is a {kind}, not {value!r}", path=shown)
    if kind == "dataset" and value not in datasets:
        near = difflib.get_close_matches(value, datasets, n=1)
        hint = f"did you mean {near[0]}?" if near else "describe it in agent-prompts/context/data_context.md."
        raise BadTemplate(f"no dataset {value} in the data context", path=shown, hint=hint)
    return value
