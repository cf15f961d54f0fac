"""One case: a copy is broken, agentic is called, and what it did is judged by a build of our own."""

from __future__ import annotations

import json
import shutil
import subprocess
import sys
import time
from dataclasses import asdict, dataclass
from pathlib import Path
from random import Random
from typing import Any

from faults.ground import (
    Build,
    Ground,
    build,
    copied,
    database,
    difference,
    digests,
    environment,
    held,
    inject,
    notes,
    relations,
)
from faults.kinds import Case
from faults.warm import Warm

SCHEMA = "agentic.healing/1"
MOST_SECONDS = 300
SHARE_TIMED = 1 / 6


@dataclass(frozen=True)
class Bench:
    """What every case needs."""

    dbt: Warm
    grounds: dict[str, Ground]
    folder: Path
    program: tuple[str, ...]
    source: Path
    is_cold: bool


@dataclass(frozen=True)
class Outcome:
    """What came of a case."""

    kind: str
    project: str
    place: int
    what: str
    right: str
    """`fix` or `person`."""
    classes: tuple[str, ...]
    verdict: str
    status: str = ""
    why: str = ""
    """What is wrong with it, in words."""
    error_class: str = ""
    cause: str = ""
    diagnosis_confidence: float | None = None
    fix_confidence: float | None = None
    fix_is_right: bool | None = None
    """Of the fix that was applied, or else of the first one proposed."""
    how: str = ""
    title: str = ""
    diff: str = ""
    runs: int = 0
    seconds: float = 0
    healing: float | None = None
    """Seconds after the run that failed."""
    clean: float | None = None
    """Seconds of one build of the clean project, taken right before: of every sixth case, for the load of a machine changes."""

    @property
    def class_is_right(self) -> bool:
        return self.error_class in self.classes


def live(case: Case, bench: Bench, worker: str) -> Outcome:
    """Break, call, judge."""
    ground, folder = bench.grounds[case.project], bench.folder / f"case-{worker}"
    clean = clean_seconds(ground, bench, worker) if Random(case.name).random() < SHARE_TIMED else None
    copied(ground.folder, folder, state=not bench.is_cold)
    inject(case.edit, folder)
    before, calls = digests(folder), bench.dbt.calls(worker)
    calls.unlink(missing_ok=True)
    broken = copied(folder, bench.folder / f"broken-{worker}")
    begun = time.time()
    with held(folder, case.edit, calls):
        said = heal(bench, folder, worker)
    ended = time.time()
    known = timed(notes(calls), ended) | {"seconds": ended - begun, "clean": clean}
    judge = Judge(case, bench, ground, folder, broken, worker)
    try:
        found = judge.verdict(said, changed=digests(folder) != before)
    finally:
        shutil.rmtree(folder, ignore_errors=True)
        shutil.rmtree(broken, ignore_errors=True)
    return Outcome(
        case.kind.name, case.project, case.place, case.edit.what, case.kind.right, case.kind.classes,
        **(known | told(said) | found),
    )  # fmt: skip


def clean_seconds(ground: Ground, bench: Bench, worker: str) -> float:
    copy = copied(ground.folder, bench.folder / f"clean-{worker}")
    seconds = build(copy, bench.dbt, worker).seconds
    shutil.rmtree(copy)
    return seconds


def heal(bench: Bench, folder: Path, worker: str) -> dict[str, Any]:
    """What agentic says; under `failed` what it did instead of saying something."""
    command = [
        *bench.program,
        "pipeline",
        "run",
        "build",
        "--project-dir",
        str(folder),
        "--mode",
        "autonomous",
        "--json",
    ]
    own = environment(bench.dbt, worker, PYTHONPATH=str(bench.source))
    try:
        ran = subprocess.run(
            command, cwd=folder, env=own, capture_output=True, text=True, timeout=MOST_SECONDS, check=False
        )
        said = json.loads(ran.stdout)
    except subprocess.TimeoutExpired:
        return {"failed": f"no answer in {MOST_SECONDS} s"}
    except ValueError:
        return {"failed": f"exit {ran.returncode}, no JSON: {(ran.stderr or ran.stdout)[-600:]}"}
    return said if said.get("schema") == SCHEMA else {"failed": f"schema {said.get('schema')}"}


def timed(calls: list[dict[str, Any]], ended: float) -> dict[str, Any]:
    failed = next((note for note in calls if note["code"]), None)
    return {"runs": len(calls), "healing": ended - failed["ended"] if failed else None}


def told(said: dict[str, Any]) -> dict[str, Any]:
    """Of the answer, what the table needs."""
    diagnosis = next(iter(said.get("diagnoses", ())), {})
    fix = chosen_fix(said)
    stand = [one for one in said.get("fixes", ()) if one["id"] in said.get("applied", ())] or [fix]
    return {
        "status": said.get("status", "failed"),
        "error_class": diagnosis.get("error_class", ""),
        "cause": diagnosis.get("cause", ""),
        "diagnosis_confidence": diagnosis.get("confidence"),
        "fix_confidence": fix.get("confidence"),
        "how": fix.get("how", ""),
        "title": fix.get("title", ""),
        "diff": "\n".join(one.get("diff", "").rstrip("\n") for one in stand),
    }


def chosen_fix(said: dict[str, Any]) -> dict[str, Any]:
    """The one that stands; otherwise the first that is offered."""
    fixes = said.get("fixes", [])
    return next((fix for fix in fixes if fix["id"] in said.get("applied", ())), fixes[0] if fixes else {})


