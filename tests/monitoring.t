#!/bin/bash
# SPDX-License-Identifier: LGPL-2.1-or-later
# sanitize: yes
#
# "--format nagios" and "--format prometheus" of status and audit, and the nightly
# audit by systemd.

# shellcheck disable=SC2119,SC2120,SC2317 # functions are called by name
# shellcheck source=tests/lib.sh
. "$(dirname "$0")/lib.sh"
need_world
need promtool:prometheus openssl:openssl systemd-analyze:systemd \
	setpriv:util-linux jq:jq python3:python3 pgrep:procps

cd "$WORK" || bail 'no work folder'
export CKSTOKEN_NOW=2026-11-21T02:00:00Z
pki=$(dirname "$(pki person.crt)")
start_pcscd 2
start_card person sc-hsm 0
card=(ckstoken --module "$OPENSC_MODULE")
hang=$(mock hang-init) locks=$(mock locks)

# line_is CODE STATE NAME COMMAND...: the one line of a plugin, as its guidelines
# have it, and the exit code that goes with the state.
line_is()
{
	local code=$1 state=$2 name=$3 value="-?[0-9]+;(-?[0-9]*:?)?;(-?[0-9]*:?)?(;0)?"
	shift 3
	exit_is "$code" "$name: exit code $code" "$@" --format nagios
	is "$(wc -l <<<"$out")" 1 "$name: one line"
	like "$out" "^CKSTOKEN $state - [^|]+( \\|( '[^'=|]+'=$value)+)?\$" \
		"$name: $state, and values that programs can draw"
}

# value NAME: of the line.
value()
{
	sed -nE "s/.*\\|.* '$1'=(-?[0-9]+);([^; ]*);([^; ]*)(;0)?( .*|$)/\\1 \\2 \\3/p" \
		<<<"$out"
}

# 1. The four states, of status

left=$(( ($(date -d "$(openssl x509 -in "$pki/person.crt" -noout -enddate |
	cut -d = -f 2) + 7 hours" +%s) / 86400) -
	($(date -d "$CKSTOKEN_NOW + 7 hours" +%s) / 86400) ))
line_is 0 OK 'all is well' "${card[@]}" status
like "$out" "has $left days left, up to 15/01/2028 \\(.*, CA0D0000\\); 1 token is" \
	'and the days are told when all is well too'
is "$(value tokens) $(value CA0D0000_days)" "1   $left 60: 0:" \
	'with the limits in the ranges of the guidelines'
line_is 1 WARNING 'a certificate that expires soon' "${card[@]}" status \
	--days $((left + 1))
like "$out" "CA0D0000: the certificate of .* ends in $left days, on 15/01/2028" \
	'is named, with its days'
line_is 2 CRITICAL 'one that is nearer' "${card[@]}" status --days 500 \
	--critical-days $((left + 1))
is "$(value CA0D0000_days)" "$left 500: $((left + 1)):" 'by the limits given'
is "$(grep -o "$left days" <<<"$out" | wc -l)" 1 'and its days are said once'
line_is 0 OK 'one that has as many days as asked for' "${card[@]}" status \
	--days "$left" --critical-days "$left"
CKSTOKEN_NOW=2028-02-01T02:00:00Z line_is 2 CRITICAL 'an expired certificate' \
	"${card[@]}" status
like "$out" 'the certificate of .* expired on 15/01/2028' 'is told'
is "$(value expired) $(value CA0D0000_days | cut -d ' ' -f 1)" '1  0 -17' 'and counted'
line_is 2 CRITICAL 'a token that is named and not there' "${card[@]}" status \
	--serial CA0D0000 --serial CA0D0009
like "$out" 'CA0D0009: no such token is plugged in' 'which is named'
line_is 2 CRITICAL 'a token that has one thing of what is named' "${card[@]}" \
	status --serial CA0D0000 --label nobody
like "$out" ' - nobody: no such token is plugged in' 'is named by what it has not'
line_is 3 UNKNOWN 'the same where a module hangs, which may hide it' \
	"${card[@]}" --module "$hang" status --serial CA0D0009 --timeout 1
like "$out" " - $(basename "$hang"): [^;]*; CA0D0009: no such token" 'both are told'
line_is 3 UNKNOWN 'a module that hangs' "${card[@]}" --module "$hang" status \
	--timeout 1
like "$out" "$(basename "$hang"): .*has $left days left" \
	'is named, and what is known is told'
line_is 3 UNKNOWN 'which goes before a warning' "${card[@]}" --module "$hang" \
	status --timeout 1 --days 500
like "$out" " - $(basename "$hang"): [^;]*; CA0D0000: the certificate .* ends in $left days" \
	'which is told all the same'
is "$(value expiring) $(value failures)" '1 0  1  ' 'and both are counted'
# For the audit below.
conf=$(office_conf)
printf '%s\n' '[province]' 'name = ninh-binh' '[register]' "file = $WORK/r.db" >>"$conf"
office=(ckstoken --config "$conf" --module "$OPENSC_MODULE")
exit_is 0 'a register' "${office[@]}" register add present --serial CA0D0000
lock_token "$OPENSC_MODULE" 0
line_is 2 CRITICAL 'a locked token' "${card[@]}" --module "$hang" status \
	--timeout 1
like "$out" '^CKSTOKEN CRITICAL - CA0D0000: the user PIN is locked; .*hang' \
	'goes before a module that hangs, and before all others in the line'
is "$(value locked) $(value failures)" '1  0 1  ' 'and both are counted'

for how in 'status --nosuch' 'status --days x' 'doctor' 'status --critical-days 61' \
	'status --watch' 'status x' "audit --file $WORK/none.db" \
	'audit -o x.pdf'; do
	read -ra words <<<"$how"
	line_is 3 UNKNOWN "$how, which cannot be answered" "${card[@]}" "${words[@]}"
	is "${out#CKSTOKEN UNKNOWN - }" \
		"$(sed -n '1{s/^ckstoken: //;y/"/”/;p}' <<<"$err")" \
		"$how: and the line says why"
