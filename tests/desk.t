#!/bin/bash
# SPDX-License-Identifier: LGPL-2.1-or-later
# sanitize: yes
# stores: both
#
# "ckstoken desk": the written refusal with its reason and the notice of a result,
# which Phú Thọ (điểm b khoản 4 Điều 5, khoản 3 Điều 6) asks of its department.

# shellcheck disable=SC2119,SC2120,SC2317 # functions are called by name
# shellcheck source=tests/lib.sh
. "$(dirname "$0")/lib.sh"
need_world
need jq:jq python3:python3 pdftotext:poppler-utils pdfdetach:poppler-utils sqlite3:sqlite3 \
	unzip:unzip
cd "$WORK" || bail 'no work folder'
export CKSTOKEN_NOW=2026-11-23T02:00:00Z SOURCE_DATE_EPOCH=1795226400
office_conf >/dev/null
printf '%s\n' '[province]' 'name = phu-tho' >>office.conf
# The desk: the department of the province, with a register of its own.
sed -e 's/^name = Sở Tài chính/name = Sở Khoa học và Công nghệ/' \
	-e 's/^symbol.*/symbol = SKHCN-CĐS/' office.conf >desk.conf
printf '%s\n' '[register]' "$(register_setting "$WORK/r.db")" >>desk.conf
ck=(ckstoken --config desk.conf)
sql()
{
	in_register "$WORK/r.db" "$1"
}
events()
{
	sql 'SELECT count(*) FROM events'
}
answered="SELECT document_number, outcome, outcome_date, refusal FROM requests
	WHERE outcome IS NOT NULL ORDER BY request"

# Letters of an agency: two tokens to recover, one certificate to renew.
echo '[{"device_serial": "T1", "name": "Lý A", "organization": "Sở Tài chính",
	"email": "a@vidu.example", "certificate_serial": "A1", "holder": "person"},
	{"device_serial": "T2", "name": "Đỗ B", "organization": "Sở Tài chính",
	"email": "b@vidu.example", "certificate_serial": "B1", "holder": "person"}]' >two.json
agency=(ckstoken --config office.conf request)
exit_is 0 'a letter' "${agency[@]}" recover --data two.json --no-tokens \
	--number 15 --date 20/11/2026 -o recover.pdf
exit_is 0 'another' "${agency[@]}" renew --data two.json --no-tokens \
	--set not_after=2027-06-01 --set not_before=2024-06-01 --number 16 \
	--date 20/11/2026 -o renew.docx

# 1. By the letter

refuse=("${ck[@]}" desk refuse)
exit_is 0 'a refusal without a number' "${refuse[@]}" --request recover.pdf \
	--reason 'thiết bị không bị khóa' -o draft.pdf
nok 'is a draft, of which there is no record' has_register r.db
exit_is 0 'khoản 3 Điều 6: a refusal' "${refuse[@]}" --request recover.pdf \
	--reason 'thiết bị không bị khóa.' --number 31 --strict -o no1.pdf -o no1.docx
like "$(words_of no1.pdf)" \
	'Số: 31/SKHCN-CĐS V/v không chấp nhận đề nghị khôi phục thiết bị lưu khóa bí mật .*Kính gửi: Sở Tài chính Sở Khoa học và Công nghệ nhận được Công văn số 15/STC-VP ngày 20 tháng 11 năm 2026 của Sở Tài chính đề nghị khôi phục thiết bị lưu khóa bí mật\. Căn cứ khoản 3 Điều 6 ' \
	'day-in-words: goes to who asked, cites the letter by kind and day, and the article'
like "$(words_of no1.pdf)" 'Lý A Sở Tài chính T1 A1 .*Đỗ B Sở Tài chính T2 B1 .*Lý do: thiết bị không bị khóa\. ' \
	'names each and the reason'
is "$(dossier_of no1.docx | jq -c '[.document, .request]')" \
	"$(dossier_of no1.pdf | jq -c '[.document, .request]')" 'the DOCX has the same data'
