#!/bin/bash
# SPDX-License-Identifier: LGPL-2.1-or-later
# sanitize: yes
#
# `ckstoken status --watch`: each token that is plugged in, changed or pulled is
# told, once, whatever happens to readers and to pcscd.

# shellcheck disable=SC2119,SC2120,SC2317 # functions are called by name
# shellcheck source=tests/lib.sh
. "$(dirname "$0")/lib.sh"
need_world
need jq:jq script:bsdutils

export CKSTOKEN_NOW=2026-11-21T02:00:00Z
watch_pid=''

# watch [OPTION...]: begins one, with what it tells in $WORK/told.
watch()
{
	: >"$WORK/told"
	"$CKSTOKEN" --module "$OPENSC_MODULE" "${more[@]}" status --watch \
		"$@" >"$WORK/told" 2>"$WORK/said" &
	watch_pid=$!
}
more=()
# all FILTER: of what was told so far, in one line.
all()
{
	jq -cs "$1" "$WORK/told"
}
holds()
{
	jq -es "$1" "$WORK/told"
}
# tells NAME FILTER: waits until what was told makes it true.
tells()
{
	if wait_for 30 holds "$2"; then
		pass "$1"
	else
		out='' err=''
		fail "$1" "$(jq -r '[.event, .reader, .serial, .user_pin,
			.error] | map(. // "-") | join(" ")' "$WORK/told" \
			2>&1)"$'\n'"$(<"$WORK/said")"
	fi
}
# events EVENT SERIAL: how many of these.
events()
{
	all "[.[] | select(.event == \"$1\" and .serial == \"$2\")] | length"
}
# tells_once EVENT SERIAL NAME
tells_once()
{
	tells "$3" "[.[] | select(.event == \"$1\" and .serial == \"$2\")] | length == 1"
}
# end_watch CODE NAME [SIGNAL]
end_watch()
{
	kill -"${3-TERM}" "$watch_pid"
	wait "$watch_pid"
	rc=$?
	out=$(<"$WORK/told")
	err=$(<"$WORK/said")
	is "$rc" "$1" "$2: exit code $1"
}

start_pcscd 6
start_softhsm 'Thẻ mềm'
start_card hsm sc-hsm 0

# 1. What is there when it begins

more=(--module "$SOFTHSM_MODULE")
watch --json
tells_once present CA0D0000 'present: a token that is plugged in already'
tells 'present: a soft token' '[.[] | select(.label == "Thẻ mềm" and
	.event == "present")] | length == 1'
is "$(all 'first | keys_unsorted[:2] | join(" ")')" '"event time"' \
	'present: an object begins with the event and its time'
is "$(all 'first.time')" '"2026-11-21T09:00:00+07:00"' \
	'present: in the time of the contract'
out=$(ckstoken --module "$OPENSC_MODULE" status --json)
is "$(all 'map(select(.serial == "CA0D0000"))[0] | del(.event, .time, .host)')" \
	"$(jq -c '.tokens[0]' <<<"$out")" \
	'present: the rest of it is what status --json has of the token'
end_watch 0 'sigterm: ends it' TERM
is "$err" '' 'sigterm: and nothing is said of that'
more=()

# 2. Plugged in, pulled, swapped

watch --json
tells_once present CA0D0000 'plugged-in: it begins'
start_card piv piv 1
tells_once plugged-in 00000000ca0d0001 'plugged-in: is told'
is "$(all 'map(select(.serial == "00000000ca0d0001"))[0].reader')" \
	"\"$(reader_name 1)\"" 'plugged-in: with its reader'
stop_card piv
tells_once pulled 00000000ca0d0001 'pulled: is told'
is "$(all 'last | keys_unsorted | join(" ")')" \
	'"event time host module slot reader label manufacturer model serial uri atr"' \
	'pulled: by what the token was called'
