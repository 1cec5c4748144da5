/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* From dossiers to files: names, pages, and what is written when. */
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/buffer.h"
#include "base/error.h"
#include "base/outfile.h"
#include "base/path.h"
#include "command.h"
#include "document_private.h"
#include "input/attachment.h"
#include "input/dossier.h"
#include "input/json_members.h"
#include "message.h"
#include "register/record_document.h"
#include "sign.h"
#include "system_log.h"
#include "typeset/document.h"
#include "typeset/docx/docx.h"
#include "typeset/pdf/pdf.h"

/* A document as the bytes of a file, in memory or, with @data NULL, set aside
 * in the spool. */
struct rendition {
	unsigned char *data;
	size_t len;
};

/* The documents of one run, and the files of each. */
struct batch {
	struct document_job *job;
	struct font_set *fonts; /* opened once, when pages are set first */
	time_t date;		/* of the files */
	size_t n_docs, n_paths;
	char **paths; /* n_paths of each document in turn */
	struct outfile_staged *staged;
	struct rendition *rendered; /* DOCUMENT_FORMATS of each in turn */
	FILE *spool;
};

static bool ends_in(const char *path, const char *ending)
{
	size_t len = strlen(path), n = strlen(ending);

	return len > n && strcasecmp(path + len - n, ending) == 0;
}

enum document_format document_format_of(const char *path)
{
	if (strcmp(path, "-") == 0 || ends_in(path, ".pdf"))
		return DOCUMENT_PDF;
	return ends_in(path, ".docx") ? DOCUMENT_DOCX : DOCUMENT_UNKNOWN;
}

/* Letters that would leave the folder, or hide the file, become dashes. */
static int put_field(struct buffer *name, const char *field, size_t number,
		     size_t row, const json_t *subscriber)
{
	const char *text = dossier_text(subscriber, field);

	if (strcmp(field, "n") == 0) {
		buffer_printf(name, "%zu", number);
		return 0;
	}
	if (text[0] == '\0') {
		print_error(
			_("row %zu has no \"%s\", which its file name needs; give it, or name the files by {n}. Nothing was written"),
			row, field);
		return -1;
	}
	if (*text == '.')
		buffer_puts(name, "-");
	for (; *text; text++)
		buffer_put(name, strchr("/\\:*?\"<>|", *text) ? "-" : text, 1);
	return 0;
}

/*
 * @pattern with {n} replaced by @number, and {field} by that field of
 * @subscriber, which is row @row for people, made fit for a file name. The
 * caller frees it; NULL, told, when there is no such datum or no memory.
 */
static char *name_file(const char *pattern, size_t number, size_t row,
		       const json_t *subscriber)
{
	struct buffer name = { 0 };
	char field[64];
	int rc = 0;

	while (*pattern && !rc) {
		size_t len = strcspn(pattern, "{");
		size_t n;

		buffer_put(&name, pattern, len);
		pattern += len;
		if (*pattern == '\0')
			break;
		n = strcspn(pattern, "}");
		if (pattern[n] == '\0' || n > sizeof(field)) {
			buffer_puts(&name, pattern);
			break;
		}
		(void)snprintf(field, sizeof(field), "%.*s", (int)n - 1,
			       pattern + 1);
		rc = put_field(&name, field, number, row, subscriber);
		pattern += n + 1;
	}
	buffer_put(&name, "", 1);
	if (name.failed)
		(void)print_no_memory();
	if (rc || name.failed)
		buffer_free(&name);
	return (char *)name.data;
}

/* With SOURCE_DATE_EPOCH, the same facts make the same file at any time. */
static int file_date(const struct globals *globals, time_t *date)
{
	const char *epoch = getenv("SOURCE_DATE_EPOCH");
	char *end = NULL;
	long long seconds;

	*date = globals->now;
	if (!epoch || epoch[0] == '\0')
		return 0;
	errno = 0;
	seconds = strtoll(epoch, &end, 10);
	if (errno || *end || !clock_is_sane((time_t)seconds)) {
		print_error(
			_("SOURCE_DATE_EPOCH=%s is not a number of seconds; set it to one, or leave it unset"),
			epoch);
		return EXIT_BAD_INPUT;
	}
	*date = (time_t)seconds;
	return 0;
}

