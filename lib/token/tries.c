/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "tries.h"

#include <stdlib.h>
#include <string.h>
#include <winscard.h>

#include "base/text.h"
#include "cards.h"
#include "readers.h"
#include "worker.h"

/* Longer than a card takes for three commands; who waits for another program
 * to let go of the card learns nothing that is worth more. */
#define MAX_TIMEOUT_MS 3000

/* How long pcscd may take to notice that a card was pulled out. */
#define NOTICED_MS 1000

#define SW_DONE 0x9000U
#define SW_BLOCKED 0x6983U
#define N_TRIES_MAX 256

static const struct tries not_known = { -1, -1 };

struct answer {
	unsigned char data[258];
	size_t len; /* without the status word */
	unsigned int sw;
};

/* A card that is connected, with its transaction begun. */
struct session {
	SCARDHANDLE card;
	bool is_t0;
};

/* 1. Commands (ISO/IEC 7816-4) */

static bool transmit(const struct session *s, const unsigned char *command,
		     size_t len, struct answer *answer)
{
	const SCARD_IO_REQUEST *protocol =
		s->is_t0 ? SCARD_PCI_T0 : SCARD_PCI_T1;
	DWORD n = sizeof(answer->data);

	if (SCardTransmit(s->card, protocol, command, len, NULL, answer->data,
			  &n) != SCARD_S_SUCCESS ||
	    n < 2 || n > sizeof(answer->data))
		return false;
	answer->len = n - 2;
	answer->sw =
		(unsigned int)answer->data[n - 2] << 8 | answer->data[n - 1];
	return true;
}

/*
 * Sends the header @cla @ins @p1 @p2 with @len bytes of data, none where @len
 * is 0, and takes an answer of any length where @wants_data is set. Under T=0
 * data go one way at a time, and the answer is fetched by a command of its own.
 */
static bool command(const struct session *s, const unsigned char header[4],
		    const unsigned char *data, size_t len, bool wants_data,
		    struct answer *answer)
{
	unsigned char apdu[5 + 16 + 1] = { 0 };
	size_t n = 4;

	memcpy(apdu, header, 4);
	if (len > 0) {
		apdu[n++] = (unsigned char)len;
		memcpy(apdu + n, data, len);
		n += len;
	}
	if (s->is_t0 ? len == 0 : wants_data)
		apdu[n++] = 0;
	if (!transmit(s, apdu, n, answer))
		return false;
	if (answer->sw >> 8 == 0x6C && wants_data && len == 0) {
		apdu[4] = (unsigned char)answer->sw;
		return transmit(s, apdu, 5, answer);
	}
	if (answer->sw >> 8 == 0x61 && wants_data) {
		const unsigned char get_response[] = {
			0x00, 0xC0, 0x00, 0x00, (unsigned char)answer->sw
		};

		return transmit(s, get_response, sizeof(get_response), answer);
	}
	return true;
}

/*
 * Selects the application. Where that gives up the login of another program
 * (SmartCard-HSM, or a YubiKey that was busy with its other application), the
 * reading of the token has done so before: OpenSC selects the application in
 * each process that looks at a card. PIV (NIST SP 800-73-4, part 2, 3.1.1)
 * keeps the login when its application is selected once more. What a module
 * of another maker does nobody knows, so behind such a one, or none, a card is
 * left alone that any program is connected to.
 *
 * Without success nothing else is sent: in another application the same bytes
 * may be a try.
 */
static bool select_application(const struct session *s,
			       const struct card_application *app)
{
	static const unsigned char select[] = { 0x00, 0xA4, 0x04, 0x00 };
	struct answer answer;

	return command(s, select, app->aid, app->aid_len, true, &answer) &&
	       answer.sw == SW_DONE;
}

/*
 * VERIFY without data (ISO/IEC 7816-4, 11.6.6). 9000 means that some program is
 * logged in just now, and says nothing of tries.
 */
static int ask_verify(const struct session *s, unsigned char reference)
{
	const unsigned char verify[] = { 0x00, 0x20, 0x00, reference };
	struct answer answer;

	if (reference == 0 || !command(s, verify, NULL, 0, false, &answer))
		return -1;
	if (answer.sw == SW_BLOCKED)
		return 0;
	return (answer.sw & 0xFFF0) == 0x63C0 ? (int)(answer.sw & 0x0F) : -1;
}

/* The status of the passwords (OpenPGP card 3.4, 4.4.2, C4): one byte, three
 * lengths, and the tries of PW1, the resetting code and PW3. */
static struct tries ask_openpgp(const struct session *s)
{
	static const unsigned char get_data[] = { 0x00, 0xCA, 0x00, 0xC4 };
	struct answer answer;

