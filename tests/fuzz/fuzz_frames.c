/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * What workers may send, in any order: a module that was loaded there can have
 * taken them over. The functions of worker.h are those below and of workers.c;
 * they start no process, and give the owner of each worker frames of the input
 * instead.
 */
#include <p11-kit/pkcs11.h>
#include <stdlib.h>
#include <string.h>

#include "fuzz.h"
#include "token/reading.h"
#include "token/registered.h"
#include "workers.h"

#define MAX_STARTS 4
#define N_FRAMES 16

static struct fuzz_input frames;

/* 1. Workers */

void worker_send(int channel, unsigned int type, const struct wire *payload)
{
	(void)channel;
	(void)type;
	(void)payload;
	HOLDS(!"there is no worker");
}

void worker_send_end(int channel)
{
	worker_send(channel, 0, NULL);
}

struct cks_secret *worker_take_secret(int channel)
{
	worker_send(channel, 0, NULL);
	return NULL;
}

void worker_forget_secrets(struct cks_secret **a, struct cks_secret **b)
{
	cks_secret_free(a);
	cks_secret_free(b);
}

bool worker_is_sealed(void)
{
	return false;
}

/* A value of a frame: a number, or bytes padded to the size of some field. */
static void put_value(struct wire *w)
{
	static const size_t sizes[] = { 0, 16, 32, 64 };
	unsigned int kind = fuzz_byte(&frames);
	unsigned char field[64];
	const uint8_t *bytes;
	size_t len;

	switch (kind & 7) {
	case 0:
		wire_put_u64(w, kind >> 3);
		break;
	case 1:
		wire_put_u64(w, (uint64_t)kind >> 3 << 4);
		break;
	case 2:
		wire_put_u64(w, (uint64_t)kind >> 3 << 16);
		break;
	case 3:
		wire_put_u64(w, ~(uint64_t)kind);
		break;
	default:
		memset(field, ' ', sizeof(field));
		bytes = fuzz_bytes(&frames, sizeof(field), &len);
		if (len > 0)
			memcpy(field, bytes, len);
		wire_put_bytes(w, field,
			       (kind & 7) == 4 ? len : sizes[kind & 3]);
		break;
	}
}

/* A token with one certificate, so that most of it is as it should be. */
static void put_token(struct wire *w)
{
	static const size_t sizes[] = { 32, 32, 16, 16 };
	static const char reader[] = "Reader 00 00";
	unsigned char field[64];

	wire_put_u64(w, fuzz_byte(&frames) & 3);
	memset(field, ' ', sizeof(field));
	for (size_t i = 0; i < 4; i++) {
		field[0] = (unsigned char)('A' + (fuzz_byte(&frames) & 3));
		wire_put_bytes(w, field, sizes[i]);
	}
	wire_put_u64(w, (uint64_t)fuzz_byte(&frames) << 16 | 0x40D);
	wire_put_u64(w, 4);
	wire_put_u64(w, 16);
	wire_put_u64(w, 1);
	wire_put_u64(w, CKO_CERTIFICATE);
	put_value(w);
	wire_put_bytes(w, field, 4);
	put_value(w);
	wire_put_bytes(w, field, 0);
	for (size_t i = 0; reader[i]; i++)
		field[i] = (unsigned char)reader[i];
	wire_put_bytes(w, field, 64);
	wire_put_bytes(w, field, 32);
	wire_put_u64(w, 1);
	wire_put_bytes(w, field, fuzz_byte(&frames) & 32);
	wire_put_text(w, "");
}

static struct wire make_payload(unsigned int how)
{
	struct wire w = { 0 };

	if (how < 8) {
		for (unsigned int i = 0; i < how; i++)
			put_value(&w);
	} else if (how < 12) {
		put_token(&w);
	} else {
		size_t len;
		const uint8_t *bytes = fuzz_bytes(&frames, 255, &len);

		(void)wire_append(&w, bytes, len);
	}
	return w;
}

static void send_frames(struct worker *w)
{
	unsigned int n = fuzz_byte(&frames) % N_FRAMES;

	for (unsigned int i = 0; i < n; i++) {
		unsigned int type = fuzz_byte(&frames);
		struct wire payload = make_payload(type >> 4);

		(void)w->on_frame(w, type & 15, &payload);
		HOLDS(payload.pos <= payload.len);
		wire_free(&payload);
	}
}

