/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* What a DOCX says about itself, and the data that goes with it. */
#ifndef TYPESET_DOCXMETA_H
#define TYPESET_DOCXMETA_H

#include "docxpart.h"

/* docProps/core.xml and docProps/app.xml */
void docx_core(struct docx_part *part);
void docx_app(struct docx_part *part);

/* customXml/item1.xml: doc->data as it is, within one element. */
void docx_data(struct docx_part *part);

/* customXml/itemProps1.xml: by what name programs find that item. */
void docx_data_properties(struct docx_part *part);

#endif
