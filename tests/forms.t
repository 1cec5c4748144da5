#!/bin/bash
# SPDX-License-Identifier: LGPL-2.1-or-later
# sanitize: yes
#
# Every form says what it has to, as PDF and as DOCX: tests/golden/NAME.txt is
# what LibreOffice reads in the DOCX, a line for each paragraph or cell, and
# was read against the forms before it was kept.

# shellcheck disable=SC2119,SC2120,SC2317 # functions are called by name
# shellcheck source=tests/lib.sh
. "$(dirname "$0")/lib.sh"
need_world
need pdftotext:poppler-utils soffice:libreoffice-writer-nogui perl:perl
cd "$WORK" || bail 'no work folder'
# shellcheck source=tests/papers.sh
. "$TOP/tests/papers.sh"

every_form out
is "$(cd "$TOP/lib/forms" && basename -s .xml -a -- *.xml | sort)" \
	"$({ awk 'NF { print $1 }' <<<"$forms_list" &&
		tr ' ' '\n' <<<"$register_forms"; } | sort)" \
	'that is every form there is'

# 1. The DOCX

soffice "-env:UserInstallation=file://$WORK/libreoffice" --headless \
	--convert-to 'txt:Text (encoded):UTF8' --outdir read out/*.docx \
	>soffice.log 2>&1 || bail "soffice fails: $(tail -3 soffice.log)"
# LibreOffice ends a cell with a line, and since 24.8 with a tab. An address may
# be broken behind its @, or between two labels.
lines_of()
{
	tr '\t' '\n' <"$1" |
		sed -e '1s/^\xef\xbb\xbf//' -e 's/[[:blank:]\r\f]*$//' -e '/^$/d' |
		perl -0777 -pe '1 while s/^([a-z.@]+[.@])\n(?=[a-z])/$1/m'
}
while read -r name _; do
	[ -n "$name" ] || continue
	is "$(diff "$TOP/tests/golden/$name.txt" <(lines_of "read/$name.txt"))" \
		'' "$name.docx says what it should, line by line"
done <<<"$forms_list"

# 2. The PDF

# The letters of all pages as they are read, without the numbers of pages and
# without the headings that a table has again on the next page.
letters()
{
	pdftotext -raw "$1" - | perl -CSA -0777 -Mutf8 -e '
		open my $golden, "<:utf8", shift;
		my ($heading) = <$golden> =~ /^(STT\n.*?\n)1\n/ms;
		my ($all, $page) = ("", 0);
		$heading =~ s/\s//g;
		for (split /\f/, <STDIN>) {
			$page++;
			s/^$page\n?\z//m if $page > 1;
			s/\s//g;
			s/^\Q$heading\E// if index($all, $heading) >= 0;
			$all .= $_;
		}
		print $all' "$2"
}
# Words that stand in one line wherever they are: none is run into the next.
short_words()
{
	tr -s ' \n\f' '\n' | grep -xE '.{1,6}' | sort -u
}
while read -r name _; do
	[ -n "$name" ] || continue
	golden=$TOP/tests/golden/$name.txt
	is "$(letters "out/$name.pdf" "$golden")" "$(tr -d ' \n' <"$golden")" \
		"$name.pdf says the same, letter by letter"
	is "$(comm -13 <(pdftotext -layout "out/$name.pdf" - | short_words) \
		<(short_words <"$golden"))" '' 'in the same words'
done <<<"$forms_list"

# 3. What is printed only sometimes

exit_is 0 'Form 01, --centralized' "${ck[@]}" request new-person --no-tokens \
	--centralized --data "$(people_of new-person)" -o central.pdf
like "$(words_of central.pdf)" \
	'V/v đề nghị .*cho cá nhân .*sử dụng giải pháp ký số tập trung' \
	'names the central signing system'
unlike "$(words_of out/01.pdf)" 'tập trung' 'which it does not otherwise'
exit_is 0 'a head of agency who is not known' ckstoken --config /dev/null \
	request recover --no-tokens --set device_serial=VIDU1 -o unsigned.pdf
like "$(words_of unsigned.pdf)" '\(Ký, đóng dấu và ghi rõ họ tên\)' \
	'is to sign over the name'
exit_is 0 'Form 04 of a change alone' "${ck[@]}" request change --no-tokens \
	--set name=A --set change='cơ quan' --set change_to=B -o change.pdf
is "$(words_of change.pdf | grep -o '×' | wc -l)" 3 \
	'marks one box, besides those of the headings'
exit_is 0 'one copy of minutes' "${ck[@]}" handover return --no-tokens \
	--set device_serial=VIDU1 --copies 1 -o one.pdf
like "$(words_of one.pdf)" 'lập thành 01 bản\.' 'is no matter of equal value'
exit_is 0 'a report of the year' "${ck[@]}" report --province bac-ninh \
	--year 2025 -o year.pdf
like "$(words_of year.pdf)" 'chuyên dùng Chính phủ năm 2025 ' 'names it'
like "$err" 'số lượng cấp mới, cơ quan' 'and asks for its counts'
exit_is 0 'counts one by one' "${ck[@]}" report --province bac-ninh \
	--set counts.new.organization=811 --set counts.services=0 -o counts.pdf
like "$(words_of counts.pdf)" 'cấp mới 811 .*dịch vụ công có sử dụng chữ ký số: 0' \
	'are counted'

plan_done
