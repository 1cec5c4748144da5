/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include <ctype.h>
#include <errno.h>
#include <fcntl.h>
#include <ini.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>
#include <utf8proc.h>

#include "base/i18n.h"
#include "base/path.h"
#include "base/text.h"
#include "config.h"
#include "database_url.h"
#include "dossier.h"
#include "field.h"
#include "secret_text.h"
#include "token/ckstoken.h"

#ifndef SYSCONFDIR
#error "SYSCONFDIR: where ckstoken.conf is"
#endif

#define MAX_LINE 65536
#define MAX_FILE (1024UL * 1024)

#define FACT(path) .fact = (path)
#define PLACE(member) .offset = offsetof(struct config, member)
#define PATH(member) PLACE(member), .is_path = true
#define DATABASE(member) PLACE(member), .is_database = true

/* What documents print goes into the facts, at its place in a dossier. */
static const struct setting {
	const char *section, *key;
	const char *fact; /* or NULL and an offset */
	size_t offset;
	bool is_path, is_database;
} settings[] = {
	{ "agency", "name", FACT("agency.name") },
	{ "agency", "parent", FACT("agency.parent") },
	{ "agency", "place", FACT("agency.place") },
	{ "agency", "symbol", FACT("agency.symbol") },
	{ "agency", "archive", FACT("agency.archive") },
	{ "agency", "authority", FACT("agency.authority") },
	{ "agency", "signer-title", FACT("agency.signer_title") },
	{ "agency", "signer", FACT("agency.signer_name") },
	{ "coordinator", "name", FACT("contact.name") },
	{ "coordinator", "id-number", FACT("contact.id_number") },
	{ "coordinator", "id-date", FACT("contact.id_date") },
	{ "coordinator", "id-place", FACT("contact.id_place") },
	{ "coordinator", "title", FACT("contact.title") },
	{ "coordinator", "organization", FACT("contact.organization") },
	{ "coordinator", "phone", FACT("contact.phone") },
	{ "coordinator", "email", FACT("contact.email") },
	{ "coordinator", "address", FACT("contact.address") },
	{ "province", "name", PLACE(province) },
	{ "province", "recipient", PLACE(province_recipient) },
	{ "desk", "name", PLACE(desk_name) },
	{ "desk", "grounds", PLACE(desk_grounds) },
	{ "desk", "require", PLACE(desk_require) },
	{ "journal", "file", PATH(journal_file) },
	{ "register", "file", PATH(register_file) },
	{ "register", "database", DATABASE(register_file) },
	{ "sign", "image", PATH(sign_image) },
	{ "sign", "seal", PATH(sign_seal) },
	{ "trust", "anchors", PATH(trust_anchors) },
	{ "trust", "crls", PATH(trust_crls) },
	{ "trust", "ocsp", PLACE(trust_ocsp) },
	{ "trust", "tsa", PLACE(trust_tsa) },
	{ "trust", "proxy", PLACE(trust_proxy) },
	{ "fonts", "directory", PATH(fonts_directory) },
	{ "output", "language", PLACE(language) },
};

#define N_SETTINGS (sizeof(settings) / sizeof(settings[0]))

struct reading_file {
	struct config *config;
	bool given[N_SETTINGS];
	int ret;	   /* why the line was refused: -EINVAL, -ENOMEM */
	struct error what; /* says the same in words */
};

static char *keep(struct config *config, const char *text)
{
	char **grown = reallocarray(config->strings, config->n_strings + 1,
				    sizeof(*grown));
	utf8proc_uint8_t *copy;

	if (!grown)
		return NULL;
	config->strings = grown;
	copy = utf8proc_NFC((const utf8proc_uint8_t *)text);
	if (copy)
		grown[config->n_strings++] = (char *)copy;
	return (char *)copy;
}

static int add_module(struct config *config, const char *path)
{
	const char **grown = reallocarray(
		config->modules, config->n_modules + 1, sizeof(*grown));
	const char *copy;

	if (!grown)
		return -ENOMEM;
	config->modules = grown;
	copy = keep(config, path);
	if (!copy)
		return -ENOMEM;
	grown[config->n_modules++] = copy;
	return 0;
}

/*
 * "name =" is a setting left open, not an empty name, and so is one with blanks
 * alone. A text is as clean as in a table, a path as it stands.
 */
