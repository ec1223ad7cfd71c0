/*
 * media: what an uploaded file is, and which renditions are to be made of it.
 *
 * The type is decided by content, never by name: our own sniffer looks at the first bytes (and, in
 * an MP4, at the outermost boxes) and names the one demuxer that ffprobe may then use. Any kind of
 * text is refused before ffmpeg is started, and with it playlists, manifests and scripts that would
 * make ffmpeg open other files.
 *
 * Limits     conf upload_max_minutes; MEDIA_* below; 36 megapixels, 16 streams (av/ffmpeg.h)
 * Units      sizes are pixels as shown: turned upright, with square pixels
 * Ownership  strings and results live in the caller's arena (a probe takes less than 4 MB)
 * Errors     RC_TYPE, RC_TOO_LARGE, RC_INVALID  the file is at fault; *why tells the member what to
 * do
 *            RC_BUSY  the watcher stopped it;  RC_FULL  no room;  RC_FAIL  our fault, try again
 */
#ifndef AV_MEDIA_H
#define AV_MEDIA_H
#include "base/arena.h"

enum {
    MEDIA_LONG_SIDE_MAX = 7680,
    MEDIA_SHORT_SIDE_MAX = 4320,
    MEDIA_SIDE_MIN = 16,
    MEDIA_FPS_MAX = 240,
    MEDIA_LADDER_MAX = 8,
    MEDIA_HEAD_BYTES = 4096,
};

/* Pictures of a video: the poster keeps the video's own shape and fits into a square of this side;
 * a card is cut to one size. */
enum { POSTER_MAX_SIDE = 1280, CARD_WIDTH = 480, CARD_HEIGHT = 270 };

/* Called about once a second during a long step: `percent` is how much of the step is done, 0 to
 * 100; false ends the step with RC_BUSY. A watcher renews the lease and stores the progress. */
struct media_watch {
    bool (*tell)(void *arg, int percent);
    void *arg;
};

struct media_info {
    const char *demuxer;
    int64_t bytes, length_ms, rate_bps; /* rate: of the whole file */
    int width, height;                  /* as shown */
    double fps;                         /* mean; 0 when the file does not say */
    const char *video_codec, *video_profile, *pixel_format;
    const char *audio_codec; /* NULL: no sound */
    int audio_channels, audio_hz;
    int video_stream, audio_stream; /* ffmpeg's numbers of the chosen streams; -1: none */
    bool is_interlaced, is_hdr;
    bool can_copy_video, can_copy_audio; /* the stream fits our packaging without encoding */
};

/* Does the file begin like a video, or like a picture for media_image()? The first MEDIA_HEAD_BYTES
 * are enough, so that a file can be refused before the rest has arrived. */
MUST_USE enum rc media_sniff(struct arena *a, const char *path, struct problem *why);
MUST_USE enum rc media_sniff_image(struct arena *a, const char *path, struct problem *why);

/* Examine a file. `watch` may be NULL. */
MUST_USE enum rc media_probe(struct arena *a, const char *path, const struct media_watch *watch,
                             struct media_info *out, struct problem *why);

/* The renditions to make, in ascending size. Those of one stage are made by one run of ffmpeg, and
 * after each stage the video can be watched with the renditions made so far. */
struct media_rendition {
    char name[16]; /* "720p"; the files are 720p.mp4 and 720p.m3u8 */
    int width, height;
    int max_kbps;
    int stage;    /* 0 or 1 */
    bool is_copy; /* the source's own pictures, not encoded again */
};

struct media_plan {
    struct media_rendition renditions[MEDIA_LADDER_MAX + 1];
    size_t n; /* at least 1 */
    int stages;
};

/* Chosen by conf ladder (heights; of the shorter side), never larger than the source:
 *   - a source that can be copied is the first stage by itself; the rungs clearly below it follow,
 *   - else, when the video is long (conf ladder_early_minutes), the lowest rung comes first,
 *   - else there is only one stage.
 * A source between two rungs also gets a rendition of its own size when it is clearly above the
 * lower rung. RC_FAIL when the ladder in the config makes no sense. */
MUST_USE enum rc media_plan(const struct media_info *info, struct media_plan *out);

/* Make a JPEG without metadata from a JPEG, PNG or WebP, for a member's own thumbnails and avatars:
 * no wider and no higher than given or, with `crop`, exactly that shape, cut from the middle. The
 * file appears at `out_path` whole or not at all. */
MUST_USE enum rc media_image(struct arena *a, const char *path, const char *out_path, int max_width,
                             int max_height, bool crop, struct problem *why);

/* "MP4, MOV, ... and OGG", for the upload page and for refusals. */
const char *media_formats(struct arena *a);
#endif
