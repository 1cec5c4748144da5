#!/bin/bash
# SPDX-License-Identifier: LGPL-2.1-or-later
# sanitize: yes
#
# A register that is killed at any moment, written by two at once, on a disk
# that fills up or takes nothing, changed by hand, or none at all.

# shellcheck disable=SC2119,SC2120,SC2317 # functions are called by name
# shellcheck source=tests/lib.sh
. "$(dirname "$0")/lib.sh"
need_world
need jq:jq sqlite3:sqlite3 setpriv:util-linux

cd "$WORK" || exit 1
export CKSTOKEN_NOW=2026-03-02T02:00:00Z

# A table of N tokens, each with its own name FIRST-I and a keeper.
table()
{
	local file=$1 n=$2 first=$3 i
	{
		echo 'Họ và tên;Cơ quan;Email công vụ;Số hiệu token;Số hiệu chứng thư;Hiệu lực từ;Hiệu lực đến'
		for ((i = 0; i < n; i++)); do
			printf 'Nguyễn Văn %s-%d;Sở Tài chính;nv%s.%d@vidu.gov.vn;TK%s%04d;%X%04X;01/07/2024;01/07/2029\n' \
				"$first" "$i" "$first" "$i" "$first" "$i" \
				$((first + 1)) "$i"
		done
	} >"$file"
}

register()
{
	"$CKSTOKEN" register "$@" --file "$WORK/r.db"
}

# How many tokens of table FIRST there are.
held()
{
	sqlite3 -readonly r.db "SELECT count(*) FROM tokens
		WHERE device_serial LIKE 'TK$1____'" 2>/dev/null || echo 0
}

# 1. Kill -9, 200 times, or as often as the caller has it

kills=${KILLS:-100}
enough=$((kills / 20)) # that are done: on a busy machine later than kills are

# killed_after SECONDS ARG...: 137 when it was, and else its exit code.
killed_after()
{
	local delay=$1 pid
	shift
	"$CKSTOKEN" register "$@" --file "$WORK/r.db" >/dev/null 2>&1 &
	pid=$!
	sleep "$delay"
	kill -9 "$pid" 2>/dev/null
	wait "$pid" 2>/dev/null
}

# undisturbed ARG...: does it once, and keeps in $span how long it took, in
# microseconds: a sanitizer makes it some times as long.
undisturbed()
{
	local begin=${EPOCHREALTIME/./}
	register "$@" 2>/dev/null
	span=$((${EPOCHREALTIME/./} - begin))
}

# kill_at_random ARG...: at any moment of what it takes, which is felt for, as
# the machine may be busy: four of five should be killed.
kill_at_random()
{
	[ "$span" -lt 900000 ] || span=900000
	killed_after "$(printf '0.%06d' $((RANDOM * span / 32768)))" "$@"
	if [ $? = 137 ]; then
		killed=$((killed + 1))
		span=$((span * 51 / 50))
	else
		finished=$((finished + 1))
		span=$((span * 23 / 25))
	fi
}

# Whether it verifies; the first of all may have been killed before it was one.
whole()
{
	said=$(register verify 2>&1) || [[ $said == *'there is no register'* ]]
}

rows=40
table one.csv $rows 1000
undisturbed import one.csv
killed=0 finished=0 torn=''
for ((i = 0; (killed < kills || finished < enough) && i < 4 * kills; i++)); do
	# Not always on what has grown: the first import of all makes the file.
	((i % 20)) || rm -f r.db r.db-*
	table t.csv $rows $((2000 + i))
	kill_at_random import t.csv
	n=$(held $((2000 + i)))
	[ "$n" = 0 ] || [ "$n" = $rows ] || torn+=" import $i holds $n"
	whole || torn+=" after import $i: $said"
done
is "$torn" '' 'imports killed at random: each holds all or nothing'
ok "$kills were killed, and some were done ($finished)" \
	test "$killed" -ge "$kills" -a "$finished" -ge $enough

rm -f r.db r.db-*
register import one.csv 2>/dev/null
undisturbed add custody device_serial=TK10000000 keeper='Trần Thị Giữ' \
	from_date=01/07/2024
killed=0 finished=0 torn=''
before=$(sqlite3 r.db 'SELECT count(*) FROM events')
for ((i = 0; (killed < kills || finished < enough) && i < 4 * kills; i++)); do
	day=$(date -u -d "2024-07-02 + $i days" +%d/%m/%Y)
	kill_at_random add custody device_serial=TK10000000 \
		keeper="Người giữ $i" from_date="$day"
	# One event ends the custody before and begins this one.
	n=$(sqlite3 r.db 'SELECT count(*) FROM custody WHERE to_date IS NULL')
	[ "$n" = 1 ] || torn+=" after event $i there are $n keepers"
	n=$(sqlite3 r.db 'SELECT count(*) FROM events')
	[ "$n" = "$before" ] || [ "$n" = $((before + 1)) ] ||
		torn+=" event $i became $((n - before))"
	before=$n
	whole || torn+=" after event $i: $said"
