#include "pages/members.h"
#include "base/fmt.h"
#include "base/str.h"
#include "web/req.h"

const char *members_state_of(struct req *r, const struct account *m)
{
    if (m->closed_ms)
        return arena_printf(r->arena, "closed on %s", fmt_date(r->arena, m->closed_ms));
    if (m->blocked)
        return "banned";
    if (m->suspended_until_ms > r->now_ms)
        return arena_printf(r->arena, "suspended until %s",
                            fmt_date(r->arena, m->suspended_until_ms));
    return m->role == ROLE_OPERATOR ? "operator" : m->role == ROLE_MODERATOR ? "moderator" : "";
}

static const char *access_of(struct req *r, const struct member *m)
{
    static const char *const before_the_date[] = {
        [SUBSCRIPTION_ACTIVE] = "paid until ",
        [SUBSCRIPTION_CANCELLED] = "ends on ",
        [SUBSCRIPTION_GRACE] = "grace until ",
        [SUBSCRIPTION_ENDED] = "ended on ",
    };

    if (!m->paid.user_id)
        return "never paid";
    struct subscription_standing s = subscription_standing(&m->paid, r->now_ms);
    if (!s.until_ms)
        return "none; all was given back";
    return arena_printf(r->arena, "%s%s", before_the_date[s.state], fmt_date(r->arena, s.until_ms));
}

static struct member_row row_of(struct req *r, const struct member *m)
{
    const struct account account = { .role = m->role,
                                     .closed_ms = m->closed_ms,
                                     .blocked = m->blocked,
                                     .suspended_until_ms = m->suspended_until_ms };

    return (struct member_row){ *m, members_state_of(r, &account), access_of(r, m) };
}

enum rc members_page_of(struct req *r, struct members_page *page)
{
    size_t group = query_choice(r, "group", member_group_words.items, member_group_words.n,
                                MEMBERS_ALL);
    struct member_list list;

    *page = (struct members_page){
        .frame = frame_of(r, "Members", "admin"),
        .find = fmt_cut(r->arena, query_str(r, "find"), MEMBERS_TEXT_MAX_CHARS),
        .group = member_group_words.items[group],
        .older_url = "",
    };
    const char *text = str_clean(r->arena, page->find, false);
    TRY(member_find(r->db, r->arena, text + (*text == '@'),
                    page->frame.operator,(enum member_group) group,
                    query_i64(r, "before", 1, INT64_MAX, 0), r->now_ms, &list));
    page->rows.items = arena_array(r->arena, struct member_row, list.n + 1);
    for (; page->rows.n < list.n && page->rows.n < MEMBERS_PAGE; page->rows.n++) {
        const struct member *m = &list.items[page->rows.n];
        page->rows.items[page->rows.n] = row_of(r, m);
    }
    if (list.n > MEMBERS_PAGE)
        page->older_url = arena_printf(r->arena, "/admin/members?find=%s&group=%s&before=%" PRId64,
                                       page->find, page->group, list.items[MEMBERS_PAGE - 1].id);
    return RC_OK;
}
