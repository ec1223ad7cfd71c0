/* market: the vectors of the division rules (tests/data/README.md says what they hold), read into one
 * struct. */
#ifndef TESTS_MARKET_H
#define TESTS_MARKET_H
#include "app/money/divide.h"
#include <json.h>

enum { UNITS_MAX = 64, CREATORS_MAX = 64 };

/* A market: paid months and what was watched in each. Creators and units are numbered in the order
 * of their names, which decides ties. */
struct market {
    int64_t share_bp, min_seconds, idle;
    size_t units, creators;
    const char *unit_name[UNITS_MAX], *creator_name[CREATORS_MAX];
    struct unit_money money[UNITS_MAX];
    int64_t seconds[UNITS_MAX][CREATORS_MAX];
};

/* The vector files: those that begin the command line, otherwise the one in this tree. */
static const char *const *vector_files;

/* How many arguments are files (their names contain a dot); after them come the names of cases. */
static inline int vectors_of(int argc, char **argv)
{
    static const char *files[16] = { "tests/data/payout_vectors.json" };
    int n = 0;

    while (n + 1 < argc && n + 1 < (int)COUNT(files) && strchr(argv[n + 1], '.')) {
        files[n] = argv[n + 1];
        n++;
    }
    argv[n] = argv[0];
    vector_files = files;
    return n;
}

static inline json_object *get(json_object *o, const char *key)
{
    json_object *value = NULL;
    json_object_object_get_ex(o, key, &value);
    return value;
}
static inline int64_t number(json_object *o, const char *key)
{
    return json_object_get_int64(get(o, key));
}

static inline size_t creator_index(struct market *m, const char *name)
{
    size_t i = 0;

    while (i < m->creators && strcmp(m->creator_name[i], name))
        i++;
    if (i == m->creators) {
        assert(i < CREATORS_MAX);
        m->creator_name[m->creators++] = name;
    }
    return i;
}

static inline int by_name(const void *a, const void *b)
{
    return strcmp(*(const char *const *)a, *(const char *const *)b);
}

static inline int by_unit_id(const void *a, const void *b)
{
    return strcmp(json_object_get_string(get(*(json_object *const *)a, "id")),
                  json_object_get_string(get(*(json_object *const *)b, "id")));
}

static inline void read_market(json_object *vector, struct market *m)
{
    json_object *units = get(vector, "units"), *config = get(vector, "config");

    memset(m, 0, sizeof(*m));
    m->share_bp = number(config, "share_bp");
    m->min_seconds = MAX_OF(number(config, "min_unit_seconds"), 1);
    m->idle = number(vector, "idle_in");
    m->units = json_object_array_length(units);
    assert(m->units <= UNITS_MAX);
    json_object_array_sort(units, by_unit_id);
    for (size_t u = 0; u < m->units; u++) {
        json_object_object_foreach(get(json_object_array_get_idx(units, u), "watch"), name, s)
        {
            (void)s;
            (void)creator_index(m, name);
        }
    }
    qsort(m->creator_name, m->creators, sizeof(m->creator_name[0]), by_name);
    for (size_t u = 0; u < m->units; u++) {
        json_object *unit = json_object_array_get_idx(units, u);
        m->unit_name[u] = json_object_get_string(get(unit, "id"));
        m->money[u] = (struct unit_money){ number(unit, "gross"), number(unit, "tax"),
                                           number(unit, "fee"), number(unit, "refunded") };
        json_object_object_foreach(get(unit, "watch"), name, s)
        {
            m->seconds[u][creator_index(m, name)] = json_object_get_int64(s);
        }
    }
}

#endif
