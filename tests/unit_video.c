/* Videos: what uploaders may type, and a few videos from creation to deletion, in a real
 * database. Needs OVS_CONF of a running site. */
#include "app/catalogue/search.h"
#include "app/publish/studio.h"
#include "app/publish/transcode.h"
#include "base/clock.h"
#include "base/sb.h"
#include "check.h"
#include "io/secret.h"

static struct arena *a;
static struct db *db;

static const char *repeat(const char *s, size_t n)
{
    struct sb o = { .a = a };

    for (size_t i = 0; i < n; i++)
        sb_str(&o, s);
    return o.buf;
}

static void check_tags(void)
{
    static const struct {
        const char *typed, *cleaned;
    } rows[] = {
        { "", "" },
        { " , ,#, # ,", "" },
        { "Cats", "cats" },
        { "#Cats,  garden", "cats, garden" },
        { "#cats #garden #Night Sky", "cats, garden, night sky" },
        { "two   words,\ttabs ,\r\nlines", "two words, tabs, lines" },
        { "a, A, b, a", "a, b" },
        { "C#, c++, ##hash", "c#, c++, hash" },
        { "Ärger, 日本, кот", "Ärger, 日本, кот" },
        { "1,2,3,4,5,6,7,8,9,10,11,12,13,14,15,15",
          "1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15" },
        { "äääääääääääääääääääääääääääääää", NULL },
        { "1,2,3,4,5,6,7,8,9,10,11,12,13,14,15,16", NULL },
    };

    for (size_t i = 0; i < COUNT(rows); i++) {
        struct video_text t = VIDEO_TEXT_NEW;
        t.title = "title";
        t.tags = rows[i].typed;
        t.category_id = 1;
        struct problem why = { NULL, NULL };
        enum rc rc = video_text_check(db, a, &t, &why);
        CHECK_INT(rc, rows[i].cleaned ? RC_OK : RC_INVALID);
        CHECK_STR(rows[i].cleaned ? t.tags : why.field, rows[i].cleaned ? rows[i].cleaned : "tags");
        if (rc != RC_OK)
            CHECK_STR(t.tags, rows[i].typed);
    }
}

static void check_text(void)
{
    const struct {
        const char *title, *description;
        enum visibility visibility;
        int64_t category_id;
        const char *field; /* the one that is refused, or NULL */
        const char *says;
    } rows[] = {
        { " A  title ", " one\r\ntwo ", VISIBILITY_PRIVATE, 31, NULL, NULL },
        { repeat("ü", 120), repeat("ü", 5000), VISIBILITY_UNLISTED, 1, NULL, NULL },
        { " \t ", "", VISIBILITY_PUBLIC, 1, "title", "Give the video a title." },
        { repeat("ü", 121), "", VISIBILITY_PUBLIC, 1, "title", "120 characters; this one has 121" },
        { "t", repeat("d", 5001), VISIBILITY_PUBLIC, 1, "description", "5000" },
        { "t", "", VISIBILITY_NONE, 1, "visibility", "public, unlisted or private" },
        { "t", "", VISIBILITY_PUBLIC, 32, "category", "one of the categories" },
        { "t", "", VISIBILITY_PUBLIC, -1, "category", "one of the categories" },
    };

    for (size_t i = 0; i < COUNT(rows); i++) {
        struct video_text t = VIDEO_TEXT_NEW;
        struct problem why = { NULL, NULL };
        t.title = rows[i].title;
        t.description = rows[i].description;
        t.visibility = rows[i].visibility;
        t.category_id = rows[i].category_id;
        CHECK_INT(video_text_check(db, a, &t, &why), rows[i].field ? RC_INVALID : RC_OK);
        if (rows[i].field) {
            CHECK_STR(why.field, rows[i].field);
            CHECK(why.text && strstr(why.text, rows[i].says));
        }
    }
    struct video_text t = VIDEO_TEXT_NEW;
    t.title = rows[0].title;
    t.description = rows[0].description;
    t.category_id = rows[0].category_id;
    CHECK_INT(video_text_check(db, a, &t, NULL), RC_OK);
    CHECK_STR(t.title, "A title");
    CHECK_STR(t.description, "one\ntwo");
}

