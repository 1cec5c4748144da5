#!/bin/bash
# SPDX-License-Identifier: LGPL-2.1-or-later
#
# "ckstoken sign" and --sign of documents: by soft tokens and a virtual card, on
# letters of our own and PDFs of others, beside what pdfsig and openssl say of
# them; what is refused before the PIN is asked for; and an authority of
# tests/tsa that does not answer, or wrongly.
#
# sanitize: yes

# shellcheck disable=SC2119,SC2120,SC2317 # functions are called by name
# shellcheck source=tests/lib.sh
. "$(dirname "$0")/lib.sh"
need_world
need pdfsig:poppler-utils qpdf:qpdf perl:perl openssl:openssl jq:jq \
	pdftoppm:poppler-utils

export CKSTOKEN_NOW=2026-11-21T02:00:00Z SOURCE_DATE_EPOCH=1795226400
cd "$WORK" || bail 'no folder'
pki=$(dirname "$(pki person.crt)")
pin=$(secret_file USER_PIN)
wrong=$(secret_file WRONG_PIN)
cat "$pki/g2.crl" "$pki/root-g2.crl" >lists.pem

# png FILE WIDTH HEIGHT PERL: a transparent picture; the expression of $x and $y
# says where it has ink, of the colour RED,GREEN,BLUE.
png()
{
	perl -MCompress::Zlib -e '
		my ($out, $w, $h, $colour, $ink) = @ARGV;
		my ($data, @rgb) = ("", split /,/, $colour);
		for my $y (0 .. $h - 1) {
			$data .= "\0";
			for my $x (0 .. $w - 1) {
				$data .= pack "C4", @rgb, eval($ink) ? 255 : 0;
			}
		}
		sub chunk { my ($n, $d) = @_;
			pack("N", length $d) . $n . $d . pack("N", crc32($n . $d)) }
		open my $f, ">:raw", $out or die;
		print $f "\x89PNG\r\n\x1a\n", chunk("IHDR",
			pack("NNCCCCC", $w, $h, 8, 6, 0, 0, 0)),
			chunk("IDAT", compress($data)), chunk("IEND", "");' "$@"
}
# shellcheck disable=SC2016 # for perl
png hand.png 250 100 0,0,200 'abs($y - 50 - 40 * sin($x / 12)) < 5'
# shellcheck disable=SC2016 # for perl
png seal.png 200 200 220,0,0 \
	'my $r = sqrt(($x - 100) ** 2 + ($y - 100) ** 2); $r < 98 && $r > 88 || $r < 30'

office_conf >/dev/null
sed -i 's/^signer = .*/signer = Nguyễn Thị Thử Nghiệm/' office.conf
printf '%s\n' '[trust]' "anchors = $pki/ca-bundle.pem" "crls = $WORK/lists.pem" \
	'[sign]' "image = $WORK/hand.png" "seal = $WORK/seal.png" >>office.conf
conf=$WORK/office.conf
start_softhsm 'Người ký' 'Con dấu'
ck=(ckstoken --config "$conf" --module "$SOFTHSM_MODULE")
person=(--label 'Người ký' --pin-file "$pin")
seal=(--label 'Con dấu' --pin-file "$pin")

exit_is 0 'a letter of ours' "${ck[@]}" request recover --number 15 --no-tokens \
	--set device_serial=0A1B2C3D --set name='Nguyễn Văn A' -o letter.pdf

