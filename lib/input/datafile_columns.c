/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * The headings of columns: those of a form, names and labels of fields, and
 * those that offices have in their lists. A heading that may mean two things is
 * refused rather than guessed at, unless the others beside it tell, and a
 * column of passwords is not read.
 */
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "base/buffer.h"
#include "base/i18n.h"
#include "base/text.h"
#include "datafile_reading.h"
#include "field_value.h"
#include "headings.h"
#include "secret_text.h"
#include "token/ckstoken.h"

/* No heading that is known is this long. */
#define MAX_HEADING 1000

struct data_name {
	const char *key;
	unsigned int hash;
	size_t next; /* whose hash ends alike, from 1 on; 0: none */
	struct data_target target;
};

static unsigned int hash_of(const char *key)
{
	unsigned int hash = 0;

	for (; *key; key++)
		hash = hash * 31 + (unsigned char)*key;
	return hash;
}

/* Each of some five hundred names is looked for before it is added. */
static const struct data_name *find_key(const struct reading *r,
					const char *key)
{
	unsigned int hash = hash_of(key);
	const struct data_name *name;
	size_t number;

	for (number = r->chains[hash % DATA_CHAINS]; number;
	     number = name->next) {
		name = &r->names[number - 1];
		if (name->hash == hash && !strcmp(name->key, key))
			return name;
	}
	return NULL;
}

static char *keep(struct reading *r, const char *s, size_t len)
{
	char *copy = arena_alloc(&r->arena, len + 1);

	if (copy && len)
		memcpy(copy, s, len);
	return copy;
}

/*
 * Makes the first @len bytes of @name stand for @target, unless they stand for
 * something already.
 */
static void add_part(struct reading *r, const char *name, size_t len,
		     const struct data_target *target)
{
	const char *copy = keep(r, name, len);
	char *key = copy ? field_key(copy) : NULL;
	struct data_name *names, *added;
	size_t *chain;

	if (!key) {
		r->failed = true;
		return;
	}
	if (find_key(r, key))
		goto out;
	names = arena_grow(&r->arena, r->names, r->n_names, sizeof(*names));
	if (!names || !*key)
		goto out;
	r->names = names;
	added = &names[r->n_names];
	added->key = keep(r, key, strlen(key));
	added->hash = hash_of(key);
	added->target = *target;
	if (!added->key)
		goto out;
	chain = &r->chains[added->hash % DATA_CHAINS];
	added->next = *chain;
	*chain = ++r->n_names;
out:
	free(key);
}

static void add(struct reading *r, const char *name,
		const struct data_target *target)
{
	add_part(r, name, strlen(name), target);
}

static void add_field(struct reading *r, const char *name, size_t len,
		      const struct field *field)
{
	const struct data_target target = { .fields = { field }, .n = 1 };

	add_part(r, name, len, &target);
}

/* @s without what stands in parentheses. The caller's to free(). */
static char *without_parentheses(const char *s)
{
	char *copy = strdup(s), *out = copy;
	int depth = 0;

	for (; copy && *s; s++) {
		if (*s == '(')
			depth++;
		if (!depth)
			*out++ = *s;
		if (*s == ')' && depth)
			depth--;
	}
	if (copy)
		*out = '\0';
	return copy;
}

/*
 * "Số định danh cá nhân/Ngày cấp, nơi cấp" has as many pieces as fields, and
 * each piece stands for its field.
 */
static void add_pieces(struct reading *r, const char *heading,
		       const struct data_target *target)
{
	const char *p = heading;
	size_t n = 1, i;

	for (; *p; p++)
		n += *p == '/' || *p == ',';
	if (n < 2 || n != target->n)
		return;
	for (i = 0, p = heading; i < n; i++) {
		size_t len = strcspn(p, "/,");

		add_field(r, p, len, target->fields[i]);
		p += len + 1;
	}
}

/* How a part of this type is written. */
static const char *example(const struct field *f)
{
	switch (f->type) {
	case FIELD_DATE:
		return "15/03/2022";
	case FIELD_ID_NUMBER:
		return "001234567890";
	case FIELD_PHONE:
		return "0912345678";
	case FIELD_SERIAL:
	case FIELD_DEVICE_SERIAL:
		return "5401A2B3C4D5";
	case FIELD_EMAIL:
		return "ten@coquan.gov.vn";
	default:
		return f->label;
	}
}

