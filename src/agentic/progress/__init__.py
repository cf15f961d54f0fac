"""current_module_status.md and project_status.md, written from the archive; a person's words around them stay."""

from agentic.progress.status import ModuleStatus, TaskRow, TaskStatus, module_status, standing, write_progress

__all__ = ["ModuleStatus", "TaskRow", "TaskStatus", "module_status", "standing", "write_progress"]
