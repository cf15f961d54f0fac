"""The desk of checkpoints: data is checked, the result is kept, people are shown it."""

from __future__ import annotations

import json
import os
import time
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Any

from agentic.errors import AgenticError, DiskFailed, NoSuchCheckpoint, NothingChecked, UsageError
from agentic.quality import (
    CHECKPOINTS,
    FOLDER,
    LOG,
    Checked,
    Checkpoint,
    DataDocs,
    Door,
    QualityHistory,
    QualityRun,
    append,
    figures_before,
    findings_of,
    judge,
    judge_trends,
    names_in,
    past_of,
    read_checkpoint,
    read_log,
    status_of,
)
from agentic.settings import load_lake
from agentic.values import Finding

if TYPE_CHECKING:
    from agentic.app.core import App

WORST = ("passed", "warned", "failed", "broken")


@dataclass(frozen=True)
class Checkpoints:
    """The desk."""

    app: App

    @cached_property
    def door(self) -> Door:
        """To the project's own data."""
        return Door(
            self.app.interpreter,
            self.app.root,
            load_lake(self.app.root, os.environ),
            os.environ,
            self.app.redact,
            lambda words: self.app.watch("quality", words),
        )

    def check(self, names: tuple[str, ...], *, ref: str = "", engine: str = "") -> tuple[QualityRun, int]:
        """Those that are named, or all; what came of them, and the exit code. One that cannot be asked stops no other."""
        from uuid import uuid4

        wanted = self.wanted(names, ref)
        run, began = uuid4().hex[:12], stamp(datetime.now(UTC))
        results, errors = [], []
        for name in wanted:
            try:
                results.append(self.kept(self.checked(name, run, ref, engine)))
            except AgenticError as error:
                errors.append(error)
                results.append(self.kept(self.broken(name, run, ref, error)))
        if errors and len(wanted) == 1:
            raise errors[0]
        status = max((one.status for one in results), key=WORST.index)
        exits = max((error.exit_status for error in errors), default=int(status == "failed"))
        return QualityRun(run, began, status, tuple(results), self.index()), exits

    def wanted(self, names: tuple[str, ...], ref: str) -> tuple[str, ...]:
        """Each once. Raises NoSuchCheckpoint before anything is read."""
        known = names_in(self.app.root)
        if not names and not known:
            raise NoSuchCheckpoint(
                f"no checkpoint in {CHECKPOINTS}", hint="docs/how-to/check-quality.md shows how to write one."
            )
        if ref and len(names) != 1:
            raise UsageError("--ref belongs to one checkpoint", hint="name it: agentic quality check NAME --ref REF.")
        for name in names:
            if name not in known:
                read_checkpoint(self.app.root, name)
        return tuple(dict.fromkeys(names or known))

    def checked(self, name: str, run: str, ref: str, engine: str) -> Checked:
        """One of them."""
        checkpoint = read_checkpoint(self.app.root, name)
        at, began = datetime.now(UTC), time.monotonic()
        if ref and not checkpoint.data.lake:
            raise UsageError(f"{name} checks no table of the lake, so that --ref says nothing")
        answer = self.app.redact.deeply(self.door.ask("check", **self.order(checkpoint, run, ref, engine)))
        self.keep_validations(answer["validations"])
        before = figures_before(read_log(self.app.root, (name,)), checkpoint.data.shown, answer["snapshot"])
        expectations = judge(answer["expectations"], checkpoint)
        trends = judge_trends(checkpoint.trends, answer["figures"], before, at)
        return Checked(
            f"{run}-{name}", run, stamp(at), name, checkpoint.suite, checkpoint.data.shown,
            status_of(expectations, trends), answer["snapshot"], ref or checkpoint.data.ref, answer["engine"],
            answer["rows"], answer["whole"], round((time.monotonic() - began) * 1000), expectations, trends, answer["figures"],
            findings_of(name, expectations, trends),
        )  # fmt: skip

    def broken(self, name: str, run: str, ref: str, error: AgenticError) -> Checked:
        """What could not be asked is kept as well: a gap in the history would look like a holiday."""
        try:
            checkpoint = read_checkpoint(self.app.root, name)
            suite, data = checkpoint.suite, checkpoint.data.shown
        except AgenticError:
            suite, data = "", ""
        path = error.path or f"{CHECKPOINTS}/{name}.yml"
        finding = Finding(name, error.message, path, error.line, code=error.code, detail=error.cause, fix=error.fix)
        return Checked(
            f"{run}-{name}", run, stamp(datetime.now(UTC)), name, suite, data, "broken", ref=ref, findings=(finding,)
        )

    def keep_validations(self, files: dict[str, Any]) -> None:
        """For Data Docs; each written beside its place, then renamed. Not for git. Raises DiskFailed."""
        home = self.app.root / FOLDER / "uncommitted/validations"
        for name, content in files.items():
            path = home / name
            try:
                path.parent.mkdir(parents=True, exist_ok=True)
                beside = path.with_suffix(".part")
                beside.write_text(json.dumps(content, ensure_ascii=False), encoding="utf-8")
                beside.replace(path)
            except OSError as error:
                raise DiskFailed(f"{FOLDER}/uncommitted cannot be written", cause=str(error)) from error

    def kept(self, checked: Checked) -> Checked:
        """In the log first; only then it is told."""
        append(self.app.root, checked)
        return checked

    def order(self, checkpoint: Checkpoint, run: str, ref: str, engine: str) -> dict[str, Any]:
        """What the program needs to know."""
        settings, trends = self.app.settings.quality, checkpoint.trends
        database = self.app.ingesting.registry.ingestion.database
        return {
            "root": str(self.app.root), "folder": str(self.app.root / FOLDER), "suite": checkpoint.suite, "run": run,
            "asset": checkpoint.data.shown, "data": checkpoint.data.place, "ref": ref or checkpoint.data.ref,
            "database": str(self.app.root / database), "database_shown": database, "engine": engine or checkpoint.engine,
            "where": checkpoint.where, "sample": checkpoint.sample, "key": checkpoint.key, "pii": checkpoint.pii,
            "public": checkpoint.public, "watched": trends.watched, "distribution": trends.distribution,
            "freshness": trends.freshness.column if trends.freshness else "", "session": self.app.settings.lake.session,
            "frame_megabytes": settings.frame_megabytes,
        }  # fmt: skip

    def index(self) -> tuple[str, ...]:
        """The tables `quality_results` and `quality_metrics` of the warehouse. Where it is held, the next check brings what it lacks."""
        database = self.app.ingesting.registry.ingestion.database
        try:
            self.door.ask("index", database=str(self.app.root / database), log=str(self.app.root / LOG))
        except AgenticError as error:
            return (f"{LOG} has the results; {database} gets them with the next check: {error.message}",)
        return ()

    def docs(self) -> DataDocs:
        """Data Docs of the checks that were run."""
        if not any((self.app.root / FOLDER / "uncommitted/validations").rglob("*.json")):
            raise NothingChecked("no check has been run yet, so that there is nothing to show")
        answer = self.door.ask("docs", folder=str(self.app.root / FOLDER))
        return DataDocs(Path(answer["page"]).relative_to(self.app.root).as_posix(), answer["validations"])

    def history(self, name: str, last: int) -> QualityHistory:
        """Results over time, newest last."""
        lines = read_log(self.app.root, (name,) if name else ())
        if name and not lines:
            read_checkpoint(self.app.root, name)
        return QualityHistory(past_of(lines)[-last:])


def stamp(moment: datetime) -> str:
    """`2026-11-21T10:00:00.123Z`."""
    return moment.isoformat(timespec="milliseconds").replace("+00:00", "Z")
