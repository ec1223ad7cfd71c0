/* The worked example of docs/creators.md: five paid months run through the real modules, and the
 * text between the page's two markers is written from the results. When the page differs, the text
 * it should have is printed. Needs OVS_CONF of a running site; runs in the root of the sources. */
#include "app/money/month.h"
#include "app/income/payment.h"
#include "app/money/policy.h"
#include "app/income/reversal.h"
#include "app/money/settle.h"
#include "base/clock.h"
#include "base/sb.h"
#include "base/str.h"
#include "own_db.h"

enum { ANN = 1, BOB, CAS, DAN, UNA, VIC, WIM, BOT, PEOPLE = BOT, UNITS = 5, PAGE_MAX = 1 << 20 };
static const char *const names[] = { "",    "Ann", "Bob", "Cas",      "Dan",
                                     "Una", "Vic", "Wim", "Dan's bot" };
static const int64_t paid_ms = INT64_C(1788220800000);   /* 2026-09-01 00:00 UTC */
enum { DAY = 20697, FULL_DAY_MS = 16 * 60 * 60 * 1000 }; /* of paid_ms */
static const struct ledger_account_ref psp = { ACCOUNT_PSP, 0 };

/* Who paid, in this order, and how many seconds of which creators they watched. */
static const int members[UNITS] = { UNA, VIC, WIM, BOT, ANN };
static const struct {
    int member, creator;
    int64_t seconds;
} watched[] = { { UNA, ANN, 3600 }, { UNA, BOB, 1800 },    { UNA, CAS, 600 },
                { VIC, BOB, 5000 }, { BOT, DAN, 1296000 }, { ANN, BOB, 50 } };
enum { OWN_SECONDS = 10000 }; /* of Ann's own videos, played by herself */

static struct arena *a;
static struct db *money, *admin;
static struct unit units[UNITS];
static struct sb out;

static void script(const char *sql) { CHECK_INT(db_script(admin, sql), RC_OK); }

static const char *in_units(int64_t minor)
{
    return minor < 0 ? arena_printf(a, "-%s", in_units(-minor))
                     : arena_printf(a, "%" PRId64 ".%02d", minor / 100, (int)(minor % 100));
}

static int64_t on(enum account_kind kind, int64_t owner)
{
    int64_t minor = -1;
    CHECK_INT(ledger_sum(money, a, (struct ledger_account_ref){ kind, owner }, "XTS", &minor),
              RC_OK);
    return minor;
}

static enum rc book_it(struct db *db, void *arg) { return payment_book(db, a, arg, psp); }
static enum rc apply_it(struct db *db, void *arg)
{
    return reversal_apply(db, a, arg, psp, paid_ms + 5 * DAY_MS);
}

static void pay(int user)
{
    struct payment p = { .user_id = user,
                         .amount_minor = conf()->price_minor,
                         .tax_minor = payment_tax_minor(conf()->price_minor),
                         .fee_minor = payment_fee_minor(conf()->price_minor),
                         .months = 1,
                         .paid_ms = paid_ms,
                         .provider = "test",
                         .provider_ref = names[user][3] ? "bot" : names[user],
                         .currency = "XTS" };
    CHECK_INT(db_transact(money, book_it, &p), RC_OK);
}

static void read_units(void)
{
    for (int i = 0; i < UNITS; i++) {
        struct unit_list list;
        CHECK_INT(unit_list(money, a, members[i], &list), RC_OK);
        units[i] = list.items[0];
    }
}

/* At most 16 hours a day. */
static void watch(int64_t user, int64_t unit, int64_t creator, int64_t ms)
{
    STMT(q_watch, NULL,
         "INSERT INTO watch_day (user_id, day, video_id, creator_id, unit_id, credited_ms, raw_ms,"
         " lost) VALUES (?, ?, ?, ?, ?, ?, ?, 0)");
    for (int64_t day = DAY; ms > 0; day++, ms -= FULL_DAY_MS) {
        int64_t part = MIN_OF(ms, FULL_DAY_MS);
        CHECK_INT(db_run(admin, &q_watch,
                         ARGS(I64(user), I64(day), I64(creator), I64(creator), I64(unit), I64(part),
                              I64(part)),
                         NULL),
                  RC_OK);
    }
}

