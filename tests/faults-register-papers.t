#!/bin/bash
# SPDX-License-Identifier: LGPL-2.1-or-later
# sanitize: yes
# stores: both
#
# Documents that put together what the register keeps apart, or say nothing
# where it contradicts them.

# shellcheck disable=SC2119,SC2120,SC2317 # functions are called by name
# shellcheck source=tests/lib.sh
. "$(dirname "$0")/lib.sh"
need_world
need jq:jq pdfdetach:poppler-utils sqlite3:sqlite3

export CKSTOKEN_NOW=2026-11-21T02:00:00Z SOURCE_DATE_EPOCH=1795226400
start_pcscd 1
start_card hsm sc-hsm 0
card_ctl hsm 'set tries 0' >/dev/null
cd "$WORK" || bail 'no work folder'
cat "$(office_conf)" "$(desk_conf)" - >register.conf <<END
[register]
$(register_setting "$WORK/r.db")
END
ck=(ckstoken --config register.conf --module "$OPENSC_MODULE")

sql()
{
	in_register "$WORK/r.db" "$1"
}
add()
{
	"${ck[@]}" register add "$@" >/dev/null 2>"$WORK/said" ||
		bail "register add $*: $(cat "$WORK/said")"
}
# paper NAME COMMAND...: a document without tokens present, whose first row is
# $row and whose data are $data.
paper()
{
	local name=$1
	shift
	rm -f out.pdf
	# The tokens here are personal, and their keepers do not change.
	[ "$2" != keeper ] || set -- "$@" --override 'thẻ dùng chung'
	exit_is 0 "$name" "${ck[@]}" "$@" --province phu-tho --no-tokens \
		-o out.pdf
	data=$(dossier_of out.pdf)
	row=$(jq -c '.subscribers[0] | [.name, .certificate_serial, .old_serial]' \
		<<<"$data")
}
# rows JSON: data for --data.
rows()
{
	echo "$1" >rows.json
}
place='Sở Tài chính'

# 1. A token that went to a successor

add name='Nguyễn Văn An' id_number=001085001234 email=an@vidu.gov.vn \
	organization="$place" holder=person device_serial=P1 \
	certificate_serial=A1 not_before=1/1/2024 not_after=1/1/2028
add subscriber name='Trần Kế Nhiệm' id_number=001085001235 \
	email=ke@vidu.gov.vn organization="$place" holder=person
add token device_serial=P1 subscriber=2 place_kept='Phòng 2'
copy_register r.db passed.db
for what in 'request renew' 'request change' 'request revoke' \
	'request recover' 'request new-person' 'handover deliver' \
	'handover return' 'handover lost' 'handover keeper'; do
	# shellcheck disable=SC2086 # two words
	paper "$what of a token handed on" $what --serial P1
	is "$row" '["Trần Kế Nhiệm",null,null]' \
		"is the successor's, without the certificate of the one before"
	like "$err" 'certificate A1 on the token P1 belongs to Nguyễn Văn An.*belongs to Trần Kế Nhiệm' \
		'and tells why'
done
copy_register passed.db r.db
rows '[{"device_serial": "p1"}]'
paper 'data that names the token' request revoke --data rows.json
is "$row" '["Trần Kế Nhiệm",null,null]' 'means the same person'
rows '[{"device_serial": "P1", "name": "Trần Kế Nhiệm"}]'
paper 'data with the name too' request revoke --data rows.json
is "$row" '["Trần Kế Nhiệm",null,null]' 'means the same person'
rows '[{"device_serial": "P1", "certificate_serial": "A1",
	"name": "Trần Kế Nhiệm"}]'
paper "data that gives the certificate to the successor" request revoke \
	--data rows.json
is "$(jq -c '.subscribers[0] | [.id_number, .not_after]' <<<"$data")" \
	'["001085001235",null]' 'gets nothing of the certificate'
like "$err" 'certificate A1 belongs to Nguyễn Văn An; the document names Trần' \
	'and is told whose that is'
