/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "register_labels.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/date.h"
#include "base/i18n.h"
#include "labels.h"
#include "token/ckstoken.h"

const char *record_kind_label(enum record_kind kind)
{
	static const char *const words[RECORD_KINDS] = {
		[RECORD_AGENCY] = N_("Agency"),
		[RECORD_UNIT] = N_("Unit"),
		[RECORD_SUBSCRIBER] = N_("Subscriber"),
		[RECORD_TOKEN] = N_("Token"),
		[RECORD_CERTIFICATE] = N_("Certificate"),
		[RECORD_REQUEST] = N_("Request or minutes"),
		[RECORD_ITEM] = N_("Line of a request"),
		[RECORD_CUSTODY] = N_("Custody"),
		[RECORD_LOSS] = N_("Loss or leak"),
		[RECORD_UNBLOCK] = N_("Recovery"),
	};

	return _(words[kind]);
}

static const char *pin_value(const char *text)
{
	enum cks_pin_state state;

	for (state = CKS_PIN_OK; state < CKS_PIN_UNKNOWN; state++)
		if (strcmp(cks_pin_state_name(state), text) == 0)
			break;
	return pin_state_label(state);
}

/* "2026-11-21" and, of a moment, its hour behind. */
static const char *day_value(const char *text, char room[LABEL_ROOM])
{
	char day_text[DATE_SIZE], words[DATE_SIZE];
	long day;

	(void)snprintf(day_text, sizeof(day_text), "%.10s", text);
	if (!date_read_iso(day_text, &day))
		return text;
	date_dmy(day, words);
	if (strlen(text) > strlen("YYYY-MM-DDT"))
		(void)snprintf(room, LABEL_ROOM, "%s %.8s", words, text + 11);
	else
		(void)snprintf(room, LABEL_ROOM, "%s", words);
	return room;
}

const char *register_value_label(const struct field *f, const char *text,
				 char room[LABEL_ROOM])
{
	switch (f->type) {
	case FIELD_DATE:
	case FIELD_TIME:
		return day_value(text, room);
	case FIELD_TICK:
		return strcmp(text, "0") == 0 ? _("no") : _("yes");
	case FIELD_PIN_STATE:
		return pin_value(text);
	case FIELD_CHOICE:
		return field_choice_words(f, text, room) ? room : text;
	default:
		return text;
	}
}

void register_print_field(const struct field *f, const char *text, int indent)
{
	char room[LABEL_ROOM];
	const char *value = *text ? register_value_label(f, text, room) : "-";
	char *clean = cks_text_clean(value, strlen(value));

	printf("%*s%s: %s\n", indent, "", f->label, clean ? clean : "");
	free(clean);
}

const char *inventory_state_label(enum inventory_state state)
{
	static const char *const words[] = {
		[INVENTORY_RETURNED] = N_("returned"),
		[INVENTORY_LOST] = N_("lost"),
		[INVENTORY_REVOKED] = N_("revoked"),
		[INVENTORY_REPLACED] = N_("replaced"),
		[INVENTORY_EXPIRED] = N_("expired"),
		[INVENTORY_LOCKED] = N_("locked"),
		[INVENTORY_NOT_YET] = N_("not yet valid"),
		[INVENTORY_EXPIRING] = N_("expiring"),
		[INVENTORY_IN_USE] = N_("in use"),
		[INVENTORY_EMPTY] = N_("no certificate"),
	};

	return _(words[state]);
}

enum colour inventory_state_colour(enum inventory_state state)
{
	switch (state) {
	case INVENTORY_IN_USE:
		return COLOUR_GOOD;
	case INVENTORY_EXPIRING:
	case INVENTORY_NOT_YET:
		return COLOUR_WARN;
	case INVENTORY_RETURNED:
	case INVENTORY_REPLACED:
	case INVENTORY_EMPTY:
		return COLOUR_NONE;
	default:
		return COLOUR_BAD;
	}
}
