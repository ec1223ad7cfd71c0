/*
 * kind: what something can be reported for, as people are asked and as it is counted.
 *
 * Law        illegal content: a notice in the sense of article 16 of Regulation (EU) 2022/2065 (DSA), with
 *            explanation, place, name, address and statement of good faith.
 * Copyright  a notice of the holder of a right, with the work and a sworn statement.
 * Privacy    somebody is shown, or data about them, without their consent.
 * Rules      the rules of the site; one choice is enough.
 * Site       found by the site's own checks; nobody can choose it.
 */
#ifndef MODERATION_KIND_H
#define MODERATION_KIND_H
#include "base/words.h"

enum report_group { GROUP_RULES, GROUP_LAW, GROUP_COPYRIGHT, GROUP_PRIVACY, GROUP_SITE };
WORDS_OF(report_group);

enum report_kind {
    KIND_SPAM,
    KIND_MISLEADING,
    KIND_VIOLENCE,
    KIND_NUDITY,
    KIND_HARASSMENT,
    KIND_OTHER,
    KIND_CHILD_ABUSE,
    KIND_TERROR,
    KIND_HATE,
    KIND_FRAUD,
    KIND_ILLEGAL,
    KIND_COPYRIGHT,
    KIND_PRIVACY,
    KIND_CHECK,
    REPORT_KINDS
};
WORDS_OF(report_kind);

struct report_kind_row {
    enum report_group group;
    const char *title, *hint; /* hint: one sentence, or "" */
    bool urgent;              /* somebody may be in danger */
    bool anonymous;           /* name and address are not asked for, though the group needs them */
};

const struct report_kind_row *report_kind_row(enum report_kind kind);

/* For views: the title. */
const char *fmt_report_title(struct arena *a, enum report_kind kind);

/* The statement that a report of this group is to make; "": none. */
const char *report_statement(enum report_group group);
#endif
