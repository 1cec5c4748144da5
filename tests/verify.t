#!/bin/bash
# SPDX-License-Identifier: LGPL-2.1-or-later
#
# "ckstoken verify": signatures of PDFs, good and wrong in every way that a
# test's own signer knows, beside what pdfsig says of the same files.
#
# sanitize: yes

# shellcheck disable=SC2016,SC2317 # "$" is for perl; functions called by name
# shellcheck source=tests/lib.sh
. "$(dirname "$0")/lib.sh"
need_world
need pdfsig:poppler-utils qpdf:qpdf perl:perl openssl:openssl jq:jq \
	faketime:faketime ss:iproute2 \
	certutil:libnss3-tools pk12util:libnss3-tools

export CKSTOKEN_NOW=2026-11-21T02:00:00Z SOURCE_DATE_EPOCH=1795226400
sign=$TOP/tests/sign-pdf
pki=$(dirname "$(pki person.crt)")
cd "$WORK" || bail 'no folder'
conf=$(office_conf)

# A letter of ours, and the same with a cross-reference stream.
ckstoken --config "$conf" request recover --number 15 --data - -o letter.pdf \
	>/dev/null 2>&1 <<<'[{"name": "Nguyễn Văn A", "device_serial": "0A1B2C3D"}]'
qpdf --object-streams=generate letter.pdf streams.pdf

cat "$pki/g2.crl" "$pki/root-g2.crl" >lists.pem
cat "$pki/g2-old.crl" "$pki/root-g2.crl" >old.pem
cat "$pki/g2.crl" "$pki/root-g2-revokes.crl" >revoked-ca.pem

# by NAME: who signs.
by()
{
	printf '%s\n' "key=$pki/$1.key" "cert=$pki/$1.crt" "chain=$pki/sub-g2.crt"
}

# signed OUT IN NAME [option...]
signed()
{
	local out=$1 in=$2 name=$3
	shift 3
	mapfile -t who < <(by "$name")
	"$sign" "$in" "$out" "${who[@]}" "$@" || fail "$out was signed"
}

# judge NAME FILE EXPECTED [option...]: the values of its signatures, a line for
# each: indication, sub-indication and findings. ANCHORS and CRLS are other files
# than the right ones.
judge()
{
	local name=$1 file=$2 expected=$3
	shift 3
	ckstoken --config "$conf" verify --json \
		--anchors "${ANCHORS-$pki/root-g2.crt}" \
		--crls "${CRLS-lists.pem}" "$@" "$file" >got.json 2>got.err
	echo $? >got.code
	jq -r '.files[].signatures[] | [.indication,
		.sub_indication // empty, (.findings[].finding)] | join(" ")' \
		got.json >got
	is "$(<got)" "$expected" "$name" || sed "s/^/# /" got.err
	[ -z "$rows" ] || printf '%s\t%s\t%s\n' "$name" "$file" \
		"$(sed -n 's/;*$//;H;${x;s/\n/; /g;s/^; //;p}' got)" >>"$rows"
}
# Lines for tests/signed-pdfs.table
rows=$WORK/rows

# pdfsig_says FILE: what poppler makes of each signature.
pdfsig_says()
{
	pdfsig -nocert "$1" 2>&1 | sed -n \
		-e 's/^  - Signature Validation: //p' \
		-e 's/^  - \(Total document signed\|Not total document signed\)/\1/p' |
		tr '\n' ' '
}

passed=TOTAL-PASSED
stamp=tsa=$pki/stamp.crt:$pki/stamp.key:20261121015600Z

# 1. Signatures that hold
signed good.pdf letter.pdf person
judge 'a good signature' good.pdf "$passed"
exit_is 0 'a good signature' ckstoken --config "$conf" verify \
	--anchors "$pki/root-g2.crt" --crls lists.pem good.pdf
like "$out" 'Nguyễn Thị Thử Nghiệm' 'names its signer'
like "$out" 'the whole file' 'and says what it covers'
is "$(pdfsig_says good.pdf)" 'Total document signed Signature is Valid. ' 'pdfsig agrees'
signed seal.pdf letter.pdf seal
judge 'of a seal' seal.pdf "$passed"
signed ec.pdf letter.pdf person-ec
judge 'with P-256' ec.pdf "$passed"
signed pss.pdf letter.pdf person 'cms=-cades -md sha384 -keyopt rsa_padding_mode:pss'
judge 'with RSA-PSS' pss.pdf "$passed"
signed adbe.pdf letter.pdf person kind=adbe.pkcs7.detached 'cms=-md sha512'
judge 'of the older kind' adbe.pdf "$passed"
signed xref.pdf streams.pdf person
judge 'in a file with object streams' xref.pdf "$passed"
signed two.pdf good.pdf seal field=Signature2 'rect=100 100 200 180'
judge 'two, one after the other' two.pdf "$passed added-signature
$passed"
is "$(pdfsig_says two.pdf)" \
	'Not total document signed Signature is Valid. Total document signed Signature is Valid. ' \
	'of which pdfsig calls the first in part'
signed three.pdf two.pdf person-ec field=Signature3
judge 'three' three.pdf "$passed added-signature added-signature
$passed added-signature
$passed"
signed stamped.pdf letter.pdf person "$stamp"
judge 'with a time-stamp' stamped.pdf "$passed"
is "$(jq -r '.files[].signatures[].proved_time' got.json)" \
	2026-11-21T01:56:00Z 'which proves a time'
signed archived.pdf good.pdf person kind=ETSI.RFC3161 field=Stamp1 "$stamp"
judge 'with a time-stamp of the document' archived.pdf "$passed added-stamp
$passed"
signed certified.pdf letter.pdf person docmdp=2
judge 'that certifies' certified.pdf "$passed"
signed certified2.pdf certified.pdf seal field=Signature2
judge 'that certifies, and another' certified2.pdf "$passed added-signature
$passed"

# 2. Bytes that were changed
cp good.pdf byte.pdf
perl -0pi -e 's/(stream\r?\n.{20})(.)/$1 . chr(ord($2) ^ 1)/se' byte.pdf
judge 'a byte changed' byte.pdf 'TOTAL-FAILED HASH_FAILURE hash'
exit_is 13 'a byte changed' ckstoken --config "$conf" verify \
	--anchors "$pki/root-g2.crt" --crls lists.pem byte.pdf
like "$(pdfsig_says byte.pdf)" 'Mismatch' 'pdfsig agrees'
cp good.pdf late.pdf
perl -0pi -e 's/(.*)Size/$1Sise/s' late.pdf
like "$(rows='' judge x late.pdf '' >/dev/null; cat got.code)" '^(11|13)$' \
	'a byte changed behind it'
openssl cms -sign -binary -cades -in lists.pem -signer "$pki/person.crt" \
	-inkey "$pki/person.key" -outform DER -out other.der
signed other.pdf letter.pdf person contents=other.der
judge 'a signature of something else' other.pdf \
	'TOTAL-FAILED HASH_FAILURE hash no-chain'

# 3. Ranges
for case in \
	'hole-too-large|0,$a,$b+10,$n-$b-10|TOTAL-FAILED FORMAT_FAILURE range-gap' \
	'hole-too-early|0,$a-50,$b,$n-$b|TOTAL-FAILED FORMAT_FAILURE range-gap' \
	'not-from-the-beginning|9,$a-9,$b,$n-$b|TOTAL-FAILED FORMAT_FAILURE range-shape' \
	'ends-early|0,$a,$b,$n-$b-30|TOTAL-FAILED FORMAT_FAILURE range-end' \
	'beyond-the-end|0,$a,$b,$n|TOTAL-FAILED FORMAT_FAILURE range-shape' \
	'overlapping|0,$b,$a,$n-$a|TOTAL-FAILED FORMAT_FAILURE range-shape' \
	'three-numbers|0,$a,$b|TOTAL-FAILED FORMAT_FAILURE range-shape' \
	'six-numbers|0,$a,$b,10,$b+10,$n-$b-10|TOTAL-FAILED FORMAT_FAILURE range-shape' \
	'empty|0,$a,$b,0|TOTAL-FAILED FORMAT_FAILURE range-shape'; do
	IFS='|' read -r name range expected <<<"$case"
	signed "$name.pdf" letter.pdf person "range=$range"
	judge "a range that is wrong: $name" "$name.pdf" "$expected"
done

# 4. The signature's own bytes
signed no-attributes.pdf letter.pdf person kind=adbe.pkcs7.detached 'cms=-noattr'
judge 'no signed attributes' no-attributes.pdf \
	'INDETERMINATE SIG_CONSTRAINTS_FAILURE cms-no-attributes'
signed nodetach.pdf letter.pdf person 'cms=-cades -nodetach' room=200000
judge 'a content of its own' nodetach.pdf \
	'TOTAL-FAILED FORMAT_FAILURE cms-content'
signed two-signers.pdf letter.pdf person \
	"cms=-cades -signer $pki/seal.crt -inkey $pki/seal.key"
