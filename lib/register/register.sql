-- SPDX-License-Identifier: LGPL-2.1-or-later

-- name: events
SELECT number, hash, text FROM events ORDER BY number

-- name: event_add
INSERT INTO events (number, hash, text) VALUES ($1, $2, $3)

-- name: meta_get
SELECT text FROM meta WHERE name = $1

-- name: meta_put
INSERT INTO meta (name, text) VALUES ($1, $2)
ON CONFLICT (name) DO UPDATE SET text = excluded.text
