#include "app/leaving/takeout_data.h"
#include "base/sb.h"

/* A row of a file: what it is found by, and its text. */
struct line {
    int64_t id;
    const char *text;
};
struct line_list {
    struct line *items;
    size_t n;
};
SHAPE(line_shape, struct line, COLUMN(struct line, id), COLUMN(struct line, text));

/* Each takes the member and the last id that was read, as often as `times` says. */
#define AFTER(key) " > ? ORDER BY " key " LIMIT 1000"
#define ROWS(table, key, object)                                                                   \
    "SELECT " key " AS id, JSON_OBJECT(" object ") AS text FROM " table                            \
    " WHERE user_id = ? AND " key                                                                  \
    AFTER(key)

STMT(
    q_profile, &line_shape,
    "SELECT u.id, JSON_OBJECT('email', u.email, 'handle', u.handle, 'name', u.display_name, 'about', u.about,"
    " 'picture', IF(u.avatar_key = '', '', CONCAT('/avatar/', u.avatar_key, '.jpg')), 'role', u.role,"
    " 'joined_ms', u.created_ms, 'banned', u.blocked, 'suspended_until_ms', u.suspended_until_ms,"
    " 'followers', (SELECT COUNT(*) FROM follow f WHERE f.channel_id = u.id),"
    " 'history_from_ms', (SELECT h.from_ms FROM watch_history h WHERE h.user_id = u.id)) AS text"
    " FROM user u WHERE u.id = ? AND u.id" AFTER("u.id"));
STMT(q_logins, &line_shape,
     ROWS("session", "id",
          "'device', agent, 'network', network, 'begun_ms', created_ms, 'used_ms', used_ms,"
          " 'ends_ms', expires_ms, 'ended_ms', revoked_ms"));
STMT(
    q_old_handles, &line_shape,
    "SELECT given_up_ms AS id, JSON_OBJECT('given_up_ms', given_up_ms, 'reserved_until_ms', until_ms) AS text"
    " FROM handle_past WHERE user_id = ? AND given_up_ms" AFTER("given_up_ms"));
STMT(
    q_mail_choices, &line_shape,
    "SELECT since_ms AS id, JSON_OBJECT('not_wanted', kind, 'since_ms', since_ms) AS text FROM notice_off"
    " WHERE user_id = ? AND since_ms" AFTER("since_ms"));
STMT(q_notices, &line_shape,
     ROWS("notice", "id",
          "'kind', kind, 'link', link, 'values', fields, 'made_ms', made_ms, 'read_ms', read_ms"));
STMT(q_mails, &line_shape,
     ROWS("mail", "id", "'kind', kind, 'state', state, 'made_ms', made_ms, 'ended_ms', ended_ms"));
STMT(
    q_follows, &line_shape,
    "SELECT f.channel_id AS id, JSON_OBJECT('handle', u.handle, 'name', u.display_name, 'since_ms', f.since_ms)"
    " AS text FROM follow f JOIN user u ON u.id = f.channel_id WHERE f.user_id = ? AND f.channel_id" AFTER(
        "f.channel_id"));
#define OF_VIDEO(table, object)                                                                    \
    "SELECT t.video_id AS id, JSON_OBJECT('video', v.public_id, 'title', v.title, " object         \
    ") AS text FROM " table                                                                        \
    " t JOIN video v ON v.id = t.video_id WHERE t.user_id = ? AND t.video_id" AFTER("t.video_id")
STMT(q_history, &line_shape,
     OF_VIDEO("watch_position",
              "'position_ms', t.position_ms, 'watched_ms', t.watched_ms, 'at_ms', t.updated_ms"));
STMT(q_ratings, &line_shape, OF_VIDEO("rating", "'rating', t.value, 'at_ms', t.rated_ms"));
STMT(q_not_interested, &line_shape, OF_VIDEO("not_interested", "'at_ms', t.said_ms"));
STMT(
    q_views, &line_shape,
    "SELECT t.video_id AS id, JSON_OBJECT('video', v.public_id, 'days', COUNT(*), 'last_day', MAX(t.day)) AS text"
    " FROM view_day t JOIN video v ON v.id = t.video_id WHERE t.user_id = ? AND t.video_id > ?"
    " GROUP BY t.video_id, v.public_id ORDER BY t.video_id LIMIT 1000");
