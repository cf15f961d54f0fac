"""Settings -> a Spark session on the lake: Iceberg tables behind a JDBC catalog.

Embedded, on a cluster or on a Spark Connect server: a job asks for a session, and the configuration says which.
"""

import os
import socket
import tempfile
from collections.abc import Mapping
from dataclasses import dataclass, field, fields, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

import yaml

from common import jars
from common.java import find_java
from common.system import BadSystem, read_system

if TYPE_CHECKING:
    from pyspark.sql import SparkSession

SETTINGS = Path("configs/lake.yaml")
SQLITE = "jdbc:sqlite:"
REMOTE = "sc://"
CONNECT_PORT = 15002
EXTENSIONS = "org.apache.iceberg.spark.extensions.IcebergSparkSessionExtensions"
STATIC = ("spark.sql.extensions", "spark.sql.warehouse.dir")
"""What a server says once for all of its sessions."""
LOOPBACK = ("localhost", "127.0.0.1", "::1")
ENDPOINTS = ("S3_ENDPOINT", "AWS_ENDPOINT_URL_S3", "AWS_ENDPOINT_URL")


class LakeError(RuntimeError):
    """The lake cannot be opened as configured."""


@dataclass(frozen=True, slots=True)
class LakeSettings:
    """Where the lake is, and how Spark is to work on it."""

    name: str = "lake"
    """The catalog's name; part of every table's key, so the same for all who share the lake."""
    uri: str = "jdbc:sqlite:data/lake/catalog.db"
    """The catalog: jdbc:sqlite:FILE for one person, jdbc:postgresql://HOST:PORT/DB for a team."""
    user: str = ""
    password: str = field(default="", repr=False)
    """From LAKE_PASSWORD only; a file is no place for it."""
    warehouse: str = "data/lake/warehouse"
    """A folder, or s3://bucket/prefix."""
    master: str = "local[2]"
    """local[N]; a cluster: spark://HOST:7077, yarn, k8s://...; or a Spark Connect server: sc://HOST:15002."""
    spark: Mapping[str, str] = field(default_factory=dict)
    """More Spark settings; they win over ours."""

    @property
    def is_remote(self) -> bool:
        """Whether another process has the Spark, and this one only speaks to it."""
        return self.master.startswith(REMOTE)

    def resolved(self, project: Path) -> "LakeSettings":
        """The same lake with every relative path made absolute, seen from the project."""
        uri = self.uri
        if uri.startswith(SQLITE):
            uri = SQLITE + str(project / uri.removeprefix(SQLITE))
        warehouse = self.warehouse if urlsplit(self.warehouse).scheme else str(project / self.warehouse)
        return replace(self, uri=uri, warehouse=warehouse)


def read_settings(project: Path | None = None, env: Mapping[str, str] = os.environ) -> LakeSettings:
    """Default < system context < configs/lake.yaml < environment."""
    project = (project or Path.cwd()).resolve()
    path = project / SETTINGS
    written: dict[str, Any] = (yaml.safe_load(path.read_text(encoding="utf-8")) or {}) if path.exists() else {}
    known = {item.name for item in fields(LakeSettings)} - {"password"}
    if unknown := sorted(set(written) - known):
        raise LakeError(f"{SETTINGS} has unknown settings: {', '.join(unknown)}. Known: {', '.join(sorted(known))}.")
    named = {key: env[f"LAKE_{key.upper()}"] for key in ("name", "uri", "user", "password", "warehouse")
             if env.get(f"LAKE_{key.upper()}")}  # fmt: skip
    if master := env.get("SPARK_REMOTE") or env.get("SPARK_MASTER"):
        named["master"] = master
    master, limits = _limits(project)
    written["spark"] = limits | {key: _plain(value) for key, value in (written.get("spark") or {}).items()}
    return LakeSettings(**{"master": master, **written, **named}).resolved(project)


