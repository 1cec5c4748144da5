/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include <ctype.h>
#include <errno.h>
#include <p11-kit/pkcs11.h>
#include <p11-kit/uri.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/i18n.h"
#include "base/library.h"
#include "base/soname.h"
#include "base/subprocess.h"
#include "base/text.h"
#include "cert.h"
#include "uri.h"
#include "worker.h"

#define SCHEME "pkcs11:"

#define P11_KIT_SYMBOLS(X)              \
	X(p11_kit_uri_any_unrecognized) \
	X(p11_kit_uri_format)           \
	X(p11_kit_uri_free)             \
	X(p11_kit_uri_get_attribute)    \
	X(p11_kit_uri_get_module_info)  \
	X(p11_kit_uri_get_module_name)  \
	X(p11_kit_uri_get_module_path)  \
	X(p11_kit_uri_get_pin_source)   \
	X(p11_kit_uri_get_pin_value)    \
	X(p11_kit_uri_get_slot_info)    \
	X(p11_kit_uri_get_token_info)   \
	X(p11_kit_uri_new)              \
	X(p11_kit_uri_parse)            \
	X(p11_kit_uri_set_attribute)    \
	X(p11_kit_uri_set_module_path)

LIBRARY(P11_KIT_SYMBOLS, p11_kit, SONAME_P11_KIT_1,
	"Reads and writes the URIs of tokens")

/* A reason that is none of the URI's. */
static const char no_memory[] = "";

struct cks_uri {
	P11KitUri *parsed; /* all but the number of the slot */
	bool has_slot; /* p11-kit takes a signed number, and no sign of one */
	unsigned long slot;
	bool names_token, names_object;
	char *unknown; /* the first attribute that RFC 7512 does not have */
};

/* 1. Fields */

/* The length without the padding: blanks, or the NULs of careless modules. */
static size_t field_length(const unsigned char *field, size_t size)
{
	while (size > 0 && (field[size - 1] == ' ' || field[size - 1] == '\0'))
		size--;
	return size;
}

/* True if a URI can name the field: not when there is nothing in it, and not
 * by a NUL, behind which a field has whatever stood in memory. */
static bool can_name(const unsigned char *field, size_t size)
{
	size_t len = field_length(field, size);

	return len > 0 && !memchr(field, '\0', len);
}

/* @to is a field of p11-kit's, in which a NUL at the beginning says that it is
 * not named. */
static void name_field(unsigned char *to, const unsigned char *field,
		       size_t size)
{
	if (!can_name(field, size))
		return;
	memset(to, ' ', size);
	memcpy(to, field, field_length(field, size));
}

/*
 * True if @wanted, as a URI has it, is @field: by its bytes, or, for the URI
 * may have been written from what a command printed, by what they look like.
 * Bytes that are no letters look like one another, and so must be the same.
 */
static bool same_text(const void *wanted, size_t wanted_len, const void *field,
		      size_t len)
{
	char *a, *b;
	bool same;

	if (wanted_len == len && memcmp(wanted, field, len) == 0)
		return true;
	a = cks_text_clean(wanted, wanted_len);
	b = cks_text_clean(field, len);
	same = a && b && strcmp(a, b) == 0 &&
	       (!strstr(a, TEXT_REPLACEMENT) ||
		memmem(wanted, wanted_len, TEXT_REPLACEMENT,
		       strlen(TEXT_REPLACEMENT)));
	free(a);
	free(b);
	return same;
}

static bool field_matches(const unsigned char *wanted,
			  const unsigned char *field, size_t size)
{
	return wanted[0] == '\0' ||
	       same_text(wanted, field_length(wanted, size), field,
			 field_length(field, size));
}

/* 2. Parsing */

