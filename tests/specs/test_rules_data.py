"""Rules about data: thresholds, tables and columns, in every wording."""

from __future__ import annotations

from pathlib import Path

import pytest

from agentic.specs import Library
from agentic.specs.rule import Said
from agentic.specs.rules.data import RULES

BY_CODE = {rule.code: rule for rule in RULES}
CONTEXT = "# Data\n\n### Dataset: flights\n\n| column | type | nullable | meaning |\n|---|---|---|---|\n| carrier | string | no | |\n| flight | int | no | |\n| payload | struct | no | |\n\n### Dataset: planes\n\n| column | type |\n|---|---|\n| tailnum | string |\n"
TASK = "---\nparameters: {}\nchecks: [python]\n---\n## TASK: T\n## DELIVERABLES:\n- src/x.py\n"


def said(root: Path, code: str, rule: str = "", files: dict[str, str] | None = None) -> list[Said]:
    """What one rule says where a requirement has this quality rule."""
    given = {
        "context/data_context.md": CONTEXT,
        "requirements/a.md": f"### DR-1: A\nIt must.\n- Rule: {rule}\n" if rule else "# A\n",
    }
    for path, text in {**given, **(files or {})}.items():
        file = root / "agent-prompts" / path
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(text, encoding="utf-8")
    return list(BY_CODE[code].look(Library(root, ("src",))))


GOOD = [
    "bronze.flights.carrier not_null, threshold 100 %",
    "`bronze.flights.carrier` not_null, threshold: 99.5%",
    "bronze.flights.(carrier, flight) unique, threshold of 99,9 %",
    "bronze.flights (carrier, flight) unique (threshold 95 percent)",
    "flights.carrier not_null, threshold 0.99",
    "bronze.flights row_count >= 1, threshold 100 %",
    "bronze.flights row_count, threshold 100000 rows",
    "bronze.flights fresh, threshold 24 hours",
    "bronze.flights.carrier in AA, UA with a threshold of 0 %",
    "silver.flights.carrier not_null in 95 % of the rows",
    "bronze.flights_quarantine._reason not_null, threshold 100 %",
    "bronze.flights_quarantine.reason not_null, threshold 100 %",
    "bronze.flights_loads.fingerprint not_null, threshold 100 %",
    "bronze.flights._load_id not_null, threshold 100 %",
    "bronze.flights.payload.user.id not_null, threshold 100 %",
    "bronze.flights.CARRIER not_null, threshold 100 %",
    "every flight has a carrier, threshold 99 %",
]


@pytest.mark.parametrize("rule", GOOD)
def test_a_careful_rule_is_left_alone(tmp_path: Path, rule: str) -> None:
    assert [said(tmp_path, code, rule) for code in BY_CODE] == [[]] * len(BY_CODE)


@pytest.mark.parametrize(
    "rule",
    [
        "bronze.flights.carrier not_null", "bronze.flights.carrier not_null, threshold", "bronze.flights.carrier not_null, threshold:",
        "bronze.flights.carrier not_null, threshold high", "bronze.flights.carrier not_null, threshold: <a number> %",
        "bronze.flights.carrier not_null (threshold %)", "bronze.flights.flight between 1 and 9999", "bronze.flights.flight between 0 and 100 %",
        "bronze.flights row_count >= 1", "every flight has a carrier",
    ],
)  # fmt: skip
def test_a_rule_without_a_threshold_is_found(tmp_path: Path, rule: str) -> None:
    (found,) = said(tmp_path, "AGT040", rule)
    assert (found.path, found.line) == ("agent-prompts/requirements/a.md", 3)


def test_a_rule_without_anything_is_found(tmp_path: Path) -> None:
    assert len(said(tmp_path, "AGT040", " ")) == 1


@pytest.mark.parametrize("folder", ["design", "context", "requirements"])
def test_rules_are_read_in_every_document_about_data(tmp_path: Path, folder: str) -> None:
    text = "# Quality\n\n- Rule: bronze.flights.carrier not_null\n- Rule: no job imports another\n"
    found = said(tmp_path, "AGT040", files={f"{folder}/quality.md": text})
    assert found[0].line == 3
    # Only in requirements is every rule one about data.
    assert len(found) == (2 if folder == "requirements" else 1)


def test_rules_in_a_table_are_read(tmp_path: Path) -> None:
    head = "| id | table | column | rule | threshold |\n|---|---|---|---|---|\n"
    text = f"# Quality\n\n{head}| DQ-1 | bronze.flights | carrier | not_null | 99 % |\n| DQ-2 | bronze.flights | carier | not_null | |\n"
    files = {"design/quality.md": text}
    assert [one.line for one in said(tmp_path, "AGT040", files=files)] == [6]
    assert [one.line for one in said(tmp_path, "AGT043", files=files)] == [6]


