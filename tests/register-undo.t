#!/bin/bash
# SPDX-License-Identifier: LGPL-2.1-or-later
# sanitize: yes
# stores: both
#
# "ckstoken register undo": whatever command recorded it, an event is taken back
# by another, and brought back by a third; nothing is deleted.

# shellcheck disable=SC2119,SC2120,SC2317 # functions are called by name
# shellcheck source=tests/lib.sh
. "$(dirname "$0")/lib.sh"
need_world
need jq:jq pdfdetach:poppler-utils
cd "$WORK" || bail 'no work folder'
export CKSTOKEN_NOW=2026-11-21T02:00:00Z SOURCE_DATE_EPOCH=1795226400
cat "$(office_conf)" - >register.conf <<END
[province]
name = phu-tho
[register]
$(register_setting r.db)
END
ck=(ckstoken --config register.conf)
records()
{
	"${ck[@]}" register export | jq -c 'del(.program, .undone)'
}
events()
{
	"${ck[@]}" register verify --json 2>/dev/null | jq .events
}
# undone NAME COMMAND...: the command records something, which can be taken back
# as if it had not been, and be brought back; it stays taken back.
undone()
{
	local name=$1 before after first last
	shift
	before=$(records)
	first=$(($(events) + 1))
	exit_is 0 "$name" "$@"
	[ "$rc" = 0 ] || return
	after=$(records)
	last=$(events)
	ok "$name: is recorded" [ "$last" -ge "$first" ] || return
	exit_is 0 "$name: is taken back" "${ck[@]}" register undo "$first-$last"
	is "$(records)" "$before" "$name: as if it had not been"
	exit_is 0 "$name: is brought back" "${ck[@]}" register undo \
		"$((last + 1))-$(events)"
	is "$(records)" "$after" "$name: as it was"
	exit_is 0 "$name: goes for good" "${ck[@]}" register undo "$first-$last"
	is "$(records)" "$before" "$name: and nothing else"
}

cat >people.json <<'END'
{"subscribers": [
  {"subscriber": 1, "name": "Sở Tài chính", "holder": "organization",
   "organization": "Sở Tài chính"},
  {"subscriber": 2, "name": "Nguyễn Văn An", "holder": "person",
   "organization": "Sở Tài chính", "email": "an@vidu.example"}],
 "tokens": [
  {"device_serial": "S1", "subscriber": 1, "device_model": "PKI Token"},
  {"device_serial": "P1", "subscriber": 2, "device_model": "PKI Token"}],
 "certificates": [
  {"certificate_serial": "A1", "subscriber": 1, "device_serial": "S1",
   "not_before": "2025-01-01", "not_after": "2028-01-01"},
  {"certificate_serial": "A3", "subscriber": 2, "device_serial": "P1",
   "not_before": "2025-01-01", "not_after": "2028-01-01"}],
 "custody": [
  {"device_serial": "S1", "keeper": "Trần Thị Bích", "from_date": "2025-01-02"}]}
END
exit_is 0 'a list' "${ck[@]}" register import people.json

# 1. Each command that records

printf '%s\n' 'Họ và tên;Phòng, đơn vị;Cơ quan, tổ chức công tác;Số hiệu token;Người quản lý;Quản lý từ ngày' \
	'Lý B;Phòng Một;Sở Tài chính;L1;Lý B;02/01/2026' \
	'Đỗ C;Phòng Hai;Sở Y tế;L2;;' >list.csv
undone 'a list imported' "${ck[@]}" register import list.csv
undone 'a token added' "${ck[@]}" register add device_serial=P1 keeper='Lê D' \
	from_date=03/03/2026 note='tủ sắt'
undone 'a value removed' "${ck[@]}" register add subscriber subscriber=2 email=
undone 'a certificate added' "${ck[@]}" register add certificate \
	certificate_serial=A4 device_serial=P1 old_serial=A3
undone 'a loss added' "${ck[@]}" register add loss device_serial=P1 loss_kind=lost
undone 'an attempt added by hand' "${ck[@]}" register add unblock \
	device_serial=P1 result=ok
undone 'a letter' "${ck[@]}" request revoke --no-tokens --serial P1 \
	--reason 'nghỉ hưu' --number 15 -o x.pdf
undone 'a draft of a letter' "${ck[@]}" request revoke --no-tokens --serial P1 \
	--reason 'nghỉ hưu' -o x.pdf
undone 'a letter for those not on record' "${ck[@]}" request revoke --no-tokens \
	--set name='Võ E' --set organization='Sở Tài chính' \
	--set device_serial=V1 --set certificate_serial=B7 \
	--reason 'nghỉ hưu' --number 16 -o x.pdf
