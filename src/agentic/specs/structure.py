"""design/module_structure.yaml -> Structure, with everything that keeps it from being one, line by line."""

from __future__ import annotations

import difflib
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import yaml

from agentic.text.loader import Loader
from agentic.values import Module, Size, Structure
from agentic.values.noun import Noun
from agentic.values.path import normalise

FILE = "agent-prompts/design/module_structure.yaml"
Place = tuple[str | int, ...]
"""Keys and numbers from the top of the file: `("modules", 0, "files")`."""
KEYS = ("version", "updated", "lines", "roots", "outside", "modules")
MODULE_KEYS = ("name", "responsibility", "layer", "files", "depends_on", "lines")
SIZE_KEYS = ("least", "most", "why")
DEEPEST = 5
"""Nothing that has a meaning here lies deeper."""


class Slip(Noun, frozen=True):
    """One thing that is wrong with the file."""

    line: int
    message: str
    fix: str = ""


class Reading(Noun, frozen=True):
    """What could be read; modules that say enough are there even where another is wrong."""

    structure: Structure | None
    """None: there is nothing to hold code against."""
    slips: tuple[Slip, ...] = ()


def read_structure(text: str) -> Reading:
    """Never raises: whatever is wrong is a slip."""
    try:
        tree = yaml.compose(text.removeprefix("\ufeff"), Loader=Loader)
        values = None if tree is None else yaml.constructor.SafeConstructor().construct_document(tree)
    except yaml.MarkedYAMLError as error:
        mark = error.problem_mark or error.context_mark
        return refused((mark.line + 1) if mark else 1, f"the structure is not YAML: {error.problem or error}")
    # A bad date is a ValueError, a map as a key a TypeError, an endless nesting a RecursionError.
    except (yaml.YAMLError, ValueError, TypeError, RecursionError, OverflowError, AttributeError) as error:
        return refused(1, f"the structure is not YAML: {error}")
    if not isinstance(values, dict) or not isinstance(tree, yaml.MappingNode):
        return refused(1, "the structure is not a map of keys")
    reader = Reader(dict(lines_of(tree)))
    for key, line in twice(tree):
        reader.slips.append(Slip(line, f"the key {key} stands twice", "keep one of them."))
    return Reading(reader.structure(values), tuple(sorted(reader.slips, key=lambda slip: slip.line)))


def refused(line: int, message: str) -> Reading:
    """Nothing can be read."""
    return Reading(None, (Slip(line, message),))


def lines_of(node: yaml.Node, place: Place = ()) -> Iterator[tuple[Place, int]]:
    """The line of every key and item."""
    yield place, node.start_mark.line + 1
    if len(place) > DEEPEST:
        return
    if isinstance(node, yaml.MappingNode):
        for key, value in node.value:
            yield from lines_of(value, (*place, str(key.value)))
            yield (*place, str(key.value)), key.start_mark.line + 1
    elif isinstance(node, yaml.SequenceNode):
        for number, item in enumerate(node.value):
            yield from lines_of(item, (*place, number))


def twice(node: yaml.Node, depth: int = 0) -> Iterator[tuple[str, int]]:
    """Keys that stand twice in one map: the second would silently take the place of the first."""
    seen: set[str] = set()
    pairs = node.value if isinstance(node, yaml.MappingNode) else ()
    for key, _ in pairs:
        if str(key.value) in seen:
            yield str(key.value), key.start_mark.line + 1
        seen.add(str(key.value))
    inner = node.value if isinstance(node, yaml.SequenceNode) else [value for _, value in pairs]
    for value in inner if depth < DEEPEST else ():
        yield from twice(value, depth + 1)


