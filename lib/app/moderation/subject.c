#include "app/moderation/subject.h"
#include "app/catalogue/video.h"
#include "app/people/account.h"
#include "app/talk/comment.h"
#include "base/fmt.h"
#include "base/str.h"

WORDS(subject_kind, "report_case.subject", [SUBJECT_VIDEO] = "video", [SUBJECT_COMMENT] = "comment",
      [SUBJECT_CHANNEL] = "channel");

static const char *text_of(struct arena *a, const char *title, const char *text)
{
    return fmt_cut(a, text[0] ? arena_printf(a, "%s\n\n%s", title, text) : title,
                   SUBJECT_TEXT_MAX_CHARS);
}

static enum rc find_video(struct db *db, struct arena *a, const char *name, int64_t viewer_id,
                          bool moderator, struct subject *out)
{
    struct video v;

    TRY(video_get_for(db, a, name, viewer_id, moderator, &v));
    *out = (struct subject){
        .kind = SUBJECT_VIDEO,
        .id = v.id,
        .owner_id = v.user_id,
        .length_ms = v.length_ms,
        .name = v.public_id,
        .title = v.title,
        .text = text_of(a, v.title, v.description),
        .path = arena_printf(a, "/watch/%s", v.public_id),
    };
    return RC_OK;
}

static enum rc find_comment(struct db *db, struct arena *a, const char *name, int64_t viewer_id,
                            bool moderator, struct subject *out)
{
    struct comment c;
    struct video v;
    int64_t id;

    if (str_to_i64(name, strlen(name), 1, INT64_MAX, &id) != RC_OK)
        return RC_NOT_FOUND;
    TRY(comment_get(db, a, id, &c));
    TRY(video_get_for(db, a, c.video_public_id, viewer_id, moderator, &v));
    if (c.state != COMMENT_SHOWN && !moderator && viewer_id != c.owner_id)
        return RC_NOT_FOUND;
    *out = (struct subject){
        .kind = SUBJECT_COMMENT,
        .id = c.id,
        .owner_id = c.user_id,
        .name = arena_printf(a, "%" PRId64, c.id),
        .title = arena_printf(a, "%s: %s", c.name, fmt_excerpt(a, c.text)),
        .text = fmt_cut(a, c.text, SUBJECT_TEXT_MAX_CHARS),
        .path = comment_path(a, &c),
    };
    out->title = fmt_cut(a, out->title, SUBJECT_TITLE_MAX_CHARS);
    return RC_OK;
}

static enum rc find_channel(struct db *db, struct arena *a, const char *name, bool moderator,
                            struct subject *out)
{
    struct account m;

    TRY(account_by_handle(db, a, name, &m));
    if (m.blocked && !moderator)
        return RC_NOT_FOUND;
    *out = (struct subject){
        .kind = SUBJECT_CHANNEL,
        .id = m.id,
        .owner_id = m.id,
        .name = m.handle,
        .title = m.name,
        .text = text_of(a, arena_printf(a, "%s (%s)", m.name, m.handle), m.about),
        .path = arena_printf(a, "/channel/%s", m.handle),
    };
    return RC_OK;
}

enum rc subject_find(struct db *db, struct arena *a, enum subject_kind kind, const char *name,
                     int64_t viewer_id, bool moderator, struct subject *out)
{
    switch (kind) {
    case SUBJECT_VIDEO: return find_video(db, a, name, viewer_id, moderator, out);
    case SUBJECT_COMMENT: return find_comment(db, a, name, viewer_id, moderator, out);
    case SUBJECT_CHANNEL: break;
    }
    return find_channel(db, a, name, moderator, out);
}

const char *subject_called(enum subject_kind kind)
{
    static const char *const called[] = { "the video", "the comment", "the channel" };
    return called[kind];
}
