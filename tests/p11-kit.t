#!/bin/bash
# SPDX-License-Identifier: LGPL-2.1-or-later
# sanitize: yes
#
# The modules of this machine: those that p11-kit has for this program, and no
# others; and whose failures count.

# shellcheck disable=SC2119,SC2120,SC2317 # functions are called by name
# shellcheck source=tests/lib.sh
. "$(dirname "$0")/lib.sh"
need_world
need jq:jq gcc:gcc pkg-config:pkg-config timeout:coreutils nm:binutils

export CKSTOKEN_NOW=2026-11-21T02:00:00Z
mock_state
# No card, but somebody to say so.
start_pcscd 2
own_etc
usr=$(pkg-config --variable=p11_module_configs p11-kit-1)
folder=$(pkg-config --variable=p11_module_path p11-kit-1)
etc=/etc/pkcs11/modules
mkdir -p "$etc"
# Root follows links of others where not everybody may write.
mount -t tmpfs -o mode=755 tmpfs "$usr" || skip_all 'no registrations of its own here'
mount -t tmpfs tmpfs "$folder" || skip_all 'no modules of its own here'
chmod 755 "$WORK"
cp "$(mock locks)" "$WORK/a.so"
cp "$(mock locks)" "$WORK/b.so"
cp "$(mock locks)" "$folder/relative.so"
broken=$(mock error-init)

# What p11-kit itself loads for this program, in its order.
cat >"$WORK/list.c" <<-'END'
	#define P11_KIT_FUTURE_UNSTABLE_API
	#include <p11-kit/p11-kit.h>
	#include <stdio.h>
	int main(void)
	{
		CK_FUNCTION_LIST **list;
		p11_kit_set_progname("ckstoken");
		list = p11_kit_modules_load(NULL, 0);
		for (; list && *list; list++) {
			char *file = p11_kit_module_get_filename(*list);
			int flags = p11_kit_module_get_flags(*list);
			if (file && !(flags & P11_KIT_MODULE_TRUSTED))
				printf("%s\n", file);
		}
		return 0;
	}
END
# shellcheck disable=SC2046 # lists of options
gcc -o "$WORK/list" "$WORK/list.c" \
	$(pkg-config --cflags --libs p11-kit-1) || bail 'no p11-kit'

# registered WHERE NAME LINE...: a registration.
registered()
{
	local file=$1/$2
	shift 2
	printf '%s\n' "$@" >"$file"
}
forget()
{
	rm -f "$usr"/* "$etc"/* /etc/pkcs11/pkcs11.conf
}
status()
{
	timeout 120 "$CKSTOKEN" status --json --timeout "${timeout-15}"
}
modules()
{
	json '[.tokens[].module] | join(" ")'
}
failures()
{
	json '[.failures[] | [.error, .critical, (.module | sub(".*/"; ""))] |
		map(tostring) | join(" ")] | join(", ")'
}
# as_p11_kit NAME SEEN: what is asked is what p11-kit loads, and that is SEEN.
as_p11_kit()
{
	exit_is "$([ -n "$2" ] && echo 0 || echo 3)" "$1: status" status
	is "$(modules)" "$2" "$1: asks «$2»"
	is "$("$WORK/list" 2>/dev/null | head -n 1)" "$2" \
		"$1: as p11-kit does"
	is "$(failures)" '' "$1: and nothing fails"
	forget
}

# 1. p11-kit-enable-in: whom a registration is for