rows '[{"certificate_serial": "A1"}]'
paper 'data that names the certificate' request revoke --data rows.json
is "$(jq -c '.subscribers[0] | [.name, .not_after, .place_kept]' \
	<<<"$data")" '["Nguyễn Văn An","2028-01-01",null]' \
	'means the person it was issued to, without what is of the token now'
like "$err" 'token P1 belongs to Trần Kế Nhiệm; the document names Nguyễn' \
	'and is told who has the token'
add name='Người Khác' id_number=001085001236 organization="$place"
rows '[{"certificate_serial": "A1", "name": "Người Khác"}]'
paper 'data that gives the certificate to another' request revoke \
	--data rows.json
is "$(jq -c '.subscribers[0] | [.name, .not_after]' <<<"$data")" \
	'["Người Khác",null]' 'gets nothing of it'

copy_register passed.db r.db
paper 'a return' handover return --serial P1 --receiver 'Lê Thị Thu'
is "$(jq -r .giver.name <<<"$data")" 'Trần Kế Nhiệm' \
	"is from the token's present subscriber"
rows '[{"certificate_serial": "A1"}]'
paper 'a return of the certificate before' handover return --data rows.json \
	--receiver 'Lê Thị Thu'
is "$(jq -c '[.giver.name, .giver.id_number]' <<<"$data")" \
	'["Trần Kế Nhiệm","001085001235"]' 'is from them too'
copy_register passed.db r.db
add custody device_serial=P1 keeper='Phạm Thị Giữ' from_date=01/03/2026
paper 'a return' handover return --serial P1 --receiver 'Lê Thị Thu'
is "$(jq -r .giver.name <<<"$data")" 'Phạm Thị Giữ' \
	'is from the keeper on record'

copy_register passed.db r.db
add certificate certificate_serial=B1 device_serial=P1 subscriber=2 \
	not_before=1/1/2026 not_after=1/1/2029
paper "the successor's own certificate" request renew --serial P1
is "$row" '["Trần Kế Nhiệm","B1",null]' 'is the one that counts'

# 2. The same, plugged in

copy_register passed.db r.db
add name='Người Kế Tục' id_number=001085001237 organization="$place" \
	holder=person device_serial=CA0D0000
exit_is 0 'a token that the register has as of another' "${ck[@]}" \
	request recover --province phu-tho --number 1 -o out.pdf
name=$(dossier_of out.pdf | jq -r '.subscribers[0].name')
like "$err" "the register says \"Người Kế Tục\"; the document says \"$name\"" \
	'is told, both of them'
is "$(dossier_of out.pdf | jq -r '.subscribers[0].id_number')" null \
	'and takes nothing from it'
exit_is 0 'its return' "${ck[@]}" handover return --province phu-tho \
	--serial CA0D0000 --receiver 'Lê Thị Thu' -o out.pdf
is "$(dossier_of out.pdf | jq -r .giver.name)" 'Người Kế Tục' \
	'is from who has it by the register'
email=$(dossier_of out.pdf | jq -r '.subscribers[0].email')
add subscriber name="$name" email="$email" organization="$place"
exit_is 0 'where the register has both persons' "${ck[@]}" request recover \
	--province phu-tho --number 2 -o out.pdf
like "$err" "token CA0D0000 belongs to Người Kế Tục; the document names $name" \
	'both are told as well'

# 3. What several have in common

drop_register r.db
add name='Lý A' email=vanthu@vidu.gov.vn organization="$place" \
	id_number=000000000001 device_serial=D1
add name='Đỗ B' organization="$place" id_number=000000000002 device_serial=D2
add subscriber subscriber=2 email=vanthu@vidu.gov.vn
rows '[{"email": "vanthu@vidu.gov.vn"}]'
paper 'an e-mail address of two' request revoke --data rows.json
is "$(jq -c '.subscribers[0] | [.name, .id_number, .device_serial]' \
	<<<"$data")" '[null,null,null]' 'means neither'
like "$err" '"vanthu@vidu.gov.vn": several subscribers in the register' \
	'and that is told'
rows '[{"email": "vanthu@vidu.gov.vn", "name": "đỗ b"}]'
paper 'with a name it means one' request revoke --data rows.json
is "$(jq -c '.subscribers[0].id_number' <<<"$data")" '"000000000002"' \
	'and that is filled'
