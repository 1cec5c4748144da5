# shellcheck shell=bash
# SPDX-License-Identifier: LGPL-2.1-or-later
#
# What every tests/*.t begins with:
#
#	. "$(dirname "$0")/lib.sh"
#	need_world
#
# Assertions (TAP, for prove; plan_done goes last)
#	pass NAME; fail NAME [WHY]; ok NAME COMMAND...; nok NAME COMMAND...
#	is ACTUAL EXPECTED NAME; like ACTUAL REGEX NAME; unlike ...
#	exit_is CODE NAME COMMAND...	leaves $out, $err, $rc
#	no_secret_in NAME PATH...	none of the PINs below stands there
#	skip_all WHY; skip NAME WHY; bail WHY; plan_done
# Preparations (each stops the test where it fails)
#	need COMMAND:PACKAGE...; need_world
#	start_pcscd N; stop_pcscd; reader_name I; opensc_conf TEXT
#	start_card NAME PERSONALITY READER [vcard options]; stop_card NAME
#	card_ctl NAME COMMAND; card_apdus NAME; hsm_label
#	hold_reader READER exclusive|transaction|shared; release_reader READER
#	start_opencryptoki N; start_softhsm LABEL...; copy_softhsm FROM N
#	lock_token MODULE SLOT
#	mock NAME; mock_state KEY=VALUE...; mock_calls [REGEX]
#	wait_card SECONDS present|empty READER; wait_for SECONDS COMMAND...
#	pki NAME.EXT; vietnamese_locale; secret_file NAME_OR_VALUE
#	broken_certificate; desk_conf [LINE...]; office_conf; own_etc
#	place FILE.db; register_setting FILE.db; in_register FILE.db SQL...
#	copy_register FROM.db TO.db; drop_register FILE.db; has_register FILE.db
#	on_server
#	own_state [GROUP]: a journal that the officers of this machine share
# The program under test
#	ckstoken ARG...; json FILTER	of $out, by jq
#	secret_apdus NAME	how many APDUs of card NAME carried a secret
#	words_of FILE.pdf; dossier_of FILE.pdf|FILE.docx
# Directories: $TOP the sources, $BUILD, $WORK of this test alone.

set -u

TOP=$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd)
BUILD=${BUILD:-$TOP/build}
VCARD=${VCARD:-$BUILD/tests/vcard}
PATH=$PATH:/usr/sbin:/sbin

# The program under test, its library, and the language its messages are in.
CKSTOKEN=${CKSTOKEN:-$BUILD/ckstoken}
LD_LIBRARY_PATH=${LD_LIBRARY_PATH:-$BUILD}
LC_ALL=C.UTF-8
# No key is pressed here, and a terminal is as wide as it says.
PAGER='cat'
export CKSTOKEN LD_LIBRARY_PATH LC_ALL PAGER
unset LANGUAGE CKSTOKEN_PAGER COLUMNS

# Different from each other and from anything else that may stand in a file.
# Not exported, as is nothing else here that has no need of it: a program under
# test may not get a PIN from its environment, nor an output too large for it.
unset out err rc
# shellcheck disable=SC2034 # some are for the tests alone
{
	USER_PIN=648219
	NEW_PIN=970536
	WRONG_PIN=135790
	SO_PIN=51827364
	PUK=28461937
	HSM_SO_PIN=7a31c59e04d8f26b
	out='' err='' rc=0
}
taps=0
taps_failed=0
on_server=$(grep -x '# stores: postgresql' "$0" || true)
[ "${STORE-}" != postgresql ] ||
	on_server+=$(grep -x '# stores: both' "$0" || true)
declare -A card_pid=() card_port=() holder_pid=()
pcscd_pid=''
readers=0

# 1. Assertions

# Of a flood only the beginning; and what a token wrote to upset a terminal
# does not upset this one.
diagnose()
{
	printf '%s\n' "${1:0:4000}" | sed -e 's/\x1b/^[/g' -e 's/^/# /'
}

pass()
{
	taps=$((taps + 1))
	echo "ok $taps - $1"
}

fail()
{
	taps=$((taps + 1))
	taps_failed=$((taps_failed + 1))
	echo "not ok $taps - $1"
	diagnose "at ${BASH_SOURCE[-1]##*/} line ${BASH_LINENO[-2]}"
	[ -z "${2-}" ] || diagnose "$2"
	[ -z "$out$err" ] || diagnose "last exit code: $rc"
	[ -z "$out" ] || diagnose "stdout: $out"
	[ -z "$err" ] || diagnose "stderr: $err"
}

