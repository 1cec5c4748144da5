#!/bin/bash
# SPDX-License-Identifier: LGPL-2.1-or-later
# sanitize: yes
#
# `ckstoken status`: which tokens are there and in what state their PINs are.

# shellcheck disable=SC2119,SC2120,SC2317 # functions are called by name
# shellcheck source=tests/lib.sh
. "$(dirname "$0")/lib.sh"
need_world
need jq:jq script:bsdutils

export CKSTOKEN_NOW=2026-11-21T02:00:00Z
start_pcscd 3
start_card hsm sc-hsm 0

# 1. What a look costs

# Both as the machine is set up, without the configuration of these tests.
card_ctl hsm reset-count >/dev/null
ok 'pkcs11-tool lists the SmartCard-HSM' env -u OPENSC_CONF \
	pkcs11-tool --module "$OPENSC_MODULE" -L -O
theirs=$(card_apdus hsm)
card_ctl hsm reset-count >/dev/null
ok 'so does status' env -u OPENSC_CONF \
	"$CKSTOKEN" --module "$OPENSC_MODULE" status
ours=$(card_apdus hsm)
# Three of its own: SELECT, and a VERIFY without data for each PIN.
ok 'status needs no more APDUs than pkcs11-tool -L -O, but for the tries' \
	test "$ours" -gt 0 -a "$ours" -le $((theirs + 3))

# 2. PIN states

start_card piv piv 1
start_card gids gids 2
start_opencryptoki 1
start_softhsm 'Thẻ mềm SoftHSM'

# story NAME SERIAL MODULE SLOT STATE... after each wrong PIN, from none.
story()
{
	local name=$1 serial=$2 module=$3 slot=$4 state code before=''
	shift 4
	for state; do
		[ -z "$before" ] ||
			pkcs11-tool --module "$module" --slot "$slot" --login \
				--pin "$WRONG_PIN" -O >/dev/null 2>&1
		case $state in
		final-try | locked) code=1 ;;
		*) code=0 ;;
		esac
		exit_is "$code" \
			"$name: ${before:-at first}, the exit code is $code" \
			ckstoken --module "$module" status --json \
			--serial "$serial"
		before="after another wrong PIN"
		is "$(json '.tokens[].user_pin')" "$state" \
			"$name: and the user PIN is $state"
		case $state in
		locked)
			is "$(json '.tokens[].user_tries_left')" 0 \
				"$name: no try is left"
			is "$(json '.tokens[].attention[]')" user-pin-locked \
				"$name: the locked PIN needs attention"
			like "$(json '.tokens[].advice')" 'request recover' \
				"$name: and the advice names the next step"
			;;
		final-try)
			is "$(json '.tokens[].attention[]')" \
				user-pin-final-try \
				"$name: the last try needs attention"
			;;
		count-low)
			is "$(json '.tokens[].attention[]')" \
				user-pin-count-low \
				"$name: a wrong try is told"
			;;
		esac
	done
}

story 'SmartCard-HSM' CA0D0000 "$OPENSC_MODULE" 0 ok count-low final-try locked
story 'PIV' 00000000ca0d0001 "$OPENSC_MODULE" 4 ok ok final-try locked
story 'GIDS' 00000000ca0d0002 "$OPENSC_MODULE" 8 ok count-low final-try locked
story 'openCryptoki' 123 "$OCK_MODULE" 0 ok count-low final-try locked
softhsm=$(pkcs11-tool --module "$SOFTHSM_MODULE" -L |
	sed -n 's/.*serial num *: //p' | head -1)
slot=$((0x${softhsm: -8} & 0x7FFFFFFF))
story 'SoftHSM' "$softhsm" "$SOFTHSM_MODULE" "$slot" \
	ok count-low count-low count-low count-low

# 3. Nothing but looking

for card in hsm piv gids; do
	: >"$WORK/card-$card.apdus"
done
all=(--module "$OPENSC_MODULE" --module "$OCK_MODULE"
	--module "$SOFTHSM_MODULE")
exit_is 1 'every kind of token is listed at once' ckstoken "${all[@]}" status
table=$out
for card in hsm piv gids; do
	ok "the $card card was asked" test -s "$WORK/card-$card.apdus"
	is "$(secret_apdus "$card")" 0 "no secret is sent to the $card card"
	is "$(awk '$3 ~ /^(D6|D7|DA|DB|DC|E[0-9A-F]|4[467]|5[0-2])$/' \
		"$WORK/card-$card.apdus")" '' \
		"nothing is written to the $card card"
done

# 4. The table

