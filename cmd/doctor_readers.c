/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* From pcscd to the card in a reader: what the service sees of what is plugged
 * in, and who else is at it. */
#include <ctype.h>
#include <dirent.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/path.h"
#include "doctor.h"
#include "input/50-ckstoken.rules.h"
#include "scanning.h"

#define CCID_DRIVER "/usr/lib/pcsc/drivers/ifd-ccid.bundle/Contents/Info.plist"
#define RULES_FOLDER "/etc/polkit-1/rules.d"

/* 1. The service */

static const char *const programs[] = { "/usr/sbin/pcscd", "/sbin/pcscd",
					"/usr/local/sbin/pcscd" };

static bool is_installed(void)
{
	for (size_t i = 0; i < sizeof(programs) / sizeof(programs[0]); i++)
		if (access(programs[i], X_OK) == 0)
			return true;
	return false;
}

/* True if a word of the command line has pcscd log what goes to cards: --apdu,
 * or an "a" among its letters, which asks for that. */
static bool asks_for_apdus(const char *word)
{
	if (strncmp(word, "--", 2) == 0)
		return strcmp(word, "--apdu") == 0;
	/* Behind -c stands a folder. */
	return word[0] == '-' &&
	       strspn(word + 1, "adefixTIkChvVH") == strlen(word + 1) &&
	       strchr(word + 1, 'a');
}

/* Looks at the command lines of the machine's pcscd; false: none runs. */
static bool find_service(bool *logs_apdus)
{
	DIR *dir = opendir("/proc");
	const struct dirent *entry;
	bool is_any = false;

	while (dir && (entry = readdir(dir))) {
		char path[300], line[4096];
		const char *slash;
		size_t n = 0;
		FILE *f;

		if (!isdigit((unsigned char)entry->d_name[0]))
			continue;
		(void)snprintf(path, sizeof(path), "/proc/%s/cmdline",
			       entry->d_name);
		f = fopen(path, "re");
		if (f) {
			n = fread(line, 1, sizeof(line) - 1, f);
			(void)fclose(f);
		}
		line[n] = '\0';
		slash = strrchr(line, '/');
		if (strcmp(slash ? slash + 1 : line, "pcscd") != 0)
			continue;
		is_any = true;
		for (const char *word = line; word < line + n;
		     word += strlen(word) + 1)
			*logs_apdus |= asks_for_apdus(word);
	}
	if (dir)
		(void)closedir(dir);
	return is_any;
}

/* A pcscd that was killed leaves its socket behind. */
static bool has_socket(void)
{
	return access(path_pcscd_socket(), F_OK) == 0;
}

static const char *start_service(struct doctor *d, bool again)
{
	struct stat st;

	/* As sd_booted(3) tells. */
	if (stat("/run/systemd/system", &st))
		return doctor_as_root(d, "pcscd");
	return doctor_as_root(
		d, again ? AS_IT_IS("systemctl restart pcscd.socket pcscd")
			 : AS_IT_IS("systemctl enable --now pcscd.socket"));
}

static void tell_denied(struct doctor *d)
{
	DOCTOR_ADD(
		d, .source = SOURCE_SERVICE, .check = "serves",
		.result = DOCTOR_BROKEN,
		.found = _(
			"the reader service pcscd refuses this user, so no card can be seen"),
		.todo = arena_format(
			&d->arena,
			_("It serves whoever sits at the machine; over ssh, from cron and in services polkit has to allow it. Have the administrator put this rule into %s and add the user to the group ckstoken, then log in again:"),
			RULES_FOLDER "/50-ckstoken.rules"),
		.command = arena_format(
			&d->arena, "%s%s\n%s", rules_50_ckstoken,
			doctor_as_root(
				d, "cp " CKSTOKEN_DOCDIR
				   "/examples/50-ckstoken.rules " RULES_FOLDER),
			doctor_as_root(d, "adduser \"$USER\" ckstoken")));
}

/* A service that does not answer may not be missed where tokens are shown that
 * are in no reader: it is no broken link, and not known to be none. */
