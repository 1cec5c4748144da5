#!/bin/bash
# SPDX-License-Identifier: LGPL-2.1-or-later
# sanitize: yes
#
# Many tokens at once: OpenSC's by a worker for each reader, those of another
# module by threads where it is fit for that. Nothing is lost by it, and no card
# is asked for more.

# shellcheck disable=SC2119,SC2120,SC2317 # functions are called by name
# shellcheck source=tests/lib.sh
. "$(dirname "$0")/lib.sh"
need_world
need jq:jq

export CKSTOKEN_NOW=2026-11-21T02:00:00Z

# 1. Threads, where a module says that it can be called by several

mock_state
MOCK_CERTS=$(pki person.der):$(pki seal.der):$(pki device.der):$(pki person-ec.der) ||
	bail 'no PKI'
export MOCK_CERTS MOCK_THREADS
# The digests of the certificates, in the order of the slots.
digests=$(tr : '\n' <<<"$MOCK_CERTS" | xargs sha256sum | cut -d ' ' -f 1 |
	paste -s -d ' ')
for MOCK_THREADS in right refuse token cert fail crash hang; do
	: >"$MOCK_LOG"
	exit_is 0 "threads-$MOCK_THREADS: exit code 0" ckstoken \
		--module "$(mock threads)" status --json --days 0
	is "$(json '[.tokens[] | "\(.slot) \(.serial)"] | join(" ")')" \
		'0 MOCK00000000 1 MOCK00000001 2 MOCK00000002 3 MOCK00000003' \
		"threads-$MOCK_THREADS: each token is shown, in order"
	is "$(json '[.tokens[].certificates[].sha256] | join(" ")')" "${digests^^}" \
		"threads-$MOCK_THREADS: with its own certificate"
	is "$(json .failures)" '[]' "threads-$MOCK_THREADS: and no failure"
	case $MOCK_THREADS in
	right)
		like "$(mock_calls together)" '^[1-9]' \
			'threads-right: several were read at once'
		is "$(mock_calls '^(locking|alone)')" 1 \
			'threads-right: by one worker'
		;;
	refuse)
		is "$(mock_calls together)" 0 \
			'threads-refuse: they were read in turn'
		;;
	*)
		is "$(mock_calls '^locking'),$(mock_calls '^alone')" 1,1 \
			"threads-$MOCK_THREADS: read once at once, then in turn"
		;;
	esac
done
MOCK_THREADS=bad-slot
exit_is 10 'threads-bad-slot: one token that fails: exit code 10' \
	ckstoken --module "$(mock threads)" status --json --days 0
is "$(json '[.failures[] | "\(.slot) \(.error)"] | join(" ")')" '2 device' \
	'threads-bad-slot: is told once'
is "$(json '[.tokens[].slot] | join(" ")')" '0 1 3' \
	'threads-bad-slot: and hides no other'
unset MOCK_THREADS MOCK_CERTS

# 2. The numbers of slots, as pkcs11-tool shows them

status()
{
	ckstoken --module "$OPENSC_MODULE" status --json "$@"
}
# The slots with a token, each with its serial number.
our_slots()
{
	json '.tokens[] | "\(.slot) \(.serial)"'
}
tool_slots()
{
	pkcs11-tool --module "$OPENSC_MODULE" -L 2>/dev/null | while read -r line; do
		case $line in
		'Slot '*'(0x'*) slot=${line#*(} slot=${slot%%)*} ;;
		'serial num '*) echo "$((slot)) ${line##* }" ;;
		esac
	done
}
start_pcscd 8
start_card hsm sc-hsm 1
start_card pgp openpgp 2
start_card piv piv 3
start_card gids gids 6
# What stands in the "pkcs11" block of its configuration, and in the app.
while IFS='|' read -r name block app; do
	opensc_conf "app default { $app }
app opensc-pkcs11 { pkcs11 { max_virtual_slots = 256; $block } }"
	exit_is 0 "slots: $name" status
	is "$(our_slots)" "$(tool_slots)" "slots: $name: as pkcs11-tool has them"
	like "$(our_slots)" 'ca0d0006' "slots: $name: the last card among them"
done <<-END
	stock||
	two a card|slots_per_card = 2;|
	nine a card|slots_per_card = 9;|
	one a card|slots_per_card = 1;|
	empty readers ignored|slots_per_card = 3;|ignored_readers = "PCD 0 00 00", "PCD 2 00";
	a reader with a card ignored||ignored_readers = "$(reader_name 1)";
END
opensc_conf 'app default { }'
exit_is 0 'slots: by the URI of one of two slots of a card' status \
	--uri "pkcs11:slot-id=9"
is "$(our_slots)" "$(tool_slots | grep '^9 ')" 'slots: it is that one'

# 3. No card is asked for more than pkcs11-tool asks

opensc_conf 'app opensc-pkcs11 { pkcs11 { max_virtual_slots = 256; } }'

