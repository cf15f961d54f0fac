"""Short vocabulary, requirements as list items, asterisks for lists, no history, no structure: a small team in a hurry, but careful."""

from __future__ import annotations

from pathlib import Path
from random import Random

from defects.project import Facts
from defects.write import (
    Job,
    Need,
    Pen,
    as_item,
    dataset,
    patterns,
    put_tasks,
    sections,
    short_task,
    system_context,
    told,
)

ORDERS, RETURNS = "bronze.orders", "bronze.returns"
NEEDS = (
    Need(
        "BR-1",
        "Orders are there in the morning",
        "Every order of the day before must be in the lakehouse at 06:00.",
        (
            "Given a day of orders, when the night run has ended, then rows in table plus quarantine equal rows in the shop.",
        ),
    ),
    Need(
        "BR-2",
        "Returns can be matched",
        "Each return must name the order it belongs to.",
        (
            "Given a return without an order, when it is loaded, then it is in quarantine with the reason.",
            "Given a return of an order from last year, when it is loaded, then it is matched.",
        ),
        (f"{RETURNS}.order_id not_null, threshold 99 %",),
    ),
    Need(
        "BR-3",
        "Revenue leaves out what came back",
        "The revenue report should leave out returns of the last 14 days.",
        ("Given an order and its return 3 days later, when the report is made, then the order is not in it.",),
    ),
    Need(
        "TR-1",
        "The shop is not slowed down",
        "The nightly run may open at most 4 connections to the shop's database.",
        ("Given a running load, when connections are counted every minute, then there are never more than 4.",),
    ),
    Need(
        "DR-1",
        "Amounts are money",
        "An amount must be a number of cents and not negative.",
        (),
        (
            f"{ORDERS}.amount_cents between 0 and 5000000, threshold 100 %",
            f"{ORDERS}.currency one of EUR, CHF, threshold: 99.9 %",
        ),
    ),
)
ORDER = (
    ("order_id", "bigint", "no", "Number of the order, from the shop"),
    ("placed_at", "timestamp", "no", "When the customer ordered, UTC"),
    ("amount_cents", "bigint", "no", "What was paid, in cents"),
    ("currency", "string", "no", "EUR or CHF"),
    ("coupon", "string", "yes", "Code of the coupon; empty if none was used"),
)
RETURN = (
    ("return_id", "bigint", "no", "Number of the return"),
    ("order_id", "bigint", "yes", "The order it belongs to; empty where the label was lost (0.4 %)"),
    ("arrived_at", "timestamp", "no", "When it arrived in the warehouse, UTC"),
)
JOBS = (
    Job(
        "landing/orders",
        "Land yesterday's orders",
        ("src/landing/orders.py", "tests/landing/test_orders.py"),
        (("rows in table plus quarantine equal rows in the shop", "job"), ("a second run adds no row", "job")),
        (
            "Read from PostgreSQL in 4 slices by order_id.",
            "Amounts stay integers: cents are never divided while loading.",
        ),
        why="Land the orders of the day before, so that the morning report is right.",
        serves=("BR-1", "TR-1", "DR-1"),
        checks=("python", "job: src/landing/orders.py"),
        context=("Schema: context/data_context.md", "Standards: standards/development_patterns.md"),
        done=True,
    ),
    Job(
        "landing/returns",
        "Land the returns",
        ("src/landing/returns.py", "tests/landing/test_returns.py"),
        (
            ("a return without an order is in quarantine, with the reason", "pytest"),
            ("the code compiles and lints", "python"),
        ),
        ("Read the warehouse's CSV; a label that cannot be read is no reason to lose the row.",),
        serves=("BR-2",),
        checks=("python", "pytest: tests/landing/test_returns.py"),
        context=("Schema: context/data_context.md",),
    ),
    Job(
        "reports/revenue",
        "Revenue without returns",
        ("dbt/models/revenue.sql", "dbt/models/revenue.yml"),
        (("an order that came back within 14 days is not counted", "dbt"), ("revenue is never negative", "dbt")),
        ("One row a day and currency.", "Cents become units in the last step only, rounded half to even."),
        serves=("BR-3",),
        after=("landing/orders", "landing/returns"),
        checks=("dbt: revenue",),
        context=("Schema: context/data_context.md",),
    ),
)


def make(root: Path, dice: Random) -> Facts:
    """Five documents and three tasks."""
    pen = Pen(root)
    body = {
        "Objectives": "Finance wants the revenue of yesterday on the desk at 8, without what was sent back.",
        "Requirements": told(NEEDS, "BR", as_item)
        + "\n"
        + told(NEEDS, "TR", as_item)
        + "\n"
        + told(NEEDS, "DR", as_item),
        "Not wanted": "* Forecasts: finance makes them by hand.\n* Anything by the hour.",
    }
    pen.put("agent-prompts/requirements/business_requirements.md", "Shop\n====\n\n" + sections(body))
    system_context(pen, "Shop Revenue")
    context = {
        "Data Sources": "* PostgreSQL `shop`, orders: 1,204,551 rows\n* Warehouse CSV, returns: 88,120 rows",
        "Processing Requirements": "* Batch: nightly, from 02:00 to 06:00",
        "Schema Standards": "* All timestamps in UTC\n* Money is cents, never a `double`",
        "Datasets": dataset(ORDERS, "One row is one order.", ORDER)
        + "\n\n"
        + dataset(RETURNS, "One row is one return.", RETURN),
    }
    # To the letter of seed 003: no front matter.
    pen.put("agent-prompts/context/data_context.md", "# Data Context\n" + sections(context))
    documents = (patterns(pen, "context/system_context.yaml"),)
    return Facts(
        "shop",
        **put_tasks(pen, JOBS, lambda job: short_task(job, "*"), dice),
        requirements={need.id: "agent-prompts/requirements/business_requirements.md" for need in NEEDS},
        tables={ORDERS: tuple(one[0] for one in ORDER), RETURNS: tuple(one[0] for one in RETURN)},
        documents=documents,
    )
