/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * libckstoken: look at PKI tokens through PKCS #11, give a locked one a new
 * user PIN, and sign by one. libckstoken(3) has examples of whole programs.
 *
 * Processes. The library talks to tokens only from worker processes of its own:
 * each PKCS #11 module (OASIS PKCS #11 v2.40) is loaded in a child, which
 * answers over a socket until a deadline. A module that hangs, crashes or
 * floods costs itself alone, and nothing that a module leaves in memory
 * survives the call. Workers run with their standard streams on /dev/null,
 * without core dumps, and without the environment variables that make modules
 * log the arguments of their calls (any name with DEBUG, TRACE or SPY in it).
 * The library forks, so a caller that handles SIGCHLD must not reap children
 * that it did not start.
 *
 * The library never prints, prompts or exits, and has no settings but what its
 * functions are given.
 *
 * Threads. Any function may be called in any thread, and several threads may
 * scan, read, unblock and list readers at once, as long as each works on
 * structs of its own: a struct may be used by one thread at a time, and a token
 * or certificate counts as part of the scan that it came from. A thread must
 * not be cancelled or end while it is in the library. A worker is forked
 * without exec, and a lock that some other thread of the caller holds at that
 * moment stays locked in it. The library's own calls keep out of each other's
 * way; a caller whose other threads are just then inside dlopen(), setlocale(),
 * setenv(), gettext() or OpenSSL may find that a worker waits until its
 * deadline, which is reported as CKS_ERR_TIMEOUT.
 *
 * Text is UTF-8 and ends in NUL. Text that comes from a token has been made
 * safe as cks_text_clean() describes. Sizes are bytes, time is seconds since
 * 1970 UTC, deadlines are milliseconds.
 *
 * Ownership. A string returned as `const char *` belongs to the struct that it
 * was asked from and lives as long, or is static. Where the caller must free
 * something, the function's description names the function that does; each of
 * those takes a pointer to the caller's pointer and sets that to NULL. Both may
 * be NULL, and then nothing happens.
 *
 * Errors. A function that can fail returns enum cks_err, and leaves its outputs
 * untouched unless it returns CKS_OK or its description says otherwise. It
 * returns CKS_ERR_ARGUMENT when a pointer is NULL whose description does not
 * allow that, CKS_ERR_MEMORY when memory is out, and CKS_ERR_SYSTEM when the
 * system grants no process or socket; descriptions name the other errors.
 *
 * A function that only returns a value takes NULL for its struct too, and then
 * returns what it returns when nothing is known: "" for text, 0 for a number,
 * false, NULL for a pointer, the value named UNKNOWN of an enumeration, or
 * CKS_CERT_UNREADABLE.
 */
#ifndef CKSTOKEN_H
#define CKSTOKEN_H

#include <stdbool.h>
#include <stddef.h>
#include <time.h>

