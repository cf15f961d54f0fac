"""A task cites a requirement that nobody has stated."""

import re

from defects.project import Project

WORDS = (
    r"(requirement|BR|TR|DR|REQ).*(unknown|not (stated|there|known|found|an id)|no (such|requirement)|does not exist|nobody|nowhere|no id)",
    r"(unknown|no such) requirement",
    r"no requirement",
)


def cites(project: Project, id_: str) -> None:
    task = project.a_task()
    known = project.key(task, "requirements").strip("[]")
    project.a_requirement()
    project.set_key(task, "requirements", f"[{known}, {id_}]" if known else f"[{id_}]")


def withdrawn(project: Project) -> None:
    id_, _ = project.a_requirement()
    project.put_requirement(id_, "")
    project.concern(*project.facts.tasks)


def renumbered(project: Project) -> None:
    id_, _ = project.a_requirement()
    project.sub_requirement(id_, rf"\b{id_}\b", id_.split("-")[0] + "-850", 1)
    project.concern(*(one for one in project.facts.tasks if re.search(rf"\b{id_}\b", project.text(one))))


def in_words(project: Project) -> None:
    project.a_requirement()
    project.add_to_section(project.a_task(), "specifications", "- Late rows are handled as BR-870 wants it.")


def variants():
    return {
        "too high a number": lambda project: cites(project, "BR-99"),
        "another kind": lambda project: cites(project, "TR-77"),
        "withdrawn": withdrawn,
        "renumbered": renumbered,
        "in words": in_words,
        "dash forgotten": lambda project: cites(project, "BR1"),
        "zero": lambda project: cites(project, "BR-0"),
        "small letters": lambda project: cites(project, "br-901"),
    }
