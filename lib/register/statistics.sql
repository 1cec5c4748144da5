-- SPDX-License-Identifier: LGPL-2.1-or-later
--
-- What is counted for reports. today() is the last day of the period, $1 the
-- agency, "" for all. A place is an agency or, where the question is about one,
-- each of its units: the first two columns. Each question is put together in
-- counting.c: its text, which ends in its conditions; whose it is; and by what
-- it is grouped.

-- name: of_all
AND $1 = ''

-- Of tokens, records of tokens, certificates c or requests r those of one
-- agency. What may be its own is found first, as there may be much of others.
-- name: of_agency_tokens
AND s.organization = $1

-- name: of_agency_token_records
AND device_serial IN (
	SELECT t.device_serial
	FROM subscribers s JOIN tokens t ON t.subscriber = s.subscriber
	WHERE s.organization = $1)

-- name: of_agency_certificates
AND s.organization = $1 AND c.certificate_serial IN (
	SELECT certificate_serial FROM certificate_of_agency
	WHERE organization = $1)

-- name: of_agency_requests
AND s.organization = $1 AND r.request IN (
	SELECT request FROM request_of_agency WHERE organization = $1)

-- The same where a request counts once, however many are of the agency.
-- name: of_agency_whole_requests
AND r.request IN (SELECT i.request FROM item_state i
	JOIN subscribers s ON s.subscriber = i.whose
	WHERE s.organization = $1 AND i.request IN (
		SELECT request FROM request_of_agency WHERE organization = $1))

-- A token whose day of arrival is not recorded was always there.
-- name: statistics_tokens
SELECT s.organization, CASE WHEN $1 = '' THEN NULL ELSE s.unit END,
	coalesce(s.holder, ''), count(*)
FROM token_state t
LEFT JOIN subscribers s ON s.subscriber = t.subscriber
WHERE t.in_hand AND
	coalesce(t.received_date, t.delivered_date, '') <= today()

-- name: statistics_tokens_group
GROUP BY 1, 2, 3

-- $2 is the first day of the period, here and where nothing else is said.
-- name: statistics_losses
SELECT l.loss_kind, count(*), count(l.day)
FROM (SELECT l.loss_kind, l.device_serial,
		coalesce(substr(l.reported_time, 1, 10), l.minutes_date) AS day
	FROM losses l) l
WHERE (l.day IS NULL OR (l.day <= today() AND l.day >= $2))

-- name: statistics_losses_group
GROUP BY l.loss_kind

-- name: statistics_unblocks
SELECT coalesce(result, ''), count(*), count(unblock_time)
FROM unblocks
WHERE (unblock_time IS NULL OR
	(substr(unblock_time, 1, 10) <= today() AND
	substr(unblock_time, 1, 10) >= $2))

-- name: statistics_unblocks_group
GROUP BY 1

-- Certificates for official use that were in force at the end of the period and
-- end by $2: by month, whether a new one is needed in its place because it was
-- renewed before, which may be once, and whether any is, which who has left
-- does not. A large part of all ends in two years, so that databases had better
-- go through the table in its order: coalesce() keeps them from the index.
-- name: statistics_expiring
SELECT s.organization, CASE WHEN $1 = '' THEN NULL ELSE s.unit END,
	substr(c.not_after, 1, 7), coalesce(s.holder, ''),
	CASE WHEN coalesce(c.renewals, 0) > 0 OR c.issued_for = 'renew'
		THEN 1 ELSE 0 END,
	CASE WHEN s.left_date IS NULL OR s.left_date > today() OR
		s.left_reason = 'moved' THEN 1 ELSE 0 END,
	count(*)
FROM certificate_state c
LEFT JOIN token_state t ON t.device_serial = c.device_serial
LEFT JOIN subscribers s ON s.subscriber = c.whose
WHERE coalesce(c.official, 1) <> 0 AND
	coalesce(c.not_after, '') > today() AND
	coalesce(c.not_after, '') <= $2 AND
	coalesce(c.not_before, '') <= today() AND
	c.in_force AND NOT c.replaced AND
	coalesce(t.in_hand, TRUE)

