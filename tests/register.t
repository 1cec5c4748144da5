#!/bin/bash
# SPDX-License-Identifier: LGPL-2.1-or-later
# sanitize: yes
# stores: both
#
# The custody register: tables into it, and what it says of them.

# shellcheck disable=SC2119,SC2120,SC2317 # functions are called by name
# shellcheck source=tests/lib.sh
. "$(dirname "$0")/lib.sh"
need_world
need jq:jq sqlite3:sqlite3 iconv:libc-bin python3:python3
cd "$WORK" || bail 'no work folder'
export CKSTOKEN_NOW=2026-11-21T02:00:00Z
register=(ckstoken register)

# in_db FILE FORM...: a form of the command on a register.
in_db()
{
	local file=$1
	shift
	"${register[@]}" "$@" --file "$(place "$file")"
}
# records FILE: all but what wrote it.
records()
{
	in_db "$1" export | jq -c 'del(.program)'
}

# 1. A table, in every way that it may be saved

cat >table.csv <<'EOF'
STT,Họ và tên,Số CCCD,Email công vụ,Cơ quan công tác,Phòng ban,Số hiệu token,Số hiệu chứng thư,Hiệu lực từ,Hiệu lực đến,Người quản lý,Quản lý từ ngày
1,Nguyễn Văn An,001085001234,An@VIDU.example,Sở Tài chính,Văn phòng,AbC123,0a:1b,1/2/2025,01/02/2028,Trần Thị Bích,1/3/2025
2,"Lê ""C"", Thị",001085001235,c@vidu.example,Sở Tài chính,,X2,0A1C,2025-01-01,1/1/2027,,
3,Đỗ Văn D,,d@vidu.example,Sở Y tế,Phòng Dược,X3,0A1D,1/1/2023,1/1/2026,Đỗ Văn D,1/1/2023
EOF
delimited()
{
	python3 -c 'import csv, sys
csv.writer(sys.stdout, delimiter=sys.argv[1]).writerows(
	csv.reader(open("table.csv", encoding="utf-8")))' "$1"
}
{ printf '\xef\xbb\xbf' && cat table.csv; } >bom.csv
sed 's/$/\r/' table.csv >crlf.csv
delimited ';' >semicolons.csv
{ printf '\xff\xfe' && delimited $'\t' | iconv -t UTF-16LE; } >unicode.txt
exit_is 0 'a table is imported' in_db r.db import table.csv
like "$err" '3 rows are new$' 'and counted'
on_server || is "$(stat -c %a r.db)" 600 'into a file for its owner only'
all=$(records r.db)
is "$(jq -c '.tokens[0], .subscribers[0], .certificates[0], .custody[0]' \
	<<<"$all")" '{"device_serial":"AbC123","subscriber":1}
{"subscriber":1,"name":"Nguyễn Văn An","id_number":"001085001234","email":"An@vidu.example","organization":"Sở Tài chính","unit":"Văn phòng"}
{"certificate_serial":"0A1B","subscriber":1,"device_serial":"AbC123","not_before":"2025-02-01","not_after":"2028-02-01"}
{"device_serial":"AbC123","keeper":"Trần Thị Bích","from_date":"2025-03-01"}' \
	'as the records in it'
for file in bom.csv crlf.csv semicolons.csv unicode.txt; do
	exit_is 0 "$file" in_db "${file%.*}.db" import "$file"
	is "$(records "${file%.*}.db")" "$all" 'is the same'
done
exit_is 0 'the same once more' in_db r.db import table.csv
like "$err" 'nothing in it is new, 3 rows were already there' 'is nothing new'
is "$(records r.db)" "$all" 'and doubles nothing'
is "$(in_db r.db history --json | jq '.events | length')" 3 'nor any event'
exit_is 0 '--dry-run' in_db r.db import --dry-run \
	<(sed 's/2028/2029/; s/X3/X4/' table.csv)
like "$err" '2 rows would change earlier records, 1 row is already there; nothing was written' 'counts'
exit_is 0 'what-a-list-changes' in_db r.db import --dry-run \
	<(sed 's/Văn phòng/Thanh tra/' table.csv)
like "$err" '^ckstoken: [^ ]*: row 2: "Phòng ban" was Văn phòng, and is Thanh tra from now on[.]' \
	'what-a-list-changes: is told with what was there'
