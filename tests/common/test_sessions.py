"""A session is on the lake that was asked for, whatever this process did before."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from common.lake import create_session, read_settings
from common.trial import lake_environment

pytestmark = pytest.mark.spark


def test_a_session_for_another_lake_sees_that_lake_and_the_first_keeps_its_own(spark: Any, tmp_path: Path) -> None:
    spark.sql("CREATE NAMESPACE IF NOT EXISTS here")
    spark.sql("CREATE TABLE here.only (id INT) USING iceberg")
    other = create_session("another", read_settings(tmp_path, lake_environment(tmp_path)))
    other.sql("CREATE NAMESPACE IF NOT EXISTS there")
    other.sql("CREATE TABLE there.only (id INT) USING iceberg")
    assert other.catalog.tableExists("there.only") and not other.catalog.tableExists("here.only")
    assert spark.catalog.tableExists("here.only") and not spark.catalog.tableExists("there.only")
    assert list((tmp_path / "warehouse").rglob("*.metadata.json"))


def test_the_same_lake_is_the_same_session(spark: Any, tmp_path: Path) -> None:
    settings = read_settings(tmp_path, lake_environment(tmp_path))
    first = create_session("another", settings)
    first.sql("CREATE NAMESPACE IF NOT EXISTS there")
    assert create_session("again", settings).catalog.databaseExists("there")


def test_work_in_a_second_lake_stays_there_when_its_session_is_asked_for_again(spark: Any, tmp_path: Path) -> None:
    settings = read_settings(tmp_path, lake_environment(tmp_path))
    second = create_session("another", settings)
    second.createDataFrame([(1,)], "id INT").writeTo("second.only").create()
    again = create_session("again", settings)
    assert again.table("second.only").count() == 1 and not spark.catalog.tableExists("second.only")
