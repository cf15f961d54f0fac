"""Two tasks that both make the same file."""

from defects.project import PROMPTS, Project

WORDS = (r"also|both|already|two tasks|another task|owned|same (file|deliverable)|twice",)


def both(project: Project, form: str = "{}") -> None:
    one, other = project.two_tasks()
    mark = project.section(one, "deliverables").lstrip()[0]
    path = project.deliverables(one)[0]
    project.add_to_section(other, "deliverables", f"{mark} {form.format(path)}")
    project.concern(one)


def copied(project: Project) -> None:
    task = project.a_task()
    path = f"{PROMPTS}/tasks/copies/{task.split('/')[-1]}"
    project.write(path, project.text(task))
    if project.key(path, "id"):
        project.set_key(path, "id", "CPY-1")
    project.concern(task)


def variants():
    return {
        "added": both,
        "in backticks": lambda project: both(project, "`{}`"),
        "with words behind it": lambda project: both(project, "{} (retries added)"),
        "with a dot before it": lambda project: both(project, "./{}"),
        "a copied task": copied,
    }