/* The attributes of RFC 7512, section 2.3, that stand in the path. */
static const struct attribute {
	const char *name;
	bool of_object, is_binary;
} attributes[] = {
	{ "token", false, false },
	{ "manufacturer", false, false },
	{ "serial", false, false },
	{ "model", false, false },
	{ "library-manufacturer", false, false },
	{ "library-description", false, false },
	{ "library-version", false, false },
	{ "slot-manufacturer", false, false },
	{ "slot-description", false, false },
	{ "slot-id", false, false },
	{ "id", true, true },
	{ "object", true, false },
	{ "type", true, false },
	/* Two older names of it, which p11-kit takes too. */
	{ "object-type", true, false },
	{ "objecttype", true, false },
};

static const struct attribute *find_attribute(const char *name, size_t len)
{
	for (size_t i = 0; i < sizeof(attributes) / sizeof(attributes[0]); i++)
		if (strlen(attributes[i].name) == len &&
		    strncmp(attributes[i].name, name, len) == 0)
			return &attributes[i];
	return NULL;
}

/* The value in @text, in which @separator stands between attributes, of the
 * one called by the first @len bytes of @name. NULL: it is not there. */
static const char *find_value(const char *text, char separator,
			      const char *name, size_t len)
{
	const char separators[] = { separator, '\0' };

	while (*text) {
		size_t end = strcspn(text, separators);

		if (end > len && text[len] == '=' &&
		    strncmp(text, name, len) == 0)
			return text + len + 1;
		text += end + (text[end] != '\0');
	}
	return NULL;
}

static const char *take_slot(struct cks_uri *uri, const char *value, size_t len)
{
	char *end;

	errno = 0;
	uri->slot = strtoul(value, &end, 10);
	if (!isdigit((unsigned char)value[0]) || end != value + len || errno)
		return N_("slot-id is not the number of a slot");
	uri->has_slot = true;
	return NULL;
}

/* Looks at one attribute of the path. NULL, or why it is refused. */
static const char *take_attribute(struct cks_uri *uri, const char *path,
				  const char *at, size_t len)
{
	const char *equals = memchr(at, '=', len);
	size_t name_len = equals ? (size_t)(equals - at) : len;
	const char *value = at + name_len + 1;
	const struct attribute *a = find_attribute(at, name_len);
	size_t value_len = equals ? len - name_len - 1 : 0;

	if (!equals || name_len == 0)
		return N_("it is not a PKCS #11 URI");
	if (value_len == 0 || find_value(path, ';', at, name_len) != value)
		return N_("a field is empty or given twice");
	if (!a) {
		if (!uri->unknown)
			uri->unknown = strndup(at, name_len);
		return uri->unknown ? NULL : no_memory;
	}
	if (!a->is_binary && memmem(value, value_len, "%00", 3))
		return N_("it contains a NUL");
	if (a->of_object)
		uri->names_object = true;
	else
		uri->names_token = true;
	return strcmp(a->name, "slot-id") == 0
		       ? take_slot(uri, value, value_len)
		       : NULL;
}

/* Looks at each attribute of @path, and leaves out the slot, which is taken. */
static const char *take_path(struct cks_uri *uri, char *path)
{
	char *whole = strdup(path), *out = path;
	const char *why = whole ? NULL : no_memory;

	for (char *at = whole; at && *at && !why;) {
		size_t len = strcspn(at, ";");
		bool had_slot = uri->has_slot;

		why = take_attribute(uri, whole, at, len);
		if (uri->has_slot == had_slot) {
			if (out > path)
				*out++ = ';';
			memcpy(out, at, len);
			out += len;
		}
		at += len + (at[len] != '\0');
	}
	*out = '\0';
	free(whole);
	return why;
}

static const char *check_query(const char *query)
{
	static const char *const names[] = { "module-name", "module-path" };

	for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++) {
		size_t len = strlen(names[i]);
		const char *value = find_value(query, '&', names[i], len);

		if (value && (*value == '&' || *value == '\0' ||
			      find_value(value, '&', names[i], len)))
			return N_("a field is empty or given twice");
	}
	return NULL;
}

