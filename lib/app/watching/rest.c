#include "app/watching/rest.h"

const int64_t rest_choices[REST_CHOICES] = { 0, 30, 60, 90, 120 };

STMT(q_of, &number_shape, "SELECT minutes AS n FROM watch_break WHERE user_id = ?");
STMT(q_set, NULL,
     "INSERT INTO watch_break (user_id, minutes) VALUES (?, ?)"
     " ON DUPLICATE KEY UPDATE minutes = VALUES(minutes)");
STMT(q_drop, NULL, "DELETE FROM watch_break WHERE user_id = ?");

enum rc rest_of(struct db *db, struct arena *a, int64_t user_id, int64_t *minutes)
{
    *minutes = 0;
    enum rc rc = db_number(db, a, &q_of, ARGS(I64(user_id)), minutes);
    return rc == RC_NOT_FOUND ? RC_OK : rc;
}

enum rc rest_choose(struct db *db, int64_t user_id, int64_t minutes)
{
    if (minutes == 0)
        return db_run(db, &q_drop, ARGS(I64(user_id)), NULL);
    for (size_t i = 0; i < REST_CHOICES; i++)
        if (rest_choices[i] == minutes)
            return db_run(db, &q_set, ARGS(I64(user_id), I64(minutes)), NULL);
    return RC_INVALID;
}
