/*
 * members: the list of members. What there is about one of them is in member.c.
 *
 *   GET /admin/members   find={beginning of a handle, name or e-mail address}, group={word of enum
 *                        member_group}, before={id}: older ones
 *
 * Who    moderators and operators; only operators see e-mail addresses and what was paid
 * Views  views/members.html and views/members.json, both of struct members_page
 */
#include "pages/members.h"
#include "web/req.h"

static enum rc show(struct req *r)
{
    struct members_page page;

    TRY(members_page_of(r, &page));
    return RENDER(r, members, &page);
}

int main(void)
{
    static const struct endpoint members = {
        .name = "members",
        .who = MODERATOR,
        .db = DB_READER,
        .on = { [GET] = show },
    };
    return serve(&members, error_view);
}
