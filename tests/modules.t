#!/bin/bash
# SPDX-License-Identifier: LGPL-2.1-or-later
# sanitize: yes
#
# A PKCS#11 module that misbehaves costs itself alone: the good token beside it
# is listed, the failure is named, and the program ends in time.

# shellcheck disable=SC2119,SC2120,SC2317 # functions are called by name
# shellcheck source=tests/lib.sh
. "$(dirname "$0")/lib.sh"
need_world
need jq:jq timeout:coreutils

export CKSTOKEN_NOW=2026-11-21T02:00:00Z
start_opencryptoki 1
mock_state

# Workers bear the program's name, and so does what a module forks.
nobody_is_left()
{
	! cat /proc/[0-9]*/comm 2>/dev/null | grep -qx "${CKSTOKEN##*/}"
}

# beside MODULE OPTION...: status of a module and of the good one.
beside()
{
	local path=$1
	shift
	timeout 120 "$CKSTOKEN" --module "$path" --module "$OCK_MODULE" \
		status --json "$@"
}

# beside_good CODE NAME PATH ERROR SLOT SEEN: what is expected of the module at
# PATH. SEEN are the slots of it that are listed, "-" stands for nothing.
beside_good()
{
	local code=$1 name=$2 path=$3 error=$4 slot=$5 seen=$6
	exit_is "$code" "$name: ends in time, with exit code $code" \
		beside "$path" --timeout 3
	is "$(json '.tokens[] | select(.serial == "123") | .label')" \
		'Thẻ mềm 0' "$name: the good token is listed"
	is "$(json '[.tokens[] | select(.serial != "123") | .slot] |
		if . == [] then "-" else join(",") end')" "$seen" \
		"$name: of its own slots, $seen"
	is "$(json '[.failures[] | .error] |
		if . == [] then "-" else join(",") end')" "$error" \
		"$name: the failure is $error"
	if [ "$error" != - ]; then
		is "$(json '.failures[0] | .module')" "$path" \
			"$name: named with its module"
		is "$(json '.failures[0] | .slot')" "$slot" \
			"$name: and with its slot, $slot"
		is "$(json '.failures[0] | keys_unsorted | join(" ")')" \
			'module slot reader atr error message critical' \
			"$name: in the fields of the contract"
		like "$err" "${path##*/}" "$name: and told on stderr"
	fi
	ok "$name: no process stays behind" wait_for 10 nobody_is_left
}

# 1. Each kind of misbehaviour: module, exit code, error, slot, slots listed

while read -r name code error slot seen; do
	[ -n "$name" ] || continue
	beside_good "$code" "$name" "$(mock "$name")" "$error" "$slot" "$seen"
done <<'END'
locks 0 - - 0
three 0 - - 0,1,2

hang-load 10 timeout null -
hang-init 10 timeout null -
hang-slotlist 10 timeout null -
hang-deaf 10 timeout null -
hang-tokeninfo 10 timeout 1 0,2
hang-opensession 10 timeout 1 0,2
hang-finalize 0 - - 0

crash-load 10 crash null -
crash-init 10 crash null -
crash-slotlist 10 crash null -
crash-tokeninfo 10 crash 1 0,2
crash-opensession 10 crash 1 0,2
crash-findobjects 10 crash 1 0,2
crash-finalize 0 - - 0
exit-init 10 crash null -

error-init 10 load null -
slot-count 10 device null -
error-slot 10 device 1 0,2
removed 10 removed 1 0,2
not-recognized 10 not-recognized 1 0,2
vendor-error 10 device 0 -
vendor-error-init 10 load null -
null-functions 10 load null -
null-tokeninfo 10 load null -

flood 0 - - 0
flood-forever 10 timeout null -
stderr-noise 0 - - 0
forks 0 - - 0
old-version 0 - - 0
no-flags 0 - - 0
pinpad 0 - - 0

broken-cert 10 device 0 -
huge-attr 10 limit 0 0
unavailable-attr 10 device 0 0
growing-attr 10 device 0 -
END

