/*
 * mime: writes a mail as it goes over the wire: RFC 5322 with MIME (RFC 2045 to 2047), and what
 * receivers ask of mail that a program wrote (RFC 3834, 8058).
 *
 *   multipart/alternative of text/plain and text/html, both UTF-8 in quoted-printable, so that no line is
 *   longer than 76 characters whatever the text. A field of the header that is not ASCII is written in
 *   encoded words (RFC 2047) and folded. From, Reply-To and the domain of Message-ID are the settings'.
 *
 * A field of the header cannot be broken: a control character in it becomes a blank, and an address
 * that is none is refused. The local part of an address may be UTF-8 (RFC 6531, 6532); a domain that
 * is not ASCII is written in its ASCII form (UTS 46).
 */
#ifndef IO_MIME_H
#define IO_MIME_H
#include "base/arena.h"

enum { MIME_ADDRESS_MAX_BYTES = 254, MIME_ID_MAX_BYTES = 64 };

struct mime_mail {
    const char *to;      /* an address */
    const char *subject; /* any text */
    const char *text, *html;
    const char *id;          /* what Message-ID has before the @: letters, digits and dots */
    const char *unsubscribe; /* address of a page that takes a one-click POST; "": there is none */
    int64_t at_ms;
};

/* The address with its domain in ASCII. RC_INVALID: it is none that mail can be sent to. */
MUST_USE enum rc mime_address(struct arena *a, const char *typed, const char **address);

/* The mail with CR LF at the end of each line; RC_INVALID when the address is none. */
MUST_USE enum rc mime_write(struct arena *a, const struct mime_mail *mail, struct bytes *out);

/* The domain of an address; "" when there is no @. */
const char *mime_domain(const char *address);
#endif
