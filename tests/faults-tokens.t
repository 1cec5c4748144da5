#!/bin/bash
# SPDX-License-Identifier: LGPL-2.1-or-later
# sanitize: yes
#
# What tokens say of themselves: their URIs, and numbers that fit no sign.

# shellcheck disable=SC2119,SC2120,SC2317 # functions are called by name
# shellcheck source=tests/lib.sh
. "$(dirname "$0")/lib.sh"
need_world
need jq:jq

export CKSTOKEN_NOW=2026-11-21T02:00:00Z
mock_state
three=$(mock three)
twins=$(mock twins)
conf=$(desk_conf)
so=$(secret_file SO_PIN)
new_pin=NEW_PIN
unblock()
{
	ckstoken --config "$conf" "$@" --authority 15 --yes \
		--so-pin-file "$so" --new-pin-file "$(secret_file "$new_pin")"
}
# slots: those of the tokens of $out, as their digits stand there.
slots()
{
	sed -n 's/^      "slot": \(.*\),$/\1/p' <<<"$out" | tr '\n' ' '
}

# 1. uri-of-an-object, uri-library-attributes: each attribute of RFC 7512

while IFS='|' read -r fault uri code seen; do
	exit_is "$code" "$fault: $uri: exit code $code" \
		ckstoken --module "$three" status --json --uri "pkcs11:$uri"
	is "$(slots)" "$seen" "$fault: $uri: of its slots, ${seen:-none}"
done <<'LIST'
uri-of-an-object|serial=MOCK00000001;id=%01;object=x;type=cert|0|1 
uri-of-an-object|serial=MOCK00000001;type=private|0|1 
uri-of-an-object|serial=MOCK00000001;id=%00%ff|0|1 
uri-of-an-object|id=%01;object=x|2|
uri-library-attributes|library-manufacturer=Tests%20of%20ckstoken;manufacturer=Tests%20of%20ckstoken|0|0 1 2 
uri-library-attributes|library-manufacturer=x;serial=MOCK00000001|3|
uri-library-attributes|library-description=Mock%20module|0|0 1 2 
uri-library-attributes|library-description=Mock|3|
uri-library-attributes|library-version=1.0;serial=MOCK00000002|0|2 
uri-library-attributes|library-version=1|0|0 1 2 
uri-library-attributes|library-version=1.1|3|
uri-slot-attributes|slot-manufacturer=Tests%20of%20ckstoken;model=Mock|0|0 1 2 
uri-slot-attributes|slot-description=Mock%20reader%202|0|2 
uri-slot-attributes|slot-id=1|0|1 
uri-slot-attributes|slot-id=7|3|
uri-slot-attributes|slot-id=-1|2|
uri-slot-attributes|slot-id=1x|2|
uri-slot-attributes|slot-id=36893488147419103233|2|
uri-module-attributes|model=Mock;slot-id=0?module-name=three|0|0 
uri-module-attributes|model=Mock;slot-id=0?module-name=thre|3|
uri-module-attributes|model=Mock;slot-id=0?module-path=/nowhere.so|3|
uri-module-attributes|model=Mock;slot-id=0?module-name=a&module-name=three|2|
uri-of-a-vendor|slot-id=0?x-colour=red&y=1|0|0 
uri-of-a-vendor|slot-id=0;x-colour=red|3|
uri-of-a-vendor|slot-id=0;x-model=Mock;model=Mock;x-model=Mock|2|
uri-of-a-vendor|x-serial=;serial=MOCK00000000|2|
uri-spelt-so|serial=MOCK00000001;serialx=1|3|
uri-spelt-so|serial=MOCK00000001-and-more-than-fits|3|
LIST
exit_is 3 'uri-of-a-vendor: an attribute of the path that none has' \
	ckstoken --module "$three" status --uri 'pkcs11:slot-id=0;x-colour=red'
