#!/bin/bash
# Writes the completions of bash, zsh and fish below PREFIX/share, where each of them looks for those of packages.
#
# Usage: make.sh PREFIX. The binary writes them: what it completes is said beside each argument in Sources/bnfold.
set -euo pipefail

prefix=$1

# Usage: write SHELL PATH.
write() {
  mkdir -p "$prefix/share/$(dirname "$2")"
  # They are read, never run: so without the line that names an interpreter.
  "$prefix/bin/bnfold" --generate-completion-script "$1" | sed '1{/^#!/d}' >"$prefix/share/$2"
}

write bash bash-completion/completions/bnfold
write zsh zsh/site-functions/_bnfold
write fish fish/vendor_completions.d/bnfold.fish
