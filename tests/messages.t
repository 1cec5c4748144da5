#!/bin/bash
# SPDX-License-Identifier: LGPL-2.1-or-later
#
# Everything ckstoken says can be said in Vietnamese.
# shellcheck source=tests/lib.sh
. "$(dirname "$0")/lib.sh"
need xgettext:gettext msgmerge:gettext msgattrib:gettext msgfmt:gettext \
	msgcat:gettext gettext:gettext-base perl:perl \
	localedef:libc-bin
[ -e /usr/share/i18n/locales/vi_VN ] ||
	skip_all 'the locale vi_VN is missing (package locales)'

CKSTOKEN=${CKSTOKEN:-$BUILD/ckstoken}
export LD_LIBRARY_PATH=${LD_LIBRARY_PATH:-$BUILD}

po=$TOP/lib/po/vi.po
pot=$WORK/ckstoken.pot
merged=$WORK/vi.po

# How many messages of the file msgattrib picks, and the first of them.
picked()
{
	msgattrib "$@" >"$WORK/picked" 2>&1 ||
		echo 'msgattrib failed:'
	# The header is a message too, with an empty msgid.
	perl -00 -ne 'next if !/^(#~ )?msgid /m || /^msgid ""\nmsgstr/m;
		$n++; $first .= $_ if $n <= 3;
		END { print "$n messages, such as:\n$first" if $n }' \
		"$WORK/picked"
}

# 1. The template

exit_is 0 'scripts/messages' "$TOP/scripts/messages"
is "$err" '' 'has no complaint'
printf '%s\n' "$out" >"$pot"
exit_is 0 'scripts/messages from another directory' \
	env -C / "$TOP/scripts/messages"
is "$out" "$(cat "$pot")" 'twice the same template'
unlike "$out" 'POT-Creation-Date' 'which has no date'
like "$out" 'Project-Id-Version: ckstoken' 'and names the project'
like "$out" 'TRANSLATORS: ' 'and keeps what is told to translators'
like "$out" 'msgid_plural' 'and knows plurals'
out=''

# 2. The translation

ok 'the translation takes the template' \
	msgmerge --quiet --no-fuzzy-matching --output-file="$merged" "$po" "$pot"
is "$(picked --untranslated --no-obsolete "$merged")" '' \
	'no message is without a translation'
is "$(picked --only-fuzzy "$merged")" '' 'no translation is in doubt'
is "$(picked --only-obsolete "$po")" '' 'no translation is left over'
is "$(msgfmt --check --output-file="$WORK/vi.mo" "$merged" 2>&1)" '' \
	'formats, plurals and header agree'

# 3. One word for one thing

# glossary FILE.po: the translations that have none of the words of
# lib/po/glossary for a term of their message, and what is wrong with the
# glossary itself.
glossary()
{
	msgcat --no-wrap "$1" | perl -Mutf8 -CSD -e '
		my (@terms, %words, %other, %met);
		open my $file, "<", shift or die "glossary: $!\n";
		while (<$file>) {
			chomp;
			next if /^#/ || $_ eq "";
			my ($term, $text, @more) = split /\t/;
			if (!defined $text || @more) {
				print "glossary:$.: not TERM, a tab, WORDS\n";
			} elsif ($text =~ s/^! //) {
				$other{"$term\t$text"} = 1;
			} else {
				push @terms, $term;
				$words{$term} = [map { lc } split / \| /, $text];
			}
		}
		$/ = "";
		while (<STDIN>) {
			my $translation = join "\n",
				/^msgstr(?:\[\d\])? "(.*)"$/mg;
			for my $message (/^msgid(?:_plural)? "(.+)"$/mg) {
				my $plain = $message =~ s/\\"/"/gr;
				my $bare = $plain =~ s/"[^"]*"//gr;
				$bare =~ s/--[%a-z-]+(?: [A-Z]+)?|\[[%a-z]+\]|
					\{\w+\}|\w+[=\@]\S*//gx;
				for my $term (@terms) {
					my $any = $term =~ /[A-Z]/ ? "" : "(?i)";
					next if $bare !~
						/$any(?<![\w-])\Q$term\Es?(?![\w-])/;
					next if grep { index(lc $translation, $_) >= 0 }
						@{$words{$term}};
					next if $other{"$term\t$plain"} &&
						++$met{"$term\t$plain"};
					print "$term: $plain\n    $translation\n";
				}
			}
		}
		print map { "glossary: no need of: $_\n" }
			grep { !$met{$_} } sort keys %other;' \
		"$TOP/lib/po/glossary"
}

