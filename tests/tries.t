#!/bin/bash
# SPDX-License-Identifier: LGPL-2.1-or-later
# sanitize: yes
#
# The tries that are left: asked of the cards that tell for nothing, of no
# other, and never at the cost of one; and no SO PIN or PUK goes without a word
# where nobody knows them.

# shellcheck disable=SC2119,SC2120,SC2317 # functions are called by name
# shellcheck source=tests/lib.sh
. "$(dirname "$0")/lib.sh"
need_world
need jq:jq gcc:gcc pkcs15-tool:opensc

conf=$(desk_conf)
new=$(secret_file NEW_PIN)
hsm_so=$(secret_file HSM_SO_PIN)
wrong_so=$(secret_file 0011223344556677)
puk=$(secret_file PUK)
so=$(secret_file SO_PIN)
journal=$HOME/.local/state/ckstoken
cards=(hsm piv gids myeid openpgp)

start_pcscd 8
start_card hsm sc-hsm 0
start_card piv piv 1
start_card gids gids 2
start_card myeid myeid 3
start_card openpgp openpgp 4
start_card iasecc iasecc 5
start_card bit4id bit4id 6

status()
{
	ckstoken --module "$OPENSC_MODULE" status --json "$@"
}
# tries_of READER: those that status tells of the card there.
tries_of()
{
	json "[.tokens[] | select(.reader == \"$(reader_name "$1")\") |
		[.user_tries_left, .so_tries_left]] | unique | tojson"
}
set_tries()
{
	card_ctl "$1" "set tries $2" >/dev/null
	card_ctl "$1" "set so-tries $3" >/dev/null
}
empty_logs()
{
	local card
	for card; do
		: >"$WORK/card-$card.apdus"
	done
}
# asked CARD: all that went to the card behind the last reading by OpenSC.
asked()
{
	tail -n "$2" "$WORK/card-$1.apdus" | cut -d ' ' -f 2- | paste -sd ' '
}

# 1. What they tell

for card in "${cards[@]}" iasecc bit4id; do
	set_tries "$card" 2 3
done
empty_logs "${cards[@]}" iasecc bit4id
status >"$WORK/status" 2>/dev/null
out=$(<"$WORK/status")
is "$(tries_of 0)" '[[2,3]]' 'a SmartCard-HSM tells the tries of both PINs'
is "$(tries_of 1)" '[[2,null]]' 'a PIV card those of its PIN, none of its PUK'
is "$(tries_of 2)" '[[2,3]]' 'a GIDS card those of PIN and PUK'
is "$(tries_of 3)" '[[2,null]]' 'a MyEID those of its PIN, none of its PUK'
is "$(tries_of 4)" '[[2,3]]' 'an OpenPGP card both, for each of its two tokens'
is "$(json '.tokens[0] | [.atr, .user_pin, .so_pin] | tojson')" \
	'["3BFE1800008131FE458031815448534D31738021408107FA","count-low","unknown"]' \
	'beside the ATR, and the states are what they were'

# tries-asked-never-spent
is "$(asked hsm 3)" \
	'00 A4 04 00 0B 9000 00 20 00 81 00 63C2 00 20 00 88 00 63C3' \
	'tries-asked-never-spent: SELECT and two VERIFY without data'
is "$(asked piv 2)" '00 A4 04 00 09 9000 00 20 00 80 00 63C2' \
	'tries-asked-never-spent: one for a PIV card'
is "$(asked gids 3)" \
	'00 A4 04 00 09 9000 00 CB 3F FF 04 9000 00 CB 3F FF 04 9000' \
	'tries-asked-never-spent: GET DATA for GIDS'
is "$(asked myeid 2)" '00 A4 04 00 0C 9000 00 20 00 01 00 63C2' \
	'tries-asked-never-spent: one for a MyEID'
is "$(asked openpgp 2)" '00 A4 04 00 06 9000 00 CA 00 C4 00 9000' \
	'tries-asked-never-spent: GET DATA for an OpenPGP card, once for both'
