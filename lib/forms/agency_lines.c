/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "agency_lines.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "base/text.h"
#include "token/ckstoken.h"
#include "typeset/measure.h"

#define WORDS_MAX 60

/* What the end of a line costs, and in the end what each line does. */
#define COST_PLACE 0 /* before the place, behind the kind */
#define COST_AND 3   /* before "và" */
#define COST_COMMA 5
#define COST_DASH 8
#define COST_GAP 15 /* between any two words */
#define COST_KIND                                                     \
	60 /* within the kind; behind "Sở", which stands on no line \
	      alone */
#define COST_COMPOUND 120
#define COST_NAME_DASH 500
#define COST_NAME 1000 /* within the name of a place */
#define COST_LINE 25   /* and as much again where it is nearly empty */

/* Kinds of places, which their names follow. */
static const char *const places[] = {
	"XÃ",	    "PHƯỜNG", "ĐẶC KHU", "TỈNH", "THÀNH PHỐ",
	"THỊ TRẤN", "THỊ XÃ", "HUYỆN",	 "QUẬN", "KHU VỰC",
};

/* Kinds of agencies, behind which their names begin. Here and below accents are
 * folded, for some words are spelt in two ways. */
static const char *const kinds[] = {
	"ban quan ly",
	"benh vien",
	"chi cuc",
	"hoi dong nhan dan",
	"thuong truc hoi dong nhan dan",
	"trung tam",
	"trung tam y te",
	"truong cao dang",
	"truong chinh tri",
	"truong dai hoc",
	"truong mam non",
	"truong mau giao",
	"truong pho thong dan toc noi tru",
	"truong thcs",
	"truong thpt",
	"truong tieu hoc",
	"truong tieu hoc va trung hoc co so",
	"truong trung cap",
	"truong trung hoc co so",
	"truong trung hoc pho thong",
	"uy ban nhan dan",
	"van phong",
};

/* Words of several syllables, in which no line ends. */
static const char *const compounds[] = {
	"ban chi dao",
	"bao hiem",
	"bao mat",
	"chanh thanh tra",
	"chanh van phong",
	"chi cuc",
	"chinh phu",
	"chinh tri",
	"chu tich",
	"chung thuc so",
	"chuyen doi so",
	"chuyen giao",
	"co quan",
	"co so",
	"co yeu",
	"cong an",
	"cong chung",
	"cong nghe",
	"cong nghiep",
	"cong san",
	"cong thuong",
	"dai hoc",
	"dan so",
	"dan toc",
	"dao tao",
	"dat dai",
	"dau tu",
	"dia phuong",
	"dich vu",
	"doan dai bieu",
	"do thi",
	"doanh nghiep",
	"doi ngoai",
	"du an",
	"du lich",
	"gia dinh",
	"giam doc",
	"giam sat",
	"giao duc",
	"giao thong",
	"ha tang",
	"hai quan",
	"hanh chinh cong",
	"ho tro",
	"hoc vien",
	"hoi dong nhan dan",
	"hop tac xa",
	"huong nghiep",
	"kho bac",
	"khoa hoc",
	"khu cong nghiep",
	"khuyen nong",
	"kiem lam",
	"kiem soat",
	"kinh te",
	"ky thuat",
	"lam nghiep",
	"lao dong",
	"luu tru",
	"mam non",
	"mat tran to quoc",
	"moi truong",
	"ngan hang",
	"ngan sach",
	"ngoai vu",
	"nha nuoc",
	"nhan dan",
	"noi tru",
	"noi vu",
	"nong dan",
	"nong nghiep",
	"nong thon",
	"phap luat",
	"phat thanh",
	"phat trien",
	"pho thong",
	"phong chong",
	"phu nu",
	"phuc vu",
	"quan ly",
	"quan su",
	"quoc gia",
	"quoc hoi",
	"quoc phong",
	"quy hoach",
	"so huu",
	"su nghiep",
	"tai chinh",
	"tai nguyen",
	"thanh doan",
	"thanh nien",
	"thanh tra",
	"thanh uy",
	"the thao",
	"thi hanh an",
	"thong ke",
	"thong tin",
	"thuong binh",
	"thuong mai",
	"thuong truc",
	"thuong xuyen",
	"thuy loi",
	"thuy san",
	"tieu hoc",
	"tinh doan",
	"tinh doi",
	"tinh uy",
	"to chuc",
	"toa an",
	"ton giao",
	"trung cap",
	"trung hoc",
	"trung tam",
	"trung uong",
	"truyen hinh",
	"truyen thong",
	"tu phap",
	"tu van",
	"uy ban",
	"uy ban nhan dan",
	"van hoa",
	"van phong",
	"van tai",
	"van thu",
	"ve sinh",
	"vien kiem sat",
	"viet nam",
	"xa hoi",
	"xay dung",
	"xuc tien",
	"y te",
};

