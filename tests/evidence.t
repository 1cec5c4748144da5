#!/bin/bash
# SPDX-License-Identifier: LGPL-2.1-or-later
# stores: both
#
# What proves that nothing was changed: papers bear the number and the check
# code of the register and of the journal, and each of the two is held against
# the other, so that an old copy of either shows.

# shellcheck disable=SC2119,SC2120,SC2317 # functions are called by name
# shellcheck source=tests/lib.sh
. "$(dirname "$0")/lib.sh"
need_world
need jq:jq pdftotext:poppler-utils pdfdetach:poppler-utils sqlite3:sqlite3 \
	unzip:unzip python3:python3 flock:util-linux strace:strace
cd "$WORK" || bail 'no work folder'
export CKSTOKEN_NOW=2026-11-21T02:00:00Z
locks=$(mock locks)
so=$(secret_file SO_PIN)
wrong=$(secret_file WRONG_PIN)
new=$(secret_file NEW_PIN)
mock_state
journal=$WORK/unblock.journal
office=$(office_conf)
{
	cat "$office" "$(desk_conf)"
	printf '%s\n' '[province]' 'name = lam-dong' '[register]' \
		"$(register_setting r.db)" '[journal]' "file = $journal"
} >both.conf
ck=(ckstoken --config both.conf)

