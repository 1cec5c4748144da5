/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "handover_papers.h"

#include <ctype.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/date.h"
#include "base/text.h"
#include "input/dossier.h"
#include "message.h"
#include "register/papers.h"
#include "register/prefill.h"
#include "token/ckstoken.h"

/* True if the first @len letters of @head end @text, and begin a word there. */
static bool ends_with(const char *text, const char *head, size_t len)
{
	size_t n = strlen(text);

	return len <= n && strncmp(text + n - len, head, len) == 0 &&
	       (len == n || text[n - len - 1] == ' ');
}

/* In capitals, and "UỶ BAN", as some spell it, as "ỦY BAN". */
static const char *in_capitals(struct arena *arena, const char *text)
{
	static const char other[] = "UỶ", usual[] = "ỦY";
	char *big = text_upper(arena, text);

	_Static_assert(sizeof(other) == sizeof(usual), "sizes");
	for (char *at = big; at && (at = strstr(at, other));)
		memcpy(at, usual, strlen(usual));
	return big;
}

/*
 * Where @name begins in "@title @name" so that no words stand twice: of "Chánh
 * Văn phòng" and "Văn phòng Ủy ban" it begins behind "Văn phòng", and where the
 * title ends in the whole name, at its end. Accents tell words apart, as in
 * "Hiệu trưởng Trường Tiểu học"; capitals do not, and keep words apart, by
 * whose number the two are held together. NULL: no memory.
 */
static const char *without_overlap(struct arena *arena, const char *title,
				   const char *name)
{
	const char *big_title = in_capitals(arena, title);
	const char *big_name = in_capitals(arena, name);
	size_t n_words = 0, words = 0;

	if (!big_title || !big_name)
		return NULL;
	for (size_t i = 0; big_name[i]; i++) {
		if (big_name[i + 1] && big_name[i + 1] != ' ')
			continue;
		words++;
		if (ends_with(big_title, big_name, i + 1))
			n_words = words;
	}
	for (; n_words > 0; n_words--) {
		name += strcspn(name, " ");
		name += strspn(name, " ");
	}
	return name;
}

/* @text with "UBND" and "HĐND" in full, as the decree has them. */
static const char *in_full(struct arena *arena, const char *text)
{
	static const char *const words[][2] = {
		{ "UBND", "Ủy ban nhân dân" },
		{ "HĐND", "Hội đồng nhân dân" },
	};
	const char *full = "";

	while (*text) {
		size_t len = strcspn(text, " ");
		const char *word = arena_format(arena, "%.*s", (int)len, text);

		for (size_t i = 0; i < sizeof(words) / sizeof(words[0]); i++)
			if (strcmp(word, words[i][0]) == 0)
				word = words[i][1];
		full = arena_format(arena, "%s%s%s", full, *full ? " " : "",
				    word);
		text += len;
		text += strspn(text, " ");
	}
	return full;
}

/* The body that "TM. ỦY BAN NHÂN DÂN / KT. CHỦ TỊCH" signs for: "ỦY BAN NHÂN
 * DÂN", which decides as one. "": there is none. */
static const char *body_of(struct arena *arena, const char *authority)
{
	authority += strspn(authority, " ");
	if (strncmp(authority, "TM.", strlen("TM.")) != 0)
		return "";
	authority += strlen("TM.");
	return in_full(arena,
		       arena_format(arena, "%.*s", (int)strcspn(authority, "/"),
				    authority));
}

/* True if @name is that of a People's Committee or a People's Council itself,
 * and *@within: of an office of theirs, as "Văn phòng Ủy ban nhân dân tỉnh" is,
 * which is an agency with a head of its own. */
