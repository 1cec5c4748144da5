/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* The questions of "ckstoken setup", and what an answer may be. */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/kept.h"
#include "base/path.h"
#include "forms/agency_lines.h"
#include "input/cell_kind.h"
#include "input/database_url.h"
#include "input/dossier.h"
#include "input/field.h"
#include "input/ruined.h"
#include "input/secret_text.h"
#include "message.h"
#include "question.h"
#include "register/register.h"
#include "rules/province.h"
#include "setup.h"
#include "table.h"

/* Leaves a thing open, whether anything stands in brackets or not. */
#define LEFT_OPEN "-"

#define SEAL(member) .by_seal = offsetof(struct setup_seal, member) + 1

/* A thing that is asked for. */
static const struct item {
	const char *section; /* of the setting; NULL: it is none */
	/* The setting, the column of the agency's record, or "list". */
	const char *key;
	const char *field; /* by whose rules it is judged; NULL: it is a text */
	const char *text, *hint;
	size_t by_seal; /* where struct setup_seal has it, plus 1; 0: nowhere */
} items[SETUP_ITEMS] = {
	{ "output", "language" },
	{ "agency", "name", NULL, N_("Name of the agency"),
	  N_("as at the head of its letters: Sở Tài chính"), SEAL(name) },
	{ "agency", "parent", NULL, N_("Agency above it"),
	  N_("printed over its name: Ủy ban nhân dân tỉnh Lâm Đồng"),
	  SEAL(parent) },
	{ "agency", "place", NULL, N_("Place of issue"),
	  N_("before the date of a letter: the province of an agency of the province, the commune of one of a commune") },
	{ "agency", "symbol", NULL, N_("Symbol behind the number"),
	  N_("as STC-VP in 15/STC-VP: the agency and the unit that drafts") },
	{ "agency", "archive", NULL, N_("Unit that drafts"),
	  N_("as VP in \"Lưu: VT, VP\"") },
	{ "agency", "authority", NULL, N_("Authority of the signer"),
	  N_("as KT. GIÁM ĐỐC, or TM. ỦY BAN NHÂN DÂN / KT. CHỦ TỊCH; none where the head of the agency signs in person") },
	{ "agency", "signer-title", NULL, N_("Title of the signer"),
	  N_("as PHÓ GIÁM ĐỐC") },
	{ "agency", "signer", "name", N_("Name of the signer"), NULL },
	{ "coordinator", "name", "name", N_("Name of that person"),
	  N_("who receives the tokens and certificates, and whom the desk calls") },
	{ "coordinator", "id-number", "id_number",
	  N_("Personal identification number"), N_("12 digits") },
	{ "coordinator", "id-date", "id_date", N_("Its day of issue"),
	  N_("as 15/03/2022") },
	{ "coordinator", "id-place", "id_place", N_("Who issued it"), NULL },
	{ "coordinator", "title", "title", N_("Title of that person"),
	  N_("as Chuyên viên") },
	{ "coordinator", "organization", "organization",
	  N_("Where that person works"), NULL },
	{ "coordinator", "phone", "phone", N_("Mobile telephone"), NULL },
	{ "coordinator", "email", "email", N_("Official e-mail address"),
	  NULL },
	{ "coordinator", "address", "address",
	  N_("Address at which tokens are received"), NULL },
	{ "province", "name", NULL, N_("Province"),
	  N_("its regulation says whom letters go to, and under which conditions; give the number or the name") },
	{ "register", "file", NULL, N_("File of the register"),
	  N_("in which ckstoken keeps who holds which token, and what is due") },
	{ NULL, "email", "email", N_("Official e-mail address of the agency"),
	  NULL, SEAL(email) },
	{ NULL, "tax_code", "tax_code", N_("Tax code of the agency"), NULL,
	  SEAL(tax_code) },
	{ NULL, "budget_code", "budget_code", N_("Budget code of the agency"),
	  NULL, SEAL(budget_code) },
	{ NULL, "list", NULL, N_("The list of tokens that the office has"),
	  N_("a file of Excel or CSV, which is read into the register") },
};

