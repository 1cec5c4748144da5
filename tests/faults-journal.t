#!/bin/bash
# SPDX-License-Identifier: LGPL-2.1-or-later
# sanitize: yes
#
# A journal where none can be, and one whose disk fills up or fails between an
# attempt and its result.

# shellcheck disable=SC2119,SC2120,SC2317 # functions are called by name
# shellcheck source=tests/lib.sh
. "$(dirname "$0")/lib.sh"
need_world
need jq:jq mknod:coreutils prlimit:util-linux

so=$(secret_file SO_PIN)
new=$(secret_file NEW_PIN)
locks=$(mock locks)
paused=$(mock pause-login)
journal=''

# The journal of what follows.
use()
{
	journal=$1
	conf=$(desk_conf '[journal]' "file = $journal")
}
# A journal that is read for ever ends the test by its memory or by its bound;
# a sanitizer takes more room than there is.
sanitized()
{
	grep -q __asan_init "$CKSTOKEN"
}
unblock()
{
	mock_state user-tries=0
	(
		sanitized || ulimit -v 4000000
		timeout -s KILL 60 "$CKSTOKEN" --config "$conf" \
			--module "$locks" unblock --json --authority 15 \
			--final-try --so-pin-file "$so" --new-pin-file "$new" "$@"
	)
}
entry()
{
	tail -1 "$journal" | cut -c 66- | jq -r "$1"
}

# 1. What is no place for a journal

# refused NAME: whatever the officer is ready to overlook.
refused()
{
	local name=$1 more
	for more in '' --dry-run --yes; do
		exit_is 12 "$name, unblock $more: exit code 12" \
			unblock ${more:+"$more"}
		like "$err" "$journal cannot be opened.*Nothing was sent" \
			"$name, unblock $more: is told"
		is "$(mock_calls C_)" 0 "$name, unblock $more: nothing is sent"
	done
	nok "$name: has no head beside it" test -e "$journal.head"
}
use "$WORK/fifo"
mkfifo "$journal"
refused 'a fifo'
# A device of the test's own: a journal may change the mode of what it is.
mkdir "$WORK/dev"
mount -t tmpfs -o dev,mode=755 tmpfs "$WORK/dev" || bail 'no place for devices'
for device in null:3 zero:5; do
	use "$WORK/dev/${device%:*}"
	if mknod -m 666 "$journal" c 1 "${device#*:}"; then
		refused "the device ${device%:*}"
		is "$(stat -c '%a %F' "$journal")" '666 character special file' \
			"the device ${device%:*}: is as it was"
	else
		skip "the device ${device%:*}" 'only root makes devices'
	fi
done
use "$WORK/link"
echo precious >"$WORK/target"
ln -s "$WORK/target" "$journal"
refused 'a link'
is "$(<"$WORK/target")" precious 'a link: what it leads to is as it was'

# 2. A file of the user's own, named by mistake

use "$WORK/notes.txt"
printf 'Milk\nBread' >"$journal"
chmod 644 "$journal"
for more in '' --dry-run; do
	exit_is 7 "a text file, unblock $more: exit code 7" \
		unblock ${more:+"$more"}
	like "$err" 'notes.txt was changed: line 1' \
		"a text file, unblock $more: is told"
	is "$(mock_calls C_)" 0 "a text file, unblock $more: nothing is sent"
done
exit_is 0 'a text file, unblock --dry-run --yes' unblock --dry-run --yes
is "$(<"$journal")" $'Milk\nBread' 'a text file: says what it said'
is "$(stat -c %a "$journal")" 644 'a text file: may be read by whom it was'
nok 'a text file: has no head beside it' test -e "$journal.head"

# 3. The head

use "$WORK/led"
echo precious >"$WORK/victim"
chmod 640 "$WORK/victim"
ln -s "$WORK/victim" "$journal.head"
exit_is 7 'a link as head: exit code 7' unblock
exit_is 0 'a link as head, with --yes' unblock --yes
unblock --yes >/dev/null 2>&1
is "$(<"$WORK/victim") $(stat -c %a "$WORK/victim")" 'precious 640' \
	'a link as head: what it leads to is as it was'
use "$WORK/piped"
mkfifo "$journal.head"
exit_is 7 'a fifo as head: exit code 7, at once' unblock --dry-run

# 4. A disk that fails between the attempt and its result

export MOCK_PAUSE=$WORK/pause
# begin: leaves an attempt waiting in C_Login, its first line written.
begin()
{
	rm -rf "$MOCK_PAUSE"
	mkdir "$MOCK_PAUSE"
	mock_state user-tries=0
	# What says "too large" by a signal as well is not what is asked.
	env --ignore-signal=XFSZ "$CKSTOKEN" --config "$conf" \
		--module "$paused" unblock --json --authority 15 --final-try \
		--so-pin-file "$so" --new-pin-file "$new" --timeout 60 \
		>"$WORK/out" 2>"$WORK/err" &
	attempt=$!
	ok "$1: an attempt is under way" wait_for 60 \
		test -e "$MOCK_PAUSE/began"
	is "$(entry .event)" about-to "$1: and its beginning recorded"
}
# ended CODE NAME
ended()
{
	touch "$MOCK_PAUSE/go"
	wait "$attempt"
	rc=$?
	out=$(<"$WORK/out")
	err=$(<"$WORK/err")
	is "$rc" "$1" "$2: exit code $1"
	is "$(json .result)" ok "$2: the report comes out"
	is "$(mock_calls 'C_InitPIN 0x0')" 1 "$2: the PIN was set"
}
mkdir "$WORK/small"
mount -t tmpfs -o size=128k tmpfs "$WORK/small" || bail 'no small disk'
use "$WORK/small/journal"
begin 'a disk that fills up'
nok 'a disk that fills up: is full' dd if=/dev/zero of="$WORK/small/full"
ended 0 'a disk that fills up'
is "$(entry '[.event, .result] | join(" ")')" 'result ok' \
	'a disk that fills up: the result is recorded all the same'
exit_is 12 'a disk that is full: the next attempt is not begun' unblock
rm "$WORK/small/full"
exit_is 0 'with room again' unblock
is "$(grep -v 'how many tries of the SO PIN' <<<"$err")" '' \
	'nothing is held against the journal'

use "$WORK/limited"
begin 'a journal that may not grow'
prlimit --pid "$attempt" --fsize="$(stat -c %s "$journal")" ||
	bail 'no limit can be set'
ended 12 'a journal that may not grow'
like "$err" 'could not be written to the journal .*limited.*by hand' \
	'a journal that may not grow: is told'
is "$(wc -l <"$journal") $(entry .event)" '1 about-to' \
	'a journal that may not grow: no half a line is left'
exit_is 7 'and who comes next' unblock
like "$err" 'no result of the last attempt' 'is told that the result is lacking'

umount "$WORK/small" "$WORK/dev"
plan_done
