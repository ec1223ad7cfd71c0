/*
 * forgot: a forgotten password.
 *
 *   GET  /forgot
 *   POST /forgot          email       mails a link, if there is such an account; says the same if not
 *   GET  /reset?token=                the form
 *   POST /reset?token=    password    the new password; all log-ins end; 303 to /login
 *
 * Who    anyone; see app/people/recover.h for the limits
 * Views  views/forgot.html and .json of struct forgot_page, views/reset.html and .json of struct
 *        reset_page
 */
#include "app/people/recover.h"
#include "base/log.h"
#include "base/str.h"
#include "io/mail.h"
#include "pages/frame.h"
#include "views/models/forgot.h"
#include "web/req.h"

enum { FORGOT_FORM_MAX_BYTES = 8 * 1024 };

static enum rc forgot_page(struct req *r, enum rc rc, const char *state)
{
    struct forgot_page page = {
        .frame = frame_of(r, "Choose a new password", ""),
        .why = r->why,
        .state = mail_is_on() ? state : "off",
        .email = form_str(r, "email"),
        .minutes = arena_printf(r->arena, "%d", RESET_MINUTES),
    };

    if (rc == RC_OK)
        return RENDER(r, forgot, &page);
    return RENDER_AGAIN(r, rc, forgot, &page);
}

static enum rc ask(struct req *r)
{
    if (!mail_is_on())
        return forgot_page(r, RC_OK, "off");
    r->act = "link to choose a password asked for";
    enum rc rc = recover_ask(r->db, r->arena, form_str(r, "email"), req_network(r), r->now_ms,
                             &r->why);
    return forgot_page(r, rc, rc == RC_OK ? "sent" : "ask");
}

static const char *gone_text(enum rc rc, const struct link *link)
{
    if (rc == RC_NOT_FOUND)
        return "We do not know this link. Was it copied as a whole?";
    if (link->used_ms)
        return "This link was used already. It works only once.";
    return link->burned_ms ? "This link no longer works, since the password or the address of the "
                             "account was changed after it was sent."
                           : "This link is too old.";
}

static enum rc reset_page(struct req *r, enum rc refusal)
{
    struct reset_page page = { .token = query_str(r, "token"), .handle = "", .gone = "" };
    struct account account;
    struct link link;
    enum rc rc = link_look(r->db, r->arena, LINK_RESET, page.token, r->now_ms, &link);

    page.frame = frame_of(r, "Choose a new password", "");
    page.why = r->why;
    if (rc == RC_NOT_FOUND || rc == RC_GONE) {
        page.gone = gone_text(rc, &link);
        r->status = status_of(rc);
        return RENDER(r, reset, &page);
    }
    TRY(rc);
    TRY(account_get(r->db, r->arena, link.user_id, &account));
    page.handle = account.handle;
    if (refusal == RC_OK)
        return RENDER(r, reset, &page);
    return RENDER_AGAIN(r, refusal, reset, &page);
}

static enum rc reset(struct req *r)
{
    r->act = "password chosen by a link";
    enum rc rc = recover_reset(r->db, r->arena, query_str(r, "token"), form_str(r, "password"),
                               req_network(r), r->now_ms, &r->why);

    if (rc == RC_OK)
        return reply_see_other(r, "/login?done=reset");
    if (rc != RC_GONE && rc != RC_NOT_FOUND && !reply_can_explain(r, rc))
        return rc;
    return req_wants_json(r) ? rc : reset_page(r, rc);
}

static enum rc show(struct req *r)
{
    return str_eq(req_segment(r, 0), "reset") ? reset_page(r, RC_OK) : forgot_page(r, RC_OK, "ask");
}

static enum rc post(struct req *r)
{
    return str_eq(req_segment(r, 0), "reset") ? reset(r) : ask(r);
}

int main(void)
{
    static const struct endpoint forgot = {
        .name = "forgot",
        .who = ANYONE,
        .for_unconfirmed = true,
        .for_restricted = true,
        .by_link = true,
        .db = DB_ORDINARY,
        .body_max_bytes = FORGOT_FORM_MAX_BYTES,
        .on = { [GET] = show, [POST] = post },
    };
    return serve(&forgot, error_view);
}
