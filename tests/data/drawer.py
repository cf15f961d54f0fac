"""A keyring of one's own for tests: the package keyring loads it by PYTHON_KEYRING_BACKEND, as it would the system's."""

from __future__ import annotations

import json
import os
from pathlib import Path

from keyring.backend import KeyringBackend
from keyring.errors import KeyringLocked


class Drawer(KeyringBackend):
    """One file of JSON, named in DRAWER."""

    priority = 1

    def get_password(self, service: str, username: str) -> str | None:
        """None where there is none, as every backend says it."""
        return self.held.get(f"{service}/{username}")

    def set_password(self, service: str, username: str, password: str) -> None:
        self.place.write_text(json.dumps(self.held | {f"{service}/{username}": password}), encoding="utf-8")

    @property
    def place(self) -> Path:
        return Path(os.environ["DRAWER"])

    @property
    def held(self) -> dict[str, str]:
        return json.loads(self.place.read_text(encoding="utf-8")) if self.place.exists() else {}


class Locked(Drawer):
    """Nobody is there to unlock it."""

    def get_password(self, service: str, username: str) -> str | None:
        raise KeyringLocked("Failed to unlock the collection!")


class Broken(Drawer):
    """A backend that raises what is none of keyring's errors."""

    def get_password(self, service: str, username: str) -> str | None:
        raise OSError("the bus has gone")
