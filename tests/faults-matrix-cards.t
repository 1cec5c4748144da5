#!/bin/bash
# SPDX-License-Identifier: LGPL-2.1-or-later
#
# Commands over real readers and OpenSC, with a fault in one APDU of the card:
# it fails, is not answered, is answered with nonsense, too short or too long,
# or the card is pulled, or loses what it knew. What may never be is never,
# whichever APDU it is; fault-matrix.sh says what that is.
#
# FULL=1 takes every fault at every APDU. Without it, each fault is taken at one
# APDU of each instruction, another one for each fault. CELL='COMMAND|...' is that one alone.

# shellcheck disable=SC2119,SC2120,SC2317 # functions are called by name
# shellcheck disable=SC2034 # some are used by name
# shellcheck source=tests/lib.sh
. "$(dirname "$0")/lib.sh"
need_world
# shellcheck source=tests/fault-matrix.sh
. "$TOP/tests/fault-matrix.sh"

export CKSTOKEN_NOW=2026-11-21T02:00:00Z
lanes=${LANES:-3}
new=$(secret_file NEW_PIN) so=$(secret_file HSM_SO_PIN) puk=$(secret_file PUK)
hsm_serial=CA0D000 piv_serial=00000000ca0d000
declare -A so_tries=([hsm]=15 [piv]=3)

# 1. The commands: SERIAL stands for that of the lane's card

unblock="unblock --serial SERIAL --authority 15/STC-VP --yes --json
	--new-pin-file $new"
declare -A of=(
	[status]='status --json'
	[unblock-hsm]="$unblock --so-pin-file $so"
	[unblock-piv]="$unblock --so-pin-file $puk"
	[prove-hsm]="$unblock --prove --so-pin-file $so"
	[sign-hsm]="sign $WORK/letter.pdf -o LANE/signed.pdf --serial SERIAL
		--invisible --yes --json --pin-file $new"
)
commands=(status unblock-hsm unblock-piv prove-hsm sign-hsm)

# Each lane has a card of each kind, and sees no other.
lane_sees()
{
	local i ignored=''
	for ((i = 0; i < readers; i++)); do
		[ $((i / 2)) = "$1" ] ||
			ignored+="${ignored:+, }\"$(reader_name $i)\""
	done
	printf '%s\n' "app default { ignored_readers = $ignored; }" \
		'app opensc-pkcs11 { pkcs11 { max_virtual_slots = 128; } }'
}

# kind COMMAND: whose tries, and whose APDUs are counted.
kind()
{
	case $1 in
	*piv) echo piv ;;
	*) echo hsm ;;
	esac
}

# 2. One cell

# set_up: both cards are in, the PINs are locked, unless it is to sign, and
# nothing was asked.
set_up()
{
	local card tries=0
	[[ $command != sign* ]] || tries=3
	rm -rf "$lane"/{journal*,register.db*,signed.pdf}
	cp "$WORK/register.$lane_number" "$lane/register.db" 2>/dev/null
	for card in hsm piv; do
		card_ctl "$card$lane_number" 'fault none' >/dev/null
		card_ctl "$card$lane_number" "set so-tries ${so_tries[$card]}" \
			>/dev/null
		card_ctl "$card$lane_number" "set tries $tries" >/dev/null
	done
	: >"$WORK/card-$1$lane_number.apdus"
	card_ctl "$1$lane_number" reset-count >/dev/null
	export OPENSC_CONF=$lane/opensc.conf
}

# in_again CARD: out and in, as a card that is silent or was pulled.
in_again()
{
	local reader=$((2 * lane_number))
	[ "$1" = hsm ] || reader=$((reader + 1))
	card_ctl "$1$lane_number" 'fault none' >/dev/null
	card_ctl "$1$lane_number" remove >/dev/null
	wait_card 20 empty "$reader" || echo 'the card is not seen to go'
	card_ctl "$1$lane_number" insert >/dev/null
	wait_card 20 present "$reader" || echo 'the card is not seen again'
}

