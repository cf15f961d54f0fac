"""A load is in the table when its audit held, and otherwise nowhere but on its branch."""

import itertools
import os
import signal
import subprocess
import sys
from collections.abc import Callable, Iterator
from dataclasses import dataclass

import pyarrow as pa
import pytest
from pyiceberg.catalog.sql import SqlCatalog
from pyspark.sql import SparkSession
from pyspark.sql import functions as sf

from common import publish as publishing
from common.lake import LakeSettings
from common.publish import AuditFailed, MainMoved, NoTable, publish
from sample.project import FOREIGN, PROJECT, SHORT

pytestmark = pytest.mark.spark
NUMBERS = itertools.count(1)


class NotAsExpected(RuntimeError):
    """What a gate raises."""


@dataclass
class Orders:
    """A table with its ledger, written by Spark and by somebody else."""

    spark: SparkSession
    settings: LakeSettings
    name: str

    @property
    def tables(self) -> list[str]:
        return [self.name, f"{self.name}_loads"]

    def create(self) -> None:
        self.spark.sql("CREATE NAMESPACE IF NOT EXISTS bronze")
        self.spark.sql(
            f"CREATE TABLE IF NOT EXISTS {self.name} (id bigint, load string) USING iceberg PARTITIONED BY (load)"
        )
        self.spark.sql(f"CREATE TABLE IF NOT EXISTS {self.name}_loads (load string) USING iceberg")

    def load(self, name: str, rows: int) -> Callable[[], None]:
        """A job as jobs are: it knows nothing of branches, and run twice it writes the same."""

        def write() -> None:
            ids = self.spark.range(rows).selectExpr("id", f"'{name}' AS load")
            ids.writeTo(self.name).overwrite(sf.col("load") == name)
            self.spark.sql(f"DELETE FROM {self.name}_loads WHERE load = '{name}'")
            self.spark.sql(f"INSERT INTO {self.name}_loads VALUES ('{name}')")

        return write

    def rows(self, at: str = "main", of: str = "") -> int:
        """Counted by PyIceberg, which shares nothing with this Spark but the catalog."""
        table = self.outside(of)
        ref = table.metadata.refs.get(at)
        return table.scan(snapshot_id=ref.snapshot_id).to_arrow().num_rows if ref else 0

    def noted(self) -> int:
        return self.rows(of="_loads")

    def branches(self) -> list[str]:
        return [name for name in self.outside().metadata.refs if name != "main"]

    def outside(self, of: str = ""):
        place = self.settings.uri.removeprefix("jdbc:sqlite:")
        catalog = SqlCatalog("lake", uri=f"sqlite:///{place}", warehouse=f"file://{self.settings.warehouse}")
        return catalog.load_table(self.name + of)

    def written_by_somebody_else(self, rows: int = 5) -> None:
        self.outside().append(pa.table({"id": pa.array(range(rows), pa.int64()), "load": ["other"] * rows}))


@pytest.fixture
def orders(spark: SparkSession, pond: LakeSettings) -> Iterator[Orders]:
    made = Orders(spark, pond, f"bronze.orders_{next(NUMBERS)}")
    made.create()
    yield made
    assert spark.conf.get("spark.wap.branch", "") == "", "the session is left as it was"


def agrees(branch: str) -> None:
    """An audit with nothing to say."""


def refuses(branch: str) -> None:
    raise NotAsExpected("3 rows without an id")


def test_a_load_is_seen_on_its_branch_by_the_audit_and_in_the_table_afterwards(orders: Orders) -> None:
    seen = {}

    def look(branch: str) -> None:
        seen.update(branch=branch, there=orders.rows(branch), noted=orders.rows(branch, "_loads"), main=orders.rows())

    done = publish(orders.spark, orders.tables, orders.load("a", 10), look)
    assert (seen["there"], seen["noted"], seen["main"]) == (10, 1, 0)
    assert seen["branch"] == done.branch and done.attempts == 1
    assert (orders.rows(), orders.noted(), orders.branches()) == (10, 1, [])
    assert done.tables == {name: orders.outside(of).current_snapshot().snapshot_id
                           for name, of in zip(orders.tables, ("", "_loads"), strict=True)}  # fmt: skip
    publish(orders.spark, orders.tables, orders.load("b", 7), agrees)
    publish(orders.spark, orders.tables, orders.load("b", 7), agrees)
    assert (orders.rows(), orders.noted()) == (17, 2), "the second time nothing came twice"


