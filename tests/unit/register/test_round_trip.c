/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * What is exported makes the same register again: every column of every kind of
 * record, with values that are odd for its type.
 */
#include "import_fixture.h"

#include "input/datafile.h"
#include "register/export.h"

#define N(a) (sizeof(a) / sizeof((a)[0]))
#define LONG_LETTERS 2000

static char long_text[3 * LONG_LETTERS + 1]; /* as long as a text may be */
static char long_serial[129];

static const char *const texts[] = {
	"Tổ Thử; tổ Ỷ Nghĩa",
	"=1+1",
	"+84",
	"-x",
	"-1",
	"@SUM(A1)",
	"'quoted",
	"'=x",
	"''a",
	"a;=x;b",
	"\"q\" và 'p', \"",
	"0012",
	"007,5",
	"dòng một\ndòng hai\tba",
	"  ở đầu\u00a0và cuối  ",
	"true 1",
	"31/12/2026",
	"2026-12-31T09:00:00+07:00",
	"\\ \\n / {} []",
	"Tổ 1 – khu “A” … 25 °C",
	"Mã số: 1; 2",
	long_text,
};
static const char *const dates[] = { "31/12/9999", "1/1/1900", "29/02/2028",
				     "2026-12-31" };
static const char *const times[] = { "31/12/9999", "2026-01-01T23:59:59+07:00",
				     "2026-12-31T17:00:00Z", "2026-02-01" };
static const char *const emails[] = { "An.B+c@VIDU.example", "=x@a.vn",
				      "+x@a.vn", "'=x@a.vn", "-x@a.vn" };
static const char *const id_numbers[] = { "001085001234", "012345678" };
static const char *const phones[] = { "0912345678", "+84 91 2345679",
				      "02438251234" };
static const char *const serials[] = { "a",	      "00FF",	  "54E30",
				       "54e31",	      "VN1x",	  "0x1f",
				       "12:34:56:ab", long_serial };
static const char *const devices[] = {
	"MoCK00", "0x1F2e", "-x1", "0012", "12:34", "A B c", "VIDU/1#2", "54E30"
};
static const char *const sims[] = { "viettel", "Vinaphone /CS" };
static const char *const ticks[] = { "x", "không" };
static const char *const counts[] = { "0", "99" };
static const char *const numbers[] = { "1", "2000000000" };
static const char *const states[] = { "ok",	"count-low", "final-try",
				      "locked", "not-set",   "must-change",
				      "unknown" };

static const char *const tax_codes[] = { "0100109106", "0100109106-001",
					 "0100109106001", "001085001234" };
static const char *const budget_codes[] = { "1234567", "0000001" };

/* Each of these days is past. */
#define AFTER_ALL 2000000000

struct values {
	const char *const *list;
	size_t n;
};

static struct values values_of(const struct field *f)
{
#define OF(type, list) \
	case type:     \
		return (struct values){ list, N(list) };
	if (strcmp(f->name, "tax_code") == 0)
		return (struct values){ tax_codes, N(tax_codes) };
	if (strcmp(f->name, "budget_code") == 0)
		return (struct values){ budget_codes, N(budget_codes) };
	switch (f->type) {
		OF(FIELD_TEXT, texts)
		OF(FIELD_DATE, dates)
		OF(FIELD_TIME, times)
		OF(FIELD_EMAIL, emails)
		OF(FIELD_ID_NUMBER, id_numbers)
		OF(FIELD_PHONE, phones)
		OF(FIELD_SERIAL, serials)
		OF(FIELD_DEVICE_SERIAL, devices)
		OF(FIELD_SIM, sims)
		OF(FIELD_TICK, ticks)
		OF(FIELD_COUNT, counts)
		OF(FIELD_NUMBER, numbers)
		OF(FIELD_PIN_STATE, states)
	case FIELD_CHOICE:
		break;
	}
	return (struct values){ NULL, 0 };
}