static const char *keep_list(struct reading *r, struct buffer *b)
{
	const char *kept = NULL;

	if (b->failed)
		r->failed = true;
	else
		kept = keep(r, (char *)b->data, b->len);
	buffer_free(b);
	return kept;
}

static const char *make_model(struct reading *r,
			      const struct data_target *target)
{
	struct buffer b = { 0 };
	size_t i;

	for (i = 0; i < target->n; i++)
		buffer_printf(&b, "%s%s", i ? ", " : "",
			      example(target->fields[i]));
	return keep_list(r, &b);
}

/* A field that only this form knows is text. */
static const struct field *own_field(struct reading *r, const char *name,
				     const char *heading)
{
	struct field *f = arena_alloc(&r->arena, sizeof(*f));

	if (!f)
		return NULL;
	*f = (struct field){ .name = name,
			     .label = heading,
			     .type = FIELD_TEXT };
	add_field(r, name, strlen(name), f);
	return f;
}

static void parse_fields(struct reading *r, const struct data_column *column,
			 struct data_target *target)
{
	const char *names = column->fields;

	while (*(names += strspn(names, " "))) {
		size_t len = strcspn(names, " ");
		const char *name = keep(r, names, len);
		const struct field *f = name ? field_find(name) : NULL;

		if (name && !f)
			f = own_field(r, name, column->heading);
		if (f && target->n < DATA_PARTS_MAX)
			target->fields[target->n++] = f;
		else if (f)
			data_errors_add(
				r->errors, 0, column->heading,
				_("The form has more than 8 data in this one column."));
		names += len;
	}
	target->model = make_model(r, target);
}

/* Adds the heading of @column for its fields, which @target then has. */
static void add_column(struct reading *r, const struct data_column *column,
		       struct data_target *target)
{
	char *bare = without_parentheses(column->heading);

	if (!bare) {
		r->failed = true;
		return;
	}
	parse_fields(r, column, target);
	add(r, column->heading, target);
	add(r, bare, target);
	free(bare);
}

/* Adds the pieces of the heading of @column, each for its own field. */
static void add_column_pieces(struct reading *r,
			      const struct data_column *column,
			      const struct data_target *target)
{
	char *bare = without_parentheses(column->heading);

	if (bare)
		add_pieces(r, bare, target);
	else
		r->failed = true;
	free(bare);
}

/*
 * A document takes nothing from the fields of the register: their columns are
 * known and passed over.
 */
static void add_fields(struct reading *r)
{
	struct data_target target = { .n = 0 };
	size_t i;

	for (i = 0; (target.fields[0] = field_at(i)); i++) {
		target.n = r->of_register || !target.fields[0]->of_register;
		add(r, target.fields[0]->name, &target);
	}
	for (i = 0; (target.fields[0] = field_at(i)); i++) {
		target.n = r->of_register || !target.fields[0]->of_register;
		add(r, target.fields[0]->label, &target);
	}
}

/* A form has few columns, which an error may name; the fields that there are
 * are too many for that. */
static void list_known(struct reading *r, const struct data_column *columns,
		       size_t n_columns)
{
	struct buffer b = { 0 };
	size_t i;

	for (i = 0; i < n_columns; i++)
		if (*columns[i].fields)
			buffer_printf(&b, "%s%s", b.len ? "; " : "",
				      columns[i].heading);
	r->known = b.len ? keep_list(r, &b) : NULL;
}

static void add_each(struct reading *r, const char *headings,
		     const struct data_target *target)
{
	while (*headings) {
		size_t len = strcspn(headings, HEADINGS_BETWEEN);

		add_part(r, headings, len, target);
		headings += len;
		headings += strspn(headings, HEADINGS_BETWEEN);
	}
}

static void add_words(struct reading *r, const struct heading_words *words,
		      bool counts)
{
	for (; words->field; words++) {
		struct data_target target = {
			.fields = { field_find_any(words->field) },
			.counts = counts,
		};

		target.n = r->of_register || !target.fields[0]->of_register;
		add_each(r, words->headings, &target);
	}
}

/* Adds the headings that offices write beside names and labels. */
static void add_usual(struct reading *r)
{
	const struct data_column *column;

	for (column = headings_joined; column->heading; column++) {
		struct data_target target = { 0 };

		add_column(r, column, &target);
		add_column_pieces(r, column, &target);
	}
	add_words(r, headings_usual, false);
	add_words(r, headings_counting, true);
}

