"""Whatever goes wrong on the way: no half file under its name, nothing overwritten unseen, and the next run ends it."""

from __future__ import annotations

import os
import resource
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from agentic.redact import Redactor
from agentic.stores.door import moved_of
from agentic.stores.nouns import Container, Place
from asked import asked
from stores.azurite import Azurite
from stores.shop import AZURE, Shop, azure_shop
from stores.way import DENIED, Way, way_to

PIECE = 16 * 1024 * 1024
"""What a download asks for at once."""
BIG = os.urandom(2 * PIECE + 5)


@pytest.fixture
def way(shop: Shop) -> Iterator[Way]:
    """The shop's store, through a proxy."""
    with way_to(shop.endpoint) as way:
        shop.through(way.url)
        yield way


def begun(shop: Shop, *words: str, most: int | None = None) -> subprocess.Popen[bytes]:
    """As a program of its own, that can be killed."""

    def limit() -> None:
        if most is not None:
            resource.setrlimit(resource.RLIMIT_FSIZE, (most, most))

    return subprocess.Popen(
        [sys.executable, "-m", "agentic", "store", *words, "--container", "raw", "--json"],
        cwd=shop.root, stdout=subprocess.PIPE, stderr=subprocess.PIPE, preexec_fn=limit,  # noqa: PLW1509
    )  # fmt: skip


def left_over(shop: Shop) -> list[str]:
    """Everything under data/raw, hidden files too."""
    return sorted(
        path.relative_to(shop.root / "data/raw").as_posix()
        for path in (shop.root / "data/raw").rglob("*")
        if path.is_file()
    )


# --- rights, containers, addresses --------------------------------------------------------------------------


@pytest.mark.chaos(
    source="store",
    given="the bucket may be read and not written (403)",
    data="0 of 3 objects sent, exit code 4; with rights the next run sends all 3",
)
def test_a_bucket_without_the_right_to_write_stops_the_upload(shop: Shop, way: Way) -> None:
    for name in "abc":
        shop.raw(f"{name}.csv", name)
    way.refuse = lambda method, path: DENIED if method == "PUT" else None
    said = shop.store("upload", "--container", "raw")
    assert (said.exit, said.json["error"]["code"], shop.objects()) == (4, "AGT321", [])
    assert "403 AccessDenied" in said.json["error"]["cause"] and "list, read and write" in said.json["error"]["fix"]
    way.refuse = lambda method, path: None
    assert list(shop.files("upload", "--container", "raw").values()) == ["sent"] * 3


@pytest.mark.chaos(
    source="store", given="a wrong key of the account (403)", data="nothing moved, exit code 4, the key is not shown"
)
def test_a_wrong_key_is_refused_and_never_shown(house, azurite: Azurite, monkeypatch: pytest.MonkeyPatch) -> None:
    shop = azure_shop(house, azurite, "x")
    wrong = "d3JvbmcgYW5kIHNlY3JldCBrZXkgb2YgYW4gYWNjb3VudCE="
    monkeypatch.setenv("SHOP_KEY", wrong)
    said = asked(shop.root, "store", "status")
    assert (said.exit, said.errors) == (4, ["AGT321"]) and wrong not in said.err + said.out


@pytest.mark.chaos(
    source="store", given="no such bucket or container (404)", data="nothing moved, exit code 4, the error names it"
)
def test_a_container_that_is_not_there_is_named(shop: Shop, azurite: Azurite) -> None:
    shop.bucket = "not-there"
    shop.through(shop.endpoint)
    said = asked(shop.root, "store", "status")
    assert (said.exit, said.errors) == (4, ["AGT322"]) and "s3://not-there/raw" in said.message
    shop.house.write(
        "configs/sources.yml", (AZURE % (azurite.endpoint, "")).replace("kind:", "containers: {raw: not-there}, kind:")
    )
    said = asked(shop.root, "store", "status")
    assert (said.exit, said.errors) == (4, ["AGT322"]) and "az://not-there" in said.message


@pytest.mark.chaos(source="store", given="an endpoint at which nobody answers", data="nothing moved, exit code 4")
def test_an_endpoint_at_which_nobody_answers_is_an_error_soon(shop: Shop) -> None:
    shop.through("http://127.0.0.1:9")
    began = time.monotonic()
    said = asked(shop.root, "store", "status")
    assert (
        (said.exit, said.errors) == (4, ["AGT320"]) and "endpoint" in said.line("fix") and time.monotonic() - began < 30
    )


