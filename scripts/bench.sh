# shellcheck shell=bash
# SPDX-License-Identifier: LGPL-2.1-or-later
#
# What the parts of scripts/bench share: how commands are timed in turn, and the
# lines of the table.
#
#	measure COMMAND...	runs them in turn, over and over; a COMMAND is
#				words, of which the first may be a function
#	row NAME COMMAND PEER COMMAND [NOTE]	both were measured together
#	row_alone NAME COMMAND [NOTE]	has no peer
#	has TOOL:PACKAGE WHAT	or tells that WHAT is not compared
#	absent WORDS	tells that
#	growth COMMAND OTHER	how many times as long COMMAND took as OTHER
#	middle COMMAND	the median of how long it took, in ms
#
# RUNS says how often commands run at most. A line for which BENCH_SECONDS have
# passed has no more runs than three; one for which four times as many have, no
# more. With BENCH_JSON set, each line is a JSON object.

# shellcheck disable=SC2034 # some are for those who read this file alone
{
	top=$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd)
	runs=${RUNS:-11} seconds=${BENCH_SECONDS:-8}
	BUILD=${BUILD:-$top/build/demo}
	CKSTOKEN=$BUILD/stage/bin/ckstoken
	LD_LIBRARY_PATH=$BUILD/stage/lib
	CKSTOKEN_NOW=2026-11-21T02:00:00Z
	LC_ALL=C.UTF-8
	LANGUAGE=en
}
export BUILD CKSTOKEN LD_LIBRARY_PATH CKSTOKEN_NOW LC_ALL LANGUAGE
# Of each command the microseconds of its runs, in order; "-" for one that
# failed.
declare -A taken=()

# once COMMAND: adds how long it took to what it took before. What needs
# attention is no failure.
once()
{
	local start rc us
	local -a words
	read -ra words <<<"$1"
	start=${EPOCHREALTIME/[.,]/}
	"${words[@]}" >/dev/null 2>&1
	rc=$?
	us=$((${EPOCHREALTIME/[.,]/} - start))
	[ "$rc" -le 1 ] || us=-
	taken[$1]+="$us "
}

measure()
{
	local command i end=$((SECONDS + seconds)) last=$((SECONDS + 4 * seconds))
	for command; do
		taken[$command]=
	done
	for ((i = 0; i < runs; i++)); do
		[ "$i" -lt 3 ] || [ "$SECONDS" -lt "$end" ] || break
		[ "$i" = 0 ] || [ "$SECONDS" -lt "$last" ] || break
		for command; do
			once "$command"
		done
	done
}

heading()
{
	[ -z "${BENCH_JSON-}" ] || return 0
	printf '\n%s\n%-42s %19s  %-22s %19s %6s\n' "$1" '' 'ckstoken, ms' \
		'' 'ms' 'ratio'
}

# Medians, half of what lies between the quartiles, and of the ratios of each
# pair of runs the median.
statistics='
	function sorted(a, n,    i, j, x)
	{
		for (i = 2; i <= n; i++) {
			x = a[i]
			for (j = i - 1; j && a[j] > x; j--)
				a[j + 1] = a[j]
			a[j + 1] = x
		}
	}
	function at(a, n, part,    x, i)
	{
		x = 1 + (n - 1) * part
		i = int(x)
		return i < n ? a[i] + (x - i) * (a[i + 1] - a[i]) : a[n]
	}
	function shown(a, n)
	{
		if (!n)
			return ""
		if (n == 1)
			return sprintf("%9.1f %9s", a[1] / 1000, "")
		return sprintf("%9.1f +- %6.1f", at(a, n, .5) / 1000,
			(at(a, n, .75) - at(a, n, .25)) / 2000)
	}
	function number(a, n, part)
	{
		return n ? sprintf("%.3f", at(a, n, part) / 1000) : "null"
	}
	function numbers(a, n)
	{
		return sprintf("{\"median\": %s, \"quartiles\": [%s, %s]}",
			number(a, n, .5), number(a, n, .25), number(a, n, .75))
	}
	{
		n = split(ours, o, " ")
		m = split(theirs, p, " ")
		failed = index(ours " " theirs, "-") > 0
		for (i = 1; i <= n && i <= m && !failed; i++)
			r[i] = p[i] ? o[i] / p[i] : 0
		sorted(o, n)
		sorted(p, m)
		sorted(r, m)
		ratio = failed || !m ? "" : sprintf("%.2f", at(r, m, .5))
		if (json) {
			printf "{\"name\": \"%s\", \"ms\": %s, ", name,
				numbers(o, failed ? 0 : n)
			printf "\"peer\": \"%s\", \"peer_ms\": %s, ", peer,
				numbers(p, failed ? 0 : m)
			printf "\"ratio\": %s, \"note\": \"%s\"}\n",
				ratio == "" ? "null" : ratio, note
		} else if (failed)
			printf "%-42s %19s  %-22s a run failed\n", name, "", peer
		else
			printf "%-42s %19s  %-22s %19s %6s  %s\n", name,
				shown(o, n), peer, shown(p, m), ratio, note
	}'

row()
{
	echo | awk -v name="$1" -v ours="${taken[$2]}" -v peer="$3" \
		-v theirs="${taken[$4]}" -v note="${5-}" \
		-v json="${BENCH_JSON-}" "$statistics" |
		sed 's/ *$//'
}

row_alone()
{
	taken[none]=
	row "$1" "$2" '' none "${3-}"
}

growth()
{
	awk -v a="${taken[$1]}" -v b="${taken[$2]}" 'BEGIN {
		n = split(a, x, " ")
		split(b, y, " ")
		for (i = 1; i <= n; i++)
			r[i] = y[i] > 0 ? x[i] / y[i] : 0
		for (i = 2; i <= n; i++)
			for (j = i; j > 1 && r[j - 1] > r[j]; j--) {
				t = r[j]; r[j] = r[j - 1]; r[j - 1] = t
			}
		printf "%.1f", r[int((n + 1) / 2)]
	}'
}

middle()
{
	tr ' ' '\n' <<<"${taken[$1]}" | grep . | sort -n |
		awk '{ a[NR] = $1 } END { printf "%.1f", a[int((NR + 1) / 2)] / 1000 }'
}

absent()
{
	if [ -n "${BENCH_JSON-}" ]; then
		echo "$*" >&2
	else
		echo "$*"
	fi
}

has()
{
	! command -v "${1%:*}" >/dev/null || return 0
	absent "${1%:*} is not here (package ${1#*:}): not compared: $2"
	return 1
}