# judge FILE: what verify says of each signature.
judge()
{
	"${ck[@]}" verify --json "$1" 2>&1 | jq -r '.files[].signatures[] |
		[.indication, (.findings[].finding)] | join(" ")'
}
# pdfsig_says FILE: what poppler does.
pdfsig_says()
{
	pdfsig -nocert "$1" 2>&1 | sed -n \
		-e 's/^  - Signature Validation: //p' \
		-e 's/^  - \(Total document signed\|Not total document signed\)/\1/p' |
		tr '\n' ' '
}
# openssl_says FILE N: what openssl does of the signature N, from 0.
openssl_says()
{
	perl -0777 -ne 'BEGIN { $n = shift } my @all = /\/ByteRange\s*\[\s*(\d+)\s+(\d+)\s+(\d+)\s+(\d+)/g;
		my ($a, $b, $c, $d) = @all[4 * $n .. 4 * $n + 3];
		my $der = pack "H*", substr($_, $a + $b + 1, $c - $b - 2);
		my ($len, $head) = (unpack("C", substr($der, 1, 1)), 2);
		if ($len & 0x80) { my $k = $len & 0x7f; $head += $k;
			$len = hex unpack "H*", substr($der, 2, $k) }
		open my $f, ">:raw", "cms.der"; print $f substr($der, 0, $head + $len);
		open $f, ">:raw", "cms.data"; print $f substr($_, $a, $b), substr($_, $c, $d);
	' "$2" "$1"
	openssl cms -verify -binary -inform DER -in cms.der -content cms.data \
		-CAfile "$pki/ca-bundle.pem" -purpose any -cades \
		-attime 1795226400 -out /dev/null 2>&1
}
# colour FILE X Y: of the page at so many millimetres from the left and the upper
# edge, at 100 dots an inch.
colour()
{
	[ -e "$1.ppm" ] || pdftoppm -r 100 -f 1 -l 1 -singlefile "$1" "$1" ||
		return
	perl -e 'open my $f, "<:raw", "$ARGV[0].ppm" or die; local $/; $_ = <$f>;
		my ($w, $h) = /^P6\s+(\d+)\s+(\d+)\s+255\s/ or die; my $at = $+[0];
		my ($x, $y) = map { int($_ / 25.4 * 100) } @ARGV[1, 2];
		my ($r, $g, $b) = unpack "C3", substr $_, $at + 3 * ($y * $w + $x), 3;
		print $r > 150 && $b < 100 ? "red" : $b > 150 && $r < 100 ? "blue"
			: $r > 200 && $g > 200 && $b > 200 ? "white" : "other", "\n"' \
		"$@"
}

# 1. A person, and then the agency

exit_is 0 'a person signs' "${ck[@]}" sign letter.pdf -o person.pdf \
	"${person[@]}" --json
is "$(json '[.as, .certificate.name, (.files[] | .signed, .level, .page,
	.indication, .time)] | tojson')" \
	'["person","Nguyễn Thị Thử Nghiệm",true,"B-B",1,"TOTAL-PASSED","2026-11-21T09:00:00+07:00"]' \
	'which is told'
is "$(json '.files[].sha256')" "$(sha256sum person.pdf | cut -d ' ' -f 1)" \
	'with the digest of what was written'
is "$(judge person.pdf)" TOTAL-PASSED 'verify agrees'
exit_is 0 'the certificate of its authority goes along, for who has the root alone' \
	"${ck[@]}" verify --anchors "$pki/root-g2.crt" person.pdf
is "$(pdfsig_says person.pdf)" \
	'Total document signed Signature is Valid. ' 'and pdfsig'
like "$(openssl_says person.pdf 0)" 'successful' 'and openssl'
ok 'what was signed is kept in it' \
	cmp -n "$(stat -c %s letter.pdf)" letter.pdf person.pdf
exit_is 0 'and then the seal' "${ck[@]}" sign person.pdf -o both.pdf "${seal[@]}"
like "$err" 'both.pdf is written, signed by SỞ TÀI CHÍNH TỈNH VÍ DỤ' 'is told'
is "$(judge both.pdf)" $'TOTAL-PASSED added-signature\nTOTAL-PASSED' \
	'both hold'
is "$(pdfsig_says both.pdf)" \
	'Not total document signed Signature is Valid. Total document signed Signature is Valid. ' \
	'by pdfsig, too'
like "$(openssl_says both.pdf 1)" 'successful' 'and openssl'
ok 'qpdf finds no fault' qpdf --check both.pdf
is "$(words_of both.pdf)" "$(words_of letter.pdf)" 'the words are the same'

# 2. What they show (NĐ 30/2020, Phụ lục I)

# ink FILE COLOUR: the edges of it on page 1, in millimetres from the left and
# the upper edge: left, top, right, bottom.
ink()
{
	pdftoppm -r 127 -f 1 -l 1 -singlefile "$1" page
	perl -e 'open my $f, "<:raw", "page.ppm" or die; local $/; $_ = <$f>;
		my ($w, $h) = /^P6\s+(\d+)\s+(\d+)\s+255\s/ or die; my $at = $+[0];
		my ($l, $t, $r, $b) = ($w, $h, 0, 0);
		for my $y (0 .. $h - 1) { for my $x (0 .. $w - 1) {
			my @c = unpack "C3", substr $_, $at + 3 * ($y * $w + $x), 3;
			@c = reverse @c if $ARGV[0] eq "blue";
			next unless $c[0] > 180 && $c[2] < 90;
			$l = $x if $x < $l; $r = $x if $x > $r;
			$t = $y if $y < $t; $b = $y if $y > $b;
		} } printf "%d %d %d %d\n", map { $_ / 5 } $l, $t, $r, $b' "$2"
}
# word FILE WORD: the upper and lower edge of its last line on page 1, likewise,
# and its middle.
word()
{
	pdftotext -bbox -l 1 "$1" - | grep -F ">$2<" | tail -n 1 | perl -ne '
		my ($l, $t, $r, $b) = /Min="(\S+)" yMin="(\S+)" xMax="(\S+)" yMax="(\S+)"/;
		printf "%d %d %d\n", map { $_ / 72 * 25.4 } $t, $b, ($l + $r) / 2'
}
read -r left top right bottom < <(ink both.pdf blue)
read -r _ title _ < <(word both.pdf ĐỐC)
read -r name _ _ < <(word both.pdf Nghiệm)
ok "the hand's signature stands between title and name" \
	test "$top" -ge $((title - 2)) -a "$bottom" -le $((name + 2)) \
	-a $((bottom - top)) -ge 10
