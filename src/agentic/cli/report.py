"""Executions as people read them at the end of a run."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING

from agentic.cli.output import emit, say
from agentic.cli.words import dollars

if TYPE_CHECKING:
    from agentic.cli.options import Common
    from agentic.values import Execution, Finding

NEXT = {
    "interrupted": "agentic resume {id}",
    "stopped": "agentic resume {id}",
    "failed": "agentic audit show {id}",
}


def show_executions(common: Common, executions: Sequence[Execution]) -> int:
    """One object or the reports; the exit status is that of the worst."""
    if common.json:
        emit("execution", executions[0]) if len(executions) == 1 else emit(
            "executions", {"executions": list(executions)}
        )
    else:
        for execution in executions:
            say("\n".join(report(execution)))
    return max((execution.exit_status for execution in executions), default=0)


def report(execution: Execution) -> Iterator[str]:
    """What was made, where, how it was judged, what it cost."""
    yield f"{execution.status}: {execution.task}{f' ({execution.id})' if execution.id else ''}"
    yield from made(execution)
    yield from judged(execution)
    for allowed in execution.suppressed:
        yield f"  allowed  {' '.join(allowed.split())}"
    for note in execution.notes:
        yield f"  note     {' '.join(note.split())}"
    yield f"  cost     {cost(execution)}"
    if execution.id:
        yield f"  archive  {execution.archive}"
        if execution.status in NEXT:
            yield f"  next     {NEXT[execution.status].format(id=execution.id)}"


def made(execution: Execution) -> Iterator[str]:
    """Files that were written, and files that were not."""
    for file in execution.files:
        yield f"  {file.state:<9}{file.path} ({file.lines} lines)"
    for refusal in execution.refusals:
        yield f"  refused  {refusal.path}: {refusal.reason}"


def judged(execution: Execution) -> Iterator[str]:
    """Checks, findings and what they show."""
    for verdict in execution.verdicts:
        rows = "; ".join(f"rows of {table} {rows}" for table, rows in verdict.written.items())
        yield f"  {verdict.status:<9}{verdict.source}{f' ({rows})' if rows else ''}"
    for finding in execution.findings:
        yield from told(finding)
        if finding.code == "AGT402":
            yield f"    fix: {kept_or_given_up(execution.task, finding.path)}"
    for criterion in execution.criteria:
        yield f"  [{'x' if criterion.ticked else ' '}] {criterion.text}{'' if criterion.check else ' (nothing measures it)'}"


def told(finding: Finding) -> Iterator[str]:
    """One finding, with the end of its output."""
    place = f" ({finding.path}{f':{finding.line}' if finding.line else ''})" if finding.path else ""
    code = f"[{finding.code}]" if finding.code else ""
    yield f"  {finding.severity}{code} {finding.source}: {finding.message}{place}"
    for line in finding.detail.splitlines()[-12:]:
        yield f"    | {line}"


def kept_or_given_up(task: str, path: str) -> str:
    """What a person can do about a file of theirs, in the flags of the command that was called."""
    if task.startswith("tasks/"):
        return f"--adopt {path} keeps the edit as yours; --discard {path} gives it up (a backup is kept)"
    if task.startswith(("drafts/", "generate/docs_")):
        return f"--revise lets {path} be changed (a backup is kept)"
    return f"move {path} away first, or go on with it by hand"


def cost(execution: Execution) -> str:
    """Tokens, money and time; what is not known is said so."""
    usage = execution.usage
    money = dollars(execution.micro_usd)
    time = execution.milliseconds
    shares = (
        f"{time['total'] / 1000:.1f} s (checks {time['checks'] / 1000:.1f} s, provider {time['provider'] / 1000:.1f} s)"
        if time
        else "no time"
    )
    return f"{money}, {usage.prompt:,} tokens in, {usage.output:,} out, {execution.requests} request(s), {shares}"
