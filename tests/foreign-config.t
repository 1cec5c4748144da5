#!/bin/bash
# SPDX-License-Identifier: LGPL-2.1-or-later
# sanitize: yes
#
# Root with another user's HOME, files and modules: nobody but root and the user
# who runs it decides what is loaded and written where.

# shellcheck disable=SC2119,SC2120,SC2317 # functions are called by name
# shellcheck source=tests/lib.sh
. "$(dirname "$0")/lib.sh"
need_world
need setpriv:util-linux jq:jq
other()
{
	setpriv --reuid 12345 --regid 12345 --clear-groups "$@"
}
other true 2>/dev/null || skip_all 'there is no second user here'

chmod 755 "$WORK" "$TMPDIR"
cd "$WORK" || exit
mock_state
module=$(mock locks)

# 1. The configuration of a HOME, and of --config

mkdir -p home/.config/ckstoken
mine=home/.config/ckstoken/ckstoken.conf
echo nonsense >$mine
chown -R 12345 home
for mode in 600 666; do
	chmod $mode $mine
	HOME=$WORK/home exit_is 0 "a HOME of another, mode $mode: goes on" \
		ckstoken --module "$module" status
	like "$err" "$mine: it belongs to another user.*passed over" \
		'and says that its file was passed over'
	XDG_CONFIG_HOME=$WORK/home/.config exit_is 0 'XDG_CONFIG_HOME likewise' \
		ckstoken --module "$module" status
	like "$err" 'passed over' 'and told'
	exit_is 11 'with --config it is refused' \
		ckstoken --config $mine --module "$module" status
	like "$err" 'it belongs to another user' 'as the file of another'
done
chown 0 $mine
chmod 600 $mine
# passed_over NAME: what stands there decides nothing, and its text is not told.
passed_over()
{
	HOME=$WORK/home exit_is 0 "$1 in such a HOME" \
		timeout 20 "$CKSTOKEN" --module "$module" status
	like "$err" "$mine: .*passed over" 'is passed over, and told'
	unlike "$err" 'line 1' 'is not read'
}
passed_over "root's own file"
rm $mine
other mkfifo $mine
passed_over 'a pipe'
rm $mine
echo nonsense >secret.conf
chmod 600 secret.conf
other ln -s "$WORK/secret.conf" $mine
passed_over "a link to root's file"
rm $mine
ln -s "$WORK/secret.conf" $mine
passed_over "root's own link"
rm -r home/.config
mkdir real
chmod 755 real
other ln -s "$WORK/real" home/.config
mkdir -p real/ckstoken
cp secret.conf real/ckstoken/ckstoken.conf
passed_over 'a folder that is a link'
rm home/.config
mkdir -p home/.config/ckstoken

# refused_conf NAME FILE WHY: root does not take FILE by --config.
refused_conf()
{
	exit_is 11 "--config: $1" timeout 20 "$CKSTOKEN" --config "$2" \
		--module "$module" status
	like "$err" "$3" 'is refused, and told why'
	unlike "$err" 'line 1' 'is not read'
}
mkfifo own.fifo
refused_conf 'a pipe' own.fifo 'pipe or a device'
refused_conf 'a device' /dev/zero 'pipe or a device'
refused_conf 'a folder' "$WORK/real" 'directory'
mkdir -m 755 pit
chown 12345 pit
cp secret.conf pit/root.conf
refused_conf "root's file in another's folder" pit/root.conf \
	'pit.* belongs to another user'
other ln -s ../secret.conf pit/link.conf
refused_conf "another's link" pit/link.conf 'of another user stands there'
mkdir pit2
chmod 777 pit2
cp secret.conf pit2/root.conf
refused_conf 'a file where all may write' pit2/root.conf \
	'others may write to .*pit2'
refused_conf 'by its whole path' "$WORK/pit2/root.conf" \
	'others may write to .*pit2'
exit_is 0 '--config: a pipe of the shell' bash -c \
	"'$CKSTOKEN' --config <(echo '[output]') --module '$module' status"
exit_is 0 '--config: the null device' ckstoken --config /dev/null \
	--module "$module" status
