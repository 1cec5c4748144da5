/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * Whether a PDF shows the same where its tables are passed over: many programs
 * repair a file that they call damaged, and then take every object that they
 * find, and of two with one number the last.
 */
#include <ctype.h>
#include <stdio.h>
#include <stdlib.h>

#include "found.h"
#include "strays.h"

/* Readers of PDF look for its end in so many bytes. */
#define TAIL 1024
/* So much may stand between where a table points to and the object. */
#define MAX_GAP 64

/* 1. What the tables name */

static int compare_places(const void *a, const void *b)
{
	const struct place *x = a, *y = b;

	if (x->id != y->id)
		return x->id < y->id ? -1 : 1;
	return (x->generation > y->generation) -
	       (x->generation < y->generation);
}

static const struct place *find(const struct places *p, int id, int generation)
{
	const struct place place = { .id = id, .generation = generation };

	return p->n ? bsearch(&place, p->list, p->n, sizeof(place),
			      compare_places)
		    : NULL;
}

/* Where in the file the object is, if need be in its container. */
static uint64_t offset_of(const struct places *p, const struct place *place)
{
	if (place->container)
		place = find(p, place->container, 0);
	return place && !place->container ? place->offset : 0;
}

/* 2. What stands in the file */

struct stray_search {
	const struct bytes *b;
	const struct places *places;
	bool updated;
	int root;
	struct stream *streams; /* by where they are in the file */
	size_t n_streams;
};

/* The data of a stream, which no program reads as objects. */
struct stream {
	size_t from, to;
};

static bool is_blank(unsigned char c)
{
	return c == ' ' || (c >= '\t' && c <= '\r' && c != '\v') || c == '\0';
}

static bool is_digit(unsigned char c)
{
	return c >= '0' && c <= '9';
}

/* Goes back over blanks and comments before @at. */
static size_t before_blanks(const struct bytes *b, size_t at)
{
	for (;;) {
		size_t line;

		while (at > 0 && is_blank(b->data[at - 1]))
			at--;
		line = at;
		while (line > 0 && b->data[line - 1] != '\n' &&
		       b->data[line - 1] != '\r' && b->data[line - 1] != '%')
			line--;
		if (line == 0 || b->data[line - 1] != '%')
			return at;
		at = line - 1;
	}
}

/* Goes back over the number before *@at. */
static bool number_before(const struct bytes *b, size_t *at, int *number)
{
	size_t end = *at, start = end;
	long value = 0;

	while (start > 0 && is_digit(b->data[start - 1]))
		start--;
	for (size_t i = start; i < end; i++) {
		value = 10 * value + (b->data[i] - '0');
		if (value > 100000000)
			return false;
	}
	*at = start;
	*number = (int)value;
	return start < end;
}

/* True if "obj" at @at begins an object, and which; *@start is where that
 * stands. */
static bool is_header(const struct bytes *b, size_t at, int *id,
		      int *generation, size_t *start)
{
	*start = before_blanks(b, at);
	if (!number_before(b, start, generation))
		return false;
	at = *start;
	*start = before_blanks(b, at);
	return *start < at && number_before(b, start, id);
}

/* Some tables do not name the stream that they stand in, which the file names
 * by "startxref" alone. */
static bool is_table(const struct bytes *b, size_t at)
{
	const unsigned char *hit = b->data, *end = b->data + b->len;

	while ((hit = memmem(hit, (size_t)(end - hit), "startxref", 9))) {
		uint64_t offset = 0;

		hit += 9;
		while (hit < end && is_blank(*hit))
			hit++;
		while (hit < end && is_digit(*hit) && offset < b->len)
			offset = 10 * offset + (*hit++ - '0');
		if (offset == at)
			return true;
	}
	return false;
}

static bool is_known(const struct stray_search *s, int id, int generation,
		     size_t start)
{
	const struct place *place = find(s->places, id, generation);

	if (!place)
		return is_table(s->b, start);
	if (!place->container && place->offset <= start &&
	    start - place->offset <= MAX_GAP) {
		for (size_t i = place->offset; i < start; i++)
			if (!is_blank(s->b->data[i]))
				return false;
		return true;
	}
	/* An update has replaced it, and stands behind it. */
	return s->updated && offset_of(s->places, place) > start;
}

static int compare_streams(const void *a, const void *b)
{
	const struct stream *x = a, *y = b;

	return (x->from > y->from) - (x->from < y->from);
}

/* True if the bytes at @at lie in the data of a stream. */
static bool is_in_stream(const struct stray_search *s, size_t at)
{
	size_t low = 0, high = s->n_streams;

	while (low < high) {
		size_t middle = low + (high - low) / 2;

		if (s->streams[middle].to <= at)
			low = middle + 1;
		else
			high = middle;
	}
	return low < s->n_streams && s->streams[low].from <= at;
}

