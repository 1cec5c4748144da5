/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * Names of people and offices as two papers may write them: with accents or
 * without, in capitals, with short forms such as UBND, with a title before.
 * Each function takes clean texts that are not empty; where memory is out, two
 * names are not the same.
 */
#ifndef REGISTER_NAMES_H
#define REGISTER_NAMES_H

#include <stdbool.h>

/* "Giám đốc Nguyễn Văn An" and "NGUYEN VAN AN (M)". */
bool names_same_person(const char *a, const char *b);

/*
 * True if two names are spelt the same but for capitals, for the accents where
 * one of them has none at all, and for where in a syllable an accent stands, as
 * in "Hòa" and "Hoà". "Hưng" and "Hùng" are two.
 */
bool names_spelt_alike(const char *a, const char *b);

/* True if two names have the same letters: they may differ in capitals and in
 * accents of every kind, as "Hưng" and "Hùng" do. */
bool names_same_letters(const char *a, const char *b);

/* True if two names of offices are spelt alike, of which one may have short
 * forms: "UBND xã A" and "Ủy ban nhân dân xã A". */
bool names_same_office(const char *a, const char *b);

/* True if there is a letter with an accent, or a đ, in @name. */
bool names_has_accents(const char *name);

/* True if @office is one of those that @recipient names, with ";" between them,
 * or a desk of one: "Bàn khôi phục, Sở Khoa học và Công nghệ". A name that only
 * begins alike is another office's. */
bool names_addressed_to(const char *recipient, const char *office);

/* True if two agencies, each perhaps with those above it behind commas, have
 * one in common: "Văn phòng Sở, Sở Tài chính" and "Sở Tài chính tỉnh Phú Thọ".
 */
bool names_share_agency(const char *a, const char *b);

/*
 * True if @office, perhaps with those above it behind commas, is the agency
 * @agency: by a longer spelling, or one of its offices and units, as "Văn phòng
 * Sở Tài chính tỉnh Phú Thọ" is of the "Sở Tài chính".
 */
bool names_within_agency(const char *office, const char *agency);

/* True if two agencies, each perhaps with those above it behind commas, are
 * certainly two of one rank: two departments, or the committees of two
 * communes. Neither asks for the other's people. */
bool names_are_peers(const char *a, const char *b);

/* True if two numbers of certificates are the same, however their digits are
 * grouped. */
bool names_same_certificate(const char *a, const char *b);

#endif
