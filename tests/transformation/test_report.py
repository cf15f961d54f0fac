"""The marts -> one page with pictures, which says of each figure where it comes from."""

import re
from importlib.util import find_spec

import duckdb
import pytest

from transformation.workshop import REPOSITORY, Workshop

pytestmark = pytest.mark.skipif(find_spec("vl_convert") is None, reason="needs vl-convert (extra report)")


@pytest.fixture(scope="module")
def page(built: Workshop) -> str:
    done = built.run("scripts/report.py", "--to", "data/report/index.html")
    assert done.returncode == 0, done.stderr
    return (built.root / "data/report/index.html").read_text(encoding="utf-8")


def test_it_has_pictures_and_fetches_nothing(page: str) -> None:
    assert page.count("<svg") == 3 and "<script" not in page
    assert set(re.findall(r'https?://[^"\s<]+', page)) <= {"http://www.w3.org/1999/xlink", "http://www.w3.org/2000/svg"}
    assert "United Air Lines" in page


def test_its_figures_are_those_of_the_marts(built: Workshop, page: str) -> None:
    figures = re.findall(r"<li><b>([^<]+)</b>([^<]+)</li>", page)
    assert figures == [
        ("60", "flights"),
        ("90.0%", "on time"),
        ("7", "cancelled"),
        ("2", "diverted"),
        ("1", "that cannot be used"),
    ]


def test_it_says_which_run_and_which_snapshot_a_figure_comes_from(built: Workshop, page: str) -> None:
    ((run,),) = built.ask("SELECT DISTINCT run_id FROM transformation_runs WHERE node = 'daily_punctuality'")
    ((snapshot,),) = built.ask("SELECT snapshot_id FROM lake_readings WHERE table_name = 'bronze.flights'")
    assert page.count(run) == 4 and page.count(str(snapshot)) == 5


def test_without_a_quality_result_it_says_so_and_with_one_it_shows_it(shop: Workshop) -> None:
    done = shop.run("scripts/report.py")
    assert done.returncode == 0
    where = shop.root / "data/report/index.html"
    assert "holds no result of" in where.read_text(encoding="utf-8")
    with duckdb.connect(str(shop.root / "data/processed/warehouse.duckdb")) as conn:
        conn.execute(
            "CREATE TABLE quality_results (result_id VARCHAR, checked_at TIMESTAMPTZ, checkpoint VARCHAR, suite VARCHAR, data VARCHAR, snapshot VARCHAR, status VARCHAR)"
        )
        conn.execute("INSERT INTO quality_results VALUES ('1', '2026-11-20 10:00:00+00', 'flights', 'old_suite', 'bronze.flights', '7', 'failed'), "
                     "('2', '2026-11-21 10:00:00+00', 'flights', 'new_suite', 'bronze.flights', '8', 'passed')")  # fmt: skip
    assert shop.run("scripts/report.py").returncode == 0
    text = where.read_text(encoding="utf-8")
    assert "new_suite" in text and "2026-11-21 10:00:00" in text and "old_suite" not in text


def test_before_the_marts_are_built_it_says_what_to_do(shop: Workshop) -> None:
    done = shop.run("scripts/report.py", "--warehouse", "nowhere.duckdb")
    assert done.returncode == 2 and "scripts/transform.py" in done.stderr
    duckdb.connect(str(shop.root / "empty.duckdb")).close()
    done = shop.run("scripts/report.py", "--warehouse", "empty.duckdb")
    assert done.returncode == 2 and "a mart is missing" in done.stderr


def test_a_place_that_cannot_be_written_is_told(shop: Workshop) -> None:
    shop.write("data/pages", "a file where the folder should be")
    done = shop.run("scripts/report.py", "--to", "data/pages/index.html")
    assert done.returncode == 4 and "cannot be written" in done.stderr and "Traceback" not in done.stderr


def test_a_name_from_the_data_is_no_markup(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.syspath_prepend(str(REPOSITORY / "scripts"))
    from report import bars

    drawn = bars([{"carrier_name": "<script>alert(1)</script>", "share_on_time": 0.5}], "carrier_name")
    assert "<script" not in drawn and "&lt;script" in drawn
