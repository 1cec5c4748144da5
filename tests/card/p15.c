/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "p15.h"

#include <string.h>

#define FID_MF 0x3F00
#define FID_APPLICATION 0x5015
#define FID_DIR 0x2F00
#define FID_ODF 0x5031
#define FID_TOKENINFO 0x5032

/* BIT STRINGs, each with the number of its unused bits before it. */
static const unsigned char private_modifiable[] = { 0x06, 0xC0 };
static const unsigned char private_object[] = { 0x07, 0x80 };
static const unsigned char modifiable[] = { 0x06, 0x40 };
/* initialized, needs-padding */
static const unsigned char pin_flags[] = { 0x02, 0x0C };
static const unsigned char pin_id[] = { 0x01 };

static void add_number(struct blob *b, unsigned int tag, unsigned int value)
{
	const unsigned char bytes[] = { (unsigned char)(value >> 8),
					(unsigned char)value };

	if (value > 0x7F)
		blob_tlv(b, tag, bytes, sizeof(bytes));
	else
		blob_tlv(b, tag, bytes + 1, 1);
}

/* SEQUENCE { path OCTET STRING } */
static void add_path(struct blob *b, const struct p15_layout *l,
		     unsigned int fid)
{
	const unsigned char id[] = { (unsigned char)(fid >> 8),
				     (unsigned char)fid };
	struct blob path = { 0 }, seq = { 0 };

	blob_add(&path, l->path, l->path_len);
	blob_add(&path, id, sizeof(id));
	blob_wrap(&seq, 0x04, &path);
	blob_wrap(b, 0x30, &seq);
}

/* What each entry begins with: label, flags and, for a key, its PIN. */
static void add_common(struct blob *entry, const char *label,
		       const unsigned char flags[2], bool is_key)
{
	struct blob common = { 0 };

	blob_tlv(&common, 0x0C, label, strlen(label));
	blob_tlv(&common, 0x03, flags, 2);
	if (is_key)
		blob_tlv(&common, 0x04, pin_id, sizeof(pin_id));
	blob_wrap(entry, 0x30, &common);
}

/* Wraps what is special to a type of entry, which comes last, in [1]. */
static void add_type(struct blob *entry, struct blob *attributes)
{
	struct blob seq = { 0 };

	blob_wrap(&seq, 0x30, attributes);
	blob_wrap(entry, 0xA1, &seq);
}

static void add_file(struct card *card, unsigned int fid, unsigned int tag,
		     struct blob *content)
{
	struct blob file = { 0 };

	blob_wrap(&file, tag, content);
	card_add_object(card, fid, &file);
}

static void add_dir(struct card *card, const struct p15_layout *l)
{
	struct blob record = { 0 };

	blob_tlv(&record, 0x4F, l->aid, l->aid_len);
	blob_tlv(&record, 0x50, l->label, strlen(l->label));
	if (l->path_len > 0)
		blob_tlv(&record, 0x51, l->path, l->path_len);
	add_file(card, FID_DIR, 0x61, &record);
}

static void add_odf(struct card *card, const struct p15_layout *l)
{
	const struct {
		unsigned int tag, fid;
	} files[] = {
		{ 0xA8, l->aodf },
		{ 0xA0, l->prkdf },
		{ 0xA4, l->cdf },
	};
	struct blob odf = { 0 }, path;
	size_t i;

	for (i = 0; i < sizeof(files) / sizeof(files[0]); i++) {
		path = (struct blob){ 0 };
		add_path(&path, l, files[i].fid);
		blob_wrap(&odf, files[i].tag, &path);
	}
	card_add_object(card, FID_ODF, &odf);
}