is "$(sql "$answered")" '15/STC-VP|refused|2026-11-23|thiết bị không bị khóa.' \
	'the request is recorded with its answer'
is "$(sql 'SELECT device_serial FROM items ORDER BY item' | xargs)" 'T1 T2' \
	'and with what it asks'
n=$(events)
exit_is 0 'the same once more' "${refuse[@]}" --request recover.pdf \
	--reason 'thiết bị không bị khóa.' --number 31 -o no1.pdf
is "$(events)" "$n" 'is nothing new'
like "$err" 'was answered before, on 23/11/2026 by' \
	'but told, with the day as people write it'
exit_is 7 'the result of what was refused' "${ck[@]}" desk answer 15/STC-VP \
	--number 32 -o no.pdf
like "$err" 'register says that the request was refused' 'is refused'
nok 'and nothing is written' test -e no.pdf
exit_is 7 'answer-before-letter: a refusal of the day before its letter' "${refuse[@]}" \
	--request renew.docx --reason x --number 32 --date 19/11/2026 -o no.pdf
like "$err" 'is dated 19/11/2026, before the request that it answers, which is of 20/11/2026' \
	'answer-before-letter: is refused'
nok 'answer-before-letter: and nothing is written' test -e no.pdf
exit_is 0 'a renewal refused, điểm b khoản 4 Điều 5' "${refuse[@]}" \
	--request renew.docx --reason 'đã gia hạn 01 lần' --number 33 -o no2.pdf
like "$(words_of no2.pdf)" 'không chấp nhận đề nghị gia hạn chứng thư .*điểm b khoản 4 Điều 5 ' \
	'has its own article'
exit_is 2 'a refusal without a reason' "${refuse[@]}" 15/STC-VP -o no.pdf
exit_is 2 'nothing to answer' "${refuse[@]}" --reason x -o no.pdf
exit_is 2 'neither' "${ck[@]}" desk receive x -o no.pdf
exit_is 11 'an answer to an answer' "${refuse[@]}" --request no1.pdf --reason x -o no.pdf
like "$err" 'is not a letter that asks for something' 'is none'

# 2. By the register

cat >incoming.json <<'END'
{"subscribers": [{"subscriber": 90, "name": "Lê C", "holder": "person",
   "organization": "Sở Y tế"}],
 "tokens": [{"device_serial": "T3", "subscriber": 90},
  {"device_serial": "T4", "subscriber": 90}],
 "requests": [
  {"request": 50, "procedure": "recover", "document_number": "7/SYT-VP",
   "document_date": "2026-11-19", "form": "06",
   "recipient": "Sở Khoa học và Công nghệ tỉnh Phú Thọ"},
  {"request": 51, "procedure": "revoke", "document_number": "8/SYT-VP",
   "document_date": "2026-11-19", "recipient": "Cục Chứng thực số và Bảo mật thông tin"},
  {"request": 52, "procedure": "report", "document_number": "9/BC-SYT",
   "document_date": "2026-11-19"}],
 "items": [{"request": 50, "item": 1, "subscriber": 90, "device_serial": "T3"},
  {"request": 50, "item": 2, "subscriber": 90, "device_serial": "T4"},
  {"request": 51, "item": 1, "subscriber": 90, "device_serial": "T3"}],
 "unblocks": [{"unblock": 1, "device_serial": "T3", "request": 50, "result": "ok",
   "unblock_time": "2026-11-20T09:00:00+07:00"},
  {"unblock": 2, "device_serial": "T4", "request": 50, "result": "so-pin-incorrect",
   "unblock_time": "2026-11-20T09:30:00+07:00"}]}
END
exit_is 0 'requests that came in' "${ck[@]}" register import incoming.json
answer=("${ck[@]}" desk answer)
exit_is 0 'the result of one' "${answer[@]}" 7/SYT-VP --number 34 -o yes.pdf -o yes.docx
like "$(words_of yes.pdf)" \
	'V/v thông báo kết quả khôi phục .*Kính gửi: Sở Y tế .*Công văn số 7/SYT-VP ngày 19 tháng 11 năm 2026 của Sở Y tế .*T3 Đã khôi phục ngày 20/11/2026 2 .*T4 \[cần bổ sung: kết quả giải quyết\]' \
	'tells what the register knows, and leaves the rest open'
