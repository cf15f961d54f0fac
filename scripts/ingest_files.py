"""Load files into raw tables: a thin front of `agentic ingest files`.

python scripts/ingest_files.py --list                     what there is
python scripts/ingest_files.py --all                      every file; so does no flag at all
python scripts/ingest_files.py --file customers.csv       one file
python scripts/ingest_files.py --schema customers.csv     its columns
python scripts/ingest_files.py --azure                    then upload files, warehouse and logs to Azure
"""

import sys

from agentic.cli import roof

if __name__ == "__main__":
    words = [word for word in sys.argv[1:] if word != "--azure"]
    to_azure = len(words) < len(sys.argv) - 1
    if to_azure and {"--list", "--schema"} & set(words):
        sys.exit("--azure uploads what was loaded: it does not go with --list or --schema")
    code = roof(["ingest", "files", *words])
    # What could not be loaded is said above, and is no reason to keep the rest from the store.
    if to_azure and code in (0, 1):
        code = (
            roof(["store", "upload", "--kind", "azure", *(word for word in words if word in ("--json", "--quiet"))])
            or code
        )
    sys.exit(code)
