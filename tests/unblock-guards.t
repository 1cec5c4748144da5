#!/bin/bash
# SPDX-License-Identifier: LGPL-2.1-or-later
# sanitize: yes
#
# What `ckstoken unblock` refuses, and that it then has sent no secret.

# shellcheck disable=SC2119,SC2120,SC2317 # functions are called by name
# shellcheck source=tests/lib.sh
. "$(dirname "$0")/lib.sh"
need_world
need jq:jq

conf=$(desk_conf)
new=$(secret_file NEW_PIN)
hsm_so=$(secret_file HSM_SO_PIN)
so=$(secret_file SO_PIN)
puk=$(secret_file PUK)
wrong=$(secret_file 11223344)
authority=(--authority '15/STC-VP ngày 20/11/2026')
start_pcscd 2
start_card hsm sc-hsm 0
start_card piv piv 1
opensc=(--config "$conf" --module "$OPENSC_MODULE")
mock_locks=$(mock locks)
standard=(--config "$conf" --module "$mock_locks")

fresh_journal()
{
	rm -rf "$HOME/.local"
}
# nothing_sent NAME: to a card since its log was emptied, or to the mock.
nothing_sent()
{
	is "$(secret_apdus hsm) $(secret_apdus piv)" '0 0' "$1"
}

# 1. Without a written request nothing happens at all

for card in hsm piv; do
	card_ctl "$card" set\ tries\ 0 >/dev/null
	: >"$WORK/card-$card.apdus"
done
for text in '' ' '; do
	exit_is 7 "--authority $(printf %q "$text") is none" \
		ckstoken "${opensc[@]}" unblock --serial CA0D0000 \
		--so-pin-file "$hsm_so" --new-pin-file "$new" \
		--yes --authority "$text"
done
exit_is 7 'without --authority an unblock is refused' \
	ckstoken "${opensc[@]}" unblock --serial CA0D0000 \
	--so-pin-file "$hsm_so" --new-pin-file "$new" --yes
like "$err" 'Form 06.*68/2024' 'by the article that asks for it'
is "$(cat "$WORK/card-hsm.apdus" "$WORK/card-piv.apdus")" '' \
	'and not one APDU was sent'
nok 'nor a journal begun' test -e "$HOME/.local"

# 2. --dry-run

hsm=("${opensc[@]}" unblock --serial CA0D0000 "${authority[@]}")
piv=("${opensc[@]}" unblock --serial 00000000ca0d0001 "${authority[@]}")
exit_is 0 '--dry-run checks and tells' ckstoken "${hsm[@]}" --dry-run
like "$out" 'CA0D0000.*with the SO PIN.*15/STC-VP' 'what would be done'
exit_is 0 'for a card with a PUK too' ckstoken "${piv[@]}" --dry-run --json \
	--yes
is "$(json '[.method, .result, .before.user_pin, .after, .journal] | tojson')" \
	'["puk",null,"locked",null,null]' 'in JSON, with nothing done'
nothing_sent 'and no secret is sent'

# 3. A way that cannot work: exit code 8

exit_is 8 'a SmartCard-HSM has no PUK' ckstoken "${hsm[@]}" --method puk \
	--so-pin-file "$puk" --new-pin-file "$new"
like "$err" 'SO PIN and no PUK' 'and the reason is told'
exit_is 8 'a PIV card has no SO PIN' ckstoken "${piv[@]}" --method so-pin \
	--so-pin-file "$so" --new-pin-file "$new"

# 4. PINs that cannot be: exit code 7

for pin in 12345 1234567890123456 $'12345\t7' 'mậtkhẩu1'; do
	exit_is 7 "a SmartCard-HSM takes no PIN $(printf %q "$pin")" \
		ckstoken "${hsm[@]}" --so-pin-file "$hsm_so" \
		--new-pin-file "$(secret_file "$pin")"
done
for pin in 123 123456789 12a456; do
	exit_is 7 "a PIV card takes no PIN $pin" \
		ckstoken "${piv[@]}" --so-pin-file "$puk" --yes \
		--new-pin-file "$(secret_file "$pin")"
	like "$err" 'the new PIN cannot be used' 'for that'
done
for key in 0123456789abcde 0123456789abcdefa 0123456789abcdeg; do
	exit_is 7 "a SmartCard-HSM has no SO PIN $key" \
		ckstoken "${hsm[@]}" --so-pin-file "$(secret_file "$key")" \
		--new-pin-file "$new"
done
nothing_sent 'and none of them was sent'
nok 'nor a journal entry made' test -s "$HOME/.local/state/ckstoken/unblock.journal"

# 5. A token that is not locked

card_ctl hsm 'set tries 3' >/dev/null
exit_is 7 'a token that is not locked' ckstoken "${hsm[@]}" \
	--so-pin-file "$hsm_so" --new-pin-file "$new"
like "$err" 'not locked \(works\).*--force-unlocked' 'needs --force-unlocked'
card_ctl hsm 'set tries 1' >/dev/null
exit_is 7 'one with a try left is not locked either' \
	ckstoken "${hsm[@]}" --so-pin-file "$hsm_so" --new-pin-file "$new"
