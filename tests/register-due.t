#!/bin/bash
# SPDX-License-Identifier: LGPL-2.1-or-later
# stores: both
#
# `ckstoken register due`: what is to be done, by which day, by whom and under
# which article, as the five regulations say it. Days were counted by hand.

# shellcheck disable=SC2119,SC2120,SC2317 # functions are called by name
# shellcheck source=tests/lib.sh
. "$(dirname "$0")/lib.sh"
need_world
need jq:jq sqlite3:sqlite3 script:bsdutils

cd "$WORK" || exit 1

# have RECORD...: a new register that has them and no more. A record is its kind
# and its values; a blank in a value is written "_".
have()
{
	drop_register r.db
	printf '%s\n' "$@" | jq -Rn '[inputs | split(" ") |
		{record: .[0]} + ([.[1:][] | capture("(?<key>[^=]+)=(?<value>.*)") |
			.value |= gsub("_"; " ")] | from_entries)]' >have.json
	CKSTOKEN_NOW=2026-03-04T02:00:00Z "$CKSTOKEN" register import have.json \
		--file "$(place r.db)" 2>have.err || bail "no register: $(<have.err)"
}

# due DAY PROVINCE [OPTION...]: leaves $out.
due()
{
	local day=$1 province=$2
	shift 2
	CKSTOKEN_NOW=${day}T02:00:00Z exit_as_told "$CKSTOKEN" register due \
		--province "$province" --json --file "$(place r.db)" "$@"
}

