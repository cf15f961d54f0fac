"""`python`: every Python deliverable compiles, and ruff has nothing to say."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator

from agentic.checks.evidence import failure, refuse_missing_module, seen, verdict
from agentic.ports import Outcome, Runner, Staged
from agentic.values import CheckSpec, Finding, Verdict

NOQA = re.compile(r"^\s*#\s*(ruff|flake8)\s*:\s*noqa\s*$", re.IGNORECASE)


class Python:
    """Code that does not compile can say nothing about anything else."""

    stops = True

    def look(self, staged: Staged, spec: CheckSpec, runner: Runner) -> Verdict:
        """Compile, then ruff with the project's own rules."""
        files = tuple(path for path in staged.changed if path.endswith(".py"))
        if not files:
            return verdict(spec, (), {"files": 0})
        compiled = runner.run(staged, (runner.python(), "-I", "-m", "py_compile", *files), seconds=60)
        if compiled.exit_code:
            return verdict(spec, (failure(spec, compiled, "the code does not compile"),), seen(compiled))
        ruff = runner.run(
            staged,
            (runner.python(), "-I", "-m", "ruff", "check", "--no-cache", "--output-format", "json", *files),
            seconds=120,
        )
        refuse_missing_module(ruff, "ruff", "checks")
        findings = (*switched_off(spec, staged, files), *remarks(spec, ruff)) or (
            (failure(spec, ruff),) if ruff.exit_code else ()
        )
        return verdict(spec, findings, {"files": len(files), **seen(ruff), "tail": "" if findings else "no findings"})


def switched_off(spec: CheckSpec, staged: Staged, files: tuple[str, ...]) -> Iterator[Finding]:
    """A whole file that ruff shall not look at is a file that was not looked at."""
    for path in files:
        for number, line in enumerate((staged.root / path).read_text(encoding="utf-8").splitlines(), 1):
            if NOQA.match(line):
                yield Finding(spec.label, "ruff is switched off for the whole file", path, number)


def remarks(spec: CheckSpec, ruff: Outcome) -> Iterator[Finding]:
    """What ruff says, in our noun. A crash is no remark: `failure` tells it."""
    try:
        said = json.loads(ruff.output)
    except ValueError:
        return
    for one in said:
        place = one["location"]
        path = one["filename"].split("./")[-1]
        yield Finding(spec.label, f"ruff {one['code']}: {one['message']}", path, place["row"], code=one["code"] or "")
