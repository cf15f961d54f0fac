"""Where data comes from, and how files get into raw tables."""

from agentic.data.extraction import Extract, Extraction, ServerTable
from agentic.data.extracts import Planned
from agentic.data.ingestion import FileLoad, Ingestion
from agentic.data.registry import REGISTRY, Registry, read_registry
from agentic.data.sources import Column, Columns, SourceFile, SourceRow, find_files, rows_of

__all__ = [
    "REGISTRY", "Column", "Columns", "Extract", "Extraction", "FileLoad", "Ingestion", "Planned", "Registry", "ServerTable", "SourceFile", "SourceRow", "find_files",
    "read_registry", "rows_of",
]  # fmt: skip
