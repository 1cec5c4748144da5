#!/bin/bash
# SPDX-License-Identifier: LGPL-2.1-or-later
#
# Memory that is out, at each place in the program that asks for some: unit
# tests may fail by it and not crash, and a command says that it failed, or has
# done all that it should.
#
# FULL=1 takes every unit test, command and place; else some are taken.

# shellcheck disable=SC2119,SC2120,SC2317 # functions are called by name
# shellcheck source=tests/lib.sh
. "$(dirname "$0")/lib.sh"
need_world
need perl:perl addr2line:binutils timeout:coreutils

export CKSTOKEN_NOW=2026-11-21T02:00:00Z SOURCE_DATE_EPOCH=1795226400
failing=$BUILD/tests/failing-malloc.so
! grep -q __asan_init "$CKSTOKEN" ||
	skip_all 'a sanitizer has a malloc of its own'

# records FILE: each place as "place NUMBER CALLER...", each crash as "crash
# NUMBER SIGNAL CALLER...", a caller as "program OFFSET" or "library OFFSET".
# shellcheck disable=SC2016 # perl's own dollars
records()
{
	perl -e 'open(my $f, "<:raw", $ARGV[0]) or die;
		for (my $i = 0; read($f, my $r, 48) == 48; $i++) {
			my ($number, $n, @callers) = unpack("Q6", $r);
			next unless $number;
			printf("%s %x %s%s\n", $i < 16384 ? "place" : "crash",
				$number, $i < 16384 ? "" : "$n ",
				join(" ", map { sprintf("%s 0x%x",
					$_ >> 56 ? "library" : "program",
					($_ & 0xffffffffffffff) - 1) }
					grep { $_ } @callers));
		}' "$1"
}

# in_libxml2 CRASH...: its validation crashes by itself in 2.9.
in_libxml2()
{
	[[ $1 = *xmlfile.c* ]]
}

# source_of PROGRAM LIBRARY "program"|"library" OFFSET: "FUNCTION FILE:LINE".
source_of()
{
	local file=$1
	[ "$3" = program ] || file=$2
	addr2line -f -e "$file" "$4" | tr '\n' ' '
}

# 1. Unit tests: those that crash by themselves look at nothing that they have
# just made