for card in "${cards[@]}" iasecc bit4id; do
	is "$(secret_apdus "$card") $(card_ctl "$card" tries)" \
		'0 user 2 so 3' "tries-asked-never-spent: $card is as it was"
done
# This one counts the question as a try, for nobody has said that it does not.
is "$(awk '$3 == "20"' "$WORK/card-bit4id.apdus")" '' \
	'the bit4id token of VGCA, which may count it, is never asked'
# A card that OpenSC does not know takes it longest.
stop_card iasecc
stop_card bit4id

# The same by another program. Of the others pkcs15-tool tells what a card has
# when it is new.
listed()
{
	pkcs15-tool -r "$(reader_name "$1")" --list-pins 2>/dev/null |
		sed -n 's/.*Tries left *: //p' | paste -sd ' '
}
is "$(listed 2)" '2 3' 'pkcs15-tool reads the same from the GIDS card'
is "$(listed 4)" '2 2 3' 'and from the OpenPGP card'

ckstoken --module "$OPENSC_MODULE" status >"$WORK/table" 2>/dev/null
like "$(<"$WORK/table")" $'CA0D0000 [^\n]* 2 tries left ' \
	'the table has the number, where few are left'
set_tries hsm 3 15
set_tries piv 1 3
exit_is 1 'status of one try' status --serial 00000000ca0d0001
is "$(json '.tokens[0] | [.user_pin, .user_tries_left] | tojson')" \
	'["final-try",1]' 'is that of the last one'
ckstoken --module "$OPENSC_MODULE" status >"$WORK/table" 2>/dev/null
like "$(<"$WORK/table")" $'CA0D0000 [^\n]* works ' \
	'the table says nothing of three'
ckstoken --module "$OPENSC_MODULE" status --csv >"$WORK/csv" 2>/dev/null
like "$(<"$WORK/csv")" \
	',valid,3,15,3BFE1800008131FE458031815448534D31738021408107FA,' \
	'CSV has both, and the ATR'
set_tries gids 3 0
exit_is 1 'status of a card whose PUK is locked' \
	status --serial 00000000ca0d0002
is "$(json '.tokens[0] | [.so_pin, .so_tries_left, .attention[0]] | tojson')" \
	'["locked",0,"so-pin-locked"]' 'says that no desk can restore it'

# 2. A card that is not on the list is never asked

# With an ATR of no known card, OpenSC finds the application all the same.
for card in "${cards[@]}"; do
	stop_card "$card"
done
start_card stranger sc-hsm 0 --atr 3B8180014141
start_card secret piv 1 --atr 3B8180014141
empty_logs stranger secret
status >"$WORK/status" 2>/dev/null
out=$(<"$WORK/status")
is "$(tries_of 0)$(tries_of 1)" '[[null,null]][[null,null]]' \
	'a card that is not on the list: its tries are not known'
# A newer OpenSC asks a SmartCard-HSM so by itself.
asked=$(awk '$3 == "20" && $5 == "88"' "$WORK/card-stranger.apdus" | wc -l)
ours=$(awk '$3 == "20"' "$WORK/card-secret.apdus" | wc -l)
empty_logs stranger secret
pkcs11-tool --module "$OPENSC_MODULE" -L -O >/dev/null 2>&1
by_itself=$(awk '$3 == "20" && $5 == "88"' "$WORK/card-stranger.apdus" | wc -l)
ok 'a card that is not on the list is not asked' \
	test "$asked" -le "$by_itself"
is "$ours" "$(awk '$3 == "20"' "$WORK/card-secret.apdus" | wc -l)" \
	'nor a PIV card that does not say that it is one'
stop_card stranger
stop_card secret

# 3. Cards that no module shows

cat >"$WORK/ask.c" <<-'END'
	#include <ckstoken.h>
	#include <stdio.h>
	#include <stdlib.h>
	int main(int argc, char **argv)
	{
		int user = 0, so = 0;
		enum cks_err err = cks_reader_tries(argv[1], argv[2],
			argc > 3 ? (unsigned int)atoi(argv[3]) : 5000, &user, &so);
		printf("%s %d %d\n", cks_err_name(err), user, so);
		return 0;
	}
