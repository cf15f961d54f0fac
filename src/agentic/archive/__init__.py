"""The record of every execution: a journal of steps, and the Markdown rendered from it."""

from agentic.archive.archive import FOLDER, Archive
from agentic.archive.index import Index
from agentic.archive.journal import Journal, read_journal
from agentic.archive.story import Story
from agentic.values import Owned

__all__ = ["FOLDER", "Archive", "Index", "Journal", "Owned", "Story", "read_journal"]
