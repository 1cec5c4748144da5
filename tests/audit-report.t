#!/bin/bash
# SPDX-License-Identifier: LGPL-2.1-or-later
# sanitize: yes
# stores: both
#
# The report that an audit writes for the head of the agency.

# shellcheck disable=SC2119,SC2120,SC2317 # functions are called by name
# shellcheck source=tests/lib.sh
. "$(dirname "$0")/lib.sh"
need_world
need jq:jq pdftotext:poppler-utils unzip:unzip qpdf:qpdf

cd "$WORK" || exit 1
export CKSTOKEN_NOW=2026-11-21T02:00:00Z
conf=$(office_conf)
cp "$conf" conf
printf '%s\n' '' '[register]' "$(register_setting r.db)" >>conf
ck=("$CKSTOKEN" --config conf)

# 0A01 ended and its token was not handed back; 0A02 may be renewed until 11/12,
# 30 days before 10/01/2027; nobody keeps the seal.
cat >list.csv <<'END'
Họ và tên;Loại thuê bao;Cơ quan;Email công vụ;Số hiệu token;Số hiệu chứng thư;Hiệu lực từ;Hiệu lực đến
Nguyễn Văn Hết;cá nhân;Sở Tài chính;hetnv@vidu.gov.vn;TK01;0A01;01/07/2021;01/07/2026
Phạm Thị Hạn;cá nhân;Sở Tài chính;hanpt@vidu.gov.vn;TK02;0A02;10/01/2022;10/01/2027
SỞ TÀI CHÍNH;cơ quan;Sở Tài chính;vanthu@vidu.gov.vn;TK03;0A03;01/07/2024;01/07/2029
END
"${ck[@]}" register import list.csv 2>/dev/null || bail 'no register'
head=$("${ck[@]}" register verify --json | jq -r .head)

exit_is 1 'what is not done makes the exit code 1, with -o too' \
	env LC_ALL=C "${ck[@]}" audit --no-tokens --province ninh-binh \
	--number 8 --recipient 'Giám đốc Sở Tài chính' -o a.pdf -o a.docx
is "$out" '' 'nothing is printed'
ok 'the PDF is whole' qpdf --check a.pdf
words=$(words_of a.pdf)
like "$words" 'BÁO CÁO Kết quả rà soát' 'it is a report'
like "$words" 'Số: 08/BC-' 'with its number'
like "$words" 'Kính gửi: Giám đốc Sở Tài chính' 'for whom it is'
like "$words" 'Số thiết bị lưu khóa bí mật trong sổ theo dõi: 3' 'three tokens'
like "$words" 'quá hạn, chưa thực hiện 1; đến hạn trong ngày 0; sắp đến hạn 1; không đúng quy định 1' \
	'one is not done, one is due soon, one is wrong'
like "$words" 'chứng thư đã hết hạn ngày 01/07/2026: thu hồi thiết bị và bàn giao' \
	'the first in Vietnamese, though the locale is C'
like "$words" '11/12/2026 là ngày cuối cùng được đề nghị gia hạn' 'the second'
like "$words" 'chưa ghi người quản lý thiết bị' 'the third'
like "$words" 'khoản 1 Điều 11 Quy chế' 'with its article'
unlike "$words" 'the certificate|overdue|not yet|the agency' 'and nothing in English'
like "$words" '1 TK01 Nguyễn Văn Hết chưa thực hiện' \
	'khoản 2 Điều 20 of the decree sets no day after the end of a certificate'
like "$(tr -d ' ' <<<"$words")" "$head" 'the head of the chain stands there'
is "$(dossier_of a.pdf | jq -r '.findings | length')" \
	"$(dossier_of a.pdf | jq -r .audit.findings)" 'all findings go with it'
is "$(dossier_of a.pdf | jq -c '.findings[0] | [.rule, .device_serial, .due]')" \
	'["hand-back","TK01","2026-07-01"]' 'for programs too'
is "$(dossier_of a.docx | jq -S .findings)" "$(dossier_of a.pdf | jq -S .findings)" \
	'the DOCX has the same'
exit_is 1 'the terminal still speaks its own language' \
	env LC_ALL=C "${ck[@]}" audit --no-tokens --province ninh-binh
like "$out" 'not yet done:' 'English here'
unlike "$out" 'overdue:' 'and nothing is late where no regulation sets a day'
exit_is 2 '-o and --json exclude each other' \
	"${ck[@]}" audit --no-tokens --json -o b.pdf
exit_is 12 'what cannot be written is told' \
	"${ck[@]}" audit --no-tokens -o none/b.pdf

# The command that stands beside a finding makes the document for it, on a
# machine where a token that is plugged in would be seen.
start_pcscd 1
command=$("${ck[@]}" register due --json --province ninh-binh |
	jq -r '.due[] | select(.rule == "renew") | .command')
exit_is 0 "what is due is done by: $command" \
	bash -c "${command/#ckstoken/\"\$CKSTOKEN\"}"
like "$(words_of renew-TK02.pdf)" 'Phạm Thị Hạn' 'for whom it is due'

plan_done
