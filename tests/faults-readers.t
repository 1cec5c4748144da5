#!/bin/bash
# SPDX-License-Identifier: LGPL-2.1-or-later
# sanitize: yes
#
# No token is hidden in silence: a card that no module shows, one that another
# program holds, a reader beyond OpenSC's four, a pcscd that is gone or refuses.

# shellcheck disable=SC2119,SC2120,SC2317 # functions are called by name
# shellcheck source=tests/lib.sh
. "$(dirname "$0")/lib.sh"
need_world
need jq:jq setpriv:util-linux pgrep:procps

export CKSTOKEN_NOW=2026-11-21T02:00:00Z
conf=$(desk_conf)
so=$(secret_file HSM_SO_PIN)
new=$(secret_file NEW_PIN)
start_pcscd 6
start_card hsm sc-hsm 0

status()
{
	ckstoken --module "$OPENSC_MODULE" status --json "$@"
}
# failures FILTER: of each failure, in one line.
failures()
{
	json "[.failures[] | $1] | tojson"
}
unblock()
{
	ckstoken --config "$conf" --module "$OPENSC_MODULE" unblock \
		--authority 15/STC-VP --so-pin-file "$so" --new-pin-file "$new" \
		"$@"
}

exit_is 0 'cards that are all shown: exit code 0' status
is "$(failures .error)" '[]' 'and no failure, whatever readers are empty'

# 1. unknown-card

unknown=3B8180018080
start_card stranger bit4id 1 --atr "$unknown"
exit_is 10 'unknown-card: exit code 10' status
is "$(failures '[.module, .slot, .reader, .atr, .error, .critical]')" \
	"[[null,null,\"$(reader_name 1)\",\"$unknown\",\"not-recognized\",true]]" \
	'unknown-card: told once, with the reader and its answer to reset'
is "$(json '.failures[0] | keys_unsorted | join(" ")')" \
	'module slot reader atr error message critical' \
	'unknown-card: in the fields of the contract'
is "$(json '[.tokens[].serial] | join(" ")')" CA0D0000 \
	'unknown-card: the other token is shown'
like "$err" "reader \"$(reader_name 1)\": no module shows .*$unknown.*--module" \
	'unknown-card: in words that say what to do'
card_ctl hsm 'set tries 0' >/dev/null
for more in '' --yes --dry-run; do
	: >"$WORK/card-hsm.apdus"
	exit_is 4 "unknown-card: unblock $more needs the token named" \
		unblock ${more:+"$more"}
	like "$err" 'may hide another token.*Nothing was sent' \
		'unknown-card: for it may be another'
	is "$(secret_apdus hsm)" 0 'unknown-card: and nothing was sent'
done
exit_is 0 'unknown-card: the token that is named is unblocked' \
	unblock --serial CA0D0000
exit_is 9 'unknown-card: a serial number nobody shows may be its own' \
	unblock --serial NOBODY
like "$err" 'something failed that may hide it' 'unknown-card: as is said'
is "$(ckstoken --module "$(mock three)" status --json | jq -c .failures)" '[]' \
	'unknown-card: is no concern of modules that show no readers'
stop_card stranger

# A card of a known family is called by its name, as a hint.
start_card vgca iasecc 1
exit_is 10 'unknown-card: a token of the Government CA without its module' \
	status
is "$(failures '[.reader, .error]')" \
	"[[\"$(reader_name 1)\",\"not-recognized\"]]" \
	'unknown-card: is told as a card that no module shows'
like "$err" 'looks like this: VGCA IAS-ECC .*tries left of the user PIN: 3' \
	'unknown-card: with its name, and the tries that it tells for nothing'
is "$(secret_apdus vgca)" 0 'unknown-card: and was sent no secret'
stop_card vgca

# 2. busy-reader

hold_reader 0 exclusive
exit_is 10 'busy-reader: held alone by another program: exit code 10' status
is "$(failures '[.module, .reader, .error]')" \
	"[[null,\"$(reader_name 0)\",\"busy\"]]" 'busy-reader: is told as busy'
