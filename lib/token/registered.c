/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * p11-kit itself is asked which modules it has, in what order and for whom. To
 * know a module is to load it, for p11-kit, and all of them into one process:
 * that is a worker. What p11-kit could not load it does not list, and where one
 * takes the process with it, it lists nothing; so the files of registrations
 * are read as well, by p11-kit's rules, and tell of the rest.
 */
/* For p11_kit_set_progname(), which p11-kit has had since 0.13. */
#define P11_KIT_FUTURE_UNSTABLE_API

#include <ctype.h>
#include <dirent.h>
#include <errno.h>
#include <p11-kit/p11-kit.h>
#include <pwd.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/auxv.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/digest.h"
#include "base/i18n.h"
#include "base/library.h"
#include "base/path.h"
#include "base/soname.h"
#include "opensc_conf.h"
#include "registered.h"
#include "worker.h"

#ifndef P11_MODULE_PATH
#error "P11_MODULE_PATH: p11-kit's directory of modules"
#endif
#ifndef P11_MODULE_CONFIGS
#error "P11_MODULE_CONFIGS: p11-kit's directory of registrations"
#endif

/* The name that registrations know this program by (enable-in, disable-in),
 * whatever program the library is in. */
#define PROGRAM "ckstoken"
#define SYSTEM_FOLDER "/etc/pkcs11"
#define MAX_MODULES 1024

/* 1. Files of registrations */

enum key {
	KEY_MODULE,
	KEY_REMOTE,
	KEY_CRITICAL,
	KEY_TRUST_POLICY,
	KEY_ENABLE_IN,
	KEY_DISABLE_IN,
	KEY_PRIORITY,
	KEY_USER_CONFIG, /* of pkcs11.conf */
	N_KEYS
};

static const char *const keys[N_KEYS] = {
	[KEY_MODULE] = "module",       [KEY_REMOTE] = "remote",
	[KEY_CRITICAL] = "critical",   [KEY_TRUST_POLICY] = "trust-policy",
	[KEY_ENABLE_IN] = "enable-in", [KEY_DISABLE_IN] = "disable-in",
	[KEY_PRIORITY] = "priority",   [KEY_USER_CONFIG] = "user-config",
};

struct registration {
	char *name; /* of the file, without ".module" */
	char *values[N_KEYS];
	bool is_listed; /* by p11-kit */
};

/* A file or folder that root does not obey. */
struct refusal {
	char *path;
	char *why;
};

struct registrations {
	struct registration *list;
	size_t n;
	struct refusal *refused;
	size_t n_refused;
	bool is_cut; /* there are more than are taken */
	bool failed; /* memory is out */
};

static void clear(struct registration *r)
{
	free(r->name);
	for (size_t i = 0; i < N_KEYS; i++)
		free(r->values[i]);
}

static char *trim(char *text)
{
	char *end;

	while (isspace((unsigned char)*text))
		text++;
	end = text + strlen(text);
	while (end > text && isspace((unsigned char)end[-1]))
		*--end = '\0';
	return text;
}

/* Takes "name: value" lines; the last of a name counts. false: no memory. */
static bool read_values(const char *path, char *values[N_KEYS])
{
	int fd = path_open_file(path, false, NULL);
	FILE *f = fd < 0 ? NULL : fdopen(fd, "r");
	char *line = NULL;
	size_t size = 0;
	bool ok = true;

	while (f && ok && getline(&line, &size, f) >= 0) {
		char *name = trim(line), *value = strchr(name, ':');

		if (name[0] == '#' || !value)
			continue;
		*value++ = '\0';
		name = trim(name);
		for (size_t i = 0; i < N_KEYS; i++) {
			if (strcmp(name, keys[i]) != 0)
				continue;
			free(values[i]);
			values[i] = strdup(trim(value));
			ok = values[i] != NULL;
		}
	}
	free(line);
	if (f)
		(void)fclose(f);
	else if (fd >= 0)
		close(fd);
	return ok;
}

static struct registration *find_name(struct registrations *all,
				      const char *name)
{
	for (size_t i = 0; i < all->n; i++)
		if (strcmp(all->list[i].name, name) == 0)
			return &all->list[i];
	return NULL;
}

/* Adds a registration, or what one of the same name, read before, leaves open.
 */
