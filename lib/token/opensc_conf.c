/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/i18n.h"
#include "base/path.h"
#include "opensc_conf.h"
#include "readers.h"

#define DEFAULT_CONF "/etc/opensc/opensc.conf"
#define MAX_CONF (1024L * 1024)
#define STYLE "user_pin_unblock_style"
#define FILE_CACHING "use_file_caching"
#define PIN_CACHING "use_pin_caching"
#define SLOTS "max_virtual_slots"
#define IGNORED "ignored_readers"
#define PER_CARD "slots_per_card"
/* OpenSC makes as many slots as a card may need for each reader, four unless
 * the user wants more; it takes memory only for those it makes. */
#define SLOTS_WANTED 1024U
#define MAX_DEPTH 16

/*
 * OpenSC's configuration format as a tree. It is read just as OpenSC reads it,
 * oddities included: a word ends only at a blank, a comma or a semicolon, so
 * "a=1;" sets nothing; a missing semicolon is forgiven after a value.
 */
struct conf_words {
	char **words;
	size_t n;
};

/* "key = value, value;" or "key name, name { items }". */
struct conf_item {
	char *key;
	struct conf_words words; /* the values, or the names */
	bool is_block;
	struct conf_item *items;
	size_t n_items;
};

enum expecting {
	KEY,
	NAME,	    /* after a key: a name, "{" or "=" */
	AFTER_NAME, /* ",", "{" or "=" */
	VALUE,	    /* after "=" or "," */
	AFTER_VALUE,
};

struct parser {
	const char *at;
	struct conf_item *stack[MAX_DEPTH];
	size_t depth;	       /* of stack */
	struct conf_item next; /* what is being read */
	enum expecting expecting;
};

struct token {
	const char *start; /* without its quotes */
	size_t len;
	char mark; /* one of ",{}=;", or 0 for a word */
	bool broken;
};

static bool conf_is(const struct conf_item *item, const char *key)
{
	return strcasecmp(item->key, key) == 0;
}

static bool conf_is_named(const struct conf_item *item, const char *name)
{
	return item->words.n > 0 && strcasecmp(item->words.words[0], name) == 0;
}

static void free_words(struct conf_words *words)
{
	for (size_t i = 0; i < words->n; i++)
		free(words->words[i]);
	free(words->words);
	memset(words, 0, sizeof(*words));
}

static void conf_free(struct conf_item *item)
{
	for (size_t i = 0; i < item->n_items; i++)
		conf_free(&item->items[i]);
	free(item->items);
	free_words(&item->words);
	free(item->key);
	memset(item, 0, sizeof(*item));
}

static bool add_word(struct conf_words *words, const char *start, size_t len)
{
	char **grown = reallocarray(words->words, words->n + 1, sizeof(*grown));

	if (!grown)
		return false;
	words->words = grown;
	grown[words->n] = strndup(start, len);
	return grown[words->n] && ++words->n;
}

/* Room for one more item at @at. */
static struct conf_item *insert(struct conf_item *parent, size_t at)
{
	struct conf_item *grown = reallocarray(
		parent->items, parent->n_items + 1, sizeof(*grown));

	if (!grown)
		return NULL;
	parent->items = grown;
	memmove(grown + at + 1, grown + at,
		(parent->n_items - at) * sizeof(*grown));
	parent->n_items++;
	memset(grown + at, 0, sizeof(*grown));
	return grown + at;
}

static struct token next_token(struct parser *r)
{
	struct token t = { 0 };

	for (;;) {
		r->at += strspn(r->at, " \t\r\n");
		if (*r->at != '#')
			break;
		r->at += strcspn(r->at, "\r\n");
	}
	t.start = r->at;
	if (*r->at == '"') {
		t.start++;
		t.len = strcspn(t.start, "\"\r\n");
		t.broken = t.start[t.len] != '"';
		r->at = t.start + t.len + !t.broken;
	} else if (*r->at && strchr(",{}=;", *r->at)) {
		t.mark = *r->at++;
		t.len = 1;
	} else {
		t.len = strcspn(r->at, ";, \t\r\n");
		r->at += t.len;
	}
	return t;
}

static void forget(struct parser *r)
{
	conf_free(&r->next);
	r->expecting = KEY;
}

/* Puts what was read into the block it stands in. */
static struct conf_item *keep(struct parser *r)
{
	struct conf_item *parent = r->stack[r->depth - 1];
	struct conf_item *item = insert(parent, parent->n_items);

