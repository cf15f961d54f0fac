"""What only Spark can do: compaction, and the removal of files to which nothing refers."""

import importlib
import os
import sys
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from lake_advice import files_of, mergeable_files
from lake_catalog import SQLITE, load, stamp, tell
from lake_change import seen
from lake_faults import Fault, first_line
from lake_maintain import SHOWN, files_under, needed_by, own_files

UNDER_WAY = "wap_"
"""How the branch of a load under way begins, see common.publish."""
INSTALL = "bash setup-scripts/quickstart.sh, or install agentic with the extras [spark] and [lake]."


def preview_compaction(table: str) -> dict[str, Any]:
    """Files that would be merged. From metadata alone."""
    loaded = load(table)
    head = loaded.current_snapshot()
    if head is None:
        return {**seen(loaded), "notes": ["nothing was ever written"]}
    small = mergeable_files(loaded, head)
    whole = files_of(loaded, head)
    notes = [f"{whole['delete_files']} delete file(s) are applied on the way"] if whole["delete_files"] else []
    return {
        **seen(loaded),
        "merged_files": len(small),
        "merged_bytes": sum(one.file_size_in_bytes for one in small),
        "manifests_before": whole["manifests"],
        "rows_before": whole["rows"],
        "notes": notes,
    }


def compact(table: str, metadata: str, session: str) -> dict[str, Any]:
    """Merged as previewed, and the manifests after them. Rows stay what they are."""
    name = unmoved(table, metadata)
    spark = open_session(session)
    try:
        system = procedures(spark)
        tell("merging files")
        options = "map('min-input-files', '2', 'delete-file-threshold', '1')"
        row = call(spark, f"CALL {system}.rewrite_data_files(table => '{name}', options => {options})")
        tell("rewriting manifests")
        manifests = call(spark, f"CALL {system}.rewrite_manifests(table => '{name}')")
    finally:
        spark.stop()
    after = load(table)
    return {
        "rewritten_files": row["rewritten_data_files_count"],
        "added_files": row["added_data_files_count"],
        "rewritten_manifests": manifests["rewritten_manifests_count"],
        "rows_after": files_of(after, after.current_snapshot())["rows"],
        "after": str(after.current_snapshot().snapshot_id),
    }


def preview_orphans(table: str, older_than: float) -> dict[str, Any]:
    """Files to which nothing refers, older than that many days."""
    loaded = load(table)
    until = stamp(int((datetime.now(UTC) - timedelta(days=older_than)).timestamp() * 1000))
    found = orphans(loaded, until)
    shown = [
        {"path": path, "bytes": size, "modified": modified} for path, (size, modified) in list(found.items())[:SHOWN]
    ]
    return {
        **seen(loaded), "until": until, "orphan_files": len(found), "orphans": shown,
        "orphan_bytes": sum(size for size, _ in found.values()),
    }  # fmt: skip


def orphans(loaded: Any, until: str) -> dict[str, tuple[int, str]]:
    """In the table's folders, needed by no snapshot, and old. Raises Fault where a load is under way."""
    if running := [name for name in loaded.metadata.refs if name.startswith(UNDER_WAY)]:
        raise Fault("refused", f"a load is under way on the branch {running[0]}",
                    "wait for it; where it was killed, the next load drops the branch, or agentic lake branch --delete.")  # fmt: skip
    there = files_under(loaded)
    free = set(there) - needed_by(loaded, list(loaded.metadata.snapshots)) - own_files(loaded)
    return {path: there[path] for path in sorted(free) if there[path][1] < until}


def remove_orphans(table: str, metadata: str, until: str, session: str) -> dict[str, Any]:
    """Those that were previewed, and of them those that Iceberg itself finds nowhere."""
    name = unmoved(table, metadata)
    loaded = load(table)
    listed = orphans(loaded, until)
    # Iceberg looks only at what begins as the table's location is written, be that file:/a, file:///a or /a.
    place = loaded.location()
    folder = loaded.io.parse_location(place)[2]
    spark = open_session(session)
    try:
        rows = [
            (place + path.removeprefix(folder), datetime.fromisoformat(modified))
            for path, (_, modified) in listed.items()
        ]
        spark.createDataFrame(rows, "file_path string, last_modified timestamp").createOrReplaceTempView(
            "agentic_orphans"
        )
        tell(f"removing {len(rows)} file(s)")
        statement = (
            f"CALL {procedures(spark)}.remove_orphan_files(table => '{name}', older_than => TIMESTAMP '{until}', "
        )
        removed = spark.sql(statement + "file_list_view => 'agentic_orphans')").collect() if rows else []
    finally:
        spark.stop()
    return {"removed_files": len(removed)}


# --- Spark --------------------------------------------------------------------------------------------------


def unmoved(table: str, metadata: str) -> str:
    """The table's name, if it is as it was previewed."""
    loaded = load(table)
    if loaded.metadata_location != metadata:
        raise Fault("moved", f"{table} has changed since the preview; nothing was done")
    return ".".join(loaded.name())


def open_session(wish: str) -> Any:
    """The project's own Spark session, by the function that its jobs use."""
    module, _, function = wish.partition(":")
    if not function:
        raise Fault(
            "refused",
            "there is no Spark: lake.session names no module:function",
            "see lake.session in configs/agentic.yaml.",
        )
    sys.path.insert(0, str(Path.cwd() / "src"))
    tell("starting Spark")
    os.environ.setdefault("SPARK_LOCAL_IP", "127.0.0.1")
    try:
        import pyspark  # noqa: F401

        return patient(getattr(importlib.import_module(module), function)("agentic lake maintain"))
    except ModuleNotFoundError as error:
        if (error.name or "").partition(".")[0] == "pyspark":
            raise Fault("not installed", "Spark is not installed for the project's Python", INSTALL) from error
        raise Fault("refused", f"lake.session names {wish}, and there is no {error.name}",
                    "name a function below src/ as module:function.") from error  # fmt: skip
    except AttributeError as error:
        raise Fault("refused", f"lake.session names {wish}: {error}", "name a function below src/.") from error
    except Exception as error:
        raise Fault("broken", "Spark could not be started", cause=first_line(error)) from error


def patient(spark: Any) -> Any:
    """Iceberg's procedures work in a session beside ours, whose open read would keep SQLite from taking our commit."""
    if os.environ["LAKE_URI"].startswith(SQLITE):
        spark.conf.set(f"spark.sql.catalog.{os.environ['LAKE_NAME']}.jdbc.journal_mode", "WAL")
    return spark


def procedures(spark: Any) -> str:
    """Where Iceberg's procedures are."""
    return f"{os.environ['LAKE_NAME']}.system"


def call(spark: Any, statement: str) -> Any:
    """The one row that a procedure answers with."""
    return spark.sql(statement).first()