/* NULL, or why @text, which has no blanks, is refused. */
static const char *parse(struct cks_uri *uri, const char *text)
{
	const char *query = strchr(text, '?'), *why;
	char *path, *rest = NULL;
	int rc;

	if (strncasecmp(text, SCHEME, strlen(SCHEME)) != 0)
		return N_("it is not a PKCS #11 URI");
	text += strlen(SCHEME);
	query = query ? query : text + strlen(text);
	path = strndup(text, (size_t)(query - text));
	why = path ? take_path(uri, path) : no_memory;
	if (!why)
		why = check_query(query + (*query == '?'));
	if (!why && asprintf(&rest, SCHEME "%s%s", path, query) < 0)
		why = no_memory;
	if (!why) {
		rc = sym_p11_kit_uri_parse(rest, P11_KIT_URI_FOR_ANY,
					   uri->parsed);
		if (rc)
			why = N_("it is not a PKCS #11 URI");
		else if (sym_p11_kit_uri_get_pin_value(uri->parsed) ||
			 sym_p11_kit_uri_get_pin_source(uri->parsed))
			why = N_("it must not contain a PIN");
		free(rest);
	}
	free(path);
	return why;
}

/* A copy of @text without white space, which a URI that was broken into lines
 * has and which means nothing (RFC 3986, appendix C). NULL: memory is out. */
static char *without_blanks(const char *text)
{
	char *copy = strdup(text), *out = copy;

	for (; copy && *text; text++)
		if (!isspace((unsigned char)*text))
			*out++ = *text;
	if (out)
		*out = '\0';
	return copy;
}

enum cks_err cks_uri_parse(const char *text, struct cks_uri **uri,
			   const char **reason)
{
	struct cks_uri *u;
	const char *why;
	char *dense;

	if (!text || !uri)
		return CKS_ERR_ARGUMENT;
	forks_hold();
	if (library_load(&p11_kit, NULL)) {
		if (reason)
			*reason = _("p11-kit cannot be loaded, which reads "
				    "such URIs; install the package that has "
				    "it");
		forks_release();
		return CKS_ERR_ARGUMENT;
	}
	u = calloc(1, sizeof(*u));
	dense = without_blanks(text);
	if (u)
		u->parsed = sym_p11_kit_uri_new();
	if (!dense || !u || !u->parsed) {
		forks_release();
		free(dense);
		cks_uri_free(&u);
		return CKS_ERR_MEMORY;
	}
	why = parse(u, dense);
	if (why && why != no_memory && reason)
		*reason = _(why);
	forks_release();
	free(dense);
	if (why) {
		cks_uri_free(&u);
		return why == no_memory ? CKS_ERR_MEMORY : CKS_ERR_ARGUMENT;
	}
	*uri = u;
	return CKS_OK;
}

void cks_uri_free(struct cks_uri **uri)
{
	struct cks_uri *u = uri ? *uri : NULL;

	if (!u)
		return;
	*uri = NULL;
	if (u->parsed)
		sym_p11_kit_uri_free(u->parsed);
	free(u->unknown);
	free(u);
}

bool cks_uri_names_token(const struct cks_uri *uri)
{
	return uri && uri->names_token;
}

bool cks_uri_names_object(const struct cks_uri *uri)
{
	return uri && uri->names_object;
}

const char *cks_uri_unknown(const struct cks_uri *uri)
{
	return uri && uri->unknown ? uri->unknown : "";
}

/* 3. Matching */

/* RFC 7512, section 2.3: the name without the folder, "lib" and ".so". */
static bool has_module_name(const char *path, const char *name)
{
	const char *slash = strrchr(path, '/');
	const char *file = slash ? slash + 1 : path;
	size_t len = strlen(name);

	if (strncmp(file, name, len) != 0 && strncmp(file, "lib", 3) == 0)
		file += 3;
	return strncmp(file, name, len) == 0 &&
	       (file[len] == '\0' || strncmp(file + len, ".so", 3) == 0);
}

static bool is_same_file(const char *path, const char *other)
{
	char *a = realpath(path, NULL), *b = realpath(other, NULL);
	bool same = a && b && strcmp(a, b) == 0;

	free(a);
	free(b);
	return same || strcmp(path, other) == 0;
}