	if (item) {
		*item = r->next;
		memset(&r->next, 0, sizeof(r->next));
		r->expecting = KEY;
	}
	return item;
}

/* Each of these returns 0, -1 for memory or 1 for a text OpenSC refuses. */
static int take_word(struct parser *r, const struct token *t)
{
	if (t->broken)
		return 1;
	if (r->expecting == AFTER_VALUE && !keep(r))
		return -1;
	switch (r->expecting) {
	case KEY:
		r->next.key = strndup(t->start, t->len);
		r->expecting = NAME;
		return r->next.key ? 0 : -1;
	case NAME:
	case VALUE:
		if (!add_word(&r->next.words, t->start, t->len))
			return -1;
		r->expecting = r->expecting == NAME ? AFTER_NAME : AFTER_VALUE;
		return 0;
	default:
		return 1;
	}
}

static int open_block(struct parser *r)
{
	struct conf_item *block;

	if ((r->expecting != NAME && r->expecting != AFTER_NAME) ||
	    r->depth == MAX_DEPTH)
		return 1;
	r->next.is_block = true;
	block = keep(r);
	if (!block)
		return -1;
	r->stack[r->depth++] = block;
	return 0;
}

static int close_block(struct parser *r)
{
	if (r->expecting == AFTER_VALUE) {
		if (!keep(r))
			return -1;
	} else if (r->expecting != KEY) {
		return 1;
	}
	if (r->depth == 1)
		return 1;
	r->depth--;
	return 0;
}

static int take_mark(struct parser *r, char mark)
{
	switch (mark) {
	case '{':
		return open_block(r);
	case '}':
		return close_block(r);
	case '=':
		if (r->expecting != NAME && r->expecting != AFTER_NAME)
			return 1;
		/* OpenSC keeps a name given before "=" for a later block; what
		 * that is to mean nobody knows. */
		if (r->next.words.n > 0)
			return 1;
		r->expecting = VALUE;
		return 0;
	case ',':
		if (r->expecting == KEY)
			return 1;
		if (r->expecting == AFTER_NAME)
			r->expecting = NAME;
		else if (r->expecting == AFTER_VALUE)
			r->expecting = VALUE;
		return 0;
	default: /* ';' */
		if (r->expecting == VALUE || r->expecting == AFTER_VALUE)
			return keep(r) ? 0 : -1;
		forget(r);
		return 0;
	}
}

static int conf_read(const char *text, struct conf_item *root)
{
	struct parser r = { .at = text, .stack = { root }, .depth = 1 };
	int ret = 0;

	memset(root, 0, sizeof(*root));
	root->is_block = true;
	while (!ret) {
		struct token t = next_token(&r);

		if (t.mark)
			ret = take_mark(&r, t.mark);
		else if (t.len > 0 || t.start[-(t.start > text)] == '"')
			ret = take_word(&r, &t);
		else
			break;
	}
	if (!ret && (r.expecting == VALUE || r.expecting == AFTER_VALUE) &&
	    !keep(&r))
		ret = -1;
	conf_free(&r.next);
	return ret;
}

static void write_words(const struct conf_words *words, FILE *f)
{
	for (size_t i = 0; i < words->n; i++) {
		/* A word that holds a quote was not quoted itself. */
		const char *quote = strchr(words->words[i], '"') ? "" : "\"";

		fprintf(f, "%s%s%s%s", i ? ", " : " ", quote, words->words[i],
			quote);
	}
}

static void conf_write(const struct conf_item *root, FILE *f)
{
	for (size_t i = 0; i < root->n_items; i++) {
		const struct conf_item *item = &root->items[i];
		const char *quote = strchr(item->key, '"') ? "" : "\"";

		fprintf(f, "%s%s%s%s", quote, item->key, quote,
			item->is_block ? "" : " =");
		write_words(&item->words, f);
		if (item->is_block) {
			fputs(" {\n", f);
			conf_write(item, f);
			fputs("}\n", f);
		} else {
			fputs(";\n", f);
		}
	}
}

static void conf_remove(struct conf_item *item, const char *key)
{
	size_t kept = 0;

	for (size_t i = 0; i < item->n_items; i++) {
		if (!item->items[i].is_block && conf_is(&item->items[i], key)) {
			conf_free(&item->items[i]);
			continue;
		}
		conf_remove(&item->items[i], key);
		item->items[kept++] = item->items[i];
	}
	item->n_items = kept;
}

