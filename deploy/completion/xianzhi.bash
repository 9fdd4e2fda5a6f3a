# Completion for bash: commands from `xianzhi --help`, options from `xianzhi COMMAND --help`, so that it is never
# out of date.
_xianzhi()
{
    local word=${COMP_WORDS[COMP_CWORD]} command=${COMP_WORDS[1]}
    if [ "$COMP_CWORD" -eq 1 ]; then
        COMPREPLY=($(compgen -W "$(xianzhi --help | awk '/^  [a-z]/ {print $1}')" -- "$word"))
    elif [[ $word == -* ]]; then
        COMPREPLY=($(compgen -W "$(xianzhi "$command" --help 2>/dev/null | grep -o '^  --[a-z-]*')" -- "$word"))
    else
        COMPREPLY=($(compgen -f -- "$word"))
        [ "$command $COMP_CWORD" = "worker 2" ] &&
            COMPREPLY=($(compgen -W "ingest segment extract aggregate" -- "$word"))
    fi
}
complete -o filenames -F _xianzhi xianzhi
