/*
 * unsubscribe: switches mails of one kind off, from a link in one of them.
 *
 *   GET  /unsubscribe/{token}   asks, since programs follow the links of mails
 *   POST /unsubscribe/{token}   does it, whatever the body is: the button of the page, or that of a mail
 *                               program, which sends List-Unsubscribe=One-Click (RFC 8058). Again: the same.
 *
 * Who    whoever has the link; it can do nothing else (app/notify/choice.h)
 * Views  views/unsubscribe.html and views/unsubscribe.json, both of struct unsubscribe_page
 */
#include "app/notify/choice.h"
#include "pages/frame.h"
#include "views/models/unsubscribe.h"
#include "web/req.h"

static enum rc answer(struct req *r, bool off)
{
    struct unsubscribe_page page = { .frame = frame_of(r, "No more of these mails", ""),
                                     .path = r->path,
                                     .is_off = off };
    enum notice_kind kind;
    int64_t user_id;

    TRY(unsubscribe_read(r->arena, req_segment(r, 1), &user_id, &kind));
    if (off)
        TRY(notice_choose(r->db, user_id, kind, false, r->now_ms));
    page.kind = notice_kind_word(kind);
    page.name = notice_choice_name(kind);
    page.frame.noindex = true;
    return RENDER(r, unsubscribe, &page);
}

static enum rc ask(struct req *r) { return answer(r, false); }

static enum rc switch_off(struct req *r) { return answer(r, true); }

int main(void)
{
    static const struct endpoint unsubscribe = {
        .name = "unsubscribe",
        .who = ANYONE,
        .db = DB_ORDINARY,
        .body_max_bytes = 4096,
        .csrf_exempt = true,
        .on = { [GET] = ask, [POST] = switch_off },
    };
    return serve(&unsubscribe, error_view);
}
