/*
 * bank: bank statements, for operators.
 *
 *   GET  /admin/bank    a file to choose; what waits for an explanation; the balance; the rules
 *   POST /admin/bank    do=preview, file, columns     what each line would do: the same page
 *                       do=book, id, columns          books the file that was previewed: the same page;
 *                                                     needs a fresh proof
 *
 * What is done about a line that waits is an act: /admin/acts/new/bank-match and others.
 * Who    operators
 * Views  views/bank.html and views/bank.json, both of struct bank_page
 */
#include "app/income/bank.h"
#include "app/payout/payout.h"
#include "base/conf.h"
#include "base/fmt.h"
#include "base/str.h"
#include "io/store.h"
#include "pages/bank.h"
#include "web/req.h"

enum { FORM_MAX_BYTES = 8 * 1024 };

static enum rc show(struct req *r)
{
    struct bank_page page;

    TRY(bank_page_of(r, &page));
    return RENDER(r, bank, &page);
}

static enum rc sent_file(struct req *r, struct bytes *out, const char **name)
{
    const struct file *file = req_file(r, "file");
    char *bytes;

    if (file == NULL)
        return refuse(&r->why, RC_INVALID, "file", "Choose a file from your bank.");
    if (file->rc == RC_TOO_LARGE)
        return refuse(&r->why, file->rc, "file",
                      arena_printf(r->arena,
                                   "A file may have at most %s here. The command admin pay import"
                                   " takes larger ones.",
                                   fmt_bytes(r->arena, DATA_FILE_MAX_BYTES)));
    TRY(file->rc);
    const char *key = arena_printf(r->arena, "incoming/%s", strrchr(file->path, '/') + 1);
    TRY(store_read(r->arena, STORE_MEDIA, key, DATA_FILE_MAX_BYTES, &bytes, &out->n));
    out->at = bytes;
    *name = fmt_cut(r->arena, file->name, 100);
    return RC_OK;
}

/* The lines of the file, done or not. */
static enum rc lines_of(struct req *r, const struct bytes *content, struct bank_import *x)
{
    const char *typed = str_clean(r->arena, form_str(r, "columns"), false);
    const struct bank_how how = { pay_currency(), typed[0] ? typed : conf()->bank_columns,
                                  conf()->bank_iban };
    struct bank_file *file = arena_alloc(r->arena, sizeof(*file));
    struct bank_page limits;

    TRY(bank_read(r->arena, content->at, content->n, &how, file, &r->why));
    TRY(bank_page_of(r, &limits));
    if ((int64_t)file->n > limits.most_lines)
        return refuse(&r->why, RC_TOO_LARGE, "file",
                      arena_printf(r->arena,
                                   "A file may have at most %" PRId64 " lines here. The command"
                                   " admin pay import takes more.",
                                   limits.most_lines));
    x->file = file;
    x->now_ms = r->now_ms;
    x->payout = payout_bank_line;
    TRY(pay_guard(r->db, r->arena, r->now_ms, &r->why));
    return bank_import(r->db, r->arena, x);
}

static enum rc preview(struct req *r)
{
    struct bank_import x = { .preview = true };
    struct bank_page page;
    struct bytes content = { "", 0 };
    const char *name = "";
    int64_t id;

    TRY(sent_file(r, &content, &name));
    TRY(lines_of(r, &content, &x));
    TRY(bank_file_keep(r->db, r->viewer.user_id, name, content, r->now_ms, &id));
    TRY(bank_page_of(r, &page));
    bank_page_show(r, &page, &x);
    page.file_id = id;
    return RENDER(r, bank, &page);
}

static enum rc book(struct req *r)
{
    struct bank_import x = { .preview = false };
    struct bank_page page;
    struct bytes content = { "", 0 };
    int64_t id;

    TRY(form_i64(r, "id", 1, INT64_MAX, &id));
    r->act = "bank statement booked by an operator";
    TRY(fresh_need(r));
    enum rc rc = bank_file_get(r->db, r->arena, r->viewer.user_id, id, r->now_ms, &content);
    if (rc == RC_NOT_FOUND)
        return refuse(&r->why, RC_CONFLICT, "file",
                      "This file has been booked, or is gone: choose it again.");
    TRY(rc);
    TRY(lines_of(r, &content, &x));
    TRY(bank_file_drop(r->db, r->viewer.user_id, id));
    TRY(bank_page_of(r, &page));
    bank_page_show(r, &page, &x);
    return RENDER(r, bank, &page);
}

static enum rc change(struct req *r)
{
    static const char *const steps[] = { "preview", "book" };
    struct bank_page page;
    size_t step;

    TRY(form_choice(r, "do", steps, COUNT(steps), &step));
    enum rc rc = step ? book(r) : preview(r);
    if (rc == RC_OK || !reply_can_explain(r, rc))
        return rc;
    TRY(bank_page_of(r, &page));
    return RENDER_AGAIN(r, rc, bank, &page);
}

int main(void)
{
    static const struct endpoint bank = {
        .name = "bank",
        .who = OPERATOR,
        .db = DB_MONEY,
        .body_max_bytes = FORM_MAX_BYTES,
        .files = DATA_FILES,
        .on = { [GET] = show, [POST] = change },
    };
    pay_require();
    return serve(&bank, error_view);
}
