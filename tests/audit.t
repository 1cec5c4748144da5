#!/bin/bash
# SPDX-License-Identifier: LGPL-2.1-or-later
# stores: both
#
# `ckstoken audit`: the tokens that are plugged in beside what the register says
# of them, and the register beside the rules.

# shellcheck disable=SC2119,SC2120,SC2317 # functions are called by name
# shellcheck source=tests/lib.sh
. "$(dirname "$0")/lib.sh"
need_world
need jq:jq

cd "$WORK" || exit 1
export CKSTOKEN_NOW=2026-11-21T02:00:00Z
start_pcscd 2
start_card person sc-hsm 0
start_card seal gids 1 --pair "$(pki seal.key),$(pki seal.crt),seal"
person=4C3A91F27D05E6B1 seal=4C3A91F27D05E6C1

audit()
{
	"$CKSTOKEN" --module "$OPENSC_MODULE" audit --province ninh-binh \
		--file "$(place r.db)" "$@"
}

add()
{
	"$CKSTOKEN" --module "$OPENSC_MODULE" register add "$@" --file "$(place r.db)" \
		2>add.err || bail "register add $*: $(<add.err)"
}

# Both as they are, and a keeper of the seal.
anew()
{
	drop_register r.db
	add present --serial CA0D0000
	add present --serial 00000000ca0d0001 place_kept='trụ sở' \
		keeper='Lê Thị Văn Thư' from_date=01/07/2024 \
		decision='1/QĐ-STC' decision_date=01/07/2024
}

# tells CODE NAME EXPECTED [OPTION...]: "RULE STATE SERIAL, …"
tells()
{
	local code=$1 name=$2 expected=$3
	shift 3
	exit_is "$code" "$name: exit code $code" audit --json "$@"
	is "$(json '[.findings[] | "\(.rule) \(.state) \(.device_serial)"] |
		join(", ")')" "$expected" "$name"
}

# of RULE MEMBER
of()
{
	json ".findings[] | select(.rule == \"$1\").$2"
}

# 1. Nothing wrong

anew
tells 0 'all is as the register says' ''
is "$(json '"\(.version) \(.time) \(.regulation) \(.present) \(.registered)"')" \
	'1 2026-11-21T09:00:00+07:00 165/2025/QĐ-UBND 2 2' 'how many there are'
is "$(json '.counts | tojson')" \
	'{"overdue":0,"wrong":0,"today":0,"soon":0,"open":0}' 'of each state'
is "$(json 'keys_unsorted | join(" ")')" \
	'version time regulation present registered counts findings failures evidence' \
	'members of the JSON'
exit_is 0 'for people' audit
is "$out" '' 'nothing on stdout'
like "$err" '2 tokens are plugged in, 2 are in the register' 'a line on stderr'
exit_is 0 'without tokens' audit --no-tokens --json
is "$(json .present)" 0 'none is looked at'

# 2. What is here and not so

drop_register r.db
add present --serial 00000000ca0d0001 place_kept='trụ sở' \
	keeper='Lê Thị Văn Thư' from_date=01/07/2024 decision='1/QĐ-STC' \
	decision_date=01/07/2024
tells 1 'not in the register' 'unregistered wrong CA0D0000'
is "$(of unregistered command)" "ckstoken --module $OPENSC_MODULE register add present --serial CA0D0000" \
	'what to do, by the same module'
is "$(of unregistered name)" 'Nguyễn Thị Thử Nghiệm' 'whose it is'
add present --serial CA0D0000
tells 0 'which does it' ''

add certificate certificate_serial=$person device_serial=00000000ca0d0001
add certificate certificate_serial=$seal device_serial=CA0D0000
tells 1 'serial numbers swapped' \
	'certificate-missing wrong CA0D0000, serial-swapped wrong CA0D0000, certificate-missing wrong 00000000ca0d0001, serial-swapped wrong 00000000ca0d0001'
like "$(json '.findings[] | select(.rule == "serial-swapped" and
	.device_serial == "CA0D0000").what')" '00000000ca0d0001' 'says with which'

anew
add certificate certificate_serial=$person device_serial=
tells 1 'a certificate of which is not known where it is' \
	'certificate-differs wrong CA0D0000'
anew
add certificate certificate_serial=$person not_after=14/01/2028
tells 1 'an end that is not the one' 'certificate-differs wrong CA0D0000'
like "$(of certificate-differs what)" '15/01/2028.*14/01/2028' 'which is told'
anew
add certificate certificate_serial=54A1 subscriber=1 device_serial=CA0D0000 \
	not_before=01/07/2024 not_after=01/07/2029
tells 1 'a registered certificate that is not there' \
	'certificate-missing wrong CA0D0000'
like "$(of certificate-missing what)" '54A1' 'which is named'
add certificate certificate_serial=54A1 revoked_date=01/09/2026
tells 0 'unless it is revoked' ''

