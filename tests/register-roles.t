#!/bin/bash
# SPDX-License-Identifier: LGPL-2.1-or-later
# stores: postgresql
#
# A register on a server that an agency's role sees and writes its own part of,
# and the desk's all: whatever program they connect with.

# shellcheck disable=SC2119,SC2120,SC2317 # functions are called by name
# shellcheck source=tests/lib.sh
. "$(dirname "$0")/lib.sh"
need_world
need jq:jq psql:postgresql-client python3:python3
cd "$WORK" || bail 'no work folder'
export CKSTOKEN_NOW=2026-11-21T02:00:00Z

# Roles are the server's, and so have the name of the test.
admin()
{
	psql -qAtX -v ON_ERROR_STOP=1 -h "$TESTS_SERVER" -U postgres "$@"
}
for role in owner stc syt desk stranger group both; do
	admin postgres -c "CREATE ROLE roles_$role LOGIN" || bail 'no roles'
done
admin postgres -c 'CREATE ROLE roles_officer LOGIN IN ROLE roles_group' \
	-c 'CREATE ROLE roles_deputy LOGIN IN ROLE roles_owner' \
	-c 'CREATE ROLE roles_admin LOGIN SUPERUSER' \
	-c 'CREATE DATABASE roles OWNER roles_owner' || bail 'no database'

# as ROLE FORM...: a form of the command, as the role.
as()
{
	local role=$1
	shift
	ckstoken register "$@" \
		--file "postgresql://roles_$role@/roles?host=$TESTS_SERVER"
}
# sql ROLE SQL...: asked by psql as the role; each for itself, whatever became
# of the one before.
sql()
{
	local role=$1
	shift
	PGOPTIONS='-c search_path=ckstoken -c ckstoken.today=2026-11-21' \
		psql -qAtX -h "$TESTS_SERVER" -U "roles_$role" "${@/#/-c}" roles 2>&1
}

# 1. Two agencies, each with every kind of record. What is the second's has a
# word in it that the first must never see.

every()
{
	local n=$1 agency=$2 word=$3
	jq -nc --arg a "$agency" --arg w "$word" --argjson n "$n" '{
	agencies: [{organization: $a, address: $w, note: $w}],
	units: [{organization: $a, unit: "Văn phòng \($w)", note: $w}],
	subscribers: [{subscriber: $n, name: "Nguyễn \($w)", organization: $a,
		unit: "Văn phòng \($w)", address: $w}],
	tokens: [{device_serial: "TK\($n)", subscriber: $n, place_kept: $w}],
	certificates: [{certificate_serial: "AA0\($n)", subscriber: $n,
		device_serial: "TK\($n)", not_before: "2025-01-01",
		not_after: "2027-01-01"}],
	requests: [{request: $n, procedure: "recover", document_number: "\($n)",
		document_date: "2026-01-01", recipient: $w}],
	items: [{request: $n, item: 1, subscriber: $n,
		device_serial: "TK\($n)", reason: $w}],
	custody: [{device_serial: "TK\($n)", keeper: "Trần \($w)",
		from_date: "2025-03-01"}],
	losses: [{loss: $n, device_serial: "TK\($n)", loss_kind: "leak",
		lost_place: $w}],
	unblocks: [{unblock: $n, device_serial: "TK\($n)", authority: $w,
		result: "ok"}]}'
}
every 1 'Sở Tài chính' Tám >stc.json
every 2 'Sở Y tế' Chín >syt.json
exit_is 0 'the owner begins a register' as owner import stc.json
exit_is 0 'with two agencies' as owner import syt.json
exit_is 0 'and a token that is nobody'\''s' \
	as owner add token device_serial=TK9 note=Mười

# 2. Who may grant what to whom

exit_is 2 'grant to a role, but not what' as owner grant roles_stc
exit_is 2 'grant of both' \
	as owner grant roles_stc --desk --organization 'Sở Y tế'
exit_is 11 'grant to a role that is not there' as owner grant roles_none --desk
like "$err" 'createuser roles_none' 'tells how one is made'
exit_is 7 'grant to a role that no rule holds' \
	as owner grant postgres --organization 'Sở Y tế'
exit_is 7 'nor the owner' as owner grant roles_owner --organization 'Sở Y tế'
exit_is 7 'nor who may be the owner' \
	as owner grant roles_deputy --organization 'Sở Y tế'
exit_is 0 'nobody has a part' as owner grant
is "$out" '' 'and none is listed'
exit_is 12 'a stranger sees nothing' as stranger list
like "$err" 'has no part in the register' 'and is told'
# an-agency-not-on-record: what comes later may be spelt otherwise.
exit_is 3 'an-agency-not-on-record: is given no part' \
	as owner grant roles_stranger --organization 'Sở Nội vụ'
like "$err" "no agency \"Sở Nội vụ\".*register add agency organization='Sở Nội vụ'" \
	'an-agency-not-on-record: the way is told'
exit_is 3 'an-agency-not-on-record: nor one that is mistyped' \
	as owner grant roles_stranger --organization 'Sở Tai chin'
like "$err" 'is it "Sở Tài chính"' 'an-agency-not-on-record: the nearest is told'
exit_is 0 'nobody has a part yet' as owner grant
is "$out" '' 'none at all'
for typed in 'so tai chinh' ' SỞ  TÀI CHÍNH ' 'sở tài chính'; do
	exit_is 0 "an agency, however typed: $typed" \
		as owner grant roles_stc --organization "$typed"
	is "$(sql owner "SELECT organization FROM members")" 'Sở Tài chính' \
		'is the one on record'
done
exit_is 0 'for a group of roles' \
	as owner grant roles_group --organization 'Sở Y tế'
exit_is 0 'for another' as owner grant roles_syt --organization 'Sở Y tế'
exit_is 0 'for the desk' as owner grant roles_desk --desk
exit_is 7 'one-of-two-agencies: a part of another agency' \
	as owner grant roles_officer --organization 'Sở Tài chính'
