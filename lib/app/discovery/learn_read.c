#include "app/discovery/learn_read.h"
#include "base/clock.h"

enum { STATEMENT_SECONDS = 600 };

/* Members handled specially: blocked ones, and those who reset their recommendations. */
struct special {
    int64_t id, blocked, from_ms;
};

/* What a member said about a video: a rating, or "not interested" (-1). */
struct said {
    int64_t user_id, video_id, value, at_ms;
};

struct reader {
    struct learn_input *in;
    size_t rows_max, videos_max, members_max;
    struct special *special;
    size_t special_n, special_max;
    struct said *said; /* by member and video once all is read */
    size_t said_n, said_max, said_next;
    size_t first;    /* first row of the member who is being read */
    float *credited; /* per row of the member: credited time / length */
    size_t credited_max;
    struct db_rows *days;
    const struct credited *day; /* the next row; NULL after the last */
};

SHAPE(video_shape, struct learn_video, COLUMN(struct learn_video, id),
      COLUMN(struct learn_video, user_id), COLUMN(struct learn_video, category_id),
      COLUMN(struct learn_video, length_ms), COLUMN(struct learn_video, published_ms),
      COLUMN(struct learn_video, views));
STMT(q_videos, &video_shape,
     "SELECT v.id, v.user_id, v.category_id, v.length_ms, v.published_ms, v.views FROM video v"
     " JOIN user u ON u.id = v.user_id AND u.hidden = 0 WHERE v.state = 'ready'"
     " AND v.visibility = 'public' AND v.length_ms > 0 AND v.id <= 4294967295 ORDER BY v.id");

SHAPE(special_shape, struct special, COLUMN(struct special, id), COLUMN(struct special, blocked),
      COLUMN(struct special, from_ms));
STMT(q_special, &special_shape,
     "SELECT u.id, u.hidden AS blocked, COALESCE(t.from_ms, 0) AS from_ms FROM user u"
     " LEFT JOIN taste t ON t.user_id = u.id WHERE u.hidden <> 0 OR t.from_ms > 0 ORDER BY u.id");

SHAPE(said_shape, struct said, COLUMN(struct said, user_id), COLUMN(struct said, video_id),
      COLUMN(struct said, value), COLUMN(struct said, at_ms));
STMT(q_ratings, &said_shape,
     "SELECT user_id, video_id, value, rated_ms AS at_ms FROM rating ORDER BY video_id, user_id");
STMT(q_not_interested, &said_shape,
     "SELECT user_id, video_id, -1 AS value, said_ms AS at_ms FROM not_interested"
     " ORDER BY user_id, video_id");

struct watched {
    int64_t user_id, video_id, watched_ms, updated_ms;
};
SHAPE(watched_shape, struct watched, COLUMN(struct watched, user_id),
      COLUMN(struct watched, video_id), COLUMN(struct watched, watched_ms),
      COLUMN(struct watched, updated_ms));
STMT(q_watched, &watched_shape,
     "SELECT user_id, video_id, watched_ms, updated_ms FROM watch_position"
     " ORDER BY user_id, video_id");

struct credited {
    int64_t user_id, video_id, day, credited_ms;
};
SHAPE(credited_shape, struct credited, COLUMN(struct credited, user_id),
      COLUMN(struct credited, video_id), COLUMN(struct credited, day),
      COLUMN(struct credited, credited_ms));
STMT(q_credited, &credited_shape,
     "SELECT user_id, video_id, day, credited_ms FROM watch_day WHERE credited_ms > 0"
     " ORDER BY user_id, day, video_id, unit_id");

/* Make room for one more item. Not in an arena, because these arrays are most of a run's memory,
 * and realloc can move them without copying. */
static void *room(void *items, size_t n, size_t *max, size_t bytes_each)
{
    if (n < *max)
        return items;
    *max = MAX_OF(2 * *max, 1024);
    items = reallocarray(items, *max, bytes_each);
    assert(items);
    return items;
}

static int order(int64_t x, int64_t y) { return (x > y) - (x < y); }

static int by_id(const void *key, const void *item) /* each item begins with its id */
{
    return order(*(const int64_t *)key, *(const int64_t *)item);
}

const struct learn_video *learn_video(const struct learn_input *in, int64_t id)
{
    return LOOK_UP(&id, in->videos, in->videos_n, by_id);
}

/* The video, if what the member said or did about it at at_ms counts; else NULL. */
static const struct learn_video *counting(const struct reader *r, int64_t user_id, int64_t video_id,
                                          int64_t at_ms)
{
    const struct learn_video *v = learn_video(r->in, video_id);
    const struct special *s = LOOK_UP(&user_id, r->special, r->special_n, by_id);

    if (v == NULL || v->user_id == user_id || (s && (s->blocked || at_ms < s->from_ms)))
        return NULL;
    return v;
}

