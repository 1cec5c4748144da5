#!/bin/bash
# SPDX-License-Identifier: LGPL-2.1-or-later
#
# Cores taken by force of every process that has a secret, at each moment: what
# is in them, and that none of it could have gone to the swap. A descriptor that
# a process has no need of is looked for as well.

# shellcheck disable=SC2119,SC2120,SC2317 # functions are called by name
# shellcheck source=tests/lib.sh
. "$(dirname "$0")/lib.sh"
need_world
need script:bsdutils perl:perl setpriv:util-linux

! grep -q __asan_init "$CKSTOKEN" ||
	skip_all 'a sanitizer keeps copies of its own'
conf=$(desk_conf)
so=$(secret_file HSM_SO_PIN)
new=$(secret_file NEW_PIN)

# holds SECRET FILE: how often it stands there, in any form.
holds()
{
	perl -0777 -ne '
		BEGIN { $secret = shift }
		my $hex = unpack "H*", $secret;
		my $wide = join "", map { "$_\0" } split //, $secret;
		my @forms = ($secret, $hex, uc $hex, $wide, "\0$wide");
		push @forms, pack "H*", $secret
			if length $secret >= 8 && $secret =~ /^(?:[0-9a-f]{2})+$/;
		for my $form (@forms) {
			$n++ while /\Q$form\E/g;
		}
		END { print $n || 0 }' "$1" "$2"
}
# clean NAME FILE [SECRET...]: none of the secrets, or of those named, is there.
clean()
{
	local name=$1 file=$2 secret
	shift 2
	[ $# -gt 0 ] || set -- "$HSM_SO_PIN" "$NEW_PIN"
	ok "$name: a core was taken" test -s "$file"
	for secret; do
		is "$(holds "$secret" "$file")" 0 "$name: no secret is in it"
	done
}
gdb_at()
{
	local pid=$1
	shift
	DEBUGINFOD_URLS='' gdb -nx -batch -iex 'set auto-load off' -p "$pid" \
		-ex 'set use-coredump-filter off' "$@" \
		</dev/null >"$WORK/gdb.$pid" 2>&1
}
# Of a process that is waiting: as the kernel would write it, and with the pages
# that it is told to leave out.
core()
{
	gdb_at "$1" -ex "generate-core-file $2" \
		-ex 'set dump-excluded-mappings on' \
		-ex "generate-core-file $2.all"
}
is_stopped()
{
	grep -q '^State:.T' "/proc/$1/status"
}
# The process that PID has started, and that is none of ours.
worker_of()
{
	pgrep -P "$1" -x "${CKSTOKEN##*/}"
}
# Of PID: mappings that it may write to, with something in them, and that are not
# locked. One that the kernel may drop ("dp"), as glibc has for random numbers
# since 2.41, is never swapped and never locked.
unlocked()
{
	awk '/^[0-9a-f]+-/ { name = $0; mine = $2 ~ /^.w.p/ }
		/^Rss:/ { used = $2 }
		/^VmFlags:/ && mine && used && !/ (lo|dp)( |$)/ { print name }' \
		"/proc/$1/smaps"
}

# Under the limit of locked memory that Debian has, and no way around it.
limited()
{
	(
		ulimit -l "${LOCKED-8192}"
		exec setpriv --bounding-set -ipc_lock --inh-caps -ipc_lock "$@"
	)
}
limited true 2>/dev/null || skip_all 'no capability can be given up here'

start_pcscd 1
start_card slow sc-hsm 0
card_ctl slow 'set tries 0' >/dev/null
card=${card_pid[slow]}

# 1. An attempt with proof, which the card holds up at each secret

# begin: until the card has been sent the SO PIN, and does not answer. One file is
# open that nobody has a use for.
begin()
{
	card_ctl slow 'fault stop-at-ins 2C' >/dev/null
	limited "$CKSTOKEN" --config "$conf" --module "$OPENSC_MODULE" unblock \
		--authority 1 --yes --prove --timeout 300 --so-pin-file "$so" \
		--new-pin-file "$new" >"$WORK/out" 2>&1 9<"$0" &
	attempt=$!
	wait_for 60 is_stopped "$card" || bail "no attempt: $(<"$WORK/out")"
	parent=$(pgrep -o -x "${CKSTOKEN##*/}")
	worker=$(worker_of "$parent")
}
begin
is "$(unlocked "$worker")" '' \
	'the card is slow: nothing of the worker could go to the swap'
is "$(find "/proc/$worker/fd" -lname '*' -printf '%l\n' |
	grep -vE '^(/dev/null|socket:.*|anon_inode:.*|/memfd:opensc.conf.*)$')" '' \
	'a worker has no descriptor of its parent'
