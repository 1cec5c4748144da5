#!/bin/bash
# SPDX-License-Identifier: LGPL-2.1-or-later
# sanitize: yes
#
# The journal of unblock: written before the token is asked, for its owner
# only, and so that what was changed or removed shows.

# shellcheck disable=SC2119,SC2120,SC2317 # functions are called by name
# shellcheck source=tests/lib.sh
. "$(dirname "$0")/lib.sh"
need_world
need jq:jq sha256sum:coreutils flock:util-linux

journal=$HOME/.local/state/ckstoken/unblock.journal
conf=$(desk_conf)
new=$(secret_file NEW_PIN)
so=$(secret_file SO_PIN)
locks=$(mock locks)
unblock()
{
	mock_state user-tries=0
	# The module tells nothing of the tries of the SO PIN, which is not what
	# this test is about.
	ckstoken --config "$conf" --module "$locks" unblock --json --final-try \
		--authority '15/STC-VP ngày 20/11/2026' \
		--so-pin-file "$so" --new-pin-file "$new" "$@"
}

# As anybody can: each line's hash is that of the one before and its own text.
chain_holds()
{
	local last line hash text
	printf -v last '%064d' 0
	while IFS= read -r line; do
		hash=${line%% *}
		text=${line#* }
		[ "$(printf '%s%s' "$last" "$text" | sha256sum |
			cut -c -64)" = "$hash" ] || return 1
		last=$hash
	done <"$1"
}

# 1. What stands in it

exit_is 0 'an unblock' unblock
number=$(json .journal)
exit_is 0 'and another' unblock
is "$(stat -c %a "$journal")" 600 'the journal is its owner'\''s alone'
is "$(stat -c %a "${journal%/*}")" 700 'and so is its folder'
is "$(wc -l <"$journal")" 4 'each has two lines'
ok 'sha256sum proves the chain' chain_holds "$journal"
is "$(sed -n 1p "$journal" | cut -c 66- | jq -r '[.event, .serial, .label,
	.module, .authority, .method, .officer, ."desk-grounds", .before] |
	join("|")')" \
	"about-to|MOCK00000000|Mock token 0|$locks|15/STC-VP ngày 20/11/2026|so-pin|$(id -un)|Quyết định số 01/QĐ-STC ngày 02/01/2026|locked" \
	'the first tells what was about to be done, why and by whom'
is "$(sed -n 2p "$journal" | cut -c 66- |
	jq -r '[.event, .journal, .serial, .result] | join("|")')" \
	"result|$number|MOCK00000000|ok" \
	'the second what came of it, under the number that was reported'
like "$(sed -n 1p "$journal" | cut -c 66- | jq -r .time)" \
	'^20[0-9]{2}-[0-9]{2}-[0-9]{2}T[0-9:]{8}Z$' 'each has its time'
sed -i '1s/^\(.\{70\}\)./\1!/' "$journal"
nok 'a changed letter breaks the chain' chain_holds "$journal"

# 2. Whatever is done to it shows, at every use

rm -rf "${journal%/*}"
for i in 1 2 3; do
	unblock >/dev/null 2>&1 || bail "no unblock $i"
done
cp "$journal" "$WORK/whole"
cp "$journal.head" "$WORK/whole.head"
damaged()
{
	local name=$1 words=${2:-was changed}
	exit_is 7 "$name: unblock is refused" unblock
	like "$err" "journal .* $words" "$name: for what was done to it"
	is "$(mock_calls C_)" 0 "$name: nothing is sent"
	exit_is 7 "$name: --dry-run is refused, too" unblock --dry-run
	exit_is 0 "$name: with --yes it goes on" unblock --yes
	like "$err" "journal .* $words" "$name: after telling it"
	exit_is 7 "$name: and the next time it is told again" unblock
	cp "$WORK/whole" "$journal"
	cp "$WORK/whole.head" "$journal.head"
}
sed -i '3s/STC-VP/STC-XX/' "$journal"
damaged 'a changed line'
sed -i '3d' "$journal"
damaged 'a removed line'
sed -i '1d' "$journal"
damaged 'a removed first line'
sed -i '3{h;d};4{G}' "$journal"
damaged 'two lines changed places'
sed -i '$d' "$journal"
damaged 'a removed last line'
: >"$journal"
damaged 'an emptied journal'
rm "$journal"
damaged 'a removed journal'
rm "$journal.head"
damaged 'a removed head'
echo nonsense >"$journal.head"
damaged 'nonsense as head'
cp "$WORK/whole.head" "$journal.head"
chmod 606 "$journal.head"
damaged 'a-trusted-side-file: a head that anybody could have written'
torn='the last line is unfinished, as after a crash'
truncate -s -20 "$journal"
damaged 'half a last line' "$torn \\(line 6\\)"
printf 'x' >>"$journal"
damaged 'a letter behind the last line' "$torn \\(line 7\\)"
sed -i '3s/STC-VP/STC-XX/' "$journal"
truncate -s -20 "$journal"
damaged 'a changed line before half a last one' 'was changed: line 3'
printf '\0\n' >>"$journal"
damaged 'a line that holds a NUL'
exit_is 0 'the whole journal is used again without a word' unblock
is "$(grep -v 'how many tries of the SO PIN\|does not show what colleagues' \
	<<<"$err")" '' 'about it'

# 3. Where it cannot be written, the token is not asked

refused()
{
	local name=$1 code=$2
	shift 2
	exit_is "$code" "$name: exit code $code" "$@"
	is "$(mock_calls C_)" 0 "$name: nothing was sent"
}
rm -rf "${journal%/*}"
mkdir -p "${journal%/*}"
mkdir "$WORK/small"
mount -t tmpfs -o size=16k tmpfs "$WORK/small" || bail 'no small disk'
conf=$(desk_conf '[journal]' "file = $WORK/small/journal")
head -c 100000 /dev/zero >"$WORK/small/ballast" 2>/dev/null
refused 'a full disk' 12 unblock
like "$err" 'small/journal cannot be .*: No space left.*Nothing was sent' \
	'a full disk: is named'
# Room for a line, but not for its result as well.
: >"$WORK/small/ballast"
exit_is 0 'with room again' unblock
lines=$(wc -l <"$WORK/small/journal")
head -c 100000 /dev/zero >"$WORK/small/ballast" 2>/dev/null
refused 'a disk that fills up' 12 unblock --yes
is "$(wc -l <"$WORK/small/journal")" "$lines" \
	'a disk that fills up: no line is left without a result'
ok 'a disk that fills up: and the chain holds' \
	chain_holds "$WORK/small/journal"
: >"$WORK/small/ballast"
exit_is 0 'with room again, nothing is held against it' unblock
mount -o remount,ro "$WORK/small" || bail 'not read-only'
refused 'a read-only disk' 12 unblock
conf=$(desk_conf '[journal]' 'file = /proc/no/journal')
refused 'a folder that cannot be made' 12 unblock
conf=$(desk_conf '[journal]' "file = $WORK")
refused 'a folder in its place' 12 unblock
ln -s "$WORK/elsewhere" "$WORK/link"
conf=$(desk_conf '[journal]' "file = $WORK/link")
refused 'a link in its place' 12 unblock
: >"$WORK/named"
ln "$WORK/named" "$WORK/twice"
conf=$(desk_conf '[journal]' "file = $WORK/twice")
refused 'a-second-name: two would have two heads' 12 unblock
like "$err" 'twice cannot be opened: the file has a second name' 'is told'
conf=$(desk_conf)
HOME='' refused 'no home' 12 unblock
like "$err" 'set HOME' 'no home: is told'
XDG_STATE_HOME=$WORK/state exit_is 0 'XDG_STATE_HOME says where it is' unblock
ok 'and there it is' test -s "$WORK/state/ckstoken/unblock.journal"

# 4. One desk at a time

: >"$journal"
exec 8<"$journal"
flock 8
refused 'a journal in use' 7 unblock --timeout 1
like "$err" 'another program keeps the journal .*Nothing was sent' \
	'a journal in use: is told'
exec 8<&-
exit_is 0 'and free again' unblock

# 5. One token that two modules spell in two ways

rm -rf "${journal%/*}"
so=$(secret_file WRONG_PIN) exit_is 5 'one-token-two-spellings: a wrong SO PIN' \
	unblock
locks=$(mock lower-serial) refused 'one-token-two-spellings: of another module' \
	7 unblock
like "$err" '1 attempt on this token failed' 'is told of what failed'

# 6. What somebody else wrote or owns

# too_long NAME
too_long()
{
	refused "$1" 12 unblock
	like "$err" 'the journal .* cannot be opened: File too large' 'is told'
}
truncate -s 2G "$journal"
too_long 'endless-journal: two GiB that are one line'
head -c 3000000 /dev/zero | tr '\0' x >"$journal"
too_long 'endless-journal: a line that no program wrote'
rm -rf "${journal%/*}" "$WORK/state"

mkdir "$WORK/other" "$WORK/own"
if chown 64001:64001 "$WORK/other" 2>/dev/null; then
	for folder in other other/new; do
		so=$(secret_file WRONG_PIN) XDG_STATE_HOME=$WORK/$folder \
			exit_is 5 "foreign-state-folder: root with XDG_STATE_HOME $folder" \
			unblock --yes
		is "$(find "$WORK/other" -mindepth 1)" '' 'writes nothing there'
		ok 'but to its own' test -s "$journal"
	done
else
	skip 'foreign-state-folder: root with that of another' \
		'this world has one user'
fi
XDG_STATE_HOME=$WORK/own/new exit_is 0 'and to its own XDG_STATE_HOME' unblock
ok 'where that is' test -s "$WORK/own/new/ckstoken/unblock.journal"

# 7. The journal of the machine, where it cannot be written

own_state 0
machine=/var/lib/ckstoken
so=$(secret_file WRONG_PIN) exit_is 5 'read-only-state: a wrong SO PIN' unblock
if ! mount --bind "$machine" "$machine" ||
	! mount -o remount,bind,ro "$machine"; then
	bail 'not read-only'
fi
refused 'read-only-state: no other journal is taken for it' 12 unblock --yes
like "$err" "$machine/unblock.journal cannot be written: Read-only file system" \
	'and what is the matter is told'
unlike "$err" adduser 'which no group helps'
exit_is 7 'read-only-state: --dry-run needs no line there' unblock --dry-run
like "$err" '1 attempt on this token failed' 'and tells what stands in it'
umount "$machine"

no_secret_in 'no secret stands in any of this' "$HOME" "$WORK"
umount "$WORK/small"

plan_done
