#!/bin/bash
# SPDX-License-Identifier: LGPL-2.1-or-later
# sanitize: yes
#
# "ckstoken doctor" names the first broken link from the USB device to the
# certificate, and all else that is to be mended: each fault is made with the
# real thing, and is found by its name.

# shellcheck disable=SC2119,SC2120,SC2317 # functions are called by name
# shellcheck source=tests/lib.sh
. "$(dirname "$0")/lib.sh"
need_world
need jq:jq perl:perl sqlite3:sqlite3 openssl:openssl setpriv:util-linux

if ! mount -t tmpfs -o mode=755 tmpfs /sys 2>/dev/null; then
	skip_all 'no /sys of its own here'
fi
mkdir -p /sys/bus/usb/devices
own_etc
mkdir -p /etc/ckstoken/forms /etc/ckstoken/provinces
: >"$WORK/empty.conf"

# doctor [ARG...]: with the configuration $conf.
conf=$WORK/empty.conf
doctor()
{
	ckstoken --config "$conf" "$@" doctor --json --timeout 2
}
# row SOURCE CHECK [MEMBER]: the results of such rows, or another member.
row()
{
	json "[.checks[] | select(.source == \"$1\" and .check == \"$2\") |
		.${3-result}] | join(\"|\")"
}
# finds RESULT SOURCE CHECK NAME [REGEX]: what the last doctor says.
finds()
{
	is "$(row "$2" "$3")" "$1" "$4: $1"
	[ -z "${5-}" ] || like "$(row "$2" "$3" message) $(row "$2" "$3" todo)" \
		"$5" "$4: in words"
}
# first SOURCE CHECK NAME: the first broken link.
first()
{
	is "$(json '.first_broken | .source + " " + .check')" "$1 $2" \
		"$3: is the first broken link"
}
# usb NAME VENDOR PRODUCT WORDS CLASS: plugs a device in.
usb()
{
	local device=/sys/bus/usb/devices/$1
	mkdir -p "$device" "$device:1.0"
	echo "$2" >"$device/idVendor"
	echo "$3" >"$device/idProduct"
	echo "$4" >"$device/product"
	echo "$5" >"$device:1.0/bInterfaceClass"
}

# 1. USB and pcscd

