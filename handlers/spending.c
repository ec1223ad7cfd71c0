/*
 * spending: where a member's money went.
 *
 *   GET /account/money   each paid month and how it was divided, newest first; page=N
 *
 * Who    signed in; members see only their own
 * Views  views/spending.html and views/spending.json, both of struct spending_page
 */
#include "pages/spending.h"
#include "web/req.h"

static enum rc show(struct req *r)
{
    struct spending_page page;

    TRY(spending_page_of(r, &page));
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
