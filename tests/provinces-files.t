#!/bin/bash
# SPDX-License-Identifier: LGPL-2.1-or-later
# sanitize: yes
#
# How a regulation is chosen, by its name and by the numbers of its forms; and
# files of an agency's own, sound and broken.

# shellcheck disable=SC2119,SC2120,SC2317 # functions are called by name
# shellcheck source=tests/lib.sh
. "$(dirname "$0")/lib.sh"
need_world
need pdftotext:poppler-utils pdfdetach:poppler-utils jq:jq
cd "$WORK" || bail 'no work folder'
# shellcheck source=tests/papers.sh
. "$TOP/tests/papers.sh"
ck+=(request)
one=(--no-tokens --set device_serial=VIDU1)
# of FILTER: what the data of x.pdf says.
of()
{
	dossier_of x.pdf | jq -r "$1"
}

# 1. Numbers of forms, which differ from one regulation to the next

while read -r province number procedure form; do
	exit_is 0 "request $number under $province" "${ck[@]}" "$number" \
		--province "$province" "${one[@]}" -o x.pdf
	is "$(of '.form.procedure + " " + .form.number')" "$procedure $form" \
		"is $procedure, Form $form"
done <<'END'
bac-ninh-tt185 12 recover 12
bac-ninh-tt185 06 new-device 06
bac-ninh-tt185 4 new-organization 04
bac-ninh 06 recover 06
dong-thap 06 recover 06
phu-tho 06 recover 06
phu-tho 6 recover 06
lam-dong 1 new-person 01
ninh-binh 03 new-device 03
END
exit_is 0 'handover 14 with the older forms of bac-ninh' ckstoken --config office.conf \
	handover 14 --province bac-ninh --forms tt185 "${one[@]}" -o x.pdf
is "$(of .form.procedure)" keeper 'is the change of keeper'
refused 2 'handover 08 with them' 'there is no "08".*lost, Form 15' \
	ckstoken --config office.conf handover 08 --province bac-ninh \
	--forms tt185 "${one[@]}" -o no.pdf
refused 2 'request 11, which the subscriber writes' 'there is no "11"' \
	"${ck[@]}" 11 --province bac-ninh-tt185 "${one[@]}" -o no.pdf
refused 7 'request 03 under lam-dong, by number too' 'Lâm Đồng.*Điều 8' \
	"${ck[@]}" 03 --province lam-dong "${one[@]}" -o no.pdf

for number in 04 8; do
	province=$([ $number = 04 ] && echo ninh-binh || echo bac-ninh-tt185)
	refused 2 "request $number does not say which of two" \
		'row 1:.*request renew.*request change' "${ck[@]}" "$number" \
		--province "$province" "${one[@]}" -o no.pdf
	exit_is 0 'the data may' "${ck[@]}" "$number" --province "$province" \
		"${one[@]}" --set renew=x -o x.pdf
	ok 'which is a renewal' test "$(of '.subscribers[0].renew')" = true
done

# 2. Names

nfd=$(printf 'La\xcc\x82m \xc4\x90o\xcc\x82\xcc\x80ng')
for name in lam-dong 'Lâm Đồng' 'LÂM ĐỒNG' 'lam dong' Lam_Dong "$nfd"; do
	exit_is 0 "--province '$name'" "${ck[@]}" recover --province "$name" \
		"${one[@]}" -o x.pdf
	is "$(of .province.code)" lam-dong 'is Lâm Đồng'
done
for name in vi-du '../phu-tho' 'phu-tho.xml' 'phú/thọ' "$(printf %300s x)"; do
	refused 11 "--province '${name:0:20}'" \
		'bac-ninh, bac-ninh-tt185, .*dong-thap, lam-dong, ninh-binh, phu-tho, tien-giang' \
		"${ck[@]}" recover --province "$name" "${one[@]}" -o no.pdf
done
printf '%s\n' '[province]' 'name = Phú Thọ' >>office.conf
exit_is 0 'the province of the configuration' "${ck[@]}" recover "${one[@]}" \
	-o x.pdf
is "$(of .province.code)" phu-tho 'is taken'
unlike "$err" 'Chưa đặt tỉnh' 'and nothing is said of none'
exit_is 0 '--province goes before it' "${ck[@]}" recover \
	--province ninh-binh "${one[@]}" -o x.pdf
