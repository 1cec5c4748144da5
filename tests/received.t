#!/bin/bash
# SPDX-License-Identifier: LGPL-2.1-or-later
# sanitize: yes
#
# Documents that come in. Each command that takes one tells who signed it and what
# speaks against it, and the refusal of one whose signature fails goes to its sender
# with the reason: 165/2025/QĐ-UBND, khoản 3 Điều 19.

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
# file-of-an-event: which file was taken in, and who had signed it (khoản 3 Điều 19)
exit_is 0 'file-of-an-event' "${ck[@]}" register history --json
is "$(json '.events[0] | [.from, .verified] | tojson')" \
	"[\"$(sha256sum sealed.pdf | cut -d ' ' -f 1)\",\"TOTAL-PASSED Nguyễn Thị Thử Nghiệm, 4C3A91F27D05E6B1; TOTAL-PASSED SỞ TÀI CHÍNH TỈNH VÍ DỤ, 4C3A91F27D05E6C1\"]" \
	'file-of-an-event: its digest and its signatures as they were'
exit_is 0 'file-of-an-event: to people' "${ck[@]}" register history
like "$(tr -s ' \n' ' ' <<<"$out")" "from the file: $(sha256sum sealed.pdf | cut -d ' ' -f 1)" \
	'file-of-an-event: is told'
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

# 3. The desk answers

answer=("${ck[@]}" desk answer --set result='Đã khôi phục' --no-register -o no.pdf)
for file in paper.pdf data.pdf; do
	exit_is 13 "answer-to-a-forged-letter: $file" "${answer[@]}" --request "$file"
	like "$err" "$failed" 'answer-to-a-forged-letter: is told'
	like "$err" 'not what its agency asks for.*khoản 3 Điều 19' \
		'answer-to-a-forged-letter: and refused by the article'
	nok 'answer-to-a-forged-letter: nothing is written' test -e no.pdf
done
exit_is 13 'answer-to-a-forged-letter: nor is it refused as what it says it is' \
	"${ck[@]}" desk refuse --request data.pdf --reason x --no-register -o no.pdf
exit_is 0 'answer-to-a-forged-letter: unless it is said why' "${answer[@]:0:8}" \
	-o over.pdf --request data.pdf --override 'đã gọi điện xác nhận'
is "$(dossier_of over.pdf | jq -r '.overrides[].rule' | xargs)" signature \
	'answer-to-a-forged-letter: which goes with the paper'
exit_is 0 'the answer to a letter that holds' "${answer[@]:0:8}" -o yes.pdf \
	--request sealed.pdf
unlike "$err" 'does not hold|not known' 'has nothing against it'
sed 's/^name = Sở Tài chính/name = Sở Y tế, UBND tỉnh Ví Dụ/' office.conf >health.conf
"$CKSTOKEN" --config health.conf request recover --no-tokens --province ninh-binh \
	--number 51 --date 20/11/2026 -o 51.pdf --set device_serial=0A1B 2>letter.err
by person 51.pdf other.pdf
exit_is 7 'a letter that another agency signed' "${answer[@]}" --request other.pdf
like "$err" 'nobody of the agency that it is of by its data has signed it' 'is told'
for require in signed sealed; do
	sed "/^\[trust\]/i [desk]\nname = x\nrequire = $require" desk.conf >$require.conf
done
answer[2]=signed.conf
exit_is 7 'require = signed: a letter that nobody signed' "${answer[@]}" --request 15.pdf
like "$err" '15.pdf is not signed as this desk requires' 'is not answered'
exit_is 0 'require = signed: one that was' "${answer[@]}" --request person.pdf
answer[2]=sealed.conf
for file in person.pdf seal.pdf; do
	exit_is 7 "require = sealed, NĐ 30: $file" "${answer[@]}" --request "$file"
done
exit_is 0 'require = sealed, NĐ 30: a person and then the seal' "${answer[@]}" \
	--request sealed.pdf
by person seal.pdf late.pdf field=Signature2
exit_is 7 'require = sealed, 002 Điều 16.3: the seal and then a person' "${answer[@]}" \
	--request late.pdf
exit_is 0 'such a desk refuses one all the same' ckstoken --config signed.conf desk \
	refuse --request 15.pdf --reason 'không thuộc thẩm quyền' --no-register -o refused.pdf
echo '[desk]' >bad.conf
echo 'require = sealt' >>bad.conf
exit_is 11 'any other value' ckstoken --config bad.conf status
like "$err" 'can be signed or sealed' 'is told'

rm no.pdf

# 4. The refusal of a document because of its signatures

