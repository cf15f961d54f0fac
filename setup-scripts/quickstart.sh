#!/usr/bin/env bash
# From a machine with Python and a network to flights in an Iceberg table, marts and a page with pictures. Safe to run again: what is done is skipped.
set -euo pipefail
cd "$(dirname "$0")/.."
# shellcheck source=setup-scripts/steps.sh
source setup-scripts/steps.sh

begin 10
step "Python environment in .venv" make_environment
step "Packages, exactly as locked" sync_packages --no-dev --inexact --extra checks --extra spark --extra lake --extra quality --extra ingest --extra dbt --extra report --extra sample
step "Java libraries for Spark" .venv/bin/python setup-scripts/fetch_jars.py
step "A bucket with the flights of 2013, and with deliveries of aircraft" make_buckets
step "The task: spec -> code -> checks -> lake" .venv/bin/agentic run tasks/ingestion/s3.md
step "Raw files -> raw tables, every row counted" .venv/bin/agentic ingest files --file customers.csv --file products.csv
step "Raw tables and lake -> marts, by dbt" .venv/bin/python scripts/transform.py --quiet
step "Tables and marts -> held against their checkpoints" .venv/bin/agentic quality check
step "Marts -> a page with pictures" .venv/bin/python scripts/report.py
step "What is there now" .venv/bin/python setup-scripts/show_lake.py

cat <<'END'

Open data/report/index.html in a browser. Try next:
  .venv/bin/agentic run tasks/ingestion/s3.md --dry-run    # the prompt that a model would get; nothing is sent
  .venv/bin/agentic audit list                             # every execution, archived
  .venv/bin/python scripts/transform.py --select carrier_punctuality    # one mart, built and tested again
  .venv/bin/agentic task new ingestion/airports            # a task of your own
END