STMT(
    q_watched, &line_shape,
    "SELECT day AS id, JSON_OBJECT('day', day, 'videos', COUNT(DISTINCT video_id), 'played_ms', SUM(raw_ms),"
    " 'counted_ms', SUM(credited_ms)) AS text FROM watch_day WHERE user_id = ? AND day > ?"
    " GROUP BY day ORDER BY day LIMIT 1000");
STMT(q_opened, &line_shape,
     "SELECT day AS id, JSON_OBJECT('day', day, 'videos', COUNT(*)) AS text FROM media_opened"
     " WHERE user_id = ? AND day > ? GROUP BY day ORDER BY day LIMIT 1000");
STMT(
    q_taste, &line_shape,
    "SELECT 0 AS id, JSON_OBJECT('since_ms', from_ms, 'asked_ms', asked_ms) AS text FROM taste"
    " WHERE user_id = ? AND 0 > ? UNION ALL (SELECT t.category_id AS id, JSON_OBJECT('category', c.name) AS text"
    " FROM taste_category t JOIN category c ON c.id = t.category_id WHERE t.user_id = ? AND t.category_id" AFTER(
        "t.category_id") ")");
STMT(
    q_playlists, &line_shape,
    "SELECT p.id, JSON_OBJECT('playlist', p.public_id, 'title', p.title, 'description', p.description,"
    " 'visibility', p.visibility, 'made_ms', p.created_ms, 'changed_ms', p.changed_ms,"
    " 'videos', (SELECT GROUP_CONCAT(v.public_id ORDER BY l.place SEPARATOR ' ') FROM playlist_video l"
    " JOIN video v ON v.id = l.video_id WHERE l.playlist_id = p.id)) AS text"
    " FROM playlist p WHERE p.user_id = ? AND p.id" AFTER("p.id"));
STMT(
    q_comments, &line_shape,
    "SELECT c.id, JSON_OBJECT('video', v.public_id, 'text', c.text, 'answers', c.parent_id, 'state', c.state,"
    " 'likes', c.likes, 'made_ms', c.made_ms, 'edited_ms', c.edited_ms) AS text"
    " FROM comment c JOIN video v ON v.id = c.video_id WHERE c.user_id = ? AND c.id" AFTER("c.id"));
STMT(q_comment_likes, &line_shape,
     "SELECT l.comment_id AS id, JSON_OBJECT('comment', l.comment_id, 'video', v.public_id) AS text"
     " FROM comment_like l JOIN comment c ON c.id = l.comment_id JOIN video v ON v.id = c.video_id"
     " WHERE l.user_id = ? AND l.comment_id" AFTER("l.comment_id"));
STMT(q_comment_rules, &line_shape,
     ROWS("comment_rule", "user_id", "'hold_links', hold_links, 'words', words"));
STMT(
    q_reports, &line_shape,
    "SELECT r.id, JSON_OBJECT('about', c.title, 'kind', r.kind, 'explanation', r.explanation, 'location', r.location,"
    " 'holder', r.holder, 'work', r.work, 'state', r.state, 'made_ms', r.made_ms, 'decided_ms', r.decided_ms) AS text"
    " FROM report r JOIN report_case c ON c.id = r.case_id WHERE r.reporter_id = ? AND r.id" AFTER(
        "r.id"));
STMT(
    q_decisions, &line_shape,
    "SELECT d.id, JSON_OBJECT('about', c.title, 'kind', c.kind, 'content', d.content, 'member', d.member,"
    " 'until_ms', d.until_ms, 'money', d.money, 'ground', d.ground, 'ground_text', d.ground_text, 'facts', d.facts,"
    " 'made_ms', d.made_ms, 'overturned_ms', d.overturned_ms,"
    " 'appeal', (SELECT a.text FROM appeal a WHERE a.decision_id = d.id AND a.side <> 'reporter' LIMIT 1)) AS text"
    " FROM decision d JOIN report_case c ON c.id = d.case_id WHERE d.owner_id = ? AND d.id" AFTER(
        "d.id"));
