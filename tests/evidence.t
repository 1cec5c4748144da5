#!/bin/bash
# SPDX-License-Identifier: LGPL-2.1-or-later
#
# What proves that nothing was changed: papers bear the number and the check
# code of the register and of the journal, and each of the two is held against
# the other, so that an old copy of either shows.

# shellcheck disable=SC2119,SC2120,SC2317 # functions are called by name
# shellcheck source=tests/lib.sh
. "$(dirname "$0")/lib.sh"
need_world
need jq:jq pdftotext:poppler-utils pdfdetach:poppler-utils sqlite3:sqlite3 \
	unzip:unzip \
	python3:python3
cd "$WORK" || bail 'no work folder'
export CKSTOKEN_NOW=2026-11-21T02:00:00Z
locks=$(mock locks)
so=$(secret_file SO_PIN)
new=$(secret_file NEW_PIN)
mock_state
journal=$WORK/unblock.journal
office=$(office_conf)
{
	cat "$office" "$(desk_conf)"
	printf '%s\n' '[province]' 'name = lam-dong' '[register]' \
		"file = $WORK/r.db" '[journal]' "file = $journal"
} >both.conf
ck=(ckstoken --config both.conf)

# What the register, or the file of the journal, ends with by itself.
register_head()
{
	sqlite3 r.db 'SELECT number || ":" || hash FROM events
		ORDER BY number DESC LIMIT 1'
}
journal_head()
{
	tr ' ' ':' <"$journal.head"
}
# unblock LETTER [SO-PIN-FILE]: one attempt on the token, which is locked.
unblock()
{
	mock_state user-tries=0
	"$CKSTOKEN" --config both.conf --module "$locks" unblock \
		--authority "$1" --so-pin-file "${2-$so}" \
		--new-pin-file "$new" --yes
}

printf '%s\n' 'Họ và tên;Cơ quan;Số CCCD;Số hiệu token;Số hiệu chứng thư;Có hiệu lực từ;Ngày hết hạn' \
	>ten.csv
for i in {0..9}; do
	echo "Nguyễn Văn A$i;Sở Tài chính;00108500123$i;MOCK0000000$i;0A1$i;01/01/2025;01/01/2028"
done >>ten.csv
"${ck[@]}" register import ten.csv 2>import.err ||
	bail "no register: $(<import.err)"

# 1. Heads in papers, once each is on record: what a paper shows is what the
# register has after it, by the register's own file.

# bears FILE NAME: the paper x.pdf and x.docx bear both heads, on one line at
# the foot of the page and whole in their data.
bears()
{
	local event=$register line=$lines words foot
	words=$(pdftotext -layout x.pdf -)
	foot="Sổ theo dõi thiết bị: sự kiện số ${event%%:*}, mã kiểm tra ${event:0:$((${#event} - 48))}"
	[ -z "$line" ] ||
		foot+=". Nhật ký khôi phục: dòng số ${line%%:*}, mã kiểm tra ${line:0:$((${#line} - 48))}"
	like "$words" "$foot" "$1: at the foot of the page"
	is "$(unzip -p x.docx word/footer1.xml | sed "s/<[^>]*>//g" |
		tail -n 1)" "$foot" \
		"$1: and of each page of the DOCX"
	for file in x.pdf x.docx; do
		is "$(dossier_of "$file" | jq -r '.evidence |
			"\(.register.events):\(.register.head)",
			(.journal | select(.) | "\(.entries):\(.head)")')" \
			"$event${line:+$'\n'$line}" "$1: in the data of $file"
	done
}
heads()
{
	register=$(register_head)
	lines=''
	[ ! -e "$journal.head" ] || lines=$(journal_head)
}

minutes=("${ck[@]}" handover return --no-tokens --serial MOCK00000001
	-o x.pdf -o x.docx)
before=$(register_head)
exit_is 0 'a paper with its record' "${minutes[@]}" --number 4
heads
nok 'which the register has' test "$before" = "$register"
bears 'heads-in-minutes'
is "$(pdfinfo x.pdf | sed -n 's/^Pages: *//p')" 1 'on the one page that it has'
exit_is 0 'a draft' "${minutes[@]}"
is "$(register_head)" "$register" 'which is not recorded'
bears 'heads-in-minutes, of a draft those that it was made from'
unblock '15/STC-VP' >u.out 2>&1 || bail "$(<u.out)"
for kind in deliver lost keeper; do
	exit_is 0 "$kind" "${ck[@]}" handover "$kind" --no-tokens \
		--serial MOCK00000002 --number 5 -o x.pdf -o x.docx
	heads
	bears "heads-in-minutes: $kind"
done
for kind in agency needs statistics; do
	exit_is 0 "$kind" "${ck[@]}" report "$kind" --number 6 \
		-o x.pdf -o x.docx
	heads
	bears "heads-in-reports: $kind"
done
exit_is 0 'statistics for a program' "${ck[@]}" report statistics --json
heads
both="$register $lines"
heads_of='.evidence | "\(.register.events):\(.register.head) \(.journal.entries):\(.journal.head)"'
is "$(json "$heads_of")" "$both" 'heads-in-reports: in JSON'
exit_is 0 'and for people' "${ck[@]}" report statistics
like "$err" "the register: event ${register%%:*}, check code $register" \
	'heads-in-reports: told'
"${ck[@]}" audit --no-tokens -o x.pdf -o x.docx 2>audit.err
bears 'heads-in-audits'
exit_is 1 'an audit for a program' "${ck[@]}" audit --no-tokens --json
is "$(json "$heads_of")" "$both" 'heads-in-audits: in JSON'

# What went with an earlier paper says nothing of the register now.
dossier_of x.pdf | jq '.subscribers = [{device_serial: "MOCK00000003"}]' \
	>earlier.json
exit_is 0 'data of an earlier paper' "${ck[@]}" request recover --no-tokens \
	--data earlier.json -o letter.pdf
is "$(dossier_of letter.pdf | jq '.evidence')" null 'a letter bears no heads'
echo 'Số hiệu thiết bị lưu khóa bí mật' >rows.csv
printf 'MOCK0000000%s\n' {0..9} >>rows.csv
exit_is 0 'without the register' "${ck[@]}" handover return --no-tokens \
	--data rows.csv --no-register -o x.pdf
is "$(dossier_of x.pdf | jq -c '.evidence.register')" null \
	'no head of a register that is not used'
# Ten rows, and all that was to be on one page still is.
for province in lam-dong ninh-binh phu-tho dong-thap; do
	exit_is 0 "ten rows in $province" "${ck[@]}" handover return \
		--province "$province" --no-tokens --data rows.csv -o with.pdf
	dossier_of with.pdf | jq '{subscribers}' >same.json
	ckstoken --config "$office" handover return --province "$province" \
		--no-tokens --data same.json -o without.pdf 2>without.err
	is "$(pdfinfo with.pdf | grep Pages)" \
		"$(pdfinfo without.pdf | grep Pages)" \
		"heads-take-no-page: $province"
done
plan_done
