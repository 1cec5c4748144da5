/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "apdu.h"

static bool parse_extended(const unsigned char *raw, size_t len,
			   struct apdu *apdu)
{
	size_t n = (size_t)raw[5] << 8 | raw[6];

	if (len == 7) {
		apdu->le = n == 0 ? 65536 : n;
		return true;
	}
	if (n == 0 || (len != 7 + n && len != 9 + n))
		return false;
	apdu->data = raw + 7;
	apdu->lc = n;
	if (len == 9 + n) {
		apdu->le = (size_t)raw[7 + n] << 8 | raw[8 + n];
		if (apdu->le == 0)
			apdu->le = 65536;
	}
	return true;
}

bool apdu_parse(const unsigned char *raw, size_t len, struct apdu *apdu)
{
	if (len < 4)
		return false;
	*apdu = (struct apdu){
		.cla = raw[0], .ins = raw[1], .p1 = raw[2], .p2 = raw[3]
	};
	if (len == 4)
		return true;
	if (len == 5) {
		apdu->le = raw[4] == 0 ? 256 : raw[4];
		return true;
	}
	if (raw[4] == 0)
		return len >= 7 && parse_extended(raw, len, apdu);
	if (len != 5U + raw[4] && len != 6U + raw[4])
		return false;
	apdu->data = raw + 5;
	apdu->lc = raw[4];
	if (len == 6U + raw[4])
		apdu->le = raw[len - 1] == 0 ? 256 : raw[len - 1];
	return true;
}