done
is "$torn" '' 'events killed at random: each is whole or is not there'
ok "$kills were killed, and some were done ($finished)" \
	test "$killed" -ge "$kills" -a "$finished" -ge $enough

# 2. Several at once

rm -f r.db r.db-*
for i in 1 2 3 4; do
	table "t$i.csv" 50 $((3000 + i))
done
for i in 1 2 3 4; do
	register import "t$i.csv" >"log$i" 2>&1 &
done
wait
is "$(for i in 1 2 3 4; do held $((3000 + i)); done | xargs)" '50 50 50 50' \
	'four imports at once into a register that was not there all stand'
exit_is 0 'and it verifies' register verify
register import t1.csv >log1 2>&1 &
register import t1.csv >log2 2>&1 &
wait
is "$(held 3001)" 50 'the same table twice at once doubles nothing'
is "$(sqlite3 r.db 'SELECT count(*) FROM events')" 200 'and is no event'

# 3. Disks

mkdir full
mount -t tmpfs -o size=2m tmpfs full || bail 'no small disk'
table big.csv 3000 4000
exit_is 0 'a register on a small disk' \
	"$CKSTOKEN" register import one.csv --file full/r.db
exit_is 12 'a table that the disk has no room for: exit code 12' \
	"$CKSTOKEN" register import big.csv --file full/r.db
like "$err" 'full/r.db.*No space left' 'which says why'
exit_is 0 'the register is as it was' "$CKSTOKEN" register verify --file full/r.db
is "$(sqlite3 full/r.db 'SELECT count(*) FROM tokens')" $rows 'with what it had'
umount full

mkdir frozen
cp r.db frozen/r.db
mount --bind frozen frozen || bail 'no read-only disk'
mount -o remount,bind,ro frozen || bail 'no read-only disk'
exit_is 12 'a register on a read-only disk: exit code 12' \
	"$CKSTOKEN" register import one.csv --file frozen/r.db
like "$err" 'frozen/r.db' 'which names it'
exit_is 0 'it can be read' "$CKSTOKEN" register verify --file frozen/r.db
umount frozen

# 4. What is no register

echo 'hello' >note.txt
exit_is 11 'a text file is no register' \
	"$CKSTOKEN" register import one.csv --file note.txt
is "$(<note.txt)" hello 'and stays as it is'
sqlite3 other.db 'CREATE TABLE t (a)'
before=$(sha256sum <other.db)
exit_is 11 'another database is no register' \
	"$CKSTOKEN" register import one.csv --file other.db
is "$(sha256sum <other.db)" "$before" 'and stays as it is'
mkdir folder.db
exit_is 11 'nor is a folder' "$CKSTOKEN" register verify --file folder.db
exit_is 11 'there is none' "$CKSTOKEN" register verify --file none.db
like "$err" 'there is no register' 'which is told'
nok 'and none is made by reading' test -e none.db
exit_is 11 'none is configured' "$CKSTOKEN" register verify
ln -s r.db link.db
exit_is 11 'an export onto the register itself is refused' \
	"$CKSTOKEN" register export --csv -o ./r.db --file "$WORK/r.db"
exit_is 0 'which is as it was' register verify
exit_is 11 'a link is no register' \
	"$CKSTOKEN" register import one.csv --file link.db

# 5. What is for its owner only, and for several at once

rm -f new.db
"$CKSTOKEN" register import t1.csv --file new.db 2>/dev/null
is "$(sqlite3 new.db 'PRAGMA journal_mode')" wal \
	'who made a register leaves it so that readers and a writer do not wait'

is "$(stat -c %a r.db)" 600 'a register is for its owner only'
chmod 644 r.db
register add agency organization='Sở Tư pháp' 2>/dev/null
is "$(stat -c %a r.db)" 600 'and becomes so again when it is written'
cp r.db theirs.db
chown 65534 theirs.db
exit_is 12 "another user's is left alone" \
	"$CKSTOKEN" register import one.csv --file theirs.db
like "$err" 'another user' 'and told'

# 6. Changed by hand

# tampered NAME SQL PATTERN: a copy changed by SQL does not verify.
tampered()
{
	cp r.db bad.db
	sqlite3 bad.db "DROP TRIGGER IF EXISTS events_no_UPDATE;
		DROP TRIGGER IF EXISTS events_no_DELETE; $2" ||
		bail "cannot change the copy: $1"
	exit_is 1 "$1: exit code 1" "$CKSTOKEN" register verify --file bad.db
	like "$err" "$3" "$1: is told"
}
nok 'an event cannot be changed' \
	sqlite3 r.db "UPDATE events SET text = '{}' WHERE number = 2"
nok 'nor taken away' sqlite3 r.db 'DELETE FROM events WHERE number = 2'
n=$(sqlite3 r.db 'SELECT count(*) FROM events')
tampered 'an event changed' \
	"UPDATE events SET text = replace(text, 'Nguyễn', 'Trần') WHERE number = 7" \
	'event 7 does not follow'
