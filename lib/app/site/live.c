#include "app/site/live.h"
#include "base/clock.h"
#include "base/conf.h"
#include "base/fmt.h"
#include "base/log.h"
#include "base/str.h"

enum { CURRENT_MAX = 200, VALUE_BYTES = 1008 };

#define LIVE_BANNER_NAME "banner"

static const struct live_key keys[] = {
    { "price_minor", "Price of a month", "Price", LIVE_SETTING, TELL_RISE },
    { "price_year_minor", "Price of twelve months at once", "Price", LIVE_SETTING, TELL_RISE },
    { "grace_days", "Days of grace", "Price", LIVE_SETTING, TELL_FALL },
    { "refund_days", "Refund within days", "Price", LIVE_SETTING, TELL_FALL },
    { "refund_minutes", "Refund up to minutes watched", "Price", LIVE_SETTING, TELL_FALL },
    { "refunds_per_year", "Refunds in a year", "Price", LIVE_SETTING, TELL_FALL },
    { "share_bp", "Creators' share", "Creators", LIVE_SETTING, TELL_FALL },
    { "min_unit_seconds", "Least watch time of a month", "Creators", LIVE_SETTING, TELL_RISE },
    { "hold_days", "Days that earnings are held", "Creators", LIVE_SETTING, TELL_RISE },
    { "payout_threshold_minor", "Smallest payout", "Creators", LIVE_SETTING, TELL_RISE },
    { "payout_first_days", "Days before a first payout", "Creators", LIVE_SETTING, TELL_RISE },
    { "payout_daily_max_minor", "Most paid out on a day", "Creators", LIVE_SETTING, TELL_NEVER },
    { "unproven_percent", "Places kept for new videos", "Creators", LIVE_SETTING, TELL_NEVER },
    { "signups_per_day", "New accounts per network and day", "Limits", LIVE_SETTING, TELL_NEVER },
    { "uploads_per_day", "Uploads per member and day", "Limits", LIVE_SETTING, TELL_NEVER },
    { "quota_bytes", "Storage per member", "Limits", LIVE_SETTING, TELL_NEVER },
    { "pictures_per_hour", "Pictures per member and hour", "Limits", LIVE_SETTING, TELL_NEVER },
    { "comments", "Who may comment", "Limits", LIVE_SETTING, TELL_NEVER },
    { "comments_per_hour", "Comments per member and hour", "Limits", LIVE_SETTING, TELL_NEVER },
    { "comments_per_hour_new", "Comments of new accounts and hour", "Limits", LIVE_SETTING,
      TELL_NEVER },
    { "plays_per_minute", "Plays per member and minute", "Limits", LIVE_SETTING, TELL_NEVER },
    { "voucher_tries_per_hour", "Wrong voucher codes", "Limits", LIVE_SETTING, TELL_NEVER },
    { "search_per_minute", "Searches per network", "Limits", LIVE_SETTING, TELL_NEVER },
    { "login_fails_per_15min", "Wrong passwords", "Limits", LIVE_SETTING, TELL_NEVER },
    { "operator_second_factor", "Second step for moderators and operators (1: needed)", "Limits",
      LIVE_SETTING, TELL_NEVER },
    { "seller_name", "Seller", "Who you are", LIVE_SETTING, TELL_NEVER },
    { "seller_address", "Address of the seller", "Who you are", LIVE_SETTING, TELL_NEVER },
    { "seller_register", "Number in the register of companies", "Who you are", LIVE_SETTING,
      TELL_NEVER },
    { "contact_email", "E-mail for everybody", "Who you are", LIVE_SETTING, TELL_NEVER },
    { "contact_phone", "Telephone", "Who you are", LIVE_SETTING, TELL_NEVER },
    { "privacy_email", "E-mail about personal data", "Who you are", LIVE_SETTING, TELL_NEVER },
    { "security_email", "E-mail about security holes", "Who you are", LIVE_SETTING, TELL_NEVER },
    { LIVE_BANNER_NAME, "Banner on every page", "Texts", LIVE_BANNER, TELL_NEVER },
    { "terms", "Terms", "Texts", LIVE_TEXT, TELL_EACH },
    { "rules", "Rules", "Texts", LIVE_TEXT, TELL_EACH },
    { "privacy", "Privacy", "Texts", LIVE_TEXT, TELL_EACH },
    { "imprint", "Imprint", "Texts", LIVE_TEXT, TELL_NEVER },
    { "contact", "Contact", "Texts", LIVE_TEXT, TELL_NEVER },
};

