#!/bin/bash
# SPDX-License-Identifier: LGPL-2.1-or-later
# sanitize: yes
#
# Conditions on what stands on a token: the end of its certificate, beside
# another that has ended; whose CA issued it.

# shellcheck disable=SC2119,SC2120,SC2317 # functions are called by name
# shellcheck source=tests/lib.sh
. "$(dirname "$0")/lib.sh"
need_world
need pdftotext:poppler-utils pdfdetach:poppler-utils jq:jq
cd "$WORK" || bail 'no work folder'
# shellcheck source=tests/papers.sh
. "$TOP/tests/papers.sh"
start_pcscd 2
ck+=(--module "$OPENSC_MODULE" request)

# 1. One that ends soon: at 07:00 on 01/01/2027 in Vietnam

start_card soon sc-hsm 0 --pair "$(pki person.key),$(pki expiring.crt),soon"
renew=("${ck[@]}" renew --province phu-tho)
CKSTOKEN_NOW=2026-12-02T16:59:59Z exit_is 0 'the last day for its renewal' \
	"${renew[@]}" -o x.pdf
is "$(dossier_of x.pdf | jq -r '.subscribers[] | .not_after, .renew')" \
	$'2027-01-01\ntrue' 'is that of its end'
CKSTOKEN_NOW=2026-12-02T17:00:00Z refused 7 'the day after' \
	'02/12/2026.*khoản 1 Điều 5 Quy chế' "${renew[@]}" -o no.pdf
exit_is 0 'status' env CKSTOKEN_NOW=2026-12-02T16:59:59Z "$CKSTOKEN" \
	--module "$OPENSC_MODULE" status --json --days 0
is "$(json '.tokens[].certificates[].renew_by')" 2026-12-02 'says the same day'
refused 7 'with 60 days, as the older forms of Bắc Ninh ask' \
	'60 days.*02/11/2026.*khoản 1 Điều 63 Nghị định số 130/2018' \
	"${ck[@]}" renew --province bac-ninh --forms tt185 -o no.pdf
stop_card soon

# 2. One that has ended beside one that has not

start_card both sc-hsm 0 --pair "$(pki person.key),$(pki expired.crt),old" \
	--pair "$(pki person.key),$(pki renewed.crt),new"
exit_is 0 'renewal of what is valid' "${renew[@]}" -o x.pdf
like "$err" '4C3A91F27D05E6B4 has expired and is left out' 'leaves out the old'
is "$(dossier_of x.pdf | jq -r '.subscribers[].certificate_serial')" \
	4C3A91F27D05E6B2 'asks for the valid one alone'
exit_is 0 'a revocation' "${ck[@]}" revoke --province phu-tho \
	--reason 'nghỉ hưu' -o x.pdf
is "$(dossier_of x.pdf | jq -r '.subscribers[].certificate_serial' | sort)" \
	$'4C3A91F27D05E6B2\n4C3A91F27D05E6B4' 'is of both'
stop_card both
start_card ended sc-hsm 0 --pair "$(pki person.key),$(pki expired.crt),old"
refused 7 'one that has ended, alone' '10/03/2024.*Form 01' "${renew[@]}" \
	-o no.pdf
stop_card ended

# 3. Whose it is

start_card public sc-hsm 0 \
	--pair "$(pki person.key),$(pki public-ca.crt),public"
start_card person sc-hsm 1
refused 7 'of another CA' \
	'Government CA.*khoản 1 Điều 3 Quy chế ban hành kèm theo Quyết định số 65/2025' \
	"${renew[@]}" --serial CA0D0000 -o no.pdf
exit_is 0 'of the Government CA' "${renew[@]}" --serial CA0D0001 -o x.pdf
refused 7 'both, of which one is not its' 'Government CA' \
	"${renew[@]}" --serial CA0D0000 --serial CA0D0001 -o no.pdf
exit_is 0 'in spite of it' "${renew[@]}" --serial CA0D0000 \
	--override 'đang chuyển đổi' -o x.pdf
is "$(dossier_of x.pdf | jq -r '.overrides[] | .rule + " " + .reason')" \
	'government-ca đang chuyển đổi' 'with its reason'
card_ctl public 'set tries 0' >/dev/null
card_ctl person 'set tries 0' >/dev/null
refused 7 'its recovery' 'Government CA' "${ck[@]}" recover \
	--province phu-tho -o no.pdf
exit_is 0 'minutes of it' ckstoken --config office.conf --module \
	"$OPENSC_MODULE" handover return --province phu-tho \
	--serial CA0D0000 -o x.pdf
like "$err" 'the certificate lasts until 01/01/2028 and is not known to be' \
	'tell what speaks against them'

plan_done
