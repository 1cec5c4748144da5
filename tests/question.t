#!/bin/bash
# SPDX-License-Identifier: LGPL-2.1-or-later
#
# Questions at a terminal: what is an answer, what is asked for again and why,
# and how they end.

# shellcheck source=tests/lib.sh
. "$(dirname "$0")/lib.sh"
need python3:python3
cd "$WORK" || bail 'no work folder'
asker=$BUILD/tests/asker
speak=()

# asks KIND <STEPS: what became of it, in $answer, and what was seen, in
# $screen.
asks()
{
	"$TOP/tests/answer" screen "${speak[@]}" "$asker" "$1"
	rc=$?
	screen=$(<screen)
	answer=$(grep -E '^(answer|error) ' screen)
}

asks text <<<$'như trên con dấu\tSở Y tế'
is "$answer" 'answer <Sở Y tế>' 'an answer'
like "$screen" $'^Tên cơ quan\n  như trên con dấu\n  > Sở Y tế' \
	'the hint stands below the question'
like "$screen" 'set: .*echo.*icanon' 'the terminal is as it was'
asks text <<END
Tên cơ quan	
needs an answer	 \x09 
needs an answer	Sở\x1b[D Y tế
is no character	Sở Y tế\xff
not UTF-8	  Sở   Y  tế 
END
is "$answer" 'answer <Sở Y tế>' \
	'an empty answer, an arrow and other bytes are asked for again, with the reason'
asks text <<<$'Tên cơ quan\tSở Y tếê\\x7f\\x7fế'
is "$answer" 'answer <Sở Y tế>' 'Backspace takes a whole letter of Vietnamese away'
asks text < <(printf 'Tên\t%s\nmore than\tSở Y tế\n' \
	"$(head -c 4040 /dev/zero | tr '\0' a)")
is "$answer" 'answer <Sở Y tế>' 'a line too long is asked for again'
asks open <<<$'[leave open] > \t'
is "$answer" 'answer <>' 'one that may be left open'
asks initial <<<$'[Sở Tài chính] > \t'
is "$answer" 'answer <Sở Tài chính>' 'Enter takes what stands in brackets'
asks initial <<<$'- leaves it open\t-'
is "$answer" 'answer <>' 'and a dash leaves it open'
asks digits <<END
Mã số	12x
  only digits are taken	12
END
is "$answer" 'answer <12>' 'what the check refuses is asked for again, with its reason'

asks choice <<<$'4. Ninh Bình\t2'
is "$answer" 'answer <Đồng Tháp>' 'a choice by its number'
like "$screen" '→ Đồng Tháp' 'which is shown'
asks choice <<END
Tỉnh	5
from 1 to 4	0
from 1 to 4	dong
may be "Lâm Đồng" or "Đồng Tháp"	Hà Nội
none of the choices	NINH BINH
END
is "$answer" 'answer <Ninh Bình>' \
	'no number, two choices and none are asked for again; a choice without accents is taken'
asks choice <<<$'Tỉnh\tlam dogn'
is "$answer" 'answer <Lâm Đồng>' 'a choice that is nearly written'
asks serial <<END
Token	VIDU0000003
none of the choices	1
END
is "$answer" 'answer <VIDU0000002>' 'another-token: a number nearly that of one'
unlike "$screen" $'\e]' 'an escape in a choice is not obeyed'
asks choice-or-text <<<$'Tỉnh\tlam dogn'
is "$answer" 'answer <lam dogn>' 'but not where another text may be meant'
asks choice-or-text <<<$'Tỉnh\t12345'
is "$answer" 'answer <12345>' 'nor is a long number one of a choice'

for word in c Có y YES; do
	asks no <<<$'[y/N] \t'"$word"
	is "$answer" 'answer <yes>' "\"$word\" is yes"
done
asks yes <<END
[Y/n]	đồng ý
answer y for yes	Không
END
is "$answer" 'answer <no>' 'another word is asked for again'
asks yes <<<$'[Y/n]\t'
is "$answer" 'answer <yes>' 'Enter is what stands in capitals'

for keys in '\x03' '\x04' 'Sở\x03' 'Sở\x04\x04' '\x1c'; do
	asks text <<<"Tên cơ quan"$'\t'"$keys"
	is "$answer" 'error ECANCELED' "$keys: no answer"
	like "$screen" 'nothing was written.*set: .*echo' \
		"$keys: told, and the terminal is as it was"
done
for signal in TERM HUP; do
	asks text <<<"Tên cơ quan"$'\t'"!$signal"
	is "$rc" "$((128 + $(kill -l "$signal")))" "SIG$signal ends the program"
	like "$screen" 'nothing was written.*set: .*echo' \
		"SIG$signal: told, and the terminal is as it was"
done
if setsid -w "$asker" text </dev/null >none 2>&1; then
	is "$(<none)" 'error ENOTTY' 'without a terminal nothing is asked'
else
	fail 'without a terminal nothing is asked' "$(<none)"
fi

speak=(env LOCPATH="$(vietnamese_locale)" LC_ALL=vi_VN.UTF-8)
asks text <<END
Tên cơ quan	
cần có câu trả lời	Sở Y tế
END
is "$answer" 'answer <Sở Y tế>' 'the reason is told in Vietnamese'
plan_done