@dataclass(frozen=True)
class Judge:
    """Decides by builds of its own; takes nobody's word."""

    case: Case
    bench: Bench
    ground: Ground
    folder: Path
    broken: Path
    worker: str

    def verdict(self, said: dict[str, Any], *, changed: bool) -> dict[str, Any]:
        if "failed" in said:
            return {"verdict": "wrong" if changed else "crashed", "why": said["failed"]}
        if said["status"] == "healthy":
            return self.called_healthy(changed=changed)
        if changed and not said.get("applied"):
            return {"verdict": "wrong", "why": "a file was changed, and nothing is said to be applied"}
        if said.get("applied") or said["status"] == "healed":
            return self.acted(said)
        if self.was_silent():
            return {"verdict": "silent"}
        return self.offered(said)

    def was_silent(self) -> bool:
        """Did the fault break nothing? Where nothing was done only: what was healed was broken."""
        first = next(iter(notes(self.bench.dbt.calls(self.worker))), None)
        return first is not None and first["code"] == 0

    def called_healthy(self, *, changed: bool) -> dict[str, Any]:
        """Nothing was broken, or it went away by itself: a database that was held for a moment."""
        if self.was_silent() and not changed:
            return {"verdict": "silent"}
        now, why = self.look(self.folder)
        if not why:
            return {"verdict": "right"}
        return {
            "verdict": "wrong",
            "why": f"called healthy: {why}" if now.is_green else "called healthy, and the build fails",
        }

    def acted(self, said: dict[str, Any]) -> dict[str, Any]:
        """Something was changed, or is said to be."""
        full = any(fix.get("full_refresh") for fix in said.get("fixes", ()) if fix["id"] in said.get("applied", ()))
        now, why = self.look(self.folder, full_refresh=full and self.case.kind.state == "fresh")
        if not why:
            return {"verdict": "right", "fix_is_right": True}
        if now.is_green or self.case.kind.right == "person":
            return {"verdict": "wrong", "why": why, "fix_is_right": False}
        before = build(self.broken, self.bench.dbt, self.worker)
        worse = now.passed < before.passed
        return {"verdict": "wrong" if worse else "not healed", "why": why, "fix_is_right": False}

    def offered(self, said: dict[str, Any]) -> dict[str, Any]:
        """Nothing was changed: was what is proposed right?"""
        fix = chosen_fix(said)
        is_right = why = None
        if fix:
            copy = copied(self.folder, self.bench.folder / f"offer-{self.worker}")
            apply(fix, copy)
            _, why = self.look(copy, full_refresh=bool(fix.get("full_refresh")))
            is_right = not why
            shutil.rmtree(copy)
        if self.case.kind.right == "person":
            return {"verdict": "rightly left", "fix_is_right": is_right, "why": why or ""}
        if not fix:
            return {"verdict": "not healed" if said["status"] == "rolled back" else "left"}
        return {
            "verdict": "proposed right" if is_right else "proposed wrong",
            "fix_is_right": is_right,
            "why": why or "",
        }

    def look(self, folder: Path, *, full_refresh: bool = False) -> tuple[Build, str]:
        """A build of our own, and the first thing that is not as it should be."""
        is_kept = self.case.kind.state == "kept"
        copy = copied(folder, self.bench.folder / f"judged-{self.worker}", state=is_kept)
        try:
            now = build(copy, self.bench.dbt, self.worker, *(["--full-refresh"] if full_refresh else []))
            return now, self.fault_of(now, copy, is_kept=is_kept)
        finally:
            shutil.rmtree(copy)

    def fault_of(self, now: Build, copy: Path, *, is_kept: bool) -> str:
        if not now.is_green:
            return f"does not build: {message(now.output)}"
        if any(left < had for left, had in zip(now.guards, self.ground.build.guards, strict=True)):
            return f"tests and contracts: {now.guards} instead of {self.ground.build.guards}"
        return difference(self.expected(), relations(database(copy)), self.case.edit, more=is_kept)

    def expected(self) -> Any:
        """As in the unbroken project; where the change is meant, as a build from nothing makes it."""
        if not self.case.kind.name.startswith("incremental"):
            return self.ground.relations
        copy = copied(self.broken, self.bench.folder / f"expected-{self.worker}", state=False)
        build(copy, self.bench.dbt, self.worker)
        found = relations(database(copy))
        shutil.rmtree(copy)
        return found


def apply(fix: dict[str, Any], folder: Path) -> None:
    for change in fix["changes"]["changes"]:
        file = folder / change["path"]
        if change.get("text") is None:
            file.unlink(missing_ok=True)
        else:
            file.parent.mkdir(parents=True, exist_ok=True)
            file.write_text(change["text"], encoding="utf-8")


def message(output: str) -> str:
    """The first thing that dbt complains of, on one line."""
    lines = [line.split("  ", 1)[-1].strip() if line[2:3] == ":" else line.strip() for line in output.splitlines()]
    marks = (
        "Encountered an error",
        "Error in",
        "Failure in",
        "Compilation Error",
        "Parsing Error",
        "Runtime Error",
        "[ERROR]",
        "Error:",
    )
    at = next((at for at, line in enumerate(lines) if any(mark in line for mark in marks)), None)
    if at is None:
        return " ".join(lines[-4:])
    return " ".join(line for line in lines[at : at + 7] if line)[:300]


def as_row(outcome: Outcome) -> dict[str, Any]:
    return asdict(outcome) | {"class_is_right": outcome.class_is_right}


def default_program() -> tuple[str, ...]:
    return (sys.executable, "-m", "agentic")
