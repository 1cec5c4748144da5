#!/bin/bash
# SPDX-License-Identifier: LGPL-2.1-or-later
#
# The limited program that signs, through tests/signer, whose key is a file: on
# PDFs of several makers and of every build, once and twice, judged by poppler,
# qpdf, OpenSSL and "ckstoken verify".
#
# sanitize: yes

# shellcheck source=tests/lib.sh
. "$(dirname "$0")/lib.sh"
need_world
need pdfsig:poppler-utils pdftoppm:poppler-utils pdfinfo:poppler-utils \
	qpdf:qpdf perl:perl openssl:openssl jq:jq \
	soffice:libreoffice-writer-nogui

export CKSTOKEN_NOW=2026-11-21T02:00:00Z SOURCE_DATE_EPOCH=1795226400
signer=$BUILD/tests/signer
write=$TOP/tests/write-pdf
pki=$(dirname "$(pki person.crt)")
cd "$WORK" || bail 'no folder'
conf=$(office_conf)
cat "$pki/g2.crl" "$pki/root-g2.crl" >lists.pem

letter()
{
	ckstoken --config "$conf" request recover --number 15 --data - "$@" \
		>/dev/null 2>&1 \
		<<<'[{"name": "Nguyễn Văn A", "device_serial": "0A1B2C3D"}]'
}
letter -o letter.pdf -o letter.docx
[ -e letter.docx ] || bail 'no letter'

# by NAME: the options that say who signs.
by()
{
	printf '%s\n' "key=$pki/$1.key" "cert=$pki/$1.crt" "chain=$pki/sub-g2.crt"
}

# sign IN OUT NAME [option...]: fails where it is refused, and the file "why"
# says why.
sign()
{
	local in=$1 out=$2
	mapfile -t who < <(by "$3")
	shift 3
	"$signer" "$in" "${who[@]}" "$@" 2>why >update &&
		cat "$in" update >"$out"
}

# verdict FILE [option...]: what "ckstoken verify" finds of each signature.
verdict()
{
	local file=$1
	shift
	ckstoken --config "$conf" verify --json --anchors "$pki/root-g2.crt" \
		--crls lists.pem "$@" "$file" 2>verify.err |
		jq -r '.files[].signatures[] | [.indication,
		.sub_indication // empty, (.findings[].finding)] | join(" ")' |
		paste -sd'|'
}

pdfsig_says()
{
	pdfsig -nocert "$1" 2>&1 | sed -n \
		-e 's/^  - Signature Validation: //p' \
		-e 's/^  - \(Total document signed\|Not total document signed\)/\1/p' |
		tr '\n' ' '
}

valid='Signature is Valid. '
once="TOTAL-PASSED Total document signed $valid"
twice="TOTAL-PASSED added-signature|TOTAL-PASSED Not total document signed ${valid}Total document signed $valid"

# judge FILE OF: the verdicts, and whether qpdf finds no more wrong with it than
# with the file OF it was, and whether all of that is still there.
judge()
{
	echo "$(verdict "$1") $(pdfsig_says "$1")$(cmp -n "$(stat -c %s "$2")" "$1" "$2" 2>&1)$(
		[ "$(qpdf --check "$1" 2>&1 | grep -c WARNING)" -le \
			"$(qpdf --check "$2" 2>&1 | grep -c WARNING)" ] ||
			qpdf --check "$1" 2>&1)"
}

