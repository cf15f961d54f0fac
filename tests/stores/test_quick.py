"""`agentic store upload --quick`: nothing is listed, nothing of others is overwritten, and what it cannot see it says."""

from __future__ import annotations

import json
import shutil
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import jsonschema
import pytest

from asked import asked
from house import House
from stores.azurite import ACCOUNT, Azurite
from stores.shop import Shop
from stores.way import Way, way_to

RAW = ("--container", "raw")
QUICK = ("upload", "--quick", *RAW)


@dataclass
class Two:
    """Two machines and one store, the first of them by a way on which its requests are counted."""

    mine: Shop
    theirs: Shop
    way: Way

    def heard(self) -> list[str]:
        """Methods of the requests since this was asked last."""
        found = sorted(method for method, _ in self.way.heard)
        self.way.heard.clear()
        return found


def two_of(shop: Shop, server: str, way: Way) -> Two:
    registry = shop.house.read("configs/sources.yml")
    theirs = House.build(shop.root.parent / "theirs")
    theirs.write("configs/sources.yml", registry)
    shop.house.write("configs/sources.yml", registry.replace(server, way.url))
    return Two(shop, Shop(theirs, shop.client, shop.bucket, shop.endpoint), way)


@pytest.fixture
def lake(shop: Shop) -> Iterator[Two]:
    """On S3."""
    with way_to(shop.endpoint) as way:
        yield two_of(shop, shop.endpoint, way)


@pytest.fixture
def sea(blobs: Shop, azurite: Azurite) -> Iterator[Two]:
    """On Azure."""
    server = azurite.endpoint.removesuffix(f"/{ACCOUNT}")
    with way_to(server) as way:
        yield two_of(blobs, server, way)


@pytest.fixture(params=["lake", "sea"])
def two(request: pytest.FixtureRequest) -> Two:
    """The same test on S3 and on Azure."""
    return request.getfixturevalue(request.param)


def synced(two: Two, **files: str) -> Two:
    """These files, on both machines and in the store."""
    for name, text in files.items():
        two.mine.raw(f"{name}.csv", text)
    assert set(two.mine.files("upload", *RAW).values()) == {"sent"}
    assert set(two.theirs.files("download", *RAW).values()) == {"fetched"}
    two.heard()
    return two


def row_of(shop: Shop, *words: str) -> tuple[int, str, str, str, str]:
    """Exit code, and what is said of the one file."""
    said = shop.store(*words)
    (row,) = said.json["files"]
    return said.exit, row["state"], row["did"], row["finding"]["code"], row["finding"]["message"]


# --- requests ------------------------------------------------------------------------------------------------


def test_what_changed_is_asked_and_sent_and_nothing_is_listed(two: Two) -> None:
    synced(two, **{f"f{number:02}": f"{number}\n" for number in range(20)})
    two.mine.raw("f03.csv", "changed\n")
    two.mine.raw("new.csv", "new\n")
    said = two.mine.store(*QUICK).json
    assert {row["path"]: (row["state"], row["did"]) for row in said["files"]} == {
        "f03.csv": ("changed here", "sent"), "new.csv": ("only here", "sent"),
    }  # fmt: skip
    assert two.heard() == ["HEAD", "HEAD", "PUT", "PUT"]
    assert (said["same"], said["unlisted"]) == (19, ["raw"]) and "was not listed" in said["notes"][0]
    assert two.mine.files("status", *RAW) == {}


def test_where_nothing_changed_nothing_is_asked(two: Two) -> None:
    synced(two, a="1\n", b="2\n")
    said = two.mine.store(*QUICK)
    assert (said.exit, said.json["files"], said.json["same"], two.heard()) == (0, [], 2, [])


def test_a_file_that_was_touched_and_is_the_same_is_not_sent(two: Two) -> None:
    synced(two, a="1\n")
    two.mine.raw("a.csv", "1\n")
    assert (two.mine.files(*QUICK), two.heard()) == ({}, [])