@pytest.mark.chaos(
    source="lake", given="a load whose audit fails", data="the table is as before; the load stays on a branch"
)
def test_an_audit_that_fails_leaves_the_table_as_it_was_and_the_load_on_a_branch(orders: Orders) -> None:
    publish(orders.spark, orders.tables, orders.load("a", 10), agrees)
    before = [orders.outside(of).current_snapshot().snapshot_id for of in ("", "_loads")]
    with pytest.raises(AuditFailed, match="3 rows without an id") as caught:
        publish(orders.spark, orders.tables, orders.load("a", 2), refuses)
    assert [orders.outside(of).current_snapshot().snapshot_id for of in ("", "_loads")] == before
    assert isinstance(caught.value.__cause__, NotAsExpected) and caught.value.tables == tuple(orders.tables)
    assert orders.branches() == [caught.value.branch] and caught.value.branch.startswith("rejected_")
    assert orders.rows(caught.value.branch) == 2
    assert orders.spark.table(orders.name).count() == 10 and orders.noted() == 1
    publish(orders.spark, orders.tables, orders.load("a", 12), agrees)
    assert orders.rows() == 12 and orders.branches() == [caught.value.branch], "it stays until a person drops it"


def test_what_is_rejected_is_dropped_where_that_is_the_policy(orders: Orders) -> None:
    with pytest.raises(AuditFailed, match="was dropped") as caught:
        publish(orders.spark, orders.tables, orders.load("a", 2), refuses, keep_rejected=False)
    assert (caught.value.branch, orders.branches(), orders.rows()) == ("", [], 0)


@pytest.mark.chaos(
    source="lake", given="a load that fails half-way", data="the table is as before, and no branch is left"
)
def test_a_load_that_fails_leaves_nothing(orders: Orders) -> None:
    def fail() -> None:
        orders.load("a", 10)()
        raise OSError("the source went away")

    with pytest.raises(OSError, match="went away"):
        publish(orders.spark, orders.tables, fail, agrees)
    assert (orders.rows(), orders.noted(), orders.branches()) == (0, 0, [])


@pytest.mark.chaos(source="lake", given="two loads at once into one table", data="both are in the table, each once")
def test_a_commit_that_comes_first_makes_the_load_run_again_on_what_is_there_now(orders: Orders) -> None:
    publish(orders.spark, orders.tables, orders.load("a", 10), agrees)
    branches = []

    def late(branch: str) -> None:
        branches.append(branch)
        if len(branches) == 1:
            orders.written_by_somebody_else()

    done = publish(orders.spark, orders.tables, orders.load("b", 7), late)
    assert done.attempts == 2 and len(set(branches)) == 2
    assert (orders.rows(), orders.noted(), orders.branches()) == (22, 2, [])


def test_a_table_that_never_stands_still_is_given_up_and_nothing_of_others_is_lost(orders: Orders) -> None:
    publish(orders.spark, orders.tables, orders.load("a", 10), agrees)
    with pytest.raises(MainMoved, match="came first 2 times"):
        publish(
            orders.spark, orders.tables, orders.load("b", 7), lambda _: orders.written_by_somebody_else(), attempts=2
        )
    assert (orders.rows(), orders.noted(), orders.branches()) == (20, 1, [])


def test_a_commit_between_the_look_and_the_fast_forward_is_not_overwritten(orders: Orders) -> None:
    publish(orders.spark, orders.tables, orders.load("a", 10), agrees)
    spark, branch = orders.spark, publishing.name_branch()
    publishing.loaded(spark, orders.tables, branch, orders.load("b", 7))
    assert publishing.is_ahead(spark, orders.name, branch)
    orders.written_by_somebody_else()
    assert not publishing.forward(spark, orders.name, branch), "Iceberg refuses, and we know why"
    assert orders.rows() == 15