static enum rc read_video(const void *row, void *arg)
{
    struct reader *r = arg;
    struct learn_input *in = r->in;

    in->videos = room(in->videos, in->videos_n, &r->videos_max, sizeof(*in->videos));
    in->videos[in->videos_n++] = *(const struct learn_video *)row;
    return RC_OK;
}

static enum rc read_special(const void *row, void *arg)
{
    struct reader *r = arg;

    r->special = room(r->special, r->special_n, &r->special_max, sizeof(*r->special));
    r->special[r->special_n++] = *(const struct special *)row;
    return RC_OK;
}

static enum rc read_said(const void *row, void *arg)
{
    const struct said *s = row;
    struct reader *r = arg;

    if (counting(r, s->user_id, s->video_id, s->at_ms) == NULL)
        return RC_OK;
    r->said = room(r->said, r->said_n, &r->said_max, sizeof(*r->said));
    r->said[r->said_n++] = *s;
    return RC_OK;
}

static int by_pair(int64_t user, int64_t video, int64_t other_user, int64_t other_video)
{
    int found = order(user, other_user);
    return found ? found : order(video, other_video);
}

static int said_order(const void *a, const void *b)
{
    const struct said *x = a, *y = b;
    return by_pair(x->user_id, x->video_id, y->user_id, y->video_id);
}

/* Sort by member and video, and merge each pair into one: a dislike outweighs a like. */
static void join_said(struct reader *r)
{
    size_t kept = 0;

    SORT(r->said, r->said_n, said_order);
    for (size_t i = 0; i < r->said_n; i++) {
        struct said *last = &r->said[kept - (kept > 0)];
        if (kept && said_order(last, &r->said[i]) == 0) {
            last->value = MIN_OF(last->value, r->said[i].value);
            last->at_ms = MAX_OF(last->at_ms, r->said[i].at_ms);
        } else
            r->said[kept++] = r->said[i];
    }
    r->said_n = kept;
}

/* Credit is read by another connection, alongside the history; both are in the order of members. */

static int by_video(const void *key, const void *row)
{
    const int64_t *video = key;
    const struct feedback *f = row;

    return order(*video, f->video);
}

static enum rc next_day(struct reader *r)
{
    const void *day;

    TRY(db_rows_next(r->days, &day));
    r->day = day;
    return RC_OK;
}

static void add_day(struct reader *r, const struct feedback *rows, size_t n)
{
    const struct credited *c = r->day;
    const struct feedback *f = LOOK_UP(&c->video_id, rows, n, by_video);
    const struct learn_video *v =
        f ? counting(r, c->user_id, c->video_id, (c->day + 1) * DAY_MS - 1) : NULL;

    if (v)
        r->credited[f - rows] += (float)c->credited_ms / (float)v->length_ms;
}

static int latest_first(const void *a, const void *b)
{
    const int64_t *x = a, *y = b;
    return order(*y, *x);
}

/* The time from which rows count if only the latest FEEDBACK_PER_MEMBER_MAX do, and how many of
 * exactly that time count. */
static int64_t oldest_of_latest(const struct feedback *rows, size_t n, size_t *of_that_time)
{
    int64_t *times = calloc(n, sizeof(*times));

    assert(times);
    for (size_t i = 0; i < n; i++)
        times[i] = rows[i].at_s;
    SORT(times, n, latest_first);
    int64_t at_s = times[FEEDBACK_PER_MEMBER_MAX - 1];
    *of_that_time = 0;
    for (size_t i = 0; i < FEEDBACK_PER_MEMBER_MAX; i++)
        *of_that_time += times[i] == at_s;
    free(times);
    return at_s;
}

/* Keep only a member's latest rows; returns how many. */
static size_t keep_latest(struct feedback *rows, size_t n)
{
    size_t kept = 0, of_that_time = n;
    int64_t from_s = INT64_MIN;

    if (n > FEEDBACK_PER_MEMBER_MAX)
        from_s = oldest_of_latest(rows, n, &of_that_time);
    for (size_t i = 0; i < n; i++) {
        bool last = rows[i].at_s == from_s && of_that_time > 0;
        if (!last && rows[i].at_s <= from_s)
            continue;
        of_that_time -= last;
        rows[kept++] = rows[i];
    }
    return kept;
}

/* All rows of a member have been read: limit the watched part to the credited part, and keep only
 * the latest rows. */
static enum rc finish_member(struct reader *r)
{
    struct feedback_list *all = &r->in->feedback;
    struct feedback *rows = all->items + r->first;
    size_t n = all->n - r->first;