is "$(all 'last | [.module, .reader] | tojson')" \
	"$(jq -n --arg m "$OPENSC_MODULE" --arg r "$(reader_name 1)" '[$m, $r] | tojson')" \
	'pulled: and where it was'

# A card that takes half a minute to be read, so that the next event comes first.
start_card slow sc-hsm 1 --delay-ms 2000
stop_card slow
start_card after sc-hsm 1 --serial AFTER
tells_once plugged-in AFTER 'quickly-out: the next one in that reader is told'
is "$(events plugged-in CA0D0001)$(events pulled CA0D0001)" 00 \
	'quickly-out: and nothing of a card that was pulled before it was read'
stop_card after
start_card swapped sc-hsm 1 --serial SWAPPED
tells_once plugged-in SWAPPED 'swapped: the second is told'
is "$(all 'map(select(.serial == "AFTER" or .serial == "SWAPPED") |
	.event + " " + .serial)')" \
	'["plugged-in AFTER","pulled AFTER","plugged-in SWAPPED"]' \
	'swapped: and the first as pulled before it'

# 3. Many at once, and one that hangs

for i in 2 3 4; do
	start_card "many$i" sc-hsm "$i"
done
end_watch 0 'many-at-once: before'
for i in 2 3 4; do
	card_ctl "many$i" remove >/dev/null
done
for i in 2 3 4; do
	wait_card 10 empty "$i" || bail "card many$i is still seen"
done
card_ctl many3 'fault hang-at 10' >/dev/null
watch --json --timeout 5
tells_once present SWAPPED 'many-at-once: it begins'
for i in 3 2 4; do
	card_ctl "many$i" insert >/dev/null
done
tells "hanging-card: is told as a failure after its deadline" \
	"[.[] | select(.event == \"failed\" and .error == \"timeout\")] |
		length == 1"
is "$(all 'map(select(.event == "plugged-in").serial) | sort')" \
	'["CA0D0002","CA0D0004"]' 'many-at-once: the others were told before'
is "$(all 'last | [.reader, .critical] | tojson')" \
	"$(jq -n --arg r "$(reader_name 3)" '[$r, true] | tojson')" \
	'hanging-card: with its reader'
is "$(all 'last | keys_unsorted | join(" ")')" \
	'"event time host module slot reader atr error message critical"' \
	'hanging-card: in the fields of a failure'
kill "${card_pid[many3]}"
stop_card many3
tells 'hanging-card: that it was pulled is told, though by no name' \
	"last | .event == \"pulled\" and .serial == null and
		.reader == \"$(reader_name 3)\""
start_card many3 sc-hsm 3
tells_once plugged-in CA0D0003 'hanging-card: another one there is told'

# 4. What another program does to a token

# As slow as a token is, for pcscd looks a few times a second who is at it.
card_ctl hsm 'set delay-ms 40' >/dev/null
for _ in 1 2 3; do
	pkcs11-tool --module "$OPENSC_MODULE" --slot 0 --login \
		--pin "$WRONG_PIN" -O >/dev/null 2>&1
done
tells 'changed: a token that was locked by another program' \
	'[.[] | select(.event == "changed" and .serial == "CA0D0000")] |
		last | .user_pin == "locked"'
like "$(all 'map(select(.event == "changed")) | last.advice')" \
	'request recover' 'changed: and what to do'
end_watch 1 'interrupted: with a locked token, and one that hung and is gone'
card_ctl hsm 'set delay-ms 0' >/dev/null

# 5. For people

for i in 2 3 4; do
	stop_card "many$i"
done
stop_card swapped
watch
wait_for 30 grep -q CA0D0000 "$WORK/told" || bail "nothing: $(<"$WORK/said")"