OPENSC_MODULE=$(first_of /usr/lib/*/opensc-pkcs11.so) ||
	skip_all 'opensc-pkcs11.so is missing (package opensc-pkcs11)'
usb usb1 1d6b 0002 'xHCI Host Controller' 09
usb 1-1 046d c31c 'USB Keyboard' 03
exit_is 1 'no-usb-device: something is to be mended' \
	doctor --module "$OPENSC_MODULE"
finds not-known configuration agency 'no-agency' \
	'no agency is named.*particulars asked for'
finds broken usb on-the-bus 'no-usb-device' 'no reader, and no token.*lsusb'
first usb on-the-bus 'no-usb-device'
is "$(json '.checks[0] | keys_unsorted | join(" ")')" \
	'source check about result message todo command' \
	'no-usb-device: in the members of the contract'
is "$(json '.checks[] | select(.source == "card" or .source == "token") |
	.result' | sort -u)" not-known \
	'no-usb-device: what follows from it is not called broken'

usb 1-2 0529 0620 'Token JC' 0b
usb 1-3 dead 0001 'Card Reader' 0b
exit_is 1 'pcscd-down' doctor --module "$OPENSC_MODULE"
finds ok usb on-the-bus 'pcscd-down' \
	'SafeNet eToken 5100.* \(0529:0620\), Card Reader \(dead:0001\)'
unlike "$(row usb on-the-bus message)" 'Keyboard' \
	'pcscd-down: a keyboard is no reader'
finds broken pcscd runs 'pcscd-down' 'does not run'
first pcscd runs 'pcscd-down'
like "$(json .first_broken.command)" 'pcscd' 'pcscd-down: with the command'

pcscd=$(readlink -f "$(command -v pcscd)")
mount --bind /dev/null "$pcscd" || bail 'pcscd cannot be hidden'
exit_is 1 'pcscd-not-installed' doctor --module "$OPENSC_MODULE"
finds broken pcscd installed 'pcscd-not-installed'
is "$(json .first_broken.command | sed 's/^sudo //')" \
	'apt install pcscd libccid' 'pcscd-not-installed: with the command'
umount "$pcscd"

# As pcscd does with whom polkit refuses; and one that never answers.
mkdir -p /run/pcscd
serve()
{
	rm -f /run/pcscd/pcscd.comm
	bash -c 'exec -a pcscd perl -MIO::Socket::UNIX -e "\$0 = q(pcscd);
		my \$s = IO::Socket::UNIX->new(Local => q(/run/pcscd/pcscd.comm),
			Listen => 9) or die;
		chmod 0666, q(/run/pcscd/pcscd.comm); my @kept;
		while (my \$c = \$s->accept()) {
			'"$1"' ? push @kept, \$c : close \$c }"' &
	service=$!
	wait_for 5 test -S /run/pcscd/pcscd.comm || bail 'no service'
}
serve 0
exit_is 1 'pcscd-refuses' doctor --module "$OPENSC_MODULE"
finds broken pcscd serves 'pcscd-refuses' 'refuses this user.*polkit'
first pcscd serves 'pcscd-refuses'
like "$(json .first_broken.command)" "$(sed -E \
	's/[][().*+?{}|^$\\]/\\&/g' "$TOP/lib/input/50-ckstoken.rules")" \
	'pcscd-refuses: the rule is printed, as it is installed'
like "$(json .first_broken.command)" \
	'cp .*/examples/50-ckstoken.rules /etc/polkit-1/rules.d' \
	'pcscd-refuses: and where it goes'
kill "$service"
serve 1
exit_is 1 'pcscd-hangs' doctor --module "$(mock locks)"
finds broken pcscd serves 'pcscd-hangs' 'runs, but does not answer'
kill "$service"
rm -rf /run/pcscd

# A pcscd without any reader, which writes down what goes to cards.
mkdir -p "$WORK/none" /run/pcscd
alone=()
! pcscd --help 2>&1 | grep -q disable-polkit || alone=(--disable-polkit)
export PCSCLITE_CSOCK_NAME=/run/pcscd/pcscd.comm
pcscd -f --apdu "${alone[@]}" -c "$WORK/none" >"$WORK/none.log" 2>&1 &
service=$!
wait_for 10 test -S /run/pcscd/pcscd.comm || bail 'no pcscd'
exit_is 1 'driver-lacks-device' doctor --module "$OPENSC_MODULE"
finds broken reader driver 'driver-lacks-device' 'dead:0001.*libccid'
first reader driver 'driver-lacks-device'
finds broken logs pcscd 'pcscd-logs-apdus' 'started with --apdu.*PINs'
rm -r /sys/bus/usb/devices/1-3*
exit_is 1 'reader-kept-by-another' doctor --module "$OPENSC_MODULE"
finds broken reader seen 'reader-kept-by-another' 'scdaemon'
plist=/usr/lib/pcsc/drivers/ifd-ccid.bundle/Contents/Info.plist
if [ -e "$plist" ]; then
	mount --bind /dev/null "$plist" || bail 'no driver to hide'
fi
exit_is 1 'no-driver-of-readers' doctor --module "$OPENSC_MODULE"
finds broken reader driver 'no-driver-of-readers' 'not installed'
is "$(json .first_broken.command | sed 's/^sudo //')" 'apt install libccid' \
	'no-driver-of-readers: with the command'
[ ! -e "$plist" ] || umount "$plist"
kill "$service"
wait "$service" 2>/dev/null
rm -rf /run/pcscd /sys/bus/usb/devices/1-2*

# 2. Cards and tokens. The certificate is valid today, whatever day that is.

export CKSTOKEN_NOW=2026-11-21T02:00:00Z
start_pcscd 6
exit_is 1 'no-card' doctor --module "$OPENSC_MODULE"
finds ok usb on-the-bus 'no-card: readers that are not on USB' 'another way'
finds ok reader seen 'no-card' '6 readers.*Virtual PCD'
finds broken card present 'no-card' 'chip'
first card present 'no-card'
finds warning clock fixed 'time-is-fixed' 'CKSTOKEN_NOW'

openssl req -x509 -newkey rsa:2048 -nodes -keyout "$WORK/own.key" -days 300 \
	-subj '/C=VN/O=Sở Tài chính/CN=Nguyễn Văn An' -utf8 \
	-addext basicConstraints=CA:FALSE -out "$WORK/own.crt" 2>/dev/null ||
	bail 'no certificate'
start_card hsm sc-hsm 0 --pair "$WORK/own.key,$WORK/own.crt,An"
mkdir -p /etc/ckstoken
printf 'year %s\n' "$(date +%Y)" >/etc/ckstoken/holidays
find /etc/ckstoken "$HOME" /run/pcscd -type f -exec sha256sum {} + \
	>"$WORK/before" 2>/dev/null
exit_is 0 'all-is-well: exit code 0' env -u CKSTOKEN_NOW "$CKSTOKEN" \
	--config "$conf" --module "$OPENSC_MODULE" doctor --json
is "$(json .first_broken)" null 'all-is-well: no link is broken'
is "$(json '[.checks[].result] | unique | join(" ")')" 'not-known ok' \
	'all-is-well: what is not known is no fault'
finds ok token shown 'all-is-well' "CA0D0000.*$(reader_name 0)"
finds ok certificate readable 'all-is-well' 'Nguyễn Văn An'
is "$(find /etc/ckstoken "$HOME" /run/pcscd -type f -exec sha256sum {} + \
	2>/dev/null | diff - "$WORK/before")" '' 'all-is-well: nothing was changed'
is "$(secret_apdus hsm)" 0 'all-is-well: and no PIN was sent'
rm /etc/ckstoken/holidays

hold_reader 0 exclusive
exit_is 1 'held-by-another' doctor --module "$OPENSC_MODULE"
finds broken card free 'held-by-another' "reader \\(${holder_pid[0]}\\).*End that"
first card free 'held-by-another'
release_reader 0

start_card mute bit4id 1 --atr "3B8180018080$(printf '00%.0s' {1..40})"
start_card stranger bit4id 2 --atr 3B8180018080
start_card vgca iasecc 3
exit_is 1 'cards-that-are-not-shown' doctor --module "$OPENSC_MODULE"
finds 'broken|ok' card answers 'mute-card' 'does not answer'
first card answers 'mute-card'
stop_card mute
exit_is 1 'no-driver-for-the-atr' doctor --module "$OPENSC_MODULE"
is "$(row token shown | tr '|' '\n' | sort | xargs)" 'broken broken ok' \
	'no-driver-for-the-atr: two of three'
first token shown 'no-driver-for-the-atr'
like "$(row token shown message)" \
	'VGCA IAS-ECC \(ChipDoc\) \(ATR 3BDF18FF.*|ATR 3B8180018080' \
	'no-driver-for-the-atr: with what it looks like'
like "$(row token shown todo)" 'libbit4xpki.so' \
	'no-driver-for-the-atr: and which module serves it'
stop_card stranger
stop_card vgca
exit_is 1 'module-not-asked' doctor --module "$(mock three)"
finds 'warning|ok|ok|ok' token shown 'module-not-asked' 'was not asked'
like "$(row token shown command)" "module = .*/opensc-pkcs11.so" \
	'module-not-asked: with its path'

# The mock says that it is in the same reader.
mock_state
MOCK_READER=$(reader_name 0)
export MOCK_READER
exit_is 1 'two-modules-one-token' doctor --module "$OPENSC_MODULE" \
	--module "$(mock locks)"
finds warning token once 'two-modules-one-token' \
	"$OPENSC_MODULE and .*locks.so"
unset MOCK_READER

opensc_conf 'app default { }'
exit_is 1 'opensc-limit-of-readers' doctor --module "$OPENSC_MODULE"
finds warning reader opensc-limit 'opensc-limit-of-readers' \
	"4 readers only, and there are 6.*$OPENSC_CONF"
opensc_conf 'app default { this is { not a configuration'
exit_is 1 'opensc-conf-broken' doctor --module "$OPENSC_MODULE"
finds warning module configuration 'opensc-conf-broken' "$OPENSC_CONF"
opensc_conf 'app default { debug = 3; debug_file = /tmp/opensc.log; }
app opensc-pkcs11 { pkcs11 { max_virtual_slots = 128; } }'
exit_is 1 'opensc-debug' doctor --module "$OPENSC_MODULE"
finds broken logs opensc 'opensc-debug' "$OPENSC_CONF.*PINs"
is "$(row reader opensc-limit)" '' 'opensc-debug: with room for all readers'
opensc_conf 'app default { }
app opensc-pkcs11 { pkcs11 { max_virtual_slots = 128; } }'
PKCS11SPY=$OPENSC_MODULE OPENSC_DEBUG=3 exit_is 1 'spy-in-the-environment' \
	doctor --module "$OPENSC_MODULE"
is "$(row logs environment about | tr '|' '\n' | sort | xargs)" \
	'OPENSC_DEBUG PKCS11SPY' 'spy-in-the-environment: each is named'
mkdir -p "$HOME/.config/pkcs11"
printf 'user-config: merge\nlog-calls: yes\n' >"$HOME/.config/pkcs11/pkcs11.conf"
exit_is 1 'p11-kit-logs-calls' doctor --module "$OPENSC_MODULE"
finds broken logs p11-kit 'p11-kit-logs-calls' 'log-calls'
rm "$HOME/.config/pkcs11/pkcs11.conf"
spy=${OPENSC_MODULE/opensc-pkcs11/pkcs11-spy}
if [ -e "$spy" ]; then
	exit_is 1 'spy-among-modules' doctor --module "$spy"
	finds broken logs spy 'spy-among-modules' 'pkcs11-spy.so'
fi
finds '' logs off 'spy'

# 3. Modules

lacking=$WORK/lacking.so
sed 's/libc\.so\.6/libq.so.6/g' "$(mock locks)" >"$lacking"
cp "$(mock locks)" "$WORK/other.so"
printf '\x16\x00' | dd of="$WORK/other.so" bs=1 seek=18 conv=notrunc status=none
exit_is 1 'modules-that-fail' doctor --module "$WORK/none/nothing.so" \
	--module "$lacking" --module "$WORK/other.so" \
	--module "$(readlink -f "$LD_LIBRARY_PATH/libckstoken.so.0")" \
	--module "$(mock null-functions)" --module "$(mock hang-init)" \
	--module "$(mock crash-init)" --module "$(mock error-init)"
about()
{
	json ".checks[] | select(.about == \"$1\") | .check + \" \" + .result +
		\": \" + .message + \" \" + .todo + \" \" + (.command // \"\")"
}
like "$(about "$WORK/none/nothing.so")" '^present broken: .*is not there' \
	'module-missing: is told'
like "$(about "$lacking")" \
	'^loads broken: .*library libq.so.6 .*apt-file search libq.so.6' \
	'module-lacks-a-library: which one'
like "$(about "$WORK/other.so")" "^processor broken: .*$(uname -m)" \
	'module-of-another-processor: is told'
like "$(json '.checks[] | select(.source == "module") | .message')" \
	'libckstoken.so.* cannot be loaded: it has no C_GetFunctionList' \
	'module-without-C_GetFunctionList: is told'
like "$(about "$(mock null-functions)")" 'not a complete PKCS #11 module' \
	'module-incomplete: is told'
like "$(about "$(mock hang-init)")" \
	'^answers broken: .*does not answer within 2 seconds' \
	'module-hangs: is told'
like "$(about "$(mock crash-init)")" '^answers broken: .*crashes' \
	'module-crashes: is told'
like "$(about "$(mock error-init)")" '^loads broken: .*C_Initialize' \
	'module-refuses: with what it said'
unlike "$(about "$(mock error-init)")" 'PKCS #11 library .* instead' \
	'module-refuses: is not taken for a module of another system'
first module present 'modules-that-fail'
exit_is 1 'output-without-bound' doctor --module "$(mock endless-objects)"
finds warning certificate number 'output-without-bound' 'more certificates on the token'
is "$((${#out} < 50000))" 1 'output-without-bound: is a page or two'
cp "$(mock locks)" "$WORK/open.so"
chmod o+w "$WORK/open.so"
exit_is 1 'module-others-can-change' doctor --module "$WORK/open.so"
finds broken module trusted 'module-others-can-change' 'another user could.*root'

# 4. Certificates

stop_card hsm
start_card broken sc-hsm 0 --pair "$WORK/own.key,$WORK/own.crt,An" \
	--raw-pair "$(pki person.key),$(broken_certificate),broken"
exit_is 1 'certificate-unreadable' doctor --module "$OPENSC_MODULE"
like "$(row certificate readable)" 'broken' 'certificate-unreadable: is told'
first certificate readable 'certificate-unreadable'
stop_card broken
start_card old sc-hsm 0 \
	--pair "$(pki expired.key),$(pki expired.crt),old" \
	--pair "$(pki notyet.key),$(pki notyet.crt),new"
exit_is 1 'certificate-not-in-force' doctor --module "$OPENSC_MODULE"
is "$(row certificate in-force)" 'warning|warning' \
	'certificate-not-in-force: each is told'
like "$(row certificate in-force message)" \
	'expired.*not valid before|not valid before.*expired' \
	'certificate-not-in-force: in words'
stop_card old
stop_pcscd
exit_is 1 'blank-slot-while-pcscd-is-down' doctor --module "$(mock blank)"
finds broken pcscd runs 'blank-slot-while-pcscd-is-down'
finds not-known token shown 'blank-slot-while-pcscd-is-down' 'no token is seen'
unlike "$(row token shown message) $(row token initialized todo)" \
	'never initialized|nothing is to be done' \
	'blank-slot-while-pcscd-is-down: is not all that there is'
fill_token()
{
	: # nothing is put on it
}
start_softhsm 'Thẻ trống'
exit_is 1 'no-certificate' doctor --module "$SOFTHSM_MODULE"
finds warning certificate present 'no-certificate'
finds not-known pcscd serves 'pcscd-is-not-missed: what is in a reader is not seen' \
	'would not be seen; those seen here are in none'
finds not-known card present 'pcscd-is-not-missed: nor a card'

# 5. What documents are made of

locks=$(mock locks)
mock_state
printf '[agency]\nname = Sở Tài chính\nname\n' >"$WORK/broken.conf"
conf=$WORK/broken.conf
exit_is 1 'configuration-broken: doctor works' doctor --module "$locks"
finds broken configuration readable 'configuration-broken' 'line 3'
finds ok token shown 'configuration-broken: and looks at all else'
like "$(row configuration readable todo)" 'at that line' \
	'configuration-broken: the cure names the line'
# knows_nothing NAME: what such a configuration says is not known.
knows_nothing()
{
	is "$(json '[.checks[] | select(.source | IN("province", "fonts",
		"register", "journal", "trust")) | .source + " " + .result] |
		join(", ")')" "$(printf '%s not-known, ' province fonts \
		register journal | sed 's/$/trust not-known/')" \
		"unread-taken-for-none: $1"
}
printf '[output]\nlanguage\n[province]\nname = phu-tho\n' >"$WORK/broken.conf"
printf '[register]\nfile = %s\n' "$WORK/none.db" >>"$WORK/broken.conf"
exit_is 1 'unread-taken-for-none: a fault' doctor --module "$locks"
knows_nothing 'a fault'
cp "$WORK/empty.conf" "$WORK/open.conf"
chmod 666 "$WORK/open.conf"
conf=$WORK/open.conf
exit_is 1 'unread-taken-for-none: open to others' doctor --module "$locks"
knows_nothing 'open to others'
unlike "$(row configuration readable todo)" 'at that line' \
	'cure-names-no-line: open to others'