n=$(events)
refuse=("${ck[@]}" desk refuse)
exit_is 0 'khoản 3 Điều 19: a letter whose signature fails is refused' "${refuse[@]}" \
	--request paper.pdf --number 40 --strict -o failed.pdf -o failed.docx
said=$(words_of failed.pdf)
like "$said" 'Số: 40/SKHCN-CĐS V/v từ chối tiếp nhận văn bản điện tử có chữ ký số không hợp lệ .*Kính gửi: Sở Tài chính ' \
	'goes to its sender'
like "$said" 'ghi số 15/STC-VP ngày 20 tháng 11 năm 2026 của Sở Tài chính: tệp “paper.pdf”' \
	'cites it as what it says it is'
like "$(tr -d ' ' <<<"$said")" "$(sha256sum paper.pdf | cut -d ' ' -f 1)" \
	'names the file by its SHA-256'
like "$said" '1 Nguyễn Thị Thử Nghiệm .*Không hợp lệ văn bản.* được ký.*\(TOTAL-FAILED, HASH_FAILURE\)' \
	'each signature, by its signer, and the value of EN 319 102-1'
like "$said" 'văn bản.* không .*đã được ký' 'what is wrong with it, in Vietnamese'
unlike "$said" 'something in it was changed' 'whatever the language of messages'
like "$said" 'Căn cứ Điều 30, Điều 31, Điều 32 Nghị định số 68/2024/NĐ-CP.*khoản 3 Điều 19 Quy chế .* từ chối tiếp nhận văn bản nêu trên' \
	'and the article'
like "$err" 'từ chối tiếp nhận và thông báo lại đơn vị gửi văn bản biết lý do' \
	'what the regulation asks is told'
is "$(sql "SELECT procedure, document_number, sender, recipient, outcome FROM requests
	WHERE procedure = 'reject'")" \
	'reject|40/SKHCN-CĐS|Sở Khoa học và Công nghệ|Sở Tài chính|' 'it is recorded'
like "$(sql "SELECT refusal FROM requests WHERE procedure = 'reject'")" \
	"không hợp lệ.*paper.pdf.*$(sha256sum paper.pdf | cut -d ' ' -f 1)" \
	'with the reason and the file'
is "$(sql 'SELECT count(*) FROM tokens')|$(sql 'SELECT count(*) FROM subscribers')" '0|0' \
	'a-forged-letter-names-people: nothing that the forged letter says is'
is "$("$CKSTOKEN" --config desk.conf register history 40/SKHCN-CĐS |
	grep -c 'desk refuse')" 1 'by the command that did it'
is "$(events)" $((n + 1)) 'as one event'
exit_is 0 'the same once more' "${refuse[@]}" --request paper.pdf --number 40 -o failed.pdf
is "$(events)" $((n + 1)) 'is nothing new'
exit_is 0 'register verify' "${ck[@]}" register verify
exit_is 0 'a-forged-letter-names-people: with data that name somebody' "${refuse[@]}" \
	--request paper.pdf --data digit.json --number 46 -o failed.pdf
is "$(sql 'SELECT count(*) FROM items')|$(sql 'SELECT count(*) FROM tokens')" '0|0' \
	'a-forged-letter-names-people: those are no matter of the refusal'

exit_is 0 'not-known-is-not-invalid: a certificate that leads to no root here' \
	"${refuse[@]}" --request stranger.pdf --number 41 --strict -o unknown.pdf
said=$(words_of unknown.pdf)
like "$said" 'V/v đề nghị gửi lại văn bản điện tử chưa xác định được tính hợp lệ' \
	'not-known-is-not-invalid: is asked for anew'
like "$said" 'Chưa xác định được .*thiếu chứng thư.*INDETERMINATE, NO_CERTIFICATE_CHAIN_FOUND' \
	'not-known-is-not-invalid: with what lacks'
unlike "$said" 'Không hợp lệ|từ chối|có chữ ký số không hợp lệ' \
	'not-known-is-not-invalid: and never called so'
exit_is 0 'not-known-is-not-invalid: a certificate for something else' "${refuse[@]}" \
	--request cipher.pdf --no-register -o unknown2.pdf
unlike "$(words_of unknown2.pdf)" 'từ chối' 'not-known-is-not-invalid: likewise'
n=$(events)
printf '[trust]\nanchors = %s\n' "$pki/root-g2.crt" | cat plain.conf - >nolist.conf
exit_is 7 'what this office lacks is no fault of the sender: no list' ckstoken \
	--config nolist.conf desk refuse --request sealed.pdf --number 42 -o no.pdf
like "$err" 'which is no fault of its sender. Get that and try again' 'is told'
exit_is 7 'what this office lacks: no root' ckstoken --config plain.conf desk refuse \
	--request sealed.pdf --number 42 -o no.pdf