static size_t find(const char *section, const char *key)
{
	size_t i = 0;

	while (i < SETUP_ITEMS &&
	       (strcmp(items[i].key, key) != 0 ||
		strcmp(items[i].section ? items[i].section : "",
		       section ? section : "") != 0))
		i++;
	return i;
}

static bool is_register(const struct item *item)
{
	return item->section && strcmp(item->section, "register") == 0;
}

/* The setting that @answer is for: one question is for both of the register. */
static const char *key_of(const struct item *item, const char *answer)
{
	return is_register(item) && database_is_url(answer) ? "database"
							    : item->key;
}

const char *setup_answer(const struct setup *s, const char *key)
{
	const char *answer = s->answers[find(NULL, key)];

	return answer ? answer : "";
}

const char *setup_setting(const struct setup *s, const char *section,
			  const char *key)
{
	bool asks_register = strcmp(section, "register") == 0;
	size_t i = find(section, asks_register ? "file" : key);
	const char *answer = i < SETUP_ITEMS ? s->answers[i] : NULL;

	if (!answer || strcmp(key_of(&items[i], answer), key) != 0)
		return i < SETUP_ITEMS || asks_register ? "" : NULL;
	/* Named in a configuration for all, it would stop the commands of those
	 * who may not enter its folder; unnamed it is used by those who may. */
	if (asks_register && strcmp(answer, REGISTER_OF_MACHINE) == 0)
		return "";
	return answer;
}

const char *setup_register(const struct setup *s)
{
	const char *place = s->answers[find("register", "file")];

	return place ? place : "";
}

int setup_agency_name(struct setup *s, const char **name)
{
	json_t *dossier = json_object();
	int ret = dossier ? dossier_put(dossier, "agency.name",
					setup_setting(s, "agency", "name"))
			  : -ENOMEM;

	if (!ret)
		ret = agency_settle(dossier);
	if (!ret)
		*name = arena_format(&s->arena, "%s",
				     dossier_text(dossier, "agency.name"));
	json_decref(dossier);
	return ret;
}

bool setup_is_in(const struct setup *s, const struct config *config)
{
	for (size_t i = 0; i < SETUP_ITEMS; i++) {
		const char *section = items[i].section, *value, *key;

		if (!section || !s->answers[i])
			continue;
		key = key_of(&items[i], s->answers[i]);
		value = config_get(config, section, key);
		if (strcmp(value ? value : "",
			   setup_setting(s, section, key)) != 0)
			return false;
	}
	return true;
}

/* 1. What an answer may be */

struct asked {
	struct setup *setup;
	const struct item *item;
};

/* 1, with the reason, where @answer tells a secret; 0, or -ENOMEM. The settings
 * are looked at by config_check(). */
static int check_secret(const struct item *item, const char *answer,
			struct error *why)
{
	int secret = item->section ? 0 : secret_is_in_field(item->key, answer);

	return secret > 0
		       ? error_set(
				 why, -EINVAL, "%s",
				 _("this contains a password, a PIN or a PUK, which the register would keep; leave it out"))
		       : secret;
}

/* As the rules of the field have it. */
static int check_field(struct setup *s, const struct item *item,
		       const char *answer, struct error *why)
{
	char *name = (char *)arena_format(&s->arena, "%s", item->key);
	const struct field any = { .name = name, .type = FIELD_TEXT };
	const struct field *f =
		item->field ? field_find_any(item->field) : &any;
	bool is_name = item->field && strcmp(item->field, "name") == 0;
	int sum = is_name ? cell_is_no_name(answer) : 0;
	bool failed = sum < 0;
	const char *wrong;
	json_t *value;

	/* A setting is spelled with dashes. */
	for (char *dash = name; (dash = strchr(dash, '-'));)
		*dash = '_';
	wrong = ruined_text(f, answer, false, &failed);
	if (failed)
		return -ENOMEM;
	if (!wrong && sum)
		wrong = _(
			"this is a sum, or stands below a table, and is no name");
	if (wrong)
		return error_set(why, -EINVAL, "%s", wrong);
	value = field_parse(f, answer, &wrong);
	if (!value)
		return wrong ? error_set(why, -EINVAL, "%s", wrong) : -ENOMEM;
	json_decref(value);
	if (f->type == FIELD_EMAIL && email_is_public(answer))
		return error_set(
			why, -EINVAL,
			_("%s is not an official e-mail address; give the one that the office has issued"),
			answer);
	return 0;
}

