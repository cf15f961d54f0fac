"""One question on a dbt project's database, as JSON on stdin -> one answer, as JSON on stdout. Nothing is ever written.

Run as `python -I FOLDER` by the Python that runs the project's dbt: it has the DuckDB that wrote the file.
"""

import json
import sys
from typing import Any


def main() -> int:
    try:
        wish = json.load(sys.stdin)
        answer = work(wish.pop("do"), wish)
    except Exception as error:  # the roof: the caller reads JSON, not tracebacks
        print(
            json.dumps({"fault": {"kind": fault_of(error), "message": str(error)[:500], "cause": type(error).__name__}})
        )
        return 1
    print(json.dumps(answer))
    return 0


def work(do: str, wish: dict[str, Any]) -> Any:
    """Imported here, so that a package that is missing is an answer as well."""
    import look
    import trial
    import twins

    doors = {"look": look.look, "try": trial.trial, "compare": twins.compare, "rows": look.rows}
    return doors[do](**wish)


def fault_of(error: Exception) -> str:
    """The caller's word for it."""
    if isinstance(error, ImportError):
        return "missing"
    return "held" if "Could not set lock" in str(error) else "unreadable"


if __name__ == "__main__":
    sys.exit(main())
