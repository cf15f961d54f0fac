"""Fixers: a failure -> candidates. Each knows one craft; none decides whether a candidate is right."""
