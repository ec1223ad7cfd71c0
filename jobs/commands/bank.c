/* bank: the commands of `admin` about bank transfers and bank statements. */
#include "app/income/bank.h"
#include "app/income/pay.h"
#include "app/income/payment.h"
#include "app/money/period.h"
#include "app/income/reference.h"
#include "base/csv.h"
#include "base/fmt.h"
#include "base/log.h"
#include "base/str.h"
#include "commands/command.h"
#include <ctype.h>
#include <strings.h>

enum { STATEMENT_MAX_BYTES = 16 << 20, STATEMENT_LINES_MAX = 20000 };

static enum rc read_reference(struct run *run, const char *text, struct checkout *c)
{
    const char *reference = reference_find(run->a, text);

    if (reference == NULL)
        return say_no(run, arena_printf(run->a, "%s is not a reference.", text));
    enum rc rc = pay_checkout_by_reference(run->money, run->a, reference, c);
    if (rc == RC_NOT_FOUND)
        return refuse(&run->why, rc, NULL,
                      arena_printf(run->a, "Nobody was given the reference %s.", reference));
    return rc;
}

struct confirmation {
    struct run *run;
    struct fact fact;
};

static enum rc confirm_within(struct db *db, void *arg)
{
    struct confirmation *x = arg;

    return pay_apply_within(db, x->run->a, pay_manual.name, &x->fact, x->run->now_ms, &x->run->why);
}

static enum rc confirm(struct run *run)
{
    struct payment before;
    struct checkout c;
    int64_t minor, on_ms;

    TRY(read_reference(run, run->args[0], &c));
    TRY(read_amount(run, run->args[1], c.currency, &minor));
    TRY(read_date(run, "--date", run->now_ms, &on_ms));
    const char *ref = option_or(run, "--ref", c.reference);
    struct confirmation x = { run, pay_manual_fact(&c, ref, minor, on_ms) };
    enum rc rc = payment_get(run->money, run->a, pay_manual.name, ref, &before);
    if (rc != RC_OK && rc != RC_NOT_FOUND)
        return rc;
    bool booked_before = rc == RC_OK;
    if (!booked_before)
        TRY(period_check(run->money, run->a, on_ms, run->now_ms, &run->why));
    TRY(db_transact(run->money, confirm_within, &x));
    printf("%s: %s %s\n", c.reference, fmt_money(run->a, minor, c.currency),
           booked_before ? "has already been booked" : "booked");
    return RC_OK;
}

/* The columns of a bank statement, and where this one has them. */
enum statement_column { DATE, AMOUNT, CURRENCY, TEXT, REFERENCE, COLUMNS };

struct statement {
    struct csv csv;
    size_t at[COLUMNS];   /* CSV_FIELDS_MAX: there is no such column */
    const char **digests; /* of the lines so far, as if each were the first of its kind */
    size_t lines, booked, before, unmatched, outgoing, bad;
};

static enum rc read_header(struct run *run, struct statement *s)
{
    static const char *const names[] = { "date", "amount", "currency", "text", "reference" };
    struct csv_row row;

    if (csv_next(&s->csv, run->a, &row) != RC_OK)
        return say_no(run, "The first line of the file does not name its columns.");
    for (size_t i = 0; i < COLUMNS; i++) {
        s->at[i] = CSV_FIELDS_MAX;
        for (size_t k = 0; k < row.n; k++)
            if (strcasecmp(str_clean(run->a, row.fields[k], false), names[i]) == 0)
                s->at[i] = k;
        if (s->at[i] == CSV_FIELDS_MAX && i != REFERENCE)
            return say_no(run, arena_printf(run->a, "There is no column %s.", names[i]));
    }
    return RC_OK;
}

static const char *cell(struct run *run, const struct statement *s, const struct csv_row *row,
                        enum statement_column column)
{
    return s->at[column] < row->n ? str_clean(run->a, row->fields[s->at[column]], false) : "";
}

/* What is wrong with the line, or NULL. */
static const char *read_line(struct run *run, struct statement *s, const struct csv_row *row,
                             struct bank_line *line)
{
    const char *reference = cell(run, s, row, REFERENCE), *amount = cell(run, s, row, AMOUNT);

    line->currency = cell(run, s, row, CURRENCY);
    line->text = arena_printf(run->a, "%s%s%s", cell(run, s, row, TEXT), reference[0] ? " " : "",
                              reference);
    reference = reference_find(run->a, line->text);
    line->reference = reference ? reference : "";
    if (!str_eq(line->currency, pay_manual.currency()))
        return "is in another currency";
    if (fmt_read_date(cell(run, s, row, DATE), &line->on_ms) || line->on_ms > run->now_ms)
        return "has no date like 2026-11-22, or one in the future";
    if (fmt_read_amount(amount + (*amount == '+'), line->currency, LEDGER_AMOUNT_MAX,
                        &line->amount_minor))
        return "has no amount like 9.99 or 9,99";
    return NULL;
}

static const char *digest_of(struct run *run, struct statement *s, const struct bank_line *line)
{
    int64_t nth = 0;

    s->digests[s->lines] = bank_digest(run->a, line, 0);
    for (size_t i = 0; i < s->lines; i++)
        nth += str_eq(s->digests[i], s->digests[s->lines]);
    s->lines++;
    return bank_digest(run->a, line, nth);
}

static enum rc import_line(struct run *run, struct statement *s, const struct csv_row *row)
{
    struct bank_line line = { 0 };
    bool seen;

