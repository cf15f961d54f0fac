"""A section that is needed is not there, or under a name that nobody looks for."""

import re

from defects.project import Project

WORDS = (
    r"section",
    r"(no|without a?|names no) (task|title|deliverable|success criteri)",
    r"missing.*(TASK|DELIVERABLES|FILES TO CREATE|CRITERIA)",
)


def no_deliverables(project: Project) -> None:
    project.drop_section(project.a_task(), "deliverables")


def no_task(project: Project) -> None:
    project.sub(project.a_task(), r"^## TASK.*\n", "")


def no_criteria(project: Project) -> None:
    project.drop_section(project.a_task(), "criteria")


def hashes_forgotten(project: Project) -> None:
    project.sub(project.a_task(), r"^## (DELIVERABLES|FILES TO CREATE)", lambda found: found[1])


def misspelled(project: Project) -> None:
    project.sub(
        project.a_task(),
        r"^## (DELIVERABLES|FILES TO CREATE)",
        lambda found: "## " + re.sub("LIVER|O ", "LVER", found[1]),
    )


def german_heading(project: Project) -> None:
    project.sub(project.a_task(), r"^## (DELIVERABLES|FILES TO CREATE)", "## LIEFERGEGENSTÄNDE")


def another_heading(project: Project, form: str) -> None:
    project.sub(project.a_task(), r"^## ((?:DELIVERABLES|FILES TO CREATE):?)$", form)


def variants():
    return {
        "no deliverables": no_deliverables,
        "no task line": no_task,
        "no success criteria": no_criteria,
        "hashes forgotten": hashes_forgotten,
        "misspelled": misspelled,
        "another language": german_heading,
        "bold instead of a heading": lambda project: another_heading(project, r"**\1**"),
    }


def controls():
    def one_more(project: Project) -> None:
        project.add(project.a_task(), "\n## NOTES\n\nThe owner of the source was asked twice.\n")

    def small_letters(project: Project) -> None:
        project.sub(project.a_task(), r"^## ([A-Z& ]+)(:?)$", lambda found: f"## {found[1].capitalize()}{found[2]}", 0)

    return {"a section more": one_more, "headings in small letters": small_letters}
