"""A box is ticked, and what it stands for is not there: "done", says the file, and nothing was done."""

import re

from defects.project import PROMPTS, Project

WORDS = (r"tick|\[x\]|done|checked",)


def tick(project: Project, often: int, mark: str = "x") -> None:
    project.sub(project.a_task(), r"^([-*+]) \[ \]", rf"\1 [{mark}]", often)


def deleted(project: Project) -> None:
    task = project.a_done_task()
    for path in project.deliverables(task):
        project.delete(path)
    project.concern(task)


def one_deleted(project: Project) -> None:
    task = project.a_done_task()
    project.delete(project.deliverables(task)[-1])
    project.concern(task)


def in_the_plan(project: Project) -> None:
    path = f"{PROMPTS}/design/implementation_plan.md"
    if "- [ ]" in project.text(path):
        project.sub(path, r"^- \[ \] (.*`src/\S+`)", r"- [x] \1")
    else:
        project.add(path, "\n## Steps\n\n- [x] Land the tides (BR-1): `src/ingestion/tides.py`\n")


def renamed(project: Project) -> None:
    task = project.a_done_task()
    path = project.deliverables(task)[0]
    project.write(re.sub(r"\.py$", "_v2.py", path), project.text(path))
    project.delete(path)
    project.concern(task)


def in_the_status(project: Project) -> None:
    words = "# Current Module Status\n## Module: Tides\n## Next Steps:\n- [x] Write `src/tides/load.py`\n- [ ] Write its test\n"
    project.write(f"{PROMPTS}/progress/current_module_status.md", words)


def variants():
    return {
        "all boxes": lambda project: tick(project, 0),
        "one box": lambda project: tick(project, 1),
        "a capital X": lambda project: tick(project, 0, "X"),
        "files deleted": deleted,
        "one file deleted": one_deleted,
        "file renamed": renamed,
        "in the implementation plan": in_the_plan,
        "in the module status": in_the_status,
    }