read -r from _ middle < <(word both.pdf Nguyễn)
read -r _ _ end < <(word both.pdf Nghiệm)
is "$(((left + right) / 2 - (middle + end) / 2 <= 4 && (left + right) / 2 - (middle + end) / 2 >= -4))" 1 \
	'centred over the name'
third=$((left + (right - left) / 3))
read -r left2 top2 right2 bottom2 < <(ink both.pdf red)
ok 'the seal is over its left third' \
	test "$right2" -ge $((third - 2)) -a "$right2" -le $((third + 2)) \
	-a "$left2" -lt "$left"
ok 'as large as it is' test $((right2 - left2)) -ge 34 -a $((right2 - left2)) -le 37 \
	-a $((bottom2 - top2)) -ge 34
exit_is 0 'a copy' "${ck[@]}" sign both.pdf -o copy.pdf "${seal[@]}" --as copy --yes
like "$(words_of copy.pdf)" 'Sao y Sở Tài chính 21/11/2026 09:00:00 \+07:00' \
	'shows its form, the agency and the time'
read -r top bottom _ < <(word copy.pdf Sao)
ok 'in the upper corner' test "$bottom" -le 20
exit_is 0 'a copy of another form' "${ck[@]}" sign both.pdf -o - "${seal[@]}" \
	--as copy --copy-form trich-sao --yes
exit_is 0 'an annex' "${ck[@]}" sign letter.pdf -o annex.pdf "${seal[@]}" \
	--as annex --number 15/STC-VP
like "$(words_of annex.pdf)" 'Số: 15/STC-VP 21/11/2026 09:00:00 \+07:00' \
	'shows the number of its document and the time'
exit_is 2 'an annex without that' "${ck[@]}" sign letter.pdf -o no.pdf \
	"${seal[@]}" --as annex
exit_is 2 'nor with a picture' "${ck[@]}" sign letter.pdf -o no.pdf \
	"${seal[@]}" --as annex --number 1 --image hand.png
# secret-on-the-page: no option puts one where all may read it
exit_is 7 'secret-on-the-page: a PIN as the number' "${ck[@]}" sign letter.pdf \
	-o no.pdf "${seal[@]}" --as annex --number 'PIN 648219'
unlike "$err" 648219 'secret-on-the-page: and is not said again'
exit_is 2 'a number of two lines' "${ck[@]}" sign letter.pdf -o no.pdf \
	"${seal[@]}" --as annex --number $'15/STC\n16'
nok 'nothing is written' test -e no.pdf

# 3. PDFs of others

qpdf --linearize letter.pdf linear.pdf
qpdf --object-streams=generate letter.pdf streams.pdf
qpdf --encrypt '' secret 256 -- letter.pdf encrypted.pdf
# A page of nobody's, turned, whose catalogue says nothing.
"$TOP/tests/write-pdf" turned.pdf \
	object='3 << /Type /Page /Parent 2 0 R /MediaBox [0 0 595 842] /Rotate 90 >>'
for name in linear streams; do
	exit_is 0 "$name" "${ck[@]}" sign "$name.pdf" -o "$name-signed.pdf" "${person[@]}"
	is "$(judge "$name-signed.pdf")" TOTAL-PASSED 'holds'
	is "$(pdfsig_says "$name-signed.pdf")" \
		'Total document signed Signature is Valid. ' 'by pdfsig, too'
done
exit_is 2 'where the picture goes on a PDF of others is not known' \
	"${ck[@]}" sign turned.pdf -o turned-signed.pdf "${person[@]}"
like "$err" '--at PAGE,X,Y,W,H' 'is told'
exit_is 0 'and can be said' "${ck[@]}" sign turned.pdf -o turned-signed.pdf \
	"${person[@]}" --at=-1,200,100,50,20
