"""A small project in a temporary folder, and the ways to run things in it. Real files, real checks, a scripted Claude."""

from house.house import ADDING, TEST, House, spec

__all__ = ["ADDING", "TEST", "House", "spec"]
