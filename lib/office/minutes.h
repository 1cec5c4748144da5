/* SPDX-License-Identifier: LGPL-2.1-or-later */
#ifndef OFFICE_MINUTES_H
#define OFFICE_MINUTES_H

#include "document.h"
#include "facts.h"

/*
 * The minutes of a hand-over of tokens. The layout of Mẫu số 08 is not public
 * and a change of keeper has no form: both follow the shape of minutes in
 * Nghị định 30/2020/NĐ-CP and say so in their last line. Returns 0 with *@doc
 * (document_free()), or -ENOMEM.
 */
int minutes_build(const struct handover_minutes *minutes,
		  struct document **doc);

#endif
