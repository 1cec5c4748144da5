/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * The journal as anybody who may write there can leave it. It is a file and its
 * head as they are or, where the first byte is odd, lines of which each has its
 * right hash, a wrong one or none. An attempt that is written then is found
 * again, and what was wrong shows for good.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/buffer.h"
#include "fuzz.h"
#include "register/journal.h"

#define NOW 1795986036
#define SERIAL "5251A0B1C2D3"
#define SHA "0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef"

static char path[512];

static void write_files(struct fuzz_input *in)
{
	size_t len;
	const uint8_t *head = fuzz_part(in, &len);

	(void)fuzz_file("journal.head", head, len);
	snprintf(path, sizeof(path), "%s",
		 fuzz_file("journal", in->data, in->size));
}

static void write_head(struct fuzz_input *in, const struct chain *c)
{
	char head[128];
	int len = 0;

	switch (fuzz_byte(in) & 3) {
	case 0:
		len = snprintf(head, sizeof(head), "%lu %.64s\n", c->n,
			       c->last);
		break;
	case 1:
		len = snprintf(head, sizeof(head), "%lu %.64s\n", c->n - 1,
			       c->before_last);
		break;
	case 2:
		len = snprintf(head, sizeof(head), "%lu %.64s\n", c->n + 1,
			       c->last);
		break;
	default:
		break;
	}
	(void)fuzz_file("journal.head", head, (size_t)len);
}

static void write_lines(struct fuzz_input *in)
{
	struct buffer b = { 0 };
	struct chain c;

	chain_start(&c);
	while (in->size > 1) {
		unsigned int kind = fuzz_byte(in) & 7;
		char hash[CHAIN_HASH_SIZE];
		size_t len;
		const uint8_t *at = fuzz_part(in, &len);
		char *text = fuzz_text(at, len);

		HOLDS(chain_hash(c.last, text, hash) == 0);
		chain_add(&c, hash);
		if (kind == 7)
			hash[0] ^= 1;
		if (kind != 6)
			buffer_printf(&b, "%s ", hash);
		buffer_printf(&b, "%s\n", text);
		free(text);
	}
	HOLDS(!b.failed);
	write_head(in, &c);
	snprintf(path, sizeof(path), "%s", fuzz_file("journal", b.data, b.len));
	buffer_free(&b);
}

static void open_journal(struct journal *j)
{
	HOLDS(journal_open(j, path, SERIAL, "label", NOW - 3600, 0) == 0);
	HOLDS(!j->last.number || j->n_attempts > 0);
}

static void attempt(struct journal *j, bool has_end)
{
	static const char *const overrides[] = { "--yes", NULL };
	const struct journal_attempt a = {
		.serial = SERIAL,
		.label = "label",
		.module = "/usr/lib/\xC4module.so",
		.authority = "15/STC-VP ngày 21/11/2026",
		.method = "so-pin",
		.officer = "bich",
		.state_before = "locked",
		.request_sha256 = SHA,
		.overrides = overrides,
	};
	const struct journal_result r = {
		.serial = SERIAL,
		.result = "ok",
		.state_after = "ok",
		.objects = "unchanged",
		.sent = true,
	};
	long number = journal_begin(j, NOW, &a);

	HOLDS(number > 0);
	if (has_end)
		HOLDS(journal_end(j, NOW, number, &r) == 0);
}

static void look_back(const struct chain *before, bool has_end)
{
	const struct journal_letter letter = { SHA, "15/STC-VP", "2026-11-21" };
	struct journal_entry found;
	struct journal j;

	open_journal(&j);
	HOLDS(j.file.chain.n >= before->n + (has_end ? 2 : 1));
	HOLDS((j.file.chain.state == CHAIN_WHOLE) ==
	      (before->state == CHAIN_WHOLE));
	HOLDS(!j.file.unfinished);
	HOLDS(j.last.number && j.last.seconds == NOW);
	HOLDS(journal_is_unfinished(&j) == !has_end);
	HOLDS(!has_end || (j.last.sent && !strcmp(j.last.result, "ok")));
	HOLDS(journal_find_letter(&j, &letter, &found) == 0);
	HOLDS(found.number && !strcmp(found.officer, "bich"));
	journal_entry_free(&found);
	journal_close(&j);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct fuzz_input in = { data, size };
	unsigned int how = fuzz_byte(&in);
	bool has_end = how & 2;
	struct chain before;
	struct journal j;

	if (how & 1)
		write_lines(&in);
	else
		write_files(&in);
	open_journal(&j);
	before = j.file.chain;
	attempt(&j, has_end);
	journal_close(&j);
	look_back(&before, has_end);
	return 0;
}