done
line_is 3 UNKNOWN 'a configuration that is not there' ckstoken --config none.conf status
like "$out" ' - none.conf: ' 'is named'
line_is 3 UNKNOWN 'no token, of which none is named' ckstoken --module \
	"$(mock no-such 2>/dev/null || echo "$WORK/none.so")" status
full()
{
	"$@" --format nagios >/dev/full
}
exit_is 3 'a line that cannot be written' full ckstoken --module "$locks" status
like "$err" 'standard output cannot be written' 'is told'
# What a shell would run, or Nagios leaves out, when it hands the line on.
line_is 0 OK 'hostile-label: tokens with labels of every kind' ckstoken --module \
	"$(mock labels)" status
printf '%s\n' '[output]' 'language = vi' >vi.conf
line_is 0 OK 'a token, in Vietnamese' ckstoken --config vi.conf --module "$locks" status
like "$out" '^CKSTOKEN OK - có 1 thiết bị đang cắm' 'the words are Vietnamese, the state is not'
for how in 'status --days 30' 'audit --days 30 --no-tokens'; do
	read -ra words <<<"$how"
	line_is 3 UNKNOWN "$how: critical before there is a warning" "${card[@]}" \
		"${words[@]}" --critical-days 31
	like "$out" '--critical-days 31: .*no more than --days, which is 30' \
		"$how: and the line says so"
done
exit_is 2 '--critical-days is for a plugin' "${card[@]}" status --critical-days 1
like "$err" '--critical-days is for --format nagios only' 'and said so'

# 2. Metrics of status

# metrics CODE NAME COMMAND...
metrics()
{
	local code=$1 name=$2
	shift 2
	exit_is "$code" "$name: exit code $code" "$@" --format prometheus
	grep -o '^ckstoken_[a-z_]*\|^# HELP ckstoken_[a-z_]*' <<<"$out" |
		sed 's/.* //' >>names
	is "$(promtool check metrics <<<"$out" 2>&1)" '' \
		"$name: promtool check metrics has no complaint"
	is "$(grep -v '^#' <<<"$out" | sed 's/ [^ ]*$//' | sort | uniq -d)" '' \
		"$name: no series stands there twice"
}

# of SERIES: its value.
of()
{
	grep -v '^#' <<<"$out" | grep -F -e "ckstoken_$1 " | sed 's/.* //'
}

holder=$(openssl x509 -in "$pki/person.crt" -noout -subject -nameopt \
	multiline,utf8,-esc_msb | sed -n 's/ *commonName *= //p')
number=$(openssl x509 -in "$pki/person.crt" -noout -serial | cut -d = -f 2)
label=$(hsm_label)
who="serial=\"CA0D0000\",label=\"$label\",holder=\"$holder\""
metrics 1 'a locked token' "${card[@]}" status
is "$(of status_timestamp_seconds)" "$(date -d "$CKSTOKEN_NOW" +%s)" \
	'times are seconds since 1970'
cert=$(grep -o '{.*' <<<"$(grep '^ckstoken_certificate_not_after' <<<"$out")" |
	sed 's/ [0-9]*$//')
is "$(sed -E 's/organization="[^"]+"/organization=…/; s/"[0-9A-F]+"}/…/' <<<"$cert")" \
	"{$who,organization=…,certificate=\"$number\",id=…" \
	'a certificate is known by its token, its holder and its number'
