"""People are told about a healing: once for each cause, again when there is news, and when it is over."""

from agentic.notices.tell import green, tell

__all__ = ["green", "tell"]
