# SPDX-License-Identifier: MIT
# Completion of vitals2mqtt for bash. Load it with
#   source <(vitals2mqtt completion bash)

_vitals2mqtt() {
    local current=${COMP_WORDS[COMP_CWORD]} line
    [[ $current == "=" ]] && current=""
    COMPREPLY=()
    while IFS= read -r line; do
        if [[ ${line%%$'\t'*} == ":files" ]]; then
            compopt -o filenames 2>/dev/null
            while IFS= read -r line; do
                COMPREPLY+=("$line")
            done < <(compgen -f -- "$current")
            return
        fi
        COMPREPLY+=("${line%%$'\t'*}")
    done < <("${COMP_WORDS[0]/#\~/$HOME}" __complete -- "${COMP_WORDS[@]:1:COMP_CWORD}" 2>/dev/null)
}

complete -F _vitals2mqtt vitals2mqtt
