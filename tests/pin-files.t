#!/bin/bash
# SPDX-License-Identifier: LGPL-2.1-or-later
# sanitize: yes
#
# Secrets as people really keep them: what no PIN can be, and what others could
# have read or written, is refused before anything is sent.

# shellcheck disable=SC2119,SC2120,SC2317 # functions are called by name
# shellcheck source=tests/lib.sh
. "$(dirname "$0")/lib.sh"
need_world
need jq:jq

conf=$(desk_conf '[journal]' "file = $WORK/journal")
so=$(secret_file SO_PIN)
new=$(secret_file NEW_PIN)
module=$(mock locks)
chmod 755 "$WORK" "$TMPDIR"
authority=1
unblock()
{
	mock_state user-tries=0
	rm -f "$WORK/journal"*
	timeout 60 "$CKSTOKEN" --config "$conf" --module "$module" unblock \
		--authority "$authority" --final-try "$@" </dev/null
}
# refused CODE NAME REGEX OPTION...
refused()
{
	local code=$1 name=$2 regex=$3
	shift 3
	exit_is "$code" "$name: refused, exit code $code" unblock "$@"
	like "$err" "$regex" "$name: and told why"
	like "$err" '[Nn]othing was sent' "$name: and that nothing was sent"
	is "$(mock_calls 'C_(Login|InitPIN|SetPIN)')" 0 "$name: nothing is sent"
}
# bytes TEXT: a file of them, as printf has it.
bytes()
{
	local file
	file=$(mktemp "$SECRETS/XXXXXX")
	# shellcheck disable=SC2059 # it is a format
	printf "$1" >"$file"
	echo "$file"
}

# 1. What no PIN can be

while IFS='|' read -r name text regex; do
	file=$(bytes "$text")
	code=7
	[[ $regex != *first\ line* ]] || code=11
	refused "$code" "an SO PIN with $name" "$file \\(SO PIN\\): .*$regex" \
		--so-pin-file "$file" --new-pin-file "$new"
	refused "$code" "a new PIN with $name" "$file \\(new PIN\\): .*$regex" \
		--so-pin-file "$so" --new-pin-file "$file"
