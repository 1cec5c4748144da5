/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* The minutes of Form 08, and of a change of keeper, which has no form. */
#include "unit/papers.h"

#define KEEPER "lib/forms/keeper.xml"

/* @facts with the text, or nothing, at @path. */
static json_t *with(json_t *facts, const char *path, const char *text)
{
	assert_int_equal(dossier_put(facts, path, text), 0);
	return facts;
}

static void minutes_say_what_the_facts_say(void **state)
{
	static const char *const parts[] = {
		"Số:07/BB-STC",
		"BIÊNBẢN",
		"CăncứĐiều20Nghịđịnhsố68/2024",
		"côngvụ;CăncứQuyếtđịnhsố45/QĐ-STC.",
		"Hômnay,hồi09giờ00phút,ngày21tháng11năm2026,tạiHàNội,",
		"chúngtôigồm:",
		"BÊNGIAO:ông(bà)NguyễnVănHùng;chứcvụ:Vănthư",
		"068085001234;ngàycấp:12/05/2021;nơicấp:BộCôngan",
		"căncứđạidiện:Giấygiớithiệusố12/GGT-STC",
		"Bịkhóadonhậpsaimậtkhẩu",
		"từ01/01/2024đến31/12/2026",
		"Lýdogiao,nhận:Hếthạn.",
		"02bảncógiátrịnhưnhau,mỗibêngiữ01bản.",
		"ĐẠIDIỆNBÊNGIAO",
		"ĐẠIDIỆNBÊNNHẬN",
		"đốichiếuMẫusố08",
	};
	struct document *doc = paper(MINUTES, minutes_facts());

	(void)state;
	assert_int_equal(doc->n_missing, 0);
	assert_parts(doc, parts, N(parts));
	document_free(&doc);
}

/* Neither is asked for, and no words lead up to nothing. */
static void an_identity_needs_no_day_and_place(void **state)
{
	json_t *facts = minutes_facts();
	struct document *doc;

	(void)state;
	with(with(facts, "giver.id_date", NULL), "giver.id_place", NULL);
	with(with(facts, "receiver.id_date", NULL), "receiver.id_place", NULL);
	doc = paper(MINUTES, facts);
	assert_int_equal(doc->n_missing, 0);
	assert_no_part(doc, "ngàycấp");
	assert_no_part(doc, "nơicấp");
	document_free(&doc);
}

static void an_hour_nobody_gave_is_left_to_be_written(void **state)
{
	static const char *const parts[] = {
		"hồi…giờ…phút,ngày21tháng11năm2026"
	};
	struct document *doc =
		paper(MINUTES, with(minutes_facts(), "document.time", NULL));

	(void)state;
	assert_int_equal(doc->n_missing, 0);
	assert_no_part(doc, "00giờ");
	assert_parts(doc, parts, N(parts));
	document_free(&doc);
}

/* Mẫu 1.9 of Nghị định số 30/2020/NĐ-CP has a list below the signatures, on
 * their page; whom the regulation names is in it. */
static void minutes_say_who_gets_them(void **state)
{
	static const char *const none[] = {
		"Nơinhận:-Bêngiao,bênnhận;-Lưu:VT,Hồsơ.",
	};
	static const char *const all[] = {
		"Nơinhận:-Bêngiao,bênnhận;-Cục;-SởA;-Lưu:VT,VP,Hồsơ.",
	};
	json_t *facts = with(minutes_facts(), "document.recipient", NULL);
	struct document *doc = paper(MINUTES, json_deep_copy(facts));

	(void)state;
	assert_parts(doc, none, N(none));
	for (size_t i = doc->n_blocks; i-- > 1 && doc->blocks[i].paragraph;)
		assert_true(doc->blocks[i - 1].paragraph
				    ? doc->blocks[i - 1].paragraph->keep_next
				    : doc->blocks[i - 1].table->keep_next);
	document_free(&doc);
	with(with(facts, "document.recipient", "Cục"), "agency.archive", "VP");
	json_object_set_new(json_object_get(facts, "document"), "copies",
			    json_pack("[s]", "Sở A;"));
	doc = paper(MINUTES, facts);
	assert_parts(doc, all, N(all));
	document_free(&doc);
}

static void copies_are_like_their_number(void **state)
{
	static const struct {
		json_int_t n;
		const char *words;
	} cases[] = {
		{ 1, "lậpthành01bản." },
		{ 2, "lậpthành02bảncógiátrịnhưnhau,mỗibêngiữ01bản." },
		{ 3, "lậpthành03bảncógiátrịnhưnhau." },
		{ 12, "lậpthành12bảncógiátrịnhưnhau." },
	};
	size_t i;

	(void)state;
	for (i = 0; i < N(cases); i++) {
		json_t *facts = minutes_facts();
		struct document *doc;

		assert_int_equal(dossier_put_new(facts, "document.originals",
						 json_integer(cases[i].n)),
				 0);
		doc = paper(MINUTES, facts);
		assert_parts(doc, &cases[i].words, 1);
		document_free(&doc);
	}
}

