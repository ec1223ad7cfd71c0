/* documents: the commands of `admin` about receipts and credit notes. */
#include "app/income/document_export.h"
#include "base/clock.h"
#include "base/fmt.h"
#include "base/str.h"
#include "commands/command.h"

/* Of one archive; those that follow are OUT-2.zip, OUT-3.zip. */
enum { COMMAND_ARCHIVE_MAX = 20000 };

static enum rc read_period(struct run *run, struct document_search *s)
{
    TRY(read_date(run, "--from", 0, &s->from_ms));
    TRY(read_date(run, "--to", INT64_MAX - DAY_MS, &s->to_ms));
    s->to_ms += DAY_MS;
    return s->from_ms < s->to_ms ? RC_OK : say_no(run, "The last day is before the first one.");
}

static enum rc list(struct run *run)
{
    struct document_search s = { .kind = option_or(run, "--kind", "") };
    struct document_list page;
    struct account member;
    enum document_kind kind;

    TRY(read_period(run, &s));
    if (option(run, "--member")) {
        TRY(find_account(run, option(run, "--member"), &member));
        s.user_id = member.id;
    }
    if (s.kind[0] && !document_kind_read(s.kind, &kind))
        return say_no(run, "A document is a receipt or a credit_note.");
    if (option(run, "--below"))
        TRY(read_id(run, option(run, "--below"), &s.below));
    TRY(document_find(run->money, run->a, &s, &page));
    for (size_t i = 0; i < page.n && i < DOCUMENTS_PAGE; i++) {
        const struct document *d = &page.items[i];
        printf("%6" PRId64 "  %s  %-11s  %12s  %s\n", d->number, fmt_date(run->a, d->issued_ms),
               document_kind_word(d->kind), fmt_money(run->a, d->gross_minor, d->currency),
               d->buyer_name);
    }
    if (page.n > DOCUMENTS_PAGE)
        printf("Older ones: --below %" PRId64 "\n", page.items[DOCUMENTS_PAGE - 1].number);
    return RC_OK;
}

static bool into_file(void *file, const void *bytes, size_t n)
{
    return fwrite(bytes, 1, n, file) == n;
}

/* OUT.zip, OUT-2.zip */
static const char *part_name(struct arena *a, const char *out, size_t part)
{
    size_t n = strlen(out), ending = n > 4 && str_eq(out + n - 4, ".zip") ? 4 : 0;

    return part == 1
               ? out
               : arena_printf(a, "%.*s-%zu%s", (int)(n - ending), out, part, out + n - ending);
}

static enum rc export_part(struct run *run, const struct document_search *s, const char *name,
                           int64_t *after, size_t *n)
{
    FILE *file = fopen(name, "wxe");
    struct zip *z;

    if (!file)
        return say_no(run, arena_printf(run->a, "%s exists already, or cannot be written.", name));
    z = zip_begin(run->a, into_file, file);
    enum rc rc = document_archive(run->money, run->a, run->item, s, after, COMMAND_ARCHIVE_MAX, z,
                                  n);
    if (fclose(file) && rc == RC_OK)
        rc = RC_FAIL;
    if (rc != RC_OK)
        remove(name);
    return rc;
}

static enum rc export_period(struct run *run)
{
    struct document_search s = { 0 };
    enum rc rc = RC_OK;
    int64_t after = 0;
    size_t n = 0;

    TRY(read_period(run, &s));
    for (size_t part = 1; rc == RC_OK && (part == 1 || n == COMMAND_ARCHIVE_MAX); part++) {
        const char *name = part_name(run->a, run->args[0], part);
        rc = export_part(run, &s, name, &after, &n);
        if (rc == RC_OK)
            printf("%zu documents in %s\n", n, name);
        else if (rc == RC_NOT_FOUND && part > 1)
            return RC_OK;
    }
    return rc == RC_NOT_FOUND ? say_no(run, "There are no documents in this period.") : rc;
}

const struct command documents_commands[] = {
    { "documents list", "[--member HANDLE] [--kind KIND] [--from DAY] [--to DAY] [--below NUMBER]",
      "receipts and credit notes, newest first", list, true },
    { "documents export", "OUT [--from DAY] [--to DAY]",
      "write a zip of them as HTML and electronic invoices, with a table", export_period, true },
    { NULL, NULL, NULL, NULL, false },
};
