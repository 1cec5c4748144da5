#!/bin/bash
# SPDX-License-Identifier: LGPL-2.1-or-later
#
# How documents stand on pages, measured in the PDF and in what LibreOffice
# makes of the DOCX: Nghị định 30/2020/NĐ-CP, Phụ lục I.

# shellcheck disable=SC2119,SC2120,SC2317 # functions are called by name
# shellcheck source=tests/lib.sh
. "$(dirname "$0")/lib.sh"
need_world
need pdftotext:poppler-utils pdfinfo:poppler-utils \
	soffice:libreoffice-writer-nogui jq:jq unzip:unzip
cd "$WORK" || bail 'no work folder'
# shellcheck source=tests/papers.sh
. "$TOP/tests/papers.sh"

# people N HOLDER: that many with ordinary names, of four offices of a commune.
people()
{
	# shellcheck disable=SC2016 # jq's
	jq -n --argjson n "$1" --arg holder "$2" 'def one_of(list; $i):
		list[$i % (list | length)];
	{subscribers: [range($n) | . as $i | {
		name: one_of(["Nguyễn Văn An", "Trần Thị Bích Ngọc",
			"Lê Hoàng Phúc", "Phạm Thị Thu Hương"]; $i),
		holder: $holder, birth_date: "1980-05-17",
		id_number: "068090000\(100 + $i)", id_date: "2021-04-01",
		id_place: one_of(["Cục Cảnh sát QLHC về TTXH", "Bộ Công an",
			"Bộ Công an"]; $i),
		email: (one_of(["annv", "ngocttb", "phuclh", "huongptt"]; $i) +
			"@lamdong.gov.vn"),
		organization: one_of(["Văn phòng HĐND và UBND",
			"Phòng Kinh tế", "Phòng Văn hóa - Xã hội",
			"Trung tâm Phục vụ hành chính công"]; $i),
		title: one_of(["Chuyên viên", "Phó Trưởng phòng"]; $i),
		province: "Lâm Đồng", phone: "0912000\(100 + $i)",
		certificate_serial: "4C3A91F27D05E\(100 + $i)",
		device_serial: "0A1B2C3D4E5F0\(100 + $i)",
		device_label: "Thẻ", device_model: "PKI Token",
		not_before: "2024-01-15", not_after: "2028-01-15",
		user_pin: "locked", condition: "nguyên vẹn",
		accessories: "không", address: "xã Đạ Tẻh, tỉnh Lâm Đồng",
		tax_code: "5800000\(100 + $i)",
		budget_code: "1000\(100 + $i)", kind: "máy chủ ký số",
		renew: "x"}]}'
}
# written NAME N COMMAND...: NAME.pdf and NAME.docx, of N people
written()
{
	local name=$1 holder=person
	[[ $4 != new-* ]] || holder=${4#new-}
	people "$2" "$holder" >data.json
	shift 2
	exit_is 0 "$name is written" "${ck[@]}" "$@" --no-tokens --no-register \
		--override thử --province phu-tho --data data.json \
		-o "$name.pdf" -o "$name.docx"
}
# page N FILE: its words, one a line
page()
{
	pdftotext -f "$1" -l "$1" "$2" - | tr -s ' \n\f' '\n'
}
pages_of()
{
	pdfinfo "$1" | awk '/^Pages/ { print $2 }'
}
# head_of FILE: the lines of the letterhead's left half, above the number
head_of()
{
	pdftotext -layout -l 1 -x 0 -y 0 -W 292 -H 130 "$1" - |
		sed -e '/Số:/,$d' -e 's/^ *//' -e 's/   .*//' -e '/^$/d' |
		paste -sd '|'
}

# 1. All documents

agencies='Ủy ban nhân dân xã Đạ Tẻh=ỦY BAN NHÂN DÂN|XÃ ĐẠ TẺH
Ủy ban nhân dân phường Xuân Hương - Đà Lạt=ỦY BAN NHÂN DÂN|PHƯỜNG XUÂN HƯƠNG - ĐÀ LẠT
Ủy ban nhân dân đặc khu Phú Quý=ỦY BAN NHÂN DÂN|ĐẶC KHU PHÚ QUÝ
Sở Khoa học và Công nghệ=SỞ KHOA HỌC|VÀ CÔNG NGHỆ
Hội đồng nhân dân tỉnh Lâm Đồng=HỘI ĐỒNG NHÂN DÂN|TỈNH LÂM ĐỒNG
Trường THPT Chuyên / Thăng Long - Đà Lạt=TRƯỜNG THPT CHUYÊN|THĂNG LONG - ĐÀ LẠT'
n=0
while IFS='=' read -r name _; do
	n=$((n + 1))
	sed -e "s|^name = Sở Tài chính|name = $name|" -e '/^parent/d' \
		"$(office_conf)" >agency.conf
	ck=(ckstoken --config agency.conf)
	written "agency-$n" 1 request recover
done <<<"$agencies"
ck=(ckstoken --config "$(office_conf)")
for procedure in new-person new-organization new-device renew revoke recover; do
	written "$procedure" 1 request "$procedure"
done
written several 1 request recover --recipient 'Sở Khoa học và Công nghệ tỉnh Phú Thọ; Cục A'
written people 25 request new-person
written few 10 request new-person
address='Trung tâm Phục vụ hành chính công, số 1 đường Thử Nghiệm, phường Ví, thành phố Ví, tỉnh Ví Dụ, gần nhà văn hóa; '
written tall 10 request new-person --set contact.address="$address$address$address" \
	--set organization='Mở Trung tâm Phục vụ hành chính công xã Đạ Tẻh, tỉnh Lâm Đồng, đơn vị sự nghiệp công lập trực thuộc Ủy ban nhân dân Đóng'
written report 1 report --set counts.new.organization=3811 --set counts.new.person=600 \
	--set counts.new.device=0 --set counts.new.total=4411
minutes=(--giver 'Đỗ Văn Giao' --giver-title 'Văn thư'
	--giver-organization 'Sở Tài chính' --giver-id-number 000000000001
	--giver-phone 0900000001 --giver-grounds 'Giấy giới thiệu số 3'
	--receiver 'Hồ Thị Nhận' --receiver-title 'Chuyên viên'
	--receiver-organization 'Văn phòng Sở'
	--receiver-id-number 000000000002 --receiver-phone 0900000002
	--receiver-grounds 'Giấy giới thiệu số 4'
	--place 'trụ sở Sở Tài chính' --grounds 'Quyết định số 9/QĐ-STC'
	--reason 'thu hồi' --copies 2)
for procedure in deliver return keeper; do
	written "$procedure" 1 handover "$procedure" "${minutes[@]}"
done
written lost 1 handover lost --receiver 'Hồ Thị Nhận' --receiver-title 'Chuyên viên' \
	--receiver-organization 'Văn phòng Sở' --receiver-id-number 000000000002 \
	--receiver-phone 0900000002 --place 'trụ sở Sở Tài chính' --copies 2 \
	--lost-date 18/11/2026 --lost-place 'chợ Ví' --reported 19/11/2026 \
	--reason 'rơi trên đường đi công tác' --set extra.measures='đã tìm, báo công an'
soffice "-env:UserInstallation=file://$WORK/libreoffice" --headless \
	--convert-to pdf --outdir lo ./*.docx >soffice.log 2>&1 ||
	bail "soffice fails: $(tail -3 soffice.log)"

# 2. The letterhead

n=0
while IFS='=' read -r name want; do
	n=$((n + 1))
	is "$(head_of "agency-$n.pdf")" "$want" \
		"no word and no place is torn in a letterhead: $name"
	is "$(head_of "lo/agency-$n.pdf")" "$want" 'and in the DOCX'
done <<<"$agencies"
is "$(dossier_of agency-6.pdf | jq -r .agency.name)" \
	'Trường THPT Chuyên Thăng Long - Đà Lạt' \
	'the slash is no part of the name elsewhere'
like "$(words_of agency-6.pdf)" 'Trường THPT Chuyên Thăng Long - Đà Lạt đề nghị' \
	'nor in the text'

# 3. Tables

for procedure in new-person new-organization new-device renew revoke recover; do
	for file in "$procedure.pdf" "lo/$procedure.pdf"; do
		ok "no paper is half empty: the table of $file begins on page 1" \
			grep -qE '(4C3A91F27D05E|0A1B2C3D4E5F0|5800000|0912000)100|một|annv' \
			<(page 1 "$file")
	done
done
most=0
for ((i = 1; i <= $(pages_of people.pdf); i++)); do
	rows=$(page "$i" people.pdf | grep -cE '^0912000[0-9]{3}$')
	((rows > most)) && most=$rows
done
ok "a page of form 01 has ten people at least: $most" test "$most" -ge 10
is "$(page "$(pages_of people.pdf)" people.pdf | grep -c '^0912000124$')" 1 \
	'the last row is on the page of the signature'
for file in people.pdf lo/people.pdf lo/few.pdf; do
	# shellcheck disable=SC2046 # one word
	is "$(pdftotext "$file" - | grep -cE '^0912000[0-9]{3}$')" \
		$([ "$file" = lo/few.pdf ] && echo 10 || echo 25) \
		"no row is lost, wherever the table begins: $file"
	is "$(pdftotext "$file" - | tr -s ' \n\f' '\n' |
		grep -E '@|lamdong|gov|vn' |
		grep -vE '^([a-z]+@)?(lamdong\.gov\.vn|vidu\.example)$|^[a-z]+@$')" '' \
		"an address is broken at its @ alone: $file"
done

for ((i = 1; i <= $(pages_of lo/tall.pdf); i++)); do
	is "$(pdftotext -f "$i" -l "$i" lo/tall.pdf - | grep -c '^Mở')" \
		"$(pdftotext -f "$i" -l "$i" lo/tall.pdf - | grep -c 'Đóng$')" \
		"first-row-whole: no row goes on on the next page, nor the first: page $i"
done
is "$(pdftotext lo/tall.pdf - | grep -cE '^0912000[0-9]{3}$')" 10 \
	'first-row-whole: and none is lost by that'
for file in report.pdf lo/report.pdf; do
	like "$(pdftohtml -i -xml -stdout "$file")" '<b>4411</b>' \
		"bold-in-a-control: a sum is bold: $file"
done

for procedure in new-organization new-device renew; do
	for file in "$procedure.pdf" "lo/$procedure.pdf"; do
		is "$(pages_of "$file")" 1 \
			"one-row-letter (NĐ 30, Phụ lục I, cỡ chữ 13): is on one page: $file"
	done
done

# 4. Several recipients

# at FILE WORD: where the words WORD of page 1 begin and end, by the line.
at()
{
	pdftotext -bbox -l 1 "$1" - |
		sed -nE "s|.*xMin=\"([0-9]+).*yMin=\"([0-9]+).*xMax=\"([0-9]+).*>$2</word>|\2 \1 \3|p"
}
list='recipients-in-a-list (NĐ 30, Phụ lục I, II.5)'
for file in several.pdf lo/several.pdf; do
	like "$(words_of "$file")" \
		'Kính gửi: - Sở Khoa học và Công nghệ tỉnh Phú Thọ; - Cục A\. Căn cứ' \
		"$list: dashes, semicolons and a stop: $file"
	read -r heading _ colon < <(at "$file" gửi:)
	read -r first x1 _ < <(at "$file" - | awk -v y="$heading" '$1 > y' | head -1)
	read -r second x2 _ < <(at "$file" - | awk -v y="$first" '$1 > y' | head -1)
	ok "$list: each has a line of its own: $file" \
		test "$heading" -lt "$first" -a "$first" -lt "$second"
	ok "$list: the dashes are one below the other, under the colon: $file" \
		test "$x1" = "$x2" -a $((x1 - colon)) -ge -4 -a $((x1 - colon)) -le 4
	like "$(words_of "$file")" \
		'đề nghị Sở Khoa học và Công nghệ tỉnh Phú Thọ và Cục A khôi phục' \
		"$list: a sentence has both: $file"
	like "$(words_of "$file")" 'Nơi nhận: .*- Như trên;' "$list: above, as it is said: $file"
done

for file in lo/*.pdf; do
	blank=0
	for ((i = 1; i <= $(pages_of "$file"); i++)); do
		[ "$(page "$i" "$file" | grep -c .)" -gt 1 ] || blank=$i
	done
	is "$blank" 0 "blank-page: $file has none behind its signature"
done

# 5. Minutes

for procedure in deliver return keeper lost; do
	for file in "$procedure.pdf" "lo/$procedure.pdf"; do
		is "$(pages_of "$file")" 1 \
			"the minutes of one token are on one page: $file"
	done
done

plan_done
