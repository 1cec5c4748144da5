/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "document.h"
#include "message.h"

static void document_job_free(struct document_job *job)
{
	register_close(&job->event.reg);
	json_decref(job->dossier);
	json_decref(job->data);
	json_decref(job->row_sets);
	form_free(&job->form);
	province_free(&job->province);
}

/* Of the rows: tokens before data, and the register after both. */
static int document_read_facts(struct document_job *job)
{
	int ret = document_open_register(job);

	if (!ret)
		ret = document_read_tokens(job);
	if (!ret)
		ret = document_apply_defaults(job);
	if (!ret)
		ret = document_look_up(job);
	return ret;
}

int document_make(const struct globals *globals,
		  const struct document_options *options,
		  const struct document_kind *kinds, const char *name,
		  json_t *facts)
{
	struct document_job job = {
		.globals = globals,
		.options = options,
		.row_sets = json_object(),
		.dossier = json_object(),
	};
	int ret = job.dossier && job.row_sets && facts ? 0 : EXIT_DEVICE;

	if (ret)
		print_message("%s", cks_strerror(CKS_ERR_MEMORY));
	if (!ret)
		ret = document_check(&job);
	if (!ret)
		ret = document_rules(&job, kinds, name);
	if (!ret)
		ret = document_read_data(&job);
	if (!ret)
		ret = document_fill(&job, facts);
	if (!ret)
		ret = document_set(&job);
	if (!ret)
		ret = document_read_facts(&job);
	if (!ret)
		ret = document_normalize(&job);
	if (!ret)
		ret = document_conditions(&job);
	if (!ret)
		ret = document_write(&job);
	if (!ret)
		document_advise(&job);
	if (!ret && job.partial)
		ret = EXIT_PARTIAL;
	document_job_free(&job);
	json_decref(facts);
	return ret;
}