read -r left top right bottom < <(ink turned-signed.pdf blue)
ok 'as the page is seen' test "$left" -ge 199 -a "$right" -le 251 \
	-a "$top" -ge 99 -a "$bottom" -le 121
for at in 1,2,3,4 0,1,1,1,1 1.5,1,1,1,1 1,-1,1,1,1 1,1,1,0,1 1,x,1,1,1 "1,1,1,1,1," \
	2,1,1,10,10 1,290,1,10,10 1,1,1,1e9,1; do
	exit_is 2 "--at $at is none" "${ck[@]}" sign turned.pdf -o no.pdf \
		"${person[@]}" "--at=$at"
done
# an-earlier-one-in-doubt: what hides much of a page leaves it so
exit_is 13 'an-earlier-one-in-doubt' "${ck[@]}" sign person.pdf -o no.pdf \
	"${seal[@]}" --image hand.png --at 1,5,5,200,280
like "$err" 'less room by --at' 'is told'
exit_is 0 '--invisible' "${ck[@]}" sign turned.pdf -o hidden.pdf "${person[@]}" \
	--invisible --json
is "$(json '.files[].page')" 0 'shows nothing'
exit_is 11 'an encrypted PDF' "${ck[@]}" sign encrypted.pdf -o no.pdf "${person[@]}"
like "$err" 'encrypted.pdf: .*encrypted' 'is told'
head -c 3000 letter.pdf >half.pdf
exit_is 11 'half a PDF' "${ck[@]}" sign half.pdf -o no.pdf "${person[@]}"
exit_is 11 'no PDF' "${ck[@]}" sign lists.pem -o no.pdf "${person[@]}"
"$TOP/tests/sign-pdf" letter.pdf final.pdf key="$pki/person.key" \
	cert="$pki/person.crt" chain="$pki/sub-g2.crt" docmdp=1
exit_is 7 'a PDF that is certified as final' "${ck[@]}" sign final.pdf -o no.pdf \
	"${seal[@]}"
exit_is 11 'a picture that is none' "${ck[@]}" sign letter.pdf -o no.pdf \
	"${person[@]}" --image lists.pem
# picture-before-the-pin: what is wrong with one is known before a try is spent
unpictured=("${ck[@]}" sign letter.pdf -o no.pdf --label 'Người ký' --pin-file "$wrong" --image)
png clear.png 9 9 0,0,200 0
exit_is 11 'clear-image: a picture that is wholly transparent' "${unpictured[@]}" clear.png
like "$err" 'clear.png: the image shows nothing' 'clear-image: is told'
png ground.png 9 9 255,255,255 1
exit_is 11 'picture-before-the-pin: one with a ground' "${unpictured[@]}" ground.png
like "$err" 'ground.png: the image has no transparent ground' 'picture-before-the-pin: is told'
head -c 300 hand.png >half.png
exit_is 11 'picture-before-the-pin: half a picture' "${unpictured[@]}" half.png
nok 'none of which is written' test -e no.pdf
# shellcheck disable=SC2016 # for that shell
exit_is 0 'from standard input to standard output' bash -c \
	'"$0" "$@" <letter.pdf >piped.pdf' "$CKSTOKEN" --config "$conf" \
	--module "$SOFTHSM_MODULE" sign - -o - "${person[@]}"
is "$(judge piped.pdf)" TOTAL-PASSED 'holds'

# 4. What is refused before the PIN is asked for

# refuses NAME REGEX ARGUMENT...
refuses()
{
	local name=$1 regex=$2
	shift 2
	exit_is 7 "$name" "${ck[@]}" sign "$@" -o no.pdf
	like "$err" "$regex" 'is told'
	like "$err" 'othing was (sent|signed)' 'with nothing sent'
	nok 'nor written' test -e no.pdf
}
# token NAME: a soft token with that certificate of tests/pki.
token()
{
	softhsm2-util --init-token --free --label "$1" --so-pin "$SO_PIN" \
		--pin "$USER_PIN" >/dev/null || bail "no token $1"
	fill_token "$1" --module "$SOFTHSM_MODULE" --token-label "$1"
}
for name in expired notyet revoked reader public-ca weak; do
	token "$name"