many()
{
	echo 'Họ và tên,Số CCCD,Phòng ban,Số hiệu token'
	for i in {100..201}; do
		echo "Nguyễn Văn An,001085001$i,$1,M$i"
	done
}
many 'Văn phòng' >many.csv
many 'Thanh tra' >moved.csv
exit_is 0 'many rows' in_db many.db import many.csv
unlike "$err" 'from now on' 'that change nothing'
exit_is 0 'all of which a list changes' in_db many.db import moved.csv
is "$(grep -c 'from now on' <<<"$err")" 100 'what-a-list-changes: is told of as many as are read'
like "$err" '2 more changes of values are not shown' 'what-a-list-changes: and how many are not'
cat >passing.csv <<'EOF'
Họ và tên,Số hiệu token
"Lê ""C"", Thị",AbC123
EOF
exit_is 11 'token-of-another: by a name alone' in_db r.db import passing.csv
like "$err" 'belongs to Nguyễn Văn An, and Lê "C", Thị is in it as well, of "Sở Tài chính"' \
	'token-of-another: is told'
sed -i '1s/$/,Số CCCD/; 2s/$/,001085001235/' passing.csv
exit_is 0 'token-of-another: by a number' in_db r.db import --dry-run passing.csv
exit_is 2 'import-of-nothing' in_db r.db import
like "$err" 'missing behind "register import"' 'import-of-nothing: says what is wrong'
head -n 1 table.csv >head.csv
exit_is 0 'headings-alone' in_db r.db import head.csv
like "$err" 'there is no row of data in it' 'headings-alone: are told'
is "$(records r.db)" "$all" 'and writes nothing'

# 2. What is wrong is told all at once, and nothing is imported

cat >wrong.csv <<'EOF'
Họ và tên,Số CCCD,Số hiệu token,Hiệu lực từ,Hiệu lực đến
Phạm G,12,N1,1/1/2025,1/1/2027
Phạm H,,N2,31/02/2025,
Phạm I,,N3,1/1/2027,1/1/2025
Phạm K,001085001234,N4,,
Phạm L,,N5,,
EOF
exit_is 11 'a table with mistakes' in_db r.db import wrong.csv
like "$err" 'wrong.csv: row 2, column "Số CCCD"' 'what cannot be read'
like "$err" 'wrong.csv: row 3, column "Hiệu lực từ"' 'wherever it stands'
like "$err" 'row 4, column "Hiệu lực đến": .*before' 'days turned round'
like "$err" 'row 5, column "Số CCCD": .*Nguyễn Văn An' \
	"and another's number"
is "$(grep -c '^ckstoken: wrong.csv: row' <<<"$err")" 4 \
	'are told all at once'
like "$err" 'nothing was imported' 'with what became of it'
is "$(records r.db)" "$all" 'and nothing was imported, of good rows neither'
exit_is 11 'a first import that fails' in_db first.db import \
	<(printf 'Họ và tên,Hiệu lực từ\nPhạm G,31/02/2025\n')
on_server || is "$(stat -c %s first.db)" 0 'leaves no register behind'
exit_is 11 'as is told' in_db first.db list
like "$err" 'no register yet' 'with the way to one'
exit_is 0 'a first trial' in_db first.db import --dry-run table.csv
on_server || is "$(stat -c %s first.db)" 0 'makes none either'
exit_is 0 'the next import makes it' in_db first.db import table.csv
is "$(records first.db)" "$all" 'as if nothing had been there'
for heading in 'Mật khẩu' 'PIN' 'SO-PIN' 'Password' 'mã PUK'; do
	printf 'Họ và tên,%s\nPhạm M,%s\n' "$heading" "$USER_PIN" >secret.csv
	exit_is 11 "a column \"$heading\"" in_db r.db import secret.csv
	unlike "$err" "$USER_PIN" 'is refused, and not repeated'
done
is "$(records r.db)" "$all" 'and not kept'
# A name, a number or a day that is mistyped makes no record of its own.
# mistyped NAME WHY JSON: is refused.
mistyped()
{
	printf '%s' "$3" >mistyped.json
	exit_is 11 "mistyped: $1" in_db r.db import mistyped.json
	like "$err" "$2" "mistyped: $1: it is told"
}
mistyped 'a field' 'sendr.*"sender" is written nearly so' \
	'{"requests": [{"request": 77, "sendr": "Sở Y tế", "procedure": "recover"}]}'
mistyped 'what only a list prints' 'agency.*no such field' \
	'{"requests": [{"request": 77, "procedure": "recover", "agency": "Sở Y tế"}]}'