static void happen(struct month *month)
{
    struct reversal refund = { .kind = REVERSAL_REFUND,
                               .state = REVERSAL_DONE,
                               .provider = "test",
                               .provider_ref = "refund",
                               .payment_ref = names[VIC],
                               .amount_minor = 400 };
    struct settled settled;
    int64_t closed;

    for (int id = 1; id <= PEOPLE; id++)
        script(arena_printf(a,
                            "INSERT INTO user (id, email, handle, display_name, created_ms) VALUES"
                            " (%d, 'u%d@example.org', 'u%d', 'U', 0)",
                            id, id, id));
    for (int i = 0; i < UNITS; i++)
        pay(members[i]);
    script("DELETE FROM watch_dirty");
    read_units();
    for (size_t i = 0; i < COUNT(watched); i++)
        for (int u = 0; u < UNITS; u++)
            if (members[u] == watched[i].member)
                watch(members[u], units[u].id, watched[i].creator, watched[i].seconds * SECOND_MS);
    script(arena_printf(a,
                        "INSERT INTO watch_day (user_id, day, video_id, creator_id, unit_id,"
                        " credited_ms, raw_ms, lost) VALUES (%d, %d, 9, %d, 0, 0, %d, 1)",
                        ANN, DAY, ANN, OWN_SECONDS * 1000));
    CHECK_INT(db_transact(money, apply_it, &refund), RC_OK);
    CHECK_INT(settle_run(money, a, units[0].ends_ms + 48 * HOUR_MS, false, &settled, NULL), RC_OK);
    CHECK_INT(settled.units, UNITS);
    CHECK_INT(month_close_due(money, a, units[0].ends_ms + 40 * DAY_MS, INT64_MAX, &closed, month),
              RC_OK);
    read_units();
}

static void tell_watched(int member)
{
    const char *sep = "";

    if (member == ANN) {
        sb_addf(&out, "own videos %d s", OWN_SECONDS);
        sep = ", ";
    }
    for (size_t i = 0; i < COUNT(watched); i++)
        if (watched[i].member == member) {
            if (watched[i].seconds % 60)
                sb_addf(&out, "%s%s %" PRId64 " s", sep, names[watched[i].creator],
                        watched[i].seconds);
            else
                sb_addf(&out, "%s%s %" PRId64 " min", sep, names[watched[i].creator],
                        watched[i].seconds / 60);
            sep = ", ";
        }
    if (!*sep)
        SB_LIT(&out, "nobody");
}

static void tell_shares(const struct unit *u)
{
    struct unit_share_list shares;

    CHECK_INT(unit_shares(money, a, u->id, &shares), RC_OK);
    for (size_t i = 0; i < shares.n; i++)
        sb_addf(&out, "%s%s %s", i ? ", " : "", names[shares.items[i].creator_id],
                in_units(shares.items[i].amount_minor));
    if (shares.n == 0)
        SB_LIT(&out, "idle");
}

static void tell_months(void)
{
    SB_LIT(&out,
           "| member | watched | paid | refunded | tax | fee | left | creators | platform | to |\n"
           "|---|---|--:|--:|--:|--:|--:|--:|--:|---|\n");
    for (const struct unit *u = units; u < units + UNITS; u++) {
        int64_t tax_back = u->tax_minor * u->refunded_minor / u->gross_minor;
        sb_addf(&out, "| %s | ", names[u->user_id]);
        tell_watched((int)u->user_id);
        sb_addf(&out, " | %s | %s | %s | %s | %s | %s | %s | ", in_units(u->gross_minor),
                in_units(u->refunded_minor), in_units(u->tax_minor - tax_back),
                in_units(u->fee_minor), in_units(u->net_minor), in_units(u->creators_minor),
                in_units(u->platform_minor));
        tell_shares(u);
        SB_LIT(&out, " |\n");
    }
}

struct uplift {
    int64_t earned_minor, amount_minor;
};
SHAPE(uplift_shape, struct uplift, COLUMN(struct uplift, earned_minor),
      COLUMN(struct uplift, amount_minor));
STMT(q_uplift, &uplift_shape,
     "SELECT earned_minor, amount_minor FROM month_uplift WHERE month = ? AND creator_id = ?");

static void tell_creators(const struct month *month)
{
    SB_LIT(&out, "| creator | earned | raised by | together |\n|---|--:|--:|--:|\n");
    for (int c = ANN; c <= DAN; c++) {
        struct uplift up = { 0 };
        CHECK_INT(db_one(money, a, &q_uplift, ARGS(I64(month->month), I64(c)), &up), RC_OK);
        sb_addf(&out, "| %s | %s | %s | %s |\n", names[c], in_units(up.earned_minor),
                in_units(up.amount_minor), in_units(on(ACCOUNT_CREATOR_HELD, c)));
    }
}

/* What one pool for all, divided by time, would pay. */
static int64_t pooled(int creator)
{
    struct part parts[DAN];
    int64_t pool = 0;

    for (int c = ANN; c <= DAN; c++)
        parts[c - 1] = (struct part){ .id = c };
    for (size_t i = 0; i < COUNT(watched); i++)
        parts[watched[i].creator - 1].weight += watched[i].seconds;
    for (int i = 0; i < UNITS; i++)
        pool += units[i].creators_minor;
    divide_by_weight(pool, parts, DAN);
    return parts[creator - 1].amount;
}

