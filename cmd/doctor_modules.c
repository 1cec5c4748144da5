/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* The modules, the tokens that they show, the certificates on these, and what
 * keeps a log of the PINs that go to them. */
#include <errno.h>
#include <glob.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/utsname.h>
#include <unistd.h>

#include "base/date.h"
#include "base/path.h"
#include "base/text.h"
#include "doctor.h"
#include "labels.h"

static const char *file_of(const char *path)
{
	const char *slash = strrchr(path, '/');

	return slash ? slash + 1 : path;
}

/* 1. Modules */

#define OPENSC_FILE "opensc-pkcs11.so"

/* The dynamic loader says this behind the name of a file that is not there. */
#define LOADER_LACKS ": cannot open shared object file"

/* The library that a module needs and the machine lacks, in the arena; NULL:
 * the detail says no such thing. */
static const char *lacking_library(struct doctor *d, const char *path,
				   const char *detail)
{
	const char *end = strstr(detail, LOADER_LACKS);
	size_t len = end ? (size_t)(end - detail) : 0;

	if (!end || (len == strlen(path) && strncmp(detail, path, len) == 0))
		return NULL;
	return arena_format(&d->arena, "%.*s", (int)len, detail);
}

/* The advice on a module that is to be replaced: where it is named. */
static const char *advice_on_naming(void)
{
	return _(
		"Install the software of the token's maker, or correct the line \"module =\" in ckstoken.conf, or its file of p11-kit.");
}

static void tell_not_loaded(struct doctor *d, const struct cks_scan_error *e,
			    struct doctor_row *row)
{
	const char *path = row->about;
	const char *detail = cks_scan_error_detail(e);
	const char *lacks = lacking_library(d, path, detail);
	struct error why = { 0 };

	if (geteuid() == 0 && path[0] == '/' &&
	    path_trust(path, &why) == -EPERM) {
		row->check = "trusted";
		row->found = arena_format(
			&d->arena,
			_("root does not load the module %s, which another user could change: %s"),
			path, error_text(&why, -EPERM));
		row->todo = _(
			"Have it and its folders belong to root, or run ckstoken as the user who works with the token.");
		error_free(&why);
		return;
	}
	error_free(&why);
	if (path[0] == '/' && access(path, F_OK)) {
		row->check = "present";
		row->found = arena_format(
			&d->arena, _("the module %s is not there"), path);
		row->todo = advice_on_naming();
		if (strcmp(file_of(path), OPENSC_FILE) == 0)
			row->command = doctor_as_root(
				d, AS_IT_IS("apt install opensc-pkcs11"));
		return;
	}
	row->check = "loads";
	if (lacks) {
		row->found = arena_format(
			&d->arena,
			_("the module %s cannot be loaded, for the library %s is not on this machine"),
			path, lacks);
		row->todo = _(
			"Install the package that has this library. This command names it; if none has it, ask the maker for a module for this system:");
		row->command = arena_format(
			&d->arena, AS_IT_IS("apt-file search %s"),
			text_shell_word(&d->arena, file_of(lacks)));
		return;
	}
	if (strncmp(detail, "C_Initialize", strlen("C_Initialize")) == 0) {
		row->found = arena_format(
			&d->arena,
			_("the module %s was loaded and does not start: %s"),
			path, detail);
		row->todo = _(
			"See that this user may read its configuration and its files, that its software is installed whole, and that the service it needs runs; if that does not help, ask its maker.");
		return;
	}
	row->found = arena_format(&d->arena,
				  _("the module %s cannot be loaded: %s"), path,
				  detail[0] ? _(detail) : _("no reason given"));
	row->todo = _(
		"Name the PKCS #11 library of the token's maker instead, in the version for this system.");
}

