#include "pages/settings.h"
#include "base/conf.h"
#include "base/fmt.h"
#include "base/str.h"
#include "web/req.h"

enum { AMOUNT_MAX_MINOR = 1000000000, GROUPS_MAX = 10 };

enum rc setting_typed(struct req *r, const struct live_key *k, const char **value)
{
    int64_t minor;

    *value = form_str(r, "value");
    if (!live_is_amount(k))
        return RC_OK;
    if (fmt_read_amount(str_clean(r->arena, *value, false), conf()->currency, AMOUNT_MAX_MINOR,
                        &minor) != RC_OK)
        return refuse(&r->why, RC_INVALID, "value",
                      arena_printf(r->arena, "Write an amount of %s, such as %s.", conf()->currency,
                                   fmt_amount(r->arena, 999, conf()->currency)));
    *value = arena_printf(r->arena, "%" PRId64, minor);
    return RC_OK;
}

enum rc setting_date(struct req *r, const char *field, int64_t *ms)
{
    const char *typed = str_clean(r->arena, form_str(r, field), false);

    *ms = 0;
    if (!typed[0] || fmt_read_date(typed, ms) == RC_OK)
        return RC_OK;
    return refuse(&r->why, RC_INVALID, field, "Write a date like 2027-01-31.");
}

static const char *row_words(struct arena *a, const struct live_key *k, const struct live_row *row)
{
    if (row->has_value)
        return live_words(a, k, row->value);
    return k->kind == LIVE_SETTING ? live_words(a, k, conf_filed(a, k->name)) : "no text";
}

static struct setting_rows rows_of(struct req *r, const struct live_list *list)
{
    struct setting_rows out = { arena_array(r->arena, struct setting_row, list->n), 0 };

    for (size_t i = 0; i < list->n; i++) {
        const struct live_row *row = &list->items[i];
        const struct live_key *k = live_key(row->name);
        if (k)
            out.items[out.n++] = (struct setting_row){ *row, k->title, row_words(r->arena, k, row),
                                                       row->from_ms > r->now_ms &&
                                                           !row->withdrawn_ms };
    }
    return out;
}

static const char *meaning_of(const char *name)
{
    struct conf_row row;

    for (size_t i = 0; conf_row(i, &row); i++)
        if (str_eq(row.key, name))
            return row.meaning;
    return "";
}

static struct setting_line line_of(struct req *r, const struct live_key *k)
{
    const char *now = conf_now(r->arena, k->name), *filed = conf_filed(r->arena, k->name);

    return (struct setting_line){
        .name = k->name,
        .title = k->title,
        .meaning = meaning_of(k->name),
        .now = live_words(r->arena, k, now),
        .filed = str_eq(now, filed) ? "" : live_words(r->arena, k, filed),
        .text = k->kind != LIVE_SETTING,
    };
}

static struct setting_group *group_of(struct req *r, struct setting_groups *groups,
                                      const char *title)
{
    for (size_t i = 0; i < groups->n; i++)
        if (str_eq(groups->items[i].title, title))
            return &groups->items[i];
    struct setting_group *g = &groups->items[groups->n++];
    const char *key = arena_printf(r->arena, "%zu", groups->n);
    size_t n = 0;
    while (live_key_at(n))
        n++;
    *g = (struct setting_group){ title, key, { NULL, 0 } };
    g->lines.items = arena_array(r->arena, struct setting_line, n);
    return g;
}

enum rc settings_announced(struct req *r, struct setting_rows *out)
{
    struct live_list planned, told = { NULL, 0 };

    TRY(live_planned(r->db, r->arena, NULL, r->now_ms, &planned));
    told.items = arena_array(r->arena, struct live_row, planned.n);
    for (size_t i = 0; i < planned.n; i++)
        if (planned.items[i].tell)
            told.items[told.n++] = planned.items[i];
    *out = rows_of(r, &told);
    return RC_OK;
}

enum rc settings_page_of(struct req *r, struct settings_page *page)
{
    const struct live_key *k;
    struct live_list planned;

    *page = (struct settings_page){ .frame = frame_of(r, "Settings", "admin") };
    page->groups.items = arena_array(r->arena, struct setting_group, GROUPS_MAX);
    for (size_t i = 0; (k = live_key_at(i)) != NULL; i++) {
        struct setting_group *g = group_of(r, &page->groups, k->group);
        g->lines.items[g->lines.n++] = line_of(r, k);
    }
    TRY(live_planned(r->db, r->arena, NULL, r->now_ms, &planned));
    page->planned = rows_of(r, &planned);
    return RC_OK;
}

/* The value in force, as the form shows it. */
static enum rc form_value(struct req *r, const struct live_key *k, const char **value)
{
    int64_t n;

    if (k->kind == LIVE_TEXT)
        return live_text(r->db, r->arena, k->name, r->now_ms, value);
    *value = k->kind == LIVE_BANNER ? live_banner() : conf_now(r->arena, k->name);
    if (live_is_amount(k) && str_to_i64(*value, strlen(*value), 0, INT64_MAX, &n) == RC_OK)
        *value = fmt_amount(r->arena, n, conf()->currency);
    return RC_OK;
}

enum rc setting_page_of(struct req *r, const char *name, struct setting_page *page)
{
    const struct live_key *k = live_key(name);
    struct live_list history;

    if (k == NULL)
        return RC_NOT_FOUND;
    struct setting_line line = line_of(r, k);
    *page = (struct setting_page){
        .frame = frame_of(r, k->title, "admin"),
        .why = r->why,
        .name = name,
        .title = k->title,
        .meaning = line.meaning,
        .now = line.now,
        .filed = line.filed,
        .value = form_str(r, "value"),
        .from = form_str(r, "from"),
        .until = form_str(r, "until"),
        .reason = form_str(r, "reason"),
        .text = k->kind == LIVE_TEXT,
        .banner = k->kind == LIVE_BANNER,
        .amount = live_is_amount(k),
        .correction = form_has(r, "correction"),
        .told = k->tell != TELL_NEVER,
        .notice_days = conf()->change_notice_days,
    };
    if (!form_has(r, "value"))
        TRY(form_value(r, k, &page->value));
    if (page->text)
        page->preview = html_lines(r->arena, page->value);
    TRY(live_history(r->db, r->arena, name, &history));
    page->history = rows_of(r, &history);
    return RC_OK;
}
