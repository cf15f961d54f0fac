"""Words of a careful person: requirements, tasks, documents, code, in the forms that seed 003 and its users know."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from random import Random
from typing import Any

from defects.project import PROMPTS

CREATED, UPDATED = "2026-08-03", "2026-10-12"


@dataclass(frozen=True)
class Need:
    """A requirement."""

    id: str
    title: str
    asks: str
    """One sentence with one modal verb."""
    accepted: tuple[str, ...] = ()
    rules: tuple[str, ...] = ()


@dataclass(frozen=True)
class Job:
    """A task."""

    path: str
    """`ingestion/orders`."""
    title: str
    makes: tuple[str, ...]
    criteria: tuple[tuple[str, str], ...]
    """(words, kind of check)."""
    how: tuple[str, ...]
    bounds: tuple[str, ...] = ("Python 3.11 or newer, and no package beyond those of pyproject.toml.",)
    why: str = ""
    serves: tuple[str, ...] = ()
    after: tuple[str, ...] = ()
    checks: tuple[str, ...] = ()
    context: tuple[str, ...] = ("Standards: standards/development_patterns.md",)
    id: str = ""
    done: bool = False
    keys: Mapping[str, str] = field(default_factory=dict)
    """More front matter."""

    @property
    def file(self) -> str:
        return f"{PROMPTS}/tasks/{self.path}.md"

    @property
    def module(self) -> str:
        return self.path.split("/")[0]


Column = tuple[str, str, str, str]
"""Name, type, nullable, meaning."""


@dataclass
class Pen:
    """Writes below one root."""

    root: Path
    line_end: str = "\n"
    begin: str = ""

    def put(self, path: str, text: str) -> str:
        place = self.root / path
        place.parent.mkdir(parents=True, exist_ok=True)
        text = text.rstrip("\n") + "\n"
        kind = (self.begin, self.line_end) if path.endswith(".md") else ("", "\n")
        place.write_bytes((kind[0] + text.replace("\n", kind[1])).encode("utf-8"))
        return path

    def page(self, path: str, title: str, purpose: str, related: Sequence[str], body: str, **keys: str) -> str:
        """A document with front matter, below agent-prompts/."""
        return self.put(f"{PROMPTS}/{path}", front(title, purpose, related, **keys) + f"\n# {title}\n\n{body}")


def front(title: str, purpose: str, related: Sequence[str] = (), updated: str = UPDATED, created: str = CREATED) -> str:
    """As meta/context_file_standards.md and seed 003 have it."""
    files = "".join(f"\n  - {one}" for one in related)
    listed = f"related_files:{files}\n" if related else ""
    audience = "audience: [data-engineers, claude-code]\n"
    days = f'created: {created}\nupdated: {updated}\nversion: "1.0"\n'
    return f"---\ntitle: {title}\npurpose: {purpose}\n{audience}{days}{listed}---\n"


def sections(found: Mapping[str, str], level: str = "##") -> str:
    """Headings with their bodies."""
    return "\n\n".join(f"{level} {heading}\n\n{body.strip()}" for heading, body in found.items())


def table(head: str, *rows: str) -> str:
    """`a | b` -> a Markdown table."""
    width = head.count("|") + 1
    return "\n".join([f"| {head} |", "|" + "---|" * width, *(f"| {row} |" for row in rows)])


# --- requirements ------------------------------------------------------------------------------------------


def as_heading(need: Need) -> str:
    """`### BR-1: Title`."""
    lines = [f"### {need.id}: {need.title}", need.asks]
    return "\n".join([*lines, *(f"- Acceptance: {one}" for one in need.accepted), *rules_of(need)])


def as_item(need: Need, mark: str = "-", bold: bool = False) -> str:
    """`- BR-1: Title`, with what belongs to it indented."""
    name = f"**{need.id}**: {need.title}" if bold else f"{need.id}: {need.title}"
    below = [need.asks, *(f"- Acceptance: {one}" for one in need.accepted), *rules_of(need)]
    return "\n".join([f"{mark} {name}", *(f"  {line}" for line in below)])


def rules_of(need: Need) -> Iterable[str]:
    return (f"- Rule: {one}" for one in need.rules)


def told(needs: Iterable[Need], kind: str, form: Callable[[Need], str] = as_heading) -> str:
    """All of one kind."""
    gap = "\n\n" if form is as_heading else "\n"
    return gap.join(form(need) for need in needs if need.id.startswith(kind))


# --- tasks -------------------------------------------------------------------------------------------------


def boxes(job: Job, mark: str, numbered: bool) -> str:
    """Success criteria."""
    tick = "x" if job.done else " "
    names = [f"AC-{number}: " if numbered else "" for number in range(1, len(job.criteria) + 1)]
    lines = zip(names, job.criteria, strict=True)
    return "\n".join(f"{mark} [{tick}] {name}{words} (check: {kind})" for name, (words, kind) in lines)


def listed(items: Iterable[str], mark: str = "-") -> str:
    return "\n".join(f"{mark} {one}" for one in items)


def task_front(job: Job) -> str:
    """What a program must know."""
    lines = [f"id: {job.id}"] if job.id else []
    lines += [f"module: {job.module}"] if job.id else []
    lines += [f"requirements: [{', '.join(job.serves)}]"] if job.serves else []
    lines += ["depends_on:", *(f"  - tasks/{one}.md" for one in job.after)] if job.after else []
    lines += ["checks:", *(f"  - {one}" for one in job.checks)]
    lines += [f"{key}: {value}" for key, value in job.keys.items()]
    return "---\n" + "\n".join(lines) + "\n---\n"


def long_task(job: Job, mark: str = "-", numbered: bool = True, colon: str = ":") -> str:
    """DELIVERABLES, SUCCESS CRITERIA, CONTEXT FILES, ..."""
    found = {
        "DELIVERABLES": listed(job.makes, mark),
        "SUCCESS CRITERIA": boxes(job, mark, numbered),
        "CONTEXT FILES": listed(job.context, mark),
        "TECHNICAL SPECIFICATIONS": listed(job.how, mark),
        "CONSTRAINTS & STANDARDS": listed(job.bounds, mark),
    }
    body = "\n\n".join(f"## {name}{colon}\n{words}" for name, words in found.items())
    return f"{task_front(job)}\n## TASK: {job.title}\n\n{body}\n"


def short_task(job: Job, mark: str = "-") -> str:
    """OBJECTIVE, FILES TO CREATE, SPECIFICATIONS, DEPENDENCIES."""
    how = f"{boxes(job, mark, numbered=False)}\n\n{' '.join((*job.how, *job.bounds))}"
    found = {
        "OBJECTIVE": job.why or f"{job.title}, so that it need not be done by hand.",
        "FILES TO CREATE": listed(job.makes, mark),
        "SPECIFICATIONS": how,
        "DEPENDENCIES": listed(job.context, mark),
    }
    body = "\n".join(f"## {name}\n{words}" for name, words in found.items())
    return f"{task_front(job)}## TASK: {job.title}\n{body}\n"


def put_tasks(pen: Pen, jobs: Sequence[Job], form: Callable[[Job], str], dice: Random) -> dict[str, Any]:
    """Every task, and what those that are done have made. Gives what Facts want to know."""
    for job in jobs:
        pen.put(job.file, form(job))
        for path in job.makes if job.done else ():
            if not (pen.root / path).exists():
                pen.put(path, made(path, job, dice))
    return {"tasks": tuple(job.file for job in jobs), "done": tuple(job.file for job in jobs if job.done)}


def made(path: str, job: Job, dice: Random) -> str:
    """What a task left behind."""
    if path.endswith(".json"):
        return '{"name": "suite", "expectations": [{"type": "expect_table_row_count_to_be_between"}], "meta": {}}'
    if path.startswith("tests/"):
        return test_code(job.title)
    return (
        code(dice, job.title, dice.randint(205, 260)) if path.endswith(".py") else f"-- {job.title}\nselect 1 as one\n"
    )


# --- context -----------------------------------------------------------------------------------------------


def dataset(name: str, says: str, columns: Sequence[Column]) -> str:
    """`### Dataset: name` with its table."""
    rows = table("column | type | nullable | meaning", *(" | ".join(column) for column in columns))
    return f"### Dataset: {name}\n\n{says}\n\n{rows}"


def system_context(pen: Pen, project: str, updated: str = UPDATED, **constraints: str) -> str:
    """As seed 003 has it."""
    more = "".join(f"  {name}: {value}\n" for name, value in constraints.items())
    return pen.put(
        f"{PROMPTS}/context/system_context.yaml",
        f"project: {project}\nversion: 1.0.0\nupdated: {updated}\n"
        "tech_stack:\n  orchestration: {tool: Apache Airflow, version: 2.8.0}\n"
        "  processing: {tool: Apache Spark, version: 3.5.0}\n  storage: {tool: Apache Iceberg, version: 1.4.0}\n"
        f"constraints:\n  spark: {{max_executors: 20, executor_memory: 16GB}}\n{more}"
        'patterns:\n  dag_structure: "orchestration-focused"\n  error_handling: "fail-fast"\n  logging: "structured-json"\n',
    )


def patterns(pen: Pen, *related: str, updated: str = UPDATED) -> str:
    """standards/development_patterns.md, after seed 003."""
    body = """