mistyped 'a number alone' 'row 1.*mã yêu cầu.*none of this number.*thủ tục' \
	'{"requests": [{"request": 77}]}'
mistyped 'a serial number' 'row 1.*letter O, I or l' \
	'{"certificates": [{"certificate_serial": "54FO", "revoked_date": "2026-11-01"}]}'
mistyped 'a birth' 'row 1.*ngày sinh.*still to come' \
	'{"subscribers": [{"name": "Phạm Ph", "birth_date": "2026-11-22"}]}'
mistyped 'a year' 'row 1.*between 1900 and 2200' \
	'{"subscribers": [{"name": "Phạm Ph", "birth_date": "0202-11-22"}]}'
mistyped 'a day beside its number' 'row 1.*ngày văn bản.*20/11/2025" has another day' \
	'{"requests": [{"procedure": "recover", "document_date": "2026-11-20",
	"document_number": "15/STC-VP ngày 20/11/2025"}]}'
printf 'Họ và tên;Số hiệu tokn\nPhạm N;N9\n' >heading.csv
exit_is 11 'mistyped: a heading' in_db r.db import heading.csv
like "$err" 'no such column; "số hiệu thiết bị lưu khóa bí mật" is written nearly so' \
	'mistyped: a heading: it is told'
is "$(records r.db)" "$all" 'mistyped: nothing of it is recorded'
# As programs of other lands write it: wide digits, a blank that does not break.
printf '{"tokens": [{"device_serial": "Ｗ１２", "received_date": "０１／０２／２０２５",
	"note": "két\u00a02"}]}' >wide.json
exit_is 0 'wide digits' in_db wide.db import wide.json
is "$(records wide.db | jq -c '.tokens[0]')" \
	'{"device_serial":"W12","received_date":"2025-02-01","note":"két 2"}' 'are digits'
# columns: "table|column|TYPE" of all that the register keeps.
columns()
{
	if on_server; then
		in_register r.db "SELECT t.table_name, c.column_name,
			upper(c.data_type) FROM information_schema.tables t
			JOIN information_schema.columns c
			ON (c.table_schema, c.table_name) =
				(t.table_schema, t.table_name)
			WHERE t.table_schema = 'ckstoken' AND
				t.table_type = 'BASE TABLE'"
	else
		in_register r.db "SELECT m.name, c.name, c.type
			FROM sqlite_master m, pragma_table_info(m.name) c
			WHERE m.type = 'table'"
	fi
}
is "$(columns | cut -d'|' -f2 | grep -iE 'pass|khau|pin|puk|secret|key')" \
	user_pin 'there is no column for one, but for whether it is locked'
# an-incomplete-filter: a PIN came in by place_kept, decision and the like
# (165/2025/QĐ-UBND Điều 11.3: no password is kept with the token).
taken=''
columns=0
while IFS='|' read -r table column type; do
	case $type,$table in
	*,events | *,meta | *,earlier_events | *,gone_records) continue ;;
	TEXT,*) ;;
	*) continue ;;
	esac
	record=$(sed -E 's/ies$/y/; s/sses$/ss/; t; s/s$//' <<<"$table")
	columns=$((columns + 1))
	in_db r.db add "$record" "$column=két, PIN $USER_PIN" >told 2>&1
	if [ $? != 11 ] || grep -q "$USER_PIN" told; then
		taken+="$record $column: $(<told)"$'\n'
	fi
done < <(columns)
is "$taken" '' 'an-incomplete-filter: no text of any record takes a PIN'
ok 'all were tried' test "$columns" -gt 70
exit_is 0 'a number that is surely another is no PIN' \
	in_db first.db add token "device_serial=T-72" \
	"note=PIN bị khóa theo Công văn 1234/STC-VP, token số hiệu 12345678"
on_server || no_secret_in 'nor one in any file' r.db*

# 3. One by one

exit_is 0 'add' in_db r.db add custody device_serial=x2 keeper='Võ Văn G' \
	from_date=5/5/2026
is "$(records r.db | jq -c '.custody[] | select(.device_serial == "X2")')" \
	'{"device_serial":"X2","keeper":"Võ Văn G","from_date":"2026-05-05"}' \
	'knows the token by its letters'
exit_is 0 'the next keeper' in_db r.db add custody device_serial=X2 \
	keeper='Hồ Thị H' from_date=06/06/2026
