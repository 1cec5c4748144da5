#!/bin/bash
# SPDX-License-Identifier: LGPL-2.1-or-later
# sanitize: yes
# stores: both
#
# What "ckstoken report" counts in a register, against what was counted by hand.
# Days are in 2026 where no year is said; the first half ends on 30 June.

# shellcheck disable=SC2119,SC2120,SC2317 # functions are called by name
# shellcheck source=tests/lib.sh
. "$(dirname "$0")/lib.sh"
need_world
need jq:jq sqlite3:sqlite3 pdftotext:poppler-utils pdfdetach:poppler-utils unzip:unzip \
	xmllint:libxml2-utils python3:python3
cd "$WORK" || bail 'no work folder'
export CKSTOKEN_NOW=2026-11-21T02:00:00Z SOURCE_DATE_EPOCH=1795226400
office_conf >/dev/null
cp office.conf with.conf
printf '%s\n' '[register]' "$(register_setting "$WORK/r.db")" >>with.conf
ck=(ckstoken --config with.conf)
bac_ninh=("${ck[@]}" report --province bac-ninh --no-tokens)
statistics=("${ck[@]}" report statistics)
count=("${statistics[@]}" --province phu-tho)

# 1. No register, and an empty one

exit_is 11 'statistics without a register' ckstoken --config office.conf \
	report statistics
like "$err" 'no register is configured' 'that is told'
is "$out" '' 'and nothing is printed'
exit_is 11 'a register that is not there' "${count[@]}"
exit_is 0 'a report without a register' ckstoken --config office.conf report \
	--province bac-ninh -o none.pdf
like "$err" 'số lượng cấp mới, cơ quan' 'lacks its counts'

echo '{"agencies": [{"organization": "Sở A"}, {"organization": "Sở B"}]}' \
	>agencies.json
exit_is 0 'a register with two agencies' "${ck[@]}" register import \
	agencies.json
exit_is 0 'statistics of it' "${count[@]}" --json
is "$(json '.statistics | [.tokens.total, .unblocks, .losses, .leaks] | tostring')" \
	'[0,null,null,null]' 'untrue-noughts: say of tokens that there are none, and of the months before nothing'
like "$err" 'the register was begun on 21/11/2026, after the first day of the period' \
	'untrue-noughts: and why'
is "$(json '[.statistics | .procedures, .units, .expiries | length] | @csv')" \
	'0,0,0' 'and empty lists'
exit_is 0 'as tables' "${count[@]}"
like "$out" 'tokens lost: -' 'untrue-noughts: a table has none either'
exit_is 11 'as a document' "${count[@]}" --number 1 --strict -o no.pdf
like "$err" 'số lần khôi phục thiết bị' 'untrue-noughts: the form lacks them'
exit_is 0 'of the day' "${count[@]}" --from 21/11/2026 --number 1 --strict \
	-o empty.pdf
like "$(words_of empty.pdf)" 'khôi phục thiết bị lưu khóa bí mật: 0' 'they are noughts'
like "$(words_of empty.pdf)" \
	'Không có yêu cầu nào trong kỳ.*Không có chứng thư nào hết hạn' \
	'it says so in words'

# 2. One with something in it

