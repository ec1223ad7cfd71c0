/*
 * transparency: the yearly figures of moderation that articles 15 and 24 DSA ask for. Nothing in them tells who
 * reported or who was reported.
 *
 * Cached     for TRANSPARENCY_CACHE_S: anybody may ask.
 * Tables     none of its own; reads report, decision, appeal.
 */
#ifndef MODERATION_TRANSPARENCY_H
#define MODERATION_TRANSPARENCY_H
#include "app/moderation/appeal.h"
#include "base/sheet.h"

enum { TRANSPARENCY_CACHE_S = 600, TRANSPARENCY_FIRST_YEAR = 2024 };

/* Of reports that came in the year, by reason. */
struct notices {
    enum report_kind kind;
    int64_t n, anonymous, was_right, refused, waiting;
};
struct notices_list {
    struct notices *items;
    size_t n;
};
struct decision_figures {
    int64_t n, hidden, limited, removed, warned, suspended, banned, nothing, by_law, by_rules,
        noticed, to_pool, overturned;
};
/* Of appeals that came in the year. */
struct appeal_figures {
    enum appeal_side side;
    int64_t n, upheld, overturned, waiting;
};
struct appeal_figures_list {
    struct appeal_figures *items;
    size_t n;
};

struct transparency {
    int64_t year;
    struct notices_list notices; /* in the order of the kinds; those without any are left out */
    struct notices all;          /* their sum, without what checks of the site found */
    int64_t months[12];          /* notices by month */
    struct decision_figures decisions;
    struct appeal_figures appeals[SIDE_COUNTER + 1];
    int64_t decide_ms,
        appeal_ms; /* median time to decide a report, an appeal; 0: none was decided */
};
MUST_USE enum rc transparency_read(struct db *db, struct arena *a, int64_t year,
                                   struct transparency *out);

/* The year that a moment belongs to. */
int64_t transparency_year(int64_t ms);

/* All of it as rows: group, what, detail, number. */
void transparency_sheet(struct sb *o, const struct transparency *t);
#endif
