/*
 * takeout_data: what is in the archive that a member takes along (takeout.h): which tables, and which of their
 * columns. tests/leave.test.mjs compares it with the schema.
 *
 * Files      NAME.json, an array of objects, and NAME.csv for money; README.txt says what they are. Files of more
 *            than TAKEOUT_FILE_ROWS rows go on in NAME-2.json. Times are UTC milliseconds since 1970, amounts
 *            minor units.
 * Not in it  what others wrote or did; hashes; the site's own notes about its work.
 */
#ifndef LEAVING_TAKEOUT_DATA_H
#define LEAVING_TAKEOUT_DATA_H
#include "io/db.h"
#include "io/zip.h"

enum { TAKEOUT_FILE_ROWS = 10000, TAKEOUT_PAGE = 1000 };

struct takeout_target {
    struct zip *zip;
    enum rc (*progress)(void *arg, int percent); /* after each file */
    void *arg;
    int64_t user_id, now_ms;
};

/* `item` is reset from file to file. */
MUST_USE enum rc takeout_write(struct db *db, struct db *money, struct arena *item,
                               const struct takeout_target *t);
#endif
