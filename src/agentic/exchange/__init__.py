"""Executions as other programs know them, and work of other programs as executions.

Pure functions: the desk (`app/exchange.py`) reads the archive and writes it. What a library is needed for is imported where
it is used, so that nobody needs one who does not export.
"""
