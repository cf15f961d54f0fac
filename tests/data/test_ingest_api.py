"""What an API has becomes raw tables: nothing lost, nothing twice, whatever it answers and whenever somebody pulls the plug."""

from __future__ import annotations

import base64
import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import jsonschema
import pytest
import yaml

from asked import Said, asked
from data.web import Ask, Reply, Web, serving
from house import House

duckdb = pytest.importorskip("duckdb")
pytest.importorskip("dlt")

ROOT = Path(__file__).parents[2]
DATABASE = "data/processed/warehouse.duckdb"
SECRET = "hunter2-of-the-shop"


@pytest.fixture
def web() -> Iterator[Web]:
    """A server."""
    with serving() as one:
        yield one


def orders(count: int, **more: Any) -> list[dict[str, Any]]:
    """Records."""
    return [{"id": number, "name": f"order {number}", **more} for number in range(1, count + 1)]


def page(ask: Ask, records: list[Any], size: int = 100) -> list[Any]:
    """Of `?page=`, from 1."""
    number = int(ask.query.get("page", 1))
    return records[(number - 1) * size : number * size]


def register(house: House, web: Web, *endpoints: dict[str, Any], name: str = "shop", **api: Any) -> None:
    """configs/sources.yml with one API."""
    entry = {"base_url": web.address, "endpoints": list(endpoints), **api}
    house.write("configs/sources.yml", yaml.safe_dump({"sources": {"apis": {name: entry}}}))


def load(house: House, *words: str) -> Said:
    """`agentic ingest api ...`."""
    return asked(house.root, "ingest", "api", *words, "--json")


def query(house: House, sql: str) -> list[tuple[Any, ...]]:
    """What the database says."""
    with duckdb.connect(str(house.root / DATABASE), read_only=True) as con:
        return con.execute(sql).fetchall()


def count(house: House, table: str = "raw_shop_orders") -> tuple[int, int]:
    """Rows, and different ones."""
    return query(house, f"SELECT count(*), count(DISTINCT id) FROM {table}")[0]


def only(said: Said) -> dict[str, Any]:
    """The one extract."""
    return said.json["extracts"][0]


# --- what goes well ----------------------------------------------------------------------------------------


def test_the_seeds_own_api_is_listed_and_loaded_by_the_script_of_that_name(house: House, web: Web) -> None:
    web.paths["/posts"] = lambda ask: Reply(
        [{"id": 1, "title": "a", "tags": ["x"], "zip": "007", "big": 2**70, "note": None}]
    )
    register(house, web, {"name": "posts", "path": "/posts"}, name="jsonplaceholder")
    listed = load(house, "--list")
    jsonschema.validate(listed.json, json.loads(asked(house.root, "schema", "extracts").out))
    assert [(one["source"], one["table"]) for one in listed.json["extracts"]] == [
        ("jsonplaceholder", "raw_jsonplaceholder_posts")
    ]
    assert web.asked == []
    command = [sys.executable, str(ROOT / "scripts/extract_api.py"), "--project", str(house.root), "--json"]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)
    said = json.loads(done.stdout)
    jsonschema.validate(said, json.loads(asked(house.root, "schema", "extraction").out))
    assert (done.returncode, said["rows_loaded"]) == (0, 1)
    assert query(house, "SELECT id, title, tags, zip, big, note FROM raw_jsonplaceholder_posts") == [
        (1, "a", '["x"]', "007", 2**70, None)
    ]
    log = json.loads(house.read("logs/pipeline_runs.log").splitlines()[-1])
    assert (log["event"], log["status"], log["rows_loaded"]) == ("extraction", "done", 1)


