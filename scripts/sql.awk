# SPDX-License-Identifier: LGPL-2.1-or-later
#
# sql.awk: makes C of a file of SQL. "-- name: x" begins the text that C knows
# as sql_x; it goes on to the next name or the end of the file. Comments are
# lines of their own, and neither they nor indentation are part of a text.
BEGIN {
	print "/* Made by scripts/sql.awk. */"
	print "#pragma GCC diagnostic push"
	print "#pragma GCC diagnostic ignored \"-Woverlength-strings\""
}
/^-- name: / {
	printf "%sstatic const char sql_%s[] =", named ? ";\n" : "", $3
	named = 1
	next
}
/^[ \t]*(--|$)/ { next }
!named {
	print FILENAME ": a text before the first \"-- name:\"" >"/dev/stderr"
	exit 1
}
{
	sub(/^[ \t]+/, "")
	gsub(/[\\"]/, "\\\\&")
	printf "\n\t\"%s \"", $0
}
END { print ";\n#pragma GCC diagnostic pop" }
