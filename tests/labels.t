#!/bin/bash
# SPDX-License-Identifier: LGPL-2.1-or-later
# sanitize: yes
#
# Tokens whose labels would steer a terminal, break a document or mislead.

# shellcheck disable=SC2119,SC2120,SC2317 # functions are called by name
# shellcheck source=tests/lib.sh
. "$(dirname "$0")/lib.sh"
need_world
need jq:jq perl:perl

mock_state
module=$(mock labels)

# raw FILE: what no program may print for such labels. The control characters
# C1 and the marks of direction are looked for as UTF-8.
raw()
{
	perl -ne 'BEGIN { binmode STDIN }
		print "line $.: $_" if
		/[\x00-\x09\x0B\x0C\x0E-\x1F\x7F]/ ||
		/\r(?!\n)/ || /\xC2[\x80-\x9F]/ ||
		/\xE2\x80[\x8B-\x8F\xA8-\xAE]/ || /\xE2\x81[\xA0-\xAF]/ ||
		/\xC2\xAD/ || /\xEF\xB8[\x80-\x8F]/ || /\xE3\x85\xA4/ ||
		/\xF3\xA0/ ||
		/\xED[\xA0-\xBF]/ || /\xC0/ || /\xFF/' "$1" | head -3
}

for form in table --csv --json; do
	case $form in
	table) args=() ;;
	*) args=("$form") ;;
	esac
	exit_is 0 "$form: every token is listed" \
		ckstoken --module "$module" status "${args[@]}"
	printf '%s\n' "$out" >"$WORK/out"
	printf '%s\n' "$err" >"$WORK/err"
	ok "$form: stdout is UTF-8" iconv -f UTF-8 -o /dev/null "$WORK/out"
	is "$(raw "$WORK/out")" '' \
		"$form: nothing reaches the terminal raw"
	is "$(raw "$WORK/err")" '' "$form: nor by stderr"
	is "$(perl -MUnicode::Normalize -CSD -0777 -ne \
		'print $_ eq NFC($_) ? "NFC" : "other"' "$WORK/out")" NFC \
		"$form: letters and their accents are put together (NFC)"
done

ok 'the JSON parses' jq -e . "$WORK/out"
is "$(json '.tokens | length')" 11 'and holds every token'
label()
{
	json ".tokens[] | select(.slot == $1).label"
}
mark=$'\uFFFD'
is "$(label 0)" "$mark]0;x$mark" 'an escape sequence is made harmless'
is "$(label 1)" "Thẻ số 12 Sở Khoa học v$mark" \
	'half a letter at the end becomes a mark' 
is "$(label 2)" '' '32 blanks are an empty label'
is "$(label 3)" 'Thẻ cứng' 'accents stand on their letters'
is "$(label 4)" "${mark}exe.jpg$mark A${mark}B" \
	'what turns the direction of writing is marked'
is "$(label 5)" "one${mark}two$mark${mark}three${mark}four" \
	'a line break in a label breaks no line'
unlike "$(label 6)" '[^�/ ]' 'what is no UTF-8 is marked'
is "$(label 7)" '"quoted", \ <b>&amp;' 'quotes and marks of HTML stay'
is "$(label 9)" "a${mark}b${mark}c${mark}d${mark}e${mark}f${mark}g h" \
	'invisible-letters: each shows, as nobody can type it'
is "$(label 10)" N 'NULs at the end are padding too'

exit_is 0 'CSV once more' ckstoken --module "$module" status --csv
like "$out" '"""quoted"", \\ <b>&amp;"' \
	'CSV quotes what holds quotes and commas (RFC 4180)'

# Where labels are told on stderr.
ckstoken --module "$module" status --json >"$WORK/json"
shown=$(jq -r '.tokens[0].label' "$WORK/json")
exit_is 4 'more than one token matches' \
	ckstoken --module "$module" cert show
printf '%s\n' "$err" >"$WORK/err"
is "$(raw "$WORK/err")" '' 'the candidates are told without anything raw'
is "$(grep -c -e '--serial' <<<"$err")" 12 \
	'each in a line of its own, after one that asks for a choice'

exit_is 0 'a token is chosen by the label that was shown' \
	ckstoken --module "$module" cert show --json --label "$shown"
exit_is 2 'an empty label chooses none' \
	ckstoken --module "$module" cert show --label ''
exit_is 0 'and by the raw one' \
	ckstoken --module "$module" cert show --json --label $'\e]0;x\a'

# Options and files can be hostile as well.
exit_is 3 'a hostile serial number that nobody has' \
	ckstoken --module "$module" status --serial $'\e]0;x\a'
printf '%s\n' "$err" >"$WORK/err"
is "$(raw "$WORK/err")" '' 'is not echoed raw'

plan_done
