#!/bin/bash
# SPDX-License-Identifier: LGPL-2.1-or-later
# stores: both
#
# Documents, `status` and `unblock` read the register and write to it.

# shellcheck disable=SC2119,SC2120,SC2317 # functions are called by name
# shellcheck source=tests/lib.sh
. "$(dirname "$0")/lib.sh"
need_world
need jq:jq pdftotext:poppler-utils pdfdetach:poppler-utils sqlite3:sqlite3

export CKSTOKEN_NOW=2026-11-21T02:00:00Z SOURCE_DATE_EPOCH=1795226400
new=$(secret_file NEW_PIN)
hsm_so=$(secret_file HSM_SO_PIN)
wrong_so=$(secret_file 0000000000000000)
start_pcscd 2
start_card hsm sc-hsm 0
start_card piv piv 1
card_ctl hsm 'set tries 0' >/dev/null
cd "$WORK" || bail 'no work folder'
cat "$(office_conf)" "$(desk_conf)" - >register.conf <<END
[register]
$(register_setting "$WORK/r.db")
END
ck=(ckstoken --config register.conf --module "$OPENSC_MODULE")

# sql STATEMENT: what the register holds, columns with "|" between.
sql()
{
	in_register "$WORK/r.db" "$1"
}
events()
{
	sql 'SELECT count(*) FROM events'
}
# make NAME COMMAND...: a document out.pdf, which must be made.
make_paper()
{
	local name=$1
	shift
	rm -f out.pdf
	exit_is 0 "$name" "${ck[@]}" "$@" -o out.pdf
}
# add ARGUMENTS...: what an officer adds.
add()
{
	exit_is 0 "register add $1" "${ck[@]}" register add "$@"
}
requests='SELECT request, procedure, form, document_number, document_date FROM
	requests ORDER BY request'
items='SELECT request, item, subscriber, device_serial, certificate_serial, reason
	FROM items ORDER BY request, item'

# 1. Without a register, and before there is one

exit_is 0 '--no-register' "${ck[@]}" request recover --province lam-dong \
	--no-register --number 14 -o out.pdf
nok 'leaves the register aside' has_register r.db
exit_is 11 'a letter that --strict refuses' "${ck[@]}" request recover \
	--province lam-dong --set contact.phone= --strict -o out.pdf
nok 'makes no register' has_register r.db
exit_is 1 'status before there is a register' "${ck[@]}" status
like "$err" '2 tokens present are not in the register' 'tells of both tokens'
nok 'and makes none' has_register r.db

# 2. A letter makes it, and is one request however often it is made

letter=(request recover --province lam-dong)
make_paper 'a draft' "${letter[@]}"
is "$(sql "$requests")" '1|recover|06||2026-11-21' 'is a request without a number'
serial=$(sql 'SELECT certificate_serial FROM certificates')
is "$(sql "$items")" "1|1|1|CA0D0000|$serial|" 'with an item for its row'
is "$(sql 'SELECT device_serial, subscriber, user_pin FROM tokens')" \
	'CA0D0000|1|locked' 'and the token it is for'
like "$(sql 'SELECT name, holder, email, organization FROM subscribers')" \
	'^.+\|person\|.+@.+\|.+' 'and its subscriber, from the certificate'
like "$(sql 'SELECT subscriber, device_serial, not_before, not_after, official
	FROM certificates')" '^1\|CA0D0000\|20..-..-..\|20..-..-..\|[01]$' \
	'and the certificate'
is "$(sql 'SELECT text FROM events' | jq -r .by)" 'request recover' \
	'all in one event'
make_paper 'the draft once more' "${letter[@]}"
is "$(events)" 1 'is nothing new'
make_paper 'the letter' "${letter[@]}" --number 15
is "$(sql "$requests")" '1|recover|06|15/STC-VP|2026-11-21' \
	'is the same request, with its number'
make_paper 'the letter once more' "${letter[@]}" --number 15
is "$(events) $(sql 'SELECT count(*) FROM items')" '2 1' 'doubles nothing'
make_paper 'a letter of its own number' "${letter[@]}" --number 16
is "$(sql 'SELECT count(*) FROM requests')" 2 'is a request of its own'
make_paper 'one that is sent by a way the officer names' "${letter[@]}" \
	--number 17 --set 'document.channels=bưu chính công ích'
