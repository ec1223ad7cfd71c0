/*
 * paid_time_model: a member's time as a row of hours, and which paid month each of them belongs to;
 * for tests/unit_paid_time.c. It follows the rules as the headers state them (money/coverage.h,
 * income/reversal.h, income/subscription.h) and uses nothing of the modules, not even their calendar,
 * so that its errors would not be theirs. Everything happens on full hours.
 */
#ifndef TESTS_PAID_TIME_MODEL_H
#define TESTS_PAID_TIME_MODEL_H
#include <assert.h>
#include <limits.h>
#include <stdbool.h>
#include <stdint.h>
#include <string.h>

enum {
    MODEL_YEARS = 4,
    MODEL_HOURS = MODEL_YEARS * 365 * 24, /* from 1 December 2025 00:00 UTC */
    MODEL_UNITS = 80,
    MODEL_PIECES = 4000,
    GRACE_HOURS = 7 * 24,
};

enum model_standing { IS_PAID, IS_STOPPED, IS_GONE };

struct model_unit {
    int64_t id, gross, back; /* back: refunded */
    int payment, frozen;
    bool settled, settled_empty;
    int length;               /* in hours; 0: a calendar month */
    int starts, ends;         /* of its hours, or of those that it had last */
    short given[MODEL_HOURS]; /* by hour: the piece that it had given when it was given back */
};

/* A stretch of hours that lies as a whole: where its months are counted from. */
struct model_piece {
    int unit, anchor;
};

/* What becomes of a unit. */
struct model_claim {
    int unit, until;
    enum model_standing was, is;
    bool longer;
};

static struct {
    int now;
    short hour[MODEL_HOURS]; /* the piece that it belongs to; 0: unpaid */
    struct model_piece pieces[MODEL_PIECES];
    int n_pieces;
    struct model_unit units[MODEL_UNITS];
    int n_units;
    bool member; /* has paid once */
    bool cancelled;
    bool grace_due;        /* once it is not cancelled */
    int paid_until, grace; /* hours of grace after that */
    int watched_ms[MODEL_HOURS];
} t;

/* The calendar */

static int month_days(int month) /* 0: December 2025 */
{
    static const int days[] = { 31, 31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30 };
    return days[month % 12] + (month == 26); /* February 2028 */
}

static int months_later(int hour, int months)
{
    int month = 0, day = hour / 24, first = 0;

    for (; day >= month_days(month); month++)
        day -= month_days(month);
    month += months;
    for (int m = 0; m < month; m++)
        first += month_days(m);
    day = day < month_days(month) ? day : month_days(month) - 1;
    return (first + day) * 24 + hour % 24;
}

/* Where something begins, and from where its months are counted. */
struct place {
    int hour, anchor;
};

static int months_since(struct place p) /* -1: it is not a full number of months */
{
    int months = 0;

    if (p.anchor > p.hour)
        return -1;
    while (months_later(p.anchor, months) < p.hour)
        months++;
    return months_later(p.anchor, months) == p.hour ? months : -1;
}

static struct place place_at(int hour, int anchor)
{
    struct place p = { hour, anchor };
    return months_since(p) < 0 ? (struct place){ hour, hour } : p;
}

static int month_ends(struct place p) { return months_later(p.anchor, months_since(p) + 1); }

/* Hours and units */

static int unit_at(int hour) { return t.hour[hour] ? t.pieces[t.hour[hour]].unit : -1; }

static int hours_of(const short *hours, int unit)
{
    int sum = 0;
    for (int h = 0; h < MODEL_HOURS; h++)
        sum += hours[h] && t.pieces[hours[h]].unit == unit;
    return sum;
}

static int last_hour(const short *hours, int unit) /* of a unit, or of all: -1 */
{
    int h = MODEL_HOURS - 1;
    while (h >= 0 && !(hours[h] && (unit < 0 || t.pieces[hours[h]].unit == unit)))
        h--;
    return h;
}

static enum model_standing standing(int unit)
{
    const struct model_unit *u = &t.units[unit];
    return u->gross > 0 && u->back == u->gross ? IS_GONE : u->frozen ? IS_STOPPED : IS_PAID;
}

static bool model_access_at(int hour) { return t.member && hour < t.paid_until + t.grace; }

static int piece_of(int unit, int anchor)
{
    assert(t.n_pieces + 1 < MODEL_PIECES);
    t.pieces[++t.n_pieces] = (struct model_piece){ unit, anchor };
    return t.n_pieces;
}

/* `hours` of a unit (0: a month), or what is before `until`, and the place after them. */
static struct place lay(struct place p, int unit, int hours, int until)
{
    int ends = hours ? p.hour + hours : month_ends(p);
    bool counted_anew = hours || until < ends;

    ends = until < ends ? until : ends;
    if (ends <= p.hour)
        return p;
    int piece = piece_of(unit, p.anchor);
    for (int h = p.hour; h < ends; h++)
        t.hour[h] = (short)piece;
    return place_at(ends, counted_anew ? ends : p.anchor);
}

static struct place after_piece(int piece, int ends)
{
    const struct model_piece *p = &t.pieces[piece];
    return place_at(ends, t.units[p->unit].length ? ends : p->anchor);
}

/* Changes */

static bool is_over(const short *was, int unit)
{
    int length = t.units[unit].length;
    return last_hour(was, unit) < t.now && (length == 0 || hours_of(was, unit) == length);
}

static void keep_hours(const short *was, int from, int to)
{
    for (int h = from; h < to; h++)
        t.hour[h] = was[h];
}

static const struct model_claim *claim_of(const struct model_claim *claims, int n, int unit)
{
    for (int i = 0; i < n; i++)
        if (claims[i].unit == unit)
            return &claims[i];
    return NULL;
}

