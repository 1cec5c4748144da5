/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "register_seal.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/date.h"
#include "base/error.h"
#include "base/outfile.h"
#include "base/path.h"
#include "cert_verify.h"
#include "heads.h"
#include "input/dossier.h"
#include "input/extract.h"
#include "input/field.h"
#include "input/verified.h"
#include "json.h"
#include "labels.h"
#include "message.h"
#include "progress.h"
#include "received.h"
#include "register/verify.h"
#include "register_common.h"
#include "sign.h"
#include "system_log.h"
#include "verify.h"

/* A text of a dozen lines, with a signature of some KiB. */
#define SEAL_MAX ((size_t)256 * 1024)

/* 1. Reading one */

/* Copies the file into memory that nobody else can change: its descriptor, and
 * what is in it. 0 or a negative errno. */
static int copy(const char *path, char **text, size_t *len, int *fd)
{
	int from = path_open(path, O_RDONLY | O_NONBLOCK | O_NOCTTY, 0);
	struct stat st;
	int ret = from < 0 ? from : fstat(from, &st) ? -errno : 0;
	ssize_t n = 0;

	if (!ret && !S_ISREG(st.st_mode))
		ret = -ENOTFILE;
	*text = ret ? NULL : malloc(SEAL_MAX + 1);
	if (!ret && !*text)
		ret = -ENOMEM;
	for (*len = 0; !ret && *len <= SEAL_MAX; *len += (size_t)n) {
		n = read(from, *text + *len, SEAL_MAX + 1 - *len);
		if (n < 0)
			ret = -errno;
		if (n <= 0)
			break;
	}
	if (!ret && *len > SEAL_MAX)
		ret = -EFBIG;
	*fd = ret ? -1 : memfd_create("ckstoken", MFD_CLOEXEC);
	if (!ret && (*fd < 0 || write(*fd, *text, *len) != (ssize_t)*len))
		ret = -errno;
	if (from >= 0)
		close(from);
	return ret;
}

static int take(struct seal *seal, const char *text, size_t len,
		json_t *signatures, struct error *error)
{
	json_t *found = json_object_get(signatures, "signatures");
	json_int_t size =
		json_integer_value(json_object_get(signatures, "size"));

	seal->signature = json_incref(json_array_get(found, 0));
	if (size > 0 && (size_t)size <= len)
		seal->said = json_loadb(text, (size_t)size,
					JSON_REJECT_DUPLICATES, NULL);
	if (json_is_object(json_object_get(seal->said, HEADS)))
		return 0;
	return error_set(
		error, -EBADMSG,
		_("%s: it is signed, and is no seal of a register or a journal"),
		seal->path);
}

static void tell(const struct seal *seal)
{
	static const struct field moment = { .type = FIELD_TIME };
	char *signer = verify_signer(seal->signature), at[LABEL_ROOM];

	/* TRANSLATORS: the file; the moment; who; whether it holds. */
	print_message(_("%s: sealed at %s, by its own words, by %s: %s"),
		      seal->path,
		      register_value_label(
			      &moment, dossier_text(seal->said, "sealed"), at),
		      signer ? signer : "?", verify_meaning(seal->signature));
	free(signer);
	(void)signature_warn(seal->path, seal->signature);
}

/* Verifies the seal @fd, of which @text is what is in it. 0 or an exit code. */
static int judge(const struct globals *globals, int fd, const char *text,
		 size_t len, struct seal *seal)
{
	const struct verify_options none = { 0 };
	struct error error = { 0 };
	json_t *signatures = NULL;
	struct verifier by;
	int rc, ret = verify_begin(globals, &none, &by);

	if (ret)
		return ret;
	rc = verified_text(&by, fd, seal->path, &signatures, &error);
	if (!rc)
		rc = verify_clean(signatures);
	if (!rc)
		rc = take(seal, text, len, signatures, &error);
	if (rc) {
		print_error("%s", error_text(&error, rc));
		ret = rc == -ENOMEM || rc == -ENOEXEC ? EXIT_DEVICE
						      : EXIT_BAD_INPUT;
	} else {
		tell(seal);
	}
	verify_end(&by);
	json_decref(signatures);
	error_free(&error);
	return ret;
}

int seal_read(const struct globals *globals, const char *path,
	      struct seal *seal)
{
	char *text = NULL;
	size_t len = 0;
	int fd, rc = copy(path, &text, &len, &fd), ret;

