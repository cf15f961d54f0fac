"""Numbered plans: proposed, approved by a named person, implemented."""
