"""configs/seal-keys.yaml: which log this is, and whose signatures count, from when until when."""

from __future__ import annotations

import base64
from hashlib import sha256
from pathlib import Path
from typing import Literal

import msgspec
import yaml

from agentic.errors import BadSeal, UsageError
from agentic.text.write import write_file

FILE = "configs/seal-keys.yaml"
MOMENT = r"^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ$"
NAME = r"^[^\s+]+$"
Moment = msgspec.Meta(pattern=MOMENT)
ED25519, OTHER = b"\x01", b"\xff"
"""Kinds of signatures in a C2SP signed note; whoever brings another kind names it."""
SSH = b"sshsig"


class Revoked(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """From when a key counts no more."""

    at: str
    why: str


class Key(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """One key, its public half."""

    name: str
    kind: Literal["ed25519", "ssh"]
    public: str
    """ed25519: 32 bytes in base64. ssh: a line as in `id_ed25519.pub`."""
    valid_from: str
    valid_until: str
    revoked: Revoked | None = None

    @property
    def id(self) -> bytes:
        """Four bytes that tell it in a signature line (C2SP signed-note)."""
        kind = ED25519 + base64.b64decode(self.public) if self.kind == "ed25519" else OTHER + SSH + self.public.encode()
        return sha256(self.name.encode() + b"\n" + kind).digest()[:4]

    @property
    def verifier(self) -> str:
        """As other programs take it: `name+id+base64`."""
        known = (
            ED25519 + base64.b64decode(self.public) if self.kind == "ed25519" else OTHER + SSH + self.public.encode()
        )
        return f"{self.name}+{self.id.hex()}+{base64.b64encode(known).decode()}"

    def fault(self, at: str) -> str:
        """Why a signature of that moment does not count; empty where it does. Moments are written so that they sort."""
        if self.revoked and at > self.revoked.at:
            return f"{self.name} was revoked at {self.revoked.at}: {self.revoked.why}"
        if at < self.valid_from:
            return f"{self.name} is valid from {self.valid_from}, and it was signed at {at}"
        if at >= self.valid_until:
            return f"{self.name} has expired at {self.valid_until}, and it was signed at {at}"
        return ""


class Keys(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """The file."""

    origin: str = ""
    """The name of the log, the same in all its checkpoints."""
    keys: tuple[Key, ...] = ()

    def named(self, name: str) -> Key:
        """One of them. Raises UsageError."""
        if found := next((key for key in self.keys if key.name == name), None):
            return found
        raise UsageError(f"no key {name}", hint=f"{FILE} has: {', '.join(key.name for key in self.keys) or 'none'}.")


def read_keys(root: Path) -> Keys:
    """The keys of a project; none where there is no file. Raises BadSeal."""
    path = root / FILE
    if not path.is_file():
        return Keys()
    try:
        found = msgspec.convert(yaml.safe_load(path.read_text(encoding="utf-8")) or {}, Keys)
        for key in found.keys:
            _ = key.id
    except (
        yaml.YAMLError,
        msgspec.ValidationError,
        ValueError,
        LookupError,
        AttributeError,
        RecursionError,
        OSError,
    ) as error:
        raise BadSeal(f"{FILE} cannot be read", path=FILE, cause=str(error)) from error
    if len({key.name for key in found.keys}) < len(found.keys):
        raise BadSeal(f"{FILE} has two keys of one name", path=FILE)
    return found


def write_keys(root: Path, keys: Keys) -> None:
    """The whole file."""
    head = "# Whose signatures of the archive count. Written by `agentic audit key`; a change is reviewed like code.\n"
    text = yaml.safe_dump(msgspec.to_builtins(keys), sort_keys=False, allow_unicode=True, width=200)
    write_file(root / FILE, head + text, FILE)
