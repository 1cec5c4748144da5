-- SPDX-License-Identifier: LGPL-2.1-or-later
--
-- The tables of the register and the views over them, for SQLite and PostgreSQL
-- alike. Days are texts as "2026-11-21", and so in order; ticks are 0 and 1.
--
-- The events are the truth, each with the hash of all before it. Every other
-- table is made of them again by schema_rebuild(): when tables change, raise
-- SCHEMA_VERSION, and registers are brought up to date when they are opened.

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
-- last event that changed the row. The columns are those of record.c.

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
	PRIMARY KEY (subscriber),
	FOREIGN KEY (organization) REFERENCES agencies,
	FOREIGN KEY (organization, unit) REFERENCES units);
CREATE INDEX subscribers_by_id_number ON subscribers (id_number)
	WHERE id_number IS NOT NULL;
CREATE INDEX subscribers_by_email ON subscribers (email)
	WHERE email IS NOT NULL;
CREATE INDEX subscribers_by_left_date ON subscribers (left_date)
	WHERE left_date IS NOT NULL;
CREATE INDEX subscribers_by_name ON subscribers (organization, name);
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
	event INTEGER NOT NULL,
	PRIMARY KEY (device_serial),
	FOREIGN KEY (subscriber) REFERENCES subscribers,
	CHECK (user_pin = 'ok' OR user_pin = 'count-low' OR
		user_pin = 'final-try' OR user_pin = 'locked' OR
		user_pin = 'not-set' OR user_pin = 'must-change' OR
		user_pin = 'unknown'));
CREATE INDEX tokens_by_subscriber ON tokens (subscriber)
	WHERE subscriber IS NOT NULL;
CREATE INDEX tokens_by_user_pin ON tokens (user_pin)
	WHERE user_pin IS NOT NULL;
-- Those in capitals, or in small letters, are found by their key.
CREATE INDEX tokens_with_mixed_letters ON tokens (upper(device_serial))
	WHERE device_serial <> upper(device_serial) AND
		device_serial <> lower(device_serial);

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
CREATE INDEX certificates_by_not_after ON certificates (not_after)
	WHERE not_after IS NOT NULL;
CREATE INDEX certificates_by_notice_date ON certificates (notice_date)
	WHERE notice_date IS NOT NULL;
CREATE INDEX certificates_by_revoked_date ON certificates (revoked_date)
	WHERE revoked_date IS NOT NULL;
CREATE INDEX certificates_by_old_serial ON certificates (old_serial)
	WHERE old_serial IS NOT NULL;
-- Those that no rule can be right about without a second look: their share is
-- small. The terms are those of Decree 68/2024/NĐ-CP, Article 9.
CREATE INDEX certificates_to_check ON certificates (certificate_serial)
	WHERE (official = 0 OR renewals > 1 OR issued_for = 'change' OR
		not_after > (CAST(substr(not_before, 1, 4) AS INTEGER) +
			CASE WHEN renewals > 0 OR issued_for = 'renew'
			THEN 3 ELSE 5 END) || substr(not_before, 5));

CREATE TABLE requests (
	request INTEGER NOT NULL,
	procedure TEXT,
	form TEXT,
	document_number TEXT,
	document_date TEXT,
	period TEXT,
	recipient TEXT,
	channel TEXT,
	sent_date TEXT,
	valid_date TEXT,
	outcome TEXT,
	outcome_date TEXT,
	refusal TEXT,
	done_date TEXT,
	event INTEGER NOT NULL,
	PRIMARY KEY (request));
CREATE INDEX requests_by_document_number ON requests (document_number)
	WHERE document_number IS NOT NULL;
CREATE INDEX requests_by_document_date ON requests (document_date)
	WHERE document_date IS NOT NULL;
CREATE INDEX requests_by_valid_date ON requests (valid_date)
	WHERE valid_date IS NOT NULL;

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
CREATE INDEX items_by_subscriber ON items (subscriber)
	WHERE subscriber IS NOT NULL;
CREATE INDEX items_by_device_serial ON items (device_serial)
	WHERE device_serial IS NOT NULL;
CREATE INDEX items_by_certificate_serial ON items (certificate_serial)
	WHERE certificate_serial IS NOT NULL;

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
	event INTEGER NOT NULL,
	PRIMARY KEY (unblock),
	FOREIGN KEY (device_serial) REFERENCES tokens);
CREATE INDEX unblocks_by_device_serial ON unblocks (device_serial)
	WHERE device_serial IS NOT NULL;
