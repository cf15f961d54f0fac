"""What can happen to an archive: each kind takes one that verifies and leaves one that must not."""

from __future__ import annotations

import random
import re
import shutil
from collections.abc import Callable
from pathlib import Path

from msgspec.structs import replace

from agentic.app import App
from agentic.archive import FOLDER, Archive
from agentic.seal import Checkpoint, Log, read_keys, write_keys
from agentic.seal.sign import make_ed25519, sign
from archive.kept import rechained

Mutation = Callable[[App, random.Random], str]
"""Does it; what it was done to, as it may be named: a part of a file's name."""


def folder(app: App) -> Path:
    """Of the archive."""
    return app.root / FOLDER


def some(app: App, chance: random.Random, pattern: str = "*") -> Path:
    """A file that is not empty."""
    found = [path for path in sorted(folder(app).rglob(pattern)) if path.is_file() and path.stat().st_size]
    return chance.choice(found)


def a_bit(app: App, chance: random.Random) -> str:
    """One bit of one file is another."""
    path = some(app, chance)
    content = bytearray(path.read_bytes())
    content[chance.randrange(len(content))] ^= 1 << chance.randrange(8)
    path.write_bytes(content)
    return path.name


def a_byte_more(app: App, chance: random.Random) -> str:
    """One byte comes in between."""
    path = some(app, chance)
    content = bytearray(path.read_bytes())
    content.insert(chance.randrange(len(content) + 1), chance.randrange(256))
    path.write_bytes(content)
    return path.name


def a_byte_less(app: App, chance: random.Random) -> str:
    """One byte is gone."""
    path = some(app, chance)
    content = bytearray(path.read_bytes())
    del content[chance.randrange(len(content))]
    path.write_bytes(content)
    return path.name


def cut(app: App, chance: random.Random) -> str:
    """A file ends too early."""
    path = some(app, chance)
    content = path.read_bytes()
    path.write_bytes(content[: chance.randrange(len(content))])
    return path.name


def deleted(app: App, chance: random.Random) -> str:
    """A file is gone."""
    path = some(app, chance)
    path.unlink()
    return path.name


def line_deleted(app: App, chance: random.Random) -> str:
    """A line is gone."""
    path = some(app, chance, "*.jsonl")
    rows = path.read_bytes().split(b"\n")
    del rows[chance.randrange(len(rows) - 1)]
    path.write_bytes(b"\n".join(rows))
    return path.name


def line_doubled(app: App, chance: random.Random) -> str:
    """A line stands twice."""
    path = some(app, chance, "*.jsonl")
    rows = path.read_bytes().split(b"\n")
    at = chance.randrange(len(rows) - 1)
    rows.insert(chance.randrange(len(rows)), rows[at])
    path.write_bytes(b"\n".join(rows))
    return path.name


def lines_exchanged(app: App, chance: random.Random) -> str:
    """Two lines have changed places."""
    path = chance.choice([one for one in sorted(folder(app).rglob("*.jsonl")) if one.read_bytes().count(b"\n") > 1])
    rows = path.read_bytes().split(b"\n")
    one, other = chance.sample(range(len(rows) - 1), 2)
    rows[one], rows[other] = rows[other], rows[one]
    path.write_bytes(b"\n".join(rows))
    return path.name


def half_a_line(app: App, chance: random.Random) -> str:
    """A crash left the beginning of a line."""
    path = chance.choice(sorted(folder(app).glob("*.jsonl")))
    row = chance.choice(path.read_bytes().split(b"\n")[:-1])
    path.write_bytes(path.read_bytes() + row[: chance.randrange(1, len(row))])
    return path.name


def doubled_file(app: App, chance: random.Random) -> str:
    """An execution stands there under another name, too."""
    path = chance.choice(sorted(folder(app).glob("*.jsonl")))
    other = path.with_name(f"{path.stem}9.jsonl")
    shutil.copy(path, other)
    return other.name


def exchanged_files(app: App, chance: random.Random) -> str:
    """Two files of a kind have changed names."""
    groups = [
        sorted(folder(app).glob("*.jsonl")),
        sorted(folder(app).glob("*.md")),
        sorted((folder(app) / "blobs").rglob("*")),
    ]
    group = chance.choice([[path for path in one if path.is_file()] for one in groups])
    differing = [(one, other) for one in group for other in group if one.read_bytes() != other.read_bytes()]
    one, other = chance.choice(differing)
    first, second = one.read_bytes(), other.read_bytes()
    one.write_bytes(second)
    other.write_bytes(first)
    return one.name


def crlf(app: App, chance: random.Random) -> str:
    """A checkout changed the ends of lines."""
    path = chance.choice([one for one in sorted(folder(app).rglob("*")) if one.is_file() and b"\n" in one.read_bytes()])
    path.write_bytes(path.read_bytes().replace(b"\n", b"\r\n"))
    return path.name


def newer(app: App, chance: random.Random) -> str:
    """A later version wrote it."""
    path = chance.choice(sorted(folder(app).glob("*.jsonl")))
    path.write_bytes(path.read_bytes().replace(b'"v":2}', b'"v":3}'))
    return path.name


def stranger(app: App, chance: random.Random) -> str:
    """A file that belongs to nobody."""
    path = folder(app) / chance.choice(
        ["notes.txt", "2026-01-01_x_v1.md", "blobs/ab/cd", "seal/checkpoints/one", "2026-01-01_x_v1.txt"]
    )
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text("x\n", encoding="utf-8")
    return path.name


