/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "scanning.h"
#include "message.h"

/* A module that no URI of the options is for is not asked at all. */
static enum cks_err add_module(const struct selection *s, struct cks_scan *scan,
			       const char *path)
{
	return selection_wants_module(s, path) ? cks_scan_add_module(scan, path)
					       : CKS_OK;
}

static enum cks_err add_modules(const struct globals *globals,
				const struct selection *s,
				struct cks_scan *scan)
{
	const char *const *list = globals->modules;
	char **found = NULL;
	enum cks_err err = CKS_OK;

	if (list) {
		for (size_t i = 0; list[i] && !err; i++)
			err = add_module(s, scan, list[i]);
		return err;
	}
	for (size_t i = 0; i < globals->config.n_modules && !err; i++)
		err = add_module(s, scan, globals->config.modules[i]);
	if (globals->config.n_modules > 0)
		return err;
	err = cks_modules_find(&found);
	for (size_t i = 0; found && found[i] && !err; i++)
		err = add_module(s, scan, found[i]);
	cks_modules_free(&found);
	return err;
}

int scan_tokens(const struct globals *globals, const struct selection *s,
		struct cks_scan **scan)
{
	enum cks_err err;
	int ret = selection_check(s);

	if (ret)
		return ret;
	*scan = cks_scan_new();
	err = *scan ? add_modules(globals, s, *scan) : CKS_ERR_MEMORY;
	if (!err) {
		cks_scan_set_timeout(*scan, selection_timeout(s));
		progress_begin(_("Reading the tokens..."));
		err = cks_scan_run(*scan);
		progress_end();
	}
	if (err) {
		print_error("%s", cks_strerror(err));
		cks_scan_free(scan);
		return exit_code_of(err);
	}
	return 0;
}

int scan_found_none(const struct cks_scan *scan)
{
	print_scan_errors(scan);
	if (cks_scan_n_errors(scan) > 0) {
		print_error(_(
			"no token matches, but something failed that may hide it"));
		return EXIT_DEVICE;
	}
	if (cks_scan_n_tokens(scan) > 0)
		print_error(_(
			"no token matches; \"ckstoken status\" lists those present"));
	else
		print_error(_(
			"no token is seen: plug it in, and check that pcscd runs and the module for this kind of token is installed"));
	return EXIT_NO_TOKEN;
}

int scan_found_many(const struct cks_scan *scan, const struct selection *s)
{
	print_error(_(
		"more than one token matches; name one by --serial, --label or --uri:"));
	for (size_t i = 0; i < cks_scan_n_tokens(scan); i++) {
		const struct cks_token *t = cks_scan_token(scan, i);

		if (selection_matches(s, t))
			print_error("  --serial '%s' --label '%s' --uri '%s'",
				    cks_token_serial(t), cks_token_label(t),
				    cks_token_uri(t));
	}
	return EXIT_AMBIGUOUS;
}

int scan_for_one(const struct globals *globals, const struct selection *s,
		 struct cks_scan **scan, const struct cks_token **token)
{
	const struct cks_token *found = NULL;
	size_t matches = 0;
	int ret = scan_tokens(globals, s, scan);

	if (ret)
		return ret;
	for (size_t i = 0; i < cks_scan_n_tokens(*scan); i++) {
		const struct cks_token *t = cks_scan_token(*scan, i);

		if (!selection_matches(s, t))
			continue;
		found = t;
		matches++;
	}
	if (matches == 0)
		return scan_found_none(*scan);
	if (matches == 1) {
		print_scan_errors(*scan);
		*token = found;
		return 0;
	}
	return scan_found_many(*scan, s);
}
