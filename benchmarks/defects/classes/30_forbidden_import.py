"""Code that uses a module which its own may not use."""

from defects.project import Project, Unsuitable

WORDS = (r"import|uses|depend|may not|allow",)


def from_above(project: Project, form: str) -> None:
    """The lowest module with an import of one above it."""
    low, high = project.facts.modules[0] if project.facts.modules else "", project.a_module()
    stem = project.code_of(high).split("/")[-1].removesuffix(".py")
    words = form.format(module=high, name=stem)
    if low == "common" and project.facts.style == "harbour":
        project.write(f"src/{low}/more.py", f'"""More."""\n\n{words}\n')
    else:
        path = project.code_of(low)
        text = project.text(path)
        project.write(
            path,
            text.replace("from __future__ import annotations\n", f"from __future__ import annotations\n\n{words}\n", 1)
            if "def " not in words
            else f"{text}\n\n{words}\n",
        )
    project.concern(project.structure)


def no_longer_allowed(project: Project) -> None:
    module = next((one for one in reversed(project.facts.modules) if project.depends(one)), "")
    if not module:
        raise Unsuitable("nothing to break")
    path = project.code_of(module)
    project.set_depends(module, ())
    project.concern(
        path, *(path for path in (f"src/{module}/{one.name}" for one in (project.root / "src" / module).glob("*.py")))
    )


def variants():
    return {
        "from ... import": lambda project: from_above(project, "from {module} import {name}"),
        "import a.b": lambda project: from_above(project, "import {module}.{name}"),
        "import a.b as c": lambda project: from_above(project, "import {module}.{name} as below"),
        "within a function": lambda project: from_above(
            project, "def late():\n    from {module}.{name} import main\n\n    return main()"
        ),
        "relative": lambda project: from_above(project, "from ..{module} import {name}"),
        "no longer allowed": no_longer_allowed,
        "star": lambda project: from_above(project, "from {module}.{name} import *"),
        "among others": lambda project: from_above(project, "import json, {module}.{name}"),
        "tried": lambda project: from_above(
            project, "try:\n    from {module} import {name}\nexcept ImportError:\n    {name} = None"
        ),
    }


def controls():
    def others(project: Project) -> None:
        module = project.a_module()
        path = project.code_of(module)
        words = "import json\nfrom datetime import date\n\nimport yaml\n"
        project.swap(path, "from __future__ import annotations\n", f"from __future__ import annotations\n\n{words}")

    def only_a_word(project: Project) -> None:
        low, high = project.facts.modules[0] if project.facts.modules else "", project.a_module()
        if project.facts.style != "harbour":
            project.add(project.code_of(low), f'\n\nNOTE = """\nimport {high}\n"""\n# from {high} import everything\n')

    return {"others' packages": others, "only words": only_a_word}
