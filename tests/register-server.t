#!/bin/bash
# SPDX-License-Identifier: LGPL-2.1-or-later
# sanitize: yes
#
# A register on a server that is not there, refuses, is no register's, or goes in
# the middle of an act: one sentence with what to do, and all or nothing.

# shellcheck disable=SC2119,SC2120,SC2317 # functions are called by name
# shellcheck source=tests/lib.sh
. "$(dirname "$0")/lib.sh"
need_world
need jq:jq psql:postgresql-client perl:perl sqlite3:sqlite3 \
	openssl:openssl
cd "$WORK" || bail 'no work folder'
# Of its own, as it is killed.
server=$(TESTS_SERVERS=/run/tmp "$TOP/tests/server" $$) || skip_all "$server"
word='mat khau 1'

# url NAME [USER [FOLDER]]
url()
{
	echo "postgresql://${2-ckstoken}@/$1?host=${3-$server}"
}
sql()
{
	PGOPTIONS='-c client_min_messages=warning -c row_security=on' psql -qAtX \
		-v ON_ERROR_STOP=1 "$(url "$1" "${3-ckstoken}")" -c "$2"
}
register()
{
	local place=$1
	shift
	ckstoken register "$@" --file "$place"
}
events()
{
	sql r 'SELECT count(*) FROM ckstoken.events'
}
# told CODE NAME REGEX PLACE: whether it is read or written, it is told so.
told()
{
	local form
	for form in list 'add token device_serial=T9'; do
		# shellcheck disable=SC2086 # words
		exit_is "$1" "$2: $form" register "$4" $form
		like "$err" "^ckstoken: $3" "$2: is told"
		is "$(wc -l <<<"$err")" 1 "$2: in one sentence"
		unlike "$err" "$word" "$2: without a password"
	done
}
# admin DATABASE SQL: as the administrator of the server.
admin()
{
	sql "$1" "$2" postgres >/dev/null || bail "the administrator cannot: $2"
}
for name in r other latin; do
	createdb -h "$server" -U ckstoken "$name" 2>/dev/null || bail "no $name"
done

# 1. Where there is none to be had

mkdir gone door
told 12 'a server that is absent' '.*no connection to the server.*No such file' \
	"$(url r ckstoken "$WORK/gone")"
told 12 'a port where nobody listens' '.*no connection.*Connection refused' \
	'postgresql://127.0.0.1:1/r'
told 12 'a name that there is not' '.*no connection' \
	'postgresql://nowhere.invalid/r'
told 12 'a role that it refuses' '.*the server refuses.*refused' "$(url r refused)"
told 12 'a password that is not given' '.*the server refuses.*~/.pgpass' \
	"$(url r worded)"
told 12 'a database that it has not' '.*no such database.*nothing' \
	"$(url nothing)"
told 12 'a service that is not described' '.*no connection.*nowhere' service=nowhere
told 11 'an address that is none' '.*postgresql://HOST/NAME' 'service='
# A password in an address is refused and not repeated, however it is written,
# and is no file's name.
secret=Bimat482
for form in "postgresql://worded:a/$secret@/r" "postgresql://worded:$secret/r" \
	"POSTGRESQL://worded:$secret@/r" " postgresql://worded:$secret@/r" \
	"postgresql:worded:$secret@h/r" "postgresql://u@h,worded:$secret@i/r" \
	"postgresql://worded:4829/$secret@h/r" "postgresql:///r@$secret" \
	"host=$server dbname=r user=worded password=$secret" \
	"user=worded  passWord = '$secret'" "x=1 password=$secret" \
	"service=so password=$secret" "postgresql:///r?sslp%61ssword=$secret" \
	"jdbc:postgresql://h/r?user=worded&password=$secret" \
	"mysql://worded:$secret@h/r" "postgresql:///password%3D$secret"; do
	exit_is 11 "a-secret-in-an-address: ${form//"$secret"/…}" \
		register "$form" add token device_serial=T9
	first=$err
	exit_is 11 'a-secret-in-an-address: copied' \
		ckstoken register copy "$form" "$form"
	first+=$err
	printf '[register]\ndatabase = %s\n' "$form" >conf
	exit_is 11 'a-secret-in-an-address: in the configuration' \
		ckstoken --config conf register list
	unlike "$first$out$err" "$secret" \
		'a-secret-in-an-address: is not repeated'
