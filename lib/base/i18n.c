/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "i18n.h"

#include <errno.h>
#include <fcntl.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#ifndef LOCALEDIR
#error "LOCALEDIR: where the installed catalogues are"
#endif

#define VIETNAMESE LOCALEDIR "/vi/LC_MESSAGES/" TEXT_DOMAIN ".mo"

/* The format of the manual of GNU gettext, "The Format of GNU MO Files". */
#define MAGIC 0x950412deU
#define MAGIC_SWAPPED 0xde120495U
#define HEADER_SIZE 28
#define AT_MAGIC 0
#define AT_REVISION 4
#define AT_COUNT 8
#define AT_ORIGINALS 12
#define AT_TRANSLATIONS 16
/* The length of a string and where it begins. */
#define ENTRY_SIZE 8
#define MAX_CATALOGUE (16L * 1024 * 1024)

static uint32_t little(const unsigned char *p)
{
	return (uint32_t)p[0] | (uint32_t)p[1] << 8 | (uint32_t)p[2] << 16 |
	       (uint32_t)p[3] << 24;
}

/* The number at @at, in the byte order of the machine that wrote the file. */
static uint32_t number(const struct catalogue *c, size_t at)
{
	uint32_t n = little(c->bytes + at);

	if (little(c->bytes) == MAGIC)
		return n;
	return n >> 24 | (n >> 8 & 0xff00U) | (n << 8 & 0xff0000U) | n << 24;
}

/* String @i of the table that the header names at @table. */
static const char *string(const struct catalogue *c, size_t table, size_t i)
{
	size_t entry = number(c, table) + i * ENTRY_SIZE;

	return (const char *)c->bytes + number(c, entry + 4);
}

/* True if every string of a table lies in the file and ends there. */
static bool table_is_sound(const struct catalogue *c, size_t table)
{
	size_t start = number(c, table), count = number(c, AT_COUNT);

	if (start > c->size || count > (c->size - start) / ENTRY_SIZE)
		return false;
	for (size_t i = 0; i < count; i++) {
		size_t len = number(c, start + i * ENTRY_SIZE);
		size_t at = number(c, start + i * ENTRY_SIZE + 4);

		if (at >= c->size || len >= c->size - at ||
		    c->bytes[at + len] != '\0')
			return false;
	}
	return true;
}

/* Once a catalogue is found sound, looking into it needs no further checks. */
static bool is_sound(const struct catalogue *c)
{
	return c->size >= HEADER_SIZE &&
	       (little(c->bytes + AT_MAGIC) == MAGIC ||
		little(c->bytes + AT_MAGIC) == MAGIC_SWAPPED) &&
	       number(c, AT_REVISION) >> 16 == 0 &&
	       table_is_sound(c, AT_ORIGINALS) &&
	       table_is_sound(c, AT_TRANSLATIONS);
}

int catalogue_read(struct catalogue *catalogue, const char *path)
{
	struct catalogue c = { 0 };
	int fd = open(path, O_RDONLY | O_CLOEXEC), ret = 0;
	FILE *f = fd < 0 ? NULL : fdopen(fd, "r");
	struct stat st;

	if (!f) {
		ret = -errno;
		if (fd >= 0)
			close(fd);
		return ret;
	}
	if (fstat(fileno(f), &st)) {
		ret = -errno;
		goto out;
	}
	if (!S_ISREG(st.st_mode) || st.st_size < HEADER_SIZE ||
	    st.st_size > MAX_CATALOGUE) {
		ret = -EBADMSG;
		goto out;
	}
	c.bytes = malloc((size_t)st.st_size);
	if (!c.bytes) {
		ret = -ENOMEM;
		goto out;
	}
	c.size = fread(c.bytes, 1, (size_t)st.st_size, f);
	if (ferror(f))
		ret = -EIO;
	else if (!is_sound(&c))
		ret = -EBADMSG;
out:
	(void)fclose(f);
	if (ret)
		free(c.bytes);
	else
		*catalogue = c;
	return ret;
}

void catalogue_free(struct catalogue *catalogue)
{
	free(catalogue->bytes);
	memset(catalogue, 0, sizeof(*catalogue));
}

/* msgfmt sorts the originals; of one with a plural, the singular counts. */
const char *catalogue_find(const struct catalogue *catalogue,
			   const char *message)
{
	size_t from = 0;
	size_t to = catalogue->bytes ? number(catalogue, AT_COUNT) : 0;

	while (from < to) {
		size_t middle = from + (to - from) / 2;
		int order = strcmp(message,
				   string(catalogue, AT_ORIGINALS, middle));

		if (order == 0)
			return string(catalogue, AT_TRANSLATIONS, middle);
		if (order < 0)
			to = middle;
		else
			from = middle + 1;
	}
	return NULL;
}

static enum i18n_language chosen;
static struct catalogue vietnamese;
static const char *(*translator)(const char *message);

/* Reads the catalogue when it is needed first. */
static int load(enum i18n_language language)
{
	if (language != I18N_VIETNAMESE || vietnamese.bytes)
		return 0;
	return catalogue_read(&vietnamese, VIETNAMESE);
}

int i18n_choose(enum i18n_language language)
{
	int ret = load(language);

	if (ret == 0)
		chosen = language;
	return ret;
}

enum i18n_language i18n_chosen(void)
{
	return chosen;
}

bool i18n_is_vietnamese(void)
{
	/* TRANSLATORS: the code of the language of the catalogue. */
	return strcmp(_("en"), "vi") == 0;
}

void i18n_set_translator(const char *(*translate)(const char *message))
{
	translator = translate;
}

const char *i18n_text_in(enum i18n_language language, const char *message)
{
	const char *found = NULL;

	if (language == I18N_LOCALE)
		return dgettext(TEXT_DOMAIN, message);
	if (language == I18N_VIETNAMESE && load(language) == 0)
		found = catalogue_find(&vietnamese, message);
	return found ? found : message;
}

const char *i18n_plural_in(enum i18n_language language, const char *one,
			   const char *many, unsigned long n)
{
	const char *found = NULL;

	if (language == I18N_LOCALE)
		return dngettext(TEXT_DOMAIN, one, many, n);
	if (language == I18N_VIETNAMESE && load(language) == 0)
		found = catalogue_find(&vietnamese, one);
	if (found)
		return found;
	return n == 1 ? one : many;
}

const char *i18n_text(const char *message)
{
	return translator ? translator(message) : i18n_text_in(chosen, message);
}

const char *i18n_plural(const char *one, const char *many, unsigned long n)
{
	return i18n_plural_in(chosen, one, many, n);
}
