"""A broken pipeline mends itself, or says why not: on a real dbt and a real DuckDB."""

from __future__ import annotations

import os
import subprocess
from pathlib import Path

import duckdb
import jsonschema
import pytest

from asked import asked
from healing.pipelines import Shop

ORDERS = "models/marts/orders.sql"


def test_a_mistyped_column_is_found_mended_and_proven_on_the_data(shop: Shop) -> None:
    before = shop.read("models/staging/stg_orders.sql")
    shop.replace("models/staging/stg_orders.sql", "channel", "cahnnel")
    healing = shop.heal()
    assert (healing["status"], healing["diagnoses"][0]["error_class"]) == ("healed", "SCHEMA")
    assert shop.read("models/staging/stg_orders.sql") == before
    assert healing["compared"] and all(one["same"] for one in healing["compared"])


def test_without_a_person_and_without_leave_nothing_is_changed(shop: Shop) -> None:
    shop.replace("models/staging/stg_orders.sql", "channel", "cahnnel")
    broken = shop.tree()
    said = shop.ask("run", "--json")
    assert (said.exit, said.json["status"], said.json["mode"]) == (5, "proposed", "human-in-loop")
    assert shop.tree() == broken


def test_what_was_proposed_is_applied_when_a_person_approves_and_taken_back_when_they_wish(shop: Shop) -> None:
    good = shop.read("models/staging/stg_orders.sql")
    shop.replace("models/staging/stg_orders.sql", "channel", "cahnnel")
    broken = shop.read("models/staging/stg_orders.sql")
    name = shop.ask("run", "--json").json["fixes"][0]["id"]
    assert shop.ask("fix", "--approve", name, "--json").json["status"] == "healed"
    assert shop.read("models/staging/stg_orders.sql") == good
    assert [one["by"] for one in shop.log("fixes")] == ["A Tester"]
    assert shop.ask("fix", "--rollback", name, "--json").exit == 0
    assert shop.read("models/staging/stg_orders.sql") == broken


def test_a_file_that_a_person_edits_meanwhile_is_left_alone(shop: Shop) -> None:
    shop.replace("models/staging/stg_orders.sql", "channel", "cahnnel")
    name = shop.ask("run", "--json").json["fixes"][0]["id"]
    shop.write("models/staging/stg_orders.sql", shop.read("models/staging/stg_orders.sql") + "-- mine\n")
    mine = shop.tree()
    said = shop.ask("fix", "--approve", name, "--json")
    assert said.exit == 2 and "was changed since" in said.json["error"]["message"]
    assert shop.tree() == mine


def test_bad_rows_are_shown_and_no_test_is_touched(shop: Shop) -> None:
    path = next(path.relative_to(shop.root).as_posix() for path in (shop.root / "seeds").glob("*orders.csv"))
    lines = shop.read(path).splitlines()
    shop.write(path, "\n".join([*lines, lines[-1]]) + "\n")
    broken = shop.tree()
    healing = shop.heal()
    diagnosis = healing["diagnoses"][0]
    assert (healing["status"], diagnosis["error_class"]) == ("left", "DATA_QUALITY")
    assert diagnosis["evidence"]["rows"]["rows"] and shop.tree() == broken
    assert path in [one["path"] for one in diagnosis["evidence"]["origins"]]
    assert any(offer.startswith("deduplicate upstream") for offer in diagnosis["evidence"]["offers"])


def test_a_database_that_somebody_holds_is_waited_for_and_then_said(shop: Shop) -> None:
    (shop.root / "configs").mkdir()
    shop.write("configs/execution_mode.yml", "retry: {max_retries: 1, base_delay_seconds: 0.1}\n")
    holder = subprocess.Popen(
        [os.sys.executable, "-c", f"import duckdb, time; c = duckdb.connect({str(shop.root / 'warehouse.duckdb')!r}); print('held', flush=True); time.sleep(60)"],
        stdout=subprocess.PIPE,
    )  # fmt: skip
    try:
        holder.stdout.readline()
        healing = shop.heal()
        assert (healing["status"], healing["runs"], healing["diagnoses"][0]["error_class"]) == ("left", 2, "DATABASE")
    finally:
        holder.kill()


def test_selecting_nothing_is_no_success(shop: Shop) -> None:
    assert shop.ask("run", "--select", "no_such_model", "--json").exit != 0


def test_half_written_artifacts_of_another_run_are_not_believed(shop: Shop) -> None:
    (shop.root / "target/run_results.json").write_text('{"metadata": {"env"')
    (shop.root / "target/manifest.json").write_text("{")
    shop.replace("models/staging/stg_orders.sql", "channel", "cahnnel")
    assert shop.heal()["status"] == "healed"


