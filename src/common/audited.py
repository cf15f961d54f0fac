"""A load that is in its tables only after its checkpoint has passed: until then every reader sees what was there before."""

from collections.abc import Callable, Iterable
from typing import TYPE_CHECKING, NamedTuple

from common.gate import check
from common.ledger import LEDGER
from common.publish import publish
from common.rows import QUARANTINE, UNIT
from common.tables import Column, create_table

if TYPE_CHECKING:
    from pyspark.sql import SparkSession


class Audited(NamedTuple):
    """What a load writes, and what has to hold of it."""

    table: str
    """Its quarantine and its ledger are <table>_quarantine and <table>_loads."""
    columns: Iterable[Column]
    partition: str
    checkpoint: str
    """In great-expectations/checkpoints; empty: the load is published unseen."""

    @property
    def tables(self) -> tuple[str, str, str]:
        """All that appear together, the one that notes the load last."""
        return self.table, f"{self.table}_quarantine", f"{self.table}_loads"


def publish_audited(spark: "SparkSession", target: Audited, load: Callable[[], object]) -> None:
    """Loads on a branch, asks the checkpoint there, publishes. Raises NotPublished; the tables are then as before."""
    if not target.checkpoint:
        load()
        return
    publish(
        spark,
        target.tables,
        load,
        lambda branch: check(target.checkpoint, ref=branch),
        create=lambda: make_tables(spark, target),
    )


def make_tables(spark: "SparkSession", target: Audited) -> None:
    """Where they are missing: a branch needs a table."""
    columns = (tuple(target.columns), QUARANTINE, LEDGER)
    for table, described, partition in zip(target.tables, columns, (target.partition, UNIT, ""), strict=True):
        create_table(spark, table, described, partition)
