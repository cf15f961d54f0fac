"""Healing, step by step: run, judge, choose, apply, compare; and what a person decides later."""
