"""What checks have in common: how a command's end becomes evidence and findings."""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Mapping
from hashlib import sha256
from pathlib import Path
from typing import Any

from agentic.errors import MissingProgram, OutsideFailed
from agentic.ports import Outcome, Runner, Staged
from agentic.values import CheckSpec, Finding, Verdict

PROBES = Path(__file__).parent / "probes"
MISSING = "No module named "
UNSTEADY = (
    (re.compile(r"\b\d+\.\d+ ?s\b"), "<time>"),
    (re.compile(r"\b\d{4}-\d\d-\d\d[T ]\d\d:\d\d:\d\d(?:[.,]\d+)?Z?"), "<time>"),
    (re.compile(r"\b\d\d/\d\d/\d\d \d\d:\d\d:\d\d\b"), "<time>"),
    (re.compile(r"\b0x[0-9a-f]{6,}\b"), "<address>"),
    (re.compile(r"\b[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}\b"), "<uuid>"),
)


def seen(outcome: Outcome) -> dict[str, Any]:
    """Exit code, time, digest and tail of a command."""
    return {
        "command": shown(outcome),
        "exit": outcome.exit_code,
        "milliseconds": outcome.milliseconds,
        "sandbox": outcome.sandbox,
        "output_digest": f"sha256:{sha256(outcome.output.encode()).hexdigest()}",
        "tail": outcome.tail,
    }


def shown(outcome: Outcome) -> str:
    """A command as a person would type it in the scratch tree."""
    program, *words = outcome.command
    name = Path(program).name
    words = [at_home(word) for word in words if word != "-I"]
    return " ".join(["python" if name.startswith("python") else name, *words])


def at_home(word: str) -> str:
    """A probe by its name: where this package is installed is nobody's business."""
    if word == str(PROBES / "run_pytest.py"):
        return "-m pytest"
    return f"agentic/checks/probes/{Path(word).name}" if word.startswith(str(PROBES)) else word


def failure(spec: CheckSpec, outcome: Outcome, message: str = "") -> Finding:
    """A command that failed, with its end."""
    reason = "ran longer than it may" if outcome.timed_out else f"exit code {outcome.exit_code}"
    return Finding(
        spec.label,
        message or f"`{shown(outcome)}` failed: {reason}",
        detail=steady(f"$ {shown(outcome)}\n{outcome.tail}"),
    )


def steady(text: str) -> str:
    """Without what differs from run to run: then the same failure is known again, and a replay asks the same."""
    for pattern, word in UNSTEADY:
        text = pattern.sub(word, text)
    return text


def verdict(spec: CheckSpec, findings: Iterable[Finding], evidence: Mapping[str, Any]) -> Verdict:
    """Passed where nothing speaks against it."""
    found = tuple(findings)
    return Verdict(spec.label, "failed" if any(one.severity == "error" for one in found) else "passed", found, evidence)


def refuse_missing_module(outcome: Outcome, module: str, extra: str) -> None:
    """A tool that is not installed is nobody's fault but the machine's: the run stops, the model is not asked."""
    if outcome.exit_code and f"{MISSING}{module}" in outcome.output.replace("'", ""):
        raise MissingProgram(
            f"{module} is not installed for the project's Python",
            hint=f"run the project's script below setup-scripts/, or install agentic with the extra [{extra}].",
        )


def lake_environment(root: Path) -> dict[str, str]:
    """A lake of its own inside a scratch tree: no check touches the project's."""
    (root / ".lake").mkdir(exist_ok=True)
    return {
        "LAKE_NAME": "lake",
        "LAKE_URI": f"jdbc:sqlite:{root}/.lake/catalog.db",
        "LAKE_WAREHOUSE": f"{root}/.lake/warehouse",
    }


def probe(
    name: str, staged: Staged, runner: Runner, extra: str, *words: str, environment: Mapping[str, str]
) -> dict[str, Any]:
    """Run one of our probes and read the JSON it prints. Raises OutsideFailed where the probe itself fails."""
    outcome = runner.run(staged, probe_command(runner, name, *words), environment=environment)
    for module in ("pyiceberg", "great_expectations", "pandas", "pyarrow"):
        refuse_missing_module(outcome, module, extra)
    lines = [line for line in outcome.output.splitlines() if line.startswith("{")]
    if outcome.exit_code or not lines:
        raise OutsideFailed(f"the probe {name} failed (exit {outcome.exit_code})", cause=outcome.tail[-2000:])
    answer: dict[str, Any] = json.loads(lines[-1])
    # The tail is the answer itself.
    return {**answer, "run": {name: value for name, value in seen(outcome).items() if name != "tail"}}


def probe_command(runner: Runner, name: str, *words: str) -> tuple[str, ...]:
    """A probe, isolated (-I): no file of the scratch tree can pass for a module that it imports."""
    return (runner.python(), "-I", str(PROBES / f"{name}.py"), *words)


def wishes(spec: CheckSpec) -> dict[str, Any]:
    """What every check may be told: a longer time limit, the network, variables that it needs."""
    return {
        "seconds": spec.options.get("seconds"),
        "network": bool(spec.options.get("network")),
        "pass_on": words(spec.options.get("environment")),
    }


def words(value: Any) -> tuple[str, ...]:
    """An option that may be one word or a list of them."""
    return tuple(str(item) for item in value) if isinstance(value, (list, tuple)) else (str(value),) if value else ()
