#!/bin/bash
# SPDX-License-Identifier: LGPL-2.1-or-later
# sanitize: yes
#
# The main story on every kind of token: it locks, a wrong secret changes
# nothing, the right one restores it, and that is proved.

# shellcheck disable=SC2119,SC2120,SC2317 # functions are called by name
# shellcheck source=tests/lib.sh
. "$(dirname "$0")/lib.sh"
need_world
need jq:jq

conf=$(desk_conf)
new=$(secret_file NEW_PIN)
authority='15/STC-VP ngày 20/11/2026'
start_pcscd 3
start_card hsm sc-hsm 0
start_card piv piv 1
start_card gids gids 2
start_opencryptoki 1
start_softhsm 'Thẻ mềm SoftHSM'
mock_state

# The token of the story: $module, $serial, $slot.
status()
{
	ckstoken --config "$conf" --module "$module" status --json \
		--serial "$serial"
}
unblock()
{
	ckstoken --config "$conf" --module "$module" unblock --json \
		--serial "$serial" --authority "$authority" \
		--new-pin-file "$new" "$@"
}
# Handles differ from one time to the next.
objects()
{
	pkcs11-tool --module "$module" --slot "$slot" --login --pin "$1" -O \
		2>&1 | sed -E 's/(object) [0-9]+$/\1/'
}
# How often a secret was sent: by the card's log, or the module's.
sent()
{
	if [ -n "$card" ]; then
		secret_apdus "$card"
	elif [ "$module" = "$mock_locks" ]; then
		mock_calls 'C_(Login|InitPIN|SetPIN)'
	else
		echo unknown
	fi
}

# story NAME CARD MODULE SERIAL SLOT METHOD KEY WRONG-KEY
story()
{
	local name=$1 card=$2 module=$3 serial=$4 slot=$5 method=$6 before
	local key wrong count tries
	local -a consent
	key=$(secret_file "$7")
	wrong=$(secret_file "$8")

	objects "$USER_PIN" >"$WORK/objects-before"
	lock_token "$module" "$slot"
	exit_is 1 "$name: three wrong PINs lock it" status
	is "$(json '.tokens[].user_pin')" locked "$name: status says so"
	before=$(json 'del(.time)')
	# Where the card tells its tries, nobody need consent to unknown ones.
	tries=$(json '.tokens[].so_tries_left')
	consent=()
	[ "$tries" != null ] || [[ $name == openCryptoki ]] ||
		consent=(--final-try)

	count=$(sent)
	exit_is 5 "$name: a wrong secret, exit code 5" \
		unblock --so-pin-file "$wrong" "${consent[@]}"
	is "$(json '[.serial, .method, .before.user_pin, .after.user_pin,
		.objects_unchanged, .proved] | tojson')" \
		"[\"$serial\",\"$method\",\"locked\",\"locked\",true,null]" \
		"$name: the report says that it is still locked"
	like "$err" 'do not guess' "$name: and warns of another try"
	if [ "$count" != unknown ]; then
		is "$(sent)" $((count + 1)) \
			"$name: the wrong secret was sent once and no more"
	fi
	exit_is 1 "$name: then status" status
	if [ "$method" = so-pin ]; then
		# A token that counts the tries of its SO PIN shows one.
		is "$(json 'del(.time) | del(.tokens[] | .so_pin, .flags,
			.so_tries_left)' | jq -S .)" \
			"$(jq -S 'del(.tokens[] | .so_pin, .flags,
				.so_tries_left)' <<<"$before")" \
			"$name: shows nothing changed but the SO PIN's tries"
		[ "$tries" = null ] || is "$(json '.tokens[].so_tries_left')" \
			$((tries - 1)) "$name: of which one is gone"
	else
		is "$(json 'del(.time)')" "$before" \
			"$name: shows nothing changed"
	fi

	exit_is 7 "$name: the next attempt is refused for the failed one" \
		unblock --so-pin-file "$key" "${consent[@]}"
	like "$err" '1 attempt on this token failed' \
		"$name: which is told from the journal"
	exit_is 0 "$name: with --yes and the right secret, exit code 0" \
		unblock --so-pin-file "$key" --yes "${prove[@]}"
	is "$(json 'keys_unsorted | map(select(. != "version" and . != "result"))
		| join(" ")')" \
		'serial method before after objects_unchanged proved proof journal' \
		"$name: the report has the fields of the contract"
	is "$(json '[.serial, .method, .before.user_pin, .objects_unchanged,
		.proved] | tojson')" \
		"[\"$serial\",\"$method\",\"locked\",true,$proved]" \
		"$name: the report says what was done, and proved"
	is "$(json .after.user_pin)" "$state" "$name: the PIN works again"
	like "$(json .journal)" '^[0-9]+$' "$name: and the journal's number"

	exit_is "$code_after" "$name: status after it" status
	is "$(json '.tokens[].user_pin')" "$state" "$name: agrees"
	is "$(objects "$NEW_PIN")" "$(<"$WORK/objects-before")" \
		"$name: the new PIN logs in, keys and certificates are there"
	objects "$USER_PIN" >"$WORK/refused"
	like "$(<"$WORK/refused")" 'CKR_PIN_INCORRECT' \
		"$name: and the old PIN does not"
}

