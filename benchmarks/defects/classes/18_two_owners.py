"""Two tasks that both make the same file."""

from defects.project import PROMPTS, Project

WORDS = (r"deliverable of .* and of|two tasks|another task|owned|same (file|deliverable)",)


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


def controls():
    def read_by_another(project: Project) -> None:
        one, other = project.a_done_task(), project.a_task()
        project.add_to_section(other, "context", f"- Code: {project.deliverables(one)[0]}")

    def same_name_elsewhere(project: Project) -> None:
        one, other = project.two_tasks()
        path = project.deliverables(one)[0]
        mark = project.section(other, "deliverables").lstrip()[0]
        project.add_to_section(other, "deliverables", f"{mark} docs/{path.rpartition('/')[2]}.md")

    return {"read by another": read_by_another, "the same name elsewhere": same_name_elsewhere}