static int take_setting(struct config *config, const struct setting *setting,
			const char *value)
{
	struct arena scratch = { 0 };
	const char *clean =
		setting->is_path ? value : field_clean(&scratch, value);
	const char *kept = clean && *clean ? keep(config, clean) : NULL;
	bool failed = !clean || (*clean && !kept);

	arena_free(&scratch);
	if (failed)
		return -ENOMEM;
	if (!setting->fact) {
		*(const char **)((char *)config + setting->offset) = kept;
		return 0;
	}
	if (!config->facts)
		config->facts = json_object();
	return config->facts ? dossier_put(config->facts, setting->fact, kept)
			     : -ENOMEM;
}

/* A password is not repeated. */
static int check_database(struct reading_file *r, const struct setting *setting,
			  const char *value)
{
	int ret = *value ? database_check(value) : 0;

	if (ret == -EPERM)
		return error_set(
			&r->what, -EINVAL,
			_("[%s] %s must not have a password in it; put it into ~/.pgpass, or a service file, where only you can read it"),
			setting->section, setting->key);
	if (ret)
		return error_set(
			&r->what, -EINVAL,
			_("[%s] %s must be postgresql://HOST/NAME, or service=NAME"),
			setting->section, setting->key);
	return 0;
}

/* A configuration may be read by all who use the machine. An "@" ends a name
 * and a password, but in the path of an authority, which may have one. */
static int check_address(struct reading_file *r, const struct setting *setting,
			 const char *value)
{
	const char *host = strstr(value, "://");
	size_t len = strlen(value);

	if (host && strcmp(setting->key, "tsa") == 0)
		len = (size_t)(host + 3 - value) + strcspn(host + 3, "/?#");
	if (!memchr(value, '@', len))
		return 0;
	return error_set(
		&r->what, -EINVAL,
		_("[%s] %s must not have a name or a password in it, for others may read this file; give the address of one that asks for none"),
		setting->section, setting->key);
}

static int refuse_secret(struct reading_file *r, const char *section,
			 const char *key)
{
	return error_set(
		&r->what, -EINVAL,
		_("the value of [%s] %s contains a password, a PIN or a PUK, which papers, register and journal would keep; leave it out"),
		section, key);
}

/* Refuses a text that the setting does not take. 0 or a negative errno. */
static int check_value(struct reading_file *r, const struct setting *setting,
		       const char *value)
{
	int secret;

	if (setting->is_database && database_is_url(value))
		return check_database(r, setting, value);
	secret = setting->is_path ? 0 : secret_is_in_text(value);
	if (secret < 0)
		return secret;
	if (secret)
		return refuse_secret(r, setting->section, setting->key);
	if (setting->is_database)
		return check_database(r, setting, value);
	if (strcmp(setting->key, "proxy") == 0 ||
	    strcmp(setting->key, "tsa") == 0)
		return check_address(r, setting, value);
	if (strcmp(setting->key, "require") == 0 && value[0] != '\0' &&
	    strcmp(value, "signed") != 0 && strcmp(value, "sealed") != 0)
		return error_set(&r->what, -EINVAL,
				 _("[%s] %s can be signed or sealed"),
				 setting->section, setting->key);
	if (strcmp(setting->key, "ocsp") == 0 && value[0] != '\0' &&
	    strcmp(value, "yes") != 0 && strcmp(value, "no") != 0)
		return error_set(&r->what, -EINVAL,
				 _("[%s] %s can be yes or no"),
				 setting->section, setting->key);
	if (strcmp(setting->section, "output") == 0 && value[0] != '\0' &&
	    strcmp(value, "vi") != 0 && strcmp(value, "en") != 0 &&
	    strcmp(value, "auto") != 0)
		return error_set(&r->what, -EINVAL,
				 _("[%s] %s can be vi, en or auto"),
				 setting->section, setting->key);
	return 0;
}

/*
 * Replaces *@value, which names a file, by its whole path, the caller's to
 * free(). Wherever one stands, a configuration means the same files.
 */
static int complete_path(struct reading_file *r, const char *section,
			 const char *key, char **value)
{
	const char *home = NULL;
	char *whole;
	int secret;

	/* A path may well have the word in it, but not a sentence. */
	secret = strchr(*value, ' ') ? secret_is_in_text(*value) : 0;
	if (secret)
		return secret < 0 ? secret : refuse_secret(r, section, key);
	if ((*value)[0] == '/' || (*value)[0] == '\0')
		return 0;
	if (strncmp(*value, "~/", 2) == 0)
		home = path_home();
	if (!home)
		return error_set(
			&r->what, -EINVAL,
			_("[%s] %s must be an absolute path, or begin with \"~/\" for your home"),
			section, key);
	if (asprintf(&whole, "%s%s", home, *value + 1) < 0)
		return -ENOMEM;
	free(*value);
	*value = whole;
	return 0;
}

/* Names the setting that may be meant: letters of another case count as the
 * same, and "_" as "-". */
