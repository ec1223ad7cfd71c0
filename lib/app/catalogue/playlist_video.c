/* The videos of lists, as declared in playlist.h: reading, adding, removing and moving them. */
#include "app/catalogue/playlist_sql.h"
#include "app/catalogue/video_item.h"

enum { BEFORE_MAX = 2 }; /* entries before the one that plays */

static_assert(offsetof(struct playlist_entry, video) == 0, "an entry begins with its video");
SHAPE(entry_shape, struct playlist_entry, ITEM_FIELDS, COLUMN(struct playlist_entry, playlist_id),
      COLUMN(struct playlist_entry, shown));

#define ENTRIES                                                                                    \
    "SELECT " ITEM_COLUMNS ", e.playlist_id, " ENTRY_SHOWN " AS shown"                             \
    " FROM playlist p JOIN playlist_video e ON e.playlist_id = p.id" ENTRY_JOINS                   \
    " JOIN category c ON c.id = v.category_id WHERE p.id = ? AND "
#define IN_ORDER " ORDER BY e.place, e.video_id LIMIT ? OFFSET ?"

STMT(q_of_owner, &entry_shape, ENTRIES "p.user_id = ?" IN_ORDER);
STMT(q_shown, &entry_shape, ENTRIES ENTRY_SHOWN IN_ORDER);
STMT(q_rows, &entry_shape,
     "SELECT " ITEM_COLUMNS ", r.playlist_id, TRUE AS shown FROM (SELECT e.playlist_id,"
     " e.video_id, ROW_NUMBER() OVER (PARTITION BY p.id ORDER BY e.place, e.video_id) AS number"
     " FROM playlist p JOIN playlist_video e ON e.playlist_id = p.id" ENTRY_JOINS
     " WHERE p.id IN (?, ?, ?, ?) AND p.visibility = 'public' AND " ENTRY_SHOWN ") r"
     " JOIN video v ON v.id = r.video_id" ITEM_JOINS
     " WHERE r.number <= ? ORDER BY r.playlist_id, r.number");

struct standing {
    int64_t number, all;
};
SHAPE(standing_shape, struct standing, COLUMN(struct standing, number),
      COLUMN(struct standing, all));
STMT(q_standing, &standing_shape,
     "SELECT SUM((e.place, e.video_id) <= (m.place, m.video_id)) AS number, COUNT(*) AS `all`"
     " FROM playlist p JOIN playlist_video m ON m.playlist_id = p.id AND m.video_id = ?"
     " JOIN playlist_video e ON e.playlist_id = p.id" ENTRY_JOINS
     " WHERE p.id = ? AND " ENTRY_SHOWN);

/* Clear everything except the ids of entries that are not shown. */
static void hide(struct playlist_entries *list)
{
    for (size_t i = 0; i < list->n; i++) {
        struct playlist_entry *e = &list->items[i];
        if (!e->shown)
            e->video = (struct video_item){
                .id = e->video.id,
                .public_id = e->video.public_id,
                .title = "",
                .channel_name = "",
                .channel_handle = "",
                .channel_avatar_key = "",
                .category = "",
                .category_slug = "",
            };
    }
}

static enum rc shown(struct db *db, struct arena *a, const struct playlist *p, int64_t viewer_id,
                     int64_t max, int64_t from, struct playlist_entries *out)
{
    return DB_LIST(db, a, &q_shown,
                   ARGS(I64(viewer_id), I64(viewer_id), I64(p->id), I64(viewer_id), I64(viewer_id),
                        I64(max), I64(from)),
                   (size_t)max, out);
}

enum rc playlist_videos(struct db *db, struct arena *a, const struct playlist *p, int64_t viewer_id,
                        size_t page, struct playlist_entries *out)
{
    int64_t from = (int64_t)page * PLAYLIST_PAGE;

    if (p->user_id != viewer_id)
        return shown(db, a, p, viewer_id, PLAYLIST_PAGE + 1, from, out);
    TRY(DB_LIST(db, a, &q_of_owner,
                ARGS(I64(viewer_id), I64(viewer_id), I64(p->id), I64(viewer_id),
                     I64(PLAYLIST_PAGE + 1), I64(from)),
                PLAYLIST_PAGE + 1, out));
    hide(out);
    return RC_OK;
}

enum rc playlist_rows(struct db *db, struct arena *a, const struct playlists *lists,
                      struct playlist_entries *out)
{
    int64_t id[PLAYLIST_ROWS_MAX] = { 0 };

