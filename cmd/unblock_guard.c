/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include <ctype.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>

#include "labels.h"
#include "message.h"
#include "unblock.h"

static int parse_method(struct unblock *r)
{
	static const enum cks_method all[] = { CKS_METHOD_AUTO,
					       CKS_METHOD_SO_PIN,
					       CKS_METHOD_PUK };

	if (!r->method_name)
		return 0;
	for (size_t i = 0; i < sizeof(all) / sizeof(all[0]); i++) {
		if (strcmp(r->method_name, cks_method_name(all[i])) == 0) {
			r->method = all[i];
			return 0;
		}
	}
	print_error(_("--method takes auto, so-pin or puk, not \"%s\""),
		    r->method_name);
	return EXIT_USAGE;
}

static int check_source(const struct secret_source *source)
{
	if (source->file && source->fd >= 0) {
		print_error(_("--%s-file and --%s-fd exclude each other"),
			    source->option, source->option);
		return EXIT_USAGE;
	}
	/* Before this program opens files of its own, one of which it may be.
	 */
	if (source->fd < -1 ||
	    (source->fd >= 0 && fcntl(source->fd, F_GETFD) < 0)) {
		print_error(_("--%s-fd %d is no open descriptor"),
			    source->option, source->fd);
		return EXIT_USAGE;
	}
	return 0;
}

/* Words and numbers, and nothing a terminal would act on. */
static bool says_something(const char *text)
{
	bool something = false;

	for (const char *at = text; *at; at++)
		something |= isalnum((unsigned char)*at) != 0;
	return something && !strstr(text, "\xEF\xBF\xBD");
}

int unblock_check_options(struct unblock *r)
{
	char *authority = NULL;
	int ret = parse_method(r);

	if (!ret)
		ret = check_source(&r->unblock_pin_source);
	if (!ret)
		ret = check_source(&r->new_pin_source);
	if (!ret)
		ret = unblock_read_request(r);
	if (ret)
		return ret;
	if (r->authority)
		authority = cks_text_clean(r->authority, strlen(r->authority));
	if (!authority || !says_something(authority)) {
		print_error(_(
			"--authority is missing: a token is restored only on a written request (Form 06, Decree 68/2024/NĐ-CP, Article 22). Give its number and date; nothing was sent to any token"));
		free(authority);
		return EXIT_REFUSED;
	}
	free(r->authority);
	r->authority = authority;
	return 0;
}

static int guard_user_pin(const struct unblock *r)
{
	enum cks_pin_state state = cks_token_user_pin(r->before);

	if (state == CKS_PIN_LOCKED)
		return 0;
	if (state == CKS_PIN_UNKNOWN) {
		print_warning(_(
			"the token does not tell whether its user PIN is locked; going on as the request says it is"));
		return 0;
	}
	if (r->force_unlocked)
		return 0;
	print_error(
		_("the user PIN is not locked (%s): there is nothing to restore, and nothing was sent. --force-unlocked sets a new PIN all the same"),
		pin_state_label(state));
	return EXIT_REFUSED;
}

static int guard_so_pin(const struct unblock *r)
{
	if (r->method != CKS_METHOD_SO_PIN)
		return 0;
	switch (cks_token_so_pin(r->before)) {
	case CKS_PIN_LOCKED:
		print_error(_(
			"the SO PIN is locked: no desk can restore this token. Nothing was sent; report it to the issuer"));
		return EXIT_LOCKED;
	case CKS_PIN_FINAL_TRY:
		if (r->final_try)
			return 0;
		print_error(_(
			"one try of the SO PIN is left, and a wrong one makes the token impossible to restore. Nothing was sent; when you are sure of the SO PIN, add --final-try"));
		return EXIT_REFUSED;
	default:
		return 0;
	}
}

int unblock_guard_token(struct unblock *r)
{
	const char *reason = NULL;
	int ret = unblock_guard_request(r);

	if (ret)
		return ret;
	if (cks_unblock_method(r->before, r->method, &r->method, &reason)) {
		print_error(
			_("this token cannot be restored here: %s. Nothing was sent"),
			reason);
		return EXIT_NO_WAY;
	}
	ret = guard_user_pin(r);
	return ret ? ret : guard_so_pin(r);
}

int unblock_guard_secrets(struct unblock *r)
{
	enum cks_err err;

	err = r->unblock_pin ? cks_unblock_pin_check(r->before, r->method,
						     r->unblock_pin)
			     : CKS_OK;
	if (err) {
		print_error(
			_("the SO PIN or PUK cannot be right: %s Nothing was sent to the token"),
			cks_strerror(err));
		return EXIT_REFUSED;
	}
	err = r->new_pin ? cks_new_pin_check(r->before, r->new_pin) : CKS_OK;
	if (err) {
		print_error(
			_("the new PIN cannot be used: %s It takes %lu to %lu characters. Nothing was sent to the token"),
			cks_strerror(err), cks_token_pin_min(r->before),
			cks_token_pin_max(r->before));
		return EXIT_REFUSED;
	}
	return 0;
}