	if (!command(s, get_data, NULL, 0, true, &answer) ||
	    answer.sw != SW_DONE || answer.len != 7)
		return not_known;
	return (struct tries){ answer.data[4], answer.data[6] };
}

/* The value of @tag, of one or two bytes, among the BER-TLV objects in @data;
 * NULL where it is not, or where an object does not fit. */
static const unsigned char *find_tag(const unsigned char *data, size_t len,
				     unsigned int tag, size_t *value_len)
{
	size_t at = 0;

	while (len - at >= 2) {
		unsigned int t = data[at++];
		size_t n;

		if ((t & 0x1F) == 0x1F)
			t = t << 8 | data[at++];
		if (at == len)
			return NULL;
		n = data[at++];
		if (n > 0x7F || n > len - at)
			return NULL;
		if (t == tag) {
			*value_len = n;
			return data + at;
		}
		at += n;
	}
	return NULL;
}

/* An object with the state of a PIN (GIDS 2.0): the tries left have tag 97, or
 * 9F17 on older cards. */
static int ask_gids(const struct session *s, unsigned char object)
{
	static const unsigned char get_data[] = { 0x00, 0xCB, 0x3F, 0xFF };
	const unsigned char name[] = { 0x5C, 0x02, 0x7F, object };
	const unsigned char *state, *tries;
	struct answer answer;
	size_t len, n;

	if (!command(s, get_data, name, sizeof(name), true, &answer) ||
	    answer.sw != SW_DONE)
		return -1;
	state = find_tag(answer.data, answer.len, 0x7F00U | object, &len);
	if (!state)
		return -1;
	tries = find_tag(state, len, 0x97, &n);
	if (!tries)
		tries = find_tag(state, len, 0x9F17, &n);
	return tries && n == 1 ? *tries : -1;
}

static struct tries ask_application(const struct session *s,
				    const struct card_application *app)
{
	if (!select_application(s, app))
		return not_known;
	switch (app->question) {
	case ASK_VERIFY:
		return (struct tries){
			ask_verify(s, app->user_reference),
			ask_verify(s, app->unblock_reference),
		};
	case ASK_OPENPGP:
		return ask_openpgp(s);
	case ASK_GIDS:
		return (struct tries){ ask_gids(s, 0x71), ask_gids(s, 0x73) };
	}
	return not_known;
}

/* 2. The card in its reader */

/* True if the card connected is the one that was looked at before. */
static bool has_atr(SCARDHANDLE card, const char *atr)
{
	unsigned char bytes[MAX_ATR_SIZE];
	DWORD n = sizeof(bytes), state, protocol;
	char *hex = NULL;
	bool same;

	if (SCardStatus(card, NULL, NULL, &state, &protocol, bytes, &n) ==
	    SCARD_S_SUCCESS)
		hex = text_hex(bytes, n);
	same = hex && strcmp(hex, atr) == 0;
	free(hex);
	return same;
}

static bool is_in_use(SCARDCONTEXT context, const char *reader)
{
	SCARD_READERSTATE state = { .szReader = reader };

	return SCardGetStatusChange(context, 0, &state, 1) != SCARD_S_SUCCESS ||
	       state.dwEventState & (SCARD_STATE_INUSE | SCARD_STATE_EXCLUSIVE);
}

/*
 * In one transaction, and the card is left as it is: nobody else's commands
 * come in between, and no other program finds its card reset.
 */
static struct tries ask_card(const char *reader, const char *atr,
			     const struct card_application *app,
			     bool unless_in_use)
{
	struct tries tries = not_known;
	struct session s = { 0 };
	SCARDCONTEXT context;
	DWORD protocol = 0;

	if (SCardEstablishContext(SCARD_SCOPE_SYSTEM, NULL, NULL, &context) !=
	    SCARD_S_SUCCESS)
		return tries;
	if (unless_in_use && is_in_use(context, reader))
		goto out;
	if (SCardConnect(context, reader, SCARD_SHARE_SHARED,
			 SCARD_PROTOCOL_T0 | SCARD_PROTOCOL_T1, &s.card,
			 &protocol) != SCARD_S_SUCCESS)
		goto out;
	s.is_t0 = protocol == SCARD_PROTOCOL_T0;
	if (SCardBeginTransaction(s.card) == SCARD_S_SUCCESS) {
		if (has_atr(s.card, atr))
			tries = ask_application(&s, app);
		SCardEndTransaction(s.card, SCARD_LEAVE_CARD);
	}
	SCardDisconnect(s.card, SCARD_LEAVE_CARD);
out:
	SCardReleaseContext(context);
	return tries;
}

static const struct card_application *
application_of(const struct cks_token *token)
{
	const struct card_application *app =
		card_application_of(token->atr, token->module_maker,
				    token->manufacturer, token->label);

	if (token->pcsc_reader[0] == '\0' ||
	    (app && app->one_pin_only && token->shares_card))
		return NULL;
	return app;
}

