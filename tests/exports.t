#!/bin/bash
# SPDX-License-Identifier: LGPL-2.1-or-later
#
# The library offers what its header says, and comes and goes without a trace.
# shellcheck source=tests/lib.sh
. "$(dirname "$0")/lib.sh"
need_world
need nm:binutils gcc:gcc g++:g++ pkg-config:pkg-config make:make \
	python3:python3 appstreamcli:appstream

header=$TOP/lib/token/ckstoken.h

# 1. One list of functions in five places

exported=$(nm -D --defined-only "$BUILD/libckstoken.so.0" |
	awk '$2 != "A" { sub(/@.*/, "", $3); print $3 }' | sort -u)
mapped=$(grep -oE '^	cks_[a-z0-9_]+;' "$TOP/lib/token/libckstoken.map" |
	tr -d '\t;' | sort)
declared=$(gcc -E -P "$header" | grep -oE '\bcks_[a-z0-9_]+\(' |
	tr -d '(' | sort -u)
described=$(sed -e 's/\\-/-/g' "$TOP/man/libckstoken.3" |
	grep -oE 'cks_[a-z0-9_]+' | sort -u)

like "$declared" 'cks_scan_new' 'the header declares functions'
is "$mapped" "$declared" 'the version script names what the header declares'
is "$exported" "$declared" 'the library exports what the header declares'
is "$(sed -n 's/^ \(cks_[a-z0-9_]*\)@CKSTOKEN_0 .*/\1/p' \
	"$TOP/scripts/debian/libckstoken0.symbols")" "$declared" \
	"Debian's list of symbols has each"
is "$(comm -23 <(echo "$declared") <(echo "$described"))" '' \
	'libckstoken(3) names each function'
# In its text and example, the page also names structs and families of names.
known=$(gcc -E -P "$header" | grep -oE '\bcks_[a-z0-9_]+' | sort -u)
is "$(comm -13 <(echo "$known") <(echo "$described"))" '' \
	'and none that does not exist'

# prototypes: of C on standard input, one a line however it was wrapped.
prototypes()
{
	tr -s '\n\t ' ' ' | tr ';' '\n' |
		sed -n -e 's/^ *//; s/\b_Bool\b/bool/g; s/( /(/g' \
			-e '/\bcks_[a-z0-9_]*(/p' | sort
}
is "$(sed -n '/^\.SH FUNCTIONS/,/^\.SH EXAMPLES/p' "$TOP/man/libckstoken.3" |
	sed -n '/^\.EX/,/^\.EE/{/^\./!p}' | prototypes)" \
	"$(gcc -E -P "$header" | prototypes)" \
	'libckstoken(3) shows each prototype as the header has it'

# 2. The header by itself

strict=(-Wall -Wextra -Wpedantic -Werror -fsyntax-only)
printf '#include "ckstoken.h"\n' >"$WORK/alone.c"
cp "$WORK/alone.c" "$WORK/alone.cc"
ok 'the header compiles alone, as C17' \
	gcc -std=c17 "${strict[@]}" -I"$TOP/lib/token" "$WORK/alone.c"
ok 'and as C++' g++ -std=c++17 "${strict[@]}" -I"$TOP/lib/token" "$WORK/alone.cc"

version=$(sed -n 's/^VERSION *:= *//p' "$TOP/Makefile")
cat >"$WORK/version.c" <<-'END'
	#include "ckstoken.h"
	CKS_VERSION CKS_VERSION_MAJOR CKS_VERSION_MINOR CKS_VERSION_PATCH
END
is "$(gcc -E -P -I"$TOP/lib/token" "$WORK/version.c" | tail -n 1)" \
	"\"$version\" ${version//./ }" 'the header has the version of the Makefile'

# 3. Installing and uninstalling