skip()
{
	if [ -n "${CI-}" ]; then
		fail "$1" "skips are failures under CI: $2"
	else
		taps=$((taps + 1))
		echo "ok $taps - $1 # SKIP $2"
	fi
}

skip_all()
{
	if [ -n "${CI-}" ]; then
		echo 'not ok 1 - everything this test needs is here'
		diagnose "skips are failures under CI: $1"
		echo 1..1
		exit 1
	fi
	echo "1..0 # SKIP $1"
	exit 0
}

# Ends this test file, and not the whole of prove as "Bail out!" would.
bail()
{
	fail 'the preparations of this test' "$*"
	echo "1..$taps"
	exit 1
}

plan_done()
{
	echo "1..$taps"
	[ "$taps_failed" = 0 ]
	exit
}

ok()
{
	local name=$1 said
	shift
	if said=$("$@" 2>&1); then
		pass "$name"
	else
		fail "$name" "failed: $*"$'\n'"$said"
	fi
}

nok()
{
	local name=$1 said
	shift
	if said=$("$@" 2>&1); then
		fail "$name" "succeeded: $*"$'\n'"$said"
	else
		pass "$name"
	fi
}

is()
{
	if [ "$1" = "$2" ]; then
		pass "$3"
	else
		fail "$3" "got:      $1"$'\n'"expected: $2"
	fi
}

# Bash's =~, where "." and "[^x]" match a newline too.
like()
{
	if [[ $1 =~ $2 ]]; then
		pass "$3"
	else
		fail "$3" "got:            $1"$'\n'"does not match: $2"
	fi
}

unlike()
{
	if [[ $1 =~ $2 ]]; then
		fail "$3" "got:     $1"$'\n'"matches: $2"
	else
		pass "$3"
	fi
}

exit_is()
{
	local code=$1 name=$2
	shift 2
	# A command line holds no NUL, a token's text may.
	"$@" >"$WORK/.out" 2>"$WORK/.err"
	rc=$?
	out=$(tr -d '\0' <"$WORK/.out")
	err=$(tr -d '\0' <"$WORK/.err")
	rm -f "$WORK/.out" "$WORK/.err"
	if [ "$rc" = "$code" ]; then
		pass "$name"
	else
		fail "$name" "exit code $rc, not $code: $*"
	fi
}