static bool is_of_the_people(struct arena *arena, const char *name,
			     bool *within)
{
	static const char *const bodies[] = { "ỦY BAN NHÂN DÂN",
					      "HỘI ĐỒNG NHÂN DÂN",
					      "THƯỜNG TRỰC HỘI ĐỒNG NHÂN DÂN" };
	const char *big = in_capitals(arena, name);
	bool is = false;

	*within = false;
	for (size_t i = 0; big && i < sizeof(bodies) / sizeof(bodies[0]); i++) {
		const char *at = strstr(big, bodies[i]);

		is |= at == big;
		*within |= at && at != big;
	}
	*within &= !is;
	return is;
}

/* True if @body, of which @rest is left of the agency's name @name, is one that
 * decides: a committee or a council that is the agency, or another that is
 * neither's office. */
static bool decides(struct arena *arena, const char *body, const char *name,
		    const char *rest)
{
	bool within;

	return is_of_the_people(arena, body, &within) ? rest != name : !within;
}

/* True if the head of the agency @name may have the title: of a committee or a
 * council it is the chairman, and of an office of theirs it is not. */
static bool may_head(struct arena *arena, const char *title, const char *name)
{
	static const char chairman[] = "CHỦ TỊCH";
	const char *big = in_capitals(arena, title);
	bool chairs = big && strncmp(big, chairman, strlen(chairman)) == 0;
	bool within, of_people = is_of_the_people(arena, name, &within);

	return of_people ? chairs : !within || !chairs;
}

/* The title of the head in "KT. GIÁM ĐỐC", "TL. GIÁM ĐỐC" or "Q. GIÁM ĐỐC": who
 * acts as the head or signs for the head issues nothing of their own. */
static const char *title_of_head(const char *title)
{
	static const char *const marks[] = { "KT.", "TL.", "Q.", "Quyền ",
					     "QUYỀN " };
	bool again = true;

	while (again) {
		again = false;
		title += strspn(title, " ");
		for (size_t i = 0; i < sizeof(marks) / sizeof(marks[0]); i++) {
			if (strncmp(title, marks[i], strlen(marks[i])) != 0)
				continue;
			title += strlen(marks[i]);
			again = true;
		}
	}
	return title;
}

/* True if the title is none of a head: a deputy's, two of them, or one that is
 * signed for by an authority of which it does not say whose it is. */
static bool is_no_head(const char *title)
{
	char *folded = cks_text_fold(title);
	bool no_head = !folded || !*folded || strchr(title, '/') ||
		       strncmp(folded, "pho ", strlen("pho ")) == 0 ||
		       strncmp(title, "TUQ.", strlen("TUQ.")) == 0;

	free(folded);
	return no_head;
}

/* An officer who signs by an authority that names no head and no body, or as a
 * deputy alone, does not say for whom. */
static void tell_no_issuer(void)
{
	print_warning(_(
		"who issues the decision is not known from who signs it (Decree 30/2020/NĐ-CP, Form 1.2): write the authority in [agency], such as \"TM. ỦY BAN NHÂN DÂN / CHỦ TỊCH\" or \"KT. GIÁM ĐỐC\", or give --set document.issuer=TEXT"));
}

/*
 * Who issues the decision, as it stands above the grounds: "GIÁM ĐỐC SỞ TÀI
 * CHÍNH", also where a deputy signs for the head ("KT. GIÁM ĐỐC"), who alone
 * issues papers of an agency with a head; and "ỦY BAN NHÂN DÂN XÃ ĐẠ TẺH",
 * where somebody signs for that body. Whose title says another does not say who
 * that is.
 */