/* Two members and what they publish. Videos that a list has to find have a name of this run,
 * because lists may be a minute old. */

STMT(q_member, NULL,
     "INSERT INTO user (email, handle, display_name, created_ms) VALUES (?, ?, 'Test', 1)");
STMT(q_category, NULL, "INSERT INTO category (id, slug, name) VALUES (?, ?, 'Test')");
STMT(q_block, NULL, "UPDATE user SET blocked = ? WHERE id = ?");
STMT(q_views, NULL, "UPDATE video SET views = ? WHERE id = ?");

STMT(q_removals, &number_shape,
     "SELECT COUNT(*) AS n FROM file_removal WHERE (folder = 'videos' AND name = ?)"
     " OR (folder = 'incoming' AND name = ?)");
STMT(q_jobs, &number_shape, "SELECT COUNT(*) AS n FROM transcode_job WHERE video_id = ?");
STMT(q_now, &number_shape, "SELECT UNIX_TIMESTAMP() * 1000 AS n");

static int64_t now_ms, owner_id, other_id, category_id;

/* A category of this run, which only the administrator can make. */
static int64_t new_category(int64_t id)
{
    struct db *admin = db_new(DB_ADMIN, 5);
    const char *slug = arena_printf(a, "test-%" PRId64, id);

    CHECK_INT(db_run(admin, &q_category, ARGS(I64(id), STR(slug)), NULL), RC_OK);
    db_close(admin);
    return id;
}

static int64_t member(void)
{
    const char *name = arena_printf(a, "t_%s", random_id(a, 9));
    int64_t id = 0;

    CHECK_INT(db_insert(db, &q_member, ARGS(STR(name), STR(name)), &id), RC_OK);
    return id;
}

struct creation {
    struct video_text text;
    int64_t id;
    const char *public_id, *source;
};

static enum rc create(struct db *d, void *arg)
{
    struct creation *c = arg;

    TRY(video_create(d, a, owner_id, &c->text, 1000, now_ms, &c->id, &c->public_id));
    return transcode_enqueue(d, c->id, c->source, now_ms);
}

static struct creation new_video(const char *title, enum visibility visibility)
{
    struct creation c = { .text = VIDEO_TEXT_NEW, .source = random_id(a, 9) };

    c.text.title = title;
    c.text.description = "about";
    c.text.visibility = visibility;
    c.text.category_id = category_id;
    c.text.allow_preview = true;

    CHECK_INT(db_transact(db, create, &c), RC_OK);
    return c;
}

static void publish(int64_t id, int64_t at_ms)
{
    const struct video_facts facts = { 60000, 1280, 720, true };
    CHECK_INT(video_publish(db, id, &facts, at_ms), RC_OK);
}

static struct found search(const char *query)
{
    const struct search s = { .query = query, .now_ms = now_ms };
    struct found found;

    CHECK_INT(video_search(db, a, &s, &found), RC_OK);
    return found;
}

static bool finds(const char *query, int64_t id)
{
    struct found found = search(query);

    for (size_t i = 0; i < found.videos.n; i++)
        if (found.videos.items[i].id == id)
            return true;
    return false;
}

/* A word that no other run of this test has used, without the q of misspelt ones. */
static const char *new_word(void)
{
    unsigned char bytes[9];
    char word[COUNT(bytes) + 1] = "";

    random_bytes(bytes, sizeof(bytes));
    for (size_t i = 0; i < COUNT(bytes); i++)
        word[i] = (char)('a' + bytes[i] % 16);
    return arena_str(a, word);
}