def test_there_is_nothing_to_diagnose_before_anything_ran(shop: Shop) -> None:
    (shop.root / "target/run_results.json").unlink()
    said = shop.ask("diagnose", "--json")
    assert (said.exit, said.json["error"]["code"]) == (2, "AGT241")


def test_a_run_of_somebody_else_can_be_diagnosed(shop: Shop) -> None:
    shop.replace("models/staging/stg_orders.sql", "channel", "cahnnel")
    subprocess.run(["dbt", "build"], cwd=shop.root, capture_output=True, check=False)
    said = shop.ask("diagnose", "--json")
    assert (said.exit, said.json["diagnoses"][0]["evidence"]["name"]) == (1, "cahnnel")


def test_three_healings_that_failed_open_the_breaker_until_a_person_has_looked(shop: Shop) -> None:
    shop.replace(ORDERS, "select", "zzz qqq yyy select")
    (shop.root / "target/manifest.json").unlink()
    assert [shop.heal()["status"] for _ in range(3)] == ["left"] * 3
    said = shop.ask("run", "--mode", "autonomous", "--json")
    assert (said.exit, said.json["error"]["code"]) == (7, "AGT704")
    assert shop.ask("fix", "--reset-breaker", "--why", "looked", "--json").exit == 0
    assert shop.heal()["status"] == "left"


def test_the_three_logs_hold_together(shop: Shop) -> None:
    shop.replace("models/staging/stg_orders.sql", "channel", "cahnnel")
    healing = shop.heal()["id"]
    runs, errors, fixes = (shop.log(name) for name in ("pipeline_runs", "errors", "fixes"))
    assert [one["green"] for one in runs] == [False, True]
    assert {one["healing"] for one in (*runs, *errors, *fixes)} == {healing}
    assert errors[0]["run"] == runs[0]["run"] and fixes[0]["diagnosis"] == errors[0]["diagnosis"]


def test_two_faults_of_two_models_are_two_causes(shop: Shop) -> None:
    shop.replace("models/staging/stg_orders.sql", "channel", "cahnnel")
    shop.replace("models/staging/stg_products.sql", "product_name", "prodcut_name")
    healing = shop.heal()
    assert healing["status"] == "healed" and len(healing["applied"]) == 2
    assert len(healing["diagnoses"]) == 2 and all(one["same"] for one in healing["compared"])


def test_the_data_is_the_same_as_that_of_a_project_that_never_broke(shop: Shop, built: Path) -> None:
    shop.replace("models/staging/stg_orders.sql", "channel", "cahnnel")
    shop.heal()
    rows = [
        duckdb.connect(str(root / "warehouse.duckdb"), read_only=True).execute("from orders order by all").fetchall()
        for root in (built, shop.root)
    ]
    assert rows[0] == rows[1]


@pytest.mark.parametrize(
    "words", [("run", "nosuch"), ("fix", "--auto", "--rollback", "x"), ("fix", "--approve", "nosuch")]
)
def test_wrong_words_are_refused(shop: Shop, words: tuple[str, ...]) -> None:
    assert shop.ask(*words).exit == 2


def test_what_is_printed_as_json_is_what_its_schema_says(shop: Shop) -> None:
    shop.replace("models/staging/stg_orders.sql", "channel", "cahnnel")
    for noun, words in {
        "healing": ("run", "--mode", "autonomous"),
        "validation": ("validate",),
        "pipeline_history": ("history",),
    }.items():
        said = shop.ask(*words, "--json")
        schema = asked(shop.root, "schema", noun).json
        jsonschema.validate(said.json, schema)
        assert said.json["schema"] == f"agentic.{noun}/1"


def test_validation_says_which_data_moved(shop: Shop) -> None:
    first = shop.ask("validate", "stg_orders", "--json").json
    assert first["holds"] and first["compared_with"] == "" and first["relations"][0]["rows_before"] is None
    with duckdb.connect(str(shop.root / "warehouse.duckdb")) as database:
        database.execute("update main_raw.raw_orders set channel = 'app'")
    second = shop.ask("validate", "stg_orders", "--json").json
    assert second["relations"][0]["columns_changed"] == ["channel"]


def test_what_a_person_has_rejected_is_not_applied_by_a_program(shop: Shop) -> None:
    shop.replace("models/staging/stg_orders.sql", "channel", "cahnnel")
    broken = shop.tree()
    name = shop.ask("run", "--json").json["fixes"][0]["id"]
    assert shop.ask("fix", "--reject", name, "--why", "the model goes").exit == 0
    healing = shop.heal()
    assert (
        name not in healing["applied"]
        and shop.read("models/staging/stg_orders.sql") == broken["models/staging/stg_orders.sql"]
    )
