"""Write, audit, publish: a load goes to a branch, is audited there, and is the table only if the audit holds.

    publish(spark, ["bronze.orders", "bronze.orders_loads"], load, partial(check, "bronze_orders"))

The load writes to the tables by their own names, as it always did: while it runs, Iceberg leads what it reads and writes
of them to the branch (`spark.wap.branch`). Name every table that is to appear together, the one that notes the load last:
each is published by one commit of its own, so a run that is killed between two is seen by the next one as not noted.

A load is idempotent: it is run again, on a new branch, where another commit came to a table first.
"""

import hashlib
import os
import re
import secrets
import socket
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from common.logs import get_logger

if TYPE_CHECKING:
    from pyspark.sql import SparkSession

log = get_logger("common.publish")

LOADING, REJECTED = "wap_", "rejected_"
"""How the branch of a run begins: of one that is under way or was killed, and of one whose audit did not hold."""
SWITCH = "spark.wap.branch"
ATTEMPTS = 3
LONGEST = 24 * 3600
"""Seconds after which a run of another machine, of which nobody can tell, counts as killed. No load may take longer."""
RUN = re.compile(rf"{LOADING}(?P<begun>\d+)_(?P<place>[0-9a-f]+)_(?P<process>\d+)_[0-9a-f]+")


class NotPublished(RuntimeError):
    """What was loaded is not in the tables."""

    def __init__(self, tables: Sequence[str], branch: str, words: str) -> None:
        super().__init__(words)
        self.tables, self.branch = tuple(tables), branch
        """The branch that holds what was loaded; empty where it was dropped."""


class AuditFailed(NotPublished):
    """The audit did not hold, or could not be made; `__cause__` tells which."""


class MainMoved(NotPublished):
    """Other commits came first as often as we tried."""


class NoTable(NotPublished):
    """A table to publish to does not exist: what is written by the load itself would not be on a branch."""


@dataclass(frozen=True, slots=True)
class Published:
    """What a publication did."""

    tables: Mapping[str, int]
    """Table -> its snapshot now. A table to which nothing was written is not here."""
    branch: str
    """As it was called; it is gone."""
    attempts: int


@dataclass(frozen=True, slots=True)
class Ref:
    """Where a branch of a table points; 0: nothing was ever written."""

    main: int
    branch: int


def publish(
    spark: "SparkSession",
    tables: Sequence[str],
    load: Callable[[], object],
    audit: Callable[[str], object],
    *,
    create: Callable[[], object] | None = None,
    keep_rejected: bool = True,
    attempts: int = ATTEMPTS,
) -> Published:
    """Load, audit, publish. Raises AuditFailed, MainMoved, NoTable; whatever `load` raises; the tables are then as before.

    `audit` gets the branch's name and raises where it does not hold. `create` makes the tables where they are missing.
    """
    if create is not None:
        create()
    prepare(spark, tables)
    for attempt in range(1, attempts + 1):
        drop_leftovers(spark, tables)
        branch = name_branch()
        loaded(spark, tables, branch, load)
        audited(spark, tables, branch, audit, keep_rejected)
        if moved := fast_forward(spark, tables, branch):
            log.warning("another commit came first", extra={"table": moved, "branch": branch, "attempt": attempt})
            drop(spark, tables, branch)
            continue
        done = {table: refs(spark, table, branch).main for table in tables}
        drop(spark, tables, branch)
        log.info("published", extra={"tables": done, "branch": branch, "attempts": attempt})
        return Published({table: snapshot for table, snapshot in done.items() if snapshot}, branch, attempt)
    raise MainMoved(tables, "", f"{tables[0]}: other commits came first {attempts} times; run it again, or alone.")


# --- the steps ----------------------------------------------------------------------------------------------


def prepare(spark: "SparkSession", tables: Sequence[str]) -> None:
    """Iceberg leads only those tables to a branch that say so."""
    for table in tables:
        if not spark.catalog.tableExists(table):
            raise NoTable(tables, "", f"no table {table}; `create` has to make it, or a job before this one.")
        found = spark.sql(f"SHOW TBLPROPERTIES {table} ('write.wap.enabled')").first()
        if found is None or found["value"] != "true":
            spark.sql(f"ALTER TABLE {table} SET TBLPROPERTIES ('write.wap.enabled' = 'true')")


def loaded(spark: "SparkSession", tables: Sequence[str], branch: str, load: Callable[[], object]) -> None:
    """What the load writes is on the branch. Half a load helps nobody: its branch goes."""
    try:
        for table in tables:
            spark.sql(f"REFRESH TABLE {table}")  # Spark keeps what it knows of a table for half a minute
            spark.sql(f"ALTER TABLE {table} CREATE BRANCH {quote(branch)}")
        with switched(spark, branch):
            load()
    except BaseException:
        with suppress(Exception):  # what the load said is what counts; the next run drops the branch
            drop(spark, tables, branch)
        raise


def audited(
    spark: "SparkSession", tables: Sequence[str], branch: str, audit: Callable[[str], object], keep: bool
) -> None:
    """Nothing, if the audit holds. Else AuditFailed, and the branch stays under a name that says so, or goes."""
    try:
        audit(branch)
    except Exception as error:
        kept = reject(spark, tables, branch) if keep else ""
        drop(spark, tables, branch)
        stays = f"what was loaded is on the branch {kept}" if kept else "what was loaded was dropped"
        raise AuditFailed(tables, kept, f"{tables[0]} is as it was; {stays}. The audit said: {error}") from error
    except BaseException:
        with suppress(Exception):
            drop(spark, tables, branch)
        raise


