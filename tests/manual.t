#!/bin/bash
# SPDX-License-Identifier: LGPL-2.1-or-later
#
# The manual says what the program does: it is compared with --help, with the
# sources, and with what the program prints.
# shellcheck source=tests/lib.sh
. "$(dirname "$0")/lib.sh"
need mandoc:mandoc man:man-db groff:groff gcc:gcc jq:jq \
	localedef:locales nm:binutils
need_world

CKSTOKEN=${CKSTOKEN:-$BUILD/ckstoken}
export LD_LIBRARY_PATH=${LD_LIBRARY_PATH:-$BUILD}
export LC_ALL=C.UTF-8 LANGUAGE=en

# help_of [COMMAND]: what --help prints.
help_of()
{
	"$CKSTOKEN" "$@" --help 2>&1
}

# usage_of [COMMAND]: its lines of usage, each whole again. A line is broken at a
# blank, or behind a | within a word.
usage_of()
{
	help_of "$@" | awk '
		/^$/ { exit }
		sub(/^(Usage:|   or:) +/, "") { printf "%s%s", end, $0; end = "\n"
			inside = /[^ ]\|$/; next }
		{ sub(/^ +/, inside ? "" : " "); printf "%s", $0
			inside = /[^ ]\|$/ }
		END { printf "%s", end }'
}

# Without roff: a page's source as it reads.
plain()
{
	sed -E -e 's/\\f[BIPR]//g' -e 's/\\-/-/g' -e 's/\\&//g' -e 's/\\e/\\/g'
}

# section PAGE NAME: the source of one section.
section()
{
	awk -v name="$2" '/^\.SH/ { gsub(/"/, ""); on = $0 == ".SH " name; next }
		on' "$TOP/man/$1"
}

# tags PAGE SECTION: the tags of its lists.
tags()
{
	section "$1" "$2" | grep -A1 '^\.TP$' | grep -v '^\.TP$\|^--$' | plain
}

# What a page prints in bold, a word a line.
bold()
{
	grep -oE '\\fB[^\\]*(\\[-&][^\\]*)*\\fP' "$TOP/man/$1" | plain |
		tr -s ' ,' '\n' | sort -u
}

# lines_missing HERE THERE: the lines of HERE that are not in THERE.
lines_missing()
{
	comm -23 <(sort -u <<<"$1") <(sort -u <<<"$2")
}

synopsis_of()
{
	mandoc -T utf8 -O width=1000 "$TOP/man/$1" | sed 's/.\x08//g' |
		awk '/^[A-Z]/ { on = $0 == "SYNOPSIS"; next } on && NF' |
		sed 's/^ *//'
}

# "-o, --output FILE", "--json": as --help has it on the left.
options_of()
{
	help_of "$@" |
		sed -nE 's/^ {2,6}((-[a-z], )?--[a-z-]+( [][A-Z=:,]+)?)( .*)?$/\1/p'
}

# 1. Each page by itself

for page in "$TOP"/man/*.[1357]; do
	name=${page##*/}
	is "$(mandoc -T lint -W warning "$page" 2>&1)" '' \
		"$name: mandoc has no complaint"
	is "$(man --warnings=all -l "$page" 2>&1 >/dev/null)" '' \
		"$name: man has none"
	for other in $(sed -nE \
		's/^\.BR (lib)?(ckstoken[^ ]*) \(([1357])\).*$/\1\2.\3/p' \
		"$page" | plain | sort -u); do
		ok "$name: $other, which it names, is there" \
			test -f "$TOP/man/$other"
	done
done

# 2. Commands and options

mapfile -t commands < <(help_of | sed -nE 's/^  ([a-z]+) .*$/\1/p')
ok 'ckstoken --help lists commands' test "${#commands[@]}" -gt 3
is "$(synopsis_of ckstoken.1)" "$(usage_of)" \
	'ckstoken(1) has the usage of ckstoken --help'
is "$(tags ckstoken.1 COMMANDS)" "$(printf '%s\n' "${commands[@]}")" \
	'ckstoken(1) lists the commands of ckstoken --help'
is "$(tags ckstoken.1 OPTIONS | grep -oE -e '--[a-z]+' | sort)" \
	"$(usage_of | grep -oE -e '--[a-z]+' | sort)" \
	'ckstoken(1) describes the options of its usage'

