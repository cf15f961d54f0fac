"""scripts/transform.py: dbt as a program, judged by the artifacts of this very run."""

import json
import os
import signal
import subprocess
import sys
import textwrap
import time

import pytest

from transformation.workshop import Workshop, end

RESULTS = "src/transformation/target/run_results.json"
LOCK = "logs/dbt/transform.lock"


@pytest.mark.parametrize("selection", ["no_such_model", "source:raw"])
def test_selecting_nothing_is_an_error_and_builds_nothing(shop: Workshop, selection: str) -> None:
    done = shop.transform("--select", selection, "--quiet")
    assert done.returncode == 2
    assert done.stderr.splitlines()[0] == "error: nothing was selected, so nothing was built"


@pytest.mark.chaos(source="dbt", given="a model that cannot be parsed, after a run that went well",
                   data="exit 2 with the reason; the results of the run before are not read")  # fmt: skip
def test_a_project_that_cannot_be_read_is_not_judged_by_the_run_before(shop: Workshop) -> None:
    good = shop.transform("--select", "stg_products", "--quiet")
    assert good.returncode == 0 and "models     1 success" in good.stdout
    shop.write("src/transformation/models/marts/broken.sql", "select {{ ref('nobody') }")
    done = shop.transform("--select", "stg_products", "--quiet")
    assert done.returncode == 2 and done.stdout == ""
    assert "Compilation Error" in done.stderr and "broken.sql" in done.stderr
    assert not (shop.root / RESULTS).exists()


def test_results_of_another_run_are_not_read(shop: Workshop) -> None:
    shop.write(
        RESULTS,
        json.dumps(
            {"metadata": {"env": {"RUN": "another"}}, "results": [{"unique_id": "model.x", "status": "success"}]}
        ),
    )
    look = "import sys; sys.path.insert(0, 'scripts'); import transform; print(transform.read_results(transform.RESULTS, sys.argv[1]))"
    assert shop.run("-c", look, "mine").stdout.strip() == "[]"
    assert "model.x" in shop.run("-c", look, "another").stdout


@pytest.mark.chaos(source="dbt", given="the warehouse is open in another process",
                   data="nothing is changed; exit 4, and the message names the process")  # fmt: skip
