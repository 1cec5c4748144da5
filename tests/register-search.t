#!/bin/bash
# SPDX-License-Identifier: LGPL-2.1-or-later
# sanitize: yes
# stores: both
#
# What an officer types finds what the register has, however it is spelt: people,
# agencies, tokens, certificates and letters; and what lists of them show.

# shellcheck disable=SC2119,SC2120,SC2317 # functions are called by name
# shellcheck source=tests/lib.sh
. "$(dirname "$0")/lib.sh"
need_world
need jq:jq python3:python3
cd "$WORK" || bail 'no work folder'
export CKSTOKEN_NOW=2026-11-23T02:00:00Z
printf "%s\n" "[register]" "$(register_setting r.db)" "[province]" "name = phu-tho" >conf
ck=(ckstoken --config conf)

cat >all.json <<'END'
{"agencies": [{"organization": "Sở Tài chính", "address": "1 Lê Lợi"},
  {"organization": "Ủy ban nhân dân xã Hòa An"}, {"organization": "Trường Hòa"},
  {"organization": "Trường Hóa"}],
 "units": [{"organization": "Sở Tài chính", "unit": "Phòng Kế toán"}],
 "subscribers": [
  {"subscriber": 1, "name": "Nguyễn Văn An", "holder": "person", "title": "Kế toán",
   "organization": "Sở Tài chính", "unit": "Phòng Kế toán", "email": "An.NV@vidu.example",
   "id_number": "001085001234"},
  {"subscriber": 2, "name": "Nguyễn Văn Ân", "holder": "person",
   "organization": "Ủy ban nhân dân xã Hòa An"},
  {"subscriber": 3, "name": "Nguyen Van An", "holder": "person",
   "organization": "Trường Hòa", "left_date": "2026-01-05", "left_reason": "retired"},
  {"subscriber": 4, "name": "Lê Thị Bình", "holder": "person",
   "organization": "Sở Tài chính"},
  {"subscriber": 5, "name": "Sở Tài chính", "holder": "organization",
   "organization": "Sở Tài chính"}],
 "tokens": [{"device_serial": "MoCK0001", "subscriber": 1},
  {"device_serial": "AB12", "subscriber": 4}, {"device_serial": "S5", "subscriber": 5}],
 "certificates": [
  {"certificate_serial": "0A1B2C", "subscriber": 1, "device_serial": "MoCK0001",
   "not_before": "2024-01-01", "not_after": "2026-12-10"},
  {"certificate_serial": "054321", "subscriber": 4, "device_serial": "AB12",
   "not_before": "2024-01-01", "not_after": "2027-12-10"},
  {"certificate_serial": "VGca77", "subscriber": 5, "device_serial": "S5",
   "not_before": "2024-01-01", "not_after": "2027-12-10"}],
 "requests": [
  {"request": 1, "procedure": "recover", "form": "06", "document_number": "05/STC-VP",
   "document_date": "2026-11-16", "valid_date": "2026-11-16", "sender": "Sở Tài chính",
   "recipient": "Sở Khoa học và Công nghệ"},
  {"request": 2, "procedure": "renew", "document_number": "50/QĐ-UBND",
   "document_date": "2026-11-20", "sender": "Ủy ban nhân dân xã Hòa An"},
  {"request": 3, "procedure": "renew", "document_number": "51/UBND",
   "document_date": "2026-11-20", "sender": "Ủy ban nhân dân xã Hòa An",
   "outcome": "refused", "outcome_date": "2026-11-21"},
  {"request": 4, "procedure": "revoke"},
  {"request": 5, "procedure": "recover", "document_number": "7/STC-VP",
   "document_date": "2026-11-02", "valid_date": "2026-11-02", "sender": "Sở Tài chính",
   "done_date": "2026-11-03"}],
 "items": [{"request": 1, "item": 1, "subscriber": 1, "device_serial": "MoCK0001"},
  {"request": 2, "item": 1, "subscriber": 2},
  {"request": 4, "item": 1, "subscriber": 4, "device_serial": "AB12"}]}
END
exit_is 0 'a register' "${ck[@]}" register import all.json

# 1. What is typed