static void add_file(struct registrations *all, const char *path,
		     const char *file)
{
	size_t len = strlen(file);
	struct registration new = { 0 }, *r, *grown;

	if (len > 7 && strcmp(file + len - 7, ".module") == 0)
		len -= 7;
	new.name = strndup(file, len);
	if (!new.name || !read_values(path, new.values))
		goto no_memory;
	r = find_name(all, new.name);
	if (!r) {
		grown = reallocarray(all->list, all->n + 1, sizeof(*grown));
		if (!grown)
			goto no_memory;
		all->list = grown;
		all->list[all->n++] = new;
		return;
	}
	for (size_t i = 0; i < N_KEYS; i++) {
		if (r->values[i])
			continue;
		r->values[i] = new.values[i];
		new.values[i] = NULL;
	}
	clear(&new);
	return;
no_memory:
	clear(&new);
	all->failed = true;
}

/*
 * True if root may obey @path. A registration says which code runs, and which
 * token is not seen: one that another user wrote, or could have, is refused.
 */
static bool may_obey(struct registrations *all, const char *path)
{
	struct error why = { 0 };
	struct refusal new = { 0 }, *grown;
	bool ok = geteuid() != 0 || path_trust(path, &why) != -EPERM;

	if (ok)
		goto out;
	grown = reallocarray(all->refused, all->n_refused + 1, sizeof(*grown));
	if (grown) {
		all->refused = grown;
		new.path = strdup(path);
		new.why = strdup(error_text(&why, -EPERM));
		all->refused[all->n_refused++] = new;
	}
	if (!new.path || !new.why)
		all->failed = true;
out:
	error_free(&why);
	return ok;
}

static void add_folder(struct registrations *all, const char *folder)
{
	DIR *dir = may_obey(all, folder) ? opendir(folder) : NULL;
	struct dirent *entry;

	while (dir && !all->failed && (entry = readdir(dir))) {
		char *path = NULL;
		struct stat st;
		bool is_file;

		if (asprintf(&path, "%s/%s", folder, entry->d_name) < 0) {
			all->failed = true;
			break;
		}
		/* A pipe, too, would hold up p11-kit. */
		is_file = stat(path, &st) == 0 && !S_ISDIR(st.st_mode) &&
			  may_obey(all, path) && S_ISREG(st.st_mode);
		if (is_file && all->n < MAX_MODULES)
			add_file(all, path, entry->d_name);
		else
			all->is_cut |= is_file;
		free(path);
	}
	if (dir)
		(void)closedir(dir);
}

enum user_config { USER_MERGE, USER_ONLY, USER_NONE };

static enum user_config user_config_of(const char *path,
				       enum user_config otherwise)
{
	char *values[N_KEYS] = { 0 };
	enum user_config mode = otherwise;
	const char *text;

	(void)read_values(path, values);
	text = values[KEY_USER_CONFIG];
	if (text && strcmp(text, "none") == 0)
		mode = USER_NONE;
	else if (text && strcmp(text, "merge") == 0)
		mode = USER_MERGE;
	else if (text &&
		 (strcmp(text, "only") == 0 || strcmp(text, "override") == 0))
		mode = USER_ONLY;
	for (size_t i = 0; i < N_KEYS; i++)
		free(values[i]);
	return mode;
}

/* The user's home, as the system has it, for the caller to free; NULL: there is
 * none. */
static char *home_folder(void)
{
	const char *home = secure_getenv("HOME");
	char text[4096];
	struct passwd user, *found = NULL;

	if (home && home[0])
		return strdup(home);
	if (getpwuid_r(getuid(), &user, text, sizeof(text), &found) || !found)
		return NULL;
	return strdup(found->pw_dir);
}

/* The caller's folder of registrations, for the caller to free; NULL where
 * p11-kit takes none: root must not run what a user's HOME names. */
static char *user_folder(void)
{
	const char *base = secure_getenv("XDG_CONFIG_HOME");
	char *home, *folder = NULL;

	if (getuid() == 0 || getauxval(AT_SECURE) ||
	    secure_getenv("P11_KIT_NO_USER_CONFIG"))
		return NULL;
	if (base && base[0])
		return asprintf(&folder, "%s/pkcs11", base) < 0 ? NULL : folder;
	home = home_folder();
	if (home && asprintf(&folder, "%s/.config/pkcs11", home) < 0)
		folder = NULL;
	free(home);
	return folder;
}

