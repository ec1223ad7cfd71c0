#include "pages/member.h"
#include "pages/acts.h"
#include "web/req.h"

/* RC_NOT_FOUND is not a refusal: there is none. */
static enum rc found(enum rc rc, bool *has)
{
    *has = rc == RC_OK;
    return rc == RC_NOT_FOUND ? RC_OK : rc;
}

static enum rc add_balances(struct req *r, struct member_page *page)
{
    const struct {
        enum account_kind kind;
        int64_t *minor;
    } rows[] = { { ACCOUNT_CREATOR_HELD, &page->held_minor },
                 { ACCOUNT_CREATOR_PAYABLE, &page->payable_minor },
                 { ACCOUNT_CREATOR_TRANSIT, &page->transit_minor },
                 { ACCOUNT_CREATOR_FROZEN, &page->frozen_minor } };

    for (size_t i = 0; i < COUNT(rows); i++)
        TRY(ledger_balance(r->db, r->arena,
                           (struct ledger_account_ref){ rows[i].kind, page->member.id },
                           page->currency, rows[i].minor));
    return RC_OK;
}

static enum rc add_acts(struct req *r, struct member_page *page)
{
    struct act_list list;

    TRY(act_list(r->db, r->arena, ACTS_ALL, page->member.id, 0, &list));
    page->acts = act_rows_of(r, &list);
    return RC_OK;
}

enum rc member_page_of(struct req *r, const char *handle, struct member_page *page)
{
    *page = (struct member_page){ .currency = "" };
    TRY(pay_books_currency(r->db, r->arena, &page->currency));
    TRY(account_by_handle(r->db, r->arena, handle, &page->member));
    int64_t id = page->member.id;
    page->frame = frame_of(r, page->member.name, "admin");
    TRY(found(subscription_get(r->db, r->arena, id, &page->subscription), &page->has_subscription));
    page->active = page->has_subscription && subscription_is_active(&page->subscription, r->now_ms);
    TRY(payment_list(r->db, r->arena, id, &page->payments));
    TRY(unit_list(r->db, r->arena, id, &page->units));
    TRY(receipt_list(r->db, r->arena, id, &page->receipts));
    TRY(payout_list(r->db, r->arena, id, &page->payouts));
    TRY(found(hold_get(r->db, r->arena, id, &page->hold), &page->has_hold));
    TRY(add_balances(r, page));
    return add_acts(r, page);
}