like "$err" 'regulation does not say how such a request is answered' \
	'the text has no notice of a result'
is "$(sql "$answered" | tail -n 1)" '7/SYT-VP|accepted|2026-11-23|' 'it is recorded'
is "$(sql 'SELECT done_date FROM requests WHERE request = 50')" '' \
	'as answered, and not as done'
exit_is 7 'a refusal of what was done' "${refuse[@]}" request=50 --reason x \
	--number 35 -o no.pdf
like "$err" 'register says that what the request asks for was done' 'is refused'
exit_is 0 'unless it is said why' "${refuse[@]}" request=50 --reason 'nhầm đơn vị' \
	--number 35 --override 'thông báo lại' -o over.pdf
is "$(dossier_of over.pdf | jq -r '.overrides[0].reason')" 'thông báo lại' \
	'which goes with the paper'
exit_is 0 'one without a recipient' "${ck[@]}" register add request \
	procedure=revoke document_number=11/SYT-VP document_date=19/11/2026
exit_is 0 'one with a result that no record has' "${ck[@]}" register add request \
	procedure=recover document_number=10/SYT-VP document_date=19/11/2026 \
	outcome=accepted outcome_date=20/11/2026 \
	recipient='Sở Khoa học và Công nghệ tỉnh Phú Thọ'
exit_is 7 'refused-after-accepted: a refusal of what was accepted' "${refuse[@]}" \
	10/SYT-VP --reason x --number 36 -o no.pdf
like "$err" 'register says that the request was accepted; a refusal contradicts that' \
	'refused-after-accepted: is refused as the other order is'
is "$(sql "SELECT outcome FROM requests WHERE document_number = '10/SYT-VP'")" accepted \
	'refused-after-accepted: and the outcome stays'
exit_is 7 'not-for-this-desk: one that went elsewhere' "${answer[@]}" 8/SYT-VP \
	--set result='Đã chuyển Cục' -o no.pdf
like "$err" 'addressed to "Cục Chứng thực số và Bảo mật thông tin", and this is "Sở Khoa học và Công nghệ"' \
	'not-for-this-desk: is refused'
nok 'not-for-this-desk: and nothing is written' test -e no.pdf
exit_is 0 'one that went elsewhere, with a reason' "${answer[@]}" 8/SYT-VP \
	--set result='Đã chuyển Cục' --override 'gửi nhầm' -o else.pdf
is "$(dossier_of else.pdf | jq -r '.overrides[] | [.rule, .reason] | join(" ")')" \
	'desk gửi nhầm' 'not-for-this-desk: the reason goes with the paper'
exit_is 7 'own-request: khoản 3 Điều 6: the agency refuses what it asked' \
	"${agency[@]:0:3}" desk refuse --request recover.pdf --reason x --number 1 -o no.pdf
like "$err" 'request is of "Sở Tài chính", which this is, and nobody answers' \
	'own-request: is refused'
exit_is 0 'another office, where the letter does not say to whom it went' \
	"${ck[@]}" desk answer 11/SYT-VP --number 37 -o unknown.pdf
like "$(words_of else.pdf)" 'T3 .*Đã chuyển Cục' 'a result that is given is printed'
exit_is 2 'a report' "${answer[@]}" 9/BC-SYT -o no.pdf
exit_is 3 'one that is not there' "${answer[@]}" 99/SYT-VP -o no.pdf
exit_is 0 'an answer to a letter whose number is spelt otherwise' "${refuse[@]}" \
	' 015 / stc-vp' --request recover.pdf --reason 'thiết bị không bị khóa.' \
	--number 31 -o no1.pdf
exit_is 7 'the letter of another' "${refuse[@]}" 7/SYT-VP --request recover.pdf \
	--reason x -o no.pdf