struct tries tries_ask(const struct cks_token *token)
{
	const struct card_application *app = application_of(token);

	return app ? ask_card(token->pcsc_reader, token->atr, app,
			      !maker_is_opensc(token->module_maker))
		   : not_known;
}

/* True if the card at @state is another than that of @atr, or none is there. */
static bool is_gone(const SCARD_READERSTATE *state, const char *atr)
{
	bool gone = !(state->dwEventState & SCARD_STATE_PRESENT);
	char *hex;

	/* One that is mute, or not powered yet, has no ATR. */
	if (gone || state->cbAtr == 0)
		return gone;
	hex = text_hex(state->rgbAtr, state->cbAtr);
	gone = hex && strcmp(hex, atr) != 0;
	free(hex);
	return gone;
}

/* Why a card that told its tries before does not do so now. */
static enum cks_err why_silent(const char *reader, const char *atr)
{
	SCARD_READERSTATE state = { .szReader = reader };
	enum cks_err err = CKS_ERR_DEVICE;
	SCARDCONTEXT context;
	LONG rv =
		SCardEstablishContext(SCARD_SCOPE_SYSTEM, NULL, NULL, &context);

	if (rv != SCARD_S_SUCCESS)
		return rv == SCARD_E_NO_SERVICE ? CKS_ERR_NO_SERVICE : err;
	rv = SCardGetStatusChange(context, 0, &state, 1);
	if (rv == SCARD_S_SUCCESS && !is_gone(&state, atr)) {
		/* pcscd may not have looked since. */
		state.dwCurrentState = state.dwEventState;
		(void)SCardGetStatusChange(context, NOTICED_MS, &state, 1);
	}
	if (rv == SCARD_E_UNKNOWN_READER || rv == SCARD_E_READER_UNAVAILABLE ||
	    (rv == SCARD_S_SUCCESS && is_gone(&state, atr)))
		err = CKS_ERR_REMOVED;
	SCardReleaseContext(context);
	return err;
}

enum cks_err tries_check(const struct cks_token *token, enum cks_method method,
			 bool allow_final_try)
{
	int now;

	if (token->so_tries < 0)
		return CKS_OK;
	now = tries_ask(token).unblock;
	if (now < 0)
		return why_silent(token->pcsc_reader, token->atr);
	if (now == 0)
		return method == CKS_METHOD_PUK ? CKS_ERR_PUK_LOCKED
						: CKS_ERR_SO_PIN_LOCKED;
	if (now < token->so_tries || (now == 1 && !allow_final_try))
		return CKS_ERR_STATE_CHANGED;
	return CKS_OK;
}

enum cks_err tries_check_user(const struct cks_token *token,
			      bool allow_final_try)
{
	int now;

	if (token->user_tries < 0)
		return CKS_OK;
	now = tries_ask(token).user;
	if (now < 0)
		return why_silent(token->pcsc_reader, token->atr);
	if (now == 0)
		return CKS_ERR_USER_PIN_LOCKED;
	if (now == 1 && !allow_final_try)
		return CKS_ERR_USER_PIN_FINAL_TRY;
	return now < token->user_tries ? CKS_ERR_STATE_CHANGED : CKS_OK;
}

bool tries_are_silent(enum cks_err err)
{
	return err == CKS_ERR_REMOVED || err == CKS_ERR_NO_SERVICE ||
	       err == CKS_ERR_DEVICE;
}

/* 3. Workers, one for each card */

static void tries_main(int channel, const void *arg)
{
	const struct tries_job *job = arg;

	for (size_t i = 0; i < job->n_questions; i++) {
		const struct tries_question *q = &job->questions[i];
		struct tries tries = ask_card(job->reader, job->atr, q->app,
					      q->unless_in_use);
		struct wire w = { 0 };

		wire_put_u64(&w, i);
		wire_put_u64(&w, (unsigned int)(tries.user + 1));
		wire_put_u64(&w, (unsigned int)(tries.unblock + 1));
		worker_send(channel, 1, &w);
		wire_free(&w);
	}
	worker_send_end(channel);
}

static bool on_frame(struct worker *w, unsigned int type, struct wire *payload)
{
	struct tries_job *job = w->owner;
	unsigned int i = wire_get_below(payload, TRIES_QUESTIONS);
	int user = (int)wire_get_below(payload, N_TRIES_MAX + 1) - 1;
	int unblock = (int)wire_get_below(payload, N_TRIES_MAX + 1) - 1;

	(void)type;
	if (!payload->failed)
		job->questions[i].tries = (struct tries){ user, unblock };
	return !payload->failed;
}