done
is "$(find . -name '*Bimat*' -o -name '*worded*')" '' \
	'a-secret-in-an-address: makes no file'
form="postgresql://worded:$secret@/r"
for command in "register import $form" "register add agency organization=$form" \
	"register export --output=$form" "--config $form status" "$form"; do
	# shellcheck disable=SC2086 # words
	ckstoken $command >misplaced.out 2>&1
	unlike "$(<misplaced.out)" "$secret" \
		"a-secret-in-an-address: misplaced: ${command//"$secret"/…}"
done
told 11 'a password in the address' '.*must not have a password in it' \
	"postgresql://worded:${word// /%20}@/r?host=$server"
told 11 'one among its parameters' '.*must not have a password in it' \
	"$(url r)&pass%77ord=${word// /%20}"
"$TOP/tests/pg-proxy" 13.4 "$WORK/door" &
old=$!
wait_for 5 test -S door/.s.PGSQL.5432 || bail 'no old server'
told 12 'a server that is too old' '.*older than PostgreSQL 15' \
	"$(url r ckstoken "$WORK/door")"
kill $old
rm -f door/.s.PGSQL.5432
psql -qX -h "$server" -U postgres postgres -c 'DROP DATABASE latin' -c "CREATE
	DATABASE latin ENCODING LATIN1 LOCALE 'C' LOCALE_PROVIDER libc
	TEMPLATE template0" || bail 'no latin'
told 12 'an encoding that lacks letters' '.*LATIN1.*UTF8' "$(url latin)"
sql other 'CREATE SCHEMA ckstoken; CREATE TABLE ckstoken.mine (a int)'
told 12 'a schema of something else' '.*is no register' "$(url other)"
is "$(sql other "SELECT string_agg(relname, ' ') FROM pg_class
	WHERE relnamespace = 'ckstoken'::regnamespace")" mine 'which is left alone'
admin other 'DROP SCHEMA ckstoken CASCADE;
	CREATE SCHEMA ckstoken AUTHORIZATION reader'
told 12 'a schema that the role may not use' '.*has no part' "$(url other)"
admin other 'GRANT ALL ON SCHEMA ckstoken TO ckstoken'
exit_is 12 "another's schema" register "$(url other)" add token device_serial=T9
like "$err" 'belongs to the role "reader".*ALTER SCHEMA' 'is told'
is "$(sql other "SELECT count(*) FROM pg_class
	WHERE relnamespace = 'ckstoken'::regnamespace")" 0 'and nothing is made there'
admin postgres 'CREATE ROLE idle; ALTER ROLE reader CONNECTION LIMIT 0'
told 12 'a role without LOGIN' '.*refuses to let the role in.*log in.*LOGIN' \
	"$(url r idle)"
told 12 'a role with too many connections' '.*takes no connection.*try again' \
	"$(url r reader)"
admin postgres 'ALTER ROLE reader CONNECTION LIMIT -1'
admin other 'REVOKE CONNECT ON DATABASE other FROM PUBLIC'
told 12 'a role that may not connect to the database' \
	'.*the server refuses .permission denied for database' "$(url other reader)"
exit_is 11 'a register that nobody made yet' register "$(url r)" list
like "$err" 'register import' 'the way to one is told'

# 2. Where there is one, with passwords as libpq has them

exit_is 0 'a register is made' register "$(url r)" add token device_serial=T1
sql r 'GRANT USAGE ON SCHEMA ckstoken TO worded, reader;
	GRANT SELECT ON ALL TABLES IN SCHEMA ckstoken TO worded, reader'
