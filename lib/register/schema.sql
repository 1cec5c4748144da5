-- SPDX-License-Identifier: LGPL-2.1-or-later
--
-- The tables of the register and the views over them, for SQLite and PostgreSQL
-- alike. Days are texts as "2026-11-21", and so in order; ticks are 0 and 1.
--
-- The events are the truth, each with the hash of all before it. Every other
-- table is made of them again by schema_rebuild(): when tables change, raise
-- SCHEMA_VERSION, and registers are brought up to date when they are opened.

-- These two are never made again: what they say must not change.
-- name: schema_events

CREATE TABLE events (
	number INTEGER NOT NULL PRIMARY KEY,
	hash TEXT NOT NULL,
	text TEXT NOT NULL);

-- The "head" of the events and the "version" of the tables.
CREATE TABLE meta (
	name TEXT NOT NULL PRIMARY KEY,
	text TEXT NOT NULL);

-- A table for each kind of record, its key first; "event" is the number of the
-- last event that changed the row. The columns are those of record.c; what is
-- "folded" is small and without accents besides, so that it is found by an index.

-- name: schema_tables

CREATE TABLE agencies (
	organization TEXT NOT NULL,
	parent TEXT,
	address TEXT,
	tax_code TEXT,
	budget_code TEXT,
	email TEXT,
	province TEXT,
	note TEXT,
	event INTEGER NOT NULL,
	PRIMARY KEY (organization));

CREATE TABLE units (
	organization TEXT NOT NULL,
	unit TEXT NOT NULL,
	address TEXT,
	phone TEXT,
	note TEXT,
	event INTEGER NOT NULL,
	PRIMARY KEY (organization, unit),
	FOREIGN KEY (organization) REFERENCES agencies);

CREATE TABLE subscribers (
	subscriber INTEGER NOT NULL,
	name TEXT,
	holder TEXT,
	kind TEXT,
	birth_date TEXT,
	id_number TEXT,
	id_date TEXT,
	id_place TEXT,
	email TEXT,
	organization TEXT,
	unit TEXT,
	province TEXT,
	title TEXT,
	phone TEXT,
	address TEXT,
	tax_code TEXT,
	budget_code TEXT,
	left_date TEXT,
	left_reason TEXT,
	left_to TEXT,
	event INTEGER NOT NULL,
	name_folded TEXT,
	PRIMARY KEY (subscriber),
	FOREIGN KEY (organization) REFERENCES agencies,
	FOREIGN KEY (organization, unit) REFERENCES units);
CREATE INDEX subscribers_by_id_number ON subscribers (id_number)
	WHERE id_number IS NOT NULL;
CREATE INDEX subscribers_by_email ON subscribers (email)
	WHERE email IS NOT NULL;
CREATE INDEX subscribers_by_folded_name ON subscribers (
	name_folded, organization);
CREATE INDEX subscribers_with_seals ON subscribers (organization, email, name)
	WHERE holder = 'organization';

-- The states of a PIN stand one by one: a list would be made anew for each row.
CREATE TABLE tokens (
	device_serial TEXT NOT NULL,
	subscriber INTEGER,
	device_kind TEXT,
	sim_pki TEXT,
	sim_phone TEXT,
	second_device INTEGER,
	device_label TEXT,
	device_model TEXT,
	place_kept TEXT,
	condition TEXT,
	accessories TEXT,
	received_date TEXT,
	received_way TEXT,
	received_reference TEXT,
	delivered_date TEXT,
	collected_date TEXT,
	returned_date TEXT,
	returned_to TEXT,
	user_pin TEXT,
	seen_date TEXT,
	note TEXT,
	seen_host TEXT,
	seen_time TEXT,
	event INTEGER NOT NULL,
	PRIMARY KEY (device_serial),
	FOREIGN KEY (subscriber) REFERENCES subscribers,
	CHECK (user_pin = 'ok' OR user_pin = 'count-low' OR
		user_pin = 'final-try' OR user_pin = 'locked' OR
		user_pin = 'not-set' OR user_pin = 'must-change' OR
		user_pin = 'unknown'));