@pytest.mark.parametrize(
    ("code", "says", "fix", "error"),
    [
        ("RequestTimeTooSkewed", "clock", "set the clock", "AGT321"),
        ("AuthorizationHeaderMalformed", "another region", "AWS_REGION", "AGT320"),
        ("InvalidAccessKeyId", "does not let us", "credentials", "AGT321"),
    ],
)
def test_a_wrong_clock_region_or_key_is_told_as_that(
    shop: Shop, way: Way, code: str, says: str, fix: str, error: str
) -> None:
    way.refuse = lambda method, path: DENIED.replace(b"AccessDenied", code.encode())
    said = asked(shop.root, "store", "status")
    assert (said.exit, said.errors) == (4, [error]) and says in said.message and fix in said.line("fix")


# --- what comes is not what it should be --------------------------------------------------------------------


@pytest.mark.chaos(
    source="store",
    given="an object whose bytes are not those of its digest",
    data="not put in place, the others are; exit code 1; no half file left",
)
def test_an_object_with_a_wrong_digest_is_not_put_in_place(shop: Shop) -> None:
    shop.put("raw/bad.csv", b"other bytes", sha256="0" * 64)
    shop.put("raw/good.csv", b"good")
    said = shop.store("download", "--container", "raw")
    rows = {row["path"]: row for row in said.json["files"]}
    assert (said.exit, rows["bad.csv"]["finding"]["code"], rows["good.csv"]["did"]) == (1, "AGT641", "fetched")
    assert left_over(shop) == ["good.csv"]


@pytest.mark.chaos(
    source="store", given="connections that close in the middle of an object, twice", data="the object is whole"
)
def test_a_connection_that_closes_in_the_middle_is_tried_again(shop: Shop, way: Way) -> None:
    shop.put("raw/big.bin", BIG)
    turns = iter([True, True])
    way.cut = lambda method, path: method == "GET" and "big.bin" in path and next(turns, False)
    assert shop.files("download", "--container", "raw") == {"big.bin": "fetched"}
    assert (shop.root / "data/raw/big.bin").read_bytes() == BIG and next(turns, "both came") == "both came"


@pytest.mark.chaos(
    source="store",
    given="an object that changes between the list and the download",
    data="no mixture: a finding, and the next run has the new state",
)
def test_an_object_that_changes_while_it_is_fetched_is_never_a_mixture(shop: Shop, way: Way) -> None:
    shop.put("raw/big.bin", BIG)
    pieces: list[str] = []

    def change(method: str, path: str) -> None:
        if method == "GET" and "big.bin" in path:
            pieces.append(path)
            if len(pieces) == 2:
                shop.put("raw/big.bin", b"new" + BIG)

    way.before = change
    said = shop.store("download", "--container", "raw")
    assert (said.exit, said.json["files"][0]["finding"]["code"]) == (1, "AGT643") and not (
        shop.root / "data/raw/big.bin"
    ).exists()
    assert shop.files("download", "--container", "raw") == {"big.bin": "fetched"}
    assert (shop.root / "data/raw/big.bin").read_bytes() == b"new" + BIG and left_over(shop) == ["big.bin"]


@pytest.mark.chaos(
    source="store",
    given="an object that another puts between the list and our upload",
    data="theirs stays, a finding; exit code 1",
)
def test_an_object_that_another_puts_meanwhile_is_not_overwritten(shop: Shop, way: Way) -> None:
    shop.raw("a.csv", "mine")
    way.before = lambda method, path: shop.put("raw/a.csv", b"theirs") if method == "PUT" and "a.csv" in path else None
    said = shop.store("upload", "--container", "raw")
    assert (said.exit, said.json["files"][0]["finding"]["code"]) == (1, "AGT643")
    assert shop.object("raw/a.csv") == b"theirs"


@pytest.mark.chaos(
    source="store",
    given="a file that is written to while it is sent in parts",
    data="nothing is seen under its name; the next run sends the new state",
)
def test_a_file_that_changes_while_it_is_sent_is_not_seen_half(shop: Shop, way: Way) -> None:
    path = shop.raw("big.bin", BIG)
    once = iter([True])

    def write(method: str, path_: str) -> None:
        if method == "PUT" and "partNumber" in path_ and next(once, False):
            with path.open("r+b") as file:
                file.seek(-5, os.SEEK_END)
                file.write(b"later")

    way.before = write
    said = shop.store("upload", "--container", "raw")
    if said.exit:  # Where the last part was read before the write, what was sent is what was digested.
        assert said.json["files"][0]["finding"]["code"] == "AGT643" and shop.objects() == []
    assert shop.files("upload", "--container", "raw") == {"big.bin": "sent"}
    assert shop.object("raw/big.bin") == path.read_bytes()
    assert not shop.client.list_multipart_uploads(Bucket=shop.bucket).get("Uploads")


# --- names ---------------------------------------------------------------------------------------------------


