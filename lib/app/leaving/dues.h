/*
 * dues: what the site still owes members who have left, for jobs/leave. Earnings become payable weeks later:
 * they are paid, or go to the other creators (liab:idle), as the member said. Once nothing has been owed for
 * DUES_DAYS, the account that they were paid to is deleted; that of those who gave their earnings up at
 * once.
 *
 * Money      gift:USER:N   creator's payable, or what they transferred and did not use -> liab:idle; N counts
 * Errors     as in io/db.h and money/ledger.h. Needs DB_MONEY.
 * Tables     departure, payee.
 */
#ifndef LEAVING_DUES_H
#define LEAVING_DUES_H
#include "io/db.h"

enum { DUES_DAYS = 120, DUES_PAGE = 500 };

struct dues {
    int64_t given_minor, asked, settled; /* asked: payouts below the threshold; settled: members */
};
MUST_USE enum rc dues_run(struct db *money, struct arena *a, int64_t now_ms, struct dues *sum);
#endif
