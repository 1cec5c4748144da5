#!/bin/bash
# SPDX-License-Identifier: LGPL-2.1-or-later
# sanitize: yes
#
# --prove tells the truth: on keys that want their PIN each time, that sign by
# PSS or on curves, that are not their certificate's, and of which nothing can
# be known.

# shellcheck disable=SC2119,SC2120,SC2317 # functions are called by name
# shellcheck source=tests/lib.sh
. "$(dirname "$0")/lib.sh"
# shellcheck source=tests/keys.sh
. "$(dirname "$0")/keys.sh"
need_world
need jq:jq openssl:openssl pkcs11-tool:opensc

conf=$(desk_conf)
new=$(secret_file NEW_PIN)
so=$(secret_file SO_PIN)
start_softhsm
module=$SOFTHSM_MODULE
start_pcscd 2

secrets=(--so-pin-file "$so" --new-pin-file "$new")
prove()
{
	rm -f "$HOME"/.local/state/ckstoken/unblock.journal*
	ckstoken --config "$conf" --module "$module" \
		unblock --authority '15/STC-VP ngày 20/11/2026' --json --yes \
		--force-unlocked --label "$token" --prove "${secrets[@]}"
}
# proof PROVED RESULT KEYS-PROVED
proof_is()
{
	is "$(json '[.proved, .proof.result, .proof.keys_proved] | tojson')" \
		"$1" "$2"
}

# 1. Kinds of keys

new_token 'RSA'
for bits in 1024 2048 4096; do
	openssl genrsa -out "$WORK/$bits.key" "$bits" 2>"$WORK/log" ||
		bail 'no key'
	openssl rsa -in "$WORK/$bits.key" -pubout -out "$WORK/$bits.pem" \
		2>"$WORK/log"
	import "$WORK/$bits.key" "$bits"
	certify "$WORK/$bits.pem" "$bits"
done
exit_is 0 'prove-rsa: keys of 1024 to 4096 bits' prove
proof_is '[true,"ok",3]' 'each signs'
# An empty file in the place of libp11.
libp11=$(ldconfig -p | grep -o 'libp11\.so\.[0-9]*' | head -n 1)
mkdir "$WORK/empty" && : >"$WORK/empty/${libp11:?}"
LD_LIBRARY_PATH=$WORK/empty:$LD_LIBRARY_PATH exit_is 0 \
	'prove-rsa: where libp11 cannot be loaded' prove
proof_is '[true,"ok",3]' 'the module itself is asked'

new_token 'EC'
n=0
for curve in prime256v1 secp384r1 secp521r1; do
	import_curve "$curve" "0$((++n))"
done
cp "$public" "$WORK/ec.pem"
exit_is 0 'prove-ec: P-256, P-384 and P-521' prove
proof_is '[true,"ok",3]' 'each signs'

new_token 'Edwards'
if pkcs11-tool --module "$SOFTHSM_MODULE" --token-label "$token" -M 2>&1 |
	grep -q EDDSA; then
	openssl genpkey -algorithm ed25519 -out "$WORK/ed.key" 2>"$WORK/log"
	softhsm2-util --import <(openssl pkcs8 -topk8 -nocrypt \
		-in "$WORK/ed.key") --token "$token" --label ed --id ED \
		--pin "$USER_PIN" >"$WORK/log" 2>&1
	openssl pkey -in "$WORK/ed.key" -pubout -out "$WORK/ed.pem"
	certify "$WORK/ed.pem" ED
	exit_is 0 'prove-eddsa: an Ed25519 key' prove
	proof_is '[true,"ok",1]' 'signs'
else
	skip 'prove-eddsa' 'SoftHSM is built without EdDSA'
fi

new_token 'PSS'
generate 01 rsa:2048 --allowed-mechanisms RSA-PKCS-PSS
certify "$public" 01
exit_is 0 'prove-pss: a key whose CKA_ALLOWED_MECHANISMS is PSS alone' prove
proof_is '[true,"ok",1]' 'signs'
new_token 'RSASSA-PSS'
import_pss 0256 sha256
import_pss 0512 sha512
exit_is 0 'prove-pss: certificates with an RSASSA-PSS key' prove
proof_is '[true,"ok",2]' 'are signed for as they bind, SHA-512 too'

# 2. A PIN for each signature

new_token 'Always'
key=$(pki person.key)
openssl pkey -in "$key" -pubout -out "$WORK/person.pem"
import "$key" 45 --always-auth
certify "$WORK/person.pem" 45
import "$WORK/ec.key" 46 --always-auth
certify "$WORK/ec.pem" 46
exit_is 0 'prove-always-auth: SoftHSM with CKA_ALWAYS_AUTHENTICATE' prove
proof_is '[true,"ok",2]' 'each key gets its login'
unlike "$err" 'does not match|do not go together' 'and nothing is slandered'

pair=$(pki person.key),$(pki person.crt)
start_card piv piv 0 --pair "$pair,một" \
	--pair "$(pki seal.key),$(pki seal.crt),hai"
card_ctl piv 'set tries 0' >/dev/null
: >"$WORK/card-piv.apdus"
token=$(pkcs11-tool --module "$OPENSC_MODULE" -L 2>/dev/null |
	sed -n 's/^ *token label *: //p' | head -1)
secrets[1]=$(secret_file PUK) module=$OPENSC_MODULE
exit_is 0 'prove-always-auth: PIV with a key in 9C' prove
proof_is '[true,"ok",2]' 'both keys sign'
like "$(card_ctl piv tries)" '^user 3 ' 'the card has all its tries'
is "$(awk '$3 == "20" && $6 != "00"' "$WORK/card-piv.apdus" | wc -l)" 2 \
	'after one login, and one for the key that wants it'
