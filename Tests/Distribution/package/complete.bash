# Prints what bash completes: each argument is a command line, the answer is one line with all words that are offered.
source /usr/share/bash-completion/bash_completion
_completion_loader bnfold || [ $? = 124 ]
function=$(complete -p bnfold | sed -E 's/.* -F ([^ ]+) .*/\1/')
for COMP_LINE in "$@"; do
  COMP_POINT=${#COMP_LINE}
  read -ra COMP_WORDS <<<"$COMP_LINE"
  [[ $COMP_LINE != *" " ]] || COMP_WORDS+=("")
  COMP_CWORD=$((${#COMP_WORDS[@]} - 1))
  COMPREPLY=()
  "$function" bnfold "${COMP_WORDS[COMP_CWORD]}" "${COMP_WORDS[COMP_CWORD - 1]}"
  printf '%s\n' "${COMPREPLY[*]}"
done