registered "$usr" a.module "module: $WORK/a.so"
as_p11_kit 'a registration' "$WORK/a.so"
registered "$usr" a.module "module: $WORK/a.so" 'enable-in: firefox'
as_p11_kit 'p11-kit-enable-in: another program' ''
registered "$usr" a.module "module: $WORK/a.so" 'enable-in: firefox, ckstoken'
as_p11_kit 'p11-kit-enable-in: this program too' "$WORK/a.so"
registered "$usr" a.module "module: $WORK/a.so" 'enable-in: ckstoken2 myckstoken'
as_p11_kit 'p11-kit-enable-in: names that contain its own' ''
registered "$usr" a.module "module: $WORK/a.so" 'disable-in: ckstoken'
as_p11_kit 'p11-kit-disable-in: this program' ''
registered "$usr" a.module "module: $WORK/a.so" 'disable-in: firefox'
as_p11_kit 'p11-kit-disable-in: another' "$WORK/a.so"
registered "$usr" a.module "module: $WORK/a.so"
registered "$etc" a.module 'enable-in: firefox'
as_p11_kit 'p11-kit-enable-in: said in /etc under the same name' ''
registered "$usr" a.module "module: $broken"
registered "$etc" a.module "module: $WORK/a.so"
as_p11_kit 'a module of /etc in the place of one of /usr' "$WORK/a.so"
registered "$usr" a.module "module: $WORK/a.so" 'priority: 1'
registered "$usr" b.module "module: $WORK/b.so" 'priority: 5'
as_p11_kit 'p11-kit-priority: the higher goes first' "$WORK/b.so"
registered "$usr" a.module "module: $WORK/a.so"
registered "$usr" b.module "module: $WORK/b.so"
as_p11_kit 'p11-kit-priority: or the one whose name does' "$WORK/a.so"
registered "$usr" a.module 'module: relative.so'
as_p11_kit 'a path that is relative' "$folder/relative.so"
registered "$usr" a.module "module: $WORK/a.so" 'trust-policy: yes'
as_p11_kit 'a list of certificates' ''
registered "$usr" a.module "module:$WORK/b.so" "  module :  $WORK/a.so  " \
	'# module: x'
as_p11_kit 'blanks, remarks, and a name given twice' "$WORK/a.so"
registered "$usr" proxy.module \
	"module: $(first_of /usr/lib/*/libp11-kit.so.0 /usr/lib/libp11-kit.so.0)"
registered "$usr" twins.module "module: $(mock twins)"
exit_is 0 "p11-kit's proxy, which it refuses" status
# One of them has no serial number that would show that it is seen twice.
is "$(json '.tokens | length')" 3 'shows no token a second time'
forget

# The library names the program to p11-kit, whatever it is called.
cat >"$WORK/other.c" <<-'END'
	#include <ckstoken.h>
	#include <stdio.h>
	int main(void)
	{
		struct cks_modules *found = NULL;
		enum cks_err err = cks_modules_find(15000, &found);
		for (size_t i = 0; i < cks_modules_count(found); i++)
			printf("%s %d\n", cks_module_path(found, i),
			       cks_module_critical(found, i));
		cks_modules_free(&found);
		return err ? 1 : 0;
	}
END
compile=(gcc)
if readelf -d "$BUILD/libckstoken.so.0" | grep -q 'NEEDED.*libasan'; then
	compile=(gcc '-fsanitize=address,undefined')
elif nm -D "$BUILD/libckstoken.so.0" | grep -q ' U __asan_'; then
	compile=(clang '-fsanitize=address,undefined')
fi
"${compile[@]}" -o "$WORK/other" -I"$TOP/lib/token" "$WORK/other.c" \
	-L"$BUILD" -lckstoken || bail 'no program'
registered "$usr" a.module "module: $WORK/a.so" 'enable-in: ckstoken'
registered "$usr" b.module "module: $WORK/b.so" 'disable-in: ckstoken'
registered "$usr" c.module "module: $broken" 'priority: -1' 'critical: yes'
exit_is 0 'p11-kit-enable-in: another program with the library' "$WORK/other"
is "$(head -n 2 <<<"$out")" "$WORK/a.so 0"$'\n'"$broken 1" \
	'is ckstoken to p11-kit'
unlike "$out" "$WORK/b.so" 'for what is disabled, too'
forget

# 2. Of the user: not for root, whose HOME may be another's

