#!/bin/bash
# SPDX-License-Identifier: LGPL-2.1-or-later
# sanitize: yes
#
# A register moves from one database to another and loses nothing.

# shellcheck disable=SC2119,SC2120,SC2317 # functions are called by name
# shellcheck source=tests/lib.sh
. "$(dirname "$0")/lib.sh"
need_world
need jq:jq sqlite3:sqlite3
cd "$WORK" || bail 'no work folder'
export CKSTOKEN_NOW=2026-11-21T02:00:00Z
register=(ckstoken register)

# What events are: rowid and all, byte for byte.
events()
{
	sqlite3 "$1" 'SELECT number, hash, hex(text) FROM events ORDER BY number'
}

cat >table.csv <<'END'
Họ và tên,Số CCCD,Email công vụ,Cơ quan công tác,Phòng ban,Số hiệu token,Số hiệu chứng thư,Hiệu lực từ,Hiệu lực đến,Người quản lý,Quản lý từ ngày
Nguyễn Văn An,001085001234,An@vidu.example,Sở Tài chính,Văn phòng,AbC123,0a:1b,1/2/2025,01/02/2028,Trần Thị Bích,1/3/2025
"Lê ""C"", Thị",001085001235,c@vidu.example,Sở Tài chính,,X2,0A1C,2025-01-01,1/1/2027,,
Đỗ Văn D,,d@vidu.example,Sở Y tế,Phòng Dược,X3,0A1D,1/1/2023,1/1/2026,Đỗ Văn D,1/1/2023
END
exit_is 0 'a register' "${register[@]}" import table.csv --file a.db
exit_is 0 'a value is taken away' "${register[@]}" add subscriber \
	subscriber=2 email= --file a.db
exit_is 0 'a token comes to another' "${register[@]}" add token \
	device_serial=X2 subscriber=1 note=$'hai\u00a0"dòng\\' --file a.db
head="$(sqlite3 a.db 'SELECT max(number) FROM events'):$(sqlite3 a.db \
	'SELECT hash FROM events ORDER BY number DESC LIMIT 1')"

exit_is 0 'copy' "${register[@]}" copy a.db b.db
is "$out" "$head" 'prints the head'
like "$err" '5 events were copied from a.db to b.db' 'and says what it did'
is "$(events b.db)" "$(events a.db)" \
	'has every event with its number, hash and text'
is "$("${register[@]}" export --file b.db)" \
	"$("${register[@]}" export --file a.db)" 'and every record'
is "$(sqlite3 b.db 'SELECT * FROM earlier_events ORDER BY 1, 2')" \
	"$(sqlite3 a.db 'SELECT * FROM earlier_events ORDER BY 1, 2')" \
	'and their histories'
exit_is 0 'it verifies' "${register[@]}" verify --file b.db
like "$out" "${head#*:}" 'with the same head'
is "$(stat -c %a b.db)" 600 'and is its owner'\''s alone'
exit_is 0 'copy of the register that --file names' \
	"${register[@]}" copy c.db --file b.db
is "$(events c.db)" "$(events a.db)" 'and back: the same'
exit_is 0 'the copy goes on' "${register[@]}" add token device_serial=X9 \
	--file c.db
exit_is 0 'and verifies' "${register[@]}" verify --file c.db

exit_is 7 'into one that has events' "${register[@]}" copy a.db c.db
like "$err" 'c.db is a register that has events already' 'is refused'
is "$(sqlite3 c.db 'SELECT count(*) FROM events')" 6 'and changes nothing'
exit_is 11 'from where none is' "${register[@]}" copy none.db d.db
nok 'makes none' test -e d.db
exit_is 2 'onto itself' "${register[@]}" copy a.db a.db
exit_is 2 'from two' "${register[@]}" copy a.db d.db --file b.db
exit_is 2 'to none' "${register[@]}" copy
echo 'not a register' >text
exit_is 11 'over something else' "${register[@]}" copy a.db text
is "$(cat text)" 'not a register' 'which stays'

# What is not intact is not copied: the copy would hide it.
for sql in "DROP TRIGGER events_no_UPDATE;
		UPDATE events SET text = replace(text, 'Bích', 'Bình')" \
	"UPDATE tokens SET note = 'x' WHERE device_serial = 'X3'" \
	"UPDATE meta SET text = '6' || substr(text, 2) WHERE name = 'head'"; do
	cp b.db bad.db
	sqlite3 bad.db "$sql"
	rm -f d.db
	exit_is 11 'one that was changed by hand' \
		"${register[@]}" copy bad.db d.db
	like "$err" 'not intact, so nothing was copied' 'is refused'
	is "$(stat -c %s d.db)" 0 'and nothing is there'
done
mkdir full
mount -t tmpfs -o size=64k tmpfs full
exit_is 12 'onto a full disk' "${register[@]}" copy a.db full/d.db
nok 'nothing is there' test -s full/d.db
umount full
plan_done