conf=$WORK/absent.conf
exit_is 1 'unread-taken-for-none: absent' doctor --module "$locks"
knows_nothing 'absent'
like "$(row configuration readable todo)" 'Put the file there' \
	'cure-names-no-line: absent'
printf '[province]\nname = Atlantis\n' >"$WORK/atlantis.conf"
conf=$WORK/atlantis.conf
printf '<form' >/etc/ckstoken/forms/06.xml
printf '<province' >/etc/ckstoken/provinces/own.xml
printf 'nonsense\n' >/etc/ckstoken/holidays
exit_is 1 'office-files-broken' doctor --module "$locks"
finds broken province readable 'province-unknown' 'Atlantis.*bac-ninh'
finds warning province others-readable 'province-broken' 'own.xml'
finds broken forms readable 'form-broken' '/etc/ckstoken/forms/06.xml'
finds broken calendar readable 'calendar-broken' '/etc/ckstoken/holidays'
rm /etc/ckstoken/*/*.xml
echo 'year 2020' >/etc/ckstoken/holidays
mkdir "$WORK/fonts"
cp /usr/share/fonts/truetype/liberation*/LiberationSerif-*.ttf "$WORK/fonts" ||
	bail 'no fonts to begin with'
# The letters from U+1EA0 on are taken out of the table of characters.
perl -0777 -pi -e '
	my ($at) = map { unpack "x8N", $_ } grep { /^cmap/ }
		unpack "x12 (a16)" . unpack("x4n", $_), $_;
	$at += unpack "x" . ($at + 8) . "N", $_;
	my $n = unpack "x" . ($at + 6) . "n", $_;
	for (my $i = 0; $i < $n; $i += 2) {
		my $end = unpack "x" . ($at + 14 + $i) . "n", $_;
		my $start = unpack "x" . ($at + 16 + $n + $i) . "n", $_;
		substr($_, $at + 16 + $n + $i, 2) = pack "n", $end
			if $start <= 0x1ea0 && $end >= 0x1ea0;
	}' "$WORK/fonts/LiberationSerif-Regular.ttf"