SHAPE(row_shape, struct live_row, COLUMN(struct live_row, id), COLUMN(struct live_row, name),
      COLUMN(struct live_row, value), COLUMN(struct live_row, has_value),
      COLUMN(struct live_row, from_ms), COLUMN(struct live_row, why),
      COLUMN(struct live_row, made_by), COLUMN(struct live_row, maker),
      COLUMN(struct live_row, maker_shell), COLUMN(struct live_row, made_ms),
      COLUMN(struct live_row, withdrawn_ms), COLUMN(struct live_row, tell),
      COLUMN(struct live_row, told_id), COLUMN(struct live_row, told_ms));
#define ROW                                                                                        \
    "SELECT s.id, s.name, s.value, s.value IS NOT NULL AS has_value, s.from_ms, s.why, s.made_by," \
    " COALESCE(u.handle, '') AS maker, s.made_shell AS maker_shell, s.made_ms, s.withdrawn_ms,"    \
    " s.tell, s.told_id, s.told_ms FROM live_setting s LEFT JOIN user u ON u.id = s.made_by"

struct current {
    const char *name, *value;
};
struct current_list {
    struct current *items;
    size_t n;
};
SHAPE(current_shape, struct current, COLUMN(struct current, name), COLUMN(struct current, value));
STMT(
    q_current, &current_shape,
    "SELECT s.name, s.value FROM live_setting s WHERE s.value IS NOT NULL AND s.id = (SELECT id FROM"
    " live_setting l WHERE l.name = s.name AND l.from_ms <= ? AND l.withdrawn_ms = 0"
    " ORDER BY l.from_ms DESC, l.id DESC LIMIT 1)"
    " AND s.name NOT IN ('terms', 'rules', 'privacy', 'imprint', 'contact')");
STMT(q_text, &current_shape,
     "SELECT name, value FROM live_setting WHERE name = ? AND from_ms <= ? AND withdrawn_ms = 0"
     " ORDER BY from_ms DESC, id DESC LIMIT 1");
STMT(
    q_before, &current_shape,
    "SELECT name, value FROM live_setting WHERE name = ? AND (from_ms < ? OR (from_ms = ? AND id < ?))"
    " AND withdrawn_ms = 0 ORDER BY from_ms DESC, id DESC LIMIT 1");
STMT(q_planned, &row_shape,
     ROW " WHERE s.from_ms > ? AND s.withdrawn_ms = 0 AND (s.name = ? OR ? IS NULL)"
         " ORDER BY s.from_ms, s.id");
STMT(q_history, &row_shape, ROW " WHERE s.name = ? ORDER BY s.from_ms DESC, s.id DESC LIMIT 50");
STMT(q_row, &row_shape, ROW " WHERE s.id = ?");
STMT(q_untold, &row_shape,
     ROW " WHERE s.tell = 1 AND s.told_ms = 0 AND s.withdrawn_ms = 0 ORDER BY s.id LIMIT 1");
STMT(q_add, NULL,
     "INSERT INTO live_setting (name, value, from_ms, why, made_by, made_shell, made_ms, tell)"
     " VALUES (?, ?, ?, ?, ?, ?, ?, ?)");
STMT(q_withdraw, NULL,
     "UPDATE live_setting SET withdrawn_ms = ?, withdrawn_by = ? WHERE id = ? AND withdrawn_ms = 0"
     " AND from_ms > ?");
STMT(q_told, NULL, "UPDATE live_setting SET told_id = ?, told_ms = ? WHERE id = ?");
STMT(q_members, &number_shape,
     "SELECT COUNT(*) AS n FROM (SELECT 1 FROM user WHERE role = 0 LIMIT 1) u");

