#!/bin/bash
# SPDX-License-Identifier: LGPL-2.1-or-later
# sanitize: yes
#
# Lists as offices keep them in Excel, LibreOffice and Google Sheets are taken
# whole or refused with row and column, and never half. tests/fixtures/lists has
# them as text: lines with "!" say what is to become of each.

# shellcheck disable=SC2119,SC2120,SC2317 # functions are called by name
# shellcheck source=tests/lib.sh
. "$(dirname "$0")/lib.sh"
need_world
need pdftotext:poppler-utils pdfdetach:poppler-utils jq:jq perl:perl unzip:unzip zip:zip
cd "$WORK" || bail 'no work folder'
# shellcheck source=tests/papers.sh
. "$TOP/tests/papers.sh"
lists=$TOP/tests/fixtures/lists

# says WORD FILE: what the lines "!WORD" of a list say.
says()
{
	sed -n "s/^!$1 //p" "$2"
}

# people: those of the letter x.pdf, or of the register r.db.
people()
{
	if [ -e x.pdf ]; then
		dossier_of x.pdf | jq -cS '.subscribers | map(del(.x))'
	else
		"$CKSTOKEN" register list --json --file "$(place r.db)" |
			jq -cS '.tokens | map(with_entries(select(.value != null and
				(.key | IN("name", "holder", "email", "organization",
				"unit", "id_number", "id_date", "id_place",
				"device_serial", "certificate_serial", "not_before",
				"not_after")))))'
	fi
}

# hand_in FILE.txt FILE.xlsx: as the list says; leaves $out, $err, $rc.
hand_in()
{
	local -a command
	read -ra command < <(says letter "$1")
	rm -f x.pdf
	drop_register r.db
	if [ "${#command[@]}" -gt 0 ]; then
		command=("${command[@]//\?/ }" --province phu-tho --no-tokens
			--data "$2" -o x.pdf)
	else
		command=(register import "$2" --file "$(place r.db)")
	fi
	exit_is "$(grep -q '^!take ' "$1" && echo 0 || echo 11)" \
		"$(sed -n '1s/^!# //p' "$1")" "$CKSTOKEN" "${command[@]}"
}

# 1. Lists