unlike "$err" 'several' 'in silence'
add token device_serial=D3 subscriber=1
rows '[{"id_number": "000000000001"}]'
paper 'a person with two tokens' request revoke --data rows.json
is "$(jq -c '.subscribers[0].device_serial' <<<"$data")" null 'means neither'
like "$err" 'several tokens of Lý A' 'and that is told'
add certificate certificate_serial=C1 device_serial=D2 subscriber=2 \
	not_after=1/1/2028
add certificate certificate_serial=C2 device_serial=D2 subscriber=2 \
	not_after=1/1/2028
rows '[{"device_serial": "D2"}]'
paper 'a token with two certificates' request revoke --data rows.json
is "$row" '["Đỗ B",null,null]' 'means neither'
like "$err" 'several certificates in use on the token D2' 'and that is told'

# 4. What the register contradicts

drop_register r.db
add name='Lý A' organization="$place" id_number=000000000001 holder=person \
	device_serial=D1 certificate_serial=C1 not_before=1/1/2026 \
	not_after=1/1/2028
copy_register r.db whole.db
# told WHAT SENTENCE RECORD...: the documents for who goes on using the token
# tell it, and others do not.
told()
{
	local what=$1 sentence=$2 kind
	shift 2
	copy_register whole.db r.db
	add "$@"
	copy_register r.db now.db
	for kind in 'request renew' 'request change' 'request recover' \
		'handover keeper' 'handover deliver'; do
		copy_register now.db r.db
		# shellcheck disable=SC2086 # two words
		paper "$kind: $what" $kind --serial D1
		like "$err" "row 1: the register says that $sentence" 'is told'
	done
	copy_register now.db r.db
	paper "revocation: $what" request revoke --serial D1 --reason 'nghỉ hưu'
	unlike "$err" 'the register says that' 'is nothing against it'
}
told 'a token that was returned' 'the token D1 was returned on 01/11/2026' \
	token device_serial=D1 returned_date=01/11/2026
told 'a token that was lost' 'the token D1 is lost' loss device_serial=D1 \
	loss_kind=lost lost_date=01/11/2026
told 'a subscriber who has retired' 'Lý A left on 01/11/2026' subscriber \
	subscriber=1 left_date=01/11/2026 left_reason=retired
told 'a revoked certificate' 'the certificate C1 was revoked on 01/11/2026' \
	certificate certificate_serial=C1 revoked_date=01/11/2026
told 'a notice of revocation' \
	'the revocation of the certificate C1 was notified on 01/11/2026' \
	certificate certificate_serial=C1 notice_date=01/11/2026
copy_register now.db r.db
paper 'a renewal' request renew --serial D1
is "$row" '["Lý A",null,null]' 'takes no certificate that has such a notice'
like "$err" 'no certificate in force on the token D1' 'and says so'
rows '[{"certificate_serial": "C1"}]'
paper 'one that data names' request renew --data rows.json
like "$err" 'the certificate C1 was notified on 01/11/2026' 'is told as well'
copy_register whole.db r.db
add subscriber subscriber=1 left_date=01/11/2026 left_reason=moved
paper 'who moves inside the State sector' request change --serial D1
unlike "$err" 'the register says that' 'keeps the token'
copy_register whole.db r.db
add token device_serial=D1 returned_date=30/11/2026
paper 'a day to come' request renew --serial D1
unlike "$err" 'the register says that' 'is nothing yet'

# 5. Kept until before it began

copy_register whole.db r.db
n=$(sql 'SELECT count(*) FROM events')
exit_is 2 '--until before the day of the minutes' "${ck[@]}" handover keeper \
	--province phu-tho --no-tokens --serial D1 --receiver 'Đỗ B' \
	--until 20/11/2026 -o no.pdf
like "$err" '--until' 'is told'
nok 'and no document is written' test -e no.pdf
is "$(sql 'SELECT count(*) FROM events')" "$n" 'and no record'
exit_is 2 'nor before one that --date gives' "${ck[@]}" handover keeper \
	--province phu-tho --no-tokens --serial D1 --receiver 'Đỗ B' \
	--date 01/12/2026 --until 30/11/2026 -o no.pdf
