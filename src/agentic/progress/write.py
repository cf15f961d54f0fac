"""The four progress files, written from the archive; between markers, so that a person's words around them stay."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from pathlib import Path

from agentic.errors import AgenticError
from agentic.progress.decisions import Choice, decisions_page
from agentic.progress.guide import closure, guide_page
from agentic.progress.status import ModuleStatus, Told, module_status
from agentic.text.between import FROM_ARCHIVE, put_between
from agentic.values import Decision, Execution
from agentic.values.finding import ROWS

FOLDER = "agent-prompts/progress"
CLOSURE = "closure_*.md"


def write_progress(
    root: Path, archive: Told, current: str, planned: Sequence[str] = (), choices: Sequence[Choice] = ()
) -> None:
    """All four files. `current`: the module that was worked on last; `planned`: modules in building order.

    Where one cannot be written the others are, and then the error is told.
    """
    errors: list[AgenticError] = []
    for name, page in pages_of(root, archive, current, planned, choices).items():
        try:
            put_between(root / FOLDER / name, FROM_ARCHIVE, "\n".join(page), shown=f"{FOLDER}/{name}")
        except AgenticError as error:
            errors.append(error)
    if errors:
        raise errors[0]


def pages_of(
    root: Path, archive: Told, current: str, planned: Sequence[str], choices: Sequence[Choice]
) -> dict[str, Iterator[str]]:
    """Name -> lines. Without a module that was worked on, the page that tells of it stays as it is."""
    modules, decisions, closures = module_status(root, archive), archive.decisions(), closures_in(root)
    here = next((module for module in modules if module.module == current), None)
    building = in_order(modules, planned)
    pages = {"current_module_status.md": current_page(here)} if here else {}
    return pages | {
        "project_status.md": project_page(building, closures),
        "decisions_log.md": decisions_page(decisions, choices),
        "next_module_guide.md": guide_page(building, closed_in(decisions), closures),
    }


def in_order(modules: Sequence[ModuleStatus], planned: Sequence[str]) -> tuple[ModuleStatus, ...]:
    """Planned modules first, with or without tasks; then those that have tasks and are in no plan."""
    known = {module.module: module for module in modules}
    names = dict.fromkeys((*planned, *known))
    return tuple(known.get(name, ModuleStatus(name, ())) for name in names)


def closures_in(root: Path) -> tuple[str, ...]:
    """Modules with a closure document."""
    return tuple(path.stem.partition("_")[2] for path in sorted((root / FOLDER).glob(CLOSURE)))


def closed_in(decisions: Sequence[Decision]) -> frozenset[str]:
    """Modules that a person has closed."""
    return frozenset(one.about.removeprefix("modules/") for one in decisions if one.kind == "closure")


def current_page(module: ModuleStatus) -> Iterator[str]:
    """The headings of seed 003."""
    yield "# Current Module Status"
    yield f"## Module: {module.module}"
    yield f"## Status: {module.word}"
    yield f"## Completion: {module.percent}%"
    yield "## Next Steps:"
    yield from next_steps(module)
    yield f"## Blockers: {', '.join(blockers(module)) or 'None'}"
    yield "## Evidence:"
    for task in module.tasks:
        if newest := task.landed or task.execution:
            yield from shown(newest)


def next_steps(module: ModuleStatus) -> Iterator[str]:
    """A box for each task; ticked when it is done."""
    for task in module.tasks:
        yield f"- [{'x' if task.done else ' '}] {task.task} ({task.state})"


def blockers(module: ModuleStatus) -> Iterator[str]:
    """What the newest executions failed at."""
    for task in module.tasks:
        if task.execution and not task.done and task.execution.status != "undone":
            first = next(
                (finding.message for finding in task.execution.findings if finding.severity == "error"),
                task.execution.status,
            )
            yield f"{task.task}: {' '.join(first.split())}"


def shown(execution: Execution) -> Iterator[str]:
    """One task: which execution, which criteria, which checks."""
    yield f"- {execution.task}: {execution.status} in {execution.id}"
    for criterion in execution.criteria:
        yield f"  - [{'x' if criterion.ticked else ' '}] {criterion.text}"
    for verdict in execution.verdicts:
        rows = "; ".join(f"{ROWS}{table} {rows}" for table, rows in verdict.written.items())
        yield f"  - {verdict.status}: {verdict.source}{f' ({rows})' if rows else ''}"


def project_page(modules: Sequence[ModuleStatus], closures: Sequence[str]) -> Iterator[str]:
    """A table of all modules, and where it stands what they taught."""
    yield "# Project Status"
    if not modules:
        yield "No module has begun."
        return
    yield "| module | status | done | tasks |"
    yield "|---|---|---|---|"
    for module in modules:
        yield f"| {module.module} | {module.word} | {module.percent}% | {len(module.tasks)} |"
    yield "## Learnings:"
    yield from (f"- {closure(name)}" for name in closures)
    if not closures:
        yield "- None written down yet: the closure of a module does that."
