"""One page with the marts of the flights, readable without a network: data/report/index.html.

python scripts/report.py
python scripts/report.py --warehouse data/processed/warehouse.duckdb --to data/report/index.html
"""

import argparse
import os
import sys
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import duckdb
import yaml
from jinja2 import Environment

PROJECT = Path(__file__).resolve().parent.parent
USAGE, OUTSIDE = 2, 4
GREEN, GREY, INK = "#1b7f5c", "#9aa5b1", "#1f2933"
# A route that is flown less than once a day says little about itself.
OFTEN = 365

TOTALS = """
SELECT sum(flights)::bigint AS flights, sum(flown)::bigint AS flown, sum(cancelled)::bigint AS cancelled,
       sum(diverted)::bigint AS diverted, sum(unusable)::bigint AS unusable, sum(on_time) / nullif(sum(flown), 0) AS on_time,
       min(flight_date) AS first_day, max(flight_date) AS last_day
FROM daily_punctuality
"""
WEEKS = """
SELECT date_trunc('week', flight_date)::date AS week, sum(on_time) / nullif(sum(flown), 0) AS share_on_time,
       sum(cancelled) / nullif(sum(flights), 0) AS share_cancelled
FROM daily_punctuality WHERE flight_date IS NOT NULL GROUP BY 1 ORDER BY 1
"""
DAYS = "SELECT flight_date, share_on_time FROM daily_punctuality WHERE flight_date IS NOT NULL ORDER BY 1"
CARRIERS = "SELECT carrier_name, flights, share_on_time, share_cancelled, average_arrival_delay FROM carrier_punctuality ORDER BY 3 DESC"
ROUTES = f"""
SELECT origin || ' to ' || dest AS route, flights, share_on_time, share_cancelled, average_arrival_delay
FROM route_delays WHERE flights >= {OFTEN} ORDER BY share_on_time LIMIT 15
"""
BUILT = """
SELECT node, run_id, target, ended_at FROM transformation_runs WHERE kind = 'model' AND status = 'success'
QUALIFY row_number() OVER (PARTITION BY node ORDER BY ended_at DESC) = 1
"""
# The time as text: a moment with a zone would need one more package to come out of DuckDB.
QUALITY = """
SELECT checkpoint, suite, data, snapshot, status, count(*) AS expectations,
       strftime(max(checked_at)::timestamptz AT TIME ZONE 'UTC', '%Y-%m-%d %H:%M:%S') AS "checked (UTC)"
FROM (SELECT *, dense_rank() OVER (PARTITION BY checkpoint ORDER BY checked_at DESC, result_id) AS age FROM quality_results)
WHERE age = 1 GROUP BY ALL ORDER BY checkpoint
"""
READ = "SELECT table_name, snapshot_id, snapshot_at, read_at FROM lake_readings ORDER BY 1"


def main(words: list[str] | None = None) -> int:
    wish = read_arguments(words)
    try:
        path = PROJECT / (wish.warehouse or warehouse())
    except (OSError, ValueError, AttributeError, yaml.YAMLError) as error:
        return stop(
            USAGE, f"configs/sources.yml cannot be read: {first_line(error)}", "agentic ingest files --list says where."
        )
    if not path.exists():
        return stop(USAGE, f"no warehouse at {path}", "build the marts first: python scripts/transform.py")
    return make(path, wish.to)


def make(path: Path, to: str) -> int:
    """The page of one warehouse."""
    try:
        with duckdb.connect(str(path), read_only=True) as conn:
            facts = gather(conn)
    except duckdb.CatalogException as error:
        return stop(
            USAGE, f"a mart is missing: {first_line(error)}", "build the marts first: python scripts/transform.py"
        )
    except duckdb.Error as error:
        return stop(
            OUTSIDE, f"the warehouse cannot be read: {first_line(error)}", "end what has it open, then run this again."
        )
    if not facts["totals"]["flights"]:
        return stop(USAGE, "the marts hold no flight", "load flights into the lake, then: python scripts/transform.py")
    return put(facts, to)


def put(facts: dict[str, Any], to: str) -> int:
    """The page in its place."""
    try:
        write(PROJECT / to, page(facts))
    except ModuleNotFoundError as error:
        return stop(OUTSIDE, f"{error.name} is not installed for this Python", "install the extras quality and report.")
    except OSError as error:
        return stop(OUTSIDE, f"{to} cannot be written: {error.strerror}", "free its place, or name another: --to.")
    print(f"report: {to} ({(PROJECT / to).stat().st_size:,} bytes)")
    return 0


def read_arguments(words: list[str] | None) -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument(
        "--warehouse", help="the DuckDB file; by default WAREHOUSE, or the one that configs/sources.yml names"
    )
    parser.add_argument("--to", default="data/report/index.html", help="where the page is written")
    return parser.parse_args(words)


def warehouse() -> str:
    """As scripts/transform.py finds it."""
    registry = PROJECT / "configs/sources.yml"
    written = yaml.safe_load(registry.read_text(encoding="utf-8")) if registry.exists() else {}
    named = ((written or {}).get("ingestion") or {}).get("database")
    return os.environ.get("WAREHOUSE") or str(named or "data/processed/warehouse.duckdb")


