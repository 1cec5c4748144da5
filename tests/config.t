#!/bin/bash
# SPDX-License-Identifier: LGPL-2.1-or-later
# sanitize: yes
#
# The configuration: one file, and a bad line named by file and line.

# shellcheck disable=SC2119,SC2120,SC2317 # functions are called by name
# shellcheck source=tests/lib.sh
. "$(dirname "$0")/lib.sh"
need_world
need jq:jq

module=$(mock locks)
mock_state
conf=$WORK/test.conf
status=(ckstoken --config "$conf" status --json)

# bad NAME LINE-NUMBER REGEX LINE...
bad()
{
	local name=$1 number=$2 regex=$3
	shift 3
	printf '%b\n' "$@" >"$conf"
	exit_is 11 "$name: exit code 11" "${status[@]}" --timeout 5
	like "$err" "^ckstoken: $conf: line $number: .*$regex" \
		"$name: named by file and line"
	is "$out" '' "$name: nothing on stdout"
	is "$(wc -l <<<"$err")" 1 "$name: in one line"
}
bad 'neither section nor setting' 2 'neither' '# a remark' 'what is this'
bad 'a section that is not closed' 1 '.' '[agency'
# a-password-of-ours: none stands where others read it.
for address in 'postgresql://so:mat-khau-1@h/n' 'postgres://h/n?user=so&password=mat-khau-1' \
	'postgresql://h/n?pass%77ord=mat-khau-1' 'service=so password=mat-khau-1'; do
	bad "a-password-of-ours: $address" 2 '\[register\] database must ' \
		'[register]' "database = $address"
	unlike "$err" 'mat-khau-1' 'a-password-of-ours: is not repeated'
done
for setting in 'proxy = http://an:mat-khau-1@10.0.0.1:3128' 'proxy = an:mat-khau-1@10.0.0.1' \
	'proxy = http://an:mat/khau-1@10.0.0.1' 'tsa = https://an:mat-khau-1@tsa.vidu.vn/'; do
	bad "a-password-of-ours: $setting" 2 \
		"\[trust\] ${setting%% *} must not have a name or a password in it" \
		'[trust]' "$setting"
	unlike "$err" 'khau-1' 'a-password-of-ours: is not repeated'
done
printf '%s\n' '[trust]' 'proxy = http://10.0.0.1:3128' \
	'tsa = http://tsa.vidu.vn/cap@dau' >"$conf"
exit_is 0 'an address of none is taken' ckstoken --config "$conf" --module "$module" \
	status --json
bad 'two registers' 3 'file and database are both given' '[register]' \
	'file = /tmp/r.db' 'database = postgresql://h/n'
bad 'a database that is a file' 2 'must be postgresql://HOST/NAME' '[register]' \
	'database = /tmp/r.db'
bad 'an unknown setting' 2 '\[agency\] colour' '[agency]' 'colour = red'
bad 'an unknown section' 3 '\[agancy\] name' '' '[agancy]' 'name = x'
bad 'a setting in no section' 1 'name' 'name = x'
# settings-lost: what a line says is taken or refused, and never passed over.
bad 'settings-lost: a setting on the line of its section' 2 \
	'stands behind \[section\]' '' "[register] file = $WORK/lost.db"
bad 'settings-lost: with nothing between' 1 'stands behind' '[agency]name = x'
bad 'settings-lost: lines that end in CR alone' 1 'carriage return alone' \
	'[agency]\rname = x\r'
bad 'settings-lost: some of them' 3 'carriage return alone' \
	'[agency]\r' 'name = x\r' 'parent = y\rplace = z\r'
while read -r section key meant; do
	bad "settings-lost: $section $key names the one that is meant" 2 \
		"there is no setting \\$section $key; is it ${meant/[/\\[}\\?" \
		"$section" "$key = x"
done <<'END'
[agency] Name [agency] name
[Agency] name [agency] name
[coordinator] id_number [coordinator] id-number
[registry] file [register] file
[modules] modul [modules] module
[desk] ground [desk] grounds
END
# an-incomplete-filter: what a setting says is printed, recorded or journalled.
while IFS='|' read -r section key; do
	bad "an-incomplete-filter: $section $key takes no PIN" 2 \
		"\\$section $key contains a password, a PIN or a PUK" \
		"$section" "$key = theo QĐ 15, SO PIN $SO_PIN"
	unlike "$err" "$SO_PIN" "$key: which is not repeated"
