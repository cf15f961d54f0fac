"""From calls to files: the draft behind its fence, the scratch tree, the landing."""

from agentic.workspace.draft import Applied, Fence, apply
from agentic.workspace.land import land, recover
from agentic.workspace.own import Belonging, belongings
from agentic.workspace.stage import clear, stage

__all__ = ["Applied", "Belonging", "Fence", "apply", "belongings", "clear", "land", "recover", "stage"]
