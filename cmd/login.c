/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include <pwd.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "login.h"

/* The kernel has this where nobody logged in, as for a service. */
#define NOBODY 0xFFFFFFFFUL

/* The user who logged in, which the kernel keeps through sudo and su. */
static uid_t login_uid(void)
{
	FILE *f = fopen("/proc/self/loginuid", "re");
	char text[32] = "", *end = text;
	unsigned long uid = NOBODY;

	if (f) {
		if (fgets(text, sizeof(text), f))
			uid = strtoul(text, &end, 10);
		(void)fclose(f);
	}
	return end > text && uid < NOBODY ? (uid_t)uid : getuid();
}

char *login_name(void)
{
	uid_t uid = login_uid();
	const struct passwd *user = getpwuid(uid);
	char *name = NULL;

	if (user)
		return strdup(user->pw_name);
	return asprintf(&name, "uid %u", uid) < 0 ? NULL : name;
}
