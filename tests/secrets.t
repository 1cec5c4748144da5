#!/bin/bash
# SPDX-License-Identifier: LGPL-2.1-or-later
#
# Where secrets come from, and that they are left nowhere.

# shellcheck disable=SC2119,SC2120,SC2317 # functions are called by name
# shellcheck source=tests/lib.sh
. "$(dirname "$0")/lib.sh"
need_world
need jq:jq script:bsdutils stty:coreutils

conf=$(desk_conf)
journal=$HOME/.local/state/ckstoken/unblock.journal
authority='15/STC-VP ngày 20/11/2026'
so=$(secret_file SO_PIN)
new=$(secret_file NEW_PIN)
unblock=(ckstoken --config "$conf" --module "$(mock locks)" unblock
	--authority "$authority" --json --yes)
sent()
{
	mock_calls C_
}

# 1. Files

refused()
{
	local name=$1 file=$2
	mock_state user-tries=0
	exit_is 11 "$name: refused, exit code 11" \
		"${unblock[@]}" --so-pin-file "$file" --new-pin-file "$new"
	is "$(sent)" 0 "$name: nothing is sent"
	like "$err" "$file" "$name: the file is named"
}
for mode in 640 604 444; do
	open=$(secret_file SO_PIN)
	chmod "$mode" "$open"
	refused "a secret file of mode $mode" "$open"
done
refused 'a missing file' "$WORK/missing"
refused 'a folder' "$WORK"
refused 'an empty line' "$(secret_file '')"
: >"$WORK/empty"
chmod 600 "$WORK/empty"
refused 'an empty file' "$WORK/empty"
refused 'a secret of 300 letters' "$(secret_file "$(printf '%0300d' 0)")"

taken()
{
	local name=$1
	shift
	mock_state user-tries=0
	exit_is 0 "$name" "${unblock[@]}" "$@"
}
taken 'a file with CR LF is taken' --new-pin-file "$new" \
	--so-pin-file "$(secret_file "$SO_PIN"$'\r')"
taken 'only its first line is' --new-pin-file "$new" \
	--so-pin-file "$(secret_file "$SO_PIN"$'\nand more')"
printf %s "$SO_PIN" >"$so"
taken 'a last line needs no end' --so-pin-file "$so" --new-pin-file "$new"
taken '- is stdin' --so-pin-file - --new-pin-file "$new" <"$so"
taken 'two descriptors' --so-pin-fd 5 --new-pin-fd 6 5<"$so" 6<"$new"
taken 'one descriptor gives one line to each' --so-pin-fd 5 --new-pin-fd 5 \
	5< <(printf '%s\n%s\n' "$SO_PIN" "$NEW_PIN")
mock_state user-tries=0
exit_is 2 'a descriptor that is not open' \
	"${unblock[@]}" --so-pin-fd 9 --new-pin-file "$new"
is "$(sent)" 0 'nothing is sent'
for number in -1 -3 010 0x0 +0 '0 ' '' 99999999999; do
	exit_is 2 "no descriptor is numbered '$number'" "${unblock[@]}" \
		"--so-pin-fd=$number" --new-pin-file "$new" <"$so"
	like "$err" '--so-pin-fd' "'$number': the option is named"
	is "$(sent)" 0 "'$number': nothing is sent"
done

