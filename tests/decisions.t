#!/bin/bash
# SPDX-License-Identifier: LGPL-2.1-or-later
# stores: both
#
# The decision that gives an agency's token to a keeper, the permission to hand it
# over for a time, and the minutes that go back to them: Điều 32 Nghị định số
# 30/2020/NĐ-CP; Ninh Bình khoản 1, 2 Điều 11; Bắc Ninh khoản 6 Điều 14; Phú Thọ
# khoản 1 Điều 7.

# shellcheck disable=SC2119,SC2120,SC2317 # functions are called by name
# shellcheck source=tests/lib.sh
. "$(dirname "$0")/lib.sh"
need_world
need jq:jq pdftotext:poppler-utils pdfdetach:poppler-utils sqlite3:sqlite3 \
	unzip:unzip
cd "$WORK" || bail 'no work folder'
export CKSTOKEN_NOW=2026-11-21T02:00:00Z SOURCE_DATE_EPOCH=1795226400
cat "$(office_conf)" - >register.conf <<END
[province]
name = ninh-binh
[register]
$(register_setting "$WORK/r.db")
END
ck=(ckstoken --config register.conf)
sql()
{
	in_register "$WORK/r.db" "$1"
}
events()
{
	sql 'SELECT count(*) FROM events'
}
# of FILE FILTER: what the dossier of FILE says.
of()
{
	dossier_of "$1" | jq -r "$2"
}

# The seal of an agency, which Trần Thị Bích keeps by a decision of last year; the
# seal of its office, which nobody is on record for; and a person's token.
cat >register.json <<'END'
{"subscribers": [
  {"subscriber": 1, "name": "SỞ TÀI CHÍNH", "holder": "organization",
   "organization": "Sở Tài chính"},
  {"subscriber": 2, "name": "Nguyễn Văn An", "holder": "person",
   "organization": "Sở Tài chính"}],
 "tokens": [
  {"device_serial": "S1", "subscriber": 1, "device_label": "Con dấu",
   "device_model": "PKI Token"},
  {"device_serial": "S2", "subscriber": 1, "device_label": "Con dấu 2",
   "device_model": "PKI Token"},
  {"device_serial": "P1", "subscriber": 2}],
 "certificates": [
  {"certificate_serial": "A1", "subscriber": 1, "device_serial": "S1",
   "not_before": "2025-01-01", "not_after": "2030-01-01"},
  {"certificate_serial": "A2", "subscriber": 1, "device_serial": "S2",
   "not_before": "2025-01-01", "not_after": "2030-01-01"},
  {"certificate_serial": "A3", "subscriber": 2, "device_serial": "P1",
   "not_before": "2025-01-01", "not_after": "2030-01-01"}],
 "custody": [
  {"device_serial": "S1", "keeper": "Trần Thị Bích", "keeper_title": "Văn thư",
   "from_date": "2025-01-02", "decision": "3/QĐ-STC",
   "decision_date": "2025-01-02"}]}
END
exit_is 0 'a register' "${ck[@]}" register import register.json
seal=(--no-tokens --serial S1)

# 1. The decision

decide=("${ck[@]}" handover decision "${seal[@]}" --keeper 'Lê Minh Châu'
	--keeper-title 'Văn thư')
n=$(events)
exit_is 0 'a decision without a number' "${decide[@]}" -o draft.pdf
is "$(events)" "$n" 'is a draft, of which the register has nothing'
like "$err" 'has no number yet, so it is a draft' 'that is told'
exit_is 0 'khoản 1 Điều 11: a decision' "${decide[@]}" --number 12 \
	--date 18/11/2026 --strict -o decision.pdf -o decision.docx
like "$(words_of decision.pdf)" \
	'Số: 12/QĐ-STC .*QUYẾT ĐỊNH Về việc giao quản lý, sử dụng thiết bị lưu khóa bí mật của cơ quan, tổ chức GIÁM ĐỐC SỞ TÀI CHÍNH Căn cứ Điều 32 Nghị định số 30/2020/NĐ-CP .*Căn cứ khoản 1 Điều 11 .*165/2025/QĐ-UBND .*QUYẾT ĐỊNH: Điều 1\. Giao ông \(bà\) Lê Minh Châu, Văn thư' \
	'is in the layout of Mẫu 1.2, by whom the deputy signs for'
