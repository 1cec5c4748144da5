/* SPDX-License-Identifier: LGPL-2.1-or-later */

#include "input/field.h"
#include "input/field_value.h"
#include "unit/unit.h"

#define N(array) (sizeof(array) / sizeof((array)[0]))

/* A text, and what it is in JSON, or, with "!" before it, why it is nothing. */
struct sample {
	const char *text, *want;
};

static void assert_value(json_t *value, const char *why, const char *want)
{
	char *shown = json_dumps(value, JSON_ENCODE_ANY);

	if (*want == '!') {
		assert_null(value);
		assert_non_null(why);
		if (!strstr(why, want + 1))
			fail_msg("\"%s\" does not say \"%s\"", why, want + 1);
	} else {
		if (!shown)
			fail_msg("%s is wanted: %s", want, why);
		assert_null(why);
		assert_string_equal(shown, want);
	}
	free(shown);
	json_decref(value);
}

static void assert_samples(const char *name, const struct sample *samples,
			   size_t n)
{
	const struct field *f = field_find_any(name);
	size_t i;

	assert_non_null(f);
	for (i = 0; i < n; i++) {
		const char *why = "unset";
		json_t *value = field_parse(f, samples[i].text, &why);

		assert_value(value, why, samples[i].want);
	}
}

#define ASSERT_SAMPLES(name, samples) assert_samples(name, samples, N(samples))

static void choices(void **state)
{
	static const struct sample records[] = {
		{ "token", "\"token\"" },
		{ "TOKEN", "\"token\"" },
		{ "Thiết bị", "\"token\"" },
		{ "co quan", "\"agency\"" },
		{ "quản lý", "\"custody\"" },
		{ "Giao quản lý", "\"custody\"" },
		{ "yêu cầu", "\"request\"" },
		{ "mục yêu cầu", "\"item\"" },
		{ "", "null" },
		{ "mục", "!one of: cơ quan, đơn vị" },
		{ "cơ quan;", "\"agency\"" },
		{ "×", "!one of: cơ quan, đơn vị" },
	};
	static const struct sample kinds[] = {
		{ "PKI Token", "\"PKI Token\"" },
		{ "pki-token", "\"PKI Token\"" },
		{ "USB token", "\"PKI Token\"" },
		{ "sim pki", "\"SIM PKI\"" },
		{ "HSM", "!PKI Token or SIM PKI" },
	};
	static const struct sample reasons[] = {
		{ "left-state", "\"left-state\"" },
		{ "Ra ngoài khu vực nhà nước", "\"left-state\"" },
		{ "chuyển công tác (trong khu vực Nhà nước)", "\"moved\"" },
		{ "chia tách", "\"dissolved\"" },
		{ "giải thể/chia tách/sáp nhập", "\"dissolved\"" },
		{ "ốm", "!nghỉ hưu, thôi việc" },
	};

	(void)state;
	ASSERT_SAMPLES("record", records);
	ASSERT_SAMPLES("device_kind", kinds);
	ASSERT_SAMPLES("left_reason", reasons);
}

/* No word stands for two, and each is short enough to be shown. */
static void every_word_is_its_own_choice(void **state)
{
	const struct field_choice *choice;
	char shown[FIELD_CHOICE_ROOM];
	const struct field *f;
	size_t i, n = 0;

	(void)state;
	for (i = 0; (f = field_at(i)); i++) {
		assert_int_equal(f->type == FIELD_CHOICE, !!f->choices);
		assert_int_equal(f->type == FIELD_CHOICE, !!f->choose);
		for (choice = f->choices; choice && choice->key; choice++) {
			char *words = strdup(choice->words), *rest = words, *s;

			n++;
			assert_true(field_choice_words(f, choice->key, shown));
			assert_memory_equal(choice->words, shown,
					    strlen(shown));
			while ((s = strsep(&rest, ";"))) {
				const char *why;
				json_t *key = field_parse(f, s, &why);

				assert_true(strlen(s) < FIELD_CHOICE_ROOM);
				assert_null(why);
				assert_string_equal(json_string_value(key),
						    choice->key);
				json_decref(key);
			}
			free(words);
		}
	}
	assert_int_equal(n, 47);
	assert_false(field_choice_words(field_find("holder"), "x", shown));
	assert_false(field_choice_words(field_find("name"), "x", shown));
}

static void words_of_choices(void **state)
{
	char words[FIELD_CHOICE_ROOM];

	(void)state;
	assert_true(
		field_choice_words(field_find_any("record"), "custody", words));
	assert_string_equal(words, "giao quản lý");
	assert_true(field_choice_words(field_find_any("left_reason"),
				       "dissolved", words));
	assert_string_equal(words, "giải thể/chia tách/sáp nhập");
}

static void numbers(void **state)
{
	static const struct sample samples[] = {
		{ "1", "1" },
		{ " 007 ", "7" },
		{ "2000000000", "2000000000" },
		{ "", "null" },
		{ "0", "!from 1 to 2,000,000,000" },
		{ "2000000001", "!from 1 to 2,000,000,000" },
		{ "99999999999999999999", "!from 1 to 2,000,000,000" },
		{ "-1", "!from 1 to" },
		{ "1.5", "!from 1 to" },
		{ "1 000", "!from 1 to" },
		{ "1x", "!from 1 to" },
		{ "1,2E+09", "!Excel has turned" },
	};

	(void)state;
	ASSERT_SAMPLES("request", samples);
}

