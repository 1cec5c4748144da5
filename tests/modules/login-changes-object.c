/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "mock.h"

const struct mock mock = { .object = MOCK_OBJECT_IS_RELABELLED };
