/*
 * country: the countries of ISO 3166-1, as people choose them: two capitals and a short English
 * name, in the order of the names.
 */
#ifndef BASE_COUNTRY_H
#define BASE_COUNTRY_H
#include "base/base.h"

enum { COUNTRIES = 249 };

struct country {
    const char *code, *name;
};
extern const struct country countries[COUNTRIES];

/* NULL: there is no such country. */
const char *country_name(const char *code);
#endif