static void tell_service(struct doctor *d, const struct doctor_bus *bus,
			 bool runs)
{
	bool is_needed = bus->n > 0 || cks_scan_n_tokens(d->scan) == 0;

	if (!d->service)
		DOCTOR_ADD(d, .source = SOURCE_SERVICE, .check = "serves",
			   .result = DOCTOR_OK,
			   .found = _("the reader service pcscd runs"));
	else if (!is_needed)
		DOCTOR_ADD(
			d, .source = SOURCE_SERVICE, .check = "serves",
			.result = DOCTOR_UNKNOWN,
			.found = _(
				"the reader service pcscd does not answer, so a token in a reader would not be seen; those seen here are in none"));
	else if (d->service == CKS_ERR_DENIED)
		tell_denied(d);
	else if (d->service != CKS_ERR_NO_SERVICE)
		DOCTOR_ADD(d, .source = SOURCE_SERVICE, .check = "serves",
			   .result = DOCTOR_UNKNOWN,
			   .found = cks_strerror(d->service));
	else if (runs && has_socket())
		DOCTOR_ADD(
			d, .source = SOURCE_SERVICE, .check = "serves",
			.result = DOCTOR_BROKEN,
			.found = _(
				"the reader service pcscd runs, but does not answer"),
			.todo = _("Start it again:"),
			.command = start_service(d, true));
	else if (!is_installed())
		DOCTOR_ADD(
			d, .source = SOURCE_SERVICE, .check = "installed",
			.result = DOCTOR_BROKEN,
			.found = _(
				"the reader service pcscd is not installed, so no reader can be seen"),
			.todo = _("Install it, with the driver of readers:"),
			.command = doctor_as_root(
				d, AS_IT_IS("apt install pcscd libccid")));
	else
		DOCTOR_ADD(
			d, .source = SOURCE_SERVICE, .check = "runs",
			.result = DOCTOR_BROKEN,
			.found = _(
				"the reader service pcscd does not run, so no reader can be seen"),
			.todo = _(
				"Start it, now and whenever the machine starts:"),
			.command = start_service(d, false));
}

/* 2. Readers */

/* No more than a line of names. */
#define MAX_NAMES 4

static const char *names_of_readers(struct doctor *d)
{
	size_t n = cks_readers_count(d->readers);
	const char *names = "";

	for (size_t i = 0; i < n && i < MAX_NAMES; i++)
		names = arena_format(&d->arena, "%s%s\"%s\"", names,
				     i ? ", " : "",
				     cks_reader_name(d->readers, i));
	return n > MAX_NAMES ? arena_format(&d->arena, "%s, ...", names)
			     : names;
}

static void tell_no_reader(struct doctor *d, const struct doctor_bus *bus)
{
	if (!bus->has_driver)
		DOCTOR_ADD(
			d, .source = SOURCE_READER, .check = "driver",
			.result = DOCTOR_BROKEN,
			.found = _(
				"pcscd sees no reader, for the driver of readers is not installed"),
			.todo = _("Install it:"),
			.command = doctor_as_root(
				d, AS_IT_IS("apt install libccid")));
	else if (bus->strange)
		DOCTOR_ADD(
			d, .source = SOURCE_READER, .check = "driver",
			.result = DOCTOR_BROKEN, .about = bus->strange,
			.found = arena_format(
				&d->arena,
				_("pcscd sees no reader, for its driver libccid does not know the device %s"),
				bus->strange),
			.todo = _(
				"Upgrade libccid, or install the driver of the maker for pcscd; then plug the token in again."),
			.command = doctor_as_root(
				d, AS_IT_IS("apt install libccid")));
	else
		DOCTOR_ADD(
			d, .source = SOURCE_READER, .check = "seen",
			.result = DOCTOR_BROKEN,
			.found = _(
				"pcscd sees no reader, although one is on the USB bus that its driver knows"),
			.todo = _(
				"Another program may keep the device, as a virtual machine or scdaemon does: end it. Then start pcscd again:"),
			.command = start_service(d, true));
}

