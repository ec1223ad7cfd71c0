/*
 * country_choice: the countries of a list to choose from.
 */
#ifndef MODELS_COUNTRY_CHOICE_H
#define MODELS_COUNTRY_CHOICE_H
#include "base/arena.h"
#include "base/country.h"
#include "base/str.h"

struct country_choice {
    struct country c;
    bool chosen;
};
struct country_choice_list {
    struct country_choice *items;
    size_t n;
};

/* All countries, with the one of this code chosen. */
static inline struct country_choice_list country_choices(struct arena *a, const char *chosen)
{
    struct country_choice_list list = { arena_array(a, struct country_choice, COUNTRIES),
                                        COUNTRIES };

    for (size_t i = 0; i < COUNTRIES; i++)
        list.items[i] = (struct country_choice){ countries[i], str_eq(countries[i].code, chosen) };
    return list;
}
#endif
