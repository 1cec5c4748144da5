#!/bin/bash
# SPDX-License-Identifier: LGPL-2.1-or-later
# stores: both
#
# A year in the life of one agency: 40 people and 3 seals under the regulation
# of Bắc Ninh with its older forms, and at times what that of Ninh Bình would ask of the same
# register. The dates in the tables below are worked out from the regulations
# and the calendar of 2026, as the comment over each line says.

# shellcheck disable=SC2016,SC2119,SC2120,SC2317 # jq's; called by name
# shellcheck source=tests/lib.sh
. "$(dirname "$0")/lib.sh"
need_world
need jq:jq pdftotext:poppler-utils pdfdetach:poppler-utils
cd "$WORK" || bail 'no work folder'
cat - "$(desk_conf)" >conf <<END
[agency]
name = Sở Tài chính
parent = Ủy ban nhân dân tỉnh Bắc Ninh
place = Bắc Ninh
symbol = STC-VP
archive = VP
signer-title = GIÁM ĐỐC
signer = Trần Văn Ký
[coordinator]
name = Lê Thị Phối Hợp
id-number = 000000000000
id-date = 01/01/2021
id-place = Cục Cảnh sát
title = Chuyên viên
organization = Sở Tài chính
phone = 0900000000
email = phoihop@vidu.example
address = Số 1 đường Thử, phường Ví, tỉnh Bắc Ninh
[province]
name = bac-ninh-tt185
[register]
$(register_setting "$WORK/r.db")
END
ck=(ckstoken --config conf)

# at YEAR-MONTH-DAY: nine o'clock in the morning of that day.
at()
{
	export CKSTOKEN_NOW=$1T02:00:00Z
	day="$(date -d "$1" +%d/%m)"
}
# add RECORD NAME=TEXT...: what an officer adds to the register.
add()
{
	exit_is 0 "$day: register add $*" "${ck[@]}" register add "$@"
}
# says REGEX...: what the document made last must say, in this order.
says()
{
	local regex
	printf -v regex '%s.*' "$@"
	like "$(words_of "$pdf")" "${regex%.\*}" "$pdf: ${*: -1}"
}
# cites ARTICLES: in the data that go with it.
cites()
{
	is "$(dossier_of "$pdf" | jq -r .document.article)" "$1" "$pdf cites $1"
}
# Of the Quy chế of Bắc Ninh, for each document.
declare -A articles=(
	[new-person]='khoản 1, điểm a khoản 2 và khoản 3 Điều 5; khoản 1 Điều 6'
	[renew]='điểm b khoản 2 và khoản 3 Điều 5; khoản 1 Điều 6'
	[change]='điểm b khoản 2 và khoản 3 Điều 5; khoản 1 Điều 6'
	[revoke]='điểm c khoản 2 và khoản 3 Điều 5; khoản 1 Điều 6; khoản 4 Điều 15'
	[recover]='điểm d, điểm đ khoản 2 và khoản 3 Điều 5; khoản 1 Điều 6'
	[deliver]='khoản 1 Điều 14; khoản 2 Điều 15'
	[return]='điểm c khoản 2 và khoản 3 Điều 5; khoản 2 Điều 6'
	[lost]='điểm c khoản 2 và khoản 3 Điều 5; khoản 4 Điều 15'
	[keeper]='khoản 6 Điều 14; khoản 2 Điều 15; khoản 1, khoản 2 Điều 16'
)
# Tokens are looked at only where one is plugged in.
aside=(--no-tokens)
# letter PROCEDURE NUMBER [OPTION...]: to the Cục, with a copy to the Trung tâm.
letter()
{
	local procedure=$1 number=$2
	shift 2
	exit_is 0 "$day: letter $number, $procedure" "${ck[@]}" request \
		"$procedure" "${aside[@]}" --number "$number" -o "$number.pdf" "$@"
	pdf=$number.pdf
	says "Số: 0?$number/STC-VP" \
		'Kính gửi: Cục Chứng thực số và Bảo mật thông tin' \
		'Nơi nhận: - Như trên; - Trung tâm Công nghệ thông tin và Truyền thông'
	cites "${articles[$procedure]}"
}
# minutes OCCASION NUMBER SERIAL [OPTION...]
minutes()
{
	local occasion=$1 number=$2 serial=$3
	shift 3
	exit_is 0 "$day: minutes $number, $occasion of $serial" "${ck[@]}" \
		handover "$occasion" "${aside[@]}" --number "$number" \
		--serial "$serial" -o "bb-$number.pdf" "$@"
	pdf=bb-$number.pdf
	says "Số: 0?$number/BB-STC"
	cites "${articles[$occasion]}"
}
# hand_back NUMBER SERIAL NAME: minutes of who gives a token back, to the Cục.
hand_back()
{
	minutes return "$1" "$2" --receiver 'Ngô Văn Cục' \
		--receiver-organization 'Cục Chứng thực số và Bảo mật thông tin'
	says "$3" 'Ngô Văn Cục' 'Cục Chứng thực số và Bảo mật thông tin' "$2"
}
# request_of NUMBER: the register's number of the letter with this one.
request_of()
{
	"${ck[@]}" register show "$1" --json | jq -r '.requests[0].request'
}
# subscriber_of SERIAL: the register's number of whom the token is for.
subscriber_of()
{
	"${ck[@]}" register show "token=$1" --json |
		jq -r '.subscribers[0].subscriber'
}
# of_token SERIAL FILTER: from what the register shows of it.
of_token()
{
	"${ck[@]}" register show "token=$1" --json | jq -r "$2"
}

