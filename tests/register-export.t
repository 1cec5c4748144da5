#!/bin/bash
# SPDX-License-Identifier: LGPL-2.1-or-later
# sanitize: yes
# stores: both
#
# What is exported makes the same register again, byte for byte.

# shellcheck disable=SC2119,SC2120,SC2317 # functions are called by name
# shellcheck source=tests/lib.sh
. "$(dirname "$0")/lib.sh"
need_world
need jq:jq python3:python3
cd "$WORK" || bail 'no work folder'
export CKSTOKEN_NOW=2026-11-21T02:00:00Z
register=(ckstoken register)

# 1. Every kind of record, every column, and what is hard to write

cat >every.json <<'END'
{"agencies": [
 {"organization": "Sở Tài chính", "parent": "UBND tỉnh Ví Dụ", "address": "Số 1, \"Lê Lợi\"; Ví Dụ", "tax_code": "0100109106", "budget_code": "1023456", "email": "stc@vidu.example", "province": "ninh-binh", "note": "a\\b"},
 {"organization": "Sở Y tế"}],
"units": [
 {"organization": "Sở Tài chính", "unit": "Văn phòng", "address": "Tầng 2", "phone": "0912345678", "note": "-"}],
"subscribers": [
 {"subscriber": 2, "name": "Nguyễn Văn An", "holder": "person", "birth_date": "1990-02-01", "id_number": "001085001234", "id_date": "2021-04-01", "id_place": "Bộ Công an", "email": "An@vidu.example", "organization": "Sở Tài chính", "unit": "Văn phòng", "province": "ninh-binh", "title": "Trưởng phòng, \"A\"", "phone": "0912345678", "address": "x", "left_date": "2026-01-05", "left_reason": "moved", "left_to": "Sở Y tế"},
 {"subscriber": 10, "name": "Sở Y tế", "holder": "organization", "organization": "Sở Y tế", "tax_code": "0100109107", "budget_code": "1023457"},
 {"subscriber": 11, "name": "Máy chủ ký số", "holder": "device", "kind": "máy chủ", "organization": "Sở Y tế"}],
"tokens": [
 {"device_serial": "0012"},
 {"device_serial": "AbC123", "subscriber": 2, "device_kind": "PKI Token", "second_device": false, "device_label": "An", "device_model": "ePass", "place_kept": "Két", "condition": "nguyên vẹn", "accessories": "cáp", "received_date": "2025-01-01", "received_way": "bưu điện", "received_reference": "12/BB", "delivered_date": "2025-01-02", "collected_date": "2026-01-02", "returned_date": "2026-01-03", "returned_to": "Cục", "user_pin": "ok", "seen_date": "2026-01-01", "note": "=1+1", "seen_host": "may-01.vidu", "seen_time": "2026-01-01T08:15:00+07:00"},
 {"device_serial": "X2", "device_kind": "SIM PKI", "sim_pki": "Viettel/cs", "sim_phone": "0912345670", "second_device": true, "user_pin": "locked"}],
"certificates": [
 {"certificate_serial": "054E30", "subscriber": 2, "device_serial": "AbC123", "not_before": "2025-01-01", "not_after": "2028-01-01", "renewals": 0, "old_serial": "0A1A", "issued_for": "renew", "official": false, "notice_date": "2026-01-01", "revoked_date": "2026-01-01", "revoked_reason": "thôi việc"},
 {"certificate_serial": "0A1C", "subscriber": 10, "renewals": 1, "official": true}],
"requests": [
 {"request": 3, "procedure": "recover", "form": "06", "document_number": "15", "document_date": "2026-01-01", "sender": "Sở Tài chính", "recipient": "Cục", "channel": "QLVB", "sent_date": "2026-01-01", "valid_date": "2026-01-02", "outcome": "refused", "outcome_date": "2026-01-03", "answer_number": "9/CV", "refusal": "thiếu", "done_date": "2026-01-04"},
 {"request": 12, "procedure": "report", "period": "2026"}],
"items": [
 {"request": 3, "item": 2, "subscriber": 2, "device_serial": "AbC123", "certificate_serial": "054E30", "reason": "quên", "renew": false, "update": true, "change": "tên", "change_to": "An B"}],
"custody": [
 {"device_serial": "AbC123", "keeper": "Trần B", "from_date": "2025-03-01", "to_date": "2025-04-01", "keeper_title": "VT", "keeper_id_number": "001085001235", "temporary": false, "decision": "1/QĐ", "decision_date": "2025-02-28", "permission": "2/CP", "permission_date": "2025-02-27", "minutes": "3/BB", "minutes_date": "2025-03-01", "place_kept": "Tủ"},
 {"device_serial": "AbC123", "keeper": "Trần B", "from_date": "2026-03-01"},
 {"device_serial": "X2", "keeper": "Lý C", "temporary": true}],
"losses": [
 {"loss": 4, "device_serial": "X2", "loss_kind": "leak", "lost_date": "khoảng 9 giờ", "lost_place": "trụ sở", "reported_time": "2026-01-01T09:00:00+07:00", "circumstances": "rơi", "minutes": "4/BB", "minutes_date": "2026-01-02"}],
"unblocks": [
 {"unblock": 7, "device_serial": "X2", "unblock_time": "2026-01-02T09:30:00+07:00", "authority": "15/STC-VP", "request": 3, "method": "so-pin", "result": "ok", "journal": 8, "journal_hash": "ab12", "journal_first": "cd34"}]}
