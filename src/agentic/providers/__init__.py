"""Somebody who answers: each provider is one plug, and the only door to what it talks to."""
