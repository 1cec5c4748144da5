#!/bin/bash
# SPDX-License-Identifier: LGPL-2.1-or-later
#
# Whom each request and record goes to, on which form, and what is refused:
# read off the regulations, not off the files that ckstoken has of them.

# shellcheck disable=SC2119,SC2120,SC2317 # functions are called by name
# shellcheck source=tests/lib.sh
. "$(dirname "$0")/lib.sh"
need_world
need pdftotext:poppler-utils pdfdetach:poppler-utils jq:jq
cd "$WORK" || bail 'no work folder'
# shellcheck source=tests/papers.sh
. "$TOP/tests/papers.sh"

cuc='Cục Chứng thực số và Bảo mật thông tin'
so='Sở Khoa học và Công nghệ tỉnh'
pt="$so Phú Thọ (để biết, theo dõi, tổng hợp)"
bn='Trung tâm Công nghệ thông tin và Truyền thông'
tg='Sở Thông tin và Truyền thông'
portal='https://dichvucong.ca.gov.vn'

# Procedure, form, recipient, copy, where it stands, what must be told besides;
# "none" for a recipient the regulation does not name, "refused" for a form
# where it has no such procedure.
table="
lam-dong|new-person|01|$cuc||điểm a khoản 2 Điều 8|$portal
lam-dong|new-organization|02|$cuc||điểm b khoản 2 Điều 8|$portal
lam-dong|new-device|refused|||Điều 8|
lam-dong|renew|04|$so Lâm Đồng||Điều 9|$portal
lam-dong|change|04|$so Lâm Đồng||Điều 10|$portal
lam-dong|revoke|05|$so Lâm Đồng||khoản 2 Điều 11|quản lý văn bản và điều hành
lam-dong|recover|06|$so Lâm Đồng||Điều 12|quản lý văn bản và điều hành
lam-dong|return|08|$cuc (thông qua $so Lâm Đồng)||khoản 3 Điều 11|thông qua Sở
lam-dong|lost|09|$so Lâm Đồng||điểm c khoản 3 Điều 11|quản lý văn bản và điều hành
lam-dong|deliver|07|none||khoản 2 Điều 14|
lam-dong|keeper||none||Điều 32 Nghị định số 30/2020|
lam-dong|decision||none||Điều 32 Nghị định số 30/2020|biên bản
lam-dong|permission||none||Điều 32 Nghị định số 30/2020|biên bản
lam-dong|report||$so Lâm Đồng||khoản 6 Điều 14|không kèm mẫu
lam-dong|needs||$so Lâm Đồng||khoản 4 Điều 13|kế hoạch, nhu cầu
ninh-binh|new-person|01|$cuc||khoản 1 Điều 10|$portal
ninh-binh|new-organization|02|$cuc||khoản 2 Điều 10|$portal
ninh-binh|new-device|03|$cuc||khoản 3 Điều 10|$portal
ninh-binh|renew|04|$so Ninh Bình||khoản 4 Điều 10|$portal
ninh-binh|change|04|$so Ninh Bình||khoản 4 Điều 10|$portal
ninh-binh|revoke|05|$cuc||khoản 5 Điều 10|$portal
ninh-binh|recover|06|$so Ninh Bình||khoản 7 Điều 10|$portal
ninh-binh|return|08|$cuc||điểm c khoản 6 Điều 10|5 working days
ninh-binh|lost|09|$cuc||điểm d khoản 6 Điều 10|$portal
ninh-binh|deliver|07|none||khoản 4 Điều 17|
ninh-binh|keeper||none||khoản 2 Điều 11|phép bằng văn bản
ninh-binh|decision||none||khoản 1 Điều 11|biên bản
ninh-binh|permission||none||khoản 2 Điều 11|biên bản
ninh-binh|report||$so Ninh Bình||khoản 8 Điều 17|không kèm mẫu
ninh-binh|needs||none||Nghị định số 30/2020|Quy chế không quy định
bac-ninh|new-person|01|$cuc|$bn|khoản 3 Điều 5|https://dichvucong.ca.gov.vn
bac-ninh|new-organization|02|$cuc|$bn|khoản 3 Điều 5|trục liên thông
bac-ninh|new-device|03|$cuc|$bn|khoản 3 Điều 5|https://ca.gov.vn
bac-ninh|renew|04|$cuc|$bn|khoản 1 Điều 6|--forms tt185
bac-ninh|change|04|$cuc|$bn|khoản 1 Điều 6|01 bản thông báo
bac-ninh|revoke|05|$cuc|$bn|khoản 1 Điều 6|báo ngay
bac-ninh|recover|06|$cuc|$bn|điểm đ khoản 2|bộ phận hỗ trợ
bac-ninh|return|08|$cuc|$bn|điểm c khoản 2|bưu chính công ích
bac-ninh|lost|09|$cuc|$bn|điểm c khoản 2|gửi kèm
bac-ninh|deliver|07|none||khoản 2 Điều 15|
bac-ninh|keeper||none||khoản 1, khoản 2 Điều 16|quyết định giao
bac-ninh|decision||none||khoản 6 Điều 14|văn bản bàn giao
bac-ninh|permission||none||khoản 2 Điều 16|biên bản
bac-ninh|needs||none||Nghị định số 30/2020|Quy chế không quy định
bac-ninh|report||Sở Thông tin và Truyền thông||khoản 8 Điều 14|trước ngày 15 tháng 5
bac-ninh-tt185|new-person|02|$cuc|$bn|điểm a khoản 2|https://ca.gov.vn
bac-ninh-tt185|new-organization|04|$cuc|$bn|điểm a khoản 2|Chỉ khi không gửi được
bac-ninh-tt185|new-device|06|$cuc|$bn|điểm a khoản 2|https://ca.gov.vn
bac-ninh-tt185|renew|08|$cuc|$bn|điểm b khoản 2|hỏi Cục
bac-ninh-tt185|change|08|$cuc|$bn|điểm b khoản 2|15/8/2024
bac-ninh-tt185|revoke|10|$cuc|$bn|điểm c khoản 2|báo ngay
bac-ninh-tt185|recover|12|$cuc|$bn|điểm d, điểm đ khoản 2|bộ phận hỗ trợ
bac-ninh-tt185|return||$cuc|$bn|điểm c khoản 2|bưu chính công ích
bac-ninh-tt185|lost|15|$cuc|$bn|điểm c khoản 2|gửi kèm
bac-ninh-tt185|deliver||none||khoản 2 Điều 15|
bac-ninh-tt185|keeper|14|none||khoản 1, khoản 2 Điều 16|quyết định giao
dong-thap|new-person|01|$cuc||Điều 9|$portal
dong-thap|new-organization|02|$cuc||Điều 9|Trục liên thông
dong-thap|new-device|03|$cuc||Điều 9|3 working days
dong-thap|renew|04|$cuc||Điều 9; khoản 1 Điều 6|ủy quyền
dong-thap|change|04|$cuc||Điều 9; khoản 1 Điều 6|ủy quyền
dong-thap|revoke|05|$cuc||Điều 10|$portal
dong-thap|recover|06|$so Đồng Tháp||khoản 2 Điều 11|1 working day,
dong-thap|return|08|$cuc||Điều 10|5 working days
dong-thap|lost|09|none||Điều 10|khoản 4 Điều 20
dong-thap|deliver|07|none||khoản 3 Điều 15|
dong-thap|keeper||none||khoản 2 Điều 17|phép bằng văn bản
dong-thap|decision||none||khoản 1, khoản 3 Điều 8|biên bản
dong-thap|permission||none||khoản 2 Điều 17|biên bản
dong-thap|report||none||Nghị định số 30/2020|khoản 4 Điều 14
dong-thap|needs||$so Đồng Tháp||khoản 4 Điều 14|kế hoạch, nhu cầu
phu-tho|new-person|01|$cuc|$pt|khoản 1 Điều 4|
phu-tho|new-organization|02|$cuc|$pt|khoản 1 Điều 4|
phu-tho|new-device|03|$cuc|$pt|khoản 1 Điều 4|
phu-tho|renew|04|$so Phú Thọ||khoản 4 Điều 5|3 working days
phu-tho|change|04|$so Phú Thọ||khoản 4 Điều 5|3 working days
phu-tho|revoke|05|$cuc|$pt|khoản 2 Điều 4|
phu-tho|recover|06|$so Phú Thọ||Điều 6|1 working day,
phu-tho|return|08|$cuc||khoản 3 Điều 9|
phu-tho|lost|09|none||khoản 2 Điều 4|khoản 4 Điều 20
phu-tho|deliver|07|none||khoản 2 Điều 9|
phu-tho|keeper||none||khoản 1 Điều 7|phép bằng văn bản
phu-tho|decision||none||điểm a khoản 1 Điều 7|biên bản
phu-tho|permission||none||điểm b khoản 1 Điều 7|biên bản
phu-tho|report||$so Phú Thọ||khoản 6 Điều 9|không kèm mẫu
phu-tho|needs||$so Phú Thọ||khoản 4 Điều 8|kế hoạch, nhu cầu
tien-giang|new-person|01|$cuc|$tg|khoản 3 Điều 5|01/07/2025 Tiền Giang is part of Đồng Tháp
tien-giang|new-organization|02|$cuc|$tg|khoản 3 Điều 5|
tien-giang|new-device|03|$cuc|$tg|khoản 3 Điều 5|
tien-giang|renew|04|$cuc|$tg|khoản 3 Điều 5|replaced since 20/12/2025: .*144/2025.*suy ra
tien-giang|change|04|$cuc|$tg|khoản 3 Điều 5|
tien-giang|revoke|05|$cuc|$tg|khoản 3 Điều 5|
tien-giang|recover|06|$cuc|$tg|khoản 3 Điều 5|
tien-giang|lost|09|none||khoản 3 Điều 5|khoản 4 Điều 20
tien-giang|keeper||none||khoản 1 Điều 5|
tien-giang|decision||none||khoản 1 Điều 5|
tien-giang|report||none||Nghị định số 30/2020|khoản 2 Điều 8
default|new-person|01|$cuc||Điều 11|$portal
default|new-device|03|$cuc||Điều 11|$portal
default|renew|04|$cuc||Điều 12|Trục liên thông
default|recover|06|$cuc||Điều 22|đối chiếu quy chế của tỉnh
default|return|08|$cuc||Điều 20|5 working days
default|report||none||Nghị định số 30/2020|không kèm mẫu
"

