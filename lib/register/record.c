/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "record.h"

#include <string.h>

const struct record_type record_types[RECORD_KINDS] = {
	[RECORD_AGENCY] = {
		.name = "agency",
		.list = "agencies",
		.n_keys = 1,
		.columns = { "organization", "parent", "address", "tax_code",
		  "budget_code", "email", "province", "note" },
	},
	[RECORD_UNIT] = {
		.name = "unit",
		.list = "units",
		.n_keys = 2,
		.columns = { "organization", "unit", "address", "phone", "note" },
	},
	[RECORD_SUBSCRIBER] = {
		.name = "subscriber",
		.list = "subscribers",
		.n_keys = 1,
		.columns = { "subscriber", "name", "holder", "kind", "birth_date",
		  "id_number", "id_date", "id_place", "email", "organization",
		  "unit", "province", "title", "phone", "address", "tax_code",
		  "budget_code", "left_date", "left_reason", "left_to" },
	},
	[RECORD_TOKEN] = {
		.name = "token",
		.list = "tokens",
		.n_keys = 1,
		.columns = { "device_serial", "subscriber", "device_kind", "sim_pki",
		  "sim_phone", "second_device", "device_label", "device_model",
		  "place_kept", "condition", "accessories", "received_date",
		  "received_way", "received_reference", "delivered_date",
		  "collected_date", "returned_date", "returned_to",
		  "user_pin", "seen_date", "note" },
	},
	[RECORD_CERTIFICATE] = {
		.name = "certificate",
		.list = "certificates",
		.n_keys = 1,
		.columns = { "certificate_serial", "subscriber", "device_serial",
		  "not_before", "not_after", "renewals", "old_serial",
		  "issued_for", "official", "notice_date", "revoked_date",
		  "revoked_reason" },
	},
	[RECORD_REQUEST] = {
		.name = "request",
		.list = "requests",
		.n_keys = 1,
		.columns = { "request", "procedure", "form", "document_number",
		  "document_date", "period", "recipient", "channel",
		  "sent_date", "valid_date", "outcome", "outcome_date",
		  "refusal", "done_date" },
	},
	[RECORD_ITEM] = {
		.name = "item",
		.list = "items",
		.n_keys = 2,
		.columns = { "request", "item", "subscriber", "device_serial",
		  "certificate_serial", "reason", "renew", "update", "change",
		  "change_to" },
	},
	[RECORD_CUSTODY] = {
		.name = "custody",
		.list = "custody",
		.n_keys = 3,
		.columns = { "device_serial", "keeper", "from_date", "to_date",
		  "keeper_title", "keeper_id_number", "temporary", "decision",
		  "decision_date", "permission", "permission_date", "minutes",
		  "minutes_date", "place_kept" },
	},
	[RECORD_LOSS] = {
		.name = "loss",
		.list = "losses",
		.n_keys = 1,
		.columns = { "loss", "device_serial", "loss_kind", "lost_date",
		  "lost_place", "reported_time", "circumstances", "minutes",
		  "minutes_date" },
	},
	[RECORD_UNBLOCK] = {
		.name = "unblock",
		.list = "unblocks",
		.n_keys = 1,
		.columns = { "unblock", "device_serial", "unblock_time", "authority",
		  "request", "method", "result", "journal", "journal_hash" },
	},
};

enum record_kind record_kind_find(const char *name)
{
	enum record_kind kind;

	for (kind = 0; kind < RECORD_KINDS; kind++)
		if (strcmp(record_types[kind].name, name) == 0)
			break;
	return kind;
}

bool record_is_pin_state(const char *text)
{
	static const char *const states[] = { "ok",	   "count-low",
					      "final-try", "locked",
					      "not-set",   "must-change",
					      "unknown" };
	size_t n = sizeof(states) / sizeof(states[0]), i = 0;

	while (i < n && strcmp(states[i], text) != 0)
		i++;
	return i < n;
}

size_t record_n_columns(enum record_kind kind)
{
	size_t n = 0;

	while (record_types[kind].columns[n])
		n++;
	return n;
}

bool record_is_number(const char *column)
{
	const struct field *f = field_find_any(column);

	return f && (f->type == FIELD_NUMBER || f->type == FIELD_COUNT ||
		     f->type == FIELD_TICK);
}

static bool is_none(const json_t *value)
{
	return !value || json_is_null(value);
}

bool record_same(const json_t *a, const json_t *b)
{
	if (is_none(a) || is_none(b))
		return is_none(a) && is_none(b);
	return json_equal((json_t *)a, (json_t *)b);
}
