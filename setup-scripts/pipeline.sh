#!/usr/bin/env bash
# What a dbt run needs on a machine that has nothing yet: environment, flights in the lake, raw tables. dbt itself is not run.
set -euo pipefail
cd "$(dirname "$0")/.."
# shellcheck source=setup-scripts/steps.sh
source setup-scripts/steps.sh

begin 6
step "Python environment in .venv" make_environment
step "Packages, exactly as locked" sync_packages --no-dev --all-extras
step "Java libraries for Spark" .venv/bin/python setup-scripts/fetch_jars.py
step "A bucket with the flights of 2013, and with deliveries of aircraft" make_buckets
step "Flights -> lake" .venv/bin/python src/ingestion/flights_to_iceberg.py
step "Raw files -> raw tables, every row counted" .venv/bin/agentic ingest files --file customers.csv --file products.csv
