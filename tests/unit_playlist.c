/* Playlists: who sees what of them, order, limits, and many writers at once. Needs OVS_CONF of a
 * running site for its database server. */
#include "app/catalogue/playlist.h"
#include "base/sb.h"
#include "own_db.h"

enum { ADA = 1, BEN = 2, NOBODY = 0, HANDS = 8 };
#define NOW_MS INT64_C(1800000000000)

static struct arena *a;
static struct db *db;
static struct problem why;

#define CHECK_N(got, want) CHECK_INT((int64_t)(got), (int64_t)(want))

STMT(q_user, NULL,
     "INSERT INTO user (id, email, handle, display_name, created_ms) VALUES (?, ?, ?, ?, 1)");
STMT(q_video, NULL,
     "INSERT INTO video (id, public_id, user_id, category_id, title, visibility, state, created_ms)"
     " VALUES (?, ?, ?, 1, ?, ?, ?, 1)");
STMT(q_set, NULL, "UPDATE video SET visibility = ?, state = ? WHERE id = ?");
STMT(q_block, NULL, "UPDATE user SET blocked = ? WHERE id = ?");

STMT(q_lists, &number_shape, "SELECT COUNT(*) AS n FROM playlist WHERE user_id = ?");
STMT(q_entries, &number_shape,
     "SELECT COUNT(DISTINCT place) AS n FROM playlist_video WHERE playlist_id = ?");
STMT(q_fill_lists, NULL,
     "INSERT INTO playlist (public_id, user_id, title, created_ms, changed_ms)"
     " WITH RECURSIVE n AS (SELECT 1 AS i UNION ALL SELECT i + 1 FROM n WHERE i < ?)"
     " SELECT LPAD(i, 11, ?), ?, 'Filler', 1, 1 FROM n");
STMT(q_fill, NULL,
     "INSERT INTO playlist_video (playlist_id, video_id, place, added_ms)"
     " SELECT ?, v.id, v.id, 1 FROM video v WHERE v.id >= 1000 LIMIT ?");
STMT(q_many, NULL,
     "INSERT INTO video (id, public_id, user_id, category_id, title, state, created_ms)"
     " WITH RECURSIVE n AS (SELECT 1000 AS i UNION ALL SELECT i + 1 FROM n WHERE i < 1600)"
     " SELECT i, LPAD(i, 11, 'm'), 2, 1, 'Many', 'ready', 1 FROM n");

static void user(int64_t id, const char *handle)
{
    const char *email = arena_printf(a, "%s@example.org", handle);
    CHECK_INT(db_run(db, &q_user, ARGS(I64(id), STR(email), STR(handle), STR(handle)), NULL),
              RC_OK);
}

/* A video of one letter: "a" has the public id aaaaaaaaaaa. */
static const char *id_of(char letter)
{
    char *id = arena_alloc(a, 12);
    return memset(id, letter, 11);
}

static void video(char letter, int64_t owner, enum visibility visibility)
{
    CHECK_INT(db_run(db, &q_video,
                     ARGS(I64(letter), STR(id_of(letter)), I64(owner),
                          STR(arena_printf(a, "Film %c", letter)), STR(visibility_word(visibility)),
                          STR("ready")),
                     NULL),
              RC_OK);
}

static void set(char letter, const char *visibility, const char *state)
{
    CHECK_INT(db_run(db, &q_set, ARGS(STR(visibility), STR(state), I64(letter)), NULL), RC_OK);
}

static struct playlist created(int64_t owner, const char *title, enum visibility visibility)
{
    struct playlist_text text = { title, "", visibility };
    struct playlist p = { 0 };
    const char *id = "";

    CHECK_INT(playlist_text_check(a, &text, &why), RC_OK);
    CHECK_INT(playlist_create(db, a, owner, &text, NOW_MS, &id, &why), RC_OK);
    CHECK_N(strlen(id), 11);
    CHECK_INT(playlist_get_own(db, a, id, owner, &p), RC_OK);
    return p;
}

static enum rc add(const struct playlist *p, char letter)
{
    return playlist_add(db, a, p, id_of(letter), NOW_MS, &why);
}