like "$err" 'would be of several agencies' 'one-of-two-agencies: is told'
mkdir -p /run/systemd/journal
"$TOP/tests/journald" "$WORK/log" &
listener=$!
wait_for 10 test -e log.read || bail 'no log of the system'
exit_is 0 'for a stranger' \
	as owner grant roles_stranger --organization 'Sở Y tế'
exit_is 0 'it is taken back' as owner revoke roles_stranger
ok 'both are in the log of the system' wait_for 10 grep -q '"revoke"' log
is "$(jq -r '[.CKSTOKEN_ACT, .CKSTOKEN_ROLE, .CKSTOKEN_ORGANIZATION // [],
	.PRIORITY] | add | join(" ")' log)" 'grant roles_stranger Sở Y tế 5
revoke roles_stranger 5' 'with role and agency'
kill "$listener"
rm -r /run/systemd
exit_is 11 'once' as owner revoke roles_stranger
exit_is 12 'a stranger again' as stranger list
exit_is 0 'grant alone' as owner grant
is "$out" 'ROLE         SEES AND WRITES
roles_desk   the desk: all
roles_group  Sở Y tế
roles_stc    Sở Tài chính
roles_syt    Sở Y tế' 'lists them'
sql owner "UPDATE members SET organization = 'Sở Cũ' WHERE role = 'roles_syt'"
exit_is 0 'an agency that is no more' as owner grant
like "$out" 'roles_syt +Sở Cũ +the register has no such agency' 'is told'
exit_is 0 'and mended' as owner grant roles_syt --organization 'Sở Y tế'
exit_is 0 'grant --json' as desk grant --json
is "$(json '.members[] | select(.role == "roles_stc") |
	"\(.organization) \(.desk) \(.exists) \(.agency_exists)"')" \
	'Sở Tài chính false true true' 'does too, for the desk as well'
exit_is 12 'the desk grants nothing' as desk grant roles_stranger --desk
like "$err" 'only the role "roles_owner"' 'as is told'
exit_is 12 'nor does an agency' as stc grant roles_stc --desk
exit_is 12 'nor sees an agency who has a part' as stc grant
like "$err" 'only the desk and the owner' 'as is told, too'
admin postgres -c 'GRANT roles_stc, roles_group TO roles_both'
exit_is 12 'one-of-two-agencies: sees nothing' as both list
like "$err" 'several agencies .Sở Tài chính; Sở Y tế.' \
	'one-of-two-agencies: is not told that there is nothing'
exit_is 12 'one-of-two-agencies: nor writes' as both add token device_serial=TK3
like "$err" 'several agencies' 'one-of-two-agencies: is told'
admin postgres -c 'DROP ROLE roles_both'

# granted-by-another: all is the owner's, whoever of those that may grants it.
made="SELECT 'r', c.relname::text, c.relowner::regrole::text, c.relacl::text
	FROM pg_class c WHERE c.relnamespace = 'ckstoken'::regnamespace
	UNION ALL SELECT 'f', p.proname, p.proowner::regrole::text,
		concat_ws(' ', p.proacl, p.prosecdef, p.prosrc)
	FROM pg_proc p WHERE p.pronamespace = 'ckstoken'::regnamespace
	UNION ALL SELECT 't', t.tgrelid::regclass || t.tgname,
		pg_get_triggerdef(t.oid), t.tgenabled::text
	FROM pg_trigger t JOIN pg_class c ON c.oid = t.tgrelid
	WHERE c.relnamespace = 'ckstoken'::regnamespace AND NOT t.tgisinternal
	UNION ALL SELECT 'p', y.polrelid::regclass || y.polname,
		y.polroles::text, pg_get_expr(y.polqual, y.polrelid)
	FROM pg_policy y
	UNION ALL SELECT 's', n.nspname, n.nspowner::regrole::text, n.nspacl::text
	FROM pg_namespace n WHERE n.nspname = 'ckstoken' ORDER BY 1, 2, 3"
exit_is 0 'granted-by-another: by the owner' as owner grant roles_desk --desk
before=$(sql owner "$made")
ok 'granted-by-another: is something' test "$(wc -l <<<"$before")" -gt 100
for who in admin deputy; do
	exit_is 0 "granted-by-another: by the $who" as $who grant roles_desk --desk
	is "$(sql owner "$made")" "$before" 'granted-by-another: is the same'
	exit_is 0 'granted-by-another: and is whole' as $who verify
	exit_is 0 'granted-by-another: and may be revoked' \
		as $who revoke roles_desk
	exit_is 0 'granted-by-another: and granted by the owner' \
		as owner grant roles_desk --desk
	is "$(sql owner "$made")" "$before" 'granted-by-another: is the same again'
done
# As an earlier ckstoken left it.
admin roles -c 'ALTER FUNCTION ckstoken.withdraw(name) OWNER TO roles_admin' \
	-c 'ALTER TABLE ckstoken.members OWNER TO roles_deputy'
exit_is 12 'granted-by-another: what another made stays that one'\''s' \
	as owner grant roles_desk --desk
like "$err" 'made by the role "roles_(admin|deputy)"' \
	'granted-by-another: as is told'
exit_is 0 'granted-by-another: until the administrator grants' \
	as admin grant roles_desk --desk
is "$(sql owner "$made")" "$before" 'granted-by-another: then all is the owner'\''s'
admin roles -c 'ALTER FUNCTION ckstoken.withdraw(name) OWNER TO roles_stc'
exit_is 12 'granted-by-another: what an agency made' \
	as admin grant roles_desk --desk
like "$err" 'made by the role "roles_stc"' 'granted-by-another: is not made the owner'\''s'
admin roles -c 'ALTER FUNCTION ckstoken.withdraw(name) OWNER TO roles_owner'

