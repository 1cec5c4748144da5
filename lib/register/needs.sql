-- SPDX-License-Identifier: LGPL-2.1-or-later
--
-- What a year will need. today() is the day that is asked on, $1 the agency, ""
-- for all; each text is put together as those of statistics.sql are.

-- Certificates in use that end from $2 to $3; or that ended, while their
-- subscribers have had no other since.
-- name: needs_certificates
SELECT coalesce(s.holder, ''), coalesce(s.name, ''),
	coalesce(s.organization, ''), coalesce(s.unit, ''),
	coalesce(c.device_serial, ''), c.not_after, c.certificate_serial,
	c.renewed
FROM certificate_state c
LEFT JOIN token_state t ON t.device_serial = c.device_serial
LEFT JOIN subscribers s ON s.subscriber = c.whose
WHERE coalesce(c.official, 1) <> 0 AND
	c.not_after >= $2 AND c.not_after <= $3 AND
	coalesce(c.not_before, '') <= today() AND
	NOT c.revoked AND NOT c.replaced AND
	(c.in_force OR NOT EXISTS (SELECT 1 FROM certificate_state n
		WHERE n.subscriber = s.subscriber AND
			n.certificate_serial <> c.certificate_serial AND
			coalesce(n.official, 1) <> 0 AND n.in_force AND
			n.not_before > coalesce(c.not_before, '') AND
			n.not_before <= today())) AND
	coalesce(t.in_hand, TRUE) AND
	(s.left_date IS NULL OR s.left_date > today() OR s.left_reason = 'moved')

-- name: needs_certificates_order
ORDER BY c.not_after, c.certificate_serial

-- Tokens lost, while their subscribers have had no other since.
-- name: needs_tokens
SELECT coalesce(s.holder, ''), coalesce(s.name, ''),
	coalesce(s.organization, ''), coalesce(s.unit, ''),
	t.device_serial, coalesce(l.day, '')
FROM token_state t
JOIN (SELECT device_serial, max(substr(reported_time, 1, 10)) AS day
	FROM loss_state WHERE still_lost GROUP BY device_serial) l
	ON l.device_serial = t.device_serial
LEFT JOIN subscribers s ON s.subscriber = t.subscriber
WHERE t.lost AND NOT t.returned AND
	(s.left_date IS NULL OR s.left_date > today() OR s.left_reason = 'moved') AND
	NOT EXISTS (SELECT 1 FROM tokens o
		JOIN token_handed_out h ON h.device_serial = o.device_serial
		WHERE o.subscriber = t.subscriber AND
			o.device_serial <> t.device_serial AND
			h.day >= coalesce(l.day, '9999') AND h.day <= today())

-- name: needs_tokens_order
ORDER BY t.device_serial

-- name: needs_any
SELECT 1 FROM certificates LIMIT 1
