-- SPDX-License-Identifier: LGPL-2.1-or-later
--
-- What somebody may name: the key of each, and up to three words about it.

-- name: history_token
SELECT t.device_serial, s.name, s.organization, s.unit
FROM tokens t LEFT JOIN subscribers s ON s.subscriber = t.subscriber
WHERE t.device_serial = $1

-- name: history_certificate
SELECT c.certificate_serial, s.name, s.organization, s.unit
FROM certificates c LEFT JOIN subscribers s ON s.subscriber = c.subscriber
WHERE c.certificate_serial = $1

-- name: history_subscriber
SELECT subscriber, name, organization, unit FROM subscribers
WHERE subscriber = $1

-- name: history_subscriber_by_id_number
SELECT subscriber, name, organization, unit FROM subscribers
WHERE id_number = $1
ORDER BY subscriber

-- name: history_subscriber_by_email
SELECT subscriber, name, organization, unit FROM subscribers
WHERE email = $1
ORDER BY subscriber

-- name: history_subscriber_by_name
SELECT subscriber, name, organization, unit FROM subscribers
WHERE name = $1
ORDER BY subscriber

-- What differs in capitals or accents: whose name is $1 without them, or whose
-- e-mail address; and a certificate whose number has letters of any kind.
-- name: history_subscribers_alike
SELECT subscriber, name, organization, unit FROM subscribers
WHERE name_folded = $1
UNION ALL SELECT subscriber, name, organization, unit FROM subscribers
WHERE email = $1
UNION ALL SELECT subscriber, name, organization, unit FROM subscribers
WHERE lower(email) = $1 AND email <> lower(email)
ORDER BY 1

-- name: history_certificates_alike
SELECT c.certificate_serial, s.name, s.organization, s.unit
FROM certificates c LEFT JOIN subscribers s ON s.subscriber = c.subscriber
WHERE c.certificate_serial = upper($1)
UNION ALL SELECT c.certificate_serial, s.name, s.organization, s.unit
FROM certificates c LEFT JOIN subscribers s ON s.subscriber = c.subscriber
WHERE upper(c.certificate_serial) = upper($1) AND
	c.certificate_serial <> upper(c.certificate_serial)
ORDER BY 1

-- name: history_request
SELECT request, document_number, document_date, coalesce(sender, recipient)
FROM requests
WHERE request = $1

-- What an event took away, by the name of its record, $1, and its key, $2.
-- name: history_gone
SELECT CAST($2 AS TEXT), '', '', '' FROM gone_records WHERE record = $1

-- The same for whoever is typing one: the names that begin with $1, and two words
-- about each. They stand in the order of enum subject_word.

-- name: history_word_token
SELECT t.device_serial, coalesce(s.name, ''), coalesce(s.organization, '')
FROM tokens t LEFT JOIN subscribers s ON s.subscriber = t.subscriber
WHERE substr(t.device_serial, 1, length(CAST($1 AS TEXT))) = $1
ORDER BY t.device_serial LIMIT 200

-- name: history_word_label
SELECT t.device_label, min(t.device_serial), ''
FROM tokens t
WHERE substr(t.device_label, 1, length(CAST($1 AS TEXT))) = $1
GROUP BY t.device_label
ORDER BY t.device_label LIMIT 200

-- name: history_word_name
SELECT s.name, coalesce(min(s.organization), ''), coalesce(min(s.unit), '')
FROM subscribers s
WHERE substr(s.name, 1, length(CAST($1 AS TEXT))) = $1
GROUP BY s.name
ORDER BY s.name LIMIT 200

-- name: history_word_email
SELECT s.email, coalesce(s.name, ''), coalesce(s.organization, '')
FROM subscribers s
WHERE substr(s.email, 1, length(CAST($1 AS TEXT))) = $1
ORDER BY s.email LIMIT 200

-- name: history_word_letter
SELECT r.document_number, coalesce(r.document_date, ''),
	coalesce(r.sender, r.recipient, '')
FROM requests r
WHERE substr(r.document_number, 1, length(CAST($1 AS TEXT))) = $1
ORDER BY r.document_date DESC, r.request DESC LIMIT 200

-- name: history_word_agency
SELECT a.organization, coalesce(a.parent, ''), ''
FROM agencies a
WHERE substr(a.organization, 1, length(CAST($1 AS TEXT))) = $1
ORDER BY a.organization LIMIT 200

-- name: history_word_unit
SELECT u.unit, min(u.organization), ''
FROM units u
WHERE substr(u.unit, 1, length(CAST($1 AS TEXT))) = $1
GROUP BY u.unit
ORDER BY u.unit LIMIT 200

-- What belongs to one of them, $1: each text is a condition on the records of
-- the kind that its name ends with.

-- name: of_subscriber_tokens
device_serial IN (
	SELECT device_serial FROM tokens WHERE subscriber = $1
	UNION SELECT device_serial FROM certificates WHERE subscriber = $1)

-- name: of_subscriber_requests
request IN (SELECT request FROM items WHERE subscriber = $1)

-- name: of_token_subscribers
subscriber IN (
	SELECT subscriber FROM tokens WHERE device_serial = $1
	UNION SELECT subscriber FROM certificates WHERE device_serial = $1)

-- name: of_token_requests
request IN (
	SELECT request FROM items WHERE device_serial = $1
	UNION SELECT request FROM unblocks WHERE device_serial = $1
	UNION SELECT request FROM items WHERE certificate_serial IN (
		SELECT certificate_serial FROM certificates
		WHERE device_serial = $1))

-- name: of_token_items
(device_serial = $1 OR certificate_serial IN (
	SELECT certificate_serial FROM certificates WHERE device_serial = $1))

-- name: of_certificate_subscribers
subscriber IN (
	SELECT subscriber FROM certificates WHERE certificate_serial = $1)

-- name: of_certificate_tokens
device_serial IN (
	SELECT device_serial FROM certificates WHERE certificate_serial = $1)

-- name: of_certificate_requests
request IN (SELECT request FROM items WHERE certificate_serial = $1)

-- name: of_request_subscribers
subscriber IN (SELECT subscriber FROM items WHERE request = $1)
