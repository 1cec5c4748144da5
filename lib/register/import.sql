-- SPDX-License-Identifier: LGPL-2.1-or-later
--
-- What a row of a table means among what the register has.

-- Letters without a number: of the procedure $1, about the period $2 and of the
-- day $3; or without a day too, sent and received on the days $3 and $4.
-- name: import_request
SELECT request, coalesce(sender, ''), event FROM requests
WHERE procedure = $1 AND document_number IS NULL AND document_date = $3 AND
	(period IS NULL OR $2 = '' OR period = $2)
ORDER BY request

-- name: import_request_undated
SELECT request, coalesce(sender, ''), event FROM requests
WHERE procedure = $1 AND document_number IS NULL AND document_date IS NULL AND
	coalesce(sent_date, '') = $3 AND coalesce(valid_date, '') = $4 AND
	(period IS NULL OR $2 = '' OR period = $2)
ORDER BY request

-- What was told of the losses of a token.
-- name: import_loss
SELECT loss, coalesce(loss_kind, ''), coalesce(lost_date, ''),
	coalesce(reported_time, ''), coalesce(minutes, ''),
	coalesce(minutes_date, '')
FROM losses WHERE device_serial = $1
ORDER BY loss

-- The same attempt: by its entry of the journal, or by its time where the entry
-- is not told.
-- name: import_unblock
SELECT unblock FROM unblocks
WHERE device_serial = $1 AND
	CASE WHEN $3 = '' THEN unblock_time = $4
		ELSE journal = $2 AND journal_hash = $3 END
ORDER BY unblock

-- The item of the request $1 that is about the same, as far as the row tells;
-- what else stands there was not known when it was told of first, or not now.
-- name: import_item
SELECT item FROM items
WHERE request = $1 AND
	(subscriber = $2 OR device_serial = $3 OR certificate_serial = $4) AND
	(subscriber IS NULL OR $2 = 0 OR subscriber = $2) AND
	(device_serial IS NULL OR $3 = '' OR device_serial = $3) AND
	(certificate_serial IS NULL OR $4 = '' OR certificate_serial = $4)
ORDER BY item

-- name: next_item
SELECT coalesce(max(item), 0) + 1 FROM items WHERE request = $1

-- name: import_agencies
SELECT organization FROM agencies ORDER BY organization

-- name: import_units
SELECT unit FROM units WHERE organization = $1 ORDER BY unit

-- name: custody_chain
SELECT keeper, from_date, coalesce(to_date, ''), coalesce(minutes, ''),
	coalesce(minutes_date, '')
FROM custody
WHERE device_serial = $1
ORDER BY from_date, keeper

-- The keepers of a token, and whether each has it on the day $2 or later.
-- name: custody_keepers
SELECT keeper, from_date,
	CASE WHEN to_date IS NULL OR to_date > $2 THEN 1 ELSE 0 END
FROM custody
WHERE device_serial = $1
ORDER BY from_date, keeper

-- Subscribers whom a row may mean, the surest first: by the number $1, the
-- personal number $2, the e-mail address $3, the token $4, the certificate $5
-- and the name, $6 without its case and accents, in the agency $7, or in none
-- that is known where that is "". Of those with the name only whom nothing tells
-- apart from the row may be meant.
-- name: import_subscribers
SELECT 0, subscriber, name, id_number, email, organization, unit
FROM subscribers WHERE subscriber = $1
UNION ALL
SELECT 1, subscriber, name, id_number, email, organization, unit
FROM subscribers WHERE id_number = $2
UNION ALL
SELECT 2, subscriber, name, id_number, email, organization, unit
FROM subscribers WHERE email = $3
UNION ALL
SELECT 3, subscriber, name, id_number, email, organization, unit
FROM subscribers WHERE subscriber = (
	SELECT subscriber FROM tokens WHERE device_serial = $4)
UNION ALL
SELECT 4, subscriber, name, id_number, email, organization, unit
FROM subscribers WHERE subscriber = (
	SELECT subscriber FROM certificates WHERE certificate_serial = $5)
UNION ALL
SELECT 5, subscriber, name, id_number, email, organization, unit
FROM subscribers WHERE organization = $7 AND name_folded = $6 AND
	(id_number IS NULL OR $2 = '') AND (email IS NULL OR $3 = '')
UNION ALL
SELECT 5, subscriber, name, id_number, email, organization, unit
FROM subscribers WHERE $7 = '' AND organization IS NULL AND
	name_folded = $6 AND
	(id_number IS NULL OR $2 = '') AND (email IS NULL OR $3 = '')

-- Who is called $1, of whatever agency.
-- name: import_named
SELECT name, coalesce(organization, '') FROM subscribers
WHERE name_folded = $1 ORDER BY subscriber LIMIT 1

-- A token that the subscriber $1, who is a person, has and has not lost.
-- name: import_token_of
SELECT device_serial FROM tokens t WHERE subscriber = $1 AND
	collected_date IS NULL AND returned_date IS NULL AND
	NOT EXISTS (SELECT 1 FROM losses l
		WHERE l.device_serial = t.device_serial AND
			coalesce(l.loss_kind, '') <> 'leak') AND
	NOT EXISTS (SELECT 1 FROM subscribers s
		WHERE s.subscriber = t.subscriber AND s.holder = 'organization')
ORDER BY device_serial LIMIT 1
