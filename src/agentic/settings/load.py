"""default < file < environment < flag -> typed sections, with the origin of each value."""

from __future__ import annotations

import difflib
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Generic, TypeVar

import msgspec
import yaml

from agentic.errors import BadSettings
from agentic.settings.notifications import Notifications
from agentic.settings.sections import Policy, Section, Settings
from agentic.text.loader import Loader

FILES: dict[type[Section], str] = {
    Settings: "configs/agentic.yaml",
    Policy: "configs/policy.yaml",
    Notifications: "configs/notifications.yml",
}
"""Kind of settings -> their file; a kind that stands in a module of its own may enter itself."""
PREFIX = "AGENTIC_"
VARIABLE = re.compile(r"[A-Za-z_][A-Za-z0-9_]{0,63}")
S = TypeVar("S", bound=Section)


@dataclass(frozen=True, slots=True)
class Origin:
    """Where a value came from."""

    place: str
    """`default`, `configs/agentic.yaml line 14`, `AGENTIC_LIMITS_ATTEMPTS`, `flag`."""
    default: Any


@dataclass(frozen=True, slots=True)
class Loaded(Generic[S]):
    """Settings, and for each dotted key where its value came from."""

    settings: S
    origins: Mapping[str, Origin]

    def value(self, key: str) -> Any:
        """The value of a dotted key such as `limits.attempts`."""
        section: Any = self.settings
        for name in key.split("."):
            section = getattr(section, name)
        return section


def load(root: Path | None, environment: Mapping[str, str], flags: Mapping[str, Any]) -> Loaded[Settings]:
    """configs/agentic.yaml with everything that overrides it. Raises BadSettings naming file, line and what was meant."""
    return merge(
        Settings,
        {
            **from_file(root, Settings),
            **dict(from_environment(environment)),
            **{key: (value, "flag") for key, value in flags.items() if value is not None},
        },
    )


def load_policy(root: Path | None) -> Loaded[Policy]:
    """configs/policy.yaml. No variable and no flag overrides it: it is there to bind whoever runs this."""
    return merge(Policy, from_file(root, Policy))


def load_notifications(root: Path | None) -> Loaded[Notifications]:
    """configs/notifications.yml. No variable overrides it, but it names those that hold secrets."""
    given = from_file(root, Notifications)
    refuse_secrets(given)
    return merge(Notifications, given)


def refuse_secrets(given: Mapping[str, tuple[Any, str]]) -> None:
    """What stands where a variable is to be named is not shown: it may be the secret."""
    for key, (value, place) in given.items():
        if key.endswith("_variable") and not VARIABLE.fullmatch(str(value)):
            path, _, line = place.partition(" line ")
            hint = "put the secret into a variable and its name here; a secret that stood in a file is known: make a new one."
            raise BadSettings(f"{key} is no name of a variable", path=path, line=int(line or 0), hint=hint)


def merge(kind: type[S], given: Mapping[str, tuple[Any, str]]) -> Loaded[S]:
    """Dotted keys with their places -> typed sections."""
    for key, (_, place) in given.items():
        refuse_unknown(kind, key, place)
    defaults = dict(leaves(kind()))
    origins = {key: Origin(given[key][1] if key in given else "default", value) for key, value in defaults.items()}
    return Loaded(convert(kind, {key: value for key, (value, _) in given.items()}, origins), origins)


def leaves(section: Section, prefix: str = "") -> Iterator[tuple[str, Any]]:
    """Every dotted key with its value."""
    for field in msgspec.structs.fields(section):
        value = getattr(section, field.name)
        if isinstance(value, Section):
            yield from leaves(value, f"{prefix}{field.name}.")
        else:
            yield prefix + field.name, value


def from_file(root: Path | None, kind: type[Section]) -> dict[str, tuple[Any, str]]:
    """Dotted keys of a YAML file, each with its line; none where there is no file."""
    name = FILES[kind]
    if root is None or not (root / name).is_file():
        return {}
    try:
        text = (root / name).read_text(encoding="utf-8")
        tree = yaml.compose(text, Loader=Loader)
        values = yaml.load(text, Loader=Loader)  # noqa: S506 (a safe loader, in C where there is one)
    # A bad date is a ValueError, a map as a key a TypeError, an endless nesting a RecursionError.
    except (yaml.YAMLError, ValueError, TypeError, RecursionError, OverflowError, AttributeError) as error:
        raise BadSettings(f"{name} is not YAML", path=name, cause=str(error)) from error
    if values is None:
        return {}
    if not isinstance(values, dict) or not isinstance(tree, yaml.MappingNode):
        raise BadSettings(f"{name} is not a map of settings", path=name, line=1)
    return dict(dotted(kind(), values, tree, name))


def dotted(
    section: Section, values: Mapping[str, Any], tree: yaml.MappingNode, name: str, prefix: str = ""
) -> Iterator[tuple[str, tuple[Any, str]]]:
    """Walk values and their YAML nodes side by side, down into sections and no deeper."""
    for key_node, value_node in tree.value:
        key = str(key_node.value)
        value, inner = values.get(key), getattr(section, key, None)
        if isinstance(inner, Section) and isinstance(value, dict) and isinstance(value_node, yaml.MappingNode):
            yield from dotted(inner, value, value_node, name, f"{prefix}{key}.")
        else:
            yield prefix + key, (value, f"{name} line {key_node.start_mark.line + 1}")


def from_environment(environment: Mapping[str, str]) -> Iterator[tuple[str, tuple[Any, str]]]:
    """`AGENTIC_LIMITS_ATTEMPTS=3` sets `limits.attempts`. Other AGENTIC_ variables are not settings."""
    for key, _ in leaves(Settings()):
        name = PREFIX + key.replace(".", "_").upper()
        if environment.get(name):
            yield key, (environment[name], name)


def refuse_unknown(kind: type[Section], key: str, place: str) -> None:
    """An unknown key is a typo until proven otherwise."""
    known = [name for name, _ in leaves(kind())]
    if key in known:
        return
    path, _, line = place.partition(" line ")
    near = difflib.get_close_matches(key, known, n=1)
    hint = f"did you mean {near[0]}?" if near else ""
    raise BadSettings(f"unknown setting: {key}", path=path, line=int(line or 0), hint=hint)


def convert(kind: type[S], given: Mapping[str, Any], origins: Mapping[str, Origin]) -> S:
    """Dotted values -> sections; a wrong type is an error that names its origin."""
    tree: dict[str, Any] = {}
    for key, value in given.items():
        section, _, name = key.rpartition(".")
        (tree.setdefault(section, {}) if section else tree)[name] = value
    try:
        # Not strict: the environment has only strings.
        return msgspec.convert(tree, kind, strict=False)
    except msgspec.ValidationError as error:
        message, _, place = str(error).partition(" - at `$.")
        key = place.rstrip("`").split("[")[0]
        origin = origins[key].place if key in origins else FILES[kind]
        path, _, line = origin.partition(" line ")
        raise BadSettings(f"{key}: {message}", path=path, line=int(line or 0)) from error