like "$err" 'is not the letter of the request "7/SYT-VP"' 'is told'
exit_is 0 'register verify' "${ck[@]}" register verify

# 3. The letter that a number names

letters()
{
	sql "SELECT count(*) FROM requests WHERE document_number LIKE '%$1'"
}
add=("${ck[@]}" register add request)
is "$(sql "SELECT sender FROM requests WHERE document_number = '15/STC-VP'")" 'Sở Tài chính' \
	'the sender of a letter is recorded with it: who wrote, and not the desk'
is "$(sql "SELECT answer_number FROM requests WHERE document_number = '15/STC-VP'")" \
	'31/SKHCN-CĐS' 'and the number of the paper that answers it'
exit_is 0 'a phantom: an answer to a letter by its number alone' "${add[@]}" \
	document_number='Số: 11 / syt-vp' outcome=refused outcome_date=23/11/2026 \
	refusal='thiếu xác nhận' done_date=23/11/2026
is "$(sql "SELECT outcome, outcome_date, refusal, done_date, document_date, procedure
	FROM requests WHERE document_number LIKE '%11/SYT-VP'")" \
	'refused|2026-11-23|thiếu xác nhận|2026-11-23|2026-11-19|revoke' \
	'a phantom: is recorded to that letter, and there is no second'
exit_is 0 'a phantom: and it is shown by it' "${ck[@]}" register show '011/SYT-VP'
n=$(events)
exit_is 11 'a phantom: a letter that is not there' "${add[@]}" \
	document_number=77/SYT-VP outcome=refused
like "$err" 'has no letter 77/SYT-VP; to record it, give its procedure' \
	'a phantom: is asked for'
exit_is 11 'a phantom: nor is there one without a number' "${add[@]}" outcome=refused
is "$(events)" "$n" 'a phantom: nothing is recorded of either'
# NĐ 30/2020 Điều 15.1: numbering begins anew each year, and each agency has its own.
for letter in '20/UBND 1/3/2025 x' '20/UBND 2/3/2026 x' '20/UBND 2/3/2026 y'; do
	read -r number day who <<<"$letter"
	exit_is 0 "20/UBND of $day from $who" "${add[@]}" procedure=renew \
		document_number="$number" document_date="$day" sender="UBND xã $who"
done
exit_is 11 'numbering-anew: Điều 15.1 NĐ 30: a number that three have' "${add[@]}" \
	document_number=20/UBND outcome=refused
like "$err" 'several letters 20/UBND \(request=[0-9]+, 01/03/2025, UBND xã x; request=[0-9]+, 02/03/2026, UBND xã x; request=[0-9]+, 02/03/2026, UBND xã y\)' \
	'numbering-anew: is asked, with each'
exit_is 11 'numbering-anew: with the year, two are left' "${add[@]}" \
	document_number='20/UBND năm 2026' outcome=refused
exit_is 0 'numbering-anew: with year and sender it is one' "${add[@]}" \
	document_number='20/UBND năm 2026' sender='xã x' outcome=refused
is "$(sql "SELECT document_date, sender, outcome FROM requests
	WHERE document_number = '20/UBND' AND outcome IS NOT NULL")" \
	'2026-03-02|UBND xã x|refused' 'numbering-anew: which keeps its sender and number'
is "$(letters /UBND)" 3 'numbering-anew: and no letter is made anew'
exit_is 0 'numbering-anew: the year alone where that is enough' "${add[@]}" \
	document_number='20/UBND 2025' outcome=accepted
exit_is 11 'numbering-anew: another day of the same year and sender' "${add[@]}" \
	procedure=renew document_number=20/UBND document_date=9/3/2026 sender='UBND xã x'
like "$err" 'has a letter 20/UBND of another day \(request=[0-9]+, 02/03/2026, UBND xã x\)' \
	'numbering-anew: is asked for too'
exit_is 4 'numbering-anew: and so does the desk' "${answer[@]}" 20/UBND \
	--number 40 -o no.pdf
