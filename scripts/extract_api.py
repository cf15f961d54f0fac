"""Load what APIs have into raw tables: a thin front of `agentic ingest api`.

python scripts/extract_api.py --list                      what there is
python scripts/extract_api.py                             every API that is switched on
python scripts/extract_api.py --api jsonplaceholder       one of them
"""

import sys

from agentic.__main__ import main

if __name__ == "__main__":
    sys.argv[1:1] = ["ingest", "api"]
    sys.exit(main())
