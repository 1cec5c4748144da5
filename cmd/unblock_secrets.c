/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* The SO PIN or PUK and the new PIN, as far as they can be judged unsent. */
#include "unblock.h"

#include <ctype.h>
#include <stdio.h>
#include <string.h>

#include "message.h"

/* A secret of fewer characters may stand in a date or number by chance. */
#define UNMISTAKABLE 6

static enum secret_kind unblock_pin_kind(const struct unblock *r)
{
	return r->method == CKS_METHOD_PUK ? SECRET_PUK : SECRET_SO_PIN;
}

/* " Its length is 4 to 8.", or nothing where neither is known. */
static void print_length(char *text, size_t size, unsigned long min,
			 unsigned long max)
{
	text[0] = '\0';
	if (max > 0 && min == max)
		(void)snprintf(text, size, _(" Its length is %lu."), max);
	else if (max > 0 && min > 0)
		(void)snprintf(text, size, _(" Its length is %lu to %lu."), min,
			       max);
	else if (max > 0)
		(void)snprintf(text, size, _(" Its length is at most %lu."),
			       max);
	else if (min > 0)
		(void)snprintf(text, size, _(" Its length is at least %lu."),
			       min);
}

static bool is_space(char c)
{
	return isspace((unsigned char)c) != 0;
}

/* True if @text goes on with @secret, which it may part into groups. */
static bool begins_with(const char *text, const struct cks_secret *secret)
{
	const char *data = cks_secret_data((struct cks_secret *)secret);
	size_t len = cks_secret_length(secret), at = 0;

	for (; *text && at < len; text++) {
		if (*text == data[at])
			at++;
		else if (at == 0 || !strchr(" .-", *text))
			return false;
	}
	return at == len;
}

/*
 * True if @secret stands in @text: anywhere, or, where it is so short that this
 * may be chance, as a word.
 */
static bool holds_secret(const char *text, const struct cks_secret *secret)
{
	const char *data = cks_secret_data((struct cks_secret *)secret);
	size_t len = cks_secret_length(secret), whole = strlen(text);

	for (size_t at = 0; at + len <= whole; at++) {
		if (len >= UNMISTAKABLE && begins_with(text + at, secret))
			return true;
		if (memcmp(text + at, data, len) == 0 &&
		    (at == 0 || is_space(text[at - 1])) &&
		    (at + len == whole || is_space(text[at + len])))
			return true;
	}
	return false;
}

/* True if a text in @value, which is called @name, holds @secret; *@where is
 * then what the text is called. The serial numbers of a letter are no secret,
 * even where a desk has made its SO PIN of one. */
static bool value_holds(const json_t *value, const char *name,
			const struct cks_secret *secret, const char **where)
{
	const char *text = json_string_value(value), *inner;
	json_t *member;
	size_t i;

	*where = name;
	if (text)
		return !strstr(name, "serial") && holds_secret(text, secret);
	json_array_foreach (value, i, member)
		if (value_holds(member, name, secret, where))
			return true;
	json_object_foreach ((json_t *)value, inner, member)
		if (value_holds(member, inner, secret, where))
			return true;
	return false;
}

/* Refuses a secret that stands in a text which journal and register keep. */
static int refuse_kept(const struct unblock *r, const char *name,
		       const struct cks_secret *secret)
{
	const char *grounds = r->globals->config.desk_grounds, *where = "";

	if (holds_secret(r->authority, secret)) {
		print_error(
			_("the authority has the %s in it, and would be written into the journal; name a letter instead. Nothing was sent to the token"),
			name);
		return EXIT_REFUSED;
	}
	if (grounds && holds_secret(grounds, secret)) {
		print_error(
			_("[desk] grounds has the %s in it, and would be written into the journal; take it out of the configuration. Nothing was sent to the token"),
			name);
		return EXIT_REFUSED;
	}
	if (r->letter.data && value_holds(r->letter.data, "", secret, &where)) {
		print_error(
			_("%s has the %s in it (%s), and the register would keep it. Nothing was sent to the token; ask for a letter without it"),
			r->request_file, name, where);
		return EXIT_REFUSED;
	}
	return 0;
}

/* What both secrets must withstand. */
static int check_either(struct unblock *r, enum secret_kind kind,
			const struct cks_secret *secret)
{
	const char *doubt = secret_doubt(secret), *name = secret_name(kind);
	int ret = refuse_kept(r, name, secret);

	if (ret)
		return ret;
	if (doubt && !r->yes) {
		print_error(
			_("%s: %s, and each attempt costs a try; nothing was sent to the token. If that belongs to it, add --yes"),
			name, doubt);
		return EXIT_REFUSED;
	}
	if (doubt)
		print_warning(_("%s: %s; going on, because of --yes"), name,
			      doubt);
	return 0;
}

static int check_unblock_pin(void *owner, const struct cks_secret *secret)
{
	struct unblock *r = owner;
	enum cks_err err = cks_unblock_pin_check(r->before, r->method, secret);
	unsigned long min, max;
	char length[128];

	if (!err)
		return check_either(r, unblock_pin_kind(r), secret);
	cks_unblock_pin_length(r->before, &min, &max);
	print_length(length, sizeof(length), min, max);
	print_error(_("%s%s Nothing was sent to the token"), cks_strerror(err),
		    length);
	return EXIT_REFUSED;
}

static int check_new_pin(void *owner, const struct cks_secret *secret)
{
	struct unblock *r = owner;
	enum cks_err err = cks_new_pin_check(r->before, secret);
	unsigned long min, max;
	char length[128];

	if (err) {
		cks_new_pin_length(r->before, &min, &max);
		print_length(length, sizeof(length), min, max);
		print_error(
			_("the new PIN cannot be used: %s%s Nothing was sent to the token"),
			cks_strerror(err), length);
		return EXIT_REFUSED;
	}
	if (cks_secret_equal(secret, r->unblock_pin)) {
		print_error(
			_("the new PIN is the %s, with which whoever learns the PIN could take the token over: choose another. Nothing was sent to the token"),
			secret_name(unblock_pin_kind(r)));
		return EXIT_REFUSED;
	}
	return check_either(r, SECRET_NEW_PIN, secret);
}

/* A token that states no length refuses a new PIN only when it has it. */
static void warn_of_unknown_length(const struct unblock *r)
{
	unsigned long min, max;

	cks_new_pin_length(r->before, &min, &max);
	if (max == 0)
		print_warning(
			_("the token does not say how long a new PIN may be; one that it refuses may cost a try of the %s"),
			secret_name(unblock_pin_kind(r)));
}

int unblock_ask_secrets(struct unblock *r)
{
	int ret;

	if (cks_token_has_pin_pad(r->before)) {
		if (secret_is_given(&r->unblock_pin_source) ||
		    secret_is_given(&r->new_pin_source)) {
			print_error(_(
				"the token takes PINs only on its own pad, so those given cannot be used; nothing was sent to it"));
			return EXIT_REFUSED;
		}
		print_message(_(
			"enter the SO PIN or PUK, and then the new PIN, on the token's own pad"));
		return 0;
	}
	warn_of_unknown_length(r);
	ret = read_secret(&r->unblock_pin_source, unblock_pin_kind(r),
			  check_unblock_pin, r, &r->unblock_pin);
	return ret ? ret
		   : read_secret(&r->new_pin_source, SECRET_NEW_PIN,
				 check_new_pin, r, &r->new_pin);
}