static struct conf_item *add(struct conf_item *parent, const char *key,
			     const char *word)
{
	struct conf_item *item = insert(parent, 0);

	if (!item)
		return NULL;
	item->key = strdup(key);
	if (!item->key || (word && !add_word(&item->words, word, strlen(word))))
		return NULL;
	return item;
}

static struct conf_item *conf_add_block(struct conf_item *parent,
					const char *key, const char *name)
{
	struct conf_item *item = add(parent, key, name);

	if (item)
		item->is_block = true;
	return item;
}

static int set_style(struct conf_item *block, const char *style)
{
	return add(block, STYLE, style) ? 0 : -1;
}

static struct conf_item *conf_find(struct conf_item *block, const char *key)
{
	for (size_t i = 0; i < block->n_items; i++)
		if (!block->items[i].is_block && conf_is(&block->items[i], key))
			return &block->items[i];
	return NULL;
}

/* A larger number of the user's own stays. */
static int set_slots(struct conf_item *block, unsigned int slots)
{
	const struct conf_item *own = conf_find(block, SLOTS);
	char number[16];

	if (own && own->words.n > 0 &&
	    strtoul(own->words.words[0], NULL, 10) >= slots)
		return 0;
	conf_remove(block, SLOTS);
	snprintf(number, sizeof(number), "%u", slots);
	return add(block, SLOTS, number) ? 0 : -1;
}

static int set_per_card(struct conf_item *block, unsigned int slots)
{
	char number[16];

	conf_remove(block, PER_CARD);
	snprintf(number, sizeof(number), "%u", slots);
	return add(block, PER_CARD, number) ? 0 : -1;
}

static int change_pkcs11(struct conf_item *block,
			 const struct opensc_change *change)
{
	if (change->for_secrets && change->style &&
	    set_style(block, change->style))
		return -1;
	if (change->slots_per_card &&
	    set_per_card(block, change->slots_per_card))
		return -1;
	return change->slots ? set_slots(block, change->slots) : 0;
}

static int change_pkcs15(struct conf_item *block,
			 const struct opensc_change *change)
{
	(void)change;
	return add(block, FILE_CACHING, "no") &&
			       add(block, PIN_CACHING, "false")
		       ? 0
		       : -1;
}

/* A block that OpenSC looks for in an app, and what is to stand in it. */
struct wanted_block {
	const char *key, *name; /* name: NULL where it has none */
	int (*change)(struct conf_item *block,
		      const struct opensc_change *change);
};

static const struct wanted_block pkcs11_block = { "pkcs11", NULL,
						  change_pkcs11 };
static const struct wanted_block pkcs15_block = { "framework", "pkcs15",
						  change_pkcs15 };

/* In each such block of @app; *@n counts them. */
static int change_app(struct conf_item *app, const struct wanted_block *wanted,
		      const struct opensc_change *change, size_t *n)
{
	for (size_t i = 0; i < app->n_items; i++) {
		struct conf_item *block = &app->items[i];

		if (!block->is_block || !conf_is(block, wanted->key) ||
		    (wanted->name && !conf_is_named(block, wanted->name)))
			continue;
		if (wanted->change(block, change))
			return -1;
		(*n)++;
	}
	return 0;
}

static int add_block(struct conf_item *app, const struct wanted_block *wanted,
		     const struct opensc_change *change)
{
	struct conf_item *block =
		conf_add_block(app, wanted->key, wanted->name);

	return block ? wanted->change(block, change) : -1;
}

/*
 * OpenSC looks for such a block first in the app named after the module and
 * then in the first "app default". So a setting goes into every such block
 * there is, and the first "app default" is given one if it has none: elsewhere
 * a new block would hide the user's own, or be hidden itself.
 */
static int change_apps(struct conf_item *root,
		       const struct wanted_block *wanted,
		       const struct opensc_change *change)
{
	bool has_default = false;

	for (size_t i = 0; i < root->n_items; i++) {
		struct conf_item *app = &root->items[i];
		size_t n = 0;

		if (!app->is_block || !conf_is(app, "app"))
			continue;
		if (change_app(app, wanted, change, &n))
			return -1;
		if (has_default || !conf_is_named(app, "default"))
			continue;
		has_default = true;
		if (n == 0 && add_block(app, wanted, change))
			return -1;
	}
	if (!has_default) {
		struct conf_item *app = conf_add_block(root, "app", "default");

		if (!app || add_block(app, wanted, change))
			return -1;
	}
	return 0;
}

