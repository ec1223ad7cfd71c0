/*
 * keep: what somebody typed into a form is not lost when the form cannot be taken: the login has
 * ended, the page was open for too long, a fresh proof or a confirmed address is asked for, the site is busy,
 * or the form is too large. The same for fields that a handler refuses without showing its page again.
 *
 *   keep_of      the fields of this request, if they are worth keeping; serve.c sets r->kept, and
 *                the page of the refusal carries them along
 *   keep_pack    as one text for a hidden field `kept`: through /login and whatever it asks besides
 *   keep_open    the fields again, for a page that shows them and sends them with a new token
 *                (handlers/pages/resume.h); nothing is sent unless the member presses a button there
 *
 * Safety     Only a form with a token of ours is kept, of whatever age and whichever login, so other
 *            sites cannot prepare one; the text carries a MAC, so nobody can make or change one. It
 *            names the login that typed it: a page that sends it for somebody else has to say so.
 * Left out   `csrf`, and fields whose name says that they hold a password or a code: their names are
 *            kept, so that they can be typed again. Files.
 * Limits     KEEP_MAX_BYTES of names and values, KEEP_BODY_MAX_BYTES of a body that would not have been
 *            read otherwise, KEEP_HOURS.
 */
#ifndef WEB_KEEP_H
#define WEB_KEEP_H
#include "web/serve.h"

enum {
    KEEP_MAX_BYTES = 96 * 1024,
    KEEP_BODY_MAX_BYTES = 3 * KEEP_MAX_BYTES, /* percent-encoded */
    /* What a form that takes `kept` has to allow besides: nearly all of it in base64, and few
     * characters that are three in it. */
    KEEP_PACK_MAX_BYTES = 4 * KEEP_MAX_BYTES,
    KEEP_HOURS = 24
};

struct kept {
    const char *to;     /* path and query that the form was sent to */
    int64_t session_id; /* of the login whose page it was; 0: of a visitor */
    int64_t at_ms;
    struct field_list fields;
    struct field_list secrets; /* to be typed again: names only */
    bool files;                /* there were some */
    bool too_large;            /* the fields cannot be carried along */
};

/* The body of a form that is refused before it was read, or because it is larger than its endpoint allows:
 * into r->form, without files. One that is too large for this, too, or damaged stays unread. */
void keep_read(struct req *r);

/* What is to be kept of a request that is refused with this result; NULL: nothing. */
struct kept *keep_of(struct req *r, enum rc rc);

const char *keep_pack(struct req *r, const struct kept *k);

/* RC_INVALID: not packed by us; RC_GONE: longer ago than KEEP_HOURS. */
MUST_USE enum rc keep_open(struct req *r, const char *packed, struct kept **out);

/* Whose login it was that typed it; RC_NOT_FOUND: a visitor's, or one that is no longer known. */
struct kept_author {
    int64_t user_id;
    const char *handle;
};
MUST_USE enum rc keep_author(struct req *r, const struct kept *k, struct kept_author *out);
#endif
