/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "secret_text.h"

#include <ctype.h>
#include <errno.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "field.h"
#include "secret_word.h"

#define N(array) (sizeof(array) / sizeof((array)[0]))

/* The groups of digits that only a comma, or several signs, part: no more
 * digits are in each. */
#define GROUP_MAX 3
/* A number of an authority, a telephone or an account has no fewer digits, and
 * the serial number of a token no fewer letters and digits. */
#define LABELLED_MIN 7
#define SERIAL_MIN 8
/* A number of a telephone has no fewer digits. */
#define PHONE_MIN 8
/* As much may stand between a name and what it is said to be. */
#define ATTACHED_MAX 80

/* 1. What is a code */

/* A word, or groups of digits that belong together: "48 29 13", "4,8,2,9". */
struct code {
	const char *at, *end;
	size_t n_digits, len; /* of digits, and of digits and letters */
	bool letters;
};

/* True if @code, whose last group has @len digits, goes on with @next. */
static bool goes_on(const struct searched *s, struct code code, size_t len,
		    struct word next)
{
	const char *end = code.end;
	size_t gap = (size_t)(next.at - end);

	if (!next.len || !gap || word_has_letter(next) ||
	    (*end != '/' && other_end(s, next.at)))
		return false;
	/* "(0263) 3822.334" */
	if ((gap == 1 && strchr(" .-", *end)) || (gap == 2 && *end == ')'))
		return true;
	return gap <= 3 && code.n_digits < PHONE_MIN && len <= GROUP_MAX &&
	       next.len <= GROUP_MAX;
}

static struct code code_at(const struct searched *s, struct word w)
{
	struct code code = { w.at, w.at + w.len, word_digits(w), w.len,
			     word_has_letter(w) };
	struct word next = word_next(w);

	while (!code.letters && goes_on(s, code, w.len, next)) {
		code.end = next.at + next.len;
		code.n_digits += next.len;
		code.len += next.len;
		w = next;
		next = word_next(next);
	}
	return code;
}

/* Words before a number that say what it is, and that it is no secret, as long
 * as it may be that. */
static bool is_label(struct word w)
{
	static const char *const labels[] = {
		"hieu",	 "serial", "seri",    "sn",   "thoai", "dt",   "sdt",
		"phone", "tel",	   "hotline", "fax",  "cccd",  "cmnd", "cmt",
		"danh",	 "cuoc",   "dan",     "mst",  "thue",  "stk",  "khoan",
		"qhns",	 "sach",   "chieu",   "zalo",
	};

	return AMONG(w, labels);
}

/* The same of words that may as well belong to a secret: "PIN của token …". */
static bool is_weak_label(struct word w)
{
	static const char *const labels[] = {
		"so",	 "van", "qd",	 "bb",	 "ban", "sim",	 "phieu",
		"phong", "iso", "cv",	 "tb",	 "lan", "dieu",	 "muc",
		"thu",	 "may", "ip",	 "lenh", "nha", "duong", "kho",
		"tu",	 "loi", "error", "le",	 "lo",	"dong",	 "don",
	};

	return AMONG(w, labels);
}

/* A token itself. */
static bool is_device(struct word w)
{
	static const char *const devices[] = { "token", "bi", "the", "usb" };

	return AMONG(w, devices);
}

/* Words that may stand between a secret's name and itself. */
static bool is_joining(struct word w)
{
	static const char *const words[] = {
		"la",	 "is",	  "cua",   "moi",  "cu",   "user", "so",
		"usb",	 "token", "thiet", "bi",   "the",  "sim",  "pki",
		"thanh", "to",	  "ma",	   "code", "hien", "tai",  "nay",
		"nguoi", "dung",  "mac",   "dinh", "of",   "new",  "duoc",
		"dat",	 "doi",	  "sang",  "ban",  "dau",  "ngay", "hom",
		"tam",	 "thoi",  "dang",  "nhap", "nhu",  "sau",  "gom",
		"chinh", "phu",	  "old",   "da",   "voi",  "lai",
	};

	return AMONG(w, words);
}

/* Words that tell that a secret is written somewhere, and where: "mật khẩu ghi
 * ở mặt sau thẻ". */