def test_a_branch_that_somebody_dropped_during_the_audit_is_loaded_again(orders: Orders) -> None:
    dropped = []

    def drop_once(branch: str) -> None:
        if not dropped:
            dropped.append(branch)
            orders.outside().manage_snapshots().remove_branch(branch).commit()

    assert publish(orders.spark, orders.tables, orders.load("a", 10), drop_once).attempts == 2
    assert (orders.rows(), orders.noted(), orders.branches()) == (10, 1, [])


def test_a_table_that_is_not_there_is_made_or_asked_for(orders: Orders) -> None:
    orders.name = f"bronze.orders_{next(NUMBERS)}"
    with pytest.raises(NoTable, match=orders.name):
        publish(orders.spark, orders.tables, orders.load("a", 10), agrees)
    with pytest.raises(AuditFailed):
        publish(orders.spark, orders.tables, orders.load("a", 10), refuses, create=orders.create)
    assert orders.rows() == 0, "not even the very first load is in the table before its audit"
    publish(orders.spark, orders.tables, orders.load("a", 10), agrees, create=orders.create)
    assert orders.rows() == 10


def test_only_branches_of_killed_runs_are_dropped(orders: Orders) -> None:
    publish(orders.spark, orders.tables, orders.load("a", 1), agrees)
    ended = subprocess.Popen([sys.executable, "-c", ""])
    ended.wait()
    mine = publishing.name_branch()
    _, begun, place, _, end = mine.split("_")
    dead = f"wap_{begun}_{place}_{ended.pid}_{end}"
    elsewhere = f"wap_{begun}_0123456789ab_1_{end}"
    old = f"wap_{int(begun) - 25 * 3600}_0123456789ab_1_{end}"
    for name in (mine, dead, elsewhere, old, "wap_of_mine"):
        orders.outside().manage_snapshots().create_branch(
            orders.outside().current_snapshot().snapshot_id, name
        ).commit()
    publish(orders.spark, orders.tables, orders.load("b", 1), agrees)
    assert sorted(orders.branches()) == sorted([mine, elsewhere, "wap_of_mine"])


KILLED = """
import os, signal, sys
from common import publish as publishing
from common.lake import create_session

name, moment = sys.argv[1:]
spark = create_session("killed")
die = lambda *_: os.kill(os.getpid(), signal.SIGKILL)

def load():
    spark.range(10).selectExpr("id", "'a' AS load").writeTo(name).append()
    if moment == "load":
        die()
    spark.sql(f"INSERT INTO {name}_loads VALUES ('a')")

if moment == "between":
    once = publishing.forward
    publishing.forward = lambda spark, table, branch: once(spark, table, branch) if table == name else die()
publishing.publish(spark, [name, name + "_loads"], load, die if moment == "audit" else lambda _: None)
"""


@pytest.mark.parametrize(("moment", "there"), [("load", 0), ("between", 10)])
@pytest.mark.chaos(
    source="lake", given="a publication that is killed", data="run again, the table is as if it had not been"
)
def test_a_killed_publication_run_again_gives_the_same_table_and_no_branch_stays(
    orders: Orders, moment: str, there: int
) -> None:
    own = {key: value for key, value in os.environ.items() if not key.startswith(FOREIGN)}
    lake = {
        "PYTHONPATH": str(PROJECT / "src"),
        "LAKE_URI": orders.settings.uri,
        "LAKE_WAREHOUSE": orders.settings.warehouse,
    }
    done = subprocess.run(
        [sys.executable, "-c", KILLED, orders.name, moment],
        cwd=PROJECT, env=own | lake | SHORT, capture_output=True, text=True, check=False, timeout=120,
    )  # fmt: skip
    assert done.returncode == -signal.SIGKILL, done.stderr
    assert (orders.rows(), orders.noted()) == (there, 0) and len(orders.branches()) == 1
    publish(orders.spark, orders.tables, orders.load("a", 10), agrees)
    assert (orders.rows(), orders.noted(), orders.branches()) == (10, 1, [])