END
# shellcheck disable=SC2046 # none, or an option
gcc -I"$TOP/lib/token" -o "$WORK/ask" "$WORK/ask.c" -L"$BUILD" -lckstoken \
	$(grep -q __asan_init "$CKSTOKEN" && echo -fsanitize=address,undefined) \
	2>"$WORK/ask.log" || bail "no program: $(<"$WORK/ask.log")"
start_card iasecc iasecc 5
start_card bit4id bit4id 6
set_tries iasecc 2 3
iasecc=3BDF18FF8191FE1FC30031B8640C01ECC173940180829000B3
bit4id=3BFF1800008131FE45006B150C03020101014234441031800D
hsm=3BFE1800008131FE458031815448534D31738021408107FA
empty_logs iasecc bit4id
is "$("$WORK/ask" "$(reader_name 5)" $iasecc)" 'ok 2 -1' \
	'the ChipDoc token of VGCA tells the tries of its PIN'
is "$(asked iasecc 9)" '00 A4 04 00 0E 9000 00 20 00 01 00 63C2' \
	'behind the SELECT of its application, and nothing else is sent'
is "$("$WORK/ask" "$(reader_name 6)" $bit4id)" 'ok -1 -1' \
	'the bit4id token is not asked'
is "$(asked bit4id 9)" '' 'and nothing is sent to it'
is "$("$WORK/ask" "$(reader_name 6)" $iasecc)" 'ok -1 -1' \
	'not by the ATR of another card either'
is "$(asked bit4id 9)" '' 'which is noticed before anything is sent'
is "$("$WORK/ask" "$(reader_name 7)" $iasecc) $("$WORK/ask" none $iasecc)" \
	'ok -1 -1 ok -1 -1' 'an empty reader, and none, are not known'
empty_logs iasecc
for how in exclusive shared transaction; do
	hold_reader 5 $how
	is "$("$WORK/ask" "$(reader_name 5)" $iasecc 1000)" 'ok -1 -1' \
		"a card that another program has ($how) is left alone"
	release_reader 5
done
is "$(asked iasecc 9)" '' 'nothing was sent to it'
set_tries iasecc 0 3
is "$("$WORK/ask" "$(reader_name 5)" $iasecc)" 'ok 0 -1' \
	'a ChipDoc token that is locked'
# Another application under the ATR of a card on the list.
stop_card iasecc
start_card liar piv 5 --atr $hsm
empty_logs liar
is "$("$WORK/ask" "$(reader_name 5)" $hsm)" 'ok -1 -1' \
	'where the application cannot be selected, nothing is known'
is "$(asked liar 9)" '00 A4 04 00 0B 6A82' \
	'and no VERIFY is sent to whatever is there'
stop_card liar
stop_card bit4id

# 4. so-final-try-unknown

unblock()
{
	rm -rf "$journal"
	ckstoken --config "$conf" --module "$OPENSC_MODULE" unblock \
		--authority 15/STC --new-pin-file "$new" "$@"
}
start_card hsm sc-hsm 0
start_card piv piv 1
set_tries hsm 0 1
empty_logs hsm
for more in '' --yes; do
	exit_is 7 "so-final-try-unknown: the last SO try, $more" \
		unblock --serial CA0D0000 --so-pin-file "$hsm_so" \
		${more:+"$more"}
	like "$err" 'one try of the SO PIN is left.*Nothing was sent.*--final-try' \
		"so-final-try-unknown: is not spent, $more"
done
is "$(secret_apdus hsm) $(card_ctl hsm tries)" '0 user 0 so 1' \
	'so-final-try-unknown: nothing was sent'
exit_is 5 'so-final-try-unknown: with --final-try a wrong one' \
	unblock --serial CA0D0000 --so-pin-file "$wrong_so" --final-try --json
like "$err" 'SO PIN is locked: no desk can restore' \
	'so-final-try-unknown: is said to be the end'
