#!/bin/bash
# SPDX-License-Identifier: LGPL-2.1-or-later
# sanitize: yes
#
# Conditions of a regulation, each on both sides of its edge: what it refuses
# is told with its article and not written, unless a reason is given.

# shellcheck disable=SC2119,SC2120,SC2317 # functions are called by name
# shellcheck source=tests/lib.sh
. "$(dirname "$0")/lib.sh"
need_world
need pdftotext:poppler-utils pdfdetach:poppler-utils unzip:unzip \
	xmllint:libxml2-utils jq:jq
cd "$WORK" || bail 'no work folder'
# shellcheck source=tests/papers.sh
. "$TOP/tests/papers.sh"
ck+=(request)

# letter PROCEDURE FIELD=TEXT...: of Lâm Đồng, for one row.
letter()
{
	local procedure=$1 field
	local -a sets=()
	shift
	for field; do
		sets+=(--set "$field")
	done
	"${ck[@]}" "$procedure" --province "${province:-lam-dong}" --no-tokens \
		--set name='Lý A' "${sets[@]}" "${also[@]}" -o no.pdf
}
also=()
meets()
{
	local name=$1
	shift
	exit_is 0 "$name: is met" letter "$@"
	rm -f no.pdf
}
# breaks NAME REGEX ...
breaks()
{
	refused 7 "$1" "Lý A: .*$2" letter "${@:3}"
	like "$err" 'nothing was written; --override' "$1: and what can be done"
}

# 1. Days left: on the letter's day in Vietnam

until=not_after=2026-12-21
nine='khoản 1 Điều 9 Quy chế'
meets '30 days' renew $until
breaks '29 days' "20/12/2026; the last day for it was 20/11/2026.*$nine" \
	renew not_after=2026-12-20
CKSTOKEN_NOW=2026-11-21T16:59:59Z meets "a second before Vietnam's midnight" \
	renew $until
CKSTOKEN_NOW=2026-11-21T17:00:00Z breaks "Vietnam's midnight" "21/11/2026.*$nine" \
	renew $until
also=(--date 22/11/2026)
breaks 'a letter of tomorrow' "$nine" renew $until
also=(--date '21/11/2026 23:59')
meets 'a letter of late today' renew $until
also=()
meets 'an end that is not known' renew
breaks 'a certificate that has ended' 'Ask for a new certificate .Form 02.' \
	renew not_after=2026-11-01 holder=organization
breaks 'a change, too late' 'khoản 1 Điều 10 Quy chế' \
	change not_after=2026-12-20 change='cơ quan' change_to=B
# Điều 12 Nghị định số 68/2024/NĐ-CP, which the letters of Bắc Ninh follow
province=bac-ninh
meets '30 days under bac-ninh, and not the 60 of a decree that is gone' \
	renew not_after=2026-12-21
breaks '29 days' '30 days.*20/12/2026.*20/11/2026.*Điều 12 Nghị định số 68' \
	renew not_after=2026-12-20
province=bac-ninh-tt185
meets '60 days under its older forms' renew not_after=2027-01-20
breaks '59 days' '60 days.*19/01/2027.*20/11/2026.*Nghị định số 130/2018' \
	renew not_after=2027-01-19
province=default
meets '30 days by the decree alone' renew $until
breaks '29 days by the decree alone' 'Điều 12 Nghị định số 68/2024' \
	renew not_after=2026-12-20
province=lam-dong

# a-recipient-that-stands-nowhere, a-wrong-day: whom, how and by when. Phú Thọ
# Điều 6.4 and 4.2, Ninh Bình Điều 10.6.c.
province=phu-tho
also=(--date 23/11/2026)
meets 'a recovery on 23/11' recover
like "$err" 'send it to: Sở Khoa học và Công nghệ tỉnh Phú Thọ.*counted from 23/11/2026, that is until 25/11/2026' \
	'is told whom and by when, as 24/11 is off'
also=(--date 20/11/2026)
meets 'a recovery before a day that may be off' recover
like "$err" 'until 23/11/2026, or 25/11/2026, as it is not settled yet: ' \
	'is told both days'
meets 'a revocation' revoke
like "$err" 'send it to: Cục.*and a copy to: Sở Khoa học và Công nghệ tỉnh Phú Thọ' \
	'is told the copy'
exit_is 0 'a return' ckstoken --config office.conf handover return \
	--province ninh-binh --no-tokens --date 20/11/2026 \
	--set device_serial=VIDU1 -o no.pdf
like "$err" 'counted from 20/11/2026, that is until 30/11/2026' \
	'is told the fifth day'
rm no.pdf
province=lam-dong
also=()

# 2. Once, and how long