judge 'two signers in one' two-signers.pdf \
	'TOTAL-FAILED FORMAT_FAILURE cms-signers'
signed no-certificate.pdf letter.pdf person 'cms=-cades -nocerts'
judge 'no certificate' no-certificate.pdf \
	'INDETERMINATE NO_SIGNING_CERTIFICATE_FOUND no-signer'
signed no-binding.pdf letter.pdf person cms=
judge 'no signing-certificate' no-binding.pdf \
	'INDETERMINATE SIG_CONSTRAINTS_FAILURE no-binding'
signed sha1.pdf letter.pdf person 'cms=-cades -md sha1'
judge 'SHA-1' sha1.pdf \
	'INDETERMINATE CRYPTO_CONSTRAINTS_FAILURE weak-digest'
signed weak.pdf letter.pdf weak
judge 'RSA of 1024 bits' weak.pdf \
	'INDETERMINATE CRYPTO_CONSTRAINTS_FAILURE weak-key'
printf 'no signature' >garbage
signed garbage.pdf letter.pdf person contents=garbage
judge 'no CMS' garbage.pdf 'TOTAL-FAILED FORMAT_FAILURE cms-broken'
signed raw.pdf letter.pdf person kind=adbe.x509.rsa_sha1
judge 'a kind that is not verified' raw.pdf \
	'INDETERMINATE SIG_CONSTRAINTS_FAILURE kind'
perl -0pe 's/(<30[0-9a-f]+?)(0{40,})>/$1 . substr($2, 0, -2) . "41>"/e' \
	good.pdf >padded.pdf
judge 'bytes behind it in its room' padded.pdf \
	'TOTAL-FAILED FORMAT_FAILURE cms-padding'

# 5. Certificates
for case in 'expired|INDETERMINATE OUT_OF_BOUNDS_NO_POE expired' \
	'notyet|TOTAL-FAILED NOT_YET_VALID not-yet' \
	'revoked|INDETERMINATE REVOKED_NO_POE revoked-no-proof' \
	'reader|INDETERMINATE CHAIN_CONSTRAINTS_FAILURE chain-use' \
	'device|INDETERMINATE CHAIN_CONSTRAINTS_FAILURE chain-use' \
	'public-ca|INDETERMINATE NO_CERTIFICATE_CHAIN_FOUND no-chain'; do
	IFS='|' read -r name expected <<<"$case"
	signed "$name.pdf" letter.pdf "$name"
	judge "a certificate: $name" "$name.pdf" "$expected"
done
CRLS=$pki/sub-g2.crt judge 'no list' good.pdf \
	'INDETERMINATE TRY_LATER no-list no-list'
CRLS=old.pem judge 'a list that is out of date' good.pdf \
	'INDETERMINATE TRY_LATER old-list'
CRLS=revoked-ca.pem judge 'an authority that was revoked' good.pdf \
	'INDETERMINATE REVOKED_CA_NO_POE revoked-ca'
ANCHORS=$pki/root-g1.crt judge 'another root' good.pdf \
	'INDETERMINATE NO_CERTIFICATE_CHAIN_FOUND no-chain'
exit_is 1 'no anchors' ckstoken --config "$conf" verify good.pdf
like "$out" 'anchors in \[trust\]' 'names the setting'
signed stamped-revoked.pdf letter.pdf revoked "$stamp"
judge 'revoked before its time-stamp' stamped-revoked.pdf \
	'TOTAL-FAILED REVOKED revoked'
early=tsa=$pki/stamp.crt:$pki/stamp.key:20260701020000Z
signed early-revoked.pdf letter.pdf revoked "$early"
judge 'revoked after its time-stamp' early-revoked.pdf \
	"$passed revoked-later claim-later"
signed early-expired.pdf letter.pdf expired \
	"tsa=$pki/stamp.crt:$pki/stamp.key:20240210020000Z" \
	"time=D:20240210085500+07'00'"
judge 'expired after its time-stamp' early-expired.pdf "$passed"
signed late-expired.pdf letter.pdf expired "$stamp"
judge 'expired before its time-stamp' late-expired.pdf \
	'TOTAL-FAILED EXPIRED expired-before'
signed foreign-stamp.pdf letter.pdf person \
	"tsa=$pki/person.crt:$pki/person.key:20261120020000Z"
judge 'a time-stamp by a certificate that is not for it' foreign-stamp.pdf \
	"$passed stamp-untrusted"
signed future-stamp.pdf letter.pdf person \
	"tsa=$pki/stamp.crt:$pki/stamp.key:20270120020000Z"
judge 'a time-stamp of the future' future-stamp.pdf "$passed stamp-untrusted"
signed future.pdf letter.pdf person "time=D:20270121085500+07'00'"
judge 'a claim of the future' future.pdf \
	'INDETERMINATE SIG_CONSTRAINTS_FAILURE claim-future'
ANCHORS=$pki/root-g1.crt judge 'a time-stamp of an authority that is not known' \
	stamped.pdf 'INDETERMINATE NO_CERTIFICATE_CHAIN_FOUND stamp-untrusted no-chain'

# 6. What came after a signature
page=$(qpdf --show-pages good.pdf | sed -n 's/^page 1: \([0-9]*\) 0 R/\1/p')
contents=$(qpdf --show-object="$page" good.pdf |
	sed -n 's/.*\/Contents \([0-9]*\) 0 R.*/\1/p')
root=$(qpdf --show-object=trailer good.pdf |
	sed -n 's/.*\/Root \([0-9]*\) 0 R.*/\1/p')
info=$(qpdf --show-object=trailer good.pdf |
	sed -n 's/.*\/Info \([0-9]*\) 0 R.*/\1/p')
object()
{
	qpdf --show-object="$1" good.pdf
}
# after NAME EXPECTED OPTION...: an unsigned revision behind a good signature.
after()
{
	local name=$1 expected=$2
	shift 2
	"$sign" good.pdf "after-$name.pdf" unsigned=1 "$@" || fail "$name"
	judge "after it: $name" "after-$name.pdf" "$expected"
}
failed='TOTAL-FAILED FORMAT_FAILURE'
draw='BT /F1 20 Tf 100 500 Td (x) Tj ET'
after page-replaced "$failed change-page" \
	"object=$contents << /Length ${#draw} >>
stream
$draw
endstream"
after page-rotated "$failed change-page" \
	"object=$page $(object "$page" | sed 's/>>$/ \/Rotate 180 >>/')"
after annotation "$failed change-annotation" \
	"object=$page $(object "$page" | sed 's/\(\/Annots \[[^]]*\)\]/\1 900 0 R ]/')" \
	'object=900 << /Type /Annot /Subtype /FreeText /Rect [0 0 300 300] /Contents (x) >>'
after pages-replaced "$failed change-catalog" \
	"object=$root $(object "$root" | sed 's/\/Pages [0-9]* 0 R/\/Pages 900 0 R/')" \
	"object=900 << /Type /Pages /Count 1 /Kids [ $page 0 R ] >>"
after script "$failed change-catalog" \
	"object=$root $(object "$root" | sed 's/>>$/ \/OpenAction << \/S \/JavaScript \/JS (1) >> >>/')"
after title 'INDETERMINATE SIG_CONSTRAINTS_FAILURE change-info' \
	"object=$info $(object "$info" | sed 's/\/Title [^/]*/\/Title (x) /')"
after modified "$passed added-metadata" \
	"object=$info $(object "$info" | sed "s/\/ModDate ([^)]*)/\/ModDate (D:20270101000000Z)/;t;s/>>$/ \/ModDate (D:20270101000000Z) >>/")"
after unused "$passed" 'object=new << /Nobody /Refers >>'
after the-same "$passed" "object=$page $(object "$page")"
field=$(object "$page" | sed -n 's/.*\/Annots \[ *\([0-9]*\) 0 R.*/\1/p')
after field-moved "$failed change-signature" \
	"object=$field $(object "$field" | sed 's/\/Rect \[[^]]*\]/\/Rect [0 0 100 100]/')"
value=$(object "$field" | sed -n 's/.*\/V \([0-9]*\) 0 R.*/\1/p')
after signature-changed "$failed range-gap range-end" \
	"object=$value << /Type /Sig /Filter /Adobe.PPKLite /SubFilter /ETSI.CAdES.detached /ByteRange [0 1 2 3] /Contents <00> >>"
cp good.pdf appended.pdf
printf 'whatever\n' >>appended.pdf
judge 'after it: bytes' appended.pdf \
	"$failed change-broken stray"
signed forbidden.pdf letter.pdf person docmdp=1
signed forbidden2.pdf forbidden.pdf seal field=Signature2
judge 'after one that certifies as final' forbidden2.pdf \
	"$failed change-forbidden added-signature