# An image with a red left half and a blue right one on transparent ground, and
# others: NAME WIDTH HEIGHT and the colour of the point $x,$y, four numbers.
png()
{
	perl -MCompress::Zlib -e '
		my ($name, $w, $h, $code) = @ARGV;
		my $rows = "";
		my $point = eval "sub { my (\$x, \$y) = \@_; $code }" or die $@;
		for my $y (0 .. $h - 1) {
			$rows .= "\0" . join "", map { pack "C4", $point->($_, $y) } 0 .. $w - 1;
		}
		sub chunk { my ($t, $d) = @_; return pack("N", length $d) . $t . $d . pack("N", crc32($t . $d)) }
		open my $f, ">:raw", $name or die;
		print $f "\x89PNG\r\n\x1a\n" . chunk("IHDR", pack("NNC5", $ENV{CLAIM_W} // $w, $ENV{CLAIM_H} // $h, 8, 6, 0, 0, 0)) .
			chunk("IDAT", compress($rows)) . chunk("IEND", "");
	' "$@"
}
# shellcheck disable=SC2016 # perl's variables
png hand.png 120 60 '$y < 10 || $y >= 50 ? (0,0,0,0) : $x < 60 ? (255,0,0,255) : (0,0,255,255)'
hand=(page=1 'place=100,100,120,60' image=hand.png)
seal=(page=1 'place=80,90,90,90' image=hand.png)

# 1. A letter of ours
sign letter.pdf one.pdf person "name=Nguyễn Thị Thử Nghiệm" || fail "signed: $(cat why)"
is "$(judge one.pdf letter.pdf)" "$once" 'a person signs our letter'
sign one.pdf two.pdf seal || fail "signed: $(cat why)"
is "$(judge two.pdf one.pdf)" "$twice" 'and then the agency, whose seal leaves the first whole'
sign letter.pdf again.pdf person "name=Nguyễn Thị Thử Nghiệm"
ok 'the same file signed at the same time is the same' cmp one.pdf again.pdf
is "$(ckstoken --config "$conf" verify --json one.pdf 2>/dev/null | jq -r '.files[].signatures[] | [.kind, .claimed_time, .claimed_name] | join(" ")')" \
	'ETSI.CAdES.detached 2026-11-21T02:00:00Z Nguyễn Thị Thử Nghiệm' \
	'it says who and when'

# take FILE: its last signature, and what it signs, as files.
take()
{
	perl -0777 -ne '
		my ($b, $c, $d) = /.*\/ByteRange \[0 (\d+) (\d+) (\d+)\]/s or die;
		open my $f, ">:raw", "signed" or die;
		print $f substr($_, 0, $b) . substr($_, $c, $d);
		open $f, ">:raw", "cms" or die;
		print $f pack "H*", substr($_, $b + 1, $c - $b - 2);
	' "$1"
}
take two.pdf
ok 'openssl verifies it as CAdES' openssl cms -verify -cades -binary \
	-content signed -in cms -inform DER -CAfile "$pki/ca-bundle.pem" \
	-purpose any -out /dev/null
is "$(openssl cms -cmsout -print -in cms -inform DER 2>/dev/null |
	sed -n '/signedAttrs/,/signatureAlgorithm/s/.*object: \([^ ]*\) .*/\1/p' | paste -sd' ')" \
	'contentType messageDigest id-smime-aa-signingCertificateV2' \
	'a baseline signature has three signed attributes, and no time among them (EN 319 142-1, 6.3)'

# 2. PDFs of all makers and builds
qpdf --object-streams=generate letter.pdf streams.pdf
qpdf --linearize letter.pdf linear.pdf
qpdf --linearize --object-streams=generate letter.pdf linear-streams.pdf
qpdf --qdf letter.pdf qdf.pdf
pdftocairo -pdf letter.pdf cairo.pdf
soffice "-env:UserInstallation=file://$WORK/libreoffice" --headless \
	--convert-to 'pdf:writer_pdf_Export:{"UseTaggedPDF":{"type":"boolean","value":"true"},"SelectPdfVersion":{"type":"long","value":"2"}}' \
	--outdir lo letter.docx >soffice.log 2>&1 || bail "soffice fails: $(tail -3 soffice.log)"
mv lo/letter.pdf office.pdf
page='3 << /Type /Page /Parent 2 0 R /MediaBox [0 0 595 842] /Contents 4 0 R'
with_form='1 << /Type /Catalog /Pages 2 0 R /AcroForm'
tagged='1 << /Type /Catalog /Pages 2 0 R /MarkInfo << /Marked true >> /StructTreeRoot 5 0 R >>'
element='6 << /Type /StructElem /S /P /P 5 0 R /Pg 3 0 R /K 0 >>'
"$write" plain.pdf
"$write" annotations.pdf object="$page /Annots 5 0 R >>" object='5 []'
"$write" shared.pdf object='2 << /Type /Pages /Count 2 /Kids [3 0 R 6 0 R] >>' \
	object="$page /Annots 5 0 R >>" object='5 [7 0 R]' object="6 ${page#3 } /Annots 5 0 R >>" \
	object='7 << /Type /Annot /Subtype /Text /Rect [10 10 30 30] /Contents (hi) >>'
"$write" form.pdf object="$with_form << /Fields 5 0 R /DA (/Helv 0 Tf) /DR << >> >> >>" object='5 [6 0 R]' \
	object='6 << /FT /Tx /T (Signature1) /V (x) /Type /Annot /Subtype /Widget /Rect [0 0 9 9] /P 3 0 R >>' \
	object="$page /Annots [6 0 R] >>"
"$write" form-apart.pdf object="$with_form 5 0 R >>" object='5 << /Fields [6 0 R] /SigFlags 1 >>' object='6 << /FT /Tx /T (a) /V (x) >>'
"$write" form-empty.pdf object="$with_form 5 0 R >>" object='5 << /SigFlags 3 >>'
"$write" fields-apart.pdf object="$with_form 5 0 R >>" object='5 << /SigFlags 3 /Fields 6 0 R >>' object='6 []'
"$write" blanks.pdf back=1
"$write" no-line.pdf end=''
"$write" returns.pdf end='\r\n'
"$write" small-size.pdf size=3 object='9 << /A 1 >>'
"$write" dangling.pdf object='1 << /Type /Catalog /Pages 2 0 R /PageLabels 7 0 R >>'
"$write" kids.pdf object="$tagged" object='5 << /Type /StructTreeRoot /K 6 0 R /ParentTree 7 0 R >>' \
	object="$element" object='7 << /Kids [8 0 R] >>' object='8 << /Limits [0 0] /Nums [0 [6 0 R]] >>'
"$write" tags.pdf object="$tagged" \
	object='5 << /Type /StructTreeRoot /K [6 0 R] /ParentTree << /Nums [0 [6 0 R]] >> /ParentTreeNextKey 1 >>' object="$element"
for file in streams linear linear-streams qdf cairo office plain annotations \
	shared form form-apart form-empty fields-apart no-line returns \
	small-size dangling blanks kids tags; do
	if sign $file.pdf one.pdf person "${hand[@]}" && sign one.pdf two.pdf seal "${seal[@]}"; then
		is "$(judge two.pdf $file.pdf)" "$twice" "$file.pdf is signed twice"
	else
		fail "$file.pdf is signed twice" "$(cat why)"
	fi
done
is "$(qpdf --json two.pdf | jq '[.. | objects | select(.["/S"]? == "/Form")] | length')" 2 \
	'each field of a tagged document is in its structure (ISO 32000-1, 14.8.4.5)'
sign blanks.pdf one.pdf person
sign linear-streams.pdf two.pdf person
is "$(grep -ac '/Type /XRef' one.pdf) $(qpdf --show-xref two.pdf 2>&1 >/dev/null)$(tail -c 9999 two.pdf | grep -ac '^xref$')" '0 0' \
	'what is appended has a table of the kind that the file has'
# Two tables, as Word writes them: the objects of one are only in the other.
"$write" hybrid.pdf hide=5 object="$with_form 5 0 R >>" object='5 << /Fields 6 0 R >>' object='6 []'
"$write" word.pdf word=1 hide=5 object="$with_form 5 0 R >>" object='5 << /Fields 6 0 R >>' object='6 []'
for file in hybrid word; do
	sign $file.pdf one.pdf person "${hand[@]}"
	sign one.pdf two.pdf seal "${seal[@]}"
	is "$(pdfsig_says two.pdf)$(qpdf --check two.pdf 2>&1 | grep WARNING)" \
		"Not total document signed ${valid}Total document signed $valid" \
		"$file.pdf is signed twice"
done

# 3. The key
openssl ecparam -name secp384r1 -genkey -noout -out p384.key 2>/dev/null
openssl req -new -x509 -key p384.key -subj '/CN=P-384' -days 3000 -out p384.crt 2>/dev/null
for what in 'person rsa-pkcs1 SHA256' 'person rsa-pss SHA256' 'person rsa-pss SHA384' \
	'person rsa-pkcs1 SHA512' 'person-ec ecdsa SHA256'; do
	read -r name algorithm digest <<<"$what"
	sign letter.pdf one.pdf "$name" "algorithm=$algorithm" "digest=$digest"
	is "$(judge one.pdf letter.pdf)" "$once" "$algorithm, $digest"
done
"$signer" plain.pdf key=p384.key cert=p384.crt algorithm=ecdsa digest=SHA384 >update
cat plain.pdf update >one.pdf
is "$(pdfsig_says one.pdf)" "Total document signed $valid" 'ecdsa, P-384'
is "$(sign letter.pdf one.pdf person "chain=$pki/person.crt" "chain=$pki/sub-g2.crt" && judge one.pdf letter.pdf)" \
	"$once" 'a certificate that comes twice is in it once'
nok 'a weak digest is not signed' sign letter.pdf x.pdf person digest=SHA1
nok 'nor is another algorithm than the key has' sign letter.pdf x.pdf person algorithm=ecdsa
like "$(cat why)" 'cannot be used with the algorithm' 'which is told'
nok 'a signature by another key is not taken' sign letter.pdf x.pdf person wrong=1
like "$(cat why)" 'not by the key of the certificate.*EKEYREJECTED' 'which is told'

# 4. The look
# seen FILE: where red and blue are on its first page, as it is seen: x y of the
# lower left corner, width and height in points, to the nearest ten.
seen()
{
	pdftoppm -cropbox -r 72 -f 1 -l 1 "$1" | perl -0777 -ne '
		my ($w, $h, $points) = /^P6\s+(\d+)\s+(\d+)\s+255\s(.*)/s or die;
		for my $colour ([200, 60, 60], [60, 60, 200]) {
			my @box = (1e9, 1e9, -1, -1);
			for my $y (0 .. $h - 1) {
				for my $x (0 .. $w - 1) {
					my @p = unpack "C3", substr $points, 3 * ($y * $w + $x), 3;
					next if grep { $colour->[$_] > 100 ? $p[$_] < $colour->[$_] : $p[$_] > $colour->[$_] } 0 .. 2;
					@box = ($x < $box[0] ? $x : $box[0], $y < $box[1] ? $y : $box[1],
						$x > $box[2] ? $x : $box[2], $y > $box[3] ? $y : $box[3]);
				}
			}
			print join(",", map { 10 * int($_ / 10 + .5) } $box[0], $h - 1 - $box[3],
				$box[2] - $box[0] + 1, $box[3] - $box[1] + 1), " ";
		}'
}
bare='4 << /Length 0 >>
stream

endstream'
"$write" turned-0.pdf object="$bare"
for turn in 90 180 270; do
	"$write" turned-$turn.pdf object="$page /Rotate $turn >>" object="$bare"
done
"$write" inherited.pdf object="$bare" object='3 << /Type /Page /Parent 2 0 R /Contents 4 0 R >>' \
	object='2 << /Type /Pages /Count 1 /Kids [3 0 R] /MediaBox [-100 -50 495 792] /CropBox [-50 0 445 700] /Rotate 270 >>'
"$write" units.pdf object="$bare" object='3 << /Type /Page /Parent 2 0 R /MediaBox [0 0 297.5 421] /UserUnit 2 /Contents 4 0 R >>'
for file in turned-0 turned-90 turned-180 turned-270 inherited; do
	sign $file.pdf one.pdf person "${hand[@]}"
	is "$(seen one.pdf)" '100,110,60,40 160,110,60,40 ' \
		"$file.pdf: the image is upright and where it is asked for"
done
# poppler draws such a page at half its size.
sign units.pdf one.pdf person "${hand[@]}"
is "$(seen one.pdf)" '50,50,30,20 80,50,30,20 ' 'on a page of larger units too'
is "$("$signer" inherited.pdf look | jq -c '.pages[] | map(. + 0)')" '[700,495,270]' \
	'its page is as large as it is seen'
# shellcheck disable=SC2016 # perl's variables
png photo.png 2400 1200 '$y < 200 || $y >= 1000 ? (0,0,0,0) : $x < 1200 ? (255,0,0,255) : (0,0,255,255)'
sign turned-0.pdf one.pdf person page=1 place=100,100,120,60 image=photo.png
is "$(seen one.pdf)" '100,110,60,40 160,110,60,40 ' 'a photograph shows the same'
is "$(qpdf --json one.pdf | jq '[.. | objects | select(.["/Subtype"]? == "/Image")["/Width"]] | unique')" '[
  1200
]' 'and is not larger than a printer makes of it'
sign letter.pdf one.pdf seal page=1 place=380,780,190,50 line='SAO Y' \
	line='Đặng Thị Thử Nghiệm' line='Thời gian ký: 21/11/2026 09:00:00 +07:00'
