/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "regulations.h"

#include "base/date.h"
#include "input/field.h"

static struct province *lam_dong, *ninh_binh, *bac_ninh, *phu_tho;

static int load_all(void **state)
{
	(void)state;
	lam_dong = load("lam-dong");
	ninh_binh = load("ninh-binh");
	bac_ninh = load("bac-ninh-tt185");
	phu_tho = load("phu-tho");
	return 0;
}

static int free_all(void **state)
{
	(void)state;
	province_free(&lam_dong);
	province_free(&ninh_binh);
	province_free(&bac_ninh);
	province_free(&phu_tho);
	return 0;
}

static void days_are_read(void **state)
{
	static const char *const none[] = {
		"",
		"2026",
		"2026-02-29",
		"2026-13-01",
		"2026-00-10",
		"2026-04-31",
		"2026-1-01",
		"2026-01-01 ",
		"2026-01-01T00:00Z",
		"2026-01-01T24:00:00Z",
		"2026-01-01T00:00:00",
		"2026-01-01T00:00:00Zx",
		"21/11/2026",
	};
	char words[DATE_SIZE];
	long day, same;

	(void)state;
	assert_true(date_read_iso("1970-01-01", &day));
	assert_int_equal(day, 0);
	assert_true(date_read_iso("2026-11-21", &day));
	assert_int_equal(day, 20778);
	assert_string_equal(date_dmy(day, words), "21/11/2026");
	assert_true(date_read_iso("2026-11-20T17:00:00Z", &same));
	assert_int_equal(same, day);
	assert_true(date_read_iso("2026-11-20T16:59:59Z", &same));
	assert_int_equal(same, day - 1);
	assert_true(date_read_iso("2024-02-29", &day));
	assert_string_equal(date_dmy(date_add_years(day, 3), words),
			    "01/03/2027");
	assert_string_equal(date_dmy(date_add_years(day, 4), words),
			    "29/02/2028");
	for (size_t i = 0; i < sizeof(none) / sizeof(none[0]); i++)
		assert_false(date_read_iso(none[i], &day));
}

static void thirty_days_must_be_left(void **state)
{
	(void)state;
	passes(lam_dong, "renew",
	       "[{\"name\":\"An\",\"not_after\":\"2026-12-21\"}]");
	fails(lam_dong, "renew",
	      "[{\"name\":\"An\",\"holder\":\"person\",\"not_after\":\"2026-12-20\"}]",
	      "days-left",
	      "An: at least 30 days must be left, but the certificate ends on 20/12/2026; the last day for it was 20/11/2026. Ask for a new certificate (Form 01).");
	fails(lam_dong, "change",
	      "[{\"holder\":\"organization\",\"certificate_serial\":\"0A1B\",\"not_after\":\"2026-12-20\"}]",
	      "days-left", "0A1B: at least 30");
	fails(lam_dong, "renew",
	      "[{\"holder\":\"organization\",\"not_after\":\"2026-12-20\"}]",
	      "days-left", "(Form 02)");
	fails(lam_dong, "renew", "[{\"not_after\":\"2026-12-20\"}]",
	      "days-left", "row 1: at least");
	fails(lam_dong, "renew", "[{\"not_after\":\"2026-12-20\"}]",
	      "days-left", "(Form 01/02)");
	/* The regulation has no new certificate for these. */
	fails(lam_dong, "renew",
	      "[{\"holder\":\"device\",\"not_after\":\"2026-12-20\"}]",
	      "days-left", "Ask for a new certificate.");
	fails(lam_dong, "renew", "[{\"not_after\":\"2025-01-01\"}]",
	      "days-left", "the last day for it was 02/12/2024");
	passes(lam_dong, "renew", "[{\"name\":\"An\"},{\"not_after\":\"\"}]");
	passes(lam_dong, "revoke", "[{\"not_after\":\"2025-01-01\"}]");
}

static void sixty_days_must_be_left_in_bac_ninh(void **state)
{
	(void)state;
	passes(bac_ninh, "renew", "[{\"not_after\":\"2027-01-20\"}]");
	fails(bac_ninh, "renew",
	      "[{\"not_after\":\"2027-01-19\",\"holder\":\"person\"}]",
	      "days-left", "the last day for it was 20/11/2026");
	fails(bac_ninh, "change",
	      "[{\"not_after\":\"2027-01-19\",\"holder\":\"person\"}]",
	      "days-left", "(Form 02)");
}