like "$(words_of decision.pdf)" \
	'Điều 3\. .*kể từ ngày ký; thay thế Quyết định số 3/QĐ-STC ngày 02 tháng 01 năm 2025 đối với thiết bị nêu tại Điều 1\.' \
	'it takes the place of the one that the register has'
like "$(words_of decision.pdf)" 'Trần Thị Bích bàn giao thiết bị .* cho ông \(bà\) Lê Minh Châu' \
	'the keeper on record hands over'
like "$(words_of decision.pdf)" 'Nơi nhận: .*- Như Điều 4; - Lưu: VT, VP\.' 'its list begins as that of decisions'
is "$(of decision.docx .document)" "$(of decision.pdf .document)" \
	'the DOCX has the same data'
is "$(sql "SELECT r.procedure, r.document_number, r.document_date, i.device_serial,
	i.change_to FROM requests r JOIN items i USING (request)")" \
	'decision|12/QĐ-STC|2026-11-18|S1|Lê Minh Châu' 'the register has it, and for whom'
is "$(sql 'SELECT count(*) FROM custody')" 1 'nobody keeps the token by that alone'
is "$(sql "SELECT decision FROM custody")" 3/QĐ-STC 'and the old custody is as it was'
n=$(events)
exit_is 0 'the same decision once more' "${decide[@]}" --number 12 \
	--date 18/11/2026 -o decision.pdf
is "$(events)" "$n" 'is nothing new'
exit_is 0 'from a day on' "${decide[@]}" --from 01/12/2026 -o from.pdf
like "$(words_of from.pdf)" 'có hiệu lực kể từ ngày 01/12/2026;' 'says so'
sed -e '/^authority/d' -e 's/^name = Sở Tài chính/name = Văn phòng Ủy ban/' \
	-e 's/^signer-title.*/signer-title = Chánh Văn phòng/' register.conf >office.conf
exit_is 0 'the decision of an office' ckstoken --config office.conf handover \
	decision "${seal[@]}" --keeper A -o office.pdf
is "$(of office.pdf .document.issuer)" 'Chánh Văn phòng Ủy ban' \
	'names its head without saying a word twice'
# issuer TITLE AUTHORITY: of a school's decision.
issuer()
{
	sed -e '/^authority/d' -e 's/^name = Sở Tài chính/name = Trường Tiểu học Lê Lợi/' \
		-e "s/^signer-title.*/signer-title = $1${2:+\nauthority = $2}/" \
		register.conf >school.conf
	ckstoken --config school.conf handover decision "${seal[@]}" --keeper A \
		-o school.pdf 2>/dev/null
	of school.pdf '.document.issuer // "-"'
}
whole='HIỆU TRƯỞNG Trường Tiểu học Lê Lợi'
is "$(issuer 'HIỆU TRƯỞNG')" "$whole" 'issuer-whole-name: an accent makes another word'
is "$(issuer 'Q. HIỆU TRƯỞNG')" "$whole" 'issuer-whole-name: who acts as the head is no other authority'
is "$(issuer 'PHÓ HIỆU TRƯỞNG' 'KT. HIỆU TRƯỞNG')" "$whole" 'issuer-whole-name: nor a deputy'
is "$(issuer 'PHÓ HIỆU TRƯỞNG' 'KT. Q. HIỆU TRƯỞNG')" "$whole" 'issuer-whole-name: nor theirs'
is "$(issuer 'VĂN THƯ' 'TL. HIỆU TRƯỞNG')" "$whole" 'issuer-whole-name: nor who signs by order'
is "$(issuer 'PHÓ HIỆU TRƯỞNG')" '-' 'issuer-whole-name: a deputy alone issues nothing'
# body AUTHORITY TITLE [NAME]: of a decision of a commune's committee, or of NAME.
body()
{
	sed -e "s|^authority.*|${1:+authority = $1}|" -e "s|^signer-title.*|signer-title = $2|" \
		-e "s|^name = Sở Tài chính|name = ${3:-Ủy ban nhân dân xã Đạ Tẻh}|" \
		register.conf >body.conf
	ckstoken --config body.conf handover decision "${seal[@]}" --keeper A \
		-o body.pdf 2>body.err
	of body.pdf '.document.issuer // "-"'
}
committee='decision-of-a-committee (Mẫu 1.2, Nghị định số 30/2020/NĐ-CP)'
is "$(body 'TM. ỦY BAN NHÂN DÂN / KT. CHỦ TỊCH' 'PHÓ CHỦ TỊCH')" \
	'ỦY BAN NHÂN DÂN xã Đạ Tẻh' "$committee: the body that is signed for issues it"
