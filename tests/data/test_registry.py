"""configs/sources.yml is typed, checked, and holds no secret."""

from __future__ import annotations

from pathlib import Path

import pytest

from agentic.data import REGISTRY, read_registry, rows_of
from agentic.errors import BadSources
from asked import asked
from house import House

ROOT = Path(__file__).parents[2]
SEED = """\
sources:
  files:
    csv:
      enabled: true
      path: data/raw/
      pattern: "*.csv"
    parquet:
      enabled: true
      path: data/raw/
      pattern: "*.parquet"
  apis:
    jsonplaceholder:
      enabled: true
      base_url: "https://jsonplaceholder.typicode.com"
      endpoints:
        - name: posts
          path: /posts
"""
WHOLE = """\
ingestion: {database: data/processed/shop.duckdb}
sources:
  apis:
    shop:
      base_url: https://shop.example
      auth: {kind: bearer, token: {env: SHOP_TOKEN}}
      pagination: {kind: cursor, param: after, next: meta.next}
      rate_limit: {requests: 5}
      endpoints: [{name: orders, path: /orders, key: [id], cursor: updated_at}]
  databases:
    crm: {host: db.example, database: crm, user: reader, password: {env: CRM_PASSWORD}, tables: [people, {name: visits, cursor: id}]}
  object_stores:
    landing: {kind: s3, bucket: raw, access_key: {env: AWS_ACCESS_KEY_ID}, secret_key: {env: AWS_SECRET_ACCESS_KEY}}
"""
SECRET = "ghp_" + "a1B2" * 9


def test_the_shape_of_the_plan_is_read(house: House) -> None:
    house.write(REGISTRY, SEED)
    found = read_registry(house.root).sources
    assert (found.files["csv"].pattern, found.files["parquet"].path) == ("*.csv", "data/raw/")
    assert found.apis["jsonplaceholder"].endpoints[0].path == "/posts"


def test_the_samples_own_registry_is_valid_as_it_is() -> None:
    flights = read_registry(ROOT).sources.files["flights"]
    assert (flights.path, flights.format, flights.enabled) == ("data/bucket/flights", "csv", True)


def test_every_kind_of_source_is_listed(house: House) -> None:
    house.write(REGISTRY, WHOLE)
    said = asked(house.root, "ingest", "files", "--list", "--json")
    assert [(one["name"], one["kind"]) for one in said.json["sources"]] == [
        ("shop", "api"),
        ("crm", "postgresql"),
        ("landing", "s3"),
    ]
    assert read_registry(house.root).ingestion.database == "data/processed/shop.duckdb"


def test_without_a_registry_there_is_no_source_and_loading_says_so(house: House) -> None:
    assert asked(house.root, "ingest", "files", "--list", "--json").json["sources"] == []
    said = asked(house.root, "ingest", "files", "--all")
    assert (said.exit, said.errors) == (2, ["AGT200"]) and REGISTRY in said.line("fix")


WRONG = {
    "an unknown key": (SEED.replace("pattern: \"*.csv\"", "patern: '*.csv'"), "unknown key: sources.files.csv.patern", 6, "did you mean pattern?"),
    "an unknown kind": ("sources:\n  fils: {}\n", "unknown key: sources.fils", 2, "did you mean files?"),
    "an unknown key on top": ("source: {}\n", "unknown key: source", 1, "did you mean sources?"),
    "an unknown key in a list": (SEED.replace("path: /posts", "paht: /posts"), "endpoints.0.paht", 17, "did you mean path?"),
    "an unknown key in a secret": ("sources:\n  databases:\n    a:\n      user: {nev: X}\n", "user.nev", 4, "did you mean env?"),
    "a wrong type": (SEED.replace("enabled: true", "enabled: maybe", 1), "sources.files.csv.enabled", 4, ""),
    "a word that is none of them": ("sources:\n  files:\n    a: {path: x}\n    b:\n      path: x\n      bad_lines: ignore\n", "sources.files.b.bad_lines", 6, ""),
    "a key twice": ("sources:\n  files:\n    a: {path: x}\n    a: {path: y}\n", "the key a stands twice, first in line 3", 4, ""),
    "no map": ("- a\n", "is not a map", 1, ""),
    "no YAML": ("sources: [\n", "is not YAML", 2, ""),
    "a path that is missing": ("sources:\n  files:\n    a:\n      pattern: x\n", "path", 3, ""),
    "a password itself": ("sources:\n  databases:\n    a:\n      password: hunter2-hunter2\n", "password holds a secret itself", 4, "{env: NAME}"),
    "a token by its shape": (f"sources:\n  apis:\n    a:\n      base_url: https://a.example\n      headers:\n        X-Own: {SECRET}\n", "headers.X-Own holds a secret itself", 6, "{env: NAME}"),
    "a password in an address": ("sources:\n  databases:\n    a:\n      url: postgresql://me:hunter2hunter2@db/x\n", "url holds a secret itself", 4, "{env: NAME}"),
}  # fmt: skip


@pytest.mark.parametrize("name", WRONG)
def test_what_is_wrong_in_the_registry_is_refused_with_its_line(house: House, name: str) -> None:
    text, message, line, fix = WRONG[name]
    house.write(REGISTRY, text)
    with pytest.raises(BadSources) as caught:
        read_registry(house.root)
    error = caught.value
    assert message in error.message and (error.path, error.line) == (REGISTRY, line) and fix in error.fix
    said = asked(house.root, "ingest", "files", "--list")
    assert (said.exit, said.errors) == (2, ["AGT220"])
    assert "hunter2" not in said.out + said.err and SECRET not in said.out + said.err