$passed"
# Programs draw an empty field by a picture, or by the ground and border that it
# asks for, and read a bad number each in its way.
drawn()
{
	after "$1" "$2" \
		"object=$root $(object "$root" | sed 's/\(\/Fields \[[^]]*\)\]/\1 900 0 R ]/')" \
		"object=$page $(object "$page" | sed 's/\(\/Annots \[[^]]*\)\]/\1 900 0 R ]/')" \
		"object=900 << /Type /Annot /Subtype /Widget /FT /Sig /T (S9) /F 4 /Rect [$3] $4 >>" \
		"object=901 << /Type /XObject /Subtype /Form /BBox [0 0 595 842] /Length ${#draw} >>
stream
$draw
endstream"
}
unsigned="$failed change-unsigned change-annotation"
drawn covered-by-an-odd-number "$unsigned change-look" '0 0 595.0-1 842' \
	'/AP << /N 901 0 R >>'
drawn covered-by-a-ground "$unsigned" '136 341 199 356' '/MK << /BG [1 1 1] >>'
drawn covered-by-a-border "$unsigned" '136 341 199 356' \
	'/BS << /W 300 >> /MK << /BC [1 0 0] >>'
drawn an-empty-field "$passed added-field" '136 341 199 356' ''
drawn a-large-empty-field \
	'INDETERMINATE SIG_CONSTRAINTS_FAILURE added-field change-look' \
	'0 0 595 842' ''
drawn a-hidden-field "$passed added-field" '0 0 0 0' '/AP << /N 901 0 R >>'
signed odd.pdf good.pdf seal field=Signature2 'rect=0 0 595.0-1 842'
judge 'covered-by-an-odd-number: by a signature that holds' odd.pdf \
	"INDETERMINATE SIG_CONSTRAINTS_FAILURE added-signature change-look
$passed"
signed by-a-stamp.pdf good.pdf person kind=ETSI.RFC3161 field=Stamp1 "$stamp" \
	'rect=136 341 199 356'
judge 'covered-by-a-time-stamp, which anybody can have' by-a-stamp.pdf \
	"$failed change-unsigned
$passed"
signed wide.pdf good.pdf seal field=Signature2 'rect=0 0 595 842'
judge 'a signature over the whole page' wide.pdf \
	"INDETERMINATE SIG_CONSTRAINTS_FAILURE added-signature change-look
$passed"
"$sign" good.pdf faked.pdf key=none cert=none contents=garbage \
	field=Signature2 'rect=100 100 200 180'
judge 'a picture of a signature without one' faked.pdf \
	"$failed change-unsigned
TOTAL-FAILED FORMAT_FAILURE cms-broken"
# an-innocent-name: what an update calls by one is changed by the next.
in_two()
{
	local name=$1 expected=$2 first=$3 second=$4
	"$sign" good.pdf half.pdf unsigned=1 "object=$first"
	"$sign" half.pdf "$name.pdf" unsigned=1 "object=$second"
	judge "an-innocent-name: $name" "$name.pdf" "$expected"
}
other="$contents << /Length ${#draw} >>
stream
$draw
endstream"
in_two metadata "$failed change-info change-page" \
	"$root $(object "$root" | sed "s/\/Metadata [0-9]* 0 R//;s/>>\$/ \/Metadata $contents 0 R >>/")" \
	"$other"
in_two proofs "$failed added-proofs change-page" \
	"$root $(object "$root" | sed "s/>>\$/ \/DSS << \/Certs [ $contents 0 R ] >> >>/")" \
	"$other"
# a-widget-of-no-field: a picture over the page, by whoever appends it
look='/AP << /N 901 0 R >>'
widget()
{
	local name=$1 expected=$2 keys=$3
	shift 3
	after "$name" "$expected" \
		"object=$page $(object "$page" | sed 's/\(\/Annots \[[^]]*\)\]/\1 900 0 R ]/')" \
		"object=900 << /Type /Annot /Subtype /Widget $keys >>" \
		'object=901 << /Type /XObject /Subtype /Form /BBox [0 0 9 9] /Length 0 >>
stream

endstream' "$@"
}
widget no-field "$failed range-shape cms-broken
$failed change-unsigned" \
	"/FT /Sig /T (x) /Rect [0 0 100 100] /V << /A 1 >> $look"
widget flags "$failed change-annotation" \
	"/FT /Sig /T (x) /Rect [0 0 595 842] /F 99999999999 $look"
widget five-numbers "$failed change-annotation" \
	"/FT /Sig /T (x) /Rect [0 0 595 842 0] $look"
widget of-the-signer "$failed change-annotation" \
	"/Parent $field 0 R /Rect [0 0 100 100] $look"
# one-value-of-two-fields
after one-value "$failed change-unsigned twin-field
$failed range-place change-unsigned twin-field" \
	"object=$page $(object "$page" | sed 's/\(\/Annots \[[^]]*\)\]/\1 900 0 R ]/')" \
	"object=$root $(object "$root" | sed 's/\(\/Fields \[[^]]*\)\]/\1 900 0 R ]/')" \
	"object=900 << /Type /Annot /Subtype /Widget /FT /Sig /T (Director) /V $value 0 R /Rect [0 0 100 100] $look >>" \
	'object=901 << /Type /XObject /Subtype /Form /BBox [0 0 9 9] /Length 0 >>
stream

endstream'
# two-fields-of-one-name: programs that go by it show one of the two (ISO 32000-1,
# 12.7.3.2)
twin='INDETERMINATE SIG_CONSTRAINTS_FAILURE'
signed twins.pdf good.pdf seal
judge two-fields-of-one-name twins.pdf "$twin added-signature twin-field
$twin twin-field"
after 'two-fields-of-one-name: of which one is empty' \
	"$twin added-field twin-field" \
	"object=$root $(object "$root" | sed 's/\(\/Fields \[[^]]*\)\]/\1 900 0 R ]/')" \
	"object=900 << /Type /Annot /Subtype /Widget /FT /Sig /T (Signature1) /Rect [0 0 0 0] >>"
# a-widget-without-a-name is no field: its value is that of the field above it (ISO
# 32000-1, 12.7.3.1), unless that has another or is not the one it names
signed kid.pdf letter.pdf person kid=1 'rect=100 100 200 180'
judge 'a-widget-without-a-name: has the value' kid.pdf "$passed"
signed kid-two.pdf kid.pdf seal field=Signature2 kid=1
judge 'a-widget-without-a-name: of each of two fields' kid-two.pdf \
	"$passed added-field added-signature
$passed"
signed kid-twins.pdf kid.pdf seal kid=1
judge 'a-widget-without-a-name: of two fields of one name' kid-twins.pdf \
	"$twin added-field added-signature twin-field
$twin twin-field"
of_kid()
{
	local name=$1 expected=$2
	shift 2
	"$sign" kid.pdf "kid-$name.pdf" unsigned=1 "$@" || fail "$name"
	judge "a-widget-without-a-name: $name" "kid-$name.pdf" "$expected"
}
shown=$(qpdf --show-object="$page" kid.pdf |
	sed -n 's/.*\/Annots \[ *\([0-9]*\) 0 R.*/\1/p')
above=$(qpdf --show-object="$shown" kid.pdf |
	sed -n 's/.*\/Parent \([0-9]*\) 0 R.*/\1/p')
no_value='/V << /Type /Sig /Filter /Adobe.PPKLite /SubFilter /ETSI.CAdES.detached /ByteRange [0 1 2 3] /Contents <00> >>'
of_kid the-field-has-another "$failed range-gap range-end twin-field
$twin added-signature twin-field" \
	"object=$above << /FT /Sig /T (Signature1) /Kids [ $shown 0 R ] $no_value >>"
of_kid another-kid-has-another "$failed range-gap range-end twin-field
$failed change-field twin-field" \
	"object=$above << /FT /Sig /T (Signature1) /Kids [ $shown 0 R 900 0 R ] >>" \
	"object=900 << /Type /Annot /Subtype /Widget /Parent $above 0 R /Rect [0 0 0 0] $no_value >>"
of_kid of-a-second-field "$failed change-unsigned twin-field" \
	"object=$root $(qpdf --show-object="$root" kid.pdf | sed 's/\(\/Fields \[[^]]*\)\]/\1 900 0 R ]/')" \
	"object=900 << /FT /Sig /T (Director) /Kids [ $shown 0 R ] >>"
of_kid of-another-parent "$failed change-signature twin-field" \
	"object=$shown $(qpdf --show-object="$shown" kid.pdf | sed 's/\/Parent [0-9]*/\/Parent 900/')" \
	"object=900 << /FT /Sig /T (Director) /Kids [ $shown 0 R ] >>"
after 'a field that the form names twice' "$failed change-form" \
	"object=$root $(object "$root" | sed 's/\/Fields \[ *\([0-9]* 0 R\)/& \1/')"
# two-roles: what is shown was given an innocent name before it was signed
two_roles()
{
	local name=$1 expected=$2 catalog=$3 n=$4 text=$5
	signed half.pdf letter.pdf person "catalog=$catalog"
	"$sign" half.pdf "$name.pdf" unsigned=1 "object=$n $text"
	judge "two-roles: $name" "$name.pdf" "$expected"
}
two_roles shown-metadata "$failed change-object" "/Metadata $contents 0 R" \
	"$contents" "${other#* }"
