"""Steps -> what was refused: writes that were asked for and not done, verdicts of the policy, and runs that ended by them."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any, Literal

from agentic.text.sheet import Row, as_csv
from agentic.values import Execution, Step
from agentic.values.noun import Noun

POLICY = "policy"
EXIT = 6
"""How a run ends that the policy refuses."""


class Refused(Noun, frozen=True):
    """One thing that was refused."""

    kind: Literal["write", "policy", "run"]
    """write: a model's, outside of what it may write; policy: a verdict; run: nothing of it was landed."""
    rule: str
    path: str
    """Empty for what is about the whole run."""
    reason: str
    id: str
    task: str
    who: str
    """The person who ran it."""
    at: str
    """UTC, ISO 8601, seconds."""


def refusals(execution: Execution, steps: Sequence[Step]) -> tuple[Refused, ...]:
    """Of one execution, in the order in which it was said."""
    return tuple(dict.fromkeys(refused for step in steps for refused in said(execution, step)))


def said(execution: Execution, step: Step) -> Iterator[Refused]:
    """What one step refuses."""
    match step.kind:
        case "refused":
            yield told("write", execution, step, step.body["rule"], step.body["path"], step.body["reason"])
        case "judged":
            yield from policy(execution, step, step.body)
        case "looked":
            for verdict in step.body["verdicts"]:
                if verdict["source"].startswith(POLICY):
                    yield from policy(execution, step, verdict)
        case "closed" if step.body["exit_status"] == EXIT:
            yield run(execution, step)


def policy(execution: Execution, step: Step, verdict: Mapping[str, Any]) -> Iterator[Refused]:
    """Each finding of a verdict that is no pass."""
    for found in verdict["findings"] if verdict["status"] == "failed" else ():
        yield told("policy", execution, step, rule_of(found), found.get("path", ""), found["message"])


def run(execution: Execution, step: Step) -> Refused:
    """A run that ended refused, with all that speaks against it."""
    found = [one for one in step.body["findings"] if one.get("severity", "error") == "error"]
    rules = ", ".join(dict.fromkeys(rule_of(one) for one in found))
    return told("run", execution, step, rules, "", "; ".join(one["message"] for one in found))


def rule_of(found: Mapping[str, Any]) -> str:
    """`policy: declared (AGT401)`."""
    code = found.get("code", "")
    return f"{found['source']} ({code})" if code else str(found["source"])


def told(kind: Any, execution: Execution, step: Step, rule: str, path: str, reason: str) -> Refused:
    """With what is known of the run."""
    return Refused(kind, rule, path, reason, execution.id, execution.task, execution.developer, step.at)


HEADS = ("when", "what", "rule", "path", "reason", "execution", "who")
CSV_HEADS = ("at", "kind", "rule", "path", "reason", "execution", "task", "who")


def row(one: Refused) -> Row:
    """On the screen."""
    return (one.at, one.kind, one.rule, one.path or "-", one.reason, one.id, one.who or "-")


def sheet(found: Sequence[Refused]) -> str:
    """CSV: a row for each."""
    return as_csv(
        CSV_HEADS, ((one.at, one.kind, one.rule, one.path, one.reason, one.id, one.task, one.who) for one in found)
    )
