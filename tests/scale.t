#!/bin/bash
# SPDX-License-Identifier: LGPL-2.1-or-later
#
# A thousand tokens, and ten thousand certificates on one of them: all are
# shown, as a plain C program finds them.

# shellcheck disable=SC2016 # awk's
# shellcheck source=tests/lib.sh
. "$(dirname "$0")/lib.sh"
need_world
need jq:jq perl:perl

export CKSTOKEN_NOW=2026-11-21T02:00:00Z
start_softhsm person
one=$(ls -d "$WORK"/softhsm/tokens/*)

# found FILTER: lines that list-tokens prints, as awk makes them, sorted.
found()
{
	"$BUILD/tests/list-tokens" "$SOFTHSM_MODULE" | awk -F '\t' "$1" | sort
}

# 1. Tokens: copies of the first, each with a serial number of its own.

copy_softhsm 1 999
exit_is 0 'many-tokens: a thousand' \
	ckstoken --module "$SOFTHSM_MODULE" status --json --timeout 60
is "$(json '.tokens | length')" 1000 'many-tokens: are all shown'
is "$(json '.tokens[].serial' | sort)" "$(found '$5 != "" { print $5 }')" \
	'many-tokens: by their serial numbers'
is "$(json '[.tokens[].certificates | length] | unique | tojson')" '[1]' \
	'many-tokens: each with its certificate'
is "$(json '.tokens[].certificates[].sha256' | sort -u)" \
	"$(sha256sum <"$(pki person.der)" | cut -d ' ' -f 1 | tr a-f A-F)" \
	'many-tokens: which is whole'

# 2. Certificates: copies of that of the first token, each with its own label.

rm -r "${one%-*-*}"-5eed-*
certificate=$(grep -l person "$one"/*-*.object)
perl - "$certificate" 9999 <<'END' || bail 'no certificates'
my ($file, $n) = @ARGV;
open my $f, '<:raw', $file or exit 1;
my $bytes = do { local $/; <$f> };
for my $i (1 .. $n) {
	my $copy = $file =~ s!/\w{8}-([^/]*)$!sprintf '/%08x-%s', $i, $1!er;
	open my $f, '>:raw', $copy or exit 1;
	print $f $bytes =~ s/person/sprintf 'c%05d', $i/er or exit 1;
}
END
exit_is 0 'many-certificates: ten thousand' \
	ckstoken --module "$SOFTHSM_MODULE" status --json --timeout 120
is "$(json '.tokens[].certificates | length')" 10000 \
	'many-certificates: are all shown'
is "$(json '.tokens[].certificates[].label' | sort | md5sum)" \
	"$(found '$1 == "" { print $2 }' | md5sum)" \
	'many-certificates: by their labels'
is "$(json '.tokens[].certificates | map(.sha256) | unique | length')" 1 \
	'many-certificates: and each is whole'

plan_done
