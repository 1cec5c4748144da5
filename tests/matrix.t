#!/bin/bash
# SPDX-License-Identifier: LGPL-2.1-or-later
#
# Every kind of token x method x secret x state of the user PIN x state of the
# SO PIN or PUK: what unblock answers, and what it costs. The tries are set and
# read on the card's control channel (openCryptoki's in its memory), so that
# nothing here spends one but the program under test.

# shellcheck disable=SC2119,SC2120,SC2317 # functions are called by name
# shellcheck disable=SC2034 # some are used by name
# shellcheck source=tests/lib.sh
. "$(dirname "$0")/lib.sh"
need_world
need jq:jq perl:perl

# 1. The tokens, and what is known of each

kinds=(SmartCard-HSM PIV GIDS MyEID OpenPGP openCryptoki)
# How many of each take part: the cells are dealt out among them.
declare -A copies=([SmartCard-HSM]=1 [PIV]=2 [GIDS]=2 [MyEID]=3 [OpenPGP]=1
	[openCryptoki]=1)
declare -A personality=([SmartCard-HSM]=sc-hsm [PIV]=piv [GIDS]=gids
	[MyEID]=myeid [OpenPGP]=openpgp)
# The methods that work on it, the one of "auto" first.
declare -A methods=([SmartCard-HSM]=so-pin [PIV]=puk [GIDS]='so-pin puk'
	[MyEID]='so-pin puk' [OpenPGP]=so-pin [openCryptoki]=so-pin)
# Whether it tells the tries of its SO PIN or PUK without spending one.
declare -A tells=([SmartCard-HSM]=yes [PIV]=no [GIDS]=yes [MyEID]=no
	[OpenPGP]=yes [openCryptoki]=yes)
declare -A so_max=([SmartCard-HSM]=15 [PIV]=3 [GIDS]=3 [MyEID]=10 [OpenPGP]=3
	[openCryptoki]=3)
# How many commands with a secret an attempt that succeeds takes: the SO PIN of
# an OpenPGP card goes before the new PIN and not with it.
declare -A commands=([SmartCard-HSM]=1 [PIV]=1 [GIDS]=1 [MyEID]=1 [OpenPGP]=2)
# openCryptoki takes the new PIN and clears no flag but that of a locked one: what
# its token reports does not show whether anything was done.
declare -A keeps_low=([openCryptoki]=yes)
declare -A right=([SmartCard-HSM]=$HSM_SO_PIN [PIV]=$PUK [GIDS]=$PUK
	[MyEID]=$PUK [OpenPGP]=$SO_PIN [openCryptoki]=$SO_PIN)
declare -A wrong=([SmartCard-HSM]=0011223344556677 [PIV]=11223344
	[GIDS]=11223344 [MyEID]=11223344 [OpenPGP]=11223344
	[openCryptoki]=11223344)
declare -A user_tries=([locked]=0 [final]=1 [ok]=3)
state=([0]=locked [1]=final-try [2]=count-low [3]=ok)

# 2. The cells, each "kind|method|secret|user|so|options"

cells=()
cell()
{
	cells+=("$kind|$method|$1|$user|$2|$3")
}

# Without consent, and with it as far as that is asked for.
cells_of_state()
{
	local force=''
	[ "$user" = locked ] || force=--force-unlocked
	if [ "${tells[$kind]}" = no ]; then
		for so in plenty last locked; do
			cell right "$so" "$force"
			cell wrong "$so" "$force --yes"
		done
		cell right plenty "$force --yes"
		cell right last "$force --final-try"
		cell right locked "$force --yes"
		return
	fi
	cell right plenty "$force"
	cell wrong plenty "$force"
	if [ "$kind" = openCryptoki ]; then
		cell right low "$force"
		cell right low "$force --yes"
	fi
	cell right last "$force --yes"
	cell right last "$force --final-try"
	cell wrong last "$force --final-try"
	cell right locked "$force --yes --final-try"
}

for kind in "${kinds[@]}"; do
	for method in auto so-pin puk; do
		if [ $method != auto ] &&
			[[ " ${methods[$kind]} " != *" $method "* ]]; then
			for user in locked final ok; do
				cell right plenty '--force-unlocked --yes'
			done
			continue
		fi
		for user in locked final ok; do
			[ $user = locked ] || cell right plenty --yes
			if [ $user = locked ] || [ $method != auto ]; then
				cells_of_state
			fi
		done
	done
done

