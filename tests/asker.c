/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * asker KIND: asks one question of a kind at the terminal, as commands do, and
 * prints what became of it.
 */
#include <errno.h>
#include <libintl.h>
#include <locale.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "../cmd/question.h"
#include "base/i18n.h"

static const char *const offices[] = { "Lâm Đồng", "Đồng Tháp", "Đồng Nai",
				       "Ninh Bình" };

static const char *const serials[] = { "VIDU0000002",
				       "VIDU0000007 (\033]0;An\007)" };

static int check_digits(void *ctx, const char *answer, struct error *why)
{
	(void)ctx;
	return answer[strspn(answer, "0123456789")]
		       ? error_set(why, -EINVAL,
				   "\"%s\" has letters:\nonly digits are taken",
				   answer)
		       : 0;
}

static const struct {
	const char *kind;
	struct question question;
} questions[] = {
	{ "text", { .text = "Tên cơ quan", .hint = "như trên con dấu" } },
	{ "open", { .text = "Tên cơ quan", .is_optional = true } },
	{ "initial",
	  { .text = "Tên cơ quan",
	    .initial = "Sở Tài chính",
	    .is_optional = true } },
	{ "digits", { .text = "Mã số", .check = check_digits } },
	{ "choice",
	  { .text = "Tỉnh",
	    .choices = offices,
	    .n_choices = 4,
	    .choices_only = true } },
	{ "serial",
	  { .text = "Token",
	    .choices = serials,
	    .n_choices = 2,
	    .choices_only = true } },
	{ "choice-or-text",
	  { .text = "Tỉnh", .choices = offices, .n_choices = 4 } },
};

int main(int argc, char **argv)
{
	const char *kind = argc > 1 ? argv[1] : "";
	char *answer = NULL;
	bool yes = false;
	int rc = -ENOENT;

	setlocale(LC_ALL, "");
	bindtextdomain(TEXT_DOMAIN, LOCALEDIR);
	bind_textdomain_codeset(TEXT_DOMAIN, "UTF-8");
	for (size_t i = 0; i < sizeof(questions) / sizeof(questions[0]); i++)
		if (strcmp(questions[i].kind, kind) == 0)
			rc = question_ask(&questions[i].question, &answer);
	if (strcmp(kind, "yes") == 0 || strcmp(kind, "no") == 0)
		rc = question_yes("Trả lời ngay?", kind[0] == 'y', &yes);
	if (rc)
		printf("error %s\n", strerrorname_np(-rc));
	else
		printf("answer <%s>\n", answer ? answer : yes ? "yes" : "no");
	free(answer);
	return 0;
}
