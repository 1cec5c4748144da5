/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Minutes recorded in any order: what follows goes by the days of the acts, and
 * not by those on which they were told. */
#include "unit/unit.h"

#include <unistd.h>

#include "base/buffer.h"
#include "base/date.h"
#include "import_fixture.h"
#include "register/record_document.h"
#include "register/undo.h"

static void begin(struct fixture *f)
{
	static const struct register_act act = { 1795226400, "officer",
						 "handover" };

	register_act_begin(f->in.reg, &act);
}

static void tell(struct fixture *f, const char *text)
{
	json_t *dossier = json_loads(text, 0, NULL);

	assert_non_null(dossier);
	begin(f);
	(void)record_document(f->in.reg, dossier, NULL);
	register_act_end(f->in.reg);
	assert_int_equal(store_error(register_store(f->in.reg)), 0);
	json_decref(dossier);
}

/* What is so today, and what stands there. */
static void put_answers(struct fixture *f, struct buffer *b, const char *sql)
{
	struct query *q = store_query(register_store(f->in.reg), sql);

	while (query_next(q)) {
		for (int i = 0; i < 4; i++)
			buffer_printf(b, " %s", query_text(q, i));
		buffer_puts(b, "\n");
	}
	query_end(q);
	assert_string_equal(store_message(register_store(f->in.reg)), "");
}

static char *dump(struct fixture *f)
{
	struct buffer b = { 0 };
	char day[DATE_SIZE];
	long first;

	put_answers(f, &b,
		    "SELECT device_serial || ' ' || keeper, from_date, "
		    "coalesce(to_date, '-'), minutes || "
		    "coalesce(keeper_title, '') || coalesce(decision, '') || "
		    "coalesce(temporary, '') "
		    "FROM custody ORDER BY device_serial, from_date, minutes, "
		    "keeper");
	put_answers(f, &b,
		    "SELECT delivered_date, collected_date, returned_date, "
		    "returned_to FROM tokens ORDER BY device_serial");
	assert_true(date_read_iso("2026-01-01", &first));
	for (long i = 0; i < 60; i += 3) {
		store_today(register_store(f->in.reg),
			    date_iso(first + i, day));
		buffer_printf(&b, "%s", day);
		put_answers(f, &b,
			    "SELECT (SELECT keeper FROM keeper_today k WHERE "
			    "k.device_serial = t.device_serial), "
			    "returned, collected, in_hand FROM token_state t "
			    "ORDER BY device_serial");
		/* Nobody keeps what was returned. */
		put_answers(f, &b,
			    "SELECT 'wrong', returned_date, today(), '' FROM "
			    "token_state t WHERE t.returned AND "
			    "t.returned_date < today() AND EXISTS "
			    "(SELECT 1 FROM keeper_today k WHERE "
			    "k.device_serial = t.device_serial)");
	}
	buffer_put(&b, "", 1);
	assert_false(b.failed);
	assert_null(strstr((const char *)b.data, "wrong"));
	return (char *)b.data;
}

static unsigned int seed;

static unsigned int chance(unsigned int n)
{
	seed = seed * 1103515245 + 12345;
	return (seed >> 16 & 0x7fff) % n;
}

#define ACTS ((size_t)6)

/* One token's way through the hands: it is delivered, passed on, collected and
 * returned, and then delivered anew. Each act has a later number, and a later
 * day but where it is passed on twice in a day. */
static void make_acts(char acts[ACTS][600])
{
	static const char *const names[] = { "An", "Bình", "Chi", "Dũng" };
	static const char *const suffixes[] = { " Một", " Hai", " Ba" };
	bool is_out = false, may_share = false;
	unsigned int day = 1;
	char from[DATE_SIZE], until[DATE_SIZE];
	long first;

	assert_true(date_read_iso("2026-01-01", &first));
	for (size_t i = 0; i < ACTS; i++) {
		const char *what = "deliver", *to = names[chance(4)];
		const char *office = "Sở Tài chính";
		bool is_short = false;
		unsigned int kind = chance(4);

		if (is_out && kind == 3) {
			what = "return";
			office = "Cục Chứng thực số";
			is_out = false;
		} else if (is_out && kind == 2) {
			what = "return";
			if (chance(2))
				to = "";
		} else if (is_out) {
			what = "keeper";
			is_short = chance(3) == 0;
		}
		if (!may_share || !is_out || kind >= 2 || chance(2))
			day += 1 + chance(8);
		may_share = is_out && kind < 2;
		if (strcmp(what, "deliver") == 0)
			is_out = true;
		date_iso(first + day, from);
		date_iso(first + day + chance(12), until);
		(void)snprintf(
			acts[i], sizeof(acts[i]),
			"{\"form\": {\"procedure\": \"%s\"}, \"agency\": "
			"{\"name\": \"Sở Tài chính\", \"symbol\": \"STC\"}, "
			"\"document\": {\"number\": \"%zu\", \"date\": "
			"\"%s\"%s%s%s}, \"receiver\": {\"name\": \"%s%s\", "
			"\"organization\": \"%s\"}, \"subscribers\": "
			"[{\"device_serial\": \"T1\"}]}",
			what, i + 1, from, is_short ? ", \"until\": \"" : "",
			is_short ? until : "", is_short ? "\"" : "", to,
			*to ? suffixes[i % 3] : "", office);
	}
}