no_secret_in()
{
	local name=$1 found
	shift
	# Six digits stand in some digest of SHA-256 by chance once in a while.
	found=$(find "$@" -type f -exec perl -0777 -ne '
		BEGIN { $secret = join "|", map { quotemeta } splice @ARGV, 0, 6 }
		s/[0-9a-f]{64}/-/gi;
		print "$ARGV\n" if /$secret/i' "$USER_PIN" "$NEW_PIN" \
		"$WRONG_PIN" "$SO_PIN" "$PUK" "$HSM_SO_PIN" {} + 2>&1)
	if [ -z "$found" ]; then
		pass "$name"
	else
		fail "$name" "a secret, or no such path: $found"
	fi
}

# 2. Where the test runs

need()
{
	local what
	for what; do
		command -v "${what%:*}" >/dev/null ||
			skip_all "${what%:*} is missing (package ${what#*:})"
	done
}

# Each test gets a world of its own, so that `prove -j` may run several. One
# whose registers may be on a server, as a line "# stores: both" says, has that
# of the whole run, which is outside of all worlds.
need_world()
{
	local script why
	script=$(readlink -f "$0")
	if [ "${TESTS_WORLD-}" != "$script" ]; then
		why=$("$TOP/tests/world" true 2>&1) || skip_all "$why"
		if on_server; then
			TESTS_SERVER=$("$TOP/tests/server" "${TESTS_RUN:-$PPID}") ||
				skip_all "$TESTS_SERVER"
			export TESTS_SERVER
		fi
		cleanup
		TESTS_WORLD=$script exec "$TOP/tests/world" "$script"
	fi
}

in_world()
{
	[ -d /run/world ] || bail 'need_world goes first'
}

# It looks ever less often, for to look takes a processor from what it waits for.
wait_for()
{
	local end=$((SECONDS + $1 + 1)) ms=10 nap
	shift
	until "$@" >/dev/null 2>&1; do
		[ "$SECONDS" -lt "$end" ] || return 1
		printf -v nap '0.%03d' $ms
		sleep "$nap"
		ms=$((ms < 150 ? ms * 3 / 2 : 200))
	done
}

secret_file()
{
	local value=$1 file
	[[ ! $1 =~ ^[A-Z_]+$ ]] || value=${!1}
	file=$(mktemp "$SECRETS/XXXXXX")
	printf '%s\n' "$value" >"$file"
	echo "$file"
}

# The first test that asks makes it for all.
pki()
{
	local dir=$BUILD/tests/pki
	mkdir -p "$BUILD/tests"
	(
		flock 9
		[ "$dir/done" -nt "$TOP/tests/pki" ] ||
			{ "$TOP/tests/pki" "$dir" >&2 && touch "$dir/done"; }
	) 9>"$dir.lock" || return
	ls -d "$dir/$1"
}

# The first test that asks makes the locale vi_VN.UTF-8 for all: prints the
# folder for LOCPATH. A machine may have C.UTF-8 alone, in which the C library
# translates nothing since 2.35.
vietnamese_locale()
{
	local dir=$BUILD/tests/locale
	mkdir -p "$dir"
	(
		flock 9
		[ -d "$dir/vi_VN.UTF-8" ] || {
			localedef -i vi_VN -f UTF-8 "$dir/new.UTF-8" >&2 &&
				mv "$dir/new.UTF-8" "$dir/vi_VN.UTF-8"
		}
	) 9>"$dir/lock" || return
	echo "$dir"
}

first_of()
{
	local file
	for file; do
		if [ -e "$file" ]; then
			echo "$file"
			return
		fi
	done
	return 1
}

# 3. pcscd and cards

# A reader is a slot of vpcd: two to an entry, on neighbouring ports.
vpcd_port=35963
# How their names begin; with the number of the entry and of the slot there.
# What all of an entry's is but the slot, where it is in entry_names.
reader_prefix='Virtual PCD'
entry_names=()

entry_name()
{
	echo "${entry_names[$1]-$reader_prefix $1}"
}

reader_name()
{
	printf '%s 00 %02d\n' "$(entry_name $(($1 / 2)))" $(($1 % 2))
}

opensc_conf()
{
	printf '%s\n' "$1" >"$WORK/opensc.conf"
	export OPENSC_CONF=$WORK/opensc.conf
}

# An odd N gives one reader more, which stays empty.
start_pcscd()
{
	local entries=$((($1 + 1) / 2)) driver entry port
	local -a alone=()
	in_world
	need pcscd:pcscd opensc-tool:opensc
	driver=$(first_of /usr/lib/pcsc/drivers/serial/libifdvpcd.so) ||
		skip_all 'vpcd is missing (package vsmartcard-vpcd)'
	[ -z "$pcscd_pid" ] || bail 'one pcscd at a time'
	((1 <= $1 && $1 <= 16)) || bail '1 to 16 readers'

	rm -rf "$WORK/pcscd"
	mkdir -p "$WORK/pcscd/conf"
	for ((entry = 0; entry < entries; entry++)); do
		# vpcd keeps its state in static variables: an entry needs a
		# library that is not the next one's.
		cp "$driver" "$WORK/pcscd/ifd$entry.so"
		port=$((vpcd_port + 2 * entry))
		cat <<-END
			FRIENDLYNAME "$(entry_name "$entry")"
			DEVICENAME /dev/null:$port
			LIBPATH $WORK/pcscd/ifd$entry.so
			CHANNELID $port

		END
	done >"$WORK/pcscd/conf/vpcd"
	opensc_conf 'app default { }
app opensc-pkcs11 { pkcs11 { max_virtual_slots = 128; } }'
	OPENSC_MODULE=$(first_of /usr/lib/*/opensc-pkcs11.so) ||
		skip_all 'opensc-pkcs11.so is missing (package opensc-pkcs11)'
	export OPENSC_MODULE PCSCLITE_CSOCK_NAME=/run/pcscd/pcscd.comm

	# From version 2 on it asks polkit, which no world has.
	! pcscd --help 2>&1 | grep -q disable-polkit ||
		alone=(--disable-polkit)
	pcscd -f "${alone[@]}" -c "$WORK/pcscd/conf" >"$WORK/pcscd/log" 2>&1 &
	pcscd_pid=$!
	readers=$((entries * 2))
	"$BUILD/tests/reader" named "$reader_prefix" "$readers" 10 ||
		bail "pcscd shows no readers: $(tail -5 "$WORK/pcscd/log")"
}

stop_pcscd()
{
	[ -n "$pcscd_pid" ] || return 0
	kill "$pcscd_pid"
	# Not before it is gone are its ports free.
	wait "$pcscd_pid" 2>/dev/null
	pcscd_pid=''
}

# wait_card SECONDS present|empty READER: until pcscd sees that it is so.
wait_card()
{
	"$BUILD/tests/reader" "$2" "$(reader_name "$3")" "$1"
}

# PERSONALITY is sc-hsm, piv, gids, myeid, openpgp, or one of the two that OpenSC
# does not support, bit4id and iasecc. Without --pair, --pin and the like, the
# card holds the certificate `person` and the PINs above, and its serial number
# is CA0D000 and the reader's number.
start_card()
{
	local name=$1 personality=$2 reader=$3 so_pin=$SO_PIN log pair
	local -a options=()
	shift 3
	[ -x "$VCARD" ] || bail "no $VCARD: run make first"
	[ "$reader" -lt "$readers" ] || bail "no reader $reader"
	[ -z "${card_pid[$name]-}" ] || bail "card $name is in already"

	[ "$personality" != sc-hsm ] || so_pin=$HSM_SO_PIN
	pair=$(pki person.key),$(pki person.crt) || bail 'no PKI'
	[[ " $* " == *' --pair '* ]] ||
		options+=(--pair "$pair,Chứng thư $name")
	[[ " $* " == *' --serial '* ]] || options+=(--serial "CA0D000$reader")
	[[ " $* " == *' --pin '* ]] || options+=(--pin "$USER_PIN")
	[[ " $* " == *' --so-pin '* ]] || options+=(--so-pin "$so_pin")
	[[ " $* " == *' --puk '* ]] || options+=(--puk "$PUK")

	log=$WORK/card-$name
	: >"$log.apdus"
	"$VCARD" --personality "$personality" --port $((vpcd_port + reader)) \
		--log "$log.apdus" --ctl "$log.ctl" "${options[@]}" "$@" \
		>"$log.out" 2>&1 &
	card_pid[$name]=$!
	card_port[$name]=$reader
	wait_for 5 grep -q ready "$log.out" ||
		bail "card $name is not ready: $(cat "$log.out")"
	wait_card 10 present "$reader" ||
		bail "card $name is not seen: $(cat "$log.out")"
}

# What OpenSC calls a SmartCard-HSM; not every release adds the PIN's name.
hsm_label()
{
	pkcs11-tool --module "$OPENSC_MODULE" -L 2>/dev/null |
		sed -n 's/^ *token label *: //p' | grep -m 1 '^SmartCard-HSM'
}

stop_card()
{
	local pid=${card_pid[$1]-}
	[ -n "$pid" ] || return 0
	kill "$pid" 2>/dev/null
	wait "$pid" 2>/dev/null
	unset "card_pid[$1]"
	[ -z "$pcscd_pid" ] || wait_card 10 empty "${card_port[$1]}" ||
		bail "card $1 is still seen"
}

card_ctl()
{
	"$VCARD" --send "$WORK/card-$1.ctl" "$2"
}

card_apdus()
{
	card_ctl "$1" count
}

# Another program that uses the card in this reader, until it is released.
hold_reader()
{
	local reader=$1 said=$WORK/holder-$1
	# What an earlier one said is not about this one.
	: >"$said"
	"$BUILD/tests/reader" "$2" "$(reader_name "$reader")" \
		>"$said" 2>&1 &
	holder_pid[$reader]=$!
	wait_for 10 grep -q held "$said" ||
		bail "reader $reader is not held: $(cat "$said")"
}

release_reader()
{
	[ -n "${holder_pid[$1]-}" ] || return 0
	kill "${holder_pid[$1]}" 2>/dev/null
	wait "${holder_pid[$1]}" 2>/dev/null
	unset "holder_pid[$1]"
}

# 4. Soft tokens

p11()
{
	local said
	said=$(pkcs11-tool "$@" 2>&1) || bail "pkcs11-tool $*: $said"
}

# fill_token CERTIFICATE pkcs11-tool's choice of a token...
fill_token()
{
	local name=$1 key cert
	shift
	key=$(pki "$name.key") || bail 'no PKI'
	cert=$(pki "$name.der") || bail 'no PKI'
	p11 "$@" --login --pin "$USER_PIN" --id 45 --label "$name" \
		--write-object "$key" --type privkey
	p11 "$@" --login --pin "$USER_PIN" --id 45 --label "$name" \
		--write-object "$cert" --type cert
}

holders=(person seal device)

# Slots 0 to N - 1, labels "Thẻ mềm 0"...; every serial number is 123.
start_opencryptoki()
{
	local i conf=/etc/opencryptoki/opencryptoki.conf
	local -a at daemon=(pkcsslotd)
	in_world
	need pkcsslotd:opencryptoki pkcs11-tool:opensc
	OCK_MODULE=$(first_of /usr/lib/*/pkcs11/libopencryptoki.so \
		/usr/lib/pkcs11/libopencryptoki.so) ||
		skip_all 'libopencryptoki.so is missing (package opencryptoki)'
	export OCK_MODULE

	echo 'version opencryptoki-3.8' >"$conf"
	# From 3.17 on, and for nobody else to read.
	(umask 027 && cat >/etc/opencryptoki/strength.conf) <<-'END'
		version strength-0
		strength 112
		{
			MOD_EXP = 2048
			ECC = 224
			SYMMETRIC = 112
			digest = 224
			signature = 224
		}
	END
	for ((i = 0; i < $1; i++)); do
		(umask 007 && mkdir -p "/run/lock/opencryptoki/t$i" \
			"/var/lib/opencryptoki/t$i/TOK_OBJ")
		printf 'slot %d\n{\nstdll = libpkcs11_sw.so\ntokname = t%d\n}\n' \
			"$i" "$i" >>"$conf"
	done
	# A newer one becomes the user pkcsslotd, and a world of nobody's has no
	# user but root: there a second one within has this user alone.
	if id pkcsslotd >/dev/null 2>&1 && [ "$(wc -l </proc/self/uid_map)" = 1 ] &&
		[ "$(awk '{ print $3 }' /proc/self/uid_map)" = 1 ]; then
		daemon=(unshare --user --map-user="$(id -u pkcsslotd)"
			--map-group=0 pkcsslotd)
	fi
	"${daemon[@]}" || bail 'pkcsslotd does not start'
	wait_for 10 first_of /run/pkcsslotd.socket \
		/run/opencryptoki/pkcsslotd.socket || bail 'pkcsslotd is silent'

	for ((i = 0; i < $1; i++)); do
		at=(--module "$OCK_MODULE" --slot "$i")
		p11 "${at[@]}" --init-token --label "Thẻ mềm $i" \
			--so-pin 87654321
		p11 "${at[@]}" --login --login-type so --so-pin 87654321 \
			--change-pin --pin 87654321 --new-pin "$SO_PIN"
		p11 "${at[@]}" --login --login-type so --so-pin "$SO_PIN" \
			--init-pin --new-pin "$USER_PIN"
		fill_token "${holders[i % 3]}" "${at[@]}"
	done
	# From 3.17 on a soft token has no serial number: it gets the old one,
	# on disk and in the memory that its users share.
	perl -0777 -pi -e 's/(Soft {12}) {16}/${1}123             /' \
		/var/lib/opencryptoki/*/NVTOK.DAT \
		/dev/shm/var.lib.opencryptoki.t* ||
		bail 'the soft tokens get no serial number'
}

start_softhsm()
{
	local label i=0
	in_world
	need softhsm2-util:softhsm2 pkcs11-tool:opensc
	SOFTHSM_MODULE=$(first_of /usr/lib/softhsm/libsofthsm2.so \
		/usr/lib/*/softhsm/libsofthsm2.so) ||
		skip_all 'libsofthsm2.so is missing (package libsofthsm2)'
	export SOFTHSM_MODULE SOFTHSM2_CONF=$WORK/softhsm/conf

	mkdir -p "$WORK/softhsm/tokens"
	printf '%s\n' "directories.tokendir = $WORK/softhsm/tokens" \
		'objectstore.backend = file' 'log.level = ERROR' \
		>"$SOFTHSM2_CONF"
	for label; do
		softhsm2-util --init-token --free --label "$label" \
			--so-pin "$SO_PIN" --pin "$USER_PIN" >/dev/null ||
			bail "no SoftHSM token $label"
		fill_token "${holders[i++ % 3]}" --module "$SOFTHSM_MODULE" \
			--token-label "$label"
	done
}

