/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "names.h"

#include <ctype.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <utf8proc.h>

#include "base/arena.h"
#include "normalize.h"
#include "rules/province.h"
#include "token/ckstoken.h"

#define MAX_PARTS 8
#define N(array) (sizeof(array) / sizeof((array)[0]))

/* Short forms that offices write, between blanks as all words of a folded text
 * are, and what they stand for; and words that make no difference. */
static const struct {
	const char *from, *to;
} spellings[] = {
	{ " ubnd ", " uy ban nhan dan " },
	{ " hdnd ", " hoi dong nhan dan " },
	{ " khcn ", " khoa hoc cong nghe " },
	{ " kh cn ", " khoa hoc cong nghe " },
	{ " tp ", " thanh pho " },
	{ " va ", " " },
	{ " ban co yeu chinh phu ", " " }, /* behind its department's name */
};

/* The first @len bytes of @text. NULL: no memory. */
static char *slice(struct arena *arena, const char *text, size_t len)
{
	char *copy = arena_alloc(arena, len + 1);

	if (copy)
		memcpy(copy, text, len);
	return copy;
}

/* @words with @to where @from stands at @at. NULL: no memory. */
static const char *replace(struct arena *arena, const char *words,
			   const char *at, const char *from, const char *to)
{
	size_t room = strlen(words) + strlen(to) + 1;
	char *copy = arena_alloc(arena, room);

	if (copy)
		(void)snprintf(copy, room, "%.*s%s%s", (int)(at - words), words,
			       to, at + strlen(from));
	return copy;
}

/* @text folded to its words, with short forms spelt out. NULL: there are none,
 * which are the same as no others; or no memory. */
static const char *words_of(struct arena *arena, const char *text)
{
	const char *words = text ? province_key(arena, text) : NULL;
	const char *all = words;

	if (words && !words[strspn(words, " ")])
		return NULL;
	for (size_t i = 0; i < N(spellings); i++) {
		const char *at;

		while (words && (at = strstr(words, spellings[i].from)))
			words = replace(arena, words, at, spellings[i].from,
					spellings[i].to);
	}
	return words && !words[strspn(words, " ")] ? all : words;
}

/* Each of them is compared to its end: a name that only begins alike is another
 * office's. */
static bool is_among(struct arena *arena, const char *recipients,
		     const char *wanted)
{
	bool found = false;

	while (*recipients && !found) {
		size_t len = strcspn(recipients, ";");
		const char *one =
			words_of(arena, slice(arena, recipients, len));

		found = one && strcmp(one, wanted) == 0;
		recipients += len + (recipients[len] == ';');
	}
	return found;
}

bool names_addressed_to(const char *recipient, const char *office)
{
	/* Each agency of a province is one of these. */
	static const char committee[] = " uy ban nhan dan ";
	struct arena arena = { 0 };
	bool found = false;

	for (const char *part = office; part && !found;) {
		const char *wanted = words_of(&arena, part);

		if (wanted &&
		    (part == office ||
		     strncmp(wanted, committee, strlen(committee)) != 0))
			found = is_among(&arena, recipient, wanted);
		part = strchr(part, ',');
		if (part)
			part++;
	}
	arena_free(&arena);
	return found;
}

/* What stands before a person's name: a certificate's may have it, a letter's
 * not. */
static const char *const titles[] = {
	"ong",
	"ba",
	"co",
	"dong chi",
	"pho",
	"quyen",
	"giam doc",
	"tong giam doc",
	"cuc truong",
	"tong cuc truong",
	"chi cuc truong",
	"vu truong",
	"vien truong",
	"bo truong",
	"thu truong",
	"truong phong",
	"truong ban",
	"truong khoa",
	"truong tram",
	"doi truong",
	"to truong",
	"hieu truong",
	"chanh van phong",
	"chanh thanh tra",
	"chanh an",
	"chu tich",
	"chu nhiem",
	"chi huy truong",
	"bi thu",
	"uy vien",
	"thu ky",
	"ke toan truong",
	"ke toan",
	"ke toan vien",
	"chuyen vien",
	"chuyen vien chinh",
	"can su",
	"nhan vien",
	"can bo",
	"van thu",
	"thu quy",
	"thanh tra vien",
	"cong chung vien",
	"kiem sat vien",
	"tham phan",
	"bac si",
	"duoc si",
	"ky su",
	"cu nhan",
	"thac si",
	"tien si",
	"giao su",
	"pho giao su",
	"bs",
	"ds",
	"ks",
	"cn",
	"ths",
	"ts",
	"gs",
	"pgs",
};

