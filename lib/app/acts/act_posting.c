/* The kinds `posting` and `posting-reversal`: what an operator books by hand. */
#include "app/acts/act_kind.h"
#include "app/income/pay.h"
#include "app/money/ledger.h"
#include "base/clock.h"
#include "base/fmt.h"
#include "base/str.h"

/*
 * What may be booked by hand. Left out is what other acts or jobs keep in step with rows of their own:
 * liab:deferred (units), liab:idle and liab:pool (closing a month), a creator's held money and money
 * in transit (settling, payouts), liab:voucher (vouchers), clearing:unmatched (lines of the bank).
 */
/* clang-format off */
#define PAIRS(PAIR) \
    PAIR("asset:bank asset:psp", ACCOUNT_BANK, ACCOUNT_PSP, "From the provider to the bank: asset:bank from asset:psp") \
    PAIR("asset:psp asset:bank", ACCOUNT_PSP, ACCOUNT_BANK, "From the bank to the provider: asset:psp from asset:bank") \
    PAIR("exp:fees_lost asset:bank", ACCOUNT_FEES_LOST, ACCOUNT_BANK, "The bank took a fee: exp:fees_lost from asset:bank") \
    PAIR("exp:fees_lost asset:psp", ACCOUNT_FEES_LOST, ACCOUNT_PSP, "The provider took a fee: exp:fees_lost from asset:psp") \
    PAIR("asset:bank exp:fees_lost", ACCOUNT_BANK, ACCOUNT_FEES_LOST, "The bank gave a fee back: asset:bank from exp:fees_lost") \
    PAIR("asset:psp exp:fees_lost", ACCOUNT_PSP, ACCOUNT_FEES_LOST, "The provider gave a fee back: asset:psp from exp:fees_lost") \
    PAIR("exp:dispute asset:bank", ACCOUNT_DISPUTE, ACCOUNT_BANK, "A dispute's fee at the bank: exp:dispute from asset:bank") \
    PAIR("exp:dispute asset:psp", ACCOUNT_DISPUTE, ACCOUNT_PSP, "A dispute's fee at the provider: exp:dispute from asset:psp") \
    PAIR("exp:writeoff asset:bank", ACCOUNT_WRITEOFF, ACCOUNT_BANK, "Money of the bank is lost: exp:writeoff from asset:bank") \
    PAIR("exp:writeoff asset:psp", ACCOUNT_WRITEOFF, ACCOUNT_PSP, "Money of the provider is lost: exp:writeoff from asset:psp") \
    PAIR("asset:bank rev:platform", ACCOUNT_BANK, ACCOUNT_PLATFORM, "Other income, such as interest: asset:bank from rev:platform") \
    PAIR("rev:platform asset:bank", ACCOUNT_PLATFORM, ACCOUNT_BANK, "The site's part is taken out: rev:platform from asset:bank") \
    PAIR("liab:vat asset:bank", ACCOUNT_VAT, ACCOUNT_BANK, "Tax is paid to the tax office: liab:vat from asset:bank") \
    PAIR("asset:bank liab:vat", ACCOUNT_BANK, ACCOUNT_VAT, "The tax office paid back: asset:bank from liab:vat") \
    PAIR("rev:platform liab:vat", ACCOUNT_PLATFORM, ACCOUNT_VAT, "More tax is owed than was booked: rev:platform to liab:vat") \
    PAIR("liab:vat rev:platform", ACCOUNT_VAT, ACCOUNT_PLATFORM, "Less tax is owed than was booked: liab:vat to rev:platform") \
    PAIR("exp:writeoff liab:creator:payable", ACCOUNT_WRITEOFF, ACCOUNT_CREATOR_PAYABLE, "The site gives a creator something: exp:writeoff to liab:creator:payable") \
    PAIR("liab:creator:payable exp:writeoff", ACCOUNT_CREATOR_PAYABLE, ACCOUNT_WRITEOFF, "That is taken back, at most what is payable: liab:creator:payable to exp:writeoff")
/* clang-format on */

static const struct pair {
    enum account_kind debit, credit;
} pairs[] = {
#define PAIR(word, debit, credit, label) { debit, credit },
    PAIRS(PAIR)
#undef PAIR
};
static const struct act_choice pair_choices[] = {
#define PAIR(word, debit, credit, label) { word, label },
    PAIRS(PAIR)
#undef PAIR
        { NULL, NULL },
};

