#include "app/moderation/decision.h"
#include "app/catalogue/video.h"
#include "app/moderation/report.h"
#include "app/money/freeze.h"
#include "app/notify/notify.h"
#include "app/people/account.h"
#include "app/talk/comment.h"
#include "base/clock.h"
#include "base/fmt.h"
#include "base/sb.h"
#include "base/str.h"

WORDS(content_act, "decision.content decision.content_was", [CONTENT_NONE] = "none",
      [CONTENT_HIDE] = "hide", [CONTENT_LIMIT] = "limit", [CONTENT_REMOVE] = "remove");
WORDS(member_act, "decision.member", [MEMBER_NONE] = "none", [MEMBER_WARN] = "warn",
      [MEMBER_SUSPEND] = "suspend", [MEMBER_BAN] = "ban");
WORDS(money_act,
      "decision.money", [MONEY_NONE] = "none", [MONEY_CREATOR] = "creator", [MONEY_POOL] = "pool");
WORDS(decision_ground,
      "decision.ground", [GROUND_NONE] = "none", [GROUND_LAW] = "law", [GROUND_RULES] = "rules");

SHAPE(decision_shape, struct decision, COLUMN(struct decision, id),
      COLUMN(struct decision, case_id), COLUMN(struct decision, owner_id),
      COLUMN(struct decision, by_id), COLUMN(struct decision, made_ms),
      COLUMN(struct decision, overturned_ms), COLUMN(struct decision, until_ms),
      COLUMN(struct decision, until_was_ms), COLUMN_WORD(struct decision, content, content_act),
      COLUMN_WORD(struct decision, content_was, content_act),
      COLUMN_WORD(struct decision, member, member_act),
      COLUMN_WORD(struct decision, money, money_act),
      COLUMN_WORD(struct decision, ground, decision_ground), COLUMN(struct decision, ground_text),
      COLUMN(struct decision, facts), COLUMN(struct decision, by), COLUMN(struct decision, owner),
      COLUMN(struct decision, name), COLUMN(struct decision, title), COLUMN(struct decision, path),
      COLUMN_WORD(struct decision, subject, subject_kind), COLUMN(struct decision, subject_id),
      COLUMN_WORD(struct decision, kind, report_kind), COLUMN(struct decision, noticed));
#define DECISIONS                                                                                  \
    "SELECT d.id, d.case_id, d.owner_id, d.by_id, d.made_ms, d.overturned_ms, d.until_ms,"         \
    " d.until_was_ms, d.content, d.content_was, d.member, d.money, d.ground, d.ground_text,"       \
    " d.facts, b.handle AS `by`, o.handle AS owner, c.name, c.title, c.path, c.subject,"           \
    " c.subject_id, c.kind, d.noticed FROM decision d JOIN report_case c ON c.id = d.case_id"      \
    " JOIN user b ON b.id = d.by_id JOIN user o ON o.id = d.owner_id "

STMT(
    q_add, NULL,
    "INSERT INTO decision (case_id, owner_id, content, content_was, member, until_ms, until_was_ms,"
    " money, ground, ground_text, facts, noticed, by_id, made_ms)"
    " VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)");
STMT(q_get, &decision_shape, DECISIONS "WHERE d.id = ?");
STMT(q_of_owner, &decision_shape, DECISIONS "WHERE d.owner_id = ? ORDER BY d.id DESC LIMIT 50");
/* The latest decision of a case that is in force. */
STMT(q_in_force, &decision_shape,
     DECISIONS "WHERE d.case_id = ? AND d.overturned_ms = 0 ORDER BY d.id DESC LIMIT 1");
STMT(q_later_content, &number_shape,
     "SELECT COUNT(*) AS n FROM decision d JOIN report_case c ON c.id = d.case_id"
     " WHERE c.subject = ? AND c.subject_id = ? AND d.id > ? AND d.overturned_ms = 0"
     " AND d.content <> 'none'");
STMT(q_later_member, &number_shape,
     "SELECT COUNT(*) AS n FROM decision WHERE owner_id = ? AND id > ? AND overturned_ms = 0"
     " AND member = ?");