static int refuse_unknown(struct reading_file *r, const char *section,
			  const char *key, const char *value)
{
	struct arena arena = { 0 };
	const char *written = arena_format(&arena, "[%s] %s", section, key);
	char *folded = cks_text_fold(written);
	struct text_nearest nearest = { .wanted = folded };
	struct secret_cells cells = { false };
	bool secret = secret_is_in_text(written ? written : "") ||
		      secret_is_in_cell(&cells, "", value) ||
		      secret_is_in_cell(&cells, "", key) ||
		      secret_is_in_cell(&cells, "", value);
	int ret;

	for (char *c = folded; c && *c; c++)
		if (*c == '_')
			*c = '-';
	for (size_t i = 0; folded && i < N_SETTINGS; i++)
		text_nearest_try(&nearest, arena_format(&arena, "[%s] %s",
							settings[i].section,
							settings[i].key));
	if (folded)
		text_nearest_try(&nearest, "[modules] module");
	if (!folded || arena.failed)
		ret = -ENOMEM;
	else if (secret)
		ret = error_set(
			&r->what, -EINVAL, "%s",
			_("this contains a password, a PIN or a PUK, and is no setting; it is not shown here. Remove the line"));
	else if (nearest.found)
		ret = error_set(&r->what, -EINVAL,
				_("there is no setting %s; is it %s?"), written,
				nearest.found);
	else
		ret = error_set(
			&r->what, -EINVAL,
			_("there is no setting %s; ckstoken.conf(5) lists them"),
			written);
	free(folded);
	arena_free(&arena);
	return ret;
}

/* Two settings of one place are two answers to the same question. */
static int check_once(struct reading_file *r, size_t i)
{
	for (size_t k = 0; k < N_SETTINGS; k++) {
		if (!r->given[k])
			continue;
		if (k == i)
			return error_set(&r->what, -EINVAL,
					 _("[%s] %s is given twice"),
					 settings[i].section, settings[i].key);
		if (!settings[k].fact && !settings[i].fact &&
		    settings[k].offset == settings[i].offset)
			return error_set(
				&r->what, -EINVAL,
				_("[%s] %s and %s are both given; keep the one that is meant"),
				settings[i].section, settings[k].key,
				settings[i].key);
	}
	r->given[i] = true;
	return 0;
}

static int take_value(struct reading_file *r, const char *section,
		      const char *key, char **value)
{
	int ret;

	if (utf8proc_decompose((const utf8proc_uint8_t *)*value, 0, NULL, 0,
			       UTF8PROC_NULLTERM | UTF8PROC_STABLE) < 0)
		return error_set(
			&r->what, -EINVAL,
			_("the value of [%s] %s is not UTF-8; save the file as UTF-8"),
			section, key);
	if (strcmp(section, "modules") == 0 && strcmp(key, "module") == 0) {
		ret = complete_path(r, section, key, value);
		return ret ? ret : add_module(r->config, *value);
	}
	for (size_t i = 0; i < N_SETTINGS; i++) {
		if (strcmp(settings[i].section, section) != 0 ||
		    strcmp(settings[i].key, key) != 0)
			continue;
		ret = check_once(r, i);
		if (!ret)
			ret = check_value(r, &settings[i], *value);
		if (!ret && settings[i].is_path)
			ret = complete_path(r, section, key, value);
		return ret ? ret
			   : take_setting(r->config, &settings[i], *value);
	}
	return refuse_unknown(r, section, key, *value);
}

/*
 * Takes one line from inih, which expects 1 for "go on". People quote values as
 * in other files; the quotes are not part of them.
 */
static int on_value(void *user, const char *section, const char *key,
		    const char *text)
{
	struct reading_file *r = user;
	size_t len = strlen(text);
	bool quoted = len >= 2 && text[0] == '"' && text[len - 1] == '"';
	char *value = strndup(text + quoted, len - 2 * (size_t)quoted);
	struct arena scratch = { 0 };

	section = field_clean(&scratch, section);
	key = field_clean(&scratch, key);
	r->ret = value && section && key ? take_value(r, section, key, &value)
					 : -ENOMEM;
	arena_free(&scratch);
	free(value);
	return r->ret == 0;
}

/* True if a line is a section with more behind it than a comment. */
static bool has_more_than_section(const char *line, size_t len)
{
	static const char bom[] = "\xEF\xBB\xBF";
	const char *end = line + len, *at = line;

	if (len >= 3 && memcmp(line, bom, 3) == 0)
		at += 3;
	while (at < end && isspace((unsigned char)*at))
		at++;
	if (at == end || *at != '[')
		return false;
	at = memchr(at, ']', (size_t)(end - at));
	if (!at)
		return false;
	at++;
	while (at < end && isspace((unsigned char)*at))
		at++;
	return at < end && *at != '#' && *at != ';';
}