is "$(glossary "$po")" '' 'the translation has the words of the glossary'
sed 's/đầu đọc/máy đọc/g' "$po" >"$WORK/other.po"
like "$(glossary "$WORK/other.po")" 'reader: The reader service' \
	'another word for the same thing is found'

# What the regulations and the other messages call by another word: a pattern,
# and what to say. "#" is between the two.
other_words()
{
	msgcat --no-wrap "$1" | perl -Mutf8 -CSD -00 -ne '
		BEGIN {
			%say = map { split /#/ } (
				"nộp lại(?! thiết bị)|giao trả|trả lại thiết bị#bàn giao lại",
				"báo mất|bị mất#thất lạc",
				"quản trị viên#người quản trị",
				"bản thảo#dự thảo",
				"(?<!PKI )(?<!USB )\\btoken\\b(?!, certificate)#thiết bị",
				"Điều \\d+[.]\\d#khoản ... Điều ...",
				"tới thiết bị#đến thiết bị");
		}
		next if /^#~/m;
		my ($english) = /^msgid "(.*)"$/m;
		for my $text (/^msgstr(?:\[\d\])? "(.*)"$/mg) {
			$text =~ s/\\"[^"]*\\"|pkcs11:\S*|--[a-z-]+//g;
			for my $word (sort keys %say) {
				print "$english\n    $&: say $say{$word}\n"
					if $text =~ /$word/;
			}
		}' -
}
is "$(other_words "$po")" '' "regulations-words: the translation has those of Decree 68/2024/NĐ-CP and the provinces"
sed 's/bàn giao lại/giao trả/' "$po" >"$WORK/other.po"
like "$(other_words "$WORK/other.po")" 'giao trả: say bàn giao lại' \
	'regulations-words: another is found'

# 4. The program itself

prefix=$(dirname "$(dirname "$(readlink -f "$CKSTOKEN")")")
domain=$prefix/share/locale

# speak LANGUAGE COMMAND...: under a Vietnamese locale.
locale=$(vietnamese_locale) || bail 'no locale vi_VN.UTF-8'
speak()
{
	local language=$1
	shift
	env LANGUAGE="$language" LOCPATH="$locale" LC_ALL=vi_VN.UTF-8 "$@"
}

# vietnamese MSGID: as the installed catalogue has it.
vietnamese()
{
	speak vi env TEXTDOMAINDIR="$domain" gettext -d ckstoken "$1"
}

if [ -f "$domain/vi/LC_MESSAGES/ckstoken.mo" ]; then
	usage=$(vietnamese 'Usage:')
	exit_is 0 'ckstoken --help in Vietnamese' speak vi "$CKSTOKEN" --help
	is "${out%% ckstoken*}" "$usage" 'begins with the Vietnamese word'
	unlike "$out" 'Usage:' 'and has no English one'
	exit_is 0 'ckstoken unblock --help in Vietnamese' \
		speak vi "$CKSTOKEN" unblock --help
	like "$out" "$(vietnamese 'show this help')" \
		'describes options in Vietnamese'
	unlike "$out" 'show this help' 'and not in English'
	exit_is 2 'a wrong command, in Vietnamese' \
		speak vi "$CKSTOKEN" nothing-of-the-kind
	unlike "$err" 'there is no command' 'is told in Vietnamese'
	exit_is 9 'a module that is not there, in Vietnamese' speak vi \
		"$CKSTOKEN" --module "$WORK/none.so" status --serial 1
	unlike "$err" 'cannot be loaded' 'the library speaks Vietnamese too'
	exit_is 0 'ckstoken --help in English' speak en "$CKSTOKEN" --help
	like "$out" 'Usage:' 'is in English'

	# The configuration chooses, whatever the locale, and also where the
	# machine has no other one than C. A module's fault is the library's
	# message, the other is the program's.
	for language in vi en auto; do
		printf '[output]\nlanguage = %s\n' "$language" >"$WORK/$language"
	done
	fault()
	{
		local conf=$1
		shift
		exit_is 9 "language = ${conf##*/}, $*" env "$@" "$CKSTOKEN" \
			--config "$conf" --module "$WORK/none.so" status --serial 1
	}
	load=$(vietnamese 'The module cannot be loaded.')
	for setting in LC_ALL=C LC_ALL=C.UTF-8 'LC_ALL=C.UTF-8 LANGUAGE=en' \
		LC_ALL=xx_XX.UTF-8; do
		# shellcheck disable=SC2086 # one or two variables
		fault "$WORK/vi" LOCPATH=/nowhere $setting
		like "$err" "$load" 'the library speaks Vietnamese'
		unlike "$err" 'no token|cannot be loaded' 'and so does the program'
		# shellcheck disable=SC2086 # one or two variables
		fault "$WORK/auto" LOCPATH=/nowhere $setting
		like "$err" 'cannot be loaded' 'auto is the language of the locale'
	done
	fault "$WORK/vi" LOCPATH="$locale" LC_ALL=vi_VN.UTF-8
	like "$err" "$load" 'the library speaks Vietnamese'
	fault "$WORK/auto" LOCPATH="$locale" LC_ALL=vi_VN.UTF-8
	like "$err" "$load" 'and so it does by itself'
	fault "$WORK/en" LOCPATH="$locale" LC_ALL=vi_VN.UTF-8
	like "$err" 'The module cannot be loaded' 'English under any locale'
	fault "$WORK/en" LOCPATH="$locale" LC_ALL=vi_VN.UTF-8 LANGUAGE=vi
	like "$err" 'The module cannot be loaded' 'and whatever LANGUAGE says'
