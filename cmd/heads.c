/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "heads.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "base/chain.h"
#include "input/dossier.h"
#include "message.h"
#include "register/journal.h"
#include "register_common.h"

/* An attempt has the journal for a moment only. */
#define WAIT_MS 2000

/* 0 or an exit code. */
static int put(json_t *object, const char *book, const char *entries,
	       const struct chain *chain)
{
	json_t *evidence = json_object_get(object, HEADS);
	int rc = 0;

	if (!evidence) {
		evidence = json_object();
		rc = json_object_set_new(object, HEADS, evidence);
	}
	if (!rc)
		rc = json_object_set_new(evidence, book,
					 json_pack("{s:I, s:s, s:s}", entries,
						   (json_int_t)chain->n, "head",
						   chain->last, "first",
						   chain->first));
	return rc ? print_no_memory() : 0;
}

int heads_put_register(json_t *object, struct custody_register *reg)
{
	struct chain chain = { .n = register_n_events(reg) };

	if (!chain.n)
		return 0;
	memcpy(chain.last, register_head(reg), sizeof(chain.last));
	register_first(reg, chain.first);
	return put(object, "register", "events", &chain);
}

int heads_put_journal(json_t *object, const struct globals *globals)
{
	char *path = journal_path(globals->config.journal_file,
				  journal_of_machine());
	struct chain_file file;
	int ret = 0;

	/* That it is there for others alone, or not at all, is no fault. */
	if (!path || chain_file_look(&file, path, WAIT_MS, NULL, NULL))
		goto out;
	if (file.chain.state != CHAIN_WHOLE)
		print_warning(
			_("the journal %s is not intact, so nothing bears its check code; \"ckstoken register verify\" tells more"),
			path);
	else if (file.chain.n)
		ret = put(object, "journal", "entries", &file.chain);
	chain_file_close(&file);
out:
	free(path);
	return ret;
}

static long long number_at(const json_t *object, const char *path)
{
	return json_integer_value(dossier_get(object, path));
}

/* Whether the register whose head was put is @reg, or none was. */
static bool is_of(const json_t *object, struct custody_register *reg)
{
	const char *first = dossier_text(object, HEADS ".register.first");
	char ours[CHAIN_HASH_SIZE];

	register_first(reg, ours);
	return !*first || strcmp(first, ours) == 0;
}

int heads_put(json_t *object, const struct globals *globals,
	      struct custody_register *reg)
{
	int ret = 0;

	if (reg && is_of(object, reg))
		ret = heads_put_register(object, reg);
	return ret ? ret : heads_put_journal(object, globals);
}

void heads_print(const json_t *object)
{
	const char *head = dossier_text(object, HEADS ".register.head");

	if (*head)
		print_message(_("the register: event %lld, check code %lld:%s"),
			      number_at(object, HEADS ".register.events"),
			      number_at(object, HEADS ".register.events"),
			      head);
	head = dossier_text(object, HEADS ".journal.head");
	if (*head)
		print_message(_("the journal: line %lld, check code %lld:%s"),
			      number_at(object, HEADS ".journal.entries"),
			      number_at(object, HEADS ".journal.entries"),
			      head);
}