def merged_with_marks(app: App, chance: random.Random) -> str:
    """A merge that nobody resolved."""
    path = chance.choice([*sorted(folder(app).glob("*.jsonl")), Log(folder(app)).path])
    rows = path.read_bytes().split(b"\n")
    at = chance.randrange(len(rows) - 1)
    rows[at : at + 1] = [b"<<<<<<< HEAD", rows[at], b"=======", rows[at], b">>>>>>> other"]
    path.write_bytes(b"\n".join(rows))
    return path.name


# --- by somebody who knows the form -------------------------------------------------------------------------


def rewritten(app: App, chance: random.Random) -> str:
    """A whole journal anew with another word, and its page: the chain verifies, the seal does not."""
    path = chance.choice(whole(app))
    rechained(path, {1: {"developer": "Somebody Else"}})
    Archive(app.root).write_page(path.stem)
    return path.name


def tail_cut(app: App, chance: random.Random) -> str:
    """The last lines are gone, and so is the page that told of them."""
    path = chance.choice(whole(app))
    rows = path.read_bytes().split(b"\n")
    path.write_bytes(b"\n".join([*rows[: chance.randrange(1, len(rows) - 1)], b""]))
    path.with_suffix(".md").unlink()
    return path.name


def execution_deleted(app: App, chance: random.Random) -> str:
    """Journal and page are gone."""
    path = chance.choice(whole(app))
    path.unlink()
    path.with_suffix(".md").unlink()
    return path.name


def forged(app: App, chance: random.Random) -> str:
    """Signed anew with a key of the forger's, under the name of ours."""
    log, keys = Log(folder(app)), read_keys(app.root)
    newest = log.newest()
    assert newest
    other = app.root / ".agentic/forger.pem"
    key = replace(keys.keys[-1], public=make_ed25519(other))
    made = sign(newest.body, key, other)
    other.unlink()
    made = replace(made, key=newest.signatures[0].key) if chance.random() < 0.5 else made
    write_checkpoint(log, replace(newest, signatures=(made,)))
    return f"checkpoints/{newest.size}"


def unknown_key(app: App, chance: random.Random) -> str:
    """The key that signed is in no list any more."""
    keys = read_keys(app.root)
    write_keys(app.root, replace(keys, keys=keys.keys[1:]))
    return "seal-1"


def longer_valid(app: App, chance: random.Random) -> str:
    """Somebody gave a key more time than was decided."""
    keys = read_keys(app.root)
    write_keys(
        app.root, replace(keys, keys=(replace(keys.keys[0], valid_until="2099-01-01T00:00:00Z"), *keys.keys[1:]))
    )
    return "seal-1"


def expired(app: App, chance: random.Random) -> str:
    """Signed after the key's time."""
    keys = read_keys(app.root)
    write_keys(app.root, replace(keys, keys=tuple(replace(one, valid_until=one.valid_from) for one in keys.keys)))
    return "has expired"


def log_shortened(app: App, chance: random.Random) -> str:
    """The log forgets what it sealed last; its checkpoint stays."""
    log = Log(folder(app))
    rows = log.path.read_bytes().split(b"\n")
    log.path.write_bytes(b"\n".join([*rows[: chance.randrange(len(rows) - 1)], b""]))
    return "seal/checkpoints"


def sealed_otherwise(app: App, chance: random.Random) -> str:
    """The log of another branch, in another order, under our checkpoints."""
    log = Log(folder(app))
    rows = log.path.read_bytes().split(b"\n")[:-1]
    order = rows[:]
    while order == rows:
        chance.shuffle(order)
    log.path.write_bytes(b"".join(row + b"\n" for row in order))
    return "seal/checkpoints"


def older_form(app: App, chance: random.Random) -> str:
    """The last line in the form of the first journals, which had no digest, with another time."""
    path = chance.choice(whole(app))
    rows = path.read_bytes().split(b"\n")
    rows[-2] = (
        re.sub(rb'"digest":"sha256:[0-9a-f]{64}",("kind")', rb"\1", rows[-2])
        .replace(b',"v":2}', b"}")
        .replace(b'{"at":"2', b'{"at":"1', 1)
    )
    path.write_bytes(b"\n".join(rows))
    return path.name


def redacted_by_nobody(app: App, chance: random.Random) -> str:
    """A long text was deleted, and no record says so."""
    path = chance.choice([one for one in sorted((folder(app) / "blobs").rglob("*")) if one.is_file()])
    path.unlink()
    return path.name


def whole(app: App) -> list[Path]:
    """Journals that have a page."""
    return [path for path in sorted(folder(app).glob("*.jsonl")) if path.with_suffix(".md").exists()]


def write_checkpoint(log: Log, checkpoint: Checkpoint) -> None:
    """In the place of what was there."""
    (log.checkpoints / str(checkpoint.size)).write_text(checkpoint.text, encoding="utf-8")


BLIND: tuple[Mutation, ...] = (
    a_bit, a_byte_more, a_byte_less, cut, deleted, line_deleted, line_doubled, lines_exchanged, half_a_line, doubled_file,
    exchanged_files, crlf, newer, stranger, merged_with_marks,
)  # fmt: skip
"""By accident."""
KNOWING: tuple[Mutation, ...] = (
    rewritten, tail_cut, execution_deleted, forged, unknown_key, longer_valid, expired, log_shortened, sealed_otherwise,
    older_form, redacted_by_nobody,
)  # fmt: skip
"""On purpose."""
ALL = (*BLIND, *KNOWING)
