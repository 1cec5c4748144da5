-- SPDX-License-Identifier: LGPL-2.1-or-later

-- name: events
SELECT number, hash, text FROM events ORDER BY number

-- name: event_of_number
SELECT number, hash, text FROM events WHERE number = $1

-- name: hash_of_event
SELECT hash FROM events WHERE number = $1

-- name: journalled_attempts
SELECT unblock, journal, journal_hash, journal_first, device_serial,
	unblock_time
FROM unblocks WHERE journal_hash IS NOT NULL ORDER BY journal, unblock

-- Each is surely a try that is gone.
-- name: wrong_tries
SELECT unblock_time FROM unblocks
WHERE device_serial = $1 AND unblock_time > $2 AND
	(result = 'so-pin-incorrect' OR result = 'puk-incorrect') AND
	coalesce(journal_first, '') <> $3
ORDER BY unblock_time

-- name: earlier_events
SELECT event FROM earlier_events WHERE record = $1

-- name: all_earlier_events
SELECT record, event FROM earlier_events ORDER BY record, event

-- name: earlier_event_add
INSERT INTO earlier_events (record, event) VALUES ($1, $2)
ON CONFLICT DO NOTHING

-- name: undo_add
INSERT INTO undos (event, undoes) VALUES ($1, $2)

-- name: undos_of
SELECT event FROM undos WHERE undoes = $1 ORDER BY event

-- name: all_undos
SELECT event, undoes FROM undos ORDER BY event

-- name: gone_add
INSERT INTO gone_records (record, event) VALUES ($1, $2)
ON CONFLICT (record) DO NOTHING

-- name: all_gone
SELECT record, event FROM gone_records ORDER BY record

-- name: event_add
INSERT INTO events (number, hash, text) VALUES ($1, $2, $3)

-- name: meta
SELECT name, text FROM meta

-- name: meta_put
INSERT INTO meta (name, text) VALUES ($1, $2)
ON CONFLICT (name) DO UPDATE SET text = excluded.text

-- The token that is meant by the serial number $1 however spelled, one that is
-- spelled the same going before; $2 is it in capitals and $3 in small letters,
-- without blanks and colons. One by one: a list of spellings would be made
-- anew for each row of a table. The last is an index of its own, of few.
-- name: token_spelled
SELECT device_serial FROM tokens WHERE device_serial = $1
UNION ALL SELECT device_serial FROM tokens WHERE device_serial = $2
UNION ALL SELECT device_serial FROM tokens WHERE device_serial = $3
UNION ALL SELECT device_serial FROM tokens
	WHERE upper(replace(replace(device_serial, ' ', ''), ':', '')) = $2 AND
		device_serial <>
		upper(replace(replace(device_serial, ' ', ''), ':', '')) AND
		device_serial <>
		lower(replace(replace(device_serial, ' ', ''), ':', ''))
