#include "pages/bank.h"
#include "base/clock.h"
#include "base/fmt.h"
#include "web/req.h"

enum { BANK_PAGE_LINES_MAX = 1000, BANK_PAGE_RECENT = 50 };

static void split(struct arena *a, const struct bank_line_list *all, struct bank_line_list *came,
                  struct bank_line_list *went)
{
    *came = (struct bank_line_list){ arena_array(a, struct bank_line, all->n), 0 };
    *went = (struct bank_line_list){ arena_array(a, struct bank_line, all->n), 0 };
    for (size_t i = 0; i < all->n; i++) {
        struct bank_line_list *to = all->items[i].amount_minor > 0 ? came : went;
        to->items[to->n++] = all->items[i];
    }
}

enum rc bank_page_of(struct req *r, struct bank_page *page)
{
    struct bank_line_list waiting;

    *page = (struct bank_page){
        .frame = frame_of(r, "Bank", "admin"),
        .why = r->why,
        .currency = pay_currency(),
        .columns = form_str(r, "columns"),
        .most_bytes = DATA_FILE_MAX_BYTES,
        .most_lines = BANK_PAGE_LINES_MAX,
        .format = "",
        .hand_days = BANK_HAND_DAYS,
        .parts_days = pay_manual.checkout_hours * HOUR_MS / DAY_MS,
    };
    TRY(bank_unmatched(r->db, r->arena, &waiting));
    split(r->arena, &waiting, &page->came, &page->went);
    TRY(bank_recent(r->db, r->arena, &page->recent));
    page->recent.n = MIN_OF(page->recent.n, (size_t)BANK_PAGE_RECENT);
    TRY(bank_compare(r->db, r->arena, &page->balance));
    page->has_balance = page->balance.on_ms > 0;
    return RC_OK;
}

static const char *said(struct req *r, const struct bank_result *x)
{
    const struct bank_line *l = &x->line;
    const char *state = l->state == BANK_BOOKED && l->meaning > BANK_MEANS_PAYMENT
                            ? bank_meaning_word(l->meaning)
                            : bank_state_word(l->state);

    return arena_printf(r->arena, "%s%s%s%s", x->outcome == BANK_SEEN ? "seen before, " : "", state,
                        l->note[0] ? ": " : "", l->note);
}

void bank_page_show(struct req *r, struct bank_page *page, const struct bank_import *x)
{
    page->has_file = true;
    page->booked = !x->preview;
    page->format = x->file->format;
    page->sums = x->sums;
    page->doubts.items = arena_array(r->arena, const char *, BANK_DOUBTS_MAX);
    page->doubts.n = x->file->n_doubts;
    memcpy(page->doubts.items, x->file->doubts, sizeof(x->file->doubts));
    page->rows.items = arena_array(r->arena, struct bank_row, x->file->n);
    page->rows.n = x->file->n;
    for (size_t i = 0; i < x->file->n; i++) {
        const struct bank_result *from = &x->results[i];
        bool read = from->outcome == BANK_SEEN || from->outcome == BANK_TAKEN;
        page->rows.items[i] = (struct bank_row){
            .line = from->entry->line,
            .is = from->line,
            .says = read ? said(r, from) : from->says,
            .read = read,
            .bad = from->outcome == BANK_NOT_READ,
            .waits = read && (from->line.state == BANK_UNMATCHED || from->line.state == BANK_PART),
        };
    }
}
