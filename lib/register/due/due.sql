-- SPDX-License-Identifier: LGPL-2.1-or-later
--
-- The questions of the rules, of a subscriber s, a token t, a certificate c, and
-- an item i of a request r. Each ends in its conditions, and due_query() adds
-- whom it is about ($1 to $3). The first six columns are the serial numbers of
-- the token and the certificate, and name, holder, organization and unit of the
-- subscriber, who need not be known.
--
-- Whether a letter asks for something is 2 where one does that is not refused, 1
-- where one is only drafted, and else 0 or NULL. An item of a subscriber alone
-- is of all that is theirs; one that does not name the certificate is of those
-- there were when it was written.

-- Certificates that end until $4, and that nothing has taken the place of.
-- They were renewed, or are a change of one that was. Of a new one it may not
-- be said in whose place it comes: it counts from when it is asked for until
-- one is there. A person may have another that lasts longer, on another token;
-- of all that do there are many, and coalesce() keeps databases from beginning
-- with those. Who leaves before the end, and whose key leaked, needs no renewal.
-- Who moves does; until the change is asked for, that rule tells by when.

-- name: due_expiring

SELECT c.device_serial, c.certificate_serial, s.name, s.holder,
	s.organization, s.unit, c.not_after,
	(coalesce(c.renewals, 0) > 0 OR coalesce(c.issued_for, '') = 'renew' OR
		(c.issued_for = 'change' AND EXISTS (SELECT 1 FROM certificates o
			WHERE o.certificate_serial = c.old_serial AND
				(coalesce(o.renewals, 0) > 0 OR
				coalesce(o.issued_for, '') = 'renew')))),
	EXISTS (SELECT 1 FROM items i JOIN request_state r ON r.request = i.request
		WHERE r.stands AND (i.certificate_serial = c.certificate_serial OR
			(i.device_serial = c.device_serial AND
				i.certificate_serial IS NULL AND
				coalesce(i.subscriber, s.subscriber, 0) =
					coalesce(s.subscriber, i.subscriber, 0)) OR
			(i.subscriber = s.subscriber AND
				i.certificate_serial IS NULL AND
				i.device_serial IS NULL)) AND
		(i.certificate_serial IS NOT NULL OR
			coalesce(r.document_date, '9999') >=
				coalesce(c.not_before, '')) AND
			(r.procedure = 'renew' OR i.renew = 1)),
	EXISTS (SELECT 1 FROM items i JOIN request_state r ON r.request = i.request
		WHERE r.stands AND r.procedure IN ('new-person', 'new-organization',
				'new-device') AND
			(i.certificate_serial = c.certificate_serial OR
			(i.subscriber = s.subscriber AND
				i.certificate_serial IS NULL AND
				i.device_serial IS NULL AND
				coalesce(r.document_date, '') >
					coalesce(c.not_before, '') AND
				NOT EXISTS (SELECT 1 FROM certificates n
					WHERE n.subscriber = i.subscriber AND
						n.not_before >= r.document_date)))),
	EXISTS (SELECT 1 FROM items i JOIN request_state r ON r.request = i.request
		WHERE NOT r.sent AND (i.certificate_serial = c.certificate_serial OR
			(i.device_serial = c.device_serial AND
				i.certificate_serial IS NULL AND
				coalesce(i.subscriber, s.subscriber, 0) =
					coalesce(s.subscriber, i.subscriber, 0)) OR
			(i.subscriber = s.subscriber AND
				i.certificate_serial IS NULL AND
				i.device_serial IS NULL)) AND
		(i.certificate_serial IS NOT NULL OR
			coalesce(r.document_date, '9999') >=
				coalesce(c.not_before, '')) AND
			(r.procedure IN ('renew', 'new-person',
				'new-organization', 'new-device') OR
			i.renew = 1)),
	s.holder = 'person' AND EXISTS (SELECT 1 FROM certificate_state n
		WHERE n.subscriber = c.subscriber AND n.in_force AND
			coalesce(n.not_after, '') > c.not_after),
	(SELECT x.with_others FROM subscriber_state x
		WHERE x.subscriber = s.subscriber),
	s.left_to