	*seal = (struct seal){ .path = path };
	if (rc) {
		print_error("%s: %s", path, error_text(NULL, rc));
		ret = rc == -ENOMEM ? EXIT_DEVICE : EXIT_BAD_INPUT;
	} else {
		ret = judge(globals, fd, text, len, seal);
	}
	if (fd >= 0)
		close(fd);
	free(text);
	return ret;
}

void seal_free(struct seal *seal)
{
	json_decref(seal->said);
	json_decref(seal->signature);
	*seal = (struct seal){ 0 };
}

bool seal_is_before(const struct seal *seal, const struct head_claim *claim,
		    const char **came, char made[DATE_SIZE])
{
	const json_t *proved = json_object_get(seal->signature, "proved_time");
	char stamp[DATE_SIZE] = "";
	const struct {
		const char *came, *made;
	} pairs[] = { { claim->time, dossier_text(seal->said, "sealed") },
		      { claim->clock, dossier_text(seal->said, "clock") },
		      { claim->clock, stamp } };

	if (json_is_integer(proved))
		date_vietnam((time_t)json_integer_value(proved), stamp);
	for (size_t i = 0; i < sizeof(pairs) / sizeof(pairs[0]); i++) {
		if (!event_time_is_later(pairs[i].came, pairs[i].made))
			continue;
		*came = pairs[i].came;
		(void)snprintf(made, DATE_SIZE, "%s", pairs[i].made);
		return true;
	}
	return false;
}

json_t *seal_json(const struct seal *seal)
{
	char *signer = verify_signer(seal->signature);
	json_t *o = json_pack(
		"{s:o, s:s, s:s?, s:O, s:O}", "file", json_text(seal->path),
		"time", dossier_text(seal->said, "sealed"), "signer", signer,
		"indication", json_object_get(seal->signature, "indication"),
		"sub_indication",
		json_object_get(seal->signature, "sub_indication"));

	free(signer);
	return o;
}

/* 2. Making one */

struct sealing {
	const struct globals *globals;
	const struct register_options *options;
	struct custody_register *reg;
	json_t *said;
	struct buffer text;
	bool doubt; /* something was told that needs --yes */
};

/* Tells that the last event is still to come by this machine's clock: the seal
 * would be dated before what it vouches for. */
static void doubt_times(struct sealing *z)
{
	static const struct field moment = { .type = FIELD_TIME };
	unsigned long n = register_n_events(z->reg);
	json_t *event = register_event_read(z->reg, n);
	const char *time = dossier_text(event, "time");
	char then[LABEL_ROOM];

	if (!event_time_is_later(time, dossier_text(z->said, "sealed"))) {
		time = dossier_text(event, "clock");
		if (!event_time_is_later(time, dossier_text(z->said, "clock")))
			time = NULL;
	}
	if (time)
		print_warning(
			_("the last event of the register, %lu, is of %s, which is still to come by this machine's clock: its seal would be dated before what it vouches for"),
			n, register_value_label(&moment, time, then));
	z->doubt = time != NULL;
	json_decref(event);
}

/* The heads of what is known to be whole: nobody vouches for another. */
static int take_heads(struct sealing *z)
{
	const struct register_options *o = z->options;
	struct verification v;
	int ret = register_require(z->globals, o->file, REGISTER_READ, &z->reg);

	if (ret)
		return ret;
	progress_begin(_("Checking the register..."), 0);
	register_verify(z->reg, &v);
	progress_end();
	ret = register_exit_code(z->reg);
	if (ret)
		return ret;
	if (v.result != VERIFY_RIGHT || register_n_events(z->reg) == 0) {
		print_error(
			register_n_events(z->reg)
				? _("the register is not intact, so it is not sealed; \"ckstoken register verify\" tells more. Nothing was sent to any token")
				: _("the register has no events, so there is nothing to seal. Nothing was sent to any token"));
		return EXIT_REFUSED;
	}
	doubt_times(z);
	ret = heads_put(z->said, z->globals, z->reg);
	/* Others may write while a token and an authority are asked. */
	register_close(&z->reg);
	return ret;
}