like "$err" "another program holds .*: reader \\(${holder_pid[0]}\\); end" \
	'busy-reader: by the program that is alone at pcscd'
exit_is 9 'busy-reader: unblock' unblock
unlike "$err" 'plug' 'busy-reader: tells nobody to plug the token in'
start_card piv piv 2
hold_reader 2 shared
exit_is 10 'busy-reader: with a second program at pcscd' status
like "$err" "perhaps one of these: .*reader \\(${holder_pid[0]}\\)" \
	'busy-reader: none is accused'
release_reader 2
release_reader 0

hold_reader 0 transaction
exit_is 10 'busy-reader: in a transaction of another program' \
	status --timeout 3
is "$(failures '[.module, .reader, .error]')" \
	"[[null,\"$(reader_name 0)\",\"busy\"]]" \
	'busy-reader: OpenSC waits, and busy is what is told'
like "$err" "another program holds .*: reader \\(${holder_pid[0]}\\); end" \
	'busy-reader: by the one program, and not by a process of this one'
is "$(json '[.tokens[].serial] | join(" ")')" 00000000ca0d0002 \
	'busy-reader: the token beside it is shown all the same'
release_reader 0
hold_reader 0 shared
exit_is 0 'busy-reader: a program that only shares the card' status
is "$(failures .error)" '[]' 'busy-reader: is none'
release_reader 0
stop_card piv

# 3. mute-card: pcscd gives it up for an answer to reset that is too long

start_mute()
{
	start_card mute bit4id 1 --atr "3B8180018080$(printf '00%.0s' {1..40})"
}
start_mute
exit_is 10 'mute-card: exit code 10' status
is "$(failures '[.reader, .error]')" "[[\"$(reader_name 1)\",\"device\"]]" \
	'mute-card: is told as a fault of the device'
like "$err" 'the card in it does not answer' 'mute-card: in words'
stop_card mute

# Cards that fall silent when they are asked; the first hides the second.
start_card hsm1 sc-hsm 1
start_card piv piv 2
card_ctl hsm 'fault hang-at 20' >/dev/null
card_ctl hsm1 'fault hang-at 20' >/dev/null
exit_is 10 'silent-cards: two of three' status --timeout 3
is "$(failures '[.module, .reader, .error]')" \
	"[[null,\"$(reader_name 0)\",\"timeout\"],[null,\"$(reader_name 1)\",\"timeout\"]]" \
	'silent-cards: each is told, and as held by nobody'
unlike "$err" 'another program' 'silent-cards: no process of its own is blamed'
is "$(json '[.tokens[].serial] | join(" ")')" 00000000ca0d0002 \
	'silent-cards: the third is shown'
# Both at once: what looks for the one would wait for the other.
kill "${card_pid[hsm]}" "${card_pid[hsm1]}"
stop_card hsm1
stop_card piv
stop_card hsm
start_card hsm sc-hsm 0

# 4. fifth-reader

for i in 1 2 3 4 5; do
	start_card "hsm$i" sc-hsm "$i"
done
exit_is 0 'fifth-reader: six cards, with settings for four readers' \
	env -u OPENSC_CONF "$CKSTOKEN" --module "$OPENSC_MODULE" status --json
is "$(json '[.tokens[].serial] | sort | join(" ")')" \
	'CA0D0000 CA0D0001 CA0D0002 CA0D0003 CA0D0004 CA0D0005' \
	'fifth-reader: and each is shown'
card_ctl hsm5 'set tries 0' >/dev/null
exit_is 0 'fifth-reader: the sixth is restored and proved' \
	env -u OPENSC_CONF "$CKSTOKEN" --config "$conf" \
	--module "$OPENSC_MODULE" unblock --json --prove --serial CA0D0005 \
	--authority 15/STC-VP --so-pin-file "$so" --new-pin-file "$new"