def test_a_preview_asks_and_sends_nothing(two: Two) -> None:
    synced(two, a="1\n")
    two.mine.raw("a.csv", "2\n")
    assert (two.mine.files(*QUICK, "--dry-run"), two.heard()) == ({"a.csv": "waits"}, ["HEAD"])
    assert two.mine.files(*QUICK) == {"a.csv": "sent"}


# --- others --------------------------------------------------------------------------------------------------


@pytest.mark.chaos(
    source="store",
    given="upload --quick of a file that another machine changed in the store since",
    data="theirs stays, nothing is sent; the same finding as with the list, exit code 1; --force says which side wins",
)
def test_a_file_that_both_changed_is_the_same_conflict_as_with_the_list(two: Two) -> None:
    synced(two, a="1\n")
    two.theirs.raw("a.csv", "theirs\n")
    assert two.theirs.files("upload", *RAW) == {"a.csv": "sent"}
    two.mine.raw("a.csv", "mine, and longer\n")
    quick = row_of(two.mine, *QUICK)
    assert quick[:4] == (1, "changed on both sides", "kept", "AGT640") and two.heard() == ["HEAD"]
    assert row_of(two.mine, *QUICK) == quick
    assert row_of(two.mine, "upload", *RAW) == quick
    assert two.mine.files(*QUICK, "--force") == {"a.csv": "sent"}
    assert two.theirs.files("download", *RAW) == {"a.csv": "fetched"}


@pytest.mark.chaos(
    source="store",
    given="upload --quick of a new file whose name another machine gave to its own meanwhile",
    data="theirs stays, nothing is sent; the same finding as with the list, exit code 1",
)
def test_a_new_file_that_another_put_there_meanwhile_is_not_overwritten(two: Two) -> None:
    synced(two, a="1\n")
    two.theirs.raw("new.csv", "theirs\n")
    two.theirs.store("upload", *RAW)
    two.mine.raw("new.csv", "mine\n")
    quick = row_of(two.mine, *QUICK)
    assert quick[:4] == (1, "differs", "kept", "AGT640") and two.heard() == ["HEAD"]
    assert row_of(two.mine, "upload", *RAW) == quick


@pytest.mark.chaos(
    source="store",
    given="upload --quick, and another puts the object between our question and our upload",
    data="theirs stays, a finding, exit code 1; the next run tells the conflict",
)
@pytest.mark.parametrize("name", ["a", "new"])
def test_what_another_puts_between_question_and_upload_stays(lake: Two, name: str) -> None:
    synced(lake, a="1\n")
    lake.mine.raw(f"{name}.csv", "mine\n")
    put = lake.mine.put
    lake.way.before = lambda method, path: put(f"raw/{name}.csv", b"theirs") if method == "PUT" else None
    assert row_of(lake.mine, *QUICK)[2:4] == ("failed", "AGT643")
    assert lake.mine.object(f"raw/{name}.csv") == b"theirs"
    lake.way.before = lambda method, path: None
    assert row_of(lake.mine, *QUICK)[2:4] == ("kept", "AGT640")


def test_the_same_change_on_both_machines_is_no_conflict(two: Two) -> None:
    synced(two, a="1\n")
    for shop in (two.theirs, two.mine):
        shop.raw("a.csv", "2\n")
    two.theirs.store("upload", *RAW)
    said = two.mine.store(*QUICK)
    assert (said.exit, said.json["files"], said.json["same"], two.heard()) == (0, [], 1, ["HEAD"])


def test_what_others_did_to_files_that_did_not_change_here_is_seen_by_the_list_alone(lake: Two) -> None:
    synced(lake, a="1\n", b="2\n", c="3\n")
    lake.mine.put("raw/a.csv", b"theirs, longer")
    lake.mine.put("raw/d.csv", b"new")
    lake.mine.client.delete_object(Bucket=lake.mine.bucket, Key="raw/b.csv")
    lake.mine.raw("c.csv", "mine\n")
    assert lake.mine.files(*QUICK) == {"c.csv": "sent"}
    states = {"a.csv": "changed there", "b.csv": "only here", "d.csv": "only there"}
    assert lake.mine.files("status", *RAW) == states
    # From now on it is remembered that nothing is there under b.csv, and that a.csv is not what both had.
    assert lake.mine.files(*QUICK) == {"b.csv": "sent"}
    assert lake.mine.object("raw/a.csv") == b"theirs, longer"