/* What a record must have to be one, beside the value that is tried. */
static json_t *base_of(enum record_kind kind, int number)
{
	switch (kind) {
	case RECORD_AGENCY:
		return json_pack("{s:o}", "organization",
				 json_sprintf("Sở %d", number));
	case RECORD_UNIT:
		return json_pack("{s:s, s:o}", "organization", "Sở A", "unit",
				 json_sprintf("Phòng %d", number));
	case RECORD_SUBSCRIBER:
		return json_pack("{s:i, s:s}", "subscriber", number,
				 "organization", "Sở A");
	case RECORD_TOKEN:
		return json_pack("{s:o}", "device_serial",
				 json_sprintf("TK%d", number));
	case RECORD_CERTIFICATE:
		return json_pack("{s:o}", "certificate_serial",
				 json_sprintf("CE%d", number));
	case RECORD_ITEM:
		return json_pack("{s:i, s:i}", "request", 1, "item", number);
	case RECORD_CUSTODY:
		return json_pack("{s:s, s:o}", "device_serial", "T0", "keeper",
				 json_sprintf("Lê %d", number));
	default:
		return json_pack("{s:i}", record_types[kind].columns[0],
				 number);
	}
}

/* The record that the column of this kind refers to and that must be there;
 * else NULL. */
static const char *referred(enum record_kind kind, size_t column)
{
	const char *name = record_types[kind].columns[column];

	if (column > 0 && strcmp(name, "device_serial") == 0 &&
	    kind != RECORD_ITEM)
		return "T0";
	if (strcmp(name, "subscriber") == 0 && kind != RECORD_SUBSCRIBER)
		return "1";
	if (strcmp(name, "request") == 0)
		return "1";
	if (kind == RECORD_CUSTODY && column == 0)
		return "T0";
	return kind == RECORD_UNIT && column == 0 ? "Sở A" : NULL;
}

/* A key that the register may give by itself, of which every row needs its own.
 */
static bool is_own_number(enum record_kind kind, size_t column)
{
	const struct record_type *type = &record_types[kind];

	return column < type->n_keys &&
	       field_find_any(type->columns[column])->type == FIELD_NUMBER;
}

static struct data_list lists[RECORD_KINDS];

/* Each row of @text, as "register import" reads them. */
static void take_all(struct fixture *f, const char *text)
{
	struct data_records records = { 0 };
	struct data_errors errors = { 0 };
	size_t i;
	json_t *row;

	if (datafile_read_records(text, strlen(text), lists, RECORD_KINDS,
				  &records, &errors))
		fail_msg("row %zu, %s: %s in %.300s", errors.list[0].row,
			 errors.list[0].column, errors.list[0].text, text);
	json_array_foreach (records.rows, i, row) {
		import_row(&f->in, i + 1, row);
		if (f->errors.n)
			fail_msg("row %zu, %s: %s in %.300s", i + 1,
				 f->errors.list[0].column,
				 f->errors.list[0].text,
				 json_dumps(row, JSON_ENCODE_ANY));
	}
	data_records_free(&records);
	data_errors_free(&errors);
}

/* Rows that give one column one value each, and whatever they must have. */
static json_t *add_rows(json_t *rows, enum record_kind kind, size_t column,
			const char *value, int number)
{
	const char *name = record_types[kind].columns[column];
	const char *other = referred(kind, column);
	json_t *row = base_of(kind, number);

	assert_non_null(row);
	json_object_set_new(row, "record",
			    json_string(record_types[kind].name));
	json_object_set_new(row, name, json_string(other ? other : value));
	json_array_append_new(rows, row);
	return rows;
}

/* Only what may have no end is until 31/12/9999. */
static bool may_have_first(const struct field *f)
{
	return (f->type != FIELD_DATE && f->type != FIELD_TIME) ||
	       strcmp(f->name, "not_after") == 0 ||
	       strcmp(f->name, "to_date") == 0;
}

/* Nothing and nobody is called by a day, nor by a number alone, but for a
 * device and a unit. */
static bool is_no_name(const struct field *f, const char *value)
{
	static const char *const names[] = {
		"name",	     "organization", "unit",	    "parent",
		"title",     "id_place",     "keeper",	    "keeper_title",
		"recipient", "sender",	     "returned_to", "left_to"
	};
	bool may_be_number =
		strcmp(f->name, "name") == 0 || strcmp(f->name, "unit") == 0;
	size_t i = 0;

	while (i < N(names) && strcmp(f->name, names[i]) != 0)
		i++;
	return i < N(names) &&
	       (strcmp(value, "31/12/2026") == 0 ||
		strcmp(value, "2026-12-31T09:00:00+07:00") == 0 ||
		(!may_be_number && !value[strspn(value, "+-0123456789")]));
}

