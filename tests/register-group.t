#!/bin/bash
# SPDX-License-Identifier: LGPL-2.1-or-later
#
# One register of several officers of a machine: the file of a group, in a
# folder that root gave to it, whoever writes it and with whichever umask.

# shellcheck disable=SC2119,SC2120,SC2317 # functions are called by name
# shellcheck source=tests/lib.sh
. "$(dirname "$0")/lib.sh"
need_world
need jq:jq sqlite3:sqlite3 setpriv:util-linux python3:python3

awk '$3 > 65536 { found = 1 } END { exit !found }' /proc/self/uid_map ||
	skip_all 'this world has one user'
export CKSTOKEN_NOW=2026-03-02T02:00:00Z
group=64999
own_state "$group"
machine=/var/lib/ckstoken/register.db
# What the officers run must be where they may go.
desks=/run/desks
mkdir -m 755 "$desks"
cp -L "$CKSTOKEN" "$LD_LIBRARY_PATH"/libckstoken.so.0 "$desks"
declare -A uids=([an]=64001 [binh]=64002 [khach]=64003)
for name in "${!uids[@]}"; do
	echo "$name:x:${uids[$name]}:${uids[$name]}::/:/bin/sh" >>/run/world/passwd
	install -d -m 700 -o "${uids[$name]}" -g "${uids[$name]}" "$desks/$name"
done
echo "canbo:x:$group:an,binh" >>/run/world/group

# as NAME COMMAND...: an and binh are of the group, khach is not.
as()
{
	local name=$1 groups=(--groups "$group")
	shift
	[ "$name" != khach ] || groups=(--clear-groups)
	(
		cd "$desks/$name" || exit
		exec setpriv --reuid "${uids[$name]}" --regid "${uids[$name]}" \
			"${groups[@]}" env HOME="$desks/$name" USER=root \
			LOGNAME=root LD_LIBRARY_PATH="$desks" "$@"
	)
}
# on NAME UMASK ARG...: ckstoken register
on()
{
	local name=$1 mask=$2
	shift 2
	as "$name" sh -c "umask $mask; exec \"\$@\"" sh "$desks/ckstoken" \
		register "$@"
}
# adds NAME UMASK SERIAL [ARG...]
adds()
{
	local name=$1 mask=$2 serial=$3
	shift 3
	on "$name" "$mask" add token "device_serial=$serial" "$@"
}
modes()
{
	stat -c '%n %a %g' "$machine"* | sed 's/.*register.db//' | sort | xargs
}
tokens()
{
	sqlite3 "$machine" 'SELECT count(*) FROM tokens'
}
fresh()
{
	rm -f "$machine"*
}
every=" 660 $group -shm 660 $group -wal 660 $group"

# 1. Whatever the umask is

for masks in '077 077' '000 077' '077 000' '027 027'; do
	read -r first second <<<"$masks"
	name="umask $first, then $second"
	fresh
	exit_is 0 "$name: one makes the register of the group" \
		adds an "$first" A1 --file "$machine"
	is "$(modes)" "${every# }" "$name: all of it is the group's alone"
	exit_is 0 "$name: another adds to it" adds binh "$second" B1
	exit_is 0 "$name: and the first again" adds an "$first" A2
	is "$(modes)" "${every# }" "$name: which stays the group's"
	is "$(on an "$first" list --csv | grep -c '[AB][12]') $(
		on binh "$second" list --csv | grep -c '[AB][12]')" '3 3' \
		"$name: both read all"
	exit_is 0 "$name: and it is intact" on binh "$second" verify
done
is "$(on an 077 history --json | jq -r '.events[].officer' | xargs)" \
	'an binh an' \
	'each act is under the login of its officer, whatever USER says'
exit_is 0 'root takes part' "$CKSTOKEN" register add token device_serial=R1
is "$(stat -c %u "$machine") $(modes)" "64001 ${every# }" \
	'and what is there stays the group'\''s'
exit_is 0 'for the others' adds binh 077 B2

# 2. The configuration

is "$(on binh 022 list --csv | grep -c '[ABR][12]')" 5 \
	'no setting: the register of the machine, where it is there'
as an sh -c "umask 022; printf '[register]\nfile = %s\n' \
	'$desks/an/own.db' >own.conf"
is "$(as an "$desks/ckstoken" --config own.conf register list 2>&1)" \
	"ckstoken: $desks/an/own.db: there is no register yet; create it with \"ckstoken register import\" or \"ckstoken register add\"" \
	'a setting goes before it'
exit_is 11 'who is not of the group has none' on khach 022 list
like "$err" 'no register is configured' 'without a word of it'
fresh
exit_is 11 'none is made unasked' adds an 022 A1
like "$err" 'no register is configured' 'as is told'
nok 'and none is there' test -e "$machine"

# 3. What is not the group's is not taken for it

