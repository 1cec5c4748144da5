# shellcheck shell=bash
# SPDX-License-Identifier: LGPL-2.1-or-later
#
# Keys and certificates of any kind on tokens of SoftHSM, for tests that have
# them sign. Behind lib.sh and start_softhsm:
#
#	new_token LABEL		the token $token, whose user PIN is $pin
#	soft pkcs11-tool's options...	in $token, logged in
#	import KEY ID [options]	a private key of ours
#	generate ID KIND [options]	one made on the token; $public its half
#	certify PUBLIC.pem ID [EXTENSION...]	a certificate for that key

soft()
{
	p11 --module "$SOFTHSM_MODULE" --token-label "$token" --login \
		--pin "$pin" "$@"
}
new_token()
{
	token=$1 pin=$USER_PIN
	softhsm2-util --init-token --free --label "$token" --so-pin "$SO_PIN" \
		--pin "$USER_PIN" >/dev/null || bail "no token $token"
}
certify()
{
	local public=$1 id=$2 ext=() line ca_key
	shift 2
	ca_key=$(pki seal.key) || bail 'no PKI'
	for line in "${@:-keyUsage = digitalSignature}"; do
		ext+=("$line")
	done
	if ! openssl req -new -key "$ca_key" -subj '/CN=Nguyễn Văn Thử' \
		-utf8 -out "$WORK/request" 2>"$WORK/log" ||
		! openssl x509 -req -in "$WORK/request" -CAkey "$ca_key" \
			-CA "$(pki seal.crt)" -set_serial "0x$id$RANDOM" \
			-days 300 -force_pubkey "$public" -outform der \
			-extfile <(printf '%s\n' "${ext[@]}") \
			-out "$WORK/certificate" 2>"$WORK/log"; then
		bail "no certificate: $(<"$WORK/log")"
	fi
	soft --write-object "$WORK/certificate" --type cert --id "$id"
}
generate()
{
	local id=$1 kind=$2
	shift 2
	public=$WORK/public-$id.pem
	soft --keypairgen --key-type "$kind" --id "$id" "$@"
	soft --read-object --type pubkey --id "$id" -o "$WORK/public.der"
	openssl pkey -pubin -inform der -in "$WORK/public.der" \
		-out "$public" 2>"$WORK/log" || bail "$(<"$WORK/log")"
}
import()
{
	soft --write-object "$1" --type privkey --id "$2" --usage-sign "${@:3}"
}
# import_pss ID MD: an RSASSA-PSS key bound to MD, with its certificate. To a
# token it is an RSA key as any other.
import_pss()
{
	local offset
	openssl genpkey -algorithm rsa-pss -out "$WORK/pss.key" \
		-pkeyopt rsa_keygen_bits:2048 -pkeyopt "rsa_pss_keygen_md:$2" \
		-pkeyopt "rsa_pss_keygen_mgf1_md:$2" 2>"$WORK/log" ||
		bail 'no RSASSA-PSS key'
	public=$WORK/public-$1.pem
	openssl pkey -in "$WORK/pss.key" -pubout -out "$public"
	offset=$(openssl asn1parse -in "$WORK/pss.key" |
		sed -n 's/^ *\([0-9]*\):.*OCTET STRING.*/\1/p' | tail -1)
	openssl asn1parse -in "$WORK/pss.key" -strparse "$offset" -noout \
		-out "$WORK/pss.der" 2>"$WORK/log"
	import "$WORK/pss.der" "$1"
	certify "$public" "$1"
}
# import_curve CURVE ID [options]: with its certificate.
import_curve()
{
	public=$WORK/public-$2.pem
	openssl ecparam -name "$1" -genkey -noout -out "$WORK/ec.key"
	openssl pkey -in "$WORK/ec.key" -pubout -out "$public"
	import "$WORK/ec.key" "$2" "${@:3}"
	certify "$public" "$2"
}