command_of()
{
	case $1 in
	deliver | return | lost | keeper | decision | permission)
		echo "handover $1" ;;
	report) echo report ;;
	needs) echo 'report needs' ;;
	*) echo "request $1" ;;
	esac
}

while IFS='|' read -r province procedure form recipient copy article told; do
	[ -n "$province" ] || continue
	name="$province $procedure"
	# shellcheck disable=SC2046 # one word or two
	set -- $(command_of "$procedure") --province "$province" --no-tokens
	[[ $procedure == @(report|needs) ]] || set -- "$@" --set device_serial=VIDU1
	if [ "$form" = refused ]; then
		refused 7 "$name" "$article" "${ck[@]}" "$@" -o no.pdf
		continue
	fi
	exit_is 0 "$name" "${ck[@]}" "$@" -o x.pdf
	like "$err" "$told" "$name: tells \"$told\""
	unlike "$err" '(send it|or) by: (Sở|gửi, nhận|bàn giao)' \
		"no-channel (Phú Thọ 5.4c, 6.4; Bắc Ninh 6.2; Ninh Bình 10.6): $name"
	out=$(dossier_of x.pdf)
	is "$(json '.form.number // ""')" "$form" "$name: Form \"$form\""
	is "$(json '.document.recipient // "none"')" "$recipient" \
		"$name: to $recipient"
	like "$(json .document.article)" "$article" "$name: $article"
	is "$(json '.document.copies // [] | length')" "$([ -z "$copy" ] &&
		echo 0 || echo 1)" "$name: so many copies"
	like "$(json '.document.copies // [] | join("|")')" "^${copy//[()]/.}" \
		"$name: to \"$copy\""
	case $(command_of "$procedure") in
	request* | report*)
		of=''
		letter=công\ văn
		[[ $(command_of "$procedure") == request* ]] || letter=báo\ cáo
		[ "$recipient" != none ] || recipient="\[cần bổ sung: nơi nhận $letter\]"
		[ "$recipient" != "$cuc" ] || of=', Ban Cơ yếu Chính phủ'
		like "$(words_of x.pdf)" "Kính gửi: $recipient$of .*Như trên;.*${copy//[()]/.}.*Lưu: VT" \
			"$name: and this is printed" ;;
	esac
