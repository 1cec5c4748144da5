#!/bin/bash
# SPDX-License-Identifier: LGPL-2.1-or-later
#
# The command line itself: what is wrong is said in one line, and what cannot
# be written is noticed.

# shellcheck disable=SC2119,SC2120,SC2317 # functions are called by name
# shellcheck source=tests/lib.sh
. "$(dirname "$0")/lib.sh"
need_world

module=$(mock locks)
mock_state
mapfile -t commands < <(ckstoken --help | sed -nE 's/^  ([a-z]+) .*$/\1/p')
like " ${commands[*]} " ' status .* audit .* help ' \
	'ckstoken --help lists the commands'

# 1. Help

for command in '' "${commands[@]}"; do
	# shellcheck disable=SC2086 # none is no argument
	exit_is 0 "ckstoken $command --help" ckstoken $command --help
	like "$out" "^Usage: ckstoken ${command:-\\[}" 'tells the usage'
	is "$err" '' 'on stdout'
done

# The steps to add a command (README); the manual and the translation have tests
# of their own.
declare -A tested_by=([request]=documents [handover]=documents)
for file in "$TOP"/cmd/cmd_*.c; do
	command=${file##*/cmd_}
	command=${command%.c}
	like " ${commands[*]} " " $command " "$command is among COMMANDS"
	ok "$command has a test" \
		test -f "$TOP/tests/${tested_by[$command]-$command}.t"
done

# In columns: a character of these languages has one.
for language in en vi; do
	for command in '' "${commands[@]}"; do
		# shellcheck disable=SC2086 # none is no argument
		LANGUAGE=$language ckstoken $command --help >"$WORK/help"
		is "$(grep -E '.{81}' "$WORK/help")" '' \
			"ckstoken $command --help in 80 columns ($language)"
	done
done

# Help is asked for when something else does not work.
printf '[agency\nname\n' >"$WORK/broken.conf"
exit_is 11 'a configuration that cannot be read stops a command' \
	ckstoken --config "$WORK/broken.conf" --module "$module" status
for command in "${commands[@]}"; do
	: >"$MOCK_LOG"
	CKSTOKEN_NOW=nonsense exit_is 0 \
		"ckstoken $command --help, with a broken configuration" ckstoken \
		--config "$WORK/broken.conf" --module "$module" \
		"$command" --help
	like "$out" "^Usage: ckstoken $command" 'tells the usage'
	is "$err" '' 'and nothing else'
	is "$(mock_calls)" 0 'and asks no token'
done
exit_is 0 '--version' ckstoken --version
like "$out" '^ckstoken [0-9]+\.[0-9]+\.[0-9]+$' 'tells the version'
exit_is 2 'no command at all' ckstoken

# 2. Mistakes: exit code 2, and one line that says what and how

# mistake NAME REGEX ARGUMENT...
mistake()
{
	local name=$1 regex=$2
	shift 2
	exit_is 2 "$name: exit code 2" ckstoken "$@"
	is "$out" '' "$name: nothing on stdout"
	is "$(wc -l <<<"$err")" 1 "$name: one line on stderr"
	like "$err" "^ckstoken: .*$regex" "$name: which says what"
}
mistake 'an unknown command' 'no command "foo".*--help' foo
mistake 'an unknown option' '--foo.*ckstoken --help' --foo status
mistake 'an empty command' 'no command ""' ''
mistake 'a command that is a path' 'no command "./foo"' ./foo
for command in "${commands[@]}"; do
	mistake "$command: an unknown option" "--xyzzy.*ckstoken $command --help" \
		"$command" --xyzzy
done
mistake 'an argument too many' 'unexpected argument "x"' status x
mistake 'an option without its value' '--serial' status --serial
mistake 'a number that is none' '--days' status --days x
mistake 'a number beyond all' '--days' status --days 99999999999
for option in 'status --days' 'audit --days' 'register due --days' \
	'handover return -o x.pdf --copies' 'report -o x.pdf --year' \
	'unblock --authority 1 --so-pin-fd' 'unblock --authority 1 --new-pin-fd' \
	'cert list --timeout'; do
	read -ra words <<<"$option"
	# A descriptor is no number of things, and has words of its own.
	mistake "$option ''" "${words[-1]}(: .*missing| .*descriptor)" \
		"${words[@]}" ''
	for text in ' ' ' 3' '3 ' 3x 0x1e +3 - 1.5 3000000000 -3000000000 \
		99999999999999999999; do
		mistake "$option '$text'" "${words[-1]} .*number" \
			"${words[@]}" "$text"
	done
	mistake "$option=" "${words[-1]}(: .*missing| .*descriptor)" \
		"${words[@]::${#words[@]}-1}" "${words[-1]}="
done
exit_is 0 'a register' ckstoken register add token device_serial=T1 \
	--file "$WORK/days.db"
exit_is 0 '--days 010' ckstoken register due --days 010 --file "$WORK/days.db"
like "$out$err" 'within 10 days' 'is ten'
exit_is 0 'a stack of 64 KiB' bash -c "ulimit -s 64
	exec '$CKSTOKEN' --module '$module' status"
mistake '--timeout 0' '--timeout' status --timeout 0
mistake '--timeout beyond an hour' '--timeout' status --timeout 3601
mistake 'a URI that is none' '--uri http://x' status --uri http://x
mistake 'request without a form' 'request recover' request
mistake 'handover without a form' 'handover return' handover
mistake 'request without -o' '-o FILE.pdf' request recover
mistake 'a document of an unknown kind' 'pdf' request recover -o x.txt
mistake 'a date that is none' '--date' request recover -o x.pdf --date 31/02/2026
mistake 'fewer than no copies' '--copies' handover return -o x.pdf --copies -1

mistake 'an unknown format' '--format xml: .*choose table, json.* or ' \
	status --format xml
mistake 'a misspelt format' '--format jsno: .*did you mean json\?$' \
	status --format jsno
mistake 'an empty format' '--format : .*choose table' status --format ''
mistake 'a format that only other commands have' \
	'--format csv: .*choose table or json$' doctor --format csv
mistake 'a secret in the place of a format' '--format: .*choose table or json$' \
	unblock --format 51827364
mistake '--format beside --json' '--format .* --json' \
	status --json --format json
mistake '--format beside --excel' '--format .* --excel' \
	status --format csv --excel
mistake 'two formats' '--format is given twice' \
	status --format json --format csv
mistake 'a register exported as a table' 'register export' \
	register export --format table
mistake 'a certificate exported as a table' 'cannot be used' \
	cert export --format table
for command in "${commands[@]}"; do
	ckstoken "$command" --help >"$WORK/help"
	is "$(grep -c -e ' --format NAME ' "$WORK/help")" \
		"$(grep -c -e '^ *--json ' "$WORK/help")" \
		"$command: --format is taken where --json is"
done
for format in json csv; do
	is "$(CKSTOKEN_NOW=2026-11-21T02:00:00Z ckstoken --module "$module" \
		status --format "$format" 2>&1)" \
		"$(CKSTOKEN_NOW=2026-11-21T02:00:00Z ckstoken --module \
			"$module" status "--$format" 2>&1)" \
		"--format $format is --$format"
done
is "$(ckstoken --module "$module" status --format=table 2>&1)" \
	"$(ckstoken --module "$module" status 2>&1)" \
	'--format table is what there is without it'

exit_is 2 'request of an unknown form: exit code 2' ckstoken request 99 -o x.pdf
is "$out" '' 'request of an unknown form: nothing on stdout'
like "$err" '^ckstoken: there is no "99".*  recover, Form 06' \
	'request of an unknown form: which forms there are'
nok 'request of an unknown form: nothing is written' test -e x.pdf

# 3. Commands of others

mkdir "$WORK/bin"
# shellcheck disable=SC2016 # the script's own
printf '#!/bin/sh\necho "foo: $*${OPENSSL_CONF+ by $OPENSSL_CONF}"\nexit 42\n' \
	>"$WORK/bin/ckstoken-foo"
chmod 755 "$WORK/bin/ckstoken-foo"
PATH=$WORK/bin:$PATH exit_is 42 'ckstoken foo is ckstoken-foo on the PATH' \
	ckstoken foo --bar baz
is "$out" 'foo: --bar baz' 'with its arguments'
PATH=$WORK/bin:$PATH OPENSSL_CONF=own.cnf exit_is 42 'under an openssl.cnf' \
	ckstoken foo
is "$out" 'foo:  by own.cnf' 'which is left to it, though ckstoken reads none'
chmod 644 "$WORK/bin/ckstoken-foo"
exit_is 2 'one that cannot be run' env PATH="$WORK/bin" "$CKSTOKEN" foo
is "$(wc -l <<<"$err")" 1 'is told in one line'

# 4. Outputs that cannot be written: exit code 12

closed()
{
	"$@" >&-
}
full()
{
	"$@" >/dev/full
}
for how in closed full; do
	for args in '--help' '--version' 'status' 'status --json' \
		'status --csv' 'status --help' 'cert list' 'cert show' \
		'cert export' 'cert export --der' 'help'; do
		# shellcheck disable=SC2086 # a list of arguments
		exit_is 12 "$how stdout: $args" \
			"$how" "$CKSTOKEN" --module "$module" $args
		like "$err" 'annot be written|Bad file|No space' \
			"$how stdout: $args: is told"
	done
done
no_stderr()
{
	"$@" 2>&-
}
no_stdin()
{
	"$@" <&-
}
exit_is 0 'a closed stderr is no matter' \
	no_stderr "$CKSTOKEN" --module "$module" status
exit_is 0 'nor is a closed stdin' \
	no_stdin "$CKSTOKEN" --module "$module" status
# Into a pipe that nobody reads any more.
"$CKSTOKEN" --module "$(mock ten-thousand)" status --json --timeout 60 \
	2>"$WORK/err" | true
is "${PIPESTATUS[0]}" 0 'a-closed-pipe: a reader that went away is no fault'
is "$(<"$WORK/err")" '' 'a-closed-pipe: and is not told'

# 5. The hour

exit_is 0 'CKSTOKEN_NOW fixes the hour' env \
	CKSTOKEN_NOW=2026-11-21T02:00:00Z "$CKSTOKEN" --module "$module" \
	status --json
for now in 2026-11-21T02:00:00Z 2026-11-21T09:00:00+07:00 \
	2026-11-21T09:00:00+0700 2026-11-20T21:00:00-05:00 \
	2026-11-21T02:00:00 2026-11-21T02:00Z; do
	CKSTOKEN_NOW=$now exit_is 0 "CKSTOKEN_NOW=$now" \
		ckstoken --module "$module" status --json
	like "$out" '"time": "2026-11-21T09:00:00\+07:00"' \
		'is nine in the morning in Vietnam'
done
for now in nonsense 2026 2026-02-31T00:00:00Z 2026-11-21T25:00:00Z \
	2026-11-21T02:00:00Zx '2026-11-21T02:00:00 +7' -1; do
	CKSTOKEN_NOW=$now exit_is 11 "CKSTOKEN_NOW=$now is no time" \
		ckstoken --module "$module" status
	like "${err//+/}" "CKSTOKEN_NOW=${now//+/}" 'and is quoted'
	is "$out" '' 'with nothing on stdout'
done
CKSTOKEN_NOW=nonsense exit_is 0 'help needs no clock' ckstoken status --help

plan_done
