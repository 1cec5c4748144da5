#!/bin/bash
# SPDX-License-Identifier: LGPL-2.1-or-later
# sanitize: yes
#
# Every command that asks a token, with a fault in one call of its module: the
# call fails, hangs, crashes, answers nonsense, or the token is pulled. What may
# never be is never, whichever call it is; fault-matrix.sh says what that is.
#
# FULL=1 takes every fault at every call. Without it, each fault is taken at one
# call of each function, another one for each fault. CELL='COMMAND|...' is that one alone.

# shellcheck disable=SC2119,SC2120,SC2317 # functions are called by name
# shellcheck disable=SC2034 # some are used by name
# shellcheck source=tests/lib.sh
. "$(dirname "$0")/lib.sh"
need_world
# shellcheck source=tests/fault-matrix.sh
. "$TOP/tests/fault-matrix.sh"

export CKSTOKEN_NOW=2026-11-21T02:00:00Z
lanes=6
start_softhsm 'Thẻ mềm'
mv "$WORK/softhsm/tokens" "$WORK/tokens"
mock_state
faulty=$(mock faulty)
so=$(secret_file SO_PIN) new=$(secret_file NEW_PIN) wrong=$(secret_file WRONG_PIN)
user=$(secret_file USER_PIN)

# 1. The commands: LANE stands for the folder, SERIAL for the token's number

unblock="unblock --serial SERIAL --authority 15/STC-VP --yes --new-pin-file $new"
declare -A of=(
	[status]='status'
	[status-json]='status --json'
	[cert-list]='cert list --json'
	[cert-show]='cert show --json'
	[cert-export]='cert export -o LANE/out.pem'
	[request]='request recover --number 15 -o LANE/out.pdf'
	[handover]='handover return --number 5 --giver Giao --receiver Nhận
		--copies 2 -o LANE/out.docx'
	[register-add]='register add present --serial SERIAL'
	[audit]='audit --json'
	[dry-run]="$unblock --json --dry-run"
	[unblock]="$unblock --json --so-pin-file $so"
	[unblock-words]="$unblock --so-pin-file $so"
	[unblock-wrong]="$unblock --json --so-pin-file $wrong"
	[unblock-puk]="$unblock --json --method puk --so-pin-file $so"
	[unblock-prove]="$unblock --json --prove --force-unlocked
		--so-pin-file $so"
	[sign]="sign $WORK/shown.pdf $WORK/shown-too.pdf -o LANE/out-signed
		--serial SERIAL --invisible --yes --json --pin-file $user"
)
commands=(status status-json cert-list cert-show cert-export request handover
	register-add audit dry-run unblock unblock-words unblock-wrong
	unblock-puk unblock-prove sign)
# These ask no token at all.
declare -A of_no_token=(
	[register-list]='register list --json'
	[register-due]='register due --json'
	[register-history]='register history --json'
	[register-export]='register export'
	[register-verify]='register verify --json'
	[register-import]="register import $WORK/table.csv"
	[report]="report --province bac-ninh --period half --number 40
		-o LANE/out.pdf"
	[show]="show $WORK/shown.pdf"
)

# 2. One cell

# set_up COMMAND: a token, a journal and a register as in the beginning.
set_up()
{
	rm -rf "$lane"/{journal*,register.db*,out*,log*,softhsm,mock-state}
	[ ! -e "$WORK/register.$lane_number" ] ||
		cp "$WORK/register.$lane_number" "$lane/register.db"
	export FAULT_LOG=$lane/log FAULT_SERIAL=LANE$lane_number
	export MOCK_STATE=$lane/mock-state MOCK_LOG=$lane/mock-log
	case $1 in
	unblock-prove | sign)
		FAULT_MODULE=$SOFTHSM_MODULE
		SOFTHSM2_CONF=$lane/softhsm.conf
		mkdir "$lane/softhsm"
		cp -a "$WORK/tokens" "$lane/softhsm/tokens"
		printf '%s\n' "directories.tokendir = $lane/softhsm/tokens" \
			'objectstore.backend = file' >"$SOFTHSM2_CONF"
		;;
	*)
		FAULT_MODULE=$(mock locks)
		printf '%s\n' user-tries=0 >"$MOCK_STATE"
		;;
	esac
	export FAULT_MODULE SOFTHSM2_CONF
	unset FAULT_PUK
	[ "$1" != unblock-puk ] || export FAULT_PUK=yes
	mkdir "$lane/out-signed"
	: >"$FAULT_LOG"
}

