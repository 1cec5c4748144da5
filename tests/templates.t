#!/bin/bash
# SPDX-License-Identifier: LGPL-2.1-or-later
# sanitize: yes
#
# Forms of an agency's own: given by option, in place of those installed, with
# fields of their own; and broken or hostile ones.

# shellcheck disable=SC2119,SC2120,SC2317 # functions are called by name
# shellcheck source=tests/lib.sh
. "$(dirname "$0")/lib.sh"
need_world
need pdftotext:poppler-utils pdfdetach:poppler-utils jq:jq qpdf:qpdf \
	unzip:unzip xmllint:libxml2-utils
cd "$WORK" || bail 'no work folder'
# shellcheck source=tests/papers.sh
. "$TOP/tests/papers.sh"
recover=("${ck[@]}" request recover --province phu-tho --no-tokens)
installed=$(dirname "$CKSTOKEN")/../share/ckstoken/forms
[ -e "$installed/06.xml" ] || bail "no forms in $installed"

# 1. A form with a field of its own

sed -e 's|<group heading="Thông tin của thuê bao">|<column heading="Số phòng (nếu có)" width="12"><value of="room" name="phòng nào"/></column>\n&|' \
	-e 's|<signature/>|<if of="extra.motto"><p>Lời nhắn: <b><value of="extra.motto"/></b></p></if>\n&|' \
	"$installed/06.xml" >own.xml
own=("${recover[@]}" --template own.xml)
exit_is 0 '--template' "${own[@]}" --set device_serial=VIDU1 -o x.pdf -o x.docx
like "$(words_of x.pdf)" 'Số phòng \(nếu có\)' 'has its column'
like "$err" 'lacks:.*phòng nào' 'which lacks something'
unlike "$(words_of x.pdf)" 'Lời nhắn' 'and nothing that was not given'
exit_is 0 '--set of its field' "${own[@]}" --set device_serial=VIDU1 \
	--set room=P101 --set 'extra.motto=Xin cảm ơn' -o x.pdf -o x.docx
like "$(words_of x.pdf)" 'VIDU1 P101 .*Lời nhắn: Xin cảm ơn' 'fills it'
like "$(unzip -p x.docx word/document.xml | xmllint --xpath 'string(/)' -)" \
	'VIDU1P101.*Lời nhắn: Xin cảm ơn' 'in the DOCX too'
ok 'a sound PDF' qpdf --check x.pdf
is "$(dossier_of x.pdf | jq -c '[.subscribers[0].room, .extra.motto,
	.form.number]')" '["P101","Xin cảm ơn","06"]' 'and its data'
dossier_of x.pdf >again.json
exit_is 0 'from that data' "${own[@]}" --data again.json -o y.pdf
is "$(words_of y.pdf)" "$(words_of x.pdf)" 'it is the same'
for heading in 'Số phòng' 'so phong' room; do
	printf '%s\n' "Số hiệu thiết bị lưu khóa bí mật,$heading" \
		'VIDU1,P102' 'VIDU2,' >room.csv
	exit_is 0 "a column \"$heading\"" "${own[@]}" --data room.csv -o x.pdf
	is "$(dossier_of x.pdf | jq -c '[.subscribers[].room]')" \
		'["P102",null]' 'fills it'
done
refused 2 'its field, with another form' 'no such field' "${recover[@]}" \
	--set device_serial=VIDU1 --set room=P101 -o no.pdf
refused 11 'its column, with another form' 'row 1, column "room"' \
	"${recover[@]}" --data room.csv -o no.pdf
exit_is 0 'for another request, as an officer says' ckstoken \
	--config office.conf request revoke --no-tokens --template own.xml \
	--set name=A -o x.pdf
like "$(words_of x.pdf)" 'V/v đề nghị khôi phục' 'it is filled'

# 2. In place of the one installed

own_etc
mkdir -p /etc/ckstoken/forms
cp own.xml /etc/ckstoken/forms/06.xml
exit_is 0 'a form in /etc/ckstoken/forms' "${recover[@]}" \
	--set device_serial=VIDU1 --set room=P103 -o x.pdf
like "$(words_of x.pdf)" 'VIDU1 P103' 'goes before the one installed'
exit_is 0 '--template goes before it' "${recover[@]}" \
	--set device_serial=VIDU1 --template "$installed/06.xml" -o x.pdf
unlike "$(words_of x.pdf)" 'Số phòng' 'as options do'
echo '<form' >/etc/ckstoken/forms/06.xml
refused 11 'a broken one there' '/etc/ckstoken/forms/06.xml: line [12]' \
	"${recover[@]}" --set device_serial=VIDU1 -o no.pdf