like "$(words_of body.pdf)" ' ỦY BAN NHÂN DÂN XÃ ĐẠ TẺH Căn cứ ' "$committee: and stands above the grounds"
is "$(body 'TM. UBND' 'CHỦ TỊCH' 'UBND xã Đạ Tẻh')" 'Ủy ban nhân dân xã Đạ Tẻh' \
	"$committee: in full"
is "$(body 'TM. HỘI ĐỒNG NHÂN DÂN' 'CHỦ TỊCH' 'Hội đồng nhân dân tỉnh Lâm Đồng')" \
	'HỘI ĐỒNG NHÂN DÂN tỉnh Lâm Đồng' "$committee: a council"
is "$(body 'TM. BAN THƯỜNG VỤ' 'BÍ THƯ' 'Đảng ủy xã Đạ Tẻh')" \
	'BAN THƯỜNG VỤ Đảng ủy xã Đạ Tẻh' "$committee: the body of another"
is "$(body '' 'CHỦ TỊCH')" 'CHỦ TỊCH Ủy ban nhân dân xã Đạ Tẻh' \
	"$committee: the chairman alone"
is "$(body '' 'CHỦ TỊCH ỦY BAN NHÂN DÂN XÃ ĐẠ TẺH')" 'CHỦ TỊCH ỦY BAN NHÂN DÂN XÃ ĐẠ TẺH' \
	"$committee: with the whole name once"
is "$(body 'TM. ỦY BAN NHÂN DÂN' 'CHÁNH VĂN PHÒNG' 'Văn phòng HĐND và UBND xã Đạ Tẻh')" - \
	"$committee: no office is the committee"
office='Văn phòng HĐND và UBND xã Đạ Tẻh'
is "$(body 'TM. VĂN PHÒNG HĐND VÀ UBND' 'CHÁNH VĂN PHÒNG' "$office")" - \
	'office-for-its-committee: an office decides as no body'
is "$(body '' 'CHỦ TỊCH' "$office")" - \
	'office-for-its-committee: the chairman is not its head'
is "$(body '' 'CHÁNH VĂN PHÒNG' "$office")" \
	'CHÁNH VĂN PHÒNG Hội đồng nhân dân và Ủy ban nhân dân xã Đạ Tẻh' \
	'office-for-its-committee: its own head is'
is "$(body '' 'CHÁNH VĂN PHÒNG')" - \
	'office-for-its-committee: whose head is not that of the committee'
is "$(body 'TM. UỶ BAN NHÂN DÂN' 'CHỦ TỊCH')" 'UỶ BAN NHÂN DÂN xã Đạ Tẻh' \
	"$committee: in either spelling"
is "$(body '' 'PHÓ CHỦ TỊCH')" - "$committee: a deputy alone issues nothing"
like "$(cat body.err)" 'who issues the decision is not known .*Form 1\.2.*authority in \[agency\].*document\.issuer' \
	"$committee: what to write is told"
sed 's/^authority.*/authority = TUQ. GIÁM ĐỐC/' register.conf >tuq.conf
exit_is 0 'one signed by authority' ckstoken --config tuq.conf handover \
	decision "${seal[@]}" --keeper A -o tuq.pdf
like "$err" 'thẩm quyền ban hành quyết định' 'does not say who issues it'
exit_is 7 'khoản 3 Điều 11: a decision on a person'"'"'s token' "${ck[@]}" handover \
	decision --no-tokens --serial P1 --keeper 'Lê Minh Châu' -o no.pdf
like "$err" 'the token is a person.s.*khoản 3 Điều 11' 'is refused with the article'
nok 'and nothing is written' test -e no.pdf
exit_is 0 'minutes-of-no-receiver: with a number' "${ck[@]}" handover keeper \
	--no-tokens --serial S2 --number 77 -o nobody.pdf
like "$err" 'name nobody who receives the token, so the register has no new keeper' \
	'minutes-of-no-receiver: it is told that nobody is recorded'