/* One piece after another: what is over stays, what is gone leaves a hole that the next ones fill. */
static void lay_again(const short *was, const struct model_claim *claims, int n)
{
    struct place p = { 0, 0 };

    for (int from = 0, to; from < MODEL_HOURS; from = to) {
        int piece = was[from], unit = t.pieces[piece].unit;
        for (to = from + 1; to < MODEL_HOURS && was[to] == piece; to++)
            ;
        if (piece == 0)
            continue;
        if (from == 0 || was[from - 1] == 0)
            p = place_at(from, t.pieces[piece].anchor);
        const struct model_claim *k = claim_of(claims, n, unit);
        int past = to < t.now ? to : t.now;
        if (k && k->is != IS_PAID) {
            if (past <= from)
                continue;
            if (k->is == IS_STOPPED)
                keep_hours(was, from, past);
            for (int h = from; h < past && k->is == IS_GONE; h++)
                t.units[unit].given[h] = (short)piece;
            if (k->is == IS_STOPPED || is_over(was, unit))
                p = past == to ? after_piece(piece, to) : place_at(past, past);
        } else if (to > t.now) {
            p = lay(p, unit, t.units[unit].length ? to - from : 0, k ? k->until : INT_MAX);
        } else {
            keep_hours(was, from, to);
            p = after_piece(piece, to);
        }
    }
}

static void put_given_back(int unit)
{
    struct model_unit *u = &t.units[unit];
    int had = hours_of(u->given, unit), back = 0;

    for (int h = 0; h < MODEL_HOURS; h++)
        if (u->given[h] && t.hour[h] == 0) {
            t.hour[h] = u->given[h];
            back++;
        }
    if (u->length == 0 && back < had)
        u->length = back ? had : 0;
    memset(u->given, 0, sizeof(u->given));
}

static void give_what_is_owed(int unit, bool access)
{
    struct model_unit *u = &t.units[unit];
    int last = last_hour(t.hour, -1), has = hours_of(t.hour, unit), owed = u->length - has;
    struct place p = { t.now, t.now };

    if (u->length == 0 ? has > 0 : owed == 0)
        return;
    if (last >= 0 && (access || last >= t.now))
        p = after_piece(t.hour[last], last + 1);
    if (last < 0 || p.hour != last + 1 || unit_at(last) != unit) {
        lay(p, unit, u->length ? owed : 0, INT_MAX);
        return;
    }
    for (int h = p.hour; h < p.hour + owed; h++) /* it goes on */
        t.hour[h] = t.hour[last];
    int from = last, ends = p.hour + owed;
    while (from > 0 && t.hour[from - 1] == t.hour[last])
        from--;
    if (ends - from == u->length &&
        month_ends(place_at(from, t.pieces[t.hour[last]].anchor)) == ends)
        u->length = 0;
}

static void note_ends(void)
{
    for (int i = 0; i < t.n_units; i++) {
        int last = last_hour(t.hour, i), first = 0;
        if (last < 0)
            continue;
        while (unit_at(first) != i)
            first++;
        t.units[i].starts = first;
        t.units[i].ends = last + 1;
    }
}

/* Units that begin to be paid, stop, are gone, are cut: what that does to all hours. */
static void model_change(const struct model_claim *claims, int n)
{
    static short was[MODEL_HOURS];
    bool access = model_access_at(t.now), over[12], begun[12];

    memcpy(was, t.hour, sizeof(was));
    memset(t.hour, 0, sizeof(t.hour));
    for (int i = 0; i < n; i++) {
        over[i] = is_over(was, claims[i].unit);
        begun[i] = false;
        for (int h = 0; h < t.now; h++)
            begun[i] = begun[i] || (was[h] && t.pieces[was[h]].unit == claims[i].unit);
    }
    lay_again(was, claims, n);
    for (int i = 0; i < n; i++) {
        struct model_unit *u = &t.units[claims[i].unit];
        if (claims[i].is != IS_PAID && u->length == 0 && begun[i] && !over[i])
            u->length = hours_of(was, claims[i].unit);
    }
    for (int i = 0; i < n; i++) {
        int unit = claims[i].unit, has = hours_of(t.hour, unit);
        if (claims[i].is == IS_PAID && claims[i].until < INT_MAX && has < hours_of(was, unit))
            t.units[unit].length = has;
        if (claims[i].is != IS_GONE)
            put_given_back(unit);
        if (claims[i].is == IS_PAID)
            give_what_is_owed(unit, access);
    }
    note_ends();
}

/* Grace follows an end at which nobody gave anything up. */
static void model_refunded(const struct model_claim *claims, int n)
{
    int last = last_hour(t.hour, -1), last_unit = last < 0 ? -1 : unit_at(last);
    bool given = false, taken = false;

    model_change(claims, n);
    bool moved = last_hour(t.hour, -1) != last;
    for (int i = 0; i < n; i++) {
        const struct model_claim *k = &claims[i];
        if (!moved && k->unit != last_unit)
            continue;
        given |= k->is == IS_PAID && (k->was != IS_PAID || k->longer);
        taken |= k->was == IS_PAID && (k->is != IS_PAID || k->until < INT_MAX);
    }
    t.paid_until = last_hour(t.hour, -1) + 1;
    if (given || taken) {
        t.grace_due = given;
        t.grace = given && !t.cancelled ? GRACE_HOURS : 0;
    }
}

static void model_paid(const struct model_claim *claims, int n)
{
    model_change(claims, n);
    t.member = true;
    t.cancelled = false;
    t.paid_until = last_hour(t.hour, -1) + 1;
    t.grace_due = true;
    t.grace = GRACE_HOURS;
}
#endif
