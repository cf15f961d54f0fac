"""Files go to an object store and come back: the same interface on S3 and on Azure, by digest, and nothing twice."""

from __future__ import annotations

import json
import os
import shutil
from pathlib import Path

import jsonschema
import pytest

from asked import asked
from stores.shop import Shop

BIG = os.urandom(20 * 1024 * 1024 + 17)
"""Goes in parts."""


@pytest.fixture(params=["shop", "blobs"])
def either(request: pytest.FixtureRequest) -> Shop:
    """The same test on S3 and on Azure."""
    return request.getfixturevalue(request.param)


def test_all_three_containers_go_there_and_come_back_on_another_machine(either: Shop) -> None:
    either.raw("2013/ü b%.csv", "a,b\n1,2\n")
    either.raw("big.bin", BIG)
    either.raw("empty.txt", "")
    either.house.write("data/processed/warehouse.duckdb", b"a database")
    either.house.write("logs/pipeline_runs.log", "{}\n")
    assert either.files("upload", "--dry-run") == dict.fromkeys(
        ["2013/ü b%.csv", "big.bin", "empty.txt", "warehouse.duckdb", "pipeline_runs.log"], "waits"
    )
    assert set(either.files("upload", "--all").values()) == {"sent"}
    shutil.rmtree(either.root / "data")
    (either.root / ".agentic").rename(either.root / "gone")
    assert set(either.files("status", "--container", "raw").values()) == {"only there"}
    assert set(either.files("download", "--container", "raw", "--container", "duckdb").values()) == {"fetched"}
    assert (either.root / "data/raw/2013/ü b%.csv").read_text() == "a,b\n1,2\n"
    assert (either.root / "data/raw/big.bin").read_bytes() == BIG
    assert (either.root / "data/raw/empty.txt").read_bytes() == b""
    assert either.house.read("data/processed/warehouse.duckdb") == "a database"
    assert [path.name for path in (either.root / "data").rglob(".*")] == []
    assert either.store("status", "--container", "raw").exit == 0


def test_a_second_upload_and_a_second_download_move_nothing(either: Shop) -> None:
    either.raw("a.csv", "1\n")
    assert either.files("upload", "--container", "raw") == {"a.csv": "sent"}
    again = either.store("upload", "--container", "raw").json
    assert (again["files"], again["same"], again["bytes"]) == ([], 1, 0)
    assert either.store("download", "--container", "raw").json["files"] == []


def test_only_what_changed_moves_and_each_side_is_told_by_what_both_last_had(either: Shop) -> None:
    for name in ("a.csv", "b.csv", "c.csv"):
        either.raw(name, f"{name}\n")
    either.store("upload", "--container", "raw")
    either.raw("a.csv", "changed\n")
    either.raw("d.csv", "new\n")
    assert either.files("status", "--container", "raw") == {"a.csv": "changed here", "d.csv": "only here"}
    assert either.files("download", "--container", "raw") == {}
    assert either.files("upload", "--container", "raw") == {"a.csv": "sent", "d.csv": "sent"}
    assert either.store("status", "--container", "raw").exit == 0


def test_a_fresh_machine_learns_every_digest_from_the_manifest_and_asks_for_none_one_by_one(either: Shop) -> None:
    for number in range(30):
        either.raw(f"{number}.csv", f"{number}\n")
    either.store("upload", "--container", "raw")
    either.forget()
    (found,) = either.store("status", "--container", "raw").json["containers"]
    assert (found["counts"], found["asked"]) == ({"same": 30}, 0)


def test_without_manifest_the_digests_in_the_objects_own_metadata_tell(shop: Shop) -> None:
    shop.raw("a.csv", "1\n")
    shop.store("upload", "--container", "raw")
    shop.forget()
    shop.client.delete_object(Bucket=shop.bucket, Key="raw/.agentic-manifest.json.gz")
    (found,) = shop.store("status", "--container", "raw").json["containers"]
    assert (found["counts"], found["asked"]) == ({"same": 1}, 1)


def test_a_manifest_that_is_rubbish_is_only_a_hint_that_is_missing(shop: Shop) -> None:
    shop.raw("a.csv", "1\n")
    shop.store("upload", "--container", "raw")
    shop.forget()
    shop.put("raw/.agentic-manifest.json.gz", b"rubbish")
    assert shop.store("status", "--container", "raw").exit == 0