# a-schema-of-another: the owner of the register is that of its tables.
admin postgres -c 'CREATE DATABASE roles_given'
admin roles_given -c 'CREATE SCHEMA ckstoken' \
	-c 'GRANT USAGE, CREATE ON SCHEMA ckstoken TO roles_owner'
given="postgresql://roles_owner@/roles_given?host=$TESTS_SERVER"
exit_is 0 'a-schema-of-another: a register in it' \
	ckstoken register import stc.json --file "$given"
exit_is 12 'a-schema-of-another: whose owner could let nobody in' \
	ckstoken register grant roles_stc --organization 'Sở Tài chính' --file "$given"
like "$err" 'belongs to the role "postgres".*ALTER SCHEMA ckstoken OWNER' \
	'a-schema-of-another: is told the way'
admin roles_given \
	-c 'GRANT USAGE ON SCHEMA ckstoken TO roles_owner WITH GRANT OPTION'
exit_is 0 'a-schema-of-another: who may, grants' \
	ckstoken register grant roles_stc --organization 'Sở Tài chính' --file "$given"
exit_is 0 'a-schema-of-another: a part' ckstoken register show TK1 \
	--file "${given/roles_owner/roles_stc}"
admin roles_given -c 'ALTER SCHEMA ckstoken OWNER TO roles_stranger'
exit_is 7 'a-schema-of-another: but to no owner of the schema' \
	ckstoken register grant roles_stranger --desk --file "$given"
admin roles_given -c 'SET client_min_messages = warning' \
	-c 'DROP SCHEMA ckstoken CASCADE' \
	-c 'CREATE SCHEMA ckstoken AUTHORIZATION roles_owner'
exit_is 0 'a-schema-of-another: an administrator makes the register' \
	ckstoken register import stc.json --file "${given/roles_owner/roles_admin}"
is "$(admin roles_given -c "SELECT DISTINCT relowner::regrole FROM pg_class
	WHERE relnamespace = 'ckstoken'::regnamespace")" roles_owner \
	'a-schema-of-another: which is of the owner of the schema'
exit_is 0 'the register is whole' as owner verify

# 3. What is seen, asked by ckstoken and by SQL itself

exit_is 0 'an agency lists its own' as stc list --csv
like "$out" TK1 'all of it'
unlike "$out" 'TK2|TK9' 'and no other'
exit_is 0 'an agency exports its own' as stc export
is "$(jq -c 'del(.program, .version)' <<<"$out")" "$(cat stc.json)" \
	'each record, and no other'
exit_is 0 'so does a member of a group' as officer export
is "$(jq -c 'del(.program, .version)' <<<"$out")" "$(cat syt.json)" \
	'of its agency'
exit_is 3 "another's token" as stc show TK2
exit_is 0 'its history' as stc history --json
is "$(json '.events | length')" 10 'has its events'
unlike "$out" 'Chín|Mười' 'and no other'
exit_is 0 'the desk lists all' as desk list --csv
is "$(grep -c TK <<<"$out")" 3 'of everybody'

everything="SELECT c.relname FROM pg_class c
	WHERE c.relnamespace = 'ckstoken'::regnamespace AND c.relkind IN ('r', 'v')"
seen=''
for relation in $(sql owner "$everything"); do
	seen+="$(sql stc "SELECT '$relation', t.* FROM $relation t" \
		"SELECT '$relation', to_json(t) FROM $relation t")"$'\n'
done
like "$seen" 'tokens\|.*Tám' 'sql: an agency reads what is its own'
unlike "$seen" 'Chín|Mười|TK2|TK9|Sở Y tế' \
	'sql: no table and no view shows what is another'\''s or nobody'\''s'
ok 'all were asked' test "$(sql owner "$everything" | wc -l)" -ge 25
is "$(sql stc "SELECT string_agg(p.oid::regprocedure::text, ' ' ORDER BY 1)
	FROM pg_proc p WHERE p.pronamespace = 'ckstoken'::regnamespace AND
	has_function_privilege(p.oid, 'EXECUTE')")" \
	'event_chain() last_key(text) my_organization() today()' \
	'sql: of all functions it has these'
is "$(sql stc 'SELECT count(*), min(number), max(number) FROM event_chain()')" \
	'21|1|21' 'sql: numbers and hashes of all events are known'
is "$(sql stc "SELECT last_key('subscriber'), last_key('request'),
	last_key('loss'), last_key('unblock'), my_organization()")" \
	'2|2|2|2|Sở Tài chính' 'sql: and the last numbers, and who one is'
is "$(sql stranger "$everything" "SELECT count(*) FROM tokens" \
	"SELECT ckstoken.my_organization()" | grep -c 'ERROR')" 2 \
	'sql: who has no part has none of it'
unlike "$(sql stc 'SET row_security = off; SELECT * FROM tokens' \
	'SET ROLE roles_desk; SELECT * FROM tokens' \
	'SET SESSION AUTHORIZATION roles_desk; SELECT * FROM tokens' |
	grep -v ERROR)" 'TK2' 'sql: no setting shows more'
unlike "$(sql stc "SELECT * FROM pg_stats WHERE schemaname = 'ckstoken'" \
	"CREATE FUNCTION pg_temp.look(t text) RETURNS boolean COST 0.0001
	LANGUAGE plpgsql AS 'BEGIN RAISE NOTICE ''%'', t; RETURN true; END';
	SELECT * FROM tokens WHERE pg_temp.look(tokens::text);
	SELECT * FROM events WHERE pg_temp.look(text)")" 'Chín|Mười|TK2' \
	'sql: nor statistics, nor a function that looks at what is filtered'

# 4. What is written

before=$(as owner export)
exit_is 12 "another's token" as stc add token device_serial=TK2 note=x
like "$err" 'does not belong to Sở Tài chính' 'is refused in one sentence'
is "$(wc -l <<<"$err")" 1 'and no more'
exit_is 12 'what is nobody'\''s' as stc add token device_serial=TK9 note=x
exit_is 12 'a subscriber of another agency' \
	as stc add device_serial=TK5 name='Lý L' organization='Sở Y tế'
