#!/bin/bash
# SPDX-License-Identifier: LGPL-2.1-or-later
#
# A token pulled out, silent, or a program killed in the middle of an unblock:
# what is known is said, and what is not is not made up.

# shellcheck disable=SC2119,SC2120,SC2317 # functions are called by name
# shellcheck source=tests/lib.sh
. "$(dirname "$0")/lib.sh"
need_world
need jq:jq

conf=$(desk_conf)
new=$(secret_file NEW_PIN)
journal=$HOME/.local/state/ckstoken/unblock.journal
entry()
{
	tail -1 "$journal" | cut -c 66- | jq -r "$1"
}
unblock()
{
	ckstoken --config "$conf" --module "$OPENSC_MODULE" unblock --json \
		--authority '15/STC-VP ngày 20/11/2026' \
		--so-pin-file "$key" --new-pin-file "$new" --yes "$@"
}
# in_again CARD READER: plugs it in and locks it, with an empty log.
in_again()
{
	card_ctl "$1" 'fault none' >/dev/null
	# A fault that never came about has left it in.
	card_ctl "$1" remove >/dev/null
	wait_card 10 empty "$2" || bail "card $1 is still seen"
	# pcscd may not have looked since: it asks vpcd from time to time.
	sleep 0.6
	card_ctl "$1" insert >/dev/null
	wait_card 10 present "$2" || bail "card $1 does not come back"
	ready "$1"
}
ready()
{
	card_ctl "$1" 'set tries 0' >/dev/null
	: >"$WORK/card-$1.apdus"
}

start_pcscd 3
start_card hsm sc-hsm 0
start_card piv piv 1
start_card gids gids 2

# 1. Pulled as the secret is sent, and right after

n=0
for line in 'hsm CA0D0000 HSM_SO_PIN' 'piv 00000000ca0d0001 PUK' \
	'gids 00000000ca0d0002 PUK'; do
	read -r card serial secret <<<"$line"
	key=$(secret_file "$secret")
	for fault in remove-at-ins remove-after-ins; do
		ready "$card"
		card_ctl "$card" "fault $fault 2C" >/dev/null
		exit_is 9 "$card, $fault: exit code 9" unblock --serial "$serial"
		like "$err" 'state is unknown: check with "ckstoken status"' \
			"$card, $fault: the state is said to be unknown"
		is "$(json '[.before.user_pin, .after, .objects_unchanged] |
			tojson')" '["locked",null,null]' \
			"$card, $fault: and nothing is made up"
		is "$(secret_apdus "$card")" 1 \
			"$card, $fault: the secret was sent once"
		is "$(entry '[.event, .after] | join(" ")')" 'result unknown' \
			"$card, $fault: the journal says the same"
		is "$(entry .result)" "$(json .result)" \
			"journal-ok-unread, $card, $fault: and of the attempt what the report says"
		in_again "$card" "$n"
	done
	n=$((n + 1))
	exit_is 0 "$card: plugged in again, it is restored" \
		unblock --serial "$serial"
done

# 2. Pulled anywhere

for card in piv gids; do
	stop_card "$card"
done
key=$(secret_file HSM_SO_PIN)
ready hsm
exit_is 0 'an unblock that nothing disturbs' unblock
total=$(wc -l <"$WORK/card-hsm.apdus")
secret_at=$(awk '$3 == "2C" { print NR }' "$WORK/card-hsm.apdus")
ok 'sends its secret somewhere in the middle' \
	test "$secret_at" -gt 1 -a "$secret_at" -lt "$total"

whole()
{
	grep -c '"event":"about-to"' "$journal"
}
for ((n = 1; n <= total; n += n > secret_at - 4 && n < secret_at + 4 ? 1 : 9)); do
	ready hsm
	entries=$(whole)
	card_ctl hsm "fault remove-at $n" >/dev/null
	unblock >"$WORK/out" 2>"$WORK/err"
	rc=$?
	where="pulled at APDU $n of $total"
	case $rc in
	3 | 9 | 10) pass "$where: exit code 3, 9 or 10" ;;
	0)
		# Only what comes after the last reading may go unnoticed.
		ok "$where: exit code 0 as all had been read again" \
			jq -e '.after.user_pin == "ok"' "$WORK/out"
		;;
	*) fail "$where: exit code 3, 9 or 10" "$rc: $(<"$WORK/err")" ;;
	esac
	[ "$rc" = 0 ] || ok "$where: is explained" grep -q . "$WORK/err"
	ok "$where: one attempt at most" test "$(secret_apdus hsm)" -le 1
	if [ "$(whole)" -gt "$entries" ]; then
		is "$(entry .event)" result "$where: the journal has a result"
		if [ "$n" -ge "$secret_at" ] && [ "$rc" != 0 ]; then
			is "$(entry .after)" unknown \
				"$where: which is that the state is unknown"
		fi
	else
		is "$(secret_apdus hsm)" 0 "$where: nothing was sent unrecorded"
	fi
	in_again hsm 0
done
exit_is 0 'after all this the token can be restored' unblock
is "$(json '[.after.user_pin, .objects_unchanged] | tojson')" '["ok",true]' \
	'and is whole'

# 3. A card that falls silent at the secret

ready hsm
card_ctl hsm "fault hang-at $secret_at" >/dev/null
exit_is 9 'a silent card: exit code 9' timeout 120 "$CKSTOKEN" \
	--config "$conf" --module "$OPENSC_MODULE" unblock --json \
	--authority 15/STC-VP --so-pin-file "$key" --new-pin-file "$new" \
	--yes --timeout 2
is "$(entry .result)" timeout 'the journal tells that no answer came'
like "$err" 'did not answer in time' 'as the officer is told'
stop_card hsm
start_card hsm sc-hsm 0

# 4. Killed in the middle

ready hsm
entries=$(wc -l <"$journal")
# Slow enough for the kill to come before the end, and no slower: a hundred
# APDUs go before the journal's entry.
card_ctl hsm 'set delay-ms 100' >/dev/null
unblock >/dev/null 2>&1 &
attempt=$!
sleep 0.1
victim=$(pgrep -xo "${CKSTOKEN##*/}")
begun()
{
	[ "$(wc -l <"$journal")" -gt "$entries" ]
}
ok 'an attempt is under way' wait_for 60 begun
kill -KILL "$victim"
wait "$attempt"
nobody()
{
	! pgrep -x "${CKSTOKEN##*/}"
}
ok 'killed, it leaves no worker behind' wait_for 10 nobody
is "$(entry .event)" about-to 'the journal knows that it was about to begin'
card_ctl hsm 'set delay-ms 0' >/dev/null
ready hsm
card_ctl hsm 'set tries 3' >/dev/null
interrupted="no result of the last attempt on this token: the attempt was interrupted.*by $(id -un) at [0-9:]+ [0-9/]+ on the authority of 15/STC-VP.*may have cost a try"
exit_is 7 'a token that is not locked after it' unblock
like "$err" "$interrupted.*now: works.*user PIN is not locked" \
	'is refused, and what may be why is told'
ready hsm
exit_is 0 'the next attempt' unblock
like "$err" "$interrupted.*now: locked" \
	'tells of the one that was interrupted, and what is not known of it'
exit_is 0 'the one after that' unblock --force-unlocked
unlike "$err" 'interrupted' 'does not'

plan_done