is "$(records r.db | jq -r '.custody[] | select(.keeper == "Võ Văn G").to_date')" \
	2026-06-06 'ends the custody before'
exit_is 0 'a keeper in a row of a token' in_db r.db add device_serial=X2 \
	keeper='Lý I' from_date=07/06/2026
is "$(records r.db | jq -r '.custody[] | select(.keeper == "Hồ Thị H").to_date')" \
	2026-06-07 'ends it too'
exit_is 11 'a keeper, but not since when' in_db r.db add device_serial=X2 \
	keeper='Mai K'
like "$err" 'Lý I has kept this token since 07/06/2026' 'is told who has it'
exit_is 11 "another's address on a token" in_db r.db add device_serial=X3 \
	email=khac@vidu.example
like "$err" 'Đỗ Văn D, subscriber 3.*give subscriber=3' 'is told whose it is'
exit_is 0 'another agency' in_db r.db add subscriber subscriber=3 \
	organization='Sở Tài chính'
is "$(records r.db | jq -r '.subscribers[2] | .organization, .unit')" \
	$'Sở Tài chính\nnull' 'has not the unit of the one before'
exit_is 0 'and back, in other letters' in_db r.db add subscriber subscriber=3 \
	organization='SỞ Y TẾ' unit='phòng DƯỢC'
is "$(records r.db | jq -r '.subscribers[2] | .organization, .unit')" \
	$'Sở Y tế\nPhòng Dược' 'as it is spelled'
exit_is 0 'a loss' in_db r.db add loss device_serial=X3 loss_kind=mất \
	lost_date='sáng 20/11/2026'
exit_is 0 'a letter' in_db r.db add request procedure=lost document_number=7 \
	document_date=20/11/2026
exit_is 0 'its line' in_db r.db add item request=1 device_serial=X3 \
	reason='đánh rơi'
exit_is 11 'of a token that is not there' in_db r.db add loss \
	device_serial=none loss_kind=mất
exit_is 2 'a record that there is not' in_db r.db add thing x=y
exit_is 0 'verify' in_db r.db verify

# 4. The list

exit_is 0 'list' in_db r.db list
is "$out" 'SERIAL  NAME           UNIT OR AGENCY  KEEPER         VALID UNTIL  STATE
X2      Lê "C", Thị    Sở Tài chính    Lý I           01/01/2027   expiring
AbC123  Nguyễn Văn An  Văn phòng       Trần Thị Bích  01/02/2028   in use
X3      Đỗ Văn D       Phòng Dược      Đỗ Văn D       01/01/2026   lost' \
	'has who keeps which today, and how it is with it'
exit_is 0 'list --json' in_db r.db list --json
is "$(json '[.version, .time, (.tokens | length)] | join(" ")')" \
	'1 2026-11-21T09:00:00+07:00 3' 'is one document'
is "$(json '.tokens[1] | {device_serial, name, keeper, state, not_after} |
	join("|")')" 'X2|Lê "C", Thị|Lý I|expiring|2027-01-01' \
	'with the same'
is "$(in_db r.db list --organization 'Sở Y tế' --json |
	jq -r '.tokens[].device_serial')" X3 '--organization'
is "$(in_db r.db list --unit 'Văn phòng' --json |
	jq -r '.tokens[].device_serial')" AbC123 '--unit'
exit_is 3 'no such' in_db r.db list --organization 'Sở Y tế' --unit 'Văn phòng'
exit_is 3 '--holder, which nobody told' in_db r.db list --holder 'tổ chức'
exit_is 0 'told' in_db r.db add subscriber subscriber=2 holder='tổ chức'
is "$(in_db r.db list --holder 'tổ chức' --json |
	jq -r '.tokens[].device_serial')" X2 'it is found by its word'
is "$(in_db r.db list --holder organization --json |
	jq -r '.tokens[].device_serial')" X2 'and by its key'
exit_is 2 'and a word for nothing is refused' in_db r.db list --holder x

# state SERIAL: as the list has it.
state()
{
	in_db r.db list --json |
		jq -r --arg s "$1" '.tokens[] | select(.certificate_serial == $s or
			(.certificate_serial == null and .device_serial == $s)) |
			.state'
}
# row WHAT NAME=TEXT...: another token.
row()
{
	in_db r.db add "$@" 2>/dev/null
}
row device_serial=T1 name=A certificate_serial=01 not_after=20/11/2026
row device_serial=T2 name=B certificate_serial=02 not_after=21/11/2026
row device_serial=T3 name=C certificate_serial=03 not_after=20/01/2027
row device_serial=T4 name=D certificate_serial=04 not_after=19/01/2027
row device_serial=T5 name=E certificate_serial=05 not_before=22/11/2026 \
	not_after=22/11/2028
