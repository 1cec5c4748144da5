/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * Pieces of the questions that the rules ask: of a subscriber "s", a token "t",
 * a certificate "c", and an item "i" of a request "r".
 *
 * The first parameters are those of due_query(): $1 to $3 for whom it is about,
 * and $4, today.
 */
#ifndef REGISTER_DUE_SQL_H
#define REGISTER_DUE_SQL_H

/* Every question begins with these columns. */
#define DUE_WHOSE(token, certificate)                                 \
	token ", " certificate ", \"s\".\"name\", \"s\".\"holder\", " \
	      "\"s\".\"organization\", \"s\".\"unit\""
#define DUE_WHOSE_COLUMNS 6
#define DUE_WHOSE_TOKEN DUE_WHOSE("\"t\".\"device_serial\"", "NULL")
#define DUE_WHOSE_CERTIFICATE \
	DUE_WHOSE("\"c\".\"device_serial\"", "\"c\".\"certificate_serial\"")

/* Whose it is need not be known. */
#define DUE_CERTIFICATES                                             \
	"\"certificates\" \"c\" LEFT JOIN \"tokens\" \"t\" ON "      \
	"\"t\".\"device_serial\" = \"c\".\"device_serial\" "         \
	"LEFT JOIN \"subscribers\" \"s\" ON \"s\".\"subscriber\" = " \
	"coalesce(\"c\".\"subscriber\", \"t\".\"subscriber\") "
#define DUE_TOKENS                                             \
	"\"tokens\" \"t\" LEFT JOIN \"subscribers\" \"s\" ON " \
	"\"s\".\"subscriber\" = \"t\".\"subscriber\" "

/* The few tokens of organizations; the sign keeps databases from going through
 * all tokens instead. */
#define DUE_SEALS                                         \
	"\"subscribers\" \"s\" JOIN \"tokens\" \"t\" ON " \
	"\"t\".\"subscriber\" = +\"s\".\"subscriber\" "

/* The token @t went back on @day, and was not handed out again since: it may be
 * that only a keeper or a certificate is on record after it. */
#define DUE_BACK(t, day)                                                \
	"(coalesce(" day ", '9999') <= $4 AND "                         \
	"coalesce(" t ".\"received_date\", '') <= " day " AND "         \
	"coalesce(" t ".\"delivered_date\", '') <= " day " AND "        \
	"NOT EXISTS (SELECT 1 FROM \"custody\" \"y\" WHERE "            \
	"\"y\".\"device_serial\" = " t ".\"device_serial\" AND "        \
	"\"y\".\"from_date\" > " day " AND \"y\".\"from_date\" <= $4) " \
	"AND NOT EXISTS (SELECT 1 FROM \"certificates\" \"y\" WHERE "   \
	"\"y\".\"device_serial\" = " t ".\"device_serial\" AND "        \
	"\"y\".\"not_before\" > " day " AND \"y\".\"not_before\" <= $4))"
/* To whom it came from. */
#define DUE_RETURNED DUE_BACK("\"t\"", "\"t\".\"returned_date\"")
/* From its subscriber or keeper. */
#define DUE_COLLECTED DUE_BACK("\"t\"", "\"t\".\"collected_date\"")
#define DUE_COLLECTED_DAY \
	"CASE WHEN " DUE_COLLECTED " THEN \"t\".\"collected_date\" END"

/* The loss "l" of the token stands: who loses one may find it, and then it is
 * seen again. */
#define DUE_STILL_LOST                                                  \
	"\"l\".\"loss_kind\" = 'lost' AND (\"t\".\"seen_date\" IS NULL" \
	" OR \"l\".\"reported_time\" IS NULL OR \"t\".\"seen_date\" <=" \
	" substr(\"l\".\"reported_time\", 1, 10))"
#define DUE_LOST                                                                \
	"EXISTS (SELECT 1 FROM \"losses\" \"l\" WHERE "                         \
	"\"l\".\"device_serial\" = \"t\".\"device_serial\" AND " DUE_STILL_LOST \
	")"

/* The agency has the token; and a certificate that is on none. */
#define DUE_IN_HAND " AND NOT " DUE_RETURNED " AND NOT " DUE_LOST " "

/* Where the end of the certificate @c is not known, it is not past. */
#define DUE_IN_FORCE(c)                                      \
	"(coalesce(" c ".\"not_after\", '9999') >= $4 "      \
	"AND coalesce(" c ".\"revoked_date\", '9999') > $4 " \
	"AND coalesce(" c ".\"notice_date\", '9999') > $4)"
