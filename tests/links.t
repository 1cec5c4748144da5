#!/bin/bash
# SPDX-License-Identifier: LGPL-2.1-or-later
# sanitize: yes
#
# What another user has put into a folder that he may write to: links, pipes,
# second names and files, where this program is to write or read.

# shellcheck disable=SC2119,SC2120,SC2317 # functions are called by name
# shellcheck source=tests/lib.sh
. "$(dirname "$0")/lib.sh"
need_world
need setpriv:util-linux jq:jq
other()
{
	setpriv --reuid 12345 --regid 12345 --clear-groups "$@"
}
other true 2>/dev/null || skip_all 'there is no second user here'

export CKSTOKEN_NOW=2026-11-21T02:00:00Z
office_conf >/dev/null
chmod 755 "$WORK" "$TMPDIR"
cd "$WORK" || exit
mkdir -m 1777 sticky
mkdir private
cd sticky || exit
# Not for ever, where something waits for a pipe.
ckstoken()
{
	timeout 60 "$CKSTOKEN" "$@"
}
letter()
{
	ckstoken --config ../office.conf request recover --no-tokens \
		--set device_serial=AB --set name=N --number 15 "$@"
}

# 1. Outputs

whole()
{
	is "$(<../victim)" precious "$1: nothing is written through it"
}
echo precious >../victim
refused()
{
	local name=$1
	shift
	exit_is 12 "$name: refused, exit code 12" "$@"
	like "$err" 'of another user stands there' "$name: and told why"
	whole "$name"
	is "$(find .. -name '.ckstoken.*')" '' "$name: no partial file is left"
}
other ln -s ../victim out.pdf
refused 'a link of another user' letter -o out.pdf
ok 'which is still there' test -h out.pdf
other ln -s ../new new.pdf
refused 'a link of another user that leads nowhere' letter -o new.pdf
nok 'makes no file' test -e ../new
other ln -s ../private folder
refused 'a folder that is a link of another user' letter -o folder/out.pdf
is "$(ls ../private)" '' 'gets no file'
other mkfifo -m 666 pipe.pdf
refused 'a pipe of another user' letter -o pipe.pdf
other sh -c 'umask 0; echo mine >file.pdf'
refused 'a file of another user' letter -o file.pdf
is "$(<file.pdf)" mine 'keeps what is in it'
ln ../victim second.pdf
exit_is 0 'a second name of a file' letter -o second.pdf
whole 'a second name of a file'
mkfifo -m 600 ../fifo
ln ../fifo second-pipe.pdf
refused 'a second name of a pipe' letter -o second-pipe.pdf

export MOCK_STATE=$WORK/mock-state
mock_state user-tries=3
refused 'a certificate' ckstoken --module "$(mock locks)" cert export \
	-o out.pdf
exit_is 0 'a register' ckstoken register add token device_serial=T1 \
	--file ../register.db
refused 'an export of the register' ckstoken register export \
	--file ../register.db --csv -o out.pdf

# 2. What may be followed

echo old >../own.pdf
ln -s ../own.pdf link.pdf
exit_is 0 'a link of our own' letter -o link.pdf
ok 'stays' test -h link.pdf
like "$(head -c 5 ../own.pdf)" '%PDF-' 'and leads to the document'
other mkdir -m 755 theirs
other ln -s ../../own.pdf theirs/link.pdf
refused "a link in its owner's own folder" letter -o theirs/link.pdf
exit_is 0 'the null device' ckstoken register export --file ../register.db \
	--csv -o /dev/null
ok 'stays one' test -c /dev/null
exit_is 0 'standard output by its name' bash -c \
	"'$CKSTOKEN' register export --file ../register.db --csv \
	-o /dev/stdout |
	cat; exit \"\${PIPESTATUS[0]}\""
like "$out" T1 'takes it'
"$CKSTOKEN" register export --file ../register.db --csv -o /dev/stdout \
	>../out.csv
like "$(<../out.csv)" T1 'also where it is a file'