    *out = (struct playlist_entries){ 0 };
    if (lists->n == 0)
        return RC_OK;
    for (size_t i = 0; i < MIN_OF(lists->n, COUNT(id)); i++)
        id[i] = lists->items[i].id;
    return DB_LIST_CACHED(db, a, &q_rows,
                          ARGS(I64(id[0]), I64(id[1]), I64(id[2]), I64(id[3]), I64(0), I64(0),
                               I64(PLAYLIST_ROW_VIDEOS)),
                          LIST_CACHE_S, (size_t)PLAYLIST_ROWS_MAX * PLAYLIST_ROW_VIDEOS, out);
}

enum rc playlist_around(struct db *db, struct arena *a, const struct playlist *p, int64_t viewer_id,
                        int64_t video_id, struct playlist_around *out)
{
    struct standing s = { 0, 0 };

    *out = (struct playlist_around){ 0 };
    TRY(db_one(db, a, &q_standing, ARGS(I64(video_id), I64(p->id), I64(viewer_id), I64(viewer_id)),
               &s));
    if (s.number == 0)
        return RC_OK;
    out->current = (size_t)MIN_OF(s.number - 1, BEFORE_MAX);
    out->number = s.number;
    out->all = s.all;
    TRY(shown(db, a, p, viewer_id, PLAYLIST_AROUND_MAX, s.number - 1 - (int64_t)out->current,
              &out->entries));
    if (out->current >= out->entries.n || out->entries.items[out->current].video.id != video_id)
        *out = (struct playlist_around){ 0 }; /* it may not be shown here, or was just moved */
    return RC_OK;
}

/* Changes */

STMT(q_lock, &number_shape, "SELECT id AS n FROM playlist WHERE id = ? FOR UPDATE");
STMT(q_touch, NULL, "UPDATE playlist SET changed_ms = ? WHERE id = ?");

struct room {
    int64_t n, first, last;
};
SHAPE(room_shape, struct room, COLUMN(struct room, n), COLUMN(struct room, first),
      COLUMN(struct room, last));
STMT(q_room, &room_shape,
     "SELECT COUNT(*) AS n, MIN(place) AS first, MAX(place) AS last FROM playlist_video"
     " WHERE playlist_id = ?");

struct candidate {
    int64_t id;
    bool held;
};
SHAPE(candidate_shape, struct candidate, COLUMN(struct candidate, id),
      COLUMN(struct candidate, held));
STMT(q_candidate, &candidate_shape,
     "SELECT v.id, e.video_id IS NOT NULL AS held FROM playlist p JOIN video v"
     " JOIN user u ON u.id = v.user_id"
     " LEFT JOIN playlist_video e ON e.playlist_id = p.id AND e.video_id = v.id"
     " WHERE p.id = ? AND v.public_id = ? AND " ENTRY_SHOWN);
STMT(q_add, NULL,
     "INSERT INTO playlist_video (playlist_id, video_id, place, added_ms) VALUES (?, ?, ?, ?)");
STMT(q_remove, NULL,
     "DELETE e FROM playlist_video e JOIN video v ON v.id = e.video_id"
     " WHERE e.playlist_id = ? AND v.public_id = ?");

struct change {
    struct arena *a;
    const struct playlist *p;
    const char *video;
    int64_t now_ms;
    enum playlist_move move;
    int64_t *index;
    struct problem *why;
};

/* Until the transaction ends, no other process changes the videos of this list. */
static enum rc lock(struct db *db, const struct change *c)
{
    int64_t id;

    TRY(db_number(db, c->a, &q_lock, ARGS(I64(c->p->id)), &id));
    return db_run(db, &q_touch, ARGS(I64(c->now_ms), I64(c->p->id)), NULL);
}

static enum rc add(struct db *db, void *arg)
{
    const struct change *c = arg;
    int64_t owner_id = c->p->user_id;
    struct candidate video;
    struct room room;

