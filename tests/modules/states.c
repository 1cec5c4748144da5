/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "mock.h"

#define PIN_SET \
	(CKF_LOGIN_REQUIRED | CKF_TOKEN_INITIALIZED | CKF_USER_PIN_INITIALIZED)
#define SLOTS 8

/* A token of each state; MOCK_PKI is the folder of their certificates. */
static const struct {
	const char *label;
	CK_FLAGS flags;
	const char *certificate;
} tokens[SLOTS] = {
	{ "Nguyễn Thị Thử Nghiệm", PIN_SET, "person" },
	{ "Trần Thị Sắp Hết", PIN_SET | CKF_USER_PIN_COUNT_LOW, "expiring" },
	{ "Phạm Văn Chưa Tới", PIN_SET | CKF_USER_PIN_FINAL_TRY, "notyet" },
	{ "SỞ TÀI CHÍNH TỈNH VÍ DỤ", PIN_SET | CKF_USER_PIN_LOCKED, "seal" },
	{ "Lê Văn Hết Hạn", PIN_SET | CKF_USER_PIN_LOCKED | CKF_SO_PIN_LOCKED,
	  "expired" },
	{ "Chưa dùng", CKF_LOGIN_REQUIRED | CKF_TOKEN_INITIALIZED, "garbage" },
	{ "Trung tâm Chuyển đổi số", PIN_SET | CKF_USER_PIN_TO_BE_CHANGED,
	  "device" },
	{ "VIDU-CA", PIN_SET | CKF_SO_PIN_FINAL_TRY, "public-ca" },
};

static CK_SLOT_ID searched;

static CK_RV describe(CK_SLOT_ID slot, CK_TOKEN_INFO *info)
{
	char serial[17];

	(void)snprintf(serial, sizeof(serial), "4D2F8A10B37C%04lX", slot);
	mock_pad(info->serialNumber, sizeof(info->serialNumber), serial);
	mock_pad(info->label, sizeof(info->label), tokens[slot].label);
	info->flags = tokens[slot].flags;
	return CKR_OK;
}

static CK_RV search(CK_SLOT_ID slot)
{
	searched = slot;
	return CKR_OK;
}

static bool value_of(CK_ATTRIBUTE *attribute, CK_RV *rv)
{
	static unsigned char bytes[65536];
	const char *folder = getenv("MOCK_PKI");
	char path[4096];
	size_t size;
	FILE *file;

	if (attribute->type != CKA_VALUE || !folder)
		return false;
	(void)snprintf(path, sizeof(path), "%s/%s.der", folder,
		       tokens[searched].certificate);
	file = fopen(path, "re");
	size = file ? fread(bytes, 1, sizeof(bytes), file) : 0;
	if (file)
		(void)fclose(file);
	if (attribute->pValue)
		memcpy(attribute->pValue, bytes,
		       size < attribute->ulValueLen ? size
						    : attribute->ulValueLen);
	attribute->ulValueLen = size;
	*rv = CKR_OK;
	return true;
}

static CK_RV (*info_of_mock)(CK_INFO *info);

/* As the module of a maker whose tokens report all states. */
static CK_RV describe_module(CK_INFO *info)
{
	CK_RV rv = info_of_mock(info);

	mock_pad(info->manufacturerID, sizeof(info->manufacturerID), "SoftHSM");
	return rv;
}

static CK_RV replace(CK_FUNCTION_LIST *list)
{
	info_of_mock = list->C_GetInfo;
	list->C_GetInfo = describe_module;
	return CKR_OK;
}

const struct mock mock = {
	.slots = SLOTS,
	.function_list = replace,
	.token_info = describe,
	.find_objects = search,
	.attribute = value_of,
};