def test_a_warehouse_that_another_process_holds_is_named(shop: Workshop) -> None:
    before = shop.ask("SELECT count(*) FROM transformation_runs")
    hold = textwrap.dedent(f"""
        import duckdb, sys
        conn = duckdb.connect({str(shop.root / "data/processed/warehouse.duckdb")!r})
        print("open", flush=True)
        sys.stdin.read()
    """)
    holder = subprocess.Popen([sys.executable, "-c", hold], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
    try:
        assert holder.stdout is not None and holder.stdout.readline() == "open\n"
        done = shop.transform("--select", "stg_products", "--quiet")
    finally:
        holder.communicate("")
    assert done.returncode == 4
    assert f"PID {holder.pid}" in done.stderr and "wait for it" in done.stderr
    assert shop.ask("SELECT count(*) FROM transformation_runs") == before


@pytest.mark.chaos(source="dbt", given="two runs at once",
                   data="the second says for which process it waits, and builds when that has ended; each is judged by its own results")  # fmt: skip
def test_of_two_runs_at_once_the_second_waits_for_the_first(shop: Workshop) -> None:
    both = [shop.start("scripts/transform.py", "--select", "+customer_orders", "--quiet") for _ in range(2)]
    done = [end(one) for one in both]
    assert [one.returncode for one in done] == [0, 0], [one.stderr for one in done]
    assert all("models     5 success" in one.stdout for one in done), [one.stdout for one in done]
    said = [one.stderr for one in done]
    waited = next(at for at, words in enumerate(said) if words)
    assert said[1 - waited] == "", "one of them waited for nobody"
    assert f"process {both[1 - waited].pid}" in said[waited] and "waiting for it, 600 seconds at most" in said[waited]
    runs = "SELECT run_id, count(*) FROM transformation_runs WHERE node = 'customer_orders' GROUP BY run_id"
    assert all(count == 1 for _, count in shop.ask(runs)) and len(shop.ask(runs)) == 3


def test_a_run_that_may_not_wait_names_the_one_that_builds(shop: Workshop) -> None:
    first = shop.start("scripts/transform.py", "--select", "stg_products", "--quiet")
    dbt = dbt_of(shop)
    second = shop.transform("--select", "stg_products", "--quiet", "--wait", "0")
    assert first.poll() is None, "the first one was too quick for this test"
    assert (second.returncode, second.stdout) == (4, "")
    assert f"error: process {first.pid} (dbt {dbt}) builds the marts; nothing was done" in second.stderr
    done = end(first)
    assert done.returncode == 0 and "models     1 success" in done.stdout, "its results are not taken from it"


@pytest.mark.chaos(source="dbt", given="the script is killed, and dbt goes on without it",
                   data="the next run waits until dbt has ended, and builds then")  # fmt: skip
def test_a_dbt_that_outlives_its_script_is_waited_for(shop: Workshop) -> None:
    first = shop.start("scripts/transform.py", "--select", "stg_products", "--quiet")
    dbt = dbt_of(shop)
    # Held, so that it is there as long as this test needs it.
    os.kill(dbt, signal.SIGSTOP)
    try:
        first.kill()
        first.wait()
        held = shop.transform("--select", "stg_products", "--quiet", "--wait", "1")
        assert held.returncode == 4 and f"(dbt {dbt})" in held.stderr, held.stderr
        second = shop.start("scripts/transform.py", "--select", "stg_products", "--quiet")
    finally:
        os.kill(dbt, signal.SIGCONT)
    first.communicate()
    done = end(second)
    assert done.returncode == 0 and "models     1 success" in done.stdout, done.stderr


def dbt_of(shop: Workshop) -> int:
    """The process of dbt, once it has been started."""
    for _ in range(600):
        said = (shop.root / LOCK).read_text(encoding="utf-8") if (shop.root / LOCK).exists() else ""
        if "(dbt " in said:
            return int(said.partition("(dbt ")[2].rstrip(")"))
        time.sleep(0.05)
    raise AssertionError("no dbt was started")


def test_the_warehouse_is_the_one_that_sources_yml_names(shop: Workshop) -> None:
    shop.write("configs/sources.yml", "ingestion: {database: elsewhere/warehouse.duckdb}\nsources: {}\n")
    done = shop.transform("seed", "--quiet")
    assert done.returncode == 0, done.stderr
    assert shop.ask("SELECT count(*) FROM carriers", "elsewhere/warehouse.duckdb") == [(16,)]


def test_dbt_alone_works_from_its_own_folder(shop: Workshop) -> None:
    code = "import os, subprocess, sys; os.chdir('src/transformation'); dbt = os.path.join(os.path.dirname(sys.executable), 'dbt'); sys.exit(subprocess.call([dbt, 'build', '--select', 'customer_orders']))"
    done = shop.run("-c", code, DO_NOT_TRACK="1")
    assert done.returncode == 0, done.stdout
    assert "Completed successfully" in done.stdout


def test_nothing_that_dbt_would_take_for_a_plugin_of_its_own_lies_in_the_project(built: Workshop) -> None:
    assert not [
        path for path in built.root.rglob("dbt_*") if path.suffix == ".py" or (path.is_dir() and not path.suffix)
    ]


def test_no_telemetry_leaves_the_machine(built: Workshop) -> None:
    assert "send_anonymous_usage_stats: false" in (built.root / "src/transformation/dbt_project.yml").read_text(
        encoding="utf-8"
    )
    words = "import sys; sys.path.insert(0, 'scripts'); import transform; print(transform.environment({}, 'x')['DO_NOT_TRACK'])"
    assert built.run("-c", words).stdout.strip() == "1"


@pytest.mark.parametrize("script", ["scripts/transform.py", "scripts/report.py"])
def test_a_registry_that_is_no_yaml_is_told(shop: Workshop, script: str) -> None:
    shop.write("configs/sources.yml", "ingestion: [")
    done = shop.run(script)
    assert (
        done.returncode == 2 and "configs/sources.yml cannot be read" in done.stderr and "Traceback" not in done.stderr
    )
