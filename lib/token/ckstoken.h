/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * libckstoken: look at PKI tokens through PKCS #11, and give a locked one a
 * new user PIN.
 *
 * The library talks to tokens only from worker processes of its own: each
 * PKCS #11 module (OASIS PKCS #11 v2.40) is loaded in a child, which answers
 * over a socket until a deadline. A module that hangs, crashes or floods costs
 * itself alone, and nothing a module leaves in memory survives the call.
 * Workers run with their standard streams on /dev/null, without core dumps,
 * and without the environment variables that make modules log what they are
 * given (any name with DEBUG, TRACE or SPY in it).
 *
 * The library never prints, prompts or exits, and has no settings but what its
 * functions are given. It forks: a caller that handles SIGCHLD must not reap
 * children it did not start. A struct here may be used by one thread at a time.
 *
 * All text is UTF-8 and NUL-terminated. Text that comes from a token has been
 * made safe as cks_text_clean() describes. Strings returned as `const char *`
 * belong to the struct they were asked from and live as long as it does; where
 * the caller must free something, the function says so. Sizes are bytes, time
 * is seconds since 1970 UTC, deadlines are milliseconds.
 *
 * A function that returns enum cks_err leaves its outputs untouched unless it
 * returns CKS_OK, or its description says otherwise.
 */
#ifndef CKSTOKEN_H
#define CKSTOKEN_H

#include <stdbool.h>
#include <stddef.h>
#include <time.h>

