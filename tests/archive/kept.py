"""Archives to be looked at: the sample project's own executions, lived through once more in a project of their own."""

from __future__ import annotations

import os
import random
from collections.abc import Iterator, Mapping, Sequence
from functools import cache
from pathlib import Path
from typing import Any

import msgspec

from agentic.app import App
from agentic.archive import FOLDER, Archive, Journal

ROOT = Path(__file__).parents[2]
WHO = "A Tester"


@cache
def sample() -> tuple[tuple[tuple[str, Mapping[str, Any]], ...], ...]:
    """Kind and body of every step of every execution of the sample project."""
    archive = Archive(ROOT)
    stories = (archive.story(name) for name in archive.ids())
    return tuple(
        tuple((step.kind, step.body) for step in story.steps)
        for story in stories
        if story.steps[0].body["purpose"] == "run"
    )


def relive(root: Path, steps: Sequence[tuple[str, Mapping[str, Any]]], *, until: int | None = None) -> str:
    """One of them again, in another project; `until` a step it is cut off at. Its name."""
    archive = Archive(root)
    feature = Path(steps[0][1]["task"]).stem
    name, journal = archive.create(feature)
    for kind, body in steps[:until]:
        journal.append(kind, {**body, "id": name} if kind == "opened" else body)
    journal.close()
    if until is None:
        archive.write_page(name)
    return name


def project(root: Path) -> Path:
    """As little as makes one."""
    (root / "agent-prompts/tasks").mkdir(parents=True)
    (root / "agent-prompts/README.md").write_text("A project.\n", encoding="utf-8")
    return root


def sealed(root: Path, keys: Path, *, chance: random.Random | None = None, executions: int = 2) -> App:
    """A project whose archive has executions, amendments, a late redaction, two keys and a seal or more, as chance will have it."""
    chance = chance or random.Random(1)
    app = App(project(root))
    os.environ["XDG_CONFIG_HOME"] = str(keys)
    app.sealing.new_key("seal-1", "example.org/log", "", "", 30, WHO, "the first key")
    for number in range(executions):
        name = relive(root, chance.choice(sample()))
        if number == 0 or chance.random() < 0.3:
            app.amending.amend(name, chance.choice(("correction", "sign-off")), WHO, f"a word of his own {number}")
        if chance.random() < 0.2:
            relive(root, chance.choice(sample()), until=chance.randint(1, 4))
        if number == 0 or chance.random() < 0.5:
            app.sealing.seal()
    secret = f"a word of his own {chance.randrange(executions)}"
    if finds := app.amending.find(secret):
        app.amending.redact(secret, finds, WHO, "it was private")
    if chance.random() < 0.3:
        app.sealing.new_key("seal-2", "", "", "", 30, WHO, "the second key")
    app.sealing.seal()
    return app


def files(app: App) -> dict[Path, bytes]:
    """Every file of the archive."""
    return {path: path.read_bytes() for path in sorted((app.root / FOLDER).rglob("*")) if path.is_file()}


def put_back(app: App, before: dict[Path, bytes], keys: bytes) -> None:
    """As it was."""
    for path in files(app).keys() - before.keys():
        path.unlink()
    for path, content in before.items():
        if not path.is_file() or path.read_bytes() != content:
            path.write_bytes(content)
    (app.root / "configs/seal-keys.yaml").write_bytes(keys)


def rechained(path: Path, change: Mapping[int, Mapping[str, Any]], until: int | None = None) -> None:
    """What a forger writes who knows the form: other bodies, or fewer lines, and a chain that verifies."""
    steps = Archive(path.parents[3]).story(path.stem).steps
    path.unlink()
    journal = Journal.create(path)
    for step in steps[:until]:
        journal.append(step.kind, {**step.body, **change.get(step.number, {})})
    journal.close()


def decoded(line: bytes) -> dict[str, Any]:
    """One line."""
    return dict(msgspec.json.decode(line))


def lines(path: Path) -> Iterator[bytes]:
    """Of a file, without their ends."""
    yield from path.read_bytes().split(b"\n")[:-1]