@pytest.mark.chaos(
    source="store", given="an object named ../../x", data="nothing is written outside; the error names it, exit code 4"
)
def test_an_object_whose_name_climbs_is_never_written_outside(shop: Shop) -> None:
    shop.put("raw/../../x", b"climbs")
    before = shop.house.tree()
    said = asked(shop.root, "store", "download", "--container", "raw")
    assert (
        (said.exit, said.errors) == (4, ["AGT320"])
        and "../../x" in said.message
        and "rename or delete" in said.line("fix")
    )
    assert {
        path: text for path, text in shop.house.tree().items() if not path.startswith((".agentic", "logs"))
    } == before
    assert not (shop.root.parent / "x").exists() and not (shop.root / "x").exists()


@pytest.mark.chaos(
    source="store",
    given="a link in data/raw that leads out of it, and an object below its name",
    data="nothing is written through the link; the others are fetched",
)
def test_nothing_is_written_through_a_link(shop: Shop, tmp_path: Path) -> None:
    outside = tmp_path / "outside"
    outside.mkdir()
    (shop.root / "data/raw").mkdir(parents=True)
    (shop.root / "data/raw/out").symlink_to(outside)
    shop.put("raw/out/x.csv", b"1")
    shop.put("raw/in.csv", b"2")
    said = shop.store("download", "--container", "raw")
    rows = {row["path"]: row for row in said.json["files"]}
    assert (said.exit, rows["out/x.csv"]["finding"]["code"], rows["in.csv"]["did"]) == (1, "AGT642", "fetched")
    assert list(outside.iterdir()) == []


@pytest.mark.chaos(
    source="store",
    given="names with spaces, umlauts, percent signs, quotes, hashes; 600 letters",
    data="each goes and comes back; a name that this disk cannot hold is a finding",
)
def test_strange_names_come_back_as_they_are(shop: Shop) -> None:
    names = ["a b.csv", "ü/ß%2F.csv", "100%.csv", "q\\w.csv", "c#d?e&f=g+h.csv", "日本 語/'quoted\".csv"]
    for name in names:
        shop.raw(name, name)
    assert set(shop.files("upload", "--container", "raw").values()) == {"sent"}
    shop.put(f"raw/{'n' * 600}.csv", b"long")
    for path in (shop.root / "data/raw").rglob("*.csv"):
        path.unlink()
    said = shop.store("download", "--container", "raw")
    did = {row["path"]: row["did"] for row in said.json["files"]}
    assert did == dict.fromkeys(names, "fetched") | {f"{'n' * 600}.csv": "failed"} and said.exit == 1
    assert all((shop.root / "data/raw" / name).read_text() == name for name in names)


# --- the plug is pulled -------------------------------------------------------------------------------------


@pytest.mark.chaos(
    source="store",
    given="the upload of 12 files is killed in the middle, then run again",
    data="all 12 there, those that were there are not sent again",
)
def test_an_upload_that_is_killed_goes_on_where_it_was(shop: Shop, way: Way) -> None:
    for number in range(12):
        shop.raw(f"{number:02}.csv", f"{number}\n" * 1000)
    stop = threading.Event()
    way.before = lambda method, path: stop.wait(30) if method == "PUT" and way.count("PUT") > 6 else None
    process = begun(shop, "upload", "--parallel", "2")
    while way.count("PUT") < 8 and process.poll() is None:
        time.sleep(0.02)
    process.send_signal(signal.SIGKILL)
    process.communicate()
    way.before = lambda method, path: None
    time.sleep(0.5)
    there = set(shop.objects())
    stop.set()
    assert len(there) == 6 and left_over(shop) == [f"{number:02}.csv" for number in range(12)]
    time.sleep(0.5)
    there, before = set(shop.objects()), way.count("PUT")
    assert set(shop.files("upload", "--container", "raw").values()) == {"sent"}
    assert len(shop.objects()) == 12 and way.count("PUT") - before == 12 - len(there)


@pytest.mark.chaos(
    source="store",
    given="the download of a large object is killed in the middle, then run again",
    data="whole, and the parts that were here are not fetched again",
)
def test_a_download_that_is_killed_goes_on_with_the_part_it_was_at(shop: Shop, way: Way) -> None:
    shop.put("raw/big.bin", BIG)
    stop = threading.Event()
    way.before = lambda method, path: stop.wait(30) if "big.bin" in path and way.count("GET", "big.bin") == 2 else None
    process = begun(shop, "download")
    while way.count("GET", "big.bin") < 2 and process.poll() is None:
        time.sleep(0.02)
    process.send_signal(signal.SIGKILL)
    process.communicate()
    stop.set()
    way.before = lambda method, path: None
    (part,) = left_over(shop)
    assert part.startswith(".") and (shop.root / "data/raw" / part).stat().st_size == PIECE
    done = shop.store("download", "--container", "raw").json["files"]
    assert [(row["did"], row["bytes"]) for row in done] == [("fetched", len(BIG) - PIECE)]
    assert (shop.root / "data/raw/big.bin").read_bytes() == BIG and left_over(shop) == ["big.bin"]