STMT(q_overturn, NULL, "UPDATE decision SET overturned_ms = ? WHERE id = ? AND overturned_ms = 0");

struct making {
    struct arena *a;
    const struct decision_typed *typed;
    struct report_case c;
    struct decision d;
    int64_t now_ms;
    struct problem *why;
};

const char *case_freeze_key(struct arena *a, int64_t case_id)
{
    return arena_printf(a, "case:%" PRId64, case_id);
}

bool decision_restricts(const struct decision *d)
{
    return d->content != CONTENT_NONE || d->member != MEMBER_NONE || d->money == MONEY_POOL;
}

/* In words */

static const char *content_words(const struct decision *d)
{
    static const char *const words[][3] = {
        [CONTENT_NONE] = { "The video stays as it is.", "The comment stays as it is.",
                           "The channel stays as it is." },
        [CONTENT_HIDE] = { "The video is hidden until this is decided.",
                           "The comment is hidden until this is decided.", "" },
        [CONTENT_LIMIT] = { "Only its owner and the moderators can see the video.", "", "" },
        [CONTENT_REMOVE] = { "The video was removed.", "The comment was removed.", "" },
    };
    return words[d->content][d->subject];
}

static const char *member_words(struct arena *a, const struct decision *d)
{
    switch (d->member) {
    case MEMBER_WARN: return "The member was warned.";
    case MEMBER_SUSPEND:
        return arena_printf(a, "The account is suspended until %s.", fmt_datetime(a, d->until_ms));
    case MEMBER_BAN: return "The account is closed for good.";
    case MEMBER_NONE: break;
    }
    return "";
}

const char *decision_what(struct arena *a, const struct decision *d)
{
    const char *content = content_words(d), *member = member_words(a, d);

    if (!member[0])
        return content;
    return d->content == CONTENT_NONE ? member : arena_printf(a, "%s %s", content, member);
}

const char *decision_statement(struct arena *a, const struct decision *d)
{
    struct sb o = { .a = a };

    sb_str(&o, d->facts);
    if (d->ground != GROUND_NONE)
        sb_addf(&o, "\n\n%s %s",
                d->ground == GROUND_LAW ? "This is against the law:"
                                        : "This is against the rules of this site:",
                d->ground_text);
    if (d->money == MONEY_POOL)
        sb_str(&o, "\n\nEarnings that were frozen for this go to the pool of all creators.");
    if (d->money == MONEY_CREATOR)
        sb_str(&o, "\n\nEarnings that were frozen for this are the creator’s again.");
    if (decision_restricts(d))
        sb_addf(
            &o,
            "\n\nIt holds on the whole site and in all countries, from %s%s. %s A person decided, without "
            "automated means.",
            fmt_datetime(a, d->made_ms),
            d->content == CONTENT_HIDE ? " until the case is decided"
            : d->member == MEMBER_SUSPEND && d->content == CONTENT_NONE
                ? " until the end of the suspension"
                : ", without an end",
            d->noticed              ? "A report led to it."
            : d->kind == KIND_CHECK ? "A check of the site, which compares files, found it."
                                    : "The moderators found it themselves.");
    return o.buf ? o.buf : "";
}

/* Checks */

static enum rc check_acts(const struct making *m)
{
    const struct decision_typed *t = m->typed;
    const struct report_case *c = &m->c;

    if (c->owner_id == t->by_id)
        return refuse(m->why, RC_DENIED, NULL, "Nobody decides about what is theirs.");
    if (c->subject == SUBJECT_CHANNEL && t->content != CONTENT_NONE)
        return refuse(m->why, RC_INVALID, "content",
                      "A channel can only be left as it is: decide about the account.");
    if (c->subject == SUBJECT_COMMENT && t->content == CONTENT_LIMIT)
        return refuse(m->why, RC_INVALID, "content", "A comment can be hidden or removed.");
    if (t->member != MEMBER_NONE && c->owner_role >= t->by_role)
        return refuse(m->why, RC_DENIED, "member", "Only a member with a higher role may do this.");
    if (t->member == MEMBER_SUSPEND && (t->days < 1 || t->days > SUSPEND_MAX_DAYS))
        return refuse(m->why, RC_INVALID, "days", "Give a number of days from 1 to 365.");
    return RC_OK;
}

