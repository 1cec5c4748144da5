#!/bin/bash
# SPDX-License-Identifier: LGPL-2.1-or-later
# sanitize: yes
#
# "ckstoken setup" asks for the particulars of the agency on a terminal, with what
# its seal says as defaults, and writes a configuration that every command reads.
# Letters need these facts: Forms 01, 02, 04, 05 and 06 of Decree 68/2024/NĐ-CP,
# part 1; the letterhead and the signer of Decree 30/2020/NĐ-CP, Appendix I.

# shellcheck disable=SC2034,SC2119,SC2120,SC2317 # both are named elsewhere
# shellcheck source=tests/lib.sh
. "$(dirname "$0")/lib.sh"
need_world
need jq:jq python3:python3 sqlite3:sqlite3 perl:perl unzip:unzip zip:zip openssl:openssl
cd "$WORK" || bail 'no work folder'
export CKSTOKEN_NOW=2026-11-21T02:00:00Z
own_etc
mkdir -p /etc/ckstoken/provinces
rm -f /etc/ckstoken.conf
start_softhsm 'Nguyễn Văn An' 'Con dấu'
seal=(--module "$SOFTHSM_MODULE")


# The language is the one that is answered, whatever the locale is.
#
# What is asked for, in its order, and how each begins; "replace" where there is
# a configuration, "seal" where there are several, and of the register only where
# there is to be one.
asked=(language replace seal name parent place symbol archive authority title signer
	who id-number id-date id-place who-title where phone email address
	province register agency-email tax-code budget-code list doctor write)
declare -A en=(
	[language]='Ngôn ngữ / Language' [replace]='Put a new one in its place'
	[seal]='Whose particulars are to be offered'
	[name]='Name of the agency' [parent]='Agency above it'
	[place]='Place of issue' [symbol]='Symbol behind the number'
	[archive]='Unit that drafts' [authority]='Authority of the signer'
	[title]='Title of the signer' [signer]='Name of the signer'
	[who]='Name of that person' [id-number]='Personal identification number'
	[id-date]='Its day of issue' [id-place]='Who issued it'
	[who-title]='Title of that person' [where]='Where that person works'
	[phone]='Mobile telephone' [email]='Official e-mail address'
	[address]='Address at which' [province]='Province'
	[register]='File of the register'
	[agency-email]='Official e-mail address of the agency'
	[tax-code]='Tax code' [budget-code]='Budget code'
	[list]='The list of tokens' [doctor]='ckstoken doctor'
	[write]='Write all this'
) vi=(
	[language]='Ngôn ngữ / Language' [replace]='Thay bằng tệp cấu hình mới'
	[seal]='Gợi ý thông tin của cơ quan nào'
	[name]='Tên cơ quan' [parent]='Cơ quan chủ quản trực tiếp'
	[place]='Địa danh' [symbol]='Ký hiệu văn bản'
	[archive]='Đơn vị soạn thảo' [authority]='Quyền hạn của người ký'
	[title]='Chức vụ của người ký' [signer]='Họ và tên người ký'
	[who]='Họ và tên' [id-number]='Số định danh cá nhân'
	[id-date]='Ngày cấp' [id-place]='Nơi cấp' [who-title]='Chức vụ'
	[where]='Cơ quan, tổ chức công tác' [phone]='Số điện thoại di động'
	[email]='Địa chỉ thư điện tử công vụ' [address]='Địa chỉ tiếp nhận'
	[province]='Tỉnh, thành phố' [register]='Tệp sổ theo dõi'
	[agency-email]='Địa chỉ thư điện tử công vụ của cơ quan'
	[tax-code]='Mã số thuế' [budget-code]='Mã quan hệ ngân sách'
	[list]='Danh sách thiết bị hiện có' [doctor]='ckstoken doctor'
	[write]='Ghi tất cả như trên'
)
# What is typed, several lines where the first ones are refused; Enter where
# nothing is said.
declare -A typed