# Tokens in hand on 30 June: T1 of an agency; T2, T6 and T9 of persons; T4 of a
# device; T8 of nobody known. Not T3, received on 1 July; T5, handed back on
# that very day; T7, lost.
#
# Certificates: first issued in the half year are C1 (agency), C2 (person, on
# its last day) and C4 (device, on its first). Not C3, a day too late; C5 and C9,
# renewed; C6, which has an older one; CA, of a change; CB, of a public CA.
#
# Requests: see below, at each procedure.
cat >register.json <<'END'
{"units": [{"organization": "Sở A", "unit": "Phòng 1"},
  {"organization": "Sở A", "unit": "Phòng 2"}],
 "subscribers": [
  {"subscriber": 1, "name": "SỞ A", "holder": "organization",
   "organization": "Sở A"},
  {"subscriber": 2, "name": "Nguyễn Một", "holder": "person",
   "organization": "Sở A", "unit": "Phòng 1"},
  {"subscriber": 3, "name": "Trần Hai", "holder": "person",
   "organization": "Sở A", "unit": "Phòng 2"},
  {"subscriber": 4, "name": "Máy chủ", "holder": "device",
   "organization": "Sở A"},
  {"subscriber": 5, "name": "Lê Năm", "holder": "person",
   "organization": "Sở B"},
  {"subscriber": 6, "name": "Phạm Sáu", "holder": "person",
   "organization": "Sở B", "left_date": "2026-05-01",
   "left_reason": "retired"}],
 "tokens": [
  {"device_serial": "T1", "subscriber": 1, "received_date": "2024-01-10"},
  {"device_serial": "T2", "subscriber": 2},
  {"device_serial": "T3", "subscriber": 3, "received_date": "2026-07-01"},
  {"device_serial": "T4", "subscriber": 4},
  {"device_serial": "T5", "subscriber": 5, "returned_date": "2026-06-30"},
  {"device_serial": "T6", "subscriber": 6},
  {"device_serial": "T7", "subscriber": 5},
  {"device_serial": "T8"},
  {"device_serial": "T9", "subscriber": 5}],
 "certificates": [
  {"certificate_serial": "C1", "subscriber": 1, "device_serial": "T1",
   "not_before": "2026-02-01", "not_after": "2027-01-15", "issued_for": "new"},
  {"certificate_serial": "C0", "subscriber": 2, "device_serial": "T2",
   "not_before": "2021-06-30", "not_after": "2026-08-30"},
  {"certificate_serial": "C2", "subscriber": 2, "device_serial": "T2",
   "not_before": "2026-06-30", "not_after": "2027-03-10"},
  {"certificate_serial": "C3", "subscriber": 3, "device_serial": "T3",
   "not_before": "2026-07-01", "not_after": "2026-12-31"},
  {"certificate_serial": "C4", "subscriber": 4, "device_serial": "T4",
   "not_before": "2026-01-01", "not_after": "2026-07-31"},
  {"certificate_serial": "C5", "subscriber": 5, "device_serial": "T5",
   "not_before": "2026-03-01", "not_after": "2027-03-01", "renewals": 1},
  {"certificate_serial": "C6", "subscriber": 6, "device_serial": "T6",
   "not_before": "2026-04-01", "not_after": "2027-08-01", "old_serial": "AA"},
  {"certificate_serial": "C9", "subscriber": 5, "device_serial": "T9",
   "not_before": "2026-02-02", "not_after": "2027-02-20", "renewals": 1,
   "issued_for": "renew"},
  {"certificate_serial": "CA", "subscriber": 1, "not_before": "2026-05-05",
   "not_after": "2027-05-05", "issued_for": "change"},
  {"certificate_serial": "CB", "subscriber": 2, "not_before": "2026-02-03",
   "not_after": "2027-04-01", "official": false},
  {"certificate_serial": "CC", "subscriber": 3, "not_before": "2024-01-01",
   "not_after": "2027-06-15", "revoked_date": "2026-06-01"}],
 "requests": [
  {"request": 1, "procedure": "recover", "valid_date": "2026-01-05",
   "done_date": "2026-01-06"},
  {"request": 2, "procedure": "recover", "valid_date": "2026-01-16",
   "done_date": "2026-01-19"},
  {"request": 3, "procedure": "recover", "valid_date": "2026-02-02",
   "done_date": "2026-02-05"},
  {"request": 4, "procedure": "recover", "valid_date": "2026-04-01",
   "outcome": "refused", "outcome_date": "2026-04-02"},
  {"request": 5, "procedure": "recover", "valid_date": "2026-06-30",
   "done_date": "2026-07-01"},
  {"request": 6, "procedure": "renew", "document_date": "2026-05-29",
   "valid_date": "2026-06-01"},
  {"request": 7, "procedure": "change", "document_date": "2025-12-30",
   "done_date": "2026-01-12"},
  {"request": 8, "procedure": "revoke", "document_date": "2026-03-03",
   "valid_date": "2026-03-04", "done_date": "2026-03-06"},
  {"request": 9, "procedure": "revoke", "document_date": "2026-07-01"},
  {"request": 10, "procedure": "renew", "document_date": "2026-05-04",
   "outcome": "refused"},
  {"request": 11, "procedure": "change", "document_date": "2026-06-30",
   "valid_date": "2026-06-30"},
  {"request": 13, "procedure": "report", "document_date": "2026-05-10"},
  {"request": 14, "procedure": "renew"},
  {"request": 15, "procedure": "recover", "valid_date": "2025-11-03",
   "done_date": "2025-11-04"}],
 "items": [
  {"request": 1, "item": 1, "subscriber": 2},
  {"request": 2, "item": 1, "subscriber": 5},
  {"request": 3, "item": 1, "device_serial": "T2"},
  {"request": 4, "item": 1, "subscriber": 6},
  {"request": 5, "item": 1, "subscriber": 6},
  {"request": 6, "item": 1, "subscriber": 2, "renew": true},
  {"request": 6, "item": 2, "subscriber": 4},
  {"request": 6, "item": 3, "subscriber": 5, "update": true},
  {"request": 8, "item": 1, "subscriber": 1},
  {"request": 8, "item": 2, "certificate_serial": "CC"},
  {"request": 9, "item": 1, "subscriber": 2},
  {"request": 10, "item": 1, "subscriber": 5},
  {"request": 11, "item": 1, "subscriber": 1},
  {"request": 11, "item": 2, "subscriber": 3, "renew": true, "update": true}],
 "losses": [
  {"loss": 1, "device_serial": "T7", "loss_kind": "lost",
   "reported_time": "2026-03-05T08:00:00+07:00"},
  {"loss": 2, "device_serial": "T2", "loss_kind": "leak",
   "reported_time": "2026-06-30T23:59:00+07:00"},
  {"loss": 3, "device_serial": "T1", "loss_kind": "leak",
   "minutes_date": "2026-07-02"}],
 "unblocks": [
  {"unblock": 1, "device_serial": "T2", "result": "ok",
   "unblock_time": "2026-01-06T10:00:00+07:00"},
  {"unblock": 2, "device_serial": "T2", "result": "thành công",
   "unblock_time": "2026-06-30T23:30:00+07:00"},
  {"unblock": 3, "device_serial": "T2", "result": "so-pin-incorrect",
   "unblock_time": "2026-02-01T10:00:00+07:00"},
  {"unblock": 4, "device_serial": "T2", "result": "ok",
   "unblock_time": "2026-07-01T00:10:00+07:00"}]}
END
exit_is 0 'a register with something in it' "${ck[@]}" register import \
	register.json