static void tell_module(struct doctor *d, const struct cks_scan_error *e)
{
	const char *path = cks_scan_error_module(e);
	const char *detail = cks_scan_error_detail(e);
	struct doctor_row row = {
		.source = SOURCE_MODULE,
		.check = "answers",
		.result = cks_scan_error_critical(e) ? DOCTOR_BROKEN
						     : DOCTOR_WARNING,
		.about = path,
	};
	struct utsname machine = { 0 };

	switch (cks_scan_error_code(e)) {
	case CKS_ERR_LOAD:
		tell_not_loaded(d, e, &row);
		break;
	case CKS_ERR_ARCHITECTURE:
		(void)uname(&machine);
		row.check = "processor";
		row.found = arena_format(
			&d->arena,
			_("the module %s is built for another processor than this machine's (%s)"),
			path, machine.machine);
		row.todo = _(
			"Get the maker's software for this machine, mostly its 64-bit version.");
		break;
	case CKS_ERR_TIMEOUT:
		row.found = arena_format(
			&d->arena,
			Q_("the module %s does not answer within %d second",
			   "the module %s does not answer within %d seconds",
			   (unsigned long)d->selection.timeout_s),
			path, d->selection.timeout_s);
		row.todo = _(
			"Pull its token and plug it in again, and end other programs that use it. If that does not help, leave the module out: take its line out of ckstoken.conf, or its file from p11-kit's.");
		break;
	case CKS_ERR_CRASH:
		row.found = arena_format(&d->arena, _("the module %s crashes"),
					 path);
		row.todo = _(
			"Upgrade the maker's software. Until then leave the module out: take its line out of ckstoken.conf, or its file from p11-kit's.");
		break;
	default:
		row.found = arena_format(&d->arena, "%s: %s%s%s%s", path,
					 cks_strerror(cks_scan_error_code(e)),
					 detail[0] ? " (" : "",
					 detail[0] ? _(detail) : "",
					 detail[0] ? ")" : "");
		row.todo = _(
			"Pull the token, plug it in again, and run \"ckstoken doctor\" once more. If that does not help, upgrade the maker's software.");
		break;
	}
	doctor_add(d, &row);
}

/* An error of the module as a whole, not of a slot or a reader. */
static bool is_of_module(const struct cks_scan_error *e)
{
	return cks_scan_error_module(e)[0] && !cks_scan_error_slot(e, NULL) &&
	       !cks_scan_error_reader(e)[0];
}

static void tell_good(struct doctor *d, const char *path)
{
	size_t n = 0;

	for (size_t i = 0; i < cks_scan_n_errors(d->scan); i++) {
		const struct cks_scan_error *e = cks_scan_error(d->scan, i);

		if (is_of_module(e) &&
		    cks_scan_error_code(e) != CKS_ERR_OPENSC_CONF &&
		    strcmp(cks_scan_error_module(e), path) == 0)
			return;
	}
	for (size_t i = 0; i < cks_scan_n_tokens(d->scan); i++) {
		const struct cks_token *t = cks_scan_token(d->scan, i);

		n += strcmp(cks_token_module(t), path) == 0 ||
		     strcmp(cks_token_other_module(t), path) == 0;
	}
	DOCTOR_ADD(d, .source = SOURCE_MODULE, .check = "answers",
		   .result = DOCTOR_OK, .about = path,
		   .found = arena_format(
			   &d->arena,
			   Q_("the module %s answers, and shows %zu token",
			      "the module %s answers, and shows %zu tokens", n),
			   path, n));
}

/* OpenSC says nothing of a configuration that it cannot read, and goes on. */
static void tell_opensc(struct doctor *d)
{
	struct cks_opensc opensc;
	const char *path;

	for (size_t i = 0; (path = cks_scan_module(d->scan, i)); i++) {
		if (cks_opensc_read(path, &opensc) != CKS_ERR_OPENSC_CONF)
			continue;
		DOCTOR_ADD(
			d, .source = SOURCE_MODULE, .check = "configuration",
			.result = DOCTOR_WARNING, .about = opensc.conf,
			.found = arena_format(
				&d->arena,
				_("the configuration of OpenSC is not understood, so OpenSC goes on without it: %s"),
				opensc.conf),
			.todo = _(
				"Correct it as opensc.conf(5) says, or move it away."));
		return;
	}
}

void doctor_modules(struct doctor *d)
{
	const char *path;

	for (size_t i = 0; i < cks_scan_n_errors(d->scan); i++) {
		const struct cks_scan_error *e = cks_scan_error(d->scan, i);

		if (is_of_module(e) &&
		    cks_scan_error_code(e) != CKS_ERR_OPENSC_CONF)
			tell_module(d, e);
	}
	tell_opensc(d);
	for (size_t i = 0; (path = cks_scan_module(d->scan, i)); i++)
		tell_good(d, path);
	if (cks_scan_module(d->scan, 0))
		return;
	if (!doctor_lacks_configuration(d, SOURCE_MODULE))
		DOCTOR_ADD(
			d, .source = SOURCE_MODULE, .check = "present",
			.result = DOCTOR_BROKEN,
			.found = _(
				"there is no PKCS #11 module on this machine, so no token can be read"),
			.todo = _(
				"Install the software of the token's maker, or OpenSC, which knows many cards:"),
			.command = doctor_as_root(
				d, AS_IT_IS("apt install opensc-pkcs11")));
}