to=(--set receiver.name='Lê D' --set receiver.title='Văn thư'
	--set receiver.organization='Sở Tài chính')
for kind in deliver return keeper; do
	undone "minutes: $kind" "${ck[@]}" handover "$kind" --no-tokens --serial S1 \
		--place 'Sở Tài chính' "${to[@]}" --number 4 -o x.pdf
done
undone 'minutes: to another agency' "${ck[@]}" handover return --no-tokens \
	--serial S1 --place 'Sở Tài chính' --set receiver.organization='Sở Y tế' --number 5 -o x.pdf
undone 'minutes: lost' "${ck[@]}" handover lost --no-tokens --serial S1 \
	--place 'Sở Tài chính' --number 6 -o x.pdf
undone 'a decision' "${ck[@]}" handover decision --no-tokens --serial S1 \
	--keeper 'Trần Thị Bích' --number 7 -o x.pdf
undone 'a report' "${ck[@]}" report --no-tokens --province bac-ninh --number 8 \
	-o x.pdf
sed 's/^name = Sở Tài chính/name = Sở Y tế/' office.conf >other.conf
exit_is 0 'a letter of another agency' ckstoken --config other.conf request \
	recover --no-tokens --province phu-tho --set name='Võ E' \
	--set device_serial=V1 --set certificate_serial=B7 --number 17 -o asked.pdf
undone 'a refusal' "${ck[@]}" desk refuse --request asked.pdf --override 'thử' --number 9 \
	--reason 'thiết bị không bị khóa' -o x.pdf
undone 'an answer' "${ck[@]}" desk answer --request asked.pdf --override 'thử' \
	--number 10 -o x.pdf
exit_is 0 'after all of them: the register is intact' "${ck[@]}" register verify
like "$err" 'events of these were taken back by later ones' 'and verify tells of them'

# 2. What is told

n=$(events)
exit_is 0 'minutes by mistake' "${ck[@]}" handover return --no-tokens --serial S1 \
	--place 'Sở Tài chính' --set receiver.organization='Sở Y tế' --number 11 -o x.pdf
exit_is 0 'what would go' "${ck[@]}" register undo $((n + 1)) --dry-run
like "$out" 'Token S1
    returned_date: 21/11/2026 -> -
    returned_to: Sở Y tế -> -' 'shows each value, now and then'
like "$out" 'Custody S1, Trần Thị Bích, 02/01/2025
    to_date: 21/11/2026 -> -' 'of each record'
like "$err" 'nothing was written' 'and says that it is a trial'
is "$(events)" $((n + 1)) 'and is none'
exit_is 11 'a reason with a secret' "${ck[@]}" register undo $((n + 1)) \
	--reason 'PIN 482913'
exit_is 0 'undo' "${ck[@]}" register undo $((n + 1)) --reason 'nhầm token'
like "$err" "by event $((n + 2)); both stay in the history" 'tells the number that brings it back'
exit_is 0 'history' "${ck[@]}" register history S1
like "$out" "
$((n + 1))  .*  handover return.*
    taken back by event $((n + 2))
" 'history shows what was taken back'
like "$out" "
$((n + 2))  .*  undo.*
    takes back event $((n + 1)): nhầm token
" 'and by what, and why'
exit_is 0 'in JSON' "${ck[@]}" register history S1 --json
is "$(json ".events[-2:] | map([.undoes, .reason, .undone_by]) | tostring")" \
	"[[null,null,$((n + 2))],[$((n + 1)),\"nhầm token\",null]]" 'likewise'
exit_is 0 'show' "${ck[@]}" register show S1
unlike "$out" 'returned_date' 'shows what is so'
like "$out" "Taken back: event $((n + 1)), by event $((n + 2))" 'and what was taken back'
exit_is 0 'show --json' "${ck[@]}" register show S1 --json
is "$(json '.undone[-1] | "\(.event) \(.undone_by) \(.reason)"')" \
	"$((n + 1)) $((n + 2)) nhầm token" 'likewise'
exit_is 0 'an export' "${ck[@]}" register export -o all.json
is "$(jq -r '.undone[-1] | "\(.event) \(.undone_by) \(.reason)"' all.json)" \
	"$((n + 1)) $((n + 2)) nhầm token" 'has what was taken back'
exit_is 0 'is read again' "${ck[@]}" register import all.json --file "$(place again.db)"
is "$("${ck[@]}" register export --file "$(place again.db)" | jq -c 'del(.program, .undone)')" \
	"$(records)" 'as the records are'

