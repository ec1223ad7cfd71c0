#include "base/base.h"

/* Each result with its name in logs and the exit code of a job that ends with it. */
static const struct {
    const char *name;
    int exit;
} results[RC_COUNT] = {
    [RC_OK] = { "ok", 0 },
    [RC_INVALID] = { "invalid", 1 },
    [RC_SIGN_IN] = { "sign-in", 1 },
    [RC_FRESH] = { "fresh-needed", 1 },
    [RC_UNPAID] = { "unpaid", 1 },
    [RC_DENIED] = { "denied", 1 },
    [RC_UNCONFIRMED] = { "unconfirmed", 1 },
    [RC_NOT_FOUND] = { "not-found", 1 },
    [RC_METHOD] = { "method", 1 },
    [RC_CONFLICT] = { "conflict", 1 },
    [RC_GONE] = { "gone", 1 },
    [RC_TOO_LARGE] = { "too-large", 1 },
    [RC_TYPE] = { "type", 1 },
    [RC_LOCKED] = { "locked", 1 },
    [RC_LIMITED] = { "limited", 1 },
    [RC_BUSY] = { "busy", 75 }, /* EX_TEMPFAIL of sysexits.h */
    [RC_FULL] = { "full", 1 },
    [RC_FAIL] = { "fail", 1 },
};

const char *rc_name(enum rc rc) { return rc < RC_COUNT ? results[rc].name : "unknown"; }

int rc_exit(enum rc rc) { return rc < RC_COUNT ? results[rc].exit : 1; }
