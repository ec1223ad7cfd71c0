#include "app/discovery/learn.h"
#include "app/discovery/hot.h"
#include "app/discovery/learn_read.h"
#include "base/clock.h"
#include "base/conf.h"
#include "base/log.h"
#include "base/str.h"

enum {
    HEAD_MAX = 12000, /* videos in the regression, whose cost grows with the third power */
    OWN_MAX = 20, /* with this many of an uploader's own videos removed, their list is still full */
    ITEM_ARENA_BYTES = 1 << 20,
    HOT_ARENA_BYTES = 256 << 20
};

/* The last whole run, and the current state of the feedback */

struct last_run {
    const char *state, *report;
    int64_t started_ms, chosen_ms, chosen_n;
    struct bytes choice;
};
SHAPE(last_shape, struct last_run, COLUMN(struct last_run, state), COLUMN(struct last_run, report),
      COLUMN(struct last_run, started_ms), COLUMN(struct last_run, chosen_ms),
      COLUMN(struct last_run, chosen_n), COLUMN(struct last_run, choice));
STMT(q_last, &last_shape,
     "SELECT state, report, started_ms, chosen_ms, chosen_n, choice FROM reco_run"
     " ORDER BY id DESC LIMIT 1");

STMT(q_record, NULL,
     "INSERT INTO reco_run (started_ms, ended_ms, state, feedback_n, members_n, videos_n, lists_n,"
     " chosen_ms, chosen_n, choice, report, read_ms, choose_ms, learn_ms, lists_ms, write_ms)"
     " VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)");
STMT(q_sweep, NULL, "DELETE FROM reco_run WHERE started_ms < ?");

struct run {
    struct db *db;
    struct arena *a, *item; /* for the run; for one list */
    struct learn_input in;
    struct list_writer w;
    struct choice choice;
    const char *state, *report;
    size_t member; /* index in in.members of the member whose list is next */
    struct learn_done *done;
};

static enum rc read_last(struct db *db, struct arena *a, struct last_run *last)
{
    *last = (struct last_run){ .state = "", .report = "" };
    enum rc rc = db_one(db, a, &q_last, NO_ARGS, last);
    return rc == RC_NOT_FOUND ? RC_OK : rc;
}

static uint64_t mixed(uint64_t sum, uint64_t word)
{
    sum = (sum ^ word) * UINT64_C(0x9e3779b97f4a7c15);
    return sum ^ sum >> 32;
}

/* A digest of what was read, in one line: member lists and neighbours depend on nothing else. */
static const char *state_of(struct arena *a, const struct learn_input *in)
{
    uint64_t sum = 0;

    for (size_t i = 0; i < in->feedback.n; i++) {
        const struct feedback *f = &in->feedback.items[i];
        uint32_t watched;
        memcpy(&watched, &f->watched, sizeof(watched));
        sum = mixed(sum, (uint64_t)f->member);
        sum = mixed(sum, (uint64_t)f->at_s);
        sum = mixed(sum, (uint64_t)f->video << 32 | watched);
        sum = mixed(sum, (uint64_t)(f->like + 1));
    }
    return arena_printf(a, "%zu rows of %zu members, %016" PRIx64, in->feedback.n, in->members_n,
                        sum);
}

/* The time since *since_ms, which is set to now. */
static int64_t lap(int64_t *since_ms)
{
    int64_t now_ms = clock_monotonic_ms(), took_ms = now_ms - *since_ms;

    *since_ms = now_ms;
    return took_ms;
}

/* Why to choose again, in words; NULL: the last choice is kept. */
static const char *choice_due(const struct last_run *last, int64_t now_ms, int64_t feedback_n)
{
    if (last->choice.n != sizeof(struct choice))
        return "none have been chosen yet";
    if (now_ms - last->chosen_ms >= LEARN_CHOICE_DAYS * DAY_MS)
        return "the current ones are a week old";
    if (feedback_n > 2 * last->chosen_n)
        return "there is twice as much feedback as when the current ones were chosen";
    return NULL;
}