/* Adds the headings that may mean two things. */
static void add_doubtful(struct reading *r)
{
	const struct heading_doubt *doubt;

	for (doubt = headings_doubtful; doubt->headings; doubt++) {
		struct data_target target = { .refusal = doubt->refusal,
					      .doubt = doubt };

		if (r->of_register && doubt->of_documents)
			target = (struct data_target){
				.fields = { field_find_any(doubt->fields[1]) },
				.n = 1,
			};
		add_each(r, doubt->headings, &target);
	}
}

void data_names_make(struct reading *r, const struct data_column *columns,
		     size_t n_columns)
{
	struct data_target *targets =
		arena_alloc(&r->arena, (n_columns + 1) * sizeof(*targets));
	const struct data_target number = { .n = 0 };
	const struct data_target unkept = { .unkept = true };
	size_t i;

	if (!targets)
		return;
	add_each(r, headings_numbers, &number);
	for (i = 0; i < n_columns; i++)
		add_column(r, &columns[i], &targets[i]);
	add_doubtful(r);
	for (i = 0; i < n_columns; i++)
		add_column_pieces(r, &columns[i], &targets[i]);
	add_fields(r);
	add_usual(r);
	add_each(r, headings_unkept, &unkept);
	list_known(r, columns, n_columns);
}

/* True if the names in @list, with blanks between, have that of @f. */
static bool is_listed(const char *list, const struct field *f)
{
	size_t len = strlen(f->name);
	const char *at = list;

	for (; (at = strstr(at, f->name)); at += len)
		if ((at == list || at[-1] == ' ') &&
		    (!at[len] || at[len] == ' '))
			return true;
	return false;
}

/* True if @target is for a field of @list, beyond doubt or as it mostly is. */
static bool is_for(const struct data_target *target, const char *list)
{
	size_t i;

	if (target && target->doubt && !target->doubt->near[0])
		return is_listed(list,
				 field_find_any(target->doubt->fields[0]));
	for (i = 0; target && !target->doubt && i < DATA_PARTS_MAX; i++)
		if (target->fields[i] && is_listed(list, target->fields[i]))
			return true;
	return false;
}

static bool is_any_for(const struct data_target *const *targets, size_t n,
		       const char *list, bool single)
{
	size_t i;

	for (i = 0; i < n; i++)
		if (is_for(targets[i], list) &&
		    !(single && targets[i]->fields[1]))
			return true;
	return false;
}

/* The column before that at @at, but for the day and place of issue that go
 * with it; NULL: none. */
static const struct data_target *
find_before(const struct data_target *const *targets, size_t at)
{
	while (at-- > 0) {
		const struct heading_doubt *doubt =
			targets[at] ? targets[at]->doubt : NULL;

		if (!doubt || !strstr("id_date id_place", doubt->fields[0]))
			return targets[at];
	}
	return NULL;
}

/* Judges if a heading may mean its first field, and its second. */
static void weigh(const struct heading_doubt *doubt,
		  const struct data_target *const *targets, size_t n, size_t at,
		  bool may[2])
{
	const struct data_target *before = find_before(targets, at);
	const struct data_target *behind = at + 1 < n ? targets[at + 1] : NULL;
	bool beside[2] = { false, false };
	size_t i;

	may[0] = may[1] = false;
	if (!doubt->near[0]) {
		may[0] = !is_for(before, doubt->near[1]) &&
			 (!is_for(behind, doubt->near[1]) ||
			  is_for(before, "device_serial certificate_serial "
					 "not_before"));
		return;
	}
	for (i = 0; i < 2 && doubt->fields[i]; i++) {
		may[i] = is_any_for(targets, n, doubt->near[i], false) &&
			 !is_any_for(targets, n, doubt->fields[i], true);
		beside[i] = may[i] && (is_for(before, doubt->near[i]) ||
				       is_for(behind, doubt->near[i]));
	}
	/* The next columns tell which of two fields is meant. */
	if (may[0] && may[1])
		memcpy(may, beside, sizeof(beside));
	else if (may[0] && doubt->against &&
		 is_any_for(targets, n, doubt->against, false))
		may[0] = beside[0];
}

