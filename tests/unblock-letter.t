#!/bin/bash
# SPDX-License-Identifier: LGPL-2.1-or-later
# sanitize: yes
#
# `ckstoken unblock --request`: the letter is shown before any secret is asked,
# and everything that speaks against it is told, and needs --yes.

# shellcheck disable=SC2119,SC2120,SC2317 # functions are called by name
# shellcheck disable=SC2016 # of perl
# shellcheck source=tests/lib.sh
. "$(dirname "$0")/lib.sh"
need_world
need jq:jq qpdf:qpdf perl:perl zip:zip unzip:unzip

export CKSTOKEN_NOW=2026-11-21T02:00:00Z
cd "$WORK" || bail 'no work folder'
office_conf >/dev/null
so=$(secret_file SO_PIN)
new=$(secret_file NEW_PIN)
desk='Sở Khoa học và Công nghệ tỉnh Ví Dụ'
# As another officer writes it.
printf '%s\n' '[desk]' 'name = SỞ KHOA HỌC & CÔNG NGHỆ tỉnh Ví Dụ' \
	'grounds = Quyết định số 01/QĐ-STC' '[register]' \
	"$(register_setting "$WORK/r.db")" >desk.conf

# letter NUMBER OPTION...: NUMBER.pdf and NUMBER.docx, for the mock's token or
# $device, to this desk or to $to.
letter()
{
	local number=$1
	shift
	"$CKSTOKEN" --config office.conf request recover --no-tokens \
		--number "$number" --recipient "${to-$desk}" -o "$number.pdf" \
		-o "$number.docx" --set device_serial="${device-MOCK00000000}" \
		"$@" \
		2>letter.err || bail "no letter: $(cat letter.err)"
}

# unblock FILE OPTION...: with a token that is locked, and a module of $module,
# whose tries are not known: that is no doubt about the letter.
unblock()
{
	local file=$1
	shift
	mock_state user-tries=0
	"$CKSTOKEN" --config desk.conf --module "$(mock "${module-locks}")" \
		unblock --request "$file" --final-try --so-pin-file "$so" \
		--new-pin-file "$new" "$@"
}

# doubted NAME REGEX FILE: refused, with 13 in $code where a signature is why,
# told, and nothing sent.
doubted()
{
	exit_is "${code-7}" "$1" unblock "$3"
	like "$err" "$2" 'is told'
	like "$err" 'nothing was sent.*--yes' 'and that --yes goes on'
	is "$(mock_calls 'C_Login|C_SetPIN|C_InitPIN')" 0 'nothing was sent'
}

# 1. A letter that nothing speaks against, and what is shown of it

letter 15 --set name='NGUYEN THI THU NGHIEM' \
	--set organization='Sở Tài chính' --set email=ThuNghiem@vidu.example \
	--set certificate_serial='4c3a91f27d05e6b1'
for file in 15.pdf 15.docx; do
	exit_is 0 "$file: nothing speaks against it" unblock "$file" --dry-run
	for words in 'number and day: 15/STC-VP ngày 21/11/2026' \
		'agency: Sở Tài chính' "addressed to: $desk" \
		'token MOCK00000000: NGUYEN THI THU NGHIEM, Sở Tài chính' \
		'it bears no signature'; do
		like "$err" "$words" "shown before a secret is asked: $words"
	done
done
exit_is 0 'the data for programs stay apart' unblock 15.pdf --dry-run --json
is "$(json .serial)" MOCK00000000 'on standard output'

# 2. forged-letter: the paper and the data are two

letter 21
letter 22
"$CKSTOKEN" show 21.pdf | jq '.subscribers[0].name = "Người Khác"' \
	>ckstoken.json
altered='not the same as what this ckstoken makes of its data'

qpdf 21.pdf --remove-attachment=ckstoken.json -- bare.pdf
qpdf bare.pdf --add-attachment ckstoken.json --key=ckstoken.json \
	--filename=ckstoken.json -- forged.pdf
doubted 'forged-letter: another attachment in a PDF' "$altered" forged.pdf

mkdir d
(cd d && unzip -q ../21.docx && sed -i 's/MOCK00000000/CA0D0009/' \
	word/document.xml && zip -q -X -r ../forged.docx .)
