#!/bin/bash
# SPDX-License-Identifier: LGPL-2.1-or-later
# sanitize: yes
#
# A private key on a token signs one digest after another, by libckstoken alone
# (tests/token_signer.c): keys of every kind, one login, one try, and what ends it.

# shellcheck disable=SC2119,SC2120,SC2317 # functions are called by name
# shellcheck source=tests/lib.sh
. "$(dirname "$0")/lib.sh"
# shellcheck source=tests/keys.sh
. "$(dirname "$0")/keys.sh"
need_world
need openssl:openssl pkcs11-tool:opensc

right=$(secret_file USER_PIN)
wrong=$(secret_file WRONG_PIN)
start_softhsm
start_pcscd 3
mkfifo "$WORK/ask" "$WORK/answer"
for md in 256 384 512; do
	openssl dgst "-sha$md" -binary -out "$WORK/SHA$md" "$0"
done

# begin ID PIN-FILE [option]...: starts a signer at $token in $module; $said is
# what came of it.
begin()
{
	"$BUILD/tests/token-signer" "$module" "$token" "$@" <"$WORK/ask" \
		>"$WORK/answer" 2>"$WORK/signer.err" &
	signer=$!
	exec 5>"$WORK/ask" 6<"$WORK/answer"
	read -r said <&6 || said="nothing: $(<"$WORK/signer.err")"
}
# tell LINE: what it says to that.
tell()
{
	# It may have ended.
	(printf '%s\n' "$1" >&5)
	read -r said <&6 || said="nothing: $(<"$WORK/signer.err")"
}
sign()
{
	tell "sign $WORK/$1 $WORK/signature"
}
# Waits until the signer is gone, or the next one would find its pipes open.
end()
{
	exec 5>&- 6<&-
	wait "$signer"
}
opens()
{
	begin "${@:3}"
	is "$said" "$1" "$2"
}
refuses()
{
	opens "$@"
	end
}
# holds MD PUBLIC [openssl's options]: the last signature is one of that digest.
holds()
{
	openssl pkeyutl -verify -pubin -inkey "$2" -in "$WORK/SHA$1" \
		-sigfile "$WORK/signature" -pkeyopt "digest:sha$1" "${@:3}"
}
pss=(-pkeyopt rsa_padding_mode:pss -pkeyopt rsa_pss_saltlen:digest)

# 1. Kinds of keys

module=$SOFTHSM_MODULE
new_token 'Kinds'
rsa=$WORK/person.pem
openssl pkey -in "$(pki person.key)" -pubout -out "$rsa"
import "$(pki person.key)" 45
certify "$rsa" 45
opens 'open ok sent rsa-pkcs1 SHA256 32' 'an RSA key' 45 "$right"
for i in first second third; do
	openssl dgst -sha256 -binary -out "$WORK/SHA256" <(echo "$i")
	sign SHA256
	is "$said" 'sign ok' "signs the $i digest"
	ok 'as OpenSSL finds' holds 256 "$rsa"
done
sign SHA384
like "$said" '^sign argument' 'a digest of another length is no digest for it'
sign SHA256
is "$said" 'sign ok' 'and no end of it'
end

generate 01 rsa:2048 --allowed-mechanisms RSA-PKCS-PSS
certify "$public" 01
opens 'open ok sent rsa-pss SHA256 32' 'a key for PSS alone' 01 "$right"
sign SHA256
ok 'signs by PSS' holds 256 "$public" "${pss[@]}"
end
import_pss 0512 sha512
opens 'open ok sent rsa-pss SHA512 64' \
	'the certificate of an RSASSA-PSS key bound to SHA-512' 0512 "$right"
sign SHA512
ok 'is signed for as it binds' holds 512 "$public" "${pss[@]}"
end
n=0
for curve in prime256v1:256 secp384r1:384 secp521r1:512; do
	import_curve "${curve%:*}" "E$((++n))"
	opens "open ok sent ecdsa SHA${curve#*:} $((${curve#*:} / 8))" \
		"a key on ${curve%:*}" "E$n" "$right"
	sign "SHA${curve#*:}"
	ok 'signs' holds "${curve#*:}" "$public"
	end
done

generate 02 rsa:2048 --allowed-mechanisms SHA256-RSA-PKCS
certify "$public" 02
begin 02 "$right"
like "$said" '^open unsupported sent \[' \
	'a key that makes its digest itself signs no digest'
end
soft --write-object "$(pki seal.key)" --type privkey --id 03 --usage-decrypt
openssl pkey -in "$(pki seal.key)" -pubout -out "$WORK/seal.pem"
certify "$WORK/seal.pem" 03 'keyUsage = keyEncipherment'
refuses 'open unsupported [the certificate is not for signatures (keyUsage)]' \
	'for a certificate that is not for signatures no PIN is sent' 03 "$right"

# 2. Whose key it is

