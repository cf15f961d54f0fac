"""A load through a real checkpoint: Great Expectations asked about the branch decides whether it is published."""

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from quality.mill import NOT_NULL, ROOT, Mill
from sample.project import FOREIGN, SHORT

pytestmark = pytest.mark.spark

PROGRAM = """
import json
from functools import partial
from common.audited import Audited, publish_audited
from common.lake import create_session
from common.program import FORESEEN
from common.tables import Column

spark = create_session("audited")
target = Audited("silver.orders", (Column("id", "bigint", False, "The order."), Column("day", "string", True, "When.")), "day", "orders")

def load(sql):
    spark.sql("INSERT INTO silver.orders " + sql)

def tried(sql, checkpoint="orders"):
    try:
        publish_audited(spark, target._replace(checkpoint=checkpoint), partial(load, sql))
    except FORESEEN as error:
        return str(error)
    return "published"

said = {
    "good": tried("VALUES (1, 'a'), (2, 'a')"),
    "bad": tried("VALUES (3, 'b'), (NULL, 'c')"),
    "nobody": tried("VALUES (4, 'd')", "no_such_checkpoint"),
    "rows": sorted(row.id for row in spark.table("silver.orders").collect()),
    "unseen": tried("VALUES (5, 'e')", ""),
    "after": spark.table("silver.orders").count(),
    "kept": spark.table("silver.orders.refs").where("name LIKE 'rejected%'").count(),
    "left": spark.table("silver.orders.refs").where("name LIKE 'wap%'").count(),
}
print(json.dumps(said))
"""


def test_the_checkpoint_decides_and_names_the_rows(tmp_path: Path) -> None:
    mill = Mill.build(tmp_path / "house")
    mill.write("configs/jars.yaml", (ROOT / "configs/jars.yaml").read_text(encoding="utf-8"))
    mill.suite("orders", NOT_NULL)
    mill.checkpoint("orders", data={"lake": "silver.orders"}, key=["day"])
    own = {name: value for name, value in os.environ.items() if not name.startswith(FOREIGN)}
    done = subprocess.run(
        [sys.executable, "-c", PROGRAM],
        cwd=mill.root, env=own | SHORT | {"PYTHONPATH": str(ROOT / "src")}, capture_output=True, text=True, check=False,
    )  # fmt: skip
    assert done.returncode == 0, done.stderr[-3000:]
    said = json.loads(done.stdout.splitlines()[-1])
    assert said["good"] == "published" and said["rows"] == [1, 2]
    assert "silver.orders is as it was" in said["bad"] and 'row {"day": "c"' in said["bad"]
    assert "no checkpoint no_such_checkpoint" in said["nobody"]
    assert (said["unseen"], said["after"], said["kept"], said["left"]) == ("published", 3, 2, 0)