static void shuffle(size_t order[ACTS])
{
	for (size_t i = 0; i < ACTS; i++)
		order[i] = i;
	for (size_t i = ACTS; i-- > 1;) {
		size_t k = chance((unsigned int)i + 1), one = order[i];

		order[i] = order[k];
		order[k] = one;
	}
}

static char *dump_in_order(struct fixture *f, char acts[ACTS][600],
			   const size_t order[ACTS])
{
	char *text;

	for (size_t i = 0; i < ACTS; i++)
		tell(f, acts[order ? order[i] : i]);
	text = dump(f);
	register_rollback(f->in.reg);
	register_begin(f->in.reg);
	return text;
}

/* Returned first, and an earlier hand-over recorded later: the token was kept
 * and returned at once. */
static void a_chain_in_any_order_is_the_same(void **state)
{
	struct fixture *f = *state;
	char acts[ACTS][600];

	commit(f);
	register_begin(f->in.reg);
	seed = 1;
	for (size_t i = 0; i < rounds(60); i++) {
		char *expected;

		make_acts(acts);
		expected = dump_in_order(f, acts, NULL);
		for (size_t k = 0; k < 6; k++) {
			size_t order[ACTS];
			char *now;

			shuffle(order);
			now = dump_in_order(f, acts, order);
			if (strcmp(now, expected) != 0)
				for (size_t n = 0; n < ACTS; n++)
					print_message("%s\n", acts[order[n]]);
			assert_string_equal(now, expected);
			free(now);
		}
		free(expected);
	}
}

/* Another version of the minutes: to somebody else, for other tokens, until
 * another day or back to the issuer. */
static void make_wrong(const char *act, char wrong[700])
{
	json_t *d = json_loads(act, 0, NULL);
	json_t *receiver = json_object_get(d, "receiver");
	json_t *document = json_object_get(d, "document");
	json_t *rows = json_object_get(d, "subscribers");
	const char *until =
		json_string_value(json_object_get(document, "until"));
	char *text;

	switch (chance(5)) {
	case 0:
		(void)json_object_set_new(receiver, "name",
					  json_string("Nhầm Người"));
		break;
	case 1:
		(void)json_array_append_new(
			rows, json_pack("{s:s}", "device_serial", "T2"));
		break;
	case 2:
		(void)json_object_set_new(document, "until",
					  until ? json_null()
						: json_string("2026-02-20"));
		break;
	case 3:
		(void)json_object_set_new(json_object_get(d, "form"),
					  "procedure", json_string("return"));
		(void)json_object_set_new(receiver, "organization",
					  json_string(chance(2) ? "Cục" : ""));
		break;
	default:
		(void)json_object_set_new(receiver, "title",
					  json_string("Văn thư"));
		(void)json_object_set_new(
			document, "papers",
			json_pack("[s]", "Quyết định số 5 ngày 02/01/2026"));
	}
	text = json_dumps(d, JSON_COMPACT);
	(void)snprintf(wrong, 700, "%s", text);
	free(text);
	json_decref(d);
}

/* Minutes made again kept what they no longer said, and tokens that were left
 * out of them stayed as they had said. */