new_token 'Whose'
import "$(pki person.key)" 45
certify "$WORK/seal.pem" 45
refuses 'open key-mismatch sent' 'the certificate of another key' 45 "$right"
certify "$rsa" 46
opens 'open ok sent rsa-pkcs1 SHA256 32' \
	'a certificate of its public half, of another CKA_ID' 46 "$right"
end
openssl ecparam -name prime256v1 -genkey -noout -out "$WORK/other.key"
openssl pkey -in "$WORK/other.key" -pubout -out "$WORK/other.pem"
certify "$WORK/other.pem" 47
refuses 'open no-key sent' 'a certificate without a key' 47 "$right"
import_curve prime256v1 48
import "$WORK/other.key" 48
opens 'open ok sent ecdsa SHA256 32' 'two keys of one CKA_ID' 48 "$right"
sign SHA256
ok 'the one signs whose certificate it is' holds 256 "$public"
end

# 3. The PIN: one try, and the last one

start_card hsm sc-hsm 0
start_card piv piv 1 --pair \
	"$(pki person.key),$(pki person.crt),một" --pair \
	"$(pki seal.key),$(pki seal.crt),hai"
module=$OPENSC_MODULE
token=$(hsm_label)
: >"$WORK/card-hsm.apdus"
refuses 'open user-pin-incorrect sent' 'one-try: a wrong PIN' 01 "$wrong"
is "$(card_ctl hsm tries)" 'user 2 so 15' 'costs one try'
is "$(secret_apdus hsm)" 1 'and nothing more is sent'
card_ctl hsm 'set tries 1' >/dev/null
: >"$WORK/card-hsm.apdus"
refuses 'open user-pin-final-try' 'final-try: with one try left' 01 "$wrong"
is "$(secret_apdus hsm)" 0 'nothing is sent'
opens 'open ok sent rsa-pkcs1 SHA256 32' 'but with consent' 01 "$right" final-try
sign SHA256
ok 'the card signs' holds 256 "$rsa"
tell close
end
card_ctl hsm 'set tries 0' >/dev/null
: >"$WORK/card-hsm.apdus"
refuses 'open user-pin-locked' 'locked: nothing is sent' 01 "$right" final-try
is "$(secret_apdus hsm)" 0 'not even with consent'
card_ctl hsm 'set tries 3' >/dev/null
for pin in 12 12345678901234567; do
	refuses 'open user-pin-length' \
		"a PIN of ${#pin} digits, as the token has none, is not sent" \
		01 "$(secret_file "$pin")"
done
is "$(secret_apdus hsm)" 0 'and costs nothing'

# 4. A PIN for each signature

token=$(pkcs11-tool --module "$OPENSC_MODULE" -L 2>/dev/null |
	sed -n 's/^ *token label *: //p' | grep -v -m 1 '^SmartCard-HSM')
: >"$WORK/card-piv.apdus"
opens 'open ok sent rsa-pkcs1 SHA256 32' 'always-auth: PIV, the key in 9C' \
	02 "$right"
for i in 1 2 3; do
	sign SHA256
	ok "signature $i holds" holds 256 "$WORK/seal.pem"
done
end
is "$(awk '$3 == "20" && $6 != "00"' "$WORK/card-piv.apdus" | wc -l)" 5 \
	'one PIN for the login, one for the trial, and one for each signature'

module=$(mock soft-faults)
mock_state
export SOFT_FAULT=$WORK/fault
echo none >"$SOFT_FAULT"
new_token 'Always'
import "$(pki person.key)" 45 --always-auth
certify "$rsa" 45
import_curve secp384r1 46 --always-auth
opens 'open ok sent ecdsa SHA384 48' 'always-auth: SoftHSM, a key on P-384' \
	46 "$right"
sign SHA384
ok 'signs' holds 384 "$public"
end
opens 'open ok sent rsa-pkcs1 SHA256 32' 'always-auth: a key that signs' 45 \
	"$right"
sign SHA256
is "$said" 'sign ok' 'once'
echo pin >"$SOFT_FAULT"
: >"$MOCK_LOG"
sign SHA256
is "$said" 'sign user-pin-incorrect' 'and then refuses the PIN'
echo none >"$SOFT_FAULT"
sign SHA256
is "$said" 'sign user-pin-incorrect' 'is dead'
is "$(grep -c C_Login "$MOCK_LOG")" 1 'and gets no PIN again'
end
opens 'open ok sent rsa-pkcs1 SHA256 32' 'always-auth: a key that signs' 45 \
	"$right"
echo final >"$SOFT_FAULT"
: >"$MOCK_LOG"
sign SHA256
is "$said" 'sign user-pin-final-try' 'gets no PIN when one try is left'
is "$(grep -c C_Login "$MOCK_LOG")" 0 'at all'
end
export SOFT_PAD_PIN=$right
echo pad >"$SOFT_FAULT"
: >"$MOCK_LOG"
opens 'open ok sent rsa-pkcs1 SHA256 32' 'always-auth: a token with a PIN pad' \
	45 -
