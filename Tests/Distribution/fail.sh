# Usage: fail SENTENCE; ends a check that sources this, with what was expected and found.
# shellcheck shell=bash
fail() {
  echo "$1" >&2
  exit 1
}