# finds WHAT KEYS: what is found: "subscriber=1" and so on.
finds()
{
	"${ck[@]}" register show "$1" --json >found.json 2>found.err
	case $? in
	0) jq -r '[(.subscribers[0] // {} | .subscriber // empty | "subscriber=\(.)"),
		(.tokens[0] // {} | .device_serial // empty | "token=\(.)"),
		(.certificates[0] // {} | .certificate_serial // empty
			| "certificate=\(.)"),
		(.requests[0] // {} | .request // empty | "request=\(.)")] |
		join(" ")' found.json ;;
	*) grep -o ' [a-z]*=[^ ]*' found.err | xargs ;;
	esac
}
# has WHAT KEY: shows that one alone, whatever belongs to it.
has()
{
	case " $(finds "$1") " in
	*" $2 "*) pass "\"$1\" finds $2" ;;
	*) is "$(finds "$1")" "$2" "\"$1\" finds $2" ;;
	esac
}
is "$(finds 'Nguyễn Văn An' | cut -d ' ' -f 1)" subscriber=1 \
	'an exact hit goes before one without accents'
is "$(finds 'Nguyen Van An' | cut -d ' ' -f 1)" subscriber=3 \
	'also where the name has none itself'
is "$(finds 'nguyen van an')" 'subscriber=1 subscriber=2 subscriber=3' \
	'of several that differ by accents all are named'
exit_is 4 'and none is chosen' "${ck[@]}" register history 'nguyen van an'
is "$(finds 'NGUYỄN VĂN ÂN' | cut -d ' ' -f 1)" subscriber=2 \
	'accents that are typed tell one from another'
has 'le thi binh' subscriber=4
has 'an.nv@VIDU.example' subscriber=1
has 'AN.NV@vidu.example' subscriber=1
has '001 085 001 234' subscriber=1
for serial in mock0001 MOCK0001 'Mo CK 00:01' 'mock 0001'; do
	has "$serial" token=MoCK0001
done
for serial in 0a1b2c A1B2C '0A 1B 2C' 0a:1b:2c 0xA1B2C; do
	has "$serial" certificate=0A1B2C
done
has 54321 certificate=054321
has vgCA77 certificate=VGca77
for number in 05/STC-VP 5/STC-VP 005/stc-vp 'Số: 05 / STC - VP' 'công văn số 5/STC-VP' \
	'5/STC-VP năm 2026' '5/STC-VP ngày 16/11/2026' \
	'5/STC-VP ngày 16 tháng 11 năm 2026 của Sở Tài chính' '5/STC-VP, Sở Tài chính' \
	'5/STC-VP của Sở Tài chính ngày 16/11/2026' '5/STC-VP của Sở Tài chính năm 2026' \
	'5/STC-VP ngày 16.11.2026' '5/STC-VP ngày 16-11-2026' 5/STC-VP/2026 5/2026/STC-VP; do
	has "$number" request=1
done
has '50/qđ-ubnd' request=2
exit_is 3 'a letter of another year' "${ck[@]}" register show '5/STC-VP năm 2025'
exit_is 3 'a year in its number' "${ck[@]}" register show 5/STC-VP/2025
exit_is 3 'a day that there is not' "${ck[@]}" register show '5/STC-VP ngày 30/02/2026'
exit_is 3 'a day behind the sender' "${ck[@]}" register show \
	'5/STC-VP của Sở Tài chính ngày 17/11/2026'
exit_is 3 'of another agency' "${ck[@]}" register show '5/STC-VP của Sở Y tế'
exit_is 3 'what is not there' "${ck[@]}" register show 'Trần Văn Z'

# lists ARGUMENTS...: the serial numbers that "register list" has.
lists()
{
	"${ck[@]}" register list "$@" --json 2>found.err |
		jq -r '[.tokens[].device_serial] | join(" ")'
}
is "$(lists --organization 'so tai chinh')" 'AB12 MoCK0001 S5' \
	'an agency is found without accents'
is "$(lists --organization 'so tai chinh' --unit 'PHÒNG KẾ TOÁN')" MoCK0001 \
	'and a unit in capitals'
exit_is 4 'of two agencies that differ by accents' "${ck[@]}" register list \
	--organization 'truong hoa'
like "$err" 'Trường Hòa.*Trường Hóa' 'both are named'
exit_is 3 'an agency by its short form, with no token' "${ck[@]}" register list \
	--organization 'UBND xã Hòa An'

# 2. Lists of people, letters and agencies

exit_is 0 'list --people' "${ck[@]}" register list --people
is "$(tr -s ' ' <<<"$out")" 'NAME TITLE UNIT OR AGENCY TOKENS STATE
Lê Thị Bình Sở Tài chính 1 has a token
Nguyễn Văn An Kế toán Phòng Kế toán 1 has a token
Nguyen Van An Trường Hòa 0 left
Nguyễn Văn Ân Ủy ban nhân dân xã Hòa An 0 no token' 'has each, with their tokens'
exit_is 0 'of one agency, as JSON' "${ck[@]}" register list --people --json \
	--organization 'ubnd xa hoa an'