/* From noon to midnight in UTC it is tomorrow in Vietnam. */
static void days_are_vietnams(void **state)
{
	static const char row[] = "[{\"not_after\":\"2027-01-30T17:00:00Z\"}]";
	struct violations f;

	(void)state;
	/* 2027-01-01, 23:59:59 in Vietnam: to 31 January there are 30. */
	f = check_at(lam_dong, "renew", row, 1798822799);
	assert_int_equal(f.n, 0);
	violations_free(&f);
	f = check_at(lam_dong, "renew", row, 1798822800);
	assert_int_equal(f.n, 1);
	assert_non_null(strstr(f.list[0].text, "01/01/2027"));
	violations_free(&f);
}

static void a_second_renewal_is_refused(void **state)
{
	(void)state;
	passes(phu_tho, "renew", "[{\"renewals\":0}]");
	fails(phu_tho, "renew",
	      "[{\"name\":\"An\",\"renewals\":1,\"holder\":\"device\"}]",
	      "renewed-once",
	      "it can be renewed only once. Ask for a new certificate (Form 03).");
	passes(phu_tho, "renew",
	       "[{},{\"renewals\":1,\"renew\":false,\"update\":true,\"change\":\"Tên cơ quan\",\"change_to\":\"B\"}]");
	passes(phu_tho, "change",
	       "[{\"renewals\":1,\"change\":\"Tên cơ quan\",\"change_to\":\"B\"}]");
	fails(phu_tho, "change",
	      "[{\"renewals\":1,\"renew\":true,\"update\":true,\"change\":\"Tên cơ quan\",\"change_to\":\"B\"}]",
	      "renewed-once", "only once");
}

#define TERM(from, to, more) \
	"[{\"not_before\":\"" from "\",\"not_after\":\"" to "\"" more "}]"

/* NĐ 68/2024 Điều 9 binds the issuer: a letter is written, and the days are
 * remarked on where no term can explain them. */
static void a_term_of_the_issuer_refuses_no_letter(void **state)
{
	(void)state;
	passes(lam_dong, "renew",
	       TERM("2022-03-01", "2027-03-01", ",\"renewals\":0"));
	remarks(lam_dong, "renew",
		TERM("2022-03-01", "2027-03-02", ",\"renewals\":0"), "max-term",
		"at most 5 years");
	passes(lam_dong, "renew",
	       TERM("2024-02-29", "2029-03-01", ",\"renewals\":0"));
	remarks(lam_dong, "renew",
		TERM("2024-02-29", "2029-03-02", ",\"renewals\":0"), "max-term",
		"from 29/02/2024 to 02/03/2029");
	passes(lam_dong, "change",
	       TERM("2024-12-31T16:59:59Z", "2029-12-31", ",\"renewals\":0"));
	remarks(lam_dong, "change",
		TERM("2024-12-31T16:59:59Z", "2030-01-01", ",\"renewals\":0"),
		"max-term", "");
	/* Renewed once, or perhaps: five years and three more. */
	passes(lam_dong, "change",
	       TERM("2024-01-01", "2032-01-01", ",\"renewals\":1"));
	remarks(lam_dong, "change",
		TERM("2024-01-01", "2032-01-02", ",\"renewals\":1"), "max-term",
		"at most 8 years");
	passes(lam_dong, "change", TERM("2024-01-01", "2032-01-01", ""));
	remarks(lam_dong, "change", TERM("2024-01-01", "2032-01-02", ""),
		"max-term", "at most 8 years");
	passes(lam_dong, "change", TERM("", "2040-01-01", ""));
}

/* Lâm Đồng 1619/2025 Điều 4.2: "được gia hạn tối đa là 03 năm". */
static void a_renewal_counts_from_the_old_end(void **state)
{
	static const char row[] =
		TERM("2026-10-01", "2029-11-15", ",\"renewals\":1");
	struct violations f =
		check_known(lam_dong, "change", row,
			    "[{\"old_not_after\":\"2026-11-15\"}]", NOW);

	(void)state;
	assert_int_equal(f.n, 0);
	violations_free(&f);
	found(check_known(lam_dong, "change", row,
			  "[{\"old_not_after\":\"2026-11-14\"}]", NOW),
	      true, "max-term",
	      "a renewal adds at most 3 years, and this certificate ends on 15/11/2029, where the one before ended on 14/11/2026");
}