# copy_softhsm FROM N: copies of the only token of start_softhsm, each with a
# serial number of its own, of which copies before FROM are there already.
copy_softhsm()
{
	perl - "$WORK/softhsm/tokens" "$@" <<'END' || bail 'no copies of a token'
my ($tokens, $from, $n) = @ARGV;
my ($folder) = grep { !/-5eed-/ } glob "$tokens/*";
my ($begin, $a, $b) = $folder =~ /^(.*)-([0-9a-f]{4})-([0-9a-f]{12})$/ or exit 1;
my %files = map { open my $f, '<:raw', $_ or exit 1; local $/;
	(s!.*/!!r, scalar <$f>) } glob "$folder/*";
for my $i ($from .. $from + $n - 1) {
	# SoftHSM makes the number of the slot of the last eight digits.
	my ($c, $d) = ('5eed', sprintf '%012x', 0x51000000 + 7919 * $i);
	mkdir "$begin-$c-$d" or exit 1;
	while (my ($name, $bytes) = each %files) {
		$bytes =~ s/$a$b/$c$d/;
		open my $f, '>:raw', "$begin-$c-$d/$name" or exit 1;
		print $f $bytes or exit 1;
	}
}
END
}

# Spends the tries of the user PIN.
lock_token()
{
	local try
	for try in 1 2 3; do
		! pkcs11-tool --module "$1" --slot "$2" --login \
			--pin "$WRONG_PIN" -O >/dev/null 2>&1 ||
			bail "wrong PIN number $try was accepted"
	done
}