/* The letters of a list as a viewer sees it; '.' for an entry without a name. */
static const char *seen(const struct playlist *p, int64_t viewer)
{
    struct playlist_entries list = { NULL, 0 };
    struct sb o = { .a = a };

    CHECK_INT(playlist_videos(db, a, p, viewer, 0, &list), RC_OK);
    for (size_t i = 0; i < list.n; i++) {
        const struct video_item *v = &list.items[i].video;
        CHECK(list.items[i].shown == (v->title[0] != 0));
        CHECK_INT(list.items[i].playlist_id, p->id);
        sb_addf(&o, "%c", v->title[0] ? v->public_id[0] : '.');
    }
    return o.buf ? o.buf : "";
}

static const char *repeat(const char *s, size_t n)
{
    struct sb o = { .a = a };

    while (n--)
        sb_str(&o, s);
    return o.buf;
}

static void check_text(void)
{
    const struct {
        struct playlist_text text;
        const char *field, *says;
    } rows[] = {
        { { " Late  films ", "", VISIBILITY_PRIVATE }, NULL, NULL },
        { { repeat("ü", 120), repeat("ü", 1000), VISIBILITY_UNLISTED }, NULL, NULL },
        { { " \t", "", VISIBILITY_PUBLIC }, "title", "a title" },
        { { repeat("ü", 121), "", VISIBILITY_PUBLIC },
          "title",
          "120 characters; this one has 121" },
        { { "t", repeat("d", 1001), VISIBILITY_PUBLIC }, "description", "1000 characters" },
        { { "t", "", VISIBILITY_NONE }, "visibility", "public, unlisted or private" },
    };

    for (size_t i = 0; i < COUNT(rows); i++) {
        struct playlist_text t = rows[i].text;
        why = (struct problem){ 0 };
        CHECK_INT(playlist_text_check(a, &t, &why), rows[i].field ? RC_INVALID : RC_OK);
        if (rows[i].field) {
            CHECK_STR(why.field, rows[i].field);
            CHECK(why.text && strstr(why.text, rows[i].says));
        }
    }
    struct playlist_text t = rows[0].text;
    CHECK_INT(playlist_text_check(a, &t, &why), RC_OK);
    CHECK_STR(t.title, "Late films");
}

static void check_order(void)
{
    static const struct {
        char letter;
        enum playlist_move move;
        const char *then;
        int64_t index;
    } rows[] = {
        { 'a', MOVE_UP, "abcd", 0 },    { 'd', MOVE_DOWN, "abcd", 3 },
        { 'b', MOVE_UP, "bacd", 0 },    { 'a', MOVE_DOWN, "bcad", 2 },
        { 'd', MOVE_FIRST, "dbca", 0 }, { 'd', MOVE_FIRST, "dbca", 0 },
        { 'b', MOVE_LAST, "dcab", 3 },  { 'c', MOVE_DOWN, "dacb", 2 },
        { 'b', MOVE_UP, "dabc", 2 },    { 'c', MOVE_FIRST, "cdab", 0 },
    };
    struct playlist p = created(ADA, "Order", VISIBILITY_PRIVATE);
    int64_t index = -1;

    for (const char *c = "abcd"; *c; c++)
        CHECK_INT(add(&p, *c), RC_OK);
    CHECK_STR(seen(&p, ADA), "abcd");
    for (size_t i = 0; i < COUNT(rows); i++) {
        CHECK_INT(playlist_move(db, a, &p, id_of(rows[i].letter), rows[i].move, NOW_MS, &index),
                  RC_OK);
        CHECK_STR(seen(&p, ADA), rows[i].then);
        CHECK_INT(index, rows[i].index);
    }
    CHECK_INT(playlist_move(db, a, &p, id_of('z'), MOVE_UP, NOW_MS, &index), RC_NOT_FOUND);

    /* Adding twice is the same as once; removing what is not in it does nothing. */
    CHECK_INT(add(&p, 'd'), RC_OK);
    CHECK_STR(seen(&p, ADA), "cdab");
    CHECK_INT(playlist_remove(db, a, &p, id_of('d'), NOW_MS), RC_OK);
    CHECK_INT(playlist_remove(db, a, &p, id_of('d'), NOW_MS), RC_OK);
    CHECK_STR(seen(&p, ADA), "cab");
    CHECK_INT(add(&p, 'z'), RC_NOT_FOUND);
    CHECK_INT(add(&p, 'd'), RC_OK);
    CHECK_STR(seen(&p, ADA), "cabd");
}

