# shellcheck shell=bash
# SPDX-License-Identifier: LGPL-2.1-or-later
#
# What the two matrices of faults share, after lib.sh: a cell is a command with
# one fault in it, cells are run in lanes, each with files of its own, and each
# is judged by what may never be, whatever goes wrong.
#
#	matrix_lane DIRECTORY	makes it, with a configuration that names a
#		desk, an office, a journal and a register there
#	matrix_run SECONDS COMMAND...	leaves $lane/out, $lane/err and $rc
#	matrix_judge	prints each invariant that $lane, $rc and $fault break;
#		it is told by $is_json, $sent (1 where a secret left, ? where
#		only the module knows), $restores
#		(whether the command is one that restores) and $changed (whether
#		the PIN is the new one: yes, no or ?)
#	matrix_lanes N FUNCTION	runs FUNCTION for each cell of $cells in N
#		processes; what it prints goes to $WORK/cell/I
#	matrix_report CELL...	one assertion for each command and fault
# A cell is "COMMAND|FAULT|...".

# shellcheck disable=SC2034,SC2154 # shared with the test
need jq:jq perl:perl timeout:coreutils

# The journal as its file has it: "attempts results last-result sent proof", or
# what breaks its chain.
# shellcheck disable=SC2016 # perl's own dollars
read_journal='
use strict; use Digest::SHA "sha256_hex";
my ($path) = @ARGV;
my ($last, $n, $attempts, $results) = ("0" x 64, 0, 0, 0);
my ($result, $sent, $proof) = ("-", "-", "-");
open(my $f, "<", $path) or do { print "0 0 - - -"; exit };
while (my $line = <$f>) {
	$line =~ s/\n$// or do { print "unfinished line"; exit };
	my ($hash, $text) = $line =~ /^([0-9a-f]{64}) (.*)$/
		or do { print "no line of a journal"; exit };
	sha256_hex($last . $text) eq $hash
		or do { print "line " . ($n + 1) . " does not follow"; exit };
	($last, $n) = ($hash, $n + 1);
	my ($event) = $text =~ /"event": ?"([\w-]+)"/;
	($attempts++, $result = $sent = "none") if $event eq "about-to";
	if ($event eq "result") {
		$results++;
		($result) = $text =~ /"result": ?"([^"]*)"/;
		($sent) = $text =~ /"sent": ?(\w+)/;
	}
	($proof) = $text =~ /"result": ?"([^"]*)"/ if $event eq "proof";
}
# Opening a journal makes it, and its first line the head.
$n or do { print "0 0 - - -"; exit };
open(my $h, "<", "$path.head") or do { print "no head"; exit };
my $head = <$h>;
$head =~ /^$n $last\b/ or do { print "another head: $head"; exit };
print "$attempts $results $result $sent $proof";'

matrix_lane()
{
	mkdir -m 700 "$1"
	cat "$(office_conf)" "$(desk_conf '[journal]' "file = $1/journal" \
		'[register]' "file = $1/register.db")" >"$1/conf"
}

matrix_run()
{
	local seconds=$1
	shift
	timeout -k 5 "$seconds" "$@" >"$lane/out" 2>"$lane/err" </dev/null
	rc=$?
}

# Words that are wrong where a secret was sent, and where none was.
says_none='[Nn]othing was (sent|changed)'
says_same='[Tt]he user PIN is unchanged|its user PIN is as it was'
says_doubt='does not show whether|user PIN has changed|its state is unknown|was given the new PIN|ALARM'

# What becomes of a journal and a PIN, after a command that restores.
judge_attempt()
{
	local said=$1 entry attempts results result was_sent
	entry=$(perl -e "$read_journal" "$lane/journal")
	read -r attempts results result was_sent _ <<<"$entry"
	if ! [[ $attempts =~ ^[0-9]+$ ]]; then
		echo "the journal: $entry"
		return
	fi
	[ "$attempts" -le 1 ] || echo "$attempts attempts in the journal"
	[ "$attempts" = "$results" ] || [ "$rc" = 12 ] ||
		echo "an attempt without a result in the journal"
	case $sent in
	1)
		[ "$was_sent" = true ] ||
			echo "a secret was sent, and the journal says: $entry"
		[[ ! $said =~ $says_none ]] ||
			echo 'a secret was sent, and it says that none was'
		[ "$rc" != 7 ] || echo 'exit code 7, and a secret was sent'
		;;
	0)
		[ "$was_sent" != true ] ||
			echo "nothing was sent, and the journal says: $entry"
		[[ $rc != [05] ]] ||
			echo "exit code $rc, and nothing was sent"
		[[ ! $said =~ $says_doubt ]] ||
			echo 'nothing was sent, and it doubts that'
		;;
	esac
	[ "$rc" != 0 ] || [ "$result" = ok ] ||
		echo "exit code 0, and the journal says: $entry"
	case $changed in
	yes)
		[[ ! $said =~ $says_same ]] ||
			echo 'the PIN is the new one, and it says: unchanged'
		[[ $rc = [01] || $said =~ $says_doubt ]] ||
			echo 'the PIN is the new one, and nothing hints at it'
		;;
	no)
		[ "$rc" != 0 ] || echo 'exit code 0, and the PIN is the old one'
		;;
	esac
	judge_register "$result" "$attempts"
}

