"""Rules about the structure: design/module_structure.yaml, the code it speaks of, and tasks that add to that code."""

from __future__ import annotations

import difflib
from collections.abc import Iterator, Mapping, Sequence
from functools import partial

from agentic.specs.built import CODE, homes, is_below_roots, seen, used
from agentic.specs.library import Library
from agentic.specs.rule import Defect, Rule, Said, add, swap, write
from agentic.specs.structure import FILE
from agentic.text import PROMPTS
from agentic.values import Module, Structure
from agentic.values.structure import Use

HELPER = 4
"""A module with less than this part of `least` is a helper that somebody needed, not one that was cut too small."""


def no_structure(library: Library) -> Iterator[Said]:
    """What the reader of the file stumbled over."""
    if found := seen(library):
        yield from (Said(FILE, slip.line, slip.message, slip.fix) for slip in found.reading.slips)


def unknown_modules(library: Library) -> Iterator[Said]:
    """`depends_on` speaks of modules."""
    modules = modules_of(library)
    for module in modules.values():
        for name in (name for name in module.depends_on if name not in modules):
            near = difflib.get_close_matches(name, modules, n=1)
            fix = f"did you mean {near[0]}?" if near else ""
            yield Said(FILE, module.line, f"module {module.name} depends on {name}, which is no module", fix)


def too_long(library: Library) -> Iterator[Said]:
    """A file that can't be read, or generated, at once."""
    found, modules = seen(library), modules_of(library)
    for file in found.built.files if found else ():
        for name in file.modules[:1]:
            most = modules[name].size.most
            if file.lines > most:
                yield Said(file.path, 1, f"{file.lines} lines; a file of module {name} has at most {most}")


def too_small(library: Library) -> Iterator[Said]:
    """A module whose whole code is less than one of its files may be."""
    found = seen(library)
    counted: dict[str, int] = {}
    for file in found.built.files if found else ():
        for name in file.modules:
            counted[name] = counted.get(name, 0) + file.lines
    for name, lines in counted.items():
        module = modules_of(library)[name]
        if module.size.least // HELPER <= lines < module.size.least:
            yield Said(
                FILE, module.line, f"module {name} has {lines} lines in all; it is meant to have {module.size.least}"
            )


def forbidden_uses(library: Library) -> Iterator[Said]:
    """Code that stands on what the structure does not let it stand on."""
    found, modules = seen(library), modules_of(library)
    for use in found.built.uses if found else ():
        if use.of not in modules[use.by].depends_on:
            fix = f"add {use.of} to depends_on of {use.by} in {FILE}, or do without."
            message = f"module {use.by} uses {use.words} of module {use.of}, on which it does not depend"
            yield Said(use.path, use.line, message, fix)


def homeless(library: Library) -> Iterator[Said]:
    """Code for which no module answers."""
    found = seen(library)
    for file in found.built.files if found and found.structure.modules else ():
        if not file.modules:
            yield Said(file.path, 1, "this file belongs to no module")


def with_two_homes(library: Library) -> Iterator[Said]:
    """Code for which two modules answer."""
    found = seen(library)
    for file in found.built.files if found else ():
        if len(file.modules) > 1:
            yield Said(file.path, 1, f"this file belongs to {len(file.modules)} modules: {', '.join(file.modules)}")


def circles(library: Library) -> Iterator[Said]:
    """Modules that stand on each other: declared, or only in the code."""
    found = seen(library)
    if not found:
        return
    declared = {module.name: module.depends_on for module in found.structure.modules}
    told = set()
    for circle in cycles(declared):
        told.add(frozenset(circle))
        yield Said(FILE, modules_of(library)[circle[0]].line, f"modules depend on each other: {drawn(circle)}")
    for circle in cycles(used(found.built.uses)):
        if frozenset(circle) not in told:
            use = closing(found.built.uses, circle, declared)
            yield Said(use.path, use.line, f"modules use each other: {drawn(circle)}")


