"""The desk of the corridor: tasks sent down it, gone on with, run again, taken back."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from agentic.errors import UsageError
from agentic.specs import refuse_skeletons
from agentic.values import Budget, Execution, TaskSpec

if TYPE_CHECKING:
    from agentic.app.core import App
    from agentic.flows.preview import Preview


@dataclass(frozen=True)
class Corridor:
    """The desk."""

    app: App

    def run(self, wishes: tuple[str, ...], jobs: int, **given: Any) -> tuple[Execution, ...]:
        """Read every task first: a spec that is wrong stops all of them before anything is written."""
        tasks = tuple(self.app.task(wish) for wish in dict.fromkeys(self.app.task_path(wish) for wish in wishes))
        refuse_skeletons(tasks)
        self.app.phases.gate(4)
        return self.carry(tasks, jobs, **given)

    def carry(self, tasks: tuple[TaskSpec, ...], jobs: int = 1, **given: Any) -> tuple[Execution, ...]:
        """Send tasks down the corridor, wherever they come from."""
        from agentic.flows.several import run_tasks
        from agentic.flows.tools import Wishes

        budget = budget_of(given.pop("budget_usd", None), given.pop("budget_tokens", None))
        wish = Wishes(**given, micro_usd=budget.micro_usd, tokens=budget.tokens)
        refuse_strangers((*wish.adopt, *wish.discard), tasks)
        return run_tasks(tasks, wish, self.app.tools, jobs)

    def resume(self, name: str, usd: float | None = None, tokens: int | None = None) -> Execution:
        """Go on with a run that was cut off, with a larger budget where one is named."""
        from agentic.flows.again import resume

        return resume(name, budget_of(usd, tokens), self.app.tools)

    def replay(self, name: str, *, staged: bool) -> Execution:
        """Run an archived execution again."""
        from agentic.flows.again import replay
        from agentic.flows.tools import Wishes

        return replay(name, Wishes(provider="replay", staged=staged), self.app.tools)

    def undo(self, name: str) -> Execution:
        """Take back what it landed."""
        from agentic.flows.again import undo
        from agentic.flows.tools import Wishes

        return undo(name, Wishes(), self.app.tools)

    def preview(self, task: TaskSpec, *, count: bool = False, send_redacted: bool = False) -> Preview:
        """The prompt of a task as it would be sent now. To have it counted sends it: raises SecretWithheld as a run would."""
        from agentic.flows.preview import preview_of, prompt_now
        from agentic.flows.withhold import refuse_secrets

        rendered = prompt_now(task, self.app.root, self.app.redact)
        if not count:
            return preview_of(task, rendered, self.app.settings, None)
        provider = self.app.providers.anthropic()
        refuse_secrets(task, rendered.secrets, provider, consented=send_redacted)
        return preview_of(task, rendered, self.app.settings, provider.count)


def budget_of(usd: float | None, tokens: int | None) -> Budget:
    """As a person says it -> as it is counted."""
    if usd is not None and not 0 <= usd < 1e9:
        raise UsageError(f"a budget of {usd} US dollars", hint="write a number, such as 1.50.")
    return Budget(None if usd is None else round(usd * 1_000_000), tokens)


def refuse_strangers(paths: tuple[str, ...], tasks: tuple[TaskSpec, ...]) -> None:
    """`--adopt` and `--discard` speak of declared deliverables."""
    declared = {path for task in tasks for path in task.deliverables}
    for path in paths:
        if path not in declared:
            raise UsageError(
                f"{path} is not a deliverable of {', '.join(task.path for task in tasks)}",
                hint=f"declared are: {', '.join(sorted(declared))}",
            )