int setup_check_place(struct setup *s, const char *path, struct error *why)
{
	char *folder = (char *)arena_format(&s->arena, "%s", path), *slash;
	struct stat st;

	while ((slash = strrchr(folder, '/'))) {
		slash[slash == folder] = '\0';
		if (stat(folder, &st) == 0 || errno != ENOENT)
			break;
	}
	if (!slash)
		return 0;
	if (stat(folder, &st) || access(folder, W_OK | X_OK))
		return error_set(why, -EINVAL,
				 _("nothing can be written in %s: %s"), folder,
				 strerror(errno));
	if (!S_ISDIR(st.st_mode))
		return error_set(why, -EINVAL, _("%s is no folder"), folder);
	return 0;
}

/* A register, or where one can be made. What a server has, it tells when it is
 * asked, which may take long. */
static int check_register(struct setup *s, const char *answer,
			  struct error *why)
{
	struct custody_register *reg = NULL;
	char *message = NULL;
	struct stat st;
	int ret;

	if (database_is_url(answer))
		return 0;
	if (stat(answer, &st))
		return setup_check_place(s, answer, why);
	/* An empty file is no register, and may become one. */
	if (S_ISREG(st.st_mode) && st.st_size == 0)
		return 0;
	ret = register_open(answer, REGISTER_LOOK, &reg, &message);
	register_close(&reg);
	if (ret == -EAGAIN)
		ret = 0;
	if (ret && ret != -ENOMEM)
		ret = error_set(why, -EINVAL, "%s",
				message ? message : error_text(NULL, ret));
	free(message);
	return ret;
}

/* A file that is dragged into a terminal comes in quotes, which a shell would
 * take away, as it would find the home that "~" is. */
static const char *path_of(struct setup *s, const char *answer)
{
	size_t len = strlen(answer);
	bool is_quoted = len >= 2 && strchr("'\"", answer[0]) &&
			 answer[len - 1] == answer[0];
	const char *path = arena_format(&s->arena, "%.*s",
					(int)(len - 2 * (size_t)is_quoted),
					answer + is_quoted);
	const char *home = strncmp(path, "~/", 2) == 0 ? path_home() : NULL;

	return home ? arena_format(&s->arena, "%s%s", home, path + 1) : path;
}

static int check_list(struct setup *s, const char *answer, struct error *why)
{
	const char *path = path_of(s, answer);
	struct stat st;

	if (stat(path, &st) || access(path, R_OK))
		return error_set(why, -EINVAL, "%s: %s", path, strerror(errno));
	if (!S_ISREG(st.st_mode))
		return error_set(why, -EINVAL, _("%s is no file"), path);
	return 0;
}

/* Puts @answer as it will be read from the configuration into *@taken. 0 or
 * -errno, with the reason. */
static int take(struct setup *s, const struct item *item, const char *answer,
		const char **taken, struct error *why)
{
	const char *key = key_of(item, answer);
	struct config config = { 0 };
	const char *value;
	int ret;

	if (!item->section) {
		*taken = strcmp(item->key, "list") == 0 ? path_of(s, answer)
							: answer;
		return 0;
	}
	ret = config_check(item->section, key, answer, &config, why);
	value = ret ? NULL : config_get(&config, item->section, key);
	if (!ret && !value)
		ret = error_set(why, -EINVAL, "%s",
				_("there is nothing in it"));
	else if (!ret)
		*taken = arena_format(&s->arena, "%s", value);
	config_free(&config);
	return ret;
}