is "$(sql 'SELECT channel FROM requests WHERE request = 3')" \
	'bưu chính công ích' 'has that channel'
is "$(sql 'SELECT count(channel) FROM requests')" 1 \
	'and none from the regulation alone'
exit_is 0 'register verify' "${ck[@]}" register verify

# 3. What tokens and data leave open comes from the register

add subscriber subscriber=1 id_number=012345678901 id_date=01/02/2020 \
	id_place='Cục Cảnh sát' birth_date=03/04/1980 title='Trưởng phòng' \
	phone=0912345678
add certificate certificate_serial="$serial" renewals=1
add token device_serial=CA0D0000 place_kept='Phòng 101'
make_paper 'a letter of revocation' request revoke --province lam-dong \
	--serial CA0D0000 --reason 'nghỉ hưu' --number 18
is "$(dossier_of out.pdf | jq -r '.subscribers[0] | "\(.id_number) \(.id_date)
	\(.birth_date) \(.title) \(.phone) \(.place_kept) \(.renewals)"' |
	tr -d '\n\t')" \
	'012345678901 2020-02-011980-04-03 Trưởng phòng 0912345678 Phòng 101 1' \
	'has what the register knows'
like "$(words_of out.pdf)" '012345678901' 'as printed'
is "$(sql 'SELECT reason FROM items WHERE request = 4')" 'nghỉ hưu' \
	'and gives the register the reason'
exit_is 0 '--no-register' "${ck[@]}" request revoke --province lam-dong \
	--serial CA0D0000 --reason 'nghỉ hưu' --number 18 --no-register -o bare.pdf
is "$(dossier_of bare.pdf | jq '.subscribers[0].id_number')" null 'has not'
exit_is 7 'a second renewal' "${ck[@]}" request renew --province lam-dong \
	--serial CA0D0000 -o out.pdf
like "$err" '9' 'is refused by what the register knows, with its article'

n=$(events)
make_paper 'data that says otherwise' request revoke --province lam-dong \
	--serial CA0D0000 --reason 'nghỉ hưu' --number 18 \
	--set phone=0987654321
like "$err" 'row 1, số điện thoại di động: the register says "0912345678".*"0987654321"' \
	'is told, both sides of it'
is "$(dossier_of out.pdf | jq -r '.subscribers[0].phone')" 0987654321 \
	'and stands in the document'
is "$(sql 'SELECT phone FROM subscribers') $(events)" "0912345678 $n" \
	'and not in the register'
echo '[{"email": "khac@vidu.example", "id_number": "012345678901", "name":
	"Người Khác"}]' >other.json
make_paper 'data that calls another by the number' request new-person \
	--province lam-dong --data other.json --number 19
like "$err" 'tên thuê bao: the register says' 'is told'
is "$(dossier_of out.pdf | jq -c '.subscribers[0] | [.phone, .title]')" \
	'[null,null]' 'and gets nothing of theirs'
is "$(sql 'SELECT count(*) FROM subscribers')" 1 'nor a second of that number'

# 4. A token that is not there

stop_card hsm
exit_is 0 'a token that only the register has' "${ck[@]}" request recover \
	--province lam-dong --serial ca0d0000 --number 20 -o out.pdf
like "$err" 'not seen here.*not read, so whether it is locked is not known' \
	'is told, and that its state cannot be known'
is "$(dossier_of out.pdf | jq -r '.subscribers[0] | "\(.device_serial)
	\(.certificate_serial) \(.user_pin)"' | tr -d '\n\t')" \
	"CA0D0000$serial null" 'and makes the row, without a state'
exit_is 3 'one that it has not either' "${ck[@]}" request recover \
	--province lam-dong --serial KHONGCO -o out.pdf
make_paper 'a new certificate for it' request new-person --province lam-dong \
	--serial CA0D0000 --number 21
is "$(dossier_of out.pdf | jq -r '.subscribers[0] | "\(.old_serial)
	\(.certificate_serial) \(.id_number)"' | tr -d '\n\t')" \
	"${serial}null 012345678901" 'replaces the one on it'
is "$(sql "SELECT subscriber, certificate_serial FROM items WHERE request =
	(SELECT max(request) FROM requests)")" "1|$serial" \
	'and its item is about that'