def test_what_both_last_had_is_not_forgotten_of_a_name_that_is_not_remembered_there(lake: Two) -> None:
    synced(lake, a="1\n", b="2\n")
    lake.mine.put("raw/a.csv", b"theirs, longer")
    lake.mine.store("status", *RAW)
    (lake.mine.root / "data/raw/a.csv").unlink()
    lake.mine.raw("b.csv", "3\n")
    assert lake.mine.files(*QUICK) == {"b.csv": "sent"}
    lake.mine.raw("a.csv", "1\n")
    assert lake.mine.files("status", *RAW) == {"a.csv": "changed there"}


def test_a_changed_file_whose_object_was_deleted_is_sent_as_with_the_list(lake: Two) -> None:
    synced(lake, a="1\n")
    lake.mine.client.delete_object(Bucket=lake.mine.bucket, Key="raw/a.csv")
    lake.mine.raw("a.csv", "2\n")
    assert lake.mine.files(*QUICK) == {"a.csv": "sent"} and lake.mine.object("raw/a.csv") == b"2\n"


def test_a_file_deleted_here_stays_there_as_with_the_list(two: Two) -> None:
    synced(two, a="1\n", b="2\n")
    (two.mine.root / "data/raw/a.csv").unlink()
    assert (two.mine.files(*QUICK), two.heard()) == ({}, [])
    assert two.mine.files("status", *RAW) == {"a.csv": "only there"}
    assert two.mine.files("download", *RAW) == {"a.csv": "fetched"}


# --- the memory ----------------------------------------------------------------------------------------------


def test_where_nothing_is_remembered_the_store_is_listed_and_it_is_said(two: Two) -> None:
    synced(two, a="1\n", b="2\n")
    two.mine.forget()
    two.mine.raw("c.csv", "3\n")
    said = two.mine.store(*QUICK).json
    assert (said["same"], said["unlisted"]) == (2, []) and "nothing is remembered" in said["notes"][0]
    assert {row["path"]: row["did"] for row in said["files"]} == {"c.csv": "sent"} and "GET" in two.heard()
    assert two.mine.store(*QUICK).json["unlisted"] == ["raw"]


def test_what_is_remembered_of_one_place_is_not_believed_of_another(lake: Two, monkeypatch: pytest.MonkeyPatch) -> None:
    synced(lake, a="1\n")
    registry = lake.mine.house.read("configs/sources.yml")
    lake.mine.house.write("configs/sources.yml", registry.replace("region:", "prefix: elsewhere, region:"))
    said = lake.mine.store(*QUICK).json
    assert (said["unlisted"], [row["did"] for row in said["files"]]) == ([], ["sent"])
    assert lake.mine.object("elsewhere/raw/a.csv") == b"1\n"
    assert lake.mine.store(*QUICK).json["unlisted"] == ["raw"]
    monkeypatch.setenv("AWS_ENDPOINT_URL", lake.mine.endpoint)
    assert lake.mine.store(*QUICK).json["unlisted"] == []