static void tell_readers(struct doctor *d, const struct doctor_bus *bus)
{
	size_t n = cks_readers_count(d->readers);

	if (d->service)
		DOCTOR_ADD(
			d, .source = SOURCE_READER, .check = "seen",
			.result = DOCTOR_UNKNOWN,
			.found = _(
				"only pcscd can tell which readers there are"));
	else if (n > 0)
		DOCTOR_ADD(d, .source = SOURCE_READER, .check = "seen",
			   .result = DOCTOR_OK,
			   .found = arena_format(
				   &d->arena,
				   Q_("pcscd sees %zu reader: %s",
				      "pcscd sees %zu readers: %s", n),
				   n, names_of_readers(d)));
	else if (bus->n > 0)
		tell_no_reader(d, bus);
	else
		DOCTOR_ADD(d, .source = SOURCE_READER, .check = "seen",
			   .result = cks_scan_n_tokens(d->scan) > 0
					     ? DOCTOR_OK
					     : DOCTOR_UNKNOWN,
			   .found = _("pcscd sees no reader"));
}

/* Nothing is known of readers beyond those that the library looks at. */
static void tell_more(struct doctor *d)
{
	for (size_t i = 0; i < cks_scan_n_errors(d->scan); i++) {
		const struct cks_scan_error *e = cks_scan_error(d->scan, i);

		if (cks_scan_error_code(e) == CKS_ERR_LIMIT &&
		    !cks_scan_error_module(e)[0])
			DOCTOR_ADD(d, .source = SOURCE_READER,
				   .check = "number", .result = DOCTOR_UNKNOWN,
				   .found = arena_format(
					   &d->arena, "%s (%s)",
					   cks_strerror(CKS_ERR_LIMIT),
					   _(cks_scan_error_detail(e))));
	}
}

/* Other programs see no more readers than OpenSC has slots for. */
static void tell_limit(struct doctor *d)
{
	size_t n = cks_readers_count(d->readers);
	const char *module;
	struct cks_opensc opensc;

	for (size_t i = 0; (module = cks_scan_module(d->scan, i)); i++) {
		if (cks_opensc_read(module, &opensc) || n <= opensc.max_readers)
			continue;
		DOCTOR_ADD(
			d, .source = SOURCE_READER, .check = "opensc-limit",
			.result = DOCTOR_WARNING, .about = module,
			.found = arena_format(
				&d->arena,
				Q_("through OpenSC other programs see %u reader only, and there are %zu; ckstoken sees all",
				   "through OpenSC other programs see %u readers only, and there are %zu; ckstoken sees all",
				   opensc.max_readers),
				opensc.max_readers, n),
			.todo = arena_format(
				&d->arena,
				_("Have OpenSC make room for more, by these lines in %s:"),
				opensc.conf),
			.command = AS_IT_IS(
				"app opensc-pkcs11 {\n\tpkcs11 {\n\t\tmax_virtual_slots = 128;\n\t}\n}"));
		return;
	}
}

/* 3. Cards */

static void tell_busy(struct doctor *d, const struct cks_scan_error *e)
{
	bool is_certain;
	const char *reader = cks_scan_error_reader(e);
	const char *holders = cks_scan_error_holders(e, &is_certain);

	DOCTOR_ADD(
		d, .source = SOURCE_CARD, .check = "free",
		.result = DOCTOR_BROKEN, .about = reader,
		.found =
			!holders[0]
				? arena_format(
					  &d->arena,
					  _("another program holds the card in \"%s\", and which one cannot be told"),
					  reader)
			: is_certain
				? arena_format(
					  &d->arena,
					  _("another program holds the card in \"%s\": %s"),
					  reader, holders)
				: arena_format(
					  &d->arena,
					  _("another program holds the card in \"%s\", perhaps one of these: %s"),
					  reader, holders),
		.todo = !holders[0] && geteuid() != 0
				? _("End whatever uses cards: a browser, a mail program, scdaemon of GnuPG, the token manager of the maker. Root sees the programs of all users, and names it:")
				: _("End that program: a browser, a mail program, scdaemon of GnuPG, the token manager of the maker. The number in brackets is its process."),
		.command = !holders[0] && geteuid() != 0
				   ? doctor_as_root(
					     d, doctor_command(
							d, AS_IT_IS("doctor")))
				   : NULL);
}

