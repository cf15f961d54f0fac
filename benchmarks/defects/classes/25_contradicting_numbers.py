"""Two numbers for the same thing."""

import re

from defects.project import PROMPTS, Project, Unsuitable

WORDS = (r"contradict|differ|disagree|elsewhere|(an)?other number|two numbers|\d.* (but|and|while|here) .*\d",)
UNIT = re.compile(
    r"\b(within|after|at most|up to|of the|than|times:?) (\d+) (hours|minutes|days|degrees|executors|desks|metres|connections|times|stations)\b"
)


def in_one_requirement(project: Project) -> None:
    id_, path = a_number(project)
    words = project.requirement_text(id_)
    before, number, unit = UNIT.search(words).groups()
    pad = "" if words.startswith("#") else "  "
    line = f"- Acceptance: given a usual day, when it is over, then all is there, {before} {int(number) * 2} {unit}."
    project.put_requirement(id_, words.rstrip("\n") + f"\n{pad}{line}\n\n")
    project.concern(path)


def a_number(project: Project) -> tuple[str, str]:
    found = [one for one in project.facts.requirements.items() if UNIT.search(project.requirement_text(one[0]))]
    if not found:
        raise Unsuitable("no number")
    return project.dice.choice(found)


def retention(project: Project) -> None:
    project.add(f"{PROMPTS}/context/data_context.md", "\n## Keeping\n\n- Retention of raw files: 5 years\n")
    project.add_to_section(project.a_task(), "specifications", "- Retention of raw files: 7 years")


def executors(project: Project) -> None:
    if "max_executors: 20" not in project.text(f"{PROMPTS}/context/system_context.yaml"):
        raise Unsuitable("no bound for executors")
    project.add_to_section(project.a_task(), "constraints", "- max_executors: 40, so that a year fits")
    project.concern(f"{PROMPTS}/context/system_context.yaml")


def within_a_task(project: Project) -> None:
    task = project.a_task()
    project.add_to_section(task, "specifications", "- The source delivers 12 files a day.")
    project.add_to_section(task, "constraints", "- The source delivers 14 files a day.")


def table_and_sentence(project: Project) -> None:
    _, path = project.a_requirement()
    project.add(
        path,
        "\n## Service\n\nBackups are kept for 30 days.\n\n| what | target |\n|---|---|\n| Backups | kept for 90 days |\n",
    )


def requirement_and_task(project: Project) -> None:
    id_, path = project.a_requirement("BR TR")
    accepted = "- Acceptance: given a failed load, when it is tried again, then there are 3 lines in the log."
    project.cite(project.add_requirement(id_, "Patience", "A failed load must be tried 3 times.", accepted))
    project.add_to_section(project.a_task(), "specifications", "- A failed load is tried 5 times.")
    project.concern(path)


def told_twice(project: Project, one: str, other: str) -> None:
    """Here in the data context, there in a task."""
    project.add(f"{PROMPTS}/context/data_context.md", f"\n## More\n\n- {one}\n")
    project.add_to_section(project.a_task(), "specifications", f"- {other}")


def variants():
    return {
        "in one requirement": in_one_requirement,
        "data context and task": retention,
        "system context and task": executors,
        "within a task": within_a_task,
        "a table and a sentence": table_and_sentence,
        "requirement and task": requirement_and_task,
        "so many columns": lambda project: told_twice(
            project, "The export has 12 columns.", "All 14 columns of the export are read."
        ),
        "a label and a sentence": lambda project: told_twice(
            project, "Freshness: 24 hours", "Data is fresh within 36 hours."
        ),
        "so many sources": lambda project: told_twice(
            project, "There are 3 source systems.", "Join the 4 source systems."
        ),
        "a limit of time": lambda project: told_twice(project, "Timeout: 30 s", "The timeout is 60 s."),
        "per cent": lambda project: told_twice(
            project, "Accuracy threshold: 99.9 %", "The accuracy threshold is 99.5 %."
        ),
    }


def controls():
    def different_things(project: Project) -> None:
        task = project.a_task()
        project.add_to_section(task, "specifications", "- The first try waits 2 seconds, the last one 60 seconds.")
        project.add_to_section(
            task, "constraints", "- A test ends within 5 seconds; Spark 3.5 and Python 3.11 are given."
        )

    def parts_of_a_whole(project: Project) -> None:
        project.add_to_section(
            project.a_task(), "specifications", "- Of 365 files, 12 files are late each year and 3 files come twice."
        )

    def same_in_other_words(project: Project) -> None:
        task = project.a_task()
        project.add_to_section(task, "specifications", "- Raw files are kept for 1 day, in all 336,776 rows.")
        project.add_to_section(task, "constraints", "- Raw files are kept for 24 hours; the 336776 rows are counted.")

    def then_and_now(project: Project) -> None:
        project.add_to_section(
            project.a_task(), "specifications", "- A load took 40 minutes last year and takes 10 minutes since then."
        )

    def bounds(project: Project) -> None:
        project.add_to_section(
            project.a_task(),
            "specifications",
            "- A file has at least 2 rows and at most 90000 rows; usually 1200 rows.",
        )

    return {
        "different things": different_things,
        "parts of a whole": parts_of_a_whole,
        "the same in other words": same_in_other_words,
        "then and now": then_and_now,
        "bounds": bounds,
    }
