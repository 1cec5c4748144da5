-- SPDX-License-Identifier: LGPL-2.1-or-later
--
-- Who sees and writes what in a register that several offices share. PostgreSQL
-- alone has this: SQLite knows no roles. An agency sees and writes what belongs
-- to its subscribers, and what it wrote that is nobody's yet; the desk all; and
-- the role that made the register, whose the tables are, too.
--
-- Nothing here trusts a client. Each row has its agency in "owner", which
-- triggers keep and no member may write. Events come one after the other, with
-- the right hash. An agency writes rows that are its own and refer to its own;
-- each change is noted as the client would tell it, and the event must be those
-- notes, letter for letter: so what stands in the tables can be made again of the
-- events, whoever wrote them. Policies hide the rest.

-- name: roles_tables

SET LOCAL client_min_messages = 'warning';
SET LOCAL check_function_bodies = off;

-- The role of each member; without an organization, one of the desk.
CREATE TABLE IF NOT EXISTS members (
	role TEXT COLLATE "C" NOT NULL PRIMARY KEY,
	organization TEXT COLLATE "C");

-- Of each event the agency whose role added it, NULL for the desk, and the one
-- agency that all it names belongs to, NULL where that is several or nobody.
CREATE TABLE IF NOT EXISTS event_owners (
	event BIGINT NOT NULL PRIMARY KEY,
	author TEXT COLLATE "C",
	owner TEXT COLLATE "C");
CREATE INDEX IF NOT EXISTS event_owners_by_owner ON event_owners (owner)
	WHERE owner IS NOT NULL;

-- The changes by agencies that the next event must tell, in their order, each as
-- it stands there. There are none but while somebody writes.
CREATE UNLOGGED TABLE IF NOT EXISTS untold (
	n BIGINT GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
	event BIGINT NOT NULL,
	author TEXT COLLATE "C",
	told TEXT COLLATE "C" NOT NULL);
ALTER TABLE untold ENABLE ROW LEVEL SECURITY;

-- Whose the records were that an event took out of the tables.
CREATE TABLE IF NOT EXISTS gone_owners (
	record TEXT COLLATE "C" NOT NULL PRIMARY KEY,
	owner TEXT COLLATE "C");

ALTER TABLE agencies ADD COLUMN IF NOT EXISTS owner TEXT COLLATE "C";
ALTER TABLE units ADD COLUMN IF NOT EXISTS owner TEXT COLLATE "C";
ALTER TABLE subscribers ADD COLUMN IF NOT EXISTS owner TEXT COLLATE "C";
ALTER TABLE tokens ADD COLUMN IF NOT EXISTS owner TEXT COLLATE "C";
ALTER TABLE certificates ADD COLUMN IF NOT EXISTS owner TEXT COLLATE "C";
ALTER TABLE requests ADD COLUMN IF NOT EXISTS owner TEXT COLLATE "C";
ALTER TABLE items ADD COLUMN IF NOT EXISTS owner TEXT COLLATE "C";
ALTER TABLE custody ADD COLUMN IF NOT EXISTS owner TEXT COLLATE "C";
ALTER TABLE losses ADD COLUMN IF NOT EXISTS owner TEXT COLLATE "C";
ALTER TABLE unblocks ADD COLUMN IF NOT EXISTS owner TEXT COLLATE "C";
ALTER TABLE earlier_events ADD COLUMN IF NOT EXISTS owner TEXT COLLATE "C";

-- name: roles_functions

DROP FUNCTION IF EXISTS row_of(TEXT[]), plain(JSONB), fits(TEXT, TEXT),
	is_tick(TEXT), pattern_of(TEXT);

-- Who acts: inside a function of the owner's, current_user is the owner. One
-- that comes by SET ROLE is one that the session may be.
CREATE OR REPLACE FUNCTION actor() RETURNS name
LANGUAGE sql STABLE SET search_path = ckstoken, pg_temp
AS $$
	SELECT CASE current_setting('role') WHEN 'none' THEN session_user
		ELSE current_setting('role')::name END
$$;

-- The agency of the actor; NULL for the desk, the owner, and who has no part. Of
-- two agencies it is an error: nothing would be seen, as if there were nothing.
CREATE OR REPLACE FUNCTION my_organization() RETURNS TEXT
LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path = ckstoken, pg_temp
AS $$
DECLARE
	who name := actor();
	mine TEXT[];
BEGIN
	IF pg_has_role(who, current_user, 'MEMBER') THEN
		RETURN NULL;
	END IF;
	SELECT array_agg(DISTINCT m.organization) INTO mine
	FROM members m JOIN pg_roles r ON r.rolname = m.role
	WHERE pg_has_role(who, r.oid, 'MEMBER');
	IF array_position(mine, NULL) IS NULL AND cardinality(mine) > 1 THEN
		RAISE insufficient_privilege
		USING MESSAGE = 'several: ' || array_to_string(mine, '; ');
	END IF;
	RETURN CASE WHEN cardinality(mine) = 1 THEN mine[1] END;
END $$;

-- What follows has neither rights nor a search path of its own: the functions
-- below that have ask it, and no member can.

-- The kind of a record and the parts of its key, of an event or of a name as in
-- earlier_events.
CREATE OR REPLACE FUNCTION parts_of(r JSONB) RETURNS TEXT[]
LANGUAGE plpgsql IMMUTABLE
AS $$
BEGIN
	RETURN CASE r->>'record'
	WHEN 'agency' THEN ARRAY['agency', coalesce(r->>'organization', '')]
	WHEN 'unit' THEN ARRAY['unit', coalesce(r->>'organization', ''),
		coalesce(r->>'unit', '')]
	WHEN 'subscriber' THEN ARRAY['subscriber', r->>'subscriber']
	WHEN 'token' THEN ARRAY['token', coalesce(r->>'device_serial', '')]
	WHEN 'certificate' THEN
		ARRAY['certificate', coalesce(r->>'certificate_serial', '')]
	WHEN 'request' THEN ARRAY['request', r->>'request']
	WHEN 'item' THEN ARRAY['item', r->>'request', r->>'item']
	WHEN 'custody' THEN ARRAY['custody', coalesce(r->>'device_serial', ''),
		coalesce(r->>'keeper', ''), coalesce(r->>'from_date', '')]
	WHEN 'loss' THEN ARRAY['loss', r->>'loss']
	WHEN 'unblock' THEN ARRAY['unblock', r->>'unblock']
	END;
END $$;

-- Whose a record is: '' is nobody's, NULL one that never was.
CREATE OR REPLACE FUNCTION owner_of(p TEXT[]) RETURNS TEXT
LANGUAGE plpgsql STABLE
AS $$
DECLARE
	o TEXT;