/* Lists of members and videos */

static enum rc put_entries(struct run *r, struct packed_list list, const struct entry *items,
                           size_t n)
{
    list.packed = entries_pack(r->item, items, n);
    enum rc rc = recommend_put(&r->w, &list);
    arena_reset(r->item);
    return rc;
}

/* Put a member's list, without their own uploads. */
static enum rc put_member(int64_t member, const struct entry *best, size_t n, void *arg)
{
    struct run *r = arg;
    struct entry kept[MEMBER_LIST_MAX];
    size_t kept_n = 0;

    for (size_t i = 0; i < n && kept_n < MEMBER_LIST_MAX; i++)
        if (learn_video(&r->in, best[i].video)->user_id != member)
            kept[kept_n++] = best[i];
    while (r->in.members[r->member].id < member)
        r->member++;
    return put_entries(r,
                       (struct packed_list){ .kind = LIST_MEMBER,
                                             .id = member,
                                             .made_ms = r->in.members[r->member].latest_ms },
                       kept, kept_n);
}

static enum rc put_neighbours(struct run *r, const struct model *m)
{
    struct entry neighbours[NEIGHBOURS_KEPT];
    uint32_t video;

    for (size_t i = 0; i < model_videos(m); i++) {
        size_t n = model_neighbours(m, i, &video, neighbours);
        TRY(put_entries(r,
                        (struct packed_list){
                            .kind = LIST_NEIGHBOURS, .id = video, .made_ms = r->done->started_ms },
                        neighbours, n));
    }
    return RC_OK;
}

static enum rc put_reading(struct run *r)
{
    struct packed_list list = { .kind = LIST_READING, .made_ms = r->done->started_ms };

    list.packed = (struct bytes){ (const char *)&r->choice.reading, sizeof(r->choice.reading) };
    return recommend_put(&r->w, &list);
}

static enum rc put_hot(struct run *r)
{
    struct arena *a = arena_new(HOT_ARENA_BYTES);
    int64_t now_ms = r->done->started_ms;

    enum rc rc = hot_put(&r->w, a, &r->in, &r->choice.reading, now_ms);
    if (rc == RC_OK)
        rc = hot_put_unproven(&r->w, a, &r->in, now_ms);
    arena_free(a);
    return rc;
}

/* Runs */

static struct limits limits_beside(const struct learn_input *in)
{
    size_t memory = (size_t)conf()->recommend_memory_mb << 20;
    size_t used = in->feedback.n * sizeof(*in->feedback.items);

    return (struct limits){ .memory_bytes = memory > used ? memory - used : 0,
                            .head_max = HEAD_MAX,
                            .neighbours = NEIGHBOURS_KEPT,
                            .threads = (int)conf()->recommend_threads };
}

static void keep_choice(struct run *r, const struct last_run *last)
{
    memcpy(&r->choice, last->choice.at, sizeof(r->choice));
    r->report = last->report;
    r->done->chosen_ms = last->chosen_ms;
    r->done->chosen_n = last->chosen_n;
}

static enum rc choose_now(struct run *r, const struct limits *limits)
{
    r->done->chosen_ms = r->done->started_ms;
    r->done->chosen_n = r->done->feedback_n;
    return model_choose(&r->in.feedback, limits, r->a, &r->choice, &r->report);
}

static enum rc put_all(struct run *r, const struct limits *limits, int64_t *since_ms)
{
    struct model *m = NULL;

    enum rc rc = model_learn(&r->in.feedback, &r->choice, limits, &m);
    r->done->learn_ms = lap(since_ms);
    if (rc == RC_OK)
        rc = put_reading(r);
    if (rc == RC_OK)
        rc = model_lists(m, &r->in.feedback, MEMBER_LIST_MAX + OWN_MAX, put_member, r);
    if (rc == RC_OK)
        rc = put_neighbours(r, m);
    model_free(m);
    return rc;
}

