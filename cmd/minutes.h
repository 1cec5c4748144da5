/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Minutes: who hands over to whom, and what the tokens say against it. */
#ifndef CMD_MINUTES_H
#define CMD_MINUTES_H

#include "document.h"

struct party_options {
	char *name, *title, *organization, *id_number, *phone, *grounds;
};

#define PARTY_OPTION(place, name, words, argument)                        \
	{                                                                 \
		name, '\0', POPT_ARG_STRING, &(place), 0, words, argument \
	}

/* For the option table of a command; @who is the party. */
#define PARTY_OPTIONS(party, who)                                           \
	PARTY_OPTION((party).name, who, N_("name of this party"), "NAME"),  \
		PARTY_OPTION((party).title, who "-title",                   \
			     N_("title of this party"), "TEXT"),            \
		PARTY_OPTION((party).organization, who "-organization",     \
			     N_("agency of this party"), "TEXT"),           \
		PARTY_OPTION(                                               \
			(party).id_number, who "-id-number",                \
			N_("personal identification number of this party"), \
			"N"),                                               \
		PARTY_OPTION((party).phone, who "-phone",                   \
			     N_("telephone of this party"), "N"),           \
		PARTY_OPTION((party).grounds, who "-grounds",               \
			     N_("paper this party acts under"), "TEXT")

void party_options_free(struct party_options *party);

/* Puts them into @facts under @who. 0, or -ENOMEM. */
int party_facts(json_t *facts, const char *who,
		const struct party_options *party);

extern const struct document_kind minutes_kinds[];

#endif