# The build under test, with the prefix that it was made for: another one would
# make it anew under the feet of the tests beside this one, as would flags that
# are not those of the Makefile. Where these are other ones, a build of its own.
root=$WORK/root
built=${BUILD#"$TOP"/} flags=()
prefix=$(sed -n "s/.*-DCKSTOKEN_DATADIR='\"\([^\"]*\)\/share\/ckstoken\"'.*/\1/p" \
	"$BUILD/settings")
# The settings that this make would have.
settings=$(make -n -C "$TOP" --no-print-directory BUILD="$built" \
	prefix="$prefix" "$built/settings" | sed -n 's/^\(echo .*\) | cmp .*/\1/p' |
	sh)
if [ "$settings" != "$(<"$BUILD/settings")" ]; then
	built=$WORK/build prefix=/opt/ckstoken
	flags=(CFLAGS='-O0 -Wno-error' SANITIZE=)
fi
# shellcheck disable=SC2317 # exit_is calls it
make_in()
{
	make -s -C "$TOP" -j"$(nproc)" BUILD="$built" PREFIX="$prefix" \
		DESTDIR="$root" "${flags[@]}" "$@"
}
files()
{
	find "$root" ! -type d -printf '%P\n' | sort
}

exit_is 0 'make install' make_in install
installed=$(files)
for file in bin/ckstoken lib/libckstoken.so.0 lib/libckstoken.so \
	lib/pkgconfig/libckstoken.pc include/ckstoken.h \
	share/locale/vi/LC_MESSAGES/ckstoken.mo \
	lib/sysusers.d/ckstoken.conf lib/tmpfiles.d/ckstoken.conf \
	share/doc/ckstoken/ckstoken.conf.sample \
	share/doc/ckstoken/examples/50-ckstoken.rules \
	share/bash-completion/completions/ckstoken \
	share/zsh/site-functions/_ckstoken \
	share/fish/vendor_completions.d/ckstoken.fish \
	share/metainfo/org.example.ckstoken.metainfo.xml; do
	ok "installs $file" grep -qxF "${prefix#/}/$file" <<<"$installed"
done
for page in "$TOP"/man/*.[1357]; do
	file=share/man/man${page##*.}/${page##*/}
	ok "installs $file" grep -qxF "${prefix#/}/$file" <<<"$installed"
done
is "$(grep -v "^${prefix#/}/" <<<"$installed")" '' 'and nothing elsewhere'
nok 'no page says /usr/local, where nothing is' \
	grep -r /usr/local "$root$prefix/share/man"
exit_is 0 'the installed program runs' \
	env LD_LIBRARY_PATH="$root$prefix/lib" "$root$prefix/bin/ckstoken" \
	--version
is "$out" "ckstoken $version" 'and has the version of the Makefile'

# 4. pkg-config

pc()
{
	PKG_CONFIG_PATH=$root$prefix/lib/pkgconfig \
		PKG_CONFIG_SYSROOT_DIR=$root pkg-config "$@" libckstoken
}
ok 'pkg-config takes the file' pc --validate
ok 'and finds what it requires' pc --exists --print-errors
is "$(pc --modversion)" "$version" 'it has the version of the program'
is "$(pc --cflags | sed 's/ *$//')" "-I$root$prefix/include" \
	'it asks for no flags but where the header is'
is "$(pc --libs | sed 's/ *$//')" "-L$root$prefix/lib -lckstoken" \
	'and for no library but this one'
like "$(pc --libs --static)" '-lpcsclite .*-lutf8proc' \
	'but names those within it to who links it statically'
cat >"$WORK/user.c" <<-'END'
	#include <ckstoken.h>
	#include <stdio.h>
	int main(void)
	{
		printf("%s %s\n", cks_err_name(CKS_ERR_TIMEOUT),
		       cks_version());
		return 0;
	}
END
# shellcheck disable=SC2046 # lists of options
exit_is 0 'a program builds with it' gcc -o "$WORK/user" "$WORK/user.c" \
	$(pc --cflags) $(pc --libs)
exit_is 0 'and runs' env LD_LIBRARY_PATH="$root$prefix/lib" "$WORK/user"
is "$out" "timeout $version" 'against the library that was installed'

# The programs that are installed as examples, made as each says of itself.
start_softhsm 'Nguyễn Văn An'
examples=$root$prefix/share/doc/ckstoken/examples
example=(env LD_LIBRARY_PATH="$root$prefix/lib")
# shellcheck disable=SC2046 # lists of options
ok 'the example in C compiles' gcc -std=c17 -Wall -Wextra -Wpedantic -Werror \
	$(pc --cflags) -o "$WORK/list-c" "$examples/list-tokens.c" $(pc --libs)
# shellcheck disable=SC2046 # lists of options
ok 'so does that in C++' g++ -std=c++17 -Wall -Wextra -Wpedantic -Werror \
	$(pc --cflags) -o "$WORK/list-cc" "$examples/list-tokens.cc" $(pc --libs)
exit_is 0 'the example in C runs' "${example[@]}" "$WORK/list-c" \
	"$SOFTHSM_MODULE"
in_c=$out
like "$in_c" $'^[0-9a-f]+\tNguyễn Văn An\tok\n\t[0-9A-F]+\tNguyễn Thị Thử Nghiệm$' \
	'and lists the token and its certificate'
exit_is 0 'that in C++ runs' "${example[@]}" "$WORK/list-cc" "$SOFTHSM_MODULE"
is "$out" "$in_c" 'and lists the same'
exit_is 0 'that in Python runs' "${example[@]}" \
	python3 "$examples/list-tokens.py" "$SOFTHSM_MODULE"
is "$out" "$in_c" 'and lists the same'
for program in "$WORK/list-c" "$WORK/list-cc" \
	"python3 $examples/list-tokens.py"; do
	# shellcheck disable=SC2086 # a program and its script
	exit_is 0 "${program##*/}: a module that is not there" \
		"${example[@]}" $program "$WORK/none.so"
	like "$err" "^$WORK/none.so: " 'is told'
done

# For catalogues of software. It has no page of its own to name.
metainfo=$root$prefix/share/metainfo/org.example.ckstoken.metainfo.xml
validate=(appstreamcli validate --no-net)
! appstreamcli --version | grep -q ' 1\.' ||
	validate+=(--override=url-homepage-missing=info)
exit_is 0 'the metainfo is valid' "${validate[@]}" "$metainfo"
ok 'it names the library' grep -q '<library>libckstoken.so.0<' "$metainfo"
ok 'and a distributor its id' test -n "$(make -n -s -C "$TOP" \
	BUILD="$WORK/build" APPSTREAM_ID=org.example.other install 2>&1 |
	grep 'share/metainfo.*org.example.other')"