for mode in 620 602 666; do
	: >own.conf
	chmod "$mode" own.conf
	exit_is 11 "a configuration of mode $mode is refused" \
		ckstoken --config own.conf --module "$module" status
	like "$err" 'own.conf: others may write.*chmod go-w' \
		'and told how to mend it'
done
for mode in 600 644 444; do
	chmod "$mode" own.conf
	exit_is 0 "one of mode $mode is read" \
		ckstoken --config own.conf --module "$module" status
done
echo nonsense >root.conf
exit_is 11 "another user reads root's configuration" \
	other "$CKSTOKEN" --config root.conf register list --file r
like "$err" 'root.conf: line 1' 'which may decide for all'
cp root.conf their.conf
chown 23456 their.conf
exit_is 11 'and not the one of a third' \
	other "$CKSTOKEN" --config their.conf register list --file r
like "$err" 'belongs to another user' 'which may decide for none'

# 2. Modules

cp "$module" x.so
for name in x.so ./x.so "../${WORK##*/}/x.so"; do
	printf '[modules]\nmodule = %s\n' "$name" >relative.conf
	exit_is 11 "\"module = $name\" is refused" \
		ckstoken --config relative.conf status
	like "$err" 'line 2: .*\[modules\] module must be an absolute path' \
		'by file and line'
	exit_is 2 "so is --module $name" ckstoken --module "$name" status
	like "$err" "--module $name: .*absolute" 'as a mistake of usage'
done
is "$(mock_calls)" 0 'and none is loaded'

# not_loaded NAME PATH WHY
not_loaded()
{
	: >"$MOCK_LOG"
	exit_is 10 "$1: exit code 10" ckstoken --module "$2" status --json
	is "$(json '.failures[0].error')" load "$1: is not loaded"
	like "$(json '.failures[0].message')" "$3" "$1: and told why"
	is "$(mock_calls)" 0 "$1: nothing of it ran"
}
loaded()
{
	exit_is 0 "$1: is loaded" ckstoken --module "$2" status
}
# PLACE/x.so: a folder of root's, in which the module may be whoever's.
put()
{
	mkdir -p "$1"
	cp "$module" "$1/x.so"
	echo "$WORK/$1/x.so"
}
so=$(put plain)
loaded "a module of root's" "$so"
chmod 775 "$so"
loaded "one that root's own group may write" "$so"
chown 12345 "$so"
not_loaded 'a module of another user' "$so" '"x.so\\?" belongs to another user'
so=$(put open)
chmod 757 "$so"
not_loaded 'a module that others may write' "$so" 'others may write to .*x.so'
chmod 775 "$so"
chgrp 12345 "$so"
not_loaded 'a module that a group may write' "$so" 'others may write to .*x.so'
if command -v setfacl >/dev/null; then
	so=$(put listed)
	if setfacl -m u:12345:rw "$so" 2>/dev/null; then
		not_loaded 'a module that an access list lets others write' \
			"$so" 'others may write to .*x.so'
	fi
fi
so=$(put theirs)
chown 12345 theirs
not_loaded 'a module in a folder of another user' "$so" \
	'theirs.* belongs to another user'
so=$(put shared/below)
chmod 777 shared
not_loaded 'a module below a folder that others may write' "$so" \
	'others may write to .*shared'
chmod 1777 shared
loaded 'where only the owner of a file may remove it' "$so"
other ln -s ../plain shared/link
so=$(put plain)
chown 0 "$so"
chmod 755 "$so"
not_loaded 'a module by a link of another user' "$WORK/shared/link/x.so" \
	'link.* belongs to another user'
ln -s plain own
loaded "a module by a link of root's" "$WORK/own/x.so"
exit_is 0 'a user loads what he will' other env HOME=/nonexistent \
	"$CKSTOKEN" --module "$WORK/shared/below/x.so" status

echo >opensc.conf
OPENSC_CONF=$WORK/opensc.conf loaded "with root's configuration of OpenSC" \
	"$so"
