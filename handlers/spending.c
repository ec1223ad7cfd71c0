/*
 * spending: where a member's money went.
 *
 *   GET /account/money   each paid month and what it was divided into, the newest first; page=N
 *
 * Who    signed in; everybody sees their own only
 * Views  views/spending.html and views/spending.json, both of struct spending_page
 */
#include "pages/cards.h"
#include "pages/money_pages.h"
#include "web/req.h"

static enum rc show(struct req *r)
{
    struct spending_page page = { .frame = frame_of(r, "Where my money went", "account") };
    struct spent_list list;
    size_t number = page_of(r);

    TRY(spending_list(r->db, r->arena, r->viewer.user_id, number, &list));
    page.pager = pager_of(r, "/account/money?", number, list.n > SPENDING_PAGE);
    page.months.n = MIN_OF(list.n, SPENDING_PAGE);
    page.months.items = arena_array(r->arena, struct spending_month, page.months.n);
    for (size_t i = 0; i < page.months.n; i++)
        page.months.items[i] = spending_month_of(r, &list.items[i]);
    return RENDER(r, spending, &page);
}

int main(void)
{
    static const struct endpoint spending = {
        .name = "spending",
        .who = SIGNED_IN,
        .db = DB_READER,
        .on = { [GET] = show },
    };
    return serve(&spending, error_view);
}