# private NAME MODE GROUP: a register of that member's own in the place
private()
{
	fresh
	rm -f "$desks/$1/own.db"*
	adds "$1" 077 P1 --file "$desks/$1/own.db" >/dev/null 2>&1
	mv "$desks/$1/own.db" "$machine"
	chgrp "$3" "$machine"
	chmod "$2" "$machine"
	before=$(sha256sum <"$machine")
}
left()
{
	is "$(sha256sum <"$machine")" "$before" "$1: it is left as it was"
}
for whose in "600 $group" '600 64001' '660 64001' "662 $group"; do
	name="a member's file of mode ${whose/ / and group }"
	# shellcheck disable=SC2086 # two words
	private an $whose
	for who in an binh; do
		exit_is 12 "$name: $who is refused" adds "$who" 022 X1
		like "$err" "register $machine cannot be used: it is in the folder of a group, and" \
			"$name: and told why"
	done
	left "$name"
done
private an 640 "$group"
exit_is 0 'one that its owner alone writes: he does' adds an 077 X1
exit_is 0 'a colleague reads it' on binh 022 show X1
exit_is 12 'and does not write it' adds binh 022 X2
like "$err" 'yours to read and not to write' 'which is told'
private an 660 "$group"
exit_is 0 'one that was shared by hand is the group'\''s' adds binh 077 X1
exit_is 0 'for both' adds an 077 X2
ln "$machine" /var/lib/ckstoken/second
exit_is 12 'a file with a second name is refused' adds binh 077 X3
rm /var/lib/ckstoken/second

# a-trusted-side-file: SQLite would believe what lies beside the register.
for end in -wal -shm -journal; do
	for whose in '660 64003 64003' "662 64001 $group"; do
		read -r mode user of <<<"$whose"
		cp -p "$machine" "$desks/kept"
		[ -e "$machine$end" ] || : >"$machine$end"
		chown "$user:$of" "$machine$end"
		chmod "$mode" "$machine$end"
		exit_is 12 "a-trusted-side-file: $end of mode $mode, group $of" \
			adds binh 077 X4
		like "$err" "$machine$end beside it is not of whom the register is" \
			'is named'
		rm "$machine"-*
	done
done
exit_is 0 'without them' on binh 077 verify
for end in -wal -journal; do
	adds an 077 O1 --file "$desks/an/own.db" >/dev/null 2>&1
	as an sh -c "umask 0; : >own.db$end; chmod 606 own.db$end"
	exit_is 12 "a-trusted-side-file: $end that others could write, beside one's own" \
		adds an 077 O2 --file "$desks/an/own.db"
	like "$err" "own.db$end beside it is not of whom" 'is named'
	rm "$desks/an/own.db$end"
done

# Only root gives a folder to a group.
install -d -m 2770 -o 64001 -g "$group" "$desks/folder"
exit_is 0 "in a member's folder a register is his" \
	adds an 077 F1 --file "$desks/folder/r.db"
is "$(stat -c %a "$desks/folder/r.db")" 600 'alone'
exit_is 12 'and of nobody else' adds binh 077 F2 --file "$desks/folder/r.db"
chown 0 "$desks/folder"
chmod 3770 "$desks/folder"
exit_is 0 'where nobody can take turns, too' \
	adds binh 077 F1 --file "$desks/folder/b.db"
exit_is 12 'it is of one' adds an 077 F2 --file "$desks/folder/b.db"
like "$err" 'file of another user stands there' 'as is told'
exit_is 0 'a register of a folder of his own' \
	adds an 077 O1 --file "$desks/an/own.db"
chmod 711 "$desks/an"
chmod 644 "$desks/an/own.db"
exit_is 12 'is read by no other' on binh 022 list --file "$desks/an/own.db"
like "$err" 'own.db .*of another user' \
	'as is told'

# 4. Who may only read

fresh
adds an 077 A1 --file "$machine" >/dev/null
chmod 2775 /var/lib/ckstoken
chmod 664 "$machine"*
exit_is 0 'one who is not of the group reads what is open to all' \
	on khach 022 show A1
exit_is 12 'and does not write it' adds khach 022 K1
like "$err" 'yours to read and not to write' 'which is told'
# a-lock-of-a-reader: in SQLite it keeps the group from writing, and from
# reading what nobody has open; the wait for it goes on beside what follows.
locked=/var/lib/ckstoken/locked.db
adds an 077 L1 --file $locked >/dev/null
chmod 664 $locked*
(
	as khach python3 -c 'import fcntl, os, time
shm = os.open("/var/lib/ckstoken/locked.db-shm", os.O_RDONLY)
fcntl.lockf(shm, fcntl.LOCK_SH, 1, 120)
open("locked", "w").write(str(os.getpid()))
time.sleep(600)' &
	wait_for 60 test -s "$desks/khach/locked"
	adds an 077 L2 --file $locked 2>"$WORK/locked"
	echo "exit code $?" >>"$WORK/locked"
	kill "$(<"$desks/khach/locked")"
	wait $!
	adds an 077 L3 --file $locked
	echo "then $?" >>"$WORK/locked"
	: >"$WORK/locked.over"
) >/dev/null 2>&1 &
disown
ok 'a reader locks what he reads' wait_for 60 test -s "$desks/khach/locked"
exit_is 0 'after that the group goes on' adds binh 077 B1
exit_is 0 'and the reader sees it' on khach 022 show B1
chmod 2770 /var/lib/ckstoken
exit_is 12 'one who may not enter the folder' on khach 022 show A1 --file "$machine"
like "$err" 'a group that you are not a member of' 'is told so'
if ! mount --bind /var/lib/ckstoken /var/lib/ckstoken ||
	! mount -o remount,bind,ro /var/lib/ckstoken; then
	bail 'not read-only'
