/*
 * security: the viewer's password and logins.
 *
 *   GET  /account/password
 *   POST /account/password   present, password     303 back; all other logins end
 *   GET  /account/sessions                          every login; this one is marked
 *   POST /account/sessions   id=N                   that login ends; 303 back
 *   POST /account/sessions   all=1                  every login ends, including this one: 303 to
 *                                                   /login
 *
 * Who    signed in
 * Views  views/password.html and .json of struct password_page, views/sessions.html and .json of
 *        struct sessions_page
 */
#include "app/people/account.h"
#include "base/str.h"
#include "pages/frame.h"
#include "pages/logins.h"
#include "views/models/password.h"
#include "views/models/sessions.h"
#include "web/req.h"

enum { PASSWORD_FORM_MAX_BYTES = 8 * 1024 };

static enum rc password_page(struct req *r, enum rc rc)
{
    struct password_page page = {
        .frame = frame_of(r, "Change your password", "account"),
        .why = r->why,
        .email = r->viewer.email,
    };

    if (str_eq(query_str(r, "done"), "changed"))
        page.frame.notice = "Your password has been changed. All other logins have ended.";
    if (str_eq(query_str(r, "done"), "made-up"))
        page.frame.notice =
            "Your password was made up by the site's operator and lapses after a few days. Please "
            "choose your own now.";
    if (rc == RC_OK)
        return RENDER(r, password, &page);
    return RENDER_AGAIN(r, rc, password, &page);
}

static enum rc change_password(struct req *r)
{
    r->act = "password change";
    enum rc rc = account_set_password(r->db, r->arena, r->viewer.user_id, form_str(r, "present"),
                                      form_str(r, "password"), r->viewer.session_id, req_network(r),
                                      r->now_ms, &r->why);

    return rc == RC_OK ? reply_see_other(r, "/account/password?done=changed")
                       : password_page(r, rc);
}

static enum rc sessions_page(struct req *r)
{
    int64_t before_ms = query_i64(r, "before", 1, INT64_MAX, 0),
            before_id = query_i64(r, "id", 1, INT64_MAX, 0);
    struct sessions_page page = { .frame = frame_of(r, "Your logins", "account"), .older_url = "" };
    struct session_list list;

    if (str_eq(query_str(r, "done"), "ended"))
        page.frame.notice = "That login has ended.";
    TRY(session_list(r, r->viewer.user_id, before_ms, before_id, &list));
    page.sessions = logins_of(r, &list);
    if (list.n == SESSIONS_PAGE)
        page.older_url = arena_printf(r->arena, "/account/sessions?before=%" PRId64 "&id=%" PRId64,
                                      list.items[list.n - 1].used_ms, list.items[list.n - 1].id);
    return RENDER(r, sessions, &page);
}

static enum rc end_sessions(struct req *r)
{
    int64_t id;

    r->act = form_has(r, "all") ? "end of all log-ins" : "end of a log-in";
    if (form_has(r, "all")) {
        TRY(session_revoke_all(r, false));
        return reply_see_other(r, "/login?done=everywhere");
    }
    TRY(form_i64(r, "id", 1, INT64_MAX, &id));
    TRY(session_revoke(r, id));
    return reply_see_other(r, "/account/sessions?done=ended");
}

static enum rc show(struct req *r)
{
    return str_eq(req_segment(r, 1), "password") ? password_page(r, RC_OK) : sessions_page(r);
}

static enum rc change(struct req *r)
{
    return str_eq(req_segment(r, 1), "password") ? change_password(r) : end_sessions(r);
}

int main(void)
{
    static const struct endpoint security = {
        .name = "security",
        .who = SIGNED_IN,
        .for_restricted = true,
        .db = DB_ORDINARY,
        .for_unconfirmed = true,
        .body_max_bytes = PASSWORD_FORM_MAX_BYTES,
        .on = { [GET] = show, [POST] = change },
    };
    return serve(&security, error_view);
}
