/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "paper.h"
#include "say.h"

static void paper_free(struct paper *paper)
{
	register_close(&paper->event.reg);
	json_decref(paper->dossier);
	json_decref(paper->data);
	json_decref(paper->row_sets);
	form_free(&paper->form);
	province_free(&paper->province);
}

/* Of the rows: tokens before data, and the register after both. */
static int paper_read_facts(struct paper *paper)
{
	int ret = paper_open_register(paper);

	if (!ret)
		ret = paper_read_tokens(paper);
	if (!ret)
		ret = paper_spread(paper);
	if (!ret)
		ret = paper_look_up(paper);
	return ret;
}

int paper_make(const struct globals *globals,
	       const struct paper_options *options,
	       const struct paper_kind *kinds, const char *name, json_t *facts)
{
	struct paper paper = {
		.globals = globals,
		.options = options,
		.row_sets = json_object(),
		.dossier = json_object(),
	};
	int ret = paper.dossier && paper.row_sets && facts ? 0 : EXIT_DEVICE;

	if (ret)
		say("%s", cks_strerror(CKS_ERR_MEMORY));
	if (!ret)
		ret = paper_check(&paper);
	if (!ret)
		ret = paper_rules(&paper, kinds, name);
	if (!ret)
		ret = paper_read_data(&paper);
	if (!ret)
		ret = paper_fill(&paper, facts);
	if (!ret)
		ret = paper_set(&paper);
	if (!ret)
		ret = paper_read_facts(&paper);
	if (!ret)
		ret = paper_settle(&paper);
	if (!ret)
		ret = paper_conditions(&paper);
	if (!ret)
		ret = paper_write(&paper);
	if (!ret)
		paper_advise(&paper);
	if (!ret && paper.partial)
		ret = EXIT_PARTIAL;
	paper_free(&paper);
	json_decref(facts);
	return ret;
}