static int compare_names(const void *a, const void *b)
{
	return strcmp(*(char *const *)a, *(char *const *)b);
}

static int refuse_same_names(const struct batch *b)
{
	size_t n = b->n_docs * b->n_paths;
	char **sorted = calloc(n + 1, sizeof(*sorted));
	int ret = 0;

	if (!sorted)
		return print_no_memory();
	memcpy(sorted, b->paths, n * sizeof(*sorted));
	qsort(sorted, n, sizeof(*sorted), compare_names);
	for (size_t i = 1; i < n && !ret; i++) {
		if (strcmp(sorted[i - 1], sorted[i]) != 0)
			continue;
		print_error(
			_("%s would be written twice; put {n} into its name. Nothing was written"),
			sorted[i]);
		ret = EXIT_BAD_INPUT;
	}
	free(sorted);
	return ret;
}

static int name_files(struct batch *b)
{
	const struct document_options *o = b->job->options;
	const json_t *documents = b->job->documents;

	while (o->outputs[b->n_paths])
		b->n_paths++;
	b->n_docs = json_array_size(documents);
	if (b->n_docs == 0) {
		print_error(_(
			"--each: there is no subscriber to write a document for; name them by --data, --due or --set"));
		return EXIT_BAD_INPUT;
	}
	b->paths = calloc(b->n_docs * b->n_paths + 1, sizeof(*b->paths));
	b->rendered =
		calloc(b->n_docs * DOCUMENT_FORMATS, sizeof(*b->rendered));
	b->staged = calloc(b->n_docs * b->n_paths + 1, sizeof(*b->staged));
	if (!b->paths || !b->rendered || !b->staged)
		return print_no_memory();
	for (size_t i = 0; i < b->n_docs * b->n_paths; i++) {
		const char *pattern = o->outputs[i % b->n_paths];
		size_t n = i / b->n_paths;
		const json_t *rows = dossier_get(json_array_get(documents, n),
						 "subscribers");

		size_t row = dossier_row_number(b->job->dossier, n);

		b->paths[i] = o->each ? name_file(pattern, n + 1, row,
						  json_array_get(rows, 0))
				      : strdup(pattern);
		if (!b->paths[i])
			return o->each ? EXIT_BAD_INPUT : print_no_memory();
	}
	return refuse_same_names(b);
}

/* What a signature leaves in a file, uncompressed: in a PDF which bytes it
 * covers, in a DOCX its part. */
static bool has_signature_mark(const char *bytes, size_t len)
{
	static const char *const marks[] = { "/ByteRange", "_xmlsignatures/" };

	for (size_t i = 0; i < sizeof(marks) / sizeof(marks[0]); i++)
		if (memmem(bytes, len, marks[i], strlen(marks[i])))
			return true;
	return false;
}

/* Whether the file open at @fd is signed: 1, 0, or -errno where it cannot be
 * read. A mark may lie across two readings. */
static int is_signed(int fd)
{
	static char bytes[1 << 16];
	const size_t overlap = 32;
	size_t kept = 0;

	for (;;) {
		ssize_t n = read(fd, bytes + kept, sizeof(bytes) - kept);

		if (n < 0 && errno == EINTR)
			continue;
		if (n <= 0)
			return n < 0 ? -errno : 0;
		kept += (size_t)n;
		if (has_signature_mark(bytes, kept))
			return 1;
		if (kept > overlap) {
			memmove(bytes, bytes + kept - overlap, overlap);
			kept = overlap;
		}
	}
}

/* A signed file is a paper in force, and no copy of it may be left: it is
 * replaced only by a reason. */