is "$(json '[.subscribers[] | "\(.name) \(.state) \(.tokens)"] | join(", ")')" \
	'Nguyễn Văn Ân no-token 0' 'has those alone'
exit_is 0 'of organizations' "${ck[@]}" register list --people --holder 'tổ chức'
like "$out" 'Sở Tài chính +Sở Tài chính +1 +has a token' 'has those'
exit_is 0 'list --letters' "${ck[@]}" register list --letters
is "$(tr -s ' ' <<<"$out")" 'NUMBER DATE PROCEDURE FROM ANSWER STATE
7/STC-VP 02/11/2026 recover Sở Tài chính 03/11/2026 answered
05/STC-VP 16/11/2026 recover Sở Tài chính by 17/11/2026 overdue
50/QĐ-UBND 20/11/2026 renew Ủy ban nhân dân xã Hòa An sent
51/UBND 20/11/2026 renew Ủy ban nhân dân xã Hòa An 21/11/2026 refused
request=4 revoke Sở Tài chính draft' \
	'khoản 3 Điều 6 Phú Thọ: one is overdue after 01 working day; a draft is none that was sent'
is "$("${ck[@]}" register due --json | jq -r '.due[] | select(.rule == "answer") |
	"\(.state) \(.due) \(.device_serial)"')" 'overdue 2026-11-17 MoCK0001' \
	'the same that register due has'
exit_is 0 'of one unit, as JSON' "${ck[@]}" register list --letters --json \
	--organization 'Sở Tài chính' --unit 'phong ke toan'
is "$(json '[.requests[] | "\(.document_number) \(.state) \(.answer_by)"] | join(", ")')" \
	'05/STC-VP overdue 2026-11-17' 'has those about its people'
exit_is 0 'list --agencies' "${ck[@]}" register list --agencies
is "$(tr -s ' ' <<<"$out" | sed -n 1,2p)" 'AGENCY ABOVE IT PEOPLE TOKENS
Sở Tài chính 2 3' 'has each, with its people and tokens'
exit_is 0 'without any of these' "${ck[@]}" register list --json
is "$(json 'keys | join(" ")')" 'time tokens version' 'it is the tokens'
exit_is 2 'two lists at once' "${ck[@]}" register list --people --letters
exit_is 2 'a holder of letters' "${ck[@]}" register list --letters --holder person
exit_is 3 'nothing in it' "${ck[@]}" register list --people --unit none
for kind in people letters agencies; do
	for type in json csv; do
		"${ck[@]}" register list --$kind --$type >list.$type
		exit_is 0 "its own output read: list --$kind --$type" "${ck[@]}" \
			register import list.$type
		like "$err" 'nothing in it is new' "and brings nothing"
	done
done
exit_is 0 'a refusal without its day' "${ck[@]}" register add request procedure=renew \
	document_number=60/STC document_date=18/11/2026 outcome=refused
exit_is 0 'list --letters' "${ck[@]}" register list --letters
like "$(tr -s ' ' <<<"$out")" $'\n60/STC 18/11/2026 renew refused\n' \
	'answer-that-never-came: no day of the letter is that of its answer'
# A terminal: no line is wider than 80 columns, and nothing is cut off.
exit_is 0 'a long name' "${ck[@]}" register add subscriber name='Vũ Đình Q' holder=person \
	organization='Trung tâm Công nghệ thông tin và Truyền thông tỉnh, Sở Khoa học và Công nghệ' \
	title='Phó Trưởng phòng Hạ tầng và An toàn thông tin'
NO_COLOR=1 python3 - "$CKSTOKEN" <<'END' >wide
import os, pty, sys
def read(fd):
    return os.read(fd, 4096)
pty.spawn([sys.argv[1], "--config", "conf", "register", "list", "--people"], read)
END
is "$(python3 -c 'print(max(len(line.rstrip()) for line in open("wide", encoding="utf-8")) <= 80)')" \
	True 'list --people in a terminal: no line is wider than 80 columns'
is "$(tr -d '\r' <wide | grep -c 'Vũ Đình Q')" 1 'has the person'
like "$(tr -d '\r' <wide | tr -s ' \n' ' ')" 'Nghệ|nghệ' 'and goes on with the name below'

plan_done
