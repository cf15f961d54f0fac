"""A file of code that belongs to no module."""

from random import Random

from defects.project import Project
from defects.write import code

WORDS = (r"belongs? to no|no module|orphan|not? (in|part of) (a|any) module",)


def lost(project: Project, path: str) -> None:
    project.structure  # noqa: B018 (says that there is none)
    project.write(path, code(Random(7), "Helpers", 220))


def pattern_narrowed(project: Project) -> None:
    module = project.a_module()
    project.sub(project.structure, rf'files: \["src/{module}/\*\*"\]', f'files: ["src/{module}/main.py"]')
    project.concern(
        *(path.relative_to(project.root).as_posix() for path in (project.root / "src" / module).glob("*.py"))
    )


def module_taken_out(project: Project) -> None:
    module = project.facts.modules[-1] if project.facts.modules else ""
    path = project.structure
    project.sub(path, rf"  - name: {module}\n(?:    .*\n)+", "")
    project.sub(path, rf",? ?\b{module}\b(?=[^\n]*\]\n)", "", 0) if module in project.text(path) else None
    project.concern(*(one.relative_to(project.root).as_posix() for one in (project.root / "src" / module).glob("*.py")))


def variants():
    return {
        "a new folder": lambda project: lost(project, "src/helpers/strings.py"),
        "at the top": lambda project: lost(project, "src/run_everything.py"),
        "deep down": lambda project: lost(project, "src/legacy/old/loader.py"),
        "pattern narrowed": pattern_narrowed,
        "module taken out": module_taken_out,
    }


def controls():
    def no_code(project: Project) -> None:
        project.structure  # noqa: B018 (says that there is none)
        project.write("src/README.md", "# Source\n\nOne folder a module.\n")

    def elsewhere(project: Project) -> None:
        project.structure  # noqa: B018 (says that there is none)
        project.write("scripts/once.py", 'print("done")\n')

    return {"no code": no_code, "not below the roots": elsewhere}
