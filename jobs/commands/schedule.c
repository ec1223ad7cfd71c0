#include "commands/schedule.h"

const struct schedule schedule[SCHEDULE_JOBS] = {
    { "transcode", 0 },            /* uploads become videos */
    { "watch_flush", 0 },          /* reported watch time goes into the database */
    { "reindex", 0 },              /* words of videos that are out of date */
    { "watch_rollup", 600 },       /* reported watch time becomes credit */
    { "recommend", 900 },          /* what members did becomes recommendations */
    { "renew", 3600 },             /* earnings pay for the next month */
    { "settle", 3600 },            /* paid months that have ended become earnings */
    { "close_month", 3600 },       /* idle money and the pool are divided */
    { "mature", 3600 },            /* earnings become payable */
    { "sum_ledger", 600 },         /* new postings are added to the sums of the pages */
    { "sweep", 3600 },             /* deletes what has expired */
    { "payout_run", 3600 },        /* creators get their money */
    { "payout_poll", 900 },        /* finds out what became of payouts */
    { "expire", 900 },             /* ends acts that wait for too long */
    { "statements", 24 * 3600 },   /* what creators got in closed months */
    { "ledger_audit", 24 * 3600 }, /* checks that the ledger adds up */
};
