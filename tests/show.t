#!/bin/bash
# SPDX-License-Identifier: LGPL-2.1-or-later
# sanitize: yes
#
# ckstoken show: finds the data in a document of ours whatever programs it has
# been through since, and comes to no harm by a file that only claims to be one.

# shellcheck disable=SC2119,SC2120,SC2317 # functions are called by name
# shellcheck source=tests/lib.sh
. "$(dirname "$0")/lib.sh"
need qpdf:qpdf jq:jq perl:perl timeout:coreutils
[ -x /usr/bin/time ] || skip_all '/usr/bin/time is missing (package time)'
need_world

cd "$WORK" || exit
"$TOP/tests/carriers" files || bail 'no files to read'
cp files/data.json ckstoken.json
data=$(jq -S . ckstoken.json)

# A sanitizer has memory and limits of its own.
sanitized()
{
	grep -q __asan_init "$CKSTOKEN"
}

# show FILE: within these bounds, and the most it had in memory into $memory.
show()
{
	timeout 20 /usr/bin/time -q -f %M -o memory "$CKSTOKEN" show "$1"
}

# 1. Documents that carry data

# carries FILE: the data, all of them and nothing else.
carries()
{
	exit_is 0 "$1" show "$1"
	is "$(jq -S . <<<"$out" 2>&1)" "$data" "$1: the data"
	is "$(sed '/signature/d' <<<"$err")" '' \
		"$1: and no complaint but of a signature"
}

for file in files/good/*; do
	carries "$file"
done

attach=(--add-attachment ckstoken.json --)
good=files/good/signed.pdf
qpdf files/bad/none.pdf "${attach[@]}" qpdf.pdf
qpdf --object-streams=generate "$good" streams.pdf
qpdf --linearize "$good" linear.pdf
qpdf --linearize --object-streams=generate "$good" linear-streams.pdf
qpdf --compress-streams=n --qdf "$good" plain-text.pdf
qpdf --encrypt '' owner 256 -- "$good" owner-password.pdf
qpdf --encrypt secret owner 256 -- "$good" user-password.pdf
qpdf --encrypt secret owner 128 --use-aes=y -- "$good" user-password-128.pdf
for file in qpdf streams linear linear-streams plain-text owner-password; do
	carries "$file.pdf"
done

cp "$good" -- '-strange  name.docx'
carries './-strange  name.docx'
exit_is 0 'a name that looks like an option' ckstoken show -- \
	'-strange  name.docx'

exit_is 0 'standard input, a file' ckstoken show - <"$good"
is "$(jq -S . <<<"$out")" "$data" 'has the data'
# A pipe hands on little at a time.
trickle()
{
	perl -e '$| = 1; while (read STDIN, $b, 100) { print $b }' <"$1" |
		"$CKSTOKEN" show -
}
for file in "$good" files/good/plain.docx; do
	exit_is 0 "standard input, a pipe: $file" trickle "$file"
	is "$(jq -S . <<<"$out")" "$data" 'has the data'
done

# 2. What is printed

# carry JSON: a document with it, document.pdf.
carry()
{
	printf '%s' "$1" >ckstoken.json
	qpdf files/bad/none.pdf "${attach[@]}" document.pdf
}
carry '{"z":[{},[],1.5,-3,true,null],"version":1,"Tên":"Đỗ Thị Hường"}'
exit_is 0 'the order of the file' ckstoken show document.pdf
is "$out" '{
  "z": [
    {},
    [],
    1.5,
    -3,
    true,
    null
  ],
  "version": 1,
  "Tên": "Đỗ Thị Hường"
}' 'is kept, and Vietnamese is readable'

# An escape sequence, its one-byte form, marks that turn the direction of
# writing, what has no width, what lies beyond 16 bits; then what is harmless.
carry "$(printf '%b' '{"version":1,"x":"\\u001b[31m\\u009b1m\u009b\u202e\u200b' \
	'\ufeff\u2028\U000e0041\u007f|\\n\\"é\U0001f511"}')"
exit_is 0 'text that would steer a terminal' ckstoken show document.pdf
is "$(grep x <<<"$out")" '  "x": "\u001B[31m\u009B1m\u009B\u202E\u200B'\
'\uFEFF\u2028\uDB40\uDC41\u007F|\n\"é🔑"' 'is escaped'
is "$(jq -r .x <<<"$out" | md5sum)" "$(jq -r .x ckstoken.json | md5sum)" \
	'and is the same text to a program'

full()
{
	"$CKSTOKEN" show document.pdf >/dev/full
}
exit_is 12 'standard output that is full' full

# 3. Files that are made to do harm

# refused FILE [REGEX]: with exit code 11, in one line, in little memory.
refused()
{
	exit_is 11 "${1#files/}" show "$1"
	is "$out" '' "${1#files/}: nothing on stdout"
	is "$(wc -l <<<"$err")" 1 "${1#files/}: one line"
	like "$err" "${2-^ckstoken: .*: }" "${1#files/}: which says why"
	sanitized || ok "${1#files/}: less than 64 MiB" \
		test "$(tail -n 1 memory)" -lt 65536
}

declare -A why=(
	[differ]='two sets of ckstoken data'
	[differ-uf]='two sets of ckstoken data'
	[removed]='carries no ckstoken data'
	[none]='carries no ckstoken data'
	[other-name]='carries no ckstoken data'
	[path]='carries no ckstoken data'
	[nested]='carries no ckstoken data'
	[deep-xml]='carries no ckstoken data'
	[many-entries]='carries no ckstoken data|damaged'
	[attributes]='too much|damaged'
	[mark-and-zeros]='too much|damaged'
	[empty]='the file is empty'
	[zeros]='larger than 256 MiB|damaged'
	[mark-and-much]='larger than 256 MiB'
	[json-array]='version'
	[json-no-version]='version'
	[json-version-0]='version'
	[json-version-text]='version'
	[json-version-2]='version 2.*reads version 1'
	[json-empty]='damaged'
	[json-large]='more in it than is looked through'
	[json-many-objects]='too large'
	[json-many-numbers]='too large'
)
# limits-told: none of these is damaged.
for name in bomb bomb-of-4-gib hundred-bombs many-parts deep-tree wide-tree \
	kids-circle tree-circle; do
	why[$name]='more in it than is looked through'
	! sanitized || why[$name]+='|too much'
done
# Nor these, which do not fit into the memory.
for name in bomb-object-stream bomb-twice bomb-xref-stream many-names \
	predictor; do
	why[$name]='more in it than is looked through'
	! sanitized || why[$name]+='|too much|damaged'
done
! sanitized || why[bomb]+='|damaged'
# A newer libzip believes the size that it is told.
why[lying-size-ffffffff]='damaged|more in it than is looked through'
for file in files/bad/*; do
	name=${file##*/}
	name=${name%.*}
	default=damaged
	! sanitized || default='damaged|too much'
	[[ $name != json-* ]] || default='not valid JSON: line 1: '
	refused "$file" "${why[$name]-$default}"
