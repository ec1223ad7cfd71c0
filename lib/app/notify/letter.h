/*
 * letter: the words of a notice: the subject, the text and what the HTML shows, all made from one file,
 * handlers/views/mail/KIND.txt (lib/tools/tmplc.c):
 *
 *   {{model struct letter_values in letter.h}}
 *   Your video {{title}} is ready                      the subject, and the sentence on /notifications
 *
 *   It can be watched now, by everybody whom           a paragraph; where its lines end does not matter
 *   you let watch it.
 *
 *   {{text}}                                           a value of several lines: a paragraph of its own
 *
 *   [Watch it]                                         a button that leads to the notice's link
 *
 *   [Your receipts](/account/receipts) are there, too. a link to another page, at the beginning
 *
 * What members typed appears in quotation marks, which the file must not add (quote.h). What comes
 * below each mail is made here: why somebody gets it, how to switch it off, and who sends it.
 */
#ifndef NOTIFY_LETTER_H
#define NOTIFY_LETTER_H
#include "app/notify/notify.h"
#include "base/sb.h"

/* A video of the digest. */
struct letter_video {
    const char *title, *who, *path;
};
struct letter_video_list {
    struct letter_video *items;
    size_t n;
};

/* What the words are made from. */
struct letter_values {
    const char *site; /* its name */
    struct letter_video_list list;
#define LETTER_FIELD(name, ...) const char *name;
    NOTICE_VALUES(LETTER_FIELD)
#undef LETTER_FIELD
};

enum letter_paragraph_kind { LETTER_WORDS, LETTER_LINK, LETTER_BUTTON, LETTER_QUOTE };
struct letter_line {
    const char *text;
};
struct letter_line_list {
    struct letter_line *items;
    size_t n;
};
struct letter_paragraph {
    enum letter_paragraph_kind kind;
    const char *text;              /* of a link or button: its words */
    const char *url, *after;       /* whole address, and the words that follow a link */
    struct letter_line_list lines; /* of a quotation */
};
struct letter_paragraph_list {
    struct letter_paragraph *items;
    size_t n;
};

struct letter {
    const char *subject, *site, *site_url;
    struct letter_paragraph_list paragraphs;
    const char *why;     /* somebody gets it, a sentence */
    const char *choices; /* address of the page with all choices; "": the reader has no account */
    const char
        *unsubscribe;    /* address that switches this kind off; "": it cannot be switched off */
    const char *imprint; /* who runs the site; "" when the settings do not say it */
};

/* The letter for a notice to user_id (0: somebody without account). `values` as the row keeps them
 * (values.h). */
void letter_write(struct arena *a, enum notice_kind kind, int64_t user_id, const char *link,
                  const char *values, struct letter *out);

/* The subject alone. */
const char *letter_subject(struct arena *a, enum notice_kind kind, const char *values);

/* The letter as plain text. */
const char *letter_text(struct arena *a, const struct letter *letter);

/* The letter as HTML: handlers/views/mail/mail.html, compiled. */
void view_mail(struct sb *o, const struct letter *letter);
#endif