two_roles shown-proof "$failed change-page" "/DSS << /Certs [ $contents 0 R ] >>" \
	"$contents" "${other#* }"
signed half.pdf letter.pdf person "object=$contents << /Type /ObjStm /Length 3 >>
stream
q Q
endstream"
"$sign" half.pdf typed.pdf unsigned=1 "object=$other"
judge 'two-roles: a page that is called a container' typed.pdf \
	"$failed change-page"
signed alone.pdf letter.pdf person kind=ETSI.RFC3161 "$stamp"
exit_is 14 'a time-stamp and no signature' ckstoken --config "$conf" verify \
	--anchors "$pki/root-g2.crt" --crls lists.pem alone.pdf
# A page that refers to nothing yet, which comes when it was signed.
signed dangling.pdf letter.pdf person 'page=/B [ 800 0 R ]'
"$sign" dangling.pdf dangling2.pdf unsigned=1 'object=800 << /Type /Bead >>'
judge 'something that it refers to and did not have' dangling2.pdf \
	"$failed change-dangling"

# A page is one however far down the tree it hangs.
pages=$(qpdf --show-object="$root" letter.pdf |
	sed -n 's/.*\/Pages \([0-9]*\) 0 R.*/\1/p')
tree=()
for ((i = 2000; i < 2100; i++)); do
	tree+=("object=$i << /Type /Pages /Count 1 /Kids [ $((i + 1)) 0 R ] >>")
done
"$sign" letter.pdf deep.pdf unsigned=1 "${tree[@]}" \
	"object=2100 << /Type /Pages /Count 1 /Kids [ $pages 0 R ] >>" \
	"object=$root $(qpdf --show-object="$root" letter.pdf |
		sed "s/\/Pages [0-9]* 0 R/\/Pages 2000 0 R/
			s/\/Metadata [0-9]* 0 R/\/Metadata $contents 0 R/")"
signed half.pdf deep.pdf person
"$sign" half.pdf deeper.pdf unsigned=1 "object=$other"
judge 'two-roles: a page far down the tree' deeper.pdf "$failed change-object"

# xmp-is-compared: metadata may tell of a change, and of nothing else that was not
# signed
metadata=$(object "$root" | sed -n 's/.*\/Metadata \([0-9]*\) 0 R.*/\1/p')
qpdf --show-object="$metadata" --filtered-stream-data good.pdf >xmp
# xmp EXPRESSION: that, changed by perl, as an object.
xmp()
{
	local text
	text=$(perl -pe "$1" xmp)
	printf 'object=%s << /Type /Metadata /Subtype /XML /Length %s >>\nstream\n%s\nendstream' \
		"$metadata" "$(printf %s "$text" | wc -c)" "$text"
}
after xmp-is-compared-date "$passed added-metadata" \
	"$(xmp 's/(<xmp:ModifyDate>)[^<]*/${1}2027-01-01T00:00:00Z/')"
after xmp-is-compared-title \
	'INDETERMINATE SIG_CONSTRAINTS_FAILURE change-info' \
	"$(xmp 's/(<rdf:li xml:lang="x-default">)/$1Another /')"
after xmp-is-compared-added \
	'INDETERMINATE SIG_CONSTRAINTS_FAILURE change-info' \
	"$(xmp 's|(</rdf:RDF>)|<rdf:Description rdf:about="" xmlns:dc="http://purl.org/dc/elements/1.1/" dc:source="x"/>$1|')"
after xmp-is-compared-broken \
	'INDETERMINATE SIG_CONSTRAINTS_FAILURE change-info' \
	"$(xmp 's|</rdf:RDF>||')"

# A form with a field of text, a node of the tree and what fields are drawn with.
"$sign" letter.pdf form.pdf unsigned=1 \
	"object=$root $(qpdf --show-object="$root" letter.pdf |
		sed 's/>>$/ \/AcroForm 950 0 R >>/')" \
	'object=950 << /Fields [900 0 R 901 0 R] /DR 951 0 R /DA (/Helv 0 Tf) >>' \
	'object=951 << /Font 952 0 R >>' \
	'object=952 << /Helv 953 0 R >>' \
	'object=953 << /Type /Font /Subtype /Type1 /BaseFont /Helvetica >>' \
	'object=900 << /FT /Tx /T (text) /DA (/TiRo 9 Tf) >>' \
	'object=901 << /T (office) /Kids 902 0 R >>' \
	'object=902 [ 903 0 R ]' \
	'object=903 << /FT /Tx /T (chief) /Parent 901 0 R >>'
signed form-signed.pdf form.pdf person
judge 'a form' form-signed.pdf "$passed"
# more NAME EXPECTED OPTION...: an unsigned revision behind it.
more()
{
	local name=$1 expected=$2
	shift 2
	"$sign" form-signed.pdf "more-$name.pdf" unsigned=1 "$@" || fail "$name"
	judge "$name" "more-$name.pdf" "$expected"
}
more 'a-font-beside-others: of a new name' "$passed" \
	'object=952 << /Helv 953 0 R /Sign 960 0 R >>' \
	'object=960 << /Type /Font /Subtype /Type1 /BaseFont /Courier >>'
more 'a-font-beside-others: by which a field is drawn' "$failed change-form" \
	'object=952 << /Helv 953 0 R /TiRo 960 0 R >>' \
	'object=960 << /Type /Font /Subtype /Type1 /BaseFont /Courier >>'
more 'a-font-beside-others: in place of one' "$failed change-form" \
	'object=952 << /Helv 960 0 R >>' \
	'object=960 << /Type /Font /Subtype /Type1 /BaseFont /Courier >>'
more 'a-font-beside-others: another kind of thing' "$failed change-form" \
	'object=951 << /Font 952 0 R /XObject << /A 953 0 R >> >>'
annots=$(qpdf --show-object="$page" form-signed.pdf |
	sed 's/\(\/Annots \[[^]]*\)\]/\1 961 0 R ]/')
below='/Type /Annot /Subtype /Widget /FT /Sig /T (new) /Parent 901 0 R /Rect [0 0 0 0] /F 132'
more 'a-field-below-a-node: an empty place' "$passed added-field" \
	'object=902 [ 903 0 R 961 0 R ]' "object=961 << $below >>" \
	"object=$page $annots"
more 'a-field-below-a-node: of text' "$failed change-annotation change-field" \
	'object=902 [ 903 0 R 961 0 R ]' "object=961 << ${below/Sig/Tx} >>" \
	"object=$page $annots"
more 'a-field-below-a-node: in place of another' \
	"$failed change-field" 'object=902 [ 961 0 R ]' "object=961 << $below >>"
more 'a-field-below-a-node: below a field' \
	"$failed change-annotation" "object=961 << ${below/901/900} >>" \
	"object=$page $annots"

# drawn-by-a-name: a name stands in the way in which it was hidden, until a font
# of that name comes, whose digits are others
drawn_by()
{
	local name=$1 expected=$2 annotation=$3 fields=${4-} font=${5-/Xx} form
	"$sign" letter.pdf drawn.pdf unsigned=1 \
		"object=$root $(qpdf --show-object="$root" letter.pdf |
			sed 's/>>$/ \/AcroForm 950 0 R >>/')" \
		"object=950 << /Fields [$fields] ${6-/DR 951 0 R} >>" \
		'object=951 << /Font << /Helv 953 0 R >> >>' \
		'object=953 << /Type /Font /Subtype /Type1 /BaseFont /Helvetica >>' \
		"object=904 << /Type /Annot /Rect [50 500 400 560] /F 4 $annotation >>" \
		'object=905 << /T (above) /DA (/Above 20 Tf) /Kids [904 0 R] >>' \
		"object=$page $(qpdf --show-object="$page" letter.pdf |
			sed 's/>>$/ \/Annots [904 0 R] >>/')"
	signed drawn-signed.pdf drawn.pdf person
	form=$(qpdf --show-object=950 drawn-signed.pdf)
	[ -z "${6-}" ] || form=${form%>>}'/DR 951 0 R >>'
	"$sign" drawn-signed.pdf drawn-later.pdf unsigned=1 "object=950 $form" \
		"object=951 << /Font << /Helv 953 0 R $font 960 0 R >> >>" \
		'object=960 << /Type /Font /Subtype /Type1 /BaseFont /Courier >>'
	judge "drawn-by-a-name: $name" drawn-later.pdf "$expected"
}
drawn_by 'another' "$passed" '/Subtype /FreeText /DA (/Xy 20 Tf)'
drawn_by 'a letter written as a number' "$failed change-form" \
	'/Subtype /Widget /FT /Tx /T (a) /V (1000) /DA (/X#78 20 Tf)' '904 0 R'
drawn_by 'a letter in an octal number' "$failed change-form" \
	'/Subtype /Widget /FT /Tx /T (a) /V (1000) /DA (/X\170 20 Tf)' '904 0 R'
drawn_by 'a widget of no field' "$failed change-form" \
	'/Subtype /Widget /FT /Tx /T (a) /V (1000) /DA (/Xx 20 Tf)'
