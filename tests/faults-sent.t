#!/bin/bash
# SPDX-License-Identifier: LGPL-2.1-or-later
# sanitize: yes
#
# Before and after sending are two things: what is said, and the exit code, tell
# which it was and which secret is meant; and what an attempt depends on is sure
# before a secret goes.

# shellcheck disable=SC2119,SC2120,SC2317 # functions are called by name
# shellcheck source=tests/lib.sh
. "$(dirname "$0")/lib.sh"
need_world
need jq:jq

conf=$(desk_conf)
new=$(secret_file NEW_PIN)
so=$(secret_file SO_PIN)
journal=$HOME/.local/state/ckstoken/unblock.journal
answers=$(mock answers)
late=$(mock late)

entry()
{
	tail -1 "$journal" | cut -c 66- | jq -r "$1"
}
unblock()
{
	local module=$1
	shift
	ckstoken --config "$conf" --module "$module" unblock --json \
		--authority 15/STC-VP --so-pin-file "$so" \
		--new-pin-file "$new" --yes "$@"
}

# 1. What the token answers after it was sent a secret

# answered CODE ANSWER RESULT WORDS [OPTION...]
answered()
{
	local code=$1 answer=$2 result=$3 words=$4
	shift 4
	mock_state user-tries=0
	MOCK_ANSWER=$answer exit_is "$code" "$answer $*: exit code $code" \
		unblock "$answers" "$@"
	like "$err" "$words" "$answer $*: names the secret, and what to do"
	unlike "$err" '[Nn]othing was sent' \
		"$answer $*: does not say that nothing was sent"
	is "$(entry '[.event, .result, .sent] | join(" ")')" \
		"result $result true" "$answer $*: the journal says that it was sent"
}
answered 11 C_InitPIN=0xa2 pin-length \
	'new PIN is shorter or longer.*new PIN for this token has 4 to 16 characters'
answered 11 C_InitPIN=0xa1 pin-characters \
	'new PIN has characters.*4 to 16 characters'
answered 11 C_InitPIN=0x1b8 pin-refused 'new PIN as too weak'
answered 11 C_Login=0xa2 so-pin-length \
	'The SO PIN is shorter or longer.*tries of the SO PIN is not known'
unlike "$err" 'The PIN|new PIN' 'it is not called the new PIN'
answered 5 C_Login=0xa0 so-pin-incorrect \
	'SO PIN is wrong.*do not guess.*Caps Lock.*Vietnamese'
answered 6 C_Login=0xa4 so-pin-locked 'SO PIN is locked'
answered 9 C_Login=0x30 device 'reports a fault'
answered 11 C_SetPIN=0xa2 either-length \
	'new PIN, or of the SO PIN or PUK.*4 to 16.*tries of the PUK is not known' \
	--method puk
answered 11 C_SetPIN=0xa1 pin-characters 'new PIN has characters' --method puk
answered 5 C_SetPIN=0xa0 puk-incorrect 'PUK is wrong.*Caps Lock' --method puk

mock_state user-tries=0 so-tries=1
so=$(secret_file WRONG_PIN) exit_is 5 'the last try of the SO PIN is lost' \
	unblock "$answers" --final-try
like "$err" 'SO PIN is wrong, and that was the last of its tries: it is locked now' \
	'and that it is locked now is said'
unlike "$err" 'one of its tries is gone' 'not that there is another'

# A new PIN may have been set where no answer came: nothing says so, where the
# token reports the same before and after.
mock_state
MOCK_ANSWER=C_InitPIN=0x30 exit_is 9 'a fault at C_InitPIN, not locked before' \
	unblock "$answers" --force-unlocked
like "$err" 'does not show whether it was changed' \
	'it is not called unchanged'

# 2. A card through OpenSC, which spends the SO PIN only with the new PIN

start_pcscd 2
start_card gids gids 0
start_card piv piv 1
card_ctl gids 'set tries 0' >/dev/null
long=$(secret_file 0000000000000000)
so=$long exit_is 11 'GIDS: an SO PIN that is too long' \
	unblock "$OPENSC_MODULE" --serial 00000000ca0d0000
like "$err" 'new PIN, or of the SO PIN.*does not say which.*3 tries of the SO PIN are left.*4 to 15 characters' \
	'GIDS: is said to be one of both'
is "$(entry .sent)" true 'GIDS: and the journal says that it was sent'

# 3. A token that changes right before the secret goes