install -m 600 /dev/null pass
echo "*:*:*:worded:$word" >pass
PGPASSFILE=$WORK/pass exit_is 0 'a password in a file of its own' \
	register "$(url r worded)" list
cat >services <<END
[so]
host=$server
dbname=r
user=ckstoken
END
PGSERVICEFILE=$WORK/services exit_is 0 'a service' register service=so list
like "$out" T1 'is the same register'
printf '%s\n' '[register]' 'database = service=so' >conf
PGSERVICEFILE=$WORK/services exit_is 0 'in the configuration' \
	ckstoken --config conf register list
exit_is 12 'a role that may only read' register "$(url r reader)" add token \
	device_serial=T9
like "$err" 'the server refuses .permission denied' 'is told'
is "$(events)" 1 'and writes nothing'
admin postgres 'CREATE ROLE set_otherwise LOGIN; CREATE ROLE stranger LOGIN'
told 12 'a role without a part' '.*has no part in the register.*register grant' \
	"$(url r stranger)"
exit_is 0 'the desk' register "$(url r)" grant set_otherwise --desk
# settings-of-a-role: none changes what is asked and written.
admin postgres "ALTER ROLE set_otherwise SET row_security = off;
	ALTER ROLE set_otherwise SET search_path = pg_temp, public;
	ALTER ROLE set_otherwise SET default_transaction_read_only = on;
	ALTER ROLE set_otherwise SET standard_conforming_strings = off;
	ALTER ROLE set_otherwise SET transform_null_equals = on"
exit_is 0 'settings-of-a-role: a record' register "$(url r set_otherwise)" \
	add token device_serial=T1 'note=C:\\ghi chú'
exit_is 0 'settings-of-a-role: verify' register "$(url r set_otherwise)" verify
# For whoever presses TAB, each kind that a register has.
words_for()
{
	ckstoken help --complete --timeout 60 -- register "$@" 2>&1 |
		cut -f 1 | paste -sd ' '
}
sql r "INSERT INTO ckstoken.agencies (organization, event)
		VALUES ('Sở Ví dụ', 1);
	INSERT INTO ckstoken.units (organization, unit, event)
		VALUES ('Sở Ví dụ', 'Phòng Thử', 1)"
is "$(words_for show --file "$(url r set_otherwise)" T)" T1 \
	'words for a TAB: a token'
is "$(words_for show --file "$(url r)" N)" '' 'and no name that begins otherwise'
is "$(words_for list --file "$(url r)" --organization S)" 'Sở Ví dụ' 'an agency'
is "$(words_for list --file "$(url r)" --unit P)" 'Phòng Thử' 'a unit'
is "$(words_for revoke --file "$(url r)" set)" set_otherwise 'a role'
sql r "DELETE FROM ckstoken.units; DELETE FROM ckstoken.agencies"
admin r 'REVOKE TEMP ON DATABASE r FROM PUBLIC'
exit_is 12 'no right to temporary tables' register "$(url r set_otherwise)" verify
like "$err" 'GRANT TEMP ON DATABASE r TO' 'is told'
admin r 'GRANT TEMP ON DATABASE r TO PUBLIC'
sql r "CREATE FUNCTION public.full() RETURNS TRIGGER LANGUAGE plpgsql AS
	\$\$ BEGIN RAISE disk_full USING MESSAGE = 'could not extend file, ' ||
		current_setting('lock_timeout'); END \$\$;
	CREATE TRIGGER x_full BEFORE INSERT ON ckstoken.events
	EXECUTE FUNCTION public.full()"
exit_is 12 'a disk of the server that is full' register "$(url r)" add token \
	device_serial=T9
like "$err" 'disk of the server is full .could not extend' 'is told'
like "$err" 'file, 10s' 'a-lock-without-end: a session has an end for each'
sql r 'DROP FUNCTION public.full() CASCADE'
exit_is 0 'it is whole' register "$(url r)" verify
sql r 'CREATE OR REPLACE VIEW ckstoken.custody_today
	WITH (security_invoker) AS SELECT * FROM ckstoken.custody'
