"""configs/sources.yml -> where a source is, and the loads waiting in it."""

import hashlib
import os
from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

import yaml

if TYPE_CHECKING:
    from pyspark.sql import SparkSession

REGISTRY = Path("configs/sources.yml")
SAME = {"delimiter": "sep", "quote": "quote", "encoding": "encoding", "header": "header"}
"""Keys of a source -> Spark's options of the same meaning."""
OF_FILES = ("table", "columns", "null_values", "bad_lines")
"""Keys that are for `agentic ingest files` alone."""


class SourceError(RuntimeError):
    """A source is not what the project says it is."""


@dataclass(frozen=True, slots=True)
class SourceFile:
    """One file or object, as the store sees it."""

    path: str
    """What to give Spark to read it."""
    uri: str
    """What Spark calls it in `_metadata.file_path`."""
    name: str
    """The path seen from the source's root: the same on every machine."""
    size: int
    modified: int


@dataclass(frozen=True, slots=True)
class Load:
    """What is loaded, replaced and counted together: a folder of files, or a file at the root."""

    id: str
    files: tuple[SourceFile, ...]

    @property
    def fingerprint(self) -> str:
        """Changes whenever a file of the load does."""
        seen = "\n".join(f"{file.name}|{file.size}|{file.modified}" for file in self.files)
        return hashlib.sha256(seen.encode()).hexdigest()


@dataclass(frozen=True, slots=True)
class Source:
    """One entry under `sources: files:`."""

    name: str
    path: str
    """A folder, or s3://bucket/prefix."""
    pattern: str
    format: str = "csv"
    options: Mapping[str, str] = field(default_factory=dict)

    def list_loads(self, spark: "SparkSession") -> list[Load]:
        """Every load there is, by name, through Hadoop's file systems: a folder and a bucket are read alike."""
        loads: defaultdict[str, list[SourceFile]] = defaultdict(list)
        for file in _list_files(spark, self.path, self.pattern):
            folder, _, stem = file.name.rpartition("/")
            loads[folder or stem.partition(".")[0]].append(file)
        if not loads:
            raise SourceError(
                f"source {self.name} is empty: nothing matches {self.path}/{self.pattern}. "
                f"Look at {REGISTRY}, or set SOURCE_{self.name.upper()}_PATH."
            )
        return [Load(name, tuple(files)) for name, files in sorted(loads.items())]


def read_source(name: str, project: Path | None = None, env: Mapping[str, str] = os.environ) -> Source:
    """The source of that name; SOURCE_<NAME>_PATH moves it elsewhere, a bucket for instance."""
    project = (project or Path.cwd()).resolve()
    registry = yaml.safe_load((project / REGISTRY).read_text(encoding="utf-8")) or {}
    known: dict[str, Any] = (registry.get("sources") or {}).get("files") or {}
    if name not in known:
        raise SourceError(f"no source {name} in {REGISTRY}; it knows: {', '.join(sorted(known)) or 'none'}.")
    entry = dict(known[name])
    if not entry.pop("enabled", True):
        raise SourceError(f"source {name} is switched off in {REGISTRY} (enabled: false).")
    path = str(env.get(f"SOURCE_{name.upper()}_PATH") or entry.get("path") or "").rstrip("/")
    if not path:
        raise SourceError(f"source {name} in {REGISTRY} is not well written: it has no path.")
    entry.pop("path", None)
    if not urlsplit(path).scheme:
        path = (project / path).as_uri()
    options = {key: str(value) for key, value in (entry.pop("options", None) or {}).items()}
    options = _read_as(entry) | options
    # `agentic ingest files` knows keys that a Spark job has no use for: how bad lines are kept, the raw table's name.
    known = {key: value for key, value in entry.items() if key in ("pattern", "format")}
    if strange := sorted(set(entry) - {*known, *OF_FILES, *SAME}):
        raise SourceError(f"source {name} in {REGISTRY} is not well written: nobody knows {', '.join(strange)}.")
    try:
        return Source(name, path, options=options, **known)
    except TypeError as error:
        raise SourceError(f"source {name} in {REGISTRY} is not well written: {error}.") from error


def _read_as(entry: Mapping[str, Any]) -> dict[str, str]:
    """The keys that say how a file is written, as Spark's options."""
    return {option: str(entry[key]) for key, option in SAME.items() if entry.get(key) is not None}


def _list_files(spark: "SparkSession", root: str, pattern: str) -> list[SourceFile]:
    # A client of Spark Connect has no Java beside it to ask.
    found = (
        _ask_server(spark, root, pattern) if "connect" in type(spark).__module__ else _ask_java(spark, root, pattern)
    )
    return sorted(found, key=lambda file: file.name)


def _ask_server(spark: "SparkSession", root: str, pattern: str) -> list[SourceFile]:
    """Through the reader of whole files: of a column that nobody asks for, the content, it reads nothing."""
    try:
        prefix = _qualified(root).rstrip("/") + "/"
        seen = spark.read.format("binaryFile").load(f"{root}/{pattern}")
        asked = ("path", "_metadata.file_path AS uri", "length", "unix_millis(modificationTime) AS modified")
        rows = seen.selectExpr(*asked).collect()
    except Exception as error:  # gRPC hands over any error of the server as one of its own
        if "PATH_NOT_FOUND" in str(error):
            return []
        raise SourceError(f"cannot list {root}: {str(error).splitlines()[0]}") from error
    return [
        SourceFile(row["path"], row["uri"], row["path"].removeprefix(prefix), row["length"], row["modified"])
        for row in rows
    ]


def _qualified(root: str) -> str:
    """As Hadoop writes it: file:///a is file:/a."""
    parts = urlsplit(root)
    return f"file:{parts.path}" if parts.scheme == "file" else root


def _ask_java(spark: "SparkSession", root: str, pattern: str) -> list[SourceFile]:
    jvm: Any = spark.sparkContext._jvm
    java: Any = spark.sparkContext._jsc
    try:
        base = jvm.org.apache.hadoop.fs.Path(root)
        system = base.getFileSystem(java.hadoopConfiguration())
        found = system.globStatus(jvm.org.apache.hadoop.fs.Path(base, pattern)) or []
        prefix = system.makeQualified(base).toString().rstrip("/") + "/"
    except Exception as error:  # Py4J hands over any Java error as one of its own
        raise SourceError(f"cannot list {root}: {str(error).splitlines()[0]}") from error
    return [
        SourceFile(
            path=status.getPath().toString(),
            # Parsed once more: a glob leaves file:///x where Spark will say file:/x.
            uri=jvm.org.apache.hadoop.fs.Path(status.getPath().toString()).toUri().toString(),
            name=status.getPath().toString().removeprefix(prefix),
            size=status.getLen(),
            modified=status.getModificationTime(),
        )
        for status in found
        if status.isFile()
    ]
