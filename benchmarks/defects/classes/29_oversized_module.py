"""A module that has outgrown its size."""

from random import Random

from defects.project import Project
from defects.write import code

WORDS = (r"lines|size|large|long",)


def grown(project: Project, lines: int) -> None:
    project.structure  # noqa: B018 (says that there is none)
    module = project.a_module()
    path = project.code_of(module)
    more = code(Random(7), "More", lines).split("\n\n\n", 1)[1].replace("def ", "def more_")
    project.write(path, project.text(path).rstrip("\n") + "\n\n\n" + more)
    project.concern(project.structure)


def another_file(project: Project) -> None:
    module = project.a_module()
    project.write(f"src/{module}/everything.py", code(Random(7), "Everything", 470))
    project.concern(project.structure)


def smaller_bound(project: Project) -> None:
    project.sub(project.structure, r"^lines: .*$", "lines: {least: 20, most: 120}")
    project.sub(project.structure, r"^    lines: .*\n", "", 0) if "    lines:" in project.text(
        project.structure
    ) else None
    project.concern(*(project.code_of(module) for module in project.facts.modules[1:]))


def by_one_line(project: Project) -> None:
    project.structure  # noqa: B018 (says that there is none)
    path = project.code_of(project.a_module())
    text = project.text(path)
    project.write(path, text + "# A remark.\n" * (401 - text.count("\n")))
    project.concern(project.structure)


def variants():
    return {
        "grown a little": lambda project: grown(project, 230),
        "grown without end": lambda project: grown(project, 900),
        "one more file": another_file,
        "a smaller bound": smaller_bound,
        "by one line": by_one_line,
    }


def controls():
    def just_within(project: Project) -> None:
        project.structure  # noqa: B018 (says that there is none)
        module = project.a_module()
        path = project.code_of(module)
        text = project.text(path)
        project.write(path, text + "# A remark.\n" * (399 - text.count("\n")))

    return {"just within": just_within}
