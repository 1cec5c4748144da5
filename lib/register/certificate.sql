-- SPDX-License-Identifier: LGPL-2.1-or-later
--
-- Certificates whose numbers are not known, and which of those that have one they
-- may be. An index has the condition of the first.

-- On the token $1, or on none that is known and of the subscriber $2.
-- name: certificates_unnumbered
SELECT certificate_serial, coalesce(not_after, ''), coalesce(not_before, '')
FROM certificates
WHERE device_serial = $1 AND substr(certificate_serial, 1, 1) = '?' AND
	($2 = 0 OR coalesce(subscriber, $2) = $2)
UNION ALL
SELECT certificate_serial, coalesce(not_after, ''), coalesce(not_before, '')
FROM certificates
WHERE subscriber = $2 AND substr(certificate_serial, 1, 1) = '?' AND
	(device_serial IS NULL OR $1 = '')
ORDER BY 1

-- All of them; those with a number first.
-- name: certificates_of
SELECT certificate_serial, coalesce(not_after, ''), coalesce(not_before, '')
FROM certificates
WHERE device_serial = $1 AND ($2 = 0 OR coalesce(subscriber, $2) = $2)
UNION ALL
SELECT certificate_serial, coalesce(not_after, ''), coalesce(not_before, '')
FROM certificates
WHERE subscriber = $2 AND (device_serial IS NULL OR $1 = '')
ORDER BY 1

-- Those of whose term nothing is known: whether each is over, or another took
-- its place; and whether it took the place of one itself.
-- name: certificates_undated
SELECT c.certificate_serial, '', '',
	CASE WHEN c.revoked_date IS NOT NULL OR c.notice_date IS NOT NULL OR
		EXISTS (SELECT 1 FROM certificates n
			WHERE n.old_serial = c.certificate_serial)
		THEN 1 ELSE 0 END,
	CASE WHEN c.old_serial IS NOT NULL OR c.issued_for = 'renew' OR
		c.renewals > 0 THEN 1 ELSE 0 END
FROM certificates c
WHERE c.not_after IS NULL AND c.not_before IS NULL AND
	c.certificate_serial IN (
		SELECT certificate_serial FROM certificates
		WHERE device_serial = $1 AND
			($2 = 0 OR coalesce(subscriber, $2) = $2)
		UNION ALL SELECT certificate_serial FROM certificates
		WHERE subscriber = $2 AND (device_serial IS NULL OR $1 = ''))
ORDER BY 1