rm -r /etc/ckstoken

# 3. Broken

# broken NAME REGEX FILE
broken()
{
	refused 11 "$1" "$3: $2" "${recover[@]}" --set device_serial=VIDU1 \
		--template "$3" -o no.pdf
}
# edited NAME REGEX SED: Form 06, made wrong.
edited()
{
	sed -e "$3" "$installed/06.xml" >bad.xml
	cmp -s bad.xml "$installed/06.xml" && bail "$1: $3 does nothing"
	broken "$1" "$2" bad.xml
}
broken 'one that is not there' '.' none.xml
broken 'a folder' '.' /tmp
: >empty.xml
broken 'an empty one' 'line 1' empty.xml
head -c 1500 "$installed/06.xml" >torn.xml
broken 'half of one' 'line [0-9]+' torn.xml
edited 'an element that there is none of' 'line [0-9]+' 's|addressee|adressee|'
edited 'an attribute that there is none of' 'line [0-9]+' 's|join=|joint=|'
edited 'another version' 'line [0-9]+' 's|form version="1"|form version="2"|'
edited 'a path that is none' 'line [0-9]+' 's|"contact.name"|"contact/name"|'
edited 'a column without width' 'line [0-9]+' 's| width="25"||'
edited 'a number that is no size' 'line [0-9]+' 's|<table |<table size="99" |'
edited 'letters that are no UTF-8' 'line [0-9]+' 's|Họ|H\xe1\xbb|'

columns()
{
	local i letters=ABCDEFGHIJKLMNOPQ
	sed -n '1,/<table/p' "$installed/06.xml"
	for ((i = 0; i < $1; i++)); do
		echo "<column heading=\"${letters:i:1}\" width=\"5\"><value of=\"name\"/></column>"
	done
	sed -n '/<\/table>/,$p' "$installed/06.xml"
}
columns 16 >sixteen.xml
exit_is 0 '16 columns' "${recover[@]}" --set name=A --template sixteen.xml \
	-o x.pdf -o x.docx
like "$(words_of x.pdf)" 'A B C D E F G H I J K L M N O P A' 'are a table'
columns 17 >seventeen.xml
broken '17 columns' 'line [0-9]+: .*16 columns' seventeen.xml
columns 0 >none.xml
broken 'no column' 'line [0-9]+' none.xml
sed 's|<cell/>||' "$installed/report-bac-ninh.xml" >cells.xml
refused 11 'a row that lacks cells' 'cells.xml: line [0-9]+: .*cell' \
	ckstoken --config office.conf report --province bac-ninh \
	--template cells.xml -o no.pdf

# 4. Hostile

hostile()
{
	sed -e "${3:+1a $3}" -e "s|<title>|&$4|" "$installed/06.xml" >hostile.xml
	broken "$1" "$2" hostile.xml
	unlike "$err" "$(hostname)" "$1: nothing of the machine is told"
}
hostile 'an entity' 'line [0-9]+: a document type' '<!DOCTYPE form [<!ENTITY x "x">]>' '\&x;'
hostile 'a file of the machine' 'line [0-9]+: .*' \
	'<!DOCTYPE form [<!ENTITY x SYSTEM "file:///etc/hostname">]>' '\&x;'
hostile 'a definition elsewhere' 'line [0-9]+: .*' \
	'<!DOCTYPE form SYSTEM "file:///etc/hostname">' ''
laughs='<!DOCTYPE form [<!ENTITY a "haha">'
for i in {b..z}; do
	laughs+="<!ENTITY $i \"\&$(tr b-z a-y <<<"$i");\&$(tr b-z a-y <<<"$i");\&$(tr b-z a-y <<<"$i");\">"
done
hostile 'a billion laughs' 'line [0-9]+: .*' "$laughs]>" '\&z;'
hostile 'another file' 'line [0-9]+' '' \
	'<xi:include xmlns:xi="http://www.w3.org/2001/XInclude" href="own.xml"/>'
nested()
{
	sed '/<signature\/>/,$d' "$installed/06.xml"
	printf '%.0s<if of="agency.name">' $(seq "$1")
	echo '<signature/>'
	printf '%.0s</if>' $(seq "$1")
	echo '</form>'
}
nested 5 >nested.xml
exit_is 0 'some nesting' "${recover[@]}" --set name=A --template nested.xml \
	-o x.pdf
like "$(words_of x.pdf)" 'Trần Văn Ký' 'is followed'
nested 1000 >deep.xml
broken 'deep nesting' 'line [0-9]+' deep.xml
nested 100000 >huge.xml
broken 'a huge one' 'File too large' huge.xml

plan_done