/* Added to those of the first "app default", which change_apps() has made. */
static int add_ignored(struct conf_item *root,
		       const struct opensc_change *change)
{
	struct conf_item *app = root->items, *list;

	while (!app->is_block || !conf_is(app, "app") ||
	       !conf_is_named(app, "default"))
		app++;
	list = conf_find(app, IGNORED);
	if (!list)
		list = add(app, IGNORED, NULL);
	if (!list)
		return -1;
	for (size_t i = 0; i < change->n_ignored; i++)
		if (!add_word(&list->words, change->ignored[i],
			      strlen(change->ignored[i])))
			return -1;
	return 0;
}

int opensc_conf_edit(const char *in, const struct opensc_change *change,
		     char **out)
{
	struct conf_item root;
	size_t len = 0;
	char *text = NULL;
	FILE *f = NULL;
	int ret = conf_read(in, &root);

	if (ret)
		goto out;
	if (change->for_secrets) {
		conf_remove(&root, "debug");
		conf_remove(&root, "debug_file");
		conf_remove(&root, STYLE);
	}
	if (change->slots || (change->for_secrets && change->style) ||
	    change->slots_per_card || change->n_ignored)
		ret = change_apps(&root, &pkcs11_block, change);
	if (!ret && change->no_caches) {
		conf_remove(&root, FILE_CACHING);
		conf_remove(&root, PIN_CACHING);
		ret = change_apps(&root, &pkcs15_block, change);
	}
	if (!ret && change->n_ignored)
		ret = add_ignored(&root, change);
	f = ret ? NULL : open_memstream(&text, &len);
	if (!f) {
		ret = -1;
		goto out;
	}
	conf_write(&root, f);
	/* Out of memory at its end, it succeeds and leaves no text. */
	if (fclose(f) || !text) {
		free(text);
		ret = -1;
		goto out;
	}
	*out = text;
out:
	conf_free(&root);
	return ret;
}

const char *opensc_conf_path(void)
{
	const char *path = getenv("OPENSC_CONF");

	return path ? path : DEFAULT_CONF;
}

/*
 * Reads the configuration that OpenSC would read; it is empty when there is no
 * such file. 0; -1 when memory is out; 1 when the file is not text.
 */
static int read_conf(char **text)
{
	const char *path = getenv("OPENSC_CONF");
	int fd = open(opensc_conf_path(), O_RDONLY | O_CLOEXEC | O_NONBLOCK);
	ssize_t n = 0, len = 0;
	struct stat st;
	int ret = 0;

	*text = malloc(MAX_CONF + 1);
	if (!*text)
		ret = -1;
	else if (fd < 0)
		ret = errno == ENOENT ? 0 : 1;
	/* OpenSC would load a driver that it names: see module_open(). */
	else if ((path && geteuid() == 0 && path_trust(path, NULL) == -EPERM) ||
		 fstat(fd, &st) || !S_ISREG(st.st_mode))
		ret = 1;
	while (!ret && fd >= 0 && len < MAX_CONF &&
	       (n = read(fd, *text + len, (size_t)(MAX_CONF - len))) > 0)
		len += n;
	if (*text)
		(*text)[len] = '\0';
	if (!ret && (n < 0 || len == MAX_CONF || strlen(*text) != (size_t)len))
		ret = 1;
	if (fd >= 0)
		close(fd);
	return ret;
}

/* The private configuration; it stays open until the process ends. */
static int entered = -1;

/* Long ago, so that a reading of the file shows. */
static bool forget_readings(int fd)
{
	const struct timespec times[] = { { .tv_sec = 0 },
					  { .tv_nsec = UTIME_OMIT } };

	return futimens(fd, times) == 0;
}

static bool shows_reading(int fd)
{
	struct stat st;

	return fstat(fd, &st) == 0 &&
	       (st.st_atim.tv_sec != 0 || st.st_atim.tv_nsec != 0);
}

/* True if a setting, or a block, is named after a library that OpenSC loads: a
 * driver of cards or readers, an emulation of PKCS #15, or what these load. */
static bool names_library(const struct conf_item *item)
{
	static const char *const names[] = { "module", "module_path",
					     "provider_library" };

	/* The whole has no name. */
	for (size_t i = 0; item->key && i < sizeof(names) / sizeof(names[0]);
	     i++)
		if (conf_is(item, names[i]))
			return true;
	return false;
}

