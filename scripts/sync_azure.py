"""Sync with Azure: a thin front of `agentic store ... --kind azure`.

python scripts/sync_azure.py --status                     what differs; so does no flag at all
python scripts/sync_azure.py --download                   fetch what is new or changed there
python scripts/sync_azure.py --upload                     send what is new or changed here
Further flags are those of the command: --container raw, --dry-run, --force.
"""

import sys

from agentic.__main__ import main

WAYS = {"--status": "status", "--download": "download", "--upload": "upload"}

if __name__ == "__main__":
    given = [word for word in sys.argv[1:] if word in WAYS]
    if len(set(given)) > 1:
        sys.exit(f"{' and '.join(given)} exclude each other: give one of them")
    rest = [word for word in sys.argv[1:] if word not in WAYS]
    sys.argv[1:] = ["store", WAYS[given[0]] if given else "status", "--kind", "azure", *rest]
    sys.exit(main())