static int put_issuer(json_t *dossier)
{
	const char *authority = dossier_text(dossier, "agency.authority");
	const char *title = dossier_text(dossier, "agency.signer_title");
	const char *name = dossier_text(dossier, "agency.name"), *rest;
	struct arena arena = { 0 };
	const char *body = body_of(&arena, authority);
	bool known;
	int rc = 0;

	if (*dossier_text(dossier, "document.issuer") || !*name) {
		arena_free(&arena);
		return 0;
	}
	name = in_full(&arena, name);
	title = *body ? body : title_of_head(*authority ? authority : title);
	title = in_full(&arena, title);
	rest = without_overlap(&arena, title, name);
	known = *body ? decides(&arena, body, name, rest)
		      : !is_no_head(title) && may_head(&arena, title, name);
	if (!rest)
		rc = -ENOMEM;
	else if (known)
		rc = dossier_put(dossier, "document.issuer",
				 arena_format(&arena, "%s%s%s", title,
					      *rest ? " " : "", rest));
	else
		tell_no_issuer();
	if (arena.failed)
		rc = -ENOMEM;
	arena_free(&arena);
	return rc ? print_no_memory() : 0;
}

static const char *serial_of(const json_t *dossier, size_t row)
{
	return dossier_text(
		json_array_get(dossier_get(dossier, "subscribers"), row),
		"device_serial");
}

/* The person who keeps all tokens of the document, but for @but; NULL: nobody
 * known, or several. */
static json_t *find_keeper(const struct document_job *job,
			   const json_t *dossier, const char *but)
{
	const char *day = dossier_text(dossier, "document.date");
	size_t n = json_array_size(dossier_get(dossier, "subscribers"));
	json_t *keeper = NULL;

	for (size_t i = 0; i < n; i++) {
		json_t *other = prefill_keeper(job->event.reg,
					       serial_of(dossier, i), day, but);
		bool same = i == 0 || json_equal(keeper, other);

		json_decref(keeper);
		keeper = same ? json_incref(other) : NULL;
		json_decref(other);
		if (!keeper)
			break;
	}
	return keeper;
}

/* Minutes that name no giver mean the keeper in the register. */
static int put_giver(const struct document_job *job, json_t *dossier,
		     const char *but)
{
	json_t *given = json_object_get(dossier, "giver"), *giver;
	int ret;

	if (!job->event.reg || *dossier_text(given, "name"))
		return 0;
	giver = find_keeper(job, dossier, but);
	if (!giver)
		return register_exit_code(job->event.reg);
	ret = (given && json_object_update(giver, given)) ||
			      json_object_set(dossier, "giver", giver)
		      ? print_no_memory()
		      : document_know_person(job, "giver", giver, false);
	json_decref(giver);
	return ret;
}

/*
 * The one paper by which @keeper has all tokens of the document, and the first
 * of its last days. Its text is the caller's to free(); NULL: there is none, or
 * several.
 */
static int find_paper(const struct document_job *job, const json_t *dossier,
		      bool permits, const char *keeper, struct paper *paper)
{
	size_t n = json_array_size(dossier_get(dossier, "subscribers"));
	int rc = 0;

	*paper = (struct paper){ 0 };
	for (size_t i = 0; i < n && !rc; i++) {
		struct paper other;
		bool same;

		rc = papers_of_keeper(job->event.reg, permits,
				      serial_of(dossier, i), keeper, dossier,
				      &other);
		same = i == 0 || (paper->text && other.text &&
				  strcmp(paper->text, other.text) == 0);
		/* Days are compared as texts, which have the same order. */
		if (*paper->until &&
		    (!*other.until || strcmp(paper->until, other.until) < 0))
			memcpy(other.until, paper->until, DATE_SIZE);
		free(paper->text);
		if (!same)
			free(other.text);
		*paper = same ? other : (struct paper){ 0 };
		if (!paper->text)
			break;
	}
	return rc ? print_no_memory() : register_exit_code(job->event.reg);
}

/* The change by the paper, as the register keeps it of each token. */
static int put_change(json_t *dossier, const char *keeper)
{
	json_t *rows = json_object_get(dossier, "subscribers"), *row;
	char *change =
		papers_change_until(dossier_text(dossier, "document.until"));
	int rc = !change;
	size_t i;

	json_array_foreach (rows, i, row)
		rc = rc || dossier_put(row, "change", change) ||
		     dossier_put(row, "change_to", keeper);
	free(change);
	return rc ? print_no_memory() : 0;
}