static void providers_of_anyone_are_known(void **state)
{
	static const char *const refused[] = {
		"a@gmail.com",	   "a@Googlemail.com", "a@yahoo.com",
		"a@yahoo.com.vn",  "a@mail.yahoo.com", "a@ymail.com",
		"a@hotmail.fr",	   "a@HOTMAIL.COM",    "a@outlook.com.vn",
		"a@live.com",	   "a@msn.com",	       "a@icloud.com",
		"a@me.com",	   "a@aol.com",	       "a@proton.me",
		"a@protonmail.ch", "a@zohomail.com",   "a@zoho.eu",
		"a@yandex.ru",	   "a@mail.ru",	       "a@yahoo.co.uk",
		"a@x.mail.ru",	   "a@gmail.com.",     "a@b@gmail.com",
	};
	static const char *const fine[] = {
		"",
		"a",
		"a@",
		"a@lamdong.gov.vn",
		"a@live.danang.gov.vn",
		"a@outlook.gov.vn",
		"a@gmail.lamdong.gov.vn",
		"a@some.com",
		"gmail.com@bcy.gov.vn",
		"a@notgmail.com",
		"a@gmail",
		"a@vnpt.vn",
		"a@mail.vn",
	};

	(void)state;
	for (size_t i = 0; i < sizeof(refused) / sizeof(refused[0]); i++)
		if (!email_is_public(refused[i]))
			fail_msg("%s is of anyone", refused[i]);
	for (size_t i = 0; i < sizeof(fine) / sizeof(fine[0]); i++)
		if (email_is_public(fine[i]))
			fail_msg("%s is not of anyone", fine[i]);
}

static void an_email_must_be_official(void **state)
{
	(void)state;
	passes(lam_dong, "new-person",
	       "[{\"name\":\"An\",\"email\":\"an@lamdong.gov.vn\"},{}]");
	fails(lam_dong, "new-person",
	      "[{\"name\":\"An\",\"email\":\"an@gmail.com\"}]",
	      "official-email", "An: an@gmail.com is not an official");
	fails(lam_dong, "new-organization",
	      "[{\"name\":\"Sở\",\"email\":\"so@yahoo.com.vn\"}]",
	      "official-email", "Sở: so@yahoo.com.vn");
	/* What was registered once does not hinder a renewal or its change. */
	passes(lam_dong, "renew", "[{\"email\":\"an@gmail.com\"}]");
	passes(lam_dong, "change",
	       "[{\"email\":\"an@gmail.com\",\"change\":\"Email\",\"change_to\":\"an@lamdong.gov.vn\"}]");
	fails(lam_dong, "change",
	      "[{\"change\":\"Email\",\"change_to\":\"an@gmail.com\"}]",
	      "official-email", "an@gmail.com");
}

static void the_contacts_email_counts_too(void **state)
{
	const struct procedure *p = province_procedure(phu_tho, "new-person");
	json_t *dossier = json_pack("{s:{s:s,s:s}}", "contact", "name", "Bích",
				    "email", "bich@hotmail.com");
	struct violations f = { 0 };

	(void)state;
	assert_int_equal(conditions_check(p, dossier, NULL, NOW, &f), 0);
	assert_int_equal(f.n, 1);
	assert_int_equal(f.list[0].row, 0);
	assert_non_null(strstr(f.list[0].text, "Bích: bich@hotmail.com"));
	assert_string_equal(
		f.list[0].article,
		"ghi chú Mẫu số 01 Phụ lục Nghị định số 68/2024/NĐ-CP");
	violations_free(&f);
	json_object_set_new(json_object_get(dossier, "contact"), "name",
			    json_string(""));
	assert_int_equal(conditions_check(p, dossier, NULL, NOW, &f), 0);
	assert_non_null(strstr(f.list[0].text, "the person whom"));
	violations_free(&f);
	json_decref(dossier);
}

static void a_change_is_named(void **state)
{
	struct violations f;

	(void)state;
	passes(lam_dong, "change", "[{\"name\":\"An\"}]");
	fails(lam_dong, "change", "[{\"name\":\"An\",\"update\":true}]",
	      "change-named", "An: a change is asked for");
	fails(lam_dong, "change", "[{\"change\":\"Cơ quan\"}]", "change-named",
	      "its new value");
	fails(lam_dong, "renew", "[{},{\"update\":true,\"change_to\":\"B\"}]",
	      "change-named", "its new value");
	passes(lam_dong, "renew",
	       "[{},{\"update\":true,\"change\":\"Cơ quan\",\"change_to\":\"B\"}]");
	f = check_at(lam_dong, "renew",
		     "[{\"change\":\"Chức vụ\",\"change_to\":\"B\"}]", NOW);
	assert_int_equal(f.n, 1);
	assert_true(f.list[0].remark);
	violations_free(&f);
}