static bool is_writing(struct word w)
{
	static const char *const words[] = {
		"ghi", "viet", "in", "dan", "khac",
	};

	return AMONG(w, words);
}

static bool is_placing(struct word w)
{
	static const char *const words[] = {
		"o", "mat", "lung", "tren", "cho", "duoi", "canh",
	};

	return AMONG(w, words);
}

/* The ways in which a code belongs to the name before it. */
enum tie {
	APART,
	PLACED,	   /* "PIN trên thẻ 482913" */
	WRITTEN,   /* "PIN ghi trên thẻ 482913" */
	BRACKETED, /* "PIN thẻ (482913)" */
	ATTACHED   /* the name is said to be it: "PIN thẻ 482913" */
};

/* The tie of the code at @code to the name that ends at @end: only few words
 * of one phrase stand between, and no sentence or clause ends. */
static enum tie tie_between(const char *end, const char *code)
{
	enum tie tie = ATTACHED;
	const char *open = code;

	if (!end || code - end > ATTACHED_MAX)
		return APART;
	while (open > end && !isalnum((unsigned char)open[-1]))
		open--;
	for (const char *at = end; at < code; at++) {
		if (strchr(".;,", *at) && at[1] == ' ')
			return APART;
		if (*at == '(' && at < open)
			return APART;
		if (*at == '(')
			tie = BRACKETED;
	}
	for (struct word w = word_from(end); w.at < code; w = word_next(w)) {
		if (is_joining(w))
			continue;
		if (is_writing(w))
			tie = WRITTEN;
		else if (!is_placing(w))
			return APART;
		else if (tie != WRITTEN)
			tie = PLACED;
	}
	return tie;
}

/* "482913 là mã PIN", "482913 (PIN)": the name follows. */
static bool is_named_behind(const struct searched *s, struct code code)
{
	struct word w = word_from(code.end);
	bool in_brackets =
		strncmp(code.end + strspn(code.end, " "), "(", 1) == 0;
	struct name name;

	if (!in_brackets && !word_is(w, "la") && !word_is(w, "is"))
		return false;
	while (word_is(w, "la") || word_is(w, "is") || word_is(w, "ma") ||
	       word_is(w, "so"))
		w = word_next(w);
	return name_at(s, w, &name) && !name.weak &&
	       (!in_brackets || *name.end == ')');
}

static bool is_phone(const char *text, struct code code)
{
	struct number n = number_at(code.at);

	if (code.letters)
		return false;
	if (code.at > text && code.at[-1] == '+')
		return strncmp(code.at, "84", 2) == 0 && code.n_digits >= 11 &&
		       code.n_digits <= 12;
	if (code.n_digits == 11 && strncmp(code.at, "84", 2) == 0)
		return true;
	if (code.n_digits == 10 || code.n_digits == 11)
		return code.at[0] == '0' && code.at[1] != '0';
	return code.n_digits == 8 && n.len == 4 &&
	       (n.value == 1900 || n.value == 1800);
}

/* "1234 lần": a quantity. */
static bool is_counted(struct code code)
{
	static const char *const units[] = {
		"lan",	"ky",	 "thiet", "nguoi", "chung", "dong", "vnd",
		"may",	"token", "usb",	  "cai",   "chiec", "bo",   "can",
		"phut", "giay",	 "gio",	  "trieu", "nghin", "ty",   "mb",
		"gb",	"kb",	 "bit",	  "mah",   "don",   "the",  "truong",
	};

	return !code.letters && AMONG(word_from(code.end), units);
}

/* "0A1B2C3D bị khóa": the token is. */
static bool is_suffering(struct code code)
{
	return word_is(word_from(code.end), "bi");
}

/* True if the token's number may stand behind "token" or "thiết bị". */
static bool is_serial(const struct name *name, struct code code, enum tie tie)
{
	if (!name || is_suffering(code))
		return true;
	return (name->locked || tie == PLACED) &&
	       (code.len >= SERIAL_MIN || code.letters);
}

/* True if @code is surely something else than a secret; @name is that of the
 * one that it would be by @tie, and NULL where it is APART. */
