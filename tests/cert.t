#!/bin/bash
# SPDX-License-Identifier: LGPL-2.1-or-later
# sanitize: yes
#
# `ckstoken cert`: certificates on tokens, listed, shown, exported and verified.

# shellcheck disable=SC2119,SC2120,SC2317 # functions are called by name
# shellcheck source=tests/lib.sh
. "$(dirname "$0")/lib.sh"
need_world
need jq:jq openssl:openssl perl:perl

export CKSTOKEN_NOW=2026-11-21T02:00:00Z
start_pcscd 2
start_card one sc-hsm 0
start_card two gids 1 --pair "$(pki person.key),$(pki person.crt),first" \
	--pair "$(pki person.key),$(pki expired.crt),second" \
	--raw-pair "$(pki person.key),$(broken_certificate),broken"
cert=(ckstoken --module "$OPENSC_MODULE" cert)
one=(--serial CA0D0000)
two=(--serial 00000000ca0d0001)
cd "$WORK" || bail 'no work folder'

# 1. list

exit_is 0 'cert list shows all certificates of all tokens' "${cert[@]}" list
is "$(wc -l <<<"$out")" 5 'a line for each, under a header'
like "$out" 'Lê Văn Hết Hạn +4C3A91F27D05E6B4 +10/03/2024 +expired' \
	'with name, number, last day and state'
exit_is 0 'cert list --json' "${cert[@]}" list --json
is "$(json '[.version, (.certificates | length), (.failures | length)] | tojson')" \
	'[1,4,0]' 'is one document'
is "$(json '[.certificates[] | .token_serial + " " + .state] | join(",")')" \
	'CA0D0000 valid,00000000ca0d0001 valid,00000000ca0d0001 expired,00000000ca0d0001 unreadable' \
	'that names the token of each'
exit_is 0 'cert list --csv' "${cert[@]}" list --csv
is "$(head -1 <<<"$out")" \
	$'token_serial,id,name,organization,email,serial,not_after,state,uri\r' \
	'begins with a header'
exit_is 3 'of a token that is not there' "${cert[@]}" list --serial 0

# 2. show

exit_is 0 'cert show' "${cert[@]}" show "${one[@]}"
like "$out" 'Name: +Nguyễn Thị Thử Nghiệm' 'tells the holder'
like "$out" 'Valid until: +15/01/2028' 'and the last day'
exit_is 0 'cert show --json' "${cert[@]}" show --json "${one[@]}"
is "$(json .certificate.sha256)" "$(openssl dgst -sha256 -r "$(pki person.der)" |
	cut -c -64 | tr a-f A-F)" 'is the certificate of the token'
exit_is 4 'two tokens: one has to be named' "${cert[@]}" show
like "$err" 'CA0D0000.*00000000ca0d0001' 'and both are offered'
exit_is 4 'several certificates: one has to be named' \
	"${cert[@]}" show "${two[@]}"
like "$err" '--id 00.*--id 01.*--id 02' 'and all are offered'
exit_is 0 '--id names it' "${cert[@]}" show "${two[@]}" --id 01 --json
is "$(json .certificate.state)" expired 'and it is shown'
exit_is 3 'an id that no certificate has' "${cert[@]}" show "${two[@]}" --id FF
exit_is 0 'what cannot be read is shown' "${cert[@]}" show "${two[@]}" --id 02
like "$out" 'State: +unreadable' 'as unreadable'

# uri-of-an-object: a URI chooses among the certificates of a token.
"${cert[@]}" list --json "${two[@]}" >list.json
is "$(jq -r '.certificates[] | .uri' list.json | sort -u | wc -l)" 3 \
	'uri-of-an-object: each certificate has a URI of its own'
for i in 0 1 2; do
	uri=$(jq -r ".certificates[$i].uri" list.json)
	exit_is 0 "uri-of-an-object: cert show --uri of certificate $i" \
		"${cert[@]}" show --json --uri "$uri"
	is "$(json .certificate.sha256)" \
		"$(jq -r ".certificates[$i].sha256" list.json)" 'shows that one'
	exit_is 0 "uri-of-an-object: cert list --uri of certificate $i" \
		"${cert[@]}" list --json --uri "$uri"
	is "$(json '.certificates | length')" 1 'lists that one'
done
exit_is 4 'uri-of-an-object: the URI of a token with several' \
	"${cert[@]}" show --uri 'pkcs11:serial=00000000ca0d0001;type=cert'
is "$(grep -c -- "--uri 'pkcs11:" <<<"$err")" 3 'is answered with theirs'

# 3. export

openssl x509 -in "$(pki person.der)" -inform DER -out theirs.pem
exit_is 0 'cert export' "${cert[@]}" export "${one[@]}" -o ours.pem
is "$out" '' 'says nothing on stdout when it writes a file'
ok 'the PEM is byte for byte that of openssl' cmp theirs.pem ours.pem
exit_is 0 'cert export --der' "${cert[@]}" export --der "${one[@]}" -o ours.der
ok 'the DER is what was put on the token' cmp "$(pki person.der)" ours.der
"${cert[@]}" export "${one[@]}" >stdout.pem
ok 'without -o it goes to stdout' cmp theirs.pem stdout.pem
"${cert[@]}" export --der "${one[@]}" -o - >stdout.der
ok '-o - is stdout, for DER too' cmp "$(pki person.der)" stdout.der
exit_is 11 'what is no certificate is not made into a PEM' \
	"${cert[@]}" export "${two[@]}" --id 02 -o broken.pem