/* Ada's list of everything that there is, and who sees what of it. */
static void check_who_sees(void)
{
    struct playlist p = created(ADA, "All", VISIBILITY_PUBLIC), got;

    for (const char *c = "abuvp"; *c;
         c++) /* u: Ben's unlisted, v: Ada's unlisted, p: Ada's private */
        CHECK_INT(add(&p, *c), RC_OK);
    CHECK_INT(add(&p, 'q'), RC_NOT_FOUND); /* Ben's private one */
    CHECK_INT(add(&p, 'r'), RC_NOT_FOUND); /* one that is not ready */
    CHECK_STR(seen(&p, ADA), "abuvp");
    CHECK_STR(seen(&p, BEN), "abv");
    CHECK_STR(seen(&p, NOBODY), "abv");
    CHECK_INT(playlist_get_for(db, a, p.public_id, ADA, &got), RC_OK);
    CHECK_INT(got.videos, 5);
    CHECK_STR(got.first_id, id_of('a'));
    CHECK_INT(playlist_get_for(db, a, p.public_id, NOBODY, &got), RC_OK);
    CHECK_INT(got.videos, 3);

    set('a', "private", "ready");
    set('b', "public", "deleted");
    CHECK_STR(seen(&p, ADA), "..uvp");
    CHECK_STR(seen(&p, BEN), "v");
    CHECK_INT(playlist_get_for(db, a, p.public_id, NOBODY, &got), RC_OK);
    CHECK_INT(got.videos, 1);
    CHECK_STR(got.first_id, id_of('v'));
    CHECK_INT(playlist_remove(db, a, &p, id_of('b'), NOW_MS), RC_OK);
    CHECK_STR(seen(&p, ADA), ".uvp");
    set('a', "public", "ready");
    set('b', "public", "ready");
    CHECK_INT(db_run(db, &q_block, ARGS(I64(1), I64(BEN)), NULL), RC_OK);
    CHECK_STR(seen(&p, ADA), "..vp");
    CHECK_INT(db_run(db, &q_block, ARGS(I64(0), I64(BEN)), NULL), RC_OK);
}

static void check_visibility(void)
{
    struct playlist got, hidden = created(ADA, "Private", VISIBILITY_PRIVATE),
                         unlisted = created(ADA, "Unlisted", VISIBILITY_UNLISTED),
                         open = created(ADA, "Public", VISIBILITY_PUBLIC);
    struct playlists list;
    size_t own;

    CHECK_INT(playlist_get_for(db, a, hidden.public_id, ADA, &got), RC_OK);
    CHECK_INT(playlist_get_for(db, a, hidden.public_id, BEN, &got), RC_NOT_FOUND);
    CHECK_INT(playlist_get_for(db, a, hidden.public_id, NOBODY, &got), RC_NOT_FOUND);
    CHECK_INT(playlist_get_for(db, a, unlisted.public_id, NOBODY, &got), RC_OK);
    CHECK_INT(playlist_get_for(db, a, open.public_id, NOBODY, &got), RC_OK);
    CHECK_INT(playlist_get_own(db, a, open.public_id, BEN, &got), RC_NOT_FOUND);

    /* On the channel: lists that are public and have something to show. */
    CHECK_INT(playlists_own(db, a, ADA, 0, &list), RC_OK);
    own = list.n;
    CHECK_INT(add(&hidden, 'a'), RC_OK);
    CHECK_INT(add(&unlisted, 'a'), RC_OK);
    CHECK_INT(playlists_of_channel(db, a, ADA, 0, &list), RC_OK);
    CHECK_N(list.n, 1);
    CHECK_STR(list.items[0].title, "All");
    CHECK_INT(playlists_own(db, a, ADA, 0, &list), RC_OK);
    CHECK_N(list.n, own);

    struct playlist_entries rows;
    CHECK_INT(playlists_of_channel(db, a, ADA, 0, &list), RC_OK);
    CHECK_INT(playlist_rows(db, a, &list, &rows), RC_OK);
    CHECK_N(rows.n, 2); /* a and v */
    CHECK_STR(rows.items[0].video.public_id, id_of('a'));

    CHECK_INT(db_run(db, &q_block, ARGS(I64(1), I64(ADA)), NULL), RC_OK);
    CHECK_INT(playlist_get_for(db, a, open.public_id, BEN, &got), RC_NOT_FOUND);
    CHECK_INT(db_run(db, &q_block, ARGS(I64(0), I64(ADA)), NULL), RC_OK);

    struct playlist_text text = { "Renamed", "Now with words", VISIBILITY_PRIVATE };
    CHECK_INT(playlist_edit(db, &open, &text, NOW_MS + 1), RC_OK);
    CHECK_INT(playlist_get_for(db, a, open.public_id, NOBODY, &got), RC_NOT_FOUND);
    CHECK_INT(playlist_get_own(db, a, open.public_id, ADA, &got), RC_OK);
    CHECK_STR(got.title, "Renamed");
    CHECK_STR(got.description, "Now with words");
    CHECK_INT(playlist_delete(db, &hidden), RC_OK);
    CHECK_INT(playlist_get_own(db, a, hidden.public_id, ADA, &got), RC_NOT_FOUND);
    CHECK_INT(add(&hidden, 'a'), RC_NOT_FOUND);
}

