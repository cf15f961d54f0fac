"""Build the marts: dbt as a program, in the right folder, judged by its artifacts.

python scripts/transform.py                                      everything: seeds, models, tests
python scripts/transform.py --select daily_punctuality           one model, as dbt selects
python scripts/transform.py test --target azure                  another command, another target

One run at a time: another one waits until it has ended, ten minutes at most.
"""

import argparse
import fcntl
import json
import os
import subprocess
import sys
import time
import uuid
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import IO, Any

import yaml

PROJECT = Path(__file__).resolve().parent.parent
FOLDER = PROJECT / "src/transformation"
RESULTS = FOLDER / "target/run_results.json"
LOCK = PROJECT / "logs/dbt/transform.lock"
PATIENCE = 600
GOOD = ("success", "pass", "warn", "no-op")
DONE, FAILED, USAGE, OUTSIDE, INTERRUPTED = 0, 1, 2, 4, 130
# What dbt says when the machine is at fault, not the models.
MACHINE = (
    "IO Error",
    "HTTP",
    "cannot be read",
    "No space left",
    "is not installed",
    "target azure: set",
    "Connection",
)


class Taken(Exception):
    """Another run has not ended."""


def main(words: list[str] | None = None) -> int:
    wish = read_arguments(words)
    try:
        with alone(LOCK, wish.wait) as lock:
            return build(wish, lock)
    except Taken as error:
        return stop(OUTSIDE, f"{error} builds the marts; nothing was done", "wait for it, or say a longer --wait.")
    except (OSError, ValueError, AttributeError, yaml.YAMLError, KeyboardInterrupt) as error:
        return explain_unrun(error)


def build(wish: argparse.Namespace, lock: IO[str]) -> int:
    # Who calls dbt itself shares the folder of the artifacts with us: whose they are is written into them.
    mark = uuid.uuid4().hex
    began = time.monotonic()
    RESULTS.unlink(missing_ok=True)
    ended, said = run_dbt(command(wish), environment(os.environ, mark), lock, quiet=wish.quiet)
    results = read_results(RESULTS, mark)
    if not results:
        return explain_nothing(ended, said)
    print(summary(results, time.monotonic() - began))
    if failures := [one for one in results if one["status"] not in (*GOOD, "skipped")]:
        return explain_failures(failures)
    # A run that was interrupted, or whose hook failed, has good nodes and a bad end.
    return DONE if ended == 0 else stop(FAILED, f"dbt ended with {ended}", "read what it says above.")


@contextmanager
def alone(place: Path, patience: float) -> Iterator[IO[str]]:
    """The lock, held. The system lets go of it when the last process that holds it ends, however it ends."""
    place.parent.mkdir(parents=True, exist_ok=True)
    with place.open("a+", encoding="utf-8") as lock:
        wait_for(lock, patience)
        try:
            sign(lock, f"process {os.getpid()}")
            yield lock
        finally:
            sign(lock, "")


def wait_for(lock: IO[str], patience: float) -> None:
    """Until nobody else holds it. Raises Taken."""
    until, told = time.monotonic() + patience, ""
    while True:
        try:
            return fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            holder = holder_of(lock)
        if time.monotonic() >= until:
            raise Taken(holder)
        if holder != told:
            print(
                f"{holder} builds the marts: waiting for it, {patience:g} seconds at most", file=sys.stderr, flush=True
            )
        told = holder
        time.sleep(0.5)


def sign(lock: IO[str], words: str) -> None:
    """Who holds it, for those who wait."""
    lock.seek(0)
    lock.truncate()
    lock.write(words)
    lock.flush()


def holder_of(lock: IO[str]) -> str:
    """`process 12 (dbt 13)`; the moment before it has signed, nobody knows its number."""
    lock.seek(0)
    return lock.read() or "another process"


def explain_unrun(error: BaseException) -> int:
    """dbt was not started, or not let come to its end."""
    if isinstance(error, KeyboardInterrupt):
        return stop(INTERRUPTED, "interrupted", "run this again; what was built stays.")
    if isinstance(error, FileNotFoundError):
        return stop(
            OUTSIDE, "dbt is not installed for this Python", "install the extra dbt: setup-scripts/quickstart.sh does."
        )
    if isinstance(error, OSError):
        return stop(OUTSIDE, f"dbt cannot be run: {error}", "see that the folder can be written to.")
    return stop(USAGE, "configs/sources.yml cannot be read", "agentic ingest files --list says where.")


def read_arguments(words: list[str] | None) -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("command", nargs="?", default="build", choices=("build", "run", "test", "seed"))
    parser.add_argument("--select", action="append", default=[], metavar="WHAT", help="as dbt selects; may be repeated")
    parser.add_argument("--target", choices=("dev", "azure"), help="of profiles.yml; dev by default")
    parser.add_argument("--full-refresh", action="store_true", help="make seeds and incremental models anew")
    parser.add_argument("--wait", type=float, default=PATIENCE, metavar="SECONDS", help="for another run (%(default)s)")
    parser.add_argument("--quiet", action="store_true", help="the result only, not what dbt says on the way")
    return parser.parse_args(words)