anew
add token device_serial=CA0D0000 returned_date=02/03/2026
tells 1 'handed back, and here' 'returned-present wrong CA0D0000'
like "$(of returned-present what)" '02/03/2026' 'since when'
anew
add loss device_serial=CA0D0000 loss_kind=lost \
	reported_time='21/11/2026 08:00' minutes=1 minutes_date=21/11/2026
tells 1 'lost, and here' \
	'lost-present wrong CA0D0000, revoke-lost today CA0D0000'
CKSTOKEN_NOW=2026-11-24T02:00:00Z add present --serial CA0D0000
CKSTOKEN_NOW=2026-11-24T02:00:00Z tells 0 'recorded to be found' ''

anew
add custody device_serial=00000000ca0d0001 keeper='Lê Thị Văn Thư' \
	from_date=01/07/2024 to_date=01/11/2026
tells 1 'a seal without a keeper' 'keeper wrong 00000000ca0d0001'
drop_register r.db
add present --serial CA0D0000
add present --serial 00000000ca0d0001
tells 1 'one that never had one' \
	'keeper wrong 00000000ca0d0001, place open 00000000ca0d0001'
is "$(json '.counts | "\(.wrong) \(.open)"')" '1 1' 'both are counted'
add token device_serial=00000000ca0d0001 place_kept='ngăn số 5'
add custody device_serial=00000000ca0d0001 keeper='Lê Thị Văn Thư' \
	from_date=01/07/2024
tells 0 'what only is to be looked at is no fault' \
	'keeper open 00000000ca0d0001, place open 00000000ca0d0001'

anew
add custody device_serial=CA0D0000 keeper='Lê Thị Văn Thư' from_date=01/11/2026
tells 1 'the token of a person with somebody else' 'own-keeping wrong CA0D0000'
like "$(of own-keeping article)" '^khoản 3 Điều 11 Quy chế' 'with its article'
add custody device_serial=CA0D0000 keeper='Lê Thị Văn Thư' \
	from_date=01/11/2026 to_date=20/11/2026
tells 0 'who had it' ''
add token device_serial=CA0D0000 received_date=20/11/2026
add custody device_serial=CA0D0000 keeper='Nguyễn Thị Thử Nghiệm' \
	from_date=20/11/2026
tells 0 'received, and with its holder' ''
anew
add token device_serial=CA0D0000 received_date=20/11/2026
tells 0 'received, and not yet delivered' 'deliver open CA0D0000'
anew
tells 0 'days of what is due' '' --days 60
CKSTOKEN_NOW=2027-11-21T02:00:00Z tells 0 'within 60 days' \
	'renew soon CA0D0000'
CKSTOKEN_NOW=2027-11-21T02:00:00Z tells 0 'within 20 days' '' --days 20

# 3. Which

drop_register r.db
add present --serial 00000000ca0d0001
tells 1 'one token' 'unregistered wrong CA0D0000' --serial CA0D0000
tells 1 'the other' \
	'keeper wrong 00000000ca0d0001, place open 00000000ca0d0001' \
	--serial 00000000ca0d0001
add subscriber name='Lý Văn Xa' organization='Sở Y tế'
tells 0 'another agency' '' --organization 'Sở Y tế'
tells 1 'their own' \
	'unregistered wrong CA0D0000, keeper wrong 00000000ca0d0001, place open 00000000ca0d0001' \
	--organization 'UBND tỉnh Ví Dụ'
exit_is 11 'one that the register does not have' audit --organization 'Sở Lạ'
exit_is 3 'a token that is not here' audit --serial 12
exit_is 2 'JSON or CSV' audit --json --csv
exit_is 2 'no days' audit --days -1
exit_is 11 'no register' "$CKSTOKEN" audit --file "$(place none.db)"
anew

# 4. Locked, and of another CA

lock_token "$OPENSC_MODULE" 0
tells 1 'locked' 'recover wrong CA0D0000'
is "$(of recover command)" "ckstoken --module $OPENSC_MODULE request recover --serial CA0D0000 -o recover-CA0D0000.pdf" 'the letter'
like "$(of recover article)" '^khoản 1 Điều 22 Nghị định' 'with its article'
add present --serial CA0D0000
tells 1 'locked by the register too is told once' 'recover wrong CA0D0000'
add request request=1 procedure=recover document_number=4 \
	document_date=21/11/2026
add item request=1 item=1 device_serial=CA0D0000
tells 0 'asked for' 'recover open CA0D0000'
stop_card person

start_card public sc-hsm 0 --pair "$(pki person.key),$(pki public-ca.crt),public" \
	--serial CA0D0009
tells 1 'of a public CA' 'public-ca wrong CA0D0009, unregistered wrong CA0D0009' \
	--serial CA0D0009
like "$(of public-ca article)" '^khoản 1 Điều 8 Quy chế' 'with its article'
add present --serial CA0D0009 organization='Sở Tài chính'
tells 1 'in the register it is told once' 'public-ca wrong CA0D0009' \
	--serial CA0D0009
