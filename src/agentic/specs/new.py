"""MODULE/FEATURE and a template -> a task spec, ready to be filled in."""

from __future__ import annotations

import re
from collections.abc import Sequence
from pathlib import Path

from agentic.errors import DiskFailed, MissingSection, UsageError
from agentic.text import PROMPTS
from agentic.values import TaskSpec

NAME = re.compile(r"^[a-z][a-z0-9_]*$")
USUAL = (("Schema", "context/data_context.md"), ("Standards", "standards/development_patterns.md"))
"""Context that most tasks need; named where it is there."""


def new_task(root: Path, wish: str, template: str) -> str:
    """Write `tasks/MODULE/FEATURE.md`; its path. Never overwrites. `template`: with `@MODULE@` and its kin."""
    module, _, feature = wish.removeprefix("tasks/").removesuffix(".md").partition("/")
    if not NAME.match(module) or not NAME.match(feature):
        raise UsageError(f"{wish} is not MODULE/FEATURE", hint="for example ingestion/s3: small letters, digits and _.")
    path = f"tasks/{module}/{feature}.md"
    file = root / PROMPTS / path
    try:
        file.parent.mkdir(parents=True, exist_ok=True)
        with file.open("x", encoding="utf-8") as opened:
            opened.write(filled(root, module, feature, template))
    except FileExistsError as error:
        raise UsageError(f"{path} exists already", hint="choose another name, or edit the file.") from error
    except OSError as error:
        raise DiskFailed(f"{path} cannot be written", cause=str(error)) from error
    return path


def filled(root: Path, module: str, feature: str, template: str) -> str:
    """The template with what is known."""
    context = [f"- {label}: {path}" for label, path in USUAL if (root / PROMPTS / path).is_file()]
    values = {
        "@ID@": f"{module[:3]}-{feature}".upper().replace("_", "-"),
        "@MODULE@": module,
        "@NAME@": feature,
        "@CONTEXT@": "\n".join(context) or "- none yet",
    }
    for mark, value in values.items():
        template = template.replace(mark, value)
    return template


def refuse_skeletons(tasks: Sequence[TaskSpec]) -> None:
    """What nobody has filled in yet is not worth an answer. Raises MissingSection."""
    for task in tasks:
        for number, line in enumerate(task.text.splitlines(), 1):
            if any(mark in line for mark in OPEN_MARKS):
                raise MissingSection(
                    f"text of the skeleton: {line.strip()}", path=f"{PROMPTS}/{task.path}", line=number
                )


OPEN_MARKS = (
    "<a clear, actionable title>",
    "<a measurable outcome>",
    "<data flow, infrastructure, quality requirements>",
    "<security, compatibility, scalability>",
)
