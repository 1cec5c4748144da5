#!/bin/bash
# SPDX-License-Identifier: LGPL-2.1-or-later
#
# Two officers at one token: one attempt at a time, the second is told what the
# first did, and a token is free again however its holder ended.

# shellcheck disable=SC2119,SC2120,SC2317 # functions are called by name
# shellcheck source=tests/lib.sh
. "$(dirname "$0")/lib.sh"
need_world
need jq:jq perl:perl setpriv:util-linux

conf=$(desk_conf)
so=$(secret_file SO_PIN)
locks=$(mock locks)
paused=$(mock pause-login)
export MOCK_PAUSE=$WORK/pause
machine=/var/lib/ckstoken/unblock.journal

# Two users where there are any: in a world of nobody's there is one.
group=0
users=1
if awk '$3 > 65536 { found = 1 } END { exit !found }' /proc/self/uid_map; then
	group=64999
	users=2
fi
own_state "$group"
desks=/run/desks
mkdir -m 755 "$desks"
cp "$conf" "$desks/desk.conf"
# What the officers run must be where they may go.
stage=$desks/stage
mkdir "$stage"
cp -L "$CKSTOKEN" "$LD_LIBRARY_PATH"/libckstoken.so.0 "$stage"
for desk in a b; do
	mkdir -m 700 "$desks/$desk"
	printf '%s\n' "$HSM_SO_PIN" >"$desks/$desk/sc-hsm"
	printf '%s\n' "$PUK" >"$desks/$desk/gids"
	printf '%s\n' "$PUK" >"$desks/$desk/piv"
	echo 0000000000000000 >"$desks/$desk/wrong-sc-hsm"
	echo 00000000 | tee "$desks/$desk"/wrong-{gids,piv} >/dev/null
	cat "$conf" - >"$desks/$desk/own.conf" <<-END
		[journal]
		file = $desks/$desk/own.journal
	END
done
echo 111222 >"$desks/a/new"
echo 333444 >"$desks/b/new"
chmod 600 "$desks"/[ab]/*
[ "$users" = 1 ] || chown -R 64001:64001 "$desks/a"
[ "$users" = 1 ] || chown -R 64002:64002 "$desks/b"

# as DESK COMMAND...
as()
{
	local desk=$1 uid
	local -a user=(env)
	shift
	[ "$desk" = a ] && uid=64001 || uid=64002
	[ "$users" = 1 ] || user=(setpriv --reuid "$uid" --regid "$uid"
		--groups "$group" env)
	(
		cd / && "${user[@]}" HOME="$desks/$desk" \
			LD_LIBRARY_PATH="$stage" "$@"
	)
}

# 1. A hundred rounds at random gaps, on ten cards at a time

kinds=(sc-hsm sc-hsm gids sc-hsm gids sc-hsm piv sc-hsm gids piv)
RANDOM=${SEED:=$$}

# Each lane sees its own card alone, and has no need to wait for others.
lane_conf()
{
	local i others=''
	for ((i = 0; i < ${#kinds[@]}; i++)); do
		[ "$i" = "$1" ] || others+="${others:+, }\"$(reader_name "$i")\""
	done
	echo "app default { ignored_readers = $others; }" \
		>"$desks/opensc-$1.conf"
}
# desk NAME LANE SECRET: the exit code goes into a file.
desk()
{
	local kind=${kinds[$2]} config=$desks/desk.conf serial=CA0D000$2
	# Officers with journals of their own are kept apart as well.
	(($2 % 3)) || config=$desks/$1/own.conf
	[ "$kind" = sc-hsm ] || serial=00000000ca0d000$2
	as "$1" OPENSC_CONF="$desks/opensc-$2.conf" "$stage/ckstoken" \
		--config "$config" --module "$OPENSC_MODULE" unblock \
		--serial "$serial" --authority 15/STC \
		--so-pin-file "$desks/$1/$3" --new-pin-file "$desks/$1/new" \
		--final-try \
		>"$WORK/lane-$2-$1" 2>&1
	echo "$?" >"$WORK/lane-$2-$1.rc"
}
# round LANE SECRET GAP: both at once, but for a gap in milliseconds.
round()
{
	: >"$WORK/card-card$1.apdus"
	card_ctl "card$1" 'set tries 0' >/dev/null
	card_ctl "card$1" 'set so-tries 3' >/dev/null
	desk a "$1" "$2" &
	sleep "$(printf '0.%03d' "$3")"
	desk b "$1" "$2"
	wait
	codes="$(<"$WORK/lane-$1-a.rc") $(<"$WORK/lane-$1-b.rc")"
	sent=$(secret_apdus "card$1")
}
# Whether the new PIN of the desk that was told so is the one that holds.
holds()
{
	local pin=111222
	[[ $codes = 0* ]] || pin=333444
	# To a PIV card in which somebody has logged in, its PIN is not locked.
	[[ ${kinds[$1]} != piv || $2 = 0 ]] || return 0
	OPENSC_CONF=$desks/opensc-$1.conf pkcs11-tool \
		--module "$OPENSC_MODULE" --login --pin "$pin" -O >/dev/null 2>&1
}
lane()
{
	local n gap codes sent kind=${kinds[$1]}
	for ((n = 9; n >= 0; n--)); do
		gap=$((RANDOM % 1000))
		round "$1" "$kind" "$gap"
		[[ "$sent $codes" =~ ^1\ (0\ 7|7\ 0)$ ]] && holds "$1" "$n" &&
			[[ $(card_ctl "card$1" tries) =~ ^user\ 3\ so\ (3|15)$ ]] &&
			continue
		echo "lane $1 ($kind), gap $gap: exit codes $codes," \
			"$sent secrets, $(card_ctl "card$1" tries)"
		cat "$WORK/lane-$1-a" "$WORK/lane-$1-b"
	done >"$WORK/lane-$1-right"
	# Whoever comes after the first has ended knows it from the journal that
	# they share.
	(($1 % 3)) || return
	round "$1" "wrong-$kind" $((RANDOM % 1000))
	[ "$codes" != '7 5' ] || codes='5 7'
	echo "$codes, $sent, $(card_ctl "card$1" tries)" \
		>"$WORK/lane-$1-wrong"
}

start_pcscd "${#kinds[@]}"
for ((i = 0; i < ${#kinds[@]}; i++)); do
	start_card "card$i" "${kinds[i]}" "$i"
	lane_conf "$i"
done
lanes=()
for ((i = 0; i < ${#kinds[@]}; i++)); do
	lane "$i" &
	lanes+=($!)
done
wait "${lanes[@]}"
is "$(cat "$WORK"/lane-*-right)" '' \
	"a hundred rounds (SEED=$SEED): one attempt each, one PIN that holds, no try lost"
is "$(cat "$WORK"/lane-*-wrong | sort | uniq -c | sed -E 's/^ *//')" \
	'6 5 7, 1, user 0 so 2' 'a wrong SO PIN or PUK: one try is gone, no more'
