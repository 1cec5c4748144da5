/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* The sources of documents: the configuration, the province, forms, the
 * calendar, fonts and the programs beside this one; and the clock. */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/timex.h>
#include <unistd.h>

#include "base/date.h"
#include "base/error.h"
#include "base/path.h"
#include "base/text.h"
#include "doctor.h"
#include "forms/form.h"
#include "input/extract.h"
#include "labels.h"
#include "rules/province.h"
#include "rules/workdays.h"
#include "sign.h"
#include "typeset/font.h"

/* A part that can be read, or the reason why not. Frees @error. */
static void tell(struct doctor *d, enum doctor_source source, int ret,
		 struct error *error, const char *good, const char *todo)
{
	DOCTOR_ADD(d, .source = source, .check = "readable",
		   .result = ret ? DOCTOR_BROKEN : DOCTOR_OK,
		   .found = ret ? arena_format(&d->arena, "%s",
					       error_text(error, ret))
				: good,
		   .todo = ret ? todo : NULL);
	error_free(error);
}

/* 1. The configuration */

static const char *advice_on_configuration(int ret, int line)
{
	if (line > 0)
		return _(
			"Correct the file at that line. Until then no command works, and what the configuration says is not looked at here.");
	switch (ret) {
	case -ENOENT:
	case -ENOTDIR:
		return _(
			"Put the file there, or name another by --config. What it would say is not looked at here.");
	case -EPERM:
	case -EFOREIGN:
		return _(
			"See who can change that file, and whether it says what it should; then make it yours or root's alone. Until then no command works, and what it says is not looked at here.");
	default:
		return _(
			"Make it a text file that you may read. Until then no command works, and what it says is not looked at here.");
	}
}

void doctor_configuration(struct doctor *d)
{
	struct error error = { 0 }, passed_over = { 0 };
	struct globals *globals = d->globals;
	int ret = clock_now(&globals->now, &error);

	if (ret)
		DOCTOR_ADD(d, .source = SOURCE_CLOCK, .check = "fixed",
			   .result = DOCTOR_BROKEN, .about = "CKSTOKEN_NOW",
			   .found = arena_format(&d->arena, "%s",
						 error_text(&error, ret)),
			   .todo = _("Take the variable out of this session:"),
			   .command = "unset CKSTOKEN_NOW");
	error_free(&error);
	ret = globals_configure(globals, &passed_over, &error);
	d->has_config = !ret;
	/* It may name some of the modules and not the others. */
	if (ret)
		globals->config.n_modules = 0;
	if (passed_over.text)
		DOCTOR_ADD(d, .source = SOURCE_CONFIGURATION, .check = "own",
			   .result = DOCTOR_WARNING,
			   .found = arena_format(&d->arena,
						 _("%s. It was passed over"),
						 passed_over.text));
	error_free(&passed_over);
	tell(d, SOURCE_CONFIGURATION, ret, &error,
	     _("the configuration is readable"),
	     advice_on_configuration(ret, globals->config.wrong_line));
}

/* 2. Regulations and forms */

static void look_at_province(struct doctor *d, const char *own)
{
	struct error error = { 0 };
	struct province *p = NULL;
	int ret = province_load(own, &p, &error);

	tell(d, SOURCE_PROVINCE, ret, &error,
	     !own ? _("no province is named in [province], so letters follow the decree alone")
	     : p ? arena_format(
			   &d->arena,
			   _("the regulation of the province is readable: %s"),
			   p->name)
		 : "",
	     _("Name a province of the list under [province] in ckstoken.conf, or correct its file:"));
	province_free(&p);
}

static void look_at_provinces(struct doctor *d)
{
	const char *own = NULL;
	const char **codes = NULL;
	size_t n = 0;
	struct province *p = NULL;
	int ret = province_list(&d->arena, &codes, &n);

	if (!doctor_lacks_configuration(d, SOURCE_PROVINCE)) {
		own = d->globals->config.province;
		look_at_province(d, own);
	}
	for (size_t i = 0; !ret && i < n; i++) {
		struct error why = { 0 };
		int one = province_load(codes[i], &p, &why);

		if (one && (!own || strcmp(own, codes[i]) != 0))
			DOCTOR_ADD(
				d, .source = SOURCE_PROVINCE,
				.check = "others-readable",
				.result = DOCTOR_WARNING, .about = codes[i],
				.found = arena_format(&d->arena, "%s",
						      error_text(&why, one)),
				.todo = _(
					"Correct that file, or move it away if it is an office's own."));
		error_free(&why);
		province_free(&p);
	}
}

