/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "docxzip.h"

#include <errno.h>
#include <stdlib.h>

#include "base/date.h"

/* The years that DOS can write. */
#define FIRST_YEAR 1980
#define LAST_YEAR 2107

/* Smaller than this, packing costs more time than it saves room. */
#define STORED_MAX 2000
#define LEVEL 1

static void set_date(struct docx_zip *z, time_t t)
{
	struct tm tm = date_tm(t);
	int year = tm.tm_year + 1900;

	if (year < FIRST_YEAR)
		tm = (struct tm){ .tm_mday = 1 };
	if (year > LAST_YEAR)
		tm = (struct tm){ .tm_mon = 11, .tm_mday = 31 };
	year = year < FIRST_YEAR ? FIRST_YEAR : year;
	year = year > LAST_YEAR ? LAST_YEAR : year;
	z->date = (zip_uint16_t)((year - FIRST_YEAR) << 9 |
				 (tm.tm_mon + 1) << 5 | tm.tm_mday);
	z->time = (zip_uint16_t)(tm.tm_hour << 11 | tm.tm_min << 5 |
				 tm.tm_sec / 2);
}

void docx_zip_begin(struct docx_zip *z, time_t date)
{
	*z = (struct docx_zip){ 0 };
	set_date(z, date);
	z->file = zip_source_buffer_create(NULL, 0, 0, NULL);
	if (z->file) {
		zip_source_keep(z->file);
		z->zip = zip_open_from_source(z->file, ZIP_TRUNCATE, NULL);
		if (!z->zip)
			zip_source_free(z->file);
	}
	z->failed = !z->zip;
}

void docx_zip_add(struct docx_zip *z, const char *name, const void *data,
		  size_t len)
{
	zip_source_t *source;
	zip_int64_t i;

	if (z->failed)
		return;
	source = zip_source_buffer(z->zip, data, len, 0);
	i = source ? zip_file_add(z->zip, name, source, ZIP_FL_ENC_UTF_8) : -1;
	if (i < 0) {
		zip_source_free(source);
		z->failed = true;
		return;
	}
	if (zip_file_set_dostime(z->zip, (zip_uint64_t)i, z->time, z->date,
				 0) ||
	    zip_set_file_compression(z->zip, (zip_uint64_t)i,
				     len > STORED_MAX ? ZIP_CM_DEFLATE
						      : ZIP_CM_STORE,
				     len > STORED_MAX ? LEVEL : 0))
		z->failed = true;
}

static int read_all(zip_source_t *file, unsigned char **out, size_t *len)
{
	unsigned char *data = NULL;
	zip_stat_t stat;
	int rc = -ENOMEM;

	if (zip_source_stat(file, &stat) || !(stat.valid & ZIP_STAT_SIZE) ||
	    zip_source_open(file))
		return -ENOMEM;
	data = malloc(stat.size);
	if (!data ||
	    zip_source_read(file, data, stat.size) != (zip_int64_t)stat.size)
		goto out;
	*out = data;
	*len = stat.size;
	data = NULL;
	rc = 0;
out:
	free(data);
	zip_source_close(file);
	return rc;
}

int docx_zip_end(struct docx_zip *z, unsigned char **out, size_t *len)
{
	int rc = -ENOMEM;

	if (z->zip && (z->failed || zip_close(z->zip))) {
		zip_discard(z->zip);
		z->failed = true;
	}
	if (!z->failed)
		rc = read_all(z->file, out, len);
	zip_source_free(z->file);
	*z = (struct docx_zip){ 0 };
	return rc;
}
