/*
 * login: logging in and out.
 *
 *   GET  /login?next=                       the form; when already signed in: 303 to next
 *   POST /login    name, password, next, kept   name: e-mail address or handle; 303 to next or, with a
 *                                           password that lapses, to /account/password; with a form
 *                                           that was kept, the page that sends it on
 *   POST /logout                            303 to the home page
 *
 * A program posts JSON and gets {"token", "csrf", "expires_at"}; it sends the token as
 * Authorization: Bearer. The cookies are set all the same.
 *
 * Who    anyone; see app/people/account.h for the limits on guessing
 * Views  views/login.html and views/login.json, both of struct login_page; views/token.json
 */
#include "app/people/account.h"
#include "base/log.h"
#include "base/str.h"
#include "pages/sign_in.h"
#include "views/models/login.h"
#include "web/req.h"

static struct login_page page_of_form(struct req *r)
{
    struct login_page page = {
        .frame = frame_of(r, "Log in", ""),
        .why = r->why,
        .name = form_str(r, "name"),
        .next = sign_in_next(r),
        .kept = form_str(r, "kept"),
    };

    if (str_eq(query_str(r, "done"), "everywhere"))
        page.frame.notice = "You have been logged out on every device.";
    return page;
}

static enum rc show(struct req *r)
{
    if (!str_eq(req_segment(r, 0), "login"))
        return RC_NOT_FOUND; /* a link that is followed must not log anybody out */
    if (r->viewer.restricted)
        return reply_see_other(r, "%s", session_restricted_url(r));
    if (r->viewer.user_id)
        return reply_see_other(r, "%s", sign_in_next(r));
    struct login_page page = page_of_form(r);
    return RENDER(r, login, &page);
}

static enum rc log_out(struct req *r)
{
    r->act = "log-out";
    TRY(session_end(r));
    return reply_see_other(r, "/");
}

static enum rc log_in(struct req *r)
{
    struct login login;
    int64_t id, lapses_ms;

    r->act = "log-in";
    enum rc rc = account_login(r->db, r->arena, form_str(r, "name"), form_str(r, "password"),
                               req_network(r), r->now_ms, &id, &lapses_ms, &r->why);
    if (rc == RC_OK) {
        TRY(session_start(r, id, &login));
        return sign_in_answer(r, &login,
                              lapses_ms ? "/account/password?done=made-up" : sign_in_next(r));
    }
    if (id)
        log_about("member:%" PRId64, id);
    struct login_page page = page_of_form(r);
    return RENDER_AGAIN(r, rc, login, &page);
}

static enum rc post(struct req *r)
{
    return str_eq(req_segment(r, 0), "logout") ? log_out(r) : log_in(r);
}

int main(void)
{
    static const struct endpoint login = {
        .name = "login",
        .who = ANYONE,
        .db = DB_ORDINARY,
        .body_max_bytes = SIGN_IN_MAX_BYTES + KEEP_PACK_MAX_BYTES,
        .for_restricted = true,
        .on = { [GET] = show, [POST] = post },
    };
    return serve(&login, error_view);
}
