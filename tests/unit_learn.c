/*
 * From the site's tables to the lists, in a small world of its own: what counts as feedback, which
 * videos are hot and unproven, and that nobody ever sees half a run. Needs OVS_CONF of a running
 * site.
 *
 *   unit_learn run     one run, as a process of its own; for the test itself
 */
#include "app/discovery/learn.h"
#include "app/discovery/hot.h"
#include "base/clock.h"
#include "base/sb.h"
#include "base/str.h"
#include "own_db.h"
#include <stdarg.h>

enum {
    MIA = 1,
    BLOCKED_MEMBER = 2,
    RESET_MEMBER = 3,
    BUSY_MEMBER = 4,
    CREATOR = 11,
    BLOCKED_CREATOR = 12,
    CROWD = 2001, /* members who like the videos that the test tells them to */
    CROWD_N = 1000,
    MANY_VIDEOS = 5001,
    STEPS_MAX = 100, /* more than a run of this world takes */
    MUSIC = 4,
    NEWS = 5,
};
#define LENGTH_MS INT64_C(100000)

static struct arena *a;
static struct db *admin, *db;
static int64_t now_ms;

static void must(enum rc rc)
{
    if (rc == RC_OK)
        return;
    fprintf(stderr, "unit_learn: %s\n", rc_name(rc));
    exit(1);
}

PRINTF(1, 2) static void sql(const char *fmt, ...)
{
    char text[600];
    va_list values;

    va_start(values, fmt);
    vsnprintf(text, sizeof(text), fmt, values);
    va_end(values);
    must(db_script(admin, text));
}

/* The world */

static void user(int64_t id)
{
    sql("INSERT INTO user (id, email, handle, display_name, created_ms)"
        " VALUES (%" PRId64 ", 'u%" PRId64 "@example.org', 'u%" PRId64 "', 'U', 0)",
        id, id, id);
}

static void video(int64_t id, int64_t owner, int64_t category, int64_t age_ms)
{
    sql("INSERT INTO video (id, public_id, user_id, category_id, title, state, length_ms, views,"
        " created_ms, published_ms) VALUES (%" PRId64 ", 'v%" PRId64 "', %" PRId64 ", %" PRId64
        ", 'V', 'ready', %" PRId64 ", 1000, 0, %" PRId64 ")",
        id, id, owner, category, LENGTH_MS, now_ms - age_ms);
}

static void rate(int64_t member, int64_t video_id, int value, int64_t age_ms)
{
    sql("REPLACE INTO rating (user_id, video_id, value, rated_ms) VALUES (%" PRId64 ", %" PRId64
        ", %d, %" PRId64 ")",
        member, video_id, value, now_ms - age_ms);
}

static void not_interested(int64_t member, int64_t video_id, int64_t age_ms)
{
    sql("REPLACE INTO not_interested (user_id, video_id, said_ms) VALUES (%" PRId64 ", %" PRId64
        ", %" PRId64 ")",
        member, video_id, now_ms - age_ms);
}

static void history(int64_t member, int64_t video_id, int64_t watched_ms, int64_t age_ms)
{
    sql("REPLACE INTO watch_position (user_id, video_id, position_ms, watched_ms, updated_ms)"
        " VALUES (%" PRId64 ", %" PRId64 ", 0, %" PRId64 ", %" PRId64 ")",
        member, video_id, watched_ms, now_ms - age_ms);
}

static void credit(int64_t member, int64_t video_id, int64_t days_ago, int64_t credited_ms)
{
    sql("REPLACE INTO watch_day (user_id, day, video_id, creator_id, unit_id, credited_ms, raw_ms,"
        " lost) VALUES (%" PRId64 ", %" PRId64 ", %" PRId64 ", %d, 1, %" PRId64 ", %" PRId64 ", 0)",
        member, now_ms / DAY_MS - days_ago, video_id, CREATOR, credited_ms, credited_ms);
}

static void watch(int64_t member, int64_t video_id, int64_t watched_ms)
{
    history(member, video_id, watched_ms, HOUR_MS);
    credit(member, video_id, 0, watched_ms);
}

