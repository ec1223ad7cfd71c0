/*
 * notify: tells people what happened: in the list on /notifications, by mail, or both.
 *
 * notify() only writes rows, in the caller's transaction, so that a thing is told exactly when it
 * happened. jobs/mail sends the mails. The words are in handlers/views/mail/,
 * one file a kind: handlers/views/mail/receipt.txt is the whole of the mail `receipt`, and its first
 * line also the sentence in the list.
 *
 *   struct notice n = {
 *       .user_id = payer,
 *       .kind = NOTICE_RECEIPT,
 *       .once = number,
 *       .link = arena_printf(a, "/account/receipt/%s", number),
 *       .values = { .number = number, .amount = fmt_money(a, minor, currency), .until = until },
 *   };
 *   TRY(notify(db, a, &n, now_ms));
 *
 * Choice     what a kind is in NOTICE_KINDS: mailed always, mailed unless the member has switched it
 *            off, or never mailed.
 * Limits     of the mails of a kind that strangers can cause, one address gets a few a day
 *            (notice_mails_per_day); more are not sent, and the caller does not learn of it.
 * Mail off   with mail = none nothing is queued (io/mail.h, mail_is_on); the list works.
 * Errors     RC_BUSY. Too long or missing values are no error: texts are cut.
 * Tables     notice, mail, notice_off; reads user.
 */
#ifndef NOTIFY_NOTIFY_H
#define NOTIFY_NOTIFY_H
#include "io/db.h"

enum notice_mail { MAILED_ALWAYS, MAILED_BY_CHOICE, NEVER_MAILED };
enum notice_page { NOT_LISTED, LISTED };

/* clang-format off */
/* K(CONSTANT, word, mailed?, in the list?, "the values that its words use", "its name among the
 * choices"). A value with a ? may be missing. The link of each is the page that it is about; where
 * the comment says so, it holds a one-time token. */
#define NOTICE_KINDS(K) \
    /* Accounts. */ \
    K(CONFIRM_ADDRESS,     confirm_address,     MAILED_ALWAYS,    NOT_LISTED, "until", "")               /* token */ \
    K(ADDRESS_IN_USE,      address_in_use,      MAILED_ALWAYS,    NOT_LISTED, "", "")                    /* link: /forgot */ \
    K(RESET_PASSWORD,      reset_password,      MAILED_ALWAYS,    NOT_LISTED, "until place", "")         /* token */ \
    K(PASSWORD_CHANGED,    password_changed,    MAILED_ALWAYS,    LISTED,     "at place", "")            /* link: /forgot */ \
    K(ADDRESS_CHANGE,      address_change,      MAILED_ALWAYS,    NOT_LISTED, "until", "")               /* token; to the new address */ \
    K(ADDRESS_CHANGED,     address_changed,     MAILED_ALWAYS,    NOT_LISTED, "address until", "")       /* token that undoes it; to the old address */ \
    K(NEW_LOGIN,           new_login,           MAILED_ALWAYS,    LISTED,     "at place device", "") \
    K(FACTOR_CHANGED,      factor_changed,      MAILED_ALWAYS,    LISTED,     "what at place", "")       /* what: "A passkey was added" */ \
    K(DELETION_PLANNED,    deletion_planned,    MAILED_ALWAYS,    LISTED,     "until", "")               /* until: when it is deleted */ \
    K(DELETION_TAKEN_BACK, deletion_taken_back, MAILED_ALWAYS,    LISTED,     "", "") \
    K(EXPORT_READY,        export_ready,        MAILED_ALWAYS,    LISTED,     "until", "") \
    K(TERMS_CHANGE,        terms_change,        MAILED_ALWAYS,    LISTED,     "at text", "")             /* at: from when; text: what changes */ \
    K(PRICE_CHANGE,        price_change,        MAILED_ALWAYS,    LISTED,     "at was amount", "")       /* was, amount: price before and after */ \
    /* Money. */ \
    K(RECEIPT,             receipt,             MAILED_ALWAYS,    LISTED,     "number amount until", "") \
    K(REFUND,              refund,              MAILED_ALWAYS,    LISTED,     "number amount", "") \
    K(RENEWAL_AHEAD,       renewal_ahead,       MAILED_BY_CHOICE, LISTED,     "until amount", "Your paid time is about to end") \
    K(RENEWAL_FAILED,      renewal_failed,      MAILED_ALWAYS,    LISTED,     "what until", "")          /* what: why, a sentence */ \
    K(SUBSCRIPTION_ENDS,   subscription_ends,   MAILED_ALWAYS,    LISTED,     "until", "") \
    K(PAYEE_CHANGED,       payee_changed,       MAILED_ALWAYS,    LISTED,     "account at place", "")    /* account: the last four digits */ \
    K(PAYOUT_SENT,         payout_sent,         MAILED_BY_CHOICE, LISTED,     "amount account", "A payout was sent") \
    K(STATEMENT_READY,     statement_ready,     MAILED_BY_CHOICE, LISTED,     "month amount", "A statement of your earnings is ready") \
    /* Videos and comments. */ \
    K(VIDEO_PUBLISHED,     video_published,     MAILED_BY_CHOICE, LISTED,     "title", "A video of yours is ready") \
    K(VIDEO_FAILED,        video_failed,        MAILED_BY_CHOICE, LISTED,     "title what", "A video of yours could not be processed") /* what: why, a sentence */ \
    K(COMMENT_NEW,         comment_new,         MAILED_BY_CHOICE, LISTED,     "who title text", "A comment on a video of yours") \
    K(COMMENT_REPLY,       comment_reply,       MAILED_BY_CHOICE, LISTED,     "who title text", "An answer to a comment of yours") \
    K(FOLLOWED_VIDEO,      followed_video,      NEVER_MAILED,     LISTED,     "who title", "") \
    K(DIGEST,              digest,              MAILED_BY_CHOICE, NOT_LISTED, "count videos", "New videos of creators that you follow, once a week") \
    /* Moderation. `what` is the decision or its subject as a sentence of ours: "The video was removed." */ \
    K(REPORT_RECEIVED,     report_received,     MAILED_ALWAYS,    LISTED,     "number title", "") \
    K(REPORT_DECIDED,      report_decided,      MAILED_ALWAYS,    LISTED,     "number title what text", "") /* text: the reasons */ \
    K(COUNTER_NOTICE,      counter_notice,      MAILED_ALWAYS,    LISTED,     "number title until text", "") /* until: when the content comes back */ \
    K(DECISION,            decision,            MAILED_ALWAYS,    LISTED,     "title? what text", "") \
    K(APPEAL_DECIDED,      appeal_decided,      MAILED_ALWAYS,    LISTED,     "title? what text", "") \
    K(ACCOUNT_SUSPENDED,   account_suspended,   MAILED_ALWAYS,    LISTED,     "what until? text", "")    /* until missing: for good */ \
    /* For operators. */ \
    K(OPERATOR_ALERT,      operator_alert,      MAILED_ALWAYS,    NOT_LISTED, "what text", "")           /* what: one sentence; text: the lines */

