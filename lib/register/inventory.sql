-- SPDX-License-Identifier: LGPL-2.1-or-later
--
-- The list of tokens, put together in inventory.c: the columns of the row from
-- "t", "c", "s" and "k", and the state; where from; and whom it is about, $1 an
-- agency, $2 a unit, $3 a holder, each "" for any. $4 is the day before which a
-- certificate ends that is expiring.

-- The first that is so.
-- name: inventory_state
CASE WHEN t.returned THEN 'returned'
	WHEN t.lost THEN 'lost'
	WHEN c.revoked THEN 'revoked'
	WHEN c.replaced THEN 'replaced'
	WHEN c.expired THEN 'expired'
	WHEN t.user_pin = 'locked' THEN 'locked'
	WHEN c.certificate_serial IS NULL THEN 'no-certificate'
	WHEN c.not_before > today() THEN 'not-yet-valid'
	WHEN c.not_after < $4 THEN 'expiring'
	ELSE 'in-use' END

-- name: inventory_of_tokens
FROM token_state t
LEFT JOIN certificate_state c ON c.device_serial = t.device_serial
LEFT JOIN subscribers s ON s.subscriber = coalesce(c.subscriber, t.subscriber)
LEFT JOIN keeper_today k ON k.device_serial = t.device_serial
WHERE t.device_serial IS NOT NULL

-- These have no token and so no keeper: what state one is in, and who has it
-- today, a database would plan at length for nobody.
-- name: inventory_of_loose_certificates
FROM certificate_state c
LEFT JOIN (SELECT t.*, FALSE AS returned, FALSE AS lost FROM tokens t) t
	ON t.device_serial = c.device_serial
LEFT JOIN subscribers s ON s.subscriber = c.subscriber
LEFT JOIN custody k ON k.device_serial = c.device_serial
WHERE c.device_serial IS NULL

-- name: inventory_whose
AND ($1 = '' OR s.organization = $1)
AND ($2 = '' OR s.unit = $2)
AND ($3 = '' OR s.holder = $3)

-- Those of an agency are found first: there may be many others.
-- name: inventory_tokens_of_agency
AND t.device_serial IN (
	SELECT device_serial FROM token_of_agency
	WHERE organization = $1 AND ($2 = '' OR unit = $2))

-- name: inventory_loose_of_agency
AND c.subscriber IN (
	SELECT subscriber FROM subscribers
	WHERE organization = $1 AND ($2 = '' OR unit = $2))

-- name: inventory_order
ORDER BY t.device_serial, c.certificate_serial

-- name: inventory_order_by_place
ORDER BY s.organization NULLS FIRST, s.unit NULLS FIRST, s.name NULLS FIRST,
	t.device_serial, c.certificate_serial

-- The lists of people, letters and agencies: what stands behind the columns of each
-- record, the last of it the state, and where these are from. $1 is an agency, $2 a
-- unit, each "" for any.

-- Their tokens are those that they have in hand.
-- name: list_people_more
(SELECT count(*) FROM token_state t
	WHERE t.subscriber = s.subscriber AND t.in_hand),
CASE WHEN s.left_date <= today() AND s.left_reason = 'moved' THEN 'moved'
	WHEN s.left_date <= today() THEN 'left'
	WHEN s.left_date IS NOT NULL THEN 'leaving'
	WHEN EXISTS (SELECT 1 FROM token_state t
		WHERE t.subscriber = s.subscriber AND t.in_hand) THEN 'has-token'
	ELSE 'no-token' END

-- $3 is the kind of holder.
-- name: list_people
FROM subscribers s
WHERE coalesce(s.holder, 'person') = $3 AND
	($1 = '' OR s.organization = $1) AND ($2 = '' OR s.unit = $2)
ORDER BY coalesce(s.organization, ''), coalesce(s.unit, ''),
	coalesce(s.name, ''), s.subscriber

-- Who wrote it, the day of its answer as far as that is known, and the kind of its
-- first token, by which the term may differ.
-- name: list_letters_more
coalesce(s.from_agency, ''),
coalesce(CASE WHEN r.done_date <= today() THEN r.done_date END,
	CASE WHEN r.outcome IS NOT NULL THEN s.outcome_date END, ''),
coalesce((SELECT t.device_kind FROM items i
	JOIN tokens t ON t.device_serial = i.device_serial
	WHERE i.request = s.request AND NOT EXISTS (SELECT 1 FROM items b
		WHERE b.request = i.request AND b.item < i.item)), ''),
CASE WHEN NOT r.sent THEN 'draft'
	WHEN r.outcome = 'refused' THEN 'refused'
	WHEN r.done_date <= today() THEN 'answered'
	WHEN r.outcome = 'accepted' THEN 'accepted'
	ELSE 'sent' END

-- name: list_letters
FROM letter s JOIN request_state r ON r.request = s.request
WHERE ($1 = '' OR (s.from_agency = $1 AND $2 = '') OR s.request IN (
	SELECT request FROM request_of_agency
	WHERE organization = $1 AND ($2 = '' OR unit = $2))) AND
	($1 <> '' OR $2 = '' OR s.request IN (
	SELECT request FROM request_of_agency WHERE unit = $2))
ORDER BY coalesce(s.document_date, s.sent_date, s.valid_date, '9999'), s.request

-- name: list_agencies_more
(SELECT count(*) FROM subscribers p
	WHERE p.organization = s.organization AND
		coalesce(p.holder, 'person') = 'person'),
(SELECT count(*) FROM subscribers p JOIN token_state t ON t.subscriber = p.subscriber
	WHERE p.organization = s.organization AND t.in_hand),
''

-- name: list_agencies
FROM agencies s
WHERE ($1 = '' OR s.organization = $1) AND
	($2 = '' OR EXISTS (SELECT 1 FROM units u
		WHERE u.organization = s.organization AND u.unit = $2))
ORDER BY s.organization

-- A person at a terminal may choose from these. today() is the day of the
-- document.

-- The people who are there, by their names.
-- name: choices_people
SELECT name, coalesce(title, ''), coalesce(id_number, ''), coalesce(unit, ''),
	coalesce(organization, '')
FROM subscribers
WHERE coalesce(holder, 'person') = 'person' AND name IS NOT NULL AND
	coalesce(left_date, '9999') > today()
ORDER BY name_folded, subscriber

-- Those who keep a token, and may be no subscribers.
-- name: choices_keepers
SELECT DISTINCT keeper, coalesce(keeper_title, ''),
	coalesce(keeper_id_number, ''), '', ''
FROM custody_today
ORDER BY keeper

-- name: choices_agencies
SELECT organization FROM agencies ORDER BY organization

-- The tokens that somebody has, and whose they are.
-- name: choices_tokens
SELECT t.device_serial, coalesce(s.name, ''), coalesce(t.device_label, '')
FROM token_state t LEFT JOIN subscribers s ON s.subscriber = t.subscriber
WHERE NOT t.returned
ORDER BY coalesce(s.name_folded, ''), t.device_serial