/* The value of the name that is read first counts: the user's before those of
 * /etc, and these before what packages install. */
static void read_registrations(struct registrations *all)
{
	enum user_config mode =
		user_config_of(SYSTEM_FOLDER "/pkcs11.conf", USER_MERGE);
	char *user = mode == USER_NONE ? NULL : user_folder();
	char *conf = NULL, *modules = NULL;

	if (!user) {
		mode = USER_NONE;
	} else if (asprintf(&conf, "%s/pkcs11.conf", user) < 0 ||
		   asprintf(&modules, "%s/modules", user) < 0) {
		all->failed = true;
	} else {
		mode = user_config_of(conf, mode);
		if (mode != USER_NONE)
			add_folder(all, modules);
		free(modules);
		free(conf);
	}
	(void)may_obey(all, SYSTEM_FOLDER "/pkcs11.conf");
	if (mode != USER_ONLY) {
		add_folder(all, SYSTEM_FOLDER "/modules");
		add_folder(all, P11_MODULE_CONFIGS);
	}
	free(user);
}

static bool is_yes(const struct registration *r, enum key key)
{
	return r->values[key] && strcmp(r->values[key], "yes") == 0;
}

/* True if the name of this program is in a list with blanks or commas. */
static bool names_program(const char *list)
{
	static const char between[] = " \t\n\v\f\r,";
	size_t len;

	for (list += strspn(list, between); *list;
	     list += len + strspn(list + len, between)) {
		len = strcspn(list, between);
		if (len == strlen(PROGRAM) && strncmp(list, PROGRAM, len) == 0)
			return true;
	}
	return false;
}

static bool is_enabled(const struct registration *r)
{
	if (r->values[KEY_ENABLE_IN])
		return names_program(r->values[KEY_ENABLE_IN]);
	return !r->values[KEY_DISABLE_IN] ||
	       !names_program(r->values[KEY_DISABLE_IN]);
}

static long priority_of(const struct registration *r)
{
	const char *text = r->values[KEY_PRIORITY];

	return text ? strtol(text, NULL, 10) : 0;
}

/* The higher priority first, and then by name. */
static int compare(const void *a, const void *b)
{
	const struct registration *one = a, *other = b;
	long p = priority_of(one), q = priority_of(other);

	if (p != q)
		return p > q ? -1 : 1;
	return strcmp(one->name, other->name);
}

/* 2. p11-kit's own list */

#define P11_KIT_SYMBOLS(X)             \
	X(p11_kit_message)             \
	X(p11_kit_module_get_filename) \
	X(p11_kit_module_get_flags)    \
	X(p11_kit_module_get_name)     \
	X(p11_kit_modules_load)        \
	X(p11_kit_set_progname)

LIBRARY(P11_KIT_SYMBOLS, p11_kit, SONAME_P11_KIT_1,
	"Lists the PKCS #11 modules of the machine")

enum ask_frame {
	ASK_MODULE = 1, /* name, path, whether it is critical, whether of CAs */
	ASK_FAILED,	/* why p11-kit loads nothing */
};

static void ask_main(int channel, const void *arg)
{
	CK_FUNCTION_LIST **modules = NULL;
	struct error error = { 0 };
	struct wire w = { 0 };
	const char *why = NULL;

	(void)arg;
	if (library_load(&p11_kit, &error)) {
		why = error_text(&error, -ELIBACC);
	} else {
		sym_p11_kit_set_progname(PROGRAM);
		modules = sym_p11_kit_modules_load(NULL, 0);
		why = modules ? NULL : sym_p11_kit_message();
	}
	if (!modules) {
		wire_put_text(&w, why ? why : "");
		worker_send(channel, ASK_FAILED, &w);
		wire_free(&w);
	}
	for (size_t i = 0; modules && modules[i]; i++) {
		char *name = sym_p11_kit_module_get_name(modules[i]);
		char *path = sym_p11_kit_module_get_filename(modules[i]);
		int flags = sym_p11_kit_module_get_flags(modules[i]);

		wire_put_text(&w, name ? name : "");
		/* A remote one has none. */
		wire_put_text(&w, path ? path : "");
		wire_put_u64(&w, (flags & P11_KIT_MODULE_CRITICAL) != 0);
		wire_put_u64(&w, (flags & P11_KIT_MODULE_TRUSTED) != 0);
		worker_send(channel, ASK_MODULE, &w);
		wire_free(&w);
		free(name);
		free(path);
	}
	worker_send_end(channel);
}

