#!/bin/bash
# SPDX-License-Identifier: LGPL-2.1-or-later
#
# What a person sees at a terminal: lines that have room, the pager, colours, a
# pipe that is closed, what was meant by a name that is misspelt, and the help
# of one form of a command.

# shellcheck disable=SC2119,SC2120,SC2317 # functions are called by name
# shellcheck source=tests/lib.sh
. "$(dirname "$0")/lib.sh"
need_world
need script:bsdutils stty:coreutils perl:perl

cd "$WORK" || bail 'no work folder'
export CKSTOKEN_NOW=2026-11-21T02:00:00Z TERM=xterm
MOCK_PKI=$(dirname "$(pki person.der)")
MOCK_CERT=$MOCK_PKI/person.der
LOCPATH=$(vietnamese_locale) || bail 'no Vietnamese locale'
export MOCK_PKI MOCK_CERT LOCPATH
states=(--module "$(mock states)")
office_conf >/dev/null
printf '%s\n' '[province]' 'name = ninh-binh' '[register]' "file = $WORK/r.db" \
	'[trust]' "anchors = $MOCK_PKI/root-g2.crt" "crls = $MOCK_PKI" >>office.conf
ck=(--config "$WORK/office.conf")
cat >list.csv <<'END'
Số hiệu thiết bị,Họ và tên,Số CCCD,Cơ quan,Đơn vị,Chức vụ,Hiệu lực từ,Hiệu lực đến,Số chứng thư số
4D2F8A10B37C0000,Nguyễn Thị Thử Nghiệm,001085001234,Sở Tài chính,"Phòng Quản lý ngân sách nhà nước, tin học và thống kê",Chuyên viên chính,15/01/2024,15/01/2028,54DE0A1B2C3D4E5F60718293A4B5C6D7
4D2F8A10B37C0001,Trần Thị Sắp Hết,001085001235,Sở Tài chính,Văn phòng Sở,Phó Chánh Văn phòng phụ trách,01/01/2023,01/01/2027,54DE0A1B2C3D4E5F60718293A4B5C6D8
END
ok 'a register' ckstoken "${ck[@]}" register import list.csv

# at COLUMNS COMMAND...: what a terminal of that width shows of it, colours left
# out. The pager of these tests is none.
at()
{
	local columns=$1 command
	shift
	command=$(printf '%q ' "$@")
	timeout 60 script -qec "stty cols $columns rows 1000; exec $command" /dev/null \
		</dev/null | tr -d '\r' | sed -E 's/\x1b\[[0-9;]*[mK]//g'
}

# too_wide COLUMNS: the lines of standard input with more, unless a word of such
# a line has no room on any.
too_wide()
{
	perl -CSA -ne 'my ($columns) = '"$1"'; chomp;
		next if length() <= $columns;
		my ($longest) = sort { $b <=> $a } map { length } split;
		print "$_\n" if $longest + 8 <= $columns'
}

# broken SHOWN: the words of standard input, as a program reads them, that are
# not on the screen.
broken()
{
	perl -CSA -e 'open my $f, "<:utf8", shift; local $/;
		my %there = map { $_ => 1 } split " ", <$f>;
		print join " ", grep { !$there{$_} && !/^\d\d:\d\d:\d\d/ }
			split " ", <STDIN>' "$1"
}

# 1. Words and serial numbers are whole, and lines have room

cp "$TOP/tests/fixtures/signed/signpdf-accents.pdf" signed.pdf
while IFS= read -r command; do
	# shellcheck disable=SC2086 # the words of a command
	for language in en vi; do
		export LANGUAGE=$language LC_ALL=C.UTF-8
		[ "$language" = en ] || LC_ALL=vi_VN.UTF-8
		"$CKSTOKEN" "${ck[@]}" "${states[@]}" $command >whole 2>&1
		for columns in 80 120 200; do
			at "$columns" "$CKSTOKEN" "${ck[@]}" "${states[@]}" \
				$command >screen
			is "$(too_wide "$columns" <screen)" '' \
				"lines-wider-than-the-terminal: $command, $columns columns, $language"
			is "$(broken screen <whole)" '' \
				"broken-words: $command, $columns columns, $language"
		done
	done