/* The question of @app in @job, or a new one; NULL: there are too many. */
static struct tries_question *find_question(struct tries_job *job,
					    const struct card_application *app,
					    bool unless_in_use)
{
	struct tries_question *q = job->questions;

	while (q < job->questions + job->n_questions && q->app != app)
		q++;
	if (q == job->questions + TRIES_QUESTIONS)
		return NULL;
	if (q == job->questions + job->n_questions) {
		*q = (struct tries_question){ app, unless_in_use, not_known };
		job->n_questions++;
	}
	return q;
}

/* True if @token is one of those in the card's reader. */
static bool is_of_job(const struct tries_job *job,
		      const struct cks_token *token)
{
	return !token->was_asked &&
	       strcmp(token->pcsc_reader, job->reader) == 0;
}

/* A card that gave no answer in time is one of which nothing is known. */
static bool on_end(struct worker *w, enum cks_err err)
{
	struct tries_job *job = w->owner;

	for (size_t i = 0; i < job->n_questions && err; i++)
		job->questions[i].tries = not_known;
	for (size_t i = 0; i < job->n; i++) {
		struct cks_token *t = job->tokens[i];
		const struct card_application *app = application_of(t);
		const struct tries_question *q =
			app && is_of_job(job, t) ? find_question(job, app, true)
						 : NULL;

		if (!q)
			continue;
		t->was_asked = true;
		t->user_tries = q->tries.user;
		t->so_tries = q->tries.unblock;
	}
	return false;
}

static struct worker job_worker(struct tries_job *job, unsigned int timeout_ms)
{
	return (struct worker){ .run = tries_main,
				.arg = job,
				.timeout_ms = timeout_ms < MAX_TIMEOUT_MS
						      ? timeout_ms
						      : MAX_TIMEOUT_MS,
				.on_frame = on_frame,
				.on_end = on_end,
				.owner = job };
}

bool tries_worker(struct worker *worker, struct tries_job *job,
		  const char *reader, struct cks_token *const *tokens, size_t n,
		  unsigned int timeout_ms)
{
	*job = (struct tries_job){
		.reader = reader, .atr = "", .tokens = tokens, .n = n
	};
	for (size_t i = 0; i < n; i++) {
		const struct card_application *app = application_of(tokens[i]);

		if (!app || !is_of_job(job, tokens[i]))
			continue;
		job->atr = tokens[i]->atr;
		(void)find_question(job, app,
				    !maker_is_opensc(tokens[i]->module_maker));
	}
	*worker = job_worker(job, timeout_ms);
	return job->n_questions > 0;
}

/* True if a token before number @i is in the same reader. */
static bool is_reader_known(struct cks_token *const *tokens, size_t i)
{
	for (size_t k = 0; k < i; k++)
		if (strcmp(tokens[k]->pcsc_reader, tokens[i]->pcsc_reader) == 0)
			return true;
	return false;
}

enum cks_err tries_read(struct cks_token *const *tokens, size_t n,
			unsigned int timeout_ms)
{
	struct tries_job *jobs = calloc(MAX_READERS, sizeof(*jobs));
	struct worker *workers = calloc(MAX_READERS, sizeof(*workers));
	enum cks_err err = CKS_OK;
	size_t n_jobs = 0;

	if (!jobs || !workers) {
		err = CKS_ERR_MEMORY;
		goto out;
	}
	for (size_t i = 0; i < n && n_jobs < MAX_READERS; i++)
		if (tokens[i]->pcsc_reader[0] != '\0' &&
		    !is_reader_known(tokens, i) &&
		    tries_worker(&workers[n_jobs], &jobs[n_jobs],
				 tokens[i]->pcsc_reader, tokens, n, timeout_ms))
			n_jobs++;
	if (n_jobs > 0)
		err = workers_run(workers, n_jobs);
out:
	free(workers);
	free(jobs);
	return err;
}

bool tries_are_missing(const struct cks_token *token)
{
	return token->user_tries < 0 && token->so_tries < 0 &&
	       application_of(token) != NULL;
}

enum cks_err cks_reader_tries(const char *reader, const char *atr,
			      unsigned int timeout_ms, int *user_tries,
			      int *so_tries)
{
	struct tries_job job = { .reader = reader, .atr = atr };
	const struct card_application *app;
	enum cks_err err = CKS_OK;
	struct worker worker;

	if (!reader || !atr)
		return CKS_ERR_ARGUMENT;
	job.questions[0].tries = not_known;
	app = card_application_by_atr(atr);
	if (app) {
		(void)find_question(&job, app, true);
		worker = job_worker(&job, timeout_ms);
		err = workers_run(&worker, 1);
	}
	if (err)
		return err;
	if (user_tries)
		*user_tries = job.questions[0].tries.user;
	if (so_tries)
		*so_tries = job.questions[0].tries.unblock;
	return CKS_OK;
}