BEGIN
	CASE p[1]
	WHEN 'agency' THEN SELECT coalesce(t.owner, '') INTO o FROM agencies t
		WHERE t.organization = p[2];
	WHEN 'unit' THEN SELECT coalesce(t.owner, '') INTO o FROM units t
		WHERE t.organization = p[2] AND t.unit = p[3];
	WHEN 'subscriber' THEN SELECT coalesce(t.owner, '') INTO o
		FROM subscribers t WHERE t.subscriber = p[2]::BIGINT;
	WHEN 'token' THEN SELECT coalesce(t.owner, '') INTO o FROM tokens t
		WHERE t.device_serial = p[2];
	WHEN 'certificate' THEN SELECT coalesce(t.owner, '') INTO o
		FROM certificates t WHERE t.certificate_serial = p[2];
	WHEN 'request' THEN SELECT coalesce(t.owner, '') INTO o FROM requests t
		WHERE t.request = p[2]::BIGINT;
	WHEN 'item' THEN SELECT coalesce(t.owner, '') INTO o FROM items t
		WHERE t.request = p[2]::BIGINT AND t.item = p[3]::BIGINT;
	WHEN 'custody' THEN SELECT coalesce(t.owner, '') INTO o FROM custody t
		WHERE t.device_serial = p[2] AND t.keeper = p[3] AND
			t.from_date = p[4];
	WHEN 'loss' THEN SELECT coalesce(t.owner, '') INTO o FROM losses t
		WHERE t.loss = p[2]::BIGINT;
	WHEN 'unblock' THEN SELECT coalesce(t.owner, '') INTO o FROM unblocks t
		WHERE t.unblock = p[2]::BIGINT;
	ELSE NULL;
	END CASE;
	IF o IS NULL THEN
		SELECT coalesce(g.owner, '') INTO o FROM gone_owners g
		WHERE g.record = array_to_string(p, E'\n');
	END IF;
	RETURN o;
END $$;

CREATE OR REPLACE FUNCTION owner_of_event(event_text TEXT) RETURNS TEXT
LANGUAGE plpgsql STABLE
AS $$
DECLARE
	r JSONB;
	o TEXT;
	whose TEXT;
BEGIN
	FOR r IN SELECT jsonb_array_elements(event_text::JSONB->'records')
	LOOP
		o := nullif(owner_of(parts_of(r)), '');
		IF o IS NULL OR o <> whose THEN
			RETURN NULL;
		END IF;
		whose := o;
	END LOOP;
	RETURN whose;
END $$;

-- The numbers of events and records are no secret, and do not depend on what
-- the actor sees: these two are for members.
CREATE OR REPLACE FUNCTION event_chain()
RETURNS TABLE (number BIGINT, hash TEXT)
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = ckstoken, pg_temp
AS $$
	SELECT e.number, e.hash FROM events e ORDER BY e.number
$$;

CREATE OR REPLACE FUNCTION last_key(kind TEXT) RETURNS BIGINT
LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path = ckstoken, pg_temp
AS $$
BEGIN
	RETURN greatest(CASE kind
	WHEN 'subscriber' THEN (SELECT max(t.subscriber) FROM subscribers t)
	WHEN 'request' THEN (SELECT max(t.request) FROM requests t)
	WHEN 'loss' THEN (SELECT max(t.loss) FROM losses t)
	WHEN 'unblock' THEN (SELECT max(t.unblock) FROM unblocks t)
	END, CASE WHEN kind IN ('subscriber', 'request', 'loss', 'unblock') THEN
		(SELECT max(split_part(g.record, E'\n', 2)::BIGINT)
		FROM gone_records g
		WHERE starts_with(g.record, kind || E'\n')) END);
END $$;

-- The tables that are somebody's, each after those it refers to, and the kinds
-- of their records.
CREATE OR REPLACE FUNCTION lists() RETURNS TABLE (list TEXT, kind TEXT)
LANGUAGE sql IMMUTABLE
AS $$
	VALUES ('agencies', 'agency'), ('units', 'unit'),
		('subscribers', 'subscriber'), ('tokens', 'token'),
		('certificates', 'certificate'), ('requests', 'request'),
		('items', 'item'), ('custody', 'custody'), ('losses', 'loss'),
		('unblocks', 'unblock'), ('earlier_events', NULL)
$$;

-- The columns by which a record refers to another, as record_subject_of() has
-- them, and the kind of that.
CREATE OR REPLACE FUNCTION subjects() RETURNS TABLE (kind TEXT, field TEXT)
LANGUAGE sql IMMUTABLE
AS $$
	VALUES ('subscriber', 'subscriber'), ('token', 'device_serial'),
		('certificate', 'certificate_serial'), ('request', 'request')
$$;

-- name: roles_keep_owners

-- A row that says nothing of whose it is, is of whoever wrote it, and stays with
-- those whose it was. Tables are made anew from events: then the author counts.
CREATE OR REPLACE FUNCTION set_owner() RETURNS TRIGGER
LANGUAGE plpgsql SECURITY DEFINER SET search_path = ckstoken, pg_temp
AS $$
DECLARE
	o TEXT;
BEGIN
	CASE TG_TABLE_NAME
	WHEN 'agencies', 'units', 'subscribers' THEN
		o := NEW.organization;
	WHEN 'tokens' THEN
		SELECT s.owner INTO o FROM subscribers s
		WHERE s.subscriber = NEW.subscriber;
	WHEN 'certificates' THEN
		SELECT s.owner INTO o FROM subscribers s
		WHERE s.subscriber = NEW.subscriber;
		IF o IS NULL THEN
			SELECT t.owner INTO o FROM tokens t
			WHERE t.device_serial = NEW.device_serial;
		END IF;
	WHEN 'items' THEN
		-- A line that names nobody goes with its letter.
		IF num_nonnulls(NEW.subscriber, NEW.certificate_serial,
				NEW.device_serial) = 0 THEN
			NEW.owner := (SELECT r.owner FROM requests r
				WHERE r.request = NEW.request);
			RETURN NEW;
		END IF;
		SELECT s.owner INTO o FROM subscribers s
		WHERE s.subscriber = NEW.subscriber;
		IF o IS NULL THEN
			SELECT c.owner INTO o FROM certificates c
			WHERE c.certificate_serial = NEW.certificate_serial;
		END IF;
		IF o IS NULL THEN
			SELECT t.owner INTO o FROM tokens t
			WHERE t.device_serial = NEW.device_serial;
		END IF;
	WHEN 'custody', 'losses', 'unblocks' THEN
		SELECT t.owner INTO o FROM tokens t
		WHERE t.device_serial = NEW.device_serial;
	WHEN 'earlier_events' THEN
		NEW.owner := nullif(owner_of(
			string_to_array(NEW.record, E'\n')), '');
		RETURN NEW;
	WHEN 'requests' THEN
		IF TG_OP = 'UPDATE' THEN
			RETURN NEW;
		END IF;
	END CASE;
	o := nullif(o, '');
	IF o IS NULL AND TG_OP = 'UPDATE' THEN
		o := OLD.owner;
	ELSIF o IS NULL THEN
		SELECT e.author INTO o FROM event_owners e
		WHERE e.event = NEW.event;
		IF NOT FOUND THEN
			o := my_organization();
		END IF;
	END IF;
	NEW.owner := o;
	RETURN NEW;
END $$;

-- When something comes to another agency, what hangs on it does, and what may
-- be read of it. No agency draws a letter to itself.
CREATE OR REPLACE FUNCTION pass_on() RETURNS TRIGGER
LANGUAGE plpgsql SECURITY DEFINER SET search_path = ckstoken, pg_temp
AS $$
DECLARE
	name TEXT;
	drawn BIGINT;
