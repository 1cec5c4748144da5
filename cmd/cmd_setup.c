/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/path.h"
#include "base/text.h"
#include "message.h"
#include "question.h"
#include "register_common.h"
#include "scanning.h"
#include "setup.h"
#include "table.h"

/* The sample, for who has no terminal. */
#define SAMPLE CKSTOKEN_DOCDIR "/ckstoken.conf.sample"

/* So many agencies' seals are told apart. */
#define MAX_SEALS 20

/* The exit code of what question_ask() returned, which has told it. */
static int exit_code(int ret)
{
	if (ret == -ENOMEM)
		return print_no_memory();
	return ret ? EXIT_REFUSED : 0;
}

/* 1. The configuration that is there */

/* Finds the place for the file: of root, the one for all who use the machine.
 */
static int find_path(struct setup *s)
{
	char *own = NULL;

	if (s->globals->config_file)
		s->path = s->globals->config_file;
	else if (geteuid() == 0)
		s->path = CONFIG_OF_MACHINE;
	else
		own = config_path_of_user();
	if (own)
		s->path = arena_format(&s->arena, "%s", own);
	free(own);
	if (s->path)
		return 0;
	if (errno == ENOMEM)
		return print_no_memory();
	print_error(_(
		"HOME is not set, so there is no place for a configuration; name one by \"ckstoken --config FILE setup\""));
	return EXIT_BAD_INPUT;
}

/* Asks for nothing that could not be kept. 0 or an exit code, told. */
static int check_place(struct setup *s)
{
	struct error why = { 0 };
	struct stat st;
	int ret;

	s->is_there = stat(s->path, &st) == 0;
	if (s->is_there ? !S_ISREG(st.st_mode) : lstat(s->path, &st) == 0)
		ret = error_set(&why, -EINVAL, _("%s is no file"), s->path);
	else
		ret = setup_check_place(s, s->path, &why);
	if (ret)
		print_error(_("the configuration cannot be written: %s"),
			    error_text(&why, ret));
	error_free(&why);
	return ret ? EXIT_CANNOT_WRITE : 0;
}

/* Reads what commands know now, and takes the language from it; what cannot be
 * read is told later, of the file that is to be written. */
static void read_known(struct setup *s)
{
	struct error why = { 0 }, passed_over = { 0 };

	if (globals_configure(s->globals, &passed_over, &why))
		config_free(&s->globals->config);
	error_free(&passed_over);
	error_free(&why);
}

/* Reads the configuration that stands in the place, and asks whether it may
 * give way. 0 or an exit code, told. */
static int look_at_old(struct setup *s)
{
	struct error why = { 0 };
	bool may_replace = false, is_whole;
	int ret = config_read(&s->old, s->path, &why);

	/* Whoever can change it may have written what it says. */
	if (ret == -EPERM || ret == -EFOREIGN) {
		print_error("%s", error_text(&why, ret));
		error_free(&why);
		return EXIT_BAD_INPUT;
	}
	is_whole = !ret;
	if (ret)
		print_warning("%s", error_text(&why, ret));
	error_free(&why);
	putchar('\n');
	print_wrapped(
		arena_format(
			&s->arena,
			is_whole
				? _("There is a configuration already: %s. A new one is written of the answers to what follows; settings that are not asked for stay as they are. The one before is kept beside it, with .old behind its name.")
				: _("There is a configuration already, which cannot be read: %s. A new one is written of the answers to what follows, and of what stands before the fault. The one before is kept beside it, with .old behind its name."),
			s->path),
		0, 0);
	(void)fflush(stdout);
	ret = exit_code(question_yes(_("Put a new one in its place?"), false,
				     &may_replace));
	if (ret || may_replace)
		return ret;
	print_message(_("the configuration stays as it is"));
	return EXIT_REFUSED;
}

/* 2. The seal */