# ran COMMAND OPTION...: with $FAULT, and --timeout before the others.
ran()
{
	local words
	words=${of[$1]-${of_no_token[$1]-}}
	words=${words//LANE/"$lane"}
	read -r -d '' -a words <<<"${words//SERIAL/"LANE$lane_number"}"
	shift
	matrix_run 60 "$CKSTOKEN" --config "$lane/conf" --module "$faulty" \
		"${words[@]}" "$@"
}

# What a secret file and an output must be like.
judge_files()
{
	local file
	for file in "$lane"/out.*; do
		[ -e "$file" ] || continue
		case $file in
		*.pdf) tail -c 8 "$file" | grep -q '%%EOF' ;;
		*.docx) unzip -tqq "$file" >/dev/null 2>&1 ;;
		*.pem) openssl x509 -in "$file" -noout 2>/dev/null ;;
		esac || echo "exit code $rc, and half of a file"
	done
	[[ $command != @(request|handover|cert-export) || $rc != 0 ||
		-e $(ls "$lane"/out.* 2>/dev/null) ]] ||
		echo 'exit code 0, and no file'
}

# A secret goes once, and that of the user where it is proved.
judge_secrets()
{
	local twice
	twice=$(sort <<<"$secrets" | uniq -d)
	[ -z "$twice" ] || echo "a secret was sent twice: $twice"
	[[ $secrets != *USER* || $command = @(unblock-prove|sign) ]] ||
		echo 'a login of the user'
}

# One signature on each file that is there, and what is said of the PIN.
judge_signed()
{
	local file n=0
	for file in "$lane"/out-signed/*; do
		[ -e "$file" ] || continue
		n=$((n + 1))
		"$CKSTOKEN" verify --json "$file" 2>/dev/null |
			jq -e '[.files[].signatures[].indication] |
				length == 1 and .[0] != "TOTAL-FAILED"' \
				>/dev/null || echo "no signature on ${file##*/}"
	done
	[ "$rc" != 0 ] || [ "$n" = 2 ] || echo "exit code 0, and $n files"
	[ "$n" != 2 ] || [ "$rc" = 0 ] || echo "exit code $rc, and all is signed"
	if [[ $secrets = *USER* ]]; then
		[ "$rc" != 7 ] || echo 'exit code 7, and the PIN was sent'
		[[ ! $(<"$lane/err") =~ $says_none ]] ||
			echo 'the PIN was sent, and it says that none was'
	fi
	# Only a login says that.
	[ "$rc" != 5 ] || [[ $name = @(C_Login|any) ]] || echo 'no PIN was wrong'
}

# The tries of the token are those that this explains.
judge_token()
{
	local user_tries=0 so_tries=3 user_pin=- tries_of_so=3
	[ -e "$MOCK_STATE" ] || return 0
	# shellcheck disable=SC1090 # KEY=VALUE
	. <(tr - _ <"$MOCK_STATE")
	[ "$command" != unblock-wrong ] || ! grep -q ' C_Login' "$FAULT_LOG" ||
		tries_of_so=2
	[ "$so_tries" -ge "$tries_of_so" ] || echo "so-tries=$so_tries"
	changed=no
	[ "$user_pin" != "$new_pin_is" ] || changed=yes
	[ "$changed" = yes ] || [ "$user_tries" = 0 ] ||
		echo "user-tries=$user_tries, and no new PIN"
}

cell()
{
	local command fault number name ckr is_json='' restores='' secrets sent changed='?'
	local seconds=5
	IFS='|' read -r command fault number name ckr <<<"$1"
	set_up "$command"
	# What hangs costs its deadline, whatever that is.
	[[ $fault != hang* ]] || seconds=1
	export FAULT="$number $name $fault $ckr"
	ran "$command" --timeout "$seconds"
	echo "exit $rc"
	[[ ${of[$command]} != *--json* ]] || is_json=yes
	[[ $command != unblock* ]] || restores=yes
	secrets=$(sed -n 's/^[0-9]* \(.*\) secret$/\1/p' "$FAULT_LOG")
	sent=0
	[[ $secrets != *@(SO|InitPIN|SetPIN)* ]] || sent=1
	judge_token
	[[ $command != unblock-wrong || $changed != yes ]] ||
		echo 'a wrong SO PIN, and the new PIN is set'
	matrix_judge
	judge_secrets
	judge_files
	[ "$command" != sign ] || judge_signed
}

# 3. The table of all

lane_number=0 lane=$WORK/lane0
for ((i = 0; i < lanes; i++)); do
	matrix_lane "$WORK/lane$i"
done
# One register for each, of the token that the lane has.
for ((i = 0; i < lanes; i++)); do
	lane_number=$i lane=$WORK/lane$i
	set_up status
	FAULT='' ran register-add
	mv "$lane/register.db" "$WORK/register.$i" ||
		bail "no register: $(<"$lane/err")"
done

