#include "app/moderation/subject.h"
#include "app/catalogue/video.h"
#include "app/people/account.h"
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
    };
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
    };
    return RC_OK;
}

enum rc subject_find(struct db *db, struct arena *a, enum subject_kind kind, const char *name,
                     int64_t viewer_id, bool moderator, struct subject *out)
{
    enum rc rc = RC_NOT_FOUND;

    if (kind == SUBJECT_VIDEO)
        rc = find_video(db, a, name, viewer_id, moderator, out);
    else if (kind == SUBJECT_CHANNEL)
        rc = find_channel(db, a, name, moderator, out);
    if (rc == RC_OK)
        out->path = subject_path(a, kind, out->name);
    return rc;
}

const char *subject_path(struct arena *a, enum subject_kind kind, const char *name)
{
    return kind == SUBJECT_VIDEO ? arena_printf(a, "/watch/%s", name)
                                 : arena_printf(a, "/channel/%s", name);
}

const char *subject_called(enum subject_kind kind)
{
    static const char *const called[] = { "the video", "the comment", "the channel" };
    return called[kind];
}
