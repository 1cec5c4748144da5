#!/bin/bash
# SPDX-License-Identifier: LGPL-2.1-or-later
# sanitize: yes
#
# Seals: the heads of the register and of the journal, signed by an officer's own
# token, and what "register verify --seal" says of them.

# shellcheck disable=SC2119,SC2120,SC2317 # functions are called by name
# shellcheck source=tests/lib.sh
. "$(dirname "$0")/lib.sh"
need_world
need jq:jq openssl:openssl sqlite3:sqlite3 faketime:faketime
cd "$WORK" || bail 'no work folder'
export CKSTOKEN_NOW=2026-11-23T02:00:00Z
pki=$(dirname "$(pki person.crt)")
# Between the token's certificate and the root; and the lists.
cat "$pki/sub-g2.crt" "$pki/g2.crl" "$pki/root-g2.crl" >lists.pem
start_softhsm officer
pin=$(secret_file USER_PIN)
printf '%s\n' '[register]' "file = $WORK/r.db" '[journal]' \
	"file = $WORK/unblock.journal" '[modules]' "module = $SOFTHSM_MODULE" >plain.conf
{
	cat plain.conf
	printf '[trust]\nanchors = %s\ncrls = %s\n' "$pki/root-g2.crt" \
		"$WORK/lists.pem"
} >trust.conf
register=(ckstoken --config trust.conf register)
add()
{
	"$CKSTOKEN" --config trust.conf register add token device_serial="$1" \
		2>add.err || bail "no register: $(<add.err)"
}
seal=("${register[@]}" seal --pin-file "$pin")
verify=("${register[@]}" verify)

# 1. What is refused, before a PIN is asked for

exit_is 2 'no file to write' "${seal[@]}"
exit_is 11 'no register' "${seal[@]}" -o no.txt
add A1
exit_is 3 'no such token' "${seal[@]}" -o no.txt --serial XX
exit_is 5 'a wrong PIN' "${register[@]}" seal -o no.txt \
	--pin-file "$(secret_file WRONG_PIN)"
nok 'nothing is written' test -e no.txt
# link-to-nothing: known before the PIN is used
ln -s nothing link.seal
exit_is 7 'link-to-nothing: is refused, whatever the PIN' "${register[@]}" seal \
	-o link.seal --pin-file "$(secret_file WRONG_PIN)"
like "$err" 'is a link to a file that is not there' 'link-to-nothing: is told'

# 2. One that holds

exit_is 0 'a seal' "${seal[@]}" -o one.seal
like "$err" 'sealed at 23/11/2026 09:00:00, by its own words, by Nguyễn Thị Thử Nghiệm .*: it holds' \
	'is verified before it is written'
sed -n '/^-----BEGIN CMS/,$p' one.seal >one.pem
sed '/^-----BEGIN CMS/,$d' one.seal >one.text
exit_is 0 'openssl: it is a CAdES signature of all above it' openssl cms -verify -cades \
	-binary -inform PEM -in one.pem -content one.text -out same.text \
	-CAfile "$pki/ca-bundle.pem" -purpose any -attime 1795399200
is "$(jq -r '.evidence.register.events' one.text)" 1 'the text says what is sealed'
exit_is 0 'it proves what stood before' "${verify[@]}" --seal one.seal
add A2
exit_is 0 'and does so once more was written' "${verify[@]}" --seal one.seal --json
is "$(json '.heads[] | [.book, .paper, .result] | join(" ")')" \
	'register one.seal proved' 'its head, to programs'
is "$(json '.seals[] | [.file, .signer, .indication] | join("|")')" \
	'one.seal|Nguyễn Thị Thử Nghiệm (Văn phòng Sở, Sở Tài chính, UBND tỉnh Ví Dụ)|TOTAL-PASSED' \
	'and who sealed'
exit_is 0 'an attempt that the journal has' ckstoken --config trust.conf unblock \
	--authority '15/STC-VP ngày 21/11/2026' --force-unlocked --yes \
	--so-pin-file "$(secret_file SO_PIN)" --new-pin-file "$(secret_file NEW_PIN)"
seal[6]=$(secret_file NEW_PIN)
exit_is 0 'a second seal' "${seal[@]}" -o two.seal
exit_is 0 'several at once' "${verify[@]}" --seal one.seal --seal two.seal --json
is "$(json '.heads[] | [.book, .paper, .result] | join(" ")')" \
	'register one.seal proved
register two.seal proved
journal two.seal proved' 'and the head of the journal is sealed, too'

cp one.seal kept
exit_is 7 'earlier-seal-lost: a seal that is there is not written over' "${seal[@]}" \
	-o one.seal
ok 'earlier-seal-lost: it stands as it was' cmp kept one.seal
{
	cat trust.conf
	echo 'tsa = http://127.0.0.1:1/'
} >tsa.conf
stamped=(ckstoken --config tsa.conf "${seal[@]:3}")
exit_is 9 'an authority that does not answer: no time-stamp, no seal' "${stamped[@]}" \
	-o no.txt
