"""Every known defect, planted into a clean project: proof that each rule still bites, and that none bites without cause."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from functools import cache
from pathlib import Path

from agentic.specs.library import Library
from agentic.specs.lint import lint
from agentic.specs.rule import Defect, Rule, add, swap, write
from agentic.specs.rules import RULES
from agentic.specs.rules.planting import LANDING, ORDERS, PATTERNS, hold, link, together
from agentic.values import Finding
from agentic.values.noun import Noun

CLEAN = Path(__file__).parent / "rules/clean"
"""A small, careful project of which no rule has anything to say."""


class Proof(Noun, frozen=True):
    """Of one rule: what was planted, and what it did not see."""

    code: str
    name: str
    defects: int
    missed: tuple[str, ...] = ()
    """Defects that the rule was silent about, or that could not be planted."""

    @property
    def bites(self) -> bool:
        """A rule that nothing was planted for is not proven."""
        return self.defects > 0 and not self.missed


class Bitten(Noun, frozen=True):
    """One rule as the test knows it: a code, and what has to make it speak."""

    code: str
    name: str
    defects: tuple[Defect, ...]


def known(rules: Sequence[Rule] = RULES) -> tuple[Bitten, ...]:
    """Every rule of lint, and what the reader of tasks says, by code."""
    every = (*(Bitten(rule.code, rule.name, rule.defects) for rule in rules), *READER)
    return tuple(sorted(every, key=lambda one: one.code))


def alarms(folder: Path, roots: tuple[str, ...]) -> tuple[Finding, ...]:
    """What is found in the clean project; anything is one too many."""
    return lint(Library(planted(folder / "clean", ()), roots))


def prove(folder: Path, roots: tuple[str, ...], bitten: Sequence[Bitten]) -> Iterator[Proof]:
    """One rule after the other. `folder` is empty, and will be full of broken projects."""
    for one in bitten:
        missed = (
            missing(folder / f"{one.code}-{number}", one.code, defect, roots)
            for number, defect in enumerate(one.defects)
        )
        yield Proof(one.code, one.name, len(one.defects), tuple(name for name in missed if name))


def missing(project: Path, code: str, defect: Defect, roots: tuple[str, ...]) -> str:
    """What the rule did not see; empty where it spoke."""
    try:
        planted(project, (defect.plant,))
    except (OSError, ValueError) as error:
        return f"{defect.name} (cannot be planted: {error})"
    found = {finding.code for finding in lint(Library(project, roots))}
    return "" if code in found else defect.name


def planted(project: Path, plants: Sequence[Callable[[Path], None]]) -> Path:
    """A copy of the clean project with these defects."""
    for path, content in clean():
        file = project / path
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_bytes(content)
    for plant in plants:
        plant(project)
    return project


@cache
def clean() -> tuple[tuple[str, bytes], ...]:
    """(path, content) of the clean project, read once."""
    files = (file for file in sorted(CLEAN.rglob("*")) if file.is_file() and "__pycache__" not in file.parts)
    return tuple((file.relative_to(CLEAN).as_posix(), file.read_bytes()) for file in files)


TITLE = "## TASK: Load the orders of a day into bronze.orders\n"
MADE = "- src/ingestion/orders.py\n"
SCHEMA = "- Schema: context/data_context.md\n"
AFTER = "depends_on: [tasks/ingestion/landing.md]"
SECOND = "agent-prompts/tasks/ingestion/again.md"
CIRCLE = swap(LANDING, "requirements: [BR-1]\n", "requirements: [BR-1]\ndepends_on: [tasks/ingestion/orders.md]\n")

READER: tuple[Bitten, ...] = (
    Bitten("AGT100", "SpecError", (
        Defect("a section twice", swap(ORDERS, "## CONTEXT FILES:\n", "## DELIVERABLES:\n- src/ingestion/again.py\n\n## CONTEXT FILES:\n")),
        Defect("a section in both vocabularies", swap(LANDING, "## DEPENDENCIES\n", "## CONTEXT FILES:\n- None\n## DEPENDENCIES\n")),
    )),
    Bitten("AGT101", "NoSuchSpec", (Defect("a link that leads nowhere", link("agent-prompts/context/technology.md", "gone.md")),)),
    Bitten("AGT102", "EmptySpec", (
        Defect("no byte", write(SECOND, "")),
        Defect("blanks only", write(SECOND, " \n\n\t\n")),
        Defect("front matter only", write(SECOND, "---\nid: ING-AGAIN\n---\n")),
    )),
    Bitten("AGT103", "BadFrontMatter", (
        Defect("no YAML", swap(ORDERS, "requirements: [BR-1, BR-2, DR-1]", "requirements: [BR-1, BR-2, DR-1")),
        Defect("an unknown key", swap(ORDERS, "attempts: 3", "atempts: 3")),
        Defect("a key twice", swap(ORDERS, "attempts: 3", "attempts: 3\nattempts: 4")),
        Defect("a word for a number", swap(ORDERS, "attempts: 3", "attempts: many")),
        Defect("no end", swap(ORDERS, "budget: {usd: 1.00, tokens: 200000}\n---\n", "budget: {usd: 1.00, tokens: 200000}\n")),
    )),
    Bitten("AGT104", "BadDeliverable", (
        Defect("outside the project", swap(ORDERS, MADE, "- ../../etc/orders.py\n")),
        Defect("absolute", swap(ORDERS, MADE, "- /opt/orders.py\n")),
        Defect("at home", swap(ORDERS, MADE, "- ~/orders.py\n")),
        Defect("on a drive", swap(LANDING, "- src/ingestion/landing.py\n", "- C:\\ingestion\\landing.py\n")),
        Defect("a spec", swap(ORDERS, MADE, "- agent-prompts/tasks/ingestion/next.md\n")),
        Defect("a record", swap(ORDERS, MADE, "- agent-prompts/progress/executed_prompts/2026-11-19_orders_v1.md\n")),
        Defect("named twice", swap(ORDERS, MADE, f"{MADE}{MADE}")),
    )),
    Bitten("AGT105", "MissingSection", (
        Defect("no title", swap(ORDERS, TITLE, "")),
        Defect("no deliverables", swap(ORDERS, "## DELIVERABLES:\n", "")),
        Defect("an empty list", swap(ORDERS, f"{MADE}- tests/ingestion/test_orders.py\n", "")),
        Defect("no files to create", swap(LANDING, "## FILES TO CREATE\n", "")),
    )),
    Bitten("AGT106", "NoSuchContext", (
        Defect("a file that is not there", swap(ORDERS, SCHEMA, f"{SCHEMA}- Glossary: context/glossary.md\n")),
        Defect("a letter too few", swap(ORDERS, SCHEMA, "- Schema: context/data_contex.md\n")),
        Defect("outside the project", swap(LANDING, SCHEMA, "- Schema: ../../data_context.md\n")),
    )),
    Bitten("AGT107", "NotText", (
        Defect("not UTF-8", hold(SECOND, b"## TASK: caf\xe9\n")),
        Defect("a NUL", add(PATTERNS, "\n\0\n")),
        Defect("data", hold("agent-prompts/context/data.md", b"1,2,3\n" * 400_000)),
    )),
    Bitten("AGT108", "UnknownCheck", (
        Defect("a check that does not exist", swap(ORDERS, "  - python\n", "  - pylnt\n")),
        Defect("a measure that the task does not have", swap(ORDERS, "(check: pytest)", "(check: dbt)")),
    )),
    Bitten("AGT109", "BadDependency", (
        Defect("on a task that is not there", swap(ORDERS, AFTER, "depends_on: [tasks/ingestion/landed.md]")),
        Defect("in a circle", CIRCLE),
        Defect("on itself", swap(ORDERS, AFTER, "depends_on: [tasks/ingestion/orders.md]")),
        Defect("in a circle of three", together(
            swap(LANDING, "requirements: [BR-1]\n", "requirements: [BR-1]\ndepends_on: [tasks/ingestion/again.md]\n"),
            write(SECOND, "---\nid: ING-AGAIN\ndepends_on: [tasks/ingestion/orders.md]\nchecks: [python]\n---\n## TASK: Again\n## DELIVERABLES:\n- src/ingestion/again.py\n"),
        )),
    )),
    Bitten("AGT110", "BadTemplate", (Defect("a template that is not there", swap(ORDERS, "attempts: 3", "attempts: 3\ntemplate: examples/orders.py.j2")),)),
)  # fmt: skip
"""What one task cannot be read with, or run with. The reader says it, and lint in the same words."""