printf '[fonts]\ndirectory = %s\n' "$WORK/fonts" >"$WORK/fonts.conf"
conf=$WORK/fonts.conf
exit_is 1 'fonts-lack-letters' doctor --module "$locks"
finds broken fonts letters 'fonts-lack-letters' 'Ạ'
finds warning calendar year 'calendar-without-the-year' '2026'
rm /etc/ckstoken/holidays "$WORK"/fonts/*
printf '[sign]\nseal = %s\n' "$WORK/no-seal.png" >>"$WORK/fonts.conf"
exit_is 1 'fonts-missing' doctor --module "$locks"
finds broken configuration images 'seal-missing' 'no-seal.png'
finds broken fonts readable 'fonts-missing' 'no font for documents'
mkfifo "$WORK/image.png"
echo 'no picture' >"$WORK/seal.png"
printf '[sign]\nimage = %s\nseal = %s\n' "$WORK/image.png" \
	"$WORK/seal.png" >"$WORK/images.conf"
conf=$WORK/images.conf
exit_is 1 'image-that-is-none' doctor --module "$locks"
finds 'broken|broken' configuration images 'image-that-is-none' \
	'image.png.*seal.png: it is no PNG'

# 6. The clock

cp -L "$CKSTOKEN" "$WORK/ckstoken"
touch -d 2190-01-01 "$WORK/ckstoken"
conf=$WORK/empty.conf
exit_is 1 'clock-before-the-build' env -u CKSTOKEN_NOW "$WORK/ckstoken" \
	--config "$conf" --module "$locks" doctor --json
finds warning clock right 'clock-before-the-build' '2190.*set-ntp|2190.*wrong'
CKSTOKEN_NOW=nonsense exit_is 1 'time-that-is-none' doctor --module "$locks"
finds 'broken|warning' clock fixed 'time-that-is-none' 'nonsense'

# 7. Register and journal

cd "$WORK" || bail 'no folder'
printf '[register]\nfile = %s\n[journal]\nfile = %s\n' "$WORK/r.db" \
	"$WORK/j" >"$WORK/books.conf"
conf=$WORK/books.conf
exit_is 1 'register-not-made' doctor --module "$locks"
finds warning register opens 'register-not-made' 'no register yet'
ckstoken register add token device_serial=T1 --file r.db >/dev/null 2>&1 ||
	bail 'no register'
cp "$TOP/tests/fixtures/unblock-0.1.journal" j
cp "$TOP/tests/fixtures/unblock-0.1.journal.head" j.head
chmod 644 r.db
sha256sum r.db j j.head >books
exit_is 1 'register-others-can-read' doctor --module "$locks"
finds ok register whole 'register-others-can-read: it is whole' '1 event'
finds warning register shared 'register-others-can-read' 'other users'
like "$(row register shared command)" "^chmod 600 $WORK/r.db\$" \
	'register-others-can-read: with the command'
finds not-known register backed-up 'register-backup: is not known'
finds ok journal whole 'journal-whole'
ok 'register-others-can-read: nothing was changed' sha256sum -c --quiet books
chmod 600 r.db j
sed -i '1s/MOCK/mock/' j
sqlite3 r.db "DROP TRIGGER events_no_UPDATE;
	UPDATE events SET text = replace(text, 'T1', 'T2')" ||
	bail 'no other event'
exit_is 1 'register-and-journal-changed' doctor --module "$locks"
finds broken register whole 'register-changed' 'event 1 does not follow'
like "$(row register whole command)" \
	"^ckstoken --config $WORK/books.conf --module $locks register verify\$" \
	'register-changed: the command looks at this one'
finds broken journal whole 'journal-changed' 'line 1'
rm r.db
{
	cat "$TOP/tests/fixtures/register-0.1.sql"
	echo 'PRAGMA application_id = 1667986292;'
} | sqlite3 r.db || bail 'no old register'
chmod 600 r.db
sha256sum r.db >books
exit_is 1 'register-of-an-earlier-version' doctor --module "$locks"
finds not-known register opens 'register-of-an-earlier-version' 'older ckstoken'
ok 'register-of-an-earlier-version: is left as it is' \
	sha256sum -c --quiet books
echo 'no register' >r.db
exit_is 1 'register-that-is-none' doctor --module "$locks"
finds broken register opens 'register-that-is-none' 'not a ckstoken register'

# What is no register and no journal is left to whoever needs it.
mkfifo pipe
chmod 644 r.db j
for other in /etc/passwd /dev/zero "$WORK" "$WORK/pipe" "$WORK/j"; do
	printf '[register]\nfile = %s\n[journal]\nfile = %s\n' "$other" \
		"${other/%\/j/\/r.db}" >other.conf
	conf=$WORK/other.conf
	exit_is 1 "cure-for-what-is-no-register: $other" \
		doctor --module "$locks"
	unlike "$([ -f "$other" ] || row journal whole todo)" 'give it back' \
		"cure-for-what-is-no-journal: $other stays whose it is"
	is "$(json '[.checks[] | select(.source == "register" or
		.source == "journal") | .command // "" | select(test("chmod"))] |
		length')" 0 "cure-for-what-is-no-register: $other keeps its mode"
done
conf=$WORK/books.conf
# A command means the path and nothing else to the shell it is copied into.
odd="$WORK/a'\$(touch pwned)'  b.db"
ckstoken register add token device_serial=T1 --file "$odd" >/dev/null 2>&1 ||
	bail 'no register of an odd name'
chmod 644 "$odd"
printf '[register]\nfile = %s\n' "$odd" >odd.conf
conf=$WORK/odd.conf
exit_is 1 'command-not-quoted' ckstoken --config "$conf" --module "$locks" \
	doctor
bash -c "$(grep -o 'chmod 600 .*' <<<"$out")"
is "$(stat -c %a "$odd")" 600 'command-not-quoted: it does what it says'
is "$(find "$WORK" -name pwned)" '' 'command-not-quoted: and nothing else'
conf=$WORK/books.conf

# An older copy of the register is put back behind the journal.
rm -f r.db* j j.head
ckstoken register add token device_serial=MOCK00000000 --file r.db \
	>/dev/null 2>&1 || bail 'no register'
cp r.db older.db
mock_state user-tries=0
{
	cat books.conf
	printf '[desk]\nname = Sở Khoa học và Công nghệ\ngrounds = 01/QĐ\n'
} >desk.conf
exit_is 0 'an unblock' env -u CKSTOKEN_NOW "$CKSTOKEN" --config desk.conf \
	--module "$locks" unblock --final-try --yes --authority 15/STC-VP \
	--so-pin-file "$(secret_file SO_PIN)" \
	--new-pin-file "$(secret_file NEW_PIN)"
rm -f r.db-*
cp older.db r.db
exit_is 1 'register-put-back' doctor --module "$locks"
finds ok register whole 'register-put-back: by itself it is whole'
finds broken register agrees 'register-put-back' 'older copy'
conf=$(desk_conf)
exit_is 1 'desk-without-a-shared-journal' doctor --module "$locks"
finds warning journal machine 'desk-without-a-shared-journal' \
	'officers share no journal'
if awk '$3 > 65536 { found = 1 } END { exit !found }' /proc/self/uid_map; then
	own_state
	# What an officer runs must be where he may go.
	install -d -m 755 /run/officer
	cp -L "$CKSTOKEN" "$LD_LIBRARY_PATH/libckstoken.so.0" "$conf" "$locks" \
		/run/officer
	chmod 644 /run/officer/desk.conf
	exit_is 1 'journal-of-others' setpriv --reuid 12345 --regid 12345 \
		--clear-groups env -u MOCK_STATE -u MOCK_LOG -u MOCK_CERT \
		HOME=/nowhere LD_LIBRARY_PATH=/run/officer /run/officer/ckstoken \
		--config /run/officer/desk.conf --module /run/officer/locks.so \
		doctor --json
	finds warning journal machine 'journal-of-others' \
		'closed to this user.*add this user'
	umount /var/lib/opencryptoki /var/lib
fi
mkdir -p "$WORK/folder"
printf '[register]\ndatabase = postgresql://127.0.0.1:9/none\n[journal]
file = %s\n' "$WORK/folder" >server.conf
conf=$WORK/server.conf
exit_is 1 'server-and-journal-down' doctor --module "$locks"
finds broken register opens 'register-server-down' 'no connection'
finds broken journal whole 'journal-that-is-none' 'no plain file'
conf=$WORK/empty.conf
exit_is 1 'no-place-for-a-journal' env -u HOME "$CKSTOKEN" --config "$conf" \
	--module "$locks" doctor --json
finds warning journal whole 'no-place-for-a-journal' 'HOME'
touch -d 2190-01-01 r.db
conf=$WORK/books.conf
exit_is 1 'clock-before-the-register' doctor --module "$locks"
finds warning clock right 'clock-before-the-register' 'register was written'

# 8. What is trusted

pki=$(dirname "$(pki person.crt)")
mkdir trusted lists
cp "$pki/root-g2.crt" trusted
cp "$pki/g2.crl" "$pki/root-g2.crl" lists
trusting()
{
	printf '[trust]\nanchors = %s\ncrls = %s\n' "$1" "$2" >trust.conf
	conf=$WORK/trust.conf
	exit_is 1 "$3" doctor --module "$locks"
}
trusting "$WORK/trusted" "$WORK/lists" 'trust-whole'
finds ok trust anchors 'trust-whole' '1 root certificate'
finds ok trust lists-fresh 'trust-whole' '2 lists'
cp "$pki/g2-old.crl" lists
cp "$pki/sub-g1.crt" "$pki/root-g1.crt" trusted
echo nonsense >trusted/x.pem
trusting "$WORK/trusted" "$WORK/lists" 'trust-faults'
is "$(row trust lists-fresh | tr '|' '\n' | sort | xargs)" 'ok warning' \
	'list-outdated: is told'
like "$(row trust lists-fresh message)" '20/10/2026' 'list-outdated: since when'
finds 'warning|warning' trust lists-complete 'list-missing' 'RootCA'
finds broken trust readable 'trust-unreadable' 'x.pem'
CKSTOKEN_NOW=2060-01-01T00:00:00Z trusting "$WORK/trusted" "$WORK/lists" \
	'anchor-expired'
finds 'warning|warning' trust anchors-in-force 'anchor-expired' '2048'
mkdir nothing
trusting "$WORK/nothing" "$WORK/lists" 'no-anchor'
finds broken trust anchors 'no-anchor'
trusting "$WORK/absent" "$WORK/lists" 'anchors-absent'
finds broken trust readable 'anchors-absent' 'absent'

# 9. What was installed, and a machine without a USB bus

conf=$WORK/empty.conf
prefix=$(sed -n "s/.*-DCKSTOKEN_DATADIR='\"\([^\"]*\)\/share\/ckstoken\"'.*/\1/p" \
	"$BUILD/settings")
