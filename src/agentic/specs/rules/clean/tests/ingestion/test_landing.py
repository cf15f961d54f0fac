"""Deliveries are copied once, byte for byte."""

from pathlib import Path

import pytest

from common.settings import Settings
from ingestion.landing import NoDelivery, land


def test_a_delivery_is_copied_once(tmp_path: Path) -> None:
    settings = Settings(tmp_path / "incoming", tmp_path / "landing")
    delivery = settings.source / "2026-11-19/orders.csv"
    delivery.parent.mkdir(parents=True)
    delivery.write_text("order_id\n1\n", encoding="utf-8")
    assert land(settings) == [settings.landing / "2026-11-19/orders.csv"]
    assert land(settings) == []


def test_no_delivery_is_said(tmp_path: Path) -> None:
    with pytest.raises(NoDelivery):
        land(Settings(tmp_path, tmp_path / "landing"))