bool cks_uri_matches_module(const struct cks_uri *uri, const char *path)
{
	const char *wanted_path, *wanted_name;

	if (!uri || !path)
		return false;
	wanted_path = sym_p11_kit_uri_get_module_path(uri->parsed);
	wanted_name = sym_p11_kit_uri_get_module_name(uri->parsed);
	return (!wanted_path || is_same_file(wanted_path, path)) &&
	       (!wanted_name || has_module_name(path, wanted_name));
}

static bool version_matches(const CK_VERSION *wanted,
			    const struct token_library *library)
{
	/* As p11-kit has it where none is named. */
	if (wanted->major == (CK_BYTE)-1 && wanted->minor == (CK_BYTE)-1)
		return true;
	return wanted->major == library->major &&
	       wanted->minor == library->minor;
}

bool cks_uri_matches_token(const struct cks_uri *uri, const struct cks_token *t)
{
	const CK_TOKEN_INFO *token;
	const CK_SLOT_INFO *slot;
	const CK_INFO *library;

	/* RFC 7512, section 2.5: an attribute that is not known matches
	 * nothing, and so does a value that is too long for its field. */
	if (!uri || !t || sym_p11_kit_uri_any_unrecognized(uri->parsed))
		return false;
	token = sym_p11_kit_uri_get_token_info(uri->parsed);
	slot = sym_p11_kit_uri_get_slot_info(uri->parsed);
	library = sym_p11_kit_uri_get_module_info(uri->parsed);
	return (!uri->has_slot || uri->slot == t->id.slot) &&
	       field_matches(token->label, t->id.label, sizeof(t->id.label)) &&
	       field_matches(token->manufacturerID, t->id.manufacturer,
			     sizeof(t->id.manufacturer)) &&
	       field_matches(token->model, t->model_bytes,
			     sizeof(t->model_bytes)) &&
	       field_matches(token->serialNumber, t->id.serial,
			     sizeof(t->id.serial)) &&
	       field_matches(slot->slotDescription, t->slot_description,
			     sizeof(t->slot_description)) &&
	       field_matches(slot->manufacturerID, t->slot_manufacturer,
			     sizeof(t->slot_manufacturer)) &&
	       field_matches(library->manufacturerID, t->library.manufacturer,
			     sizeof(t->library.manufacturer)) &&
	       field_matches(library->libraryDescription,
			     t->library.description,
			     sizeof(t->library.description)) &&
	       version_matches(&library->libraryVersion, &t->library) &&
	       cks_uri_matches_module(uri, t->module);
}

bool cks_uri_matches_cert(const struct cks_uri *uri, const struct cks_cert *c)
{
	const CK_ATTRIBUTE *class, *id, *label;
	char *hex = NULL;
	bool matches;

	if (!uri || !c || sym_p11_kit_uri_any_unrecognized(uri->parsed))
		return false;
	class = sym_p11_kit_uri_get_attribute(uri->parsed, CKA_CLASS);
	id = sym_p11_kit_uri_get_attribute(uri->parsed, CKA_ID);
	label = sym_p11_kit_uri_get_attribute(uri->parsed, CKA_LABEL);
	if (id)
		hex = text_hex(id->pValue, id->ulValueLen);
	matches = (!class ||
		   *(CK_OBJECT_CLASS *)class->pValue == CKO_CERTIFICATE) &&
		  (!id || (hex && strcmp(hex, c->id) == 0)) &&
		  (!label ||
		   same_text(label->pValue,
			     field_length(label->pValue, label->ulValueLen),
			     c->label_bytes,
			     field_length(c->label_bytes, c->label_len)));
	free(hex);
	return matches;
}

/* 4. Writing */

/* Puts the slot at the end of the path of @text, which it frees. NULL: memory
 * is out. */
