"""Checkpoints on real data."""
