#!/bin/bash
# SPDX-License-Identifier: LGPL-2.1-or-later
# sanitize: yes
#
# Subscribers from tables and JSON, however they were saved; what is wrong with
# them is told all at once.

# shellcheck disable=SC2119,SC2120,SC2317 # functions are called by name
# shellcheck source=tests/lib.sh
. "$(dirname "$0")/lib.sh"
need_world
need pdftotext:poppler-utils pdfdetach:poppler-utils jq:jq iconv:libc-bin
cd "$WORK" || bail 'no work folder'
# shellcheck source=tests/papers.sh
. "$TOP/tests/papers.sh"
ck+=(request)
new=("${ck[@]}" new-person --province phu-tho --no-tokens)
# rows: the subscribers in the data of x.pdf.
rows()
{
	dossier_of x.pdf | jq -cS '.subscribers | map(del(.x))'
}

# 1. One table, in every way that it may be saved

cat >table.csv <<'END'
STT,Họ và tên,Ngày sinh,"Số định danh cá nhân/Ngày cấp, nơi cấp",Địa chỉ thư điện tử công vụ,Chức vụ,Số hiệu chứng thư chữ ký số cũ (nếu có),SIM PKI
1,Đỗ Thị Ngữ,1/2/1990,"001090000002, 01/04/2021, Bộ Công an",Ngu@VIDU.example,"Trưởng phòng ""A"", phó",0a 1b:2C,vinaphone/CS
2,Lý A,31/12/2000,"012345678; 05/06/2023; Công an tỉnh Ví Dụ",lya@vidu.example,,,
END
expected='[{"birth_date":"1990-02-01","email":"Ngu@vidu.example","id_date":"2021-04-01","id_number":"001090000002","id_place":"Bộ Công an","name":"Đỗ Thị Ngữ","old_serial":"0A1B2C","sim_pki":"Vinaphone/cs","title":"Trưởng phòng \"A\", phó"},{"birth_date":"2000-12-31","email":"lya@vidu.example","id_date":"2023-06-05","id_number":"012345678","id_place":"Công an tỉnh Ví Dụ","name":"Lý A"}]'
# Delimiters of another kind, as Excel writes them.
delimited()
{
	python3 -c 'import csv, sys
csv.writer(sys.stdout, delimiter=sys.argv[1]).writerows(
	csv.reader(open("table.csv", encoding="utf-8")))' "$1"
}
need python3:python3
{ printf '\xef\xbb\xbf' && cat table.csv; } >bom.csv
sed 's/$/\r/' table.csv >crlf.csv
delimited ';' >semicolons.csv
delimited $'\t' >tabs.csv
{ printf '\xff\xfe' && delimited $'\t' | iconv -t UTF-16LE; } >unicode.txt
{ printf '\xfe\xff' && iconv -t UTF-16BE table.csv; } >bigendian.csv
iconv -t UTF-8 table.csv | head -c -1 >noend.csv
{ cat table.csv && printf ',,,,,,,\n\n'; } >blanks.csv
sed '1s/.*/stt,HO VA TEN.,ngay sinh,"so dinh danh ca nhan, ngay cap, noi cap",email,chuc vu,SO HIEU CHUNG THU CHU KY SO CU,sim pki/' \
	table.csv >folded.csv
sed '1s/.*/,name,birth_date,id_number id_date id_place,email,title,old_serial,sim_pki/' \
	table.csv >names.csv
jq -n --argjson rows "$expected" '$rows' >list.json
jq -n --argjson rows "$expected" '{subscribers: $rows}' >object.json
for file in table.csv bom.csv crlf.csv semicolons.csv tabs.csv unicode.txt \
	bigendian.csv noend.csv blanks.csv folded.csv list.json object.json; do
	exit_is 0 "--data $file" "${new[@]}" --data "$file" -o x.pdf
	is "$(rows)" "$expected" 'is the same two people'
