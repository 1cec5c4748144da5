/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Names that ECMA-376 gives to vocabularies and relationships. */
#ifndef TYPESET_DOCXNS_H
#define TYPESET_DOCXNS_H

#define DOCX_NS_W "http://schemas.openxmlformats.org/wordprocessingml/2006/main"
#define DOCX_NS_R \
	"http://schemas.openxmlformats.org/officeDocument/2006/relationships"
#define DOCX_NS_PACKAGE "http://schemas.openxmlformats.org/package/2006"
#define DOCX_NS_CUSTOM \
	"http://schemas.openxmlformats.org/officeDocument/2006/customXml"
#define DOCX_NS_EXTENDED                                         \
	"http://schemas.openxmlformats.org/officeDocument/2006/" \
	"extended-properties"

/* Ours: the data that goes with the text. */
#define DOCX_NS_DATA "urn:ckstoken:dossier:1"

#endif