# secret-in-the-wrong-place: whatever is wrong with it, it is not repeated.
serial='pkcs11:serial=MOCK00000000'
while read -r code option words; do
	words=${words//SECRET/$SO_PIN}
	read -ra words <<<"$words"
	exit_is "$code" "secret-in-the-wrong-place: ${words[*]/$SO_PIN/SECRET}" \
		"${unblock[@]}" "${words[@]}"
	unlike "$out$err" "$SO_PIN" 'is not repeated'
	like "$err" "$option" 'but what is wrong'
	is "$(sent)" 0 'and nothing is sent'
done <<END
2 --so-pin:.*no.such.option --so-pin=SECRET
2 --so-pin:.*no.such.option --so-pin SECRET
2 -p:.*no.such.option -pSECRET
2 --json: --json=SECRET
2 --so-pin-fd --so-pin-fd SECRET
2 --so-pin-fd --so-pin-fd=SECRETx
2 --new-pin-fd --new-pin-fd ${SO_PIN}00000000
2 --timeout --timeout SECRETx --so-pin-fd SECRET
11 --so-pin-file --so-pin-file SECRET --new-pin-file $new
11 --new-pin-file.*none.of.that.name --so-pin-file $so --new-pin-file SECRET
2 unexpected.argument SECRET
2 --uri --uri $serial?pin-value=SECRET
2 --uri --uri $serial;pin-value=SECRET;pin-value=1
2 --uri --uri $serial?pin%2Dvalue=SECRET;
END
exit_is 2 'secret-in-the-wrong-place: before the command' \
	ckstoken "--so-pin=$SO_PIN" unblock
unlike "$err" "$SO_PIN" 'is not repeated'
like "$err" '--so-pin: there is no such option' 'but what is wrong'

# an-incomplete-filter: journal and register keep what the texts of a command say
# (165/2025/QĐ-UBND Điều 11.3).
kept()
{
	local name="an-incomplete-filter: $1" why=$2
	shift 2
	mock_state user-tries=0
	exit_is 7 "$name: refused, exit code 7" ckstoken --config \
		"${kept_conf:-$conf}" --module "$(mock locks)" unblock --yes "$@" \
		--so-pin-file "$so" --new-pin-file "$new"
	like "$err" "$why.*[Nn]othing was sent" "$name: and why"
	is "$(sent)" 0 "$name: nothing is sent"
}
for text in "PIN $USER_PIN" "15/STC, SO PIN $SO_PIN" "mã mở khóa: $WRONG_PIN"; do
	kept 'an authority that tells a secret' \
		'--authority contains a password, a PIN or a PUK' \
		--authority "$text"
done
for text in "15/STC $SO_PIN" "15/STC-$NEW_PIN/VP" "${SO_PIN:0:4} ${SO_PIN:4}/STC"; do
	kept 'an authority with the secret just given' \
		'the authority has the (new|SO) PIN in it' --authority "$text"
done
sed "s/^grounds = .*/grounds = QĐ $SO_PIN/" "$conf" >"$WORK/grounds.conf"
kept_conf=$WORK/grounds.conf kept 'grounds with the secret just given' \
	'\[desk\] grounds has the SO PIN' --authority "$authority"
exit_is 0 'a letter with a number in it' ckstoken --config "$(office_conf)" \
	--module "$(mock locks)" request recover --province lam-dong --number 15 \
	--set "contact.address=phòng $NEW_PIN" -o "$WORK/number.pdf"
kept 'a letter with the secret just given' \
	'number.pdf has the new PIN in it \(address\)' --request "$WORK/number.pdf"
no_secret_in 'none of them is in the journal' "$HOME"
rm "$WORK/grounds.conf" "$WORK/number.pdf"

# 2. On a terminal

# on_terminal ANSWER...: to one prompt after the other.
on_terminal()
{
	local answer n=0
	mock_state user-tries=0
	rm -f "$WORK/keys" "$WORK/screen"
	mkfifo "$WORK/keys"
	SHELL=/bin/sh script -qefc "'$CKSTOKEN' --config '$conf' \
		--module '$(mock locks)' unblock --authority 1 --yes; \
		echo \"code \$?\"; stty -a" "$WORK/screen" \
		<"$WORK/keys" >/dev/null 2>&1 &
	exec 7>"$WORK/keys"
	for answer; do
		n=$((n + 1))
		wait_for 30 prompts "$n" || break
		printf '%s' "$answer" >&7
	done
	wait_for 30 grep -q 'speed' "$WORK/screen"
	exec 7>&-
	wait "$!"
	screen=$(tr -d '\r' <"$WORK/screen")
}
prompts()
{
	[ "$(grep -oE '(SO PIN|New user PIN|Once more): ' "$WORK/screen" |
		wc -l)" -ge "$1" ]
}
on_terminal "$SO_PIN"$'\n' "$NEW_PIN"$'\n' "$NEW_PIN"$'\n'
like "$screen" 'SO PIN: .*New user PIN: .*Once more: .*code 0' \
	'on a terminal secrets are asked for, the new one twice'
no_secret_in 'and not echoed' "$WORK/screen"
like "$screen" ' echo ' 'then the terminal echoes again'
on_terminal "$SO_PIN"$'\n' "$NEW_PIN"$'\n' "$WRONG_PIN"$'\n'
like "$screen" 'not the same.*code 7' 'two that differ are refused'
is "$(sent)" 0 'and nothing is sent'
on_terminal "$SO_PIN"$'\n' "$NEW_PIN"$'\x03'
like "$screen" 'nothing was sent.*code 7' 'Ctrl-C ends it'
is "$(sent)" 0 'with nothing sent'
like "$screen" ' echo ' 'and a terminal that echoes'
like "$screen" '[^-]isig' 'and hears Ctrl-C'
on_terminal $'\n'
like "$screen" 'nothing was entered.*code 7' 'an empty answer is none'
on_terminal "$SO_PIN"$'\x04\x04'
like "$screen" 'ended in the middle of the line.*code 7' \
	'a line that Ctrl-D ends is not taken as entered'
is "$(sent)" 0 'and nothing is sent'
mock_state user-tries=0
exit_is 2 'without a terminal nobody can be asked' \
	setsid "$CKSTOKEN" --config "$conf" --module "$(mock locks)" unblock \
	--authority 1 --yes </dev/null
like "$err" '--so-pin-file' 'and the option is named that serves'

# 3. While it runs, and when it dies

start_pcscd 1
start_card slow sc-hsm 0
new=$(secret_file NEW_PIN)
hsm=$(secret_file HSM_SO_PIN)
begin()
{
	card_ctl slow 'set tries 0' >/dev/null
	card_ctl slow 'set delay-ms 60' >/dev/null
	entries=$(grep -c . "$journal")
	(
		ulimit -c unlimited
		cd "$WORK/cores" || exit
		exec "$CKSTOKEN" --config "$conf" --module "$OPENSC_MODULE" \
			unblock --authority 1 --yes --prove \
			--so-pin-file "$hsm" --new-pin-file "$new"
	) >"$WORK/out" 2>&1 &
	attempt=$!
	wait_for 60 begun || bail "no attempt: $(<"$WORK/out")"
}
begun()
{
	[ "$(wc -l <"$journal")" -gt "$entries" ]
}
mkdir "$WORK/cores" "$WORK/seen"
touch "$journal"
begin
looks=0
while kill -0 "$attempt" 2>/dev/null; do
	for pid in $(pgrep -x "${CKSTOKEN##*/}"); do
		# It may have ended since: the shell says so of what it opens.
		{
			tr '\0' '\n' <"/proc/$pid/environ" \
				>>"$WORK/seen/environ"
			tr '\0' '\n' <"/proc/$pid/cmdline" \
				>>"$WORK/seen/cmdline"
		} 2>/dev/null
		[ "$pid" = "$attempt" ] || looks=$((looks + 1))
	done
	sleep 0.1
done
wait "$attempt"
is "$?" 0 'a slow unblock with proof'
ok 'its workers were looked at' test "$looks" -gt 3
no_secret_in 'no secret is in their environments and command lines' \
	"$WORK/seen"

pattern=$(</proc/sys/kernel/core_pattern)
(
	ulimit -c unlimited
	cd "$WORK/cores" || exit
	sleep 60 &
	kill -SEGV $!
	wait $!
) 2>/dev/null
if [[ $pattern == [\|/]* ]] || [ -z "$(ls "$WORK/cores")" ]; then
	skip 'no core is dumped' "cores go elsewhere: $pattern"
else
	rm -f "$WORK/cores"/*
	for signal in SEGV ABRT; do
		begin
		for pid in $(pgrep -x "${CKSTOKEN##*/}"); do
			kill -"$signal" "$pid"
		done
		wait "$attempt" 2>/dev/null
		is "$(ls "$WORK/cores")" '' \
			"$signal to program and workers dumps no core"
	done
