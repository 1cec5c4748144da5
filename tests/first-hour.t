#!/bin/bash
# SPDX-License-Identifier: LGPL-2.1-or-later
#
# A clerk's first hour: from a machine that has ckstoken and nothing else of it to
# the first letter that is signed by a person and by the agency's seal, and
# verified; typed on a terminal, in Vietnamese, with virtual cards behind the real
# pcscd and OpenSC. It tells how many commands and answers that takes.

# shellcheck disable=SC2119,SC2120,SC2317 # functions are called by name
# shellcheck source=tests/lib.sh
. "$(dirname "$0")/lib.sh"
need_world
need jq:jq python3:python3 perl:perl unzip:unzip zip:zip pdftotext:poppler-utils \
	sqlite3:sqlite3
cd "$WORK" || bail 'no work folder'
export CKSTOKEN_NOW=2026-11-21T02:00:00Z
own_etc
rm -f /etc/ckstoken.conf
own_state
locale=$(vietnamese_locale) || bail 'no locale vi_VN.UTF-8'
start_pcscd 2
unset OPENSC_CONF
start_card person sc-hsm 0
start_card seal sc-hsm 1 --pair "$(pki seal.key),$(pki seal.crt),Con dấu"
"$TOP/tests/workbook" "$TOP/tests/fixtures/lists/system-export.txt" \
	so-token.xlsx "$TOP/tests/fixtures/lists/title-and-sums.txt" \
	can-bo.xlsx || bail 'no workbooks'
pki=$(dirname "$(pki person.crt)")
cat "$pki/sub-g2.crt" "$pki/g2.crl" "$pki/root-g2.crl" >thu-hoi.pem

n_commands=0
n_answers=0
# types CODE NAME ARG...: a command, and what is answered to it, on standard input;
# leaves $screen.
types()
{
	local code=$1 name=$2
	shift 2
	cat >answers
	n_commands=$((n_commands + 1))
	n_answers=$((n_answers + $(grep -c . answers)))
	exit_is "$code" "$name" env LOCPATH="$locale" LC_ALL=vi_VN.UTF-8 \
		LANGUAGE=vi "$TOP/tests/answer" screen "$CKSTOKEN" "$@" <answers
	screen=$(<screen)
	printf '$ ckstoken %s\n%s\n\n' "$*" "$screen" >>"$WORK/hour"
}

types 1 'setup, with the list of Excel and the doctor' setup <<END
Ngôn ngữ	1
Tên cơ quan	
Cơ quan chủ quản	
Địa danh	Ví Dụ
Ký hiệu	STC-VP
Đơn vị soạn thảo	VP
Quyền hạn	
Chức vụ của người ký	GIÁM ĐỐC
Họ và tên người ký	Nguyễn Thị Thử Nghiệm
Họ và tên	Lê Thị Phối Hợp
Số định danh	001090000002
Ngày cấp	15/03/2022
Nơi cấp	Bộ Công an
Chức vụ	Chuyên viên
Cơ quan, tổ chức công tác	Văn phòng Sở
Số điện thoại	0912345678
thư điện tử	phoihop@vidu.example
Địa chỉ tiếp nhận	Số 1 đường Thử
Tỉnh	phu tho
Tệp sổ	
thư điện tử	
Mã số thuế	
ngân sách	
Danh sách	so-token.xlsx
doctor	c
Ghi tất cả	c
END
like "$screen" 'không khâu nào hỏng' \
	'the doctor finds no link broken from the USB device to the certificate'
like "$(ckstoken register list --json | jq -r '.tokens[].device_serial')" VT0001 \
	'the list is in the register'

types 0 'a letter for new certificates, from a list of Excel' \
	request new-person --data can-bo.xlsx -o cap-moi.pdf <<END
Trả lời ngay	c
thư điện tử	a@vidu.example
cơ quan	1
Tỉnh	Phú Thọ
Chức vụ	Chuyên viên
thư điện tử	b@vidu.example
cơ quan	1
Tỉnh	Phú Thọ
Chức vụ	Chuyên viên
END
unlike "$(words_of cap-moi.pdf)" 'cần bổ sung' \
	'lacks nothing that setup or the letter itself has asked for'
types 0 'its signature' sign cap-moi.pdf \
	-o da-ky.pdf --serial CA0D0000 <<END
Mật khẩu: 	$USER_PIN
END
types 0 'the seal' sign da-ky.pdf \
	-o phat-hanh.pdf --as seal --serial CA0D0001 <<END
Mật khẩu: 	$USER_PIN
END
types 0 'both are verified' verify phat-hanh.pdf --anchors "$pki/root-g2.crt" \
	--crls thu-hoi.pem <<END
END
is "$(grep -c 'TOTAL-PASSED' <<<"$screen")" 2 'and hold'

diagnose "the first hour: $n_commands commands, $n_answers answers"
ok 'it takes no more commands than it did' [ "$n_commands" -le 5 ]
ok 'nor answers' [ "$n_answers" -le 37 ]
no_secret_in 'no secret is shown, nor kept' "$WORK/hour" /etc/ckstoken.conf \
	/var/lib/ckstoken

plan_done