-- name: statistics_expiring_group
GROUP BY 1, 2, 3, 4, 5, 6

-- Requests by place; one that has several places counts in each. Reports and
-- minutes wait for no answer.
-- name: statistics_places
SELECT s.organization, CASE WHEN $1 = '' THEN NULL ELSE s.unit END,
	count(DISTINCT r.request)
FROM request_state r
LEFT JOIN item_state i ON i.request = r.request
LEFT JOIN subscribers s ON s.subscriber = i.whose
WHERE r.procedure IN ('new-person', 'new-organization', 'new-device',
	'renew', 'change', 'revoke', 'recover') AND
	r.received <= today() AND r.received >= $2

-- name: statistics_places_group
GROUP BY 1, 2

-- Requests taken in by the end of the period, and not settled before it: those
-- that are alike, whether they came in the period, and how they stood at its
-- end: 0 open, 1 done, 2 refused.
-- name: statistics_procedures
SELECT r.procedure, r.valid_date, r.done_date,
	CASE WHEN r.received >= $2 THEN 1 ELSE 0 END,
	CASE WHEN coalesce(r.settled, '9999') > today() THEN 0
		WHEN r.outcome = 'refused' THEN 2 ELSE 1 END,
	count(*)
FROM request_state r
WHERE r.procedure IN ('new-person', 'new-organization', 'new-device', 'renew',
	'change', 'revoke', 'recover') AND
	r.received <= today() AND
	(r.received >= $2 OR coalesce(r.settled, '9999') >= $2)

-- name: statistics_procedures_group
GROUP BY 1, 2, 3, 4, 5

-- name: statistics_procedures_undated
SELECT count(*)
FROM request_state r
WHERE r.procedure IN ('new-person', 'new-organization', 'new-device', 'renew',
	'change', 'revoke', 'recover') AND
	r.received IS NULL

-- The rows of an agency's report, by holder. First, certificates issued anew.
-- name: statistics_new
SELECT coalesce(s.holder, ''), count(*)
FROM certificate_state c
LEFT JOIN subscribers s ON s.subscriber = c.whose
WHERE coalesce(c.official, 1) <> 0 AND
	c.not_before <= today() AND c.not_before >= $2 AND
	(c.issued_for = 'new' OR (c.issued_for IS NULL AND
		coalesce(c.renewals, 0) = 0 AND c.old_serial IS NULL))

-- name: statistics_new_group
GROUP BY 1

-- What letters ask for. Form 04 asks for renewal, change or both, and marks which; where
-- nothing is marked the letter's name counts.
-- name: statistics_requested
SELECT coalesce(s.holder, ''),
	sum(CASE WHEN r.procedure = 'revoke' THEN 1 ELSE 0 END),
	sum(CASE WHEN i."update" = 1 OR (r.procedure = 'change' AND
		coalesce(i.renew, 0) = 0 AND coalesce(i."update", 0) = 0)
		THEN 1 ELSE 0 END),
	sum(CASE WHEN i.renew = 1 OR (r.procedure = 'renew' AND
		coalesce(i.renew, 0) = 0 AND coalesce(i."update", 0) = 0)
		THEN 1 ELSE 0 END)
FROM requests r
LEFT JOIN item_state i ON i.request = r.request
LEFT JOIN subscribers s ON s.subscriber = i.whose
WHERE coalesce(r.outcome, '') <> 'refused' AND
	r.procedure IN ('revoke', 'change', 'renew') AND
	r.document_date <= today() AND r.document_date >= $2

-- name: statistics_requested_group
GROUP BY 1

