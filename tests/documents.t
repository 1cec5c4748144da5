#!/bin/bash
# SPDX-License-Identifier: LGPL-2.1-or-later
# sanitize: yes
#
# The letter of Form 06 and the minutes of a hand-over, from locked tokens.

# shellcheck disable=SC2119,SC2120,SC2317 # functions are called by name
# shellcheck source=tests/lib.sh
. "$(dirname "$0")/lib.sh"
need_world
need qpdf:qpdf pdffonts:poppler-utils pdftotext:poppler-utils jq:jq

export CKSTOKEN_NOW=2026-11-21T02:00:00Z SOURCE_DATE_EPOCH=1795226400
start_pcscd 3
start_card person sc-hsm 0
start_card seal gids 1 --pair "$(pki seal.key),$(pki seal.crt),seal"
start_card works piv 2 --pair "$(pki person.key),$(pki expired.crt),expired"
card_ctl person 'set tries 0' >/dev/null
card_ctl seal 'set tries 0' >/dev/null
cd "$WORK" || bail 'no work folder'
office_conf >/dev/null
printf '%s\n' '[province]' \
	'recipient = Sở Khoa học và Công nghệ tỉnh Ví Dụ' >>office.conf
ck=(ckstoken --config office.conf --module "$OPENSC_MODULE")

# sound NAME FILE: what holds of every document.
sound()
{
	ok "$1: qpdf finds no fault" qpdf --check "$2"
	is "$(pdffonts "$2" | awk 'NR > 2 && $(NF - 4) != "yes"')" '' \
		"$1: every font is embedded"
	ok "$1: there are fonts" test "$(pdffonts "$2" | wc -l)" -gt 2
	like "$(words_of "$2")" 'Độc lập - Tự do - Hạnh phúc' \
		"$1: the national motto is copied letter for letter"
	is "$(head -c 5 "$2")" %PDF- "$1: it begins as a PDF"
}
# holds NAME FILE TEXT...
holds()
{
	local name=$1 words text
	words=$(words_of "$2")
	shift 2
	# An address may be broken anywhere.
	for text; do
		ok "$name: it has \"$text\"" \
			grep -qF -e "${text// /}" <<<"${words// /}"
	done
}

# 1. Form 06

exit_is 0 'request recover' "${ck[@]}" request recover --number 15 -o a.pdf
is "$out" '' 'says nothing on stdout'
ok 'tells that it is written' grep -qxF 'ckstoken: a.pdf is written' <<<"$err"
like "$err" 'a.pdf is written.*send it by: ' 'and then where to send it'
unlike "$err" 'lacks' 'and lacks nothing'
sound 'Form 06' a.pdf
holds 'Form 06' a.pdf 'Sở Khoa học và Công nghệ tỉnh Ví Dụ' 'Lê Thị Phối Hợp' \
	'0900000000' 'Trần Văn Ký' 'PHÓ GIÁM ĐỐC' 'ngày 21 tháng 11 năm 2026' \
	'15/STC-VP' 'Nguyễn Thị Thử Nghiệm' 'thunghiem@vidu.example' \
	'SỞ TÀI CHÍNH TỈNH VÍ DỤ' CA0D0000 00000000ca0d0001
unlike "$(words_of a.pdf)" 'Hết Hạn' 'a token that is not locked is not in it'
unlike "$(words_of a.pdf)" 'cần bổ sung' 'and nothing is marked as missing'
exit_is 0 'request 06 is the same' "${ck[@]}" request 06 --number 15 -o b.pdf
ok 'the same facts are the same bytes' cmp a.pdf b.pdf
exit_is 0 'one token' "${ck[@]}" request recover --number 15 -o one.pdf \
	--serial 00000000ca0d0001
unlike "$(words_of one.pdf)" 'thunghiem@' 'has no other in its letter'
exit_is 0 'several -o' "${ck[@]}" request recover --number 15 -o c.pdf -o d.PDF
ok 'are the same letter' cmp c.pdf d.PDF
"${ck[@]}" request recover --number 15 -o - >e.pdf
ok '-o - is stdout' cmp a.pdf e.pdf
exit_is 7 'a token that is not locked: exit code 7' \
	"${ck[@]}" request recover -o no.pdf --serial 00000000ca0d0002
like "$err" 'not locked.*No letter was written' 'for which no letter is'
nok 'written' test -e no.pdf
exit_is 3 'a token that is not there' \
	"${ck[@]}" request recover -o no.pdf --serial 0

# 2. What is missing

exit_is 0 'without a configuration' ckstoken --module "$OPENSC_MODULE" \
	request recover -o missing.pdf
like "$err" 'the document lacks:.*tên cơ quan ban hành' \
	'what is missing is listed'
sound 'incomplete' missing.pdf
like "$(words_of missing.pdf)" '\[cần bổ sung: ' 'and marked in the letter'
exit_is 11 '--strict refuses it' ckstoken --module "$OPENSC_MODULE" \
	request recover --strict -o strict.pdf
nok 'and writes no file' test -e strict.pdf
exit_is 0 '--strict takes what is whole' "${ck[@]}" request recover \
	--number 15 --strict -o strict.pdf

# 3. Minutes