## Error Handling Standards

### Spark Jobs

- Wrap main logic in try-finally
- Log errors with correlation_id
- Clean up resources in finally

### Example

```python
correlation_id = str(uuid.uuid4())
try:
    write(validated(read(arguments)), arguments.target_table)
except Exception as error:
    logger.error("job failed", extra={"correlation_id": correlation_id, "error": str(error)})
    raise
finally:
    spark.stop()
```

## Validation

- [ ] All functions have correlation_id logging
- [ ] Resource cleanup in finally blocks
- [ ] Structured JSON logging format
"""
    purpose = "Patterns and conventions of this project for Claude Code"
    path, title = "standards/development_patterns.md", "Development Patterns"
    return pen.page(path, title, purpose, related, body.strip(), updated=updated)


@dataclass(frozen=True)
class Part:
    """A module of the structure."""

    name: str
    does: str
    layer: str
    needs: tuple[str, ...] = ()
    lines: str = ""
    """`{least: 1, most: 500, why: ...}` where it has a size of its own."""


def structure(pen: Pen, parts: Sequence[Part], updated: str = UPDATED) -> str:
    """design/module_structure.yaml."""
    head = (
        f'version: "1.0"\nupdated: {updated}\nlines: {{least: 200, most: 400}}\nroots: [src]\noutside: []\nmodules:\n'
    )
    found = []
    for part in parts:
        lines = f"    lines: {part.lines}\n" if part.lines else ""
        found.append(
            f'  - name: {part.name}\n    responsibility: "{part.does}"\n    layer: {part.layer}\n'
            f'    files: ["src/{part.name}/**"]\n    depends_on: [{", ".join(part.needs)}]\n{lines}'
        )
    return pen.put(f"{PROMPTS}/design/module_structure.yaml", head + "".join(found))


# --- code --------------------------------------------------------------------------------------------------

VERBS = ("read", "check", "split", "count", "group", "order", "compare", "merge", "round", "label", "trim", "shift")
NOUNS = ("rows", "days", "parts", "totals", "gaps", "keys", "names", "spans", "units", "loads", "marks", "limits")


def code(dice: Random, says: str, lines: int, imports: Sequence[str] = ()) -> str:
    """A module of Python with about so many lines."""
    names = [f"{verb}_{noun}" for verb in VERBS for noun in NOUNS]
    dice.shuffle(names)
    head = [f'"""{says}."""', "", "from __future__ import annotations", "", *imports, *([""] if imports else []), ""]
    found = list(head)
    while len(found) + 11 <= lines:
        name = names.pop()
        verb, noun = name.split("_")
        least = dice.randint(1, 9)
        found += [
            f"def {name}(rows: list[dict[str, object]], key: str) -> list[dict[str, object]]:",
            f'    """{verb.capitalize()} the {noun} of what was delivered."""',
            "    found = []",
            "    for row in rows:",
            "        value = row.get(key)",
            f"        if value is None or len(str(value)) < {least}:",
            "            continue",
            f'        found.append({{**row, "{noun}": value}})',
            "    return found",
            "",
            "",
        ]
    return "\n".join(found).rstrip("\n") + "\n"


def test_code(says: str) -> str:
    return (
        f'"""{says}: what must hold."""\n\n\ndef test_nothing_is_lost():\n    assert sorted([3, 1, 2]) == [1, 2, 3]\n'
    )
