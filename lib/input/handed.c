/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "handed.h"

#include <stdbool.h>
#include <string.h>

#include "base/i18n.h"
#include "json_members.h"

#define N(list) (sizeof(list) / sizeof((list)[0]))

/* The members by which the documents of ckstoken are told apart. */
enum member {
	TOKENS,
	FAILURES,
	HOST,
	EVENT,
	TIME,
	PROGRAM,
	FORM,
	SUBSCRIBERS,
	CUSTODY,
	CERTIFICATES,
	CERTIFICATE,
	FINDINGS,
	DUE,
	EVENTS,
	FIRST_BAD_EVENT,
	OBJECTS_UNCHANGED,
	REQUESTS,
	MEMBERS
};

static const char *const members[MEMBERS] = {
	[TOKENS] = "tokens",
	[FAILURES] = "failures",
	[HOST] = "host",
	[EVENT] = "event",
	[TIME] = "time",
	[PROGRAM] = "program",
	[FORM] = "form",
	[SUBSCRIBERS] = "subscribers",
	[CUSTODY] = "custody",
	[CERTIFICATES] = "certificates",
	[CERTIFICATE] = "certificate",
	[FINDINGS] = "findings",
	[DUE] = "due",
	[EVENTS] = "events",
	[FIRST_BAD_EVENT] = "first_bad_event",
	[OBJECTS_UNCHANGED] = "objects_unchanged",
	[REQUESTS] = "requests",
};

/* What is for nobody to hand in, by what it has and has not. */
static const struct {
	unsigned int has, lacks;
	const char *what;
} nothing[] = {
	{ 1u << FINDINGS, 0,
	  N_("this is what \"ckstoken audit --json\" printed: findings, and no records. Hand in what \"ckstoken status --json\" prints") },
	{ 1u << DUE, 1u << TOKENS,
	  N_("this is what \"ckstoken register due --json\" printed: what is to be done, and no records. Hand in what \"ckstoken register export\" writes") },
	{ 1u << FIRST_BAD_EVENT, 0,
	  N_("this is what \"ckstoken register verify --json\" printed: the result of a check, and no records. Hand in what \"ckstoken register export\" writes") },
	{ 1u << EVENTS, 1u << TOKENS,
	  N_("this is what \"ckstoken register history --json\" printed. Events are made by what is done, and are not imported: hand in what \"ckstoken register export\" writes, or copy the register with \"ckstoken register copy\"") },
	{ 1u << OBJECTS_UNCHANGED, 0,
	  N_("this is what \"ckstoken unblock --json\" printed, and the register has had it since then") },
	{ 1u << CERTIFICATES | 1u << FAILURES,
	  1u << TOKENS | 1u << SUBSCRIBERS | 1u << CUSTODY | 1u << REQUESTS |
		  1u << PROGRAM,
	  N_("this is what \"ckstoken cert list --json\" printed, which does not say when and where the tokens were seen. Hand in what \"ckstoken status --json\" prints") },
	{ 1u << CERTIFICATE, 1u << TOKENS,
	  N_("this is what \"ckstoken cert show --json\" printed, which does not say which token has the certificate. Hand in what \"ckstoken status --json\" prints") },
};

static enum handed judge_json(const char *text, size_t len, const char **what)
{
	unsigned int found = json_members(text, len, members, MEMBERS);
	const unsigned int of_list = 1u << TOKENS | 1u << TIME;

#define HAS(member) (found & 1u << (member))
	if ((HAS(TOKENS) && (HAS(FAILURES) || HAS(HOST))) ||
	    (HAS(EVENT) && HAS(TIME)))
		return HANDED_STATUS;
	if (HAS(FORM) && !HAS(TOKENS))
		return HANDED_PAPER;
#undef HAS
	if (found == of_list)
		return HANDED_LIST;
	for (size_t i = 0; i < N(nothing); i++) {
		if ((found & nothing[i].has) != nothing[i].has ||
		    found & nothing[i].lacks)
			continue;
		*what = _(nothing[i].what);
		return HANDED_NOTHING;
	}
	return HANDED_TABLE;
}

/* Tables of CSV, by how their headings begin; Excel may have changed what
 * stands between them. */
static const struct {
	const char *const headings[3];
	enum handed kind;
	const char *what;
} tables[] = {
	{ { "module", "slot", "reader" }, HANDED_STATUS, NULL },
	{ { "state", "due", "rule" },
	  HANDED_NOTHING,
	  N_("this is the table of \"ckstoken audit --csv\" or \"ckstoken register due --csv\": findings, and no records. Hand in what \"ckstoken register export\" or \"ckstoken status --json\" prints") },
	{ { "list", "row", "measure" },
	  HANDED_NOTHING,
	  N_("these are statistics, which count records and are none. Hand in what \"ckstoken register export\" writes") },
	{ { "token_serial", "id", "name" },
	  HANDED_NOTHING,
	  N_("this is the table of \"ckstoken cert list --csv\", which does not say when and where the tokens were seen. Hand in what \"ckstoken status --csv\" prints") },
};

/* True if the cell at *@at is @heading; goes behind it. */
static bool take_heading(const char **at, const char *heading)
{
	size_t len = strlen(heading);

	*at += strspn(*at, "\"");
	if (strncmp(*at, heading, len) != 0)
		return false;
	*at += len;
	*at += strspn(*at, "\"");
	if (!strchr(",;\t\r\n", **at))
		return false;
	*at += **at != '\0';
	return true;
}

static enum handed judge_table(const char *text, const char **what)
{
	/* "sep=," is no row. */
	if (!strncmp(text, "sep=", 4))
		text += strcspn(text, "\n") + (strchr(text, '\n') != NULL);
	for (size_t i = 0; i < N(tables); i++) {
		const char *at = text;
		size_t k = 0;

		while (k < 3 && take_heading(&at, tables[i].headings[k]))
			k++;
		if (k < 3)
			continue;
		if (tables[i].what)
			*what = _(tables[i].what);
		return tables[i].kind;
	}
	return HANDED_TABLE;
}

enum handed handed_judge(const char *text, size_t len, const char **what)
{
	static const char mark[] = "\xef\xbb\xbf", sqlite[] = "SQLite format 3";

	*what = NULL;
	if (len >= 4 && !memcmp(text, "PK\003\004", 4))
		return HANDED_PACKED;
	if (memmem(text, len < 1024 ? len : 1024, "%PDF-", 5))
		return HANDED_PACKED;
	if (len >= sizeof(sqlite) && !memcmp(text, sqlite, sizeof(sqlite))) {
		*what = _(
			"this is a register itself, or another database. Hand in what \"ckstoken register export\" writes of it");
		return HANDED_NOTHING;
	}
	if (len >= 3 && !memcmp(text, mark, 3)) {
		text += 3;
		len -= 3;
	}
	return text[strspn(text, " \t\r\n")] == '{'
		       ? judge_json(text, len, what)
		       : judge_table(text, what);
}
