"""Healings to tell of."""

from __future__ import annotations

from typing import Any

import msgspec

from agentic.settings.load import Loaded, merge
from agentic.settings.notifications import Notifications
from agentic.values.change import Change, ChangeSet
from agentic.values.finding import Finding
from agentic.values.healing import Diagnosis, Fix, Healing

CAUSE = "9f2c41aa07b3"
MOMENT = "2026-11-29T06:00:00Z"
DIFF = """--- a/models/orders.sql
+++ b/models/orders.sql
@@ -1 +1 @@
-select amout from {{ ref('stg_orders') }}
+select amount from {{ ref('stg_orders') }}
"""


def diagnosis(**changed: Any) -> Diagnosis:
    """A column that is mistyped."""
    known = {
        "id": CAUSE,
        "error_class": "SCHEMA",
        "cause": "Column amout is not in stg_orders, which has amount.",
        "confidence": 0.95,
        "nodes": ("model.shop.orders",),
        "path": "models/orders.sql",
        "line": 1,
        "message": 'Binder Error: Referenced column "amout" not found\n\nLINE 1: select amout from stg_orders',
        "evidence": {
            "compiled_sql": "select amout from stg_orders",
            "candidates": ["amount"],
            "last_good_run": "2026-11-28",
        },
    }
    return Diagnosis(**{**known, **changed})


def fix(**changed: Any) -> Fix:
    """It is written as the column is called."""
    known = {
        "id": "1a2b3c4d",
        "diagnosis": CAUSE,
        "title": "Write amout as amount",
        "how": "columns",
        "changes": ChangeSet((Change("models/orders.sql", "select amount"),)),
        "diff": DIFF,
        "confidence": 0.97,
        "why": ("stg_orders has one column that is near.",),
        "blast_radius": ("model.shop.orders", "model.shop.revenue"),
    }
    return Fix(**{**known, **changed})


def healing(**changed: Any) -> Healing:
    """A fix waits for a person."""
    known = {
        "id": "h-20261129-1",
        "status": "proposed",
        "mode": "human-in-loop",
        "diagnoses": (diagnosis(),),
        "fixes": (fix(),),
    }
    return Healing(**{**known, **changed})


def left(**changed: Any) -> Healing:
    """Nothing could be done."""
    return healing(status="left", fixes=(), **changed)


def healed(**changed: Any) -> Healing:
    """Done, and green."""
    return healing(**{"status": "healed", "applied": ("1a2b3c4d",), **changed})


def refused(fixed: Fix) -> Fix:
    """The judge has something against it."""
    return msgspec.structs.replace(fixed, findings=(Finding("policy", "It drops a test."),))


def places(**said: Any) -> Notifications:
    """`places(github__retries=0)`"""
    loaded: Loaded[Notifications] = merge(
        Notifications,
        {key.replace("__", "."): (value, "flag") for key, value in {"github__retries": 0, **said}.items()},
    )
    return loaded.settings
