/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "custody_about.h"

#include <stdlib.h>

#include "custody.h"
#include "say.h"

static int tell_several(const char *what, const struct about_list *found)
{
	say(_("\"%s\" may be any of these; name one:"), what);
	for (size_t i = 0; i < found->n; i++) {
		const struct about *one = &found->list[i];
		char *name = about_name(one);

		say("  %s%s%s", name ? name : one->key, *one->words ? "  " : "",
		    one->words);
		free(name);
	}
	return EXIT_AMBIGUOUS;
}

int custody_find(struct custody_register *reg, const char *what,
		 struct about_list *found)
{
	int error = about_find(reg, what, found);
	int ret = custody_check(reg);

	if (!ret && error)
		ret = say_no_memory();
	if (!ret && !found->n) {
		say(_("the register has nothing that is \"%s\": no token, certificate, subscriber or letter"),
		    what);
		ret = EXIT_NO_TOKEN;
	}
	if (!ret && found->n > 1)
		ret = tell_several(what, found);
	return ret;
}
