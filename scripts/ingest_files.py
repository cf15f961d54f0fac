"""Load files into raw tables: a thin front of `agentic ingest files`.

python scripts/ingest_files.py --list                     what there is
python scripts/ingest_files.py --all                      every file; so does no flag at all
python scripts/ingest_files.py --file customers.csv       one file
python scripts/ingest_files.py --schema customers.csv     its columns
"""

import sys

from agentic.__main__ import main

if __name__ == "__main__":
    sys.argv[1:1] = ["ingest", "files"]
    sys.exit(main())