#ifdef __cplusplus
extern "C" {
#endif

struct cks_secret;
struct cks_scan;
struct cks_token;
struct cks_cert;
struct cks_scan_error;
struct cks_readers;

enum cks_err {
	CKS_OK = 0,
	CKS_ERR_ARGUMENT,	  /* an argument makes no sense */
	CKS_ERR_MEMORY,		  /* out of memory */
	CKS_ERR_SYSTEM,		  /* a system call failed */
	CKS_ERR_TIMEOUT,	  /* no answer before the deadline */
	CKS_ERR_CRASH,		  /* the module died in its worker */
	CKS_ERR_LOAD,		  /* the module cannot be loaded */
	CKS_ERR_ARCHITECTURE,	  /* it is built for another processor */
	CKS_ERR_DEVICE,		  /* the module or the token reports a fault */
	CKS_ERR_NOT_RECOGNIZED,	  /* a card that the module does not know */
	CKS_ERR_REMOVED,	  /* the token was pulled */
	CKS_ERR_BUSY,		  /* another program holds the token */
	CKS_ERR_SO_PIN_INCORRECT, /* wrong SO PIN: a try is gone */
	CKS_ERR_SO_PIN_LOCKED,	  /* the SO PIN is locked */
	CKS_ERR_PUK_INCORRECT,	  /* wrong PUK: a try is gone */
	CKS_ERR_PUK_LOCKED,	  /* the PUK is locked */
	CKS_ERR_USER_PIN_INCORRECT, /* wrong user PIN: a try is gone */
	CKS_ERR_USER_PIN_LOCKED,    /* the user PIN is locked */
	CKS_ERR_PIN_LENGTH,	    /* a PIN shorter or longer than allowed */
	CKS_ERR_PIN_CHARACTERS,	    /* a PIN with characters not allowed */
	CKS_ERR_CANCELED,	    /* cancelled on the token's PIN pad */
	CKS_ERR_UNSUPPORTED,	    /* the token offers no way to do it */
	CKS_ERR_STATE_CHANGED,	    /* not the state it was read in before */
	CKS_ERR_NO_EFFECT,	    /* success was reported, nothing changed */
	CKS_ERR_CERTIFICATE,	    /* not an X.509 certificate */
	CKS_ERR_NO_KEY,		    /* no private key with a certificate */
	CKS_ERR_SIGNATURE,	    /* a signature does not verify */
	CKS_ERR_NO_SERVICE,  /* pcscd, the reader service, is not there */
	CKS_ERR_OPENSC_CONF, /* OpenSC's configuration is not understood */
};

/*
 * What @err means, as a whole sentence in the language of the locale. Never
 * NULL. The string is static.
 */
const char *cks_strerror(enum cks_err err);

/*
 * Has every message of the library translated by @translate and not by the
 * locale: it gets a message in English and returns that or a translation, which
 * is valid as long as the program runs. NULL, as in the beginning, means the
 * locale. For the whole process; not while another thread is in the library.
 */
void cks_set_translator(const char *(*translate)(const char *message));

/*
 * A short stable key for programs: "ok", "timeout", "crash", "load",
 * "architecture", "device", "not-recognized", "removed", "busy", ... Static.
 */
const char *cks_err_name(enum cks_err err);

/*
 * Text for people from bytes nobody vouches for: the padding (blanks and NULs)
 * at the end is cut; what is not UTF-8, each control character and each
 * character that only steers the direction of writing becomes U+FFFD; the rest
 * is brought to Unicode NFC. The caller frees the result with free(); NULL
 * when memory is out.
 */
char *cks_text_clean(const void *bytes, size_t len);

/*
 * @text without accents and in small letters, "Đ" as "d", for comparing names
 * ("Ban Cơ yếu Chính phủ" and "Ban Co yeu Chinh phu" are one). The caller frees
 * the result with free(); NULL when memory is out or @text is not UTF-8.
 */
char *cks_text_fold(const char *text);

/*
 * Secrets: a buffer for a PIN, SO PIN or PUK of at most @capacity bytes, kept
 * out of swap (when the system's limit of locked memory allows), core dumps
 * and child processes, and wiped when freed. NULL when memory is out.
 */
struct cks_secret *cks_secret_new(size_t capacity);

/* Wipes and frees @secret, and sets the pointer to NULL. Takes NULL. */
void cks_secret_free(struct cks_secret **secret);

/* The buffer itself, to be filled in place; its capacity; and its length. */
char *cks_secret_data(struct cks_secret *secret);
size_t cks_secret_capacity(const struct cks_secret *secret);
size_t cks_secret_length(const struct cks_secret *secret);

/* Says how many bytes were filled in. CKS_ERR_ARGUMENT beyond the capacity. */
enum cks_err cks_secret_set_length(struct cks_secret *secret, size_t len);

/* Compares in constant time. */
bool cks_secret_equal(const struct cks_secret *a, const struct cks_secret *b);

/*
 * Modules of this machine worth trying: those registered with p11-kit,
 * OpenSC's, and the libraries that vendors of Vietnamese tokens install. Only
 * looks at files and loads nothing. On success *@paths is an array of strings
 * that ends in NULL; the caller frees it with cks_modules_free().
 */
enum cks_err cks_modules_find(char ***paths);

/* Takes NULL. */
void cks_modules_free(char **paths);

/*
 * A scan asks every module for every token, all modules at once.
 *
 *	struct cks_scan *scan = cks_scan_new();
 *	cks_scan_add_module(scan, "/usr/lib/.../opensc-pkcs11.so");
 *	cks_scan_run(scan);
 *	for (i = 0; i < cks_scan_n_tokens(scan); i++) ...
 *	cks_scan_free(&scan);
 *
 * Nothing is written to a token and no PIN is needed: public objects and
 * C_GetTokenInfo only. A token that was never initialized
 *(CKF_TOKEN_INITIALIZED not set) has nothing to tell and is left out. One token
 *seen through two modules (same manufacturer and serial, or same PC/SC reader)
 *is kept once, as the module added first shows it.
 */
struct cks_scan *cks_scan_new(void);
void cks_scan_free(struct cks_scan **scan);

/* CKS_ERR_MEMORY. A path added twice counts once. */
enum cks_err cks_scan_add_module(struct cks_scan *scan, const char *path);

/* How long a module may take to load, and then for each token; 15,000 ms. */
void cks_scan_set_timeout(struct cks_scan *scan, unsigned int timeout_ms);

/*
 * Runs the scan once. A module, slot or token that fails is not an error of
 * the scan but one of its failures. CKS_ERR_MEMORY, CKS_ERR_SYSTEM.
 */
enum cks_err cks_scan_run(struct cks_scan *scan);

/* Tokens and failures belong to the scan. NULL beyond the last. */
size_t cks_scan_n_tokens(const struct cks_scan *scan);
const struct cks_token *cks_scan_token(const struct cks_scan *scan, size_t i);
size_t cks_scan_n_errors(const struct cks_scan *scan);
const struct cks_scan_error *cks_scan_error(const struct cks_scan *scan,
					    size_t i);

/* What failed: CKS_ERR_TIMEOUT, _CRASH, _LOAD, _ARCHITECTURE, _DEVICE, ... */
enum cks_err cks_scan_error_code(const struct cks_scan_error *failure);
const char *cks_scan_error_module(const struct cks_scan_error *failure);
/* false when the module as a whole failed; else *@slot is its slot. */
bool cks_scan_error_slot(const struct cks_scan_error *failure,
			 unsigned long *slot);
/* The slot's reader; "" when not known. */
const char *cks_scan_error_reader(const struct cks_scan_error *failure);
/* What the system or the module said, in English; "" when nothing. */
const char *cks_scan_error_detail(const struct cks_scan_error *failure);

enum cks_pin_state {
	CKS_PIN_UNKNOWN, /* the token gives no sign */
	CKS_PIN_OK,
	CKS_PIN_COUNT_LOW,   /* a wrong try since the last right one */
	CKS_PIN_FINAL_TRY,   /* one more wrong try locks it */
	CKS_PIN_LOCKED,	     /* locked */
	CKS_PIN_NOT_SET,     /* no PIN has been set */
	CKS_PIN_MUST_CHANGE, /* works, but only to change the PIN */
};

/* "ok", "count-low", "final-try", "locked", "not-set", "must-change",
 * "unknown". Static. */
const char *cks_pin_state_name(enum cks_pin_state state);

/*
 * A token as it was when it was read. Label, manufacturer, model and serial
 * are those of CK_TOKEN_INFO (PKCS #11 v2.40, 3.2); the reader is the slot's
 * description, which for cards is the PC/SC name of the reader.
 */
const char *cks_token_module(const struct cks_token *token);
unsigned long cks_token_slot(const struct cks_token *token);
const char *cks_token_reader(const struct cks_token *token);
const char *cks_token_label(const struct cks_token *token);
const char *cks_token_manufacturer(const struct cks_token *token);
const char *cks_token_model(const struct cks_token *token);
const char *cks_token_serial(const struct cks_token *token);

/*
 * PIN states from the token's flags. Where no flag is set, the state is
 * CKS_PIN_OK only with modules known to set them, and else CKS_PIN_UNKNOWN.
 */
enum cks_pin_state cks_token_user_pin(const struct cks_token *token);
enum cks_pin_state cks_token_so_pin(const struct cks_token *token);

/* Lengths in bytes of a user PIN, as the token states them. */
unsigned long cks_token_pin_min(const struct cks_token *token);
unsigned long cks_token_pin_max(const struct cks_token *token);

/* CK_TOKEN_INFO.flags as the module gave them. */
unsigned long cks_token_flags(const struct cks_token *token);

/* Whether the token asks for PINs on a pad of its own. */
bool cks_token_has_pin_pad(const struct cks_token *token);

/* The certificates on the token, in the order the module lists them. */
size_t cks_token_n_certs(const struct cks_token *token);
const struct cks_cert *cks_token_cert(const struct cks_token *token, size_t i);

/* Only for a token from cks_token_reread(). Takes NULL; sets NULL. */
void cks_token_free(struct cks_token **token);

/*
 * Reads @token once more, through its module in a fresh process, with all its
 * public objects. The caller frees *@again with cks_token_free().
 * CKS_ERR_REMOVED when it is there no more, and any error a scan can report.
 */
enum cks_err cks_token_reread(const struct cks_token *token,
			      unsigned int timeout_ms,
			      struct cks_token **again);

/*
 * Whether two readings by cks_token_reread() found the same public objects:
 * class, id, label and the SHA-256 of the public values. On a difference
 * *@change, if not NULL, tells it in words; the caller frees it with free().
 */
bool cks_token_same_objects(const struct cks_token *before,
			    const struct cks_token *after, char **change);

/* How many public objects that reading found, or certificates any other. */
size_t cks_token_n_objects(const struct cks_token *token);

enum cks_holder {
	CKS_HOLDER_UNKNOWN,
	CKS_HOLDER_PERSON,
	CKS_HOLDER_ORGANIZATION,
	CKS_HOLDER_DEVICE, /* a device, a service or software */
};

/* "unknown", "person", "organization", "device". Static. */
const char *cks_holder_name(enum cks_holder holder);

/*
 * A certificate (RFC 5280) from @der. The caller frees it with
 * cks_cert_free(). CKS_ERR_CERTIFICATE when it is none.
 */
enum cks_err cks_cert_new(const void *der, size_t len, struct cks_cert **cert);
void cks_cert_free(struct cks_cert **cert);

/* A token may hold what is not a certificate; then only id, label and der of
 * the object are known, times are 0 and strings empty. */
bool cks_cert_readable(const struct cks_cert *cert);

/* The object's CKA_ID in upper-case hexadecimal and its CKA_LABEL; "" for a
 * certificate that is not from a token. */
const char *cks_cert_id(const struct cks_cert *cert);
const char *cks_cert_label(const struct cks_cert *cert);

/* Names after RFC 4514, in UTF-8 without escapes for letters beyond ASCII. */
const char *cks_cert_subject(const struct cks_cert *cert);
const char *cks_cert_issuer(const struct cks_cert *cert);

/* Parts of the subject; "" when absent. Where an attribute is repeated, as OU
 * is, all its values joined by ", ", the most specific first. */
const char *cks_cert_name(const struct cks_cert *cert);
const char *cks_cert_organization(const struct cks_cert *cert);
const char *cks_cert_unit(const struct cks_cert *cert);

/* From the subject alternative name, else from the subject; "" if none. */
const char *cks_cert_email(const struct cks_cert *cert);

/* "MST:" and "MNS:" among the subject's UIDs; "" if none. */
const char *cks_cert_tax_code(const struct cks_cert *cert);
const char *cks_cert_budget_code(const struct cks_cert *cert);

/* Upper-case hexadecimal. */
const char *cks_cert_serial(const struct cks_cert *cert);
const char *cks_cert_sha256(const struct cks_cert *cert);

/* "RSA 2048", "EC P-256"; "" when OpenSSL does not know the key. */
const char *cks_cert_key(const struct cks_cert *cert);

time_t cks_cert_not_before(const struct cks_cert *cert);
time_t cks_cert_not_after(const struct cks_cert *cert);

enum cks_holder cks_cert_holder(const struct cks_cert *cert);

/*
 * Whether the issuer bears the name of the Government CA (Ban Cơ yếu Chính
 * phủ), accents or not. A name is a claim and not a proof: no signature is
 * verified here.
 */
bool cks_cert_official(const struct cks_cert *cert);

/*
 * Whether it is the certificate of a CA, which tokens carry along to complete
 * the chain: it has no holder, is never renewed here and calls for no
 * attention.
 */
bool cks_cert_ca(const struct cks_cert *cert);

/* *@der is the encoded certificate and belongs to @cert. */
void cks_cert_der(const struct cks_cert *cert, const void **der, size_t *len);

enum cks_cert_state {
	CKS_CERT_UNREADABLE,
	CKS_CERT_NOT_YET_VALID,
	CKS_CERT_VALID,
	CKS_CERT_EXPIRING, /* fewer than the days given are left */
	CKS_CERT_EXPIRED,
};

enum cks_cert_state cks_cert_state(const struct cks_cert *cert, time_t now,
				   unsigned int days);
/* "valid", "expiring", "expired", "not-yet-valid", "unreadable". Static. */
const char *cks_cert_state_name(enum cks_cert_state state);

/* Calendar days in Vietnam from @now to the last day; negative afterwards. */
long cks_cert_days_left(const struct cks_cert *cert, time_t now);

/*
 * Renewal of an official certificate: it is renewed at most once, and while at
 * least @min_days are left: 30 by Decree 68/2024/NĐ-CP, Articles 12 and 14; 60
 * under Decree 130/2018/NĐ-CP. *@renew_by is the last day a request can be
 * made, as its midnight in Vietnam, whether or not it has passed. Two
 * certificates of one subject and key on @token are a renewal made; what a
 * token no longer holds cannot be seen.
 */
bool cks_cert_renewable(const struct cks_token *token,
			const struct cks_cert *cert, time_t now,
			unsigned int min_days, time_t *renew_by);

/* What about a token needs attention; bits of cks_token_warnings(). */
enum cks_warning {
	CKS_WARN_USER_PIN_LOCKED = 1 << 0,
	CKS_WARN_USER_PIN_FINAL_TRY = 1 << 1,
	CKS_WARN_USER_PIN_COUNT_LOW = 1 << 2,
	CKS_WARN_USER_PIN_NOT_SET = 1 << 3,
	CKS_WARN_SO_PIN_LOCKED = 1 << 4,
	CKS_WARN_SO_PIN_FINAL_TRY = 1 << 5,
	CKS_WARN_CERT_EXPIRED = 1 << 6,
	CKS_WARN_CERT_EXPIRING = 1 << 7,
	CKS_WARN_CERT_UNREADABLE = 1 << 8,
	CKS_WARN_NO_CERT = 1 << 9,
	CKS_WARN_NOT_OFFICIAL = 1 << 10,
};

/* Those that are told and call for nothing by themselves. */
#define CKS_WARN_INFO_ONLY \
	(CKS_WARN_USER_PIN_COUNT_LOW | CKS_WARN_NO_CERT | CKS_WARN_NOT_OFFICIAL)

unsigned int cks_token_warnings(const struct cks_token *token, time_t now,
				unsigned int days);
/* "user-pin-locked" and so on for one bit; NULL for anything else. Static. */
const char *cks_warning_name(unsigned int bit);

/*
 * Unblocking: giving a locked token a new user PIN. Nothing else on the token
 * is touched, it is never initialized, and one call is one attempt.
 */
enum cks_method {
	CKS_METHOD_AUTO,
	CKS_METHOD_SO_PIN, /* C_Login(CKU_SO), C_InitPIN */
	CKS_METHOD_PUK,	   /* C_SetPIN with the PUK as the old PIN */
};

/* "auto", "so-pin", "puk". Static. */
const char *cks_method_name(enum cks_method method);

/*
 * Which method serves @token. @wanted chooses one where the token's family is
 * not known or knows several. Nothing is sent. CKS_ERR_UNSUPPORTED when none
 * can work; then *@reason, if not NULL, says why in words. Static.
 */
enum cks_err cks_unblock_method(const struct cks_token *token,
				enum cks_method wanted, enum cks_method *method,
				const char **reason);

/*
 * Whether @new_pin can be a user PIN of @token, and @unblock_pin can be its SO
 * PIN or PUK: length and characters, before any try is spent on it.
 * CKS_ERR_PIN_LENGTH, CKS_ERR_PIN_CHARACTERS.
 */
enum cks_err cks_new_pin_check(const struct cks_token *token,
			       const struct cks_secret *new_pin);
enum cks_err cks_unblock_pin_check(const struct cks_token *token,
				   enum cks_method method,
				   const struct cks_secret *unblock_pin);

/* How far an attempt came. */
enum cks_stage {
	CKS_STAGE_NOTHING_SENT,	    /* no secret left this machine */
	CKS_STAGE_UNBLOCK_PIN_SENT, /* the SO PIN or PUK was sent, no answer */
	CKS_STAGE_UNBLOCK_PIN_ANSWERED, /* the token answered to it */
	CKS_STAGE_NEW_PIN_SENT,		/* the new PIN was sent, no answer */
	CKS_STAGE_ANSWERED,		/* the token answered to everything */
};

struct cks_unblock {
	const struct cks_token *token;
	enum cks_method method;		      /* from cks_unblock_method() */
	const struct cks_secret *unblock_pin; /* SO PIN or PUK; NULL: PIN pad */
	const struct cks_secret *new_pin;     /* NULL: PIN pad */
	bool force_unlocked;  /* go on although the user PIN is not locked */
	bool allow_final_try; /* go on although one try of the SO PIN or PUK is
				 left */
	unsigned int timeout_ms;
};

/*
 * One attempt, in a fresh process, which reads the token's state once more and
 * returns CKS_ERR_STATE_CHANGED with nothing sent when it is not what the
 * struct allows. *@stage is set whatever is returned. After an error at
 * CKS_STAGE_UNBLOCK_PIN_SENT or CKS_STAGE_NEW_PIN_SENT the state of the token
 * is not known and must be read again. CKS_OK says what the token said; only
 * cks_token_reread() shows whether it is so.
 */
enum cks_err cks_unblock_run(const struct cks_unblock *unblock,
			     enum cks_stage *stage);

/*
 * Proves that @token works: in a fresh process, one login with @pin and a
 * signature by each private key that has a certificate, verified against it.
 * *@n_keys is the number that did. One try of the user PIN is spent if @pin is
 * wrong. CKS_ERR_USER_PIN_INCORRECT, CKS_ERR_NO_KEY, CKS_ERR_SIGNATURE, ...
 */
enum cks_err cks_token_check_pin(const struct cks_token *token,
				 const struct cks_secret *pin,
				 unsigned int timeout_ms, unsigned int *n_keys);

/*
 * Readers known to pcscd, through pcsc-lite. The caller frees *@readers with
 * cks_readers_free(). CKS_ERR_NO_SERVICE when pcscd does not answer.
 */
enum cks_err cks_readers_list(unsigned int timeout_ms,
			      struct cks_readers **readers);
void cks_readers_free(struct cks_readers **readers);
size_t cks_readers_count(const struct cks_readers *readers);
const char *cks_reader_name(const struct cks_readers *readers, size_t i);
/* The card's answer to reset in upper-case hexadecimal; "" without a card. */
const char *cks_reader_atr(const struct cks_readers *readers, size_t i);

#ifdef __cplusplus
}
#endif

#endif