@dataclass
class Reader:
    """Values -> nouns; notes what is wrong and goes on."""

    lines: Mapping[Place, int]
    slips: list[Slip] = field(default_factory=list)

    def say(self, place: Place, message: str, fix: str = "") -> None:
        """One slip, at the line of `place` or of what holds it."""
        while place and place not in self.lines:
            place = place[:-1]
        self.slips.append(Slip(self.lines.get(place, 1), message, fix))

    def structure(self, values: Mapping[Any, Any]) -> Structure:
        """The whole file."""
        self.known(values, KEYS, (), "the structure")
        size, _ = self.size(values.get("lines"), Size(), ("lines",), "the structure")
        return Structure(
            self.modules(values.get("modules"), size),
            self.paths(values.get("roots", ["src"]), ("roots",), "roots"),
            self.outside(values.get("outside")),
            FILE,
        )

    def known(self, values: Mapping[Any, Any], keys: Collection[str], place: Place, name: str) -> None:
        """No key that nobody reads."""
        for key in values:
            if key not in keys:
                near = difflib.get_close_matches(str(key), keys, n=1)
                fix = f"did you mean {near[0]}?" if near else f"keys are: {', '.join(keys)}."
                self.say((*place, str(key)), f"{name} has an unknown key: {key}", fix)

    def modules(self, value: Any, size: Size) -> tuple[Module, ...]:
        """Each under a name of its own."""
        if not isinstance(value, list) or not value:
            self.say(("modules",), "the structure has no modules", "list them under modules:, each with a name.")
            return ()
        found: dict[str, Module] = {}
        for number, item in enumerate(value):
            module = self.module(item, size, ("modules", number))
            if module and module.name in found:
                first = found[module.name].line
                self.say(("modules", number), f"two modules are named {module.name} (the other in line {first})")
            elif module:
                found[module.name] = module
        return tuple(found.values())

    def module(self, value: Any, size: Size, place: Place) -> Module | None:
        """One of them; None where it has no name."""
        if not isinstance(value, dict):
            self.say(place, "a module is no map", "write - name: ..., with responsibility and files below it.")
            return None
        name = self.words(value, "name", place, "a module")
        said = f"module {name}" if name else "the module"
        self.known(value, MODULE_KEYS, place, said)
        responsibility = self.words(value, "responsibility", place, said)
        files = self.paths(value.get("files"), (*place, "files"), f"{said}: files")
        if not value.get("files"):
            self.say(place, f"{said} names no files", "add files: with patterns from the project's root.")
        lines, why = self.size(value.get("lines"), size, (*place, "lines"), said)
        if lines != size and not why:
            self.say((*place, "lines"), f"{said} has a size of its own and does not say why", "add why: to its lines.")
        needed = self.texts(value.get("depends_on"), (*place, "depends_on"), f"{said}: depends_on")
        layer = value.get("layer")
        if not name:
            return None
        return Module(
            name, responsibility, "" if layer is None else str(layer), files, needed, lines, why, self.lines[place]
        )

    def words(self, values: Mapping[Any, Any], key: str, place: Place, name: str) -> str:
        """A text that has to be there."""
        value = values.get(key)
        if isinstance(value, (str, int)) and not isinstance(value, bool) and str(value).strip():
            return str(value).strip()
        if value is None or value == "":
            self.say((*place, key), f"{name} has no {key}")
        else:
            self.say((*place, key), f"{name}: {key} is no text")
        return ""

    def texts(self, value: Any, place: Place, name: str) -> tuple[str, ...]:
        """A list of texts; a single one may stand alone."""
        items = [value] if isinstance(value, str) else [] if value is None else value
        if not isinstance(items, list):
            self.say(place, f"{name} is no list")
            return ()
        for number, item in enumerate(items):
            if not isinstance(item, str) or not item.strip():
                self.say((*place, number), f"{name} holds what is no text: {item}")
        return tuple(dict.fromkeys(item.strip() for item in items if isinstance(item, str) and item.strip()))

    def paths(self, value: Any, place: Place, name: str) -> tuple[str, ...]:
        """A list of paths or patterns inside the project."""
        found = []
        for text in self.texts(value, place, name):
            path, fault = normalise(text.rstrip("/") or text)
            if fault:
                self.say(place, f"{name}: {text} {fault}", "write it from the project's root, as src/common/**.")
            else:
                found.append(path)
        return tuple(found)

    def size(self, value: Any, general: Size, place: Place, name: str) -> tuple[Size, str]:
        """`{least: 200, most: 400, why: ...}`; what is not said is as in general."""
        if value is None:
            return general, ""
        if not isinstance(value, dict):
            self.say(place, f"{name}: lines is no map", "write lines: {least: 200, most: 400}.")
            return general, ""
        self.known(value, SIZE_KEYS, place, f"lines of {name}")
        for key in ("least", "most"):
            if key in value and not is_count(value[key]):
                self.say((*place, key), f"lines of {name}: {key} is no number of lines: {value[key]}")
        least, most = (value[key] if is_count(value.get(key)) else getattr(general, key) for key in ("least", "most"))
        if least > most and is_count(value.get("least")):
            self.say(place, f"lines of {name}: least {least} is more than most {most}")
        return Size(min(least, most), most), str(value.get("why") or "").strip()

    def outside(self, value: Any) -> dict[str, str]:
        """`- "src/vendor/**": why`, one a line; a map of the same is as good."""
        items = [{key: why} for key, why in value.items()] if isinstance(value, dict) else value or []
        if not isinstance(items, list):
            self.say(("outside",), "outside is no list", 'write - "src/vendor/**": why, one a line.')
            return {}
        found = {}
        for number, item in enumerate(items):
            if not isinstance(item, dict) or len(item) != 1:
                self.say(("outside", number), f"outside: {item} does not say why", 'write - "src/vendor/**": why.')
                continue
            pattern, why = next(iter(item.items()))
            if not str(why or "").strip():
                self.say(("outside", number), f"outside: {pattern} does not say why", "write the reason behind it.")
            for path in self.paths(str(pattern), ("outside", number), "outside"):
                found[path] = str(why or "").strip()
        return found


def is_count(value: Any) -> bool:
    """A number of lines; `true` is none."""
    return isinstance(value, int) and not isinstance(value, bool) and value >= 0


def building_order(modules: Sequence[Module]) -> tuple[Module, ...]:
    """What a module stands on comes before it; else as they are listed. A circle is cut at its first module."""
    left = {module.name: module for module in modules}
    order = []
    while left:
        free = (one for one in left.values() if all(name == one.name or name not in left for name in one.depends_on))
        order.append(left.pop(next(free, next(iter(left.values()))).name))
    return tuple(order)