# What the register, or the file of the journal, ends with by itself.
register_head()
{
	in_register r.db "SELECT number || ':' || hash FROM events
		ORDER BY number DESC LIMIT 1"
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
	foot="Sổ theo dõi thiết bị: sự kiện số ${event%%:*}, mã kiểm tra ${event:0:$((${#event} - 32))}"
	[ -z "$line" ] ||
		foot+=". Nhật ký khôi phục: dòng số ${line%%:*}, mã kiểm tra ${line:0:$((${#line} - 32))}"
	like "$(tr -s ' \n' ' ' <<<"$words")" "$foot" \
		"$1: at the foot of the page"
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
number=4
# The token is a person's, who hands it to no other keeper.
for kind in deliver lost 'keeper --override test'; do
	# shellcheck disable=SC2086 # words
	exit_is 0 "$kind" "${ck[@]}" handover $kind --no-tokens \
		--serial MOCK00000002 --number $((++number)) -o x.pdf -o x.docx
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

# 2. Heads that are proved, or are not: by options, and by the papers that
# have them.

"${ck[@]}" handover return --no-tokens --serial MOCK00000004 --number 8 \
	-o early.pdf -o early.docx 2>early.err || bail "$(<early.err)"
heads
early=$register
early_line=$lines
n=${early%%:*}
for later in LATER1 LATER2; do
	"${ck[@]}" register add token "device_serial=$later" 2>add.err ||
		bail "$(<add.err)"
done
verify=("${ck[@]}" register verify)
exit_is 0 'verify-head: right' "${verify[@]}" --head "$early"
like "$out" "$early: proved. Nothing in the register up to event $n was changed" \
	'is told'
exit_is 0 'verify-head: its beginning, with blanks and capitals' \
	"${verify[@]}" --head "$n: $(tr a-f A-F <<<"${early:${#n}+1:16}")"
like "$out" ': agrees with event .* no proof against whoever wrote that event' \
	'a-short-head: 16 letters, of which its writer could have found two, are no proof'
exit_is 0 'a-short-head: in JSON' "${verify[@]}" --json \
	--head "$n:${early:${#n}+1:31}" --journal-head "${early_line:0:18}" \
	--head "$n:${early:${#n}+1:32}"
is "$(json '[.heads[].result] | join(" ")')" 'agrees proved agrees' \
	'and half of the hash is one'
exit_is 1 'a-head-of-the-other-book' "${verify[@]}" --head "$early_line" \
	--journal-head "$early"
like "$err" "It is the check code of line ${early_line%%:*} of the journal: give it by --journal-head.*It is the check code of event $n of the register: give it by --head" \
	'is told, and nothing is called changed'
copied=$(tr 01 Ol <<<"$n:${early:${#n}+1:10}")$'\n\u00a0'$(
	tr a-f01 A-FoI <<<"${early:${#n}+11:22}").
exit_is 0 'a-copied-head: with a broken line, hard blanks, O for 0 and l for 1' \
	"${verify[@]}" --head "$copied"
like "$out" "$n:${early:${#n}+1:32}: proved" 'is taken'
exit_is 0 'verify-head: by papers, and of the journal' "${verify[@]}" \
	--paper early.pdf --paper early.docx --journal-head "$early_line" --json
is "$(json '.heads[] | "\(.book) \(.head) \(.paper) \(.result)"')" \
	"register $early early.pdf proved
register $early early.docx proved
journal $early_line null proved
journal $early_line early.pdf proved
journal $early_line early.docx proved" 'each is proved'
for bad in "$n:${early:${#n}+1:15}" "$n" "0:${early#*:}" "$n:${early#*:}0" \
	"x$early" "$n:${early:${#n}+1:20}g" ''; do
	exit_is 2 "verify-head: malformed, ${bad:0:30}" "${verify[@]}" \
		--head "$bad"
	like "$err" 'give the number and at least 16 characters of the check code' \
		'and told what one is'
done
exit_is 2 'verify-head: malformed, of the journal' "${verify[@]}" \
	--journal-head 3
exit_is 0 'an export' "${ck[@]}" register export -o export.json
like "$err" "the register: event $((n + 2)), check code $(register_head)" \
	'tells of which event it is'
other=$n:$(tr 0-9a-f 1-9a-f0 <<<"${early#*:}")
exit_is 1 'verify-head: wrong' "${verify[@]}" --head "$other"
like "$err" "$other: not proved. Event $n of this register has another check code" \
	'is told'
exit_is 1 'verify-head: from the future' "${verify[@]}" \
	--head "1000:${early#*:}" --journal-head "1000:${early#*:}"
like "$err" "This register ends with event $((n + 2)): it is an older copy" \
	'is told'
like "$err" 'This journal ends with line [0-9]*: it is an older copy' \
	'of the journal, too'
exit_is 11 'verify-head: a paper without heads' "${verify[@]}" \
	--paper letter.pdf
like "$err" 'letter.pdf bears no check code of a register or a journal' 'is told'
exit_is 11 'verify-head: no paper' "${verify[@]}" --paper ten.csv

# at EVENT: a copy in which the text of that event is another.
at()
{
	local guards="SELECT 'DROP TRIGGER ' || name || ';' FROM sqlite_master
		WHERE type = 'trigger'"
	on_server && guards="SELECT 'ALTER TABLE events DISABLE TRIGGER USER;'"
	copy_register r.db changed.db
	in_register changed.db "$(in_register changed.db "$guards")"
	in_register changed.db "UPDATE events
		SET text = replace(text, '\"by\":', '\"By\":')
		WHERE number = $1"
	exit_is 1 "an event was changed: $1" "${verify[@]}" \
		--file "$(place changed.db)" --head "$early"
}
at "$((n + 1))"
like "$err" "event $((n + 1)) does not follow" 'is told'
like "$out" "$early: proved" 'verify-head: what was before it is proved'
at "$n"
like "$err" 'has this check code, but does not follow from those before it' \
	'verify-head: what was changed is not'
at 2
like "$err" 'has this check code, but does not follow from those before it' \
	'verify-head: nor is what came after it'
ckstoken register add token device_serial=A --file "$(place other.db)" 2>add.err
for i in {1..30}; do echo "{\"record\": \"token\", \"device_serial\": \"B$i\"}"; done |
	jq -s . >many.json
ckstoken register import many.json --file "$(place other.db)" 2>add.err
exit_is 1 'another register' "${verify[@]}" --file "$(place other.db)" \
	--paper early.pdf
like "$err" "early.pdf, .*: not proved. Event $n is one of another register" \
	'verify-head: of a paper of another register'

# 3. Old copies: each book shows that of the other.

# keep NAME, and put NAME: both books, or one of them.
keep()
{
	copy_register r.db "$1.db"
	cp "$journal" "$1.journal"
	cp "$journal.head" "$1.journal.head"
}
put_register()
{
	on_server || rm -f r.db r.db-*
	copy_register "$1.db" r.db
}
put_journal()
{
	cp "$1.journal" "$journal"
	cp "$1.journal.head" "$journal.head"
}
keep first
unblock '16/STC-VP' "$wrong" >u.out 2>&1
is $? 5 'an attempt that fails'
unblock '17/STC-VP' >u.out 2>&1
is $? 0 'and one that does not'
keep now
exit_is 0 'both books as they are' "${verify[@]}" --json
is "$(json '.journal | "\(.result) \(.attempts.found) \(.attempts.missing) \(.events_missing)", (.events_noted > 4)')" \
	$'right 3 0 0\ntrue' 'hold each other'
exit_is 0 'for people' "${verify[@]}"
like "$out" "The journal $journal is intact: [0-9]* lines, check code $(journal_head)" \
	'tells where the journal stands'
like "$out" 'It has all 3 attempts that the register notes of it' 'and that it is whole'

put_journal first
exit_is 1 'rolled-back-journal' "${verify[@]}"
like "$err" "the journal $journal lacks 2 attempts that the register notes of it: the first is that on token MOCK00000000 of 21/11/2026 09:00:00, line 4" \
	'is told'
mock_state user-tries=0
exit_is 7 'rolled-back-journal: an attempt' ckstoken --config both.conf \
	--module "$locks" unblock --authority '18/STC-VP' --so-pin-file "$so" \
	--new-pin-file "$new"
like "$err" 'lacks 2 attempts that the register notes of it.*add --yes to go on anyway' \
	'is told before anything is sent'
unblock '18/STC-VP' >u.out 2>&1
is $? 0 'and goes on where the officer does'
exit_is 1 'rolled-back-journal: written to since' "${verify[@]}"
like "$err" 'lacks 2 attempts that the register notes of it' 'it still shows'

put_journal now
put_register first
exit_is 1 'rolled-back-register' "${verify[@]}"
like "$err" 'the register has [0-9]* events, and the journal .* notes that it had [0-9]*: an older copy of the register was put back' \
	'is told'
exit_is 0 'rolled-back-register: an act' "${ck[@]}" register add token \
	device_serial=LATER3
like "$err" 'an older copy of the register was put back' 'is told by it'
exit_is 1 'rolled-back-register: written to since' "${verify[@]}"
like "$err" 'an older copy of the register was put back' 'it still shows'

# The register is made anew.
empty_register()
{
	if on_server; then
		in_register r.db 'DROP SCHEMA ckstoken CASCADE'
	else
		rm -f r.db r.db-*
	fi
}

# Two copies of one day agree, and only what was written down elsewhere shows.
put_register now
head=$(register_head)
put_register first
put_journal first
exit_is 0 'rolled-back-both: they agree' "${verify[@]}"
exit_is 1 'rolled-back-both: a head shows it' "${verify[@]}" --head "$head"

# 4. What could only not be known is not called wrong.

put_register now
rm "$journal" "$journal.head"
exit_is 0 'no-journal: nothing is wrong' "${verify[@]}"
like "$err" 'the register notes 3 attempts in a journal, and was not held against one' \
	'and it is told'
unblock '19/STC-VP' >u.out 2>&1
is $? 0 'a journal is begun anew'
unlike "$(<u.out)" 'older copy' 'and nothing is suspected'
like "$(<u.out)" 'by the register, 1 try of the SO PIN or PUK of this token was wrong in the last 24 hours, at 21/11/2026 09:00:00' \
	'a-guard-that-forgets: but a wrong try that it had is known'
exit_is 0 'journal-of-another-machine' "${verify[@]}"
like "$err" '3 attempts in the register are of other journals' 'is told'
empty_register
exit_is 0 'register-newly-begun' "${ck[@]}" register add token device_serial=N1
unlike "$err" 'older copy' 'is suspected of nothing'
exit_is 0 'nor by verify' "${verify[@]}"
like "$err" 'journal also notes events of other registers \([1-9]' \
	'notes-of-another-register: are told'

# 5. A journal that is there and cannot be read is told by all that would use
# it, and what was read of it until then is not taken for found.

put_register now
put_journal now
# unread WHY NAME
unread()
{
	exit_is 1 "$2: verify needs attention" "${verify[@]}" \
		--journal-head "$early_line"
	like "$err" "the journal $journal could not be read \\($1.*neither it nor the register" \
		'and says why'
	like "$err" "$early_line: not known. The journal could not be read" \
		'what it could prove is not known'
}
# Whoever reads it can keep it locked.
flock -F "$journal" sh -c ': >locked; exec sleep 600' &
wait_for 60 test -e locked || bail 'no lock'
unread "another program keeps it locked \\(process [0-9]* of " a-locked-journal
kill $!
wait $! 2>kill.err
exit_is 0 'and free again' "${verify[@]}"
ln "$journal.head" linked
unread "$journal.head: the file has a second name" an-unreadable-head
rm linked
truncate -s 300M "$journal"
unread 'File too large' an-endless-journal
exit_is 1 'an-endless-journal: in JSON' "${verify[@]}" --json \
	--journal-head "$early_line"
is "$(json '.journal, (.journal_not_read | .file, .message), .heads[0].result')" \
	$'null\n'"$journal"$'\nFile too large\nnot-read' 'too'
exit_is 0 'an-endless-journal: an act' "${ck[@]}" register add token \
	device_serial=LATER4
like "$err" 'could not be read .*so it is not known whether an older copy of the register' \
	'is told by it'
exit_is 0 'an-endless-journal: a paper' "${minutes[@]}" --number 9
like "$err" 'could not be read .*which is said in place of its check code' 'tells it'
for words in "$(words_of x.pdf)" \
	"$(unzip -p x.docx word/footer1.xml | sed 's/<[^>]*>//g')"; do
	like "$words" '[0-9a-f]{32}. Nhật ký khôi phục: không đọc được khi lập' \
		'and bears it'
done
is "$(dossier_of x.pdf | jq -c '.evidence.journal')" '{"state":"not-read"}' \
	'in its data, too'
put_journal now
sed -i 's/$/\r/' "$journal"
exit_is 1 'a-journal-of-CRLF: verify' "${verify[@]}"
like "$err" 'was changed: line 1 does not follow' 'is a changed one'
exit_is 0 'a-journal-of-CRLF: a paper' "${minutes[@]}" --number 9
like "$(words_of x.pdf)" 'Nhật ký khôi phục: không còn nguyên vẹn khi lập' \
	'bears that'
put_journal now
truncate -s -1 "$journal"
exit_is 1 'a-journal-that-broke-off: verify' "${verify[@]}"
like "$err" 'the last line is unfinished, as after a crash' 'is told as that'
put_journal now
mv "$journal" "$journal.1"
exit_is 1 'a-rotated-journal: its head is left' "${verify[@]}"
like "$err" 'lines are missing at its end \(from line 1\)' 'and shows it'
mv "$journal.1" "$journal"
mv "$journal.head" kept.head
exit_is 1 'a-journal-moved-without-its-head' "${verify[@]}"
like "$err" 'unblock.journal.head, which tells how many lines it has, is gone.*may be missing' \
	'is not told to lack lines'
mv kept.head "$journal.head"
exit_is 0 'and whole again' "${verify[@]}"

# 6. Names: what belongs beside a file is sought beside each.

ln "$journal" second.journal
exit_is 1 'a-second-name: of the journal' "${verify[@]}"
like "$err" 'the file has a second name \(a hard link\)' 'is told'
rm second.journal
if ! on_server; then
	ln r.db second.db
	for name in r.db second.db; do
		exit_is 12 "a-second-name: of a register, by $name" \
			ckstoken register list --file $name
		like "$err" "$name cannot be read .*has a second name" 'is told'
	done
	rm second.db*
	: >bound.db
	mount --bind r.db bound.db || bail 'no mount'
	exit_is 12 'a-second-name: by a mount of the file alone' \
		ckstoken register list --file bound.db
	like "$err" 'is mounted by itself' 'is told'
	umount bound.db
	exit_is 0 'a-second-name: gone' ckstoken register list --file r.db
	rm -f r.db-*
	mkdir r.db-journal
	exit_is 12 'a-side-file: a folder in its place' "${verify[@]}"
	like "$err" 'r.db-journal beside it cannot be used' 'is named'
	rmdir r.db-journal
	exit_is 0 'a-register-by-the-name-of-none' ckstoken register add token \
		device_serial=M1 --file :memory:
	like "$(ckstoken register list --csv --file :memory:)" M1 'is kept'

	# moves_while CALL SERIAL: moves the register away from an act, which
	# stops at the call of the system; in $rc and $err is how it ended.
	moves_while()
	{
		local strace pid
		rm -f moved.db* trace
		ASAN_OPTIONS="${ASAN_OPTIONS-}:detect_leaks=0" strace -f -qq \
			-o trace -P "$PWD/here.db" \
			-P "$PWD/here.db-wal" -e "trace=${1%%:*}" \
			-e "inject=$1:signal=SIGSTOP" "$CKSTOKEN" register \
			add token device_serial="$2" --file here.db \
			2>moved.err &
		strace=$!
		wait_for 20 grep -q 'stopped by SIGSTOP' trace ||
			bail "it does not stop: $(<trace)"
		pid=$(pgrep -P "$strace")
		mv here.db moved.db
		kill -CONT "$pid"
		wait "$strace"
		rc=$?
		out='' err=$(<moved.err)
		mv moved.db here.db
		rm -f here.db-*
	}
	ok 'moved-while-written: a register' ckstoken register add token \
		device_serial=H1 --file here.db
	moves_while pread64:when=6 H2
	is "$rc" 12 'moved-while-written: before anything was'
	like "$err" 'here.db was moved.*; nothing was recorded' \
		'moved-while-written: is told'
	unlike "$(ckstoken register list --csv --file here.db)" H2 \
		'moved-while-written: and is true'
	moves_while fdatasync:when=1 H3
	is "$rc" 12 'moved-while-written: after the log was'
	like "$err" 'here.db was moved.*whether it stands there is not known' \
		'moved-while-written: is told, too'
	like "$(ckstoken register list --csv --file here.db)" H3 \
		'moved-while-written: and what could be saved is there'
	exit_is 0 'moved-while-written: the register is whole' \
		ckstoken register verify --file here.db
fi
plan_done