const struct live_key *live_key_at(size_t index)
{
    return index < COUNT(keys) ? &keys[index] : NULL;
}

const struct live_key *live_key(const char *name)
{
    for (size_t i = 0; i < COUNT(keys); i++)
        if (str_eq(keys[i].name, name))
            return &keys[i];
    return NULL;
}

static bool ends_with(const char *s, const char *end)
{
    size_t n = strlen(s), m = strlen(end);
    return n >= m && str_eq(s + n - m, end);
}

bool live_is_amount(const struct live_key *k) { return ends_with(k->name, "_minor"); }

const char *live_words(struct arena *a, const struct live_key *k, const char *value)
{
    int64_t n;

    if (k->kind != LIVE_SETTING)
        return fmt_excerpt(a, value);
    if (str_to_i64(value, strlen(value), 0, INT64_MAX, &n) != RC_OK)
        return value;
    if (live_is_amount(k))
        return n || !str_eq(k->name, "price_year_minor") ? fmt_money(a, n, conf()->currency)
                                                         : "not offered";
    if (ends_with(k->name, "_bp"))
        return fmt_percent(a, n);
    if (ends_with(k->name, "_bytes"))
        return fmt_bytes(a, n);
    return ends_with(k->name, "_seconds") ? fmt_duration(a, n) : value;
}

/* In force */

enum { UTF8_MAX_BYTES = 4 };
static char banner[LIVE_BANNER_MAX_CHARS * UTF8_MAX_BYTES + 1];
static int64_t read_ms; /* of the last refresh; 0: none yet, or it is out of date */

const char *live_banner(void) { return banner; }

static void apply(struct arena *a, const struct current_list *list)
{
    struct conf_value *values = arena_array(a, struct conf_value, list->n);
    size_t n = 0;

    banner[0] = 0;
    for (size_t i = 0; i < list->n; i++) {
        const struct live_key *k = live_key(list->items[i].name);
        if (k && k->kind == LIVE_BANNER)
            snprintf(banner, sizeof(banner), "%s", list->items[i].value);
        else if (k && k->kind == LIVE_SETTING)
            values[n++] = (struct conf_value){ k->name, list->items[i].value };
    }
    conf_overlay(values, n);
}

enum rc live_refresh(struct db *db, struct arena *a, int64_t now_ms)
{
    static bool known;
    struct current_list list;

    if (known && now_ms >= read_ms && now_ms - read_ms < LIVE_REFRESH_MS)
        return RC_OK;
    enum rc rc = DB_LIST(db, a, &q_current, ARGS(I64(now_ms)), CURRENT_MAX, &list);
    if (rc != RC_OK)
        return known ? RC_OK : rc;
    apply(a, &list);
    read_ms = now_ms;
    known = true;
    return RC_OK;
}

enum rc live_text(struct db *db, struct arena *a, const char *name, int64_t now_ms,
                  const char **text)
{
    struct current row = { name, "" };
    enum rc rc = db_one(db, a, &q_text, ARGS(STR(name), I64(now_ms)), &row);

    *text = row.value;
    return rc == RC_NOT_FOUND ? RC_OK : rc;
}

enum rc live_planned(struct db *db, struct arena *a, const char *name, int64_t now_ms,
                     struct live_list *out)
{
    return DB_LIST(db, a, &q_planned, ARGS(I64(now_ms), STR(name), STR(name)), LIVE_PLANNED_MAX,
                   out);
}

enum rc live_history(struct db *db, struct arena *a, const char *name, struct live_list *out)
{
    return DB_LIST(db, a, &q_history, ARGS(STR(name)), LIVE_SHOWN, out);
}

enum rc live_before(struct db *db, struct arena *a, const struct live_row *row, const char **value)
{
    const struct live_key *k = live_key(row->name);
    struct current before = { row->name, "" };
    enum rc rc = db_one(db, a, &q_before,
                        ARGS(STR(row->name), I64(row->from_ms), I64(row->from_ms), I64(row->id)),
                        &before);