# Articles, as the tables have them: "NĐ 68" is Nghị định số 68/2024/NĐ-CP; BN
# the Quy chế of Bắc Ninh, 09/2023/QĐ-UBND; NB that of Ninh Bình,
# 165/2025/QĐ-UBND; PT that of Phú Thọ, 65/2025/QĐ-CTUBND.
shorten()
{
	sed -E 's|Nghị định số 68/2024/NĐ-CP|NĐ 68|g
		s|Nghị định số 130/2018/NĐ-CP|NĐ 130|g
		s#( Quy chế ban hành kèm theo Quyết định số |, | \()(([0-9]+)/20[0-9]{2}/QĐ-[A-Z]+)\)?# <\3>#g
		s|<09>|BN|g; s|<165>|NB|g; s|<65>|PT|g'
}
# due_is NAME [OPTION...] <TABLE: that all of this is due, and nothing else.
# Lines are state | last day | rule | token | article.
due_is()
{
	local name="$day: $1" table code=0
	shift
	table=$(sed '/^#/d; s/ *| */|/g' | sort)
	! grep -qE '^(overdue|wrong)' <<<"$table" || code=1
	exit_is "$code" "$name: exit code $code" "${ck[@]}" register due --json "$@"
	is "$(jq -r '.due[] | [.state, .due // "-", .rule,
		.device_serial // "-", .article] | join("|")' <<<"$out" |
		shorten | sort)" "$table" "$name"
}
ninh_binh=(--province ninh-binh)
# reports_are STATES: those of the reports that are due.
reports_are()
{
	is "$("${ck[@]}" register due --json | jq -r '[.due[] |
		select(.rule == "report") | "\(.state) \(.due)"] | join(" ")')" \
		"$1" "$day: the report is ${1:-not due}"
}

# 1. January: the table that was kept in Excel until now

at 2026-01-05
table=$TOP/tests/golden/year.csv
{ printf '\xef\xbb\xbf' && sed 's/$/\r/' "$table"; } >so-theo-doi.csv
exit_is 0 'on trial' "${ck[@]}" register import --dry-run so-theo-doi.csv
like "$err" '43 rows would be new' 'the table is read'
nok 'and nothing is made' has_register r.db
exit_is 0 'the table' "${ck[@]}" register import so-theo-doi.csv
like "$err" '43 rows are new' 'becomes the register'
is "$("${ck[@]}" register list --json | jq -c '[(.tokens | length),
	([.tokens[] | select(.holder == "person")] | length),
	(.tokens | map(.subscriber) | unique | length)]')" '[43,40,42]' \
	'of 43 tokens: 40 people, and two of the three seals are of one agency'

due_is 'after the first import' <<'END'
# Dương Thị Nga retired on 01/01.
overdue | 2026-01-01 | leaving         | BN12 | khoản 2 Điều 17, khoản 2 Điều 20 NĐ 68
# 10/03/2026 less 60 days.
soon    | 2026-01-09 | renew           | BN11 | khoản 1 Điều 63 NĐ 130
# The table says so.
wrong   | -          | public-ca       | VT09 | khoản 1 Điều 8 BN
# 10/03/2024 to 10/03/2034 are ten years, and five is the most.
wrong   | -          | term-new        | BN10 | Điều 9 NĐ 68
# The agency has two tokens, and the table does not say which is the second.
wrong   | -          | second-device   | CD02 | khoản 3 Điều 9 BN
END
due_is 'by Ninh Bình' "${ninh_binh[@]}" <<'END'
# 10/03/2026 less 30 days is 08/02, beyond the 30 days that are looked ahead.
overdue | 2026-01-01 | leaving         | BN12 | khoản 5 Điều 11 NB
wrong   | -          | public-ca       | VT09 | khoản 1 Điều 8 NB
wrong   | -          | term-new        | BN10 | Điều 9 NĐ 68
END

add token device_serial=CD02 second_device=x
sed 's|10/03/2034|10/03/2029|' so-theo-doi.csv >sua.csv
exit_is 0 'the table, corrected' "${ck[@]}" register import sua.csv
like "$err" '1 row changed an earlier record, 42 rows were already there' \
	'changes that one row'

at 2026-01-06
letter revoke 3 --serial BN12 --reason 'nghỉ hưu'
says 'thu hồi chứng thư số' 'Dương Thị Nga' 000000000012 \
	54010012 BN12 'nghỉ hưu'
# A Saturday is worked, 10/01, for Friday 02/01.
at 2026-01-07
add certificate certificate_serial=54010012 notice_date=07/01/2026 \
	revoked_date=07/01/2026 revoked_reason='nghỉ hưu'
