#!/bin/bash
# SPDX-License-Identifier: LGPL-2.1-or-later
#
# A register and a journal that ckstoken 0.1 made: nothing in them is lost, and
# they go on.

# shellcheck disable=SC2119,SC2120,SC2317 # functions are called by name
# shellcheck source=tests/lib.sh
. "$(dirname "$0")/lib.sh"
need_world
need jq:jq sqlite3:sqlite3 python3:python3

fixtures=$(cd "$(dirname "$0")/fixtures" && pwd) || bail 'no fixtures'
cd "$WORK" || bail 'no work folder'
export CKSTOKEN_NOW=2026-11-21T02:00:00Z

# 1. The register

# before FILE: makes the register anew; the pragma says that it is ours.
before()
{
	{
		cat "$fixtures/register-0.1.sql"
		echo 'PRAGMA application_id = 1667986292;'
	} | sqlite3 "$1" || bail "$1: cannot be made"
	chmod 600 "$1"
}
register()
{
	ckstoken register "$@" --file r.db
}
# columns_as_in HERE THERE: the columns of THERE that HERE has; a later version
# has more.
columns_as_in()
{
	python3 -c 'import csv, sys
here, there = (list(csv.reader(open(f, encoding="utf-8", newline="")))
	for f in sys.argv[1:])
for row in there:
	print([row[there[0].index(name)] for name in here[0]])' "$1" "$2"
}

before r.db
is "$(sqlite3 r.db "SELECT text FROM meta WHERE name = 'version'")" 1 \
	'it has the first version of the tables'
head=$(sqlite3 r.db "SELECT text FROM meta WHERE name = 'head'")
sqlite3 r.db 'SELECT * FROM events ORDER BY number' >events
exit_is 0 'it can be listed' register list --json
is "$(json '[.tokens[] | "\(.device_serial) \(.certificate_serial) \(.state)"] |
	join(", ")')" \
	'AbC123 0A1B in-use, MoCK00000000 4C3A91F27D05E6B1 in-use, S4 0A1E in-use, X2 0A1C replaced, X2 0A2C in-use, X3 0A1D lost' \
	'and says what it said'
version=$(sqlite3 r.db "SELECT text FROM meta WHERE name = 'version'")
ok 'its tables are of today by then' test "$version" -gt 1
is "$(sqlite3 r.db "SELECT text FROM meta WHERE name = 'head'")" "$head" \
	'its head is as it was'
ok 'and so is every event' cmp events <(sqlite3 r.db \
	'SELECT * FROM events ORDER BY number')
exit_is 0 'it is proved right' register verify --json
is "$(json '"\(.events) \(.head)"')" "$head" 'up to that head'
exit_is 0 'its export' register export -o export.csv
ok 'is what ckstoken 0.1 made' cmp \
	<(columns_as_in "$fixtures/register-0.1.csv" export.csv) \
	<(columns_as_in "$fixtures/register-0.1.csv" "$fixtures/register-0.1.csv")
exit_is 0 'a new register' ckstoken register import export.csv --file new.db
ckstoken register export -o again.csv --file new.db 2>/dev/null
ok 'has the same of it' cmp export.csv again.csv
schema='SELECT sql FROM sqlite_master WHERE sql IS NOT NULL ORDER BY name'
is "$(sqlite3 new.db "$schema" | tr -d '" ')" \
	"$(sqlite3 r.db "$schema" | tr -d '" ')" \
	'in the same tables'
exit_is 0 'its history' register history S4 --json
is "$(json '[.events[].by] | join(", ")')" 'import, add, handover keeper' \
	'is what was done'
exit_is 0 'of a token however it is spelled' register history mock00000000 --json
is "$(json '[.events[].by] | join(", ")')" \
	'import, add, status, request recover, unblock' 'too'
exit_is 1 'what is due by it' register due --json --province lam-dong
like "$(json '[.due[] | "\(.rule) \(.device_serial)"] | join(", ")')" \
	'loss-minutes X3' 'has the loss'
exit_is 0 'it takes what comes' register add token device_serial=S4 \
	note='kiểm kê năm 2026'
exit_is 0 'and is right with it' register verify --json
is "$(json .events)" "$((${head%% *} + 1))" 'which is one event more'

# 2. Where it cannot be brought up to date it stays as it is

mkdir shut
before shut/r.db
sha256sum shut/r.db >sum
mount --bind shut shut || bail 'no mount here'
mount -o remount,bind,ro shut || bail 'no read-only mount here'
exit_is 12 'on a disk that is read only' ckstoken register list \
	--file shut/r.db
like "$err" 'made by an older ckstoken.*[Cc]opy it' 'is told what to do'
umount shut
ok 'and unharmed' sha256sum --quiet -c sum

# On a disk with too little room, a part of it could be done.
before full.db
mkdir full
told='' wrong=''
for size in $(seq 220 20 440); do
	mount -t tmpfs -o "size=${size}k" none full || bail 'no tmpfs here'
	if cp full.db full/r.db 2>/dev/null; then
		ckstoken register list --file full/r.db >said 2>told.err
		done=$?
		version=$(sqlite3 full/r.db \
			"SELECT text FROM meta WHERE name = 'version'" 2>/dev/null)
		case $done,$version in
		0,1 | 12,[!1] | [!01]) wrong="$wrong$size k: $done, $version; " ;;
		12,1)
			grep -q 'No space left.*it was left unchanged' told.err &&
				told=yes ;;
		esac
	fi
	umount full
done
is "$wrong" '' 'on a full disk it is brought up to date whole, or not at all'
is "$told" yes 'and says when it is not'

# 3. The journal

cp "$fixtures/unblock-0.1.journal" journal
cp "$fixtures/unblock-0.1.journal.head" journal.head
chmod 600 journal journal.head
conf=$(desk_conf '[journal]' "file = $WORK/journal")
mock_state user-tries=0
exit_is 0 'an unblock goes on in it' ckstoken --config "$conf" \
	--module "$(mock locks)" unblock --yes --json \
	--authority '16/STC-VP ngày 20/11/2026' \
	--so-pin-file "$(secret_file SO_PIN)" \
	--new-pin-file "$(secret_file NEW_PIN)"
is "$(wc -l <journal)" 4 'with two lines more'
is "$(json .journal)" 3 'under the number of its line'
ok 'behind those that were there' cmp -n "$(stat -c %s \
	"$fixtures/unblock-0.1.journal")" journal "$fixtures/unblock-0.1.journal"
unlike "$err" 'journal' 'and nothing is held against it'

plan_done