# A letter whose one row is to be filled in was kept again each time it was made.
echo '[{"title": "Chuyên viên"}]' >blank.json
make_paper 'a-row-of-blanks' request new-person --province lam-dong \
	--data blank.json --number 22
n=$(sql 'SELECT count(*) FROM requests')
make_paper 'a-row-of-blanks: once more' request new-person --province lam-dong \
	--data blank.json --number 22
is "$(sql 'SELECT count(*) FROM requests')" "$n" 'a-row-of-blanks: is one letter'
exit_is 3 'a new certificate for an unknown one' "${ck[@]}" request \
	new-person --province lam-dong --serial KHONGCO -o out.pdf
like "$err" 'register has no such token' 'is refused'

# 5. Minutes

minutes=(handover --province phu-tho --place 'Sở Tài chính')
keeper=(--no-tokens --serial CA0D0000)
custody='SELECT keeper, from_date, to_date, temporary, decision, decision_date,
	permission, permission_date, minutes, minutes_date FROM custody ORDER BY
	from_date, to_date IS NULL, keeper'
make_paper 'delivery' "${minutes[@]}" deliver "${keeper[@]}" \
	--date 01/11/2026 --number 4 --grounds 'Quyết định số 5/QĐ-STC ngày 30/10/2026'
name=$(sql 'SELECT name FROM subscribers')
is "$(sql 'SELECT delivered_date FROM tokens WHERE subscriber = 1')" 2026-11-01 \
	'has its day'
is "$(sql "$custody")" \
	"$name|2026-11-01|||Quyết định số 5/QĐ-STC ngày 30/10/2026|2026-10-30|||04/BB-STC|2026-11-01" \
	'and the receiver is keeper from then on'
is "$(sql 'SELECT keeper_id_number FROM custody')" 012345678901 'by number too'
n=$(events)
make_paper 'the same once more' "${minutes[@]}" deliver "${keeper[@]}" \
	--date 01/11/2026 --number 4 --grounds 'Quyết định số 5/QĐ-STC ngày 30/10/2026'
is "$(events)" "$n" 'is nothing new'
# a-check-that-looks-at-plugged-in-tokens-only: NĐ 30/2020 Điều 32.3.
n=$(events)
exit_is 7 'a keeper for a personal token, by the register alone' "${ck[@]}" \
	"${minutes[@]}" keeper "${keeper[@]}" --receiver 'Phạm Thị Nhận' -o no.pdf
like "$err" "a person's, who keeps it.*Điều 32 Nghị định số 30/2020" 'is refused'
is "$(events)" "$n" 'and not recorded'
exit_is 7 'the return of a certificate to 2028 as ended' "${ck[@]}" \
	"${minutes[@]}" return "${keeper[@]}" --reason 'hết hạn' -o no.pdf
like "$err" '"hết hạn" is given.*lasts until 15/01/2028.*Điều 20 Nghị định' \
	'is refused'
is "$(events)" "$n" 'and not recorded'
keeper+=(--override 'thẻ dùng chung của Văn phòng')
make_paper 'a change of keeper' "${minutes[@]}" keeper "${keeper[@]}" \
	--number 5 --receiver 'Phạm Thị Nhận' --receiver-title 'Văn thư' \
	--until 30/11/2026 \
	--grounds 'Văn bản cho phép số 9/STC-VP ngày 20/11/2026'
is "$(dossier_of out.pdf | jq -r .giver.name)" "$name" \
	'has the keeper on record as its giver'
like "$(words_of out.pdf)" 'bàn giao tạm thời, đến hết ngày 30/11/2026' \
	'and says for how long'
is "$(sql "SELECT to_date FROM custody WHERE keeper = '$name'")" 2026-11-21 \
	'whose custody ends'
is "$(sql "$custody" | tail -n 1)" \
	'Phạm Thị Nhận|2026-11-21|2026-11-30|1|||Văn bản cho phép số 9/STC-VP ngày 20/11/2026|2026-11-20|05/BB-STC|2026-11-21' \
	'and the new one begins, with its permission'
exit_is 2 '--until for a delivery' "${ck[@]}" "${minutes[@]}" deliver \
	"${keeper[@]}" --until 30/11/2026 -o no.pdf
