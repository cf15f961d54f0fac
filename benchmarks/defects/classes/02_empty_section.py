"""The heading is there, and nothing below it."""

from defects.project import PROMPTS, Project

WORDS = (
    r"empty",
    r"(section|heading).*(nothing|no words|says? nothing)",
    r"nothing (below|under|in)",
    r"(names|has|lists?) no (file|deliverable|success criteri|criteri)",
    r"without (words|content)",
)


def emptied(project: Project, name: str, words: str = "\n") -> None:
    project.put_section(project.a_task(), name, words)


def document(project: Project) -> None:
    path, heading = {
        "tram": (f"{PROMPTS}/design/architecture.md", "Fault Tolerance"),
        "harbour": (f"{PROMPTS}/design/architecture.md", "Fault Tolerance"),
        "weather": (f"{PROMPTS}/context/data_context.md", "Data Sources"),
        "netz": (f"{PROMPTS}/context/data_context.md", "Quellen"),
        "shop": (f"{PROMPTS}/context/data_context.md", "Processing Requirements"),
    }.get(project.facts.style, ("", ""))
    project.put_section(path, heading, "\n")


def variants():
    return {
        "specifications": lambda project: emptied(project, "specifications"),
        "constraints, with blank lines": lambda project: emptied(project, "constraints", "\n   \n\t\n\n"),
        "deliverables": lambda project: emptied(project, "deliverables"),
        "only a remark": lambda project: emptied(project, "specifications", "<!-- how it is done -->\n\n"),
        "only the dash of a list": lambda project: emptied(project, "constraints", "- \n\n"),
        "of a document": document,
    }


def controls():
    def only_headings_below(project: Project) -> None:
        project.put_section(
            project.a_task(), "constraints", "### Python\n\n- 3.11 or newer\n\n### Data\n\n- No names of people\n\n"
        )

    def only_code(project: Project) -> None:
        project.put_section(project.a_task(), "constraints", "```sql\nselect count(*) from orders\n```\n\n")

    return {"headings below": only_headings_below, "only code": only_code}