/* That many of the crowd rated it so, spread evenly over the days. */
static void crowd(int64_t video_id, int from, int n, int value, double over_days)
{
    for (int i = 0; i < n; i++)
        rate(CROWD + from + i, video_id, value, (int64_t)(over_days * (double)DAY_MS * i / n));
}

static void empty(void)
{
    static const char *const tables[] = { "rating",    "not_interested", "watch_position",
                                          "watch_day", "taste",          "exposure",
                                          "video",     "reco_run",       "reco_list" };

    for (size_t i = 0; i < COUNT(tables); i++)
        sql("DELETE FROM %s", tables[i]);
    sql("UPDATE user SET blocked = id IN (%d, %d)", BLOCKED_MEMBER, BLOCKED_CREATOR);
}

/* What counts */

static const struct feedback *row_of(const struct learn_input *in, int64_t member,
                                     uint32_t video_id)
{
    for (size_t i = 0; i < in->feedback.n; i++)
        if (in->feedback.items[i].member == member && in->feedback.items[i].video == video_id)
            return &in->feedback.items[i];
    return NULL;
}

static int64_t thousandths(double x) { return (int64_t)(x * 1000 + 0.5); }

static void check_row(const struct learn_input *in, int64_t member, uint32_t video_id, int like,
                      double watched, int64_t age_ms)
{
    const struct feedback *f = row_of(in, member, video_id);

    CHECK(f != NULL);
    if (f == NULL) {
        printf("  member %" PRId64 " and video %" PRIu32 "\n", member, video_id);
        return;
    }
    CHECK_INT(f->like, like);
    CHECK_INT(thousandths((double)f->watched), thousandths(watched));
    CHECK_INT(f->at_s, (now_ms - age_ms) / 1000);
}

static void check_none(const struct learn_input *in, int64_t member, uint32_t video_id)
{
    CHECK(row_of(in, member, video_id) == NULL);
}