row device_serial=T6 name=F certificate_serial=06 not_after=1/1/2028 \
	revoked_date=21/11/2026
row device_serial=T7 name=G certificate_serial=07 not_after=1/1/2028 \
	user_pin=locked
row device_serial=T8 name=H certificate_serial=08 not_after=1/1/2026 \
	returned_date=2/1/2026
row device_serial=T9 name=I
row device_serial=T1 certificate_serial=09 not_after=1/1/2029
row name=K certificate_serial=10 not_after=1/1/2029
is "$(for s in 01 02 03 04 05 06 07 08 T9 09 10; do state "$s"; done | xargs)" \
	'replaced expiring in-use expiring not-yet-valid revoked locked returned no-certificate in-use in-use' \
	'each state'
exit_is 0 'list --csv' in_db r.db list --csv
in_db r.db list --csv >list.csv
exit_is 0 'goes into a new register' in_db list.db import list.csv
in_db list.db list --csv >again.csv
ok 'that has the same list' cmp list.csv again.csv
exit_is 0 'and into its own' in_db r.db import list.csv
like "$err" 'nothing in it is new' 'where it changes nothing'
exit_is 0 'a letter takes it' ckstoken --config "$(office_conf)" request revoke \
	--no-tokens --province phu-tho --data <(in_db r.db list --csv \
	--unit 'Văn phòng') --set reason='nghỉ hưu' -o letter.docx

# 5. One of them

for what in x3 X3 0a1d d@vidu.example 'Đỗ Văn D' token=X3 subscriber=3; do
	exit_is 0 "show $what" in_db r.db show "$what"
	like "$out" 'device_serial: X3' 'has the token'
	like "$out" 'not_after: 01/01/2026' 'the certificate'
	like "$out" 'keeper: Đỗ Văn D' 'the keeper'
	like "$out" 'loss_kind: lost' 'and the loss'
done
like "$out" $'^Subscriber\n  subscriber: 3\n' 'under headings'
exit_is 0 'a letter by its number' in_db r.db show 7 --json
is "$(json '[.requests[0].procedure, .items[0].reason] | join(" ")')" \
	'lost đánh rơi' 'with its lines'
is "$(json 'keys_unsorted | join(" ")')" \
	'version time subscribers tokens certificates custody requests items losses unblocks' \
	'in lists as those of an export'
exit_is 3 'what is not there' in_db r.db show nobody
is "$out" '' 'is nothing'
row name='Nguyễn Văn An' id_number=001085009999 organization='Sở Y tế'
exit_is 4 'a name that two have' in_db r.db show 'Nguyễn Văn An'
like "$err" 'subscriber=1  Nguyễn Văn An, Sở Tài chính, Văn phòng' \
	'each is told by what names it alone'
name=$(grep -oE 'subscriber=[0-9]+  Nguyễn Văn An, Sở Y tế' <<<"$err")
exit_is 0 'which is taken' in_db r.db show "${name%% *}"
like "$out" '001085009999' 'for that one'

# reg-pin-state: each is told as what it is; "works" stood beside all of them.
while read -r pin words; do
	exit_is 0 "reg-pin-state: a PIN that is $pin" in_db pin.db add token \
		device_serial="P-$pin" user_pin="$pin"
	exit_is 0 'show' in_db pin.db show "P-$pin"
	like "$out" "user_pin: $words"$'(\n|$)' "says so: $words"
	exit_is 0 'history' in_db pin.db history "P-$pin"
	like "$out" "user_pin: $words"$'(\n|$)' 'and so does history'
	is "$(in_db pin.db show "P-$pin" --json |
		jq -r '.tokens[0].user_pin')" "$pin" 'and the JSON'
done <<'END'
ok works
count-low works, a wrong try was made
final-try one try left
locked locked
not-set not set
must-change must be changed
unknown not known
END
exit_is 11 'a state that there is not' in_db pin.db add token \
	device_serial=P user_pin=works
like "$err" 'ok, count-low, final-try, locked, not-set, must-change, unknown' \
	'is told which there are'