at 2026-01-09
minutes return 1 BN12 --receiver 'Lê Thị Phối Hợp' --reason 'nghỉ hưu'
says 'Dương Thị Nga' 'Lê Thị Phối Hợp' BN12 'nghỉ hưu'
at 2026-01-12
due_is 'a token that was taken back' <<'END'
# Notice on Wednesday 07/01: 08, 09, 10 (worked), 12, 13.
soon    | 2026-01-13 | hand-back       | BN12 | khoản 3 Điều 71 NĐ 130
wrong   | -          | public-ca       | VT09 | khoản 1 Điều 8 BN
# 10/04/2026 less 60 days. For BN11 it is too late since 09/01.
soon    | 2026-02-09 | renew           | BN01 | khoản 1 Điều 63 NĐ 130
END
due_is 'by Ninh Bình' "${ninh_binh[@]}" <<'END'
soon    | 2026-01-13 | hand-back       | BN12 | điểm c khoản 6 Điều 10 NB
wrong   | -          | public-ca       | VT09 | khoản 1 Điều 8 NB
# 10/03/2026 less 30 days: February has 28. BN01 has until 11/03.
soon    | 2026-02-08 | renew           | BN11 | Điều 12 NĐ 68; khoản 2 Điều 9 NB
END
at 2026-01-13
hand_back 2 BN12 'Lê Thị Phối Hợp'
is "$(of_token BN12 '.tokens[0] | "\(.collected_date) \(.returned_date) \(
	.returned_to)"')" \
	'2026-01-09 2026-01-13 Cục Chứng thực số và Bảo mật thông tin' \
	'it went back on its last day'

# 2. February: renewals and arrivals, over Tết (14/02 to 22/02)

at 2026-02-05
exit_is 7 'too late' "${ck[@]}" request renew --no-tokens --serial BN11 \
	-o no.pdf
like "$err" '130/2018' 'is refused with its decree'
letter renew 12 --serial BN01
says 'Nguyễn Văn An' '54010001 canbo01@ ?vidu.example × Sở'
is "$(dossier_of "$pdf" | jq -c '.subscribers[0] | [.renew, .update]')" \
	'[true,null]' 'it asks for the renewal alone'
cat >den.csv <<'END'
Họ và tên;Ngày sinh;Số định danh cá nhân/Ngày cấp, nơi cấp;Địa chỉ thư điện tử công vụ;Tên cơ quan, tổ chức công tác;Tỉnh/Thành phố;Chức vụ;Số điện thoại di động
Phan Văn Quân;01/02/1999;000000000051, 03/03/2021, Cục Cảnh sát QLHC về TTXH;canbo51@vidu.example;Sở Tài chính;Bắc Ninh;Chuyên viên;0900000051
Mai Thị Rạng;03/04/2000;000000000052, 04/03/2021, Cục Cảnh sát QLHC về TTXH;canbo52@vidu.example;Sở Tài chính;Bắc Ninh;Chuyên viên;0900000052
END
letter new-person 13 --data den.csv
says 'Phan Văn Quân' 000000000051 'Mai Thị Rạng' 000000000052
is "$("${ck[@]}" register show 'Mai Thị Rạng' --json |
	jq -r '.requests[0].document_number')" 13/STC-VP \
	'who are subscribers from now on'
at 2026-02-12
renewal=$(request_of 12/STC-VP) arrivals=$(request_of 13/STC-VP)
add request request="$renewal" valid_date=12/02/2026
add request request="$arrivals" valid_date=12/02/2026
at 2026-02-23
due_is 'after Tết' <<'END'
wrong   | -          | public-ca       | VT09 | khoản 1 Điều 8 BN
# Not renewed in time: its last day.
soon    | 2026-03-10 | new-certificate | BN11 | khoản 1 Điều 63 NĐ 130
# 20/05/2026 less 60 days.
soon    | 2026-03-21 | renew           | BN07 | khoản 1 Điều 63 NĐ 130
END
due_is 'by Ninh Bình' "${ninh_binh[@]}" <<'END'
# Taken in on Thursday 12/02: 13, 23, 24.
soon    | 2026-02-24 | answer          | -    | Điều 11 NĐ 68
wrong   | -          | public-ca       | VT09 | khoản 1 Điều 8 NB
soon    | 2026-03-10 | new-certificate | BN11 | Điều 12 NĐ 68; khoản 2 Điều 9 NB
END
# answers PROVINCE...: what is to be answered there, and by whom.
answers()
{
	"${ck[@]}" register due --json --province "$1" | jq -r '.due[] |
		select(.rule == "answer") |
		"\(.state) \(.due) \(.who): \(.article)"' | shorten | sort
}
# phu_tho STATE: of both letters, as Phú Thọ has a term for either.
phu_tho()
{
	is "$(answers phu-tho)" \
		"$1 2026-02-24 Cục Chứng thực số và Bảo mật thông tin: Điều 11 NĐ 68
$1 2026-02-24 Sở Khoa học và Công nghệ tỉnh Phú Thọ: điểm c khoản 4 Điều 5 PT" \
		"$day: by Phú Thọ the answers are $1"
}
phu_tho soon
at 2026-02-24
phu_tho today
at 2026-02-25
phu_tho overdue
is "$(answers bac-ninh-tt185)" '' 'the regulation of Bắc Ninh sets no term'
at 2026-02-26
for request in "$renewal" "$arrivals"; do
	add request request="$request" outcome='chấp nhận' \
		outcome_date=26/02/2026 done_date=26/02/2026
done
is "$(answers phu-tho)" '' 'what is answered is due no more'
add certificate certificate_serial=54010101 device_serial=BN01 \
	subscriber="$(subscriber_of BN01)" not_before=26/02/2026 \
	not_after=26/02/2029 renewals=1 old_serial=54010001 \
	issued_for='gia hạn' official=x

# 3. March: what came from the Cục is delivered

