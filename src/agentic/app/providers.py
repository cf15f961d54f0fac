"""Who answers: implementations are imported when they are chosen."""

from __future__ import annotations

import importlib
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from agentic.errors import BadTemplate, UnknownProvider
from agentic.ports import Provider
from agentic.specs import PROMPTS, datasets, read_text
from agentic.values import Reply, TaskSpec

if TYPE_CHECKING:
    from agentic.app.core import App
    from agentic.providers.anthropic import Anthropic

PROVIDERS = ("template", "replay", "anthropic", "claude-code")


@dataclass(frozen=True)
class Providers:
    """The desk where somebody is found who answers."""

    app: App

    def provider(self, name: str, task: TaskSpec) -> Provider:
        """Who answers. Raises UnknownProvider; a dotted path names a class that takes (settings, task)."""
        match name:
            case "template":
                return self.template(task)
            case "replay":
                return self.newest_replay(task)
            case "anthropic":
                return self.anthropic()
            case "claude-code":
                return self.claude_code()
        return self.dotted(name, task)

    def template(self, task: TaskSpec) -> Provider:
        """The code template that the task names."""
        import yaml

        from agentic.providers.template import Template

        if not task.template:
            raise BadTemplate(
                f"{task.path} names no template", hint="add `template: examples/NAME.j2`, or use --provider anthropic."
            )
        base = self.app.root / PROMPTS
        system = base / "context/system_context.yaml"
        return Template(base, task, datasets(self.app.root), self.read_map(system), yaml.safe_load)

    def read_map(self, path: Path) -> dict[str, Any]:
        """A YAML file that is a map; empty where there is none. Raises BadTemplate: templates read it."""
        import yaml

        shown = path.relative_to(self.app.root).as_posix()
        try:
            known = yaml.safe_load(read_text(path, shown)) if path.is_file() else None
        except (yaml.YAMLError, ValueError, RecursionError) as error:
            raise BadTemplate(f"{shown} is not YAML", path=shown, cause=str(error)) from error
        return known if isinstance(known, dict) else {}

    def newest_replay(self, task: TaskSpec) -> Provider:
        """The newest execution of this task in which somebody answered."""
        name = self.app.archive.answered(task.path)
        if not name:
            raise UnknownProvider(
                f"{task.path} has no archived execution to replay", hint="run it with another provider first."
            )
        return self.replay(name, self.app.archive.story(name).replies)

    def replay(self, name: str, replies: tuple[Reply, ...]) -> Provider:
        """Archived answers."""
        from agentic.providers.replay import Replay

        return Replay(name, replies)

    def anthropic(self) -> Anthropic:
        """The Messages API."""
        from agentic.providers.anthropic import Anthropic

        wish = self.app.settings.provider
        return Anthropic(
            wish.model, wish.max_output_tokens, wish.base_url or None, effort=wish.effort or None, seconds=wish.seconds
        )

    def claude_code(self) -> Provider:
        """`claude -p`."""
        from agentic.outside import shell
        from agentic.providers.claude_code import ClaudeCode

        wish = self.app.settings.provider
        return ClaudeCode(
            shell.run,
            wish.model,
            seconds=wish.seconds,
            max_output_tokens=wish.max_output_tokens,
            effort=wish.effort or None,
            redact=self.app.redact,
        )

    def dotted(self, name: str, task: TaskSpec) -> Provider:
        """`package.module.Class`, for a provider of one's own."""
        import difflib

        module, _, cls = name.rpartition(".")
        try:
            found = getattr(importlib.import_module(module), cls)
        except (ImportError, AttributeError, ValueError) as error:
            near = difflib.get_close_matches(name, PROVIDERS, n=1)
            raise UnknownProvider(
                f"no provider {name}",
                cause=str(error) if module else "",
                hint=f"did you mean {near[0]}?" if near else "",
            ) from error
        try:
            made: Provider = found(self.app.settings, task)
        except (TypeError, ValueError) as error:
            hint = "a provider is a class that takes (settings, task)."
            raise UnknownProvider(f"{name} cannot be made a provider", cause=str(error), hint=hint) from error
        return made
