/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "mock.h"

const struct mock mock = { .objects = 10000 };
