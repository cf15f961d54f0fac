"""The files of a fresh project, and what has become of them since."""

from agentic.framework.manifest import MANIFEST, Manifest, digest_of, read_manifest
from agentic.framework.propose import CHANGELOG, Proposal, entry, evolving, logged, place_of, proposal, proposals
from agentic.framework.shelf import TEMPLATES, shelf, template_text
from agentic.framework.tree import fresh_tree
from agentic.framework.upgrade import Move, moves

__all__ = [
    "CHANGELOG", "MANIFEST", "TEMPLATES", "Manifest", "Move", "Proposal", "digest_of", "entry", "evolving", "fresh_tree", "logged", "moves",
    "place_of", "proposal", "proposals", "read_manifest", "shelf", "template_text",
]  # fmt: skip
