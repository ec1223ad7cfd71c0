#include "app/payout/concentration.h"
#include "base/clock.h"
#include "base/fmt.h"

struct earnings {
    int64_t minor, gross_minor, young_minor, focused_minor, disputed_minor;
    int64_t young_payers, focused_payers, disputed_payers;
};
SHAPE(earnings_shape, struct earnings, COLUMN(struct earnings, minor),
      COLUMN(struct earnings, gross_minor), COLUMN(struct earnings, young_minor),
      COLUMN(struct earnings, focused_minor), COLUMN(struct earnings, disputed_minor),
      COLUMN(struct earnings, young_payers), COLUMN(struct earnings, focused_payers),
      COLUMN(struct earnings, disputed_payers));
SHAPE(site_shape, struct concentration_site, COLUMN(struct concentration_site, minor),
      COLUMN(struct concentration_site, young_minor),
      COLUMN(struct concentration_site, focused_minor));

/* clang-format off */
/* Shares, what is left of them, and their signs. `disputed` is of `paid`: open disputes and lost ones. */
#define SIGNS \
    " FROM (SELECT s.creator_id, u.user_id, s.amount_minor - s.reversed_minor AS net," \
    " s.amount_minor + s.early_minor AS gross, u.settled_ms - m.created_ms < ? AS young," \
    " s.seconds * 100 >= u.seconds * ? AS focused, GREATEST(p.amount_minor, 1) AS paid," \
    " COALESCE((SELECT LEAST(SUM(r.amount_minor), p.amount_minor) FROM reversal r" \
    " WHERE r.payment_id = u.payment_id AND r.kind = 'dispute' AND r.state <> 'undone'), 0) AS disputed" \
    " FROM unit u JOIN unit_share s ON s.unit_id = u.id JOIN payment p ON p.id = u.payment_id" \
    " LEFT JOIN user m ON m.id = u.user_id" \
    " WHERE u.settled_ms >= ? AND u.settled_ms < ? AND u.currency = ?"
#define SUM_IF(what, condition) \
    "CAST(COALESCE(SUM(IF(" condition ", " what ", 0)), 0) AS SIGNED)"
#define PAYERS_IF(condition) "COUNT(DISTINCT IF(" condition ", user_id, NULL))"
STMT(q_site, &site_shape,
     "SELECT " SUM_IF("net", "TRUE") " AS minor, " SUM_IF("net", "young") " AS young_minor, "
     SUM_IF("net", "focused") " AS focused_minor" SIGNS ") x");
STMT(q_earnings, &earnings_shape,
     "SELECT " SUM_IF("net", "TRUE") " AS minor, " SUM_IF("gross", "TRUE") " AS gross_minor, "
     SUM_IF("net", "young") " AS young_minor, " SUM_IF("net", "focused") " AS focused_minor, "
     SUM_IF("gross * disputed DIV paid", "disputed > 0") " AS disputed_minor, "
     PAYERS_IF("young AND net > 0") " AS young_payers, "
     PAYERS_IF("focused AND net > 0") " AS focused_payers, "
     PAYERS_IF("disputed > 0") " AS disputed_payers" SIGNS " AND s.creator_id = ?) x");
/* clang-format on */

#define PERIOD(p)                                                                                  \
    I64(CONCENTRATION_YOUNG_DAYS *DAY_MS), I64(CONCENTRATION_FOCUS_PERCENT), I64((p)->from_ms),    \
        I64((p)->to_ms), STR((p)->currency)

enum rc concentration_site(struct db *db, struct arena *a,
                           const struct concentration_period *period,
                           struct concentration_site *out)
{
    return db_one(db, a, &q_site, ARGS(PERIOD(period)), out);
}

static int64_t percent(int64_t part, int64_t whole) { return whole > 0 ? part * 100 / whole : 0; }

/* One sign: how much of the creator's earnings shows it, from how many members, and how much of all. */
struct sign {
    int64_t minor, payers, site_minor;
    const char *whose, *so_what;
};

static const char *read_sign(struct arena *a, const struct earnings *e,
                             const struct concentration_period *period,
                             const struct concentration_site *site, const struct sign *s)
{
    int64_t others = site->minor - e->minor, part = percent(s->minor, e->minor);
    int64_t usual = others > 0 ? percent(s->site_minor - s->minor, others) : 100;

    if (part < CONCENTRATION_PERCENT || s->payers < CONCENTRATION_PAYERS ||
        usual >= CONCENTRATION_USUAL_PERCENT)
        return "";
    return arena_printf(a,
                        "Of the %s from months settled between %s and %s, %s (%" PRId64
                        " %%) came from %" PRId64 " %s; for other creators here it is %" PRId64
                        " %%. %s",
                        fmt_money(a, e->minor, period->currency), fmt_date(a, period->from_ms),
                        fmt_date(a, period->to_ms - 1), fmt_money(a, s->minor, period->currency),
                        part, s->payers, s->whose, usual, s->so_what);
}

static const char *read_disputes(struct arena *a, const struct earnings *e,
                                 const struct concentration_period *period)
{
    int64_t part = percent(e->disputed_minor, e->gross_minor);

    if (part < CONCENTRATION_DISPUTE_PERCENT || e->disputed_payers < CONCENTRATION_PAYERS)
        return "";
    return arena_printf(
        a,
        "Of the %s from months settled between %s and %s, %s (%" PRId64 " %%) came from %" PRId64
        " members whose payments are disputed, or were and had to be paid back;"
        " disputes that ended well do not count. A person looks at this before"
        " anything is paid. If you know who these viewers are, please say so in your"
        " answer.",
        fmt_money(a, e->gross_minor, period->currency), fmt_date(a, period->from_ms),
        fmt_date(a, period->to_ms - 1), fmt_money(a, e->disputed_minor, period->currency), part,
        e->disputed_payers);
}

enum rc concentration_find(struct db *db, struct arena *a, int64_t creator_id,
                           const struct concentration_period *period,
                           const struct concentration_site *site, int64_t min_minor,
                           const char **reason)
{
    struct earnings e;

    *reason = "";
    TRY(db_one(db, a, &q_earnings, ARGS(PERIOD(period), I64(creator_id)), &e));
    *reason = read_disputes(a, &e, period);
    if (**reason || e.minor < MAX_OF(min_minor, 1))
        return RC_OK;
    *reason = read_sign(
        a, &e, period, site,
        &(struct sign){ e.young_minor, e.young_payers, site->young_minor,
                        arena_printf(a, "accounts younger than %d days", CONCENTRATION_YOUNG_DAYS),
                        "Stolen cards look like this, so a person looks at it before anything is"
                        " paid. Please say in your answer where these viewers came from." });
    if (!**reason)
        *reason = read_sign(
            a, &e, period, site,
            &(struct sign){
                e.focused_minor, e.focused_payers, site->focused_minor,
                arena_printf(a,
                             "members who spend %d %% or more of their time on this"
                             " channel",
                             CONCENTRATION_FOCUS_PERCENT),
                "Paid fake viewers look like this, so a person looks at it before"
                " anything is paid. Please say in your answer who these viewers are." });
    return RC_OK;
}