def test_every_way_of_turning_pages_gives_every_record_once(house: House, web: Web) -> None:
    records = orders(250)

    def offset(ask: Ask) -> Reply:
        start, size = int(ask.query["offset"]), int(ask.query["limit"])
        return Reply({"data": {"items": records[start : start + size]}, "total": 250})

    def cursor(ask: Ask) -> Reply:
        start = int(ask.query.get("after", 0))
        following = {"next": str(start + 100)} if start + 100 < 250 else {"next": None}
        return Reply({"items": records[start : start + 100], "meta": following})

    def link(ask: Ask) -> Reply:
        number = int(ask.query.get("page", 1))
        more = {"Link": f'<{web.address}/link?page={number + 1}>; rel="next"'} if number < 3 else {}
        return Reply(page(ask, records), headers=more)

    web.paths |= {"/page": lambda ask: Reply(page(ask, records)), "/offset": offset, "/cursor": cursor, "/link": link}
    web.paths["/none"] = lambda ask: Reply(records)
    kinds: dict[str, dict[str, Any]] = {
        "none": {}, "page": {"pagination": {"kind": "page", "size_param": "limit"}},
        "offset": {"records": "data.items", "pagination": {"kind": "offset", "total": "total"}},
        "cursor": {"records": "items", "pagination": {"kind": "cursor", "param": "after", "next": "meta.next"}},
        "link": {"pagination": {"kind": "link"}},
    }  # fmt: skip
    register(house, web, *({"name": kind, "path": f"/{kind}", **more} for kind, more in kinds.items()))
    said = load(house)
    assert said.exit == 0, said
    for kind in kinds:
        assert count(house, f"raw_shop_{kind}") == (250, 250), kind
    assert [len(web.at(f"/{kind}")) for kind in kinds] == [1, 4, 4, 3, 3]
    assert web.at("/page")[0].query == {"page": "1", "limit": "100"}