#ifdef __cplusplus
extern "C" {
#endif

/* The version of this header. */
#define CKS_VERSION_MAJOR 0
#define CKS_VERSION_MINOR 1
#define CKS_VERSION_PATCH 0
#define CKS_VERSION "0.1.0"

/*
 * The version of the library that the program runs with, "0.1.0", which may be
 * another than CKS_VERSION, that of the header it was built with. Static.
 */
const char *cks_version(void);

struct cks_secret;
struct cks_scan;
struct cks_token;
struct cks_cert;
struct cks_scan_error;
struct cks_readers;
struct cks_watch;
struct cks_uri;
struct cks_modules;
struct cks_token_lock;
struct cks_signer;

/* A later version may add errors, before CKS_ERR_COUNT. */
enum cks_err {
	CKS_OK = 0,
	CKS_ERR_ARGUMENT,	  /* an argument makes no sense */
	CKS_ERR_MEMORY,		  /* out of memory */
	CKS_ERR_SYSTEM,		  /* a system call failed, as by a limit */
	CKS_ERR_TIMEOUT,	  /* no answer before the deadline */
	CKS_ERR_CRASH,		  /* the module died in its worker */
	CKS_ERR_LOAD,		  /* the module cannot be loaded */
	CKS_ERR_ARCHITECTURE,	  /* it is built for another processor */
	CKS_ERR_DEVICE,		  /* the module or the token reports a fault */
	CKS_ERR_NOT_RECOGNIZED,	  /* a card that the module does not know */
	CKS_ERR_REMOVED,	  /* the token was pulled out */
	CKS_ERR_BUSY,		  /* another program holds the token */
	CKS_ERR_SO_PIN_INCORRECT, /* wrong SO PIN: a try is gone */
	CKS_ERR_SO_PIN_LOCKED,	  /* the SO PIN is locked */
	CKS_ERR_PUK_INCORRECT,	  /* wrong PUK: a try is gone */
	CKS_ERR_PUK_LOCKED,	  /* the PUK is locked */
	CKS_ERR_USER_PIN_INCORRECT, /* wrong user PIN: a try is gone */
	CKS_ERR_USER_PIN_LOCKED,    /* the user PIN is locked */
	CKS_ERR_PIN_LENGTH,	/* a new PIN shorter or longer than allowed */
	CKS_ERR_PIN_CHARACTERS, /* a new PIN with characters not allowed */
	CKS_ERR_CANCELED,	/* cancelled on the token's PIN pad */
	CKS_ERR_UNSUPPORTED,	/* the token offers no way to do it */
	CKS_ERR_STATE_CHANGED,	/* the token is not as it was read before */
	CKS_ERR_NO_EFFECT,	/* success was reported, nothing changed */
	CKS_ERR_CERTIFICATE,	/* not an X.509 certificate */
	CKS_ERR_NO_KEY,		/* no private key with a certificate */
	CKS_ERR_SIGNATURE,	/* a key's answer is no signature */
	CKS_ERR_NO_SERVICE,	/* pcscd, the reader service, does not answer */
	CKS_ERR_OPENSC_CONF,	/* OpenSC's configuration is not understood */
	CKS_ERR_SO_PIN_LENGTH,	/* an SO PIN that cannot be so long */
	CKS_ERR_SO_PIN_CHARACTERS, /* an SO PIN that cannot have these */
	CKS_ERR_PUK_LENGTH,	   /* a PUK that cannot be so long */
	CKS_ERR_PUK_CHARACTERS,	   /* a PUK that cannot have these */
	CKS_ERR_ANOTHER_ATTEMPT,   /* another process is at this token */
	CKS_ERR_KEY_MISMATCH,	   /* a private key is not its certificate's */
	CKS_ERR_CANNOT_PROVE,	   /* no signature could be made to judge by */
	CKS_ERR_DIGEST,		   /* SHA-256 is not to be had from OpenSSL */
	CKS_ERR_LIMIT,	       /* more of something than the library takes */
	CKS_ERR_DENIED,	       /* pcscd refuses this user */
	CKS_ERR_EITHER_LENGTH, /* the new PIN's, or the SO PIN's or PUK's */
	CKS_ERR_PIN_REFUSED,   /* a new PIN that the token finds too weak */
	CKS_ERR_UNPROTECTED, /* no safe process for the secret could be made */
	CKS_ERR_USER_PIN_LENGTH,    /* a user PIN that cannot be so long */
	CKS_ERR_USER_PIN_FINAL_TRY, /* one try of the user PIN is left */
	CKS_ERR_COUNT,		    /* not an error but their number */
};

/*
 * What @err means, as a whole sentence in the language of the locale. Never
 * NULL, whatever @err is. Static.
 */
const char *cks_strerror(enum cks_err err);

/*
 * Has every message of the library translated by @translate and not by the
 * locale: it gets a message in English and returns that or a translation, which
 * is valid as long as the program runs, and calls nothing of this library.
 * NULL, as in the beginning, means the locale. For the whole process; not while
 * another thread is in the library.
 */
void cks_set_translator(const char *(*translate)(const char *message));

/*
 * A short name of @err for programs, which stays the same in all languages and
 * versions: "ok", "timeout", "not-recognized" and so on, as the enumerators are
 * called; "unknown" for what is none of them. Static.
 */
const char *cks_err_name(enum cks_err err);

/*
 * Text for people from bytes that nobody vouches for. The padding (blanks and
 * NULs) at the end is cut, and a blank of whatever width is a blank. U+FFFD
 * stands for what is not UTF-8 (RFC 3629), for control characters, and for what
 * is private, unassigned or not to be seen: Unicode's
 * Default_Ignorable_Code_Point and its category Cf, which are zero-width
 * letters, marks that turn the direction of writing, the soft hyphen, Hangul's
 * fillers, variation selectors and tags. Nothing of that is dropped, so that
 * two texts which differ in it alone are seen to differ, and neither is matched
 * by what a person types. The rest is brought to Unicode's normal form C. The
 * caller frees the result with free(3). NULL when memory is out, or when @bytes
 * is NULL and @len is not 0.
 */
char *cks_text_clean(const void *bytes, size_t len);

/*
 * @text without accents and in small letters, "Đ" as "d", for comparing names
 * ("Ban Cơ yếu Chính phủ" and "Ban Co yeu Chinh phu" are one). The caller frees
 * the result with free(3). NULL when memory is out or @text is NULL or not
 * UTF-8.
 */
char *cks_text_fold(const char *text);

/*
 * Secrets: a buffer for a PIN, SO PIN or PUK, kept out of swap (when the
 * system's limit of locked memory allows), core dumps and child processes, and
 * wiped when freed. It has room for @capacity bytes, 65,536 at most, and its
 * length is 0. The caller frees it with cks_secret_free(). NULL when memory is
 * out or @capacity is more.
 */
struct cks_secret *cks_secret_new(size_t capacity);
void cks_secret_free(struct cks_secret **secret);

/*
 * The buffer itself, for the caller to fill in, with a NUL behind the last byte
 * of its capacity; the capacity; and the length as it was set.
 */
char *cks_secret_data(struct cks_secret *secret);
size_t cks_secret_capacity(const struct cks_secret *secret);
size_t cks_secret_length(const struct cks_secret *secret);

/*
 * Says how many bytes were filled in, and wipes those behind them.
 * CKS_ERR_ARGUMENT beyond the capacity.
 */
enum cks_err cks_secret_set_length(struct cks_secret *secret, size_t len);

/* True if both hold the same bytes, compared in constant time. */
bool cks_secret_equal(const struct cks_secret *a, const struct cks_secret *b);

/*
 * Each process that is given a secret locks all its memory first, for modules
 * make copies of a PIN. How many bytes the system's limit of locked memory
 * (RLIMIT_MEMLOCK) left unlocked, in that process of this program where they
 * were most; 0 where none were, and before any was given a secret.
 */
size_t cks_secrets_unlocked(void);

/*
 * Modules of this machine that are worth trying: those registered with p11-kit
 * (pkcs11.conf(5)) for a program called "ckstoken", in p11-kit's order, then
 * OpenSC's, and the libraries that vendors of Vietnamese tokens install.
 *
 * p11-kit itself is asked, in a worker that takes @timeout_ms at most, for it
 * loads the modules. Those that it cannot load, or all where one of them makes
 * it fail, are read from the files of registrations. The caller frees *@modules
 * with cks_modules_free().
 */
enum cks_err cks_modules_find(unsigned int timeout_ms,
			      struct cks_modules **modules);
void cks_modules_free(struct cks_modules **modules);

/*
 * How many there are; the path of one, which is absolute, and whose file may be
 * absent; and whether a failure of it counts (cks_scan_add_optional_module()):
 * not of one that is registered with p11-kit alone and without "critical: yes".
 * NULL or false beyond the last.
 */
size_t cks_modules_count(const struct cks_modules *modules);
const char *cks_module_path(const struct cks_modules *modules, size_t i);
bool cks_module_critical(const struct cks_modules *modules, size_t i);

/*
 * CKS_OK, or why it is no module to be asked, and more of that, which may be
 * translated already:
 * CKS_ERR_LOAD for one that is remote, which is a command and no file; and what
 * failed in asking p11-kit, for which "p11-kit" stands as the path.
 */
enum cks_err cks_module_error(const struct cks_modules *modules, size_t i);
const char *cks_module_detail(const struct cks_modules *modules, size_t i);

/* What the configuration of OpenSC (opensc.conf(5)) has its module do. */
struct cks_opensc {
	/* The file that OpenSC reads, which may be absent. It lasts as long as
	 * the environment is not changed. */
	const char *conf;
	/* It keeps a log, in which the PINs may be that programs send. */
	bool logs;
	/* So many readers it shows at most, the first that pcscd has. */
	unsigned int max_readers;
};

/*
 * What OpenSC's module at @module does in other programs, by the configuration
 * that it would read in this process; the workers of this library have one of
 * their own, under which it keeps no log and shows all readers. *@opensc has
 * the name of that file also after an error. CKS_ERR_UNSUPPORTED where the
 * module, as its file is called, is none of OpenSC's; CKS_ERR_OPENSC_CONF where
 * OpenSC's configuration is not understood, or has it show nothing.
 */
enum cks_err cks_opensc_read(const char *module, struct cks_opensc *opensc);

/*
 * A scan asks every module for every token, all modules at once, and OpenSC's
 * for what is in each reader at once.
 *
 *	struct cks_scan *scan = cks_scan_new();
 *	cks_scan_add_module(scan, "/usr/lib/.../opensc-pkcs11.so");
 *	cks_scan_run(scan);
 *	for (i = 0; i < cks_scan_n_tokens(scan); i++) ...
 *	cks_scan_free(&scan);
 *
 * Nothing is written to a token and no PIN is needed: a scan reads public
 * objects and C_GetTokenInfo (PKCS #11 v2.40, 5.5) only. A token that was never
 * initialized (CKF_TOKEN_INITIALIZED is not set) has nothing to show and is
 * left out. A token that two modules show (same manufacturer and serial number,
 * or same PC/SC reader) is kept once, as the module added first shows it.
 *
 * The caller frees the scan with cks_scan_free(), and with it the tokens,
 * certificates and errors that were asked from it. NULL when memory is out.
 */
struct cks_scan *cks_scan_new(void);
void cks_scan_free(struct cks_scan **scan);

/*
 * Adds the module at @path, which is absolute. A path added twice counts once.
 * The file is not opened before the scan runs. Where the caller is root, the
 * scan loads it only if nobody but root could have written it: neither the
 * file, nor a folder above it or a link to it, may be another user's or one
 * that others may write to, and the same is asked of OPENSC_CONF. A module
 * refused so is an error of the scan, CKS_ERR_LOAD, whose detail says why.
 */
enum cks_err cks_scan_add_module(struct cks_scan *scan, const char *path);

/*
 * The same for a module whose failure is told and counts for nothing
 * (cks_scan_error_critical()), because nobody asked for it. If it was, or will
 * be, added by cks_scan_add_module(), it counts.
 */
enum cks_err cks_scan_add_optional_module(struct cks_scan *scan,
					  const char *path);

/*
 * Adds the module @i of @modules, or tells why it cannot be asked, as one of
 * the scan's errors. CKS_ERR_ARGUMENT beyond the last.
 */
enum cks_err cks_scan_add_found(struct cks_scan *scan,
				const struct cks_modules *modules, size_t i);

/*
 * Has the scan look only into the reader @name, as pcsc-lite or
 * cks_reader_name() names it, and into others that are added so: no other card
 * is asked or waited for. Other modules than OpenSC's look into all readers
 * when they are loaded, and only the slots of this one are read then. "" stands
 * for all slots that are in no reader, as those of soft tokens, which are left
 * out otherwise. One that pcscd does not know when the scan ends is an
 * error of the scan, CKS_ERR_REMOVED. Before the scan runs.
 */
enum cks_err cks_scan_add_reader(struct cks_scan *scan, const char *name);

/*
 * How long a module may take to load, and then again for each slot; 15,000 ms
 * unless it is set. OpenSC's may take it once for each reader, and all readers
 * at the same time: one that does not answer makes no other wait.
 */
void cks_scan_set_timeout(struct cks_scan *scan, unsigned int timeout_ms);

/*
 * Has every card that pcscd sees held against the tokens that the modules show:
 * one of which no module shows a token is an error of the scan, and so is a
 * pcscd that does not answer. Without this call that is done where OpenSC's
 * module or another that shows readers is among them, and not for soft tokens
 * alone.
 */
void cks_scan_check_readers(struct cks_scan *scan);

/*
 * Runs the scan and waits until each module has answered or failed. A module,
 * slot or token that fails does not make the scan fail: it is one of the scan's
 * errors. So is a token that was pulled out of its reader meanwhile
 * (CKS_ERR_REMOVED), whatever its module goes on to say of it. One that was put
 * in meanwhile is read in a second round, and is an error only if it came
 * during that. A scan runs once; CKS_ERR_ARGUMENT when it has run before.
 */
enum cks_err cks_scan_run(struct cks_scan *scan);

/*
 * The modules that were added and could be asked, in that order; NULL beyond
 * the last.
 */
const char *cks_scan_module(const struct cks_scan *scan, size_t i);

/*
 * The tokens found, in the order of the modules and of each module's slots, and
 * the errors met. NULL beyond the last.
 */
size_t cks_scan_n_tokens(const struct cks_scan *scan);
const struct cks_token *cks_scan_token(const struct cks_scan *scan, size_t i);
size_t cks_scan_n_errors(const struct cks_scan *scan);
const struct cks_scan_error *cks_scan_error(const struct cks_scan *scan,
					    size_t i);

/*
 * An error of a scan: its code, which is CKS_ERR_TIMEOUT, _CRASH, _LOAD,
 * _ARCHITECTURE, _DEVICE, _NOT_RECOGNIZED, _REMOVED, _BUSY, _LIMIT,
 * _NO_SERVICE, _DENIED or _OPENSC_CONF (CKS_OK for NULL); the path of the
 * module, "" for an error of a reader or of pcscd; the name of the reader, ""
 * when it is not known; and what there is to say of it beyond that, in English
 * where the system or the module says it, "" when there is nothing.
 */
enum cks_err cks_scan_error_code(const struct cks_scan_error *error);
const char *cks_scan_error_module(const struct cks_scan_error *error);
const char *cks_scan_error_reader(const struct cks_scan_error *error);
const char *cks_scan_error_detail(const struct cks_scan_error *error);

/*
 * The answer to reset of the card in that reader, as cks_reader_atr() gives it;
 * "" where it is not known.
 */
const char *cks_scan_error_atr(const struct cks_scan_error *error);

/*
 * Of CKS_ERR_BUSY, who holds the card: programs that use pcscd, as "scdaemon
 * (1234)" with the process id, joined by ", "; "" where that cannot be told.
 * *@is_certain, if @is_certain is not NULL, says that it is the one named, and
 * not only perhaps one of them.
 */
const char *cks_scan_error_holders(const struct cks_scan_error *error,
				   bool *is_certain);

/*
 * True if a token may be missing from the scan by it that should be there: not
 * where nobody expects one of that module, or in that reader. false for NULL.
 */
bool cks_scan_error_critical(const struct cks_scan_error *error);

/*
 * True if it is the error of one slot, whose number is then put into *@slot
 * unless that is NULL. false when the module as a whole failed.
 */
bool cks_scan_error_slot(const struct cks_scan_error *error,
			 unsigned long *slot);

/*
 * True if a module shows a card or token that was never initialized
 * (CKF_TOKEN_INITIALIZED): it is no token yet, and so none of the scan's.
 */
bool cks_scan_has_blank(const struct cks_scan *scan);

/*
 * The readers as pcscd saw them when the scan ended; NULL where it did not
 * answer. They belong to the scan.
 */
const struct cks_readers *cks_scan_readers(const struct cks_scan *scan);

enum cks_pin_state {
	CKS_PIN_UNKNOWN,     /* the token gives no sign */
	CKS_PIN_OK,	     /* no wrong try since the last right one */
	CKS_PIN_COUNT_LOW,   /* a wrong try since the last right one */
	CKS_PIN_FINAL_TRY,   /* one more wrong try locks it */
	CKS_PIN_LOCKED,	     /* locked */
	CKS_PIN_NOT_SET,     /* no PIN has been set */
	CKS_PIN_MUST_CHANGE, /* works, but only to change the PIN */
};

/*
 * "ok", "count-low", "final-try", "locked", "not-set", "must-change"; "unknown"
 * for everything else. Static.
 */
const char *cks_pin_state_name(enum cks_pin_state state);

/*
 * A token as it was when it was read. Label, manufacturer, model and serial
 * number are those of CK_TOKEN_INFO (PKCS #11 v2.40, 3.2); the reader is the
 * description in CK_SLOT_INFO, which for cards is the PC/SC name of the reader.
 * The module is the path that was given, and the slot its number there, in a
 * process that sees all readers as they were when the scan ended.
 */
const char *cks_token_module(const struct cks_token *token);
unsigned long cks_token_slot(const struct cks_token *token);
const char *cks_token_reader(const struct cks_token *token);
const char *cks_token_label(const struct cks_token *token);
const char *cks_token_manufacturer(const struct cks_token *token);
const char *cks_token_model(const struct cks_token *token);
const char *cks_token_serial(const struct cks_token *token);

/*
 * Another module of the scan that shows the same token, which is kept once; ""
 * where none does. Programs that ask all modules see such a token twice.
 */
const char *cks_token_other_module(const struct cks_token *token);

/*
 * The states of its user PIN and SO PIN, from the token's flags, and from the
 * tries left where the card tells them: none is CKS_PIN_LOCKED, one is
 * CKS_PIN_FINAL_TRY. Where no flag is set, the state is CKS_PIN_OK only with
 * modules that are known to set them, and else CKS_PIN_UNKNOWN.
 */
enum cks_pin_state cks_token_user_pin(const struct cks_token *token);
enum cks_pin_state cks_token_so_pin(const struct cks_token *token);

/*
 * The least and greatest length of a user PIN in bytes, as the token states
 * them (ulMinPinLen, ulMaxPinLen); 0 where it states none, as by
 * CK_UNAVAILABLE_INFORMATION, or nonsense, as a least above the greatest.
 */
unsigned long cks_token_pin_min(const struct cks_token *token);
unsigned long cks_token_pin_max(const struct cks_token *token);

/*
 * How many wrong tries of the user PIN and of the SO PIN (of the PUK, where
 * that unblocks the token) are left; -1 where it is not known, for PKCS #11
 * has no field for it. 0 where a flag says that it is locked. Else the card is
 * asked through pcsc-lite, when the token is read, by a VERIFY without data or
 * a GET DATA (ISO/IEC 7816-4, 11.6.6 and 11.4.3), and only where its kind is
 * known to answer without counting that as a try: SmartCard-HSM, MyEID, OpenPGP
 * cards, PIV cards that say so in their answer to reset, YubiKey, GIDS, and the
 * ChipDoc token of VGCA.
 */
int cks_token_user_tries(const struct cks_token *token);
int cks_token_so_tries(const struct cks_token *token);

/*
 * The answer to reset (ISO/IEC 7816-3) of the card in the token's reader, in
 * upper-case hexadecimal; "" where no PC/SC reader is known for it.
 */
const char *cks_token_atr(const struct cks_token *token);

/*
 * The PKCS #11 URI (RFC 7512) that names the token. Where its own fields name
 * another token of the scan too, the slot is in it, and the path of the module
 * where the other is another module's.
 */
const char *cks_token_uri(const struct cks_token *token);

/* CK_TOKEN_INFO.flags as the module gave them. */
unsigned long cks_token_flags(const struct cks_token *token);

/*
 * True if the token takes PINs from a pad of its own
 * (CKF_PROTECTED_AUTHENTICATION_PATH).
 */
bool cks_token_has_pin_pad(const struct cks_token *token);

/*
 * The certificates on the token, in the order in which the module lists them.
 * They belong to the token. NULL beyond the last. A certificate of which the
 * token gave no value is left out, and an error of the scan.
 */
size_t cks_token_n_certs(const struct cks_token *token);
const struct cks_cert *cks_token_cert(const struct cks_token *token, size_t i);

/*
 * Reads @token once more, through its module in a fresh process, with all its
 * public objects. @timeout_ms is as for a scan. The caller frees *@again with
 * cks_token_free(). CKS_ERR_REMOVED when the token is there no more, or when
 * several look like it and none is in its slot; and any code of a scan's error.
 */
enum cks_err cks_token_reread(const struct cks_token *token,
			      unsigned int timeout_ms,
			      struct cks_token **again);

/* Only for a token from cks_token_reread(): others belong to their scan. */
void cks_token_free(struct cks_token **token);

/*
 * True if two readings by cks_token_reread() found the same public objects:
 * class, id, label and the SHA-256 of the public values, and the same in other
 * slots of a card that shows itself in several. On a difference *@change, if
 * @change is not NULL, describes one in words of the locale's language, or is
 * NULL when memory is out; the caller frees it with free(3). false, with
 * *@change untouched, when a token is NULL.
 */
bool cks_token_same_objects(const struct cks_token *before,
			    const struct cks_token *after, char **change);

/*
 * How many public objects cks_token_reread() found on @token; of a token from a
 * scan, how many certificates.
 */
size_t cks_token_n_objects(const struct cks_token *token);

/*
 * Reads a PKCS #11 URI (RFC 7512). White space in it counts for nothing. The
 * caller frees *@uri with cks_uri_free(). CKS_ERR_ARGUMENT when it is none,
 * when an attribute is empty or given twice, or when there is a PIN in it or
 * the name of a file with one; then *@reason, if @reason is not NULL, says why
 * in words of the locale's language. Static.
 */
enum cks_err cks_uri_parse(const char *text, struct cks_uri **uri,
			   const char **reason);
void cks_uri_free(struct cks_uri **uri);

/*
 * True if the path of the URI names anything of a token, its slot or its
 * library; and if it names anything of an object (id, object, type).
 */
bool cks_uri_names_token(const struct cks_uri *uri);
bool cks_uri_names_object(const struct cks_uri *uri);

/*
 * The first attribute of its path that RFC 7512 does not have, for which the
 * URI matches nothing (section 2.5); "" when there is none. Attributes of the
 * query that are not known count for nothing.
 */
const char *cks_uri_unknown(const struct cks_uri *uri);

/*
 * True if the URI is for the module at @path (module-name, module-path); for
 * @token, by what it says of token, slot, library and module; and for @cert, by
 * what it says of an object alone. An attribute that is absent matches
 * anything; a text matches by its bytes or by what cks_text_clean() makes of
 * it.
 */
bool cks_uri_matches_module(const struct cks_uri *uri, const char *path);
bool cks_uri_matches_token(const struct cks_uri *uri,
			   const struct cks_token *token);
bool cks_uri_matches_cert(const struct cks_uri *uri,
			  const struct cks_cert *cert);

enum cks_holder {
	CKS_HOLDER_UNKNOWN,
	CKS_HOLDER_PERSON,
	CKS_HOLDER_ORGANIZATION,
	CKS_HOLDER_DEVICE, /* a device, a service or software */
};

/*
 * "person", "organization", "device"; "unknown" for everything else. Static.
 */
const char *cks_holder_name(enum cks_holder holder);

/*
 * Reads the certificate (X.509, RFC 5280) in @der, which takes @len bytes; more
 * that follow its end are ignored. The caller frees *@cert with
 * cks_cert_free(). CKS_ERR_CERTIFICATE when there is none.
 */
enum cks_err cks_cert_new(const void *der, size_t len, struct cks_cert **cert);

/* Only for a certificate from cks_cert_new(): others belong to their token. */
void cks_cert_free(struct cks_cert **cert);

/*
 * True if the certificate could be read: a token may hold something else where
 * a certificate should be. Of that only id, label, SHA-256 and the bytes are
 * known; its times are 0 and its other strings empty.
 */
bool cks_cert_readable(const struct cks_cert *cert);

/*
 * The object's CKA_ID in upper-case hexadecimal and its CKA_LABEL (PKCS #11
 * v2.40, 4.6); "" for a certificate that is not from a token.
 */
const char *cks_cert_id(const struct cks_cert *cert);
const char *cks_cert_label(const struct cks_cert *cert);

/*
 * The PKCS #11 URI of the certificate on its token, with cks_token_uri() in it;
 * "" for a certificate that is not from a token.
 */
const char *cks_cert_uri(const struct cks_cert *cert);

/*
 * The distinguished names as RFC 4514 writes them, in UTF-8 without escapes for
 * letters beyond ASCII.
 */
const char *cks_cert_subject(const struct cks_cert *cert);
const char *cks_cert_issuer(const struct cks_cert *cert);

/*
 * The subject's common name (CN), organization (O) and organizational units
 * (OU); "" when there is none. Where an attribute is repeated, as OU is, all
 * its values, joined by ", " with the most specific first.
 */
const char *cks_cert_name(const struct cks_cert *cert);
const char *cks_cert_organization(const struct cks_cert *cert);
const char *cks_cert_unit(const struct cks_cert *cert);

/*
 * The e-mail address of the subject alternative name (RFC 5280, 4.2.1.6), or
 * else of the subject; "" when there is none.
 */
const char *cks_cert_email(const struct cks_cert *cert);

/*
 * The tax code and the budget code, which follow "MST:" and "MNS:" in a user
 * identifier (UID) of the subject; "" when there is none.
 */
const char *cks_cert_tax_code(const struct cks_cert *cert);
const char *cks_cert_budget_code(const struct cks_cert *cert);

/*
 * The serial number that the issuer gave, and the SHA-256 of the encoded
 * certificate, both in upper-case hexadecimal.
 */
const char *cks_cert_serial(const struct cks_cert *cert);
const char *cks_cert_sha256(const struct cks_cert *cert);

/*
 * The kind and size of the public key, "RSA 2048" or "EC P-256"; "" when
 * OpenSSL does not know it.
 */
const char *cks_cert_key(const struct cks_cert *cert);

/* The first and the last second in which the certificate is valid. */
time_t cks_cert_not_before(const struct cks_cert *cert);
time_t cks_cert_not_after(const struct cks_cert *cert);

/*
 * Who holds the certificate, by what its names say: the identifiers "MST:" and
 * "MNS:" are an organization's, "CCCD:" and its like a person's.
 */
enum cks_holder cks_cert_holder(const struct cks_cert *cert);

/*
 * True if the issuer bears the name of the Government CA (Ban Cơ yếu Chính
 * phủ), accents or not. A name is a claim and not a proof: no signature is
 * verified here.
 */
bool cks_cert_official(const struct cks_cert *cert);

/*
 * True if it is the certificate of a CA, which tokens carry along to complete
 * the chain: its basicConstraints say so, or, without those, the keyCertSign of
 * its key usage (RFC 5280, 4.2.1). One that says neither is not taken for a
 * CA's. It has no holder, is not renewable and causes no warning.
 */
bool cks_cert_ca(const struct cks_cert *cert);

/*
 * The encoded certificate, which belongs to @cert. Either output may be NULL.
 * For a NULL @cert, *@der is NULL and *@len is 0.
 */
void cks_cert_der(const struct cks_cert *cert, const void **der, size_t *len);

enum cks_cert_state {
	CKS_CERT_UNREADABLE,
	CKS_CERT_NOT_YET_VALID,
	CKS_CERT_VALID,
	CKS_CERT_EXPIRING, /* fewer than the days given are left */
	CKS_CERT_EXPIRED,
};

/* The certificate's state at @now; @days is for CKS_CERT_EXPIRING. */
enum cks_cert_state cks_cert_state(const struct cks_cert *cert, time_t now,
				   unsigned int days);

/*
 * "valid", "expiring", "expired", "not-yet-valid"; "unreadable" for everything
 * else. Static.
 */
const char *cks_cert_state_name(enum cks_cert_state state);

/*
 * Calendar days in Vietnam (UTC+7) from @now to the last day of the
 * certificate; negative afterwards.
 */
long cks_cert_days_left(const struct cks_cert *cert, time_t now);

/*
 * True if an official certificate can be renewed: that is done at most once,
 * and while at least @min_days are left, which are 30 by Decree 68/2024/NĐ-CP,
 * Articles 12 and 14, and 60 under Decree 130/2018/NĐ-CP. *@renew_by, if
 * @renew_by is not NULL, is the last day for a request, as its midnight in
 * Vietnam, whether or not it has passed (0 for a NULL @cert).
 *
 * Two certificates of one subject and key on @token show that a renewal was
 * made; a certificate that the token no longer holds cannot be seen. With NULL
 * for @token, @cert is looked at alone.
 */
bool cks_cert_renewable(const struct cks_token *token,
			const struct cks_cert *cert, time_t now,
			unsigned int min_days, time_t *renew_by);

/*
 * True if another certificate of the subject and the key of @cert ends later
 * and is on @token too: then that one counts, and the end of @cert, which may
 * have come, needs no attention. One that does not name the Government CA as
 * its issuer replaces none that does.
 */
bool cks_cert_replaced(const struct cks_token *token,
		       const struct cks_cert *cert);

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

/* Warnings that inform, and by themselves call for no action. */
#define CKS_WARN_INFO_ONLY \
	(CKS_WARN_USER_PIN_COUNT_LOW | CKS_WARN_NO_CERT | CKS_WARN_NOT_OFFICIAL)

/* The warnings about @token at @now; @days is for CKS_WARN_CERT_EXPIRING. */
unsigned int cks_token_warnings(const struct cks_token *token, time_t now,
				unsigned int days);

/*
 * "user-pin-locked", "certificate-expiring" and so on for one bit; NULL for
 * anything else. Static.
 */
const char *cks_warning_name(unsigned int bit);

/*
 * Unblocking gives a locked token a new user PIN. Nothing else on the token is
 * touched, it is never initialized, and one call is one attempt. In order:
 * choose the method, check both secrets, read the token again by
 * cks_token_reread(), make the attempt, and read it once more.
 */
enum cks_method {
	CKS_METHOD_AUTO,   /* whichever serves the token */
	CKS_METHOD_SO_PIN, /* C_Login(CKU_SO), then C_InitPIN */
	CKS_METHOD_PUK,	   /* C_SetPIN with the PUK as the old PIN */
};

/* "so-pin", "puk"; "auto" for everything else. Static. */
const char *cks_method_name(enum cks_method method);

/*
 * Which method serves @token; *@method is never CKS_METHOD_AUTO. @wanted
 * chooses one where the token's family is not known or has several. Nothing is
 * sent. CKS_ERR_UNSUPPORTED when none can work; then *@reason, if @reason is
 * not NULL, says why in words of the locale's language. Static.
 */
enum cks_err cks_unblock_method(const struct cks_token *token,
				enum cks_method wanted, enum cks_method *method,
				const char **reason);

/*
 * Whether @new_pin can be a user PIN of @token, and @unblock_pin can be its SO
 * PIN or PUK: length and characters, before any try is spent on it.
 * CKS_ERR_PIN_LENGTH, CKS_ERR_PIN_CHARACTERS, and the same of SO PIN and PUK.
 */
enum cks_err cks_new_pin_check(const struct cks_token *token,
			       const struct cks_secret *new_pin);
enum cks_err cks_unblock_pin_check(const struct cks_token *token,
				   enum cks_method method,
				   const struct cks_secret *unblock_pin);

/*
 * The least and greatest length in bytes of a new user PIN of @token and of its
 * SO PIN or PUK, as far as they are known: 0 where one is not. With a NULL
 * argument nothing happens.
 */
void cks_new_pin_length(const struct cks_token *token, unsigned long *min,
			unsigned long *max);
void cks_unblock_pin_length(const struct cks_token *token, unsigned long *min,
			    unsigned long *max);

/*
 * A process at work on a token, and its user: -1 where the system does not
 * tell; pid is 0 where there is none.
 */
struct cks_token_holder {
	long pid;
	long uid;
};

/*
 * Keeps other processes on this machine, whoever runs them, from attempts on
 * @token, by its manufacturer and serial number and by its PC/SC reader, until
 * cks_token_unlock() or the end of the process. It keeps only this library from
 * them and no other program. If another process holds the lock, waits for it,
 * @timeout_ms at most. *@holder, if not NULL, is set whatever is returned: to
 * the process that was waited for. What that did is not known here: read the
 * token again. Processes in another network namespace have locks of their own.
 *
 * CKS_ERR_ANOTHER_ATTEMPT when the other did not end in time, CKS_ERR_DIGEST.
 */
enum cks_err cks_token_lock(const struct cks_token *token,
			    unsigned int timeout_ms,
			    struct cks_token_lock **lock,
			    struct cks_token_holder *holder);
void cks_token_unlock(struct cks_token_lock **lock);

/* How far an attempt came, in the order of what happens. */
enum cks_stage {
	CKS_STAGE_NOTHING_SENT,	    /* no secret left this machine */
	CKS_STAGE_UNBLOCK_PIN_SENT, /* the SO PIN or PUK was sent, no answer */
	CKS_STAGE_UNBLOCK_PIN_ANSWERED, /* the token answered to it */
	CKS_STAGE_NEW_PIN_SENT,		/* the new PIN was sent, no answer */
	CKS_STAGE_ANSWERED,		/* the token answered to everything */
};

/* One attempt. Whatever it points to stays the caller's. */
struct cks_unblock {
	/* From cks_token_reread(): one from a scan was not read wholly, and
	 * then CKS_ERR_STATE_CHANGED comes back. */
	const struct cks_token *token;
	/* From cks_unblock_method(); CKS_METHOD_AUTO is CKS_ERR_ARGUMENT. */
	enum cks_method method;
	/* The SO PIN or PUK, and the new user PIN. NULL asks for it on the
	 * token's PIN pad; without a PIN pad it is CKS_ERR_ARGUMENT. */
	const struct cks_secret *unblock_pin;
	const struct cks_secret *new_pin;
	/* Go on although the user PIN is not locked any more. */
	bool force_unlocked;
	/* Go on although one try of the SO PIN or PUK is left. Of a token that
	 * tells its tries, none may be gone since it was read. */
	bool allow_final_try;
	unsigned int timeout_ms;
	/* From cks_token_lock() for this token. NULL has one taken for the
	 * attempt alone, without waiting. */
	const struct cks_token_lock *lock;
};

/*
 * Makes the attempt, in a fresh process, which reads the token once more, and
 * its flags once again right before it sends the first secret, and returns
 * CKS_ERR_STATE_CHANGED with nothing sent when the token is not what the struct
 * allows. The secrets leave the caller's process only when the other is ready
 * for them. *@stage is set whatever is returned. After an error at
 * CKS_STAGE_UNBLOCK_PIN_SENT or CKS_STAGE_NEW_PIN_SENT the state of the token
 * is not known and must be read again. CKS_OK is what the token answered; only
 * cks_token_reread() shows whether it is so.
 *
 * CKS_ERR_SO_PIN_INCORRECT, CKS_ERR_SO_PIN_LOCKED, CKS_ERR_PUK_INCORRECT,
 * CKS_ERR_PUK_LOCKED, CKS_ERR_SO_PIN_LENGTH, CKS_ERR_PUK_LENGTH,
 * CKS_ERR_PIN_LENGTH, CKS_ERR_EITHER_LENGTH, CKS_ERR_PIN_CHARACTERS,
 * CKS_ERR_PIN_REFUSED, CKS_ERR_CANCELED, CKS_ERR_UNSUPPORTED,
 * CKS_ERR_ANOTHER_ATTEMPT, CKS_ERR_DIGEST, CKS_ERR_OPENSC_CONF,
 * CKS_ERR_UNPROTECTED, and any code of a scan's error. After a length was
 * refused it is not known whether that cost a try of the SO PIN or PUK.
 */
enum cks_err cks_unblock_run(const struct cks_unblock *unblock,
			     enum cks_stage *stage);

/* The room for words about a failure, with their NUL. */
#define CKS_DETAIL_SIZE 256

/* What a proof found, in numbers of private keys unless it says otherwise. */
struct cks_proof {
	/* Made a signature that holds against the key's certificate. */
	unsigned int n_proved;
	/* Are for signatures and made none, or one that OpenSSL cannot judge:
	 * nothing is known of them. */
	unsigned int n_unproved;
	/* Passed over: key or certificate is not for signatures. */
	unsigned int n_not_signing;
	/* Passed over: the token has no certificate for the key. */
	unsigned int n_no_cert;
	/* Certificates for signatures, not of a CA, that no key belongs to. */
	unsigned int n_certs_without_key;
	/* Of the first failure: the call to the module and its answer, or what
	 * else was in the way, in English; "" where there is nothing to say. */
	char detail[CKS_DETAIL_SIZE];
};

/*
 * Shows that @token works: in a fresh process, one login with @pin, and a
 * signature by each private key that has a certificate for signatures, verified
 * against it. A key that wants its PIN for each signature
 * (CKA_ALWAYS_AUTHENTICATE) is given @pin again. The certificate of a key is
 * one of its CKA_ID, or of its public half; an empty CKA_ID is like no other. A
 * key signs as it can: RSA by PKCS #1 v1.5 or PSS, ECDSA, EdDSA.
 *
 * If @pin is wrong, one try of the user PIN is spent, and never a second: after
 * such an answer nothing more is sent. @pin NULL asks for it on the token's PIN
 * pad; without a PIN pad it is CKS_ERR_ARGUMENT. *@proof is set whatever is
 * returned, except with CKS_ERR_ARGUMENT.
 *
 * CKS_OK: each key for signatures signs, and there is one at least.
 * CKS_ERR_USER_PIN_INCORRECT, CKS_ERR_USER_PIN_LOCKED, CKS_ERR_USER_PIN_LENGTH:
 * the token, or a key that wants the PIN again, refuses @pin.
 * CKS_ERR_KEY_MISMATCH: a key is not the one of its certificate.
 * CKS_ERR_SIGNATURE: a key answers with something that is no signature.
 * All others tell that nothing is known: CKS_ERR_CANNOT_PROVE when a key makes
 * no signature or none is for signatures, CKS_ERR_NO_KEY when no private key
 * has a certificate, CKS_ERR_LIMIT when there are more than 255 private keys,
 * CKS_ERR_STATE_CHANGED, with nothing sent, when it is not the token that was
 * read or its PIN has come to its last try since, CKS_ERR_ANOTHER_ATTEMPT, with
 * nothing sent, when another process has the token's lock, which is held
 * meanwhile, CKS_ERR_UNPROTECTED, CKS_ERR_DIGEST, CKS_ERR_OPENSC_CONF, and any
 * code of a scan's error. cks_err_disproves() parts them.
 */
enum cks_err cks_token_check_pin(const struct cks_token *token,
				 const struct cks_secret *pin,
				 unsigned int timeout_ms,
				 struct cks_proof *proof);

/*
 * True if @err of cks_token_check_pin() says that the token does not work, and
 * not only that this could not be known. false for CKS_OK.
 */
bool cks_err_disproves(enum cks_err err);

/* The way in which a signature is made. A later version may add some, before
 * CKS_ALGORITHM_COUNT. */
enum cks_algorithm {
	CKS_ALGORITHM_UNKNOWN,
	CKS_ALGORITHM_RSA_PKCS1, /* RSASSA-PKCS1-v1_5 (RFC 8017, 8.2) */
	/* RSASSA-PSS (RFC 8017, 8.1): MGF1 with the digest of the signature,
	 * a salt as long as that. */
	CKS_ALGORITHM_RSA_PSS,
	CKS_ALGORITHM_ECDSA, /* on P-256, P-384 or P-521 */
	CKS_ALGORITHM_COUNT, /* not an algorithm but their number */
};

/*
 * "rsa-pkcs1", "rsa-pss", "ecdsa"; "unknown" for everything else. Static.
 */
const char *cks_algorithm_name(enum cks_algorithm algorithm);

/* One login, and the key that signs. Whatever it points to stays the caller's,
 * who needs to keep none of it once cks_signer_open() has returned but the
 * lock. */
struct cks_signing {
	/* From cks_token_reread(), for its state is what was told to whoever
	 * gave the PIN. */
	const struct cks_token *token;
	/* One of @token's: the private key of this certificate signs. */
	const struct cks_cert *cert;
	/* The user PIN. NULL asks for it on the token's PIN pad; without a PIN
	 * pad it is CKS_ERR_ARGUMENT. */
	const struct cks_secret *pin;
	/* Go on although one try of the user PIN is left. */
	bool allow_final_try;
	/* For the login with the trial, and again for each signature. */
	unsigned int timeout_ms;
	/* From cks_token_lock() for this token, to be kept until
	 * cks_signer_close(). NULL has one taken, without waiting, for as long
	 * as the signer lives. */
	const struct cks_token_lock *lock;
};

/* The outcome of a login. */
struct cks_login {
	/* The PIN may have left for the token, or was asked for on its PIN pad:
	 * where it is set and the error is not the token's answer to the PIN,
	 * it is not known whether a try is gone. false: nothing was sent. */
	bool pin_sent;
	/* The call to the module that failed and its answer, or what else was
	 * in the way, in English; "" where there is nothing to say. */
	char detail[CKS_DETAIL_SIZE];
};

/*
 * Logs in to the token and has the private key of the certificate make a trial
 * signature, over a random digest, which is verified against the certificate.
 * A fresh process does that, and stays logged in for the signatures that are to
 * come, until cks_signer_close() or until the thread that opened it ends. The
 * key of the certificate is one of its CKA_ID, or of its public key; of several
 * it is the one whose trial holds.
 *
 * The process first makes sure that it is the token which was read, and again
 * right before it sends the PIN. If the PIN is wrong, one try is spent, and
 * never a second: after such an answer nothing more is sent. A key that wants
 * its PIN for each signature (CKA_ALWAYS_AUTHENTICATE) is given it again for
 * the trial and for each signature, until one is refused; with a PIN pad it is
 * typed as often.
 *
 * The caller closes *@signer with cks_signer_close(). *@login, which may be
 * NULL, is set whatever is returned, except with CKS_ERR_ARGUMENT.
 *
 * With nothing sent: CKS_ERR_USER_PIN_FINAL_TRY when one try is left and
 * allow_final_try is not set; CKS_ERR_USER_PIN_LENGTH when the token says that
 * no PIN of it is so long; CKS_ERR_STATE_CHANGED when it is not the token that
 * was read, or fewer tries are left; CKS_ERR_ANOTHER_ATTEMPT;
 * CKS_ERR_CERTIFICATE when the certificate is none that can be read;
 * CKS_ERR_UNSUPPORTED when it is not for signatures, or is of a kind of key of
 * which no signature can be made from a digest, as those on Edwards curves;
 * CKS_ERR_UNPROTECTED, CKS_ERR_DIGEST, CKS_ERR_OPENSC_CONF.
 *
 * CKS_ERR_USER_PIN_INCORRECT, CKS_ERR_USER_PIN_LOCKED, CKS_ERR_USER_PIN_LENGTH:
 * the token, or a key that wants the PIN again, refuses it. CKS_ERR_CANCELED.
 * CKS_ERR_NO_KEY: it has no private key for the certificate.
 * CKS_ERR_KEY_MISMATCH: the key is not the one of the certificate.
 * CKS_ERR_SIGNATURE: the key's answer is no signature. CKS_ERR_UNSUPPORTED: the
 * key is not for signatures, or makes them only of what it digests itself.
 * CKS_ERR_LIMIT: there are more than 255 private keys. And any code of a scan's
 * error.
 */
enum cks_err cks_signer_open(const struct cks_signing *signing,
			     struct cks_signer **signer,
			     struct cks_login *login);

/* Logs out, and ends the process. */
void cks_signer_close(struct cks_signer **signer);

/*
 * Of which digest its signatures are, as the key wants it: "SHA256", "SHA384"
 * or "SHA512", as OpenSSL calls them; how many bytes that has; and how the
 * signatures are made. All are the same for as long as the signer lives.
 */
const char *cks_signer_digest(const struct cks_signer *signer);
size_t cks_signer_digest_length(const struct cks_signer *signer);
enum cks_algorithm cks_signer_algorithm(const struct cks_signer *signer);

/*
 * Signs a digest of @len bytes, which is cks_signer_digest_length(), else
 * CKS_ERR_ARGUMENT. *@signature is as X.509 and CMS have it: as long as the
 * modulus for RSA, the DER of an ECDSA-Sig-Value (RFC 3279, 2.2.3) for ECDSA.
 * It was verified against the certificate, in the process that made it, before
 * it came. The caller frees it with free(3).
 *
 * CKS_ERR_REMOVED when the token was pulled, or is not in its slot any more;
 * CKS_ERR_STATE_CHANGED when the login is gone, as after it was pulled and put
 * back, and when a key that wants its PIN again has come nearer to its lock;
 * CKS_ERR_SIGNATURE when the key's answer is no signature; CKS_ERR_BUSY when
 * another program holds the token; CKS_ERR_TIMEOUT, CKS_ERR_CRASH, and whatever
 * else cks_signer_open() returns once the PIN is sent. Any error but
 * CKS_ERR_ARGUMENT is the end of the signer: nothing more is sent to the token,
 * and all later calls return the same error.
 */
enum cks_err cks_signer_sign(struct cks_signer *signer,
			     const unsigned char *digest, size_t len,
			     unsigned char **signature, size_t *signature_len);

/*
 * What there is to say, in English, of the error that ended the signer; "" when
 * there is nothing.
 */
const char *cks_signer_detail(const struct cks_signer *signer);

/*
 * The readers that pcscd knows, 64 at most, through pcsc-lite. The caller frees
 * *@readers with cks_readers_free(). CKS_ERR_NO_SERVICE when pcscd does not
 * answer within @timeout_ms, CKS_ERR_DENIED when it refuses this user.
 */
enum cks_err cks_readers_list(unsigned int timeout_ms,
			      struct cks_readers **readers);
void cks_readers_free(struct cks_readers **readers);

/*
 * How many readers there are; the PC/SC name of one; and its card's answer to
 * reset (ISO/IEC 7816-3) in upper-case hexadecimal, "" without a card. NULL
 * beyond the last.
 */
size_t cks_readers_count(const struct cks_readers *readers);
const char *cks_reader_name(const struct cks_readers *readers, size_t i);
const char *cks_reader_atr(const struct cks_readers *readers, size_t i);

/* True if there is a card in it, which a card that does not answer is too. */
bool cks_reader_has_card(const struct cks_readers *readers, size_t i);

/* True if another program was connected to that card, or kept it for itself:
 * one that is logged in to it might lose its login where the card is asked. */
bool cks_reader_in_use(const struct cks_readers *readers, size_t i);

/* What a watch tells. A later version may add some, before CKS_EVENT_COUNT. */
enum cks_event {
	/* A card was in already when pcscd was asked for the first time, or for
	 * the first time after CKS_EVENT_LOST. */
	CKS_EVENT_CARD_PRESENT,
	/* All that were in then have been told. */
	CKS_EVENT_LISTED,
	/* A card was put in, or plugged in with its reader. */
	CKS_EVENT_CARD_IN,
	/* A card was pulled, or was unplugged with its reader. */
	CKS_EVENT_CARD_OUT,
	/* A program has connected to the card, where none was. */
	CKS_EVENT_CARD_IN_USE,
	/* No program is connected to it any more, so what the token shows may
	 * have changed. Both are told only where pcscd noticed it, which looks
	 * two or three times a second, and of this library's own workers too.
	 */
	CKS_EVENT_CARD_FREE,
	/* pcscd is gone, hangs or refuses this user, as @err says. It is not
	 * known what is in a reader, or happens there, until the cards that are
	 * in are told anew, with CKS_EVENT_LISTED at the end. */
	CKS_EVENT_LOST,
	CKS_EVENT_COUNT, /* not an event but their number */
};

struct cks_reader_event {
	enum cks_event type;
	/* As cks_reader_name() gives it, "" where it is about no reader. It
	 * belongs to the watch, and lives until the next event is taken. */
	const char *reader;
	/* With CKS_EVENT_LOST: CKS_ERR_NO_SERVICE or CKS_ERR_DENIED. */
	enum cks_err err;
};

/*
 * A watch tells what happens at the readers of pcscd (64 at most), in the order
 * in which it happens, from cks_watch_new() on. It goes on when pcscd ends, and
 * when it starts again. A card that is swapped for another between two looks is
 * told as CKS_EVENT_CARD_OUT and CKS_EVENT_CARD_IN, by the count that pcscd
 * keeps; one that came and went in between is not told.
 *
 *	struct cks_watch *watch;
 *	struct cks_reader_event event;
 *	err = cks_watch_new(&watch);
 *	while (!err && !(err = cks_watch_next(watch, -1, &event)))
 *		if (event.type == CKS_EVENT_CARD_IN) ...
 *	cks_watch_free(&watch);
 *
 * No module is loaded, and no card is asked for anything: which token a card
 * is, a scan of its reader tells, cks_scan_add_reader().
 *
 * A worker waits for pcscd. It ends with cks_watch_free(), which is the
 * caller's to call, and with the thread that called cks_watch_new().
 * CKS_ERR_SYSTEM.
 */
enum cks_err cks_watch_new(struct cks_watch **watch);
void cks_watch_free(struct cks_watch **watch);

/*
 * A descriptor for poll(2) and its like, the same for as long as the watch
 * lives, to be read by nobody: it can be read (POLLIN) when cks_watch_next()
 * has something to do, which need not be an event. Then cks_watch_next() is to
 * be called, with a timeout of 0, until it returns CKS_ERR_TIMEOUT. -1 for a
 * NULL @watch.
 */
int cks_watch_fd(const struct cks_watch *watch);

/*
 * Waits for the next event, @timeout_ms at most: 0 takes what is there, and -1
 * waits for as long as it lasts. CKS_ERR_TIMEOUT when there was none, or when a
 * handler of a signal ran meanwhile. After CKS_ERR_MEMORY an event may be lost,
 * and so the watch returns that from then on.
 */
enum cks_err cks_watch_next(struct cks_watch *watch, int timeout_ms,
			    struct cks_reader_event *event);

/*
 * What the card with the answer to reset @atr, in hexadecimal, is called:
 * "MyEID", "VGCA IAS-ECC (ChipDoc)"; "" for one that is not known. A name, and
 * so not translated, and a hint: makers of cards may give the same answer to
 * reset to others. Static.
 */
const char *cks_card_name(const char *atr);

/*
 * What the file is called of the PKCS #11 module that is made for such cards,
 * "libbit4xpki.so", "opensc-pkcs11.so"; "" where cks_card_name() is. A hint
 * too: some versions of it may not know the card. Static.
 */
const char *cks_card_module(const char *atr);

/*
 * The tries left on a card that no module shows, as cks_token_user_tries() and
 * cks_token_so_tries() tell them: asks the card in @reader if its answer to
 * reset is @atr, that is of a kind known to tell, and no other program is
 * connected to it. -1 for each number that is not known after @timeout_ms.
 * Either output may be NULL.
 */
enum cks_err cks_reader_tries(const char *reader, const char *atr,
			      unsigned int timeout_ms, int *user_tries,
			      int *so_tries);

#ifdef __cplusplus
}
#endif

#endif