fi
exit_is 0 'on a disk that is read-only it is read' on binh 077 show B1
exit_is 12 'and not written' adds binh 077 B2
umount /var/lib/ckstoken

# 5. Two at once

# table NAME N FILE
table()
{
	local i
	{
		echo 'Họ và tên;Cơ quan;Email công vụ;Số hiệu token'
		for ((i = 0; i < $2; i++)); do
			printf 'Nguyễn %s-%d;Sở Tài chính;%s.%d@vidu.gov.vn;TK%s%03d\n' \
				"$1" "$i" "$1" "$i" "$1" "$i"
		done
	} >"$3"
	chmod 644 "$3"
}
# works NAME: writes and reads in turn; what fails is told.
works()
{
	local i said
	for ((i = 0; i < 10; i++)); do
		said=$(adds "$1" 077 "$1-$i" 2>&1) ||
			echo "$1 $i: not added: $said"
		on "$1" 077 list --csv 2>&1 | grep -q "^$1-$i\|,$1-$i," ||
			echo "$1 $i: not read"
	done
}
fresh
adds an 077 A1 --file "$machine" >/dev/null
works an >"$WORK/an" &
works binh >"$WORK/binh" &
wait
is "$(cat "$WORK/an" "$WORK/binh")" '' \
	'two officers write and read at once, and neither waits in vain'
is "$(tokens)" 21 'nothing is lost or doubled'
exit_is 0 'and all is one chain' on an 077 verify

# Killed at random, both at once, from the first import on: all or nothing.
kills=${KILLS:-40}
rows=30
# killed NAME TABLE: its exit code into a file.
killed()
{
	as "$1" sh -c "umask 077; exec \"\$@\"" sh "$desks/ckstoken" register \
		import "$desks/$2" --file "$machine" >/dev/null 2>&1 &
	sleep "$(printf '0.%06d' $((RANDOM * span / 32768)))"
	kill -9 $! 2>/dev/null
	wait $! 2>/dev/null
	echo $? >"$WORK/killed-$1"
}
fresh
table 9 $rows "$desks/first"
begin=${EPOCHREALTIME/./}
on an 077 import "$desks/first" --file "$machine" >/dev/null 2>&1
span=$((${EPOCHREALTIME/./} - begin))
[ "$span" -lt 900000 ] || span=900000
n_killed=0 torn=''
for ((i = 0; n_killed < kills && i < 3 * kills; i += 2)); do
	((i % 20)) || fresh
	for who in an binh; do
		table "$who$i" $rows "$desks/$who.csv"
		killed "$who" "$who.csv" &
	done
	wait
	# A transaction that was broken off is rolled back here: sqlite3 that
	# only reads could not, and would count nothing.
	said=$(on binh 077 verify --file "$machine" 2>&1) ||
		[[ $said == *'there is no register'* ]] || torn+=" after $i: $said"
	for who in an binh; do
		read -r code <"$WORK/killed-$who"
		n=$(sqlite3 -readonly "$machine" "SELECT count(*) FROM tokens
			WHERE device_serial LIKE 'TK$who${i}___'" 2>/dev/null)
		case $code,${n:-0} in
		0,"$rows" | 137,0 | 137,"$rows") ;;
		*) torn+=" $who $i: exit code $code, $n rows" ;;
		esac
		[ "$code" != 137 ] || n_killed=$((n_killed + 1))
	done
done
is "$torn" '' 'imports of two killed at random: each holds all or nothing'
ok "$kills were killed" test "$n_killed" -ge "$kills"
exit_is 0 'and then both go on' adds an 077 last1 --file "$machine"
exit_is 0 'at once' adds binh 077 last2
is "$(modes)" "${every# }" 'with files that are the group'\''s'
ok 'a-lock-of-a-reader: ends' wait_for 60 test -e "$WORK/locked.over"
like "$(<"$WORK/locked")" \
	"locked.db is in use by another process, which has it locked \\(process $(<"$desks/khach/locked") of khach.*exit code 12.then 0" \
	'and who has it is told'

plan_done
