"""What `init` wrote, by digest: so that nothing else is ever touched, and an untouched file is known as such."""

from __future__ import annotations

from collections.abc import Mapping
from hashlib import sha256
from pathlib import Path

import msgspec

from agentic.errors import BadSettings
from agentic.values.noun import Noun

MANIFEST = "agent-prompts/meta/framework.json"


class Manifest(Noun, frozen=True):
    """One line for each file that the framework brought."""

    version: str
    """Of agentic."""
    project: str
    made: str
    """The day, UTC."""
    files: Mapping[str, str]
    """Path from the root -> `sha256:` of what was written."""

    def encoded(self) -> bytes:
        """As it stands on disk: one file a line, so that it diffs well."""
        return msgspec.json.format(msgspec.json.encode(self), indent=1) + b"\n"


def read_manifest(root: Path) -> Manifest | None:
    """None where the framework did not make this project. Raises BadSettings where the file is broken."""
    try:
        return msgspec.json.decode((root / MANIFEST).read_bytes(), type=Manifest)
    except (FileNotFoundError, NotADirectoryError):
        return None
    except (OSError, ValueError) as error:
        hint = "restore the file from git."
        raise BadSettings(f"{MANIFEST} cannot be read", path=MANIFEST, cause=str(error), hint=hint) from error


def digest_of(content: bytes) -> str:
    """`sha256:...`."""
    return f"sha256:{sha256(content).hexdigest()}"