static bool has_stray_object(const struct stray_search *s)
{
	const struct bytes *b = s->b;
	const unsigned char *hit = b->data, *end = b->data + b->len;
	int id, generation;
	size_t start;

	for (; (hit = memmem(hit, (size_t)(end - hit), "obj", 3)); hit += 3)
		if (is_header(b, (size_t)(hit - b->data), &id, &generation,
			      &start) &&
		    !is_known(s, id, generation, start) &&
		    !is_in_stream(s, start))
			return true;
	return false;
}

/* The first place from @at on where a name could write a letter as a number;
 * NULL: there is none. A binary string has "#" too. */
static const unsigned char *find_escape(const unsigned char *at,
					const unsigned char *end)
{
	for (; (at = memchr(at, '#', (size_t)(end - at))); at++)
		if (end - at > 2 && at[1] >= '4' && at[1] <= '7' &&
		    isxdigit(at[2]))
			return at;
	return NULL;
}

/* True if a trailer names another root, or could under another spelling. */
static bool has_stray_trailer(const struct stray_search *s)
{
	const unsigned char *hit = s->b->data, *end = hit + s->b->len;

	for (; (hit = memmem(hit, (size_t)(end - hit), "trailer", 7));
	     hit += 7) {
		const unsigned char *next =
			memmem(hit, (size_t)(end - hit), "startxref", 9);

		if (is_in_stream(s, (size_t)(hit - s->b->data)))
			continue;
		if (!next || find_escape(hit, next))
			return true;
	}
	for (hit = s->b->data;
	     (hit = memmem(hit, (size_t)(end - hit), "/Root", 5));) {
		long id = 0;

		hit += 5;
		if (hit == end || !is_blank(*hit) ||
		    is_in_stream(s, (size_t)(hit - s->b->data)))
			continue;
		while (hit < end && is_blank(*hit))
			hit++;
		while (hit < end && is_digit(*hit) && id <= s->root)
			id = 10 * id + (*hit++ - '0');
		if (id != s->root)
			return true;
	}
	return false;
}

/* 3. Where streams are */

/* True if the object begins at its place, to the byte. */
static bool is_exact(const struct bytes *b, const struct place *place)
{
	char head[40];
	int len = snprintf(head, sizeof(head), "%d %d obj", place->id,
			   place->generation);

	return place->offset + (size_t)len < b->len &&
	       memcmp(b->data + place->offset, head, (size_t)len) == 0;
}

/* Finds the data of the stream at @place, whose length is @len. */
static bool find_data(const struct bytes *b, const struct place *place,
		      size_t len, struct stream *stream)
{
	const unsigned char *end = b->data + b->len;
	const unsigned char *at = b->data + place->offset;

	/* A text of the dictionary may have the word too. */
	while ((at = memmem(at, (size_t)(end - at), "stream", 6))) {
		const unsigned char *last;

		at += 6;
		if (end - at < 2 ||
		    (at[0] != '\n' && (at[0] != '\r' || at[1] != '\n')))
			continue;
		at += at[0] == '\r' ? 2 : 1;
		if (len > (size_t)(end - at))
			return false;
		last = at + len;
		while (last < end && is_blank(*last) &&
		       last - at < 3 + (ptrdiff_t)len)
			last++;
		if (end - last < 9 || memcmp(last, "endstream", 9) != 0)
			continue;
		*stream = (struct stream){ (size_t)(at - b->data),
					   (size_t)(at - b->data) + len };
		return true;
	}
	return false;
}

/*
 * Finds the data of all streams. A program looks for objects in them only where
 * it has to mend the tables, so none are passed over unless each object stands
 * right where those say.
 */
static void find_streams(struct stray_search *s, qpdf_data pdf)
{
	const struct places *p = s->places;

	s->streams = calloc(p->n + 1, sizeof(*s->streams));
	for (size_t i = 0; i < p->n && s->streams; i++) {
		const struct place *place = &p->list[i];
		qpdf_oh object, dict;
		long long len = -1;

		if (place->container)
			continue;
		if (!is_exact(s->b, place)) {
			s->n_streams = 0;
			return;
		}
		object = qpdf_get_object_by_id(pdf, place->id,
					       place->generation);
		if (qpdf_oh_is_stream(pdf, object)) {
			dict = qpdf_oh_get_dict(pdf, object);
			(void)qpdf_oh_get_value_as_longlong(
				pdf, qpdf_oh_get_key(pdf, dict, "/Length"),
				&len);
			if (len >= 0 && find_data(s->b, place, (size_t)len,
						  &s->streams[s->n_streams]))
				s->n_streams++;
			qpdf_oh_release(pdf, dict);
		}
		qpdf_oh_release(pdf, object);
	}
	if (s->n_streams)
		qsort(s->streams, s->n_streams, sizeof(*s->streams),
		      compare_streams);
}