# 3. The report of an agency

# counts: of the dossier of x.pdf, agencies and persons: new, revoked, changed,
# renewed
counts()
{
	dossier_of "${1:-x.pdf}" | jq -r '.counts | [.new, .revoked, .changed,
		.renewed | "\(.organization)+\(.person)"] | join(" ")'
}

# New: C1 and C4 | C2. Revoked: of request 8, SỞ A | Trần Hai, by the
# certificate. Changed: SỞ A, of 11 | Lê Năm, marked in 6, and Trần Hai, in 11.
# Renewed: the device in 6 | Nguyễn Một, in 6, and Trần Hai, marked in 11; not
# what 10 asks, which is refused.
exit_is 0 'the half year' "${bac_ninh[@]}" --period half -o x.pdf -o x.docx
is "$(counts)" '2+1 1+1 1+2 1+2' 'is counted'
is "$(counts x.docx)" "$(counts)" 'the same in the DOCX'
like "$err" 'counted in the register: from 01/01/2026 to 30/06/2026' \
	'standard error tells from when to when'
like "$err" '2 devices, services and software are counted with the agencies' \
	'and how many devices count as of agencies'
like "$err" ' 1 record is not counted, as the register has no day for it'$'\n' \
	'and that request 14 has no day'
is "$(dossier_of x.pdf | jq -r '.document | [.period, .from, .to] | join("|")')" \
	'06 tháng đầu năm 2026|2026-01-01|2026-06-30' 'so does the dossier'
like "$(words_of x.pdf)" 'Số lượng cấp mới 2 1 2 Số lượng đề nghị thu hồi 1 1 3 Số lượng thay đổi thông tin 1 2 4 Số lượng đề nghị gia hạn 1 2 ' \
	'and the form, row by row'
like "$err" 'số lượng văn bản ban hành' 'what no register has still lacks'

exit_is 0 'on 14 May' "${bac_ninh[@]}" --period half --date 14/05/2026 -o x.pdf
# What request 14, without a day, asks for may have been renewal or change.
is "$(counts)" '2+0 1+1 null+null null+null' \
	'what came later does not count, and no nought is made up'
like "$err" 'from 01/01/2026 to 14/05/2026' 'which is told'
# a-due-day-off: Bắc Ninh Điều 14.8, "trước ngày 15/5" and "trước ngày 15/11".
like "$err" 'is until 14/05/2026.*is until 14/11/2026.*14/11/2026 is a day off; the working day before is 13/11/2026' \
	'a-due-day-off: with the day before a Saturday'
# Besides: new C3, revoked what request 9 asks of Nguyễn Một.
exit_is 0 'the year' "${bac_ninh[@]}" -o x.pdf
is "$(counts)" '2+2 1+2 1+2 1+2' 'counts until its day'
like "$err" 'from 01/01/2026 to 21/11/2026' 'which is told'
like "$err" 'this year, that was until 14/11/2026' 'and the day that is past'
# Changed in 2025 by request 7, which names nobody.
exit_is 0 'the year before' "${bac_ninh[@]}" --year 2025 -o x.pdf
is "$(counts)" '0+0 0+0 null+null null+null' 'has nothing'
like "$err" ' 1 record is not counted, as the register does not say whose it is'$'\n' \
	'but what nobody is known for'
like "$err" 'from 01/01/2025 to 31/12/2025' 'and ends with it'
exit_is 0 'days of its own' "${bac_ninh[@]}" --from 04/03/2026 --to 2026-06-29 \
	-o x.pdf
is "$(counts)" '0+0 0+0 null+1 1+1' 'are counted'
like "$(words_of x.pdf)" 'từ ngày 04/03/2026 đến ngày 29/06/2026' 'and named'
exit_is 0 'one agency' "${bac_ninh[@]}" --period half --organization 'Sở B' \
	-o x.pdf
is "$(counts)" '0+0 0+0 0+1 0+0' 'is counted alone'
exit_is 0 'what an officer gives' "${bac_ninh[@]}" --period half \
	--set counts.new.person=77 --set counts.revoked.organization=0 -o x.pdf
is "$(counts)" '2+77 0+1 1+2 1+2' 'goes before'
for given in person=-3 person=ba person=1.200 person=12,5 organization=2a; do
	exit_is 11 "untrue-counts: $given" "${bac_ninh[@]}" --period half \
		--set "counts.new.$given" -o no.pdf
	like "$err" "counts.new.${given%%=*} is \"${given#*=}\", and a count is" \
		'untrue-counts: is refused'
done
echo '{"counts": {"new": {"person": -3}}}' >minus.json
exit_is 11 'untrue-counts: one of data' "${bac_ninh[@]}" --period half \
	--data minus.json -o no.pdf
like "$err" 'counts.new.person is "-3"' 'untrue-counts: is refused'
exit_is 11 'untrue-counts: not the documents' "${bac_ninh[@]}" --period half \
	--set counts.documents=nhiều -o no.pdf
exit_is 11 'untrue-counts: a total unlike its parts' "${ck[@]}" report needs \
	--no-tokens --no-register --set counts.wanted.organization=1 \
	--set counts.wanted.person=5 --set counts.wanted.device=2 \
	--set counts.wanted.total=9 -o no.pdf