def test_a_secret_by_reference_is_fine_and_so_are_keys_of_rows(house: House) -> None:
    house.write(REGISTRY, WHOLE)
    found = read_registry(house.root).sources
    assert found.databases["crm"].password and found.databases["crm"].password.env == "CRM_PASSWORD"
    assert found.apis["shop"].endpoints[0].key == ("id",)


def test_the_environment_moves_a_source(house: House) -> None:
    house.write(REGISTRY, SEED)
    house.write("elsewhere/a.csv", "id\n1\n")
    rows = rows_of(read_registry(house.root), house.root, {"SOURCE_CSV_PATH": "elsewhere"})
    assert [file.file for file in rows[0].files] == ["elsewhere/a.csv"]


def test_a_pattern_does_not_climb_out_of_its_folder(house: House) -> None:
    house.write(REGISTRY, SEED.replace("*.csv", "../../*.csv"))
    house.write("data/raw/a.csv", "id\n1\n")
    said = asked(house.root, "ingest", "files", "--all")
    assert (said.exit, said.errors) == (2, ["AGT220"]) and "climbs" in said.message


def test_sparks_options_hold_for_the_same_files(house: House) -> None:
    house.write(
        REGISTRY,
        "sources: {files: {shops: {path: data, pattern: '*.csv', options: {sep: ';', nullValue: NA, encoding: ISO-8859-1}}}}\n",
    )
    house.write("data/a.csv", "id\n1\n")
    file = rows_of(read_registry(house.root), house.root, {})[0].files[0]
    assert (file.table, file.delimiter, file.null_values, file.encoding) == ("raw_shops", ";", ("", "NA"), "iso8859-1")


ODD = {
    "a name that is a way": ("apis: {'../../x': {base_url: 'http://a'}}", "no name of a source: '../../x'"),
    "a name with a line in it": ('files: {"a\\nb": {path: d}}', "no name of a source: 'a\\nb'"),
    "a very long name": ("files: {" + "x" * 101 + ": {path: d}}", "no name of a source"),
    "a pattern that Python refuses": ("files: {a: {path: d, pattern: '**.csv'}}", "pattern is none: **.csv"),
    "a pattern of no name": ("files: {a: {path: d, pattern: .}}", "pattern is none: ."),
    "a codec that is no encoding": ("files: {a: {path: d, encoding: rot13}}", "there is no rot13"),
    "an encoding with a zero": ('files: {a: {path: d, encoding: "a\\0"}}', "encoding: there is no a"),
}


@pytest.mark.parametrize("name", ODD)
def test_an_odd_word_in_the_registry_is_refused_and_nothing_is_written_for_it(house: House, name: str) -> None:
    text, message = ODD[name]
    house.write(REGISTRY, f"sources: {{{text}}}\n")
    house.write("d/a.csv", "id\n1\n")
    said = asked(house.root, "ingest", "files", "--all")
    assert (said.exit, said.errors) == (2, ["AGT220"]) and message in said.message
    assert not (house.root / "data").exists()


@pytest.mark.parametrize("url", ["http://[x/", "http://a:99999999/", "ftp://a", "http://"])
def test_an_address_that_is_none_is_refused(house: House, url: str) -> None:
    house.write(REGISTRY, f"sources: {{apis: {{a: {{base_url: '{url}', endpoints: [{{name: n, path: /n}}]}}}}}}\n")
    said = asked(house.root, "ingest", "api", "--list")
    assert (said.exit, said.errors) == (2, ["AGT220"]) and "base_url is not an address of the web" in said.message


def test_a_folder_whose_name_is_too_long_is_one_that_is_not_there(house: House) -> None:
    house.write(REGISTRY, f"sources: {{files: {{a: {{path: {'x' * 300}}}}}}}\n")
    assert rows_of(read_registry(house.root), house.root, {})[0].note.startswith("there is no folder")


@pytest.mark.chaos(
    source="files", given="a file whose name is not UTF-8", data="it is told and not loaded; the other file is"
)
def test_a_file_whose_name_is_not_utf8_is_told_and_stops_no_other(house: House) -> None:
    house.write(REGISTRY, "sources: {files: {csv: {path: d}}}\n")
    house.write("d/a.csv", "id\n1\n")
    with open(bytes(house.root) + b"/d/b\xff.csv", "w") as file:
        file.write("id\n2\n")
    listed = asked(house.root, "ingest", "files", "--list", "--json").json["sources"][0]
    assert [one["file"] for one in listed["files"]] == ["d/a.csv"]
    assert listed["note"] == "a file's name is not UTF-8: d/b\\udcff.csv"


@pytest.mark.parametrize("words", [("ingest", "files", "--all"), ("ingest", "api"), ("profile", "csv")])
def test_where_our_own_folder_cannot_be_made_it_is_told_and_is_no_bug(house: House, words: tuple[str, ...]) -> None:
    apis = "apis: {a: {base_url: 'http://127.0.0.1:9', endpoints: [{name: n, path: /n}]}}"
    house.write(REGISTRY, f"sources: {{files: {{csv: {{path: d}}}}, {apis}}}\n")
    house.write("d/a.csv", "id\n1\n")
    (house.root / ".agentic").symlink_to(house.root / "nowhere")
    said = asked(house.root, *words)
    assert said.exit != 0 and "AGT900" not in said.errors and ".agentic cannot be made" in said.message