at 2026-03-02
cat >nhan.csv <<'END'
Họ và tên;Số CCCD;Số hiệu token;Số hiệu chứng thư;Hiệu lực từ;Hiệu lực đến;Chuyên dùng công vụ;Ngày nhận token
Phan Văn Quân;000000000051;BN51;54010051;26/02/2026;26/02/2031;x;02/03/2026
Mai Thị Rạng;000000000052;BN52;54010052;26/02/2026;26/02/2031;x;02/03/2026
END
exit_is 0 'two new tokens' "${ck[@]}" register import nhan.csv
is "$("${ck[@]}" register show 'Phan Văn Quân' --json |
	jq -c '[(.subscribers | length), .tokens[0].device_serial]')" \
	'[1,"BN51"]' 'are for whom they were asked'
for n in 51 52; do
	minutes deliver "$n" "BN$n" --giver 'Lê Thị Phối Hợp'
done
says 'Lê Thị Phối Hợp' 'Mai Thị Rạng' BN52
is "$(of_token BN52 '"\(.tokens[0].delivered_date) \(.custody[0].keeper)"')" \
	'2026-03-02 Mai Thị Rạng' 'who keeps it from now on'
letter new-person 21 --serial BN11 --serial VT09
says 'Ngô Văn Minh' 000000000011 54010011 'Đỗ Văn Khánh' 000000000009
at 2026-03-09
cat >nhan.csv <<'END'
Số CCCD;Họ và tên;Số hiệu token;Số hiệu chứng thư;Số hiệu chứng thư chữ ký số cũ;Hiệu lực từ;Hiệu lực đến;Chuyên dùng công vụ;Ngày nhận token;Ngày bàn giao
000000000009;Đỗ Văn Khánh;BN09;54010109;;09/03/2026;09/03/2031;x;09/03/2026;09/03/2026
000000000011;Ngô Văn Minh;BN61;54010111;54010011;09/03/2026;09/03/2031;x;09/03/2026;09/03/2026
END
exit_is 0 'two more' "${ck[@]}" register import nhan.csv
add token device_serial=VT09 returned_date=09/03/2026 \
	returned_to='Nhà cung cấp chữ ký số công cộng'
at 2026-03-11
due_is 'a certificate that ended' <<'END'
# Its last day was 10/03; that there is a new one, on another token, does not
# leave the old token with its holder.
overdue | 2026-03-10 | hand-back       | BN11 | điểm c khoản 2 Điều 5 BN; khoản 2 Điều 20 NĐ 68
soon    | 2026-03-21 | renew           | BN07 | khoản 1 Điều 63 NĐ 130
END
hand_back 3 BN11 'Ngô Văn Minh'
at 2026-03-16
add subscriber subscriber="$(subscriber_of BN03)" left_date=01/04/2026 \
	left_reason='nghỉ hưu'
at 2026-03-23
due_is 'before somebody retires' <<'END'
# Nobody asked for BN07 in time; it ends beyond the 30 days looked ahead.
soon    | 2026-04-01 | leaving         | BN03 | khoản 2 Điều 17, khoản 2 Điều 20 NĐ 68
END
due_is 'by Ninh Bình' "${ninh_binh[@]}" <<'END'
soon    | 2026-04-01 | leaving         | BN03 | khoản 5 Điều 11 NB
# 20/05/2026 less 30 days.
soon    | 2026-04-20 | renew           | BN07 | Điều 12 NĐ 68; khoản 2 Điều 9 NB
END
at 2026-03-30
letter revoke 30 --serial BN03 --reason 'nghỉ hưu'
says 'Lê Văn Cường' 000000000003 54010003 BN03 'nghỉ hưu'

# 4. April and May: a notice before the holidays, and the first report

at 2026-04-02
due_is 'a revocation that was asked for' <<'END'
# Before the notice comes nothing says by when the token must be handed over.
open    | -          | leaving         | BN03 | khoản 2 Điều 17, khoản 2 Điều 20 NĐ 68
END
at 2026-04-23
add certificate certificate_serial=54010003 notice_date=23/04/2026 \
	revoked_date=23/04/2026 revoked_reason='nghỉ hưu'
at 2026-04-24
due_is 'before the holidays' <<'END'
# Notice on Thursday 23/04; Monday 27/04 is off for Giỗ Tổ, which is on a
# Sunday, and so are 30/04 and 01/05: 24, 28, 29, 04/05, 05/05.
soon    | 2026-05-05 | hand-back       | BN03 | khoản 3 Điều 71 NĐ 130
# "Gửi trước ngày 15 tháng 5": 14/05 at the latest.
soon    | 2026-05-14 | report          | -    | điểm a khoản 8 Điều 14 BN
soon    | 2026-05-20 | new-certificate | BN07 | khoản 1 Điều 63 NĐ 130
END
due_is 'by Ninh Bình' "${ninh_binh[@]}" <<'END'
soon    | 2026-05-05 | hand-back       | BN03 | điểm c khoản 6 Điều 10 NB
soon    | 2026-05-20 | new-certificate | BN07 | Điều 12 NĐ 68; khoản 2 Điều 9 NB
END
at 2026-05-04
hand_back 4 BN03 'Lê Văn Cường'
at 2026-05-13
reports_are 'soon 2026-05-14'
at 2026-05-14
due_is 'the last day for the report' <<'END'
today   | 2026-05-14 | report          | -    | điểm a khoản 8 Điều 14 BN
soon    | 2026-05-20 | new-certificate | BN07 | khoản 1 Điều 63 NĐ 130
END
at 2026-05-15
reports_are 'overdue 2026-05-14'
# report NUMBER PERIOD REGEX...
report()
{
	local number=$1 period=$2
	shift 2
	exit_is 0 "$day: report $number, $period" "${ck[@]}" report \
		--period "$period" --number "$number" --set counts.documents=1200 \
		-o "bc-$number.pdf"
	pdf=bc-$number.pdf
	says 'BÁO CÁO' 'Kính gửi: Sở Thông tin và Truyền thông' "$@"
	cites 'khoản 8 Điều 14; Phụ lục'
}
report 40 half
says '40/BC-STC' '06 tháng đầu năm 2026'
reports_are ''
is "$("${ck[@]}" register show 40/BC-STC --json |
	jq -r '.requests[0] | "\(.procedure) \(.period) \(.document_date)"')" \
	'report 06 tháng đầu năm 2026 2026-05-15' 'it is on record'
