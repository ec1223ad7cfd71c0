#include "pages/nav.h"
#include "base/str.h"

/* One line a page, in the order in which they are shown; lines with the same group stand together.
 * `also` is the beginning of other addresses at which the line is marked. */
static const struct {
    const char *section, *group, *label, *url, *also;
    enum role least;
} lines[] = {
    { .section = "account", "You", "Profile", "/account" },
    { .section = "account", "You", "E-mail address", "/account/email", "/verify" },
    { .section = "account", "You", "Password", "/account/password" },
    { .section = "account", "You", "How you log in", "/account/factor" },
    { .section = "account", "You", "Log-ins", "/account/sessions" },
    { .section = "account", "You", "Mails", "/account/mail" },
    { .section = "account", "You", "Decisions and reports", "/decision" },
    { .section = "account", "Watching", "History", "/account/history" },
    { .section = "account", "Watching", "Recommendations", "/account/taste" },
    { .section = "account", "Paying", "Subscription", "/subscribe" },
    { .section = "account", "Paying", "Where it went", "/account/money" },
    { .section = "account", "Paying", "Receipts", "/account/invoice", "/account/receipt" },
    { .section = "account", "Leaving", "Your data", "/account/export" },
    { .section = "account", "Leaving", "Delete the account", "/account/delete" },

    { .section = "studio", "", "Videos", "/studio" },
    { .section = "studio", "", "Comments", "/studio/comments" },
    { .section = "studio", "Money", "Earnings", "/studio/earnings" },
    { .section = "studio", "Money", "Payout account", "/studio/payee" },

    { .section = "admin", "Site", "Overview", "/admin", "", ROLE_MODERATOR },
    { .section = "admin", "Site", "Members", "/admin/members", "/admin/member", ROLE_MODERATOR },
    { .section = "admin", "Site", "Videos", "/admin/videos", "/admin/video", ROLE_MODERATOR },
    { .section = "admin", "Site", "Reports", "/admin/reports", "", ROLE_MODERATOR },
    { .section = "admin", "Site", "Journal", "/admin/journal", "", ROLE_MODERATOR },
    { .section = "admin", "Site", "Jobs", "/admin/jobs", "", ROLE_MODERATOR },
    { .section = "admin", "Site", "Mails", "/admin/mail", "", ROLE_OPERATOR },
    { .section = "admin", "Money", "Books", "/admin/money", "", ROLE_OPERATOR },
    { .section = "admin", "Money", "Bank", "/admin/bank", "", ROLE_OPERATOR },
    { .section = "admin", "Money", "Receipts", "/admin/documents", "", ROLE_OPERATOR },
    { .section = "admin", "Money", "VAT and exports", "/admin/vat", "", ROLE_OPERATOR },
    { .section = "admin", "Money", "Vouchers", "/admin/vouchers", "", ROLE_OPERATOR },
    { .section = "admin", "Money", "Acts", "/admin/acts", "/admin/account", ROLE_OPERATOR },
    { .section = "admin", "Words", "Categories", "/admin/categories", "", ROLE_OPERATOR },
    { .section = "admin", "Words", "Settings and texts", "/admin/settings", "", ROLE_OPERATOR },
};

static const struct {
    const char *section, *name;
} sections[] = { { "account", "Account" }, { "studio", "Studio" }, { "admin", "Administration" } };

/* How much of the path an address covers, whole segments only; 0: it is another page's. */
static size_t covers(const char *address, const char *path)
{
    size_t n = address ? strlen(address) : 0;

    return n && strncmp(path, address, n) == 0 && (path[n] == '/' || !path[n]) ? n : 0;
}

static bool is_shown(const struct req *r, size_t i, const char *section)
{
    return str_eq(lines[i].section, section) && r->viewer.role >= (int64_t)lines[i].least;
}

/* The line that covers most of the path; COUNT(lines): none does. */
static size_t line_of(const struct req *r, const char *section)
{
    size_t best = COUNT(lines), best_n = 0;

    for (size_t i = 0; i < COUNT(lines); i++) {
        size_t n = MAX_OF(covers(lines[i].url, r->path), covers(lines[i].also, r->path));
        if (n > best_n && is_shown(r, i, section))
            best = i, best_n = n;
    }
    return best;
}

static void add(struct req *r, struct nav *nav, const char *group, struct nav_line line)
{
    struct nav_group_list *groups = &nav->groups;

    if (groups->n == 0 || !str_eq(groups->items[groups->n - 1].name, group))
        groups->items[groups->n++] = (struct nav_group){
            group, { arena_array(r->arena, struct nav_line, COUNT(lines)), 0 }
        };
    struct nav_line_list *last = &groups->items[groups->n - 1].lines;
    last->items[last->n++] = line;
    if (line.here)
        nav->here = line.label;
}

struct nav nav_of(struct req *r, const char *section)
{
    struct nav nav = { "", "", { NULL, 0 } };

    for (size_t i = 0; i < COUNT(sections); i++)
        if (str_eq(sections[i].section, section))
            nav.name = sections[i].name;
    if (!nav.name[0])
        return nav;
    nav.groups.items = arena_array(r->arena, struct nav_group, COUNT(lines));
    size_t here = line_of(r, section);
    for (size_t i = 0; i < COUNT(lines); i++)
        if (is_shown(r, i, section))
            add(r, &nav, lines[i].group,
                (struct nav_line){ lines[i].url, lines[i].label, i == here });
    return nav;
}
