"""The log of what was sealed: a leaf an execution, in the order of sealing; and the checkpoints over it."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Annotated

import msgspec

from agentic.errors import BadSeal, DiskFailed
from agentic.seal import merkle
from agentic.seal.checkpoint import Checkpoint, read
from agentic.seal.keys import Keys
from agentic.seal.sign import is_good
from agentic.text.canonical import canonical
from agentic.text.write import write_beside
from agentic.values.noun import Noun

FOLDER = "seal"
SIZE = re.compile("[1-9][0-9]{0,17}")


class Leaf(Noun, frozen=True):
    """One execution, as far as it had come."""

    id: str
    lines: Annotated[int, msgspec.Meta(ge=1)]
    head: str
    """`sha256:...`: how a next line would name the last."""

    @property
    def content(self) -> bytes:
        """Canonical JSON: what the tree is made of."""
        return canonical({"head": self.head, "id": self.id, "lines": self.lines})


class Log:
    """The folder beside the journals."""

    def __init__(self, archive: Path) -> None:
        self.folder = archive / FOLDER
        self.path = self.folder / "log.jsonl"
        self.checkpoints = self.folder / "checkpoints"

    def leaves(self) -> tuple[Leaf, ...]:
        """All, oldest first. Raises BadSeal naming the line."""
        if not self.path.is_file():
            return ()
        try:
            lines = self.path.read_bytes().split(b"\n")
        except OSError as error:
            raise BadSeal(f"{FOLDER}/log.jsonl: it cannot be read", path=self.path.name, cause=str(error)) from error
        if lines[-1] != b"":
            raise BadSeal(f"{FOLDER}/log.jsonl: its last line is half-written", path=self.path.name, line=len(lines))
        return tuple(leaf_of(line, number) for number, line in enumerate(lines[:-1], 1))

    def sizes(self) -> list[int]:
        """Of the checkpoints, the smallest first. Raises BadSeal for what is no checkpoint."""
        if not self.checkpoints.is_dir():
            return []
        names = [path.name for path in self.checkpoints.iterdir() if not path.name.startswith(".")]
        if strange := [name for name in names if not SIZE.fullmatch(name)]:
            raise BadSeal(f"{FOLDER}/checkpoints/{min(strange)}: it is no checkpoint")
        return sorted(map(int, names))

    def checkpoint(self, size: int) -> Checkpoint:
        """One of them. Raises BadSeal."""
        shown = f"{FOLDER}/checkpoints/{size}"
        try:
            found = read((self.checkpoints / str(size)).read_bytes().decode(), shown)
        except (OSError, UnicodeDecodeError) as error:
            raise BadSeal(f"{shown}: it cannot be read", path=shown, cause=str(error)) from error
        if found.size != size:
            raise BadSeal(f"{shown}: it says that it is of {found.size} leaves", path=shown)
        return found

    def newest(self) -> Checkpoint | None:
        """The one that counts."""
        sizes = self.sizes()
        return self.checkpoint(sizes[-1]) if sizes else None

    def write(self, leaves: Sequence[Leaf], checkpoint: Checkpoint) -> None:
        """The leaves first: a checkpoint never speaks of what is not there. Raises DiskFailed."""
        try:
            self.checkpoints.mkdir(parents=True, exist_ok=True)
            write_beside(self.path, b"".join(one.content + b"\n" for one in leaves))
            write_beside(self.checkpoints / str(checkpoint.size), checkpoint.text)
        except OSError as error:
            raise DiskFailed(f"{FOLDER}/ cannot be written", cause=str(error)) from error

    def faults(self, keys: Keys) -> Iterator[str]:
        """What does not hold: leaves, roots, signatures, the row of checkpoints."""
        try:
            leaves, checkpoints = self.leaves(), [self.checkpoint(size) for size in self.sizes()]
        except BadSeal as error:
            yield error.message
            return
        yield from repeated(leaves)
        yield from roots_that_differ(leaves, checkpoints)
        yield from (f"{shown(one)}: {fault}" for one in checkpoints for fault in faults_of(one, keys))
        yield from gaps(checkpoints)

    def waits(self, keys: Keys) -> Iterator[str]:
        """What the next checkpoint mends, and nothing else: leaves that a crash left without one, a signer who counts no more."""
        leaves, newest = self.leaves(), self.newest()
        signed = newest.size if newest else 0
        if len(leaves) > signed:
            yield f"{FOLDER}/log.jsonl: lines {signed + 1} to {len(leaves)} are not signed"
        # An older one may have been signed by a key that is revoked since; what counts is who speaks for all of it now.
        if newest and (revoked := revoked_since(newest, keys)):
            yield f"{shown(newest)}: {revoked}, and it is the newest; seal with another key"


def leaf_of(line: bytes, number: int) -> Leaf:
    """One line of the log, as it was written. Raises BadSeal."""
    try:
        found = msgspec.json.decode(line, type=Leaf)
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError) as error:
        raise BadSeal(
            f"{FOLDER}/log.jsonl: line {number} is no leaf", line=number, path="log.jsonl", cause=str(error)
        ) from error
    if found.content != line:
        raise BadSeal(f"{FOLDER}/log.jsonl: line {number} is not written as a leaf is", line=number, path="log.jsonl")
    return found


def repeated(leaves: Sequence[Leaf]) -> Iterator[str]:
    """An execution comes again only where it has grown."""
    known: dict[str, int] = {}
    for number, one in enumerate(leaves, 1):
        if one.lines <= known.get(one.id, 0):
            yield f"{FOLDER}/log.jsonl: line {number} seals {one.id} again"
        known[one.id] = one.lines


def roots_that_differ(leaves: Sequence[Leaf], checkpoints: Sequence[Checkpoint]) -> Iterator[str]:
    """One walk over the leaves; at each checkpoint's size its root has to be the tree's."""
    wanted, tree = {one.size: one for one in checkpoints}, merkle.Frontier()
    for leaf in leaves:
        tree.add(merkle.leaf(leaf.content))
        found = wanted.pop(tree.size, None)
        if found and found.root != tree.root:
            yield f"{shown(found)}: the first {found.size} lines of the log are not those that were signed"
    for size, one in wanted.items():
        yield f"{shown(one)}: {size} leaves were signed, the log has {len(leaves)}"


def faults_of(checkpoint: Checkpoint, keys: Keys) -> Iterator[str]:
    """Whose it is, and who signed it."""
    if checkpoint.origin != keys.origin:
        yield f"it is of the log {checkpoint.origin}, not of {keys.origin or 'any that configs/seal-keys.yaml names'}"
    for one in checkpoint.signatures:
        key = next((key for key in keys.keys if (key.name, key.id) == (one.name, one.key)), None)
        if key is None:
            yield f"it is signed by {one.name} ({one.key.hex()}), a key that configs/seal-keys.yaml does not know"
        elif not is_good(checkpoint.body, one, key):
            yield f"the signature of {one.name} is forged, or the text below it was changed"
        elif fault := key.fault(checkpoint.at):
            yield fault


def gaps(checkpoints: Sequence[Checkpoint]) -> Iterator[str]:
    """Each names the one before it, and was signed after it."""
    before, at = 0, ""
    for one in checkpoints:
        if one.after != before:
            yield f"{shown(one)}: it follows a checkpoint of {one.after} leaves, and the one before it has {before}"
        if one.at < at:
            yield f"{shown(one)}: it says that it was signed before the one before it"
        before, at = one.size, one.at


def revoked_since(checkpoint: Checkpoint, keys: Keys) -> str:
    """Is everybody who signed it revoked by now?"""
    known = {key.name: key for key in keys.keys}
    signers = [known[one.name] for one in checkpoint.signatures if one.name in known]
    gone = [key for key in signers if key.revoked]
    return (
        f"{gone[0].name} was revoked: {gone[0].revoked.why}"
        if gone and len(gone) == len(signers) and gone[0].revoked
        else ""
    )


def shown(checkpoint: Checkpoint) -> str:
    """How a checkpoint is called."""
    return f"{FOLDER}/checkpoints/{checkpoint.size}"