fi
card_ctl slow 'set delay-ms 0' >/dev/null

# 4. Logs of others

export OPENSC_DEBUG=9 PKCS11SPY_OUTPUT=$WORK/spy
export PKCS11SPY=$OPENSC_MODULE
opensc_conf "app default { debug = 9; debug_file = $WORK/opensc.log; }
app opensc-pkcs11 { pkcs11 { max_virtual_slots = 64; } }"
cp "$OPENSC_CONF" "$WORK/opensc.conf.before"
restore()
{
	card_ctl slow 'set tries 0' >/dev/null
	"$CKSTOKEN" --config "$conf" --module "$1" unblock --authority 1 \
		--yes --prove --so-pin-file "$hsm" --new-pin-file "$new"
}
ok 'the log is on' pkcs11-tool --module "$OPENSC_MODULE" -L
ok 'and written' test -s "$WORK/opensc.log"
exit_is 0 'an unblock with proof' restore "$OPENSC_MODULE"
no_secret_in "leaves no secret in OpenSC's log" "$WORK/opensc.log"
ok "and the user's configuration as it was" \
	cmp "$WORK/opensc.conf.before" "$OPENSC_CONF"
spy=$(first_of /usr/lib/*/pkcs11/pkcs11-spy.so /usr/lib/*/pkcs11-spy.so) ||
	skip_all 'pkcs11-spy.so is missing (package opensc-pkcs11)'