end_watch 1 'words: with a locked token' INT
like "$out" "^21/11/2026
09:00:00  present     $(reader_name 0): CA0D0000 \\(SmartCard-HSM[^:]*: user PIN: locked; Nguyễn [^;]*: valid \\([0-9/]+\\)\$" \
	'words: a day, and a line with hour, reader, name and state'
like "$err" '^ckstoken: CA0D0000 \(.*\): The user PIN is locked:.*request recover' \
	'words: and what to do, beneath'

# What expires soon, on a terminal of 80 columns and in Vietnamese.
card_ctl hsm remove >/dev/null
cat >"$WORK/job" <<-END
	stty cols 80
	exec '$CKSTOKEN' --module '$OPENSC_MODULE' status --watch --days 500
END
LC_ALL=vi_VN.UTF-8 LOCPATH=$(vietnamese_locale) SHELL=/bin/sh \
	script -qefc "sh '$WORK/job'" "$WORK/told" </dev/null >/dev/null 2>&1 &
watch_pid=$!
wait_for 30 grep -q 'Ctrl-C' "$WORK/told" || bail "nothing: $(<"$WORK/told")"
start_card soon gids 1
wait_for 30 grep -q 'renew-' "$WORK/told" ||
	bail "nothing: $(<"$WORK/told")"
stop_card soon
wait_for 30 grep -q 'đã rút' "$WORK/told" || bail "nothing: $(<"$WORK/told")"
kill "$watch_pid"
wait "$watch_pid" 2>/dev/null
out=$(tr -d '\r' <"$WORK/told")
like "$out" "
09:00:00  mới cắm   +$(reader_name 1): [0-9a-f]+ " \
	'terminal: a line, in Vietnamese'
like "$(tr -s ' \n' ' ' <<<"$out")" \
	' ckstoken: [^:]*: Có chứng thư sắp hết hạn: .* 16/12/2027: ckstoken --module [^ ]* request [\\ ]*renew --serial' \
	'terminal: and the last day and the command that renews a certificate'
ok 'terminal: no line that is wider than 80 columns' \
	test "$(grep -v '^Script' <<<"$out" | wc -L)" -le 80
nok 'terminal: nor any that moves the cursor' grep -q $'\x1b' "$WORK/told"
card_ctl hsm insert >/dev/null
wait_card 10 present 0 || bail 'card hsm is not seen'

# 6. Options

exit_is 2 'usage: --csv' ckstoken status --watch --csv
like "$err" 'watch and --csv' 'usage: is refused in words'
: >"$WORK/told"
timeout 60 "$CKSTOKEN" --module "$OPENSC_MODULE" status --watch --json \
	2>"$WORK/said" | head -n 1 >"$WORK/told"
rc=("${PIPESTATUS[@]}")
is "${rc[0]}" 1 'broken-pipe: it ends when nobody reads it, without a line more'
is "$(<"$WORK/said")" '' 'broken-pipe: and says nothing'

# As much as a pipe takes, so that the first line waits for a reader in vain.
mkfifo "$WORK/full"
exec 7<>"$WORK/full"
head -c 65536 /dev/zero >&7
"$CKSTOKEN" --module "$OPENSC_MODULE" status --watch --json \
	>"$WORK/full" 2>"$WORK/said" &
watch_pid=$!
wait_for 10 grep -q pipe "/proc/$watch_pid/wchan"
: >"$WORK/told"
end_watch 1 'full-pipe: ends as well, when nobody reads what is being written'
is "$err" '' 'full-pipe: without a word'
exec 7<&-

more=(--module "$(mock three)")
watch --json --serial OTHER
start_card other sc-hsm 1 --serial OTHER
tells_once plugged-in OTHER 'serial: the token that is asked for'
end_watch 0 'serial: and no other'
is "$(all 'map(.serial) | unique')" '["OTHER"]' 'serial: is told'
stop_card other
more=()

# 7. The register

printf '%s\n' '[register]' "$(register_setting "$WORK/register.db")" >"$WORK/conf"
registered()
{
	ckstoken --config "$WORK/conf" register show CA0D0000 --json |
		jq -e ".tokens[0].user_pin == \"$1\""
}
ckstoken --config "$WORK/conf" --module "$OPENSC_MODULE" register add present \
	>/dev/null 2>&1
ok 'register: has a token as locked' registered locked
card_ctl hsm 'set tries 3' >/dev/null
more=(--config "$WORK/conf")
watch --json
tells_once present CA0D0000 'register: a token that works again'
ok 'register: is recorded as that' wait_for 30 registered ok
start_card stranger sc-hsm 1 --serial STRANGER
tells_once plugged-in STRANGER 'register: one that is not in it'
ok 'register: is told as that' wait_for 30 grep -q 'not in the register' \
	"$WORK/said"
end_watch 0 'register'
stop_card stranger
more=()

# 8. A module that hangs or is missing

mock_state
more=(--module "$(mock hang-tokeninfo)" --module /no/such/module.so)
watch --json --timeout 3
tells 'failures: of modules are told, and the token that another shows' \
	'(map(select(.event == "failed").error) | sort) == ["load", "timeout"] and
		any(.serial == "CA0D0000")'
start_card again sc-hsm 1
tells_once plugged-in CA0D0001 'failures: and the next token'
stop_card again
tells_once pulled CA0D0001 'failures: until it is pulled'
end_watch 10 'failures: that stand'
is "$(all 'map(select(.event == "failed")) | length')" 2 \
	'failures: each is told once'
more=()

more=(--module "$(mock blank)")
MOCK_READER=$(reader_name 1)
export MOCK_READER
watch
wait_for 30 grep -q CA0D0000 "$WORK/told" || bail "nothing: $(<"$WORK/said")"
start_card blank bit4id 1 --atr 3B8180018080
ok 'never-initialized: a card is told in words, for it is no token' wait_for 30 \
	grep -q "$(reader_name 1).*never initialized" "$WORK/said"
stop_card blank
end_watch 0 'never-initialized: is no failure'
unset MOCK_READER
more=()

hold_reader 0 exclusive
watch --json
tells 'busy: a token that another program holds alone is a failure' \
	'map([.event, .error]) == [["failed", "busy"]]'
release_reader 0
tells 'busy: and is told as soon as it is let go' \
	'map([.event, .serial]) | last == ["present", "CA0D0000"]'
end_watch 0 'busy: no longer'

# 9. pcscd

watch --json
tells_once present CA0D0000 'pcscd: a token'
kill -STOP "$pcscd_pid"
tells 'pcscd-hangs: is told' 'map(select(.event == "failed").error) ==
	["no-service"]'
kill -CONT "$pcscd_pid"
tells 'pcscd-hangs: what was there is told again when it goes on' \
	'map(select(.serial == "CA0D0000").event) == ["present", "present"]'
stop_pcscd
tells 'pcscd-ends: is told' 'map(select(.event == "failed").error) ==
	["no-service", "no-service"]'
like "$(all 'last.message')" 'pcscd does not answer' 'pcscd-ends: in words'
is "$(events pulled CA0D0000)" 0 \
	'pcscd-ends: and no token is called pulled, for nobody knows'
stop_card hsm
# A hub is gone, and then there are as many readers as pcscd can have.
start_pcscd 16
tells_once pulled CA0D0000 'pcscd-starts: what is gone is told as pulled'
start_card last sc-hsm 15
tells_once plugged-in CA0D00015 'pcscd-starts: a token in the last of 16 readers'
stop_pcscd
tells 'pcscd-ends: once more' 'map(select(.event == "failed")) | length == 3'
stop_card last
end_watch 10 'pcscd-ends: is a failure'
watch --json
tells 'pcscd-absent: is told when the watch begins' \
	'map(select(.event == "failed").error) == ["no-service"]'
start_pcscd 2
start_card hsm piv 0
tells_once plugged-in 00000000ca0d0000 'pcscd-absent: a token once it has come'
end_watch 0 'pcscd-absent: no longer'
plan_done