done

refused user-password.pdf 'encrypted.*password'
refused user-password-128.pdf 'encrypted.*password'
mkfifo fifo
refused fifo 'not a regular file'
refused . 'not a regular file'
refused /dev/zero 'not a regular file'
refused nothing 'No such file'
refused ckstoken.json 'neither a PDF nor a DOCX'
printf '%1020s%%PDF-1.7\n' '' >late.pdf
refused late.pdf 'neither a PDF nor a DOCX'
for file in files/bad/zeros.pdf files/bad/mark-and-zeros.pdf /dev/zero \
	/dev/null; do
	exit_is 11 "standard input: $file" show - <"$file"
	is "$(wc -l <<<"$err")" 1 'is refused in one line'
	sanitized || ok 'in less than 64 MiB' \
		test "$(tail -n 1 memory)" -lt 65536
done
endless()
{
	{ printf '%%PDF-1.7\n' && cat /dev/zero; } 2>/dev/null | show -
}
exit_is 11 'standard input without an end' endless
like "$err" 'standard input: .*larger than 32 MiB' 'is told'

# a-configuration-of-others: the data are there without one.
cat >others.conf <<<'[agency]
none of this'
exit_is 0 'a-configuration-of-others' \
	ckstoken --config others.conf show "$good"
like "$err" 'others.conf: line 2: this line is neither' 'which is told'
exit_is 0 'a-configuration-of-others: that is not there' \
	ckstoken --config absent.conf show "$good"