static void a_form_is_for_its_holder(void **state)
{
	(void)state;
	passes(lam_dong, "new-person",
	       "[{\"holder\":\"person\"},{\"holder\":\"\"},{}]");
	fails(lam_dong, "new-organization",
	      "[{\"name\":\"An\",\"holder\":\"person\"}]", "holder",
	      "An: the holder is a person, and this form is not for people. Ask for a new certificate (Form 01).");
	fails(lam_dong, "new-person", "[{\"holder\":\"organization\"}]",
	      "holder", "organizations. Ask for a new certificate (Form 02).");
	fails(lam_dong, "new-person", "[{\"holder\":\"device\"}]", "holder",
	      "not for those. The regulation has no form for this kind of holder.");
	passes(phu_tho, "new-device", "[{\"holder\":\"device\"}]");
	fails(phu_tho, "new-device", "[{},{\"holder\":\"person\"}]", "holder",
	      "row 2: the holder is a person");
	fails(bac_ninh, "new-device", "[{\"holder\":\"organization\"}]",
	      "holder", "(Form 04)");
	fails(ninh_binh, "new-person", "[{\"holder\":\"device\"}]", "holder",
	      "(Form 03)");
	passes(phu_tho, "revoke", "[{\"holder\":\"device\"}]");
}

static void a_letter_asks_for_what_it_is_about(void **state)
{
	struct violations f;

	(void)state;
	passes(lam_dong, "renew", "[]");
	passes(lam_dong, "renew",
	       "[{\"renew\":false,\"update\":false},{\"renew\":true}]");
	passes(lam_dong, "change", "[{\"renew\":true},{}]");
	passes(lam_dong, "change",
	       "[{\"renew\":true,\"update\":true,\"change\":\"Email\",\"change_to\":\"a@b.vn\"}]");
	fails(lam_dong, "change", "[{\"renew\":true},{\"renew\":true}]",
	      "asked-for", "no row asks for a change; ");
	fails(bac_ninh, "renew",
	      "[{\"update\":true,\"change\":\"Email\",\"change_to\":\"a@b.vn\"}]",
	      "asked-for", "no row asks for a renewal; ");
	f = check_at(phu_tho, "change", "[{\"renew\":true}]", NOW);
	assert_int_equal(f.list[0].row, 0);
	assert_string_equal(f.list[0].article,
			    "Mẫu số 04 Phụ lục Nghị định số 68/2024/NĐ-CP");
	violations_free(&f);
}

/* A tick that a table leaves blank is false. */
static void a_row_without_ticks_asks_for_what_the_letter_is_about(void **state)
{
	(void)state;
	fails(lam_dong, "renew",
	      "[{\"renew\":false,\"update\":false,\"renewals\":1}]",
	      "renewed-once", "only once");
	fails(lam_dong, "change",
	      "[{\"renew\":false,\"update\":false,\"change\":\"Email\"}]",
	      "change-named", "its new value");
	passes(lam_dong, "renew",
	       "[{},{\"update\":true,\"renewals\":1,\"change\":\"Email\",\"change_to\":\"a@b.vn\"}]");
}

static void a_certificate_ends_after_it_begins(void **state)
{
	(void)state;
	fails(lam_dong, "renew", TERM("2028-03-02", "2028-03-01", ""),
	      "max-term",
	      "said to begin on 02/03/2028 and to end before that, on 01/03/2028");
	passes(lam_dong, "renew", TERM("2028-03-01", "2028-03-01", ""));
}

