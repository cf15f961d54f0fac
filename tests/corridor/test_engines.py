"""Two engines, one promise: what the template writes for DuckDB leaves the lake as what it writes for Spark does."""

from __future__ import annotations

import csv
import importlib.util
import random
import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from types import ModuleType, SimpleNamespace
from typing import Any

import msgspec
import pytest
import yaml

from agentic.errors import BadTemplate
from agentic.providers.template import Template
from common.light import Light, open_lake
from house import House

REPOSITORY = Path(__file__).parents[2]
EXAMPLES = REPOSITORY / "agent-prompts/examples"
LINES = {"a": "int", "b": "string", "c": "int"}
TASK = "tasks/ingestion/s3.md"
TYPES = {
    "id": "int",
    "name": "string",
    "is_new": "boolean",
    "tiny": "tinyint",
    "big": "bigint",
    "ratio": "double",
    "size": "float",
    "price": "decimal(10,2)",
    "day": "date",
    "seen": "timestamp",
    "local": "timestamp_ntz",
    "note": "string",
}
ODD: dict[str, tuple[str, ...]] = {
    "id": ("", "abc", "1.7", "1e3", "1_000", "0x1F", "2147483648", "--1", "+", "\u00a07"),
    "name": ("", "é😀", "Ünïcode ✈", " spaces ", "NULL", "a\\b", "tab\there", "it's", "\u2028", "x" * 300),
    "is_new": ("", "T", "yes", "0", "No", "tru", "on", " true "),
    "tiny": ("", "127", "128", "-129", "+5", " 7 ", "7.0"),
    "big": ("", "9223372036854775807", "9223372036854775808", "-1", "1e5", "ten"),
    "ratio": ("", "1e400", ".5", "5.", "1.5d", "NaN", "-inf", "Infinity", "1,5", "e5", "-0", "16777217.25"),
    "size": ("", "3.4e39", "0.1", "16777217", "nan", "1e"),
    "price": ("", "1.239", "-1.235", "99999999.995", "1e2", "123456789", "1e-3", "12x"),
    "day": ("", "2024", "2024-02", "2024-02-30", "2024-1-5", "2024-13-01", "99999-12-31", "0001-01-01", "20240105",
            "2024-01-05T10", "2024-01-05x", "1582-10-10", "today", "05/01/2024"),
    "seen": ("", "2024-01-05", "2024-01-05T10:11Z", "2024-01-05 10:11:12.1234567", "2024-01-05 10:11:12+01:30", "2024-01-05 24:00:00",
             "2024-01-05 10:60:00", "2024-01-05 10:11:12 UTC", "2024-01-05 10:11:12+19:00", "9999-12-31 23:59:59", "294248-01-01",
             "2024-1-5T1:2:3.5Z", "2024-01-05 10:11:", "now"),
    "local": ("", "2024-01-05 1:2:3", "2024-01-05 10:11:12-08:00", "1900-01-01", "2024-01-05 10:11:60", "epoch"),
    "note": ("", "two\nlines", 'a "word"', "a, comma", "\r\nthree\n", "' quote", "\\n"),
}  # fmt: skip
ODD_LINES = (
    '{},"he said ""hi""",1', '{},"a \\"q\\" b",1', '{},"a\\\\b",1', '{},a"b,1', '{},"bad"x,1', '{},"bad" ,1', '{},"",1', '{},"unclosed,1',
    '{}, "lead",1', '{},"a, ""b"", c",1', '{},"ends""",1', '{},"\\",1', "{},a,b,c", "{},a", "   ", "", '{},"a, b",1', '{},"""a""",1',
    "{},é😀,\t", '{},x,"', '{},\\"x,1', "{},x,1\r",
)  # fmt: skip
"""Lines that readers of CSV take for different things."""


def written(engine: str, datasets: dict[str, Any], system: dict[str, Any] | None = None, **more: Any) -> dict[str, str]:
    """What the template makes: path -> text."""
    task = House(REPOSITORY).app().task(TASK)
    task = msgspec.structs.replace(task, parameters={"engine": engine, **more})
    template = Template(REPOSITORY / "agent-prompts", task, datasets, system or {}, yaml.safe_load)
    return {
        call.arguments["path"]: call.arguments["content"]
        for call in template.answer(None).calls
        if call.tool == "write_file"
    }


def dataset(types: dict[str, str]) -> Any:
    """Columns as the data context has them."""
    columns = [
        SimpleNamespace(name=name, type=kind, nullable=name != "name", meaning=f"The {name}; it's made up")
        for name, kind in types.items()
    ]
    return SimpleNamespace(columns=columns)