# answers LANGUAGE: a line for each question, as tests/answer takes them; with
# Ctrl-C at the question $up_to, or with none after $last.
up_to='' last=''
answers()
{
	local -n words=$1
	local key line question
	[ "$last" != none ] || return
	for key in "${asked[@]}"; do
		[[ $key != replace && $key != seal ]] || [ -n "${typed[$key]-}" ] ||
			continue
		case $key in
		agency-email | tax-code | budget-code | list)
			[ "${typed[register]-}" != - ] || continue ;;
		esac
		if [ "$key" = "$up_to" ]; then
			printf '%s\t\\x03\n' "${words[$key]}"
			return
		fi
		question=${words[$key]}
		while IFS= read -r line; do
			printf '%s\t%s\n' "$question" "${line:-\\x0a}"
			question=
		done <<<"${typed[$key]-}"
		[ "$key" != "$last" ] || return
	done
}
# setup CODE NAME LANGUAGE [ARG...]: a dialogue of 80 columns; leaves $screen, in
# which lines are not broken.
setup()
{
	local code=$1 name=$2 language=$3
	shift 3
	answers "$language" >steps
	exit_is "$code" "$name" "$TOP/tests/answer" screen "$CKSTOKEN" "$@" <steps
	screen=$(tr -s ' \n' ' ' <screen)
	# What was typed may be longer, and a command to be copied stays whole.
	is "$(grep -E '.{81}' screen | grep -v '^  \[.*\] > \|^  ckstoken ')" '' \
		"$name: in 80 columns"
}
# has SETTING VALUE NAME: a line of the configuration $conf.
has()
{
	is "$(sed -n "s/^$1 = //p" "$conf")" "$2" "$3"
}

# 1. Where there is nobody to ask

exit_is 2 'no-terminal: is told, and what to do without' "$CKSTOKEN" setup
like "$err" 'on a terminal.*copy .*ckstoken.conf.sample to /etc/ckstoken.conf' \
	'no-terminal: with the sample'
is "$out" '' 'no-terminal: nothing is asked'
nok 'no-terminal: nothing is written' test -e /etc/ckstoken.conf

# 2. All of it, in Vietnamese, with the seal and a list of Excel

group=0
own_state "$group"
"$TOP/tests/workbook" "$TOP/tests/fixtures/lists/system-export.txt" \
	'danh sách.xlsx' "$TOP/tests/fixtures/lists/misspelt-heading.txt" \
	wrong.xlsx || bail 'no workbooks'
conf=/etc/ckstoken.conf
typed=([language]=1 [place]='Ví Dụ' [symbol]=$'15/STC-VP\nSTC VP\nSTC-VP'
	[archive]=$'Lưu: VT, VP\nVP'
	[authority]='KT. GIÁM ĐỐC' [title]=$'12345678\nPHÓ GIÁM ĐỐC'
	[signer]='PIN 648219'$'\n''Tổng cộng'$'\n''Trần Văn Ký' [who]='Lê Thị Phối Hợp'
	[id-number]='12345'$'\n''00109000000O'$'\n''001090000002'
	[id-date]='31/02/2022'$'\n''15/03/2022' [id-place]='648219'$'\n''Bộ Công an'
	[who-title]='Chuyên viên' [where]='Văn phòng Sở'
	[phone]='gọi tôi'$'\n''0912 345 678'
	[email]='phoihop@gmail.com'$'\n''phoihop@vidu.example'
	[address]='***'$'\n''Số 1 đường Thử' [tax-code]='PIN 648219'$'\n'
	[province]='lam dong'
	[list]='khong-co.xlsx'$'\n'"'danh sách.xlsx'" [doctor]=k)
setup 0 'setup in Vietnamese' vi "${seal[@]}" setup
cp screen vi.screen
like "$screen" 'Con dấu của SỞ TÀI CHÍNH TỈNH VÍ DỤ đang cắm vào máy' \
	'with-a-seal: it is told whose'
