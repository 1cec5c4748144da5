/* SPDX-License-Identifier: LGPL-2.1-or-later */
#ifndef TOKEN_OPENSC_CONF_H
#define TOKEN_OPENSC_CONF_H

#include "base/error.h"
#include "ckstoken.h"

/* What is to be another in a configuration; all else is kept. */
struct opensc_change {
	/* Where secrets are sent: user_pin_unblock_style is @style (or unset,
	 * with NULL), and there is no debug setting, for with one OpenSC writes
	 * the new PIN into its log. */
	bool for_secrets;
	/*
	 * use_file_caching is no, and use_pin_caching false. With the first,
	 * OpenSC shows what it keeps of an earlier card of that serial number,
	 * in files of the user's, and not the card that is there; with the
	 * second it keeps a PIN that was right, and sends it again by itself to
	 * a card that has forgotten it.
	 */
	bool no_caches;
	const char *style;
	/* max_virtual_slots is that at least: OpenSC's own number is enough for
	 * four readers, and more are not shown. 0 leaves it. */
	unsigned int slots;
	/* slots_per_card is just that; 0 leaves it. */
	unsigned int slots_per_card;
	/* Words for readers to be left alone beside those that are already. */
	char *const *ignored;
	size_t n_ignored;
};

/*
 * The one reader that OpenSC is to look at, by its PC/SC name, and how many
 * slots it makes for each reader: confined, it numbers the slots of that reader
 * from 0, and else those of all in turn, so that the number of a slot modulo
 * slots_per_card is the same here and there.
 */
struct confinement {
	const char *reader; /* NULL: all readers */
	unsigned int slots_per_card;
};

/* What a configuration has OpenSC make of readers. */
struct opensc_settings {
	unsigned int slots_per_card;
	unsigned int max_readers; /* that have slots, where nobody makes room */
	bool debug;		  /* it keeps a log */
	char **ignored; /* words: a name that contains one is ignored */
	size_t n_ignored;
};

/*
 * The text of opensc.conf(5) @in, written anew with @change made. The caller
 * frees *@out. 0; -1 when memory is out; 1 when OpenSC itself would not take
 * the text, and then what it would do with a change of it cannot be known.
 */
int opensc_conf_edit(const char *in, const struct opensc_change *change,
		     char **out);

/*
 * Edits the configuration that OpenSC would read and points OPENSC_CONF, in
 * this process, to the result, which lives in memory alone: for sending
 * secrets, with @style, or for reading. Both make room for all readers, or
 * confine OpenSC to the one that @within names. CKS_ERR_OPENSC_CONF where
 * OpenSC's configuration is not understood; CKS_ERR_SYSTEM; CKS_ERR_NO_SERVICE
 * and _DENIED where the readers cannot be listed.
 */
enum cks_err opensc_conf_enter(const char *style,
			       const struct confinement *within);
enum cks_err opensc_conf_enter_reading(const struct confinement *within);

/* The file that OpenSC would read, which need not be there. */
const char *opensc_conf_path(void);

/*
 * What that configuration says to the OpenSC module at @path, whose file is
 * called as OpenSC calls it. CKS_ERR_OPENSC_CONF where it is not understood, or
 * has OpenSC show nothing. The caller frees @settings whatever comes.
 */
enum cks_err opensc_settings_read(const char *path,
				  struct opensc_settings *settings);
void opensc_settings_free(struct opensc_settings *settings);

/* True if they make OpenSC leave the reader alone. */
bool opensc_ignores(const struct opensc_settings *settings,
		    const char *pcsc_name);

/*
 * True if root can let OpenSC obey the configuration it would read: a library
 * named in it, as a driver, is one that no other user can have written. Else
 * @why has words.
 */
bool opensc_conf_is_trusted(struct error *why);

/* True if the file at @path is one of OpenSC's modules, by its name. */
bool opensc_is_at(const char *path);

/*
 * True if OPENSC_CONF leads to what opensc_conf_enter() made: without /proc it
 * does not, and OpenSC would go on with settings of its own, under which it may
 * take a PUK for the user PIN. And whether OpenSC, loaded since, has read it,
 * as far as the system tells.
 */
bool opensc_conf_is_entered(void);
bool opensc_conf_was_read(void);

#endif
