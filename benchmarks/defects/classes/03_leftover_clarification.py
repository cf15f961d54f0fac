"""A mark that somebody set where they wanted to ask, and nobody did."""

from defects.project import PROMPTS, Project

WORDS = (
    r"clarif",
    r"klär",
    r"open question",
    r"left ?over",
    r"still (open|to be)",
    r"unresolved",
    r"marker",
    r"placeholder",
)


def in_specifications(project: Project) -> None:
    project.add_to_section(
        project.a_task(), "specifications", "- Days are cut at midnight [NEEDS CLARIFICATION: local time or UTC?]"
    )


def in_requirement(project: Project) -> None:
    id_, _ = project.a_requirement("BR TR")
    project.sub_requirement(id_, r"\.$", " [NEEDS CLARIFICATION].", 1)


def small_letters(project: Project) -> None:
    project.add_to_section(project.a_task(), "constraints", "- Kept for some years [needs clarification: how many?]")


def bold(project: Project) -> None:
    project.add_to_section(project.a_task(), "specifications", "- **NEEDS CLARIFICATION** whether cancelled ones count")


def the_other_way_round(project: Project) -> None:
    project.add(f"{PROMPTS}/context/data_context.md", "\n[CLARIFICATION NEEDED: who delivers on holidays?]\n")


def clarify(project: Project) -> None:
    project.add_to_section(project.a_task(), "specifications", "- [CLARIFY: with operations, whether nights count]")


def in_german(project: Project) -> None:
    project.speaks("German")
    project.add_to_section(
        project.a_task(), "specifications", "- Sommerzeit [ZU KLÄREN: wer liefert die doppelte Stunde?]"
    )


def unclear(project: Project) -> None:
    project.add_to_section(project.a_task(), "specifications", "- [UNCLEAR] whether nights count")


def input_wanted(project: Project) -> None:
    project.add_to_section(project.a_task(), "constraints", "- Kept for years [NEEDS INPUT FROM FINANCE]")


def variants():
    return {
        "in specifications": in_specifications,
        "in a requirement, without a question": in_requirement,
        "in small letters": small_letters,
        "bold, without brackets": bold,
        "the other way round, in the data context": the_other_way_round,
        "CLARIFY": clarify,
        "in German": in_german,
        "UNCLEAR": unclear,
        "input wanted": input_wanted,
    }
