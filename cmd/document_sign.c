/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * Documents that are signed as they are written. The PIN is asked for when all
 * that can be checked of them has been, by a trial in the register, too; what
 * is signed is what would have been written.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "document_private.h"
#include "input/dossier.h"
#include "message.h"
#include "register/record_document.h"
#include "sign.h"

struct secret_source document_pin_source(const struct document_options *o)
{
	return (struct secret_source){ .file = o->pin_file,
				       .number = o->pin_fd,
				       .fd = -1,
				       .option = "pin" };
}

/* The person who signs by the data of the documents, the same for all of one
 * run. A party of minutes may be any of those whom they name. "": nobody is
 * named. */
static const char *signer_of(const struct document_job *job)
{
	if (record_is_minutes(job->kind->procedure))
		return "";
	return dossier_text(job->dossier, "agency.signer_name");
}

int document_sign_begin(struct document_job *job)
{
	const struct document_options *o = job->options;
	struct sign_options *options = calloc(1, sizeof(*options));
	struct sign *s = calloc(1, sizeof(*s));
	const char *name = signer_of(job);
	int ret;

	if (!options || !s) {
		free(options);
		free(s);
		return print_no_memory();
	}
	*options = (struct sign_options){
		.selection = { .serials = o->sign_serials,
			       .timeout_s = o->selection.timeout_s,
			       .for_certs = true },
		.pin_source = document_pin_source(o),
		.tsa_seconds = SIGN_TSA_SECONDS,
	};
	*s = (struct sign){ .globals = job->globals,
			    .options = options,
			    .as = SIGN_PERSON,
			    .by = { .trust = -1 } };
	job->sign = s;
	ret = sign_check_options(s);
	if (!ret)
		ret = secret_source_check(&options->pin_source);
	if (!ret)
		ret = sign_find_person(s, *name ? name : NULL);
	if (!ret)
		ret = sign_read_image(s);
	if (!ret && asprintf(&job->signed_by, "%s, %s", cks_cert_name(s->cert),
			     cks_cert_serial(s->cert)) < 0) {
		job->signed_by = NULL;
		ret = print_no_memory();
	}
	return ret ? ret : sign_log_in(s);
}

int document_sign(struct document_job *job, const char *name,
		  const json_t *dossier, unsigned char **data, size_t *len)
{
	struct sign *s = job->sign;
	struct sign_document d = { .path = name, .name = name, .fd = -1 };
	int ret = sign_document_take(s, &d, *data, *len, dossier);

	if (!ret)
		ret = sign_document_guard(s, &d);
	if (!ret)
		ret = sign_find_place(s, &d);
	if (!ret)
		ret = sign_settle_doubts(s);
	if (!ret)
		ret = sign_make(s, &d);
	if (!ret) {
		free(*data);
		*data = d.made.data;
		*len = d.made.len;
		d.made = (struct buffer){ 0 };
	}
	sign_document_free(&d);
	return ret;
}

void document_sign_end(struct document_job *job)
{
	struct sign *s = job->sign;

	if (!s)
		return;
	sign_free(s);
	free((struct sign_options *)s->options);
	free(s);
	free(job->signed_by);
	job->sign = NULL;
	job->signed_by = NULL;
}