nothing_sent 'and no secret was sent'
exit_is 0 'with --force-unlocked' ckstoken "${hsm[@]}" --force-unlocked \
	--so-pin-file "$hsm_so" --new-pin-file "$new"
like "$out" 'one try left -> works' 'it is given a new PIN'

# 6. Which desk

card_ctl hsm 'set tries 0' >/dev/null
: >"$WORK/card-hsm.apdus"
fresh_journal
desk=(--module "$OPENSC_MODULE" unblock --serial CA0D0000 "${authority[@]}"
	--so-pin-file "$hsm_so" --new-pin-file "$new")
exit_is 7 'a machine that is no recovery desk' ckstoken "${desk[@]}"
like "$err" '68/2024.*Article 22' 'is told the article'
nothing_sent 'and sends nothing'
exit_is 0 'with --yes it goes on' ckstoken "${desk[@]}" --yes
like "$err" '68/2024.*Article 22' 'after the same warning'

# 7. The SO PIN's own tries

mock_state user-tries=0 so-tries=1
fresh_journal
standard+=(unblock "${authority[@]}" --new-pin-file "$new")
exit_is 7 'the last try of the SO PIN is not spent' \
	ckstoken "${standard[@]}" --so-pin-file "$so"
like "$err" '--final-try' 'without --final-try'
is "$(mock_calls C_)" 0 'nothing was sent'
exit_is 0 'with it, it is' ckstoken "${standard[@]}" --so-pin-file "$so" \
	--final-try

mock_state user-tries=0 so-tries=1
exit_is 5 'a wrong one is the end' ckstoken "${standard[@]}" \
	--so-pin-file "$wrong" --final-try
mock_state user-tries=0 so-tries=0
exit_is 6 'a locked SO PIN: exit code 6' ckstoken "${standard[@]}" \
	--so-pin-file "$so" --yes
like "$err" 'SO PIN is locked' 'which says which secret it is'
is "$(mock_calls C_)" 0 'and nothing was sent'

card_ctl piv 'set tries 0' >/dev/null
card_ctl piv 'set so-tries 0' >/dev/null
exit_is 6 'a locked PUK, which a card shows only when asked: exit code 6' \
	ckstoken "${piv[@]}" --so-pin-file "$puk" --new-pin-file "$new" --yes
like "$err" 'PUK is locked' 'which says that it is the PUK'
is "$(secret_apdus piv)" 1 'it was asked once'

start_opencryptoki 1
lock_token "$OCK_MODULE" 0
ock=(--config "$conf" --module "$OCK_MODULE" unblock "${authority[@]}"
	--new-pin-file "$new" --yes)
fresh_journal
exit_is 8 'openCryptoki has no PUK' ckstoken "${ock[@]}" --method puk \
	--so-pin-file "$puk"
exit_is 5 'openCryptoki: a wrong SO PIN' ckstoken "${ock[@]}" \
	--so-pin-file "$wrong"
exit_is 5 'openCryptoki: another' ckstoken "${ock[@]}" --so-pin-file "$wrong"
exit_is 7 'openCryptoki: the last try is not spent, --yes or not' \
	ckstoken "${ock[@]}" --so-pin-file "$so"
exit_is 5 'openCryptoki: on demand it is' ckstoken "${ock[@]}" \
	--so-pin-file "$wrong" --final-try
exit_is 6 'openCryptoki: and then the SO PIN is locked for good' \
	ckstoken "${ock[@]}" --so-pin-file "$so" --final-try
exit_is 1 'openCryptoki: which status tells' \
	ckstoken --module "$OCK_MODULE" status --json
is "$(json '.tokens[] | [.user_pin, .so_pin, (.attention | join(" "))] | join(" ")')" \
	'locked locked user-pin-locked so-pin-locked' \
	'openCryptoki: of both PINs'

# 8. Usage

mock_state user-tries=0
for text in $'\t\n' $'\e'; do
	exit_is 7 "--authority $(printf %q "$text") is none either" \
		ckstoken --config "$conf" --module "$mock_locks" unblock \
		--new-pin-file "$new" --so-pin-file "$so" --yes \
		--authority "$text"
done
exit_is 2 'nor are two, of which one would be forgotten' \
	ckstoken "${standard[@]}" --so-pin-file "$so" --yes --authority 16

exit_is 2 '--method takes what it takes' ckstoken "${hsm[@]}" --method guess
exit_is 2 'a secret comes from one place' ckstoken "${hsm[@]}" \
	--so-pin-file "$so" --so-pin-fd 0 </dev/null
for option in --pin --so-pin --puk --new-pin; do
	exit_is 2 "there is no option $option that takes a secret" \
		ckstoken "${hsm[@]}" "$option" x
done
exit_is 4 'two tokens: one has to be named' ckstoken "${opensc[@]}" unblock \
	"${authority[@]}" --so-pin-file "$hsm_so" --new-pin-file "$new"
like "$err" 'CA0D0000.*00000000ca0d0001' 'and the candidates are listed'

plan_done
