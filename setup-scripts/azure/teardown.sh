#!/usr/bin/env bash
# Takes away what setup.sh made: the service principal, the storage account with ALL of its data, and the resource group where
# setup.sh made it. A group that was there before stays. What is gone already is no error.
#
#   setup-scripts/azure/teardown.sh [--dry-run] [--yes] [resource-group]
set -euo pipefail
# shellcheck source=setup-scripts/azure/common.sh
source "$(dirname "$0")/common.sh"

yes=false
words=()
for word in "$@"; do
  case $word in
    --dry-run) dry_run=true ;;
    --yes) yes=true ;;
    -h | --help) sed -n '2,5s/^# \{0,1\}//p' "$0" && exit 0 ;;
    -*) fail "no option $word" ;;
    *) words+=("$word") ;;
  esac
done
group=${words[0]:-agentic-data}
need_az
account=$(account_name "$group")
principal=$(principal_name "$group")

# Nothing is deleted before its owner has read what it is and typed its name.
ask() {
  echo "This deletes for good: the storage account $account with all of its data, and the service principal $principal."
  if $yes || $dry_run; then
    return
  fi
  [[ -t 0 ]] || fail "nobody can be asked here: --yes deletes without asking"
  read -r -p "Type the resource group's name ($group) to go on: " typed
  [[ $typed == "$group" ]] || fail "that is not its name; nothing was deleted"
}

drop_principal() {
  local client
  client=$(az ad sp list --display-name "$principal" --query "[0].appId" --output tsv)
  if [[ -z $client ]]; then
    echo "service principal $principal: is not there"
  else
    change az ad app delete --id "$client"
    echo "service principal $principal: deleted"
  fi
}

# Only what carries our mark: a group of that name may be somebody else's.
drop_storage() {
  if [[ $(az group exists --name "$group") != true ]]; then
    echo "resource group $group: is not there"
  elif [[ $(az group show --name "$group" --query "tags.\"$MARK\"" --output tsv) == agentic ]]; then
    change az group delete --name "$group" --yes
    echo "resource group $group: deleted"
  elif [[ $(az storage account show --name "$account" --resource-group "$group" --query "tags.\"$MARK\"" --output tsv 2>/dev/null) == agentic ]]; then
    change az storage account delete --name "$account" --resource-group "$group" --yes
    echo "storage account $account: deleted; the resource group $group was there before, and stays"
  else
    echo "resource group $group: nothing in it was made by setup.sh, so it stays"
  fi
}

ask
drop_principal
drop_storage
if $dry_run; then
  echo "a preview: nothing was deleted"
fi