# A lost token that is seen again was "lost" in the list, and its renewal due.
row2()
{
	in_db found.db add "$@" 2>/dev/null
}
# lost_is STATE RULES NAME: the list, and what is due.
lost_is()
{
	is "$(in_db found.db list --json | jq -r '.tokens[0].state')" "$1" \
		"$3: the list"
	is "$(in_db found.db due --json --province phu-tho --days 30 |
		jq -r '[.due[].rule] | unique | join(" ")')" "$2" \
		"$3: what is due"
}
row2 device_serial=F1 name=A certificate_serial=01 not_before=1/1/2024 \
	not_after=25/12/2026 organization='Sở Tài chính'
row2 loss device_serial=F1 loss_kind=mất reported_time='2026-11-10 08:00'
lost_is lost 'loss-minutes revoke-lost' 'a loss'
row2 token device_serial=F1 seen_date=10/11/2026
lost_is lost 'loss-minutes revoke-lost' 'seen on its day, maybe before'
row2 token device_serial=F1 seen_date=12/11/2026
lost_is expiring renew 'seen again'

# 6. What was done

exit_is 0 'history' in_db r.db history x2
like "$out" '^2  21/11/2026 09:00:00  [^ ]+  import' 'says when, who and how'
like "$out" 'keeper: Hồ Thị H' 'of the token its keepers'
like "$out" 'holder: organization' 'and its subscriber'
unlike "$out" 'AbC123|X3' 'and of no other'
exit_is 0 'history --json' in_db r.db history --json
is "$(json '.events | length')" \
	"$(in_register r.db 'SELECT count(*) FROM events')" 'has every event'
is "$(json '.events[0] | keys_unsorted | join(" ")')" \
	'number hash time clock officer by from records' 'with these members'
is "$(json '.events[-1].hash')" "$(in_db r.db verify --json | jq -r .head)" \
	'up to the head'
is "$(json '[.events[].number] | . == sort')" true 'the oldest first'
row token device_serial=T9 note='bỏ'
jq -n '[{record: "token", device_serial: "T9", note: null}]' >null.json
exit_is 0 'a value taken away' in_db r.db import null.json
exit_is 0 'is told' in_db r.db history T9
like "$out" $'note: -\n?$' 'as none'
exit_is 3 'history of nothing' in_db r.db history nobody

# Events are found by the records that they changed, and by those that a record
# named before it named another.
row4()
{
	in_db was.db add "$@" 2>/dev/null
}
# events_of SUBJECT
events_of()
{
	in_db was.db history "$1" --json | jq -r '[.events[].number] | join(" ")'
}
row4 name=A device_serial=W1 organization='Sở Y tế'
row4 token device_serial=W1 note=một
row4 token device_serial=W1 note=hai
row4 name=B device_serial=W1 organization='Sở Y tế'
row4 name=C device_serial=W2 organization='Sở Y tế'
row4 token device_serial=W1 note=ba
is "$(events_of W1)" '1 2 3 4 6' 'history-of-a-token: each event that changed it'
is "$(events_of subscriber=2)" '1 2 3 4 6' 'history-of-a-subscriber: that of the token'
is "$(events_of subscriber=1)" '1' \
	'history-of-a-former-subscriber: when the token was that one'\''s'
is "$(events_of W2)" '5' 'history-of-a-token: and no event of another'
exit_is 0 'earlier-events: are as they follow from all events' in_db was.db verify
in_register was.db 'DELETE FROM earlier_events WHERE event = 2'
exit_is 1 'earlier-events: one that is taken away' in_db was.db verify --json
is "$(json .result)" tables 'earlier-events: is told'

# The times of events: that of the act, and that of the machine's clock.
ckstoken register add token device_serial=U1 --file "$(place times.db)"
CKSTOKEN_NOW=2020-01-01T00:00:00Z ckstoken register add token device_serial=U2 \
	--file "$(place times.db)"
exit_is 1 'an-act-dated-back-by-the-environment: verify needs attention' \
	in_db times.db verify
like "$err" 'event is dated before .* event 2 at 01/01/2020 07:00:00, and .* 21/11/2026 09:00:00' \
	'an-act-dated-back-by-the-environment: both days are told'
like "$out" 'The register is intact: 2 events' \
	'an-act-dated-back-by-the-environment: it is no damage'