is "$(of "certificate_not_after_timestamp_seconds$cert")" \
	"$(date -d "$(openssl x509 -in "$pki/person.crt" -noout -enddate |
		cut -d = -f 2)" +%s)" 'its end is what openssl reads'
is "$(of "certificate_renewal_deadline_timestamp_seconds$cert")" \
	"$(date -d "$("${card[@]}" status --json 2>/dev/null |
		jq -r '.tokens[].certificates[].renew_by') 17:00Z" +%s)" \
	'a renewal can be asked for up to the end of its last day in Vietnam'
unlike "$out" '_days|days_left' 'days left are for others to count'
is "$(of "token_user_pin_state{$who,state=\"locked\"}")" 1 'the PIN is locked'
for pin in user so; do
	is "$(grep "^ckstoken_token_${pin}_pin_state" <<<"$out" |
		sed 's/.* //' | sort | uniq -c | xargs)" '6 0 1 1' \
		"the $pin PIN has a series for each state, of which one is 1"
done
is "$(of "token_user_pin_tries_left{$who}")" 0 'and no try is left'
is "$(of "token_attention{$who,reason=\"user-pin-locked\"}")" 1 'which needs attention'
is "$(of "token_attention{$who,reason=\"certificate-expired\"}")" 0 \
	'as what does not has a series too'
metrics 10 'a module that hangs' "${card[@]}" --module "$hang" status --timeout 1
is "$(of "status_failure{module=\"$hang\",reader=\"\",error=\"timeout\"}")" 1 \
	'is a series of its own'
is "$(of status_failures) $(of tokens)" '1 1' 'and counted beside the tokens'
metrics 0 'hostile-label: tokens with labels of every kind' ckstoken --module \
	"$(mock labels)" status
like "$out" 'label="\\"quoted\\", \\\\ <b>&amp;"' \
	'hostile-label: quotation marks and backslashes are escaped'
like "$out" 'label="one�two��three�four"' 'hostile-label: a line feed is none'
metrics 0 'twins: tokens that are called the same' ckstoken --module \
	"$(mock twins)" status
like "$out" 'token_info\{serial="1234",[^}]*,duplicate="2"' \
	'twins: the second is marked, and none is left out'
is "$(grep -c '^ckstoken_token_info{' <<<"$out")" "$(of tokens)" 'twins: all are there'

# 3. Audit

exit_is 0 'with another token' "${office[@]}" register add token device_serial=T1
exit_is 0 'whose certificate was revoked' "${office[@]}" register add \
	certificate certificate_serial=A1 device_serial=T1 \
	revoked_date=2026-11-20 notice_date=2026-11-20 not_after=2028-01-01
audit=("${office[@]}" audit --no-tokens)
exit_is 0 'findings that are not overdue' "${audit[@]}" --json
soon=$(jq -r '[.findings[] | select(.state == "soon")] | length' <<<"$out")
day=$(jq -r '[.findings[] | select(.state == "soon").due] | first' <<<"$out")
ok 'something is due soon' test "$soon" -gt 0
line_is 1 WARNING 'what is due soon' "${audit[@]}"
like "$out" "due soon .*, T1" 'is said'
is "$(value soon)" "$soon 0 " 'and counted'
line_is 2 CRITICAL 'what is due in fewer days than asked for' "${audit[@]}" \
	--critical-days 30
metrics 0 'an audit' "${audit[@]}"
is "$(of 'audit_findings{state="soon"}')" "$soon" 'its findings are counted by state'
is "$(grep '^ckstoken_audit_finding_deadline.*"T1"' <<<"$out" | head -n 1 |
	sed 's/.* //')" "$(date -d "$day 17:00Z" +%s)" \
	'a finding has until the end of its day in Vietnam'
line_is 2 CRITICAL 'a locked token, of an audit too' "${office[@]}" audit
like "$out" '^CKSTOKEN CRITICAL - [^;]*CA0D0000[^;]* is locked' 'is said'
CKSTOKEN_NOW=2027-01-21T02:00:00Z line_is 2 CRITICAL 'what is overdue' "${audit[@]}"
like "$out" '^CKSTOKEN CRITICAL - overdue [0-9/]+, T1: ' 'is said first, with its token'
is "$(value overdue)" '1  0' 'and counted'
line_is 0 OK 'nothing within no days' "${audit[@]}" --days 0 --organization \
	"$(jq -r '.tokens[].certificates[].organization' \
		<<<"$("${card[@]}" status --json 2>/dev/null)")"
