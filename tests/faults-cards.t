#!/bin/bash
# SPDX-License-Identifier: LGPL-2.1-or-later
# sanitize: yes
#
# Cards that are not what they were a moment ago, and what a failed attempt on
# one leaves behind for the next.

# shellcheck disable=SC2119,SC2120,SC2317 # functions are called by name
# shellcheck source=tests/lib.sh
. "$(dirname "$0")/lib.sh"
need_world
need jq:jq

conf=$(desk_conf)
new=$(secret_file NEW_PIN)
puk=$(secret_file PUK)
journal=$HOME/.local/state/ckstoken/unblock.journal
unblock()
{
	ckstoken --config "$conf" --module "$OPENSC_MODULE" unblock --json \
		--authority 15/STC-VP --serial 00000000ca0d0000 \
		--so-pin-file "$puk" --new-pin-file "$new" "$@"
}
lock()
{
	card_ctl "$1" 'set tries 0' >/dev/null
	: >"$WORK/card-$1.apdus"
}
start_pcscd 1

# 1. A proof of what was not done would cost the last try

start_card gids gids 0
card_ctl gids 'fault unblock-noop on' >/dev/null
card_ctl gids 'set tries 1' >/dev/null
before=$(card_ctl gids tries)
: >"$WORK/card-gids.apdus"
exit_is 9 'one try left, and a card that does nothing: exit code 9' \
	unblock --force-unlocked --prove
is "$(json '[.result, .after.user_pin, .proved] | tojson')" \
	'["no-effect","final-try",null]' 'is found out, and not proved'
is "$(secret_apdus gids)" 1 'nothing but the PUK was sent'
is "$(card_ctl gids tries)" "$before" 'and the last try is still there'
card_ctl gids 'fault unblock-noop off' >/dev/null
exit_is 0 'a card that does what it says' \
	unblock --force-unlocked --prove --yes
is "$(json .proved)" true 'is proved'

# 2. Another card, in the same reader, while the SO PIN is awaited