stop_card public

start_card alone sc-hsm 0
anew
stop_card alone
start_card both sc-hsm 0 --pair "$(pki person.key),$(pki expired.crt),old" \
	--pair "$(pki person.key),$(pki person.crt),new"
tells 0 'an old one that is left beside the registered one' ''
stop_card both

# expired_here NAME EXPECTED: what `status` calls expired, the audit tells of too,
# whatever the register knows of it.
expired_here()
{
	local name=$1 expected=$2
	exit_is 1 "$name: status" "$CKSTOKEN" --module "$OPENSC_MODULE" status \
		--no-register --json --serial CA0D0000
	is "$(json '[.tokens[].certificates[].state] | join(" ")')" expired \
		'status says that it has expired'
	tells 1 "$name: audit" "$expected" --serial CA0D0000
}
drop_register r.db
add present --serial 00000000ca0d0001 place_kept='trụ sở' \
	keeper='Lê Thị Văn Thư' from_date=01/07/2024 decision='1/QĐ-STC' \
	decision_date=01/07/2024
start_card gone sc-hsm 0 --pair "$(pki person.key),$(pki expired.crt),old"
expired_here 'a token that the register does not have' \
	'hand-back overdue CA0D0000, unregistered wrong CA0D0000'
add token device_serial=CA0D0000
expired_here 'a certificate that it does not have' 'hand-back overdue CA0D0000, subscriber open CA0D0000'
is "$(of hand-back command)" \
	"ckstoken --module $OPENSC_MODULE handover return --serial CA0D0000 -o return-CA0D0000.pdf" \
	'with the minutes for it'
old=$("$CKSTOKEN" --module "$OPENSC_MODULE" status --no-register --json \
	--serial CA0D0000 | jq -r '.tokens[0].certificates[0].serial')
add certificate certificate_serial="$old" device_serial=CA0D0000
expired_here 'a certificate whose end it does not have' \
	'hand-back overdue CA0D0000, subscriber open CA0D0000'
drop_register r.db
add present --serial CA0D0000
expired_here 'a certificate that it has' 'hand-back overdue CA0D0000'
stop_card gone
start_card again sc-hsm 0
anew
stop_card again
start_card other sc-hsm 0 --pair "$(pki person.key),$(pki renewed.crt),new"
tells 1 'another certificate than the registered one' \
	'certificate-missing wrong CA0D0000, certificate-unregistered wrong CA0D0000' \
	--serial CA0D0000

# 5. How it looks

exit_is 1 'CSV' audit --csv
is "$(head -n 1 <<<"$out" | tr -d '\r')" \
	'state,due,rule,device_serial,certificate_serial,name,organization,unit,who,what,article,command,earliest,latest' \
	'its columns'
is "$(grep -c . <<<"$out")" 3 'a line for each finding'
exit_is 1 'for people' audit
like "$out" '^not as it must be:
  - +CA0D0000  Nguyễn Thị Thử Nghiệm' 'under the heads of states'
like "$err" 'there are 2 findings' 'and how many'
before=$out
exit_is 1 'once more' audit
is "$out" "$before" 'is the same'
is "$(secret_apdus other)$(secret_apdus seal)" 00 'no secret is sent to a token'

# 6. A serial number that the register spells in its own way: `status` knew the
# token, and `audit` said that it is not in the register

printf '%s\n' '[register]' "$(register_setting spelled.db)" >spelled.conf
mock_state user-tries=3
for serial in MoCK00000000 mock00000000 'Mock 0000 0000'; do
	drop_register spelled.db
	ok "the register has $serial" "$CKSTOKEN" register add token \
		device_serial="$serial" --file "$(place spelled.db)"
	exit_is 0 'status' "$CKSTOKEN" --config spelled.conf \
		--module "$(mock locks)" status
	unlike "$err" 'not in the register' 'knows it'
	is "$("$CKSTOKEN" register export --json --file "$(place spelled.db)" |
		jq -r '.tokens[] | "\(.device_serial) \(.seen_date)"')" \
		"${serial// /} 2026-11-21" 'and keeps how it is spelled'
	"$CKSTOKEN" --module "$(mock locks)" audit --province ninh-binh \
		--file "$(place spelled.db)" --json >spelled.json 2>/dev/null
	is "$(jq -r '[.findings[] | select(.rule | test("regist")) | .rule] |
		join(" ")' spelled.json)" certificate-unregistered \
		'audit knows the token, and misses its certificate alone'
done

# 7. What fails

exit_is 10 'a module that fails: exit code 10' \
	"$CKSTOKEN" --module "$OPENSC_MODULE" --module "$(mock crash-init)" \
	audit --province ninh-binh --file "$(place r.db)" --json
is "$(json '.failures | length')" 1 'which is named'
is "$(json '.findings | length')" 2 'beside what was found'

plan_done