    if (rc != RC_OK && rc != RC_NOT_FOUND)
        return rc;
    *value = before.value[0] || k == NULL || k->kind != LIVE_SETTING ? before.value
                                                                     : conf_filed(a, row->name);
    return RC_OK;
}

/* Changing */

static enum rc check_value(struct arena *a, const struct live_key *k, const struct live_change *c,
                           const char **value, struct problem *why)
{
    *value = c->value;
    if (c->value == NULL)
        return RC_OK;
    if (k->kind == LIVE_SETTING) {
        *value = str_clean(a, c->value, false);
        return conf_check(a, k->name, *value, why);
    }
    *value = str_clean(a, c->value, k->kind == LIVE_TEXT);
    if (k->kind == LIVE_BANNER && str_chars(*value) > LIVE_BANNER_MAX_CHARS)
        return refuse(why, RC_INVALID, "value", "A banner may have at most 300 characters.");
    if (strlen(*value) > LIVE_TEXT_MAX_BYTES)
        return refuse(why, RC_TOO_LARGE, "value",
                      "This text is too long: it may have at most 60 000 bytes.");
    if ((*value)[0] == 0)
        *value = NULL;
    return RC_OK;
}

/* Does it take something from members, compared with what would be in force without it? */
static enum rc must_tell(struct db *db, struct arena *a, const struct live_key *k,
                         const struct live_change *c, const char *value, int64_t from_ms,
                         bool *tell)
{
    const struct live_row row = { .id = INT64_MAX, .name = k->name, .from_ms = from_ms };
    const char *before;
    int64_t old_n = 0, new_n = 0, members;

    *tell = false;
    if (k->tell == TELL_NEVER || (k->kind == LIVE_TEXT && c->correction))
        return RC_OK;
    TRY(db_number(db, a, &q_members, NO_ARGS, &members));
    if (!members)
        return RC_OK;
    TRY(live_before(db, a, &row, &before));
    if (k->kind == LIVE_TEXT) {
        *tell = !str_eq(before, value ? value : "");
        return RC_OK;
    }
    const char *after = value ? value : conf_filed(a, k->name);
    if (str_to_i64(before, strlen(before), 0, INT64_MAX, &old_n) != RC_OK ||
        str_to_i64(after, strlen(after), 0, INT64_MAX, &new_n) != RC_OK)
        return RC_FAIL;
    *tell = k->tell == TELL_RISE ? new_n > old_n : new_n < old_n;
    return RC_OK;
}

static enum rc check_date(struct arena *a, const struct live_change *c, int64_t from_ms, bool tell,
                          int64_t now_ms, struct problem *why)
{
    int64_t earliest_ms = now_ms + conf()->change_notice_days * DAY_MS;

    if (c->from_ms && c->from_ms < now_ms - DAY_MS)
        return refuse(why, RC_INVALID, "from", "This date has passed.");
    if (from_ms > now_ms + LIVE_AHEAD_MAX_DAYS * DAY_MS)
        return refuse(why, RC_INVALID, "from", "A date may be at most two years ahead.");
    if (c->until_ms && c->until_ms <= from_ms)
        return refuse(why, RC_INVALID, "until", "The end has to come after the beginning.");
    if (tell && from_ms < earliest_ms)
        return refuse(why, RC_INVALID, "from",
                      arena_printf(a,
                                   "Members are told %" PRId64 " days in advance of a change that "
                                   "takes something from them. The earliest date is %s.",
                                   conf()->change_notice_days,
                                   fmt_date(a, (earliest_ms / DAY_MS + 1) * DAY_MS)));
    return RC_OK;
}

static enum rc check_reason(struct arena *a, const char *typed, const char **reason,
                            struct problem *why)
{
    *reason = str_clean(a, typed, false);
    if ((*reason)[0] == 0)
        return refuse(why, RC_INVALID, "reason", "Say in a few words why it is changed.");
    if (str_chars(*reason) > LIVE_REASON_MAX_CHARS)
        return refuse(why, RC_INVALID, "reason", "A reason may have at most 300 characters.");
    return RC_OK;
}

