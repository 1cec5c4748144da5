#!/bin/bash
# SPDX-License-Identifier: LGPL-2.1-or-later
#
# A command loads what it needs: to list tokens, to show certificates and to
# unblock takes no library of fonts, of XML or of zip files, and a letter no
# validator and, where it has no digest in it, no OpenSSL. What is missing then
# is told, and an own form is read as ever.

# shellcheck disable=SC2119,SC2120,SC2317 # functions are called by name
# shellcheck source=tests/lib.sh
. "$(dirname "$0")/lib.sh"
need_world
need jq:jq readelf:binutils xmllint:libxml2-utils
cd "$WORK" || bail 'no work folder'
# shellcheck source=tests/papers.sh
. "$TOP/tests/papers.sh"
start_softhsm 'Thẻ thử'
letter=("${ck[@]}" request recover --province phu-tho --no-tokens
	--set device_serial=VIDU1 --number 1)
paper='libharfbuzz|libfreetype|libglib|libexpat|libxml2|libicu|libzip'

library=$(ldd "$CKSTOKEN" | sed -n 's/.*libckstoken[^ ]* => \([^ ]*\).*/\1/p')
share=$(dirname "$(dirname "$(readlink -f "$CKSTOKEN")")")/share/ckstoken
[ -d "$share" ] || bail "no $share: the program is not installed"

# loads COMMAND...: the names of the libraries that come into its processes,
# with it or later.
loads()
{
	rm -f loaded.*
	LD_DEBUG=files LD_DEBUG_OUTPUT=loaded "$@" >/dev/null 2>&1
	cat loaded.* | sed -n 's|.*calling init: .*/\(.*\)|\1|p' | sort -u
}

# 1. What comes with whom

unlike "$(ldd "$CKSTOKEN")" "$paper|libp11|libcrypto|libseccomp" \
	'the program is linked with none of them'
unlike "$(ldd "$library" 2>&1)" "$paper|libp11|libsqlite|libcrypto" \
	'nor is the library for others'
version=$(loads "$CKSTOKEN" --version)
like "$version" 'libjansson\.so' 'what is loaded is seen'
unlike "$version" 'libcrypto|libp11|libseccomp' 'to say its version takes none of these'
while read -r name arguments; do
	# shellcheck disable=SC2086 # a list
	unlike "$(loads ckstoken --module "$SOFTHSM_MODULE" $arguments)" \
		"$paper" "$name loads none of them"
done <<'END'
status status
status status --json
cert cert list
unblock unblock --authority 1 --dry-run --yes
END

pdf=$(loads "${letter[@]}" -o x.pdf)
like "$pdf" 'libharfbuzz-subset' 'a letter as PDF loads fonts'
like "$pdf" 'libexpat' 'and reads its form'
unlike "$pdf" 'libxml2|libicu|libzip|libsqlite|libcrypto|libp11|libseccomp' \
	'and validates nothing, opens no register, and reads no token or document'
docx=$(loads "${letter[@]}" -o x.docx)
like "$docx" 'libzip' 'a DOCX is a zip file'
unlike "$docx" 'libharfbuzz|libxml2|libicu' 'and needs no font'

# 2. Files that come with the program, and others

for schema in form.rng:lib/forms province.rng:lib/rules/provinces; do
	folder=$TOP/${schema#*:} schema=${schema%:*}
	ok "what is shipped is valid: $schema" xmllint --noout --nonet \
		--relaxng "$share/$schema" "$folder"/*.xml
done
own_etc
mkdir -p /etc/ckstoken/forms /etc/ckstoken/provinces
cp x.pdf shipped.pdf
cp "$share/provinces/phu-tho.xml" /etc/ckstoken/provinces
unlike "$(loads "${letter[@]}" -o x.pdf)" 'libxml2' \
	'a copy of what is shipped is known'
echo >>/etc/ckstoken/provinces/phu-tho.xml
sed 's|</form>|<!-- of ours --></form>|' "$share/forms/06.xml" \
	>/etc/ckstoken/forms/06.xml
like "$(loads "${letter[@]}" -o x.pdf)" 'libxml2' \
	'what was changed is validated'
ok 'and makes the same letter' cmp x.pdf shipped.pdf
cp "$share/forms/06.xml" /etc/ckstoken/provinces/phu-tho.xml
refused 11 'a form in the place of a province' \
	'provinces/phu-tho.xml: line [0-9]+: ' "${letter[@]}" -o no.pdf

# 3. A library that is not there

mkdir lib
# What the program and the library load, as packagers' tools find it.
for file in "$CKSTOKEN" "$library"; do
	readelf -p .note.dlopen "$file" 2>/dev/null
done | grep -o '\[{.*}\]' | jq -r '.[].soname[]' | sort -u >named
# without NAME COMMAND...: in the place of that library stands an empty file.
without()
{
	local soname
	soname=$(grep "^$1" named) || bail "$1 is never loaded"
	: >"lib/$soname"
	LD_LIBRARY_PATH=$PWD/lib:$LD_LIBRARY_PATH "${@:2}"
	set -- $?
	rm "lib/$soname"
	return "$1"
}
refused 11 'no libxml2' 'cannot be loaded: .*libxml2' without libxml2 \
	"${letter[@]}" -o no.pdf
rm -r /etc/ckstoken/forms /etc/ckstoken/provinces
for name in libharfbuzz.so libharfbuzz-subset libexpat; do
	refused 11 "no $name" "cannot be loaded: .*$name" \
		without "$name" "${letter[@]}" -o no.pdf
done
refused 11 'no libzip' 'cannot be loaded: .*libzip' without libzip \
	"${letter[@]}" -o no.docx
nok 'no DOCX either' test -e no.docx
register=(ckstoken register list --file register.db)
exit_is 0 'a register' ckstoken register add token device_serial=VIDU1 \
	--file register.db
exit_is 12 'no libsqlite3' without libsqlite3 "${register[@]}"
like "$err" 'register.db' 'is told'
exit_is 12 'no libcrypto' without libcrypto ckstoken register verify \
	--file register.db
like "$err" 'no SHA-256' 'is told, and nothing is found wrong with the register'
exit_is 10 'a status without libcrypto' without libcrypto ckstoken \
	--module "$SOFTHSM_MODULE" status --json
is "$(json '.failures[].error')" digest 'blames no module'
for name in x.pdf x.docx; do
	refused 9 "no libseccomp, and $name" 'limits' without libseccomp \
		ckstoken show $name
done
exit_is 0 'no libp11-kit' without libp11-kit ckstoken \
	--module "$SOFTHSM_MODULE" status --json
is "$(json '.tokens[] | .label + ":" + .uri')" 'Thẻ thử:' \
	'leaves a token without a URI'
refused 2 'and a URI' 'p11-kit cannot be loaded' without libp11-kit ckstoken \
	--module "$SOFTHSM_MODULE" status --uri pkcs11:serial=1

# 4. Which of the names are loaded

loads "${letter[@]}" -o x.pdf -o x.docx >all
is "$(grep -cxFf all named)" 5 \
	'the program names fonts, expat, libzip and, which that needs, libcrypto'
is "$(grep -o 'libxml2\|libp11\.' named | tr '\n' ' ')" 'libp11. libxml2 ' \
	'and what few need'
plan_done
