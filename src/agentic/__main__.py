"""`agentic`: start, and turn every end into an exit code."""

from __future__ import annotations

import sys

from agentic.cli import roof


def main() -> None:
    """The entry point."""
    sys.exit(roof(sys.argv[1:]))


if __name__ == "__main__":
    main()
