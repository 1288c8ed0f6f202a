# Usage: source annotation.sh; error MESSAGE shows an error on the page of the run.
# shellcheck shell=bash

error() {
  local message=$1
  # Workflow commands end at the line; see "Workflow commands for GitHub Actions".
  message=${message//'%'/%25}
  message=${message//$'\r'/%0D}
  message=${message//$'\n'/%0A}
  echo "::error title=bnfold::$message"
}