like "$screen" 'Tên cơ quan.*\[SỞ TÀI CHÍNH TỈNH VÍ DỤ\] >.*\[UBND tỉnh Ví Dụ\] >' \
	'with-a-seal: name and parent are offered'
like "$screen" '\[vanthu@vidu.example\] >.*\[0000000000\] >.*\[0000000\] >' \
	'with-a-seal: and e-mail address, tax code and budget code'
has name $'SỞ TÀI CHÍNH TỈNH VÍ DỤ\nLê Thị Phối Hợp\nlam-dong' \
	'what was taken by Enter and what was typed is written'
has signer 'Trần Văn Ký' 'a-secret-as-a-name: is asked again'
is "$(grep -cE '^ *(giá trị của \[agency\] signer|nội dung này) có mật khẩu' screen)" \
	2 'a-secret-as-a-name: with the reason, and one in the register too'
like "$screen" 'không phải tên.*không phải là giá trị' \
	'a sum is no name, and marks alone are no address'
has symbol STC-VP 'more-than-the-symbol: is asked again'
has archive VP 'more-than-the-unit: is asked again'
has signer-title 'PHÓ GIÁM ĐỐC' 'a-number-as-a-title: is asked again'
has id-place 'Bộ Công an' 'a-number-as-a-title: so is one as an office'
has id-number 001090000002 'a number that none is asked again'
has id-date 15/03/2022 'no-such-day: so is a day'
has phone '0912 345 678' 'and a telephone'
has email phoihop@vidu.example \
	'an address of Gmail, too, for Form 06 has an official one (Decree 68/2024)'
like "$screen" 'phoihop@gmail.com không phải địa chỉ thư điện tử công vụ' \
	'with the reason'
has language vi 'the language stays'
has file '' 'machine-register: is not named to those who may not enter its folder'
is "$(stat -c %a "$conf")" 644 'all may read the configuration'
is "$(grep -c '^# ' "$conf")" "$(($(grep -c '^# ' "$TOP/lib/input/ckstoken.conf") -
	$(grep -cE '^[a-z-]+ = ' "$conf")))" \
	'each comment of the sample is there, and each answer in the place of an example'
is "$(stat -c %a /var/lib/ckstoken/register.db)" 660 'the group has the register'
is "$(sqlite3 /var/lib/ckstoken/register.db \
	'SELECT organization, parent, email, tax_code, budget_code FROM agencies
	WHERE tax_code IS NOT NULL')" \
	'SỞ TÀI CHÍNH TỈNH VÍ DỤ|UBND tỉnh Ví Dụ|vanthu@vidu.example|0000000000|0000000' \
	'it begins with the agency'
is "$(ckstoken register list --json | jq -r '.tokens[].device_serial')" VT0001 \
	'and has the list of Excel, whose name has a blank and was dragged here'
like "$screen" 'Tỉnh, thành phố: Lâm Đồng ' 'a province is shown by its name, before all is written'
like "$screen" 'khong-co.xlsx: No such file|khong-co.xlsx: Không' \
	'a list that is not there is asked for again'
unlike "$screen" 'The |nothing ' 'nothing is in English'
exit_is 1 'what is written is read back' ckstoken doctor --json
is "$(json '[.checks[] | select((.source | IN("configuration", "province",
	"register")) and .result != "ok" and .check != "backed-up")] | length')" 0 \
	'doctor finds nothing wrong in it'
is "$(json '.checks[] | select(.source == "register" and .check == "shared") |
	.message')" '/var/lib/ckstoken/register.db do các cán bộ trong nhóm root dùng chung' \
	'and the register as shared as it is to be'
ckstoken request recover --no-tokens --no-register --number 15 --data - \
	-o letter.pdf <<<'[{"name": "Nguyễn Văn A", "device_serial": "0A1B2C3D"}]' \
	2>letter.err || diagnose "$(<letter.err)"
is "$(dossier_of letter.pdf | jq -r '[.agency.name, .agency.signer_name,
	.contact.phone, .contact.id_date, .province.code] | join("|")')" \
	'SỞ TÀI CHÍNH TỈNH VÍ DỤ|Trần Văn Ký|0912345678|2022-03-15|lam-dong' \
	'a letter has it all'

