/* The rows of the home page from facts written by hand: a small library, one member, and lists as a
 * run of the job would make them. No database. */
#include "app/discovery/home.h"
#include "check.h"

enum { MEMBER = 1, VIDEOS = 120, CREATORS = 40, MUSIC = 4, FUN = 2, SPORT = 6 };
#define NOW_MS INT64_C(1800000000000)

static struct arena *a;
static struct home_facts facts;
static struct packed_list lists[LIST_KEYS_MAX];
static struct taste_signal signals[TASTE_SIGNALS_MAX];
static int64_t follows[10], chosen[TASTE_CHOSEN_MAX];

/* Video n, from 1: by creator 100 + n % CREATORS; the first 60 are music, then fun, then sport. */
static int64_t category_of(int64_t id) { return id <= 60 ? MUSIC : id <= 90 ? FUN : SPORT; }

static void begin(void)
{
    arena_reset(a);
    facts = (struct home_facts){ .user_id = MEMBER, .now_ms = NOW_MS };
    facts.taste.signals.items = signals;
    facts.taste.follows.items = follows;
    facts.taste.chosen.items = chosen;
    facts.lists.items = lists;
    facts.items = (struct home_items){ arena_array(a, struct home_item, VIDEOS), VIDEOS };
    for (int64_t id = 1; id <= VIDEOS; id++)
        facts.items.items[id - 1].v = (struct video_item){ .id = id,
                                                           .user_id = 100 + id % CREATORS,
                                                           .category_id = category_of(id) };
    facts.latest = (struct taste_ids){ arena_array(a, int64_t, VIDEOS), 0 };
    for (int64_t id = VIDEOS; id > 0; id--)
        facts.latest.items[facts.latest.n++] = id;
}

/* The member did this, before everything that was added so far. */
static void did(int64_t video, int64_t opinion, int64_t watched_percent)
{
    struct taste_signals *s = &facts.taste.signals;

    s->items[s->n] = (struct taste_signal){
        .video_id = video,
        .creator_id = 100 + video % CREATORS,
        .category_id = category_of(video),
        .opinion = opinion,
        .watched_ms = watched_percent * 1000,
        .position_ms = watched_percent * 1000,
        .length_ms = 100000,
        .at_ms = NOW_MS - HOUR_MS * (int64_t)(s->n + 1),
    };
    s->n++;
}

/* A list of these videos, the first scoring `score`, the next a tenth of it less, and so on. */
static void list(enum list_kind kind, int64_t id, int64_t from, int64_t to, float score,
                 uint32_t because)
{
    struct entry entries[VIDEOS] = { { 0 } };
    size_t n = 0;

    for (int64_t video = from; video <= to; video++, n++)
        entries[n] = (struct entry){ (uint32_t)video, score - (float)n * score / 100, because };
    lists[facts.lists.n++] = (struct packed_list){ (int64_t)kind, id, NOW_MS,
                                                   entries_pack(a, entries, n) };
}

static struct home make(void)
{
    struct home home = { .n_categories = 0 };

    for (size_t i = 0; i < facts.items.n; i++)
        facts.items.items[i].shown = false;
    home_know(a, &facts);
    home_merge(a, &facts);
    home_shelves(a, &facts, &home);
    return home;
}

static int64_t at(const struct home_shelf *row, size_t i)
{
    return i < row->n ? row->items[i].item->v.id : 0;
}

static bool has(const struct home_shelf *row, int64_t video)
{
    for (size_t i = 0; i < row->n; i++)
        if (at(row, i) == video)
            return true;
    return false;
}

/* Members about whom nothing is known, and visitors, get hot and new videos: none twice. */
static void check_nobody(void)
{
    begin();
    list(LIST_HOT, 0, 1, 30, 1, 0);
    struct home member = make();
    CHECK_INT((int64_t)member.for_you.n, 0);
    CHECK_INT((int64_t)member.hot.n, HOME_HOT);
    CHECK_INT((int64_t)member.latest.n, HOME_LATEST);
    CHECK_INT(at(&member.latest, 0), VIDEOS);
    CHECK(member.ask && !member.is_empty && !member.seen_all);

    begin();
    facts.user_id = 0;
    facts.hot = facts.latest; /* no run of the job has been yet */
    struct home visitor = make();
    CHECK_INT(at(&visitor.hot, 0), VIDEOS);
    CHECK_INT(at(&visitor.latest, 0), VIDEOS - HOME_HOT);
    CHECK_INT((int64_t)visitor.latest.n, HOME_LATEST_ALONE);
    CHECK(!visitor.ask);

    begin();
    facts.latest.n = 0;
    CHECK(make().is_empty);
}

