# shellcheck shell=bash
# Shared by quickstart.sh and test.sh: numbered steps with their times, and the Python environment.

begin() {
  steps_total=$1
  steps_done=0
  began=$SECONDS
  trap 'failed $?' EXIT
}

failed() {
  if [[ $1 -ne 0 ]]; then
    echo "stopped after $((SECONDS - began)) s in step $steps_done of $steps_total. Mend what is said above and run it again." >&2
  fi
}

step() {
  local title=$1 from=$SECONDS
  shift
  steps_done=$((steps_done + 1))
  echo
  echo "[$steps_done/$steps_total] $title"
  "$@"
  echo "  done in $((SECONDS - from)) s"
}

# A Python this project works with. AGENTIC_PYTHON names one; otherwise the newest of those on the path.
find_python() {
  local candidate found
  for candidate in ${AGENTIC_PYTHON:+"$AGENTIC_PYTHON"} python3.13 python3.12 python3.11 python3 python; do
    found=$(command -v "$candidate") || continue
    if "$found" -c 'import sys; sys.exit(not (3, 11) <= sys.version_info[:2] <= (3, 13))' 2>/dev/null; then
      echo "$found"
      return
    fi
  done
  echo "error: no Python 3.11, 3.12 or 3.13 on the path. Install one, or set AGENTIC_PYTHON=/path/to/python3.12" >&2
  return 2
}

# A half-made environment is made anew; a good one is left alone.
make_environment() {
  if [[ -x .venv/bin/python ]] && .venv/bin/python -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null; then
    echo "  .venv is there"
  else
    local python
    python=$(find_python)
    "$python" -m venv --clear .venv || no_venv "$python"
    echo "  made with $("$python" --version)"
  fi
  if [[ ! -x .venv/bin/uv ]] && ! command -v uv >/dev/null; then
    .venv/bin/python -m pip --version >/dev/null 2>&1 || .venv/bin/python -m ensurepip --upgrade >/dev/null 2>&1 || no_venv .venv/bin/python
    .venv/bin/python -m pip install --quiet --disable-pip-version-check 'uv>=0.9'
    echo "  uv installed"
  fi
}

no_venv() {
  echo "error: $1 cannot make environments (venv or ensurepip is missing)." >&2
  echo "  Debian, Ubuntu: apt-get install python3-venv    (as root, then run this again)" >&2
  return 2
}

# uv leaves itself and pip in place; --locked refuses a lock file that no longer fits pyproject.toml.
sync_packages() {
  local uv=.venv/bin/uv
  [[ -x $uv ]] || uv=$(command -v uv)
  VIRTUAL_ENV='' UV_PROJECT_ENVIRONMENT=.venv "$uv" sync --locked --compile-bytecode --python .venv/bin/python "$@" 2>&1 |
    grep -vE '^ ?[+~-] |Bytecode|Compiled|Downloaded|Building|Built' | sed 's/^/  /' || return "${PIPESTATUS[0]}"
}

# Airflow's packages and the project's never meet: an environment of its own, as its file of versions says.
install_airflow() {
  local place=.agentic/tools/airflow python uv=.venv/bin/uv
  python=$(find_python)
  [[ -x $uv ]] || uv=$(command -v uv)
  [[ -x $place/bin/python ]] || "$uv" venv --quiet --python "$python" "$place"
  VIRTUAL_ENV=$place "$uv" pip sync --quiet --compile-bytecode setup-scripts/airflow/requirements.txt
  "$place/bin/airflow" version | sed 's/^/  Airflow /'
}

make_buckets() {
  .venv/bin/python setup-scripts/make_bucket.py
  .venv/bin/python setup-scripts/make_deliveries.py
}
