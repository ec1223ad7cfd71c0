#include "pages/member.h"
#include "app/money/ledger.h"
#include "base/str.h"
#include "pages/acts.h"
#include "pages/logins.h"
#include "pages/members.h"
#include "web/req.h"

/* RC_NOT_FOUND is not a refusal: there is none. */
static enum rc found(enum rc rc, bool *has)
{
    *has = rc == RC_OK;
    return rc == RC_NOT_FOUND ? RC_OK : rc;
}

static enum rc head_of(struct req *r, const char *handle, const char *here, struct frame *frame,
                       struct member_head *head)
{
    TRY(account_by_handle(r->db, r->arena, handle, &head->member));
    head->here = here;
    head->state = members_state_of(r, &head->member);
    *frame = frame_of(r, head->member.name, "admin");
    return RC_OK;
}

enum rc member_page_of(struct req *r, const char *handle, struct member_page *page)
{
    struct session_list logins;
    struct act_list acts;

    *page = (struct member_page){ .why = r->why };
    TRY(head_of(r, handle, "account", &page->frame, &page->head));
    if (str_eq(query_str(r, "done"), "logout"))
        page->frame.notice = "All log-ins of this member have ended.";
    int64_t id = page->head.member.id;
    TRY(found(subscription_get(r->db, r->arena, id, &page->subscription), &page->has_subscription));
    page->active = page->has_subscription && subscription_is_active(&page->subscription, r->now_ms);
    TRY(session_list(r, id, 0, 0, &logins));
    page->sessions = logins_of(r, &logins);
    page->more_sessions = logins.n == SESSIONS_PAGE;
    TRY(act_list(r->db, r->arena, ACTS_ALL, id, 0, &acts));
    page->acts = act_rows_of(r, &acts);
    return RC_OK;
}

enum rc member_payments_of(struct req *r, const char *handle, struct member_payments_page *page)
{
    TRY(head_of(r, handle, "payments", &page->frame, &page->head));
    int64_t id = page->head.member.id;
    TRY(payment_list(r->db, r->arena, id, &page->payments));
    TRY(unit_list(r->db, r->arena, id, &page->units));
    return receipt_list(r->db, r->arena, id, &page->receipts);
}

/* "liab:creator:17:held" and its like, as people call them. */
static const char *balance_name(const char *code)
{
    static const struct {
        const char *end, *name;
    } names[] = {
        { ":payable", "To be paid out" },
        { ":held", "Earned; may still be taken back" },
        { ":transit", "On its way to the bank" },
        { ":frozen", "Frozen until a decision" },
    };
    const char *end = strrchr(code, ':');

    for (size_t i = 0; i < COUNT(names); i++)
        if (str_eq(end, names[i].end))
            return names[i].name;
    return "Set aside for the member's own subscription";
}

enum rc member_earnings_of(struct req *r, const char *handle, struct member_earnings_page *page)
{
    struct ledger_kept_list kept;

    TRY(head_of(r, handle, "earnings", &page->frame, &page->head));
    int64_t id = page->head.member.id;
    TRY(ledger_kept(r->db, r->arena, id, &kept));
    page->balances.items = arena_array(r->arena, struct balance_row, kept.n);
    page->balances.n = kept.n;
    for (size_t i = 0; i < kept.n; i++)
        page->balances.items[i] = (struct balance_row){ balance_name(kept.items[i].code),
                                                        kept.items[i].currency,
                                                        kept.items[i].minor };
    TRY(payout_list(r->db, r->arena, id, &page->payouts));
    return found(hold_get(r->db, r->arena, id, &page->hold), &page->has_hold);
}