static void add_token_info(struct card *card, const struct p15_layout *l,
			   const unsigned char *serial, size_t serial_len)
{
	static const unsigned char version[] = { 0x00 };
	/* prn-generation, eid-compliant */
	static const unsigned char flags[] = { 0x04, 0x30 };
	const char *label = card->label != NULL ? card->label : l->label;
	struct blob info = { 0 };

	blob_tlv(&info, 0x02, version, sizeof(version));
	blob_tlv(&info, 0x04, serial, serial_len);
	blob_tlv(&info, 0x0C, l->manufacturer, strlen(l->manufacturer));
	blob_tlv(&info, 0x80, label, strlen(label));
	blob_tlv(&info, 0x03, flags, sizeof(flags));
	add_file(card, FID_TOKENINFO, 0x30, &info);
}

static void add_pin(struct card *card, const struct p15_layout *l)
{
	static const unsigned char ascii_numeric[] = { 0x01 };
	static const unsigned char pad[] = { 0xFF };
	struct blob entry = { 0 }, id = { 0 }, pin = { 0 };

	add_common(&entry, l->pin_label, private_modifiable, false);
	blob_tlv(&id, 0x04, pin_id, sizeof(pin_id));
	blob_wrap(&entry, 0x30, &id);
	blob_tlv(&pin, 0x03, pin_flags, sizeof(pin_flags));
	blob_tlv(&pin, 0x0A, ascii_numeric, sizeof(ascii_numeric));
	add_number(&pin, 0x02, l->pin_min);
	add_number(&pin, 0x02, l->pin_max);
	add_number(&pin, 0x02, l->pin_max);
	add_number(&pin, 0x80, l->pin_reference);
	blob_tlv(&pin, 0x04, pad, sizeof(pad));
	add_type(&entry, &pin);
	add_file(card, l->aodf, 0x30, &entry);
}

static void add_key(struct blob *prkdf, const struct p15_layout *l,
		    const struct pair *pair, unsigned int n)
{
	const unsigned char id[] = { (unsigned char)(0x45 + n) };
	/* Bit 1 decrypt, bit 2 sign, bit 9 non-repudiation. */
	const unsigned char usage[] = { 0x06, pair_is_rsa(pair) ? 0x60 : 0x20,
					0x40 };
	struct blob entry = { 0 }, key = { 0 }, type = { 0 };

	add_common(&entry, pair->label, private_object, true);
	blob_tlv(&key, 0x04, id, sizeof(id));
	blob_tlv(&key, 0x03, usage, sizeof(usage));
	add_number(&key, 0x02, l->key_reference + n);
	blob_wrap(&entry, 0x30, &key);
	if (l->key != 0)
		add_path(&type, l, l->key + n);
	else
		blob_tlv(&type, 0x30, NULL, 0);
	add_number(&type, 0x02, pair_bits(pair));
	add_type(&entry, &type);
	blob_wrap(prkdf, pair_is_rsa(pair) ? 0x30 : 0xA0, &entry);
}

static void add_cert(struct blob *cdf, const struct p15_layout *l,
		     const struct pair *pair, unsigned int n)
{
	const unsigned char id[] = { (unsigned char)(0x45 + n) };
	struct blob entry = { 0 }, cert = { 0 }, type = { 0 };

	add_common(&entry, pair->label, modifiable, false);
	blob_tlv(&cert, 0x04, id, sizeof(id));
	blob_wrap(&entry, 0x30, &cert);
	add_path(&type, l, l->cert + n);
	add_type(&entry, &type);
	blob_wrap(cdf, 0x30, &entry);
}

void p15_add_directories(struct card *card, const struct p15_layout *l,
			 const unsigned char *serial, size_t serial_len)
{
	struct blob prkdf = { 0 }, cdf = { 0 };
	unsigned int i;

	add_dir(card, l);
	add_odf(card, l);
	if (serial != NULL)
		add_token_info(card, l, serial, serial_len);
	add_pin(card, l);
	for (i = 0; i < card->n_pairs; i++) {
		add_key(&prkdf, l, &card->pairs[i], i);
		add_cert(&cdf, l, &card->pairs[i], i);
	}
	card_add_object(card, l->prkdf, &prkdf);
	card_add_object(card, l->cdf, &cdf);
}

