"""Some sixty requirements in three files, in three forms; tasks cite dozens of them."""

from __future__ import annotations

from pathlib import Path
from random import Random

from defects.project import Facts
from defects.write import (
    Job,
    Need,
    Pen,
    as_heading,
    as_item,
    dataset,
    long_task,
    patterns,
    put_tasks,
    sections,
    system_context,
    told,
)

TABLES = {
    "bronze.loans": ("loan_id", "copy_id", "reader_id", "lent_at", "due_at", "returned_at", "renewals", "desk"),
    "bronze.copies": ("copy_id", "title_id", "shelf", "bought_at", "price_cents", "state"),
    "bronze.readers": ("reader_id", "joined_at", "branch", "kind", "blocked_until"),
    "silver.titles": ("title_id", "isbn", "language", "first_lent_at", "loans", "waiting"),
}
MAY_BE_EMPTY = ("returned_at", "blocked_until", "isbn", "first_lent_at")
MODALS = ("must", "must", "shall", "should")
BRANCHES = (
    "Altona",
    "Barmbek",
    "Central",
    "Docks",
    "Eilbek",
    "Fuhlsbüttel",
    "Garden City",
    "Harbour",
    "Island",
    "Jarre",
)
REPORTS = ("loans by hour", "overdue copies", "empty shelves", "waiting lists", "new readers", "lost copies")
WHERE = {"BR": "business_requirements", "DR": "data_requirements", "TR": "technical_assessment"}


def needs(dice: Random) -> list[Need]:
    """Numbered without gaps, worded by people who copy and adapt."""
    found = [*reports(dice), *branches(dice), *columns(dice), *limits(dice)]
    count = dict.fromkeys(WHERE, 0)
    numbered = []
    for kind, title, asks, accepted, rules in found:
        count[kind] += 1
        numbered.append(Need(f"{kind}-{count[kind]}", title, asks, accepted, rules))
    return numbered


def reports(dice: Random):
    for report in REPORTS:
        modal, hour = dice.choice(MODALS), dice.choice((6, 7, 8))
        asks = f"The report on {report} {modal} be readable at 0{hour}:00 on each working day."
        accepted = (
            f"given a night run that ended, when the report on {report} is opened, then it ends with the day before.",
        )
        yield "BR", f"{report.capitalize()} in the morning", asks, accepted, ()
        asks = f"The report on {report} {modal} name the branch of each figure."
        yield (
            "BR",
            f"{report.capitalize()} by branch",
            asks,
            (f"given two branches, when {report} are counted, then each has its own figure.",),
            (),
        )


def branches(dice: Random):
    for branch in BRANCHES:
        desks = dice.randint(2, 9)
        asks = f"The {desks} desks of the {branch} branch {dice.choice(MODALS)} deliver their loans each evening."
        accepted = (
            f"given an evening at {branch}, when the last desk has closed, then {desks} files are in the bucket.",
            f"given a desk of {branch} that was closed all day, when files are counted, then its empty file counts.",
        )
        yield "BR", f"Loans of {branch}", asks, accepted, ()


def columns(dice: Random):
    for table, names in TABLES.items():
        for name in names:
            share = dice.choice(("100", "99.5", "99", "98.5"))
            rule = f"{table}.{name} not_null, threshold {share} %"
            if name in MAY_BE_EMPTY:
                rule = f"{table}.{name} unique where it is given, threshold {share} %"
            yield (
                "DR",
                f"{name} of {table}",
                f"The column {name} of {table} {dice.choice(MODALS)} hold what was delivered.",
                (),
                (rule,),
            )


def limits(dice: Random):
    for table in TABLES:
        minutes, tries = dice.choice((10, 20, 40)), dice.choice((2, 3, 5))
        asks = f"A load of {table} {dice.choice(MODALS)} end within {minutes} minutes."
        accepted = (
            f"given the largest evening of the year, when {table} is loaded, then it has ended after {minutes} minutes.",
        )
        yield "TR", f"Time of {table}", asks, accepted, ()
        asks = f"A failed load of {table} {dice.choice(MODALS)} be tried {tries} times before somebody is called."
        accepted = (f"given a store that is away, when {table} is loaded, then there are {tries} lines in the log.",)
        yield "TR", f"Patience with {table}", asks, accepted, ()


def jobs(found: list[Need]) -> list[Job]:
    """One task for each table, one for all reports."""
    made = []
    for table in TABLES:
        name = table.split(".")[1]
        serves = [need.id for need in found if table in need.asks]
        if name == "loans":
            serves += [need.id for need in found if need.title.startswith("Loans of ")]
        made.append(
            Job(
                f"landing/{name}",
                f"Land the {name} of every branch",
                (f"src/landing/{name}.py", f"tests/landing/test_{name}.py"),
                (
                    (f"rows in {table} plus quarantine equal rows delivered", "job"),
                    ("rules of its columns hold", "pytest"),
                ),
                (
                    f"One file a desk and evening; the header names the columns of {table}.",
                    "Readers are numbers; names never leave the branch.",
                ),
                serves=tuple(serves),
                checks=("python", f"pytest: tests/landing/test_{name}.py", f"job: src/landing/{name}.py"),
                context=("Schema: context/data_context.md", "Standards: standards/development_patterns.md"),
                id=f"LAN-{name.upper()}",
            )
        )
    rest = tuple(need.id for need in found if not any(need.id in job.serves for job in made))
    last = Job(
        "reports/morning",
        "The reports of the morning",
        tuple(f"dbt/models/{report.replace(' ', '_')}.sql" for report in REPORTS),
        (("each report ends with the day before", "dbt"), ("each figure has a branch", "dbt")),
        ("One model a report, all of them on silver.",),
        serves=rest,
        after=tuple(job.path for job in made),
        checks=("dbt: reports",),
        context=("Schema: context/data_context.md",),
        id="REP-MORNING",
    )
    return [*made, last]


def make(root: Path, dice: Random) -> Facts:
    """A public library with ten branches."""
    pen, found = Pen(root), needs(dice)
    forms = {"BR": as_heading, "DR": as_item, "TR": lambda need: as_item(need, bold=True)}
    titles = {"BR": "Business Requirements", "DR": "Data Requirements", "TR": "Technical Assessment"}
    documents = [
        pen.page(
            f"requirements/{WHERE[kind]}.md",
            titles[kind],
            "What the library asked for",
            (),
            sections({titles[kind]: told(found, kind, form)}),
        )
        for kind, form in forms.items()
    ]
    data = "\n\n".join(
        dataset(
            table,
            f"One row is one of {table.split('.')[1]}.",
            [
                (name, "string", "yes" if name in MAY_BE_EMPTY else "no", f"{name} as the branch has it")
                for name in names
            ],
        )
        for table, names in TABLES.items()
    )
    documents.append(
        pen.page(
            "context/data_context.md", "Data Context", "Four tables, column by column", (), sections({"Datasets": data})
        )
    )
    documents.append(patterns(pen))
    system_context(pen, "Library Loans")
    return Facts(
        "loans",
        **put_tasks(pen, jobs(found), long_task, dice),
        requirements={need.id: f"agent-prompts/requirements/{WHERE[need.id.split('-')[0]]}.md" for need in found},
        tables=TABLES,
        documents=tuple(documents),
    )
