"""May it land? Decided in code, from the change itself, never from anybody's word."""

from agentic.policy.judge import judge
from agentic.policy.weaken import weakened

__all__ = ["judge", "weakened"]
