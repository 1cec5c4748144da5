#!/bin/bash
# SPDX-License-Identifier: LGPL-2.1-or-later
# sanitize: yes
#
# Acts in the log of the system: tests/journald listens where systemd-journald does,
# and each kind of act is read field by field.

# shellcheck disable=SC2119,SC2120,SC2317 # functions are called by name
# shellcheck source=tests/lib.sh
. "$(dirname "$0")/lib.sh"
need_world
need jq:jq python3:python3 openssl:openssl strace:strace

cd "$WORK" || bail 'no work folder'
export CKSTOKEN_NOW=2026-11-23T02:00:00Z SOURCE_DATE_EPOCH=1795226400
pki=$(dirname "$(pki person.crt)")
cat "$pki/g2.crl" "$pki/root-g2.crl" >lists.pem
start_softhsm officer
office_conf >/dev/null
sed -i 's/^signer = .*/signer = Nguyễn Thị Thử Nghiệm/' office.conf
printf '%s\n' '[trust]' "anchors = $pki/ca-bundle.pem" "crls = $WORK/lists.pem" \
	'[register]' "file = $WORK/r.db" '[journal]' "file = $WORK/unblock.journal" \
	'[modules]' "module = $SOFTHSM_MODULE" >>office.conf
ck=(ckstoken --config "$WORK/office.conf")
pin=$(secret_file USER_PIN)
serial=$("${ck[@]}" status --no-register --json 2>/dev/null | jq -r '.tokens[].serial')

mkdir -p /run/systemd/journal
"$TOP/tests/journald" "$WORK/log" 2>journald.err &
listener=$!
wait_for 10 test -e log.read || bail "no log: $(<journald.err)"

# Waits until what was sent is in the file.
settle()
{
	local asked
	asked=$(stat -c %s log.read)
	kill -USR1 "$listener"
	wait_for 10 is_read "$asked" || bail "no answer: $(<journald.err)"
}
is_read()
{
	[ "$(stat -c %s log.read)" -gt "$1" ]
}

# entry FIELD...: of the last entry, a line each; "-" where it has none.
entry()
{
	settle
	tail -n 1 log | jq -r '[$ARGS.positional[] as $f | .[$f] // ["-"] |
		join(",")] | .[]' --args "$@"
}

# is_logged ACT NAME EXPECTED FIELD...: the last entry is of this act.
is_logged()
{
	local act=$1 name=$2 expected=$3
	shift 3
	is "$(entry CKSTOKEN_ACT "$@" | paste -sd' ')" "$act $expected" "$name"
}

# 1. Each kind of act

exit_is 0 'a token is added' "${ck[@]}" register add present
is_logged add 'add' "$serial 1 add 5 ckstoken 10" CKSTOKEN_SERIAL CKSTOKEN_EVENT \
	CKSTOKEN_COMMAND PRIORITY SYSLOG_IDENTIFIER SYSLOG_FACILITY
is "$(entry CKSTOKEN_OFFICER)" "$(jq -r .officer <<<"$("${ck[@]}" register history \
	--json 2>/dev/null | jq -c '.events[0]')")" 'add: by whom, as the register has it'
is "$(entry MESSAGE)" "$(sed -n 's/^ckstoken: \(recorded as event 1: .*\)/\1/p' \
	<<<"$err")" 'add: the message is the one that the officer read'
printf '%s\n' 'device_serial,name,organization,email,holder' \
	'T2,Lý B,Sở Tài chính,b@vidu.example,person' \
	'T3,Đỗ C,Sở Tài chính,c@vidu.example,person' >list.csv
exit_is 0 'a list is imported' "${ck[@]}" register import list.csv
settle
is "$(tail -n 2 log | jq -r '[.CKSTOKEN_ACT, .CKSTOKEN_EVENT, .CKSTOKEN_SERIAL] |
	add | join(" ")')" 'import 2 T2
import 3 T3' 'import: each event'
request=("${ck[@]}" request recover --no-tokens --serial T2)
exit_is 0 'a letter' "${request[@]}" --number 15 -o letter.pdf
is_logged request 'request' 'T2 15/STC-VP request recover 4' CKSTOKEN_SERIAL \
	CKSTOKEN_LETTER CKSTOKEN_COMMAND CKSTOKEN_EVENT