def closing(uses: Sequence[Use], circle: tuple[str, ...], declared: Mapping[str, Sequence[str]]) -> Use:
    """The place in the code where a circle closes: where possible one that nobody declared."""
    pairs = list(zip(circle, (*circle[1:], circle[0]), strict=True))
    inside = [use for use in uses if (use.by, use.of) in pairs]
    return next((use for use in inside if use.of not in declared[use.by]), inside[-1])


def drawn(circle: tuple[str, ...]) -> str:
    """`a -> b -> a`."""
    return " -> ".join((*circle, circle[0]))


def cycles(arrows: Mapping[str, Sequence[str]]) -> Iterator[tuple[str, ...]]:
    """A shortest circle through each module that is in one and was not told yet."""
    told: set[str] = set()
    for start in arrows:
        if start not in told and (circle := shortest(start, arrows)):
            told.update(circle)
            yield circle


def shortest(start: str, arrows: Mapping[str, Sequence[str]]) -> tuple[str, ...]:
    """The shortest way from a module back to itself; empty where there is none."""
    ways: list[tuple[str, ...]] = [(start,)]
    met = {start}
    for way in ways:
        for name in arrows.get(way[-1], ()):
            if name == start:
                return way
            if name not in met:
                met.add(name)
                ways.append((*way, name))
    return ()


def strange_deliverables(library: Library) -> Iterator[Said]:
    """A task adds to its own module."""
    found = seen(library)
    if not found or not found.structure.modules:
        return
    for task in library.tasks.values():
        for path in task.deliverables:
            if message := strange(found.structure, path, task.module):
                yield Said(f"{PROMPTS}/{task.path}", line_of(task.text, path), message)


def strange(structure: Structure, path: str, module: str) -> str:
    """What is strange about a deliverable; empty: nothing."""
    if not is_below_roots(structure, path):
        return ""
    named = homes(structure, path)
    if not named:
        return f"{path} would belong to no module of the structure" if path.endswith(CODE) else ""
    return "" if module in named else f"{path} belongs to module {named[0]}; the task is one of module {module}"


def line_of(text: str, words: str) -> int:
    """The first line of a file that holds these words."""
    return text[: max(0, text.find(words))].count("\n") + 1


def nothing_there(library: Library) -> Iterator[Said]:
    """Roots and patterns that match nothing now, and will not when every task is done."""
    found = seen(library)
    if not found:
        return
    tasks = library.tasks.values()
    coming = {path for task in tasks for path in task.deliverables}
    for base in found.structure.roots:
        if not (library.root / base).is_dir() and not any(path.startswith(f"{base}/") for path in coming):
            yield Said(FILE, 1, f"no folder {base}, so no code is held against the structure")
    there = {name for file in found.built.files for name in file.modules}
    there |= {name for path in coming for name in homes(found.structure, path)}
    begun = {task.module for task in tasks}
    for module in found.structure.modules:
        if module.files and module.name in begun - there:
            message = f"the patterns of module {module.name} match no file, and none that its tasks declare"
            yield Said(FILE, module.line, message)


def modules_of(library: Library) -> dict[str, Module]:
    """By name."""
    found = seen(library)
    return {module.name: module for module in found.structure.modules} if found else {}


LANDING, SETTINGS = "src/ingestion/landing.py", "src/common/settings.py"
plant = partial(swap, FILE)
"""A defect of the structure itself."""

