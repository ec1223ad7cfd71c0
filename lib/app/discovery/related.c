#include "app/discovery/related.h"
#include "app/catalogue/recommend.h"
#include "io/cache.h"
#include "reco/rank.h"

enum { POOL_MAX = RELATED_POOL_MAX + RELATED_MAX };

STMT(q_unwanted, &number_shape,
     "SELECT k.id AS n FROM JSON_TABLE(?, '$[*]' COLUMNS (id BIGINT PATH '$[0]')) k"
     " WHERE EXISTS (SELECT 1 FROM rating r WHERE r.video_id = k.id AND r.user_id = ?"
     " AND r.value < 0) OR EXISTS (SELECT 1 FROM not_interested n WHERE n.user_id = ?"
     " AND n.video_id = k.id)");

/* A video to choose from. */
struct option {
    struct video_item item;
    double score; /* of a neighbour; 0 of others */
    bool unwanted, finished;
};
struct options {
    struct option items[POOL_MAX];
    size_t n;
};

static enum rc neighbours_of(struct db *db, struct arena *a, int64_t video_id,
                             struct entry_list *out)
{
    const struct list_key key = { LIST_NEIGHBOURS, video_id };
    const char *name = arena_printf(a, "%" PRId64, video_id);
    struct packed_lists lists;
    struct bytes packed;
    char *data;

    if (cache_get(a, "neighbours", name, &data, &packed.n)) {
        packed.at = data;
    } else {
        TRY(recommend_lists(db, a, &key, 1, &lists));
        packed = recommend_list(&lists, LIST_NEIGHBOURS, video_id).packed;
        cache_set("neighbours", name, packed.n ? packed.at : "", packed.n, HOT_CACHE_S);
    }
    *out = entries_unpack(a, packed);
    out->n = MIN_OF(out->n, (size_t)RELATED_POOL_MAX);
    return RC_OK;
}

static double score_of(const struct entry_list *near, int64_t video_id)
{
    for (size_t i = 0; i < near->n; i++)
        if (near->items[i].video == video_id)
            return (double)near->items[i].score;
    return 0;
}

/* A video's index in the list; the list's length if it is not there. */
static size_t place_of(const struct options *all, int64_t video_id)
{
    size_t i = 0;

    while (i < all->n && all->items[i].item.id != video_id)
        i++;
    return i;
}

static void add(struct options *all, const struct video_list *videos, const struct entry_list *near,
                const struct watch_mark_list *marks)
{
    for (size_t i = 0; i < videos->n; i++) {
        const struct video_item *v = &videos->items[i];
        if (place_of(all, v->id) == all->n)
            all->items[all->n++] = (struct option){
                .item = *v,
                .score = score_of(near, v->id),
                .finished = watch_is_finished(marks, v->id, v->length_ms),
            };
    }
}

static enum rc collect(struct db *db, struct arena *a, const struct video *video,
                       const struct watch_mark_list *marks, struct options *all)
{
    int64_t ids[RELATED_POOL_MAX];
    struct video_list videos;
    struct entry_list near;
    size_t n = 0;

    TRY(neighbours_of(db, a, video->id, &near));
    for (size_t i = 0; i < near.n; i++)
        if (near.items[i].video != video->id)
            ids[n++] = near.items[i].video;
    TRY(video_pick(db, a, ids, n, &videos));
    add(all, &videos, &near, marks);
    TRY(video_related(db, a, video, RELATED_MAX, &videos));
    add(all, &videos, &near, marks);
    return RC_OK;
}

static enum rc mark_unwanted(struct db *db, struct arena *a, int64_t user_id, struct options *all)
{
    struct rows asked = { .a = a };
    struct number_list found;

    if (user_id == 0 || all->n == 0)
        return RC_OK;
    for (size_t i = 0; i < all->n; i++)
        rows_addf(&asked, "%" PRId64, all->items[i].item.id);
    TRY(DB_LIST(db, a, &q_unwanted, ARGS(STR(rows_page(&asked, 0)), I64(user_id), I64(user_id)),
                POOL_MAX, &found));
    for (size_t i = 0; i < found.n; i++)
        all->items[place_of(all, found.items[i])].unwanted = true;
    return RC_OK;
}

enum group { NEIGHBOURS, OTHERS, FINISHED, GROUPS };

static enum group group_of(const struct option *o)
{
    if (o->finished)
        return FINISHED;
    return o->score > 0 ? NEIGHBOURS : OTHERS;
}

/* Append the videos of one group, in order, to `out`. */
static void append(struct options *all, enum group group, size_t max, struct video_list *out)
{
    static const struct favourites none = { .n = 0 };
    struct candidate items[POOL_MAX];
    struct candidates c = { items, 0 };

    for (size_t i = 0; i < all->n; i++) {
        const struct option *o = &all->items[i];
        if (o->unwanted || group_of(o) != group)
            continue;
        items[c.n++] = (struct candidate){
            .video = (uint32_t)o->item.id,
            .creator_id = o->item.user_id,
            .category_id = o->item.category_id,
            /* Others keep their order. */
            .score = group == OTHERS ? (double)(all->n - i) : o->score,
            .quality = quality_of(o->item.likes, o->item.dislikes),
        };
    }
    size_t n = rank_candidates(&c, &none, max - out->n);
    for (size_t i = 0; i < n; i++)
        out->items[out->n++] = all->items[place_of(all, items[i].video)].item;
}

enum rc related_to(struct db *db, struct arena *a, const struct video *video, int64_t user_id,
                   const struct watch_mark_list *marks, size_t max, struct video_list *out)
{
    struct options *all = arena_array(a, struct options, 1);

    max = MIN_OF(max, (size_t)RELATED_MAX);
    *out = (struct video_list){ arena_array(a, struct video_item, max), 0 };
    TRY(collect(db, a, video, marks, all));
    TRY(mark_unwanted(db, a, user_id, all));
    for (enum group group = NEIGHBOURS; group < GROUPS; group++)
        append(all, group, max, out);
    return RC_OK;
}