like "$err" 'counts.wanted.total is 9, and its parts make 8' 'untrue-counts: is refused'
nok 'untrue-counts: nothing is written' test -e no.pdf
echo '{"document": {"period": "quý II năm 2026"}}' >quarter.json
exit_is 0 'a period of which no day is known' "${bac_ninh[@]}" \
	--data quarter.json -o x.pdf
like "$err" 'the days of the period "quý II năm 2026" are not known' 'is told'
is "$(dossier_of x.pdf | jq -r .counts)" null 'and nothing is counted'
exit_is 0 'with its days' "${bac_ninh[@]}" --data quarter.json \
	--from 01/04/2026 --to 30/06/2026 -o x.pdf
is "$(counts)" '0+1 0+0 1+2 1+2' 'it is'
like "$(words_of x.pdf)" 'quý II năm 2026' 'and keeps its name'

# 4. The report of an agency whose province has no form for it: khoản 6 Điều 14 in
# Lâm Đồng asks for a report, and lays down none.

# kinds COUNT: agencies, persons and devices
kinds()
{
	dossier_of x.pdf | jq -r ".counts.$1 |
		\"\(.organization)+\(.person)+\(.device)=\(.total)\""
}
# by_holder SQL: the same by a question that ckstoken does not ask. SQL begins
# with FROM and has the subscriber of what is counted as w.subscriber.
by_holder()
{
	in_register r.db "SELECT count(*) FILTER (WHERE s.holder = 'organization') || '+' ||
		count(*) FILTER (WHERE s.holder = 'person') || '+' ||
		count(*) FILTER (WHERE s.holder = 'device') || '=' || count(*)
		FROM subscribers s JOIN ($1) w ON w.subscriber = s.subscriber"
}
lam_dong=("${ck[@]}" report --province lam-dong --no-tokens)
exit_is 0 'the second half of last year and the first of this' "${lam_dong[@]}" \
	--from 01/07/2025 --to 30/06/2026 --number 9 \
	--set counts.documents=811 --set extra.difficulties=Không. \
	--set extra.proposals=Không. -o x.pdf -o x.docx
unlike "$err" 'does not provide for' 'khoản 6 Điều 14: it is not said to be unasked for'
unlike "$err" 'choose another --province' 'nor another province asked for'
like "$(words_of x.pdf)" \
	'BÁO CÁO .*Kính gửi: Sở Khoa học và Công nghệ tỉnh Lâm Đồng Căn cứ khoản 6 Điều 14 Quy chế .*1619/QĐ-UBND' \
	'it is a report, to whom the regulation says and on its article'
like "$(words_of x.pdf)" 'Số: 09/BC-STC ' 'under its number and symbol'
is "$(dossier_of x.docx | jq .counts)" "$(dossier_of x.pdf | jq .counts)" \
	'the DOCX has the same numbers'
is "$(dossier_of x.pdf | jq -r .form.name)" null 'it is on no form of the province'
like "$(words_of x.pdf)" \
	'1 Chứng thư cấp mới trong kỳ 1 1 1 3 2 .*5 Lượt khôi phục thiết bị lưu khóa bí mật trong kỳ 0 2 0 2 6 .*trong kỳ 0 1 0 1 7' \
	'its table has the numbers'
is "$(kinds new)" "$(by_holder "SELECT subscriber FROM certificates
	WHERE not_before BETWEEN '2025-07-01' AND '2026-06-30' AND
		coalesce(official, 1) = 1 AND coalesce(issued_for, 'new') = 'new' AND
		coalesce(renewals, 0) = 0 AND old_serial IS NULL")" 'new ones'
is "$(kinds recovered)" "$(by_holder "SELECT t.subscriber FROM unblocks
	JOIN tokens t USING (device_serial)
	WHERE unblock_time BETWEEN '2025-07-01' AND '2026-07-01' AND
		result <> 'so-pin-incorrect'")" 'recoveries'
is "$(kinds lost)" "$(by_holder "SELECT t.subscriber FROM losses
	JOIN tokens t USING (device_serial)
	WHERE loss_kind = 'lost' AND
		reported_time BETWEEN '2025-07-01' AND '2026-07-01'")" 'losses'
# Not on T5, handed back on that day, nor revoked.
in_use="SELECT subscriber FROM certificates c
	WHERE not_before <= '2026-06-30' AND not_after >= '2026-06-30' AND
		coalesce(official, 1) = 1 AND revoked_date IS NULL AND
		coalesce(device_serial, '') NOT IN ('T5', 'T7') AND
		NOT EXISTS (SELECT 1 FROM certificates n
			WHERE n.device_serial = c.device_serial AND
				n.not_after > c.not_after AND
				n.not_before <= '2026-06-30')"
is "$(kinds in_use)" "$(by_holder "$in_use")" 'certificates in use'
is "$(kinds expiring)" "$(by_holder "$in_use AND not_after <= '2027-06-30'")" \
	'and those that end within a year'
# Changed and renewed: no agency and no device was, by any record with a day; but
# request 14 has none.
is "$(kinds renewed)" 'null+2+1=null' 'what request 14 may have asked is left open'
is "$(kinds revoked)" '1+1+0=2' 'and what it cannot have asked is nought'
like "$err" 'số gia hạn, cơ quan' 'what is left open is told'
exit_is 11 'and --strict refuses it' "${lam_dong[@]}" --strict -o no.pdf
given=(--set counts.services=37 --set extra.causes='kinh phí chưa được cấp')
exit_is 0 'given-and-not-printed (khoản 6 Điều 14): services and causes' "${lam_dong[@]}" \
	--period half-1 "${given[@]}" -o given.pdf
