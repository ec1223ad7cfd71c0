/*
 * appeal: somebody who is concerned asks for another look at a decision, within APPEAL_DAYS and once: the
 * creator, or a reporter whose report was refused. Another moderator decides than the one who made the decision.
 *
 * Creator    overturned: what the decision did is undone, and frozen earnings go to the creator.
 * Reporter   overturned: the case is open again, with the moderator who said so, for a new decision.
 * Counter    a creator's counter-notice to a copyright notice: forwarded to the notifier; COUNTER_DAYS later the content
 *            comes back by itself (jobs/moderation), unless a moderator has noted before that the
 *            notifier went to court.
 * Errors     RC_INVALID with field and text; RC_CONFLICT with a text; RC_GONE: too late.
 * Tables     appeal. Reads user.
 */
#ifndef MODERATION_APPEAL_H
#define MODERATION_APPEAL_H
#include "app/moderation/decision.h"

enum {
    APPEAL_MIN_CHARS = 20,
    APPEAL_MAX_CHARS = 3000,
    COUNTER_DAYS = 16, /* 10 to 14 working days */
};

enum appeal_side { SIDE_CREATOR, SIDE_REPORTER, SIDE_COUNTER };
enum appeal_state { APPEAL_OPEN, APPEAL_UPHELD, APPEAL_OVERTURNED };
WORDS_OF(appeal_side);
WORDS_OF(appeal_state);
#endif
