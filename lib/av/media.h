/*
 * media: what an uploaded file is, and what is to be made of it.
 *
 * Type is decided by content, never by name: our own sniffer looks at the first bytes (and, in an
 * MP4, at the outermost boxes) and names the one demuxer that ffprobe may then use. Text of any
 * kind, so also playlists, manifests and scripts that would make ffmpeg open other files, is
 * refused before ffmpeg is started.
 *
 * Limits     conf upload_max_minutes; MEDIA_* below; 36 megapixels, 16 streams (io/ffmpeg)
 * Units      sizes are pixels as shown: turned upright, with square pixels
 * Ownership  strings and results live in the caller's arena (a probe takes less than 4 MB)
 * Errors     RC_TYPE, RC_TOO_LARGE, RC_INVALID  the file; *why says what a person can do about it
 *            RC_BUSY  the watcher stopped it;  RC_FULL  no room;  RC_FAIL  ours, try again
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

/* Pictures of a video: the poster fits into a square of this side, in the video's own shape; a card
 * is cut to one size. */
enum { POSTER_MAX_SIDE = 1280, CARD_WIDTH = 480, CARD_HEIGHT = 270 };

/* Asked about once a second while something long runs: `percent` is 0 to 100 of the step, false
 * ends it with RC_BUSY. A watcher renews the lease and stores the progress. */
struct media_watch {
    bool (*tell)(void *arg, int percent);
    void *arg;
};

struct media_info {
    const char *demuxer;
    int64_t bytes, length_ms, rate_bps; /* rate: of everything in the file */
    int width, height;                  /* as shown */
    double fps;                         /* mean; 0 when the file does not tell */
    const char *video_codec, *video_profile, *pixel_format;
    const char *audio_codec; /* NULL: no sound */
    int audio_channels, audio_hz;
    int video_stream, audio_stream; /* ffmpeg's numbers of the chosen ones; -1: none */
    bool is_interlaced, is_hdr;
    bool can_copy_video, can_copy_audio; /* they fit our packaging as they are */
};

/* Does it begin like a video, or like a picture for media_image()? MEDIA_HEAD_BYTES of it tell, so
 * that a file can be refused before the rest has come. */
MUST_USE enum rc media_sniff(struct arena *a, const char *path, struct problem *why);
MUST_USE enum rc media_sniff_image(struct arena *a, const char *path, struct problem *why);

/* Look at a file. `watch` may be NULL. */
MUST_USE enum rc media_probe(struct arena *a, const char *path, const struct media_watch *watch,
                             struct media_info *out, struct problem *why);

/* What to make. Renditions ascend in size; those of one stage come from one run of ffmpeg, and
 * after each stage the video can be watched with what there is. */
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

/* By conf ladder (heights; of the shorter side), never larger than the source:
 *   - a source that can be copied is, first and alone; the rungs clearly below it follow,
 *   - else, when the video is long (conf ladder_early_minutes), the lowest rung comes first,
 *   - else everything is one stage.
 * A source between two rungs gets one of its own size when it is clearly above the lower one.
 * RC_FAIL when the ladder in the config makes no sense. */
MUST_USE enum rc media_plan(const struct media_info *info, struct media_plan *out);

/* Make a JPEG without metadata from a JPEG, PNG or WebP, for own thumbnails and avatars: no wider
 * and no higher than given, or with `crop` exactly of that shape, its middle. The file appears at
 * `out_path` whole or not at all. */
MUST_USE enum rc media_image(struct arena *a, const char *path, const char *out_path, int max_width,
                             int max_height, bool crop, struct problem *why);

/* "MP4, MOV, ... and OGG", for the upload page and the refusals. */
const char *media_formats(struct arena *a);
#endif
