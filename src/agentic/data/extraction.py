"""APIs and databases -> raw tables, by a program in the project's Python; what came of each, and a line in the log."""

from __future__ import annotations

import contextlib
import json
import os
import tempfile
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, Literal

import msgspec
from filelock import FileLock, Timeout

from agentic.data.extracts import Planned
from agentic.data.ingestion import LOG, LONGEST, WORK, harmless, sweep
from agentic.data.secrets import Secrets
from agentic.errors import AgenticError, Busy, DiskFailed, MissingProgram, OutsideFailed, all_errors
from agentic.outside import shell
from agentic.outside.lines import append_line
from agentic.outside.own import own_folder
from agentic.redact import MARK, Redactor
from agentic.redact.forms import written
from agentic.values import Finding
from agentic.values.noun import Noun

PROBE = Path(__file__).parent / "probes/extract.py"
QUIET = {"RUNTIME__DLTHUB_TELEMETRY": "false", "RUNTIME__LOG_LEVEL": "CRITICAL"}
"""No telemetry leaves the machine, and what dlt logs would stand between our own lines."""


SPOKEN = ("message", "fix", "fatal", "cause")
"""Fields in which words of a server may stand."""


class Extract(Noun, frozen=True):
    """What came of one endpoint or table."""

    source: str
    name: str
    table: str
    status: Literal["loaded", "failed"]
    write: Literal["replace", "merge"] = "replace"
    rows_read: int = 0
    rows_loaded: int = 0
    rows_quarantined: int = 0
    """In the table `<table>_quarantine`, with reason and text."""
    rows_repeated: int = 0
    """Came more than once by their key; the last is kept."""
    cursor_from: str = ""
    cursor_to: str = ""
    milliseconds: int = 0
    finding: Finding | None = None


class Extraction(Noun, frozen=True):
    """One run over some endpoints or tables."""

    run_id: str
    began: str
    database: str
    status: Literal["done", "failed"]
    extracts: tuple[Extract, ...]
    rows_read: int = 0
    rows_loaded: int = 0
    rows_quarantined: int = 0
    rows_repeated: int = 0

    @property
    def exit_status(self) -> int:
        """1 where the data was refused; that of the first failure outside, where there was one."""
        codes = [one.finding.code for one in self.extracts if one.finding and one.status == "failed"]
        outside = {error.code: error.exit_status for error in all_errors() if error.code.startswith("AGT3")}
        return next((outside[code] for code in codes if code in outside), 1 if codes else 0)


class ServerTable(Noun, frozen=True):
    """One table that a database has."""

    schema: str
    name: str
    columns: int
    key: tuple[str, ...]
    chosen: bool
    """Is it loaded, as configs/sources.yml says?"""


