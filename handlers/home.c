/*
 * home: the first page.
 *
 *   GET /    popular and new videos; for members also what they have not finished
 *
 * Who    anyone; who has no subscription sees the offer
 * Views  views/home.html and views/home.json, both of struct home_page
 */
#include "app/pay.h"
#include "app/watch.h"
#include "base/conf.h"
#include "views/frame.h"
#include "views/lists.h"
#include "web/req.h"

enum {
    CARDS_MAX = VIDEO_PAGE, /* of the whole page */
    ROW = 4,                /* side by side on a desktop: the last row is full */
    POPULAR_MAX = 8,
    UNFINISHED_MAX = 4,
    FINISHED_PERCENT = 95,
};

static bool has(const struct video_list *list, int64_t id)
{
    for (size_t i = 0; i < list->n; i++)
        if (list->items[i].id == id)
            return true;
    return false;
}

/* The first of `from` that are not in `shown` yet; they are added to it. */
static struct video_list pick(const struct video_list *from, size_t max, struct video_list *shown)
{
    struct video_list picked = { shown->items + shown->n, 0 };

    for (size_t i = 0; i < from->n && picked.n < max; i++)
        if (!has(shown, from->items[i].id)) {
            shown->items[shown->n++] = from->items[i];
            picked.n++;
        }
    return picked;
}

/* What the member began and did not end, latest first. */
static enum rc unfinished(struct req *r, const struct watch_mark_list *marks,
                          struct video_list *out)
{
    int64_t ids[PICK_MAX];
    size_t n = MIN_OF(marks->n, COUNT(ids)), kept = 0;

    for (size_t i = 0; i < n; i++)
        ids[i] = marks->items[i].video_id;
    TRY(video_pick(r->db, r->arena, ids, n, out));
    for (size_t i = 0; i < out->n; i++)
        if (seen_percent(&out->items[i], marks) < FINISHED_PERCENT)
            out->items[kept++] = out->items[i];
    out->n = kept;
    return RC_OK;
}

static enum rc fill(struct req *r, struct home_page *page)
{
    struct video_list shown = { arena_array(r->arena, struct video_item, CARDS_MAX), 0 };
    struct video_list begun = { NULL, 0 }, hot, latest;
    struct watch_mark_list marks = { NULL, 0 };

    if (page->frame.subscribed) {
        TRY(watch_marks(r->db, r->arena, r->viewer.user_id, &marks));
        TRY(unfinished(r, &marks, &begun));
    }
    TRY(video_browse(r->db, r->arena, 0, ORDER_HOT, 0, r->now_ms, &hot));
    TRY(video_browse(r->db, r->arena, 0, ORDER_NEW, 0, r->now_ms, &latest));
    begun = pick(&begun, UNFINISHED_MAX, &shown);
    hot = pick(&hot, POPULAR_MAX, &shown);
    latest = pick(&latest, (CARDS_MAX - shown.n) / ROW * ROW, &shown);
    page->unfinished = cards_of(r, &begun, begun.n, &marks);
    page->popular = cards_of(r, &hot, hot.n, &marks);
    page->latest = cards_of(r, &latest, latest.n, &marks);
    page->is_empty = shown.n == 0;
    return chips_of(r, NULL, &page->categories);
}

static enum rc show(struct req *r)
{
    struct home_page page = {
        .frame = frame_of(r, "", "home"),
        .currency = pay_currency(),
        .price_minor = conf()->price_minor,
    };

    page.frame.description =
        "One monthly subscription, every video, and creators paid by the time you watch.";
    TRY(fill(r, &page));
    return RENDER(r, home, &page);
}

int main(void)
{
    static const struct endpoint home = {
        .name = "home",
        .who = ANYONE,
        .db = DB_READER,
        .on = { [GET] = show },
    };
    return serve(&home, error_view);
}
