/* Whether a line of a statement is known: bank.h. */
#include "app/income/bank_parse.h"
#include "app/income/bank_step.h"
#include "base/clock.h"
#include "base/iban.h"
#include "base/str.h"
#include "io/secret.h"

enum { CANDIDATES_MAX = 2000, PART_OF_MIN = 4 };

/* Rows that could be the line: of its day and reference, typed in by hand within some days, written
 * before references were kept apart, or with the bank's key. */
STMT(q_candidates, &bank_line_shape,
     BANK_LINES " WHERE quoted = ? AND amount_minor = ? AND on_ms = ?"
                " UNION " BANK_LINES
                " WHERE quoted = ? AND amount_minor = ? AND on_ms BETWEEN ? AND ?"
                " AND (source = '" BANK_BY_HAND "' OR ? = 1)"
                " UNION " BANK_LINES " WHERE source = '' AND amount_minor = ? AND on_ms = ?"
                " UNION " BANK_LINES " WHERE bank_ref = ? AND bank_ref <> '' AND amount_minor = ?"
                " ORDER BY id");
STMT(q_equals, &number_shape, "SELECT COUNT(*) AS n FROM bank_line WHERE digest = ?");

enum likeness { DIFFERENT, LIKELY, SURE };

static bool is_by_hand(const struct bank_line *l) { return str_eq(l->source, BANK_BY_HAND); }

static bool both_and_differ(const char *x, const char *y) { return x[0] && y[0] && !str_eq(x, y); }

/* Account numbers in other forms than IBANs are not compared: each bank has its own. */
static bool other_account(struct arena *a, const struct bank_line *x, const struct bank_line *y)
{
    const char *ignored;

    return both_and_differ(x->account, y->account) && iban_ok(a, x->account, &ignored) &&
           iban_ok(a, y->account, &ignored);
}

static bool same_text(struct arena *a, const char *x, const char *y)
{
    return bank_folds_same(bank_fold(a, x), bank_fold(a, y));
}

static bool holds(struct arena *a, const char *whole, const char *part)
{
    const char *folded = bank_fold(a, part);
    return strlen(folded) >= PART_OF_MIN && strstr(bank_fold(a, whole), folded);
}

/* Both have the bank's key, in one format: it decides. */
static enum likeness by_key(const struct bank_line *line, const struct bank_line *row)
{
    bool daily = str_eq(line->source, "mt940"); /* some banks count anew each day */

    if (!str_eq(line->bank_ref, row->bank_ref) || (daily && line->on_ms != row->on_ms))
        return DIFFERENT;
    return SURE;
}

static enum likeness by_text(struct arena *a, const struct bank_line *line,
                             const struct bank_line *row)
{
    bool one_format = str_eq(line->source, row->source);

    if (same_text(a, line->text, row->text))
        return one_format && !same_text(a, line->name, row->name) && row->name[0] && line->name[0]
                   ? DIFFERENT
                   : SURE;
    if (one_format)
        return DIFFERENT;
    const char *said = arena_printf(a, "%s %s", line->name, line->text);
    const char *before = arena_printf(a, "%s %s", row->name, row->text);
    return holds(a, said, row->text) || holds(a, before, line->text) ? LIKELY : DIFFERENT;
}

static enum likeness likeness(struct arena *a, const struct bank_line *line,
                              const struct bank_line *row)
{
    bool by_hand = is_by_hand(line) || is_by_hand(row);

    if (other_account(a, line, row))
        return DIFFERENT;
    if (line->bank_ref[0] && row->bank_ref[0] && (by_hand || str_eq(line->source, row->source)))
        return by_key(line, row);
    if (by_hand)
        return line->quoted[0] && str_eq(line->quoted, row->quoted) ? SURE : DIFFERENT;
    if (line->on_ms != row->on_ms || both_and_differ(line->iban_end, row->iban_end))
        return DIFFERENT;
    if (line->quoted[0] && str_eq(line->quoted, row->quoted))
        return SURE;
    return by_text(a, line, row);
}

static bool is_used(const struct bank_used *used, int64_t id)
{
    for (size_t i = 0; i < used->n; i++)
        if (used->ids[i] == id)
            return true;
    return false;
}

enum rc bank_known(struct db *db, struct arena *a, const struct bank_line *line, bool also_likely,
                   const struct bank_used *used, struct bank_line *out)
{
    int64_t days = BANK_HAND_DAYS * DAY_MS, amount = line->amount_minor, on = line->on_ms;
    enum likeness best = also_likely ? DIFFERENT : LIKELY, found;
    struct bank_line_list list;
    const struct bank_line *is = NULL;

    TRY(DB_LIST(db, a, &q_candidates,
                ARGS(STR(line->quoted), I64(amount), I64(on), STR(line->quoted), I64(amount),
                     I64(on - days), I64(on + days), I64(is_by_hand(line)), I64(amount), I64(on),
                     STR(line->bank_ref), I64(amount)),
                CANDIDATES_MAX, &list));
    for (size_t i = 0; i < list.n; i++) {
        const struct bank_line *row = &list.items[i];
        if (is_used(used, row->id) || !str_eq(row->currency, line->currency))
            continue;
        found = likeness(a, line, row);
        if (found > best) {
            best = found;
            is = row;
        }
    }
    if (is == NULL)
        return RC_NOT_FOUND;
    *out = *is;
    return RC_OK;
}

enum rc bank_digest(struct db *db, struct arena *a, const struct bank_line *line, const char **out)
{
    int64_t n = 0, there;

    do { /* which of its equals it is */
        const char *text = arena_printf(
            a, "%" PRId64 "\n%" PRId64 "\n%s\n%s\n%s\n%s\n%s\n%s\n%" PRId64, line->on_ms,
            line->amount_minor, line->currency, line->account, line->bank_ref, line->iban_end,
            line->quoted, bank_fold(a, line->text), n++);
        *out = sha256_hex(a, text, strlen(text));
        TRY(db_number(db, a, &q_equals, ARGS(STR(*out)), &there));
    } while (there);
    return RC_OK;
}