/* V(name, how people are shown it, meaning). PLAIN: words of ours in one line. TYPED: one line that a
 * member wrote: cut, shown in quotation marks, and nothing in it becomes a link. LINES: several lines
 * that somebody wrote: each is marked as a quotation. VIDEOS: a list of its own. */
#define NOTICE_VALUES(V) \
    V(title,   TYPED, "title of the video") \
    V(who,     TYPED, "name of another member") \
    V(text,    LINES, "a comment, reasons, a report") \
    V(what,    PLAIN, "what happened, a sentence") \
    V(number,  PLAIN, "of a receipt, a report") \
    V(amount,  PLAIN, "fmt_money()") \
    V(was,     PLAIN, "fmt_money()") \
    V(month,   PLAIN, "fmt_month()") \
    V(at,      PLAIN, "fmt_datetime() or fmt_date()") \
    V(until,   PLAIN, "fmt_datetime() or fmt_date()") \
    V(place,   PLAIN, "where a request came from: a place or a network") \
    V(device,  PLAIN, "such as \"Firefox on Linux\"") \
    V(address, PLAIN, "an e-mail address") \
    V(account, PLAIN, "last four digits of a bank account") \
    V(count,   PLAIN, "a number") \
    V(videos,  VIDEOS, "of the digest: path, title and channel of each, one a line")
/* clang-format on */

enum notice_kind {
#define NOTICE_ENUM(constant, ...) NOTICE_##constant,
    NOTICE_KINDS(NOTICE_ENUM)
#undef NOTICE_ENUM
        NOTICE_KINDS_COUNT
};
WORDS_OF(notice_kind);

/* NULL: not given. */
struct notice_values {
#define NOTICE_FIELD(name, ...) const char *name;
    NOTICE_VALUES(NOTICE_FIELD)
#undef NOTICE_FIELD
};

enum {
    NOTICE_ONCE_MAX_BYTES = 80, /* printable ASCII */
    NOTICE_LINK_MAX_BYTES = 400,
    NOTICE_PLAIN_MAX_CHARS = 300,
    NOTICE_TYPED_MAX_CHARS = 100,
    NOTICE_LINES_MAX_CHARS = 4000
};

struct notice {
    int64_t user_id; /* 0: somebody without an account, at `address` */
    enum notice_kind kind;
    /* The event's own name: this person is told of it once, however often notify() is called within
     * 90 days. NULL: each call. */
    const char *once;
    const char *address; /* the mail goes here; NULL: to the address of the account */
    const char *link;    /* path on this site, "/watch/…"; NULL or "": none */
    struct notice_values values;
};

/* How many mails of this kind one address gets in a day (UTC); 0: as many as there are. */
int64_t notice_mails_per_day(enum notice_kind kind);

MUST_USE enum rc notify(struct db *db, struct arena *a, const struct notice *n, int64_t now_ms);

/* Everything that somebody was told or is to be told goes; in the transaction that deletes the account. */
MUST_USE enum rc notice_forget(struct db *db, int64_t user_id);

/* To every operator who is not blocked; user_id and address are ignored. */
MUST_USE enum rc notify_operators(struct db *db, struct arena *a, const struct notice *n,
                                  int64_t now_ms);
#endif
