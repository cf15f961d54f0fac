"""Run pytest on the scratch tree. Stand-alone: runs in the project's interpreter, started with -I.

pytest and what it needs are imported before the scratch tree is on the path: a file src/pytest.py must not become the
judge of its own tests.
"""

import sys
import xml.etree.ElementTree  # noqa: F401 (the report is written with it, at the very end)

import pytest


def main():
    """pytest's own exit code."""
    sys.path[:0] = ["src", ""]
    return pytest.main(sys.argv[1:])


if __name__ == "__main__":
    sys.exit(main())
