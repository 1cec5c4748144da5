/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * hold-reader exclusive|transaction|shared READER: another program that uses
 * the card in READER, for tests of a reader that is busy. It prints "held" once
 * it has the card, and keeps it until it is ended by a signal; pcscd then takes
 * the card back as it does from any program that dies.
 */
#include <stdbool.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>
#include <winscard.h>

int main(int argc, char **argv)
{
	const char *mode = argc == 3 ? argv[1] : "";
	bool exclusive = strcmp(mode, "exclusive") == 0;
	bool transaction = strcmp(mode, "transaction") == 0;
	SCARDCONTEXT context;
	SCARDHANDLE card;
	DWORD protocol;
	LONG rv;

	if (!exclusive && !transaction && strcmp(mode, "shared") != 0) {
		(void)fputs("usage: hold-reader exclusive|transaction|shared "
			    "READER\n",
			    stderr);
		return 2;
	}
	rv = SCardEstablishContext(SCARD_SCOPE_SYSTEM, NULL, NULL, &context);
	if (rv == SCARD_S_SUCCESS)
		rv = SCardConnect(context, argv[2],
				  exclusive ? SCARD_SHARE_EXCLUSIVE
					    : SCARD_SHARE_SHARED,
				  SCARD_PROTOCOL_T0 | SCARD_PROTOCOL_T1, &card,
				  &protocol);
	if (rv == SCARD_S_SUCCESS && transaction)
		rv = SCardBeginTransaction(card);
	if (rv != SCARD_S_SUCCESS) {
		(void)fprintf(stderr, "hold-reader: %s: %s\n", argv[2],
			      pcsc_stringify_error(rv));
		return 1;
	}
	(void)puts("held");
	(void)fflush(stdout);
	return pause();
}