static void minutes_made_again_are_as_if_made_once(void **state)
{
	struct fixture *f = *state;
	char acts[ACTS][600], wrong[700];

	tell(f, "{\"form\": {\"procedure\": \"deliver\"}, \"agency\": "
		"{\"name\": \"Sở Tài chính\"}, \"document\": {\"number\": "
		"\"90\", \"date\": \"2025-12-01\"}, \"receiver\": "
		"{\"name\": \"Ly\"}, \"subscribers\": "
		"[{\"device_serial\": \"T2\"}]}");
	commit(f);
	register_begin(f->in.reg);
	seed = 3;
	for (size_t i = 0; i < rounds(200); i++) {
		unsigned long n;
		char *expected, *now;
		size_t order[ACTS];

		make_acts(acts);
		expected = dump_in_order(f, acts, NULL);
		shuffle(order);
		for (size_t k = 0; k < ACTS; k++) {
			make_wrong(acts[order[k]], wrong);
			if (chance(2))
				tell(f, wrong);
			if (chance(4) == 0)
				tell(f, acts[order[k]]);
			if (chance(4) == 0)
				tell(f, wrong);
			tell(f, acts[order[k]]);
			n = register_n_events(f->in.reg);
			tell(f, acts[order[k]]);
			if (register_n_events(f->in.reg) != n)
				print_message("%s\n%s\n", wrong,
					      acts[order[k]]);
			assert_int_equal(register_n_events(f->in.reg), n);
		}
		now = dump(f);
		if (strcmp(now, expected) != 0)
			for (size_t k = 0; k < ACTS; k++)
				print_message("%s\n", acts[order[k]]);
		assert_string_equal(now, expected);
		free(now);
		free(expected);
		register_rollback(f->in.reg);
		register_begin(f->in.reg);
	}
}

#define MINUTES(what, number, day, to, office)                               \
	"{\"form\": {\"procedure\": \"" what "\"}, \"agency\": "             \
	"{\"name\": \"Sở Tài chính\"}, \"document\": {\"number\": \"" number \
	"\", \"date\": \"" day "\"}, \"receiver\": {\"name\": "              \
	"\"" to "\", \"organization\": \"" office "\"}, "                    \
	"\"subscribers\": [{\"device_serial\": \"T1\"}]}"

static enum undo_result take_back(struct fixture *f, unsigned long event)
{
	static const struct register_act act = { 1795226400, "officer",
						 "undo" };
	struct undo undo;
	enum undo_result result;

	assert_int_equal(register_undo(f->in.reg, &act, event, &undo), 0);
	result = undo.result;
	undo_free(&undo);
	return result;
}

/* Whoever got the token from one who never had it did not get it from there:
 * that is to be taken back first. */
static void what_others_build_on_is_refused(void **state)
{
	struct fixture *f = *state;
	json_t *again = json_loads(
		MINUTES("keeper", "2", "2026-02-01", "Bích", ""), 0, NULL);
	struct recorded done;

	tell(f, MINUTES("deliver", "1", "2026-01-05", "An", ""));
	tell(f, MINUTES("keeper", "2", "2026-02-01", "Bình", ""));
	tell(f, MINUTES("keeper", "3", "2026-03-01", "Chi", ""));
	begin(f);
	done = record_document(f->in.reg, again, NULL);
	register_act_end(f->in.reg);
	assert_int_equal(done.n_later, 1);
	assert_int_equal(done.later[0], 3);
	/* Of other tokens they may be others whose number was mistaken. */
	register_rollback(f->in.reg);
	register_begin(f->in.reg);
	tell(f, MINUTES("deliver", "1", "2026-01-05", "An", ""));
	tell(f, "{\"form\": {\"procedure\": \"deliver\"}, \"agency\": "
		"{\"name\": \"Sở Tài chính\"}, \"document\": {\"number\": "
		"\"1\", \"date\": \"2026-01-05\"}, \"receiver\": "
		"{\"name\": \"An\"}, \"subscribers\": "
		"[{\"device_serial\": \"T2\"}]}");
	assert_int_equal(count(f, "SELECT count(*) FROM custody"), 2);
	json_decref(again);
	register_rollback(f->in.reg);
	register_begin(f->in.reg);
}

#define LOST(number, more)                                               \
	"{\"form\": {\"procedure\": \"lost\"}, \"agency\": {\"name\": "  \
	"\"Sở Tài chính\"}, \"document\": {\"number\": \"" number "\", " \
	"\"date\": \"2026-02-01\"" more "}, \"subscribers\": "           \
	"[{\"device_serial\": \"T1\"}]}"
#define LETTER(more)                                                          \
	"{\"form\": {\"procedure\": \"revoke\"}, \"agency\": {\"name\": "     \
	"\"Sở Tài chính\"}, \"document\": {\"number\": \"8\", \"date\": " \
	"\"2026-02-01\"" more "}, \"subscribers\": [{\"device_serial\": "     \
	"\"T1\"}]}"