meets 'never renewed' renew renewals=0
breaks 'renewed once' "only once.*$nine" renew renewals=1
meets 'renewed once and to be changed' change renewals=1
breaks 'and to be renewed besides' "only once.*$nine" \
	change renewals=1 renew=x
meets 'five years' renew renewals=0 not_before=2022-02-01 not_after=2027-02-01
unlike "$err" '5 years' 'five years: no remark'
# the-issuers-term: NĐ 68 Điều 9 binds the issuer and refuses no letter.
meets 'the-issuers-term: a day more' renew renewals=0 not_before=2022-02-01 \
	not_after=2027-02-02
like "$err" '5 years.*01/02/2022.*02/02/2027.*Điều 4 Quy chế' 'is remarked on'
meets 'the-issuers-term: renewed for three years more' change renewals=1 \
	not_before=2024-01-15 not_after=2031-01-16
unlike "$err" 'at most' 'on the whole span: no remark'

# 3. E-mail

eight='điểm c khoản 1 Điều 8 Quy chế'
meets 'an official address' new-person email=a@vidu.example
for email in a@gmail.com A@GMAIL.COM a@yahoo.com.vn a@hotmail.com \
	a@outlook.com; do
	breaks "$email" "official e-mail.*$eight" new-person email="$email"
done
meets 'a name that only looks like one' new-person email=gmail.com@vidu.example
refused 7 "the recipient's address" "gmail.*$eight" letter new-organization \
	contact.email=van.thu@gmail.com
breaks 'a change to one' 'official e-mail.*khoản 2 Điều 10' \
	change change='thư điện tử' change_to=b@gmail.com
meets 'a change from one' change change='thư điện tử' email=b@gmail.com \
	change_to=b@vidu.example

# 4. Cases that are listed

eleven='khoản 1 Điều 11 Quy chế.*Điều 17'
for reason in 'nghỉ hưu' 'NGHI HUU từ 01/12' 'được nghỉ hưu trước tuổi'; do
	meets "revocation: $reason" revoke holder=person reason="$reason"
done
# refused-for-its-wording: NĐ 68 Điều 17.1 has the managing agency's own request.
remarked()
{
	meets "$1" "${@:3}"
	like "$err" "$2" "$1: is remarked on"
}
remarked 'revocation: a whim' "không thích.*own request.*$eleven" revoke \
	holder=person reason='không thích'
remarked "an agency's case for a person" "giải thể.*$eleven" revoke \
	holder=person reason='giải thể'
for reason in 'mất USB token' 'cháy' 'chết' 'hợp nhất với Sở Nội vụ' \
	'tổ chức lại' 'không còn nhu cầu'; do
	meets "refused-for-its-wording: $reason" revoke reason="$reason"
done
province=ninh-binh
meets 'refused-for-its-wording: out of the State sector (Điều 11.5)' revoke \
	holder=person reason='chuyển công tác sang doanh nghiệp tư nhân'
unlike "$err" 'own request|Form 04' 'and nothing is remarked'
breaks 'a move inside the State sector' \
	'keeps the certificate.*khoản 6 Điều 11 Quy chế' revoke \
	holder=person reason='chuyển công tác đến Sở Tài chính'
remarked 'a move to where it does not say' \
	'does not say where to.*khoản 6 Điều 11 Quy chế' revoke \
	holder=person reason='chuyển công tác'
province=lam-dong
meets 'of an agency' revoke holder=organization reason='giải thể'
meets 'of whom is not known' revoke reason='giải thể'
meets 'no reason yet' revoke holder=person
remarked 'half a word' "$eleven" revoke reason='việc công anh Ba giao'
meets "a person's change" change holder=person change='Cơ quan công tác' \
	change_to=B
breaks "what a person's certificate has not" 'Chức vụ.*khoản 2 Điều 10' \
	change holder=person change='Chức vụ' change_to=B
breaks 'a device, which Lâm Đồng has no case for' 'no case.*khoản 2 Điều 10' \
	change holder=device change='phiên bản' change_to=2
province=phu-tho
meets 'as Phú Thọ has' change holder=device change='phiên bản' change_to=2
province=lam-dong
breaks 'a change into nothing' 'its new value.*Mẫu số 04' change change='cơ quan'
exit_is 0 'what is to change with a renewal alone' letter renew \
	change='cơ quan' change_to=B
like "$err" 'Lý A: .*only for a renewal' 'is told, and no more'
rm no.pdf

# 5. Several, and in spite of them

cat >rows.json <<'END'
[{"name": "Lý A", "not_after": "2026-12-01", "renewals": 1},
 {"name": "Đỗ B", "not_after": "2028-01-01"},
 {"name": "Vũ C", "not_after": "2026-11-30"}]