/* 2. Tokens */

/* True if a module whose file is called so is one of those that were asked. */
static bool is_asked(const struct doctor *d, const char *file)
{
	const char *path;

	for (size_t i = 0; (path = cks_scan_module(d->scan, i)); i++)
		if (strcmp(file_of(path), file) == 0)
			return true;
	return false;
}

/* The path of one that is on the machine, in the arena; NULL: none is. */
static const char *find_module(struct doctor *d, const char *file)
{
	struct cks_modules *modules = NULL;
	const char *found = NULL;

	(void)cks_modules_find(selection_timeout(&d->selection), &modules);
	for (size_t i = 0; i < cks_modules_count(modules) && !found; i++) {
		const char *path = cks_module_path(modules, i);

		if (strcmp(file_of(path), file) == 0)
			found = arena_format(&d->arena, "%s", path);
	}
	cks_modules_free(&modules);
	return found;
}

/* A card that no module shows: what it looks like, and which would. */
static void tell_unknown(struct doctor *d, const struct cks_scan_error *e)
{
	const char *atr = cks_scan_error_atr(e);
	const char *name = cks_card_name(atr), *file = cks_card_module(atr);
	const char *reader = cks_scan_error_reader(e), *path = NULL;
	struct doctor_row row = {
		.source = SOURCE_TOKEN,
		.check = "shown",
		.result = cks_scan_error_critical(e) ? DOCTOR_BROKEN
						     : DOCTOR_WARNING,
		.about = reader,
	};

	if (name[0])
		row.found = arena_format(
			&d->arena,
			_("no module shows a token on the card in \"%s\", which looks like this: %s (ATR %s)"),
			reader, name, atr);
	else
		row.found = arena_format(
			&d->arena,
			_("no module shows a token on the card in \"%s\", and its answer to reset is of no kind known here (ATR %s)"),
			reader, atr);
	if (cks_scan_error_detail(e)[0])
		row.found = arena_format(&d->arena, "%s: %s", row.found,
					 cks_scan_error_detail(e));
	if (file[0] && !is_asked(d, file))
		path = find_module(d, file);
	if (!file[0]) {
		row.todo = _(
			"Install the software of the token's maker, whose name stands on the token or in the papers that came with it, and name its library in ckstoken.conf as \"module =\" under [modules].");
	} else if (is_asked(d, file)) {
		row.todo = arena_format(
			&d->arena,
			_("%s serves such cards and does not know this one: get a newer version of it, or the maker's own software."),
			file);
	} else if (path) {
		row.todo = _(
			"The module for it is on this machine and was not asked. Name it in ckstoken.conf, too:");
		row.command =
			arena_format(&d->arena, "[modules]\nmodule = %s", path);
	} else if (strcmp(file, OPENSC_FILE) == 0) {
		row.todo = _("OpenSC serves such cards. Install it:");
		row.command = doctor_as_root(
			d, AS_IT_IS("apt install opensc-pkcs11"));
	} else {
		row.todo = arena_format(
			&d->arena,
			_("The module %s of its maker is for such cards, as far as is known here. Get it from the maker, or ask whoever issued the token; if it is not in the usual folders, name it in ckstoken.conf as \"module =\" under [modules]."),
			file);
	}
	doctor_add(d, &row);
}

/* True if the slot that @e is of shows a token all the same. */
static bool is_shown(const struct doctor *d, const struct cks_scan_error *e)
{
	unsigned long slot;

	for (size_t i = 0; i < cks_scan_n_tokens(d->scan); i++) {
		const struct cks_token *t = cks_scan_token(d->scan, i);

		if (cks_scan_error_slot(e, &slot) &&
		    cks_token_slot(t) == slot &&
		    strcmp(cks_token_module(t), cks_scan_error_module(e)) == 0)
			return true;
	}
	return false;
}

