"""Typed, frozen settings; an unknown key is refused, and each value knows where it came from."""

from agentic.settings.lake import Lake, load_lake
from agentic.settings.load import Loaded, Origin, load, load_notifications, load_policy
from agentic.settings.notifications import Notifications
from agentic.settings.sections import Policy, Settings

__all__ = [
    "Lake", "Loaded", "Notifications", "Origin", "Policy", "Settings", "load", "load_lake", "load_notifications", "load_policy",
]  # fmt: skip