/* @words, which begin with a blank, without titles. */
static const char *without_titles(const char *words)
{
	bool found;

	do {
		found = false;
		for (size_t i = 0; i < N(titles) && !found; i++) {
			size_t len = strlen(titles[i]);

			/* At least two words of a name must be left. */
			found = strncmp(words + 1, titles[i], len) == 0 &&
				words[1 + len] == ' ' &&
				strchr(words + 2 + len, ' ') &&
				strchr(words + 2 + len, ' ')[1];
			if (found)
				words += 1 + len;
		}
	} while (found);
	return words;
}

/* @words without the mark that certificates on a SIM have behind the name. */
static const char *without_mark(struct arena *arena, const char *words)
{
	size_t len = strlen(words);

	if (len > 3 && strcmp(words + len - 3, " m ") == 0)
		return slice(arena, words, len - 2);
	return words;
}

bool names_same_person(const char *a, const char *b)
{
	struct arena arena = { 0 };
	const char *x = words_of(&arena, a), *y = words_of(&arena, b);
	bool same;

	x = x ? without_mark(&arena, x) : NULL;
	y = y ? without_mark(&arena, y) : NULL;
	same = x && y &&
	       (strcmp(x, y) == 0 ||
		strcmp(without_titles(x), without_titles(y)) == 0);
	arena_free(&arena);
	return same;
}

/* The accents of a word, each counted; a đ counts as an accent. */
#define ACCENTS 16

struct accents {
	utf8proc_int32_t mark[ACCENTS];
	size_t n;
};

/* Where the word that begins at @s ends; its accents are sorted. */
static const utf8proc_uint8_t *take_accents(const utf8proc_uint8_t *s,
					    struct accents *accents)
{
	accents->n = 0;
	while (*s && *s != ' ') {
		utf8proc_int32_t c;
		utf8proc_ssize_t used = utf8proc_iterate(s, -1, &c);
		size_t i;

		if (used <= 0)
			break;
		s += used;
		if ((utf8proc_category(c) != UTF8PROC_CATEGORY_MN &&
		     c != 0x0111) ||
		    accents->n == ACCENTS)
			continue;
		for (i = accents->n++; i > 0 && accents->mark[i - 1] > c; i--)
			accents->mark[i] = accents->mark[i - 1];
		accents->mark[i] = c;
	}
	return s + strspn((const char *)s, " ");
}

/* @name in small letters, accents behind the letters that bear them; the
 * caller's to free(). NULL: memory, or it is not UTF-8. */
static utf8proc_uint8_t *decompose(const char *name)
{
	utf8proc_uint8_t *out = NULL;

	(void)utf8proc_map((const utf8proc_uint8_t *)name, 0, &out,
			   UTF8PROC_NULLTERM | UTF8PROC_STABLE |
				   UTF8PROC_DECOMPOSE | UTF8PROC_CASEFOLD);
	return out;
}

bool names_has_accents(const char *name)
{
	utf8proc_uint8_t *letters = decompose(name);
	const utf8proc_uint8_t *at = letters;
	struct accents accents = { .n = 0 };

	while (at && *at && accents.n == 0)
		at = take_accents(at, &accents);
	free(letters);
	return accents.n > 0;
}

static bool same_accents(const char *a, const char *b)
{
	utf8proc_uint8_t *x = decompose(a), *y = decompose(b);
	const utf8proc_uint8_t *p = x, *q = y;
	bool same = p && q;

	while (same && (*p || *q)) {
		struct accents mine, theirs;
		const utf8proc_uint8_t *before = p;

		p = take_accents(p, &mine);
		q = take_accents(q, &theirs);
		same = mine.n == theirs.n && p != before &&
		       memcmp(mine.mark, theirs.mark,
			      mine.n * sizeof(mine.mark[0])) == 0;
	}
	free(x);
	free(y);
	return same;
}