static void what_is_past_cannot_be_yet_to_come(void **state)
{
	const struct procedure *p = province_procedure(lam_dong, "keeper");
	json_t *dossier = json_pack("{s:{s:s,s:s}}", "contact", "name", "Bích",
				    "id_date", "2026-11-22");
	struct violations f = { 0 };

	(void)state;
	passes(lam_dong, "new-person",
	       "[{\"birth_date\":\"2000-02-29\",\"id_date\":\"2026-11-21\"}]");
	fails(lam_dong, "new-person", "[{\"birth_date\":\"2026-11-22\"}]",
	      "plausible-days",
	      "row 1: the date of birth, 22/11/2026, is in the future");
	fails(phu_tho, "revoke", "[{\"id_date\":\"2062-01-02\"}]",
	      "plausible-days", "issued on 02/01/2062");
	assert_int_equal(conditions_check(p, dossier, NULL, NOW, &f), 0);
	assert_int_equal(f.n, 1);
	assert_int_equal(f.list[0].row, 0);
	assert_string_equal(f.list[0].article, "");
	assert_non_null(strstr(f.list[0].text, "Bích: the identity paper"));
	violations_free(&f);
	json_decref(dossier);
}

/* Ninh Bình 165/2025 Điều 11.3, Bắc Ninh 09/2023 Điều 15.3, NĐ 30/2020 Điều
 * 32.3: wherever the row is from. */
static void a_personal_token_changes_no_keeper(void **state)
{
	struct violations f;

	(void)state;
	passes(ninh_binh, "keeper", "[{\"holder\":\"organization\"}]");
	passes(ninh_binh, "keeper", "[{\"holder\":\"device\"}]");
	fails(ninh_binh, "keeper", "[{\"name\":\"An\",\"holder\":\"person\"}]",
	      "own-keeping", "An: the token is a person's");
	fails(bac_ninh, "keeper", "[{\"holder\":\"person\"}]", "own-keeping",
	      "a person's");
	remarks(lam_dong, "keeper", "[{\"device_serial\":\"77\"}]",
		"own-keeping", "77: whether the token is an organization's");
	/* A token may have a person's certificate beside the office's. */
	passes(lam_dong, "keeper",
	       "[{\"device_serial\":\"77\",\"holder\":\"person\"},{\"device_serial\":\"77\",\"holder\":\"organization\"}]");
	fails(lam_dong, "keeper",
	      "[{\"device_serial\":\"77\",\"holder\":\"person\"},{\"device_serial\":\"78\",\"holder\":\"organization\"}]",
	      "own-keeping", "77");
	f = check_at(ninh_binh, "keeper", "[{\"holder\":\"person\"}]", NOW);
	assert_string_equal(
		f.list[0].article,
		"khoản 3 Điều 11 Quy chế ban hành kèm theo Quyết định số 165/2025/QĐ-UBND");
	violations_free(&f);
}

/* What is found of a return for @reason, of a certificate to the end of 2031.
 */
static struct violations returned(const char *reason, const char *known)
{
	const struct procedure *p = province_procedure(ninh_binh, "return");
	json_t *dossier = json_pack("{s:{s:s},s:[{s:s,s:s}]}", "document",
				    "reason", reason, "subscribers", "name",
				    "An", "not_after", "2031-12-31");
	json_t *besides = json_loads(known, 0, NULL);
	struct violations f = { 0 };

	assert_int_equal(conditions_check(p, dossier, besides, NOW, &f), 0);
	json_decref(dossier);
	json_decref(besides);
	return f;
}

static void nothing_is_found(struct violations f)
{
	assert_int_equal(f.n, 0);
	violations_free(&f);
}

/* NĐ 68/2024 Điều 20, Ninh Bình 165/2025 Điều 10.6.b. */
static void a_token_comes_back_after_its_certificate(void **state)
{
	(void)state;
	found(returned("Chứng thư hết hạn", "[{}]"), false, "hand-back",
	      "An: \"Chứng thư hết hạn\" is given as the reason, but the certificate lasts until 31/12/2031");
	found(returned("hết hiệu lực", "[{}]"), false, "hand-back", "2031");
	found(returned("Nghỉ hưu", "[{}]"), true, "hand-back",
	      "is not known to be revoked");
	nothing_is_found(returned("Chứng thư bị thu hồi", "[{}]"));
	nothing_is_found(returned("hết hạn hoặc bị thu hồi", "[{}]"));
	nothing_is_found(
		returned("Nghỉ hưu", "[{\"revoked_date\":\"2026-11-02\"}]"));
	nothing_is_found(
		returned("hết hạn", "[{\"notice_date\":\"2026-11-02\"}]"));
	passes(ninh_binh, "return", "[{\"not_after\":\"2026-11-20\"}]");
	passes(ninh_binh, "return", "[{\"device_serial\":\"77\"}]");
	remarks(ninh_binh, "return", "[{\"not_after\":\"2026-11-21\"}]",
		"hand-back", "21/11/2026");
}