def _limits(project: Path) -> tuple[str, dict[str, str]]:
    """Master and Spark settings as the system context has them: what a prompt is told is what a job keeps to."""
    try:
        system = read_system(project)
    except BadSystem as error:
        raise LakeError(str(error)) from error
    return system.master, {"spark.driver.memory": system.driver_memory, "spark.sql.session.timeZone": system.time_zone}


def create_session(app_name: str, settings: LakeSettings | None = None) -> "SparkSession":
    """A Spark session with the lake as its default catalog: `bronze.flights` is a table in it."""
    settings = settings or read_settings()
    return _connect(settings) if settings.is_remote else _embed(app_name, settings)


def _embed(app_name: str, settings: LakeSettings) -> "SparkSession":
    """A driver in this process, with executors here or on a cluster."""
    _prepare(settings)
    # PySpark costs half a second to import; settings are also read by those who need no Spark.
    from pyspark.sql import SparkSession

    # The builder's own way gives back the first session of the process, whichever lake that one is on.
    if (running := SparkSession.getActiveSession()) is not None:
        return _told(running if _is_of(running, settings) else running.newSession(), settings)
    builder = SparkSession.builder.appName(app_name).master(settings.master)
    for key, value in spark_conf(settings).items():
        builder = builder.config(key, value)
    return builder.getOrCreate()


def _is_of(session: "SparkSession", settings: LakeSettings) -> bool:
    """Whether a session that runs already has this very lake; a catalog that is open stays with its lake."""
    said = {key: value for key, value in catalog_conf(settings).items() if key.startswith("spark.sql.catalog.")}
    return all(session.conf.get(key, "") == value for key, value in said.items())


def _told(session: "SparkSession", settings: LakeSettings) -> "SparkSession":
    """The session with the settings that one may say to a Spark that runs."""
    for key, value in session_conf(settings).items():
        session.conf.set(key, value)
    return session


def _connect(settings: LakeSettings) -> "SparkSession":
    """A client of a Spark Connect server: no Java here. Which lake it is, this side says; the jars are the server's."""
    host = _reach(settings)
    _make_folder(settings)
    from pyspark.sql import SparkSession

    session: SparkSession = SparkSession.builder.remote(settings.master).getOrCreate()
    if "Iceberg" not in (session.conf.get("spark.sql.extensions", "") or ""):
        session.stop()
        raise LakeError(
            f"the Spark Connect server on {host} runs without Iceberg. Start it with: python -m common.connect"
        )
    return _told(session, settings)


def _reach(settings: LakeSettings) -> str:
    """The server's name, once it answers: the client itself would try for ten minutes before it gives up."""
    place = urlsplit(settings.master)
    host, port = place.hostname or "", place.port or CONNECT_PORT
    if settings.password and host not in LOOPBACK and "use_ssl=true" not in settings.master.lower():
        raise LakeError(f"LAKE_PASSWORD would go to {host} unencrypted. Add /;use_ssl=true to the address of the server, "
                        "or let the server have the password and take it out here.")  # fmt: skip
    try:
        socket.create_connection((host, port), timeout=10).close()
    except OSError as error:
        raise LakeError(f"no Spark Connect server answers on {host}:{port} ({error}). "
                        "Look at SPARK_REMOTE, or master: in configs/lake.yaml.") from error  # fmt: skip
    return host


def session_conf(settings: LakeSettings) -> dict[str, str]:
    """What a session may say on a server that others share; memory, jars and the like are the server's own."""
    # A newer server takes a bad cast for an error; jobs were written for NULL, and try_cast says so where it matters.
    said = {"spark.sql.ansi.enabled": "false"} | catalog_conf(settings) | dict(settings.spark)
    return {key: value for key, value in said.items() if key.startswith("spark.sql.") and key not in STATIC}


