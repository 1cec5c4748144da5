#!/bin/bash
# SPDX-License-Identifier: LGPL-2.1-or-later
#
# What is handed on: the sources of a release; the Debian packages that are made
# of them, installed here over the system, as Debian's own tests of packages have
# it; and the inventory of what the programs are made of.
# shellcheck source=tests/lib.sh
. "$(dirname "$0")/lib.sh"
need_world
need make:make dpkg-buildpackage:dpkg-dev dh:debhelper lintian:lintian jq:jq \
	readelf:binutils perl:perl softhsm2-util:softhsm2 pdftotext:poppler-utils \
	systemd-sysusers:systemd
cd "$WORK" || bail 'no work folder'
version=$(sed -n 's/^VERSION *:= *//p' "$TOP/Makefile")
unset SOURCE_DATE_EPOCH

# 1. Sources

# A build of its own: another prefix would make the one under test anew.
exit_is 0 'make dist' make -s -C "$TOP" BUILD="$WORK/build" dist
tarball=$WORK/build/ckstoken-$version.tar.gz
tar -xf "$tarball" || bail 'the sources do not unpack'
source=$WORK/ckstoken-$version
mkdir "$source/build" "$source/demo" "$source/out"
touch "$source/build/x" "$source/demo/x" "$source/out/x" "$source/Makefile"
exit_is 0 'make dist where they were unpacked, by another user on another day' \
	env TZ=Asia/Ho_Chi_Minh GZIP=-1 TAR_OPTIONS=--mode=700 sh -c \
	"umask 077; chmod -R go= '$source'
	'$source/scripts/dist' $version '$source/out/again.tar.gz'"
ok 'makes the same bytes' cmp "$tarball" "$source/out/again.tar.gz"
is "$(tar -tvf "$tarball" | awk '{ print $1, $2 }' | sort -u)" \
	$'-rw-r--r-- 0/0\n-rwxr-xr-x 0/0' 'of nobody, and with two modes'
rm -rf "$source"

# 2. Inventory

# loads FILE: the libraries that it loads and is not linked with.
loads()
{
	readelf -p .note.dlopen "$1" | grep -o '\[{.*}\]' |
		jq -r '.[].soname[]' | sort -u
}
sbom()
{
	"$TOP/scripts/sbom" "$version" "$BUILD/ckstoken" "$BUILD/extract" \
		"$BUILD/signatures" "$BUILD/libckstoken.so.0"
}
export SOURCE_DATE_EPOCH=1785000000
exit_is 0 'scripts/sbom' sbom
is "$err" '' 'is silent'
is "$(json '.spdxVersion, .dataLicense, .SPDXID, .creationInfo.created')" \
	$'SPDX-2.3\nCC0-1.0\nSPDXRef-DOCUMENT\n2026-07-25T17:20:00Z' \
	'SPDX 2.3, of the day that is given'
first=$out
ok 'the same once more' test "$(sbom)" = "$first"
is "$(json '[.. | .SPDXID? // empty] | group_by(.)[] | select(length > 1 or
	(.[0] | test("^SPDXRef-[a-zA-Z0-9.-]+$") | not))')" '' \
	'each part has a name of its own'
# shellcheck disable=SC2016 # for jq
is "$(json '([.. | .SPDXID? // empty]) as $all | .relationships[] |
	.spdxElementId, .relatedSpdxElement | select(IN($all[]) | not)')" '' \
	'and what is related is there'
is "$(json '.packages[], .files[] | select((.name // .fileName) == null
	or .copyrightText == null or .licenseConcluded == null) | .SPDXID')" '' \
	'with all that SPDX asks for'
for name in ckstoken extract signatures libckstoken.so.0; do
	is "$(json ".relationships[] | select(.spdxElementId == \"SPDXRef-File-$name\"
		and .relationshipType == \"DYNAMIC_LINK\").comment" | sort)" \
		"$(readelf -d "$BUILD/$name" |
			sed -n 's/.*(NEEDED).*\[\(.*\)\]/\1/p' | sort)" \
		"what $name is linked with"
	is "$(json ".relationships[] | select(.relatedSpdxElement ==
		\"SPDXRef-File-$name\" and .relationshipType ==
		\"RUNTIME_DEPENDENCY_OF\").comment" | sed 's/ .*//' | sort)" \
		"$(loads "$BUILD/$name")" 'and what it loads'
