"""Sixty tasks in six modules that depend on each other, a third of them done, with the code they made and its structure."""

from __future__ import annotations

from pathlib import Path
from random import Random

from defects.project import Facts
from defects.write import (
    Job,
    Need,
    Part,
    Pen,
    code,
    dataset,
    long_task,
    patterns,
    put_tasks,
    sections,
    structure,
    system_context,
    told,
)

KINDS = ("rotor", "gearbox", "mast", "inverter", "weather", "grid", "brake", "blade", "noise", "shadow")
MODULES = {
    "landing": (),
    "cleaning": ("landing",),
    "judging": ("cleaning",),
    "counting": ("cleaning",),
    "forecast": ("counting",),
    "alarms": ("judging", "counting"),
}
VERBS = {
    "landing": "Land",
    "cleaning": "Clean",
    "judging": "Judge",
    "counting": "Count",
    "forecast": "Forecast",
    "alarms": "Report",
}
LAYERS = {
    "landing": "ingestion",
    "cleaning": "transformation",
    "judging": "quality",
    "counting": "transformation",
    "forecast": "serving",
    "alarms": "serving",
}
SIZE = '{least: 200, most: 400, why: "each file is within the bounds, the sum of them is not"}'


def needs() -> tuple[Need, ...]:
    """Two for each module, one for each kind of measurement."""
    found = []
    for number, (module, verb) in enumerate(VERBS.items(), 1):
        asks = f"The module {module} must leave a line in the log for each file it has read."
        found.append(
            Need(
                f"BR-{number}",
                f"{verb} with a trace",
                asks,
                (f"given a file, when {module} has read it, then its name is in the log once.",),
            )
        )
    for number, kind in enumerate(KINDS, 1):
        asks = f"A {kind} measurement must have a value."
        found.append(
            Need(f"DR-{number}", f"{kind} is measured", asks, (), (f"bronze.{kind}.value not_null, threshold 99 %",))
        )
    return tuple(found)


def jobs(dice: Random) -> list[Job]:
    """Module by module; each task stands on the same kind in the modules below, and sometimes on a neighbour before it."""
    found: list[Job] = []
    for number, (module, below) in enumerate(MODULES.items(), 1):
        for order, kind in enumerate(KINDS, 1):
            after = [f"{one}/{kind}" for one in below]
            after += [f"{module}/{KINDS[order - 2]}"] if order > 1 and dice.random() < 0.4 else []
            found.append(one_job(module, kind, f"{module[:3].upper()}-{order}", number, order, tuple(after)))
    return found


def one_job(module: str, kind: str, id_: str, number: int, order: int, after: tuple[str, ...]) -> Job:
    words = f"{VERBS[module]} the {kind} measurements"
    return Job(
        f"{module}/{kind}",
        words,
        (f"src/{module}/{kind}.py", f"tests/{module}/test_{kind}.py"),
        ((f"no {kind} measurement is lost or doubled", "pytest"), ("the code compiles and lints", "python")),
        (f"{words} of one mill and hour at a time.", "A mill that is silent is not a mill that stands still."),
        serves=(f"BR-{number}", f"DR-{order}"),
        after=after,
        checks=("python", f"pytest: tests/{module}/test_{kind}.py"),
        context=("Schema: context/data_context.md", "Standards: standards/development_patterns.md"),
        id=id_,
        done=module in ("landing", "cleaning"),
    )


def make(root: Path, dice: Random) -> Facts:
    """A wind farm."""
    pen, asked = Pen(root), needs()
    body = sections({"Business Requirements": told(asked, "BR"), "Data Requirements": told(asked, "DR")})
    columns = (
        ("mill", "int", "no", "Number of the mill, 1 to 44"),
        ("measured_at", "timestamp", "no", "UTC"),
        ("value", "double", "yes", "Unit by kind; empty if silent"),
    )
    data = sections(
        {
            "Datasets": "\n\n".join(
                dataset(f"bronze.{kind}", f"One row is one {kind} measurement.", columns) for kind in KINDS
            )
        }
    )
    documents = (
        pen.page(
            "requirements/business_requirements.md",
            "Business Requirements",
            "What the farm asked for",
            ("context/data_context.md",),
            body,
        ),
        pen.page("context/data_context.md", "Data Context", "Ten kinds of measurements", (), data),
        patterns(pen, "context/system_context.yaml"),
    )
    system_context(pen, "Wind Farm")
    done = ("landing", "cleaning")
    structure(
        pen,
        [
            Part(name, f"{verb}s what the mills measure, kind by kind.", LAYERS[name], MODULES[name], SIZE)
            for name, verb in VERBS.items()
        ],
    )
    for module in done:
        for kind in KINDS:
            uses = [f"from {one}.{kind} import NAME as BELOW" for one in MODULES[module]]
            pen.put(
                f"src/{module}/{kind}.py",
                code(dice, f"{VERBS[module]} {kind}", dice.randint(210, 240), uses) + f'\n\nNAME = "{kind}"\n',
            )
    return Facts(
        "mills",
        **put_tasks(pen, jobs(dice), long_task, dice),
        requirements={need.id: "agent-prompts/requirements/business_requirements.md" for need in asked},
        tables={f"bronze.{kind}": tuple(one[0] for one in columns) for kind in KINDS},
        documents=documents,
        modules=done,
    )