no_secret_in 'and no secret is in any of it' "$conf" letter.pdf /var/lib/ckstoken

# 3. Where there is a configuration

cat >>"$conf" <<'END'
[trust]
anchors = /etc/ckstoken/goc.pem
[desk]
name = Sở Khoa học và Công nghệ
grounds = "Điều 12; số #3"
[modules]
module = /usr/lib/a.so
module = /usr/lib/b.so
END
cp -p "$conf" before.conf
typed=([language]=2 [replace]=n)
last=replace
setup 7 'the-configuration-stays: who says no' en setup
ok 'the-configuration-stays: as it is' cmp "$conf" before.conf
nok 'the-configuration-stays: with no copy' test -e "$conf.old"
last=
typed=([language]=2 [replace]=y [archive]=- [doctor]=n)
# A list was read once; of it nothing is known.
setup 0 'setup in English, over a configuration' en setup --no-tokens
cp screen en.screen
is "$(grep -E '^  \[.*\] > *$' screen | grep -vc 'leave open')" 21 'it offers what that one has'
like "$screen" '\[vanthu@vidu.example\] >.*\[0000000000\] >.*\[0000000\] >' \
	'and what the register has, without the seal'
ok 'kept-beside: the one before' cmp "$conf.old" before.conf
is "$(stat -c %a "$conf.old")" 644 'kept-beside: with its mode'
# values FILE: its settings, but for two that were answered otherwise.
values()
{
	sed -nE 's/^(\[.*\]|[a-z-]+ = .*)$/\1/p' "$1" |
		grep -vE '^(language|archive) = ' |
		awk '/^\[/ { section = $0; next } { print section, $0 }' | sort
}
is "$(values "$conf")" "$(values before.conf | sed 's/"//g')" \
	'settings that are not asked for stay, as those of a desk and of modules'
has language en 'the language is the one that was chosen'
has archive '' 'left-open: what was in brackets can be left out'
exit_is 0 'the register is whole' ckstoken register verify
is "$(sqlite3 /var/lib/ckstoken/register.db 'SELECT count(*) FROM events')" 2 \
	'and nothing is recorded twice'

# changed-meanwhile: what another has written is not replaced by who never saw it.
typed=([language]=2 [replace]=y [doctor]=n
	[write]="!sh printf '[trust]\nocsp = yes\n' >$conf")
kept=$(ls "$conf"*)
setup 12 'changed-meanwhile: a configuration that another changes' en setup --no-tokens
like "$screen" 'was written by another while the questions were asked' \
	'changed-meanwhile: is told'
is "$(<"$conf")
$(ls "$conf"*)" "[trust]
ocsp = yes
$kept" 'changed-meanwhile: it stays, and nothing is written'
rm "$conf"
typed=([language]=2 [name]=X [register]=- [province]=7 [doctor]=n
	[write]="!sh echo '[agency]' >$conf")
setup 12 'changed-meanwhile: a configuration that another makes' en setup --no-tokens
is "$(<"$conf")" '[agency]' 'changed-meanwhile: it stays, too'

mkdir -p "$HOME/.config/ckstoken"
printf '[output]\nlanguage = en\n' >"$HOME/.config/ckstoken/ckstoken.conf"
printf '[trust]\ncrls = /srv/crl\n[agency\nname = X\n' >"$conf"
typed=([language]=2 [replace]=y [name]='Trường THPT / Số 1' [register]=-
	[province]=lam-dong [doctor]=n)
setup 0 'broken: a configuration that cannot be read gives way' en \
	setup --no-tokens
like "$screen" "ckstoken.conf: line 3: .*which cannot be read: /etc/ckstoken.conf" \
	'broken: the reason is told'
is "$(sed 2q "$conf.old-2"; sed -n 's/^crls = //p' "$conf")" \
	$'[trust]\ncrls = /srv/crl\n/srv/crl' \
	'broken: it is kept under another name, and what stands before the fault stays'
