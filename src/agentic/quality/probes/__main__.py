"""One order about checkpoints, as JSON on stdin -> one answer, as JSON on stdout; what goes on, line by line, on stderr.

Run by the project's own Python as `python -I FOLDER`. It knows the lake by LAKE_* alone.
"""

import contextlib
import json
import os
import sys
from pathlib import Path
from typing import Any

# The lake's own craft: catalog, snapshots, and what can go wrong with them.
sys.path.append(str(Path(__file__).parents[2] / "lake/probes"))

from lake_faults import fault_of


def main() -> int:
    out = os.fdopen(os.dup(1), "w", encoding="utf-8")
    # Libraries talk on stdout, and a JVM below Python does as well; the answer alone may be there.
    os.dup2(2, 1)
    try:
        wish = json.load(sys.stdin)
        with contextlib.redirect_stdout(sys.stderr):
            answer = work(wish.pop("do"), wish)
    except Exception as error:  # the roof: the caller reads JSON, not tracebacks
        answer = {"fault": quality_fault(error)}
    print(json.dumps(answer, default=str, ensure_ascii=False), file=out, flush=True)
    return 1 if "fault" in answer else 0


def work(do: str, wish: dict[str, Any]) -> Any:
    """Imported here, so that a package that is missing is an answer as well."""
    if do == "check":
        import checking

        return checking.check(**wish)
    if do == "docs":
        import data_docs

        return data_docs.build(**wish)
    import results_table

    return results_table.fill(**wish)


def quality_fault(error: Exception) -> dict[str, Any]:
    """Kinds beside those of the lake: suite, data, held, large."""
    kind, words = type(error).__name__, next((line for line in str(error).splitlines() if line.strip()), "")[:500]
    if kind in ("SuiteError", "EvaluationError"):
        return {"kind": "suite", "message": words, "hint": "", "cause": ""}
    if kind == "IOException" and "lock" in str(error).lower():
        return {"kind": "held", "message": "another process holds the warehouse", "hint": "", "cause": words}
    if type(error).__module__.partition(".")[0] in ("duckdb", "_duckdb"):
        return {"kind": "data", "message": words, "hint": "", "cause": ""}
    if isinstance(error, (MemoryError, OSError)) and not isinstance(error, FileNotFoundError):
        return {"kind": "data", "message": f"{kind}: {words}", "hint": "", "cause": ""}
    told = fault_of(error)
    if told["kind"] == "broken":
        return told | {"message": f"{kind}: {words}", "cause": ""}
    return told


if __name__ == "__main__":
    sys.exit(main())
