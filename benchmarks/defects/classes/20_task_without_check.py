"""A task that nothing judges."""

from defects.project import PROMPTS, Project

WORDS = (
    r"(no|without( a)?|names no|any) checks?\b",
    r"nothing (checks|judges|proves)",
    r"checks?.*(empty|none|missing)",
)


def no_front_matter(project: Project) -> None:
    words = "## TASK: Export tables to CSV\n## DELIVERABLES:\n- src/export/tables.py\n## SUCCESS CRITERIA:\n- [ ] the file has as many rows as the table\n"
    more = "## CONTEXT FILES:\n- Standards: standards/development_patterns.md\n## TECHNICAL SPECIFICATIONS:\nOne file a table.\n## CONSTRAINTS & STANDARDS:\nNo package beyond the standard library.\n"
    project.write(f"{PROMPTS}/tasks/export/tables.md", words + more)


def variants():
    return {
        "taken away": lambda project: project.set_key(project.a_task(), "checks", ""),
        "an empty list": lambda project: project.set_key(project.a_task(), "checks", "[]"),
        "only the key": lambda project: project.set_key(project.a_task(), "checks", " "),
        "commented out": lambda project: project.set_key(project.a_task(), "checks", "[]  # - python"),
        "as in seed 003": no_front_matter,
    }
