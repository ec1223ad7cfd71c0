/*
 * login: logging in and out.
 *
 *   GET  /login?next=                       the form; when already signed in: 303 to next
 *   POST /login    name, password, next, kept   name: e-mail address or handle; 303 to next or, with a
 *                                           password that lapses, to /account/password; with a form
 *                                           that was kept, the page that sends it on
 *   POST /login/code   half, code, next, kept   the second step of members who have one: what POST /login
 *                                           has answered then, and a code
 *   GET  /login/passkey                     what a script needs to ask for a passkey, as JSON
 *   POST /login/passkey  id, client, data, signature, user, next, kept   a log-in with a passkey; with
 *                                           `half`, the second step after a password
 *   POST /logout                            303 to the home page
 *
 * A program posts JSON and gets {"token", "csrf", "expires_at"}; it sends the token as
 * Authorization: Bearer. The cookies are set all the same.
 *
 * Who    anyone; see app/people/account.h and factor.h for the limits on guessing
 * Views  views/login.html and views/login.json, both of struct login_page; views/half.html and .json of
 *        struct half_page; views/token.json;
 *        views/passkey_options.json
 */
#include "app/people/account.h"
#include "app/people/factor.h"
#include "base/clock.h"
#include "base/log.h"
#include "base/str.h"
#include "pages/passkey.h"
#include "pages/sign_in.h"
#include "views/models/half.h"
#include "views/models/login.h"
#include "web/req.h"

static const char *notice_of(const struct req *r)
{
    static const struct {
        const char *word, *text;
    } notices[] = {
        { "everywhere", "You have been logged out on every device." },
        { "reset",
          "Your password is changed, and all log-ins have ended. Log in with the new one." },
        { "undone", "The old address is back, and all log-ins have ended. Log in with your new "
                    "password." },
    };

    for (size_t i = 0; i < COUNT(notices); i++)
        if (str_eq(query_str(r, "done"), notices[i].word))
            return notices[i].text;
    return "";
}

static struct login_page page_of_form(struct req *r)
{
    struct login_page page = {
        .frame = frame_of(r, "Log in", ""),
        .why = r->why,
        .name = form_str(r, "name"),
        .next = sign_in_next(r),
        .kept = form_str(r, "kept"),
        .passkey = passkey_ask_of(r, "/login/passkey", "Log in with a passkey", sign_in_next(r), "",
                                  true),
    };

    page.frame.notice = notice_of(r);
    return page;
}

static enum rc show(struct req *r)
{
    if (!str_eq(req_segment(r, 0), "login"))
        return RC_NOT_FOUND; /* a link that is followed must not log anybody out */
    if (str_eq(req_segment(r, 1), "passkey") && req_wants_json(r))
        return passkey_options_answer(r, false);
    if (req_segment(r, 1)[0])
        return reply_see_other(r, "/login"); /* the second step is the answer to the first */
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

/* The second step. `half` is taken again until it expires, whatever was wrong with the code. */
static enum rc second_page(struct req *r, int64_t id, const char *half, const struct factors *f,
                           const char *next, enum rc rc)
{
    struct half_page page = {
        .frame = frame_of(r, "One more step", ""),
        .why = r->why,
        .half = half,
        .next = next,
        .kept = form_str(r, "kept"),
        .app = f->app_ms > 0,
        .passkey = f->passkeys > 0,
        .expires_ms = r->now_ms + HALF_MINUTES * MINUTE_MS,
    };

    if (f->passkeys)
        TRY(passkey_ask_second(r, id, next, half, &page.ask));
    if (rc == RC_OK)
        return sign_in_program(r) ? (json_half(reply_json(r), &page), RC_OK)
                                  : (view_half(reply_html(r), &page), RC_OK);
    return RENDER_AGAIN(r, rc, half, &page);
}

static enum rc enter(struct req *r, int64_t user_id, const char *next)
{
    struct login login;

    TRY(sign_in_start(r, user_id, &login));
    return sign_in_answer(r, &login, next);
}

/* The password was right. */
static enum rc go_on(struct req *r, int64_t id, const char *next)
{
    struct factors f;
    const char *half;