rm -rf "${journal%/*}"
mkfifo -m 600 "$WORK/so-pin"
identity()
{
	ckstoken --module "$OPENSC_MODULE" status --json |
		jq -r '.tokens[] | [.serial, .label, .manufacturer, .slot] |
			join("|")'
}
# The last that it says before it reads the secret.
awaits()
{
	grep -q 'tries of the SO PIN are left' "$WORK/err"
}
# awaiting NAME [OPTION...]: leaves an unblock that waits for its SO PIN.
awaiting()
{
	local name=$1
	shift
	[ $# -gt 0 ] || set -- --serial 00000000ca0d0000
	exec 7<>"$WORK/so-pin"
	: >"$WORK/err"
	ckstoken --config "$conf" --module "$OPENSC_MODULE" unblock --json \
		--authority 15/STC-VP "$@" --yes \
		--so-pin-fd 7 --new-pin-file "$new" \
		>"$WORK/out" 2>"$WORK/err" &
	attempt=$!
	ok "$name: an unblock waits for its SO PIN" wait_for 60 awaits
}
# given CODE NAME [SO PIN]
given()
{
	echo "${3-$PUK}" >&7
	exec 7<&-
	wait "$attempt"
	rc=$?
	out=$(<"$WORK/out")
	err=$(<"$WORK/err")
	is "$rc" "$1" "$2: exit code $1"
}
lock gids
first=$(identity)
awaiting 'another card'
stop_card gids
start_card other gids 0 --pair "$(pki seal.key),$(pki seal.crt),other"
lock other
is "$(identity)" "$first" 'another card: names itself as the first'
: >"$WORK/card-other.apdus"
given 7 'another card'
is "$(json .result)" state-changed 'another card: is noticed'
like "$err" 'Nothing was sent to the token' 'another card: as is said'
is "$(secret_apdus other)" 0 'another card: no secret was sent to it'
is "$(tail -1 "$journal" | cut -c 66- | jq -c '[.event, .result, .sent]')" \
	'["result","state-changed",false]' 'another card: the journal says so'
lock other
exit_is 0 'which counts for no failed attempt' unblock
stop_card other

# The same card, out and in, is the one that was read.
start_card gids gids 0
lock gids
awaiting 'the same card'
stop_card gids
start_card gids gids 0
lock gids
given 0 'the same card'
is "$(secret_apdus gids)" 1 'the same card: the SO PIN was sent once'

# No card, and one of the same kind whose own tries are nobody's business here.
lock gids
awaiting 'no card'
stop_card gids
given 9 'no card'
is "$(json .result)" removed 'no card: is not called a fault'
like "$err" 'pulled out.*Nothing was sent' 'no card: as is said'
start_card gids gids 0
lock gids
awaiting 'a card of the same kind'
stop_card gids
start_card other gids 0 --serial CA0D0099
card_ctl other 'set so-tries 0' >/dev/null
given 9 'a card of the same kind'
is "$(json .result)" removed 'a card of the same kind: is not taken for the first'
is "$(secret_apdus other)" 0 'a card of the same kind: no secret was sent to it'
stop_card other

# An OpenPGP card of the same serial number, which differs from the first in what
# its second slot shows alone.
for whose in seal person; do
	start_card first openpgp 0
	lock first
	awaiting "an OpenPGP card of $whose" --label 'OpenPGP card (User PIN)'
	stop_card first
	start_card other openpgp 0 --pair \
		"$(pki "$whose.key"),$(pki "$whose.crt"),Chứng thư first"
	lock other
	: >"$WORK/card-other.apdus"
	if [ "$whose" = seal ]; then
		given 7 'openpgp-swapped: another' "$SO_PIN"
		is "$(json .result)" state-changed \
			'openpgp-swapped: another is noticed in its other slot'
		is "$(secret_apdus other)" 0 \
			'openpgp-swapped: no secret was sent to it'
	else
		given 0 'openpgp-swapped: one that shows the same' "$SO_PIN"
		is "$(json .objects_unchanged)" true \
			'openpgp-swapped: is compared afterwards, too'
	fi
	stop_card other
done
stop_card other
start_card gids gids 0
lock gids

# 3. An attempt that ended in a fault after the secret was sent

rm -rf "${journal%/*}"
lock gids
card_ctl gids 'fault remove-after-ins 2C' >/dev/null
exit_is 9 'pulled after the PUK was sent: exit code 9' unblock
is "$(secret_apdus gids)" 1 'the PUK was sent'
card_ctl gids 'fault none' >/dev/null
ok 'the card is out' wait_card 10 empty 0
# pcscd may not have looked since: it asks vpcd from time to time.
sleep 0.6
card_ctl gids insert >/dev/null
ok 'and in again' wait_card 10 present 0
lock gids
for more in '' --dry-run; do
	exit_is 7 "the next unblock $more needs --yes" \
		unblock ${more:+"$more"}
	like "$err" '1 attempt on this token failed in the last 24 hours.*--yes' \
		'for the one that failed'
	is "$(secret_apdus gids)" 0 'and sends nothing'
done
exit_is 0 'with --yes it goes on' unblock --yes
stop_card gids

# 4. Pulled while it is read: OpenSC shows what it remembers, or a token without
# certificates, as if all were well

status()
{
	ckstoken --module "$OPENSC_MODULE" status --json "$@"
}
# pulled CARD APDU...
pulled()
{
	local card=$1 n
	shift
	start_card "$card" "$card" 0
	for n; do
		card_ctl "$card" reset-count >/dev/null
		card_ctl "$card" "fault remove-at $n" >/dev/null
		out=$(status 2>"$WORK/err")
		rc=$?
		err=$(<"$WORK/err")
		if [ "$(card_ctl "$card" count)" -lt "$n" ]; then
			pass "pulled-while-read: $card is read in fewer than $n"
		else
			is "$rc" 10 \
				"pulled-while-read: $card at APDU $n: exit code 10"
			is "$(json '[.tokens, ([.failures[].error] | unique)] |
				tojson')" '[[],["removed"]]' \
				"pulled-while-read: $card at $n: told as pulled"
		fi
		card_ctl "$card" 'fault none' >/dev/null
		card_ctl "$card" insert >/dev/null
		wait_card 10 present 0 || bail "$card is not seen again"
	done
	exit_is 0 "pulled-while-read: $card, put in again" status
	is "$(json '[.tokens[].certificates | length] | add')" 1 \
		"pulled-while-read: $card is read as a whole"
	stop_card "$card"
}
pulled piv 2 8 14 28
like "$(ckstoken --module "$OPENSC_MODULE" status 2>&1)" \
	'no card in any' 'pulled-while-read: one that was out before is no failure'
pulled sc-hsm 12 28

# 5. file-cache: OpenSC would show what it keeps of an earlier card

opensc_conf 'app default { framework pkcs15 { use_file_caching = public; } }'
start_card old sc-hsm 0 --pair "$(pki person.key),$(pki person.crt),c"
exit_is 0 'file-cache: the card' status
was=$(json '.tokens[].certificates[].name')
stop_card old
start_card new sc-hsm 0 --pair "$(pki seal.key),$(pki seal.crt),c"
exit_is 0 'file-cache: another of its serial number' status
is "$(json '.tokens[].certificates[].name')" 'SỞ TÀI CHÍNH TỈNH VÍ DỤ' \
	"file-cache: is read from the card, where $was was before"

plan_done