like "$screen" '.config/ckstoken/ckstoken.conf is there, too: .*go before' \
	'own-file-of-root: goes before, and is told'
rm -r "$HOME/.config/ckstoken"
chmod g+w "$conf"
last=language
setup 11 'others-may-write: one that may be anybody'"'"'s is not taken over' en \
	setup --no-tokens
like "$err$screen" 'others may write.*chmod go-w' 'others-may-write: is told'
rm -f "$conf"*

# 4. With the seals of two agencies, which are of one name

openssl req -new -utf8 -key "$(pki seal.key)" -out other.req -subj \
	'/emailAddress=khac@vidu.example/UID=MST:1111111111/UID=MNS:1111111/CN=SỞ TÀI CHÍNH TỈNH VÍ DỤ/O=UBND tỉnh Ví Dụ/C=VN' ||
	bail 'no other seal'
openssl x509 -req -in other.req -CA "$(pki sub-g2.crt)" \
	-CAkey "$(pki sub-g2.key)" -set_serial 7 -days 3650 -outform DER \
	-out other.der 2>/dev/null || bail 'no other seal'
p11 --module "$SOFTHSM_MODULE" --token-label 'Nguyễn Văn An' --login --pin "$USER_PIN" \
	--id 46 --label other --write-object other.der --type cert
# two_seals TYPED NAME: leaves what was offered for the agency.
two_seals()
{
	rm -f two.conf
	typed=([language]=2 [seal]=$1 [register]="$WORK/two.db" [province]=7 [doctor]=n)
	setup 0 "two-seals: $2" en --config "$WORK/two.conf" "${seal[@]}" setup
	rm -f two.db*
	offered=$(grep -oE '\[(SỞ TÀI|[a-z]+@|[01]{7,10})[^]]*\]' screen | xargs)
}
last=
two_seals "$(ckstoken "${seal[@]}" status --json 2>/dev/null | jq '[.tokens[].certificates[] |
	select(.tax_code).tax_code] | index("1111111111") + 1')" 'one of them is chosen'
for tax in 0000000000 1111111111; do
	like "$screen" "[12]\\. SỞ TÀI CHÍNH TỈNH VÍ DỤ \\(UBND tỉnh Ví Dụ, $tax\\)" \
		"two-seals: one is named with its tax code, $tax"
done
is "$offered" '[SỞ TÀI CHÍNH TỈNH VÍ DỤ] [khac@vidu.example] [1111111111] [1111111]' \
	'two-seals: its particulars are offered, and none of the other'

# 5. Without a token, with almost nothing known

last=
unset SOFTHSM2_CONF
export XDG_CONFIG_HOME=$WORK/home
conf=$WORK/own.conf
typed=([language]=2 [name]=$'\n-\nTru\xcc\x9bo\xcc\x9b\xcc\x80ng "A"; số #1' [province]=7
	[register]=- [doctor]=n)
setup 0 'without-a-token' en --config "$conf" setup
like "$screen" 'No token with an agency.s seal of the Government CA is seen' 'without-a-token: is told'
is "$(grep -oE '^  \[[^]]*\]' screen | grep -v 'leave open' | paste -sd ' ')" \
	'  [English]   [/var/lib/ckstoken/register.db]' \
	'without-a-token: nothing is offered but the language and where the register is'
like "$screen" 'this needs an answer' 'the name alone is needed'
like "$screen" "What comes next:.*ckstoken --config $conf status" \
	'another-file: the commands that come next read it'
is "$(grep -cvE '^#|^$|^\[' "$conf")" 2 'without-a-token: two settings are written'
has name 'Trường "A"; số #1' 'quotes in a name stay, letters are whole'
exit_is 0 'and every command reads it' ckstoken --config "$conf" request recover \
	--no-tokens --data - -o open.pdf <<<'[{"device_serial": "0A1B2C3D"}]'
