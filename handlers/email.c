/*
 * email: the viewer's e-mail address.
 *
 *   GET  /account/email
 *   POST /account/email   email    mails a link to that address, which changes it (handlers/verify.c);
 *                                  303 back. On a site that sends no mail it is changed at once.
 *
 * Who    signed in, with a fresh proof. Those who have not confirmed their address are led to /verify.
 * Views  views/email.html and .json of struct email_page
 */
#include "app/people/account.h"
#include "base/log.h"
#include "base/str.h"
#include "io/mail.h"
#include "pages/frame.h"
#include "views/models/email.h"
#include "web/req.h"

enum { EMAIL_FORM_MAX_BYTES = 4 * 1024 };

static enum rc email_page(struct req *r, enum rc refusal)
{
    struct email_page page = {
        .frame = frame_of(r, "Your e-mail address", "account"),
        .why = r->why,
        .email = r->viewer.email,
        .typed = form_str(r, "email"),
        .waiting = "",
        .mail = mail_is_on(),
    };
    struct link link;
    enum rc rc = link_open(r->db, r->arena, LINK_ADDRESS, r->viewer.user_id, r->now_ms, &link);

    if (rc != RC_OK && rc != RC_NOT_FOUND)
        return rc;
    if (rc == RC_OK) {
        page.waiting = link.data;
        page.waits_until_ms = link.expires_ms;
    }
    if (str_eq(query_str(r, "done"), "changed"))
        page.frame.notice = "Your address is changed.";
    if (refusal == RC_OK)
        return RENDER(r, email, &page);
    return RENDER_AGAIN(r, refusal, email, &page);
}

static enum rc show(struct req *r)
{
    if (r->viewer.unconfirmed)
        return reply_see_other(r, "/verify");
    TRY(fresh_need(r));
    return email_page(r, RC_OK);
}

static enum rc change(struct req *r)
{
    bool waits = false;

    TRY(fresh_need(r));
    r->act = "change of the e-mail address asked for";
    enum rc rc = address_ask(r->db, r->arena, r->viewer.user_id, form_str(r, "email"), r->now_ms,
                             &waits, &r->why);
    if (rc == RC_OK)
        return reply_see_other(r, waits ? "/account/email" : "/account/email?done=changed");
    return reply_can_explain(r, rc) ? email_page(r, rc) : rc;
}

int main(void)
{
    static const struct endpoint email = {
        .name = "email",
        .who = SIGNED_IN,
        .db = DB_ORDINARY,
        .body_max_bytes = EMAIL_FORM_MAX_BYTES,
        .on = { [GET] = show, [POST] = change },
    };
    return serve(&email, error_view);
}
