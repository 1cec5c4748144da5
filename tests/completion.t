#!/bin/bash
# SPDX-License-Identifier: LGPL-2.1-or-later
# sanitize: yes
#
# TAB completes what the option tables, the tokens and the register have: in real
# shells, on a terminal, whatever stands in a label; and asks, writes, spends and
# tells nothing.

# shellcheck disable=SC2016 # what is not expanded is the point
# shellcheck disable=SC2088 # nor is what the program expands
# shellcheck disable=SC2119,SC2034,SC2317 # functions and arrays are called by name
# shellcheck source=tests/lib.sh
. "$(dirname "$0")/lib.sh"
need_world
need python3:python3 jq:jq pgrep:procps
cd "$WORK" || bail 'no work folder'
export CKSTOKEN_NOW=2026-11-21T02:00:00Z

# What a shell would run, expand or part, if it were not quoted.
hostile='H$(>own)`>own`";'"'"'\ !&|*~#<(>own)'
ours='Thẻ của Nguyễn Văn An'
start_softhsm "$ours" "$hostile"
exit_is 0 'the tokens have serial numbers' ckstoken --module "$SOFTHSM_MODULE" \
	status --json
serial=$(json '.tokens[] | select(.label | startswith("Thẻ")) | .serial')
out='' err=''
cat >office.conf <<END
[modules]
module = $SOFTHSM_MODULE
[province]
name = lam-dong
[register]
file = $WORK/r.db
END
cat >have.json <<'END'
[{"record": "subscriber", "subscriber": 1, "name": "Nguyễn Văn An",
  "holder": "person", "organization": "Sở Tài chính", "unit": "Phòng Ngân sách",
  "email": "an@vidu.gov.vn"},
 {"record": "subscriber", "subscriber": 2, "name": "Trần Thị Bình",
  "holder": "person", "organization": "Sở Tài chính"},
 {"record": "token", "device_serial": "VIDU0000017", "subscriber": 1,
  "device_label": "Thẻ cũ"},
 {"record": "agency", "organization": "Đội %B{a,b}[1]^=*@(A)"},
 {"record": "request", "request": 1, "procedure": "recover",
  "document_number": "15/STC-VP", "document_date": "2026-11-20"}]
END
ckstoken --config office.conf register import have.json 2>have.err ||
	bail "no register: $(<have.err)"

# 1. What the program says

# ask WORD...: what the last of them may be, as $said.
ask()
{
	said=$(ckstoken --config office.conf help --complete \
		--timeout "${patience:-60}" -- "$@" 2>told)
	code=$?
}
# The same without the words about them, in one line.
names()
{
	cut -f 1 <<<"$said" | paste -sd ' '
}
# lists NAME EXPECTED WORD...
lists()
{
	local name=$1 expected=$2
	shift 2
	ask "$@"
	is "$(names)" "$expected" "$name"
}
usage=$(ckstoken --help | sed -nE 's/^  ([a-z]+) .*$/\1/p' | paste -sd ' ')
lists 'commands are those of --help' "$usage" ''
lists 'of ckstoken itself, options' '--version --help --config --module' -
for command in $usage; do
	ask "$command" -
	is "$(cut -f 1 <<<"$said" | sort)" \
		"$(ckstoken "$command" --help |
			sed -nE 's/^ {2,6}(-[a-z], )?(--[a-z-]+)( .*)?$/\2/p' | sort)" \
		"$command: the options are those of --help"
done
lists 'subcommands' 'show seal' register s
lists 'subcommands in one place alone' \
	'recover renew change revoke new-person new-organization new-device' \
	request ''
lists 'an option of a subcommand' --for register template --f
lists 'and not that of another' '' register list --head
lists 'an option given' '' status --days 5 --day
lists 'unless it may be repeated' '--serial' status --serial A --ser
lists 'minutes by the number of their form have options' --accessories \
	handover 07 --acc
lists 'choices' 'auto so-pin puk' unblock --method ''
lists 'formats that a command has' 'table json csv nagios prometheus' \
	status --format ''
lists 'and not those of another' '--format=table --format=json' doctor --format=
lists 'behind =' '--method=puk' unblock --method=p
lists 'provinces' 'lam-dong' request recover --province lam
lists 'other forms of a province' tt185 \
	request renew --province bac-ninh --forms ''