/* 4. What the objects are */

/* True if @text could name a type of object, or write a letter of a name as a
 * number. */
static bool has_type(const unsigned char *text, size_t len)
{
	return memmem(text, len, "Catalog", 7) || find_escape(text, text + len);
}

/* True if all in the container @id are what the tables name. *@has_types: one
 * of them could be of a type. */
static bool is_known_container(const struct stray_search *s, qpdf_data pdf,
			       qpdf_oh stream, qpdf_oh dict, int id,
			       bool *has_types)
{
	QPDF_BOOL decoded = QPDF_FALSE;
	unsigned char *data = NULL;
	char *text = NULL, *at;
	size_t len = 0;
	bool known = false;
	int n = 0;

	(void)qpdf_oh_get_value_as_int(
		pdf, qpdf_oh_get_key_if_dict(pdf, dict, "/N"), &n);
	if (!(qpdf_oh_get_stream_data(pdf, stream, qpdf_dl_generalized,
				      &decoded, &data, &len) &
	      QPDF_ERRORS) &&
	    decoded)
		text = strndup((const char *)data, len);
	*has_types |= !text || (len > 0 && has_type(data, len));
	free(data);
	at = text;
	known = text != NULL;
	for (int i = 0; i < n && known; i++) {
		long inner = strtol(at, &at, 10);
		const struct place *place =
			inner > 0 && inner <= INT32_MAX
				? find(s->places, (int)inner, 0)
				: NULL;

		(void)strtol(at, &at, 10);
		known = place && ((place->container == id &&
				   place->offset == (uint64_t)i) ||
				  (s->updated &&
				   offset_of(s->places, place) >
					   offset_of(s->places,
						     find(s->places, id, 0))));
	}
	free(text);
	return known;
}

static bool is_type(qpdf_data pdf, qpdf_oh object, const char *name)
{
	qpdf_oh type = qpdf_oh_get_key_if_dict(pdf, object, "/Type");

	return qpdf_oh_is_name(pdf, type) &&
	       strcmp(qpdf_oh_get_name(pdf, type), name) == 0;
}

/* True if the object could be taken for the beginning of another document. */
static bool is_stray(const struct stray_search *s, qpdf_data pdf,
		     const struct place *place, bool *has_types)
{
	qpdf_oh object =
		qpdf_get_object_by_id(pdf, place->id, place->generation);
	bool stray = false;
	qpdf_oh dict;

	if (!qpdf_oh_is_stream(pdf, object)) {
		/* Of anything else qpdf warns, as of a damaged file. */
		stray = place->id != s->root &&
			qpdf_oh_is_dictionary(pdf, object) &&
			is_type(pdf, object, "/Catalog");
		goto out;
	}
	dict = qpdf_oh_get_dict(pdf, object);
	if (is_type(pdf, dict, "/XRef")) {
		/* The second table of a file made for the web has none. */
		qpdf_oh root = qpdf_oh_get_key(pdf, dict, "/Root");

		stray = !qpdf_oh_is_null(pdf, root) &&
			qpdf_oh_get_object_id(pdf, root) != s->root;
	} else if (is_type(pdf, dict, "/ObjStm")) {
		stray = !is_known_container(s, pdf, object, dict, place->id,
					    has_types);
	}
	qpdf_oh_release(pdf, dict);
out:
	qpdf_oh_release(pdf, object);
	return stray;
}

/* The place of an object that stands in no container, and its index in the
 * tables. */
struct start {
	uint64_t offset;
	size_t index;
};

static int compare_starts(const void *a, const void *b)
{
	const struct start *x = a, *y = b;

	return (x->offset > y->offset) - (x->offset < y->offset);
}

/* Marks the object that has the byte at @at. */
static void mark(const struct start *starts, size_t n, size_t at, bool *marks)
{
	size_t low = 0, high = n;

	while (low < high) {
		size_t middle = low + (high - low) / 2;

		if (starts[middle].offset <= at)
			low = middle + 1;
		else
			high = middle;
	}
	if (low > 0)
		marks[starts[low - 1].index] = true;
}

/*
 * Marks the objects that may be of a type that is_stray() looks for: those
 * alone have its name among their bytes, or a letter of a name as a number. To
 * read each of thousands takes many times as long.
 */