/* True if the certificate is the seal of an agency. */
static bool is_seal(const struct cks_cert *cert)
{
	return cks_cert_readable(cert) && !cks_cert_ca(cert) &&
	       cks_cert_official(cert) && cks_cert_name(cert)[0] &&
	       cks_cert_holder(cert) == CKS_HOLDER_ORGANIZATION;
}

/* True if both are seals of one agency: offices of one name are many. */
static bool is_of_one_agency(const struct cks_cert *a, const struct cks_cert *b)
{
	return strcmp(cks_cert_name(a), cks_cert_name(b)) == 0 &&
	       strcmp(cks_cert_organization(a), cks_cert_organization(b)) ==
		       0 &&
	       strcmp(cks_cert_tax_code(a), cks_cert_tax_code(b)) == 0 &&
	       strcmp(cks_cert_budget_code(a), cks_cert_budget_code(b)) == 0;
}

/* The seals on the tokens, of each agency the one that ends last. */
static size_t find_seals(const struct cks_scan *scan,
			 const struct cks_cert **seals, size_t most)
{
	size_t n = 0, at;

	for (size_t i = 0; i < cks_scan_n_tokens(scan); i++) {
		const struct cks_token *t = cks_scan_token(scan, i);

		for (size_t k = 0; k < cks_token_n_certs(t); k++) {
			const struct cks_cert *c = cks_token_cert(t, k);

			for (at = 0; at < n; at++)
				if (is_of_one_agency(seals[at], c))
					break;
			if (!is_seal(c) || at == most)
				continue;
			if (at == n)
				seals[n++] = c;
			else if (cks_cert_not_after(c) >
				 cks_cert_not_after(seals[at]))
				seals[at] = c;
		}
	}
	return n;
}

/* Asks which of the seals of several agencies is this agency's, if any. 0, or
 * as question_ask() has it. */
static int choose_seal(const struct cks_cert **seals, size_t n,
		       const struct cks_cert **chosen)
{
	const char *names[MAX_SEALS];
	struct arena arena = { 0 };
	struct question question = {
		.text = _(
			"Seals of several agencies are plugged in. Whose particulars are to be offered?"),
		.choices = names,
		.n_choices = n,
		.choices_only = true,
		.is_optional = true,
	};
	char *answer = NULL;
	int ret;

	for (size_t i = 0; i < n; i++)
		names[i] = arena_format(
			&arena, "%s (%s%s%s)", cks_cert_name(seals[i]),
			cks_cert_organization(seals[i]),
			*cks_cert_tax_code(seals[i]) ? ", " : "",
			cks_cert_tax_code(seals[i]));
	ret = arena.failed ? -ENOMEM : question_ask(&question, &answer);
	for (size_t i = 0; i < n && !ret; i++)
		if (strcmp(answer, names[i]) == 0)
			*chosen = seals[i];
	arena_free(&arena);
	free(answer);
	return ret;
}

static void take_seal(struct setup *s, const struct cks_cert *c)
{
	struct arena *a = &s->arena;

	s->seal = (struct setup_seal){
		.name = arena_format(a, "%s", cks_cert_name(c)),
		.parent = arena_format(a, "%s", cks_cert_organization(c)),
		.email = arena_format(a, "%s", cks_cert_email(c)),
		.tax_code = arena_format(a, "%s", cks_cert_tax_code(c)),
		.budget_code = arena_format(a, "%s", cks_cert_budget_code(c)),
	};
}

/* A token that cannot be read keeps nobody from answering by himself. 0 or an
 * exit code, told. */
