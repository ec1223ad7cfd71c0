#include "app/publish/revoke.h"
#include "base/clock.h"
#include "base/sb.h"
#include "base/str.h"
#include "io/secret.h"
#include "io/store.h"

#define FILE_KEY "revoked"

struct revoked {
    const char *video;
    int64_t until_s;
};
struct revoked_list {
    struct revoked *items;
    size_t n;
};

/* The lines whose time has not passed. A file that cannot be read is logged by the store, and counts
 * as empty: videos go on. */
static void read_list(struct arena *a, int64_t now_ms, struct revoked_list *out)
{
    char *text;
    size_t n;

    *out = (struct revoked_list){ NULL, 0 };
    if (store_read(a, STORE_VAR, FILE_KEY, REVOKED_FILE_MAX_BYTES, &text, &n) != RC_OK)
        return;
    out->items = arena_array(a, struct revoked, REVOKED_MAX + 1);
    for (char *line = text, *end; *line && out->n < REVOKED_MAX; line = end + (*end == '\n')) {
        end = line + strcspn(line, "\n");
        size_t id_n = strcspn(line, " ");
        struct revoked *one = &out->items[out->n];
        if (line + id_n >= end || str_to_i64(line + id_n + 1, (size_t)(end - line) - id_n - 1, 0,
                                             INT64_MAX, &one->until_s) != RC_OK)
            continue;
        one->video = arena_strn(a, line, id_n);
        out->n += one->until_s >= now_ms / SECOND_MS;
    }
}

static struct revoked *find(const struct revoked_list *list, const char *public_id)
{
    for (size_t i = 0; i < list->n; i++)
        if (str_eq(list->items[i].video, public_id))
            return &list->items[i];
    return NULL;
}

static int64_t expiry_s(const struct revoked *r, int64_t life_s, int64_t now_ms)
{
    int64_t steps = (now_ms / SECOND_MS + life_s + MEDIA_EXPIRY_STEP_S - 1) / MEDIA_EXPIRY_STEP_S;
    int64_t usual_s = steps * MEDIA_EXPIRY_STEP_S;
    return r ? MAX_OF(usual_s, r->until_s + MEDIA_EXPIRY_STEP_S) : usual_s;
}

int64_t revoke_expiry_s(struct arena *a, const char *public_id, int64_t life_s, int64_t now_ms)
{
    struct revoked_list list;

    read_list(a, now_ms, &list);
    return expiry_s(find(&list, public_id), life_s, now_ms);
}

static enum rc add(struct arena *a, const char *public_id, int64_t life_s, int64_t now_ms)
{
    struct sb text = { .a = a };
    struct revoked_list list;

    read_list(a, now_ms, &list);
    struct revoked *r = find(&list, public_id);
    int64_t until_s = expiry_s(r, life_s, now_ms);
    if (r == NULL && list.n == REVOKED_MAX)
        return RC_LIMITED;
    if (r == NULL) {
        if (list.items == NULL)
            list.items = arena_array(a, struct revoked, REVOKED_MAX + 1);
        r = &list.items[list.n++];
    }
    *r = (struct revoked){ public_id, until_s };
    for (size_t i = 0; i < list.n; i++)
        sb_addf(&text, "%s %" PRId64 "\n", list.items[i].video, list.items[i].until_s);
    return store_write(STORE_VAR, FILE_KEY, text.buf, text.len);
}

enum rc revoke_media(struct arena *a, const char *public_id, int64_t life_s, int64_t now_ms)
{
    int lock;

    TRY(lock_take("revoke", &lock));
    enum rc rc = add(a, public_id, life_s, now_ms);
    lock_drop(lock);
    return rc;
}