/* The decision that the new one takes the place of, for these tokens. */
static int put_replaced(const struct document_job *job, json_t *dossier)
{
	const char *before = dossier_text(dossier, "giver.name");
	struct paper paper;
	int ret;

	if (!job->event.reg || !*before ||
	    *dossier_text(dossier, "document.replaces"))
		return 0;
	ret = find_paper(job, dossier, false, before, &paper);
	if (!ret && paper.text &&
	    dossier_put(dossier, "document.replaces", paper.text))
		ret = print_no_memory();
	free(paper.text);
	return ret;
}

static const char *words_of(const char *day, char words[DATE_SIZE])
{
	long n;

	return date_read_iso(day, &n) ? date_dmy(n, words) : day;
}

void handover_doubt_term(const json_t *dossier)
{
	const json_t *rows = dossier_get(dossier, "subscribers"), *row;
	const char *day = dossier_text(dossier, "document.date");
	const char *from = dossier_text(dossier, "document.from");
	const char *until = dossier_text(dossier, "document.until");
	char a[DATE_SIZE], b[DATE_SIZE];
	size_t i;

	/* Days are compared as texts, which have the same order. */
	if (*from && strcmp(from, day) < 0)
		print_warning(
			_("the paper is of %s and is to hold from %s, before it is signed"),
			words_of(day, a), words_of(from, b));
	json_array_foreach (rows, i, row) {
		const char *begin = dossier_text(row, "not_before");
		const char *end = dossier_text(row, "not_after");
		const char *name = dossier_text(row, "name");

		if (!*name)
			name = dossier_text(row, "device_serial");
		if (*begin && *from && strcmp(from, begin) < 0)
			print_warning(
				_("%s: --from is %s, and the certificate begins on %s"),
				name, words_of(from, a), words_of(begin, b));
		if (*end && *until && strcmp(until, end) > 0)
			print_warning(
				_("%s: --until is %s, and the certificate ends on %s"),
				name, words_of(until, a), words_of(end, b));
	}
}

int handover_complete_decision(const struct document_job *job, json_t *dossier)
{
	const json_t *receiver = dossier_get(dossier, "receiver");
	bool named = *dossier_text(dossier, "giver.name") != '\0';
	int ret = put_issuer(dossier);

	/* Who receives the token by it is who keeps it. */
	if (!ret && !*dossier_text(dossier, "keeper.name") &&
	    *dossier_text(receiver, "name") &&
	    dossier_put_new(dossier, "keeper", json_deep_copy(receiver)))
		ret = print_no_memory();
	if (!ret)
		ret = put_giver(job, dossier,
				dossier_text(dossier, "keeper.name"));
	if (!ret)
		ret = put_replaced(job, dossier);
	if (!ret && !named)
		ret = document_settle_giver(job, dossier);
	handover_doubt_term(dossier);
	return ret ? ret
		   : put_change(dossier, dossier_text(dossier, "keeper.name"));
}

/* "Ông (bà) Trần Thị Bích, Văn thư" */
static int address(json_t *dossier)
{
	const char *name = dossier_text(dossier, "giver.name");
	const char *title = dossier_text(dossier, "giver.title");
	char *text = NULL;
	int rc;

	if (*dossier_text(dossier, "document.recipient") || !*name)
		return 0;
	if (asprintf(&text, "Ông (bà) %s%s%s", name, *title ? ", " : "",
		     title) < 0)
		return print_no_memory();
	rc = dossier_put(dossier, "document.recipient", text);
	free(text);
	return rc ? print_no_memory() : 0;
}

static int copy_to_receiver(json_t *dossier)
{
	const char *name = dossier_text(dossier, "receiver.name");
	char *text = NULL;
	int rc;

	if (!*name)
		return 0;
	if (asprintf(&text, "Ông (bà) %s", name) < 0)
		return print_no_memory();
	rc = dossier_append(dossier, "document.copies", text);
	free(text);
	return rc ? print_no_memory() : 0;
}