static char *add_slot(char *text, unsigned long slot)
{
	size_t path = strcspn(text, "?");
	char *with = NULL;

	if (asprintf(&with, "%.*s%sslot-id=%lu%s", (int)path, text,
		     path > strlen(SCHEME) ? ";" : "", slot, text + path) < 0)
		with = NULL;
	free(text);
	return with;
}

/* The URI of @t or, where it is not NULL, of @c on it. NULL: memory is out. */
static char *write_uri(const struct cks_token *t, const struct cks_cert *c)
{
	P11KitUri *uri;
	CK_OBJECT_CLASS class = CKO_CERTIFICATE;
	CK_ATTRIBUTE attr = { CKA_CLASS, &class, sizeof(class) };
	CK_TOKEN_INFO *info;
	char *text = NULL;

	/* Without p11-kit a token is the same, and has no URI. */
	if (library_load(&p11_kit, NULL))
		return strdup("");
	uri = sym_p11_kit_uri_new();
	if (!uri)
		return NULL;
	info = sym_p11_kit_uri_get_token_info(uri);
	name_field(info->label, t->id.label, sizeof(t->id.label));
	name_field(info->manufacturerID, t->id.manufacturer,
		   sizeof(t->id.manufacturer));
	name_field(info->model, t->model_bytes, sizeof(t->model_bytes));
	name_field(info->serialNumber, t->id.serial, sizeof(t->id.serial));
	if (c) {
		(void)sym_p11_kit_uri_set_attribute(uri, &attr);
		attr = (CK_ATTRIBUTE){ CKA_ID, c->id_bytes, c->id_len };
		if (c->id_len > 0)
			(void)sym_p11_kit_uri_set_attribute(uri, &attr);
		attr = (CK_ATTRIBUTE){ CKA_LABEL, c->label_bytes,
				       field_length(c->label_bytes,
						    c->label_len) };
		if (can_name(c->label_bytes, c->label_len))
			(void)sym_p11_kit_uri_set_attribute(uri, &attr);
	}
	if (t->is_told_by_module)
		sym_p11_kit_uri_set_module_path(uri, t->module);
	if (sym_p11_kit_uri_format(uri, P11_KIT_URI_FOR_OBJECT_ON_TOKEN, &text))
		text = NULL;
	sym_p11_kit_uri_free(uri);
	return text && t->is_told_by_slot ? add_slot(text, t->id.slot) : text;
}

bool uri_name_token(struct cks_token *t)
{
	free(t->uri);
	t->uri = write_uri(t, NULL);
	if (!t->uri)
		return false;
	for (size_t i = 0; i < t->n_certs; i++) {
		struct cks_cert *c = t->certs[i];

		free(c->uri);
		c->uri = write_uri(t, c);
		if (!c->uri)
			return false;
	}
	return true;
}

/* As field_matches() of the URI of a token with @wanted: cheap, for the texts
 * to look at are made already. */
static bool name_matches(const unsigned char *wanted, const char *wanted_text,
			 const unsigned char *field, const char *text,
			 size_t size)
{
	return !can_name(wanted, size) ||
	       (strcmp(wanted_text, text) == 0 &&
		same_text(wanted, field_length(wanted, size), field,
			  field_length(field, size)));
}

/* True if @other is such a token as the fields of @t name, too. */
static bool names_too(const struct cks_token *t, const struct cks_token *other)
{
	return name_matches(t->id.serial, t->serial, other->id.serial,
			    other->serial, sizeof(t->id.serial)) &&
	       name_matches(t->id.label, t->label, other->id.label,
			    other->label, sizeof(t->id.label)) &&
	       name_matches(t->id.manufacturer, t->manufacturer,
			    other->id.manufacturer, other->manufacturer,
			    sizeof(t->id.manufacturer)) &&
	       name_matches(t->model_bytes, t->model, other->model_bytes,
			    other->model, sizeof(t->model_bytes));
}

typedef int compare_fn(const void *a, const void *b);

/* Tokens of one name stand together by their modules. */
static int compare_modules(const struct cks_token *a, const struct cks_token *b)
{
	return strcmp(a->module, b->module);
}

