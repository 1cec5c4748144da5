#!/bin/bash
# SPDX-License-Identifier: LGPL-2.1-or-later
#
# What is handed on: the sources of a release.
# shellcheck source=tests/lib.sh
. "$(dirname "$0")/lib.sh"
need_world
need make:make
cd "$WORK" || bail 'no work folder'
version=$(sed -n 's/^VERSION *:= *//p' "$TOP/Makefile")
unset SOURCE_DATE_EPOCH

# 1. Sources

# A build of its own: another prefix would make the one under test anew.
exit_is 0 'make dist' make -s -C "$TOP" BUILD="$WORK/build" dist
tarball=$WORK/build/ckstoken-$version.tar.gz
tar -xf "$tarball" || bail 'the sources do not unpack'
source=$WORK/ckstoken-$version
mkdir "$source/build" "$source/demo"
touch "$source/build/x" "$source/demo/x" "$source/Makefile"
exit_is 0 'make dist where they were unpacked, by another user on another day' \
	env TZ=Asia/Ho_Chi_Minh GZIP=-1 TAR_OPTIONS=--mode=700 sh -c \
	"umask 077; chmod -R go= '$source'; '$source/scripts/dist' $version again.tar.gz"
ok 'makes the same bytes' cmp "$tarball" again.tar.gz
is "$(tar -tvf "$tarball" | awk '{ print $1, $2 }' | sort -u)" \
	$'-rw-r--r-- 0/0\n-rwxr-xr-x 0/0' 'of nobody, and with two modes'
rm -rf "$source"
plan_done
