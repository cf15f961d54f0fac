"""Words of the template stand where ours should: those of seed 003, those of `task new`, those of everybody's editor."""

from defects.project import PROMPTS, Project

WORDS = (
    r"template",
    r"placeholder",
    r"skeleton",
    r"bracket",
    r"fill(ed)? in",
    r"lorem",
    r"stands? for",
    r"not a date|no date|day|updated",
)


def title_of_the_seed(project: Project) -> None:
    project.sub(project.a_task(), r"^## TASK: .*$", "## TASK: [Clear, actionable title]")


def specifications_of_the_seed(project: Project) -> None:
    words = "[Detailed requirements including data flow, infrastructure, and quality requirements]\n\n"
    project.put_section(project.a_task(), "constraints", words)


def box_of_the_seed(project: Project) -> None:
    project.sub(project.a_task(), r"^([-*+] \[ \] (?:AC-\d+: )?)[^(\n]*\(", lambda found: f"{found[1]}Requirement 1 (")


def angle_brackets(project: Project) -> None:
    project.sub(
        project.a_task(), r"^([-*+] \[ \] (?:AC-\d+: )?)[^(\n]*\(", lambda found: f"{found[1]}<a measurable outcome> ("
    )


def in_a_requirement(project: Project) -> None:
    id_, _ = project.a_requirement("BR")
    project.sub_requirement(
        id_,
        r"(Acceptance: ).*$",
        r"\1given <a starting point>, when <something happens>, then <what can be counted>.",
        1,
    )


def latin(project: Project) -> None:
    words = "Lorem ipsum dolor sit amet, consectetur adipiscing elit.\n\n"
    project.put_section(project.a_task(), "constraints", words)


def date_of_the_seed(project: Project) -> None:
    project.set_key(project.a_document(), "updated", "YYYY-MM-DD")


def table_row(project: Project) -> None:
    path = f"{PROMPTS}/context/data_context.md"
    project.sub(
        path,
        r"^(\| ?\w+ \| \w+ \| (?:yes|no) \| ).* \|$",
        lambda found: f"{found[1]}<what a value means, its unit, and why it may be empty> |",
    )


def variants():
    return {
        "title of the seed": title_of_the_seed,
        "specifications of the seed": specifications_of_the_seed,
        "box of the seed": box_of_the_seed,
        "angle brackets of the skeleton": angle_brackets,
        "in a requirement": in_a_requirement,
        "lorem ipsum": latin,
        "date of the seed": date_of_the_seed,
        "in a table": table_row,
    }


def controls():
    def angle_brackets_that_mean_something(project: Project) -> None:
        project.add_to_section(
            project.a_task(),
            "specifications",
            "- Files lie below `loads/<year>/<month>/`; 3 < 5 and a<b>c</b> are no gaps; see <https://example.org>.",
        )

    def square_brackets_that_mean_something(project: Project) -> None:
        project.add_to_section(
            project.a_task(),
            "specifications",
            "- The pattern is `[A-Z]{2}`, the first item is `rows[0]`; see [the standard](https://example.org).",
        )

    return {
        "paths and markup": angle_brackets_that_mean_something,
        "patterns and links": square_brackets_that_mean_something,
    }
