"""TaskSpec -> Prompt, and findings -> follow-up."""

from agentic.prompts.estimate import estimate_tokens
from agentic.prompts.render import fill, follow_up, refinement, render

__all__ = ["estimate_tokens", "fill", "follow_up", "refinement", "render"]