drawn_by 'above a widget of no field' "$failed change-form" \
	'/Subtype /Widget /FT /Tx /V (1000) /Parent 905 0 R' '' /Above
drawn_by 'free text' "$failed change-form" \
	'/Subtype /FreeText /Contents (1000) /DA (/Xx 20 Tf)'
drawn_by 'free text, and no resources before' "$failed change-form change-object" \
	'/Subtype /FreeText /Contents (1000) /DA (/Xx 20 Tf)' '' /Xx ' '

# obj-in-a-stream: what is written like an object in a stream is none
text='(see 7 0 obj and << /Root 9 0 R >> of it) Tj'
stray="object=new << /Length ${#text} >>
stream
$text
endstream"
"$sign" letter.pdf obj.pdf unsigned=1 "$stray"
signed obj-signed.pdf obj.pdf person
judge 'obj-in-a-stream' obj-signed.pdf "$passed"
# A program may look for objects if a table is not right to the byte.
perl -0pe 's/^(\d{10}) (00000 n)/sprintf("%010d %s", $1 - 1, $2)/mge' obj.pdf >shifted.pdf
signed shifted-signed.pdf shifted.pdf person
judge 'obj-in-a-stream: with a table that is not exact' shifted-signed.pdf \
	'INDETERMINATE SIG_CONSTRAINTS_FAILURE stray'

# many-objects: a file of many pages is not damaged
perl -e '
	my ($n, $pdf, @at) = (30000, "%PDF-1.7\n");
	my %o = (1 => "<< /Type /Catalog /Pages 2 0 R >>",
		2 => "<< /Type /Pages /Count 1 /Kids [ 3 0 R ] >>",
		3 => "<< /Type /Page /Parent 2 0 R /MediaBox [0 0 595 842] /Resources << >> >>");
	for my $i (1 .. $n) {
		$at[$i] = length $pdf;
		$pdf .= "$i 0 obj\n" . ($o{$i} // "($i)") . "\nendobj\n";
	}
	my $end = length $pdf;
	$pdf .= sprintf("xref\n0 %d\n0000000000 65535 f \n", $n + 1);
	$pdf .= sprintf("%010d 00000 n \n", $at[$_]) for 1 .. $n;
	print $pdf, "trailer\n<< /Size ", $n + 1, " /Root 1 0 R >>\nstartxref\n$end\n%%EOF\n";
' >many.pdf
signed many-signed.pdf many.pdf person
judge 'many-objects' many-signed.pdf "$passed"
signed many-two.pdf many-signed.pdf seal field=Signature2
judge 'many-objects: two signatures' many-two.pdf "$passed added-signature
$passed"

# 7. The classes of attacks and of changes that are known by a name

# tampered NAME EXPECTED PERL: that changes a good signature's file.
tampered()
{
	perl -0pe "$3" good.pdf >"tampered-$1.pdf"
	judge "tampered: $1" "tampered-$1.pdf" "$2"
}
hash='TOTAL-FAILED HASH_FAILURE hash'
tampered header "$hash" 's/^%PDF-1\.\d/%PDF-1.3/'
tampered page "$hash" 's/\/MediaBox/\/MediaBos/'
tampered trailer "$hash" 's/(trailer.*?)\/Info/$1\/Infa/s'
tampered time "$hash" 's/(\/M \(D:202611)21/${1}20/'
tampered name "$hash" 's/\(Signature1\)/(Signature2)/'
tampered range "$failed range-gap hash" \
	's/(\/ByteRange \[\d+ )(\d+)/$1 . ($2 - 1)/e'
tampered signature 'TOTAL-FAILED SIG_CRYPTO_FAILURE crypto' \
	's/(\/Contents <[0-9a-f]+?)([0-9a-f])([0-9a-f]{40})(0{64,}>)/$1 . ($2 eq "0" ? "1" : "0") . $3 . $4/se'

# wrapped: the second range moved behind what was put in front of it, by a
# dictionary that says so
perl -0777 -e '
	my $pdf = <>;
	my ($n, $a) = (length $pdf, rindex($pdf, "/Contents <") + 10);
	my $b = index($pdf, ">", $a) + 1;
	my ($end) = $pdf =~ /startxref\s+(\d+)\s+%%EOF\s*$/;
	my ($value) = $pdf =~ /.*\n(\d+) 0 obj\n<< \/Type \/Sig/s;
	my ($trailer) = $pdf =~ /.*(trailer.*)startxref/s;
	my $hole = substr($pdf, $a, $b - $a);
	my $dictionary = sub {
		sprintf("\n%d 0 obj\n<< /Type /Sig /Filter /Adobe.PPKLite /SubFilter /ETSI.CAdES.detached /M (D:20261121085500+07\x2700\x27) /ByteRange [0 %d %d %d] /Contents %s >>\nendobj\n",
			$value, $a, $_[0], $n - $b, $hole) };
	# Another table is where the file says that its own is.
	my ($old) = $pdf =~ /.*\nxref\n(.*?)trailer/s;
	my %at = $old =~ /^(\d+) 1\n(\d{10})/mg;
	my $size = $end - $b + 2000 + length $hole;
	$_ += $_ > $a ? $size : 0 for values %at;
	$at{$value} = $end + 1001;
	my $in = " " x ($end - $b) . "xref\n" . join("", map { sprintf(
		"%d 1\n%010d 00000 n \n", $_, $at{$_}) } sort keys %at) . $trailer;
	$in .= " " x ($end + 1000 - $b - length $in) .
		$dictionary->($b + $size);
	$in .= " " x ($size - length $in);
	print substr($pdf, 0, $b), $in, substr($pdf, $b);
' good.pdf >wrapped.pdf
judge 'wrapped' wrapped.pdf "$failed range-gap"

# shadowed: what was prepared before it was signed, and shown after
signed hidden.pdf letter.pdf person \
	'object=700 << /Type /Annot /Subtype /Square /Rect [0 0 500 500] >>' \
	'object=701 [ 700 0 R ]'
judge 'shadowed: something that nothing refers to yet' hidden.pdf "$passed"
"$sign" hidden.pdf hide.pdf unsigned=1 \
	"object=$page $(qpdf --show-object="$page" hidden.pdf | sed 's/\(\/Annots \[[^]]*\)\]/\1 700 0 R ]/')"
judge 'shadowed: hide' hide.pdf "$failed change-annotation"
font=$(qpdf --json --json-key=qpdf good.pdf | jq -r 'first(.qpdf[1] | to_entries[]
	| select(.value.value? | objects | .["/Type"] == "/Font") | .key)' |
	sed 's/obj:\([0-9]*\) .*/\1/')
after 'shadowed-replace' "$failed change-object" \
	"object=$font << /Type /Font /Subtype /Type1 /BaseFont /Courier >>"
