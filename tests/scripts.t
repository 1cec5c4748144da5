#!/bin/bash
# SPDX-License-Identifier: LGPL-2.1-or-later
#
# What the scripts rest on is whole: tests/areas, and the list of packages.
# shellcheck source=tests/lib.sh
. "$(dirname "$0")/lib.sh"
need perl:perl

# 1. tests/areas

areas=$(grep -v '^#' "$TOP/tests/areas")
all=$(cd "$TOP/tests" && printf '%s\n' *.t)
named=$(
	cd "$TOP/tests" || exit
	sed -E 's/^[^[:space:]]+[[:space:]]+//' <<<"$areas" |
		tr -s ' \t' '\n' | sort -u | while read -r pattern; do
		compgen -G "$pattern.t" || echo "no test: $pattern"
	done | sort -u
)
# What no change of a source file shows is run by its own name alone.
is "$(comm -13 <(echo "$all" | sort) <(echo "$named"))" '' \
	'tests/areas names no test that is not there'
is "$(comm -23 <(echo "$all" | sort) <(echo "$named"))" '' \
	'and leaves none out'
is "$(cd "$TOP" && cut -f 1 <<<"$areas" | while read -r beginning; do
	compgen -G "$beginning*" >/dev/null || echo "$beginning"
done)" '' 'and no source that is not there'
is "$(cd "$TOP" && find lib cmd man scripts tests/card -type f |
	while read -r file; do
		while read -r beginning _; do
			[[ $file != "$beginning"* ]] || continue 2
		done <<<"$areas"
		echo "$file"
	done)" '' 'each source has an area'

# 2. Tags

is "$(cd "$TOP/tests" && grep -l sanitize: ./*.t | sort)" \
	"$(cd "$TOP/tests" && {
		grep -lx '# sanitize: yes' ./*.t
		grep -l 'sanitize:' ./scripts.t
	} | sort -u)" 'a tag for the sanitizers is spelt as the script reads it'

is "$(cd "$TOP/tests/unit" && grep -rl valgrind: . | sort)" \
	"$(cd "$TOP/tests/unit" && grep -rlxF ' * valgrind: no' . | sort)" \
	'and so is one for valgrind'

# 3. Packages

exit_is 2 'need: a purpose that there is none of' "$TOP/scripts/need" --list beer
mkdir "$WORK/bin"
# A machine that has nothing: dpkg-query knows no package, apt-get must not run.
printf '#!/bin/sh\nexit 1\n' >"$WORK/bin/dpkg-query"
printf '#!/bin/sh\ntouch %s/ran\n' "$WORK" >"$WORK/bin/apt-get"
chmod +x "$WORK"/bin/*
exit_is 1 'need --list says what is missing' \
	env PATH="$WORK/bin:$PATH" "$TOP/scripts/need" --list build test
like "$err" 'apt-get install .*libp11-dev .*libcmocka-dev' 'by name'
unlike "$err" '\|' 'one name of each'
nok 'and installs nothing' test -e "$WORK/ran"
# old-font: of this package Debian 12 has a version that lacks letters of Vietnamese
# beside the one that is meant, and Debian 13 a name alone that leads to it.
# font VERSION [INSTALLED]: what is asked for where this one is to be had.
font()
{
	# shellcheck disable=SC2016 # for another shell
	printf '#!/bin/sh\ncase $2 in\nfonts-liberation) echo "  Candidate: %s" ;;\n*) echo "  Candidate: 2.1.5-1" ;;\nesac\n' \
		"$1" >"$WORK/bin/apt-cache"
	# shellcheck disable=SC2016
	printf '#!/bin/sh\n[ "$4" = fonts-liberation ] && [ -n "%s" ] && echo install ok installed %s\n' \
		"${2-}" "${2-}" >"$WORK/bin/dpkg-query"
	chmod +x "$WORK"/bin/*
	PATH="$WORK/bin:$PATH" "$TOP/scripts/need" --list run 2>&1 |
		grep -oE 'fonts-liberation[^ ]*'
}
is "$(font 1:1.07.4-11)" fonts-liberation2 'old-font: of Debian 12 the second name'
is "$(font 1:2.1.5-3)" fonts-liberation 'old-font: of Debian 13 the first'
is "$(font 1:1.07.4-11 1:1.07.4-11)" fonts-liberation2 'old-font: an old one is not enough'
is "$(font 1:2.1.5-3 1:2.1.5-3)" '' 'old-font: and a new one is'
rm "$WORK/bin/apt-cache"
printf '#!/bin/sh\necho install ok installed\n' >"$WORK/bin/dpkg-query"
exit_is 0 'need --list on a machine that has all' \
	env PATH="$WORK/bin:$PATH" "$TOP/scripts/need" --list build test
is "$err" '' 'is silent'

# 4. The Debian package

# What is with a compiler everywhere in Debian is named by no package.
is "$(sed -n '/^Build-Depends:/,/^[A-Z]/p' "$TOP/scripts/debian/control" |
	sed -n 's/^ \(.*[^,]\),*$/\1/p' | sed 's/ | /|/' | sort)" \
	"$("$TOP/scripts/need" --all build | grep -vxE 'gcc|make|libc6-dev' |
		sort)" 'debian/control asks for what a build needs'
is "$(sed -n '1s/^ckstoken (\(.*\)-[^-]*) .*/\1/p' \
	"$TOP/scripts/debian/changelog")" \
	"$(sed -n 's/^VERSION *:= *//p' "$TOP/Makefile")" \
	'and its changelog begins with the version of the Makefile'

plan_done