/* Minutes of a loss, and letters: what they do not say any more is not so, and
 * what an officer said stays. */
static void what_is_not_said_any_more_is_not_so(void **state)
{
	struct fixture *f = *state;
	unsigned long n;

	tell(f, LOST("4", ", \"lost_date\": \"20/01/2026\", \"lost_place\": "
			  "\"trên xe\", \"reported\": "
			  "\"2026-02-01T08:00:00+07:00\""));
	tell(f, LOST("4", ", \"lost_date\": \"21/01/2026\""));
	assert_int_equal(
		count(f,
		      "SELECT count(*) FROM losses WHERE lost_date = "
		      "'21/01/2026' AND lost_place IS NULL AND "
		      "reported_time IS NULL AND minutes_date = '2026-02-01'"),
		1);
	tell(f, LETTER(", \"recipient\": \"Cục\", \"period\": \"2025\""));
	f->in.ends = true;
	take(f, 0,
	     "{\"record\": \"request\", \"request\": 1, "
	     "\"channel\": \"bưu chính công ích\"}");
	f->in.ends = false;
	tell(f, LETTER(", \"recipient\": \"Sở\""));
	assert_int_equal(
		count(f, "SELECT count(*) FROM requests WHERE recipient = 'Sở' "
			 "AND period IS NULL AND document_date = '2026-02-01' "
			 "AND channel = 'bưu chính công ích'"),
		1);
	n = register_n_events(f->in.reg);
	tell(f, LETTER(", \"recipient\": \"Sở\""));
	assert_int_equal(register_n_events(f->in.reg), n);
	commit(f);
	register_begin(f->in.reg);
}

/* The custody that was recorded late had its end from that one, and kept it
 * when it was taken back. */
static void what_an_end_comes_from_is_not_taken_back(void **state)
{
	static const char *const later[] = {
		MINUTES("keeper", "5", "2026-03-01", "Chi", ""),
		MINUTES("return", "5", "2026-03-01", "", "Cục"),
		MINUTES("return", "5", "2026-03-01", "", ""),
	};
	struct fixture *f = *state;

	for (size_t i = 0; i < 3; i++) {
		unsigned long n = register_n_events(f->in.reg);

		tell(f, later[i]);
		tell(f, MINUTES("keeper", "3", "2026-02-01", "Bình", ""));
		assert_int_equal(count(f, "SELECT count(*) FROM custody WHERE "
					  "keeper = 'Bình' AND to_date = "
					  "'2026-03-01'"),
				 1);
		assert_int_equal(take_back(f, n + 1), UNDO_LATER);
		assert_int_equal(take_back(f, n + 2), UNDO_DONE);
		assert_int_equal(take_back(f, n + 1), UNDO_DONE);
		tell(f, MINUTES("keeper", "3", "2026-02-01", "Bình", ""));
		assert_int_equal(count(f, "SELECT count(*) FROM custody WHERE "
					  "to_date IS NULL"),
				 1);
		assert_int_equal(take_back(f, n + 5), UNDO_DONE);
	}
	commit(f);
	register_begin(f->in.reg);
}

/* An officer says that the token went back: its keeper has it no longer. */
static void an_officer_returns_it_from_its_keeper(void **state)
{
	struct fixture *f = *state;

	tell(f, MINUTES("deliver", "1", "2026-01-05", "An", ""));
	f->in.ends = true;
	take(f, 0,
	     "{\"record\": \"token\", \"device_serial\": \"T1\", "
	     "\"returned_date\": \"2026-02-01\"}");
	f->in.ends = false;
	assert_int_equal(count(f, "SELECT count(*) FROM custody WHERE "
				  "to_date = '2026-02-01'"),
			 1);
	/* An earlier hand-over that comes in late ends there, too. */
	tell(f, MINUTES("keeper", "2", "2026-01-20", "Bình", ""));
	assert_int_equal(count(f, "SELECT count(*) FROM custody WHERE "
				  "to_date = '2026-02-01' AND keeper = 'Bình'"),
			 1);
	commit(f);
	register_begin(f->in.reg);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(a_chain_in_any_order_is_the_same),
		TEST(minutes_made_again_are_as_if_made_once),
		TEST(what_others_build_on_is_refused),
		TEST(what_is_not_said_any_more_is_not_so),
		TEST(what_an_end_comes_from_is_not_taken_back),
		TEST(an_officer_returns_it_from_its_keeper),
	};
	int failed;

	RUN(tests, failed);
	return failed;
}