def test_every_way_of_logging_in_reaches_the_server_and_no_secret_stays_behind(
    house: House, web: Web, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("SHOP_SECRET", SECRET)
    monkeypatch.setenv("HOME", str(house.root / "home"))
    ref = {"env": "SHOP_SECRET"}
    ways: dict[str, dict[str, Any]] = {
        "basic": {"kind": "basic", "username": "ann", "password": ref}, "bearer": {"kind": "bearer", "token": ref},
        "header": {"kind": "api_key", "key": ref, "name": "X-Shop-Key"},
        "query": {"kind": "api_key", "key": ref, "name": "api_key", "place": "query"},
        "oauth": {"kind": "oauth2", "token_url": f"{web.address}/token", "client_id": "me", "client_secret": ref, "scope": "read"},
    }  # fmt: skip
    apis = {
        name: {"base_url": web.address, "auth": auth, "endpoints": [{"name": "all", "path": f"/{name}"}]}
        for name, auth in ways.items()
    }
    house.write("configs/sources.yml", yaml.safe_dump({"sources": {"apis": apis}}))
    web.paths |= {f"/{name}": lambda ask: Reply(orders(1)) for name in ways}
    web.paths["/token"] = lambda ask: Reply({"access_token": "short-lived", "expires_in": 60})
    said = load(house)
    assert said.exit == 0, said
    heads = {name: web.at(f"/{name}")[0] for name in ways}
    assert heads["basic"].headers["Authorization"] == "Basic " + base64.b64encode(f"ann:{SECRET}".encode()).decode()
    assert heads["bearer"].headers["Authorization"] == f"Bearer {SECRET}"
    assert heads["header"].headers["X-Shop-Key"] == SECRET
    assert heads["query"].query["api_key"] == SECRET
    assert heads["oauth"].headers["Authorization"] == "Bearer short-lived"
    assert web.at("/token")[0].body == f"client_id=me&client_secret={SECRET}&grant_type=client_credentials&scope=read"
    left = [path for path in house.root.rglob("*") if path.is_file() and SECRET.encode() in path.read_bytes()]
    assert left == [] and SECRET not in said.out + said.err
    # dlt keeps nothing in the person's home.
    assert not (house.root / "home").exists()


def test_a_rate_limit_holds_at_the_server_across_endpoints_and_runs(house: House, web: Web) -> None:
    web.paths |= {"/a": lambda ask: Reply(page(ask, orders(500))), "/b": lambda ask: Reply(page(ask, orders(300)))}
    pages = {"kind": "page"}
    register(
        house,
        web,
        {"name": "a", "path": "/a"},
        {"name": "b", "path": "/b"},
        pagination=pages,
        rate_limit={"requests": 4, "seconds": 1},
    )
    assert load(house).exit == 0 and load(house).exit == 0
    times = sorted(one.at for one in web.asked)
    assert len(times) == 2 * (6 + 4)
    assert min(later - earlier for earlier, later in zip(times, times[4:], strict=False)) >= 1


def test_only_what_is_new_is_asked_for_and_merged_by_key(house: House, web: Web) -> None:
    known = [{"id": 1, "v": "a", "at": "2024-01-01T00:00:00Z"}, {"id": 2, "v": "a", "at": "2024-01-02T00:00:00+02:00"}]
    web.paths["/orders"] = lambda ask: Reply(
        [one for one in known if str(one["at"])[:10] >= ask.query.get("since", "")[:10]]
    )
    register(house, web, {"name": "orders", "path": "/orders", "key": ["id"], "cursor": "at", "cursor_param": "since"})
    assert only(load(house))["cursor_to"] == '"2024-01-02T00:00:00+02:00"'
    # The same moment as the last cursor, a change, and one that is new.
    known += [{"id": 3, "v": "a", "at": "2024-01-02T00:00:00+02:00"}, {"id": 1, "v": "b", "at": "2024-01-03T00:00:00Z"}]
    said = load(house)
    assert web.asked[1].query == {"since": "2024-01-02T00:00:00+02:00"}
    assert query(house, "SELECT id, v FROM raw_shop_orders ORDER BY id") == [(1, "b"), (2, "a"), (3, "a")]
    assert (only(said)["rows_read"], only(said)["cursor_to"]) == (3, '"2024-01-03T00:00:00Z"')
    before = query(house, "FROM raw_shop_orders ORDER BY id")
    assert load(house).exit == 0 and query(house, "FROM raw_shop_orders ORDER BY id") == before


def test_a_record_that_is_given_twice_is_kept_once_as_it_came_last(house: House, web: Web) -> None:
    web.paths["/orders"] = lambda ask: Reply([{"id": 1, "v": 1}, {"id": 2, "v": 1}, {"id": 1, "v": 2}])
    register(house, web, {"name": "orders", "path": "/orders", "key": ["id"]})
    one = only(load(house))
    assert (one["rows_read"], one["rows_loaded"], one["rows_repeated"]) == (3, 2, 1)
    assert query(house, "SELECT id, v FROM raw_shop_orders ORDER BY id") == [(1, 2), (2, 1)]


@pytest.mark.parametrize(
    ("letters", "kind"),
    [
        ("utf-8", "application/json"),
        ("utf-8", "text/plain"),
        ("utf-8-sig", "application/vnd.shop+json"),
        ("utf-16", "application/json"),
        ("latin-1", "application/json; charset=latin-1"),
    ],
)
def test_letters_are_read_as_they_were_written(house: House, web: Web, letters: str, kind: str) -> None:
    web.paths["/orders"] = lambda ask: Reply('[{"id": 1, "name": "café"}]'.encode(letters), kind=kind)
    register(house, web, PAGED)
    assert load(house).exit == 0
    assert query(house, "SELECT name FROM raw_shop_orders") == [("café",)]


# --- chaos -------------------------------------------------------------------------------------------------


def fails_first(times: int, fault: Reply) -> Any:
    """A path that fails, then has 250 records on three pages."""
    seen: list[Ask] = []

    def answer(ask: Ask) -> Reply:
        seen.append(ask)
        return fault if len(seen) <= times else Reply(page(ask, orders(250)))

    return answer


PAGED: dict[str, Any] = {"name": "orders", "path": "/orders", "key": ["id"]}


@pytest.mark.chaos(
    source="api", given="answers 429 with Retry-After: 2, then goes on", data="waits 2 seconds; 250 rows, each once"
)
def test_a_429_is_waited_for_as_long_as_it_says(house: House, web: Web) -> None:
    web.paths["/orders"] = fails_first(1, Reply({}, 429, {"Retry-After": "2"}))
    register(house, web, PAGED, pagination={"kind": "page"})
    assert load(house).exit == 0 and count(house) == (250, 250)
    first, second = (one.at for one in web.asked[:2])
    assert second - first >= 2


@pytest.mark.chaos(
    source="api", given="answers 429 and asks to wait an hour", data="exit code 7 at once; nothing loaded"
)
def test_a_429_for_an_hour_is_not_waited_for(house: House, web: Web) -> None:
    web.paths["/orders"] = fails_first(9, Reply({}, 429, {"Retry-After": "3600"}))
    register(house, web, PAGED)
    said = load(house)
    assert (said.exit, only(said)["finding"]["code"], len(web.asked)) == (7, "AGT305", 1)


@pytest.mark.parametrize(
    ("fault", "what"),
    [
        pytest.param(Reply({}, 500), "500", marks=pytest.mark.chaos(source="api", given="answers 500 twice", data="250 rows, each once")),
        pytest.param(
            Reply(b'[{"id": 1}, {"id"', claims=500), "closed",
            marks=pytest.mark.chaos(source="api", given="sends half a page and closes, twice", data="250 rows, each once"),
        ),
    ],
    ids=lambda one: one if isinstance(one, str) else "",
)  # fmt: skip
def test_what_passes_by_itself_is_asked_again(house: House, web: Web, fault: Reply, what: str) -> None:
    web.paths["/orders"] = fails_first(2, fault)
    register(house, web, PAGED, pagination={"kind": "page"})
    assert load(house).exit == 0 and count(house) == (250, 250) and len(web.asked) == 6


def later(reply: Reply) -> Any:
    """A first page that is fine, and then this."""
    return lambda ask: reply if ask.query.get("page") == "2" else Reply(page(ask, orders(250)))


REFUSED = {
    "HTML instead of JSON on its second page": (later(Reply(b"<!DOCTYPE html><p>log in", kind="text/html")), 1, "AGT615", "a page for people"),
    "half a page that says it is whole": (later(Reply(b'[{"id": 101}, {"id": 10')), 1, "AGT615", "no whole JSON"),
    "bytes that are no text": (later(Reply(b'[{"id": 101, "name": "caf\xe9"}]')), 1, "AGT615", "no whole JSON"),
    "an object instead of a list": (later(Reply({"error": "busy", "items": []})), 1, "AGT615", "holds no list"),
    "the same page for ever": (lambda ask: Reply(orders(100)), 1, "AGT615", "the same for two pages"),
    "a redirect to another server": (later(Reply({}, 302, {"Location": "http://localhost:1/x"})), 1, "AGT615", "another place"),
    "nothing where there was something": (lambda ask: Reply([]), 1, "AGT616", "gave no record"),
    "records without their key": (lambda ask: Reply([{"nr": 1}, {"nr": 2}] if ask.query["page"] == "1" else []), 1, "AGT616", "has its key id"),
    "404": (lambda ask: Reply({}, 404), 4, "AGT300", "answers 404"),
}  # fmt: skip


@pytest.mark.parametrize(
    "name",
    [
        pytest.param(
            name,
            marks=pytest.mark.chaos(
                source="api", given=name, data=f"refused ({code}), exit code {code_of}; the table as it was"
            ),
        )
        for name, (_, code_of, code, _) in REFUSED.items()
    ],
)
def test_an_answer_that_is_none_leaves_the_table_as_it_was(house: House, web: Web, name: str, api_loaded: Path) -> None:
    behave, exit_code, code, words = REFUSED[name]
    house.write(DATABASE, api_loaded.read_bytes())
    web.paths["/orders"] = behave
    register(house, web, PAGED, pagination={"kind": "page"})
    said = load(house)
    finding = only(said)["finding"]
    assert (said.exit, said.json["status"], finding["code"]) == (exit_code, "failed", code), said
    assert words in finding["message"] and finding["fix"]
    assert query(house, "SELECT id, name FROM raw_shop_orders") == [(1, "order 1")]
    assert query(house, "SELECT count(*) FROM raw__extracts") == [(1,)]


@pytest.fixture(scope="session")
def api_loaded(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A database that one record of shop/orders was loaded into."""
    house = House.build(tmp_path_factory.mktemp("loaded"))
    with serving() as web:
        web.paths["/orders"] = lambda ask: Reply(orders(1))
        register(house, web, PAGED)
        assert load(house).exit == 0
    return house.root / DATABASE


@pytest.mark.chaos(
    source="api",
    given="refuses the credentials (401, the secret in its answer)",
    data="exit code 4; nothing loaded, the secret nowhere",
)
def test_refused_credentials_are_told_without_the_secret(
    house: House, web: Web, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("SHOP_PIN", "4711")
    web.paths["/orders"] = lambda ask: Reply({"error": f"wrong key {ask.query['key']}"}, 401)
    register(house, web, PAGED, auth={"kind": "api_key", "key": {"env": "SHOP_PIN"}, "name": "key", "place": "query"})
    said = asked(house.root, "ingest", "api")
    assert said.exit == 4 and "AGT302" in said.out and len(web.asked) == 1
    assert "4711" not in said.out + said.err + house.read("logs/pipeline_runs.log")
    assert not house.exists(DATABASE)


@pytest.mark.chaos(source="api", given="nobody answers", data="exit code 4; nothing loaded, the other API is")
def test_an_api_that_is_away_stops_no_other(house: House, web: Web) -> None:
    web.paths["/orders"] = lambda ask: Reply(orders(3))
    endpoints = [{"name": "orders", "path": "/orders"}]
    apis = {
        "away": {"base_url": "http://127.0.0.1:1", "endpoints": endpoints},
        "shop": {"base_url": web.address, "endpoints": endpoints},
    }
    house.write("configs/sources.yml", yaml.safe_dump({"sources": {"apis": apis}}))
    said = load(house)
    assert [one["status"] for one in said.json["extracts"]] == ["failed", "loaded"]
    assert (said.exit, only(said)["finding"]["code"], count(house)) == (4, "AGT300", (3, 3))


@pytest.mark.chaos(
    source="api", given="records that are no objects, have no key, no cursor, or a word where there was a number",
    data="the good ones loaded, the others in quarantine with their reason; the next run puts none there twice",
)  # fmt: skip
def test_bad_records_wait_in_quarantine(house: House, web: Web) -> None:
    given: list[Any] = [{"id": 1, "n": 1, "at": 10}]
    web.paths["/orders"] = lambda ask: Reply(given)
    register(house, web, {**PAGED, "cursor": "at"})
    assert load(house).exit == 0
    given += [
        {"id": 2, "n": "two", "at": 11},
        {"n": 3, "at": 12},
        {"id": 4, "n": 4},
        "five",
        {"id": 6, "at": 9, "new": True},
    ]
    one = only(load(house))
    assert (one["rows_read"], one["rows_loaded"], one["rows_quarantined"], one["cursor_to"]) == (6, 2, 4, "11")
    reasons = [("n is no BIGINT", 2), ("has no key id", 3), ("has no cursor at", 4), ("is no object", 5)]
    assert query(house, "SELECT reason, line FROM raw_shop_orders_quarantine ORDER BY line") == reasons
    assert query(house, 'SELECT id, n, "at", "new" FROM raw_shop_orders ORDER BY id') == [
        (1, 1, 10, None),
        (6, None, 9, True),
    ]
    load(house)
    assert query(house, "SELECT count(*) FROM raw_shop_orders_quarantine") == [(4,)]


@pytest.mark.chaos(
    source="api",
    given="the cursor's field is gone from every record",
    data="refused (AGT616), exit code 1; table and cursor as they were",
)
def test_a_cursor_that_no_record_has_is_refused(house: House, web: Web) -> None:
    given: list[Any] = [{"id": 1, "at": 10}]
    web.paths["/orders"] = lambda ask: Reply(given)
    register(house, web, {**PAGED, "cursor": "at"})
    load(house)
    given[:] = [{"id": 2, "changed": 11}]
    said = load(house)
    assert (said.exit, only(said)["finding"]["code"]) == (1, "AGT616") and "cursor at" in only(said)["finding"][
        "message"
    ]
    assert query(house, "SELECT cursor_to FROM raw__extracts") == [("10",)] and count(house) == (1, 1)


@pytest.mark.chaos(
    source="api",
    given="two runs of it at once",
    data="the second ends with exit code 4 and asks nothing; 250 rows, each once",
)
def test_two_runs_at_once_do_not_meet(house: House, web: Web) -> None:
    def slow(ask: Ask) -> Reply:
        time.sleep(0.7)
        return Reply(page(ask, orders(250)))

    web.paths["/orders"] = slow
    register(house, web, PAGED, pagination={"kind": "page"})
    with started(house) as run:
        wait_for(lambda: bool(web.asked))
        second = load(house)
        assert (second.exit, second.json["error"]["code"]) == (4, "AGT309")
        assert run.wait(60) == 0
    assert count(house) == (250, 250) and len(web.asked) == 4


@pytest.mark.chaos(
    source="api", given="the database is held by another process", data="exit code 4 before anything is asked"
)
def test_a_locked_database_costs_no_request(house: House, web: Web) -> None:
    web.paths["/orders"] = lambda ask: Reply(orders(1))
    register(house, web, PAGED)
    house.write(DATABASE, b"").unlink()
    holder = subprocess.Popen(
        [sys.executable, "-c", f"import duckdb, time; con = duckdb.connect({str(house.root / DATABASE)!r}); print(1, flush=True); time.sleep(60)"],
        stdout=subprocess.PIPE,
    )  # fmt: skip
    try:
        assert holder.stdout and holder.stdout.readline()
        said = load(house)
        assert (said.exit, said.json["error"]["code"]) == (4, "AGT309") and str(holder.pid) in said.json["error"][
            "message"
        ]
        assert web.asked == []
    finally:
        holder.kill()
        holder.wait()


@pytest.mark.chaos(
    source="api",
    given="the load is killed, at 4 moments",
    data="the next run gives the same table: 500 rows, each once",
)
@pytest.mark.parametrize("requests", [1, 3, 5, 6])
def test_killed_at_any_moment_the_next_run_gives_the_same_table(house: House, web: Web, requests: int) -> None:
    def slow(ask: Ask) -> Reply:
        time.sleep(0.05)
        return Reply(page(ask, orders(500, at=7)))

    web.paths["/orders"] = slow
    register(house, web, {**PAGED, "cursor": "at"}, pagination={"kind": "page"})
    with started(house) as run:
        wait_for(lambda: len(web.asked) >= requests)
        run.send_signal(signal.SIGKILL)
    deadline = time.monotonic() + 20
    while (said := load(house)).exit == 4 and time.monotonic() < deadline:
        time.sleep(0.2)
    assert said.exit == 0, said
    assert count(house) == (500, 500) and query(house, "SELECT DISTINCT cursor_to FROM raw__extracts") == [("7",)]
    assert not list((house.root / ".agentic").glob("ingest-*"))


def started(house: House) -> subprocess.Popen[bytes]:
    """In a process of its own."""
    command = [sys.executable, "-m", "agentic", "ingest", "api"]
    return subprocess.Popen(
        command, cwd=house.root, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, env={**os.environ}
    )


def wait_for(holds: Any) -> None:
    """Half a minute at most."""
    deadline = time.monotonic() + 30
    while not holds():
        assert time.monotonic() < deadline
        time.sleep(0.02)


def test_a_table_of_another_source_is_not_touched(house: House, web: Web) -> None:
    house.write("data/raw/orders.csv", "id\n7\n")
    web.paths["/orders"] = lambda ask: Reply(orders(1))
    entry = {"base_url": web.address, "endpoints": [{**PAGED, "table": "orders"}]}
    sources = {"files": {"csv": {"path": "data/raw", "pattern": "*.csv"}}, "apis": {"shop": entry}}
    house.write("configs/sources.yml", yaml.safe_dump({"sources": sources}))
    assert asked(house.root, "ingest", "files").exit == 0
    said = load(house)
    assert (said.exit, only(said)["finding"]["code"]) == (1, "AGT617") and query(
        house, "SELECT id FROM raw_orders"
    ) == [(7,)]


def test_wrong_words_in_the_registry_and_on_the_line_are_told(house: House, web: Web) -> None:
    register(house, web, {"name": "orders", "path": "/orders", "cursor": "at"})
    said = load(house)
    assert (said.exit, said.json["error"]["code"]) == (2, "AGT220") and "has no key" in said.json["error"]["message"]
    register(house, web, PAGED, auth={"kind": "bearer", "token": {"env": "NOBODY_SET_THIS"}})
    said = load(house)
    assert (said.exit, said.json["error"]["code"]) == (4, "AGT301") and "NOBODY_SET_THIS" in said.json["error"]["fix"]
    said = load(house, "--api", "shpo")
    assert said.exit == 2 and said.json["error"]["fix"] == "did you mean shop?"
    assert load(house, "--list", "--api", "shop").exit == 2 and web.asked == []


def test_a_secret_may_stand_in_a_file_that_git_ignores_and_in_no_other(house: House, web: Web) -> None:
    web.paths["/orders"] = lambda ask: Reply(orders(1))
    register(house, web, PAGED, auth={"kind": "bearer", "token": {"file": "secrets/shop"}})
    house.write("secrets/shop", f"{SECRET}\n")
    for words in (("init", "-q"), ("config", "user.email", "a@example.org"), ("config", "user.name", "A")):
        subprocess.run(["git", *words], cwd=house.root, check=True)
    said = load(house)
    assert (said.exit, said.json["error"]["code"]) == (2, "AGT220") and "not ignored by git" in said.json["error"][
        "message"
    ]
    subprocess.run(["git", "add", "secrets/shop"], cwd=house.root, check=True)
    house.write(".gitignore", "secrets/\n")
    assert "is in git" in load(house).json["error"]["message"]
    subprocess.run(["git", "rm", "-q", "--cached", "secrets/shop"], cwd=house.root, check=True)
    assert load(house).exit == 0 and web.asked[0].headers["Authorization"] == f"Bearer {SECRET}"


@pytest.mark.chaos(
    source="api",
    given="a field without a name, a whole number of 40 digits, a moment of the year 1 in India",
    data="every digit is kept; the nameless record and the moment that UTC does not have wait in quarantine",
)
def test_odd_records_are_kept_or_wait_in_quarantine_and_stop_no_other(house: House, web: Web) -> None:
    records = [
        {"id": 1, "big": 10**40, "at": "2024-01-01T00:00:00Z"},
        {"id": 2, "big": 7, "at": "0001-01-01T00:00:00+05:30"},
        {"id": 3, "": 1, "at": "2024-01-02T00:00:00Z"},
    ]
    web.paths["/orders"] = lambda ask: Reply(records)
    register(house, web, {"name": "orders", "path": "/orders", "key": ["id"], "cursor": "at"})
    said = load(house)
    assert (said.exit, only(said)["rows_loaded"], only(said)["rows_quarantined"]) == (0, 1, 2), said
    assert query(house, "SELECT id, big FROM raw_shop_orders") == [(1, str(10**40))]
    reasons = [row[0] for row in query(house, "SELECT reason FROM raw_shop_orders_quarantine ORDER BY line")]
    assert reasons[0].startswith("its cursor at cannot be compared") and reasons[1] == "has a field without a name"
