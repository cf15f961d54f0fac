"""Two tasks bear the same id."""

from defects.project import PROMPTS, Project

WORDS = (r"twice|again|duplicate|already|same id|also|two tasks|more than once",)


def same(project: Project, first: str = "{}", second: str = "{}") -> None:
    one, other = project.two_tasks()
    id_ = project.key(one, "id") or "ING-7"
    project.set_key(one, "id", first.format(id_))
    project.set_key(other, "id", second.format(id_))


def copied(project: Project) -> None:
    task = project.a_task()
    if not project.key(task, "id"):
        project.set_key(task, "id", "ING-7")
    text = project.text(task)
    for path in project.deliverables(task):
        name = path.split("/")[-1]
        text = text.replace(path, path.replace(name, f"second_{name}"))
    project.concern(task)
    project.write(f"{PROMPTS}/tasks/copies/{task.split('/')[-1]}", text)


def variants():
    return {
        "given twice": same,
        "a copied file": copied,
        "once in quotes": lambda project: same(project, second='"{}"'),
        "with a remark": lambda project: same(project, second="{}    # as agreed"),
    }
