#!/bin/bash
# SPDX-License-Identifier: LGPL-2.1-or-later
# sanitize: yes
# stores: both
#
# `ckstoken register import` of what `ckstoken status` printed on many machines,
# and of whatever else ckstoken writes.

# shellcheck disable=SC2119,SC2120,SC2317 # functions are called by name
# shellcheck source=tests/lib.sh
. "$(dirname "$0")/lib.sh"
need_world
need jq:jq python3:python3 iconv:libc-bin
cd "$WORK" || bail 'no work folder'
export CKSTOKEN_NOW=2026-11-21T09:00:00Z

# in_db FILE FORM...: a form of the command on a register.
in_db()
{
	local file=$1
	shift
	"$CKSTOKEN" register "$@" --file "$(place "$file")"
}
# state FILE: what must be the same where nothing was written: each byte, or on a
# server the head.
state()
{
	if on_server; then
		in_db "$1" verify --json | jq -r '"\(.events) \(.head)"'
	else
		sha256sum <"$1"
	fi
}

# sees HOST TIME TOKEN...: what status --json prints on a machine; a token is
# SERIAL:NAME:CERTIFICATE[:PIN].
sees()
{
	local host=$1 time=$2
	shift 2
	printf '%s\n' "$@" | jq -R --arg host "$host" --arg time "$time" '
		split(":") | select(.[0] != "") | {module: "/m.so", slot: 0,
		reader: "R", label: "T", manufacturer: "M", model: "X1",
		serial: .[0], uri: "pkcs11:", atr: "",
		user_pin: (.[3] // "ok"), user_tries_left: null,
		so_pin: "unknown", so_tries_left: null, pin_min: 4,
		pin_max: 16, flags: [], attention: [], advice: "",
		certificates: [{id: "45", label: "C", subject: "CN", name: .[1],
		organization: "Sở Tài chính", unit: "Văn phòng",
		email: "\(.[0] | ascii_downcase)@vidu.example", serial: .[2],
		issuer: "CN=CA", not_before: "2024-01-15T00:00:00Z",
		not_after: "2028-01-15T00:00:00Z", days_left: 420,
		state: "valid", key: "RSA 2048", sha256: "00",
		holder: "person", official: true, ca: false, tax_code: null,
		budget_code: null, renewable: true, renew_by: null}]}' |
		jq -s --arg host "$host" --arg time "$time" '{version: 1,
			time: $time, host: $host, complete: true, tokens: .,
			failures: []}'
}
# news: each sighting of $out.
news()
{
	json '[.sightings[] | "\(.kind) \(.what) \(.device_serial)"] |
		join(", ")'
}
records()
{
	in_db "$1" export | jq -c 'del(.program)'
}

# 1. Thirty machines

mkdir day1 day2
for i in $(seq -w 1 30); do
	sees "may-$i" 2026-11-20T08:00:00+07:00 "TK$i:Nguyễn Văn Số $i:0A$i" \
		>"day1/may-$i.json"
	sees "may-$i" 2026-11-21T08:00:00+07:00 "TK$i:Nguyễn Văn Số $i:0A$i" \
		>"day2/may-$i.json"
