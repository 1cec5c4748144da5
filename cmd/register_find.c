/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "register_find.h"

#include <stdlib.h>

#include "message.h"
#include "register_common.h"

static int tell_several(const char *what, const struct subject_list *found)
{
	print_message(_("\"%s\" may be any of these; name one:"), what);
	for (size_t i = 0; i < found->n; i++) {
		const struct subject *one = &found->list[i];
		char *name = subject_name(one);

		print_message("  %s%s%s", name ? name : one->key,
			      *one->words ? "  " : "", one->words);
		free(name);
	}
	return EXIT_AMBIGUOUS;
}

int register_find_one(struct custody_register *reg, const char *what,
		      struct subject_list *found)
{
	int error = subject_find(reg, what, found);
	int ret = register_exit_code(reg);

	if (!ret && error)
		ret = print_no_memory();
	if (!ret && !found->n) {
		print_message(
			_("the register has nothing that is \"%s\": no token, certificate, subscriber or letter"),
			what);
		ret = EXIT_NO_TOKEN;
	}
	if (!ret && found->n > 1)
		ret = tell_several(what, found);
	return ret;
}
