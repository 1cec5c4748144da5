/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include <qpdf/qpdf-c.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "found.h"
#include "strays.h"

#define FILE_NAME "ckstoken.json"

/* The tree of embedded files: a document of an office has a handful of them. */
#define MAX_DEPTH 32
#define MAX_OBJECTS 20000

struct search {
	qpdf_data pdf;
	struct found *found;
	enum extract_exit end; /* EXTRACT_FOUND while nothing is wrong */
	size_t n_objects;
	int last_stream;
};

/* qpdf has no error code for it; so its C++ library and zlib call it. */
static bool is_no_memory(const char *complaint)
{
	return strstr(complaint, "bad_alloc") ||
	       strstr(complaint, "out of memory");
}

/*
 * The exit that qpdf's warnings and errors since the last call stand for; @end
 * where it had none. A file that our memory is too small for is not called
 * damaged.
 */
static enum extract_exit take_complaints(struct search *s,
					 enum extract_exit end)
{
	enum extract_exit none = end;

	while (qpdf_more_warnings(s->pdf) || qpdf_has_error(s->pdf)) {
		qpdf_error e = qpdf_more_warnings(s->pdf)
				       ? qpdf_next_warning(s->pdf)
				       : qpdf_get_error(s->pdf);

		if (is_no_memory(qpdf_get_error_full_text(s->pdf, e)))
			end = EXTRACT_LIMIT;
		else if (qpdf_get_error_code(s->pdf, e) == qpdf_e_password)
			end = EXTRACT_ENCRYPTED;
		else if (end == none)
			end = EXTRACT_BROKEN;
	}
	return end;
}

/* True if the walk goes on. qpdf takes an object that it cannot read for null,
 * and warns: the attachment may have been in it. */
static bool may_go_on(struct search *s)
{
	if (s->end == EXTRACT_FOUND)
		s->end = take_complaints(s, EXTRACT_FOUND);
	if (s->end == EXTRACT_FOUND && ++s->n_objects > MAX_OBJECTS)
		s->end = EXTRACT_LIMIT;
	return s->end == EXTRACT_FOUND;
}

static qpdf_oh value_of(struct search *s, qpdf_oh dictionary, const char *key)
{
	return qpdf_oh_get_key_if_dict(s->pdf, dictionary, key);
}

static void take_stream(struct search *s, qpdf_oh stream)
{
	int id = qpdf_oh_get_object_id(s->pdf, stream);
	QPDF_BOOL decoded = QPDF_FALSE;
	unsigned char *data = NULL;
	size_t len = 0;

	/* The same file is usually listed two or three times. */
	if (id == s->last_stream)
		return;
	s->last_stream = id;
	if ((qpdf_oh_get_stream_data(s->pdf, stream, qpdf_dl_generalized,
				     &decoded, &data, &len) &
	     QPDF_ERRORS) ||
	    !decoded)
		s->end = take_complaints(s, EXTRACT_BROKEN);
	else
		s->end = found_add(s->found, data, len);
	free(data);
}

static bool is_ours(struct search *s, qpdf_oh spec, const char *key)
{
	qpdf_oh name = value_of(s, spec, key);
	const char *text;
	size_t len;
	bool ours = qpdf_oh_get_value_as_utf8(s->pdf, name, &text, &len) &&
		    len == strlen(FILE_NAME) && !memcmp(text, FILE_NAME, len);

	qpdf_oh_release(s->pdf, name);
	return ours;
}