static enum rc check_money(const struct making *m)
{
    const struct decision_typed *t = m->typed;
    bool frozen = m->c.frozen_ms > 0, open = t->content == CONTENT_HIDE;
    bool ends = m->c.frozen_to_ms || t->content == CONTENT_LIMIT || t->content == CONTENT_REMOVE ||
                t->member == MEMBER_BAN;

    if (!frozen || open)
        return t->money == MONEY_NONE
                   ? RC_OK
                   : refuse(m->why, RC_INVALID, frozen ? "money" : NULL,
                            frozen ? "Earnings stay frozen until the case is decided."
                                   : "No earnings are frozen for this case.");
    if (t->money == MONEY_NONE)
        return refuse(m->why, RC_INVALID, "money", "Say who gets the earnings that are frozen.");
    if (t->money == MONEY_POOL && !ends)
        return refuse(m->why, RC_INVALID, "money",
                      "They are frozen without an end, so they can only go to the pool if nothing "
                      "else is earned: limit or remove the video, or close the account.");
    return RC_OK;
}

static enum rc check_reasons(struct making *m)
{
    const struct decision_typed *t = m->typed;

    m->d.facts = str_clean(m->a, t->facts, true);
    m->d.ground_text = str_clean(m->a, t->ground_text, false);
    if (str_chars(m->d.facts) < FACTS_MIN_CHARS)
        return refuse(
            m->why, RC_INVALID, "facts",
            "Please say what was found, in a sentence or two: the creator and the reporters "
            "read it.");
    if (str_chars(m->d.facts) > FACTS_MAX_CHARS)
        return refuse(m->why, RC_INVALID, "facts", "Please keep it below 3,001 characters.");
    if (str_chars(m->d.ground_text) > GROUND_MAX_CHARS)
        return refuse(m->why, RC_INVALID, "ground_text", "Please keep it below 501 characters.");
    if (!decision_restricts(&m->d))
        return RC_OK;
    if (t->ground == GROUND_NONE)
        return refuse(m->why, RC_INVALID, "ground",
                      "Say whether it is against the law or the rules.");
    return m->d.ground_text[0]
               ? RC_OK
               : refuse(m->why, RC_INVALID, "ground_text", "Say which law or which rule.");
}

/* The case, which its moderator has taken. */
static enum rc taken_case(struct db *db, struct arena *a, int64_t id, int64_t by_id,
                          struct report_case *out, struct problem *why)
{
    TRY(case_get(db, a, id, out));
    if (out->state != CASE_OPEN)
        return refuse(why, RC_CONFLICT, NULL, "This case is decided already.");
    if (out->taken_by != by_id)
        return refuse(why, RC_CONFLICT, NULL,
                      out->taken_by ? arena_printf(a, "This case belongs to %s.", out->taker)
                                    : "Take this case first.");
    return RC_OK;
}

/* What moderators have done to the content, by its state. */
static enum content_act act_of(const struct report_case *c)
{
    bool video = c->subject == SUBJECT_VIDEO;
    const char *hidden = video ? video_state_word(VIDEO_HIDDEN)
                               : comment_state_word(COMMENT_BLOCKED),
               *removed = video ? video_state_word(VIDEO_REMOVED)
                                : comment_state_word(COMMENT_REMOVED);

    if (video && str_eq(c->content_state, video_state_word(VIDEO_LIMITED)))
        return CONTENT_LIMIT;
    return str_eq(c->content_state, hidden)    ? CONTENT_HIDE
           : str_eq(c->content_state, removed) ? CONTENT_REMOVE
                                               : CONTENT_NONE;
}

/* What a later overturning brings back: what was before an earlier, passing decision of this case. */
static enum rc note_before(struct db *db, struct making *m)
{
    struct decision earlier;
    enum rc rc = db_one(db, m->a, &q_in_force, ARGS(I64(m->c.id)), &earlier);