is "$(judge one.pdf letter.pdf)" "$once" 'a copy is signed with text'
like "$(pdffonts one.pdf | tail -1)" 'LiberationSerif +CID TrueType +Identity-H +yes yes yes' \
	'whose font is in the file'
like "$(pdftotext -layout one.pdf -)" 'Đặng Thị Thử Nghiệm' 'and which copies letter for letter'

# 5. What stays
jars=/usr/share/java
preflight()
{
	local part
	part=$(printf ":$jars/%s.jar" preflight pdfbox2 fontbox2 xmpbox \
		commons-logging commons-io javax.activation jaxb-api)
	java -cp "${part#:}" "$TOP/tests/Preflight.java" "$@" 2>&1
}
letter --no-attachment -o bare.pdf
sed 's|<pdfaid:part>2<|<pdfaid:part>1<|' bare.pdf >archive.pdf
sign archive.pdf a1.pdf person
sign a1.pdf a2.pdf person "${hand[@]}"
sign a2.pdf a3.pdf seal page=1 place=380,780,190,50 line='SAO Y'
if command -v javac >/dev/null && [ -e $jars/preflight.jar ] &&
	[ -e $jars/javax.activation.jar ] && [ -e $jars/jaxb-api.jar ]; then
	is "$(preflight archive.pdf a1.pdf a2.pdf a3.pdf | grep -v ': valid$')" '' \
		'what is PDF/A stays so (ISO 19005-1)'
