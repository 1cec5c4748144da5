#!/bin/bash
# SPDX-License-Identifier: LGPL-2.1-or-later
#
# OpenSC unblocks most cards only in a style that its configuration names.
# ckstoken chooses it by the card, for its own worker: the user's file stays,
# and so does what it says.

# shellcheck disable=SC2119 # desk_conf needs no lines here
# shellcheck source=tests/lib.sh
. "$(dirname "$0")/lib.sh"
need_world
need jq:jq

conf=$(desk_conf)
new=$(secret_file NEW_PIN)
puk=$(secret_file PUK)
start_pcscd 2
start_card gids gids 0
start_card piv piv 1

# restores NAME CARD SERIAL OPENSC-CONF OPTION...
restores()
{
	local name=$1 card=$2 serial=$3
	opensc_conf "$4"
	shift 4
	cp "$OPENSC_CONF" "$WORK/before"
	card_ctl "$card" 'set tries 0' >/dev/null
	: >"$WORK/card-$card.apdus"
	exit_is 0 "$name: the $card card is restored" ckstoken \
		--config "$conf" --module "$OPENSC_MODULE" unblock --json \
		--serial "$serial" --authority 1 --so-pin-file "$puk" \
		--new-pin-file "$new" "$@"
	is "$(json .after.user_pin)" ok "$name: and works"
	ok "$name: the file is byte for byte as it was" \
		cmp "$WORK/before" "$OPENSC_CONF"
}
while IFS='|' read -r name text; do
	restores "$name" gids 00000000ca0d0000 "${text//\\n/$'\n'}"
	restores "$name" piv 00000000ca0d0001 "${text//\\n/$'\n'}" --final-try
done <<'END'
an empty file|
stock|app default {\n}
another style|app default {\n}\napp opensc-pkcs11 { pkcs11 {\nuser_pin_unblock_style = set_pin_in_specific_context;\n} }
another style in the default app|app default { pkcs11 { user_pin_unblock_style = none; } }
remarks and strings|# } app {\napp default { # {\ndebug_file = "/dev/null # }";\n}\n
one line|app opensc-pkcs11 { pkcs11 { max_virtual_slots = 32; slots_per_card = 2; } }
a block per application|app opensc-tool { debug = 0; }\napp default { debug = 0; }\napp opensc-pkcs11 { }
END

# The user's own settings stay in force, in the worker that unblocks too: with
# them OpenSC does not see this reader.
: >"$WORK/card-gids.apdus"
card_ctl gids 'set tries 0' >/dev/null
opensc_conf "app default { ignored_readers = \"$(reader_name 0)\"; }"
exit_is 3 'a reader that the user has OpenSC ignore' ckstoken \
	--config "$conf" --module "$OPENSC_MODULE" unblock --yes \
	--serial 00000000ca0d0000 --authority 1 --so-pin-file "$puk" \
	--new-pin-file "$new"
opensc_conf "app opensc-pkcs11 { pkcs11 { slots_per_card = 1; } }"
exit_is 0 "the user's numbers of slots" ckstoken \
	--config "$conf" --module "$OPENSC_MODULE" unblock --json --prove \
	--serial 00000000ca0d0000 --authority 1 --so-pin-file "$puk" \
	--new-pin-file "$new"
is "$(json .proved)" true 'serve in every worker'

opensc_conf 'app default { this is { not a configuration'
card_ctl gids 'set tries 0' >/dev/null
: >"$WORK/card-gids.apdus"
ckstoken --config "$conf" --module "$OPENSC_MODULE" unblock --yes \
	--serial 00000000ca0d0000 --authority 1 --so-pin-file "$puk" \
	--new-pin-file "$new" >"$WORK/out" 2>&1
ok 'a file that OpenSC cannot read: one attempt at most' \
	test "$(secret_apdus gids)" -le 1

plan_done