done
"${new[@]}" --data - -o x.pdf <unicode.txt 2>/dev/null
is "$(rows)" "$expected" 'so is what standard input brings'
python3 -c 'import unicodedata, sys
sys.stdout.write(unicodedata.normalize("NFD", open("table.csv").read()))' \
	>nfd.csv
exit_is 0 'a decomposed table' "${new[@]}" --data nfd.csv -o x.pdf
is "$(rows)" "$expected" 'is composed'
printf 'Họ và tên,id_number,ngày cấp,Nơi cấp\nA,001090000002,1/4/2021,X\n' \
	>parts.csv
exit_is 0 'parts of a column, each in one' "${new[@]}" --data parts.csv -o x.pdf
is "$(rows)" \
	'[{"id_date":"2021-04-01","id_number":"001090000002","id_place":"X","name":"A"}]' \
	'are taken'
printf 'name,bản ghi,"Phòng, đơn vị",request,ngày gửi\nA,thiết bị,Văn phòng,x,y\n' \
	>register.csv
exit_is 0 'columns of the register' "${new[@]}" --data register.csv -o x.pdf
is "$(rows)" '[{"name":"A"}]' 'are passed over'

# 2. Everything that is wrong, at once

# wrong NAME REGEX FILE
wrong()
{
	refused 11 "$1" "$2" "${new[@]}" --data "$3" -o no.pdf
}
cat >wrong.csv <<'END'
Họ và tên,Ngày sinh,Cột lạ,email,Email,Số hiệu chứng thư chữ ký số cũ
A,31/02/2000,,a@vidu.example,,"5,4E+30"
B
C,2000-13-01,,không có,,0A_1X
D,11/25/2000,,d@vidu.example,,
END
wrong 'nine faults' 'row 1, column "Cột lạ": .*row 1, column "Email": .*row 2, column "Ngày sinh": .*row 2, column "Số hiệu[^"]*": Excel.*row 3: .*cells \(1\).*row 4, column "Ngày sinh": .*row 4, column "email": .*row 4, column "Số hiệu.*row 5, column "Ngày sinh": ' \
	wrong.csv
is "$(grep -c ': row ' <<<"$err")" 9 'and no other'
printf 'Họ và tên,email\nA,a@vidu.example\nA,a@vidu.example\n' >double.csv
wrong 'one person twice' 'row 3.*[Rr]ow 2' double.csv
printf 'Tên chứng thư chữ ký số,Số hiệu chứng thư chữ ký số\nA,0A1B\nB,0C\nC,00:0a:1b\n' >serial.csv
exit_is 11 'a serial number twice' "${ck[@]}" revoke --no-tokens \
	--data serial.csv -o no.pdf
like "$err" 'row 4.*Row 2 has the same certificate' 'is told, however written'
: >empty.csv
wrong 'an empty file' 'empty.csv: ' empty.csv
printf 'Họ và tên\n' >head.csv
wrong 'headings alone' 'head.csv: ' head.csv
printf 'Họ và tên\n"A\n' >quote.csv
wrong 'a quotation that does not end' 'quote.csv: .*row 2|quote.csv: ' quote.csv
printf 'Họ và tên\nNguy\xe1\xbb\n' >torn.csv
wrong 'half a letter' 'torn.csv: ' torn.csv
printf '\xff\xfeA' >torn.txt
wrong 'half a letter of UTF-16' 'torn.txt: ' torn.txt
printf 'PK\x03\x04\0\0\0\0' >book.csv
wrong 'a workbook' 'book.csv: ' book.csv
wrong 'a file that is not there' 'none.csv: No such file' none.csv
wrong 'a folder' '/: ' /
printf '[{"name":"A","foo":1},{"name":5},7]' >wrong.json
wrong 'three faults of JSON' \
	'row 1, column "foo": .*row 2, column "name": .*row 3: ' wrong.json
