/* SPDX-License-Identifier: LGPL-2.1-or-later */
#ifndef OFFICE_FORM06_H
#define OFFICE_FORM06_H

#include "document.h"
#include "facts.h"

/*
 * Mẫu số 06 (Nghị định 68/2024/NĐ-CP): the letter that asks for tokens to be
 * recovered. Returns 0 with *@doc (document_free()), or -ENOMEM.
 */
int form06_build(const struct recovery_request *request, struct document **doc);

#endif
