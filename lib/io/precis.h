/*
 * precis: passwords as RFC 8265 has them (the profile OpaqueString), so that one that was typed on one
 * device is the same on another (libutf8proc).
 */
#ifndef IO_PRECIS_H
#define IO_PRECIS_H
#include "base/arena.h"

/* The text in one form, however it was typed: composed (NFC), and every blank is U+0020. What is not
 * UTF-8 stays as it is. */
const char *precis_opaque(struct arena *a, const char *typed);

/* Whether all characters of a text of UTF-8 may be in a password: none is a control, invisible,
 * unassigned, private or a part of an old Hangul syllable (RFC 8264 section 4.3). */
bool precis_opaque_ok(const char *text);
#endif
