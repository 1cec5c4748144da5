#!/bin/bash
# SPDX-License-Identifier: LGPL-2.1-or-later
# stores: both
#
# What a document lacks is asked for at a terminal, with what the register
# knows to choose from; each answer is checked as an option is, and the command
# that is told at the end makes the same document without a question.

# shellcheck disable=SC2119,SC2120,SC2317 # functions are called by name
# shellcheck source=tests/lib.sh
. "$(dirname "$0")/lib.sh"
need_world
need jq:jq pdftotext:poppler-utils pdfdetach:poppler-utils sqlite3:sqlite3 \
	python3:python3
cd "$WORK" || bail 'no work folder'
export CKSTOKEN_NOW=2026-11-20T02:00:00Z SOURCE_DATE_EPOCH=1795140000
cat "$(office_conf)" - >ask.conf <<END
[province]
name = lam-dong
[register]
$(register_setting "$WORK/r.db")
END
cat >list.csv <<'END'
record,subscriber,name,holder,id_number,title,phone,organization,email,device_serial,certificate_serial,not_before,not_after,device_label,device_model
subscriber,1,Nguyễn Văn An,person,012345678901,Chuyên viên,0912345678,Sở Tài chính,an@vidu.gov.vn,,,,,,
subscriber,2,Trần Thị Bình,person,012345678902,Văn thư,0912345679,Sở Tài chính,binh@vidu.gov.vn,,,,,,
subscriber,3,Nguyễn Văn An,person,012345678903,Kế toán,0912345670,Sở Y tế,an@yte.gov.vn,,,,,,
subscriber,4,Sở Tài chính,organization,,,,Sở Tài chính,stc@vidu.gov.vn,,,,,,
token,4,,,,,,,,SEAL01,,,,STC,bit4id
certificate,4,,,,,,,,SEAL01,CE1A,15/01/2023,15/01/2028,,
END
"$CKSTOKEN" --config ask.conf register import list.csv 2>import.err ||
	bail "no register: $(<import.err)"
copy_register r.db first.db
vi=(env "LOCPATH=$(vietnamese_locale)" LC_ALL=vi_VN.UTF-8)

# asks [COMMAND...] <STEPS: at a terminal; leaves $rc, and $screen.
asks()
{
	out='' err=''
	"$TOP/tests/answer" screen "${speak[@]}" "$CKSTOKEN" \
		--config ask.conf "$@"
	rc=$?
	screen=$(<screen)
}
speak=("${vi[@]}")
# nothing NAME: nothing was written, recorded or left.
nothing()
{
	is "$(find . -name '*.pdf' -o -name '.ckstoken*')" '' "$1: no file"
	is "$(in_register r.db 'SELECT count(*) FROM events')" "$events" \
		"$1: nothing recorded"
}
# of FILTER: what the data of x.pdf says.
of()
{
	dossier_of x.pdf | jq -r "$1"
}
events=$(in_register r.db 'SELECT count(*) FROM events')
keeper=(handover keeper --no-tokens --serial SEAL01 -o x.pdf)

# 1. Minutes, from their serial number on

cat >steps <<'END'
Trả lời ngay từng mục?	c
Số văn bản	12
Giờ, ngày lập	8h30
Văn bản cho phép bàn giao	Quyết định số 45/QĐ-STC ngày 20/11/2026
Nơi giao, nhận	1
Họ và tên bên giao	tran thi binh
Họ và tên bên nhận	1
Tình trạng bên ngoài	tốt
Phụ kiện kèm theo	không
Lý do giao, nhận	chuyển công tác
Số bản	2
END
asks "${keeper[@]}" <steps
is "$rc" 0 'minutes by answers'
like "$screen" $'\nHọ và tên bên nhận\n  1. Nguyễn Văn An, Chuyên viên, Sở Tài chính, 012345678901\n' \
	'people are the choices, and of one name by their numbers'
unlike "$screen" '\[cần bổ sung|còn thiếu:' 'nothing lacks'
is "$(of '[.document.number, .document.time, .receiver.id_number,
	.receiver.phone, .giver.name, .giver.title, .document.originals] | tojson')" \
	'["12","2026-11-20T08:30:00+07:00","012345678901","0912345678","Trần Thị Bình","Văn thư",2]' \
	'what a name means comes with it'
unlike "$(words_of x.pdf)" 'cần bổ sung' 'the paper has no gap'
is "$(grep -v '^ckstoken: ' screen | sed '/^ckstoken --config/,$d' |
	python3 -c 'import sys
for line in sys.stdin:
	len(line) > 81 and print(line, end="")')" '' 'no line is wider than 80 columns'