int handover_complete_permission(const struct document_job *job,
				 json_t *dossier)
{
	const char *name = dossier_text(dossier, "receiver.name");
	bool named = *dossier_text(dossier, "giver.name") != '\0';
	int ret = put_giver(job, dossier, name);

	if (!ret && !named)
		ret = document_settle_giver(job, dossier);
	if (!ret)
		ret = address(dossier);
	if (!ret)
		ret = copy_to_receiver(dossier);
	handover_doubt_term(dossier);
	return ret ? ret : put_change(dossier, name);
}

/* True if the papers that are named, which go before those of the register,
 * have @paper's number, "45/STC-VP", among them. */
static bool is_named(const json_t *dossier, const struct paper *paper)
{
	const json_t *papers = dossier_get(dossier, "document.papers");
	const char *before = strstr(paper->text, "số ");
	char *number = strdup(before ? before + strlen("số ") : paper->text);
	bool named = false;

	if (number)
		number[strcspn(number, " ")] = '\0';
	for (size_t i = 0; i < json_array_size(papers) && number; i++) {
		const char *text = json_string_value(json_array_get(papers, i));
		const char *at = text ? strstr(text, number) : NULL;

		named |= at && (at == text || at[-1] == ' ') &&
			 !isalnum((unsigned char)at[strlen(number)]);
	}
	free(number);
	return named;
}

/* Nobody keeps a token beyond what the permission gives it for: minutes that do
 * not say for how long end with it. */
static int keep_within(const struct document_job *job, json_t *dossier,
		       const struct paper *paper)
{
	const char *until = dossier_text(dossier, "document.until");
	const char *last =
		*until ? until : dossier_text(dossier, "document.date");
	char words[DATE_SIZE], *text = NULL;
	long day;
	int ret;

	if (!date_read_iso(paper->until, &day))
		return 0;
	(void)date_dmy(day, words);
	/* Days are compared as texts, which have the same order. */
	if (strcmp(last, paper->until) > 0) {
		if (asprintf(
			    &text,
			    _("the receiver may keep the token until %s and no longer, by this paper: %s"),
			    words, paper->text) < 0)
			return print_no_memory();
		ret = document_object(job, "permission-ends",
				      "Điều 32 Nghị định số 30/2020/NĐ-CP",
				      false, text);
		free(text);
		return ret;
	}
	if (*until)
		return 0;
	print_message(
		_("the receiver keeps the token until %s, the last day of this paper: %s"),
		words, paper->text);
	return dossier_put(dossier, "document.until", paper->until) ||
			       dossier_put_new(dossier, "document.temporary",
					       json_true())
		       ? print_no_memory()
		       : 0;
}

int handover_find_papers(const struct document_job *job, json_t *dossier)
{
	const char *keeper = dossier_text(dossier, "receiver.name");
	bool given =
		json_array_size(dossier_get(dossier, "document.papers")) > 0;
	bool decided = false;
	int ret = 0;

	if (!job->event.reg || !*keeper)
		return 0;
	for (int permits = 0; permits < 2 && !ret; permits++) {
		struct paper paper;

		ret = find_paper(job, dossier, permits, keeper, &paper);
		if (!ret && paper.text && !given) {
			print_message(
				_("the minutes are based on this paper, which is in the register: %s"),
				paper.text);
			if (dossier_append(dossier, "document.papers",
					   paper.text))
				ret = print_no_memory();
		}
		decided |= !permits && paper.text;
		/* A decision gives it for good. */
		if (!ret && permits && paper.text &&
		    (given ? is_named(dossier, &paper) : !decided))
			ret = keep_within(job, dossier, &paper);
		free(paper.text);
	}
	return ret;
}
