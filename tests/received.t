#!/bin/bash
# SPDX-License-Identifier: LGPL-2.1-or-later
# sanitize: yes
#
# Documents that come in. Each command that takes one tells who signed it and what
# speaks against it, and whoever answers one whose signature fails knows it: 165/2025/QĐ-UBND,
# khoản 3 Điều 19.

# shellcheck disable=SC2119,SC2120,SC2317 # functions are called by name
# shellcheck disable=SC2016 # of perl
# shellcheck source=tests/lib.sh
. "$(dirname "$0")/lib.sh"
need_world
need jq:jq qpdf:qpdf perl:perl zip:zip openssl:openssl pdftotext:poppler-utils \
	pdfdetach:poppler-utils sqlite3:sqlite3
cd "$WORK" || bail 'no work folder'
export CKSTOKEN_NOW=2026-11-23T02:00:00Z SOURCE_DATE_EPOCH=1795226400
pki=$(dirname "$(pki person.crt)")
cat "$pki/g2.crl" "$pki/root-g2.crl" >lists.pem
office_conf >/dev/null
sed -e 's/^name = Sở Tài chính/name = Sở Khoa học và Công nghệ/' \
	-e 's/^symbol.*/symbol = SKHCN-CĐS/' office.conf >plain.conf
printf '%s\n' '[province]' 'name = ninh-binh' '[register]' \
	"$(register_setting "$WORK/r.db")" >>plain.conf
{
	cat plain.conf
	printf '[trust]\nanchors = %s\ncrls = %s\n' "$pki/root-g2.crt" \
		"$WORK/lists.pem"
} >desk.conf
ck=(ckstoken --config desk.conf)
sql()
{
	in_register "$WORK/r.db" "$1"
}
events()
{
	sql 'SELECT count(*) FROM events'
}

# Letters of an agency about one token, and who signs them.
# letter NUMBER [OPTION...]
letter()
{
	local number=$1
	shift
	"$CKSTOKEN" --config office.conf request recover --no-tokens --province \
		ninh-binh --number "$number" --date 20/11/2026 -o "$number.pdf" \
		-o "$number.docx" --set device_serial=0A1B2C3D --set name='Nguyễn Văn An' \
		--set organization='Sở Tài chính' "$@" 2>letter.err ||
		bail "no letter: $(<letter.err)"
}
# by NAME IN OUT [OPTION...]
by()
{
	local name=$1 in=$2 out=$3
	shift 3
	"$TOP/tests/sign-pdf" "$in" "$out" key="$pki/$name.key" \
		cert="$pki/$name.crt" chain="$pki/sub-g2.crt" \
		time="D:20261120085500+07'00'" "$@" || bail "$out is not signed"
}
letter 15
by person 15.pdf person.pdf
by seal person.pdf sealed.pdf field=Signature2
by seal 15.pdf seal.pdf
# altered-in-one-digit: of the paper, and of the data that the signature covers
perl -0777 -pe 's/(stream\r?\n.{20})(.)/$1 . chr(ord($2) ^ 1)/se' sealed.pdf >paper.pdf
attached=$(qpdf --json=1 person.pdf | jq -r '.objects | to_entries[] |
	select(.value | type == "object" and .["/Type"] == "/EmbeddedFile").key | split(" ")[0]')
dossier_of 15.pdf | sed 's/0A1B2C3D/0A1B2C3E/' >digit.json
"$TOP/tests/sign-pdf" person.pdf data.pdf unsigned=1 "object=$attached << /Type /EmbeddedFile \
/Subtype /application#2Fjson /Length $(stat -c %s digit.json) >>
stream
$(<digit.json)
endstream" || bail 'no other data'
is "$("$CKSTOKEN" show data.pdf 2>/dev/null | jq -r '.subscribers[0].device_serial')" \
	0A1B2C3E 'altered-in-one-digit: the data of the letter are others'
cp 15.pdf ckstoken.pdf
cp digit.json ckstoken.json
qpdf 15.pdf --remove-attachment=ckstoken.json -- bare.pdf
qpdf bare.pdf --add-attachment ckstoken.json --key=ckstoken.json \
	--filename=ckstoken.json -- forged.pdf
by public-ca 15.pdf stranger.pdf
by reader 15.pdf cipher.pdf

# 1. The register

failed='a signature of [a-z.]+ does not hold: it is not the document that was signed'
import=("${ck[@]}" register import)
exit_is 0 'a letter that its agency signed and sealed' "${import[@]}" sealed.pdf --json
is "$(json '.files[0].signatures | map(.indication) | join(" ")')" \
	'TOTAL-PASSED TOTAL-PASSED' 'khoản 3 Điều 19: who signed is told to programs'
like "$err" 'sealed.pdf: signature of Nguyễn Thị Thử Nghiệm .*: it holds' 'and to people'
exit_is 0 'register undo' "${ck[@]}" register undo 1
n=$(events)
for file in paper.pdf data.pdf; do
	exit_is 13 "altered-in-one-digit: register import $file" "${import[@]}" "$file"
	like "$err" "$failed" 'altered-in-one-digit: is told'
	like "$err" 'nothing was imported' 'altered-in-one-digit: and refused'
	is "$(events)" "$n" 'altered-in-one-digit: the register has nothing of it'
done
exit_is 0 'altered-in-one-digit: with consent, in a trial' "${import[@]}" data.pdf \
	--yes --dry-run
like "$err" "$failed" 'altered-in-one-digit: is told all the same'
exit_is 0 'altered-in-one-digit: the data of a letter that nobody signed' \
	"${import[@]}" forged.pdf --dry-run
like "$err" 'forged.pdf is not the same as what this ckstoken makes of its data' \
	'altered-in-one-digit: is told'
like "$err" 'forged.pdf: it bears no signature' 'and that nobody signed it'
exit_is 0 'the data alone' "${import[@]}" digit.json --dry-run
like "$err" 'digit.json: the data of a document .*neither its paper nor its signatures' \
	'are told as such'
exit_is 0 'signed by whom nobody here knows' "${import[@]}" stranger.pdf --dry-run --json
is "$(json '.files[0].signatures[0].indication')" INDETERMINATE 'is not called false'
like "$err" 'whether it holds is not known' 'but not known'

# 2. Others that take a document in

exit_is 0 'show prints the data in any case' "${ck[@]}" show paper.pdf
is "$(json '.document.number')" 15 'for programs'
like "$err" "$failed" 'and tells of the signature'
exit_is 0 'show of standard input' "${ck[@]}" show - <paper.pdf
like "$err" 'a signature of - does not hold' 'verifies that, too'
exit_is 7 'a letter made of the data of one whose signature fails' "${ck[@]}" \
	request recover --data data.pdf --no-tokens --number 9 -o no.pdf
like "$err" "$failed" 'is told'
like "$err" 'that the data are from does not hold.*khoản 3 Điều 19' 'with the article'
nok 'and nothing is written' test -e no.pdf
exit_is 0 'a letter made of the data of a forged one' "${ck[@]}" request recover \
	--data forged.pdf --no-tokens --no-register -o draft.pdf
like "$err" 'forged.pdf is not the same as what this ckstoken makes' 'is told'
exit_is 11 'a letter has no head of a register' "${ck[@]}" register verify \
	--paper paper.pdf
like "$err" "$failed" 'but its signature is told'

plan_done
