"""Long texts, stored once: in a journal stands `{"$blob": "sha256:...", "bytes": n}`, the text lies in a file of that name.

So do long lists and maps in the evidence of a check, as canonical JSON, with `$json`: they come again when all checks have ended.
"""

from __future__ import annotations

import json
import os
import re
import threading
from collections.abc import Mapping
from functools import lru_cache
from pathlib import Path
from typing import Any

from agentic.errors import BadJournal
from agentic.text.canonical import canonical
from agentic.values.digest import digest

FOLDER = "blobs"
NAME = re.compile("sha256:[0-9a-f]{64}")
LONG = 512
"""Bytes of a text that is worth a file: context files come again in every run, and what is written in its reply, its draft, its landing."""
SHORT = LONG // 4
"""Letters of a text that is surely no long one: a letter has four bytes at most."""
FAR = 2**53
EVIDENCE = "evidence"
MARK, JSON = "$blob", "$json"
OURS = (MARK[1:], JSON[1:])


class Blobs:
    """The folder of long texts beside the journals."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder / FOLDER
        self.place = str(self.folder)

    def path(self, name: str) -> Path:
        """Where a text lies: two letters make the folder, so that none holds too many."""
        return Path(place_of(self.place, name))

    def stow(self, body: Any) -> Any:
        """As JSON knows it, every long text replaced by its name; the texts are on disk when this returns. Raises OSError."""
        if isinstance(body, str):
            if len(body) < SHORT and body.isascii():
                return body
            # A lone surrogate is in no UTF-8 file; a model can write one as an escape.
            content = body.encode("utf-8", "replace")
            return {"bytes": len(content), MARK: self.keep(content)} if len(content) >= LONG else content.decode()
        if isinstance(body, Mapping):
            return {
                escaped(str(key)): self.stow_evidence(value) if key == EVIDENCE else self.stow(value)
                for key, value in body.items()
            }
        if isinstance(body, (list, tuple)):
            return [self.stow(item) for item in body]
        # RFC 8785 knows integers as far as a float holds them exactly; a model may write any.
        big = isinstance(body, float) or (isinstance(body, int) and not -FAR < body < FAR)
        return str(body) if big else body

    def stow_evidence(self, body: Any) -> Any:
        """What is long in it is kept whole."""
        stowed = self.stow(body)
        return {key: self.as_json(value) for key, value in stowed.items()} if isinstance(stowed, dict) else stowed

    def as_json(self, value: Any) -> Any:
        """A long list or map, by its name."""
        if not isinstance(value, (dict, list)) or (isinstance(value, dict) and MARK in value):
            return value
        content = canonical(value)
        return {"bytes": len(content), JSON: self.keep(content)} if len(content) >= LONG else value

    def unstow(self, body: Any) -> Any:
        """The reverse. A text that was taken out says so in its place."""
        if isinstance(body, dict):
            if MARK in body:
                return text_of(self.place, body[MARK])
            if JSON in body:
                return self.unstow(value_of(text_of(self.place, body[JSON])))
            return {unescaped(key): self.unstow(value) for key, value in body.items()}
        return [self.unstow(item) for item in body] if isinstance(body, list) else body

    def forget(self) -> None:
        """Texts were taken out: what was read before is no longer there."""
        text_of.cache_clear()

    def keep(self, content: bytes) -> str:
        """Its name; written once, whole, and synced."""
        name = digest(content)
        path = self.path(name)
        if not path.exists():
            path.parent.mkdir(parents=True, exist_ok=True)
            # Two runs may write the same text at once; each has a file of its own until it is whole.
            beside = path.with_name(f".{path.name}.{os.getpid()}.{threading.get_ident()}.new")
            try:
                with beside.open("wb") as file:
                    file.write(content)
                    file.flush()
                    os.fsync(file.fileno())
                beside.replace(path)
            finally:
                beside.unlink(missing_ok=True)
        return name


def place_of(folder: str, name: str) -> str:
    """Where the text of a name lies."""
    return f"{folder}/{name[7:9]}/{name[9:]}"


@lru_cache(maxsize=512)
def text_of(folder: str, name: str) -> str:
    """A text by its name. What context files say is asked for again and again."""
    if not NAME.fullmatch(name):
        raise BadJournal(f"{name[:80]!r} names no long text")
    path = Path(place_of(folder, name))
    try:
        content = path.read_bytes()
    except FileNotFoundError:
        return taken_out(name)
    except OSError as error:
        raise BadJournal(
            f"{FOLDER}/{path.parent.name}/{path.name} cannot be read", path=str(path), cause=str(error)
        ) from error
    if digest(content) != name:
        raise BadJournal(f"{FOLDER}/{path.parent.name}/{path.name} is not the text of that name", path=str(path))
    return content.decode("utf-8", "replace")


def value_of(text: str) -> Any:
    """What was kept as JSON; where it was taken out, nothing: readers look for lists and maps there."""
    try:
        return json.loads(text)
    except ValueError:
        return {}


def taken_out(name: str) -> str:
    """What stands where a text is gone; `audit verify` says whether somebody took it out, or it was lost."""
    return f"[not here: {name}]"


def escaped(key: str) -> str:
    """A key that a model chose is never taken for ours."""
    if not key.isascii():
        key = key.encode("utf-8", "replace").decode()
    return f"${key}" if key.startswith("$") and key.lstrip("$") in OURS else key


def unescaped(key: str) -> str:
    """The reverse."""
    return key[1:] if key.startswith("$$") and key.lstrip("$") in OURS else key