# Folders that some others may write to, which are not /tmp.
# some_may_write NAME FOLDER: for FOLDER, in which he can make files.
some_may_write()
{
	local name=$1 folder=$2
	other ln -s "$WORK/victim" "$folder/link.pdf"
	refused "$name: his link" letter -o "$folder/link.pdf"
	other ln -s "$WORK/private" "$folder/folder"
	refused "$name: a folder that is his link" letter \
		-o "$folder/folder/out.pdf"
	is "$(ls ../private)" '' "$name: gets no file"
	other mkfifo -m 666 "$folder/pipe.pdf"
	refused "$name: his pipe" letter -o "$folder/pipe.pdf"
	other ln -s "$WORK/people.csv" "$folder/people.csv"
	exit_is 11 "$name: data by his link" letter \
		--data "$folder/people.csv" -o ../data.pdf
	exit_is 11 "$name: data of his pipe" letter \
		--data "$folder/pipe.pdf" -o ../data.pdf
	other sh -c "umask 0; echo mine >$folder/open.csv"
	exit_is 0 "$name: his file gives way" ckstoken register export \
		--file ../register.db --csv -o "$folder/open.csv"
	is "$(stat -c '%u %a' "$folder/open.csv")" '0 600' \
		"$name: to one that he cannot read"
	exit_is 0 "$name: a new file" letter -o "$folder/new.pdf"
	echo old >"$folder/mine.pdf"
	ln -s mine.pdf "$folder/to-mine.pdf"
	exit_is 0 "$name: a link of our own" letter -o "$folder/to-mine.pdf"
	like "$(head -c 5 "$folder/mine.pdf")" '%PDF-' "$name: is followed"
}
printf 'device_serial,name\nT1,A\n' >../people.csv
other mkdir -m 700 home
some_may_write 'his home, mode 700' "$PWD/home"
other mkdir -m 755 his
some_may_write 'his folder, mode 755' "$PWD/his"
mkdir group
chgrp 12345 group
chmod 2770 group
some_may_write "a group's folder" "$PWD/group"
mkdir all
chmod 777 all
some_may_write 'a folder of all, not sticky' "$PWD/all"
if command -v setfacl >/dev/null; then
	mkdir listed
	if setfacl -m u:12345:rwx listed 2>/dev/null; then
		some_may_write 'a folder with an access list' "$PWD/listed"
	fi
fi

# A user who is not root, in the folders that an office has.
user()
{
	setpriv --reuid 23456 --regid 23456 --groups 12345 env -u HOME \
		"$CKSTOKEN" --config ../office.conf request recover \
		--no-tokens --set device_serial=AB --set name=N --number 15 \
		"$@"
}
# writes NAME FILE: a user writes the document FILE.
writes()
{
	exit_is 0 "a user: $1" user -o "$2"
	like "$(head -c 5 "$2")" '%PDF-' "a user: $1: there it is"
}
mkdir mine
chown 23456:23456 mine
chmod 2775 mine
ln -s mine to-mine
writes 'his own folder, which his own group may write' mine/a.pdf
writes 'by a link of his' mine/a.pdf
setpriv --reuid 23456 --regid 23456 --clear-groups ln -s a.pdf mine/link.pdf
writes 'through his own link there' mine/link.pdf
ok 'which stays' test -h mine/link.pdf
writes 'a sticky folder' user.pdf
writes "the group's folder" group/user.pdf
other sh -c 'umask 002; echo theirs >group/theirs.pdf'
writes "a colleague's file there" group/theirs.pdf
is "$(stat -c %u group/theirs.pdf)" 23456 'which was replaced'
setpriv --reuid 12345 --regid 12345 --clear-groups ln -s ../mine/a.pdf \
	group/a.pdf
exit_is 12 "a user: a colleague's link there" user -o group/a.pdf

# 3. What is read

other ln -s ../people.csv people.csv
read_refused()
{
	local name=$1
	shift
	exit_is 11 "$name: refused, exit code 11" "$@"
	like "$err" 'of another user stands there' "$name: and told why"
}
read_refused 'data by a link of another user' letter --data people.csv \
	-o ../data.pdf
read_refused 'data of a pipe of another user' letter --data pipe.pdf \
	-o ../data.pdf
other ln -s ../own.pdf letter.pdf
read_refused 'a document by a link of another user' ckstoken show letter.pdf
other ln -s ../office.conf office.conf
read_refused 'a configuration by a link of another user' \
	ckstoken --config office.conf status
exit_is 0 'data by a pipe of the shell' bash -c \
	"'$CKSTOKEN' --config ../office.conf request recover --no-tokens \
	--data <(cat ../people.csv) --number 15 -o ../data.pdf"

# 4. The journal and the register

so=$(secret_file SO_PIN)
new=$(secret_file NEW_PIN)
# journalled PATH
journalled()
{
	mock_state user-tries=0
	conf=$(desk_conf '[journal]' "file = $1")
	refused "$2" ckstoken --config "$conf" --module "$(mock locks)" \
		unblock --authority 1 --yes --so-pin-file "$so" \
		--new-pin-file "$new"
	is "$(mock_calls 'C_(Login|InitPIN)')" 0 "$2: nothing is sent"
}
ln ../victim second.journal
journalled "$PWD/second.journal" 'a second name of a file as a journal'
journalled "$PWD/folder/x.journal" 'a journal in a folder that is a link'
is "$(ls ../private)" '' 'gets none'
ln ../victim second.db
refused 'a second name of a file as a register' ckstoken register add token \
	device_serial=T1 --file "$PWD/second.db"
refused 'a register in a folder that is a link' ckstoken register add token \
	device_serial=T1 --file "$PWD/folder/r.db"
exit_is 0 'a register of our own' ckstoken register add token \
	device_serial=T1 --file "$PWD/own.db"
other sh -c 'echo planted >own.db-journal'
exit_is 12 'with a journal of another user beside it: refused' \
	ckstoken register list --file "$PWD/own.db"

plan_done
