/*
 * payee: the account a creator is paid to, what holds up a payout, and what was paid.
 *
 *   GET  /studio/payee
 *   POST /studio/payee   do=account   holder, iban (empty: keep the stored one), vat_id; needs a
 *                                     fresh proof
 *                        do=stop      a change of the account was not theirs: payouts are frozen, all
 *                                     other log-ins end
 *                        do=rest      pay out once, even below the threshold
 *                        do=appeal    appeal: the creator's answer to a hold, once
 *                        303 back to the page
 *
 * Who    signed in
 * Views  views/payee.html and .json of struct payee_page
 */
#include "app/payout/payee.h"
#include "base/log.h"
#include "base/str.h"
#include "pages/payee.h"
#include "web/req.h"

enum { PAYEE_FORM_MAX_BYTES = 16 * 1024 };

static void notice(struct req *r, struct frame *frame)
{
    static const struct {
        const char *word, *text;
    } notices[] = {
        { "account", "Your bank account has been saved." },
        { "stop",
          "Your payouts are frozen, and every other log-in has ended. Please choose a new password "
          "now, and give your own account again." },
        { "rest", "Your balance is paid with the next run, even if it is below the threshold." },
        { "appeal", "Your answer has been passed on. A person reads it." },
    };

    for (size_t i = 0; i < COUNT(notices); i++)
        if (str_eq(query_str(r, "done"), notices[i].word))
            frame->notice = notices[i].text;
}

static enum rc show(struct req *r)
{
    struct payee_page page;

    TRY(payee_page_of(r, &page));
    notice(r, &page.frame);
    return RENDER(r, payee, &page);
}

static enum rc save_account(struct req *r)
{
    r->act = "payout account";
    const struct payee_form typed = { form_str(r, "holder"), form_str(r, "iban"),
                                      form_str(r, "vat_id"), req_network(r) };

    log_about("member:%" PRId64, r->viewer.user_id);
    TRY(fresh_need(r));
    return payee_set(r->db, r->arena, r->viewer.user_id, &typed, r->now_ms, &r->why);
}

static enum rc stop(struct req *r)
{
    r->act = "payouts stopped: the account was changed by somebody else";
    TRY(payee_stop(r->db, r->arena, r->viewer.user_id, r->now_ms, &r->why));
    return session_revoke_all(r, true);
}

static enum rc ask_rest(struct req *r)
{
    enum rc rc = payee_ask_rest(r->db, r->viewer.user_id, r->now_ms);

    if (rc == RC_NOT_FOUND)
        return refuse(&r->why, RC_CONFLICT, NULL, "Please give your bank account first.");
    return rc;
}

static enum rc appeal(struct req *r)
{
    return hold_appeal(r->db, r->arena, r->viewer.user_id, form_str(r, "appeal"), r->now_ms,
                       &r->why);
}

/* Shows a refused form again, as it was typed. */
static enum rc again(struct req *r, enum rc rc)
{
    struct payee_page page;

    if (!reply_can_explain(r, rc))
        return rc;
    TRY(payee_page_of(r, &page));
    if (form_has(r, "holder")) {
        page.holder = form_str(r, "holder");
        page.iban = form_str(r, "iban");
        page.vat_id = form_str(r, "vat_id");
    }
    if (form_has(r, "appeal"))
        page.typed_appeal = form_str(r, "appeal");
    return RENDER_AGAIN(r, rc, payee, &page);
}

static enum rc change(struct req *r)
{
    static const char *const names[] = { "account", "rest", "appeal", "stop" };
    static enum rc (*const acts[])(struct req *) = { save_account, ask_rest, appeal, stop };
    size_t act;

    TRY(form_choice(r, "do", names, COUNT(names), &act));
    enum rc rc = acts[act](r);
    return rc == RC_OK ? reply_see_other(r, "/studio/payee?done=%s", names[act]) : again(r, rc);
}

int main(void)
{
    static const struct endpoint payee = {
        .name = "payee",
        .who = SIGNED_IN,
        .db = DB_MONEY,
        .body_max_bytes = PAYEE_FORM_MAX_BYTES,
        .on = { [GET] = show, [POST] = change },
    };
    return serve(&payee, error_view);
}
