"""A requirement that no task serves."""

import re

from defects.project import Project, Unsuitable

WORDS = (r"no task|without a task|nobody|not (served|cited|covered)|no spec",)


def another(project: Project, kind: str) -> None:
    id_, _ = project.a_requirement(kind)
    acceptance = "- Acceptance: given a table, when it is exported, then the file has as many rows."
    project.add_requirement(id_, "Tables can be exported", "Each table must be exported to CSV on demand.", acceptance)


def cited_by_key_alone(project: Project) -> tuple[str, str]:
    """One that no task speaks of in its words: those that do would still serve it."""
    words = "\n".join(project.text(task).partition("\n---\n")[2] for task in project.facts.tasks)
    found = [one for one in project.facts.requirements.items() if not re.search(rf"\b{one[0]}\b", words)]
    if not found:
        raise Unsuitable("all of them are spoken of")
    return project.dice.choice(found)


def no_longer_cited(project: Project) -> None:
    id_, path = cited_by_key_alone(project)
    cites = [one for one in project.facts.tasks if re.search(rf"\b{id_}\b", project.key(one, "requirements"))]
    for task in cites:
        rest = [one.strip() for one in project.key(task, "requirements").strip("[]").split(",") if one.strip() != id_]
        project.set_key(task, "requirements", f"[{', '.join(rest)}]")
    project.concern(path)


def task_deleted(project: Project) -> None:
    last = project.facts.tasks[-1]
    others = [project.key(one, "requirements") for one in project.facts.tasks[:-1]]
    alone = [one.strip() for one in project.key(last, "requirements").strip("[]").split(",")]
    left = [one for one in alone if one and not any(re.search(rf"\b{one}\b", other) for other in others)]
    if not left:
        raise Unsuitable("nothing to break")
    project.delete(last)
    project.concern(*(project.facts.requirements[one] for one in left))


def in_a_new_file(project: Project) -> None:
    _, path = project.a_requirement("BR")
    words = "### BR-950: Exports\nEach table must be exported on demand.\n- Acceptance: given a table, when it is exported, then the file has as many rows."
    project.write(
        path.replace("business_requirements", "late_requirements"),
        f"---\ntitle: Late Requirements\npurpose: What was asked for later\nupdated: 2026-10-12\n---\n\n# Late Requirements\n\n{words}\n",
    )


def cited_in_a_remark(project: Project) -> None:
    """Somebody has commented the line out."""
    id_, path = cited_by_key_alone(project)
    for task in project.facts.tasks:
        cited = project.key(task, "requirements")
        if re.search(rf"\b{id_}\b", cited):
            rest = [one.strip() for one in cited.strip("[]").split(",") if one.strip() != id_]
            project.set_key(task, "requirements", f"[{', '.join(rest)}]  # {id_} later")
    project.concern(path)


def variants():
    return {
        "a new one": lambda project: another(project, "BR"),
        "a new technical one": lambda project: another(project, "TR"),
        "no longer cited": no_longer_cited,
        "its task was deleted": task_deleted,
        "in a new file": in_a_new_file,
        "cited in a remark": cited_in_a_remark,
    }