cp -a "$root$prefix" "$WORK/installed"
exit_is 0 'make uninstall' make_in uninstall
is "$(files)" '' 'leaves no file'
nok 'and no folder' test -e "$root$prefix"

# 5. The other ways to say where

# A prefix in small letters, as GNU has it, and the system's own, in which
# somebody else's files and folders stay. A build has its prefix in it, so one
# of another is not made, but asked where it would go.
named()
{
	make -s -n -C "$TOP" BUILD="$WORK/build" "$@" install 2>&1 |
		grep -oE 'install -d [^ ]+/bin( |$)' | head -n 1 | cut -d ' ' -f 3
}
is "$(named prefix=/opt/a)" /opt/a/bin 'prefix='
is "$(named PREFIX=/opt/b)" /opt/b/bin 'PREFIX='
is "$(named prefix=/opt/a PREFIX=/opt/b)" /opt/a/bin 'the small letters go first'
is "$(named)" /usr/local/bin '/usr/local where none is given'
is "$(named prefix=/usr DESTDIR="$root")" "$root/usr/bin" 'DESTDIR= stands before'
is "$(named prefix=/usr bindir=/opt/c/bin)" /opt/c/bin 'and each folder by itself'
like "$(<"$WORK/installed/lib/tmpfiles.d/ckstoken.conf")" \
	$'\nd /var/lib/ckstoken 2770 root ckstoken -' \
	'the journal of the machine is in one place whatever the prefix'
# Whether the folder is made as well, which only an install into this machine
# does.
shared()
{
	make -s -n -C "$TOP" BUILD="$WORK/build" "$@" install 2>&1 |
		grep -c 'install -d -o root -g ckstoken -m 2770 /var/lib/ckstoken;'
}
is "$(shared) $(shared prefix=/usr) $(shared prefix=/opt/a) $(shared DESTDIR="$root")" \
	'1 1 0 0' 'and its folder is made in the system itself alone'
system=$WORK/system
mkdir -p "$system/usr/local/bin" "$system/usr/local/share/man/man1"
echo kept >"$system/usr/local/share/man/man1/other.1"
cp -a "$WORK/installed/." "$system/usr/local/"
exit_is 0 'make uninstall in the system' make -s -C "$TOP" \
	BUILD="$WORK/build" DESTDIR="$system" uninstall
is "$(cd "$system" && find . ! -type d)" ./usr/local/share/man/man1/other.1 \
	'leaves what others have'
ok 'and the folders of the system' test -d "$system/usr/local/bin"
is "$(find "$system" -name '*ckstoken*')" '' 'but none of ours'

# Folders that others left empty are theirs, in a prefix that is shared and in
# one of the system's that is spelled otherwise.
mkdir -p "$system/home/mine/empty" "$system/usr/games"
cp -a "$WORK/installed/." "$system/home/"
exit_is 0 'make uninstall in a shared prefix' make -s -C "$TOP" \
	BUILD="$WORK/build" DESTDIR="$system" prefix=/home uninstall
is "$(cd "$system/home" && find . | sort | tr '\n' ' ')" \
	'. ./mine ./mine/empty ' 'leaves an empty folder that is not of install'
for prefix in /usr/ //usr /; do
	exit_is 0 "make uninstall prefix=$prefix" make -s -C "$TOP" \
		BUILD="$WORK/build" DESTDIR="$system" prefix="$prefix" uninstall
done
# Without a folder to start from, find begins in the one where it stands.
unlike "$(make -n -C "$TOP" BUILD="$WORK/build" prefix= uninstall)" \
	'find|rmdir' 'make uninstall prefix= leaves the folders'
ok 'the empty folders of the system stay' test -d "$system/usr/games"
mkdir -p "$WORK/of/mine"
exit_is 2 'a prefix with a blank' make -s -C "$TOP" BUILD="$WORK/build" \
	prefix="$WORK/of mine" uninstall
like "$err" 'no blanks' 'is refused'
ok 'and nothing is deleted' test -d "$WORK/of/mine"

plan_done