struct booking {
    struct ledger_account_ref debit, credit;
    int64_t minor, on_ms;
    const char *currency;
};

static bool has_owner(enum account_kind kind) { return kind == ACCOUNT_CREATOR_PAYABLE; }

static const struct pair *find_pair(struct act_run *x)
{
    size_t i = 0;

    while (!act_is(x, "accounts", pair_choices[i].word))
        i++;
    assert(i < COUNT(pairs)); /* what was typed is one of the choices */
    return &pairs[i];
}

static enum rc read_owner(struct act_run *x, const struct pair *pair, struct booking *b)
{
    struct account owner = { 0 };
    bool needed = has_owner(pair->debit) || has_owner(pair->credit);

    if (!needed && act_text(x, "creator")[0])
        return act_wrong(x, RC_INVALID, "creator",
                         "Neither of these accounts belongs to a creator.");
    if (needed && !act_text(x, "creator")[0])
        return act_wrong(x, RC_INVALID, "creator", "Whose account is it? Please give the handle.");
    if (needed)
        TRY(act_member(x, "creator", &owner));
    b->debit = (struct ledger_account_ref){ pair->debit, has_owner(pair->debit) ? owner.id : 0 };
    b->credit = (struct ledger_account_ref){ pair->credit, has_owner(pair->credit) ? owner.id : 0 };
    return RC_OK;
}

static enum rc show_balance(struct act_run *x, struct ledger_account_ref account,
                            const char *currency, bool credited, int64_t minor)
{
    enum ledger_class class = ledger_class(account.kind);
    bool grows = credited == (class == LEDGER_LIABILITY || class == LEDGER_REVENUE);
    int64_t now;

    TRY(ledger_sum(x->db, x->a, account, currency, &now));
    act_line(x, ledger_code(x->a, account), "%s now, then %s", fmt_money(x->a, now, currency),
             fmt_money(x->a, grows ? now + minor : now - minor, currency));
    return RC_OK;
}

static enum rc check_posting(struct act_run *x)
{
    struct booking *b = arena_alloc(x->a, sizeof(*b));
    const struct pair *pair = find_pair(x);
    int64_t today_ms = x->d->now_ms - x->d->now_ms % DAY_MS;

    *b = (struct booking){ .currency = pay_currency() };
    x->found = b;
    TRY(read_owner(x, pair, b));
    TRY(act_minor(x, "amount", b->currency, &b->minor));
    TRY(act_date(x, "date", today_ms, &b->on_ms));
    TRY(act_day_open(x, "date", b->on_ms));
    const char *amount = fmt_money(x->a, b->minor, b->currency);
    act_line(x, "Date", "%s", fmt_date(x->a, b->on_ms));
    act_line(x, "Amount", "%s", amount);
    TRY(show_balance(x, b->debit, b->currency, false, b->minor));
    TRY(show_balance(x, b->credit, b->currency, true, b->minor));
    x->what = arena_printf(x->a, "Book %s: debit %s, credit %s, on %s.", amount,
                           ledger_code(x->a, b->debit), ledger_code(x->a, b->credit),
                           fmt_date(x->a, b->on_ms));
    return pay_currency_ok(x->db, x->a, b->currency);
}

static enum rc post(struct act_run *x, const char *ikey, const char *reverses,
                    const struct booking *b)
{
    const struct ledger_leg leg = { b->debit, b->credit, b->minor, 0 };
    const struct posting p = {
        .ikey = ikey,
        .kind = "manual",
        .ref_type = "act",
        .ref_id = arena_printf(x->a, "%" PRId64, x->id),
        .reverses = reverses,
        .effective_ms = b->on_ms,
        .currency = b->currency,
        .legs = &leg,
        .n = 1,
    };
    x->posting = ikey;
    return ledger_post(x->db, x->a, &p);
}

static const char *key_of(struct arena *a, int64_t act_id)
{
    return arena_printf(a, "manual:%" PRId64, act_id);
}

static enum rc perform_posting(struct act_run *x)
{
    const struct booking *b = x->found;
    enum rc rc = post(x, key_of(x->a, x->id), NULL, b);

    if (rc == RC_DENIED)
        return act_wrong(x, RC_CONFLICT, "amount", "The creator has less than that.");
    x->result = arena_printf(x->a, "Booked as %s.", x->posting);
    return rc;
}

