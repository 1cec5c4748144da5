#!/bin/bash
# SPDX-License-Identifier: LGPL-2.1-or-later
# sanitize: yes
#
# A module that speaks to ckstoken in its worker's name, or hangs beside the
# only good one: it costs itself alone, and hides no token.

# shellcheck disable=SC2119,SC2120,SC2317 # functions are called by name
# shellcheck source=tests/lib.sh
. "$(dirname "$0")/lib.sh"
need_world
need jq:jq timeout:coreutils

forger=$(mock forged-frames)
three=$(mock three)
mock_state user-tries=0
nobody_is_left()
{
	! cat /proc/[0-9]*/comm 2>/dev/null | grep -qx "${CKSTOKEN##*/}"
}

# 1. Forged frames

# forged NAME SECONDS: status of the forger and of the good module. The bound
# is for what never ends.
forged()
{
	export MOCK_FRAMES=$1
	exit_is 10 "$1: ends, with exit code 10" timeout -s KILL 300 \
		"$CKSTOKEN" --module "$forger" --module "$three" status --json \
		--timeout "$2"
	unset MOCK_FRAMES
	ok "$1: the forger's failure is named" jq -e \
		"[.failures[] | select(.module == \"$forger\")] | length > 0" \
		<<<"$out"
	ok "$1: it is told in few words" test "${#err}" -lt 20000
	ok "$1: no process stays behind" wait_for 10 nobody_is_left
}
for what in garbage wrong-error huge-length one-slot-for-ever endless-slots \
	endless-failures endless-objects; do
	forged "$what" 2
	is "$(json "[.tokens[] | select(.module == \"$three\") | .serial] |
		join(\" \")")" 'MOCK00000000 MOCK00000001 MOCK00000002' \
		"$what: the other module's tokens are listed"
	# Nothing it says is another module's fault.
	is "$(json "[.failures[] | select(.module == \"$three\")] | length")" \
		0 "$what: and no failure of it"
done
# Each is a new slot and renews the deadline, so it goes on for a minute: with
# more seconds for many. The other module may be too slow for so few.
forged slots-for-ever 1

# The worker ended by its own word: what comes behind it is nobody's.
export MOCK_FRAMES=after-the-end
exit_is 0 'frames behind the last: exit code 0' timeout -s KILL 300 "$CKSTOKEN" \
	--module "$forger" --module "$three" cert list --json --timeout 3
unset MOCK_FRAMES
is "$(json '[.failures, (.certificates | length)] | tojson')" '[[],3]' \
	'frames behind the last: are not heard'

# 2. What fails may hide another token

conf=$(desk_conf)
so=$(secret_file SO_PIN)
new=$(secret_file NEW_PIN)
beside_hanging()
{
	ckstoken --config "$conf" --module "$(mock hang-init)" \
		--module "$(mock locks)" unblock --timeout 3 --authority 15 \
		--final-try --so-pin-file "$so" --new-pin-file "$new" "$@"
}
for more in '' --dry-run --yes; do
	mock_state user-tries=0
	exit_is 4 "a hanging module, the token not named, $more: exit code 4" \
		beside_hanging ${more:+"$more"}
	like "$err" 'may hide another token.*--serial' 'is told'
	is "$(mock_calls C_)" 0 'and nothing is sent'
done
exit_is 0 'the token named by --serial' beside_hanging --serial MOCK00000000
is "$(mock_calls 'C_InitPIN 0x0')" 1 'is restored'
like "$err" 'hang-init' 'though what failed is told'

plan_done