    TRY(lock(db, c));
    TRY(db_one(db, c->a, &q_candidate,
               ARGS(I64(c->p->id), STR(c->video), I64(owner_id), I64(owner_id)), &video));
    TRY(db_one(db, c->a, &q_room, ARGS(I64(c->p->id)), &room));
    if (video.held)
        return RC_OK;
    if (room.n >= PLAYLIST_VIDEOS_MAX)
        return refuse(c->why, RC_INVALID, "video",
                      arena_printf(c->a,
                                   "“%s” holds %d videos, which is the maximum. Remove one, or "
                                   "start another list.",
                                   c->p->title, PLAYLIST_VIDEOS_MAX));
    int64_t place = c->p->kind == PLAYLIST_LATER ? room.first - 1 : room.last + 1;
    return db_run(db, &q_add, ARGS(I64(c->p->id), I64(video.id), I64(place), I64(c->now_ms)), NULL);
}

enum rc playlist_add(struct db *db, struct arena *a, const struct playlist *p, const char *video,
                     int64_t now_ms, struct problem *why)
{
    struct change c = { .a = a, .p = p, .video = video, .now_ms = now_ms, .why = why };
    return db_transact(db, add, &c);
}

static enum rc drop(struct db *db, void *arg)
{
    const struct change *c = arg;

    TRY(lock(db, c));
    return db_run(db, &q_remove, ARGS(I64(c->p->id), STR(c->video)), NULL);
}

enum rc playlist_remove(struct db *db, struct arena *a, const struct playlist *p, const char *video,
                        int64_t now_ms)
{
    struct change c = { .a = a, .p = p, .video = video, .now_ms = now_ms };
    return db_transact(db, drop, &c);
}

/* The places in a list all differ, because places are assigned under the lock. */

struct place {
    int64_t video_id, place;
};
SHAPE(place_shape, struct place, COLUMN(struct place, video_id), COLUMN(struct place, place));
STMT(q_place, &place_shape,
     "SELECT e.video_id, e.place FROM playlist_video e JOIN video v ON v.id = e.video_id"
     " WHERE e.playlist_id = ? AND v.public_id = ?");
STMT(q_before, &place_shape,
     "SELECT video_id, place FROM playlist_video WHERE playlist_id = ? AND place < ?"
     " ORDER BY place DESC LIMIT 1");
STMT(q_behind, &place_shape,
     "SELECT video_id, place FROM playlist_video WHERE playlist_id = ? AND place > ?"
     " ORDER BY place LIMIT 1");
STMT(q_put, NULL, "UPDATE playlist_video SET place = ? WHERE playlist_id = ? AND video_id = ?");
STMT(q_index, &number_shape,
     "SELECT COUNT(*) AS n FROM playlist_video WHERE playlist_id = ? AND place < ?");

static enum rc put(struct db *db, const struct change *c, int64_t video_id, int64_t place)
{
    return db_run(db, &q_put, ARGS(I64(place), I64(c->p->id), I64(video_id)), NULL);
}

/* Swap places with the neighbour; at the end of the list there is none. */
static enum rc swap(struct db *db, const struct change *c, struct place *mine)
{
    const struct stmt *q = c->move == MOVE_UP ? &q_before : &q_behind;
    struct place other;

    enum rc rc = db_one(db, c->a, q, ARGS(I64(c->p->id), I64(mine->place)), &other);
    if (rc != RC_OK)
        return rc == RC_NOT_FOUND ? RC_OK : rc;
    TRY(put(db, c, mine->video_id, other.place));
    TRY(put(db, c, other.video_id, mine->place));
    mine->place = other.place;
    return RC_OK;
}

static enum rc move_to_end(struct db *db, const struct change *c, struct place *mine)
{
    struct room room;

    TRY(db_one(db, c->a, &q_room, ARGS(I64(c->p->id)), &room));
    mine->place = c->move == MOVE_FIRST ? room.first - 1 : room.last + 1;
    return put(db, c, mine->video_id, mine->place);
}

static enum rc move(struct db *db, void *arg)
{
    const struct change *c = arg;
    struct place mine;

    TRY(lock(db, c));
    TRY(db_one(db, c->a, &q_place, ARGS(I64(c->p->id), STR(c->video)), &mine));
    if (c->move == MOVE_UP || c->move == MOVE_DOWN)
        TRY(swap(db, c, &mine));
    else
        TRY(move_to_end(db, c, &mine));
    return db_number(db, c->a, &q_index, ARGS(I64(c->p->id), I64(mine.place)), c->index);
}

enum rc playlist_move(struct db *db, struct arena *a, const struct playlist *p, const char *video,
                      enum playlist_move to, int64_t now_ms, int64_t *index)
{
    struct change c = {
        .a = a, .p = p, .video = video, .now_ms = now_ms, .move = to, .index = index
    };
    return db_transact(db, move, &c);
}
