/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * tests/places <FILE.pdf: where its tables have each object, in the words of
 * "qpdf --show-xref", with which a test compares it.
 */
#include <inttypes.h>
#include <stdio.h>

#include "../cmd/extract/strays.h"

#define MAX_OBJECTS 500000

int main(void)
{
	struct places places;
	struct bytes file;

	if (!bytes_map(&file))
		return 1;
	places_read(&places, &file, 0, MAX_OBJECTS, false);
	for (size_t i = 0; i < places.n; i++) {
		const struct place *p = &places.list[i];

		printf("%d/%d: ", p->id, p->generation);
		if (p->container)
			printf("compressed; stream = %d, index = %" PRIu64 "\n",
			       p->container, p->offset);
		else
			printf("uncompressed; offset = %" PRIu64 "\n",
			       p->offset);
	}
	places_free(&places);
	bytes_unmap(&file);
	return 0;
}
