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

-- name: inventory_of_loose_certificates
FROM certificate_state c
LEFT JOIN token_state t ON t.device_serial = c.device_serial
LEFT JOIN subscribers s ON s.subscriber = c.subscriber
LEFT JOIN keeper_today k ON k.device_serial = c.device_serial
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