    m->d.content_was = rc == RC_OK && earlier.content == CONTENT_HIDE ? earlier.content_was
                                                                      : act_of(&m->c);
    return rc == RC_NOT_FOUND ? RC_OK : rc;
}

static enum rc prepare(struct db *db, struct making *m)
{
    const struct decision_typed *t = m->typed;

    TRY(taken_case(db, m->a, t->case_id, t->by_id, &m->c, m->why));
    m->d = (struct decision){
        .case_id = t->case_id,
        .owner_id = m->c.owner_id,
        .by_id = t->by_id,
        .made_ms = m->now_ms,
        .content = t->content,
        .member = t->member,
        .until_ms = t->member == MEMBER_SUSPEND ? m->now_ms + t->days * DAY_MS : 0,
        .until_was_ms = m->c.owner_suspended_ms,
        .money = t->money,
        .ground = t->ground,
        .name = m->c.name,
        .title = m->c.title,
        .subject = m->c.subject,
        .subject_id = m->c.subject_id,
        .kind = m->c.kind,
        .noticed = m->c.reports > 0 && m->c.kind != KIND_CHECK,
    };
    TRY(check_acts(m));
    TRY(check_money(m));
    TRY(check_reasons(m));
    if (!decision_restricts(&m->d))
        m->d.ground = GROUND_NONE;
    return note_before(db, m);
}

/* Doing it */

/* The addresses of its media end with it (publish/revoke.h). */
static enum rc set_video(struct db *db, int64_t id, enum content_act act)
{
    static const enum video_state held[] = { [CONTENT_HIDE] = VIDEO_HIDDEN,
                                             [CONTENT_LIMIT] = VIDEO_LIMITED,
                                             [CONTENT_REMOVE] = VIDEO_REMOVED };
    if (act == CONTENT_NONE)
        return video_release(db, id);
    return video_hold(db, id, held[act]);
}

static enum rc set_content(struct db *db, struct arena *a, const struct decision *d,
                           enum content_act act)
{
    if (d->subject == SUBJECT_VIDEO)
        return set_video(db, d->subject_id, act);
    if (d->subject == SUBJECT_CHANNEL)
        return RC_OK;
    enum rc rc = act == CONTENT_NONE   ? comment_restore(db, a, d->subject_id)
                 : act == CONTENT_HIDE ? comment_hide(db, a, d->subject_id)
                                       : comment_remove(db, a, d->subject_id);
    return rc == RC_NOT_FOUND ? RC_OK : rc; /* its author has deleted it */
}

static enum rc set_member(struct db *db, const struct decision *d)
{
    if (d->member == MEMBER_SUSPEND)
        return account_suspend(db, d->owner_id, MAX_OF(d->until_ms, d->until_was_ms));
    return d->member == MEMBER_BAN ? account_ban(db, d->owner_id, true) : RC_OK;
}

static enum rc set_money(struct db *db, struct arena *a, const struct decision *d, int64_t now_ms)
{
    if (d->money == MONEY_NONE)
        return RC_OK;
    return freeze_release(db, a, case_freeze_key(a, d->case_id),
                          d->money == MONEY_POOL ? FREEZE_POOL : FREEZE_CREATOR, now_ms);
}

static enum rc add(struct db *db, struct decision *d)
{
    return db_insert(db, &q_add,
                     ARGS(I64(d->case_id), I64(d->owner_id), STR(content_act_word(d->content)),
                          STR(content_act_word(d->content_was)), STR(member_act_word(d->member)),
                          I64(d->until_ms), I64(d->until_was_ms), STR(money_act_word(d->money)),
                          STR(decision_ground_word(d->ground)), STR(d->ground_text), STR(d->facts),
                          I64(d->noticed), I64(d->by_id), I64(d->made_ms)),
                     &d->id);
}