like "$err" '"x-colour"' 'is named'
exit_is 0 'uri-library-attributes: broken into lines' ckstoken \
	--module "$three" status --json --uri $'pkcs11:model=Mock;\n  slot-id=2'
is "$(slots)" '2 ' 'white space counts for nothing'
exit_is 3 'uri-module-attributes: a module that is not asked' ckstoken \
	--module "$three" status --uri 'pkcs11:slot-id=0?module-path=/nowhere.so'
like "$err" 'name it by --module' 'is told of as that'
exit_is 0 'uri-module-attributes: a module that hangs' timeout 60 \
	"$CKSTOKEN" --module "$(mock hang-init)" --module "$three" status \
	--json --uri "pkcs11:slot-id=0?module-path=$three"
is "$(slots)" '0 ' 'is not asked when the URI names another'
exit_is 0 'uri-module-attributes: two modules that show one token' ckstoken \
	--module "$(mock locks)" --module "$three" status --json \
	--uri "pkcs11:serial=MOCK00000000?module-name=three"
is "$(json '.tokens[].module')" "$three" 'it is shown as the one named shows it'

# 2. uri-of-an-object: a certificate is chosen by it, where one is looked for

cert=(ckstoken --module "$three" cert)
exit_is 0 'uri-of-an-object: cert list' "${cert[@]}" list --json
uri=$(json '.certificates[1].uri')
like "$uri" '^pkcs11:.*serial=MOCK00000001;.*id=%.*type=cert' \
	'uri-of-an-object: each certificate has one'
exit_is 0 'uri-of-an-object: cert list --csv' "${cert[@]}" list --csv
like "$out" "valid,\"pkcs11:model=Mock;[^,]*type=cert\""$'\r' \
	'has it last'
exit_is 0 'uri-of-an-object: cert show' "${cert[@]}" show --json --uri "$uri"
is "$(json .certificate.uri)" "$uri" 'finds the one it was printed for'
exit_is 0 'uri-of-an-object: cert show in words' "${cert[@]}" show --uri "$uri"
like "$out" "URI: +pkcs11:model=Mock" 'says it too'
exit_is 0 'uri-of-an-object: an object alone' \
	"${cert[@]}" list --json --uri 'pkcs11:type=cert'
is "$(json '.certificates | length')" 3 'is enough for certificates'
for what in 'type=private' 'id=%ff%ff' 'object=x'; do
	exit_is 3 "uri-of-an-object: cert show of $what" \
		"${cert[@]}" show --uri "pkcs11:slot-id=1;$what"
done
exit_is 2 'uri-of-an-object: what names nothing' "${cert[@]}" list --uri pkcs11:

# 3. A URI that was printed finds its token, and no other

# found_again MODULE...: each token of the modules by its own URI.
found_again()
{
	local -a modules=() slots uris
	local module i
	for module; do
		modules+=(--module "$module")
	done
	"$CKSTOKEN" "${modules[@]}" status --json >"$WORK/all" 2>/dev/null
	mapfile -t uris < <(jq -r '.tokens[].uri' "$WORK/all")
	mapfile -t slots < <(sed -n 's/^      "slot": \(.*\),$/\1/p' "$WORK/all")
	for i in "${!uris[@]}"; do
		out=$("$CKSTOKEN" "${modules[@]}" status --json \
			--uri "${uris[i]}" 2>/dev/null)
		[ "$(slots)" = "${slots[i]} " ] || echo "${uris[i]}: $(slots)"
	done
	[ "${#uris[@]}" -gt 0 ] || echo 'no token'
}
is "$(found_again "$(mock labels)")" '' \
	'a URI finds a token by any label, however broken it is'
is "$(found_again "$twins")" '' 'same-serial-and-label: and by its slot'
cp "$twins" "$WORK/other.so"
is "$(found_again "$twins" "$WORK/other.so")" '' \
	'same-serial-and-label: or by its module'