exit_is 1 'a view that somebody made otherwise' register "$(url r)" verify --json
is "$(json .result)" tables 'is found'
sql r "UPDATE ckstoken.meta SET text = '1' WHERE name = 'version'"
exit_is 0 'a register of an earlier version' register "$(url r)" list
exit_is 0 'is made anew' register "$(url r)" verify
nok 'an event is not changed' sql r "UPDATE ckstoken.events SET text = '{}'"
nok 'nor taken away' sql r 'DELETE FROM ckstoken.events'
nok 'nor are all' sql r 'TRUNCATE ckstoken.events'
sql r "UPDATE ckstoken.meta SET text = '99' WHERE name = 'version'"
exit_is 12 'a register of a later version' register "$(url r)" list
like "$err" 'newer ckstoken' 'is told'
sql r "UPDATE ckstoken.meta SET text = '1' WHERE name = 'version'"
exit_is 0 'and back' register "$(url r)" verify

# 3. A connection that is lost

# locked COMMAND...: while another writer, or $by, holds the register by $lock.
writing="SELECT FROM ckstoken.meta WHERE name = 'version' FOR UPDATE"
locked()
{
	sql r "BEGIN READ WRITE; ${lock-$writing}; SELECT pg_sleep(60)" \
		"${by-ckstoken}" >/dev/null 2>&1 &
	wait_for 5 waits "query LIKE '%pg_sleep%' AND state = 'active'" ||
		bail 'no other writer'
	"$@"
	sql r "SELECT pg_terminate_backend(pid) FROM pg_stat_activity
		WHERE query LIKE '%pg_sleep(60)%' AND pid <> pg_backend_pid()" \
		postgres >/dev/null
	wait $!
}
waits()
{
	[ "$(sql r "SELECT count(*) FROM pg_stat_activity WHERE
		pid <> pg_backend_pid() AND $1" postgres)" != 0 ]
}
# lost KILL...: an act that waits for the other writer, and is cut by KILL.
lost()
{
	register "$(url r)" add token device_serial=T2 >lost.out 2>&1 &
	local act=$!
	wait_for 5 waits "wait_event_type = 'Lock'" || bail 'it does not wait'
	"$@" >/dev/null 2>&1
	wait "$act"
	rc=$? err=$(<lost.out)
}
n=$(events)
# a-lock-without-end: neither readers nor writers wait for it, and its holder is
# named.
soon="$(url r)&options=-c%20lock_timeout%3D200"
waited()
{
	local form
	for form in "${@:2}"; do
		# shellcheck disable=SC2086 # words
		exit_is 12 "a-lock-without-end: $form" register "$soon" $form
		like "$err" "locked by another session.*\"$1\", program \"psql\", process [0-9]+.*nothing was written" \
			'a-lock-without-end: is told'
		is "$(wc -l <<<"$err")" 1 'a-lock-without-end: in one sentence'
	done
}
by=set_otherwise locked waited set_otherwise 'add token device_serial=T9'
stopped()
{
	waited ckstoken list 'add token device_serial=T9'
	exit_is 12 'statement_timeout of a role' register \
		"${soon/lock/statement}" list
	like "$err" 'stopped what was asked of it .*statement_timeout' 'is told'
}
lock='LOCK TABLE ckstoken.meta' locked stopped
is "$(events)" "$n" 'a-lock-without-end: and nothing is written'

# a-lost-connection: all or nothing, and said which.
locked lost sql r "SELECT pg_terminate_backend(pid) FROM pg_stat_activity
	WHERE wait_event_type = 'Lock'" postgres
is "$rc" 12 'a-lost-connection: an act whose connection is ended'
like "$err" 'broke off .*nothing was written; try again' 'a-lost-connection: is told'
is "$(events)" "$n" 'a-lost-connection: and did nothing'

