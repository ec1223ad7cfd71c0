#include "app/site/schedule.h"

const struct schedule schedule[SCHEDULE_JOBS] = {
    { "transcode", 0, "Turns uploads into videos" },
    { "watch_flush", 0, "Stores the watch time that players reported" },
    { "mail", 0, "Sends the mails that wait" },
    { "reindex", 0, "Brings the words by which videos are found up to date" },
    { "watch_rollup", 600, "Turns reported watch time into credit" },
    { "recommend", 900, "Learns from what members did, for recommendations" },
    { "announce", 900, "Tells members of changes that are planned" },
    { "renew", 3600, "Pays months out of earnings; tells members whose time ends" },
    { "settle", 3600, "Turns paid months that have ended into earnings" },
    { "close_month", 3600, "Divides idle money and the pool, once a month" },
    { "mature", 3600, "Makes held earnings payable" },
    { "sum_ledger", 600, "Adds new postings to the sums that pages show" },
    { "sweep", 3600, "Deletes what has expired" },
    { "leave", 3600, "Deletes members who have left" },
    { "payout_run", 3600, "Pays creators, once a month" },
    { "payout_poll", 900, "Finds out what became of payouts" },
    { "expire", 900, "Ends acts and vouchers that waited too long" },
    { "moderation", 3600, "Tells reporters and moderators what waits for them" },
    { "statements", 24 * 3600, "Writes creators' statements of closed months" },
    { "ledger_audit", 24 * 3600, "Checks that the ledger adds up" },
};
