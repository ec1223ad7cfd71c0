/*
 * db_server: what the database server says of itself.
 */
#ifndef IO_DB_SERVER_H
#define IO_DB_SERVER_H
#include "io/db.h"

struct db_server {
    const char *version;
    int64_t max_connections;
    bool log_bin;   /* keeps binary logs: a backup can be brought up to any moment */
    int64_t now_ms; /* its clock */
};
MUST_USE enum rc db_server_get(struct db *db, struct arena *a, struct db_server *out);
#endif