for how in unlocked so-low so-final; do
	mock_state user-tries=0
	MOCK_LATE=$how exit_is 7 "$how at the last moment: exit code 7" \
		unblock "$late"
	like "$err" 'state has changed since it was read\. Nothing was sent to the token\.' \
		"$how at the last moment: is told, once"
	is "$(mock_calls C_)" 0 "$how at the last moment: nothing was sent"
	is "$(entry '[.result, .sent, .after] | join(" ")')" \
		'state-changed false unknown' \
		"$how at the last moment: as the journal says, and no state that was not read"
done
mock_state user-tries=0
MOCK_LATE=gone exit_is 9 'gone at the last moment: exit code 9' unblock "$late"
like "$err" 'pulled out.*Nothing was sent' 'gone at the last moment: is told'
is "$(mock_calls C_)" 0 'gone at the last moment: nothing was sent'
mock_state user-tries=0
exit_is 0 'with no change it goes on' unblock "$late"

# 4. An outcome that standard output does not take

unwritten()
{
	unblock "$@" >/dev/full
}
in_words()
{
	ckstoken --config "$conf" --module "$late" unblock --yes \
		--authority 15/STC-VP --so-pin-file "$so" \
		--new-pin-file "$new" >/dev/full
}
mock_state user-tries=0 so-tries=3
so=$(secret_file WRONG_PIN) exit_is 5 'a wrong SO PIN that cannot be written' \
	unwritten "$answers"
like "$err" 'SO PIN is wrong.*standard output cannot be written' \
	'is told all the same'
mock_state user-tries=0 so-tries=1
so=$(secret_file WRONG_PIN) exit_is 5 'nor the last try of the SO PIN' \
	unwritten "$answers" --final-try
like "$err" 'it is locked now' 'is told all the same'
mock_state user-tries=0
exit_is 9 'nor a success that is none' unwritten "$(mock noop-unblock)"
mock_state user-tries=0
exit_is 1 'nor an alarm' unwritten "$(mock login-changes-object)"
like "$err" 'ALARM' 'is told all the same'
for how in json words; do
	mock_state user-tries=0
	if [ "$how" = json ]; then
		exit_is 12 "$how: nor a success" unwritten "$late"
	else
		exit_is 12 "$how: nor a success" in_words
	fi
	like "$err" 'MOCK00000000 was given the new PIN.*Token MOCK00000000 .*user PIN locked -> ' \
		"$how: is told all the same"
done

# 5. A process that could not be made safe

# Not with a sanitizer, which itself looks into /proc and into the process.
sanitized()
{
	grep -q __asan_init "$CKSTOKEN"
}

# Without /proc, OpenSC reads no private configuration; it would then take the
# PUK for the user PIN.
without_proc()
{
	unshare --mount sh -c 'mount -t tmpfs tmpfs /proc && exec "$@"' sh \
		"$CKSTOKEN" --config "$conf" --module "$OPENSC_MODULE" \
		unblock --authority 15/STC-VP --so-pin-file "$so" \
		--new-pin-file "$new" --serial 00000000ca0d0001 --yes "$@"
}
so=$(secret_file PUK)
before=$(card_ctl piv tries)
: >"$WORK/card-piv.apdus"
if ! sanitized; then
	exit_is 9 'OpenSC cannot read its configuration: exit code 9' \
		without_proc --force-unlocked
	like "$err" 'private configuration of OpenSC.*Nothing was sent' \
		'OpenSC cannot read its configuration: is told'
	is "$(secret_apdus piv) $(card_ctl piv tries)" "0 $before" \
		'OpenSC cannot read its configuration: no try is lost'
fi

so=$(secret_file SO_PIN)
if sanitized; then
	:
elif strace -o /dev/null true 2>/dev/null; then
	mock_state user-tries=0
	exit_is 9 'a worker that could be looked into: exit code 9' \
		strace -f -o /dev/null -e trace=prctl \
		-e inject=prctl:error=EPERM "$CKSTOKEN" --config "$conf" \
		--module "$answers" unblock --authority 15/STC-VP \
		--so-pin-file "$so" --new-pin-file "$new" --yes
	like "$err" 'keeps the secret safe.*Nothing was sent' \
		'a worker that could be looked into: is told'
	is "$(mock_calls C_)" 0 \
		'a worker that could be looked into: gets no secret'
else
	skip 'a worker that could be looked into' 'strace traces nothing here'
fi

no_secret_in 'no secret stands in any of this' "$HOME" "$WORK"

plan_done
