#include "app/publish/stream.h"
#include "app/publish/revoke.h"
#include "base/clock.h"
#include "base/conf.h"
#include "io/secret.h"

enum { WEEK_S = 7 * 24 * 60 * 60 };

int64_t stream_expires_ms(int64_t now_ms) { return now_ms + conf()->media_url_minutes * MINUTE_MS; }

static int64_t life_s(void) { return conf()->media_url_minutes * MINUTE_MS / SECOND_MS; }

enum rc stream_carry(struct db *db, struct arena *a, int64_t now_ms)
{
    return revoke_carry(db, a, life_s(), INT64_C(2) * WEEK_S, now_ms);
}

static char *timed(struct arena *a, const char *public_id, enum media_scope scope,
                   int64_t session_id, int64_t now_ms, const char *file)
{
    int64_t usual_s = now_ms / SECOND_MS + life_s();
    int64_t expiry_s = revoke_expiry_s(public_id, session_id, false, usual_s);

    return media_path(a, public_id, scope, expiry_s, session_id, file);
}

char *stream_playlist(struct arena *a, const char *public_id, int64_t session_id, int64_t now_ms)
{
    return timed(a, public_id, MEDIA_FULL, session_id, now_ms, "master.m3u8");
}

char *stream_storyboard(struct arena *a, const char *public_id, int64_t session_id, int64_t now_ms)
{
    return timed(a, public_id, MEDIA_FULL, session_id, now_ms, "storyboard.vtt");
}

char *stream_file(struct arena *a, const char *public_id, const char *rendition, int64_t session_id,
                  int64_t now_ms)
{
    return timed(a, public_id, MEDIA_FULL, session_id, now_ms,
                 arena_printf(a, "%s.mp4", rendition));
}

char *stream_preview(struct arena *a, const char *public_id, int64_t now_ms)
{
    return timed(a, public_id, MEDIA_PREVIEW, 0, now_ms, "preview.mp4");
}

static char *picture(struct arena *a, const char *public_id, int64_t version, int64_t now_ms,
                     const char *file)
{
    int64_t usual_s = (now_ms / SECOND_MS / WEEK_S + 2) * WEEK_S;

    if (version == 0)
        return arena_str(a, "");
    int64_t expiry_s = revoke_expiry_s(public_id, 0, true, usual_s);
    return arena_printf(a, "%s?v=%" PRId64,
                        media_path(a, public_id, MEDIA_POSTER, expiry_s, 0, file), version);
}

char *stream_poster(struct arena *a, const char *public_id, int64_t version, int64_t now_ms)
{
    return picture(a, public_id, version, now_ms, "poster.jpg");
}

char *stream_card(struct arena *a, const char *public_id, int64_t version, int64_t now_ms)
{
    return picture(a, public_id, version, now_ms, "card.jpg");
}
