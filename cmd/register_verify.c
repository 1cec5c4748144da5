/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* "register verify": what can be proved, in words. */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "input/dossier.h"
#include "json.h"
#include "labels.h"
#include "message.h"
#include "progress.h"
#include "received.h"
#include "register_proof.h"
#include "verify.h"

/* 1. The heads that are to be proved: of options and of papers */

static int add_claim(struct claims *claims, const struct head *head,
		     const char *paper)
{
	struct head_claim *list =
		reallocarray(claims->list, claims->n + 1, sizeof(*list));
	const char **papers;

	claims->list = list ? list : claims->list;
	papers = reallocarray((void *)claims->papers, claims->n + 1,
			      sizeof(*papers));
	claims->papers = papers ? papers : claims->papers;
	if (!list || !papers)
		return print_no_memory();
	list[claims->n] = (struct head_claim){ .head = *head };
	papers[claims->n++] = paper;
	return 0;
}

static void free_claims(struct claims *claims)
{
	free(claims->list);
	free((void *)claims->papers);
}

static int take_options(struct claims *claims, const char *option,
			const char **texts)
{
	struct head head;
	int ret = 0;

	for (; texts && *texts && !ret; texts++) {
		if (head_read(*texts, &head)) {
			ret = add_claim(claims, &head, NULL);
			continue;
		}
		print_error(
			_("%s %s: give the number and at least 16 characters of the check code, as papers have them at the foot of a page: 17:0123456789abcdef0123456789abcdef"),
			option, *texts);
		ret = EXIT_USAGE;
	}
	return ret;
}

/* The head of a book in @evidence; false where it has none. The paper may come
 * from anybody. */
static bool head_in(const json_t *evidence, const char *book,
		    const char *entries, struct head *head)
{
	const json_t *of = json_object_get(evidence, book);
	const char *first = dossier_text(of, "first");
	char text[HEAD_TEXT_SIZE];
	bool found;

	(void)snprintf(
		text, sizeof(text), "%lld:%s",
		(long long)json_integer_value(json_object_get(of, entries)),
		dossier_text(of, "head"));
	found = head_read(text, head);
	if (strspn(first, "0123456789abcdef") == CHAIN_HASH_LEN &&
	    !first[CHAIN_HASH_LEN])
		memcpy(head->first, first, CHAIN_HASH_SIZE);
	return found;
}

static int take_evidence(struct proof *p, const char *paper,
			 const json_t *evidence)
{
	struct head event, line;
	bool has_event = head_in(evidence, "register", "events", &event);
	bool has_line = head_in(evidence, "journal", "entries", &line);
	int ret = has_event ? add_claim(&p->events, &event, paper) : 0;

	if (!ret && has_line)
		ret = add_claim(&p->lines, &line, paper);
	if (!ret && !has_event && !has_line) {
		print_error(
			_("%s bears no check code of a register or a journal: minutes, reports and audits do that were made while one was kept"),
			paper);
		ret = EXIT_BAD_INPUT;
	}
	return ret;
}

static int take_paper(struct proof *p, const char *paper)
{
	struct received r;
	int ret = received_read(&r, p->globals, paper, false);

	if (!ret) {
		received_tell(&r, true);
		ret = take_evidence(p, paper, json_object_get(r.data, HEADS));
	}
	received_free(&r);
	return ret;
}

/* Takes the heads of a seal, unless it does not hold: then nobody vouches for
 * them. */
static int take_seal(struct proof *p, const char *path)
{
	struct seal *list =
		reallocarray(p->seals, p->n_seals + 1, sizeof(*list));
	int ret;

	if (!list)
		return print_no_memory();
	p->seals = list;
	ret = seal_read(p->globals, path, &list[p->n_seals++]);
	if (ret || verify_failed(list[p->n_seals - 1].signature))
		return ret;
	return take_evidence(p, path,
			     json_object_get(list[p->n_seals - 1].said, HEADS));
}

static int take_claims(struct proof *p)
{
	const struct register_options *o = p->options;
	int ret = take_options(&p->events, "--head", o->heads);

	if (!ret)
		ret = take_options(&p->lines, "--journal-head",
				   o->journal_heads);
	for (size_t i = 0; o->papers && o->papers[i] && !ret; i++)
		ret = take_paper(p, o->papers[i]);
	for (size_t i = 0; o->seals && o->seals[i] && !ret; i++)
		ret = take_seal(p, o->seals[i]);
	return ret;
}

/* The times of event head->n, as the event has them. */
static void take_times(struct custody_register *reg, struct head_claim *claim)
{
	json_t *event = register_event_read(reg, claim->head.n);

	(void)snprintf(claim->time, sizeof(claim->time), "%s",
		       dossier_text(event, "time"));
	(void)snprintf(claim->clock, sizeof(claim->clock), "%s",
		       dossier_text(event, "clock"));
	json_decref(event);
}

static void judge_events(struct proof *p)
{
	char hash[CHAIN_HASH_SIZE];

	for (size_t i = 0; i < p->events.n; i++) {
		struct head_claim *claim = &p->events.list[i];
		bool found = register_hash_of(p->reg, claim->head.n, hash);

		claim->result = head_judge(&claim->head, &p->v.chain,
					   found ? hash : NULL);
		if (found)
			take_times(p->reg, claim);
		if (claim->result == HEAD_PROVED && p->v.is_part &&
		    p->v.n_read < register_n_events(p->reg))
			claim->result = HEAD_SEEN;
	}
}