-- Serial numbers in capitals alone, or in small letters, are found by their key
-- however they are asked for; these are the others, and few.
CREATE INDEX tokens_with_mixed_letters ON tokens (
	upper(replace(replace(device_serial, ' ', ''), ':', '')))
	WHERE device_serial <>
		upper(replace(replace(device_serial, ' ', ''), ':', '')) AND
		device_serial <>
		lower(replace(replace(device_serial, ' ', ''), ':', ''));

CREATE TABLE certificates (
	certificate_serial TEXT NOT NULL,
	subscriber INTEGER,
	device_serial TEXT,
	not_before TEXT,
	not_after TEXT,
	renewals INTEGER,
	old_serial TEXT,
	issued_for TEXT,
	official INTEGER,
	notice_date TEXT,
	revoked_date TEXT,
	revoked_reason TEXT,
	event INTEGER NOT NULL,
	PRIMARY KEY (certificate_serial),
	FOREIGN KEY (subscriber) REFERENCES subscribers,
	FOREIGN KEY (device_serial) REFERENCES tokens,
	CHECK (not_before IS NULL OR length(not_before) = 10),
	CHECK (not_after IS NULL OR length(not_after) = 10));
CREATE INDEX certificates_by_subscriber ON certificates (subscriber)
	WHERE subscriber IS NOT NULL;
CREATE INDEX certificates_by_device_serial ON certificates (device_serial)
	WHERE device_serial IS NOT NULL;

-- Those whose numbers are not known, and that have a key that is none.
CREATE INDEX certificates_without_number ON certificates (device_serial)
	WHERE substr(certificate_serial, 1, 1) = '?';
CREATE INDEX certificates_without_number_or_token ON certificates (subscriber)
	WHERE substr(certificate_serial, 1, 1) = '?';

CREATE TABLE requests (
	request INTEGER NOT NULL,
	procedure TEXT,
	form TEXT,
	document_number TEXT,
	document_date TEXT,
	period TEXT,
	sender TEXT,
	recipient TEXT,
	channel TEXT,
	sent_date TEXT,
	valid_date TEXT,
	outcome TEXT,
	outcome_date TEXT,
	answer_number TEXT,
	refusal TEXT,
	done_date TEXT,
	event INTEGER NOT NULL,
	PRIMARY KEY (request));
-- The view "letter" has the same.
CREATE INDEX requests_by_number ON requests (
	(ltrim(upper(replace(replace(document_number, ' ', ''), 'đ', 'Đ')), '0')));
CREATE INDEX requests_by_answer_number ON requests (
	(ltrim(upper(replace(replace(answer_number, ' ', ''), 'đ', 'Đ')), '0')));
CREATE INDEX requests_without_number ON requests (procedure)
	WHERE document_number IS NULL;
CREATE INDEX requests_by_document_date ON requests (document_date)
	WHERE document_date IS NOT NULL;

-- Each is of one subscriber.
CREATE TABLE items (
	request INTEGER NOT NULL,
	item INTEGER NOT NULL,
	subscriber INTEGER,
	device_serial TEXT,
	certificate_serial TEXT,
	reason TEXT,
	renew INTEGER,
	"update" INTEGER,
	change TEXT,
	change_to TEXT,
	event INTEGER NOT NULL,
	PRIMARY KEY (request, item),
	FOREIGN KEY (request) REFERENCES requests,
	FOREIGN KEY (subscriber) REFERENCES subscribers);

CREATE TABLE custody (
	device_serial TEXT NOT NULL,
	keeper TEXT NOT NULL,
	from_date TEXT NOT NULL,
	to_date TEXT,
	keeper_title TEXT,
	keeper_id_number TEXT,
	temporary INTEGER,
	decision TEXT,
	decision_date TEXT,
	permission TEXT,
	permission_date TEXT,
	minutes TEXT,
	minutes_date TEXT,
	place_kept TEXT,
	event INTEGER NOT NULL,
	PRIMARY KEY (device_serial, keeper, from_date),
	FOREIGN KEY (device_serial) REFERENCES tokens);

