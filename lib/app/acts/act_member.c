/* The kinds about a member's account: it is changed, blocked, closed. */
#include "app/acts/act_kind.h"
#include "app/income/bank.h"
#include "app/income/subscription.h"
#include "app/money/ledger.h"
#include "app/people/factor.h"
#include "app/payout/payee.h"
#include "base/fmt.h"
#include "base/str.h"

enum { STATEMENT_SECONDS = 10, ROLE_OPERATOR = 2 };

#define MEMBER_FIELD                                                                               \
    {                                                                                              \
        "member", "Member", "The handle.", INPUT_TEXT, false, NULL                                 \
    }

static const struct act_choice role_choices[] = {
    { "member", "Member" },
    { "moderator", "Moderator: blocks videos and members" },
    { "operator", "Operator: everything, with the money" },
    { NULL, NULL },
};

static void close_db(void *db) { db_close(db); }

/* The connection that may change accounts. */
static struct db *people(struct act_run *x)
{
    if (x->d->people == NULL) {
        x->d->people = db_new(DB_ORDINARY, STATEMENT_SECONDS);
        arena_defer(x->a, close_db, x->d->people);
    }
    return x->d->people;
}

/* Somebody has to be left who can do what operators do. */
static enum rc keep_an_operator(struct act_run *x, const struct account *m)
{
    int64_t operators = 0;

    if (m->role != ROLE_OPERATOR || m->blocked || m->closed_ms)
        return RC_OK;
    TRY(account_count_operators(x->db, x->a, &operators));
    return operators > 1 ? RC_OK
                         : act_wrong(x, RC_CONFLICT, "member",
                                     "%s is the only operator. Make another one first.", m->handle);
}

static enum rc find(struct act_run *x, struct account **out)
{
    *out = x->found = arena_alloc(x->a, sizeof(**out));
    return act_member(x, "member", *out);
}

/* Changing */

static const char *or_now(const struct act_run *x, const char *name, const char *now)
{
    const char *typed = act_text(x, name);
    return *typed ? typed : now;
}

static struct account_profile profile_of(const struct act_run *x, const struct account *m)
{
    return (struct account_profile){ or_now(x, "handle", m->handle), or_now(x, "name", m->name),
                                     m->about, true };
}

static enum rc check_change(struct act_run *x)
{
    struct account *m;

    TRY(find(x, &m));
    const struct account_profile profile = profile_of(x, m);
    const char *email = act_text(x, "email");
    if (*email)
        TRY(account_check_email(x->db, x->a, m->id, email, &email, x->d->why));
    TRY(account_check_profile(x->db, x->a, m->id, &profile, x->d->now_ms, x->d->why));
    if (x->id == 0 && !*email && str_eq(profile.handle, m->handle) && str_eq(profile.name, m->name))
        return act_wrong(x, RC_INVALID, "email", "Nothing is different. What should change?");
    if (*email)
        act_line(x, "E-mail", "%s, then %s", m->email, email);
    if (!str_eq(profile.handle, m->handle))
        act_line(x, "Handle", "%s, then %s", m->handle, profile.handle);
    if (!str_eq(profile.name, m->name))
        act_line(x, "Name", "%s, then %s", m->name, profile.name);
    x->what = arena_printf(x->a, "Change the account of %s:%s%s%s.", m->handle,
                           *email ? " e-mail" : "",
                           str_eq(profile.handle, m->handle) ? "" : " handle",
                           str_eq(profile.name, m->name) ? "" : " name");
    return RC_OK;
}

static enum rc perform_change(struct act_run *x)
{
    const struct account *m = x->found;
    const struct account_profile profile = profile_of(x, m);

    if (act_text(x, "email")[0])
        TRY(account_set_email(people(x), x->a, m->id, act_text(x, "email"), x->d->now_ms,
                              x->d->why));
    TRY(account_set_profile(people(x), x->a, m->id, &profile, x->d->now_ms, x->d->why));
    x->result = "The account has been changed.";
    return RC_OK;
}

const struct act_kind act_member_change = {
    .name = "member-change",
    .title = "Change a member's account",
    .hint = "What is left empty stays. Receipts that were issued keep what they say.",
    .alone = true,
    .check = check_change,
    .perform = perform_change,
    .fields = {
        MEMBER_FIELD,
        { "email", "New e-mail address", NULL, INPUT_TEXT, true, NULL },
        { "handle", "New handle", NULL, INPUT_TEXT, true, NULL },
        { "name", "New name", NULL, INPUT_TEXT, true, NULL },
    },
};

/* Role */

static enum rc check_role(struct act_run *x)
{
    struct account *m;

