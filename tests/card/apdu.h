/* SPDX-License-Identifier: LGPL-2.1-or-later */
#ifndef CARD_APDU_H
#define CARD_APDU_H

#include <stdbool.h>
#include <stddef.h>

#define SW_OK 0x9000
#define SW_MORE 0x6100
#define SW_EOF 0x6282
#define SW_WRONG_LENGTH 0x6700
#define SW_TRIES 0x63C0
#define SW_NOT_VERIFIED 0x6982
#define SW_BLOCKED 0x6983
#define SW_NO_CONDITIONS 0x6985
#define SW_NO_FILE 0x6986
#define SW_WRONG_DATA 0x6A80
#define SW_NOT_FOUND 0x6A82
#define SW_WRONG_P1P2 0x6A86
#define SW_NO_REFERENCE 0x6A88
#define SW_WRONG_OFFSET 0x6B00
#define SW_WRONG_INS 0x6D00
#define SW_WRONG_CLA 0x6E00
#define SW_FAILED 0x6F00

#define CLA_CHAINING 0x10

/* A command, its data still inside the buffer it was parsed from. */
struct apdu {
	unsigned int cla;
	unsigned int ins;
	unsigned int p1;
	unsigned int p2;
	const unsigned char *data;
	size_t lc;
	size_t le;
};

/* Short and extended forms; le is 0 where none was sent. */
bool apdu_parse(const unsigned char *raw, size_t len, struct apdu *apdu);

#endif
