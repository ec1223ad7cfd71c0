#include "app/income/bank_parse.h"
#include "base/fmt.h"
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
    enum rc rc = charset_utf8(a, bytes, n, &r.text);
    if (rc == RC_INVALID)
        return refuse(why, rc, NULL, "That is not a bank statement: it is not text.");
    TRY(rc);
    for (size_t i = 0; i < COUNT(readers); i++) {
        *out = (struct bank_file){ .format = "" };
        r.room = r.closings_room = 0;
        rc = readers[i](&r);
        if (rc != RC_NOT_FOUND)
            return rc;
    }
    return refuse(why, RC_INVALID, NULL,
                  "No format is known whose columns these are. Name them: the setting bank_columns,"
                  " or --columns.");
}
