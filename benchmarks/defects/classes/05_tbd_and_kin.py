"""TBD and its kin: what was to be said later, and was not."""

from defects.project import PROMPTS, Project

WORDS = (
    r"tbd|tba|to.?do\b|fix.?me|x{2,3}\b|\?\?\?|later",
    r"put off|placeholder|undecided|unfinished|not (yet )?(decided|said|known|filled)",
    r"to be (defined|decided|determined|done)",
    r"left open",
)
LATER = "TO" + "DO"
MEND = "FIX" + "ME"


def in_specifications(project: Project) -> None:
    project.add_to_section(project.a_task(), "specifications", "- Partitioning: TBD")


def small_letters(project: Project) -> None:
    id_, _ = project.a_requirement("BR TR")
    project.sub_requirement(id_, r"(Acceptance: ).*$", r"\1given a day, when it is loaded, then the figure is tbd.", 1)


def reminder(project: Project) -> None:
    project.add_to_section(project.a_task(), "constraints", f"- {LATER}: ask the owner of the source about holidays")


def reminder_in_context(project: Project) -> None:
    project.add(f"{PROMPTS}/context/data_context.md", f"\n{MEND} the counts below are of last year\n")


def spelled_out(project: Project) -> None:
    project.add_to_section(project.a_task(), "specifications", "- The order of columns is to be defined.")


def question_marks(project: Project) -> None:
    project.add_to_section(project.a_task(), "specifications", "- Largest delivery: ??? rows")


def number_left_out(project: Project) -> None:
    id_, _ = project.a_requirement("BR TR")
    project.sub_requirement(id_, r"\.$", ", within " + "X" * 2 + " hours.", 1)


def in_german(project: Project) -> None:
    project.speaks("German")
    project.add_to_section(project.a_task(), "specifications", "- Aufbewahrung: wird noch festgelegt")


def not_yet_decided(project: Project) -> None:
    project.add_to_section(project.a_task(), "specifications", "- Partitioning is not yet decided.")


def to_follow(project: Project) -> None:
    project.add_to_section(project.a_task(), "constraints", "- Access rights: details to follow")


def in_a_table(project: Project) -> None:
    project.add(f"{PROMPTS}/context/data_context.md", "\n| source | owner |\n|---|---|\n| orders | TBC |\n")


def variants():
    return {
        "TBD": in_specifications,
        "tbd in a requirement": small_letters,
        "a reminder": reminder,
        "a reminder in the data context": reminder_in_context,
        "spelled out": spelled_out,
        "question marks": question_marks,
        "a number left out": number_left_out,
        "in German": in_german,
        "not yet decided": not_yet_decided,
        "to follow": to_follow,
        "TBC in a table": in_a_table,
    }


def controls():
    def names_that_look_alike(project: Project) -> None:
        project.add_to_section(
            project.a_task(),
            "specifications",
            "- The table `todo_items` and the method `tbd_to_utc` stay as they are; what a later load brings is another row.",
        )

    def a_value_of_the_data(project: Project) -> None:
        project.add_to_section(project.a_task(), "specifications", "- A gate is `TBD` in the source until it is known.")

    return {"names that look alike": names_that_look_alike, "a value of the data": a_value_of_the_data}