    if (cell(run, s, row, AMOUNT)[0] == '-') {
        s->outgoing++;
        return RC_OK;
    }
    const char *wrong = read_line(run, s, row, &line);
    printf("line %" PRId64 ": ", s->csv.line);
    if (wrong || line.amount_minor == 0) {
        s->bad++;
        printf("%s; nothing is booked\n", wrong ? wrong : "has an amount of 0");
        return RC_OK;
    }
    line.digest = digest_of(run, s, &line);
    TRY(bank_take(run->money, run->a, &line, run->now_ms, &seen));
    log_info("line %" PRId64 " of a bank statement: %s%s", s->csv.line, seen ? "seen before, " : "",
             bank_state_word(line.state));
    log_about(NULL); /* the next line is about another payment */
    log_cause("");
    bool unmatched = line.state == BANK_UNMATCHED;
    *(seen ? &s->before : unmatched ? &s->unmatched : &s->booked) += 1;
    printf("%s %s: %s%s%s%s\n", line.reference[0] ? line.reference : "no reference",
           fmt_money(run->a, line.amount_minor, line.currency), seen ? "seen before, " : "",
           bank_state_word(line.state),
           unmatched ? arena_printf(run->a, " as %" PRId64 ": ", line.id) : "", line.note);
    return RC_OK;
}

static enum rc read_file(struct run *run, const char *path, char **text)
{
    FILE *f = fopen(path, "r");

    if (f == NULL)
        return say_no(run, arena_printf(run->a, "%s cannot be read.", path));
    *text = arena_alloc(run->a, STATEMENT_MAX_BYTES + 1);
    size_t n = fread(*text, 1, STATEMENT_MAX_BYTES + 1, f);
    fclose(f);
    if (n > STATEMENT_MAX_BYTES || memchr(*text, 0, n))
        return say_no(run, "That is not a bank statement: it is too large, or not text.");
    if (!str_is_text(*text, n, true)) /* an old code page; references are plain letters */
        for (char *p = *text; *p; p++)
            if (!isascii((unsigned char)*p) ||
                (iscntrl((unsigned char)*p) && !strchr("\t\r\n", *p)))
                *p = '?';
    return RC_OK;
}

static enum rc import(struct run *run)
{
    struct statement s = { .digests = arena_array(run->a, const char *, STATEMENT_LINES_MAX) };
    struct csv_row row;
    char *text = NULL;
    enum rc rc;

    TRY(read_file(run, run->args[0], &text));
    csv_begin(&s.csv, text);
    TRY(read_header(run, &s));
    while ((rc = csv_next(&s.csv, run->a, &row)) == RC_OK) {
        if (s.lines == STATEMENT_LINES_MAX)
            return say_no(run, "The file has too many lines. The lines booked so far stay booked.");
        TRY(import_line(run, &s, &row));
    }
    if (rc == RC_INVALID)
        return say_no(run, arena_printf(run->a, "line %" PRId64 " is not CSV.", s.csv.line));
    printf("%zu booked, %zu unmatched, %zu seen before, %zu outgoing, %zu not readable\n", s.booked,
           s.unmatched, s.before, s.outgoing, s.bad);
    return s.bad ? say_no(run, "Not every line could be booked.") : RC_OK;
}

static enum rc unmatched(struct run *run)
{
    struct bank_line_list list;

    TRY(bank_unmatched(run->money, run->a, &list));
    for (size_t i = 0; i < list.n; i++) {
        const struct bank_line *l = &list.items[i];
        printf("%" PRId64 "  %s  %s  %s  (%s)\n", l->id, fmt_date(run->a, l->on_ms),
               fmt_money(run->a, l->amount_minor, l->currency), l->text, l->note);
    }
    printf("%zu unmatched\n", list.n);
    return RC_OK;
}

static enum rc said_of_line(struct run *run, enum rc rc, const char *done)
{
    if (rc == RC_NOT_FOUND && !run->why.text)
        return refuse(&run->why, rc, NULL, "There is no such line.");
    if (rc == RC_OK)
        printf("line %s is %s\n", run->args[0], done);
    return rc;
}

static enum rc match(struct run *run)
{
    struct checkout c;
    int64_t id;

    TRY(read_id(run, run->args[0], &id));
    TRY(read_reference(run, run->args[1], &c));
    return said_of_line(
        run, bank_match(run->money, run->a, id, c.reference, run->now_ms, &run->why), "booked");
}

static enum rc give_back(struct run *run)
{
    int64_t id;

    TRY(read_id(run, run->args[0], &id));
    return said_of_line(run, bank_return(run->money, run->a, id, run->now_ms, &run->why),
                        "returned");
}

const struct command bank_commands[] = {
    { "pay confirm", "REFERENCE AMOUNT [--ref BANKREF] [--date YYYY-MM-DD]",
      "book a bank transfer that has arrived; --date: the day on the bank statement", confirm,
      false },
    { "pay import", "FILE",
      "book a bank statement: CSV (RFC 4180; commas or semicolons) whose first line names the\n"
      "      columns date (YYYY-MM-DD), amount (9.99 or 9,99; below 0: outgoing, skipped), currency,\n"
      "      text and, if there is one, reference; other columns are ignored. The reference OVS-...\n"
      "      may be anywhere in text. Money that fits no open checkout goes to clearing:unmatched.\n"
      "      A line is booked once, however often its file is imported",
      import, false },
    { "pay unmatched", "", "list the money in clearing:unmatched, with its numbers", unmatched,
      true },
    { "pay match", "NUMBER REFERENCE", "book unmatched money to a checkout", match, false },
    { "pay return", "NUMBER", "note that unmatched money was returned to its sender", give_back,
      false },
    { NULL, NULL, NULL, NULL, false },
};