if command -v gdb >/dev/null; then
	core "$parent" "$WORK/parent"
	clean 'the card is slow: the parent, as the kernel dumps' "$WORK/parent"
	ok 'where it is kept, the secret is found' \
		test "$(holds "$HSM_SO_PIN" "$WORK/parent.all")" -gt 0
	# Of the worker once more, when it is done with the card; and then the
	# card waits again for the new PIN of the proof.
	gdb_at "$worker" -ex "generate-core-file $WORK/sent" \
		-ex 'break C_Finalize' -ex "shell kill -CONT $card" \
		-ex continue -ex 'set dump-excluded-mappings on' \
		-ex "generate-core-file $WORK/done" -ex \
		"shell '$VCARD' --send $WORK/card-slow.ctl 'fault stop-at-ins 20'" \
		-ex detach
	ok "the card is slow: the worker has OpenSC's copies" \
		test "$(holds "$NEW_PIN" "$WORK/sent")" -gt 0
	clean 'after the attempt: all memory of the worker' "$WORK/done"

	wait_for 60 is_stopped "$card" || bail "no proof: $(<"$WORK/out")"
	worker=$(worker_of "$parent")
	is "$(unlocked "$worker")" '' \
		'the proof: nothing of the worker could go to the swap'
	gdb_at "$parent" -ex 'set dump-excluded-mappings on' \
		-ex "generate-core-file $WORK/parent" \
		-ex 'break unblock_report' -ex "shell touch $WORK/ready" \
		-ex continue -ex "generate-core-file $WORK/reports" \
		-ex detach &
	wait_for 60 test -e "$WORK/ready"
	gdb_at "$worker" -ex 'break _exit' -ex "shell kill -CONT $card" \
		-ex continue -ex 'set dump-excluded-mappings on' \
		-ex "generate-core-file $WORK/done" -ex detach
	clean 'the proof: all memory of the parent' "$WORK/parent" "$HSM_SO_PIN"
	clean 'after the proof: all memory of the worker' "$WORK/done"
	wait "$attempt"
	clean 'after the proof: all memory of the parent' "$WORK/reports"
else
	skip 'cores taken by force' 'gdb is missing (package gdb)'
	kill -CONT "$card"
	wait "$attempt"
fi
like "$(<"$WORK/out")" 'Proved: .*every key signs' 'and the token works'

# 2. A signer that waits for what it is to sign

mkfifo "$WORK/ask" "$WORK/answer"
head -c 32 "$0" >"$WORK/digest"
limited "$BUILD/tests/token-signer" "$OPENSC_MODULE" "$(hsm_label)" 01 "$new" \
	<"$WORK/ask" >"$WORK/answer" &
signing=$!
exec 7>"$WORK/ask" 8<"$WORK/answer"
read -r said <&8
like "$said" '^open ok' 'a signer is open'
parent=$(pgrep -o -x token-signer)
worker=$(pgrep -P "$parent")
for i in 1 2 3; do
	echo "sign $WORK/digest $WORK/signature" >&7
	read -r said <&8
done
is "$said" 'sign ok' 'and signs'
is "$(unlocked "$worker")" '' 'nothing of its worker could go to the swap'
is "$(find "/proc/$worker/fd" -lname '*' -printf '%l\n' |
	grep -vE '^(/dev/null|socket:.*|anon_inode:.*|/memfd:opensc.conf.*)$')" '' \
	'nor has that a descriptor of its parent'
if command -v gdb >/dev/null; then
	core "$parent" "$WORK/parent"
	clean 'a signer: all memory of the parent' "$WORK/parent.all" "$NEW_PIN"
	core "$worker" "$WORK/open"
	clean 'a signer: the worker, as the kernel dumps' "$WORK/open" \
		"$NEW_PIN"
	ok 'where it is kept, the PIN is found' \
		test "$(holds "$NEW_PIN" "$WORK/open.all")" -gt 0
	# Its parent gives it two seconds to end, which a core may take.
	gdb_at "$worker" -ex 'break session_end' \
		-ex "shell echo close >'$WORK/ask'" -ex continue -ex "shell kill -STOP $parent" -ex 'break _exit' \
		-ex continue -ex 'set dump-excluded-mappings on' \
		-ex "generate-core-file $WORK/done" \
		-ex "shell kill -CONT $parent" -ex detach
	clean 'a closed signer: all memory of the worker' "$WORK/done" "$NEW_PIN"
fi
exec 7>&- 8<&-
wait "$signing"

# A letter that is signed as it is written.
card_ctl slow 'fault stop-at-ins 20' >/dev/null
sed 's/^signer = .*/signer = Nguyễn Thị Thử Nghiệm/' "$(office_conf)" \
	>"$WORK/signer.conf"
CKSTOKEN_NOW=2026-11-21T02:00:00Z "$CKSTOKEN" --config "$WORK/signer.conf" \
	--module "$OPENSC_MODULE" request recover --number 15 --no-tokens \
	--set device_serial=0A1B2C3D --set name='Nguyễn Văn A' --sign \
	--pin-file "$new" -o "$WORK/letter.pdf" >"$WORK/out" 2>&1 &