paper 'until the same day' handover keeper --serial D1 --receiver 'Đỗ B' \
	--until 21/11/2026 --number 5
is "$(sql 'SELECT from_date, to_date FROM custody')" '2026-11-21|2026-11-21' \
	'is one day'

# 6. The letter that a recovery cites

drop_register r.db
exit_is 0 'a letter' "${ck[@]}" request recover --province phu-tho --number 5 \
	-o out.pdf
exit_is 0 'a recovery that cites it without the zero' "${ck[@]}" unblock --yes \
	--serial CA0D0000 --new-pin-file "$(secret_file NEW_PIN)" \
	--so-pin-file "$(secret_file HSM_SO_PIN)" \
	--authority 'Công văn số 5/stc-vp ngày 21/11/2026'
is "$(sql 'SELECT r.document_number, u.request FROM unblocks u JOIN requests r
	USING (request)')" '05/STC-VP|1' 'is about that'

# 7. A draft has no number

rows '{"document": {"number": "00"}, "subscribers": [{"name": "Lý A",
	"organization": "Sở Tài chính"}]}'
paper 'a number of zeros alone' request new-person --data rows.json
is "$(sql "SELECT coalesce(document_number, 'none') FROM requests WHERE
	procedure = 'new-person'")" none 'is none'

n=$(sql 'SELECT count(*) FROM events')
exit_is 0 'letter-about-nobody: a form to be filled in' "${ck[@]}" request \
	new-person --province phu-tho --no-tokens --number 41 --reason 'bận' \
	-o blank.docx
like "$err" 'the letter names nobody yet, so it is a draft' \
	'letter-about-nobody: is told to be one'
is "$(sql 'SELECT count(*) FROM events')" "$n" \
	'letter-about-nobody: Form 01 asks for nobody, and no request is on record (Decree 68/2024/NĐ-CP, Article 11)'

# 8. a-paper-and-its-record: both or neither

is "$(find . -name '.ckstoken.*')" '' 'no part of a paper is left by any of these'
if ! on_server; then
	mkdir small
	mount -t tmpfs -o size=1m tmpfs small || bail 'no small disk'
	sed "s|^file = .*|file = $WORK/small/r.db|" register.conf >small.conf
	small=(ckstoken --config small.conf)
	exit_is 0 'a register on a small disk' "${small[@]}" register add token \
		device_serial=Z1
	n=$("${small[@]}" register verify --json 2>/dev/null | jq .events)
	head -c 2M /dev/zero >small/filler 2>/dev/null
	rm -f no.pdf no.docx
	exit_is 12 'a letter of many where the register is full' "${small[@]}" \
		request revoke --province phu-tho --no-tokens --serial Z1 \
		--reason "$(printf 'nghỉ hưu %.0s' {1..2000})" --number 9 \
		-o no.pdf -o no.docx
	nok 'a-paper-and-its-record: no paper without its record' test -e no.pdf
	nok 'a-paper-and-its-record: in no form' test -e no.docx
	is "$(find . -name '.ckstoken.*')" '' 'a-paper-and-its-record: nor a part of it'
	rm small/filler
	is "$("${small[@]}" register verify --json 2>/dev/null | jq .events)" "$n" \
		'a-paper-and-its-record: no record either'
	# The paper cannot be: the disk is full that it is to be on.
	head -c 2M /dev/zero >small/filler 2>/dev/null
	n=$(sql 'SELECT count(*) FROM events')
	exit_is 12 'a letter where its own disk is full' "${ck[@]}" request \
		revoke --province phu-tho --no-tokens --serial CA0D0000 \
		--reason 'nghỉ hưu' --number 10 -o yes.docx -o small/no.pdf
	nok 'a-paper-and-its-record: nor the other form of it' test -e yes.docx
	is "$(find small -name '.ckstoken.*')" '' 'nor a part of it'
	is "$(sql 'SELECT count(*) FROM events')" "$n" \
		'a-paper-and-its-record: no record without its paper'
	umount small
fi

plan_done
