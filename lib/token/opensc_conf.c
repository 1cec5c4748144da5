/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

#include "conftree.h"
#include "opensc_conf.h"

#define DEFAULT_CONF "/etc/opensc/opensc.conf"
#define MAX_CONF (1024L * 1024)
#define STYLE "user_pin_unblock_style"

static int set_style(struct conftree_item *block, const char *style)
{
	return conftree_add_setting(block, STYLE, style) ? 0 : -1;
}

/* In each "pkcs11" block of @app; *@n counts them. */
static int set_style_in(struct conftree_item *app, const char *style, size_t *n)
{
	for (size_t i = 0; i < app->n_items; i++) {
		if (!app->items[i].is_block ||
		    !conftree_is(&app->items[i], "pkcs11"))
			continue;
		if (set_style(&app->items[i], style))
			return -1;
		(*n)++;
	}
	return 0;
}

/*
 * OpenSC looks for a "pkcs11" block first in the app named after the module and
 * then in the first "app default". So the style goes into every such block
 * there is, and the first "app default" is given one if it has none: elsewhere
 * a new block would hide the user's own, or be hidden itself.
 */
static int add_style(struct conftree_item *root, const char *style)
{
	bool has_default = false;

	for (size_t i = 0; i < root->n_items; i++) {
		struct conftree_item *app = &root->items[i];
		size_t n = 0;

		if (!app->is_block || !conftree_is(app, "app"))
			continue;
		if (set_style_in(app, style, &n))
			return -1;
		if (has_default || !conftree_is_named(app, "default"))
			continue;
		has_default = true;
		if (n == 0) {
			struct conftree_item *pkcs11 =
				conftree_add_block(app, "pkcs11", NULL);

			if (!pkcs11 || set_style(pkcs11, style))
				return -1;
		}
	}
	if (!has_default) {
		struct conftree_item *app =
			conftree_add_block(root, "app", "default");
		struct conftree_item *pkcs11 =
			app ? conftree_add_block(app, "pkcs11", NULL) : NULL;

		if (!pkcs11 || set_style(pkcs11, style))
			return -1;
	}
	return 0;
}

int opensc_conf_edit(const char *in, const char *style, char **out)
{
	struct conftree_item root;
	size_t len = 0;
	char *text = NULL;
	FILE *f = NULL;
	int ret = conftree_read(in, &root);

	if (ret)
		goto out;
	conftree_remove(&root, "debug");
	conftree_remove(&root, "debug_file");
	conftree_remove(&root, STYLE);
	if (style)
		ret = add_style(&root, style);
	f = ret ? NULL : open_memstream(&text, &len);
	if (!f) {
		ret = -1;
		goto out;
	}
	conftree_write(&root, f);
	if (fclose(f)) {
		free(text);
		ret = -1;
		goto out;
	}
	*out = text;
out:
	conftree_free(&root);
	return ret;
}

/* What OpenSC would read: nothing when there is no such file. 1 when there is
 * something that is no text. */
static int read_conf(char **text)
{
	const char *path = getenv("OPENSC_CONF");
	int fd = open(path ? path : DEFAULT_CONF,
		      O_RDONLY | O_CLOEXEC | O_NONBLOCK);
	ssize_t n = 0, len = 0;
	struct stat st;
	int ret = 0;

	*text = calloc(1, MAX_CONF + 1);
	if (!*text)
		ret = -1;
	else if (fd < 0)
		ret = errno == ENOENT ? 0 : 1;
	else if (fstat(fd, &st) || !S_ISREG(st.st_mode))
		ret = 1;
	while (!ret && fd >= 0 && len < MAX_CONF &&
	       (n = read(fd, *text + len, (size_t)(MAX_CONF - len))) > 0)
		len += n;
	if (!ret && (n < 0 || len == MAX_CONF || strlen(*text) != (size_t)len))
		ret = 1;
	if (fd >= 0)
		close(fd);
	return ret;
}

int opensc_conf_enter(const char *style)
{
	char *in = NULL, *out = NULL, path[64];
	int fd = -1, ret = read_conf(&in);

	if (!ret)
		ret = opensc_conf_edit(in, style, &out);
	if (ret)
		goto out;
	ret = -1;
	fd = memfd_create("opensc.conf", 0);
	if (fd < 0 || write(fd, out, strlen(out)) != (ssize_t)strlen(out))
		goto out;
	snprintf(path, sizeof(path), "/proc/self/fd/%d", fd);
	/* The descriptor stays open: the process ends with its work. */
	if (!setenv("OPENSC_CONF", path, 1))
		ret = 0;
out:
	free(in);
	free(out);
	return ret;
}

enum cks_err opensc_conf_error(int ret)
{
	return ret > 0	 ? CKS_ERR_OPENSC_CONF
	       : ret < 0 ? CKS_ERR_SYSTEM
			 : CKS_OK;
}