/* A like counts for its neighbours, a dislike against them; videos that were seen do not come. */
static void check_signals(void)
{
    begin();
    for (int64_t video = 1; video <= HOME_SURE; video++) {
        did(video, 1, 0);
        list(LIST_NEIGHBOURS, video, 1, 20, 0.1f, 0);
    }
    struct home liked = make();
    CHECK_INT((int64_t)liked.for_you.n, 8); /* of 11 to 20: full lines */
    CHECK(liked.for_you.items[0].why == WHY_LIKED);
    CHECK_INT(liked.for_you.items[0].because->v.id, 1); /* the latest weighs most */
    for (int64_t video = 1; video <= HOME_SURE; video++)
        CHECK(!has(&liked.for_you, video) && !has(&liked.hot, video) && !has(&liked.latest, video));

    signals[0].opinion = 0, signals[0].watched_ms = 90000;
    struct home watched = make();
    CHECK(watched.for_you.n && watched.for_you.items[0].why == WHY_WATCHED);

    begin();
    for (int64_t video = 1; video <= HOME_SURE; video++)
        did(video, video == 1 ? -1 : 1, 0);
    list(LIST_NEIGHBOURS, 1, 30, 30, 1, 0);
    list(LIST_NEIGHBOURS, 2, 30, 32, 0.1f, 0);
    struct home disliked = make();
    CHECK(!has(&disliked.for_you, 30) && has(&disliked.for_you, 31));
}

/* Signals older than a reset count for nothing, but the videos still count as seen. */
static void check_reset(void)
{
    begin();
    did(1, 1, 0);
    did(2, 1, 0);
    did(100, 1, 0);
    list(LIST_NEIGHBOURS, 1, 20, 29, 1, 0);
    list(LIST_NEIGHBOURS, 2, 30, 39, 1, 0);
    facts.taste.from_ms = signals[1].at_ms;
    struct home home = make();
    CHECK(has(&home.for_you, 20) && !has(&home.for_you, 30));
    CHECK(!has(&home.latest, 2) && !has(&home.for_you, 2));
    CHECK_INT((int64_t)facts.favourites.n, 1);
    CHECK_INT(facts.favourites.items[0].category_id, MUSIC);

    /* So does a list that was made before it. */
    list(LIST_MEMBER, MEMBER, 50, 59, 10, 2);
    facts.taste.list_ms = signals[1].at_ms - 1;
    home = make();
    CHECK(!has(&home.for_you, 50));
}

/* The list made by the job counts, and later signals are added to it. */
static void check_list(void)
{
    struct list_key keys[LIST_KEYS_MAX];

    begin();
    for (int64_t video = 1; video <= 30; video++)
        did(video, 1, 0);
    facts.taste.list_ms = signals[1].at_ms;
    list(LIST_MEMBER, MEMBER, 40, 79, 1, 5);
    list(LIST_NEIGHBOURS, 1, 80, 83, 2, 0);
    struct home home = make();
    CHECK_INT(at(&home.for_you, 0), 80);
    CHECK(home.for_you.items[0].why == WHY_LIKED && has(&home.for_you, 40));
    CHECK_INT((int64_t)home.for_you.n, HOME_FOR_YOU);

    size_t n = home_keys(&facts, keys), neighbours = 0;
    for (size_t i = 0; i < n; i++)
        neighbours += keys[i].kind == LIST_NEIGHBOURS;
    CHECK_INT((int64_t)neighbours, 1);
    facts.taste.list_ms = 0; /* forgotten */
    CHECK_INT((int64_t)home_keys(&facts, keys), (int64_t)n - 1 + 30);
}

/* Two of a creator in ten, even when a kept place comes between; a share for unproven videos. */
static void check_places(void)
{
    static const size_t kept[] = { 4, 10, 17 };
    size_t unproven = 0;

    begin();
    for (int64_t video = 1; video <= HOME_SURE; video++)
        did(video, 1, 0);
    list(LIST_NEIGHBOURS, 1, 11, 59, 1, 0);
    list(LIST_UNPROVEN, 0, 100, 119, 1, 0);
    list(LIST_UNPROVEN, MUSIC, 55, 56, 1, 0);
    for (int64_t id = 11; id <= 30; id++)
        facts.items.items[id - 1].v.user_id = 500 + id % 2;
    facts.items.items[54].v.user_id = 500; /* unproven, of a creator who is there already */
    facts.unproven_percent = 15;
    struct home home = make();
    CHECK_INT((int64_t)home.for_you.n, HOME_FOR_YOU);
    for (size_t i = 0; i < home.for_you.n; i++) {
        size_t same = 0;
        for (size_t k = i; k < home.for_you.n && k < i + PER_CREATOR_OF; k++)
            same += home.for_you.items[k].item->v.user_id == home.for_you.items[i].item->v.user_id;
        CHECK(same <= PER_CREATOR_MAX);
        unproven += home.for_you.items[i].why == WHY_UNPROVEN;
    }
    CHECK_INT((int64_t)unproven, COUNT(kept));
    for (size_t i = 0; i < COUNT(kept); i++)
        CHECK(home.for_you.items[kept[i]].why == WHY_UNPROVEN);
    CHECK_INT(at(&home.for_you, 4), 56); /* of a favourite category first */

    facts.unproven_percent = 0;
    home = make();
    for (size_t i = 0; i < home.for_you.n; i++)
        CHECK(home.for_you.items[i].why != WHY_UNPROVEN);
}