static int guard_file(const struct document_options *o, const char *path)
{
	struct stat st;
	int fd, is;

	if (strcmp(path, "-") == 0 || stat(path, &st) || !S_ISREG(st.st_mode))
		return 0;
	fd = open(path, O_RDONLY | O_NONBLOCK | O_NOCTTY | O_CLOEXEC);
	is = fd < 0 ? -errno : is_signed(fd);
	if (fd >= 0)
		close(fd);
	if (is == 0)
		return 0;
	if (o->override) {
		print_warning(
			is > 0 ? _("%s is signed, and is replaced for this reason: %s")
			       : _("%s cannot be read, and is replaced for this reason: %s"),
			path, o->override);
		return 0;
	}
	print_error(
		is > 0 ? _("%s is signed, and would be replaced; nothing was written. Name another file by -o, or replace it with --override REASON")
		       : _("%s cannot be read, so that it may be signed, and would be replaced; nothing was written. Name another file by -o, or replace it with --override REASON"),
		path);
	return EXIT_REFUSED;
}

/* A document over the register or a file that it is made from would destroy
 * that; no reason sets this aside. */
static int guard_inputs(const struct batch *b, const char *path)
{
	const struct globals *globals = b->job->globals;
	const struct document_options *o = b->job->options;
	const struct {
		const char *file, *words;
	} inputs[] = {
		{ globals->config.register_file, N_("the register") },
		{ globals->config.journal_file, N_("the journal") },
		{ globals->config_file, N_("the configuration") },
		{ o->data, N_("the file of --data") },
		{ o->request, N_("the letter of --request") },
		{ o->form, N_("the file of --form") },
	};

	for (size_t i = 0; i < sizeof(inputs) / sizeof(inputs[0]); i++) {
		if (!inputs[i].file || strcmp(path, "-") == 0 ||
		    !path_is_same(inputs[i].file, path))
			continue;
		print_error(
			_("%s is %s, and would be replaced; nothing was written. Name another file by -o"),
			path, _(inputs[i].words));
		return EXIT_BAD_INPUT;
	}
	return 0;
}

static int guard_files(const struct batch *b)
{
	int ret = 0;

	for (size_t i = 0; i < b->n_docs * b->n_paths && !ret; i++) {
		ret = guard_inputs(b, b->paths[i]);
		if (!ret)
			ret = guard_file(b->job->options, b->paths[i]);
	}
	return ret;
}

static int print_missing(const struct batch *b, const struct document *doc,
			 const char *path)
{
	if (doc->n_missing == 0)
		return 0;
	if (b->job->options->each)
		print_warning(_("%s lacks:"), path);
	else
		print_warning(_("the document lacks:"));
	for (size_t i = 0; i < doc->n_missing; i++)
		print_warning("  %s", doc->missing[i]);
	if (!b->job->options->strict)
		return 0;
	print_error(_(
		"nothing was written, as --strict asks; give what is missing by options or in the configuration"));
	return EXIT_BAD_INPUT;
}

/* Attaches the dossier as JSON, for other programs and later documents. */
static int attach(struct document *doc, const json_t *dossier)
{
	char *text =
		json_dumps(dossier, JSON_INDENT(1) | JSON_REAL_PRECISION(15));

	if (text && !attachment_fits(text))
		print_warning(_(
			"the document has more subscribers than ckstoken can read back from it; split them into several documents"));
	if (text)
		doc->data = document_format(doc, "%s\n", text);
	free(text);
	return text && document_status(doc) == 0 ? 0 : print_no_memory();
}

/* Prints why a document cannot be made on this machine, and returns the exit
 * code. */
static int cannot_make(int rc, struct error *error)
{
	int ret = EXIT_BAD_INPUT;

	if (rc == -ENOMEM)
		ret = print_no_memory();
	else
		print_error("%s", error_text(error, rc));
	error_free(error);
	return ret;
}

static int open_fonts(struct batch *b)
{
	const char *own = b->job->globals->config.fonts_directory;
	const char *const directories[] = { own, NULL };
	struct error error = { 0 };
	int rc;

	if (b->fonts)
		return 0;
	rc = font_set_open(own && *own ? directories : NULL, &b->fonts, &error);
	return rc ? cannot_make(rc, &error) : 0;
}

/* Sets the pages, and tells which characters the fonts lack; --strict refuses
 * the document then. */
static int set_pages(struct batch *b, const struct document *doc,
		     struct layout **layout)
{
	int ret = open_fonts(b);