mock_locks=$(mock locks)
prove=(--prove) proved=true state=ok code_after=0
story 'SmartCard-HSM' hsm "$OPENSC_MODULE" CA0D0000 0 so-pin \
	HSM_SO_PIN 0011223344556677
story 'PIV' piv "$OPENSC_MODULE" 00000000ca0d0001 4 puk PUK 11223344
story 'GIDS' gids "$OPENSC_MODULE" 00000000ca0d0002 8 so-pin \
	PUK 11223344
story 'openCryptoki' '' "$OCK_MODULE" 123 0 so-pin SO_PIN 11223344
# A certificate alone signs nothing.
prove=() proved=null state=unknown
story 'a module of the standard' '' "$mock_locks" MOCK00000000 0 so-pin \
	SO_PIN 11223344

# SoftHSM never locks: a new PIN is set on request all the same.
module=$SOFTHSM_MODULE
serial=$(pkcs11-tool --module "$module" -L |
	sed -n 's/.*serial num *: //p' | head -1)
exit_is 7 'SoftHSM: not locked, refused' \
	unblock --so-pin-file "$(secret_file SO_PIN)"
exit_is 0 'SoftHSM: --force-unlocked sets a new PIN' \
	unblock --so-pin-file "$(secret_file SO_PIN)" --force-unlocked --prove
is "$(json '[.before.user_pin, .after.user_pin, .proved] | tojson')" \
	'["ok","ok",true]' 'SoftHSM: and it is proved'

# A new PIN would be asked for next, on a terminal that is not there.
apdus=$(secret_apdus hsm)
exit_is 7 'late-length: an SO PIN of a wrong length' setsid -w "$CKSTOKEN" \
	--config "$conf" --module "$OPENSC_MODULE" unblock --serial CA0D0000 \
	--authority 1 --force-unlocked --yes --final-try \
	--so-pin-file "$(secret_file 1234)" </dev/null
like "$err" 'SO PIN.* 16' 'late-length: is told before anything else is asked'
unlike "$err" 'no terminal' 'late-length: and nothing is'
is "$(secret_apdus hsm)" "$apdus" 'late-length: nothing was sent'

# What is said to an officer, in words.
module=$OCK_MODULE serial=123 slot=0
USER_PIN=$NEW_PIN lock_token "$module" "$slot"
exit_is 0 'without --json' ckstoken --config "$conf" --module "$module" \
	unblock --authority "$authority" --new-pin-file "$new" \
	--so-pin-file "$(secret_file SO_PIN)" --prove --yes
is "$out" 'Token 123 (Thẻ mềm 0): user PIN locked -> works.
1 public object on the token is unchanged.
Proved: the new PIN logs in and every key signs.' 'words say what changed'
no_secret_in 'and no secret is in any file of this test' "$HOME" "$WORK"

plan_done
