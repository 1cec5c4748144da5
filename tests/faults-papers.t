#!/bin/bash
# SPDX-License-Identifier: LGPL-2.1-or-later
# sanitize: yes
#
# Papers and lists that would say what is not so: of a CA's certificate beside
# its holder's, of one that cannot be read, of an hour nobody gave.

# shellcheck disable=SC2119,SC2120,SC2317 # functions are called by name
# shellcheck source=tests/lib.sh
. "$(dirname "$0")/lib.sh"
need_world
need jq:jq pdftotext:poppler-utils

export CKSTOKEN_NOW=2026-11-21T02:00:00Z SOURCE_DATE_EPOCH=1795226400
cd "$WORK" || bail 'no work folder'
office_conf >/dev/null
printf '%s\n' '[province]' \
	'recipient = Sở Khoa học và Công nghệ tỉnh Ví Dụ' >>office.conf

# 1. A CA's certificate is nobody's

start_pcscd 1
# One of a CA that no list of the Government CA's has, which would be told of
# a holder's.
start_card chain sc-hsm 0 \
	--pair "$(pki root-g2.key),$(pki root-g2.crt),root" \
	--pair "$(pki person.key),$(pki person.crt),person" \
	--pair "$(pki sub-g1.key),$(pki public-root.crt),public"
ck=(ckstoken --config office.conf --module "$OPENSC_MODULE")
exit_is 0 'a token with its CAs calls for no attention' "${ck[@]}" status --json
is "$(json '.tokens[0].certificates | map([.label, .ca, .renewable] |
	map(tostring) | join(" ")) | sort | join(", ")')" \
	'person false true, public true false, root true false' \
	'a CA is called one, and is not renewed here'
is "$(json '.tokens[0].attention | tojson')" '[]' 'for what it is'
card_ctl chain 'set tries 0' >/dev/null
exit_is 0 'Form 06 of it' "${ck[@]}" request recover --number 15 --strict \
	-o chain.pdf
unlike "$err" 'Government CA' 'doubts no issuer'
like "$(words_of chain.pdf)" 'Nguyễn Thị Thử Nghiệm' 'names the holder'
unlike "$(words_of chain.pdf)" 'RootCA|VIDU-CA|Cơ yếu' 'and no CA'
unlike "$(words_of chain.pdf)" 'cần bổ sung' 'and lacks nothing'
stop_card chain

start_card alone sc-hsm 0 --pair "$(pki root-g2.key),$(pki root-g2.crt),root"
exit_is 0 'a CA alone' "${ck[@]}" status --json
is "$(json '.tokens[0].attention | tojson')" '["no-certificate"]' \
	"is no holder's certificate"
stop_card alone

# 2. A certificate that cannot be read

start_card broken sc-hsm 0 \
	--raw-pair "$(pki person.key),$(broken_certificate),broken"
card_ctl broken 'set tries 0' >/dev/null
exit_is 0 'Form 06 of what cannot be read' "${ck[@]}" request recover \
	--number 15 -o broken.pdf
like "$err" 'CA0D0000: the certificate "broken".*cannot be read' 'tells it'
like "$(words_of broken.pdf)" '\[cần bổ sung' 'and leaves room for it'
exit_is 11 '--strict: exit code 11' "${ck[@]}" request recover --number 15 \
	--strict -o strict.pdf
nok 'and no letter' test -e strict.pdf

# 3. The hour of a hand-over

stop_card broken
start_card person sc-hsm 0
minutes=("${ck[@]}" handover return --number 7 --giver 'Đỗ Văn Giao'
	--receiver 'Hồ Thị Nhận' -o minutes.pdf)
missing_hour()
{
	grep -qiE 'giờ|hour' <<<"$err"
}
exit_is 0 'minutes of an hour' "${minutes[@]}" --date '21/11/2026 08:30'
nok 'lack none' missing_hour
like "$(words_of minutes.pdf)" '0?8 giờ 30' 'and say it'
for date in 20/11/2026 2026-11-20; do
	exit_is 0 "minutes of the day $date alone" "${minutes[@]}" --date "$date"
	nok 'do not lack the hour, which is written by hand' missing_hour
	like "$(words_of minutes.pdf)" 'hồi … giờ … phút, ngày' 'leave room for it'
	unlike "$(words_of minutes.pdf)" '[0-9] giờ' 'and make none up'
	like "$(words_of minutes.pdf)" 'ngày 20 tháng 11 năm 2026' \
		'but say the day'
done

# 4. The number of a document

card_ctl person 'set tries 0' >/dev/null
for number in '15/STC-VP' '' ' ' 0 -1 1234567890 15ab '15 '; do
	exit_is 2 "--number $(printf %q "$number"): exit code 2" "${ck[@]}" \
		request recover --number "$number" -o number.pdf
	like "$err" '--number' 'is told'
done
nok 'and no letter is written' test -e number.pdf
exit_is 0 '--number 15a' "${ck[@]}" request recover --number 15a -o number.pdf
like "$(words_of number.pdf)" '15a/STC-VP' 'gets its symbol'

plan_done