at 2026-05-21
due_is 'the day after a certificate ended' <<'END'
overdue | 2026-05-20 | hand-back       | BN07 | điểm c khoản 2 Điều 5 BN; khoản 2 Điều 20 NĐ 68
END
letter new-person 45 --serial BN07
says 'Đặng Văn Hải' 000000000007 54010007
hand_back 5 BN07 'Đặng Văn Hải'

# 5. June: a token is lost; another may not be renewed a second time

at 2026-06-09
add loss device_serial=BN05 loss_kind='mất' lost_date='chiều 08/06/2026' \
	reported_time='09/06/2026 08:30'
due_is 'a token is lost' <<'END'
# Reported today, and "báo ngay … để thực hiện các thủ tục thu hồi".
today   | 2026-06-09 | revoke-lost     | BN05 | khoản 4 Điều 15 BN
today   | 2026-06-09 | loss-minutes    | BN05 | điểm c khoản 2 và khoản 3 Điều 5; khoản 4 Điều 15 BN
# Renewed before: until it ends.
soon    | 2026-06-30 | new-certificate | BN02 | khoản 1 Điều 63 NĐ 130
END
due_is 'by Ninh Bình' "${ninh_binh[@]}" <<'END'
today   | 2026-06-09 | revoke-lost     | BN05 | điểm d khoản 6 Điều 10 NB; khoản 1 Điều 17 NĐ 68
today   | 2026-06-09 | loss-minutes    | BN05 | điểm d khoản 6 Điều 10; khoản 4 Điều 9 NB
soon    | 2026-06-30 | new-certificate | BN02 | Điều 12 NĐ 68; khoản 2 Điều 9 NB
END
at 2026-06-10
minutes lost 6 BN05 --lost-date 'chiều 08/06/2026' --lost-place 'trên xe khách' \
	--reported '09/06/2026 08:30' --reason 'đánh rơi khi đi công tác' \
	--keeper 'Hoàng Văn Em' --receiver 'Lê Thị Phối Hợp'
says 'Hoàng Văn Em' BN05 'chiều 08/06/2026' 'trên xe khách' 'đánh rơi khi đi công tác'
is "$(of_token BN05 '.losses | length, .[0].minutes' | xargs)" '1 06/BB-STC' \
	'the minutes are of the loss that is on record'
due_is 'the next day, with its minutes' <<'END'
overdue | 2026-06-09 | revoke-lost     | BN05 | khoản 4 Điều 15 BN
soon    | 2026-06-30 | new-certificate | BN02 | khoản 1 Điều 63 NĐ 130
END
at 2026-06-11
letter revoke 50 --serial BN05 --reason 'thất lạc thiết bị' \
	--set document.papers='Biên bản xác nhận số 06/BB-STC ngày 10/06/2026'
says 'Hoàng Văn Em' 54010005 BN05 'thất lạc thiết bị'
exit_is 7 'a second renewal' "${ck[@]}" request renew --no-tokens \
	--serial BN02 -o no.pdf
like "$err" 'only once.*khoản 1 Điều 63 Nghị định số 130/2018' 'is refused with its article'
letter new-person 51 --serial BN02 --serial BN05
says 'Trần Thị Bình' 54010002 'Hoàng Văn Em' 54010005
at 2026-06-18
add certificate certificate_serial=54010005 notice_date=18/06/2026 \
	revoked_date=18/06/2026 revoked_reason='thất lạc thiết bị'
at 2026-06-19
due_is 'a lost token that is revoked' <<'END'
# It cannot be handed back, and new certificates are asked for.
END
at 2026-06-24
cat >nhan.csv <<'END'
Số CCCD;Họ và tên;Số hiệu token;Số hiệu chứng thư;Số hiệu chứng thư chữ ký số cũ;Hiệu lực từ;Hiệu lực đến;Chuyên dùng công vụ;Ngày nhận token
000000000002;Trần Thị Bình;BN62;54010102;54010002;22/06/2026;22/06/2031;x;24/06/2026
000000000005;Hoàng Văn Em;BN65;54010105;54010005;22/06/2026;22/06/2031;x;24/06/2026
END
exit_is 0 'their new tokens' "${ck[@]}" register import nhan.csv
for n in 62 65; do
	minutes deliver "$n" "BN$n" --giver 'Lê Thị Phối Hợp'
done

# 6. July: a move inside the State sector, and a token that locks

at 2026-06-25
add subscriber subscriber="$(subscriber_of BN04)" left_date=01/07/2026 \
	left_reason='chuyển công tác' left_to='Sở Y tế tỉnh Bắc Ninh'
