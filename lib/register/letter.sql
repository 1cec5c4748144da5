-- SPDX-License-Identifier: LGPL-2.1-or-later
--
-- Letters by the numbers that people cite.

-- The letters of any of the numbers $1, $2 and $3, however they are written.
-- name: letters_of_number
SELECT request, document_number, coalesce(document_date, ''),
	coalesce(from_agency, ''), coalesce(procedure, '')
FROM letter
WHERE number_key IN (
	ltrim(upper(replace(replace($1, ' ', ''), 'đ', 'Đ')), '0'),
	ltrim(upper(replace(replace($2, ' ', ''), 'đ', 'Đ')), '0'),
	ltrim(upper(replace(replace($3, ' ', ''), 'đ', 'Đ')), '0'))
ORDER BY request