# The exit code must be what the states make it; $odd remembers where it is not.
odd=''
exit_as_told()
{
	local code
	out=$("$@" 2>err)
	rc=$?
	err=$(<err)
	code=$(json '[(.due // .findings)[].state] | if any(. == "overdue" or . == "wrong")
		then 1 else 0 end')
	[ "$rc" = "$code" ] || odd+=" $rc for $*;"
}

# on NAME PROVINCE DAYS: what each line, "DAY: RULE STATE DUE[ TOKEN], …", says
# must be all that is told on that day; "-" is nothing, or no day.
on()
{
	local name=$1 province=$2 day expected
	while IFS= read -r line; do
		day=${line%%:*} expected=${line#*: }
		due "$day" "$province"
		[ "$expected" != - ] || expected=''
		is "$(json '[.due[] | select(.rule != "report") |
			"\(.rule) \(.state) \(.due // "-")"] | join(", ")')" \
			"$expected" "$name, on $day in $province"
	done <<<"$3"
}

# of RULE MEMBER: in $out.
of()
{
	json ".due[] | select(.rule == \"$1\").$2"
}

agency='agency organization=Sở_Tài_chính'
an="subscriber subscriber=1 name=Nguyễn_Văn_An holder=person organization=Sở_Tài_chính"
seal="subscriber subscriber=2 name=SỞ_TÀI_CHÍNH holder=organization organization=Sở_Tài_chính"
tk1='token device_serial=TK1 subscriber=1'
tk2='token device_serial=TK2 subscriber=1'
ts1='token device_serial=TS1 subscriber=2 place_kept=trụ_sở'
c1='certificate certificate_serial=54A1 subscriber=1 device_serial=TK1'
c2='certificate certificate_serial=54A2 subscriber=1'
cs1='certificate certificate_serial=54B1 subscriber=2 device_serial=TS1 not_before=2025-01-01 not_after=2029-12-31'
of2024='not_before=2024-07-01'
until2029="$of2024 not_after=2029-06-30"
renewal='request request=1 procedure=renew document_number=5 document_date=2026-10-20'
item1='item request=1 item=1 certificate_serial=54A1'

# 1. Renewal: 30 days, and 60 by the older forms of Bắc Ninh (expires 31/12/2026)

have "$agency" "$an" "$tk1" "$c1 $of2024 not_after=2026-12-31"
# 31/12 less 30 days is 1/12; less 60 it is 1/11.
for province in default lam-dong ninh-binh phu-tho tien-giang bac-ninh \
	dong-thap; do
	on 'a certificate to 31/12/2026' $province '2026-10-31: -
2026-11-01: renew soon 2026-12-01
2026-11-30: renew soon 2026-12-01
2026-12-01: renew today 2026-12-01
2026-12-02: new-certificate soon 2026-12-31
2026-12-31: new-certificate today 2026-12-31
2027-01-01: hand-back overdue 2026-12-31'
done
on 'a certificate to 31/12/2026' bac-ninh-tt185 '2026-10-01: -
2026-10-02: renew soon 2026-11-01
2026-11-01: renew today 2026-11-01
2026-11-02: -
2026-12-01: new-certificate soon 2026-12-31'
while IFS='|' read -r province article; do
	due 2026-12-01 "$province"
	is "$(json '[.due[] | select(.rule != "report").article] | join(" ")')" \
		"$article" "$province: the article"
done <<-'END'
	default|Điều 12 Nghị định số 68/2024/NĐ-CP
	lam-dong|khoản 1 Điều 9 Quy chế ban hành kèm theo Quyết định số 1619/QĐ-UBND
	phu-tho|khoản 1 Điều 5 Quy chế ban hành kèm theo Quyết định số 65/2025/QĐ-CTUBND
	tien-giang|Điều 12 Nghị định số 68/2024/NĐ-CP
	ninh-binh|Điều 12 Nghị định số 68/2024/NĐ-CP; khoản 2 Điều 9 Quy chế ban hành kèm theo Quyết định số 165/2025/QĐ-UBND
	bac-ninh|Điều 12 Nghị định số 68/2024/NĐ-CP
	bac-ninh-tt185|khoản 1 Điều 63 Nghị định số 130/2018/NĐ-CP
	dong-thap|Điều 12 Nghị định số 68/2024/NĐ-CP; Điều 9 Quy chế ban hành kèm theo Quyết định số 144/2025/QĐ-CTUBND
END
due 2026-12-01 ninh-binh
is "$(of renew command)" 'ckstoken request renew --serial TK1 -o renew-TK1.pdf' 'the letter'
is "$(of renew name)/$(of renew organization)/$(of renew certificate_serial)" \
	'Nguyễn Văn An/Sở Tài chính/54A1' 'whose it is'
due 2026-12-02 ninh-binh
is "$(of new-certificate command)" 'ckstoken request new-person --serial TK1 -o new-person-TK1.pdf' \
	'once it is too late, the letter for a new one'
# 1/12 begins in Vietnam while it is 17:00 on 30/11 in London.
CKSTOKEN_NOW=2026-11-30T16:59:59Z exit_as_told "$CKSTOKEN" register due \
	--province ninh-binh --json --file "$(place r.db)"
is "$(of renew state)" soon 'a second before midnight in Vietnam'
CKSTOKEN_NOW=2026-11-30T17:00:00Z exit_as_told "$CKSTOKEN" register due \
	--province ninh-binh --json --file "$(place r.db)"
is "$(of renew state)" today 'and at midnight'

for once in renewals=1 issued_for=renew; do
	have "$agency" "$an" "$tk1" "$c1 not_before=2024-01-01 not_after=2026-12-31 $once"
	on "renewed before ($once)" ninh-binh '2026-11-30: -
2026-12-01: new-certificate soon 2026-12-31'
	due 2026-12-01 ninh-binh
	like "$(of new-certificate what)" 'renewed before' 'which says why'
done

# told_not NAME RECORD...: on the last day, renewal is not told.
told_not()
{
	local name=$1
	shift
	have "$agency" "$an" "$tk1" "$c1 $of2024 not_after=2026-12-31" "$@"
	on "$name" ninh-binh '2026-12-01: -'
}
told() {
	local name=$1
	shift
	have "$agency" "$an" "$tk1" "$c1 $of2024 not_after=2026-12-31" "$@"
	on "$name" ninh-binh '2026-12-01: renew today 2026-12-01'
}
told_not 'asked for' "$renewal" "$item1"
told 'asked for and refused' "$renewal outcome=refused" "$item1"
told_not 'refused, and asked for again' "$renewal outcome=refused" "$item1" \
	'request request=2 procedure=renew document_number=6 document_date=2026-11-02' \
	'item request=2 item=1 certificate_serial=54A1'
told 'a letter for another certificate' "$renewal" \
	'item request=1 item=1 certificate_serial=54FF subscriber=1'
told_not 'asked for by the token' "$renewal" \
	'item request=1 item=1 device_serial=TK1'
told_not 'the revocation is asked for' \
	'request request=1 procedure=revoke document_number=5' "$item1"
told_not 'renewed: a later one on the token' \
	"$c2 device_serial=TK1 not_before=2026-11-01 not_after=2029-10-31"
told 'a later one on another token' "$tk2" \
	"$c2 device_serial=TK2 not_before=2026-03-01 not_after=2029-10-31"
told_not 'one that says which it follows' "$tk2" \
	"$c2 device_serial=TK2 not_before=2026-03-01 not_after=2029-10-31 old_serial=54A1"
told 'the first letter for it, of before' \
	'request request=1 procedure=new-person document_number=5 document_date=2024-06-01' \
	'item request=1 item=1 subscriber=1'
told_not 'a new one is asked for and not yet there' \
	'request request=1 procedure=new-person document_number=5 document_date=2026-11-20' \
	'item request=1 item=1 subscriber=1'
told 'a renewal that was for somebody else' "$renewal" "$seal" \
	'item request=1 item=1 subscriber=2'

have "$agency" "$an" "$tk1" "$tk2" "$c1 $of2024 not_after=2026-12-10" \
	"$c2 device_serial=TK2 not_before=2026-11-01 not_after=2031-10-31"
on 'too late, and the person has a new token' ninh-binh '2026-12-01: -
2026-12-11: hand-back overdue 2026-12-10'
have "$agency" "$an" \
	"certificate certificate_serial=54A1 subscriber=1 $of2024 not_after=2026-12-31"
on 'a certificate that is on no token' ninh-binh '2026-12-01: renew today 2026-12-01
2027-01-01: -'
due 2026-12-01 ninh-binh
is "$(of renew command)" \
	'ckstoken request renew --set certificate_serial=54A1 -o renew-54A1.pdf' 'is named itself'

# 2. Longest terms

term()
{
	have "$agency" "$an" "$tk1" "$c1 $2" "${@:4}"
	on "$1" ninh-binh "2026-03-02: $3"
}
term 'five years to the day' \
	'not_before=2024-07-01 not_after=2029-07-01 renewals=0' -
term 'five years and a day' \
	'not_before=2024-07-01 not_after=2029-07-02 renewals=0' \
	'term-new wrong -'
term 'five years and a day, issued anew' \
	'not_before=2024-07-01 not_after=2029-07-02 issued_for=new' \
	'term-new wrong -'
# Lâm Đồng Điều 4.2, NĐ 68 Điều 9: the renewal itself is at most three years,
# from the end of the certificate before.
before='certificate certificate_serial=54A0 subscriber=1 not_before=2023-01-01 not_after=2026-11-15'
term 'the-issuers-term: three years from the old end' \
	'not_before=2026-02-01 not_after=2029-11-15 renewals=1 old_serial=54A0' - \
	"$before"
term 'a day more' \
	'not_before=2026-02-01 not_after=2029-11-16 renewals=1 old_serial=54A0' \
	'term-renewed wrong -' "$before"
like "$(of term-renewed what)" \
	'before ended on 15/11/2026, .* ends on 16/11/2029, more than 3 years' \
	'both ends are told'
term 'issued for a renewal' \
	'not_before=2026-02-01 not_after=2029-11-16 issued_for=renew old_serial=54A0' \
	'term-renewed wrong -' "$before"
term 'renewed, of an old end that is not known' \
	'not_before=2022-07-01 not_after=2030-07-01 renewals=1' -
term 'longer than both terms' \
	'not_before=2022-07-01 not_after=2030-07-02 renewals=1' 'term-new wrong -'
term 'of which it is not known whether it was renewed' \
	'not_before=2024-07-01 not_after=2029-07-02' -
term 'from 29 February' \
	'not_before=2024-02-29 not_after=2029-03-01 renewals=0' -
term 'renewed twice' 'not_before=2025-07-01 not_after=2028-07-01 renewals=2' \
	'renewed-once wrong -'
term 'too long, and long over' 'not_before=2016-01-01 not_after=2025-12-31' \
	'hand-back overdue 2025-12-31'
term 'too long, and revoked' \
	'not_before=2024-07-01 not_after=2029-07-02 revoked_date=2026-03-02' \
	'hand-back soon 2026-03-09'
due 2026-03-02 ninh-binh
have "$agency" "$an" "$tk1" "$c1 not_before=2024-07-01 not_after=2029-07-02 renewals=0"
while IFS='|' read -r province article; do
	due 2026-03-02 "$province"
	is "$(of term-new article)" "$article" "$province: the article"
done <<-'END'
	ninh-binh|Điều 9 Nghị định số 68/2024/NĐ-CP
	lam-dong|khoản 1 Điều 4 Quy chế ban hành kèm theo Quyết định số 1619/QĐ-UBND
END
have "$agency" "$an" "$tk1" \
	"$c2 device_serial=TK1 $of2024 not_after=2029-06-30 revoked_date=2026-02-01" \
	"$c1 not_before=2026-02-01 not_after=2029-06-30 issued_for=change old_serial=54A2"
on 'a change that keeps the end' ninh-binh '2026-03-02: -'
have "$agency" "$an" "$tk1" \
	"$c2 device_serial=TK1 $of2024 not_after=2029-06-30 revoked_date=2026-02-01" \
	"$c1 not_before=2026-02-01 not_after=2029-07-31 issued_for=change old_serial=54A2"
on 'a change that moved it' ninh-binh '2026-03-02: term-unchanged wrong -'
have "$agency" "$an" "$tk1" "$c1 $until2029 official=không"
on 'a certificate of a public CA' ninh-binh '2026-03-02: public-ca wrong -'
like "$(of public-ca article)" '^khoản 1 Điều 8 Quy chế' 'with its article'

# 3. Hand-back: 05 working days from the notice

notice()
{
	have "$agency" "$an" "$tk1" "$c1 $until2029 $2"
	on "$1" ninh-binh "$3"
}
# Monday 2/3/2026: the fifth working day after is Monday 9/3.
notice 'notice on a Monday' 'revoked_date=2026-02-27 notice_date=2026-03-02' \
	'2026-03-02: hand-back soon 2026-03-09
2026-03-08: hand-back soon 2026-03-09
2026-03-09: hand-back today 2026-03-09
2026-03-10: hand-back overdue 2026-03-09'
is "$(of hand-back who)|$(of hand-back article)" \
	'Cơ quan, tổ chức quản lý trực tiếp|điểm c khoản 6 Điều 10 Quy chế ban hành kèm theo Quyết định số 165/2025/QĐ-UBND' \
	'who has to, and under which article'
is "$(of hand-back command)" 'ckstoken handover return --serial TK1 -o return-TK1.pdf' 'the minutes'
due 2026-03-10 phu-tho
is "$(of hand-back article)" 'Điều 20 Nghị định số 68/2024/NĐ-CP' \
	'elsewhere the decree says so'
# 14/2 to 22/2/2026 is Tết: 12/2 Thursday, 13/2 is the first day, 23/2 the second.
notice 'notice before Tết' 'notice_date=2026-02-12' \
	'2026-02-26: hand-back today 2026-02-26
2026-02-27: hand-back overdue 2026-02-26'
# Thursday 20/8/2026: 21/8, Saturday 22/8 is worked for Monday 31/8, 24 to 26.
notice 'a Saturday that is worked' 'notice_date=2026-08-20' \
	'2026-08-26: hand-back today 2026-08-26'
# Friday 28/8/2026: 31/8 to 2/9 are off; 3, 4, 7, 8, 9/9.
notice 'days off that were swapped' 'notice_date=2026-08-28' \
	'2026-09-09: hand-back today 2026-09-09'
notice 'the day of the notice is not recorded' 'revoked_date=2026-03-02' \
	'2026-03-02: hand-back soon 2026-03-09
2026-03-10: hand-back overdue 2026-03-09'
like "$(of hand-back what)" 'is not recorded' 'which is told'
# Of all they are asked for one after the other, of an agency together.
have "$agency" "$an" "$tk1" "$c1 $until2029 notice_date=2026-03-02" "$tk2" \
	"$c2 device_serial=TK2 $of2024 not_after=2026-02-28"
on 'one expired and one revoked' ninh-binh \
	'2026-03-02: hand-back overdue 2026-02-28, hand-back soon 2026-03-09'
whole=$(json .due)
due 2026-03-02 ninh-binh --organization 'Sở Tài chính'
is "$(json '[.due[] | select(.rule != "report")]')" "$whole" \
	'of their agency the same is told'
notice 'it was taken back' 'notice_date=2026-03-02' \
	'2026-03-02: hand-back soon 2026-03-09'
"$CKSTOKEN" register add token device_serial=TK1 collected_date=04/03/2026 \
	--file "$(place r.db)"
due 2026-03-04 ninh-binh
like "$(of hand-back what)" 'taken back on 04/03/2026' 'it is yet to be handed over'
"$CKSTOKEN" register add token device_serial=TK1 returned_date=06/03/2026 \
	--file "$(place r.db)"
on 'handed over' ninh-binh '2026-03-06: -
2026-03-10: -'
notice 'a revocation that is to come' 'revoked_date=2026-04-01' '2026-03-02: -'
# No "year 2028" stands in the calendar.
notice 'notice in a year that the calendar does not have' \
	'notice_date=2028-03-01' '2028-03-08: hand-back today 2028-03-08'
like "$(of hand-back what)" '08/03/2028, or another day.*2028 are not all known' \
	'is told beside the date'
unlike "$err" 'not all known' 'and nowhere else'
# a-wrong-day: 24/11 is off by Nghị quyết 28/2026/QH16. Whether Monday 23/11 is
# for Saturday 28/11 does not move the fifth day (Ninh Bình Điều 10.6.c).
notice 'a-wrong-day: 24/11 is off' 'notice_date=2026-11-20' \
	'2026-11-27: hand-back soon 2026-11-30
2026-11-30: hand-back today 2026-11-30
2026-12-01: hand-back overdue 2026-11-30'
unlike "$(of hand-back what)" 'not settled' 'nothing moves it'
# It does move the third, and then late is only what is so in any case.
notice 'a date that may be another' 'notice_date=2026-11-18' \
	'2026-11-26: hand-back today 2026-11-26
2026-11-27: hand-back today 2026-11-26
2026-11-28: hand-back overdue 2026-11-26'
is "$(json '.due[] | "\(.due) \(.earliest) \(.latest)"')" \
	'2026-11-26 2026-11-26 2026-11-27' 'both dates are data'
like "$(of hand-back what)" \
	'26/11/2026, or 27/11/2026, as it is not settled yet: .*28/11/2026' \
	'both are told with why, beside the date'
CKSTOKEN_NOW=2026-11-26T02:00:00Z "$CKSTOKEN" register due --province ninh-binh \
	--file "$(place r.db)" >out 2>/dev/null
like "$(<out)" '  26/11/2026 or 27/11/2026  TK1' 'for people, too'

have "$agency" "$an" "$tk1" "$c1 $of2024 not_after=2026-03-01" \
	"$c2 device_serial=TK1 not_before=2026-02-01 not_after=2029-01-31"
on 'an expired one beside one in force' ninh-binh '2026-03-02: -'
have "$agency" "$an" "$tk1" "$c1 $of2024 not_after=2026-03-01" \
	"$c2 device_serial=TK1 not_before=2021-01-01 not_after=2025-12-31"
on 'two expired ones on one token are one token' ninh-binh \
	'2026-03-02: hand-back overdue 2026-03-01'
have "$agency" "$an" "$tk1" "$c1 $of2024 not_after=2026-03-01" "$tk2" \
	"$c2 device_serial=TK2 not_before=2026-02-01 not_after=2029-01-31 old_serial=54A1"
on 'a new token does not keep the old one' ninh-binh \
	'2026-03-02: hand-back overdue 2026-03-01'
have "$agency" 'subscriber subscriber=3 name=Lê_Văn_Bình holder=person organization=Sở_Tài_chính' \
	'token device_serial=TK1 subscriber=3' "$an" \
	"$c1 $of2024 not_after=2026-01-31 notice_date=2026-01-05" \
	'certificate certificate_serial=54C1 subscriber=3 device_serial=TK1 not_before=2026-02-01 not_after=2030-01-31'
on 'a token that a successor has' ninh-binh '2026-03-02: -'

# 4. Leaving and moving

left="$an left_date=2026-03-02"
leaves()
{
	have "$agency" "$left left_reason=$2" "$tk1" "$c1 $until2029" "${@:4}"
	on "$1" ninh-binh "$3"
}
leaves 'retired' retired '2026-01-30: -
2026-02-02: leaving soon 2026-03-02
2026-03-02: leaving today 2026-03-02
2026-03-03: leaving overdue 2026-03-02'
is "$(of leaving article)" \
	'khoản 5 Điều 11 Quy chế ban hành kèm theo Quyết định số 165/2025/QĐ-UBND' \
	'with its article'
is "$(of leaving command)" \
	"ckstoken request revoke --serial TK1 -o revoke-TK1.pdf --reason 'nghỉ hưu'" 'and letter'
due 2026-03-03 bac-ninh
is "$(of leaving article)" \
	'khoản 2 Điều 17, khoản 2 Điều 20 Nghị định số 68/2024/NĐ-CP' \
	'in Bắc Ninh the decree says so'
leaves 'died' died '2026-03-03: leaving overdue 2026-03-02'
like "$(of leaving article)" '^Điều 17 Nghị định số 68/2024/NĐ-CP' \
	'Article 11.5 of Ninh Bình does not name who died'
revocation='request request=1 procedure=revoke document_number=5 document_date=2026-03-01'
leaves 'revocation asked for' retired '2026-03-03: leaving open -' \
	"$revocation" 'item request=1 item=1 device_serial=TK1'
is "$(of leaving command)" 'ckstoken handover return --serial TK1 -o return-TK1.pdf' \
	'then the token remains'
leaves 'revocation refused' retired '2026-03-03: leaving overdue 2026-03-02' \
	"$revocation outcome=refused" 'item request=1 item=1 device_serial=TK1'
leaves 'the revocation of another' retired \
	'2026-03-03: leaving overdue 2026-03-02' "$revocation" "$seal" \
	'item request=1 item=1 subscriber=2'
have "$agency" "$left left_reason=retired" \
	"$tk1 returned_date=2026-03-01" "$c1 $until2029"
on 'the token went back' ninh-binh '2026-03-10: -'
have "$agency" "$left left_reason=retired" "$tk1" \
	"$c1 $until2029 notice_date=2026-03-04"
on 'revoked' ninh-binh '2026-03-10: hand-back soon 2026-03-11'
have "$agency" "$left left_reason=retired" "$tk1"
on 'whose certificate is not known' ninh-binh \
	'2026-03-03: leaving overdue 2026-03-02'
have "$agency" "$left left_reason=retired" \
	"certificate certificate_serial=54A1 subscriber=1 $until2029"
on 'whose certificate is on no token' ninh-binh \
	'2026-03-03: leaving overdue 2026-03-02'
have "$agency" "$an left_date=2028-05-01 left_reason=retired" "$tk1" \
	"$c1 $of2024 not_after=2026-12-31"
on 'who leaves after the end may renew before' ninh-binh \
	'2026-12-01: renew today 2026-12-01'
have "$agency" "$seal left_date=2026-03-01 left_reason=dissolved" "$ts1" "$cs1" \
	'custody device_serial=TS1 keeper=Lan from_date=2025-01-01'
on 'an organization that is dissolved' ninh-binh \
	'2026-03-03: leaving overdue 2026-03-01'
like "$(of leaving article)" '^Điều 17 Nghị định' 'which the decree asks for'

leaves 'moved' moved '2026-03-01: -
2026-03-03: moving open 2029-05-31
2029-05-31: moving today 2029-05-31
2029-06-01: moving soon 2029-06-30'
due 2026-03-03 ninh-binh
is "$(of moving article)" \
	'khoản 6 Điều 11 Quy chế ban hành kèm theo Quyết định số 165/2025/QĐ-UBND' \
	'with its article'
is "$(of moving command)" 'ckstoken request change --serial TK1 -o change-TK1.pdf' 'and letter'
have "$agency" "$left left_reason=moved left_to=Sở_Nội_vụ" "$tk1" \
	"$c1 $until2029"
due 2026-03-03 ninh-binh
is "$(of moving who)" 'Sở Nội vụ' 'the new agency does it'
change='request request=1 procedure=change document_number=5 document_date=2026-03-05'
have "$agency" "$left left_reason=moved left_to=Sở_Nội_vụ" "$tk1" \
	"$c1 $until2029" "$change" "$item1 subscriber=1"
on 'moved, and the change is asked for' ninh-binh '2026-03-06: -
2029-05-31: renew today 2029-05-31
2029-07-01: -'
due 2029-05-31 ninh-binh
is "$(of renew who)" 'Sở Nội vụ' 'the new agency renews it'
have "$agency" "$left left_reason=moved left_to=Sở_Tài_chính" "$tk1" \
	"$c1 $until2029" "$change" "$item1 subscriber=1"
on 'moved here, and the change was asked for' ninh-binh '2026-03-06: -
2029-05-31: renew today 2029-05-31'
have "$agency" "$left left_reason=moved left_to=Sở_Nội_vụ" "$tk1" \
	"$c1 $until2029 revoked_date=2026-04-01" \
	"$c2 device_serial=TK1 not_before=2026-04-01 not_after=2029-06-30 issued_for=change old_serial=54A1"
on 'moved, and changed' ninh-binh '2026-04-06: -'

# 5. Lost, leaked, locked

lost='loss loss=1 device_serial=TK1 loss_kind=lost'
loses()
{
	have "$agency" "$an" "${@:3}" "$c1 $until2029"
	on "$1" ninh-binh "$2"
}
loses 'a loss' '2026-03-02: loss-minutes today 2026-03-02, revoke-lost today 2026-03-02
2026-03-03: loss-minutes overdue 2026-03-02, revoke-lost overdue 2026-03-02' \
	"$tk1" "$lost reported_time=2026-03-02T08:15:00+07:00"
is "$(of revoke-lost command)" \
	"ckstoken request revoke --serial TK1 -o revoke-TK1.pdf --reason 'thất lạc thiết bị'" \
	'the letter'
is "$(of loss-minutes command)" 'ckstoken handover lost --serial TK1 -o lost-TK1.pdf' 'the minutes'
is "$(of loss-minutes article)" \
	'điểm d khoản 6 Điều 10; khoản 4 Điều 9 (165/2025/QĐ-UBND)' \
	'and their article'
due 2026-03-03 bac-ninh
is "$(of revoke-lost article)" \
	'khoản 4 Điều 15 Quy chế ban hành kèm theo Quyết định số 09/2023/QĐ-UBND' \
	'in Bắc Ninh it is reported at once'
loses 'a loss of which is not known when it was reported' \
	'2026-03-02: loss-minutes overdue -, report-loss overdue -, revoke-lost overdue -' \
	"$tk1" "$lost"
loses 'a loss with minutes and letter' '2026-03-03: -' "$tk1" \
	"$lost reported_time=2026-03-02T08:15:00+07:00 minutes=3" \
	'request request=1 procedure=revoke document_number=5 document_date=2026-03-02' \
	'item request=1 item=1 device_serial=TK1'
loses 'the letter of a seal that is not the one' \
	'2026-03-03: revoke-lost overdue 2026-03-02' "$tk1" "$tk2" \
	"$lost reported_time=2026-03-02T08:15:00+07:00 minutes=3" \
	'request request=1 procedure=revoke document_number=5 document_date=2026-03-02' \
	'item request=1 item=1 device_serial=TK2 subscriber=1'
loses 'found and seen again' '2026-03-09: -' "$tk1 seen_date=2026-03-04" \
	"$lost reported_time=2026-03-02T08:15:00+07:00"
loses 'seen before it was lost' \
	'2026-03-03: loss-minutes overdue 2026-03-02, revoke-lost overdue 2026-03-02' \
	"$tk1 seen_date=2026-02-04" \
	"$lost reported_time=2026-03-02T08:15:00+07:00"
loses 'a leak' '2026-03-02: revoke-lost today 2026-03-02' "$tk1" \
	'loss loss=1 device_serial=TK1 loss_kind=leak reported_time=2026-03-02T08:15:00+07:00'
have "$agency" "$an" "$tk1" "$lost reported_time=2021-03-02 minutes=3" \
	"$c1 not_before=2020-01-01 not_after=2024-12-31"
on 'a loss of years ago, whose certificate has ended' ninh-binh '2026-03-02: -'
have "$agency" "$an" "$tk1" "$lost reported_time=2021-03-02 minutes=3" \
	"$c1 $until2029 not_before=2020-01-01 revoked_date=2021-03-05"
on 'a loss of years ago, revoked' ninh-binh '2026-03-02: -'

recovery='request request=1 procedure=recover document_number=5 document_date=2026-03-02'
locks()
{
	have "$agency" "$an" "$tk1 user_pin=locked seen_date=2026-03-04" \
		"$c1 $until2029" "${@:3}"
	on "$1" phu-tho "$2"
}
locks 'locked' '2026-03-05: recover open -'
is "$(of recover command)|$(of recover article)" \
	'ckstoken request recover --serial TK1 -o recover-TK1.pdf|khoản 1 Điều 6 Quy chế ban hành kèm theo Quyết định số 65/2025/QĐ-CTUBND' \
	'its letter and article'
for item in device_serial=TK1 certificate_serial=54A1 subscriber=1; do
	locks "asked for by $item" '2026-03-05: -' "$recovery" \
		"item request=1 item=1 $item"
done
locks 'refused' '2026-03-05: recover open -' "$recovery outcome=refused" \
	'item request=1 item=1 device_serial=TK1'
locks 'restored before it was seen locked' '2026-03-05: recover open -' \
	"$recovery outcome=accepted done_date=2026-03-03" \
	'item request=1 item=1 device_serial=TK1'

# 6. Answers: 01 and 03 working days

answers()
{
	have "$agency" "$an" "$tk1" "$c1 $until2029" \
		"request request=7 procedure=$3 document_number=12 document_date=2026-03-02 $4" \
		'item request=7 item=1 device_serial=TK1 subscriber=1'
	on "$1" "$2" "$5"
}
answers 'an unblock taken in on a Friday' phu-tho recover \
	valid_date=2026-03-06 '2026-03-06: answer soon 2026-03-09
2026-03-09: answer today 2026-03-09
2026-03-10: answer overdue 2026-03-09'
is "$(of answer who)|$(of answer article)" \
	'Sở Khoa học và Công nghệ tỉnh Phú Thọ|khoản 4 Điều 6 Quy chế ban hành kèm theo Quyết định số 65/2025/QĐ-CTUBND' \
	'whose turn it is'
is "$(of answer command)" \
	'ckstoken register add request request=7 outcome=accepted done_date=10/03/2026' \
	'how it is recorded'
# Đồng Tháp Điều 11.2 for PKI Tokens; Điều 11.3 has no term for others.
answers 'an unblock of Đồng Tháp' dong-thap recover \
	valid_date=2026-03-06 '2026-03-10: answer overdue 2026-03-09'
have "$agency" "$an" "$tk1 device_kind=SIM_PKI" "$c1 $until2029" \
	"request request=7 procedure=recover document_number=12 document_date=2026-03-02 valid_date=2026-03-06" \
	'item request=7 item=1 device_serial=TK1 subscriber=1'
on 'of a SIM PKI' dong-thap '2026-03-10: -'
# Phú Thọ Điều 6.4.
answers 'a-wrong-day: an unblock taken in on 23/11' phu-tho recover \
	valid_date=2026-11-23 '2026-11-25: answer today 2026-11-25
2026-11-26: answer overdue 2026-11-25'
answers 'one taken in before a day that may be off' phu-tho recover \
	valid_date=2026-11-20 '2026-11-23: answer today 2026-11-23
2026-11-24: answer soon 2026-11-23
2026-11-25: answer today 2026-11-23
2026-11-26: answer overdue 2026-11-23'
like "$(of answer what)" '23/11/2026, or 25/11/2026, as it is not settled yet' \
	'both dates'
answers 'a renewal' phu-tho renew valid_date=2026-03-06 \
	'2026-03-11: answer today 2026-03-11
2026-03-12: answer overdue 2026-03-11'
like "$(of answer article)" '^điểm c khoản 4 Điều 5 Quy chế' 'with its article'
answers 'a renewal before Tết' phu-tho renew valid_date=2026-02-12 \
	'2026-02-24: answer today 2026-02-24'
answers 'a new certificate, by the Cục' ninh-binh new-person \
	valid_date=2026-03-06 '2026-03-12: answer overdue 2026-03-11'
is "$(of answer who)" 'Cục Chứng thực số và Bảo mật thông tin' 'whose turn it is'
answers 'no term for an unblock in Ninh Bình' ninh-binh recover \
	valid_date=2026-03-06 '2026-03-20: -'
answers 'done' phu-tho recover 'valid_date=2026-03-06 done_date=2026-03-09' \
	'2026-03-20: -'
answers 'refused' phu-tho recover 'valid_date=2026-03-06 outcome=refused' \
	'2026-03-20: -'
answers 'not taken in' phu-tho recover '' '2026-03-20: -'
answers 'minutes are no request' ninh-binh return valid_date=2026-03-06 \
	'2026-03-20: -'

# 7. Reports: Bắc Ninh, before 15/5 and 15/11

have "$agency" "$an"
report_on()
{
	due "$1" "$2"
	is "$(json '[.due[] | "\(.rule) \(.state) \(.due)"] | join(", ")')" \
		"$3" "reports on $1 in $2"
}
report_on 2026-04-13 bac-ninh ''
report_on 2026-04-14 bac-ninh 'report soon 2026-05-14'
report_on 2026-05-14 bac-ninh 'report today 2026-05-14'
report_on 2026-05-15 bac-ninh 'report overdue 2026-05-14'
is "$(of report command)" 'ckstoken report --period half --year 2026 -o report-half-2026.pdf' 'made by'
is "$(of report article)" \
	'điểm a khoản 8 Điều 14 Quy chế ban hành kèm theo Quyết định số 09/2023/QĐ-UBND' \
	'under its article'
# a-due-day-off: 14/11/2026 is a Saturday (Điều 14.8, "trước ngày 15/11").
due 2026-11-02 bac-ninh
like "$(json '.due[] | select(.due == "2026-11-14").what')" \
	'14/11/2026 is a day off; the working day before is 13/11/2026' \
	'a-due-day-off: a report due on a Saturday'
unlike "$(json '.due[] | select(.due == "2026-05-14").what')" 'a day off' \
	'one due on a Thursday'
report_on 2026-11-15 bac-ninh \
	'report overdue 2026-05-14, report overdue 2026-11-14'
for province in default lam-dong ninh-binh phu-tho tien-giang; do
	report_on 2026-05-15 $province ''
done
"$CKSTOKEN" register add request procedure=report period='06 tháng đầu năm 2026' \
	document_date=10/05/2026 --file "$(place r.db)"
report_on 2026-11-15 bac-ninh 'report overdue 2026-11-14'
is "$(of report command)" 'ckstoken report --period year --year 2026 -o report-year-2026.pdf' \
	'the report of the year'
due 2026-11-15 bac-ninh --organization 'Sở Tài chính'
is "$(of report organization)" 'Sở Tài chính' 'an agency that is asked about has it'
due 2026-11-15 bac-ninh --holder person
is "$(json '.due | length')" 0 'people have none'

# 8. Keepers of the tokens of organizations

lan='custody device_serial=TS1 keeper=Lan'
hoa='custody device_serial=TS1 keeper=Hoa'
named='decision=12/QĐ-STC decision_date=2026-01-02'
papers='permission=15/STC permission_date=2026-02-27 minutes=1'
kept()
{
	have "$agency" "$seal" "$ts1" "$cs1" "${@:3}"
	on "$1" ninh-binh "2026-03-10: $2"
}
kept 'no keeper' 'keeper wrong -'
is "$(of keeper article)|$(of keeper command)" \
	'khoản 1 Điều 11 Quy chế ban hành kèm theo Quyết định số 165/2025/QĐ-UBND|ckstoken handover keeper --serial TS1 -o keeper-TS1.pdf' \
	'its article and minutes'
kept 'one keeper' - "$lan from_date=2026-01-02 $named"
kept 'one, since when is not known' - "$lan"
kept 'one who will begin' 'keeper wrong -' "$lan from_date=2026-03-11 $named"
kept 'one who ended today' - "$lan from_date=2026-01-02 to_date=2026-03-10"
kept 'one who ended yesterday' 'keeper wrong 2026-03-09' \
	"$lan from_date=2026-01-02 to_date=2026-03-09"
kept 'one after the other' - "$lan from_date=2026-01-02 to_date=2026-03-02" \
	"$hoa from_date=2026-03-02 $papers"
kept 'until a day, and from the next' - \
	"$lan from_date=2026-01-02 to_date=2026-03-01" \
	"$hoa from_date=2026-03-02 $papers"
kept 'a gap of a day' 'keeper wrong 2026-02-28' \
	"$lan from_date=2026-01-02 to_date=2026-02-28" \
	"$hoa from_date=2026-03-02 $papers"
kept 'an overlap of a day' 'keeper wrong 2026-03-02' \
	"$lan from_date=2026-01-02 to_date=2026-03-03" \
	"$hoa from_date=2026-03-02 $papers"
kept 'two keepers' 'keeper wrong 2026-03-02' "$lan from_date=2026-01-02" \
	"$hoa from_date=2026-03-02 $papers"
kept 'two, since when is not known' 'keeper wrong -' "$lan" "$hoa $papers"
kept 'within the time of another there is no gap after' 'keeper wrong 2026-01-15' \
	"$lan from_date=2026-01-02 to_date=2026-03-02" \
	"custody device_serial=TS1 keeper=Bảy from_date=2026-01-15 to_date=2026-01-20 $papers" \
	"$hoa from_date=2026-03-02 $papers"
kept 'without permission' 'permission wrong -' \
	"$lan from_date=2026-01-02 to_date=2026-03-02" \
	"$hoa from_date=2026-03-02 minutes=1"
like "$(of permission article)" '^khoản 2 Điều 11, khoản 2 Điều 19 Quy chế' \
	'with its article'
kept 'a permission without its day' 'permission wrong -' \
	"$lan from_date=2026-01-02 to_date=2026-03-02" \
	"$hoa from_date=2026-03-02 minutes=1 permission=15/STC"
kept 'without minutes' 'permission wrong -' \
	"$lan from_date=2026-01-02 to_date=2026-03-02" \
	"$hoa from_date=2026-03-02 permission=15/STC permission_date=2026-02-27"
kept 'for a time, by a decision, is not permitted' 'permission wrong -' \
	"$lan from_date=2026-01-02 to_date=2026-03-02" \
	"$hoa from_date=2026-03-02 to_date=2026-03-20 $named minutes=1 temporary=x"
kept 'back from the one who had it for a time' - \
	"$lan from_date=2026-01-02 to_date=2026-03-02 $named" \
	"$hoa from_date=2026-03-02 to_date=2026-03-06 temporary=x $papers" \
	"$lan from_date=2026-03-06 minutes=2"
kept 'the time is over, and nobody took it back' 'keeper wrong 2026-03-06' \
	"$lan from_date=2026-01-02 to_date=2026-03-02 $named" \
	"$hoa from_date=2026-03-02 to_date=2026-03-06 temporary=x $papers"
have "$agency" "$seal" "$ts1 collected_date=2026-03-06" "$cs1" \
	"$lan from_date=2026-01-02 to_date=2026-03-06"
on 'taken back' ninh-binh '2026-03-10: -'
have "$agency" "$seal" "$ts1" "$cs1" "$lan from_date=2026-01-02"
on 'named without a decision' bac-ninh '2026-03-10: keeper wrong -'
is "$(of keeper command)" \
	'ckstoken handover decision --serial TS1 --keeper Lan -o decision.pdf' \
	'khoản 6 Điều 14: the decision can be drafted'
on 'which only Bắc Ninh asks for' ninh-binh '2026-03-10: -'
have "$agency" "$an" "$tk1" "$c1 $until2029"
on 'the token of a person has no keeper' ninh-binh '2026-03-10: -'

while IFS='|' read -r state place; do
	have "$agency" "$seal" \
		"token device_serial=TS1 subscriber=2 place_kept=${place// /_}" \
		"$cs1" "$lan from_date=2026-01-02"
	[ "$state" = in ] && expected=- || expected='place wrong -'
	on "kept at \"$place\"" ninh-binh "2026-03-10: $expected"
done <<-'END'
	in|trụ sở
	in|két sắt phòng Văn thư, tầng 2
	in|tủ hồ sơ, nhà làm việc số 1
	in|tại nhà làm việc, trụ sở
	in|tủ do Văn phòng quản lý, không mang về nhà
	in|Trụ sở cơ quan
	in|Phòng Quản trị
	in|Phòng Quản lý xe
	out|quán cà phê
	out|nhà riêng
	out|Nhà riêng của Trưởng phòng
	out|tại nhà
	out|ngoài trụ sở
	out|mang về nhà
END
like "$(of place article)" '^khoản 2 Điều 11 Quy chế' 'with its article'

# 9. The second device, in Bắc Ninh

ts2='token device_serial=TS2 subscriber=2 place_kept=trụ_sở'
cs2="${cs1/54B1/54B2}"
cs2="${cs2/TS1/TS2}"
lan2="custody device_serial=TS2 keeper=Lan from_date=2026-01-02 $named"
hoa2="${lan2/Lan/Hoa}"
second()
{
	have "$agency" "$seal" "$ts1" "$cs1" "$lan from_date=2026-01-02 $named" \
		"${@:3}"
	on "$1" bac-ninh "2026-03-10: $2"
}
second 'two tokens' 'second-device wrong -' "$ts2" "$cs2" "$hoa2"
is "$(of second-device article)" \
	'khoản 3 Điều 9 Quy chế ban hành kèm theo Quyết định số 09/2023/QĐ-UBND' \
	'under its article'
on 'elsewhere nothing is said of it' ninh-binh '2026-03-10: -'
second 'marked' - "$ts2 second_device=x" "$cs2" "$hoa2"
second 'of one keeper' 'second-device wrong -' "$ts2 second_device=x" "$cs2" \
	"$lan2"
second 'whose keeper has it from the one of the first' - \
	"$ts2 second_device=x" "$cs2" "$lan2 to_date=2026-03-01" \
	"${hoa2/2026-01-02/2026-03-01} minutes=1"
second 'one of them handed back' - "$ts2 returned_date=2026-03-01" "$cs2" "$hoa2"
second 'one of them revoked, and on its way back' 'hand-back soon 2026-03-16' \
	"$ts2" "$cs2 notice_date=2026-03-09" "$hoa2"
second 'one of another organization' - \
	'subscriber subscriber=4 name=HĐND holder=organization organization=Sở_Tài_chính' \
	"${ts2/=2 /=4 }" "${cs2/subscriber=2/subscriber=4}" "$hoa2"

# 10. Faults there were

have "$agency" "$an" "$seal" 'token device_serial=Z1 subscriber=1' \
	'token device_serial=A1 subscriber=2' \
	'request request=1 procedure=recover document_number=9 document_date=2026-11-18 valid_date=2026-11-18' \
	'item request=1 item=1 device_serial=Z1 subscriber=1' \
	'item request=1 item=2 device_serial=A1 subscriber=2'
due 2026-11-21 phu-tho
is "$(of answer device_serial)/$(of answer name)" 'Z1/Nguyễn Văn An' \
	'a request of two items: the token and the name are of one'
have "$agency" "$an" "$tk1" \
	'request request=1 procedure=recover document_number=9 document_date=2026-11-18 valid_date=2026-11-18' \
	'item request=1 item=1 device_serial=TK1'
due 2026-11-21 phu-tho
is "$(of answer name)" 'Nguyễn Văn An' 'an item of a token alone: whose that is'

# Whose it is is not known.
whose="certificate certificate_serial=54A1 device_serial=TK1 $of2024 not_after=2026-12-31"
have "$agency" "$an" 'token device_serial=TK1' "$whose"
on 'nobody knows whose, and it ends all the same' ninh-binh \
	'2026-12-01: renew today 2026-12-01
2027-01-01: hand-back overdue 2026-12-31'
"$CKSTOKEN" register add certificate certificate_serial=54A2 device_serial=TK1 \
	not_before=01/11/2026 not_after=31/10/2029 --file "$(place r.db)"
on 'nobody knows whose, and it was renewed' ninh-binh '2026-12-01: -'
have "$agency" "$an" "$tk1" "$whose"
due 2026-12-01 ninh-binh --organization 'Sở Tài chính'
is "$(of renew name)" 'Nguyễn Văn An' 'of the token it is known: the certificate is theirs'

# Silence that was not meant.
told 'who leaves long after the end' "${an/ holder/ left_date=2099-01-01 left_reason=retired holder}"
told 'who will have moved' \
	"$an left_date=2026-12-20 left_reason=moved left_to=Sở_Nội_vụ"
told 'a later one on the token that is revoked' \
	"$c2 device_serial=TK1 not_before=2026-10-01 not_after=2029-10-31 revoked_date=2026-11-01"
told 'one that follows it and is revoked' "$tk2 returned_date=2026-11-05" \
	"$c2 device_serial=TK2 not_before=2026-10-01 not_after=2029-10-31 revoked_date=2026-11-01 old_serial=54A1"
told 'renewal asked for of the certificate before' \
	"${renewal/2026-10-20/2023-10-20}" \
	'item request=1 item=1 device_serial=TK1'
told 'a draft' 'request request=1 procedure=renew document_date=2026-11-20' \
	"$item1"
like "$(of renew what)" 'drafted but not sent' 'which is told'
told_not 'a draft that was sent' \
	'request request=1 procedure=renew sent_date=2026-11-20' "$item1"
unlike "$(json '.due | tojson')" 'drafted' 'is none'
leaves 'a draft of the revocation' retired \
	'2026-03-03: leaving overdue 2026-03-02' \
	'request request=1 procedure=revoke' 'item request=1 item=1 device_serial=TK1'
like "$(of leaving what)" 'drafted but not sent' 'which is told'
leaves 'a draft of the change' moved '2026-03-03: moving open 2029-05-31' \
	'request request=1 procedure=change' 'item request=1 item=1 subscriber=1'
like "$(of moving what)" 'drafted but not sent' 'which is told'
loses 'a draft of the revocation' '2026-03-03: revoke-lost overdue 2026-03-02' \
	"$tk1" "$lost reported_time=2026-03-02T08:15:00+07:00 minutes=3" \
	'request request=1 procedure=revoke' 'item request=1 item=1 device_serial=TK1'
like "$(of revoke-lost what)" 'drafted but not sent' 'which is told'
locks 'a draft of the letter' '2026-03-05: recover open -' \
	'request request=1 procedure=recover' 'item request=1 item=1 device_serial=TK1'
like "$(of recover what)" 'drafted but not sent' 'which is told'
for again in delivered_date received_date; do
	have "$agency" "$an" "$tk1 collected_date=2024-05-02 returned_date=2024-05-06" \
		"$c1 not_before=2024-01-01 not_after=2026-12-31"
	"$CKSTOKEN" register add token device_serial=TK1 $again=01/02/2026 --file "$(place r.db)"
	on "handed out again ($again)" ninh-binh '2026-12-01: renew today 2026-12-01
2027-01-01: hand-back overdue 2026-12-31'
done
have "$agency" "$an" "$tk1 returned_date=2024-05-06" "$c1 $of2024 not_after=2026-12-31"
on 'a certificate that began after the token went back' ninh-binh \
	'2026-12-01: renew today 2026-12-01'
have "$agency" "$seal" "$ts1 returned_date=2025-05-06" "$cs1" \
	"custody device_serial=TS1 keeper=Lan from_date=2025-06-01 to_date=2025-08-01"
on 'a keeper after the token went back' ninh-binh \
	'2026-03-10: keeper wrong 2025-08-01'
have "$agency" "$seal" "$ts1 returned_date=2025-05-06" "$cs1" \
	"custody device_serial=TS1 keeper=Lan from_date=2025-05-06 to_date=2025-08-01"
on 'who took it back on that day is none' ninh-binh '2026-03-10: -'

have "$agency" 'subscriber subscriber=3 name=Lê_Văn_Bình holder=person organization=Sở_Tài_chính' \
	'token device_serial=TK1 subscriber=3' "$an" \
	"$c1 $of2024 not_after=2026-01-31"
on 'a successor who has no certificate yet' ninh-binh \
	'2026-03-02: hand-back overdue 2026-01-31'
is "$(of hand-back name)" 'Lê Văn Bình' 'has the token'

# listed NAME STATES RECORD...: by `register list`.
listed()
{
	have "$agency" "$an" "$tk1" "$c1 $until2029" "${@:3}"
	out=$(CKSTOKEN_NOW=2026-03-10T02:00:00Z "$CKSTOKEN" register list --json \
		--file "$(place r.db)")
	is "$(json '[.tokens[] | "\(.certificate_serial) \(.state)"] | join(", ")')" \
		"$2" "listed: $1"
}
listed 'a later one' '54A1 replaced, 54A2 in-use' \
	"$c2 device_serial=TK1 not_before=2026-01-05 not_after=2030-01-05"
listed 'a later one that is revoked' '54A1 in-use, 54A2 revoked' \
	"$c2 device_serial=TK1 not_before=2026-01-05 not_after=2030-01-05 revoked_date=2026-02-05 old_serial=54A1"
listed 'on a token that went back before' '54A1 in-use' \
	"$tk1 returned_date=2024-05-06"
listed 'on a token that went back' '54A1 returned' \
	"$tk1 returned_date=2024-07-06"

# Alarm that was not meant.
locks 'locked again on a later day, while the letter is open' '2026-03-05: -' \
	"$recovery" 'item request=1 item=1 device_serial=TK1'
locks 'accepted, and not done yet' '2026-03-05: -' \
	"$recovery outcome=accepted outcome_date=2026-03-03" \
	'item request=1 item=1 device_serial=TK1'
old_letter='request request=1 procedure=revoke document_number=5 document_date=2021-05-04'
for item in device_serial=TK1 subscriber=1; do
	leaves "a revocation of years ago ($item)" retired \
		'2026-03-03: leaving overdue 2026-03-02' "$old_letter" \
		"item request=1 item=1 $item"
done

# What only an audit goes through.
audited()
{
	CKSTOKEN_NOW=2026-03-10T02:00:00Z exit_as_told "$CKSTOKEN" audit \
		--no-tokens --province ninh-binh --json --file "$(place r.db)" "${@:2}"
	is "$(json '[.findings[] | "\(.rule) \(.state) \(.device_serial // .certificate_serial)"] |
		join(", ")')" "$1" "audited: $1 ${*:2}"
}
have "$agency" "$an" 'token device_serial=TK1' \
	'token device_serial=TK2 returned_date=2026-01-05' "$c1 $until2029" \
	"certificate certificate_serial=54A2 $until2029"
audited 'subscriber open 54A2, subscriber open TK1'
audited '' --organization 'Sở Tài chính'
have "$agency" "$an email=an@gmail.com" "$tk1" "$tk2" "$c1 $until2029" \
	"$c2 device_serial=TK2 $until2029"
audited 'official-email open TK1'
is "$(json '.findings[0].article')" \
	'ghi chú Mẫu số 01 Phụ lục Nghị định số 68/2024/NĐ-CP' 'with its article'
have "$agency" "$an email=an@gmail.com" "$tk1" "$c1 $until2029 revoked_date=2026-01-05" \
	'subscriber subscriber=3 name=Bình holder=person organization=Sở_Tài_chính email=binh@vidu.gov.vn' \
	'token device_serial=TK3 subscriber=3' \
	"certificate certificate_serial=54A3 subscriber=3 device_serial=TK3 $until2029"
audited 'hand-back overdue TK1'

# What nobody but a database wrote. A server takes no text that is none.
if ! on_server; then
	have "$agency" "$seal" "$ts1" "$cs1" "$lan from_date=2026-01-02"
	in_register r.db "UPDATE subscribers SET name = 'S' || char(27) || '[31m' || CAST(x'ff' AS TEXT);
		UPDATE tokens SET place_kept = 'nhà riêng' || char(7) || char(10) || CAST(x'c3' AS TEXT)"
	due 2026-03-10 ninh-binh
	is "$(of place name)" 'S[31m�' 'a name without escapes'
	like "$(of place what)" '"nhà riêng �"' 'and a place without bells'
	CKSTOKEN_NOW=2026-03-10T02:00:00Z "$CKSTOKEN" register due --province ninh-binh \
		--file "$(place r.db)" >plain
	CKSTOKEN_NOW=2026-03-10T02:00:00Z exit_as_told "$CKSTOKEN" audit --no-tokens \
		--province ninh-binh --json --file "$(place r.db)"
	is "$(json '.findings[0].name')" 'S[31m�' 'nor in an audit'
	in_register r.db "UPDATE subscribers SET unit = 'P' || char(27) || CAST(x'ff' AS TEXT)"
	out=$(CKSTOKEN_NOW=2026-03-10T02:00:00Z "$CKSTOKEN" report statistics --json \
		--province ninh-binh --organization 'Sở Tài chính' --file "$(place r.db)")
	is "$(json '.statistics.units[0].unit')" 'P�' 'nor in statistics'
	is "$(LC_ALL=C grep -c $'[\x01-\x09\x0b-\x1f\x7f\xff]' plain)" 0 'nor on the terminal'
fi

# 11. Which, in what order, and how it looks

have "$agency" 'unit organization=Sở_Tài_chính unit=Văn_phòng' \
	"$an unit=Văn_phòng" "$tk1" "$c1 $of2024 not_after=2026-12-31" "$seal" \
	"$ts1" "${cs1/2029-12-31/2026-03-01}" "$lan from_date=2026-01-02" \
	'agency organization=Sở_Y_tế' \
	'subscriber subscriber=5 name=Bùi_Thị_Cúc holder=person organization=Sở_Y_tế' \
	"token device_serial=TC1 subscriber=5" \
	"certificate certificate_serial=54D1 subscriber=5 device_serial=TC1 $of2024 not_after=2026-12-30"
all='[.due[] | "\(.rule) \(.state)"] | join(", ")'
due 2026-11-30 ninh-binh
is "$(json "$all")" 'hand-back overdue, renew today, renew soon' \
	'the most pressing goes first'
is "$(json '.due[0] | keys_unsorted | join(" ")')" \
	'state due rule device_serial certificate_serial name organization unit who what article command earliest latest' \
	'members of the JSON'
is "$(json '"\(.version) \(.time) \(.province) \(.regulation)"')" \
	'1 2026-11-30T09:00:00+07:00 ninh-binh 165/2025/QĐ-UBND' 'and its head'
due 2026-11-30 ninh-binh --days 0
is "$(json "$all")" 'hand-back overdue, renew today' '--days 0: today and before'
due 2026-11-30 ninh-binh --days 1
is "$(json '.due | length')" 3 '--days 1: tomorrow too'
due 2026-11-30 ninh-binh --organization 'Sở Y tế'
is "$(json '[.due[].name] | join(", ")')" 'Bùi Thị Cúc' '--organization'
due 2026-11-30 ninh-binh --organization 'Sở Tài chính' --unit 'Văn phòng'
is "$(json '[.due[].name] | join(", ")')" 'Nguyễn Văn An' '--unit'
due 2026-11-30 ninh-binh --holder organization
is "$(json '[.due[].name] | join(", ")')" 'SỞ TÀI CHÍNH' '--holder'
due 2026-11-30 ninh-binh --holder 'cá nhân'
is "$(json '.due | length')" 2 '--holder as an officer says it'
export CKSTOKEN_NOW=2026-11-30T02:00:00Z
exit_is 2 'a kind of holder that there is not' "$CKSTOKEN" register due \
	--province ninh-binh --file "$(place r.db)" --holder ai
exit_is 11 'an agency that the register does not have' "$CKSTOKEN" register \
	due --province ninh-binh --file "$(place r.db)" --organization 'Sở Ytế'
like "$err" 'nobody in the register belongs to "Sở Ytế"' 'is told, not passed as in order'

# Commands are copied, and may be wider.
wide()
{
	script -qec "'$CKSTOKEN' register due --province ninh-binh \
		--file '$(place r.db)'" /dev/null </dev/null | tr -d '\r'
}
wide >wide.txt
is "$(grep -v '^ *\$ ' wide.txt | grep -E '.{81}')" '' \
	'wider-than-a-terminal: a line ends before'
is "$(grep -c 'TS1' wide.txt)" 2 'wider-than-a-terminal: and all is said'
exit_is 1 'for people' "$CKSTOKEN" register due --province ninh-binh --file "$(place r.db)"
like "$out" '^not yet done:
  01/03/2026  TS1  SỞ TÀI CHÍNH \(Sở Tài chính\)
      the certificate ended on 01/03/2026: .*
      the agency; điểm b khoản 6 Điều 10 .*
      \$ ckstoken handover return --serial TS1 -o return-TS1.pdf

due today:
.*
due soon:
' 'under the heads of their states'
exit_is 1 'CSV' "$CKSTOKEN" register due --province ninh-binh --csv --file "$(place r.db)"
is "$(head -n 1 <<<"$out" | tr -d '\r')" \
	'state,due,rule,device_serial,certificate_serial,name,organization,unit,who,what,article,command,earliest,latest' \
	'its columns'
is "$(grep -c . <<<"$out")" 4 'a line for each'
CKSTOKEN_NOW=2026-01-06T02:00:00Z exit_is 0 'nothing is due' \
	"$CKSTOKEN" register due --province ninh-binh --days 20 --file "$(place r.db)"
is "$out" '' 'nothing on stdout'
like "$err" 'nothing is due within 20 days' 'which is said'
exit_is 11 'a province that there is not' "$CKSTOKEN" register due \
	--province atlantis --file "$(place r.db)"
exit_is 2 '--days takes a number of 0 or more' "$CKSTOKEN" register due \
	--days -1 --file "$(place r.db)"
due 2026-11-30 ninh-binh
before=$out
due 2026-11-30 ninh-binh
is "$out" "$before" 'twice the same'
is "$odd" '' 'the exit code is 1 where something is overdue or wrong, and else 0'

plan_done
