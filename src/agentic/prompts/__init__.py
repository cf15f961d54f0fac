"""TaskSpec -> Prompt, and findings -> follow-up."""

from agentic.prompts.estimate import estimate_tokens
from agentic.prompts.render import follow_up, refinement, render

__all__ = ["estimate_tokens", "follow_up", "refinement", "render"]