done <<'END'
status --no-register
cert list
cert show --serial 4D2F8A10B37C0000
cert verify --serial 4D2F8A10B37C0001
register list
register list --people
register show Nguyễn
register show 4D2F8A10B37C0001
register history
register due --days 100
register verify
audit --no-tokens --days 100
audit
verify signed.pdf
doctor
report statistics
request --list-provinces
register --help
request recover --serial 4D2F8A10B37C0003
register list --organization Sở
END
unset LANGUAGE
LC_ALL=C.UTF-8

# shown COMMAND...: what a terminal of 80 columns gets, as it is; of 1000 lines,
# or of $rows.
rows=1000
shown()
{
	local command
	command=$(printf '%q ' "$@")
	timeout 60 script -qec "stty cols 80 rows $rows; exec $command" \
		/dev/null </dev/null
}
status=("$CKSTOKEN" "${states[@]}" status --no-register)
due=("$CKSTOKEN" "${ck[@]}" register due --days 100)

at 80 "${due[@]}" >screen
perl -0ne 'print "$1\n" while /\$ (ckstoken (?:[^\n]*\\\n)*[^\n]*)/g' screen \
	>commands
bash -c 'ckstoken() { printf "<%s>" "$@"; echo; }; . ./commands' >read-back
"${due[@]}" 2>/dev/null | sed -n 's/^ *\$ //p' >commands
bash -c 'ckstoken() { printf "<%s>" "$@"; echo; }; . ./commands' >meant
ok 'copied-commands: there are some' test -s meant
is "$(<read-back)" "$(<meant)" \
	'copied-commands: a command on several lines is one to a shell'

# 2. Colours

like "$(shown "${status[@]}")" $'\e\\[1;31mlocked\e\\[0m' 'a locked PIN is red'
like "$(shown "${status[@]}")" $'\e\\[1;31m4D2F8A10B37C0003\e\\[0m' \
	'and so is the number of its token'
like "$(shown "${status[@]}")" $'\e\\[33mexpiring\e\\[0m' \
	'what expires soon is yellow'
unlike "$(TERM=dumb shown "${status[@]}")" $'\e' \
	'escapes-on-a-dumb-terminal: there are none'
unlike "$(TERM='' shown "${status[@]}")" $'\e' \
	'nor where nobody says what the terminal is'
unlike "$(NO_COLOR=1 shown "${status[@]}")" $'\e\\[[0-9;]*m' \
	'and no colours under NO_COLOR'

# 3. The pager

