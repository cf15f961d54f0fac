#!/usr/bin/env bash
# A Logic App that sends an e-mail for each JSON {"subject": ..., "body": ...} that is posted to it. Its address is a secret, since
# whoever knows it may send: it goes into the file with credentials as LOGIC_APP_EMAIL_URL. May be run again.
#
#   setup-scripts/azure/setup-logic-app.sh [--dry-run] [resource-group] [location] [email]
set -euo pipefail
# shellcheck source=setup-scripts/azure/common.sh
source "$(dirname "$0")/common.sh"

words=()
for word in "$@"; do
  case $word in
    --dry-run) dry_run=true ;;
    -h | --help) sed -n '2,5s/^# \{0,1\}//p' "$0" && exit 0 ;;
    -*) fail "no option $word" ;;
    *) words+=("$word") ;;
  esac
done
group=${words[0]:-agentic-data}
location=${words[1]:-westeurope}
email=${words[2]:-}
[[ $email =~ ^[^@[:space:]\"\\]+@[^@[:space:]\"\\]+$ ]] || fail "name the address that gets the e-mails: setup-logic-app.sh $group $location ADDRESS"
need_az
name=agentic-email
base="/subscriptions/$subscription/resourceGroups/$group"
api="/subscriptions/$subscription/providers/Microsoft.Web/locations/$location/managedApis/office365"
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT

write_definition() {
  cat >"$folder/workflow.json" <<JSON
{
  "location": "$location",
  "tags": {"$MARK": "agentic"},
  "properties": {
    "parameters": {"\$connections": {"value": {"office365": {
      "connectionId": "$base/providers/Microsoft.Web/connections/office365", "connectionName": "office365", "id": "$api"}}}},
    "definition": {
      "\$schema": "https://schema.management.azure.com/providers/Microsoft.Logic/schemas/2016-06-01/workflowdefinition.json#",
      "contentVersion": "1.0.0.0",
      "parameters": {"\$connections": {"type": "Object", "defaultValue": {}}},
      "triggers": {"manual": {"type": "Request", "kind": "Http", "inputs": {"schema": {"type": "object",
        "properties": {"subject": {"type": "string"}, "body": {"type": "string"}}, "required": ["subject", "body"]}}}},
      "actions": {"send": {"type": "ApiConnection", "runAfter": {}, "inputs": {
        "host": {"connection": {"name": "@parameters('\$connections')['office365']['connectionId']"}},
        "method": "post", "path": "/v2/Mail",
        "body": {"To": "$email", "Subject": "@triggerBody()?['subject']", "Body": "<pre>@{triggerBody()?['body']}</pre>"}}}}
    }
  }
}
JSON
  printf '{"location": "%s", "properties": {"displayName": "agentic", "api": {"id": "%s"}}}\n' "$location" "$api" >"$folder/connection.json"
}

# PUT: the same twice is the same once.
put() {
  change az rest --method put --url "https://management.azure.com$base/providers/$1" --body "@$folder/$2"
  echo "$3"
}

write_definition
[[ $(az group exists --name "$group") == true ]] || $dry_run || fail "there is no resource group $group: setup-scripts/azure/setup.sh $group $location"
put "Microsoft.Web/connections/office365?api-version=2016-06-01" connection.json "connection office365: is there"
put "Microsoft.Logic/workflows/$name?api-version=2016-06-01" workflow.json "Logic App $name: is there, and writes to $email"
if $dry_run; then
  echo "a preview: nothing was changed"
  exit 0
fi
keep LOGIC_APP_EMAIL_URL "'$(az rest --method post --query value --output tsv \
  --url "https://management.azure.com$base/providers/Microsoft.Logic/workflows/$name/triggers/manual/listCallbackUrl?api-version=2016-06-01")'"
echo "address: LOGIC_APP_EMAIL_URL in $CREDENTIALS"
echo "once, by a person: authorize the connection office365 in the portal (resource group $group); before that no e-mail leaves"