at 2026-07-01
due_is 'one ended, one moved' <<'END'
overdue | 2026-06-30 | hand-back       | BN02 | điểm c khoản 2 Điều 5 BN; khoản 2 Điều 20 NĐ 68
# The token goes along, and its information can be changed until 01/03/2030
# less 60 days.
open    | 2029-12-31 | moving          | BN04 | Điều 15 NĐ 68
END
due_is 'by Ninh Bình' "${ninh_binh[@]}" <<'END'
overdue | 2026-06-30 | hand-back       | BN02 | điểm b khoản 6 Điều 10 NB
# 30 days.
open    | 2030-01-30 | moving          | BN04 | khoản 6 Điều 11 NB
END
is "$("${ck[@]}" register due --json | jq -r '.due[] |
	select(.rule == "moving").who')" 'Sở Y tế tỉnh Bắc Ninh' \
	'which is for the new agency to ask'
hand_back 7 BN02 'Trần Thị Bình'
start_pcscd 1
start_card hsm sc-hsm 0
card_ctl hsm 'set tries 0' >/dev/null
ck+=(--module "$OPENSC_MODULE")
aside=()
at 2026-07-06
exit_is 1 'a locked token' "${ck[@]}" status --json
is "$(json '.tokens[0] | "\(.serial) \(.user_pin)"')" 'CA0D0000 locked' \
	'is seen'
at 2026-07-07
due_is 'a locked token' <<'END'
open    | 2029-12-31 | moving          | BN04 | Điều 15 NĐ 68
# Locked by wrong passwords; no day is set.
open    | -          | recover         | CA0D0000 | điểm đ khoản 2 Điều 5 BN
END
letter recover 55 --serial CA0D0000
says CA0D0000 'Nguyễn Thị Thử Nghiệm'
at 2026-07-08
add request procedure='thay đổi' document_number=77/SYT-VP \
	document_date=07/07/2026
add item request="$(request_of 77/SYT-VP)" item=1 \
	subscriber="$(subscriber_of BN04)" device_serial=BN04 update=x \
	change='cơ quan công tác' change_to='Sở Y tế tỉnh Bắc Ninh'
due_is 'both asked for' <<'END'
END
exit_is 0 'the token is restored on its letter' "${ck[@]}" unblock --yes \
	--serial CA0D0000 --request 55.pdf \
	--so-pin-file "$(secret_file HSM_SO_PIN)" \
	--new-pin-file "$(secret_file NEW_PIN)" --prove
is "$("${ck[@]}" register show 55/STC-VP --json | jq -r '"\(
	.requests[0].outcome) \(.requests[0].done_date) \(.unblocks[0].result) \(
	.unblocks[0].journal)"')" 'accepted 2026-07-08 ok 1' \
	'which is done, with its entry in the journal'
is "$(of_token CA0D0000 '.unblocks[0].journal_hash')" \
	"$(sed -n 1p "$HOME/.local/state/ckstoken/unblock.journal" |
		cut -d ' ' -f 1)" 'and its hash'
exit_is 0 'the same token' "${ck[@]}" status --json
is "$(json '.tokens[0].user_pin') $(of_token CA0D0000 '.tokens[0] |
	"\(.user_pin) \(.seen_date)"')" 'ok ok 2026-07-08' 'works again'
stop_card hsm
aside=(--no-tokens)

# 7. August: the keeper of a seal is on leave, and somebody resigns

at 2026-08-03
minutes keeper 11 CD01 --receiver 'Nguyễn Thị Lan' --receiver-title 'Văn thư' \
	--until 14/08/2026
says 'Trần Thị Hạnh' 'Nguyễn Thị Lan' CD01 \
	'đến hết ngày 14/08/2026'
at 2026-08-04
due_is 'a hand-over without permission' <<'END'
wrong   | -          | permission      | CD01 | khoản 2 Điều 16 BN
END
due_is 'by Ninh Bình' "${ninh_binh[@]}" <<'END'
wrong   | -          | permission      | CD01 | khoản 2 Điều 11, khoản 2 Điều 19 NB
END
add custody device_serial=CD01 keeper='Nguyễn Thị Lan' from_date=03/08/2026 \
	permission=60/STC-VP permission_date=31/07/2026
due_is 'with its permission' <<'END'
END
# keeper_is NAME: of CD01, today.
keeper_is()
{
	is "$("${ck[@]}" register list --json | jq -r '.tokens[] |
		select(.device_serial == "CD01").keeper')" "$1" \
		"$day: $1 has the seal"
}
at 2026-08-14
keeper_is 'Nguyễn Thị Lan'
due_is 'her last day' <<'END'
END
at 2026-08-17
due_is 'the Monday after' <<'END'
wrong   | 2026-08-14 | keeper          | CD01 | khoản 6 Điều 14, khoản 2 Điều 15 BN
END
due_is 'by Ninh Bình' "${ninh_binh[@]}" <<'END'
wrong   | 2026-08-14 | keeper          | CD01 | khoản 1 Điều 11 NB
END
minutes keeper 12 CD01 --giver 'Nguyễn Thị Lan' --receiver 'Trần Thị Hạnh' \
	--grounds 'Quyết định số 15/QĐ-STC ngày 28/06/2024'
