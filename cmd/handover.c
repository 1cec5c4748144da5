/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "handover.h"

#include "device_facts.h"
#include "minutes.h"
#include "say.h"

/* What the token shows against the occasion; the officers decide. */
static void tell_doubts(enum minutes_kind kind, const struct cks_token *t,
			time_t now)
{
	bool expired = false, organization = false;

	for (size_t i = 0; i < cks_token_n_certs(t); i++) {
		const struct cks_cert *c = cks_token_cert(t, i);

		if (cks_cert_ca(c))
			continue;
		expired |= cks_cert_state(c, now, 0) == CKS_CERT_EXPIRED;
		organization |= cks_cert_holder(c) == CKS_HOLDER_ORGANIZATION;
	}
	if (kind == MINUTES_RETURN_08 && !expired)
		say(_("%s: no certificate on the token has expired; Form 08 then presumes that one was revoked"),
		    cks_token_serial(t));
	if (kind == MINUTES_KEEPER && !organization)
		say(_("%s: no certificate of an organization is on the token; a person's token is that person's own to keep (Decree 30/2020/NĐ-CP, Article 32.3)"),
		    cks_token_serial(t));
}

static int collect(const struct globals *globals,
		   const struct handover_options *o, enum minutes_kind kind,
		   const struct cks_scan *scan, struct device_facts *facts)
{
	bool named = selection_names_any(&o->selection);

	for (size_t i = 0; i < cks_scan_n_tokens(scan); i++) {
		const struct cks_token *t = cks_scan_token(scan, i);

		if (!selection_matches(&o->selection, t))
			continue;
		tell_doubts(kind, t, globals->now);
		if (!device_facts_add(facts, t)) {
			say("%s", cks_strerror(CKS_ERR_MEMORY));
			return EXIT_DEVICE;
		}
		facts->devices[facts->n - 1].condition = o->condition;
		facts->devices[facts->n - 1].accessories = o->accessories;
	}
	if (facts->n == 0)
		return scan_found_none(scan);
	say_failures(scan);
	device_facts_tell_doubles(facts);
	return facts->n > 1 && !named ? scan_found_many(scan, &o->selection)
				      : 0;
}

int handover_run(const struct globals *globals,
		 const struct handover_options *o, enum minutes_kind kind)
{
	struct handover_minutes minutes = {
		.kind = kind,
		.agency = &globals->config.agency,
		.number = o->paper.number,
		.place = o->place,
		.grounds = o->grounds,
		.giver = o->giver,
		.receiver = o->receiver,
		.reason = o->reason,
		.copies = o->copies > 0 ? (unsigned int)o->copies : 0,
	};
	struct device_facts facts = { 0 };
	struct cks_scan *scan = NULL;
	struct document *doc = NULL;
	int ret = paper_check(&o->paper, globals, &minutes.time,
			      &minutes.hour_known);

	while (o->grounds && o->grounds[minutes.n_grounds])
		minutes.n_grounds++;
	if (!ret)
		ret = scan_tokens(globals, &o->selection, &scan);
	if (!ret)
		ret = collect(globals, o, kind, scan, &facts);
	if (ret)
		goto out;
	minutes.devices = facts.devices;
	minutes.n_devices = facts.n;
	if (minutes_build(&minutes, &doc)) {
		say("%s", cks_strerror(CKS_ERR_MEMORY));
		ret = EXIT_DEVICE;
		goto out;
	}
	ret = paper_write(&o->paper, globals, scan, doc);
out:
	document_free(&doc);
	device_facts_free(&facts);
	cks_scan_free(&scan);
	return ret;
}