static void check_later(void)
{
    struct playlist_text text = { "Mine", "", VISIBILITY_PUBLIC };
    struct playlist p, again;
    struct playlist_marks marks;
    struct playlists list;

    CHECK_INT(playlist_later(db, a, ADA, NOW_MS, &p), RC_OK);
    CHECK_INT(playlist_later(db, a, ADA, NOW_MS, &again), RC_OK);
    CHECK_INT(p.id, again.id);
    CHECK_INT(p.visibility, VISIBILITY_PRIVATE);
    CHECK_INT(add(&p, 'a'), RC_OK);
    CHECK_INT(add(&p, 'b'), RC_OK);
    CHECK_STR(seen(&p, ADA), "ba");
    CHECK_INT(playlist_get_for(db, a, p.public_id, BEN, &again), RC_NOT_FOUND);
    CHECK_INT(playlist_edit(db, &p, &text, NOW_MS), RC_DENIED);
    CHECK_INT(playlist_delete(db, &p), RC_DENIED);
    CHECK_INT(playlists_own(db, a, ADA, 0, &list), RC_OK);
    CHECK_INT(list.items[0].kind, PLAYLIST_LATER);

    CHECK_INT(playlist_marks(db, a, ADA, 'b', &marks), RC_OK);
    CHECK_N(marks.n, list.n);
    CHECK_STR(marks.items[0].title, "Watch later");
    CHECK(marks.items[0].holds);
    for (size_t i = 1; i < marks.n; i++)
        CHECK(marks.items[i].holds == (strcmp(marks.items[i].title, "Order") == 0));
}

static void check_around(void)
{
    struct playlist p = created(BEN, "Long", VISIBILITY_UNLISTED);
    struct playlist_around around;

    CHECK_INT(db_run(db, &q_fill, ARGS(I64(p.id), I64(100)), NULL), RC_OK);
    CHECK_INT(add(&p, 'q'), RC_OK); /* private: the last one, only for Ben */
    CHECK_INT(playlist_around(db, a, &p, ADA, 1000, &around), RC_OK);
    CHECK_INT(around.number, 1);
    CHECK_INT(around.all, 100);
    CHECK_N(around.current, 0);
    CHECK_N(around.entries.n, PLAYLIST_AROUND_MAX);
    CHECK_INT(playlist_around(db, a, &p, ADA, 1050, &around), RC_OK);
    CHECK_INT(around.number, 51);
    CHECK_N(around.current, 2);
    CHECK_INT(around.entries.items[0].video.id, 1048);
    CHECK_INT(around.entries.items[2].video.id, 1050);
    CHECK_INT(playlist_around(db, a, &p, ADA, 1099, &around), RC_OK);
    CHECK_N(around.entries.n, 3);
    CHECK_INT(playlist_around(db, a, &p, BEN, 'q', &around), RC_OK);
    CHECK_INT(around.number, 101);
    CHECK_INT(playlist_around(db, a, &p, ADA, 'q', &around), RC_OK);
    CHECK_N(around.entries.n, 0);
    CHECK_INT(around.all, 0);
    CHECK_INT(playlist_around(db, a, &p, ADA, 'a', &around), RC_OK);
    CHECK_N(around.entries.n, 0);
}