for command in "${commands[@]}"; do
	page=ckstoken-$command.1
	if [ ! -f "$TOP/man/$page" ]; then
		fail "$page: the command has a page"
		continue
	fi
	is "$(synopsis_of "$page")" "$(usage_of "$command")" \
		"$page: the synopsis is the usage of --help"
	is "$(tags "$page" OPTIONS | sort)" "$(options_of "$command" | sort)" \
		"$page: its options are those of --help"
	like "$(section ckstoken.1 'SEE ALSO')
		$(section ckstoken.1 COMMANDS)" "ckstoken.-$command \\(1\\)" \
		"$page: ckstoken(1) leads to it"
done
for page in "$TOP"/man/ckstoken-*.1; do
	command=${page##*/ckstoken-}
	ok "${page##*/}: there is such a command" \
		grep -qxF "${command%.1}" <(printf '%s\n' "${commands[@]}")
done

codes=$(sed -nE 's/^\tEXIT_[A-Z_]+ = ([0-9]+),$/\1/p' "$TOP/cmd/command.h")
is "$(tags ckstoken.1 'EXIT STATUS')" "$codes" \
	'ckstoken(1) has each exit code'

version=$("$CKSTOKEN" --version)
for page in "$TOP"/man/*.[1357]; do
	like "$(head -n 3 "$page")" "\"$version\"" \
		"${page##*/} is of this version"
done

# 3. The pages in Vietnamese

# fields PAGE: what its tags have in bold, which is typed, or printed for programs,
# and is the same in each language.
fields()
{
	grep -A1 '^\.TP$' "$TOP/man/$1" |
		grep -oE '\\fB[^\]*(\\[-&][^\]*)*\\fP' | plain
}

# headings PAGE: how many sections and subsections it has.
headings()
{
	grep -oE '^\.S[HS]' "$TOP/man/$1" | sort | uniq -c
}

for page in "$TOP"/man/*.1; do
	name=${page##*/}
	ok "$name: a clerk can read it in Vietnamese" test -f "$TOP/man/vi/$name"
done
for page in "$TOP"/man/vi/*; do
	name=${page##*/}
	ok "vi/$name: there is such a page in English" \
		test -f "$TOP/man/${name%.1}.1"
	is "$(sed -nE 's/^\.\\" English: ([0-9a-f]+)$/\1/p' "$page")" \
		"$(sha256sum <"$TOP/man/$name" | cut -d ' ' -f 1)" \
		"vi/$name follows the English page as it is now"
	is "$(mandoc -T lint -W warning "$page" 2>&1)" '' \
		"vi/$name: mandoc has no complaint"
	is "$(groff -ww -Kutf8 -man -Tutf8 "$page" 2>&1 >/dev/null)" '' \
		"vi/$name: groff has none"
	is "$(man --warnings=all -L vi -l "$page" 2>&1 >/dev/null)" '' \
		"vi/$name: man, which does not hyphenate Vietnamese, has none"
	is "$(section "vi/$name" 'CÚ PHÁP')" "$(section "$name" SYNOPSIS)" \
		"vi/$name: the usage is that of the English page"
	is "$(tags "vi/$name" 'TÙY CHỌN')" "$(tags "$name" OPTIONS)" \
		"vi/$name: no option lacks"
	is "$(fields "vi/$name")" "$(fields "$name")" \
		"vi/$name: no field, exit code or setting lacks"
	is "$(headings "vi/$name")" "$(headings "$name")" \
		"vi/$name: no section lacks"
	like "$(head -n 3 "$page")" "\"$version\"" \
		"vi/$name is of this version"
	ok "vi/$name has examples" test -n "$(section "vi/$name" 'VÍ DỤ')"
done

# As they are installed.
mkdir -p "$WORK/man/vi"
ln -s "$TOP/man" "$WORK/man/man1"
ln -s "$TOP/man/vi" "$WORK/man/vi/man1"
like "$(MANPATH=$WORK/man man -L vi ckstoken 2>&1)" 'CÚ PHÁP.*TÙY CHỌN' \
	'man shows the Vietnamese page to who reads Vietnamese'