@dataclass(frozen=True, slots=True)
class Extractor:
    """Where it is loaded to, and how that is run."""

    root: Path
    interpreter: str
    database: str
    secrets: Secrets
    tell: Callable[[str], None] = lambda words: None

    def load(self, wanted: Sequence[Planned], orders: Sequence[Mapping[str, Any]], run_id: str) -> Extraction:
        """Load them, one after the other; one that fails stops no other. Raises Busy, DiskFailed, OutsideFailed."""
        now = datetime.now(UTC).replace(microsecond=0)
        with self.alone({f"{one.kind}-{one.source}" for one in wanted}):
            done = self.ask({"do": "load", "run_id": run_id, "now": now.strftime("%Y-%m-%d %H:%M:%S"), "items": orders})
        said = self.answers(done)
        run = run_of(run_id, now, self.database, [extract_of(one) for one in said if "status" in one])
        try:
            refuse_broken(done, said, self.database)
        except AgenticError as error:
            # What was loaded before the machine failed is loaded, so it stands in the log.
            self.log(run, error)
            raise
        self.log(run)
        return run

    def tables(self, order: Mapping[str, Any], named: set[tuple[str, str]], schema: str) -> tuple[ServerTable, ...]:
        """What the server has. Where no table is named, all of the schema are loaded."""
        done = self.ask({"do": "tables", "run_id": "", "now": "", "items": [order]})
        said = self.answers(done)
        refuse_broken(done, said, self.database)
        return tuple(
            ServerTable(
                one["schema"], one["name"], one["columns"], tuple(one["key"]),
                (one["schema"], one["name"]) in named if named else one["schema"] == schema,
            )
            for one in said if "schema" in one
        )  # fmt: skip

    def ask(self, order: Mapping[str, Any]) -> shell.Completed:
        """What the program did. Secrets go through its stdin: no argument, file or variable holds them."""
        home = own_folder(self.root)
        sweep(home)
        with tempfile.TemporaryDirectory(prefix=f"{WORK}{os.getpid()}-", dir=home) as folder:
            where = {"database": str(self.root / self.database), "folder": folder, "home": str(home)}
            # dlt would look for secrets in ./.dlt and keep its own things in HOME.
            own = {**QUIET, "DLT_PROJECT_DIR": folder, "DLT_DATA_DIR": f"{folder}/dlt"}
            return shell.run(
                (self.interpreter, "-I", str(PROBE)), cwd=self.root, environment={**harmless(os.environ), **own},
                stdin=json.dumps({**order, **where}), seconds=LONGEST, heard=self.hear,
            )  # fmt: skip

    def hear(self, line: str) -> None:
        """Progress is told at once."""
        with contextlib.suppress(ValueError, AttributeError):
            if words := json.loads(line).get("progress"):
                self.tell(self.redact(words))

    def answers(self, done: shell.Completed) -> list[dict[str, Any]]:
        """Its lines; nothing but its own words is on stdout. What others said in them is redacted."""
        lines: list[dict[str, Any]] = []
        for line in done.stdout.splitlines():
            # The last line of a program that was killed may be cut.
            with contextlib.suppress(ValueError):
                lines.append(json.loads(line))
        if done.exit_code and not any("fatal" in one for one in lines):
            lines.append({"broke": self.redact(done.stderr)[-2000:]})
        return [{key: self.redact(value) if key in SPOKEN else value for key, value in one.items()} for one in lines]

    def redact(self, text: str) -> str:
        """Without what was looked up for this run, however short it is, and without what looks like a secret."""
        for name, value in sorted(self.secrets.found.items(), key=lambda one: -len(one[1])):
            for form in (*written(value), json.dumps(value)[1:-1]):
                text = text.replace(form, f"{MARK}{name}]")
        return Redactor(os.environ)(text)

    @contextlib.contextmanager
    def alone(self, sources: set[str]) -> Iterator[None]:
        """Two runs of one source would each go on from the same cursor, and share a rate limit without knowing."""
        with contextlib.ExitStack() as held:
            own_folder(self.root)
            for name in sorted(sources):
                lock = FileLock(self.root / f".agentic/extract-{name}.lock", timeout=0)
                try:
                    held.enter_context(lock)
                except Timeout as error:
                    said = f"another run loads {name.partition('-')[2]} now"
                    raise Busy(said, hint="wait for it to end; nothing was asked or loaded.") from error
            yield

    def log(self, run: Extraction, error: AgenticError | None = None) -> None:
        """One JSON object in one line, written at once."""
        told = {"code": error.code, "message": error.message} if error else None
        state = "failed" if error else run.status
        line = {"at": run.began, "event": "extraction", **msgspec.to_builtins(run), "status": state, "error": told}
        done = f"the load failed: {error.message}" if error else "the load itself is done"
        append_line(self.root, LOG, line, Redactor({**os.environ, **self.secrets.found}), done=done)


def run_of(run_id: str, now: datetime, database: str, extracts: Sequence[Extract]) -> Extraction:
    """The run as a whole."""
    failed = any(one.status == "failed" for one in extracts)
    sums = [
        sum(getattr(one, field) for one in extracts if one.status == "loaded")
        for field in ("rows_read", "rows_loaded", "rows_quarantined", "rows_repeated")
    ]
    state: Literal["done", "failed"] = "failed" if failed else "done"
    return Extraction(run_id, now.strftime("%Y-%m-%dT%H:%M:%SZ"), database, state, tuple(extracts), *sums)


def extract_of(said: Mapping[str, Any]) -> Extract:
    """The probe's words as our noun."""
    finding = None
    if said.get("code"):
        severity: Literal["error", "warning"] = "error" if said["status"] == "failed" else "warning"
        where = f"{said['source']}/{said['name']}"
        finding = Finding("extraction", said["message"], where, severity=severity, code=said["code"], fix=said["fix"])
    known = {key: value for key, value in said.items() if key in Extract.__struct_fields__}
    return msgspec.structs.replace(msgspec.convert(known, Extract), finding=finding)


def refuse_broken(done: shell.Completed, said: Sequence[Mapping[str, Any]], database: str) -> None:
    """The machine failed, not a source."""
    broken = next((one for one in said if "fatal" in one), None)
    if broken and str(broken["fatal"]).startswith("locked"):
        hint = "wait for that process to end, or close it; nothing was half-loaded."
        raise Busy(f"{database} is {broken['fatal']}", hint=hint)
    if broken and broken["fatal"] == "disk":
        raise DiskFailed("the disk is full", cause=str(broken["cause"]))
    if broken:
        raise OutsideFailed(str(broken["fatal"]), cause=str(broken["cause"]), hint=str(broken["fix"]))
    missing = next(
        (name for name in ("dlt", "duckdb", "pyarrow", "psycopg", "sqlalchemy") if f"named '{name}'" in done.stderr), ""
    )
    if missing:
        hint = "install agentic with the extra [ingest] there."
        raise MissingProgram(f"{missing} is not installed for the project's Python", hint=hint)
    if done.exit_code or not any("ended" in one for one in said):
        raise OutsideFailed(
            f"loading broke off (exit {done.exit_code})", cause=next((one["broke"] for one in said if "broke" in one), ""),
            hint="run it again: what was loaded stays, what was not is loaded then.",
        )  # fmt: skip