else
	skip 'what is PDF/A stays so' 'default-jdk-headless, libpdfbox2-java, libactivation-java or libjaxb-api-java is missing'
fi
# against FILE: what ISO 19005-2 and 19005-3, which our documents follow, have
# against it, of all that a signature brings; no validator of them is packaged.
against()
{
	qpdf --json --json-key=qpdf --decode-level=none "$1" | jq -r \
		--argjson size "$(stat -c %s "$1")" '
		.qpdf[1] as $file | [$file[] | .value // .stream.dict | objects] as $all |
		first($all[] | select(.["/Type"]? == "/Catalog")) as $catalog |
		($all[] | select(.["/Subtype"]? == "/Widget") |
			(select(.["/F"] | IN(4, 132) | not) | "6.3.2: flags \(.["/F"])"),
			(select(has("/A") or has("/AA")) | "6.4.1: an action"),
			(select((.["/AP"] // {} | keys) - ["/N"] != []) | "6.3.3: another look"),
			(select(.["/Rect"] | .[0] != .[2] and .[1] != .[3]) |
				select(has("/AP") | not) | "6.3.3: no look")),
		($all[] | select(.["/NeedAppearances"]? == true) | "6.4.1: looks are made anew"),
		($all[] | select(.["/Subtype"]? == "/Image") |
			select(has("/Alternates") or has("/OPI") or .["/Interpolate"] == true) |
			"6.2.8: an image"),
		($all[] | select(.["/Subtype"]? == "/Form") |
			select(has("/OPI") or has("/Ref") or has("/PS")) | "6.2.9: a form"),
		(select(any($all[]; has("/SMask"))) |
			select($catalog | has("/OutputIntents") | not) | "6.2.10: mixed in no colours"),
		($all[] | select(.["/Type"]? == "/FontDescriptor") |
			select(has("/FontFile2") | not) | "6.2.11.4: a font is not in it"),
		($all[] | select(.. | strings | . == "/LZWDecode" or . == "/Crypt") | "6.1.7.2: a filter"),
		(select(($catalog["/Perms"] // {} | keys) - ["/DocMDP"] != []) | "6.1.12: permissions"),
		(select($file.trailer.value["/ID"] | length != 2) | "6.1.3: no ID"),
		(select([$all[]["/ByteRange"]? // empty | .[2] + .[3]] | max != $size) | "6.4.3: not the whole file")'
}
sign letter.pdf b1.pdf person "${hand[@]}"
sign b1.pdf b2.pdf seal page=1 place=380,780,190,50 line='SAO Y'
sign bare.pdf b3.pdf person "${hand[@]}"
for file in b1 b2 b3; do
	is "$(against $file.pdf)" '' 'what is PDF/A stays so (ISO 19005-2 and 19005-3)'
done
is "$(grep -aoh '<pdfaid:part>.' b2.pdf b3.pdf | xargs)" '<pdfaid:part>3 <pdfaid:part>2' \
	'of part 3 with the data attached, and of part 2 without'
sed 's|/F 132|/F 134|;s|/SMask|/SMasc|' b2.pdf >b4.pdf
like "$(against b4.pdf)" '6.3.2: flags 134' 'and would find what is against it'
is "$(judge a3.pdf archive.pdf | cut -d' ' -f1-4)" \
	'TOTAL-PASSED added-signature added-signature|TOTAL-PASSED added-signature|TOTAL-PASSED' \
	'three signatures hold in it'
is "$("$signer" a3.pdf look | jq -c '[.pdfa, .tagged, [.signatures[] | .signer.name]]')" \
	'[1,true,["Nguyễn Thị Thử Nghiệm","Nguyễn Thị Thử Nghiệm","SỞ TÀI CHÍNH TỈNH VÍ DỤ"]]' \
	'whose they are is seen before the next'

# 6. What is not signed
refused()
{
	local name=$1 file=$2 words=$3
	shift 3
	nok "$name" sign "$file" x.pdf person "$@"
	like "$(cat why)" "$words" "$name: which is told"
}
mapfile -t who < <(by person)
for n in 1 2; do
	"$TOP/tests/sign-pdf" letter.pdf certified-$n.pdf "${who[@]}" docmdp=$n
done
sign certified-2.pdf two.pdf seal
is "$(judge two.pdf certified-2.pdf)" "$twice" 'one that is certified and permits it'
refused 'one that is certified as final' certified-1.pdf '"Signature1" in it certifies it as final.*EPERM'
locked()
{
	"$write" locked.pdf object="$with_form << /Fields [5 0 R] /SigFlags 3 >> >>" \
		object="5 << /FT /Sig /T (Boss) /V 6 0 R $1 >>" \
		object="6 << /Type /Sig /Filter /Adobe.PPKLite /SubFilter /adbe.pkcs7.detached /ByteRange [0 1 2 3] /Contents <00> $2 >>"
}
locked '' '/Reference [<< /TransformMethod /FieldMDP /TransformParams << /Action /All >> >>]'
refused 'one whose fields are locked' locked.pdf '"Boss" in it locks.*EPERM'
locked '/Lock << /Action /Exclude /Fields [(a)] >>' ''
refused 'one whose other fields are locked' locked.pdf '"Boss" in it locks.*EPERM'
locked '/Lock << /Action /Include /Fields [(a)] /P 1 >>' ''
refused 'one that a lock certifies' locked.pdf '"Boss" in it certifies.*EPERM'
"$write" xfa.pdf object="$with_form << /Fields [] /XFA (x) >> >>"
refused 'a form that a program in it makes' xfa.pdf 'XFA.*ENOTSUP|XFA.*EOPNOTSUPP'
qpdf --encrypt '' owner 256 -- letter.pdf closed.pdf
qpdf --encrypt user owner 256 -- letter.pdf secret.pdf
refused 'an encrypted one that opens' closed.pdf 'it is encrypted'
refused 'an encrypted one' secret.pdf 'it is encrypted'
head -c 20000 letter.pdf >cut.pdf
refused 'half a file' cut.pdf 'it is damaged'
{ cat letter.pdf && echo more; } >behind.pdf
refused 'one with something behind its end' behind.pdf 'tables do not name'
{ echo more && cat letter.pdf; } >before.pdf
refused 'one with something before it' before.pdf 'tables do not name'
refused 'no PDF' lists.pem 'it is no PDF'
: >empty.pdf
refused 'an empty file' empty.pdf 'it is no PDF'
"$write" pages.pdf object='2 << /Type /Pages /Count 2 /Kids [3 0 R 3 0 R] >>'
refused 'one with a page in two places, of which programs make two' pages.pdf 'made in a way'
"$write" mended.pdf object='4 << /Length 3 >>
stream
0 0 1 RG 50 50 90 90 re S
endstream'
refused 'one of which programs mend an object, each in its way' mended.pdf 'it is damaged'
"$write" generations.pdf object='1 << /Type /Catalog /Pages 2 0 R >>' object='2 << /Type /Pages /Count 1 /Kids [3 2 R] >>' object="3/2 ${page#3 } >>"
refused 'one with a page of a later generation' generations.pdf 'made in a way'
for more in 'page=2 place=1,1,5,5 line=a|no page 2' 'page=4294967295 line=a|no page 4294967295' 'page=1 place=500,800,200,20 line=a|not on the page.*595 x 842' \
	'page=1 place=10,10,0,20 line=a|not on the page' 'page=1 place=10,10,99,12 line=abcdefghijklmnopqrstuvwxyzabcdefgh|does not fit' \
	'page=1 place=10,10,99,12 line=a line=b|does not fit' 'page=1 place=10,10,99,12 line=中|cannot show.*中'; do
	read -ra options <<<"${more%|*}"
	refused "${more%|*}" letter.pdf "${more#*|}" "${options[@]}"
done

# 7. Images of strangers
# shellcheck disable=SC2016 # perl's variables
png opaque.png 9 9 '(255, 0, 0, 255)'
CLAIM_W=16000 CLAIM_H=16000 png huge.png 9 9 '(1, 2, 3, 0)'
CLAIM_W=4000 CLAIM_H=4000 png bomb.png 9 9 '(1, 2, 3, 0)'
head -c 100 hand.png >half.png
head -c 9000000 /dev/zero >zeros.png
sed 's/IDAT/JDAT/' hand.png >other.png
place=(page=1 'place=10,10,99,99')
refused 'an image that hides what is under it (NĐ 30/2020/NĐ-CP, Phụ lục I)' letter.pdf 'no transparent ground' "${place[@]}" image=opaque.png
# clear-image: a signature that seems to show one, and shows nothing
# shellcheck disable=SC2016 # perl's variables
for case in '(255, 0, 0, 0)' '$x ? (255, 255, 255, 255) : (0, 0, 0, 0)' '(255, 0, 0, 9)'; do
	png clear.png 9 9 "$case"
	refused "clear-image: $case" letter.pdf 'shows nothing' "${place[@]}" image=clear.png
done
refused 'an image that claims to be too large' letter.pdf '16000 x 16000' "${place[@]}" image=huge.png
refused 'an image that is too large' letter.pdf 'larger than 8 MiB' "${place[@]}" image=zeros.png
for file in bomb.png half.png other.png letter.pdf; do
	refused "$file as an image" letter.pdf 'not a PNG file that can be read' "${place[@]}" image=$file
done

# 8. Time-stamps
cat >ts.cnf <<END
[ tsa ]
default_tsa = this
[ this ]
serial = $WORK/ts.serial
signer_cert = $pki/stamp.crt
signer_key = $pki/stamp.key
certs = $pki/sub-g2.crt
signer_digest = sha256
default_policy = 1.2.3.4.1
digests = sha256, sha384
ess_cert_id_alg = sha256
END
reply='openssl ts -reply -config ts.cnf -section this -queryfile /dev/stdin 2>ts.err'
sign letter.pdf stamped.pdf person stamp="$reply" || fail "stamped: $(cat why)"
take stamped.pdf
is "$(pdfsig_says stamped.pdf)" "Total document signed $valid" 'a time-stamp leaves the signature valid'
unlike "$(verdict stamped.pdf)" 'stamp-bad' 'and is one of it'
# Of the signature's value it is, as "openssl ts" sees it too.
openssl cms -cmsout -print -in cms -inform DER 2>/dev/null >cms.txt
like "$(sed -n '/unsignedAttrs/,$p' cms.txt)" 'id-smime-aa-timeStampToken' 'among the unsigned attributes (B-T)'
sign stamped.pdf two.pdf seal stamp="$reply"
is "$(pdfsig_says two.pdf)" "Not total document signed ${valid}Total document signed $valid" 'so is the second'
openssl ts -query -data letter.pdf -sha256 -cert -out other.tsq 2>/dev/null
openssl ts -reply -config ts.cnf -section this -queryfile other.tsq -out other.tsr 2>/dev/null
openssl ts -query -data letter.pdf -md5 -out weak.tsq 2>/dev/null
openssl ts -reply -config ts.cnf -section this -queryfile weak.tsq -out no.tsr 2>/dev/null
refused 'an authority that is not there' letter.pdf 'ECONNREFUSED' stamp=false
refused 'one that says nothing' letter.pdf 'no time-stamp.*EPROTO' stamp=true
refused 'one that talks of something else' letter.pdf 'no time-stamp' stamp='echo hello'
refused 'one that refuses' letter.pdf 'refuses: badAlg' stamp='cat no.tsr'
refused 'a time-stamp of something else' letter.pdf 'the answer to another request' stamp='cat other.tsr'
# Its last byte but those of certReq is changed on the way there.
# shellcheck disable=SC2016 # perl's variables
refused 'a time-stamp with another nonce, as an older answer has it (RFC 3161, 2.4.1)' letter.pdf 'the answer to another request' \
	stamp='perl -0777 -pe '\''s/(\x02\x08.{7})(.)/$1 . ($2 ^ "\x01")/se'\'' >nonce.tsq; openssl ts -reply -config ts.cnf -section this -queryfile nonce.tsq 2>ts.err'
refused 'half of one' letter.pdf 'no time-stamp' stamp="$reply | head -c 900"
# The last bytes are those of its signature.
# shellcheck disable=SC2016 # perl's variable
refused 'one whose signature is wrong' letter.pdf 'does not hold' \
	stamp="$reply | perl -0777 -pe 'substr(\$_, -5, 1) ^= \"\\1\"'"

# 9. A text beside its signature
sign lists.pem x person kind=text
mv update text.p7s
ok 'a text is signed apart' openssl cms -verify -cades -binary -content lists.pem \
	-in text.p7s -inform DER -CAfile "$pki/ca-bundle.pem" -purpose any -out /dev/null
nok 'and no other' openssl cms -verify -cades -binary -content letter.pdf \
	-in text.p7s -inform DER -CAfile "$pki/ca-bundle.pem" -purpose any -out /dev/null

plan_done