static int look_at_tokens(struct setup *s, const struct selection *selection)
{
	const struct cks_cert *seals[MAX_SEALS], *seal = NULL;
	struct cks_scan *scan = NULL;
	int ret = 0;
	size_t n;

	if (scan_tokens(s->globals, selection, &scan))
		return 0;
	n = find_seals(scan, seals, MAX_SEALS);
	if (n == 1)
		seal = seals[0];
	else if (n > 1)
		ret = exit_code(choose_seal(seals, n, &seal));
	if (seal) {
		take_seal(s, seal);
		print_wrapped(
			arena_format(
				&s->arena,
				_("The seal of %s is plugged in: what its certificate says is offered in brackets, and taken by Enter."),
				s->seal.name),
			0, 0);
	} else if (!ret && n == 0) {
		print_wrapped(
			_("No token with an agency's seal of the Government CA is seen, so nothing is offered for the agency. To have its particulars offered, end this by Ctrl-C, plug the seal in and begin again; \"ckstoken doctor\" tells why a token is not seen."),
			0, 0);
	}
	cks_scan_free(&scan);
	return ret;
}

/* 3. The register */

/* The register begins with the agency itself. 0 or an exit code, told. */
static int begin_register(struct setup *s)
{
	static const char *const columns[] = { "email", "tax_code",
					       "budget_code" };
	const char *parent = setup_setting(s, "agency", "parent"), *name = "";
	const char *args[8] = { "agency" };
	struct register_options o = { .selection = SELECTION_INIT };
	size_t n = 1;
	int ret;

	if (setup_agency_name(s, &name))
		return print_no_memory();
	args[n++] = arena_format(&s->arena, "organization=%s", name);
	if (*parent)
		args[n++] = arena_format(&s->arena, "parent=%s", parent);
	for (size_t i = 0; i < sizeof(columns) / sizeof(columns[0]); i++) {
		const char *value = setup_answer(s, columns[i]);

		if (*value)
			args[n++] = arena_format(&s->arena, "%s=%s", columns[i],
						 value);
	}
	o.args = args;
	o.file = (char *)setup_register(s);
	ret = cmd_register_add(s->globals, &o);
	if (ret)
		print_message(
			_("the configuration is written all the same, and the register is not begun; once that is mended, run \"%s setup\" again"),
			s->globals->program);
	return ret;
}

/* A list that is refused is mended and read again; all else is done. */
static int read_list(struct setup *s)
{
	const char *list = setup_answer(s, "list");
	struct secret_source pin = { .fd = -1, .option = "pin" };
	const char *args[] = { list, NULL };
	struct register_options o = { .selection = SELECTION_INIT,
				      .file = (char *)setup_register(s),
				      .pin_source = &pin,
				      .args = args };
	int ret;

	if (!*list)
		return 0;
	ret = cmd_register_import(s->globals, &o);
	if (ret)
		print_message(
			_("the configuration and the register are well without that list; once it is mended, read it by \"%s register import %s\""),
			s->globals->program, text_shell_word(&s->arena, list));
	return ret;
}

/* 4. All of it */

/* Root's own file, where he has one, is read after that of all. */
static void warn_of_own(const struct setup *s)
{
	char *own = s->globals->config_file ? NULL : config_path_of_user();

	if (own && strcmp(own, s->path) != 0 && access(own, F_OK) == 0)
		print_warning(
			_("%s is there, too: for this user its settings go before those of %s"),
			own, s->path);
	free(own);
}

static void say_next(struct setup *s, const char *command, const char *words)
{
	printf("  %s %s\n      ", s->globals->program, command);
	print_wrapped(words, 6, 6);
}

/* Tells what comes next, for who has never seen it. */
static void say_farewell(struct setup *s)
{
	printf("\n%s\n", _("What comes next:"));
	say_next(s, "status",
		 _("which tokens are plugged in, and what needs attention"));
	say_next(
		s, AS_IT_IS("request new-person -o cap-moi.pdf"),
		_("a letter that asks for certificates; what is missing is asked for"));
	if (s->globals->config.register_file)
		say_next(s, AS_IT_IS("register due"),
			 _("what is to be done soon, and by which article"));
	print_wrapped(
		arena_format(
			&s->arena,
			_("The images of signature and seal, the root certificates, and what else can be set stand in %s, each with a word on it."),
			s->path),
		0, 0);
	(void)fflush(stdout);
}

