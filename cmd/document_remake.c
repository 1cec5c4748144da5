/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* A document from its own data, to hold it against the file that has them. */
#include "document_remake.h"

#include <errno.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/outfile.h"
#include "base/sanitized.h"
#include "base/subprocess.h"
#include "forms/form.h"
#include "input/attachment.h"
#include "input/dossier.h"
#include "rules/province.h"
#include "typeset/docx/docx.h"
#include "typeset/pdf/pdf.h"

/* The largest dossier that is read makes some hundreds of pages. */
#define MAX_CPU_SECONDS 5
#define MAX_WAIT_MS 20000
#define LINGER_MS 1000
#define MAX_MEMORY ((rlim_t)512 * 1024 * 1024)
#define MAX_FILE ((rlim_t)64 * 1024 * 1024)

/* The exit code of the child that has nothing to make the document by. */
#define EXIT_NO_FORM 2

struct remaking {
	const struct globals *globals;
	const json_t *dossier;
	const char *kind;
	int out;
};

/* Letters and digits: the province comes from a stranger, and is looked for
 * among files. */
static bool is_code(const char *code)
{
	return strspn(code, "abcdefghijklmnopqrstuvwxyz0123456789-") ==
	       strlen(code);
}

static int load_form(const json_t *dossier, struct form **form)
{
	const char *code = dossier_text(dossier, "province.code");
	const struct procedure *procedure;
	struct province *province = NULL;
	int ret =
		is_code(code) ? province_load(code, &province, NULL) : -ENOENT;

	if (ret)
		return ret;
	procedure = province_procedure(province,
				       dossier_text(dossier, "form.procedure"));
	ret = procedure ? form_load(procedure->template, NULL, form, NULL)
			: -ENOENT;
	province_free(&province);
	return ret;
}

static int render(const struct remaking *r, const struct document *doc,
		  unsigned char **data, size_t *len)
{
	const char *own = r->globals->config.fonts_directory;
	const char *const directories[] = { own, NULL };
	const struct pdf_options pdf_options = { 0, "ckstoken " VERSION };
	const struct docx_options docx_options = { 0, "ckstoken " VERSION };
	struct font_set *fonts = NULL;
	struct layout *layout = NULL;
	int ret;

	if (strcmp(r->kind, "docx") == 0)
		return docx_render(doc, &docx_options, data, len, NULL);
	ret = font_set_open(own && *own ? directories : NULL, &fonts, NULL);
	if (!ret)
		ret = layout_document(doc, fonts, &layout);
	if (!ret)
		ret = pdf_render(doc, layout, fonts, &pdf_options, data, len);
	layout_free(&layout);
	font_set_free(&fonts);
	return ret;
}

/* Makes the document with a line in the place of its data, which are left out
 * of the comparison. */
static int make(const struct remaking *r)
{
	struct document *doc = NULL;
	unsigned char *data = NULL;
	struct form *form = NULL;
	size_t len = 0;
	int ret = load_form(r->dossier, &form);

	if (ret)
		return ret == -ENOMEM ? EXIT_FAILURE : EXIT_NO_FORM;
	ret = form_build(form, r->dossier, &doc);
	if (!ret) {
		doc->data = "{}\n";
		ret = render(r, doc, &data, &len);
	}
	if (!ret)
		ret = outfile_put(r->out, data, len);
	free(data);
	document_free(&doc);
	form_free(&form);
	return ret ? EXIT_FAILURE : EXIT_SUCCESS;
}

static int run_child(const void *arg)
{
	if (subprocess_limit(RLIMIT_CPU, MAX_CPU_SECONDS) ||
	    subprocess_limit(RLIMIT_CORE, 0))
		return EXIT_FAILURE;
#ifndef SANITIZED
	if (subprocess_limit(RLIMIT_DATA, MAX_MEMORY) ||
	    subprocess_limit(RLIMIT_FSIZE, MAX_FILE))
		return EXIT_FAILURE;
#endif
	return make(arg);
}

static int end_of(int status)
{
	if (status < 0 || !WIFEXITED(status))
		return -ETIMEDOUT;
	switch (WEXITSTATUS(status)) {
	case EXIT_SUCCESS:
		return 0;
	case EXIT_NO_FORM:
		return -ENOENT;
	default:
		return -ENOMEM;
	}
}

int document_remake(const struct globals *globals, const json_t *dossier,
		    const char *kind, char printed[DIGEST_HEX_SIZE])
{
	struct remaking r = {
		.globals = globals,
		.dossier = dossier,
		.kind = kind,
		.out = memfd_create("ckstoken", MFD_CLOEXEC),
	};
	struct sigaction keep, action = { .sa_handler = SIG_DFL };
	struct subprocess child;
	int ret;

	/* A process that ignores SIGCHLD would not learn how the child ends. */
	sigaction(SIGCHLD, &action, &keep);
	ret = r.out < 0 ? -errno : subprocess_start(&child, run_child, &r);
	if (!ret) {
		(void)subprocess_wait(child.pidfd,
				      subprocess_now() + MAX_WAIT_MS);
		ret = end_of(subprocess_end(&child, LINGER_MS));
	}
	sigaction(SIGCHLD, &keep, NULL);
	if (!ret && lseek(r.out, 0, SEEK_SET) < 0)
		ret = -errno;
	if (!ret)
		ret = attachment_printed(r.out, kind, printed);
	if (r.out >= 0)
		close(r.out);
	return ret;
}