static int check(void *ctx, const char *answer, struct error *why)
{
	const struct asked *asked = ctx;
	const struct item *item = asked->item;
	struct setup *s = asked->setup;
	const char *taken = NULL;
	int ret;

	if (strcmp(answer, LEFT_OPEN) == 0 &&
	    item != &items[find("agency", "name")])
		return 0;
	ret = take(s, item, answer, &taken, why);
	if (ret)
		return ret;
	if (is_register(item))
		return check_register(s, taken, why);
	if (strcmp(item->key, "list") == 0)
		return check_list(s, answer, why);
	ret = check_secret(item, answer, why);
	return ret ? ret : check_field(s, item, taken, why);
}

/* 2. One question */

/* The answer that Enter takes: the one given before, that of the configuration
 * before, or the seal's; NULL: nothing is known. */
static const char *known(const struct setup *s, size_t i)
{
	const struct item *item = &items[i];
	const char *value;

	if (s->answers[i])
		return s->answers[i][0] ? s->answers[i] : NULL;
	if (item->section) {
		value = config_get(&s->globals->config, item->section,
				   item->key);
		if (!value && is_register(item))
			value = s->globals->config.register_file;
		if (value)
			return value;
	}
	if (item->by_seal) {
		value = *(const char *const *)((const char *)&s->seal +
					       item->by_seal - 1);
		return value[0] ? value : NULL;
	}
	return NULL;
}

/* 0 with the answer kept; or as question_ask() has it. */
static int ask(struct setup *s, size_t i, const char *initial)
{
	const struct item *item = &items[i];
	struct asked asked = { s, item };
	const struct question question = {
		.text = _(item->text),
		.hint = item->hint ? _(item->hint) : NULL,
		.initial = initial,
		.is_optional = i != find("agency", "name"),
		.check = check,
		.ctx = &asked,
	};
	const char *taken = "";
	struct error why = { 0 };
	char *answer = NULL;
	int ret;

	(void)fflush(stdout);
	ret = question_ask(&question, &answer);
	if (!ret && answer[0] && strcmp(answer, LEFT_OPEN) != 0)
		ret = take(s, item, arena_format(&s->arena, "%s", answer),
			   &taken, &why);
	if (!ret)
		s->answers[i] = taken;
	error_free(&why);
	free(answer);
	return ret;
}

static int ask_from(struct setup *s, const char *section, const char *words)
{
	int ret = 0;

	printf("\n%s\n", words);
	for (size_t i = 0; i < SETUP_ITEMS && !ret; i++)
		if (items[i].section && strcmp(items[i].section, section) == 0)
			ret = ask(s, i, known(s, i));
	return ret;
}

/* 3. The language, and the register */

int setup_ask_language(struct setup *s)
{
	static const char *const names[] = { "Tiếng Việt", "English" };
	const struct question question = {
		.text = "Ngôn ngữ / Language",
		.initial = names[i18n_is_vietnamese() ? 0 : 1],
		.choices = names,
		.n_choices = 2,
		.choices_only = true,
	};
	char *answer = NULL;
	int ret = question_ask(&question, &answer);

	if (!ret) {
		const char *code = strcmp(answer, names[0]) == 0 ? "vi" : "en";

		s->answers[find("output", "language")] = code;
		language_choose(code);
	}
	free(answer);
	return ret;
}

/* The folder that the officers of the machine share, or that in which this user
 * has his journal; NULL: no place is known. */
static const char *place_of_register(struct setup *s)
{
	const char *xdg = path_xdg("XDG_STATE_HOME"), *home = path_home();
	struct stat st;

	if (stat(CKSTOKEN_STATEDIR, &st) == 0 && kept_is_shared(&st) &&
	    access(CKSTOKEN_STATEDIR, W_OK | X_OK) == 0)
		return REGISTER_OF_MACHINE;
	if (geteuid() == 0)
		return NULL;
	if (xdg)
		return arena_format(&s->arena, "%s/ckstoken/register.db", xdg);
	return home ? arena_format(&s->arena,
				   "%s/.local/state/ckstoken/register.db", home)
		    : NULL;
}

