"""Trace -> rows: for the screen one a requirement and task, for a spreadsheet one a deliverable."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from agentic.evidence.proof import Deliverable
from agentic.evidence.shown import Check, Table, Validation, count
from agentic.evidence.trace import Link, Trace, Traced
from agentic.text.sheet import Row, as_csv

__all__ = ["Row", "as_csv", "details", "rows", "sheet", "summary"]
HEADS = ("requirement", "title", "task", "state", "deliverables", "checks", "criteria", "commit", "data")
CSV_HEADS = (
    "requirement", "title", "state", "gap", "wording", "task", "task_state", "execution", "at", "proven_on_commit", "deliverable",
    "digest", "now", "adopted", "commit", "checks", "criteria", "tables", "validations",
)  # fmt: skip


def rows(trace: Trace) -> Iterator[Row]:
    """Requirement by requirement; at the end tasks that cite none."""
    for one in trace.requirements:
        yield from (row(one, task) for task in one.tasks)
        if not one.tasks:
            yield (one.requirement, one.title, "", f"GAP: {one.gap}", "", "", "", "", "")
    for task in trace.unlinked:
        yield row(Traced("(none)", task.title, "shown"), task)


def row(one: Traced, task: Link) -> Row:
    """One task of one requirement."""
    return (
        one.requirement,
        one.title or f"({one.gap})",
        task.task,
        state(task),
        whole(task.deliverables),
        share(sum(check.status == "passed" for check in task.checks), len(task.checks)),
        share(sum(criterion.ticked for criterion in task.criteria), len(task.criteria)),
        commits(task),
        "; ".join(data(task)),
    )


def state(task: Link) -> str:
    """As the screen says it."""
    if task.gap:
        return f"GAP: {task.gap}"
    return f"{task.state}, wording changed" if task.wording == "changed" else task.state


def share(part: int, of: int) -> str:
    """`3 of 4`; nothing where there is nothing to count."""
    return f"{part} of {of}" if of else ""


def whole(files: Sequence[Deliverable]) -> str:
    """`3 of 3 as landed`, and what is not."""
    other = {now: sum(one.now == now for one in files) for now in ("changed", "gone", "not recorded")}
    same = sum(one.now == "as landed" for one in files)
    said = [share(same, len(files)) + " as landed"] if files else []
    return ", ".join([*said, *(f"{number} {now}" for now, number in other.items() if number)])


def commits(task: Link) -> str:
    """The commits that its files are in."""
    if not task.done:
        return ""
    known = dict.fromkeys(one.commit[:9] for one in task.deliverables if one.commit)
    return ", ".join(known) or "not committed"


def data(task: Link) -> Iterator[str]:
    """Rows, and what was validated, as short as it goes."""
    largest = sorted(task.tables, key=lambda table: -table.rows)
    for first in largest[:1]:
        also = f" and {count(len(largest) - 1, 'table')} more" if len(largest) > 1 else ""
        yield f"{first.rows:,} rows in {first.name}{also}"
    for one in task.validations:
        yield f"{one.held} of {one.evaluated} hold ({one.source})"


def summary(trace: Trace) -> str:
    """In one line."""
    of = count(len(trace.requirements), "requirement")
    partly = sum(one.state == "partly" for one in trace.requirements)
    told = f"{trace.shown} of {of} shown by evidence, {partly} partly, {len(trace.gaps)} not at all"
    return f"{told}; {count(len(trace.unlinked), 'task')} without a requirement" if trace.unlinked else told


def details(trace: Trace) -> Iterator[str]:
    """All there is to say of each requirement, line by line."""
    for one in trace.requirements:
        place = f" ({one.path}:{one.line})" if one.path else ""
        yield f"{one.requirement}: {one.title}{place}"
        yield f"  {one.state}{f': {one.gap}' if one.gap else ''}"
        yield from (f"  acceptance: {words}" for words in one.acceptance)
        for task in one.tasks:
            yield from detail(task)


def detail(task: Link) -> Iterator[str]:
    """One task."""
    on = f" on {task.commit[:12]}" if task.commit else ""
    yield f"  {task.task}: {task.state}{f' in {task.execution} at {task.at}{on}' if task.execution else ''}"
    if task.again:
        yield f"    run again   {task.again.status} in {task.again.execution} at {task.again.at}"
    if task.wording:
        yield f"    wording     {task.wording}"
    yield from (f"    deliverable {said_of_file(one)}" for one in task.deliverables)
    yield from (f"    check       {said_of_check(one)}" for one in task.checks)
    yield from (f"    criterion   [{'x' if one.ticked else ' '}] {one.text}" for one in task.criteria)
    yield from (f"    table       {said_of_table(one)}" for one in task.tables)
    yield from (f"    validation  {said_of_validation(one)}" for one in task.validations)


def said_of_file(one: Deliverable) -> str:
    """One deliverable."""
    digest = f" {one.digest[:19]}" if one.digest else ""
    commit = f", commit {one.commit[:12]}" if one.commit else ", not committed"
    return f"{one.path}{digest}: {one.now}{' (adopted)' if one.kept else ''}{commit}"


def said_of_check(one: Check) -> str:
    """One check."""
    return f"{one.status}: {one.source}{f' ({one.shows})' if one.shows else ''}"


def said_of_table(one: Table) -> str:
    """One table."""
    return f"{one.name}: {one.rows:,} rows, snapshot {one.snapshot or 'none'}, {one.lake} lake"


def said_of_validation(one: Validation) -> str:
    """One validation."""
    of = f" of {one.table} with {one.rows:,} rows" if one.table else ""
    return f"{one.status}: {one.source}{of}, {one.held} of {one.evaluated} hold"


def sheet(trace: Trace) -> str:
    """CSV: a row for each deliverable; for each task that has none; for each requirement without a task."""
    return as_csv(CSV_HEADS, (line for one in (*trace.requirements, *alone(trace)) for line in lines(one)))


def alone(trace: Trace) -> Iterator[Traced]:
    """Tasks that cite no requirement, in the form of the others."""
    return (Traced("", "", "gap" if task.gap else "shown", task.gap, tasks=(task,)) for task in trace.unlinked)


def lines(one: Traced) -> Iterator[Row]:
    """One requirement."""
    head = (one.requirement, one.title, one.state, one.gap)
    for task in one.tasks:
        ran = (task.wording, task.task, task.state, task.execution, task.at, task.commit)
        shown = (
            "; ".join(said_of_check(check) for check in task.checks),
            "; ".join(f"[{'x' if said.ticked else ' '}] {said.text}" for said in task.criteria),
            "; ".join(said_of_table(table) for table in task.tables),
            "; ".join(said_of_validation(said) for said in task.validations),
        )
        for file in task.deliverables:
            adopted = "yes" if file.kept else "no"
            yield (*head, *ran, file.path, file.digest, file.now, adopted, file.commit, *shown)
        if not task.deliverables:
            yield (*head, *ran, "", "", "", "", "", *shown)
    if not one.tasks:
        yield (*head, *("",) * (len(CSV_HEADS) - len(head)))
