-- SPDX-License-Identifier: LGPL-2.1-or-later
--
-- What a person at a terminal may choose from. today() is the day of the
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