    if (n == 0)
        return RC_OK;
    if (n > r->credited_max) {
        r->credited_max = 2 * n;
        r->credited = reallocarray(r->credited, r->credited_max, sizeof(*r->credited));
        assert(r->credited);
    }
    memset(r->credited, 0, n * sizeof(*r->credited));
    while (r->day && r->day->user_id <= rows->member) {
        if (r->day->user_id == rows->member)
            add_day(r, rows, n);
        TRY(next_day(r));
    }
    for (size_t i = 0; i < n; i++)
        rows[i].watched = MIN_OF(rows[i].watched, r->credited[i]);
    r->first = all->n = r->first + keep_latest(rows, n);
    return RC_OK;
}

/* Add a row of feedback. They come in the order of members and videos. */
static enum rc add(struct reader *r, int64_t user_id, int64_t video_id, int64_t at_ms, int64_t like,
                   double watched)
{
    struct learn_input *in = r->in;
    struct feedback_list *all = &in->feedback;

    if (in->members_n == 0 || in->members[in->members_n - 1].id != user_id) {
        TRY(finish_member(r));
        in->members = room(in->members, in->members_n, &r->members_max, sizeof(*in->members));
        in->members[in->members_n++] = (struct learn_member){ user_id, 0 };
    }
    all->items = room(all->items, all->n, &r->rows_max, sizeof(*all->items));
    all->items[all->n++] = (struct feedback){ .member = user_id,
                                              .at_s = at_ms / 1000,
                                              .video = (uint32_t)video_id,
                                              .watched = (float)watched,
                                              .like = (int8_t)like };
    struct learn_member *m = &in->members[in->members_n - 1];
    m->latest_ms = MAX_OF(m->latest_ms, at_ms);
    return RC_OK;
}

/* Add rows for what was said about videos before this one (they were only rated); *s is what was
 * said about this one. */
static enum rc say_until(struct reader *r, int64_t user_id, int64_t video_id, struct said *s)
{
    for (*s = (struct said){ 0 }; r->said_next < r->said_n; r->said_next++) {
        const struct said *next = &r->said[r->said_next];
        int found = by_pair(next->user_id, next->video_id, user_id, video_id);
        if (found > 0)
            return RC_OK;
        if (found == 0)
            *s = *next;
        else
            TRY(add(r, next->user_id, next->video_id, next->at_ms, next->value, 0));
    }
    return RC_OK;
}

static enum rc read_watched(const void *row, void *arg)
{
    const struct watched *w = row;
    struct reader *r = arg;
    struct said said;

    const struct learn_video *v = counting(r, w->user_id, w->video_id, w->updated_ms);
    if (v == NULL)
        return RC_OK;
    TRY(say_until(r, w->user_id, w->video_id, &said));
    return add(r, w->user_id, w->video_id, MAX_OF(said.at_ms, w->updated_ms), said.value,
               (double)w->watched_ms / (double)v->length_ms);
}

static enum rc read_rows(struct db *db, struct db *beside, struct arena *a, struct reader *r)
{
    struct said none;

    TRY(db_each(db, a, &q_videos, NO_ARGS, read_video, r));
    TRY(db_each(db, a, &q_special, NO_ARGS, read_special, r));
    TRY(db_each(db, a, &q_ratings, NO_ARGS, read_said, r));
    TRY(db_each(db, a, &q_not_interested, NO_ARGS, read_said, r));
    join_said(r);
    TRY(db_rows_begin(beside, a, &q_credited, NO_ARGS, &r->days));
    TRY(next_day(r));
    TRY(db_each(db, a, &q_watched, NO_ARGS, read_watched, r));
    TRY(say_until(r, INT64_MAX, INT64_MAX, &none));
    return finish_member(r);
}

struct reading_of {
    struct db *beside;
    struct arena *a;
    struct learn_input *in;
};

static enum rc read_all(struct db *db, void *arg)
{
    const struct reading_of *of = arg;
    struct reader r = { .in = of->in };

    learn_input_free(of->in); /* of an earlier try */
    enum rc rc = read_rows(db, of->beside, of->a, &r);
    db_rows_end(r.days);
    free(r.special);
    free(r.said);
    free(r.credited);
    return rc;
}

enum rc learn_read(struct db *db, struct arena *a, struct learn_input *out)
{
    struct reading_of of = { db_new(DB_ORDINARY, STATEMENT_SECONDS), a, out };

    *out = (struct learn_input){ 0 };
    enum rc rc = db_transact(db, read_all, &of);
    db_close(of.beside);
    return rc;
}

void learn_input_free(struct learn_input *in)
{
    free(in->feedback.items);
    free(in->videos);
    free(in->members);
    *in = (struct learn_input){ 0 };
}
