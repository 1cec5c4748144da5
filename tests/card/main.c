/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * vcard: plays a PKI card to vsmartcard's vpcd, so that the real pcscd and
 * OpenSC meet a token that locks, unlocks, hangs and is pulled on command.
 * Secrets stand on the command line here because nothing they open is real.
 */
#include "control.h"
#include "transport.h"

#include <getopt.h>
#include <stdlib.h>
#include <string.h>

struct arguments {
	struct transport transport;
	const char *pin;
	const char *so_pin;
	const char *puk;
	const char *log;
	unsigned int tries;
	unsigned int so_tries;
};

enum {
	OPT_PERSONALITY = 1,
	OPT_ATR,
	OPT_PORT,
	OPT_HOST,
	OPT_PAIR,
	OPT_RAW_PAIR,
	OPT_SERIAL,
	OPT_LABEL,
	OPT_PIN,
	OPT_SO_PIN,
	OPT_PUK,
	OPT_TRIES,
	OPT_SO_TRIES,
	OPT_DELAY,
	OPT_LOG,
	OPT_CTL,
	OPT_FAULT,
};

static const struct option options[] = {
	{ "personality", required_argument, NULL, OPT_PERSONALITY },
	{ "atr", required_argument, NULL, OPT_ATR },
	{ "port", required_argument, NULL, OPT_PORT },
	{ "host", required_argument, NULL, OPT_HOST },
	{ "pair", required_argument, NULL, OPT_PAIR },
	{ "raw-pair", required_argument, NULL, OPT_RAW_PAIR },
	{ "serial", required_argument, NULL, OPT_SERIAL },
	{ "label", required_argument, NULL, OPT_LABEL },
	{ "pin", required_argument, NULL, OPT_PIN },
	{ "so-pin", required_argument, NULL, OPT_SO_PIN },
	{ "puk", required_argument, NULL, OPT_PUK },
	{ "tries", required_argument, NULL, OPT_TRIES },
	{ "so-tries", required_argument, NULL, OPT_SO_TRIES },
	{ "delay-ms", required_argument, NULL, OPT_DELAY },
	{ "log", required_argument, NULL, OPT_LOG },
	{ "ctl", required_argument, NULL, OPT_CTL },
	{ "fault", required_argument, NULL, OPT_FAULT },
	{ NULL, 0, NULL, 0 },
};

static const char usage[] =
	"usage: vcard --personality sc-hsm|piv|gids|myeid|openpgp|bit4id|iasecc\n"
	"             --port N [--host ADDRESS] [--atr HEX]\n"
	"             [--pair KEY.pem,CERT[,LABEL]]...\n"
	"             [--raw-pair KEY.pem,FILE[,LABEL]]...\n"
	"             [--serial S] [--label L] [--pin P] [--so-pin HEX16]\n"
	"             [--puk P] [--tries N] [--so-tries N] [--delay-ms N]\n"
	"             [--log FILE] [--ctl SOCKET] [--fault 'NAME [ARG]']...\n"
	"       vcard --send SOCKET COMMAND | --help\n"
	"commands: tries, set tries|so-tries|delay-ms N, remove, insert,\n"
	"          state, count, reset-count, fault NAME [ARG], quit\n"
	"faults:   none, remove-at N, garbage-at N, hang-at N, fail-at N,\n"
	"          short-at N, long-at N, reset-at N (the Nth APDU from now),\n"
	"          remove-at-ins HEX [K], remove-after-ins HEX,\n"
	"          stop-at-ins HEX,\n"
	"          unblock-noop [on|off]\n";

static bool set_personality(struct session *s, const char *name)
{
	static const struct personality *const all[] = {
		&card_schsm,   &card_piv,    &card_gids,   &card_myeid,
		&card_openpgp, &card_bit4id, &card_iasecc,
	};
	size_t i;

	for (i = 0; i < sizeof(all) / sizeof(all[0]); i++)
		if (strcmp(all[i]->name, name) == 0)
			s->card.personality = all[i];
	return s->card.personality != NULL;
}

static bool set_number(unsigned int *out, const char *text)
{
	unsigned long value;
	char *end;

	value = strtoul(text, &end, 10);
	if (end == text || *end != '\0' || value > 60000)
		return false;
	*out = (unsigned int)value;
	return true;
}