inner="$contents 0 obj
<< /Length ${#draw} >>
stream
$draw
endstream
endobj"
signed shadow.pdf letter.pdf person "object=new << /Length ${#inner} >>
stream
$inner
endstream"
judge 'shadowed: another page in a stream' shadow.pdf "$passed"
perl -0777 -pe '
	my ($prev) = /startxref\s+(\d+)\s+%%EOF\s*$/;
	my $at = index($_, "stream\n'"$contents"' 0 obj") + 7;
	my $end = length;
	$_ .= sprintf("xref\n%d 1\n%010d 00000 n \ntrailer\n<< /Root %d 0 R /Size %d /Prev %d >>\nstartxref\n%d\n%%%%EOF\n",
		'"$contents"', $at, (/.*\/Root (\d+)/s)[0], (/.*\/Size (\d+)/s)[0], $prev, $end);
' shadow.pdf >shadow-shown.pdf
judge 'shadowed: hide and replace' shadow-shown.pdf \
	"$failed change-info change-page"

# extended, as it permits
after 'dss' "$passed added-proofs" \
	"object=$root $(object "$root" | sed 's/>>$/ \/DSS << \/Certs [ 900 0 R ] >> >>/')" \
	'object=900 << /Length 3 >>
stream
abc
endstream'
signed form-2.pdf form.pdf person docmdp=2
"$sign" form-2.pdf filled.pdf unsigned=1 \
	'object=900 << /FT /Tx /T (text) /DA (/TiRo 9 Tf) /V (filled) >>'
judge 'extended: a field filled in, as it permits' filled.pdf "$passed filled-field"
signed form-1.pdf form.pdf person docmdp=1
"$sign" form-1.pdf filled-1.pdf unsigned=1 \
	'object=900 << /FT /Tx /T (text) /DA (/TiRo 9 Tf) /V (filled) >>'
judge 'extended: a field filled in that it does not permit' filled-1.pdf \
	"$failed change-field"
signed hybrid.pdf letter.pdf person hybrid=1
judge 'two tables (hybrid)' hybrid.pdf \
	'INDETERMINATE SIG_CONSTRAINTS_FAILURE two-tables'

# hybrid: a second table for programs that read streams, as Word writes it: each
# of the two shows the same, and what no page shows is in one alone
tagged=(object='1 << /Type /Catalog /Pages 2 0 R /StructTreeRoot 5 0 R >>'
	object='5 << /Type /StructTreeRoot /K 6 0 R >>'
	object='6 << /Type /StructElem /S /P /P 5 0 R >>')
# hybrid NAME EXPECTED OPTION...
hybrid()
{
	local name=$1 expected=$2
	shift 2
	"$TOP/tests/write-pdf" "hybrid-$name.pdf" "${tagged[@]}" "$@"
	signed "hybrid-$name-signed.pdf" "hybrid-$name.pdf" person
	judge "hybrid: $name" "hybrid-$name-signed.pdf" "$expected"
}
two_tables='INDETERMINATE SIG_CONSTRAINTS_FAILURE two-tables'
hybrid word "$passed" word=1 hide=5
hybrid one-for-hidden-objects "$two_tables" hide=5
hybrid a-page-in-one-alone "$two_tables" word=1 hide=4 object='4 []'
hybrid another-page-in-each "$two_tables" word=1 hide=5 else='4 []'
# The number of the stream, as only some readers would find it.
hybrid another-page-behind-a-tab "$two_tables" word=1 hide=5 else='4 []' blank=$'\t'
hybrid another-page-behind-a-remark "$two_tables" word=1 hide=5 else='4 []' blank=$'%\n'
hybrid another-page-in-the-other "$two_tables stray" hide=5 else='4 []'

# 8. Other makers of signatures
makers=$TOP/tests/fixtures/signed
for case in "libreoffice|$passed" "signpdf-plain|$passed" \
	"signpdf-pdf-lib|$passed" \
	'signpdf-accents|INDETERMINATE NO_SIGNING_CERTIFICATE_FOUND no-signer'; do
	cp "$makers/${case%%|*}.pdf" .
	ANCHORS=$makers/root.crt CRLS=$makers/root.crl judge "made by ${case%%|*}" \
		"${case%%|*}.pdf" "${case#*|}"
done
mkdir nss
certutil -N -d nss --empty-password
certutil -A -d nss -n root -t CT,C,C -i "$pki/root-g2.crt"
certutil -A -d nss -n makers -t CT,C,C -i "$makers/root.crt"
openssl pkcs12 -export -inkey "$pki/person.key" -in "$pki/person.crt" \
	-certfile "$pki/sub-g2.crt" -name person -passout pass:x -out person.p12
pk12util -i person.p12 -d nss -W x >/dev/null || bail 'no key for pdfsig'
# by_poppler IN OUT
by_poppler()
{
	TZ=UTC0 faketime -f '@2026-11-21 01:55:00' pdfsig -nssdir nss \
		-add-signature -nick person "$1" "$2" >poppler.log 2>&1
	[ -s "$2" ] || bail "poppler did not sign: $(<poppler.log)"
}
by_poppler letter.pdf poppler.pdf
judge 'made by poppler' poppler.pdf "$passed"
# by_sign IN OUT: what "sign" makes, its key being a file
by_sign()
{
	{
		cat "$1"
		"$BUILD/tests/signer" "$1" key="$pki/person.key" \
			cert="$pki/person.crt" chain="$pki/sub-g2.crt" page=1 \
			place=100,100,80,40 line=Thu
	} >"$2" || bail "sign did not sign $1"
}
by_sign letter.pdf sign.pdf
judge 'made by ckstoken sign' sign.pdf "$passed"
by_sign hybrid-word.pdf hybrid-word-sign.pdf
judge 'hybrid: word, signed by ckstoken sign' hybrid-word-sign.pdf "$passed"
# signed-by-two: by programs of different makers, in any order
by_poppler sign.pdf sign-poppler.pdf
judge 'signed-by-two: ckstoken sign, then poppler' sign-poppler.pdf \
	"$passed added-signature
$passed"
by_sign poppler.pdf poppler-sign.pdf
judge 'signed-by-two: poppler, then ckstoken sign' poppler-sign.pdf \
	"$passed added-signature
$passed"
by_poppler good.pdf ours-poppler.pdf
judge 'signed-by-two: ours, then poppler' ours-poppler.pdf \
	"$passed added-signature
$passed"
signed poppler-ours.pdf poppler.pdf seal field=Signature2
judge 'signed-by-two: poppler, then ours' poppler-ours.pdf \
	"$passed added-signature
$passed"
cat "$makers/root.crt" "$pki/root-g2.crt" >roots.pem
cat "$makers/root.crl" lists.pem >all-lists.pem
for name in libreoffice signpdf-plain signpdf-pdf-lib; do
	signed "$name-ours.pdf" "$name.pdf" person field=Signature2
	ANCHORS=roots.pem CRLS=all-lists.pem judge \
		"signed-by-two: $name, then ours" "$name-ours.pdf" \
		"$passed added-signature
$passed"
	by_sign "$name.pdf" "$name-sign.pdf"
	ANCHORS=roots.pem CRLS=all-lists.pem judge \
		"signed-by-two: $name, then ckstoken sign" "$name-sign.pdf" \
		"$passed added-signature
$passed"
	by_poppler "$name.pdf" "$name-poppler.pdf"
	ANCHORS=roots.pem CRLS=all-lists.pem judge \
		"signed-by-two: $name, then poppler" "$name-poppler.pdf" \
		"$passed added-signature
$passed"
done

# 9. Bad input
exit_is 14 'no signature' ckstoken --config "$conf" verify letter.pdf
like "$err" 'bears no signature' 'is told'
exit_is 11 'no PDF' ckstoken --config "$conf" verify lists.pem
exit_is 11 'no file' ckstoken --config "$conf" verify none.pdf
head -c 20000 good.pdf >cut.pdf
exit_is 11 'a part of one' ckstoken --config "$conf" verify cut.pdf
qpdf --encrypt '' x 256 -- good.pdf encrypted.pdf
exit_is 11 'an encrypted one' ckstoken --config "$conf" verify encrypted.pdf
like "$err" 'encrypted' 'is told'
signed yesterday.pdf letter.pdf person "time=D:20261120060000+07'00'"
judge 'as of a day, with the lists of that day' yesterday.pdf "$passed" \
	--at 20/11/2026
exit_is 11 'anchors that are not there' ckstoken --config "$conf" verify \
	--anchors none good.pdf
exit_is 2 'no file named' ckstoken --config "$conf" verify
exit_is 13 'several, of which one does not hold' ckstoken --config "$conf" \
	verify --anchors "$pki/root-g2.crt" --crls lists.pem good.pdf byte.pdf

signed escape.pdf letter.pdf person 'field=<FEFF00780022003A00200054000A001B005B00330032006D>'
exit_is 0 'a name of a field that moves the cursor' ckstoken --config "$conf" \
	verify --anchors "$pki/root-g2.crt" --crls lists.pem escape.pdf
like "$out" 'signature "x": T' 'is shown'
unlike "$out" $'\e' 'and steers no terminal'
ckstoken --config "$conf" verify --json letter.pdf none.pdf good.pdf >out 2>/dev/null
is "$(jq -c '[.files[] | .error != null]' out)" '[true,true,false]' \
	'and each file is in the JSON'

# 10. The settings of [trust]
{
	cat "$conf"
	printf '[trust]\nanchors = %s\ncrls = %s\n' "$pki/root-g2.crt" \
		"$WORK/lists.pem"
} >trust.conf
exit_is 0 'anchors and lists of the configuration' ckstoken \
	--config trust.conf verify good.pdf
# sub-anchor: an authority among the roots can be revoked all the same
cat "$pki/root-g2.crt" "$pki/sub-g2.crt" >both.pem
ANCHORS=both.pem CRLS=revoked-ca.pem judge 'a revoked authority among the roots' \
	good.pdf 'INDETERMINATE REVOKED_CA_NO_POE revoked-ca'
mkdir trusted
cp "$pki/root-g2.crt" lists.pem trusted/
exit_is 0 'of a folder' ckstoken --config "$conf" verify \
	--anchors trusted good.pdf

# signed-pdfs: each of these files, beside what pdfsig says of it
table=$TOP/tests/signed-pdfs.table
cut -f 2 "$rows" | sort -u | TZ=UTC0 xargs -P 2 -I{} sh -c \
	'faketime -f "@2026-11-21 02:00:00" pdfsig -nssdir nss -no-ocsp "$1" \
		>"$1.says" 2>&1' - {}
# tables-read-twice: what is read of plain tables here is what qpdf reads of them
read_alike()
{
	qpdf --suppress-recovery --show-xref "$1" 2>/dev/null |
		cmp -s - <("$BUILD/tests/places" <"$1") || echo "$1"
}
cut -f 2 "$rows" | sort -u | while IFS= read -r file; do
	read_alike "$file"
done >otherwise
is "$(<otherwise)" '' 'tables-read-twice: is what qpdf reads of them'
# And of trailers that two programs may read in two ways.
xref=$(grep -abo '^xref' letter.pdf | cut -d: -f 1)
n=0
for key in '/Prev 9 0 R' '/Foo /Prev 9' '/Foo [ /Prev 9 ]' '/Foo << /Prev 9 >>' \
	'/Prev 9 /Prev 9' "/Prev $xref" '/Size 3' '/Size 3 0 R' '/Foo (/Prev 9)' \
	"/Foo <2F> /Pre#76 9" '/Foo 9 /Prev' '/Foo true' '/Foo [<00>]'; do
	n=$((n + 1))
	perl -0pe 'BEGIN { $key = shift } s/(trailer\s*<<)/$1 $key/' "$key" letter.pdf \
		>"trailer-$n.pdf"
	read_alike "trailer-$n.pdf" | sed "s|\$| $key|"
done >otherwise
is "$(<otherwise)" '' 'tables-read-twice: or would read, of odd trailers'
while IFS=$'\t' read -r name file ours; do
	printf '%s | %s | %s\n' "$name" "${ours:-not verified}" "$(awk '
		/^Signature #/ { n++ }
		/- Total document/ { part[n] = "whole" }
		/- Not total document/ { part[n] = "part" }
		/Signature Validation: / { valid[n] = $0 }
		/Certificate Validation: / { cert[n] = $0 }
		END {
			for (i = 1; i <= n; i++) {
				sub(/^[^:]*: (Signature is )?/, "", valid[i])
				sub(/^[^:]*: (Certificate is )?/, "", cert[i])
				printf("%s%s %s %s", i > 1 ? "; " : "",
					valid[i], part[i], cert[i])
			}
			if (!n)
				printf "no signature"
		}' "$file.says" | sed 's/ *$//;s/\.//g')"
done <"$rows" >rows.new
# The table tells of one version of poppler.
columns=1-3
pdfsig -v 2>&1 | grep -q '^pdfsig version 22\.12\.' || columns=1-2
is "$(diff <(sed '/^#/d;/^$/d;s/ | /\t/g' "$table" | cut -f $columns) \
	<(sed 's/ | /\t/g' rows.new | cut -f $columns))" '' \
	'signed-pdfs: what both say of each file is as the table has it'
ok 'signed-pdfs: of sixty files and more' test "$(cut -f 2 "$rows" | sort -u | wc -l)" -ge 60
# Letters name the reasons for which they differ; those stand above the table.
is "$(awk -F ' [|] ' '
	/^# [a-z]: / { known[substr($0, 3, 1)] = 1 }
	/^#|^$/ { next }
	{
		n = split($2, ours, "; ")
		m = split($3, theirs, "; ")
		differ = n != m
		for (i = 1; i <= n && i <= m; i++) {
			good = theirs[i] ~ /^Valid (whole|part) Trusted$/
			differ += (ours[i] ~ /^TOTAL-PASSED/) != good
			differ += ours[i] ~ /^TOTAL-FAILED/ && theirs[i] ~ /^Valid/
		}
		split($4, reasons, "")
		told = $4 != "-"
		for (i in reasons)
			told = told && (reasons[i] in known)
		if (differ && !told)
			print $1
		if (!differ && $4 != "-")
			print $1 ": they do not differ"
	}' "$table")" '' 'signed-pdfs: and has the reason for each difference'

# 11. Lists that differ
rows=
# list NAME REASON FROM EXTENSION...: one of the authority of those who sign, which
# revokes the certificate of "person", before that of all.
list()
{
	mkdir -p ca
	echo 01 >ca/serial
	printf 'R\t280115000000Z\t261001000000Z,%s\t%s\tunknown\t/CN=x\n' "$2" \
		"$person_serial" >ca/index
	{
		printf '%s\n' '[ca]' 'database = ca/index' 'serial = ca/serial' \
			'default_md = sha256' 'new_certs_dir = ca' \
			'crl_extensions = crl' '[crl]' 'authorityKeyIdentifier = keyid'
		printf '%s\n' "${@:4}"
	} >ca/cnf
	openssl ca -gencrl -name ca -config ca/cnf -cert "$pki/sub-g2.crt" \
		-keyfile "$pki/sub-g2.key" -crl_lastupdate "$3" \
		-crl_nextupdate 20261220000000Z -out ca/list >ca/log 2>&1 ||
		bail "no list: $(<ca/log)"
	cat ca/list lists.pem >"$1"
}
person_serial=$(openssl x509 -in "$pki/person.crt" -noout -serial | cut -d= -f2)
no_proof='INDETERMINATE REVOKED_NO_POE revoked-no-proof'
denied='INDETERMINATE CERTIFICATE_CHAIN_GENERAL_FAILURE revoked-denied'
# revocation-passed-over: RFC 5280, 5.2.4 and 5.2.5
list delta.pem keyCompromise 20261120120000Z '2.5.29.27 = critical,DER:02:01:01'
CRLS=delta.pem judge 'revocation-passed-over: in a list of changes' good.pdf \
	"$no_proof"
list some.pem keyCompromise 20261120120000Z \
	'issuingDistributionPoint = critical,@i' '[i]' 'onlysomereasons = keyCompromise'
CRLS=some.pem judge 'revocation-passed-over: in a list of one reason' good.pdf \
	"$no_proof"
list attributes.pem keyCompromise 20261120120000Z \
	'issuingDistributionPoint = critical,@i' '[i]' 'onlyAA = TRUE'
CRLS=attributes.pem judge 'a list of other certificates, of the same number' \
	good.pdf "$passed"
# revoked-for-good: RFC 5280, 5.3.1: a hold alone can be taken back
list before.pem keyCompromise 20261119000000Z
CRLS=before.pem judge 'revoked-for-good: and a newer list does not have it' \
	good.pdf "$denied"
list hold.pem certificateHold 20261119000000Z
CRLS=hold.pem judge 'a hold that a newer list does not have any more' good.pdf \
	"$passed"
list held.pem certificateHold 20261120120000Z '2.5.29.27 = critical,DER:02:01:01'
CRLS=held.pem judge 'revocation-passed-over: a hold in a list of changes' good.pdf \
	"$no_proof"

# 12. Responders
echo '127.0.0.1 ocsp.ca.gov.vn' >hosts
mount --bind hosts /etc/hosts || bail 'no hosts of our own'
# ocsp NAME OPTION...: openssl, at the hour of the test.
ocsp()
{
	local of=$1
	shift
	TZ=UTC0 faketime -f "@${WHEN-2026-11-21 02:00:10}" openssl ocsp \
		-index "${index-$pki/index}" -CA "$pki/sub-g2.crt" \
		-rsigner "$pki/$of.crt" -rkey "$pki/$of.key" -nmin 60 "$@"
}
# A server that gives a FILE for an answer, or does wrong.
cat >server.pl <<'END'
use strict;
use warnings;
use IO::Socket::INET;
$SIG{PIPE} = 'IGNORE';
my ($kind, $file) = @ARGV;
my $server = IO::Socket::INET->new(LocalAddr => '127.0.0.1', LocalPort => 80,
	Listen => 5, ReuseAddr => 1) or die "$!\n";
my ($bytes, $type, $status) = ('', 'ocsp-response', '200 OK');
if ($file) {
	open(my $f, '<:raw', $file) or die "$file: $!\n";
	local $/;
	$bytes = <$f>;
}
$bytes = 'x' x 1000000 if $kind eq 'long';
$type = 'html' if $kind eq 'html';
$status = '500 Busy' if $kind eq 'busy';
while (my $client = $server->accept) {
	my $length = 0;
	while (<$client>) {
		$length = $1 if /^Content-Length: (\d+)/i;
		last if /^\r?\n$/;
	}
	read($client, my $request, $length);
	open(my $log, '>>', 'asked') or die;
	print $log "asked\n" if $length;
	close($log);
	sleep 60 if $kind eq 'slow';
	print $client "HTTP/1.0 $status\r\nContent-Type: application/$type\r\n\r\n$bytes";
	close($client);
}
END
is_served()
{
	ss -Hltn 'sport = 80' | grep -q .
}
# Kills what listens, for faketime stays with what it starts.
stop_server()
{
	local pid
	pid=$(ss -Hltnp 'sport = 80' | sed -n 's/.*pid=\([0-9]*\).*/\1/p')
	[ -z "$pid" ] || kill "$pid"
	wait "$server" 2>/dev/null
}
# answering KIND [FILE]: that server in place of the one before.
answering()
{
	stop_server
	: >asked
	perl server.pl "$@" 2>server.log &
	server=$!
	wait_for 10 is_served || bail "no server: $(<server.log)"
}
server=
# There is no list of the authority of those who sign.
cat "$pki/sub-g2.crt" "$pki/root-g2.crl" >unknown.pem

# It takes as long as a responder may, beside the rest and on a network of its own.
unshare -n bash -c 'ip link set lo up
	perl server.pl slow &
	until ss -Hltn "sport = 80" | grep -q .; do sleep 0.1; done
	"$@"
	code=$?
	kill $!
	exit $code' - "$CKSTOKEN" --config "$conf" verify --json \
	--anchors "$pki/root-g2.crt" --crls unknown.pem --ocsp good.pdf \
	>slow.json 2>slow.err &
slow_verify=$!

ocsp responder -port 80 >responder.log 2>&1 &
server=$!
wait_for 10 is_served || bail "no responder: $(<responder.log)"
CRLS=unknown.pem judge 'ocsp: a responder says that it is not revoked' good.pdf \
	"$passed" --ocsp
is "$(jq -c '[.files[].signatures[].path[0].revocation | .state, .by, .file,
	(.from | sub(":1.Z"; "Z"))]' got.json)" \
	'["good","answer","http://ocsp.ca.gov.vn/","2026-11-21T02:00Z"]' \
	'and when'