/* Words behind which no line ends, for they only begin something. */
static const char *const openers[] = {
	"ban",	 "bo", "cac", "cua", "cuc", "doi", "hoi",    "khoa", "kt.",
	"phong", "q.", "so",  "tl.", "tm.", "to",  "truong", "tuq.", "vu",
};

#define N(array) (sizeof(array) / sizeof((array)[0]))

struct name {
	size_t n; /* words */
	char *words[WORDS_MAX], *folded[WORDS_MAX];
	int widths[WORDS_MAX], blank;
	int costs[WORDS_MAX]; /* of a line that ends behind that word */
};

static void raise(int *a, int b)
{
	if (b > *a)
		*a = b;
}

/* How many of the @n @words @phrase is, 0 if they begin with another. */
static size_t match(char *const *words, size_t n, const char *phrase)
{
	size_t i = 0;

	for (;; phrase++) {
		size_t len = strcspn(phrase, " ");

		if (i == n || strlen(words[i]) != len ||
		    strncmp(words[i], phrase, len) != 0)
			return 0;
		i++;
		phrase += len;
		if (!*phrase)
			return i;
	}
}

/* Raise the cost of a line's end within each of the @n_phrases @phrases; behind
 * it, it is @behind unless that is negative. */
static void cost_phrases(struct name *name, const char *const *phrases,
			 size_t n_phrases, int within, int behind)
{
	size_t i, k, end;

	for (i = 0; i < name->n; i++) {
		for (k = 0; k < n_phrases; k++) {
			end = i +
			      match(name->folded + i, name->n - i, phrases[k]);
			if (end == i)
				continue;
			if (behind >= 0)
				name->costs[end - 1] = behind;
			while (--end > i)
				raise(&name->costs[end - 1], within);
		}
	}
}

static void cost_words(struct name *name)
{
	size_t i;

	for (i = 0; i + 1 < name->n; i++) {
		const char *word = name->words[i], *next = name->words[i + 1];
		int *cost = &name->costs[i];

		if (!strcmp(word, "-"))
			*cost = COST_DASH;
		else if (!strcmp(next, "-"))
			*cost = COST_KIND;
		else if (!strcmp(next, "VÀ"))
			*cost = COST_AND;
		else if (word[strlen(word) - 1] == ',')
			*cost = COST_COMMA;
	}
}

/* True if word @i belongs to a compound, with the word before it or after. */
static bool is_compound(const struct name *name, size_t i)
{
	return name->costs[i] == COST_COMPOUND ||
	       (i && name->costs[i - 1] == COST_COMPOUND);
}

static void cost_openers(struct name *name)
{
	size_t i, k;

	for (i = 0; i < name->n; i++)
		for (k = 0; k < N(openers); k++)
			if (!strcmp(name->folded[i], openers[k]) &&
			    !is_compound(name, i))
				raise(&name->costs[i], COST_KIND);
	for (i = 0; i < name->n; i++)
		if (!strcmp(name->words[i], "VÀ"))
			raise(&name->costs[i], COST_COMPOUND);
}

/* A place goes from its kind to the next place, or to the end. The "xã" of "xã
 * hội" is none, nor is a "tỉnh" without a name. */
static void cost_places(struct name *name)
{
	bool inside = false;
	size_t i, k, n;

	for (i = 0; i < name->n; i++) {
		n = 0;
		for (k = 0; k < N(places) && !n && !is_compound(name, i); k++)
			n = match(name->words + i, name->n - i, places[k]);
		if (n && i + n == name->n && i && !inside)
			name->costs[i - 1] = COST_KIND;
		else if (n && i)
			name->costs[i - 1] = COST_PLACE;
		inside |= n > 0;
		if (inside)
			name->costs[i] = strcmp(name->words[i], "-") != 0
						 ? COST_NAME
						 : COST_NAME_DASH;
		for (; n > 1; n--)
			name->costs[++i] = COST_NAME;
	}
}

/* Fill in @name from @text, which the words point into; false when it has more
 * than there is room for, or memory ran out. */