nok 'and no file is left' test -e broken.pem
exit_is 0 'its bytes can be had' \
	"${cert[@]}" export "${two[@]}" --id 02 --der -o broken.out
ok 'as they are' cmp broken.der broken.out

# 4. The file

(
	umask 027
	"${cert[@]}" export "${one[@]}" -o new.pem
)
is "$(stat -c %a new.pem)" 640 'a new file has the mode of the umask'
echo old >kept.pem
chmod 604 kept.pem
"${cert[@]}" export "${one[@]}" -o kept.pem
is "$(stat -c %a kept.pem)" 604 'a replaced one keeps its mode'
ln -s kept.pem link.pem
"${cert[@]}" export "${one[@]}" -o link.pem
ok 'a link stays a link' test -L link.pem
mkdir full
mount -t tmpfs -o size=8k tmpfs full || bail 'no small disk'
echo old >full/cert.pem
head -c 100000 /dev/zero >full/ballast 2>/dev/null
exit_is 12 'a full disk: exit code 12' \
	"${cert[@]}" export "${one[@]}" -o full/cert.pem
like "$err" 'full/cert.pem: No space left' 'which says why'
is "$(<full/cert.pem)" old 'the file that was there is as it was'
is "$(ls full)" $'ballast\ncert.pem' 'and no other is left'
umount full
exit_is 12 'a folder that is not there' \
	"${cert[@]}" export "${one[@]}" -o no/cert.pem
exit_is 12 'a full device' "${cert[@]}" export "${one[@]}" -o /dev/full

# 5. Whose certificate it is

# made NAME OPENSSL-X509-OPTIONS...: one that signs itself, on a token.
openssl req -new -key "$(pki person.key)" -utf8 \
	-subj '/O=Sở Tài chính/CN=Nguyễn Văn Thử' -out request.pem
made()
{
	openssl x509 -req -in request.pem -signkey "$(pki person.key)" \
		-days 1 -outform der -out made.der "$@" 2>log ||
		bail "no certificate: $(<log)"
	export MOCK_CERT=$PWD/made.der
}
extensions()
{
	made -extfile <(printf '%s\n' "$@")
}
later()
{
	CKSTOKEN_NOW=2040-01-01T00:00:00Z ckstoken --module "$(mock locks)" \
		status "$@"
}
mock_state
made
# OpenSSL 3.4 makes one of version 3 of it, and of version 1 only where asked,
# without the extensions of its own configuration.
if openssl req -help 2>&1 | grep -q -e -x509v1; then
	printf '%s\n' '[req]' 'distinguished_name = dn' '[dn]' >v1.cnf
	openssl req -config v1.cnf -x509 -x509v1 -in request.pem -days 1 \
		-key "$(pki person.key)" -outform der -out made.der 2>log ||
		bail "no certificate: $(<log)"
fi
like "$(openssl x509 -inform der -in made.der -noout -text)" 'Version: 1 ' \
	'cert-v1-selfsigned: a person has a certificate of version 1'
exit_is 1 'it has expired: that needs attention' later --json
is "$(json '.tokens[].certificates[] | [.ca, .state] | tojson')" \
	'[false,"expired"]' 'for it is not a CA because it says nothing'
like "$(json '.tokens[].attention | join(" ")')" 'certificate-expired' \
	'as the advice has it'
extensions 'keyUsage = digitalSignature' 'nsCertType = sslCA'
exit_is 1 'an old Netscape mark makes no CA' later --json
extensions 'basicConstraints = CA:FALSE' 'keyUsage = keyCertSign'
exit_is 1 'nor does a key usage that basicConstraints deny' later --json
for ca in 'basicConstraints = CA:TRUE' 'keyUsage = keyCertSign'; do
	extensions "$ca"
	exit_is 0 "$ca: a CA's own end needs no attention" later --json
	is "$(json '.tokens[] | [.certificates[].ca, .attention] | tojson')" \
		'[true,["no-certificate"]]' 'and the token has no other'
done
exit_is 0 'the table' later
like "$out" 'expired \(CA\)' 'says that it is of a CA'
like "$out$err" 'no certificate of a person, organization or device' \
	'and the advice says the same'

# 6. The end

at()
{
	CKSTOKEN_NOW=$1T00:00:00Z ckstoken --module "$(mock locks)" "${@:2}"
}
mock_state
exit_is 1 'advice: 45 days before the end' at 2027-12-01 status
like "$err" 'ask for its renewal' 'a renewal can be asked for'
exit_is 1 'advice: 10 days before the end' at 2028-01-05 status
like "$err" 'cannot be renewed: ask for a new one' 'it is too late for that'
unlike "$err" 'renewal' 'and nothing else is said'