exit_is 2 'no FILE' ckstoken show
like "$err" 'name a file' 'is told'
exit_is 2 'two' ckstoken show a b

# 4. The program that reads them, and what it is allowed

prefix=$(dirname "$(dirname "$(readlink -f "$CKSTOKEN")")")
extract=$prefix/libexec/ckstoken/extract
[ -x "$extract" ] || bail "no $extract: the program is not installed"

nok 'ckstoken has no part of qpdf in it' \
	grep -q libqpdf <(ldd "$CKSTOKEN" 2>&1)

# In the place of the program, what stands here on standard input. It has what
# the shell itself can do, for it may start no process.
stand_in()
{
	umount "$extract" 2>/dev/null
	{ echo '#!/bin/bash' && cat; } >stand-in
	chmod 755 stand-in
	mount --bind stand-in "$extract" || bail 'it cannot be replaced'
}

stand_in <<'END'
mapfile -d '' -t environment </proc/$$/environ
while read -r key value; do
	[ "$key" != NoNewPrivs: ] || privileges=$value
	[ "$key" != SigIgn: ] || ignored=$value
done </proc/$$/status
[ ! -e /proc/$$/fd/7 ] || leak=true
echo to nobody >&2
echo "{\"version\": 1, \"kind\": \"$*\", \"environment\": ${#environment[@]},"
echo "\"leak\": ${leak-false}, \"new-privileges\": $((! privileges)),"
echo "\"no-sigpipe\": $((0x$ignored >> 12 & 1)), \"core\":"
ulimit -c
echo ', "seconds":'
ulimit -t
while read -r max what size most rest; do
	case "$max $what $size" in
	'Max data size') name=data ;;
	'Max file size') name=file ;;
	*) continue ;;
	esac
	[ "$most" = unlimited ] || echo ", \"$name\": $most"
done </proc/$$/limits
echo }
END
exec 7<"$good"
exit_is 0 'what the program is given' ckstoken show "$good"
exec 7<&-
is "$(json 'del(.data, .file) | tojson')" '{"version":1,"kind":"pdf",'\
'"environment":0,"leak":false,"new-privileges":0,'\
'"no-sigpipe":0,"core":0,"seconds":1}' \
	'is next to nothing'
sanitized || is "$(json '[.data, .file] | tojson')" '[41943040,0]' \
	'and 40 MiB of memory, and it may write no file'
sanitized || is "$(sed '/signature/d' <<<"$err")" '' 'and its own words go nowhere'
exit_is 0 'for a DOCX' ckstoken show files/good/plain.docx
is "$(json .kind)" docx 'it is told so'

# fails_as CODE NAME REGEX: with the stand-in of standard input.
fails_as()
{
	stand_in
	exit_is "$1" "$2" timeout 20 "$CKSTOKEN" show "$good"
	is "$out" '' 'nothing on stdout'
	like "$err" "^ckstoken: .*$3" 'says what happened'
}
fails_as 11 'it crashes' 'damaged' <<<'echo {; kill -SEGV $$'
fails_as 11 'it crashes at the end' 'damaged' \
	<<<'echo "{\"version\": 1}"; kill -ABRT $$'
fails_as 11 'it ends in an unknown way' 'damaged' \
	<<<'echo "{\"version\": 1}"; exit 42'
fails_as 11 'it says nothing' 'not valid JSON|damaged' <<<'exit 0'
fails_as 11 'it never ends' 'too much time' <<<'while :; do :; done'
fails_as 11 'it waits for ever' 'too much time' \
	<<<'kill -STOP $$'
fails_as 11 'it never stops talking' 'too much time or memory' \
	<<<'while :; do echo "[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[["; done'
fails_as 11 'it cannot be loaded' 'damaged' <<<'exit 126'
fails_as 9 'a library of it is missing' "$extract cannot be run" <<<'exit 127'
chmod 644 stand-in
exit_is 9 'it cannot be executed' ckstoken show "$good"
like "$err" "$extract cannot be run: the installation is incomplete" 'says so'
umount "$extract"

# As a parent that does not care for its children leaves it.
# shellcheck disable=SC2016 # perl's
exit_is 0 'SIGCHLD ignored' perl -e '$SIG{CHLD} = "IGNORE"; exec @ARGV' \
	"$CKSTOKEN" show "$good"

plan_done
