/* history: the rows of one member by age. */
#ifndef RECO_HISTORY_H
#define RECO_HISTORY_H
#include "reco/feedback.h"

struct moment {
    int64_t at_s;
    uint32_t row;   /* index among the member's rows */
    uint32_t newer; /* how many of them are more recent; rows of one second are of one age */
};

/* The rows, the most recent first, at most FEEDBACK_PER_MEMBER_MAX; returns how many. `out` has
 * room for n. */
size_t history_order(const struct feedback *rows, size_t n, struct moment *out);

/* How many rows, beginning with this one, are of one member. */
size_t history_length(const struct feedback_list *all, size_t from);
#endif
