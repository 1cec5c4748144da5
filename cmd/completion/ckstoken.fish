# SPDX-License-Identifier: LGPL-2.1-or-later
#
# Completion of "ckstoken" for fish: the program says what can follow, and fish
# brings it into the quoting of the line. No part of the line is evaluated.

function __ckstoken_complete
    # Some systems would offer to install what is not there.
    command -q ckstoken; or return
    set -l words (commandline -opc)
    set -l word (commandline -ct)
    set -l typed $word
    # As it reads, with a quote that is open closed.
    for quote in '' \' \"
        if string unescape -- $word$quote >/dev/null 2>&1
            set typed (string unescape -- $word$quote)
            break
        end
    end
    for line in (command ckstoken help --complete -- $words[2..-1] "$typed" 2>/dev/null)
        if test "$line" = \tfiles
            set -l option (string match -r -- '^--[^=]*=' "$typed")
            __fish_complete_path (string replace -- "$option" '' "$typed") |
                string replace -r -- '^' "$option"
        else
            printf '%s\n' $line
        end
    end
end

complete -c ckstoken -f -a '(__ckstoken_complete)'
