"""Branches, tags, rollback and expiry: previewed, then carried out exactly so; never half, never over somebody else."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from datetime import UTC, datetime
from pathlib import Path

import pytest

from asked import Said
from lake.pond import Pond, flights

WHY = ("--yes", "--why", "a bad load came")


def undo(pond: Pond, to: str) -> Said:
    return pond.asked("rollback", "bronze.flights", "--to", to, *WHY, "--json")


# --- rollback ------------------------------------------------------------------------------------------------


def test_a_rollback_after_a_bad_load_brings_the_counts_back_and_is_kept_as_a_decision(pond: Pond) -> None:
    ids = pond.loads(10, 20, 300)
    said = undo(pond, ids[1])
    assert said.exit == 0 and said.json["done"]
    assert (said.json["rows_before"], said.json["rows_after"]) == (330, 30)
    assert [one["id"] for one in said.json["snapshots"]] == [ids[2]]
    assert pond.count() == 30
    decision = pond.house.app().archive.decision(said.json["decision"])
    assert (decision.kind, decision.about, decision.why) == ("rollback", "lake/bronze.flights", "a bad load came")
    assert (decision.facts["from"], decision.facts["to"]) == (ids[2], ids[1]) and decision.who
    assert not pond.house.app().archive.faults(decision.id)


def test_what_was_undone_can_be_brought_back(pond: Pond) -> None:
    ids = pond.loads(10, 20)
    undo(pond, ids[0])
    told = {one["id"]: one["in_main"] for one in pond.asked("history", "bronze.flights", "--json").json["snapshots"]}
    assert told == {ids[0]: True, ids[1]: False}
    said = undo(pond, ids[1])
    assert [one["id"] for one in said.json["restored"]] == [ids[1]] and pond.count() == 30


def test_a_table_goes_back_to_what_it_showed_at_a_time_also_when_that_had_been_rolled_back(pond: Pond) -> None:
    ids = pond.loads(10, 20)
    undo(pond, ids[0])
    time.sleep(0.01)
    then = datetime.now(UTC).isoformat()
    time.sleep(0.01)
    pond.load().append(flights(5000, 40))
    said = undo(pond, then)
    assert said.json["after"] == ids[0] and pond.count() == 10, "not the younger snapshot, which main did not show then"
    said = undo(pond, "2001-01-01")
    assert (said.exit, said.json["error"]["code"]) == (2, "AGT206")


def test_nothing_is_undone_unless_somebody_says_so(pond: Pond) -> None:
    ids = pond.loads(10, 20)
    said = pond.asked("rollback", "bronze.flights", "--to", ids[0], "--why", "a bad load", "--json")
    assert (said.exit, said.json["done"], said.json["rows_after"]) == (5, False, 10)
    said = pond.asked("rollback", "bronze.flights", "--to", ids[0], "--yes")
    assert (said.exit, said.errors) == (2, ["AGT204"]) and "--why" in said.line("fix")
    assert pond.count() == 30 and not pond.house.app().archive.decisions()


def test_a_table_that_shows_it_already_is_left_alone(pond: Pond) -> None:
    ids = pond.loads(10)
    before = pond.load().metadata_location
    said = undo(pond, ids[0])
    assert (said.exit, said.json["done"]) == (0, False) and pond.load().metadata_location == before


def test_a_commit_after_the_preview_stops_the_rollback(pond: Pond) -> None:
    ids = pond.loads(10, 20)
    desk = pond.house.app().lake
    seen = desk.preview_rollback("bronze.flights", ids[0])
    pond.load().append(flights(9000, 5))
    from agentic.errors import TableMoved

    with pytest.raises(TableMoved, match="nothing was done"):
        desk.rollback(seen, "A Tester", "a bad load")
    assert pond.count() == 35 and not pond.house.app().archive.decisions()


def test_a_preview_that_was_approved_elsewhere_is_carried_out_as_it_was_or_not_at_all(pond: Pond) -> None:
    ids = pond.loads(10, 20)
    shown = pond.asked("rollback", "bronze.flights", "--to", ids[0], "--json").json["metadata"]
    pond.load().append(flights(9000, 5))
    said = pond.asked("rollback", "bronze.flights", "--to", ids[0], "--seen", shown, *WHY)
    assert (said.exit, said.errors) == (4, ["AGT312"]) and pond.count() == 35
    shown = pond.asked("rollback", "bronze.flights", "--to", ids[0], "--json").json["metadata"]
    assert (
        pond.asked("rollback", "bronze.flights", "--to", ids[0], "--seen", shown, *WHY).exit == 0 and pond.count() == 10
    )


def test_of_two_who_carry_out_the_same_preview_at_once_one_does(pond: Pond) -> None:
    ids = pond.loads(10, 20)
    both = [pond.start("rollback", "bronze.flights", "--to", one, *WHY) for one in (ids[0], ids[0])]
    for one in both:
        one.communicate(timeout=120)
    # The second may also come late, and find that there is nothing left to do.
    assert sorted(one.returncode for one in both) in ([0, 0], [0, 4])
    assert pond.count() == 10 and len(pond.load().metadata.snapshot_log) == 3, "main moved once"
    assert len(pond.house.app().archive.decisions()) == 1


def test_a_load_at_the_same_time_is_neither_lost_nor_undone_unseen(pond: Pond) -> None:
    ids = pond.loads(10, 20)
    program = pond.start("rollback", "bronze.flights", "--to", ids[0], *WHY)
    loaded = 0
    while program.poll() is None and loaded < 200:
        pond.load().append(flights(10_000 + loaded, 1))
        loaded += 1
    _, words = program.communicate(timeout=120)
    # Either it came between two loads, and all that came later is there; or it stopped, and everything is.
    after = pond.count()
    assert program.returncode in (0, 4), words
    assert after == 30 + loaded if program.returncode == 4 else 10 <= after <= 10 + loaded
    assert program.returncode == 0 or "AGT312" in words


@pytest.mark.parametrize("seconds", [0.6, 1.6, 2.4])
def test_a_rollback_that_is_killed_has_happened_or_has_not(pond: Pond, seconds: float) -> None:
    ids = pond.loads(10, 20)
    program = pond.start("rollback", "bronze.flights", "--to", ids[0], *WHY)
    time.sleep(seconds)
    os.killpg(program.pid, signal.SIGKILL)
    program.communicate()
    time.sleep(1.5)  # what it started may live a moment longer, as a program of its own
    assert pond.count() in (30, 10)
    assert undo(pond, ids[0]).exit == 0 and pond.count() == 10, "the next call finds a table that works"


# --- branches and tags ---------------------------------------------------------------------------------------


def test_a_tag_is_made_listed_rolled_back_to_and_deleted(pond: Pond) -> None:
    ids = pond.loads(10, 20)
    assert pond.asked("tag", "bronze.flights", "good", "--at", ids[0], "--json").json["after"] == ids[0]
    assert [one["name"] for one in pond.asked("tag", "bronze.flights", "--json").json["refs"]] == ["good"]
    assert undo(pond, "good").json["after"] == ids[0]
    said = pond.asked("tag", "bronze.flights", "good", "--delete")
    assert said.exit == 5 and "good" in pond.load().metadata.refs
    assert pond.asked("tag", "bronze.flights", "good", "--delete", "--yes").exit == 0
    assert "good" not in pond.load().metadata.refs


def test_a_branch_is_written_to_without_the_table_changing_and_then_published(pond: Pond) -> None:
    pond.loads(10)
    assert pond.asked("branch", "bronze.flights", "audit").exit == 0
    pond.load().append(flights(100, 7), branch="audit")
    assert pond.count() == 10
    assert pond.asked("diff", "bronze.flights", "main", "audit", "--json").json["added"] == 7
    said = pond.asked("branch", "bronze.flights", "audit", "--delete", "--json")
    assert said.exit == 5 and len(said.json["snapshots"]) == 1 and "held by nothing else" in said.json["notes"][0]
    assert undo(pond, "audit").json["rows_after"] == 17 and pond.count() == 17


@pytest.mark.parametrize(
    ("words", "fix"),
    [
        (("branch", "bronze.flights", "main"), "another name"),
        (("branch", "bronze.flights", "main", "--delete", "--yes"), "rollback moves it"),
        (("tag", "bronze.flights", "a b"), "letters"),
        (("tag", "bronze.flights", "123"), "hold a letter"),
        (("tag", "bronze.flights", "--delete"), "--help"),
    ],
)
def test_a_name_that_cannot_be_is_refused(pond: Pond, words: tuple[str, ...], fix: str) -> None:
    pond.loads(10)
    said = pond.asked(*words)
    assert said.exit == 2 and fix in said.line("fix"), said


# --- maintenance ---------------------------------------------------------------------------------------------


def test_expiry_takes_what_was_shown_and_never_what_a_tag_names_or_the_newest(pond: Pond) -> None:
    ids = pond.loads(1, 2, 3, 4, 5)
    pond.load().manage_snapshots().create_tag(int(ids[1]), "audited").commit()
    said = pond.asked("maintain", "bronze.flights", "--keep", "2", "--json")
    assert said.exit == 5 and len(pond.load().metadata.snapshots) == 5
    assert {one["id"] for one in said.json["snapshots"]} == {ids[0], ids[2]}
    assert pond.asked("maintain", "bronze.flights", "--keep", "2", "--yes").exit == 0
    assert {str(one.snapshot_id) for one in pond.load().metadata.snapshots} == {ids[1], ids[3], ids[4]}
    assert pond.count() == 15 and pond.load().scan(snapshot_id=int(ids[1])).to_arrow().num_rows == 3
    said = pond.asked("rollback", "bronze.flights", "--to", ids[0], *WHY)
    assert (said.exit, said.errors) == (2, ["AGT206"])


def test_both_wishes_have_to_agree_and_without_one_nothing_expires(pond: Pond) -> None:
    pond.loads(1, 2, 3)
    for wish in (("--older-than", "1"), ("--keep", "1", "--older-than", "1"), ("--keep", "3"), ()):
        said = pond.asked("maintain", "bronze.flights", *wish, "--yes", "--json")
        assert (said.exit, said.json["done"], said.json["snapshots"]) == (0, False, []), wish
    said = pond.asked("maintain", "bronze.flights", "--older-than", "0", "--json")
    assert said.exit == 5 and len(said.json["snapshots"]) == 2


def test_a_tag_that_comes_after_the_preview_keeps_its_snapshot(pond: Pond) -> None:
    ids = pond.loads(1, 2)
    desk = pond.house.app().lake
    seen = desk.preview_expiry("bronze.flights", 1, None)
    pond.load().manage_snapshots().create_tag(int(ids[0]), "late").commit()
    from agentic.errors import TableMoved

    with pytest.raises(TableMoved):
        desk.expire(seen)
    assert len(pond.load().metadata.snapshots) == 2


def test_files_of_expired_loads_become_orphans_that_are_listed_and_left(pond: Pond) -> None:
    pond.loads(1, 2)
    pond.load().overwrite(flights(0, 4))
    said = pond.asked("maintain", "bronze.flights", "--keep", "1", "--yes", "--json").json
    assert said["orphan_files"] == 0 and said["freed_files"] > 2 and said["freed_bytes"] > 0
    after = pond.asked("maintain", "bronze.flights", "--json").json
    assert (after["orphan_files"], after["orphan_bytes"]) == (said["freed_files"], said["freed_bytes"])
    assert all(Path("/", one["path"]).is_file() for one in after["orphans"])


KILLED = """
import os, signal, sys
import pyarrow as pa
from pyiceberg.catalog.sql import SqlCatalog

class Dying(SqlCatalog):
    @staticmethod
    def _write_metadata(*args, **given):
        SqlCatalog._write_metadata(*args, **given)
        os.kill(os.getpid(), signal.SIGKILL)

rows = pa.table({"id": pa.array(range(50), pa.int64()), "carrier": ["XX"] * 50})
Dying("lake", uri=sys.argv[1]).load_table("bronze.flights").append(rows)
"""


def test_a_writer_that_is_killed_before_its_commit_leaves_the_table_as_it_was_and_orphans_behind(pond: Pond) -> None:
    pond.loads(10, 20)
    before = pond.asked("history", "bronze.flights", "--json").json
    done = subprocess.run([sys.executable, "-c", KILLED, pond.uri], capture_output=True, text=True, check=False)
    assert done.returncode == -signal.SIGKILL, done.stderr
    assert pond.asked("history", "bronze.flights", "--json").json == before and pond.count() == 30
    orphans = [one["path"] for one in pond.asked("maintain", "bronze.flights", "--json").json["orphans"]]
    assert sorted(Path(one).suffix for one in orphans) == [".avro", ".avro", ".json", ".parquet"]
    pond.load().append(flights(70, 5))
    assert pond.count() == 35