static void check_what_counts(void)
{
    struct learn_input in;

    empty();
    for (int64_t id = 1; id <= 20; id++)
        video(id, CREATOR, MUSIC, 50 * DAY_MS);
    /* rated; watched: the smaller of history and credit, over all days */
    rate(MIA, 1, 1, 5 * HOUR_MS);
    history(MIA, 2, 30000, 3 * HOUR_MS), credit(MIA, 2, 0, 20000), credit(MIA, 2, 3, 20000);
    history(MIA, 3, 80000, 3 * HOUR_MS), credit(MIA, 3, 0, 30000), credit(MIA, 3, 3, 20000);
    history(MIA, 4, 80000, 3 * HOUR_MS);
    /* forgotten, or never in the history; ratings still count */
    credit(MIA, 5, 0, 80000);
    credit(MIA, 6, 0, 80000), rate(MIA, 6, 1, HOUR_MS);
    /* against */
    rate(MIA, 7, 1, 2 * HOUR_MS), not_interested(MIA, 7, HOUR_MS);
    rate(MIA, 8, -1, 2 * HOUR_MS), history(MIA, 8, 90000, 9 * HOUR_MS), credit(MIA, 8, 0, 90000);
    not_interested(MIA, 9, HOUR_MS), history(MIA, 9, 1000, 2 * HOUR_MS);
    /* videos that may not be shown */
    for (int64_t id = 10; id <= 15; id++)
        rate(MIA, id, 1, HOUR_MS), watch(MIA, id, 90000);
    sql("UPDATE video SET user_id = %d WHERE id = 10", MIA);
    sql("UPDATE video SET visibility = 'private' WHERE id = 11");
    sql("UPDATE video SET visibility = 'unlisted' WHERE id = 12");
    sql("UPDATE video SET state = 'deleted' WHERE id = 13");
    sql("UPDATE video SET length_ms = 0 WHERE id = 14");
    sql("UPDATE video SET user_id = %d WHERE id = 15", BLOCKED_CREATOR);
    /* members who do not count, or not from the beginning */
    rate(BLOCKED_MEMBER, 1, 1, HOUR_MS), watch(BLOCKED_MEMBER, 2, 90000);
    sql("INSERT INTO taste (user_id, from_ms) VALUES (%d, %" PRId64 ")", RESET_MEMBER,
        now_ms - 2 * DAY_MS);
    rate(RESET_MEMBER, 1, 1, 3 * DAY_MS);
    rate(RESET_MEMBER, 2, 1, DAY_MS);
    not_interested(RESET_MEMBER, 3, 3 * DAY_MS);
    history(RESET_MEMBER, 4, 90000, 3 * DAY_MS), credit(RESET_MEMBER, 4, 3, 90000);
    history(RESET_MEMBER, 5, 90000, HOUR_MS), credit(RESET_MEMBER, 5, 9, 90000);
    history(RESET_MEMBER, 6, 90000, HOUR_MS), credit(RESET_MEMBER, 6, 9, 90000);
    credit(RESET_MEMBER, 6, 0, 40000), rate(RESET_MEMBER, 6, 1, 3 * DAY_MS);
    /* each has their own credit, and some have nothing else */
    credit(CROWD, 6, 0, 60000), credit(CROWD + 2, 6, 0, 60000);
    history(CROWD + 1, 6, 90000, HOUR_MS), credit(CROWD + 1, 6, 0, 20000);

    must(learn_read(db, a, &in));
    check_row(&in, MIA, 1, 1, 0, 5 * HOUR_MS);
    check_row(&in, MIA, 2, 0, 0.3, 3 * HOUR_MS);
    check_row(&in, MIA, 3, 0, 0.5, 3 * HOUR_MS);
    check_row(&in, MIA, 4, 0, 0, 3 * HOUR_MS);
    check_none(&in, MIA, 5);
    check_row(&in, MIA, 6, 1, 0, HOUR_MS);
    check_row(&in, MIA, 7, -1, 0, HOUR_MS);
    check_row(&in, MIA, 8, -1, 0.9, 2 * HOUR_MS);
    check_row(&in, MIA, 9, -1, 0, HOUR_MS);
    for (uint32_t id = 10; id <= 15; id++)
        check_none(&in, MIA, id);
    check_none(&in, BLOCKED_MEMBER, 1);
    check_none(&in, BLOCKED_MEMBER, 2);
    check_none(&in, RESET_MEMBER, 1);
    check_row(&in, RESET_MEMBER, 2, 1, 0, DAY_MS);
    check_none(&in, RESET_MEMBER, 3);
    check_none(&in, RESET_MEMBER, 4);
    check_row(&in, RESET_MEMBER, 5, 0, 0, HOUR_MS);
    check_row(&in, RESET_MEMBER, 6, 0, 0.4, HOUR_MS);
    check_row(&in, CROWD + 1, 6, 0, 0.2, HOUR_MS);
    CHECK_INT((int64_t)in.feedback.n, 8 + 3 + 1);
    CHECK_INT((int64_t)in.members_n, 3);
    CHECK_INT(in.members[0].latest_ms, now_ms - HOUR_MS);
    CHECK_INT((int64_t)in.videos_n, 20 - 5);
    learn_input_free(&in);
}

/* Only the latest rows of a member count, and they stay in the order of videos. */
static void check_most_recent(void)
{
    enum { MORE = 50 };
    struct learn_input in;
    bool in_order = true;

    empty();
    for (int64_t i = 0; i < FEEDBACK_PER_MEMBER_MAX + MORE; i++) {
        video(MANY_VIDEOS + i, CREATOR, MUSIC, DAY_MS);
        rate(BUSY_MEMBER, MANY_VIDEOS + i, 1, i % 2 ? i * MINUTE_MS : 30 * DAY_MS + i);
    }
    rate(MIA, MANY_VIDEOS, 1, 0);
    must(learn_read(db, a, &in));
    CHECK_INT((int64_t)in.feedback.n, FEEDBACK_PER_MEMBER_MAX + 1);
    CHECK_INT(in.feedback.items[0].member, MIA);
    for (size_t i = 2; i < in.feedback.n; i++)
        in_order &= in.feedback.items[i - 1].video < in.feedback.items[i].video;
    CHECK(in_order);
    for (uint32_t i = 1; i < FEEDBACK_PER_MEMBER_MAX + MORE; i += 2)
        CHECK(row_of(&in, BUSY_MEMBER, MANY_VIDEOS + i) != NULL);
    learn_input_free(&in);
}

