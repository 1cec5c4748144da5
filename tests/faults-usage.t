#!/bin/bash
# SPDX-License-Identifier: LGPL-2.1-or-later
# sanitize: yes
#
# Names of tokens, commands and options that mean nothing: refused as such.

# shellcheck disable=SC2119,SC2120,SC2317 # functions are called by name
# shellcheck source=tests/lib.sh
. "$(dirname "$0")/lib.sh"
need_world

conf=$(desk_conf)
so=$(secret_file SO_PIN)
new=$(secret_file NEW_PIN)
locks=$(mock locks)
unblock()
{
	ckstoken --config "$conf" --module "$locks" unblock --authority 15 \
		--so-pin-file "$so" --new-pin-file "$new" --yes "$@"
}
one_line()
{
	is "$(wc -l <<<"$err")" 1 "$1"
}

# 1. A choice that chooses nothing would take whatever token there is

while IFS='|' read -r name uri; do
	mock_state user-tries=0
	exit_is 2 "--uri with $name: exit code 2" unblock --uri "$uri"
	like "$err" '--uri' "--uri with $name: is told"
	is "$(mock_calls C_)" 0 "--uri with $name: nothing is sent"
	exit_is 2 "--uri with $name: status refuses it too" \
		ckstoken --module "$locks" status --uri "$uri"
done <<'LIST'
a NUL as serial number|pkcs11:serial=%00
a NUL behind the serial number|pkcs11:serial=MOCK00000000%00
two serial numbers|pkcs11:serial=X;serial=MOCK00000000
the same serial number twice|pkcs11:serial=MOCK00000000;serial=MOCK00000000
a PIN|pkcs11:serial=MOCK00000000?pin-value=123456
a file of a PIN|pkcs11:serial=MOCK00000000?pin-source=/etc/hostname
an empty serial number|pkcs11:serial=
an empty label before a serial number|pkcs11:token=;serial=MOCK00000000
nothing|pkcs11:
LIST
for option in --serial --label --uri; do
	mock_state user-tries=0
	exit_is 2 "$option '': exit code 2" unblock "$option" ''
	is "$(mock_calls C_)" 0 "$option '': nothing is sent"
done
mock_state user-tries=0
exit_is 3 'a URI of another token' unblock --uri pkcs11:serial=X
is "$(mock_calls C_)" 0 'is for no other'
exit_is 0 'a URI that names the token' \
	unblock --uri 'pkcs11:token=Mock%20token%200;serial=MOCK00000000'

# 2. A command that is none

exit_is 2 'a command that is none: exit code 2' ckstoken nosuch
one_line 'in one line'
like "$err" 'no command "nosuch"' 'that names it'
exit_is 2 'with arguments' ckstoken nosuch --one two
one_line 'in one line too'
exit_is 2 'with options before it' ckstoken --module "$locks" nosuch
exit_is 2 'a newline in its name' ckstoken $'no\nsuch'
one_line 'still makes one line'
exit_is 2 'an escape in its name' ckstoken $'no\e[31msuch'
unlike "$err" $'\e' 'is not handed to the terminal'
for name in '' ' ' ../nosuch "$WORK"; do
	exit_is 2 "the command $(printf %q "$name")" ckstoken "$name"
done

plan_done
