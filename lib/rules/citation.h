/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * Grounds as documents cite them: articles and then their law, "khoản 1 Điều 5
 * Quy chế … ban hành kèm theo …". A document cites each law once, in full, and
 * the decree before the regulation that follows it. All text is memory of the
 * arena or of the province; where memory was out, the arena remembers it.
 */
#ifndef RULES_CITATION_H
#define RULES_CITATION_H

#include "province.h"

/*
 * Where in @ground the law begins, if it is the regulation of @province or of
 * one that it extends: the title of that. NULL: it is some other law.
 */
const char *citation_law(const struct province *province, const char *ground);

/* One ground with the articles of @a and of @b, which are of one law. NULL:
 * they are not, or memory. */
const char *citation_join(struct arena *arena, const struct province *province,
			  const char *a, const char *b);

/*
 * Puts into @list, of @n, the grounds that @article names in short, as duties
 * and conditions do: "khoản 6 Điều 14 Quy chế ban hành kèm theo Quyết định số
 * …; Điều 9 Nghị định số …". Those of the decree stand before.
 */
void citation_in_full(struct arena *arena, const struct province *province,
		      const char *article, const char ***list, size_t *n);

#endif