is "$(json .proved)" true 'fifth-reader: in every worker'
before=$OPENSC_CONF
opensc_conf 'app default { this is { not a configuration'
exit_is 10 'fifth-reader: with settings that nobody understands' status
like "$(failures .error)" 'not-recognized.*opensc-conf' \
	'fifth-reader: what is not seen then is told, and why'
export OPENSC_CONF=$before
opensc_conf "app default { ignored_readers = \"$(reader_name 5)\"; }"
exit_is 0 'fifth-reader: one that the user has OpenSC ignore' status
is "$(failures '[.reader, .error, .critical]')" \
	"[[\"$(reader_name 5)\",\"not-recognized\",false]]" \
	'fifth-reader: is told, and is no failure'
opensc_conf 'app default { }'
for i in 1 2 3 4 5; do
	stop_card "hsm$i"
done

# 5. What meets the card while the SO PIN is awaited

mkfifo -m 600 "$WORK/so-pin"
# awaiting MODULE SERIAL: leaves an unblock that waits for its SO PIN.
awaiting()
{
	exec 7<>"$WORK/so-pin"
	: >"$WORK/err"
	"$CKSTOKEN" --config "$conf" --module "$1" unblock --json --yes \
		--authority 15/STC-VP --serial "$2" --so-pin-fd 7 \
		--new-pin-file "$new" >"$WORK/out" 2>"$WORK/err" &
	attempt=$!
	wait_for 20 awaits || bail "no unblock waits: $(<"$WORK/err")"
}
# The last that it says before it reads the secret.
awaits()
{
	grep -q 'of the SO PIN' "$WORK/err"
}
# given CODE NAME PIN
given()
{
	echo "$3" >&7
	exec 7<&-
	wait "$attempt"
	rc=$?
	out=$(<"$WORK/out")
	err=$(<"$WORK/err")
	is "$rc" "$1" "$2: exit code $1"
}
card_ctl hsm 'set tries 0' >/dev/null
: >"$WORK/card-hsm.apdus"
awaiting "$OPENSC_MODULE" CA0D0000
hold_reader 0 exclusive
given 9 'busy-reader: held since the token was read' "$HSM_SO_PIN"
like "$err" 'Another program holds the token.*othing was sent' \
	'busy-reader: is told as that, and that nothing was sent'
is "$(secret_apdus hsm)" 0 'busy-reader: and nothing was'
release_reader 0

# A module that goes on reading while another card is put in.
mock_state user-tries=0
export MOCK_WAIT=$WORK/pause MOCK_READER
MOCK_READER=$(reader_name 0)
awaiting "$(mock pause-objects)" MOCK00000000
touch "$MOCK_WAIT"
echo "$SO_PIN" >&7
ok 'swapped-card: the last reading before the SO PIN goes is under way' \
	wait_for 20 test -e "$MOCK_WAIT.on"
stop_card hsm
start_card hsm sc-hsm 0
rm "$MOCK_WAIT"
given 9 'swapped-card: the card was out meanwhile' ''
like "$err" 'pulled out.*othing was sent' 'swapped-card: is told'
is "$(mock_calls 'C_Login|C_InitPIN')" 0 'swapped-card: and nothing was sent'

# 6. Two modules and one reader

mock_state
exit_is 0 'two-modules: a card that one knows and the other does not' \
	ckstoken --module "$(mock not-recognized)" --module "$OPENSC_MODULE" \
	status --json
is "$(failures .error)" '[]' 'two-modules: is no failure'
stop_card hsm
start_card stranger bit4id 0 --atr "$unknown"
exit_is 10 'two-modules: one that both do not know' \
	ckstoken --module "$(mock unknown-card)" --module "$OPENSC_MODULE" \
	status --json
is "$(failures '[.module, .slot, .reader, .error]')" \
	"[[null,null,\"$MOCK_READER\",\"not-recognized\"]]" \
	'two-modules: is told once'