CREATE TABLE losses (
	loss INTEGER NOT NULL,
	device_serial TEXT,
	loss_kind TEXT,
	lost_date TEXT,
	lost_place TEXT,
	reported_time TEXT,
	circumstances TEXT,
	minutes TEXT,
	minutes_date TEXT,
	event INTEGER NOT NULL,
	PRIMARY KEY (loss),
	FOREIGN KEY (device_serial) REFERENCES tokens);
CREATE INDEX losses_by_device_serial ON losses (device_serial)
	WHERE device_serial IS NOT NULL;

CREATE TABLE unblocks (
	unblock INTEGER NOT NULL,
	device_serial TEXT,
	unblock_time TEXT,
	authority TEXT,
	request INTEGER,
	method TEXT,
	result TEXT,
	journal INTEGER,
	journal_hash TEXT,
	journal_first TEXT,
	event INTEGER NOT NULL,
	PRIMARY KEY (unblock),
	FOREIGN KEY (device_serial) REFERENCES tokens);
CREATE INDEX unblocks_by_device_serial ON unblocks (device_serial)
	WHERE device_serial IS NOT NULL;

-- The events of a record before the last, which "event" of its row is, so that a
-- history is read without all others. The record is named by its kind and the
-- parts of its key, a line each. A record that another referred to, and does so
-- no longer, has the events of that other one up to then.
CREATE TABLE earlier_events (
	record TEXT NOT NULL,
	event INTEGER NOT NULL,
	PRIMARY KEY (record, event));

-- The events that took another back, each with the number of that.
CREATE TABLE undos (
	event INTEGER NOT NULL,
	undoes INTEGER NOT NULL,
	PRIMARY KEY (event));
CREATE INDEX undos_by_undoes ON undos (undoes);

-- The records that an event took away, named as above, though another may have
-- brought them again: a number among their keys is never given again.
CREATE TABLE gone_records (
	record TEXT NOT NULL,
	event INTEGER NOT NULL,
	PRIMARY KEY (record));

-- The indexes that only questions need, and no row that is put. They are made
-- last when tables are filled anew, which costs less than to keep them meanwhile.
-- name: schema_indexes

CREATE INDEX subscribers_by_left_date ON subscribers (left_date)
	WHERE left_date IS NOT NULL;
CREATE INDEX subscribers_by_name ON subscribers (name);
CREATE INDEX subscribers_with_capitals_in_email ON subscribers (lower(email))
	WHERE email <> lower(email);
CREATE INDEX subscribers_by_unit ON subscribers (organization, unit);
CREATE INDEX subscribers_of_organizations ON subscribers (subscriber)
	WHERE holder = 'organization';
CREATE INDEX tokens_by_subscriber ON tokens (subscriber)
	WHERE subscriber IS NOT NULL;
CREATE INDEX tokens_locked ON tokens (subscriber)
	WHERE user_pin = 'locked';
CREATE INDEX tokens_of_nobody ON tokens (device_serial)
	WHERE subscriber IS NULL;
CREATE INDEX tokens_by_seen_host ON tokens (seen_host)
	WHERE seen_host IS NOT NULL;
-- Numbers that are not hexadecimal keep their letters as they were written.
CREATE INDEX certificates_with_small_letters ON certificates (
	upper(certificate_serial))
	WHERE certificate_serial <> upper(certificate_serial);
CREATE INDEX certificates_on_no_token ON certificates (certificate_serial)
	WHERE device_serial IS NULL;
CREATE INDEX certificates_by_not_after ON certificates (not_after)
	WHERE not_after IS NOT NULL;
CREATE INDEX certificates_by_notice_date ON certificates (notice_date)
	WHERE notice_date IS NOT NULL;
CREATE INDEX certificates_by_revoked_date ON certificates (revoked_date)
	WHERE revoked_date IS NOT NULL;
CREATE INDEX certificates_by_old_serial ON certificates (old_serial)
	WHERE old_serial IS NOT NULL;
-- Those in doubt: their share is small. certificate_state has the same.
CREATE INDEX certificates_in_doubt ON certificates (certificate_serial)
	WHERE official = 0 OR renewals > 1 OR issued_for = 'change';
