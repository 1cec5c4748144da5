# shellcheck shell=bash
# SPDX-License-Identifier: LGPL-2.1-or-later
#
# Completion of "ckstoken" for bash: the program says what can follow, and this
# brings it into the quoting of the line. No part of the line is evaluated.

# Parts the line as bash would, and nothing of it is expanded: "words" are those
# before the cursor, the last of them being written. Of that word "quote" is the
# quote that is open, and "cut" how many of its letters bash keeps, because it
# completes only what is behind a quote or a mark such as "=".
_ckstoken_words()
{
	local line=${COMP_LINE:0:COMP_POINT} word='' c
	local -i i has_word=0 cut_before=0
	quote='' cut=0 words=()
	for ((i = 0; i < ${#line}; i++)); do
		c=${line:i:1}
		if [[ $quote && $c == "$quote" ]]; then
			quote='' cut=$cut_before
		elif [[ $quote == \' ]]; then
			word+=$c
		elif [[ $c == \\ ]]; then
			c=${line:i+1:1} i+=1
			[[ ! $quote || $c == [\"\\\`$] ]] || word+=\\
			word+=$c has_word=1
		elif [[ $quote ]]; then
			word+=$c
		elif [[ $c == [\'\"] ]]; then
			cut_before=$cut
			quote=$c cut=${#word} has_word=1
		elif [[ $c == [[:blank:]] ]]; then
			((!has_word)) || words+=("$word")
			word='' has_word=0 cut=0
		else
			word+=$c has_word=1
			[[ $COMP_WORDBREAKS != *"$c"* ]] || cut=${#word}
		fi
	done
	[[ $quote ]] || ((has_word)) || cut=0
	words+=("$word")
}

# Prints $1 so that it means itself within the quotes that are open.
_ckstoken_quoted()
{
	case $quote in
	\') printf '%s' "${1//\'/\'\\\'\'}" ;;
	\")
		local text=${1//\\/\\\\}
		text=${text//\"/\\\"}
		text=${text//\$/\\\$}
		text=${text//\`/\\\`}
		printf '%s' "${text//!/\"\\!\"}"
		;;
	*) printf '%q' "$1" ;;
	esac
}

_ckstoken()
{
	local quote line value
	local -i cut
	local -a words
	COMPREPLY=()
	# Some systems would offer to install what is not there.
	type -P ckstoken >/dev/null || return 0
	_ckstoken_words
	while IFS= read -r line; do
		[[ $line == *$'\t'* ]] || continue
		value=${line%%$'\t'*}
		if [[ ! $value ]]; then
			compopt -o default 2>/dev/null
			continue
		fi
		[[ $value != *= ]] || compopt -o nospace 2>/dev/null
		value=${value:cut}
		[[ ! $value ]] || COMPREPLY+=("$(_ckstoken_quoted "$value")")
	done < <(command ckstoken help --complete -- "${words[@]:1}" 2>/dev/null)
}

complete -F _ckstoken ckstoken
