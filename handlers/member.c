/*
 * member: one member, for operators: the account with its log-ins, what was paid, what was earned; and
 * the acts about them.
 *
 *   GET  /admin/account/{handle}
 *   POST /admin/account/{handle}            do=logout, reason: all log-ins end     303 back
 *   GET  /admin/account/{handle}/payments
 *   GET  /admin/account/{handle}/earnings
 *
 * Who    operators; ending log-ins needs a fresh proof
 * Views  views/member.html and .json of struct member_page, views/member_payments.html and .json of
 *        struct member_payments_page, views/member_earnings.html and .json of struct
 *        member_earnings_page
 */
#include "base/log.h"
#include "base/str.h"
#include "pages/member.h"
#include "web/req.h"

static enum rc show(struct req *r)
{
    const char *handle = req_segment(r, 2), *part = req_segment(r, 3);
    struct member_page account;
    struct member_payments_page payments;
    struct member_earnings_page earnings;

    if (str_eq(part, "payments")) {
        TRY(member_payments_of(r, handle, &payments));
        return RENDER(r, member_payments, &payments);
    }
    if (str_eq(part, "earnings")) {
        TRY(member_earnings_of(r, handle, &earnings));
        return RENDER(r, member_earnings, &earnings);
    }
    TRY(member_page_of(r, handle, &account));
    return RENDER(r, member, &account);
}

static enum rc end_logins(struct req *r, const char *handle)
{
    static const char *const acts[] = { "logout" };
    struct deed deed = { { r->viewer.user_id, "" }, form_str(r, "reason"), r->now_ms };
    struct account member;
    size_t act;

    TRY(form_choice(r, "do", acts, COUNT(acts), &act));
    TRY(fresh_need(r));
    TRY(account_by_handle(r->db, r->arena, handle, &member));
    log_about("member:%" PRId64, member.id);
    return session_revoke_all_of(r, member.id, &deed);
}

static enum rc change(struct req *r)
{
    const char *handle = req_segment(r, 2);
    struct member_page page;

    if (req_segment(r, 3)[0])
        return RC_METHOD;
    r->act = "end of all log-ins by an operator";
    enum rc rc = end_logins(r, handle);
    if (rc == RC_OK)
        return reply_see_other(r, "/admin/account/%s?done=logout", handle);
    if (!reply_can_explain(r, rc))
        return rc;
    TRY(member_page_of(r, handle, &page));
    return RENDER_AGAIN(r, rc, member, &page);
}

int main(void)
{
    static const struct endpoint member = {
        .name = "member",
        .who = OPERATOR,
        .db = DB_MONEY,
        .body_max_bytes = 4096,
        .on = { [GET] = show, [POST] = change },
    };
    return serve(&member, error_view);
}
