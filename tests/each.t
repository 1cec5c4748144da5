#!/bin/bash
# SPDX-License-Identifier: LGPL-2.1-or-later
# sanitize: yes
#
# A document for each subscriber: their names, their numbers, and all or none
# of them where that is asked for.

# shellcheck disable=SC2119,SC2120,SC2317 # functions are called by name
# shellcheck source=tests/lib.sh
. "$(dirname "$0")/lib.sh"
need_world
need pdftotext:poppler-utils pdfdetach:poppler-utils jq:jq unzip:unzip \
	xmllint:libxml2-utils
cd "$WORK" || bail 'no work folder'
# shellcheck source=tests/papers.sh
. "$TOP/tests/papers.sh"

cat >rows.json <<'END'
{"subscribers": [
 {"name": "Lý A", "device_serial": "VIDU0001", "email": "a@vidu.example",
  "organization": "Sở Tài chính"},
 {"name": "../Đỗ B", "device_serial": "VIDU0002", "email": "b@vidu.example",
  "organization": "Sở Tài chính"},
 {"name": ".Vũ: C", "device_serial": "VIDU0003", "email": "c@vidu.example",
  "organization": "Sở Tài chính"}]}
END
# each OPTION...: of the rows in $data.
data=rows.json
each()
{
	"${ck[@]}" request recover --province phu-tho --no-tokens --each \
		--data "$data" "$@"
}
written()
{
	find out -type f -printf '%f\n' | LC_ALL=C sort | tr '\n' ' '
}
fresh()
{
	rm -rf out
	mkdir out
}

# 1. Names and numbers

fresh
exit_is 0 '{n}' each --number 98 --strict -o 'out/thu-{n}.pdf' \
	-o 'out/thu-{n}.docx'
is "$(written)" 'thu-1.docx thu-1.pdf thu-2.docx thu-2.pdf thu-3.docx thu-3.pdf ' \
	'a PDF and a DOCX for each'
for n in 1 2 3; do
	for kind in pdf docx; do
		is "$(dossier_of "out/thu-$n.$kind" | jq -c '[.document.number,
			(.subscribers | map(.device_serial))]')" \
			"[\"$((97 + n))\",[\"VIDU000$n\"]]" \
			"thu-$n.$kind is of that subscriber, and counts on"
	done
done
like "$(words_of out/thu-3.pdf)" 'Số: 100/STC-VP' 'as printed'
is "$(grep -c 'is written' <<<"$err")" 6 'each is told'
is "$(grep -c 'send it to' <<<"$err")" 1 'where to send them, once'

fresh
exit_is 0 'names of fields' each \
	-o 'out/{device_serial}-{n}.pdf' -o 'out/{name}.pdf' \
	--set contact.phone=
is "$(written)" '-..-Đỗ B.pdf -.Vũ- C.pdf Lý A.pdf VIDU0001-1.pdf VIDU0002-2.pdf VIDU0003-3.pdf ' \
	'leave the folder by no name, and hide no file'
like "$err" 'out/VIDU0001-1.pdf lacks:.*điện thoại người phối hợp' 'what lacks is told of each'
is "$(dossier_of out/VIDU0002-2.pdf | jq '.document.number')" null \
	'no number was given, and none is made up'
fresh
jq '. + {document: {number: "5"}}' rows.json >number.json
data=number.json exit_is 0 'a number from the data' each -o 'out/{n}.pdf'
is "$(dossier_of out/3.pdf | jq -r '.document.number')" 7 'is counted on'

# 2. Refused before anything is written

for mistake in '2|out/a.pdf|put .n.' '2|-|name files' \
	'11|out/{organization}.pdf|written twice' \
	'11|out/{phone}.pdf|row 1 has no "phone"' \
	'11|out/{khong co}.pdf|has no "khong co"'; do
	IFS='|' read -r code pattern why <<<"$mistake"
	fresh
	exit_is "$code" "-o $pattern: exit code $code" each -o "$pattern"
	like "$err" "$why" 'is told'
	is "$(written)" '' 'and nothing is written'
done
fresh
exit_is 2 '--number 15a' each --number 15a -o 'out/{n}.pdf'
like "$err" 'digits only' 'cannot be counted on from'
exit_is 0 'a brace that does not close' each -o 'out/{n}{x.pdf'
is "$(written)" '1{x.pdf 2{x.pdf 3{x.pdf ' 'is a letter like others'

# 3. --strict refuses all for one

fresh
jq 'del(.subscribers[2].email)' rows.json >less.json
data=less.json
exit_is 11 'one of three lacks something' each --strict --number 1 -o 'out/{n}.pdf'
like "$err" 'out/3.pdf lacks:.*Địa chỉ thư' 'which is told'
is "$(written)" '' 'and none is written'
exit_is 0 'without --strict' each --number 1 -o 'out/{n}.pdf'
data=rows.json
is "$(written)" '1.pdf 2.pdf 3.pdf ' 'all are'
fresh
jq '.subscribers[1].name = "Đỗ \u4e2d"' rows.json >han.json
data=han.json
exit_is 11 'a character that the font lacks' each --strict --number 1 \
	-o 'out/{n}.docx'
like "$err" 'no character U\+4E2D.*as --strict asks' 'is told, of a DOCX too'
is "$(written)" '' 'and none is written'
exit_is 0 'without --strict' each --number 1 -o 'out/{n}.pdf' -o 'out/{n}b.pdf'
is "$(grep -c 'U+4E2D' <<<"$err")" 1 'it is told once, of two PDFs'
data=rows.json
fresh
jq '.subscribers[1].not_after = "2026-12-01"' rows.json >late.json
exit_is 7 'a condition that one does not meet' "${ck[@]}" request renew \
	--province phu-tho --no-tokens --each --data late.json -o 'out/{n}.pdf'
is "$(written)" '' 'refuses all too'
exit_is 0 '--override' "${ck[@]}" request renew --province phu-tho \
	--no-tokens --each --data late.json --override 'chỉ đạo' \
	-o 'out/{n}.pdf'
is "$(written)" '1.pdf 2.pdf 3.pdf ' 'writes them'

# 4. A disk that fills up: all are written, or none

fresh
mount -t tmpfs -o size=80k tmpfs out || bail 'no small disk'
exit_is 12 'a disk for one or two' each --number 1 -o 'out/{n}.pdf'
like "$err" 'out/[23].pdf cannot be written: No space left.*no partial file' \
	'which is told'
is "$(ls -A out)" '' 'all-or-none: none of them is left'
umount out

plan_done
