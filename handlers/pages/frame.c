#include "pages/frame.h"
#include "app/site/live.h"
#include "base/conf.h"
#include "base/str.h"
#include "pages/nav.h"
#include "pages/resume.h"
#include "views/models/error.h"
#include "views/models/login.h"
#include "views/models/prove.h"
#include "web/keep.h"
#include "web/req.h"

const char *absolute(struct req *r, const char *path)
{
    return arena_printf(r->arena, "%s%s", conf()->base_url, path);
}

const char *avatar_url(struct req *r, const char *key)
{
    return key[0] ? arena_printf(r->arena, "/avatar/%s.jpg", key) : "";
}

struct entitled entitled_of(const struct viewer *v)
{
    return (struct entitled){ v->user_id, v->role >= ROLE_MODERATOR, v->paid_until_ms,
                              v->grace_until_ms };
}

struct frame frame_of(struct req *r, const char *title, const char *section)
{
    const struct viewer *v = &r->viewer;
    const struct entitled who = entitled_of(v);
    bool staff = v->role >= ROLE_MODERATOR;
    bool has_forms = v->user_id || r->endpoint->on[POST];

    return (struct frame){
        .site = conf()->site_name,
        .site_url = conf()->base_url,
        .title = title,
        .description = "",
        .canonical = absolute(r, r->path),
        .image_url = "",
        .feed_url = absolute(r, "/feed/new"),
        .section = section,
        .nav = nav_of(r, section),
        .query = query_str(r, "q"),
        .csrf = has_forms && !v->by_bearer ? session_csrf(r) : "",
        .banner = live_banner(),
        .notice = str_eq(query_str(r, "paid"), "1") ? "Thank you: your payment has arrived." : "",
        .here = r->path,
        .signed_in = v->user_id != 0,
        .subscribed = staff || entitlement_is_paid(&who, r->now_ms),
        .moderator = staff,
        .operator= v->role >= ROLE_OPERATOR,
        .unconfirmed = v->unconfirmed,
        .name = v->name,
        .handle = v->handle,
        .avatar_url = v->avatar_url,
        .unread = v->unread,
        .test_money = str_eq(conf()->pay_provider, "test"),
        .og_type = "website",
        .image_alt = "",
        .username = "",
    };
}

static const char *heading_of(enum rc rc, int status)
{
    switch (status) {
    case 401: return "Please log in";
    case 402: return "For members";
    case 403: return rc == RC_UNCONFIRMED ? "First confirm your address" : "Not allowed";
    case 404: return "Not found";
    case 405: return "That does not work here";
    case 409: return "Something changed";
    case 413: return "Too large";
    case 429: return "Too many requests";
    case 503: return "Back in a moment";
    case 507: return "The disk is full";
    default: return status >= 500 ? "Our mistake" : "That did not work";
    }
}

/* Log in, and what was typed is sent on. */
static void view_login_first(struct req *r)
{
    struct login_page page = {
        .frame = frame_of(r, "Log in", ""),
        .why = { NULL,
                 "Your log-in has ended. What you typed is kept: log in, and it can be sent." },
        .name = "",
        .next = "/",
        .kept = keep_pack(r, r->kept),
    };

    view_login(reply_html(r), &page);
}

/* The same for a fresh proof. */
static void view_proof_first(struct req *r)
{
    struct prove_page page = {
        .frame = frame_of(r, "Is it you?", ""),
        .handle = r->viewer.handle,
        .next = "/",
        .kept = keep_pack(r, r->kept),
    };

    view_prove(reply_html(r), &page);
}

/* The page that keeps what was typed. */
static void view_kept(struct req *r, enum rc rc, int status, const char *text)
{
    if (rc == RC_SIGN_IN)
        view_login_first(r);
    else if (rc == RC_FRESH)
        view_proof_first(r);
    else
        resume_view(r, rc, heading_of(rc, status), text);
}

void error_view(struct req *r, enum rc rc, int status, const char *text)
{
    if (r->kept && !r->kept->too_large) {
        view_kept(r, rc, status, text);
        return;
    }
    struct error_page page = {
        .frame = frame_of(r, heading_of(rc, status), ""),
        .status = status,
        .heading = heading_of(rc, status),
        .text = text,
        .action_url = "/",
        .action = "Go to the home page",
    };

    if (rc == RC_UNCONFIRMED)
        page.action_url = "/verify", page.action = "Confirm your address";

    if (r->method == POST && (rc == RC_SIGN_IN || r->kept))
        page.text = arena_printf(r->arena,
                                 "%s What you sent is too long to be kept here. Log in in another "
                                 "tab, go back to your form in this one, and send it again.",
                                 text);
    else if (r->method == POST && rc == RC_TOO_LARGE)
        page.text = arena_printf(
            r->arena,
            "%s Nothing of it was kept here. Go back in your browser: your form "
            "is still there.",
            text);
    if (rc == RC_SIGN_IN)
        page.action_url = "/login", page.action = "Log in";
    else if (rc == RC_UNPAID)
        page.action_url = arena_printf(r->arena, "/subscribe?next=%s", r->path),
        page.action = "See the subscription";
    view_error(reply_html(r), &page);
}