/* Hot and unproven */

struct kept {
    int64_t kind, id, made_ms;
    struct bytes packed;
};
struct kept_list {
    struct kept *items;
    size_t n;
};
SHAPE(kept_shape, struct kept, COLUMN(struct kept, kind), COLUMN(struct kept, id),
      COLUMN(struct kept, made_ms), COLUMN(struct kept, packed));
STMT(q_kept, &kept_shape, "SELECT kind, id, made_ms, packed FROM reco_list ORDER BY kind, id");

/* A list as text: "12 7 9". */
static const char *ids(enum list_kind kind, int64_t id)
{
    struct list_key key = { kind, id };
    struct packed_lists lists;
    struct sb o = { .a = a };

    must(recommend_lists(db, a, &key, 1, &lists));
    struct entry_list entries = entries_unpack(a, recommend_list(&lists, kind, id).packed);
    for (size_t i = 0; i < entries.n; i++)
        sb_addf(&o, i ? " %" PRIu32 : "%" PRIu32, entries.items[i].video);
    return o.len ? o.buf : "";
}

static void check_formulas(void)
{
    double sum = 0;

    CHECK_INT(thousandths(hot_wilson(1, 1)), 207);
    CHECK_INT(thousandths(hot_wilson(1, 1000)), 996);
    CHECK_INT(thousandths(hot_wilson(0.5, 100)), 404);
    CHECK_INT(thousandths(hot_wilson(0, 10)), 0);
    CHECK_INT(thousandths(hot_wilson(1, 0)), 0);
    CHECK(hot_wilson(0.9, 10) < hot_wilson(0.9, 100));
    CHECK(hot_draw(7, 20000, 3, 50) == hot_draw(7, 20000, 3, 50));
    CHECK(hot_draw(7, 20000, 3, 50) != hot_draw(7, 20001, 3, 50));
    CHECK(hot_draw(7, 20000, 3, 50) != hot_draw(8, 20000, 3, 50));
    for (int64_t i = 0; i < 10000; i++) {
        double x = hot_draw(i, 20000 + i % 7, 9, 38);
        CHECK(x > 0 && x < 1);
        sum += x;
    }
    CHECK(sum / 10000 > 0.245 && sum / 10000 < 0.255); /* (9 + 1) / (38 + 2) */
}

static void check_hot(void)
{
    struct learn_done done;

    empty();
    video(1, CREATOR, MUSIC, HOUR_MS);      /* one like */
    video(2, CREATOR, MUSIC, 100 * DAY_MS); /* a thousand, all the time */
    video(3, CREATOR, MUSIC, 30 * HOUR_MS); /* twenty in its first day */
    video(4, CREATOR, NEWS, 100 * DAY_MS);  /* a thousand, at first */
    video(5, CREATOR, NEWS, 100 * DAY_MS);  /* a dozen, yesterday */
    video(6, CREATOR, NEWS, 30 * HOUR_MS);  /* as many against as for */
    video(7, CREATOR, NEWS, 30 * HOUR_MS);  /* watched to the end by twenty-five */
    video(8, CREATOR, NEWS, 30 * HOUR_MS);  /* only looked into */
    video(9, CREATOR, NEWS, 30 * HOUR_MS);  /* disliked */
    rate(CROWD, 1, 1, HOUR_MS);
    crowd(2, 0, CROWD_N, 1, 100);
    crowd(3, 0, 20, 1, 1);
    crowd(4, 0, CROWD_N, 1, 1);
    sql("UPDATE rating SET rated_ms = rated_ms - %" PRId64 " WHERE video_id = 4", 99 * DAY_MS);
    crowd(5, 0, 12, 1, 1);
    crowd(6, 0, 20, 1, 1), crowd(6, 20, 20, -1, 1);
    for (int i = 0; i < 25; i++)
        watch(CROWD + i, 7, 95000), watch(CROWD + i, 8, 1000);
    crowd(9, 0, 5, -1, 1);

    must(learn_run(db, a, false, &done));
    CHECK_STR(ids(LIST_HOT, 0), "7 3 6 2 5 4 1");
    CHECK_STR(ids(LIST_HOT, MUSIC), "3 2 1");
    CHECK_STR(ids(LIST_HOT, NEWS), "7 6 5 4");
    CHECK_STR(ids(LIST_HOT, 6), "");

    sql("UPDATE video SET visibility = 'private' WHERE id = 7");
    must(learn_run(db, a, false, &done));
    CHECK_STR(ids(LIST_HOT, NEWS), "6 5 4");
}

