#!/bin/bash
# SPDX-License-Identifier: LGPL-2.1-or-later
# sanitize: yes
#
# What "ckstoken report" counts in a register, against what was counted by hand.
# Days are in 2026 where no year is said; the first half ends on 30 June.

# shellcheck disable=SC2119,SC2120,SC2317 # functions are called by name
# shellcheck source=tests/lib.sh
. "$(dirname "$0")/lib.sh"
need_world
need jq:jq pdftotext:poppler-utils pdfdetach:poppler-utils unzip:unzip \
	xmllint:libxml2-utils python3:python3
cd "$WORK" || bail 'no work folder'
export CKSTOKEN_NOW=2026-11-21T02:00:00Z SOURCE_DATE_EPOCH=1795226400
office_conf >/dev/null
cp office.conf with.conf
printf '%s\n' '[register]' "file = $WORK/r.db" >>with.conf
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
is "$(json '.statistics | [.tokens.total, .unblocks, .losses, .leaks] | @csv')" \
	'0,0,0,0' 'are noughts'
is "$(json '[.statistics | .procedures, .units, .expiries | length] | @csv')" \
	'0,0,0' 'and empty lists'
exit_is 0 'as a document' "${count[@]}" --number 1 --strict -o empty.pdf
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
is "$(counts)" '2+0 1+1 0+0 0+0' 'what came later does not count'
like "$err" 'from 01/01/2026 to 14/05/2026' 'which is told'
# Besides: new C3, revoked what request 9 asks of Nguyễn Một.
exit_is 0 'the year' "${bac_ninh[@]}" -o x.pdf
is "$(counts)" '2+2 1+2 1+2 1+2' 'counts until its day'
like "$err" 'from 01/01/2026 to 21/11/2026' 'which is told'
# Changed in 2025 by request 7, which names nobody.
exit_is 0 'the year before' "${bac_ninh[@]}" --year 2025 -o x.pdf
is "$(counts)" '0+0 0+0 0+0 0+0' 'has nothing'
like "$err" ' 1 record is not counted, as the register does not say whose it is'$'\n' \
	'but what nobody is known for'
like "$err" 'from 01/01/2025 to 31/12/2025' 'and ends with it'
exit_is 0 'days of its own' "${bac_ninh[@]}" --from 04/03/2026 --to 2026-06-29 \
	-o x.pdf
is "$(counts)" '0+0 0+0 0+1 1+1' 'are counted'
like "$(words_of x.pdf)" 'từ ngày 04/03/2026 đến ngày 29/06/2026' 'and named'
exit_is 0 'one agency' "${bac_ninh[@]}" --period half --organization 'Sở B' \
	-o x.pdf
is "$(counts)" '0+0 0+0 0+1 0+0' 'is counted alone'
exit_is 0 'what an officer gives' "${bac_ninh[@]}" --period half \
	--set counts.new.person=77 --set counts.revoked.organization=0 -o x.pdf
is "$(counts)" '2+77 0+1 1+2 1+2' 'goes before'
echo '{"document": {"period": "quý II năm 2026"}}' >quarter.json
exit_is 0 'a period of which no day is known' "${bac_ninh[@]}" \
	--data quarter.json -o x.pdf
like "$err" 'the days of the period "quý II năm 2026" are not known' 'is told'
is "$(dossier_of x.pdf | jq -r .counts)" null 'and nothing is counted'
exit_is 0 'with its days' "${bac_ninh[@]}" --data quarter.json \
	--from 01/04/2026 --to 30/06/2026 -o x.pdf
is "$(counts)" '0+1 0+0 1+2 1+2' 'it is'
like "$(words_of x.pdf)" 'quý II năm 2026' 'and keeps its name'

# 4. Statistics

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

# 5. As tables, CSV and documents

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
like "$said" 'kỳ 06 tháng đầu năm 2026 \(từ 01/01/2026 đến 30/06/2026\)' \
	'and say of when they are'
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

# 6. What is refused

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
exit_is 7 'a report of an agency that no regulation has a form for' "${ck[@]}" \
	report agency --province phu-tho -o s.pdf
exit_is 0 'one called by its name' "${ck[@]}" report agency \
	--province bac-ninh -o s.pdf

plan_done