static enum rc record(struct run *r)
{
    struct learn_done *d = r->done;
    struct bytes choice = { (const char *)&r->choice, sizeof(r->choice) };

    d->ended_ms = clock_now_ms();
    TRY(db_run(r->db, &q_record,
               ARGS(I64(d->started_ms), I64(d->ended_ms), STR(r->state), I64(d->feedback_n),
                    I64(d->members_n), I64(d->videos_n), I64(d->lists_n), I64(d->chosen_ms),
                    I64(d->chosen_n), BYTES(choice), STR(r->report), I64(d->read_ms),
                    I64(d->choose_ms), I64(d->learn_ms), I64(d->lists_ms), I64(d->write_ms)),
               NULL));
    return db_run(r->db, &q_sweep, ARGS(I64(d->started_ms - LEARN_RUN_KEEP_DAYS * DAY_MS)), NULL);
}

/* Make the lists from what was read. */
static enum rc make(struct run *r, const struct last_run *last, bool choose, int64_t *since_ms)
{
    struct learn_done *d = r->done;
    struct limits limits = limits_beside(&r->in);

    if (!d->whole) {
        keep_choice(r, last);
        TRY(put_hot(r));
        return recommend_swap(&r->w);
    }
    if (choose || choice_due(last, d->started_ms, d->feedback_n))
        TRY(choose_now(r, &limits));
    else
        keep_choice(r, last);
    d->choose_ms = lap(since_ms);
    TRY(put_all(r, &limits, since_ms));
    TRY(put_hot(r));
    TRY(recommend_swap(&r->w));
    return RC_OK;
}

static enum rc run(struct run *r, bool choose)
{
    struct learn_done *d = r->done;
    int64_t since_ms = clock_monotonic_ms();
    struct last_run last;

    TRY(read_last(r->db, r->a, &last));
    TRY(recommend_begin(r->db, &r->w));
    TRY(learn_read(r->db, r->a, &r->in));
    r->state = state_of(r->a, &r->in);
    r->w.whole = d->whole = choose || !str_eq(r->state, last.state);
    d->feedback_n = (int64_t)r->in.feedback.n;
    d->members_n = (int64_t)r->in.members_n;
    d->videos_n = (int64_t)r->in.videos_n;
    d->read_ms = lap(&since_ms);
    TRY(make(r, &last, choose, &since_ms));
    d->lists_n = r->w.lists;
    d->write_ms = r->w.write_ms;
    d->lists_ms = lap(&since_ms) - d->write_ms;
    return d->whole ? record(r) : RC_OK;
}

enum rc learn_run(struct db *db, struct arena *a, bool choose, struct learn_done *out)
{
    struct run r = { .db = db, .a = a, .item = arena_new(ITEM_ARENA_BYTES), .done = out };

    *out = (struct learn_done){ .started_ms = clock_now_ms() };
    enum rc rc = run(&r, choose);
    recommend_end(&r.w);
    learn_input_free(&r.in);
    arena_free(r.item);
    return rc;
}

enum rc learn_dry_run(struct db *db, struct arena *a)
{
    struct learn_input in;
    struct last_run last;

    TRY(read_last(db, a, &last));
    enum rc rc = learn_read(db, a, &in);
    if (rc == RC_OK) {
        const char *state = state_of(a, &in);
        printf("last run: %s\nnow:      %s\n", last.state[0] ? last.state : "none", state);
        const char *due = choice_due(&last, clock_now_ms(), (int64_t)in.feedback.n);
        printf("There are %zu rows of feedback from %zu members about %zu videos.\n", in.feedback.n,
               in.members_n, in.videos_n);
        puts(str_eq(state, last.state) ? "Only hot and unproven lists would be made."
                                       : "All lists would be made.");
        if (!str_eq(state, last.state) && due)
            printf("New parameters would be chosen: %s.\n", due);
        else if (last.report[0])
            printf("The chosen parameters are kept. They come from this comparison:\n%s",
                   last.report);
    }
    learn_input_free(&in);
    return rc;
}