static bool is_ascii(char c)
{
	return !(c & 0x80);
}

/* True if letters without accents at the same end of two names are one. */
static bool may_be_one(char a, char b)
{
	return !is_ascii(a) || !is_ascii(b) ||
	       tolower((unsigned char)a) == tolower((unsigned char)b);
}

/* A register has many names, and nearly all of them are told apart by their
 * ends or by how many words they have. */
static bool may_be_alike(const char *a, const char *b)
{
	size_t m = strlen(a), n = strlen(b), words = 0;

	if (m == 0 || n == 0 || !may_be_one(a[0], b[0]) ||
	    !may_be_one(a[m - 1], b[n - 1]))
		return false;
	for (; *a; a++)
		words += *a == ' ';
	for (; *b; b++)
		words -= *b == ' ';
	return words == 0;
}

bool names_same_letters(const char *a, const char *b)
{
	char *x = cks_text_fold(a), *y = cks_text_fold(b);
	bool same = x && y && strcmp(x, y) == 0;

	free(x);
	free(y);
	return same;
}

bool names_spelt_alike(const char *a, const char *b)
{
	return may_be_alike(a, b) && names_same_letters(a, b) &&
	       (!names_has_accents(a) || !names_has_accents(b) ||
		same_accents(a, b));
}

/* What stands behind the words of @text that are @words without case and
 * accents; NULL: it begins otherwise, or memory. */
static const char *behind(const char *text, const char *words)
{
	const char *at = text;
	char *begin, *folded;
	bool same;

	for (const char *w = words; w; w = strchr(w, ' ')) {
		w += *w == ' ';
		at += strcspn(at, " ");
		at += strspn(at, " ");
	}
	begin = strndup(text, (size_t)(at - text));
	folded = begin ? cks_text_fold(begin) : NULL;
	same = folded && strncmp(folded, words, strlen(words)) == 0 &&
	       strcmp(folded + strlen(words), " ") == 0;
	free(begin);
	free(folded);
	return same ? at : NULL;
}

/* The place whose committee or council @text names, short or in full; @text
 * itself where it names none of that kind. */
static const char *place_of(const char *text, size_t kind)
{
	static const char *const kinds[][2] = {
		{ "ubnd", "uy ban nhan dan" },
		{ "hdnd", "hoi dong nhan dan" },
	};
	const char *place = behind(text, kinds[kind][0]);

	if (!place)
		place = behind(text, kinds[kind][1]);
	return place ? place : text;
}

bool names_same_office(const char *a, const char *b)
{
	bool same = names_spelt_alike(a, b);

	for (size_t kind = 0; kind < 2 && !same; kind++) {
		const char *x = place_of(a, kind), *y = place_of(b, kind);

		same = x != a && y != b && names_spelt_alike(x, y);
	}
	return same;
}

/* True if the folded @words go on with the place that an agency is in. */
static bool begins_place(const char *words)
{
	static const char *const places[] = {
		"tinh ",   "thanh pho ", "huyen ",  "quan ",
		"thi xa ", "xa ",	 "phuong ", "dac khu ",
	};

	for (size_t i = 0; i < N(places); i++)
		if (strncmp(words, places[i], strlen(places[i])) == 0)
			return true;
	return false;
}

/* True if the folded @longer ends in @shorter, as "Văn phòng Sở Tài chính" ends
 * in its agency, or goes on with the place that the agency is in. */
static bool is_part_of(const char *longer, const char *shorter)
{
	size_t l = strlen(longer), s = strlen(shorter);

	if (s > l)
		return false;
	if (strcmp(longer + l - s, shorter) == 0)
		return true;
	return strncmp(longer, shorter, s) == 0 && begins_place(longer + s);
}

/* True if the folded @office has @agency in it, with nothing behind it but the
 * place: "Sở Tài chính Kế hoạch" is another than "Sở Tài chính". */
static bool is_within(const char *office, const char *agency)
{
	size_t len = strlen(agency);
	const char *at;

	for (at = office; (at = strstr(at, agency)); at++)
		if (!at[len] || begins_place(at + len))
			return true;
	return false;
}