FROM certificate_state c
LEFT JOIN token_state t ON t.device_serial = c.device_serial
LEFT JOIN subscribers s ON s.subscriber = c.whose
WHERE c.not_after >= today() AND c.not_after <= $4 AND c.in_force AND
	NOT c.replaced AND
	NOT EXISTS (SELECT 1 FROM items i JOIN request_state r ON r.request = i.request
		WHERE r.stands AND (i.certificate_serial = c.certificate_serial OR
			(i.device_serial = c.device_serial AND
				i.certificate_serial IS NULL AND
				coalesce(i.subscriber, s.subscriber, 0) =
					coalesce(s.subscriber, i.subscriber, 0)) OR
			(i.subscriber = s.subscriber AND
				i.certificate_serial IS NULL AND
				i.device_serial IS NULL)) AND
		(i.certificate_serial IS NOT NULL OR
			coalesce(r.document_date, '9999') >=
				coalesce(c.not_before, '')) AND
			r.procedure = 'revoke') AND
	coalesce(t.in_hand AND NOT t.collected, TRUE) AND
	(s.left_date IS NULL OR s.left_date > c.not_after OR
		(s.left_reason = 'moved' AND (s.left_date > today() OR
	(EXISTS (SELECT 1 FROM items i JOIN request_state r ON r.request = i.request
		WHERE r.stands AND i.subscriber = s.subscriber AND
			(r.procedure = 'change' OR i."update" = 1) AND
			coalesce(r.document_date, '9999') >= s.left_date) OR
	EXISTS (SELECT 1 FROM certificates x
		WHERE x.subscriber = s.subscriber AND
			x.not_before >= s.left_date))))) AND
	NOT EXISTS (SELECT 1 FROM losses k
		WHERE k.device_serial = c.device_serial AND
			k.loss_kind = 'leak' AND
			substr(coalesce(k.reported_time, '9999'), 1, 10) >=
				coalesce(c.not_before, ''))

-- Those that a rule may be against.

-- name: due_to_check

SELECT c.device_serial, c.certificate_serial, s.name, s.holder,
	s.organization, s.unit,
	c.not_before, c.not_after, c.renewals, c.official, c.issued_for,
	p.not_after
FROM certificate_state c
LEFT JOIN token_state t ON t.device_serial = c.device_serial
LEFT JOIN subscribers s ON s.subscriber = c.whose
LEFT JOIN certificates p ON p.certificate_serial = c.old_serial
WHERE (c.in_doubt OR (c.renewed = 0 AND c.years > $4) OR
		(c.renewed = 1 AND c.years > $5)) AND
	c.in_force AND NOT c.replaced AND
	coalesce(t.in_hand, TRUE)

-- They are few, and of all found first, one by one by what has an index.

-- name: due_to_check_of_all

AND c.certificate_serial IN (
	SELECT certificate_serial FROM certificate_state WHERE in_doubt
	UNION ALL SELECT certificate_serial FROM certificate_state
	WHERE renewed = 0 AND years > $4
	UNION ALL SELECT certificate_serial FROM certificate_state
	WHERE renewed = 1 AND years > $5)

-- A token that is to be had from whoever it is for now. It has no certificate
-- that is in force; of those that were, the last one tells. Of who took it along
-- the rules for moving tell.

-- name: due_hand_back

SELECT c.device_serial, c.certificate_serial, s.name, s.holder,
	s.organization, s.unit, c.not_after,
	c.revoked_date, c.notice_date,
	CASE WHEN t.collected THEN t.collected_date END,
	(SELECT x.with_others FROM subscriber_state x
		WHERE x.subscriber = s.subscriber),
	s.left_to, c.revoked
FROM certificate_state c
JOIN token_state t ON t.device_serial = c.device_serial
LEFT JOIN subscribers s ON s.subscriber = coalesce(t.subscriber, c.subscriber)
WHERE t.in_hand AND
	NOT EXISTS (SELECT 1 FROM certificate_state n
		WHERE n.device_serial = c.device_serial AND
			n.certificate_serial <> c.certificate_serial AND
			(n.in_force OR n.not_after > c.not_after OR
			(n.not_after = c.not_after AND
				n.not_before > c.not_before) OR
			(n.not_after = c.not_after AND
				n.not_before = c.not_before AND
				n.certificate_serial > c.certificate_serial))) AND
	NOT (coalesce((SELECT x.with_others FROM subscriber_state x
		WHERE x.subscriber = s.subscriber), FALSE) AND
	(EXISTS (SELECT 1 FROM items i JOIN request_state r ON r.request = i.request
		WHERE r.stands AND i.subscriber = s.subscriber AND
			(r.procedure = 'change' OR i."update" = 1) AND
			coalesce(r.document_date, '9999') >= s.left_date) OR
	EXISTS (SELECT 1 FROM certificates x
		WHERE x.subscriber = s.subscriber AND
			x.not_before >= s.left_date)))