static void expose(int64_t video_id, int64_t days_ago, int64_t shown, int64_t opened)
{
    sql("INSERT INTO exposure (video_id, day, shown, opened) VALUES (%" PRId64 ", %" PRId64
        ", %" PRId64 ", %" PRId64 ")",
        video_id, now_ms / DAY_MS - days_ago, shown, opened);
}

static void check_unproven(void)
{
    struct learn_done done;

    empty();
    video(1, CREATOR, MUSIC, HOUR_MS);
    video(2, CREATOR, MUSIC, (UNPROVEN_DAYS * DAY_MS) - HOUR_MS);
    video(3, CREATOR, MUSIC, UNPROVEN_DAYS * DAY_MS);
    video(4, CREATOR, NEWS, HOUR_MS);
    video(5, CREATOR, NEWS, HOUR_MS);
    video(6, CREATOR, NEWS, HOUR_MS);
    sql("UPDATE video SET views = %d", UNPROVEN_VIEWS - 1);
    sql("UPDATE video SET views = %d WHERE id = 4", UNPROVEN_VIEWS);
    expose(5, 1, UNPROVEN_SHOWN - 50, 1), expose(5, 0, 50, 1);
    expose(6, 1, UNPROVEN_SHOWN - 50, 140), expose(6, 0, 49, 49);
    must(learn_run(db, a, false, &done));
    CHECK_STR(ids(LIST_UNPROVEN, MUSIC), "1 2"); /* 2 is a twentieth as likely */
    CHECK_STR(ids(LIST_UNPROVEN, NEWS), "6");
    const char *all = ids(LIST_UNPROVEN, 0);
    CHECK_STR(all, "6 1 2");
    must(learn_run(db, a, true, &done));
    CHECK_STR(ids(LIST_UNPROVEN, 0), all);
}

/* Runs */

/* Two kinds of taste: members 2001 to 2020 like videos 1 to 8, 2021 to 2040 videos 9 to 16; each
 * has left out two. */
static void make_tastes(void)
{
    empty();
    for (int64_t id = 1; id <= 16; id++)
        video(id, CREATOR, id <= 8 ? MUSIC : NEWS, 50 * DAY_MS);
    for (int64_t i = 0; i < 40; i++)
        for (int64_t k = 0; k < 8; k++)
            if (k != i % 8 && k != (i + 3) % 8)
                rate(CROWD + i, (i < 20 ? 1 : 9) + k, 1, (i * 8 + k) * MINUTE_MS);
}

/* All lists, except what changes with the time. */
static const char *all_lists(struct db *reader)
{
    struct kept_list kept;
    struct sb o = { .a = a };

    must(DB_LIST(reader, a, &q_kept, NO_ARGS, DB_ROWS_MAX, &kept));
    for (size_t i = 0; i < kept.n; i++) {
        const struct kept *k = &kept.items[i];
        sb_addf(&o, "\n%" PRId64 " %" PRId64 ":", k->kind, k->id);
        if (k->kind == LIST_MEMBER)
            sb_addf(&o, " made %" PRId64, k->made_ms);
        if (k->kind == LIST_HOT)
            sb_addf(&o, " %s", ids(LIST_HOT, k->id));
        else
            sb_addf(&o, " %s", str_hex(a, k->packed.at, k->packed.n));
    }
    return o.len ? o.buf : "";
}

