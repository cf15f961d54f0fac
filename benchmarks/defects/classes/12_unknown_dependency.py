"""A task waits for one that does not exist."""

from defects.project import PROMPTS, Project

WORDS = (r"does not exist|unknown|no (such )?task|not a task|is no task|not found|normal",)


def on(project: Project, name: str) -> None:
    project.set_key(project.a_task(), "depends_on", f"[{name}]")


def misspelled(project: Project) -> None:
    one, other = project.two_tasks()
    name = one.removeprefix(f"{PROMPTS}/")
    project.set_key(other, "depends_on", f"[{name[:-4]}{name[-3:]}]")


def ending_forgotten(project: Project) -> None:
    one, other = project.two_tasks()
    project.set_key(other, "depends_on", f"[{one.removeprefix(f'{PROMPTS}/').removesuffix('.md')}_v2]")


def renamed(project: Project) -> None:
    one, other = project.two_tasks()
    project.set_key(other, "depends_on", f"[{one.removeprefix(f'{PROMPTS}/')}]")
    project.write(one.replace(".md", "_daily.md"), project.text(one))
    project.delete(one)
    project.concern(*project.facts.tasks)


def variants():
    return {
        "never was": lambda project: on(project, "tasks/ingestion/calendar.md"),
        "a letter is missing": misspelled,
        "another version": ending_forgotten,
        "renamed": renamed,
        "a document": lambda project: on(project, "standards/development_patterns.md"),
    }
