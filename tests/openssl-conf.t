#!/bin/bash
# SPDX-License-Identifier: LGPL-2.1-or-later
# sanitize: yes
#
# Whatever an openssl.cnf of the user or the machine says, a right register is
# right, a module is not blamed, and a restored token is proved.

# shellcheck disable=SC2119,SC2120,SC2317 # functions are called by name
# shellcheck source=tests/lib.sh
. "$(dirname "$0")/lib.sh"
need_world
need jq:jq openssl:openssl strace:strace

reg=$WORK/register.db
so=$(secret_file SO_PIN)
new=$(secret_file NEW_PIN)
conf=$(desk_conf)
start_softhsm 'Thẻ thử'
mock_state user-tries=0
module=$(mock locks)

printf '%s\n' 'openssl_conf = init' '[init]' 'providers = p' '[p]' \
	'legacy = s' '[s]' 'activate = 1' >"$WORK/legacy.cnf"
printf '%s\n' 'openssl_conf = init' '[init]' 'alg_section = a' '[a]' \
	'default_properties = fips=yes' >"$WORK/fips.cnf"
printf '%s\n' 'config_diagnostics = 1' 'openssl_conf = init' '[init' \
	'providers' >"$WORK/broken.cnf"
printf '%s\n' 'config_diagnostics = 1' 'openssl_conf = init' '[init]' \
	'providers = p' '[p]' 'other = s' '[s]' 'module = /dev/null' \
	'activate = 1' >"$WORK/other.cnf"

exit_is 0 'a register' ckstoken register add token device_serial=T0 \
	--file "$reg"
exit_is 0 'a token' ckstoken --module "$SOFTHSM_MODULE" status --json
certificates='[.tokens[].certificates[] | {name, key, sha256, state, holder}]'
right=$(json "$certificates")
like "$right" 'RSA 2048' 'whose certificate is read'

n=0
# as_ever NAME: with the settings of this moment.
as_ever()
{
	n=$((n + 1))
	exit_is 0 "$1: verify finds the register as it is" \
		ckstoken register verify --file "$reg"
	unlike "$err" 'was changed' "$1: and raises no false alarm"
	exit_is 0 "$1: an event is added" ckstoken register add token \
		"device_serial=T$n" --file "$reg"
	exit_is 0 "$1: the token is read" \
		ckstoken --module "$SOFTHSM_MODULE" status --json
	is "$(json "$certificates")" "$right" "$1: its certificate too"
	is "$(json .failures)" '[]' "$1: and no module is blamed"
	mock_state user-tries=0
	exit_is 0 "$1: a token is restored, and the journal kept" \
		ckstoken --config "$conf" --module "$module" unblock \
		--authority 1 --yes --so-pin-file "$so" --new-pin-file "$new"
}
for name in legacy fips broken other; do
	export OPENSSL_CONF=$WORK/$name.cnf
	[[ $name = [bo]* ]] || nok "$name.cnf: OpenSSL itself has no SHA-256" \
		openssl dgst -sha256 "$conf"
	as_ever "$name.cnf"
done

exit_is 0 'a token restored and proved under another openssl.cnf' \
	ckstoken --config "$conf" --module "$SOFTHSM_MODULE" unblock \
	--authority 1 --yes --force-unlocked --prove --json \
	--so-pin-file "$so" --new-pin-file "$new"
is "$(json .proved)" true 'is proved'

# What such a file names may be anybody's: neither the program nor a worker, in
# which the module may be the first to ask OpenSSL for anything, reads it.
# A sanitizer looks for no leaks where a debugger does.
exit_is 0 'a status under strace' env \
	ASAN_OPTIONS="${ASAN_OPTIONS-}:detect_leaks=0" strace -f -qq \
	-e trace=open,openat -o "$WORK/opened" "$CKSTOKEN" \
	--module "$SOFTHSM_MODULE" status --json
like "$(<"$WORK/opened")" 'libcrypto' 'sees what its processes open'
unlike "$(<"$WORK/opened")" 'other\.cnf|openssl\.cnf' 'and no openssl.cnf is read'
unset OPENSSL_CONF
export OPENSSL_MODULES=$WORK
exit_is 0 'OPENSSL_MODULES decides nothing' \
	ckstoken register verify --file "$reg"

plan_done
