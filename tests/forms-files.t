#!/bin/bash
# SPDX-License-Identifier: LGPL-2.1-or-later
#
# The files of every form are what they say they are: PDF/A, a DOCX of sound
# parts, data after the schema; and the same facts make the same bytes.

# shellcheck disable=SC2119,SC2120,SC2317 # functions are called by name
# shellcheck source=tests/lib.sh
. "$(dirname "$0")/lib.sh"
need_world
need qpdf:qpdf unzip:unzip xmllint:libxml2-utils jq:jq python3:python3 \
	pdfdetach:poppler-utils
cd "$WORK" || bail 'no work folder'
# shellcheck source=tests/papers.sh
. "$TOP/tests/papers.sh"

every_form out
every_form again
every_form bare --no-attachment

# 1. Reproducible

is "$(diff -rq out again)" '' 'the same facts are the same bytes'
exit_is 0 'the same, in another language and place' env TZ=America/Lima \
	LC_ALL=vi_VN.UTF-8 LOCPATH="$(vietnamese_locale)" "$CKSTOKEN" --config office.conf \
	request recover --province phu-tho --no-tokens --strict --number 21 \
	--data "$(people_of recover)" -o again/06.pdf -o again/06.docx
is "$(diff -rq out again)" '' 'is the same too'

# 2. PDF

for file in out/*.pdf bare/*.pdf; do
	ok "$file: qpdf finds no fault" qpdf --check "$file"
done
# PDFBox knows PDF/A-1b only; what 2b asks besides is nothing we use.
jars=/usr/share/java
preflight()
{
	local part
	part=$(printf ":$jars/%s.jar" preflight pdfbox2 fontbox2 xmpbox \
		commons-logging commons-io javax.activation jaxb-api)
	java -cp "${part#:}" "$TOP/tests/Preflight.java" "$@" 2>&1
}
if command -v javac >/dev/null && [ -e $jars/preflight.jar ] &&
	[ -e $jars/javax.activation.jar ] && [ -e $jars/jaxb-api.jar ]; then
	grep -c '<pdfaid:part>2<' bare/*.pdf >parts
	is "$(grep -v ':1$' parts)" '' 'without data it is PDF/A-2'
	is "$(grep -c '<pdfaid:part>3<' out/*.pdf | grep -v ':1$')" '' \
		'with data it is PDF/A-3'
	sed -i 's|<pdfaid:part>2<|<pdfaid:part>1<|' bare/*.pdf
	is "$(preflight bare/*.pdf | grep -v ': valid$')" '' \
		'PDFBox finds no fault'
	nok 'and would find one' preflight out/06.pdf
else
	skip 'PDFBox finds no fault' 'default-jdk-headless, libpdfbox2-java, libactivation-java or libjaxb-api-java is missing'
fi

# 3. DOCX

for file in out/*.docx; do
	mkdir parts.d && unzip -q -d parts.d "$file"
	ok "$file: each part is XML" find parts.d -type f -exec \
		xmllint --noout --nonet {} +
	ok "$file: it has a text" test -s parts.d/word/document.xml
	rm -rf parts.d
done
is "$(for file in bare/*.docx; do unzip -l "$file"; done | grep customXml)" '' \
	'--no-attachment leaves no data in it'

# 4. The data

schema=$(dirname "$CKSTOKEN")/../share/ckstoken/ckstoken-1.schema.json
[ -e "$schema" ] || schema=$TOP/lib/input/ckstoken-1.schema.json
validate()
{
	python3 -W ignore - "$schema" "$@" <<-'END'
		import json, sys
		try:
		    import jsonschema
		except ImportError:
		    sys.exit("python3-jsonschema is missing")
		schema = json.load(open(sys.argv[1]))
		jsonschema.Draft7Validator.check_schema(schema)
		for path in sys.argv[2:]:
		    jsonschema.validate(json.load(open(path)), schema)
	END
}
mkdir data
for file in out/*.pdf; do
	name=$(basename "$file" .pdf)
	dossier_of "$file" >"data/$name.json"
	is "$(dossier_of "out/$name.docx" | jq -S .)" "$(jq -S . "data/$name.json")" \
		"$name: PDF and DOCX have the same data"
done
ok 'all is after the schema' validate data/*.json
jq '.document.date = "21/11/2026"' data/06.json >bad.json
nok 'which is one' validate bad.json
for file in bare/*.pdf; do
	is "$(pdfdetach -list "$file")" '0 embedded files' \
		"$file: --no-attachment leaves none"
done
ok 'the data says what the tables do' jq -e '.version == 1 and
	.form == {procedure: "recover", number: "06",
		name: "Mẫu số 06 (Nghị định số 68/2024/NĐ-CP)"} and
	.document.number == "21" and .document.date == "2026-11-21" and
	.document.time == "2026-11-21T09:00:00+07:00" and
	.agency.symbol == "STC-VP" and
	(.subscribers | length) == 3 and
	.subscribers[1].name == "Đỗ Thị Thường Ngữ"' data/06.json

plan_done