static void mark_types(const struct stray_search *s, const struct start *starts,
		       size_t n, bool *marks)
{
	static const char *const words[] = { "Catalog", "XRef", "ObjStm" };
	const unsigned char *data = s->b->data, *end = data + s->b->len, *hit;

	for (size_t i = 0; i < sizeof(words) / sizeof(words[0]); i++) {
		size_t len = strlen(words[i]);

		for (hit = data;
		     (hit = memmem(hit, (size_t)(end - hit), words[i], len));
		     hit += len)
			mark(starts, n, (size_t)(hit - data), marks);
	}
	for (hit = data; (hit = find_escape(hit, end)); hit++)
		mark(starts, n, (size_t)(hit - data), marks);
	for (size_t i = 0; i < s->places->n; i++) {
		const struct place *container =
			s->places->list[i].container
				? find(s->places, s->places->list[i].container,
				       0)
				: NULL;

		if (container)
			marks[container - s->places->list] = true;
	}
}

/* True if any object could be taken for the beginning of another document. */
static bool has_stray_type(const struct stray_search *s, qpdf_data pdf)
{
	const struct places *p = s->places;
	struct start *starts = calloc(p->n + 1, sizeof(*starts));
	bool *marks = calloc(p->n + 1, sizeof(*marks));
	bool stray = !starts || !marks, has_types = false, sorted = true;
	size_t n = 0;

	for (size_t i = 0; i < p->n && !stray; i++) {
		if (p->list[i].container)
			continue;
		starts[n++] = (struct start){ p->list[i].offset, i };
		sorted &= n == 1 || starts[n - 2].offset <= p->list[i].offset;
	}
	if (!stray && n && !sorted)
		qsort(starts, n, sizeof(*starts), compare_starts);
	if (!stray && n)
		mark_types(s, starts, n, marks);
	for (size_t i = 0; i < p->n && !stray; i++)
		if (marks[i])
			stray = is_stray(s, pdf, &p->list[i], &has_types);
	/* The objects of containers are read where they could be of a type. */
	for (size_t i = 0; i < p->n && !stray && has_types; i++)
		if (p->list[i].container)
			stray = is_stray(s, pdf, &p->list[i], &has_types);
	free(starts);
	free(marks);
	return stray;
}

/* 5. Where the file begins and ends */

bool ends_as_pdf(const struct bytes *b)
{
	size_t from = b->len > TAIL ? b->len - TAIL : 0;
	const unsigned char *end = b->data + b->len, *last = NULL, *hit;

	for (hit = b->data + from;
	     (hit = memmem(hit, (size_t)(end - hit), "startxref", 9)); hit += 9)
		last = hit;
	if (!last)
		return false;
	last += 9;
	while (last < end && is_blank(*last))
		last++;
	while (last < end && is_digit(*last))
		last++;
	while (last < end && is_blank(*last))
		last++;
	if (end - last < 5 || memcmp(last, "%%EOF", 5) != 0)
		return false;
	for (last += 5; last < end; last++)
		if (!is_blank(*last))
			return false;
	return true;
}

/* Each update ends the file anew; one that was made for the web may have
 * another end in its first part, which names no table. */
static void count_updates(struct printed *p, const struct bytes *b)
{
	const unsigned char *hit = b->data, *end = b->data + b->len;
	size_t n = 0;

	while ((hit = memmem(hit, (size_t)(end - hit), "startxref", 9))) {
		hit += 9;
		while (hit < end && is_blank(*hit))
			hit++;
		n += hit < end && *hit != '0';
	}
	p->n_updates = n > 1 ? n - 1 : 0;
}

void strays_pdf(struct printed *p, qpdf_data pdf, const struct places *places)
{
	struct stray_search s = { .places = places };
	struct bytes b;
	bool stray;

	if (!bytes_map(&b)) {
		p->unknown = true;
		return;
	}
	count_updates(p, &b);
	if (bytes_count(&b, "PK\005\006") > 0)
		p->strays |= EXTRACT_STRAY_KIND;
	if (b.len < 5 || memcmp(b.data, "%PDF-", 5) != 0 || !ends_as_pdf(&b))
		p->strays |= EXTRACT_STRAY_PLACE;
	s.b = &b;
	s.updated = p->n_updates > 0;
	s.root = qpdf_oh_get_object_id(pdf, qpdf_get_root(pdf));
	stray = has_stray_object(&s) || has_stray_trailer(&s);
	if (stray) {
		find_streams(&s, pdf);
		stray = has_stray_object(&s) || has_stray_trailer(&s);
		free(s.streams);
	}
	if (stray || has_stray_type(&s, pdf))
		p->strays |= EXTRACT_STRAY_OBJECT;
	p->unknown |= places->failed;
	bytes_unmap(&b);
}
