# SPDX-License-Identifier: MIT
# Completion of vitals2mqtt for fish. Load it with
#   vitals2mqtt completion fish | source

function __vitals2mqtt_complete
    set -l words (commandline -opc)
    set -l current (commandline -ct)
    set -l candidates ($words[1] __complete -- $words[2..-1] "$current" 2>/dev/null)
    if test (string split -f 1 \t -- "$candidates[1]") = ":files"
        __fish_complete_path "$current"
    else
        printf "%s\n" $candidates
    end
end

complete -c vitals2mqtt -f -k -a "(__vitals2mqtt_complete)"