# apdus NAME COMMAND...: how many it sends to that card.
apdus()
{
	local log=$WORK/card-$1.apdus
	: >"$log"
	shift
	"$@" >/dev/null 2>&1
	wc -l <"$log"
}
tool()
{
	pkcs11-tool --module "$OPENSC_MODULE" -L -O
}
for card in hsm piv gids pgp; do
	ours=$(apdus "$card" status)
	# The question of its tries comes last, with a SELECT of its own.
	tries=$(tail -n 3 "$WORK/card-$card.apdus" |
		awk '$3 == "A4" && $4 == "04" { n = 1 } { n += n > 0 } END { print n - 1 }')
	theirs=$(apdus "$card" tool)
	ok "apdus: $card: $ours with $tries for its tries, pkcs11-tool $theirs" \
		test $((ours - tries)) -le "$theirs"
done

# 4. silent-reader: costs its own deadline, and no other token's line

card_ctl hsm 'fault hang-at 20' >/dev/null
exit_is 10 'silent-reader: exit code 10' status --timeout 3
is "$(json '[.failures[] | [.module, .reader, .error]] | tojson')" \
	"[[null,\"$(reader_name 1)\",\"timeout\"]]" \
	'silent-reader: is told, once'
is "$(our_slots | cut -d ' ' -f 2 | uniq | wc -l)" 3 \
	'silent-reader: every other card is shown'
# The card sleeps in the middle of its answer.
kill "${card_pid[hsm]}"
stop_card hsm
start_card hsm sc-hsm 1

# 5. later-card: it comes while another module is still asked

export MOCK_WAIT=$WORK/pause
touch "$MOCK_WAIT"
"$CKSTOKEN" --module "$OPENSC_MODULE" --module "$(mock pause-objects)" status \
	--json --timeout 60 >"$WORK/later" 2>/dev/null &
later=$!
ok 'later-card: the reading of others is under way' \
	wait_for 20 test -e "$MOCK_WAIT.on"
start_card late sc-hsm 4
stop_card gids
start_card gids2 gids 6 --serial CA0D0009
rm "$MOCK_WAIT"
wait "$later"
rc=$?
out=$(<"$WORK/later")
is "$rc" 0 'later-card: exit code 0'
is "$(json '[.failures[] | .error] | tojson')" '[]' 'later-card: no failure'
like "$(our_slots)" '16 CA0D0004' 'later-card: it is shown, in its slot'
like "$(our_slots)" '24 0*ca0d0009' \
	'later-card: so is one that took the place of another'
unlike "$(our_slots)" 'ca0d0006' 'later-card: and not that other'
is "$(our_slots | sed '$d' | cut -d ' ' -f 1 | sort -n -c && echo sorted)" \
	sorted 'later-card: in the order of the slots'
unset MOCK_WAIT
stop_card late
stop_card gids2

# 6. unblock-beside: nothing is sent to another card

conf=$(desk_conf)
new=$(secret_file NEW_PIN)
mkfifo -m 600 "$WORK/so-pin"
card_ctl hsm 'set tries 0' >/dev/null
exec 7<>"$WORK/so-pin"
"$CKSTOKEN" --config "$conf" --module "$OPENSC_MODULE" unblock --json --yes \
	--authority 15/STC-VP --prove --serial CA0D0001 --so-pin-fd 7 \
	--new-pin-file "$new" >"$WORK/out" 2>"$WORK/err" &
attempt=$!
ok 'unblock-beside: the token is chosen' \
	wait_for 20 grep -q 'of the SO PIN' "$WORK/err"
: >"$WORK/card-piv.apdus"
: >"$WORK/card-pgp.apdus"
# A card beside it that does not answer delays nothing.
card_ctl pgp 'fault hang-at 1' >/dev/null
echo "$HSM_SO_PIN" >&7
exec 7<&-
wait "$attempt"
rc=$?
out=$(<"$WORK/out")
err=$(<"$WORK/err")
is "$rc" 0 'unblock-beside: exit code 0'
is "$(json '[.proved, .objects_unchanged] | tojson')" '[true,true]' \
	'unblock-beside: restored and proved'
is "$(cat "$WORK/card-piv.apdus" "$WORK/card-pgp.apdus")" '' \
	'unblock-beside: nothing was sent to the other cards'
stop_card pgp
stop_card piv
stop_card hsm
stop_pcscd

# 7. name-in-name: OpenSC cannot be told to ignore the shorter one

reader_prefix=PCD entry_names=('PCD 0' 'Old PCD 0')
start_pcscd 4
start_card short sc-hsm 0
start_card long sc-hsm 2
opensc_conf 'app default { }'
exit_is 0 'name-in-name: two cards' status
is "$(json '.tokens[] | "\(.slot) \(.reader) \(.serial)"')" \
	"0 $(reader_name 0) CA0D0000"$'\n'"8 $(reader_name 2) CA0D0002" \
	'name-in-name: each is shown once, in its own slot and reader'
for card in short long; do
	card_ctl "$card" 'set tries 0' >/dev/null
done
so=$(secret_file HSM_SO_PIN)
exit_is 0 'name-in-name: the one of the longer name is restored' ckstoken \
	--config "$conf" --module "$OPENSC_MODULE" unblock --json --prove \
	--authority 15/STC-VP --serial CA0D0002 --so-pin-file "$so" \
	--new-pin-file "$new"
is "$(secret_apdus short)" 0 'name-in-name: no secret went to the other'
exit_is 1 'name-in-name: the other stays locked' status
is "$(json '[.tokens[] | .user_pin] | join(" ")')" 'locked ok' \
	'name-in-name: and it alone'

plan_done