-- Whether each was renewed, and for how many years it is, part of one included:
-- how many there may be is for the province to say. certificate_state has the
-- same.
CREATE INDEX certificates_by_years ON certificates (
	(CASE WHEN renewals > 0 OR issued_for = 'renew' THEN 1 ELSE 0 END),
	(CAST(substr(not_after, 1, 4) AS INTEGER) -
		CAST(substr(not_before, 1, 4) AS INTEGER) +
		CASE WHEN substr(not_after, 5) > substr(not_before, 5)
		THEN 1 ELSE 0 END));
CREATE INDEX requests_by_period ON requests (period)
	WHERE period IS NOT NULL;
CREATE INDEX items_by_subscriber ON items (subscriber)
	WHERE subscriber IS NOT NULL;
CREATE INDEX items_by_device_serial ON items (device_serial)
	WHERE device_serial IS NOT NULL;
CREATE INDEX items_by_certificate_serial ON items (certificate_serial)
	WHERE certificate_serial IS NOT NULL;
CREATE INDEX unblocks_by_request ON unblocks (request)
	WHERE request IS NOT NULL;

-- Views: each fact about today has one definition, and it stands here. today()
-- is the day that the question is about, which its caller sets by store_today().
-- They are temporary, made whenever a register is opened, so that no file can
-- bring its own.

-- name: schema_views

-- Each day on which a token came into somebody's hands: it may be that only a
-- keeper or a certificate is on record.
CREATE TEMP VIEW token_handed_out AS
SELECT device_serial, received_date AS day FROM tokens
UNION ALL SELECT device_serial, delivered_date FROM tokens
UNION ALL SELECT device_serial, from_date FROM custody
UNION ALL SELECT device_serial, not_before FROM certificates;

-- Each day on which somebody surely had the token in hand.
CREATE TEMP VIEW token_at_hand AS
SELECT device_serial, seen_date AS day FROM tokens
UNION ALL SELECT device_serial, received_date FROM tokens
UNION ALL SELECT device_serial, delivered_date FROM tokens
UNION ALL SELECT device_serial, collected_date FROM tokens
UNION ALL SELECT device_serial, returned_date FROM tokens
UNION ALL SELECT device_serial, from_date FROM custody;

-- A loss stands until the token is at hand again: who loses one may find it. Of
-- a loss whose day is not known nothing is surely later.
-- Of a token seen on the day of the report, who records the loss after that knows
-- of it.
-- since: the day of the loss: of its report, else of its minutes, else on which
--        it happened, if that is a day and no words
CREATE TEMP VIEW loss_state AS
SELECT l.*,
	l.loss_kind = 'lost' AND coalesce(l.since, '') <= today() AND
		NOT EXISTS (SELECT 1 FROM token_at_hand h
			WHERE h.device_serial = l.device_serial AND
				h.day > l.since AND h.day <= today()) AND
		NOT EXISTS (SELECT 1 FROM tokens t
			WHERE t.device_serial = l.device_serial AND
				substr(t.seen_time, 1, 10) = t.seen_date AND
				t.seen_date = l.since AND
				length(l.reported_time) > 10 AND
				t.seen_time > l.reported_time AND
				t.event >= l.event)
		AS still_lost
FROM (SELECT l.*,
		coalesce(substr(l.reported_time, 1, 10), l.minutes_date,
			CASE WHEN l.lost_date LIKE '____-__-__' THEN l.lost_date
			WHEN l.lost_date LIKE '__/__/____' THEN
				substr(l.lost_date, 7) || '-' ||
				substr(l.lost_date, 4, 2) || '-' ||
				substr(l.lost_date, 1, 2) END) AS since
	FROM losses l) l;

-- returned:  to whom it came from, and not handed out again since
-- collected: from its subscriber or keeper, likewise
-- lost:      and not seen since
-- in_hand:   the agency answers for it
-- CASE keeps databases from asking for each token who had it since.
CREATE TEMP VIEW token_state AS
SELECT t.*, NOT t.returned AND NOT t.lost AS in_hand
FROM (SELECT t.*,
		CASE WHEN t.returned_date <= today()
			THEN NOT EXISTS (SELECT 1 FROM token_handed_out h
				WHERE h.device_serial = t.device_serial AND
					h.day > t.returned_date AND h.day <= today())
			ELSE FALSE END AS returned,
		CASE WHEN t.collected_date <= today()
			THEN NOT EXISTS (SELECT 1 FROM token_handed_out h
				WHERE h.device_serial = t.device_serial AND
					h.day > t.collected_date AND h.day <= today())
			ELSE FALSE END AS collected,
		EXISTS (SELECT 1 FROM loss_state l
			WHERE l.device_serial = t.device_serial AND l.still_lost)
			AS lost
	FROM tokens t) t;

