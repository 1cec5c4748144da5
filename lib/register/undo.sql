-- SPDX-License-Identifier: LGPL-2.1-or-later
--
-- What events did before and after one that is taken back.

-- The events before $2 of the record $1: those before its last, and that, $3.
-- name: undo_events_before
SELECT number, text FROM events
WHERE number < $2 AND number IN (
	SELECT event FROM earlier_events WHERE record = $1
	UNION SELECT CAST($3 AS BIGINT))
ORDER BY number

-- name: undo_events_after
SELECT number, text FROM events WHERE number > $1 ORDER BY number