done <<<"$table"

# No second regime in one letter: of what is gone, nothing is printed, nor of
# what is in force where the older forms are asked for.
while read -r command procedure; do
	exit_is 0 "$procedure in Bắc Ninh" "${ck[@]}" "$command" "$procedure" \
		--province bac-ninh --no-tokens --set device_serial=VIDU1 \
		-o x.pdf
	unlike "$(words_of x.pdf)" '130/2018|185/2019|60 ngày' \
		'cites no decree that is gone'
	exit_is 0 'with the older forms' "${ck[@]}" "$command" "$procedure" \
		--province bac-ninh --forms tt185 --no-tokens \
		--set device_serial=VIDU1 -o x.pdf
	unlike "$(words_of x.pdf)" '68/2024' 'it cites no decree beside theirs'
done <<'END'
request new-person
request renew
request revoke
request recover
handover deliver
handover return
handover lost
END
refused 11 '--forms that the province has not' \
	'province "lam-dong" has no other forms "tt185"' "${ck[@]}" request renew \
	--province lam-dong --forms tt185 --no-tokens -o no.pdf

# When the law changed, on each side of the day.
told_on()
{
	"${ck[@]}" request renew --province tien-giang --no-tokens \
		--set device_serial=VIDU1 --date "$1" -o x.pdf 2>&1 |
		grep -c -e "$2"
}
is "$(told_on 30/06/2025 'is part of')" 0 'Tiền Giang in June 2025'
is "$(told_on 01/07/2025 'is part of Đồng Tháp; --province dong-thap')" 1 \
	'is Đồng Tháp in July'
