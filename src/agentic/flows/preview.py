"""TaskSpec -> Prompt from the files as they are now; and a Prompt as the first words of a conversation."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from pathlib import Path

from agentic.prompts import refinement, render
from agentic.specs import context_path, read_text
from agentic.values import Ask, Conversation, Prompt, TaskSpec

Redact = Callable[[str], str]


def prompt_now(task: TaskSpec, root: Path, redact: Redact) -> Prompt:
    """The prompt that a model would get now: with the deliverables that exist already."""
    files = {path: root / path for path in task.deliverables if (root / path).is_file()}
    return render_now(task, {path: read_text(file, path) for path, file in files.items()}, root, redact)


def render_now(task: TaskSpec, current: Mapping[str, str], root: Path, redact: Redact) -> Prompt:
    """Context in the declared order, then what is there, then the task. No secret gets in."""
    paths = [(file.path, context_path(root, file.path)) for file in task.context_files]
    context = [(path, redact(read_text(found, path))) for path, found in paths if found]
    return render(task, context, {path: redact(text) for path, text in current.items()})


def conversation_of(prompt: Prompt, wish: str = "") -> Conversation:
    """Stable parts first; the task last; after it what a person wants refined."""
    context = ("\n".join(part.text for part in prompt.context),) if prompt.context else ()
    last = (refinement(wish),) if wish else ()
    return Conversation(prompt.system.text, (Ask((*context, prompt.task.text, *last)),))
