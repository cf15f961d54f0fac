#!/usr/bin/env bash
# The Python environment of this project: .venv with agentic and what its checks need. Safe to run again.
#
#   AGENTIC_PYTHON    the Python to use; otherwise the newest of 3.11 to 3.13 on the path
#   AGENTIC_PACKAGE   what to install instead of the released package: the path of a wheel, from the project's root
#   AGENTIC_EXTRAS    what comes with it; otherwise checks,spark,lake,quality,dbt
set -euo pipefail
cd "$(dirname "$0")/.."

version=@VERSION@
extras=${AGENTIC_EXTRAS:-checks,spark,lake,quality,dbt}

find_python() {
  local candidate found
  for candidate in ${AGENTIC_PYTHON:+"$AGENTIC_PYTHON"} python3.13 python3.12 python3.11 python3 python; do
    found=$(command -v "$candidate") || continue
    if "$found" -c 'import sys; sys.exit(not (3, 11) <= sys.version_info[:2] <= (3, 13))' 2>/dev/null; then
      echo "$found"
      return
    fi
  done
  return 1
}

# A half-made environment is made anew; a good one is left alone.
make_environment() {
  if .venv/bin/python -c 'import sys; sys.exit(not (3, 11) <= sys.version_info[:2] <= (3, 13))' 2>/dev/null; then
    echo ".venv is there"
  elif python=$(find_python); then
    if command -v uv >/dev/null; then
      uv venv --quiet --allow-existing --python "$python" .venv
    else
      "$python" -m venv --clear .venv
    fi
    echo ".venv made with $("$python" --version)"
  elif command -v uv >/dev/null; then
    uv venv --quiet --allow-existing --python '>=3.11,<3.14' .venv
    echo ".venv made with a Python that uv brought"
  else
    echo "error: no Python 3.11, 3.12 or 3.13 on the path. Install one, or set AGENTIC_PYTHON=/path/to/python3.12" >&2
    return 2
  fi
}

install_packages() {
  local wanted="agentic-pipelines[$extras]==$version"
  if [[ -n ${AGENTIC_PACKAGE:-} ]]; then
    wanted="$(realpath "$AGENTIC_PACKAGE")[$extras]"
  fi
  if command -v uv >/dev/null; then
    uv pip install --quiet --python .venv/bin/python "$wanted"
  else
    .venv/bin/python -m pip --version >/dev/null 2>&1 || .venv/bin/python -m ensurepip --upgrade >/dev/null
    .venv/bin/python -m pip install --quiet --disable-pip-version-check "$wanted"
  fi
}

echo "[1/3] Python environment"
make_environment

echo "[2/3] agentic $version with $extras"
if ! install_packages; then
  echo "error: agentic could not be installed. To install it from a wheel (uv build --wheel, in a clone of agentic, makes one):" >&2
  echo "  AGENTIC_PACKAGE=path/to/agentic_pipelines-$version-py3-none-any.whl bash setup-scripts/setup.sh" >&2
  exit 4
fi

echo "[3/3] Java libraries for Spark"
if [[ -f setup-scripts/fetch_jars.py && ",$extras," == *,spark,* ]]; then
  .venv/bin/python setup-scripts/fetch_jars.py || echo "not all of them are here; jobs on Spark need them. Run this again later."
else
  echo "not needed"
fi

.venv/bin/agentic doctor