exit_is 12 'its own subscriber to another agency' \
	as stc add subscriber subscriber=1 organization='Sở Y tế'
exit_is 12 'a table with one row of another' \
	as stc import <(printf 'Họ và tên,Cơ quan,Số hiệu token\nLý M,Sở Tài chính,TK6\nLý N,Sở Y tế,TK7\n')
exit_is 12 'a number of its own' as stc add loss loss=9 device_serial=TK1
like "$err" 'is not the next one of its kind there \(loss 9\)' 'is told'
exit_is 12 'a name of letters that the server cannot fold' \
	as stc add name='Ωμέγα' device_serial=TK6 organization='Sở Tài chính'
like "$err" 'what was given for name is not' 'is told'
is "$(as owner export)" "$before" 'and nothing at all was written'

head=$(sql owner 'SELECT max(number) FROM events')
next=$((head + 1))
# The clock of an event is the machine's, and its hour Vietnam's.
TZ=UTC0 printf -v clock '%(%FT%T)T+07:00' $((EPOCHSECONDS + 25200))
begins="{\"time\":\"2026-11-21T09:00:00+07:00\",\"clock\":\"$clock\",\"officer\":\"x\",\"by\":\"add\",\"records\":["
# says TEXT: SQL that adds this as the right next event.
says()
{
	echo "INSERT INTO events (number, hash, text)
		SELECT number + 1, encode(sha256(convert_to(hash || '$1',
			'UTF8')), 'hex'), '$1'
		FROM event_chain() ORDER BY number DESC LIMIT 1;
		UPDATE meta SET text = (SELECT number || ' ' || hash
			FROM event_chain() ORDER BY number DESC LIMIT 1)
		WHERE name = 'head'"
}
# event RECORDS: the same of an event as the client writes it.
event()
{
	says "$begins$1]}"
}
# refused NAME SQL: it is an error for the agency, in one transaction; all are
# tried together.
refused()
{
	printf '\\echo @ %s\nBEGIN;\n%s;\nCOMMIT;\n' "${1//\'/}" "$2" \
		>>refused.sql
}
tables='agencies units subscribers tokens certificates requests items custody losses unblocks'
for table in $tables; do
	refused "$table: its rows do not change without an event" \
		"UPDATE $table SET event = $next"
	refused "$table: nor by an earlier one" "UPDATE $table SET event = event"
	refused "$table: nor go" "DELETE FROM $table"
	refused "$table: nobody says whose they are" \
		"UPDATE $table SET owner = 'Sở Y tế'"
	refused "$table: nor empties it" "TRUNCATE $table CASCADE"
done
refused "a token for another's subscriber" "INSERT INTO tokens
	(device_serial, subscriber, event) VALUES ('TX', 2, $next);
	$(event '{"record":"token","device_serial":"TX","subscriber":2}')"
refused "a certificate on another's token" "INSERT INTO certificates
	(certificate_serial, subscriber, device_serial, event)
	VALUES ('AB', 1, 'TK2', $next); $(event \
	'{"record":"certificate","certificate_serial":"AB","subscriber":1,"device_serial":"TK2"}')"
refused "a line in another's letter" "INSERT INTO items
	(request, item, subscriber, event) VALUES (2, 2, 1, $next);
	$(event '{"record":"item","request":2,"item":2,"subscriber":1}')"
refused "custody of another's token" "INSERT INTO custody
	(device_serial, keeper, from_date, event)
	VALUES ('TK2', 'X', '2026-01-01', $next); $(event \
	'{"record":"custody","device_serial":"TK2","keeper":"X","from_date":"2026-01-01"}')"
refused 'a change without an event' \
	"UPDATE tokens SET note = 'x', event = $next"
refused 'an event without a change' \
	"$(event '{"record":"token","device_serial":"TK1","note":"x"}')"
refused 'a change that is not what its event says' \
	"UPDATE tokens SET note = 'x', condition = 'y', event = $next;
	$(event '{"record":"token","device_serial":"TK1","note":"x"}')"
refused "an event about another's token" \
	"$(event '{"record":"token","device_serial":"TK2"}')"
refused "an event about another's too" "UPDATE tokens SET note = 'x',
	event = $next; $(event '{"record":"token","device_serial":"TK1","note":"x"},{"record":"token","device_serial":"TK2"}')"
told='{"record":"token","device_serial":"TK1","note":"x"}'
good="UPDATE tokens SET note = 'x', event = $next; $(event "$told")"
refused 'an event out of sequence' "${good/number + 1/number + 2}"
refused 'an event with another hash' "${good/hash ||/\'0\' || hash ||}"
refused 'an event that the head does not tell' "${good%%UPDATE meta*}"
refused 'a head that is no event' "UPDATE meta SET text = '99 x'"
refused 'another version' \
	"INSERT INTO meta (name, text) VALUES ('version', '99')
	ON CONFLICT (name) DO UPDATE SET text = excluded.text"
refused 'an event once more' 'INSERT INTO events SELECT * FROM events'
refused 'a member' "INSERT INTO members (role) VALUES ('roles_stc')"
refused 'the rules' 'SELECT apply_members()'
refused 'a trigger' "CREATE TRIGGER mine BEFORE INSERT ON tokens
	FOR EACH ROW EXECUTE FUNCTION set_owner()"
refused 'a table' 'CREATE TABLE ckstoken.mine (x text)'
for table in $(sql owner "$everything"); do
	for mode in 'ROW SHARE' 'ROW EXCLUSIVE' 'SHARE UPDATE EXCLUSIVE' SHARE \
		'SHARE ROW EXCLUSIVE' EXCLUSIVE 'ACCESS EXCLUSIVE'; do
		refused "lock-table: $table in $mode mode" \
			"LOCK TABLE $table IN $mode MODE"
	done