-- Letters without a day: all, and those that ask for revocation.
-- name: statistics_requested_undated
SELECT count(DISTINCT r.request),
	count(DISTINCT CASE WHEN r.procedure = 'revoke' THEN r.request END)
FROM requests r
LEFT JOIN item_state i ON i.request = r.request
LEFT JOIN subscribers s ON s.subscriber = i.whose
WHERE coalesce(r.outcome, '') <> 'refused' AND
	r.procedure IN ('revoke', 'change', 'renew') AND
	r.document_date IS NULL

-- Recoveries by their result, and how many have a day.
-- name: statistics_recovered
SELECT coalesce(s.holder, ''), coalesce(u.result, ''), count(*),
	count(u.unblock_time)
FROM unblocks u
LEFT JOIN tokens t ON t.device_serial = u.device_serial
LEFT JOIN subscribers s ON s.subscriber = t.subscriber
WHERE (u.unblock_time IS NULL OR
	(substr(u.unblock_time, 1, 10) <= today() AND
	substr(u.unblock_time, 1, 10) >= $2))

-- name: statistics_recovered_group
GROUP BY 1, 2

-- Tokens lost, and how many have a day.
-- name: statistics_lost
SELECT coalesce(s.holder, ''), count(*), count(l.day)
FROM (SELECT device_serial,
		coalesce(substr(reported_time, 1, 10), minutes_date) AS day
	FROM losses WHERE loss_kind = 'lost') l
LEFT JOIN tokens t ON t.device_serial = l.device_serial
LEFT JOIN subscribers s ON s.subscriber = t.subscriber
WHERE (l.day IS NULL OR (l.day <= today() AND l.day >= $2))

-- name: statistics_lost_group
GROUP BY 1

-- Certificates for official use that are in use at the end of the period, and
-- how many of them end by $2.
-- name: statistics_in_use
SELECT coalesce(s.holder, ''), count(*),
	sum(CASE WHEN c.not_after <= $2 THEN 1 ELSE 0 END)
FROM certificate_state c
LEFT JOIN token_state t ON t.device_serial = c.device_serial
LEFT JOIN subscribers s ON s.subscriber = c.whose
WHERE coalesce(c.official, 1) <> 0 AND
	coalesce(c.not_before, '') <= today() AND
	c.in_force AND NOT c.replaced AND
	coalesce(t.in_hand, TRUE)

-- name: statistics_in_use_group
GROUP BY 1

-- Of each row whether a nought since $1 says that there was none, and since when
-- the register has been kept. It knows what was done from then on, and before
-- that what was entered later: where there is anything, it is taken for all.
-- name: statistics_known
WITH kept(day) AS (SELECT substr(text, 10, 10) FROM events WHERE number = 1),
earliest(row_name, day) AS (
SELECT 'new', min(not_before) FROM certificates
UNION ALL SELECT 'revoked', min(document_date) FROM requests
	WHERE procedure = 'revoke'
UNION ALL SELECT 'changed', min(document_date) FROM requests
	WHERE procedure IN ('renew', 'change')
UNION ALL SELECT 'renewed', min(document_date) FROM requests
	WHERE procedure IN ('renew', 'change')
UNION ALL SELECT 'recovered', min(substr(unblock_time, 1, 10)) FROM unblocks
UNION ALL SELECT 'lost',
	min(coalesce(substr(reported_time, 1, 10), minutes_date)) FROM losses
	WHERE loss_kind = 'lost'
UNION ALL SELECT 'leaked',
	min(coalesce(substr(reported_time, 1, 10), minutes_date)) FROM losses
	WHERE loss_kind = 'leak'
UNION ALL SELECT 'in_use', min(not_before) FROM certificates
UNION ALL SELECT 'expiring', min(not_before) FROM certificates)
SELECT e.row_name, CASE WHEN k.day <= $1 OR e.day < k.day THEN 1 ELSE 0 END,
	coalesce(k.day, '')
FROM earliest e LEFT JOIN kept k ON TRUE