exit_is 0 'a letter that no register has' "${ck[@]}" request recover --no-tokens \
	--no-register --set device_serial=T2 --set name='Lý B' --number 16 -o other.pdf
is_logged request 'request without a register' 'T2 16/STC-VP other.pdf -' \
	CKSTOKEN_SERIAL CKSTOKEN_LETTER CKSTOKEN_FILE CKSTOKEN_EVENT
exit_is 0 'a letter that is signed' "${request[@]}" --number 17 -o signed.pdf --sign \
	--pin-file "$pin"
is_logged sign '--sign' "$serial signed.pdf ok" CKSTOKEN_SERIAL CKSTOKEN_FILE \
	CKSTOKEN_RESULT
settle
is "$(tail -n 2 log | head -n 1 | jq -r '.CKSTOKEN_LETTER[]')" 17/STC-VP \
	'--sign: behind the letter'
exit_is 0 'a file is signed' "${ck[@]}" sign letter.pdf -o by-hand.pdf --invisible \
	--pin-file "$pin"
is_logged sign 'sign' "$serial by-hand.pdf 5" CKSTOKEN_SERIAL CKSTOKEN_FILE PRIORITY
is "$(entry CKSTOKEN_CERTIFICATE)" "$(openssl x509 -in "$pki/person.crt" -noout \
	-serial | cut -d = -f 2)" 'sign: by which certificate'
exit_is 5 'a wrong PIN' "${ck[@]}" sign letter.pdf -o no.pdf --invisible \
	--pin-file "$(secret_file WRONG_PIN)"
is_logged sign 'a wrong PIN' "$serial user-pin-incorrect 4 -" CKSTOKEN_SERIAL \
	CKSTOKEN_RESULT PRIORITY CKSTOKEN_FILE
exit_is 0 'minutes' "${ck[@]}" handover return --no-tokens --serial T3 --number 4 \
	--giver 'Đỗ C' --receiver 'Lê Thị Phối Hợp' --date 23/11/2026 -o minutes.pdf
is_logged handover 'handover' 'T3 04/BB-STC handover return' CKSTOKEN_SERIAL \
	CKSTOKEN_LETTER CKSTOKEN_COMMAND
sed -e 's/^name = Sở Tài chính/name = Cục Chứng thực số và Bảo mật thông tin/' \
	-e 's/^symbol.*/symbol = CTSBMTT/' office.conf >desk.conf
exit_is 0 'a refusal' ckstoken --config desk.conf desk refuse --request letter.pdf \
	--reason 'thiết bị không bị khóa' --number 31 --recipient 'Sở Tài chính' -o answer.pdf
is_logged desk 'desk' 'desk refuse' CKSTOKEN_COMMAND
unblock=("${ck[@]}" unblock --authority '18/STC-VP ngày 20/11/2026' --force-unlocked
	--yes --new-pin-file "$(secret_file NEW_PIN)")
exit_is 5 'a wrong SO PIN' "${unblock[@]}" --so-pin-file "$(secret_file WRONG_PIN)"
settle
is "$(tail -n 3 log | jq -r '[.CKSTOKEN_ACT[0], .CKSTOKEN_RESULT[0] // "-",
	.PRIORITY[0]] | join(" ")')" 'unblock-begun - 5
unblock so-pin-incorrect 4
unblock-recorded - 5' 'unblock: what was tried, what came of it, and that it is recorded'
exit_is 0 'a new PIN' "${unblock[@]}" --so-pin-file "$(secret_file SO_PIN)"
settle
is "$(tail -n 2 log | head -n 1 | jq -r '[.CKSTOKEN_ACT, .CKSTOKEN_SERIAL,
	.CKSTOKEN_LETTER, .CKSTOKEN_RESULT, .CKSTOKEN_SENT, .CKSTOKEN_OBJECTS,
	.CKSTOKEN_METHOD, .CKSTOKEN_JOURNAL, .PRIORITY] | add | join("|")')" \
	"unblock|$serial|18/STC-VP ngày 20/11/2026|ok|yes|unchanged|so-pin|$(cut -d ' ' -f 2- \
		unblock.journal | jq -s 'map(select(.event == "about-to").journal) | last')|5" \
	'unblock: each field, and the number of the journal'