home=$WORK/home
mkdir -p "$home/.config/pkcs11/modules"
registered "$home/.config/pkcs11/modules" u.module "module: $WORK/a.so"
registered "$usr" b.module "module: $WORK/b.so" 'priority: -1'
# as_nobody: status of a user with that HOME. Its mock has no state to write.
as_nobody()
{
	env -u MOCK_STATE -u MOCK_LOG HOME="$home" setpriv --reuid=65534 \
		--regid=65534 --clear-groups "$@"
}
if as_nobody "$WORK/list" >/dev/null 2>&1; then
	exit_is 0 'p11-kit-user-config: a module of the user' \
		as_nobody "$CKSTOKEN" status --json
	is "$(modules)" "$WORK/a.so" 'goes by its priority'
	for mode in none merge only; do
		echo "user-config: $mode" >/etc/pkcs11/pkcs11.conf
		exit_is 0 "p11-kit-user-config: $mode" \
			as_nobody "$CKSTOKEN" status --json
		is "$(modules)" "$(as_nobody "$WORK/list" | head -n 1)" \
			"$mode: as p11-kit does"
	done
	echo 'user-config: none' >"$home/.config/pkcs11/pkcs11.conf"
	exit_is 0 'p11-kit-user-config: none, says the user' \
		as_nobody "$CKSTOKEN" status --json
	is "$(modules)" "$WORK/b.so" 'the modules of the system'
	rm "$home/.config/pkcs11/pkcs11.conf"
	# Where p11-kit gives no list, the same holds.
	registered "$usr" bad.module 'no colon'
	for mode in none merge only; do
		echo "user-config: $mode" >/etc/pkcs11/pkcs11.conf
		as_nobody "$CKSTOKEN" status --json >"$WORK/out" 2>/dev/null
		is "$(jq -r '.tokens[].module' "$WORK/out")" \
			"$([ "$mode" = none ] && echo "$WORK/b.so" ||
				echo "$WORK/a.so")" \
			"p11-kit-user-config: $mode, without p11-kit's list"
	done
	rm "$usr/bad.module" /etc/pkcs11/pkcs11.conf
else
	skip 'p11-kit-user-config' 'no other user in this world'
fi
registered "$home/.config/pkcs11/modules" v.module "module: $broken"
exit_is 0 "p11-kit-user-config: root with a user's HOME" \
	env HOME="$home" "$CKSTOKEN" status --json
is "$(modules)" "$WORK/b.so" 'runs no module that the user names'
is "$(failures)" '' 'and none that fails'
forget

# 3. p11-kit-critical-no: a module that nobody named

registered "$usr" a.module "module: $WORK/a.so"
registered "$usr" tpm.module "module: $broken" 'critical: no'
exit_is 0 'p11-kit-critical-no: a failure counts for nothing' status
is "$(modules)" "$WORK/a.so" 'the token is shown'
is "$(failures)" 'load false error-init.so' 'and the failure told once'
like "$err" 'error-init.so: .*not as critical' 'on stderr too'
is "$(grep -c error-init.so <<<"$err")" 1 'once'
exit_is 0 'p11-kit-critical-no: cert list' ckstoken cert list
exit_is 10 'p11-kit-critical-no: named by --module it counts' \
	ckstoken --module "$WORK/a.so" --module "$broken" status --json
is "$(failures)" 'load true error-init.so' 'and is told as that'
printf '%s\n' '[modules]' "module = $WORK/a.so" "module = $broken" \
	>"$WORK/conf"
exit_is 10 'p11-kit-critical-no: or by the configuration' \
	ckstoken --config "$WORK/conf" status --json
registered "$usr" tpm.module "module: $broken" 'critical: yes'
exit_is 10 'p11-kit-critical-yes: a failure counts' status
is "$(failures)" 'load true error-init.so' 'and is told as that'
registered "$usr" tpm.module 'module: /nowhere.so' 'critical: yes'
exit_is 10 'p11-kit-critical-yes: one that is absent counts' status
like "$(failures)" 'load true nowhere.so' 'and is told'
like "$err" "p11-kit: .*'tpm' was marked as critical" \
	"with p11-kit's words for having no list then"
is "$(modules)" "$WORK/a.so" 'and the token is shown all the same'
registered "$usr" tpm.module 'module: /nowhere.so'
exit_is 0 'p11-kit-critical-no: one that is absent' status
is "$(failures)" 'load false nowhere.so' 'is told'
cp "$WORK/a.so" "$WORK/other.so"
printf '\x01' | dd of="$WORK/other.so" bs=1 seek=4 conv=notrunc status=none
registered "$usr" tpm.module "module: $WORK/other.so"
exit_is 0 'p11-kit-critical-no: one of another architecture' status
is "$(failures)" 'architecture false other.so' 'is told, though p11-kit hides it'
registered "$usr" tpm.module "module: $broken"
rm "$usr/a.module"
exit_is 3 'p11-kit-critical-no: and no token: exit code 3' status
forget