void p15_add_pairs(struct card *card, const struct p15_layout *l)
{
	struct blob content;
	unsigned int i;

	for (i = 0; i < card->n_pairs; i++) {
		content = (struct blob){ 0 };
		card_add_object(card, l->key + i, &content);
		blob_add(&content, card->pairs[i].cert.data,
			 card->pairs[i].cert.len);
		card_add_object(card, l->cert + i, &content);
	}
}

static bool is_key_file(const struct card *card, const struct p15_layout *l,
			unsigned int fid)
{
	return l->key != 0 && fid >= l->key && fid < l->key + card->n_pairs;
}

static void file_control(const struct card *card, const struct p15_layout *l,
			 unsigned int fid, const struct object *file,
			 unsigned int p2, struct blob *out)
{
	static const unsigned char activated[] = { 0x05 };
	static const unsigned char read_always[] = { 0x01, 0x00 };
	size_t len = file == NULL ? 0 : file->data.len;
	unsigned char word[2] = { (unsigned char)(len >> 8),
				  (unsigned char)len };
	struct blob fcp = { 0 };

	blob_tlv(&fcp, 0x81, word, 2);
	/* A directory, a key that cannot be read, or a transparent file. */
	word[0] = file == NULL ? 0x38 : is_key_file(card, l, fid) ? 0x11 : 0x01;
	blob_tlv(&fcp, 0x82, word, 1);
	word[0] = (unsigned char)(fid >> 8);
	word[1] = (unsigned char)fid;
	blob_tlv(&fcp, 0x83, word, 2);
	blob_tlv(&fcp, 0x8A, activated, sizeof(activated));
	blob_tlv(&fcp, 0x8C, read_always, sizeof(read_always));
	/* What P2 asked for: the whole template, or that of the file alone. */
	blob_wrap(out, (p2 & 0x0C) == 0x04 ? 0x62 : 0x6F, &fcp);
}

static unsigned int select_application(struct card *card,
				       const struct p15_layout *l,
				       const struct apdu *apdu,
				       struct blob *out)
{
	struct blob fci = { 0 };

	if (apdu->lc != l->aid_len ||
	    memcmp(apdu->data, l->aid, l->aid_len) != 0)
		return SW_NOT_FOUND;
	pin_logout(&card->pins);
	card->selected = NULL;
	card->applet = true;
	if ((apdu->p2 & 0x0C) == 0) {
		blob_tlv(&fci, 0x84, l->aid, l->aid_len);
		blob_wrap(out, 0x6F, &fci);
	}
	return SW_OK;
}

unsigned int p15_select(struct card *card, const struct p15_layout *l,
			const struct apdu *apdu, struct blob *out)
{
	const struct object *file;
	unsigned int fid;

	if (apdu->p1 == 0x04)
		return select_application(card, l, apdu, out);
	if (apdu->p1 != 0x00 && apdu->p1 != 0x02 && apdu->p1 != 0x08 &&
	    apdu->p1 != 0x09)
		return SW_WRONG_P1P2;
	if (apdu->lc < 2 || apdu->lc % 2 != 0)
		return SW_WRONG_DATA;
	fid = (unsigned int)apdu->data[apdu->lc - 2] << 8 |
	      apdu->data[apdu->lc - 1];
	file = card_find(card, fid);
	if (file == NULL && fid != FID_MF && fid != FID_APPLICATION)
		return SW_NOT_FOUND;
	card->selected = file;
	if ((apdu->p2 & 0x0C) != 0x0C)
		file_control(card, l, fid, file, apdu->p2, out);
	return SW_OK;
}

unsigned int p15_read_binary(const struct card *card, const struct apdu *apdu,
			     struct blob *out)
{
	size_t at = (size_t)apdu->p1 << 8 | apdu->p2;
	const struct object *file = card->selected;
	size_t n;

	if (file == NULL)
		return SW_NO_FILE;
	if (at > file->data.len)
		return SW_WRONG_OFFSET;
	n = file->data.len - at;
	if (n > apdu->le)
		n = apdu->le;
	if (n > 0)
		blob_add(out, file->data.data + at, n);
	return n < apdu->le ? SW_EOF : SW_OK;
}