static bool split(struct name *name, char *text, unsigned int style, int size)
{
	char *save = NULL, *word;

	name->blank = measure_text(" ", style, size);
	for (word = strtok_r(text, " ", &save); word;
	     word = strtok_r(NULL, " ", &save)) {
		if (name->n == WORDS_MAX)
			return false;
		name->folded[name->n] = cks_text_fold(word);
		if (!name->folded[name->n])
			return false;
		name->words[name->n] = word;
		name->widths[name->n] = measure_text(word, style, size);
		name->costs[name->n++] = COST_GAP;
	}
	return name->n > 0;
}

/*
 * The cheapest way to break the words: @from[j] is the first word of the line
 * that ends before word j. A line of one word may be wider than @width, for the
 * layout to break.
 */
static void break_lines(const struct name *name, int width,
			size_t from[WORDS_MAX + 1])
{
	long long least[WORDS_MAX + 1] = { 0 };
	size_t i, j;

	for (j = 1; j <= name->n; j++) {
		int used = -name->blank;

		for (i = j; i-- > 0;) {
			long long cost = least[i] + COST_LINE;

			used += name->blank + name->widths[i];
			if (used > width && i + 1 < j)
				break;
			if (used < width)
				cost += (long long)COST_LINE * (width - used) /
					width * (width - used) / width;
			if (j < name->n)
				cost += name->costs[j - 1];
			if (i + 1 == j || cost < least[j]) {
				least[j] = cost;
				from[j] = i;
			}
		}
	}
}

/* Put newlines between the words of @text. */
static const char *broken(struct document *doc, const char *text,
			  unsigned int style, int size, int width, bool *torn)
{
	const char *copy = document_format(doc, "%s", text), *out = "";
	size_t from[WORDS_MAX + 1] = { 0 }, i, j;
	struct name name = { 0 };

	if (!split(&name, (char *)copy, style, size)) {
		out = text;
		goto done;
	}
	cost_words(&name);
	cost_phrases(&name, kinds, N(kinds), COST_KIND, COST_PLACE);
	cost_phrases(&name, compounds, N(compounds), COST_COMPOUND, -1);
	cost_openers(&name);
	cost_places(&name);
	break_lines(&name, width, from);
	for (j = name.n; j; j = from[j]) {
		*torn |= j < name.n && name.costs[j - 1] >= COST_NAME_DASH;
		const char *line = name.words[from[j]];

		for (i = from[j] + 1; i < j; i++)
			line = document_format(doc, "%s %s", line,
					       name.words[i]);
		out = *out ? document_format(doc, "%s\n%s", line, out) : line;
	}
done:
	for (i = 0; i < name.n; i++)
		free(name.folded[i]);
	return out;
}

const char *agency_lines(struct document *doc, const char *name,
			 unsigned int style, int size, int width, bool *torn)
{
	const char *lines = "";

	*torn = false;
	width -= width / 100; /* the measure is not quite exact */
	while (*name) {
		size_t len = strcspn(name, "/");
		const char *part = document_text(
			doc, document_format(doc, "%.*s", (int)len, name));

		if (*part)
			lines = document_format(
				doc, "%s%s%s", lines, *lines ? "\n" : "",
				broken(doc, part, style, size, width, torn));
		name += len + (name[len] == '/');
	}
	return lines;
}

/* @name without the "/" at which a person wants its lines to end. */
static const char *plain(struct document *doc, const char *name)
{
	char *copy = (char *)document_format(doc, "%s", name), *s;

	for (s = copy; *s; s++)
		if (*s == '/')
			*s = ' ';
	return document_text(doc, copy);
}

const char *agency_name(struct document *doc, const json_t *dossier,
			const char *path)
{
	const char *lines =
		dossier_text(dossier, document_format(doc, "%s_lines", path));
	const char *name = document_text(doc, dossier_text(dossier, path));

	/* Lines of another name, which has since come in its place, are none
	 * of this. */
	return strcmp(plain(doc, lines), name) == 0 ? lines : name;
}

int agency_settle(json_t *dossier)
{
	static const char *const paths[] = { "agency.name", "agency.parent" };
	struct document *doc = document_new();
	int ret = doc ? 0 : -ENOMEM;
	size_t i;

	for (i = 0; i < N(paths) && !ret; i++) {
		const char *lines = dossier_text(dossier, paths[i]);

		if (!strchr(lines, '/'))
			continue;
		ret = dossier_put(dossier,
				  document_format(doc, "%s_lines", paths[i]),
				  lines);
		if (!ret)
			ret = dossier_put(dossier, paths[i], plain(doc, lines));
		if (!ret)
			ret = document_status(doc);
	}
	if (doc)
		document_free(&doc);
	return ret;
}