-- Those of all are found by two indexes; those of an agency, by what is in its hands.

-- name: due_back_expired

AND c.not_after < today() AND NOT c.revoked

-- name: due_back_revoked

AND (c.revoked_date <= today() OR c.notice_date <= today())

-- name: due_back_of_agency

AND NOT c.in_force AND c.certificate_serial IN (
	SELECT certificate_serial FROM certificate_of_agency
	WHERE organization = $1 AND ($2 = '' OR unit = $2))

-- Whom a question is about. Subscribers of one agency are looked up by an index;
-- without an agency there is no such condition. Units and holders are few enough
-- to be filtered.

-- name: due_of_one

AND s.organization = $1

-- name: due_of_any

AND $1 = ''

-- name: due_whose

AND ($2 = '' OR s.unit = $2) AND ($3 = '' OR s.holder = $3)

-- Certificates of an agency or a unit are found first: a province has many
-- others, and over the years most have ended.

-- name: due_of_agency

AND c.certificate_serial IN (
	SELECT certificate_serial FROM certificate_of_agency
	WHERE organization = $1 AND ($2 = '' OR unit = $2))

-- The keepers of the few tokens of organizations; CROSS keeps databases from
-- going through all tokens instead. Whoever a row is of may have had the token
-- before, by a decision.

-- name: due_custody

SELECT t.device_serial, NULL, s.name, s.holder, s.organization, s.unit,
	k.keeper, k.from_date, k.to_date, k.temporary, k.decision,
	k.decision_date, k.permission, k.permission_date,
	coalesce(k.minutes, k.minutes_date), k.place_kept, t.place_kept,
	CASE WHEN t.collected THEN t.collected_date END,
	EXISTS (SELECT 1 FROM custody b
		WHERE b.device_serial = k.device_serial AND
			b.keeper = k.keeper AND b.from_date < k.from_date AND
			b.decision IS NOT NULL),
	NOT EXISTS (SELECT 1 FROM custody n
		WHERE n.device_serial = k.device_serial AND
			(n.from_date > k.from_date OR
			(n.from_date = k.from_date AND
				(coalesce(n.to_date, '9999') >
					coalesce(k.to_date, '9999') OR
				(coalesce(n.to_date, '9999') =
					coalesce(k.to_date, '9999') AND
					n.keeper > k.keeper)))))
FROM subscribers s
CROSS JOIN token_state t
LEFT JOIN custody k ON k.device_serial = t.device_serial
WHERE t.subscriber = s.subscriber AND s.holder = 'organization' AND t.in_hand

-- The rows of a token follow each other, and tokens as they stand in the tables.

-- name: due_custody_order

ORDER BY s.subscriber, t.device_serial, k.from_date,
	coalesce(k.to_date, '9999'), k.keeper

-- The second token of an organization, of those in use: one that only waits to
-- be handed back is none.

-- name: due_second_unmarked

SELECT t.device_serial, NULL, s.name, s.holder, s.organization, s.unit
FROM subscribers s
CROSS JOIN token_state t
WHERE t.subscriber = s.subscriber AND s.holder = 'organization' AND
	coalesce(t.second_device, 0) = 0 AND
	EXISTS (SELECT 1 FROM token_state o
		WHERE o.device_serial < t.device_serial AND
			o.subscriber = t.subscriber AND
			o.device_serial <> t.device_serial AND
			coalesce(o.second_device, 0) = 0 AND o.in_hand AND
			EXISTS (SELECT 1 FROM certificate_state c
		WHERE c.device_serial = o.device_serial AND c.in_force)) AND
	t.in_hand AND
	EXISTS (SELECT 1 FROM certificate_state c
		WHERE c.device_serial = t.device_serial AND c.in_force)

-- name: due_second_keeper