def spark_conf(settings: LakeSettings, env: Mapping[str, str] = os.environ) -> dict[str, str]:
    """Everything Spark is told."""
    libraries = jars.locate("lake")
    if needs_s3(settings, env) or jars.is_cached("s3"):
        libraries += jars.locate("s3")
    conf = {
        "spark.jars": ",".join(map(str, libraries)),
        "spark.sql.extensions": EXTENSIONS,
        "spark.ui.enabled": "false",
        "spark.ui.showConsoleProgress": "false",
        "spark.log.level": "ERROR",
        # Not used, yet Spark makes it; without this, in the project.
        "spark.sql.warehouse.dir": str(Path(tempfile.gettempdir()) / "spark-warehouse"),
    } | catalog_conf(settings)
    if settings.master.startswith("local"):
        # On one machine nobody else needs to reach the driver, and a laptop's host name often resolves to nothing.
        conf |= {"spark.driver.host": "127.0.0.1", "spark.driver.bindAddress": "127.0.0.1",
                 "spark.sql.shuffle.partitions": "4"}  # fmt: skip
    return conf | s3_conf(env) | dict(settings.spark)


def catalog_conf(settings: LakeSettings) -> dict[str, str]:
    """Which lake it is."""
    catalog = f"spark.sql.catalog.{settings.name}"
    conf = {
        "spark.sql.defaultCatalog": settings.name,
        catalog: "org.apache.iceberg.spark.SparkCatalog",
        f"{catalog}.type": "jdbc",
        f"{catalog}.uri": settings.uri,
        f"{catalog}.jdbc.schema-version": "V1",
        f"{catalog}.warehouse": settings.warehouse,
        "spark.sql.session.timeZone": "UTC",
    }
    if settings.user:
        conf[f"{catalog}.jdbc.user"] = settings.user
    if settings.user and (settings.password or not settings.is_remote):
        conf[f"{catalog}.jdbc.password"] = settings.password
    if settings.uri.startswith(SQLITE):
        # Iceberg leaves a read open on one connection; SQLite then refuses the write of another. So: one, and patience.
        conf |= {f"{catalog}.clients": "1", f"{catalog}.jdbc.busy_timeout": "60000"}
    return conf


def needs_s3(settings: LakeSettings, env: Mapping[str, str]) -> bool:
    """Whether the warehouse or a source named in the environment is an object store."""
    named = [value for key, value in env.items() if key.startswith("SOURCE_") and key.endswith("_PATH")]
    return any(place.startswith(("s3://", "s3a://")) for place in [settings.warehouse, *named])


def s3_conf(env: Mapping[str, str]) -> dict[str, str]:
    """S3 through Hadoop's S3A, for both spellings of the address. Keys come from the AWS_* environment by themselves."""
    conf = {"spark.hadoop.fs.s3.impl": "org.apache.hadoop.fs.s3a.S3AFileSystem"}
    if endpoint := next((env[key] for key in ENDPOINTS if env.get(key)), ""):
        conf |= {"spark.hadoop.fs.s3a.endpoint": endpoint, "spark.hadoop.fs.s3a.path.style.access": "true",
                 "spark.hadoop.fs.s3a.connection.ssl.enabled": _plain(endpoint.startswith("https"))}  # fmt: skip
    if region := env.get("AWS_REGION") or env.get("AWS_DEFAULT_REGION"):
        conf["spark.hadoop.fs.s3a.endpoint.region"] = region
    return conf


def _prepare(settings: LakeSettings) -> None:
    os.environ["JAVA_HOME"] = str(find_java())
    if settings.master.startswith("local"):
        os.environ.setdefault("SPARK_LOCAL_IP", "127.0.0.1")
    _make_folder(settings)


def _make_folder(settings: LakeSettings) -> None:
    if settings.uri.startswith(SQLITE):
        # SQLite makes the file, never the folder.
        Path(settings.uri.removeprefix(SQLITE)).parent.mkdir(parents=True, exist_ok=True)


def _plain(value: object) -> str:
    return str(value).lower() if isinstance(value, bool) else str(value)
