"""The files of a fresh project, and what has become of them since."""

from agentic.framework.manifest import MANIFEST, Manifest, digest_of, read_manifest
from agentic.framework.shelf import TEMPLATES, shelf, template_text
from agentic.framework.tree import fresh_tree
from agentic.framework.upgrade import Move, moves

__all__ = [
    "MANIFEST", "TEMPLATES", "Manifest", "Move", "digest_of", "fresh_tree", "moves", "read_manifest", "shelf", "template_text",
]  # fmt: skip