# through WHEN: an act through a way that is cut at its COMMIT.
through()
{
	rm -f door/.s.PGSQL.5432
	"$TOP/tests/pg-proxy" "$server/.s.PGSQL.5432" "$WORK/door" "$1" &
	way=$!
	wait_for 5 test -S door/.s.PGSQL.5432 || bail 'no way'
	exit_is "$2" "a-lost-commit: cut $1" register \
		"$(url r ckstoken "$WORK/door")" add token device_serial="T-$1"
	kill $way 2>/dev/null
}
through after 0
unlike "$err" 'lost' 'a-lost-commit: what stands is found, and is no error'
is "$(events)" $((n + 1)) 'a-lost-commit: and stands once'
through before 12
like "$err" 'broke off .*nothing was written; try again' \
	'a-lost-commit: what does not is told so'
is "$(events)" $((n + 1)) 'a-lost-commit: and does not'
through ever 12
like "$err" 'is not known: look with "ckstoken register history"' \
	'a-lost-commit: what cannot be known is told so'
is "$(events)" $((n + 2)) 'a-lost-commit: however it stands'

# 4. Many rows, which are asked about in a copy in memory and go together

for name in many copied; do
	createdb -h "$server" -U ckstoken "$name" || bail "no $name"
done
TOKENS=600 "$TOP/scripts/bench-register" --table >one.csv
# Seals that are kept elsewhere, people who moved, and tokens that came since.
{
	sed -n '1p; 2,$s/trụ sở/kho/p; s/;Cơ quan số 7;/;Cơ quan số 8;/p' one.csv
	TOKENS=700 "$TOP/scripts/bench-register" --table | tail -n 90
} >two.csv
# A keeper, it is not said since when, where another is.
sed '2,$s/Trần Thị Thư/Lê Văn Sáu/' one.csv >wrong.csv
# acts REGISTER: its events, without when and by whom.
acts()
{
	local sql="SELECT text FROM events ORDER BY number"
	if [ "$1" = many.db ]; then
		sqlite3 many.db "$sql"
	else
		sql many "${sql/events/ckstoken.events}"
	fi | jq -c .records | md5sum
}
# many NAME CODE ARG...: the same is done to a file and to a server.
many()
{
	local name=$1 code=$2 told
	shift 2
	exit_is "$code" "many-rows: $name, to a file" register many.db "$@"
	told=$out$err
	exit_is "$code" "many-rows: $name, to a server" \
		register "$(url many)" "$@"
	is "$out$err" "$told" "many-rows: $name, is told alike"
	is "$(acts server)" "$(acts many.db)" "many-rows: $name, is the same acts"
	is "$(register "$(url many)" export --csv 2>/dev/null | md5sum)" \
		"$(register many.db export --csv 2>/dev/null | md5sum)" \
		"many-rows: $name, leaves the same"
}
# few NAME COMMAND...: does it in far fewer statements than there are rows.
few()
{
	local name=$1 n
	shift
	n=$(grep -c 'LOG: *execute' "$server/server.log")
	psql -qX -h "$server" -U postgres postgres \
		-c "ALTER ROLE ckstoken SET log_statement = 'all'"
	"$@"
	psql -qX -h "$server" -U postgres postgres \
		-c 'ALTER ROLE ckstoken RESET log_statement'
	n=$(($(grep -c 'LOG: *execute' "$server/server.log") - n))
	ok "a-wait-for-each-row: $name, 600 rows, takes $n statements" \
		[ "$n" -lt 150 ]
}
# a-wait-for-each-row: it took fifteen times as long as to write a file.
few 'a table' many 'a table' 0 import one.csv
few 'a copy' exit_is 0 'many-rows: a copy' \
	register many.db copy "$(url copied)"
exit_is 0 'many-rows: is whole' register "$(url copied)" verify
many 'the same again' 0 import one.csv
many 'one that is wrong' 11 import wrong.csv
many 'one tried only' 0 import --dry-run two.csv
many 'one that changes it' 0 import two.csv
exit_is 0 'many-rows: it is whole' register "$(url many)" verify