make_paper 'a collection' "${minutes[@]}" return "${keeper[@]}" --number 6 \
	--date 21/11/2026 --receiver 'Lê Thị Thu' --receiver-organization 'SỞ TÀI CHÍNH'
is "$(dossier_of out.pdf | jq -r .giver.name)" 'Phạm Thị Nhận' \
	'is from the keeper on record'
is "$(sql 'SELECT collected_date, returned_date FROM tokens WHERE subscriber = 1')" \
	'2026-11-21|' 'is one, as the agency is ours'
is "$(sql "$custody" | cut -d'|' -f1-3 | tail -n 2)" \
	$'Phạm Thị Nhận|2026-11-21|2026-11-21\nLê Thị Thu|2026-11-21|' \
	'and who collects keeps it'
make_paper 'first-leg-of-a-return: the same to an office' "${minutes[@]}" \
	return "${keeper[@]}" --number 6 --date 21/11/2026 \
	--receiver 'Lê Thị Thu' \
	--receiver-organization 'Văn phòng Sở Tài chính tỉnh Ví Dụ'
is "$(sql 'SELECT collected_date, returned_date, returned_to FROM tokens
	WHERE subscriber = 1')" '2026-11-21||' \
	'is collected, and still to be handed on'
make_paper 'a return' "${minutes[@]}" return "${keeper[@]}" --number 7 \
	--date 21/11/2026 --receiver-organization 'Cục Chứng thực số'
is "$(sql 'SELECT returned_date, returned_to FROM tokens WHERE subscriber = 1')" \
	'2026-11-21|Cục Chứng thực số' 'has its day and to whom'
is "$(sql 'SELECT count(*) FROM custody WHERE to_date IS NULL')" 0 \
	'and nobody keeps it any longer'
lost=("${minutes[@]}" lost --serial CA0D0000 --lost-place 'trên xe'
	--reported '21/11/2026 08:30' --reason 'rơi khi đi công tác')
make_paper 'a loss, as a draft' "${lost[@]}"
is "$(sql 'SELECT count(*) FROM losses')" 0 \
	'a-draft-that-becomes-a-fact: minutes without a number record nothing'
make_paper 'a loss, not all of it known' "${lost[@]}" --number 8
make_paper 'a loss' "${lost[@]}" --number 8 --lost-date '20/11/2026'
is "$(sql 'SELECT loss, device_serial, loss_kind, lost_date, lost_place,
	reported_time, circumstances, minutes, minutes_date FROM losses')" \
	'1|CA0D0000|lost|20/11/2026|trên xe|2026-11-21T08:30:00+07:00|rơi khi đi công tác|08/BB-STC|2026-11-21' \
	'is on record, once'
exit_is 0 'a loss of no token in particular' "${ck[@]}" "${minutes[@]}" lost \
	--set name='Ai Đó' --number 9 -o out.pdf
like "$err" '1 row names no token' 'is told to be none for the register'

# 6. Each document of many, and a report

echo '[{"name": "Lý A", "id_number": "000000000001", "organization": "Sở Tài chính"},
	{"name": "Đỗ B", "id_number": "000000000002",
	 "organization": "Phòng Một, Sở Tài chính"}]' >two.json
exit_is 0 '--each' "${ck[@]}" request new-person --province phu-tho \
	--data two.json --each --number 30 -o '{n}.pdf'
is "$(sql "SELECT r.document_number, s.name, s.holder, s.organization, s.unit
	FROM requests r JOIN items i ON i.request = r.request JOIN subscribers s
	ON s.subscriber = i.subscriber WHERE r.document_number >= '30' ORDER BY 1")" \
	$'30/STC-VP|Lý A|person|Sở Tài chính|\n31/STC-VP|Đỗ B|person|Sở Tài chính|Phòng Một' \
	'is a request each, the unit parted from its agency'
exit_is 0 'a report' "${ck[@]}" report --province bac-ninh --period half \
	--number 40 -o out.pdf
is "$(sql "SELECT procedure, document_number, period FROM requests WHERE
	procedure = 'report'")" 'report|40/BC-STC|06 tháng đầu năm 2026' \
	'is on record with its period'

# 7. Registers that cannot be written, and two at once