exit_is 1 'in JSON' in_db times.db verify --json
is "$(json '[.result, .first_bad_event, .first_event_back_in_time, .first_event_of_other_time] | map(tostring) | join(" ")')" \
	'right null 2 1' 'an-act-dated-back-by-the-environment: in JSON too'
exit_is 0 'its history' in_db times.db history U2
like "$out" "^2  01/01/2020 07:00:00 .* \\(recorded $(TZ=UTC-7 date +%d/%m/%Y) " \
	'an-act-dated-back-by-the-environment: history has the clock'
# A machine with a dead battery: the chain is what it would be.
future='{"time":"2031-01-01T07:00:00+07:00","clock":"2031-01-01T07:00:00+07:00","officer":"","by":"add","records":[{"record":"token","device_serial":"U3"}]}'
head=$(in_register times.db 'SELECT hash FROM events WHERE number = 2')
hash=$(printf '%s%s' "$head" "$future" | sha256sum | cut -d' ' -f1)
in_register times.db "INSERT INTO events VALUES (3, '$hash', '$future');
	INSERT INTO tokens (device_serial, event) VALUES ('U3', 3);
	UPDATE meta SET text = '3 $hash' WHERE name = 'head'"
exit_is 1 'a-clock-ahead: the last event needs attention at once' \
	in_db times.db verify --json
is "$(json .last_event_ahead)" 3 'a-clock-ahead: in JSON'
like "$err" 'the last event, 3, was recorded at 01/01/2031 07:00:00' 'and in words'
env -u CKSTOKEN_NOW "$CKSTOKEN" register add token device_serial=U4 --file "$(place times.db)"
exit_is 1 'a-clock-that-went-back: verify needs attention' in_db times.db verify
like "$err" 'clock went back before 1 event: event 4 was recorded at .*, and .* 01/01/2031 07:00:00' \
	'a-clock-that-went-back: is told with both times'
exit_is 2 'a-clock-explained: not without a reason' in_db times.db explain
exit_is 11 'a-clock-explained: nor with a secret' \
	in_db times.db explain --reason 'PIN 482913'
exit_is 1 'a-clock-explained: needs attention as before' in_db times.db verify
explain()
{
	env -u CKSTOKEN_NOW "$CKSTOKEN" register explain --reason "$1" \
		--file "$(place times.db)"
}
exit_is 0 'a-clock-explained: once it is on record why' \
	explain 'Pin đồng hồ của máy hết'
like "$err" 'recorded as event 5: why time went back, up to event 4' 'is told'
exit_is 0 'a-clock-explained: it needs no attention' in_db times.db verify
like "$err" 'time went back at event 2 and perhaps later; event 5 explains it: Pin đồng hồ' \
	'and stays told, with the reason'
exit_is 0 'a-clock-explained: in JSON' in_db times.db verify --json
is "$(json '[.first_event_back_in_time, .first_event_back_unexplained,
	.times_explained_by] | map(tostring) | join(" ")')" '2 null 5' 'too'
exit_is 7 'a-clock-explained: once is enough' explain again
exit_is 0 'its history' in_db times.db history
like "$out" 'explains why time goes back, up to event 4: Pin đồng hồ' 'has it'
exit_is 7 'what explains is not taken back' in_db times.db undo 5
CKSTOKEN_NOW=2020-01-01T00:00:00Z ckstoken register add token device_serial=U5 \
	--file "$(place times.db)"
exit_is 1 'a-clock-explained: what goes back later is not' in_db times.db verify
like "$err" 'event 6 at 01/01/2020' 'and is told by itself'
exit_is 0 'a-clock-explained: again' explain 'Ghi bù'
exit_is 0 'and it is settled' in_db times.db verify

# 7. Files that are none of ours, or cannot be written

exit_is 11 'no register yet' in_db none.db list
like "$err" 'register import' 'the way to one is told'
nok 'and none is made' test -e none.db
if ! on_server; then
	echo 'a letter to my mother' >letter.txt
	for form in list 'import table.csv'; do
		# shellcheck disable=SC2086 # words
		exit_is 11 "$form on a file that is no register" in_db letter.txt $form
		is "$(cat letter.txt)" 'a letter to my mother' 'leaves it as it is'
	done
	sqlite3 other.db 'CREATE TABLE mine (x); INSERT INTO mine VALUES (1)'
	cp other.db before.db
	exit_is 11 "another program's database" in_db other.db import table.csv
	ok 'is left as it is' cmp other.db before.db
	exit_is 11 'a folder' in_db . list
	mkdir shut
	cp r.db shut
	sqlite3 shut/r.db 'PRAGMA journal_mode = DELETE' >/dev/null
	mount --bind shut shut || bail 'no mount here'
	mount -o remount,bind,ro shut || bail 'no read-only mount here'
	exit_is 0 'a register on a disk that is read only' in_db shut/r.db list
	exit_is 12 'cannot be added to' in_db shut/r.db add token device_serial=T9 note=x
	umount shut