# meets DOES: what a row of the next table meets on the server.
meets()
{
	sql many "CREATE OR REPLACE FUNCTION ckstoken.meet() RETURNS trigger
		LANGUAGE plpgsql AS \$\$ BEGIN $1; RETURN NULL; END \$\$;
		CREATE OR REPLACE TRIGGER meet BEFORE INSERT ON ckstoken.tokens
		FOR EACH ROW WHEN (NEW.device_serial = 'VIDU00000780')
		EXECUTE FUNCTION ckstoken.meet()"
}
TOKENS=800 "$TOP/scripts/bench-register" --table >three.csv
there=$(acts server)
meets 'PERFORM pg_terminate_backend(pg_backend_pid())'
exit_is 12 'many-rows: a connection that is lost among them' \
	register "$(url many)" import three.csv
like "$err" 'broke off .*nothing was written; try again' 'many-rows: is told'
is "$(acts server)" "$there" 'many-rows: and nothing was written'
meets NULL
exit_is 11 'many-rows: a row that the server leaves out' \
	register "$(url many)" import three.csv
like "$err" 'damaged' 'many-rows: is missed'
is "$(acts server)" "$there" 'many-rows: and nothing was written then'
sql many 'DROP TRIGGER meet ON ckstoken.tokens; DROP FUNCTION ckstoken.meet()'
# Each event is seen to as it comes where there are roles.
exit_is 0 'many-rows: a desk' register "$(url many)" grant worded --desk
many 'to a register with roles' 0 import three.csv
exit_is 0 'many-rows: and it is whole' register "$(url many)" verify

# 5. A server that is killed

stop()
{
	kill -QUIT "$(head -n 1 "$server/data/postmaster.pid")" &&
		wait_for 10 test ! -e "$server/data/postmaster.pid"
}
locked lost stop
is "$rc" 12 'a-killed-server: an act in the middle'
like "$err" '(broke off|takes no connection).*try again' 'a-killed-server: is told'
told 12 'a-killed-server: then' '.*no connection' "$(url r)"
# It comes back as one that follows another, and listens to the network with TLS.
as_postgres()
{
	(cd / && setpriv --reuid postgres --regid postgres --clear-groups "$@")
}
openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes -days 9 \
	-subj /CN=localhost -addext subjectAltName=DNS:localhost \
	-keyout server.key -out server.crt 2>/dev/null || bail 'no certificate'
install -o postgres -m 600 server.key server.crt "$server/data"
as_postgres touch "$server/data/standby.signal"
printf '%s\n' "listen_addresses = 'localhost'" 'ssl = on' \
	>>"$server/data/postgresql.conf"
echo 'hostssl all ckstoken samehost trust' >>"$server/data/pg_hba.conf"
as_postgres "$(find /usr/lib/postgresql -name pg_ctl | sort -V | tail -n 1)" \
	-D "$server/data" -l "$server/server.log" -w start >/dev/null ||
	bail 'it does not start again'
exit_is 0 'a server that follows another' register "$(url r)" list
exit_is 12 'is read' register "$(url r)" add token device_serial=T9
like "$err" 'can only be read .*nothing was written' 'and not written to'
admin postgres 'SELECT pg_promote()'
is "$(events)" $((n + 2)) 'a-killed-server: has what it had said to have'
exit_is 0 'a-killed-server: and is whole' register "$(url r)" verify
exit_is 0 'a-killed-server: and goes on' register "$(url r)" add token device_serial=T2

# 5. Over a network

net='postgresql://ckstoken@localhost/r?sslmode=verify-full'
told 12 'a certificate of nobody known' '.*by TLS .*root.*sslrootcert' "$net"
exit_is 0 'that is known' register "$net&sslrootcert=$WORK/server.crt" list
told 12 'a certificate of another host' '.*by TLS .*127.0.0.1' \
	"${net/localhost/127.0.0.1}&sslrootcert=$WORK/server.crt"
told 12 'a role that pg_hba.conf does not have' \
	'.*refuses to let the role in .*pg_hba.conf' "${net/ckstoken/reader}&sslrootcert=$WORK/server.crt"
plan_done