# number-of-a-person: whose kind of holder nobody had told
exit_is 7 'number-of-a-person: of a list without the kind of holder' "${ck[@]}" \
	handover keeper --no-tokens --number 4 --receiver 'Lê Minh Châu' \
	--data - -o no.pdf <<<'[{"device_serial": "P9", "name": "Trần Thị Bích",
		"id_number": "001085001234"}]'
like "$err" 'the token is a person.s' 'number-of-a-person: is a person'"'"'s token'
exit_is 0 'number-of-a-person: a name alone says nothing of it' "${ck[@]}" \
	handover keeper --no-tokens --receiver 'Lê Minh Châu' \
	--data - -o name.pdf <<<'[{"device_serial": "P8", "name": "Sở Y tế"}]'
like "$err" 'is not known; a personal token' 'number-of-a-person: which is told'

# 2. The minutes find it

minutes=("${ck[@]}" handover keeper --place 'Sở Tài chính' --no-tokens)
exit_is 0 'minutes of the keeper that it names' "${minutes[@]}" --serial S1 \
	--receiver 'LÊ MINH CHÂU' --number 5 -o minutes.pdf
like "$err" 'based on this paper, which is in the register: Quyết định số 12/QĐ-STC ngày 18 tháng 11 năm 2026' \
	'find number and day in the register'
like "$(words_of minutes.pdf)" 'Căn cứ Quyết định số 12/QĐ-STC ngày 18 tháng 11 năm 2026\.' 'day-in-words: and print them as Nghị định số 30/2020/NĐ-CP has it'
is "$(sql "SELECT keeper, decision, decision_date FROM custody
	WHERE to_date IS NULL")" \
	'LÊ MINH CHÂU|Quyết định số 12/QĐ-STC ngày 18 tháng 11 năm 2026|2026-11-18' \
	'the custody has them'
exit_is 0 'minutes without the register' "${minutes[@]}" --set device_serial=S1 \
	--receiver 'Lê Minh Châu' --no-register -o other.pdf
like "$err" 'văn bản cho phép bàn giao' 'have no paper'
exit_is 0 'minutes of another, with it' "${minutes[@]}" --serial S1 \
	--receiver 'Hoàng Văn Khác' --date 22/11/2026 -o other.pdf
like "$err" 'văn bản cho phép bàn giao' 'nor one that names somebody else'
exit_is 0 'a paper that is given' "${minutes[@]}" --serial S1 --receiver 'Lê Minh Châu' \
	--grounds 'Quyết định số 99/QĐ-STC ngày 20/11/2026' -o given.pdf
is "$(of given.pdf '.document.papers | join(";")')" \
	'Quyết định số 99/QĐ-STC ngày 20/11/2026' 'goes before'
exit_is 0 'the keeper of a token is on record, without a decision' "${ck[@]}" \
	register add custody device_serial=S2 keeper='Đỗ Thị Giữ' from_date=01/10/2026
exit_is 0 'the decision made good' "${ck[@]}" handover decision --no-tokens --serial S2 \
	--keeper 'Đỗ Thị Giữ' --number 13 -o good.pdf
is "$(sql "SELECT decision, decision_date FROM custody WHERE device_serial = 'S2'")" \
	'Quyết định số 13/QĐ-STC ngày 21 tháng 11 năm 2026|2026-11-21' 'is put into that custody'

# 3. The permission

permit=("${ck[@]}" handover permission --no-tokens --serial S2
	--receiver 'Phạm Thị Nhận' --receiver-title 'Chuyên viên')
exit_is 0 'khoản 2 Điều 11: a permission' "${permit[@]}" --until 14/12/2026 \
	--reason 'văn thư nghỉ phép' --number 45 --set giver.title='Văn thư' \
	--strict -o permission.pdf -o permission.docx
like "$(words_of permission.pdf)" \
	'Số: 45/STC-VP .*V/v cho phép bàn giao tạm thời .*Kính gửi: Ông \(bà\) Đỗ Thị Giữ, Văn thư Căn cứ .*khoản 2 Điều 11 .*cho phép ông \(bà\) Đỗ Thị Giữ, Văn thư, bàn giao tạm thời .* cho ông \(bà\) Phạm Thị Nhận, Chuyên viên' \
	'is a letter to the keeper on record'