is "$(of .province.code)" ninh-binh 'as options do'
exit_is 0 '--recipient goes before the regulation' "${ck[@]}" recover \
	--recipient 'Phòng Thử' "${one[@]}" -o x.pdf
like "$(words_of x.pdf)" 'Kính gửi: Phòng Thử ' 'as printed'
echo 'recipient = Trung tâm Ví Dụ' >>office.conf
exit_is 0 'a recipient of the configuration' "${ck[@]}" recover "${one[@]}" \
	-o x.pdf
like "$(words_of x.pdf)" 'Kính gửi: Trung tâm Ví Dụ ' 'gets recoveries'
exit_is 0 'another request' "${ck[@]}" renew "${one[@]}" -o x.pdf
like "$(words_of x.pdf)" 'Kính gửi: Sở Khoa học' 'goes where it has to'

# 3. Files of one's own

own_etc
etc=/etc/ckstoken/provinces
mkdir -p "$etc"
installed=$(dirname "$CKSTOKEN")/../share/ckstoken/provinces
sed 's/Sở Khoa học và Công nghệ tỉnh Phú Thọ</Sở Mới tỉnh Phú Thọ</' \
	"$installed/phu-tho.xml" >"$etc/phu-tho.xml"
exit_is 0 'a regulation that was mended' "${ck[@]}" renew \
	--province phu-tho "${one[@]}" -o x.pdf
like "$(words_of x.pdf)" 'Kính gửi: Sở Mới tỉnh Phú Thọ' \
	'goes before the one installed'
sed -ne '/^<?xml/,/^<\/province>/p' "$TOP/man/ckstoken-province.5" |
	sed -e '/^\.sp$/d' -e 's/\\-/-/g' >"$etc/an-phu.xml"
exit_is 0 "the example of the manual" "${ck[@]}" renew \
	--province 'An Phú' "${one[@]}" -o x.pdf
is "$(of '.document.recipient + " " + .document.article')" \
	'Sở Khoa học và Công nghệ tỉnh An Phú Điều 6; khoản 1 Điều 3' \
	'is a regulation of its own'
refused 7 'what it refuses' 'An Phú.*Điều 5' "${ck[@]}" new-device \
	--province an-phu "${one[@]}" -o no.pdf
refused 7 'what it does not name' 'An Phú' "${ck[@]}" revoke \
	--province an-phu "${one[@]}" -o no.pdf
refused 11 'an unknown one' 'an-phu, ' "${ck[@]}" renew \
	--province vi-du "${one[@]}" -o no.pdf

# broken NAME REGEX SED: the example, made wrong.
broken()
{
	sed -e "$3" "$etc/an-phu.xml" >"$etc/hong.xml"
	cmp -s "$etc/an-phu.xml" "$etc/hong.xml" && bail "$1: $3 does nothing"
	refused 11 "$1" "$etc/hong.xml: .*$2" "${ck[@]}" renew \
		--province hong "${one[@]}" -o no.pdf
}
sed -i 's/code="an-phu"/code="hong"/' "$etc/an-phu.xml"
broken 'a tag that does not end' 'line (1[0-9]|[2-9][0-9])' \
	's|</deadline>||'
broken 'an unknown element' 'line 1?[0-9]' 's|warning>|waning>|g'
broken 'an attribute that is missing' 'line [2-6]' 's| name="An Phú"||'
broken 'an unknown rule' 'line [0-9]+' 's|days-left|days-right|'
broken 'no days' 'line [0-9]+' 's| days="30"||'
broken 'a day that is none' 'line [0-9]+' 's|2026-03-02|2026-02-30|'
broken 'an entity' 'line [0-9]+|document type' \
	'1a <!DOCTYPE province [<!ENTITY x "x">]>'
broken 'a file of the machine' 'line [0-9]+|document type' \
	'1a <!DOCTYPE province SYSTEM "file:///etc/hostname">'
broken 'a procedure twice' 'line [0-9]+' 's|name="lost"|name="renew"|'
broken 'another version' 'line [2-6]' 's|version="1" c|version="2" c|'
printf '\xff\xfe' >"$etc/hong.xml"
refused 11 'no XML at all' "$etc/hong.xml" "${ck[@]}" renew --province hong \
	"${one[@]}" -o no.pdf
rm "$etc/hong.xml"
mkdir "$etc/hong.xml"
refused 11 'a folder' "$etc/hong.xml" "${ck[@]}" renew --province hong \
	"${one[@]}" -o no.pdf

plan_done
