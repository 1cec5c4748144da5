/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include <ctype.h>
#include <stdio.h>

#include "base/i18n.h"
#include "input/dossier.h"
#include "message.h"
#include "subscribers.h"

#define KEY_MAX 512

/*
 * What tells a row from all others: its certificate, or else its device and the
 * name on it, for a device may hold several. Empty where it has neither.
 */
static void key_of(const json_t *row, char key[KEY_MAX])
{
	const char *certificate = dossier_text(row, "certificate_serial");
	const char *device = dossier_text(row, "device_serial");
	const char *name = dossier_text(row, "name");

	key[0] = '\0';
	if (certificate[0])
		(void)snprintf(key, KEY_MAX, "c %s", certificate);
	else if (device[0])
		(void)snprintf(key, KEY_MAX, "d %s %s", device, name);
	for (size_t i = 0; key[i]; i++)
		key[i] = (char)tolower((unsigned char)key[i]);
}

long subscribers_print_duplicates(const json_t *rows)
{
	json_t *seen = json_object();
	long n = seen ? 0 : -1;

	for (size_t i = 0; i < json_array_size(rows) && n >= 0; i++) {
		char key[KEY_MAX];
		const json_t *first;

		key_of(json_array_get(rows, i), key);
		first = key[0] ? json_object_get(seen, key) : NULL;
		if (first) {
			print_message(
				_("row %zu is row %lld once more: the serial number stands in both"),
				i + 1, (long long)json_integer_value(first));
			n++;
		} else if (key[0] && json_object_set_new(
					     seen, key,
					     json_integer((json_int_t)i + 1))) {
			n = -1;
		}
	}
	json_decref(seen);
	return n;
}