like "$(words_of permission.pdf)" 'từ ngày ký văn bản này đến hết ngày 14/12/2026\. Lý do: văn thư nghỉ phép\.' \
	'for how long and why'
like "$(words_of permission.pdf)" '- Như trên; - Ông \(bà\) Phạm Thị Nhận; - Lưu: VT' 'the receiver gets it too'
is "$(sql "SELECT document_number FROM requests WHERE procedure = 'permission'")" \
	45/STC-VP 'the register has it'
exit_is 2 'a permission until a day gone by' "${permit[@]}" --until 20/11/2026 -o no.pdf
exit_is 0 'minutes for that time' "${minutes[@]}" --serial S2 --receiver 'Phạm Thị Nhận' \
	--until 14/12/2026 --number 6 -o time.pdf
like "$err" 'in the register: Công văn số 45/STC-VP ngày 21 tháng 11 năm 2026 của Sở Tài chính về việc cho phép bàn giao tạm thời thiết bị lưu khóa bí mật' \
	'day-in-words: find the permission, by kind, day, issuer and subject'
is "$(sql "SELECT permission, permission_date, temporary FROM custody
	WHERE keeper = 'Phạm Thị Nhận'")" \
	'Công văn số 45/STC-VP ngày 21 tháng 11 năm 2026 của Sở Tài chính về việc cho phép bàn giao tạm thời thiết bị lưu khóa bí mật|2026-11-21|1' 'which the custody has'
beyond='custody beyond the permission (NĐ 30 Điều 32, Ninh Bình khoản 2 Điều 11)'
for until in '--until 15/12/2026' "--until 15/12/2026 --grounds 45/STC-VP"; do
	# shellcheck disable=SC2086 # words
	exit_is 7 "$beyond: $until" "${minutes[@]}" --serial S2 \
		--receiver 'Phạm Thị Nhận' $until -o beyond.pdf
done
like "$err" 'may keep the token until 14/12/2026 and no longer.*45/STC-VP.*Điều 32' \
	"$beyond: is refused with the article"
exit_is 7 "$beyond: when it is over" "${minutes[@]}" --serial S2 \
	--receiver 'Phạm Thị Nhận' --date 15/12/2026 -o beyond.pdf
CKSTOKEN_NOW=2026-11-25T02:00:00Z exit_is 0 "$beyond: without an end" "${minutes[@]}" --serial S2 \
	--receiver 'Phạm Thị Nhận' --date 25/11/2026 --number 7 -o beyond.pdf
like "$err" 'keeps the token until 14/12/2026, the last day of this paper' \
	"$beyond: takes the permission's, which is told"
is "$(sql "SELECT to_date, temporary FROM custody WHERE from_date = '2026-11-25'")" \
	'2026-12-14|1' "$beyond: the custody ends by itself"
CKSTOKEN_NOW=2026-11-26T02:00:00Z exit_is 0 "$beyond: another paper" "${minutes[@]}" --serial S2 \
	--receiver 'Phạm Thị Nhận' --grounds 145/STC-VP --until 31/12/2026 \
	--date 26/11/2026 --number 8 -o beyond.pdf
events=$(sql 'SELECT count(*) FROM events')
CKSTOKEN_NOW=2026-11-26T02:00:00Z
exit_is 11 'a-day-long-to-come: minutes of a mistyped year' "${minutes[@]}" --serial S2 \
	--receiver 'Phạm Thị Nhận' --date 26/11/2062 --number 9 -o future.pdf
like "$err" 'their day, 26/11/2062, is still to come' 'a-day-long-to-come: is told'
nok 'a-day-long-to-come: are not written' test -e future.pdf
is "$(sql 'SELECT count(*) FROM events')" "$events" 'a-day-long-to-come: nor recorded'
exit_is 0 'a-day-long-to-come: a letter of one' "${ck[@]}" request recover --no-tokens \
	--serial S2 --date 26/11/2062 -o future.pdf
like "$err" 'is dated 26/11/2062, which is 13149 days ahead' \
	'a-day-long-to-come: is told, too'
exit_is 2 '--from of minutes' "${minutes[@]}" --serial S2 --from 01/12/2026 -o no.pdf
like "$err" '"handover decision" and "handover permission" only' 'is of the papers before them'
exit_is 0 'register verify' "${ck[@]}" register verify

plan_done
