"""From calls to files: the draft behind its fence, the scratch tree, the landing."""

from agentic.workspace.draft import Applied, Fence, apply
from agentic.workspace.land import BACKUPS, land, recover
from agentic.workspace.own import Belonging, belongings
from agentic.workspace.stage import FOLDER as SCRATCH
from agentic.workspace.stage import LAKE, LAKES, clear, stage

__all__ = [
    "BACKUPS", "LAKE", "LAKES", "SCRATCH", "Applied", "Belonging", "Fence", "apply", "belongings", "clear", "land",
    "recover", "stage",
]  # fmt: skip