attempt=$!
wait_for 60 is_stopped "$card" || bail "no login: $(<"$WORK/out")"
is "$(awk '/^Max core file size/ { print $5, $6 }' \
	"/proc/$(pgrep -o -x "${CKSTOKEN##*/}")/limits")" '0 0' \
	'core-of-a-letter: --sign leaves no core dump from the PIN on'
kill -CONT "$card"
wait "$attempt"
is "$?" 0 'and the letter is signed'

# 3. A module that keeps what it is given

if command -v gdb >/dev/null; then
	export MOCK_PAUSE=$WORK/pause
	mkdir "$MOCK_PAUSE"
	mock_state user-tries=0
	so=$(secret_file SO_PIN)
	limited "$CKSTOKEN" --config "$conf" --module "$(mock keeps-pins)" unblock \
		--authority 1 --yes --so-pin-file "$so" --new-pin-file "$new" \
		>"$WORK/out" 2>&1 &
	attempt=$!
	wait_for 60 test -e "$MOCK_PAUSE/began" || bail "$(<"$WORK/out")"
	parent=$(pgrep -o -x "${CKSTOKEN##*/}")
	# Or it would end a worker that does not come to an end.
	kill -STOP "$parent"
	core "$(worker_of "$parent")" "$WORK/kept"
	clean 'a module that keeps all: all memory of the worker' \
		"$WORK/kept.all" "$SO_PIN" "$NEW_PIN"
	touch "$MOCK_PAUSE/go"
	kill -CONT "$parent"
	wait "$attempt"
	is "$?" 0 'a module that keeps all: the token is restored'
fi

# 4. At the prompt

if command -v gdb >/dev/null; then
	mkfifo "$WORK/keys"
	mock_state user-tries=0
	SHELL=/bin/sh script -qefc "'$CKSTOKEN' --config '$conf' \
		--module '$(mock locks)' unblock --authority 1 --yes" \
		"$WORK/screen" <"$WORK/keys" >/dev/null 2>&1 &
	script=$!
	exec 7>"$WORK/keys"
	wait_for 60 grep -q 'SO PIN: ' "$WORK/screen"
	printf '%s\n' "$SO_PIN" >&7
	wait_for 60 grep -q 'New user PIN: ' "$WORK/screen"
	printf '%s' "$NEW_PIN" >&7
	core "$(pgrep -o -x "${CKSTOKEN##*/}")" "$WORK/prompt"
	clean 'it waits for a PIN: as the kernel dumps' "$WORK/prompt" \
		"$SO_PIN" "$NEW_PIN"
	printf '\x03' >&7
	exec 7>&-
	wait "$script"
	is "$(mock_calls C_)" 0 'and Ctrl-C sends nothing'
fi

# 5. Where not all can be locked

so=$(secret_file SO_PIN)
printf 'Filename\tType\tSize\tUsed\tPriority\n' >"$WORK/swaps"
locks()
{
	mock_state user-tries=0
	LOCKED=$1
	limited "$CKSTOKEN" --config "$conf" --module "$(mock locks)" unblock \
		--authority 1 --yes --so-pin-file "$so" --new-pin-file "$new"
}
exit_is 0 'little can be locked' locks 64
unlike "$err" swap 'and there is no swap: nothing to tell'
printf '/dev/sda2\tpartition\t1000\t0\t-2\n' >>"$WORK/swaps"
mount --bind "$WORK/swaps" /proc/swaps || bail 'no swap to be seen'
exit_is 0 'little can be locked, and there is a swap' locks 64
like "$err" '[0-9]+ kB of the memory .* swap.*ulimit -l.*ckstoken-security' \
	'which is told'
exit_is 0 "with Debian's limit" locks 8192
unlike "$err" swap 'there is nothing to tell'

# 6. What other programs inherit

mkdir "$WORK/bin"
for name in ckstoken-foo man; do
	printf '%s\n' '#!/bin/sh' "ls -l /proc/self/fd >'$WORK/fds'" \
		>"$WORK/bin/$name"
	chmod 755 "$WORK/bin/$name"
done
# fds COMMAND...: the descriptors that the program has which it runs.
fds()
{
	PATH=$WORK/bin:$PATH "$@" 9<"$0" >/dev/null 2>&1 </dev/null
	sed -n 's|.* \([0-9]*\) -> \(.*\)$|\1 \2|p' "$WORK/fds" |
		sed 's|/proc/[0-9]*/fd|/proc/PID/fd|'
}
for name in ckstoken-foo man; do
	own=$(fds "$name")
	case $name in
	man) theirs=$(fds "$CKSTOKEN" --config "$conf" help status) ;;
	*) theirs=$(fds "$CKSTOKEN" --config "$conf" foo) ;;
	esac
	is "$theirs" "$own" "$name: has what its caller has, and no more"
done

plan_done