# driver BLOCK: root's configuration of OpenSC with that block in it.
driver()
{
	printf 'app default { card_drivers = own, internal;\n%s }\n' "$1" \
		>opensc.conf
}
theirs=$WORK/theirs/x.so
for block in "card_driver own { module = $theirs; }" \
	"framework pkcs15 { emulate own { module = $theirs; } }" \
	"reader_driver pcsc { provider_library = $theirs; }" \
	"reader_driver ctapi { module $theirs { ports = 0; } }" \
	"card_driver own { module = shared/below/x.so; }"; do
	driver "$block"
	OPENSC_CONF=$WORK/opensc.conf not_loaded \
		"opensc-driver: root's configuration with ${block%% \{*}" "$so" \
		'a library that opensc.conf names: .*(another user|not absolute)'
done
for block in "card_driver own { module = $so; }" \
	"reader_driver pcsc { provider_library = libpcsclite.so.1; }"; do
	driver "$block"
	OPENSC_CONF=$WORK/opensc.conf loaded "opensc-driver: $block" "$so"
done
echo >opensc.conf
chown 12345 opensc.conf
OPENSC_CONF=$WORK/opensc.conf not_loaded 'with that of another user' "$so" \
	'OPENSC_CONF: .*belongs to another user'
PCSCLITE_CSOCK_NAME=$WORK/theirs/pcscd.comm not_loaded \
	'with a pcscd in a folder of another user' "$so" \
	'PCSCLITE_CSOCK_NAME: .*belongs to another user'
PCSCLITE_CSOCK_NAME=$WORK/plain/pcscd.comm loaded \
	"with a pcscd in a folder of root's" "$so"
SOFTHSM2_CONF=$WORK/opensc.conf not_loaded 'nor with such a one of SoftHSM' \
	"$so" 'SOFTHSM2_CONF: .*belongs to another user'

own_etc
mkdir -p /etc/pkcs11/modules
rm -f /etc/pkcs11/modules/*
chmod 777 shared
printf 'module: %s\ncritical: yes\n' "$WORK/shared/below/x.so" \
	>/etc/pkcs11/modules/other.module
: >"$MOCK_LOG"
exit_is 10 'a module registered with p11-kit that others could have written' \
	ckstoken status --json
like "$(json '[.failures[].message] | join(" ")')" \
	'others may write to .*shared' 'is told of'
is "$(mock_calls)" 0 'and nothing of it ran, not even for p11-kit'

# 3. Files that a configuration names

for setting in 'journal file' 'register file' 'fonts directory'; do
	for value in here ./here '~' '~other/here'; do
		printf '[%s]\n%s = %s\n' "${setting% *}" "${setting#* }" \
			"$value" >relative.conf
		exit_is 11 "\"$value\" for the $setting is refused" \
			ckstoken --config relative.conf status
		like "$err" 'line 2: .*must be an absolute path' \
			'by file and line'
	done
done
mkdir "$HOME/kept"
printf '[register]\nfile = ~/kept/r.db\n' >home.conf
exit_is 0 '"~/" is the home' \
	ckstoken --config home.conf register add token device_serial=T1
ok 'where the register is' test -s "$HOME/kept/r.db"
nok 'and no folder of that name' test -e '~'
HOME=$WORK/theirs exit_is 11 'for root a HOME of another is none' \
	ckstoken --config home.conf register list
like "$err" "^ckstoken: $(getent passwd 0 | cut -d: -f6)/kept/r.db" \
	'and "~/" is the one that the system knows'

# 4. The private journal of root

# /etc/passwd is the world's own, so root gets another home there.
mkdir -m 700 "$WORK/own-home"
passwd=$(sed "s|^\(root:.*:\)[^:]*\(:[^:]*\)\$|\1$WORK/own-home\2|" /etc/passwd)
echo "$passwd" >/etc/passwd
mock_state user-tries=0
HOME=$WORK/home exit_is 0 'root unblocks with a HOME of another' \
	ckstoken --module "$module" unblock --authority 15/STC --yes \
	--final-try --dry-run
is "$(find home -name unblock.journal)" '' \
	'its journal is not in that home'
like "$err" "journal $WORK/own-home/" \
	'but in its own, where it is not forgotten'

plan_done