    TRY(find(x, &m));
    act_line(x, "Role now", "%s", role_choices[m->role].word);
    if (m->closed_ms)
        return act_wrong(x, RC_CONFLICT, "member", "This account is closed.");
    if (!act_is(x, "role", "operator"))
        TRY(keep_an_operator(x, m));
    else if (x->d->by.shell[0]) { /* who could approve it? It is what `admin user add` may, too. */
        int64_t operators = 0;
        TRY(account_count_operators(x->db, x->a, &operators));
        x->at_once = operators < 2;
    }
    x->what = arena_printf(x->a, "Give %s the role %s.", m->handle, act_text(x, "role"));
    return RC_OK;
}

static enum rc perform_role(struct act_run *x)
{
    const struct account *m = x->found;
    int role = 0;

    while (!act_is(x, "role", role_choices[role].word))
        role++;
    x->result = arena_printf(x->a, "%s now has the role %s", m->handle, role_choices[role].word);
    return account_set_role(people(x), m->id, role);
}

const struct act_kind act_member_role = {
    .name = "member-role",
    .title = "Give a member a role",
    .alone = true,
    .reason = REASON_ON_PAGES,
    .check = check_role,
    .perform = perform_role,
    .fields = { MEMBER_FIELD, { "role", "Role", NULL, INPUT_CHOICE, false, role_choices } },
};

/* Blocking */

static enum rc check_block(struct act_run *x)
{
    struct account *m;

    TRY(find(x, &m));
    TRY(keep_an_operator(x, m));
    act_line(x, "Blocked now", "%s", m->blocked ? "yes" : "no");
    x->what = arena_printf(x->a, "Block %s: end all log-ins, hide the channel, pay nothing out.",
                           m->handle);
    return RC_OK;
}

static enum rc perform_block(struct act_run *x)
{
    const struct account *m = x->found;

    x->result = arena_printf(x->a, "%s is blocked", m->handle);
    return account_ban(people(x), m->id, true);
}

const struct act_kind act_member_block = {
    .name = "member-block",
    .title = "Block a member",
    .hint = "Ends all log-ins and refuses new ones; the channel is hidden; earnings stay unpaid.",
    .urgent = true,
    .alone = true,
    .reason = REASON_ON_PAGES,
    .check = check_block,
    .perform = perform_block,
    .fields = { MEMBER_FIELD },
};

static enum rc check_unblock(struct act_run *x)
{
    struct account *m;

    TRY(find(x, &m));
    act_line(x, "Blocked now", "%s", m->blocked ? "yes" : "no");
    if (m->closed_ms)
        act_line(x, "Closed", "since %s", fmt_date(x->a, m->closed_ms));
    x->what = arena_printf(x->a, "Let %s log in again.", m->handle);
    return RC_OK;
}

static enum rc perform_unblock(struct act_run *x)
{
    const struct account *m = x->found;

    x->result = arena_printf(x->a, "%s is no longer blocked", m->handle);
    TRY(account_reopen(people(x), m->id));
    return account_ban(people(x), m->id, false);
}

static enum rc check_factor(struct act_run *x)
{
    struct account *m;
    struct factors f;

    TRY(find(x, &m));
    TRY(factor_get(x->db, x->a, m->id, &f));
    if (!factor_any(&f))
        return act_wrong(x, RC_CONFLICT, "member", "%s has no second step.", m->handle);
    if (f.app_ms)
        act_line(x, "Authenticator app", "since %s", fmt_date(x->a, f.app_ms));
    act_line(x, "Passkeys", "%" PRId64, f.passkeys);
    act_line(x, "Recovery codes left", "%" PRId64, f.codes_unused);
    x->what = arena_printf(x->a,
                           "Remove the second step of %s: app, passkeys and recovery codes go, all "
                           "log-ins end, the password alone is enough.",
                           m->handle);
    return RC_OK;
}

static enum rc perform_factor(struct act_run *x)
{
    const struct account *m = x->found;

    x->result = arena_printf(x->a, "%s has no second step any more", m->handle);
    return factor_reset(people(x), x->a, m->id, x->d->by, x->reason, x->d->now_ms);
}

const struct act_kind act_member_factor = {
    .name = "member-factor-reset",
    .title = "Remove a member's second step",
    .hint =
        "For who has lost the device and the recovery codes. Make sure that it is them: whoever "
        "knows the password can log in afterwards. They are told.",
    .alone = true,
    .check = check_factor,
    .perform = perform_factor,
    .fields = { MEMBER_FIELD },
};

const struct act_kind act_member_unblock = {
    .name = "member-unblock",
    .title = "Unblock a member, or open a closed account",
    .alone = true,
    .reason = REASON_ON_PAGES,
    .check = check_unblock,
    .perform = perform_unblock,
    .fields = { MEMBER_FIELD },
};