/* Writes the text that is sealed, which people can read, too. */
static int write_text(struct sealing *z)
{
	char *officer = login_name(), at[DATE_SIZE], clock[DATE_SIZE], *json;
	int rc = !officer ||
		 json_object_set_new(z->said, "version", json_integer(1)) ||
		 dossier_put(z->said, "program", "ckstoken " VERSION) ||
		 dossier_put(z->said, "sealed",
			     date_vietnam(z->globals->now, at)) ||
		 dossier_put(z->said, "clock",
			     date_vietnam(time(NULL), clock)) ||
		 dossier_put(z->said, "officer", officer);
	int ret = rc ? print_no_memory() : take_heads(z);

	free(officer);
	if (ret)
		return ret;
	json = json_dumps(z->said, JSON_INDENT(2));
	if (json)
		buffer_puts(&z->text, json);
	buffer_puts(&z->text, "\n");
	free(json);
	return !json || z->text.failed ? print_no_memory() : 0;
}

static int sign_it(struct sealing *z)
{
	const struct register_options *o = z->options;
	const struct sign_options options = {
		.selection = o->selection,
		.pin_source = *o->pin_source,
		.id = o->id,
		.final_try = o->final_try,
		.yes = o->yes,
		.no_tsa = o->no_tsa,
		.tsa_seconds = SIGN_TSA_SECONDS,
	};
	struct sign s = { .globals = z->globals,
			  .options = &options,
			  .doubt = z->doubt,
			  .by = { .trust = -1 } };
	int fd = sign_memory(z->text.data, z->text.len);
	struct buffer cms = { 0 };
	char *pem;
	int ret = fd < 0 ? print_no_memory() : sign_check_options(&s);

	if (!ret)
		ret = sign_find_token(&s);
	if (!ret)
		ret = sign_settle_doubts(&s);
	if (!ret)
		ret = sign_log_in(&s);
	if (!ret)
		ret = sign_text(&s, fd, o->output, &cms);
	pem = ret ? NULL : cert_pem("CMS", cms.data, cms.len);
	if (pem)
		buffer_puts(&z->text, pem);
	if (!ret && (!pem || z->text.failed))
		ret = print_no_memory();
	free(pem);
	buffer_free(&cms);
	sign_free(&s);
	if (fd >= 0)
		close(fd);
	return ret;
}

/* Verifies the seal before anybody has it, and writes it. */
static int keep(struct sealing *z)
{
	struct seal seal = { .path = z->options->output };
	struct log_entry entry;
	int fd = sign_memory(z->text.data, z->text.len), rc;
	int ret = fd < 0 ? print_no_memory()
			 : judge(z->globals, fd, (const char *)z->text.data,
				 z->text.len, &seal);

	if (!ret && verify_failed(seal.signature)) {
		print_error(
			_("%s: the signature that was made is not as it should be, and nothing was written: %s"),
			seal.path, _("it does not hold"));
		ret = EXIT_NOT_VALID;
	}
	rc = ret ? 0 : outfile_write(seal.path, z->text.data, z->text.len);
	if (rc) {
		print_error("%s: %s", seal.path, error_text(NULL, rc));
		ret = EXIT_CANNOT_WRITE;
	}
	if (!ret) {
		heads_print(z->said);
		print_message(_("%s is written"), seal.path);
		system_log_begin(&entry, ACT_SEAL, PRIORITY_NOTICE);
		system_log_put(&entry, "FILE", seal.path);
		system_log_number(&entry, "EVENT",
				  (unsigned long)json_integer_value(dossier_get(
					  z->said, HEADS ".register.events")));
		system_log_put(&entry, "HEAD",
			       dossier_text(z->said, HEADS ".register.head"));
		system_log_send(&entry, _("%s is written"), seal.path);
	}
	seal_free(&seal);
	if (fd >= 0)
		close(fd);
	return ret;
}

int cmd_register_seal(const struct globals *globals,
		      const struct register_options *o)
{
	struct sealing z = { .globals = globals,
			     .options = o,
			     .said = json_object() };
	int ret = z.said ? 0 : print_no_memory();

	if (!ret && (!o->output || strcmp(o->output, "-") == 0)) {
		print_error(_("name the file to write: -o FILE"));
		ret = EXIT_USAGE;
	}
	/* An earlier seal is a proof, too. */
	if (!ret)
		ret = sign_check_output(o->output);
	if (!ret)
		ret = secret_source_check(o->pin_source);
	if (!ret)
		ret = write_text(&z);
	if (!ret)
		ret = sign_it(&z);
	if (!ret)
		ret = keep(&z);
	register_close(&z.reg);
	json_decref(z.said);
	buffer_free(&z.text);
	return ret;
}
