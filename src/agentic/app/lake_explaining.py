"""The desk that tells what is slow: a table by its metadata, a job by what Spark wrote down of it."""

from __future__ import annotations

import os
import tempfile
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

import msgspec
from msgspec.structs import replace

from agentic.errors import LakeFailed, UsageError
from agentic.lake import EventLog, Explained, Shape
from agentic.lake.plan import explain_plan
from agentic.lake.slow import explain_log
from agentic.lake.unfit import explain_table
from agentic.outside import shell
from agentic.redact import by_line

if TYPE_CHECKING:
    from agentic.app.core import App

LONGEST = 12 * 3600
DEFAULTS = "spark-defaults.conf"
LOGGED = """
spark.eventLog.enabled true
spark.eventLog.dir file:{folder}
spark.eventLog.compress false
spark.eventLog.rolling.enabled false
"""


@dataclass(frozen=True)
class Explaining:
    """The desk."""

    app: App

    def table(self, name: str) -> Explained:
        """Without a JVM, and without reading a row."""
        shape = msgspec.convert(self.app.lake.door.ask("shape", table=name), Shape)
        looked_at = {
            "files": shape.files,
            "bytes": shape.bytes,
            "partitions": shape.parts,
            "snapshots": shape.snapshots,
        }
        return Explained(shape.table, "table", explain_table(shape), looked_at)

    def log(self, path: Path) -> Explained:
        """An event log that Spark wrote, wherever."""
        return self.read(path, path.name)

    def plan(self, path: Path) -> Explained:
        """A physical plan as explain() prints it. It has no figures, so it tells less than a log."""
        try:
            text = path.read_text(encoding="utf-8")
        except (OSError, UnicodeDecodeError) as error:
            raise UsageError(f"{path} cannot be read", cause=str(error)) from error
        return Explained(path.name, "job", explain_plan(text), {"lines": len(text.splitlines())})

    def job(self, path: Path, arguments: Sequence[str]) -> Explained:
        """Runs it on the lake that the configuration names, as its users do, with the event log on in a folder of its own."""
        if self.master().startswith("sc://"):
            raise UsageError(
                "the job runs on a Spark Connect server, which keeps the event log itself",
                hint="switch spark.eventLog.enabled on there, and name the file: agentic lake explain --event-log FILE.",
            )
        with tempfile.TemporaryDirectory(prefix="agentic-explain-") as folder:
            logs = Path(folder) / "logs"
            logs.mkdir()
            heard = by_line(self.app.redact)
            done = shell.run(
                (self.app.interpreter, str(path), *arguments),
                cwd=self.app.root,
                environment=self.environment(Path(folder), logs),
                seconds=LONGEST,
                heard=lambda line: self.app.watch("job", heard(line)),
            )
            if not any(logs.iterdir()):
                cause = self.app.redact(done.stderr)[-1500:]
                raise LakeFailed(f"{path.name} ended with {done.exit_code}, and Spark wrote nothing of it", cause=cause)
            return replace(self.read(logs, path.name), exit_code=done.exit_code)

    def read(self, path: Path, name: str) -> Explained:
        """The log by the project's interpreter, the findings by us."""
        log = msgspec.convert(self.app.lake.door.ask("read log", path=str(path.resolve())), EventLog)
        looked_at = {
            "queries": len(log.queries),
            "stages": len(log.stages),
            "tasks": sum(one.tasks for one in log.stages),
        }
        notes = tuple(f"failed: {one.about}" for one in log.queries if one.failed)
        return Explained(name, "job", explain_log(log), looked_at, notes=notes)

    def environment(self, folder: Path, logs: Path) -> dict[str, str]:
        """The person's own, with a spark-defaults.conf that adds the event log to what theirs says."""
        theirs = Path(os.environ["SPARK_CONF_DIR"]) / DEFAULTS if os.environ.get("SPARK_CONF_DIR") else None
        said = theirs.read_text(encoding="utf-8") if theirs and theirs.is_file() else ""
        (folder / DEFAULTS).write_text(said + LOGGED.format(folder=logs), encoding="utf-8")
        path = os.pathsep.join(filter(None, (str(self.app.root / "src"), os.environ.get("PYTHONPATH", ""))))
        return {**os.environ, "SPARK_CONF_DIR": str(folder), "PYTHONPATH": path}

    def master(self) -> str:
        """Where jobs run, as their own configuration says."""
        import yaml

        path = self.app.root / "configs/lake.yaml"
        said = yaml.safe_load(path.read_text(encoding="utf-8")) if path.is_file() else {}
        return str(os.environ.get("SPARK_REMOTE") or os.environ.get("SPARK_MASTER") or (said or {}).get("master", ""))