static void tell_sums(void)
{
    int64_t in = 0, fees = 0, back = 0, creators = 0;

    for (const struct unit *u = units; u < units + UNITS; u++)
        in += u->gross_minor, fees += u->fee_minor, back += u->refunded_minor;
    for (int c = ANN; c <= DAN; c++)
        creators += on(ACCOUNT_CREATOR_HELD, c);
    sb_addf(&out,
            "**It adds up.** %s came in: %s tax, %s fees, %s refunded, %s for the platform, %s for"
            " creators and\n%s idle, together %s. The audit adds this up every night.\n\n",
            in_units(in), in_units(on(ACCOUNT_VAT, 0)), in_units(fees), in_units(back),
            in_units(on(ACCOUNT_PLATFORM, 0)), in_units(creators), in_units(on(ACCOUNT_IDLE, 0)),
            in_units(on(ACCOUNT_VAT, 0) + fees + back + on(ACCOUNT_PLATFORM, 0) + creators +
                     on(ACCOUNT_IDLE, 0)));
    sb_addf(&out,
            "**Faking does not pay.** Dan's bot played for %" PRId64
            " hours, cost %s and brought Dan %s. One pool"
            " for everybody\nwould have brought him %s, most of it other members' money.\n",
            watched[4].seconds / 3600, in_units(units[3].gross_minor),
            in_units(on(ACCOUNT_CREATOR_HELD, DAN)), in_units(pooled(DAN)));
}

/* The whole text between the markers. */
static void tell(const struct month *month)
{
    const struct unit *una = &units[0], *vic = &units[1];

    sb_addf(&out,
            "**Paid.** Five members pay %s each for a month. %s of it is tax and the payment itself"
            " costs %s, so %s\nis left. 70 %% of that is for creators.\n\n",
            in_units(una->gross_minor), in_units(una->tax_minor), in_units(una->fee_minor),
            in_units(una->net_minor));
    sb_addf(&out,
            "**Refunded.** Vic gets %s back during the month, %s of it tax. That leaves %s of her"
            " month, and this is what\nis divided.\n\n",
            in_units(vic->refunded_minor),
            in_units(vic->tax_minor * vic->refunded_minor / vic->gross_minor),
            in_units(vic->net_minor));
    SB_LIT(&out,
           "**Settled.** Two days after a paid month has ended, its money goes to the creators "
           "whom this member watched, by\ntime, and to nobody else. When a member watched "
           "nobody, or for less than a minute, the money is idle.\nWatching one's own videos "
           "does not count.\n\n");
    tell_months();
    sb_addf(
        &out,
        "\n**Closed.** In the next month idle money raises what every creator earned, by the same"
        " rate: %s on top of\n%s. No member's month may bring creators more than what was left of"
        " it, so %s waits for the month after.\n\n",
        in_units(month->uplift_minor), in_units(month->earned_minor),
        in_units(month->idle_out_minor));
    tell_creators(month);
    SB_LIT(&out, "\n");
    tell_sums();
}

static const char *section_of_page(void)
{
    static const char begins[] = "<!-- example -->\n", ends[] = "<!-- /example -->";
    char *text = arena_alloc(a, PAGE_MAX + 1);
    FILE *f = fopen("docs/creators.md", "r");

    if (f == NULL)
        return "";
    size_t n = fread(text, 1, PAGE_MAX, f);
    fclose(f);
    text[n] = 0;
    const char *from = strstr(text, begins), *to = from ? strstr(from, ends) : NULL;
    if (to == NULL)
        return "";
    from += strlen(begins);
    return arena_strn(a, from, (size_t)(to - from));
}

static struct month month;

static void the_plans_figures(void)
{
    CHECK_INT(month.uplift_minor, 612);
    CHECK_INT(on(ACCOUNT_CREATOR_HELD, ANN), 476);
    CHECK_INT(on(ACCOUNT_CREATOR_HELD, BOB), 694);
    CHECK_INT(on(ACCOUNT_CREATOR_HELD, CAS), 79);
    CHECK_INT(on(ACCOUNT_CREATOR_HELD, DAN), 791);
    CHECK_INT(on(ACCOUNT_IDLE, 0), 496);
}

static void the_text_of_readme(void)
{
    tell(&month);
    bool same = str_eq(section_of_page(), out.buf);
    CHECK(same);
    if (!same)
        printf("docs/creators.md has to say between <!-- example --> and <!-- /example -->:\n%s",
               out.buf);
}

int main(int argc, char **argv)
{
    static const struct check_case cases[] = {
        CASE(the_plans_figures),
        CASE(the_text_of_readme),
    };

    CHECK_CHOOSE(argc, argv, cases);
    admin = own_db("price_minor = 999\ntax_bp = 2000\nfee_minor = 40\nfee_bp = 0\nrule = user\n"
                   "share_bp = 7000\nfees = shared\nidle = uplift\nmin_unit_seconds = 60\n"
                   "settle_hours = 48\nclose_day = 3\n");
    a = arena_new(64 << 20);
    out.a = a;
    money = db_new(DB_MONEY, 30);
    happen(&month);
    check_run();
    db_close(money);
    arena_free(a);
    return check_done("unit_example");
}
