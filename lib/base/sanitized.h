/* SPDX-License-Identifier: LGPL-2.1-or-later */
#ifndef BASE_SANITIZED_H
#define BASE_SANITIZED_H

/* Address sanitizer reserves terabytes and traces its own process. */
#if defined(__SANITIZE_ADDRESS__)
#define SANITIZED 1
#elif defined(__has_feature)
#if __has_feature(address_sanitizer)
#define SANITIZED 1
#endif
#endif

#endif
