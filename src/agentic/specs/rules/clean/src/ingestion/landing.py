"""Copies what the shop has delivered into the landing zone."""

from __future__ import annotations

import hashlib
import shutil
from pathlib import Path

from common.settings import Settings


class NoDelivery(Exception):
    """The shop has delivered nothing."""


def digest(file: Path) -> str:
    """Of its bytes."""
    return hashlib.sha256(file.read_bytes()).hexdigest()


def is_landed(file: Path, copy: Path) -> bool:
    """Is the copy there, byte for byte?"""
    return copy.exists() and digest(copy) == digest(file)


def land(settings: Settings) -> list[Path]:
    """Copy every delivery that is new or corrected; the copies that were made."""
    files = sorted(settings.source.glob("*/orders.csv"))
    if not files:
        raise NoDelivery(f"no orders.csv below {settings.source}: ask the shop for its delivery")
    made = []
    for file in files:
        copy = settings.landing / file.relative_to(settings.source)
        if not is_landed(file, copy):
            copy.parent.mkdir(parents=True, exist_ok=True)
            shutil.copyfile(file, copy)
            made.append(copy)
    return made
