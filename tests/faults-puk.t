#!/bin/bash
# SPDX-License-Identifier: LGPL-2.1-or-later
# sanitize: yes
#
# A PUK given as what it is not: C_SetPIN takes one for the user PIN where the
# token is not locked, or OpenSC is not told to unblock, or another library
# stands before it.

# shellcheck disable=SC2119,SC2120,SC2317 # functions are called by name
# shellcheck source=tests/lib.sh
. "$(dirname "$0")/lib.sh"
need_world
need jq:jq

conf=$(desk_conf)
new=$(secret_file NEW_PIN)
puk=$(secret_file PUK)
journal=$HOME/.local/state/ckstoken/unblock.journal
unblock()
{
	local module=$1
	shift
	ckstoken --config "$conf" --module "$module" unblock --json \
		--authority 15/STC-VP --so-pin-file "$puk" \
		--new-pin-file "$new" --yes "$@"
}

# 1. An unknown module, and a token that does not show that it is locked

for more in '' --force-unlocked --dry-run; do
	mock_state user-tries=3
	exit_is 8 "a token that tells nothing, --method puk $more: exit code 8" \
		unblock "$(mock no-flags)" --method puk ${more:+"$more"}
	like "$err" 'does not report that its user PIN is locked.*Nothing was sent' \
		'for it may mistake the PUK for the user PIN'
	is "$(mock_calls C_)" 0 'nothing is sent'
done
mock_state user-tries=3
exit_is 8 'a token that is not locked, --method puk: exit code 8' \
	unblock "$(mock locks)" --method puk --force-unlocked
is "$(mock_calls C_)" 0 'nothing is sent'
nok 'and none of this begins a journal' test -e "$journal"
# It has no try to lose, so it may be asked.
mock_state user-tries=0
unblock "$(mock locks)" --method puk >/dev/null 2>&1
is "$(mock_calls C_SetPIN)" 1 'a token that is locked is asked, once'

# 2. OpenSC's configuration, in every form that OpenSC takes

start_pcscd 1
start_card piv piv 0
log=$WORK/opensc.log

# secret_in_log: as text or as OpenSC writes bytes.
secret_in_log()
{
	local secret hex
	for secret in "$PUK" "$NEW_PIN" "$USER_PIN"; do
		hex=$(printf %s "$secret" | od -An -tx1 | tr -s ' ')
		grep -qaiF -e "$secret" -e "${hex# }" -e "${hex// /}" "$log" &&
			return
	done
	return 1
}
# by_puk NAME OPENSC-CONF
by_puk()
{
	local name=$1
	opensc_conf "$2"
	rm -f "$log"
	opensc-tool -l >/dev/null 2>&1
	pkcs11-tool --module "$OPENSC_MODULE" -L >/dev/null 2>&1
	ok "$name: OpenSC obeys it, and writes a log" test -s "$log"
	: >"$log"
	card_ctl piv 'set tries 0' >/dev/null
	card_ctl piv 'set so-tries 3' >/dev/null
	: >"$WORK/card-piv.apdus"
	exit_is 0 "$name: a PIV card is restored" unblock "$OPENSC_MODULE"
	is "$(awk '$3 == "2C" || $3 == "24" { print $3 }' \
		"$WORK/card-piv.apdus")" 2C \
		"$name: by RESET RETRY COUNTER, and not by another PIN"
	nok "$name: no secret is in OpenSC's log" secret_in_log
}
debug="debug = 9; debug_file = $log;"
by_puk 'semicolons behind blocks' "app default { $debug };
app opensc-pkcs11 { pkcs11 { } };"
by_puk 'semicolons behind blocks, the other way round' \
	"app opensc-pkcs11 { };
app default { $debug };"
by_puk 'a semicolon behind an inner block' \
	"app default { $debug pkcs11 { max_virtual_slots = 32; }; }"
by_puk 'quoted names' "app \"default\" { $debug }
app \"opensc-pkcs11\" { pkcs11 { } }"
by_puk 'a quoted file' "app default { debug = 9; debug_file = \"$log\"; }"
by_puk 'a missing semicolon' \
	"app default { foo = bar debug = 9; xx = y debug_file = $log; }"
by_puk 'an application twice' \
	"app default { $debug } app default { pkcs11 { } }"
by_puk 'blocks left open at the end' "app default { $debug pkcs11 {"

# cannot_be_read NAME
cannot_be_read()
{
	card_ctl piv 'set tries 0' >/dev/null
	: >"$WORK/card-piv.apdus"
	exit_is 11 "$1: exit code 11" unblock "$OPENSC_MODULE"
	is "$(secret_apdus piv)" 0 "$1: nothing is sent"
}
for text in 'app default { this is { not a configuration' \
	'app default { } }' 'app default { "x }'; do
	opensc_conf "$text"
	cannot_be_read "the broken configuration $text"
done
mkdir "$WORK/folder.conf"
OPENSC_CONF=$WORK/folder.conf cannot_be_read 'a folder as configuration'

# 3. p11-kit's proxy, which hides whose token it is

proxy=$(first_of /usr/lib/*/libp11-kit.so.0 /usr/lib/libp11-kit.so.0)
opensc_conf 'app default { }'
if [ -n "$proxy" ] && ckstoken --module "$proxy" status --json 2>/dev/null |
	jq -e '.tokens[] | select(.serial == "00000000ca0d0000")' >/dev/null; then
	for tries in 0 3; do
		card_ctl piv "set tries $tries" >/dev/null
		before=$(card_ctl piv tries)
		: >"$WORK/card-piv.apdus"
		for method in auto puk so-pin; do
			exit_is 8 "through p11-kit's proxy, $tries tries, --method $method: exit code 8" \
				unblock "$proxy" --method "$method" \
				--serial 00000000ca0d0000 --force-unlocked
			like "$err" 'proxy.*--module' 'is told, with a way out'
		done
		is "$(secret_apdus piv) $(card_ctl piv tries)" "0 $before" \
			'and nothing is sent'
	done
else
	skip "p11-kit's proxy" 'it does not show the card (package opensc-pkcs11)'
fi

plan_done
