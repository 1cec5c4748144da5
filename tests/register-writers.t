#!/bin/bash
# SPDX-License-Identifier: LGPL-2.1-or-later
# stores: postgresql
#
# Many who write to one register on a server at once, connections that are cut
# and a server that dies: nothing is lost, nothing is there twice.
#
# SECONDS_OF_WRITERS=60 has twenty write for a minute, and CUT=200 cuts so many
# connections; here they are few.

# shellcheck disable=SC2119,SC2120,SC2317 # functions are called by name
# shellcheck source=tests/lib.sh
. "$(dirname "$0")/lib.sh"
need_world
need psql:postgresql-client
cd "$WORK" || bail 'no work folder'

# A server of its own: the one that tests share must not die.
server=$(TESTS_SERVERS=/run/tmp "$TOP/tests/server" $$) || skip_all "$server"
admin()
{
	psql -qAtX -v ON_ERROR_STOP=1 -h "$server" -U postgres "$@" 2>&1
}
admin postgres -c 'CREATE DATABASE writers OWNER ckstoken' || bail 'no database'
register()
{
	"$CKSTOKEN" register "$@" \
		--file "postgresql://ckstoken@/writers?host=$server"
}
ask()
{
	PGOPTIONS='-c search_path=ckstoken' admin writers -c "$1"
}
# How many tokens there are whose number begins with WORD.
held()
{
	ask "SELECT count(*) FROM tokens WHERE starts_with(device_serial, '$1-')"
}
register add agency organization='Sở Tài chính' 2>/dev/null ||
	bail 'no register'

# 1. Twenty at once

acts=4
end=$((SECONDS + ${SECONDS_OF_WRITERS:-0}))
writer()
{
	local i=$1 k
	for ((k = 0; k < acts || SECONDS < end; k++)); do
		register add device_serial="W$i-$k" name="Người $i-$k" \
			organization='Sở Tài chính' >"said$i" 2>&1
		echo "$? W$i-$k $(tr '\n' ' ' <"said$i")"
	done >"log$i"
}
for ((i = 0; i < 20; i++)); do
	writer "$i" &
	writers[i]=$!
done
wait "${writers[@]}"
cat log? log?? >log
awk '$1 == 0 { print $2 }' log | sort >written
ask "SELECT device_serial FROM tokens WHERE starts_with(device_serial, 'W')" |
	LC_ALL=C sort >there
ok 'two-desks-at-once: what twenty writers recorded is there, and no more' \
	diff <(LC_ALL=C sort written) there
is "$(awk '$1 != 0' log | grep -v 'try again')" '' \
	'and who was kept waiting too long was told to try again'
ok "all came to write ($(wc -l <written) acts, $(awk '$1 != 0' log | wc -l) put off)" \
	test "$(cut -d ' ' -f 2 log | cut -d - -f 1 | sort -u | wc -l)" = 20 -a \
	"$(wc -l <written)" -ge 40
is "$(ask "SELECT count(*), count(DISTINCT r->>'device_serial')
	FROM events, jsonb_array_elements(text::jsonb->'records') r
	WHERE r->>'record' = 'token'")" \
	"$(wc -l <written)|$(wc -l <written)" 'each by one event'
is "$(ask "SELECT count(*) - count(DISTINCT name) FROM subscribers")" 0 \
	'and each with a number of its own'
exit_is 0 'the register is whole' register verify

# 2. Connections that are cut while somebody writes

# table WORD: five tokens, which are there together or not at all.
table()
{
	local k
	echo 'Họ và tên,Cơ quan,Số hiệu token'
	for ((k = 0; k < 5; k++)); do
		echo "Người $1-$k,Sở Tài chính,$1-$k"
	done
}
# fits WORD RC: what is there is what was said of it.
fits()
{
	local n said
	n=$(held "$1")
	said=$(tr '\n' ' ' <said)
	case $2/$n in
	0/5 | 12/0) ;;
	*)
		[[ $n =~ ^[05]$ && $said == *'not known'* ]] ||
			torn+=" $1: exit code $2, $n there: $said;"
		;;
	esac
}
# cut_at TABLE: ends the connection of whoever comes to write to that.
cut_at()
{
	admin writers >locked <<-SQL &
		BEGIN;
		LOCK TABLE ckstoken.$1 IN EXCLUSIVE MODE;
		SELECT 'locked';
		DO \$\$ BEGIN
			FOR i IN 1 .. 4000 LOOP
				PERFORM pg_stat_clear_snapshot();
				EXIT WHEN EXISTS (SELECT 1 FROM pg_stat_activity
					WHERE usename = 'ckstoken' AND
						wait_event_type = 'Lock');
				PERFORM pg_sleep(0.005);
			END LOOP;
		END \$\$;
		SELECT pg_terminate_backend(pid) FROM pg_stat_activity
		WHERE usename = 'ckstoken' AND wait_event_type = 'Lock';
		COMMIT;
	SQL
	cutter=$!
	wait_for 20 grep -qx locked locked
}
cut=${CUT:-12}
stages=(meta subscribers tokens events)
n_cut=0 torn=''
for ((i = 0; i < cut; i++)); do
	table "C$i" >t.csv
	cut_at "${stages[i % 4]}" || break
	register import t.csv >said 2>&1
	rc=$?
	wait "$cutter"
	[ "$rc" = 0 ] || n_cut=$((n_cut + 1))
	fits "C$i" "$rc"
done
is "$torn" '' 'a-connection-cut: each act is whole or not there, as was said'
# One whose lock comes in the same moment may go on.
ok "before each table that an act writes to some were cut ($n_cut of $cut)" \
	test "$n_cut" -gt $((cut / 2))
exit_is 0 'the register is whole' register verify

# 3. A server that dies while somebody writes

is_up()
{
	[ "$(admin postgres -c 'SELECT 1')" = 1 ]
}
torn=''
for ((i = 0; i < 3; i++)); do
	table "D$i" >t.csv
	register import t.csv >said 2>&1 &
	pid=$!
	backend=''
	for ((k = 0; k < 100; k++)); do
		backend=$(admin postgres -c "SELECT pid FROM pg_stat_activity
			WHERE datname = 'writers'") && [ -n "$backend" ] && break
	done
	[ -z "$backend" ] || kill -9 "${backend%%$'\n'*}" 2>/dev/null
	wait "$pid"
	rc=$?
	ok 'a server that was killed comes up again' wait_for 60 is_up
	fits "D$i" "$rc"
done
is "$torn" '' 'a-server-killed: each act is whole or not there, as was said'
exit_is 0 'the register is whole' register verify
exit_is 0 'and goes on' register add token device_serial=LAST note=x
exit_is 0 'as it must' register verify
rm -rf "$server"
plan_done