/* True if a head that was typed is not proved of its book: it may be that of
 * the other, which papers print on the same line. */
static bool may_be_swapped(const struct claims *claims, size_t i)
{
	return !claims->papers[i] && !claim_is_proved(&claims->list[i]) &&
	       claims->list[i].result != HEAD_UNREAD;
}

static void find_swapped_lines(struct proof *p)
{
	char hash[CHAIN_HASH_SIZE];

	for (size_t i = 0; i < p->lines.n; i++) {
		struct head *head = &p->lines.list[i].head;

		if (may_be_swapped(&p->lines, i) &&
		    register_hash_of(p->reg, head->n, hash) &&
		    strncmp(hash, head->hash, strlen(head->hash)) == 0)
			p->lines.list[i].result = HEAD_SWAPPED;
	}
}

/* The journal is read once more where there are such. 0 or an exit code. */
static int find_swapped_events(struct proof *p)
{
	struct claims typed = { 0 };
	struct books books;
	char *path = NULL;
	size_t k = 0;
	int ret = 0;

	for (size_t i = 0; i < p->events.n && !ret; i++)
		if (may_be_swapped(&p->events, i))
			ret = add_claim(&typed, &p->events.list[i].head, NULL);
	if (!ret && typed.n)
		(void)heads_hold(p->globals, p->options->file, p->reg,
				 typed.list, typed.n, &books, &path);
	for (size_t i = 0; i < p->events.n && k < typed.n && !ret; i++)
		if (may_be_swapped(&p->events, i) &&
		    claim_is_proved(&typed.list[k++]))
			p->events.list[i].result = HEAD_SWAPPED;
	free_claims(&typed);
	free(path);
	return ret;
}

/* A seal proves by its signer alone: without one who is known, anybody made it
 * of the register as it is. */
static void judge_signers(const struct proof *p, const struct claims *claims)
{
	for (size_t i = 0; i < claims->n; i++)
		for (size_t k = 0; k < p->n_seals; k++)
			if (claims->papers[i] == p->seals[k].path &&
			    !verify_passed(p->seals[k].signature) &&
			    claim_is_proved(&claims->list[i]))
				claims->list[i].result = HEAD_UNVOUCHED;
}

/* 2. The command */

static bool all_proved(const struct claims *claims)
{
	bool all = true;

	for (size_t i = 0; i < claims->n; i++)
		all &= claim_is_proved(&claims->list[i]);
	return all;
}

static bool seals_hold(const struct proof *p)
{
	bool all = true;

	for (size_t i = 0; i < p->n_seals; i++)
		all &= verify_passed(p->seals[i].signature);
	return all;
}

static bool any_seal_failed(const struct proof *p)
{
	bool any = false;

	for (size_t i = 0; i < p->n_seals; i++)
		any |= verify_failed(p->seals[i].signature);
	return any;
}

static bool needs_attention(const struct proof *p)
{
	return !seals_hold(p) || p->v.result != VERIFY_RIGHT ||
	       proof_is_unread(p) || proof_first_back(&p->v.times, true) ||
	       p->v.times.ahead || !all_proved(&p->events) ||
	       !all_proved(&p->lines) || p->books.n_lost || p->books.n_gone ||
	       p->books.journal.state != CHAIN_WHOLE;
}

static int verify(struct proof *p)
{
	int ret = 0, swapped = 0;
	bool dated_back = false;

	progress_begin(_("Checking the register..."), 0);
	register_verify(p->reg, &p->v);
	progress_end();
	if (p->v.result != VERIFY_FAILED) {
		judge_events(p);
		p->journal_err = heads_hold(p->globals, p->options->file,
					    p->reg, p->lines.list, p->lines.n,
					    &p->books, &p->journal);
		find_swapped_lines(p);
		swapped = find_swapped_events(p);
		judge_signers(p, &p->events);
		judge_signers(p, &p->lines);
	}
	ret = register_exit_code(p->reg);
	if (!ret)
		ret = swapped;
	if (!ret && p->journal_err == -ENOMEM)
		ret = print_no_memory();
	if (ret)
		return ret;
	ret = proof_print(p, &dated_back);
	if (!ret && any_seal_failed(p))
		return EXIT_NOT_VALID;
	return !ret && (dated_back || needs_attention(p)) ? EXIT_ATTENTION
							  : ret;
}

int cmd_register_verify(const struct globals *globals,
			const struct register_options *o)
{
	struct proof p = { .globals = globals, .options = o };
	int ret = take_claims(&p);

	if (!ret)
		ret = register_require(globals, o->file, REGISTER_READ, &p.reg);
	if (!ret)
		ret = verify(&p);
	register_close(&p.reg);
	free_claims(&p.events);
	free_claims(&p.lines);
	for (size_t i = 0; i < p.n_seals; i++)
		seal_free(&p.seals[i]);
	free(p.seals);
	free(p.journal);
	return ret;
}