# expect CELL: how it shall end, in the words of outcome().
expect()
{
	local kind method secret user so options
	IFS='|' read -r kind method secret user so options <<<"$1"
	local auto=${methods[$kind]%% *} name='SO PIN' max=${so_max[$kind]}
	local rc sent=0 u=${user_tries[$user]} s u_after s_after objects=- says
	[ "$method" != auto ] || method=$auto
	[ "$method" = so-pin ] || name=PUK
	case $so in
	plenty) s=$max ;;
	low) s=2 ;;
	last) s=1 ;;
	locked) s=0 ;;
	esac
	u_after=$u s_after=$s says=$name

	if [[ " ${methods[$kind]} " != *" $method "* ]]; then
		rc=8 says='a reason'
	elif [ "$user" != locked ] && [[ $options != *force* ]]; then
		rc=7 says='user PIN'
	elif { [ "${tells[$kind]}" = no ] || [ "$so" = low ]; } &&
		[[ $options != *--yes* && $options != *--final-try* ]]; then
		rc=7
	elif [ "${tells[$kind]}" = yes ] && [ "$so" = locked ]; then
		rc=6
	elif [ "${tells[$kind]}" = yes ] && [ "$so" = last ] &&
		[[ $options != *--final-try* ]]; then
		rc=7
	elif [ "$so" = locked ]; then
		rc=6 sent=1 objects=same
	elif [ "$secret" = wrong ]; then
		rc=5 sent=1 objects=same s_after=$((s - 1))
		[ "${tells[$kind]}$so" != yeslast ] || says="$name locked"
	else
		rc=0 sent=${commands[$kind]-1} objects=same u_after=3
		s_after=$max says='-'
		[ "${keeps_low[$kind]-}$user" != yesfinal ] ||
			rc=9 u_after=$u says='no change'
	fi
	[ "$kind" != openCryptoki ] || sent='?'
	echo "exit $rc, user $u -> $u_after, SO/PUK $s -> $s_after," \
		"sent $sent, objects $objects, says $says"
}

# 3. Running them, each copy of a token in a process of its own

start_pcscd 10
lanes=() reader=0
for kind in "${kinds[@]}"; do
	for ((copy = 0; copy < ${copies[$kind]}; copy++)); do
		lanes+=("$kind|$copy|$reader")
		[ "$kind" != openCryptoki ] || continue
		start_card "card$reader" "${personality[$kind]}" "$reader"
		reader=$((reader + 1))
	done
done
start_opencryptoki 1

# ock_flags [FLAGS]: the flags of a soft token, which has no count of tries. They
# stand behind its serial number.
ock_token=(/var/lib/opencryptoki/t0/NVTOK.DAT
	/dev/shm/var.lib.opencryptoki.t0)
ock_flags()
{
	if [ $# = 0 ]; then
		perl -0777 -ne '/123 {13}(.{4})/s and
			print unpack("V", $1)' "${ock_token[0]}"
	else
		perl -0777 -pi -e 'BEGIN { $flags = pack("V", shift) }
			s/(123 {13}).{4}/$1$flags/s' \
			"$1" "${ock_token[@]}"
	fi
}

# set_tries USER SO; get_tries leaves $u and $s.
set_tries()
{
	local -A bit=([0]=4 [1]=2 [2]=1 [3]=0 [15]=0 [10]=0)
	if [ "$kind" = openCryptoki ]; then
		ock_flags $(($(ock_flags) & 0xffff | ${bit[$1]} << 16 |
			${bit[$2]} << 20))
	else
		card_ctl "card$reader" "set tries $1" >/dev/null
		card_ctl "card$reader" "set so-tries $2" >/dev/null
		: >"$WORK/card-card$reader.apdus"
	fi
}
get_tries()
{
	local -A tries=([4]=0 [2]=1 [1]=2 [0]=3)
	local flags said
	if [ "$kind" = openCryptoki ]; then
		flags=$(ock_flags)
		u=${tries[$((flags >> 16 & 7))]} s=${tries[$((flags >> 20 & 7))]}
	else
		said=$(card_ctl "card$reader" tries)
		u=${said#user } u=${u% so*} s=${said##* }
	fi
}

# outcome CELL: runs it, and says how it ended.
outcome()
{
	local kind method secret user so options rc u s before objects says=-
	IFS='|' read -r kind method secret user so options <<<"$1"
	local -a given
	read -ra given <<<"$options"
	local name='SO PIN' max=${so_max[$kind]} said report sent='?'
	local effective=${method/auto/${methods[$kind]%% *}}
	[ "$effective" = so-pin ] || name=PUK
	case $so in
	plenty) set_tries "${user_tries[$user]}" "$max" ;;
	low) set_tries "${user_tries[$user]}" 2 ;;
	last) set_tries "${user_tries[$user]}" 1 ;;
	locked) set_tries "${user_tries[$user]}" 0 ;;
	esac
	get_tries
	before="$u $s"
	rm -f "$lane/journal"*
	ckstoken --config "$lane/conf" --module "$module" unblock --json \
		--timeout 60 "${select[@]}" --authority 15/STC-VP \
		--method "$method" --so-pin-file "$lane/$secret" \
		--new-pin-file "$lane/new" "${given[@]}" \
		>"$lane/out" 2>"$lane/err"
	rc=$?
	get_tries
	[ "$kind" = openCryptoki ] || sent=$(secret_apdus "card$reader")
	said=$(<"$lane/err")
	objects=$(jq -r 'if .objects_unchanged == null then "-"
		elif .objects_unchanged then "same" else "CHANGED" end' \
		"$lane/out" 2>/dev/null)
	report=$(jq -r '.after.user_pin // empty' "$lane/out" 2>/dev/null)
	case $rc in
	0) ;;
	8) [[ $said != *'cannot be restored here: '* ]] || says='a reason' ;;
	9) [[ $said != *'its user PIN is as it was'* ]] || says='no change' ;;
	*)
		if [[ $said == *"user PIN is not locked"* ]]; then
			says='user PIN'
		elif [[ $said =~ $name.*(is|now)\ locked ]] && [ $rc = 5 ]; then
			says="$name locked"
		elif [[ $said == *"$name"* ]]; then
			says=$name
		fi
		;;
	esac
	# What is said of the token is what is so.
	[[ -z $report || $report = "${state[$u]}" ]] ||
		says+=", and that the user PIN is $report"
	if [[ $sent = 0 || $rc = [78] ]]; then
		[[ ${said,,} == *'nothing was sent'* ]] ||
			says+=', and not that nothing was sent'
	elif [[ ${said,,} == *'nothing was sent'* && $sent != '?' ]]; then
		says+=', and that nothing was sent'
	fi
	echo "exit $rc, user ${before% *} -> $u, SO/PUK ${before#* } -> $s," \
		"sent $sent, objects ${objects:--}, says $says"
}