static bool is_excused(const struct searched *s, struct code code,
		       const struct name *name, enum tie tie)
{
	struct word before = word_before(s->text, code.at), label = before;
	bool may_be_labelled =
		!name || name->locked || code.len >= LABELLED_MIN;
	bool is_a_year = !code.letters && code.n_digits == 4 &&
			 number_is_year(number_at(code.at));

	if (word_is(label, "so") || word_is(label, "la"))
		label = word_before(s->text, label.at);
	/* "S/N 15" */
	if (is_label(label) || (word_is(before, "n") && before.at > s->text &&
				before.at[-1] == '/'))
		return may_be_labelled;
	/* "token số 15" */
	if (word_is(before, "so") && is_device(label))
		return true;
	if (is_device(before))
		return is_serial(name, code, tie);
	if (code.at > s->text && code.at[-1] == '+' && is_phone(s->text, code))
		return true;
	if (is_a_year && (word_is(before, "nam") || word_is(before, "thang") ||
			  (name && name->weak)))
		return true;
	/* "mật khẩu là 12-16 ký tự" */
	if (code.n_digits == CODE_MIN && word_is(word_from(code.end), "ky"))
		return true;
	if (tie == ATTACHED)
		return false;
	return (tie != BRACKETED && is_weak_label(before)) ||
	       is_phone(s->text, code) || is_counted(code) || is_a_year ||
	       is_suffering(code) || strncmp(code.at, "0x", 2) == 0;
}

/* True if only a comma or "và" stands between what was excused and @code, which
 * is as long: "số hiệu 0A1B2C3D, 0A1B2C3E và 0A1B2C3F". */
static bool is_another(struct code excused, struct code code)
{
	struct word w;

	if (!excused.at || excused.len != code.len ||
	    excused.letters != code.letters)
		return false;
	w = word_from(excused.end);
	if (word_is(w, "va") || word_is(w, "hoac"))
		w = word_next(w);
	return w.at == code.at;
}

/* The text behind ":", "=" or "là" after a name, where joining words may stand
 * between; NULL: nothing is said. */
static const char *said(const char *end, bool *sign)
{
	for (;;) {
		const char *at = end + strspn(end, " -");
		struct word w = word_from(at);

		*sign = *at && strchr(":=>\"'", *at);
		if (*sign)
			return at + strspn(at, ":=> \"'");
		if (!w.len || w.at != at || w.at - end > ATTACHED_MAX ||
		    !is_joining(w))
			return NULL;
		end = w.at + w.len;
		if (word_is(w, "la") || word_is(w, "is"))
			return end + strspn(end, " :\"'");
	}
}

/* The word that the name is said to be, up to the next blank, where it is no
 * plain word: "hoa2024x", "P@ss". */
static bool is_said_to_be(const struct searched *s, const char *end)
{
	bool sign, digit = false, letter = false, mark = false;
	const char *at = said(end, &sign);
	struct word w;
	size_t len;

	if (!at)
		return false;
	w = word_from(at);
	if (w.at == at && (address_length(w) || other_end(s, at)))
		return false;
	len = strcspn(at, " \"',;)");
	for (size_t i = 0; i < len; i++) {
		digit |= isdigit((unsigned char)at[i]) != 0;
		letter |= isalpha((unsigned char)at[i]) != 0;
		mark |= strchr("@#$%^&*!", at[i]) &&
			isalnum((unsigned char)at[i + 1]);
	}
	return len >= CODE_MIN &&
	       ((digit && (letter || mark)) || (letter && mark && sign));
}

/* 2. Whole texts */

/* What was read of a text so far. */
struct progress {
	struct name name;    /* the last */
	struct code excused; /* the last */
	bool is_named, has_code;
};

/* True if the name that begins at @w tells what it names; if not, *@next is
 * where to go on. */
static bool read_name(const struct searched *s, struct progress *p,
		      struct word w, struct word *next)
{
	p->is_named |= !p->name.weak;
	*next = word_from(p->name.end);
	/* A serial number may be "PIN0012". */
	if (s->only_attached && next->at == p->name.end)
		*next = word_next(*next);
	/* "482913PIN" */
	if (!s->only_attached && number_at(w.at).len >= CODE_MIN)
		return true;
	return is_said_to_be(s, p->name.end);
}

/* The same of what is no name: whether it is a code that the last name is said
 * to be. */