/* Why a line cannot be read whole, as a clause; NULL where it can. */
static const char *unfit_line(const char *line, size_t len)
{
	const char *cr;

	if (len > MAX_LINE || memchr(line, '\0', len))
		return _(
			"too long, or not text; see that this is a file of settings, and correct it");
	cr = memchr(line, '\r', len);
	if (cr && cr + 1 < line + len)
		return _(
			"lines end in a carriage return alone, which no other program takes for the end of a line; save the file as plain text with line feeds");
	if (has_more_than_section(line, len))
		return _(
			"something stands behind [section], which is alone on its line; write key = value on a line below it");
	return NULL;
}

/* inih would pass over what it does not expect in a line, and go on. The number
 * of the first such line, or 0, with the reason in @r. */
static int find_unfit_line(struct reading_file *r, const char *text, size_t len)
{
	const char *at = text, *why;
	int line = 1;

	while (at < text + len) {
		const char *end = memchr(at, '\n', len - (size_t)(at - text));
		size_t n = (size_t)((end ? end : text + len) - at);

		why = unfit_line(at, n);
		if (why) {
			r->ret = error_set(&r->what, -EINVAL, "%s", why);
			return line;
		}
		at += n + 1;
		line++;
	}
	return 0;
}

/*
 * The number of the line of @text that is wrong, 0 for none, or -1 where no
 * line can be named. @text ends with a NUL.
 */
static int read_text(struct reading_file *r, const char *text, size_t len)
{
	int line = find_unfit_line(r, text, len);

	if (line)
		return line;
	if (len >= MAX_FILE) {
		(void)error_set(
			&r->what, -EINVAL, "%s",
			_("too long, or not text; see that this is a file of settings, and correct it"));
		return -1;
	}
	ini_use_stack = false;
	ini_allow_realloc = true;
	ini_max_line = MAX_LINE + 2;
	ini_stop_on_first_error = true;
	ini_allow_multiline = false;
	/* A decision's title may hold a semicolon. */
	ini_allow_inline_comments = false;
	return ini_parse_string(text, on_value, r);
}

/* The same of a file. */
static int read_file(struct reading_file *r, FILE *f)
{
	char *text = malloc(MAX_FILE + 1);
	size_t len = text ? fread(text, 1, MAX_FILE, f) : 0;
	int line = -1;

	if (!text)
		r->ret = -ENOMEM;
	if (!text || ferror(f))
		goto out;
	text[len] = '\0';
	line = read_text(r, text, len);
out:
	free(text);
	return line;
}

/*
 * A configuration names modules to be loaded, and the desk that this machine
 * is: nobody but root and this user may have a say in it. 0; -EFOREIGN for a
 * file of another user; or another negative errno.
 */
static int check_owner(const struct stat *st, const char *path,
		       struct error *error)
{
	if (!path_owner_is_trusted(st->st_uid))
		return error_set(
			error, -EFOREIGN,
			_("%s: it belongs to another user (uid %u); as a configuration only files of your own and of root are read"),
			path, st->st_uid);
	if (S_ISREG(st->st_mode) && (st->st_mode & (S_IWGRP | S_IWOTH)))
		return error_set(
			error, -EPERM,
			_("%s: others may write to this configuration; check what it says, and run \"chmod go-w\" on it"),
			path);
	return 0;
}

/* Before it is opened, which a pipe of another user could hold up. */
static int find_file(const char *path, struct error *error)
{
	struct path_end end;
	int ret = path_walk(path, true, &end);

	if (ret)
		return ret;
	ret = end.exists ? check_owner(&end.st, path, error) : -ENOENT;
	path_end_free(&end);
	return ret;
}

/*
 * Opens a configuration. With @judged nobody else may be able to put another
 * there either, as the owner of a folder above it can for root.
 */
static int open_file(const char *path, bool judged, struct error *error)
{
	struct error who = { 0 };
	struct stat st;
	int fd = -1, ret = find_file(path, error);

	if (ret)
		goto out;
	fd = path_open_file(path, judged, &who);
	if (fd == -EPERM && who.text)
		ret = error_set(
			error, -EFOREIGN,
			_("%s: %s; root reads no configuration that another user could put there"),
			path, who.text);
	else if (fd < 0)
		ret = fd;
	else if (fstat(fd, &st))
		ret = -errno;
	else
		/* It may have become another since. */
		ret = check_owner(&st, path, error);
	error_free(&who);
	if (ret && fd >= 0)
		close(fd);
out:
	if (ret && !error->text)
		(void)error_set(error, ret, "%s: %s", path,
				error_text(NULL, ret));
	return ret ? ret : fd;
}