/* Where the files are: signed when they are asked for there. */
STMT(
    q_videos, &line_shape,
    "SELECT v.id, JSON_OBJECT('video', v.public_id, 'title', v.title, 'description', v.description, 'tags', v.tags,"
    " 'visibility', v.visibility, 'state', v.state, 'length_ms', v.length_ms, 'views', v.views, 'likes', v.likes,"
    " 'dislikes', v.dislikes, 'made_ms', v.created_ms, 'published_ms', v.published_ms,"
    " 'files', (SELECT GROUP_CONCAT('/account/export/video/', v.public_id, '/', r.name, '.mp4' SEPARATOR ' ')"
    " FROM rendition r WHERE r.video_id = v.id)) AS text"
    " FROM video v WHERE v.user_id = ? AND v.state <> 'deleted' AND v.id" AFTER("v.id"));
STMT(q_uploads, &line_shape,
     ROWS("upload", "id",
          "'file', file_name, 'bytes', length_bytes, 'title', title, 'made_ms', created_ms"));
STMT(q_invoice_address, &line_shape,
     ROWS("invoice_address", "user_id",
          "'name', name, 'street', street, 'postcode', postcode, 'city', city,"
          " 'country', country, 'vat_id', vat_id, 'changed_ms', changed_ms"));

STMT(q_break, &line_shape, ROWS("watch_break", "user_id", "'minutes', minutes"));

/* Money */
STMT(
    q_freezes, &line_shape,
    "SELECT id, JSON_OBJECT('why', why, 'state', state, 'from_ms', from_ms, 'to_ms', to_ms, 'put_ms', put_ms,"
    " 'decided_ms', decided_ms) AS text FROM freeze WHERE creator_id = ? AND id" AFTER("id"));
STMT(q_subscription, &line_shape,
     ROWS("subscription", "user_id",
          "'paid_until_ms', paid_until_ms, 'access_until_ms', grace_until_ms,"
          " 'cancelled_ms', cancelled_ms, 'from_earnings', from_earnings"));
STMT(q_paid_time, &line_shape,
     ROWS("paid_span", "starts_ms", "'from_ms', starts_ms, 'to_ms', ends_ms"));
STMT(q_checkouts, &line_shape,
     ROWS("checkout", "id",
          "'amount_minor', amount_minor, 'currency', currency, 'months', months,"
          " 'reference', reference, 'state', state, 'made_ms', created_ms, 'ended_ms', ended_ms"));
STMT(
    q_receipts, &line_shape,
    ROWS(
        "document", "number",
        "'number', number, 'kind', kind, 'issued_ms', issued_ms, 'buyer_name', buyer_name,"
        " 'buyer_email', buyer_email, 'buyer_street', buyer_street, 'buyer_postcode', buyer_postcode,"
        " 'buyer_city', buyer_city, 'buyer_country', buyer_country, 'text', line_text,"
        " 'net_minor', net_minor, 'tax_minor', tax_minor, 'currency', currency, 'paid_by', paid_by"));
STMT(q_vouchers, &line_shape,
     "SELECT id, JSON_OBJECT('months', months, 'redeemed_ms', redeemed_ms) AS text FROM voucher"
     " WHERE redeemed_by = ? AND id" AFTER("id"));
STMT(
    q_acts, &line_shape,
    "SELECT id, JSON_OBJECT('what', what, 'state', state, 'asked_ms', asked_ms, 'ended_ms', ended_ms) AS text"
    " FROM act WHERE member_id = ? AND id" AFTER("id"));
STMT(q_payee, &line_shape,
     ROWS("payee", "user_id",
          "'holder', holder, 'iban_ends_with', iban_end, 'vat_id', vat_id,"
          " 'since_ms', account_ms"));
STMT(q_payee_changes, &line_shape,
     ROWS("payee_change", "id",
          "'at_ms', at_ms, 'network', network, 'before', old_end, 'after', new_end"));
STMT(q_payout_holds, &line_shape,
     ROWS("payout_hold", "id",
          "'reason', reason, 'appeal', appeal, 'made_ms', created_ms, 'lifted_ms', lifted_ms"));
STMT(
    q_paid_months, &line_shape,
    ROWS(
        "unit", "id",
        "'from_ms', starts_ms, 'to_ms', ends_ms, 'gross_minor', gross_minor, 'tax_minor', tax_minor,"
        " 'refunded_minor', refunded_minor, 'currency', currency, 'watched_s', seconds,"
        " 'creators_minor', creators_minor, 'settled_ms', settled_ms"));
STMT(
    q_payments, &line_shape,
    "SELECT id, CONCAT_WS(',', id, paid_ms, amount_minor, tax_minor, currency, months, starts_ms, ends_ms, provider)"
    " AS text FROM payment WHERE user_id = ? AND id" AFTER("id"));