static bool read_code(const struct searched *s, struct progress *p,
		      struct word w, struct word *next)
{
	struct code code = code_at(s, w);
	enum tie tie = tie_between(p->name.end, w.at);
	bool attached = tie >= BRACKETED;
	const char *other = other_end(s, w.at);
	struct name *name = tie == APART ? NULL : &p->name;

	/* "PIN 4829/AB" is no number of a paper, "PIN theo 4829/AB" is. */
	if (other && tie == ATTACHED && paper_end(s, w.at) &&
	    code.n_digits >= CODE_MIN &&
	    !word_is(word_before(s->text, w.at), "so"))
		other = NULL;
	*next = word_from(other ? other : code.end);
	/* "15/STC-PIN" */
	if (other && word_names(word_before(s->text, other)))
		p->name = (struct name){ .end = other, .weak = true };
	if (other || code.n_digits < CODE_MIN)
		return false;
	if (!attached && !s->only_attached && is_named_behind(s, code))
		return true;
	if (!is_excused(s, code, name, tie) &&
	    (attached || !is_another(p->excused, code))) {
		p->has_code = true;
		return attached;
	}
	p->excused = code;
	return false;
}

/* True if a text names a secret and has a code that is surely nothing else, or
 * with @only_attached, one that the name is said to be. */
static bool tells_secret(const struct searched *s)
{
	struct word w = word_from(s->text), next;
	struct progress p = { .is_named = false };

	for (; w.len; w = next) {
		size_t address = address_length(w);

		if (address)
			next = word_from(w.at + address);
		else if (name_at(s, w, &p.name) ? read_name(s, &p, w, &next)
						: read_code(s, &p, w, &next))
			return true;
	}
	return p.is_named && p.has_code && !s->only_attached;
}

/* The bytes of a text, as far as they tell that it is harmless. */
enum {
	DIGIT = 1,
	SIGN = 2,    /* says what stands behind it */
	MARK = 4,    /* stands in a password */
	NAMING = 8,  /* begins the name of a secret */
	FOREIGN = 16 /* begins a character that may be anything */
};

static const unsigned char kinds[0x80] = {
	['0'] = DIGIT,	['1'] = DIGIT,	['2'] = DIGIT,	['3'] = DIGIT,
	['4'] = DIGIT,	['5'] = DIGIT,	['6'] = DIGIT,	['7'] = DIGIT,
	['8'] = DIGIT,	['9'] = DIGIT,	[':'] = SIGN,	['='] = SIGN,
	['>'] = SIGN,	['"'] = SIGN,	['\''] = SIGN,	['@'] = MARK,
	['#'] = MARK,	['$'] = MARK,	['%'] = MARK,	['^'] = MARK,
	['&'] = MARK,	['*'] = MARK,	['!'] = MARK,	['p'] = NAMING,
	['P'] = NAMING, ['m'] = NAMING, ['M'] = NAMING, ['u'] = NAMING,
	['U'] = NAMING,
};

static unsigned int kind_of(const unsigned char *c)
{
	if (*c < 0x80)
		return kinds[*c];
	/* The letters of Vietnamese, signs that combine, dashes and quotes. */
	if (*c < 0xc2 || (*c >= 0xc3 && *c <= 0xc6) || *c == 0xcc ||
	    *c == 0xcd || (*c == 0xc2 && c[1] == 0xa0) ||
	    (*c == 0xe1 && (c[1] == 0xba || c[1] == 0xbb)) ||
	    (*c == 0xe2 && c[1] == 0x80))
		return 0;
	return FOREIGN;
}

/*
 * True if the name of a secret may begin with the letter at @c of @text, be it
 * "pi", "pu", "pa", "pw", "p1", "ps", "pe", "mk", "ma" or "un". A letter with
 * an accent may be any, and a sign may part letters that stand alone.
 */
static bool may_name(const char *text, const unsigned char *c)
{
	const char *next = *c == 'p' || *c == 'P'   ? "iIuUaAwW1sSeE"
			   : *c == 'm' || *c == 'M' ? "kKaA"
						    : "nN";

	if (!c[1] || strchr(next, c[1]) || c[1] >= 0x80)
		return c[1] != '\0';
	return !isalnum(c[1]) &&
	       (c == (const unsigned char *)text || !isalnum(c[-1]));
}