done <<-END
	a blank after it|$SO_PIN \n|a blank stands before or after
	a blank before it| $SO_PIN\n|a blank stands before or after
	a TAB after it|$SO_PIN\t\n|a blank stands before or after
	a byte order mark|\xef\xbb\xbf$SO_PIN\n|byte order mark
	two carriage returns|$SO_PIN\r\r\n|a carriage return
	a NUL after it|$SO_PIN\0\n|a control character
	an ESC in it|$SO_PIN\x1b[D\n|a control character
	a no-break space|$SO_PIN\xc2\xa0\n|beyond ASCII
	letters of Vietnamese|mật khẩu\n|beyond ASCII
	an empty first line|\n$SO_PIN\n|first line is empty
	nothing||first line is empty
	256 characters|$(printf %0256d 1)\n|first line is longer than 255
END
for text in "\"$SO_PIN\"" "'$SO_PIN'" "<$SO_PIN>" "SO PIN: $SO_PIN" \
	"pin=$SO_PIN" "${SO_PIN:0:4} ${SO_PIN:4}"; do
	file=$(bytes "$text\n")
	refused 7 "'$text'" 'ckstoken: SO PIN: .*add --yes' \
		--so-pin-file "$file" --new-pin-file "$new"
	exit_is 5 "'$text' is sent with --yes" unblock --yes \
		--so-pin-file "$file" --new-pin-file "$new"
	like "$err" 'going on, because of --yes' 'and told'
done
exit_is 0 'a line of a Windows editor, and a last one without end' unblock \
	--so-pin-file "$(bytes "$SO_PIN\r\n")" \
	--new-pin-file "$(bytes "$NEW_PIN")"

# 2. The new PIN is the SO PIN; the authority has a secret in it

refused 7 'new-pin-is-so-pin' 'the new PIN is the SO PIN' \
	--so-pin-file "$so" --new-pin-file "$so"
authority="15/STC-VP, PIN $NEW_PIN"
refused 7 'a text in the authority that tells a PIN' \
	'--authority contains a password, a PIN or a PUK.*Nothing was sent' \
	--so-pin-file "$so" --new-pin-file "$new"
authority="15/STC-VP, $NEW_PIN"
refused 7 'a new PIN in the authority' 'the authority has the new PIN in it' \
	--so-pin-file "$so" --new-pin-file "$new"
authority="15/STC-VP ($SO_PIN)"
refused 7 'an SO PIN in the authority' 'the authority has the SO PIN in it' \
	--so-pin-file "$so" --new-pin-file "$new"
no_secret_in 'no secret is in the journal' "$WORK"
authority="15/STC-VP (${SO_PIN::4} ${SO_PIN:4:2}-${SO_PIN:6})"
refused 7 'an SO PIN in groups in the authority' \
	'the authority has the SO PIN in it' \
	--so-pin-file "$so" --new-pin-file "$new"
authority='15/STC-VP ngày 20/11/2026'
exit_is 0 'a year in the authority is no PIN' unblock \
	--so-pin-file "$so" --new-pin-file "$(bytes '2026\n')"

# 3. What others could have read or written

for mode in 640 604; do
	file=$(bytes "$SO_PIN\n")
	chmod "$mode" "$file"
	refused 11 "a file of mode $mode" "$file.*others can read this secret" \
		--so-pin-file "$file" --new-pin-file "$new"
	refused 11 "mode $mode by a descriptor" 'others can read this secret' \
		--so-pin-fd 5 --new-pin-file "$new" 5<"$file"
done
for mode in 602 620; do
	file=$(bytes "$SO_PIN\n")
	chmod "$mode" "$file"
	refused 11 "a file of mode $mode" "$file.*others can write to this" \
		--so-pin-file "$file" --new-pin-file "$new"
done
file=$(bytes "$SO_PIN\n")
if chown 12345 "$file" 2>/dev/null; then
	refused 11 'a file of another user' "$file.*belongs to another user" \
		--so-pin-file "$file" --new-pin-file "$new"
	mkdir -m 1777 "$WORK/sticky"
	ln -s "$so" "$WORK/sticky/link"
	exit_is 0 'a link of our own' unblock \
		--so-pin-file "$WORK/sticky/link" --new-pin-file "$new"
	chown -h 12345 "$WORK/sticky/link"
	refused 11 'a link of another user in a shared folder' \
		'of another user stands there' \
		--so-pin-file "$WORK/sticky/link" --new-pin-file "$new"
else
	skip 'a file of another user' 'there is no second user here'
fi
file=$(bytes "$SO_PIN\n")
if setfacl -m u:12345:r "$file" 2>/dev/null; then
	refused 11 'a file that an access list lets another read' \
		"$file.*others can read this secret.*setfacl -b" \
		--so-pin-file "$file" --new-pin-file "$new"
else
	skip 'a file with an access list' 'there is none here'
fi

# 4. What is no file

for file in /dev/null /dev/zero /dev/tty "$WORK"; do
	refused 11 "$file" "$file .*neither a file nor a pipe" \
		--so-pin-file "$file" --new-pin-file "$new"
done
mkfifo -m 600 "$WORK/fifo"
refused 11 'fifo-secret: a pipe that nobody opens' \
	'within 5 seconds nobody has opened this pipe' \
	--so-pin-file "$WORK/fifo" --new-pin-file "$new"
printf '%s\n' "$SO_PIN" >"$WORK/fifo" &
exit_is 0 'one that somebody opens' unblock --so-pin-file "$WORK/fifo" \
	--new-pin-file "$new"
chmod 622 "$WORK/fifo"
refused 11 'one that others may write' 'others can write to this' \
	--so-pin-file "$WORK/fifo" --new-pin-file "$new"
exit_is 0 'a pipe of the shell' unblock --so-pin-file <(cat "$so") \
	--new-pin-file <(cat "$new")

plan_done
