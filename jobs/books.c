/*
 * books: the ledger for other programs.
 *
 *   books --hledger [--month YYYY-MM]    all postings, or those of one month, on stdout in
 *                                        hledger's journal format: books --hledger | hledger -f-
 *                                        balance
 *
 * It only reads, and needs little memory however many postings there are. Exit: 0 done, 1 failed,
 * 64 wrong usage, 75 try again: the database is away.
 */
#include "app/reports/books.h"
#include "app/money/month.h"
#include "app/site/job.h"
#include "base/conf.h"
#include "base/str.h"

enum { PAGE_ARENA_BYTES = 16 << 20, STATEMENT_SECONDS = 600, USAGE_EXIT = 64 };

static int usage(int code)
{
    fputs("usage: books --hledger [--month YYYY-MM]\nPrints the ledger as a journal of hledger.\n",
          code ? stderr : stdout);
    return code;
}

static enum rc print(struct db *db, struct arena *a, int64_t from_ms, int64_t to_ms)
{
    struct sb head = { .a = a };
    struct journal_place place = { .ms = from_ms };
    enum rc rc;
    size_t n;

    books_journal_head(&head, conf()->site_name);
    fputs(head.buf, stdout);
    for (;;) {
        struct sb page = { .a = a };
        rc = books_journal(db, a, to_ms, &place, &page, &n);
        if (rc != RC_OK)
            break;
        fwrite(page.buf, 1, page.len, stdout);
        arena_reset(a);
    }
    if (rc == RC_NOT_FOUND)
        rc = fflush(stdout) || ferror(stdout) ? RC_FAIL : RC_OK;
    return rc;
}

int main(int argc, char **argv)
{
    int64_t from_ms = 0, to_ms = INT64_MAX, month;

    if (argc == 2 && str_eq(argv[1], "--help"))
        return usage(0);
    if ((argc != 2 && argc != 4) || !str_eq(argv[1], "--hledger") ||
        (argc == 4 && (!str_eq(argv[2], "--month") || month_read(argv[3], &month))))
        return usage(USAGE_EXIT);
    if (argc == 4)
        month_span(month, &from_ms, &to_ms);
    job_begin("books");
    struct arena *a = arena_new(PAGE_ARENA_BYTES);
    struct db *db = db_new(DB_READER, STATEMENT_SECONDS);
    enum rc rc = print(db, a, from_ms, to_ms);
    db_close(db);
    arena_free(a);
    return rc_exit(rc);
}