BEGIN
	-- A line of a letter may name what is recorded only now.
	IF TG_OP = 'INSERT' THEN
		IF TG_ARGV[0] = 'token' THEN
			WITH line AS (UPDATE items i SET subscriber = i.subscriber
				WHERE i.device_serial = NEW.device_serial AND
					i.owner IS DISTINCT FROM NEW.owner
				RETURNING i.owner)
			SELECT count(*) INTO drawn FROM line
			WHERE line.owner = NEW.owner;
		ELSE
			WITH line AS (UPDATE items i SET subscriber = i.subscriber
				WHERE i.certificate_serial = NEW.certificate_serial AND
					i.owner IS DISTINCT FROM NEW.owner
				RETURNING i.owner)
			SELECT count(*) INTO drawn FROM line
			WHERE line.owner = NEW.owner;
		END IF;
		IF drawn > 0 AND my_organization() IS NOT NULL THEN
			PERFORM refuse_others(my_organization());
		END IF;
		RETURN NULL;
	END IF;
	name := array_to_string(parts_of(to_jsonb(NEW) ||
		jsonb_build_object('record', TG_ARGV[0])), E'\n');
	CASE TG_ARGV[0]
	WHEN 'subscriber' THEN
		UPDATE tokens SET subscriber = subscriber
		WHERE subscriber = NEW.subscriber;
		UPDATE certificates SET subscriber = subscriber
		WHERE subscriber = NEW.subscriber;
		UPDATE items SET subscriber = subscriber
		WHERE subscriber = NEW.subscriber;
	WHEN 'token' THEN
		UPDATE certificates SET subscriber = subscriber
		WHERE device_serial = NEW.device_serial;
		UPDATE custody SET to_date = to_date
		WHERE device_serial = NEW.device_serial;
		UPDATE losses SET minutes = minutes
		WHERE device_serial = NEW.device_serial;
		UPDATE unblocks SET method = method
		WHERE device_serial = NEW.device_serial;
		UPDATE items SET subscriber = subscriber
		WHERE device_serial = NEW.device_serial;
	WHEN 'certificate' THEN
		UPDATE items SET subscriber = subscriber
		WHERE certificate_serial = NEW.certificate_serial;
	ELSE NULL;
	END CASE;
	UPDATE earlier_events SET owner = NEW.owner WHERE record = name;
	UPDATE event_owners o SET owner = owner_of_event(e.text)
	FROM events e
	WHERE e.number = o.event AND (o.event = NEW.event OR o.event IN
		(SELECT h.event FROM earlier_events h WHERE h.record = name));
	RETURN NULL;
END $$;

-- A letter belongs to the agency that all its lines are of which name somebody or
-- something, and the others go with it.
CREATE OR REPLACE FUNCTION own_request() RETURNS TRIGGER
LANGUAGE plpgsql SECURITY DEFINER SET search_path = ckstoken, pg_temp
AS $$
DECLARE
	letter BIGINT := CASE TG_OP WHEN 'DELETE' THEN OLD.request
		ELSE NEW.request END;
	o TEXT;
	n BIGINT;
BEGIN
	SELECT CASE WHEN count(*) = 1 THEN min(x.owner) END, count(*) INTO o, n
	FROM (SELECT DISTINCT i.owner FROM items i
		WHERE i.request = letter AND num_nonnulls(i.subscriber,
			i.certificate_serial, i.device_serial) > 0) x;
	IF n = 0 THEN
		RETURN NULL;
	END IF;
	UPDATE requests SET owner = o
	WHERE request = letter AND owner IS DISTINCT FROM o;
	UPDATE items SET subscriber = subscriber
	WHERE request = letter AND owner IS DISTINCT FROM o AND
		num_nonnulls(subscriber, certificate_serial, device_serial) = 0;
	RETURN NULL;
END $$;

CREATE OR REPLACE FUNCTION remember_gone() RETURNS TRIGGER
LANGUAGE plpgsql SECURITY DEFINER SET search_path = ckstoken, pg_temp
AS $$
BEGIN
	INSERT INTO gone_owners (record, owner)
	VALUES (array_to_string(parts_of(to_jsonb(OLD) ||
		jsonb_build_object('record', TG_ARGV[0])), E'\n'), OLD.owner)
	ON CONFLICT (record) DO UPDATE SET owner = excluded.owner;
	RETURN NULL;
END $$;

-- name: roles_guard

-- register.c has the words for what is not of the agency @mine, and for what
-- else begins with a word and a colon: one who uses it as it is may meet that.
CREATE OR REPLACE FUNCTION refuse_others(mine TEXT) RETURNS VOID
LANGUAGE plpgsql SET search_path = ckstoken, pg_temp
AS $$
BEGIN
	RAISE insufficient_privilege
	USING MESSAGE = 'not of: ' || coalesce(mine, '');
END $$;

CREATE OR REPLACE FUNCTION refuse(what TEXT) RETURNS VOID
LANGUAGE plpgsql SET search_path = ckstoken, pg_temp
AS $$
BEGIN
	RAISE insufficient_privilege USING MESSAGE = what;
END $$;

-- The column takes the text, which is like @pattern of patterns(), a function that
-- roles.c makes of the table of fields; NULL is any text. Literals have no
-- backslash here unless E is before them: whoever asks says how the others are
-- read.
CREATE OR REPLACE FUNCTION fits(field TEXT, value TEXT, pattern TEXT)
RETURNS BOOLEAN
LANGUAGE plpgsql IMMUTABLE
AS $$
BEGIN
	IF value IS NULL THEN
		RETURN TRUE;
	ELSIF value = '' THEN
		RETURN field IN ('keeper', 'from_date');
	ELSIF pattern IS NULL THEN
		RETURN length(value) <= 2000 AND
			value !~ (E'[\\u0001-\\u001f\\u007f-\\u009f\\u00ad' ||
				E'\\u200b-\\u200f\\u2028-\\u202e\\u2060-\\u206f\\ufeff]');
	END IF;
	RETURN value ~ pattern AND (NOT starts_with(pattern, '^[0-9]{4}-') OR
		left(value, 10)::DATE IS NOT NULL);
END $$;

-- A name as cks_text_fold() makes it, of the letters that are used in Vietnam;
-- NULL of others.
CREATE OR REPLACE FUNCTION folded(name TEXT) RETURNS TEXT
LANGUAGE sql IMMUTABLE
AS $$
	SELECT CASE WHEN f.name ~ (E'^[ -~\\u00a0-\\u00b4\\u00b6-\\u00bf' ||
		E'\\u00d7\\u00f7\\u2010-\\u2027æðøþħıĸłŋœŧƀ]*$') THEN f.name END
	FROM (SELECT lower(translate(replace(regexp_replace(normalize(name, NFD),
		E'[\\u0300-\\u036f]', '', 'g'), 'ß', 'ss'),
		'ĐđſÆÐØÞĦŁŊŒŦɃ', 'ddsæðøþħłŋœŧƀ') COLLATE "C") AS name) f
$$;

-- Others have the token or certificate, spelled in other capitals: see
-- token_spelled.
CREATE OR REPLACE FUNCTION is_spelled_by_others(kind TEXT, serial TEXT, mine TEXT)
RETURNS BOOLEAN
LANGUAGE plpgsql STABLE
AS $$
DECLARE
	capitals TEXT COLLATE "C" := upper(replace(replace(serial, ' ', ''), ':',
		'') COLLATE "C");
BEGIN
	IF kind = 'token' THEN
		RETURN EXISTS (SELECT FROM tokens t
			WHERE (t.device_serial = capitals OR
				t.device_serial = lower(capitals) OR
				upper(replace(replace(t.device_serial, ' ', ''), ':',
					'')) = capitals AND
				t.device_serial <> upper(replace(replace(
					t.device_serial, ' ', ''), ':', '')) AND
				t.device_serial <> lower(replace(replace(
					t.device_serial, ' ', ''), ':', ''))) AND
				t.owner IS DISTINCT FROM mine);
	END IF;
	RETURN EXISTS (SELECT FROM certificates c
		WHERE (c.certificate_serial = capitals OR
			upper(c.certificate_serial) = capitals AND
			c.certificate_serial <> upper(c.certificate_serial)) AND
			c.owner IS DISTINCT FROM mine);