mkdir bin
cat >pager <<'END'
#!/bin/sh
cat >"$PAGED"
[ ! -t 2 ] || echo 'its own terminal'
echo "LESS=$LESS secure=$LESSSECURE charset=$LESSCHARSET"
exit 3
END
cat >short <<'END'
#!/bin/sh
head -n 1 >/dev/null
END
sed "s/PAGED\"/PAGED.less\"/" pager >bin/less
chmod 755 pager short bin/less
export PAGED=$WORK/paged
# through PAGER COMMAND...: on a screen of five lines; leaves $rc, and what went
# past the pager in $out.
through()
{
	local pager=$1 rows=${rows_of_screen:-5}
	shift
	rm -f paged paged.less
	out=$(PAGER=$pager shown "$@"; echo "code $?")
	rc=${out##*code }
	out=${out%code *}
}
through "$WORK/pager" "${status[@]}"
is "$rc" 1 'pager: the exit code is that of the command'
like "$(<paged)" 'SERIAL.*4D2F8A10B37C0007.*ckstoken: .*request recover' \
	'pager: the list goes to it, and the words about it'
like "$(<paged)" $'\e\\[1;31mlocked' 'pager: in colours'
is "$(sed -E 's/\x1b\[[0-9;]*m//g' paged | too_wide 80)" '' \
	'pager: as wide as the terminal'
unlike "$out" 'SERIAL' 'pager: and not to the terminal'
like "$out" 'LESS=FRX secure= ' 'pager: less is told to leave at once'
like "$out" 'charset=utf-8' 'pager: and what letters it gets, in any locale'
for args in 'status --no-register --json' 'status --no-register --csv' \
	'cert export --serial 4D2F8A10B37C0000' 'status --help' --help --version \
	'unblock --authority 1 --dry-run --serial 4D2F8A10B37C0003'; do
	# shellcheck disable=SC2086 # a list of arguments
	through "$WORK/pager" "$CKSTOKEN" "${states[@]}" $args
	nok "pager: none for $args" test -e paged
done
through "$WORK/pager" bash -c "$(printf '%q ' "${status[@]}") | cat"
nok 'pager: none into a pipe' test -e paged
TERM=dumb through "$WORK/pager" "${status[@]}"
nok 'pager: none on a dumb terminal' test -e paged
CKSTOKEN_PAGER='' through "$WORK/pager" "${status[@]}"
nok 'pager: CKSTOKEN_PAGER counts first, and "" is none' test -e paged
like "$out" 'SERIAL' 'pager: and the list is on the terminal'
rows_of_screen=100 through "$WORK/pager" "${status[@]}"
nok 'pager: none where the screen has room' test -e paged
like "$out" 'SERIAL.*4D2F8A10B37C0007.*ckstoken: .*request recover' \
	'pager: and all is on it, in its order'
PATH=$WORK/bin:$PATH SUDO_UID=1000 through "$WORK/pager" "${status[@]}"
nok 'a-pager-with-a-shell: under sudo no pager of the environment is run' \
	test -e paged
like "$(<paged.less)$out" 'SERIAL.*secure=1' \
	'a-pager-with-a-shell: but less, which begins no other program'
LESS=-i through "$WORK/pager" "${status[@]}"
unlike "$(<paged)" $'\e' 'pager: no colours for a less that would not show them'
through no-such-pager "${status[@]}"
is "$rc" 1 'pager: one that is not there changes no exit code'
like "$out" 'the pager "no-such-pager" is not there.*SERIAL' \
	'pager: is told, and the list shown all the same'
through "$WORK/short" "${status[@]}"
is "$rc|$out" '1|' 'pager: one that is left early is no fault'
for args in 'register list' 'register history' 'register due' 'register show 4D2F8A10B37C0001' \
	'cert list' audit doctor 'verify signed.pdf' 'report statistics'; do
	# shellcheck disable=SC2086 # a list of arguments
	rows_of_screen=1 through "$WORK/pager" "$CKSTOKEN" "${ck[@]}" \
		"${states[@]}" $args
	ok "pager: for $args" test -s paged
done

# 4. A pipe that nobody reads on

while IFS= read -r args; do
	# shellcheck disable=SC2086 # a list of arguments
	"$CKSTOKEN" "${ck[@]}" "${states[@]}" $args >/dev/null 2>expected
	code=$?
	for reader in 'head -n 1' true; do
		# shellcheck disable=SC2086 # a list of arguments
		"$CKSTOKEN" "${ck[@]}" "${states[@]}" $args 2>said |
			$reader >/dev/null
		is "${PIPESTATUS[0]}" "$code" \
			"a-closed-pipe: $args | $reader: the code of the command"
		is "$(<said)" "$(<expected)" 'a-closed-pipe: and no word about it'
	done
done <<'END'
status --no-register
status --no-register --json
register list
register history --json
register export
register template
cert export --serial 4D2F8A10B37C0000
doctor
--help
END

# 5. Did you mean

# means NAME CODE WORDS ARG...
means()
{
	local name=$1 code=$2 words=$3
	shift 3
	exit_is "$code" "did-you-mean: $name" ckstoken "${ck[@]}" "${states[@]}" "$@"
	like "$err" "did you mean \"$words\"\?" "did-you-mean: $name: $words"
}
means 'a command' 2 status stauts
means 'the beginning of a command' 2 register regi
means 'of help' 2 handover help handovre
means 'an option' 2 --json status --jsno
means 'an option with a value' 2 --so-pin-file unblock --so-pin-fil=x
means 'a form of register' 2 list register lst
means 'a form of cert' 2 export cert exprot
means 'a form of desk' 2 refuse desk refus 15
means 'a report' 2 statistics report statistic
means 'a request' 2 recover request recovr -o x.pdf
means 'minutes' 2 return handover retrun -o x.pdf
means 'a kind of record' 2 subscriber register add subscribr name=A
means 'the letter of a template' 2 renew register template --for renw
means 'other forms of a province' 11 tt185 request recover \
	--province 'Bắc Ninh' --forms tt158 -o x.pdf
means 'a province' 11 ninh-binh request recover --province 'Ninh Bìn' -o x.pdf
means 'a serial number' 3 4D2F8A10B37C0003 status --serial 4D2F8A1B37C0003
means 'a label' 3 'Lê Văn Hết Hạn' status --label 'le van het han'
means 'a person' 3 'Nguyễn Thị Thử Nghiệm' register show 'Nguyen Thi Thu Nghien'
means 'a token of the register' 3 4D2F8A10B37C0001 register history \
	4D2F8A10B37C001
means 'an agency' 3 'Sở Tài chính' register list --organization 'Sở Tài chin'
means 'a unit' 11 'Văn phòng Sở' register due --unit 'Văn phong Sơ x'
exit_is 2 'did-you-mean: --set' ckstoken "${ck[@]}" request new-person -o x.pdf \
	--set contact.fone=1
like "$err" 'did you mean contact.phone\?' 'did-you-mean: --set: contact.phone'
exit_is 2 'did-you-mean: nothing is near' ckstoken xyzzy
unlike "$err" 'did you mean' 'did-you-mean: nothing near is nothing suggested'
exit_is 0 'a name without accents finds the person' ckstoken "${ck[@]}" \
	register show 'nguyen thi thu nghiem'
unlike "$out" 'Thuê bao|Họ và tên' 'half-Vietnamese: English labels are English'
like "$out" 'Subscriber.*name: Nguyễn Thị Thử Nghiệm' 'half-Vietnamese: all of them'
exit_is 3 'a list that has none' ckstoken "${ck[@]}" register list --letters
unlike "$err" 'did you mean' 'did-you-mean: no name was given'

# 6. The help of one form

exit_is 0 'help-of-all: register import --help' ckstoken register import --help
like "$out" '^Usage: ckstoken register import FILE' 'help-of-all: its own line'
unlike "$out" 'register (add|due|seal)|--days|--seal|--serial|--organization' \
	'help-of-all: and none of the others, nor their options'
like "$out" '--sheet NAME +the sheet of a workbook that has several' \
	'help-of-all: what an option is for here'
exit_is 0 'register --help seal' ckstoken register --help seal
like "$out" '--output FILE +the file to write'$'\n''.*--serial S' \
	'help-of-all: --help may stand first; a placeholder is spelt out'
exit_is 0 'request recover --help' ckstoken request recover --help
like "$out" '^Usage: ckstoken request recover -o FILE' 'help-of-all: of a request'
exit_is 0 'register --help' ckstoken register --help
like "$out" 'register import.*register seal.*--seal' \
	'help-of-all: without a form all is told'
exit_is 0 'register lst --help' ckstoken register lst --help
like "$out" 'register import.*register seal' 'and with an unknown one'

# 7. Progress

said=$(shown "$CKSTOKEN" --module "$(mock hang-tokeninfo)" status --timeout 2 \
	--no-register | tr -d '\n')
like "$said" $'Reading the tokens...\r\e\\[K' \
	'progress: a line when work takes over a second, taken away at its end'
unlike "$(TERM=dumb shown "$CKSTOKEN" --module "$(mock hang-tokeninfo)" status \
	--timeout 2 --no-register)" 'Reading the tokens' \
	'progress: none on a dumb terminal'

plan_done