is "$(json '[.before.so_pin, .before.so_tries_left, .after.so_pin,
	.after.so_tries_left, .after.user_tries_left] | tojson')" \
	'["final-try",1,"locked",0,0]' 'so-final-try-unknown: by numbers too'
exit_is 6 'so-final-try-unknown: and then the SO PIN is known to be locked' \
	unblock --serial CA0D0000 --so-pin-file "$hsm_so" --yes

set_tries hsm 0 3
exit_is 5 'a wrong SO PIN of three tries' \
	unblock --serial CA0D0000 --so-pin-file "$wrong_so"
like "$err" '3 tries of the SO PIN are left.*2 tries of the SO PIN are left' \
	'those left are told before it and after it'
exit_is 0 'where they are known, nobody need consent' \
	unblock --serial CA0D0000 --so-pin-file "$hsm_so"

# Another program spends a try while the officer types.
set_tries hsm 0 3
empty_logs hsm
mkfifo "$WORK/later"
unblock --serial CA0D0000 --so-pin-fd 0 \
	<"$WORK/later" >"$WORK/out" 2>"$WORK/err" &
attempt=$!
exec 7>"$WORK/later"
ok 'the tries are told to an officer who then types' \
	wait_for 30 grep -q '3 tries of the SO PIN are left' "$WORK/err"
card_ctl hsm 'set so-tries 2' >/dev/null
echo "$HSM_SO_PIN" >&7
exec 7>&-
wait "$attempt"
is "$? $(secret_apdus hsm)" '7 0' \
	'when one of them is gone meanwhile, nothing is sent'
like "$(<"$WORK/err")" 'changed since it was read' 'and why is told'

set_tries piv 0 1
empty_logs piv
# A secret that cannot be read would be told as well, if it were asked for.
exit_is 7 'tries of a PUK that are not known' \
	unblock --serial 00000000ca0d0001 --so-pin-file "$WORK/none"
like "$err" 'how many tries of the PUK are left is not known.*nothing was sent.*--yes' \
	'are told before the PUK is asked for, and need consent'
is "$(secret_apdus piv)" 0 'and nothing was sent'
exit_is 0 '--yes is consent' \
	unblock --serial 00000000ca0d0001 --so-pin-file "$puk" --yes
set_tries piv 0 1
exit_is 0 'and so is --final-try' \
	unblock --serial 00000000ca0d0001 --so-pin-file "$puk" --final-try

module()
{
	rm -rf "$journal"
	ckstoken --config "$conf" --module "$(mock locks)" unblock \
		--authority 15/STC --new-pin-file "$new" --so-pin-file "$so" "$@"
}
mock_state user-tries=0
exit_is 7 'tries of an SO PIN that are not known' module
like "$err" 'how many tries of the SO PIN are left is not known.*--yes' \
	'are told, and need consent'
mock_state user-tries=0 so-tries=2
exit_is 7 'an SO PIN that was entered wrong before' module
like "$err" 'a wrong SO PIN was entered since the last right one.*--yes' \
	'needs consent as well'
is "$(mock_calls C_)" 0 'nothing was sent'
exit_is 0 'which --yes gives' module --yes

# 5. A card that fails at the question

set_tries hsm 3 15
empty_logs hsm
status --serial CA0D0000 >/dev/null 2>&1
n=$(wc -l <"$WORK/card-hsm.apdus")
for i in 0 1 2; do
	card_ctl hsm "fault garbage-at $((n - i))" >/dev/null
	exit_is 0 "garbage at APDU $((n - i)), one of the questions" \
		status --serial CA0D0000
	like "$(json '.tokens[0] | [.user_pin, .user_tries_left,
		.so_tries_left] | tojson')" \
		'^\["ok",(3,null|null,15|null,null)\]$' \
		'makes of it what is not known'
done
card_ctl hsm "fault hang-at $n" >/dev/null
exit_is 0 'a card that falls silent at the question' \
	status --serial CA0D0000 --timeout 2
is "$(json '.tokens[0] | [.user_pin, .user_tries_left, .so_tries_left] |
	tojson')" '["ok",null,null]' 'is shown all the same'

plan_done