	if (ret)
		return ret;
	if (layout_document(doc, b->fonts, layout))
		return print_no_memory();
	for (size_t i = 0; i < (*layout)->n_lacking; i++)
		print_warning(
			_("the font has no character U+%04X; a replacement mark is printed instead"),
			(unsigned int)(*layout)->lacking[i]);
	if ((*layout)->n_lacking == 0 || !b->job->options->strict)
		return 0;
	print_error(_(
		"nothing was written, as --strict asks; write those characters otherwise, or name another font under [fonts] in ckstoken.conf"));
	return EXIT_BAD_INPUT;
}

static bool is_asked_for(const struct batch *b, enum document_format format)
{
	for (size_t i = 0; i < b->n_paths; i++)
		if (document_format_of(b->paths[i]) == format)
			return true;
	return false;
}

/* @doc in each format asked for. */
static int render(struct batch *b, const struct document *doc,
		  struct rendition *rendered)
{
	struct rendition *pdf = &rendered[DOCUMENT_PDF];
	struct rendition *docx = &rendered[DOCUMENT_DOCX];
	const char *creator = "ckstoken " VERSION;
	struct pdf_options pdf_options = { b->date, creator };
	struct docx_options docx_options = { b->date, creator };
	bool as_pdf = is_asked_for(b, DOCUMENT_PDF);
	struct layout *layout = NULL;
	struct error error = { 0 };
	int ret = 0, rc;

	/* Only pages show which characters the fonts lack, and --strict asks
	 * for that of a DOCX, too. */
	if (as_pdf || b->job->options->strict)
		ret = set_pages(b, doc, &layout);
	if (!ret && as_pdf &&
	    pdf_render(doc, layout, b->fonts, &pdf_options, &pdf->data,
		       &pdf->len))
		ret = print_no_memory();
	if (!ret && is_asked_for(b, DOCUMENT_DOCX)) {
		rc = docx_render(doc, &docx_options, &docx->data, &docx->len,
				 &error);
		ret = rc ? cannot_make(rc, &error) : 0;
	}
	layout_free(&layout);
	return ret;
}

/* --strict refuses what lacks something before anything is recorded. */
static int check_missing(const struct batch *b)
{
	const struct document_job *job = b->job;
	int ret = 0;

	for (size_t i = 0; i < b->n_docs && !ret; i++) {
		struct document *doc = NULL;

		if (form_build(job->form, json_array_get(job->documents, i),
			       &doc))
			ret = print_no_memory();
		else
			ret = print_missing(b, doc, b->paths[i * b->n_paths]);
		document_free(&doc);
	}
	return ret;
}

/* Records the @i-th document, unless it is signed first, and makes all that
 * will be written of it. */
static int produce(struct batch *b, size_t i)
{
	struct document_job *job = b->job;
	json_t *dossier = json_array_get(job->documents, i);
	struct rendition *rendered = &b->rendered[i * DOCUMENT_FORMATS];
	struct document *doc = NULL;
	int ret = job->sign ? 0 : document_record(job, dossier);

	if (!ret && form_build(job->form, dossier, &doc))
		ret = print_no_memory();
	if (!ret && !job->options->strict)
		ret = print_missing(b, doc, b->paths[i * b->n_paths]);
	if (!ret && !job->options->no_attachment)
		ret = attach(doc, dossier);
	if (!ret)
		ret = render(b, doc, rendered);
	if (!ret && job->sign)
		ret = document_sign(job, b->paths[i * b->n_paths], dossier,
				    &rendered[DOCUMENT_PDF].data,
				    &rendered[DOCUMENT_PDF].len);
	document_free(&doc);
	return ret;
}

static int spool_failed(void)
{
	print_error(
		_("a temporary file cannot be written: %s; nothing was written. Make room in /tmp, and do it again"),
		strerror(errno));
	return EXIT_CANNOT_WRITE;
}

/* A thousand letters are some 40 MB: they wait on the disk, in a file without
 * a name, and not in memory. */