later()
{
	CKSTOKEN_NOW=2027-01-21T02:00:00Z "$@"
}
metrics 1 'an audit with what is overdue' later "${audit[@]}"
is "$(of 'audit_findings{state="overdue"}') $(of 'audit_findings{state="soon"}')" '1 0' \
	'which is no more counted as due soon'

# 4. By systemd

units=$TOP/scripts/systemd
# systemd looks for the program only where it is installed.
mkdir units
for unit in service timer; do
	sed 's|^ExecStart=ckstoken |ExecStart=/bin/true |' \
		"$units/ckstoken-audit.$unit" >"units/ckstoken-audit.$unit"
done
is "$(systemd-analyze verify --man=no --recursive-errors=no units/ckstoken-audit.* 2>&1 |
	grep ckstoken-audit)" '' 'systemd takes the service and its timer'
score=$(systemd-analyze security --offline=true --no-pager \
	"$units/ckstoken-audit.service" 2>&1 | sed -nE 's/.*service: ([0-9.]+) .*/\1/p')
ok "systemd-analyze security gives the service $score of 10, which is less than 2" \
	test "${score%.*}" -lt 2

# The service itself, by a systemd of its own where one can be had; and what it
# may do, done by hand: its user and group, no capability, no network, no memory
# that is written and run. It has no home, and no other register than that of the
# machine.
if awk '$3 > 65536 { found = 1 } END { exit !found }' /proc/self/uid_map; then
	group=60999 user=60888
	own_etc
	own_state "$group"
	echo "ckstoken:x:$group:" >>/etc/group
	printf '%s\n' '[province]' 'name = ninh-binh' '[modules]' \
		"module = $OPENSC_MODULE" >/etc/ckstoken.conf
	chmod 644 /etc/ckstoken.conf
	folder=/run/service
	mkdir -m 755 "$folder"
	cp -L "$CKSTOKEN" "$LD_LIBRARY_PATH"/libckstoken.so.0 "$folder"
	install -m 660 -g "$group" "$WORK/r.db" /var/lib/ckstoken/register.db
	environment=(LD_LIBRARY_PATH="$folder" CKSTOKEN_NOW="$CKSTOKEN_NOW"
		PCSCLITE_CSOCK_NAME="$PCSCLITE_CSOCK_NAME")
	read -ra command < <(sed -n 's/^ExecStart=ckstoken //p' \
		"$units/ckstoken-audit.service")
	service()
	(
		cd / && exec env -i PATH=/usr/sbin:/usr/bin:/sbin:/bin "${environment[@]}" \
			unshare --net setpriv --reuid "$user" --regid "$user" \
			--groups "$group" --no-new-privs --bounding-set=-all \
			--inh-caps=-all python3 -c 'import ctypes, os, sys
ctypes.CDLL(None).prctl(65, 1, 0, 0, 0)
os.execv(sys.argv[1], sys.argv[1:])' "$folder/ckstoken" "$@"
	)
	exit_is 1 'the service, whose token is locked' service "${command[@]}"
	like "$out" 'CA0D0000' 'reaches pcscd and the register of the machine'
	by_hand=$out
	exit_is 1 'and answers programs' service "${command[@]}" --json
	is "$(json '"\(.present) \(.registered) \(.failures | length)"')" '1 2 0' \
		'with the token, and all that is registered'
	result=$("$TOP/tests/systemd" "$units/ckstoken-audit.service" "$CKSTOKEN" \
		"StandardOutput=append:$folder/out" "StandardError=append:$folder/err" \
		"BindReadOnlyPaths=$(realpath "$(dirname "$CKSTOKEN")/..")" \
		"${environment[@]/#/Environment=}" 2>"$WORK/systemd.err")
	if [ $? = 77 ]; then
		skip 'systemd runs the service' "no systemd can be had here: $(tail -n 3 "$WORK/systemd.err" | tr '\n' ' ')"
	else
		err=$(cat "$folder/err" 2>&1)
		is "$result" 'exit-code 1' 'systemd runs it, and tells of findings'
		is "$(<"$folder/out")" "$by_hand" 'which are the same'
	fi
else
	skip 'the service' 'this world has one user'
fi

stop_pcscd
line_is 3 UNKNOWN 'a reader service that is not there' "${card[@]}" status
like "$out" '^CKSTOKEN UNKNOWN - [^;]*pcscd' 'is said'
metrics 10 'the same as metrics' "${card[@]}" status
is "$(of 'status_failure{module="",reader="",error="no-service"}') $(of tokens)" '1 0' \
	'says that no token is seen, and why'

is "$(sort -u names)" "$(grep -oE 'ckstoken_[a-z_]+' \
	"$TOP/man/ckstoken-monitoring.7" | sort -u)" \
	'ckstoken-monitoring(7) names each metric, and no other'

plan_done
