"""`command: make lint`: a program of the project says yes. No shell: words are words."""

from __future__ import annotations

import shlex

from agentic.checks.evidence import failure, seen, verdict, wishes
from agentic.ports import Runner, Staged
from agentic.values import CheckSpec, Verdict


class Command:
    """Exit code 0, and nothing else, is a yes."""

    stops = False

    def look(self, staged: Staged, spec: CheckSpec, runner: Runner) -> Verdict:
        """Run it in the scratch tree."""
        command = tuple(shlex.split(spec.target))
        if command[0] in ("python", "python3"):
            command = (runner.python(), *command[1:])
        outcome = runner.run(staged, command, **wishes(spec))
        return verdict(spec, (failure(spec, outcome),) if outcome.exit_code else (), seen(outcome))