mkdir none
printf '[trust]\nanchors = %s\n' "$WORK/none" | cat plain.conf - >empty.conf
exit_is 7 'what this office lacks: a folder of roots without any' ckstoken \
	--config empty.conf desk refuse --request sealed.pdf --number 42 -o no.pdf
exit_is 7 'signatures that hold are no reason' "${refuse[@]}" --request sealed.pdf \
	--number 42 -o no.pdf
like "$err" 'signatures of sealed.pdf hold' 'is told'
nok 'nothing is written' test -e no.pdf
is "$(events)" "$n" 'nor recorded'
mkdir _xmlsignatures
echo '<Signature/>' >_xmlsignatures/sig1.xml
cp 15.docx signed.docx
zip -q signed.docx _xmlsignatures/sig1.xml
exit_is 7 'a DOCX that is signed: that cannot be verified' "${refuse[@]}" \
	--request signed.docx --number 42 -o no.pdf
like "$err" 'it bears 1 signature, and whose it is, and whether it holds, is not known' \
	'is told'
nok 'nothing is written' test -e no.pdf
exit_is 0 'a DOCX that nobody signed' "${refuse[@]}" --request 15.docx --no-register \
	-o docx.pdf
like "$(words_of docx.pdf)" 'văn bản điện tử không có chữ ký số' 'is refused as that'
exit_is 11 'a file that is no document' "${refuse[@]}" --request lists.pem -o no.pdf

exit_is 0 'a letter that nobody signed' "${refuse[@]}" --request 15.pdf --number 43 \
	--strict -o unsigned.pdf
like "$(words_of unsigned.pdf)" 'V/v từ chối tiếp nhận văn bản điện tử không có chữ ký số .*văn bản không có chữ ký số của người có thẩm quyền' \
	'is refused as that'

# A PDF of another maker says nothing of itself to programs.
qpdf --object-streams=disable bare.pdf theirs.pdf
by person theirs.pdf theirs2.pdf
perl -0777 -pe 's/(stream\r?\n.{20})(.)/$1 . chr(ord($2) ^ 1)/se' theirs2.pdf >foreign.pdf
exit_is 0 'nothing-is-invented: a PDF without data' "${refuse[@]}" --request foreign.pdf \
	--no-register -o foreign-no.pdf
like "$(words_of foreign-no.pdf)" 'Kính gửi: \[cần bổ sung: .*ghi số \[cần bổ sung: số văn bản đến\] \[cần bổ sung: ngày văn bản đến\] của \[cần bổ sung: cơ quan gửi' \
	'nothing-is-invented: what it is called is left open'
exit_is 0 'nothing-is-invented: and what an officer reads on it is given' "${refuse[@]}" \
	--request foreign.pdf --no-register --recipient 'UBND xã Đạ Tẻh' \
	--set incoming.number=7/UBND --set incoming.date=19/11/2026 \
	--set incoming.agency='UBND xã Đạ Tẻh' --set incoming.verdict=unsigned \
	--strict -o foreign-no.pdf
like "$(words_of foreign-no.pdf)" 'không hợp lệ .*ghi số 7/UBND ngày 19 tháng 11 năm 2026 của UBND xã Đạ Tẻh' \
	'nothing-is-invented: but not what was found'

# A forged letter may bear the number of a true one.
exit_is 0 'the true letter' "${import[@]}" sealed.pdf
exit_is 0 'forged-number: a letter with the number of a true one' "${refuse[@]}" \
	--request paper.pdf --number 44 -o failed.pdf
like "$err" 'has a letter of this number, day and agency, request [0-9]+: if it is this file' \
	'forged-number: that there is one is told'
is "$(sql "SELECT outcome IS NULL FROM requests WHERE document_number = '15/STC-VP'")" 1 \
	'forged-number: and that is not refused'
exit_is 0 'forged-number: unless the officer names it' "${refuse[@]}" 15/STC-VP \
	--request paper.pdf --number 45 -o failed.pdf
is "$(sql "SELECT outcome, answer_number FROM requests
	WHERE document_number = '15/STC-VP'")" 'refused|45/SKHCN-CĐS' \
	'forged-number: then it is'
while IFS=: read -r name article; do
	exit_is 0 "the refusal in $name" "${refuse[@]}" --request paper.pdf \
		--province "$name" --no-register -o p.pdf
	like "$(words_of p.pdf)" "Căn cứ .*$article" 'has its own article'
done <<'END'
tien-giang:Điều 7 Quy chế
dong-thap:Điều 12, khoản 3 Điều 17 Quy chế
bac-ninh:Điều 10 Quy chế
lam-dong:Điều 30, Điều 31, Điều 32 Nghị định số 68/2024/NĐ-CP
END
plan_done