fi
exit_is 2 'a form that there is not' in_db r.db forget
exit_is 2 'an option of another form' in_db r.db list --dry-run
exit_is 2 'JSON and CSV at once' in_db r.db list --json --csv
exit_is 11 'no file named, none configured' \
	ckstoken --config "$(office_conf)" register list
printf '%s\n' '[register]' "$(register_setting r.db)" >conf
exit_is 0 'the configuration names it' ckstoken --config conf register list

# What is folded in a table is so in searches and options

is "$(in_db r.db list --organization $'so y te\u00a0' --json |
	jq -r '.tokens[].device_serial')" X3 \
	'an agency typed without accents, with a no-break space'
is "$(in_db r.db list --organization 'Sở Y tế' --unit $'  phòng\u00a0DƯỢC' --json |
	jq -r '.tokens[].device_serial')" X3 'a unit in capitals'
exit_is 3 'another agency' in_db r.db list --organization 'Sở Ý tế'
is "$(in_db r.db show 'DO VAN D' --json | jq -r '.subscribers[0].name')" \
	'Đỗ Văn D' 'a person typed without accents'
exit_is 4 'one that two may be' in_db r.db show 'nguyen van an'
exit_is 3 'another person' in_db r.db show 'Nguyễn Văn Ân'

# What a spreadsheet would run is harmless in CSV, and comes back as it was

cat >formula.json <<'EOF'
[{"name":"=cmd|'/C calc'!A0","device_serial":"T2","organization":"x;@SUM(1)","note":"-1+1","keeper":"'=x"}]
EOF
exit_is 0 'names that are formulas' in_db formula.db import formula.json
in_db formula.db export --csv >formula.csv
for cell in ",'=cmd|'/C calc'!A0," ",\"x;'@SUM(1)\"," ",'-1+1," ",''=x,"; do
	ok "$cell has its apostrophe" grep -qF -e "$cell" formula.csv
done
is "$(in_db formula.db list --csv | grep -cE "(^|[,;])[=+@-][^,0-9]")" 0 \
	'and so in a list'
exit_is 0 'the table is imported' in_db again.db import formula.csv
is "$(records again.db)" "$(records formula.db)" 'and is as it was'

# A certificate without an end

printf 'Họ và tên,Số hiệu token,Số hiệu chứng thư,Hiệu lực đến\nA,T3,0B,31/12/9999\n' \
	>noend.csv
exit_is 0 'a certificate without an end' in_db noend.db import noend.csv
in_db noend.db export --csv >noend2.csv
exit_is 0 'is imported from an export' in_db noend2.db import noend2.csv
is "$(in_db noend2.db export | jq -r '.certificates[0].not_after')" 9999-12-31 \
	'with its last day'

# rewritten-certificate: a list that says otherwise than the register of what never
# changes in a certificate is told of, with both.
printf '%s\n' 'name,device_serial,certificate_serial,not_after' \
	'Nguyễn Văn An,AA000001,54F001,19/05/2029' >once.csv
printf '%s\n' 'name,device_serial,certificate_serial,not_after' \
	'Nguyễn Văn An,BB000009,54F001,31/12/2035' >again.csv
exit_is 0 'rewritten-certificate: a list' "$CKSTOKEN" register import once.csv \
	--file "$(place rewritten.db)"
unlike "$err" 'does not change' 'rewritten-certificate: nothing is told of what is new'
for try in '--dry-run' ''; do
	# shellcheck disable=SC2086 # a word or none
	exit_is 0 "rewritten-certificate: another $try" "$CKSTOKEN" register import \
		again.csv $try --file "$(place rewritten.db)"
	like "$err" 'row 2: The certificate 54F001 .*"not_after" was 19/05/2029, and is 31/12/2035' \
		"rewritten-certificate: its end is told $try"
	like "$err" 'row 2: The certificate 54F001 .*"device_serial" was AA000001, and is BB000009' \
		"rewritten-certificate: and its token $try"
done

plan_done
