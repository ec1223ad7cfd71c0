/*
 * grants: what each database account may do, and the proof of it.
 *
 * The files of schema/ grant rights to 'ovs'@'localhost', 'ovs_read'@'localhost' and
 * 'ovs_money'@'localhost'. These names stand for db_user, db_read_user and db_money_user at
 * db_grant_host. A GRANT or REVOKE begins a line and ends with a semicolon; it may take several lines.
 *
 * One account  if the three users are the same one (shared hosting), it has all rights already and
 *              nothing is granted.
 * Accounts     are never made here: an account that is made by a GRANT has no password.
 */
#ifndef SITE_GRANTS_H
#define SITE_GRANTS_H
#include "base/sb.h"
#include "io/db.h"

/* The text of a schema file without its GRANTs and REVOKEs, as the server is to run it. */
char *grants_left_out(struct arena *a, const char *text);

/* Add the GRANTs and REVOKEs of a schema file, for the configured accounts. RC_INVALID: a name that
 * cannot be written into one, or an account that stands for nobody. */
MUST_USE enum rc grants_collect(struct arena *a, const char *text, struct sb *out,
                                struct problem *why);

/* Run what was collected. RC_NOT_FOUND: an account does not exist; *why says how to make it. */
MUST_USE enum rc grants_run(struct db *db, struct arena *a, const char *grants,
                            struct problem *why);

/* Prove each login from this machine: it gets in, not without a password, may do its work, and may
 * not do what it must not. RC_DENIED: *why says which does not. Accounts that several kinds of
 * programs share are only proven to do their work. */
MUST_USE enum rc grants_prove(struct arena *a, struct problem *why);
#endif