diagnose "minutes of a change of keeper: $(($(wc -l <steps))) answers"
dossier_of x.pdf | jq -S 'del(.evidence)' >asked.json
drop_register r.db
copy_register first.db r.db
sed -n '/^ckstoken --config/,/^set: /p' screen | sed '$d' >same
like "$(<same)" '--set .receiver.id_number=012345678901' 'the command says which of two'
rm x.pdf
sed "s|^ckstoken |$CKSTOKEN |" same >same.sh
exit_is 0 'the command told at the end runs' bash same.sh
dossier_of x.pdf | jq -S 'del(.evidence)' >same.json
is "$(diff asked.json same.json)" '' 'and makes the same document, without a question'
rm x.pdf
drop_register r.db
copy_register first.db r.db

# 2. Answers that make no sense

cat >steps <<'END'
Trả lời ngay	c
Số văn bản	12/BB
không phải là số văn bản	
Giờ, ngày lập	19/11/2026
chưa có giờ	
Văn bản cho phép	mật khẩu thiết bị 87654321
mật khẩu	
Nơi giao	
Họ và tên bên giao	Bình
đầy đủ họ và tên	Nguyễn Văn An
nhiều người có tên này	9
từ 1 đến 3	2
Họ và tên bên nhận	Nguy?n V?n Bình
mã	Phạm Văn Mới
Chức vụ bên nhận	
Cơ quan bên nhận	1
Số định danh bên nhận	0123
12 chữ số	
Điện thoại bên nhận	không có
số điện thoại	
Tình trạng	
Phụ kiện	
Lý do	
Số bản	hai
Phải là số nguyên	\x04
END
asks "${keeper[@]}" <steps
is "$rc" 7 'answers that make no sense, and Ctrl-D'
is "$(grep -o 87654321 screen | wc -l)" 1 \
	'a secret typed as an answer is not repeated'
like "$screen" $'chưa ghi gì\n.*các câu đã trả lời có trong lệnh này:\n.*giver.name=' \
	'what was answered is not lost'
unlike "$(sed -n '/có trong lệnh/,$p' screen)" '87654321' 'but no secret is in it'
nothing 'Ctrl-D'

# 3. Ends

for end in '\x03 7' '\x04 7' '!TERM 143' '!HUP 129' '!INT 130'; do
	asks "${keeper[@]}" <<-END
		Trả lời ngay	c
		Số văn bản	12
		Giờ, ngày lập	8h30
		Văn bản cho phép	${end% *}
	END
	is "$rc" "${end#* }" "${end% *} at a question"
	like "$screen" 'chưa ghi gì.*set: echo isig icanon' \
		"${end% *}: told, and the terminal is as it was"
	nothing "${end% *}"
done
asks "${keeper[@]}" <<<$'Trả lời ngay\t\\x03'
is "$rc" 7 'Ctrl-C at the offer'
nothing 'Ctrl-C at the offer'
asks "${keeper[@]}" <<<$'Trả lời ngay\t'
is "$rc" 0 'Enter at the offer'
like "$screen" 'còn thiếu:.*họ và tên bên nhận' \
	'writes the document with its gaps, as without a terminal'
unlike "$screen" 'làm lại đúng như vậy' 'and tells no command'
like "$(words_of x.pdf)" 'cần bổ sung: họ và tên bên nhận' 'which are marked'
rm x.pdf
asks "${keeper[@]}" --no-ask </dev/null
is "$rc" 0 '--no-ask at a terminal'
unlike "$screen" 'Trả lời ngay' 'offers nothing'
rm x.pdf
exit_is 0 'in a pipe' ckstoken --config ask.conf "${keeper[@]}"
unlike "$out$err" 'Answer now|the same again' 'nothing is asked'
rm x.pdf
exit_is 2 '--ask in a pipe' ckstoken --config ask.conf "${keeper[@]}" --ask
like "$err" '--ask needs a terminal.*--set' 'is refused with what to do'
exit_is 2 '--ask with standard error in a file' setsid -w "$CKSTOKEN" \
	--config ask.conf "${keeper[@]}" --ask

printf '\t%.0s\n' {1..18} >steps
asks "${keeper[@]}" --strict --ask <steps
is "$rc" 11 '--strict after answers that leave it all open'
like "$screen" 'còn thiếu:.*--strict' 'refuses what still lacks'
nothing '--strict'

# 4. Requests, in English

speak=()
printf 'name,birth_date,email\n%s\n%s\n' \
	'Lê Thị Mai,01/02/1990,mai@vidu.gov.vn' 'Đỗ Văn Hùng,,' >people.csv
