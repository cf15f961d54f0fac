# shellcheck shell=bash disable=SC2034
# What the scripts for Azure have in common. Sourced, never run.

CONTAINERS=(raw duckdb logs)
PRINCIPAL_ROLE="Storage Blob Data Contributor"
MARK="made-by"
CREDENTIALS="${AGENTIC_AZURE_CREDENTIALS:-.env.azure}"
dry_run=false

fail() {
  echo "error: $*" >&2
  exit 2
}

# A command that changes something: shown, and carried out unless it is a preview.
change() {
  if $dry_run; then
    printf 'would run:'
    printf ' %q' "$@"
    printf '\n'
  else
    "$@" >/dev/null
  fi
}

need_az() {
  command -v az >/dev/null || fail "the Azure CLI (az) is not installed: learn.microsoft.com/cli/azure/install-azure-cli"
  subscription=$(az account show --query id --output tsv 2>/dev/null) || fail "az knows no subscription: az login, then once more"
}

# A name of an account must be unique in the world, and the same at the second run.
account_name() {
  local sum
  sum=$(printf '%s/%s' "$subscription" "$1" | sha256sum)
  printf '%s\n' "${AZURE_STORAGE_ACCOUNT:-agentic${sum:0:14}}"
}

principal_name() {
  printf 'agentic-%s\n' "$1"
}

# One value of the file with credentials, replaced where it is there; the file is its owner's alone.
keep() {
  local name=$1 value=$2 rest=""
  if [[ -f $CREDENTIALS ]]; then
    rest=$(grep -v "^$name=" "$CREDENTIALS" || true)
  fi
  (umask 077 && printf '%s\n' "${rest:+$rest$'\n'}$name=$value" >"$CREDENTIALS.new")
  mv "$CREDENTIALS.new" "$CREDENTIALS"
}
