/*
 * journal: what moderators and operators did that is not about money.
 *
 *   GET /admin/journal   by={handle}, about={as in the list, or @handle}, before={number}: older ones
 *
 * Who    moderators and operators
 * Views  views/journal.html and views/journal.json, both of struct journal_page
 */
#include "pages/frame.h"
#include "pages/journal.h"
#include "web/req.h"

static enum rc show(struct req *r)
{
    struct journal_page page;
    enum rc rc = journal_page_of(r, &page);

    if (rc != RC_OK)
        return RENDER_AGAIN(r, rc, journal, &page);
    return RENDER(r, journal, &page);
}

int main(void)
{
    static const struct endpoint journal = {
        .name = "journal",
        .who = MODERATOR,
        .db = DB_READER,
        .on = { [GET] = show },
    };
    return serve(&journal, error_view);
}