printf '[{"name":"A"}' >torn.json
wrong 'JSON that does not end' 'torn.json: Line 1' torn.json
printf '{"name":"A"}' >member.json
wrong 'an unknown member' 'column "name": There is no such member' member.json
printf '{"subscribers":{"name":"A"}}' >object.json
wrong 'no list' 'in brackets' object.json
printf '[{"name":"A","name":"B"}]' >twice.json
wrong 'a name twice' 'twice.json: ' twice.json
python3 -c 'print("[" * 100000)' >deep.json
wrong 'deep nesting' '8 levels' deep.json
printf '[{"name":"A","pin":"123456"}]' >pin.json
wrong 'a PIN' 'column "pin": A password must not be given' pin.json
unlike "$err" 123456 'which is not repeated'
printf 'Họ và tên,Mật khẩu token\nA,123456\n' >password.csv
wrong 'a column of passwords' 'row 1, column "Mật khẩu token": A password must not be given' \
	password.csv
unlike "$err" 123456 'which are not repeated'
printf '[{"name":"A","user_pin":"123456"}]' >state.json
wrong 'a PIN for a state' 'column "user_pin"' state.json
unlike "$err" 123456 'which is not repeated'

# 3. Text that a table program or a wrong code page has ruined is no name: it is
# refused wherever it is handed in, with its place

printf 'Họ và tên,Chức vụ\n#N/A,#REF!\n' >errors.csv
wrong 'errors of formulas taken for a name and a title' \
	'row 2, column "Họ và tên": This is the error of a formula.*row 2, column "Chức vụ": This is the error' \
	errors.csv
printf 'Họ và tên\nNguy?n Th? H?ng\nNguyá»…n\nNguyÔn ThÞ Hång\n' >pages.csv
wrong 'names in the letters of other code pages' \
	'row 2, .*Characters of this were replaced.*row 3, .*wrong code page.*row 4, .*wrong code page' \
	pages.csv
printf '[{"name":"A","id_number":"1.23457E+11","birth_date":"45678"}]' \
	>numbers.json
wrong 'numbers as Excel leaves them' \
	'"id_number": Excel has turned.*"birth_date": This is how Excel counts days' \
	numbers.json
printf 'Tên cơ quan,MST,Mã QHNS\nSở A,MST 0100109106,10123456789\n' >codes.csv
wrong 'shape-of-a-code: of an agency' \
	'row 2, column "MST": A tax code has.*row 2, column "Mã QHNS": A budget code has 7' \
	codes.csv
for set in 'title=#REF!' 'contact.name=Nguy?n' 'contact.id_number=85000001234' \
	'tax_code=100109106' 'tax_code=abc' 'budget_code=101' \
	'device_serial=S/N: 0A1B2C01' 'document.recipient=4'; do
	refused 2 "--set $set" "^ckstoken: --set ${set/\?/\\?}: " "${new[@]}" \
		--set name=A --set "$set" -o no.pdf
done
refused 2 'an option whose letters are lost' \
	'^ckstoken: document.recipient: "S\? KH": Characters of this' "${new[@]}" \
	--set name=A --recipient 'S? KH' -o no.pdf
printf '[agency]\nname = S? Tài chính\n' >lost.conf
refused 11 'a configuration whose letters are lost' \
	'agency.name: "S\? Tài chính": Characters of this were replaced' \
	"$CKSTOKEN" --config lost.conf request new-person --province phu-tho \
	--no-tokens --set name=A -o no.pdf
printf 'Họ và tên,Số hiệu token,Người quản lý\n#N/A,VT01,#VALUE!\n' >r.csv
refused 11 'a register takes no errors of formulas' \
	'row 2, column "Họ và tên": .*row 2, column "Người quản lý": ' \
	"$CKSTOKEN" register import r.csv --file "$(place r.db)"

# 4. Sums and what stands below a table are no subscribers: they are passed over
# where all of a row is such, and told; with more to them they are refused

printf 'STT,Họ và tên,Chức vụ\n1,A,X\n,Tổng số: 1,\n,,"Ví Dụ, ngày 1 tháng 2 năm 2026"\n,Người lập biểu,Thủ trưởng đơn vị\n' \
	>sums.csv