static int put_aside(struct batch *b, size_t i)
{
	if (!b->spool)
		b->spool = tmpfile();
	if (!b->spool || fcntl(fileno(b->spool), F_SETFD, FD_CLOEXEC))
		return spool_failed();
	for (size_t k = 0; k < DOCUMENT_FORMATS; k++) {
		struct rendition *r = &b->rendered[i * DOCUMENT_FORMATS + k];

		if (!r->data)
			continue;
		if (fwrite(r->data, r->len, 1, b->spool) != 1)
			return spool_failed();
		free(r->data);
		r->data = NULL;
	}
	return 0;
}

/* Documents are taken back in the order in which they were put aside. */
static int take_back(struct batch *b, size_t i)
{
	for (size_t k = 0; k < DOCUMENT_FORMATS; k++) {
		struct rendition *r = &b->rendered[i * DOCUMENT_FORMATS + k];

		if (r->len == 0)
			continue;
		r->data = malloc(r->len);
		if (!r->data)
			return print_no_memory();
		if (fread(r->data, r->len, 1, b->spool) != 1) {
			print_error(
				_("a temporary file cannot be read: %s; nothing was written. Do it again"),
				strerror(errno));
			return EXIT_CANNOT_WRITE;
		}
	}
	return 0;
}

/* All documents are recorded or none, so all are made before the first is
 * written. */
static int produce_all(struct batch *b)
{
	int ret = 0;

	for (size_t i = 0; i < b->n_docs && !ret; i++) {
		ret = produce(b, i);
		if (!ret && b->n_docs > 1)
			ret = put_aside(b, i);
	}
	if (!ret && b->spool && fseek(b->spool, 0, SEEK_SET))
		ret = spool_failed();
	return ret;
}

static int cannot_write(const char *path, int error)
{
	print_error(
		strcmp(path, "-") == 0
			? _("%s: standard output cannot be written: %s")
			: _("%s cannot be written: %s; no partial file was left behind"),
		path, error_text(NULL, error));
	return EXIT_CANNOT_WRITE;
}

/* A pipe, a terminal or another device gets the bytes at once, and no later
 * failure can take them back. */
static bool is_stream(const char *path)
{
	struct stat st;

	return strcmp(path, "-") == 0 ||
	       (stat(path, &st) == 0 && !S_ISREG(st.st_mode) &&
		!S_ISDIR(st.st_mode));
}

/* The files of the @i-th document, each beside its place; streams come last,
 * for they are written then. Of many, none waits for the disk until all are
 * there. */
static int stage_files(struct batch *b, size_t i)
{
	struct rendition *rendered = &b->rendered[i * DOCUMENT_FORMATS];
	int ret = b->spool ? take_back(b, i) : 0;

	for (int streams = 0; streams < 2; streams++) {
		for (size_t k = i * b->n_paths;
		     k < (i + 1) * b->n_paths && !ret; k++) {
			const char *path = b->paths[k];
			const struct rendition *r =
				&rendered[document_format_of(path)];
			int error = 0;

			if (is_stream(path) == (streams == 1))
				error = outfile_stage(&b->staged[k], path,
						      r->data, r->len,
						      b->n_docs == 1);
			if (error)
				ret = cannot_write(path, error);
		}
	}
	for (size_t k = 0; k < DOCUMENT_FORMATS; k++) {
		free(rendered[k].data);
		rendered[k].data = NULL;
	}
	return ret;
}

/* Puts the @k-th file in place. */
static int publish(struct batch *b, size_t k)
{
	const char *path = b->paths[k];
	bool staged = b->staged[k].tmp[0] != '\0';
	struct stat st;
	bool replaces = staged && stat(path, &st) == 0;
	int error = outfile_publish(&b->staged[k], path);

	if (error)
		return cannot_write(path, error);
	if (replaces)
		print_message(
			_("%s is written, in place of the file that was there"),
			path);
	else if (strcmp(path, "-") != 0)
		print_message(_("%s is written"), path);
	return 0;
}

static int sync_files(const struct batch *b)
{
	int ret = 0;

	for (size_t i = 0; b->n_docs > 1 && i < b->n_paths && !ret; i++) {
		int error = outfile_sync(b->paths[i]);

		if (error)
			ret = cannot_write(b->paths[i], error);
	}
	return ret;
}

