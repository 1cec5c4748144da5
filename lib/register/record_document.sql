-- SPDX-License-Identifier: LGPL-2.1-or-later
--
-- Requests, items and losses that a document tells of again.

-- About whom each item of a request is.
-- name: request_about
SELECT coalesce(i.subscriber, 0), coalesce(i.device_serial, ''),
	coalesce(i.certificate_serial, ''), coalesce(s.name, '')
FROM items i LEFT JOIN subscribers s ON s.subscriber = i.subscriber
WHERE i.request = $1
ORDER BY i.item

-- Papers with the number and symbol $1, in the year of its day, $2: what
-- each is, its day, its request or, of minutes, 0 and their token, and who wrote
-- it, "" where that is not known. The last is a paper that answers a request.
-- name: request_same_number
SELECT procedure, document_date, request, '', coalesce(from_agency, '')
FROM letter
WHERE number_key = ltrim(upper(replace(replace($1, ' ', ''), 'đ', 'Đ')), '0') AND
	substr(document_date, 1, 4) = substr($2, 1, 4)
UNION SELECT '', minutes_date, 0, device_serial, '' FROM custody
WHERE minutes = $1 AND substr(minutes_date, 1, 4) = substr($2, 1, 4)
UNION SELECT '', minutes_date, 0, device_serial, '' FROM losses
WHERE minutes = $1 AND substr(minutes_date, 1, 4) = substr($2, 1, 4)
UNION SELECT 'answer', outcome_date, request, '', '' FROM letter
WHERE answer_key = ltrim(upper(replace(replace($1, ' ', ''), 'đ', 'Đ')), '0') AND
	substr(outcome_date, 1, 4) = substr($2, 1, 4)
ORDER BY 2, 3, 1, 4

-- Letters that ask for the same for the certificate $1 or the token $2: by the
-- procedure $3 and, where $4 is 1, whatever asks for a renewal. They stand, and
-- are not the letter of the number $5 and the day $6. What can be asked for
-- again once it is done counts until then.
-- name: request_asked_before
SELECT r.request, coalesce(r.document_number, ''),
	coalesce(r.document_date, r.sent_date, '')
FROM items i JOIN request_state r ON r.request = i.request
WHERE r.stands AND
	((i.certificate_serial = $1 AND $1 <> '') OR
		(i.device_serial = $2 AND $2 <> '' AND
			(i.certificate_serial IS NULL OR $1 = ''))) AND
	(r.procedure = $3 OR ($4 = 1 AND (r.procedure = 'renew' OR i.renew = 1))) AND
	($4 = 1 OR r.procedure = 'revoke' OR r.done_date IS NULL) AND
	NOT (coalesce(r.document_number, '') = $5 AND
		coalesce(r.document_date, '') = $6)
ORDER BY r.request

-- What may be a draft of it: as many items, $5, the first about the same.
-- name: request_drafts
SELECT r.request FROM requests r
WHERE r.document_number IS NULL AND r.procedure = $1 AND
	r.outcome IS NULL AND r.done_date IS NULL AND
	($5 = 0 OR EXISTS (SELECT 1 FROM items i
		WHERE i.request = r.request AND coalesce(i.subscriber, 0) = $2 AND
			coalesce(i.device_serial, '') = $3 AND
			coalesce(i.certificate_serial, '') = $4)) AND
	$5 = (SELECT count(*) FROM items i WHERE i.request = r.request) AND
	coalesce(r.period, '') = $6
ORDER BY r.request DESC

-- name: request_items
SELECT item FROM items
WHERE request = $1 AND coalesce(subscriber, 0) = $2 AND
	coalesce(device_serial, '') = $3 AND
	coalesce(certificate_serial, '') = $4
ORDER BY item

-- name: request_next_item
SELECT coalesce(max(item), 0) + 1 FROM items WHERE request = $1

-- Requests for recovery of a token, the last first.
-- name: request_recoveries
SELECT request, document_number, coalesce(document_date, '') FROM requests
WHERE procedure = 'recover' AND document_number IS NOT NULL AND
	request IN (SELECT request FROM items WHERE device_serial = $1)
ORDER BY request DESC

-- Whether a token of the request is still to be restored.
-- name: request_unrestored
SELECT 1 FROM items i
WHERE i.request = $1 AND i.device_serial IS NOT NULL AND NOT EXISTS (
	SELECT 1 FROM unblocks u
	WHERE u.request = $1 AND u.device_serial = i.device_serial AND
		u.result = 'ok')

-- What became of a token on a request.
-- name: request_restored
SELECT coalesce(unblock_time, '') FROM unblocks
WHERE device_serial = $1 AND request = $2 AND result = 'ok'
ORDER BY unblock DESC

-- name: request_refused
SELECT 1 FROM requests WHERE request = $1 AND outcome = 'refused'

-- The same loss told again, with its day known by now or these minutes.
-- name: minutes_loss
SELECT loss FROM losses
WHERE device_serial = $1 AND loss_kind = 'lost' AND
	(lost_date IS NULL OR lost_date = $2 OR
		(minutes = $3 AND minutes_date = $4))
ORDER BY loss DESC

-- Whoever keeps the token today, and the decision that the custody names.
-- name: minutes_keeper
SELECT keeper, from_date, coalesce(decision, '') FROM keeper_today
WHERE device_serial = $1

-- What the events are of that may have recorded a document before: the token $1,
-- its custody and its losses; or what bears the number $1 and the day $2.
-- name: paper_of_token
SELECT 'token', device_serial, '', '', 0 FROM tokens WHERE device_serial = $1
UNION ALL SELECT 'custody', device_serial, keeper, from_date, 0 FROM custody
WHERE device_serial = $1
UNION ALL SELECT 'loss', device_serial, '', '', loss FROM losses
WHERE device_serial = $1

-- name: paper_of_number
SELECT 'custody', device_serial, keeper, from_date, 0 FROM custody
WHERE minutes = $1 AND minutes_date = $2
UNION ALL SELECT 'loss', device_serial, '', '', loss FROM losses
WHERE minutes = $1 AND minutes_date = $2
UNION ALL SELECT 'token', device_serial, '', '', 0 FROM tokens
WHERE returned_date = $2 OR collected_date = $2 OR delivered_date = $2
