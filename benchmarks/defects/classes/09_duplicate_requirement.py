"""Two requirements bear the same id."""

from defects.project import PROMPTS, Project

WORDS = (r"twice|again|duplicate|already|same id|also|two requirements|more than once|first",)


def copied(project: Project) -> None:
    id_, path = project.a_requirement("BR DR")
    _, end = project.requirement(id_)
    text = project.text(path)
    project.write(
        path, text[:end].rstrip("\n") + "\n\n" + project.requirement_text(id_).strip("\n") + "\n\n" + text[end:]
    )


def another_with_its_number(project: Project) -> None:
    id_, _ = project.a_requirement("BR")
    acceptance = "- Acceptance: given a full table, when it is exported, then both have the same rows."
    project.add_requirement(id_, "Tables can be exported", "A table must be exported on demand.", acceptance, id_=id_)


def in_another_file(project: Project) -> None:
    id_, path = project.a_requirement("BR TR")
    acceptance = "- Acceptance: given an empty month, when it is loaded, then the table is empty."
    words = f"# Addendum\n\n### {id_}: Empty months are fine\nAn empty month must be no failure.\n{acceptance}\n"
    project.concern(path)
    project.write(f"{PROMPTS}/requirements/addendum.md", words)


def another_form(project: Project) -> None:
    id_, path = project.a_requirement("BR")
    words = "Backups must be made each night.\n  - Acceptance: given a night, when it is over, then there is a backup."
    project.add(path, f"\n## Later\n\n* **{id_}** Backups\n  {words}\n")


def zero_before(project: Project) -> None:
    id_, _ = project.a_requirement("BR")
    kind, number = id_.split("-")
    acceptance = "- Acceptance: given a full table, when it is exported, then both have the same rows."
    project.cite(
        project.add_requirement(
            id_, "Tables can be exported", "A table must be exported on demand.", acceptance, id_=f"{kind}-0{number}"
        )
    )


def variants():
    return {
        "copied": copied,
        "another one with its number": another_with_its_number,
        "in another file": in_another_file,
        "in another form": another_form,
        "with a zero before": zero_before,
    }


def controls():
    def mentioned(project: Project) -> None:
        id_, path = project.a_requirement("BR")
        project.add(path, f"\n## Agreed\n\nThe text of {id_} was agreed on Monday; see {id_} above.\n")

    return {"only mentioned": mentioned}