STMT(
    q_payouts, &line_shape,
    "SELECT id, CONCAT_WS(',', id, created_ms, amount_minor, currency, state, iban_end) AS text FROM payout"
    " WHERE user_id = ? AND id" AFTER("id"));
#define LEGS(side, sign)                                                                           \
    "SELECT l.tx_id, SUBSTRING_INDEX(a.code, ':', -1) AS account, " sign                           \
    "l.amount_minor AS minor, a.currency"                                                          \
    " FROM ledger_account a JOIN ledger_leg l ON l." side                                          \
    " = a.id WHERE a.owner_id = ? AND l.tx_id > ?"
STMT(
    q_earnings, &line_shape,
    "SELECT x.tx_id AS id, CONCAT_WS(',', x.tx_id, t.effective_ms, t.kind, x.currency,"
    " SUM(IF(x.account = 'held', x.minor, 0)), SUM(IF(x.account = 'payable', x.minor, 0)),"
    " SUM(IF(x.account = 'transit', x.minor, 0)), SUM(IF(x.account NOT IN ('held', 'payable', 'transit'), x.minor, 0)))"
    " AS text FROM (" LEGS("debit_id", "-") " UNION ALL " LEGS(
        "credit_id",
        "") ") x"
            " JOIN ledger_tx t ON t.id = x.tx_id GROUP BY x.tx_id, t.effective_ms, t.kind, x.currency"
            " ORDER BY x.tx_id LIMIT 1000");
STMT(
    q_statements, &line_shape,
    "SELECT month AS id, csv AS text FROM statement WHERE creator_id = ? AND month > ? ORDER BY month LIMIT 100");

static const struct source {
    const char *name, *head; /* head: NULL for JSON, else the first line of the CSV */
    const struct stmt *q;
    int times;
    bool money;
} sources[] = {
    { "profile", NULL, &q_profile, 1, false },
    { "logins", NULL, &q_logins, 1, false },
    { "old_handles", NULL, &q_old_handles, 1, false },
    { "mail_choices", NULL, &q_mail_choices, 1, false },
    { "notices", NULL, &q_notices, 1, false },
    { "mails", NULL, &q_mails, 1, false },
    { "follows", NULL, &q_follows, 1, false },
    { "history", NULL, &q_history, 1, false },
    { "watched", NULL, &q_watched, 1, false },
    { "views", NULL, &q_views, 1, false },
    { "opened", NULL, &q_opened, 1, false },
    { "ratings", NULL, &q_ratings, 1, false },
    { "not_interested", NULL, &q_not_interested, 1, false },
    { "taste", NULL, &q_taste, 2, false },
    { "playlists", NULL, &q_playlists, 1, false },
    { "comments", NULL, &q_comments, 1, false },
    { "comment_likes", NULL, &q_comment_likes, 1, false },
    { "comment_rules", NULL, &q_comment_rules, 1, false },
    { "reports", NULL, &q_reports, 1, false },
    { "decisions", NULL, &q_decisions, 1, false },
    { "videos", NULL, &q_videos, 1, false },
    { "uploads", NULL, &q_uploads, 1, false },
    { "invoice_address", NULL, &q_invoice_address, 1, false },
    { "break", NULL, &q_break, 1, false },
    { "freezes", NULL, &q_freezes, 1, true },
    { "subscription", NULL, &q_subscription, 1, true },
    { "paid_time", NULL, &q_paid_time, 1, true },
    { "paid_months", NULL, &q_paid_months, 1, true },
    { "checkouts", NULL, &q_checkouts, 1, true },
    { "receipts", NULL, &q_receipts, 1, true },
    { "vouchers", NULL, &q_vouchers, 1, true },
    { "acts", NULL, &q_acts, 1, true },
    { "payout_account", NULL, &q_payee, 1, true },
    { "payout_account_changes", NULL, &q_payee_changes, 1, true },
    { "payout_holds", NULL, &q_payout_holds, 1, true },
    { "payments", "number,paid_ms,amount_minor,tax_minor,currency,months,from_ms,to_ms,provider",
      &q_payments, 1, true },
    { "earnings",
      "posting,at_ms,kind,currency,held_minor,payable_minor,on_its_way_minor,other_minor",
      &q_earnings, 2, true },
    { "payouts", "number,at_ms,amount_minor,currency,state,account_ends_with", &q_payouts, 1,
      true },
};