is "$(dossier_of open.pdf | jq -r .agency.name)" 'Trường "A"; số #1' \
	'as it was typed'
like "$err" 'chức vụ' 'what was left open is missing, and not invented'

# Root obeys no file in a folder of another.
if mkdir others && chown 12345 others 2>/dev/null; then
	typed=([language]=2 [name]=X [register]=- [province]=7 [doctor]=n)
	setup 12 'read-by-nobody' en --config "$WORK/others/x.conf" setup \
		--no-tokens
	is "$(ls -A others)" '' 'read-by-nobody: nothing is left there'
fi

# 6. Provinces

# province NAME TYPED EXPECTED: the code that is written.
province()
{
	rm -f "$conf"
	typed=([language]=2 [name]=X [register]=- [doctor]=n [province]=$2)
	setup 0 "$1" en --config "$conf" setup --no-tokens
	is "$(sed -n '/^\[province\]/,/^\[desk\]/s/^name = //p' "$conf")" "$3" \
		"$1: is taken"
}
province 'province-by-number' 1 bac-ninh
province 'province-without-accents' 'PHU THO' phu-tho
province 'province-misspelt' $'Nih Bình\ny' ninh-binh
like "$screen" 'no "Nih Bình" in the list. Is it Ninh Bình' \
	'province-misspelt: is asked about'
# Kiên Giang is none of those with a file, and one letter from one that is.
province 'another-of-nearly-its-name' $'Kiên Giang\nn\n' ''
province 'province-without-a-file' $'Hà Nội\n' ''
like "$screen" 'no regulation of "Hà Nội" here, so letters follow the decree alone' \
	'province-without-a-file: is told what follows'
province 'then-another-is-named' $'Hà Nội\nn\n2' dong-thap
# Nghị quyết 202/2025/QH15: Tiền Giang is part of Đồng Tháp since 01/07/2025.
province 'province-that-is-no-more' $'Tiền Giang\n' dong-thap
like "$screen" 'Tiền Giang is part of Đồng Tháp now' \
	'province-that-is-no-more: is told'
province 'number-of-none' $'99\n3' lam-dong
sed -e 's/code="lam-dong"/code="vi-du"/' -e 's/name="Lâm Đồng"/name="Ví Dụ"/' \
	"$TOP/lib/rules/provinces/lam-dong.xml" >/etc/ckstoken/provinces/vi-du.xml
province 'province-of-the-office' 'vi du' vi-du
echo '<province' >/etc/ckstoken/provinces/hong.xml
province 'province-that-cannot-be-read' 'lam dong' lam-dong
like "$screen" 'hong.xml' 'province-that-cannot-be-read: is told'
rm /etc/ckstoken/provinces/*

# 7. The register

mkdir books ro full
mount -t tmpfs -o ro tmpfs ro || bail 'no tmpfs'
mount -t tmpfs -o size=4k tmpfs full || bail 'no tmpfs'
echo 'no register' >books/other.db
rm -f "$conf"
typed=([language]=2 [name]=X [province]=7 [doctor]=n [list]="$WORK/wrong.xlsx"
	[register]="books/r.db
$WORK/books/other.db
$WORK/ro/none/r.db
$WORK/books/new/r.db")
setup 11 'refused-list: the rest is written' en --config "$conf" setup --no-tokens
like "$screen" 'must be an absolute path.*other.db.*nothing can be written in [^ ]*/ro: ' \
	'no-register: what is none is asked for again, with the reason'
like "$screen" 'wrong.xlsx: row 1, column "Số CCDC".*--config [^ ]*own.conf register import .*wrong.xlsx' \
	'refused-list: is told with its row and column, and what to do'
is "$(stat -c '%a %a' books/new books/new/r.db | paste -sd ' ')" '700 700 600 600' \
	'the register is its owner'"'"'s alone'
exit_is 0 'refused-list: the register is well' ckstoken --config "$conf" \
	register verify
