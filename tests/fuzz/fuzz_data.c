/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * A table or JSON that goes with a document. What is taken of it is taken again
 * as it is; what is wrong is told in sentences.
 */
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "fuzz.h"
#include "input/datafile.h"

/* Columns as forms have them: of one field, of several, and not read. */
static const struct data_column columns[] = {
	{ "STT", "" },
	{ "Họ và tên", "name" },
	{ "Số CMND/CCCD/Hộ chiếu; ngày cấp; nơi cấp",
	  "id_number id_date id_place" },
	{ "Địa chỉ thư điện tử công vụ", "email" },
	{ "Tên cơ quan, tổ chức", "organization" },
	{ "Số hiệu thiết bị lưu khóa bí mật", "device_serial" },
	{ "Số hiệu chứng thư chữ ký số", "certificate_serial" },
	{ "Thời hạn", "not_before not_after" },
};

static void check_errors(const struct data_errors *errors)
{
	HOLDS(errors->n > 0 && errors->n <= DATA_ERRORS_MAX + 1);
	for (size_t i = 0; i < errors->n; i++)
		HOLDS(errors->list[i].text && errors->list[i].text[0]);
}

static json_t *read_data(const char *text, size_t len, bool must_do)
{
	struct data_errors errors = { 0 };
	json_t *data = NULL, *numbers = NULL;
	int ret = datafile_read(text, len, columns,
				sizeof(columns) / sizeof(columns[0]), NULL,
				&data, &numbers, &errors);

	HOLDS(ret ||
	      json_array_size(numbers) ==
		      json_array_size(json_object_get(data, "subscribers")));
	json_decref(numbers);

	HOLDS(ret == 0 || (ret == -EINVAL && !must_do));
	HOLDS((ret == 0) == (data != NULL));
	if (ret)
		check_errors(&errors);
	data_errors_free(&errors);
	return data;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	json_t *first = read_data((const char *)data, size, false), *second;
	char *text;

	if (!first)
		return 0;
	/* As this program hands it out again. */
	HOLDS(json_object_set_new(first, "program",
				  json_string("ckstoken " VERSION)) == 0);
	text = json_dumps(first, 0);
	HOLDS(json_object_del(first, "program") == 0);
	HOLDS(text);
	second = read_data(text, strlen(text), true);
	HOLDS(json_equal(first, second));
	free(text);
	json_decref(second);
	json_decref(first);
	return 0;
}
