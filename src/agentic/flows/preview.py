"""TaskSpec -> Prompt from the files as they are now; and a Prompt as the first words of a conversation."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import UTC, datetime
from pathlib import Path

from msgspec.structs import replace

from agentic.budget import cost
from agentic.flows.withhold import Cleaner, SecretSeen, place_of, sources
from agentic.prompts import estimate_tokens, refinement, render
from agentic.redact import Redactor
from agentic.settings import Settings
from agentic.specs import read_text
from agentic.values import Ask, Conversation, Prompt, TaskSpec, Usage
from agentic.values.noun import Noun


class PartSize(Noun, frozen=True):
    """One part of a prompt with its size."""

    name: str
    tokens: int
    text: str


class Preview(Noun, frozen=True):
    """What would be sent, and what it would cost."""

    task: str
    model: str
    tokens: int
    exact: bool
    """Counted by the provider, not estimated."""
    input_micro_usd: int | None
    most_micro_usd: int | None
    """Input and the longest answer there can be; None: the price is not known."""
    parts: tuple[PartSize, ...]
    secrets: tuple[SecretSeen, ...] = ()
    """What was taken out: it goes out only with --send-redacted, and then without them."""


class Rendered(Noun, frozen=True):
    """A prompt without secrets, and which there were."""

    prompt: Prompt
    secrets: tuple[SecretSeen, ...]


def prompt_now(task: TaskSpec, root: Path, redact: Redactor) -> Rendered:
    """The prompt that a model would get now: with the deliverables that exist already."""
    files = {path: root / path for path in task.deliverables if (root / path).is_file()}
    return render_now(task, {path: read_text(file, path) for path, file in files.items()}, root, redact)


def render_now(task: TaskSpec, current: Mapping[str, str], root: Path, redact: Redactor) -> Rendered:
    """Context in the declared order, then what is there, then the task. No secret gets in."""
    clean = Cleaner(redact)
    clean(place_of(task), task.text)
    context = [(name, clean(path, read_text(found, name))) for name, path, found in sources(task, root)]
    prompt = render(task, context, {path: clean(path, text) for path, text in current.items()})
    redacted = replace(prompt.task, text=redact(prompt.task.text))
    return Rendered(Prompt(prompt.system, prompt.context, redacted), tuple(clean.seen))


def conversation_of(prompt: Prompt, wish: str = "") -> Conversation:
    """Stable parts first; the task last; after it what a person wants refined."""
    context = ("\n".join(part.text for part in prompt.context),) if prompt.context else ()
    last = (refinement(wish),) if wish else ()
    return Conversation(prompt.system.text, (Ask((*context, prompt.task.text, *last)),))


def preview_of(
    task: TaskSpec, rendered: Rendered, settings: Settings, count: Callable[[Conversation], int] | None
) -> Preview:
    """Sizes and prices of a prompt."""
    prompt = rendered.prompt
    parts = tuple(PartSize(part.name, estimate_tokens(part.text), part.text) for part in prompt.parts)
    tokens = count(conversation_of(prompt)) if count else sum(part.tokens for part in parts)
    model, today = settings.provider.model, datetime.now(UTC).date()
    sent = cost(Usage(input=tokens), model, today, settings.prices)
    most = cost(Usage(cache_write_5m=tokens, output=settings.provider.max_output_tokens), model, today, settings.prices)
    return Preview(task.path, model, tokens, count is not None, sent, most, parts, rendered.secrets)