# The year 9999 by the bytes, for nothing here verifies a signature.
made -days 12000 -set_serial -5
perl -0777 -pi -e 's/\x18\x0f\d{14}Z/\x18\x0f99991231235959Z/' made.der
exit_is 0 'no-end: status' at 2040-01-01 status
like "$out" 'no end +valid' 'tells that there is none'
exit_is 0 'no-end: cert list' at 2040-01-01 cert list
like "$out" ' -05 +no end +valid' 'and negative-serial: its number has a sign'
exit_is 0 'no-end: cert show' at 2040-01-01 cert show
like "$out" 'Valid until: +no end' 'too'
unlike "$out" '10000|Days left' 'and counts no days'
exit_is 0 'no-end: JSON' at 2040-01-01 cert show --json
is "$(json '.certificate | [.serial, .not_after] | tojson')" \
	'["-05","9999-12-31T23:59:59Z"]' 'has it as it is written'

# 7. Usage

exit_is 2 'cert needs a word' "${cert[@]}"
exit_is 2 'one that it knows' "${cert[@]}" delete
exit_is 2 '--csv is for lists' "${cert[@]}" show --csv
exit_is 2 '-o is for export' "${cert[@]}" show -o x

# 6. verify

cat "$(pki sub-g2.crt)" "$(pki g2.crl)" "$(pki root-g2.crl)" >lists.pem
trusted=(--anchors "$(pki root-g2.crt)" --crls lists.pem)
exit_is 0 'cert verify' "${cert[@]}" verify "${one[@]}" "${trusted[@]}"
like "$out" '^CA0D0000 [0-9A-F]+: TOTAL-PASSED' 'in the words of verify'
like "$out" 'of: Nguyễn Thị Thử Nghiệm' 'names the holder'
like "$out" 'up to the root certificate "RootCA chuyên dùng Chính phủ G2"' \
	'and the anchor'
like "$out" 'not revoked, by the list of 07:00:00 20/11/2026' 'and the list'
exit_is 13 'cert verify of one that has expired' \
	"${cert[@]}" verify "${two[@]}" "${trusted[@]}" --json
is "$(json '.certificates[] | [.id, .indication, .sub_indication // empty,
	.findings[].finding] | join(" ")')" '00 TOTAL-PASSED
01 TOTAL-FAILED EXPIRED certificate-expired
02 INDETERMINATE CERTIFICATE_CHAIN_GENERAL_FAILURE certificate-broken' \
	'and of one that is none'
exit_is 1 'as of when it was valid, with no list of then' "${cert[@]}" verify "${two[@]}" --id 01 \
	--anchors "$(pki root-g2.crt)" --crls lists.pem --at 2024-01-01 --json
# cert-verify-of-files: the same for each kind, and for what is no certificate
for case in 'person|TOTAL-PASSED' 'notyet|TOTAL-FAILED NOT_YET_VALID not-yet' \
	'revoked|TOTAL-FAILED REVOKED certificate-revoked' \
	'reader|TOTAL-PASSED certificate-use' \
	'weak|INDETERMINATE CRYPTO_CONSTRAINTS_FAILURE weak-key' \
	'public-ca|INDETERMINATE NO_CERTIFICATE_CHAIN_FOUND no-chain' \
	'root-g2|TOTAL-PASSED certificate-use'; do
	ckstoken cert verify --json "${trusted[@]}" \
		"$(pki "${case%%|*}.der")" >got.json
	is "$(jq -r '.certificates[] | [.indication, .sub_indication // empty,
		.findings[].finding] | join(" ")' got.json)" "${case#*|}" \
		"cert verify of a file: ${case%%|*}"
done
exit_is 1 'no list' ckstoken cert verify --anchors "$(pki root-g2.crt)" \
	--crls "$(pki sub-g2.crt)" "$(pki person.crt)"
like "$out" 'http://ca.gov.vn/pki/pub/crl/cp.crl' 'names the list to get'
ckstoken cert verify --json "${trusted[@]}" - <"$(pki person.crt)" >got.json
is "$(jq -r '.certificates[] | .file, .indication' got.json)" $'-\nTOTAL-PASSED' \
	'what is on standard input'
exit_is 13 'one that is revoked' ckstoken cert verify "${trusted[@]}" \
	"$(pki revoked.crt)"
like "$(tr -s ' \n' ' ' <<<"$out")" \
	'"Hồ Thị Thu Hồi" was revoked at 07:00:00 01/09/2026, by the list or answer of 07:00:00 20/11/2026' \
	'with the day, and the list that says so'
exit_is 1 'what is no certificate' ckstoken cert verify "${trusted[@]}" \
	"$(pki garbage.der)"
exit_is 11 'a file that is not there' ckstoken cert verify none.crt
exit_is 2 'a file and a token' ckstoken cert verify x.crt --serial 1
exit_is 2 'what only verify takes' ckstoken cert list --anchors x
plan_done