is_logged unblock-recorded 'unblock: in the register' "$serial unblock" \
	CKSTOKEN_SERIAL CKSTOKEN_COMMAND
mock_state user-tries=0
exit_is 1 'an attempt that changed more than the PIN' ckstoken --config office.conf \
	--module "$(mock login-changes-object)" "${unblock[@]:3}" --no-register --final-try \
	--so-pin-file "$(secret_file SO_PIN)"
is_logged unblock 'unblock: an alarm' 'changed 2' CKSTOKEN_OBJECTS PRIORITY
exit_is 0 'a seal' "${ck[@]}" register seal -o one.seal \
	--pin-file "$(secret_file NEW_PIN)"
is_logged seal 'seal: with the head that it seals, though the register is closed' \
	"one.seal $(sed '/^-----BEGIN CMS/,$d' one.seal | jq -r '.evidence.register |
		"\(.events) \(.head)"')" CKSTOKEN_FILE CKSTOKEN_EVENT CKSTOKEN_HEAD
exit_is 7 'what cannot be taken back' "${ck[@]}" register undo 2
exit_is 0 'what would be imported' "${ck[@]}" register import list.csv --dry-run
is_logged seal 'neither is an act' one.seal CKSTOKEN_FILE
n=$(jq -r '.CKSTOKEN_EVENT[0]' <<<"$(grep '"sign"\|"handover"' log | grep handover)")
exit_is 0 'an event is taken back' "${ck[@]}" register undo "$n" --reason 'ghi nhầm'
is_logged undo 'undo' "$n ghi nhầm" CKSTOKEN_UNDOES CKSTOKEN_REASON
exit_is 0 'an event of the day before' env CKSTOKEN_NOW=2026-11-22T02:00:00Z "$CKSTOKEN" \
	--config office.conf register add token device_serial=T9
exit_is 0 'time that goes back is explained' "${ck[@]}" register explain \
	--reason 'đồng hồ sai'
is_logged explain 'explain' 'đồng hồ sai' CKSTOKEN_REASON
exit_is 0 'a copy' "${ck[@]}" register copy copy.db
is_logged copy 'copy: one act, whatever it has' copy.db CKSTOKEN_TO
CKSTOKEN_NOW=2026-11-24T02:00:00Z exit_is 0 'a look of the next day' "${ck[@]}" status
is_logged status 'status' "$serial 6" CKSTOKEN_SERIAL PRIORITY
CKSTOKEN_NOW=2026-11-24T03:00:00Z exit_is 0 'another' "${ck[@]}" status
CKSTOKEN_NOW=2026-11-24T03:00:00Z exit_is 0 'and an audit' "${ck[@]}" audit --json
settle
before=$(wc -l <log)
is "$(jq -r '.CKSTOKEN_ACT[0]' log | grep -c '^status$')" 1 'reading is no act'
exit_is 0 'a report' "${ck[@]}" report statistics -o report.pdf
is_logged report 'report' 'report statistics' CKSTOKEN_COMMAND
exit_is 2 'what is refused' "${ck[@]}" register add nonsense --nosuch
settle
is "$(wc -l <log)" "$((before + 1))" 'is no act'

# 2. What holds for all

is "$(jq -r 'select((.MESSAGE | length) != 1 or (.MESSAGE_ID | length) != 1 or
	(.CKSTOKEN_OFFICER | length) != 1).CKSTOKEN_ACT[]' log)" '' \
	'each has one message, the number of its kind, and who acted'
is "$(jq -r '[.CKSTOKEN_ACT[0], .MESSAGE_ID[0]] | join(" ")' log | sort -u |
	cut -d ' ' -f 2 | sort | uniq -d)" '' 'a number is of one kind'
is "$(jq -r '.MESSAGE_ID[0]' log | grep -cvxE '[0-9a-f]{32}')" 0 'as sd-id128(3) has them'
is "$(jq -r '[.CKSTOKEN_ACT[0], .MESSAGE_ID[0]] | join(" ")' log | sort -u | wc -l)" \
	"$(jq -r '.CKSTOKEN_ACT[0]' log | sort -u | wc -l)" 'and a kind has one'