static void check_limits(void)
{
    struct playlist p = created(BEN, "Full", VISIBILITY_PRIVATE);
    struct playlist_text text = { "One more", "", VISIBILITY_PRIVATE };
    int64_t lists;
    const char *id;

    CHECK_INT(db_run(db, &q_fill, ARGS(I64(p.id), I64(PLAYLIST_VIDEOS_MAX - 1)), NULL), RC_OK);
    CHECK_INT(add(&p, 'a'), RC_OK);
    why = (struct problem){ 0 };
    CHECK_INT(add(&p, 'b'), RC_INVALID);
    CHECK(why.text && strstr(why.text, "“Full” holds 500 videos"));
    CHECK_INT(add(&p, 'a'), RC_OK); /* it is in it */
    CHECK_INT(playlist_get_own(db, a, p.public_id, BEN, &p), RC_OK);
    CHECK_INT(p.videos, PLAYLIST_VIDEOS_MAX);

    CHECK_INT(db_number(db, a, &q_lists, ARGS(I64(BEN)), &lists), RC_OK);
    CHECK_INT(playlist_later(db, a, BEN, NOW_MS, &p), RC_OK); /* does not count */
    CHECK_INT(
        db_run(db, &q_fill_lists, ARGS(I64(PLAYLISTS_MAX - 1 - lists), STR("f"), I64(BEN)), NULL),
        RC_OK);
    CHECK_INT(playlist_create(db, a, BEN, &text, NOW_MS, &id, &why), RC_OK);
    why = (struct problem){ 0 };
    CHECK_INT(playlist_create(db, a, BEN, &text, NOW_MS, &id, &why), RC_INVALID);
    CHECK(why.text && strstr(why.text, "200 playlists"));
}

/* Eight processes do the same for one new member: one "Watch later", each video in it once, places
 * all different, and no more lists than allowed. */
static void hand(int which)
{
    struct db *own = db_new(DB_ORDINARY, 30);
    struct playlist_text text = { "Raced", "", VISIBILITY_PRIVATE };
    struct playlist p;
    const char *id;
    bool ok = playlist_later(own, a, 3, NOW_MS, &p) == RC_OK;

    for (int i = 0; i < 20; i++) {
        int n = which % 2 ? i : 19 - i;
        ok &= playlist_add(own, a, &p, arena_printf(a, "mmmmmmm%d", 1000 + n), NOW_MS, &why) ==
              RC_OK;
    }
    enum rc rc = playlist_create(own, a, 3, &text, NOW_MS, &id, &why);
    _exit(ok && (rc == RC_OK || rc == RC_INVALID) ? 0 : 1);
}

static void check_many_hands(void)
{
    struct playlist p;
    int64_t n;
    int status;

    user(3, "cora");
    CHECK_INT(db_run(db, &q_fill_lists, ARGS(I64(PLAYLISTS_MAX - 3), STR("g"), I64(3)), NULL),
              RC_OK);
    fflush(stdout);
    for (int i = 0; i < HANDS; i++)
        if (fork() == 0)
            hand(i);
    for (int i = 0; i < HANDS; i++) {
        wait(&status);
        CHECK_INT(status, 0);
    }
    CHECK_INT(playlist_later(db, a, 3, NOW_MS, &p), RC_OK);
    CHECK_INT(p.videos, 20);
    CHECK_INT(db_number(db, a, &q_entries, ARGS(I64(p.id)), &n), RC_OK);
    CHECK_N(n, 20);
    CHECK_INT(db_number(db, a, &q_lists, ARGS(I64(3)), &n), RC_OK);
    CHECK_INT(n, PLAYLISTS_MAX + 1);
}

int main(int argc, char **argv)
{
    static const struct check_case cases[] = {
        CASE(check_text),     CASE(check_order),
        CASE(check_who_sees), CASE_AFTER(check_who_sees, check_visibility),
        CASE(check_later),    CASE(check_around),
        CASE(check_limits),   CASE(check_many_hands),
    };

    CHECK_CHOOSE(argc, argv, cases);
    own_db("");
    a = arena_new(64 << 20);
    db = db_new(DB_ADMIN, 30);
    user(ADA, "ada");
    user(BEN, "ben");
    for (const char *c = "abcd"; *c; c++)
        video(*c, BEN, VISIBILITY_PUBLIC);
    video('u', BEN, VISIBILITY_UNLISTED);
    video('v', ADA, VISIBILITY_UNLISTED);
    video('p', ADA, VISIBILITY_PRIVATE);
    video('q', BEN, VISIBILITY_PRIVATE);
    video('r', BEN, VISIBILITY_PUBLIC);
    set('r', "public", "processing");
    CHECK_INT(db_run(db, &q_many, NO_ARGS, NULL), RC_OK);
    check_run();
    db_close(db);
    arena_free(a);
    return check_done("unit_playlist");
}
