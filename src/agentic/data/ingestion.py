"""Files -> raw tables, by a program in the project's Python; what came of each, and a line in the log."""

from __future__ import annotations

import contextlib
import json
import os
import shutil
import tempfile
import threading
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, Literal

import msgspec

from agentic.data.sources import Column, Columns, SourceFile
from agentic.errors import AgenticError, Busy, DiskFailed, MissingProgram, OutsideFailed, UnreadableData
from agentic.outside import shell
from agentic.outside.lines import append_line
from agentic.outside.own import own_folder
from agentic.redact import Redactor, names_secret
from agentic.values import Finding
from agentic.values.noun import Noun

PROBE = Path(__file__).parent / "probes/load_files.py"
LOG = "logs/pipeline_runs.log"
LONGEST = 24 * 3600
"""Seconds. A load is ended by a person, by its machine, or after a day."""
EVERY = 0.2
WORK = "ingest-"
"""How a folder for one run begins; the number of its process follows."""


class FileLoad(Noun, frozen=True):
    """What came of one file."""

    file: str
    source: str
    table: str
    status: Literal["loaded", "unchanged", "failed"]
    """unchanged: these very bytes were loaded before, and are still there."""
    rows_read: int = 0
    rows_loaded: int = 0
    rows_quarantined: int = 0
    """In the table `<table>_quarantine`, with reason and text."""
    digest: str = ""
    milliseconds: int = 0
    finding: Finding | None = None
    load: int = 0
    """The number in `_load` of each of its rows, and in `raw__loads`; 0 where nothing of it is loaded."""


class Ingestion(Noun, frozen=True):
    """One run over some files."""

    run_id: str
    began: str
    database: str
    status: Literal["done", "failed"]
    files: tuple[FileLoad, ...]
    findings: tuple[Finding, ...] = ()
    """Of sources in which there was nothing to load; those of a file stand with it."""
    rows_read: int = 0
    """By this run: of files that were loaded now."""
    rows_loaded: int = 0
    rows_quarantined: int = 0


@dataclass(frozen=True, slots=True)
class Loader:
    """Where files are loaded to, and how that is run."""

    root: Path
    interpreter: str
    database: str
    tell: Callable[[str], None] = lambda words: None

    def load(self, files: Sequence[SourceFile], run_id: str, findings: tuple[Finding, ...] = ()) -> Ingestion:
        """Load them, one after the other; a file that fails stops no other. Raises Busy, DiskFailed, OutsideFailed."""
        now = datetime.now(UTC).replace(microsecond=0)
        loads: list[FileLoad] = []
        try:
            for said in self.ask(files, run_id, now, schema_only=False):
                loads.append(load_of(files[len(loads)], said))
        except AgenticError as error:
            # What was loaded before the machine failed is loaded, so it stands in the log.
            self.log(run_of(run_id, now, self.database, loads, findings), error)
            raise
        run = run_of(run_id, now, self.database, loads, findings)
        self.log(run)
        return run

    def columns(self, file: SourceFile) -> Columns:
        """As the file would be loaded. Raises UnreadableData."""
        now = datetime.now(UTC)
        said = next(self.ask((file,), "", now, schema_only=True))
        if said["status"] == "failed":
            raise UnreadableData(said["message"], path=file.file, hint=said["fix"])
        columns = tuple(Column(one["name"], one["type"]) for one in said["columns"])
        return Columns(file.file, file.table, columns, said["rows_read"], said["rows_quarantined"])

    def ask(
        self, files: Sequence[SourceFile], run_id: str, now: datetime, *, schema_only: bool
    ) -> Iterator[dict[str, Any]]:
        """The probe's answers, one for each file."""
        home = own_folder(self.root)
        sweep(home)
        with tempfile.TemporaryDirectory(prefix=f"{WORK}{os.getpid()}-", dir=home) as name:
            folder = Path(name)
            order = {
                "database": str(self.root / self.database), "schema_only": schema_only, "run_id": run_id, "folder": name,
                "now": now.strftime("%Y-%m-%d %H:%M:%S"), "said": f"{name}/said.jsonl",
                "files": [{**msgspec.to_builtins(one), "reading": one.reading} for one in files],
            }  # fmt: skip
            (folder / "order.json").write_text(json.dumps(order), encoding="utf-8")
            (folder / "said.jsonl").touch()
            with follow(folder / "said.jsonl", self.tell):
                done = shell.run(
                    (self.interpreter, "-I", str(PROBE), str(folder / "order.json")),
                    cwd=self.root, environment=harmless(os.environ), seconds=LONGEST,
                )  # fmt: skip
            said = [json.loads(line) for line in (folder / "said.jsonl").read_text(encoding="utf-8").splitlines()]
        answers = [one for one in said if "status" in one]
        yield from answers
        refuse_broken(done, said, len(answers) == len(files), self.database)

    def log(self, run: Ingestion, error: AgenticError | None = None) -> None:
        """One JSON object in one line, written at once."""
        told = {"code": error.code, "message": error.message} if error else None
        line = {
            "at": run.began, "event": "ingestion", **msgspec.to_builtins(run), "status": "failed" if error else run.status,
            "error": told,
        }  # fmt: skip
        done = f"the load failed: {error.message}" if error else "the load itself is done"
        append_line(self.root, LOG, line, Redactor(os.environ), done=done)