@pytest.mark.chaos(
    source="store",
    given="upload --quick of 12 files is killed in the middle, then run again",
    data="all 12 there as they are here, those that were there are not sent again, nothing is listed",
)
def test_a_quick_upload_that_is_killed_is_simply_run_again(lake: Two) -> None:
    names = [f"f{number:02}" for number in range(12)]
    synced(lake, **dict.fromkeys(names[:6], "1\n"))
    for name in names:
        lake.mine.raw(f"{name}.csv", f"{name}, changed\n")
    stop = threading.Event()
    lake.way.before = lambda method, path: stop.wait(30) if method == "PUT" and lake.way.count("PUT") > 6 else None
    process = subprocess.Popen(
        [sys.executable, "-m", "agentic", "store", *QUICK, "--parallel", "2"],
        cwd=lake.mine.root, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL,
    )  # fmt: skip
    while lake.way.count("PUT") < 8 and process.poll() is None:
        time.sleep(0.02)
    process.send_signal(signal.SIGKILL)
    process.wait()
    lake.way.before = lambda method, path: None
    time.sleep(0.5)
    there = {name for name in names if f"raw/{name}.csv" in lake.mine.objects() and changed(lake.mine, name)}
    lake.heard()
    said = lake.mine.store(*QUICK).json
    assert len(there) == 6 and {row["path"][:-4] for row in said["files"]} == {*names} - there and said["same"] == 6
    assert lake.heard() == ["HEAD"] * 12 + ["PUT"] * 6
    assert all(changed(lake.mine, name) for name in names) and lake.mine.files("status", *RAW) == {}
    stop.set()


def changed(shop: Shop, name: str) -> bool:
    return shop.object(f"raw/{name}.csv").decode() == f"{name}, changed\n"


def test_a_file_that_could_not_be_sent_is_sent_the_next_time(lake: Two) -> None:
    synced(lake, a="1\n")
    lake.mine.raw("a.csv", "2\n")
    lake.way.refuse = lambda method, path: b"" if method == "PUT" else None
    assert lake.mine.store(*QUICK).exit == 4
    lake.way.refuse = lambda method, path: None
    assert lake.mine.files(*QUICK) == {"a.csv": "sent"}


# --- the manifest --------------------------------------------------------------------------------------------


def test_the_manifest_is_left_harmless_and_the_next_upload_with_a_list_writes_it(two: Two) -> None:
    synced(two, a="1\n", b="2\n")
    two.mine.raw("a.csv", "3\n")
    assert two.mine.files(*QUICK) == {"a.csv": "sent"}
    assert fresh(two) == ({"same": 2}, 1)
    assert two.mine.files("upload", *RAW) == {}
    assert fresh(two) == ({"same": 2}, 0)
    two.heard()
    two.mine.store("upload", *RAW)
    assert "PUT" not in two.heard()


def fresh(two: Two) -> tuple[dict[str, int], int]:
    """What a machine that knows nothing, with the same files, finds; and how many objects it has to ask for their digest."""
    shutil.copytree(two.mine.root / "data", two.theirs.root / "data", dirs_exist_ok=True)
    two.theirs.forget()
    (found,) = two.theirs.store("status", *RAW).json["containers"]
    return found["counts"], found["asked"]


# --- what is shown -------------------------------------------------------------------------------------------


def test_json_is_what_its_schema_accepts_and_people_read_what_was_not_seen(shop: Shop) -> None:
    shop.raw("a.csv", "1\n")
    shop.store("upload", *RAW)
    said = shop.store(*QUICK).json
    jsonschema.validate(said, json.loads(asked(shop.root, "schema", "store_transfer").out))
    people = asked(shop.root, "store", *QUICK)
    assert "s3://" in people.err and "was not listed" in people.err and "1 were the same" in people.out


def test_a_warehouse_that_may_not_move_is_told_as_with_the_list(shop: Shop) -> None:
    shop.house.write("data/processed/warehouse.duckdb", b"a database")
    assert set(shop.files("upload", "--container", "duckdb").values()) == {"sent"}
    shop.house.write("data/processed/warehouse.duckdb", b"a changed database")
    shop.house.write("data/processed/warehouse.duckdb.wal", b"changes")
    assert row_of(shop, "upload", "--quick", "--container", "duckdb")[2:4] == ("failed", "AGT645")
    Path(shop.root, "data/processed/warehouse.duckdb.wal").unlink()
    said = shop.store("upload", "--quick", "--container", "duckdb").json
    assert ([row["did"] for row in said["files"]], said["unlisted"]) == (["sent"], ["duckdb"])
