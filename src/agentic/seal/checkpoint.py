"""A checkpoint: size and root of the log as signed text (C2SP tlog-checkpoint, in a C2SP signed note).

    flights.example/agentic
    12
    CsUYapGGPo4dkMgIAUqom/Xajj7h2fB2MPA3j2jxq2I=
    time 2026-11-29T09:00:00Z
    after 9

    — seal-2026 Qz8iRmVd...

The first three lines are the log's origin, its size and its root. Two lines of extension say when it was signed, and the size of
the checkpoint before it, so that none can be taken out of the middle.
"""

from __future__ import annotations

import base64
import binascii
import re

from agentic.errors import BadSeal
from agentic.values.noun import Noun

SIGNATURE = re.compile(r"^— (\S+) ([A-Za-z0-9+/]+=*)$")
BODY = re.compile(
    r"^(?P<origin>\S[^\n]*)\n(?P<size>0|[1-9][0-9]{0,17})\n(?P<root>[A-Za-z0-9+/]{43}=)\n"
    r"time (?P<at>\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ)\nafter (?P<after>0|[1-9][0-9]{0,17})\n$"
)


class Signature(Noun, frozen=True):
    """One line below the text."""

    name: str
    key: bytes
    """Four bytes that tell the key."""
    content: bytes


class Checkpoint(Noun, frozen=True):
    """What was signed."""

    origin: str
    size: int
    root: bytes
    at: str
    """When, as the signer says: UTC, ISO 8601, seconds."""
    after: int
    """The size of the checkpoint before; 0: there was none."""
    signatures: tuple[Signature, ...] = ()

    @property
    def body(self) -> str:
        """The text that is signed."""
        root = base64.b64encode(self.root).decode()
        return f"{self.origin}\n{self.size}\n{root}\ntime {self.at}\nafter {self.after}\n"

    @property
    def text(self) -> str:
        """The whole file."""
        lines = (f"— {one.name} {base64.b64encode(one.key + one.content).decode()}" for one in self.signatures)
        return "\n".join([self.body, *lines, ""])


def read(text: str, shown: str) -> Checkpoint:
    """A file as it was written; raises BadSeal with its name."""
    body, empty, below = text.partition("\n\n")
    found = BODY.match(body + "\n")
    lines = below.split("\n")
    if not empty or found is None or lines[-1] != "" or len(lines) < 2:
        raise BadSeal(f"{shown}: it is no checkpoint", path=shown)
    signatures = tuple(signature(line, shown) for line in lines[:-1])
    checkpoint = Checkpoint(
        found["origin"], int(found["size"]), base64.b64decode(found["root"]), found["at"], int(found["after"]), signatures
    )  # fmt: skip
    if checkpoint.text != text:
        raise BadSeal(f"{shown}: it is not written as a checkpoint is", path=shown)
    return checkpoint


def signature(line: str, shown: str) -> Signature:
    """`— name base64`; raises BadSeal."""
    found = SIGNATURE.match(line)
    try:
        content = base64.b64decode(found[2], validate=True) if found else b""
    except binascii.Error:
        content = b""
    if found is None or len(content) < 5:
        raise BadSeal(f"{shown}: a line below it is no signature", path=shown)
    return Signature(found[1], content[:4], content[4:])