exit_is 0 'a table with a sum and signatures' "${new[@]}" --data sums.csv -o x.pdf
is "$(rows)" '[{"name":"A","title":"X"}]' 'is of its subscribers'
like "$err" 'sums.csv: row 3: "Tổng số: 1" is a sum and no subscriber' \
	'the sum is told with its row'
like "$err" 'row 5: "Người lập biểu" stands below the table' 'and so is the end'
printf 'Họ và tên,email\nTổng cộng,a@vidu.example\n' >doubt.csv
wrong 'a sum with an e-mail address' 'row 2: "Tổng cộng" is a sum, .*Remove the row' \
	doubt.csv
refused 2 'a sum as a name' 'this is a sum' "${new[@]}" --set 'name=Tổng số: 25' \
	-o no.pdf
printf 'Họ và tên,Số hiệu token\nA,VT01\nCộng: 1 thiết bị,\n' >r.csv
exit_is 0 'a register with a sum below it' "$CKSTOKEN" register import r.csv \
	--file "$(place r.db)"
like "$err" 'row 3: "Cộng: 1 thiết bị" is a sum.*1 row is new' \
	'has one record, and the sum is told'

# 5. A misspelt name is refused, with the one that was meant, where it would be
# kept and printed nowhere

refused 2 'a misspelt field of a contact' \
	'contact.fone=1: there is no such field; did you mean contact.phone\?' \
	"${new[@]}" --set name=A --set contact.fone=1 -o no.pdf
refused 2 'of the document' 'did you mean document.circumstances\?' "${new[@]}" \
	--set name=A --set document.circumstance=x -o no.pdf
refused 2 'of a part' 'did you mean contact.name\?' "${new[@]}" \
	--set name=A --set contract.name=x -o no.pdf
refused 2 'of a subscriber' 'did you mean phone\?' "${new[@]}" \
	--set name=A --set fone=1 -o no.pdf
refused 2 'a name like no other' 'xyz=1: there is no such field; ckstoken-data\(5\) lists them$' "${new[@]}" \
	--set name=A --set contact.xyz=1 -o no.pdf
printf '{"subscribers":[{"name":"A"}],"contact":{"fone":"1"}}' >fone.json
wrong 'a misspelt member of JSON' \
	'column "contact.fone": There is no such value; "contact.phone"' fone.json
printf '{"subscribers":[{"name":"A"}],"counts":{"new":{"persn":1}}}' >persn.json
wrong 'a misspelt member further down' '"counts.new.persn": .*"counts.new.person"' \
	persn.json
printf '{"subscribers":[{"name":"A"}],"extra":{"motto":"x"},"form":{}}' >extra.json
exit_is 0 'what a form of the office knows' "${new[@]}" --data extra.json -o x.pdf
printf '{"form":{"procedure":"x"},"subscribers":[{"name":"A"}],"contact":{"later":"1"}}' \
	>later.json
exit_is 0 'what a later version knows' "${new[@]}" --data later.json -o x.pdf

# 6. What is trimmed in a table is so in its headings, and in the configuration

printf 'Họ và tên,\u00a0Chức\u00a0vụ ,\u00a0\n\u00a0A\u00a0,X\u00a0 Y,\n' >nbsp.csv
exit_is 0 'no-break spaces about names and headings, and one alone' "${new[@]}" \
	--data nbsp.csv -o x.pdf
is "$(rows)" '[{"name":"A","title":"X Y"}]' 'are blanks like any other'
printf '[agency\u00a0]\nname\u00a0= \u00a0Sở\u00a0Tài chính\u00a0\nparent =\u00a0\n[province]\nname = Phú\u00a0Thọ\u00a0\n' \
	>nbsp.conf
exit_is 0 'and so in a configuration' "$CKSTOKEN" --config nbsp.conf request \
	new-person --no-tokens --set name=A -o x.pdf
is "$(dossier_of x.pdf | jq -r '"\(.agency.name)|\(.agency.parent)|\(.province.code)"')" \
	'Sở Tài chính|null|phu-tho' 'whose values are clean'

plan_done