/* The fault of the card in a reader; NULL: it is not the card. */
static const char *card_words(enum cks_err err, const char **todo)
{
	switch (err) {
	case CKS_ERR_DEVICE:
		*todo = _(
			"Take it out and put it in again, with its chip the right way. A token that does so in every port is broken.");
		return _("the card in \"%s\" does not answer");
	case CKS_ERR_TIMEOUT:
		*todo = _("Take it out and put it in again.");
		return _(
			"the card in \"%s\" did not answer in time, and no other program holds it");
	case CKS_ERR_REMOVED:
		*todo = _("Leave it in, and run \"ckstoken doctor\" again.");
		return _(
			"the card in \"%s\" was pulled out or put in meanwhile");
	case CKS_ERR_DENIED:
		*todo = _(
			"Have the administrator allow org.debian.pcsc-lite.access_card in polkit, as the rule 50-ckstoken.rules does.");
		return _("pcscd refuses this user the card in \"%s\"");
	default:
		return NULL;
	}
}

static void tell_cards(struct doctor *d)
{
	size_t n = cks_readers_count(d->readers), n_cards = 0, n_wrong = 0;

	for (size_t i = 0; i < cks_scan_n_errors(d->scan); i++) {
		const struct cks_scan_error *e = cks_scan_error(d->scan, i);
		const char *reader = cks_scan_error_reader(e), *todo = NULL;
		const char *words = card_words(cks_scan_error_code(e), &todo);

		if (cks_scan_error_module(e)[0] || !reader[0])
			continue;
		n_wrong++;
		if (cks_scan_error_code(e) == CKS_ERR_BUSY)
			tell_busy(d, e);
		else if (words)
			DOCTOR_ADD(
				d, .source = SOURCE_CARD, .check = "answers",
				.result = DOCTOR_BROKEN, .about = reader,
				.found = arena_format(&d->arena, words, reader),
				.todo = todo);
		else
			n_wrong--;
	}
	for (size_t i = 0; i < n; i++)
		n_cards += cks_reader_has_card(d->readers, i);
	if (n_cards > 0 && n_cards > n_wrong)
		DOCTOR_ADD(
			d, .source = SOURCE_CARD, .check = "answers",
			.result = DOCTOR_OK,
			.found = arena_format(
				&d->arena,
				Q_("%zu card or token is in a reader and answers",
				   "%zu cards or tokens are in readers and answer",
				   n_cards - n_wrong),
				n_cards - n_wrong));
	else if (n > 0 && n_cards == 0 && n_wrong == 0)
		DOCTOR_ADD(
			d, .source = SOURCE_CARD, .check = "present",
			.result = cks_scan_n_tokens(d->scan) > 0
					  ? DOCTOR_OK
					  : DOCTOR_BROKEN,
			.found = _("there is no card in any reader"),
			.todo = cks_scan_n_tokens(d->scan) > 0
					? NULL
					: _("Put the card in, with its chip the right way, or plug the token in again."));
	else if (n == 0)
		DOCTOR_ADD(
			d, .source = SOURCE_CARD, .check = "present",
			.result = !d->service && cks_scan_n_tokens(d->scan) > 0
					  ? DOCTOR_OK
					  : DOCTOR_UNKNOWN,
			.found =
				_("without a reader no card can be looked at"));
}

void doctor_readers(struct doctor *d)
{
	bool runs = find_service(&d->logs_apdus);
	struct doctor_bus bus;

	d->readers = cks_scan_readers(d->scan);
	/* The scan says why there are none. */
	for (size_t i = 0; i < cks_scan_n_errors(d->scan); i++) {
		const struct cks_scan_error *e = cks_scan_error(d->scan, i);

		if (!d->readers && !cks_scan_error_module(e)[0] &&
		    !cks_scan_error_reader(e)[0])
			d->service = cks_scan_error_code(e);
	}
	doctor_usb(d, &bus);
	tell_service(d, &bus, runs);
	tell_readers(d, &bus);
	tell_more(d);
	tell_limit(d);
	tell_cards(d);
}