else
	skip 'the program speaks Vietnamese' "$CKSTOKEN is not installed"
fi
out='' err=''

# 5. Words that no translator would ever see

# A literal with two words in a row that _(), N_(), Q_() or NQ_() does not mark,
# nor AS_IT_IS(), which is for what is typed the same in every language.
# Words are what is left of options, placeholders and conversions; a command to
# be run has none.
# shellcheck disable=SC2016 # perl's
unmarked=$(cd "$TOP" && perl -0777 -ne '
	s{/\*.*?\*/}{ $& =~ s/[^\n]//gr }gse;
	s{^\#.*$}{}gm;
	# What a library is for is told to the tools of packagers.
	s{^LIBRARY\(.*?\)$}{ $& =~ s/[^\n]//gr }gmse;
	s{\x27(?:[^\x27\\]|\\.)\x27}{0}g;
	my $literal = qr/"(?:[^"\\]|\\.)*"/;
	while (/(\b(?:_|N_|AS_IT_IS)\(\s*|\bN?Q_\(\s*(?:$literal\s*)+,\s*|\bN?Q_\(\s*|
		\.usage\s*=\s*)?((?:$literal\s*)+)/gx) {
		my ($mark, $text, $line) =
			($1, $2, 1 + (substr($_, 0, $-[2]) =~ tr/\n//));
		next if defined $mark || $text =~ /^"ckstoken (?:handover|register|report) /;
		# Vietnamese is for documents, in whatever language one asks.
		next if $text =~ /\xe1[\xba\xbb]|\xc3[\xa0-\xbd]/;
		$text =~ s/"\s*"//g;
		$text =~ s/%[-0-9.*#]*(?:l|z)*[a-zA-Z]|\\.|<[^>]*>|--[a-z-]+//g;
		print "$ARGV:$line: $text\n"
			if $text =~ /[a-z]{2,} [a-z]{2,}/ ||
			   ($text =~ /^"\W*[a-z]{3,}[:.!?]?\W*"\s*$/ &&
			    substr($_, 0, $-[2]) =~
				/\b(?:say|puts|printf)\(\s*\z/);
	}' cmd/*.c cmd/*.h)
is "$unmarked" '' 'no words in cmd/ go untranslated'

# 6. What to do next

# A message of bad input, of an output that cannot be written or of a guard that
# has only said what is wrong: nothing follows a stop, a comma or a reason. One
# that begins with "nothing was" ends others.
# shellcheck disable=SC2016 # perl's
uncured=$(cd "$TOP" && perl -0777 -ne '
	my $literal = qr/"(?:[^"\\]|\\.)*"/;
	while (/print_error\(\s*(?:_\(|Q_\()\s*((?:$literal\s*)+)[^;]*\);
		(?:\s*[a-z_]+\([^;]*\);)?\s*
		(?:return|ret\ =)\ EXIT_(?:BAD_INPUT|CANNOT_WRITE|REFUSED)/gx) {
		my ($text, $line) = ($1, 1 + (substr($_, 0, $-[0]) =~ tr/\n//));
		$text =~ s/"\s*"//g;
		$text =~ s/^"(?:%s: |--[a-z-]+(?: %s)?: )?|"\s*$//g;
		print "$ARGV:$line: $text\n"
			if $text !~ /[;:.] |, (?:so|or|but) | or |%s[.)]?$|^nothing was|^%s%s/;
	}' cmd/*.c)
is "$uncured" '' 'cures: what is refused is not only told to be wrong'

plan_done