says 'Quyết định số 15/QĐ-STC' 'Nguyễn Thị Lan' 'Trần Thị Hạnh'
keeper_is 'Trần Thị Hạnh'
due_is 'given back, with a weekend between' <<'END'
# The seal was nobody's on 15/08 and 16/08.
wrong   | 2026-08-14 | keeper          | CD01 | khoản 6 Điều 14, khoản 2 Điều 15 BN
END
add custody device_serial=CD01 keeper='Nguyễn Thị Lan' from_date=03/08/2026 \
	to_date=17/08/2026
due_is 'kept until it was given back' <<'END'
END
# "Đến hết ngày 16/08" and "từ ngày 17/08" leave no day between either.
copy_register r.db day-after.db
add custody device_serial=CD01 keeper='Nguyễn Thị Lan' from_date=03/08/2026 \
	to_date=16/08/2026 --file "$(place day-after.db)"
due_is 'kept until the day before' --file "$(place day-after.db)" <<'END'
END
add subscriber subscriber="$(subscriber_of BN08)" left_date=17/08/2026 \
	left_reason='thôi việc'
letter revoke 62 --serial BN08 --reason 'thôi việc'
says 'Bùi Thị Hoa' 54010008 BN08 'thôi việc'
at 2026-08-19
add certificate certificate_serial=54010008 notice_date=19/08/2026 \
	revoked_date=19/08/2026
at 2026-08-20
due_is 'before a Saturday that is worked' <<'END'
# Notice on Wednesday 19/08; Saturday 22/08 is worked for Monday 31/08: 20, 21,
# 22, 24, 25.
soon    | 2026-08-25 | hand-back       | BN08 | khoản 3 Điều 71 NĐ 130
END
at 2026-08-24
hand_back 13 BN08 'Bùi Thị Hoa'

# 8. September: a change of information

at 2026-09-07
letter change 65 --serial BN06 --set change='địa chỉ thư điện tử công vụ' \
	--set change_to=giangvt@vidu.example
says 'Vũ Thị Giang' 54010006 'địa chỉ thư điện tử công vụ giangvt@ ?vidu. ?example × Sở'
is "$(dossier_of "$pdf" | jq -c '.subscribers[0] | [.renew, .update]')" \
	'[null,true]' 'it asks for the change alone'
at 2026-09-14
add certificate certificate_serial=54010106 device_serial=BN06 \
	subscriber="$(subscriber_of BN06)" not_before=14/09/2026 \
	not_after=02/02/2030 old_serial=54010006 issued_for='thay đổi' official=x
add subscriber subscriber="$(subscriber_of BN06)" email=giangvt@vidu.example
at 2026-09-15
due_is 'a change that moved the end' <<'END'
# It was 02/02/2029.
wrong   | -          | term-unchanged  | BN06 | Điều 14 NĐ 68
END
add certificate certificate_serial=54010106 not_after=02/02/2029
due_is 'the year was mistyped' <<'END'
END

# 9. October and November: a seal is renewed, and the second report

at 2026-10-12
minutes keeper 14 CD02 --receiver 'Trần Thị Hạnh' \
	--grounds 'Quyết định số 50/QĐ-STC ngày 09/10/2026'
says 'Nguyễn Thị Mùi' 'Trần Thị Hạnh' CD02
at 2026-10-20
due_is 'one keeper of both seals' <<'END'
# She has the first device as well.
wrong   | -          | second-device   | CD02 | khoản 3 Điều 9 BN
# 20/12/2026 less 60 days.
soon    | 2026-10-21 | renew           | CD03 | khoản 1 Điều 63 NĐ 130
soon    | 2026-11-14 | report          | -    | điểm b khoản 8 Điều 14 BN
END
due_is 'by Ninh Bình' "${ninh_binh[@]}" <<'END'
# 20/12/2026 less 30 days is 20/11, 31 days from now; the rest is Bắc Ninh's.
END
at 2026-10-21
minutes keeper 15 CD02 --receiver 'Nguyễn Thị Mùi' \
	--grounds 'Quyết định số 53/QĐ-STC ngày 20/10/2026'
says 'Trần Thị Hạnh' 'Nguyễn Thị Mùi' CD02
due_is 'the last day to renew' <<'END'
today   | 2026-10-21 | renew           | CD03 | khoản 1 Điều 63 NĐ 130
soon    | 2026-11-14 | report          | -    | điểm b khoản 8 Điều 14 BN
END
letter renew 70 --serial CD03
says 'Trung tâm Tư vấn tài chính' '5401C003 tuvan@ ?vidu.example × Sở'
at 2026-10-28
add certificate certificate_serial=5401C103 device_serial=CD03 \
	subscriber="$(subscriber_of CD03)" not_before=28/10/2026 \
	not_after=28/10/2029 renewals=1 old_serial=5401C003 \
	issued_for='gia hạn' official=x
at 2026-11-13
reports_are 'soon 2026-11-14'
at 2026-11-14
reports_are 'today 2026-11-14'
at 2026-11-15
reports_are 'overdue 2026-11-14'
at 2026-11-16
report 80 year
says '80/BC-STC' 'năm 2026'
reports_are ''
add subscriber subscriber="$(subscriber_of BN15)" left_date=16/11/2026 \
	left_reason='thôi việc'
letter revoke 81 --serial BN15 --reason 'thôi việc'
says 'Cao Văn Sang' 54010015 'thôi việc'
at 2026-11-20
add certificate certificate_serial=54010015 notice_date=20/11/2026 \
	revoked_date=20/11/2026