/* True if "là" or "is" may stand in @text, however they are spelled. */
static bool may_say(const char *text)
{
	for (const char *c = text; (c = strpbrk(c, "lLiI")); c++)
		if ((c[0] | 0x20) == 'l' ? (c[1] | 0x20) == 'a' ||
						   !isascii((unsigned char)c[1])
					 : (c[1] | 0x20) == 's')
			return true;
	return false;
}

static bool may_have_name(const char *text)
{
	for (const unsigned char *c = (const unsigned char *)text; *c; c++)
		if (kind_of(c) == NAMING && may_name(text, c))
			return true;
	return false;
}

/* True if a text can be passed over: most have no digit, too few for a code
 * where nothing is said to be one, or nothing like the name of a secret. */
static bool is_harmless(const char *text)
{
	unsigned int all = 0;
	size_t n_digits = 0;

	for (const unsigned char *c = (const unsigned char *)text; *c; c++) {
		unsigned int kind = kind_of(c);

		all |= kind;
		n_digits += kind & DIGIT;
	}
	if (all & FOREIGN)
		return false;
	if (!(all & NAMING) || (!n_digits && !(all & MARK && all & SIGN)))
		return true;
	return (n_digits < CODE_MIN && !(all & SIGN) && !may_say(text)) ||
	       !may_have_name(text);
}

/* True if a heading that has the name of a secret from @at to @end, and
 * something else, tells of its state or its history. */
static bool is_of_state(const struct searched *s, const char *at,
			const char *end)
{
	static const char *const words[] = {
		"ngay",	 "lan",	  "sai",     "quen", "lydo",   "status",
		"state", "tries", "retries", "date", "locked",
	};
	static const char *const pairs[][2] = {
		{ "trang", "thai" }, { "tinh", "trang" }, { "bi", "khoa" },
		{ "da", "khoa" },    { "ly", "do" },	  { "thoi", "gian" },
		{ "thoi", "diem" },
	};
	struct word next = word_from(end);

	if (word_is(word_before(s->text, at), "khoa") || word_is(next, "khoa"))
		return true;
	for (struct word w = word_from(s->text); w.len; w = word_next(w)) {
		next = word_next(w);
		if (AMONG(w, words))
			return true;
		for (size_t i = 0; i < N(pairs); i++)
			if (word_is(w, pairs[i][0]) &&
			    word_is(next, pairs[i][1]))
				return true;
	}
	return false;
}

int secret_is_heading(const char *heading)
{
	struct searched s;
	struct name name;
	int found = searched_make(heading, false, &s);

	if (found)
		goto out;
	found = tells_secret(&s);
	for (struct word w = word_from(s.text); w.len && !found;
	     w = word_next(w))
		/* "Mật mã" is a password, "sản phẩm mật mã" is none. */
		found = name_at(&s, w, &name) &&
			(!name.weak || w.at == word_from(s.text).at) &&
			!name_is_other(&s, w) &&
			!is_of_state(&s, w.at, name.end);
out:
	searched_free(&s);
	return found;
}

static int look_for_secret(const char *text, bool only_attached)
{
	struct searched s;
	int found;

	if (is_harmless(text))
		return 0;
	found = searched_make(text, only_attached, &s);
	if (!found)
		found = tells_secret(&s);
	searched_free(&s);
	return found;
}

int secret_is_in_text(const char *text)
{
	return look_for_secret(text, false);
}

/* What a token calls itself. */
static bool is_of_token(const char *name)
{
	const char *last = strrchr(name, '.');

	return strncmp(last ? last + 1 : name, "device_", 7) == 0;
}

int secret_is_in_field(const char *name, const char *text)
{
	return look_for_secret(text, is_of_token(name));
}

/* 3. Records. A secret may stand in one text, and its name in another. */

/* Nobody writes more into a cell that has a code or a name, and no more. */
#define CELL_MAX 60

/* True if @s is the name of a secret and says nothing of it. */
static bool is_bare_name(const struct searched *s)
{
	struct name name = { .end = NULL };
	struct word w = word_from(s->text);
	bool named = false;

	while (w.len) {
		if (name_at(s, w, &name) && !name_is_other(s, w)) {
			named = true;
			w = word_from(name.end);
		} else if (is_joining(w)) {
			w = word_next(w);
		} else {
			return false;
		}
	}
	return named;
}

