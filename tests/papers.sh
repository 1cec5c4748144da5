# shellcheck shell=bash
# SPDX-License-Identifier: LGPL-2.1-or-later
#
# What tests of many documents share, after lib.sh and in $WORK:
#
#	every_form DIRECTORY [OPTION...]	DIRECTORY/NAME.pdf and .docx of
#		each form, from tests/golden/people.json; one test for each
#	people_of PROCEDURE	prints the file of those people as the
#		procedure may have them: holders of its kind, no other's reason
#	refused CODE NAME REGEX COMMAND...
# Sets ck, the program with an agency's configuration and no tokens.

export CKSTOKEN_NOW=2026-11-21T02:00:00Z SOURCE_DATE_EPOCH=1795226400
ck=(ckstoken --config "$(office_conf)")
need jq:jq

# Name, procedure and province of each form.
forms_list='
01 request new-person phu-tho
02 request new-organization phu-tho
03 request new-device phu-tho
04 request renew phu-tho
05 request revoke phu-tho
06 request recover phu-tho
07 handover deliver phu-tho
08 handover return phu-tho
09 handover lost phu-tho
keeper handover keeper phu-tho
decision handover decision phu-tho
permission handover permission phu-tho
tt185-02 request new-person bac-ninh-tt185
tt185-04 request new-organization bac-ninh-tt185
tt185-06 request new-device bac-ninh-tt185
tt185-08 request change bac-ninh-tt185
tt185-10 request revoke bac-ninh-tt185
tt185-12 request recover bac-ninh-tt185
tt185-14 handover keeper bac-ninh-tt185
tt185-15 handover lost bac-ninh-tt185
tt185-deliver handover deliver bac-ninh-tt185
tt185-return handover return bac-ninh-tt185
report report --period=half-2 phu-tho
report-bac-ninh report --period=half bac-ninh'
# Those that only a register fills.
# shellcheck disable=SC2034 # forms.t reads it
register_forms='answer audit needs refuse reject statistics'

people_of()
{
	local file=$WORK/people/$1.json
	mkdir -p "$WORK/people"
	# shellcheck disable=SC2016 # jq's
	jq --arg procedure "$1" 'if $procedure | startswith("new-") then
		.subscribers[].holder = ($procedure | ltrimstr("new-"))
		elif $procedure == "recover" then
			del(.subscribers[].reason, .subscribers[].user_pin)
		elif $procedure == "return" then
			.document.reason = "chứng thư đã bị thu hồi"
		elif $procedure | IN("keeper", "decision", "permission") then
		.subscribers[].holder = "organization" |
		if $procedure == "permission" then .document.until = "2026-12-31"
		else . end
		else . end' "$TOP/tests/golden/people.json" >"$file"
	echo "$file"
}

every_form()
{
	local dir=$1 name command procedure province
	shift
	mkdir -p "$dir"
	while read -r name command procedure province; do
		[ -n "$name" ] || continue
		exit_is 0 "$name is written" "${ck[@]}" "$command" "$procedure" \
			--province "$province" --no-tokens --strict --number 21 \
			--date '21/11/2026 09:00' \
			--data "$(people_of "$procedure")" "$@" \
			-o "$dir/$name.pdf" -o "$dir/$name.docx"
	done <<<"$forms_list"
}

# refused CODE NAME REGEX COMMAND...: with that on stderr, and no file "no.pdf".
refused()
{
	local code=$1 name=$2 regex=$3
	shift 3
	exit_is "$code" "$name: exit code $code" "$@"
	# shellcheck disable=SC2154 # lib.sh sets it
	like "$err" "$regex" "$name: is told"
	nok "$name: nothing is written" test -e no.pdf
	rm -f no.pdf
}