request=(request new-person --data people.csv -o x.pdf)
asks "${request[@]}" --ask <<'END'
Số định danh cá nhân (1. Lê Thị Mai)	012345678911
Ngày cấp (1. Lê Thị Mai)	2/2021
day	02/03/2021
Nơi cấp	Cục Cảnh sát
Tên cơ quan	1
Tỉnh	Lâm Đồng
Chức vụ (1. Lê Thị Mai)	Kế toán
Số điện thoại di động	12
telephone	0912345699
Ngày sinh (2. Đỗ Văn Hùng)	3/4/1991
(2. Đỗ Văn Hùng)	\x03
END
is "$rc" 7 '--ask begins at once'
like "$screen" 'the question was not answered; nothing was written' 'in English'
unlike "$screen" 'Answer now' 'without an offer'
unlike "$screen" '1990' 'what the list says is not asked for'

# same NAME [FILE.pdf]: the command that was told makes the same document.
same()
{
	local file=${2-x.pdf}
	dossier_of "$file" | jq -S 'del(.evidence)' >asked.json
	rm "$file"
	sed -n '/^ckstoken --config/,/^set: /p' screen |
		sed -e '$d' -e "s|^ckstoken |$CKSTOKEN |" >same.sh
	exit_is 0 "$1: the command told at the end runs" bash same.sh
	dossier_of "$file" | jq -S 'del(.evidence)' >same.json
	is "$(diff asked.json same.json)" '' "$1: and makes the same document"
	rm "$file"
}
asks "${request[@]}" --no-register --set title='Kế toán' \
	--set organization='Sở Tài chính' --set province='Lâm Đồng' \
	--set phone=0912345699 --set id_place='Cục Cảnh sát' <<'END'
Answer now	y
Số định danh cá nhân (1. Lê Thị Mai)	012345678911
Ngày cấp (1. Lê Thị Mai)	02/03/2021
Ngày sinh (2. Đỗ Văn Hùng)	03/04/1991
Số định danh cá nhân (2. Đỗ Văn Hùng)	012345678912
Ngày cấp (2. Đỗ Văn Hùng)	02/03/2022
thư điện tử	hung@gmail.com
[leave open]	hung@vidu.gov.vn
END
is "$rc" 0 'a list of two'
is "$(of '[.subscribers[] | [.name, .birth_date, .id_number, .id_date, .email]] | tojson')" \
	'[["Lê Thị Mai","1990-02-01","012345678911","2021-03-02","mai@vidu.gov.vn"],["Đỗ Văn Hùng","1991-04-03","012345678912","2022-03-02","hung@vidu.gov.vn"]]' \
	'each answer is of its row'
same 'a list of two'
exit_is 2 'a row that there is not' ckstoken --config ask.conf "${request[@]}" \
	--set subscribers.3.phone=0912345699
like "$err" 'subscribers.3": the document has 2 rows' 'is told'
exit_is 2 'a row without a number' ckstoken --config ask.conf "${request[@]}" \
	--set subscribers.phone=0912345699
asks request new-organization --no-register -o x.pdf <<'END'
Answer now	y
Tên cơ quan	Sở Y tế
Địa chỉ	\x04
END
is "$rc" 7 'somebody who has no row yet'
like "$screen" "--set 'name=Sở Y tế'" 'is the one of the answers'

# 5. Which token

three=(--module "$(mock three)")
asks "${three[@]}" request revoke -o x.pdf <<'END'
Which token is it?	MOCK0000000
may be	seal01
Answer now	y
Mã số thuế	\x03
END
is "$rc" 7 'one token of three, and of the register'
like "$screen" $'name one by --serial.*\n  3. MOCK00000002, Mock token 2\n  4. SEAL01, Sở Tài chính\n' \
	'is chosen from all'
like "$screen" '--serial SEAL01' 'and is in the command'
asks --module "$(mock locks)" request recover -o x.pdf <<'END'
Which token is it?	SEAL01
END
is "$rc" 0 'where none is locked'
like "$screen" 'no token present is locked.*SEAL01: the token is not seen here' \
	'it may be one that is not here'
rm x.pdf
asks handover deliver --no-register --no-tokens --each -o '{n}.pdf' \
	--data people.csv --set holder=person --number 5 \
	--date '20/11/2026 08:30' --place x --giver 'Lê Thị Phối Hợp' <<'END'
Answer now	y
Căn cứ đại diện bên giao	
Số hiệu thiết bị (1. Lê Thị Mai)	S1
 (1. Lê Thị Mai)	\x04
END
is "$rc" 7 'documents for each'
like "$screen" "--set .subscribers.1.device_serial=S1" \
	'and the rows of each are asked for by their number'
