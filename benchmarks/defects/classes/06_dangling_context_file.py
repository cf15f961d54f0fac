"""A task, or a document, points to a file that is not there."""

from defects.project import PROMPTS, Project

WORDS = (
    r"does not exist|not there|no such|missing|not found|leads nowhere|dangling|no file|is a folder|leads to no|which is no",
)


def never_was(project: Project) -> None:
    project.add_to_section(project.a_task(), "context", "- Limits: context/limits.md")


def misspelled(project: Project) -> None:
    project.swap(project.a_task(), "context/data_context.md", "context/data_contex.md")


def letters(project: Project) -> None:
    project.swap(project.a_task(), "standards/development_patterns.md", "standards/Development_Patterns.md")


def moved(project: Project) -> None:
    path = f"{PROMPTS}/standards/development_patterns.md"
    project.write(f"{PROMPTS}/standards/python/development_patterns.md", project.text(path))
    project.delete(path)
    project.concern(*project.facts.tasks)


def folder(project: Project) -> None:
    project.add_to_section(project.a_task(), "context", "- Standards: standards/")


def of_a_document(project: Project) -> None:
    project.swap(project.a_document(), "related_files:\n", "related_files:\n  - design/interfaces.md\n")


def link(project: Project) -> None:
    project.add(project.a_document(), "\nMore of this is in [the glossary](../context/glossary.md).\n")


def variants():
    return {
        "never was": never_was,
        "misspelled": misspelled,
        "capital letters": letters,
        "moved": moved,
        "a folder": folder,
        "related file of a document": of_a_document,
        "link in a document": link,
    }


def controls():
    def from_the_root(project: Project) -> None:
        project.add_to_section(project.a_task(), "context", f"- Standards: {PROMPTS}/standards/development_patterns.md")

    def links(project: Project) -> None:
        words = "See [the wiki](https://example.org/wiki), [above](#examples) and `[x](y)` in code."
        project.add(project.a_document(), f"\n### Examples\n\n{words}\n")

    return {"from the root": from_the_root, "links that lead elsewhere": links}
