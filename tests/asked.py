"""`agentic ...` through its own roof, in this process: exit code, stdout, stderr, and the one error that was shown."""

from __future__ import annotations

import contextlib
import io
import json
import re
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from agentic.cli import roof

ERROR = re.compile(r"^error\[(?P<code>AGT\d{3})\]: (?P<message>.+)$", re.MULTILINE)
LINE = re.compile(r"^  (?P<name>at|cause|fix): +(?P<words>.+)$", re.MULTILINE)


@dataclass(frozen=True)
class Said:
    """What a command said."""

    exit: int
    out: str
    err: str

    @property
    def json(self) -> dict[str, Any]:
        """The one object on stdout."""
        return json.loads(self.out)

    @property
    def errors(self) -> list[str]:
        """Codes of every error that was shown to a person."""
        return [found["code"] for found in ERROR.finditer(self.err)]

    def line(self, name: str) -> str:
        """What stands behind `at:`, `cause:` or `fix:`."""
        return next((found["words"] for found in LINE.finditer(self.err) if found["name"] == name), "")

    @property
    def message(self) -> str:
        """Of the first error."""
        found = ERROR.search(self.err)
        return found["message"] if found else ""


def asked(folder: Path, *words: str) -> Said:
    """Standing in `folder`."""
    out, err = io.StringIO(), io.StringIO()
    with contextlib.chdir(folder), contextlib.redirect_stdout(out), contextlib.redirect_stderr(err):
        code = roof(list(words))
    return Said(code, out.getvalue(), err.getvalue())
