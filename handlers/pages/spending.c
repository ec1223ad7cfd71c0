#include "pages/spending.h"
#include "base/conf.h"
#include "base/fmt.h"
#include "base/sb.h"
#include "pages/cards.h"
#include "web/req.h"

enum { BAR_WIDTH = 1000, LINES_BESIDE_SHARES = 7, TERMS_MAX = 16 };

static void add(struct spending_lines *lines, const char *kind, const char *label, int64_t minor)
{
    if (minor != 0)
        lines->items[lines->n++] =
            (struct spending_line){ .kind = kind, .label = label, .handle = "", .minor = minor };
}

static void add_shares(struct spending_lines *lines, const struct spent *s)
{
    for (const struct spent_share *c = s->shares.items; c < s->shares.items + s->shares.n; c++)
        lines->items[lines->n++] = (struct spending_line){
            .kind = "creator",
            .label = c->handle[0] ? c->name : "a former creator",
            .handle = c->handle,
            .seconds = c->seconds,
            .minor = c->amount_minor,
        };
}

/* Places the lines side by side from left to right; a line that adds money has no width. */
static void place(struct spending_lines *lines)
{
    int64_t sum = 0, before = 0;

    for (size_t i = 0; i < lines->n; i++)
        sum += MAX_OF(lines->items[i].minor, 0);
    for (struct spending_line *l = lines->items; l < lines->items + lines->n; l++) {
        l->x = sum ? before * BAR_WIDTH / sum : 0;
        before += MAX_OF(l->minor, 0);
        l->width = sum ? before * BAR_WIDTH / sum - l->x : 0;
    }
}

/* "9.99 = 1.67 tax + 0.40 payment fee + ...": terms beyond TERMS_MAX are added up as one. */
static const char *sum_of(struct arena *a, const struct spent *s,
                          const struct spending_lines *lines)
{
    struct sb o = { .a = a };
    int64_t rest = 0;

    sb_addf(&o, "%s =", fmt_amount(a, s->gross_minor, s->currency));
    for (size_t i = 0; i < lines->n; i++) {
        const struct spending_line *l = &lines->items[i];
        const char *amount = fmt_amount(a, l->minor < 0 ? -l->minor : l->minor, s->currency);
        if (i >= TERMS_MAX)
            rest += l->minor;
        else
            sb_addf(&o, "%s %s %s", l->minor < 0 ? " −" : i ? " +" : "", amount, l->label);
    }
    if (lines->n > TERMS_MAX)
        sb_addf(&o, " + %s others", fmt_amount(a, rest, s->currency));
    return o.buf;
}

static struct spending_month month_of_spent(struct req *r, const struct spent *s)
{
    struct spending_month month = { .spent = *s };
    struct spending_lines *lines = &month.lines;

    lines->items = arena_array(r->arena, struct spending_line, s->shares.n + LINES_BESIDE_SHARES);
    add(lines, "refunded", "refunded to you", s->refunded_minor);
    add(lines, "tax", "tax", s->tax_minor);
    add(lines, "fee", "payment fee", s->fee_minor);
    add(lines, "platform", conf()->site_name, s->platform_minor);
    if (s->settled_ms) {
        add_shares(lines, s);
        add(lines, "idle", "nobody", s->idle_minor);
        add(lines, "pool", "common pool", s->pool_minor);
    } else
        add(lines, "creators", "creators", s->creators_minor);
    add(lines, "borne", arena_printf(r->arena, "paid by %s", conf()->site_name), -s->borne_minor);
    place(lines);
    month.sum = sum_of(r->arena, s, lines);
    return month;
}

enum rc spending_page_of(struct req *r, struct spending_page *page)
{
    struct spent_list list;
    size_t number = page_of(r);

    *page = (struct spending_page){ .frame = frame_of(r, "Where my money went", "account") };
    TRY(spending_list(r->db, r->arena, r->viewer.user_id, number, &list));
    page->pager = pager_of(r, "/account/money?", number, list.n > SPENDING_PAGE);
    page->months.n = MIN_OF(list.n, SPENDING_PAGE);
    page->months.items = arena_array(r->arena, struct spending_month, page->months.n);
    for (size_t i = 0; i < page->months.n; i++)
        page->months.items[i] = month_of_spent(r, &list.items[i]);
    return RC_OK;
}