done < <(awk '/^\[/ { section = $0 } /^# [a-z-]+ = / && !/ = [~\/]/ &&
	!/language/ { print section "|" $2 }' "$TOP/lib/input/ckstoken.conf")
# misplaced-path: a file has one place, wherever one stands.
for setting in '[register] file' '[journal] file' '[fonts] directory' \
	'[modules] module'; do
	for path in r.db ./r.db ../r.db '~' '~an/r.db'; do
		bad "misplaced-path: $setting = $path" 2 \
			"\\$setting must be an absolute path" \
			"${setting% *}" "${setting#* } = $path"
	done
done
bad 'a setting given twice' 4 '\[agency\] name is given twice' \
	'[agency]' 'name = x' '' 'name = y'
bad 'a value that is not UTF-8' 2 '\[agency\] name is not UTF-8' \
	'[agency]' 'name = S\xE1\xBB'
bad 'a line without end' 2 '.' '[agency]' "name $(printf '%0100000d' 0)"
unlike "$err" $'\e' 'a hostile line'
bad 'a key that would steer a terminal' 2 '.' '[agency]' '\e]0;x\a = 1'
unlike "$err" $'\e' 'is not echoed raw'

bad 'a language that there is none of' 2 \
	'\[output\] language can be vi, en or auto' '[output]' 'language = fr'
bad 'a locale is not a language' 3 'language can be' \
	'' '[output]' 'language = vi_VN.UTF-8'

rm "$conf"
exit_is 11 'a file that is not there' "${status[@]}"
like "$err" "$conf: No such file" 'is named'
exit_is 11 'a folder' ckstoken --config "$WORK" status
exit_is 2 '--config needs its value' ckstoken --config

# What is good.
printf '%s\n' '; a remark' '[modules]' "module = $module" \
	"module = $(mock three)" >"$conf"
exit_is 0 'modules are taken from the configuration' "${status[@]}"
is "$(json '[.tokens[].serial] | length')" 3 'all of them'
exit_is 10 '--module goes before them' ckstoken --config "$conf" \
	--module "$(mock crash-init)" status --json
is "$(json '.tokens | length')" 0 'and replaces them'
printf '\xEF\xBB\xBF[modules]\r\nmodule = %s\r\n' "$module" >"$conf"
exit_is 0 'a file from a Windows editor' "${status[@]}"
is "$(json '[.tokens[].module] | join(" ")')" "$module" 'is read as well'
printf '[agency]\nname = %s\n[modules]\nmodule = %s\n' \
	"$(printf '%05000d' 0)" "$module" >"$conf"
exit_is 0 'a value of five thousand letters' "${status[@]}"
printf '[modules] # a remark\nmodule = %s\n[register] ; another\nfile =\n' \
	"$module" >"$conf"
exit_is 0 'a remark behind a section' "${status[@]}"
{
	yes '# a remark' | head -c 1048576
	printf '\n[agancy]\n'
} >"$conf"
exit_is 11 'settings-lost: a file too long to be one' "${status[@]}"
like "$err" "^ckstoken: $conf: too long" 'is named'
printf '[output]\nlanguage =\n' >"$conf"
exit_is 0 'a language left open' \
	ckstoken --config "$conf" --module "$module" status
: >"$conf"
exit_is 0 'an empty file' ckstoken --config "$conf" --module "$module" status

# The user's own file, and none.
mkdir -p "$HOME/.config/ckstoken"
printf '[modules]\nmodule = %s\n' "$module" \
	>"$HOME/.config/ckstoken/ckstoken.conf"
exit_is 0 "the user's own file" ckstoken status --json
is "$(json '[.tokens[].module] | join(" ")')" "$module" 'is read by itself'
XDG_CONFIG_HOME=$WORK exit_is 0 'XDG_CONFIG_HOME says where it is' \
	ckstoken --module "$module" status
echo nonsense >"$HOME/.config/ckstoken/ckstoken.conf"
exit_is 11 "a bad line in the user's own file" \
	ckstoken --module "$module" status
like "$err" "$HOME/.config/ckstoken/ckstoken.conf: line 1" 'is named, too'
exit_is 0 '--config goes before it' \
	ckstoken --config "$conf" --module "$module" status
exit_is 0 'and help reads none' ckstoken status --help

plan_done