static json_t *every_value(void)
{
	json_t *rows = json_array();
	int number = 10;

	for (enum record_kind kind = 0; kind < RECORD_KINDS; kind++)
		for (size_t i = 0; record_types[kind].columns[i]; i++) {
			const struct field *f =
				field_find_any(record_types[kind].columns[i]);
			struct values values = values_of(f);
			const struct field_choice *c = f->choices;

			if (is_own_number(kind, i))
				continue;
			for (size_t k = !may_have_first(f); k < values.n; k++)
				if (!is_no_name(f, values.list[k]))
					add_rows(rows, kind, i, values.list[k],
						 number++);
			/* A machine's name, which a table would have of a day
			 * elsewhere. */
			if (strcmp(f->name, "seen_host") == 0 ||
			    strcmp(f->name, "device_label") == 0)
				add_rows(rows, kind, i, "may-01", number++);
			for (; c && c->key; c++)
				add_rows(rows, kind, i, c->key, number++);
			assert_true(values.n > 0 || f->choices);
		}
	return rows;
}

static char *export_of(struct fixture *f, bool csv)
{
	struct row_writer w = { .csv = csv };
	char *text = NULL;
	size_t len = 0;

	w.stream = open_memstream(&text, &len);
	register_export(f->in.reg, &w);
	assert_int_equal(writer_close(&w), 0);
	assert_int_equal(fclose(w.stream), 0);
	return text;
}

static void assert_same(const char *a, const char *b)
{
	size_t at = 0;

	while (a[at] && a[at] == b[at])
		at++;
	if (a[at] != b[at])
		fail_msg("it was …%.200s and is …%.200s",
			 a + (at > 60 ? at - 60 : 0),
			 b + (at > 60 ? at - 60 : 0));
}

static void again(const char *text, bool csv)
{
	void *state = NULL;
	struct fixture *f;
	char *exported;

	assert_int_equal(make_register(&state), 0);
	f = state;
	f->in.act.now = AFTER_ALL;
	take_all(f, text);
	commit(f);
	exported = export_of(f, csv);
	assert_same(text, exported);
	free(exported);
	drop_register(&state);
}

static void every_column_with_every_odd_value(void **state)
{
	static const char base[] =
		"[{\"record\": \"agency\", \"organization\": \"Sở A\"},"
		"{\"record\": \"subscriber\", \"subscriber\": 1, \"name\": "
		"\"A\"},"
		"{\"record\": \"token\", \"device_serial\": \"T0\"},"
		"{\"record\": \"request\", \"request\": 1, \"procedure\": "
		"\"renew\"}]";
	struct fixture *f = *state;
	json_t *rows = every_value();
	char *text = json_dumps(rows, 0), *exported[2];

	f->in.act.now = AFTER_ALL;
	take_all(f, base);
	take_all(f, text);
	commit(f);
	for (int csv = 0; csv < 2; csv++)
		exported[csv] = export_of(f, csv);
	drop_register(state);
	*state = NULL;
	for (int csv = 0; csv < 2; csv++) {
		again(exported[csv], csv);
		free(exported[csv]);
	}
	/* More rows than there are columns, so that each was there. */
	assert_true(json_array_size(rows) > 500);
	json_decref(rows);
	free(text);
	assert_int_equal(make_register(state), 0);
}

/* Certificates and letters of others say what no table may, and a register has
 * it from them. */
static void what_no_table_may_say(void **state)
{
	static const char *const odd[] = { "1,23457E+11",     "#N/A",
					   "45678.0",	      "null",
					   "12-May",	      "THá»‹ XÃ£",
					   "&#7877; \\u0041", "Tổng cộng: 25" };
	struct fixture *f = *state;
	char *exported;

	register_act_begin(f->in.reg, &f->in.act);
	for (int i = 0; i < (int)N(odd); i++) {
		json_t *values =
			json_pack("{s:i, s:s, s:s}", "subscriber", i + 1,
				  "name", odd[i], "title", odd[i]);

		register_put(f->in.reg, RECORD_SUBSCRIBER, values, NULL);
		json_decref(values);
	}
	register_act_end(f->in.reg);
	commit(f);
	exported = export_of(f, false);
	drop_register(state);
	again(exported, false);
	free(exported);
	assert_int_equal(make_register(state), 0);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(every_column_with_every_odd_value),
		TEST(what_no_table_may_say),
	};
	static const char letter[] = "ế";
	int failed = 0;

	for (size_t i = 0; i < 3 * (size_t)LONG_LETTERS; i++)
		long_text[i] = letter[i % 3];
	memset(long_serial, 'A', sizeof(long_serial) - 1);
	for (size_t i = 0; i < RECORD_KINDS; i++)
		lists[i] = (struct data_list){ record_types[i].list,
					       record_types[i].name };
	RUN(tests, failed);
	return failed;
}