like "$err" 'request=[0-9]+  20/UBND, 2025-03-01, UBND xã x' 'numbering-anew: with each'
exit_is 0 'numbering-anew: by day and sender' "${answer[@]}" \
	'20/UBND ngày 02 tháng 3 năm 2026 của UBND xã y' --set result=xong \
	--recipient 'UBND xã y' --number 31 -o named.pdf
is "$(sql "SELECT outcome, answer_number FROM requests WHERE sender = 'UBND xã y'")" \
	'accepted|31/SKHCN-CĐS' 'numbering-anew: the one that was named is answered'
like "$err" 'number 31/SKHCN-CĐS is that of another letter, of 23/11/2026' \
	'Điều 15.1 NĐ 30: two papers of the desk with one number are told'
# Two agencies may use one number on one day.
sed -e 's/^name = Sở Tài chính/name = UBND xã z/' -e 's/^symbol.*/symbol = UBND/' \
	office.conf >z.conf
exit_is 0 'the letter of another agency with the same number' ckstoken --config z.conf \
	request renew --data two.json --no-tokens --set not_after=2027-06-01 \
	--set not_before=2024-06-01 --number 20 --date 2/3/2026 -o z.pdf
exit_is 0 'two-senders: it is answered by its file' "${refuse[@]}" --request z.pdf \
	--reason x --number 41 -o z-no.pdf
is "$(sql "SELECT answer_number FROM requests WHERE sender = 'UBND xã z'")" \
	'41/SKHCN-CĐS' 'two-senders: the answer is recorded to the letter of its sender'
exit_is 0 'a letter that an officer recorded by its number' "${add[@]}" \
	procedure=renew document_number=21/UBND
exit_is 0 'and that comes as a file' ckstoken --config z.conf request renew \
	--data two.json --no-tokens --set not_after=2027-06-01 \
	--set not_before=2024-06-01 --number 21 --date 2/3/2026 -o z.pdf
exit_is 0 'a phantom: its answer' "${refuse[@]}" --request z.pdf --reason x --number 42 \
	-o z-no.pdf
is "$(sql "SELECT document_date, sender, outcome FROM requests
	WHERE document_number = '21/UBND'")" '2026-03-02|UBND xã z|refused' \
	'a phantom: goes to the letter that was there'
exit_is 0 'register verify, after all' "${ck[@]}" register verify

# 4. What a stranger wrote

# Fields that are no such thing, and a text that would steer a terminal.
python3 - <<'END'
import html, json, re, zipfile
with zipfile.ZipFile('renew.docx') as old, \
        zipfile.ZipFile('forged.docx', 'w', zipfile.ZIP_DEFLATED) as new:
    for name in old.namelist():
        part = old.read(name).decode() if name.endswith('.xml') else old.read(name)
        if name == 'customXml/item1.xml':
            head, text, tail = re.match(r'(.*?>)(\{.*\})(\s*<.*)', part, re.S).groups()
            dossier = json.loads(html.unescape(text))
            dossier['agency']['name'] = 'Sở \x1b[31mĐỏ'
            dossier['document']['date'] = 'hôm qua'
            dossier['subscribers'][0].update(device_serial=7, user_pin='1234')
            part = head + html.escape(json.dumps(dossier)) + tail
        new.writestr(name, part)
END
exit_is 0 'a letter of a stranger' "${refuse[@]}" --request forged.docx --reason x \
	--no-register -o forged.pdf
is "$(dossier_of forged.pdf | jq -r '[.request.agency, .request.date,
	.subscribers[0].device_serial, .subscribers[0].user_pin] | join("|")')" \
	'Sở [31mĐỏ|||' 'gives what fields accept, and no escape'
like "$err" 'ngày văn bản đề nghị' 'what it does not say lacks'
sed '/^\[register\]/,$d' desk.conf >bare.conf
exit_is 0 'no register at all' ckstoken --config bare.conf desk refuse \
	--request recover.pdf --reason x --number 1 -o bare.pdf
like "$(words_of bare.pdf)" 'Công văn số 15/STC-VP' 'needs none'

plan_done