static void check_finding(void)
{
    const char *w[8];

    for (size_t i = 0; i < COUNT(w); i++)
        w[i] = new_word();
    struct creation c = new_video(
        arena_printf(a, "%s %s %s %s %s %s", w[0], w[1], w[2], w[3], w[4], w[5]),
        VISIBILITY_PUBLIC);
    CHECK(!finds(w[0], c.id)); /* processing */
    publish(c.id, now_ms);
    CHECK(finds(w[1], c.id));
    CHECK(finds(arena_strn(a, w[2], 6), c.id));                     /* its beginning */
    CHECK(finds(arena_printf(a, "%.4sq%s", w[3], w[3] + 5), c.id)); /* misspelt */
    CHECK(finds(arena_printf(a, "%s %s", w[3], w[7]), c.id));       /* one word of two */
    CHECK(!finds(w[7], c.id));
    CHECK_INT(db_run(db, &q_block, ARGS(I64(1), I64(owner_id)), NULL), RC_OK);
    CHECK(!finds(w[4], c.id));
    CHECK_INT(db_run(db, &q_block, ARGS(I64(0), I64(owner_id)), NULL), RC_OK);
    c.text.visibility = VISIBILITY_PRIVATE;
    c.text.title = arena_printf(a, "%s %s", w[5], w[6]);
    CHECK_INT(video_edit(db, a, c.id, &c.text), RC_OK);
    CHECK(!finds(w[5], c.id));
    struct found found = search(arena_printf(a, "%.4sq%s", w[6], w[6] + 5));
    CHECK_STR(found.instead, ""); /* the words of a private video are not revealed */
    c.text.visibility = VISIBILITY_PUBLIC;
    CHECK_INT(video_edit(db, a, c.id, &c.text), RC_OK);
    CHECK(finds(w[6], c.id));
    CHECK(!finds(arena_printf(a, "%s %s", w[0], w[0]), c.id)); /* the old title */
}

static void check_sight(void)
{
    static const struct {
        enum visibility visibility;
        enum video_state state;
        bool owner_blocked, by_others;
    } rows[] = {
        { VISIBILITY_PUBLIC, VIDEO_READY, false, true },
        { VISIBILITY_UNLISTED, VIDEO_READY, false, true },
        { VISIBILITY_PRIVATE, VIDEO_READY, false, false },
        { VISIBILITY_PUBLIC, VIDEO_PROCESSING, false, false },
        { VISIBILITY_PUBLIC, VIDEO_FAILED, false, false },
        { VISIBILITY_PUBLIC, VIDEO_LIMITED, false, false },
        { VISIBILITY_PUBLIC, VIDEO_READY, true, false },
    };
    struct video v;

    for (size_t i = 0; i < COUNT(rows); i++) {
        struct creation c = new_video("Sight", rows[i].visibility);
        if (rows[i].state == VIDEO_READY)
            publish(c.id, now_ms);
        else
            CHECK_INT(video_is_held(rows[i].state) ? video_hold(db, c.id, rows[i].state)
                                                   : video_set_state(db, c.id, rows[i].state),
                      RC_OK);
        CHECK_INT(db_run(db, &q_block, ARGS(I64(rows[i].owner_blocked), I64(owner_id)), NULL),
                  RC_OK);
        enum rc others = rows[i].by_others ? RC_OK : RC_NOT_FOUND;
        CHECK_INT(video_get_for(db, a, c.public_id, 0, false, &v), others);
        CHECK_INT(video_get_for(db, a, c.public_id, other_id, false, &v), others);
        CHECK_INT(video_get_for(db, a, c.public_id, other_id, true, &v), RC_OK);
        CHECK_INT(video_get_for(db, a, c.public_id, owner_id, false, &v), RC_OK);
        CHECK_INT(video_get_own(db, a, c.public_id, owner_id, &v), RC_OK);
        CHECK_INT(video_get_own(db, a, c.public_id, other_id, &v), RC_NOT_FOUND);
    }
    CHECK_INT(db_run(db, &q_block, ARGS(I64(0), I64(owner_id)), NULL), RC_OK);
}

