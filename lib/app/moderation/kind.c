#include "app/moderation/kind.h"

WORDS(report_group, "", [GROUP_RULES] = "rules", [GROUP_LAW] = "law",
      [GROUP_COPYRIGHT] = "copyright", [GROUP_PRIVACY] = "privacy", [GROUP_SITE] = "site");

WORDS(report_kind,
      "report_case.kind report.kind", [KIND_SPAM] = "spam", [KIND_MISLEADING] = "misleading",
      [KIND_VIOLENCE] = "violence", [KIND_NUDITY] = "nudity", [KIND_HARASSMENT] = "harassment",
      [KIND_OTHER] = "other", [KIND_CHILD_ABUSE] = "child-abuse", [KIND_TERROR] = "terror",
      [KIND_HATE] = "hate", [KIND_FRAUD] = "fraud", [KIND_ILLEGAL] = "illegal",
      [KIND_COPYRIGHT] = "copyright", [KIND_PRIVACY] = "privacy", [KIND_CHECK] = "check");

static const struct report_kind_row kinds[REPORT_KINDS] = {
    [KIND_SPAM] = { GROUP_RULES, "Spam", "The same again and again, or advertising.", false,
                    false },
    [KIND_MISLEADING] = { GROUP_RULES, "Misleading",
                          "Title or picture promise something else, or somebody poses as "
                          "somebody else.",
                          false, false },
    [KIND_VIOLENCE] = { GROUP_RULES, "Violence", "Shown for its own sake, or glorified.", false,
                        false },
    [KIND_NUDITY] = { GROUP_RULES, "Sexual content", "", false, false },
    [KIND_HARASSMENT] = { GROUP_RULES, "Harassment", "Somebody is insulted, threatened or exposed.",
                          false, false },
    [KIND_OTHER] = { GROUP_RULES, "Another rule of the site", "", false, false },
    [KIND_CHILD_ABUSE] = { GROUP_LAW, "Sexual abuse of children",
                           "You need not say who you are. If a child is in danger now, call the "
                           "police.",
                           true, true },
    [KIND_TERROR] = { GROUP_LAW, "Terrorism, or a threat to somebody’s life",
                      "If somebody is in danger now, call the police.", true, false },
    [KIND_HATE] = { GROUP_LAW, "Illegal hate speech", "", false, false },
    [KIND_FRAUD] = { GROUP_LAW, "Fraud", "", false, false },
    [KIND_ILLEGAL] = { GROUP_LAW, "Something else that is against the law", "", false, false },
    [KIND_COPYRIGHT] = { GROUP_COPYRIGHT, "Copyright",
                         "Your work is used without permission, or that of somebody for whom you "
                         "act.",
                         false, false },
    [KIND_PRIVACY] = { GROUP_PRIVACY, "Privacy",
                       "You are shown, or something about you, without your consent.", false,
                       false },
    [KIND_CHECK] = { GROUP_SITE, "Found by a check of the site", "", false, false },
};

const struct report_kind_row *report_kind_row(enum report_kind kind)
{
    assert(kind < REPORT_KINDS);
    return &kinds[kind];
}

const char *fmt_report_title(struct arena *a, enum report_kind kind)
{
    (void)a;
    return report_kind_row(kind)->title;
}

const char *report_statement(enum report_group group)
{
    switch (group) {
    case GROUP_LAW:
    case GROUP_PRIVACY:
        return "I believe in good faith that what I have written here is accurate and complete.";
    case GROUP_COPYRIGHT:
        return "I swear that what I have written here is accurate, that I hold the right or act for "
               "its holder, and that I believe in good faith that neither the holder nor the law "
               "allows this use.";
    case GROUP_RULES:
    case GROUP_SITE: break;
    }
    return "";
}
