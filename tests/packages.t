#!/bin/bash
# SPDX-License-Identifier: LGPL-2.1-or-later
#
# What is handed on: the sources of a release, and the inventory of what the
# programs are made of.
# shellcheck source=tests/lib.sh
. "$(dirname "$0")/lib.sh"
need_world
need make:make dpkg-query:dpkg jq:jq readelf:binutils perl:perl
cd "$WORK" || bail 'no work folder'
version=$(sed -n 's/^VERSION *:= *//p' "$TOP/Makefile")
unset SOURCE_DATE_EPOCH

# 1. Sources

# A build of its own: another prefix would make the one under test anew.
exit_is 0 'make dist' make -s -C "$TOP" BUILD="$WORK/build" dist
tarball=$WORK/build/ckstoken-$version.tar.gz
tar -xf "$tarball" || bail 'the sources do not unpack'
source=$WORK/ckstoken-$version
mkdir "$source/build" "$source/demo"
touch "$source/build/x" "$source/demo/x" "$source/Makefile"
exit_is 0 'make dist where they were unpacked, by another user on another day' \
	env TZ=Asia/Ho_Chi_Minh GZIP=-1 TAR_OPTIONS=--mode=700 sh -c \
	"umask 077; chmod -R go= '$source'; '$source/scripts/dist' $version again.tar.gz"
ok 'makes the same bytes' cmp "$tarball" again.tar.gz
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
export CC=$WORK/cc
exit_is 0 'a library that is not there' sbom
is "$(json '.packages[] | select(.name | test("libzip\\.")) |
	.comment, .versionInfo')" $'not on this machine\nnull' \
	'is named, and no version of it made up'
unset CC SOURCE_DATE_EPOCH
plan_done