# One that the makers of tokens put where it is looked for, counts as ever.
cp "$broken" "$folder/libbit4xpki.so"
registered "$usr" a.module "module: $WORK/a.so"
registered "$usr" b.module 'module: libbit4xpki.so' 'critical: no'
exit_is 10 "a token's own library, registered or not" status
is "$(failures)" 'load true libbit4xpki.so' 'counts'
rm "$folder/libbit4xpki.so"
forget

# 4. p11-kit-remote

registered "$usr" a.module "module: $WORK/a.so"
registered "$usr" far.module 'remote: |/bin/false'
exit_is 0 'p11-kit-remote: a module that is a command' status
is "$(failures)" 'load false far.module' 'is told of as that'
is "$(modules)" "$WORK/a.so" 'beside the others'
registered "$usr" far.module 'remote: |/bin/false' 'critical: yes'
exit_is 10 'p11-kit-remote: one that is critical counts' status
forget

# 5. module-that-crashes-in-p11-kit: one takes the whole list with it

timeout=2
for what in crash hang; do
	error=${what/hang/timeout}
	registered "$usr" a.module "module: $WORK/a.so" 'priority: 1'
	registered "$usr" b.module "module: $WORK/b.so"
	registered "$usr" off.module "module: $broken" 'disable-in: ckstoken'
	registered "$usr" x.module "module: $(mock "$what-load")"
	exit_is 0 "module-that-crashes-in-p11-kit: $what" status
	is "$(modules)" "$WORK/a.so" "$what: the token is shown"
	is "$(failures)" "$error false p11-kit, $error false $what-load.so" \
		"$what: p11-kit's failure is told, and the culprit"
	registered "$usr" x.module "module: $(mock "$what-load")" \
		'critical: yes'
	exit_is 10 "module-that-crashes-in-p11-kit: $what, and critical" status
	forget
done
registered "$usr" a.module "module: $WORK/a.so"
registered "$usr" bad.module 'this is no registration'
exit_is 10 'a registration that p11-kit does not understand' status
is "$(modules)" "$WORK/a.so" 'hides no token'
is "$(failures)" 'load true p11-kit' 'and counts'
like "$err" 'p11-kit: .*bad.module' "with p11-kit's words for it"
forget

# 5. A registration that others could have written: root does not obey it, and
# tells, for the token of its module may be missing

# refused NAME WHY: b.module, with something wrong, beside a.module.
refused()
{
	exit_is 10 "$1: exit code 10" status
	is "$(modules)" "$WORK/a.so" "$1: the others are asked"
	is "$(failures)" 'load true b.module' "$1: is told of, and counts"
	like "$err" "b.module: .*root does not obey.*$2" "$1: and why"
	forget
}
for line in "module: $WORK/b.so" "enable-in: x" "remote: |touch $WORK/ran" \
	'no colon'; do
	registered "$usr" a.module "module: $WORK/a.so"
	registered "$usr" b.module "module: $WORK/b.so" "$line"
	chown 12345 "$usr/b.module"
	refused "of another user: $line" '"b.module" belongs to another user'
	registered "$usr" a.module "module: $WORK/a.so"
	registered "$etc" b.module "module: $WORK/b.so" "$line"
	chmod 666 "$etc/b.module"
	refused "of all: $line" 'others may write to "b.module"'
done
nok 'nothing of it ran' test -e "$WORK/ran"
registered "$usr" a.module "module: $WORK/a.so"
registered "$usr" b.module "module: $WORK/b.so"
chgrp 12345 "$usr/b.module"
chmod 664 "$usr/b.module"
refused "of a group" 'others may write to "b.module"'
registered "$usr" a.module "module: $WORK/a.so"
mkfifo "$usr/b.module"
chown 12345 "$usr/b.module"
refused 'a pipe of another user' '"b.module" belongs to another user'
registered "$usr" a.module "module: $WORK/a.so"
registered "$WORK" b "module: $WORK/b.so"
ln -s "$WORK/b" "$usr/b.module"
chown -h 12345 "$usr/b.module"
refused "root's file by a link of another" 'b.module" belongs to another user'
registered "$usr" a.module "module: $WORK/a.so"
registered "$etc" b.module "module: $WORK/b.so"
chmod 777 "$etc"
exit_is 10 'a folder of registrations that all may write to' status
is "$(modules)" "$WORK/a.so" 'is not obeyed'
is "$(failures)" 'load true modules' 'is told of, and counts'
chmod 755 "$etc"
forget

plan_done
