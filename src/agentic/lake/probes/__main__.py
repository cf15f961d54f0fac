"""One question on the lake, as JSON on stdin -> one answer, as JSON on stdout; what goes on, line by line, on stderr.

Run by the project's own Python as `python -I FOLDER`, which puts this folder first among the places it imports from. It
knows the lake by LAKE_NAME, LAKE_URI, LAKE_USER, LAKE_PASSWORD, LAKE_WAREHOUSE alone.
"""

import json
import sys
from typing import Any

from lake_faults import fault_of


def main() -> int:
    try:
        wish = json.load(sys.stdin)
        answer = work(wish.pop("do"), wish)
    except Exception as error:  # the roof: the caller reads JSON, not tracebacks
        print(json.dumps({"fault": fault_of(error)}))
        return 1
    print(json.dumps(answer))
    return 0


def work(do: str, wish: dict[str, Any]) -> Any:
    """Imported here, so that a package that is missing is an answer as well."""
    import lake_advice
    import lake_change
    import lake_difference
    import lake_events
    import lake_look
    import lake_maintain
    import lake_rows
    import lake_spark

    doors = {
        "tables": lake_look.tables,
        "history": lake_look.history,
        "diff": lake_difference.diff,
        "rows": lake_rows.rows,
        "preview rollback": lake_change.preview_rollback,
        "preview drop": lake_change.preview_drop,
        "preview expiry": lake_maintain.preview_expiry,
        "shape": lake_advice.shape,
        "read log": lake_events.read_log,
        "preview compaction": lake_spark.preview_compaction,
        "compact": lake_spark.compact,
        "preview orphans": lake_spark.preview_orphans,
        "remove orphans": lake_spark.remove_orphans,
        "mark": lake_change.mark,
        "carry out": lake_change.carry_out,
    }
    return doors[do](**wish)


if __name__ == "__main__":
    sys.exit(main())