SELECT t.device_serial, NULL, s.name, s.holder, s.organization, s.unit,
	k.keeper
FROM subscribers s
CROSS JOIN token_state t
CROSS JOIN keeper_today k
WHERE t.subscriber = s.subscriber AND k.device_serial = t.device_serial AND
	s.holder = 'organization' AND t.second_device = 1 AND t.in_hand AND
	EXISTS (SELECT 1 FROM certificate_state c
		WHERE c.device_serial = t.device_serial AND c.in_force) AND
	EXISTS (SELECT 1 FROM token_state o
		JOIN keeper_today p ON p.device_serial = o.device_serial
		WHERE o.subscriber = t.subscriber AND
			o.device_serial <> t.device_serial AND
			coalesce(o.second_device, 0) = 0 AND o.in_hand AND
			EXISTS (SELECT 1 FROM certificate_state c
		WHERE c.device_serial = o.device_serial AND c.in_force) AND
			p.keeper = k.keeper)

-- There is nothing left to revoke once all that is known of it is over.

-- name: due_losses

SELECT t.device_serial, NULL, s.name, s.holder, s.organization, s.unit,
	l.reported_time, l.loss_kind,
	l.minutes IS NOT NULL OR l.minutes_date IS NOT NULL,
	(SELECT max(CASE WHEN r.stands THEN 2 WHEN r.sent THEN 0 ELSE 1 END)
		FROM items i JOIN request_state r ON r.request = i.request
		WHERE (i.device_serial = t.device_serial OR
			i.certificate_serial IN (SELECT x.certificate_serial
				FROM certificates x
				WHERE x.device_serial = t.device_serial) OR
			(i.subscriber = s.subscriber AND
				i.certificate_serial IS NULL AND
				i.device_serial IS NULL)) AND
			r.procedure = 'revoke' AND
			coalesce(r.document_date, '9999') >=
				coalesce(l.since, '')),
	EXISTS (SELECT 1 FROM certificate_state c
		WHERE c.device_serial = t.device_serial AND c.in_force AND
			coalesce(c.not_before, '') <=
				coalesce(l.since, '9999')) OR
		NOT EXISTS (SELECT 1 FROM certificates c
			WHERE c.device_serial = t.device_serial)
FROM loss_state l
JOIN token_state t ON t.device_serial = l.device_serial
LEFT JOIN subscribers s ON s.subscriber = t.subscriber
WHERE NOT t.returned AND
	(l.loss_kind = 'leak' OR l.still_lost)

-- What waits to be done is asked for; once done, whoever sees the token locked
-- later has to ask again.

-- name: due_locked

SELECT t.device_serial, NULL, s.name, s.holder, s.organization, s.unit,
	t.seen_date,
	(SELECT max(CASE WHEN r.stands THEN 2 WHEN r.sent THEN 0 ELSE 1 END)
		FROM items i JOIN request_state r ON r.request = i.request
		WHERE (i.device_serial = t.device_serial OR
			i.certificate_serial IN (SELECT x.certificate_serial
				FROM certificates x
				WHERE x.device_serial = t.device_serial) OR
			(i.subscriber = s.subscriber AND
				i.certificate_serial IS NULL AND
				i.device_serial IS NULL)) AND
			r.procedure = 'recover' AND
			coalesce(r.done_date, '9999') >= coalesce(t.seen_date, ''))
FROM token_state t
LEFT JOIN subscribers s ON s.subscriber = t.subscriber
WHERE t.user_pin = 'locked' AND t.in_hand

-- Who has a token now, as far as it is told since when.

-- name: due_own_keeping

SELECT t.device_serial, NULL, s.name, s.holder, s.organization, s.unit,
	k.keeper
FROM token_state t
LEFT JOIN subscribers s ON s.subscriber = t.subscriber
JOIN custody_today k ON k.device_serial = t.device_serial
WHERE s.holder = 'person' AND k.keeper <> s.name AND NOT t.collected AND
	t.in_hand

-- name: due_deliveries

SELECT t.device_serial, NULL, s.name, s.holder, s.organization, s.unit,
	t.received_date
FROM token_state t
LEFT JOIN subscribers s ON s.subscriber = t.subscriber
WHERE t.received_date <= today() AND t.delivered_date IS NULL AND
	NOT t.collected AND t.in_hand AND
	NOT EXISTS (SELECT 1 FROM custody k
		WHERE k.device_serial = t.device_serial)

