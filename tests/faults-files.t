#!/bin/bash
# SPDX-License-Identifier: LGPL-2.1-or-later
#
# Documents that say what is not so, or are not there whole: of a day moved by
# an offset, of a receiver who is not the subscriber, of a batch that is ended;
# and letters that a word processor takes apart.

# shellcheck disable=SC2119,SC2120,SC2317 # functions are called by name
# shellcheck source=tests/lib.sh
. "$(dirname "$0")/lib.sh"
need_world
need pdftotext:poppler-utils jq:jq unzip:unzip soffice:libreoffice-writer-nogui
cd "$WORK" || bail 'no work folder'
# shellcheck source=tests/papers.sh
. "$TOP/tests/papers.sh"

# 1. A day that an offset moves

dated()
{
	"${ck[@]}" request recover --no-tokens --set device_serial=VIDU1 \
		--number 15 -o no.pdf --date "$1"
}
for offset in +99:00 -99:00 +14:01 -14:01 +1430 +07:60 +7:60 +07:00:00; do
	refused 2 "10:00$offset is no time" '--date' \
		dated "2026-11-21T10:00$offset"
done
for offset in Z +07:00 +14:00 -12:00 +0700; do
	for day in 21/11/2026 2026-11-21 '21/11/2026 '; do
		refused 2 "a day alone takes no $offset: \"$day\"" '--date' \
			dated "$day$offset"
	done
done
while read -r date day; do
	exit_is 0 "$date is a time" dated "$date"
	like "$(words_of no.pdf)" "ngày $day tháng 11 năm 2026" "of the ${day}th"
done <<'LIST'
2026-11-20T20:00:00Z 21
2026-11-21T10:00+14:00 21
2026-11-21T05:00-14:00 22
2026-11-21T01:30+0530 21
2026-11-21T01:00+08:45 20
2026-11-21T10:00 21
2026-11-21 21
21/11/2026 21
LIST
rm -f no.pdf

# 2. A receiver who is not the subscriber

person='{"subscribers": [{"name": "Lý A", "holder": "person",
	"id_number": "012345678901", "device_serial": "VIDU1"}]}'
printf '%s\n' "$person" >person.json
jq '.subscribers[0].holder = "organization"' person.json >seal.json
jq '.subscribers += [.subscribers[0] + {certificate_serial: "0A"}]' \
	person.json >twice.json
# deliver PROVINCE OPTION...
deliver()
{
	"${ck[@]}" handover deliver --province "$1" --no-tokens --number 7 \
		"${@:2}"
}
subscriber='BÊN NHẬN \(thuê bao\): ông \(bà\) Lý A;'
for province in phu-tho bac-ninh-tt185; do
	exit_is 0 "$province: a token for a person" \
		deliver "$province" --data person.json -o deliver.pdf
	like "$(words_of deliver.pdf)" "$subscriber" 'goes to its subscriber'
	dossier_of deliver.pdf >first.json
	is "$(jq '.receiver.subscriber' first.json)" true 'as its data say'
	exit_is 0 'another who comes for it, by the data of those minutes' \
		deliver "$province" --data first.json -o deliver.pdf \
		--receiver 'Trần Văn Nhận Hộ'
	like "$(words_of deliver.pdf)" \
		'BÊN NHẬN: ông \(bà\) Trần Văn Nhận Hộ;' \
		'is not called the subscriber'
	is "$(dossier_of deliver.pdf | jq '.receiver | has("subscriber")')" \
		false 'nor in its data'
done
exit_is 0 'the subscriber by name' deliver phu-tho --data person.json \
	--receiver 'Lý A' -o deliver.pdf
like "$(words_of deliver.pdf)" "$subscriber" 'is the subscriber'
exit_is 0 'two certificates of one person' deliver phu-tho --data twice.json \
	--receiver 'Lý A' -o deliver.pdf
like "$(words_of deliver.pdf)" "$subscriber" 'have one subscriber'
exit_is 0 'another person of that name' deliver phu-tho --data person.json \
	--receiver 'Lý A' --receiver-id-number 109876543210 -o deliver.pdf
unlike "$(words_of deliver.pdf)" 'thuê bao\): ông' 'is not'
exit_is 0 "who comes for an organization's" deliver phu-tho --data seal.json \
	--receiver 'Lý A' -o deliver.pdf
unlike "$(words_of deliver.pdf)" 'thuê bao\): ông' 'is not either'

jq -n '{subscribers: [range(400) | {name: "Lý A \(.)", holder: "person",
	device_serial: "VIDU\(.)"}]}' >many.json
jq '.subscribers |= .[:2]' many.json >two.json
exit_is 0 'minutes for each of two' deliver phu-tho --each --data two.json \
	-o '{n}.pdf'
for n in 1 2; do
	like "$(words_of "$n.pdf")" "thuê bao\\): ông \\(bà\\) Lý A $((n - 1));" \
		"number $n goes to its own subscriber"
done

# 3. A batch that a signal ends

whole=''
ended_at_random()
{
	local signal=$1 batch file
	rm -rf out
	mkdir out
	env --default-signal="$signal" "$CKSTOKEN" --config "$WORK/office.conf" \
		request recover --no-tokens --each --data many.json \
		-o 'out/{n}.docx' >"$WORK/.out" 2>&1 &
	batch=$!
	wait_for 60 test -e out/1.docx || return
	sleep "0.0$((RANDOM % 90 + 10))"
	kill -s "$signal" "$batch" 2>/dev/null
	wait "$batch" 2>/dev/null
	for file in $(find out -type f -name '.*') out/*; do
		unzip -tqq "$file" >/dev/null 2>&1 && [[ $file == *.docx ]] ||
			whole+=" $file"
	done
}
for signal in TERM INT HUP; do
	whole=''
	for ((round = 0; round < 8; round++)); do
		ended_at_random "$signal"
	done
	is "$whole" '' "SIG$signal leaves documents that are whole, and no others"
done

# 4. A table of small type in LibreOffice

jq '.subscribers[2] as $row | .subscribers = [range(3) | $row +
	{name: "Lý A\(.)", id_number: "00108500123\(.)",
	email: "a\(.)@vidu.example"} | del(.certificate_serial)]' \
	"$TOP/tests/golden/people.json" >three.json
exit_is 0 'Form 01 of three' "${ck[@]}" request new-person --no-tokens \
	--province phu-tho --number 21 --data three.json --strict \
	-o three.pdf -o three.docx
soffice "-env:UserInstallation=file://$WORK/libreoffice" --headless \
	--convert-to pdf --outdir shown three.docx >soffice.log 2>&1 ||
	bail "soffice fails: $(tail -3 soffice.log)"
# lines_of FILE.pdf REGEX: what stands in a line of its own, page by page.
lines_of()
{
	local page
	for page in 1 2 3; do
		pdftotext -raw -f "$page" -l "$page" "$1" - 2>/dev/null |
			grep -oE "$2" | sed "s/^/$page: /"
	done
}
for what in '00108500123[0-9]/' '01/01/2000' 0912000003 '\bA[0-9]'; do
	is "$(lines_of three.pdf "$what" | wc -l)" 3 "\"$what\" is whole in the PDF"
	is "$(lines_of shown/three.pdf "$what")" "$(lines_of three.pdf "$what")" \
		'and in the DOCX, on the same page'
done
like "$(lines_of three.pdf '\bA[0-9]')" '1: A0' \
	'the first of them on the first'

plan_done