sign SHA256
ok 'signs' holds 256 "$rsa"
is "$(grep -c 'C_Login 2' "$MOCK_LOG")" 2 'and asks at the pad each time'
end
echo none >"$SOFT_FAULT"
refuses 'open argument' 'without a PIN pad a PIN is needed' 45 -

# 5. What ends a signer

new_token 'Ends'
import "$(pki person.key)" 45
certify "$rsa" 45
opens 'open ok sent rsa-pkcs1 SHA256 32' 'a key that signs' 45 "$right"
: >"$MOCK_LOG"
tell close
is "$(<"$MOCK_LOG")" 'C_Logout 0' 'is logged out when the signer is closed'
sign SHA256
is "$said" 'sign argument' 'and signs no more'
end
for line in 'device device [C_Sign: 0x00000030]' 'empty signature' \
	'garbage signature' 'crash crash' 'hang timeout' \
	'logout state-changed [C_Sign: 0x00000101]' \
	'gone removed [C_GetTokenInfo: 0x000000E0]'; do
	read -r fault code <<<"$line"
	options=()
	[ "$fault" != hang ] || options=(1000)
	echo none >"$SOFT_FAULT"
	begin 45 "$right" "${options[@]}"
	sign SHA256
	is "$said" 'sign ok' "$fault: a key that signs"
	echo "$fault" >"$SOFT_FAULT"
	rm "$WORK/signature"
	sign SHA256
	is "$said" "sign $code" 'and then does not'
	nok 'gives no signature' test -e "$WORK/signature"
	echo none >"$SOFT_FAULT"
	: >"$MOCK_LOG"
	sign SHA256
	is "$said" "sign $code" 'the signer is dead'
	is "$(<"$MOCK_LOG")" '' 'and asks the token for nothing'
	end
	is "$?" 0 'and is closed as any other'
	case $fault in
	empty | garbage | device)
		echo "$fault" >"$SOFT_FAULT"
		refuses "open ${code%% *} sent${code#"${code%% *}"}" \
			'nor does it pass the trial' \
			45 "$right" ;;
	esac
done

# 6. Pulled between two signatures, and in the middle of one

module=$OPENSC_MODULE
token=$(hsm_label)
opens 'open ok sent rsa-pkcs1 SHA256 32' 'pulled: a card signs' 01 "$right"
sign SHA256
is "$said" 'sign ok' 'and is pulled'
card_ctl hsm remove >/dev/null
wait_card 10 empty 0
sign SHA256
like "$said" '^sign removed' 'it was pulled, and signs no more'
card_ctl hsm insert >/dev/null
wait_card 10 present 0
: >"$WORK/card-hsm.apdus"
sign SHA256
like "$said" '^sign removed' 'also when it is put back'
end
is "$(<"$WORK/card-hsm.apdus")" '' 'and is left alone'

opens 'open ok sent rsa-pkcs1 SHA256 32' 'pulled: a card signs' 01 "$right"
card_ctl hsm remove >/dev/null
wait_card 10 empty 0
card_ctl hsm insert >/dev/null
wait_card 10 present 0
: >"$WORK/card-hsm.apdus"
sign SHA256
like "$said" '^sign (removed|state-changed)' \
	'put back before the next signature, it is logged out'
is "$(secret_apdus hsm)" 0 'and is sent no PIN'
end

opens 'open ok sent rsa-pkcs1 SHA256 32' 'pulled: a card signs' 01 "$right"
card_ctl hsm 'fault remove-at-ins 68' >/dev/null
sign SHA256
like "$said" '^sign removed' 'pulled in the middle of a signature'
end
card_ctl hsm 'fault none' >/dev/null
card_ctl hsm remove >/dev/null
wait_card 10 empty 0
card_ctl hsm insert >/dev/null
wait_card 10 present 0

opens 'open ok sent rsa-pkcs1 SHA256 32' 'busy: a card signs' 01 "$right" 3000
hold_reader 0 transaction
sign SHA256
is "$said" 'sign busy' 'another program that holds the card is told as such'
release_reader 0
end

# 7. One at a time

opens 'open ok sent rsa-pkcs1 SHA256 32' 'two-at-once: one signs' 01 "$right"
: >"$WORK/card-hsm.apdus"
is "$("$BUILD/tests/token-signer" "$module" "$token" 01 "$right")" \
	'open another-attempt' 'the other is told'
is "$(secret_apdus hsm)" 0 'and sends no PIN'
# Not its worker, which is another process.
kill -KILL "$signer"
end
opened()
{
	begin 01 "$right"
	end
	[[ $said == 'open ok '* ]]
}
ok 'a signer that was killed holds the token no longer' wait_for 10 opened
opens 'open ok sent rsa-pkcs1 SHA256 32' 'a lock that the caller has' 01 \
	"$right" locked
sign SHA256
is "$said" 'sign ok' 'serves'
tell close
is "$("$BUILD/tests/token-signer" "$module" "$token" 01 "$right")" \
	'open another-attempt' 'and is the caller'\''s when the signer is closed'
end

no_secret_in 'no secret is in any file of this test' "$HOME" "$WORK"
plan_done