-- Anybody who leaves until $4: where nobody does there is no more to ask, and
-- that is much for a database to plan.

-- name: due_leavers

SELECT 1 FROM subscribers s WHERE s.left_date <= $4

-- name: due_first

LIMIT 1

-- Who leaves until $4. One certificate tells of all that are on one token.

-- name: due_leaving

SELECT c.device_serial, c.certificate_serial, s.name, s.holder,
	s.organization, s.unit,
	s.left_date, s.left_reason, s.left_to, c.not_after,
	(SELECT max(CASE WHEN r.stands THEN 2 WHEN r.sent THEN 0 ELSE 1 END)
		FROM items i JOIN request_state r ON r.request = i.request
		WHERE (i.certificate_serial = c.certificate_serial OR
			(i.device_serial = c.device_serial AND
				i.certificate_serial IS NULL AND
				coalesce(i.subscriber, s.subscriber, 0) =
					coalesce(s.subscriber, i.subscriber, 0)) OR
			(i.subscriber = s.subscriber AND
				i.certificate_serial IS NULL AND
				i.device_serial IS NULL)) AND
		(i.certificate_serial IS NOT NULL OR
			coalesce(r.document_date, '9999') >=
				coalesce(c.not_before, '')) AND
			r.procedure = 'revoke'),
	EXISTS (SELECT 1 FROM items i JOIN request_state r ON r.request = i.request
		WHERE NOT r.sent AND i.subscriber = s.subscriber AND
			(r.procedure = 'change' OR i."update" = 1) AND
			coalesce(r.document_date, '9999') >= s.left_date),
	(SELECT x.collected_date FROM token_state x
		WHERE x.device_serial = c.device_serial AND x.collected)
FROM subscribers s
JOIN certificate_state c ON c.subscriber = s.subscriber
WHERE s.left_date <= $4 AND c.in_force AND
	NOT EXISTS (SELECT 1 FROM token_state x
		WHERE x.device_serial = c.device_serial AND NOT x.in_hand) AND
	NOT EXISTS (SELECT 1 FROM certificate_state n
		WHERE n.device_serial = c.device_serial AND
			n.subscriber = c.subscriber AND
			n.certificate_serial < c.certificate_serial AND n.in_force)

-- Tokens of which no certificate is known, or not whose: a letter may be of one
-- they had before they came into these hands.

-- name: due_leaving_tokens

SELECT t.device_serial, NULL, s.name, s.holder, s.organization, s.unit,
	s.left_date, s.left_reason, s.left_to, NULL,
	(SELECT max(CASE WHEN r.stands THEN 2 WHEN r.sent THEN 0 ELSE 1 END)
		FROM items i JOIN request_state r ON r.request = i.request
		WHERE (i.device_serial = t.device_serial OR
			i.certificate_serial IN (SELECT x.certificate_serial
				FROM certificates x
				WHERE x.device_serial = t.device_serial) OR
			(i.subscriber = s.subscriber AND
				i.certificate_serial IS NULL AND
				i.device_serial IS NULL)) AND
			r.procedure = 'revoke' AND
			coalesce(r.document_date, '9999') >= coalesce(
				t.delivered_date, t.received_date, '')),
	EXISTS (SELECT 1 FROM items i JOIN request_state r ON r.request = i.request
		WHERE NOT r.sent AND i.subscriber = s.subscriber AND
			(r.procedure = 'change' OR i."update" = 1) AND
			coalesce(r.document_date, '9999') >= s.left_date),
	CASE WHEN t.collected THEN t.collected_date END
FROM subscribers s
JOIN token_state t ON t.subscriber = s.subscriber
WHERE s.left_date <= $4 AND t.in_hand AND
	NOT EXISTS (SELECT 1 FROM certificates n
		WHERE n.device_serial = t.device_serial AND
			n.subscriber IS NOT NULL)

-- Of who moved and is changed there is no more to do.

-- name: due_not_changed

