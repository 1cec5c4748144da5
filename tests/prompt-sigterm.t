#!/bin/bash
# SPDX-License-Identifier: LGPL-2.1-or-later
#
# A prompt that is interrupted ends at once, with the terminal as it was and
# nothing sent; one that is stopped goes on.

# shellcheck disable=SC2119,SC2120,SC2317 # functions are called by name
# shellcheck source=tests/lib.sh
. "$(dirname "$0")/lib.sh"
need_world
need jq:jq script:bsdutils stty:coreutils

conf=$(desk_conf)
program=${CKSTOKEN##*/}
# begin [OPTION...]: on a terminal, in a shell that has jobs.
begin()
{
	mock_state user-tries=0
	rm -f "$WORK/keys" "$WORK/screen"
	mkfifo "$WORK/keys"
	cat >"$WORK/job" <<-END
		set -m
		trap : INT QUIT
		'$CKSTOKEN' --config '$conf' --module '$(mock locks)' unblock \
			--authority 1 --final-try $*
		code=\$?
		stty -a | sed 's/^/set: /'
		echo "code \$code"
		while [ \$code = 147 ] || [ \$code = 148 ]; do
			fg >/dev/null
			code=\$?
			echo "code \$code"
		done
		echo over
	END
	# A shell makes what runs in the background deaf to two of them, and
	# nohup to the third.
	SHELL=/bin/sh env --default-signal=INT,QUIT,HUP \
		script -qefc "bash '$WORK/job'" "$WORK/screen" \
		<"$WORK/keys" >/dev/null 2>&1 &
	session=$!
	exec 7>"$WORK/keys"
	# A doubt told before it names the SO PIN too.
	shown 1 '^SO PIN: '
}
count()
{
	[ "$(grep -oE "$2" "$WORK/screen" | wc -l)" -ge "$1" ]
}
# shown N REGEX: waits for the N-th.
shown()
{
	wait_for 30 count "$@" && return
	kill -KILL "$session"
	bail "no \"$2\": $(<"$WORK/screen")"
}
type_in()
{
	printf '%s' "$1" >&7
}
# end: what is on the screen then, in $screen.
end()
{
	shown 1 '^over'
	exec 7>&-
	wait "$session"
	screen=$(tr -d '\r' <"$WORK/screen")
}
echoes()
{
	like "$screen" 'set: .* echo ' "$1: then the terminal echoes"
	like "$screen" 'set: .* isig ' "$1: and hears Ctrl-C"
	is "$(mock_calls 'C_(Login|InitPIN)')" 0 "$1: nothing is sent"
}

for signal in TERM HUP INT QUIT USR1; do
	begin
	type_in 12
	kill -s "$signal" "$(pgrep -x "$program")"
	end
	like "$screen" "nothing was sent.*code $((128 + $(kill -l "$signal")))" \
		"SIG$signal at the first prompt ends the program by it"
	echoes "SIG$signal"
done
begin
type_in "$SO_PIN"$'\n'
shown 1 'New user PIN: '
kill -TERM "$(pgrep -x "$program")"
end
like "$screen" 'nothing was sent.*code 143' 'SIGTERM at the second'
echoes 'SIGTERM at the second'
no_secret_in 'no secret is shown' "$WORK/screen"
begin
type_in $'12\x1c'
end
like "$screen" 'nothing was sent.*code 7' 'Ctrl-\ ends it as Ctrl-C does'
echoes 'Ctrl and backslash'

# Half a line that was typed before is none of the answer.
begin
type_in $'12\x1a'
shown 1 'code 148'
shown 2 'SO PIN: '
type_in "$SO_PIN"$'\n'
shown 1 'New user PIN: '
type_in "$NEW_PIN"$'\n'
shown 1 'Once more: '
type_in "$NEW_PIN"$'\n'
end
like "$screen" 'set: .* echo .*code 148.*code 0' \
	'Ctrl-Z stops it with a terminal that echoes, and fg goes on'
no_secret_in 'without echo' "$WORK/screen"
begin
kill -STOP "$(pgrep -x "$program")"
shown 2 'SO PIN: '
type_in $'\x03'
end
like "$screen" 'nothing was sent.*code 7' \
	'after a SIGSTOP it hides the terminal and asks anew'

# What is typed
begin
type_in $'51827364\xc6\xa1\n'
end
like "$screen" 'SO PIN: it has an accented character.*Vietnamese.*code 7' \
	'a letter of Vietnamese typing is told at once'
echoes 'Vietnamese typing'
begin
type_in "$SO_PIN"$'\n'
shown 1 'New user PIN: '
type_in $'12\n'
end
like "$screen" 'new PIN cannot be used: .*Its length is 4 to 16.*code 7' \
	'a new PIN of a wrong length is told after its prompt'
unlike "$screen" 'Once more' 'and not asked for again'
begin
type_in "$SO_PIN"$'\n'
shown 1 'New user PIN: '
type_in "$SO_PIN"$'\n'
end
like "$screen" 'the new PIN is the SO PIN.*code 7' 'so is one that is the SO PIN'
is "$(grep -c 'Caps Lock' "$WORK/screen")" 1 'a hint goes before the first prompt'
is "$(grep 'Caps Lock' "$WORK/screen" | tr -d '\r' | awk 'length > 79')" '' \
	'in one line'

plan_done