is "$(told_on 19/12/2025 'is replaced since')" 0 'its regulation stands'
is "$(told_on 20/12/2025 'is replaced since 20/12/2025')" 1 \
	'until that of Đồng Tháp is in force'

# A text that parts devices: khoản 3 Điều 11 of Đồng Tháp
exit_is 0 'a SIM PKI of Đồng Tháp' "${ck[@]}" request recover \
	--province dong-thap --no-tokens --set device_serial=VIDU1 \
	--set device_kind='SIM PKI' -o x.pdf
out=$(dossier_of x.pdf)
is "$(json .document.recipient)" "$cuc" 'goes to the issuer'
is "$(json .document.article)" \
	'khoản 1, khoản 3 Điều 11; khoản 1 Điều 6' 'by khoản 3 Điều 11'
like "$(json '.document.grounds | join(" ")')" 'Điều 22 Nghị định' \
	'and Điều 22 of the decree'
jq -n '{subscribers: [{device_serial: "VIDU1", device_kind: "PKI Token"},
	{device_serial: "VIDU2", device_kind: "SIM PKI"}]}' >both.json
refused 7 'both in one letter' 'PKI Token.*SIM PKI.*khoản 3 Điều 11' \
	"${ck[@]}" request recover --province dong-thap --no-tokens \
	--data both.json -o no.pdf
exit_is 0 'both in one letter elsewhere' "${ck[@]}" request recover \
	--province lam-dong --no-tokens --data both.json -o x.pdf

# What there is, without a configuration

exit_is 0 'the list of provinces' "$CKSTOKEN" request --list-provinces
like "$out" 'dong-thap +Đồng Tháp +144/2025/QĐ-CTUBND +20/12/2025' \
	'says since when each is in force'
like "$out" 'tien-giang .*20/12/2025' 'and since when one is replaced'
like "$out" 'the province is part of dong-thap since 01/07/2025' \
	'and where the province is now'
like "$out" 'inferred: ' 'and what is inferred'
for command in request handover report desk; do
	exit_is 0 "$command --list-provinces --json" "$CKSTOKEN" "$command" \
		--list-provinces --json
	is "$(json '.version, (.provinces | length)')" $'1\n8' 'lists all'
done
is "$(json '.provinces[] | select(.code == "tien-giang") |
	.successor, .successor_since, .replaced_since, .in_force // "null"')" \
	$'dong-thap\n2025-07-01\n2025-12-20\nnull' 'with what is known'
is "$(json '[.provinces[] | select((.inferred | length) == 0 or .source == null).code] |
	length')" 0 'each with its source and what is inferred'
refused 2 '--json alone' 'for --list-provinces only' "${ck[@]}" request renew \
	--json -o no.pdf

plan_done
