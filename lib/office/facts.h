/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * What a document is made from. The commands fill these from tokens, the
 * configuration and options; the forms read them and nothing else. Strings are
 * UTF-8; NULL or an empty string means "not known", which a form prints as
 * "[cần bổ sung: …]". Nothing here is owned: whoever fills it keeps it alive.
 */
#ifndef OFFICE_FACTS_H
#define OFFICE_FACTS_H

#include <stdbool.h>
#include <stddef.h>
#include <time.h>

#include "ckstoken.h"

struct certificate_fact {
	const char *name;	  /* holder's name, the subject's CN */
	const char *organization; /* agency the holder works in */
	const char *email;	  /* official e-mail */
	const char *serial;	  /* upper-case hexadecimal */
	enum cks_holder holder;
	time_t not_before, not_after;
};

struct device_fact {
	const char *serial, *label, *model;
	enum cks_pin_state user_pin;
	const struct certificate_fact *certs;
	size_t n_certs;
	const char *condition;	 /* tình trạng bên ngoài */
	const char *accessories; /* phụ kiện kèm theo */
};

struct person_fact {
	const char *name;
	const char *id_number; /* số định danh cá nhân */
	const char *id_date;   /* ngày cấp, as the officer wrote it */
	const char *id_place;  /* nơi cấp */
	const char *title;     /* chức vụ */
	const char *organization;
	const char *phone; /* số điện thoại di động */
	const char *grounds; /* giấy giới thiệu, quyết định … he acts under */
};

struct agency_fact {
	const char *name; /* Sở Tài chính */
	const char *parent; /* Ủy ban nhân dân tỉnh Lâm Đồng; may be unknown */
	const char *place;     /* địa danh for the date line: Lâm Đồng */
	const char *symbol;    /* ký hiệu after the number: STC-VP */
	const char *archive;   /* unit after "Lưu: VT,"; may be unknown */
	const char *authority; /* "", TM., KT., TL. or TUQ. with its line:
				  "KT. GIÁM ĐỐC", "TM. ỦY BAN NHÂN DÂN" */
	const char *signer_title; /* GIÁM ĐỐC, PHÓ GIÁM ĐỐC, CHỦ TỊCH */
	const char *signer_name;
};

/* Mẫu số 06: đề nghị khôi phục thiết bị lưu khóa bí mật */
struct recovery_request {
	const struct agency_fact *agency;
	const char *recipient; /* Kính gửi */
	const char *number;    /* of the letter, without symbol: 15 */
	time_t date;
	const struct person_fact *coordinator;
	const struct device_fact *devices;
	size_t n_devices;
};

enum minutes_kind {
	MINUTES_RETURN_08, /* the device comes back: Mẫu số 08 */
	MINUTES_KEEPER,	   /* the keeper of an organization's device changes */
};

struct handover_minutes {
	enum minutes_kind kind;
	const struct agency_fact *agency;
	const char *number;
	time_t time;
	bool hour_known;	    /* else only the day of time counts */
	const char *place;	    /* where the hand-over takes place */
	const char *const *grounds; /* căn cứ, one a line */
	size_t n_grounds;
	struct person_fact giver, receiver;
	const struct device_fact *devices;
	size_t n_devices;
	const char *reason;
	unsigned int copies; /* 0: not known */
};

#endif