/* Few signals: popular videos of the chosen categories, in turns. */
static void check_cold(void)
{
    begin();
    chosen[0] = MUSIC, chosen[1] = SPORT;
    facts.taste.chosen.n = 2;
    list(LIST_HOT, 0, 70, 89, 1, 0);
    list(LIST_HOT, MUSIC, 1, 20, 1, 0);
    list(LIST_HOT, SPORT, 91, 110, 1, 0);
    struct home home = make();
    CHECK_INT((int64_t)home.for_you.n, HOME_FOR_YOU);
    CHECK(has(&home.for_you, 1) && has(&home.for_you, 91));
    CHECK(home.for_you.items[0].why == WHY_CATEGORY);
    CHECK_INT((int64_t)home.n_categories, 2);
    CHECK_INT((int64_t)home.categories[0].n, HOME_CATEGORY);
    CHECK(home.categories[0].items[0].item->v.category_id == MUSIC);
    CHECK_INT(at(&home.hot, 0), 70);
}

/* Followed creators have a row, and `why` says so; unfinished videos come first of all. */
static void check_followed(void)
{
    begin();
    follows[0] = 100 + 33;
    facts.taste.follows.n = 1;
    facts.followed = (struct taste_ids){ (int64_t[]){ 113, 73, 33 }, 3 };
    did(73, 0, 10);
    did(50, 0, 50);
    did(51, 0, 97);
    did(52, -1, 50);
    struct home home = make();
    CHECK_INT((int64_t)home.followed.n, 2);
    CHECK_INT(at(&home.followed, 0), 113);
    CHECK_INT((int64_t)home.unfinished.n, 2);
    CHECK_INT(at(&home.unfinished, 0), 73);
    CHECK_INT(at(&home.unfinished, 1), 50);

    /* Barely begun and long ago: offered again. */
    signals[0].at_ms = NOW_MS - TASTE_AGAIN_MS;
    CHECK(!taste_has_seen(&signals[0], NOW_MS));
    signals[0].at_ms++;
    CHECK(taste_has_seen(&signals[0], NOW_MS));
    signals[1].at_ms = 1;
    CHECK(taste_has_seen(&signals[1], NOW_MS));
}

/* None of one's own, none that does not exist (any more), none seen long before. */
static void check_never(void)
{
    begin();
    did(1, 1, 0);
    list(LIST_NEIGHBOURS, 1, 10, 20, 1, 0);
    list(LIST_HOT, 0, 10, 20, 1, 0);
    facts.items.items[9].v.user_id = MEMBER;
    facts.items.items[10].seen_before = true;
    facts.items.n--; /* 12 is not public: it is not among the items */
    memmove(&facts.items.items[11], &facts.items.items[12],
            (facts.items.n - 11) * sizeof(facts.items.items[0]));
    struct home home = make();
    const struct home_shelf *const rows[] = { &home.for_you, &home.hot, &home.latest };
    for (size_t i = 0; i < COUNT(rows); i++)
        for (int64_t id = 10; id <= 12; id++)
            CHECK(!has(rows[i], id));
    CHECK(has(&home.for_you, 13));
}

/* All ids are asked for at once, and no more than there is room for. */
static void check_ids(void)
{
    begin();
    for (int64_t video = 1; video <= 100; video++)
        did(video, 0, 10);
    list(LIST_HOT, 0, 1, 120, 1, 0);
    list(LIST_UNPROVEN, 0, 1, 120, 1, 0);
    home_know(a, &facts);
    home_merge(a, &facts);
    struct taste_ids ids = home_ids(a, &facts);
    CHECK(ids.n > 20 && ids.n <= VIDEOS);
    for (size_t i = 1; i < ids.n; i++)
        CHECK(ids.items[i - 1] < ids.items[i]);
}

int main(int argc, char **argv)
{
    static const struct check_case cases[] = {
        CASE(check_nobody),   CASE(check_signals), CASE(check_reset),
        CASE(check_list),     CASE(check_places),  CASE(check_cold),
        CASE(check_followed), CASE(check_never),   CASE(check_ids),
    };

    CHECK_CHOOSE(argc, argv, cases);
    a = arena_new(64 << 20);
    check_run();
    arena_free(a);
    return check_done("unit_home");
}