END $$;

-- The rows that an agency writes are its own.
CREATE OR REPLACE FUNCTION guard_row() RETURNS TRIGGER
LANGUAGE plpgsql SECURITY DEFINER SET search_path = ckstoken, pg_temp
AS $$
DECLARE
	mine TEXT := my_organization();
	kind TEXT := TG_ARGV[0];
	j JSONB := to_jsonb(NEW) || jsonb_build_object('record', kind);
	name TEXT[] := parts_of(j);
	o TEXT;
	last BIGINT;
BEGIN
	-- One writes at a time, as the client does, so that who does not wait for
	-- its turn holds up nobody whose turn it is.
	PERFORM FROM meta m WHERE m.name = 'version' FOR UPDATE;
	o := owner_of(name);
	IF mine IS NULL OR NEW.owner IS DISTINCT FROM mine OR
			(TG_OP = 'INSERT' AND o <> mine) THEN
		PERFORM refuse_others(mine);
	ELSIF NEW.event <> (SELECT coalesce(max(e.number), 0) + 1 FROM events e) THEN
		PERFORM refuse('a record is not changed by the next event');
	ELSIF TG_OP = 'UPDATE' THEN
		IF parts_of(to_jsonb(OLD) || jsonb_build_object('record', kind)) <>
				name THEN
			PERFORM refuse('a record stays what it is called');
		END IF;
		RETURN NEW;
	END IF;
	IF o IS NULL AND kind IN ('token', 'certificate') AND
			is_spelled_by_others(kind, name[2], mine) THEN
		PERFORM refuse_others(mine);
	END IF;
	last := CASE kind WHEN 'item' THEN (SELECT max(i.item) FROM items i
			WHERE i.request = (j->>'request')::BIGINT)
		ELSE last_key(kind) END;
	IF kind IN ('subscriber', 'request', 'item', 'loss', 'unblock') AND
			(j->>kind)::BIGINT > coalesce(last, 0) + 1 THEN
		PERFORM refuse('number: ' || kind || ' ' || (j->>kind));
	END IF;
	RETURN NEW;
END $$;

-- They refer to its own. A line about one of its own may name what is not
-- recorded yet, and a certificate one that came before it.
CREATE OR REPLACE FUNCTION guard_references(kind TEXT, j JSONB, was JSONB,
	mine TEXT) RETURNS VOID
LANGUAGE plpgsql
AS $$
DECLARE
	ref RECORD;
	o TEXT;
BEGIN
	FOR ref IN SELECT s.kind, s.field FROM subjects() s WHERE s.kind <> $1
		UNION ALL SELECT 'certificate', 'old_serial'
	LOOP
		CONTINUE WHEN j->>ref.field IS NULL OR
			(j->>ref.field = was->>ref.field AND
				(j->>'subscriber' IS NOT NULL OR
				was->>'subscriber' IS NULL));
		o := owner_of(ARRAY[ref.kind, j->>ref.field]);
		IF o <> mine OR (o IS NULL AND ref.field <> 'old_serial' AND
				(kind <> 'item' OR j->>'subscriber' IS NULL)) THEN
			PERFORM refuse_others(mine);
		END IF;
	END LOOP;
END $$;

-- An attempt stays as its journal has it, and nobody adds to a journal of others:
-- they would miss it there.
CREATE OR REPLACE FUNCTION guard_attempt(j JSONB, was JSONB, mine TEXT)
RETURNS VOID
LANGUAGE plpgsql
AS $$
DECLARE
	others TEXT[] := ARRAY['event', 'authority', 'request', 'method'];
BEGIN
	IF was->>'journal_first' IS NOT NULL THEN
		IF j - others <> was - others THEN
			PERFORM refuse('attempt: ' || (j->>'unblock'));
		END IF;
	ELSIF EXISTS (SELECT FROM unblocks u, event_owners o
			WHERE u.journal_first = j->>'journal_first' AND
				u.unblock <> (j->>'unblock')::BIGINT AND
				o.event = coalesce((SELECT min(h.event)
					FROM earlier_events h
					WHERE h.record = E'unblock\n' ||
						u.unblock), u.event) AND
				o.author IS DISTINCT FROM mine) THEN
		PERFORM refuse_others(mine);
	END IF;
END $$;

CREATE OR REPLACE FUNCTION quoted(value TEXT) RETURNS TEXT
LANGUAGE sql IMMUTABLE
AS $$
	SELECT '"' || replace(replace(value, E'\\', E'\\u005c'), '"',
		E'\\u0022') || '"'
$$;

-- Notes a change, as add_record() of event.c tells it, and what happened before
-- as keep_earlier() of record.c does.
CREATE OR REPLACE FUNCTION guard_told() RETURNS TRIGGER
LANGUAGE plpgsql SECURITY DEFINER SET search_path = ckstoken, pg_temp
AS $$
DECLARE
	mine TEXT := my_organization();
	kind TEXT := TG_ARGV[0];
	j JSONB := to_jsonb(NEW);
	was JSONB := CASE TG_OP WHEN 'UPDATE' THEN to_jsonb(OLD) END;
	parts TEXT[] := parts_of(j || jsonb_build_object('record', kind));
	name TEXT := array_to_string(parts, E'\n');
	told TEXT;
	changes BIGINT;
	wrong TEXT;
