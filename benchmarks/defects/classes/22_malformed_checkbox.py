"""What was meant as a box and is none: nobody will ever tick it."""

from defects.project import Project

WORDS = (r"box|\[ \]|\[x\]|tick",)
BOX = r"^([-*+]) \[ \] "


def instead(project: Project, form: str) -> None:
    project.sub(project.a_task(), BOX, form)


def document(project: Project) -> None:
    project.sub(project.a_document(), r"^- \[[ x]\] ", "- [] ")


def variants():
    return {
        "nothing inside": lambda project: instead(project, r"\1 [] "),
        "no space before": lambda project: instead(project, r"\1[ ] "),
        "no space behind": lambda project: instead(project, r"\1 [ ]"),
        "two spaces inside": lambda project: instead(project, r"\1 [  ] "),
        "x and a space": lambda project: instead(project, r"\1 [x ] "),
        "round": lambda project: instead(project, r"\1 ( ) "),
        "no list": lambda project: instead(project, "[ ] "),
        "in a document": document,
        "a dash inside": lambda project: instead(project, r"\1 [-] "),
        "a tick inside": lambda project: instead(project, r"\1 [✓] "),
        "a numbered list": lambda project: instead(project, "1. [] "),
    }


def controls():
    def brackets_in_words(project: Project) -> None:
        project.add_to_section(
            project.a_task(),
            "specifications",
            "- `rows[]` is an empty list, [1] is the first footnote, [ and ] stand alone.",
        )

    return {"brackets in words": brackets_in_words}