static bool has(const char *list, const char *video_id)
{
    return strstr(arena_printf(a, " %s ", list), arena_printf(a, " %s ", video_id)) != NULL;
}

static void check_runs(void)
{
    struct learn_done done;

    make_tastes();
    must(learn_run(db, a, false, &done));
    CHECK(done.whole);
    CHECK_INT(done.feedback_n, 40 * 6);
    CHECK_INT(done.members_n, 40);
    CHECK_INT(done.videos_n, 16);
    /* what the others of the same taste like, and nothing they have rated */
    CHECK(str_starts(ids(LIST_MEMBER, CROWD), "1 4") || str_starts(ids(LIST_MEMBER, CROWD), "4 1"));
    CHECK(!has(ids(LIST_MEMBER, CROWD), "2"));
    const char *first = all_lists(db);

    /* nothing new, and nothing that lists depend on; the same again */
    sql("UPDATE video SET views = views + 1");
    must(learn_run(db, a, false, &done));
    CHECK(!done.whole);
    CHECK_STR(all_lists(db), first);
    must(learn_run(db, a, true, &done));
    CHECK(done.whole);
    CHECK_STR(all_lists(db), first);

    /* each list is as of the member's latest row */
    struct list_key key = { LIST_MEMBER, CROWD + 3 };
    struct packed_lists lists;
    must(recommend_lists(db, a, &key, 1, &lists));
    CHECK_INT((int64_t)lists.n, 1);
    CHECK_INT(lists.items[0].made_ms, now_ms - (3 * 8 + 0) * MINUTE_MS);
}

/* Feedback that is taken back changes the lists. */
static void check_taking_away(void)
{
    struct learn_done done;

    make_tastes();
    for (int64_t k = 0; k < 6; k++)
        watch(MIA, 1 + k, 90000);
    must(learn_run(db, a, false, &done));
    CHECK(has(ids(LIST_MEMBER, MIA), "7") && !has(ids(LIST_MEMBER, MIA), "1"));

    sql("DELETE FROM watch_position WHERE user_id = %d AND video_id = 1", MIA);
    must(learn_run(db, a, false, &done));
    CHECK(done.whole && has(ids(LIST_MEMBER, MIA), "1"));

    sql("DELETE FROM watch_position WHERE user_id = %d",
        MIA); /* what was credited is still there */
    must(learn_run(db, a, false, &done));
    CHECK(done.whole);
    CHECK_STR(ids(LIST_MEMBER, MIA), "");

    rate(MIA, 9, 1, DAY_MS);
    must(learn_run(db, a, false, &done));
    CHECK(done.whole && has(ids(LIST_MEMBER, MIA), "10"));
    sql("INSERT INTO taste (user_id, from_ms) VALUES (%d, %" PRId64 ")", MIA, now_ms);
    must(learn_run(db, a, false, &done));
    CHECK(done.whole);
    CHECK_STR(ids(LIST_MEMBER, MIA), "");

    /* what nobody may see any more is in no list; an uploader is not offered their own */
    CHECK(has(ids(LIST_MEMBER, CROWD), "1"));
    sql("UPDATE video SET user_id = %d WHERE id = 1", CROWD);
    must(learn_run(db, a, true, &done));
    CHECK(!has(ids(LIST_MEMBER, CROWD), "1") && has(ids(LIST_MEMBER, CROWD), "4"));
    sql("UPDATE video SET state = 'deleted' WHERE id = 4");
    must(learn_run(db, a, false, &done));
    CHECK(done.whole && strstr(all_lists(db), "\n2 4:") == NULL);
    CHECK(!has(ids(LIST_MEMBER, CROWD), "4"));
}