BEGIN
	SELECT string_agg(',"' || c.key || '":' || CASE
			WHEN json_typeof(c.value) = 'string' THEN
				quoted(c.value #>> '{}')
			WHEN p.pattern = '^[01]$' AND c.value::TEXT <> 'null' THEN
				(c.value::TEXT = '1')::TEXT
			ELSE c.value::TEXT END, '' ORDER BY c.n)
			FILTER (WHERE c.n >= cardinality(parts) OR
				c.value #>> '{}' <> ''),
		count(*) FILTER (WHERE c.n >= cardinality(parts)),
		string_agg(c.key, ', ') FILTER (WHERE
			NOT fits(c.key, c.value #>> '{}', p.pattern))
	INTO told, changes, wrong
	FROM json_each(row_to_json(NEW)) WITH ORDINALITY c (key, value, n)
	LEFT JOIN patterns() p ON p.field = c.key
	WHERE c.key NOT IN ('event', 'owner', 'name_folded') AND
		(c.n < cardinality(parts) OR
			c.value #>> '{}' IS DISTINCT FROM was->>c.key);
	IF TG_OP = 'UPDATE' AND changes = 0 THEN
		PERFORM refuse('a record is changed without an event');
	ELSIF j->>'name_folded' IS DISTINCT FROM folded(j->>'name') THEN
		wrong := 'name';
	END IF;
	IF wrong IS NOT NULL THEN
		PERFORM refuse('value: ' || wrong);
	END IF;
	PERFORM guard_references(kind, j, was, mine);
	IF kind = 'unblock' THEN
		PERFORM guard_attempt(j, was, mine);
	END IF;
	IF TG_OP = 'UPDATE' THEN
		INSERT INTO earlier_events (record, event)
		SELECT s.kind || E'\n' || (was->>s.field), e.event
		FROM subjects() s, (SELECT h.event FROM earlier_events h
			WHERE h.record = name UNION SELECT OLD.event) e
		WHERE s.kind <> parts[1] AND was->>s.field IS NOT NULL AND
			was->>s.field IS DISTINCT FROM j->>s.field
		ON CONFLICT DO NOTHING;
		INSERT INTO earlier_events (record, event)
		SELECT name, OLD.event WHERE OLD.event <> NEW.event
		ON CONFLICT DO NOTHING;
	END IF;
	INSERT INTO untold (event, author, told)
	VALUES (NEW.event, mine,
		'{"record":"' || kind || '"' || coalesce(told, '') || '}');
	RETURN NULL;
END $$;

CREATE OR REPLACE FUNCTION guard_untold() RETURNS TRIGGER
LANGUAGE plpgsql SECURITY DEFINER SET search_path = ckstoken, pg_temp
AS $$
BEGIN
	IF EXISTS (SELECT FROM untold u WHERE u.n = NEW.n) THEN
		PERFORM refuse('a record is changed without an event');
	END IF;
	RETURN NULL;
END $$;

-- Events come one after the other, whoever adds them. So nobody can break the
-- chain for the others.
CREATE OR REPLACE FUNCTION guard_event() RETURNS TRIGGER
LANGUAGE plpgsql SECURITY DEFINER SET search_path = ckstoken, pg_temp
AS $$
DECLARE
	before TEXT;
BEGIN
	SELECT e.hash INTO before FROM events e WHERE e.number = NEW.number - 1;
	IF (NOT FOUND AND NEW.number <> 1) OR
		NEW.number <> (SELECT max(e.number) FROM events e) OR
		NEW.hash <> encode(sha256(convert_to(
			coalesce(before, repeat('0', 64)) || NEW.text, 'UTF8')), 'hex')
	THEN
		PERFORM refuse('an event does not follow the last');
	END IF;
	INSERT INTO event_owners (event, author, owner)
	VALUES (NEW.number, my_organization(), owner_of_event(NEW.text));
	RETURN NULL;
END $$;

-- An event of this moment may follow one of the moment @last: it is no earlier,
-- as verify has it, and not later than it is. Who goes by the server's clock may
-- whatever the last one went by.
CREATE OR REPLACE FUNCTION is_timely(moment TEXT, last TEXT) RETURNS BOOLEAN
LANGUAGE sql
AS $$
	SELECT CASE WHEN moment ~ ('^[0-9]{4}-[0-9]{2}-[0-9]{2}T' ||
			'[0-9]{2}:[0-9]{2}:[0-9]{2}[+]07:00$') THEN
		moment::TIMESTAMPTZ BETWEEN
			least(last::TIMESTAMPTZ - INTERVAL '5 minutes',
				clock_timestamp() - INTERVAL '150 seconds') AND
			greatest(last::TIMESTAMPTZ,
				clock_timestamp() + INTERVAL '150 seconds')
	ELSE FALSE END
$$;

-- An event of an agency is made of the changes that were noted, and of nothing
-- else.
CREATE OR REPLACE FUNCTION guard_event_of_agency() RETURNS TRIGGER
LANGUAGE plpgsql SECURITY DEFINER SET search_path = ckstoken, pg_temp
AS $$
DECLARE
	mine TEXT := my_organization();
	j JSONB := NEW.text::JSONB;
	records TEXT;
	last TEXT[];
BEGIN
	IF mine IS NULL THEN
		PERFORM refuse_others(mine);
	END IF;
	WITH noted AS (DELETE FROM untold u
		WHERE u.event = NEW.number AND u.author = mine
		RETURNING u.n, u.told)
	SELECT string_agg(noted.told, ',' ORDER BY noted.n) INTO records FROM noted;
	IF NEW.text IS DISTINCT FROM '{"time":' || quoted(j->>'time') ||
			',"clock":' || quoted(j->>'clock') ||
			',"officer":' || quoted(j->>'officer') ||
			',"by":' || quoted(j->>'by') ||
			',"records":[' || records || ']}' OR
			NOT fits('by', (j->>'officer') || (j->>'by'), NULL) THEN
		PERFORM refuse('an event says what its records do not');
	END IF;
	SELECT regexp_match(left(e.text, 100),
		'^[{]"time":"([0-9T:+-]+)"(?:,"clock":"([0-9T:+-]+)")?')
	INTO last FROM events e WHERE e.number = NEW.number - 1;
	IF NOT is_timely(j->>'time', last[1]) OR
			NOT is_timely(j->>'clock', last[2]) OR
			(j->>'clock')::TIMESTAMPTZ <
				clock_timestamp() - INTERVAL '1 day' THEN
		PERFORM refuse('clock: ' || to_char(clock_timestamp() AT TIME ZONE
			INTERVAL '7 hours', 'HH24:MI DD/MM/YYYY'));
	END IF;
	RETURN NULL;
END $$;

-- An agency's own notes of earlier events are passed over: guard_told() makes
-- them.
CREATE OR REPLACE FUNCTION guard_earlier() RETURNS TRIGGER
LANGUAGE plpgsql SECURITY DEFINER SET search_path = ckstoken, pg_temp
AS $$
BEGIN
	RETURN NULL;
END $$;

-- The head is the last event, when it is written and in the end.
CREATE OR REPLACE FUNCTION guard_head() RETURNS TRIGGER
LANGUAGE plpgsql SECURITY DEFINER SET search_path = ckstoken, pg_temp
AS $$
BEGIN
	IF (SELECT m.text FROM meta m WHERE m.name = 'head') IS DISTINCT FROM
			(SELECT e.number || ' ' || e.hash
			FROM events e ORDER BY e.number DESC LIMIT 1) THEN
		PERFORM refuse('the head is not the last event');
	END IF;
	RETURN NULL;
END $$;

-- name: roles_triggers

-- Triggers of a table fire in the order of their names.
DO $$
DECLARE
	t RECORD;
BEGIN
	FOR t IN SELECT * FROM lists()
	LOOP
		EXECUTE format('CREATE OR REPLACE TRIGGER a_owner
			BEFORE INSERT OR UPDATE ON %I
			FOR EACH ROW EXECUTE FUNCTION set_owner()', t.list);
		EXECUTE format('CREATE INDEX IF NOT EXISTS %I ON %I (owner)
			WHERE owner IS NOT NULL', t.list || '_by_owner', t.list);
		EXECUTE format('UPDATE %I SET event = event WHERE owner IS NULL',
			t.list);
	END LOOP;
END $$;
CREATE OR REPLACE TRIGGER b_request AFTER INSERT OR DELETE ON items
	FOR EACH ROW EXECUTE FUNCTION own_request();
CREATE OR REPLACE TRIGGER b_request_changed AFTER UPDATE ON items
	FOR EACH ROW WHEN (OLD.owner IS DISTINCT FROM NEW.owner)
	EXECUTE FUNCTION own_request();
UPDATE requests r SET owner = i.owner
FROM (SELECT i.request, min(i.owner) AS owner FROM items i
	WHERE num_nonnulls(i.subscriber, i.certificate_serial,
		i.device_serial) > 0
	GROUP BY i.request HAVING count(DISTINCT coalesce(i.owner, '')) = 1) i
WHERE i.request = r.request AND r.owner IS DISTINCT FROM i.owner;
UPDATE items i SET event = i.event FROM requests r
WHERE r.request = i.request AND i.owner IS DISTINCT FROM r.owner AND
	num_nonnulls(i.subscriber, i.certificate_serial, i.device_serial) = 0;
INSERT INTO event_owners (event, author, owner)
SELECT e.number, NULL, owner_of_event(e.text) FROM events e
WHERE NOT EXISTS (SELECT FROM event_owners o WHERE o.event = e.number);
DO $$
DECLARE
	t RECORD;
BEGIN
	FOR t IN SELECT * FROM lists() l WHERE l.kind IS NOT NULL
	LOOP
		EXECUTE format('CREATE OR REPLACE TRIGGER b_pass_on
			AFTER UPDATE ON %I FOR EACH ROW
			WHEN (OLD.owner IS DISTINCT FROM NEW.owner)
			EXECUTE FUNCTION pass_on(%L)', t.list, t.kind);
		EXECUTE format('CREATE OR REPLACE TRIGGER c_gone
			AFTER DELETE ON %I FOR EACH ROW
			EXECUTE FUNCTION remember_gone(%L)', t.list, t.kind);
	END LOOP;
END $$;
CREATE OR REPLACE TRIGGER b_named AFTER INSERT ON tokens
	FOR EACH ROW EXECUTE FUNCTION pass_on('token');
CREATE OR REPLACE TRIGGER b_named AFTER INSERT ON certificates
	FOR EACH ROW EXECUTE FUNCTION pass_on('certificate');
CREATE OR REPLACE TRIGGER b_event AFTER INSERT ON events
	FOR EACH ROW EXECUTE FUNCTION guard_event();
DROP TRIGGER IF EXISTS a_untold ON untold;
CREATE CONSTRAINT TRIGGER a_untold AFTER INSERT ON untold
	DEFERRABLE INITIALLY DEFERRED FOR EACH ROW
	EXECUTE FUNCTION guard_untold();

-- Everything there is for members, made anew from the table of them: whoever may
-- do what changes together.
-- name: roles_apply

CREATE OR REPLACE FUNCTION withdraw(who name) RETURNS VOID
LANGUAGE plpgsql SET search_path = ckstoken, pg_temp
AS $$
BEGIN
	EXECUTE format('REVOKE ALL ON ALL TABLES IN SCHEMA ckstoken FROM %I', who);
	EXECUTE format('REVOKE ALL ON ALL FUNCTIONS IN SCHEMA ckstoken FROM %I',
		who);
	EXECUTE format('REVOKE ALL ON SCHEMA ckstoken FROM %I', who);
END $$;

CREATE OR REPLACE FUNCTION apply_members() RETURNS VOID
LANGUAGE plpgsql SET search_path = ckstoken, pg_temp
AS $$
DECLARE
	desk TEXT;
	agencies TEXT;
	members TEXT;
	is_agency TEXT;
	t RECORD;
	m RECORD;
	columns TEXT;
BEGIN
	SELECT string_agg(quote_ident(r.rolname), ', ')
			FILTER (WHERE x.organization IS NULL),
		string_agg(quote_ident(r.rolname), ', ')
			FILTER (WHERE x.organization IS NOT NULL),
		string_agg(quote_ident(r.rolname), ', '),
		string_agg(format('NOT pg_has_role(current_user, %s::oid, ''MEMBER'')',
			r.oid), ' AND ') FILTER (WHERE x.organization IS NULL)
	INTO desk, agencies, members, is_agency
	FROM members x JOIN pg_roles r ON r.rolname = x.role;
	is_agency := concat_ws(' AND ', is_agency, format(
		'NOT pg_has_role(current_user, %s::oid, ''MEMBER'')',
		current_user::regrole::oid));
	REVOKE ALL ON SCHEMA ckstoken FROM PUBLIC;
	REVOKE ALL ON ALL TABLES IN SCHEMA ckstoken FROM PUBLIC;
	REVOKE ALL ON ALL FUNCTIONS IN SCHEMA ckstoken FROM PUBLIC;
	FOR m IN SELECT r.rolname, x.organization FROM members x
		JOIN pg_roles r ON r.rolname = x.role
	LOOP
		PERFORM withdraw(m.rolname);
		EXECUTE format('GRANT USAGE ON SCHEMA ckstoken TO %I', m.rolname);
		EXECUTE format('GRANT EXECUTE ON FUNCTION today(),
			my_organization(), event_chain(), last_key(TEXT)
			TO %I', m.rolname);
		EXECUTE format('GRANT SELECT, INSERT (number, hash, text)
			ON events TO %I', m.rolname);
		-- Of columns: a right to all of a table is one to lock it, too.
		EXECUTE format('GRANT SELECT, INSERT (name, text), UPDATE (text)
			ON meta TO %I', m.rolname);
		FOR t IN SELECT c.relname FROM pg_class c
			WHERE c.relnamespace = 'ckstoken'::regnamespace AND
				c.relkind = 'v'
		LOOP
			EXECUTE format('GRANT SELECT ON %I TO %I', t.relname,
				m.rolname);
		END LOOP;
		IF m.organization IS NULL THEN
			EXECUTE format('GRANT SELECT ON members TO %I', m.rolname);
			EXECUTE format('GRANT EXECUTE ON FUNCTION rules_stand(),
				lists() TO %I', m.rolname);
		END IF;
	END LOOP;
	FOR t IN SELECT * FROM lists()
	LOOP
		SELECT string_agg(quote_ident(a.attname), ', ') INTO columns
		FROM pg_attribute a
		WHERE a.attrelid = t.list::regclass AND a.attnum > 0 AND
			NOT a.attisdropped AND a.attname <> 'owner';
		EXECUTE format('ALTER TABLE %I ENABLE ROW LEVEL SECURITY', t.list);
		EXECUTE format('DROP POLICY IF EXISTS desk ON %I', t.list);
		EXECUTE format('DROP POLICY IF EXISTS agency ON %I', t.list);
		EXECUTE format('DROP POLICY IF EXISTS notes ON %I', t.list);
		EXECUTE format('DROP TRIGGER IF EXISTS b_guard ON %I', t.list);
		EXECUTE format('DROP TRIGGER IF EXISTS d_told ON %I', t.list);
		CONTINUE WHEN members IS NULL;
		EXECUTE format('GRANT SELECT, INSERT (%s), UPDATE (%s)
			ON %I TO %s', columns, columns, t.list, members);
		IF desk IS NOT NULL THEN
			EXECUTE format('GRANT DELETE ON %I TO %s', t.list, desk);
			EXECUTE format('CREATE POLICY desk ON %I TO %s USING (TRUE)',
				t.list, desk);
		END IF;
		CONTINUE WHEN agencies IS NULL;
		EXECUTE format('CREATE POLICY agency ON %I %s TO %s
			USING (owner = (SELECT my_organization()))', t.list,
			CASE WHEN t.kind IS NULL THEN 'FOR SELECT' ELSE '' END,
			agencies);
		IF t.kind IS NULL THEN
			EXECUTE format('CREATE POLICY notes ON %I FOR INSERT TO %s
				WITH CHECK (TRUE)', t.list, agencies);
			EXECUTE format('CREATE TRIGGER b_guard BEFORE INSERT ON %I
				FOR EACH ROW WHEN (%s)
				EXECUTE FUNCTION guard_earlier()', t.list, is_agency);
			CONTINUE;
		END IF;
		EXECUTE format('CREATE TRIGGER b_guard
			BEFORE INSERT OR UPDATE ON %I
			FOR EACH ROW WHEN (%s)
			EXECUTE FUNCTION guard_row(%L)', t.list, is_agency, t.kind);
		EXECUTE format('CREATE TRIGGER d_told
			AFTER INSERT OR UPDATE ON %I
			FOR EACH ROW WHEN (%s)
			EXECUTE FUNCTION guard_told(%L)', t.list, is_agency, t.kind);
	END LOOP;
	FOR t IN SELECT * FROM (VALUES ('undos'), ('gone_records')) x (list)
	LOOP
		EXECUTE format('ALTER TABLE %I ENABLE ROW LEVEL SECURITY', t.list);
		EXECUTE format('DROP POLICY IF EXISTS desk ON %I', t.list);
		EXECUTE format('DROP POLICY IF EXISTS numbers ON %I', t.list);
		IF desk IS NOT NULL THEN
			EXECUTE format('GRANT SELECT, INSERT ON %I TO %s', t.list,
				desk);
			EXECUTE format('CREATE POLICY desk ON %I TO %s USING (TRUE)',
				t.list, desk);
		END IF;
		IF agencies IS NOT NULL THEN
			EXECUTE format('GRANT SELECT ON %I TO %s', t.list, agencies);
		END IF;
	END LOOP;
	IF agencies IS NOT NULL THEN
		EXECUTE format('CREATE POLICY numbers ON undos FOR SELECT TO %s
			USING (TRUE)', agencies);
	END IF;
	ALTER TABLE events ENABLE ROW LEVEL SECURITY;
	ALTER TABLE event_owners ENABLE ROW LEVEL SECURITY;
	ALTER TABLE gone_owners ENABLE ROW LEVEL SECURITY;
	ALTER TABLE meta ENABLE ROW LEVEL SECURITY;
	ALTER TABLE members ENABLE ROW LEVEL SECURITY;
	DROP POLICY IF EXISTS desk ON events;
	DROP POLICY IF EXISTS agency ON events;
	DROP POLICY IF EXISTS agency ON event_owners;
	DROP POLICY IF EXISTS adds ON events;
	DROP POLICY IF EXISTS reads ON meta;
	DROP POLICY IF EXISTS head ON meta;
	DROP POLICY IF EXISTS desk ON members;
	DROP TRIGGER IF EXISTS a_agency ON events;
	DROP TRIGGER IF EXISTS c_head ON events;
	DROP TRIGGER IF EXISTS b_head ON meta;
	IF desk IS NOT NULL THEN
		EXECUTE format('CREATE POLICY desk ON events FOR SELECT TO %s
			USING (TRUE)', desk);
		EXECUTE format('CREATE POLICY desk ON members FOR SELECT TO %s
			USING (TRUE)', desk);
	END IF;
	IF members IS NOT NULL THEN
		EXECUTE format('CREATE TRIGGER b_head
			AFTER INSERT OR UPDATE ON meta FOR EACH ROW
			WHEN (NOT pg_has_role(current_user, %s::oid, ''MEMBER''))
			EXECUTE FUNCTION guard_head()', current_user::regrole::oid);
		EXECUTE format('CREATE POLICY adds ON events FOR INSERT TO %s
			WITH CHECK (TRUE)', members);
		EXECUTE format('CREATE POLICY reads ON meta FOR SELECT TO %s
			USING (TRUE)', members);
		-- Who writes locks the row "version": see pg_begin().
		EXECUTE format('CREATE POLICY head ON meta TO %s
			USING (TRUE) WITH CHECK (name = ''head'')', members);
	END IF;
	IF agencies IS NOT NULL THEN
		EXECUTE format('GRANT SELECT (event, owner) ON event_owners
			TO %s', agencies);
		EXECUTE format('CREATE POLICY agency ON event_owners FOR SELECT
			TO %s USING (owner = (SELECT my_organization()))',
			agencies);
		EXECUTE format('CREATE POLICY agency ON events FOR SELECT TO %s
			USING (EXISTS (SELECT FROM event_owners o
				WHERE o.event = number AND
					o.owner = (SELECT my_organization())))',
			agencies);
		EXECUTE format('CREATE TRIGGER a_agency AFTER INSERT ON events
			FOR EACH ROW WHEN (%s)
			EXECUTE FUNCTION guard_event_of_agency()', is_agency);
		EXECUTE format('CREATE CONSTRAINT TRIGGER c_head
			AFTER INSERT ON events
			DEFERRABLE INITIALLY DEFERRED FOR EACH ROW WHEN (%s)
			EXECUTE FUNCTION guard_head()', is_agency);
	END IF;
END $$;
-- Whether all triggers and policies are there, each once and switched on, and no
-- others.
CREATE OR REPLACE FUNCTION rules_stand() RETURNS BOOLEAN
LANGUAGE plpgsql STABLE SET search_path = ckstoken, pg_temp
AS $$
DECLARE
	desk BOOLEAN;
	agency BOOLEAN;
BEGIN
	SELECT coalesce(bool_or(m.organization IS NULL), FALSE),
		coalesce(bool_or(m.organization IS NOT NULL), FALSE)
	INTO desk, agency
	FROM members m JOIN pg_roles r ON r.rolname = m.role;
	RETURN (SELECT array_agg(x.name ORDER BY x.name)
		FROM (SELECT concat_ws(' ', c.relname, t.tgname, p.proname)
				COLLATE "C" AS name
			FROM pg_trigger t JOIN pg_class c ON c.oid = t.tgrelid
			JOIN pg_proc p ON p.oid = t.tgfoid
			WHERE c.relnamespace = 'ckstoken'::regnamespace AND
				NOT t.tgisinternal AND t.tgenabled = 'O' AND
				p.prosecdef) x) =
	(SELECT array_agg(x.name COLLATE "C" ORDER BY x.name COLLATE "C")
		FROM (SELECT l.list || ' a_owner set_owner' AS name
			FROM lists() l
		UNION ALL SELECT l.list || unnest(ARRAY[' b_pass_on pass_on',
				' c_gone remember_gone'])
			FROM lists() l WHERE l.kind IS NOT NULL
		UNION ALL VALUES ('items b_request own_request'),
			('items b_request_changed own_request'),
			('tokens b_named pass_on'),
			('certificates b_named pass_on'),
			('events b_event guard_event'),
			('untold a_untold guard_untold')
		UNION ALL SELECT 'meta b_head guard_head' WHERE desk OR agency
		UNION ALL SELECT l.list || CASE WHEN l.kind IS NULL
				THEN ' b_guard guard_earlier'
				ELSE ' b_guard guard_row' END
			FROM lists() l WHERE agency
		UNION ALL SELECT l.list || ' d_told guard_told'
			FROM lists() l WHERE agency AND l.kind IS NOT NULL
		UNION ALL SELECT * FROM unnest(ARRAY[
				'events a_agency guard_event_of_agency',
				'events c_head guard_head']) WHERE agency) x) AND
	(SELECT array_agg(x.name ORDER BY x.name)
		FROM (SELECT concat_ws(' ', c.relname, y.polname, y.polcmd,
			CASE WHEN pg_get_expr(y.polqual, y.polrelid) LIKE
				'%my_organization%' THEN 'own'
			ELSE pg_get_expr(y.polqual, y.polrelid) END,
			pg_get_expr(y.polwithcheck, y.polrelid))
				COLLATE "C" AS name
			FROM pg_policy y JOIN pg_class c ON c.oid = y.polrelid
			WHERE c.relnamespace = 'ckstoken'::regnamespace) x)
	IS NOT DISTINCT FROM
	(SELECT array_agg(x.name COLLATE "C" ORDER BY x.name COLLATE "C")
		FROM (SELECT l.list || ' desk * true' AS name
			FROM lists() l WHERE desk
		UNION ALL SELECT * FROM unnest(ARRAY['events desk r true',
				'undos desk * true', 'gone_records desk * true',
				'members desk r true']) WHERE desk
		UNION ALL SELECT * FROM unnest(ARRAY['events adds a true',
				'meta reads r true',
				'meta head * true (name = ''head''::text)'])
			WHERE desk OR agency
		UNION ALL SELECT l.list || CASE WHEN l.kind IS NULL
				THEN ' agency r own' ELSE ' agency * own' END
			FROM lists() l WHERE agency
		UNION ALL SELECT * FROM unnest(ARRAY['earlier_events notes a true',
				'undos numbers r true', 'event_owners agency r own',
				'events agency r own']) WHERE agency) x) AND
	NOT EXISTS (SELECT FROM pg_class c
		WHERE c.relnamespace = 'ckstoken'::regnamespace AND
			c.relkind = 'r' AND NOT c.relrowsecurity) AND
	NOT EXISTS (SELECT FROM pg_proc p
		WHERE p.pronamespace = 'ckstoken'::regnamespace AND
			p.prosecdef AND p.proconfig IS DISTINCT FROM
				ARRAY['search_path=ckstoken, pg_temp']);
END $$;

-- name: roles_are_kept
SELECT count(*) FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
WHERE c.relname = 'members' AND n.nspname = 'ckstoken'

-- The role that "meta" belongs to, which stays when all else is made anew: the
-- register is that one's. And whether the actor may act as it.
-- name: roles_owner
SELECT r.rolname, pg_has_role(current_user, r.oid, 'MEMBER')::INTEGER
FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
	JOIN pg_roles r ON r.oid = c.relowner
WHERE n.nspname = 'ckstoken' AND c.relname = 'meta'

-- name: roles_act_as
SELECT set_config('role', $1, TRUE)

-- What was once made by another who may act as the owner is the owner's again.
-- Another's is not taken, nor what it says run as the owner.
-- name: roles_take_back
DO $$
DECLARE
	t RECORD;
BEGIN
	FOR t IN SELECT x.*, m.relowner FROM
		(SELECT 'TABLE' AS what, c.oid::regclass::text AS name,
			c.relowner AS whose
		FROM pg_class c
		WHERE c.relnamespace = 'ckstoken'::regnamespace AND
			c.relkind IN ('r', 'v')
		UNION ALL
		SELECT 'FUNCTION', p.oid::regprocedure::text, p.proowner
		FROM pg_proc p
		WHERE p.pronamespace = 'ckstoken'::regnamespace AND
			p.prokind = 'f') x
		JOIN pg_class m ON m.oid = 'ckstoken.meta'::regclass
		WHERE x.whose <> m.relowner
	LOOP
		IF NOT pg_has_role(current_user, t.whose, 'MEMBER') OR
			NOT pg_has_role(t.whose, t.relowner, 'MEMBER') THEN
			RAISE insufficient_privilege
			USING MESSAGE = 'made by: ' || t.whose::regrole;
		END IF;
		EXECUTE pg_catalog.format('ALTER %s %s OWNER TO %s',
			t.what, t.name, t.relowner::regrole);
	END LOOP;
END $$

-- Without this right the owner's word lets nobody into the schema.
-- name: roles_schema_owner
SELECT nspowner::regrole FROM pg_namespace
WHERE nspname = 'ckstoken' AND
	NOT has_schema_privilege(oid, 'USAGE WITH GRANT OPTION')

-- 1: a role that can be a member; 2: one that no policy holds, or that can make
-- itself such. Until PostgreSQL 16, CREATEROLE gives itself any other role.
-- name: roles_kind_of
SELECT CASE WHEN
	(r.rolcreaterole AND current_setting('server_version_num') < '160000') OR
	EXISTS (SELECT FROM pg_roles x
		WHERE pg_has_role(r.oid, x.oid, 'MEMBER') AND
			(x.rolsuper OR x.rolbypassrls OR x.oid = n.nspowner OR
				x.rolname IN (current_user,
				'pg_execute_server_program',
				'pg_read_server_files', 'pg_write_server_files')))
	THEN 2 ELSE 1 END
FROM pg_roles r, pg_namespace n
WHERE r.rolname = $1 AND n.nspname = 'ckstoken'

-- A role that belongs to the role and would be of several agencies.
-- name: roles_of_several
SELECT r.rolname, string_agg(DISTINCT m.organization, '; ')
FROM pg_roles r, members m JOIN pg_roles x ON x.rolname = m.role
WHERE pg_has_role(r.oid, $1::name, 'MEMBER') AND
	pg_has_role(r.oid, x.oid, 'MEMBER') AND
	NOT pg_has_role(r.oid, current_user, 'MEMBER')
GROUP BY r.rolname
HAVING count(DISTINCT m.organization) > 1 AND
	count(*) = count(m.organization)
ORDER BY r.rolname
LIMIT 1

-- name: roles_may_list
SELECT has_table_privilege('members', 'SELECT')::INTEGER

-- Another session that keeps the register locked and waits for no other itself,
-- one that keeps readers out first: a writer has a row of "meta".
-- name: roles_holder
SELECT a.usename, a.application_name, a.pid
FROM pg_locks l JOIN pg_stat_activity a ON a.pid = l.pid
	JOIN pg_class c ON c.oid = l.relation
	JOIN pg_namespace n ON n.oid = c.relnamespace
	JOIN pg_database d ON d.oid = l.database
WHERE l.granted AND l.pid <> pg_backend_pid() AND
	d.datname = current_database() AND n.nspname = 'ckstoken' AND
	(l.mode IN ('ShareLock', 'ShareRowExclusiveLock', 'ExclusiveLock',
		'AccessExclusiveLock') OR
	(l.mode IN ('RowShareLock', 'RowExclusiveLock') AND c.relname = 'meta')) AND
	NOT EXISTS (SELECT FROM pg_locks w WHERE w.pid = l.pid AND NOT w.granted)
ORDER BY l.mode = 'AccessExclusiveLock' DESC, c.relname = 'meta' DESC, a.pid
LIMIT 1

-- name: roles_put
INSERT INTO members (role, organization) VALUES ($1, $2)
ON CONFLICT (role) DO UPDATE SET organization = excluded.organization

-- name: roles_remove
DELETE FROM members WHERE role = $1

-- name: roles_withdraw
SELECT withdraw($1::name)

-- name: roles_apply_members
SELECT apply_members()

-- name: roles_members
SELECT m.role, m.organization,
	EXISTS (SELECT FROM pg_roles r WHERE r.rolname = m.role)::INTEGER,
	(m.organization IS NULL OR EXISTS (SELECT FROM agencies a
		WHERE a.organization = m.organization))::INTEGER
FROM members m ORDER BY m.role

-- name: roles_my_organization
SELECT my_organization()

-- name: roles_hash_of_event
SELECT hash FROM event_chain() WHERE number = $1

-- Every event's number and hash, and the text of those that may be read.
-- name: roles_chain
SELECT c.number, c.hash, e.text
FROM event_chain() c LEFT JOIN events e ON e.number = c.number
ORDER BY c.number

-- The functions that are here beside those of every register: what rights each
-- has, and its body.
-- name: roles_own_functions
SELECT p.proname,
	CASE WHEN p.prosecdef THEN
		'SECURITY DEFINER SET search_path = ckstoken, pg_temp'
	ELSE '' END,
	p.prosrc
FROM pg_proc p
WHERE p.pronamespace = 'ckstoken'::regnamespace AND
	p.proname NOT IN ('today', 'append_only')

-- name: roles_rules_stand
SELECT rules_stand()::INTEGER
