#!/bin/bash
# SPDX-License-Identifier: LGPL-2.1-or-later
#
# The virtual cards as others see them: OpenSC's own tools, pcscd, and a program
# that holds a card for itself. What ckstoken makes of them is told elsewhere,
# but for the two families that no other test restores and proves.

# shellcheck disable=SC2119,SC2120,SC2317 # functions are called by name
# shellcheck source=tests/lib.sh
. "$(dirname "$0")/lib.sh"
need_world
need jq:jq

conf=$(desk_conf)
new=$(secret_file NEW_PIN)
start_pcscd 4
start_card myeid myeid 0 --pair "$(pki person.key),$(pki person.crt),RSA" \
	--pair "$(pki person-ec.key),$(pki person-ec.crt),EC"
start_card openpgp openpgp 1 --pair "$(pki person.key),$(pki person.crt)" \
	--pair "$(pki seal.key),$(pki seal.crt)"

# 1. Families

# tries_left READER: by OpenSC's own tool.
tries_left()
{
	pkcs15-tool -r "$1" --list-pins 2>/dev/null |
		sed -n 's/.*Tries left *: //p' | tr '\n' ' '
}
# restored NAME METHOD SECRET SELECTION...
restored()
{
	local name=$1 method=$2 secret=$3
	shift 3
	card_ctl "$name" 'set tries 0' >/dev/null
	exit_is 0 "$name is restored, --method $method, and proved: $*" \
		ckstoken --config "$conf" --module "$OPENSC_MODULE" unblock \
		--json --method "$method" --yes --prove --authority 15/STC-VP \
		--new-pin-file "$new" --so-pin-file "$(secret_file "$secret")" \
		"$@"
	is "$(json '[.method, .before.user_pin, .after.user_pin,
		.objects_unchanged, .proved] | tojson')" \
		"[\"$method\",\"locked\",\"ok\",true,true]" \
		'as the report says'
}
# OpenSC 0.26 leaves the name of a card's only PIN out of its label.
restored myeid so-pin PUK --serial 00000000ca0d0000
restored myeid puk PUK --serial 00000000ca0d0000
restored openpgp so-pin SO_PIN --label 'OpenPGP card (User PIN)'
restored openpgp so-pin SO_PIN --label 'OpenPGP card (User PIN (sig))'
for serial in 00000000ca0d0000 0005ca0d0001; do
	exit_is 0 "$serial: status" ckstoken --module "$OPENSC_MODULE" status \
		--json --serial "$serial"
	is "$(json '[.tokens[].certificates[].name] | sort | join(", ")')" \
		"$(case $serial in
		0005*) echo 'Nguyễn Thị Thử Nghiệm, SỞ TÀI CHÍNH TỈNH VÍ DỤ' ;;
		*) echo 'Nguyễn Thị Thử Nghiệm, Đặng Văn Đường Cong' ;;
		esac)" "$serial: shows its certificates"
done
exit_is 4 'the two tokens of one OpenPGP card are two' ckstoken \
	--config "$conf" --module "$OPENSC_MODULE" unblock \
	--serial 0005ca0d0001 --authority 15/STC-VP --dry-run
card_ctl openpgp 'set tries 2' >/dev/null
card_ctl openpgp 'set so-tries 1' >/dev/null
is "$(tries_left 1)" '2 2 1 ' 'an OpenPGP card tells the tries of each'

# 2. The two of the Government CA, which OpenSC does not support

start_card bit4id bit4id 2
start_card iasecc iasecc 3
for reader in 2 3; do
	ok "pcscd sees the card in reader $reader" wait_card 1 present "$reader"
	like "$(pkcs15-tool -r "$reader" -D 2>&1)" \
		'Unsupported card|cannot be handled' \
		'which OpenSC does not support'
done
is "$(pkcs11-tool --module "$OPENSC_MODULE" -L 2>&1 |
	grep -c 'token not recognized')" 2 'nor does its module'

# apdus READER HEX...: the status words; without a driver, the default one asks
# nothing of the card by itself.
apdus()
{
	local reader=$1 apdu
	local -a send=()
	shift
	for apdu; do
		send+=(-s "$apdu")
	done
	opensc-tool -c default -r "$reader" "${send[@]}" 2>&1 |
		sed -n 's/.*SW1=0x\(..\), SW2=0x\(..\).*/\1\2/p' | tr '\n' ' '
}
select_iasecc=00:A4:04:00:0E:E8:28:BD:08:0F:D2:50:47:65:6E:65:72:69:63
select_bit4id=00:A4:04:00:0A:E8:28:BD:08:0F:01:4E:58:50:30
is "$(apdus 3 00:20:00:01 $select_iasecc 00:20:00:01)" '6A88 9000 63C3 ' \
	'the IAS-ECC one tells the tries of its PIN, once it is selected'
card_ctl iasecc 'set tries 0' >/dev/null
is "$(apdus 3 $select_iasecc 00:20:00:01)" '9000 6983 ' 'and that it is locked'
is "$(card_ctl iasecc tries)" 'user 0 so 3' 'which costs nothing'
is "$(apdus 2 00:A4:00:00:02:2F:00 $select_bit4id 00:A4:00:00:02:2F:00)" \
	'6A82 9000 9000 ' 'the bit4id one has files once it is selected'
apdus 2 $select_bit4id 00:20:00:03 >/dev/null
is "$(card_ctl bit4id tries)" 'user 2 so 3' \
	'and takes the question for its tries as a try'

# 3. A card that another program holds

for how in exclusive transaction shared; do
	hold_reader 0 $how
	case $how in
	exclusive)
		like "$(opensc-tool -r 0 -n 2>&1)" 'in use by another' \
			'held exclusively: is in use'
		;;
	transaction)
		exit_is 124 'held in a transaction: has to be waited for' \
			timeout 1 opensc-tool -r 0 -n
		;;
	shared) ok 'held shared: can be used' opensc-tool -r 0 -n ;;
	esac
	release_reader 0
	ok 'released: can be used' opensc-tool -r 0 -n
done

plan_done