for list in "$lists"/*.txt; do
	made+=("$list" "$(basename "$list" .txt).xlsx")
done
"$TOP/tests/workbook" "${made[@]}" || bail 'no workbooks'
for list in "$lists"/*.txt; do
	name=$(basename "$list" .txt)
	hand_in "$list" "$name.xlsx"
	while IFS= read -r wanted; do
		is "$(people)" "$wanted" "$name: taken whole"
	done < <(says take "$list")
	while IFS= read -r regex; do
		like "$err" "$name.xlsx: $regex" "$name: $regex"
	done < <(says refuse "$list"; says told "$list")
	while IFS= read -r n; do
		is "$(grep -c "$name.xlsx: " <<<"$err")" "$n" "$name: and no other error"
	done < <(says errors "$list")
	while IFS= read -r secret; do
		unlike "$out$err" "$secret" "$name: nothing is repeated of $secret"
	done < <(says never "$list")
	ok "$name: all of it or nothing" \
		[ "$([ -e x.pdf ] && echo pdf)" = "$(grep -q '^!take' "$list" &&
			grep -q '^!letter' "$list" && echo pdf)" ]
done

# 2. Files that were made to do harm, or are something else

# refused_book NAME REGEX [LINE...]: a workbook of these lines.
refused_book()
{
	local name=$1 regex=$2
	shift 2
	printf '%s\n' 'Họ và tên' 'Nguyễn Văn A' "$@" >bad.txt
	"$TOP/tests/workbook" bad.txt bad.xlsx || bail 'no bad.xlsx'
	refused 11 "$name" "$regex" "${new[@]}" --data bad.xlsx -o no.pdf
}

ck+=(request)
new=("${ck[@]}" new-person --province phu-tho --no-tokens)
main='xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"'
echo 'a secret of this machine' >secret.txt
refused_book 'an entity of another file is not opened' 'damaged and cannot be read' \
	"!raw xl/worksheets/sheet1.xml <!DOCTYPE x [<!ENTITY y SYSTEM \"file://$PWD/secret.txt\">]><worksheet $main><sheetData><row r=\"1\"><c r=\"A1\" t=\"inlineStr\"><is><t>&y;</t></is></c></row></sheetData></worksheet>"
unlike "$err" 'a secret of this machine' 'nor what is in it printed'
refused_book 'entities that grow are not unfolded' 'damaged and cannot be read' \
	"!raw xl/sharedStrings.xml <!DOCTYPE x [<!ENTITY a \"aaaaaaaaaa\"><!ENTITY b \"&a;&a;&a;&a;&a;&a;&a;&a;\">]><sst $main><si><t>&b;</t></si></sst>"
refused_book 'a part of 200 MB of blanks is no table' 'damaged|too much|more in it' \
	'!raw xl/worksheets/sheet1.xml bomb'
refused_book 'a row that comes back is refused' 'damaged and cannot be read' \
	"!raw xl/worksheets/sheet1.xml <worksheet $main><sheetData><row r=\"2\"/><row r=\"1\"/></sheetData></worksheet>"
refused_book 'a cell in another row is refused' 'damaged and cannot be read' \
	"!raw xl/worksheets/sheet1.xml <worksheet $main><sheetData><row r=\"2\"><c r=\"A7\"><v>1</v></c></row></sheetData></worksheet>"
refused_book 'a text that is not there is refused' 'damaged and cannot be read' \
	"!raw xl/worksheets/sheet1.xml <worksheet $main><sheetData><row r=\"1\"><c r=\"A1\" t=\"s\"><v>99</v></c></row></sheetData></worksheet>"
refused_book 'two parts of one name are refused' 'damaged and cannot be read' \
	'!part xl/worksheets/SHEET1.xml <worksheet/>'
refused_book 'a workbook of no sheet is empty' 'there is nothing on its sheets' \
	"!raw xl/workbook.xml <workbook $main><sheets/></workbook>"
refused 11 'a sheet that is not there' \
	'there is no sheet "Khác"; it has: "Phòng A", "Phòng B", "Sheet3"' \
	"${new[@]}" --data several-sheets.xlsx --sheet Khác -o no.pdf
head -c 600 several-sheets.xlsx >torn.xlsx
refused 11 'half a workbook' 'torn.xlsx: ' "${new[@]}" --data torn.xlsx -o no.pdf
printf 'Họ và tên\nA\n' >plain.csv
refused 11 'a CSV has no sheets' 'plain.csv: it has no sheets' "${new[@]}" \
	--data plain.csv --sheet A -o no.pdf
refused 2 'a sheet of no file' '--sheet is for the workbook' "${new[@]}" \
	--set name=A --sheet A -o no.pdf
printf '\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1' >old.xls
refused 11 'a workbook of an old Excel, or one with a password' \
	'old Excel \(\.xls\), or one with a password\. Save it as' "${new[@]}" \
	--data old.xls -o no.pdf
printf 'PK\3\4%s' '..........................mimetypeapplication/vnd.oasis.opendocument.spreadsheet' \
	>table.ods
refused 11 'a table of LibreOffice' 'of LibreOffice \(\.ods\)\. Save it as' \
	"${new[@]}" --data table.ods -o no.pdf
exit_is 0 'a draft' "${new[@]}" --set 'name=Nguyễn Văn A' -o draft.docx
zip -q0 draft.docx sheet-by-name.xlsx
exit_is 0 'a workbook within a document of Word' "${new[@]}" --data draft.docx \
	-o x.pdf
is "$(people | jq -r '.[0].name')" 'Nguyễn Văn A' 'is not the list'
exit_is 0 'a workbook from standard input' "${new[@]}" --data - -o x.pdf \
	<sheet-by-name.xlsx --sheet 'Phòng A'
is "$(people)" '[{"name":"Nguyễn Văn A"}]' 'is read, too'

# 3. Templates

ck=("$CKSTOKEN" register)
for kind in '' recover renew change revoke new-person new-organization deliver; do
	for file in template.xlsx template.csv; do
		exit_is 0 "a template for ${kind:-the register}" "${ck[@]}" template \
			${kind:+--for $kind} --province phu-tho -o "$file"
		case $kind in
		'' | deliver)
			drop_register r.db
			exit_is 0 "$file is read as it is" "${ck[@]}" import "$file" \
				--file "$(place r.db)"
			;;
		*)
			exit_is 11 "$file is read as it is" "$CKSTOKEN" request "$kind" \
				--province phu-tho --no-tokens --data "$file" -o no.pdf
			;;
		esac
		like "$err" "$file: row 2: This is the example of the template; it is passed over" \
			'its example is nobody'
		unlike "$err" 'row 1' 'and each heading is known'
	done
done
"${ck[@]}" template --for new-person --province phu-tho | tr -d '\r' >blank.csv
{
	cat blank.csv
	sed -n '2s/Ví dụ/1/; 2s/Nguyễn Văn Ví Dụ/Lê Văn C/; 2p' blank.csv
} >filled.csv
exit_is 0 'a template that was filled in' "${new[@]}" --data filled.csv -o x.pdf
is "$(people | jq -r 'map(.name) | join(",")')" 'Lê Văn C' \
	'is of those below the example'
sed 's/Nguyễn Văn Ví Dụ/Lê Văn C/' filled.csv >over.csv
refused 11 'an example that was written over is not dropped' \
	'row 2: This row is numbered "Ví dụ", .* but is filled in otherwise' \
	"${new[@]}" --data over.csv -o no.pdf
sed 's/^Ví dụ;/1;/' filled.csv >numbered.csv
refused 11 'nor is it somebody, once it has a number' \
	'row 2, column "Họ và tên": This is the name in the example' \
	"${new[@]}" --data numbered.csv -o no.pdf
refused 2 'a template for nothing there is' \
	'--for foo: the regulation of Phú Thọ has no such document' \
	"${ck[@]}" template --for foo --province phu-tho
refused 2 'a template of another kind' 'must end in .xlsx or .csv' "${ck[@]}" \
	template -o template.ods
exit_is 0 'a workbook to be filled in' "${ck[@]}" template -o template.xlsx
like "$(unzip -p template.xlsx xl/styles.xml)" 'formatCode="@"|numFmtId="49"' \
	'has cells of text, so that Excel makes no number of what is typed'

# 4. Lists for Excel

drop_register r.db
printf '%s\n' 'Họ và tên;Cơ quan;Token;Loại thiết bị;Số CCCD;SĐT;Số hiệu chứng thư;HSD;Người quản lý;Số quyết định' \
	'=1+1;Sở Ví Dụ;0012345;PKI Token;001090000002;0912345678;54E10A;31/12/2026;Lê Văn C;12/5' \
	>formula.csv
exit_is 0 'a list with what Excel would spoil' "${ck[@]}" import formula.csv \
	--file "$(place r.db)"
exit_is 0 'is listed for Excel' "${ck[@]}" list --excel --file "$(place r.db)"
like "$out" $'^\xef\xbb\xbfMã thuê bao;Tên thuê bao;' \
	'with a byte order mark, semicolons and Vietnamese headings'
for text in 0012345 001090000002 0912345678 12/5; do
	like "$out" $';"\t'"$text\";" "$text stays text"
done
like "$out" ";'=1\+1;" 'what looks like a formula is none'
unlike "$out" ';=' 'and nothing else is one'
like "$out" ';2026-12-31;' 'a day is a day'
printf '%s\n' "$out" >back.csv
"${ck[@]}" list --json --file "$(place r.db)" | jq 'del(.time)' >before.json
drop_register r.db
exit_is 0 'the list is read again' "${ck[@]}" import back.csv \
	--file "$(place r.db)"
is "$("${ck[@]}" list --json --file "$(place r.db)" | jq 'del(.time)')" \
	"$(cat before.json)" 'and is what it was'
sed -e '1s/^\xef\xbb\xbf//' -e 's/\r$//' -e 's/;/ | /g' back.csv | tr -d '"\t' \
	>saved.txt
"$TOP/tests/workbook" saved.txt saved.xlsx || bail 'no saved.xlsx'
drop_register r.db
exit_is 0 'and so is the workbook that Excel makes of it' "${ck[@]}" import \
	saved.xlsx --file "$(place r.db)"
is "$("${ck[@]}" list --json --file "$(place r.db)" | jq 'del(.time)')" \
	"$(cat before.json)" 'which is what it was, too'
for list in 'register due --days 9999 --province phu-tho' 'register list --people' \
	'register list --agencies' 'audit --no-tokens --province phu-tho' \
	'report statistics --province phu-tho'; do
	# shellcheck disable=SC2086 # a list
	CKSTOKEN_NOW=2026-11-21T02:00:00Z "$CKSTOKEN" $list --excel \
		--file "$(place r.db)" >out.csv 2>/dev/null
	like "$(head -n 1 out.csv)" $'^\xef\xbb\xbf[^;a-z]+[^;]*;"?[^;a-z]' \
		"$list has Vietnamese headings for Excel"
	unlike "$(head -n 1 out.csv)" '_' 'and no name of a program'
done
start_softhsm 'Thẻ thử'
for list in status 'cert list'; do
	# shellcheck disable=SC2086 # a list
	"$CKSTOKEN" --module "$SOFTHSM_MODULE" $list --excel >out.csv 2>/dev/null
	like "$(head -n 1 out.csv)" $'^\xef\xbb\xbf(Mô-đun|Số hiệu thiết bị);' \
		"$list has Vietnamese headings for Excel"
	unlike "$(head -n 1 out.csv)" '_' 'and no name of a program'
done
plan_done
