"""Markdown and YAML -> TaskSpec, or a SpecError with file, line and code."""

from agentic.specs.context import Dataset, datasets
from agentic.specs.find import find_project, find_task, list_tasks
from agentic.specs.graph import in_order
from agentic.specs.library import Library
from agentic.specs.new import new_task, refuse_skeletons
from agentic.specs.parse import parse
from agentic.specs.read import context_path, read_task
from agentic.text import PROMPTS, read_text

__all__ = [
    "PROMPTS", "Dataset", "Library", "context_path", "datasets", "find_project", "find_task", "in_order", "list_tasks", "new_task",
    "parse", "read_task", "read_text", "refuse_skeletons",
]  # fmt: skip
