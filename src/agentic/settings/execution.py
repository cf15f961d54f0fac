"""configs/execution_mode.yml: who decides on a fix, how often is tried again, and what becomes of a fix in CI."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Annotated, Literal

import msgspec

from agentic.settings.load import FILES, Loaded, from_file, merge
from agentic.settings.sections import Section

CI = ("GITHUB_ACTIONS", "CI", "GITLAB_CI", "TF_BUILD", "BUILDKITE", "JENKINS_URL")
"""Variables of which one is set wherever nobody sits before the terminal."""


class Execution(Section, frozen=True):
    """Who decides."""

    mode: Literal["human-in-loop", "autonomous", "autonomous-ci"] = "human-in-loop"
    """human-in-loop: every fix waits for a person. autonomous: what is sure enough is applied. autonomous-ci: the same, with CI's own bar."""
    auto_detect_ci: bool = True
    """True: in CI the mode is autonomous-ci, unless --mode says otherwise."""
    claude: Literal["auto", "never"] = "auto"
    """auto: where no rule is sure, the provider of configs/agentic.yaml is asked; its answer is judged and tried like any other."""


class Retry(Section, frozen=True):
    """How often."""

    max_retries: Annotated[int, msgspec.Meta(ge=0, le=10)] = 3
    """Runs after the first that failed; each builds only what failed and what depends on it."""
    base_delay_seconds: Annotated[float, msgspec.Meta(ge=0, le=3600)] = 5.0
    """Before a run is tried again that failed for something outside: a lock, a network."""
    backoff_multiplier: Annotated[float, msgspec.Meta(ge=1, le=10)] = 2.0
    """Each wait is so much longer than the one before."""


class Autonomous(Section, frozen=True):
    """What may be applied without a person."""

    min_confidence: Annotated[float, msgspec.Meta(ge=0, le=1)] = 0.8
    """A fix below it waits for a person."""
    create_backups: Literal[True] = True
    """Every file is kept before it is written over; that is no choice."""
    max_rehearsals: Annotated[int, msgspec.Meta(ge=0, le=10)] = 3
    """Candidates that are built in a copy of project and database before one is applied."""
    rehearsal_megabytes: Annotated[int, msgspec.Meta(ge=0)] = 4096
    """A larger database is not copied for that."""


class Ci(Section, frozen=True):
    """The same in CI."""

    min_confidence: Annotated[float, msgspec.Meta(ge=0, le=1)] = 0.7
    commit_strategy: Literal["none", "direct", "pr"] = "none"
    """none: the fix stays in the checkout. direct: it is committed on the branch. pr: on a branch of its own, with a pull request."""


class Breaker(Section, frozen=True):
    """When to stop trying."""

    failures: Annotated[int, msgspec.Meta(ge=1, le=100)] = 3
    """Healings in a row that failed, after which a person has to look."""


class ExecutionMode(Section, frozen=True):
    """configs/execution_mode.yml."""

    execution: Execution = Execution()
    retry: Retry = Retry()
    autonomous: Autonomous = Autonomous()
    ci: Ci = Ci()
    breaker: Breaker = Breaker()


FILES[ExecutionMode] = "configs/execution_mode.yml"


def load_execution_mode(root: Path | None) -> Loaded[ExecutionMode]:
    """The file, or what is set where there is none. Raises BadSettings."""
    return merge(ExecutionMode, from_file(root, ExecutionMode))


def mode_of(
    settings: ExecutionMode, flag: str, environment: Mapping[str, str]
) -> Literal["human-in-loop", "autonomous", "autonomous-ci"]:
    """The flag, else CI where it is noticed, else the file."""
    if flag:
        return flag  # type: ignore[return-value]
    in_ci = any(environment.get(name) for name in CI)
    return "autonomous-ci" if in_ci and settings.execution.auto_detect_ci else settings.execution.mode
