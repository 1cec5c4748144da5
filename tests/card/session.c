/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "session.h"

#include <signal.h>
#include <sys/random.h>
#include <time.h>

/* The data field never gets here: a test looks for PINs in every log. */
static void write_log(struct session *s, const struct apdu *apdu,
		      const char *result)
{
	s->sequence++;
	s->count++;
	if (s->log == NULL)
		return;
	(void)fprintf(s->log, "%06lu %02X %02X %02X %02X %02X %s\n",
		      s->sequence, apdu->cla, apdu->ins, apdu->p1, apdu->p2,
		      (unsigned int)apdu->lc, result);
	(void)fflush(s->log);
}

static void wait_a_while(unsigned int ms)
{
	struct timespec t = { .tv_sec = ms / 1000,
			      .tv_nsec = (long)(ms % 1000) * 1000000 };

	if (ms > 0)
		(void)nanosleep(&t, NULL);
}

static bool runs_out(unsigned int *counter)
{
	if (*counter == 0)
		return false;
	return --*counter == 0;
}

static void add_garbage(struct blob *answer)
{
	unsigned char noise[37];

	if (getrandom(noise, sizeof(noise), 0) > 0)
		blob_add(answer, noise, sizeof(noise));
}

/* More than any command asks for. */
static void add_too_much(struct blob *answer)
{
	for (int i = 0; i < 2000; i++)
		blob_byte(answer, 0xA5);
	blob_byte(answer, 0x90);
	blob_byte(answer, 0x00);
}

/* True where a fault took the command's place; outcome and result say which. */
static bool faulted(struct faults *f, const struct apdu *apdu,
		    struct blob *answer, enum outcome *outcome,
		    const char **result)
{
	bool pulled = runs_out(&f->remove_at);
	bool hung = runs_out(&f->hang_at);
	bool garbled = runs_out(&f->garbage_at);
	bool failed = runs_out(&f->fail_at);
	bool cut = runs_out(&f->short_at);
	bool swollen = runs_out(&f->long_at);

	if (f->remove_ins == apdu->ins && runs_out(&f->remove_ins_at))
		pulled = true;
	*outcome = pulled ? OUTCOME_REMOVE
		   : hung ? OUTCOME_SILENCE
			  : OUTCOME_ANSWER;
	if (pulled) {
		*result = "PULLED";
	} else if (hung) {
		*result = "SILENT";
	} else if (garbled) {
		add_garbage(answer);
		*result = "GARBAGE";
	} else if (failed) {
		blob_byte(answer, 0x6F);
		blob_byte(answer, 0x00);
		*result = "FAILED";
	} else if (cut) {
		blob_byte(answer, 0x90);
		*result = "SHORT";
	} else if (swollen) {
		add_too_much(answer);
		*result = "LONG";
	} else {
		return false;
	}
	return true;
}

enum outcome session_command(struct session *s, const unsigned char *raw,
			     size_t len, struct blob *answer)
{
	enum outcome outcome = OUTCOME_ANSWER;
	unsigned int sw = SW_WRONG_LENGTH;
	struct apdu apdu = { 0 };
	const char *result;
	char word[5];
	bool whole;

	whole = apdu_parse(raw, len, &apdu);
	wait_a_while(s->delay_ms);
	if (s->faults.stops && apdu.lc > 0 && apdu.ins == s->faults.stop_ins) {
		s->faults.stops = false;
		(void)raise(SIGSTOP);
	}
	if (faulted(&s->faults, &apdu, answer, &outcome, &result)) {
		write_log(s, &apdu, result);
		return outcome;
	}
	/* As a card does whose power fails for a moment. */
	if (runs_out(&s->faults.reset_at))
		card_reset(&s->card);
	if (whole)
		sw = card_transmit(&s->card, &apdu, answer);
	blob_byte(answer, sw >> 8);
	blob_byte(answer, sw & 0xFF);
	(void)snprintf(word, sizeof(word), "%04X", sw & 0xFFFF);
	write_log(s, &apdu, word);
	if (s->faults.remove_after && apdu.ins == s->faults.remove_after_ins) {
		s->faults.remove_after = false;
		return OUTCOME_REMOVE;
	}
	return OUTCOME_ANSWER;
}