static void take_spec(struct search *s, qpdf_oh spec)
{
	static const char *const keys[] = { "/UF", "/F" };
	bool any = false;
	qpdf_oh files;

	if (!is_ours(s, spec, "/UF") && !is_ours(s, spec, "/F")) {
		if (s->found->printed && qpdf_oh_is_dictionary(s->pdf, spec))
			s->found->printed->n_others++;
		return;
	}
	files = value_of(s, spec, "/EF");
	for (size_t i = 0; i < sizeof(keys) / sizeof(keys[0]); i++) {
		qpdf_oh stream = value_of(s, files, keys[i]);

		if (may_go_on(s) && qpdf_oh_is_stream(s->pdf, stream)) {
			take_stream(s, stream);
			any = true;
		}
		qpdf_oh_release(s->pdf, stream);
	}
	qpdf_oh_release(s->pdf, files);
	if (!any)
		s->end = EXTRACT_BROKEN;
}

/* Every @step-th item of @array from @first on is a file specification. */
static void take_specs(struct search *s, qpdf_oh array, int first, int step)
{
	int n = 0;

	if (qpdf_oh_is_array(s->pdf, array))
		n = qpdf_oh_get_array_n_items(s->pdf, array);
	for (int i = first; i < n && may_go_on(s); i += step) {
		qpdf_oh spec = qpdf_oh_get_array_item(s->pdf, array, i);

		take_spec(s, spec);
		qpdf_oh_release(s->pdf, spec);
	}
}

static void search_tree(struct search *s, qpdf_oh node, int depth)
{
	qpdf_oh names = value_of(s, node, "/Names");
	qpdf_oh kids = value_of(s, node, "/Kids");
	int n = 0;

	take_specs(s, names, 1, 2);
	if (qpdf_oh_is_array(s->pdf, kids))
		n = qpdf_oh_get_array_n_items(s->pdf, kids);
	if (n > 0 && depth == MAX_DEPTH)
		s->end = EXTRACT_LIMIT;
	for (int i = 0; i < n && may_go_on(s); i++) {
		qpdf_oh kid = qpdf_oh_get_array_item(s->pdf, kids, i);

		search_tree(s, kid, depth + 1);
		qpdf_oh_release(s->pdf, kid);
	}
	qpdf_oh_release(s->pdf, names);
	qpdf_oh_release(s->pdf, kids);
}

static void search_catalog(struct search *s)
{
	qpdf_oh root = qpdf_get_root(s->pdf);
	qpdf_oh names = value_of(s, root, "/Names");

	search_tree(s, value_of(s, names, "/EmbeddedFiles"), 1);
	take_specs(s, value_of(s, root, "/AF"), 0, 1);
	(void)may_go_on(s);
}

enum extract_exit extract_pdf(struct found *found)
{
	struct search s = { .found = found, .last_stream = -1 };
	struct places places = { .failed = true };
	struct bytes file;

	if (found->printed && bytes_map(&file)) {
		places_read(&places, &file, 0, MAX_OBJECTS, false);
		bytes_unmap(&file);
	}
	s.pdf = qpdf_init();
	if (!s.pdf) {
		places_free(&places);
		return EXTRACT_BROKEN;
	}
	qpdf_silence_errors(s.pdf);
	qpdf_set_suppress_warnings(s.pdf, QPDF_TRUE);
	/* A text guessed from a damaged file is not the one that was signed. */
	qpdf_set_attempt_recovery(s.pdf, QPDF_FALSE);
	if (qpdf_read(s.pdf, EXTRACT_INPUT, NULL) & QPDF_ERRORS) {
		s.end = take_complaints(&s, EXTRACT_BROKEN);
	} else {
		/* qpdf could read the file: a warning hides no attachment. */
		while (qpdf_more_warnings(s.pdf))
			(void)qpdf_next_warning(s.pdf);
		search_catalog(&s);
	}
	if (s.end == EXTRACT_FOUND && found->n == 0)
		s.end = EXTRACT_NONE;
	if (s.end == EXTRACT_FOUND && found->printed)
		printed_pdf(found->printed, s.pdf, &places);
	/* qpdf would print an error for which nobody has asked. */
	(void)qpdf_get_error(s.pdf);
	qpdf_cleanup(&s.pdf);
	places_free(&places);
	return s.end;
}