at 2026-11-21
due_is 'over 24/11, which is off' <<'END'
# Notice on Friday 20/11: 23, 25, 26, 27, 30; and if 23/11 is off for 28/11:
# 25, 26, 27, 28, 30.
soon    | 2026-11-30 | hand-back       | BN15 | khoản 3 Điều 71 NĐ 130
END
at 2026-11-27
hand_back 16 BN15 'Cao Văn Sang'

# 10. December: what the next year brings

at 2026-12-14
add subscriber subscriber="$(subscriber_of BN16)" left_date=01/01/2027 \
	left_reason='nghỉ hưu'
at 2026-12-15
due_is 'of the next year' <<'END'
# 01/03/2027 less 60 days.
soon    | 2026-12-31 | renew           | BN13 | khoản 1 Điều 63 NĐ 130
soon    | 2027-01-01 | leaving         | BN16 | khoản 2 Điều 17, khoản 2 Điều 20 NĐ 68
# Renewed before.
soon    | 2027-01-10 | new-certificate | BN14 | khoản 1 Điều 63 NĐ 130
END
due_is 'by Ninh Bình' "${ninh_binh[@]}" <<'END'
# 01/03/2027 less 30 days is 30/01, too far ahead.
soon    | 2027-01-01 | leaving         | BN16 | khoản 5 Điều 11 NB
soon    | 2027-01-10 | new-certificate | BN14 | Điều 12 NĐ 68; khoản 2 Điều 9 NB
END
at 2026-12-21
letter revoke 90 --serial BN16 --reason 'nghỉ hưu'
says 'Mạc Thị Tâm' 54010016 BN16 'nghỉ hưu'
letter new-person 91 --serial BN14
says 'Trịnh Thị Phương' 54010014
at 2026-12-30
add certificate certificate_serial=54010016 notice_date=30/12/2026 \
	revoked_date=30/12/2026
at 2026-12-31
due_is 'the last day of the year' <<'END'
today   | 2026-12-31 | renew           | BN13 | khoản 1 Điều 63 NĐ 130
# Notice on Wednesday 30/12; Friday 01/01 is off: 31/12, 04/01, 05/01, 06/01,
# 07/01.
soon    | 2027-01-07 | hand-back       | BN16 | khoản 3 Điều 71 NĐ 130
END
unlike "$out" 'not all known' 'the days off of 2027 are known'
letter renew 92 --serial BN13
says 'Lý Văn Oanh' 54010013
hand_back 17 BN16 'Mạc Thị Tâm'
due_is 'the desk is clear' <<'END'
END

# 11. What is left of the year

exit_is 0 'verify' "${ck[@]}" register verify
is "$("${ck[@]}" register list --json | jq -c '.tokens | map(.state) |
	group_by(.) | map({(.[0]): length}) | add | del(.["in-use"])')" \
	'{"expiring":1,"lost":1,"replaced":3,"returned":9}' 'how the tokens are'
exit_is 0 'the history of one token' "${ck[@]}" register history BN12 --json
is "$(json '.events[] | .time[:10] as $day | .by as $by | .records[] |
	"\($day) \($by): \(.record) \(.left_reason // .revoked_reason //
	(if .returned_date and .returned_to
		then "\(.returned_date) \(.returned_to)" else null end) //
	.reason // .document_number // .collected_date // .returned_date //
	.returned_to //
	.keeper // .device_serial // .certificate_serial // "")"' |
	grep -vE ': (subscriber|agency|unit)' | sort)" \
	'2026-01-05 import: certificate BN12
2026-01-05 import: token BN12
2026-01-06 request revoke: item nghỉ hưu
2026-01-06 request revoke: request 03/STC-VP
2026-01-07 add: certificate nghỉ hưu
2026-01-09 handover return: custody Lê Thị Phối Hợp
2026-01-09 handover return: token 2026-01-09
2026-01-13 handover return: custody Lê Thị Phối Hợp
2026-01-13 handover return: token 2026-01-13 Cục Chứng thực số và Bảo mật thông tin' 'tells its end'
is "$(json '[.events[].number] | . == sort')" true 'in order'
exit_is 0 'history of a seal' "${ck[@]}" register history CD01 --json
is "$(json '[.events[] | .time[:10] as $day | .records[] |
	select(.record == "custody") | "\($day) \(.keeper)"] | join(", ")')" \
	'2026-01-05 Trần Thị Hạnh, 2026-08-03 Trần Thị Hạnh, 2026-08-03 Nguyễn Thị Lan, 2026-08-04 Nguyễn Thị Lan, 2026-08-17 Trần Thị Hạnh, 2026-08-17 Nguyễn Thị Lan' \
	'has each of its keepers'
for type in json csv; do
	exit_is 0 "export as $type" "${ck[@]}" register export -o "all.$type"
	exit_is 0 'into a new register' "${ck[@]}" register import "all.$type" \
		--file "$(place "$type.db")"
	exit_is 0 'and out of it' "${ck[@]}" register export -o "again.$type" \
		--file "$(place "$type.db")"
	ok 'gives the same' cmp "all.$type" "again.$type"
	is "$("${ck[@]}" register due --json --file "$(place "$type.db")" | jq -c .due)" \
		'[]' 'with nothing due in it either'
done
in_register r.db 'SELECT text FROM events' >events.txt
no_secret_in 'no secret is in the register' events.txt all.json all.csv

plan_done