def gather(conn: duckdb.DuckDBPyConnection) -> dict[str, Any]:
    """Every figure of the page, read from one state of the warehouse."""
    return {
        "totals": ask(conn, TOTALS)[0],
        "weeks": ask(conn, WEEKS),
        "days": ask(conn, DAYS),
        "carriers": ask(conn, CARRIERS),
        "routes": ask(conn, ROUTES),
        "built": {row["node"]: row for row in ask(conn, BUILT)},
        "read": ask(conn, READ),
        "quality": quality(conn),
    }


def ask(conn: duckdb.DuckDBPyConnection, query: str) -> list[dict[str, Any]]:
    cursor = conn.execute(query)
    names = [column[0] for column in cursor.description or ()]
    return [dict(zip(names, row, strict=True)) for row in cursor.fetchall()]


def quality(conn: duckdb.DuckDBPyConnection) -> list[dict[str, Any]]:
    """The newest result of each checkpoint of `agentic quality check`, where the warehouse has any."""
    tables = {row[0] for row in conn.execute("SELECT table_name FROM duckdb_tables()").fetchall()}
    if "quality_results" not in tables:
        return []
    try:
        return ask(conn, QUALITY)
    except duckdb.BinderException as error:
        print(f"note: quality_results has other columns than this page knows: {first_line(error)}", file=sys.stderr)
        return []


def page(facts: dict[str, Any]) -> str:
    """The whole page: text, tables and pictures, nothing to fetch."""
    environment = Environment(autoescape=True, trim_blocks=True, lstrip_blocks=True)
    environment.filters |= {
        "share": lambda value: "" if value is None else f"{value:.1%}",
        "count": lambda value: f"{value:,}",
    }
    pictures = {"year": year_picture(facts), "carriers": carriers_picture(facts), "routes": routes_picture(facts)}
    made = f"{datetime.now(UTC):%Y-%m-%d %H:%M:%S} UTC"
    text: str = environment.from_string(PAGE).render(**facts, pictures=pictures, made=made, often=OFTEN)
    return text


def year_picture(facts: dict[str, Any]) -> str:
    """Each day as a point, each week as a line."""
    import altair as alt

    day = alt.Chart(alt.Data(values=plain(facts["days"]))).mark_circle(size=14, color=GREY, opacity=0.6)
    week = alt.Chart(alt.Data(values=plain(facts["weeks"]))).mark_line(color=GREEN, strokeWidth=2.5)
    share = alt.Y("share_on_time:Q", title="on time", axis=alt.Axis(format="%"), scale=alt.Scale(domain=[0, 1]))
    time = alt.Axis(format="%b", tickCount="month")
    layers = day.encode(alt.X("flight_date:T", title=None, axis=time), share) + week.encode(
        alt.X("week:T", axis=time), share
    )
    return as_svg(layers.properties(width=860, height=260))


def carriers_picture(facts: dict[str, Any]) -> str:
    return bars(facts["carriers"], "carrier_name")


def routes_picture(facts: dict[str, Any]) -> str:
    return bars(facts["routes"], "route")


def bars(rows: list[dict[str, Any]], name: str) -> str:
    """Shares side by side, the figure at the end of each bar."""
    import altair as alt

    base = alt.Chart(alt.Data(values=plain(rows))).encode(
        alt.X("share_on_time:Q", title="on time", axis=alt.Axis(format="%"), scale=alt.Scale(domain=[0, 1])),
        alt.Y(f"{name}:N", title=None, sort=None, axis=alt.Axis(labelLimit=220)),
    )
    told = base.mark_text(align="left", dx=4, color=INK).encode(alt.Text("share_on_time:Q", format=".1%"))
    return as_svg((base.mark_bar(color=GREEN) + told).properties(width=640, height=22 * max(len(rows), 1)))


def as_svg(chart: Any) -> str:
    import vl_convert

    drawn: str = vl_convert.vegalite_to_svg(chart.to_dict())
    return drawn


def plain(rows: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """Dates as text: Vega reads a bare date as UTC, so with a time that makes it local."""
    return [
        {key: f"{value}T00:00:00" if hasattr(value, "isoformat") else value for key, value in row.items()}
        for row in rows
    ]


def write(path: Path, text: str) -> None:
    """Beside and renamed: a reader sees the old page or the new one."""
    path.parent.mkdir(parents=True, exist_ok=True)
    beside = path.with_name(f"{path.name}.{os.getpid()}.new")  # two at once shall not write into one
    beside.write_text(text, encoding="utf-8")
    beside.replace(path)


def first_line(error: Exception) -> str:
    return (str(error) or type(error).__name__).splitlines()[0]


def stop(code: int, message: str, hint: str) -> int:
    print(f"error: {message}\n  fix: {hint}", file=sys.stderr)
    return code


PAGE = (Path(__file__).resolve().parent / "report.html.j2").read_text(encoding="utf-8")

if __name__ == "__main__":
    sys.exit(main())