like "$(words_of given.pdf)" \
	'Số dịch vụ công có sử dụng chữ ký số: 37 II\..*Nguyên nhân: kinh phí chưa được cấp\. III\.' \
	'given-and-not-printed: stand in the report on the use of the services'
unlike "$err" 'does not print' 'given-and-not-printed: of which nothing is told'
exit_is 0 'given-and-not-printed: where a form has no place for it' "${ck[@]}" report needs \
	--province lam-dong --no-tokens "${given[@]}" -o given.pdf
like "$err" 'the form does not print it: counts.services, extra.causes' \
	'given-and-not-printed: is told'
exit_is 0 'of one agency' "${lam_dong[@]}" --period half-1 \
	--organization 'Sở B' -o x.pdf
is "$(kinds lost)" '0+1+0=1' 'is counted alone'
exit_is 0 'of the second half' "${lam_dong[@]}" --period half-2 -o x.pdf
is "$(dossier_of x.pdf | jq -r '.document | [.period, .from, .to] | join("|")')" \
	'06 tháng cuối năm 2026|2026-07-01|2026-11-21' 'is named, and counted until today'
is "$(kinds new)" '0+1+0=1' 'C3'

# A register that was begun on 21 November knows nothing of the months before
# but what was entered.
printf '%s\n' '{"certificates": [{"certificate_serial": "D1",
	"not_before": "2026-11-20", "not_after": "2027-11-20"}]}' >young.json
exit_is 0 'a young register' "${ck[@]}" register import young.json --file "$(place young.db)"
exit_is 0 'a report of the year from it' "${lam_dong[@]}" --file "$(place young.db)" -o x.pdf
is "$(dossier_of x.pdf | jq -c '.counts | [.revoked, .renewed, .recovered, .lost]')" \
	'[null,null,null,null]' 'makes up no nought'
like "$err" 'the register was begun on 21/11/2026, after the first day of the period' \
	'and says why'
exit_is 0 'needs of a certificate of nobody known' "${ck[@]}" report needs \
	--province lam-dong --no-tokens --file "$(place young.db)" -o x.pdf
is "$(dossier_of x.pdf | jq -c '.needs.renew')" '{"total":1}' \
	'untrue-noughts: count in the total, and make up no nought beside it'
like "$err" 'số gia hạn, cá nhân' 'untrue-noughts: what is not known lacks'
CKSTOKEN_NOW=2027-07-01T02:00:00Z exit_is 0 \
	'a register of nothing, for what came after it was begun' \
	"${lam_dong[@]}" --file "$(place young.db)" --period half -o x.pdf
is "$(kinds revoked) $(kinds lost)" '0+0+0=0 0+0+0=0' 'knows that there was none'

# Provinces whose text asks agencies for no report: khoản 2 Điều 8 of Tiền Giang
# has the department report.
exit_is 0 'a report that no regulation asks for' "${ck[@]}" report \
	--province tien-giang --no-tokens -o x.pdf
like "$err" 'nơi nhận báo cáo' 'has nobody to go to, and is no letter'
like "$err" 'khoản 2 Điều 8' 'and says what the regulation does'
exit_is 0 'it goes where it is asked for' "${ck[@]}" report --province tien-giang \
	--no-tokens --recipient 'Sở Khoa học và Công nghệ tỉnh Đồng Tháp' -o x.pdf
like "$(words_of x.pdf)" 'Kính gửi: Sở Khoa học và Công nghệ tỉnh Đồng Tháp' 'which is printed'
is "$(in_register r.db "SELECT document_number FROM requests
	WHERE procedure = 'report' AND document_number IS NOT NULL")" '09/BC-STC' \
	'a report is recorded under its number'

# 5. The needs of the next year: khoản 4 Điều 13 in Lâm Đồng

needs=("${ck[@]}" report needs --no-tokens)
plan_of()
{
	dossier_of x.pdf | jq -r ".needs | $1"
}
exit_is 0 'the needs of 2027' "${needs[@]}" --province lam-dong --number 10 \
	--set counts.wanted.organization=0 --set counts.wanted.person=5 \
	--set counts.wanted.device=2 -o x.pdf -o x.docx
like "$(words_of x.pdf)" \
	'Kế hoạch, nhu cầu .*năm 2027 Kính gửi: Sở Khoa học và Công nghệ tỉnh Lâm Đồng Căn cứ khoản 4 Điều 13 ' \
	'khoản 4 Điều 13: go to the department'
is "$(plan_of '[.year, .renew.total, .new.total, .replace.total] | @csv')" \
	'2027,3,1,1' 'are counted'
# C6 is of one who retired, CC revoked, CB of a public CA, C5 on a token returned.
is "$(plan_of '.certificates[] | [.certificate_serial, .need, .renew_by] | join(" ")')" \
	'C1 renew 2026-12-16
C9 new 
C2 renew 2027-02-08
CA renew 2027-04-05' 'with who can be renewed, and until when'
is "$(plan_of '[.certificates[] | .certificate_serial] | sort | join(" ")')" \
	"$(in_register r.db "SELECT c.certificate_serial FROM certificates c
	LEFT JOIN subscribers s USING (subscriber)
	WHERE c.not_after LIKE '2027-%' AND coalesce(c.official, 1) = 1 AND
		c.revoked_date IS NULL AND s.left_date IS NULL AND
		coalesce(c.device_serial, '') NOT IN ('T5', 'T7')
	ORDER BY 1" | xargs)" 'as a question of its own says'