static void times(void **state)
{
	static const struct sample samples[] = {
		{ "21/11/2026 09:30", "\"2026-11-21T09:30:00+07:00\"" },
		{ "21-11-2026 9:30", "\"2026-11-21T09:30:00+07:00\"" },
		{ "1/2/2026 23:59:59", "\"2026-02-01T23:59:59+07:00\"" },
		{ "2026-11-21T09:30:00+07:00",
		  "\"2026-11-21T09:30:00+07:00\"" },
		{ "2026-11-21 09:30", "\"2026-11-21T09:30:00+07:00\"" },
		{ "2026-11-21T17:30:00Z", "\"2026-11-22T00:30:00+07:00\"" },
		{ "2026-11-21T23:30:00.5-05:00",
		  "\"2026-11-22T11:30:00+07:00\"" },
		{ "21/11/2026", "\"2026-11-21\"" },
		{ "2026-11-21", "\"2026-11-21\"" },
		{ "", "null" },
		{ "31/02/2026 09:30", "!no such day" },
		{ "1/1/1899 09:30", "!between 1900" },
		{ "2200-12-31T17:00:00Z", "!between 1900" },
		{ "21/11/2026 24:00", "!no such day or hour" },
		{ "21/11/2026 09:60", "!no such day or hour" },
		{ "21/11/2026 9", "!not a time" },
		{ "21/11/2026 09:30x", "!not a time" },
		{ "21/11/2026  ", "\"2026-11-21\"" },
		{ "2026-11-21T9:30", "!not a time" },
		{ "08:00 30/11/2026", "\"2026-11-30T08:00:00+07:00\"" },
		{ "8h30 ngày 30/11/2026", "\"2026-11-30T08:30:00+07:00\"" },
		{ "30/11/26", "!30/11/2026" },
		{ "09:30", "!not a time" },
		{ "hôm qua", "!not a time" },
	};
	static const struct sample days[] = {
		{ "21/11/2026 09:30", "!only the day" },
		{ "21/11/2026 0:00:00", "\"2026-11-21\"" },
		{ "ngày 21 tháng 11 năm 2026", "\"2026-11-21\"" },
	};

	(void)state;
	ASSERT_SAMPLES("reported_time", samples);
	ASSERT_SAMPLES("sent_date", days);
}

static void blank_ticks(void **state)
{
	const struct field *f = field_find_any("second_device");
	static const struct sample given[] = {
		{ " \xc2\xa0", "null" },
		{ "không", "false" },
		{ "có", "true" },
	};
	static const struct sample blank[] = { { " ", "false" } };
	size_t i;

	(void)state;
	ASSERT_SAMPLES("second_device", blank);
	for (i = 0; i < N(given); i++) {
		const char *why = "unset";
		json_t *value = field_parse_given(f, given[i].text, &why);

		assert_value(value, why, given[i].want);
	}
}

static void json_values(void **state)
{
	static const struct {
		const char *name, *json, *want;
	} samples[] = {
		{ "request", "[7]", "7" },
		{ "request", "[\"7\"]", "7" },
		{ "request", "[2000000000]", "2000000000" },
		{ "request", "[2000000001]", "!from 1 to" },
		{ "request", "[0]", "!from 1 to" },
		{ "request", "[1.0]", "!from 1 to" },
		{ "record", "[\"thiết bị\"]", "\"token\"" },
		{ "record", "[1]", "!must be text" },
		{ "official", "[true]", "true" },
		{ "unblock_time", "[1]", "!must be text" },
	};
	size_t i;

	(void)state;
	for (i = 0; i < N(samples); i++) {
		json_t *list = json_loads(samples[i].json, 0, NULL);
		const char *why = NULL;
		json_t *value;

		value = field_accept(field_find_any(samples[i].name),
				     json_array_get(list, 0), &why);
		assert_value(value, why, samples[i].want);
		json_decref(list);
	}
}

static void names_and_labels_are_unique(void **state)
{
	char *keys[400];
	const struct field *f;
	size_t i, k, n = 0;

	(void)state;
	for (i = 0; (f = field_at(i)); i++) {
		assert_ptr_equal(field_find_any(f->name), f);
		assert_ptr_equal(field_find(f->name),
				 f->of_register ? NULL : f);
		keys[n++] = field_key(f->name);
		keys[n++] = field_key(f->label);
		/* "SIM PKI" is called so. */
		if (!strcmp(keys[n - 1], keys[n - 2]))
			free(keys[--n]);
	}
	assert_int_equal(i, 34 + 68);
	for (i = 0; i < n; i++)
		for (k = 0; k < i; k++)
			assert_string_not_equal(keys[i], keys[k]);
	while (n)
		free(keys[--n]);
	assert_null(field_find_any("password"));
	assert_null(field_find_any(""));
	assert_null(field_find("unit"));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(choices),
		cmocka_unit_test(every_word_is_its_own_choice),
		cmocka_unit_test(words_of_choices),
		cmocka_unit_test(numbers),
		cmocka_unit_test(times),
		cmocka_unit_test(blank_ticks),
		cmocka_unit_test(json_values),
		cmocka_unit_test(names_and_labels_are_unique),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
