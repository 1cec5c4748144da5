/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * Acts in the log of the system, as systemd-journald keeps it, with fields by
 * which "journalctl CKSTOKEN_ACT=unblock" finds them; ckstoken-monitoring(7)
 * describes them. It is no proof, as the register and the journal of recoveries
 * are: where there is no such log, or it takes no entry, nothing is said and
 * nothing changes.
 *
 * An entry is one datagram of the journal's native protocol, which is made here
 * and not by libsystemd: that would bring compressors and ciphers into the
 * process that has a PIN.
 */
#ifndef CMD_SYSTEM_LOG_H
#define CMD_SYSTEM_LOG_H

#include <stdbool.h>

#include "base/buffer.h"

enum act {
	ACT_UNBLOCK_BEGUN,    /* the token is about to be asked */
	ACT_UNBLOCK,	      /* what came of it */
	ACT_UNBLOCK_RECORDED, /* in the register */
	ACT_REQUEST,
	ACT_HANDOVER,
	ACT_DESK,
	ACT_REPORT,
	ACT_STATUS, /* the register takes what was seen */
	ACT_ADD,
	ACT_IMPORT,
	ACT_UNDO,
	ACT_EXPLAIN,
	ACT_COPY,
	ACT_GRANT,
	ACT_REVOKE,
	ACT_SEAL,
	ACT_SIGN,
	ACT_OTHER, /* any other that the register has an event of */
	N_ACTS
};

/* Those of syslog(3) that are used. */
enum act_priority {
	PRIORITY_CRITICAL = 2,
	PRIORITY_WARNING = 4,
	PRIORITY_NOTICE = 5,
	PRIORITY_INFO = 6,
};

/* True if the system has such a log: who needs time to gather what an entry has
 * asks first. */
bool system_log_is_there(void);

/* An entry in the making. */
struct log_entry {
	struct buffer text;
};

/* The act that the register calls @command, "request recover". */
enum act system_log_act(const char *command);

void system_log_begin(struct log_entry *entry, enum act act,
		      enum act_priority priority);

/*
 * Adds the field CKSTOKEN_@name, "SERIAL" for one; one of a name that is there
 * already is added to it. Left out is what is NULL or empty, and what tells a
 * secret.
 */
void system_log_put(struct log_entry *entry, const char *name,
		    const char *value);
void system_log_number(struct log_entry *entry, const char *name,
		       unsigned long value);

/* Ends the entry with its message, in the officer's language, and sends it. */
void system_log_send(struct log_entry *entry, const char *format, ...)
	__attribute__((format(printf, 2, 3)));

#endif
