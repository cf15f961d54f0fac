"""Does it work? Each check runs things itself and keeps what it saw."""

from __future__ import annotations

from agentic.checks.command import Command
from agentic.checks.dbt import Dbt
from agentic.checks.expectations import Expectations
from agentic.checks.job import Job
from agentic.checks.pytest import Pytest
from agentic.checks.python import Python
from agentic.checks.yaml import Yaml
from agentic.ports import Check

CHECKS: dict[str, Check] = {
    "python": Python(),
    "pytest": Pytest(),
    "job": Job(),
    "expectations": Expectations(),
    "dbt": Dbt(),
    "command": Command(),
    "yaml": Yaml(),
}
"""Checks that need nothing but the tree, by the word that a task spec uses; `document` and `review` are made by the toolbox."""

__all__ = ["CHECKS"]
