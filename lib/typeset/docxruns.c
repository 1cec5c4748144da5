/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include <string.h>

#include "docxbody.h"

/* As document_need() writes what is missing. */
#define MARK "[cần bổ sung: "
#define MARK_END ']'

/* Word takes no longer name for a content control. */
#define CONTROL_NAME_MAX 64

/* A stretch of a run: what is known, or one mark of what is missing. */
struct piece {
	const char *text;
	size_t len;
	bool missing;
};

static struct piece next_piece(const char *text)
{
	const char *mark = strstr(text, MARK);
	const char *end;

	if (!mark)
		return (struct piece){ text, strlen(text), false };
	if (mark > text)
		return (struct piece){ text, (size_t)(mark - text), false };
	end = strchr(text, MARK_END);
	if (!end)
		return (struct piece){ text, strlen(text), true };
	return (struct piece){ text, (size_t)(end - text) + 1, true };
}

static void run(struct docx_body *body, const struct docx_look *base,
		const struct docx_look *look, const struct piece *piece)
{
	struct docx_part *part = body->part;
	const char *text = piece->text, *end = text + piece->len;

	part_open(part, "w:r");
	docx_run_properties(part, base, look, piece->missing);
	for (;;) {
		const char *newline = memchr(text, '\n', (size_t)(end - text));
		const char *stop = newline ? newline : end;

		if (stop > text) {
			part_open(part, "w:t");
			part_set(part, "xml:space", "preserve");
			part_text(part, text, (size_t)(stop - text));
			part_close(part);
		}
		if (!newline)
			break;
		part_open(part, "w:br");
		part_close(part);
		text = newline + 1;
	}
	part_close(part);
}

/* Plain text that a person may change or, where it is missing, fill in. */
static void control(struct docx_body *body, const struct docx_look *base,
		    const struct docx_look *look, const struct piece *piece,
		    const char *field)
{
	struct docx_part *part = body->part;

	part_open(part, "w:sdt");
	part_open(part, "w:sdtPr");
	docx_run_properties(part, base, look, false);
	part_open(part, "w:alias");
	part_set_text(part, "w:val", field, CONTROL_NAME_MAX);
	part_close(part);
	part_open(part, "w:tag");
	part_set_text(part, "w:val", field, CONTROL_NAME_MAX);
	part_close(part);
	part_number(part, "w:id", ++body->controls);
	if (piece->missing)
		part_switch(part, "w:showingPlcHdr", true);
	part_open(part, "w:text");
	part_set(part, "w:multiLine", "1");
	part_close(part);
	part_close(part);
	part_open(part, "w:sdtContent");
	run(body, base, look, piece);
	part_close(part);
	part_close(part);
}

void docx_runs(struct docx_body *body, const struct paragraph *p,
	       const struct docx_look *base)
{
	size_t i;

	for (i = 0; i < p->n_runs; i++) {
		struct docx_look look = { .style = p->runs[i].style,
					  .size = 2 * p->size };
		const char *text = p->runs[i].text;
		const char *field = p->runs[i].field;
		bool complete = !strstr(text, MARK);

		while (*text) {
			struct piece piece = next_piece(text);

			/* Beside a mark, only the mark is left to fill in. */
			if (field && (complete || piece.missing))
				control(body, base, &look, &piece, field);
			else
				run(body, base, &look, &piece);
			text += piece.len;
		}
	}
}
