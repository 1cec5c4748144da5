/* SPDX-License-Identifier: LGPL-2.1-or-later */
#ifndef TOKEN_OPENSC_CONF_H
#define TOKEN_OPENSC_CONF_H

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
	/* Readers to be left alone beside those that are already. */
	const char *const *ignored;
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
 * secrets, with @style, or for reading, with readers to be left alone. Both
 * make room for all readers. As above.
 */
int opensc_conf_enter(const char *style);
int opensc_conf_enter_reading(const char *const *ignored, size_t n_ignored);

/* Whether that configuration makes OpenSC leave the reader alone. */
bool opensc_conf_ignores(const char *pcsc_name);

/*
 * Whether OPENSC_CONF leads to what opensc_conf_enter() made: without /proc it
 * does not, and OpenSC would go on with settings of its own, under which it may
 * take a PUK for the user PIN. And whether OpenSC, loaded since, has read it,
 * as far as the system tells.
 */
bool opensc_conf_is_entered(void);
bool opensc_conf_was_read(void);

/* The error that an answer of opensc_conf_edit() or _enter() stands for. */
enum cks_err opensc_conf_error(int ret);

#endif