# The register says what the journal says.
judge_register()
{
	local recorded
	if cmp -s "$WORK/register.$lane_number" "$lane/register.db"; then
		[ "$2" = 0 ] || [ "$rc" = 12 ] ||
			echo "the journal says $1, the register nothing"
		return
	fi
	recorded=$("$CKSTOKEN" register history --json \
		--file "$lane/register.db" 2>/dev/null |
		jq -r '[.events[].records[]? | .result? // empty] | last // "-"')
	[ "$2" -gt 0 ] || [ "$recorded" = - ] ||
		echo "no attempt, and the register says $recorded"
	[ "$2" = 0 ] || [ "$recorded" = "$1" ] || [ "$rc" = 12 ] ||
		echo "the journal says $1, the register $recorded"
}

matrix_judge()
{
	local said
	{ said=$(<"$lane/err"); } 2>/dev/null
	((rc <= 12)) || echo "exit code $rc: ${said:0:300}"
	[[ ! $said =~ (Sanitizer|runtime error:|double free|corrupted|Assertion) ]] ||
		echo "a crash of ours: ${said:0:2000}"
	# A worker of ours has crashed: no module did.
	[[ $fault = *crash* || $fault = abort || $fault = exit ||
		! $said =~ (died|crashed) ]] ||
		echo "a worker died: ${said:0:300}"
	if [ -n "$is_json" ] && [ -s "$lane/out" ]; then
		jq -e .version "$lane/out" >/dev/null 2>&1 ||
			echo 'not JSON'
	elif [ -n "$is_json" ] && [[ $rc = [01] || $rc = 10 ]]; then
		echo "exit code $rc, and no JSON"
	fi
	! grep -sqaiF -e "$USER_PIN" -e "$NEW_PIN" -e "$SO_PIN" -e "$PUK" \
		-e "$WRONG_PIN" -e "$HSM_SO_PIN" \
		"$lane/out" "$lane/err" "$lane"/journal* ||
		echo 'a secret is told'
	[ -n "$restores" ] || [ "$sent" != 1 ] || echo 'a secret was sent'
	[ -z "$restores" ] || judge_attempt "$said"
	cmp -s "$WORK/register.$lane_number" "$lane/register.db" ||
		[ ! -e "$lane/register.db" ] ||
		"$CKSTOKEN" register verify --file "$lane/register.db" \
			>/dev/null 2>&1 || echo 'the register is not intact'
}

# run_cells N-TH OF FUNCTION
run_cells()
{
	local i
	for ((i = $1; i < ${#cells[@]}; i += $2)); do
		"$3" "${cells[i]}" >"$WORK/cell/$i" 2>&1
	done
}

matrix_lanes()
{
	local n=$1 l
	local -a running=()
	rm -rf "$WORK/cell"
	mkdir -p "$WORK/cell"
	for ((l = 0; l < n; l++)); do
		lane=$WORK/lane$l
		lane_number=$l
		run_cells "$l" "$n" "$2" &
		running+=($!)
	done
	wait "${running[@]}"
}

# The first line that a cell prints is how it ended, the others are faults.
matrix_report()
{
	local i key ended
	local -A count=() bad=() codes=()
	for i in "${!cells[@]}"; do
		IFS='|' read -r command fault _ <<<"${cells[i]}"
		key="$command: $fault"
		count[$key]=$((${count[$key]-0} + 1))
		ended=$(head -n 1 "$WORK/cell/$i")
		codes[$key]+="$ended "
		[[ $ended = exit\ * ]] || bad[$key]+="${cells[i]}: did not run"$'\n'
		[ "$(wc -l <"$WORK/cell/$i")" -le 1 ] || bad[$key]+="${cells[i]}: $(
			tail -n +2 "$WORK/cell/$i"
		)"$'\n'
	done
	[ -z "${CELL-}" ] || diagnose "$(cat "$WORK"/lane0/{out,err})"
	mapfile -t keys < <(printf '%s\n' "${!count[@]}" | sort)
	for key in "${keys[@]}"; do
		if [ -z "${bad[$key]-}" ]; then
			pass "$key, ${count[$key]} times: $(
				grep -oE '[0-9]+' <<<"${codes[$key]}" | sort -n |
					uniq -c | awk '{ printf "%s%d x exit %s",
						(NR > 1 ? ", " : ""), $1, $2 }'
			)"
		else
			fail "$key, ${count[$key]} times" "${bad[$key]}"
		fi
	done
}