static void tell_slot(struct doctor *d, const struct cks_scan_error *e)
{
	const char *reader = cks_scan_error_reader(e);
	const char *detail = cks_scan_error_detail(e);
	bool is_certificate = is_shown(d, e);

	DOCTOR_ADD(
		d, .source = is_certificate ? SOURCE_CERTIFICATE : SOURCE_TOKEN,
		.check = "read",
		.result = cks_scan_error_critical(e) ? DOCTOR_BROKEN
						     : DOCTOR_WARNING,
		.about = reader[0] ? reader : cks_scan_error_module(e),
		.found = arena_format(
			&d->arena, "%s%s%s: %s%s%s%s", cks_scan_error_module(e),
			reader[0] ? ", " : "", reader,
			cks_strerror(cks_scan_error_code(e)),
			detail[0] ? " (" : "", detail[0] ? _(detail) : "",
			detail[0] ? ")" : ""),
		.todo = is_certificate
				? _("What is on the token cannot be read whole. Pull it, plug it in again, and run \"ckstoken doctor\" once more; if that does not help, ask whoever issued the token.")
				: _("Pull the token, plug it in again, and run \"ckstoken doctor\" once more."));
}

/* As it is called behind "the token". */
static const char *name_of(const struct cks_token *t)
{
	const char *serial = cks_token_serial(t), *label = cks_token_label(t);

	return serial[strspn(serial, " ")] || label[strspn(label, " ")]
		       ? token_name(t)
		       : _("without a serial number");
}

static void tell_token(struct doctor *d, const struct cks_token *t)
{
	const char *other = cks_token_other_module(t);

	DOCTOR_ADD(
		d, .source = SOURCE_TOKEN, .check = "shown",
		.result = DOCTOR_OK, .about = token_name(t),
		.found =
			cks_token_reader(t)[0]
				? arena_format(
					  &d->arena,
					  _("the token %s, \"%s\", is seen in \"%s\""),
					  name_of(t), cks_token_label(t),
					  cks_token_reader(t))
				: arena_format(
					  &d->arena,
					  _("the token %s, \"%s\", is seen"),
					  name_of(t), cks_token_label(t)));
	if (other[0])
		DOCTOR_ADD(
			d, .source = SOURCE_TOKEN, .check = "once",
			.result = DOCTOR_WARNING, .about = token_name(t),
			.found = arena_format(
				&d->arena,
				_("the token %s is shown by two modules, %s and %s: other programs list it twice, and may ask for its PIN twice"),
				name_of(t), cks_token_module(t), other),
			.todo = _(
				"Keep the maker's module, and take the other out of p11-kit's modules; ckstoken asks one alone where ckstoken.conf names it as \"module =\" under [modules]."));
}

/* 3. Certificates */

static void tell_certificate(struct doctor *d, const struct cks_token *t,
			     const struct cks_cert *c)
{
	time_t now = d->globals->now;
	struct doctor_row row = { .source = SOURCE_CERTIFICATE,
				  .check = "readable",
				  .about = token_name(t) };
	char begin[DATE_SIZE], end[DATE_SIZE];

	switch (cks_cert_state(c, now, 0)) {
	case CKS_CERT_UNREADABLE:
		row.result = DOCTOR_BROKEN;
		row.found = arena_format(
			&d->arena,
			_("what is in the place of a certificate on the token %s cannot be read (label \"%s\", id %s)"),
			name_of(t), cks_cert_label(c), cks_cert_id(c));
		row.todo = _(
			"Nobody can sign by it. Ask whoever issued the token, and write nothing to it.");
		break;
	case CKS_CERT_NOT_YET_VALID:
		row.check = "in-force";
		row.result = DOCTOR_WARNING;
		date_dmy(date_day(cks_cert_not_before(c)), begin);
		row.found = arena_format(
			&d->arena,
			_("the certificate of %s is not valid before %s by this machine's clock"),
			cks_cert_name(c), begin);
		row.todo = _("See that the clock is right:");
		row.command = "date";
		break;
	case CKS_CERT_EXPIRED:
		row.check = "in-force";
		row.result = DOCTOR_WARNING;
		row.found = arena_format(
			&d->arena,
			_("the certificate of %s has expired (%s), so nothing can be signed by it"),
			cks_cert_name(c), end_label(c, end));
		row.todo = _("This tells what to do:");
		row.command = doctor_command(d, AS_IT_IS("status"));
		break;
	default:
		row.found = arena_format(
			&d->arena,
			_("the certificate of %s is readable, and valid until %s"),
			cks_cert_name(c), end_label(c, end));
		break;
	}
	doctor_add(d, &row);
}

