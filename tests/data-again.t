#!/bin/bash
# SPDX-License-Identifier: LGPL-2.1-or-later
# sanitize: yes
#
# The data of a document makes the same document again; options go before it,
# and what a regulation says is asked anew.

# shellcheck disable=SC2119,SC2120,SC2317 # functions are called by name
# shellcheck source=tests/lib.sh
. "$(dirname "$0")/lib.sh"
need_world
need pdftotext:poppler-utils pdfdetach:poppler-utils jq:jq unzip:unzip \
	xmllint:libxml2-utils
cd "$WORK" || bail 'no work folder'
# shellcheck source=tests/papers.sh
. "$TOP/tests/papers.sh"
# of FILTER: what the data of x.pdf says.
of()
{
	dossier_of x.pdf | jq -r "$1"
}

# 1. The same again, on a later day

every_form out
while read -r name command procedure province; do
	[ -n "$name" ] || continue
	[ "$command" != report ] || procedure=
	dossier_of "out/$name.docx" >"$name.json"
	CKSTOKEN_NOW=2027-02-03T04:05:06Z exit_is 0 "$name from its data" \
		"${ck[@]}" "$command" ${procedure:+"$procedure"} --province \
		"$province" --no-tokens --data "$name.json" -o x.pdf -o x.docx
	ok 'is the same PDF' cmp "out/$name.pdf" x.pdf
	ok 'is the same DOCX' cmp "out/$name.docx" x.docx
done <<<"$forms_list"

# 2. What goes before it

ck+=(request recover --no-tokens)
CKSTOKEN_NOW=2027-02-03T04:05:06Z exit_is 0 'with another number and day' \
	"${ck[@]}" --province phu-tho --data - --number 22 --date 22/11/2026 \
	-o x.pdf <06.json
is "$(of '[.document | .number, .date, .time // "no hour"] | join(" ")')" \
	'22 2026-11-22 no hour' 'they are taken'
exit_is 0 'with another recipient' "${ck[@]}" --province phu-tho \
	--data 06.json --recipient 'Phòng Thử' -o x.pdf
is "$(of .document.recipient)" 'Phòng Thử' 'it is taken'
dossier_of x.pdf >own.json
exit_is 0 'a recipient of the data' "${ck[@]}" --province phu-tho \
	--data own.json -o x.pdf
is "$(of .document.recipient)" 'Phòng Thử' 'stays in the same province'
exit_is 0 'for another province' "${ck[@]}" --province lam-dong \
	--data own.json -o x.pdf
is "$(of .document.recipient)" 'Sở Khoa học và Công nghệ tỉnh Lâm Đồng' \
	'goes to whom that names'
unlike "$(of '.document.grounds[]')" 'Phú Thọ' 'on its own grounds'
exit_is 0 'as another request' ckstoken --config office.conf request revoke \
	--province phu-tho --no-tokens --data 06.json -o x.pdf
is "$(of '.form.number + " " + (.document.copies | length | tostring)')" '05 1' \
	'is that request'
sed -i 's/^name = Sở Tài chính/name = Sở Nội vụ/' office.conf
exit_is 0 'from another agency' "${ck[@]}" --province phu-tho \
	--data 06.json -o x.pdf
is "$(of .agency.name)" 'Sở Nội vụ' 'is of that'

# 3. What an officer may write beside the subscribers

cat >more.json <<'END'
{"subscribers": [{"name": "Lý A"}],
 "contact": {"name": "Lê Khác", "id_date": "2/3/2021"},
 "document": {"papers": "Công văn số 5", "copies": ["Phòng Thử"],
  "date": "1/9/2026", "number": "7", "originals": "3"},
 "extra": {"measures": "đã báo"}}
END
minutes=(ckstoken --config office.conf handover lost --no-tokens)
exit_is 0 'details' "${minutes[@]}" --data more.json -o x.pdf
is "$(of '.document | [.papers[0], .copies[0], .date, .number,
	.originals, .time] | tojson')" \
	'["Công văn số 5","Phòng Thử","2026-09-01","7",3,null]' 'are kept'
is "$(of '.contact.name + " " + .contact.id_date')" 'Lê Khác 2021-03-02' \
	'before those of the configuration'
like "$(words_of x.pdf)" 'Số: 07/BB-STC .*ngày 01 tháng 9 năm 2026.*Căn cứ Công văn số 5\..*đã báo\..*lập thành 03 bản' \
	'and printed'
for document in '{"date": "hôm qua"}' '{"originals": 0}' '{"originals": "x"}' \
	'{"centralized": "có lẽ"}' '[]' '"x"'; do
	jq -n --argjson d "$document" '{subscribers: [{}, {name: "A"}],
		document: $d}' >bad.json
	refused 11 "document: $document" 'document' "${minutes[@]}" \
		--data bad.json -o no.pdf
done
for member in '{"contact": {"name": ["A"]}}' '{"giver": {"name": {"a": 1}}}' \
	'{"agencies": {}}'; do
	jq -n --argjson m "$member" '{subscribers: [{name: "A"}]} + $m' >bad.json
	refused 11 "$member" 'bad.json: column' "${minutes[@]}" \
		--data bad.json -o no.pdf
done

plan_done