# crashes PROGRAM: where the code under test, and not the test, has crashed.
crashes()
{
	local what signal kind offset at
	rm -f "$WORK/record"
	FAILING_MALLOC=$WORK/record FAILING_MALLOC_EACH='' LD_PRELOAD=$failing \
		timeout 600 "$1" >/dev/null 2>&1
	records "$WORK/record" >"$WORK/records"
	[ -s "$WORK/records" ] || echo "$1 asks for no memory"
	while read -r what _ signal kind offset _; do
		[ "$what" = crash ] || continue
		at=$(source_of "$1" "$BUILD/libckstoken.so" "$kind" "$offset")
		[[ $at = *tests/unit/* ]] || in_libxml2 "$at" ||
			echo "signal $signal in $at"
	done <"$WORK/records" | sort -u
}

programs=(token/test_wire token/test_text token/test_opensc_conf
	input/test_field_register register/test_names forms/test_dossier)
if [ -n "${FULL-}" ]; then
	mapfile -t programs < <(cd "$BUILD/tests/unit" &&
		find . -name 'test_*' -type f -executable ! -name '*_scan' |
		sort | cut -c 3-)
fi
for program in ${ONLY-"${programs[@]}"}; do
	is "$(crashes "$BUILD/tests/unit/$program")" '' \
		"$program: does not crash where memory is out, at any of $(
			grep -c place "$WORK/records") places"
done

# 2. Commands

office_conf >/dev/null
declare -A of=(
	[status]='status --json'
	[cert-export]='cert export -o out'
	[cert-list]='cert list --csv'
	[request]='request recover --number 15 -o out.docx'
	[verify]="register verify --file $WORK/books/r.db"
)
# A register and a journal that note of each other.
books()
{
	mkdir "$WORK/books"
	printf '%s\n' '[register]' "file = $WORK/books/r.db" \
		>>"$(desk_conf)" || return
	mock_state user-tries=0
	"$CKSTOKEN" register add token device_serial=MOCK00000000 \
		--file "$WORK/books/r.db" &&
		"$CKSTOKEN" --config "$WORK/desk.conf" \
			--module "$(mock locks)" unblock --authority 15/STC \
			--so-pin-file "$(secret_file SO_PIN)" \
			--new-pin-file "$(secret_file NEW_PIN)" --yes
}
books >"$WORK/books.out" 2>&1 || bail "no books: $(<"$WORK/books.out")"

# command NAME VARIABLE=VALUE...: in a folder of its own, with output there.
command()
{
	local name=$1
	shift
	rm -rf "$WORK/run"
	mkdir "$WORK/run"
	(
		cd "$WORK/run" || exit
		mock_state user-tries=0
		# shellcheck disable=SC2086 # words
		timeout 120 env "$@" "$CKSTOKEN" --config "$WORK/office.conf" \
			--module "$(mock locks)" ${of[$name]} >stdout 2>stderr
		echo $? >code
	)
}

# judge NAME PLACE: an error in words, or all that there should be.
judge()
{
	local code
	code=$(<"$WORK/run/code")
	case $code in
	0 | 1)
		# What popt has no memory for ends the program, and p11-kit
		# tells it on standard error alone.
		! grep -qE 'virtual memory exhausted|^p11-kit: ' \
			"$WORK/run/stderr" || return
		diff -r --exclude=stderr "$WORK/run" "$WORK/right" >/dev/null ||
			echo "$2: exit code $code, and not what it should be"
		;;
	9 | 10 | 11 | 12)
		grep -q . "$WORK/run/stderr" || echo "$2: exit code $code alone"
		! grep -qE 'is not a certificate|should be a certificate' \
			"$WORK/run/stderr" || echo "$2: a certificate is blamed"
		;;
	# popt took the command line for an empty one.
	2)
		grep -q '^usage' "$WORK/run/stdout" ||
			grep -q . "$WORK/run/stderr" ||
			echo "$2: exit code 2 alone"
		;;
	139)
		crash=$(records "$WORK/record" | grep '^crash' | tail -n 1)
		read -r _ _ _ kind offset _ <<<"$crash"
		in_libxml2 "$(source_of "$CKSTOKEN" "$BUILD/libckstoken.so" \
			"$kind" "$offset")" || echo "$2: $crash"
		;;
	*) echo "$2: exit code $code: $(tail -n 3 "$WORK/run/stderr")" ;;
	esac
}

names=(cert-export)
[ -z "${FULL-}" ] || names=("${!of[@]}")
for name in ${COMMANDS-"${names[@]}"}; do
	command "$name" true=
	cp -r "$WORK/run" "$WORK/right"
	rm -f "$WORK/record"
	command "$name" FAILING_MALLOC="$WORK/record" LD_PRELOAD="$failing"
	mapfile -t places < <(records "$WORK/record" |
		sed -n 's/^place \([^ ]*\) .*/\1/p' | sort)
	step=$((${#places[@]} / 12 + 1)) tried=0
	[ -z "${FULL-}" ] || step=1
	bad=$(for ((i = 0; i < ${#places[@]}; i += step)); do
		for on in '' FAILING_MALLOC_ON=1; do
			command "$name" FAILING_MALLOC="$WORK/record" \
				FAILING_MALLOC_AT="${places[i]}" \
				LD_PRELOAD="$failing" ${on:+"$on"}
			judge "$name" "${places[i]} $on"
		done
	done)
	for ((i = 0; i < ${#places[@]}; i += step)); do
		tried=$((tried + 2))
	done
	is "$bad" '' "$name: says that it failed, or did all, $tried times"
	rm -rf "$WORK/right"
done

# 3. Faults that this found, by name

# places_in FUNCTION: those of the last record that it asks for itself.
places_in()
{
	records "$WORK/record" | sed -n \
		's/^place \([^ ]*\) program \([^ ]*\).*/\1 \2/p' >"$WORK/places"
	cut -d ' ' -f 2 "$WORK/places" | addr2line -f -e "$CKSTOKEN" |
		sed -n 'p;n' | paste -d ' ' "$WORK/places" - |
		awk -v f="$1" '$3 == f { print $1 }'
}

command verify true=
cp -r "$WORK/run" "$WORK/right"
rm -f "$WORK/record"
command verify FAILING_MALLOC="$WORK/record" LD_PRELOAD="$failing"
mapfile -t places < <(places_in sqlite_text)
# SQLite has asked for none here since 3.46.
[ "${#places[@]}" -gt 0 ] || ok 'sqlite_text() is what makes texts of numbers' \
	grep -q '\<sqlite_text(' "$TOP/lib/register/store_sqlite.c"
bad=$(for place in "${places[@]}"; do
	command verify FAILING_MALLOC="$WORK/record" \
		FAILING_MALLOC_AT="$place" LD_PRELOAD="$failing"
	judge verify "$place"
done)
is "$bad" '' \
	'number-unread-called-changed: a number without memory for its text is no record that somebody changed'

plan_done