minutes=(--serial CA0D0000 --number 7 --date '21/11/2026 9:00' --giver 'Đỗ Văn Giao'
	--giver-title 'Văn thư' --giver-organization 'Sở Tài chính'
	--giver-id-number 000000000001 --giver-phone 0900000001
	--giver-grounds 'Giấy giới thiệu số 3' --receiver 'Hồ Thị Nhận'
	--receiver-title 'Chuyên viên' --receiver-organization 'Văn phòng Sở'
	--receiver-id-number 000000000002 --receiver-phone 0900000002
	--receiver-grounds 'Giấy giới thiệu số 4' --place 'trụ sở Sở Tài chính'
	--grounds 'Quyết định số 9/QĐ-STC' --reason 'thu hồi để cấp lại'
	--condition 'còn nguyên vẹn' --accessories 'hộp, dây đeo' --copies 2)
label=$(hsm_label) || bail 'the card has no label'
# A personal token: NĐ 30/2020 Điều 32.3.
exit_is 7 'a check that looks at all: a keeper for a personal token' \
	"${ck[@]}" handover keeper "${minutes[@]}" -o no.pdf
like "$err" "a person's, who keeps it.*khoản 3 Điều 32 Nghị định số 30/2020" \
	'is refused'
for form in return keeper; do
	also=()
	[ "$form" = return ] || also=(--override 'thẻ dùng chung của Văn phòng')
	exit_is 0 "handover $form" "${ck[@]}" handover "$form" --strict \
		"${minutes[@]}" "${also[@]}" -o "$form.pdf"
	sound "$form" "$form.pdf"
	holds "$form" "$form.pdf" 'BIÊN BẢN' 'Đỗ Văn Giao' 'Hồ Thị Nhận' \
		'trụ sở Sở Tài chính' 'Quyết định số 9/QĐ-STC' \
		'thu hồi để cấp lại' 'còn nguyên vẹn' 'hộp, dây đeo' \
		CA0D0000 "$label" 4C3A91F27D05E6B1 \
		'từ 15/01/2024' 'đến 15/01/2028' 'Bị khóa do nhập sai' \
		'Nguyễn Thị Thử Nghiệm' 'lập thành 02 bản' '09 giờ 00 phút'
done
holds 'return' return.pdf 'Mẫu số 08' 'Điều 20 Nghị định số 68/2024/NĐ-CP'
holds 'keeper' keeper.pdf 'Điều 32 Nghị định số 30/2020/NĐ-CP'
exit_is 0 'handover 08 is handover return' \
	"${ck[@]}" handover 08 "${minutes[@]}" -o 08.pdf
ok 'byte for byte' cmp return.pdf 08.pdf
exit_is 4 'tokens that change hands are named' \
	"${ck[@]}" handover return -o no.pdf
nok 'or nothing is written' test -e no.pdf

# 4. Where it cannot be written: exit code 12, and nothing half-written

mkdir full dir
mount -t tmpfs -o size=16k tmpfs full || bail 'no small disk'
echo old >full/kept.pdf
head -c 100000 /dev/zero >full/ballast 2>/dev/null
for file in kept new; do
	exit_is 12 "a full disk, a $file file" \
		"${ck[@]}" request recover -o "full/$file.pdf"
	like "$err" "full/$file.pdf cannot be written: No space left" \
		'is told with its reason'
done
is "$(<full/kept.pdf)" old 'the file that was there is as it was'
is "$(ls -A full)" $'ballast\nkept.pdf' 'and no other is left'
mount -o remount,ro full
exit_is 12 'a read-only disk' "${ck[@]}" request recover -o full/new.pdf
umount full
exit_is 12 'a folder that is not there' \
	"${ck[@]}" request recover -o no/a.pdf
mkdir dir/a.pdf
exit_is 12 'a folder of that name' "${ck[@]}" request recover -o dir/a.pdf
is "$(ls -A dir)" a.pdf 'and no temporary file is left in it'
full()
{
	"$@" >/dev/full
}
exit_is 12 '-o - on a full device' full "${ck[@]}" request recover -o -

# 5. The font, in either folder of Debian or where the configuration says

fonts=/usr/share/fonts/truetype
mkdir own-fonts empty
cp "$fonts"/liberation*/LiberationSerif-*.ttf own-fonts ||
	bail 'no font to try'
mount -t tmpfs tmpfs "$fonts" || bail 'no folder for fonts'
exit_is 11 'no font' "${ck[@]}" request recover -o font.pdf
like "$err" "no font for documents: .* in $fonts/liberation2, $fonts/liberation;" \
	'names the folders that were looked in'
like "$err" 'Debian 12 the package fonts-liberation2 .*Debian 13 fonts-liberation$' \
	'and the package'
nok 'and writes no letter' test -e font.pdf
for dir in liberation2 liberation; do
	cp -r own-fonts "$fonts/$dir"
	exit_is 0 "the font in $dir" "${ck[@]}" request recover -o font.pdf
	rm -r "${fonts:?}/$dir" font.pdf
done
cp office.conf fonts.conf
printf '[fonts]\ndirectory = %s\n' "$WORK/own-fonts" >>fonts.conf
own=("${ck[@]/office.conf/fonts.conf}" request recover -o font.pdf)
exit_is 0 'the font in a folder of the configuration' "${own[@]}"
rm font.pdf
sed -i "s|^directory = .*|directory = $WORK/empty|" fonts.conf
exit_is 11 'no font there' "${own[@]}"
like "$err" "no font for documents: .* in $WORK/empty;" 'names that folder alone'
umount "$fonts"

plan_done