-- revoked:    or notice was given of it
-- expired:    where the end is not known, it is not past
-- in_force:   neither
-- superseded: another was issued in its place, and says so
-- outlasted:  another of the same subscriber, as far as both are known, ends
--             later on the same token
-- replaced:   either
-- in_doubt:   no rule can be right about it without a second look
-- renewed:    or issued as a renewal
-- whose:      the subscriber, its own or that of its token. PostgreSQL looks
--             none up by a key where the key may be of a row that is not there,
--             so the token is asked for here
-- years:      it lasts, part of one included
-- Another that is revoked, or has not begun, takes the place of nothing.
CREATE TEMP VIEW certificate_state AS
SELECT c.*, NOT c.revoked AND NOT c.expired AS in_force,
	c.superseded OR c.outlasted AS replaced
FROM (SELECT c.*,
		coalesce(c.revoked_date, '9999') <= today() OR
			coalesce(c.notice_date, '9999') <= today() AS revoked,
		coalesce(c.not_after, '9999') < today() AS expired,
		c.official = 0 OR c.renewals > 1 OR c.issued_for = 'change'
			AS in_doubt,
		CASE WHEN c.renewals > 0 OR c.issued_for = 'renew'
			THEN 1 ELSE 0 END AS renewed,
		CAST(substr(c.not_after, 1, 4) AS INTEGER) -
			CAST(substr(c.not_before, 1, 4) AS INTEGER) +
			CASE WHEN substr(c.not_after, 5) > substr(c.not_before, 5)
			THEN 1 ELSE 0 END AS years,
		coalesce(c.subscriber, (SELECT t.subscriber FROM tokens t
			WHERE t.device_serial = c.device_serial)) AS whose,
		EXISTS (SELECT 1 FROM certificates n
			WHERE n.old_serial = c.certificate_serial AND
				coalesce(n.not_before, '') <= today() AND
				coalesce(n.revoked_date, '9999') > today() AND
				coalesce(n.notice_date, '9999') > today())
			AS superseded,
		EXISTS (SELECT 1 FROM certificates n
			WHERE n.device_serial = c.device_serial AND
				coalesce(n.subscriber, c.subscriber, 0) =
					coalesce(c.subscriber, n.subscriber, 0) AND
				(n.not_after > c.not_after OR
					(n.not_after = c.not_after AND
					n.not_before > c.not_before)) AND
				coalesce(n.not_before, '') <= today() AND
				coalesce(n.revoked_date, '9999') > today() AND
				coalesce(n.notice_date, '9999') > today())
			AS outlasted
	FROM certificates c) c;

-- On the day of a hand-over both keepers have it, and on the day of its return
-- the last: nobody keeps what was returned.
CREATE TEMP VIEW custody_today AS
SELECT c.* FROM custody c
WHERE c.from_date <= today() AND coalesce(c.to_date, '9999') >= today() AND
	NOT EXISTS (SELECT 1 FROM tokens t
		WHERE t.device_serial = c.device_serial AND
			t.returned_date >= c.from_date AND
			t.returned_date < today());

-- Of several, the keeper since the latest day; of those since one day, the one
-- who has it longest.
CREATE TEMP VIEW keeper_today AS
SELECT k.* FROM custody_today k
WHERE NOT EXISTS (SELECT 1 FROM custody_today o
	WHERE o.device_serial = k.device_serial AND (o.from_date > k.from_date OR
		(o.from_date = k.from_date AND
			(coalesce(o.to_date, '9999') > coalesce(k.to_date, '9999') OR
			(coalesce(o.to_date, '9999') = coalesce(k.to_date, '9999') AND
				o.keeper > k.keeper)))));