done
refused 'a note of a change' \
	"INSERT INTO untold (event, told) VALUES ($next, '{}')"

# Events that say what happened otherwise than the client would: a later reader
# would stumble, or make other tables of them. Of each line the name, and the
# text with @ for how it begins and $ for what was done.
deep=$(printf '[%.0s' {1..5000})$(printf ']%.0s' {1..5000})
while IFS=$'\t' read -r name text; do
	text=${text//\$/$told}
	[[ $text != @* ]] || text=$begins${text#@}
	refused "no-event: $name" "UPDATE tokens SET note = 'x', event = $next;
		$(says "$text")"
done <<END
nothing	
blanks	   
no JSON	{
a list	[]
an empty object	{}
no beginning	{"records":[\$]}
no record	@]}
a record of nothing	@{}]}
what happened, and a record of nothing	@\$,{}]}
a record of no kind	@{"record":"x","device_serial":"TK1","note":"x"}]}
a kind in capitals	@{"record":"TOKEN","device_serial":"TK1","note":"x"}]}
a kind that is a number	@{"record":1,"device_serial":"TK1","note":"x"}]}
another kind	@{"record":"custody","device_serial":"TK1","note":"x"}]}
no key	@{"record":"token","note":"x"}]}
the key of another	@{"record":"token","device_serial":"TK2","note":"x"}]}
a key that is a number	@{"record":"token","device_serial":1,"note":"x"}]}
no value	@{"record":"token","device_serial":"TK1"}]}
another value	@{"record":"token","device_serial":"TK1","note":"y"}]}
null for a value	@{"record":"token","device_serial":"TK1","note":null}]}
a list for a value	@{"record":"token","device_serial":"TK1","note":["x"]}]}
an object for a value	@{"record":"token","device_serial":"TK1","note":{"x":1}}]}
a number for a text	@{"record":"token","device_serial":"TK1","note":1e999}]}
a number no machine has	@{"record":"token","device_serial":"TK1","note":"x","x":1e999}]}
a value that did not change	@{"record":"token","device_serial":"TK1","place_kept":"Tám","note":"x"}]}
one that was not there	@{"record":"token","device_serial":"TK1","place_kept":null,"note":"x"}]}
a name twice	@{"record":"token","device_serial":"TK1","note":"y","note":"x"}]}
names in another order	@{"record":"token","note":"x","device_serial":"TK1"}]}
a name of the tables	@{"record":"token","device_serial":"TK1","note":"x","event":22}]}
an owner	@{"record":"token","device_serial":"TK1","note":"x","owner":"x"}]}
a record that went	@{"record":"token","gone":true,"device_serial":"TK1"}]}
what happened, and that it went	@\$,{"record":"token","gone":true,"device_serial":"TK1"}]}
what happened, twice	@\$,\$]}
what did not happen, before	@{"record":"token","device_serial":"TK1","note":"y"},\$]}
a blank more	@ \$]}
a blank at the end	@\$]} 
a letter written otherwise	@{"record":"token","device_serial":"TK1","note":"\\u0078"}]}
more than records	@\$],"x":1}
records twice	@\$],"records":[]}
depth	@\$],"x":$deep
END
# What stands before the records.
while IFS=$'\t' read -r name text; do
	refused "no-event: $name" "UPDATE tokens SET note = 'x', event = $next;
		$(says "{$text\"records\":[$told]}")"
done <<END
no hour	"clock":"$clock","officer":"x","by":"add",
no clock	"time":"$clock","officer":"x","by":"add",
no officer	"time":"$clock","clock":"$clock","by":"add",
no command	"time":"$clock","clock":"$clock","officer":"x",
what it undoes	"time":"$clock","clock":"$clock","officer":"x","by":"add","undoes":1,
why	"time":"$clock","clock":"$clock","officer":"x","by":"add","reason":"x",
an hour in 2099	"time":"2099-11-21T09:00:00+07:00","clock":"$clock","officer":"x","by":"add",
a clock in 2099	"time":"$clock","clock":"2099-11-21T09:00:00+07:00","officer":"x","by":"add",
an hour of long ago	"time":"1999-11-21T09:00:00+07:00","clock":"$clock","officer":"x","by":"add",
a clock of long ago	"time":"$clock","clock":"1999-11-21T09:00:00+07:00","officer":"x","by":"add",
a day that there is not	"time":"$clock","clock":"2026-02-31T09:00:00+07:00","officer":"x","by":"add",
an hour of another zone	"time":"${clock%+*}Z","clock":"$clock","officer":"x","by":"add",
an hour that is none	"time":"now","clock":"$clock","officer":"x","by":"add",
a time that is a number	"time":1,"clock":"$clock","officer":"x","by":"add",
an officer of two lines	"time":"$clock","clock":"$clock","officer":"x\\u000ay","by":"add",
an officer that is none	"time":"$clock","clock":"$clock","officer":null,"by":"add",
END

# values NAME TABLE KEY SET RECORD: a change of a row, told as it is.
values()
{
	refused "no-value: $1" "UPDATE $2 SET $4, event = $next WHERE $3;
		$(event "$5")"
}
values 'a date that is none' certificates TRUE "not_after = 'abcdefghij'" \
	'{"record":"certificate","certificate_serial":"AA01","not_after":"abcdefghij"}'
values 'a day that there is not' tokens TRUE "seen_date = '2026-02-31'" \
	'{"record":"token","device_serial":"TK1","seen_date":"2026-02-31"}'
values 'an hour that is none' tokens TRUE "seen_time = '25:00'" \
	'{"record":"token","device_serial":"TK1","seen_time":"25:00"}'
values 'a word that is not of its list' tokens TRUE "device_kind = 'x'" \
	'{"record":"token","device_serial":"TK1","device_kind":"x"}'