unlike "$screen" 'bên nhận' \
	'but nothing of the receivers, which would be said of all of them'
speak=("${vi[@]}")
asks handover lost -o x.pdf <<'END'
Trả lời ngay	c
Số hiệu thiết bị	seal01
Số văn bản	\x04
END
is "$rc" 7 'minutes of a loss, of a token that nobody named'
like "$screen" $'Số hiệu thiết bị\n  1. SEAL01, Sở Tài chính\n' \
	'begin with the token, by which the register knows the rest'

# mistyped-serial: the register had another token from then on
asks handover lost -o x.pdf <<'END'
Trả lời ngay	c
Số hiệu thiết bị	SEAL1
có phải SEAL01	SEAL2
có phải SEAL01	SEAL2
Số văn bản	\x04
END
is "$rc" 7 'mistyped-serial: a number that the register has not'
like "$screen" 'sổ không có thiết bị SEAL1; có phải SEAL01 không.*SEAL2; có phải.*--set .device_serial=SEAL2' \
	'mistyped-serial: is taken when it is typed again'
speak=()
asks "${keeper[@]}" --number 12 --date '20/11/2026 08:30' --place 'Sở Tài chính' \
	--grounds 'Quyết định số 45/QĐ-STC' --giver 'Trần Thị Bình' --ask <<'END'
Họ và tên bên nhận	3
hands the token over	\x04
END
is "$rc" 7 'to-oneself: who hands over'
like "$screen" 'this is who hands the token over; nobody' \
	'to-oneself: is not who receives'
speak=("${vi[@]}")

# done-in-the-future: minutes were recorded as done on a day to come
recorded=$(in_register r.db 'SELECT count(*) FROM events')
asks handover lost -o x.pdf <<'END'
Trả lời ngay	c
Số hiệu thiết bị	SEAL01
Số văn bản	15
Giờ, ngày lập	8:30 01/01/2027
01/01/2027, còn chưa đến	16:30
20/11/2026, còn chưa đến	8:30
[bỏ trống]	\x04
END
is "$rc" 7 'done-in-the-future: minutes of a day, or of an hour, to come'
like "$screen" "--date '?8:30 20/11/2026" 'done-in-the-future: are asked for again'
is "$(in_register r.db 'SELECT count(*) FROM events')" "$recorded" \
	'done-in-the-future: and nothing is recorded'

# 6. More people than a screen has room for

echo name,holder,id_number,title,organization >few.csv
for name in Ánh Bích Cúc Dung Gấm Hà Hạnh Hoa Huệ Khánh Lan Linh Mai Mận Nga \
	Nhung Oanh Phúc Quyên Sen Thảo; do
	n=$((${n-100} + 1))
	echo "Lê Thị $name,person,012345678$n,Chuyên viên,Sở Tài chính" >>few.csv
done
echo 'Lê Thị Mai,person,012345678999,Kế toán,Sở Tài chính' >>few.csv
exit_is 0 'many people' ckstoken --config ask.conf register import few.csv
asks "${keeper[@]}" --number 12 --date '20/11/2026 08:30' --place 'Sở Tài chính' \
	--grounds 'Quyết định số 45/QĐ-STC' --giver 'Trần Thị Bình' --ask <<'END'
sổ theo dõi có 25 người	hoa
- Lê Thị Hoa, Chuyên viên, Sở Tài chính	le thi
và 2 mục nữa	Lê Thị Mai
ghi số định danh, hoặc ghi đúng như dưới đây	012345678999
Điện thoại bên nhận	\x04
END
is "$rc" 7 'are not listed, but found by a word of their names'
like "$screen" '--set .receiver.id_number=012345678999' \
	'and of one name by what is shown'
like "$screen" 'không ai .* tên le thi, nhưng đó là một phần.*- Lê Thị Ánh.*và 2 ' \
	'part-for-the-whole: a part of names is no new person'
{
	echo record,subscriber,device_serial
	for n in {100..125}; do
		echo "token,4,A00$n"
	done
} >tokens.csv
exit_is 0 'many tokens' ckstoken --config ask.conf register import tokens.csv
asks handover lost -o x.pdf <<'END'
Trả lời ngay	c
Số hiệu thiết bị	A00
và 6 mục nữa	a0012
- A00125, Sở Tài chính	A0012
- A00125, Sở Tài chính	A0012
Số văn bản	\x04
END
is "$rc" 7 'part-for-the-whole: a part of serial numbers'
like "$screen" 'là một phần của các số hiệu .*- A00100, Sở Tài chính.*--set .device_serial=A0012' \
	'part-for-the-whole: is no token, unless it is typed again'
plan_done
