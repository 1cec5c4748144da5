/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * The heads of the register and of the journal, as papers and reports bear
 * them: who keeps a paper can prove later that nothing before it was changed.
 */
#ifndef CMD_HEADS_H
#define CMD_HEADS_H

#include <jansson.h>

#include "command.h"
#include "register/books.h"

/* In a dossier and in JSON: how many entries there are, the hash of the last,
 * and that of the first, by which one register is told from another. */
#define HEADS "evidence"

/* Each returns 0 or an exit code, told. Of what has no entries nothing is put.
 */

/* Puts the head of the register, with what was put into it just now. */
int heads_put_register(json_t *object, struct custody_register *reg);

/* Puts the head of the journal that this machine or user has, where there is
 * one; of one that cannot be read, or is not whole, that alone, in "state", and
 * warns. */
#define HEADS_NOT_READ "not-read"
#define HEADS_NOT_INTACT "not-intact"
int heads_put_journal(json_t *object, const struct globals *globals);

/* The same of both, and of what the document is recorded in after it was: of
 * another register than @reg what was put before stays. */
int heads_put(json_t *object, const struct globals *globals,
	      struct custody_register *reg);

/*
 * Holds the register against the journal, where there is one, and warns of an
 * older copy of either: once, and of what is known for sure; or that the
 * journal cannot be read. Returns whether it did. Each act on the register does
 * the short way, which knows an older copy of the register alone.
 */
bool heads_doubt(const struct globals *globals, struct custody_register *reg);
void heads_glance(const struct globals *globals, struct custody_register *reg);

/*
 * As books_hold(), with the path of the journal in *@path, the caller's to
 * free(); NULL: none is known. The register, @file or that which is configured,
 * is opened again where it seems to be behind: it may have gone on since @reg
 * was opened.
 */
int heads_hold(const struct globals *globals, const char *file,
	       struct custody_register *reg, struct head_claim *heads,
	       size_t n_heads, struct books *books, char **path);

/* Why a journal, or its head, could not be read, which ended in @error; and
 * what is wrong with one that is not whole, as the chain_file has it. Each is
 * the caller's to free(); NULL: memory. */
char *heads_unread(const char *journal, bool head, int error);
char *heads_fault(const char *journal, const struct chain *chain,
		  bool unfinished, bool headless);

/* Warns of what the two books lack of each other. */
void heads_warn(const struct books *books, const char *journal,
		const struct custody_register *reg);

/* Prints what was put, to standard error; or that of the register alone. */
void heads_print(const json_t *object);
int heads_tell(struct custody_register *reg);

#endif