values 'what nobody sees' tokens TRUE "note = E'x\\u200b'" \
	"{\"record\":\"token\",\"device_serial\":\"TK1\",\"note\":\"x$(printf '\u200b')\"}"
values 'a tick that is two' tokens TRUE 'second_device = 2' \
	'{"record":"token","device_serial":"TK1","second_device":2}'
values 'a tick that is a number' tokens TRUE 'second_device = 1' \
	'{"record":"token","device_serial":"TK1","second_device":1}'
values 'a tick that is a text' tokens TRUE 'second_device = 1' \
	'{"record":"token","device_serial":"TK1","second_device":"1"}'
values 'a number with an exponent' certificates TRUE 'renewals = 20' \
	'{"record":"certificate","certificate_serial":"AA01","renewals":2e1}'
values 'a number as text' certificates TRUE 'renewals = 2' \
	'{"record":"certificate","certificate_serial":"AA01","renewals":"2"}'
values 'a number below zero' certificates TRUE 'renewals = -1' \
	'{"record":"certificate","certificate_serial":"AA01","renewals":-1}'
values 'two lines' tokens TRUE "note = E'x\\ny'" \
	'{"record":"token","device_serial":"TK1","note":"x\u000ay"}'
values 'more than 2,000 letters' tokens TRUE "note = repeat('x', 2001)" \
	"${told/\"x\"/\"$(printf 'x%.0s' {1..2001})\"}"
values 'a name that is not found by its letters' subscribers TRUE \
	"name = 'Lê', name_folded = 'an'" \
	'{"record":"subscriber","subscriber":1,"name":"Lê"}'
values 'found by other letters' subscribers TRUE "name_folded = 'an'" \
	'{"record":"subscriber","subscriber":1}'
values 'emptied, and not told' tokens TRUE "note = 'x', place_kept = ''" "$told"
values 'null, and not told' tokens TRUE "note = 'x', place_kept = NULL" "$told"
values 'nothing, and told' tokens TRUE 'note = note' \
	'{"record":"token","device_serial":"TK1"}'
for key in "agencies organization = 'Sở X'" "units unit = 'X'" \
	'subscribers subscriber = 3' "tokens device_serial = 'TKX'" \
	"certificates certificate_serial = 'AAX'" 'requests request = 3' \
	'items item = 2' "custody keeper = 'X'" "custody from_date = ''" \
	'losses loss = 3' 'unblocks unblock = 3'; do
	values "another key, ${key%% *}" "${key%% *}" TRUE "${key#* }" "$told"
done
values 'another key, told so' losses TRUE "loss = 3, lost_place = 'y'" \
	'{"record":"loss","loss":3,"lost_place":"y"}'
values 'another keeper, told so' custody TRUE "keeper = 'X', minutes = '9'" \
	'{"record":"custody","device_serial":"TK1","keeper":"X","from_date":"2025-03-01","minutes":"9"}'
