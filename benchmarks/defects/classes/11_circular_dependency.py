"""Tasks that wait for each other."""

from defects.project import PROMPTS, Project

WORDS = (r"circ|cycle|each other|itself|loop|→.*→|->",)


def name(task: str) -> str:
    return task.removeprefix(f"{PROMPTS}/")


def wait(project: Project, task: str, *others: str) -> None:
    project.set_key(task, "depends_on", f"[{', '.join(name(one) for one in others)}]")


def itself(project: Project) -> None:
    task = project.a_task()
    wait(project, task, task)


def two(project: Project) -> None:
    one, other = project.two_tasks()
    wait(project, one, other)
    wait(project, other, one)


def chain(project: Project) -> None:
    tasks = project.facts.tasks[-3:] if len(project.facts.tasks) > 2 else project.facts.tasks
    for one, other in zip(tasks, (*tasks[1:], tasks[0]), strict=True):
        wait(project, one, other)


def across_all(project: Project) -> None:
    wait(project, project.facts.tasks[0], project.facts.tasks[-1])
    tasks = project.facts.tasks
    for one, other in zip(tasks[1:], tasks, strict=False):
        wait(project, one, other)


def variants():
    return {"on itself": itself, "two": two, "three in a row": chain, "through all tasks": across_all}


def controls():
    def diamond(project: Project) -> None:
        tasks = project.facts.tasks
        wait(project, tasks[-1], *tasks[:-1])

    return {"many ways to one end": diamond}