/* Feedback that is taken back during a run is not in the lists that it makes. */
static void check_forgetting(void)
{
    struct entry e = { .video = 1, .score = 1 };
    struct packed_list list = { .kind = LIST_MEMBER, .packed = entries_pack(a, &e, 1) };
    struct db *page = db_new(DB_ORDINARY, 30);
    struct list_writer w;

    empty();
    must(recommend_begin(db, &w));
    must(recommend_forget(page, MIA)); /* their feedback has been read already */
    for (list.id = MIA; list.id <= BUSY_MEMBER; list.id++)
        must(recommend_put(&w, &list));
    must(recommend_swap(&w));
    recommend_end(&w);
    CHECK_STR(ids(LIST_MEMBER, MIA), "");
    CHECK_STR(ids(LIST_MEMBER, RESET_MEMBER), "1");
    must(recommend_forget(page, RESET_MEMBER));
    CHECK_STR(ids(LIST_MEMBER, RESET_MEMBER), "");
    CHECK_STR(ids(LIST_MEMBER, BUSY_MEMBER), "1");
    db_close(page);
}

/* Many lists, in several batches; bytes of any value. */
static void check_many(void)
{
    struct entry entries[NEIGHBOURS_KEPT];
    struct packed_list list = { .kind = LIST_NEIGHBOURS };
    struct list_writer w;
    struct kept_list kept;
    size_t same = 0;

    empty();
    must(recommend_begin(db, &w));
    for (list.id = 1; list.id <= 2500; list.id++) {
        for (uint32_t i = 0; i < NEIGHBOURS_KEPT; i++)
            entries[i] = (struct entry){ i * 16777619u, (float)list.id / 7, i };
        list.packed = entries_pack(a, entries, (size_t)list.id % (NEIGHBOURS_KEPT + 1));
        must(recommend_put(&w, &list));
    }
    must(recommend_swap(&w));
    CHECK_INT(w.lists, 2500);
    recommend_end(&w);
    must(DB_LIST(db, a, &q_kept, NO_ARGS, DB_ROWS_MAX, &kept));
    CHECK_INT((int64_t)kept.n, 2500);
    for (size_t i = 0; i < kept.n; i++) {
        struct entry_list got = entries_unpack(a, kept.items[i].packed);
        bool ok = got.n == (size_t)kept.items[i].id % (NEIGHBOURS_KEPT + 1);
        for (uint32_t k = 0; k < got.n; k++)
            ok &= got.items[k].video == k * 16777619u && got.items[k].because == k &&
                  got.items[k].score == (float)kept.items[i].id / 7;
        same += ok;
    }
    CHECK_INT((int64_t)same, 2500);
}

/* How a run of another process ends: its exit code, or -1 when it was killed. */
static int run_with_fault(const char *fault)
{
    int status;

    if (fork() == 0) {
        setenv("FAULT", fault, 1);
        dup2(open("/dev/null", O_WRONLY | O_CLOEXEC), 2);
        execl("/proc/self/exe", "unit_learn", "run", (char *)NULL);
        _exit(99);
    }
    wait(&status);
    return WIFEXITED(status) ? WEXITSTATUS(status) : -1;
}

/* Wherever a run breaks off, readers find the lists of the last complete run or all the new
 * ones. */
static void check_breaking_off(void)
{
    static const char *const faults[] = { "after", "unheard" };
    struct db *reader = db_new(DB_READER, 30); /* keeps its statement over all swaps */
    struct learn_done done;
    int seen_old = 0, seen_new = 0;

    make_tastes();
    must(learn_run(db, a, false, &done));
    const char *old = all_lists(reader);
    rate(MIA, 1, 1, 0), rate(MIA, 2, 1, 0);
    must(learn_run(db, a, false, &done));
    const char *new = all_lists(reader);
    CHECK(strcmp(old, new) != 0);
    for (size_t f = 0; f < COUNT(faults); f++) {
        int ended = -1;
        sql("DELETE FROM rating WHERE user_id = %d", MIA);
        must(learn_run(db, a, false, &done));
        CHECK_STR(all_lists(reader), old);
        rate(MIA, 1, 1, 0), rate(MIA, 2, 1, 0);
        for (int step = 1; step < STEPS_MAX && ended != 0; step++) {
            ended = run_with_fault(arena_printf(a, "%s:%d", faults[f], step));
            const char *now = all_lists(reader);
            bool is_old = str_eq(now, old), is_new = str_eq(now, new);
            CHECK(is_old || is_new);
            seen_old += is_old, seen_new += is_new;
        }
        CHECK_INT(ended, 0);
        CHECK_STR(all_lists(reader), new);
    }
    CHECK(seen_old >= 10 && seen_new >= 2);
    db_close(reader);
}

