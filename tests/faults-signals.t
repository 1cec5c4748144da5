#!/bin/bash
# SPDX-License-Identifier: LGPL-2.1-or-later
#
# Signals in the middle of an attempt: what came of it is told and recorded.

# shellcheck disable=SC2119,SC2120,SC2317 # functions are called by name
# shellcheck source=tests/lib.sh
. "$(dirname "$0")/lib.sh"
need_world
need jq:jq prlimit:util-linux

conf=$(desk_conf)
so=$(secret_file SO_PIN)
new=$(secret_file NEW_PIN)
journal=$HOME/.local/state/ckstoken/unblock.journal
export MOCK_PAUSE=$WORK/pause
paused=$(mock pause-login)
attempt=''

entry()
{
	tail -1 "$journal" | cut -c 66- | jq -r "$1"
}
# begin MODULE OPTION...: an unblock in the background. Bash would have it
# ignore SIGINT, which is what it is asked about.
begin()
{
	local module=$1
	shift
	env --default-signal=INT,QUIT "$CKSTOKEN" --config "$conf" \
		--module "$module" unblock --json --authority 15/STC-VP --final-try \
		--so-pin-file "$so" --new-pin-file "$new" --timeout 60 "$@" \
		>"$WORK/out" 2>"$WORK/err" &
	attempt=$!
}
# ended CODE NAME
ended()
{
	wait "$attempt"
	rc=$?
	out=$(<"$WORK/out")
	err=$(<"$WORK/err")
	is "$rc" "$1" "$2: exit code $1"
}
# at_login NAME OPTION...: leaves the attempt waiting in C_Login.
at_login()
{
	local name=$1
	shift
	rm -rf "$MOCK_PAUSE" "${journal%/*}"
	mkdir "$MOCK_PAUSE"
	mock_state user-tries=0
	begin "$paused" "$@"
	ok "$name: an attempt is under way" wait_for 60 \
		test -e "$MOCK_PAUSE/began"
}
go_on()
{
	touch "$MOCK_PAUSE/go"
}

# 1. A signal changes nothing about the result

for signal in INT TERM HUP QUIT ALRM USR1 PIPE; do
	at_login "SIG$signal"
	kill -s "$signal" "$attempt"
	ok "SIG$signal: it goes on" kill -0 "$attempt"
	go_on
	ended 0 "SIG$signal"
	is "$(json .result)" ok "SIG$signal: the report comes out"
	is "$(entry '[.event, .result] | join(" ")')" 'result ok' \
		"SIG$signal: the journal has the result"
	is "$(mock_calls 'C_InitPIN 0x0')" 1 "SIG$signal: the PIN was set"
done

so=$(secret_file WRONG_PIN)
at_login 'SIGINT at a wrong SO PIN'
kill -s INT "$attempt"
go_on
ended 5 'SIGINT at a wrong SO PIN'
like "$err" 'do not guess' 'SIGINT at a wrong SO PIN: is told'
is "$(entry .result)" so-pin-incorrect 'SIGINT at a wrong SO PIN: and recorded'
so=$(secret_file SO_PIN)

# The report in words, which is for the officer's eyes.
at_login 'SIGTERM twice'
kill -s TERM "$attempt"
kill -s TERM "$attempt"
go_on
ended 0 'SIGTERM twice'

# 2. Before anything is begun, a signal still ends the program

rm -rf "${journal%/*}"
mock_state user-tries=0
mkfifo -m 600 "$WORK/never"
exec 7<>"$WORK/never"
env --default-signal=INT "$CKSTOKEN" --config "$conf" --module "$paused" \
	unblock --authority 15/STC-VP --so-pin-fd 7 --new-pin-file "$new" \
	--final-try >"$WORK/out" 2>"$WORK/err" &
attempt=$!
ok 'one that waits for its SO PIN' wait_for 60 test -e "$journal"
kill -s INT "$attempt"
ended 130 'can be stopped by Ctrl-C'
exec 7<&-
is "$(mock_calls C_)" 0 'and has sent nothing'
is "$(wc -c <"$journal")" 0 'nor recorded anything'

# 3. Killed: who comes next has to know it

at_login 'SIGKILL'
kill -s KILL "$attempt"
wait "$attempt" 2>/dev/null
is "$(entry .event)" about-to 'SIGKILL: the journal knows what was begun'
go_on
mock_state user-tries=0
for more in '' --dry-run; do
	begin "$(mock locks)" ${more:+"$more"}
	ended 7 "after SIGKILL, unblock $more"
	like "$err" 'no result of the last attempt.*interrupted.*--yes' \
		"after SIGKILL, unblock $more: needs --yes"
	is "$(mock_calls C_)" 0 "after SIGKILL, unblock $more: nothing is sent"
done
begin "$(mock locks)" --yes
ended 0 'after SIGKILL, with --yes'
mock_state user-tries=0
begin "$(mock locks)"
ended 0 'which is then over and done with'

# 4. A slow card

start_pcscd 1
start_card slow sc-hsm 0
so=$(secret_file HSM_SO_PIN)
begun()
{
	[ -s "$journal" ]
}
for signal in INT TERM; do
	rm -rf "${journal%/*}"
	card_ctl slow 'set tries 0' >/dev/null
	card_ctl slow 'set delay-ms 30' >/dev/null
	: >"$WORK/card-slow.apdus"
	begin "$OPENSC_MODULE"
	ok "a slow card, SIG$signal: an attempt is under way" \
		wait_for 60 begun
	kill -s "$signal" "$attempt"
	ended 0 "a slow card, SIG$signal"
	is "$(json '[.result, .after.user_pin] | join(" ")')" 'ok ok' \
		"a slow card, SIG$signal: the report comes out"
	is "$(entry '[.event, .result] | join(" ")')" 'result ok' \
		"a slow card, SIG$signal: the journal has the result"
	is "$(secret_apdus slow)" 1 \
		"a slow card, SIG$signal: the SO PIN was sent once"
	card_ctl slow 'set delay-ms 0' >/dev/null
done

no_secret_in 'no secret stands in any of this' "$HOME" "$WORK"

plan_done