lists 'the kinds of holders' 'person organization device' \
	register list --holder ''
lists 'letters that have a template' 'renew revoke recover return' register template --for re
lists 'fields of the form of a document' 'giver.name=' \
	handover return --set giver.na
lists 'fields of a register' 'device_serial=' register add token device_s
lists 'commands, for help' unblock help un
lists 'a value that nobody knows' '' request recover --number ''
lists 'behind -- no options' '' unblock -- --m
lists 'an unknown command' '' nothing-such --
is "$(ckstoken help --complete -- verify '')" $'\tfiles' \
	'a file is for the shell to complete'
is "$(ckstoken help --complete -- --config '')" $'\tfiles' \
	'so is that of an option of ckstoken itself'
like "$(LANGUAGE=vi LC_ALL=vi_VN.UTF-8 LOCPATH="$(vietnamese_locale)" \
	ckstoken --config office.conf help --complete -- unblock --pr)" '^--prove	.*ký' \
	'words about them are in the language of messages'

# 2. Tokens and the register

lists 'the label of a token present, and of one in the register' \
	"Thẻ cũ $ours" unblock --label Thẻ
lists 'its serial number' "$serial" unblock --serial "${serial:0:12}"
like "$said" "	$ours" 'and whose it is'
lists 'that of one in a drawer' --serial=VIDU0000017 cert show --serial=V
lists 'a person by name' 'Nguyễn Văn An' register show Ngu
lists 'by e-mail address' an@vidu.gov.vn register history an@
lists 'a letter' 15/STC-VP desk answer 1
lists 'a receiver' 'Trần Thị Bình' handover keeper --receiver T
lists 'an agency' 'Sở Tài chính' register due --organization S
lists 'a unit' 'Phòng Ngân sách' register list --unit P