static void check_ratings(void)
{
    static const struct {
        enum rating given;
        int64_t likes, dislikes;
    } rows[] = {
        { RATING_NONE, 0, 0 }, { RATING_UP, 1, 0 },   { RATING_UP, 1, 0 },
        { RATING_DOWN, 0, 1 }, { RATING_DOWN, 0, 1 }, { RATING_NONE, 0, 0 },
        { RATING_NONE, 0, 0 }, { RATING_DOWN, 0, 1 }, { RATING_UP, 1, 0 },
    };
    struct creation c = new_video("Rated", VISIBILITY_PUBLIC);
    struct video v;
    struct ratings r;

    CHECK_INT(video_get(db, a, c.public_id, &v), RC_OK);
    for (size_t i = 0; i < COUNT(rows); i++) {
        CHECK_INT(video_rate(db, &v, other_id, rows[i].given, now_ms), RC_OK);
        CHECK_INT(video_ratings(db, a, v.id, other_id, &r), RC_OK);
        CHECK_INT(r.likes, rows[i].likes);
        CHECK_INT(r.dislikes, rows[i].dislikes);
        CHECK_INT(r.mine, rows[i].given);
    }
    CHECK_INT(video_rate(db, &v, owner_id, RATING_UP, now_ms), RC_DENIED);
    CHECK_INT(video_rate(db, &v, member(), RATING_UP, now_ms), RC_OK);
    CHECK_INT(video_ratings(db, a, v.id, 0, &r), RC_OK);
    CHECK_INT(r.likes, 2);
    CHECK_INT(r.mine, RATING_NONE);
}

static int64_t count_of(const struct stmt *q, const struct arg *args)
{
    int64_t number = -1;
    CHECK_INT(db_number(db, a, q, args, &number), RC_OK);
    return number;
}

static void check_states(void)
{
    struct creation c = new_video("States", VISIBILITY_PUBLIC);
    struct video v;

    publish(c.id, now_ms);
    publish(c.id, now_ms + 5000); /* again: the first time stays */
    CHECK_INT(video_new_poster(db, c.id, false), RC_OK);
    CHECK_INT(video_new_poster(db, c.id, true), RC_OK);
    CHECK_INT(video_new_poster(db, c.id, false), RC_OK);
    CHECK_INT(video_hold(db, c.id, VIDEO_HIDDEN), RC_OK);
    CHECK_INT(video_hold(db, c.id, VIDEO_LIMITED), RC_OK);
    publish(c.id, now_ms);
    CHECK_INT(video_set_state(db, c.id, VIDEO_FAILED), RC_OK);
    CHECK_INT(video_get(db, a, c.public_id, &v), RC_OK);
    CHECK_INT(v.published_ms, now_ms);
    CHECK_INT(v.poster_version, 2);
    CHECK_INT(v.state, VIDEO_LIMITED);
    CHECK(v.own_poster);
    CHECK_INT(video_release(db, c.id), RC_OK); /* it failed while it was held */
    CHECK_INT(video_release(db, c.id), RC_OK);
    CHECK_INT(video_get(db, a, c.public_id, &v), RC_OK);
    CHECK_INT(v.state, VIDEO_FAILED);
    CHECK_INT(video_hold(db, c.id, VIDEO_REMOVED), RC_OK);
    publish(c.id, now_ms);
    CHECK_INT(video_release(db, c.id), RC_OK);
    CHECK_INT(video_get(db, a, c.public_id, &v), RC_OK);
    CHECK_INT(v.state, VIDEO_READY);

    CHECK_INT(studio_delete(db, a, c.id, now_ms), RC_OK);
    CHECK_INT(studio_delete(db, a, c.id, now_ms), RC_OK);
    publish(c.id, now_ms);
    CHECK_INT(video_set_state(db, c.id, VIDEO_PROCESSING), RC_OK);
    CHECK_INT(video_hold(db, c.id, VIDEO_REMOVED), RC_OK);
    CHECK_INT(video_edit(db, a, c.id, &c.text), RC_NOT_FOUND);
    CHECK_INT(video_get(db, a, c.public_id, &v), RC_NOT_FOUND);
    CHECK_INT(count_of(&q_removals, ARGS(STR(c.public_id), STR(c.source))), 2);
    CHECK_INT(count_of(&q_jobs, ARGS(I64(c.id))), 0);
}