doubted 'forged-letter: another text in a DOCX' "$altered" forged.docx
(cd d && rm -rf ./* && unzip -q ../21.docx && zip -q -X -r ../packed.docx .)
exit_is 0 'a DOCX that was only packed anew is the same' unblock packed.docx \
	--dry-run

echo '{"version":1,"form":{"procedure":"recover"},"document":{"number":"99",'\
'"date":"2026-11-20"},"subscribers":[{"device_serial":"MOCK00000000"}]}' \
	>ckstoken.json
"$TOP/tests/write-pdf" blank.pdf
qpdf blank.pdf --add-attachment ckstoken.json --key=ckstoken.json \
	--filename=ckstoken.json -- hand.pdf
doubted 'forged-letter: data made by hand in a blank page' "$altered" hand.pdf

qpdf 21.pdf --add-attachment letter.err -- more.pdf
doubted 'forged-letter: another file attached' 'has other files attached' \
	more.pdf

# append FILE REGEX TEXT...: an update of FILE on standard output, in which the
# first object that matches REGEX has TEXT put behind its "<<"; each further
# TEXT is an object of its own, and N+1, N+2 ... in a TEXT are their numbers; N+0,
# N-1 ... are those of the last ones before.
append()
{
	perl -e 'my ($file, $regex, @texts) = @ARGV;
		open(F, "<:raw", $file); local $/; my $pdf = <F>;
		my ($size) = $pdf =~ /.*\/Size (\d+)/s;
		my ($root) = $pdf =~ /\/Root (\d+ 0 R)/;
		my ($before) = $pdf =~ /startxref\n(\d+)\n%%EOF\n$/;
		my ($id, $body) = $pdf =~ /(\d+) 0 obj\n<<($regex.*?)\nendobj/s;
		s/N([+-]\d)/$size + $1 - 1/ge for @texts;
		my @objects = ([$id, "<<$texts[0]$body"]);
		push @objects, [$size + $_ - 1, $texts[$_]] for 1 .. $#texts;
		my $table = "xref\n0 1\n0000000000 65535 f \n";
		for (@objects) {
			$table .= sprintf("%d 1\n%010d 00000 n \n", $_->[0],
				length $pdf);
			$pdf .= "$_->[0] 0 obj\n$_->[1]\nendobj\n";
		}
		my $at = length $pdf;
		my $n = $size + $#texts;
		print "$pdf${table}trailer\n<</Root $root/Size $n",
			"/Prev $before>>\nstartxref\n$at\n%%EOF\n"' "$@"
}
append 21.pdf '\/Type\/Page\/' '/Rotate 180' >turned.pdf
doubted 'forged-letter: an update that changes a page' "$altered" turned.pdf
append 21.pdf '\/Type\/Page\/' '/Annots[N+1 0 R]' \
	'<</Type/Annot/Subtype/FreeText/Rect[9 9 99 99]/Contents(CA0D0009)>>' \
	>note.pdf
doubted 'forged-letter: an update that lays a note over a page' "$altered" \
	note.pdf
append 21.pdf '\/Type\/Page\/' '/Annots[N+1 0 R]' \
	'<</Type/Annot/Subtype/Widget/FT/Tx/T(x)/V(CA0D0009)/Rect[9 9 99 99]>>' \
	>form.pdf
doubted 'forged-letter: an update that lays a field over a page' "$altered" \
	form.pdf
append 21.pdf '\/Type\/Catalog' '/OpenAction<</S/JavaScript/JS(1)>>' >script.pdf
doubted 'forged-letter: an update that brings a script' "$altered" script.pdf
append 21.pdf '\/Type\/Catalog' '/PageMode/UseNone' >update.pdf
doubted 'forged-letter: an update that is no signature' \
	'appended to the file that is no signature' update.pdf
field='<</Type/Annot/Subtype/Widget/FT/Sig/T(s)/Rect[0 0 0 0]/F 132/V<<'\
'/Type/Sig/Filter/Adobe.PPKLite/ByteRange[0 1 2 3]/Contents<00>>>>>'
append 21.pdf '\/Type\/Catalog' '/AcroForm<</Fields[N+1 0 R]/SigFlags 3>>' \
	"$field" >signed.pdf
ok 'the file with a signature is whole' qpdf --check signed.pdf
code=13 doubted 'a signature that is none' \
	'a signature of signed.pdf does not hold' signed.pdf

# sign RECT FLAGS MORE: letter 21 with a signature that has a look.
sign()
{
	append 21.pdf '\/Type\/Page\/' '/Annots[N+1 0 R]' \
		"<</Type/Annot/Subtype/Widget/FT/Sig/T(s)/Rect[$1]/F $2$3\
/AP<</N N+2 0 R>>/V<</Type/Sig/Filter/Adobe.PPKLite\
/SubFilter/adbe.pkcs7.detached/Contents<00>/ByteRange[0 1 2 3]\
                              >>>>" \
		'<</Type/XObject/Subtype/Form/BBox[0 0 600 800]/Length 52>>
stream
1 1 1 rg 0 0 600 800 re f 0 0 0 rg 60 500 90 9 re f
endstream' >page.pdf
	append page.pdf '\/Type\/Catalog' \
		'/AcroForm<</Fields[N-1 0 R]/SigFlags 3>>'
}
sign '0 0 600 800' 4 '' >painted.pdf
ok 'the file with a picture is whole' qpdf --check painted.pdf
picture='bears the picture of 1 signature over its pages, which is not known to hold'
code=13 doubted 'forged-letter: a picture of no signature covers the page' "$picture" \
	painted.pdf
unlike "$err" "$altered" 'which makes the page itself no other'
perl -0777 -pe '$n = length; $c = index($_, "/Contents<00>") + 9;
	s/\/ByteRange\[0 1 2 3\] {30}/sprintf("%-49s", sprintf(
		"\/ByteRange[0 %d %d %d]", $c, $c + 4, $n - $c - 4))/e' \
	<painted.pdf >range.pdf
code=13 doubted 'the picture of a signature over the whole file' "$picture" range.pdf
sign '0 0 0 0' 132 '' >point.pdf
exit_is 13 'a picture without an area is no doubt' unblock point.pdf --dry-run
unlike "$err" "$picture" 'but the signature'
sign '0 0 600 800' 2 '' >hidden.pdf
exit_is 13 'nor is a hidden one' unblock hidden.pdf --dry-run
unlike "$err" "$picture" 'but the signature'
sign '0 0 600 800' 36 '' >print.pdf
code=13 doubted 'forged-letter: a picture that shows on paper only' "$picture" print.pdf
sign '0 0 0 0' 132 '/AA<</PO<</S/JavaScript/JS(1)>>>>' >acts.pdf
code=13 doubted 'forged-letter: a signature that brings a script' "$altered" acts.pdf

# A letter that is signed, by the office's own anchors
pki=$(dirname "$(pki person.crt)")
cat "$pki/g2.crl" "$pki/root-g2.crl" >lists.pem
cp desk.conf plain.conf
printf '[trust]\nanchors = %s\ncrls = %s\n' "$pki/root-g2.crt" \
	"$WORK/lists.pem" >>desk.conf
# by NAME IN OUT [option...]
by()
{
	local name=$1 in=$2 out=$3
	shift 3
	"$TOP/tests/sign-pdf" "$in" "$out" key="$pki/$name.key" \
		cert="$pki/$name.crt" chain="$pki/sub-g2.crt" "$@" ||
		bail "$out is not signed"
}
by person 21.pdf held.pdf 'rect=100 100 200 180'
exit_is 0 'signed by its agency: nothing speaks against it' unblock held.pdf \
	--dry-run
like "$err" 'signature of Nguyễn Thị Thử Nghiệm .*Sở Tài chính.*: it holds' \
	'and who signed is shown'
by seal held.pdf sealed.pdf field=Signature2
exit_is 0 'and sealed' unblock sealed.pdf --dry-run
like "$err" 'signature of SỞ TÀI CHÍNH TỈNH VÍ DỤ.*: it holds' 'by whom is shown'
perl -0777 -pe 's/(stream\r?\n.{20})(.)/$1 . chr(ord($2) ^ 1)/se' held.pdf \
	>bent.pdf
code=13 doubted 'forged-letter: a byte of what was signed' \
	'something in it was changed' bent.pdf
append held.pdf '\/Type\/Page\/' '/Rotate 180' >after.pdf
code=13 doubted 'forged-letter: a page changed after it was signed' \
	'after it page 1 was changed' after.pdf
# altered-in-one-digit: the data alone, in an update
attached=$(qpdf --json=1 held.pdf | jq -r '.objects | to_entries[] | select(.value |
	type == "object" and .["/Type"] == "/EmbeddedFile").key | split(" ")[0]')
"$CKSTOKEN" show held.pdf 2>show.err | jq '.subscribers[0].name = "Người Khác"' >digit.json
"$TOP/tests/sign-pdf" held.pdf digit.pdf unsigned=1 "object=$attached << /Type /EmbeddedFile \
/Subtype /application#2Fjson /Length $(stat -c %s digit.json) >>
stream
$(<digit.json)
endstream" || bail 'no other data'
code=13 doubted 'altered-in-one-digit: the data of a signed letter' \
	'a signature of digit.pdf does not hold' digit.pdf
by device 21.pdf machine.pdf
doubted 'signed by a machine' 'is not one for signing documents' machine.pdf
sed 's/^name = Sở Tài chính/name = Sở Y tế, UBND tỉnh Ví Dụ/' office.conf \
	>health.conf
"$CKSTOKEN" --config health.conf request recover --no-tokens --number 51 \
	--recipient "$desk" -o 51.pdf --set device_serial=MOCK00000000 \
	2>letter.err || bail "$(<letter.err)"
by person 51.pdf health.pdf
doubted 'a letter of another agency, which has the province in common' \
	'by nobody of the agency' health.pdf
"$TOP/tests/sign-pdf" 21.pdf stamp.pdf kind=ETSI.RFC3161 field=Stamp \
	tsa="$pki/stamp.crt:$pki/stamp.key:20261121015600Z" || bail 'no stamp'
exit_is 0 'a time-stamp alone' unblock stamp.pdf --dry-run
like "$err" 'time-stamp of TSA' 'is called so'
by revoked 21.pdf revoked.pdf
doubted 'signed with a certificate that is revoked' 'is revoked, and no time-stamp' \
	revoked.pdf
by public-ca 21.pdf public.pdf
exit_is 0 'signed by whom nobody here knows' unblock public.pdf --dry-run
like "$err" ': whether it holds is not known' 'is told, and no doubt'
like "$err" 'leads to none of the root certificates' 'and why'
printf '%s\n' '[desk]' 'name = Sở Khoa học và Công nghệ tỉnh Ví Dụ' \
	'grounds = Quyết định số 01/QĐ-STC' 'require = signed' '[trust]' \
	"anchors = $pki/root-g2.crt" "crls = $WORK/lists.pem" '[register]' \
	"$(register_setting "$WORK/r.db")" >strict.conf
cp strict.conf desk.conf
exit_is 0 'a desk that requires signatures: signed' unblock held.pdf --dry-run
for file in 21.pdf 21.docx public.pdf machine.pdf health.pdf stamp.pdf; do
	exit_is 7 "a desk that requires signatures: $file" unblock "$file" --yes
	like "$err" 'no signature of its own agency that is known to hold' \
		'is told'
	is "$(mock_calls 'C_Login|C_SetPIN|C_InitPIN')" 0 'nothing was sent'
done
sed -i 's/^require = signed/require = sealed/' desk.conf
exit_is 0 'a desk that requires seals, NĐ 30: sealed' unblock sealed.pdf --dry-run
exit_is 7 'a desk that requires seals, NĐ 30: a person alone' unblock held.pdf --yes
like "$err" "does not bear a person's signature and then the seal" 'is told'
is "$(mock_calls 'C_Login|C_SetPIN|C_InitPIN')" 0 'nothing was sent'
cp strict.conf desk.conf
exit_is 7 'a desk that requires signatures: no letter' "$CKSTOKEN" \
	--config desk.conf --module "$(mock locks)" unblock --authority 15/STC \
	--final-try --yes --so-pin-file "$so" --new-pin-file "$new"
cp plain.conf desk.conf

qpdf 21.pdf --object-streams=generate --linearize again.pdf
exit_is 0 'a PDF that another program wrote anew is the same' \
	unblock again.pdf --dry-run

# forged-letter: one file that other programs show otherwise than it is read.
# Letter 29 is for another token.
device=CA0D0009 letter 29
stray='another program may (repair it, and )?show something else of it than was'

# zipped CODE: letter 21 as a DOCX, of whose parts CODE makes other ones: @parts
# has the bytes of each, its name, and what the directory says of it; $before
# and $behind stand round them all.
zipped()
{
	perl -e 'my ($code, $file, $pdf) = @ARGV;
		sub of { open(my $f, "<:raw", shift) or die; local $/; <$f> }
		sub parts {
			my $zip = shift;
			my ($n, $size, $at) = unpack("vVV", substr($zip, -12));
			my (@parts, $next);
			for (1 .. $n) {
				my $c = substr($zip, $at, 46);
				my ($l, $e, $m) = unpack("vvv", substr($c, 28, 6));
				my $from = unpack("V", substr($c, 42));
				my $name = substr($zip, $at + 46, $l);
				$parts[-1][0] = substr($zip, $next, $from - $next)
					if @parts;
				$next = $from;
				$at += 46 + $l + $e + $m;
				push @parts, ["", $name, $c];
			}
			$parts[-1][0] = substr($zip, $next,
				length($zip) - 22 - $size - $next);
			return @parts;
		}
		my $zip = of($file);
		$pdf = of($pdf);
		my ($before, $behind) = ("", "");
		my @parts = parts($zip);
		eval $code; die $@ if $@;
		my ($out, $directory, $n) = ($before, "", 0);
		for (@parts) {
			my ($bytes, $name, $c) = @$_;
			if ($c) {
				substr($c, 28, 6) = pack("vvv", length $name, 0, 0);
				substr($c, 42, 4) = pack("V", length $out);
				$directory .= $c . $name;
				$n++;
			}
			$out .= $bytes;
		}
		print $out, $directory, "PK\5\6", pack("vvvvVVv", 0, 0, $n, $n,
			length $directory, length $out, length $behind),
			$behind' "$1" 21.docx 29.pdf
}
zipped '' >same.docx
exit_is 0 'a DOCX put together anew is the same' unblock same.docx --dry-run
zipped '$before = "PK\3\4" . pack("vvvvvVVVvv", 20, 0, 0, 0, 0, 0, length $pdf,
	length $pdf, 1, 0) . "x" . $pdf;
	($behind) = $pdf =~ /(startxref\n\d+\n%%EOF\n)$/' >poly.docx
doubted 'forged-letter: a PDF within a DOCX' \
	"poly.docx is a PDF and a ZIP archive.*$stray" poly.docx
mv poly.docx poly.pdf
doubted 'forged-letter: and it is called a PDF' \
	"$stray.*is a DOCX file by what is in it, and not by the end" poly.pdf
archive='not of its one archive'
# Which of the two is read, libzip decides.
zipped '$before = of("22.docx")' >two.docx
doubted 'forged-letter: two archives in one DOCX' "$archive.*$stray" two.docx
zipped '$behind = of("22.docx")' >behind.docx
doubted 'forged-letter: an archive behind the DOCX' "$archive" behind.docx
zipped 'splice @parts, 1, 0, [$parts[1][0], "", ""]' >hidden.docx
doubted 'forged-letter: a part that the directory does not name' "$archive" \
	hidden.docx
zipped '$_->[0] =~ s/word\/document/word\/documenu/ for @parts' >names.docx
doubted 'forged-letter: a part of two names' "$archive" names.docx
zipped '@parts = map { $_->[1] =~ /app.xml/ ? ($_, $_) : $_ } @parts' >twice.docx
doubted 'forged-letter: a part that is there twice' "$archive" twice.docx
cp 21.docx letter.doc
doubted 'forged-letter: another kind than its name says' 'letter.doc is a DOCX' \
	letter.doc
cp 21.pdf LETTER.PDF
exit_is 0 'a name in capitals is no doubt' unblock LETTER.PDF --dry-run
cp 21.pdf letter
exit_is 0 'nor is one that names no kind' unblock letter --dry-run

# with_pdf CODE: letter 21 as a PDF in $_, of which CODE makes another one;
# $tables has where its tables begin, and $other letter 29 without tables.
with_pdf()
{
	perl -e 'my ($code, $file, $other) = @ARGV;
		sub of { open(my $f, "<:raw", shift) or die; local $/; <$f> }
		$_ = of($file);
		$other = of($other);
		$other = substr($other, 15, rindex($other, "xref\n0 ") - 15);
		my ($tables) = /startxref\n(\d+)\n%%EOF\n$/ or die;
		eval $code; die $@ if $@;
		print' "$1" 21.pdf 29.pdf
}
with_pdf '$at = rindex($_, "startxref"); $end = substr($_, $at);
	substr($_, $at) = $other . $end . " " x (1030 - length $end)' \
	>late.pdf
with_pdf '$at = $tables + length $other;
	substr($_, $tables, 0) = $other; s/\d+\n%%EOF\n$/$at\n%%EOF\n/' \
	>orphans.pdf
with_pdf '$other =~ s/(\d+) 0 obj/$1 % 0\n0 %\nobj/g;
	$at = $tables + length $other;
	substr($_, $tables, 0) = $other; s/\d+\n%%EOF\n$/$at\n%%EOF\n/' \
	>comments.pdf
with_pdf '$at = $tables + 36; substr($_, $tables, 0) =
	"trailer\n<</Root 99 0 R/Size 99>>    \n";
	s/\d+\n%%EOF\n$/$at\n%%EOF\n/' >trailer.pdf
with_pdf '$_ .= "1 0 obj<</Type/Catalog>>endobj\n"' >behind.pdf
with_pdf '$zip = of("21.docx"); $at = $tables + length $zip;
	substr($_, $tables, 0) = $zip; s/\d+\n%%EOF\n$/$at\n%%EOF\n/' >zip.pdf
with_pdf '$_ = "\n$_"' >before.pdf
place='does not begin and end as a PDF does.*'
tables='its own tables do not name.*'
doubted 'forged-letter: a PDF whose end is not at its end' \
	"$place$stray.*$tables$stray" late.pdf
doubted 'forged-letter: objects that no table names' "$tables$stray" orphans.pdf
doubted 'forged-letter: and they are begun with comments' "$tables" comments.pdf
doubted 'forged-letter: a trailer that no table has' "$tables" trailer.pdf
doubted 'forged-letter: objects behind the end' "$place" behind.pdf
doubted 'forged-letter: something before the beginning' "$place" before.pdf
doubted 'forged-letter: an archive within a PDF' 'a PDF and a ZIP archive' \
	zip.pdf

# A letter made with a form of an agency's own cannot be made anew here.
sed 's/trân trọng đề nghị/đề nghị/' \
	"$(dirname "$CKSTOKEN")"/../share/ckstoken/forms/06.xml >own.xml
letter 23 --template own.xml
doubted 'a letter by another form' "$altered.*other fonts, forms or rules" 23.pdf
letter 24
"$CKSTOKEN" show 24.pdf | jq '.province.code = "../../etc"' >ckstoken.json
qpdf 24.pdf --remove-attachment=ckstoken.json -- bare.pdf
qpdf bare.pdf --add-attachment ckstoken.json --key=ckstoken.json \
	--filename=ckstoken.json -- far.pdf
doubted 'a letter of a province that is not known here' \
	'whether it was altered is not known' far.pdf

"$CKSTOKEN" show 24.pdf | jq '.subscribers[0] += {name: ("và , " * 20000),
	organization: (", Sở" * 20000)} | .document.recipient = ("; " * 20000)' \
	>ckstoken.json
rm bare.pdf
qpdf 24.pdf --remove-attachment=ckstoken.json -- bare.pdf
qpdf bare.pdf --add-attachment ckstoken.json --key=ckstoken.json \
	--filename=ckstoken.json -- long.pdf
doubted 'a letter with endless names' 'addressed to another desk' long.pdf
ok 'of which no more is shown than a name can be' test ${#err} -lt 8000

# 3. What its data say

letter 31 --date 22/11/2026
doubted 'letter-of-the-future: dated tomorrow' \
	'dated in the future: it is of 22/11/2026, and today is 21/11/2026' 31.pdf
letter 32 --date '21/11/2026 09:30'
doubted 'letter-of-the-future: an hour from now' \
	'dated in the future: it was written today at 09:30, and it is 09:00 now' 32.pdf
# In Vietnam the day has begun that in Greenwich is tomorrow.
letter 33 --date '22/11/2026 00:30'
CKSTOKEN_NOW=2026-11-21T17:40:00Z exit_is 0 'a day begins as in Vietnam' \
	unblock 33.pdf --dry-run

# again NUMBER FILTER: the paper of that letter, with data that jq changed.
again()
{
	"$CKSTOKEN" show "$1.pdf" | jq "$2" >ckstoken.json
	rm -f bare.pdf again.pdf
	qpdf "$1.pdf" --remove-attachment=ckstoken.json -- bare.pdf
	qpdf bare.pdf --add-attachment ckstoken.json --key=ckstoken.json \
		--filename=ckstoken.json -- again.pdf
}
again 24 '.document.time = "2027-11-21T09:00:00+07:00"'
doubted 'letter-of-the-future: written on this day of next year' \
	'its data say that it was written on 21/11/2027, and today is 21/11/2026' \
	again.pdf
again 31 '.document.date += "T09:00:00+07:00"'
doubted 'letter-of-the-future: a moment tomorrow as its day' \
	'dated in the future: it is of 22/11/2026' again.pdf

letter 34 --set name='Người Khác' --set organization='Sở Khác' \
	--set email=khac@khac.example --set certificate_serial=DEADBEEF
doubted 'letter-of-another-holder' 'this token is of "Người Khác"' 34.pdf
for words in 'of "Sở Khác"' 'gives khac@khac.example' \
	'names the certificate DEADBEEF'; do
	like "$err" "$words" "all at once: $words"
done
letter 35 --set name='Nguyễn Thị Thử'
doubted 'letter-of-another-holder: a name that only begins alike' \
	'this token is of "Nguyễn Thị Thử"' 35.pdf
letter 36 --set name='Phó Giám đốc Nguyễn Thị Thử Nghiệm' \
	--set organization='Văn phòng Sở'
exit_is 0 'a title before the name is no other holder' unblock 36.pdf --dry-run

# letter-to-another-desk: each of these is another one.
for other in 'Cục Chứng thực số và Bảo mật thông tin' \
	'Sở Khoa học và Công nghệ' 'Sở Khoa học và Công nghệ tỉnh Ví Dụ Mới'; do
	to=$other letter 37
	doubted "letter-to-another-desk: $other" \
		"addressed to another desk: to \"$other\"" 37.pdf
done
to="Văn phòng Ủy ban; $desk" letter 38
exit_is 0 'a letter to two of which one is this desk' unblock 38.pdf --dry-run

exit_is 0 '--yes goes on' unblock 34.pdf --yes --dry-run

# 4. letter-used-before

letter 41
exit_is 0 'a letter serves once' unblock 41.pdf
is "$(mock_calls C_InitPIN)" 1 'and the token is restored'
doubted 'letter-used-before: by the journal' \
	'answered before.*\(the journal\)' 41.pdf
doubted 'letter-used-before: the same letter as another file' \
	'answered before.*the journal' 41.docx
cp 41.pdf renamed.pdf
doubted 'letter-used-before: the same file under another name' \
	'renamed.pdf was answered before' renamed.pdf
# What prints the same is the same letter.
for change in '.document.number = "041"' '.document.number = " 41"' \
	'.document.number = "41 "' '.agency.symbol |= ascii_downcase' \
	'.document.date += "T09:00:00+07:00"'; do
	again 41 "$change"
	doubted "letter-used-before: $change" 'answered before.*the journal' \
		again.pdf
	unlike "$err" "$altered" 'though its paper is as it was'
	like "$err" 'number and day: 41/STC-VP ngày 21/11/2026' \
		'it is cited as it prints'
done
mv "$HOME/.local/state/ckstoken" kept
doubted 'letter-used-before: by the register, on another machine' \
	'answered before.*on 21/11/2026 \(the register\)' 41.pdf
rm -r "$HOME/.local/state/ckstoken" && mv kept "$HOME/.local/state/ckstoken"
CKSTOKEN_NOW=2027-12-01T00:00:00Z exit_is 7 \
	'letter-used-before: a year later, without a register' \
	unblock 41.pdf --no-register
like "$err" 'answered before.*the journal' 'the journal knows it'
is "$(jq -r 'select(.event == "about-to")["request-sha256"]' \
	< <(cut -c66- "$HOME/.local/state/ckstoken/unblock.journal") |
	tail -1)" "$(sha256sum 41.pdf | cut -c-64)" 'which has the hash of its file'
module=lower-serial doubted 'letter-used-before: by a module that spells the serial number otherwise' \
	'answered before.*the journal' 41.pdf
letter 42
exit_is 0 'one answered by another authority' unblock 42.pdf --no-register \
	--authority 'Chỉ đạo của Giám đốc'
doubted 'letter-used-before: one whose number nobody gave' \
	'answered before.*the journal' 42.docx
letter 44
exit_is 0 'another letter for the same token' unblock 44.pdf --dry-run

# One that is in the register from the office on, and that the desk refused.
cat office.conf <(printf '%s\n' '[register]' "$(register_setting "$WORK/r.db")") >both.conf
"$CKSTOKEN" --config both.conf request recover --no-tokens --number 43 \
	--recipient "$desk" --set device_serial=MOCK00000000 -o 43.pdf \
	2>/dev/null || bail 'no letter'
exit_is 0 'a letter that waits for its answer' unblock 43.pdf --dry-run
"$CKSTOKEN" register add request --file "$(place r.db)" procedure=recover \
	"request=$("$CKSTOKEN" register export --file "$(place r.db)" -o - |
		jq '.requests[] | select(.document_number == "43/STC-VP").request')" \
	outcome=refused >add.out 2>&1 || bail "no answer: $(cat add.out)"
doubted 'letter-used-before: one that was refused' \
	'answered before: the register says that it was refused' 43.pdf

# 5. Which token it is for

module=blank-serial
device='' letter 51 --set name='Lý A'
exit_is 7 'empty-serial: a token without a number, a row without one' \
	unblock 51.pdf --yes
like "$err" 'has no serial number, so no letter can be compared with it' \
	'is told'
is "$(mock_calls 'C_Login|C_SetPIN|C_InitPIN')" 0 'and nothing is sent'

exit_is 5 'empty-serial: a wrong SO PIN' "$CKSTOKEN" --config desk.conf \
	--module "$(mock blank-serial)" unblock --authority '51/STC-VP' --yes \
	--so-pin-file "$(secret_file 11111111)" --new-pin-file "$new"
like "$err" "Mock token 0: The SO PIN is wrong" 'the label stands for the number'
exit_is 1 'empty-serial: status' "$CKSTOKEN" --module "$(mock blank-serial)" \
	status --no-register
like "$err" 'Mock token 0 \(Mock token 0\): ' 'names it by its label too'

module=three
device=mock00000001 letter 52
mock_state user-tries=0
exit_is 0 'the letter names one of three tokens' unblock 52.pdf --dry-run
like "$out" 'MOCK00000001' 'which is taken'
exit_is 7 'one named by an option, of which the letter is not' \
	unblock 52.pdf --serial MOCK00000002
like "$err" 'is not for the token MOCK00000002' 'is told'
device=CA0D0009 letter 53
exit_is 3 'the letter names none of three' unblock 53.pdf
like "$err" "for none of the tokens.*--serial MOCK00000000 .*MOCK00000002" \
	'and they are listed'
echo '{"version":1,"subscribers":[{"device_serial":"MOCK00000000"},'\
'{"device_serial":"MOCK00000002"}]}' >two.json
"$CKSTOKEN" --config office.conf request recover --no-tokens --number 54 \
	--recipient "$desk" --data two.json -o 54.pdf 2>/dev/null
exit_is 4 'the letter names two of three' unblock 54.pdf
like "$err" "MOCK00000000 .*MOCK00000002 " 'and they are listed'
unlike "$err" 'serial MOCK00000001' 'without the third'
exit_is 0 'and an option chooses' unblock 54.pdf --serial MOCK00000002 --dry-run

# 6. a-guard-that-forgets-the-province: the text says who recovers

device=''
module=locks
# restores PROVINCE DESK OPTION...: at that desk, on no letter of a file.
restores()
{
	printf '%s\n' '[province]' "name = $1" '[desk]' "name = $2" \
		'grounds = Quyết định số 01/QĐ-STC' >other.conf
	mock_state user-tries=0
	"$CKSTOKEN" --config other.conf --module "$(mock locks)" unblock \
		--authority '61/STC-VP ngày 21/11/2026' --dry-run --final-try \
		--no-register "${@:3}"
}
# forgets NAME REGEX PROVINCE DESK: told, and nothing sent without --yes.
forgets()
{
	exit_is 7 "a-guard-that-forgets-the-province: $1" restores "$3" "$4"
	like "$err" "$2" 'is told, with the article and both names'
	like "$err" 'nothing was sent.*--yes' 'and that --yes goes on'
	exit_is 0 'which it does' restores "$3" "$4" --yes
}
forgets 'Bắc Ninh, Điều 5.2.đ' \
	'Bắc Ninh \(điểm đ khoản 2.*Điều 5.*; 09/2023/QĐ-UBND\).*"Cục Chứng thực số.*and this desk is "Sở KH&CN tỉnh Bắc Ninh"' \
	bac-ninh 'Sở KH&CN tỉnh Bắc Ninh'
forgets 'Tiền Giang, Điều 5.3 and 11.3' \
	'Tiền Giang \(khoản 3 Điều 5; khoản 3 Điều 11; 75/2024/QĐ-UBND\)' \
	tien-giang 'Sở Thông tin và Truyền thông tỉnh Tiền Giang'
forgets 'an office of Lâm Đồng that is not the Sở, Điều 12' \
	'Lâm Đồng \(Điều 12; .*"Sở Khoa học và Công nghệ tỉnh Lâm Đồng"' \
	lam-dong 'Ủy ban nhân dân xã Đạ Tẻh'
exit_is 0 'the Cục in Bắc Ninh' restores bac-ninh \
	'Cục Chứng thực số và Bảo mật thông tin, Ban Cơ yếu Chính phủ'
exit_is 0 'the Sở in Lâm Đồng' restores lam-dong \
	'SỞ KH&CN TỈNH LÂM ĐỒNG'
exit_is 0 'a desk of the Sở' restores lam-dong \
	'Trung tâm Chuyển đổi số, Sở Khoa học và Công nghệ tỉnh Lâm Đồng'
# Đồng Tháp Điều 11.2 and 11.3: the Sở for a PKI Token, the Cục for a SIM.
dt='Sở Khoa học và Công nghệ tỉnh Đồng Tháp'
exit_is 0 'a PKI Token in Đồng Tháp' restores dong-thap "$dt"
sim=(--request sim.docx)
"$CKSTOKEN" --config office.conf request recover --no-tokens --number 62 \
	--province dong-thap --set device_serial=MOCK00000000 \
	--set device_kind='SIM PKI' -o sim.docx 2>sim.err ||
	bail "no letter: $(<sim.err)"
exit_is 7 'a SIM PKI in Đồng Tháp' restores dong-thap "$dt" "${sim[@]}"
like "$err" 'Đồng Tháp \(.*khoản 3 Điều 11.*; 144/2025/QĐ-CTUBND\).*"Cục Chứng thực số' \
	'is told, with the article'
exit_is 7 'a province that there is not' restores nowhere 'Sở X'
like "$err" 'no regulation of the province "nowhere"' 'is told'

# 7. The token by the register

{
	sed '/^\[register\]/,$d' desk.conf
	printf '%s\n' '[register]' "$(register_setting lost.db)"
} >lost.conf
desk_has()
{
	"$CKSTOKEN" register add "$@" --file "$(place lost.db)" >add.out 2>&1 ||
		bail "not added: $(cat add.out)"
}
# known NAME REGEX: refused at the desk with that register, and told.
known()
{
	mock_state user-tries=0
	exit_is 7 "$1" "$CKSTOKEN" --config lost.conf \
		--module "$(mock locks)" unblock --authority '72/STC-VP' \
		--final-try --dry-run
	like "$err" "$2.*nothing was sent.*--yes" 'is told'
}
desk_has token device_serial=MOCK00000000
desk_has loss device_serial=MOCK00000000 loss_kind=lost \
	reported_time='20/11/2026 09:00'
known 'a token that the register knows as lost' \
	'register says that the token MOCK00000000 is lost'
desk_has token device_serial=MOCK00000000 returned_date=20/11/2026
desk_has token device_serial=MOCK00000000 device_kind='SIM PKI'
printf '%s\n' '[province]' 'name = dong-thap' "$(sed "s|^name.*|name = $dt|" lost.conf)" \
	>lost2.conf && mv lost2.conf lost.conf
known 'a SIM PKI by the register' 'khoản 3 Điều 11'
known 'a token that the register knows as returned' \
	'MOCK00000000 was returned on 20/11/2026'

plan_done
