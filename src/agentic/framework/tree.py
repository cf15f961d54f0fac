"""Name and day -> every file of a fresh project."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from agentic.framework.shelf import TEMPLATES, shared, shelf, starters

FOLDERS = (
    "agent-prompts/tasks", "agent-prompts/context/technology", "agent-prompts/progress/executed_prompts",
    "great-expectations/expectations", "plans/proposed", "plans/implemented",
)  # fmt: skip
"""Empty at first; git keeps them by a file that says so."""
PLAN = "plans/TEMPLATE.md"


def fresh_tree(documents: Iterable[str], values: Mapping[str, str]) -> dict[str, bytes]:
    """Path -> content. `documents`: those that begin as blank templates. `values`: `@PROJECT@`, `@TODAY@`, `@VERSION@`."""
    tree = {path: file.read_bytes() for path, file in shared()}
    tree |= {path: filled(file.read_bytes(), values) for path, file in starters()}
    tree |= {f"{folder}/.gitkeep": b"" for folder in FOLDERS}
    base = shelf() / TEMPLATES
    for path in documents:
        template = base / path.removeprefix("agent-prompts/")
        if path not in tree and template.is_file():
            tree[path] = filled(template.read_bytes(), values)
    tree[PLAN] = (base / "plans/plan.md").read_bytes()
    return dict(sorted(tree.items()))


def filled(content: bytes, values: Mapping[str, str]) -> bytes:
    """With what is known when a project begins."""
    for mark, value in values.items():
        content = content.replace(mark.encode(), value.encode())
    return content
