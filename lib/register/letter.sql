-- SPDX-License-Identifier: LGPL-2.1-or-later
--
-- Letters by the numbers that people cite.

-- The letters of the number $1, however it is written.
-- name: letters_of_number
SELECT request, document_number, coalesce(document_date, ''),
	coalesce(from_agency, ''), coalesce(procedure, '')
FROM letter
WHERE number_key = ltrim(upper(replace(replace($1, ' ', ''), 'đ', 'Đ')), '0')
ORDER BY request