certificates()
{
	ckstoken --module "$module" status --json --timeout 60 2>/dev/null |
		jq -c '[.tokens[].certificates[] | [.id, .sha256]]'
}

# Each sees its own card alone through OpenSC, keeps a journal of its own, and
# takes every n-th cell of its kind.
run_lane()
{
	local kind copy reader i n=0 ignored='' module=$OPENSC_MODULE
	local lane=$WORK/lane$1 before
	local -a select=()
	IFS='|' read -r kind copy reader <<<"${lanes[$1]}"
	if [ "$kind" = openCryptoki ]; then
		module=$OCK_MODULE
	else
		for ((i = 0; i < readers; i++)); do
			[ $i = "$reader" ] ||
				ignored+="${ignored:+, }\"$(reader_name $i)\""
		done
		printf '%s\n' "app default { ignored_readers = $ignored; }" \
			'app opensc-pkcs11 { pkcs11 { max_virtual_slots = 128; } }' \
			>"$lane/opensc.conf"
		OPENSC_CONF=$lane/opensc.conf
	fi
	case $kind in
	SmartCard-HSM) select=(--serial "CA0D000$reader") ;;
	OpenPGP)
		# Two tokens of one serial number, one for each use of its PIN.
		select=(--serial "0005ca0d000$reader"
			--label 'OpenPGP card (User PIN)')
		;;
	openCryptoki) ;;
	*) select=(--serial "00000000ca0d000$reader") ;;
	esac
	before=$(certificates)
	for i in "${!cells[@]}"; do
		[ "${cells[i]%%|*}" = "$kind" ] || continue
		[ $((n++ % ${copies[$kind]})) = "$copy" ] || continue
		outcome "${cells[i]}" >"$WORK/cell$i"
		cp "$lane/err" "$WORK/cell$i.err"
	done
	[ "$(certificates)" = "$before" ] && [[ $before == '[['* ]] &&
		touch "$lane/same"
}

for i in "${!lanes[@]}"; do
	lane=$WORK/lane$i kind=${lanes[i]%%|*}
	mkdir -m 700 "$lane"
	mv "$(desk_conf '[journal]' "file = $lane/journal")" "$lane/conf"
	mv "$(secret_file "${right[$kind]}")" "$lane/right"
	mv "$(secret_file "${wrong[$kind]}")" "$lane/wrong"
	mv "$(secret_file NEW_PIN)" "$lane/new"
	run_lane "$i" &
	running[i]=$!
done
for i in "${!lanes[@]}"; do
	wait "${running[i]}"
done

# 4. What came of it

for i in "${!cells[@]}"; do
	IFS='|' read -r kind method secret user so options <<<"${cells[i]}"
	out='' err=$(<"$WORK/cell$i.err")
	is "$(<"$WORK/cell$i")" "$(expect "${cells[i]}")" \
		"$kind, --method $method, $secret secret, user PIN $user, SO PIN or PUK $so${options:+, ${options# }}"
done
out='' err=''
for i in "${!lanes[@]}"; do
	IFS='|' read -r kind copy _ <<<"${lanes[i]}"
	ok "$kind, copy $copy: holds the certificate that it held before" \
		test -e "$WORK/lane$i/same"
done

diagnose "$(
	printf '%-13s %-7s %-6s %-7s %-7s %-34s %4s %6s %10s %4s %-7s\n' TOKEN \
		METHOD SECRET 'USER' 'SO/PUK' CONSENT EXIT USER SO/PUK SENT OBJECTS
)"
for i in "${!cells[@]}"; do
	IFS='|' read -r kind method secret user so options <<<"${cells[i]}"
	[[ $(<"$WORK/cell$i") =~ exit\ (.*),\ user\ (.*),\ SO/PUK\ (.*),\ sent\ (.*),\ objects\ (.*),\ says ]]
	diagnose "$(
		printf '%-13s %-7s %-6s %-7s %-7s %-34s %4s %6s %10s %4s %-7s\n' \
			"$kind" "$method" "$secret" "$user" "$so" "${options# }" \
			"${BASH_REMATCH[@]:1}"
	)"
done

plan_done