def fast_forward(spark: "SparkSession", tables: Sequence[str], branch: str) -> str:
    """Let main of each table be what was audited. The first table where that cannot be any more; '' where it is done."""
    for table in tables:
        if not is_ahead(spark, table, branch):
            return table
    for table in tables:
        if not forward(spark, table, branch):
            return table
    return ""


def forward(spark: "SparkSession", table: str, branch: str) -> bool:
    """One commit, or none where another came first."""
    before = refs(spark, table, branch)
    if before.main == before.branch:
        return True
    try:
        spark.sql(f"CALL {system(spark)}.fast_forward('{table}', 'main', '{branch}')").collect()
    except Exception:
        # Iceberg says the same of many things. Where the table stands says what happened.
        after = refs(spark, table, branch)
        if after.main == after.branch:
            return True
        if after.main == before.main and is_ahead(spark, table, branch):
            raise
        return False
    return True


def is_ahead(spark: "SparkSession", table: str, branch: str) -> bool:
    """Whether main's newest snapshot is one that the branch came from."""
    found = refs(spark, table, branch)
    if not found.branch:
        return False  # somebody dropped the branch: what is left of it is not what was audited
    if found.main in (0, found.branch):
        return True
    parents = {
        row["snapshot_id"]: row["parent_id"]
        for row in spark.sql(f"SELECT snapshot_id, parent_id FROM {table}.snapshots").collect()  # noqa: S608
    }
    one: int | None = found.branch
    while one is not None and one != found.main:
        one = parents.get(one)
    return one is not None


def reject(spark: "SparkSession", tables: Sequence[str], branch: str) -> str:
    """The branch under another name, so that nobody takes it for that of a run which was killed."""
    name = REJECTED + branch.removeprefix(LOADING)
    for table in tables:
        found = refs(spark, table, branch)
        if found.branch and found.branch != found.main:
            spark.sql(f"ALTER TABLE {table} CREATE BRANCH {quote(name)} AS OF VERSION {found.branch}")
    return name


# --- branches -----------------------------------------------------------------------------------------------


@contextmanager
def switched(spark: "SparkSession", branch: str) -> Iterator[None]:
    """While it lasts, what is written to and read from the tables is the branch."""
    if spark.conf.get(SWITCH, ""):
        raise RuntimeError("this Spark session publishes already; a session does one publication at a time.")
    spark.conf.set(SWITCH, branch)
    try:
        yield
    finally:
        spark.conf.unset(SWITCH)


def refs(spark: "SparkSession", table: str, branch: str) -> Ref:
    """Where main and the branch are, in the catalog and not in what Spark remembers."""
    spark.sql(f"REFRESH TABLE {table}")
    found = {row["name"]: row["snapshot_id"] for row in spark.sql(f"SELECT * FROM {table}.refs").collect()}  # noqa: S608
    return Ref(found.get("main", 0), found.get(branch, 0))


def drop(spark: "SparkSession", tables: Sequence[str], branch: str) -> None:
    """No branch of that name is left."""
    for table in tables:
        spark.sql(f"ALTER TABLE {table} DROP BRANCH IF EXISTS {quote(branch)}")


def drop_leftovers(spark: "SparkSession", tables: Sequence[str]) -> None:
    """Branches of runs that were killed are gone; those of runs under way stay."""
    for table in tables:
        spark.sql(f"REFRESH TABLE {table}")
        rows = spark.sql(f"SELECT name FROM {table}.refs WHERE type = 'BRANCH'").collect()  # noqa: S608
        for name in (row["name"] for row in rows if was_killed(row["name"])):
            log.warning("a run was killed; its branch is dropped", extra={"table": table, "branch": name})
            drop(spark, [table], name)


def name_branch() -> str:
    """Its own for each run; says when and where it began, so that others can tell whether it still goes on."""
    return f"{LOADING}{int(time.time())}_{place()}_{os.getpid()}_{secrets.token_hex(4)}"


def was_killed(branch: str) -> bool:
    """Whether the branch belongs to a run that does not go on any more."""
    found = RUN.fullmatch(branch)
    if found is None:
        return False
    if found["place"] == place():
        return not is_alive(int(found["process"]))
    return time.time() - int(found["begun"]) > LONGEST


def place() -> str:
    """Where a process number means what it means here: this machine since it started, this container."""
    told = [socket.gethostname()]
    with suppress(OSError):
        told.append(Path("/proc/sys/kernel/random/boot_id").read_text(encoding="ascii").strip())
    with suppress(OSError):
        told.append(str(Path("/proc/self/ns/pid").readlink()))
    return hashlib.sha256("\n".join(told).encode()).hexdigest()[:12]


def is_alive(process: int) -> bool:
    """Whether there is a process of that number."""
    try:
        os.kill(process, 0)
    except ProcessLookupError:
        return False
    except PermissionError:
        return True
    return True


def system(spark: "SparkSession") -> str:
    """Iceberg's own procedures live in the catalog of the tables."""
    return f"{spark.conf.get('spark.sql.defaultCatalog', 'lake')}.system"


def quote(name: str) -> str:
    """A name as SQL writes it."""
    return "`" + name.replace("`", "``") + "`"