stop_card piv

# 3. A key that is not its certificate's

secrets[1]=$so module=$SOFTHSM_MODULE
new_token 'Another'
import "$(pki person.key)" 45
certify <(openssl pkey -in "$(pki seal.key)" -pubout) 45
exit_is 1 'prove-key-mismatch: the certificate of another key' prove
proof_is '[false,"key-mismatch",0]' 'is told'
like "$err" 'the proof failed: A private key and the certificate beside it do not go together' \
	'in words'
unlike "$err" '0x00000000' 'and no success of the module is shown for a reason'
new_token 'Another kind'
import "$(pki person.key)" 45
certify <(openssl pkey -in "$(pki person-ec.key)" -pubout) 45
exit_is 1 'prove-key-mismatch: an RSA key with the certificate of a curve' prove
proof_is '[false,"key-mismatch",0]' 'too'
new_token 'Renewed'
import "$(pki person.key)" 45
certify <(openssl pkey -in "$(pki seal.key)" -pubout) 45
certify "$WORK/person.pem" 45
exit_is 0 'two certificates of one CKA_ID, one of a key that was here before' \
	prove
proof_is '[true,"ok",1]' 'are no mismatch'
is "$(json .proof.certificates_without_key)" 1 \
	'second-of-an-id: nobody signs by the other one'
new_token 'Renewed curve'
import "$WORK/ec.key" 45
openssl ecparam -name secp521r1 -genkey -noout -out "$WORK/other.key"
certify <(openssl pkey -in "$WORK/other.key" -pubout) 45
certify "$WORK/ec.pem" 45
exit_is 0 'two certificates of one CKA_ID with a key on a curve' prove
is "$(json '.proof | [.keys_proved, .certificates_without_key] | tojson')" \
	'[1,1]' 'second-of-an-id: the signature parts them'

# 4. What belongs to nothing

new_token 'No names'
soft --write-object "$(pki person.key)" --type privkey --usage-sign
soft --write-object "$(pki seal.der)" --type cert
exit_is 1 'prove-empty-id: a key and a certificate without CKA_ID' prove
proof_is '[null,"no-key",0]' 'are not one because neither has one'
pin=$NEW_PIN
certify "$WORK/person.pem" 46
exit_is 0 'a certificate of its public half' prove
proof_is '[true,"ok",1]' 'is the one of a key without CKA_ID'
like "$err" '1 certificate on the token has no private key there' \
	'the other one is told of'

# 5. Passed over, and not known

new_token 'Decrypts'
soft --write-object "$(pki seal.key)" --type privkey --id 45 --usage-decrypt
certify <(openssl pkey -in "$(pki seal.key)" -pubout) 45 \
	'keyUsage = keyEncipherment'
exit_is 1 'prove-decrypt-only: a token with a key for decryption alone' prove
proof_is '[null,"cannot-prove",0]' 'is neither proved nor disproved'
like "$err" 'could not be known.*1 key of the token is not for signatures and was passed over' \
	'as is said'
pin=$NEW_PIN
import "$(pki person.key)" 46
certify "$WORK/person.pem" 46
exit_is 0 'beside one that signs' prove
is "$(json '.proof | [.keys_proved, .keys_not_for_signing] | tojson')" '[1,1]' \
	'it is passed over'

new_token 'No way'
generate 01 rsa:2048 --allowed-mechanisms RSA-X-509
certify "$public" 01
exit_is 1 'prove-cannot: a key that may use none of our mechanisms' prove
proof_is '[null,"cannot-prove",0]' 'is not called wrong'
is "$(tail -1 "$HOME/.local/state/ckstoken/unblock.journal" | cut -c 66- |
	jq -c '[.event, .result]')" '["proof","cannot-prove"]' \
	'nor in the journal'

# 6. A token that errs when it signs

mock_state
export SOFT_FAULT=$WORK/fault
module=$(mock soft-faults)
new_token 'Errs'
import "$(pki person.key)" 45 --always-auth
certify "$WORK/person.pem" 45
import "$WORK/ec.key" 46 --always-auth
certify "$WORK/ec.pem" 46
for fault in pin device empty slot read-only pad; do
	echo "$fault" >"$SOFT_FAULT"
	: >"$MOCK_LOG"
	case $fault in
	pin)
		exit_is 1 'prove-one-try: a key that refuses the PIN' prove
		proof_is '[false,"user-pin-incorrect",0]' 'is told'
		is "$(grep -c 'C_Login 2' "$MOCK_LOG")" 1 \
			'and the PIN is sent to no key again' ;;
	device)
		exit_is 1 'prove-device-error: a key that breaks off' prove
		proof_is '[null,"cannot-prove",0]' 'is not called wrong'
		is "$(json '.proof.detail')" 'C_Sign: 0x00000030' \
			'what it answered is told' ;;
	empty)
		exit_is 1 'prove-signature: an empty answer' prove
		proof_is '[false,"signature",0]' 'is no signature' ;;
	slot)
		exit_is 0 'another slot that fails, so that libp11 has none' \
			prove
		proof_is '[true,"ok",2]' 'hides nothing of this token' ;;
	read-only)
		exit_is 0 'a token that is write-protected' prove
		proof_is '[true,"ok",2]' 'is proved too' ;;
	pad)
		export SOFT_PAD_SO=$so SOFT_PAD_PIN=$new
		secrets=()
		exit_is 0 'prove-always-auth: a token with a PIN pad' prove
		proof_is '[true,"ok",2]' 'asks at the pad for each key'
		is "$(grep -c 'C_Login 2' "$MOCK_LOG")" 2 'and gets no other PIN' ;;
	esac
done

no_secret_in 'no secret is in any file of this test' "$HOME" "$WORK"
plan_done
