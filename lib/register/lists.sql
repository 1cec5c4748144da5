-- SPDX-License-Identifier: LGPL-2.1-or-later
--
-- What lists.c puts behind the columns of each record, and where these are from.
-- $1 is an agency, $2 a unit, each "" for any. The last column is the state.

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