tampered 'an event taken out' 'DELETE FROM events WHERE number = 9' \
	'event 9 does not follow'
tampered 'two events changed places' \
	'UPDATE events SET number = 0 WHERE number = 5;
	UPDATE events SET number = 5 WHERE number = 6;
	UPDATE events SET number = 6 WHERE number = 0' 'event 5 does not follow'
tampered 'the last event cut off' "DELETE FROM events WHERE number = $n" \
	"missing from number $n on"
tampered 'an event put in' \
	"INSERT INTO events VALUES ($((n + 1)), '$(printf 'a%.0s' {1..64})', '{}')" \
	"event $((n + 1)) does not follow"
tampered 'a row taken out of a table' \
	"PRAGMA foreign_keys = OFF; DELETE FROM certificates WHERE device_serial = 'TK30010003'" \
	'"certificate" .* does not match its events'
# What follows leaves the chain and all rows as they are.
hidden='an event with something behind a NUL'
tampered "$hidden" "UPDATE events SET text = text || char(0) || 'x'
	WHERE number = 2" 'event 2 does not follow'
tampered 'a-value-that-reads-as-another: an end that no day equals' \
	'UPDATE certificates SET not_after = CAST(not_after AS BLOB)' \
	'"certificate" .* does not match its events'
tampered 'a-value-that-reads-as-another: more behind a NUL' \
	"UPDATE subscribers SET title = coalesce(title, '') || char(0) || 'x'" \
	'"subscriber" .* does not match its events'
tampered 'a-value-that-reads-as-another: an event in bytes' \
	'UPDATE events SET text = CAST(text AS BLOB) WHERE number = 2' \
	'event 2 does not follow'
tampered 'what names are searched by' "UPDATE subscribers SET name_folded = 'x'" \
	'"subscriber" .* does not match its events'
tampered 'a trigger that is named like those of SQLite' \
	"CREATE TRIGGER sqlitex BEFORE INSERT ON tokens
	BEGIN SELECT raise(ABORT, 'no'); END" 'tables or triggers'
tampered 'a trigger' 'CREATE TRIGGER t BEFORE INSERT ON events
	BEGIN SELECT RAISE(IGNORE); END' 'tables or triggers'
exit_is 11 'a trigger that swallows what is written is noticed' \
	"$CKSTOKEN" register add agency organization='Sở Y tế' --file bad.db
tampered 'a view for a table' 'ALTER TABLE losses RENAME TO l;
	CREATE VIEW losses AS SELECT * FROM l' 'tables or triggers'
cp r.db bad.db
sqlite3 bad.db 'ALTER TABLE tokens DROP COLUMN note'
exit_is 11 'a column dropped: is told by what reads it' \
	"$CKSTOKEN" register export --file bad.db
cp r.db bad.db
sqlite3 bad.db 'DROP TABLE events'
exit_is 11 'a table dropped: is told as damage' \
	"$CKSTOKEN" register verify --file bad.db
tampered 'a table changed' \
	"UPDATE tokens SET place_kept = 'nhà' WHERE device_serial = 'TK30010003'" \
	'"token" TK30010003 does not match its events'
exit_is 1 'in JSON' "$CKSTOKEN" register verify --json --file bad.db
is "$(json .result)" otherwise 'with the result'
head -c 20000 /dev/urandom >bad.db
exit_is 11 'a damaged file is told' "$CKSTOKEN" register verify --file bad.db

# 7. Of another version

# An earlier one had other tables; what it was told it still knows.
cp r.db old.db
sqlite3 old.db "UPDATE meta SET text = '0' WHERE name = 'version';
	DROP TABLE losses; DROP INDEX tokens_by_subscriber;
	ALTER TABLE tokens DROP COLUMN note"
exit_is 0 'a register of an earlier ckstoken is brought up to date by reading' \
	"$CKSTOKEN" register verify --file old.db
is "$(sqlite3 old.db .schema | sort)" "$(sqlite3 r.db .schema | sort)" \
	'and has the tables of this one'
is "$(sqlite3 old.db 'SELECT * FROM tokens ORDER BY 1' | sha256sum)" \
	"$(sqlite3 r.db 'SELECT * FROM tokens ORDER BY 1' | sha256sum)" \
	'with all that was in them'
cp r.db old.db
sqlite3 old.db "UPDATE meta SET text = 'x' WHERE name = 'version'"
exit_is 11 'a version that is none' "$CKSTOKEN" register verify --file old.db
cp r.db new.db
sqlite3 new.db "UPDATE meta SET text = '99' WHERE name = 'version'"
before=$(sha256sum <new.db)
exit_is 11 'a register of a later ckstoken is left alone' \
	"$CKSTOKEN" register import one.csv --file new.db
like "$err" 'newer ckstoken' 'and told'

plan_done