const struct act_kind act_posting = {
    .name = "posting",
    .title = "Book by hand",
    .hint = "One amount from one account to another. What units, months, payouts, vouchers and lines "
            "of the bank keep in step is not booked by hand.",
    .books = true,
    .check = check_posting,
    .perform = perform_posting,
    .fields = {
        { "accounts", "What it is", NULL, INPUT_CHOICE, false, pair_choices },
        { "creator", "Creator", "The handle; only for a creator's account.", INPUT_TEXT, true, NULL },
        { "amount", "Amount", NULL, INPUT_TEXT, false, NULL },
        { "date", "Date", "The day it belongs to; empty: today.", INPUT_DATE, true, NULL },
    },
};

/* Reversal */

struct undoing {
    struct booking booking;
    int64_t act_id;
};

/* What the act booked, from what was typed then; the creator may have another handle by now. */
static enum rc read_booking(struct act_run *x, const struct act *act, struct booking *b)
{
    struct act_run then = { .d = x->d, .a = x->a, .values = act_values(x->a, act) };
    const struct pair *pair = find_pair(&then);

    b->currency = pay_currency();
    b->debit.kind = pair->debit, b->credit.kind = pair->credit;
    b->debit.owner_id = has_owner(pair->debit) ? act->member_id : 0;
    b->credit.owner_id = has_owner(pair->credit) ? act->member_id : 0;
    return act_minor(&then, "amount", b->currency, &b->minor);
}

static enum rc check_reversal(struct act_run *x)
{
    struct undoing *u = arena_alloc(x->a, sizeof(*u));
    int64_t today_ms = x->d->now_ms - x->d->now_ms % DAY_MS;
    struct booking then = { .on_ms = 0 };
    struct act act;

    x->found = u;
    TRY(act_number(x, "act", 1, INT64_MAX, &u->act_id));
    enum rc rc = act_get(x->db, x->a, u->act_id, &act);
    if (rc == RC_NOT_FOUND)
        return act_wrong(x, RC_INVALID, "act", "There is no act %" PRId64 ".", u->act_id);
    TRY(rc);
    if (!str_eq(act.kind, act_posting.name) || act.state != ACT_DONE)
        return act_wrong(x, RC_INVALID, "act", "Act %" PRId64 " is not something booked by hand.",
                         u->act_id);
    TRY(read_booking(x, &act, &then));
    x->member_id = act.member_id;
    u->booking = (struct booking){ then.credit, then.debit, then.minor, 0, then.currency };
    TRY(act_date(x, "date", today_ms, &u->booking.on_ms));
    TRY(act_day_open(x, "date", u->booking.on_ms));
    act_line(x, "Was booked", "%s", act.what);
    TRY(show_balance(x, then.credit, then.currency, false, then.minor));
    TRY(show_balance(x, then.debit, then.currency, true, then.minor));
    x->once = arena_printf(x->a, "posting-reversal:%" PRId64, u->act_id);
    x->what = arena_printf(x->a, "Take back act %" PRId64 ": %s, on %s.", u->act_id,
                           fmt_money(x->a, then.minor, then.currency),
                           fmt_date(x->a, u->booking.on_ms));
    return RC_OK;
}

static enum rc perform_reversal(struct act_run *x)
{
    const struct undoing *u = x->found;
    const char *key = key_of(x->a, u->act_id);
    enum rc rc = post(x, arena_printf(x->a, "%s:reversed", key), key, &u->booking);

    if (rc == RC_CONFLICT)
        return act_wrong(x, rc, "act", "Act %" PRId64 " has been taken back already.", u->act_id);
    if (rc == RC_DENIED)
        return act_wrong(x, RC_CONFLICT, "act", "The creator has less than that.");
    x->result = arena_printf(x->a, "Booked as %s.", x->posting);
    return rc;
}

const struct act_kind act_posting_reversal = {
    .name = "posting-reversal",
    .title = "Take back what was booked by hand",
    .hint = "Once: the same amount the other way round.",
    .books = true,
    .check = check_reversal,
    .perform = perform_reversal,
    .fields = {
        { "act", "Number of the act", NULL, INPUT_TEXT, false, NULL },
        { "date", "Date", "The day it belongs to; empty: today.", INPUT_DATE, true, NULL },
    },
};