/* All files are there, or none. */
static int publish_all(struct batch *b)
{
	size_t n = b->n_docs * b->n_paths;
	int ret = 0;

	for (size_t k = 0; k < n && !ret; k++)
		ret = publish(b, k);
	if (!ret)
		ret = sync_files(b);
	if (ret && b->job->n_recorded)
		print_error(_(
			"the register has the document all the same: make it again, or take it back with \"ckstoken register undo\""));
	return ret;
}

/* Puts into the log of the system what the register has no event of, and which
 * files were signed. */
static void log_all(const struct batch *b)
{
	const struct document_job *job = b->job;
	const json_t *dossier, *row;
	struct log_entry entry;
	char *number;
	size_t i, k;

	for (i = 0; i < b->n_docs && !job->n_recorded; i++) {
		dossier = json_array_get(job->documents, i);
		number = record_letter_number(
			dossier,
			record_is_minutes(job->kind->procedure) ? "BB" : "");
		system_log_begin(&entry, system_log_act(job->command),
				 PRIORITY_NOTICE);
		system_log_put(&entry, "COMMAND", job->command);
		system_log_put(&entry, "LETTER", number);
		json_array_foreach (json_object_get(dossier, "subscribers"), k,
				    row)
			system_log_put(&entry, "SERIAL",
				       dossier_text(row, "device_serial"));
		system_log_put(&entry, "FILE", b->paths[i * b->n_paths]);
		system_log_send(&entry, _("%s is written"),
				b->paths[i * b->n_paths]);
		free(number);
	}
	for (i = 0; i < b->n_docs * b->n_paths && job->sign; i++)
		if (document_format_of(b->paths[i]) == DOCUMENT_PDF)
			sign_log(job->sign, b->paths[i]);
}

/*
 * A paper and its record are there both or neither: the files wait, whole,
 * beside their places until the register has the record, and need no more than
 * a name then. What is killed just between has the record alone, and makes the
 * same paper when it is run again.
 */
static int write_all(struct batch *b)
{
	size_t n = b->n_docs * b->n_paths;
	struct document_job *job = b->job;
	int ret = job->sign ? 0 : document_record_begin(job);
	sigset_t before;

	if (!ret)
		ret = produce_all(b);
	if (!ret && job->sign)
		ret = document_record_begin(job);
	if (!ret && job->sign)
		ret = document_record_all(job);
	outfile_hold_signals(&before);
	for (size_t i = 0; i < b->n_docs && !ret; i++)
		ret = stage_files(b, i);
	if (!ret)
		ret = sync_files(b);
	ret = document_record_end(job, ret);
	if (!ret)
		ret = publish_all(b);
	if (!ret)
		log_all(b);
	for (size_t k = 0; k < n; k++)
		outfile_discard(&b->staged[k], b->paths[k]);
	outfile_release_signals(&before);
	return ret;
}

int document_write(struct document_job *job)
{
	struct batch b = { .job = job };
	int ret = file_date(job->globals, &b.date);

	/* A fact may be missing that there was no memory for. */
	if (!ret && json_is_short())
		ret = print_no_memory();
	if (!ret)
		ret = name_files(&b);
	if (!ret)
		ret = guard_files(&b);
	if (!ret && job->options->strict)
		ret = check_missing(&b);
	if (!ret && job->options->sign)
		ret = document_record_try(job);
	if (!ret && job->options->sign)
		ret = document_sign_begin(job);
	if (!ret)
		ret = write_all(&b);
	document_sign_end(job);
	for (size_t i = 0; b.rendered && i < b.n_docs * DOCUMENT_FORMATS; i++)
		free(b.rendered[i].data);
	free(b.rendered);
	for (size_t i = 0; b.paths && i < b.n_docs * b.n_paths; i++)
		free(b.paths[i]);
	free(b.paths);
	free(b.staged);
	if (b.spool)
		(void)fclose(b.spool);
	font_set_free(&b.fonts);
	return ret;
}