def test_an_object_of_others_is_told_by_its_md5_where_that_is_its_etag(shop: Shop) -> None:
    shop.raw("a.csv", "1\n")
    shop.raw("b.csv", "2\n")
    shop.put("raw/a.csv", b"1\n")
    shop.put("raw/b.csv", b"3\n")
    assert shop.files("status", "--container", "raw") == {"b.csv": "unknown"}
    assert shop.files("status", "--container", "raw", "--read") == {"b.csv": "differs"}
    assert shop.files("status", "--container", "raw") == {"b.csv": "differs"}


def test_what_one_side_never_had_is_not_overwritten_unless_it_is_said(shop: Shop) -> None:
    shop.raw("a.csv", "mine\n")
    shop.put("raw/a.csv", b"theirs\n")
    for direction in ("upload", "download"):
        said = shop.store(direction, "--container", "raw")
        assert (said.exit, said.json["files"][0]["did"], said.json["files"][0]["finding"]["code"]) == (
            1,
            "kept",
            "AGT640",
        )
    assert (shop.object("raw/a.csv"), (shop.root / "data/raw/a.csv").read_text()) == (b"theirs\n", "mine\n")
    assert shop.files("download", "--container", "raw", "--force") == {"a.csv": "fetched"}
    assert (shop.root / "data/raw/a.csv").read_text() == "theirs\n"


def test_the_password_of_a_store_is_said_by_reference_and_named_where_it_is_missing(
    shop: Shop, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("SHOP_SECRET")
    said = asked(shop.root, "store", "status")
    assert (said.exit, said.errors) == (4, ["AGT301"]) and "SHOP_SECRET" in said.message


def test_names_hidden_files_and_links_are_left_aside_and_it_is_told(shop: Shop, tmp_path: Path) -> None:
    shop.raw("a.csv", "1\n")
    shop.raw(".hidden", "2\n")
    secret = tmp_path / "secret.txt"
    secret.write_text("nobody's")
    (shop.root / "data/raw/link.csv").symlink_to(secret)
    said = shop.store("upload", "--container", "raw").json
    assert shop.objects() == ["raw/a.csv"] and "link.csv is a link" in said["notes"][0]


def test_a_transfer_is_kept_in_the_log_without_a_secret(shop: Shop) -> None:
    shop.raw("a.csv", "1\n")
    shop.store("upload", "--all")
    text = shop.house.read("logs/pipeline_runs.log")
    line = json.loads(text.splitlines()[-1])
    assert (line["event"], line["direction"], line["moved"]) == ("store", "upload", {"sent": 1})
    assert os.environ["SHOP_SECRET"] not in text
    assert shop.object("logs/pipeline_runs.log").decode() == text


@pytest.mark.parametrize(
    ("noun", "words"),
    [("store_objects", ("list",)), ("store_status", ("status",)), ("store_transfer", ("upload", "--dry-run"))],
)
def test_json_is_what_its_schema_accepts(shop: Shop, noun: str, words: tuple[str, ...]) -> None:
    shop.raw("a.csv", "1\n")
    shop.put("raw/b.csv", b"2\n")
    said = shop.store(*words)
    jsonschema.validate(said.json, json.loads(asked(shop.root, "schema", noun).out))
    assert said.json["schema"] == f"agentic.{noun}/1"


def test_people_see_what_differs_and_what_was_done(shop: Shop) -> None:
    shop.raw("a.csv", "1\n")
    status = asked(shop.root, "store", "status")
    assert status.exit == 1 and "only here" in status.out and f"s3://{shop.bucket}/raw" in status.out
    upload = asked(shop.root, "store", "upload", "--container", "raw")
    assert "upload lake: 1 files moved, 2 bytes; 0 were the same" in upload.out
    listed = asked(shop.root, "store", "list", "--quiet")
    assert "a.csv" in listed.out and (listed.exit, listed.err) == (0, "")


def test_a_store_is_chosen_by_name_or_by_kind(shop: Shop) -> None:
    wrong = asked(shop.root, "store", "list", "--store", "lak")
    assert (wrong.exit, wrong.line("fix")) == (2, "did you mean lake?")
    assert asked(shop.root, "store", "list", "--kind", "azure").exit == 2
    assert asked(shop.root, "store", "list", "--kind", "s3").exit == 0
