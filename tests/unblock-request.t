#!/bin/bash
# SPDX-License-Identifier: LGPL-2.1-or-later
# sanitize: yes
#
# `ckstoken unblock --request`: the letter that asks for the recovery says which
# tokens it is for, and is the authority.

# shellcheck disable=SC2119,SC2120,SC2317 # functions are called by name
# shellcheck source=tests/lib.sh
. "$(dirname "$0")/lib.sh"
need_world
need jq:jq qpdf:qpdf

export CKSTOKEN_NOW=2026-11-21T02:00:00Z
conf=$(desk_conf)
new=$(secret_file NEW_PIN)
hsm_so=$(secret_file HSM_SO_PIN)
start_pcscd 2
start_card hsm sc-hsm 0
start_card piv piv 1
card_ctl hsm 'set tries 0' >/dev/null
card_ctl piv 'set tries 0' >/dev/null
cd "$WORK" || bail 'no work folder'
office_conf >/dev/null
letter=(ckstoken --config office.conf --module "$OPENSC_MODULE" request
	--province lam-dong)
unblock=(ckstoken --config "$conf" --module "$OPENSC_MODULE" unblock --yes
	--serial CA0D0000 --so-pin-file "$hsm_so" --new-pin-file "$new")

exit_is 0 'a letter for one token' "${letter[@]}" recover --serial CA0D0000 \
	--number 15 -o one.pdf -o one.docx
exit_is 0 'and one for the other' "${letter[@]}" recover \
	--serial 00000000ca0d0001 --number 16 -o other.pdf
exit_is 0 'one without a number' "${letter[@]}" recover --serial CA0D0000 \
	-o draft.pdf
exit_is 0 'one without its data' "${letter[@]}" recover --serial CA0D0000 \
	--number 17 --no-attachment -o bare.pdf
exit_is 0 'a letter that asks for something else' "${letter[@]}" revoke \
	--serial CA0D0000 --number 18 --reason 'nghỉ hưu' -o revoke.pdf

# 1. What is refused; nothing is sent

# refused CODE NAME WORDS ARGUMENTS...
refused()
{
	local code=$1 name=$2 words=$3
	shift 3
	: >"$WORK/card-hsm.apdus"
	exit_is "$code" "$name" "${unblock[@]}" "$@"
	like "$err" "$words" 'is told'
	is "$(secret_apdus hsm)" 0 'and no secret is sent'
	nok 'nor a journal begun' test -e "$HOME/.local"
}
refused 7 'a letter for another token' 'other.pdf is not for the token CA0D0000' \
	--request other.pdf
refused 7 'a draft' 'draft.pdf has no number and date' --request draft.pdf
refused 7 'a letter of revocation' 'revoke.pdf is not a request for recovery' \
	--request revoke.pdf
refused 11 'a letter without its data' 'bare.pdf.*no ckstoken data' --request bare.pdf
refused 11 'no letter at all' 'office.conf' --request office.conf
refused 11 'a letter that is not there' 'No such file' --request none.pdf
head -c 3000 one.pdf >cut.pdf
refused 11 'half a letter' 'cut.pdf' --request cut.pdf
refused 7 'another token with an authority of its own' 'not for the token' \
	--request other.pdf --authority '16/STC-VP'

# 2. What is taken: also as DOCX, and after another program went over it

qpdf one.pdf --object-streams=generate --linearize again.pdf
for file in one.pdf one.docx again.pdf; do
	exit_is 0 "--dry-run on $file" "${unblock[@]}" --request "$file" \
		--dry-run
done
exit_is 0 'a draft with an authority' "${unblock[@]}" --dry-run \
	--request draft.pdf --authority '15/STC-VP'
exit_is 0 'the token is restored on its letter' "${unblock[@]}" \
	--request one.pdf --json
is "$(json .after.user_pin)" ok 'its PIN is no longer locked'
like "$(cat "$HOME/.local/state/ckstoken/unblock.journal")" \
	'"authority": ?"15/STC-VP ngày 21/11/2026"' \
	'and the journal has the letter as the authority'

plan_done
