#!/usr/bin/env bash
# Airflow, in an environment of its own: its packages and the project's never meet. Safe to run again.
set -euo pipefail
cd "$(dirname "$0")/.."
# shellcheck source=setup-scripts/steps.sh
source setup-scripts/steps.sh

begin 2
step "Python environment in .venv" make_environment
step "Airflow in .agentic/tools/airflow" install_airflow

cat <<'END'

Try next:
  .venv/bin/python scripts/orchestrate.py            # run the master DAG once, to its end, and show every task
  .venv/bin/python scripts/orchestrate.py --serve    # Airflow with its web page, until Ctrl-C
END