static bool add_pair(struct session *s, const char *text, bool raw)
{
	struct card *card = &s->card;

	if (card->n_pairs == CARD_PAIRS ||
	    !pair_load(&card->pairs[card->n_pairs], text, raw))
		return false;
	card->n_pairs++;
	return true;
}

static bool set_atr(struct card *card, const char *hex)
{
	card->atr_len = strlen(hex) / 2;
	return card->atr_len > 0 && card->atr_len <= sizeof(card->atr) &&
	       hex_decode(hex, card->atr, card->atr_len);
}

static bool add_fault(struct session *s, const char *text)
{
	char command[128], answer[128];

	(void)snprintf(command, sizeof(command), "fault %s", text);
	return control_execute(s, command, answer, sizeof(answer));
}

static bool set_text(struct arguments *a, struct card *card, int option,
		     const char *text)
{
	const struct {
		int option;
		const char **place;
	} places[] = {
		{ OPT_PORT, &a->transport.port },
		{ OPT_HOST, &a->transport.host },
		{ OPT_CTL, &a->transport.control },
		{ OPT_SERIAL, &card->serial },
		{ OPT_LABEL, &card->label },
		{ OPT_PIN, &a->pin },
		{ OPT_SO_PIN, &a->so_pin },
		{ OPT_PUK, &a->puk },
		{ OPT_LOG, &a->log },
	};
	size_t i;

	for (i = 0; i < sizeof(places) / sizeof(places[0]); i++)
		if (places[i].option == option) {
			*places[i].place = text;
			return true;
		}
	return false;
}

static bool set_option(struct arguments *a, struct session *s, int option,
		       const char *text)
{
	switch (option) {
	case OPT_PERSONALITY:
		return set_personality(s, text);
	case OPT_ATR:
		return set_atr(&s->card, text);
	case OPT_PAIR:
	case OPT_RAW_PAIR:
		return add_pair(s, text, option == OPT_RAW_PAIR);
	case OPT_TRIES:
		return set_number(&a->tries, text);
	case OPT_SO_TRIES:
		return set_number(&a->so_tries, text);
	case OPT_DELAY:
		return set_number(&s->delay_ms, text);
	case OPT_FAULT:
		return add_fault(s, text);
	default:
		return set_text(a, &s->card, option, text);
	}
}

static bool prepare(const struct arguments *a, struct session *s)
{
	struct card *card = &s->card;

	if (card->personality == NULL || a->transport.port == NULL) {
		(void)fputs(usage, stderr);
		return false;
	}
	if (strlen(a->pin) > PIN_MAX || strlen(a->puk) > PIN_MAX) {
		(void)fprintf(stderr, "vcard: PIN or PUK too long\n");
		return false;
	}
	card->so_tries =
		a->so_tries > 0 ? a->so_tries : card->personality->so_tries;
	pin_init(&card->pins.user, a->pin, strlen(a->pin), a->tries);
	if (!card->personality->prepare(card, a->so_pin, a->puk))
		return false;
	if (a->log != NULL) {
		s->log = fopen(a->log, "ae");
		if (s->log == NULL)
			perror(a->log);
	}
	return a->log == NULL || s->log != NULL;
}

static bool parse(struct arguments *a, struct session *s, int argc, char **argv)
{
	int option, index = 0;

	while ((option = getopt_long(argc, argv, "", options, &index)) != -1) {
		if (option == '?')
			return false;
		if (!set_option(a, s, option, optarg)) {
			(void)fprintf(stderr, "vcard: cannot use this --%s\n",
				      options[index].name);
			return false;
		}
	}
	if (optind != argc)
		(void)fputs(usage, stderr);
	return optind == argc;
}

int main(int argc, char **argv)
{
	struct arguments a = { .transport = { .host = "127.0.0.1" },
			       .pin = "648219",
			       .so_pin = "3537363231383830",
			       .puk = "12345678",
			       .tries = 3 };
	struct session s = { .inserted = true };
	int code = 2;

	if (argc == 2 && strcmp(argv[1], "--help") == 0)
		return fputs(usage, stdout) < 0;
	if (argc == 4 && strcmp(argv[1], "--send") == 0)
		return control_send(argv[2], argv[3]);
	if (!parse(&a, &s, argc, argv) || !prepare(&a, &s))
		goto out;
	code = transport_run(&a.transport, &s);
out:
	card_free(&s.card);
	if (s.log != NULL)
		(void)fclose(s.log);
	return code;
}