# 3. Drafts, and how they become facts (NĐ 30/2020 Điều 18: a paper is numbered
# when it is issued)

m=$(events)
back=("${ck[@]}" handover return --no-tokens --place 'Sở Tài chính')
exit_is 0 'minutes without a number' "${back[@]}" --serial S1 \
	--set receiver.organization='Sở Y tế' -o draft.pdf
is "$(events)" "$m" 'a-draft-that-becomes-a-fact: minutes without a number record nothing'
like "$err" 'no number yet, so it is a draft.*--data FILE' 'and it is told how they will'
exit_is 0 'made again from the draft, with its number' "${back[@]}" \
	--data draft.pdf --number 21 -o final.pdf
like "$err" "recorded as event $((m + 1)): token S1 returned on 21/11/2026" \
	'what-was-recorded: is told in one line'
exit_is 0 'once more' "${back[@]}" --data draft.pdf --number 21 -o final.pdf
unlike "$err" 'recorded as' 'nothing new is no event'
exit_is 0 'what a command adds' "${ck[@]}" register add loss device_serial=S1 loss_kind=lost
like "$err" "recorded as event $((m + 2)): the loss of token S1" 'what-was-recorded: by add'
# What stood there already is told with what is new (Điều 16 QĐ 09/2023: minutes).
exit_is 0 'to whom it went is mended' "${ck[@]}" register add token device_serial=S1 \
	returned_to='Sở Nội vụ'
like "$err" "recorded as event $((m + 3)): token S1 returned on 21/11/2026" \
	'recorded-says-too-little: of a token'
exit_is 0 'a letter is answered' "${ck[@]}" register add request procedure=revoke \
	document_number=29/STC-VP document_date=20/11/2026 outcome=accepted
exit_is 0 'and the number of the answer told later' "${ck[@]}" register add request \
	document_number=29/STC-VP answer_number=7/CNSBM
like "$err" "recorded as event $((m + 5)): request [0-9]+ is answered: accepted" \
	'recorded-says-too-little: of an answer'
exit_is 0 'a letter is sent' "${ck[@]}" register add request procedure=revoke \
	document_number=28/STC-VP document_date=20/11/2026
exit_is 0 'by a way told later' "${ck[@]}" register add request \
	document_number=28/STC-VP channel=QLVB
like "$err" "recorded as event $((m + 7)): the letter 28/STC-VP of 20/11/2026" \
	'recorded-says-too-little: no numbered letter is called a draft'
exit_is 0 'a suspicion' "${ck[@]}" register add loss device_serial=S1 loss_kind=leak
like "$err" "recorded as event $((m + 8)): the key of token S1 is suspected" \
	'recorded-says-wrong: a leak is no loss'
m=$((m + 6))
exit_is 0 'a list' "${ck[@]}" register import list.csv
like "$err" "recorded as events $((m + 3)) to $((m + 4))" 'what-was-recorded: by import'
exit_is 0 'a letter' "${ck[@]}" request revoke --no-tokens --serial P1 \
	--reason 'nghỉ hưu' --number 22 -o x.pdf
like "$err" "recorded as event $((m + 5)): the letter 22/STC-VP of 21/11/2026, request [0-9]+" \
	'what-was-recorded: by a letter'
exit_is 0 'a trial' "${ck[@]}" register import --dry-run list.csv
unlike "$err" 'recorded as' 'records nothing'

# Minutes made again with other words kept what they said no longer (NĐ 30/2020
# Điều 18: a paper has one number, and says one thing).
again='minutes made again'
give()
{
	"${ck[@]}" handover keeper --no-tokens --place 'Sở Tài chính' --set receiver.title='Văn thư' \
		--set receiver.organization='Sở Tài chính' -o x.pdf "$@"
}
keepers()
{
	"${ck[@]}" register export | jq -r '[.custody[] | select(.minutes == "31/BB-STC" or .device_serial == "S3") |
		"\(.device_serial) \(.keeper) \(.to_date)"] | join(", ")'
}
for s in S3 S4; do
	"${ck[@]}" register add device_serial=$s subscriber=1 2>/dev/null || bail "$s"
done
exit_is 0 "$again: to An" give --serial S3 --serial S4 --number 31 --receiver 'Đỗ An' --until 30/11/2026
exit_is 0 "$again: to Bình, and for one token" give --serial S3 --number 31 --receiver 'Đỗ Bình'
is "$(keepers)" 'S3 Đỗ Bình null' "$again: say one thing"
like "$err" '2 records that an earlier version of this document made are taken out' \
	"$again: and it is told"
