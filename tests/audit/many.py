"""An archive with as many executions as wanted, written at once: whole journals whose chains verify."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from pathlib import Path
from random import Random
from typing import Any

import rfc8785

from agentic.archive import FOLDER
from agentic.archive.journal import FIRST
from agentic.values.digest import digest

MODELS = {"claude-sonnet-5-5": 2, "claude-opus-5-5": 4, "claude-haiku-5-5": 1}
MODULES = ("ingestion", "transformation", "validation", "reporting")
NASTY = "</script><script>document.title='taken over'</script><img src=x onerror=document.title='taken over'>"
"""Words of somebody who wants to run something in the reader's browser."""


def fill(root: Path, number: int, last: datetime | None = None, hours: float = 3.0) -> None:
    """`number` executions, `hours` apart, the newest at `last`."""
    folder = root / FOLDER
    folder.mkdir(parents=True, exist_ok=True)
    chance, end = Random(1), last or datetime(2026, 11, 20, 18, tzinfo=UTC)
    versions: dict[str, int] = {}
    for place in range(number):
        module = MODULES[place % 4]
        feature = f"feature_{place % 37}"
        versions[feature] = versions.get(feature, 0) + 1
        at = end - timedelta(hours=hours * (number - 1 - place))
        name = f"{at:%Y-%m-%d}_{feature}_v{versions[feature]}"
        write(folder / f"{name}.jsonl", steps(name, f"tasks/{module}/{feature}.md", module, chance, place), at)


def steps(name: str, task: str, module: str, chance: Random, place: int) -> list[tuple[str, dict[str, Any]]]:
    """One run: at the first attempt, at a later one, failed, refused, or cut off."""
    model = chance.choice(list(MODELS))
    status = chance.choices(("done", "failed", "refused", "interrupted"), (80, 12, 5, 3))[0]
    attempts = chance.choice((1, 1, 1, 2, 3)) if status == "done" else 2
    path = f"src/{module}/{Path(task).stem}.py"
    found = {
        "source": "pytest",
        "message": f"a test failed {NASTY if place % 50 == 0 else ''}",
        "code": "",
        "severity": "error",
    }
    told: list[tuple[str, dict[str, Any]]] = [
        ("opened", {
            "id": name, "archive": FOLDER, "purpose": "run", "of": "", "task": task, "task_text": "", "task_digest": digest(task),
            "module": module, "provider": "anthropic", "model": model, "wishes": {}, "developer": f"Tester {place % 3 + 1}",
            "commit": digest(str(place // 20))[7:47], "version": "0", "sandbox": "none",
            "grounds": {"requirements": {f"BR-{place % 12 + 1}": digest("x")}, "contract": {}},
        }),
        ("prompt", {"parts": [{"name": "context: context/data_context.md", "text": "", "digest": digest(f"c{place // 100}")}]}),
    ]  # fmt: skip
    for attempt in range(1, attempts + 1):
        usage = {
            "input": chance.randint(800, 9000),
            "output": chance.randint(300, 4000),
            "cache_read": chance.randint(0, 4000),
        }
        cost = (usage["input"] + 5 * usage["output"]) * MODELS[model]
        told.append(
            (
                "requested",
                {
                    "attempt": attempt,
                    "turn": 1,
                    "try": 1,
                    "fingerprint": "",
                    "worst_tokens": 40_000,
                    "worst_micro_usd": 9 * cost,
                },
            )
        )
        if status == "interrupted" and attempt == attempts:
            return told
        reply = {"model": model, "stop": "tool_use", "usage": usage, "about": {}}
        told.append(
            (
                "reply",
                {
                    "attempt": attempt,
                    "turn": 1,
                    "fingerprint": "",
                    "micro_usd": cost,
                    "milliseconds": 900,
                    "reply": reply,
                },
            )
        )
        told.append(
            (
                "changes",
                {
                    "attempt": attempt,
                    "digest": "",
                    "files": [{"path": path, "digest": digest(f"{place}"), "text": f"{place}"}],
                    "summary": "",
                    "questions": [],
                },
            )
        )
        good = status == "done" and attempt == attempts
        verdicts = [
            {
                "source": source,
                "status": "passed" if good else "failed",
                "findings": [] if good else [found],
                "evidence": {},
            }
            for source in ("python", "pytest")
        ]
        told.append(("looked", {"attempt": attempt, "milliseconds": 2000, "verdicts": verdicts}))
    if status == "refused":
        told.append(("refused", {"path": "src/other.py", "rule": "fence", "reason": "not declared"}))
    if status == "done":
        told += [
            (
                "landing",
                {
                    "files": [
                        {
                            "path": path,
                            "after": digest(f"{place}"),
                            "before": None,
                            "before_digest": "",
                            "kept": False,
                            "lines": 1,
                            "released": False,
                            "was": "",
                        }
                    ]
                },
            ),
            ("landed", {"digest": ""}),
        ]
    exits = {"done": 0, "failed": 1, "refused": 6}
    closed = {
        "status": status,
        "exit_status": exits[status],
        "findings": [] if status == "done" else [found],
        "criteria": [],
        "notes": [],
    }
    return [
        *told,
        ("closed", {**closed, "milliseconds": {"total": chance.randint(2000, 90000), "checks": 1000, "provider": 900}}),
    ]


def write(path: Path, told: list[tuple[str, dict[str, Any]]], at: datetime) -> None:
    """A journal as the archive writes it."""
    lines, last = [], FIRST
    for number, (kind, body) in enumerate(told, 1):
        lines.append(
            rfc8785.dumps({"prev": last, "seq": number, "at": f"{at:%Y-%m-%dT%H:%M:%SZ}", "kind": kind, "body": body})
        )
        last = digest(lines[-1])
    path.write_bytes(b"".join(line + b"\n" for line in lines))