restore "$spy" >"$WORK/out" 2>&1
ok 'pkcs11-spy has nothing to tell' test ! -s "$WORK/spy"
unset OPENSC_DEBUG PKCS11SPY PKCS11SPY_OUTPUT

# 5. Documents

# told FIELD NAME COMMAND...: refused, with the field and without the secret.
told()
{
	local field=$1 name=$2
	shift 2
	rm -f "$WORK"/told.*
	ok "$name: refused" test "$(
		"$CKSTOKEN" --config "$(office_conf)" "$@" --province lam-dong \
			-o "$WORK/told.pdf" >"$WORK/told.out" 2>&1
		echo $?
	)" -eq 11
	like "$(<"$WORK/told.out")" "$field: .*password, a PIN or a PUK" \
		"$name: the field is named"
	unlike "$(<"$WORK/told.out")" '8765432' "$name: the secret is not"
	nok "$name: nothing is written" test -e "$WORK/told.pdf"
}
no_pin='a PIN is printed and kept for ever (165/2025/QĐ-UBND Điều 11.3)'
told 'condition' "$no_pin: an option" handover return \
	--set device_serial=T1 --condition 'mật khẩu 87654321'
told 'document.papers' "$no_pin: a list" handover keeper \
	--set device_serial=T1 --grounds 'giao kèm PIN 87654321'
told '--set document.circumstances' "$no_pin: a field" handover lost \
	--set 'document.circumstances=rơi cùng giấy ghi mã PIN 87654321'
told '--set no' "$no_pin: one without a text" handover lost --set 'no PIN 87654321'
told '--override' "$no_pin: the reason of an override" handover lost \
	--override 'mật khẩu là 87654321'
echo '[{"device_serial": "T1", "name": "A", "title": "Mã PIN 87654321"}]' \
	>"$WORK/told-data.json"
told 'subscribers.title' "$no_pin: the data" request recover \
	--data "$WORK/told-data.json"
