#include "app/income/bank_parse.h"
#include "base/fmt.h"
#include "base/iban.h"
#include "base/str.h"
#include "io/charset.h"

enum { ROOM_FIRST = 64 };

static const char *short_text(struct arena *a, const char *text, size_t max_chars)
{
    return text ? fmt_cut(a, str_clean(a, text, false), max_chars) : "";
}

enum rc bank_add(struct bank_reading *r, const struct bank_entry *e)
{
    struct bank_file *f = r->out;

    if (f->n == BANK_LINES_MAX)
        return refuse(r->why, RC_INVALID, NULL,
                      arena_printf(r->a,
                                   "The file has more than %d lines; ask the bank for shorter"
                                   " periods.",
                                   BANK_LINES_MAX));
    if (f->n == r->room) {
        r->room = r->room ? 2 * r->room : ROOM_FIRST;
        struct bank_entry *more = arena_array(r->a, struct bank_entry, r->room);
        if (f->n)
            memcpy(more, f->entries, f->n * sizeof(*more));
        f->entries = more;
    }
    struct bank_entry *to = &f->entries[f->n++];
    *to = *e;
    to->text = short_text(r->a, e->text, BANK_TEXT_MAX_CHARS);
    to->name = short_text(r->a, e->name, BANK_NAME_MAX_CHARS);
    to->currency = e->currency ? e->currency : "";
    to->account = e->account ? e->account : "";
    to->iban = e->iban ? e->iban : "";
    to->bank_ref = e->bank_ref ? e->bank_ref : "";
    to->end_to_end = e->end_to_end ? e->end_to_end : "";
    return RC_OK;
}

void bank_add_closing(struct bank_reading *r, const struct bank_closing *c)
{
    struct bank_file *f = r->out;

    if (f->n_closings == r->closings_room) {
        r->closings_room = r->closings_room ? 2 * r->closings_room : ROOM_FIRST;
        struct bank_closing *more = arena_array(r->a, struct bank_closing, r->closings_room);
        if (f->n_closings)
            memcpy(more, f->closings, f->n_closings * sizeof(*more));
        f->closings = more;
    }
    f->closings[f->n_closings++] = *c;
}

void bank_doubt(struct bank_reading *r, const char *sentence)
{
    struct bank_file *f = r->out;

    if (f->n_doubts < BANK_DOUBTS_MAX)
        f->doubts[f->n_doubts++] = sentence;
}

void bank_doubt_account(struct bank_reading *r, const char *account)
{
    const char *ours, *named;

    if (r->doubted || r->how->account == NULL || !iban_ok(r->a, r->how->account, &ours) ||
        !iban_ok(r->a, account, &named) || str_eq(ours, named))
        return;
    r->doubted = true;
    bank_doubt(r, arena_printf(r->a,
                               "This is a statement of the account %s, and the site's is %s "
                               "(bank_iban). Book it only if both are the site's.",
                               named, ours));
}

static void doubt_accounts(struct bank_reading *r)
{
    for (size_t i = 0; i < r->out->n; i++)
        bank_doubt_account(r, r->out->entries[i].account);
    for (size_t i = 0; i < r->out->n_closings; i++)
        bank_doubt_account(r, r->out->closings[i].account);
}

/* Files that people take for a statement. */
static const char *other_kind(const char *bytes, size_t n)
{
    static const struct {
        const char *begins, *says;
    } rows[] = {
        { "%PDF", "That is a PDF, which is for people. Ask the bank for camt.053, MT940 or CSV." },
        { "PK\003\004", "That is an archive or a workbook. Unpack it, or save it as CSV, and give "
                        "the files in it one by one." },
    };
    size_t blank = 0;

    while (blank < n && strchr(" \t\r\n", bytes[blank]) && bytes[blank])
        blank++;
    if (blank == n)
        return "The file is empty.";
    for (size_t i = 0; i < COUNT(rows); i++)
        if (n >= strlen(rows[i].begins) &&
            memcmp(bytes, rows[i].begins, strlen(rows[i].begins)) == 0)
            return rows[i].says;
    return NULL;
}

enum rc bank_read(struct arena *a, const char *bytes, size_t n, const struct bank_how *how,
                  struct bank_file *out, struct problem *why)
{
    static enum rc (*const readers[])(struct bank_reading *) = { bank_read_camt, bank_read_mt940,
                                                                 bank_read_csv };
    struct bank_reading r = { .a = a, .how = how, .out = out, .why = why };

    if (n > BANK_FILE_MAX_BYTES)
        return refuse(why, RC_INVALID, NULL,
                      arena_printf(a,
                                   "The file is larger than %d MiB; ask the bank for shorter"
                                   " periods.",
                                   BANK_FILE_MAX_BYTES >> 20));
    if (other_kind(bytes, n))
        return refuse(why, RC_INVALID, NULL, other_kind(bytes, n));
    enum rc rc = charset_utf8(a, bytes, n, &r.text);
    if (rc == RC_INVALID)
        return refuse(why, rc, NULL, "That is not a bank statement: it is not text.");
    TRY(rc);
    for (size_t i = 0; i < COUNT(readers); i++) {
        *out = (struct bank_file){ .format = "" };
        r.room = r.closings_room = 0;
        r.doubted = false;
        rc = readers[i](&r);
        if (rc == RC_OK)
            doubt_accounts(&r);
        if (rc != RC_NOT_FOUND)
            return rc;
    }
    return refuse(
        why, RC_INVALID, NULL,
        "No format is known whose columns these are. A statement is camt.053, MT940 or CSV. If"
        " this is CSV, name its columns: the setting bank_columns, or --columns.");
}