CRLS=unknown.pem judge 'ocsp: a responder says that it is' revoked.pdf \
	'INDETERMINATE REVOKED_NO_POE revoked-no-proof' --ocsp
CRLS=unknown.pem judge 'ocsp: two signatures' two.pdf "$passed added-signature
$passed" --ocsp
exit_is 0 'ocsp: in words' ckstoken --config "$conf" verify --ocsp \
	--anchors "$pki/root-g2.crt" --crls unknown.pem good.pdf
like "$(tr -s ' \n' ' ' <<<"$out")" \
	'not revoked, by the answer of 09:00:1. 21/11/2026 \(http://ocsp' \
	'with the hour of the answer'
exit_is 0 'ocsp: of a certificate' ckstoken cert verify --ocsp \
	--anchors "$pki/root-g2.crt" --crls unknown.pem "$pki/person.crt"
sed "s|^crls = .*|crls = $WORK/unknown.pem\nocsp = yes|" trust.conf >ocsp.conf
exit_is 0 'ocsp = yes of [trust]' ckstoken --config ocsp.conf verify good.pdf
exit_is 11 'ocsp = maybe' ckstoken --config <(sed 's/ocsp = yes/ocsp = maybe/' \
	ocsp.conf) verify good.pdf
exit_is 2 'ocsp: with another time than now' ckstoken --config "$conf" verify \
	--ocsp --at 2026-11-20 good.pdf
