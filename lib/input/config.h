/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * The configuration of ckstoken(1), as ckstoken.conf(5) describes it.
 */
#ifndef INPUT_CONFIG_H
#define INPUT_CONFIG_H

#include <jansson.h>
#include <stdbool.h>
#include <stddef.h>

#include "base/error.h"

struct config {
	json_t *facts; /* "agency" and "contact", as in a dossier; may be NULL
			*/
	const char *province;		/* whose regulation documents follow */
	const char *province_recipient; /* whom requests to unblock go to */
	const char *desk_name;	  /* this machine unblocks tokens, for … */
	const char *desk_grounds; /* … on these grounds */
	const char *desk_require; /* "signed" or "sealed": letters that
				   * hold */
	const char *journal_file;
	const char *register_file; /* or database, as database_url.h has it;
				    * NULL: none is named */
	const char *trust_anchors, *trust_crls; /* files or folders */
	const char *trust_ocsp;	 /* "yes": responders are asked */
	const char *trust_tsa;	 /* the authority that stamps times */
	const char *trust_proxy; /* through which both are asked; or NULL */
	const char *sign_image, *sign_seal; /* pictures, PNG */
	const char *fonts_directory;
	const char *language; /* "vi", "en", "auto"; NULL is auto */
	const char **modules;
	size_t n_modules;
	int wrong_line; /* where reading ended; 0: at no line */

	/* Private: what the strings above point to. */
	char **strings;
	size_t n_strings;
};

/*
 * Reads @path over what @config holds already; a key given there is replaced.
 * 0 or a negative errno, @error saying what is wrong, with file and line:
 * -EFOREIGN for a file of a user who is neither root nor this one, and for root
 * where such a user could put another there; -EPERM for one that others may
 * write.
 */
int config_read(struct config *config, const char *path, struct error *error);

/*
 * Reads /etc/ckstoken.conf and then the user's own file. As config_read(), but
 * where that is another's, as with his HOME, it is not read, and
 * @passed_over, which is the caller's to free, says so.
 */
int config_read_default(struct config *config, struct error *passed_over,
			struct error *error);

/* The machine's file, and the user's: the caller's to free(); NULL, with ENOENT
 * in errno where he has no home. */
#define CONFIG_OF_MACHINE SYSCONFDIR "/ckstoken.conf"
char *config_path_of_user(void);

/*
 * Whether a setting may have @value, by all that config_read() asks of a file.
 * 0 with the setting in @config, which is zeroed to begin with and the caller's
 * to config_free(); or a negative errno, @why saying what is wrong with it.
 */
int config_check(const char *section, const char *key, const char *value,
		 struct config *config, struct error *why);

/* The value of a setting, but of [modules], as it was read; NULL: it has none,
 * or there is no such setting. */
const char *config_get(const struct config *config, const char *section,
		       const char *key);

void config_free(struct config *config);

#endif