is "$(comm -23 <(jq -r 'keys[]' log | sort -u) <(sed 's/\\f[BPI]/ /g' \
	"$TOP/man/ckstoken-monitoring.7" | grep -oE '[A-Z]+(_[A-Z]+)*' | sort -u) | xargs)" \
	'SYSLOG_FACILITY SYSLOG_IDENTIFIER' 'ckstoken-monitoring(7) names each field of ours'
no_secret_in 'no PIN, SO PIN or PUK stands there' "$WORK/log"
# secret-in-an-argument: what an officer typed into the wrong place
exit_is 11 'secret-in-an-argument: as a reason' "${ck[@]}" register undo 3 \
	--reason "PIN $USER_PIN"
mkdir -p "PIN $USER_PIN"
exit_is 0 'secret-in-an-argument: in the name of a file' "${ck[@]}" sign letter.pdf \
	-o "PIN $USER_PIN/PIN $USER_PIN.pdf" --invisible --pin-file "$(secret_file NEW_PIN)"
settle
no_secret_in 'secret-in-an-argument: is not in the log' "$WORK/log"
exit_is 0 'hostile-text: a name with a line feed' "${ck[@]}" register add subscriber \
	name=$'A\nMESSAGE=made up' organization='Sở Tài chính' email=a@vidu.example
is "$(entry CKSTOKEN_ACT MESSAGE | wc -l)" 2 'hostile-text: makes no field of its own'
exit_is 0 'more tables at once than are told one by one' bash -c "
	for i in {1..25}; do
		printf '%s\n' 'device_serial,name,organization,email,holder' \
			\"U\$i,Lý \$i,Sở Tài chính,u\$i@vidu.example,person\" >u\$i.csv
	done
	'$CKSTOKEN' --config office.conf register import u*.csv"
is "$(entry CKSTOKEN_EVENT CKSTOKEN_EVENT_LAST | paste -sd' ' |
	awk '{ print $2 - $1 + 1 }')" 25 'are one entry, with the first and the last'

# 3. A log that is full, gone or none at all

# traced FAULT ARG...: the sending of entries fails so; leaves what was sent.
traced()
{
	env ASAN_OPTIONS="${ASAN_OPTIONS-}:detect_leaks=0" strace -qq -s 0 \
		-o "$WORK/sent" -e trace=sendto -e inject=sendto:"$1" "$CKSTOKEN" \
		--config office.conf "${@:2}"
}
if strace -o /dev/null true 2>/dev/null; then
	settle
	before=$(wc -l <log)
	sed 's/^T/V/' list.csv >later.csv
	exit_is 0 'refused-once: a list, of which the log refuses the first entry' \
		traced error=ECONNREFUSED:when=1 register import later.csv
	settle
	is "$(tail -n +$((before + 1)) log | jq -r '.CKSTOKEN_SERIAL[]')" V3 \
		'refused-once: it has the next'
	sed 's/^T/W/' list.csv >later.csv
	exit_is 0 'full-log: a list, of which it takes nothing' \
		traced error=EAGAIN register import later.csv
	is "$(grep -vcE '^ckstoken: (recorded as events|2 rows)' <<<"$err")" 0 \
		'full-log: nothing is told'
	is "$(grep -c MSG_DONTWAIT sent) $(grep -vc MSG_DONTWAIT sent)" '2 1' \
		'full-log: each entry is tried, and one is waited for'
else
	skip 'a log that refuses' 'strace traces nothing here'
fi
kill "$listener"
wait "$listener"
exit_is 0 'gone-log: nobody listens any more' "${ck[@]}" register add token \
	device_serial=T10
is "$(grep -vc '^ckstoken: recorded as event' <<<"$err")" 0 'gone-log: nothing is told'
rm -r /run/systemd
exit_is 0 'no-log: there is none' "${ck[@]}" register add token device_serial=T11
is "$(grep -vc '^ckstoken: recorded as event' <<<"$err")" 0 'no-log: nothing is told'

plan_done