static bool names_foreign(const struct conf_item *item, struct error *why)
{
	for (size_t i = 0; names_library(item) && i < item->words.n; i++) {
		const char *path = item->words.words[i];

		/* Without a slash it is one of the system's libraries. */
		if (!strchr(path, '/'))
			continue;
		if (path[0] != '/')
			(void)error_set(why, -EPERM,
					_("%s: this path is not absolute"),
					path);
		if (path[0] != '/' || path_trust(path, why) == -EPERM)
			return true;
	}
	for (size_t i = 0; i < item->n_items; i++)
		if (names_foreign(&item->items[i], why))
			return true;
	return false;
}

bool opensc_conf_is_trusted(struct error *why)
{
	struct conf_item root = { 0 };
	bool ok = true;
	char *text = NULL;

	/* A text that OpenSC does not take is none to it. */
	if (geteuid() == 0 && !read_conf(&text) && !conf_read(text, &root))
		ok = !names_foreign(&root, why);
	conf_free(&root);
	free(text);
	/* It is OpenSC's reading of it that counts. */
	if (entered >= 0)
		(void)forget_readings(entered);
	return ok;
}

/* The error that an answer of opensc_conf_edit() or read_conf() stands for. */
static enum cks_err conf_error(int ret)
{
	return ret > 0	 ? CKS_ERR_OPENSC_CONF
	       : ret < 0 ? CKS_ERR_SYSTEM
			 : CKS_OK;
}

static enum cks_err enter(struct opensc_change *change,
			  const struct confinement *within)
{
	char *in = NULL, *out = NULL, path[64];
	struct reader_words others = { 0 };
	enum cks_err err = CKS_OK;
	int fd = -1;

	if (within && within->reader) {
		err = readers_beside(within->reader, &others);
		change->slots_per_card = within->slots_per_card;
		change->ignored = others.words;
		change->n_ignored = others.n;
	}
	if (!err)
		err = conf_error(read_conf(&in));
	if (!err)
		err = conf_error(opensc_conf_edit(in, change, &out));
	if (err)
		goto out;
	err = CKS_ERR_SYSTEM;
	/* Open in programs that a module starts, which may have an OpenSC of
	 * their own, as where p11-kit has a module "remote". */
	fd = memfd_create("opensc.conf", 0);
	if (fd < 0 || write(fd, out, strlen(out)) != (ssize_t)strlen(out) ||
	    !forget_readings(fd))
		goto out;
	snprintf(path, sizeof(path), "/proc/self/fd/%d", fd);
	if (!setenv("OPENSC_CONF", path, 1)) {
		entered = fd;
		err = CKS_OK;
	}
out:
	reader_words_free(&others);
	free(in);
	free(out);
	return err;
}

/* Opens what OpenSC would. */
static int open_as_opensc(void)
{
	const char *path = getenv("OPENSC_CONF");

	return path ? open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK) : -1;
}

bool opensc_conf_is_entered(void)
{
	struct stat ours, found;
	int fd = open_as_opensc();
	bool same = fd >= 0 && entered >= 0 && !fstat(entered, &ours) &&
		    !fstat(fd, &found) && ours.st_dev == found.st_dev &&
		    ours.st_ino == found.st_ino;

	if (fd >= 0)
		close(fd);
	return same;
}

bool opensc_conf_was_read(void)
{
	char byte;
	int fd;
	bool kept;

	if (entered < 0)
		return false;
	if (shows_reading(entered))
		return true;
	/* Or this system keeps no times of reading: one's own would show. */
	fd = open_as_opensc();
	kept = fd >= 0 && read(fd, &byte, 1) == 1 && shows_reading(entered);
	if (fd >= 0)
		close(fd);
	return !kept;
}

enum cks_err opensc_conf_enter(const char *style,
			       const struct confinement *within)
{
	struct opensc_change change = { .for_secrets = true,
					.no_caches = true,
					.style = style,
					.slots = SLOTS_WANTED };

	return enter(&change, within);
}

enum cks_err opensc_conf_enter_reading(const struct confinement *within)
{
	struct opensc_change change = { .no_caches = true,
					.slots = SLOTS_WANTED };
	const char *own = getenv("OPENSC_CONF");
	char *before = own ? strdup(own) : NULL;
	enum cks_err err = CKS_ERR_SYSTEM;