END
ck+=(renew --province lam-dong --no-tokens --data rows.json)
refused 7 'three findings' 'Lý A: at least 30.*Lý A: .*once.*Vũ C: at least 30' \
	"${ck[@]}" -o no.pdf -o no.docx
nok 'nor as DOCX' test -e no.docx
unlike "$err" 'Đỗ B' 'the row that meets them all is not blamed'
refused 2 '--override without a reason' 'needs a reason' "${ck[@]}" \
	--override '' -o no.pdf
why='Chỉ đạo miệng của Giám đốc'
exit_is 0 '--override with one' "${ck[@]}" --override "$why" -o x.pdf -o x.docx
like "$err" "Vũ C: at least.*written anyway, for this reason: $why" \
	'tells both'
for file in x.pdf x.docx; do
	is "$(dossier_of $file | jq -c '[.overrides[] | [.rule, .row, .reason]] |
		sort')" \
		"$(jq -nc --arg why "$why" '[["days-left", 1, $why],
		["days-left", 3, $why], ["renewed-once", 1, $why]]')" \
		"$file: its data has each, and why"
	is "$(dossier_of $file | jq -r '.overrides | map(.article) | unique[]' |
		grep -vc 'khoản 1 Điều 9')" 0 "$file: and the article"
done
unlike "$(words_of x.pdf)" 'Chỉ đạo' 'the letter does not say it'
unlike "$(unzip -p x.docx word/document.xml docProps/core.xml)" 'Chỉ đạo' \
	'nor does the DOCX'
exit_is 0 '--override where nothing is against it' "${ck[@]}" \
	--override "$why" --date 01/10/2026 --set renewals=0 -o x.pdf
is "$(dossier_of x.pdf | jq '.overrides')" null 'is not kept'
unlike "$err" 'anyway' 'nor told'

# 6. The right letter

ck=(ckstoken --config office.conf request)
breaks "a person's name on the agencies' form" \
	'holder is a person.*Form 01.*điểm b khoản 2 Điều 8 Quy chế' \
	new-organization holder=person
meets "on the people's" new-person holder=person
meets 'whose is not known' new-organization
refused 7 'a change that only renews' 'no row asks for a change.*Mẫu số 04' \
	letter change renew=x
refused 7 'a renewal that only changes' 'no row asks for a renewal' \
	letter renew update=x change='cơ quan' change_to=B
meets 'a renewal that changes too' renew renew=x update=x change='cơ quan' \
	change_to=B
remarked 'a case that is denied' "$eleven" revoke holder=person \
	reason='không bị mất, không thất lạc'
remarked 'a secret, which is no loss' "$eleven" revoke holder=person \
	reason='trả thiết bị lưu khóa bí mật'
breaks 'a recovery for what locks no device' 'khoản 1 Điều 12 Quy chế' recover \
	reason='nghỉ hưu'
# a-check-that-looks-at-plugged-in-tokens-only: NĐ 68 Điều 22.1, of data too.
breaks 'a recovery of one that works' \
	'not to be locked.*khoản 1 Điều 12 Quy chế' recover device_serial=VIDU1 \
	user_pin=ok
remarked 'a recovery of one that nobody read' \
	'1 token of this letter was not read, so whether it is locked' recover \
	device_serial=VIDU1
meets 'for what does' recover reason='Nhập sai mật khẩu quá 3 lần'
breaks 'an end before the beginning' 'check the days.*Điều 4 Quy chế' renew \
	not_before=2028-01-02 not_after=2028-01-01
breaks 'a birth to come' '22/11/2026.*check' new-person birth_date=22/11/2026
remarked 'a-card-of-nine-digits' 'has 9 digits.*Điều 46 Luật Căn cước' revoke \
	id_number=250123456
meets 'of today' new-person birth_date=21/11/2026 id_date=21/11/2026
refused 7 "the contact's paper of tomorrow" '22/11/2026' letter recover \
	contact.id_date=22/11/2026

# 7. A letter of a day on which nobody works

off='dated-on-a-day-off (NĐ 30 Điều 18: issued on the day of signing)'
# dated DAY REGEX: a letter that is given that day.
dated()
{
	also=(--date "$1")
	remarked "$off: $1" "the day of the document: $1 $2" recover
}
dated 22/11/2026 'is a day off; the working day before is 20/11/2026; check it'
dated 02/09/2026 'is a day off; the working day before is 28/08/2026'
dated 23/11/2026 'may be a day off .*the working day before is 20/11/2026'
also=(--date 22/08/2026)
meets "$off: a Saturday that is worked" recover
unlike "$err" 'day off' "$off: is none"
also=()
meets "$off: today, which nobody gave" recover
unlike "$err" 'day off' "$off: is not remarked on"

plan_done