@pytest.mark.parametrize("threshold", ["110 %", "-5 %", "1000%", "100.5 percent", "250"])
def test_an_impossible_threshold_is_found(tmp_path: Path, threshold: str) -> None:
    assert len(said(tmp_path, "AGT041", f"bronze.flights.carrier not_null, threshold {threshold}")) == 1


@pytest.mark.parametrize(
    ("rule", "meant"),
    [
        ("bronze.flihgts.carrier not_null, threshold 1 %", "flights"),
        ("bronze.flight row_count >= 1, threshold 1 %", "flights"),
        ("flihgts row_count >= 1, threshold 1 %", "flights"),
        ("bronze.airports.name not_null, threshold 1 %", ""),
        ("gold.delays_by_day.(day, carrier) unique, threshold 1 %", ""),
    ],
)
def test_a_rule_on_an_unknown_table_is_found(tmp_path: Path, rule: str, meant: str) -> None:
    (found,) = said(tmp_path, "AGT042", rule)
    assert (meant in found.fix) if meant else not found.fix


def test_where_no_dataset_is_described_no_table_is_unknown(tmp_path: Path) -> None:
    assert said(tmp_path, "AGT042", "a.b.c unique, threshold 1 %", {"context/data_context.md": "# Data\n"}) == []


@pytest.mark.parametrize(
    "files",
    [
        {"design/data_model.md": "# Model\n\n```sql\nCREATE TABLE IF NOT EXISTS gold.delays (day date);\n```\n"},
        {"design/data_model.md": "# Model\n\n| table | kind |\n|---|---|\n| `gold.delays` | mart |\n"},
        {"tasks/m/x.md": TASK.format("{source: flights, table: gold.delays}")},
    ],
)
def test_tables_of_the_design_are_known(tmp_path: Path, files: dict[str, str]) -> None:
    assert said(tmp_path, "AGT042", "gold.delays row_count >= 1, threshold 1 %", files) == []


@pytest.mark.parametrize(
    "rule",
    ["bronze.flights.carrrier not_null, threshold 1 %", "bronze.flights.(carrrier, flight) unique, threshold 1 %", "flights.carrrier unique, threshold 1 %", "not_null(bronze.flights.carrrier), threshold 1 %"],
)  # fmt: skip
def test_a_rule_on_an_unknown_column_is_found(tmp_path: Path, rule: str) -> None:
    (found,) = said(tmp_path, "AGT043", rule)
    assert "carrrier" in found.message and found.fix == "did you mean carrier?"


def test_a_table_that_a_task_writes_has_the_columns_of_its_source(tmp_path: Path) -> None:
    files = {"tasks/m/x.md": TASK.format("{source: flights, table: lake.nyc}")}
    assert said(tmp_path, "AGT043", "lake.nyc.carrier not_null, threshold 1 %", files) == []
    assert len(said(tmp_path, "AGT043", "lake.nyc.dest not_null, threshold 1 %", files)) == 1


@pytest.mark.parametrize(
    ("parameters", "line"),
    [
        ("{source: flights, key: [carrier, flght]}", 2),
        ("{source: flights, key: flght}", 2),
        ("\n  source: flights\n  ranges:\n    carrier: [1, 2]\n    flght: [1, 9]", 6),
        ("\n  source: flights\n  values:\n    flght: [1]", 5),
        ("\n  source: flights\n  required: [flght]", 4),
    ],
)
def test_a_parameter_with_an_unknown_column_is_found_on_its_line(tmp_path: Path, parameters: str, line: int) -> None:
    (found,) = said(tmp_path, "AGT044", files={"tasks/m/x.md": TASK.format(parameters)})
    assert found.line == line and found.fix == "did you mean flight?"


def test_a_parameter_with_an_unknown_dataset_is_found(tmp_path: Path) -> None:
    (found,) = said(tmp_path, "AGT044", files={"tasks/m/x.md": TASK.format("{source: flight, key: [carrier]}")})
    assert found.fix == "did you mean flights?"


@pytest.mark.parametrize(
    "parameters", ["{source: s3, mode: full}", "{}", "{source: flights, key: [_load_id, carrier]}"]
)
def test_other_parameters_are_left_alone(tmp_path: Path, parameters: str) -> None:
    assert said(tmp_path, "AGT044", files={"tasks/m/x.md": TASK.format(parameters)}) == []