def run_of(
    run_id: str, now: datetime, database: str, loads: Sequence[FileLoad], findings: tuple[Finding, ...]
) -> Ingestion:
    """The run as a whole."""
    fresh = [one for one in loads if one.status == "loaded"]
    failed = any(one.status == "failed" for one in loads) or any(one.severity == "error" for one in findings)
    return Ingestion(
        run_id, now.strftime("%Y-%m-%dT%H:%M:%SZ"), database, "failed" if failed else "done", tuple(loads), findings,
        sum(one.rows_read for one in fresh), sum(one.rows_loaded for one in fresh), sum(one.rows_quarantined for one in fresh),
    )  # fmt: skip


def load_of(file: SourceFile, said: Mapping[str, Any]) -> FileLoad:
    """The probe's words as our noun."""
    finding = None
    if said["status"] == "failed":
        finding = Finding("ingestion", said["message"], file.file, code=said["code"], fix=said["fix"])
    return FileLoad(
        file.file, file.source, file.table, said["status"], said.get("rows_read", 0), said.get("rows_loaded", 0),
        said.get("rows_quarantined", 0), said.get("digest", ""), said.get("milliseconds", 0), finding,
        said.get("load", 0),
    )  # fmt: skip


def refuse_broken(done: shell.Completed, said: Sequence[Mapping[str, Any]], whole: bool, database: str) -> None:
    """The machine failed, not a file."""
    broken = next((one for one in said if "fatal" in one), None)
    if broken and str(broken["fatal"]).startswith("locked"):
        raise Busy(
            f"{database} is {broken['fatal']}",
            hint="wait for that process to end, or close it; nothing was half-loaded.",
        )
    if broken and broken["fatal"] == "disk":
        raise DiskFailed("the disk is full", cause=str(broken["cause"]))
    if broken:
        raise OutsideFailed(
            f"{database} cannot be used",
            cause=str(broken["cause"]),
            hint=f"look at {database}; nothing was half-loaded.",
        )
    if "No module named 'duckdb'" in done.stderr:
        raise MissingProgram(
            "duckdb is not installed for the project's Python",
            hint="bash setup-scripts/quickstart.sh, or install agentic with the extra [ingest].",
        )
    if done.exit_code or not whole:
        raise OutsideFailed(
            f"loading broke off (exit {done.exit_code})",
            cause=Redactor(os.environ)(done.stderr)[-2000:],
            hint="run it again: what was loaded stays, what was not is loaded then.",
        )


def sweep(folder: Path) -> None:
    """Take away what a run left that was killed."""
    for left in folder.glob(f"{WORK}*-*"):
        number = left.name.removeprefix(WORK).partition("-")[0]
        if number.isdigit() and not is_running(int(number)):
            shutil.rmtree(left, ignore_errors=True)


def is_running(process: int) -> bool:
    """Is there a process of that number?"""
    try:
        os.kill(process, 0)
    except ProcessLookupError:
        return False
    except PermissionError:
        return True
    return True


def harmless(environment: Mapping[str, str]) -> dict[str, str]:
    """Without credentials: files need none."""
    return {name: value for name, value in environment.items() if not names_secret(name)}


@contextlib.contextmanager
def follow(path: Path, tell: Callable[[str], None]) -> Iterator[None]:
    """Hand on what a program writes into a file, while it does."""
    done = threading.Event()

    def watch() -> None:
        with path.open(encoding="utf-8") as file:
            rest = ""
            while not done.wait(EVERY):
                *lines, rest = (rest + file.read()).split("\n")
                for words in filter(None, (json.loads(line).get("progress") for line in lines)):
                    tell(words)

    thread = threading.Thread(target=watch, daemon=True)
    thread.start()
    try:
        yield
    finally:
        done.set()
        thread.join()