is "$(ckstoken --config "$conf" register list --agencies --json |
	jq -r '.agencies[].organization')" X 'refused-list: with the agency'
printf '%s\n' 'Họ và tên;Số hiệu token' 'Nguyễn Văn B;VT0002' >list.csv
typed=([language]=2 [replace]=y [province]=7 [list]=list.csv [doctor]=n)
setup 0 'a list of CSV' en --config "$conf" setup --no-tokens
is "$(ckstoken --config "$conf" register list --json |
	jq -r '.tokens[].device_serial')" VT0002 'is taken, too'

typed=([language]=2 [replace]=y [province]=7 [doctor]=n
	[register]="postgresql://an:mat-khau-1@may/so
postgresql:///so?host=$WORK/none")
setup 12 'no-server: the configuration is written, and the register is not' en \
	--config "$conf" setup --no-tokens
like "$screen" 'must not have a password in it' 'no-server: an address has no password'
has database "postgresql:///so?host=$WORK/none" 'no-server: it is named'
has file '' 'no-server: and the file is not any more'
like "$screen" 'written all the same, and the register is not begun' \
	'no-server: is told'

# 8. What cannot be written

typed=([language]=2 [name]=X [province]=7 [register]=- [doctor]=n)
last=none
setup 12 'unwritable: it is told before anything is asked' en \
	--config "$WORK/ro/x.conf" setup --no-tokens
like "$screen" 'x.conf|/ro: .*Read-only' 'unwritable: with the reason'
unlike "$screen" 'Language' 'unwritable: before'
last=
setup 12 'full: a disk that is full' en --config "$WORK/full/x.conf" setup \
	--no-tokens
is "$(ls -A full)" '' 'full: nothing half-written is left'
printf '[agency]\nname = Y\n' >full/x.conf
typed[replace]=y
setup 12 'full: nor beside a configuration that stands' en \
	--config "$WORK/full/x.conf" setup --no-tokens
is "$(ls -A full; cat full/x.conf)" $'x.conf\n[agency]\nname = Y' \
	'full: which is as it was'
mkdir folder.conf
last=none
setup 12 'folder: is no configuration' en --config "$WORK/folder.conf" setup \
	--no-tokens
ln -s nothing link.conf
setup 12 'link-to-nothing: nor is that' en --config "$WORK/link.conf" setup \
	--no-tokens

# 9. Ctrl-C at each question

rm -rf "$conf"* books
mkdir books
typed=([language]=2 [name]=X [province]=7 [register]="$WORK/books/r.db"
	[doctor]=n)
last=
for up_to in "${asked[@]}"; do
	[[ $up_to != replace && $up_to != seal ]] || continue
	answers en >steps
	"$TOP/tests/answer" screen "$CKSTOKEN" --config "$conf" \
		setup --no-tokens <steps 2>>told
	echo "$up_to $? $(find "$conf"* books home 2>/dev/null | paste -sd ' ')"
done >interrupted
is "$(grep -vxE '[a-z-]+ 7 books' interrupted)" '' \
	'Ctrl-C at each question: exit code 7, and nothing is left'
is "$(wc -l <interrupted)" 26 'at each'
up_to='write'
answers en | sed 's/x03$/x04/' >steps
up_to=
exit_is 7 'and so does Ctrl-D' "$TOP/tests/answer" screen \
	"$CKSTOKEN" --config "$conf" setup --no-tokens <steps
nok 'with nothing left' test -e "$conf"

# 10. Who does not agree is asked again

typed=([language]=2 [name]=X [province]=7 [register]=- [doctor]=n [write]=n)
answers en >steps
typed=([name]=Y [province]='' [register]='' [doctor]=n [register]='')
answers en | sed '1d' | grep -vE '^(Official e-mail address of|Tax|Budget|The list)' \
	>>steps
exit_is 0 'asked-again: who does not agree' "$TOP/tests/answer" \
	screen "$CKSTOKEN" --config "$conf" setup --no-tokens <steps
has name Y 'asked-again: the last answer counts'
umount ro full
plan_done