static enum rc tell_owner(struct db *db, struct arena *a, const struct decision *d, int64_t now_ms)
{
    bool account = d->member == MEMBER_SUSPEND || d->member == MEMBER_BAN;
    struct notice n = {
        .user_id = d->owner_id,
        .kind = account ? NOTICE_ACCOUNT_SUSPENDED : NOTICE_DECISION,
        .once = arena_printf(a, "decision:%" PRId64, d->id),
        .link = arena_printf(a, "/decision/%" PRId64, d->id),
        .values = { .what = decision_what(a, d), .text = decision_statement(a, d) },
    };

    if (d->member == MEMBER_SUSPEND)
        n.values.until = fmt_datetime(a, d->until_ms);
    if (!account && d->subject != SUBJECT_CHANNEL)
        n.values.title = d->title;
    return decision_restricts(d) || d->money == MONEY_CREATOR || d->content_was != CONTENT_NONE
               ? notify(db, a, &n, now_ms)
               : RC_OK;
}

static enum rc note(struct db *db, struct making *m)
{
    const struct actor by = { m->typed->by_id, "" };
    const char *what = decision_what(m->a, &m->d);

    TRY(journal_add(db, m->a, by, arena_printf(m->a, "decided: %s", what),
                    arena_printf(m->a, "case:%" PRId64, m->c.id), m->d.facts, m->now_ms));
    if (m->d.member == MEMBER_NONE)
        return RC_OK;
    return journal_add(db, m->a, by, member_words(m->a, &m->d),
                       arena_printf(m->a, "member:%" PRId64, m->d.owner_id), m->d.facts, m->now_ms);
}

static enum rc make(struct db *db, void *arg)
{
    struct making *m = arg;
    struct decision *d = &m->d;
    int64_t told;

    TRY(prepare(db, m));
    TRY(add(db, d));
    if (d->content != CONTENT_NONE || act_of(&m->c) == CONTENT_HIDE)
        TRY(set_content(db, m->a, d, d->content == CONTENT_NONE ? d->content_was : d->content));
    TRY(set_member(db, d));
    TRY(set_money(db, m->a, d, m->now_ms));
    TRY(note(db, m));
    TRY(tell_owner(db, m->a, d, m->now_ms));
    if (d->content == CONTENT_HIDE)
        return RC_OK;
    TRY(case_close(db, m->c.id, m->now_ms));
    TRY(report_decide(db, m->c.id, d->id, decision_restricts(d), m->now_ms));
    return decision_tell_reporters(db, m->a, m->now_ms, &told);
}

enum rc decision_make(struct db *db, struct arena *a, const struct decision_typed *typed,
                      int64_t now_ms, int64_t *id, struct problem *why)
{
    struct making m = { .a = a, .typed = typed, .now_ms = now_ms, .why = why };
    enum rc rc = db_transact(db, make, &m);

    *id = m.d.id;
    return rc;
}

/* Earnings */

struct freezing {
    struct arena *a;
    int64_t case_id, from_ms, to_ms, now_ms;
    struct actor by;
    struct problem *why;
};

static enum rc freeze(struct db *db, void *arg)
{
    struct freezing *f = arg;
    struct report_case c;

    TRY(taken_case(db, f->a, f->case_id, f->by.user_id, &c, f->why));
    if (c.subject == SUBJECT_COMMENT)
        return refuse(f->why, RC_INVALID, NULL, "Comments earn nothing.");
    if (c.frozen_ms)
        return refuse(f->why, RC_CONFLICT, NULL, "Earnings are frozen for this case already.");
    const struct freeze put = {
        .key = case_freeze_key(f->a, c.id),
        .creator_id = c.owner_id,
        .video_id = c.subject == SUBJECT_VIDEO ? c.subject_id : 0,
        .from_ms = f->from_ms,
        .to_ms = f->to_ms,
        .why = c.subject == SUBJECT_VIDEO ? arena_printf(f->a, "a report about %s", c.title)
                                          : "a report about your channel",
    };
    TRY(freeze_put(db, f->a, &put, f->now_ms));
    TRY(case_freeze(db, c.id, f->to_ms, f->now_ms));
    return journal_add(db, f->a, f->by, "froze earnings", case_freeze_key(f->a, c.id), "",
                       f->now_ms);
}

