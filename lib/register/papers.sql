-- SPDX-License-Identifier: LGPL-2.1-or-later
--
-- Papers that other papers go back to. today() is the day of the new one.

-- Decisions or permissions, $1, about the token $2, the last first, and to whom
-- they give it and until when; those of its custody, which may have come in by a
-- table, after.
-- name: papers_of_keeper
SELECT r.document_number, coalesce(r.document_date, ''),
	coalesce(i.change_to, ''), coalesce(i.change, '')
FROM requests r JOIN items i ON i.request = r.request
WHERE r.procedure = $1 AND i.device_serial = $2 AND
	r.document_number IS NOT NULL AND
	coalesce(r.document_date, '') <= today()
ORDER BY coalesce(r.document_date, '') DESC, r.request DESC, i.item

-- name: papers_of_custody
SELECT CASE WHEN $1 = 'decision' THEN decision ELSE permission END,
	coalesce(CASE WHEN $1 = 'decision' THEN decision_date
		ELSE permission_date END, ''),
	keeper, coalesce(to_date, '')
FROM custody
WHERE device_serial = $2 AND from_date <= today() AND
	CASE WHEN $1 = 'decision' THEN decision ELSE permission END IS NOT NULL
ORDER BY from_date DESC, keeper

-- name: papers_items
SELECT item, subscriber, device_serial, certificate_serial
FROM items WHERE request = $1
ORDER BY item

-- name: papers_agency
SELECT from_agency FROM letter WHERE request = $1

-- name: papers_restored
SELECT substr(unblock_time, 1, 10) FROM unblocks
WHERE device_serial = $1 AND request = $2 AND result = 'ok' AND
	unblock_time IS NOT NULL
ORDER BY unblock DESC
