#!/bin/bash
# SPDX-License-Identifier: LGPL-2.1-or-later
#
# The steps of README, "To add ...": what they name is there, they are counted,
# and what no other test misses is missed here where a step was forgotten.
# shellcheck source=tests/lib.sh
. "$(dirname "$0")/lib.sh"

# 1. The steps

# steps HEADING: the text of a section.
steps()
{
	awk -v heading="$1" '$0 == heading { on = 1; next }
		/^---/ && on { on++ }
		on { if (on == 2 && !/^---/ && last != "") print last; last = $0 }
		/^(To add|Licence)/ && on { exit }' "$TOP/README"
}
# files_in TEXT: what it names of the sources.
files_in()
{
	grep -oE '\b(cmd|lib|man|scripts|tests)/[a-zA-Z0-9_./-]*[a-z0-9]' <<<"$1" |
		sort -u
}
for heading in 'To add or change a form or a province' 'To add a command' \
	'To add a register column' 'To add a field of a form'; do
	text=$(steps "$heading")
	like "$text" '[0-9] files' "$heading: README has the steps"
	is "$(files_in "$text" | while read -r file; do
		file=${file//NAME/*}
		compgen -G "$TOP/${file//CODE/*}" >/dev/null || echo "$file"
	done)" '' 'each file that they name is there'
	told=$(grep -oE '[0-9] files' <<<"$text" | head -n 1)
	# Those of the numbered steps; of an "or" it is one.
	numbered=$(awk '/^ [0-9]\. / { on = 1 } /^$|^[^ ]/ { on = 0 }
		on' <<<"${text//, or for others in$'\n'    tests*json/}")
	is "$(files_in "$numbered" | wc -l) files" "$told" 'and they are as many as told'
done

# 2. Columns of the register, but for those that follow from others

columns=$(awk '/^-- name:/ { on = $3 == "schema_tables" } on' \
	"$TOP/lib/register/schema.sql" |
	sed -nE 's/^\t"?([a-z_]+)"? (TEXT|INTEGER).*$/\1/p' | sort -u |
	grep -vx -e event -e record -e undoes -e name_folded)
like "$columns" 'device_serial' 'schema.sql has columns'
# lacking FILE BEFORE AFTER: the columns that do not stand so in FILE.
lacking()
{
	local column
	for column in $columns; do
		grep -qF -- "$2$column$3" "$TOP/$1" || echo "$column"
	done
}
is "$(lacking lib/register/record.c '"' '"')" '' 'record.c has each'
is "$(lacking lib/input/field_table.c '{ "' '", ')" '' 'and field_table.c'
is "$(lacking man/ckstoken-register.1 '\fB' '\fP')" '' \
	'and ckstoken-register(1)'

# 3. Fields of the people in a letter

fields=$(grep -ohE '\b(contact|giver|receiver|keeper)\.[a-z_]+' \
	"$TOP"/lib/forms/*.xml | sort -u)
like "$fields" 'contact\.phone' 'forms show fields of people'
is "$(for field in $fields; do
	grep -qF "\\fB${field#*.}\\fP" "$TOP/man/ckstoken-data.5" ||
		echo "$field: ckstoken-data(5)"
	grep -qF "\"${field#*.}\": {" "$TOP/lib/input/ckstoken-1.schema.json" ||
		echo "$field: ckstoken-1.schema.json"
	[[ $field != contact.* ]] ||
		grep -qF "FACT(\"$field\")" "$TOP/lib/input/config.c" ||
		echo "$field: config.c"
done)" '' 'each is described, and settings give those of a contact'

# 4. Provinces

is "$(for file in "$TOP"/lib/rules/provinces/*.xml; do
	code=$(basename -s .xml "$file")
	[ "$code" != default ] || continue
	# The forms of an older decree are an option, and no province.
	[[ $code == *-tt185 ]] ||
		grep -qE "^# .*\\b$code," "$TOP/lib/input/ckstoken.conf" ||
		echo "$code: ckstoken.conf"
	grep -q "^$code|" "$TOP/tests/provinces.t" || echo "$code: provinces.t"
	grep -qF "{ \"$code\", " "$TOP/tests/unit/rules/test_province_file.c" ||
		echo "$code: test_province_file.c"
done)" '' 'each province is in the sample and has tests'

plan_done