struct search {
	struct registrations all;
	bool (*found)(void *to, const struct registered *module);
	void *to;
	size_t n_listed;
	enum cks_err err; /* of p11-kit's list */
	char *why;	  /* p11-kit's words for it, or NULL */
};

static bool tell_remote(struct search *s, const char *name, bool critical)
{
	char *file = NULL;
	bool ok =
		asprintf(&file, "%s.module", name) >= 0 &&
		s->found(
			s->to,
			&(struct registered){
				.path = file,
				.critical = critical,
				.error = CKS_ERR_LOAD,
				.detail = N_(
					"a remote module of p11-kit's, which is a command and no file"),
			});

	free(file);
	return ok;
}

/* A copy of text from the worker, for the caller to free. NULL: no memory. */
static char *get_text(struct wire *w)
{
	size_t len;
	const unsigned char *bytes = wire_get_bytes(w, &len);

	return bytes ? strndup((const char *)bytes, len) : NULL;
}

static void take_module(struct search *s, struct wire *w)
{
	char *name = get_text(w), *path = get_text(w);
	bool critical = wire_get_u64(w) != 0;
	bool is_trust = wire_get_u64(w) != 0;
	struct registration *r = name ? find_name(&s->all, name) : NULL;
	bool ok = !w->failed && name && path;

	if (s->n_listed++ == MAX_MODULES)
		s->all.is_cut = true;
	if (r)
		r->is_listed = true;
	/* A list of CAs is no token. */
	if (ok && !is_trust && !s->all.is_cut)
		ok = path[0] ? s->found(s->to,
					&(struct registered){
						.path = path,
						.critical = critical,
						.detail = "",
					})
			     : tell_remote(s, name, critical);
	if (!ok)
		s->all.failed = true;
	free(name);
	free(path);
}

static bool on_frame(struct worker *w, unsigned int type, struct wire *payload)
{
	struct search *s = w->owner;

	if (type == ASK_MODULE) {
		take_module(s, payload);
	} else if (type == ASK_FAILED && !s->why) {
		s->err = CKS_ERR_LOAD;
		s->why = wire_get_clean_text(payload);
	}
	return false;
}

static bool on_end(struct worker *w, enum cks_err err)
{
	struct search *s = w->owner;

	if (err)
		s->err = err;
	return false;
}

/* 3. Both together */

/* p11-kit refuses to load its proxy as one of the modules behind it. */
static bool is_proxy(const char *path)
{
	const char *slash = strrchr(path, '/');
	const char *file = slash ? slash + 1 : path;

	return strncmp(file, "p11-kit-proxy.so", 16) == 0 ||
	       strncmp(file, "libp11-kit.so", 13) == 0;
}

/* The file of its module, for the caller to free; NULL: no memory. */
static char *file_of(const struct registration *r)
{
	const char *module = r->values[KEY_MODULE];
	char *path = NULL;

	return asprintf(&path, "%s%s",
			module[0] == '/' ? "" : P11_MODULE_PATH "/", module) < 0
		       ? NULL
		       : path;
}

/*
 * True if root can let p11-kit load all that is registered: module_open(),
 * which refuses what another user could have written, is not asked by it. Else
 * why not, in s->why.
 */
static bool are_trusted(struct search *s)
{
	const char *opensc = getenv("OPENSC_CONF");
	struct error why = { 0 };
	bool refused = false;

	if (geteuid() != 0)
		return true;
	if (opensc)
		refused = path_trust(opensc, &why) == -EPERM;
	/* Libraries that its modules load in turn. */
	if (!refused)
		refused = !opensc_conf_is_trusted(&why);
	for (size_t i = 0; i < s->all.n && !refused; i++) {
		const struct registration *r = &s->all.list[i];
		char *path = r->values[KEY_MODULE] && is_enabled(r) ? file_of(r)
								    : NULL;

		refused = path && path_trust(path, &why) == -EPERM;
		free(path);
	}
	if (refused)
		s->why = strdup(error_text(&why, -EPERM));
	error_free(&why);
	return !refused;
}