/* No token of an office has more; a faulty one may show thousands. */
#define MAX_CERTIFICATES 16

static void tell_certificates(struct doctor *d, const struct cks_token *t)
{
	size_t n = 0;

	if (cks_token_warnings(t, d->globals->now, 0) & CKS_WARN_NO_CERT)
		DOCTOR_ADD(
			d, .source = SOURCE_CERTIFICATE, .check = "present",
			.result = DOCTOR_WARNING, .about = token_name(t),
			.found = arena_format(
				&d->arena,
				_("there is no certificate on the token %s that everybody may see"),
				name_of(t)),
			.todo = _(
				"Some tokens show it only after their PIN is entered. If the token has never signed, ask whoever issued it."));
	for (size_t i = 0; i < cks_token_n_certs(t); i++) {
		const struct cks_cert *c = cks_token_cert(t, i);

		if (cks_cert_ca(c) || cks_cert_replaced(t, c))
			continue;
		if (n < MAX_CERTIFICATES)
			tell_certificate(d, t, c);
		n++;
	}
	if (n > MAX_CERTIFICATES)
		DOCTOR_ADD(
			d, .source = SOURCE_CERTIFICATE, .check = "number",
			.result = DOCTOR_WARNING, .about = token_name(t),
			.found = arena_format(
				&d->arena,
				Q_("there is %zu more certificate on the token %s that is not shown here",
				   "there are %zu more certificates on the token %s that are not shown here",
				   n - MAX_CERTIFICATES),
				n - MAX_CERTIFICATES, name_of(t)),
			.todo = _("This lists them:"),
			.command = doctor_command(d, AS_IT_IS("cert list")));
}

/* A soft module may always have one that is to be made a token yet, so that one
 * is all that there is only where all could be looked at. */
static void tell_none(struct doctor *d)
{
	bool is_blank = cks_scan_has_blank(d->scan) && !d->service &&
			!doctor_is_broken_before(d, SOURCE_TOKEN);

	DOCTOR_ADD(
		d, .source = SOURCE_TOKEN,
		.check = is_blank ? "initialized" : "shown",
		.result = doctor_is_broken_before(d, SOURCE_TOKEN)
				  ? DOCTOR_UNKNOWN
				  : DOCTOR_BROKEN,
		.found =
			is_blank
				? _("no token is seen, only a card that was never initialized, so it is no token yet")
				: _("no token is seen"),
		.todo = is_blank
				? _("Its issuer makes it one; there is nothing to be done here.")
				: NULL);
}

void doctor_tokens(struct doctor *d)
{
	size_t n = cks_scan_n_tokens(d->scan), n_wrong = 0;

	for (size_t i = 0; i < cks_scan_n_errors(d->scan); i++) {
		const struct cks_scan_error *e = cks_scan_error(d->scan, i);
		bool is_reader = !cks_scan_error_module(e)[0] &&
				 cks_scan_error_reader(e)[0];

		if (is_reader &&
		    cks_scan_error_code(e) == CKS_ERR_NOT_RECOGNIZED)
			tell_unknown(d, e);
		else if (!is_reader && cks_scan_error_module(e)[0] &&
			 !is_of_module(e))
			tell_slot(d, e);
		else
			continue;
		n_wrong++;
	}
	for (size_t i = 0; i < n; i++)
		tell_token(d, cks_scan_token(d->scan, i));
	if (n == 0 && n_wrong == 0)
		tell_none(d);
	for (size_t i = 0; i < n; i++)
		tell_certificates(d, cks_scan_token(d->scan, i));
}

/* 4. Logs of PINs */

/* Variables by which modules, or what stands before them, write down what they
 * are given. This program's own workers are rid of them. */
static bool makes_log(const char *entry)
{
	static const char *const names[] = { "OPENSC_DEBUG=", "PKCS11SPY",
					     "OPENCRYPTOKI_TRACE_LEVEL=" };

	for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++)
		if (strncmp(entry, names[i], strlen(names[i])) == 0)
			return true;
	return strncmp(entry, "LD_PRELOAD=", 11) == 0 &&
	       strstr(entry, "libpcscspy");
}