-- moved:       inside the State sector, with the token
-- with_others: to another agency than the register has for the subscriber
CREATE TEMP VIEW subscriber_state AS
SELECT s.*, s.moved AND coalesce(s.left_to, '') <> coalesce(s.organization, '')
	AS with_others
FROM (SELECT s.*, coalesce(s.left_date, '9999') <= today() AND
		coalesce(s.left_reason, '') = 'moved' AS moved
	FROM subscribers s) s;

-- A letter that has no number, and that nobody sent or answered, is a draft.
-- sent:     it is none
-- stands:   nor was it refused
-- received: since when it is in their hands who answer it
-- settled:  the day it was done or refused; of a refusal whose day is not known
--           it was at once
CREATE TEMP VIEW request_state AS
SELECT r.*, r.sent AND coalesce(r.outcome, '') <> 'refused' AS stands,
	CASE WHEN r.outcome = 'refused'
		THEN coalesce(r.outcome_date, r.done_date, r.received)
		ELSE r.done_date END AS settled
FROM (SELECT r.*, coalesce(r.document_number, r.sent_date, r.valid_date,
		r.outcome, r.done_date) IS NOT NULL AS sent,
		coalesce(r.valid_date, r.document_date) AS received
	FROM requests r) r;

-- whose: the subscriber that the item is about, by itself or by what it names
CREATE TEMP VIEW item_state AS
SELECT i.*, coalesce(i.subscriber,
	(SELECT c.subscriber FROM certificates c
		WHERE c.certificate_serial = i.certificate_serial),
	(SELECT t.subscriber FROM tokens t
		WHERE t.device_serial = i.device_serial)) AS whose
FROM items i;

-- number_key:  the number however it is written: 05/STC-VP, 5 / stc-vp
-- answer_key:  likewise of the paper that answers it
-- from_agency: who wrote it; where that is not on record, the one agency that
--              all its items are of
CREATE TEMP VIEW letter AS
SELECT r.*,
	ltrim(upper(replace(replace(r.document_number, ' ', ''), 'đ', 'Đ')), '0')
		AS number_key,
	ltrim(upper(replace(replace(r.answer_number, ' ', ''), 'đ', 'Đ')), '0')
		AS answer_key,
	coalesce(r.sender, (SELECT CASE WHEN count(DISTINCT s.organization) = 1
			THEN min(s.organization) END
		FROM item_state i JOIN subscribers s ON s.subscriber = i.whose
		WHERE i.request = r.request)) AS from_agency
FROM requests r;

-- What an agency or a unit may have to do with, by any record of whose it is: a
-- question about one looks through these, and not through what all have. Whose
-- each thing is now the question says; several records may name the same.
CREATE TEMP VIEW token_of_agency AS
SELECT s.organization, s.unit, t.device_serial
FROM subscribers s JOIN tokens t ON t.subscriber = s.subscriber
UNION ALL SELECT s.organization, s.unit, c.device_serial
FROM subscribers s JOIN certificates c ON c.subscriber = s.subscriber
WHERE c.device_serial IS NOT NULL;

CREATE TEMP VIEW certificate_of_agency AS
SELECT s.organization, s.unit, c.certificate_serial
FROM subscribers s JOIN certificates c ON c.subscriber = s.subscriber
UNION ALL SELECT s.organization, s.unit, c.certificate_serial
FROM subscribers s
JOIN tokens t ON t.subscriber = s.subscriber
JOIN certificates c ON c.device_serial = t.device_serial;

CREATE TEMP VIEW request_of_agency AS
SELECT s.organization, s.unit, i.request
FROM subscribers s JOIN items i ON i.subscriber = s.subscriber
UNION ALL SELECT s.organization, s.unit, i.request
FROM subscribers s
JOIN certificates c ON c.subscriber = s.subscriber
JOIN items i ON i.certificate_serial = c.certificate_serial
UNION ALL SELECT s.organization, s.unit, i.request
FROM subscribers s
JOIN tokens t ON t.subscriber = s.subscriber
JOIN items i ON i.device_serial = t.device_serial;