# ran COMMAND OPTION...
ran()
{
	local words=${of[$1]//LANE/"$lane"}
	local serial=$hsm_serial$((2 * lane_number))
	[ "$(kind "$1")" = hsm ] ||
		serial=$piv_serial$((2 * lane_number + 1))
	read -r -d '' -a words <<<"${words//SERIAL/"$serial"}"
	shift
	matrix_run 120 "$CKSTOKEN" --config "$lane/conf" \
		--module "$OPENSC_MODULE" "${words[@]}" "$@"
}

# The SO PIN or PUK is right, so no try of it is gone.
judge_card()
{
	local tries apdus=$WORK/card-$card$lane_number.apdus n
	# A busy machine may not hear the question at once.
	until tries=$(card_ctl "$card$lane_number" tries); do
		sleep 0.1
	done
	changed=yes
	[[ $tries != 'user 0 '* ]] || changed=no
	[ "${tries##* }" = "${so_tries[$card]}" ] || echo "tries: $tries"
	n=$(awk '$3 == "2C"' "$apdus" | wc -l)
	sent='?'
	[ "$n" = 0 ] || sent=1
	[ "$n" -le 1 ] || echo "the SO PIN or PUK was sent $n times"
	n=$(awk '$3 == "20" && $6 != "00"' "$apdus" | wc -l)
	case $command in
	prove* | sign*) [ "$n" -le 1 ] || echo "the new PIN was sent $n times" ;;
	*) [ "$n" = 0 ] || echo "the user PIN was sent $n times" ;;
	esac
	case $command in
	sign*)
		[[ $tries = 'user 3 '* ]] || echo "a right PIN, and tries: $tries"
		[ "$n" = 0 ] || [ "$rc" != 7 ] ||
			echo 'exit code 7, and the PIN was sent'
		[ "$n" = 0 ] || [[ ! $(<"$lane/err") =~ $says_none ]] ||
			echo 'the PIN was sent, and it says that none was'
		[ -e "$lane/signed.pdf" ] && [ "$rc" != 0 ] &&
			echo "exit code $rc, and it is signed"
		[ -e "$lane/signed.pdf" ] || [ "$rc" != 0 ] ||
			echo 'exit code 0, and it is not signed'
		;&
	status) sent=0 ;;
	esac
}

cell()
{
	local command fault number card is_json=yes restores='' sent changed
	local seconds=5
	IFS='|' read -r command fault number <<<"$1"
	card=$(kind "$command")
	set_up "$card"
	[ "$fault" != hang ] || seconds=1
	card_ctl "$card$lane_number" "fault $fault-at $number" >/dev/null
	ran "$command" --timeout "$seconds"
	echo "exit $rc"
	[[ $command = @(status|sign*) ]] || restores=yes
	judge_card
	matrix_judge
	[[ $fault != @(hang|remove) ]] || in_again "$card"
}

# 3. The table of all

start_pcscd $((2 * lanes))
for ((i = 0; i < lanes; i++)); do
	start_card "hsm$i" sc-hsm $((2 * i)) --pin "$NEW_PIN"
	start_card "piv$i" piv $((2 * i + 1))
	matrix_lane "$WORK/lane$i"
	lane_sees "$i" >"$WORK/lane$i/opensc.conf"
done
add()
{
	matrix_run 60 "$CKSTOKEN" --config "$lane/conf" \
		--module "$OPENSC_MODULE" register add present --serial "$1"
}
command=status
for ((i = 0; i < lanes; i++)); do
	lane_number=$i lane=$WORK/lane$i
	set_up hsm
	add $hsm_serial$((2 * i))
	add $piv_serial$((2 * i + 1))
	mv "$lane/register.db" "$WORK/register.$i" ||
		bail "no register: $(<"$lane/err")"
done

lane_number=0 lane=$WORK/lane0
matrix_run 60 "$CKSTOKEN" --config "$lane/conf" request recover --number 15 \
	--no-tokens --set device_serial=0A1B2C3D --set name='Nguyễn Văn A' \
	-o "$WORK/letter.pdf"
for command in "${commands[@]}"; do
	card=$(kind "$command")
	set_up "$card"
	ran "$command" --timeout 60
	cp "$WORK/card-${card}0.apdus" "$WORK/apdus-$command"
	ok "$command: nothing wrong, $(wc -l <"$WORK/apdus-$command") APDUs" \
		test "$rc" -le 1
done

faults=(fail garbage short long reset remove hang)
cells=()
every_apdu()
{
	local n total fault
	total=$(wc -l <"$WORK/apdus-$command")
	for ((n = 1; n <= total; n++)); do
		for fault in "${faults[@]}"; do
			cells+=("$command|$fault|$n")
		done
	done
}
one_of_each()
{
	local ins fault turn=0
	local -a at
	local -a instructions
	mapfile -t instructions < <(cut -d ' ' -f 3 "$WORK/apdus-$command" |
		sort -u)
	for ins in "${instructions[@]}"; do
		mapfile -t at < <(awk -v ins="$ins" '$3 == ins { print NR }' \
			"$WORK/apdus-$command")
		for fault in "$@"; do
			turn=$((turn + 7))
			cells+=("$command|$fault|${at[turn % ${#at[@]}]}")
		done
	done
}
for command in ${ONLY:-"${commands[@]}"}; do
	if [ -n "${FULL-}" ]; then
		every_apdu
		continue
	fi
	case $command in
	unblock-hsm) one_of_each "${faults[@]}" ;;
	prove-hsm) one_of_each reset garbage ;;
	*) one_of_each fail remove ;;
	esac
done
[ -z "${CELL-}" ] || cells=("$CELL")

matrix_lanes "$lanes" cell
matrix_report

lane_number=0 lane=$WORK/lane0
for command in "${commands[@]}"; do
	set_up "$(kind "$command")"
	ran "$command" --timeout 60
	ok "$command: after all this, nothing wrong" test "$rc" -le 1
done
diagnose "${#cells[@]} cells"

plan_done
