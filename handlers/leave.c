/*
 * leave: the viewer deletes their account, and can change their mind for some days.
 *
 *   GET  /account/delete          what goes, what stays, what is owed; needs a fresh proof. Once it is
 *                                 planned: when it is deleted, and how to keep it
 *   POST /account/delete          handle: typed, to be sure; earnings=pay|give, for those who have any;
 *                                 needs a fresh proof. All other log-ins end. 303 back
 *   POST /account/delete/keep     it stays. 303 to /account
 *
 * Who    signed in, also those who are banned, suspended or about to leave
 * Views  views/leave.html and views/leave.json, both of struct leave_page
 */
#include "app/income/subscription.h"
#include "base/log.h"
#include "base/str.h"
#include "pages/frame.h"
#include "views/models/leave.h"
#include "web/req.h"

enum { LEAVE_FORM_MAX_BYTES = 4096 };

static bool is_keep(const struct req *r) { return str_eq(req_segment(r, 2), "keep"); }

static enum rc page_of(struct req *r, struct leave_page *page)
{
    struct subscription s;

    *page = (struct leave_page){
        .frame = frame_of(r, "Delete your account", r->viewer.leaves_ms ? "" : "account"),
        .why = r->why,
        .handle = form_str(r, "handle"),
        .earnings = form_str(r, "earnings"),
        .own = r->viewer.handle,
        .due_ms = r->viewer.leaves_ms,
        .is_late = r->viewer.leaves_ms && r->now_ms >= r->viewer.leaves_ms,
        .days = DEPARTURE_DAYS,
    };
    TRY(departure_owed(r->db, r->arena, r->viewer.user_id, &page->owed));
    page->earned_minor = page->owed.payable_minor + page->owed.held_minor;
    enum rc rc = subscription_get(r->db, r->arena, r->viewer.user_id, &s);
    if (rc == RC_OK && s.paid_until_ms > r->now_ms)
        page->paid_until_ms = s.paid_until_ms;
    return rc == RC_NOT_FOUND ? RC_OK : rc;
}

static enum rc show(struct req *r)
{
    struct leave_page page;

    if (is_keep(r))
        return RC_METHOD;
    if (!r->viewer.leaves_ms)
        TRY(fresh_need(r));
    TRY(page_of(r, &page));
    return RENDER(r, leave, &page);
}

static enum rc keep(struct req *r)
{
    r->act = "account kept";
    enum rc rc = departure_take_back(r->db, r->arena, r->viewer.user_id, r->now_ms);
    if (rc == RC_GONE)
        return refuse(&r->why, rc, NULL, "It is too late: your account is being deleted.");
    if (rc == RC_NOT_FOUND) /* in another tab */
        rc = RC_OK;
    return rc == RC_OK ? reply_see_other(r, "/account?done=kept") : rc;
}

static enum rc ask(struct req *r)
{
    struct departure_wish wish = { r->viewer.user_id, form_str(r, "handle"), LEAVER_UNSAID };

    r->act = "account to be deleted";
    TRY(fresh_need(r));
    leaver_earnings_read(form_str(r, "earnings"), &wish.earnings);
    TRY(departure_ask(r->db, r->arena, &wish, r->now_ms, &r->why));
    return session_revoke_all(r, true);
}

static enum rc post(struct req *r)
{
    struct leave_page page;

    log_about("member:%" PRId64, r->viewer.user_id);
    if (is_keep(r))
        return keep(r);
    enum rc rc = ask(r);
    if (rc == RC_OK)
        return reply_see_other(r, "/account/delete");
    if (!reply_can_explain(r, rc))
        return rc;
    TRY(page_of(r, &page));
    return RENDER_AGAIN(r, rc, leave, &page);
}

int main(void)
{
    static const struct endpoint leave = {
        .name = "leave",
        .who = SIGNED_IN,
        .db = DB_ORDINARY,
        .body_max_bytes = LEAVE_FORM_MAX_BYTES,
        .for_restricted = true,
        .on = { [GET] = show, [POST] = post },
    };
    return serve(&leave, error_view);
}