# 5. Modules that misbehave

mock()
{
	ls -d "$BUILD/tests/modules/$1.so"
}

# Starts the token of tests/modules anew, as mock.h describes it; the log of
# calls begins empty.
mock_state()
{
	export MOCK_STATE=$WORK/mock-state MOCK_LOG=$WORK/mock-log
	MOCK_CERT=$(pki person.der) || bail 'no PKI'
	export MOCK_CERT
	printf '%s\n' "$@" >"$MOCK_STATE"
	: >"$MOCK_LOG"
}

mock_calls()
{
	grep -cE -e "${1-.}" "$MOCK_LOG"
}

# 6. The program under test

ckstoken()
{
	"$CKSTOKEN" "$@"
}

# Nothing where $out is no JSON, so that comparisons fail and go on.
json()
{
	jq -r "$1" <<<"$out" 2>&1
}

# VERIFY with data, CHANGE REFERENCE DATA, RESET RETRY COUNTER.
secret_apdus()
{
	awk '($3 == "20" && $6 != "00") || $3 == "24" || $3 == "2C"' \
		"$WORK/card-$1.apdus" | wc -l
}

# Whether registers are on a server, as STORE=postgresql has it for a test that
# is for both, and for one that is of a server alone.
on_server()
{
	[ -n "$on_server" ]
}