static int read_config(struct config *config, const char *path, bool judged,
		       struct error *error)
{
	struct reading_file r = { .config = config };
	int line, ret = 0, fd = open_file(path, judged, error);
	FILE *f;

	if (fd < 0)
		return fd;
	f = fdopen(fd, "r");
	if (!f) {
		close(fd);
		return -ENOMEM;
	}
	line = read_file(&r, f);
	(void)fclose(f);
	if (r.ret == -ENOMEM)
		ret = -ENOMEM;
	else if (line < 0 && r.what.text)
		ret = error_set(error, -EINVAL, "%s: %s", path, r.what.text);
	else if (line < 0)
		ret = error_set(error, -EIO, _("%s: cannot be read"), path);
	else if (line > 0) {
		config->wrong_line = line;
		ret = error_set(
			error, -EINVAL, _("%s: line %d: %s"), path, line,
			r.what.text
				? r.what.text
				: _("this line is neither [section] nor key = value; correct it, or begin it with # where it is a remark"));
	}
	error_free(&r.what);
	return ret;
}

int config_read(struct config *config, const char *path, struct error *error)
{
	return read_config(config, path, geteuid() == 0, error);
}

/* As config_read(), of a file that may not be there. */
static int read_optional(struct config *config, const char *path, bool judged,
			 struct error *error)
{
	int ret = read_config(config, path, judged, error);

	if (ret != -ENOENT && ret != -ENOTDIR)
		return ret;
	error_free(error);
	return 0;
}

char *config_path_of_user(void)
{
	const char *home = getenv("HOME"), *xdg = getenv("XDG_CONFIG_HOME");
	char *path = NULL;
	int n = -1;

	if (xdg && xdg[0] == '/')
		n = asprintf(&path, "%s/ckstoken/ckstoken.conf", xdg);
	else if (home && home[0] == '/')
		n = asprintf(&path, "%s/.config/ckstoken/ckstoken.conf", home);
	else
		errno = ENOENT;
	return n < 0 ? NULL : path;
}

int config_read_default(struct config *config, struct error *passed_over,
			struct error *error)
{
	char *path = NULL;
	int ret;

	/* A user who can write there can write to the program as well. */
	ret = read_optional(config, CONFIG_OF_MACHINE, false, error);
	if (ret)
		return ret;
	path = config_path_of_user();
	if (!path)
		return errno == ENOENT ? 0 : -ENOMEM;
	ret = read_optional(config, path, geteuid() == 0, error);
	free(path);
	/* As root has it by "sudo -E" or "su -m", with the home of another. */
	if (ret == -EFOREIGN) {
		*passed_over = *error;
		*error = (struct error){ 0 };
		ret = 0;
	}
	return ret;
}

int config_check(const char *section, const char *key, const char *value,
		 struct config *config, struct error *why)
{
	struct reading_file r = { .config = config };
	char *text = NULL;
	int n = asprintf(&text, "[%s]\n%s = %s\n", section, key, value);
	int line = n < 0 ? -1 : read_text(&r, text, (size_t)n), ret = 0;

	if (n < 0 || r.ret == -ENOMEM)
		ret = -ENOMEM;
	else if (line)
		ret = error_set(
			why, -EINVAL, "%s",
			r.what.text
				? r.what.text
				: _("too long, or not text; see that this is a file of settings, and correct it"));
	error_free(&r.what);
	if (n >= 0)
		free(text);
	return ret;
}

const char *config_get(const struct config *config, const char *section,
		       const char *key)
{
	for (size_t i = 0; i < N_SETTINGS; i++) {
		const struct setting *s = &settings[i];
		const char *value;

		if (strcmp(s->section, section) != 0 ||
		    strcmp(s->key, key) != 0)
			continue;
		if (s->fact)
			value = config->facts
					? dossier_text(config->facts, s->fact)
					: "";
		else
			value = *(char *const *)((const char *)config +
						 s->offset);
		/* A register is a file or a database, at one place. */
		if (value && strcmp(section, "register") == 0 &&
		    s->is_database != database_is_url(value))
			value = NULL;
		return value && *value ? value : NULL;
	}
	return NULL;
}

void config_free(struct config *config)
{
	for (size_t i = 0; i < config->n_strings; i++)
		free(config->strings[i]);
	free(config->strings);
	free(config->modules);
	json_decref(config->facts);
	memset(config, 0, sizeof(*config));
}
