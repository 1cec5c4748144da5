/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * Messages in the officer's language. Without a choice the locale decides, as
 * gettext reads it; a choice holds in every locale, also where none but C is
 * installed, because the catalogue is then read here: the C library translates
 * nothing at all under C, and since glibc 2.35 nothing under C.UTF-8.
 */
#ifndef BASE_I18N_H
#define BASE_I18N_H

#include <libintl.h>
#include <stdbool.h>
#include <stddef.h>

#define TEXT_DOMAIN "ckstoken"
#define _(s) i18n_text(s)
#define Q_(one, many, n) i18n_plural(one, many, n)
/* Marks a string for translation where no call can stand, as in a table; NQ_()
 * both strings of a plural, which become two elements. */
#define N_(s) s
#define NQ_(one, many) one, many

enum i18n_language {
	I18N_LOCALE,
	I18N_ENGLISH,
	I18N_VIETNAMESE,
};

/*
 * Chooses the language of every message from here on. 0, or -errno where the
 * Vietnamese catalogue of the installed program cannot be read; messages are
 * then as before.
 */
int i18n_choose(enum i18n_language language);
enum i18n_language i18n_chosen(void);

/* True if messages are in Vietnamese now, by choice or by the locale. */
bool i18n_is_vietnamese(void);

/* Hands every message to @translate first; NULL ends that. */
void i18n_set_translator(const char *(*translate)(const char *message));

const char *i18n_text(const char *message) __attribute__((format_arg(1)));
const char *i18n_plural(const char *one, const char *many, unsigned long n)
	__attribute__((format_arg(1), format_arg(2)));

/*
 * The same in a language that is named, as for a document, whatever language
 * is chosen. Where the Vietnamese catalogue cannot be read, in English.
 */
const char *i18n_text_in(enum i18n_language language, const char *message)
	__attribute__((format_arg(2)));
const char *i18n_plural_in(enum i18n_language language, const char *one,
			   const char *many, unsigned long n)
	__attribute__((format_arg(2), format_arg(3)));

/* The catalogue as msgfmt writes it; for i18n.c and its tests. */
struct catalogue {
	unsigned char *bytes;
	size_t size;
};

/* Reads @path whole; -EBADMSG where it is no catalogue or is damaged. */
int catalogue_read(struct catalogue *catalogue, const char *path);
void catalogue_free(struct catalogue *catalogue);

/*
 * The translation of @message, or NULL; of a message with a plural it is the
 * first form, and the only one that Vietnamese has.
 */
const char *catalogue_find(const struct catalogue *catalogue,
			   const char *message);

#endif