def job(engine: str, name: str, types: dict[str, str], folder: Path, key: list[str]) -> ModuleType:
    """The rendered job as a module."""
    files = written(engine, {name: dataset(types)}, source=name, table=f"bronze.{name}", key=key)
    path = folder / f"{name}_{engine}.py"
    path.write_text(next(text for path, text in files.items() if path.startswith("src/")), encoding="utf-8")
    spec = importlib.util.spec_from_file_location(path.stem, path)
    assert spec and spec.loader
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def messy(number: int, chance: random.Random) -> list[str]:
    """A row of which now and then something is odd."""
    moment = f"2024-01-{1 + number % 28:02d} {number % 24:02d}:{number % 60:02d}:00"
    row = [str(number), f"name {number}", "true", str(number % 100), str(number * 1000), f"{number}.25", "1.5", f"{number}.10",
           moment[:10], moment + "Z", moment, "plain"]  # fmt: skip
    for at, name in enumerate(TYPES):
        if chance.random() < 0.06:
            row[at] = chance.choice(ODD[name])
    if chance.random() < 0.05:
        row[0] = str(chance.randrange(1, 500))
    return row if chance.random() > 0.02 else chance.choice((row[:-1], [*row, "more"], row[:1]))


def lay_out(root: Path) -> None:
    """Three loads by csv's own writer, and two of odd lines."""
    chance = random.Random(7)  # noqa: S311 (the same rows each time)
    for load in range(3):
        path = root / f"messy/{load}/rows.csv"
        path.parent.mkdir(parents=True)
        with path.open("w", newline="", encoding="utf-8") as file:
            writer = csv.writer(file, lineterminator="\r\n" if load == 1 else "\n")
            writer.writerow(TYPES)
            writer.writerows(messy(load * 900 + number, chance) for number in range(1, 1001))
    (root / "lines/plain").mkdir(parents=True)
    (root / "lines/odd").mkdir(parents=True)
    plain = "".join(f"{number},value {number},{number % 7}\n" for number in range(1000))
    (root / "lines/plain/rows.csv").write_text("a,b,c\n" + plain + "7,again,1\n8,short\n9,long,1,1\n", encoding="utf-8")
    odd = "\n".join(line.format(2000 + number) for number, line in enumerate(ODD_LINES * 20))
    (root / "lines/odd/rows.csv").write_text("a,b,c\n" + odd, encoding="utf-8", newline="")