nok 'nothing is written' test -e no.txt
exit_is 0 'unless none is asked for' "${stamped[@]}" --no-tsa -o three.seal

# 3. What it shows: 001 Điều 19.4, whoever keeps the register answers for it

# seal-of-a-register-that-was-changed
"$CKSTOKEN" --config trust.conf register export -o all.json 2>/dev/null
sed 's/"A1"/"B1"/' all.json >changed.json
exit_is 0 'another register' ckstoken --config trust.conf register import changed.json \
	--file other.db
exit_is 1 'seal-of-another: of one that began otherwise' "${verify[@]}" \
	--seal two.seal --file other.db
like "$out$err" 'two.seal' 'seal-of-another: is told'
# seal-altered-in-one-digit
# Its time is another, so that the head itself would agree.
sed 's/T09:00:00/T10:00:00/' one.seal >digit.seal
exit_is 13 'seal-altered-in-one-digit' "${verify[@]}" --seal digit.seal
like "$err" 'does not hold' 'seal-altered-in-one-digit: is told'
unlike "$out" 'digit.seal.*: proved' 'seal-altered-in-one-digit: and proves nothing'
# self-made-seal: whoever made it, nobody known vouches for what it says
self_made()
{
	TZ=UTC0 faketime '2026-11-23 01:00:00' openssl req -x509 -newkey rsa:2048 -nodes -keyout self.key -out self.crt \
		-subj '/CN=Officer' -days 3650 \
		-addext 'keyUsage=critical,digitalSignature'
	TZ=UTC0 faketime '2026-11-23 02:00:00' openssl cms -sign -binary -cades \
		-md sha256 -in one.text -signer self.crt -inkey self.key -outform PEM -out self.pem
}
self_made >self.log 2>&1 || bail "no seal: $(<self.log)"
cat one.text self.pem >self.seal
exit_is 1 'self-made-seal' "${verify[@]}" --seal self.seal
unlike "$out" 'proved' 'self-made-seal: proves nothing'
like "$out" 'self.seal.*: agrees with event 1 ' \
	'self-made-seal: is told where the result is'
exit_is 1 'self-made-seal: to programs' "${verify[@]}" --seal self.seal --json
is "$(json '.heads[0].result')" 'agrees-with-no-known-signer' \
	'self-made-seal: is no proof'
# seal-of-nobody: the text of one with the signature of another
sed '/^-----BEGIN CMS/,$d' two.seal >two.text
cat two.text one.pem >crossed.seal
exit_is 13 'seal-of-nobody: the signature of another text' "${verify[@]}" \
	--seal crossed.seal
{
	cat one.seal
	echo more
} >more.seal
exit_is 13 'something behind the signature' "${verify[@]}" --seal more.seal
exit_is 11 'a text without a signature' "${verify[@]}" --seal one.text
exit_is 11 'no file' "${verify[@]}" --seal none.seal
exit_is 11 'a signature of something else' "${verify[@]}" --seal "$pki/person.crt"
head -c 300000 /dev/zero >large.seal
exit_is 11 'one that is too large' "${verify[@]}" --seal large.seal
# event-after-its-seal: what it vouches for came later than it says it was made
cp r.db later.db
cp r.db-wal later.db-wal 2>/dev/null
late=("${seal[@]}" --file later.db)
CKSTOKEN_NOW=2026-12-23T02:00:00Z "${register[@]}" add token device_serial=A3 \
	--file later.db 2>add.err || bail "not added: $(<add.err)"
exit_is 7 'event-after-its-seal: is not sealed unasked' "${late[@]}" -o late.seal
like "$err" 'event of the register, 3, is of 23/12/2026 .* still to come' \
	'event-after-its-seal: is told before the PIN'
exit_is 0 'event-after-its-seal: it is with --yes' "${late[@]}" -o late.seal --yes
exit_is 1 'event-after-its-seal' "${verify[@]}" --seal late.seal --file later.db --json
like "$err" 'late.seal: it vouches for event 3 of the register, which came at 23/12/2026 .*, and was made before that, at 23/11/2026' \
	'event-after-its-seal: is told with both times'
is "$(json '.heads[] | [.book, .after_seal] | tojson')" '["register",true]
["journal",false]' 'event-after-its-seal: to programs'
verify=(ckstoken --config plain.conf register verify)
exit_is 1 'not-known-is-not-invalid: no root certificate here' "${verify[@]}" \
	--seal one.seal
like "$err" 'whether it holds is not known' 'not-known-is-not-invalid: is told'
like "$out" 'one.seal.*: agrees with event 1' \
	'and the head is held against the register'

# 4. What is not sealed

sqlite3 r.db "DROP TRIGGER events_no_UPDATE;
	UPDATE events SET text = replace(text, 'A1', 'C1') WHERE number = 1" ||
	bail 'not changed'
exit_is 7 'a register that is not intact' "${seal[@]}" -o no.txt
like "$err" 'register is not intact, so it is not sealed' 'is told'
nok 'nothing is written' test -e no.txt
plan_done
