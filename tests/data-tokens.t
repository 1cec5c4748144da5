#!/bin/bash
# SPDX-License-Identifier: LGPL-2.1-or-later
#
# Data beside tokens: what a token knows is filled in, and what it knows
# otherwise is told; single data by --set.

# shellcheck disable=SC2119,SC2120,SC2317 # functions are called by name
# shellcheck source=tests/lib.sh
. "$(dirname "$0")/lib.sh"
need_world
need pdftotext:poppler-utils pdfdetach:poppler-utils jq:jq
cd "$WORK" || bail 'no work folder'
# shellcheck source=tests/papers.sh
. "$TOP/tests/papers.sh"
start_pcscd 2
start_card person sc-hsm 0
start_card seal gids 1 --pair "$(pki seal.key),$(pki seal.crt),seal"
ck+=(--module "$OPENSC_MODULE")
revoke=("${ck[@]}" request revoke --province phu-tho)
# of FILTER: what the data of x.pdf says.
of()
{
	dossier_of x.pdf | jq -r "$1"
}
# table HEADINGS ROW...
table()
{
	printf '%s\n' "$@" >table.csv
}

# 1. A token fills in what it knows

known='["Nguyễn Thị Thử Nghiệm","thunghiem@vidu.example","4C3A91F27D05E6B1","CA0D0000","person","2028-01-15","nghỉ hưu"]'
for key in 'email|thunghiem@vidu.example' 'email|THUNGHIEM@vidu.example' \
	'Số hiệu chứng thư chữ ký số|4c3a91f27d05e6b1' \
	'Số hiệu thiết bị lưu khóa bí mật|CA0D0000'; do
	table "${key%|*},Lý do" "${key#*|},nghỉ hưu"
	exit_is 0 "known by its $key" "${revoke[@]}" --data table.csv -o x.pdf
	is "$(of '.subscribers | length')" 1 'no other token is in it'
	is "$(of '.subscribers[0] | [.name, (.email | ascii_downcase),
		.certificate_serial, .device_serial, .holder, .not_after,
		.reason] | tojson')" "$known" 'all the rest is filled in'
done
table 'name,email,reason' 'NGUYEN THI THU NGHIEM,thunghiem@vidu.example,nghỉ hưu'
exit_is 0 'a name without accents' "${revoke[@]}" --data table.csv -o x.pdf
is "$(of '.subscribers[0].device_serial')" CA0D0000 'agrees'
table 'name,email,reason' 'Lý A,lya@vidu.example,nghỉ hưu'
exit_is 0 'somebody whose token is not here' "${revoke[@]}" --data table.csv \
	-o x.pdf
is "$(of '.subscribers | tojson')" \
	'[{"name":"Lý A","email":"lya@vidu.example","reason":"nghỉ hưu"}]' \
	'is as the table says'
exit_is 0 'and a token that is named' "${revoke[@]}" --data table.csv \
	--serial CA0D0000 --reason 'thôi việc' -o x.pdf
is "$(of '[.subscribers[] | [.name, .reason]] | tojson')" \
	'[["Lý A","nghỉ hưu"],["Nguyễn Thị Thử Nghiệm","thôi việc"]]' \
	'stands after it, for the reason of the option'
table 'email,reason' 'thunghiem@vidu.example,nghỉ hưu'
exit_is 0 '--no-tokens' "${revoke[@]}" --no-tokens --data table.csv -o x.pdf
is "$(of '.subscribers[0].device_serial')" null 'fills in nothing'
exit_is 3 'a token named that is not here' "${revoke[@]}" --data table.csv \
	--serial VIDU9 -o no.pdf

# 2. Where they differ, both are told

table 'name,Số hiệu thiết bị lưu khóa bí mật,email,reason' \
	'Lý A,CA0D0000,lya@vidu.example,nghỉ hưu' \
	'Sở Tài chính tỉnh Ví Dụ,00000000ca0d0001,vt@vidu.example,sáp nhập'
refused 11 'two that differ' \
	'row 2, tên thuê bao: the token says "Nguyễn Thị Thử Nghiệm", the data "Lý A".*row 2, địa chỉ thư.*thunghiem@vidu.example.*lya@.*row 3, địa chỉ thư.*vanthu@.*vt@' \
	"${revoke[@]}" --data table.csv -o no.pdf
like "$err" 'nothing was written' 'two that differ: nothing was written'
unlike "$err" 'row 3, tên' 'a name in capitals does not differ'
unlike "$err" 'row 1' 'rows are counted as Excel counts, with the headings'
exit_is 0 'without looking at them' "${revoke[@]}" --no-tokens \
	--data table.csv -o x.pdf

# 3. Recovery of what the data names

table 'Số hiệu thiết bị lưu khóa bí mật' CA0D0000
refused 7 'a token of the data that is not locked' 'CA0D0000: .*not locked' \
	"${ck[@]}" request recover --data table.csv -o no.pdf
card_ctl person 'set tries 0' >/dev/null
exit_is 0 'one that is' "${ck[@]}" request recover --data table.csv -o x.pdf
is "$(of '.subscribers[0] | .name + " " + .user_pin')" \
	'Nguyễn Thị Thử Nghiệm locked' 'is filled in'

# 4. --set

set_is()
{
	exit_is 0 "--set $1" "${revoke[@]}" --serial CA0D0000 \
		--reason 'nghỉ hưu' --set "$1" -o x.pdf
	is "$(of "$2 | tojson")" "$3" "is $3"
}
set_is 'reason=từ trần' '.subscribers[0].reason' '"từ trần"'
set_is 'id_date=2/9/2020' '.subscribers[0].id_date' '"2020-09-02"'
set_is 'contact.phone=0912 345 678' '.contact.phone' '"0912345678"'
set_is 'contact.address=A=B' '.contact.address' '"A=B"'
set_is 'agency.name=Sở Nội vụ' '.agency.name' '"Sở Nội vụ"'
set_is 'document.papers=Văn bản số 5' '.document.papers' '["Văn bản số 5"]'
set_is 'document.copies=Phòng Thử' '.document.copies[1]' '"Phòng Thử"'
set_is 'document.originals=3' '.document.originals' 3
set_is 'counts.new.person=12' '.counts.new.person' '"12"'
set_is 'extra.measures=báo công an' '.extra.measures' '"báo công an"'
set_is $'extra.a=Lo\xcc\x82\xcc\x83i' '.extra.a' '"Lỗi"'
set_is 'agency.parent=' '.agency.parent' null
exit_is 0 '--set for a subscriber of its own' "${ck[@]}" request new-person \
	--set name=A --set name=B --set email=b@vidu.example -o x.pdf
is "$(of '.subscribers | tojson')" '[{"name":"B","email":"b@vidu.example"}]' \
	'the last of two is taken'
while IFS='|' read -r set why; do
	refused 2 "--set $set" "--set .*$why" "${ck[@]}" request new-person \
		--set name=A --set "$set" -o no.pdf
done <<'END'
reason|NAME=TEXT
=x|no such field
no_such=x|no such field
Name=x|no such field
official=x|no such field
a..b=x|no such field
form.number=9|no such part
overrides.rule=x|no such part
document.number=9|--number
document.date=1/1/2020|--date
birth_date=31/02/2000|no such day
email=x|e-mail
contact.id_number=12|.
sim_pki=Gmobile|Viettel
END
refused 11 '--set user_pin=123456' '--set user_pin: .*a PIN' "${ck[@]}" \
	request new-person --set name=A --set user_pin=123456 -o no.pdf
unlike "$err" 'is written' 'and no such document'

plan_done