done
exit_is 0 'thirty-machines: their files at once' in_db m.db import day1/*.json \
	--json
is "$(json '.tokens | "\(.seen) \(.new) \(.moved) \(.swapped) \(.missing)"')" \
	'30 30 0 0 0' 'thirty-machines: each token is new'
is "$(json '.files | map(.kind) | unique | tojson')" '["status"]' \
	'thirty-machines: each file is told for what it is'
is "$(records m.db | jq -c '.tokens[6], .certificates[6]')" \
	'{"device_serial":"TK07","subscriber":7,"device_label":"T","device_model":"X1","user_pin":"ok","seen_date":"2026-11-20","seen_host":"may-07","seen_time":"2026-11-20T08:00:00+07:00"}
{"certificate_serial":"0A07","subscriber":7,"device_serial":"TK07","not_before":"2024-01-15","not_after":"2028-01-15","official":true}' \
	'thirty-machines: with where and when it was seen, and its certificate'
is "$(records m.db | jq -c '.subscribers[6]')" \
	'{"subscriber":7,"name":"Nguyễn Văn Số 07","holder":"person","email":"tk07@vidu.example","organization":"Sở Tài chính","unit":"Văn phòng"}' \
	'thirty-machines: and whose it is'
before=$(state m.db)
exit_is 0 'the-same-file-twice: once more' in_db m.db import day1/*.json --json
is "$(news)" '' 'the-same-file-twice: nothing is new'
is "$(state m.db)" "$before" 'the-same-file-twice: and not one byte is written'

# One token goes to another machine, one is another's, one is gone, and two
# machines exchange theirs.
sees may-04 2026-11-21T08:00:00+07:00 >day2/may-04.json
sees may-05 2026-11-21T08:00:00+07:00 'TK05:Nguyễn Văn Số 05:0A05' \
	'TK04:Nguyễn Văn Số 04:0A04' >day2/may-05.json
sees may-09 2026-11-21T08:00:00+07:00 'TK09:Trần Thị Khác:0B09' >day2/may-09.json
sees may-12 2026-11-21T08:00:00+07:00 >day2/may-12.json
sees may-20 2026-11-21T08:00:00+07:00 'TK21:Nguyễn Văn Số 21:0A21' >day2/may-20.json
sees may-21 2026-11-21T08:00:00+07:00 'TK20:Nguyễn Văn Số 20:0A20' >day2/may-21.json
sees may-25 2026-11-21T08:00:00+07:00 'TK25:Nguyễn Văn Số 25:0A25:locked' \
	>day2/may-25.json
exit_is 0 'moved-swapped-missing: a trial' in_db m.db import --dry-run --json \
	day2/*.json
is "$(json .imported)" false 'moved-swapped-missing: says that it is one'
is "$(state m.db)" "$before" 'moved-swapped-missing: and writes nothing'
exit_is 0 'moved-swapped-missing: the next day' in_db m.db import day2/*.json \
	--json
is "$(news)" 'moved host TK04, swapped holder TK09, swapped certificate TK09, swapped exchange TK21, swapped exchange TK20, changed user-pin TK25, missing token TK12' \
	'moved-swapped-missing: each is told'
is "$(json '.tokens | "\(.seen) \(.moved) \(.swapped) \(.changed) \(.missing)"')" \
	'29 1 3 1 1' 'moved-swapped-missing: and counted'
is "$(json '.sightings[0] | "\(.was) \(.is) \(.name)"')" \
	'may-04 may-05 Nguyễn Văn Số 04' 'moved: from where to where'
is "$(json '.sightings[1] | "\(.was) -> \(.is)"')" \
	'Nguyễn Văn Số 09 -> Trần Thị Khác' 'swapped: from whom to whom'
is "$(json '.sightings[3] | "\(.was) \(.is) \(.other)"')" 'may-21 may-20 TK20' \
	'exchanged: with which'
is "$(json '.sightings[6] | "\(.host) \(.name)"')" 'may-12 Nguyễn Văn Số 12' \
	'missing: from which machine'
is "$(records m.db | jq -r '.tokens[] | select(.device_serial == "TK12") |
	"\(.seen_host) \(.seen_date)"')" 'may-12 2026-11-20' \
	'missing: and nothing is recorded of it'
# A token that came back was told to be exchanged with itself.
mkdir back
for at in 'm1 06' 'm2 07' 'm1 08'; do
	sees "${at% *}" "2026-11-21T${at#* }:00:00+07:00" 'TB01:Nguyễn Văn B:0B01' \
		>"back/${at#* }.json"
done
exit_is 0 'there-and-back' in_db back.db import back/*.json --json
unlike "$(news)" 'exchange' 'there-and-back: is no exchange'
like "$(news)" 'moved host TB01, moved host TB01' 'there-and-back: are two moves'
exit_is 0 'it is whole' in_db m.db verify
exit_is 0 'moved-swapped-missing: in words' in_db words.db import day1/*.json
exit_is 0 'moved-swapped-missing: in words' in_db words.db import day2/*.json
like "$out" 'missing:
  TK12 \(Nguyễn Văn Số 12\): was on may-12, and is not there now' 'missing: is told first'
like "$out" 'TK04 \(Nguyễn Văn Số 04\): was on may-04, and is on may-05 now' 'moved'
like "$out" 'TK09 \(Trần Thị Khác\): was the token of Nguyễn Văn Số 09' 'swapped'
like "$out" 'TK20.*was on may-20, and is on may-21 now, and the token TK21 went the other way' \
	'exchanged'
like "$err" '29 tokens were seen: 0 new, 1 moved to another machine, 3 swapped, 1 changed, 1 missing' \
	'and how many'

# 2. Never more than the file knows

before=$(state m.db)
exit_is 0 'older-file: those of the day before' in_db m.db import day1/*.json --json
is "$(json '"\(.tokens.older) \(.tokens.seen)"') $(news)" '29 1 ' \
	'older-file: goes over nothing newer'
is "$(state m.db)" "$before" 'older-file: and writes nothing'
sees may-05 2026-11-21T07:00:00+07:00 'TK05:Nguyễn Văn Số 05:0A05:locked' >older.json
exit_is 0 'older-file: by an hour' in_db m.db import older.json --json
is "$(json .tokens.older) $(records m.db | jq -r '.tokens[4].user_pin')" '1 ok' \
	'older-file: nor over what is of the same day'
# partial NAME FILTER: the file of a machine without its token, changed by jq.
partial()
{
	sees may-07 2026-11-21T10:00:00+07:00 | jq "$2" >partial.json
	exit_is 0 "$1: import" in_db m.db import partial.json --json
	is "$(json .tokens.missing)" "$3" "$1: so many are missing"
}
partial 'partial-scan' '.failures = [{error: "timeout", critical: true}]' 0
partial 'partial-scan, of an option' '.complete = false' 0
partial 'partial-scan, of an earlier ckstoken' 'del(.complete) |
	.failures = [{error: "crash"}]' 0
partial 'no machine' '.host = null' 0
partial 'whole' . 1
in_db m.db add token device_serial=TK07 returned_date=21/11/2026 2>/dev/null
partial 'handed back' . 0
sees may-08 2026-11-21T11:00:00+07:00 'TK08:Nguyễn Văn Số 08:0A08' |
	jq '.tokens[0].certificates = []' >unread.json
exit_is 0 'certificates that were not read' in_db m.db import unread.json --json
is "$(news)" '' 'unread: are not called gone'
jq '.tokens[0].attention = ["no-certificate"] |
	.time = "2026-11-21T11:30:00+07:00"' unread.json >none.json
exit_is 0 'a token that has none any more' in_db m.db import none.json --json
is "$(news)" 'changed no-certificate TK08' 'no-certificate: is told'
sees may-10 2026-11-21T11:00:00+07:00 'TK10:Nguyễn Văn Số 10:0A11' >elsewhere.json
exit_is 0 "the certificate of another token" in_db m.db import elsewhere.json --json
is "$(news)" 'swapped elsewhere TK10, changed no-certificate TK10' \
	'elsewhere: is told'
in_db m.db add subscriber name='Lê Thị Hà' organization='Sở Tài chính' \
	email=ha1@vidu.example 2>/dev/null
in_db m.db add subscriber name='Lê Thị Hà' organization='Sở Tài chính' \
	email=ha2@vidu.example 2>/dev/null
sees may-31 2026-11-21T11:00:00+07:00 'TK31:Lê Thị Hà:0A31' |
	jq '.tokens[0].certificates[0].email = ""' >doubt.json
exit_is 0 'a name that two have' in_db m.db import doubt.json --json
is "$(news)" 'new token TK31, unclear doubt TK31' \
	'unclear: is told, and not guessed'
is "$(records m.db | jq -c '.tokens[] | select(.device_serial == "TK31") |
	has("subscriber")')" false 'unclear: and the token is recorded as nobody'\''s'
exit_is 0 'it is whole' in_db m.db verify

# A name without accents made a second person, and handed the token over to them.
spelt='a name spelt without accents'
people()
{
	in_db s.db export | jq -r '[.subscribers[].name] | join(", ")'
}
in_db s.db import <(echo '[{"name": "Nguyễn Văn A", "organization": "Sở Tài chính",
	"device_serial": "TS1", "keeper": "Nguyễn Văn A", "from_date": "2026-01-02"}]') \
	2>/dev/null
sees may-01 2026-11-20T08:00:00+07:00 'TS1:NGUYEN VAN A:0C01' 'TS2:Nguyen Van A:0C02' |
	jq '.tokens[].certificates[] |= (.email = "" | .organization = "SO TAI CHINH")' >spelt.json
exit_is 0 "$spelt" in_db s.db import spelt.json --json
is "$(people)" 'Nguyễn Văn A' "$spelt: makes no second person"
is "$(news)" 'unclear spelling TS1, changed new-certificate TS1, new token TS2, unclear spelling TS2' \
	"$spelt: hands nothing over, and what was assumed is told"
is "$(json '.sightings[] | select(.what == "spelling" and .device_serial == "TS1") |
	"\(.was) \(.is)"')" 'Nguyễn Văn A NGUYEN VAN A' "$spelt: with both spellings"
is "$(records s.db | jq -c '[.tokens[].subscriber, .certificates[].subscriber] | unique')" \
	'[1]' "$spelt: all is that person's"
is "$(records s.db | jq -c '[.agencies[].organization]')" '["Sở Tài chính"]' \
	"$spelt: nor a second agency"
jq '.time = "2026-11-21T08:00:00+07:00"' spelt.json >again.json
exit_is 0 "$spelt: the next day" in_db s.db import again.json --json
is "$(news)" '' "$spelt: is told once"
sees may-01 2026-11-21T09:00:00+07:00 'TS1:Nguyễn Văn Á:0C03' |
	jq '.tokens[].certificates[].email = ""' >other.json
exit_is 0 "$spelt: other accents" in_db s.db import other.json --json
like "$(news)" 'unclear doubt TS1' "$spelt: other accents are a doubt"
is "$(people) $(records s.db | jq .tokens[0].subscriber)" 'Nguyễn Văn A 1' \
	"$spelt: other accents make nobody"
exit_is 0 "$spelt: a second of the name" in_db s.db add subscriber name='Nguyen Van A' \
	subscriber=7 organization='Sở Tài chính'
sees may-01 2026-11-21T10:00:00+07:00 'TS1:Nguyen Van A:0C04' |
	jq '.tokens[].certificates[].email = ""' >two.json
exit_is 0 "$spelt: of two" in_db s.db import two.json --json
like "$(news)" 'unclear doubt TS1' "$spelt: of two it is a doubt whose it is"
is "$(records s.db | jq -c '[.tokens[0].subscriber, .certificates[3].subscriber]')" '[1,null]' \
	"$spelt: of two nobody gets it"
exit_is 0 "$spelt: it is whole" in_db s.db verify

# Without a token present, by the same rules

audit()
{
	"$CKSTOKEN" audit --province ninh-binh --file "$(place m.db)" "$@"
}
rules()
{
	json '[.findings[] | select(.host) |
		"\(.rule) \(.device_serial) \(.host)"] | join(", ")'
}
export CKSTOKEN_NOW=2026-11-21T10:00:00Z
sees may-05 2026-11-21T15:00:00+07:00 'TK05:Nguyễn Văn Số 05:0A05:locked' \
	'TK50:Lý Văn Mới:0A50' >here.json
sees may-06 2026-11-21T16:00:00+07:00 'TK06:Nguyễn Văn Số 06:0A06' \
	'TK13:Nguyễn Văn Số 13:0A14' >there.json
before=$(state m.db)
exit_is 1 'audit --data' audit --json --data here.json there.json
is "$(rules)" 'unregistered TK50 may-05, recover TK05 may-05, certificate-missing TK13 may-06, serial-swapped TK13 may-06' \
	'audit-data: what is wrong is told with the machine'
is "$(json .present)" 4 'audit-data: and how many were seen'
is "$(json '.findings[] | select(.rule == "unregistered").command')" \
	'ckstoken register import here.json' 'audit-data: with the command for it'
is "$(state m.db)" "$before" 'audit-data: and nothing is written'
exit_is 1 'audit --data for people' audit --data here.json
like "$out" 'TK50  Lý Văn Mới \(Văn phòng\), seen on may-05' 'names the machine'
like "$err" '2 tokens are in the files' 'and counts'
exit_is 1 'audit --data --csv' audit --csv --data here.json
like "$out" '^state,.*,latest,host' 'has a column for it'
exit_is 0 'audit --data of an older file' audit --json --data day1/may-05.json
is "$(rules) $(json .present)" ' 0' 'audit-data-older: judges nothing by it'
like "$err" 'was seen later' 'audit-data-older: and says so'
jq '.failures = [{error: "timeout"}]' there.json >failed.json
exit_is 10 'audit --data of a scan in which something failed' audit --data failed.json
like "$err" '1 thing failed on may-06' 'is partial'
exit_is 11 'audit --data of a table' audit --data <(echo 'Họ và tên')
like "$err" 'not what .*status --json' 'is refused'
exit_is 2 'audit --data and a token' audit --data here.json --serial TK05
exit_is 2 'files without --data' audit here.json
is "$("$CKSTOKEN" register due --province ninh-binh --file "$(place m.db)" --csv | head -n 1 |
	grep -c host)" 0 'due: is as it was'

# Which machine it is: a name is one in capitals, two machines may bear one, and
# no token is on two at a time.
at()
{
	sees "$1" "2026-11-21T$2+07:00" "${@:3}" >at.json
	exit_is 0 "$1 at $2" in_db h.db import at.json --json
}
at MAY-01 08:00:00 'H1:Đỗ Một:0C01' 'H2:Đỗ Hai:0C02'
at may-01 09:00:00 'H1:Đỗ Một:0C01'
is "$(news)" 'missing token H2' 'host-in-capitals: is the same machine'
is "$(records h.db | jq -r '.tokens[0].seen_host')" MAY-01 \
	'host-in-capitals: as the register spells it'
at may-02 09:00:03 'H1:Đỗ Một:0C01'
is "$(news)" 'unclear at-once H1' 'on-two-machines-at-once: is told, and not as moved'
is "$(records h.db | jq -r '.tokens[0] | "\(.seen_host) \(.seen_time)"')" \
	'MAY-01 2026-11-21T09:00:00+07:00' 'on-two-machines-at-once: the register stays as it was'
jq '.host = null | .time = "2026-11-21T10:00:00+07:00"' at.json >nowhere.json
exit_is 0 'a machine without its name' in_db h.db import nowhere.json --json
is "$(records h.db | jq -r '.tokens[0] | "\(.seen_host) \(.seen_time)"')" \
	'null 2026-11-21T10:00:00+07:00' \
	'machine-without-name: none that saw the token before is said to have'
# As programs of Windows write what was copied there.
{ printf '\xef\xbb\xbf' && cat at.json && printf '\xef\xbb\xbf' && cat at.json; } >mark.json
iconv -f UTF-8 -t UTF-16 at.json >wide.json
for file in mark wide; do
	exit_is 0 "byte-order-mark: $file.json" in_db $file.db import $file.json --json
	is "$(news)" 'new token H1' "byte-order-mark: $file.json is read"
done
sees pc 2026-11-21T11:00:00+07:00 'H3:Đỗ Ba:0C03' >one.json
sees PC 2026-11-21T11:00:02+07:00 'H4:Đỗ Tư:0C04' >two.json
exit_is 0 'two machines of one name' in_db h.db import one.json two.json --json
is "$(news)" 'new token H3, new token H4, unclear twins H3' \
	'two-of-one-name: what is on neither is not called missing'
jq '.host = "b"' one.json >clone.json
exit_is 1 'audit --data of one token on two machines' audit --data one.json clone.json
like "$err" 'H3 was seen on .* at the same time' 'on-two-machines-at-once: audit tells it'

# 3. Files that are not as they must be, and leave the register as it was

refused()
{
	local name=$1 why=$2
	shift 2
	before=$(state m.db)
	exit_is 11 "$name: is refused" in_db m.db import "$@"
	like "$err" "$why" "$name: with the reason"
	like "$err" 'nothing was imported' "$name: and what became of it"
	is "$(state m.db)" "$before" "$name: and not one byte is written"
}
sees may-40 2026-11-23T08:00:00+07:00 TK40:A:0A40 >future.json
refused 'a file of the future' 'which is still to come' future.json
# The clocks of two machines need not agree by five minutes: now it is 17:00.
for time in 2026-11-21T17:06:00+07:00 2026-11-22T00:00:00+07:00 2026-11-21T10:06:00Z; do
	sees may-40 "$time" TK40:A:0A40 >future.json
	refused "status-of-the-future: $time" 'which is still to come' future.json
done
sees may-40 2026-11-21T17:04:00+07:00 TK41:A:0A40 >skew.json
exit_is 0 'status-of-the-future: within what clocks differ' in_db m.db import \
	--dry-run skew.json
sees may-41 'yesterday' TK41:A:0A41 >undated.json
refused 'a file without its time' 'does not say when it was made' undated.json
head -c 500 day2/may-01.json >cut.json
refused 'half a file' 'not valid JSON' cut.json
sees may-42 2026-11-21T12:00:00+07:00 TK42:A:0A42 >good.json
refused 'one of two' 'not valid JSON' good.json cut.json

# A table, as the office's table program counts: a cell of two lines is one row,
# and so is a row that is blank.
{
	printf 'Họ và tên;Ghi chú;Hiệu lực từ\r\n'
	printf '"Phạm\nMột";"hai\ndòng";1/1/2025\r\n\r\n;;\r\nPhạm Hai;;31/02/2025\r\n'
} >rows.csv
refused 'one row of a table' 'rows.csv: row 5, column "Hiệu lực từ"' rows.csv
{
	echo 'Họ và tên;Hiệu lực từ'
	for i in {1..1200}; do echo "Phạm $i;31/02/2025"; done
} >many.csv
refused 'more errors than are shown' 'row 2, column "Hiệu lực từ"' many.csv
like "$err" 'There are 200 more errors' 'more-errors: how many more is told'

# 4. The other ways in which status is printed

{ jq -c '.time as $t | .host as $h | .tokens[] |
	{event: "present", time: $t, host: $h} + .' day1/may-0[12].json
	echo '{"event": "pulled", "time": "2026-11-20T09:00:00+07:00", "host": "may-02", "serial": "TK02"}'
} >watch.json
exit_is 0 'lines of --watch --json' in_db w.db import watch.json --json
is "$(news)" 'new token TK01, new token TK02' 'watch: their tokens are taken'
is "$(json '.files[0].machines | map("\(.host) \(.complete)") | join(", ")')" \
	'may-01 false, may-02 false' 'watch: and never called all there is'
cat day1/*.json >all.json
exit_is 0 'many documents in one file' in_db w.db import all.json --json
is "$(json .tokens.new)" 28 'many-in-one: each is read'
start_pcscd 1
start_card person sc-hsm 0
"$CKSTOKEN" --module "$OPENSC_MODULE" status --csv --no-register >status.csv
"$CKSTOKEN" --module "$OPENSC_MODULE" status --json --no-register >status.json
for type in csv json; do
	exit_is 0 "status --$type of a real token" in_db "$type.db" import \
		"status.$type" --json
	is "$(news)" 'new token CA0D0000' 'is taken'
done
is "$(records csv.db)" "$(records json.db)" 'and both say the same'
exit_is 0 'the same token by "add present"' "$CKSTOKEN" --module "$OPENSC_MODULE" \
	register add present --file "$(place present.db)"
is "$(records json.db)" "$(records present.db)" \
	'writer-and-reader-differ: import and "add present" record the same'
cut -d, -f1-19 status.csv >old.csv
refused 'status --csv of an earlier ckstoken' 'has no column "host"' old.csv

# 5. What else ckstoken writes

office=$(office_conf)
printf '[register]\n%s\n' "$(register_setting own.db)" >>"$office"
own()
{
	"$CKSTOKEN" --config "$office" "$@" 2>own.err ||
		bail "$*: $(<own.err)"
}
printf '%s\n' 'Họ và tên;Cơ quan;Đơn vị;Số CCCD;Số hiệu token;Số hiệu chứng thư;Hiệu lực từ;Ngày hết hạn;Người quản lý;Quản lý từ ngày' \
	'Nguyễn Văn A;Sở Tài chính;Văn phòng;001085001234;T1;0A1B;01/07/2025;31/12/2027;Lê B;01/07/2025' \
	'Trần Thị B;Sở Tài chính;;001085001235;T2;0A1C;01/07/2025;31/12/2027;;' >list.csv
own register import list.csv
own handover return --province lam-dong --no-tokens --serial T1 --number 4 \
	-o minutes.pdf -o minutes.docx
own request recover --province lam-dong --serial T2 --number 3 -o letter.pdf \
	-o letter.docx
own show letter.pdf >shown.json
own register list --json >listed.json
own register list --csv >listed.csv
own register show T2 --json >subject.json
# taken FILE KIND FILTER EXPECTED: what a register has of one of these files.
taken()
{
	local file=$1 kind=$2 filter=$3 expected=$4
	local db=taken-${file//./-}.db
	exit_is 0 "$file: is taken" in_db "$db" import "$file" --json
	is "$(json '.files[0].kind')" "$kind" "$file: and told for what it is"
	is "$(records "$db" | jq -c "$filter")" "$expected" "$file: with what is in it"
	before=$(state "$db")
	exit_is 0 "$file: once more" in_db "$db" import "$file"
	is "$(state "$db")" "$before" "$file: changes nothing"
}
tokens='[.tokens[].device_serial, .certificates[].not_after]'
all_of='["T1","T2","2027-12-31","2027-12-31"]'
taken listed.json list "$tokens" "$all_of"
taken listed.csv table "$tokens" "$all_of"
is "$(records taken-listed-csv.db | jq -c '.custody, .units')" \
	"$(records own.db | jq -c '.custody, .units')" 'listed.csv: keepers and units, too'
taken subject.json table '[.tokens[].device_serial, (.requests | length)]' '["T2",1]'
letter='[.requests[0].document_number, .requests[0].procedure, .items[0].device_serial, .subscribers[0].name]'
for file in letter.pdf letter.docx shown.json; do
	taken "$file" document "$letter" '["03/STC-VP","recover","T2","Trần Thị B"]'
done
for file in minutes.pdf minutes.docx; do
	taken "$file" document '[.tokens[] | .device_serial, .collected_date]' \
		'["T1","2026-11-21"]'
done
exit_is 0 'a letter in words' in_db letter.db import letter.pdf
like "$err" 'letter.pdf: a document, "khôi phục", number 03/STC-VP, about 1 subscriber' \
	'letter: is told by its number'
exit_is 0 'a list in words' in_db listed.db import listed.json
like "$err" 'listed.json: a list of the tokens of a register' 'list: is told'
own handover return --province lam-dong --no-tokens --serial T1 -o draft.pdf
own request recover --province lam-dong --serial T2 -o draft2.pdf
refused 'minutes without a number' 'it has no number, so it is a draft' draft.pdf
refused 'a letter without a number' 'it has no number, so it is a draft' draft2.pdf
own audit --province lam-dong --no-tokens -o audit.pdf
refused 'a report of an audit' 'about no subscriber, token or certificate' audit.pdf
own audit --province lam-dong --no-tokens --json >audit.json
own audit --province lam-dong --no-tokens --csv >audit.csv
own register due --json --province lam-dong >due.json
own register history --json >history.json
own register verify --json >verify.json
"$CKSTOKEN" --module "$OPENSC_MODULE" cert list --json >certs.json
"$CKSTOKEN" --module "$OPENSC_MODULE" cert list --csv >certs.csv
while IFS='|' read -r file why; do
	refused "$file" "$why" "$file"
done <<'END'
audit.json|this is what "ckstoken audit --json" printed
audit.csv|table of "ckstoken audit --csv"
due.json|this is what "ckstoken register due --json" printed
history.json|this is what "ckstoken register history --json" printed
verify.json|this is what "ckstoken register verify --json" printed
certs.json|this is what "ckstoken cert list --json" printed
certs.csv|table of "ckstoken cert list --csv"
END
"$CKSTOKEN" register import list.csv --file itself.db 2>/dev/null
refused 'a register' 'this is a register itself' itself.db

# A list that poisons: of a unit without its agency every paper failed for ever,
# with the file already written.

cat >poison.csv <<'END'
Họ và tên;Đơn vị;Số CCCD;Số hiệu token
Nguyễn Văn A;Phòng Tài chính;001085001234;T1
END
printf '[register]\n%s\n' "$(register_setting poison.db)" >register.conf
sed -i '/^\[register\]/,$d' "$office"
cat register.conf >>"$office"
own register import poison.csv
exit_is 0 'list-that-poisons: a letter' "$CKSTOKEN" --config "$office" request \
	recover --province lam-dong --serial T1 --number 5 -o poison.pdf
exit_is 0 'list-that-poisons: minutes' "$CKSTOKEN" --config "$office" handover \
	return --province lam-dong --no-tokens --serial T1 --number 6 -o poison2.pdf
is "$(records poison.db | jq -c '.subscribers[0].unit, .requests[0].document_number,
	.tokens[0].collected_date')" $'"Phòng Tài chính"\n"05/STC-VP"\n"2026-11-21"' \
	'list-that-poisons: are recorded'
is "$(dossier_of poison.pdf | jq -r '.subscribers[0].organization')" \
	'Phòng Tài chính' 'list-that-poisons: and print the unit as it is'
printf 'Họ và tên;Cơ quan, tổ chức công tác;Số hiệu token\nNguyễn Văn A;Sở Tài chính;T1\n' >agency.csv
own register import agency.csv
is "$(records poison.db | jq -c '.units, .subscribers[0].organization')" \
	$'[{"organization":"Sở Tài chính","unit":"Phòng Tài chính"}]\n"Sở Tài chính"' \
	'list-that-poisons: once the agency is known, so is the unit'
exit_is 0 'it is whole' "$CKSTOKEN" --config "$office" register verify

# A list that knows certificates by their days alone: they were dropped in silence

printf 'Họ và tên;Cơ quan;Số hiệu token;Hiệu lực từ;Ngày hết hạn\nNguyễn Văn A;Sở Tài chính;TD1;15/01/2024;15/01/2028\nTrần Thị B;Sở Y tế;TD2;;31/12/2025\n' >days.csv
in_db days.db import days.csv 2>/dev/null
for type in json csv; do
	in_db days.db export "--$type" >"days-$type.$type"
	exit_is 0 "dropped-in-silence: an export as $type" in_db "days-$type.db" \
		import "days-$type.$type"
	is "$(records "days-$type.db" | jq -c '[.certificates[].not_after]')" \
		'["2028-01-15","2025-12-31"]' 'dropped-in-silence: has both certificates'
	is "$(records "days-$type.db")" "$(records days.db)" \
		'dropped-in-silence: and is the same register'
done
sees may-01 2026-11-21T08:00:00+07:00 'TD1:Nguyễn Văn A:0AD1' >days-status.json
exit_is 0 'dropped-in-silence: what a machine saw' in_db days.db import \
	days-status.json --json
is "$(records days.db | jq -c '[.certificates[] | select(.device_serial == "TD1") |
	.certificate_serial]')" '["0AD1"]' \
	'dropped-in-silence: gives the same certificate its number'

# A list overwrites what the certificate itself says

certificate()
{
	records "$1" | jq -r --arg serial "$2" '.certificates[] |
		select(.certificate_serial == $serial) |
		"\(.device_serial) \(.not_before) \(.not_after)"'
}
head='Họ và tên;Cơ quan;Số hiệu token;Số chứng thư số;Hiệu lực từ;Hiệu lực đến'
sees may-01 2026-11-20T08:00:00+07:00 'OV1:Nguyễn Văn A:0A0E' >over.json
exit_is 0 'list-over-certificate: what a machine saw' in_db over.db import over.json
printf '%s\n' "$head" 'Nguyễn Văn A;Sở Tài chính;OV1;0A0E;15/01/2024;31/12/2035' >over.csv
exit_is 11 'list-over-certificate: a list with another last day' \
	in_db over.db import over.csv
like "$err" 'row 2, column "Hiệu lực đến".*has 15/01/2028.*has 31/12/2035' \
	'list-over-certificate: is refused with both days'
is "$(certificate over.db 0A0E)" 'OV1 2024-01-15 2028-01-15' \
	'list-over-certificate: the register keeps what was read'
printf '%s\n' "$head" 'Nguyễn Văn A;Sở Tài chính;OV1;0A0E;01/02/2024;15/01/2028' >over.csv
exit_is 11 'list-over-certificate: another first day' in_db over.db import over.csv
like "$err" 'row 2, column "Hiệu lực từ"' 'list-over-certificate: is refused, too'
in_db over.db export >over-export.json
in_db over.db export --csv >over-export.csv
exit_is 0 'list-over-certificate: an export' in_db over.db import over-export.json \
	over-export.csv
like "$err" 'nothing in it is new' 'list-over-certificate: is taken as it is'
sees may-01 2026-11-21T08:00:00+07:00 'OV1:Nguyễn Văn A:0A0F' >renewed.json
exit_is 0 'list-over-certificate: a renewed certificate' in_db over.db import renewed.json
is "$(certificate over.db 0A0F)" 'OV1 2024-01-15 2028-01-15' \
	'list-over-certificate: is another one'
# Known by a list first: what was typed is corrected by the certificate, and
# then no list goes over that.
printf '%s\n' "$head" 'Nguyễn Văn A;Sở Tài chính;OV1;0A0E;15/01/2024;31/12/2030' >typed.csv
exit_is 0 'list-over-certificate: a list' in_db typed.db import typed.csv
sed 's/2030/2029/' typed.csv >typed2.csv
exit_is 0 'list-over-certificate: corrects another' in_db typed.db import typed2.csv
is "$(certificate typed.db 0A0E)" 'OV1 2024-01-15 2029-12-31' \
	'list-over-certificate: as both were typed'
exit_is 0 'list-over-certificate: the token itself' in_db typed.db import over.json
exit_is 11 'list-over-certificate: the list again' in_db typed.db import typed2.csv
is "$(certificate typed.db 0A0E)" 'OV1 2024-01-15 2028-01-15' \
	'list-over-certificate: changes nothing any more'
exit_is 0 'list-over-certificate: what was seen is taken back' in_db typed.db undo 3
exit_is 0 'list-over-certificate: and the list again' in_db typed.db import typed.csv
is "$(certificate typed.db 0A0E)" 'OV1 2024-01-15 2030-12-31' \
	'list-over-certificate: is taken again'

# A list moves a certificate to a token that is mistyped

printf '%s\n' "$head" 'Nguyễn Văn A;Sở Tài chính;OV9;0A0E;15/01/2024;15/01/2028' >phantom.csv
exit_is 11 'certificate-to-phantom: a list with another token' \
	in_db over.db import phantom.csv
like "$err" 'row 2, column "Số hiệu token".* 0A0E .* OV1, .* OV9' \
	'certificate-to-phantom: is refused with both tokens'
is "$(certificate over.db 0A0E)" 'OV1 2024-01-15 2028-01-15' \
	'certificate-to-phantom: it is where it was seen'
is "$(records over.db | jq -c '[.tokens[].device_serial]')" '["OV1"]' \
	'certificate-to-phantom: and no token is made of a typing error'
exit_is 0 'certificate-to-phantom: over a list' in_db typed.db import phantom.csv
like "$err" 'row 2: The certificate 0A0E .* was OV1, and is OV9' 'certificate-to-phantom: it is told'
is "$(certificate typed.db 0A0E | cut -d' ' -f1)" OV9 \
	'certificate-to-phantom: and a correction'

# A list turns a person into an organization

head='Họ và tên;Cơ quan;Số CCCD;Ngày sinh;Số hiệu token;Loại thuê bao'
printf '%s\n' "$head" 'Nguyễn Văn A;Sở Tài chính;001090000001;;PO1;cá nhân' \
	'Trần Thị B;Sở Tài chính;;01/02/1980;PO2;cá nhân' \
	'Phòng Tài chính;Sở Tài chính;;;PO3;cá nhân' >person.csv
exit_is 0 'person-to-organization: two people, and a mistake' \
	in_db person.db import person.csv
sed 's/cá nhân/tổ chức/' person.csv >organization.csv
exit_is 11 'person-to-organization: a list that has them as organizations' \
	in_db person.db import organization.csv
is "$(grep -c 'row [23], column "Loại thuê bao"' <<<"$err") $(grep -c 'row 4, column "Loại thuê bao".*only people' <<<"$err")" \
	'2 0' 'person-to-organization: is refused for who has a number or a birthday'
sed -i 2,3d organization.csv
exit_is 0 'person-to-organization: where neither is known' \
	in_db person.db import organization.csv
is "$(records person.db | jq -c '[.subscribers[].holder]')" \
	'["person","person","organization"]' 'person-to-organization: it is a correction'
exit_is 11 'person-to-organization: by register add' in_db person.db add \
	subscriber subscriber=1 holder=organization
exit_is 0 'person-to-organization: a number that was not theirs is taken away' \
	in_db person.db add subscriber subscriber=1 id_number= holder=organization

plan_done
