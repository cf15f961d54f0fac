"""The jars of configs/jars.yaml into the local cache, each proved by its digest before it is put in place.

Asked in this order: the cache, Maven Central through the Ivy that Spark brings, a Python wheel that carries the same
bytes, a jar packaged by Debian. Nothing is left half-written, and running it again costs a digest.
"""

import argparse
import hashlib
import importlib.util
import os
import shutil
import subprocess
import sys
import tempfile
import time
import zipfile
from collections.abc import Callable, Iterable, Sequence
from pathlib import Path

PROJECT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(PROJECT / "src"))

from common.jars import Jar, cache_folder, read_list  # noqa: E402
from common.java import find_java  # noqa: E402

# Named by dependencies, needed by none of our ways: one missing file would fail the whole resolution.
EXCLUDED = ("org.checkerframework:checker-qual", "org.wildfly.openssl:wildfly-openssl")
DEBIAN = Path("/usr/share/java")
MINUTES = 15


def main() -> int:
    parser = argparse.ArgumentParser(description="Fetch the jars Spark needs.")
    parser.add_argument("--group", action="append", default=[], help="also this group: s3, connect (repeatable)")
    groups = {"lake", *parser.parse_args().group}
    known = read_list(PROJECT)
    if unknown := groups - {jar.group for jar in known}:
        raise SystemExit(f"no group {', '.join(sorted(unknown))}; known: {', '.join(sorted({j.group for j in known}))}")
    wanted = [jar for jar in known if jar.group in groups]
    for jar in (missing := [jar for jar in wanted if not is_right(cache_folder() / jar.file, jar)]):
        say(f"{jar.file}: not cached")
    for way in (from_maven, from_wheel, from_debian):
        missing = [jar for jar in missing if not is_right(cache_folder() / jar.file, jar)]
        if missing:
            attempt(way, missing)
    missing = [jar for jar in missing if not is_right(cache_folder() / jar.file, jar)]
    for jar in missing:
        say(f"{jar.file}: could not be fetched. Put it there by hand, or see its entry in configs/jars.yaml.")
    say(f"{len(wanted) - len(missing)} of {len(wanted)} jars in {cache_folder()}")
    return 4 if missing else 0


def say(text: str) -> None:
    print(f"  jars: {text}", flush=True)


def attempt(way: Callable[[Sequence[Jar], Path], None], missing: Sequence[Jar]) -> None:
    """One way of fetching; that it fails is no error while another is left."""
    begun = time.monotonic()
    with tempfile.TemporaryDirectory(prefix="jars-") as folder:
        try:
            way(missing, Path(folder))
        except (OSError, subprocess.SubprocessError, RuntimeError) as error:
            say(f"{way.__name__.replace('_', ' ')}: {error}")
    say(f"{way.__name__.replace('_', ' ')}: {time.monotonic() - begun:.0f} s")


def from_maven(missing: Sequence[Jar], folder: Path) -> None:
    """Spark's own Ivy in a private folder, started as spark-submit would; an empty program ends it at once."""
    say(f"asking Maven Central for {', '.join(jar.file for jar in missing)}")
    program = folder / "nothing.py"
    program.write_text("")
    command = [
        str(spark_home() / "bin" / "spark-submit"), "--master", "local[1]",
        "--packages", ",".join(jar.coordinate for jar in missing),
        "--exclude-packages", ",".join(EXCLUDED),
        "--conf", f"spark.jars.ivy={folder / 'ivy'}",
        str(program),
    ]  # fmt: skip
    own = {"JAVA_HOME": str(find_java()), "SPARK_LOCAL_IP": "127.0.0.1", "PYSPARK_PYTHON": sys.executable}
    done = run(command, os.environ | own)
    fetched = (folder / "ivy" / "jars").glob("*.jar")
    take(missing, {path.name.partition("_")[2]: path for path in fetched})
    if done.returncode:
        raise RuntimeError(last_words(done.stdout + done.stderr))


def from_wheel(missing: Sequence[Jar], folder: Path) -> None:
    """A wheel is a zip; pip only downloads it, nothing is installed."""
    for jar in (jar for jar in missing if jar.wheel):
        say(f"asking the package index for {jar.wheel}")
        command = [*pip(), "download", "--no-deps", "--only-binary=:all:", "--quiet", "--dest", str(folder), jar.wheel]
        done = run(command, dict(os.environ))
        if done.returncode:
            raise RuntimeError(last_words(done.stderr))
        for wheel in folder.glob("*.whl"):
            with zipfile.ZipFile(wheel) as zipped:
                for name in (name for name in zipped.namelist() if Path(name).name == jar.file):
                    zipped.extract(name, folder)
                    take([jar], {jar.file: folder / name})


def from_debian(missing: Sequence[Jar], _folder: Path) -> None:
    """What apt-get put into /usr/share/java: an older build of the drivers, with a digest of its own."""
    packaged = {jar.file: DEBIAN / jar.debian["file"] for jar in missing if jar.debian}
    take(missing, {name: path for name, path in packaged.items() if path.is_file()})


def pip() -> list[str]:
    """The pip of this environment; uv makes environments without one, then any on the path will do."""
    own = [sys.executable, "-m", "pip"]
    if run([*own, "--version"], dict(os.environ)).returncode == 0:
        return own
    if found := shutil.which("pip3") or shutil.which("pip"):
        return [found]
    raise RuntimeError("there is no pip to download with")


def run(command: list[str], environment: dict[str, str]) -> subprocess.CompletedProcess[str]:
    """A command to its end, however it ends."""
    return subprocess.run(command, capture_output=True, text=True, env=environment, timeout=60 * MINUTES, check=False)


def spark_home() -> Path:
    """The folder of the installed pyspark, without importing it."""
    found = importlib.util.find_spec("pyspark")
    if found is None or found.origin is None:
        raise RuntimeError("pyspark is not installed, so there is no Ivy to ask with")
    return Path(found.origin).parent


def take(wanted: Iterable[Jar], fetched: dict[str, Path]) -> None:
    """Puts what has the right digest into the cache: copied beside, then renamed."""
    cache_folder().mkdir(parents=True, exist_ok=True)
    for jar in wanted:
        found = fetched.get(jar.file)
        if found is None:
            continue
        if not is_right(found, jar):
            say(f"{jar.file}: wrong digest, not used")
            continue
        beside = cache_folder() / f".{jar.file}.{os.getpid()}"
        shutil.copyfile(found, beside)
        beside.replace(cache_folder() / jar.file)
        say(f"{jar.file}: in place, {size_of(cache_folder() / jar.file)}")


def is_right(path: Path, jar: Jar) -> bool:
    if not path.is_file():
        return False
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest() in {jar.sha256, jar.debian.get("sha256")}


def size_of(path: Path) -> str:
    return f"{path.stat().st_size / 1e6:.0f} MB"


def last_words(text: str) -> str:
    lines = [line.strip() for line in text.splitlines() if line.strip()]
    telling = [line for line in lines if any(word in line.lower() for word in ("unresolved", "error", "exception"))]
    return (telling or lines or ["no word"])[-1][:200]


if __name__ == "__main__":
    sys.exit(main())