rm -r /sys/bus
if [ -d "$prefix/share/ckstoken/forms" ]; then
	mount -t tmpfs tmpfs "$prefix/share/ckstoken/forms"
	mount -t tmpfs tmpfs "$prefix/libexec/ckstoken"
	exit_is 1 'installed-in-part' doctor --module "$WORK/none/nothing.so"
	finds broken forms present 'forms-missing'
	finds 'broken|broken' programs present 'programs-missing' 'signatures'
	umount "$prefix/share/ckstoken/forms" "$prefix/libexec/ckstoken"
else
	exit_is 1 'no-usb-bus' doctor --module "$WORK/none/nothing.so"
fi
finds not-known usb on-the-bus 'no-usb-bus' 'container'

# 10. For people: in both languages, and as wide as a terminal

conf=$WORK/empty.conf
for language in en vi; do
	printf '[output]\nlanguage = %s\n' "$language" >"$WORK/language.conf"
	exit_is 1 "in words ($language)" ckstoken --config "$WORK/language.conf" \
		--module "$WORK/none/nothing.so" doctor
	is "$(grep -v / <<<"$out" | grep -E '.{81}')" '' \
		"in words ($language): in 80 columns"
	is "$err" '' "in words ($language): all on standard output"
done
like "$out" '^Hãy sửa việc này trước: ' 'in words: the first link comes first'
like "$out" $'\n''hỏng +mô-đun +không có mô-đun' 'in words: and then each row'

exit_is 1 'in words: a path that would steer the terminal' env \
	OPENSC_CONF=$'/tmp/\e[31mred' "$CKSTOKEN" --module "$OPENSC_MODULE" \
	--module $'/tmp/\e[32mgreen.so' doctor
unlike "$out" $'\e' 'in words: it does not'

plan_done