enum rc decision_freeze(struct db *db, struct arena *a, int64_t case_id, struct actor by,
                        int64_t from_ms, int64_t to_ms, int64_t now_ms, struct problem *why)
{
    struct freezing f = { a, case_id, from_ms, to_ms, now_ms, by, why };

    if (to_ms && to_ms <= from_ms)
        return refuse(why, RC_INVALID, "to", "The last day has to be after the first.");
    return db_transact(db, freeze, &f);
}

/* Reading */

enum rc decision_get(struct db *db, struct arena *a, int64_t id, struct decision *out)
{
    return db_one(db, a, &q_get, ARGS(I64(id)), out);
}

enum rc decision_of_owner(struct db *db, struct arena *a, int64_t owner_id,
                          struct decision_list *out)
{
    return DB_LIST(db, a, &q_of_owner, ARGS(I64(owner_id)), DECISIONS_SHOWN, out);
}

/* Undoing it */

static enum rc undo_content(struct db *db, struct arena *a, const struct decision *d)
{
    int64_t later;

    if (d->content == CONTENT_NONE)
        return RC_OK;
    TRY(db_number(db, a, &q_later_content,
                  ARGS(STR(subject_kind_word(d->subject)), I64(d->subject_id), I64(d->id)),
                  &later));
    return later ? RC_OK : set_content(db, a, d, d->content_was);
}

static enum rc undo_member(struct db *db, struct arena *a, const struct decision *d)
{
    int64_t later;

    if (d->member != MEMBER_SUSPEND && d->member != MEMBER_BAN)
        return RC_OK;
    TRY(db_number(db, a, &q_later_member,
                  ARGS(I64(d->owner_id), I64(d->id), STR(member_act_word(d->member))), &later));
    if (later)
        return RC_OK;
    return d->member == MEMBER_BAN ? account_ban(db, d->owner_id, false)
                                   : account_suspend(db, d->owner_id, d->until_was_ms);
}

enum rc decision_undo(struct db *db, struct arena *a, const struct decision *d, int64_t now_ms)
{
    int64_t changed;

    TRY(db_run(db, &q_overturn, ARGS(I64(now_ms), I64(d->id)), &changed));
    if (changed == 0)
        return RC_OK;
    TRY(undo_content(db, a, d));
    TRY(undo_member(db, a, d));
    if (d->money != MONEY_POOL)
        return RC_OK;
    return freeze_release(db, a, case_freeze_key(a, d->case_id), FREEZE_CREATOR, now_ms);
}

/* Reporters */

static enum rc tell_reporter(struct db *db, struct arena *a, const struct report_untold *p,
                             const struct decision *d, int64_t now_ms)
{
    const struct notice n = {
        .user_id = p->reporter_id,
        .kind = NOTICE_REPORT_DECIDED,
        .once = arena_printf(a, "report-decided:%" PRId64 ":%" PRId64, p->id, d->id),
        .address = p->reporter_id ? NULL : p->email,
        .link = report_path(a, p->id, p->reporter_id, p->pass),
        .values = { .number = arena_printf(a, "%" PRId64, p->id),
                    .title = p->title,
                    .what = decision_what(a, d),
                    .text = d->facts },
    };

    TRY(report_note_told(db, p->id, now_ms));
    return p->reporter_id || p->email[0] ? notify(db, a, &n, now_ms) : RC_OK;
}

enum rc decision_tell_reporters(struct db *db, struct arena *a, int64_t now_ms, int64_t *told)
{
    struct report_untold_list list;
    struct decision d = { .id = 0 };

    TRY(report_untold(db, a, &list));
    for (size_t i = 0; i < list.n; i++) {
        if (list.items[i].decision_id != d.id)
            TRY(decision_get(db, a, list.items[i].decision_id, &d));
        TRY(tell_reporter(db, a, &list.items[i], &d, now_ms));
    }
    *told = (int64_t)list.n;
    return RC_OK;
}
