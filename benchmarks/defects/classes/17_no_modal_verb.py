"""A requirement that does not say whether it must, should or may be so."""

from defects.project import Project

WORDS = (r"modal|must|should|verb|neither a duty nor a wish",)
MODAL = r"^(\s*[A-Z][^:\n|]*?) (?:must|shall|should|may) (.*)$"


def instead(project: Project, words: str) -> None:
    id_, _ = project.a_requirement("BR TR")
    project.sub_requirement(id_, MODAL, rf"\1 {words} \2", 1)


def only_in_acceptance(project: Project) -> None:
    id_, _ = project.a_requirement("BR TR")
    project.sub_requirement(id_, MODAL, r"\1 can \2", 1)
    project.sub_requirement(id_, r"(Acceptance: .*) then (.*)$", r"\1 then it must hold that \2", 1)


def a_wish(project: Project) -> None:
    id_, _ = project.a_requirement("BR")
    wish, accepted = (
        "It would be nice to export tables to CSV.",
        "- Acceptance: given a table, when it is exported, then the file has as many rows.",
    )
    project.cite(project.add_requirement(id_, "Exports", wish, accepted))


def variants():
    return {
        "wants": lambda project: instead(project, "wants to"),
        "will": lambda project: instead(project, "will"),
        "has to": lambda project: instead(project, "needs to"),
        "only in the acceptance line": only_in_acceptance,
        "a wish": a_wish,
        "is to": lambda project: instead(project, "is to"),
        "can": lambda project: instead(project, "can"),
    }


def controls():
    def must_not(project: Project) -> None:
        id_, _ = project.a_requirement("BR")
        wish, accepted = (
            "A table must not hold the name of a person.",
            "- Acceptance: given any table, when its columns are read, then none of them is a name.",
        )
        project.cite(project.add_requirement(id_, "No names", wish, accepted))

    return {"must not": must_not}
