#!/bin/bash
# SPDX-License-Identifier: LGPL-2.1-or-later
# stores: both
#
# What an office knows is not asked for again, and what it must know before it
# signs is told: people by their names, hours in each spelling, one letter for
# all that are due, numbers and requests used twice, files that are signed.

# shellcheck disable=SC2119,SC2120,SC2317 # functions are called by name
# shellcheck source=tests/lib.sh
. "$(dirname "$0")/lib.sh"
need_world
need jq:jq pdftotext:poppler-utils pdfdetach:poppler-utils sqlite3:sqlite3
cd "$WORK" || bail 'no work folder'
export CKSTOKEN_NOW=2026-11-21T02:00:00Z SOURCE_DATE_EPOCH=1795226400
cat "$(office_conf)" - >people.conf <<END
[province]
name = lam-dong
[register]
$(register_setting "$WORK/r.db")
END
ck=(ckstoken --config people.conf)

# have RECORD...: a new register that has them and no more. A record is its kind
# and its values; a blank in a value is written "_".
have()
{
	drop_register r.db
	printf '%s\n' "$@" | jq -Rn '[inputs | split(" ") |
		{record: .[0]} + ([.[1:][] | capture("(?<key>[^=]+)=(?<value>.*)") |
			.value |= gsub("_"; " ")] | from_entries)]' >have.json
	"${ck[@]}" register import have.json 2>have.err ||
		bail "no register: $(<have.err)"
}
sql()
{
	in_register "$WORK/r.db" "$1"
}
# of FILTER: what the data of x.pdf says.
of()
{
	dossier_of x.pdf | jq -r "$1"
}

an='subscriber subscriber=1 name=Nguyễn_Văn_An holder=person
	id_number=012345678901 id_date=01/02/2020 id_place=Cục_Cảnh_sát
	title=Chuyên_viên phone=0912345678 organization=Sở_Tài_chính
	email=an@vidu.gov.vn'