static void look_at_forms(struct doctor *d)
{
	const char **names = NULL;
	size_t n = 0, n_wrong = 0;
	int ret = form_list(&d->arena, &names, &n);

	for (size_t i = 0; !ret && i < n; i++) {
		struct error why = { 0 };
		struct form *form = NULL;
		int one = form_load(names[i], NULL, &form, &why);

		form_free(&form);
		n_wrong += one != 0;
		if (one)
			tell(d, SOURCE_FORMS, one, &why, "",
			     _("Correct that file as ckstoken-form(5) says, or move it away if it is an office's own: then the installed form is used."));
	}
	if (ret || n == 0)
		DOCTOR_ADD(
			d, .source = SOURCE_FORMS, .check = "present",
			.result = DOCTOR_BROKEN,
			.found = _(
				"there are no forms, so the installation is not whole"),
			.todo = _("Install ckstoken again."));
	else if (n_wrong == 0)
		tell(d, SOURCE_FORMS, 0, NULL,
		     arena_format(&d->arena,
				  Q_("%zu form is readable",
				     "all %zu forms are readable", n),
				  n),
		     NULL);
}

static void look_at_calendar(struct doctor *d)
{
	struct workdays *w = NULL;
	struct error error = { 0 };
	int ret = workdays_load(&w, &error);
	int year = date_year(date_day(d->globals->now));
	bool is_known = !ret && workdays_has_year(w, year);

	if (ret || is_known)
		tell(d, SOURCE_CALENDAR, ret, &error,
		     arena_format(&d->arena,
				  _("the calendar has the days off of %d"),
				  year),
		     _("Correct the file as ckstoken-holidays(5) says."));
	else
		DOCTOR_ADD(
			d, .source = SOURCE_CALENDAR, .check = "year",
			.result = DOCTOR_WARNING,
			.found = arena_format(
				&d->arena,
				_("the calendar does not have the days off of %d, so terms in working days may be wrong"),
				year),
			.todo = _(
				"Write them into /etc/ckstoken/holidays, as ckstoken-holidays(5) says."));
	workdays_free(&w);
}

/* 3. Fonts and programs */

/* The letters that only Vietnamese has; A to z are in any font. */
static const char letters[] =
	"ÀÁÂÃÈÉÊÌÍÒÓÔÕÙÚÝàáâãèéêìíòóôõùúýĂăĐđĨĩŨũƠơƯưẠạẢảẤấẦầẨẩẪẫẬậẮắẰằẲẳẴẵẶặ"
	"ẸẹẺẻẼẽẾếỀềỂểỄễỆệỈỉỊịỌọỎỏỐốỒồỔổỖỗỘộỚớỜờỞởỠỡỢợỤụỦủỨứỪừỬửỮữỰựỲỳỴỵỶỷỸỹ";

/* Those of them that a face lacks, in the arena. */
static const char *lacking(struct doctor *d, const struct font_set *set,
			   enum face face)
{
	const char *text = "", *at = letters;

	while (*at) {
		int32_t cp;
		size_t len = text_decode(at, strlen(at), &cp);

		if (!font_has(set, face, cp))
			text = arena_format(&d->arena, "%s%.*s", text, (int)len,
					    at);
		at += len;
	}
	return text;
}

static void look_at_fonts(struct doctor *d)
{
	const char *own = d->globals->config.fonts_directory;
	const char *const folders[] = { own, NULL };
	const char *lacks = "";
	struct font_set *set = NULL;
	struct error error = { 0 };
	int ret;

	if (doctor_lacks_configuration(d, SOURCE_FONTS))
		return;
	ret = font_set_open(own ? folders : NULL, &set, &error);
	for (enum face face = 0; set && face < FACE_COUNT && !lacks[0]; face++)
		lacks = lacking(d, set, face);
	if (lacks[0])
		DOCTOR_ADD(
			d, .source = SOURCE_FONTS, .check = "letters",
			.result = DOCTOR_BROKEN,
			.found = arena_format(
				&d->arena,
				_("the font for documents lacks letters of Vietnamese: %s"),
				lacks),
			.todo = _(
				"Install Liberation Serif of version 2, or name another folder under [fonts] in ckstoken.conf:"),
			.command = doctor_as_root(
				d, AS_IT_IS("apt install fonts-liberation2")));
	else
		tell(d, SOURCE_FONTS, ret, &error,
		     _("the font for documents has all letters of Vietnamese"),
		     _("Install Liberation Serif, or name the folder of Times New Roman under [fonts] in ckstoken.conf."));
	font_set_free(&set);
}

static void look_at_programs(struct doctor *d)
{
	static const char *const programs[] = { EXTRACT_PROGRAM,
						SIGNATURES_PROGRAM };
	bool is_whole = true;

	for (size_t i = 0; i < sizeof(programs) / sizeof(programs[0]); i++) {
		if (access(programs[i], X_OK) == 0)
			continue;
		is_whole = false;
		DOCTOR_ADD(
			d, .source = SOURCE_PROGRAMS, .check = "present",
			.result = DOCTOR_BROKEN, .about = programs[i],
			.found = arena_format(
				&d->arena,
				_("%s is not there, so no letter of others can be read"),
				programs[i]),
			.todo = _("Install ckstoken again."));
	}
	if (is_whole)
		DOCTOR_ADD(
			d, .source = SOURCE_PROGRAMS, .check = "present",
			.result = DOCTOR_OK,
			.found = _(
				"the programs that read letters of others are there"));
}