/* Takes what a register that is there has of the agency, to be offered before
 * what the seal says. 0 or -ENOMEM. */
static int look_up_agency(struct setup *s)
{
	const char *place = setup_register(s), *name = "";
	struct custody_register *reg = NULL;
	json_t *agency = NULL, *key = NULL;
	char *message = NULL;
	int ret = setup_agency_name(s, &name);

	if (!ret && *place && !database_is_url(place) &&
	    !register_open(place, REGISTER_LOOK, &reg, &message)) {
		key = json_pack("{ss}", "organization", name);
		agency = register_get(reg, RECORD_AGENCY, key);
	}
	for (size_t i = 0; i < SETUP_ITEMS && agency; i++) {
		const char *value = dossier_text(agency, items[i].key);

		if (!items[i].section && !s->answers[i] && *value)
			s->answers[i] = arena_format(&s->arena, "%s", value);
	}
	json_decref(agency);
	json_decref(key);
	register_close(&reg);
	free(message);
	return ret;
}

static int ask_register(struct setup *s)
{
	size_t at = find("register", "file");
	const char *initial = known(s, at);
	int ret;

	printf("\n%s\n", _("4 of 4. The register of tokens"));
	if (!initial && !s->answers[at])
		initial = place_of_register(s);
	ret = ask(s, at, initial);
	if (!ret)
		ret = look_up_agency(s);
	for (size_t i = 0; i < SETUP_ITEMS && !ret; i++) {
		if (items[i].section)
			continue;
		/* These go into the register, and nowhere else. */
		if (s->answers[at][0])
			ret = ask(s, i, known(s, i));
		else
			s->answers[i] = NULL;
	}
	return ret;
}

/* 4. All of them */

/* @answer to item @i as it was chosen: the setting of a province is its code.
 */
static const char *as_chosen(struct setup *s, size_t i, const char *answer)
{
	struct province *p = NULL;

	if (!answer[0])
		return _("(left open)");
	if (i == find("province", "name") && !province_load(answer, &p, NULL))
		answer = arena_format(&s->arena, "%s", p->name);
	province_free(&p);
	return answer;
}

static void show(struct setup *s)
{
	printf("\n%s\n", _("These are the answers:"));
	for (size_t i = 0; i < SETUP_ITEMS; i++) {
		const char *answer = s->answers[i];

		if (!items[i].text || !answer)
			continue;
		printf("  %s: ", _(items[i].text));
		print_wrapped(as_chosen(s, i, answer),
			      4 + display_width(_(items[i].text)), 4);
	}
	putchar('\n');
	(void)fflush(stdout);
}

static int ask_once(struct setup *s)
{
	size_t province = find("province", "name");
	int ret = ask_from(s, "agency",
			   _("1 of 4. The agency whose letters are written"));

	if (!ret)
		ret = ask_from(
			s, "coordinator",
			_("2 of 4. Who receives tokens and works with the desk"));
	if (!ret) {
		printf("\n%s\n", _("3 of 4. The regulation of the province"));
		ret = setup_ask_province(
			s, _(items[province].text), _(items[province].hint),
			known(s, province), &s->answers[province]);
	}
	if (!ret)
		ret = ask_register(s);
	if (!ret)
		ret = question_yes(
			_("Then look at this machine, too (ckstoken doctor)?"),
			true, &s->wants_doctor);
	return ret;
}

int setup_ask(struct setup *s)
{
	bool agrees = false;
	int ret = 0;

	while (!ret && !agrees) {
		ret = ask_once(s);
		if (ret)
			break;
		show(s);
		ret = question_yes(
			_("Write all this? If not, everything is asked again"),
			true, &agrees);
	}
	return ret;
}
