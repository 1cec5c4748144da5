#!/bin/bash
# SPDX-License-Identifier: LGPL-2.1-or-later
# sanitize: yes
#
# What `ckstoken status --json` and --csv tell of a token and its certificates.

# shellcheck disable=SC2119,SC2120,SC2317 # functions are called by name
# shellcheck source=tests/lib.sh
. "$(dirname "$0")/lib.sh"
need_world
need jq:jq perl:perl python3:python3

export CKSTOKEN_NOW=2026-11-21T02:00:00Z
pair()
{
	echo "$(pki "$1.key"),$(pki "$1.crt"),$1"
}
start_pcscd 4
start_card expiring sc-hsm 0 --pair "$(pair expiring)"
status=(ckstoken --module "$OPENSC_MODULE" status)

# 1. The document, field by field; fields may be added, never changed

# without FIELD:TYPE... : those that the object at jq filter $1 lacks.
without()
{
	local has field lacks=
	has=" $(json "$1 | to_entries | map(.key + \":\" + (.value | type)) |
		join(\" \")") "
	shift
	for field; do
		[[ $has == *" $field "* ]] || lacks+="$field "
	done
	echo "$lacks"
}

exit_is 1 'an expiring certificate needs attention' "${status[@]}" --json
is "$(json 'keys_unsorted | join(" ")')" 'version time host complete tokens failures' \
	'the document has the fields of the contract'
is "$(json .version)" 1 'its version is 1'
is "$(json .host)" "$(uname -n)" 'its host is this machine'
is "$(json .complete)" true 'it shows every token there is'
is "$(json '.time')" 2026-11-21T09:00:00+07:00 \
	'its time is that of Vietnam'
is "$(without '.tokens[0]' \
	module:string slot:number reader:string label:string \
	manufacturer:string model:string serial:string uri:string \
	atr:string user_pin:string user_tries_left:number \
	so_pin:string so_tries_left:number pin_min:number pin_max:number \
	flags:array certificates:array attention:array advice:string)" '' \
	'a token has the fields of the contract, each of its type'
is "$(json '.tokens[0] | del(.certificates, .advice, .module)' | jq -cS .)" \
	'{"atr":"3BFE1800008131FE458031815448534D31738021408107FA","attention":["certificate-expiring"],"flags":["rng","login-required","user-pin-initialized","token-initialized"],"label":"'"$(hsm_label)"'","manufacturer":"www.CardContact.de","model":"PKCS#15 emulated","pin_max":15,"pin_min":6,"reader":"Virtual PCD 0 00 00","serial":"CA0D0000","slot":0,"so_pin":"unknown","so_tries_left":15,"uri":"pkcs11:model=PKCS%2315%20emulated;manufacturer=www.CardContact.de;serial=CA0D0000;token='"$(hsm_label | sed 's/ /%20/;s/(/%28/;s/)/%29/')"'","user_pin":"ok","user_tries_left":3}' \
	'and tells what the token says of itself'
is "$(json '.tokens[0].module')" "$OPENSC_MODULE" 'with the module it came by'
is "$(without '.tokens[0].certificates[0]' \
	id:string label:string uri:string subject:string name:string organization:string \
	unit:string email:string serial:string issuer:string \
	not_before:string not_after:string days_left:number state:string \
	key:string sha256:string holder:string official:boolean tax_code:null \
	budget_code:null renewable:boolean renew_by:string)" '' \
	'a certificate has the fields of the contract, each of its type'

# certificate JQ-FILTER: of the one named $cert.
certificate()
{
	json ".tokens[].certificates[] | select(.label == \"$cert\") | $1"
}
cert=expiring
is "$(certificate .name)" 'Trần Thị Sắp Hết' 'the name is the CN'
is "$(certificate .organization)" 'UBND tỉnh Ví Dụ' 'the organization is O'
is "$(certificate .unit)" 'Văn phòng Sở, Sở Tài chính' \
	'a repeated OU is told whole, the most specific first'
is "$(certificate .email)" saphet@vidu.example \
	'the e-mail is that of the alternative name'
is "$(certificate .serial)" 4C3A91F27D05E6B5 \
	'the number is in upper-case hexadecimal'
is "$(certificate .subject)" \
	'CN=Trần Thị Sắp Hết,L=Phường Thử Nghiệm,OU=Văn phòng Sở,OU=Sở Tài chính,O=UBND tỉnh Ví Dụ,C=VN' \
	'the subject is written after RFC 4514, Vietnamese as it is'
is "$(certificate .not_before),$(certificate .not_after)" \
	2023-01-01T00:00:00Z,2027-01-01T00:00:00Z 'the validity is in UTC'
is "$(certificate .days_left)" 41 '41 days are left'
is "$(certificate .state)" expiring 'which is expiring'
is "$(certificate .renewable)" true 'it can be renewed'
is "$(certificate .renew_by)" 2026-12-02 'until 30 days before its end'
is "$(certificate .key)" 'RSA 2048' 'the key is named'
is "$(certificate .sha256)" \
	"$(openssl dgst -sha256 -r "$(pki expiring.der)" | cut -c -64 | tr a-f A-F)" \
	'the digest is that of the DER'

exit_is 0 '--days 41: 41 days are enough' "${status[@]}" --json --days 41
is "$(certificate .state)" valid 'and the certificate is valid'
exit_is 1 '--days 42: 41 days are few' "${status[@]}" --json --days 42
is "$(certificate .state)" expiring 'and the certificate is expiring'
exit_is 0 '--days 0 calls nothing expiring' "${status[@]}" --json --days 0
exit_is 2 '--days takes no negative number' "${status[@]}" --days -1
exit_is 2 '--days takes no word' "${status[@]}" --days soon

CKSTOKEN_NOW=2026-12-02T16:59:59Z exit_is 1 \
	'on the last day for it, in Vietnam,' "${status[@]}" --json
is "$(certificate .renewable)" true 'a renewal can be asked for'
CKSTOKEN_NOW=2026-12-02T17:00:00Z exit_is 1 'a second later' \
	"${status[@]}" --json
is "$(certificate .renewable)" false 'it cannot'
is "$(certificate .renew_by)" 2026-12-02 'and the last day is still told'

# a-due-day-off: nobody signs on it.
mkdir -p /etc/ckstoken
echo '2026-12-02 ngày nghỉ riêng của tỉnh' >/etc/ckstoken/holidays
exit_is 1 'a last day that is a day off' "${status[@]}" --json
like "$(json '.tokens[].advice')" \
	'02/12/2026 \(a day off; the working day before is 01/12/2026\)' \
	'a-due-day-off: is told beside it'
rm /etc/ckstoken/holidays

# in_province NAME ARG...: with that province in the configuration.
in_province()
{
	printf '[province]\nname = %s\n' "$1" >"$WORK/province.conf"
	ckstoken --config "$WORK/province.conf" --module "$OPENSC_MODULE" \
		"${@:2}"
}
exit_is 1 'in Bắc Ninh the decree in force is followed' \
	in_province bac-ninh status --json
is "$(certificate .renew_by)" 2026-12-02 'Article 12: 30 days'
exit_is 1 'its older forms ask for 60 days' \
	in_province bac-ninh-tt185 status --json
is "$(certificate .renew_by)" 2026-11-02 'so that the last day comes before'
is "$(certificate .renewable)" false 'and has passed'
CKSTOKEN_NOW=2026-11-02T02:00:00Z exit_is 0 'on that day' \
	in_province bac-ninh-tt185 status --json
is "$(certificate .renewable)" true 'a renewal can be asked for'
exit_is 0 '"cert show"' in_province bac-ninh-tt185 cert show --json
is "$(json .certificate.renew_by)" 2026-11-02 'tells the same day'
exit_is 0 '"cert list"' in_province bac-ninh-tt185 cert list --json
is "$(json '.certificates[0].renew_by')" 2026-11-02 'and so does this'
exit_is 1 'a province that nobody knows does not stop it' \
	in_province nowhere status --json
like "$err" 'nowhere.*by the decree' 'it is told'
is "$(certificate .renew_by)" 2026-12-02 "and the decree's day is used"

# 2. Whose certificate

stop_card expiring
start_card holders sc-hsm 0 --pair "$(pair person-g1)" --pair "$(pair seal)" \
	--pair "$(pair device)" --pair "$(pair public-ca)"
exit_is 0 'a certificate that is not official is told, and no more' \
	"${status[@]}" --json
is "$(json '.tokens[].attention[]')" not-official 'told it is'
is "$(json '.tokens[].certificates | length')" 4 \
	'a token may hold several certificates'
for line in \
	'person-g1 person true null null' \
	'seal organization true 0000000000 0000000' \
	'device device true null null' \
	'public-ca person false null null'; do
	read -r cert holder official tax budget <<<"$line"
	is "$(certificate .holder)" "$holder" "$cert: the holder is a $holder"
	is "$(certificate .official)" "$official" \
		"$cert: official is $official"
	is "$(certificate .tax_code)" "$tax" "$cert: the tax code is $tax"
	is "$(certificate .budget_code)" "$budget" \
		"$cert: the budget code is $budget"
done
cert=seal
is "$(certificate .email)" vanthu@vidu.example \
	'an e-mail that stands in the subject is found'
cert=public-ca
is "$(certificate .renewable)" false 'what is not official is not renewed here'
is "$(certificate .renew_by)" null 'and has no last day for it'

# 3. Certificates in trouble

broken=$(broken_certificate)
start_card trouble gids 1 --pair "$(pair expired)" --pair "$(pair notyet)" \
	--raw-pair "$(pki person.key),$broken,broken"
start_card renewed sc-hsm 2 --pair "$(pair person)" --pair "$(pair renewed)"
start_card elliptic piv 3 --pair "$(pair person-ec)"
exit_is 1 'expired and unreadable certificates need attention' \
	"${status[@]}" --json
is "$(json '.tokens | length')" 4 'and hide no other token'
cert=expired
is "$(certificate .state)" expired 'an expired certificate is expired'
is "$(certificate .days_left)" -986 'for so many days'
is "$(certificate .renewable)" false 'and is not renewed'
cert=notyet
is "$(certificate .state)" not-yet-valid \
	'one that begins next year is not yet valid'
is "$(json '.tokens[] | select(.serial == "00000000ca0d0001").attention | join(" ")')" \
	'certificate-expired certificate-unreadable' \
	'what needs attention is named'
is "$(json '.tokens[].certificates[] | select(.state == "unreadable") |
	[.label, .name, .not_after, .days_left, .renewable] | tojson')" \
	'["broken","",null,null,false]' \
	'what cannot be read is said to be unreadable, and nothing is made up'
cert=person
is "$(certificate .renewable)" false \
	'a certificate that was renewed is not renewed again'
cert=renewed
is "$(certificate .renewable)" false 'nor is what it was renewed to'
is "$(json '.tokens[].certificates[] | select(.key == "EC P-256") | .name')" \
	'Đặng Văn Đường Cong' 'an elliptic key is named by its curve'

# 4. CSV

exit_is 1 '--csv exits as --json does' "${status[@]}" --csv
printf '%s\n' "$out" >"$WORK/csv"
is "$(head -1 "$WORK/csv")" $'module,slot,reader,label,manufacturer,model,serial,user_pin,so_pin,certificate_name,certificate_organization,certificate_email,certificate_serial,certificate_not_after,certificate_days_left,certificate_state,user_tries_left,so_tries_left,atr,host,time,certificate_not_before,certificate_unit,certificate_holder,certificate_official,certificate_ca\r' \
	'CSV begins with a header'
nok 'each line ends in CR LF' grep -qv $'\r$' "$WORK/csv"
is "$(wc -l <"$WORK/csv")" 11 'there is a line for each certificate'
is "$(python3 -c 'import csv, sys
print(*{len(row) for row in csv.reader(sys.stdin)})' <"$WORK/csv")" 26 \
	'each line has a field for each column'
like "$out" \
	'CA0D0002,ok,unknown,Nguyễn Thị Thử Nghiệm,UBND tỉnh Ví Dụ,thunghiem@vidu.example,4C3A91F27D05E6B1,2028-01-15T00:00:00Z,420,valid' \
	'and tells it in UTF-8, with dates of ISO 8601'
ok 'CSV is UTF-8' iconv -f UTF-8 -t UTF-8 -o /dev/null "$WORK/csv"
exit_is 2 '--csv and --json exclude each other' "${status[@]}" --csv --json

plan_done