is "$(wc -l <<<"$table")" 6 'the table has a header and a line for each'
before=$(sed -n '1s/VALID UNTIL.*//p' <<<"$table")
narrow=
while IFS= read -r line; do
	[[ ${line:${#before}:10} =~ ^[0-9]{2}/[0-9]{2}/[0-9]{4}$ ]] ||
		narrow+=$line$'\n'
done < <(tail -n +2 <<<"$table")
is "$narrow" '' 'columns stand straight under Vietnamese names'
like "$table" 'Thẻ mềm SoftHSM' 'labels are shown as they are written'
like "$table" '15/01/2028' 'dates are written day, month, year'
unlike "$table" $'\e' 'nothing is coloured where there is no terminal'
like "$err" 'request recover' 'advice goes to stderr'
exit_is 1 'desk-asks-itself: where a desk looks at a locked token' ckstoken \
	--config "$(desk_conf)" --module "$OCK_MODULE" status
like "$err" 'recovery desk.*ckstoken --config [^ ]*desk.conf --module [^ ]* unblock --serial 123 --request FILE' \
	'desk-asks-itself: it is told to restore it'
unlike "$err" 'request recover' 'desk-asks-itself: and not to ask for that'

on_terminal()
{
	script -qec "'$CKSTOKEN' --module '$OCK_MODULE' status" /dev/null \
		</dev/null
}
like "$(on_terminal)" $'\e\\[1;31mlocked\e\\[0m' \
	'a locked PIN is red on a terminal'
unlike "$(NO_COLOR=1 on_terminal)" $'\e\\[[0-9;]*m' \
	'and not under NO_COLOR'

# 5. Which token

exit_is 1 '--label chooses a token' \
	ckstoken "${all[@]}" status --json --label 'Thẻ mềm 0'
is "$(json '[.tokens[].serial] | join(" ")')" 123 'and no other'
exit_is 0 'a label typed with its accents apart is the same label' \
	ckstoken "${all[@]}" status --json \
	--label $'The\u0309 me\u0302\u0300m SoftHSM'
is "$(json '[.tokens[].label] | join(" ")')" 'Thẻ mềm SoftHSM' \
	'and finds its token'
exit_is 1 '--uri chooses a token (RFC 7512)' \
	ckstoken "${all[@]}" status --json \
	--uri 'pkcs11:serial=CA0D0000;manufacturer=www.CardContact.de'
is "$(json '[.tokens[].serial] | join(" ")')" CA0D0000 'and no other'
exit_is 3 'options that contradict each other match none' \
	ckstoken "${all[@]}" status --serial 123 --label 'Thẻ mềm SoftHSM'
exit_is 1 '--serial given twice means either' \
	ckstoken "${all[@]}" status --json --serial 123 --serial CA0D0000
is "$(json '.tokens | length')" 2 'and both are listed'

exit_is 3 'a serial number that nobody has: exit code 3' \
	ckstoken "${all[@]}" status --serial 12
is "$out" '' 'with nothing on stdout'
like "$err" 'no token matches' 'and the reason on stderr'
exit_is 3 'the same with --json' ckstoken "${all[@]}" status --json --serial 12
is "$(json '.tokens | length')" 0 'which is still a document'

for card in hsm piv gids; do
	stop_card "$card"
done
exit_is 3 'no token at all: exit code 3' \
	ckstoken --module "$OPENSC_MODULE" status
like "$err" 'no token is seen' 'and a word on what to look at'
like "$err" '"ckstoken doctor" looks' 'and who looks'
exit_is 3 'with --json too' ckstoken --module "$OPENSC_MODULE" status --json
is "$(json '.tokens + .failures | length')" 0 'and the lists are empty'

stop_pcscd
exit_is 10 'no pcscd is a failure that may hide tokens, and no crash' \
	ckstoken --module "$OPENSC_MODULE" status

# 6. A renewed certificate

p11 --module "$SOFTHSM_MODULE" --login --pin "$USER_PIN" --id 45 \
	--label new --write-object "$(pki renewed.der)" --type cert
on()
{
	CKSTOKEN_NOW=$1T00:00:00Z ckstoken --module "$SOFTHSM_MODULE" status \
		--json
}
for day in 2028-01-05 2028-02-01; do
	exit_is 0 "renewed: $day, at the end of the old certificate" on "$day"
	is "$(json '.tokens[] | [.attention, .advice] | tojson')" '[[],""]' \
		'nothing calls for attention'
done
is "$(json '[.tokens[].certificates[].state] | sort | join(" ")')" \
	'expired valid' 'although the old one is told to have ended'
exit_is 1 'renewed: the new one ends too' on 2030-02-01
is "$(json '.tokens[].attention | join(" ")')" certificate-expired 'as is said'
exit_is 1 'renewed: a second renewal' on 2030-01-01
like "$(json '.tokens[].advice')" 'cannot be renewed: ask for a new one' \
	'is not advised'

# 7. Limits of the session

# Its output is piped, for it may write no file.
no_file()
{
	(ulimit -f 0 && exec "$CKSTOKEN" --module "$SOFTHSM_MODULE" status \
		--json) 2>/dev/null | cat
	return "${PIPESTATUS[0]}"
}
exit_is 10 'ulimit-f: a session that may write no file' no_file
is "$(json '.failures[].error')" system 'is no crash of the module'
few=
for n in {5..16}; do
	few+=$( (ulimit -n "$n" && "$CKSTOKEN" --module "$SOFTHSM_MODULE" \
		status) 2>&1)
done
unlike "$few" 'crashed' 'ulimit-n: nor is it one of a session with few files'
like "$few" 'limits of this session.*\(ulimit -n\)' \
	'ulimit-n: and it is told what to raise'

plan_done