static void tell_log(struct doctor *d, const char *check, const char *about,
		     const char *found, const char *command)
{
	DOCTOR_ADD(
		d, .source = SOURCE_LOGS, .check = check,
		.result = DOCTOR_BROKEN, .about = about, .found = found,
		.todo = _(
			"Whoever reads that log has the PINs. Switch it off, delete the log, and have the PINs changed that were entered meanwhile."),
		.command = command);
}

/* True if a file of p11-kit (pkcs11.conf(5)) has calls written down. */
static bool logs_calls(const char *path)
{
	FILE *f = fopen(path, "re");
	char line[512], value[8];
	bool logs = false;

	while (f && !logs && fgets(line, sizeof(line), f))
		logs = sscanf(line, " log-calls : %7s", value) == 1 &&
		       strcmp(value, "yes") == 0;
	if (f)
		(void)fclose(f);
	return logs;
}

static void look_at_p11_kit(struct doctor *d)
{
	const char *home = path_home();
	const char *const patterns[] = {
		"/etc/pkcs11/pkcs11.conf",
		"/etc/pkcs11/modules/*.module",
		arena_format(&d->arena, "%s/*.module", P11_MODULE_CONFIGS),
		arena_format(&d->arena, "%s/.config/pkcs11/pkcs11.conf",
			     home ? home : ""),
		arena_format(&d->arena, "%s/.config/pkcs11/modules/*.module",
			     home ? home : ""),
	};

	for (size_t i = 0; i < sizeof(patterns) / sizeof(patterns[0]); i++) {
		glob_t found;

		if (glob(patterns[i], 0, NULL, &found))
			continue;
		for (size_t k = 0; k < found.gl_pathc; k++) {
			const char *path = arena_format(&d->arena, "%s",
							found.gl_pathv[k]);

			if (logs_calls(path))
				tell_log(
					d, "p11-kit", path,
					arena_format(
						&d->arena,
						_("%s has \"log-calls: yes\", so p11-kit writes the PINs of other programs where these write their errors"),
						path),
					arena_format(&d->arena,
						     "grep -n log-calls %s",
						     text_shell_word(&d->arena,
								     path)));
		}
		globfree(&found);
	}
}

void doctor_logs(struct doctor *d)
{
	size_t before = d->n;
	bool is_told = false;
	struct cks_opensc opensc;
	const char *path;

	for (char **entry = environ; entry && *entry; entry++) {
		const char *name = arena_format(
			&d->arena, "%.*s", (int)strcspn(*entry, "="), *entry);

		if (makes_log(*entry))
			tell_log(
				d, "environment", name,
				arena_format(
					&d->arena,
					_("the variable %s is set in this session, so programs write the PINs that go to tokens into a log"),
					name),
				arena_format(&d->arena, "unset %s", name));
	}
	for (size_t i = 0; (path = cks_scan_module(d->scan, i)); i++) {
		if (strncmp(file_of(path), "pkcs11-spy", 10) == 0)
			tell_log(
				d, "spy", path,
				arena_format(
					&d->arena,
					_("%s is among the modules: it passes on what programs send to another module, and writes the PINs into a log"),
					path),
				NULL);
		if (is_told || cks_opensc_read(path, &opensc) || !opensc.logs)
			continue;
		is_told = true;
		tell_log(
			d, "opensc", opensc.conf,
			arena_format(
				&d->arena,
				_("%s has \"debug\" above 0, so OpenSC writes the PINs of other programs into a log"),
				opensc.conf),
			arena_format(&d->arena, "grep -n debug %s",
				     text_shell_word(&d->arena, opensc.conf)));
	}
	look_at_p11_kit(d);
	if (d->logs_apdus)
		tell_log(
			d, "pcscd", "pcscd",
			_("pcscd was started with --apdu, so it writes all that goes to cards into its log, the PINs too"),
			NULL);
	if (d->n == before)
		DOCTOR_ADD(
			d, .source = SOURCE_LOGS, .check = "off",
			.result = DOCTOR_OK,
			.found = _(
				"no log of PINs is switched on in this session, in the configurations of OpenSC and p11-kit, or in pcscd"));
}