is "$(stat -c '%a %g' "$machine")" "660 $group" \
	'the journal of the machine is its group'\''s'
chain_holds()
{
	local last line hash text
	printf -v last '%064d' 0
	while IFS= read -r line; do
		hash=${line%% *}
		text=${line#* }
		[ "$(printf '%s%s' "$last" "$text" | sha256sum |
			cut -c -64)" = "$hash" ] || return 1
		last=$hash
	done <"$1"
}
ok 'and all that wrote to it left it whole' chain_holds "$machine"
if [ "$users" = 2 ]; then
	is "$(cut -c 66- "$machine" | jq -r 'select(.officer) | .officer' |
		sort -u | paste -sd ' ')" 'uid 64001 uid 64002' \
		'two users have written to it'
else
	skip 'two users have written to it' 'this world has one user'
fi
for ((i = 0; i < ${#kinds[@]}; i++)); do
	stop_card "card$i"
done
stop_pcscd

# 2. What the second is told

n1=$(secret_file 111222)
n2=$(secret_file 333444)
# begin MODULE OPTION...: the first, in the background.
begin()
{
	local module=$1
	shift
	rm -rf "$MOCK_PAUSE"
	mkdir "$MOCK_PAUSE"
	"$CKSTOKEN" --config "$conf" --module "$module" unblock \
		--authority 15/STC --so-pin-file "$so" --new-pin-file "$n1" \
		--final-try "$@" >"$WORK/first" 2>&1 &
	first=$!
}
at_login()
{
	begin "$paused" --timeout 60 "$@"
	wait_for 60 test -e "$MOCK_PAUSE/began" ||
		bail "the first does not begin: $(<"$WORK/first")"
}
go_on()
{
	touch "$MOCK_PAUSE/go"
}
# No doubt is overlooked but that nobody knows how many tries are left.
second()
{
	ckstoken --config "$conf" --module "$locks" unblock --authority 16/STC \
		--so-pin-file "$so" --final-try "$@"
}
fresh()
{
	rm -f "$machine"*
	mock_state user-tries=0
}
# Whether somebody more than before waits for the lock of the token: a waiting
# connection has its name, too.
lock_name=ckstoken/token/$(printf 'Tests of ckstoken\0MOCK00000000' |
	sha256sum | cut -c -64)
sockets()
{
	grep -c "@$lock_name" /proc/net/unix
}
waits()
{
	[ "$(sockets)" -gt "$before" ]
}
# told CODE NAME: the first ended so.
first_ended()
{
	wait "$first"
	is "$?" "$1" "$2: the first: exit code $1"
}
# once NAME: one secret was sent in all.
once()
{
	is "$(mock_calls C_Login)" 1 "$1: one attempt in all"
}
me=$(id -un)

fresh
at_login
exit_is 7 'while the first is at it, a second does not wait for ever' \
	second --new-pin-file "$n2" --timeout 1
like "$err" "process $first of $me is at work on token MOCK00000000 and has not ended within 1 s: nothing was sent" \
	'and is told who is at it'
locks=$(mock lower-serial) exit_is 7 \
	'one-token-two-spellings: nor one whose module spells the serial number otherwise' \
	second --new-pin-file "$n2" --timeout 1
like "$err" "process $first of $me is at work on token mock00000000" 'is told too'
before=$(sockets)
second --new-pin-file "$n2" --timeout 60 >"$WORK/second" 2>&1 &
waiting=$!
ok 'another waits' wait_for 60 waits
go_on
first_ended 0 'while another waits'
wait "$waiting"
is "$?" 7 'then the other: exit code 7'
like "$(<"$WORK/second")" \
	"MOCK00000000 was restored meanwhile, by $me at [0-9:]{8} [0-9/]{10} on the authority of 15/STC.*Nothing was sent" \
	'is told by whom, when and on which authority it was restored'
once 'while another waits'

# typing NAME: one that has seen the token and its journal, and waits for its
# new PIN; the first ends by then.
mkfifo -m 600 "$WORK/typed"
exec 7<>"$WORK/typed"
typing()
{
	second --timeout 60 --new-pin-fd 7 >"$WORK/second" 2>&1 &
	waiting=$!
	ok "$1: the second has seen the journal, and types" \
		wait_for 60 test -e "$machine"
}
typed()
{
	echo 333444 >&7
	wait "$waiting"
	is "$?" 7 "$1: the second: exit code 7"
	like "$(<"$WORK/second")" "$2" "$1: and is told"
	once "$1"
}
fresh
typing 'restored while typing'
begin "$locks"
first_ended 0 'restored while typing'
typed 'restored while typing' 'was restored meanwhile, by .* on the authority of 15/STC'

fresh
typing 'failed while typing'
so=$(secret_file WRONG_PIN) begin "$locks"
first_ended 5 'failed while typing'
typed 'failed while typing' \
	'on the authority of 15/STC, has failed meanwhile: The SO PIN is wrong.*Nothing was sent now'
is "$(sed -n 's/^so-tries=//p' "$MOCK_STATE")" 2 \
	'failed while typing: one try is gone and no more'

fresh
typing 'killed while typing'
at_login
kill -KILL "$first"
first_ended 137 'killed while typing'
echo 333444 >&7
wait "$waiting"
is "$?" 7 'killed while typing: the second: exit code 7'
like "$(<"$WORK/second")" 'on the authority of 15/STC, has no result.*is not known' \
	'killed while typing: and is told that nobody knows'
is "$(mock_calls C_Login)" 0 'killed while typing: it sends nothing'
exec 7<&-

# 3. Journals of their own

fresh
for desk in a b; do
	desk_conf '[journal]' "file = $WORK/$desk.journal" >/dev/null
	mv "$WORK/desk.conf" "$WORK/$desk.conf"
done
so=$(secret_file WRONG_PIN) conf=$WORK/a.conf at_login
before=$(sockets)
conf=$WORK/b.conf second --new-pin-file "$n2" --timeout 60 \
	>"$WORK/second" 2>&1 &
waiting=$!
ok 'journals of their own: the second waits for the token' wait_for 60 waits
go_on
first_ended 5 'journals of their own'
wait "$waiting"
is "$?" 7 'journals of their own: the second: exit code 7'
like "$(<"$WORK/second")" \
	"process $first of $me was at work on token MOCK00000000 meanwhile, and this journal does not tell" \
	'journals of their own: is told that its journal does not know'
once 'journals of their own'
is "$(sed -n 's/^so-tries=//p' "$MOCK_STATE")" 2 \
	'journals of their own: one try is gone and no more'

# 4. What ends a lock, and what does not

conf=$desks/desk.conf
fresh
at_login
before=$(sockets)
second --new-pin-file "$n2" --timeout 60 >"$WORK/second" 2>&1 &
waiting=$!
ok 'a crash: somebody waits' wait_for 60 waits
kill -KILL "$first"
wait "$waiting"
is "$?" 7 'a crash frees the token'
like "$(<"$WORK/second")" 'on the authority of 15/STC, has no result' \
	'and who waited is told that nobody knows what was done'
wait "$first" 2>/dev/null
go_on
mock_state user-tries=0
exit_is 0 'after a crash, with --yes' second --new-pin-file "$n2" --yes

fresh
at_login
exit_is 0 'another token is not held up' ckstoken --config "$conf" \
	--module "$(mock three)" unblock --serial MOCK00000001 \
	--authority 16/STC --so-pin-file "$so" --new-pin-file "$n2" --final-try
go_on
first_ended 0 'beside another token'

# squat CODE: takes the name of the token, and does as the code says.
squat()
{
	perl -MSocket -e '
		socket(my $s, PF_UNIX, SOCK_STREAM, 0) or die;
		bind($s, pack_sockaddr_un("\0" . shift)) or die "bind: $!";
		$| = 1;
		eval shift;
	' "$lock_name" "$1" >"$WORK/squat" 2>&1 &
	squatter=$!
	wait_for 10 grep -q ready "$WORK/squat" ||
		bail "no squatter: $(<"$WORK/squat")"
}
squatted()
{
	fresh
	squat "$2"
	exit_is 7 "$1: exit code 7" second --new-pin-file "$n2" --timeout 1
	like "$err" "$3 is at work on token MOCK00000000.*nothing was sent" \
		"$1: is named"
	is "$(mock_calls C_)" 0 "$1: nothing is sent"
	exit_is 0 "$1: --dry-run goes on" second --dry-run
	exit_is 1 "$1: status goes on" ckstoken --module "$locks" status
	kill "$squatter"
	wait "$squatter" 2>/dev/null
	exit_is 0 "$1: and when it has ended, so does unblock" \
		second --new-pin-file "$n2"
}
# shellcheck disable=SC2016 # the names are perl's
squatted 'a squatter' 'listen($s, 5); print "ready\n"; sleep 60' \
	'process [0-9]+ of '"$me"
unlike "$err" 'is at work' 'without a word about it'
squatted 'a squatter that tells nothing' 'print "ready\n"; sleep 60' \
	'a process that cannot be named'
# shellcheck disable=SC2016
squatted 'a squatter that hangs up' 'listen($s, 5); print "ready\n";
	while (1) { accept(my $c, $s) or die; close($c); }' \
	'process [0-9]+ of '"$me"

# 5. The journal of the machine

fresh
so=$(secret_file WRONG_PIN) HOME=$desks/a exit_is 5 \
	'an officer fails at a token' second --new-pin-file "$n2"
HOME=$desks/b exit_is 7 'a colleague with another HOME is refused' \
	second --new-pin-file "$n2"
like "$err" '1 attempt on this token failed in the last 24 hours' \
	'for what the first did'
is "$(stat -c %a "$machine" "$machine.head" | paste -sd ' ')" '660 660' \
	'the journal and its head are for the group alone'

if [ "$users" = 2 ]; then
	fresh
	chmod 755 "$WORK" "$SECRETS"
	chmod 644 "$MOCK_STATE" "$MOCK_LOG" "$MOCK_CERT"
	cp "$locks" "$desks/locks.so"
	exit_is 0 'one who is not of the group' setpriv --reuid 64002 \
		--regid 64002 --clear-groups env HOME="$desks/b" \
		LD_LIBRARY_PATH="$stage" "$stage/ckstoken" --config "$conf" \
		--module "$desks/locks.so" unblock --dry-run --yes \
		--authority 1
	like "$err" 'does not show what colleagues.*adduser uid 64002 ckstoken' \
		'is told how to share the journal'
	nok 'and has not written there' test -e "$machine"
	chmod 700 "$WORK" "$SECRETS"
else
	skip 'one who is not of the group' 'this world has one user'
fi

chmod 755 /var/lib/ckstoken
fresh
exit_is 0 'a folder that no group may write to is no place for it' \
	second --new-pin-file "$n2"
like "$err" "journal $HOME/.local/.* does not show what colleagues.*make install" \
	'which is told once'
is "$(grep -c 'does not show' <<<"$err")" 1 'and once only'
nok 'and nothing is written there' test -e "$machine"
chmod 2770 /var/lib/ckstoken

no_secret_in 'no secret stands in any of this' "$WORK" /var/lib/ckstoken

plan_done
