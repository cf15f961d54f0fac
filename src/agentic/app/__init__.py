"""Settings -> toolbox: the only place that knows implementations, and imports them when they are chosen."""

from agentic.app.core import App

__all__ = ["App"]