def command(wish: argparse.Namespace) -> list[str]:
    """dbt of this Python, wherever this is called from."""
    dbt = Path(sys.executable).parent / "dbt"
    words = [str(dbt), wish.command, "--project-dir", str(FOLDER), "--profiles-dir", str(FOLDER)]
    words += ["--log-path", str(PROJECT / "logs/dbt")]
    words += ["--select", *wish.select] if wish.select else []
    words += ["--target", wish.target] if wish.target else []
    return words + (["--full-refresh"] if wish.full_refresh and wish.command != "test" else [])


def environment(env: Mapping[str, str], mark: str) -> dict[str, str]:
    """No telemetry; an empty selection is an error; the warehouse of configs/sources.yml, unless the environment names one."""
    own = {
        "DO_NOT_TRACK": "1",
        "DBT_SEND_ANONYMOUS_USAGE_STATS": "false",
        "DBT_USE_COLORS": "false",
        "DBT_WARN_ERROR_OPTIONS": json.dumps({"error": ["NoNodesForSelectionCriteria"]}),
        "DBT_ENV_CUSTOM_ENV_RUN": mark,
    }
    warehouse = env.get("WAREHOUSE") or warehouse_of(PROJECT / "configs/sources.yml")
    return {**env, **own, **({"WAREHOUSE": warehouse} if warehouse else {})}


def warehouse_of(registry: Path) -> str:
    """`ingestion: {database: ...}`; empty where the default holds."""
    written = yaml.safe_load(registry.read_text(encoding="utf-8")) if registry.exists() else {}
    return str(((written or {}).get("ingestion") or {}).get("database") or "")


def run_dbt(words: list[str], env: Mapping[str, str], lock: IO[str], *, quiet: bool) -> tuple[int, str]:
    """Its exit code and what it said, which is shown as it comes. It holds the lock as well: it may outlive us."""
    said: list[str] = []
    with subprocess.Popen(
        words,
        cwd=PROJECT,
        env=env,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        encoding="utf-8",
        errors="replace",
        pass_fds=[lock.fileno()],
    ) as program:
        sign(lock, f"process {os.getpid()} (dbt {program.pid})")
        for line in program.stdout or ():
            said.append(line)
            if not quiet:
                print(f"  {line.rstrip()}", file=sys.stderr, flush=True)
    return program.returncode, "".join(said)


def read_results(path: Path, mark: str) -> list[dict[str, Any]]:
    """What this very run did to each node; nothing of a run before, or beside."""
    try:
        written = json.loads(path.read_bytes())
    except (OSError, ValueError):
        return []
    of_this_run = written.get("metadata", {}).get("env", {}).get("RUN") == mark
    found = [one for one in written.get("results", []) if not one["unique_id"].startswith("operation.")]
    return found if of_this_run else []


def summary(results: list[dict[str, Any]], seconds: float) -> str:
    """`built: 2 seeds, 5 views and tables, 76 tests` and what became of them."""
    lines = []
    for kind, words in (("seed", "seeds"), ("model", "models"), ("test", "tests"), ("unit_test", "unit tests")):
        mine = [one for one in results if one["unique_id"].startswith(f"{kind}.")]
        if mine:
            states = {
                state: sum(one["status"] == state for one in mine) for state in sorted({one["status"] for one in mine})
            }
            lines.append(f"{words:<10} " + ", ".join(f"{count} {state}" for state, count in states.items()))
    return "\n".join([*lines, f"{'seconds':<10} {seconds:.1f}"])


def explain_failures(failures: list[dict[str, Any]]) -> int:
    """Root failures only: what was skipped because of them is in the counts."""
    for one in failures:
        print(f"failed: {one['unique_id']}: {one.get('message') or one['status']}", file=sys.stderr)
    outside = all(is_of_the_machine(str(one.get("message"))) for one in failures)
    return stop(
        OUTSIDE if outside else FAILED,
        f"{len(failures)} nodes failed",
        "mend them, then run this again; what was built stays.",
    )


def explain_nothing(ended: int, said: str) -> int:
    """No results of this run: the selection was empty, the project could not be read, or the machine was at fault."""
    if ended == 0 or "does not match any enabled nodes" in said:
        return stop(
            USAGE, "nothing was selected, so nothing was built", "`dbt ls` in src/transformation shows the names."
        )
    reason = said.partition("Encountered an error:")[2].strip() or said.strip()[-2000:]
    hint = "read what dbt says above."
    if "Could not set lock" in said:
        hint = "another process has the warehouse open: wait for it, or end it."
    # A long traceback of dbt says it in its last line.
    lines = [line for line in reason.splitlines() if line.strip()]
    short = lines[-1].strip() if "Traceback" in reason else " ".join(line.strip() for line in lines[:3])
    return stop(OUTSIDE if is_of_the_machine(reason) else USAGE, short, hint)


def is_of_the_machine(message: str) -> bool:
    return any(words in message for words in MACHINE)


def stop(code: int, message: str, hint: str) -> int:
    print(f"error: {message}\n  fix: {hint}", file=sys.stderr)
    return code


if __name__ == "__main__":
    sys.exit(main())