like "$(MANPATH=$WORK/man LANGUAGE=vi LC_ALL=vi_VN.UTF-8 \
	LOCPATH="$(vietnamese_locale)" "$CKSTOKEN" help 2>&1)" \
	'CÚ PHÁP.*TÙY CHỌN' 'and so does ckstoken help'
like "$(MANPATH=$WORK/man "$CKSTOKEN" help 2>&1)" 'SYNOPSIS.*OPTIONS' \
	'others get the English one'

# 4. Settings

# "agency name": a section and a key.
known=$(sed -nE 's/^\t\{ "([a-z-]+)", "([a-z-]+)",.*$/\1 \2/p' \
	"$TOP/lib/input/config.c"
	echo 'modules module')
described=$(section ckstoken.conf.5 SETTINGS | plain | awk '
	/^\.SS/ { gsub(/[][]/, ""); group = $2; next }
	tag { print group " " $0 }
	{ tag = /^\.TP$/ }')
sample=$TOP/lib/input/ckstoken.conf
sampled=$(sed -nE -e 's/^\[(.*)\]$/.\1/p' -e 's/^# ([a-z-]+) = .*$/\1/p' \
	"$sample" | awk '/^\./ { group = substr($0, 2); next }
	{ print group " " $0 }')
like "$known" 'journal file' 'config.c has a table of settings'
is "$(sort <<<"$described")" "$(sort <<<"$known")" \
	'ckstoken.conf(5) describes each setting'
is "$(sort -u <<<"$sampled")" "$(sort <<<"$known")" 'the sample has each'

# As it is installed: a copy of the sources may be for a group to write to.
install -m 644 "$sample" "$WORK/sample.conf"
exit_is 3 'the program takes the sample' \
	"$CKSTOKEN" --config "$WORK/sample.conf" --module "$(mock locks)" \
	status --serial 'there is none'
# A register is in a file or in a database.
sed -E 's/^# ([a-z-]+ = )/\1/' "$sample" | grep -vE '^(module|database) = ' \
	>"$WORK/all.conf"
exit_is 3 'and with each setting in use' \
	"$CKSTOKEN" --config "$WORK/all.conf" --module "$(mock locks)" \
	status --serial 'there is none'

# 5. The example of libckstoken(3), and what programs read

# example PAGE WORD: the example with that word in it.
example()
{
	awk -v word="$2" '/^\.EX$/ { text = ""; on = 1; next }
		/^\.EE$/ { on = 0; if (index(text, word)) printf "%s", text }
		on { text = text ($0 == ".sp" ? "" : $0) "\n" }' \
		"$TOP/man/$1" | plain
}

start_softhsm 'Nguyễn Văn An'

# What the library was built with to find its own faults, a program needs too.
compile=(gcc)
if readelf -d "$BUILD/libckstoken.so.0" | grep -q 'NEEDED.*libasan'; then
	compile=(gcc '-fsanitize=address,undefined')
elif nm -D "$BUILD/libckstoken.so.0" | grep -q ' U __asan_'; then
	compile=(clang '-fsanitize=address,undefined')
fi
example libckstoken.3 'int main' >"$WORK/example.c"
exit_is 0 'the example of libckstoken(3) compiles' "${compile[@]}" -std=c17 \
	-Wall -Wextra -Wpedantic -Werror -I"$TOP/lib/token" -o "$WORK/example" \
	"$WORK/example.c" -L"$BUILD" -lckstoken
exit_is 0 'and runs' "$WORK/example"
like "$out" $'\tNguyễn Văn An\tok' 'and lists the token'
example libckstoken.3 sign_all >"$WORK/sign.c"
exit_is 0 'so does the one that signs' "${compile[@]}" -std=c17 -c \
	-Wall -Wextra -Wpedantic -Werror -I"$TOP/lib/token" \
	-o "$WORK/sign.o" "$WORK/sign.c"

k=("$CKSTOKEN" --module "$SOFTHSM_MODULE")
words=$(bold ckstoken-status.1)
exit_is 0 'status --json' "${k[@]}" status --json
is "$(lines_missing "$(jq -r '[paths[] | strings] | unique[]' <<<"$out")" \
	"$words")" '' 'ckstoken-status(1) names each field of it'
is "$(lines_missing "$(jq -r '.tokens[].flags[]' <<<"$out")" "$words")" '' \
	'and each flag'
"${k[@]}" --module "$WORK/none.so" status --json >"$WORK/failed.json" \
	2>/dev/null
is "$(lines_missing "$(jq -r '.failures[0] | keys[], .error' \
	"$WORK/failed.json")" "$words")" '' 'and each of a failure'
exit_is 0 'status --csv' "${k[@]}" status --csv
is "$(lines_missing "$(head -n 1 <<<"$out" | tr -d '\r' | tr ',' '\n')" \
	"$words")" '' 'and each column of CSV'

words=$(bold ckstoken-cert.1)
exit_is 0 'cert list --csv' "${k[@]}" cert list --csv
is "$(lines_missing "$(head -n 1 <<<"$out" | tr -d '\r' | tr ',' '\n')" \
	"$words")" '' 'ckstoken-cert(1) names each column of it'
exit_is 0 'cert list --json' "${k[@]}" cert list --json
is "$(lines_missing "$(jq -r 'keys[]' <<<"$out")" "$words")" '' \
	'and each field of the list'

# verify-tells-its-findings: each code and sub-indication that the sources have,
# and each member that there is of a signature
findings=$(grep -ohE '"([a-z]+(-[a-z]+)*|[A-Z_]{6,})"' "$TOP/lib/input/finding.h" |
	tr -d '"' | sort -u)
signed=$TOP/tests/fixtures/signed
exit_is 0 'verify --json' "${k[@]}" verify --json --at 2026-11-21 --anchors \
	"$signed/root.crt" --crls "$signed/root.crl" "$signed/libreoffice.pdf"
members=$(jq -r '[.. | objects | keys[]] | unique[]' <<<"$out")
for page in ckstoken-verify.1 vi/ckstoken-verify.1; do
	words=$(bold "$page")
	is "$(lines_missing "$findings" "$words")" '' \
		"verify-tells-its-findings: $page names each"
	is "$(lines_missing "$members" "$words")" '' \
		"verify-tells-its-findings: $page names each member"
done

# 6. The journal, and how to verify it

words=$(bold ckstoken-unblock.1)
# shellcheck disable=SC2317 # exit_is calls it
unblock()
{
	"${k[@]}" unblock --authority '15/STC-VP ngày 20/11/2026' --yes \
		--force-unlocked --json --so-pin-file "$1" --new-pin-file "$2"
}
so_pin=$(secret_file SO_PIN)
new_pin=$(secret_file NEW_PIN)
exit_is 0 'unblock --json' unblock "$so_pin" "$new_pin"
is "$(lines_missing "$(jq -r '[paths[] | strings] | unique[]' <<<"$out")" \
	"$words")" '' 'ckstoken-unblock(1) names each field of it'
exit_is 0 'a second recovery' unblock "$so_pin" "$new_pin"

ok 'the journal is where the page says' \
	cp "$HOME/.local/state/ckstoken/unblock.journal" \
	"$HOME/.local/state/ckstoken/unblock.journal.head" "$WORK"
is "$(lines_missing "$(cut -d ' ' -f 2- "$WORK/unblock.journal" |
	jq -r 'keys[], .event' | sort -u)" "$words")" '' \
	'and has the fields the page names'

example ckstoken-unblock.1 sha256sum >"$WORK/verify"
# shellcheck disable=SC2317 # exit_is calls it
verify()
{
	(cd "$WORK" && bash ./verify)
}
exit_is 0 'the commands of the page verify the journal' verify
is "$out" '' 'which is whole'
cp "$WORK/unblock.journal" "$WORK/kept"
sed -i '2s/"ok"/"so-pin-incorrect"/' "$WORK/unblock.journal"
exit_is 0 'after a change' verify
is "$out" 'line 2 was changed' 'they say which line'
sed -i '2d' "$WORK/unblock.journal"
exit_is 0 'with a line taken out' verify
like "$out" 'line 2 was changed' 'they say where'
head -n 3 "$WORK/kept" >"$WORK/unblock.journal"
exit_is 0 'with the last line cut off' verify
is "$out" 'the end was cut' 'they say so'

plan_done
