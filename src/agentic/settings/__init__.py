"""Typed, frozen settings; an unknown key is refused, and each value knows where it came from."""

from agentic.settings.load import Loaded, Origin, load, load_policy
from agentic.settings.sections import Policy, Settings

__all__ = ["Loaded", "Origin", "Policy", "Settings", "load", "load_policy"]
