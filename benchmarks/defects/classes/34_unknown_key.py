"""A key of front matter that nobody reads: what stands behind it is as if it were not there."""

from defects.project import Project

WORDS = (r"unknown (key|front)",)


def in_task(project: Project, key: str, value: str) -> None:
    project.set_key(project.a_task(), key, value)


def in_structure(project: Project) -> None:
    project.sub(project.structure, r"^    responsibility:", "    owner: data team\n    responsibility:")


def variants():
    return {
        "singular": lambda project: in_task(project, "requirement", "[BR-1]"),
        "another spelling": lambda project: in_task(project, "depends-on", "[]"),
        "capital letters": lambda project: in_task(project, "Attempts", "3"),
        "never was": lambda project: in_task(project, "owner", "data team"),
        "in a document": lambda project: project.set_key(
            project.a_document(), "relatd_files", "[context/system_context.yaml]"
        ),
        "in the structure": in_structure,
        "within a budget": lambda project: in_task(project, "budget", "{dollars: 1.00}"),
    }


def controls():
    def parameters_of_a_template(project: Project) -> None:
        in_task(project, "parameters", "{owner: data team, requirement: none, Attempts: 3}")

    return {"parameters of a template": parameters_of_a_template}