/* Tells of a registration that is not in p11-kit's list. */
static bool tell_file(struct search *s, const struct registration *r)
{
	bool critical = is_yes(r, KEY_CRITICAL);
	const char *module = r->values[KEY_MODULE];
	char *path = NULL;
	bool ok;

	if (!is_enabled(r) || is_yes(r, KEY_TRUST_POLICY))
		return true;
	if (r->values[KEY_REMOTE])
		return tell_remote(s, r->name, critical);
	if (!module || !module[0] || is_proxy(module))
		return true;
	path = file_of(r);
	if (!path)
		return false;
	ok = s->found(s->to, &(struct registered){
				     .path = path,
				     .critical = critical,
				     .detail = "",
			     });
	free(path);
	return ok;
}

/* The token of such a registration's module may be missing: it counts. */
static bool tell_refusal(struct search *s, const struct refusal *r)
{
	char *detail = NULL;
	bool ok;

	forks_hold();
	ok = asprintf(
		     &detail,
		     _("root does not obey this registration of p11-kit's: %s"),
		     r->why) >= 0;
	forks_release();
	ok = ok && s->found(s->to, &(struct registered){
					   .path = r->path,
					   .critical = true,
					   .error = CKS_ERR_LOAD,
					   .detail = detail,
				   });
	free(detail);
	return ok;
}

static bool tell_limit(struct search *s)
{
	return s->found(s->to, &(struct registered){
				       .path = "p11-kit",
				       .critical = true,
				       .error = CKS_ERR_LIMIT,
				       .detail = N_("more than 1024 modules"),
			       });
}

/*
 * Tells that p11-kit gave no list. Where its process died, each module is asked
 * alone and the culprit told of by itself; where it refused, it may be because
 * of a registration that is not understood here either.
 */
static bool tell_failure(struct search *s)
{
	char *detail = NULL;
	bool ok;

	forks_hold();
	ok = asprintf(&detail,
		      _("%s; the files of the registrations were read instead"),
		      s->why && s->why[0]
			      ? s->why
			      : _("while p11-kit loaded the modules")) >= 0;
	forks_release();
	ok = ok && s->found(s->to, &(struct registered){
					   .path = "p11-kit",
					   .critical = s->err == CKS_ERR_LOAD,
					   .error = s->err,
					   .detail = detail,
				   });
	free(detail);
	return ok;
}

enum cks_err registered_find(unsigned int timeout_ms,
			     bool (*found)(void *to,
					   const struct registered *module),
			     void *to)
{
	struct search s = { .found = found, .to = to };
	struct worker worker = {
		.run = ask_main,
		.timeout_ms = timeout_ms,
		.on_frame = on_frame,
		.on_end = on_end,
		.owner = &s,
	};
	enum cks_err err = CKS_OK;

	read_registrations(&s.all);
	/* p11-kit would obey what is refused here; all else is told of. */
	if (s.all.n_refused == 0 && are_trusted(&s)) {
		/* The worker and later ones get from here what they need, and
		 * so do most modules, which need OpenSSL. */
		forks_hold();
		(void)library_load(&p11_kit, NULL);
		if (s.all.n > 0)
			(void)digest_sha256();
		forks_release();
		err = workers_run(&worker, 1);
	} else if (s.all.n_refused == 0) {
		s.err = CKS_ERR_LOAD;
	}
	if (s.all.n > 0)
		qsort(s.all.list, s.all.n, sizeof(*s.all.list), compare);
	for (size_t i = 0; i < s.all.n && !err && !s.all.failed; i++)
		if (!s.all.list[i].is_listed && !tell_file(&s, &s.all.list[i]))
			s.all.failed = true;
	for (size_t i = 0; i < s.all.n_refused && !err && !s.all.failed; i++)
		if (!tell_refusal(&s, &s.all.refused[i]))
			s.all.failed = true;
	if (!err && !s.all.failed &&
	    ((s.err && !tell_failure(&s)) || (s.all.is_cut && !tell_limit(&s))))
		s.all.failed = true;
	if (!err && s.all.failed)
		err = CKS_ERR_MEMORY;
	for (size_t i = 0; i < s.all.n; i++)
		clear(&s.all.list[i]);
	free(s.all.list);
	for (size_t i = 0; i < s.all.n_refused; i++) {
		free(s.all.refused[i].path);
		free(s.all.refused[i].why);
	}
	free(s.all.refused);
	free(s.why);
	return err;
}