done
is "$(json '.packages[] | select(.name == "libjansson4") | .versionInfo,
	.externalRefs[0].referenceLocator')" "$(dpkg-query --showformat \
	'${Version}\npkg:deb/debian/libjansson4@${Version}?arch=${Architecture}\n' \
	--show libjansson4 | sed '2s/+/%2B/g;2s/:\([0-9]\)/%3A\1/')" \
	'a library in the version that dpkg knows'
ok 'and what that needs in turn' jq -e '.packages | any(.name == "libc6")' \
	<<<"$out"
is "$(json '.files[] | select(.fileName == "./ckstoken").checksums[] |
	select(.algorithm == "SHA256").checksumValue')" \
	"$(sha256sum <"$BUILD/ckstoken" | cut -d ' ' -f 1)" 'the program by its digest'
is "$(json '.packages[] | select(.SPDXID ==
	"SPDXRef-Package-ckstoken").packageVerificationCode[]')" \
	"$(json '.files[].checksums[] | select(.algorithm == "SHA1").checksumValue' |
		sort | tr -d '\n' | sha1sum | cut -d ' ' -f 1)" 'all by one'
is "$(comm -23 <("$TOP/scripts/need" --all build | grep -v '|' | sort -u) \
	<(json '.packages[].name' | sort))" '' 'what a build needs'
# A compiler that finds no libzip.
cat >cc <<'END'
#!/bin/sh
case $* in
*libzip*) echo "${1#*=}" ;;
*) exec cc "$@" ;;
esac
END
chmod +x cc
mkdir bare
for name in cc perl readelf sh; do
	ln -s "$(command -v $name)" bare/
done
export CC=$WORK/cc
exit_is 0 'a library that is not there' sbom
is "$(json '.packages[] | select(.name | test("libzip\\.")) |
	.comment, .versionInfo')" $'not on this machine\nnull' \
	'is named, and no version of it made up'
unset CC SOURCE_DATE_EPOCH
exit_is 1 'where dpkg-query is not' env PATH="$WORK/bare" \
	perl "$TOP/scripts/sbom" "$version" "$BUILD/ckstoken"
like "$err" 'no dpkg-query,.*Debian' 'the reason is told'
is "$out" '' 'and nothing else'

# 3. Packages

# Neither optimized nor with debugging symbols beside, which shapes no package
# and takes half of the time.
# shellcheck disable=SC2317 # exit_is calls it
make_deb()
{
	DEB_BUILD_OPTIONS='noopt noautodbgsym' make -s -C "$TOP" \
		BUILD="$WORK/build" SANITIZE= prefix=/opt/elsewhere deb \
		>deb.log 2>&1 || { tail -n 30 deb.log && return 1; }
}
exit_is 0 'make deb' make_deb
cd build/deb || bail 'no packages'
is "$(printf '%s\n' *.deb | sed 's/_.*//' | sort | tr '\n' ' ')" \
	'ckstoken libckstoken-dev libckstoken0 ' \
	'the program, the library, and what developers need'
exit_is 0 'lintian' lintian --fail-on error,warning -- *.changes
unlike "$out" '(^|'$'\n'')[EW]:' 'finds no error and warns of nothing'

names()
{
	find "$@" ! -type d -printf '%P\n' | sed 's/\.gz$//' | sort
}
for package in ckstoken libckstoken0 libckstoken-dev; do
	mkdir -p "$WORK/of/$package"
	dpkg-deb -x "$package"_*.deb "$WORK/of/$package"
done
# scripts/debian/not-installed says why one is not.
installed=$(names "ckstoken-$version/debian/tmp" ! -name '*.metainfo.xml')
packed=$(names "$WORK"/of/*)
is "$(comm -23 <(echo "$installed") <(echo "$packed"))" '' \
	'what make install installs is in a package'
is "$(uniq -d <<<"$packed" | grep -v '^usr/share/doc/[^/]*/c')" '' \
	'and in one alone'
is "$(cd "$WORK/of" && find . -name '*.so*' -o -name '*.h' -o -name '*.3.gz' |
	sed 's|/usr/lib/[^/]*/|/LIB/|' | sort | tr '\n' ' ')" \
	'./libckstoken-dev/LIB/libckstoken.so ./libckstoken-dev/usr/include/ckstoken.h ./libckstoken-dev/usr/share/man/man3/libckstoken.3.gz ./libckstoken0/LIB/libckstoken.so.0 ' \
	'the library by itself, and the header with those who build'
