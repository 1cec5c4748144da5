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
need jq:jq psql:postgresql-client
cd "$WORK" || bail 'no work folder'
export CKSTOKEN_NOW=2026-11-21T02:00:00Z

# Roles are the server's, and so have the name of the test.
admin()
{
	psql -qAtX -v ON_ERROR_STOP=1 -h "$TESTS_SERVER" -U postgres "$@"
}
for role in owner stc syt desk stranger group; do
	admin postgres -c "CREATE ROLE roles_$role LOGIN" || bail 'no roles'
done
admin postgres -c 'CREATE ROLE roles_officer LOGIN IN ROLE roles_group' \
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
exit_is 0 'nobody has a part' as owner grant
is "$out" '' 'and none is listed'
exit_is 12 'a stranger sees nothing' as stranger list
like "$err" 'the server refuses' 'and is told'
exit_is 0 'a part for an agency, however typed' \
	as owner grant roles_stc --organization 'sở tài chính'
exit_is 0 'for a group of roles' \
	as owner grant roles_group --organization 'Sở Y tế'
exit_is 0 'for another' as owner grant roles_syt --organization 'Sở Y tế'
exit_is 0 'for the desk' as owner grant roles_desk --desk
exit_is 0 'for an agency that has nothing' \
	as owner grant roles_stranger --organization 'Sở Nội vụ'
like "$err" 'has no agency "Sở Nội vụ" yet' 'which is told'
exit_is 0 'it is taken back' as owner revoke roles_stranger
exit_is 11 'once' as owner revoke roles_stranger
exit_is 12 'a stranger again' as stranger list
exit_is 0 'grant alone' as owner grant
is "$out" 'ROLE         SEES AND WRITES  
roles_desk   the desk: all    
roles_group  Sở Y tế          
roles_stc    Sở Tài chính     
roles_syt    Sở Y tế          ' 'lists them'
exit_is 0 'grant --json' as desk grant --json
is "$(json '.members[] | select(.role == "roles_stc") | "\(.organization) \(.desk) \(.exists)"')" \
	'Sở Tài chính false true' 'does too, for the desk as well'
exit_is 12 'the desk grants nothing' as desk grant roles_stranger --desk
exit_is 12 'nor does an agency' as stc grant roles_stc --desk
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
is "$(as owner export)" "$before" 'and nothing at all was written'

head=$(sql owner 'SELECT max(number) FROM events')
next=$((head + 1))
# text RECORDS: an event as SQL, the right next one.
event()
{
	local text="{\"time\":\"2026-11-21T09:00:00+07:00\",\"officer\":\"x\",\"by\":\"add\",\"records\":[$1]}"
	echo "INSERT INTO events (number, hash, text)
		SELECT number + 1, encode(sha256(convert_to(hash || '$text',
			'UTF8')), 'hex'), '$text'
		FROM event_chain() ORDER BY number DESC LIMIT 1;
		UPDATE meta SET text = (SELECT number || ' ' || hash
			FROM event_chain() ORDER BY number DESC LIMIT 1)
		WHERE name = 'head'"
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
good="INSERT INTO earlier_events SELECT E'token\\nTK1', event FROM tokens;
	UPDATE tokens SET note = 'x', event = $next;
	$(event '{"record":"token","device_serial":"TK1","note":"x"}')"
refused 'an event out of sequence' "${good/number + 1/number + 2}"
refused 'an event with another hash' "${good/hash ||/\'0\' || hash ||}"
refused 'an event that the head does not tell' "${good%%UPDATE meta*}"
refused 'a record that forgets what was done' "${good#*;}"
refused 'a head that is no event' "UPDATE meta SET text = '99 x'"
refused 'another version' \
	"INSERT INTO meta (name, text) VALUES ('version', '99')
	ON CONFLICT (name) DO UPDATE SET text = excluded.text"
refused "another's history" "INSERT INTO earlier_events (record, event)
	VALUES (E'token\nTK2', 12)"
refused 'an event once more' 'INSERT INTO events SELECT * FROM events'
refused 'a member' "INSERT INTO members (role) VALUES ('roles_stc')"
refused 'the rules' 'SELECT apply_members()'
refused 'a trigger' "CREATE TRIGGER mine BEFORE INSERT ON tokens
	FOR EACH ROW EXECUTE FUNCTION set_owner()"
refused 'a table' 'CREATE TABLE ckstoken.mine (x text)'
for table in $tables earlier_events undos gone_records events meta \
	event_owners gone_owners members; do
	for mode in 'ROW SHARE' 'ROW EXCLUSIVE' 'SHARE UPDATE EXCLUSIVE' SHARE \
		'SHARE ROW EXCLUSIVE' EXCLUSIVE 'ACCESS EXCLUSIVE'; do
		refused "lock-table: $table in $mode mode" \
			"LOCK TABLE $table IN $mode MODE"
	done
done
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
is "$(sql stc "BEGIN; $good; COMMIT")" '' \
	'sql: what is its own, as an event says it, is written'
exit_is 0 'and the register is whole' as desk verify

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
exit_is 0 'the desk has a letter' as desk add request request=3
exit_is 0 'with such a line' \
	as desk add item request=3 item=1 device_serial=TK30 reason=Mười
exit_is 12 'letter-drawn: an agency that records it' \
	as stc add token device_serial=TK30
like "$err" 'does not belong to Sở Tài chính' 'would read the letter'
exit_is 0 'line-of-nobody: a line that names nobody' \
	as stc add item request=1 item=2 reason=Tám

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
is "$(json '.items | length')" 2 'line-of-nobody: with all its lines'
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
exit_is 0 'for the owner' as owner list
is "$(sql owner "$owners")" "$before" 'are as they were'
exit_is 0 'and stand under the same rules' as desk verify
exit_is 3 'for all' as stc show TK22

# 6. Copies, and what was changed by hand

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
	ckstoken register add request request=2000000000 --file all.db
exit_is 12 'last-number: one more' ckstoken register add request \
	document_number=9/STC document_date=2026-01-01 --file all.db
like "$err" 'no number is left.*"request"' 'is refused, and told'
exit_is 0 'but one that is free is given' \
	ckstoken register add request request=99 --file all.db
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
