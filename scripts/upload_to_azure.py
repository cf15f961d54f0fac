"""Upload to Azure: a thin front of `agentic store upload --kind azure`.

python scripts/upload_to_azure.py --all                   data/raw, the warehouse and the logs; so does no flag at all
python scripts/upload_to_azure.py --container raw         one of them; further flags are those of the command
"""

import sys

from agentic.__main__ import main

if __name__ == "__main__":
    sys.argv[1:1] = ["store", "upload", "--kind", "azure"]
    sys.exit(main())