exit_is 3 'never-initialized: a card that a module knows for one' \
	ckstoken --module "$(mock blank)" --module "$OPENSC_MODULE" \
	status --json
is "$(failures .error)" '[]' 'never-initialized: is no failure'
like "$err" 'never initialized' 'never-initialized: and is told as that'
stop_card stranger
unset MOCK_READER MOCK_WAIT

# 7. long-reader-names: alike as far as a slot has room for them

stop_pcscd
reader_prefix='Đầu đọc thẻ của Sở Tài chính, phòng một cửa, bàn số 7, tầng 2'
ok 'long-reader-names: more than the 64 bytes of a slot' \
	test "$(LC_ALL=C; echo "${#reader_prefix}")" -gt 64
start_pcscd 4
start_card hsm sc-hsm 0
start_card piv piv 2
exit_is 0 'long-reader-names: two cards' status
is "$(json '[.tokens[].serial] | sort | join(" ")')" \
	'00000000ca0d0002 CA0D0000' 'long-reader-names: are two tokens'
is "$(failures .error)" '[]' 'long-reader-names: and nothing is hidden'
start_card stranger bit4id 1 --atr "$unknown"
exit_is 10 'long-reader-names: and a third that nobody knows' status
is "$(failures '[.error, .reader, .atr]')" \
	"[[\"not-recognized\",\"$(reader_name 1)\",\"$unknown\"]]" \
	'long-reader-names: is told, and which it is'
stop_card stranger
stop_card piv
exit_is 0 'long-reader-names: one card' status
is "$(json '.tokens[0].user_tries_left')" 3 \
	'long-reader-names: is found by the part of the name there is'
stop_pcscd
reader_prefix='Virtual PCD'
start_pcscd 6

# 8. no-card, and pcscd-down

stop_card hsm
exit_is 3 'no-card: exit code 3' status
like "$err" 'there are 6 readers, and no card in any' 'no-card: is told as that'
stop_pcscd
exit_is 10 'pcscd-down: exit code 10' status
is "$(failures '[.module, .reader, .error]')" '[[null,null,"no-service"]]' \
	'pcscd-down: is told as that'
like "$err" 'pcscd does not answer.*systemctl start' 'pcscd-down: in words'
exit_is 9 'pcscd-down: unblock' unblock
rm -rf /run/pcscd
exit_is 10 'pcscd-down: without its socket too' status
is "$(failures .error)" '["no-service"]' 'pcscd-down: is told as that'
is "$(ckstoken --module "$(mock three)" status --json | jq -c .failures)" '[]' \
	'pcscd-down: is no concern of modules that show no readers'

# 9. pcscd-refuses: its socket is not for this user

mkdir -p /run/pcscd
perl -MIO::Socket::UNIX -e '
	my $s = IO::Socket::UNIX->new(Local => $ARGV[0], Listen => 5) or die;
	chmod $ARGV[1] eq "shut" ? 0 : 0666, $ARGV[0];
	print "up\n"; STDOUT->flush();
	while (my $c = $s->accept()) { close $c; }' \
	/run/pcscd/pcscd.comm shut >"$WORK/shut" &
shut=$!
wait_for 5 grep -q up "$WORK/shut"
exit_is 10 'pcscd-refuses: a socket without the right: exit code 10' \
	setpriv --bounding-set=-dac_override,-dac_read_search \
	--inh-caps=-dac_override,-dac_read_search "$CKSTOKEN" \
	--module "$OPENSC_MODULE" status --json
is "$(failures .error)" '["denied"]' 'pcscd-refuses: is told as that'
like "$err" 'pcscd refuses this user.*polkit' 'pcscd-refuses: in words'
# As pcscd does with whom polkit refuses.
chmod 666 /run/pcscd/pcscd.comm
exit_is 10 'pcscd-refuses: one that closes each connection' status
is "$(failures .error)" '["denied"]' 'pcscd-refuses: is told as that'
kill "$shut"

plan_done
