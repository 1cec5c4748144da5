#!/bin/bash
# SPDX-License-Identifier: LGPL-2.1-or-later
# sanitize: yes
# stores: both
#
# A certificate is known by its days where a list has no number of it: it counts in
# all that is asked, and gets its number when that becomes known, without doubling.

# shellcheck disable=SC2119,SC2120,SC2317 # functions are called by name
# shellcheck source=tests/lib.sh
. "$(dirname "$0")/lib.sh"
need_world
need jq:jq pdftotext:poppler-utils openssl:openssl
cd "$WORK" || bail 'no work folder'
export CKSTOKEN_NOW=2026-11-23T02:00:00Z SOURCE_DATE_EPOCH=1795226400
office_conf >/dev/null
printf '%s\n' '[province]' 'name = phu-tho' '[register]' "$(register_setting r.db)" \
	>>office.conf
ck=(ckstoken --config office.conf)
certificates()
{
	"${ck[@]}" register export --json | jq -r '[.certificates[] |
		"\(.certificate_serial) \(.device_serial) \(.not_after)"] | join(", ")'
}

cat >list.csv <<'END'
Họ và tên;Cơ quan;Số CCCD;Số hiệu token;Ngày hết hạn
Lý A;Sở Tài chính;001085001231;T1;31/12/2025
Đỗ B;Sở Tài chính;001085001232;T2;15/01/2027
Vũ C;Sở Tài chính;001085001233;;20/10/2027
END
exit_is 0 'a list with "Ngày hết hạn" and no number of certificates' \
	"${ck[@]}" register import list.csv
is "$(certificates)" 'null T1 2025-12-31, null T2 2027-01-15, null null 2027-10-20' \
	'dropped in silence: they are kept, and no number is invented'
exit_is 0 'the same list again' "${ck[@]}" register import list.csv
like "$err" 'nothing in it is new' 'brings nothing'

# 1. It counts

exit_is 0 'list' "${ck[@]}" register list --json
is "$(json '[.tokens[] | "\(.name) \(.state) \(.certificate_serial)"] | join(", ")')" \
	'Lý A expired null, Đỗ B expiring null, Vũ C in-use null' \
	'a false all-clear: list has each with its state'
exit_is 1 'due: khoản 4 Điều 10 Phú Thọ, hand-back of what ended' \
	"${ck[@]}" register due --days 60 --json
is "$(json '[.due[] | select(.device_serial != null) |
	"\(.rule) \(.state) \(.device_serial) \(.certificate_serial)"] | sort | unique |
	join(", ")')" \
	'hand-back overdue T1 null, renew soon T2 null' \
	'a false all-clear: what ended is overdue, and the renewal is due'
unlike "$out" '\?T' 'and no key is shown as a number'
exit_is 0 'statistics' "${ck[@]}" report statistics --year 2026 --json
is "$(json '.statistics | "\([.expiries[].total] | add) \(.needs.rows[0].total)"')" '2 2' \
	'counts their ends, and what is to be renewed next year'
exit_is 1 'audit' "${ck[@]}" audit --no-tokens --json
like "$(json '[.findings[] | "\(.rule) \(.device_serial)"] | join(" ")')" 'hand-back T1' \
	'finds what ended'
exit_is 0 'show' "${ck[@]}" register show T1
like "$out" 'certificate_serial: not known yet.*' 'says that the number is not known'
unlike "$out" '\?T' 'and not the key'
exit_is 0 'history' "${ck[@]}" register history T1
like "$out" 'certificate_serial: not known yet' 'as it does'
exit_is 0 'a letter' "${ck[@]}" request renew --serial T2 --no-tokens -o renew.pdf
like "$err" 'số hiệu chứng thư chữ ký số' 'lacks the number'
like "$(words_of renew.pdf)" 'Đỗ B \[cần bổ sung: số hiệu chứng thư chữ ký số\]' \
	'which is printed as what is to be filled in'
is "$(certificates)" 'null T1 2025-12-31, null T2 2027-01-15, null null 2027-10-20' \
	'and its record doubles nothing'
exit_is 0 'a letter for all that is due' "${ck[@]}" request renew --due 400 --no-tokens \
	-o all.pdf
like "$(words_of all.pdf)" 'Đỗ B .*Vũ C ' 'has who is known by name alone'
exit_is 1 'due for people' "${ck[@]}" register due --days 400
like "$out" "request renew --set name='Vũ C'" 'names who has no token and no number'

# 2. It goes round

"${ck[@]}" register export -o all.json 2>/dev/null
"${ck[@]}" register export -o all.csv 2>/dev/null
unlike "$(cat all.json all.csv)" '\?T' 'an export has no such key'
for type in json csv; do
	exit_is 0 "import of the export in $type" ckstoken register import all.$type \
		--file "$(place $type.db)"
	ckstoken register export -o again.$type --file "$(place $type.db)" 2>/dev/null
	ok 'and its export: the same bytes' cmp all.$type again.$type
	exit_is 0 'which is proved' ckstoken register verify --file "$(place $type.db)"
