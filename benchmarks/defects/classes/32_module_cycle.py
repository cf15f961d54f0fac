"""Modules that stand on each other."""

from defects.project import Project, Unsuitable

WORDS = (r"circ|cycle|each other|itself|loop|→|->",)


def itself(project: Project) -> None:
    module = project.a_module()
    project.set_depends(module, [*project.depends(module), module])


def two(project: Project) -> None:
    low, high = project.facts.modules[0] if project.facts.modules else "", project.a_module()
    project.set_depends(high, {*project.depends(high), low})
    project.set_depends(low, [high])


def three(project: Project) -> None:
    if len(project.facts.modules) < 3:
        raise Unsuitable("too few modules")
    one, two_, three_ = project.facts.modules[:3]
    project.set_depends(one, [three_])
    project.set_depends(two_, [one])
    project.set_depends(three_, [two_])


def by_imports(project: Project) -> None:
    """The structure allows both ways, and the code goes both ways."""
    two(project)
    low = project.facts.modules[0]
    high = next(iter(project.depends(low)))
    stem = project.code_of(high).split("/")[-1].removesuffix(".py")
    project.write(f"src/{low}/back.py", f'"""Back."""\n\nfrom {high} import {stem}\n\nNAMES = [{stem}]\n')


def variants():
    return {"on itself": itself, "two": two, "three": three, "in the code too": by_imports}