# What --file takes for the register that a test calls FILE.db. On the server
# each has a database, of the name of the test.
place()
{
	local name
	if ! on_server; then
		echo "$1"
		return
	fi
	name=${0##*/}
	name=$(printf '%s' "${name%.t}_${1#"$WORK/"}" | tr -c 'a-z0-9' _)
	[ -e "$WORK/.place-$name" ] ||
		createdb -h "$TESTS_SERVER" -U ckstoken "$name" ||
		bail "no database $name"
	: >"$WORK/.place-$name"
	echo "postgresql://ckstoken@/$name?host=$TESTS_SERVER"
}

# A line of ckstoken.conf.
register_setting()
{
	case $1 in
	/*) ;;
	*) set -- "$PWD/$1" ;;
	esac
	if on_server; then
		echo "database = $(place "$1")"
	else
		echo "file = $1"
	fi
}

# in_register FILE.db SQL...: asked of the database itself.
in_register()
{
	local file=$1
	shift
	if on_server; then
		PGOPTIONS='-c search_path=ckstoken -c client_min_messages=warning' \
			psql -qAtX -v ON_ERROR_STOP=1 "${@/#/-c}" \
			"$(place "$file")"
	else
		sqlite3 "$file" "$@"
	fi
}

has_register()
{
	if on_server; then
		[ -n "$(in_register "$1" "SELECT 1 FROM pg_namespace
			WHERE nspname = 'ckstoken'")" ]
	else
		[ -s "$1" ] # an empty file is none
	fi
}

drop_register()
{
	if on_server; then
		in_register "$1" 'DROP SCHEMA IF EXISTS ckstoken CASCADE'
	else
		rm -f "$1" "$1"-*
	fi
}

copy_register()
{
	local from to
	if ! on_server; then
		cp "$1" "$2"
		return
	fi
	from=$(place "$1") to=$(place "$2")
	drop_register "$2" &&
		pg_dump -n ckstoken "$from" | psql -qX "$to" >/dev/null
}

# A configuration that names this machine as a recovery desk.
desk_conf()
{
	printf '%s\n' '[desk]' 'name = Cục Chứng thực số và Bảo mật thông tin' \
		'grounds = Quyết định số 01/QĐ-STC ngày 02/01/2026' "$@" \
		>"$WORK/desk.conf"
	echo "$WORK/desk.conf"
}

# The configuration of an agency that is complete.
office_conf()
{
	cat >"$WORK/office.conf" <<-'END'
		[agency]
		name = Sở Tài chính
		parent = Ủy ban nhân dân tỉnh Ví Dụ
		place = Ví Dụ
		symbol = STC-VP
		archive = VP
		authority = KT. GIÁM ĐỐC
		signer-title = PHÓ GIÁM ĐỐC
		signer = Trần Văn Ký
		[coordinator]
		name = Lê Thị Phối Hợp
		id-number = 000000000000
		id-date = 01/01/2021
		id-place = Cục Cảnh sát
		title = Chuyên viên
		organization = Văn phòng Sở
		phone = 0900000000
		email = phoihop@vidu.example
		address = Số 1 đường Thử, phường Ví, tỉnh Ví Dụ
	END
	echo "$WORK/office.conf"
}

# An /etc that this test may write to.
own_etc()
{
	in_world
	cp -a /etc /run/world/own-etc 2>/dev/null
	mount --bind /run/world/own-etc /etc ||
		skip_all 'no /etc of its own here'
}

# A place for the journal of the machine, as it is installed, for the number of
# a group. It takes the place of all of /var/lib but for openCryptoki's.
own_state()
{
	in_world
	mount -t tmpfs -o mode=755 tmpfs /var/lib || skip_all 'no /var/lib here'
	mkdir /var/lib/opencryptoki /var/lib/ckstoken
	mount --bind /run/world/lib /var/lib/opencryptoki
	if ! chgrp "${1-0}" /var/lib/ckstoken || ! chmod 2770 /var/lib/ckstoken; then
		bail 'no journal of the machine'
	fi
}

# What a document says, in one line however it was broken, cell by cell.
words_of()
{
	pdftotext -raw "$1" - | tr -s ' \n\f' ' '
}

# The data that goes with a document.
dossier_of()
{
	local dir
	case $1 in
	*.docx)
		unzip -p "$1" customXml/item1.xml | xmllint --xpath \
			"string(/*[local-name() = 'data'])" - ;;
	*)
		dir=$(mktemp -d "$WORK/XXXXXX")
		pdfdetach -save 1 -o "$dir/data" "$1" && cat "$dir/data" ;;
	esac
}

# DER that OpenSC hands on and no reader of certificates takes: the tag of the
# first SET of the issuer is gone.
broken_certificate()
{
	local hex
	hex=$(od -An -v -tx1 "$(pki person.der)" | tr -d ' \n')
	printf '%b' "$(sed -e 's/310b30090603550406/000b30090603550406/' \
		-e 's/../\\x&/g' <<<"$hex")" >"$WORK/broken.der"
	cmp -s "$(pki person.der)" "$WORK/broken.der" &&
		bail 'the certificate is not broken'
	echo "$WORK/broken.der"
}

# 7. Beginning and end

WORK=$(mktemp -d)
SECRETS=$(mktemp -d)
chmod 700 "$WORK" "$SECRETS"

cleanup()
{
	local name pid
	for name in "${!card_pid[@]}"; do
		kill "${card_pid[$name]}" 2>/dev/null
	done
	for name in "${!holder_pid[@]}"; do
		kill "${holder_pid[$name]}" 2>/dev/null
	done
	# What a test began that ended before its time would be waited for.
	for pid in $(jobs -p); do
		kill "$pid" 2>/dev/null
	done
	# The world ends what is left, but has no mercy with a half-read line.
	[ -z "$pcscd_pid" ] || kill -KILL "$pcscd_pid" 2>/dev/null
	wait 2>/dev/null
	rm -rf "$WORK" "$SECRETS"
}
trap cleanup EXIT