/* The parts of an agency's name, from itself up to those above it. */
struct parts {
	const char *words[MAX_PARTS];
	size_t n;
};

static void divide(struct arena *arena, const char *text, struct parts *parts)
{
	parts->n = 0;
	while (*text && parts->n < MAX_PARTS) {
		size_t len = strcspn(text, ",;");

		parts->words[parts->n++] =
			words_of(arena, slice(arena, text, len));
		text += len + (text[len] != '\0');
	}
}

/* What stands above both, such as the province, joins any two agencies in it.
 */
bool names_share_agency(const char *a, const char *b)
{
	struct arena arena = { 0 };
	struct parts x, y;
	bool found = false;

	divide(&arena, a, &x);
	divide(&arena, b, &y);
	for (size_t i = 0; i < x.n && !found; i++) {
		for (size_t k = 0; k < y.n && !found; k++) {
			bool above = x.n > 1 && y.n > 1 && i + 1 == x.n &&
				     k + 1 == y.n;

			found = !above && x.words[i] && y.words[k] &&
				(is_part_of(x.words[i], y.words[k]) ||
				 is_part_of(y.words[k], x.words[i]));
		}
	}
	arena_free(&arena);
	return found;
}

/* A province has one department of a name, which is then known without its
 * place; a committee is that of its place alone. */
static const char *without_place(struct arena *arena, const char *agency)
{
	static const char department[] = " so ";
	const char *at = agency;

	if (strncmp(agency, department, strlen(department)) != 0)
		return agency;
	while ((at = strchr(at + 1, ' ')))
		if (begins_place(at + 1))
			return slice(arena, agency, (size_t)(at - agency) + 1);
	return agency;
}

bool names_within_agency(const char *office, const char *agency)
{
	struct arena arena = { 0 };
	const char *ours;
	struct parts x, y;
	bool found = false;

	divide(&arena, office, &x);
	divide(&arena, agency, &y);
	/* The office above an agency is another agency. */
	ours = y.n > 0 && y.words[0] ? without_place(&arena, y.words[0]) : NULL;
	for (size_t i = 0; i < x.n && ours && !found; i++)
		found = x.words[i] && is_within(x.words[i], ours);
	arena_free(&arena);
	return found;
}

/* The part of the agency that is of the rank @head, or NULL. */
static const char *part_of_rank(const struct parts *parts, const char *head)
{
	for (size_t i = 0; i < parts->n; i++)
		if (parts->words[i] &&
		    strncmp(parts->words[i], head, strlen(head)) == 0)
			return parts->words[i];
	return NULL;
}

bool names_are_peers(const char *a, const char *b)
{
	static const char *const ranks[] = {
		" so ",
		" uy ban nhan dan xa ",
		" uy ban nhan dan phuong ",
		" uy ban nhan dan dac khu ",
	};
	struct arena arena = { 0 };
	const char *mine = NULL, *theirs = NULL;
	struct parts x, y;
	bool peers;

	divide(&arena, a, &x);
	divide(&arena, b, &y);
	for (size_t i = 0; i < N(ranks) && !mine; i++)
		mine = part_of_rank(&x, ranks[i]);
	for (size_t i = 0; i < N(ranks) && !theirs; i++)
		theirs = part_of_rank(&y, ranks[i]);
	peers = mine && theirs && !is_part_of(mine, theirs) &&
		!is_part_of(theirs, mine) && !names_share_agency(a, b);
	arena_free(&arena);
	return peers;
}

/* The digits of a certificate's number, without what groups them. The caller
 * frees them. */
static char *digits_of(const char *text)
{
	char *copy = strdup(text), *out = copy, *digits;

	if (!copy)
		return NULL;
	for (; *text; text++)
		if (!strchr(" :", *text))
			*out++ = (char)toupper((unsigned char)*text);
	*out = '\0';
	digits = normalize_serial(copy);
	free(copy);
	return digits;
}

bool names_same_certificate(const char *a, const char *b)
{
	char *x = digits_of(a), *y = digits_of(b);
	bool same = x && y && strcmp(x, y) == 0;

	free(x);
	free(y);
	return same;
}