http_proxy=http://127.0.0.1:9 CRLS=unknown.pem judge \
	'ocsp: a proxy of the environment is passed over' good.pdf "$passed" --ocsp

# a-responder-that-lies: never "invalid", and never believed
unknown_state='INDETERMINATE TRY_LATER'
ocsp responder -issuer "$pki/sub-g2.crt" -cert "$pki/person.crt" -no_nonce \
	-respout early.der >/dev/null 2>&1
ocsp responder -issuer "$pki/sub-g2.crt" -cert "$pki/person.crt" \
	-respout other-nonce.der >/dev/null 2>&1
ocsp responder -issuer "$pki/sub-g2.crt" -cert "$pki/seal.crt" -no_nonce \
	-respout other-cert.der >/dev/null 2>&1
ocsp seal -issuer "$pki/sub-g2.crt" -cert "$pki/person.crt" -no_nonce \
	-respout other-signer.der >/dev/null 2>&1
WHEN='2026-11-19 02:00:00' ocsp responder -issuer "$pki/sub-g2.crt" \
	-cert "$pki/person.crt" -no_nonce -respout old.der >/dev/null 2>&1
WHEN='2026-12-19 02:00:00' ocsp responder -issuer "$pki/sub-g2.crt" \
	-cert "$pki/person.crt" -no_nonce -respout future.der >/dev/null 2>&1
head -c 300 early.der >cut.der
# responder NAME EXTENSION...: an answer by one whose certificate has those.
responder()
{
	local name=$1
	shift
	printf '%s\n' extendedKeyUsage=OCSPSigning "$@" >of.cnf
	openssl req -new -key "$pki/seal.key" -subj /CN=responder -out of.req &&
		TZ=UTC0 faketime '2026-11-01 00:00:00' openssl x509 -req -in of.req \
			-CA "$pki/sub-g2.crt" -CAkey "$pki/sub-g2.key" -set_serial 77 \
			-days 300 -extfile of.cnf -out of.crt &&
		TZ=UTC0 faketime -f '@2026-11-21 02:00:10' openssl ocsp \
			-index "$pki/index" -CA "$pki/sub-g2.crt" -rsigner of.crt \
			-rkey "$pki/seal.key" -nmin 60 -no_nonce -issuer \
			"$pki/sub-g2.crt" -cert "$pki/person.crt" -respout "$name"
}
for case in 'unchecked.der keyUsage=digitalSignature' \
	'other-use.der keyUsage=keyEncipherment noCheck=ignored'; do
	# shellcheck disable=SC2086 # a name and extensions
	responder $case >responder.log 2>&1 || bail "no answer: $(<responder.log)"
done
for case in "made before the question|ok early.der|$passed" \
	"to another question|ok other-nonce.der|$unknown_state bad-answer no-list" \
	"about another certificate|ok other-cert.der|$unknown_state bad-answer no-list" \
	"of another signer|ok other-signer.der|$unknown_state bad-answer no-list" \
	"of one who may be revoked|ok unchecked.der|$unknown_state bad-answer no-list" \
	"of one who may not sign|ok other-use.der|$unknown_state bad-answer no-list" \
	"out of date|ok old.der|$unknown_state old-list" \
	"of the future|ok future.der|$unknown_state bad-answer no-list" \
	"cut short|ok cut.der|$unknown_state bad-answer no-list" \
	"of nothing|ok|$unknown_state bad-answer no-list" \
	"of another type|html|$unknown_state no-answer no-list" \
	"an error|busy|$unknown_state no-answer no-list" \
	"without end|long|$unknown_state no-answer no-list"; do
	IFS='|' read -r name how expected <<<"$case"
	# shellcheck disable=SC2086 # the kind and a file
	answering $how
	CRLS=unknown.pem judge "a-responder-that-lies: an answer $name" good.pdf \
		"$expected" --ocsp
done
exit_is 1 'a-responder-that-lies: in words' ckstoken --config "$conf" verify \
	--ocsp --anchors "$pki/root-g2.crt" --crls unknown.pem two.pdf
like "$err" 'http://ocsp.ca.gov.vn/: its answer is longer' 'says why'
is "$(wc -l <asked)" 2 'and is not asked again'
judge 'a-responder-that-lies: a list in force tells all the same' good.pdf \
	"$passed no-answer" --ocsp
: >asked
judge 'ocsp: nobody is asked' good.pdf "$passed"
is "$(<asked)" '' 'unless that is wanted'
ANCHORS=$pki/root-g1.crt judge 'ocsp: nobody is asked' good.pdf \
	'INDETERMINATE NO_CERTIFICATE_CHAIN_FOUND no-chain' --ocsp
is "$(<asked)" '' 'about what leads to no anchor'
# revoked-for-good: no newer answer takes that back (RFC 5280, 5.3.1)
sed 's/^R\t\([^\t]*\)\t[^\t]*\(\t4C3A91F27D05E6B7\)/V\t\1\t\2/' "$pki/index" >index
cp "$pki/index.attr" .
index=index ocsp responder -issuer "$pki/sub-g2.crt" -cert "$pki/revoked.crt" \
	-no_nonce -respout denies.der >ocsp.log 2>&1 || bail "no answer: $(<ocsp.log)"
answering ok denies.der
judge 'revoked-for-good: and a newer answer says that it is not' revoked.pdf \
	"$denied" --ocsp
like "$(<got.json)" 'lists.pem 20/11/2026; http://ocsp.ca.gov.vn/ 21/11/2026' \
	'revoked-for-good: both are named'
stop_server
CRLS=unknown.pem judge 'ocsp: a responder that is absent' good.pdf \
	"$unknown_state no-answer no-list" --ocsp
like "$(<got.err)" "http://ocsp.ca.gov.vn/: Could( no|n')t connect" 'is told'
wait "$slow_verify"
is "$?" 1 'ocsp: a responder that is slow'
is "$(jq -r '.files[].signatures[] | [.indication, .sub_indication,
	.findings[].finding] | join(" ")' slow.json)" \
	"$unknown_state no-answer no-list" 'leaves it open'
like "$(<slow.err)" 'did not answer in time' 'and is told'

# 13. What is trusted, in words
# dates-of-nobody: an issuer who is not known proves no day
ANCHORS=$pki/root-g1.crt judge 'dates-of-nobody: not valid yet' notyet.pdf \
	'INDETERMINATE NO_CERTIFICATE_CHAIN_FOUND no-chain'
exit_is 1 'an-old-list: its day is told' ckstoken --config "$conf" verify \
	--anchors "$pki/root-g2.crt" --crls old.pem good.pdf
like "$(tr -s ' \n' ' ' <<<"$out")" \
	'list or answer of 07:00:00 20/09/2026 was in force until 07:00:00 20/10/2026' \
	'with the day when the next was due'
mkdir empty
exit_is 1 'anchors-empty: a folder without a root certificate' ckstoken \
	--config "$conf" verify --anchors empty good.pdf
like "$out" 'no root certificate in empty' 'is told as that'
plan_done