done
sign_by=(--pin-file "$pin" --label)
refuses 'an expired certificate (000 Đ3)' 'expired' letter.pdf "${sign_by[@]}" expired
refuses 'one that is not valid yet' 'from 01/03/2027' letter.pdf "${sign_by[@]}" notyet
refuses 'one that a list calls revoked' 'revoked' letter.pdf "${sign_by[@]}" revoked
refuses 'one for decryption' 'no certificate' letter.pdf "${sign_by[@]}" reader
refuses 'by its id, too' 'not for signatures' letter.pdf "${sign_by[@]}" reader --id 45
refuses 'a key of 1024 bits (TT 15/2025)' '1024|short|weak' letter.pdf "${sign_by[@]}" weak --as person
refuses 'one of a public CA (001 Đ8.1)' 'not one of the Government CA' letter.pdf \
	"${sign_by[@]}" public-ca
refuses "a seal where a person signs" 'no certificate of a person' letter.pdf \
	"${seal[@]}" --as person
refuses 'the seal before any person (002 Đ16.3, 003 Đ7.1b)' \
	'no person has signed it yet' letter.pdf "${seal[@]}"
refuses 'a person after the seal' 'a person signs before' both.pdf "${person[@]}"
like "$err" 'by this certificate already' 'who has signed it already, too'
refuses 'a second seal' 'by this certificate already' both.pdf "${seal[@]}"
sed 's/^signer = .*/signer = Trần Văn Ký/' office.conf >other-signer.conf
ckstoken --config other-signer.conf request recover --number 16 --no-tokens \
	--set device_serial=0A1B2C3D -o other-signer.pdf >/dev/null 2>&1
refuses "a letter that another signs" \
	'is to be signed by Trần Văn Ký, and the certificate is of Nguyễn Thị Thử Nghiệm' \
	other-signer.pdf "${person[@]}"
sed 's/^name = Sở Tài chính/name = Sở Xây dựng/' office.conf >other-agency.conf
ck[2]=$WORK/other-agency.conf
refuses "another agency's seal" 'set up for Sở Xây dựng' person.pdf "${seal[@]}"
ckstoken --config other-agency.conf request recover --number 17 --no-tokens \
	--set device_serial=0A1B2C3D -o other-agency.pdf >/dev/null 2>&1
ck[2]=$conf
exit_is 0 'a person signs for another agency' "${ck[@]}" sign other-agency.pdf \
	-o other-person.pdf "${person[@]}"
refuses "another agency's letter" 'a document of Sở Xây dựng' other-person.pdf "${seal[@]}"
cp person.pdf altered.pdf
perl -0pi -e 's/CreationDate\(D:2026/CreationDate(D:2025/' altered.pdf
refuses 'a document whose signature does not hold' 'does not hold' altered.pdf "${seal[@]}"
exit_is 0 'what is meant is signed with --yes' "${ck[@]}" sign letter.pdf \
	-o seal-first.pdf "${seal[@]}" --yes
exit_is 7 'an output that is there' "${ck[@]}" sign letter.pdf -o person.pdf "${person[@]}"
like "$err" 'is there already, and is not replaced' 'is told'
ok 'and is as it was' cmp -n "$(stat -c %s letter.pdf)" letter.pdf person.pdf
exit_is 2 '-o given twice' "${ck[@]}" sign letter.pdf -o no.pdf -o no.pdf "${person[@]}"
exit_is 2 'two files into one' "${ck[@]}" sign letter.pdf linear.pdf -o no.pdf "${person[@]}"
mkdir signed x
cp letter.pdf x/
exit_is 2 'two of one name' "${ck[@]}" sign letter.pdf x/letter.pdf -o signed "${person[@]}"
exit_is 12 'a folder that is not there' "${ck[@]}" sign letter.pdf -o none/x.pdf "${person[@]}"
exit_is 4 'several tokens, and none named' "${ck[@]}" sign letter.pdf -o no.pdf --pin-file "$pin"
exit_is 2 'a time-stamp from no address' "${ck[@]}" sign letter.pdf -o no.pdf \
	"${person[@]}" --tsa ftp://127.0.0.1/

# 5. A wrong PIN, and a token that is pulled

start_pcscd 2
start_card card sc-hsm 0
card=(ckstoken --config "$conf" --module "$OPENSC_MODULE" sign --serial CA0D0000)
exit_is 5 'a wrong PIN' "${card[@]}" letter.pdf -o no.pdf --pin-file "$wrong"
is "$(secret_apdus card)" 1 'is sent once'
like "$err" 'one try of the user PIN is gone' 'and told'
nok 'and nothing is written' test -e no.pdf
card_ctl card 'set tries 1' >/dev/null
exit_is 7 'the last try' "${card[@]}" letter.pdf -o no.pdf --pin-file "$pin"
like "$err" '--final-try' 'needs consent'
is "$(secret_apdus card)" 1 'and was not sent'
exit_is 0 'with it' "${card[@]}" letter.pdf -o by-card.pdf --pin-file "$pin" --final-try
is "$(judge by-card.pdf)" TOTAL-PASSED 'a card signs'
card_ctl card 'set tries 0' >/dev/null
exit_is 6 'a locked token' "${card[@]}" letter.pdf -o no.pdf --pin-file "$pin"
card_ctl card 'set tries 3' >/dev/null

