/*
 * member: one member's money in one place: payments, months, documents, payouts, and the acts about
 * them.
 *
 *   GET /admin/account/{handle}
 *
 * Who    operators
 * Views  views/member.html and views/member.json, both of struct member_page
 */
#include "pages/member.h"
#include "web/req.h"

static enum rc show(struct req *r)
{
    struct member_page page;

    TRY(member_page_of(r, req_segment(r, 2), &page));
    return RENDER(r, member, &page);
}

int main(void)
{
    static const struct endpoint member = {
        .name = "member",
        .who = OPERATOR,
        .db = DB_MONEY,
        .on = { [GET] = show },
    };
    return serve(&member, error_view);
}