    TRY(factor_get(r->db, r->arena, id, &f));
    if (!factor_any(&f))
        return enter(r, id, next);
    r->act = "log-in, the password";
    log_about("member:%" PRId64, id);
    TRY(factor_half(r->db, r->arena, id, r->now_ms, &half));
    return second_page(r, id, half, &f, next, RC_OK);
}

static enum rc log_in(struct req *r)
{
    int64_t id, lapses_ms;

    r->act = "log-in";
    enum rc rc = account_login(r->db, r->arena, form_str(r, "name"), form_str(r, "password"),
                               req_network(r), r->now_ms, &id, &lapses_ms, &r->why);
    if (rc == RC_OK)
        return go_on(r, id, lapses_ms ? "/account/password?done=made-up" : sign_in_next(r));
    if (id)
        log_about("member:%" PRId64, id);
    struct login_page page = page_of_form(r);
    return RENDER_AGAIN(r, rc, login, &page);
}

/* Back to the password: nobody knows any more whose it was. */
static enum rc half_gone(struct req *r)
{
    enum rc rc = refuse(&r->why, RC_INVALID, NULL,
                        "This took too long, or the password was changed meanwhile. Please log in "
                        "again.");
    struct login_page page = page_of_form(r);

    return RENDER_AGAIN(r, rc, login, &page);
}

static enum rc second_step(struct req *r)
{
    const char *half = form_str(r, "half");
    struct factor_change c = {
        .db = r->db,
        .a = r->arena,
        .now_ms = r->now_ms,
        .place = req_network(r),
        .why = &r->why,
    };
    struct factors f;

    r->act = "log-in, second step";
    enum rc rc = factor_half_of(r->db, r->arena, half, r->now_ms, &c.user_id, &f);
    if (rc != RC_OK)
        return rc == RC_GONE ? half_gone(r) : rc;
    log_about("member:%" PRId64, c.user_id);
    rc = factor_check(&c, form_str(r, "code"));
    return rc == RC_OK ? enter(r, c.user_id, sign_in_next(r))
                       : second_page(r, c.user_id, half, &f, sign_in_next(r), rc);
}

/* Without a password before it, or as its second step. */
static enum rc show_passkey(struct req *r)
{
    const char *half = form_str(r, "half");
    struct passkey_use use = passkey_sent(r, 0, !half[0]);
    struct factors f;
    int64_t id;

    r->act = half[0] ? "log-in, second step by passkey" : "log-in by passkey";
    enum rc rc = half[0] ? factor_half_of(r->db, r->arena, half, r->now_ms, &use.owner, &f) : RC_OK;
    if (rc != RC_OK)
        return rc == RC_GONE ? half_gone(r) : rc;
    rc = passkeys_use(r->db, r->arena, &use, r->now_ms, &id, &r->why);
    if (id)
        log_about("member:%" PRId64, id);
    if (rc == RC_OK)
        return enter(r, id, sign_in_next(r));
    if (half[0])
        return second_page(r, use.owner, half, &f, sign_in_next(r), rc);
    struct login_page page = page_of_form(r);
    return RENDER_AGAIN(r, rc, login, &page);
}

static enum rc post(struct req *r)
{
    if (str_eq(req_segment(r, 0), "logout"))
        return log_out(r);
    if (str_eq(req_segment(r, 1), "passkey"))
        return show_passkey(r);
    return str_eq(req_segment(r, 1), "code") ? second_step(r) : log_in(r);
}

int main(void)
{
    static const struct endpoint login = {
        .name = "login",
        .who = ANYONE,
        .db = DB_ORDINARY,
        .for_unconfirmed = true,
        .body_max_bytes = SIGN_IN_MAX_BYTES + PASSKEY_FORM_MAX_BYTES + KEEP_PACK_MAX_BYTES,
        .for_restricted = true,
        .on = { [GET] = show, [POST] = post },
    };
    return serve(&login, error_view);
}
