"""A requirement without an acceptance scenario."""

from defects.project import Project

WORDS = (r"acceptance|scenario|given|accepted",)


def gone(project: Project) -> None:
    id_, _ = project.a_requirement("BR TR")
    project.sub_requirement(id_, r"^\s*[-*] (?:Acceptance|Rule): .*\n", "")


def a_new_one(project: Project) -> None:
    id_, _ = project.a_requirement("BR TR")
    project.cite(
        project.add_requirement(id_, "Tables can be exported", "Each table must be exported to CSV on demand.")
    )


def label_only(project: Project) -> None:
    id_, _ = project.a_requirement("BR TR")
    project.sub_requirement(id_, r"^\s*[-*] Rule: .*\n", "") if "Rule:" in project.requirement_text(id_) else None
    project.sub_requirement(id_, r"Acceptance: .*$", "Acceptance:")


def see_elsewhere(project: Project) -> None:
    id_, _ = project.a_requirement("BR TR")
    project.sub_requirement(id_, r"^\s*[-*] Rule: .*\n", "") if "Rule:" in project.requirement_text(id_) else None
    project.sub_requirement(id_, r"Acceptance: .*$", "Acceptance: works as expected")


def variants():
    return {
        "taken away": gone,
        "a new one without": a_new_one,
        "only the label": label_only,
        "no scenario": see_elsewhere,
    }
