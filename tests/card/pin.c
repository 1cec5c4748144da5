/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "pin.h"

#include "apdu.h"

#include <string.h>

void pin_init(struct secret *s, const void *value, size_t len,
	      unsigned int tries)
{
	memset(s, 0, sizeof(*s));
	memcpy(s->value, value, len);
	s->len = len;
	s->tries = tries;
	s->max_tries = tries;
}

void pin_logout(struct pins *pins)
{
	pins->user.verified = false;
	pins->so.verified = false;
}

unsigned int pin_status(const struct secret *s)
{
	if (s->verified)
		return SW_OK;
	if (s->tries == 0)
		return SW_BLOCKED;
	/* The answer has four bits for the count. */
	return SW_TRIES | (s->tries > 15 ? 15 : s->tries);
}

static unsigned int compare(struct secret *s, bool right)
{
	if (s->tries == 0)
		return SW_BLOCKED;
	if (right) {
		s->tries = s->max_tries;
		return SW_OK;
	}
	s->verified = false;
	s->tries--;
	/* Counted down to nothing it says 63C0 now and 6983 from then on. */
	return SW_TRIES | (s->tries > 15 ? 15 : s->tries);
}

static size_t unpadded(const unsigned char *data, size_t len)
{
	while (len > 0 && data[len - 1] == 0xFF)
		len--;
	return len;
}

static bool matches(const struct secret *s, const unsigned char *data,
		    size_t len)
{
	return len == s->len && memcmp(data, s->value, len) == 0;
}

/*
 * How much of data is the first secret. Unpadded cards know no mark between
 * the two: they take as many bytes as the secret they hold is long.
 */
static size_t first_len(const struct pins *pins, const struct secret *s,
			size_t len)
{
	size_t n = pins->stored > 0 ? pins->stored : s->len;

	return n < len ? n : len;
}

static bool acceptable(const struct pins *pins, const unsigned char *data,
		       size_t len)
{
	if (pins->stored > 0 && len != pins->stored)
		return false;
	if (pins->stored > 0)
		len = unpadded(data, len);
	return len >= pins->min && len <= pins->max && len <= PIN_MAX;
}

static void replace(const struct pins *pins, struct secret *s,
		    const unsigned char *data, size_t len)
{
	if (pins->stored > 0)
		len = unpadded(data, len);
	memset(s->value, 0, sizeof(s->value));
	memcpy(s->value, data, len);
	s->len = len;
}

static bool first_matches(const struct pins *pins, const struct secret *s,
			  const unsigned char *data, size_t len)
{
	if (pins->stored > 0)
		len = unpadded(data, len);
	return matches(s, data, len);
}

unsigned int pin_verify(struct pins *pins, struct secret *s,
			const unsigned char *data, size_t len)
{
	unsigned int sw;

	if (pins->stored > 0 && len != pins->stored)
		return SW_WRONG_DATA;
	sw = compare(s, first_matches(pins, s, data, len));
	s->verified = sw == SW_OK;
	return sw;
}

unsigned int pin_change(struct pins *pins, struct secret *s,
			const unsigned char *data, size_t len)
{
	size_t n = first_len(pins, s, len);
	unsigned int sw;
	bool fits;

	/* An SO PIN keeps its length; only the user's may vary. */
	fits = s == &pins->user || pins->stored > 0
		       ? acceptable(pins, data + n, len - n)
		       : len - n == s->len;
	if (s->tries > 0 && !fits)
		return SW_WRONG_DATA;
	sw = compare(s, first_matches(pins, s, data, n));
	if (sw == SW_OK)
		replace(pins, s, data + n, len - n);
	return sw;
}

static void restore(struct pins *pins, const unsigned char *data, size_t len)
{
	replace(pins, &pins->user, data, len);
	pins->user.tries = pins->user.max_tries;
	pins->user.verified = false;
}

unsigned int pin_unblock(struct pins *pins, const unsigned char *data,
			 size_t len)
{
	size_t n = first_len(pins, &pins->so, len);
	unsigned int sw;

	if (pins->unblock_noop)
		return SW_OK;
	if (pins->so.tries > 0 && !acceptable(pins, data + n, len - n))
		return SW_WRONG_DATA;
	sw = compare(&pins->so, first_matches(pins, &pins->so, data, n));
	if (sw == SW_OK)
		restore(pins, data + n, len - n);
	return sw;
}

unsigned int pin_replace(struct pins *pins, const unsigned char *data,
			 size_t len)
{
	if (pins->unblock_noop)
		return SW_OK;
	if (!pins->so.verified)
		return SW_NOT_VERIFIED;
	if (!acceptable(pins, data, len))
		return SW_WRONG_DATA;
	restore(pins, data, len);
	return SW_OK;
}