/* The places of ids in a list; the others are left out. */
static const char *order_of(const struct video_list *list, const int64_t *ids, size_t n)
{
    struct sb o = { .a = a };

    for (size_t i = 0; i < list->n; i++)
        for (size_t k = 0; k < n; k++)
            if (list->items[i].id == ids[k])
                sb_addf(&o, "%zu", k);
    return o.buf ? o.buf : "";
}

static void check_lists(void)
{
    static const struct {
        int64_t views, age_days;
    } rows[] = { { 1000000, 900 }, { 50, 1 }, { 900000, 800 }, { 0, 0 }, { 2000000, 1500 } };
    int64_t ids[COUNT(rows) + 1];
    struct video_list list;
    struct video v;

    for (size_t i = 0; i < COUNT(rows); i++) {
        struct creation c = new_video("Listed", VISIBILITY_PUBLIC);
        ids[i] = c.id;
        publish(c.id, now_ms - rows[i].age_days * DAY_MS);
        CHECK_INT(db_run(db, &q_views, ARGS(I64(rows[i].views), I64(c.id)), NULL), RC_OK);
        CHECK_INT(video_get(db, a, c.public_id, &v), RC_OK);
    }
    struct creation hidden = new_video("Listed", VISIBILITY_UNLISTED);
    publish(ids[COUNT(rows)] = hidden.id, now_ms);
    CHECK_INT(video_browse(db, a, category_id, ORDER_NEW, 0, now_ms, &list), RC_OK);
    CHECK_STR(order_of(&list, ids, COUNT(ids)), "31204");
    CHECK_INT(video_browse(db, a, category_id, ORDER_TOP, 0, now_ms, &list), RC_OK);
    CHECK_STR(order_of(&list, ids, COUNT(ids)), "40213");
    CHECK_INT(video_browse(db, a, category_id, ORDER_HOT, 0, now_ms, &list), RC_OK);
    CHECK_STR(order_of(&list, ids, COUNT(ids)), "20413");
    CHECK_INT(video_of_channel(db, a, owner_id, 0, &list), RC_OK);
    CHECK_STR(order_of(&list, ids, COUNT(ids)), "31204");
    CHECK_INT(video_related(db, a, &v, RELATED_MAX, &list), RC_OK);
    CHECK_STR(order_of(&list, ids, COUNT(ids)), "0213"); /* v is the last of them */
    const int64_t some[] = { ids[3], ids[5], -1, ids[1] };
    CHECK_INT(video_pick(db, a, some, COUNT(some), &list), RC_OK);
    CHECK(list.n == 2);
    CHECK_STR(order_of(&list, ids, COUNT(ids)), "31");
}

int main(int argc, char **argv)
{
    static const struct check_case cases[] = {
        CASE(check_tags),  CASE(check_text),    CASE(check_lists),  CASE(check_finding),
        CASE(check_sight), CASE(check_ratings), CASE(check_states),
    };

    CHECK_CHOOSE(argc, argv, cases);
    a = arena_new(1 << 24);
    db = db_new(DB_ORDINARY, 5);
    now_ms = count_of(&q_now, NO_ARGS);
    owner_id = member();
    other_id = member();
    category_id = new_category(1000 + owner_id);
    check_run();
    db_close(db);
    arena_free(a);
    return check_done("unit_video");
}