/* The choice is kept for a week, or until there is twice as much feedback to choose by. */
static void check_choosing(void)
{
    struct learn_done done;

    make_tastes();
    must(learn_run(db, a, false, &done));
    int64_t chosen_ms = done.chosen_ms;
    CHECK_INT(done.chosen_ms, done.started_ms);
    rate(MIA, 1, 1, 0);
    must(learn_run(db, a, false, &done));
    CHECK(done.whole);
    CHECK_INT(done.chosen_ms, chosen_ms);
    CHECK_INT(done.chosen_n, 240);

    sql("UPDATE reco_run SET chosen_n = 120");
    rate(MIA, 2, 1, 0);
    must(learn_run(db, a, false, &done));
    CHECK(done.chosen_ms > chosen_ms);
    CHECK_INT(done.chosen_n, 242);

    sql("UPDATE reco_run SET chosen_ms = chosen_ms - %" PRId64, LEARN_CHOICE_DAYS * DAY_MS);
    rate(MIA, 3, 1, 0);
    must(learn_run(db, a, false, &done));
    CHECK_INT(done.chosen_ms, done.started_ms);
    must(learn_run(db, a, true, &done));
    CHECK(done.whole);
    CHECK_INT(done.chosen_ms, done.started_ms);
}

/* Nobody is blocked and nobody was reset; first there is no video, then one that somebody likes. */
static void check_first_day(void)
{
    struct learn_input in;

    empty();
    sql("UPDATE user SET blocked = 0");
    must(learn_read(db, a, &in));
    CHECK(in.videos_n == 0);
    CHECK(in.feedback.n == 0);
    learn_input_free(&in);
    video(1, CREATOR, 1, DAY_MS);
    rate(MIA, 1, 1, 0);
    must(learn_read(db, a, &in));
    CHECK(in.videos_n == 1);
    check_row(&in, MIA, 1, 1, 0, 0);
    learn_input_free(&in);
}

static int run_once(void)
{
    struct arena *own = arena_new(64 << 20);
    struct db *connection = db_new(DB_ORDINARY, 30);
    struct learn_done done;

    enum rc rc = learn_run(connection, own, false, &done);
    db_close(connection);
    arena_free(own);
    return rc_exit(rc);
}

int main(int argc, char **argv)
{
    static const struct check_case cases[] = {
        CASE(check_what_counts),  CASE(check_most_recent), CASE(check_formulas),
        CASE(check_hot),          CASE(check_unproven),    CASE(check_runs),
        CASE(check_taking_away),  CASE(check_forgetting),  CASE(check_many),
        CASE(check_breaking_off), CASE(check_choosing),    CASE(check_first_day),
    };

    if (argc == 2 && str_eq(argv[1], "run"))
        return run_once();
    CHECK_CHOOSE(argc, argv, cases);
    admin = own_db("environment = test\n");
    a = arena_new(1 << 30);
    db = db_new(DB_ORDINARY, 30);
    now_ms = clock_now_ms();
    user(MIA), user(BLOCKED_MEMBER), user(RESET_MEMBER), user(BUSY_MEMBER);
    user(CREATOR), user(BLOCKED_CREATOR);
    for (int64_t i = 0; i < CROWD_N; i++)
        user(CROWD + i);

    check_run();
    db_close(db);
    arena_free(a);
    return check_done("unit_learn");
}