const struct data_target *
data_names_settle(struct reading *r, const struct data_target *const *targets,
		  size_t n, size_t at)
{
	const struct data_target *target = targets[at];
	const struct heading_doubt *doubt = target ? target->doubt : NULL;
	struct data_target *settled;
	bool may[2];

	if (!doubt)
		return target;
	weigh(doubt, targets, n, at, may);
	if (may[0] == may[1])
		return target;
	settled = arena_alloc(&r->arena, sizeof(*settled));
	if (!settled)
		return target;
	settled->fields[0] = field_find_any(doubt->fields[may[0] ? 0 : 1]);
	settled->n = r->of_register || !settled->fields[0]->of_register;
	return settled;
}

static const struct data_target *find(struct reading *r, const char *heading)
{
	char *key = field_key(heading);
	const struct data_name *found = NULL;

	if (!key)
		r->failed = true;
	else
		found = find_key(r, key);
	free(key);
	return found ? &found->target : NULL;
}

/* True if @target is for the field of @other, or may be. */
static bool is_same(const struct data_target *target,
		    const struct data_target *other)
{
	const struct field *f = other->fields[0];

	if (!target || !f)
		return false;
	if (target->doubt)
		return !strcmp(target->doubt->fields[0], f->name);
	return target->fields[0] == f;
}

/*
 * True if the words of @heading in parentheses leave it what it is: they tell
 * how it is written, or name the field once more. "Email (cá nhân)" is another
 * address than "Email".
 */
static bool is_meant_alone(struct reading *r, const char *heading,
			   const struct data_target *bare)
{
	static const char *const harmless[] = {
		"",	 "x",	    "inhoa",	"chuinhoa",	"viethoa",
		"neuco", "batbuoc", "ddmmyyyy", "ngaythangnam", "dmy",
		"9so",	 "12so",    "12chuso",	"ghiro",	"danhdaux",
		"10so",
	};
	const char *open = strchr(heading, '(');
	char *key = field_key(open);
	bool alone = bare->unkept || (!bare->n && !bare->doubt);

	r->failed |= !key;
	for (size_t i = 0; key && i < sizeof(harmless) / sizeof(*harmless); i++)
		alone |= !strcmp(key, harmless[i]);
	/* "Trạng thái mật khẩu (PIN)" */
	alone |= bare->n == 1 && bare->fields[0]->type == FIELD_PIN_STATE;
	alone = alone || is_same(find(r, open), bare);
	free(key);
	return alone;
}

const struct data_target *data_names_look(struct reading *r,
					  const char *heading)
{
	static const struct data_target other = {
		.refusal = N_(
			"The words in parentheses may make something else of this column. Leave them out if they do not; if they do, remove the column."),
	};
	const struct data_target *found = find(r, heading);
	char *bare;

	if (found || !strchr(heading, '('))
		return found;
	bare = without_parentheses(heading);
	r->failed |= !bare;
	found = bare ? find(r, bare) : NULL;
	free(bare);
	return !found || is_meant_alone(r, heading, found) ? found : &other;
}

const struct data_target *data_names_find(struct reading *r,
					  const char *heading)
{
	static const struct data_target secret = {
		.refusal = N_(
			"A password must not be given here. Remove it from the file."),
	};
	const struct data_target *found;
	int is_secret;

	if (strlen(heading) > MAX_HEADING)
		return NULL;
	found = find(r, heading);
	if (found)
		return found;
	found = data_names_look(r, heading);
	/* A column of the states of PINs holds no PIN. */
	if (found && found->n == 1 && found->fields[0]->type == FIELD_PIN_STATE)
		return found;
	is_secret = secret_is_heading(heading);
	r->failed |= is_secret < 0;
	return is_secret > 0 ? &secret : found;
}

const struct field *data_names_nearest(struct reading *r, const char *heading)
{
	char *key = strlen(heading) > MAX_HEADING ? NULL : field_key(heading);
	struct text_nearest nearest = { .wanted = key ? key : "" };
	const struct field *found = NULL;
	size_t len;

	for (size_t i = 0; key && i < r->n_names; i++) {
		const struct data_target *target = &r->names[i].target;

		if (target->n != 1)
			continue;
		text_nearest_try(&nearest, r->names[i].key);
		if (nearest.found == r->names[i].key)
			found = target->fields[0];
	}
	/* A heading that differs in a word is another: "Ngày giao" is no "Ngày
	 * sinh". */
	len = strlen(nearest.wanted);
	if (found && nearest.distance > (len < 5 ? 0 : 1 + len / 10))
		found = NULL;
	free(key);
	return found;
}
