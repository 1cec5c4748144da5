/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * Whose a register on a server is: its members are roles of the server, each an
 * agency's, who sees and writes its own, or the desk's, who sees and writes
 * all. roles.sql has the rules; the database itself keeps them, whoever asks
 * it.
 */
#ifndef REGISTER_ROLES_H
#define REGISTER_ROLES_H

#include "register.h"

enum roles_result {
	ROLES_DONE,    /* or the store remembers an error */
	ROLES_NONE,    /* this database has no roles: it is a file */
	ROLES_UNKNOWN, /* the server has no such role */
	ROLES_ABOVE,   /* no rule holds for the role: it may do everything */
	ROLES_SEVERAL, /* it, or who belongs to it, would be of two agencies */
	ROLES_UNSEEN,  /* an agency does not see who else has a part */
	ROLES_NO_MEMBER,
};

/*
 * Makes @role a member, of the agency @organization or, where that is NULL, of
 * the desk; whatever it was before. Between register_begin() and
 * register_commit().
 */
enum roles_result roles_grant(struct custody_register *reg, const char *role,
			      const char *organization);

/* It is a member no longer. */
enum roles_result roles_revoke(struct custody_register *reg, const char *role);

/* *@out: role, organization or null for the desk, whether the server still has
 * the role, and the register the agency; by their names. NULL where there are
 * none. */
enum roles_result roles_list(struct custody_register *reg, struct query **out);

/* The agency whose part of the register is all that this user sees; NULL: all
 * is seen. */
const char *roles_agency(struct custody_register *reg);

/*
 * In a transaction, until it ends: what is made is the owner's, whoever makes
 * it. An error, with @otherwise and the name of the owner as its words, where
 * the user may not act as the owner. A file has no owner other than its user.
 */
void roles_act_as_owner(struct store *store, const char *otherwise);

/* True if the rules of roles.sql stand as they were made, and no others. */
bool roles_stand(struct store *store);

/* After the tables were made anew, and before they are filled: as they were. */
void roles_restore(struct store *store);

#endif
