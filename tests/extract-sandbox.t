#!/bin/bash
# SPDX-License-Identifier: LGPL-2.1-or-later
#
# The program that reads strangers' files can do nothing else, as root neither:
# it connects to nobody, starts nothing and opens no file. Where that cannot be
# made sure of, it reads nothing, and says so of itself and not of the file.

# shellcheck disable=SC2119,SC2120,SC2317 # functions are called by name
# shellcheck source=tests/lib.sh
. "$(dirname "$0")/lib.sh"
need_world
need strace:strace gcc:gcc jq:jq

! grep -q __asan_init "$CKSTOKEN" ||
	skip_all 'a sanitizer has files and threads of its own'
prefix=$(dirname "$(dirname "$(readlink -f "$CKSTOKEN")")")
extract=$prefix/libexec/ckstoken/extract
cd "$WORK" || bail 'no work folder'
office_conf >/dev/null
ckstoken --config office.conf request recover --no-tokens --number 15 \
	--set device_serial=CA0D0000 -o letter.pdf -o letter.docx \
	2>/dev/null || bail 'no letter'

# 1. What the kernel refuses it

exit_is 0 'extract-sandbox: what it tries is refused' "$extract" check
is "$out" 'file: refused
network: refused
process: refused' 'files, network and processes, all three'
# The same, seen from outside.
if strace -o trace "$extract" check >/dev/null 2>&1; then
	like "$(cat trace)" 'socket\(AF_INET, [^)]*\) = -1 EPERM' \
		'strace sees a socket refused'
	like "$(cat trace)" 'open[^)]*"/etc/passwd"[^)]*\) = -1 EPERM' \
		'and a file'
else
	skip 'strace sees a socket refused' 'strace may trace nothing here'
fi

# confined NAME PID: what the process does with the file once the filters are
# there, as strace has it.
confined()
{
	grep "^$2 " trace >own
	is "$(grep -c 'seccomp(SECCOMP_SET_MODE_FILTER.* = 0' own)" 2 \
		"$1: one filter before its libraries are loaded, one after"
	tac own | sed '/seccomp(SECCOMP_SET_MODE_FILTER/,$d' >after
	unlike "$(cat after)" 'open|socket|connect|clone|exec' \
		"$1: nothing is opened from then on"
	like "$(cat after)" '(read|pread64)\(|MAP_PRIVATE, 0, ' \
		"$1: and the file is read"
	# Its own magic number is how a library's file begins.
	tac own | sed -n '/seccomp(SECCOMP_SET_MODE_FILTER/,$p' |
		grep -v '177ELF' >before
	unlike "$(cat before)" '(read|pread64)\(0|MAP_PRIVATE, 0, ' \
		"$1: of which nothing was read before"
}

# trace_of COMMAND...: what each process asks the system for, a file for each at
# first, so that no call of one is cut in two by another's.
trace_of()
{
	local file code
	rm -f trace.*
	strace -ff -o trace "$@"
	code=$?
	for file in trace.[0-9]*; do
		[ ! -e "$file" ] || sed "s/^/${file#trace.} /" "$file"
	done >trace
	return $code
}

# reads FILE PROGRAM COMMAND...: the same of the process that is the program.
reads()
{
	trace_of "${@:3}" "$1" "${last[@]}" >/dev/null 2>&1 || return
	confined "$1" "$(sed -n \
		's/^\([0-9]*\) *execve("[^"]*\/'"$2"'".*/\1/p' trace)"
}
last=()
for file in letter.pdf letter.docx; do
	reads "$file" extract "$CKSTOKEN" show ||
		skip "$file" 'strace may trace nothing here'
done
# The one that signs takes its font and its request before.
last=("key=$(pki person.key)" "cert=$(pki person.crt)" page=1
	'place=99,99,99,99' line=A)
cp letter.pdf signed.pdf
reads signed.pdf signatures "$BUILD/tests/signer" ||
	skip signed.pdf 'strace may trace nothing here'

# For several files it is started once, and copied for each.
for i in 1 2 3; do
	cp letter.pdf $i.pdf
done
trace_of "$CKSTOKEN" --config office.conf verify {1,2,3}.pdf >/dev/null 2>err
if grep -q execve trace; then
	is "$(grep -c 'bears no signature' err)" 3 'three files are verified'
	zygote=$(sed -n 's/^\([0-9]*\) *execve("[^"]*\/signatures".*/\1/p' trace)
	is "$(wc -w <<<"$zygote")" 1 'by a program that is started once'
	mapfile -t copies < <(awk -v z="$zygote" '$1 == z { next }
		/prctl\(PR_SET_NO_NEW_PRIVS, 1.* = 0/ && !n[$1]++ { print $1 }' \
		trace)
	is ${#copies[@]} 3 'and copied for each'
	for i in 0 1 2; do
		confined "copy $i" "${copies[i]}"
		like "$(cat before)" 'close_range\([34], ' \
			"copy $i: and all that it was not given is closed"
	done
	unlike "$(grep "^$zygote " trace | sed '1,/recvmsg/d')" \
		'(read|pread64|mmap|open)[a-z]*\(' \
		'which itself opens, maps and reads nothing from then on'
else
	skip 'copies' 'strace may trace nothing here'
fi

# 2. What another program could do in its place: what it has until it is loaded

cat >probe.c <<'END'
#include <fcntl.h>
#include <netinet/in.h>
#include <signal.h>
#include <stdio.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <unistd.h>

int main(void)
{
	struct rlimit most = { 1 << 30, 1 << 30 };
	int open_files = 0;

	for (int fd = 3; fd < 1024; fd++)
		open_files += fcntl(fd, F_GETFD) >= 0;
	printf("{\"version\":1,\"inet\":%d,\"unix\":%d,\"write\":%d,"
	       "\"unlink\":%d,\"fork\":%d,\"limit\":%d,\"kill\":%d,"
	       "\"files\":%d}",
	       socket(AF_INET, SOCK_STREAM, 0) >= 0,
	       socket(AF_UNIX, SOCK_STREAM, 0) >= 0,
	       open("victim", O_RDWR) >= 0, unlink("victim") == 0,
	       fork() >= 0, setrlimit(RLIMIT_DATA, &most) == 0,
	       kill(getppid(), 0) == 0, open_files);
	return 0;
}
END
gcc -o probe probe.c || bail 'no probe'
touch victim
mount --bind probe "$extract" || bail 'it cannot be replaced'
exit_is 0 'a program in its place' ckstoken show letter.pdf 9<probe.c
umount "$extract"
is "$(json 'del(.version) | to_entries | map(select(.value != 0).key) | tojson')" \
	'[]' 'has no network, child, file to write to, file of others, or limit'

# 3. A limit that is not in force is not the file's fault

few_files()
{
	(ulimit -n 7 && "$CKSTOKEN" show letter.pdf)
}
little_memory()
{
	(ulimit -d 20000 && "$CKSTOKEN" show "$1")
}
exit_is 9 'resources: too few files to set the limits' few_files
like "$err" 'was not read: the limits.*says nothing about the file' 'says so'
for file in letter.pdf letter.docx; do
	exit_is 9 "resources: too little memory for $file" little_memory "$file"
	like "$err" 'was not read: the limits.*says nothing about the file' \
		'says so'
	unlike "$err" damaged 'and does not call it damaged'
done

plan_done
