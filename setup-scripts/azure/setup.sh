#!/usr/bin/env bash
# A storage account with the containers raw, duckdb and logs, and a service principal that may read and write in these three, and
# nothing else. What is there already stays: it may be run as often as you like.
#
#   setup-scripts/azure/setup.sh [--dry-run] [--new-secret] [resource-group] [location]
set -euo pipefail
# shellcheck source=setup-scripts/azure/common.sh
source "$(dirname "$0")/common.sh"

new_secret=false
words=()
for word in "$@"; do
  case $word in
    --dry-run) dry_run=true ;;
    --new-secret) new_secret=true ;;
    -h | --help) sed -n '2,5s/^# \{0,1\}//p' "$0" && exit 0 ;;
    -*) fail "no option $word" ;;
    *) words+=("$word") ;;
  esac
done
group=${words[0]:-agentic-data}
location=${words[1]:-westeurope}
need_az
account=$(account_name "$group")
principal=$(principal_name "$group")

make_group() {
  if [[ $(az group exists --name "$group") == true ]]; then
    echo "resource group $group: is there"
  else
    change az group create --name "$group" --location "$location" --tags "$MARK=agentic"
    echo "resource group $group: made in $location"
  fi
}

make_account() {
  if az storage account show --name "$account" --resource-group "$group" --output none 2>/dev/null; then
    echo "storage account $account: is there"
  else
    change az storage account create --name "$account" --resource-group "$group" --location "$location" --sku Standard_LRS \
      --kind StorageV2 --min-tls-version TLS1_2 --https-only true --allow-blob-public-access false --tags "$MARK=agentic"
    echo "storage account $account: made"
  fi
}

make_container() {
  local there
  there=$(az storage container-rm exists --storage-account "$account" --resource-group "$group" --name "$1" \
    --query exists --output tsv 2>/dev/null || echo false)
  if [[ $there == true ]]; then
    echo "container $1: is there"
  else
    change az storage container-rm create --storage-account "$account" --resource-group "$group" --name "$1" --public-access off
    echo "container $1: made"
  fi
}

# The secret is shown by Azure once, when it is made: it goes straight into the file with credentials.
make_principal() {
  local secret=""
  client=$(az ad sp list --display-name "$principal" --query "[0].appId" --output tsv)
  if [[ -z $client ]] && $dry_run; then
    echo "service principal $principal: would be made, its secret kept in $CREDENTIALS"
    return
  elif [[ -z $client ]]; then
    secret=$(az ad sp create-for-rbac --name "$principal" --query password --output tsv)
    client=$(az ad sp list --display-name "$principal" --query "[0].appId" --output tsv)
    echo "service principal $principal: made"
  elif $new_secret && ! $dry_run; then
    secret=$(az ad sp credential reset --id "$client" --query password --output tsv)
    echo "service principal $principal: has a new secret"
  else
    echo "service principal $principal: is there"
  fi
  $dry_run && return
  keep AZURE_STORAGE_ACCOUNT "$account"
  keep AZURE_TENANT_ID "$(az account show --query tenantId --output tsv)"
  keep AZURE_CLIENT_ID "$client"
  [[ -z $secret ]] || keep AZURE_CLIENT_SECRET "$secret"
}

# In one container, not in the account and not in the group: it can neither list keys nor delete anything but objects.
grant() {
  local scope="/subscriptions/$subscription/resourceGroups/$group/providers/Microsoft.Storage/storageAccounts/$account/blobServices/default/containers/$1"
  if [[ -z $client ]]; then
    echo "container $1: $PRINCIPAL_ROLE would be granted to $principal"
  elif [[ -n $(az role assignment list --assignee "$client" --role "$PRINCIPAL_ROLE" --scope "$scope" --query "[0].id" --output tsv) ]]; then
    echo "container $1: $principal may read and write already"
  else
    change az role assignment create --assignee-object-id "$(az ad sp show --id "$client" --query id --output tsv)" \
      --assignee-principal-type ServicePrincipal --role "$PRINCIPAL_ROLE" --scope "$scope"
    echo "container $1: $principal may read and write"
  fi
}

make_group
make_account
for container in "${CONTAINERS[@]}"; do make_container "$container"; done
client=""
make_principal
for container in "${CONTAINERS[@]}"; do grant "$container"; done
if $dry_run; then
  echo "a preview: nothing was changed"
else
  echo "credentials: $CREDENTIALS (set -a; source $CREDENTIALS; set +a), then: agentic store status --kind azure"
fi