# As it lies there while somebody has it open: with a log beside it.
before=$(sha256sum r.db; stat -c '%n %y %s' . ./*)
lists 'a register is read' 'Nguyễn Văn An' register show Ngu
is "$(sha256sum r.db; stat -c '%n %y %s' . ./* | grep -v told)" \
	"$(grep -v told <<<"$before")" \
	'and neither it nor the folder is written to'
chmod 400 r.db
chmod 500 .
lists 'so one that cannot be written is read, too' 'Nguyễn Văn An' \
	register show Ngu
chmod 700 .
chmod 600 r.db
cp office.conf "$HOME/mine.conf"
lists 'a "~" is what the shell will make of it' 'Nguyễn Văn An' \
	--config '~/mine.conf' register show Ngu
lists 'another register that the line names' '' register show \
	--file "$WORK/none.db" Ngu
nok 'is not made' test -e none.db

# 3. Nothing is told

silent()
{
	is "$code $(<told)" '0 ' "$1"
}
printf 'module\n' >broken.conf
lists 'with a configuration that cannot be read' unblock \
	--config broken.conf unb
silent 'there is no error'
lists 'with none of that name no module is asked' '' \
	--config none.conf unblock --label Thẻ
silent 'there is no error either'
printf 'no register\n' >r.txt
lists 'with a register that is none' '' register show --file r.txt Ngu
silent 'there is no error'
lists 'with a module that is none' '' --module "$WORK/none.so" unblock \
	--serial A
silent 'there is no error'
lists 'with a module found along a path' '' --module none.so unblock --label Th
silent 'it is not loaded'
mock_state
ask --module "$(mock locks)" unblock --serial ''
like "$said" "	" 'a token of a module that the line names'
silent 'is read'
is "$(mock_calls)" 0 'and nobody logs in to it, or writes'
nok 'and no journal is made' test -e "$HOME/.local/state/ckstoken"

start_pcscd 1
start_card office sc-hsm 0
ask --module "$OPENSC_MODULE" unblock --label SmartCard
silent 'a card is read'
like "$(names)" 'SmartCard-HSM' 'for its label'
is "$(secret_apdus office)" 0 'and no try is spent'
hold_reader 0 shared
apdus=$(card_apdus office)
lists 'while another program uses it it is not offered' '' \
	--module "$OPENSC_MODULE" unblock --label SmartCard
is "$(card_apdus office)" "$apdus" 'nor asked: the program might be logged in'
release_reader 0
stop_card office
stop_pcscd

# What labels have to upset a terminal or a shell.
labels=(--module "$(mock labels)")
: >empty.conf
ask --config empty.conf "${labels[@]}" unblock --label ''
unlike "$said" $'[\x01-\x08\x0b-\x1f\x7f]' \
	'no control character of a label is printed'
like "$said" $'one\xef\xbf\xbdtwo\xef\xbf\xbd' 'nor does one break the line'
mapfile -t values < <(cut -f 1 <<<"$said")
found=0
for value in "${values[@]}"; do
	ckstoken "${labels[@]}" status --label "$value" >/dev/null 2>&1
	[ $? = 3 ] || found=$((found + 1))
done
is "$found" "${#values[@]}" 'and each names its token'

# By default less: but to look at the register alone may take that long where
# other tests have the processors.
patience=4
# The reading goes on: to kill it would reset the card under another program.
lists 'a module that hangs is not waited for' VIDU0000017 \
	--module "$(mock hang-tokeninfo)" unblock --serial V
silent 'and not told of'
running=$(pgrep -xc "${CKSTOKEN##*/}")
ok 'it is left to its own deadline' test "$running" -gt 0
ask --module "$(mock hang-tokeninfo)" unblock --serial V
# Whoever found it at work is gone in a moment, and not after its deadline.
no_more_running()
{
	[ "$(pgrep -xc "${CKSTOKEN##*/}")" -le "$running" ]
}
ok 'and meanwhile nothing else is asked' wait_for 5 no_more_running
mapfile -t running < <(pgrep -x "${CKSTOKEN##*/}")
kill -KILL "${running[@]}"

# A module would wait for it, too.
mkdir -p /run/pcscd
perl -MIO::Socket::UNIX -e '
	my $s = IO::Socket::UNIX->new(Local => $ARGV[0], Listen => 9) or die;
	chmod 0666, $ARGV[0];
	my @kept;
	while (my $c = $s->accept()) { push @kept, $c; }' /run/pcscd/pcscd.comm &
service=$!
ok 'there is a pcscd' wait_for 5 test -S /run/pcscd/pcscd.comm
PCSCLITE_CSOCK_NAME=/run/pcscd/pcscd.comm lists \
	'a pcscd that does not answer is not waited for' VIDU0000017 \
	--module "$(mock hang-tokeninfo)" unblock --serial V
silent 'and not told of'
none_runs()
{
	! pgrep -x "${CKSTOKEN##*/}" >told
}
ok 'and no module is asked, for it would wait' wait_for 10 none_runs
kill "$service"
rm -rf /run/pcscd

# 4. In the shells themselves

# The program completes, and what it would be run with is kept.
mkdir bin files
printf 'x' >'files/thư của sở.pdf'
cat >bin/ckstoken <<END
#!/bin/bash
if [ "\$1" = help ] && [ "\$2" = --complete ]; then
	shift 2
	exec '$CKSTOKEN' --config '$WORK/office.conf' help --complete \
		--timeout 60 "\$@"
fi
{ printf '[%s]' "\$@"; echo; } >>'$WORK/ran'
END
chmod +x bin/ckstoken
export PATH=$WORK/bin:$PATH PROMPTS=$WORK/prompts

cat >bashrc <<END
PROMPT_COMMAND='printf . >>"\$PROMPTS"'
bind 'set bell-style none'
bind 'set enable-bracketed-paste off'
command_not_found_handle() { echo HANDLED; }
. '$TOP/cmd/completion/ckstoken.bash'
END
mkdir zdotdir
cat >zdotdir/.zshrc <<END
fpath=('$TOP/cmd/completion' \$fpath)
autoload -Uz compinit
compinit -u -D
setopt no_beep
precmd() { printf . >>"\$PROMPTS" }
command_not_found_handler() { echo HANDLED }
END
cat >config.fish <<END
source '$TOP/cmd/completion/ckstoken.fish'
function count_prompts --on-event fish_prompt
    printf . >>"\$PROMPTS"
end
function fish_prompt
    echo '> '
end
set -g fish_greeting
set -g fish_autosuggestion_enabled 0
END
for shell in bash zsh fish; do
	declare "path_of_$shell=$(command -v "$shell")"
done
in_bash=("$path_of_bash" --noprofile --rcfile "$WORK/bashrc" -i)
in_zsh=("$(command -v env)" ZDOTDIR="$WORK/zdotdir" "$path_of_zsh" -d -i)
in_fish=("$path_of_fish" --no-config --private -i -C "source $WORK/config.fish")

# What is typed, and what the program is run with then.
cases=(
	'a command' $'unb\t' '[unblock]'
	'a subcommand' $'register hi\t' '[register][history]'
	'an option and its value' $'request recover --prov\tlam\t' \
		'[request][recover][--province][lam-dong]'
	'a value behind =' $'unblock --method=so\t' '[unblock][--method=so-pin]'
	'a field has no blank behind it' $'handover return --set giver.na\tX' \
		'[handover][return][--set][giver.name=X]'
	'a label with blanks and Vietnamese letters' $'unblock --label Thẻ\\ của\t' \
		"[unblock][--label][$ours]"
	"within '" $'unblock --label \'Thẻ của\t' "[unblock][--label][$ours]"
	'within "' $'unblock --label "Thẻ của\t' "[unblock][--label][$ours]"
	'behind a part in quotes' $'unblock --label Th"ẻ "củ\t' \
		"[unblock][--label][$ours]"
	'within quotes that begin in a word' $'unblock --label Thẻ\' củ\t' \
		"[unblock][--label][$ours]"
	'behind =' $'unblock --label=Thẻ\\ của\t' "[unblock][--label=$ours]"
	'a person' $'register show Ngu\t' '[register][show][Nguyễn Văn An]'
	'a name with what shells and prompts expand' \
		$'register list --organization Đ\t' \
		'[register][list][--organization][Đội %B{a,b}[1]^=*@(A)]'
	'a hostile label' $'unblock --label H\t' "[unblock][--label][$hostile]"
	"a hostile label within '" $'unblock --label \'H\t' \
		"[unblock][--label][$hostile]"
	'a hostile label within "' $'unblock --label "H\t' \
		"[unblock][--label][$hostile]"
	'a hostile label behind =' $'unblock --label=H\t' \
		"[unblock][--label=$hostile]"
	'a hostile label behind = and "' $'unblock --label="H\t' \
		"[unblock][--label=$hostile]"
	'a file' $'verify files/th\t' '[verify][files/thư của sở.pdf]'
	'a file behind =' $'request recover --output=files/th\t' \
		'[request][recover][--output=files/thư của sở.pdf]'
	'a line that is not run' $'unblock "$(>own)" --meth\t\x15ckstoken show' \
		'[show]'
	'nothing that begins so' $'unblock --label Z\t' '[unblock][--label][Z]'
)

for shell in bash zsh fish; do
	command -v "$shell" >/dev/null || {
		skip "TAB in $shell" "$shell is missing (package $shell)"
		continue
	}
	declare -n command=in_$shell
	rm -f own
	: >ran
	: >prompts
	for ((i = 0; i < ${#cases[@]}; i += 3)); do
		printf 'ckstoken %s\n' "${cases[i + 1]}"
	done >lines
	exit_is 0 "$shell runs on a terminal" "$TOP/tests/press-tab" \
		"$PROMPTS" "${command[@]}" <lines
	screen=$out out=''
	mapfile -t ran <ran
	for ((i = 0; i < ${#cases[@]}; i += 3)); do
		is "${ran[i / 3]-}" "${cases[i + 2]}" "$shell: ${cases[i]}"
	done
	nok "$shell: nothing of a line or a label is run" test -e own
	unlike "$screen" 'ckstoken: ' "$shell: no error on the line"
	[ "$taps_failed" = 0 ] || diagnose "$screen"

	: >prompts
	exit_is 0 "$shell runs where ckstoken is no more" \
		env PATH="$WORK/files" "$TOP/tests/press-tab" "$PROMPTS" "${command[@]}" \
		<<<$'ckstoken unb\t\x15echo the end'
	screen=$out out=''
	like "$screen" 'the end' "$shell: TAB does nothing then"
	unlike "$screen" '[Nn]ot found|[Uu]nknown|HANDLED' "$shell: and says nothing"
done

plan_done