tsa=http://127.0.0.1:31318
"$TOP/tests/tsa" 31318 "$pki/stamp.crt" "$pki/stamp.key" "$pki/root-g2.crt" \
	"$pki/person.crt" "$pki/person.key" >tsa.out 2>tsa.err &
disown # it ends with the world
wait_for 10 grep -q ready tsa.out || bail "no authority: $(cat tsa.err)"
for i in 1 2 3; do
	cp letter.pdf "$i.pdf"
done
mkdir pulled
"${card[@]}" 1.pdf 2.pdf 3.pdf -o pulled --pin-file "$pin" --tsa $tsa/gate \
	>batch.out 2>batch.err &
batch=$!
wait_for 30 test -e asked || fail 'the first file waits for its time-stamp'
stop_card card
touch open
wait "$batch"
is $? 9 'a token that is pulled between two files ends a batch'
is "$(ls pulled)" 1.pdf 'the file that it had signed is there'
like "$(<batch.err)" 'signed: 1 of 3 files; these are not:.*2.pdf.*3.pdf' \
	'and the others are told'
exit_is 0 'a batch' "${ck[@]}" sign 1.pdf 2.pdf 3.pdf -o signed --json "${person[@]}"
is "$(json '[.files[].signed] | tojson')" '[true,true,true]' 'of three'
is "$(judge signed/3.pdf)" TOTAL-PASSED 'each of which holds'
ok 'what was signed is as it was' cmp 3.pdf letter.pdf
cp lists.pem 4.pdf
exit_is 11 'a batch with a file that is no PDF' "${ck[@]}" sign x/letter.pdf 4.pdf \
	-o signed "${person[@]}"
nok 'is refused as a whole' test -e signed/letter.pdf

# The program that reads them is started once, and copied for each file
# hold FOLDER: a batch whose first file waits for its time-stamp.
hold()
{
	rm -f open asked
	mkdir "$1"
	"$CKSTOKEN" --config "$conf" --module "$SOFTHSM_MODULE" sign 1.pdf 2.pdf \
		-o "$1" "${person[@]}" --tsa $tsa/gate >"$1.out" 2>"$1.err" &
	batch=$!
	wait_for 30 test -e asked || fail "$1: the first file waits" "$(<"$1.err")"
}
# limited PID: its children that read files, the one that is copied first.
limited()
{
	grep -l "^PPid:[[:space:]]$1\$" /proc/[0-9]*/status 2>/dev/null |
		cut -d / -f 3 | sort -n | while read -r pid; do
		tr '\0' ' ' <"/proc/$pid/cmdline" |
			grep -q '/signatures zygote $' && echo "$pid"
	done
}
if grep -q __asan_init "$CKSTOKEN"; then
	pass 'with a sanitizer it is started for each file'
