"""A healing, killed at every step that writes or starts something: `python benchmarks/faults/kills.py [EVERY]`.

The healing runs in a process of its own that is ended by SIGKILL at its n-th write, rename, copy, removal or start of a program; then
the files of the project have to be those of before or those of after, and the next call has to heal it. Writes docs/reference/healing-kills.md.
"""

from __future__ import annotations

import os
import shutil
import signal
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path

ROOT = Path(__file__).parents[2]
PAGE = ROOT / "docs/reference/healing-kills.md"
sys.path[:0] = [str(ROOT / "src"), str(ROOT / "benchmarks")]
MODEL = "models/staging/stg_orders.sql"
EVENTS = ("os.rename", "os.remove", "shutil.copyfile", "subprocess.Popen", "os.mkdir", "shutil.rmtree")
HEAL = ("pipeline", "run", "--mode", "autonomous", "--quiet", "--json")


def watched(folder: str, step: int, notes: str, arguments: list[str]) -> int:
    """The command line, ended at its n-th step; each step is noted before it is taken."""
    seen = 0

    def look(event: str, given: tuple[object, ...]) -> None:
        nonlocal seen
        writes = event == "open" and isinstance(given[1], str) and any(sign in given[1] for sign in "wax+")
        if (
            notes in str(given[:1])
            or not (writes or event in EVENTS)
            or (event != "subprocess.Popen" and folder not in str(given[0]))
        ):
            return
        seen += 1
        with Path(notes).open("ab", buffering=0) as file:
            file.write(f"{seen}\t{event}\t{told(event, given, folder)}\n".encode())
        if seen == step:
            os.kill(os.getpid(), signal.SIGKILL)

    from agentic.cli import roof

    sys.addaudithook(look)
    return roof(arguments)


def told(event: str, given: tuple[object, ...], folder: str) -> str:
    """What the step is about, without this machine's places."""
    if event == "subprocess.Popen":
        words = [str(word) for word in given[1]]  # type: ignore[attr-defined]
        return "dbt build" if "build" in words else Path(words[0]).name
    return str(given[0]).replace(folder, "").lstrip("/")


def main() -> int:
    every = int(sys.argv[1]) if len(sys.argv) > 1 else 1
    from faults.warm import warm_dbt

    with tempfile.TemporaryDirectory(prefix="kills-") as name, warm_dbt(Path(name) / "w") as dbt:
        environment = {
            **os.environ,
            "PATH": f"{dbt.bin('kills')}{os.pathsep}{os.environ['PATH']}",
            "PYTHONPATH": str(ROOT / "src"),
        }
        for noticed in ("CI", "GITHUB_ACTIONS"):
            environment.pop(noticed, None)
        clean = Path(name) / "clean/shop"
        shutil.copytree(ROOT / "benchmarks/faults/projects/shop", clean)
        subprocess.run(["dbt", "build"], cwd=clean, env=environment, check=True, capture_output=True)
        rows = list(killed(clean, Path(name), environment, every))
    text = page(rows, every)
    sys.stdout.write(text)
    PAGE.write_text(text, encoding="utf-8")
    return 0 if all(row[3] in ("before", "after") and row[5] == "healed" for row in rows) else 1


def killed(clean: Path, place: Path, environment: dict[str, str], every: int) -> Iterator[tuple[str, ...]]:
    """(Step, what, about, files as they are then, backup, what the next call says), until a healing comes to its end."""
    good = (clean / MODEL).read_text(encoding="utf-8")
    bad = good.replace("channel", "cahnnel")
    step = 1
    while True:
        root, notes = place / f"case{step}/shop", place / f"notes{step}"
        shutil.copytree(clean, root)
        (root / MODEL).write_text(bad, encoding="utf-8")
        command = [
            sys.executable,
            __file__,
            "--watched",
            str(root),
            str(step),
            str(notes),
            *HEAL,
            "--project-dir",
            str(root),
        ]
        done = subprocess.run(command, env=environment, capture_output=True, text=True, check=False)
        if done.returncode != -signal.SIGKILL:
            return
        last = notes.read_text(encoding="utf-8").splitlines()[-1].split("\t")
        now = (root / MODEL).read_text(encoding="utf-8")
        state = "before" if now == bad else "after" if now == good else "NEITHER"
        kept = [path.read_text(encoding="utf-8") for path in (root / ".agentic/backups").rglob("*.sql")]
        backup = "there" if bad in kept else "not needed yet" if state == "before" else "MISSING"
        again = subprocess.run(
            [sys.executable, "-m", "agentic", *HEAL, "--project-dir", str(root)],
            env=environment,
            capture_output=True,
            text=True,
            check=False,
        )
        healed = again.returncode == 0 and (root / MODEL).read_text(encoding="utf-8") == good
        yield str(step), last[1], last[2], state, backup, "healed" if healed else f"exit {again.returncode}"
        shutil.rmtree(root.parent)
        step += every


def page(rows: list[tuple[str, ...]], every: int) -> str:
    """The table of end states."""
    wrong = [row for row in rows if row[3] not in ("before", "after") or row[4] == "MISSING" or row[5] != "healed"]
    head = "| step | what it was about to do | with | the model is as | backup | the next call |\n|---|---|---|---|---|---|\n"
    lines = "".join(
        f"| {step} | {event} | `{about}` | {state} | {backup} | {again} |\n"
        for step, event, about, state, backup, again in rows
    )
    counted = f"{len(rows)} steps{f', every {every}.' if every > 1 else ''} were tried; {len(wrong)} ended otherwise than it should."
    return (
        "# A healing, killed at every step\n\nMade by `python benchmarks/faults/kills.py`: the process is ended by SIGKILL just before each step that writes, renames, copies,\n"
        f"removes or starts something. {counted}\n\n{head}{lines}"
    )


if __name__ == "__main__":
    if sys.argv[1:2] == ["--watched"]:
        sys.exit(watched(sys.argv[2], int(sys.argv[3]), sys.argv[4], sys.argv[5:]))
    sys.exit(main())