n=$(events)
exit_is 12 'a document that cannot be written' "${ck[@]}" request new-person \
	--province phu-tho --data two.json --number 32 -o none/no.pdf
is "$(events)" "$n" 'is not on record either'
if on_server; then
	in_register r.db 'GRANT USAGE ON SCHEMA ckstoken TO reader;
		GRANT SELECT ON ALL TABLES IN SCHEMA ckstoken TO reader' ||
		bail 'no reader'
	sed 's|//ckstoken@|//reader@|' register.conf >ro.conf
else
	mkdir ro
	cp r.db ro/r.db
	sed "s|$WORK/r.db|$WORK/ro/r.db|" register.conf >ro.conf
fi
# read_only yes|no
read_only()
{
	if on_server; then
		return
	elif [ "$1" = no ]; then
		umount ro
	else
		{ mount --bind ro ro && mount -o remount,bind,ro ro; } ||
			bail 'no read-only place'
	fi
}
read_only yes
exit_is 12 'a register that is only read' ckstoken --config ro.conf request \
	new-person --province phu-tho --data two.json --number 33 -o no.pdf
like "$err" '(r.db cannot be|permission denied).*--no-register' \
	'is told, and the way around it'
nok 'and no document is written' test -e no.pdf
exit_is 0 '--no-register' ckstoken --config ro.conf request new-person \
	--province phu-tho --data two.json --number 33 --no-register -o no.pdf
read_only no

"${ck[@]}" request new-person --province phu-tho --data two.json --number 50 \
	-o a.pdf >/dev/null 2>&1 &
first=$!
"${ck[@]}" request new-person --province phu-tho --data two.json --number 51 \
	-o b.pdf >/dev/null 2>&1
is "$?" 0 'one of two at once'
wait "$first"
is "$?" 0 'the other'
is "$(sql "SELECT count(*) FROM items JOIN requests USING (request) WHERE
	document_number IN ('50/STC-VP', '51/STC-VP')")" 4 'both stand'
exit_is 0 'register verify' "${ck[@]}" register verify

# 8. status

start_card hsm sc-hsm 0
card_ctl hsm 'set tries 0' >/dev/null
n=$(events)
exit_is 1 'status' "${ck[@]}" status
is "$(sql "SELECT user_pin, seen_date FROM tokens WHERE
	device_serial = 'CA0D0000'")" 'locked|2026-11-21' 'is kept for what the register has'
is "$(events)" $((n + 1)) 'as one event'
like "$err" '1 token present is not in the register' 'and told of what it has not'
is "$(sql "SELECT count(*) FROM tokens")" 1 'which is not added'
exit_is 1 'status once more' "${ck[@]}" status --json
is "$(events)" $((n + 1)) 'is nothing new'
is "$(json '.tokens | length')" 2 'and prints as ever'
CKSTOKEN_NOW=2026-11-22T02:00:00Z exit_is 1 'status on the next day' \
	"${ck[@]}" status
is "$(events) $(sql 'SELECT seen_date FROM tokens')" "$((n + 2)) 2026-11-22" \
	'is'
exit_is 1 '--no-register' "${ck[@]}" status --no-register
unlike "$err" 'in the register|be written' 'says nothing of it'
read_only yes
CKSTOKEN_NOW=2026-11-23T02:00:00Z exit_is 1 'status with one that is only read' \
	ckstoken --config ro.conf --module "$OPENSC_MODULE" status
like "$out" 'CA0D0000' 'prints all the same'
like "$err" 'the states just read could not be written' 'and tells'
read_only no

# 9. unblock

journal=$HOME/.local/state/ckstoken/unblock.journal
unblock=("${ck[@]}" unblock --yes --serial CA0D0000 --new-pin-file "$new")
n=$(events)
exit_is 5 'a wrong SO PIN' "${unblock[@]}" --so-pin-file "$wrong_so" \
	--authority '16/STC-VP ngày 21/11/2026'
attempt='SELECT unblock, device_serial, unblock_time, authority, request,
	method, result, journal FROM unblocks ORDER BY unblock DESC LIMIT 1'
is "$(sql "$attempt")" \
	'1|CA0D0000|2026-11-21T09:00:00+07:00|16/STC-VP ngày 21/11/2026|2|so-pin|so-pin-incorrect|1' \
	'is on record, with the request that it answers'