static void punctuation_is_no_fact(void **state)
{
	struct document *doc = paper(
		MINUTES, with(with(minutes_facts(), "document.reason", "..."),
			      "document.place", " - "));

	(void)state;
	assert_int_equal(doc->n_missing, 2);
	assert_true(lists(doc, "lý do giao, nhận"));
	assert_true(lists(doc, "nơi giao, nhận"));
	document_free(&doc);
}

static void damaged_letters_are_listed(void **state)
{
	struct document *doc = paper(
		MINUTES, with(minutes_facts(), "document.place", "Ph\xFFng 2"));

	(void)state;
	assert_int_equal(doc->n_missing, 1);
	assert_true(lists(doc, "nơi giao, nhận (có ký tự hỏng)"));
	document_free(&doc);
}

static void minutes_of_nothing_ask_for_all(void **state)
{
	static const char *const fields[] = {
		"tên cơ quan ban hành", "ký hiệu cơ quan ban hành",
		"địa danh ban hành",	"ngày ban hành",
		"ngày giao, nhận",	"nơi giao, nhận",
		"họ và tên bên giao",	"chức vụ bên giao",
		"cơ quan bên giao",	"số định danh bên giao",
		"điện thoại bên giao",	"căn cứ đại diện bên giao",
		"họ và tên bên nhận",	"chức vụ bên nhận",
		"cơ quan bên nhận",	"số định danh bên nhận",
		"điện thoại bên nhận",	"căn cứ đại diện bên nhận",
		"số hiệu thiết bị",	"nhãn thiết bị",
		"loại thiết bị",	"tên chứng thư chữ ký số",
		"số hiệu chứng thư",	"hiệu lực chứng thư",
		"tình trạng bên ngoài", "phụ kiện kèm theo",
		"lý do giao, nhận",	"số bản",
	};
	static const char *const parts[] = { "Chưakiểmtra" };
	struct document *doc =
		paper(MINUTES, json_of("{'form': {'name': 'Mẫu số 08'}}"));

	(void)state;
	assert_missing(doc, fields, N(fields));
	assert_parts(doc, parts, N(parts));
	assert_no_part(doc, "mỗibêngiữ");
	document_free(&doc);
}

/* Who comes for it may be anyone of the agency. */
static void only_the_subscriber_is_called_one(void **state)
{
	static const char *const deliveries[] = {
		"lib/forms/07.xml", "lib/forms/tt185-deliver.xml"
	};
	static const char *const receives[] = { "BÊNNHẬN:ông(bà)" };
	static const char *const is_given[] = { "BÊNNHẬN(thuêbao):ông(bà)" };
	size_t i;

	(void)state;
	for (i = 0; i < N(deliveries); i++) {
		json_t *facts = minutes_facts();
		struct document *doc = paper(deliveries[i], facts);

		assert_parts(doc, receives, 1);
		document_free(&doc);
		facts = minutes_facts();
		assert_int_equal(dossier_put_new(facts, "receiver.subscriber",
						 json_true()),
				 0);
		doc = paper(deliveries[i], facts);
		assert_parts(doc, is_given, 1);
		document_free(&doc);
	}
}

static void a_new_keeper_needs_a_permission(void **state)
{
	static const char *const parts[] = {
		"CăncứĐiều32Nghịđịnhsố30/2020/NĐ-CP;",
		"Căncứ[cầnbổsung:vănbảnchophépbàngiao].",
		"Chưakiểmtra",
	};
	struct document *doc = paper(
		KEEPER, json_of("{'document': {'grounds':"
				" ['Điều 32 Nghị định số 30/2020/NĐ-CP']}}"));

	(void)state;
	assert_true(lists(doc, "văn bản cho phép bàn giao"));
	assert_true(lists(doc, "số bản"));
	assert_true(lists(doc, "ngày giao, nhận"));
	assert_parts(doc, parts, N(parts));
	assert_no_part(doc, "mỗibêngiữ");
	document_free(&doc);
	doc = paper(KEEPER, minutes_facts());
	assert_int_equal(doc->n_missing, 0);
	document_free(&doc);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(minutes_say_what_the_facts_say),
		cmocka_unit_test(an_identity_needs_no_day_and_place),
		cmocka_unit_test(an_hour_nobody_gave_is_left_to_be_written),
		cmocka_unit_test(minutes_say_who_gets_them),
		cmocka_unit_test(copies_are_like_their_number),
		cmocka_unit_test(punctuation_is_no_fact),
		cmocka_unit_test(damaged_letters_are_listed),
		cmocka_unit_test(minutes_of_nothing_ask_for_all),
		cmocka_unit_test(only_the_subscriber_is_called_one),
		cmocka_unit_test(a_new_keeper_needs_a_permission),
	};

	return cmocka_run_group_tests(tests, open_fonts, close_fonts);
}
