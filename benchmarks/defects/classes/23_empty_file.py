"""A file without words."""

from defects.project import BOM, PROMPTS

WORDS = (r"empty|no words|nothing in|says nothing|no content|only front matter|(no|missing) section|has no",)


def variants():
    return {
        "a task": lambda project: project.write_raw(f"{PROMPTS}/tasks/export/tables.md", ""),
        "only blank lines": lambda project: project.write_raw(f"{PROMPTS}/tasks/export/tables.md", "\n  \n\t\n"),
        "only a byte order mark": lambda project: project.write_raw(f"{PROMPTS}/standards/git_workflow.md", BOM),
        "a context file emptied": lambda project: project.write_raw(f"{PROMPTS}/standards/development_patterns.md", ""),
        "only front matter": lambda project: project.write_raw(
            f"{PROMPTS}/requirements/extra.md", "---\ntitle: Extra\npurpose: More of it\nupdated: 2026-10-12\n---\n"
        ),
        "only a remark": lambda project: project.write_raw(f"{PROMPTS}/design/glossary.md", "<!-- words we use -->\n"),
        "an empty YAML": lambda project: project.write_raw(f"{PROMPTS}/context/system_context.yaml", ""),
    }
