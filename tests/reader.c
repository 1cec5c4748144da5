/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * What tests do with a reader of pcscd, or wait for:
 *
 * reader exclusive|transaction|shared READER: another program that uses the
 * card in READER. It prints "held" once it has the card, and keeps it until it
 * is ended by a signal; pcscd then takes the card back as it does from any
 * program that dies.
 *
 * reader present|empty READER SECONDS: ends with 0 as soon as pcscd sees that
 * there is a card in READER, or none; with 1 when that took too long.
 *
 * reader named TEXT N SECONDS: the same for N readers with TEXT in their names,
 * which may be before pcscd is there.
 */
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>
#include <winscard.h>

#define NAP_MS 20

static long long now_ms(void)
{
	struct timespec now;

	(void)clock_gettime(CLOCK_MONOTONIC, &now);
	return now.tv_sec * 1000LL + now.tv_nsec / 1000000;
}

static LONG connect_to_pcscd(SCARDCONTEXT *context)
{
	return SCardEstablishContext(SCARD_SCOPE_SYSTEM, NULL, NULL, context);
}

static int hold(const char *mode, const char *reader)
{
	SCARDCONTEXT context;
	SCARDHANDLE card;
	DWORD protocol;
	LONG rv = connect_to_pcscd(&context);

	if (rv == SCARD_S_SUCCESS)
		rv = SCardConnect(context, reader,
				  strcmp(mode, "exclusive") == 0
					  ? SCARD_SHARE_EXCLUSIVE
					  : SCARD_SHARE_SHARED,
				  SCARD_PROTOCOL_T0 | SCARD_PROTOCOL_T1, &card,
				  &protocol);
	if (rv == SCARD_S_SUCCESS && strcmp(mode, "transaction") == 0)
		rv = SCardBeginTransaction(card);
	if (rv != SCARD_S_SUCCESS) {
		(void)fprintf(stderr, "reader: %s: %s\n", reader,
			      pcsc_stringify_error(rv));
		return 1;
	}
	(void)puts("held");
	(void)fflush(stdout);
	return pause();
}

static int wait_for_card(const char *reader, bool present, long long end)
{
	SCARD_READERSTATE state = { .szReader = reader };
	SCARDCONTEXT context;
	long long left;
	bool seen = false;

	if (connect_to_pcscd(&context) != SCARD_S_SUCCESS)
		return 1;
	while (!seen && (left = end - now_ms()) > 0) {
		if (SCardGetStatusChange(context, (DWORD)left, &state, 1) !=
		    SCARD_S_SUCCESS)
			break;
		seen = ((state.dwEventState & SCARD_STATE_PRESENT) != 0) ==
		       present;
		state.dwCurrentState = state.dwEventState;
	}
	(void)SCardReleaseContext(context);
	return seen ? 0 : 1;
}

/* How many readers have @text in their names. */
static unsigned long count_named(const char *text)
{
	SCARDCONTEXT context;
	DWORD size = SCARD_AUTOALLOCATE;
	unsigned long n = 0;
	char *names = NULL;

	if (connect_to_pcscd(&context) != SCARD_S_SUCCESS)
		return 0;
	if (SCardListReaders(context, NULL, (LPSTR)&names, &size) ==
	    SCARD_S_SUCCESS) {
		for (const char *name = names; *name; name += strlen(name) + 1)
			n += strstr(name, text) != NULL;
		(void)SCardFreeMemory(context, names);
	}
	(void)SCardReleaseContext(context);
	return n;
}

static int wait_for_readers(const char *text, unsigned long n, long long end)
{
	static const struct timespec nap = { .tv_nsec = NAP_MS * 1000000L };

	while (count_named(text) < n) {
		if (now_ms() >= end)
			return 1;
		(void)nanosleep(&nap, NULL);
	}
	return 0;
}

static long long end_of(const char *seconds)
{
	return now_ms() + strtol(seconds, NULL, 10) * 1000;
}

int main(int argc, char **argv)
{
	const char *what = argc > 2 ? argv[1] : "";

	if (argc == 3 &&
	    (strcmp(what, "exclusive") == 0 ||
	     strcmp(what, "transaction") == 0 || strcmp(what, "shared") == 0))
		return hold(what, argv[2]);
	if (argc == 4 &&
	    (strcmp(what, "present") == 0 || strcmp(what, "empty") == 0))
		return wait_for_card(argv[2], strcmp(what, "present") == 0,
				     end_of(argv[3]));
	if (argc == 5 && strcmp(what, "named") == 0)
		return wait_for_readers(argv[2], strtoul(argv[3], NULL, 10),
					end_of(argv[4]));
	(void)fputs("usage: reader exclusive|transaction|shared READER\n"
		    "       reader present|empty READER SECONDS\n"
		    "       reader named TEXT N SECONDS\n",
		    stderr);
	return 2;
}