an=${an//$'\n\t'/ }
binh='subscriber subscriber=2 name=Trần_Thị_Bình holder=person
	id_number=012345678902 title=Văn_thư phone=0912345679
	organization=Sở_Tài_chính email=binh@vidu.gov.vn'
binh=${binh//$'\n\t'/ }
other_an='subscriber subscriber=3 name=Nguyễn_Văn_An holder=person
	id_number=012345678903 title=Kế_toán organization=Sở_Y_tế'
other_an=${other_an//$'\n\t'/ }
hung='subscriber subscriber=4 name=Lê_Văn_Hùng holder=person
	id_number=012345678904 organization=Sở_Tài_chính'
hung=${hung//$'\n\t'/ }
tk1='token device_serial=TK1 subscriber=2'
ce1='certificate certificate_serial=CE1A device_serial=TK1 subscriber=2
	not_before=15/01/2023 not_after=15/01/2028'
ce1=${ce1//$'\n\t'/ }

# 1. People known are not asked for

have "$an" "$binh" "$hung" "$tk1" "$ce1"
deliver=("${ck[@]}" handover deliver --no-tokens --serial TK1
	--place 'Sở Tài chính' --condition 'tốt' --accessories 'không'
	--copies 2 -o x.pdf)
exit_is 0 'the giver of the configuration and the receiver of the register' \
	"${deliver[@]}" --giver 'Lê Thị Phối Hợp' --receiver 'Nguyễn Văn An'
is "$(of '.giver | "\(.id_number) \(.id_date) \(.title) \(.organization) \(.phone)"')" \
	'000000000000 2021-01-01 Chuyên viên Văn phòng Sở 0900000000' \
	'the coordinator as the giver is not asked for what the configuration knows'
is "$(of '.receiver | "\(.id_number) \(.id_date) \(.id_place) \(.title) \(.organization) \(.phone)"')" \
	'012345678901 2020-02-01 Cục Cảnh sát Chuyên viên Sở Tài chính 0912345678' \
	'a subscriber as the receiver is not asked for what the register knows'
unlike "$(words_of x.pdf)" 'bổ sung: [^]]*(họ và tên|chức vụ|cơ quan|số định danh|điện thoại) bên' \
	'and neither is marked as missing'
exit_is 0 'a name in capitals and without accents' "${deliver[@]}" \
	--giver 'TRAN VAN KY' --receiver 'nguyen van an'
is "$(of '"\(.giver.name) \(.giver.title) \(.receiver.name) \(.receiver.phone)"')" \
	'Trần Văn Ký PHÓ GIÁM ĐỐC Nguyễn Văn An 0912345678' \
	'is known, and written with them'
like "$err" 'receiver: "nguyen van an" is written as "Nguyễn Văn An"' \
	'which is told'
exit_is 0 'another name that differs in its accents' "${deliver[@]}" \
	--receiver 'Lê Văn Hưng'
is "$(of '.receiver.id_number')" null 'is another person'
exit_is 0 'the same name of another number' "${deliver[@]}" \
	--receiver 'Nguyễn Văn An' --receiver-id-number 012345678999
is "$(of '.receiver.phone')" null 'is another person'
have "$an" "$binh" "$hung" "$tk1" "$ce1"
exit_is 0 'what an officer says' "${deliver[@]}" --receiver 'Nguyễn Văn An' \
	--receiver-title 'Phó phòng'
is "$(of '"\(.receiver.title) \(.receiver.phone)"')" 'Phó phòng 0912345678' \
	'stands, and the rest is filled'
have "$an" "$binh" "$other_an" "$tk1" "$ce1"
rm -f x.pdf
exit_is 4 'two people of one name: exit code 4' "${deliver[@]}" \
	--receiver 'Nguyễn Văn An'
like "$err" 'receiver: several people.*012345678901, Chuyên viên, Sở Tài chính.*012345678903, Kế toán, Sở Y tế' \
	'are told, with what tells them apart'
nok 'and nothing is written' test -e x.pdf
exit_is 0 'one of them by the number' "${deliver[@]}" \
	--receiver 'Nguyễn Văn An' --receiver-id-number 012345678903
is "$(of '.receiver.title')" 'Kế toán' 'is that one'
exit_is 0 'one of them by the agency' "${deliver[@]}" \
	--receiver 'Nguyễn Văn An' --receiver-organization 'Sở Tài chính'
is "$(of '.receiver.phone')" 0912345678 'is that one'
named='facts at hand, asked for again'
revoke=("${ck[@]}" request revoke --no-tokens --set reason=x -o x.pdf)
exit_is 0 "$named: a subscriber by the name alone" "${revoke[@]}" --set name='tran thi binh'
is "$(of '.subscribers[0] | "\(.name) \(.id_number) \(.device_serial) \(.certificate_serial)"')" \
	'Trần Thị Bình 012345678902 TK1 CE1A' "$named: with token and certificate"
like "$err" 'row 1: "tran thi binh" is written as "Trần Thị Bình"' "$named: which is told"
exit_is 0 "$named: of two nobody is meant" "${revoke[@]}" --set name='Nguyễn Văn An'
is "$(of '.subscribers[0].id_number')" null "$named: and none of their data taken"
like "$err" 'several subscribers in the register have it' "$named: which is told too"
exit_is 0 "$named: one of them by the agency" "${revoke[@]}" --set name='Nguyễn Văn An' \
	--set organization='Sở Y tế'
is "$(of '.subscribers[0].id_number')" 012345678903 "$named: is that one"
exit_is 0 "$named: who is new is not whoever has the name" "${ck[@]}" request new-person \
	--data <(echo '[{"name": "Trần Thị Bình"}]') -o x.pdf
is "$(of '.subscribers[0].id_number')" null "$named: for there may be two"
is "$(sql "SELECT count(*) FROM subscribers WHERE name = 'Nguyễn Văn An'")" 2 \
	"$named: and a third is not made of two"
have "$an" "$binh" "$hung" "$tk1" "$ce1"
exit_is 0 'token-of-another: a letter names somebody else who is known' \
	"${revoke[@]}" --number 77 --set name='Lê Văn Hùng' --set device_serial=TK1
like "$err" 'the register says "Trần Thị Bình"; the document says "Lê Văn Hùng"' \
	'token-of-another: which is told'
is "$(sql "SELECT count(*) FROM subscribers WHERE name = 'Lê Văn Hùng'")" 1 \
	'token-of-another: and makes no second one of him'
have "$an" "$binh" "$other_an" "$tk1" "$ce1"
exit_is 0 'a letter of the coordinator' "${ck[@]}" request new-person \
	--data <(echo '[{"name": "Người Mới"}]') -o x.pdf
is "$(of '.contact.phone')" 0900000000 'has the coordinator as ever'
capitals='capitals and a form of address in running text (NĐ 30 Phụ lục II)'
exit_is 0 "$capitals" "${deliver[@]}" --giver 'Ông Nguyễn Văn Lạ' \
	--receiver 'Bà TRẦN THỊ BÌNH'
is "$(of '"\(.giver.name), \(.receiver.name)"')" 'Nguyễn Văn Lạ, Trần Thị Bình' \
	"$capitals: are not printed"
like "$err" 'receiver: "Bà TRẦN THỊ BÌNH" is written as "TRẦN THỊ BÌNH"' \
	"$capitals: which is told"
for name in 'Ông Ích Khiêm' 'Ông Thị Thanh Hà' 'Bà Hà'; do
	exit_is 0 "$capitals: $name" "${deliver[@]}" --receiver "$name"
	is "$(of .receiver.name)" "$name" "$capitals: $name is a name"
done

self='self-dealing is told (NĐ 30 Điều 32)'
have "$an" "$binh" "$tk1" "$ce1"
exit_is 0 "$self: giver and receiver" "${deliver[@]}" --giver 'NGUYEN VAN AN' \
	--receiver 'Nguyễn Văn An'
like "$err" 'Nguyễn Văn An is the giver and the receiver' "$self: giver and receiver"
for what in 'decision --keeper' 'permission --until 01/12/2026 --receiver'; do
	# shellcheck disable=SC2086 # words
	exit_is 0 "$self: $what" "${ck[@]}" handover ${what% *} --no-tokens \
		--serial TK1 --override 'thử' "${what##* }" 'Trần Văn Ký' -o x.pdf
	like "$err" 'Trần Văn Ký signs the paper, which gives the token' "$self: $what"
done
exit_is 0 "$self: two people" "${deliver[@]}" --giver 'Lê Thị Phối Hợp' \
	--receiver 'Nguyễn Văn An'
unlike "$err" 'hands a token over to themselves' "$self: two people"

same='a keeper named as the signer and another'
ky='subscriber subscriber=5 name=Trần_Văn_Ký holder=person
	id_number=012345678905 organization=Sở_Tài_chính'
ky=${ky//$'\n\t'/ }
have "$an" "$binh" "$ky title=Văn_thư" "$tk1" "$ce1"
exit_is 4 "$same: exit code 4" "${deliver[@]}" --receiver 'Trần Văn Ký'
like "$err" '012345678905, Văn thư.*PHÓ GIÁM ĐỐC' "$same: both are told"
exit_is 0 "$same: by the number" "${deliver[@]}" --receiver 'Trần Văn Ký' \
	--receiver-id-number 012345678905
is "$(of .receiver.title)" 'Văn thư' "$same: is whose it is"
exit_is 0 "$same: by the title" "${deliver[@]}" --receiver 'Trần Văn Ký' \
	--receiver-title 'Phó Giám đốc'
is "$(of .receiver.id_number)" null "$same: is the signer"
have "$an" "$binh" "$ky title=Phó_Giám_đốc" "$tk1" "$ce1"
exit_is 0 "$same: of one title" "${deliver[@]}" --receiver 'Trần Văn Ký'
is "$(of '"\(.receiver.id_number) \(.receiver.title)"')" '012345678905 Phó Giám đốc' \
	"$same: are one person, with the title in small letters"
have "$an" "$binh" "$tk1" "$ce1" \
	'custody device_serial=TK1 keeper=Trần_Thị_Bình from_date=01/02/2023'
lost=("${ck[@]}" handover lost --serial TK1 -o x.pdf)
exit_is 0 'who answered for a lost token' "${lost[@]}"
is "$(of '.keeper | "\(.name) \(.title) \(.phone)"')" \
	'Trần Thị Bình Văn thư 0912345679' 'is its keeper on record, with all that is known'

have 'agency organization=Sở_Tài_chính address=Số_2_đường_B tax_code=0100109106 budget_code=1234567 email=stc@vidu.gov.vn province=Lâm_Đồng' \
	"$an" 'subscriber subscriber=9 name=SỞ_TÀI_CHÍNH holder=organization organization=Sở_Tài_chính' \
	'token device_serial=SEAL subscriber=9' \
	'certificate certificate_serial=5EA1 device_serial=SEAL subscriber=9 not_before=01/06/2022 not_after=01/05/2027' \
	'custody device_serial=SEAL keeper=Nguyễn_Văn_An from_date=01/06/2022 decision=5/QĐ-STC decision_date=31/05/2022' \
	'loss device_serial=SEAL loss_kind=mất lost_date=chiều_20/11/2026 lost_place=trên_xe reported_time=8h_21/11/2026 circumstances=rơi'
exit_is 0 'a new certificate of an agency' "${ck[@]}" request new-organization \
	--serial SEAL -o x.pdf
is "$(of '.subscribers[0] | [.address, .tax_code, .budget_code, .province, .email] | join(" ")')" \
	'Số 2 đường B 0100109106 1234567 Lâm Đồng stc@vidu.gov.vn' \
	'has what the register knows of the agency'
exit_is 0 'minutes of a loss on record' "${ck[@]}" handover lost --serial SEAL \
	-o x.pdf
is "$(of '.document | [.lost_date, .lost_place, .reported, .circumstances] | join(" ")')" \
	'chiều 20/11/2026 trên xe 2026-11-21T08:00:00+07:00 rơi' \
	'have what the register knows of it'
is "$(of '"\(.receiver.organization) \(.keeper.name)"')" \
	'Sở Tài chính Nguyễn Văn An' 'and of who is who'
exit_is 0 'a change of its keeper' "${ck[@]}" handover keeper --no-tokens \
	--serial SEAL --receiver 'Trần Thị Bình' -o x.pdf
is "$(of .giver.grounds)" 'Quyết định số 5/QĐ-STC ngày 31 tháng 5 năm 2022' \
	'has the decision by which the giver keeps it (NĐ 30 Article 32)'
unlike "$err" 'căn cứ đại diện' \
	'paper-asked-for-twice: its receiver acts by the paper of the change, and has no other'
own='own-token-own-hand (NĐ 68 Điều 20, form 08)'
back=("${ck[@]}" handover return --no-tokens --no-register --set device_serial=TK9
	--set name='Lê Văn Tự' --set holder=person --reason 'chứng thư đã bị thu hồi')
exit_is 0 "$own: of data alone" "${back[@]}" -o x.pdf
is "$(of '"\(.giver.name) \(.giver.subscriber)"')" 'Lê Văn Tự true' \
	"$own: whose token it is gives it"
like "$(words_of x.pdf)" 'BÊN GIAO \(thuê bao\): ông \(bà\) Lê Văn Tự;' "$own: as the subscriber"
unlike "$err" 'căn cứ đại diện bên giao' "$own: represents nobody, and is asked for no paper"
exit_is 0 "$own: another" "${back[@]}" --giver 'Đỗ Văn Khác' -o x.pdf
like "$err" 'căn cứ đại diện bên giao' "$own: is asked for one"
sed '/^organization/d' people.conf >bare.conf
exit_is 0 'a coordinator of no agency in particular' ckstoken \
	--config bare.conf request recover --no-tokens --serial SEAL -o x.pdf
is "$(of .contact.organization)" 'Sở Tài chính' 'is of the agency'

# Who died, retired or moved with their token, by the register.
left='subscriber subscriber=%d name=%s holder=person organization=Sở_Tài_chính
	left_date=01/11/2026 left_reason=%s'
left=${left//$'\n\t'/ }
# shellcheck disable=SC2059 # a pattern of our own
have "$an" "$(printf "$left" 11 Phạm_Văn_Chết died)" \
	"$(printf "$left" 12 Đỗ_Văn_Hưu retired)" \
	"$(printf "$left" 13 Hà_Văn_Chuyển moved)" \
	'subscriber subscriber=9 name=SỞ_TÀI_CHÍNH holder=organization organization=Sở_Tài_chính' \
	'token device_serial=SEAL subscriber=9' 'token device_serial=DEAD subscriber=11' \
	'certificate certificate_serial=DE device_serial=DEAD subscriber=11 not_before=01/01/2023 not_after=01/11/2026' \
	'custody device_serial=SEAL keeper=Phạm_Văn_Chết from_date=01/06/2022 decision=5/QĐ-STC decision_date=31/05/2022'
dead='a dead or departed person signs'
exit_is 0 "$dead: return" "${ck[@]}" handover return --no-tokens --serial DEAD -o x.pdf
like "$err" 'giver: .*Phạm Văn Chết died on 01/11/2026; write who hands over instead' \
	"$dead: the death is told"
is "$(of .giver.name)" null "$dead: nobody who died is the giver"
like "$(words_of x.pdf)" 'cần bổ sung: họ và tên bên giao' "$dead: it is left open"
exit_is 0 "$dead: before that day" "${ck[@]}" handover return --no-tokens \
	--serial DEAD --date 31/10/2026 --override 'cũ' -o x.pdf
is "$(of .giver.name)" 'Phạm Văn Chết' "$dead: who lives signs"
rm x.pdf
exit_is 7 "$dead: one who is named" "${ck[@]}" handover return --no-tokens \
	--serial DEAD --giver 'Phạm Văn Chết' -o x.pdf
exit_is 0 "$dead: decision" "${ck[@]}" handover decision --no-tokens --serial SEAL \
	--keeper 'Nguyễn Văn An' -o x.pdf
is "$(of '"\(.giver.name) \(.document.replaces)"')" \
	'null Quyết định số 5/QĐ-STC ngày 31 tháng 5 năm 2022' \
	"$dead: the decision for the dead is replaced all the same"
rm x.pdf
for who in 'keeper --receiver' 'decision --keeper' 'permission --until 01/12/2026 --receiver'; do
	# shellcheck disable=SC2086 # words
	exit_is 7 "$dead: $who after leaving (NĐ 30 Điều 32)" "${ck[@]}" handover \
		${who% *} --no-tokens --serial SEAL "${who##* }" 'Đỗ Văn Hưu' -o x.pdf
done
like "$err" 'receiver: .*Đỗ Văn Hưu left on 01/11/2026, and can have no token' \
	"$dead: who left is told"
nok "$dead: nothing is written" test -e x.pdf
exit_is 0 "$dead: another of that name" "${ck[@]}" handover keeper --no-tokens \
	--serial SEAL --giver 'Nguyễn Văn An' --receiver 'Đỗ Văn Hưu' \
	--receiver-organization 'Sở Y tế' -o x.pdf
exit_is 0 "$dead: --override" "${ck[@]}" handover keeper --no-tokens --serial SEAL \
	--receiver 'Đỗ Văn Hưu' --override 'ký hợp đồng lại' -o x.pdf
is "$(of '.overrides[0].rule')" departed "$dead: the reason is kept"
exit_is 0 "$dead: who moved within the State sector" "${ck[@]}" handover keeper \
	--no-tokens --serial SEAL --receiver 'Hà Văn Chuyển' -o x.pdf

# 2. One reader of days and hours

n=0
for hour in '08:00 30/11/2026' '8h ngày 30/11/2026' '30/11/2026 8:00' \
	'ngày 30 tháng 11 năm 2026 hồi 8 giờ 00' '2026-11-30T08:00:00+07:00'; do
	n=$((n + 1))
	have "$binh" "$tk1" "$ce1"
	CKSTOKEN_NOW=2026-12-01T02:00:00Z exit_is 0 "a loss reported $hour" \
		"${lost[@]}" --reported "$hour" \
		--date '1/12/2026' --number $n
	like "$(words_of x.pdf)" 'báo[^:]*: *08 giờ 00 phút ngày 30/11/2026' \
		'is printed'
	is "$(sql 'SELECT reported_time FROM losses')" \
		2026-11-30T08:00:00+07:00 'and what is printed is recorded'
	exit_is 0 "--date $hour" "${ck[@]}" handover lost --no-register \
		--set device_serial=TK1 --date "$hour" -o x.pdf
	is "$(of '"\(.document.date) \(.document.time)"')" \
		'2026-11-30 2026-11-30T08:00:00+07:00' 'is the same day and hour'
done
exit_is 0 'register add in words' "${ck[@]}" register add token \
	device_serial=TK1 received_date='ngày 5 tháng 9 năm 2026'
is "$(sql 'SELECT received_date FROM tokens')" 2026-09-05 'is that day'
rm -f x.pdf
exit_is 11 'an hour that cannot be read' "${lost[@]}" --reported 'sáng nay'
like "$err" 'document.reported: .*not a time' 'is refused and not only printed'
exit_is 2 'a year of two digits' "${lost[@]}" --date 30/11/26
like "$err" '30/11/2026 and as 30/11/1926' 'is refused with both readings'
exit_is 2 'a day that there is not' "${lost[@]}" --date '8h 31/11/2026'
like "$err" 'no such day' 'is refused'
nok 'and nothing was written' test -e x.pdf

# done-in-the-future: minutes of 2062 were recorded as done
ahead=done-in-the-future
have "$binh" "$tk1" "$ce1"
before=$(in_register r.db 'SELECT count(*) FROM events')
for day in 02/12/2062 22/11/2026 '21/11/2026 23:59'; do
	exit_is 11 "$ahead: minutes of $day" "${lost[@]}" --date "$day" --number 9 \
		--override 'biết rồi'
	like "$err" 'minutes say what has been done.*still to come' "$ahead: are refused"
done
exit_is 11 "$ahead: of the data" "${ck[@]}" handover lost --data - --number 9 -o x.pdf \
	<<<'{"document": {"date": "2027-01-01"}, "subscribers": [{"device_serial": "TK1"}]}'
nok "$ahead: nothing is written" test -e x.pdf
is "$(in_register r.db 'SELECT count(*) FROM events')" "$before" "$ahead: nor recorded"
exit_is 0 "$ahead: a draft is prepared" "${lost[@]}" --date 22/11/2026
exit_is 0 "$ahead: a letter of next week" "${ck[@]}" request recover --no-tokens \
	--no-register --set device_serial=TK1 --date 28/11/2026 -o x.pdf
unlike "$err" 'days ahead' "$ahead: is prepared, too"
exit_is 0 "$ahead: a letter of 2062" "${ck[@]}" request recover --no-tokens \
	--no-register --set device_serial=TK1 --date 02/12/2062 -o x.pdf
like "$err" 'dated 02/12/2062, which is 13[0-9]+ days ahead; check it' "$ahead: is told"
rm -f x.pdf

# nearest-token: of a serial number typed wrongly
have "$binh" 'token device_serial=VIDU0000001 subscriber=2'
exit_is 3 'nearest-token: of --serial' "${ck[@]}" request recover --no-tokens \
	--serial VIDU000001 -o x.pdf
like "$err" 'no such token.*did you mean "VIDU0000001"' 'nearest-token: is named'

# letter-for-a-digit: CA0D000O became a token of the register
have "$binh" 'token device_serial=CA0D0000 subscriber=2'
for serial in CA0D000O CA0DO000 CA0D0001 ca0d0000; do
	exit_is 0 "letter-for-a-digit: $serial" "${ck[@]}" request recover --no-tokens \
		--set device_serial=$serial -o x.pdf
	case $serial in
	*O*) like "$err" "no token $serial is known, but CA0D0000 is, which looks the same" \
		'letter-for-a-digit: is told' ;;
	*) unlike "$err" 'looks the same' 'letter-for-a-digit: is another, or the same' ;;
	esac
done
rm -f x.pdf

# 3. What is written after signing is left blank

have "$an" "$binh" "$tk1" "$ce1"
exit_is 0 'a letter without a number, for --strict' "${ck[@]}" request \
	recover --no-tokens --serial TK1 --strict -o x.pdf
like "$(words_of x.pdf)" 'Số: */STC-VP' 'has room for it (Decree 30/2020, Article 15)'
unlike "$(words_of x.pdf)" 'cần bổ sung' 'and no mark'
exit_is 0 'minutes of no hour' "${lost[@]}"
like "$(words_of x.pdf)" 'hồi …+ giờ …+ phút' 'have room for it, and not the hour of the clock'
like "$(words_of x.pdf)" 'Số: */BB-STC' 'and for the number'
unlike "$err" 'giờ lập biên bản|số văn bản' 'neither of which is missing'

# 4. One letter for all that are due

# certificate N NOT_AFTER: of a subscriber of that number, on a token of its own
person()
{
	echo "subscriber subscriber=$1 name=Người_$1 holder=person id_number=0123456780$1 organization=Sở_Tài_chính email=n$1@vidu.gov.vn"
	echo "token device_serial=TK$1 subscriber=$1"
	echo "certificate certificate_serial=CE$1 device_serial=TK$1 subscriber=$1 not_before=01/06/2022 not_after=$2 ${3-}"
}
mapfile -t records < <(person 11 31/12/2026; person 12 10/01/2027
	person 13 20/03/2027; person 14 01/12/2026
	person 15 05/01/2027 renewals=1; person 16 01/06/2027)
have "${records[@]}"
due=("${ck[@]}" request renew --due -o x.pdf)
exit_is 0 'request renew --due' "${due[@]}"
is "$(of '[.subscribers[] | "\(.name) \(.certificate_serial)"] | sort | join(", ")')" \
	'Người 11 CE11, Người 12 CE12' \
	'has all whose last day for it is near, and no other'
is "$("${ck[@]}" register due --json 2>/dev/null |
	jq -r '[.due[] | select(.rule == "renew") | .name] | sort | join(", ")')" \
	'Người 11, Người 12' 'by the definition of register due'
like "$err" 'Người 14 \(TK14\): .*too soon to be renewed.*Form 01: ckstoken --config people.conf request new-person --serial TK14' \
	'who is too late for it is told by name, with the form and the command (NĐ 68 Article 12)'
exit_is 0 'register due' "${ck[@]}" register due
like "$err" 'one document for all 2: ckstoken --config people.conf request renew --due 30 -o renew.pdf' \
	'names the command for all'
like "$out" '31/12/2026; 01/12/2026 is the last day.*ckstoken --config people.conf request renew --serial TK11 -o renew-TK11.pdf' \
	'and for each the last day and the whole command'
exit_is 0 'of 100 days' "${ck[@]}" request renew -o x.pdf --due 100 --number 5
is "$(of '[.subscribers[].certificate_serial] | sort | join(" ")')" \
	'CE11 CE12 CE13' 'has those who are due until then'
like "$err" 'Người 15 \(TK15\): .*renewed before.*Form 01' \
	'and who was renewed is told (1619/QĐ-UBND Article 9.1)'
exit_is 3 'those who were asked for' "${due[@]}"
like "$err" 'nothing in the register is due' 'are not in a letter once more'
have "${records[@]}" \
	'request request=1 procedure=renew document_number=3/STC-VP document_date=20/11/2026' \
	'item request=1 item=1 subscriber=11 device_serial=TK11 certificate_serial=CE11 renew=x'
exit_is 0 'a renewal that is asked for' "${due[@]}"
is "$(of '[.subscribers[].certificate_serial] | join(" ")')" CE12 \
	'is not in the letter'
exit_is 0 'request new-person --due' "${ck[@]}" request new-person --due \
	60 -o x.pdf
is "$(of '[.subscribers[] | "\(.name) \(.old_serial)"] | sort | join(", ")')" \
	'Người 14 CE14, Người 15 CE15' 'is for those who cannot be renewed'
mapfile -t records < <(person 11 30/05/2027; person 12 30/05/2027)
have "${records[0]} left_date=15/11/2026 left_reason=retired" \
	"${records[1]}" "${records[2]}" "${records[@]:3}"
exit_is 0 'request revoke --due' "${ck[@]}" request revoke --due -o x.pdf
is "$(of '[.subscribers[] | "\(.name) \(.certificate_serial) \(.reason)"] | join(", ")')" \
	'Người 11 CE11 nghỉ hưu' 'has who has left, and why (NĐ 68 Article 17.2)'
mapfile -t records < <(person 11 31/10/2026; person 12 30/05/2027)
have "${records[@]}"
exit_is 0 'handover return --due' "${ck[@]}" handover return --due -o x.pdf
is "$(of '[.subscribers[] | "\(.device_serial) \(.certificate_serial)"] | join(", ")')" \
	'TK11 CE11' 'has the tokens that are to be handed back (NĐ 68 Article 20)'
exit_is 2 '--due with a token' "${ck[@]}" request renew --due --serial TK12 \
	-o no.pdf
exit_is 2 '--due of no number' "${ck[@]}" request renew --due soon -o no.pdf
like "$err" '--due soon: .*--due 60' 'says what it takes'
exit_is 11 '--due without a register' "${ck[@]}" request renew --due \
	--no-register -o no.pdf
nok 'nothing is written' test -e no.pdf

# 5. Told before it is signed

mapfile -t records < <(person 11 30/05/2027; person 12 30/05/2027)
have "${records[@]}"
paper()
{
	local name=$1
	shift
	exit_is 0 "$name" "${ck[@]}" "$@" --no-tokens -o x.pdf
}
paper 'a letter of the number 7' request recover --serial TK11 --number 7
unlike "$err" 'number 07/STC-VP' 'is the first of it'
paper 'the same letter once more' request recover --serial TK11 --number 7
unlike "$err" '07/STC-VP|asked for before' 'is the same one'
paper 'another letter of it' request recover --serial TK12 --number 7 \
	--date 23/11/2026
like "$err" 'number 07/STC-VP is that of another letter, of 21/11/2026 \(request 1 .*once in a year \(Decree 30/2020/NĐ-CP, Article 15' \
	'is told that the number is used'
paper 'one of another year' request recover --serial TK12 --number 7 \
	--date 04/01/2027
unlike "$err" '07/STC-VP is that' 'is not'
paper 'minutes' handover deliver --serial TK11 --receiver 'Người 11' --number 4
unlike "$err" '04/BB-STC' 'have numbers of their own'
CKSTOKEN_NOW=2026-11-22T02:00:00Z paper 'other minutes' handover deliver --serial TK12 --receiver 'Người 12' \
	--number 4 --date 22/11/2026
like "$err" '04/BB-STC is that of other minutes, of 21/11/2026' 'are told, too'
paper 'minutes of another token of that day' handover deliver --serial TK12 \
	--receiver 'Người 12' --number 4
like "$err" '04/BB-STC is that of other minutes' 'likewise'
have "${records[@]}"
paper 'minutes' handover deliver --serial TK11 --receiver 'Người 11' --number 4
paper 'the same minutes once more' handover deliver --serial tk11 \
	--receiver 'Người 11' --number 4
unlike "$err" '04/BB-STC is' 'are the same ones'
# Of two officers the second to record is told, wherever the first was while he
# looked.
told=''
for round in 1 2 3 4; do
	writers=()
	for serial in TK11 TK12; do
		"${ck[@]}" request recover --no-tokens --no-ask --serial "$serial" \
			--number "1$round" -o "$serial.pdf" 2>"$serial.err" &
		writers+=($!)
	done
	wait "${writers[@]}"
	told+="$(cat TK1[12].err | grep -c "number 1$round/STC-VP is that of another letter") "
done
is "$told" '1 1 1 1 ' 'two-at-once: one of two letters of one number is told'
# two-letters-of-one-number: each is a request of its own; a version of a letter
# is about one of those whom it was about before (NĐ 30 Article 15.1).
have "${records[@]}"
paper 'a letter' request recover --serial TK11 --number 7
paper 'another letter of its number and day' request recover --serial TK12 \
	--number 7
like "$err" 'number 07/STC-VP is that of another letter, of 21/11/2026' \
	'two-letters-of-one-number: the second is told'
unlike "$err" 'still asked for' 'which is no version of the first'
is "$(sql 'SELECT request || device_serial FROM items ORDER BY 1' | xargs)" \
	'1TK11 2TK12' 'and each is a request of its own'
paper 'the second once more' request recover --serial TK12 --number 7
is "$(sql 'SELECT count(*) FROM requests')" 2 'is known again'
printf '{"subscribers":[{"device_serial":"TK11"},{"device_serial":"TK12"}]}' \
	>both.json
have "${records[@]}"
paper 'a letter about two' request recover --data both.json --number 7
paper 'a version about one of them' request recover --serial TK12 --number 7
unlike "$err" 'another letter' 'is the same letter'
like "$err" '1 item that an earlier version .* left out of it.* still asked for; its request is number 1' \
	'and tells that the other is still asked for'
have "${records[@]}"
paper 'a renewal' request renew --serial TK11 --number 8
paper 'the same renewal in another letter' request renew --serial TK11 \
	--number 9
like "$err" 'row 1 \(Người 11\): the same was asked for before, by the letter 08/STC-VP of 21/11/2026, request 1' \
	'is told to have been asked for'
like "$err" 'renewed only once \(.*Điều 9' 'once, with the article of Lâm Đồng'
have "${records[@]}" \
	'certificate certificate_serial=CE12 issued_for=renew'
exit_is 7 'what was issued as a renewal' "${ck[@]}" request renew --no-tokens \
	--serial TK12 -o no.pdf
like "$err" 'renewed before.*9' 'is not renewed again (1619/QĐ-UBND Article 9.1)'

# impossible-days-of-a-loss: as other days, they are not printed or recorded.
have "${records[@]}"
lost=("${ck[@]}" handover lost --no-tokens --serial TK11 --number 5 -o no.pdf)
for days in '--lost-date|22/11/2026|lost after the day of the minutes' \
	'--lost-date|chiều 22/11/2026|lost after the day of the minutes' \
	'--lost-date|ngày 30/02/2026|no such day' \
	'--lost-date|chiều 31/02/2026|no such day' \
	'--reported|22/11/2026|reported after the day of the minutes' \
	'--reported|19/11/2026|reported before the token was lost'; do
	IFS='|' read -r option day words <<<"$days"
	set -- "$option" "$day"
	[ "$option" = --lost-date ] || set -- "$@" --lost-date 20/11/2026
	exit_is 2 "impossible-days-of-a-loss: $option $day" "${lost[@]}" "$@"
	like "$err" "$words" 'says why'
done
exit_is 0 'days that can be' "${lost[@]/no.pdf/x.pdf}" \
	--lost-date '8h ngày 20/11/2026' --reported '20/11/2026'
is "$(sql 'SELECT count(*) FROM losses')" 1 'and these alone are recorded'

# ended-certificate-in-silence: its token is handed back (NĐ 68 Article 20).
mapfile -t ended < <(person 11 31/10/2026; person 12 30/05/2027)
have "${ended[@]}"
for what in 'handover deliver' 'request recover' 'handover decision' \
	'handover permission' 'handover keeper'; do
	# shellcheck disable=SC2086 # two words
	paper "ended-certificate-in-silence: $what" $what --serial TK11 \
		--override 'thẻ dùng chung'
	like "$err" 'row 1 \(Người 11\): the certificate ended on 31/10/2026, so that the token is to be handed back \(.*Điều 11' \
		'is told, with the article (1619/QĐ-UBND Article 11.3)'
done
paper 'one in force' handover deliver --serial TK12
unlike "$err" 'to be handed back' 'is not'
exit_is 7 'a certificate that --set ends before it begins' "${ck[@]}" \
	handover deliver --no-tokens --serial TK12 -o no.pdf \
	--set not_before=01/06/2027
like "$err" 'said to begin on 01/06/2027 and to end before that, on 30/05/2027' \
	'is refused'

# a-paper-before-its-time: what holds before it is signed is told.
for what in 'decision --keeper Ai' 'permission --receiver Ai'; do
	# shellcheck disable=SC2086 # words
	paper "a-paper-before-its-time: $what" handover $what --serial TK12 \
		--from 01/01/2022 --override 'thẻ dùng chung'
	like "$err" 'is of 21/11/2026 and is to hold from 01/01/2022, before it is signed' \
		'is told to be retroactive'
	like "$err" 'Người 12: --from is 01/01/2022, and the certificate begins on 01/06/2022' \
		'and to be before the certificate'
done
paper 'a permission for too long' handover permission --receiver Ai \
	--serial TK12 --until 01/06/2027 --override 'thẻ dùng chung'
like "$err" 'Người 12: --until is 01/06/2027, and the certificate ends on 30/05/2027' \
	'is told'

# subscribers-of-another-agency: each department asks for its own.
mapfile -t mixed < <(person 11 31/12/2026
	person 12 10/01/2027 | sed 's/Sở_Tài_chính/Sở_Y_tế/')
have "${mixed[@]}"
paper 'subscribers-of-another-agency: by name' request renew --serial TK12
like "$err" 'row 1 \(Người 12\): the subscriber is of Sở Y tế, and the document is of Sở Tài chính' \
	'is told'
have "${mixed[@]}"
exit_is 0 'subscribers-of-another-agency: --due' "${due[@]}"
is "$(of '[.subscribers[].name] | join(", ")')" 'Người 11' 'leaves them out'
like "$err" 'left out: row 2 \(Người 12\) is of Sở Y tế' 'and tells it'

rm -f x.pdf
have "${records[@]}"
revoke=("${ck[@]}" request revoke --no-tokens --reason 'nghỉ hưu' --no-register
	--set name=Ai)
exit_is 0 'a new file' "${revoke[@]}" -o x.pdf
like "$err" 'x.pdf is written$|x.pdf is written[^,]' 'is written'
exit_is 0 'one that is there' "${revoke[@]}" -o x.pdf -o x.docx
like "$err" 'x.pdf is written, in place of the file that was there' \
	'is told to be replaced'
unlike "$err" 'x.docx is written, in place' 'a new one is not'
cp x.pdf plain.pdf
printf '5 0 obj <</Type/Sig/ByteRange[0 10 20 30]>> endobj' >>x.pdf
cp x.pdf signed.pdf
exit_is 7 'a signed PDF' "${revoke[@]}" -o new.docx -o x.pdf
like "$err" 'x.pdf is signed.*nothing was written.*--override' 'is told'
ok 'stands as it was' cmp x.pdf signed.pdf
nok 'and no other file is written' test -e new.docx
cp plain.pdf a-1.pdf
cp signed.pdf a-2.pdf
printf '%s\n' 'Họ và tên' 'Ai Một' 'Ai Hai' >two.csv
exit_is 7 'a signed one among those of --each' "${ck[@]}" request new-person \
	--data two.csv --each -o 'a-{n}.pdf'
ok 'leaves the others' cmp a-1.pdf plain.pdf
mkdir -p sig/_xmlsignatures
echo '<x/>' >sig/_xmlsignatures/origin.sigs
python3 - <<'END'
import zipfile
with zipfile.ZipFile('x.docx', 'a') as z:
    z.write('sig/_xmlsignatures/origin.sigs', '_xmlsignatures/origin.sigs')
END
exit_is 7 'a signed DOCX' "${revoke[@]}" -o x.docx
exit_is 0 '--override' "${revoke[@]}" -o x.pdf --override 'ký nhầm'
like "$err" 'x.pdf is signed, and is replaced for this reason: ký nhầm' \
	'replaces it, and tells'
nok 'which it does' cmp x.pdf signed.pdf

# output-over-an-input: known by the file and not by its name.
cp people.conf conf.pdf
on_server || ln -s r.db register.pdf
ln two.csv data.pdf
digest=$(sha256sum two.csv conf.pdf)
n_events=$(in_register r.db 'SELECT count(*) FROM events')
over()
{
	exit_is 11 "output-over-an-input: $1" ckstoken --config conf.pdf \
		request new-person --data two.csv -o "$2" --override 'không'
	like "$err" "$2 is $1, and would be replaced; nothing was written" \
		'is told'
}
on_server || over 'the register' register.pdf
over 'the configuration' conf.pdf
over 'the file of --data' data.pdf
is "$(sha256sum two.csv conf.pdf)$(in_register r.db 'SELECT count(*) FROM events')" \
	"$digest$n_events" 'and all stand as they were'

# one-of-several-outputs-fails: none is there then, nor any record.
rm -f first.pdf
requests=$(sql 'SELECT count(*) FROM requests')
exit_is 12 'one-of-several-outputs-fails' "${ck[@]}" request new-person \
	--data two.csv -o first.pdf -o none/second.docx
like "$err" 'none/second.docx cannot be written' 'is told'
nok 'the other is not there either' test -e first.pdf
is "$(find . -name '.ckstoken.*')" '' 'nor a part of it'
is "$(sql 'SELECT count(*) FROM requests')" "$requests" 'and nothing is recorded'

if ! on_server; then
	drop_register r.db
	exit_is 11 'register-that-was-moved: a token of it' "${ck[@]}" request \
		recover --no-tokens --serial TK11 --number 7 -o x.pdf
	like "$err" 'r.db: there is no register yet' \
		'register-that-was-moved: says why it is not found'
	paper 'a letter where no register is' request recover --number 7 \
		--set device_serial=TK11 --set name='Người 11'
	like "$err" "there was no register yet, and $WORK/r.db is begun" \
		'register-that-was-moved: a new one is not begun without a word'
	paper 'the next' request recover --number 8 \
		--set device_serial=TK12 --set name='Người 12'
	unlike "$err" 'no register yet' 'register-that-was-moved: once'
fi

plan_done