# 2. What some of them are about

exit_is 0 'a module that sets no flags' beside "$(mock no-flags)"
is "$(json '.tokens[] | select(.serial != "123") | .user_pin + " " + .so_pin')" \
	'unknown unknown' 'says nothing of its PINs: that is not "ok"'
is "$(json '.tokens[] | select(.serial == "123") | .user_pin + " " + .so_pin')" \
	'ok ok' 'while one that is known to set them does'

# Nobody has read these: to send an officer to the issuer would be wrong.
for name in huge-attr unavailable-attr; do
	exit_is 10 "$name: a certificate that was not read" \
		beside "$(mock "$name")"
	is "$(json '.tokens[] | select(.serial != "123") |
		[.certificates, .attention] | tojson')" '[[],[]]' \
		"$name: is neither a bad certificate nor none"
	unlike "$err" 'should be a certificate' "$name: in words neither"
	exit_is 10 "$name: in the table" ckstoken --module "$(mock "$name")" \
		status
	like "$out" 'not read' "$name: it is called not read"
done

exit_is 0 'a module that writes to stdout and stderr' \
	beside "$(mock stderr-noise)"
is "$(jq -c .version <<<"$out")" 1 'adds nothing to stdout'
is "$err" '' 'nor to stderr'

exit_is 10 'a module that takes all memory' \
	beside "$(mock memory)" --timeout 10
like "$(json '.failures[].error')" \
	'^(timeout|crash|load|architecture|device|not-recognized|removed|busy)$' \
	'fails by a name of the contract'
is "$(json '.tokens[].serial')" 123 'and leaves enough for the others'

# One after the other these would take twice the time.
start=$SECONDS
exit_is 10 'several hanging modules' timeout 120 "$CKSTOKEN" \
	--module "$(mock hang-init)" --module "$(mock hang-slotlist)" \
	--module "$(mock hang-deaf)" --module "$(mock hang-tokeninfo)" \
	--module "$OCK_MODULE" status --json --timeout 5
ok 'are waited for at once' test $((SECONDS - start)) -lt 18
is "$(json '.failures | length')" 4 'and each is named'

exit_is 0 'many-certificates: ten thousand on one token' \
	beside "$(mock many-certs)" --timeout 60
is "$(json '[.tokens[] | select(.serial != "123") | .certificates[] |
	select(.state == "valid") | .id] | unique | length')" 10000 \
	'many-certificates: are all shown, each with its id'
exit_is 0 'many-certificates: by cert list' ckstoken \
	--module "$(mock many-certs)" cert list --csv --timeout 60
is "$(tail -n +2 <<<"$out" | cut -d , -f 2 | sort -u | wc -l)" 10000 \
	'many-certificates: are all listed'
exit_is 0 'ten thousand slots' beside "$(mock ten-thousand)" --timeout 60
is "$(json '.tokens | length')" 10001 'are ten thousand tokens'

# counted PATH: as beside, but of the certificates only how many there are.
counted()
{
	beside "$1" --timeout 60 | awk '/^          "state"/ { n++ }
		/^  "failures"/ { print "{ \"n\": " n ","; on = 1 }
		on'
	return "${PIPESTATUS[0]}"
}

exit_is 10 'limit-of-objects: a list without end comes to an end' \
	counted "$(mock endless-objects)"
is "$(json .n)" 65537 'limit-of-objects: and what was read is shown'
is "$(json '[.failures[] | .slot, .error] | tojson')" '[0,"limit"]' \
	'limit-of-objects: but it is told that there is more'
like "$err" 'endless-objects.so, slot 0.*more than 65536 objects' \
	'limit-of-objects: than how many'
exit_is 10 'limit-of-bytes: objects of 1 MB each' \
	beside "$(mock big-objects)" --timeout 60
is "$(json '[.tokens[] | select(.serial != "123") | .certificates | length] |
	tojson')" '[68]' 'limit-of-bytes: what fits is shown'
