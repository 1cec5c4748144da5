/* SPDX-License-Identifier: LGPL-2.1-or-later */
#ifndef CMD_DOCUMENT_REMAKE_H
#define CMD_DOCUMENT_REMAKE_H

#include <jansson.h>

#include "base/digest.h"
#include "command.h"

/*
 * Makes the document of @dossier anew, as the regulation and the form that it
 * names have it on this machine and with the fonts here, as "pdf" or "docx",
 * and puts the digest of what it prints into @printed. The dossier may come
 * from anybody: a child with limits of its own makes it. 0, or -errno where it
 * could not be made, -ENOENT for want of its regulation or form.
 */
int document_remake(const struct globals *globals, const json_t *dossier,
		    const char *kind, char printed[DIGEST_HEX_SIZE]);

#endif