#define DUE_C_IN_FORCE DUE_IN_FORCE("\"c\"")
#define DUE_N_IN_FORCE DUE_IN_FORCE("\"n\"")

/*
 * There is an item that asks for @what, and is not refused. A letter that has
 * no number, and that nobody sent or answered, is a draft and asks for nothing.
 */
#define DUE_ITEM                                                            \
	"EXISTS (SELECT 1 FROM \"items\" \"i\" JOIN \"requests\" \"r\" ON " \
	"\"r\".\"request\" = \"i\".\"request\" WHERE "
#define DUE_SENT                                                    \
	"coalesce(\"r\".\"document_number\", \"r\".\"sent_date\", " \
	"\"r\".\"valid_date\", \"r\".\"outcome\", "                 \
	"\"r\".\"done_date\") IS NOT NULL"
#define DUE_STANDS \
	" AND coalesce(\"r\".\"outcome\", '') <> 'refused' AND " DUE_SENT ")"
#define DUE_ASKED(what) DUE_ITEM what DUE_STANDS
#define DUE_DRAFTED(what) DUE_ITEM what " AND NOT (" DUE_SENT "))"

/* An item of a subscriber alone, of a certificate, of a token. */
#define DUE_OF_SUBSCRIBER                                   \
	"(\"i\".\"subscriber\" = \"s\".\"subscriber\" AND " \
	"\"i\".\"certificate_serial\" IS NULL AND "         \
	"\"i\".\"device_serial\" IS NULL)"
/* Of nobody who is known to be another. */
#define DUE_SAME_SUBSCRIBER                                                   \
	"coalesce(\"i\".\"subscriber\", \"s\".\"subscriber\", 0) = coalesce(" \
	"\"s\".\"subscriber\", \"i\".\"subscriber\", 0)"
/* One that does not name it is of what there was when it was written. */
#define DUE_OF_CERTIFICATE                                              \
	"(\"i\".\"certificate_serial\" = \"c\".\"certificate_serial\" " \
	"OR (\"i\".\"device_serial\" = \"c\".\"device_serial\" AND "    \
	"\"i\".\"certificate_serial\" IS NULL AND " DUE_SAME_SUBSCRIBER \
	") OR " DUE_OF_SUBSCRIBER ") AND ("                             \
	"\"i\".\"certificate_serial\" IS NOT NULL OR "                  \
	"coalesce(\"r\".\"document_date\", '9999') >= "                 \
	"coalesce(\"c\".\"not_before\", '')) AND "
#define DUE_OF_TOKEN                                                               \
	"(\"i\".\"device_serial\" = \"t\".\"device_serial\" OR "                   \
	"\"i\".\"certificate_serial\" IN (SELECT "                                 \
	"\"x\".\"certificate_serial\" FROM \"certificates\" \"x\" WHERE "          \
	"\"x\".\"device_serial\" = \"t\".\"device_serial\") OR " DUE_OF_SUBSCRIBER \
	") AND "

/* The subscriber has moved; the new agency has asked for the change. */
#define DUE_MOVED                                         \
	"(coalesce(\"s\".\"left_reason\", '') = 'moved' " \
	"AND coalesce(\"s\".\"left_date\", '9999') <= $4)"
#define DUE_CHANGE                                               \
	"\"i\".\"subscriber\" = \"s\".\"subscriber\" AND "       \
	"(\"r\".\"procedure\" = 'change' OR \"i\".\"update\" "   \
	"= 1) AND coalesce(\"r\".\"document_date\", '9999') >= " \
	"\"s\".\"left_date\""
#define DUE_CHANGE_ASKED DUE_ASKED(DUE_CHANGE)
#define DUE_CHANGED                                              \
	"(" DUE_CHANGE_ASKED                                     \
	" OR EXISTS (SELECT 1 FROM \"certificates\" \"x\" "      \
	"WHERE \"x\".\"subscriber\" = \"s\".\"subscriber\" AND " \
	"\"x\".\"not_before\" >= \"s\".\"left_date\"))"
/* To another agency than the register has for the subscriber. */
#define DUE_WITH_OTHERS                                          \
	"(" DUE_MOVED " AND coalesce(\"s\".\"left_to\", '') <> " \
	"coalesce(\"s\".\"organization\", ''))"

#endif
