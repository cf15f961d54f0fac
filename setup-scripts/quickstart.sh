#!/usr/bin/env bash
# From a machine with Python and a network to flights in an Iceberg table. Safe to run again: what is done is skipped.
set -euo pipefail
cd "$(dirname "$0")/.."
# shellcheck source=setup-scripts/steps.sh
source setup-scripts/steps.sh

begin 6
step "Python environment in .venv" make_environment
step "Packages, exactly as locked" sync_packages --no-dev --inexact --extra checks --extra spark --extra lake --extra quality --extra sample
step "Java libraries for Spark" .venv/bin/python setup-scripts/fetch_jars.py
step "A bucket with the flights of 2013" .venv/bin/python setup-scripts/make_bucket.py
step "The task: spec -> code -> checks -> lake" .venv/bin/agentic run tasks/ingestion/s3.md
step "What is there now" .venv/bin/python setup-scripts/show_lake.py

cat <<'END'

Try next:
  .venv/bin/agentic run tasks/ingestion/s3.md --dry-run    # the prompt that a model would get; nothing is sent
  .venv/bin/agentic audit list                             # every execution, archived
  .venv/bin/agentic task new ingestion/airports            # a task of your own
END
