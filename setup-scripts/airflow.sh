#!/usr/bin/env bash
# Airflow, in an environment of its own: its packages and the project's never meet. Safe to run again.
set -euo pipefail
cd "$(dirname "$0")/.."
# shellcheck source=setup-scripts/steps.sh
source setup-scripts/steps.sh

place=.agentic/tools/airflow

install_airflow() {
  local python uv=.venv/bin/uv
  python=$(find_python)
  [[ -x $uv ]] || uv=$(command -v uv)
  [[ -x $place/bin/python ]] || "$uv" venv --quiet --python "$python" "$place"
  VIRTUAL_ENV=$place "$uv" pip sync --quiet --compile-bytecode setup-scripts/airflow/requirements.txt
  "$place/bin/airflow" version | sed 's/^/  Airflow /'
}

begin 2
step "Python environment in .venv" make_environment
step "Airflow in $place" install_airflow

cat <<'END'

Try next:
  .venv/bin/python scripts/orchestrate.py            # run the master DAG once, to its end, and show every task
  .venv/bin/python scripts/orchestrate.py --serve    # Airflow with its web page, until Ctrl-C
END