exit_is 0 'same-serial-and-label: two modules' \
	ckstoken --module "$twins" --module "$WORK/other.so" status --json
is "$(json '[.tokens[].uri] | unique | length')" "$(json '.tokens | length')" \
	'no two tokens have one URI'
exit_is 0 'same-serial-and-label: tokens that differ' \
	ckstoken --module "$three" status --json
unlike "$(json '.tokens[].uri')" 'slot-id|module-path' \
	'need no slot in their URI'

# As printed: the label with its replaced bytes, and composed letters.
exit_is 0 'a label with bytes that are no letters' \
	ckstoken --module "$(mock labels)" status --json --uri \
	"pkcs11:token=$(ckstoken --module "$(mock labels)" status --json |
		jq -r '.tokens[] | select(.slot == 6) | .label | @uri')"
is "$(slots)" '6 ' 'is found by what was printed'
exit_is 0 'a label with its marks apart' \
	ckstoken --module "$(mock labels)" status --json \
	--uri 'pkcs11:token=Th%E1%BA%BB%20c%E1%BB%A9ng'
is "$(slots)" '3 ' 'is found by composed letters'

# 4. same-serial-and-label

mock_state user-tries=0
exit_is 4 'same-serial-and-label: two match' \
	unblock --module "$twins" unblock --serial 1234
is "$(mock_calls C_)" 0 'nothing is sent'
is "$(grep -c -- "--uri 'pkcs11:" <<<"$err")" 2 'each candidate has a URI'
is "$(grep -- "--uri 'pkcs11:" <<<"$err" | sort -u | wc -l)" 2 'of its own'
uri=$(sed -n "s/.*--uri '\(.*\)'.*/\1/p" <<<"$err" | tail -n 1)
exit_is 0 'same-serial-and-label: by that URI' \
	unblock --module "$twins" unblock --uri "$uri" --dry-run
exit_is 0 'same-serial-and-label: and without --dry-run' \
	unblock --module "$twins" unblock --uri "$uri"
is "$(mock_calls C_InitPIN)" 1 'one of them is given a PIN'

# 5. slot-number-over-2-63

mock_state
exit_is 0 'slot-number-over-2-63: status --json' \
	ckstoken --module "$twins" status --json
is "$(slots)" \
	'18446744073709551613 18446744073709551614 18446744073709551615 ' \
	'has the numbers as they are'
ok 'and is JSON' jq . <<<"$out"
exit_is 0 'slot-number-over-2-63: status --csv' \
	ckstoken --module "$twins" status --csv
like "$out" 'twins.so,18446744073709551615,' 'so has CSV'
exit_is 0 'slot-number-over-2-63: a URI' ckstoken --module "$twins" status \
	--json --uri 'pkcs11:slot-id=18446744073709551615'
is "$(slots)" '18446744073709551615 ' 'takes it, and means that one alone'

# 6. pin-lengths-nonsense

lengths=$(mock pin-lengths)
exit_is 0 'pin-lengths-nonsense: status' ckstoken --module "$lengths" \
	status --json
is "$(json '[.tokens[] | [.pin_min, .pin_max]] | tojson')" \
	'[[null,null],[null,null],[4,null],[null,16],[null,null],[4,null],[5,7]]' \
	'what says nothing is null'
for slot in 0 1 4; do
	mock_state user-tries=0
	exit_is 0 "pin-lengths-nonsense: slot $slot" unblock --module "$lengths" \
		unblock --uri "pkcs11:slot-id=$slot"
	is "$(mock_calls C_InitPIN)" 1 'limits no new PIN'
done
mock_state user-tries=0
new_pin=12345678
exit_is 7 'pin-lengths-nonsense: a limit that makes sense' \
	unblock --module "$lengths" unblock --uri 'pkcs11:slot-id=6'
is "$(mock_calls C_)" 0 'holds'
like "$err" '5 to 7' 'and is told'

plan_done
