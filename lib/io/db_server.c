#include "io/db_server.h"

SHAPE(server_shape, struct db_server, COLUMN(struct db_server, version),
      COLUMN(struct db_server, max_connections), COLUMN(struct db_server, log_bin),
      COLUMN(struct db_server, now_ms));
STMT(q_server, &server_shape,
     "SELECT VERSION() AS version, @@max_connections AS max_connections, @@log_bin AS log_bin,"
     " CAST(UNIX_TIMESTAMP(NOW(3)) * 1000 AS SIGNED) AS now_ms");

enum rc db_server_get(struct db *db, struct arena *a, struct db_server *out)
{
    return db_one(db, a, &q_server, NO_ARGS, out);
}
