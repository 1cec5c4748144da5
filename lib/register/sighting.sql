-- SPDX-License-Identifier: LGPL-2.1-or-later
--
-- What the register expects of a token that a machine sees.

-- The certificates in force that the token $1 should have, on the day $2, as far
-- as their numbers are known.
-- name: sighting_certificates
SELECT certificate_serial FROM certificates
WHERE device_serial = $1 AND coalesce(not_after, '9999') >= $2 AND
	substr(certificate_serial, 1, 1) <> '?' AND
	coalesce(revoked_date, '9999') > $2 AND
	coalesce(notice_date, '9999') > $2
ORDER BY certificate_serial

-- The tokens that the machine $1, in small letters or capitals, was the last to
-- see, before $2, and that the agency still answers for. An hour of another day
-- is left over from before. Machines are few beside tokens, and each is looked up
-- by the index.
-- name: sighting_missing
WITH RECURSIVE machine(host) AS (
	SELECT min(seen_host) FROM tokens WHERE seen_host > ''
	UNION ALL
	SELECT (SELECT min(seen_host) FROM tokens WHERE seen_host > machine.host)
	FROM machine WHERE machine.host IS NOT NULL)
SELECT t.device_serial, s.name
FROM token_state t LEFT JOIN subscribers s ON s.subscriber = t.subscriber
WHERE t.seen_host IN (
		SELECT host FROM machine WHERE lower(host) = lower($1)) AND
	t.in_hand AND
	CASE WHEN substr(t.seen_time, 1, 10) = t.seen_date
		THEN t.seen_time < $2 ELSE t.seen_date < substr($2, 1, 10) END
ORDER BY t.device_serial