/* The pictures that "ckstoken sign" puts on a page. */
static void look_at_images(struct doctor *d)
{
	const char *const paths[] = { d->globals->config.sign_image,
				      d->globals->config.sign_seal };

	for (size_t i = 0; i < sizeof(paths) / sizeof(paths[0]); i++) {
		struct error error = { 0 };
		struct buffer image = { 0 };
		int ret = paths[i] ? sign_image_read(paths[i], &image, &error)
				   : 0;

		if (ret)
			DOCTOR_ADD(
				d, .source = SOURCE_CONFIGURATION,
				.check = "images", .result = DOCTOR_BROKEN,
				.about = paths[i],
				.found = arena_format(
					&d->arena,
					_("an image of [sign] cannot be put on a page: %s"),
					error_text(&error, ret)),
				.todo = _(
					"Put a PNG file there, or correct the path in ckstoken.conf."));
		buffer_free(&image);
		error_free(&error);
	}
}

/* A machine that only recovers tokens needs none. */
static void look_at_agency(struct doctor *d)
{
	if (config_get(&d->globals->config, "agency", "name"))
		return;
	DOCTOR_ADD(
		d, .source = SOURCE_CONFIGURATION, .check = "agency",
		.result = DOCTOR_UNKNOWN,
		.found = _(
			"no agency is named in the configuration, so letters lack all that is known of it"),
		.todo = _(
			"Where letters are written here, have its particulars asked for:"),
		.command = doctor_as_root(
			d, doctor_command(d, AS_IT_IS("setup"))));
}

void doctor_office(struct doctor *d)
{
	if (d->has_config) {
		look_at_agency(d);
		look_at_images(d);
	}
	look_at_provinces(d);
	look_at_forms(d);
	look_at_calendar(d);
	look_at_fonts(d);
	look_at_programs(d);
}

/* 4. The clock */

/* As people read it, in the arena. */
static const char *moment(struct doctor *d, time_t t)
{
	static const struct field field = { .type = FIELD_TIME };
	char text[DATE_SIZE], room[LABEL_ROOM];

	return arena_format(
		&d->arena, "%s",
		register_value_label(&field, date_vietnam(t, text), room));
}

static void look_at_file(struct doctor *d, const char *path, const char *what)
{
	struct stat st;

	if (path && stat(path, &st) == 0)
		doctor_saw(d, st.st_mtime, what);
}

void doctor_clock(struct doctor *d)
{
	const char *fixed = getenv("CKSTOKEN_NOW");
	struct timex timex = { 0 };
	time_t now = time(NULL);

	look_at_file(d, "/proc/self/exe",
		     _("the file of this program was built"));
	if (d->has_config)
		look_at_file(d, d->globals->config.register_file,
			     _("the register was written"));
	if (fixed && fixed[0] != '\0')
		DOCTOR_ADD(
			d, .source = SOURCE_CLOCK, .check = "fixed",
			.result = DOCTOR_WARNING, .about = "CKSTOKEN_NOW",
			.found = arena_format(
				&d->arena,
				_("CKSTOKEN_NOW is set in this session, so ckstoken takes it to be %s"),
				moment(d, d->globals->now)),
			.todo = _("Take the variable out of this session:"),
			.command = "unset CKSTOKEN_NOW");
	if (d->seen > now + DATE_SKEW)
		DOCTOR_ADD(
			d, .source = SOURCE_CLOCK, .check = "right",
			.result = DOCTOR_WARNING,
			.found = arena_format(
				&d->arena,
				_("by the clock of this machine it is %s, but %s at %s: the clock is wrong now, or was wrong then"),
				moment(d, now), d->seen_by, moment(d, d->seen)),
			.todo = _("Set the clock, best by the network:"),
			.command = doctor_as_root(
				d, AS_IT_IS("timedatectl set-ntp true")));
	else if (adjtimex(&timex) >= 0 && !(timex.status & STA_UNSYNC))
		DOCTOR_ADD(d, .source = SOURCE_CLOCK, .check = "right",
			   .result = DOCTOR_OK,
			   .found = arena_format(
				   &d->arena,
				   _("the clock is set by the network: %s"),
				   moment(d, now)));
	else
		DOCTOR_ADD(
			d, .source = SOURCE_CLOCK, .check = "right",
			.result = DOCTOR_UNKNOWN,
			.found = arena_format(
				&d->arena,
				_("by the clock of this machine it is %s; nothing here is of later, and the network does not set it"),
				moment(d, now)));
}