static int compare_serials(const void *a, const void *b)
{
	return strcmp((*(struct cks_token *const *)a)->serial,
		      (*(struct cks_token *const *)b)->serial);
}

static int compare_labels(const void *a, const void *b)
{
	return strcmp((*(struct cks_token *const *)a)->label,
		      (*(struct cks_token *const *)b)->label);
}

static int order_by_serial(const void *a, const void *b)
{
	int order = compare_serials(a, b);

	return order ? order
		     : compare_modules(*(struct cks_token *const *)a,
				       *(struct cks_token *const *)b);
}

static int order_by_label(const void *a, const void *b)
{
	int order = compare_labels(a, b);

	return order ? order
		     : compare_modules(*(struct cks_token *const *)a,
				       *(struct cks_token *const *)b);
}

/* The caller frees it; NULL: memory is out. */
static struct cks_token **sort(struct cks_token *const *tokens, size_t n,
			       compare_fn *order)
{
	struct cks_token **sorted = calloc(n + 1, sizeof(struct cks_token *));

	for (size_t i = 0; sorted && i < n; i++)
		sorted[i] = tokens[i];
	if (sorted)
		qsort(sorted, n, sizeof(struct cks_token *), order);
	return sorted;
}

/* The first of the sorted, from @begin on, that is not before @t or, where it
 * is to be @past, behind it. */
static size_t find(struct cks_token *const *sorted, size_t begin, size_t n,
		   compare_fn *compare, const struct cks_token *t, bool past)
{
	while (begin < n) {
		size_t middle = begin + (n - begin) / 2;
		int order = compare(&sorted[middle], &t);

		if (order < 0 || (past && order == 0))
			begin = middle + 1;
		else
			n = middle;
	}
	return begin;
}

/*
 * Holds @t against the others that are as @compare says, or against all. A
 * module that shows one token in thousands of slots is passed over as a whole
 * once one of them has told what there is to tell.
 */
static void tell_apart(struct cks_token *t, struct cks_token *const *sorted,
		       size_t n, compare_fn *compare, compare_fn *order)
{
	size_t i = compare ? find(sorted, 0, n, compare, t, false) : 0;

	while (i < n && (!compare || compare(&sorted[i], &t) == 0)) {
		const struct cks_token *other = sorted[i];
		bool same_module = compare_modules(other, t) == 0;
		const bool *told = same_module ? &t->is_told_by_slot
					       : &t->is_told_by_module;

		if (!*told && other != t && names_too(t, other)) {
			t->is_told_by_slot = true;
			t->is_told_by_module |= !same_module;
		}
		i = *told ? find(sorted, i, n, order, other, true) : i + 1;
	}
}

/* Of ten thousand tokens each is held against those of its serial number alone,
 * or of its label where it has none: only one without either may name any. */
bool uri_tell_apart(struct cks_token *const *tokens, size_t n)
{
	struct cks_token **by_serial = sort(tokens, n, order_by_serial);
	struct cks_token **by_label = sort(tokens, n, order_by_label);
	bool ok = by_serial && by_label;

	for (size_t i = 0; ok && i < n; i++) {
		struct cks_token *t = tokens[i];

		if (can_name(t->id.serial, sizeof(t->id.serial)))
			tell_apart(t, by_serial, n, compare_serials,
				   order_by_serial);
		else if (can_name(t->id.label, sizeof(t->id.label)))
			tell_apart(t, by_label, n, compare_labels,
				   order_by_label);
		else
			tell_apart(t, by_label, n, NULL, order_by_label);
		if (t->is_told_by_slot)
			ok = uri_name_token(t);
	}
	free(by_serial);
	free(by_label);
	return ok;
}

const char *cks_token_uri(const struct cks_token *token)
{
	return token ? token->uri : "";
}

const char *cks_cert_uri(const struct cks_cert *cert)
{
	return cert && cert->uri ? cert->uri : "";
}