	if (!own || before)
		err = enter(&change, within);
	/* The user's settings serve better than OpenSC's own. */
	if (!err && !opensc_conf_is_entered()) {
		err = CKS_ERR_OPENSC_CONF;
		if (before ? setenv("OPENSC_CONF", before, 1)
			   : unsetenv("OPENSC_CONF"))
			err = CKS_ERR_SYSTEM;
	}
	free(before);
	return err;
}

/* What OpenSC's module at @path looks for its settings under: its own name, as
 * its file is called. Another name, of a link, may lead to it. */
static const char *app_of(const char *path)
{
	static const char *const apps[] = { "onepin-opensc-pkcs11",
					    "opensc-pkcs11" };
	char *target = realpath(path, NULL);
	const char *file = target ? target : path, *found = NULL;

	if (strrchr(file, '/'))
		file = strrchr(file, '/') + 1;
	for (size_t i = 0; i < sizeof(apps) / sizeof(apps[0]) && !found; i++)
		if (strncmp(file, apps[i], strlen(apps[i])) == 0)
			found = apps[i];
	free(target);
	return found;
}

bool opensc_is_at(const char *path)
{
	return app_of(path) != NULL;
}

/* The first block of that kind: OpenSC looks at no other. */
static struct conf_item *find_block(struct conf_item *parent, const char *key,
				    const char *name)
{
	for (size_t i = 0; i < parent->n_items; i++)
		if (parent->items[i].is_block &&
		    conf_is(&parent->items[i], key) &&
		    (!name || conf_is_named(&parent->items[i], name)))
			return &parent->items[i];
	return NULL;
}

static int take_ignored(struct opensc_settings *settings, struct conf_item *app)
{
	const struct conf_item *list = conf_find(app, IGNORED);
	struct conf_words words = { settings->ignored, settings->n_ignored };
	int ret = 0;

	for (size_t i = 0; list && i < list->words.n && !ret; i++)
		if (!add_word(&words, list->words.words[i],
			      strlen(list->words.words[i])))
			ret = -1;
	settings->ignored = words.words;
	settings->n_ignored = words.n;
	return ret;
}

static long number_of(struct conf_item *block, const char *key, long otherwise)
{
	const struct conf_item *item = conf_find(block, key);

	return item && item->words.n > 0 ? strtol(item->words.words[0], NULL, 0)
					 : otherwise;
}

/* 1 for a number of slots under which OpenSC shows no reader, or not all. */
static int take_settings(struct opensc_settings *settings,
			 struct conf_item *root, const char *app)
{
	struct conf_item *apps[] = { find_block(root, "app", app),
				     find_block(root, "app", "default") };
	struct conf_item *pkcs11 = NULL;
	long slots = strcmp(app, "opensc-pkcs11") == 0 ? 4 : 1, all = 16;

	for (size_t i = 0; i < sizeof(apps) / sizeof(apps[0]); i++) {
		struct conf_item *block;

		if (!apps[i])
			continue;
		if (take_ignored(settings, apps[i]))
			return -1;
		settings->debug |= number_of(apps[i], "debug", 0) > 0;
		block = find_block(apps[i], "pkcs11", NULL);
		if (pkcs11 || !block)
			continue;
		pkcs11 = block;
		slots = number_of(block, PER_CARD, slots);
		all = number_of(block, SLOTS, all);
	}
	settings->slots_per_card = (unsigned int)slots;
	if (slots > 0 && all > 0)
		settings->max_readers = (unsigned int)(all / slots);
	return slots < 1 || slots > (long)SLOTS_WANTED;
}

enum cks_err opensc_settings_read(const char *path,
				  struct opensc_settings *settings)
{
	const char *app = app_of(path);
	struct conf_item root = { 0 };
	char *in = NULL;
	int ret;

	memset(settings, 0, sizeof(*settings));
	ret = app ? read_conf(&in) : 1;
	if (!ret)
		ret = conf_read(in, &root);
	if (!ret)
		ret = take_settings(settings, &root, app);
	conf_free(&root);
	free(in);
	return conf_error(ret);
}

void opensc_settings_free(struct opensc_settings *settings)
{
	struct conf_words words = { settings->ignored, settings->n_ignored };

	free_words(&words);
	memset(settings, 0, sizeof(*settings));
}

/* As OpenSC does: it is enough that the name contains a word. */
bool opensc_ignores(const struct opensc_settings *settings,
		    const char *pcsc_name)
{
	for (size_t i = 0; i < settings->n_ignored; i++)
		if (strstr(pcsc_name, settings->ignored[i]))
			return true;
	return false;
}