for n in 2000000000 9223372036854775807 4 0 -1; do
	for list in 'subscribers subscriber' 'requests request' 'losses loss' \
		'unblocks unblock'; do
		refused "no-number: ${list#* } $n" "INSERT INTO ${list% *}
			(${list#* }, event) VALUES ($n, $next);
			$(event "{\"record\":\"${list#* }\",\"${list#* }\":$n}")"
	done
	refused "no-number: line $n" "INSERT INTO items (request, item, event)
		VALUES (1, $n, $next);
		$(event "{\"record\":\"item\",\"request\":1,\"item\":$n}")"
done
refused "another's token, spelled otherwise" "INSERT INTO tokens
	(device_serial, event) VALUES ('tk:2', $next);
	$(event '{"record":"token","device_serial":"tk:2"}')"
refused "another's certificate, spelled otherwise" "INSERT INTO certificates
	(certificate_serial, event) VALUES ('aa02', $next);
	$(event '{"record":"certificate","certificate_serial":"aa02"}')"
values "another's certificate that came before" certificates TRUE \
	"old_serial = 'AA02'" \
	'{"record":"certificate","certificate_serial":"AA01","old_serial":"AA02"}'
values "another's letter" unblocks TRUE 'request = 2' \
	'{"record":"unblock","unblock":1,"request":2}'
values 'a letter that is not there yet' unblocks TRUE 'request = 3' \
	'{"record":"unblock","unblock":1,"request":3}'
refused "a line that names another's token" "UPDATE items
	SET device_serial = 'TK2', event = $next;
	$(event '{"record":"item","request":1,"item":1,"device_serial":"TK2"}')"
refused 'a line of nobody that names a token to come' "INSERT INTO items
	(request, item, device_serial, event) VALUES (1, 2, 'TK3', $next); $(event \
	'{"record":"item","request":1,"item":2,"device_serial":"TK3"}')"
refused 'a certificate told before its token' "INSERT INTO tokens
	(device_serial, event) VALUES ('TK3', $next); INSERT INTO certificates
	(certificate_serial, device_serial, event) VALUES ('AA03', 'TK3', $next);
	$(event '{"record":"certificate","certificate_serial":"AA03","device_serial":"TK3"},{"record":"token","device_serial":"TK3"}')"
refused 'a change told, and not the one after it' "UPDATE tokens
	SET note = 'y', event = $next; UPDATE tokens SET note = 'x'; $(event "$told")"
refused 'a change after its event' "$good;
	UPDATE tokens SET note = 'y', event = $next"
refused 'texts read otherwise' "SET standard_conforming_strings = off;
	UPDATE certificates SET not_after = 'abcdefghij', event = $next; $(event \
	'{"record":"certificate","certificate_serial":"AA01","not_after":"abcdefghij"}')"
sql stc "\\i $WORK/refused.sql" >refused.out
is "$(awk '/^@ / { if (name && !error) print name; name = $0; error = 0 }
	/ERROR/ { error = 1 } END { if (!error) print name }' refused.out)" '' \
	'sql: an agency can do none of these'
is "$(grep -c '^@ ' refused.out)" "$(grep -c '^.echo @' refused.sql)" \
	"which were all tried ($(grep -c '^@ ' refused.out))"
for role in stc desk owner; do
	like "$(sql $role 'UPDATE events SET text = text')" ERROR \
		"sql: no event is changed by $role"
	like "$(sql $role 'DELETE FROM events')" ERROR 'sql: or removed'
	like "$(sql $role 'TRUNCATE events')" ERROR 'sql: or all of them'
done
like "$(sql desk "BEGIN; ${good/hash ||/\'0\' || hash ||}; COMMIT")" ERROR \
	'sql: the chain is kept for the desk, too'
is "$(as owner export)" "$before" 'sql: and nothing at all was written'
exit_is 0 'the register is whole' as owner verify
is "$(sql stc "BEGIN; INSERT INTO earlier_events (record, event)
	VALUES (E'token\nTK2', 12), (E'token\nTK1', 1); $good; COMMIT")" '' \
	'sql: what is its own, as an event says it, is written'
exit_is 0 'no-surplus: and nothing more of what was before' as desk verify
CKSTOKEN_NOW=2099-01-01T02:00:00Z \
	exit_is 12 'an act dated by another clock' as stc add token device_serial=TK1 note=y
like "$err" 'the clock of this machine is not that of the server' 'is refused'

# 5. At work together

exit_is 0 'an agency records' as stc add device_serial=TK20 name='Lý O' \
	organization='Sở Tài chính' certificate_serial=AB20 not_after=1/1/2029
exit_is 0 'and another' as syt add device_serial=TK21 name='Lý P' \
	organization='Sở Y tế'
is "$(sql owner 'SELECT subscriber, name, owner FROM subscribers
	WHERE subscriber > 2 ORDER BY 1')" '3|Lý O|Sở Tài chính
4|Lý P|Sở Y tế' 'numbers go on, whatever a role sees'
exit_is 0 'a token that is nobody'\''s yet' as stc add token device_serial=TK22
exit_is 3 'is not for others' as syt show TK22
exit_is 0 'but for who recorded it' as stc show TK22
exit_is 0 'until it has a subscriber' \
	as desk add token device_serial=TK22 subscriber=4
exit_is 0 'whose agency has it then' as syt show TK22
exit_is 3 'and the other no longer' as stc show TK22
exit_is 0 'verify as an agency' as stc verify
like "$out" 'The chain is intact: 26 events' 'proves the chain'
like "$err" 'reads the texts of 12 events.*for the desk to verify' \
	'and says what it cannot'
exit_is 0 'verify --json' as stc verify --json
is "$(json '[.result, .events, .events_read] | join(" ")')" 'right 26 12' \
	'has the same'
head=$(sql owner "SELECT number || ':' || hash FROM events WHERE number = 2")
exit_is 0 'verify --head' as stc verify --head "$head" --json
is "$(json '.heads[0].result')" proved-as-far-as-seen \
	'does not call proved what others must prove'
exit_is 0 'who do' as desk verify --head "$head" --json
is "$(json '.heads[0].result')" proved 'as the desk'

# A line of a letter may name what is not recorded yet.
exit_is 0 'the desk has a letter' as desk add request request=3 \
	procedure=recover
exit_is 0 'with such a line' \
	as desk add item request=3 item=1 device_serial=TK30 reason=Mười
exit_is 12 'letter-drawn: an agency that records it' \
	as stc add token device_serial=TK30
like "$err" 'does not belong to Sở Tài chính' 'would read the letter'
exit_is 12 'an agency writes such a line about nobody' \
	as stc add item request=1 item=2 device_serial=TK31
exit_is 0 'about its own' \
	as stc add item request=1 item=2 device_serial=TK31 subscriber=1 reason=Tám
exit_is 0 'which keeps the token from nobody' as syt add token device_serial=TK31
exit_is 3 'nor shows the letter' as syt show request=1
exit_is 0 'line-of-nobody: a line that names nobody' \
	as stc add item request=1 item=3 reason=Tám
exit_is 0 'the desk records an attempt' as desk add unblock device_serial=TK1 \
	journal=1 journal_hash=ab journal_first=cd
exit_is 12 'journal-of-others: an agency adds to the journal of the desk' \
	as stc add unblock device_serial=TK1 journal=2 journal_hash=ef journal_first=cd
exit_is 12 'or says otherwise what stands there' \
	as stc add unblock unblock=3 journal_hash=ef
like "$err" 'attempt to unblock \(number 3\) is not changed' 'is told'
exit_is 0 'but which letter it answered' as stc add unblock unblock=3 request=1

# When a subscriber comes to another agency, what was theirs follows.
exit_is 0 'a subscriber moves' \
	as desk add subscriber subscriber=1 organization='Sở Y tế' unit=
is "$(sql owner "SELECT 'token', owner FROM tokens WHERE device_serial = 'TK1'
	UNION ALL SELECT 'certificate', owner FROM certificates
		WHERE device_serial = 'TK1'
	UNION ALL SELECT 'request', owner FROM requests WHERE request = 1
	UNION ALL SELECT 'item', owner FROM items WHERE request = 1
	UNION ALL SELECT 'custody', owner FROM custody WHERE device_serial = 'TK1'
	UNION ALL SELECT 'loss', owner FROM losses WHERE loss = 1
	UNION ALL SELECT 'unblock', owner FROM unblocks WHERE unblock = 1" |
	grep -v '|Sở Y tế$')" '' 'and all that was theirs'
exit_is 0 'the new agency has the letter' as syt show request=1 --json
is "$(json '.items | length')" 3 'line-of-nobody: with all its lines'
exit_is 0 'and the history' as syt history TK1 --json
like "$out" 'Tám' 'with what was before'
exit_is 3 'the former has it no longer' as stc show TK1
exit_is 0 'and lists the rest' as stc list --csv
is "$(grep -o 'TK[0-9]*' <<<"$out")" TK20 'that is its own'
exit_is 0 'a letter about two agencies' as desk add item request=2 \
	device_serial=TK20
exit_is 3 'is for neither' as syt show request=2
exit_is 0 'the register is whole' as desk verify

# What a newer ckstoken makes anew is whose it was.
owners="SELECT 'token', device_serial, owner FROM tokens
	UNION ALL SELECT 'request', request::text, owner FROM requests
	UNION ALL SELECT 'event', event::text, owner FROM event_owners
	UNION ALL SELECT 'earlier', record || event, owner FROM earlier_events
	ORDER BY 1, 2"
before=$(sql owner "$owners")
sql owner "UPDATE meta SET text = '1' WHERE name = 'version'" >/dev/null
exit_is 12 'tables of an earlier ckstoken, for a member' as desk list
like "$err" 'upgraded, which only the role "roles_owner" can do' 'are not made anew'
exit_is 0 'for the administrator' as admin list
is "$(sql owner "$owners")" "$before" 'are as they were'
is "$(sql owner "SELECT DISTINCT c.relowner::regrole FROM pg_class c
	WHERE c.relnamespace = 'ckstoken'::regnamespace")" roles_owner \
	"and are the owner's"
exit_is 0 'and stand under the same rules' as desk verify
exit_is 3 'for all' as stc show TK22

# 6. All that an agency records, in a register of its own

admin postgres -c 'CREATE DATABASE roles_every OWNER roles_owner'
every="roles_every?host=$TESTS_SERVER"
jq 'def new($numbers): $numbers[tostring];
	walk(if type == "object" then
		(if .organization then .organization = "Sở Tài chính" else . end) |
		(if .subscriber then .subscriber |= new({"2": 1, "10": 2, "11": 3})
			else . end) |
		(if .request then .request |= new({"3": 1, "12": 2}) else . end) |
		(if .item then .item = 1 else . end) |
		(if .loss then .loss = 1 else . end) |
		(if .unblock then .unblock = 1 else . end)
		else . end) |
	.agencies |= .[:1] | .subscribers[2].name = "Y\u2019Ƀŏ Ŭt, ơ̆ Đỗ \\ Łæß–İı"' \
	"$TOP/tests/fixtures/every-record.json" >every.json
exit_is 0 'the owner begins one' ckstoken register add agency \
	organization='Sở Tài chính' --file "postgresql://roles_owner@/$every"
exit_is 0 'for an agency' ckstoken register grant roles_stc \
	--organization 'Sở Tài chính' --file "postgresql://roles_owner@/$every"
exit_is 0 'which records what there can be' \
	ckstoken register import every.json --file "postgresql://roles_stc@/$every"
exit_is 0 'and changes it' ckstoken register import <(jq 'del(.agencies, .units) |
	map_values(map(with_entries(
		if .key | IN("organization", "unit", "subscriber", "device_serial",
			"certificate_serial", "request", "item", "keeper", "from_date",
			"loss", "unblock", "unblock_time", "result", "journal",
			"journal_hash", "journal_first")
		then . else .value = null end)))' every.json) \
	--file "postgresql://roles_stc@/$every"
exit_is 0 'it is whole' \
	ckstoken register verify --file "postgresql://roles_owner@/$every"

# 7. Copies, and what was changed by hand

exit_is 12 'a copy as an agency' as stc copy stc.db
like "$err" 'sees only a part' 'would lose what it does not see'
head=$(sql owner "SELECT replace(text, ' ', ':') FROM meta WHERE name = 'head'")
exit_is 0 'a copy as the desk' as desk copy all.db
is "$out" "$head" 'has all'
is "$(ckstoken register export --file all.db)" "$(as owner export)" \
	'and the same records'
admin postgres -c 'CREATE DATABASE roles_back OWNER roles_owner'
back="postgresql://roles_owner@/roles_back?host=$TESTS_SERVER"
exit_is 0 'and back' ckstoken register copy all.db "$back"
is "$out" "$head" 'with the same head'
is "$(ckstoken register export --file "$back")" "$(as owner export)" \
	'and the same records again'
exit_is 0 'it is whole' ckstoken register verify --file "$back"
exit_is 0 'the last number there is' \
	ckstoken register add request request=2000000000 \
	procedure=recover --file all.db
exit_is 12 'last-number: one more' ckstoken register add request \
	procedure=recover \
	document_number=9/STC document_date=2026-01-01 --file all.db
like "$err" 'no number is left.*"request"' 'is refused, and told'
exit_is 0 'but one that is free is given' \
	ckstoken register add request request=99 procedure=recover \
	--file all.db
exit_is 0 'it is whole' ckstoken register verify --file all.db
exit_is 7 'once more' ckstoken register copy all.db "$back"
exit_is 11 'roles of a file' ckstoken register grant roles_stc --desk \
	--file all.db
for change in 'DROP TRIGGER b_guard ON tokens' \
	'ALTER TABLE tokens DISABLE ROW LEVEL SECURITY' \
	'CREATE POLICY more ON tokens USING (TRUE)' \
	'CREATE OR REPLACE FUNCTION my_organization() RETURNS TEXT LANGUAGE sql
		STABLE SECURITY DEFINER SET search_path = ckstoken, pg_temp
		AS $$ SELECT NULL::TEXT $$'; do
	is "$(sql owner "$change")" '' 'the rules are changed by hand'
	exit_is 1 "which verify tells: ${change%% [*A-Z]*}" as owner verify
	sql owner 'DROP POLICY IF EXISTS more ON tokens' >/dev/null 2>&1
	exit_is 0 'and grant makes them anew' as owner grant roles_desk --desk
	[[ $change == *FUNCTION* ]] || exit_is 0 'which is whole' as owner verify
done
plan_done