done
exit_is 0 'a certificate told by its day and token' "${ck[@]}" register add certificate \
	device_serial=T2 not_after=15/01/2027 not_before=15/01/2024
is "$(certificates)" 'null T1 2025-12-31, null T2 2027-01-15, null null 2027-10-20' \
	'is the one that is there'
exit_is 11 'one told by nothing' "${ck[@]}" register add certificate not_after=1/1/2027
like "$err" 'số hiệu chứng thư chữ ký số' 'asks for its number'

# 3. Its number becomes known

cat >numbers.csv <<'END'
Họ và tên;Cơ quan;Số CCCD;Số hiệu token;Số hiệu chứng thư;Ngày hết hạn
Đỗ B;Sở Tài chính;001085001232;T2;54 3a 01;15/01/2027
Vũ C;Sở Tài chính;001085001233;T3;7F01;20/10/2027
END
exit_is 0 'a later list has numbers' "${ck[@]}" register import numbers.csv
is "$(certificates)" \
	'543A01 T2 2027-01-15, 7F01 T3 2027-10-20, null T1 2025-12-31' \
	'each is given to the certificate that was there, which is not doubled'
is "$("${ck[@]}" register export --json | jq -r '.certificates[0].not_before')" 2024-01-15 \
	'and keeps what was known of it'
exit_is 0 'the list without them once more' "${ck[@]}" register import list.csv
like "$err" 'nothing in it is new' 'is of the same certificates'
exit_is 0 'its history' "${ck[@]}" register history T2
like "$out" 'certificate_serial: not known yet.*certificate_serial: 543A01' 'has both'
exit_is 0 'register verify' "${ck[@]}" register verify
before=$(certificates)
last=$("${ck[@]}" register history --json | jq '[.events[] | select(.by == "import") |
	.number] | max')
exit_is 0 'undo of the event that gave one its number' "${ck[@]}" register undo "$last"
is "$(certificates)" '543A01 T2 2027-01-15, null T1 2025-12-31, null null 2027-10-20' \
	'leaves it without'
last=$("${ck[@]}" register history --json | jq '[.events[].number] | max')
exit_is 0 'and undo of that' "${ck[@]}" register undo "$last"
is "$(certificates)" "$before" 'gives it back'

# The term of a renewed certificate went to the old one, which was revoked.
have='renewed: its term is not that of the revoked one (NĐ 68/2024 Điều 12)'
for row in 'device_serial=R1 certificate_serial=0AE1 revoked_date=01/10/2026' \
	'device_serial=R2 certificate_serial=0AE2'; do
	# shellcheck disable=SC2086 # words
	"${ck[@]}" register add certificate $row 2>err || {
		"${ck[@]}" register add ${row%% *} && "${ck[@]}" register add certificate $row
	} 2>/dev/null || bail "$row"
done
"${ck[@]}" register add certificate device_serial=R1 not_after=30/09/2028 2>/dev/null
"${ck[@]}" register add certificate device_serial=R2 issued_for=renew not_after=30/09/2028 2>/dev/null
like "$(certificates)" '0AE1 R1 null.*0AE2 R2 null.*null R1 2028-09-30.*null R2 2028-09-30' "$have"
"${ck[@]}" register add device_serial=R3 2>/dev/null
"${ck[@]}" register add certificate device_serial=R3 certificate_serial=0AE3 2>/dev/null
"${ck[@]}" register add certificate device_serial=R3 not_after=30/09/2028 2>/dev/null
like "$(certificates)" '0AE3 R3 2028-09-30' "$have: that of the only one in use is"

# The token itself: it says to the second when it ends.
mock_state user-tries=3
end=$(openssl x509 -inform der -in "$MOCK_CERT" -noout -enddate | cut -d = -f 2)
serial=$(openssl x509 -inform der -in "$MOCK_CERT" -noout -serial | cut -d = -f 2)
end=$(TZ=Asia/Ho_Chi_Minh date -d "$end" +%Y-%m-%d)
exit_is 0 'a token known by a day' "${ck[@]}" register add device_serial='mock0000 0000' \
	name='Trần D' organization='Sở Tài chính' not_after="$end"
exit_is 1 'audit with the token' "${ck[@]}" --module "$(mock locks)" audit --json
unlike "$out" 'certificate-unregistered' 'knows the certificate'
before=$(certificates)
like "$before" "null mock00000000 $end" 'its number is not known'
exit_is 0 'status' "${ck[@]}" --module "$(mock locks)" status
like "$(certificates)" "$serial mock00000000 $end" \
	'gives the number of the token that is seen'
is "$(certificates | tr -cd , | wc -c)" "$(tr -cd , <<<"$before" | wc -c)" \
	'to the certificate that was there'
exit_is 0 'status again' "${ck[@]}" --module "$(mock locks)" status
exit_is 0 'register verify, at last' "${ck[@]}" register verify

plan_done
