"""A Spark Connect server on the project's libraries, in the foreground: `python -m common.connect`, then SPARK_REMOTE.

The server is a Spark of its own, and a newer one than the jobs' client: PyPI's Spark 3.5 comes without the server's part,
that of 4.0 with it, and it understands clients of 3.5. Jobs say which lake; the server brings the jars and the memory.
"""

import argparse
import importlib.util
import os
import shutil
import subprocess
import sys
from collections.abc import Mapping, Sequence
from pathlib import Path

from common import jars
from common.java import find_java
from common.lake import CONNECT_PORT, EXTENSIONS, s3_conf

VERSION = "4.0.4"
SERVER = "org.apache.spark.sql.connect.service.SparkConnectServer"
RUNTIME = "iceberg-spark-runtime"


class NoServer(RuntimeError):
    """There is no Spark that could be a Spark Connect server."""


def main(arguments: Sequence[str] | None = None) -> int:
    """The server takes this process over; 4 where there is none."""
    parser = argparse.ArgumentParser(prog="python -m common.connect", description="Serve Spark over Spark Connect.")
    parser.add_argument("--port", type=int, default=CONNECT_PORT, help="where clients find it (%(default)s)")
    parser.add_argument(
        "--host", default="127.0.0.1", help="who may reach it: this machine alone (%(default)s), or 0.0.0.0"
    )
    parser.add_argument(
        "--master", default="local[*]", help="where the work is done: local[N], spark://... (%(default)s)"
    )
    parser.add_argument(
        "--install", action="store_true", help=f"fetch Spark {VERSION} (430 MB) first, where it is missing"
    )
    asked = parser.parse_args(arguments)
    try:
        if asked.install:
            install()
            return 0
        command = server_command(asked.host, asked.port, asked.master)
    except (NoServer, jars.MissingJar) as error:
        print(f"error: {error}", file=sys.stderr)
        return 4
    return os.execvpe(command[0], command, server_environment())  # noqa: S606 (our own program)


def server_command(host: str, port: int, master: str) -> list[str]:
    """What starts the server."""
    conf = {
        "spark.sql.extensions": EXTENSIONS,
        "spark.connect.grpc.binding.address": host,
        "spark.connect.grpc.binding.port": str(port),
        "spark.ui.enabled": "false",
        **s3_conf(os.environ),
    }
    said = [word for key, value in conf.items() for word in ("--conf", f"{key}={value}")]
    program = str(server_home() / "bin" / "spark-submit")
    return [program, "--class", SERVER, "--master", master, "--jars", ",".join(map(str, libraries())), *said,
            "spark-internal"]  # fmt: skip


def server_environment(env: Mapping[str, str] = os.environ) -> dict[str, str]:
    """Without what would make this Spark a client of itself, or take it for the jobs' Spark."""
    own = {key: value for key, value in env.items() if key not in ("SPARK_REMOTE", "SPARK_MASTER", "PYTHONPATH")}
    return own | {"SPARK_HOME": str(server_home()), "JAVA_HOME": str(find_java())} | {
        "SPARK_LOCAL_IP": env.get("SPARK_LOCAL_IP", "127.0.0.1")
    }  # fmt: skip


def libraries() -> list[Path]:
    """Iceberg for the server's Spark, and the drivers of the catalog, which fit any."""
    ours = [path for path in jars.locate("lake") if not path.name.startswith(RUNTIME)]
    return [*jars.locate("connect"), *ours, *(jars.locate("s3") if jars.is_cached("s3") else [])]


def server_home() -> Path:
    """SPARK_CONNECT_HOME, else what --install brought. Raises NoServer."""
    places = (os.environ.get("SPARK_CONNECT_HOME"), str(installed() / "pyspark"))
    for place in filter(None, places):
        if (Path(place) / "bin" / "spark-submit").is_file():
            return Path(place)
    raise NoServer(
        "no Spark with a Connect server. Run: python -m common.connect --install; or set SPARK_CONNECT_HOME."
    )


def installed() -> Path:
    """Beside the jars, since it is no part of the environment that jobs run in."""
    return jars.cache_folder().parent / f"spark-connect-{VERSION}"


def install() -> None:
    """Into a folder beside, then renamed: half of it is never found. Raises NoServer."""
    if installed().is_dir():
        return
    beside = installed().with_name(f".{installed().name}.{os.getpid()}")
    command = [*installer(), "--no-deps", "--target", str(beside), f"pyspark=={VERSION}"]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    if done.returncode:
        shutil.rmtree(beside, ignore_errors=True)
        raise NoServer(f"Spark {VERSION} could not be fetched: {(done.stderr.strip() or 'no word').splitlines()[-1]}")
    beside.replace(installed())


def installer() -> list[str]:
    """pip, where this environment has one; else uv, which makes environments without."""
    if importlib.util.find_spec("pip"):
        return [sys.executable, "-m", "pip", "install", "--quiet"]
    if found := shutil.which("uv"):
        return [found, "pip", "install", "--quiet", "--python", sys.executable]
    raise NoServer("there is neither pip nor uv to fetch Spark with")


if __name__ == "__main__":
    sys.exit(main())