is "$(find "$WORK/of" -path '*/man/*' -type f -exec zgrep -l /usr/local {} +)" '' \
	'no page says /usr/local'
ok 'the sample is there to be copied' cmp "$TOP/lib/input/ckstoken.conf" \
	"$WORK/of/ckstoken/usr/share/doc/ckstoken/ckstoken.conf.sample"

# owners SONAME...: the packages that have them, of this machine.
owners()
{
	local soname
	for soname; do
		dpkg-query --search "*/${soname}" | sed 's/:.*//'
	done | sort -u
}
for file in ckstoken/usr/bin/ckstoken libckstoken0/usr/lib/*/libckstoken.so.0; do
	package=${file%%/*}
	loads "$(compgen -G "$WORK/of/$file")" >loaded
	ok "$package loads libraries" test -s loaded
	mapfile -t loaded <loaded
	depends=$(dpkg-deb --field "$package"_*.deb Depends)
	is "$(comm -23 <(owners "${loaded[@]}") \
		<(tr ',|' '\n' <<<"$depends" | awk '{ print $1 }' | sort))" '' \
		'and depends on them'
done
like "$(dpkg-deb --field libckstoken0_*.deb Depends)" 'libp11-3(t64)? \(>= [0-9]' \
	'from the version on that has what it calls'

# 4. Installed, over the system

if ! awk '$3 > 65536 { found = 1 } END { exit !found }' /proc/self/uid_map; then
	skip 'the packages are installed' 'this world has one user'
	plan_done
fi
mkdir "$WORK/over"
for folder in etc usr var; do
	mkdir -p "$WORK/over/$folder" "$WORK/over/$folder.work"
	mount -t overlay -o "lowerdir=/$folder,upperdir=$WORK/over/$folder,workdir=$WORK/over/$folder.work" \
		overlay "/$folder" || skip_all "no /$folder of its own here"
done
# What was installed by hand is nothing to the packages.
[[ $TOP/ = /usr/local/* ]] ||
	{ mount -t tmpfs -o mode=755 tmpfs /usr/local && ldconfig; }
rm -f /var/lib/man-db/auto-update
# What this shell has for the build under test is nothing to the packages.
# shellcheck disable=SC2317 # exit_is calls it
clean()
{
	env -i PATH=/usr/sbin:/usr/bin:/sbin:/bin HOME="$HOME" "$@"
}
exit_is 0 'the packages are installed' clean dpkg --force-unsafe-io \
	-i ckstoken_*.deb libckstoken0_*.deb libckstoken-dev_*.deb
is "$(stat -c '%U %G %a' /var/lib/ckstoken)" 'root ckstoken 2770' \
	'and made the group and the folder of the journal'
exit_is 0 'dpkg finds them whole' dpkg --verify ckstoken libckstoken0
is "$out" '' 'and unaltered'
exit_is 0 'the program runs' clean ckstoken --version
is "$out" "ckstoken $version" 'with its own library'
for test in program library; do
	like "$(<"$TOP/scripts/debian/tests/control")" "Tests: $test" \
		"autopkgtest: $test"
	mkdir "$WORK/$test"
	exit_is 0 'passes' clean AUTOPKGTEST_TMP="$WORK/$test" \
		"$TOP/scripts/debian/tests/$test"
done

echo evidence >/var/lib/ckstoken/journal
echo '[agency]' >/etc/ckstoken.conf
exit_is 0 'purged' clean dpkg --force-unsafe-io --purge \
	ckstoken libckstoken-dev libckstoken0
ok 'the journal stays' test -s /var/lib/ckstoken/journal
ok 'and the settings' test -s /etc/ckstoken.conf
is "$(find /usr -name '*ckstoken*' ! -path "$TOP" ! -path "$TOP/*")" '' 'and nothing else'
plan_done