is "$(sql 'SELECT count(*) FROM requests WHERE outcome IS NOT NULL')" 0 \
	'which has no outcome by that'
exit_is 0 'a letter for it' "${ck[@]}" request recover --province lam-dong \
	--serial CA0D0000 --number 60 --no-register -o 60.pdf
exit_is 0 'the token is restored on its letter' "${unblock[@]}" \
	--so-pin-file "$hsm_so" --request 60.pdf
is "$(sql "SELECT document_number, outcome, done_date, sender FROM requests WHERE
	document_number = '60/STC-VP'")" '60/STC-VP|accepted|2026-11-21|Sở Tài chính' \
	'the letter is a request by now, with its sender, and done'
is "$(sql "SELECT u.result, r.document_number FROM unblocks u JOIN requests r
	ON r.request = u.request WHERE unblock = 2")" 'ok|60/STC-VP' \
	'and the attempt is about it'
is "$(sql 'SELECT user_pin, seen_date FROM tokens')" 'ok|2026-11-21' \
	'and the token works'
for unblock_number in 1 2; do
	entry=$(sql "SELECT journal FROM unblocks WHERE unblock = $unblock_number")
	line=$(sed -n "${entry}p" "$journal")
	is "$(sql "SELECT journal_hash FROM unblocks WHERE
		unblock = $unblock_number")" "${line%% *}" \
		"entry $entry of the journal is told by its hash"
	is "$(jq -r '"\(.event) \(.journal)"' <<<"${line#* }")" "about-to $entry" \
		'and is that attempt'
done
is "$(sql 'SELECT text FROM events ORDER BY number DESC LIMIT 1' |
	jq -r .by)" unblock 'in an event of its own'
exit_is 1 'register verify' "${ck[@]}" register verify
like "$out$err" 'is intact.*1 event is dated before the one before it' \
	'tells of the day after, and of nothing else'

read_only yes
card_ctl hsm 'set tries 0' >/dev/null
exit_is 12 'a recovery beside a register that is only read' ckstoken \
	--config ro.conf --module "$OPENSC_MODULE" unblock --yes \
	--serial CA0D0000 --new-pin-file "$new" --so-pin-file "$hsm_so" \
	--authority '61/STC-VP'
like "$out" 'CA0D0000.*locked -> works' 'is done, and says so'
like "$err" 'in the journal, but not in the register' 'and that'
read_only no
exit_is 0 'a token that is not in the register' "${ck[@]}" unblock --yes \
	--serial 00000000ca0d0001 --dry-run --force-unlocked \
	--authority '62/STC-VP'
is "$(sql 'SELECT count(*) FROM unblocks')" 2 'a dry run is no attempt'
n=$(events)
card_ctl hsm 'set tries 0' >/dev/null
exit_is 0 '--no-register' "${unblock[@]}" --so-pin-file "$hsm_so" \
	--authority '63/STC-VP' --no-register
is "$(events)" "$n" 'leaves it aside'
card_ctl hsm 'set tries 0' >/dev/null
exit_is 0 'a letter that came on paper' "${ck[@]}" register add request \
	procedure=recover document_number=65/STC-VP
exit_is 0 'a phantom: a recovery on its authority' "${unblock[@]}" \
	--so-pin-file "$hsm_so" --authority 'Công văn số 065/STC-VP ngày 20/11/2026'
is "$(sql "SELECT r.document_number, r.outcome, r.done_date, u.result FROM unblocks u
	JOIN requests r ON r.request = u.request ORDER BY unblock DESC LIMIT 1")" \
	'65/STC-VP|accepted||ok' \
	'a phantom: is recorded to it; whether all of it is done is not known'
n=$(events)
card_ctl piv 'set tries 0' >/dev/null
exit_is 0 'a token that it has not' "${ck[@]}" unblock --yes \
	--serial 00000000ca0d0001 --new-pin-file "$new" \
	--so-pin-file "$(secret_file PUK)" --authority '64/STC-VP'
like "$err" 'token is not in the register' 'is told'
is "$(events)" "$n" 'and nothing is added'
on_server || no_secret_in 'no secret is in the register' r.db

plan_done
