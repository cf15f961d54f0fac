"""Run pytest on the scratch tree. Stand-alone: runs in the project's interpreter, started with -I.

pytest and what it needs are imported before the scratch tree is on the path: a file src/pytest.py must not become the
judge of its own tests. The first word names the file that coverage is written to, where `coverage` is installed.
"""

import json
import sys
import xml.etree.ElementTree  # noqa: F401 (the report is written with it, at the very end)
from pathlib import Path

import pytest

try:
    import coverage
except ImportError:
    coverage = None


def measured(cover, root):
    """Path from the root -> [lines covered, lines there are], for each file of the project that was loaded."""
    answer = {}
    for name in cover.get_data().measured_files():
        path = Path(name)
        if path.is_file() and path.is_relative_to(root / "src"):
            _, lines, _, missing, _ = cover.analysis2(name)
            answer[path.relative_to(root).as_posix()] = [len(lines) - len(missing), len(lines)]
    return answer


def main():
    """pytest's own exit code."""
    root, (target, *words) = Path.cwd().resolve(), sys.argv[1:]
    sys.path[:0] = ["src", ""]
    if coverage is None:
        return pytest.main(words)
    cover = coverage.Coverage(data_file=None, config_file=False, source=[str(root / "src")], messages=False)
    cover.start()
    try:
        return pytest.main(words)
    finally:
        cover.stop()
        Path(target).write_text(json.dumps(measured(cover, root)), encoding="utf-8")


if __name__ == "__main__":
    sys.exit(main())
