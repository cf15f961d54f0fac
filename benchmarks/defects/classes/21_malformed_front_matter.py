"""Front matter that is no YAML, or not what its keys want."""

from defects.project import Project

WORDS = (r"front matter|yaml|a tab\b|indent|stands? twice|attempts: ",)


def never_ends(project: Project) -> None:
    task = project.a_task()
    text = project.text(task)
    if not text.startswith("---\n"):
        return project.set_key(task, "id", "X-1")
    return project.write(task, text.replace("\n---\n", "\n", 1))


def tabs(project: Project) -> None:
    project.set_key(project.a_task(), "parameters", "\n\tsource: orders\n\ttable: bronze.orders")


def bracket_open(project: Project) -> None:
    project.set_key(project.a_task(), "depends_on", "[tasks/ingestion/one.md")


def colon(project: Project) -> None:
    project.set_key(project.a_document(), "title", "Patterns: how we write: here")


def twice(project: Project) -> None:
    task = project.a_task()
    project.set_key(task, "attempts", "2")
    project.swap(task, "attempts: 2\n", "attempts: 2\nattempts: 3\n")


def words_for_a_number(project: Project) -> None:
    project.set_key(project.a_task(), "attempts", "three")


def only_a_list(project: Project) -> None:
    task = project.a_task()
    _, _, body = project.text(task).partition("\n---\n")
    project.write(task, f"---\n- python\n- pytest\n---\n{body}")


def variants():
    return {
        "it never ends": never_ends,
        "tabs": tabs,
        "an open bracket": bracket_open,
        "a colon too many": colon,
        "a key twice": twice,
        "words for a number": words_for_a_number,
        "a list": only_a_list,
    }


def controls():
    def all_of_yaml(project: Project) -> None:
        words = "\n  source: 'it''s: fine'  # a remark\n  days: [1, 2,\n    3]\n  since: 2026-01-01\n  text: >-\n    two\n    lines"
        project.set_key(project.a_task(), "parameters", words)

    return {"all that YAML can do": all_of_yaml}