like "$(words_of x.pdf)" 'Cấp mới, vì đã gia hạn 01 lần' 'in words'
is "$(plan_of '.tokens[] | [.device_serial, .name, .reported] | join(" ")')" \
	'T7 Lê Năm 2026-03-05' 'and what was lost'
like "$err" 'số thiết bị hỏng, cá nhân' 'what no register knows is asked for'
like "$(words_of x.pdf)" 'chưa có chứng thư 0 5 2 7 ' 'and printed, with its sum'
CKSTOKEN_NOW=2026-12-17T02:00:00Z exit_is 0 'needs a day too late for renewal' \
	"${needs[@]}" --province lam-dong -o x.pdf
is "$(plan_of '.certificates[0] | [.need, .label] | join(" ")')" \
	'new Cấp mới, vì đã quá hạn đề nghị gia hạn' \
	'khoản 1 Điều 9: one with less than 30 days left by then is issued anew'
# C0 ended in August, and C2 is in its place; nothing is in that of C4.
exit_is 0 'those of this year' "${needs[@]}" --province lam-dong --year 2026 -o x.pdf
is "$(plan_of '.certificates[] | [.certificate_serial, .need, .label] | join(" ")')" \
	'C4 new Cấp mới, vì đã hết hạn
C3 renew Gia hạn, đề nghị chậm nhất ngày 01/12/2026' \
	'ended-this-year: have what ended before today and was not replaced'
is "$(plan_of '.new.device')" 1 'ended-this-year: and count it'
exit_is 0 'those of an agency' "${needs[@]}" --organization 'Sở B' \
	--province lam-dong -o x.pdf
is "$(plan_of '[.renew.total, .new.total, .organization] | @csv')" '0,1,"Sở B"' 'alone'
sed 's/^name = Sở Tài chính/name = Sở Khoa học và Công nghệ/' with.conf >dost.conf
exit_is 0 'those of the department of Phú Thọ' ckstoken --config dost.conf \
	report needs --province phu-tho --no-tokens -o x.pdf
like "$(words_of x.pdf)" 'Kính gửi: - Ủy ban nhân dân tỉnh Phú Thọ; - Ban Cơ yếu Chính phủ\. ' \
	'khoản 4 Điều 8: go to whom it reports'
exit_is 0 'needs without a register' "${needs[@]}" --no-register --province lam-dong \
	-o x.pdf
is "$(plan_of '.renew')" null 'know of none'

# 6. Statistics

exit_is 0 'of the half year' "${count[@]}" --period half --json
is "$(json '[.period, .from, .to, .province] | join("|")')" \
	'06 tháng đầu năm 2026|2026-01-01|2026-06-30|phu-tho' 'say what they are'
by_holder='"\(.organization)+\(.person)+\(.device)=\(.total)"'
is "$(json ".statistics.tokens | $by_holder")" '1+3+1=6' 'tokens in hand'
like "$err" ' 1 token or certificate is counted in the totals only, .* whose it is'$'\n' \
	'one is in the total alone'
# procedure NAME: carried, received; done, refused, open; on time, late, without
# a deadline; days
procedure()
{
	json ".statistics.procedures[] | select(.procedure == \"$1\") |
		\"\\(.carried)+\\(.received) \\(.done)+\\(.refused)+\\(.open) \\(.on_time)/\\(.late)/\\(.no_deadline) \\(.mean_days | if . then . + 0 else . end)\""
}
# One working day. Request 1: Monday to Tuesday; 2: Friday to Monday; 3: Monday
# to Thursday, late; 4 refused; 5 came on the last day and is in time yet. 15 was
# settled long before. (1 + 1 + 3) / 3 days.
is "$(procedure recover)" '0+5 3+1+1 2/1/0 1.7' 'recoveries'
# Three working days. 6 is open and late, 10 refused on a day nobody wrote down.
is "$(procedure renew)" '0+2 0+1+1 0/1/0 null' 'renewals'
# 7 of last year was done, without a day of receipt; 11 came on the last day.
is "$(procedure change)" '1+1 1+0+1 0/0/1 null' 'changes'
# 8: no term for it in Phú Thọ; Wednesday to Friday. 9 came later.
is "$(procedure revoke)" '0+1 1+0+0 0/0/1 2' 'revocations'
is "$(json '[.statistics.procedures[].procedure] | join(" ")')" \
	'renew change revoke recover' 'and no others'
# Sở A: T1, T2, T4; 1, 3 (by its token), 6, 8, 11; C1, C2, C4, CA. Sở B: T6, T9;
# 2, 4, 5, 6, 10; C9. Of nobody known: T8.
is "$(json '.statistics.units[] | [.organization // "-", .tokens, .requests,
	.expiring] | join(" ")')" '- 1 0 0
Sở A 3 5 4
Sở B 2 5 1' 'agencies'
is "$(json '.statistics | [.unblocks, .losses, .leaks] | @csv')" '2,1,1' \
	'1 and 2 were recovered; T7 lost; the key of T2 perhaps leaked'
