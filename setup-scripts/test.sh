#!/usr/bin/env bash
# The same machine, and every test. Arguments go to pytest: setup-scripts/test.sh -m "not spark"
set -euo pipefail
cd "$(dirname "$0")/.."
# shellcheck source=setup-scripts/steps.sh
source setup-scripts/steps.sh

# Real parts that no Python package brings. Where they cannot be had, the tests that need them are skipped and say why.
bring_programs() {
  local missing=()
  command -v bwrap >/dev/null || missing+=(bubblewrap)
  command -v shellcheck >/dev/null || missing+=(shellcheck)
  compgen -G "/usr/lib/postgresql/*/bin/initdb" >/dev/null || command -v initdb >/dev/null || missing+=(postgresql)
  command -v chromium >/dev/null || command -v google-chrome >/dev/null || missing+=(chromium)
  if [[ ${#missing[@]} -gt 0 ]]; then
    if [[ $(id -u) -eq 0 ]] && command -v apt-get >/dev/null; then
      { apt-get update -qq && DEBIAN_FRONTEND=noninteractive apt-get install -y -qq "${missing[@]}"; } >/dev/null 2>&1 ||
        echo "  could not be installed: ${missing[*]}"
    else
      echo "  not installed, install them by hand: ${missing[*]}"
    fi
  fi
  bring_claude_code
  bring_azurite
  bring_airflow
}

# An environment of its own, as its users have it.
bring_airflow() {
  install_airflow >/dev/null 2>&1 || echo "  Airflow could not be installed: its tests are skipped"
}

# Azure Blob as a server of this machine.
bring_azurite() {
  local place=.agentic/tools/azurite
  if [[ -d $place/node_modules/azurite ]]; then
    return
  fi
  if ! command -v npm >/dev/null; then
    echo "  no npm, so no Azurite: its tests are skipped"
    return
  fi
  npm install --prefix "$place" --no-save --no-audit --no-fund --ignore-scripts azurite@3.35.0 >/dev/null 2>&1 ||
    echo "  Azurite could not be installed: its tests are skipped"
}

# The server of Spark Connect is another Spark than the one of the jobs.
bring_connect() {
  { .venv/bin/python setup-scripts/fetch_jars.py --group connect && PYTHONPATH=src .venv/bin/python -m common.connect --install; } >/dev/null 2>&1 ||
    echo "  no server of Spark Connect: its test is skipped"
}

# Claude Code answers from the tests' own server: no account, no network.
bring_claude_code() {
  local place=.agentic/tools/claude-code
  if [[ -x $place/node_modules/.bin/claude ]]; then
    return
  fi
  if ! command -v npm >/dev/null; then
    echo "  no npm, so no Claude Code: its tests are skipped"
    return
  fi
  { npm install --prefix "$place" --no-save --no-audit --no-fund --ignore-scripts @anthropic-ai/claude-code@2.1.197 &&
    node "$place/node_modules/@anthropic-ai/claude-code/install.cjs"; } >/dev/null 2>&1 ||
    echo "  Claude Code could not be installed: its tests are skipped"
}

begin 7
step "Python environment in .venv" make_environment
step "Packages, exactly as locked" sync_packages --all-extras --group dev
step "Programs that tests use: bubblewrap, shellcheck, PostgreSQL, Chromium, Claude Code, Azurite, Airflow" bring_programs
step "Java libraries for Spark and S3" .venv/bin/python setup-scripts/fetch_jars.py --group s3
step "A server of Spark Connect" bring_connect
step "A bucket with the flights of 2013, and with deliveries of aircraft" make_buckets
if [[ -x .agentic/tools/claude-code/node_modules/.bin/claude ]]; then
  AGENTIC_TEST_CLAUDE=$PWD/.agentic/tools/claude-code/node_modules/.bin/claude
  export AGENTIC_TEST_CLAUDE
fi
step "Tests" .venv/bin/python -m pytest -n 2 --dist worksteal "$@"