/* True if @s is a code that may be a secret, and nothing else. */
static bool is_bare_code(const struct searched *s)
{
	struct word w = word_from(s->text);
	struct code code = w.len ? code_at(s, w) : (struct code){ NULL };

	return code.n_digits >= CODE_MIN && !word_from(code.end).len &&
	       !other_end(s, w.at) && !is_excused(s, code, NULL, APART);
}

/* True if a number that stands alone in this field is what belongs there. */
static bool is_of_numbers(const char *name)
{
	const char *last = strrchr(name, '.');
	const struct field *f;

	name = last ? last + 1 : name;
	f = field_find_any(name);
	return is_of_token(name) || strcmp(name, "tax_code") == 0 ||
	       strcmp(name, "budget_code") == 0 || (f && f->type != FIELD_TEXT);
}

/* True if @text may be the name of a secret, which begins with it, or with "SO"
 * or "số": each has a "p", a "k" or two "m". */
static bool may_be_name(const char *text)
{
	const unsigned char *c = (const unsigned char *)text;
	const char *m = strpbrk(text, "mM");

	if (kind_of(c) == FOREIGN)
		return true;
	if (*c == 's' || *c == 'S')
		return c[1] == 'o' || c[1] == 'O' || c[1] >= 0x80;
	return kind_of(c) == NAMING && may_name(text, c) &&
	       (strpbrk(text, "pPkK") || (m && strpbrk(m + 1, "mM")));
}

/* True if @text is one of the few values of the field, such as "person". */
static bool is_chosen(const char *name, const char *text)
{
	const struct field *f = field_find_any(name);
	const struct field_choice *c = f ? f->choices : NULL;

	while (c && c->key && strcmp(c->key, text) != 0)
		c++;
	return c && c->key;
}

int secret_is_in_cell(struct secret_cells *cells, const char *name,
		      const char *text)
{
	bool tells = cells->named && !is_of_numbers(name);
	struct searched s;
	int found = secret_is_in_field(name, text);

	if (found || (!tells && !may_be_name(text)) ||
	    strlen(text) > CELL_MAX || is_chosen(name, text))
		return found;
	found = searched_make(text, false, &s);
	if (!found && is_bare_name(&s))
		cells->named = true;
	else if (!found && tells)
		found = is_bare_code(&s);
	searched_free(&s);
	return found;
}

/* Puts the name of what holds it before the path @where. 0 or -ENOMEM. */
static int prepend(const char *name, char **where)
{
	char *whole = NULL;

	if (!*name)
		return 0;
	if (asprintf(&whole, "%s.%s", name, *where) < 0)
		return -ENOMEM;
	free(*where);
	*where = whole;
	return 0;
}

static int look_in(struct secret_cells *cells, const char *name,
		   const json_t *value, char **where);

/* look_in() for what the object @value has. */
static int look_in_members(struct secret_cells *cells, const char *name,
			   const json_t *value, char **where)
{
	const char *inner;
	json_t *member;
	int found = 0;

	json_object_foreach ((json_t *)value, inner, member) {
		found = look_in(cells, inner, member, where);
		if (found > 0 && prepend(name, where))
			found = -ENOMEM;
		if (found)
			break;
	}
	return found;
}

/* As secret_is_in_value(), for what stands beside @cells. */
static int look_in(struct secret_cells *cells, const char *name,
		   const json_t *value, char **where)
{
	const char *text = json_string_value(value);
	int found = text ? secret_is_in_cell(cells, name, text) : 0;
	struct secret_cells own = { false };
	json_t *member;
	size_t i;

	if (found > 0) {
		*where = strdup(name);
		return *where ? found : -ENOMEM;
	}
	json_array_foreach (value, i, member) {
		if (!found)
			found = look_in(cells, name, member, where);
	}
	if (json_is_object(value))
		found = look_in_members(&own, name, value, where);
	/* The code may stand before its name. */
	if (!found && own.named)
		found = look_in_members(&own, name, value, where);
	return found;
}

int secret_is_in_value(const char *name, const json_t *value, char **where)
{
	struct secret_cells cells = { false };

	return look_in(&cells, name, value, where);
}
