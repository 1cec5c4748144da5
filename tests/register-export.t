#!/bin/bash
# SPDX-License-Identifier: LGPL-2.1-or-later
# sanitize: yes
# stores: both
#
# What is exported makes the same register again, byte for byte.

# shellcheck disable=SC2119,SC2120,SC2317 # functions are called by name
# shellcheck source=tests/lib.sh
. "$(dirname "$0")/lib.sh"
need_world
need jq:jq python3:python3
cd "$WORK" || bail 'no work folder'
export CKSTOKEN_NOW=2026-11-21T02:00:00Z
register=(ckstoken register)

# 1. Every kind of record, every column, and what is hard to write

cp "$TOP/tests/fixtures/every-record.json" every.json
exit_is 0 'a register with every kind of record' \
	"${register[@]}" import every.json --file "$(place 1.db)"
exit_is 0 'export' "${register[@]}" export --file "$(place 1.db)"
printf '%s\n' "$out" >1.json
is "$(jq -c 'del(.version, .program)' 1.json)" "$(jq -c . every.json)" \
	'has every record whole, parents first'
like "$(jq -r .program 1.json)" '^ckstoken [0-9]' 'and says what wrote it'
is "$(jq -r .version 1.json)" 1 'and its version'
exit_is 0 'export --csv' "${register[@]}" export --csv --file "$(place 1.db)"
"${register[@]}" export --csv --file "$(place 1.db)" >1.csv

# What no test had before would not be compared.
is "$(printf 'record\n%s' "$(jq -r '.[][] | keys[]' every.json | sort -u)" |
	sort)" "$(head -n 1 1.csv | tr -d '\r' | tr , '\n' | sort)" \
	'every column there is was given here'
is "$(head -n 1 1.csv | tr -d '\r' | tr , '\n' | while read -r column; do
	grep -qF "\\fB$column\\fP" "$TOP/man/ckstoken-register.1" ||
		echo "$column"
done)" '' 'and the manual names it'
is "$(head -n 1 1.csv | cut -d , -f 1,2)" 'record,organization' \
	'"record" stands first'
is "$(cut -d , -f 1 1.csv | uniq | tr '\n' ' ')" \
	'record agency unit subscriber token certificate request item custody loss unblock ' \
	'what others refer to stands before them'

for type in json csv; do
	exit_is 0 "import of $type" \
		"${register[@]}" import "1.$type" --file "$(place "$type.db")"
	exit_is 0 'and export to a file' \
		"${register[@]}" export -o "2.$type" --file "$(place "$type.db")"
	is "$out" '' 'which leaves standard output alone'
	ok 'gives the same bytes' cmp "1.$type" "2.$type"
	is "$(stat -c %a "2.$type")" 600 'for its owner only'
	exit_is 0 'it is whole' "${register[@]}" verify --file "$(place "$type.db")"
	exit_is 0 'import of it where it is' \
		"${register[@]}" import "2.$type" --file "$(place "$type.db")"
	like "$err" 'nothing in it is new' 'brings nothing'
done
"${register[@]}" export --file "$(place csv.db)" >3.json
ok 'one from CSV is the one from JSON' cmp 1.json 3.json
ok 'the table is one of RFC 4180' python3 -c '
import csv
rows = list(csv.reader(open("1.csv", newline="", encoding="utf-8"), strict=True))
assert all(len(row) == len(rows[0]) for row in rows)
data = open("1.csv", "rb").read()
assert data.count(b"\n") == data.count(b"\r\n") == len(rows)'
jq -c '{tokens: [{device_serial: "AbC123", note: null}]}' 1.json >null.json
exit_is 0 'a null takes a value away' \
	"${register[@]}" import null.json --file "$(place csv.db)"
"${register[@]}" export --file "$(place csv.db)" >4.json
is "$(jq '.tokens[1] | has("note")' 4.json)" false 'and the export has none'

# 2. Files

exit_is 2 'an ending that says nothing' \
	"${register[@]}" export -o x.txt --file "$(place 1.db)"
like "$err" 'x.txt.*--json or --csv' 'is told'
nok 'and nothing is written' test -e x.txt
exit_is 0 'an option says it' "${register[@]}" export --csv -o x.txt --file "$(place 1.db)"
ok 'for any name' cmp x.txt 1.csv
exit_is 0 '-o -' "${register[@]}" export -o - --file "$(place 1.db)"
is "$out" "$(cat 1.json)" 'is standard output'
echo old >kept.json
chmod 640 kept.json
ln -s kept.json link.json
exit_is 0 'through a link' "${register[@]}" export -o link.json --file "$(place 1.db)"
ok 'the file it leads to is replaced' cmp kept.json 1.json
is "$(stat -c %a kept.json)" 640 'and keeps its permissions'
exit_is 12 'a folder that is not there' \
	"${register[@]}" export -o none/x.json --file "$(place 1.db)"
like "$err" 'none/x.json cannot be written' 'is told'
exit_is 12 'a full disk' "${register[@]}" export --json -o /dev/full --file "$(place 1.db)"
like "$err" '/dev/full cannot be written: No space' 'is told'
# shellcheck disable=SC2016 # the inner shell's
exit_is 12 'a full disk behind standard output' bash -c \
	'"$0" register export --file "$1" >/dev/full' "$CKSTOKEN" "$(place 1.db)"
is "$(find . -name '.ckstoken*')" '' 'no temporary file is left'
exit_is 11 'no register' "${register[@]}" export -o new.json --file "$(place none.db)"
nok 'makes no file' test -e new.json

plan_done
