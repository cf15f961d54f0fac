"""A data quality rule on a column, or a table, that the data context does not know."""

import re

from defects.project import PROMPTS, Project, Unsuitable

WORDS = (r"no (such )?column|no dataset|no (such )?table|unknown (column|table|dataset)",)
RULE = r"(Rule: )(\w+\.\w+)\.(\w+)"


def another(project: Project, form: str) -> None:
    id_, path = project.a_rule()
    project.sub_requirement(id_, RULE, form, 1)
    project.concern(path)


def misspelled(project: Project) -> None:
    id_, _ = project.a_rule()
    project.sub_requirement(id_, RULE, lambda found: f"{found[1]}{found[2]}.{found[3][:-1]}", 1)


def renamed(project: Project) -> None:
    id_, path = project.a_rule()
    found = re.search(RULE, project.requirement_text(id_))
    text = project.text(f"{PROMPTS}/context/data_context.md")
    begin = text.index(f"Dataset: {found[2]}\n")
    project.write(
        f"{PROMPTS}/context/data_context.md",
        text[:begin] + text[begin:].replace(f"| {found[3]} |", f"| {found[3]}_new |", 1),
    )
    project.concern(path)


def of_another_table(project: Project) -> None:
    tables = project.facts.tables
    if len(tables) < 2:
        raise Unsuitable("nothing to break")
    id_, _ = project.a_rule()

    def swapped(found: re.Match[str]) -> str:
        strange = [
            name
            for other, names in sorted(tables.items())
            if other != found[2]
            for name in names
            if name not in tables[found[2]]
        ]
        return f"{found[1]}{found[2]}.{strange[0] if strange else 'nothing'}"

    project.sub_requirement(id_, RULE, swapped, 1)


def variants():
    return {
        "a letter is missing": misspelled,
        "never was": lambda project: another(project, r"\1\2.customer_mood"),
        "another table": lambda project: another(project, r"\1gold.figures.\3"),
        "a column of another table": of_another_table,
        "renamed in the data context": renamed,
    }
