/*
 * vouchers: the vouchers that were made, and what became of them. Making, cancelling and sending them
 * again are acts (acts.c).
 *
 *   GET /admin/vouchers   before={number}
 *
 * Who    operators
 * Views  views/vouchers.html and views/vouchers.json, both of struct vouchers_page
 */
#include "pages/frame.h"
#include "views/models/vouchers.h"
#include "web/req.h"

static enum rc show(struct req *r)
{
    struct vouchers_page page = { .frame = frame_of(r, "Vouchers", "admin"), .older_url = "" };
    int64_t before = query_i64(r, "before", 1, INT64_MAX, 0);
    struct voucher_list list;

    TRY(voucher_list(r->db, r->arena, before, &list));
    page.vouchers.items = arena_array(r->arena, struct voucher_row, list.n + 1);
    for (; page.vouchers.n < list.n; page.vouchers.n++) {
        const struct voucher *v = &list.items[page.vouchers.n];
        page.vouchers.items[page.vouchers.n] = (struct voucher_row){
            *v, voucher_state(r->arena, v, r->now_ms), !v->redeemed_ms && !v->ended_ms
        };
    }
    if (list.n == VOUCHERS_SHOWN_MAX)
        page.older_url = arena_printf(r->arena, "/admin/vouchers?before=%" PRId64,
                                      list.items[list.n - 1].id);
    return RENDER(r, vouchers, &page);
}

int main(void)
{
    static const struct endpoint vouchers = {
        .name = "vouchers",
        .who = OPERATOR,
        .db = DB_MONEY,
        .on = { [GET] = show },
    };
    return serve(&vouchers, error_view);
}
