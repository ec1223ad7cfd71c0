#include "app/notify/post.h"
#include "app/notify/letter.h"
#include "io/secret.h"

enum { ID_MAC_CHARS = 16 };

/* The same at each attempt, so that a receiver can tell a mail that comes twice. */
static const char *message_id(struct arena *a, const struct queued *q)
{
    const char *text = arena_printf(a, "mail/%" PRId64 "/%" PRId64, q->id, q->user_id);

    return arena_printf(a, "%" PRId64 ".%s", q->id,
                        arena_strn(a, hmac_hex(a, "token", text), ID_MAC_CHARS));
}

enum rc post_send(struct mailer *m, struct arena *a, const struct queued *q, int64_t now_ms,
                  struct mail_outcome *outcome)
{
    struct letter letter;
    struct sb html = { .a = a };

    letter_write(a, q->kind, q->user_id, q->link, q->fields, &letter);
    view_mail(&html, &letter);
    const struct mime_mail mail = {
        .to = q->address,
        .subject = letter.subject,
        .text = letter_text(a, &letter),
        .html = html.buf,
        .id = message_id(a, q),
        .unsubscribe = letter.unsubscribe,
        .at_ms = now_ms,
    };
    return mailer_send(m, a, &mail, outcome);
}