# C4; C1; C9; C2; CA. Not C0, in whose place is C2; C3, which was not issued yet;
# C5, handed back; CB, not for official use; CC, revoked.
is "$(json ".statistics.expiries[] | \"\\(.label) \" + $by_holder |
	select(endswith(\"=0\") | not)")" '07/2026 0+0+1=1
01/2027 1+0+0=1
02/2027 0+1+0=1
03/2027 0+1+0=1
05/2027 1+0+0=1' 'certificates that end'
is "$(json '.statistics.expiries | [length, .[0].month, .[-1].month] | @csv')" \
	'12,"2026-07","2027-06"' 'in twelve months'
# To renew: C1, CA, C2; not C6, whose holder retired. Anew: C9.
is "$(json ".statistics.needs | .year, (.rows[] | \"\\(.need) \" + $by_holder)")" \
	'2027
renew 2+1+0=3
new 0+1+0=1' 'needs of the next year'

exit_is 0 'of one agency' "${count[@]}" --period half --organization 'Sở A' \
	--json
is "$(json ".statistics | .organization, (.tokens | $by_holder)")" 'Sở A
1+1+1=3' 'count it alone'
is "$(json '.statistics.units[] | [.unit // "-", .tokens, .requests, .expiring] |
	join(" ")')" '- 2 3 3
Phòng 1 1 3 1
Phòng 2 0 2 0' 'by its units'
is "$(procedure recover)" '0+2 2+0+0 1/1/0 2' 'its requests'
exit_is 0 'in a province without terms' "${statistics[@]}" \
	--province bac-ninh --period half --json
is "$(procedure recover)" '0+5 3+1+1 0/0/4 1.7' 'nothing is late'
exit_is 0 'a day before' "${count[@]}" --to 29/06/2026 --json
is "$(json ".statistics.tokens | $by_holder")" '1+4+1=7' 'T5 was in hand'
is "$(json '.statistics | [.unblocks, .leaks] | @csv')" '1,0' \
	'and what came on the next had not come'
is "$(procedure recover)" '0+4 3+1+0 2/1/0 1.7' 'nor had request 5'
# Request 8 came on 4 March and was done on the 6th.
for case in '04:0+1 1+0+0 0/0/1 2' '05:1+0 1+0+0 0/0/1 2' \
	'06:1+0 1+0+0 0/0/1 2' 07:; do
	exit_is 0 "from ${case%%:*} March" "${count[@]}" --json \
		--from "${case%%:*}/03/2026" --to 30/06/2026
	is "$(procedure revoke)" "${case#*:}" 'the revocation'
done
# T3 came, T5 went; 5 done in time; 9 has come; 6 and 11 are late.
exit_is 0 'of the year so far' "${count[@]}" --json
is "$(json '[.period, .to] | join("|")')" 'năm 2026|2026-11-21' 'end today'
is "$(json ".statistics.tokens | $by_holder")" '1+4+1=7' 'tokens in hand'
is "$(procedure recover)" '0+5 4+1+0 3/1/0 1.5' 'recoveries'
is "$(procedure change)" '1+1 1+0+1 0/1/1 null' 'changes'
is "$(procedure revoke)" '0+2 1+0+1 0/0/2 2' 'revocations'
is "$(json '[.statistics.expiries[] | select(.total > 0) | .label] | join(" ")')" \
	'12/2026 01/2027 02/2027 03/2027 05/2027 08/2027' \
	'certificates that end, C3 and C6 among them'

# 7. As tables, CSV and documents

exit_is 0 'as tables' "${count[@]}" --period half
like "$out" 'tokens held +1 +3 +1 +6'$'\n' 'tokens'
like "$out" 'ending in 02/2027 +0 +1 +0 +1'$'\n' 'months'
like "$out" 'to renew in 2027 +2 +1 +0 +3'$'\n' 'needs'
like "$out" $'\n''recovery +0 +5 +3 +1 +1 +2 +1 +0 +1\.7'$'\n' 'requests'
like "$out" $'\n''renewal +0 +2 +0 +1 +1 +0 +1 +0 +-'$'\n' 'no days, no mean'
like "$out" $'\n''Sở A +3 +5 +4'$'\n' 'agencies'
like "$out" 'tokens recovered: 2'$'\n''tokens lost: 1' 'and the rest'
exit_is 0 'as CSV' "${count[@]}" --period half --csv
is "$(head -n 1 <<<"$out")" $'list,row,measure,value\r' 'a line of headings'
for line in tokens,,person,3 procedures,recover,mean_days,1.7 \
	'procedures,renew,mean_days,' 'units,Sở A,expiring,4' \
	incidents,,leaks,1 expiries,2027-03,person,1 needs,new,person,1; do
	ok "has the line $line" grep -qxF "$line"$'\r' <<<"$out"
done

exit_is 11 'as documents, strictly' "${count[@]}" --period half --number 12 \
	--strict -o s.pdf
like "$err" 'lacks:'$'\n''ckstoken:   Cơ quan, đơn vị'$'\n' \
	'they lack where T8 belongs'
nok 'and nothing is written' test -e s.pdf
exit_is 0 'as documents' "${count[@]}" --period half --number 12 -o s.pdf \
	-o s.docx
said=$(words_of s.pdf)
like "$said" 'Căn cứ khoản 6 Điều 9 Quy chế quản lý, .* số 65/2025/QĐ-CTUBND ngày 20 tháng 10 năm 2025 của Chủ tịch Ủy ban nhân dân tỉnh Phú Thọ\.' \
	'an agency cites its own duty, khoản 6 Điều 9, and the decision in full'
sed 's/^name = Sở Tài chính/name = Sở Khoa học và Công nghệ/' with.conf >so.conf
exit_is 0 'the same of the department' ckstoken --config so.conf report \
	statistics --province phu-tho --period half -o so.pdf
like "$(words_of so.pdf)" 'Căn cứ khoản 4 Điều 8 Quy chế quản lý, .* ngày 20 tháng 10 năm 2025' \
	'cites its own, khoản 4 Điều 8'
like "$said" 'BÁO CÁO Thống kê tình hình .* công vụ 06 tháng đầu năm 2026 \(từ 01/01/2026 đến 30/06/2026\)' \
	'kind-of-its-own (NĐ 30, Phụ lục III): are a report by its kind, and say of when they are'
like "$said" 'đang quản lý: 6, trong đó: - Của cơ quan, tổ chức: 1; - Của cá nhân: 3; - Của thiết bị, dịch vụ, phần mềm: 1\.' \
	'tokens'
like "$said" 'Khôi phục thiết bị lưu khóa bí mật 0 5 3 1 1 2 1 0 1,7' \
	'requests, with a comma'
like "$said" 'Sở A 3 5 4 ' 'agencies'
like "$said" 'Số lần khôi phục thiết bị lưu khóa bí mật: 2; - Số thiết bị lưu khóa bí mật bị thất lạc: 1; - Số trường hợp nghi lộ khóa bí mật: 1' \
	'incidents'
like "$said" 'Số chứng thư chữ ký số hết hạn theo tháng ' 'the chart'
like "$said" '02/2027 0 1 0 1 ' 'months'
like "$said" 'Nhu cầu năm 2027.*Gia hạn chứng thư chữ ký số 2 1 0 3 .*Cấp mới chứng thư chữ ký số 0 1 0 1 ' \
	'needs'
is "$(dossier_of s.docx | jq -c .statistics)" \
	"$(dossier_of s.pdf | jq -c .statistics)" 'both carry the numbers'
is "$(dossier_of s.pdf | jq -r '.form.procedure, .statistics.tokens.total')" \
	$'statistics\n6' 'for programs'
dossier_of s.pdf >s.json
ok 'after the schema' python3 -W ignore -c '
import json, sys, jsonschema
jsonschema.validate(*(json.load(open(path)) for path in sys.argv[1:]))' \
	s.json "$TOP/lib/input/ckstoken-1.schema.json"
like "$(unzip -p s.docx word/document.xml | xmllint --xpath \
	'string(/*)' - | tr -d ' \n')" 'SởA3543SởB251.*Nhucầunăm2027' 'the DOCX says the same'
exit_is 0 'of one agency' "${count[@]}" --period half --number 12 \
	--organization 'Sở A' -o s.pdf
like "$(words_of s.pdf)" 'Phạm vi thống kê: Sở A .*Phòng 1 1 3 1 ' \
	'it says which, and its units'
exit_is 0 'without a province' "${statistics[@]}" -o s.pdf
unlike "$(words_of s.pdf)" 'Căn cứ' 'there is no ground'

# 8. What is refused

exit_is 2 'a day that is none' "${count[@]}" --from 31/02/2026
exit_is 2 'days the wrong way round' "${count[@]}" --from 02/02/2026 \
	--to 01/02/2026
exit_is 11 'a year to come' "${count[@]}" --year 2027
like "$err" 'begins on 01/01/2027 and ends on 21/11/2026' 'that is told'
exit_is 11 'an agency that is not there' "${count[@]}" --organization 'Sở C'
like "$err" 'no agency "Sở C"' 'that is told'
exit_is 2 'JSON and CSV' "${count[@]}" --json --csv
exit_is 2 'JSON and a document' "${count[@]}" --json -o s.pdf
exit_is 2 'JSON of an agency' "${bac_ninh[@]}" --json -o s.pdf
exit_is 2 'another report' "${ck[@]}" report weather -o s.pdf
exit_is 2 'needs of half a year' "${ck[@]}" report needs --period half -o s.pdf
# a-report-of-days-to-come: without a register as well.
exit_is 0 'a-report-of-days-to-come' "${ck[@]}" report --no-register \
	--province lam-dong --period year -o s.pdf
like "$(words_of s.pdf)" 'từ ngày 01/01/2026 đến hết ngày 21/11/2026' \
	'it ends with its own day'

# a-letter-to-oneself: Lâm Đồng Điều 12 has agencies ask the department.
exit_is 0 'a-letter-to-oneself' "${ck[@]}" request recover --no-register \
	--province lam-dong --no-tokens --set device_serial=VIDU1 \
	--set agency.name='Sở Khoa học và Công nghệ' -o s.pdf
like "$err" 'addressed to the agency that writes it' 'is told'
exit_is 0 'the plan of the department itself' "${ck[@]}" report needs \
	--no-register --province dong-thap \
	--set agency.name='Sở Khoa học và Công nghệ' -o s.pdf
like "$err" 'send it to: Ủy ban nhân dân tỉnh Đồng Tháp' \
	'goes to whom khoản 4 Điều 14 names'
unlike "$err" 'send it to: Sở' 'and not to itself'
exit_is 0 'one called by its name' "${ck[@]}" report agency \
	--province bac-ninh -o s.pdf

plan_done
