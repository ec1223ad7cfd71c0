/*
 * money: where a member's money went.
 *
 *   GET /account/money   each paid month and what it was divided into, the newest first; page=N
 *
 * Who    signed in; everybody sees their own only
 * Views  views/money.html and views/money.json, both of struct money_page
 */
#include "pages/cards.h"
#include "pages/money_pages.h"
#include "web/req.h"

static enum rc show(struct req *r)
{
    struct money_page page = { .frame = frame_of(r, "Where my money went", "account") };
    struct spent_list list;
    size_t number = page_of(r);

    TRY(spending_list(r->db, r->arena, r->viewer.user_id, number, &list));
    page.pager = pager_of(r, "/account/money?", number, list.n > SPENDING_PAGE);
    page.months.n = MIN_OF(list.n, SPENDING_PAGE);
    page.months.items = arena_array(r->arena, struct money_month, page.months.n);
    for (size_t i = 0; i < page.months.n; i++)
        page.months.items[i] = money_month_of(r, &list.items[i]);
    return RENDER(r, money, &page);
}

int main(void)
{
    static const struct endpoint money = {
        .name = "money",
        .who = SIGNED_IN,
        .db = DB_READER,
        .on = { [GET] = show },
    };
    return serve(&money, error_view);
}
