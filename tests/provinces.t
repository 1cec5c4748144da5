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
lam-dong|report|refused|||khoản 6 Điều 14|
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
ninh-binh|report|refused|||khoản 8 Điều 17|
bac-ninh|new-person|02|$cuc|$bn|điểm a khoản 2|https://ca.gov.vn
bac-ninh|new-organization|04|$cuc|$bn|điểm a khoản 2|trục liên thông
bac-ninh|new-device|06|$cuc|$bn|điểm a khoản 2|https://ca.gov.vn
bac-ninh|renew|08|$cuc|$bn|điểm b khoản 2|https://ca.gov.vn
bac-ninh|change|08|$cuc|$bn|điểm b khoản 2|https://ca.gov.vn
bac-ninh|revoke|10|$cuc|$bn|điểm c khoản 2|báo ngay
bac-ninh|recover|12|$cuc|$bn|điểm d, điểm đ khoản 2|bộ phận hỗ trợ
bac-ninh|return||$cuc|$bn|điểm c khoản 2|bưu chính công ích
bac-ninh|lost|15|$cuc|$bn|điểm c khoản 2|gửi kèm
bac-ninh|deliver||none||khoản 2 Điều 15|
bac-ninh|keeper|14|none||khoản 1, khoản 2 Điều 16|quyết định giao
bac-ninh|report||Sở Thông tin và Truyền thông||khoản 8 Điều 14|trước ngày 15 tháng 5
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
phu-tho|report|refused|||khoản 6 Điều 9|
tien-giang|new-person|01|$cuc|$tg|khoản 3 Điều 5|
tien-giang|new-organization|02|$cuc|$tg|khoản 3 Điều 5|
tien-giang|new-device|03|$cuc|$tg|khoản 3 Điều 5|
tien-giang|renew|04|$cuc|$tg|khoản 3 Điều 5|
tien-giang|change|04|$cuc|$tg|khoản 3 Điều 5|
tien-giang|revoke|05|$cuc|$tg|khoản 3 Điều 5|
tien-giang|recover|06|$cuc|$tg|khoản 3 Điều 5|
tien-giang|lost|09|none||khoản 3 Điều 5|khoản 4 Điều 20
tien-giang|keeper||none||khoản 1 Điều 5|
tien-giang|report|refused||||
default|new-person|01|$cuc||Điều 11|$portal
default|new-device|03|$cuc||Điều 11|$portal
default|renew|04|$cuc||Điều 12|Trục liên thông
default|recover|06|$cuc||Điều 22|đối chiếu quy chế của tỉnh
default|return|08|$cuc||Điều 20|5 working days
default|report|refused||||
"

command_of()
{
	case $1 in
	deliver | return | lost | keeper) echo "handover $1" ;;
	report) echo report ;;
	*) echo "request $1" ;;
	esac
}

while IFS='|' read -r province procedure form recipient copy article told; do
	[ -n "$province" ] || continue
	name="$province $procedure"
	# shellcheck disable=SC2046 # one word or two
	set -- $(command_of "$procedure") --province "$province" --no-tokens
	[ "$procedure" = report ] || set -- "$@" --set device_serial=VIDU1
	if [ "$form" = refused ]; then
		refused 7 "$name" "$article" "${ck[@]}" "$@" -o no.pdf
		continue
	fi
	exit_is 0 "$name" "${ck[@]}" "$@" -o x.pdf
	like "$err" "$told" "$name: tells \"$told\""
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
	request* | report)
		like "$(words_of x.pdf)" "Kính gửi: $recipient .*Như trên;.*${copy//[()]/.}.*Lưu: VT" \
			"$name: and this is printed" ;;
	esac
done <<<"$table"

plan_done