static void run(struct worker *w)
{
	static const enum cks_err ends[] = { CKS_OK, CKS_ERR_TIMEOUT,
					     CKS_ERR_CRASH, CKS_ERR_SYSTEM };
	bool again = true;

	for (unsigned int i = 0; again && i < MAX_STARTS; i++) {
		send_frames(w);
		again = w->on_end(w, ends[fuzz_byte(&frames) & 3]);
	}
}

enum cks_err workers_run(struct worker *workers, size_t n)
{
	return fuzz_workers(workers, n, run);
}

/* 2. Those that run them */

static void check_token(const struct cks_token *t)
{
	HOLDS(t);
	HOLDS(fuzz_is_clean(cks_token_label(t)));
	HOLDS(fuzz_is_clean(cks_token_serial(t)));
	HOLDS(fuzz_is_clean(cks_token_reader(t)));
	HOLDS(fuzz_is_clean(cks_token_uri(t)));
	HOLDS(fuzz_is_clean(cks_token_atr(t)));
	HOLDS(cks_token_user_tries(t) >= -1 && cks_token_so_tries(t) >= -1);
	HOLDS(cks_token_n_certs(t) <= cks_token_n_objects(t));
}

static void check_error(const struct cks_scan_error *e)
{
	HOLDS(cks_scan_error_code(e) != CKS_OK);
	HOLDS(fuzz_is_clean(cks_scan_error_reader(e)));
	HOLDS(fuzz_is_clean(cks_scan_error_detail(e)));
	HOLDS(fuzz_is_clean(cks_scan_error_holders(e, NULL)));
}

/* Until something went to a token, nothing did; and then it stays so. */
static void unblock(const struct cks_token *t)
{
	struct cks_secret *secret = cks_secret_new(8);
	struct cks_unblock job = {
		.token = t,
		.method = CKS_METHOD_SO_PIN,
		.unblock_pin = secret,
		.new_pin = secret,
	};
	enum cks_stage stage = CKS_STAGE_ANSWERED;
	struct cks_proof proof = { 0 };
	enum cks_err err;

	HOLDS(secret);
	err = cks_unblock_run(&job, &stage);
	HOLDS(stage >= CKS_STAGE_NOTHING_SENT && stage <= CKS_STAGE_ANSWERED);
	HOLDS(err || stage == CKS_STAGE_ANSWERED);
	err = cks_token_check_pin(t, secret, 0, &proof);
	HOLDS(cks_strerror(err)[0]);
	HOLDS(fuzz_is_clean(proof.detail));
	HOLDS(err != CKS_ERR_CRASH || proof.n_proved == 0);
	cks_secret_free(&secret);
}

static void read_again(const struct cks_token *t)
{
	struct cks_token *again = NULL;
	enum cks_err err = cks_token_reread(t, 0, &again);

	HOLDS((err == CKS_OK) == (again != NULL));
	if (again) {
		check_token(again);
		(void)cks_token_same_objects(t, again, NULL);
		unblock(again);
	}
	cks_token_free(&again);
}

static bool take_module(void *to, const struct registered *module)
{
	(void)to;
	HOLDS(module->path[0] && module->detail);
	return true;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct cks_scan *scan = cks_scan_new();

	frames = (struct fuzz_input){ data, size };
	HOLDS(scan);
	HOLDS(cks_scan_add_module(scan, "/usr/lib/a.so") == CKS_OK);
	HOLDS(cks_scan_add_optional_module(scan, "/usr/lib/b.so") == CKS_OK);
	if (fuzz_byte(&frames) & 1)
		cks_scan_check_readers(scan);
	(void)cks_scan_run(scan);
	for (size_t i = 0; i < cks_scan_n_tokens(scan); i++)
		check_token(cks_scan_token(scan, i));
	for (size_t i = 0; i < cks_scan_n_errors(scan); i++)
		check_error(cks_scan_error(scan, i));
	if (cks_scan_n_tokens(scan) > 0)
		read_again(cks_scan_token(scan, 0));
	(void)registered_find(0, take_module, NULL);
	cks_scan_free(&scan);
	return 0;
}
