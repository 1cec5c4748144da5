/* SPDX-License-Identifier: LGPL-2.1-or-later */
#ifndef CMD_DESK_REJECT_H
#define CMD_DESK_REJECT_H

#include "document.h"
#include "received.h"

/*
 * The refusal of a document that came in because of its signatures, to its
 * sender, as regulations have the clerk do. What could only not
 * be found out is not called invalid: then the sender is asked to sign and send
 * it anew. Of a document whose signatures hold, or of which only this office
 * lacks what it takes to know, nothing is written (exit code 7). @request: its
 * number in the register, where the officer named it; else 0. @against: what
 * that has against it, or NULL.
 */
int desk_reject(const struct globals *globals,
		const struct document_options *options, struct received *letter,
		json_int_t request, const char *against);

#endif
