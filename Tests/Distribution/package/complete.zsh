# Prints what zsh completes: each argument is typed into an interactive zsh, then the tabulator; the answer is the last
# word of the line.
emulate -R zsh
insecure=$(autoload -Uz compaudit; compaudit 2>&1) || { print -u2 -- "compinit would warn: $insecure"; exit 1 }
answers=$(mktemp)
zmodload zsh/zpty
zpty shell zsh -f -i
zpty -w shell "autoload -Uz compinit; compinit -D; bindkey '^I' complete-word
show() { print -r -- \${\${=BUFFER}[-1]} >>$answers; BUFFER= }; zle -N show; bindkey '^X' show; : >$answers.ready"
for _ in {1..100}; do [[ -e $answers.ready ]] && break; sleep 0.1; done
for line in "$@"; do zpty -n -w shell "$line"$'\t\x18'; done
for _ in {1..100}; do (( $(wc -l <$answers) == $# )) && break; sleep 0.1; done
zpty -d shell
cat $answers
rm -f $answers $answers.ready