struct adding {
    struct arena *a;
    const struct live_key *k;
    const struct live_change *c;
    const char *value, *reason;
    int64_t from_ms, now_ms;
    bool tell;
};

static enum rc add_row(struct db *db, const struct adding *x, const char *value, int64_t from_ms)
{
    return db_run(db, &q_add,
                  ARGS(STR(x->c->name), STR(value), I64(from_ms), STR(x->reason),
                       ID_OR_NULL(x->c->by_user), STR(x->c->shell), I64(x->now_ms), I64(x->tell)),
                  NULL);
}

static const char *what_changes(const struct adding *x)
{
    const char *to = x->k->kind == LIVE_TEXT ? ""
                     : x->value ? arena_printf(x->a, " to %s", live_words(x->a, x->k, x->value))
                     : x->k->kind == LIVE_BANNER ? " to none"
                                                 : " to what the config file says";
    const char *when = x->c->from_ms ? arena_printf(x->a, " from %s on", fmt_date(x->a, x->from_ms))
                                     : "";

    return arena_printf(x->a, "changed %s%s%s", x->k->name, to, when);
}

static enum rc add(struct db *db, void *arg)
{
    const struct adding *x = arg;
    const struct actor by = { x->c->by_user, x->c->shell };

    TRY(add_row(db, x, x->value, x->from_ms));
    if (x->c->until_ms)
        TRY(add_row(db, x, NULL, x->c->until_ms));
    return journal_add(db, x->a, by, what_changes(x), arena_printf(x->a, "setting:%s", x->k->name),
                       x->reason, x->now_ms);
}

enum rc live_set(struct db *db, struct arena *a, const struct live_change *c, int64_t now_ms,
                 bool *tell, struct problem *why)
{
    const struct live_key *k = live_key(c->name);
    struct adding x = {
        .a = a, .k = k, .c = c, .from_ms = MAX_OF(c->from_ms, now_ms), .now_ms = now_ms
    };

    if (k == NULL)
        return RC_NOT_FOUND;
    TRY(check_value(a, k, c, &x.value, why));
    TRY(must_tell(db, a, k, c, x.value, x.from_ms, &x.tell));
    TRY(check_date(a, c, x.from_ms, x.tell, now_ms, why));
    TRY(check_reason(a, c->reason, &x.reason, why));
    if (tell)
        *tell = x.tell;
    read_ms = 0;
    return db_transact(db, add, &x);
}

struct withdrawing {
    struct arena *a;
    int64_t id;
    struct actor by;
    int64_t now_ms;
};

static enum rc withdraw(struct db *db, void *arg)
{
    const struct withdrawing *x = arg;
    struct live_row row;
    int64_t changed;

    TRY(db_one(db, x->a, &q_row, ARGS(I64(x->id)), &row));
    TRY(db_run(db, &q_withdraw,
               ARGS(I64(x->now_ms), ID_OR_NULL(x->by.user_id), I64(x->id), I64(x->now_ms)),
               &changed));
    if (!changed)
        return RC_CONFLICT;
    return journal_add(db, x->a, x->by,
                       arena_printf(x->a, "withdrew the change of %s on %s", row.name,
                                    fmt_date(x->a, row.from_ms)),
                       arena_printf(x->a, "setting:%s", row.name), "", x->now_ms);
}

enum rc live_withdraw(struct db *db, struct arena *a, int64_t id, struct actor by, int64_t now_ms,
                      struct problem *why)
{
    struct withdrawing x = { a, id, by, now_ms };
    enum rc rc = db_transact(db, withdraw, &x);

    return rc != RC_CONFLICT
               ? rc
               : refuse(why, rc, NULL,
                        "This change is in force or was withdrawn already. Make another one.");
}

enum rc live_untold(struct db *db, struct arena *a, struct live_row *out)
{
    return db_one(db, a, &q_untold, NO_ARGS, out);
}

enum rc live_note_told(struct db *db, int64_t id, int64_t told_id, bool all, int64_t now_ms)
{
    return db_run(db, &q_told, ARGS(I64(told_id), I64(all ? now_ms : 0), I64(id)), NULL);
}