is "$(json '[.tokens[] | select(.serial != "123") | .certificates[].state] |
	unique | tojson')" '["unreadable"]' \
	'limit-of-bytes: bytes that were read, and are no X.509, are unreadable'
like "$err" 'big-objects.so, slot 0.*more than 64 MB of objects' \
	'limit-of-bytes: and it is told that there is more'
exit_is 10 'limit-of-restarts: a module that dies in ten slots' \
	beside "$(mock crash-slots)" --timeout 60
is "$(json '[.failures[] | .error] | group_by(.) |
	map([.[0], length]) | tojson')" '[["crash",9],["limit",1]]' \
	'limit-of-restarts: is given up, and that is told'
exit_is 10 'limit-of-slots: seventy thousand' \
	beside "$(mock seventy-thousand)" --timeout 60
is "$(json '[.failures[] | .slot, .error] | tojson')" '[null,"limit"]' \
	'limit-of-slots: are told'
mock_state user-tries=0
exit_is 9 'limit-of-objects: a token that cannot be compared as a whole' \
	"$CKSTOKEN" --config "$(desk_conf)" --module "$(mock endless-objects)" \
	unblock --yes --serial MOCK00000000 --authority 15 --timeout 60 \
	--so-pin-file "$(secret_file SO_PIN)" \
	--new-pin-file "$(secret_file NEW_PIN)"
like "$err" 'more than this program reads.*Nothing was sent' \
	'limit-of-objects: is not unblocked'
is "$(mock_calls C_)" 0 'limit-of-objects: and nothing is sent to it'
exit_is 0 'many-certificates: a token that has them' \
	"$CKSTOKEN" --config "$(desk_conf)" --module "$(mock many-certs)" \
	unblock --json --yes --serial MOCK00000000 --authority 15 \
	--timeout 60 --so-pin-file "$(secret_file SO_PIN)" \
	--new-pin-file "$(secret_file NEW_PIN)"
is "$(json .objects_unchanged)" true \
	'many-certificates: is compared as a whole'

# 3. What is no module, or not for this machine

patched()
{
	cp "$(mock locks)" "$WORK/$1.so"
	printf '%b' "$3" | dd of="$WORK/$1.so" bs=1 seek="$2" conv=notrunc \
		status=none
	echo "$WORK/$1.so"
}
beside_good 10 'a 32-bit module' "$(patched other-class 4 '\x01')" \
	architecture null -
beside_good 10 'a module for another processor' \
	"$(patched other-machine 18 '\x16\x00')" architecture null -
head -c 200 "$(mock locks)" >"$WORK/cut.so"
beside_good 10 'the beginning of a module' "$WORK/cut.so" load null -
echo 'not a module' >"$WORK/text.so"
beside_good 10 'a text file' "$WORK/text.so" load null -
: >"$WORK/empty.so"
beside_good 10 'an empty file' "$WORK/empty.so" load null -
beside_good 10 'a missing file' "$WORK/missing.so" load null -
beside_good 10 'a directory' "$WORK" load null -
mkfifo "$WORK/fifo.so"
beside_good 10 'a pipe that nobody writes to' "$WORK/fifo.so" timeout null -
beside_good 10 'a library that is no PKCS#11 module' \
	"$(first_of /lib/*/libm.so.6 /lib*/libm.so.6)" load null -

# 4. Alone

exit_is 10 'a bad module alone is a partial answer, not "no token"' \
	ckstoken --module "$(mock crash-init)" status
is "$out" '' 'with nothing on stdout'
like "$err" 'crash-init.so: The module crashed' 'and the reason on stderr'
exit_is 10 'with --json as well' \
	ckstoken --module "$(mock crash-init)" status --json
is "$(json '[(.tokens | length), .failures[0].error] | join(" ")')" '0 crash' \
	'which names the failure'
exit_is 3 'never-initialized: what was never made a token, alone' \
	ckstoken --module "$(mock blank)" status
like "$err" 'a card that was never initialized' \
	'never-initialized: is told as being there'
unlike "$err" 'no token is seen: plug it in' \
	'never-initialized: and nobody is told to plug it in'

plan_done
