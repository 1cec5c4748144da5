#!/bin/bash
# SPDX-License-Identifier: LGPL-2.1-or-later
# sanitize: yes
#
# Tokens that say "done" when they are not, change more than they should, or
# are asked by two desks at once.

# shellcheck disable=SC2119,SC2120,SC2317 # functions are called by name
# shellcheck source=tests/lib.sh
. "$(dirname "$0")/lib.sh"
need_world
need jq:jq openssl:openssl

conf=$(desk_conf)
new=$(secret_file NEW_PIN)
so=$(secret_file SO_PIN)
hsm_so=$(secret_file HSM_SO_PIN)
journal=$HOME/.local/state/ckstoken/unblock.journal

unblock()
{
	local module=$1
	shift
	ckstoken --config "$conf" --module "$module" unblock \
		--authority '15/STC-VP ngày 20/11/2026' --json \
		--so-pin-file "$so" --new-pin-file "$new" "${consent[@]}" "$@"
}
last_entry()
{
	tail -1 "$journal" | cut -c 66- | jq -r "$1"
}

# Of the modules here none tells the tries of the SO PIN; the card of part 6
# does.
consent=(--final-try)

# 1. Success that is none

rm -f "$journal"*
mock_state user-tries=0
exit_is 9 'a module that reports success and does nothing' \
	unblock "$(mock noop-unblock)"
is "$(json '[.before.user_pin, .after.user_pin] | join(" ")')" \
	'locked locked' 'is found out by reading the token again'
like "$err" 'reported success, but the state of its user PIN is as it was' 'which is said'
is "$(last_entry .after)" locked 'and written to the journal'

# 2. Changes beside the PIN

for what in changes deletes; do
	rm -f "$journal"*
	mock_state user-tries=0
	exit_is 1 "an unblock that also $what an object" \
		unblock "$(mock "login-$what-object")"
	is "$(json .objects_unchanged)" false 'is not like any other'
	like "$err" 'ALARM' 'but an alarm'
	is "$(json .after.user_pin)" unknown 'though the PIN was set'
done

# 3. A PIN pad

rm -f "$journal"*
mock_state user-tries=0
exit_is 0 'a token with a PIN pad' ckstoken --config "$conf" \
	--module "$(mock pinpad)" unblock --authority '15/STC-VP' --json --yes
# Anything but a NULL PIN is CKR_ARGUMENTS_BAD to this module.
is "$(grep -v Logout "$MOCK_LOG")" $'C_Login SO 0x0\nC_InitPIN 0x0' \
	'asks for both secrets by itself'
like "$err" "token's own pad" 'as the officer is told'
rm -f "$journal"*
mock_state user-tries=0
exit_is 7 'given files all the same' unblock "$(mock pinpad)"
is "$(grep -cE 'C_(Login|InitPIN|SetPIN)' "$MOCK_LOG")" 0 \
	'it would not use them, and nothing is sent'

# 4. A token that says nothing of its PINs

mock_state
exit_is 0 'where no flag tells, the request is taken at its word' \
	unblock "$(mock no-flags)"
like "$err" 'does not say whether its user PIN is locked' 'with a warning'
is "$(json '[.before.user_pin, .after.user_pin] | join(" ")')" \
	'unknown unknown' 'and nothing is made up'

# 5. The proof

rm -f "$journal"*
mock_state user-tries=0
exit_is 1 '--prove of a token without a key' unblock "$(mock locks)" --prove
is "$(json '[.after.user_pin, .proved, .proof.result] | tojson')" \
	'["unknown",null,"no-key"]' 'shows nothing, though the PIN was set'
like "$err" 'the token is restored, but whether it signs could not be known' \
	'as is said'
start_pcscd 1
consent=()
# A certificate of another key.
start_card other sc-hsm 0 --pair \
	"$(pki seal.key),$(pki person.crt),Chứng thư của người khác" ||
	bail 'no such card'
card_ctl other 'set tries 0' >/dev/null
so=$hsm_so exit_is 1 '--prove with a key that is not of its certificate' \
	unblock "$OPENSC_MODULE" --prove
is "$(json '[.after.user_pin, .proved, .proof.result] | tojson')" \
	'["ok",false,"key-mismatch"]' 'fails'
stop_card other

# 6. A card that does not what it says

start_card noop sc-hsm 0 --fault unblock-noop
card_ctl noop 'set tries 0' >/dev/null
so=$hsm_so exit_is 9 'a card that answers 9000 and stays locked' \
	unblock "$OPENSC_MODULE"
is "$(json '.after.user_pin')" locked 'is found out'
is "$(secret_apdus noop)" 1 'after one attempt'
stop_card noop

start_card garbage sc-hsm 0
card_ctl garbage 'set tries 0' >/dev/null
for n in 1 5 10 20 30 40; do
	: >"$WORK/card-garbage.apdus"
	card_ctl garbage "fault garbage-at $n" >/dev/null
	so=$hsm_so unblock "$OPENSC_MODULE" --yes >"$WORK/out" 2>"$WORK/err"
	rc=$?
	ok "garbage at APDU $n: a known exit code ($rc)" \
		grep -qw "$rc" <<<'0 3 7 9 10 11'
	ok "garbage at APDU $n: one attempt at most" \
		test "$(secret_apdus garbage)" -le 1
	card_ctl garbage 'fault none' >/dev/null
	card_ctl garbage 'set tries 0' >/dev/null
done
stop_card garbage

# 7. Two desks at once

start_card slow sc-hsm 0
card_ctl slow 'set tries 0' >/dev/null
: >"$WORK/card-slow.apdus"
so=$hsm_so
mkfifo "$WORK/later"
# The first has read the token, and waits for its new PIN.
ckstoken --config "$conf" --module "$OPENSC_MODULE" unblock --authority 1 \
	--so-pin-file "$hsm_so" --new-pin-fd 0 --json --yes \
	<"$WORK/later" >"$WORK/first" 2>"$WORK/first-err" &
first=$!
exec 7>"$WORK/later"
ok 'the first desk has told its doubts' wait_for 30 \
	grep -q 'this token failed' "$WORK/first-err"
exit_is 0 'a second one goes ahead meanwhile' \
	unblock "$OPENSC_MODULE" --yes
is "$(secret_apdus slow)" 1 'and sends its secret'
echo 112233 >&7
exec 7>&-
wait "$first"
is "$?" 7 'the first is refused'
like "$(<"$WORK/first-err")" \
	"CA0D0000 was restored meanwhile, by $(id -un) at .* on the authority of 15" \
	'and told by whom the token was restored'
is "$(secret_apdus slow)" 1 'it has sent nothing'

plan_done