else
	hold killed
	mapfile -t pids < <(limited "$batch")
	is ${#pids[@]} 2 'while one file is signed, there are the program and one copy'
	is "$(find "/proc/${pids[0]}/fd" -type l -printf '%f\n' | sort | paste -sd' ')" '0 1 2' \
		'the program holds no file'
	kill -s KILL "$batch"
	wait "$batch" 2>/dev/null
	for pid in "${pids[@]}"; do
		ok 'it ends with the command that is killed' \
			wait_for 30 eval "! [ -e /proc/$pid ]"
	done
	touch open
	is "$(ls killed)" '' 'and nothing was written'
	# Without it, a program is started for each file.
	hold alone
	mapfile -t pids < <(limited "$batch")
	kill -s KILL "${pids[0]}"
	touch open
	wait "$batch"
	is $? 0 'when it is killed, all goes on' || sed 's/^/# /' alone.err
	is "$(judge alone/1.pdf)|$(judge alone/2.pdf)" \
		'TOTAL-PASSED stamp-untrusted|TOTAL-PASSED stamp-untrusted' \
		'and each file is signed as ever'
	# What becomes of a copy is that file's.
	hold copy
	mapfile -t pids < <(limited "$batch")
	kill -s SEGV "${pids[1]}"
	touch open
	wait "$batch"
	is $? 11 'when a copy crashes, that file is refused'
	is "$(ls copy)" 2.pdf 'and the next is signed'
	like "$(<copy.err)" '1.pdf: it is not signed: it is damaged' 'which is told'
	is "$(judge copy/2.pdf)" 'TOTAL-PASSED stamp-untrusted' 'as ever'
fi

# 6. Time-stamps, of today: openssl ts has no other time

stamped()
{
	CKSTOKEN_NOW=$(date -u +%Y-%m-%dT%H:%M:%SZ) "${ck[@]}" sign letter.pdf \
		-o "$1" --label today --pin-file "$pin" --yes --json "${@:2}"
}
softhsm2-util --init-token --free --label today --so-pin "$SO_PIN" \
	--pin "$USER_PIN" >/dev/null || bail 'no token'
openssl req -new -key "$pki/person.key" -utf8 -subj '/CN=Nguyễn Thị Thử Nghiệm' \
	-out request 2>log
openssl x509 -req -in request -CA "$pki/sub-g2.crt" -CAkey "$pki/sub-g2.key" \
	-set_serial 77 -days 30 -extfile <(printf '%s\n' \
	'keyUsage = digitalSignature' 'extendedKeyUsage = emailProtection' \
	'subjectAltName = email:thunghiem@vidu.example') \
	-outform der -out today.der 2>log || bail "no certificate: $(<log)"
p11 --module "$SOFTHSM_MODULE" --token-label today --login --pin "$USER_PIN" \
	--id 45 --write-object "$pki/person.key" --type privkey
p11 --module "$SOFTHSM_MODULE" --token-label today --login --pin "$USER_PIN" \
	--id 45 --write-object today.der --type cert
exit_is 0 'with a time-stamp' stamped stamped.pdf --tsa $tsa/
is "$(json '.files[].level')" B-T 'it is of the level B-T'
like "$(pdfsig_says stamped.pdf)" 'Signature is Valid' 'pdfsig agrees'
: >asked
exit_is 0 'an authority that is busy for the first time' stamped busy.pdf \
	--tsa $tsa/500-first
is "$(wc -l <asked)" 2 'is asked again'
for case in 500 404 elsewhere type large truncated rejected nonce imprint \
	signature signer; do
	exit_is 9 "an authority that lies: $case" stamped no.pdf \
		--tsa "$tsa/$case" --tsa-timeout 2
	nok 'nothing is written' test -e no.pdf
done
exit_is 9 'one that does not answer' stamped no.pdf --tsa $tsa/slow --tsa-timeout 1
exit_is 9 'one that is not there' stamped no.pdf \
	--tsa http://127.0.0.1:31319/ --tsa-timeout 1
nok 'nothing is written' test -e no.pdf
# proxy-of-the-office: named in [trust], for machines that reach no authority else
proxied=$WORK/proxied.conf
sed 's|^crls = .*|&\nproxy = http://127.0.0.1:31318|' office.conf >"$proxied"
ck[2]=$proxied
: >asked
exit_is 0 'proxy-of-the-office' stamped proxied.pdf --tsa http://tsa.vidu.example/
is "$(<asked)" http://tsa.vidu.example/ 'proxy-of-the-office: is asked for the authority'
sed -i 's|^proxy = .*|proxy = http://an:mat-khau@127.0.0.1:31318|' "$proxied"
exit_is 11 'proxy-of-the-office: with a password' stamped no.pdf --tsa $tsa/
like "$err" 'proxy must not have a name or a password' 'proxy-of-the-office: is told before the PIN'
ck[2]=$conf
http_proxy=http://127.0.0.1:31319 exit_is 0 'what the environment has of proxies' \
	stamped no-proxy.pdf --tsa $tsa/

# 7. Documents that are signed as they are written

printf '%s\n' '[register]' "file = $WORK/register.db" >>office.conf
serial=$(ckstoken --module "$SOFTHSM_MODULE" status --json 2>/dev/null |
	jq -r '.tokens[] | select(.label == "Người ký") | .serial')
with=(--sign --sign-serial "$serial" --pin-file)
letters=("${ck[@]}" request recover --no-tokens --set device_serial=0A1B2C3D)
exit_is 0 'a request with --sign' "${letters[@]}" --number 21 "${with[@]}" "$pin" \
	-o 21.pdf -o 21.docx
is "$(judge 21.pdf)" TOTAL-PASSED 'is written and signed'
ok 'and the DOCX beside it' test -s 21.docx
is "$(dossier_of 21.pdf)" "$(dossier_of 21.docx)" 'with the same data'
exit_is 0 'the register' "${ck[@]}" register history --json
is "$(json '[.events[].signed] | tojson')" \
	'["Nguyễn Thị Thử Nghiệm, 4C3A91F27D05E6B1"]' 'knows by whom'
exit_is 5 'with a wrong PIN' "${letters[@]}" --number 22 "${with[@]}" "$wrong" -o 22.pdf
nok 'there is no letter' test -e 22.pdf
exit_is 0 'the register' "${ck[@]}" register history
unlike "$out" '22/STC' 'nor has it a record'
like "$out" 'signed by: +Nguyễn Thị Thử Nghiệm' 'and tells of the other'
exit_is 11 'a document that lacks something is refused before the PIN' \
	"${letters[@]}" --number 23 --strict "${with[@]}" "$wrong" -o 23.pdf
exit_is 3 'no token of whoever signs' "${ck[@]}" request recover --no-tokens \
	--set device_serial=0A1B2C3D --set agency.signer_name='Trần Văn Ký' \
	--number 23 --sign --pin-file "$pin" -o 23.pdf
like "$err" 'Trần Văn Ký, who signs the document' 'is told'
exit_is 7 'another than whoever signs' "${ck[@]}" request recover --no-tokens \
	--set device_serial=0A1B2C3D --set agency.signer_name='Trần Văn Ký' \
	--number 23 "${with[@]}" "$pin" -o 23.pdf
nok 'nothing is written' test -e 23.pdf
exit_is 2 'a DOCX alone is not signed' "${letters[@]}" --number 24 --sign -o 24.docx
exit_is 2 'a PIN for nothing' "${letters[@]}" --number 24 --pin-file "$pin" -o 24.pdf
exit_is 0 'several letters by one login' "${ck[@]}" request recover --no-tokens \
	--data - --each --number 31 "${with[@]}" "$pin" -o '{n}.each.pdf' \
	<<<'[{"device_serial": "T1"}, {"device_serial": "T2"}]'
is "$(judge 1.each.pdf) $(judge 2.each.pdf)" 'TOTAL-PASSED TOTAL-PASSED' \
	'are signed each'
exit_is 0 'minutes of two people' "${ck[@]}" handover deliver --no-tokens --number 4 \
	--set device_serial=T1 --giver 'Nguyễn Thị Thử Nghiệm' --receiver 'Hồ Thị Nhận' \
	--copies 2 "${with[@]}" "$pin" -o minutes.pdf
is "$(judge minutes.pdf)" TOTAL-PASSED 'are signed by the one'
read -r left _ right _ < <(ink minutes.pdf blue)
read -r _ _ middle < <(word minutes.pdf Nghiệm)
ok 'over the own name' test "$left" -lt "$middle" -a "$right" -gt "$middle"
# register-held: while an authority is asked, which may take minutes, others write
rm -f open asked
sed 's|^crls = .*|&\ntsa = '$tsa'/gate|' office.conf >gate.conf
now=$(date -u +%Y-%m-%dT%H:%M:%SZ)
today=$(ckstoken --module "$SOFTHSM_MODULE" status --json 2>/dev/null |
	jq -r '.tokens[] | select(.label == "today") | .serial')
CKSTOKEN_NOW=$now ckstoken --config gate.conf --module "$SOFTHSM_MODULE" \
	handover deliver --no-tokens --number 5 --set device_serial=T2 \
	--giver 'Nguyễn Thị Thử Nghiệm' --receiver 'Hồ Thị Nhận' --copies 2 --sign \
	--sign-serial "$today" --pin-file "$pin" -o held.pdf >held.out 2>held.err &
held=$!
wait_for 30 test -e asked || fail 'register-held: the authority is asked' "$(<held.err)"
CKSTOKEN_NOW=$now exit_is 0 'register-held: another officer writes meanwhile' \
	"${ck[@]}" register add token device_serial=T9
touch open
wait "$held"
is $? 0 'register-held: and then the minutes are recorded' || sed 's/^/# /' held.err
exit_is 0 'register-held: whose check code is of before' "${ck[@]}" register verify \
	--paper held.pdf
like "$out" 'held.pdf.*: proved. Nothing in the register up to event' 'register-held: and proves that'
is "$("${ck[@]}" register history --json 2>/dev/null | jq -r '[.events[-2:][].by] | tojson')" \
	'["add","handover deliver"]' 'register-held: each in its order'
no_secret_in 'no PIN is left anywhere' "$WORK" "$HOME"
plan_done