RULES: tuple[Rule, ...] = (
    Rule(
        "AGT070", "NoStructure", "design/module_structure.yaml does not parse, says something unknown, or leaves out what a module needs.",
        "a module is a map with name, responsibility, files, and where needed layer, depends_on and lines.", no_structure,
        (
            Defect("a key with a slip", plant("depends_on: [common]", "depend_on: [common]")),
            Defect("a module without responsibility", plant("    responsibility: Settings that every job shares.\n", "")),
            Defect("a module without files", plant('    files: ["src/ingestion/**"]\n', "")),
            Defect("two modules of one name", plant("- name: ingestion", "- name: common")),
            Defect("a tab", plant("    layer: shared", "\tlayer: shared")),
            Defect("a key that stands twice", plant("    layer: shared", "    layer: shared\n    layer: ingestion")),
            Defect("a pattern that climbs", plant("src/ingestion/**", "../ingestion/**")),
            Defect("no map", write(FILE, "- common\n- ingestion\n")),
        ),
    ),
    Rule(
        "AGT071", "UnknownModule", "A module depends on one that does not exist.",
        "name a module of this file, or take it out of depends_on.", unknown_modules,
        (Defect("a name with a slip", plant("depends_on: [common]", "depends_on: [comon]")),),
    ),
    Rule(
        "AGT072", "FileTooLong", "A file has more lines than a file of its module may have, so that nobody reads it at once.",
        "cut it in two by what it does; or give the module a size of its own, with the reason: lines: {most: N, why: ...}.", too_long,
        (
            Defect("a file that grew", add(LANDING, "\n".join(f"LINE_{number} = {number}" for number in range(400)))),
            Defect("a smaller size", plant("most: 400", "most: 20")),
        ),
    ),
    Rule(
        "AGT073", "ModuleTooSmall", "All the code of a module is less than one of its files is meant to have.",
        "let it grow, or make it a part of the module that uses it.", too_small,
        (Defect("a size that nothing reaches", plant("least: 10", "least: 90")),), severity="note",
    ),
    Rule(
        "AGT074", "UseNotDeclared", "Code imports from, or refers to, a module on which its own does not depend.",
        "declare the dependency, or do without.", forbidden_uses,
        (
            Defect("an import the wrong way", add(SETTINGS, "\n\nfrom ingestion.landing import land  # noqa\n")),
            Defect("an import inside a function", add(SETTINGS, "\n\ndef late():\n    import ingestion.orders as orders\n    return orders\n")),
            Defect("a relative import", add(SETTINGS, "\n\nfrom ..ingestion import orders  # noqa\n")),
            Defect("a dependency that was taken out", plant("depends_on: [common]", "depends_on: []")),
        ),
    ),
    Rule(
        "AGT075", "FileWithoutModule", "A file of code below the roots belongs to no module, so that nobody answers for it.",
        "add it to the files of a module, or name it under outside: with the reason.", homeless,
        (
            Defect("a file beside the modules", write("src/stray.py", "STRAY = 1\n")),
            Defect("a folder that no module names", write("src/serving/models/orders.sql", "select 1\n")),
            Defect("a pattern with a slip", plant("src/ingestion/**", "src/ingestoin/**")),
        ),
    ),
    Rule(
        "AGT076", "FileInTwoModules", "Two modules claim one file, so that neither answers for it.",
        "make the patterns of one of them narrower.", with_two_homes,
        (Defect("a pattern that is too wide", plant('"src/ingestion/**"', '"src/**"')),),
    ),
    Rule(
        "AGT077", "ModuleCircle", "Modules stand on each other, so that none can be built, tested or changed alone.",
        "move what both need into a module of its own.", circles,
        (
            Defect("a declared circle", plant("depends_on: []", "depends_on: [ingestion]")),
            Defect("a module that depends on itself", plant("depends_on: [common]", "depends_on: [common, ingestion]")),
            Defect("a circle in the code", add(SETTINGS, "\n\nfrom ingestion import landing  # noqa\n")),
        ),
    ),
    Rule(
        "AGT078", "DeliverableOfAnother", "A task declares code that belongs to no module, or to a module that is not the task's own.",
        "name a path that the task's module claims; or let a task of the other module own the file.", strange_deliverables,
        (
            Defect("a file of another module", swap(f"{PROMPTS}/tasks/ingestion/landing.md", LANDING, "src/common/landing.py")),
            Defect("a file of no module", swap(f"{PROMPTS}/tasks/ingestion/landing.md", LANDING, "src/serving/landing.py")),
        ),
        severity="warning",
    ),
    Rule(
        "AGT079", "NothingThere", "A root of the structure is no folder, or a module with tasks has patterns that match nothing.",
        "look for a slip in the path.", nothing_there,
        (Defect("a root with a slip", plant("roots: [src]", "roots: [scr]")),), severity="note",
    ),
)  # fmt: skip
"""Rules of this file, in the order of their codes."""