@pytest.fixture(scope="session")
def project(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Sources, and where the libraries are."""
    root = tmp_path_factory.mktemp("engines")
    (root / "configs").mkdir()
    (root / "configs/jars.yaml").symlink_to(REPOSITORY / "configs/jars.yaml")
    files = {
        "messy": {"path": "messy", "pattern": "*/rows.csv", "options": {"multiLine": True, "escape": '"'}},
        "lines": {"path": "lines", "pattern": "*/rows.csv"},
    }
    (root / "configs/sources.yml").write_text(yaml.safe_dump({"sources": {"files": files}}), encoding="utf-8")
    lay_out(root)
    return root


def settle(patch: pytest.MonkeyPatch, project: Path, lake: str) -> None:
    """In the project, with a lake of that name."""
    patch.chdir(project)
    patch.setenv("LAKE_URI", f"jdbc:sqlite:{project}/{lake}/catalog.db")
    patch.setenv("LAKE_WAREHOUSE", str(project / lake / "warehouse"))
    patch.setenv("SPARK_MASTER", "local[2]")
    patch.setenv("JDK_JAVA_OPTIONS", "-XX:TieredStopAtLevel=1 -XX:+UseSerialGC")


@pytest.fixture(scope="session")
def spark(project: Path) -> Iterator[Any]:
    with pytest.MonkeyPatch.context() as patch:
        settle(patch, project, "heavy")
        from common.lake import create_session

        session = create_session("engines")
    yield session
    session.stop()


@pytest.fixture
def light(project: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Light]:
    settle(monkeypatch, project, "light")
    with open_lake() as lake:
        yield lake


def held(lake: Light, table: str, columns: str = "*") -> list[str]:
    """All rows as text, in an order of their own."""
    return sorted(str(row) for row in lake.ask(f"SELECT {columns}::VARCHAR FROM rows", lake.rows(table)))


def contents(lake: Light, table: str) -> dict[str, list[str]]:
    """Everything the three tables hold, but for who and when."""
    noted = "{'load': load_id, 'print': fingerprint, 'counts': [rows_read, rows_loaded, rows_quarantined]}"
    return {
        "table": held(lake, table, "COLUMNS(*)"),
        "quarantine": held(lake, f"{table}_quarantine", "COLUMNS(*)"),
        "ledger": held(lake, f"{table}_loads", noted),
    }


def compare(one: Light, other: Light, table: str) -> None:
    """What only one of two lakes holds is nothing."""
    ours, theirs = contents(one, table), contents(other, table)
    for name, rows in ours.items():
        assert not set(rows) ^ set(theirs[name]), f"{name}: {sorted(set(rows) ^ set(theirs[name]))[:12]}"
        assert len(rows) == len(theirs[name]) > 0


def run(module: ModuleType, door: Any) -> int:
    return module.run(door, module.parse_arguments([]))


@pytest.mark.spark
@pytest.mark.parametrize(("name", "types", "key"), [("messy", TYPES, ["id"]), ("lines", LINES, ["a"])])
def test_both_engines_leave_the_same_lake(
    project: Path,
    spark: Any,
    light: Light,
    monkeypatch: pytest.MonkeyPatch,
    name: str,
    types: dict[str, str],
    key: list[str],
) -> None:
    heavy_job, light_job = (job(engine, name, types, project, key) for engine in ("spark", "duckdb"))
    table = f"bronze.{name}"
    assert run(heavy_job, spark) == run(light_job, light) > 1
    settle(monkeypatch, project, "heavy")
    with open_lake() as heavy:
        compare(light, heavy, table)
        assert heavy.table(table).schema() == light.table(table).schema()  # type: ignore[union-attr]
        # Each goes on where the other left off: fingerprints and files mean the same to both.
        assert run(light_job, heavy) == 0
        changed = project / f"{name}/{'0' if name == 'messy' else 'odd'}/rows.csv"
        changed.write_text("\n".join(changed.read_text(encoding="utf-8").split("\n")[:40]) + "\n", encoding="utf-8")
        assert run(light_job, heavy) == 1 == run(light_job, light)
        for one in (table, f"{table}_quarantine", f"{table}_loads"):
            spark.catalog.refreshTable(one)
        assert run(heavy_job, spark) == 0
        compare(light, heavy, table)
        assert spark.table(table).count() == len(held(heavy, table, "COLUMNS(*)"))
        changed.write_text(changed.read_text(encoding="utf-8") + "77777,late,1\n", encoding="utf-8")
        assert run(heavy_job, spark) == 1 == run(light_job, light)
        compare(light, heavy, table)


def test_without_an_engine_the_sample_is_rendered_as_it_is_committed() -> None:
    app = House(REPOSITORY).app()
    calls = app.providers.template(app.task(TASK)).answer(None).calls  # type: ignore[arg-type]
    files = {call.arguments["path"]: call.arguments["content"] for call in calls if call.tool == "write_file"}
    for path in ("src/ingestion/flights_to_iceberg.py", "tests/ingestion/test_flights_to_iceberg.py"):
        assert files[path] == (REPOSITORY / path).read_text(encoding="utf-8")


LIMIT = {"constraints": {"ingestion": {"duckdb_up_to_rows": 1000}}}


@pytest.mark.parametrize(
    ("engine", "rows", "system", "is_light"),
    [
        ("auto", 1000, LIMIT, True),
        ("auto", 1001, LIMIT, False),
        ("auto", 0, LIMIT, False),
        ("auto", 5, {}, False),
        ("auto", 5, {"constraints": None}, False),
        ("duckdb", 1001, {}, True),
        ("spark", 5, LIMIT, False),
    ],
)
def test_the_limit_of_the_system_context_chooses_the_engine(
    engine: str, rows: int, system: dict[str, Any], is_light: bool
) -> None:
    files = written(engine, {"words": dataset(LINES)}, system, source="words", table="bronze.words", rows=rows)
    texts = [text for path, text in files.items() if path.endswith(".py")]
    assert len(texts) == 2
    assert all(("pyspark" not in text) == is_light for text in texts)


def test_an_engine_that_nobody_knows_is_an_error_that_names_those_there_are() -> None:
    with pytest.raises(BadTemplate) as caught:
        written("duck", {"words": dataset(LINES)}, source="words", table="bronze.words")
    assert "engine_is_spark_or_duckdb_or_auto" in str(caught.value.cause)


def test_the_digest_of_an_answer_covers_the_other_engine() -> None:
    header = yaml.safe_load(
        (EXAMPLES / "iceberg_ingestion.py.j2").read_text(encoding="utf-8").split("---#}")[0].removeprefix("{#---")
    )
    named = {file["template"] for file in header["files"]}
    assert named == {path.name for path in EXAMPLES.glob("iceberg_ingestion*.j2")}


@pytest.mark.parametrize("key", [["a"], []])
def test_what_is_rendered_for_duckdb_is_clean_and_passes_its_own_tests(tmp_path: Path, key: list[str]) -> None:
    """The tests of the template, which Spark's job has to pass as well."""
    types = LINES | {"d": "date", "e": "timestamp", "f": "decimal(10,2)", "g": "boolean", "h": "smallint"}
    files = written("duckdb", {"words": dataset(types)}, source="words", table="bronze.words", key=key)
    files["configs/sources.yml"] = yaml.safe_dump(
        {"sources": {"files": {"words": {"path": "x", "pattern": "*/a.csv"}}}}
    )
    for path, text in files.items():
        (tmp_path / path).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / path).write_text(text, encoding="utf-8")
    shutil.copy(REPOSITORY / "pyproject.toml", tmp_path)
    (tmp_path / "src/common").symlink_to(REPOSITORY / "src/common")
    codes = [path for path in files if path.endswith(".py")]
    for words in (
        ["ruff", "check", "--no-cache", *codes],
        ["ruff", "format", "--no-cache", "--check", *codes],
        ["pytest", "-p", "no:cacheprovider", "-n", "0", "tests"],
    ):
        done = subprocess.run([sys.executable, "-m", *words], capture_output=True, text=True, check=False, cwd=tmp_path)
        assert done.returncode == 0, done.stdout + done.stderr