static const char readme[] =
    "All that this site has of you.\r\n"
    "\r\n"
    "NAME.json holds an array of objects; long ones go on in NAME-2.json. NAME.csv is a table, with commas\r\n"
    "between the columns. statements/ has the monthly statements of your earnings. Times are milliseconds since\r\n"
    "1 January 1970, UTC, and days are days since then. Amounts are in the smallest unit of their currency, such\r\n"
    "as cents.\r\n"
    "\r\n"
    "Your videos are in videos.json: `files` are addresses on this site, to be opened in the browser in which you\r\n"
    "are logged in. Pictures and sound are separate files; ffmpeg joins them:\r\n"
    "\r\n"
    "    ffmpeg -i 1080p.mp4 -i audio.mp4 -c copy video.mp4\r\n";

struct writing {
    struct db *db, *money;
    struct arena *item;
    const struct takeout_target *t;
};

static enum rc page(const struct writing *w, const struct source *s, int64_t after,
                    struct line_list *list)
{
    const int64_t me = w->t->user_id;
    const struct arg *once = ARGS(I64(me), I64(after));
    const struct arg *twice = ARGS(I64(me), I64(after), I64(me), I64(after));

    return DB_LIST(s->money ? w->money : w->db, w->item, s->q, s->times == 2 ? twice : once,
                   TAKEOUT_PAGE, list);
}

/* Begin a file; its rows follow. */
static void begin(struct sb *o, const struct source *s)
{
    if (s->head)
        sb_addf(o, "%s\r\n", s->head);
    else
        SB_LIT(o, "[\n");
}

static enum rc end(const struct writing *w, const struct source *s, struct sb *o, int part)
{
    const char *number = part > 1 ? arena_printf(w->item, "-%d", part) : "";

    if (!s->head)
        SB_LIT(o, "\n]\n");
    return zip_add(w->t->zip,
                   arena_printf(w->item, "%s%s.%s", s->name, number, s->head ? "csv" : "json"),
                   o->buf, o->len, w->t->now_ms);
}

/* One part of a file, from the row after `*after`; *more: there are further rows. */
static enum rc write_part(const struct writing *w, const struct source *s, int part, int64_t *after,
                          bool *more)
{
    struct sb o = { .a = w->item };
    struct line_list list;
    size_t rows = 0;

    begin(&o, s);
    do {
        TRY(page(w, s, *after, &list));
        for (size_t i = 0; i < list.n; i++, rows++) {
            sb_addf(&o, "%s%s%s", !s->head && rows ? ",\n" : "", list.items[i].text,
                    s->head ? "\r\n" : "");
            *after = list.items[i].id;
        }
        *more = list.n == TAKEOUT_PAGE;
    } while (*more && rows < TAKEOUT_FILE_ROWS);
    return end(w, s, &o, part);
}

static enum rc write_source(const struct writing *w, const struct source *s)
{
    int64_t after = -1;
    bool more = true;

    for (int part = 1; more; part++) {
        TRY(write_part(w, s, part, &after, &more));
        arena_reset(w->item);
    }
    return RC_OK;
}

static enum rc write_statements(const struct writing *w)
{
    const struct source s = { .q = &q_statements, .times = 1, .money = true };
    struct line_list list = { .n = 1 };
    int64_t after = 0;

    while (list.n) {
        TRY(page(w, &s, after, &list));
        for (size_t i = 0; i < list.n; i++) {
            after = list.items[i].id;
            const char *name = arena_printf(w->item, "statements/%" PRId64 "-%02" PRId64 ".csv",
                                            after / 100, after % 100);
            TRY(zip_add(w->t->zip, name, list.items[i].text, strlen(list.items[i].text),
                        w->t->now_ms));
        }
        if (list.n)
            arena_reset(w->item);
    }
    return RC_OK;
}

enum rc takeout_write(struct db *db, struct db *money, struct arena *item,
                      const struct takeout_target *t)
{
    const struct writing w = { db, money, item, t };

    TRY(zip_add(t->zip, "README.txt", readme, sizeof(readme) - 1, t->now_ms));
    for (size_t i = 0; i < COUNT(sources); i++) {
        TRY(write_source(&w, &sources[i]));
        TRY(t->progress(t->arg, (int)(i * 100 / COUNT(sources))));
    }
    return write_statements(&w);
}
