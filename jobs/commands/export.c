/* export: the commands of `admin` that write figures for accountants on stdout. */
#include "app/income/pay.h"
#include "app/reports/postings.h"
#include "app/reports/vat.h"
#include "base/clock.h"
#include "base/fmt.h"
#include "commands/command.h"

static enum rc read_period(struct run *run, int64_t *from_ms, int64_t *to_ms)
{
    TRY(read_date(run, "--from", 0, from_ms));
    TRY(read_date(run, "--to", INT64_MAX - DAY_MS, to_ms));
    *to_ms += DAY_MS;
    return *from_ms < *to_ms ? RC_OK : say_no(run, "The last day is before the first one.");
}

static enum rc write_out(const struct sb *o)
{
    return o->len && fwrite(o->buf, 1, o->len, stdout) != o->len ? RC_FAIL : RC_OK;
}

typedef enum rc (*page_writer)(struct db *db, struct arena *a, int64_t to_ms,
                               struct journal_place *place, struct sb *o, size_t *n);

static enum rc write_pages(struct run *run, page_writer page, int64_t from_ms, int64_t to_ms,
                           size_t max)
{
    struct journal_place place = { .ms = from_ms };
    size_t lines = 0, n;
    enum rc rc = RC_OK;

    for (; rc == RC_OK; arena_reset(run->item)) {
        struct sb o = { .a = run->item };
        rc = page(run->money, run->item, to_ms, &place, &o, &n);
        if (rc == RC_OK && (lines += n) > max)
            return say_no(run,
                          "DATEV takes 99,999 lines at once: the file ends too early. Choose a "
                          "shorter period.");
        if (rc == RC_OK)
            rc = write_out(&o);
    }
    return rc == RC_NOT_FOUND ? fflush(stdout) ? RC_FAIL : RC_OK : rc;
}

static enum rc postings(struct run *run)
{
    struct sb head = { .a = run->a };
    int64_t from_ms, to_ms;

    TRY(read_period(run, &from_ms, &to_ms));
    postings_sheet_head(&head);
    TRY(write_out(&head));
    return write_pages(run, postings_sheet, from_ms, to_ms, SIZE_MAX);
}

static enum rc datev(struct run *run)
{
    struct sb head = { .a = run->a };
    const char *currency;
    int64_t from_ms, to_ms;

    TRY(read_period(run, &from_ms, &to_ms));
    TRY(pay_books_currency(run->money, run->a, &currency));
    TRY(datev_check(run->a, from_ms, to_ms, currency, &run->why));
    datev_head(&head, from_ms, to_ms, currency, run->now_ms);
    TRY(write_out(&head));
    return write_pages(run, datev_lines, from_ms, to_ms, DATEV_LINES_MAX);
}

static void print_report(struct run *run, const struct vat_report *report, const char *currency)
{
    for (size_t i = 0; i < report->lines.n; i++) {
        const struct vat_line *l = &report->lines.items[i];
        printf("%-18s %-2s  %-11s %6" PRId64 "  net %14s  tax %12s\n", vat_rate_name(run->a, l),
               l->country, document_kind_word(l->kind), l->n,
               fmt_money(run->a, l->net_minor, currency),
               fmt_money(run->a, l->tax_minor, currency));
    }
    printf("Tax of the documents %s, moved on liab:vat %s: %s\n",
           fmt_money(run->a, report->tax_minor, currency),
           fmt_money(run->a, report->booked_minor, currency),
           report->differences.n ? "they differ" : "they agree");
    for (size_t i = 0; i < report->differences.n; i++) {
        const struct vat_difference *d = &report->differences.items[i];
        printf("  %s: documents %s, ledger %s\n", d->subject,
               fmt_money(run->a, d->stated_minor, currency),
               fmt_money(run->a, d->booked_minor, currency));
    }
}

static enum rc vat(struct run *run)
{
    const char *currency;
    struct sb sheet = { .a = run->a };
    struct vat_report report;
    int64_t from_ms, to_ms;

    TRY(read_period(run, &from_ms, &to_ms));
    TRY(pay_books_currency(run->money, run->a, &currency));
    TRY(vat_read(run->money, run->a, currency, from_ms, to_ms, &report));
    if (!option(run, "--csv")) {
        print_report(run, &report, currency);
        return RC_OK;
    }
    vat_sheet(&sheet, &report, currency);
    return write_out(&sheet);
}

const struct command export_commands[] = {
    { "export vat", "[--from DAY] [--to DAY] [--csv]",
      "tax by rate and country, compared with the ledger", vat, true },
    { "export postings", "[--from DAY] [--to DAY]", "all postings as a table", postings, true },
    { "export datev", "[--from DAY] [--to DAY]", "all postings in DATEV's format", datev, true },
    { NULL, NULL, NULL, NULL, false },
};
