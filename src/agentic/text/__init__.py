"""Files of words: read as UTF-8, and Markdown taken apart into sections with line numbers."""

from agentic.text.blank import is_blank
from agentic.text.markdown import Document, FrontMatter, Heading, Line, Sect, take_apart
from agentic.text.read import LARGEST, PROMPTS, is_file, read_text

__all__ = [
    "LARGEST", "PROMPTS", "Document", "FrontMatter", "Heading", "Line", "Sect", "is_blank", "is_file", "read_text", "take_apart",
]  # fmt: skip