@pytest.mark.chaos(
    source="store",
    given="a disk that is full in the middle of a download",
    data="exit code 4, no half file under its name; with space the next run ends it",
)
def test_a_full_disk_leaves_no_half_file_under_its_name(shop: Shop) -> None:
    shop.put("raw/big.bin", BIG)
    process = begun(shop, "download", most=PIECE + 1000)
    out, _ = process.communicate(timeout=60)
    assert process.returncode == 4 and b"AGT308" in out and not (shop.root / "data/raw/big.bin").exists()
    assert shop.files("download", "--container", "raw") == {"big.bin": "fetched"}
    assert (shop.root / "data/raw/big.bin").read_bytes() == BIG


# --- the warehouse ------------------------------------------------------------------------------------------

HOLDS = """
import duckdb, sys
con = duckdb.connect(sys.argv[1]); con.execute("CREATE OR REPLACE TABLE t AS SELECT range AS n FROM range(1000)")
print("open", flush=True); sys.stdin.read()
"""


@pytest.mark.chaos(
    source="store",
    given="the warehouse is open in a process that writes",
    data="neither uploaded nor overwritten, exit code 1; afterwards it is uploaded whole",
)
def test_a_warehouse_that_is_written_to_does_not_move(shop: Shop) -> None:
    duckdb = pytest.importorskip("duckdb")
    path = shop.root / "data/processed/warehouse.duckdb"
    path.parent.mkdir(parents=True)
    writer = subprocess.Popen(
        [sys.executable, "-c", HOLDS, str(path)], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    )
    assert writer.stdout is not None and writer.stdout.readline() == "open\n"
    for direction in ("upload", "download"):
        said = shop.store(direction, "--container", "duckdb")
        (row,) = said.json["files"]
        assert (said.exit, row["did"], row["finding"]["code"]) == (1, "failed", "AGT645")
        assert str(writer.pid) in row["finding"]["message"] or ".wal" in row["finding"]["message"]
    writer.communicate("")
    assert shop.files("upload", "--container", "duckdb") == {"warehouse.duckdb": "sent"}
    path.unlink()
    assert shop.files("download", "--container", "duckdb") == {"warehouse.duckdb": "fetched"}
    with duckdb.connect(str(path), read_only=True) as con:
        assert con.execute("SELECT count(*) FROM t").fetchone() == (1000,)


def test_a_warehouse_with_changes_beside_it_is_not_sent_without_them(shop: Shop) -> None:
    shop.house.write("data/processed/warehouse.duckdb", b"a database")
    shop.house.write("data/processed/warehouse.duckdb.wal", b"changes")
    said = shop.store("upload", "--container", "duckdb").json
    assert said["files"][0]["finding"]["code"] == "AGT645" and "CHECKPOINT" in said["files"][0]["finding"]["fix"]


@pytest.mark.chaos(
    source="store",
    given="two transfers of one container at once",
    data="the second is refused (exit code 4), the first is whole",
)
def test_two_transfers_of_one_container_at_once_are_refused(shop: Shop, way: Way) -> None:
    shop.raw("a.csv", "1")
    stop = threading.Event()
    way.before = lambda method, path: stop.wait(30) if method == "PUT" else None
    process = begun(shop, "upload")
    while not way.count("PUT") and process.poll() is None:
        time.sleep(0.02)
    said = asked(shop.root, "store", "upload", "--container", "raw")
    stop.set()
    process.communicate(timeout=30)
    assert (said.exit, said.errors, process.returncode) == (4, ["AGT309"], 0) and shop.objects() == ["raw/a.csv"]


def test_what_a_store_says_of_one_file_is_shown_without_the_secret() -> None:
    place = Place("s3", "s3://shop/raw", "shop", "raw", "", "", {})
    row = {"path": "a.csv", "state": "new", "did": "failed", "bytes": 1, "code": "AGT644"}
    said = {"message": "denied for sig=s3cr3t-of-the-shop-9", "fix": "not with s3cr3t-of-the-shop-9"}
    redact = Redactor({"SHOP_SECRET": "s3cr3t-of-the-shop-9"})
    finding = moved_of(Container("raw", place, "data/raw", shown="data/raw"), {**row, **said}, redact).finding
    assert finding and "s3cr3t" not in finding.message + finding.fix
    assert finding.message.startswith("denied for") and finding.path == "data/raw/a.csv"