static int act(struct setup *s)
{
	static const char *const doctor[] = { "doctor", NULL };
	struct error why = { 0 }, passed_over = { 0 };
	bool is_named = *setup_register(s);
	int ret = setup_write(s), rc;

	if (ret)
		return ret;
	warn_of_own(s);
	/* From here on as any command has it. */
	config_free(&s->globals->config);
	rc = globals_configure(s->globals, &passed_over, &why);
	if (rc) {
		print_error("%s", error_text(&why, rc));
		ret = EXIT_BAD_INPUT;
	}
	error_free(&passed_over);
	error_free(&why);
	/* With none named, one that the officers of the machine share is used
	 * by other commands; nobody has said that it is to have this agency. */
	if (!ret && is_named)
		ret = begin_register(s);
	if (!ret && is_named)
		ret = read_list(s);
	if (s->wants_doctor) {
		putchar('\n');
		/* More is said behind it. */
		(void)setenv("CKSTOKEN_PAGER", "", 1);
		config_free(&s->globals->config);
		rc = cmd_doctor.run(s->globals, 1, (const char **)doctor);
		ret = ret ? ret : rc;
	}
	say_farewell(s);
	return ret;
}

/* 0 or an exit code, told. */
static int prepare(struct setup *s)
{
	struct error why = { 0 };
	int ret = clock_now(&s->globals->now, &why);

	if (ret) {
		print_error("%s", error_text(&why, ret));
		ret = EXIT_BAD_INPUT;
	}
	error_free(&why);
	if (!ret)
		ret = find_path(s);
	if (!ret && (!question_can_ask() || !isatty(STDOUT_FILENO))) {
		print_error(
			_("setup asks its questions on a terminal, and there is none; copy %s to %s and fill it in there"),
			SAMPLE, s->path);
		ret = EXIT_USAGE;
	}
	return ret ? ret : check_place(s);
}

static int set_up(struct setup *s, bool no_tokens,
		  const struct selection *selection)
{
	int ret = prepare(s);

	if (ret)
		return ret;
	ret = setup_remember(s);
	if (ret)
		return ret;
	read_known(s);
	ret = exit_code(setup_ask_language(s));
	if (!ret && s->is_there)
		ret = look_at_old(s);
	if (ret)
		return ret;
	putchar('\n');
	print_wrapped(
		arena_format(
			&s->arena,
			_("The questions that follow are about your agency; the answers are written to %s when all are given. Ctrl-C ends this at any question, and then nothing is written. Passwords are not asked for."),
			s->path),
		0, 0);
	if (!no_tokens)
		ret = look_at_tokens(s, selection);
	if (!ret)
		ret = exit_code(setup_ask(s));
	if (!ret && s->arena.failed)
		ret = print_no_memory();
	return ret ? ret : act(s);
}

static int run(struct globals *globals, int argc, const char **argv)
{
	struct selection selection = SELECTION_INIT;
	struct setup s = { .globals = globals, .seal = { "", "", "", "", "" } };
	int no_tokens = 0, ret;
	struct poptOption table[] = {
		{ "no-tokens", '\0', POPT_ARG_NONE, &no_tokens, 0,
		  N_("do not look at the tokens present"), NULL },
		TIMEOUT_OPTION(selection),
		POPT_TABLEEND
	};
	poptContext context;
	const char **args;

	if (options_parse(globals, &cmd_setup, table, argc, argv, &context,
			  &args, &ret) &&
	    options_limit_args(&cmd_setup, args, 0, &ret)) {
		ret = selection_check(&selection);
		if (!ret)
			ret = set_up(&s, no_tokens, &selection);
	}
	config_free(&s.old);
	buffer_free(&s.before);
	arena_free(&s.arena);
	poptFreeContext(context);
	return ret;
}

const struct command cmd_setup = {
	.name = "setup",
	.summary = N_(
		"ask for the particulars of the agency, and write the configuration"),
	.usage = "setup [--no-tokens] [--timeout SECONDS]",
	.run = run,
};
