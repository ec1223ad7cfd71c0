/*
 * documents: receipts and credit notes, for operators who look for one or file them. One of them is
 * shown by receipt.c.
 *
 *   GET /admin/documents       number, member={handle}, from, to (days), kind, amount; below={number}:
 *                              older ones
 *   GET /admin/documents.csv   from, to, after={number}: a table of the documents of a period
 *   GET /admin/documents.zip   the same, after: an archive of them as HTML and electronic invoices
 *
 * Files hold at most SHEET_DOCUMENTS_MAX and ARCHIVE_DOCUMENTS_MAX documents; the header Link names
 * the next part.
 *
 * Who    operators
 * Views  views/documents.html and views/documents.json, both of struct documents_page
 */
#include "app/income/document_export.h"
#include "base/str.h"
#include "pages/documents.h"
#include "web/req.h"

enum { SHEET_DOCUMENTS_MAX = 5000, ARCHIVE_DOCUMENTS_MAX = 500 };

static void name_file(struct req *r, const char *ending, size_t n, size_t max, int64_t after)
{
    const char *next = arena_printf(r->arena, "/admin/documents%s?from=%s&to=%s&after=%" PRId64,
                                    ending, query_str(r, "from"), query_str(r, "to"), after);

    reply_header(r, "Content-Disposition",
                 arena_printf(r->arena, "attachment; filename=\"documents%s\"", ending));
    if (n == max)
        reply_header(r, "Link", arena_printf(r->arena, "<%s>; rel=\"next\"", next));
}

static enum rc sheet(struct req *r, const struct document_search *s, int64_t after)
{
    struct sb *o = reply_type(r, "text/csv; charset=utf-8");
    struct document_list list = { .n = 1 };
    size_t n = 0;

    for (document_sheet_head(o); list.n && n < SHEET_DOCUMENTS_MAX; n += list.n) {
        TRY(document_next(r->db, r->arena, s->from_ms, s->to_ms, after, &list));
        for (size_t i = 0; i < list.n; i++)
            document_sheet_row(o, &list.items[i]);
        after = list.n ? list.items[list.n - 1].number : after;
    }
    name_file(r, ".csv", n, SHEET_DOCUMENTS_MAX, after);
    return RC_OK;
}

static bool into_reply(void *arg, const void *bytes, size_t n)
{
    sb_add(arg, bytes, n);
    return true;
}

static enum rc archive(struct req *r, const struct document_search *s, int64_t after)
{
    struct zip *z = zip_begin(r->arena, into_reply, reply_type(r, "application/zip"));
    size_t n;
    enum rc rc = document_archive(r->db, r->arena, r->arena, s, &after, ARCHIVE_DOCUMENTS_MAX, z,
                                  &n);

    if (rc == RC_NOT_FOUND)
        return refuse(&r->why, rc, NULL, "There are no documents in this period.");
    TRY(rc);
    name_file(r, ".zip", n, ARCHIVE_DOCUMENTS_MAX, after);
    return RC_OK;
}

static enum rc show(struct req *r)
{
    const char *file = req_segment(r, 1);
    struct document_search s = { 0 };
    struct documents_page page;

    if (str_eq(file, "documents")) {
        enum rc rc = documents_page_of(r, &page);
        if (rc != RC_OK)
            return RENDER_AGAIN(r, rc, documents, &page);
        return RENDER(r, documents, &page);
    }
    TRY(query_period(r, &s.from_ms, &s.to_ms));
    int64_t after = query_i64(r, "after", 0, INT64_MAX, 0);
    return str_eq(file, "documents.csv") ? sheet(r, &s, after) : archive(r, &s, after);
}

int main(void)
{
    static const struct endpoint documents = {
        .name = "documents",
        .who = OPERATOR,
        .db = DB_MONEY,
        .on = { [GET] = show },
    };
    return serve(&documents, error_view);
}