END
exit_is 0 'a register with every kind of record' \
	"${register[@]}" import every.json --file "$(place 1.db)"
exit_is 0 'export' "${register[@]}" export --file "$(place 1.db)"
printf '%s\n' "$out" >1.json
is "$(jq -c 'del(.version, .program)' 1.json)" "$(jq -c . every.json)" \
	'has every record whole, parents first'
like "$(jq -r .program 1.json)" '^ckstoken [0-9]' 'and says what wrote it'
is "$(jq -r .version 1.json)" 1 'and its version'
exit_is 0 'export --csv' "${register[@]}" export --csv --file "$(place 1.db)"
"${register[@]}" export --csv --file "$(place 1.db)" >1.csv

# What no test had before would not be compared.
is "$(printf 'record\n%s' "$(jq -r '.[][] | keys[]' every.json | sort -u)" |
	sort)" "$(head -n 1 1.csv | tr -d '\r' | tr , '\n' | sort)" \
	'every column there is was given here'
is "$(head -n 1 1.csv | tr -d '\r' | tr , '\n' | while read -r column; do
	grep -qF "\\fB$column\\fP" "$TOP/man/ckstoken-register.1" ||
		echo "$column"
done)" '' 'and the manual names it'
is "$(head -n 1 1.csv | cut -d , -f 1,2)" 'record,organization' \
	'"record" stands first'
is "$(cut -d , -f 1 1.csv | uniq | tr '\n' ' ')" \
	'record agency unit subscriber token certificate request item custody loss unblock ' \
	'what others refer to stands before them'

for type in json csv; do
	exit_is 0 "import of $type" \
		"${register[@]}" import "1.$type" --file "$(place "$type.db")"
	exit_is 0 'and export to a file' \
		"${register[@]}" export -o "2.$type" --file "$(place "$type.db")"
	is "$out" '' 'which leaves standard output alone'
	ok 'gives the same bytes' cmp "1.$type" "2.$type"
	is "$(stat -c %a "2.$type")" 600 'for its owner only'
	exit_is 0 'it is whole' "${register[@]}" verify --file "$(place "$type.db")"
	exit_is 0 'import of it where it is' \
		"${register[@]}" import "2.$type" --file "$(place "$type.db")"
	like "$err" '0 rows are new, 0 changed' 'brings nothing'
done
"${register[@]}" export --file "$(place csv.db)" >3.json
ok 'one from CSV is the one from JSON' cmp 1.json 3.json
ok 'the table is one of RFC 4180' python3 -c '
import csv
rows = list(csv.reader(open("1.csv", newline="", encoding="utf-8"), strict=True))
assert all(len(row) == len(rows[0]) for row in rows)
data = open("1.csv", "rb").read()
assert data.count(b"\n") == data.count(b"\r\n") == len(rows)'
jq -c '{tokens: [{device_serial: "AbC123", note: null}]}' 1.json >null.json
exit_is 0 'a null takes a value away' \
	"${register[@]}" import null.json --file "$(place csv.db)"
"${register[@]}" export --file "$(place csv.db)" >4.json
is "$(jq '.tokens[1] | has("note")' 4.json)" false 'and the export has none'

# 2. Files

exit_is 2 'an ending that says nothing' \
	"${register[@]}" export -o x.txt --file "$(place 1.db)"
like "$err" 'x.txt.*--json or --csv' 'is told'
nok 'and nothing is written' test -e x.txt
exit_is 0 'an option says it' "${register[@]}" export --csv -o x.txt --file "$(place 1.db)"
ok 'for any name' cmp x.txt 1.csv
exit_is 0 '-o -' "${register[@]}" export -o - --file "$(place 1.db)"
is "$out" "$(cat 1.json)" 'is standard output'
echo old >kept.json
chmod 640 kept.json
ln -s kept.json link.json
exit_is 0 'through a link' "${register[@]}" export -o link.json --file "$(place 1.db)"
ok 'the file it leads to is replaced' cmp kept.json 1.json
is "$(stat -c %a kept.json)" 640 'and keeps its permissions'
exit_is 12 'a folder that is not there' \
	"${register[@]}" export -o none/x.json --file "$(place 1.db)"
like "$err" 'none/x.json cannot be written' 'is told'
exit_is 12 'a full disk' "${register[@]}" export --json -o /dev/full --file "$(place 1.db)"
like "$err" '/dev/full cannot be written: No space' 'is told'
# shellcheck disable=SC2016 # the inner shell's
exit_is 12 'a full disk behind standard output' bash -c \
	'"$0" register export --file "$1" >/dev/full' "$CKSTOKEN" "$(place 1.db)"
is "$(find . -name '.ckstoken*')" '' 'no temporary file is left'
exit_is 11 'no register' "${register[@]}" export -o new.json --file "$(place none.db)"
nok 'makes no file' test -e new.json

plan_done
