-- SPDX-License-Identifier: LGPL-2.1-or-later
--
-- What documents take from the register. today() is the day of the document.

-- The token that a subscriber has, if it is one alone.
-- name: prefill_tokens
SELECT device_serial FROM token_state
WHERE subscriber = $1 AND NOT returned
LIMIT 2

-- The certificates on the token $1 that are those of the subscriber $2, 0 for
-- any, or of nobody known; the longest to last first.
-- name: prefill_in_use
SELECT certificate_serial FROM certificate_state
WHERE device_serial = $1 AND ($2 = 0 OR coalesce(subscriber, $2) = $2) AND
	NOT revoked AND NOT superseded AND ($3 = 0 OR NOT expired)
ORDER BY coalesce(not_after, '') DESC, certificate_serial

-- Those of the subscriber $1 on no token that is known.
-- name: prefill_loose
SELECT certificate_serial FROM certificate_state
WHERE subscriber = $1 AND device_serial IS NULL AND
	NOT revoked AND NOT superseded AND NOT expired
ORDER BY certificate_serial
LIMIT 2

-- The last, in use or not.
-- name: prefill_last
SELECT certificate_serial FROM certificates
WHERE device_serial = $1 AND ($2 = 0 OR coalesce(subscriber, $2) = $2)
ORDER BY coalesce(not_after, '') DESC, certificate_serial
LIMIT 1

-- Those in use that are somebody else's, and whose.
-- name: prefill_of_others
SELECT c.certificate_serial, coalesce(s.name, s.email, '')
FROM certificate_state c JOIN subscribers s ON s.subscriber = c.subscriber
WHERE c.device_serial = $1 AND c.subscriber <> $2 AND
	NOT c.revoked AND NOT c.superseded AND ($3 = 0 OR NOT c.expired)
ORDER BY coalesce(c.not_after, '') DESC, c.certificate_serial

-- Whether it was renewed, or is a change of one that was.
-- name: prefill_renewed
SELECT 1 FROM certificates c
WHERE c.certificate_serial = $1 AND
	(coalesce(c.renewals, 0) > 0 OR coalesce(c.issued_for, '') = 'renew' OR
	(c.issued_for = 'change' AND EXISTS (SELECT 1 FROM certificates o
		WHERE o.certificate_serial = c.old_serial AND
			(coalesce(o.renewals, 0) > 0 OR
			coalesce(o.issued_for, '') = 'renew'))))

-- name: prefill_token_state
SELECT returned, lost FROM token_state WHERE device_serial = $1

-- Whoever keeps the token $1, but for the person $2; the last to go on first.
-- name: prefill_keeper
SELECT keeper, keeper_title, keeper_id_number, coalesce(decision, ''),
	coalesce(decision_date, '') FROM custody_today
WHERE device_serial = $1 AND keeper <> $2
ORDER BY coalesce(to_date, '9999') DESC, from_date DESC,
	keeper

-- The last loss of the token that is not in minutes yet.
-- name: prefill_loss
SELECT coalesce(lost_date, ''), coalesce(lost_place, ''),
	coalesce(reported_time, ''), coalesce(circumstances, '')
FROM losses
WHERE device_serial = $1 AND loss_kind = 'lost' AND
	minutes IS NULL AND minutes_date IS NULL
ORDER BY loss DESC
LIMIT 1

-- name: match_by_id_number
SELECT subscriber FROM subscribers WHERE id_number = $1 ORDER BY subscriber

-- name: match_by_name
SELECT subscriber, name, coalesce(organization, '') FROM subscribers
WHERE name_folded = $1
ORDER BY subscriber

-- Everybody who may be called by a name, $1 without its case and accents.
-- name: prefill_people
SELECT subscriber, name FROM subscribers
WHERE name_folded = $1 AND coalesce(holder, 'person') = 'person'
ORDER BY subscriber

-- Who kept a token, the last first.
-- name: prefill_keepers
SELECT keeper, coalesce(keeper_title, ''), coalesce(keeper_id_number, '')
FROM custody
ORDER BY from_date DESC, device_serial, keeper

-- name: match_by_email
SELECT subscriber FROM subscribers WHERE email = $1 ORDER BY subscriber
