/*
 * rest: after how much watching a member wants to be reminded of a break. The player counts and asks
 * (htdocs/js/awake.js).
 *
 * Tables     watch_break.
 */
#ifndef WATCHING_REST_H
#define WATCHING_REST_H
#include "io/db.h"

/* What can be chosen, in minutes; 0: no reminder. */
enum { REST_CHOICES = 5 };
extern const int64_t rest_choices[REST_CHOICES];

/* 0 for a member who has chosen nothing. */
MUST_USE enum rc rest_of(struct db *db, struct arena *a, int64_t user_id, int64_t *minutes);

/* RC_INVALID: none of the choices. */
MUST_USE enum rc rest_choose(struct db *db, int64_t user_id, int64_t minutes);
#endif