AND NOT (coalesce(s.left_reason, '') = 'moved' AND
	(EXISTS (SELECT 1 FROM items i JOIN request_state r ON r.request = i.request
		WHERE r.stands AND i.subscriber = s.subscriber AND
			(r.procedure = 'change' OR i."update" = 1) AND
			coalesce(r.document_date, '9999') >= s.left_date) OR
	EXISTS (SELECT 1 FROM certificates x
		WHERE x.subscriber = s.subscriber AND
			x.not_before >= s.left_date)))

-- Of nobody, and so of no agency, unit or holder.

-- name: due_unknown_tokens

SELECT device_serial, NULL, NULL, NULL, NULL, NULL FROM token_state
WHERE subscriber IS NULL AND in_hand

-- Where a certificate is on a token, that tells.

-- name: due_unknown_certificates

SELECT NULL, certificate_serial, NULL, NULL, NULL, NULL FROM certificate_state
WHERE device_serial IS NULL AND subscriber IS NULL AND in_force

-- One certificate tells of the subscriber.

-- name: due_addresses

SELECT c.device_serial, c.certificate_serial, s.name, s.holder,
	s.organization, s.unit,
	s.email
FROM certificate_state c
LEFT JOIN token_state t ON t.device_serial = c.device_serial
LEFT JOIN subscribers s ON s.subscriber = c.whose
WHERE s.email IS NOT NULL AND c.in_force AND
	coalesce(t.in_hand, TRUE) AND
	NOT EXISTS (SELECT 1 FROM certificate_state n
		WHERE n.subscriber = s.subscriber AND
			n.certificate_serial < c.certificate_serial AND n.in_force)

-- name: due_count_tokens

SELECT count(*) FROM token_state WHERE NOT returned

-- A request is of nobody in particular, or of the first it names. The term of
-- what is handed back runs from the notice instead.

-- name: due_requests

SELECT i.device_serial, i.certificate_serial, s.name, s.holder,
	s.organization, s.unit, r.valid_date, r.procedure, r.request,
	coalesce(r.document_number, ''), coalesce(t.device_kind, '')
FROM requests r
LEFT JOIN items i ON i.request = r.request
LEFT JOIN certificates c ON c.certificate_serial = i.certificate_serial
LEFT JOIN tokens t ON t.device_serial = i.device_serial
LEFT JOIN subscribers s ON s.subscriber = coalesce(i.subscriber, c.subscriber,
	t.subscriber)
WHERE r.valid_date IS NOT NULL AND coalesce(r.done_date, '9999') > today() AND
	coalesce(r.outcome, '') <> 'refused' AND r.procedure <> 'return'

-- name: due_requests_order

ORDER BY r.request, i.item

-- name: due_requests_of_agency

AND r.request IN (
	SELECT request FROM request_of_agency
	WHERE organization = $1 AND ($2 = '' OR unit = $2))
ORDER BY r.request, i.item

-- The day of the first event: what was before, the register cannot know.

-- name: due_first_day

SELECT substr(text, 10, 10) FROM events WHERE number = 1

-- name: due_report

SELECT 1 FROM requests WHERE procedure = 'report' AND period = $1

-- The token $4 that is plugged in.

-- name: due_present

SELECT t.device_serial, NULL, s.name, s.holder, s.organization, s.unit,
	CASE WHEN t.returned THEN t.returned_date END, t.lost,
	(SELECT max(CASE WHEN r.stands THEN 2 WHEN r.sent THEN 0 ELSE 1 END)
		FROM items i JOIN request_state r ON r.request = i.request
		WHERE (i.device_serial = t.device_serial OR
			i.certificate_serial IN (SELECT x.certificate_serial
				FROM certificates x
				WHERE x.device_serial = t.device_serial) OR
			(i.subscriber = s.subscriber AND
				i.certificate_serial IS NULL AND
				i.device_serial IS NULL)) AND
			r.procedure = 'recover' AND
			coalesce(r.done_date, '9999') >= today())
FROM token_state t
LEFT JOIN subscribers s ON s.subscriber = t.subscriber
WHERE t.device_serial = $4

-- name: due_present_certificate

SELECT device_serial, not_after, official FROM certificates
WHERE certificate_serial = $1

-- The certificates that should be seen on the token $1, by their numbers.

-- name: due_present_missing

SELECT certificate_serial FROM certificates
WHERE device_serial = $1 AND not_after >= $2 AND
	substr(certificate_serial, 1, 1) <> '?' AND revoked_date IS NULL AND
	notice_date IS NULL
