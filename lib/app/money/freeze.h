/*
 * freeze: sets aside what one video, or all videos of a creator, earned by the watch time of a span,
 * until somebody has decided: then the creator gets it back, or it goes to the pool.
 *
 * What       A freeze has a key (of the report or decision that it belongs to), a creator, a video or
 *            all of theirs, and a span. Watch time is kept by UTC day, so each day that the span
 *            touches belongs to it whole. It holds for months that are settled later, too.
 * Part       Of each paid month (unit) and creator: floor(what is left of the creator's share * s / S),
 *            where S are the creator's seconds in the month and s the whole seconds of the frozen
 *            videos and days in it, as far as the creator's other videos do not account for S: what
 *            did not count when the month was settled, because it was hidden then, is not frozen in
 *            place of what did. Time in several freezes belongs to one of them: to those for the pool
 *            first, then to open ones, the older first. So overlapping freezes never take more than
 *            one would, and what one lets go stays with another that is still open. The month's uplift
 *            stays the creator's.
 * Money      freeze:ID:UNIT:N   creator's held (payable, once matured) -> creator's frozen (open), or
 *                               -> liab:idle (pool), and back; N counts. Legs name no unit.
 *            Never more than the account has: what was paid out before stays paid out, but what has
 *            been earned since stands in for it.
 *            Idle money raises the earnings of all creators when the month is closed (month.h). A
 *            blocked video's time in months that are not settled goes to the other creators that the
 *            member watched, as ever (settle.h).
 * Others     Nothing else knows of it. Whoever moves a settled month's shares (mature, reversals) calls
 *            freeze_lift() before and freeze_sync() after it, in the same transaction: in between, all
 *            is as if nothing were frozen, so these postings are the same with and without. Settling
 *            calls freeze_sync(), closing a month freeze_again().
 * Once       freeze_put() and freeze_release() only write down what is to be; freeze_run() moves the
 *            money, unit by unit, and may be killed and repeated anywhere. Until it is through, the
 *            creator is paid nothing (freeze_waits). It goes through a creator's months again after
 *            FREEZE_AGAIN_MS, for months that were being settled meanwhile.
 * Locks      the units first, then their parts.
 * Tables     freeze, freeze_part. Reads unit, unit_share, watch_day, video.
 * Errors     as in io/db.h and ledger.h. What moves money needs DB_MONEY.
 */
#ifndef MONEY_FREEZE_H
#define MONEY_FREEZE_H
#include "io/db.h"

enum {
    FREEZE_KEY_MAX_BYTES = 80,
    FREEZE_WHY_MAX_BYTES = 500,
    FREEZES_SHOWN_MAX = 200,
    FREEZE_AGAIN_MS = 15 * 60 * 1000,
    FREEZE_DECIDE_DAYS = 180, /* an open one that is older is a finding of the audit */
};

/* open: set aside. creator: theirs again. pool: taken away. */
enum freeze_state { FREEZE_OPEN, FREEZE_CREATOR, FREEZE_POOL };
WORDS_OF(freeze_state);

/* What follows `why` is not for freeze_put(). */
struct freeze {
    int64_t id;
    const char *key; /* letters, digits and `:_-./` */
    int64_t creator_id;
    int64_t video_id;       /* 0: all videos of the creator */
    int64_t from_ms, to_ms; /* from_ms 0: since ever; to_ms 0: without end */
    const char *why;        /* for the creator, continues "Frozen: " */
    enum freeze_state state;
    int64_t put_ms, decided_ms;    /* decided_ms 0: open */
    int64_t minor;                 /* what is set aside or taken away now */
    bool waits;                    /* it was not gone through yet */
    const char *public_id, *title; /* of the video; "": none, or it is deleted */
};
struct freeze_list {
    struct freeze *items;
    size_t n;
};

/* Write down a freeze (key, creator_id, video_id, from_ms, to_ms, why), once for each key: the same
 * again is RC_OK. In the caller's transaction (DB_ORDINARY or DB_MONEY). RC_INVALID: beyond the limits
 * above, or to_ms is not after from_ms; RC_CONFLICT: the key belongs to another one. */
MUST_USE enum rc freeze_put(struct db *db, struct arena *a, const struct freeze *f, int64_t now_ms);

/* Write down what becomes of it; may be called again with another answer, e.g. after an appeal. In the
 * caller's transaction (DB_ORDINARY or DB_MONEY). RC_NOT_FOUND: no such key. */
MUST_USE enum rc freeze_release(struct db *db, struct arena *a, const char *key,
                                enum freeze_state to, int64_t now_ms);

/* Move the money of all freezes that changed, or were not gone through yet. *units: how many months were
 * looked at. RC_NOT_FOUND: nothing to do. */
MUST_USE enum rc freeze_run(struct db *db, struct arena *a, int64_t now_ms, int64_t *units);

/* Before and after a change of these units' shares, inside its transaction, which has locked the units.
 * RC_BUSY also: the creator's money was moved at the same time. */
MUST_USE enum rc freeze_lift(struct db *db, struct arena *a, const int64_t *unit_ids, size_t n,
                             int64_t now_ms);
MUST_USE enum rc freeze_sync(struct db *db, struct arena *a, const int64_t *unit_ids, size_t n,
                             int64_t now_ms);

/* The shares of many months have changed: have freeze_run() go through all that are frozen again,
 * FREEZE_AGAIN_MS from now. */
MUST_USE enum rc freeze_again(struct db *db, int64_t now_ms);

/* Has a freeze of this creator not been gone through yet? */
MUST_USE enum rc freeze_waits(struct db *db, struct arena *a, int64_t creator_id, bool *waits);

/* The freeze of a key (RC_NOT_FOUND: none); a creator's freezes, newest first. */
MUST_USE enum rc freeze_get(struct db *db, struct arena *a, const char *key, struct freeze *out);
MUST_USE enum rc freeze_of_creator(struct db *db, struct arena *a, int64_t creator_id,
                                   struct freeze_list *out);
#endif
