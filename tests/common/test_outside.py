"""common.databases and common.pages: where things are, and what is refused; the rest is in the tests that patterns make."""

from __future__ import annotations

from pathlib import Path

import pytest

from common.databases import from_url, name_sql, read_database, write_query
from common.pages import Api, find_base_url, find_records, step_back
from common.sources import SourceError, read_source


def put(root: Path, text: str) -> Path:
    (root / "configs").mkdir()
    (root / "configs/sources.yml").write_text(text, encoding="utf-8")
    return root


def test_a_database_of_the_registry_takes_its_secrets_from_the_environment(tmp_path: Path) -> None:
    entry = "{host: db, database: shop, user: {env: WHO}, password: {env: WORD}}"
    root = put(tmp_path, f"sources: {{databases: {{shop: {entry}}}}}")
    found = read_database("shop", root, {"WHO": "me", "WORD": "secret"})
    assert (found.url, found.user) == ("jdbc:postgresql://db:5432/shop?sslmode=prefer", "me")
    assert "secret" not in repr(found)
    with pytest.raises(SourceError, match="needs the variable WHO"):
        read_database("shop", root, {})


def test_an_address_in_the_environment_takes_the_registrys_place(tmp_path: Path) -> None:
    root = put(tmp_path, "sources: {databases: {shop: {enabled: false}}}")
    found = read_database("shop", root, {"SOURCE_SHOP_URL": "postgresql://me:a%40b@db:6000/shop?sslmode=require"})
    assert (found.url, found.password) == ("jdbc:postgresql://db:6000/shop?sslmode=require", "a@b")
    with pytest.raises(SourceError, match="switched off"):
        read_database("shop", root, {})
    with pytest.raises(SourceError, match="no database stall"):
        read_database("stall", root, {})
    with pytest.raises(SourceError, match="is not postgresql://"):
        from_url("shop", "mysql://db/shop")


def test_a_query_quotes_names_and_always_reads_rows_without_a_cursor() -> None:
    assert name_sql('a.b"c') == '"a"."b""c"'
    query = write_query("public.t", ["id"], "changed", "now()")
    assert query.endswith('FROM "public"."t" WHERE "changed" >= now() OR "changed" IS NULL')
    assert "WHERE" not in write_query("t", ["id"], "changed", "")


def test_an_api_is_where_the_environment_or_the_registry_says(tmp_path: Path) -> None:
    root = put(
        tmp_path, "sources: {apis: {weather: {base_url: 'http://a'}, off: {base_url: 'http://b', enabled: false}}}"
    )
    assert find_base_url("weather", root, {}) == "http://a"
    assert find_base_url("off", root, {"SOURCE_OFF_URL": "http://c"}) == "http://c"
    with pytest.raises(SourceError, match="no API off that is switched on"):
        find_base_url("off", root, {})


def test_an_answer_without_the_list_is_an_error_not_an_end() -> None:
    api = Api("weather", "", "", "data.items", "page", "size", 10, "since")
    assert find_records(api, {"data": {"items": []}}) == []
    for body in ({"data": {}}, {"error": "no"}, [], "<html>"):
        with pytest.raises(SourceError, match=r"has no list at data\.items"):
            find_records(api, body)


def test_a_moment_steps_back_and_a_number_stays() -> None:
    assert step_back("2024-01-01 00:30:00", 60) == "2023-12-31T23:30:00Z"
    assert (step_back("17x", 60), step_back("", 60)) == ("17x", "")


def test_a_moment_of_another_zone_steps_back_in_utc() -> None:
    assert step_back("2024-01-01T05:30:00+05:30", 60) == "2023-12-31T23:00:00Z"


def test_a_secret_that_a_job_cannot_look_up_is_told(tmp_path: Path) -> None:
    root = put(tmp_path, "sources: {databases: {shop: {host: db, password: {keyring: shop/me}}}}")
    with pytest.raises(SourceError, match="from the environment"):
        read_database("shop", root, {})


def test_a_source_without_a_path_is_told(tmp_path: Path) -> None:
    root = put(tmp_path, "sources: {files: {a: {pattern: x}}}")
    with pytest.raises(SourceError, match="it has no path"):
        read_source("a", root, {})