/* Luật Căn cước 2023 Điều 46. */
static void a_card_of_nine_digits_is_remarked_on(void **state)
{
	(void)state;
	remarks(lam_dong, "revoke",
		"[{\"name\":\"An\",\"id_number\":\"250123456\"}]", "id-number",
		"An: 250123456 has 9 digits");
	passes(lam_dong, "revoke", "[{\"id_number\":\"068099001234\"}]");
	passes(lam_dong, "revoke", "[{\"id_number\":\"B12345678\"}]");
}

static void a_sim_is_of_a_carrier(void **state)
{
	(void)state;
	passes(lam_dong, "new-person",
	       "[{\"sim_pki\":\"Viettel\"},{\"sim_pki\":\"Vinaphone/cs\"},{\"sim_pki\":\"mobifone/CS\"},{\"sim_pki\":\"\"},{}]");
	fails(lam_dong, "new-person", "[{\"sim_pki\":\"Viettel/xx\"}]",
	      "sim-pki", "\"Viettel/xx\"");
	fails(lam_dong, "new-person", "[{\"sim_pki\":\"Viettel cs\"}]",
	      "sim-pki", "/cs");
	fails(lam_dong, "new-person", "[{\"sim_pki\":\"x\"}]", "sim-pki", "x");
}

static void a_certificate_is_the_governments(void **state)
{
	static const char *const procedures[] = { "renew", "change", "revoke",
						  "recover" };

	(void)state;
	for (size_t i = 0; i < 4; i++) {
		passes(phu_tho, procedures[i], "[{\"official\":true},{}]");
		fails(phu_tho, procedures[i],
		      "[{\"device_serial\":\"77\",\"user_pin\":\"locked\",\"official\":false}]",
		      "government-ca", "77: the certificate does not name");
	}
}

static void findings_are_in_the_order_of_rows(void **state)
{
	struct violations f = check_at(
		lam_dong, "renew",
		"[{},{\"official\":false,\"renewals\":1},3,{\"not_after\":\"2026-01-01\"}]",
		NOW);

	(void)state;
	assert_int_equal(f.n, 3);
	assert_int_equal(f.list[0].row, 2);
	assert_int_equal(f.list[1].row, 2);
	assert_int_equal(f.list[2].row, 4);
	assert_string_equal(
		f.list[0].article,
		"khoản 1 Điều 9 Quy chế ban hành kèm theo Quyết định số 1619/QĐ-UBND");
	violations_free(&f);
	assert_null(f.list);
	f = check_at(lam_dong, "renew", "{}", NOW);
	assert_int_equal(f.n, 0);
	violations_free(&f);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(days_are_read),
		cmocka_unit_test(thirty_days_must_be_left),
		cmocka_unit_test(sixty_days_must_be_left_in_bac_ninh),
		cmocka_unit_test(days_are_vietnams),
		cmocka_unit_test(a_second_renewal_is_refused),
		cmocka_unit_test(a_term_of_the_issuer_refuses_no_letter),
		cmocka_unit_test(a_renewal_counts_from_the_old_end),
		cmocka_unit_test(a_personal_token_changes_no_keeper),
		cmocka_unit_test(a_token_comes_back_after_its_certificate),
		cmocka_unit_test(a_card_of_nine_digits_is_remarked_on),
		cmocka_unit_test(providers_of_anyone_are_known),
		cmocka_unit_test(an_email_must_be_official),
		cmocka_unit_test(the_contacts_email_counts_too),
		cmocka_unit_test(a_change_is_named),
		cmocka_unit_test(a_form_is_for_its_holder),
		cmocka_unit_test(a_letter_asks_for_what_it_is_about),
		cmocka_unit_test(
			a_row_without_ticks_asks_for_what_the_letter_is_about),
		cmocka_unit_test(a_certificate_ends_after_it_begins),
		cmocka_unit_test(what_is_past_cannot_be_yet_to_come),
		cmocka_unit_test(a_sim_is_of_a_carrier),
		cmocka_unit_test(a_certificate_is_the_governments),
		cmocka_unit_test(findings_are_in_the_order_of_rows),
	};

	return cmocka_run_group_tests(tests, load_all, free_all);
}