# an-incomplete-filter: every field that a form prints, and every one of the data.
taken=''
office=$(office_conf)
mapfile -t fields < <(grep -oh ' of="[a-z_.]*"' "$TOP"/lib/forms/*.xml |
	cut -d '"' -f 2 | sort -u)
for field in "${fields[@]}"; do
	"$CKSTOKEN" --config "$office" request recover --no-tokens \
		--set device_serial=T1 --set "$field=két, PIN 87654321" \
		-o "$WORK/told.pdf" >"$WORK/told.out" 2>&1
	[ $? = 11 ] && [ ! -e "$WORK/told.pdf" ] &&
		! grep -q 87654321 "$WORK/told.out" || taken+=" $field"
done
is "$taken" '' "$no_pin: no field of any form takes one"
ok 'all were tried' test "${#fields[@]}" -gt 150
exit_is 0 'words that tell no secret' ckstoken --config "$(office_conf)" \
	request recover --province lam-dong --no-tokens --set device_serial=T12345678 \
	--set 'reason=Nhập sai mật khẩu quá số lần, theo Công văn số 1234/STC-VP ngày 20/11/2026' \
	--set email=vanpin1985@vidu.gov.vn -o "$WORK/told.pdf"

# an-incomplete-filter: as readers see them, and not as they are spelled.
for text in 'PIN ８７６５４３２１' 'PIN ٨٧٦٥٤٣٢١' 'P.I.N 87654321' 'PINs 87654321' \
	$'PIN 8765\u200b4321' 'PIN 8,7,6,5,4,3,2,1' 'mật mã 87654321' \
	'PIN ngày 87654321' 'РІN 87654321'; do
	told 'condition' "an-incomplete-filter: $text" handover return \
		--set device_serial=T1 --condition "$text"
done

# pin-in-brackets: nor does a word between it and its name, or a bracket, hide it.
taken=''
for text in 'Pin thẻ (482913)' 'PIN của thẻ (482913)' 'PIN token “482913”' \
	'mật khẩu thẻ (482913)' 'mã pin ghi ở sau thẻ 4 8 2 9 1 3' \
	'mã số bí mật 482913' 'M.khẩu 482913'; do
	"$CKSTOKEN" register add token device_serial=T1 "place_kept=$text" \
		--file "$WORK/brackets.db" >"$WORK/told.out" 2>&1
	[ $? = 11 ] && ! grep -qE '482913|4 8 2 9' "$WORK/told.out" ||
		taken+=" $text"
done
is "$taken" '' "pin-in-brackets: $no_pin"

# A table: the name of a secret in one cell, and the secret in the next.
import()
{
	printf '%s\n' "$@" >"$WORK/told.csv"
	rm -f "$WORK/told.db"
	"$CKSTOKEN" register import "$WORK/told.csv" --file "$WORK/told.db" \
		>"$WORK/told.out" 2>&1
}
cells()
{
	local name=$1 column=$2
	shift 2
	nok "$name: refused" import "$@"
	like "$(<"$WORK/told.out")" "row [12]$column" "$name: the place is named"
	unlike "$(<"$WORK/told.out")" '482913|４８２９１３' "$name: the secret is not"
}
cells 'a-secret-over-two-cells' ', column ".*": .*password, a PIN or a PUK' \
	'Số hiệu token;Nơi bảo quản;Ghi chú' 'T1;482913;PIN'
cells 'a-secret-over-two-cells: wide digits' ', column ".*": .*password' \
	'Số hiệu token;Ghi chú;Nơi bảo quản' 'T1;Mật khẩu mới:;４８２９１３'
cells 'a-secret-as-a-serial' ', column "Số hiệu token": .*no serial number' \
	'Số hiệu token;Họ và tên' 'PIN 482913;Nguyễn Văn An'
cells 'a-secret-in-a-heading' ': .*not shown here' \
	'Số hiệu token;PIN 482913' 'T1;x'
cells 'a-secret-where-headings-lack' '.*' 'PIN;482913' 'T1;x'
# harmless-text-refused: what offices write is recorded (165/2025/QĐ-UBND Điều 11.3).
ok 'harmless-text-refused: tokens, people, telephones and papers beside "PIN"' \
	import 'Số hiệu token;Họ và tên;Đơn vị;Cơ quan;Ghi chú' \
	'T1;Pin Hồ;UBND xã Pin Hồ;Sở Y tế;bị khóa PIN token 1234567890' \
	'T2;Nguyễn Văn A;P1;Sở Y tế;Quên mã PIN của token số 0A1B2C3D' \
	'T3;Nguyễn Văn B;P2;Sở Y tế;"quên PIN, gọi +84 912 345 678"' \
	'T4;Nguyễn Văn C;P3;Sở Y tế;"khóa PIN theo 15/STC-PIN, MST 0100109106"'

# a-secret-in-the-configuration: its line is named, and nothing of it is shown.
while IFS= read -r line; do
	printf '[desk]\n%b\n' "$line" >"$WORK/told.conf"
	chmod 600 "$WORK/told.conf"
	exit_is 11 "a-secret-in-the-configuration: $line" \
		ckstoken --config "$WORK/told.conf" register list
	unlike "$out$err" '482913|hoa2024x|４８２９１３' 'is not repeated'
	like "$err" 'line [23]' 'but where it is'
done <<END
PIN 482913 = x
PIN-482913 = x
PIN = 482913
482913 = PIN
mật khẩu: hoa2024x
PIN ４８２９１３: y
PIN 482913
[PIN 482913]\\nx = y
name = PIN 482913
name = P.I.N 482913
END
printf '[modules]\nmodule = /usr/lib/PIN 482913.so\n' >"$WORK/told.conf"
exit_is 11 'a-secret-in-the-configuration: a path' \
	ckstoken --config "$WORK/told.conf" register list
unlike "$out$err" '482913' 'is not repeated'
# a-secret-in-a-message: nor is an argument that nothing was made of.
unshown()
{
	local name="a-secret-in-a-message: $1" code=$2 what=$3
	shift 3
	exit_is "$code" "$name" ckstoken --config "$conf" "$@"
	like "$err" "$what" "$name: it is told what is wrong"
	unlike "$out$err" '482913' "$name: the secret is not repeated"
}
unshown 'a token' 3 'no token' register show 'PIN: 482913' --file "$WORK/told.db"
unshown 'an agency' 3 'no such' register list --organization PIN=482913 \
	--file "$WORK/told.db"
unshown 'a member' 11 'password must not be given' register add mk=482913 \
	--file "$WORK/told.db"
unshown 'a command' 2 'no command' help 'PIN 482913'
unshown 'an option' 2 'no such option' register '--PIN 482913'
printf '{"PIN" "482913"}\n' >"$WORK/told.json"
unshown 'JSON that is none' 11 'Line 1 is not valid JSON' register import \
	"$WORK/told.json" --file "$WORK/told.db"

# 6. Files

is "$(sed -n 's/.*"officer":"\([^"]*\)".*/\1/p' "$journal" | sort -u)" \
	"$(id -un)" 'the journal was written'
no_secret_in 'and no secret is in any file' "$HOME" "$WORK"

plan_done
