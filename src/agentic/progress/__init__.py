"""The four progress files, written from the archive; a person's words around the generated parts stay."""

from agentic.progress.decisions import Choice
from agentic.progress.status import ModuleStatus, TaskRow, TaskStatus, module_status, standing, task_status
from agentic.progress.write import write_progress

__all__ = [
    "Choice", "ModuleStatus", "TaskRow", "TaskStatus", "module_status", "standing", "task_status", "write_progress",
]  # fmt: skip