# calls COMMAND: the names of its calls when nothing is wrong, one a line.
calls()
{
	cut -d ' ' -f 2 "$WORK/calls-$1"
}
lane_number=0 lane=$WORK/lane0
for command in "${commands[@]}"; do
	set_up "$command"
	FAULT='' ran "$command" --timeout 60
	cp "$FAULT_LOG" "$WORK/calls-$command"
	echo "$rc" >"$WORK/code-$command"
	case $command in
	unblock-wrong) is "$rc" 5 "$command: nothing wrong, exit code 5" ;;
	*) ok "$command: nothing wrong" test "$rc" -le 1 ;;
	esac
	[ "$command" != unblock ] ||
		new_pin_is=$(sed -n 's/^user-pin=//p' "$MOCK_STATE")
	[ "$command" != request ] ||
		tee "$WORK/shown.pdf" <"$lane/out.pdf" >"$WORK/shown-too.pdf"
done
ok 'the mock has a new PIN after an unblock' test -n "$new_pin_is"

errors=(0x30 0x32 0xE0 0x5 0x2 0xA0 0xA4 0x101 0x100 0xB3 0x54 0x150 0x0A
	0x80000001)
faults=(fail-after hang hang-after crash crash-after abort exit huge noise
	empty remove)
cells=()
every_call()
{
	local n total fault ckr
	total=$(wc -l <"$WORK/calls-$command")
	for ((n = 1; n <= total; n++)); do
		for ckr in "${errors[@]}"; do
			cells+=("$command|fail|$n|any|$ckr")
		done
		for fault in "${faults[@]}"; do
			cells+=("$command|$fault|$n|any|0x30")
		done
	done
}
# turn NAME: the numbers of the calls of NAME, by turns.
declare -A turns=()
turn()
{
	local total
	total=$(calls "$command" | grep -cx "$1")
	turns[$1]=$((${turns[$1]-0} + 1))
	nth=$((turns[$1] * 7 % total + 1))
}
# one_of_each NAME...
one_of_each()
{
	local name fault ckr
	for name; do
		for fault in "${few[@]}"; do
			turn "$name"
			ckr=${errors[$((${#cells[@]} % ${#errors[@]}))]}
			cells+=("$command|$fault|$nth|$name|$ckr")
		done
	done
}
for command in ${ONLY:-"${commands[@]}"}; do
	if [ -n "${FULL-}" ]; then
		every_call
		continue
	fi
	few=(fail)
	# Commands that read tokens alone do it in one way.
	names=(C_GetTokenInfo C_OpenSession C_FindObjects C_GetAttributeValue)
	case $command in
	unblock) few=(fail "${faults[@]}") ;;
	status-json) few=(fail crash noise remove) ;;
	unblock-prove) few=(fail-after huge) ;;
	unblock-*) few=(fail-after) ;;
	esac
	case $command in
	unblock | unblock-* | status-json)
		mapfile -t names < <(calls "$command" | sort -u)
		;;
	esac
	if [ "$command" = sign ]; then
		names=(C_OpenSession C_Login C_FindObjects C_GetAttributeValue
			C_GetTokenInfo C_SignInit C_Logout)
		few=("${faults[@]}")
		one_of_each C_Sign
		few=(fail remove)
	fi
	one_of_each "${names[@]}"
done
[ -z "${CELL-}" ] || cells=("$CELL")

matrix_lanes "$lanes" cell
matrix_report

# 4. Faults that this found, by name

lane_number=0 lane=$WORK/lane0
set_up unblock
FAULT='3 C_GetTokenInfo empty' ran unblock --timeout 60
is "$rc" 9 'token-read-again-as-another: a token that is none by its next answer'
nok 'token-read-again-as-another: is not what an attempt is made on' \
	grep -q about-to "$lane/journal"
set_up unblock
FAULT='4 C_Initialize fail' ran unblock --timeout 60
is "$rc" 9 'journal-ok-unread: a token that cannot be read after an attempt'
like "$(grep '"event":"result"' "$lane/journal" | tail -n 1)" \
	'"result":"load","sent":true' \
	'journal-ok-unread: has no success in the journal'

# 5. What is counted is all that is asked

lane_number=0 lane=$WORK/lane0
for command in "${commands[@]}"; do
	total=$(wc -l <"$WORK/calls-$command")
	set_up "$command"
	FAULT="$((total + 1)) any fail 0x30" ran "$command" --timeout 60
	is "$rc after $(wc -l <"$FAULT_LOG")" \
		"$(<"$WORK/code-$command") after $total" \
		"$command: a fault after its last call changes nothing"
done
printf '%s\n' 'Họ và tên,Số hiệu token' 'Nguyễn Văn An,X1' >"$WORK/table.csv"
for command in "${!of_no_token[@]}"; do
	set_up "$command"
	FAULT='1 any crash' ran "$command"
	is "$(wc -l <"$FAULT_LOG")" 0 "$command: asks no token"
	ok "$command: ends as it should" test "$rc" -le 1
done
diagnose "${#cells[@]} cells"

plan_done