/* Closing */

/* Their transfers that are not booked. */
static enum rc show_arrived(struct act_run *x, const struct account *m)
{
    struct bank_line_list list;

    TRY(bank_arrived(x->db, x->a, m->id, &list));
    for (size_t i = 0; i < list.n; i++)
        act_line(x, "Their transfer",
                 "%s of %s is not booked: line %" PRId64 " of the bank, to be sent back",
                 fmt_money(x->a, list.items[i].amount_minor, list.items[i].currency),
                 fmt_date(x->a, list.items[i].on_ms), list.items[i].id);
    return RC_OK;
}

static const char earned_then[] = "it stays theirs and is paid to their account";

static enum rc show_money(struct act_run *x, const struct account *m)
{
    static const struct {
        enum account_kind kind;
        const char *label, *then;
    } rows[] = {
        { ACCOUNT_CREATOR_PAYABLE, "Payable to them", earned_then },
        { ACCOUNT_CREATOR_HELD, "Earned, payable later", earned_then },
        { ACCOUNT_CREATOR_TRANSIT, "On its way to them", earned_then },
        { ACCOUNT_CREATOR_FROZEN, "Frozen until a decision", earned_then },
        { ACCOUNT_MEMBER, "Their balance",
          "it is not sent back by this: transfer it, and explain the bank's line" },
    };
    int64_t minor;

    for (size_t i = 0; i < COUNT(rows); i++) {
        TRY(ledger_balance(x->db, x->a, (struct ledger_account_ref){ rows[i].kind, m->id },
                           pay_currency(), &minor));
        if (minor)
            act_line(x, rows[i].label, "%s; %s", fmt_money(x->a, minor, pay_currency()),
                     rows[i].then);
    }
    return show_arrived(x, m);
}

static enum rc show_subscription(struct act_run *x, const struct account *m)
{
    struct subscription s;
    enum rc rc = subscription_get(x->db, x->a, m->id, &s);

    if (rc == RC_OK && s.paid_until_ms > x->d->now_ms)
        act_line(x, "Paid until", "%s; it is not refunded by this",
                 fmt_date(x->a, s.paid_until_ms));
    if (rc == RC_OK && s.from_earnings)
        act_line(x, "Renewal", "from earnings now, then none");
    return rc == RC_NOT_FOUND ? RC_OK : rc;
}

static enum rc check_close(struct act_run *x)
{
    struct account *m;

    TRY(find(x, &m));
    if (m->closed_ms && x->id == 0)
        return act_wrong(x, RC_CONFLICT, "member", "This account has been closed on %s.",
                         fmt_date(x->a, m->closed_ms));
    TRY(keep_an_operator(x, m));
    if (!str_eq(act_text(x, "again"), act_text(x, "member")))
        return act_wrong(x, RC_INVALID, "again", "Please type the handle %s again, to be sure.",
                         m->handle);
    act_line(x, "Member", "%s (%s), since %s", m->name, m->handle, fmt_date(x->a, m->created_ms));
    TRY(show_subscription(x, m));
    TRY(show_money(x, m));
    act_line(x, "Their videos", "stay as they are; block them one by one if they have to go");
    x->what = arena_printf(x->a, "Close the account of %s: no log-ins, no renewals.", m->handle);
    return RC_OK;
}

/* RC_NOT_FOUND: there is nothing of the kind. */
static enum rc if_any(enum rc rc) { return rc == RC_NOT_FOUND ? RC_OK : rc; }

static enum rc perform_close(struct act_run *x)
{
    const struct account *m = x->found;
    struct subscription s;

    enum rc rc = subscription_get(x->db, x->a, m->id, &s);
    if (rc == RC_OK) {
        TRY(if_any(subscription_cancel(x->db, m->id, x->d->now_ms)));
        TRY(if_any(subscription_set_from_earnings(x->db, m->id, false)));
    }
    TRY(if_any(rc));
    TRY(if_any(payee_ask_rest(x->db, m->id, x->d->now_ms)));
    TRY(account_close(people(x), m->id, x->d->now_ms));
    x->result = arena_printf(x->a,
                             "The account of %s is closed. What is payable is paid with the "
                             "next payouts, even below the threshold.",
                             m->handle);
    return RC_OK;
}

const struct act_kind act_member_close = {
    .name = "member-close",
    .title = "Close a member's account",
    .hint = "The member has left: no log-ins, no renewals. Payments, receipts and earnings stay.",
    .alone = true,
    .check = check_close,
    .perform = perform_close,
    .fields = {
        MEMBER_FIELD,
        { "again", "The handle again", "To be sure that it is this account.", INPUT_TEXT, false,
          NULL },
    },
};