m=$(events)
exit_is 0 "$again: the same" give --serial S3 --number 31 --receiver 'Đỗ Bình'
is "$(events)" "$m" "$again: the same is no event"
exit_is 0 "$again: the next" give --serial S3 --number 32 --receiver 'Lê Chi'
exit_is 7 "$again: what the next builds on" give --serial S3 --number 31 --receiver 'Đỗ Dũng'
like "$err" "event $((m + 1)) builds on that: take it back first" "$again: is refused"
is "$(events) $(keepers)" "$((m + 1)) S3 Lê Chi null, S3 Đỗ Bình 2026-11-21" \
	"$again: and nothing is written"
exit_is 0 "$again: the next is taken back" "${ck[@]}" register undo $((m + 1))
exit_is 0 "$again: and then" give --serial S3 --number 31 --receiver 'Đỗ Dũng'
is "$(keepers)" 'S3 Đỗ Dũng null' "$again: it goes"

# 4. What is refused

exit_is 7 'taken-back-twice: is refused' "${ck[@]}" register undo $((n + 1))
like "$err" "taken back by event $((n + 2)) already" 'and told by what'
exit_is 7 'a range of such' "${ck[@]}" register undo $((n + 1))-$((n + 1))
exit_is 3 'an event that there is not' "${ck[@]}" register undo 9999
for text in 0 x 5- 5-4 -1 99999999999999999999; do
	exit_is 2 "no number: $text" "${ck[@]}" register undo -- "$text"
done
exit_is 2 'no event' "${ck[@]}" register undo
exit_is 2 'a reason elsewhere' "${ck[@]}" register list --reason x
exit_is 0 'a token' "${ck[@]}" register add token device_serial=Z1
n=$(events)
exit_is 0 'lost' "${ck[@]}" register add loss device_serial=Z1 loss_kind=lost
exit_is 0 'in words' "${ck[@]}" register add loss loss=99 device_serial=Z1 \
	lost_place='chợ'
exit_is 7 'a-record-that-others-build-on: its event stays' "${ck[@]}" register \
	undo "$n"
like "$err" "events $((n + 1)), $((n + 2)) .*take those back first" 'and they are named'
is "$(events)" $((n + 2)) 'nothing is written'
exit_is 7 'a range that cannot go as a whole' "${ck[@]}" register undo "$n-$((n + 1))"
is "$(events)" $((n + 2)) 'goes not at all'
exit_is 0 'with those that build on it' "${ck[@]}" register undo "$n-$((n + 2))"
exit_is 0 'a-thing-that-is-gone: has its history' "${ck[@]}" register history Z1
like "$out" 'lost_place: chợ' 'all of it'
exit_is 0 'and can be shown' "${ck[@]}" register show Z1
like "$out" "Taken back: event $n" 'as taken back'
exit_is 0 'it can come anew' "${ck[@]}" register add loss device_serial=P1 loss_kind=lost
exit_is 0 'a number is given once' "${ck[@]}" register show P1
like "$out" 'loss: 100' 'and never again'
# A paper that another cites stays (khoản 1 Điều 11 QĐ 165/2025: the decision).
exit_is 0 'a decision' "${ck[@]}" register add request procedure=decision \
	document_number=40/QĐ-STC document_date=20/11/2026
n=$(events)
exit_is 0 'custody by it' "${ck[@]}" register add custody device_serial=P1 \
	keeper='Lê Minh' from_date=21/11/2026 \
	decision='Quyết định số 40/QĐ-STC ngày 20 tháng 11 năm 2026'
exit_is 7 'decision-that-custody-cites: stays' "${ck[@]}" register undo "$n"
like "$err" "event $((n + 1)) .*take that back first" 'decision-that-custody-cites: by which'
exit_is 0 'decision-that-custody-cites: goes with that' "${ck[@]}" register undo \
	"$n-$((n + 1))"
exit_is 0 'another decision' "${ck[@]}" register add request procedure=decision \
	document_number=41/QĐ-STC document_date=20/11/2026
n=$(events)
exit_is 0 'custody by one of another day' "${ck[@]}" register add custody \
	device_serial=P1 keeper='Lê Minh' from_date=21/11/2026 decision=41/QĐ-STC \
	decision_date=19/11/2026
exit_is 0 'decision-that-custody-cites: none that it does not' "${ck[@]}" register undo "$n"
exit_is 0 'the register is intact' "${ck[@]}" register verify

plan_done
