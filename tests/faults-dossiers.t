#!/bin/bash
# SPDX-License-Identifier: LGPL-2.1-or-later
# sanitize: yes
#
# Letters that said what was not so: of a token that nobody checked, with
# another's reason or ground, or of what stood there twice.

# shellcheck disable=SC2119,SC2120,SC2317 # functions are called by name
# shellcheck source=tests/lib.sh
. "$(dirname "$0")/lib.sh"
need_world
need pdftotext:poppler-utils pdfdetach:poppler-utils jq:jq
cd "$WORK" || bail 'no work folder'
# shellcheck source=tests/papers.sh
. "$TOP/tests/papers.sh"
start_pcscd 3
start_card person sc-hsm 0
start_card seal gids 1 --pair "$(pki seal.key),$(pki seal.crt),seal"
start_card works piv 2 --pair "$(pki person.key),$(pki expired.crt),expired"
card_ctl person 'set tries 0' >/dev/null
card_ctl seal 'set tries 0' >/dev/null
plain=("${ck[@]}")
ck+=(--module "$OPENSC_MODULE")
recover=("${ck[@]}" request recover --province phu-tho --number 5)

# 1. A token named by an option did not keep data from being held against others

data()
{
	printf '%s' "$1" >data.json
}
data '[{"device_serial":"00000000ca0d0002"}]'
refused 7 'a token that works, beside a named one' 'not locked' \
	"${recover[@]}" --serial CA0D0000 --data data.json -o no.pdf
data '[{"device_serial":"CA0D0000","name":"Người Khác"}]'
refused 11 'a wrong name, beside a named one' \
	'token says "Nguyễn Thị Thử Nghiệm", the data "Người Khác"' \
	"${recover[@]}" --serial 00000000ca0d0001 --data data.json -o no.pdf
data '[{"device_serial":"CA0D0000"}]'
exit_is 0 'both are in it' "${recover[@]}" --serial 00000000ca0d0001 \
	--data data.json -o x.pdf
is "$(dossier_of x.pdf | jq -c '[.subscribers[].device_serial] | sort')" \
	'["00000000ca0d0001","CA0D0000"]' 'the one of the data, the one named'

# 2. --set is an officer's word, with which a token must agree

refused 11 'a serial number for all' 'token says "CA0D0000", the data "XXXX"' \
	"${recover[@]}" --set device_serial=XXXX -o no.pdf
refused 11 'a name for all' 'token says' \
	"${recover[@]}" --set name=Khác -o no.pdf
refused 11 'a state of the PIN' 'token says "locked", the data "ok"' \
	"${ck[@]}" handover return --serial CA0D0000 --set user_pin=ok -o no.pdf
for part in Ở 'Tài' chính 'Sở Tài'; do
	data '[{"device_serial":"00000000ca0d0001","organization":"'"$part"'"}]'
	refused 11 "\"$part\" of an agency's name" 'the data "'"$part"'"' \
		"${recover[@]}" --data data.json -o no.pdf
done

# 3. Nothing stands there twice

data '[{"email":"thunghiem@vidu.example"},
	{"device_serial":"CA0D0000","name":"NGUYEN THI THU NGHIEM"}]'
refused 11 'one token known by two keys' 'row 2 repeats row 1' \
	"${recover[@]}" --data data.json -o no.pdf
refused 2 'a token named where none is looked at' \
	'made without reading tokens' \
	"${ck[@]}" handover lost --serial CA0D0000 -o no.pdf
refused 2 'a token named beside --no-tokens' '--no-tokens cannot be combined' \
	"${recover[@]}" --no-tokens --serial CA0D0000 -o no.pdf

# 4. In a batch each has what is its own

data '[{"name":"A","certificate_serial":"0A","email":"a@vidu.example",
	"renew":true},
	{"name":"B","certificate_serial":"0B","email":"b@vidu.example",
	"renew":true,"not_after":"2026-12-01"},
	{"name":"C","certificate_serial":"0C","email":"c@vidu.example",
	"renew":true,"update":true,"change":"Địa chỉ thư điện tử công vụ",
	"change_to":"d@vidu.example","holder":"person"}]'
exit_is 0 'three letters, a condition of one not met' "${plain[@]}" request \
	renew --province lam-dong --no-tokens --number 1 --data data.json --each \
	--override 'gấp' -o 'each{n}.pdf'
is "$(for n in 1 2 3; do
	dossier_of each$n.pdf | jq -c '[.overrides // [] | .[].row]'
done | paste -sd ' ')" '[] [1] []' 'the reason is kept with that one'
is "$(for n in 1 2 3; do
	words_of each$n.pdf | grep -c 'Điều 14'
done | paste -sd ' ')" '0 0 1' 'and the ground of a change with what changes'
data '[]'
refused 11 'a batch of none' 'no (row|subscriber)' "${plain[@]}" request \
	recover --no-tokens --data data.json --each -o 'no.pdf{n}.pdf'

# 5. A regulation is no ground before its day

data '[{"device_serial":"A1","name":"A"}]'
exit_is 0 'a letter of a day before its regulation' "${plain[@]}" request \
	recover --province phu-tho --date 01/01/2024 --no-tokens \
	--data data.json --number 1 -o early.pdf
like "$err" 'before 01/11/2025, when 65/2025/QĐ-CTUBND came into force' 'is told'

# 6. Nobody gets another's number

data '{"subscribers":[{"device_serial":"A1","name":"A"}],"receiver":{"name":
	"Hồ Thị Nhận","id_number":"000000000002","phone":"0900000002"}}'
minutes=("${plain[@]}" handover return --province phu-tho --no-tokens
	--data data.json -o x.pdf)
exit_is 0 'another receiver than the data names' "${minutes[@]}" \
	--receiver 'Lê Văn Khác'
is "$(dossier_of x.pdf | jq -c .receiver)" '{"name":"Lê Văn Khác"}' \
	'has neither number nor telephone of the first'
exit_is 0 'the same receiver' "${minutes[@]}" --receiver 'Hồ Thị Nhận' \
	--receiver-title 'Văn thư'
is "$(dossier_of x.pdf | jq -r '.receiver | .phone + " " + .title')" \
	'0900000002 Văn thư' 'keeps them'
exit_is 0 'another contact than the configuration names' "${plain[@]}" request \
	recover --province phu-tho --no-tokens --data data.json -o x.pdf \
	--set contact.phone=0912345678 --set contact.name='Lê Văn Khác'
is "$(dossier_of x.pdf | jq -c '.contact | [.name, .phone, .id_number]')" \
	'["Lê Văn Khác","0912345678",null]' 'has what was set alone'

# 7. long-names: none is cut, and no limit is called a lack of memory

long=$(printf 'Ắ%.0s' {1..300})
data "[{\"device_serial\":\"A1\",\"name\":\"${long}A\"},
	{\"device_serial\":\"A1\",\"name\":\"${long}B\"}]"
exit_is 0 'two names that are alike in 900 bytes' "${plain[@]}" request \
	recover --province phu-tho --no-tokens --data data.json --number 1 \
	-o long.pdf
is "$(dossier_of long.pdf | jq -r '.subscribers[].name')" \
	"${long}A"$'\n'"${long}B" 'are two'
data "[{\"device_serial\":\"A1\",\"name\":\"${long}A\"},
	{\"device_serial\":\"a1\",\"name\":\"${long}A\"}]"
refused 11 'and the same once more' 'Row 1 has the same device' "${plain[@]}" \
	request recover --province phu-tho --no-tokens --data data.json \
	--number 1 -o no.pdf

plan_done
